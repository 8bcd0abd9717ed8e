#!/bin/sh
# Completeness receipts, with the real programs: what was fed is stated, open and closed, the same after a kill -9; the signature
# holds, and not when a digit is another; a trust sees its own; the event brings the statement; verify makes all of it again. That
# somebody else makes the same hash is in the suites receipts and in the simulator; silences are in the suite silence.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
receipt() { "$fairbank" receipt --data "$data" "$@"; }
fails() { # status, words, command...
    wanted=$1 words=$2; shift 2
    rc=0; "$@" >"$dir/out" 2>&1 || rc=$?
    [ $rc -eq "$wanted" ] || { cat "$dir/out"; die "$* ended with $rc, not $wanted"; }
    grep -q -- "$words" "$dir/out" || { cat "$dir/out"; die "$* does not say '$words'"; }
}
events() { "$fairbank" events --data "$data" --json --kind "$1"; }

# ---- today, so far; again after a kill ----
on_day 0; start
mkdir -p "$dir/state"; cp -r tests/data/demo "$dir/in"
grep -v '^#' "$dir/in/feed-order.txt" | grep . > "$dir/order"
while read -r mapping file options; do
    # shellcheck disable=SC2086
    feed_file "$mapping" "$file" $options
done < "$dir/order"
settle
source=rth-roster
receipt --source $source --out "$dir/open.txt" > "$dir/shown" 2>/dev/null || die "no receipt of $source"
grep -q '^state open' "$dir/open.txt" || die "the day that is not over is not marked open"
grep -q 'so far' "$dir/shown" || die "a person is not told that the day is not over"
accepted=$("$fairbank" status --data "$data" --json | jq ".sources[] | select(.source == \"$source\") | .accepted + .amended")
stated=$(receipt --source $source --json | jq '[.kinds[] | .first + .amended] | add')
expect "messages of $source, by its receipt" "$accepted" "$stated"
for kind in booking vacancy timesheet; do grep -q "^$kind first" "$dir/open.txt" || die "no line of $kind"; done
receipt > "$dir/all" || die "no receipts of all sources"
grep -q "$source" "$dir/all" && grep -q 'rxq' "$dir/all" || die "not every source has a row"
crash; start
cp "$dir/open.txt" "$dir/kept.txt"
! receipt --source $source --out "$dir/open.txt" > /dev/null 2> "$dir/err" || die "a receipt was written over another"
grep -q 'is there already and says something else' "$dir/err" || die "it does not say that the file is there"
cmp "$dir/kept.txt" "$dir/open.txt" || die "a receipt that was refused its name changed the file"
receipt --source $source --out "$dir/again.txt" > /dev/null 2>&1
strip() { grep -v '^made\|^entries\|^signature\|^repeats' "$1"; }
strip "$dir/open.txt" > "$dir/a"; strip "$dir/again.txt" > "$dir/b"; cmp "$dir/a" "$dir/b" || die "after a kill the receipt is another"

# ---- signatures, and who may ask ----
key=$("$fairbank" checkpoint key --data "$data" 2>/dev/null || { "$fairbank" checkpoint make --data "$data" > /dev/null; "$fairbank" checkpoint key --data "$data"; })
receipt --check "$dir/open.txt" --signer "$key" > "$dir/out" || { cat "$dir/out"; die "the receipt does not hold"; }
grep -q '^HOLDS' "$dir/out" || die "the check does not say that it holds"
sed 's/^\(booking first \)\([0-9]*\)/\19\2/' "$dir/open.txt" > "$dir/bad.txt"; fails 3 'NOT SIGNED' receipt --check "$dir/bad.txt"
fails 3 'ANOTHER KEY' receipt --check "$dir/open.txt" --signer "$(echo "$key" | tr 0-9a-f a-f0-9)"
echo 'fairbank receipt 2' > "$dir/bad.txt"; fails 1 'bad.txt:1' receipt --check "$dir/bad.txt"
fails 1 "another trust's" receipt --source $source --as trust:RXQ
receipt --source $source --as trust:RTH > /dev/null || die "a trust does not get its own receipt"
fails 1 'no source of that name' receipt --source nobody
fails 1 'not come yet' receipt --source $source --day 2099-01-01
fails 1 'is made when today is over' receipt --source $source --day 2020-01-01
fails 2 'is not a date' receipt --source $source --day yesterday
fails 2 'takes a file' receipt --check "$dir/open.txt" --source $source
expect "the day of the receipt" "$today" "$(receipt --source $source --json | jq -r .day)"
stop

# ---- midnight: every source is told, and the statement comes with the event ----
on_day 1; start; settle
i=0; until [ "$(events receipt.issued | wc -l)" -gt 0 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "nothing was stated at midnight"; sleep 0.1; done
receipt --source $source --day "$today" --out "$dir/closed.txt" > /dev/null 2>&1 || die "the day is not stated"
grep -q '^state closed' "$dir/closed.txt" || die "the day is not closed"
strip "$dir/closed.txt" | sed 's/closed/open/' > "$dir/b"; cmp "$dir/a" "$dir/b" || die "the closed day is another than it was so far"
events receipt.issued | jq -r "select(.source == \"$source\") | .statement" | sed 's/\xe2\x80\xa8/\n/g' | grep . > "$dir/event.txt"
cmp "$dir/event.txt" "$dir/closed.txt" || die "the event's statement is not the one that is given when asked"
expect "one event for each source" "$(receipt --json | wc -l)" "$(events receipt.issued | wc -l)"
crash; start
receipt --source $source --day "$today" --out "$dir/once.txt" > /dev/null 2>&1; cmp "$dir/closed.txt" "$dir/once.txt" || die "a closed day changed"
"$fairbank" status --data "$data" --json | jq -e '[.sources[] | select(.habit == "cannot_say")] | length > 0' > /dev/null || die "status does not say of whom nothing can be said"
"$fairbank" doctor --data "$data" | grep -q 'too few weeks' || die "the doctor does not speak of sources"
stop
"$fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify found a difference"; }
echo "receipts: $stated messages of $source stated, remade and signed"
