#!/bin/sh
# The direct engagement interface as its description has it, and as servers that are generated from it or are older, younger and plainer
# than it may answer: every optional field there, none, null; fields and rates that nobody described; pages without a header, with half of
# one, made smaller than asked for, repeated, empty at the end, growing; too many requests, in both forms. And where duties, bookings and
# timesheets each have numbers of their own, an event that is only a number reaches its duty or is set aside, and never reaches another.
. tests/flow/engine.inc
mkdir -p "$dir/api"
python3 tests/flow/allocate_vendor.py "$dir/api" & vendor=$!
quiet_all() { kill -9 $vendor 2>/dev/null || true; wait $vendor 2>/dev/null || true; quiet_end; }
trap quiet_all EXIT
i=0
until [ -f "$dir/api/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the server does not listen"; sleep 0.1; done
head -c 48 /dev/urandom > "$dir/worker-key"; echo password > "$dir/password"; chmod 600 "$dir/password"
poll() { # habit, wanted exit status
    mkdir -p "$dir/$1"
    cat > "$dir/$1.yaml" <<YAML
source: {name: v-$1, trust: RTH, system: portal, sends: [cascades, timesheets]}
hirer: RTH
engine: $engine
state: $dir/$1
worker_key: $dir/worker-key
words: {grade: {Band 5: "5"}, staff_group: {Registered Nurse: nursing_midwifery}}
rates: {basic: plain, enhanced: unsocial, enhanced_night: night, enhanced_saturday: sat, enhanced_sunday: sun, enhanced_holiday: bankhol, fixed: shift}
poll: {url: "http://127.0.0.1:$(cat "$dir/api/port")", version: v1, trust_code: $1, user: provider, password: $dir/password, every: 1, page_size: 5, timeout: 5, from: "2026-03-01T00:00Z", route: agency, engagement: direct}
YAML
    rc=0; "$BIN/fairbank-allocate" poll --once --config "$dir/$1.yaml" 2>"$dir/$1.log" || rc=$?
    [ $rc -eq "$2" ] || { tail -20 "$dir/$1.log"; die "$1: the round ended with $rc, not $2"; }
}
first() { "$BIN/fairbank" receipt --data "$data" --source "v-$1" --json | jq ".kinds.$2.first // 0"; }
taken() { # habit, vacancies, bookings, timesheets
    for k in vacancy booking timesheet; do eval "is_$k=$(first "$1" $k)"; done
    # shellcheck disable=SC2154
    expect "$1: vacancies, bookings, timesheets" "$2 $3 $4" "$is_vacancy $is_booking $is_timesheet"
}
why() { "$BIN/fairbank" explain --data "$data" "v-$1/$2" --json; }
cancelled() { why "$1" "$1.$2" | jq -r '[.. | strings | select(. == "It was cancelled.")] | length'; }
aside() { [ ! -f "$dir/$1/rejects.jsonl" ] && echo 0 || grep -c . "$dir/$1/rejects.jsonl"; }

start
for habit in full bare nulls extra simple noheader headerbits oddheader emptylast repeated limited zero gzip mark; do
    poll $habit 0
    taken $habit 12 12 0
    expect "$habit: events set aside" 0 "$(aside $habit)"
done
grep -q '2 rows of the listing are no events' "$dir/bare.log" || die "rows that say nothing are not told"
expect "limited: both forms of Retry-After" 2 "$(grep -c 'answered 429' "$dir/limited.log")"
poll none 0
# One duty that can never be had, and a list of reference data that nothing needs: the others go on, and only those two are asked for again.
poll stuck 1
taken stuck 11 11 0
asked() { grep -c "/stuck/$1" "$dir/api/requests" || true; }
duties=$(asked duty/) of_it=$(asked duty/11004)
poll stuck 1
expect "stuck: the other duties asked for again" $((duties - of_it)) $(($(asked duty/) - $(asked duty/11004)))
[ "$(asked duty/11004)" -gt "$of_it" ] || die "stuck: what is due is not asked for again"
grep '/stuck/event' "$dir/api/requests" | tail -1 | grep -q 'dateTimeFrom=2026-03-10T08:15' || die "stuck: how far was read does not move on: $(grep '/stuck/event' "$dir/api/requests" | tail -1)"
poll growing 0
[ "$(first growing vacancy)" -ge 12 ] || die "growing: a page was skipped"

# ---- numbers of their own ----
for habit in ownids reference foreign; do poll $habit 0; taken $habit 12 12 0; done
: > "$dir/api/later"
poll ownids 0    # a duty says which booking and which timesheet is its
taken ownids 12 12 1
poll reference 0 # only the booking's reference number, as described
taken reference 12 12 0
poll foreign 3   # nothing says whose it is: all that are booked are looked at; timesheets are set aside
taken foreign 12 12 0
for habit in ownids reference foreign; do
    for number in 11002 11003; do [ "$(cancelled $habit $number)" -gt 0 ] || die "$habit: nobody is on $number any more, and its booking stands"; done
    expect "$habit: bookings of others" 0 "$(cancelled $habit 11004)"
done
expect "timesheets set aside: of a duty that had not begun, of none, of one of which none was told" 3 "$(aside foreign)"
grep -q 'had not begun' "$dir/foreign/rejects.jsonl" && grep -q 'was told before' "$dir/foreign/rejects.jsonl" || die "why they were set aside is not told"
poll growing 0
expect "growing: every duty once" 16 "$(first growing vacancy)"

"$BIN/fairbank" events --data "$data" --json > "$dir/events"
stop
kept=$(find "$data" "$dir" -type f ! -path "$dir/api/*")
# shellcheck disable=SC2086
grep -aqF 'ownids.11002' $kept || die "not even a duty's id is found: this looks in the wrong place"
# shellcheck disable=SC2086
! grep -alF -e PLANTED $kept || { grep -ahoE ".{60}PLANTED.{20}" $kept | head -5; die "a person left the adapter"; }
"$BIN/fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify found a difference"; }
echo "RESULT 20 habits of a server, each duty once; $(wc -l < "$dir/api/requests") requests; an event that is only a number reaches its duty or is set aside"
