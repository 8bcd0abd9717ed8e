#!/bin/sh
# Finance's side: a cursor continues where it was acknowledged, also over a crash; no event is missed or given twice.
. tests/flow/engine.inc
on_day 0; start
feed_all
settle
"$BIN/fairbank" events --data "$data" --json > "$dir/all"
head=$(wc -l < "$dir/all")
[ "$head" -gt 1000 ] || die "only $head events"
seqs() { sed -n 's/^{"seq":\([0-9]*\),.*/\1/p' "$@"; }
expect "sequence numbers are dense" "$(seq 1 "$head" | md5sum)" "$(seqs "$dir/all" | md5sum)"
"$BIN/fairbank" events --data "$data" --json --cursor finance --limit 600 > "$dir/first"
crash
start
"$BIN/fairbank" events --data "$data" --json --cursor finance > "$dir/second"
"$BIN/fairbank" events --data "$data" --json --offline | cmp -s - "$dir/all" || die "the folder tells other events than the engine"
expect "names of events" "$head 1" "$(sed -n 's/^{"seq":\([0-9]*\),.*"id":"\([0-9]*\)-\1"}$/\2/p' "$dir/all" | sort | uniq -c | awk '{ n += $1 } END { print n, NR }')"
expect "events over two sittings of one cursor" "$(seqs "$dir/all" | md5sum)" "$(seqs "$dir/first" "$dir/second" | md5sum)"
# A limit is what is taken, so it is what is acknowledged.
for n in 7 1 2 250 3; do
    "$BIN/fairbank" events --data "$data" --json --cursor slowly --limit $n >> "$dir/slowly"
done
expect "events by small limits" "$(seq 1 263 | md5sum)" "$(seqs "$dir/slowly" | md5sum)"
"$BIN/fairbank" events --data "$data" --json --cursor slowly --from 0 --limit 2 > "$dir/again"
expect "a cursor from 0 again" "1 2" "$(seqs "$dir/again" | tr '\n' ' ' | sed 's/ $//')"
# What could not be written was not taken.
rc=0; "$BIN/fairbank" events --data "$data" --json --cursor slowly > /dev/full 2> "$dir/said" || rc=$?
expect "events to a full disk" 1 $rc
grep -q 'could not be written' "$dir/said" || die "a full disk without a word"
"$BIN/fairbank" events --data "$data" --json --cursor slowly --limit 1 > "$dir/next"
expect "the event after reading again, and a full disk: a place never moves back" 264 "$(seqs "$dir/next")"
"$BIN/fairbank" events --data "$data" --json --kind ratecap.breached --trust RXQ > "$dir/some"
[ -s "$dir/some" ] || die "no breach of RXQ"
! grep -v '"type":"ratecap.breached","time":"[^"]*","trust":"RXQ"' "$dir/some" || die "the filter lets others through"
# Whoever follows from the last waits for the next, which comes; from one before it, the last comes at once.
rc=0; timeout 1 "$BIN/fairbank" events --data "$data" --json --follow --from "$head" > "$dir/follow" || rc=$?
expect "a follower waits" "124 " "$rc $(cat "$dir/follow")"
rc=0; timeout 1 "$BIN/fairbank" events --data "$data" --json --follow --from $((head - 1)) > "$dir/follow" || rc=$?
expect "a follower waits behind the last" "124 $(tail -1 "$dir/all")" "$rc $(cat "$dir/follow")"
# Whoever follows while the engine's store is put back to an earlier copy is given what is told from there on, though its number was used before.
asked() { "$BIN/fairbank" approve ask --data "$data" --trust RXQ --rules ratecap.breached --reason "$1" --asked-by RXQ-1 --from 2026-12-01 --until 2027-01-01 > /dev/null || die "nothing was asked for"; }
lines() { i=0; until [ "$(wc -l < "$dir/follow")" -ge "$1" ]; do i=$((i + 1)); [ $i -lt 200 ] || die "$2: $(wc -l < "$dir/follow") events of $1 after 20 s"; sleep 0.1; done; }
"$BIN/fairbank" backup --data "$data" --to "$dir/copy" > /dev/null || die "no copy"
"$BIN/fairbank" events --data "$data" --json --follow --from $((head - 1)) --cursor follower > "$dir/follow" 2> "$dir/said" & follower=$!
asked "before the restore"
lines 2 "before the restore"
crash
mkdir "$dir/keys" && cp "$data"/*.key "$dir/keys/" && rm -rf "$data"
"$BIN/fairbank" restore --from "$dir/copy" --data "$data" > /dev/null 2>&1 || die "no restore"
cp "$dir/keys"/*.key "$data/"
start
asked "after the restore"
lines 3 "after the restore"
expect "numbers that the follower was given" "$head $((head + 1)) $((head + 1))" "$(seqs "$dir/follow" | tr '\n' ' ' | sed 's/ $//')"
kill -TERM $follower; wait $follower || die "the follower: exit $?"
cp "$dir/all" "$dir/before"
"$BIN/fairbank" events --data "$data" --json > "$dir/all"
head -n "$head" "$dir/all" | cmp -s - "$dir/before" || die "an event of before the restore has another name since"
stop
"$BIN/fairbank" events --data "$data" --json --offline > "$dir/offline"
cmp -s "$dir/all" "$dir/offline" || die "the folder tells other events than the feed"
echo "RESULT $head events, dense; one cursor over a crash: each once"
