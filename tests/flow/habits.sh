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
for c in status spend fill findings explain events price verify "rules check" "rules test" "rules facts" "rules show" "rules diff" "rules import-caps" "rules issue" "rules schedule" "rules withdraw" "period close" "period list" harmony "rules backtest" "approve ask" "approve grant" "approve refuse" "approve withdraw" "approve list" "approve link" "approve confirm" "finding acknowledge" "finding assign" "finding note" "finding snooze" "finding reply" "finding challenge" "finding close" worker forget audit accruals recharge self-bill; do
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --help
    grep -q '^Options:' "$dir/out" || die "fairbank $c --help does not teach its options"
    awk 'length > 100 { exit 1 }' "$dir/out" || die "fairbank $c --help has very long lines"
    [ -z "$(sed -n 's/^  \(--[a-z-]*\).*/\1/p' "$dir/out" | sort | uniq -d)" ] || die "fairbank $c --help teaches an option twice"
    for option in $(sed -n 's/^  --\([a-z-]*\).*/\1/p' "$dir/out"); do
        sed 's/\\-/-/g' deploy/man/fairbank.1 | grep -q -- "--$option\b" || die "the manual page does not know --$option of fairbank $c"
    done
    sed 's/\\-/-/g' deploy/man/fairbank.1 | grep -q -- "$c" || die "the manual page does not know fairbank $c"
done
status_is 0 "$fairbank" --help
awk 'length > 100 { exit 1 }' "$dir/out" || die "fairbank --help has very long lines"
grep -q '\[APPROVAL\] ' "$dir/out" || grep -q '\[APPROVAL\]$' "$dir/out" || die "a command's operands run into its summary"
for c in approve finding rules period; do
    status_is 0 "$fairbank" $c --help
    grep -q "^  $c " "$dir/out" || die "fairbank $c --help does not say what there is"
    awk 'length > 100 { exit 1 }' "$dir/out" || die "fairbank $c --help has very long lines"
done
status_is 0 "$fairbank" finding acknowledge --help
! grep -q -- '--verdict\|--until\|--owner\|--text' "$dir/out" || die "a step's help teaches the options of other steps"
status_is 0 "$fairbank" finding close --help
grep -q -- '--verdict' "$dir/out" || die "finding close --help does not teach --verdict"
# A command's help names what it takes and nothing else; what it does not take is refused, not passed over.
status_is 0 "$fairbank" spend --help
grep -q -- '--weeks' "$dir/out" || die "spend --help does not teach --weeks"
! grep -q -- '--rule\|--cursor\|--pack' "$dir/out" || die "spend --help teaches the options of other commands"
while read -r words; do
    # shellcheck disable=SC2086
    status_is 2 "$fairbank" $words; says 'fairbank [a-z -]* --help'
done <<EOF
spend RTH
status now
verify all
findings --weeks 2026-03-16..2026-04-13
explain B1 --trust RTH
explain B1 B2
explain
spend --limit 3
spend --engine ipc://x
verify --engine ipc://x
fill --stage worked
rules check rules/england --trust RTH
rules test
price
price a.jsonl b.jsonl
EOF
status_is 2 "$fairbank" period; says 'period close'
status_is 2 "$fairbank" rules; says 'rules check'
status_is 2 "$fairbank" period close; says 'something is missing'
status_is 2 "$fairbank" period close 2026-10 --role finance_director; says '--reason'
status_is 2 "$fairbank" period close October --role finance_director --reason x; says 'not a month'
status_is 2 "$fairbank" rules schedule; says 'say when'
status_is 2 "$fairbank" rules schedule --at tomorrow; says 'Europe/London'
status_is 2 "$fairbank" rules issue --at 2026-12-01T00:00; says 'takes no --at'
status_is 2 "$fairbank" rules withdraw; says 'something is missing'
status_is 2 "$fairbank" rules withdraw two; says 'not the number of an issue'
status_is 1 "$fairbank" rules withdraw 2 --data "$dir/nowhere"; says 'only a running one'
status_is 2 "$fairbank" spend --as-known yesterday; says 'not a date'
status_is 2 "$fairbank" spend --posted 2026-10-02; says 'not a month'
status_is 2 "$fairbank" explain B1 --as-known 2026-10-02 --as-of 7; says 'one of them'
status_is 1 "$fairbank" rules issue --data "$dir/nowhere"; says 'only a running one'
status_is 1 "$fairbank" period list --data "$dir/nowhere"; says '--data DIR'
status_is 2 "$fairbank" findings --by rule --limit 3; says 'takes no'
status_is 2 "$fairbank" findings --worst 3 --limit 3; says 'limit already'
status_is 2 "$fairbank" status --offline --engine ipc://x; says 'beside it'
status_is 2 "$fairbank" spend --weeks 2026-04-13..2026-03-16; says 'earlier first'
status_is 2 "$fairbank" spend --weeks 2026-03-16..2026-03-16; says 'earlier first'
status_is 2 "$fairbank" spend --trust 'not a trust'; says 'ODS code'
status_is 2 "$fairbank" events --cursor ''; says '1 to 64 bytes'
for program in fairbankd fairbank fairbank-csv fairbank-ods fairbank-scrub fairbank-allocate fairbank-webhook fairbank-mail fairbank-postgres \
               fairbank-export fairbank-check-proof; do
    status_is 0 "$BIN/$program" --help; [ "$(wc -l < "$dir/out")" -gt 5 ] || die "$program --help teaches nothing"
    status_is 0 "$BIN/$program" --version; grep -q "^$program [0-9]" "$dir/out" || die "$program does not say which it is"
    status_is 2 "$BIN/$program" --nonsense; says nonsense
done
status_is 0 "$BIN/fairbank-export" follow --help
status_is 2 "$BIN/fairbank-export" follow; says 'fairbank-export follow: say where'
status_is 2 "$BIN/fairbank-export" follow --page 501 --to x; says 'from 1 to 500'
status_is 1 "$BIN/fairbank-export" follow --to "$dir/none/there" --once; says 'name a folder to write in'
status_is 2 "$BIN/fairbank-export" spend --nonsense; says 'try: fairbank-export --help'
status_is 2 "$BIN/fairbank-postgres" check
status_is 2 "$BIN/fairbank-mail" check --config "$dir/nowhere.yaml"
status_is 2 "$BIN/fairbank-webhook" status
status_is 2 "$BIN/fairbank-webhook" send --config x
status_is 2 "$BIN/fairbank-webhook" check --config "$dir/nowhere.yaml"
status_is 2 "$fairbank"
status_is 2 "$fairbank" nonsense; says "no command 'nonsense'"
status_is 2 "$fairbank" spend --nonsense
status_is 2 "$fairbank" spend --stage billed; says 'committed, worked, invoiced, paid or latest'
status_is 2 "$fairbank" spend --by colour
status_is 2 "$fairbank" events --kind nonsense
status_is 1 "$fairbank" status --data "$dir/nowhere"; says '--data DIR'
status_is 1 "$fairbank" explain B1 --data "$dir/nowhere"; says 'no engine answers'
status_is 1 "$fairbank" price "$dir/nowhere.jsonl"; says 'cannot read'
status_is 2 "$BIN/fairbank-csv" --mapping "$dir/nowhere.yaml" x.csv
status_is 0 "$fairbank" rules check rules/england rules/thames-valley
status_is 0 "$fairbank" rules check rules/thames-valley # brings england, beside which it lies
mkdir "$dir/alone" && cp -r rules/thames-valley "$dir/alone"
status_is 3 "$fairbank" rules check "$dir/alone/thames-valley"; grep -q "unknown zone 'none'" "$dir/out" || die "a pack alone, and far from england, is not told what it lacks"
for wrong in "$dir/nowhere" rules/england/pack.yaml; do
    status_is 3 "$fairbank" rules check "$wrong"
    expect "lines about $wrong" 2 "$(wc -l < "$dir/out")"
    grep -q "the folder $wrong cannot be read" "$dir/out" || die "the folder $wrong is not named"
done
# Nothing fails without a word.
long=$(printf '%03000d' 0)
status_is 1 "$fairbank" events --data "$dir/nowhere" --feed bogus; says 'bogus'
status_is 1 "$fairbank" explain "$long"; says 'no reference is that long'
status_is 2 "$fairbank" events --cursor "$long"; says '1 to 64 bytes'
status_is 1 "$fairbank" findings --engine "ipc://$dir/none.sock" --rule "$long"; says 'fairbank findings'
rc=0; "$fairbank" rules facts >/dev/full 2>"$dir/err" || rc=$?
expect "a full disk" 1 $rc; says 'could not be written'
for program in fairbank fairbankd fairbank-csv fairbank-ods fairbank-allocate fairbank-scrub fairbank-webhook fairbank-mail fairbank-postgres \
               fairbank-export fairbank-check-proof; do
    for option in --help --version; do
        rc=0; "$BIN/$program" $option >/dev/full 2>"$dir/err" || rc=$?
        expect "$program $option on a full disk" 1 $rc; says "$program.*: the output could not be written"
    done
done
rc=0; "$BIN/fairbankd" --print-config >/dev/full 2>"$dir/err" || rc=$?
expect "fairbankd --print-config on a full disk" 1 $rc; says 'could not be written'
status_is 0 "$BIN/fairbankd" --print-config
start
feed_all
settle
status_is 2 "$BIN/fairbank-export" nonsense --data "$data"; says "no export 'nonsense'"
for c in "status" "spend" "spend --by trust --stage worked" "fill" "findings --severity breach" "findings --by rule" "findings --worst 3" \
         "events --limit 50" "verify" "spend --loaded --by month,cause" "period list"; do
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --data "$data" --json
    jq -e . "$dir/out" >/dev/null || die "fairbank $c --json does not parse"
done
booking=$("$fairbank" findings --data "$data" --severity breach --limit 1 --json | jq -r '"\(.source)/\(.booking)"')
status_is 0 "$fairbank" explain --data "$data" --json "$booking"
jq -e '.sentences | length > 2' "$dir/out" >/dev/null || die "explain says too little"
status_is 1 "$fairbank" explain --data "$data" no-such-booking; says 'no booking'
# An engine that was named and does not answer is not exchanged for a folder.
for c in status "findings --limit 1" "explain $booking"; do
    # shellcheck disable=SC2086
    status_is 1 "$fairbank" $c --data "$data" --engine "ipc://$dir/none.sock"; says "no engine answers at ipc://$dir/none.sock"
done
# Totals are of whole weeks: dates that cut one say so.
status_is 0 "$fairbank" spend --data "$data" --weeks 2026-04-01..2026-05-01 --json; says 'Monday lies from 2026-04-01 to before 2026-05-01'
status_is 0 "$fairbank" spend --data "$data" --weeks 2026-03-16..2026-04-13; [ ! -s "$dir/err" ] || die "whole weeks are complained of: $(cat "$dir/err")"
# What cannot match is not good news.
status_is 2 "$fairbank" findings --data "$data" --rule ratecap.breeched; says "no rule 'ratecap.breeched'; there are:.* ratecap.breached"
status_is 2 "$fairbank" findings --data "$data" --rule "$long"; says 'there are:'
for c in "spend" "fill" "findings" "events --limit 1"; do
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --data "$data" --trust XXX; says 'no shift of a trust XXX is held'
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --data "$data" --trust RTH; [ ! -s "$dir/err" ] || die "$c --trust RTH complains: $(cat "$dir/err")"
    cp "$dir/out" "$dir/upper"
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" $c --data "$data" --trust rth
    cmp -s "$dir/upper" "$dir/out" || die "$c --trust rth is not --trust RTH"
done
# JSON without made-up values: no "?", no day before there were shifts, and each report its own measures.
for c in "events" "findings" "status" "fill" "spend"; do
    status_is 0 "$fairbank" $c --data "$data" --json
    ! grep -q '"?"\|"1970-01-01"\|: *""' "$dir/out" || die "fairbank $c --json makes up values: $(grep -m 1 '"?"\|"1970-01-01"\|: *""' "$dir/out")"
done
! jq -e '.total | has("vacancies")' "$dir/out" >/dev/null || die "spend --json has measures of demand"
"$fairbank" fill --data "$data" --json | jq -e '.total | has("vacancies") and (has("pence") | not)' >/dev/null || die "fill --json has measures of spend"
# One reference in two sources: both are named, and either can be asked for.
sed -e 's/name: rth-roster/name: rth-second/' -e '/references\./d' "$dir/in/mappings/rth-roster.yaml" > "$dir/in/mappings/second.yaml"
feed_file mappings/second.yaml "$(grep -m 1 rth-roster.yaml "$dir/in/feed-order.txt" | cut -d' ' -f2)"
settle
both=$("$fairbank" events --data "$data" --json | jq -rs '[.[] | select(.source == "rth-roster" or .source == "rth-second") | select(.type == "booking.assessed")]
    | group_by(.booking)[] | select((map(.source) | unique | length) == 2 and (map(.number) | unique | length) == 2) | .[0].booking' | head -1)
[ -n "$both" ] || die "no booking is held of both sources"
for how in "" --offline; do
    # shellcheck disable=SC2086
    status_is 1 "$fairbank" explain --data "$data" $how "$both"; says "rth-roster/$both"; says "rth-second/$both"
    # shellcheck disable=SC2086
    status_is 0 "$fairbank" explain --data "$data" $how --json "rth-second/$both"
    expect "the source that was asked for" rth-second "$(jq -r .source "$dir/out")"
    cp "$dir/out" "$dir/told$how"
    # shellcheck disable=SC2086
    status_is 1 "$fairbank" explain --data "$data" $how --as-of 1 "rth-second/$both"; says 'not yet judged at journal entry 1'
done
cmp -s "$dir/told" "$dir/told--offline" || die "explain tells another story offline"
! "$fairbank" spend --data "$data" | grep -q "$(printf '\033')" || die "colour where there is no terminal"
# Totals are the same by every grouping, and the sum of what was posted.
for by in trust ics staff_group route week month posted cause trust,route,week,month,posted,cause; do
    "$fairbank" spend --data "$data" --stage committed --by $by --json | jq '[.rows[].pence] | add' >> "$dir/sums"
done
expect "groupings that differ in their sum" 1 "$(sort -u "$dir/sums" | wc -l)"
posted=$("$fairbank" events --data "$data" --kind spend.posted --json | jq -s '[.[] | select(.stage == "committed" and .measure == "pence" and .shadow == false) | .delta_pence] | add')
expect "the sum of spend.posted against the total" "$(head -1 "$dir/sums")" "$posted"
stop
status_is 0 "$fairbank" explain --data "$data" --offline "$booking"
echo "RESULT help, exit statuses, JSON and sums as promised; committed £$(($posted / 100))"
