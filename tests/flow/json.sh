#!/bin/sh
# Every command whose help names --json writes JSON with it: what the help lists is run, and what is new and not listed here fails.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
"$fairbank" --help | grep -oE '^  [a-z-]+( [a-z-]+)*' | sed 's/^  //' | while read -r c; do
    # shellcheck disable=SC2086
    ! "$fairbank" $c --help | grep -qE '^  --json( |$)' || echo "$c"
done > "$dir/commands"
[ "$(wc -l < "$dir/commands")" -gt 40 ] || die "the help lists too few commands that take --json"
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
    n=$((n + 1))
done < "$dir/commands"
stop
echo "RESULT $n commands write JSON"
