#!/bin/sh
# What is live: a consumer that waits at the feed gets what comes, and the ticker calls it out with a heartbeat.
. tests/flow/engine.inc
start
mkdir -p "$dir/state"; cp -r tests/data/demo "$dir/in"
"$BIN/fairbank" events --data "$data" --json --follow --kind spend.posted > "$dir/waiting" &
waiter=$!
trap '[ -z "$waiter" ] || { kill -9 "$waiter" 2>/dev/null || true; wait "$waiter" 2>/dev/null || true; }; quiet_end' EXIT
"$BIN/listen" "ipc://$data/ticker.sock" "" 4 > "$dir/all" &
listener=$!
"$BIN/listen" "ipc://$data/ticker.sock" "ratecap.breached.RTH" 4 > "$dir/some" &
listener2=$!
sleep 0.7 # subscriptions travel
grep -v '^#' "$dir/in/feed-order.txt" | head -8 > "$dir/order"
while read -r mapping file options; do
    # shellcheck disable=SC2086
    feed_file "$mapping" "$file" $options
done < "$dir/order"
settle
wait $listener || die "the ticker's listener saw a frame that is not ours"
wait $listener2
"$BIN/fairbank" events --data "$data" --json > "$dir/feed"
i=0
until [ "$(wc -l < "$dir/waiting")" = "$(grep -c '"type":"spend.posted"' "$dir/feed")" ]; do
    i=$((i + 1)); [ $i -lt 50 ] || die "who waited at the feed has $(wc -l < "$dir/waiting") of $(grep -c '"type":"spend.posted"' "$dir/feed") events"
    sleep 0.1
done
kill $waiter; wait $waiter 2>/dev/null || true; waiter=
beats=$(grep -c '^heartbeat' "$dir/all")
[ "$beats" -ge 2 ] || die "only $beats heartbeats in four seconds"
called=$(grep -c '^event' "$dir/all")
[ "$called" -gt 0 ] || die "the ticker called nothing out"
expect "heads that go back" 0 "$(awk '{ h = $NF + 0; if ($1 != "listening" && h < last) bad++; if ($1 != "listening") last = h } END { print bad + 0 }' "$dir/all")"
! grep '^event' "$dir/some" | grep -v ' ratecap.breached.RTH ' || die "the topic lets others through"
stop
echo "RESULT $(wc -l < "$dir/waiting") events to who waited; ticker: $called called out, $(grep -c '^event' "$dir/some") of them on one topic, $beats heartbeats"
