#!/bin/sh
# An adapter can be in any language: the examples in Python, JavaScript and C publish the same bookings, and what they said is the
# same to the byte (each one's messages are repeats of the others') and is judged the same. They outlive an engine that is away,
# killed and busy; their consumers, killed, miss no event and know each that comes again. With keys too.
. tests/flow/engine.inc
examples=adapters/examples
py=/usr/bin/python3 # Debian's own: its zmq and protobuf are packages
made=$dir/made
mkdir -p "$made"
protoc --proto_path=proto --python_out="$made" proto/fairbank/v1/*.proto
cp $examples/javascript/*.js* "$made/"
(cd "$made" && npm ci --ignore-scripts --no-audit --no-fund --silent >/dev/null 2>"$dir/npm.log") || { tail -5 "$dir/npm.log"; die "npm ci"; }
export PYTHONPATH="$made" PYTHONDONTWRITEBYTECODE=1 # tests leave nothing beside the sources
python_publish() { timeout 120 $py $examples/python/publisher.py --engine "$engine" "$@"; }
javascript_publish() { timeout 120 node "$made/publisher.js" --proto proto --engine "$engine" "$@"; }
python_consume() { exec $py $examples/python/consumer.py --feed "$feed" "$@"; }
javascript_consume() { exec node "$made/consumer.js" --proto proto --feed "$feed" "$@"; }
consumer= # both replace the shell that they are called in, so that $! is theirs
kill_consumer() { kill -9 "$consumer"; wait "$consumer" 2>/dev/null || true; consumer=; }
trap '[ -z "$consumer" ] || kill -9 "$consumer" 2>/dev/null; quiet_end' EXIT
feed=ipc://$data/feed.sock
c_publish() { timeout 120 "$BIN/example-publish" --engine "$engine" --spool "$dir/spool" "$@"; }
languages="python javascript c"
outcomes() { jq -r "[.$1 // 0, .$2 // 0, .$3 // 0] | join(\" \")"; }

on_day 0
# Each language alone in an engine of its own: the same events. The first one's messages are repeats to the others.
for first in $languages; do
    rm -rf "$data"; start
    said=$("${first}_publish" $examples/bookings.csv)
    expect "$first: accepted, amended, refused" "6 2 0" "$(echo "$said" | outcomes accepted amended refused)"
    for other in $languages; do
        said=$("${other}_publish" $examples/bookings.csv)
        expect "$other after $first: duplicates, conflicts, accepted" "8 0 0" "$(echo "$said" | outcomes duplicate conflict accepted)"
    done
    settle
    timeout 60 $py $examples/python/consumer.py --feed "$feed" --cursor p --out "$dir/python.jsonl"
    timeout 60 node "$made/consumer.js" --proto proto --feed "$feed" --cursor j --out "$dir/javascript.jsonl"
    expect "events of both consumers" "$(jq -cS . "$dir/python.jsonl" | md5sum)" "$(jq -cS . "$dir/javascript.jsonl" | md5sum)"
    jq -cS 'select(.record_ref != "") | del(.id, .time, .seq)' "$dir/python.jsonl" | sort > "$dir/judged-$first"
    cmp -s "$dir/judged-python" "$dir/judged-$first" || die "what $first published is judged otherwise than what Python published"
    rm -f "$dir/python.jsonl" "$dir/javascript.jsonl"
    stop
done
events=$(wc -l < "$dir/judged-python")
[ "$events" -gt 20 ] || die "only $events events of eight messages"
grep -q ratecap.breached "$dir/judged-python" || die "no breach of a cap among them"

# An engine that is not there yet, and is killed in the middle; one that says busy.
printf 'sources:\n  - name: narrow\n    trust: RTH\n    window: 2\n' > "$dir/config"
awk -F, -v OFS=, 'NR == 1 { print; next } NR == 2 { for (i = 1; i <= 1500; i++) { $1 = "L-" i; print } }' $examples/bookings.csv > "$dir/long.csv"
cut=0
for language in $languages; do
    rm -rf "$data"
    "${language}_publish" --resend-ms 500 "$dir/long.csv" > "$dir/said" 2> "$dir/said.err" &
    publisher=$!
    sleep 0.5
    start --config "$dir/config"
    until "$BIN/fairbank" status --data "$data" --json 2>/dev/null | jq -e 'any(.sources[]; .accepted > 0)' > /dev/null; do kill -0 $publisher 2>/dev/null || break; done
    ! kill -0 $publisher 2>/dev/null || cut=$((cut + 1))
    crash
    start --config "$dir/config"
    rc=0; wait $publisher || rc=$?
    [ $rc -eq 0 ] || { cat "$dir/said.err"; die "$language over a killed engine: exit $rc"; }
    expect "$language: answered as taken over a killed engine" 1500 "$(jq '(.accepted // 0) + (.duplicate // 0)' "$dir/said")"
    if [ "$language" != c ]; then
        head -41 "$dir/long.csv" > "$dir/forty.csv"
        said=$("${language}_publish" --source narrow --eager "$dir/forty.csv")
        expect "$language above the window: taken in the end" 40 "$(echo "$said" | jq '(.accepted // 0) + (.duplicate // 0)')"
        [ "$(echo "$said" | jq .busy)" -gt 0 ] || die "$language above the window was never told busy"
    fi
    settle
    [ "$language" = javascript ] || stop
    [ "$language" != javascript ] || {
        # Consumers are killed again and again; then one that never said what it had.
        "$BIN/fairbank" events --data "$data" --json > "$dir/all"
        for reader in python javascript; do
            for n in 1 2 3 4 5 6; do
                "${reader}_consume" --cursor "$reader" --out "$dir/$reader.jsonl" --limit 25 --follow &
                consumer=$!
                sleep 0.$((n + 2))
                kill_consumer
                printf '{"id": "torn in the middle' >> "$dir/$reader.jsonl" # as a kill within a write leaves it
            done
            ("${reader}_consume" --cursor "$reader" --out "$dir/$reader.jsonl")
            # A line cut by the kill was not synced, so it was not acknowledged, and its event came again.
            jq -cR 'fromjson? | [.id, .seq, .type]' "$dir/$reader.jsonl" | sort -u > "$dir/once"
            expect "$reader: events, each known by its id" "$(wc -l < "$dir/all")" "$(wc -l < "$dir/once")"
            expect "$reader: ids, each with one event" "$(wc -l < "$dir/once")" "$(jq -r '.[0]' "$dir/once" | sort -u | wc -l)"
            "${reader}_consume" --cursor "$reader-late" --out "$dir/late" --follow --ack-every 1000000 &
            consumer=$!
            i=0; until [ "$(cat "$dir/late" 2>/dev/null | wc -l)" -ge 200 ]; do i=$((i + 1)); [ $i -lt 300 ] || die "$reader took no events"; sleep 0.1; done
            kill_consumer
            before=$(wc -l < "$dir/late")
            ("${reader}_consume" --cursor "$reader-late" --out "$dir/late")
            expect "$reader, killed before it said what it had: lines" $((before + $(wc -l < "$dir/all"))) "$(wc -l < "$dir/late")"
            expect "$reader, killed before it said what it had: ids" "$(wc -l < "$dir/all")" "$(jq -cR 'fromjson? | .id' "$dir/late" | sort -u | wc -l)"
            rm -f "$dir/late"
        done
        stop
    }
done
[ $cut -gt 0 ] || die "every publisher had done before the engine was killed"

# The library in C keeps on the disk what it took: killed with the engine away, it sends it in its next run, whatever that is for.
rm -rf "$data"; mkdir "$data"
head -1 "$dir/long.csv" > "$dir/none.csv"
"$BIN/example-publish" --engine "$engine" --spool "$dir/kept" "$dir/forty.csv" 2>/dev/null &
publisher=$!
i=0; until [ "$(cat "$dir"/kept/*.spool 2>/dev/null | wc -c)" -gt 4000 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "nothing was spooled"; sleep 0.1; done
kill -9 $publisher; wait $publisher 2>/dev/null || true
rm -rf "$data"; start
said=$("$BIN/example-publish" --engine "$engine" --spool "$dir/kept" "$dir/none.csv" 2>"$dir/said.err")
left=$(sed -n 's/^an earlier run left \([0-9]*\) messages.*/\1/p' "$dir/said.err")
[ "${left:-0}" -gt 10 ] || die "the killed run left ${left:-no} messages"
expect "what a killed run had taken" "$left" "$(echo "$said" | jq .accepted)"
stop

# The same over the network, with keys that the engine lists.
rm -rf "$data"; mkdir -m 700 "$data" "$dir/keys"
"$BIN/fairbank" keys make engine --out "$data" >/dev/null
"$BIN/fairbank" keys make mine --out "$dir/keys" >/dev/null
port=$(free_port 2)
cat > "$dir/identities.yaml" <<Y
identities:
  - name: mine
    key: '$(sed -n 's/^public: //p' "$dir/keys/mine.pub")'
    roles: [publish:RTH, trust:RTH, feed]
    sources: [example]
Y
printf 'network_door: tcp://127.0.0.1:%s\nnetwork_feed: tcp://127.0.0.1:%s\nidentities: %s\n' "$port" $((port + 1)) "$dir/identities.yaml" > "$dir/config"
start --config "$dir/config"
engine=tcp://127.0.0.1:$port feed=tcp://127.0.0.1:$((port + 1))
keys="--server-key $data/engine.pub --key $dir/keys/mine.key"
want="6 2 0"
for language in $languages; do
    # shellcheck disable=SC2086
    said=$("${language}_publish" $keys $examples/bookings.csv)
    expect "$language with keys" "$want" "$(echo "$said" | outcomes accepted amended duplicate)"
    want="0 0 8"
done
# shellcheck disable=SC2086
c_publish $keys --receipt "$dir/receipt" $examples/bookings.csv > /dev/null 2>&1 || die "no receipt with keys"
"$BIN/fairbank" receipt --check "$dir/receipt" | grep -q '^HOLDS' || die "the receipt that came over the network does not hold"
for reader in python javascript; do
    # shellcheck disable=SC2086
    ("${reader}_consume" $keys --cursor "$reader" --out "$dir/keys.jsonl")
    [ -s "$dir/keys.jsonl" ] || die "$reader took no events with keys"
    rm "$dir/keys.jsonl"
done
stop
echo "RESULT $languages: one to the byte, $events events of 8 messages judged the same; busy, killed, with keys"
