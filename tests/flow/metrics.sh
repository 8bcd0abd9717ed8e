#!/bin/sh
# The metrics: the format that Prometheus reads, figures that agree with what people are told, and nothing for anybody else's address or method.
. tests/flow/engine.inc
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
port=$(free_port)
printf 'metrics: 127.0.0.1:%s\nrefused_mib: 1\n' "$port" > "$dir/on.yaml"
url=http://127.0.0.1:$port/metrics
get() { curl -s --max-time 5 "$url" > "$dir/page" || die "no metrics"; }
value() { awk -v n="fairbank_$1" '$1 == n { print $2 }' "$dir/page"; }
code() { curl -s --max-time 5 -o /dev/null -w '%{http_code}' "$@"; }

# An address that others can reach is refused, and says why.
printf 'metrics: 0.0.0.0:9464\n' > "$dir/wide.yaml"
rc=0; "$BIN/fairbankd" --check-config --config "$dir/wide.yaml" > "$dir/out" 2>&1 || rc=$?
[ $rc -ne 0 ] || die "an address open to the network is taken"
grep -q 'open to the network' "$dir/out" || { cat "$dir/out"; die "it does not say why"; }
grep -q "agent on this machine$" "$dir/out" || { cat "$dir/out"; die "it does not say to the end what to do"; }

start --config "$dir/on.yaml"
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-03-16.csv
settle
"$BIN/fairbank" events --data "$data" --from 0 --cursor slow --limit 1 > /dev/null
sleep 5
get

# As promtool would: each name with HELP and TYPE before its samples, once; names, labels and values well formed; histograms that grow.
awk '
function bad(why) { print "line " NR ": " why ": " $0; wrong = 1 }
/^# HELP / { if ($3 in helped) bad("HELP twice"); helped[$3] = 1; if (NF < 4) bad("no help"); next }
/^# TYPE / { if ($3 in type) bad("TYPE twice"); type[$3] = $4; if ($4 !~ /^(counter|gauge|histogram)$/) bad("type"); if (!($3 in helped)) bad("TYPE without HELP"); next }
/^#/ || /^$/ { bad("neither"); next }
{
    if ($0 !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*(\{[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*"(,[a-zA-Z_][a-zA-Z0-9_]*="([^"\\]|\\["\\n])*")*\})? [0-9]+(\.[0-9]+)?$/) bad("not a sample")
    name = $0; sub(/[{ ].*/, "", name); family = name
    if (!(family in type)) sub(/_(bucket|sum|count)$/, "", family)
    if (!(family in type)) bad("no TYPE")
    sample = $0; sub(/ [^ ]*$/, "", sample); if (sample in seen) bad("sample twice"); seen[sample] = 1
    if (name ~ /_bucket$/ && type[family] == "histogram") { if (family == last && $NF + 0 < before) bad("a bucket shrinks"); last = family; before = $NF + 0; if (sample ~ /le="\+Inf"/) inf[family] = $NF }
    if (name ~ /_count$/ && type[family] == "histogram" && inf[family] != $NF) bad("count is not the last bucket")
    n++
}
END { if (n < 40) { print n " samples"; wrong = 1 } exit wrong }' "$dir/page" || die "not the format"
grep -q '^fairbank_disk_free_bytes [1-9]' "$dir/page" || die "no room on the disk is told"
grep -q '^fairbank_disk_days_left ' "$dir/page" || die "no days are told"
free=$(value disk_free_bytes) floor=$(value disk_floor_bytes) bytes=$(value store_bytes) days=$(value disk_days_left)
[ "$days" -ge $(((free - floor) / bytes)) ] && [ "$days" -le $(((free - floor) * 10 / bytes / 8)) ] ||
    die "$days days are left of $free bytes above $floor, and the store of today has $bytes"

# They agree with what people are told.
"$BIN/fairbank" status --data "$data" --json > "$dir/status"
expect "the journal" "$(jq .journal "$dir/status")" "$(value journal_entries)"
expect "events" "$(jq .events "$dir/status")" "$(value event_seq)"
grep -q '^fairbank_source_accepted_total{source="rth-roster"} [1-9]' "$dir/page" || die "no source"
lag=$(awk '/^fairbank_cursor_lag_events\{cursor=".*slow"\}/ { print $2 }' "$dir/page")
[ "${lag:-0}" -gt 10 ] || die "the consumer's lag is '$lag'"
[ "$(value commit_seconds_count)" -gt 0 ] || die "no commit was counted"
expect "the version" "$(grep -c '^fairbank_build_info{version="[0-9.]*",epoch="[0-9]*",decide_version="[0-9]*"} 1$' "$dir/page")" 1

# Nothing else.
expect "another path" 404 "$(code "http://127.0.0.1:$port/")"
expect "a POST without a body" 405 "$(code -X POST "$url")"
expect "DELETE" 405 "$(code -X DELETE "$url")"
expect "HEAD" 200 "$(code -I "$url")"
expect "a body" 400 "$(code -X GET -d x=1 "$url")"
# A crowd that says nothing holds all eight connections, five seconds at most, and the engine does not notice.
python3 -c '
import socket, sys, time
crowd = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(8)]
open(sys.argv[2], "w").close()
time.sleep(30)' "$port" "$dir/crowd" & crowd=$!
i=0; until [ -f "$dir/crowd" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "no crowd came"; sleep 0.1; done
expect "beside the crowd" 000 "$(code --max-time 1 "$url" || true)"
feed_file mappings/rth-provider.yaml made-up/rth-provider-2026-03-16.csv
sleep 7
kill -0 $crowd 2>/dev/null || die "the crowd left by itself"
expect "after the crowd" 200 "$(code "$url")"
kill -9 $crowd; wait $crowd 2>/dev/null || true
stop
grep -q "metrics: http://127.0.0.1:$port/metrics" "$dir/log" || die "it does not say where they are"

# Without the key there is no such door.
start
expect "off" 000 "$(code "$url" || true)"
stop
"$BIN/fairbank" verify --data "$data" > /dev/null || die "verify finds a difference"
echo "RESULT $(grep -vc '^#' "$dir/page") samples in the format, loopback only"
