#!/bin/sh
# Packs are proved before they are used: check, test, show, diff and import-caps, as a person meets them.
. tests/flow/engine.inc
die() { echo "FAILED: $1"; [ ! -s "$dir/out" ] || head -n 20 "$dir/out"; [ ! -s "$dir/err" ] || head -n 20 "$dir/err"; exit 1; }
status_is() { # wanted, command...
    wanted=$1; shift
    rc=0; "$@" >"$dir/out" 2>"$dir/err" </dev/null || rc=$?
    [ $rc = "$wanted" ] || die "$* ended with $rc, not $wanted"
}
out_says() { grep -qF -- "$1" "$dir/out" || die "the output does not say '$1'"; }
err_says() { grep -qF -- "$1" "$dir/err" || die "the error does not say '$1'"; }
is_json() { jq -e "$1" "$dir/out" >/dev/null || die "the JSON is not as '$1' asks"; }
fairbank=$BIN/fairbank
cp -r rules "$dir/rules"
new=$dir/new/thames-valley; mkdir "$dir/new"; cp -r rules/thames-valley "$new"

# ---- check: sound packs, each example with what it stands on, and packs that are not ----
status_is 0 "$fairbank" rules check rules/england rules/thames-valley
out_says 'sound:'; out_says 'cases as expected'; out_says 'are unverified'
status_is 0 "$fairbank" rules check rules/england rules/thames-valley --json
is_json '.sound and .errors == 0 and .cases > 20 and .rows_by_status.unverified > 0 and (.problems | all(.kind == "warning" and .line > 0))'
n=0
for example in rules/examples/*/; do
    status_is 0 "$fairbank" rules check "${example%/}"
    ! grep -q ': error:' "$dir/out" || die "$example has errors"
    n=$((n + 1))
done
[ $n -gt 10 ] || die "only $n examples were found"
sed -i 's/^CARER,plain,hour,,13.10,/CARER,plain,hour,,12.10,/' "$dir/rules/examples/social-care/rates/hours.csv"
line=$(grep -n '^CARER,plain' "$dir/rules/examples/social-care/rates/hours.csv" | cut -d: -f1)
status_is 3 "$fairbank" rules check "$dir/rules/examples/social-care"
out_says "social-care/rates/hours.csv:$line: error: below the floor national_living_wage of £12.71 an hour: band CARER, bank only, plain ("
out_says '): £12.10'; out_says 'not sound: '
status_is 3 "$fairbank" rules check "$dir/rules/examples/social-care" --json
is_json '(.sound | not) and (.problems | map(select(.kind == "error" and .file == "social-care/rates/hours.csv")) | length == 1)'
status_is 3 "$fairbank" rules check "$dir/nowhere"; out_says 'cannot be read'

# ---- test: the cases alone ----
status_is 0 "$fairbank" rules test rules/england rules/thames-valley; out_says 'cases as expected'
status_is 0 "$fairbank" rules test rules/examples/luhft-medical --json; is_json '.cases > 5 and .failed == 0 and .loaded and .problems == []'
status_is 3 "$fairbank" rules test "$dir/rules/examples/social-care"; out_says 'cases not as expected'; out_says 'social-care/cases/'
status_is 3 "$fairbank" rules test "$dir/rules/examples/social-care" --json; is_json '.failed > 0 and (.problems | length) >= .failed'
status_is 3 "$fairbank" rules test "$new"; out_says 'the cases cannot run'
status_is 2 "$fairbank" rules test; err_says 'something is missing'

# ---- show ----
status_is 0 "$fairbank" rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH
out_says 'adoption at RTH: adopted'; out_says 'thames-valley/rates/bank-card.yaml:'; out_says 'Cap on agencies: thames-valley-ceiling'
grep -q '^5  *bank only  *17.69  *23.00  *28.31 ' "$dir/out" || die "band 5 is not shown at the mid-point"
[ "$(grep -v 'rests on\|bank-card.yaml:[0-9]*, ' "$dir/out" | awk 'length > 110' | wc -l)" -eq 0 ] || die "lines too long for a terminal"
status_is 0 "$fairbank" rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH --json
is_json 'map(select(.band == "5" and .worker == "bank only"))[0].pence_hour == {plain: 1769, unsocial: 2300, premium: 2831}'
status_is 0 "$fairbank" rules show rules/england --at 2026-07-01 --trust RTH; out_says 'no card covers'
# Bands that no rule names are paid as well (own point), and not what anybody looks for on this card.
status_is 0 "$fairbank" rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH
! grep -q '^CONS' "$dir/out" || die "a nurses' card lists consultants"
out_says 'Left out: '
status_is 0 "$fairbank" rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH --band all; grep -q '^CONS ' "$dir/out" || die "--band all leaves bands out"
status_is 0 "$fairbank" rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH --band 6 --json
is_json '(map(.band // .cap_of_band) | unique) == ["6"] and length > 3'
status_is 2 "$fairbank" rules show rules/england --at 2026-07-01 --trust RTH --band 99; err_says 'no band 99'
status_is 0 "$fairbank" rules show rules/examples/social-care --at 2026-07-01 --trust RTH; out_says 'england 2026.11 + '
status_is 2 "$fairbank" rules show rules/england; err_says '--trust and --at'
status_is 2 "$fairbank" rules show rules/england --trust RTH --at soon; err_says 'not a date'
status_is 3 "$fairbank" rules show "$new" --trust RTH --at 2026-07-01; err_says 'error:'

# ---- diff ----
status_is 0 "$fairbank" rules diff rules/thames-valley rules/thames-valley --pack rules/england --data "$dir/nowhere"
[ "$(grep -c '^  no change' "$dir/out")" -eq "$(grep -c '^Rates\|^Caps\|^Adoption\|^Rules\|^Terms' "$dir/out")" ] || die "a pack differs from itself"
sed -i 's/{bands: \["3", "4"\], worker: bank_only, at: top}/{bands: ["3", "4"], worker: bank_only, at: entry}/' "$new/rates/bank-card.yaml"
sed -i 's/uplift: "1.55"/uplift: "1.60"/' "$new/caps/"*.yaml
sed -i '0,/severity: warn/s//severity: breach/' "$new/assurance/"*.yaml
status_is 0 "$fairbank" rules diff rules/thames-valley "$new" --pack rules/england --data "$dir/nowhere"
grep -q '^2026-04-01  students  *4  *bank only  *plain  *15.93  *14.52  *-1.41  *all 6$' "$dir/out" || die "the changed rate is not told once for all six"
grep -q '^2026-04-01  students  *5  *agency  *plain ' "$dir/out" || die "the changed cap is not told"
out_says '  changed  breach'; out_says 'no shifts are held'
status_is 0 "$fairbank" rules diff rules/thames-valley "$new" --pack rules/england --data "$dir/nowhere" --json
is_json '(.rates | map(select(.kind == "card" and .band == "4")) | length > 0) and (.rules | length == 1) and (.rates[0].trusts | length == 6)'
# Adoption, from its day; and a site by itself.
adopted=$dir/adopted/thames-valley site=$dir/site/site-layer; mkdir "$dir/adopted" "$dir/site"
cp -r rules/thames-valley "$adopted"
sed -i 's/trust: RYE, state: adopted, from: 2026-10-01/trust: RYE, state: adopted, from: 2026-12-01/' "$adopted/pack.yaml"
status_is 0 "$fairbank" rules diff rules/thames-valley "$adopted" --pack rules/england --data "$dir/nowhere"
grep -q '^2026-10-01  RYE  *thames-valley-bank  *adopted  *agreed  *thames-valley/pack.yaml:' "$dir/out" || die "the later adoption is not told"
status_is 0 "$fairbank" rules diff rules/thames-valley "$adopted" --pack rules/england --data "$dir/nowhere" --json
is_json '.rates == [] and (.adoption | map({trust, from, was, is})) == [{trust: "RYE", from: "2026-10-01", was: "adopted", is: "agreed"}]'
cp -r rules/examples/site-layer "$site"
sed -i 's/at: top/at: entry/' "$site/rates/"*.yaml
status_is 0 "$fairbank" rules diff rules/examples/site-layer "$site" --pack rules/england --pack rules/thames-valley --data "$dir/nowhere"
awk '/bank only.*plain/ && $NF == "RTH/HORTON" { on = 1 } END { exit !on }' "$dir/out" || die "the site is not told of by itself"
status_is 0 "$fairbank" rules diff rules/examples/site-layer "$site" --pack rules/england --pack rules/thames-valley --data "$dir/nowhere" --json
is_json '.rates | length > 0 and all(.trusts == [] and .sites == [{trust: "RTH", site: "HORTON"}])'
start; feed_all; settle
status_is 0 "$fairbank" rules diff rules/thames-valley "$new" --pack rules/england --data "$data"
out_says 'Money on the shifts held from'; grep -q '^all  ' "$dir/out" || die "the money has no sum"
awk '/^Money/ { on = 1 } on && length > 100 { exit 1 }' "$dir/out" || die "the money does not fit a terminal"
status_is 0 "$fairbank" rules diff rules/thames-valley "$new" --pack rules/england --data "$data" --json
is_json '.money.rows | (map(select(.route == "bank" and .card_is_pence < .card_was_pence)) | length == 6) and all(.changed <= .shifts)'
status_is 0 "$fairbank" rules diff rules/thames-valley rules/thames-valley --pack rules/england --data "$data" --json
is_json '.rates == [] and .rules == [] and (.money.rows | all(.changed == 0 and .card_is_pence == .card_was_pence and .shifts > 0))'
stop
status_is 2 "$fairbank" rules diff rules/thames-valley; err_says 'something is missing'
status_is 3 "$fairbank" rules diff "$dir/nowhere" "$new" --pack rules/england; err_says 'cannot be read'

# ---- import-caps: a sheet as CSV, the workbook, and what is refused ----
map=tests/data/caps/price-card.map.yaml card=tests/data/caps/price-card.xlsx pack=$dir/rules/england
mkdir -p "$dir/first" "$dir/second"
if command -v xlsx2csv >/dev/null; then
    status_is 0 "$fairbank" rules import-caps $card --map $map --out "$dir/first"
    out_says "wrote $dir/first/caps/made-up-card-2026-27.csv"; out_says 'amounts'
    head -n 1 "$dir/first/caps/made-up-card-2026-27.csv" | grep -q '^grade,zone,category,pence_hour,note' || die "the table has another header"
    status_is 1 "$fairbank" rules import-caps $card --map $map --out "$dir/first"; err_says 'is there already'
    xlsx2csv -n 'Hourly caps' $card "$dir/sheet.csv"
    status_is 0 "$fairbank" rules import-caps "$dir/sheet.csv" --map $map --out "$dir/second"
    cmp -s "$dir/first/caps/made-up-card-2026-27.csv" "$dir/second/caps/made-up-card-2026-27.csv" || die "a workbook and its sheet give different tables"
    sed 's/^sheet: .*/sheet: "No such sheet"/' $map > "$dir/sheet.map.yaml"
    status_is 1 "$fairbank" rules import-caps $card --map "$dir/sheet.map.yaml" --out "$dir/third"; err_says "is the sheet's name right"
    sed 's/column: "Core"/column: "Kernel"/' $map > "$dir/column.map.yaml"
    status_is 3 "$fairbank" rules import-caps "$dir/sheet.csv" --map "$dir/column.map.yaml" --out "$dir/third"; err_says "no column 'Kernel'"
    # What was imported is a cap like any other: it proves, and shows by zone.
    cp "$dir/first/caps/"* "$pack/caps/"
    status_is 0 "$fairbank" rules check "$pack"
    out_says 'sound:'
else
    echo "xlsx2csv is not installed: the workbook is left out"
fi
status_is 1 "$fairbank" rules import-caps "$dir/none.xlsx" --map $map --out "$dir/third"; err_says 'No such file'
status_is 1 "$fairbank" rules import-caps $map --map "$dir/none.yaml" --out "$dir/third"; err_says 'No such file'
status_is 2 "$fairbank" rules import-caps $card; err_says '--map MAP.yaml --out PACK-FOLDER'
[ ! -e "$dir/third" ] || die "a refused import left something behind"

# ---- help, and the commands themselves ----
for c in check test facts show diff import-caps; do
    status_is 0 "$fairbank" rules $c --help; out_says "fairbank rules $c"
done
status_is 0 "$fairbank" rules facts --json; is_json 'length > 20 and (map(.fact) | index("grade") != null)'
status_is 2 "$fairbank" rules; err_says 'rules check DIR...'
status_is 2 "$fairbank" rules prove; err_says 'rules check DIR...'
echo "RESULT packs checked, tested, shown, compared and imported; $n examples without errors"
