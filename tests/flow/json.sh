#!/bin/sh
# Every command takes --json, and writes JSON with it: what the help lists is run, and what is new and not listed here fails.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
"$fairbank" --help | grep -oE '^  [a-z-]+( [a-z-]+)*' | sed 's/^  //' > "$dir/commands"
[ "$(wc -l < "$dir/commands")" -gt 60 ] || die "the help lists too few commands"
while read -r c; do
    # shellcheck disable=SC2086
    "$fairbank" $c --help | grep -qE '^  --json( |$)' || die "fairbank $c takes no --json"
done < "$dir/commands"
start
feed_all
settle
# A refusal, so that there is one to show; a trial to hold against nothing; a folder of files for those that read some.
sed -e 's/hours-{yyyy-mm-dd}.csv/*{yyyy-mm-dd}*/' "$dir/in/mappings/hours.yaml" > "$dir/in/refused.yaml"
printf 'Staff No,Employer,Week Commencing,Hours\n20000895,RTH,16/03/2026,400:00\n' > "$dir/in/refused-2026-03-23.csv"
feed_file refused.yaml refused-2026-03-23.csv
booking=$("$fairbank" findings --data "$data" --severity breach --trust RTH --limit 1 --json | jq -r '"\(.source)/\(.booking)"')
refused=$("$fairbank" refused list --data "$data" --json | jq -r '.. | .journal? // empty' | head -n 1)
vacancy=$("$fairbank" batches --data "$data" --json | jq -r 'if type == "array" then .[0].batch else .batch end' | head -n 1)
asked=$("$fairbank" approve ask --data "$data" --trust RTH --booking "$booking" --rules ratecap.breached --asked-by RTH-SITE-1 --role executive_director --reason x --json | jq -r .approval)
printf '{"id":"d","trust":"RTH","staff_group":"nursing_midwifery","band":"5","route":"bank","worker":{"kind":"bank_only"},"start":"2026-10-24T19:30","end":"2026-10-25T08:00"}\n' > "$dir/price.jsonl"
"$fairbank" archive --data "$data" --upto 100 --to "$dir/a.fba" > /dev/null
"$fairbank" keys make rth --out "$dir" > /dev/null
{ echo identities:; "$fairbank" keys identity rth publish:RTH feed --key "$dir/rth.pub"; } > "$dir/identities.yaml"
"$fairbank" checkpoint make --data "$data" > "$dir/checkpoint.txt"
"$fairbank" checkpoint sign "$dir/checkpoint.txt" --name RTH --key "$dir/sign.key" > "$dir/signed.txt" 2> /dev/null
printf 'Hourly caps\n\n\nBand,HCAS zone,Core,Saturday / night,Sunday / bank holiday\nBand 5,None,20.00,26.00,32.00\nBand 6,None,24.00,31.20,\n' > "$dir/card.csv"
mkdir "$dir/pack"
"$fairbank" backup --data "$data" --to "$dir/b0" > /dev/null
cp deploy/routes.yaml "$dir/routes.yaml"; cp -r rules/england "$dir/england"
sed -i '/name: agency.off_framework/,/severity:/s/severity: [a-z]*/severity: note/' "$dir/england/assurance/"*.yaml
on() { printf '%s --data %s' "$*" "$data"; }
# With its operands; nothing: not run here, and why.
call() {
    case $1 in
    accruals | recharge) on "$1 2026-03" ;;
    self-bill) on "self-bill 2026-03 --supplier AG01" ;;
    explain) on "explain $booking" ;;
    price) echo "price $dir/price.jsonl" ;;
    "rules check" | "rules test") echo "$1 rules/england rules/thames-valley" ;;
    "rules facts") echo "rules facts" ;;
    "rules show") echo "rules show rules/england rules/thames-valley --trust RTH --at 2026-07-01" ;;
    "rules import-caps") echo "rules import-caps $dir/card.csv --map tests/data/caps/price-card.map.yaml --out $dir/pack" ;;
    "keys make") echo "keys make engine --out $dir" ;;
    "keys show") echo "keys show $dir/rth.key" ;;
    "keys identity") echo "keys identity rth publish:RTH feed --key $dir/rth.pub" ;;
    "keys check") echo "keys check $dir/identities.yaml" ;;
    prove) on "prove --journal 5 --out $dir/proof.json" ;;
    "checkpoint sign") echo "checkpoint sign $dir/checkpoint.txt --name RXQ --key $dir/sign.key" ;;
    "checkpoint countersign") on "checkpoint countersign $dir/signed.txt" ;;
    "rules diff") echo "rules diff rules/england rules/england" ;;
    "rules backtest") on "rules backtest $dir/england" ;;
    "approve grant") on "approve grant $asked --by RTH-CNO-1 --role executive_director --reason x" ;;
    "finding note") on "finding note $booking --by RTH-1 --text x" ;;
    "finding acknowledge") on "finding acknowledge $booking --by RTH-1" ;;
    worker) on "worker 1 --as controls" ;;
    forget) on "forget 2 --as admin --reason x" ;;
    audit) on "audit --as admin --worker 1" ;;
    "approve list") on "approve list --as controls" ;;
    "refused show") on "refused show $refused" ;;
    "refused replay") on "refused replay $refused --dry-run" ;;
    withdraw) on "withdraw --batch $vacancy --as admin --dry-run" ;;
    export) on "export spend --month 2026-03" ;;
    "route check") echo "route check $dir/routes.yaml" ;;
    archive) on "archive --upto 50 --to $dir/b.fba" ;;
    "archive verify") on "archive verify $dir/a.fba" ;;
    backup) on "backup --to $dir/b1" ;;
    restore) echo "restore --from $dir/b0 --data $dir/restored" ;;
    compact) echo "compact --data $dir/restored" ;;
    "period close") on "period close 2026-03 --role finance_director --reason x" ;;
    "rules issue") on "rules issue" ;;
    status | spend | fill | findings | events | "period list" | harmony | "refused list" | invoices | batches | doctor | verify | receipt | checkpoint\ *) on "$1" ;;
    # With files of a trust's own, over a moment to come, or one of a family of which another is run.
    reconcile | parity | "rules schedule" | "rules withdraw" | "export follow" | "route test") ;;
    "approve ask" | "approve refuse" | "approve withdraw" | "approve link" | "approve confirm") ;;
    "finding assign" | "finding snooze" | "finding reply" | "finding challenge" | "finding close") ;;
    *) echo unknown ;;
    esac
}
n=0
while read -r c; do
    words=$(call "$c")
    [ "$words" != unknown ] || die "fairbank $c takes --json and is not tried here"
    [ -n "$words" ] || continue
    rc=0
    # shellcheck disable=SC2086
    "$fairbank" $words --json > "$dir/out" 2> "$dir/err" < /dev/null || rc=$?
    [ $rc -ne 2 ] || [ "$c" = doctor ] || { cat "$dir/err"; die "fairbank $words --json is not how to call it"; }
    jq -es 'length > 0' "$dir/out" > /dev/null 2>&1 || { head -n 5 "$dir/out" "$dir/err"; die "fairbank $words --json (status $rc) is no JSON"; }
    mkdir -p "$dir/said"; cp "$dir/out" "$dir/said/$(echo "$c" | tr ' ' -)"
    n=$((n + 1))
done < "$dir/commands"
# What a program takes on from is there, in words that it can hold against the files.
says() { jq -e "$2" "$dir/said/$1" > /dev/null 2>&1 || { cat "$dir/said/$1"; die "$1 --json is not: $2"; }; }
key=$("$fairbank" keys show "$dir/rth.pub")
says keys-make ".key == \"$("$fairbank" keys show "$dir/engine.key")\" and .pair_file == \"$dir/engine.key\" and .public_file == \"$dir/engine.pub\""
grep -q "$(sed -n 's/^secret: //p' "$dir/engine.key")" "$dir/said/keys-make" && die "keys make --json tells the secret key"
says keys-show ".key == \"$key\""
says keys-identity ".name == \"rth\" and .key == \"$key\" and .roles == [\"publish:RTH\", \"feed\"]"
says keys-check ".name == \"rth\" and .keys == [\"$key\"] and .roles == [\"publish:RTH\", \"feed\"] and .sources == [\"rth\"] and .revoked == false"
"$fairbank" keys identity rth finance --json | jq -es '.[0].name == "rth" and (.[0] | has("key") | not)' > /dev/null || die "an identity without a key has one"
says prove ".out == \"$dir/proof.json\""
"$BIN/fairbank-check-proof" "$dir/proof.json" > /dev/null || die "what prove --json wrote is no proof"
says checkpoint-sign '.text | test("countersigned-by RXQ")'
says checkpoint-sign '.countersigned_by == ["RXQ"] and .signed'
says checkpoint-countersign '.sent == 1 and (.said[0] | test("^1 countersignature was kept with checkpoint [0-9]"))'
"$fairbank" checkpoint countersign "$dir/signed.txt" --data "$data" --json | jq -es '.[0].said[0] | test("^0 countersignatures")' > /dev/null || die "a countersignature was kept twice"
says rules-import-caps ".table == \"$dir/pack/caps/made-up-card-2026-27.csv\" and .grades == 2 and .amounts == 5 and .empty == 1"
stop
echo "RESULT $n commands write JSON"
