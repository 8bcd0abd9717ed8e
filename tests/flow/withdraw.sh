#!/bin/sh
# A wrong file is taken back while the engine is killed: what is left is what stood before it, and the corrected file is taken.
. tests/flow/engine.inc
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
fb() { command=$1; shift; "$BIN/fairbank" "$command" "$@" --data "$data"; }
figures() { # file
    fb spend --by trust,staff_group,route,week --json > "$1.spend"
    fb findings --json --limit 100000 | jq -c '[.. | objects | select(.rule? and .booking?) | [.booking, .rule, .severity, .pence]] | sort' > "$1.findings"
}
same() { # what, file, file
    cmp -s "$2.spend" "$3.spend" || die "$1: the spend is another"
    cmp -s "$2.findings" "$3.findings" || die "$1: the findings are others"
}
events_of() { fb events --kind "$1" --json | wc -l; }
row() { fb batches --batch "$batch" --json | jq -r ".[0].$1"; }

start
n=0
while read -r mapping file options; do
    case $mapping in ''|\#*) continue ;; esac
    [ "$file" != made-up/rth-roster-2026-04-06.csv ] || continue
    # shellcheck disable=SC2086
    feed_file "$mapping" "$file" $options
done < "$dir/in/feed-order.txt"
settle
figures "$dir/before"
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-04-06.csv
settle
figures "$dir/with"
! cmp -s "$dir/before.spend" "$dir/with.spend" || die "the file changes no spend"
! cmp -s "$dir/before.findings" "$dir/with.findings" || die "the file changes no findings"
batch=$(fb batches --limit 1 --json | jq -r '.[0].batch')
case $batch in rth-roster-2026-04-06.csv#????????) ;; *) die "the batch is called $batch" ;; esac
n=$(row accepted)
[ "$n" -gt 500 ] || die "only $n records came with it"

# Nobody else may, and asking changes nothing.
rc=0; fb withdraw --batch "$batch" --as trust:RXQ --dry-run > "$dir/out" 2>&1 || rc=$?
expect "another trust" 1 "$rc"
rc=0; fb withdraw --batch "$batch" --as controls > "$dir/out" 2>&1 || rc=$?
expect "without a reason" 2 "$rc"
fb withdraw --batch "$batch" --as controls --dry-run --json > "$dir/out"
expect "what it would withdraw" "$n" "$(jq .foreseen.withdrawn "$dir/out")"
figures "$dir/dry"
same "a dry run" "$dir/with" "$dir/dry"

# Killed in the middle: it goes on with the next start.
fb withdraw --batch "$batch" --as trust:RTH --reason "the wrong file" > "$dir/out" 2>&1 &
asking=$!
i=0
until [ "$(row taken_back.withdrawn)" -ge 0 ] 2>/dev/null; do # a number, once it has begun; a busy machine may not answer
    i=$((i + 1)); [ $i -lt 300 ] || die "nothing is taken back"
done
crash
kill "$asking" 2>/dev/null || true
wait "$asking" 2>/dev/null || true
start
i=0
until [ "$(row taken_back.done)" = true ]; do i=$((i + 1)); [ $i -lt 300 ] || die "it does not end"; sleep 0.1; done
expect "records withdrawn" "$n" "$(row taken_back.withdrawn)"
settle
figures "$dir/after"
same "taken back" "$dir/before" "$dir/after"
expect "events that tell of it" 1 "$(events_of batch.withdrawn)"
fb events --kind spend.posted --json | jq -e 'select(.cause == "withdrawn" and .delta_pence < 0)' > /dev/null || die "no figure was posted back"
rc=0; fb withdraw --batch "$batch" --as controls --reason again > "$dir/out" 2>&1 || rc=$?
expect "a second time" 1 "$rc"

# The same messages have their stored answer; with a word of their own they are taken.
rm -rf "$dir/state"; mkdir -p "$dir/state"; : > "$dir/summaries"
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-04-06.csv
settle
figures "$dir/repeat"
same "the same file again" "$dir/before" "$dir/repeat"
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-04-06.csv --again mended
settle
figures "$dir/again"
same "the file with ids of its own" "$dir/with" "$dir/again"
expect "more came with it" true "$(row taken_back.more_came)"

# Names of digits alone, as publishers give them, are names: the number of a batch is said to be one.
i=0
for name in 20260317 1; do # the first is some batch's number or none, the second is that of the first file
    i=$((i + 1))
    sed -n "1p;$((i + 1))p" adapters/examples/bookings.csv > "$dir/one.csv"
    "$BIN/example-publish" --engine "$engine" --spool "$dir/spool" --batch "$name" "$dir/one.csv" > "$dir/out" || { cat "$dir/out"; die "$name did not go through"; }
done
settle
named() { fb batches --batch "$1" --as controls --json | jq -r '.[0] | "\(.number) \(.batch)"'; }
number=$(named 1); number=${number% *}
[ "$number" -gt 5 ] || die "the batch that is called 1 is $number"
first=$(named number:1)
[ "$first" != "1 1" ] && [ "${first%% *}" = 1 ] || die "batch number 1 is '$first'"
fb withdraw --batch 20260317 --as controls --dry-run --json | jq -e '.batch == "20260317" and .foreseen.withdrawn == 1' > /dev/null || die "a batch that is called by a day is not found by its name"
fb withdraw --batch 1 --as controls --reason "by its name" > "$dir/out" || die "a batch that is called 1 is not taken back"
grep -q "^1 of example (batch $number) is being taken back" "$dir/out" || { cat "$dir/out"; die "another batch than the one that was named is taken back"; }
expect "the first file of all" false "$(fb batches --batch number:1 --json | jq '.[0] | has("taken_back")')"
rc=0; fb withdraw --batch 2 --as controls --dry-run > "$dir/out" 2>&1 || rc=$?
expect "a number that was not said to be one" 1 "$rc"
grep -q "2 was looked for as a name; a batch's number is given as --batch number:2" "$dir/out" || { cat "$dir/out"; die "it does not say how a number is given"; }
stop
"$BIN/fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify finds a difference"; }
echo "RESULT a file of $n records taken back across a kill -9, and taken again"
