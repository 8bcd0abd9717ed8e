#!/bin/sh
# What is live: a consumer that waits at the feed gets what comes, and the ticker calls it out by topic, with a heartbeat.
. tests/flow/engine.inc
topic=booking.assessed.RTH
live=
end_live() { for p in $live; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; live=; }
trap 'end_live; quiet_end' EXIT
all_live() { for p in $live; do kill -0 "$p" 2>/dev/null || die "one who waited or listened ended by itself: $(head -3 "$dir/live.err")"; done; }
lines() { grep -c "$1" "$2" || true; } # that begin so, in a file
until_lines() { # how many, of which beginning, in which file, what that is
    i=0
    until [ "$(lines "$2" "$3")" -ge "$1" ]; do
        all_live
        i=$((i + 1)); [ $i -lt 100 ] || die "$4: $(lines "$2" "$3") of $1 after 10 s"
        sleep 0.1
    done
}
start
mkdir -p "$dir/state"; cp -r tests/data/demo "$dir/in"
"$BIN/fairbank" events --data "$data" --json --follow --kind spend.posted > "$dir/waiting" 2>>"$dir/live.err" & live="$live $!"
"$BIN/listen" "ipc://$data/ticker.sock" "" > "$dir/all" 2>>"$dir/live.err" & live="$live $!"
"$BIN/listen" "ipc://$data/ticker.sock" $topic > "$dir/some" 2>>"$dir/live.err" & live="$live $!"
for who in all some; do until_lines 1 '^heartbeat' "$dir/$who" "heartbeats before there is anything"; done
grep -v '^#' "$dir/in/feed-order.txt" | head -8 > "$dir/order"
while read -r mapping file options; do
    # shellcheck disable=SC2086
    feed_file "$mapping" "$file" $options
done < "$dir/order"
settle
# Of so much at once the ticker calls out the newest, as far as it comes; of little, each.
flood=$("$BIN/fairbank" events --data "$data" --json | wc -l)
until_lines 1 "^event .* $flood $flood\$" "$dir/all" "the newest of a flood called out"
mkdir "$dir/in/little"
head -41 "$dir/in/made-up/rth-roster-2026-03-23.csv" > "$dir/in/little/rth-roster-2026-03-23.csv"
feed_file mappings/rth-roster.yaml little/rth-roster-2026-03-23.csv
settle
"$BIN/fairbank" events --data "$data" --json > "$dir/feed"
posted=$(lines '"type":"spend.posted"' "$dir/feed")
jq "select(.seq > $flood) | .seq" "$dir/feed" > "$dir/little"
jq "select(.seq > $flood and \"\(.type).\(.trust)\" == \"$topic\") | .seq" "$dir/feed" > "$dir/little-topic"
on_topic=$(wc -l < "$dir/little-topic")
[ "$posted" -gt 500 ] && [ "$on_topic" -gt 10 ] && [ "$on_topic" -lt "$(wc -l < "$dir/little")" ] || die "too little happened: $posted posted, $on_topic on $topic"
until_lines "$posted" '' "$dir/waiting" "events to who waits at the feed"
until_lines 1 "^event .* $(wc -l < "$dir/feed") " "$dir/all" "the last event called out"
until_lines 1 "^event $topic $(tail -1 "$dir/little-topic") " "$dir/some" "the last event called out on $topic"
beats=$(lines '^heartbeat' "$dir/all")
until_lines $((beats + 2)) '^heartbeat' "$dir/all" "heartbeats when all is said"
all_live; end_live
expect "events to who waited, each once" "$posted" "$(sort -u "$dir/waiting" | wc -l)"
called() { awk -v after="$flood" '$1 == "event" && $3 > after { print $3 }' "$1" | md5sum; }
expect "events called out after the flood" "$(md5sum < "$dir/little")" "$(called "$dir/all")"
expect "events called out on $topic after the flood" "$(md5sum < "$dir/little-topic")" "$(called "$dir/some")"
expect "topics that come" "$topic" "$(awk '$1 == "event" { print $2 }' "$dir/some" | sort -u | paste -sd' ')"
expect "events and heads that go back" 0 "$(awk '$1 == "event" { if ($3 <= seq) bad++; seq = $3 } { if ($NF + 0 < head) bad++; head = $NF + 0 } END { print bad + 0 }' "$dir/all")"
stop

# What is called out is of every trust: where this machine's sockets are for one trust's people, the heartbeat alone is for them.
of_rows() { # from, to: that many more of the file
    (head -1 "$dir/in/made-up/rth-roster-2026-03-23.csv"; sed -n "$1,$2p" "$dir/in/made-up/rth-roster-2026-03-23.csv") > "$dir/in/little/rth-roster-2026-03-23.csv"
    feed_file mappings/rth-roster.yaml little/rth-roster-2026-03-23.csv
    settle
}
printf 'local:\n  roles: [publish:all, trust:RTH, feed]\n' > "$dir/ids.yaml"
start --set "identities=$dir/ids.yaml"
"$BIN/listen" "ipc://$data/ticker.sock" "" > "$dir/own" 2>>"$dir/live.err" & live="$live $!"
until_lines 1 '^heartbeat' "$dir/own" "a heartbeat to whoever may not hear more"
of_rows 42 82
beats=$(lines '^heartbeat' "$dir/own")
until_lines $((beats + 2)) '^heartbeat' "$dir/own" "heartbeats to whoever may not hear more"
[ "$(tail -1 "$dir/own" | cut -d' ' -f2)" -gt "$(wc -l < "$dir/feed")" ] || die "nothing happened that could have been called out"
expect "events called out to one trust's people" 0 "$(lines '^event' "$dir/own")"
printf 'local:\n  roles: [publish:all, finance]\n' > "$dir/ids.yaml"; kill -HUP "$pid"
i=0; until [ "$(grep -c 'identities: 0 of .* are in force' "$dir/log")" -ge 2 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the identities are not read again"; sleep 0.1; done
of_rows 83 123
until_lines 1 '^event' "$dir/own" "events called out to finance"
all_live; end_live
stop
echo "RESULT $posted events to who waited; ticker: $(grep -c '^event' "$dir/all") called out of $(wc -l < "$dir/feed"), after the flood each"
