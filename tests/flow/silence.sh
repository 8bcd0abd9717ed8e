#!/bin/sh
# A source that falls silent against its own habit, with the real programs: three Mondays make a habit; on the next one it stops, and
# after two whole hours that is told, once, in the feed, by status, by the doctor and among the metrics; its next message ends it.
# The engine lives through the weeks without a restart: its wall clock is moved under it.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
monday=$(date -u -d '2027-01-04 00:00 UTC' +%s) # in winter London's clock is UTC
at() { # days after that Monday, hour, minute
    echo $((monday + $1 * 86400 + $2 * 3600 + $3 * 60 - $(date +%s))) > "$dir/clock.new"
    mv "$dir/clock.new" "$dir/clock"
}
sent=0
send() { # source, and at least one row that nobody sent before
    sent=$((sent + 1))
    { head -1 tests/data/demo/made-up/organisations-2026-03-01.csv; echo "RTH,Made up $sent,NHS Trust,QU9,2022-07-01,2026-04-01,no"; } > "$dir/in/organisations-2026-03-01.csv"
    feed_file "$1.yaml" organisations-2026-03-01.csv
}
told() { "$fairbank" events --data "$data" --json --kind source.silent > "$dir/told"; wc -l < "$dir/told"; }
habit() { "$fairbank" status --data "$data" --json | jq -r ".sources[] | select(.source == \"roster\") | .habit"; }
waits_for() { # events
    i=0; until [ "$(told)" -eq "$1" ]; do i=$((i + 1)); [ $i -lt 100 ] || { cat "$dir/told"; die "source.silent: wanted $1, got $(told)"; }; sleep 0.1; done
}

mkdir -p "$dir/in" "$dir/state"
for source in roster pulse; do sed "s/name: organisation-register/name: $source/" tests/data/demo/mappings/organisations.yaml > "$dir/in/$source.yaml"; done
cp tests/data/demo/worker-key "$dir/in/worker-key"
cp -r rules "$dir/rules"
sed -i 's/^silence: {weeks: 8, weeks_least: 4, percent: 75, hours: 3/silence: {weeks: 3, weeks_least: 3, percent: 100, hours: 2/' "$dir/rules/thames-valley/pack.yaml"
grep -q '^silence: {weeks: 3' "$dir/rules/thames-valley/pack.yaml" || die "the pack has no rule of silence to change"
port=$(free_port)
cat > "$dir/fairbank.yaml" <<YAML
packs: [$dir/rules/england, $dir/rules/thames-valley]
metrics: 127.0.0.1:$port
YAML
metric() { curl -s "http://127.0.0.1:$port/metrics" | awk -v name="$1" 'index($0, name " ") == 1 { print $2 }'; }
on_day 0
at 0 8 30; start --config "$dir/fairbank.yaml"

# ---- three Mondays: a message in each of four hours; the other days are nobody's habit ----
for week in 0 1 2; do
    for hour in 9 10 11 12; do at $((7 * week)) $hour 30; send roster; done
done
expect "events of silence while a habit is made" 0 "$(told)"

# ---- the fourth: one message, then none. Another source's messages wake the engine, and are nobody else's ----
at 21 8 30; send pulse; at 21 9 30; send roster
expect "the habit" known "$(habit)"
at 21 11 50; send pulse
expect "events after an hour and a half" 0 "$(told)"
at 21 12 0; send pulse; waits_for 1
jq -e 'select(.source == "roster" and .severity == "warn" and .back == false and (.minutes == 149 or .minutes == 150))' "$dir/told" > /dev/null || { cat "$dir/told"; die "the event says something else"; }
expect "status" silent "$(habit)"
"$fairbank" status --data "$data" | grep -q '^SILENT: roster' || die "status does not tell people"
"$fairbank" doctor --data "$data" > "$dir/out" || true
grep -q '1 of 2 sources fell silent' "$dir/out" || { cat "$dir/out"; die "the doctor does not tell"; }
i=0; until [ "$(metric 'fairbank_source_silent{source="roster"}')" = 1 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the metrics do not tell"; sleep 0.1; done
expect "the other source, among the metrics" 0 "$(metric 'fairbank_source_silent{source="pulse"}')"
expect "how many are silent" 1 "$(metric fairbank_sources_silent)"

# ---- once, however long and after a kill; then it is back ----
at 21 14 0; send pulse
crash; start --config "$dir/fairbank.yaml"
at 21 16 0; send pulse
expect "events of one silence" 1 "$(told)"
send roster; waits_for 2
tail -1 "$dir/told" | jq -e 'select(.source == "roster" and .severity == "ok" and .back and .minutes >= 389 and .minutes <= 391)' > /dev/null || { cat "$dir/told"; die "its end says something else"; }
expect "status, when it is back" known "$(habit)"
i=0; until [ "$(metric fairbank_sources_silent)" = 0 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the metrics do not tell that it is back"; sleep 0.1; done
stop
"$fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify found a difference"; }
echo "silence: told after two whole hours of its habit, once, and when it was back"
