#!/bin/sh
# A person's habits: help that teaches, exit statuses as documented, JSON that parses, errors that say what to do.
. tests/flow/engine.inc
status_is() { # wanted, command...
    wanted=$1; shift
    rc=0; "$@" >"$dir/out" 2>"$dir/err" </dev/null || rc=$?
    [ $rc = "$wanted" ] || { cat "$dir/err"; die "$* ended with $rc, not $wanted"; }
}
says() { grep -q -- "$1" "$dir/err" || { cat "$dir/err"; die "the error does not say '$1'"; }; }
fairbank=$BIN/fairbank
for c in status spend fill findings explain events price rules verify; do
    status_is 0 "$fairbank" $c --help
    grep -q -- '--json' "$dir/out" || die "fairbank $c --help does not teach its options"
done
status_is 0 "$BIN/fairbankd" --help
status_is 0 "$BIN/fairbank-csv" --help
status_is 2 "$fairbank"
status_is 2 "$fairbank" nonsense; says "no command 'nonsense'"
status_is 2 "$fairbank" spend --nonsense
status_is 2 "$fairbank" spend --stage paid; says 'not kept yet'
status_is 2 "$fairbank" spend --by colour
status_is 2 "$fairbank" events --kind nonsense
status_is 1 "$fairbank" status --data "$dir/nowhere"; says '--data DIR'
status_is 1 "$fairbank" explain B1 --data "$dir/nowhere"; says 'no engine answers'
status_is 1 "$fairbank" price "$dir/nowhere.jsonl"; says 'cannot read'
status_is 2 "$BIN/fairbank-csv" --mapping "$dir/nowhere.yaml" x.csv
status_is 0 "$fairbank" rules check rules/england rules/thames-valley
status_is 3 "$fairbank" rules check rules/thames-valley
status_is 0 "$BIN/fairbankd" --print-config
start
feed_all
settle
for c in "status" "spend" "spend --by trust --stage worked" "fill" "findings --severity breach" "findings --by rule" "findings --worst 3" \
         "events --limit 50" "verify"; do
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --data "$data" --json
    jq -e . "$dir/out" >/dev/null || die "fairbank $c --json does not parse"
done
booking=$("$fairbank" findings --data "$data" --severity breach --limit 1 --json | jq -r .booking)
status_is 0 "$fairbank" explain --data "$data" --json "$booking"
jq -e '.sentences | length > 2' "$dir/out" >/dev/null || die "explain says too little"
status_is 1 "$fairbank" explain --data "$data" no-such-booking; says 'no booking'
! "$fairbank" spend --data "$data" | grep -q "$(printf '\033')" || die "colour where there is no terminal"
# Totals are the same by every grouping, and the sum of what was posted.
for by in trust ics staff_group route week trust,route,week; do
    "$fairbank" spend --data "$data" --stage committed --by $by --json | jq '[.rows[].pence] | add' >> "$dir/sums"
done
expect "groupings that differ in their sum" 1 "$(sort -u "$dir/sums" | wc -l)"
posted=$("$fairbank" events --data "$data" --kind spend.posted --json | jq -s '[.[] | select(.stage == "committed" and .measure == "pence" and .shadow == false) | .delta_pence] | add')
expect "the sum of spend.posted against the total" "$(head -1 "$dir/sums")" "$posted"
stop
status_is 0 "$fairbank" explain --data "$data" --offline "$booking"
echo "RESULT help, exit statuses, JSON and sums as promised; committed £$(($posted / 100))"
