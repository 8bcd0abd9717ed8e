#!/bin/sh
# Files for others, from the demo's four weeks: the same bytes from the engine and from its folder, from a workbook and as CSV; every figure that
# is shown explained by its shifts, which add up to it; no small number, and none that could be worked out; whole where that is asked.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
mkdir "$dir/rules"
cp -r rules/england rules/thames-valley "$dir/rules/"
cat > "$dir/rules/england/returns/weekly.yaml" <<'YAML'
returns: # of another name, with another period: a pack's to say
  - name: weekly
    title: "Weekly return"
    period: week
    by: group
    stage: latest
    from: 2021-04-01
    status: made_up
    source: a test
    columns:
      - {name: bank, title: "Bank shifts", figure: shifts, routes: [bank, collaborative]}
      - {name: unfilled, title: "Unfilled shifts", figure: unfilled}
YAML
printf 'packs:\n  - %s\n  - %s\n' "$dir/rules/england" "$dir/rules/thames-valley" > "$dir/fairbank.yaml"
start --config "$dir/fairbank.yaml"
feed_all
settle
make() { "$fairbank" export "$@" --data "$data"; }
table() { grep -v '^#' "$1"; }

# ---- asked of the engine, and read from its folder: the same bytes; twice: the same bytes ----
for what in return foi-shifts foi-agency; do
    make $what --month 2026-03 > "$dir/$what.csv" || die "export $what: exit $?"
    make $what --month 2026-03 --out "$dir/$what.xlsx" 2>"$dir/said"
    cp "$dir/$what.xlsx" "$dir/$what.first.xlsx"
done
make spend --weeks 2026-03-16..2026-04-13 > "$dir/spend.csv"
make spend --weeks 2026-03-16..2026-04-13 --trust RTH --whole > "$dir/spend-rth.csv"
for what in return foi-agency; do
    make $what --month 2026-03 --json > "$dir/$what.json"
done
make alerts --severity breach > "$dir/alerts.csv"
make alerts --severity breach --json > "$dir/alerts.json"
make alerts --severity breach --out "$dir/alerts.xlsx" 2>>"$dir/said"
"$fairbank" spend --data "$data" --trust RTH --weeks 2026-03-16..2026-04-13 --by trust --stage worked --json > "$dir/rth.json"
stop
for what in return foi-shifts foi-agency; do
    make $what --month 2026-03 --offline | cmp - "$dir/$what.csv" || die "$what: the folder says something else than the engine"
    make $what --month 2026-03 --offline --out "$dir/$what.xlsx" 2>>"$dir/said"
    cmp "$dir/$what.xlsx" "$dir/$what.first.xlsx" || die "$what: another workbook of the same store"
done
make spend --weeks 2026-03-16..2026-04-13 --offline | cmp - "$dir/spend.csv" || die "spend: the folder says something else than the engine"
make alerts --severity breach --offline | cmp - "$dir/alerts.csv" || die "alerts: the folder says something else than the engine"

# ---- for machines: the same figures, the same left out, the same names ----
make return --month 2026-03 --offline --json | cmp - "$dir/return.json" || die "return --json: the folder says something else than the engine"
make return --month 2026-03 --offline --out "$dir/out.json" 2>>"$dir/said"
cmp "$dir/out.json" "$dir/return.json" || die "--out FILE.json says something else than --json"
for what in return foi-agency; do
    python3 - "$dir/$what.json" "$dir/$what.csv" <<'PY' || die "$what: JSON says something else than the CSV"
import csv, json, sys
j = json.load(open(sys.argv[1], encoding="utf-8"))
lines = list(csv.reader(open(sys.argv[2], encoding="utf-8")))
plain = [r for r in lines if not r[0].startswith("#")]
names = [r[1:] for r in lines if r[0] == "# from"]
assert j["columns"] == plain[0] and len(j["rows"]) == len(plain) - 1 == len(names) > 2
hidden = 0
for row, text, name in zip(j["rows"], plain[1:], names):
    for cell, shown, which in zip(row, text, name):
        if isinstance(cell, str):
            assert cell == shown
            continue
        assert cell["from"] == which and (("value" in cell) == (cell["state"] == "shown")), cell
        hidden += cell["state"] == "left_out"
        want = {"left_out": "*", "cannot_say": "cannot say", "nothing": ""}.get(cell["state"])
        if want is not None:
            assert shown == want, (cell, shown)
        elif cell["unit"] == "share":
            assert abs(float(shown) - 100 * cell["value"] / cell["of"]) <= 0.0500001, (cell, shown)
        else:
            assert abs(float(shown) - cell["value"] / {"shifts": 1, "minutes": 60, "pence": 100}[cell["unit"]]) <= 0.00500001, (cell, shown)
assert j["left_out"]["figures"] == hidden and j["left_out"]["fewer_than"] == 5 and ("why" in j["left_out"]) == (hidden > 0)
assert [a["key"] for a in j["about"]] == [r[0][2:] for r in lines if r[0].startswith("# ") and r[0] != "# from"]
PY
done
expect "rows of alerts" "$(table "$dir/alerts.csv" | tail -n +2 | wc -l)" "$(jq '.rows | length' "$dir/alerts.json")"

# ---- the same words in the workbook ----
expect "the first sheet" What "$(xlsx2csv -s 1 "$dir/return.xlsx" | head -1 | cut -d, -f1)"
for what in return foi-shifts foi-agency; do # numbers of a workbook have no fixed decimals: compared to the hundredth
    xlsx2csv -s 2 "$dir/$what.xlsx" > "$dir/sheet.csv"
    table "$dir/$what.csv" > "$dir/plain.csv"
    python3 - "$dir/sheet.csv" "$dir/plain.csv" <<'PY' || die "$what: the workbook says something else than the CSV"
import csv, sys
sheet, plain = (list(csv.reader(open(f, encoding="utf-8"))) for f in sys.argv[1:3])
assert len(sheet) == len(plain) > 4, (len(sheet), len(plain))
for a, b in zip(sheet, plain):
    for x, y in zip(a, b):
        try:
            same = abs(float(x) - float(y)) <= 0.0500001  # a percentage has one decimal in the CSV
        except ValueError:
            same = x == y
        assert same, (x, y)
PY
done
xlsx2csv -s 2 "$dir/alerts.xlsx" | head -2 | cut -d, -f1-4 > "$dir/two"
table "$dir/alerts.csv" | head -2 | cut -d, -f1-4 | cmp - "$dir/two" || die "alerts: the workbook says something else than the CSV"

# ---- against other commands: hours, money and shifts of RTH as `fairbank spend` has them ----
total=$(table "$dir/spend-rth.csv" | grep '^Total,.*,worked,' | cut -d, -f6,8)
expect "RTH's worked shifts and money" "$(jq -r '.total | "\(.shifts),\(.pence / 100)"' "$dir/rth.json")" "$(echo "$total" | sed 's/0*$//; s/\.$//')"

# ---- a return by the week: four of them together are what other commands say of the four weeks ----
sums=$(for week in 2026-03-16..2026-03-23 2026-03-23..2026-03-30 2026-03-30..2026-04-06 2026-04-06..2026-04-13; do
    make weekly --weeks $week --offline --whole | grep '^Total,'
done | awk -F, '{ a += $2; b += $3 } END { print a "," b }')
"$fairbank" spend --data "$data" --by route --stage latest --weeks 2026-03-16..2026-04-13 --json > "$dir/routes.json"
"$fairbank" fill --data "$data" --by trust --weeks 2026-03-16..2026-04-13 --json > "$dir/fill.json"
expect "four weeks' bank shifts and unfilled ones" "$(jq '[.rows[] | select(.route == "bank" or .route == "collaborative") | .shifts] | add' "$dir/routes.json"),$(jq .total.unfilled "$dir/fill.json")" "$sums"

# ---- every figure that is shown, explained: the shifts add up to it ----
explained=0
for what in return foi-shifts foi-agency; do
    grep '^# from' "$dir/$what.csv" | tr ',' '\n' | grep '^cell:' | awk 'NR % 4 == 1' > "$dir/ids" # suite export_cut looks at all
    while read -r id; do
        "$fairbank" explain "$id" --data "$data" --offline --json > "$dir/x.json" 2>"$dir/x.err" || die "explain $id: $(cat "$dir/x.err")"
        jq -e '([.rows[] | select(.counts)] | length) == .shifts and ([.rows[] | select(.counts) | .amount] | add // 0) == .sum' "$dir/x.json" >/dev/null ||
            die "explain $id: its rows are not its sum"
        explained=$((explained + 1))
    done < "$dir/ids"
done
[ $explained -gt 35 ] || die "only $explained figures were explained"
shift_name=$("$fairbank" explain cell:return:2026-03:all:ahp_stt:agency_shifts --data "$data" --offline --json | jq -r '.rows[0].shift')
"$fairbank" explain "$shift_name" --data "$data" --offline | grep -q "^${shift_name#*/} of ${shift_name%%/*} " || die "$shift_name is not explained"
booking=$(table "$dir/alerts.csv" | sed -n 2p | cut -d, -f4)
"$fairbank" explain "$booking" --data "$data" --offline >/dev/null || die "the alert's $booking is not explained"

# ---- half over the cap: all that need a sign-off, those that lack it among them ----
"$fairbank" explain cell:return:2026-03:all:+:half_over_cap --data "$data" --offline --json | jq -r '.rows[] | select(.counts) | .shift' | sort > "$dir/half"
"$fairbank" findings --rule agency.half_over_cap_without_sign_off --severity breach --data "$data" --offline --json |
    jq -r 'select(.day < "2026-04-01") | "\(.source)/\(.booking)"' | sort > "$dir/unsigned"
[ -s "$dir/unsigned" ] && [ "$(wc -l < "$dir/half")" -gt "$(wc -l < "$dir/unsigned")" ] || die "half over the cap: $(wc -l < "$dir/half") shifts, $(wc -l < "$dir/unsigned") without a sign-off"
expect "those without a sign-off are counted" "" "$(comm -13 "$dir/half" "$dir/unsigned")"

# ---- small numbers: none is shown, none alone is missing beside its total, and the foot counts them ----
for what in return foi-agency spend; do
    [ $what = spend ] || make $what --month 2026-03 --offline --whole > "$dir/whole.csv"
    [ $what != spend ] || make $what --weeks 2026-03-16..2026-04-13 --offline --whole > "$dir/whole.csv"
    table "$dir/whole.csv" > "$dir/whole.plain"
    table "$dir/$what.csv" > "$dir/plain.csv"
    stars=$(tr ',' '\n' < "$dir/plain.csv" | grep -c '^\*$') || true
    expect "$what: figures left out" "$stars" "$(sed -n 's/^# Left out,"\([0-9]*\) figure.*/\1/p' "$dir/$what.csv")"
    python3 - "$dir/plain.csv" "$dir/whole.plain" <<'PY' || die "$what: a small number shows"
import csv, sys
shown, whole = (list(csv.reader(open(f, encoding="utf-8"))) for f in sys.argv[1:3])
counts = [i for i, h in enumerate(shown[0]) if "hifts" in h]
assert counts and len(shown) == len(whole)
for c in counts:
    for a, b in zip(shown[1:], whole[1:]):
        assert a[c] in ("*", b[c]), (a[c], b[c])
        assert a[c] == "*" or not b[c].isdigit() or not 0 < int(b[c]) < 5, (c, b)
    totals = [r for r in shown[1:] if r[0] == "Total"]
    stages = {r[4] for r in totals} if len(totals) > 1 else {None}
    for stage in stages:
        rows = [r for r in shown[1:] if r[0] != "Total" and (stage is None or r[4] == stage)]
        total = [r for r in totals if stage is None or r[4] == stage][0]
        assert total[c] == "*" or sum(r[c] == "*" for r in rows) != 1, (c, stage)
PY
    grep -q '^# Left out,"nothing\|^# Left out,nothing' "$dir/whole.csv" || die "$what --whole does not say that nothing was left out"
done
tail -1 "$dir/return.csv" | grep -q '^# Left out,' || die "what was left out is not said at the foot"

# ---- doctors' rates: the demo's rules have none, and say so; suite export_rates reads real cards ----
make foi-rates --month 2026-03 --trust RTH --offline > "$dir/rates.csv"
grep -q '^# Not said,no card covers doctors there on that day: RTH$' "$dir/rates.csv" || die "foi-rates does not say that RTH has no card for doctors"
expect "rates of a trust without a card" 0 "$(table "$dir/rates.csv" | tail -n +2 | wc -l)"

# ---- who asks: a trust sees its own; and what makes no sense is said ----
start --config "$dir/fairbank.yaml"
make return --month 2026-03 --as trust:RTH > "$dir/as.csv"
make return --month 2026-03 --trust RTH | cmp - "$dir/as.csv" || die "RTH is told something else than its own"
stop
wrong() { # words, arguments
    words=$1; shift
    rc=0
    "$fairbank" "$@" --data "$data" --offline >"$dir/out" 2>"$dir/err" || rc=$?
    [ $rc -ne 0 ] && grep -q "$words" "$dir/err" || die "$*: exit $rc, said: $(cat "$dir/err")"
}
wrong "the rules have no export 'retrun'" export retrun --month 2026-03
wrong "return is made by the month" export return --weeks 2026-03-16..2026-03-23
wrong "weekly is made by the week" export weekly --month 2026-03
wrong "weekly is made by the week" export weekly --weeks 2026-03-17..2026-03-24
wrong "say for which days" export return
wrong "ends in .csv, .xlsx or .json" export return --month 2026-03 --out "$dir/x.pdf"
wrong "ends in .json with --json" export return --month 2026-03 --json --out "$dir/x.csv"
wrong "No such file" export return --month 2026-03 --out "$dir/none/x.xlsx"
# Room for the workbook, and none for the temporary file of its rows: that is no workbook, whatever the library says.
cp "$dir/alerts.xlsx" "$dir/before.xlsx"
rc=0
(trap '' XFSZ; ulimit -f 500; "$fairbank" export alerts --data "$data" --offline --out "$dir/alerts.xlsx") >"$dir/out" 2>"$dir/err" || rc=$?
expect "a workbook whose rows found no room" 1 $rc
grep -q "a part of the workbook was cut off" "$dir/err" || die "it does not say why: $(cat "$dir/err")"
cmp "$dir/alerts.xlsx" "$dir/before.xlsx" || die "it took the place of the one before"
[ ! -e "$dir/alerts.xlsx.part" ] || die "what was cut off was left"
wrong "fairbank export: no rule 'ratecap.breeched'; there are:" export alerts --rule ratecap.breeched
wrong "leave --month out" export alerts --month 2026-03
wrong "has no column 'profit'" explain cell:return:2026-03:all:ahp_stt:profit
wrong "has no row 'porters'" explain cell:return:2026-03:all:porters:bank_shifts
wrong "a trust is told whole figures of its own only" export return --month 2026-03 --trust RXQ --as trust:RTH
wrong "the period is a month" explain cell:return:2026-3:all:ahp_stt:bank_shifts
[ ! -e "$dir/x.pdf" ] && [ ! -e "$dir/none" ] || die "something was written all the same"
echo "export: ok ($explained figures explained by their shifts; CSV and workbooks the same twice, from engine and folder; small numbers out)"
