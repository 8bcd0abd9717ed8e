#!/bin/sh
# Events of Allocate systems arrive once each: in files, posted, and polled from a mock of the interface that is slow, wrong, forgetful and
# changes its pages under us; through kills of the adapter; and no planted person is in anything that is kept, sent or logged.
. tests/flow/engine.inc
mkdir -p "$dir/api" "$dir/state" "$dir/posted" "$dir/polled" "$dir/again"
n=40
python3 tests/flow/allocate_world.py "$dir/api" $n
python3 tests/flow/allocate_mock.py "$dir/api" first-token &
mock=$!
adapter=
quiet_all() { for p in $mock $adapter; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; quiet_end; }
trap quiet_all EXIT
i=0
until [ -f "$dir/api/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the mock does not listen"; sleep 0.1; done
head -c 48 /dev/urandom > "$dir/worker-key"
echo 0123456789abcdef-secret > "$dir/secret"; echo first-token > "$dir/token"; chmod 600 "$dir/secret" "$dir/token"
config() { # name of the source, its system, state folder, who polls
    cat > "$dir/$1.yaml" <<YAML
source: {name: $1, trust: RTH, system: $2, sends: [cascades, timesheets]}
hirer: RTH
engine: $engine
state: $3
worker_key: $dir/worker-key
words:
  trust: {T1: RTH}
  grade: {Band 5: "5", Band 5 RN: "5"}
  staff_group: {Registered Nurse: nursing_midwifery, Nursing and Midwifery Registered: nursing_midwifery}
  reason: {Sickness: sickness}
rates: {basic: plain, enhanced: unsocial, enhanced_night: night}
listen: {port: 0, secret: $dir/secret}
poll: {url: "http://127.0.0.1:$(cat "$dir/api/port")", version: v1, trust_code: RTH, $4, every: 1, page_size: 25, timeout: 2, from: "2026-03-01T00:00Z"}
YAML
}
config rth-events roster "$dir/state" "token: $dir/token"
config rth-posted roster "$dir/posted" "token: $dir/token"
config rth-portal portal "$dir/polled" "token: $dir/token"
config rth-again portal "$dir/again" "user: provider, password: $dir/token"
allocate() { mode=$1 name=$2; shift 2; "$BIN/fairbank-allocate" "$mode" --config "$dir/$name.yaml" "$@" 2>>"$dir/allocate.log"; }
records() { "$BIN/fairbank" status --data "$data" --json | jq '.records'; }

# ---- files ----
start
allocate check rth-events | grep -q 'listens polls' || die "check does not say what is configured"
allocate file rth-events "$dir/api/events.jsonl" || die "the file did not go through: $(tail -3 "$dir/allocate.log")"
# Of each duty a vacancy, two cascades, a booking and a timesheet; a vacancy and a booking of the other interface.
once=$(records)
tail -1 "$dir/allocate.log" | grep -q "taken $((n * 4 + 3)) repeated 0 passed_over 2" || die "not every event was taken: $(tail -1 "$dir/allocate.log")"
expect "records of a file" $((n * 5 + 2)) "$once"
allocate file rth-events "$dir/api/events.jsonl" || die "the file again did not go through"
expect "records after the same file again" "$once" "$(records)"
tail -1 "$dir/allocate.log" | grep -q "taken 0 repeated $((n * 4 + 5))" || die "said again, it is taken again: $(tail -1 "$dir/allocate.log")"
rc=0; allocate file rth-events "$dir/api/bad.jsonl" || rc=$?
expect "a file of faulty lines" 3 "$rc"
# A line that never ends takes no memory, and costs only itself.
{ echo '{"eventType":"DutyApproved","dutyId":"before"}'; head -c 300000000 /dev/zero | tr '\0' 7; echo; echo '{"eventType":"DutyApproved","dutyId":"after"}'; } > "$dir/api/long.jsonl"
rc=0; (within 600000 allocate file rth-events "$dir/api/long.jsonl") || rc=$?
expect "a file with a line that is too long" 3 "$rc"
tail -1 "$dir/allocate.log" | grep -q 'passed_over 2 unreadable 1' || die "the lines beside a long one: $(tail -2 "$dir/allocate.log")"
grep -q 'long.jsonl:2: set aside: longer than 262144 bytes' "$dir/allocate.log" || die "a long line is not refused with its number"
rm "$dir/api/long.jsonl"
expect "lines set aside" 6 "$(grep -c . "$dir/state/rejects.jsonl")"
grep -q 'bad.jsonl:2' "$dir/state/rejects.jsonl" || die "a line's number is not told"

# The events as they are described: without a time. Booked, cancelled and booked again is booked; the same file again, or grown, changes nothing.
cat > "$dir/api/untimed.jsonl" <<'JSON'
{"eventType":"VacancyPublishedEvent","id":"U1","vacancy":{"id":"U1","when":{"planned":{"from":"2026-03-23T07:30:00.000+00:00","to":"2026-03-23T19:30:00.000+00:00"}},"where":{"trustId":"T1","location":{"id":"W1","name":"Ward"}}}}
{"eventType":"ProposalDetails","vacancyId":"U1","personId":"PLANTED","engagementRoute":"bank","cost":0.8008281904610115}
{"eventType":"BookingEvent","proposalId":"UP","vacancyId":"U1"}
{"eventType":"BookingCancelledEvent","proposalId":"UP","vacancyId":"U1"}
{"eventType":"BookingEvent","proposalId":"UP","vacancyId":"U1"}
JSON
allocate file rth-events "$dir/api/untimed.jsonl" || die "events without a time did not go through"
tail -1 "$dir/allocate.log" | grep -q 'taken 4 repeated 0 passed_over 1' || die "not every event without a time was taken: $(tail -1 "$dir/allocate.log")"
expect "a booking that was cancelled and booked again" 0 "$("$BIN/fairbank" explain --data "$data" rth-events/UP --json | jq -r '[.. | strings | select(. == "It was cancelled.")] | length')"
once_untimed=$(records)
echo '{"eventType":"DutyApproved","dutyId":"D"}' >> "$dir/api/untimed.jsonl"
allocate file rth-events "$dir/api/untimed.jsonl" || die "the grown file did not go through"
tail -1 "$dir/allocate.log" | grep -q 'taken 0 repeated 5 passed_over 1' || die "said again, it is taken again: $(tail -1 "$dir/allocate.log")"
expect "records after the grown file" "$once_untimed" "$(records)"

# ---- posts ----
listen() {
    rm -f "$dir/listen.out" # else an old address could be read from it
    "$BIN/fairbank-allocate" listen --config "$dir/rth-posted.yaml" > "$dir/listen.out" 2>>"$dir/allocate.log" &
    adapter=$!
    i=0
    until url=$(sed -n "s/^listening at //p" "$dir/listen.out" 2>/dev/null); [ -n "$url" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "it does not listen"; sleep 0.1; done
}
post() { curl -s -o "$dir/answer" -w '%{http_code}' -H "X-Fairbank-Secret: ${secret-0123456789abcdef-secret}" --data-binary "$1" "${url}events"; }
listen
i=0
until [ "$(post '{"eventType":"DutyApproved","timeStamp":"2026-03-11T08:00:00Z"}')" = 200 ]; do i=$((i + 1)); [ $i -lt 50 ] || die "no answer to a post"; sleep 0.1; done
for k in 1 2 3 4 5; do expect "a post with another secret" 401 "$(secret=wrong post '{}')"; done
expect "lines about them" 1 "$(grep -c 'fairbank-allocate: turned away: [1-5] without the secret, or with another' "$dir/allocate.log")"
expect "a post that is no JSON" 400 "$(post '{"surname": "PLANTED')"
expect "a post of a list" 400 "$(post '[{"eventType":"DutyApproved"}]')"
grep -q 'an event is one JSON object' "$dir/answer" || die "a post of a list: $(cat "$dir/answer")"
expect "a post with a byte-order mark" 200 "$(post "$(printf '\357\273\277{"eventType":"DutyApproved","dutyId":"marked"}')")"
expect "a post of what is not known" 422 "$(post '{"eventType":"VacancyWithdrawnEvent","id":"never","timeStamp":"2026-03-11T08:00:00Z","email":"PLANTED@x"}')"
head -c 300000 /dev/zero | tr '\0' ' ' > "$dir/long"
expect "a post that is too long" 413 "$(post "@$dir/long")"
before=$(records)
k=0
while read -r line; do # killed in the middle; what was not answered is posted again
    k=$((k + 1))
    if [ $k -eq 40 ] || [ $k -eq 90 ]; then
        (post "$line" > /dev/null || true) & poster=$!
        kill -9 $adapter; wait $adapter 2>/dev/null || true; wait $poster || true
        listen
    fi
    i=0
    until code=$(post "$line"); [ "$code" = 200 ]; do
        [ "$code" = 503 ] || [ "$code" = 000 ] || die "answered $code: $(cat "$dir/answer")"
        i=$((i + 1)); [ $i -lt 100 ] || die "still $code"; sleep 0.1
    done
done < "$dir/api/events.jsonl"
expect "records that came by post" "$once" "$(($(records) - before))"
crash
i=0
until [ "$(post '{"eventType":"DutyApproved","timeStamp":"2026-03-11T09:00:00Z"}')" = 503 ]; do i=$((i + 1)); [ $i -lt 200 ] || die "2xx without an engine"; sleep 0.1; done
start
i=0
until [ "$(post '{"eventType":"DutyApproved","timeStamp":"2026-03-11T09:00:00Z"}')" = 200 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the engine is back, and posts are not taken"; sleep 0.1; done
kill -TERM $adapter; rc=0; wait $adapter || rc=$?; adapter=
[ $rc -eq 0 ] || [ $rc -eq 3 ] || die "SIGTERM: the adapter ended with $rc"

# The secret is changed: the one before comes in until it is taken out. Here by IPv6, where this machine has it.
echo abcdef9876543210-secret > "$dir/new-secret"; chmod 600 "$dir/new-secret"
[ ! -r /proc/net/if_inet6 ] || ! grep -q '^0*1 ' /proc/net/if_inet6 || sed -i "s,listen: {,listen: {address: '::1'\, ," "$dir/rth-posted.yaml"
sed -i "s,secret: $dir/secret,secret: $dir/new-secret\, old_secret: $dir/secret," "$dir/rth-posted.yaml"
may_post() { # what, with the new secret, with the old
    listen
    i=0
    until [ "$(secret=abcdef9876543210-secret post '{"eventType":"DutyApproved","timeStamp":"2026-03-11T09:00:00Z"}')" = "$2" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "$1: the new secret is not taken"; sleep 0.1; done
    expect "$1: a post with the old secret" "$3" "$(post '{"eventType":"DutyApproved","timeStamp":"2026-03-11T09:00:00Z"}')"
    kill -TERM $adapter; wait $adapter || true; adapter=
}
may_post "while the secret is changed" 200 200
sed -i "s/, old_secret: [^}]*}/}/" "$dir/rth-posted.yaml"
may_post "when it has been" 200 401

# ---- polled ----
before=$(records)
printf '%s\n' 'slow 3' '500' '429 1' 'garbage' 'cut' 'wrongpage' 'delete 3' 'insert RTH.7' > "$dir/api/script"
"$BIN/fairbank-allocate" poll --config "$dir/rth-portal.yaml" 2>>"$dir/allocate.log" & adapter=$!
i=0
touch "$dir/api/requests"
# Until the engine has some of them: the row that the script takes out of the listing is among the first, and is never told again.
until [ "$(grep -c '/duty/' "$dir/api/requests" || true)" -ge 20 ] && [ "$(($(records) - before))" -ge 12 ]; do
    kill -0 $adapter 2>/dev/null || die "the poller ended: $(tail -2 "$dir/allocate.log")"
    i=$((i + 1)); [ $i -lt 300 ] || die "no duty was asked for after 30 s"; sleep 0.1
done
kill -9 $adapter; wait $adapter 2>/dev/null || true; adapter=
echo second-token > "$dir/api/wanted-token" # 401 until the token's file is renewed
(sleep 1; echo second-token > "$dir/token") &
rc=0; allocate poll rth-portal --once || rc=$?
[ $rc -eq 0 ] || [ $rc -eq 3 ] || die "a round after the kill: $rc: $(tail -3 "$dir/allocate.log")"
grep -q 'answered 401' "$dir/allocate.log" || die "401 is not told"
got=$(($(records) - before))
expect "records polled: a vacancy and a booking of each duty, one timesheet" $((2 * n + 1)) "$got"
asked=$(grep -c '/duty/' "$dir/api/requests" || true)
allocate poll rth-portal --once || true
expect "duties asked for when nothing changed" "$asked" "$(grep -c '/duty/' "$dir/api/requests")"
expect "records after another round" "$got" "$(($(records) - before))"
python3 tests/flow/allocate_world.py "$dir/api" $n later
allocate poll rth-portal --once || true
expect "records when bookings went: none is new" "$got" "$(($(records) - before))"
state_of() { "$BIN/fairbank" explain --data "$data" "rth-portal/$1" --json | jq -r '[.. | strings | select(test("cancelled"))] | length'; }
[ "$(state_of RTH.2)" -gt 0 ] || die "nobody is on a duty any more, and its booking stands"
expect "a booking that went while another came" 0 "$(state_of RTH.3)"
# A row that is taken away after page one was read moves another up, past the reader; here it is the same other row twice.
before=$(records)
python3 tests/flow/allocate_world.py "$dir/api" $n
printf '%s\n' 'delete 2' 'insert RTH.7' 'delete 2' > "$dir/api/script"
rc=0; allocate poll rth-again --once || rc=$?
expect "a round with faulty rows" 3 "$rc"
expect "records polled while the pages changed" $((2 * n + 1)) "$(($(records) - before))"

# An event that is dated after the clock is read, and what comes then is found all the same; a place that one left is no place.
world() { jq -c "$1" "$dir/api/world.json" > "$dir/api/world.json.new"; mv "$dir/api/world.json.new" "$dir/api/world.json"; }
listed() { world ".events += [{eventType: \"CREATE\", entityType: \"duty\", entityId: \"RTH.$1\", timeStamp: \"$2\"}] | .duties[\"RTH.$1\"] = (.duties[\"RTH.5\"] | .dutyId = \"RTH.$1\" | .uniqueNumber = \"BRN$1\")"; }
finds() { # a duty, when it is heard of
    expect "$2: asked for before" 0 "$(grep -c "/duty/$1 " "$dir/api/requests" || true)"
    allocate poll rth-again --once || true
    [ "$(grep -c "/duty/$1 " "$dir/api/requests" || true)" -gt 0 ] || die "duty $1 was never asked for, $2"
}
listed 901 2099-01-01T00:00:00Z
finds 901 "dated after the clock"
grep -q "after this machine's clock (the last 2099-01-01T00:00:00" "$dir/allocate.log" || die "that an event is of the future is not told"
listed 902 2026-03-19T08:00:00Z
finds 902 "after an event of the future"
python3 -c 'import sqlite3, sys; d = sqlite3.connect(sys.argv[1]); d.execute("UPDATE known SET at_ms = 4070908800000, value = 4070908800000 WHERE kind = ? AND id = ?", ("place", "events")); d.commit()' "$dir/again/memory.db"
listed 903 2026-03-12T08:00:00Z
finds 903 "after a place of the future"
grep -q 'read again from its beginning' "$dir/allocate.log" || die "that a place was of the future is not told"
# A server can go on for ever: a reading ends before the memory does, and what was read of a list before serves.
world '.endless = true'
rc=0; (within 2000000 allocate poll rth-again --once) || rc=$?
[ $rc -eq 1 ] || die "a listing without an end: $rc: $(tail -3 "$dir/allocate.log")"
grep -q 'the listing has more than 500000 rows, 128 MiB' "$dir/allocate.log" || die "a listing without an end is not told: $(tail -2 "$dir/allocate.log")"
world 'del(.endless) | .endless_list = true | .events += [{eventType: "UPDATE", entityType: "grade", entityId: "RTH.g5", timeStamp: "2026-03-20T08:00:30Z"}]'
rc=0; (within 2000000 allocate poll rth-again --once) || rc=$?
[ $rc -eq 1 ] || die "a list without an end: $rc: $(tail -3 "$dir/allocate.log")"
grep -q 'the list referenceData/grade has more than' "$dir/allocate.log" || die "a list without an end is not told: $(tail -2 "$dir/allocate.log")"

# ---- taken back ----
batches() { "$BIN/fairbank" batches --data "$data" --limit 1000 --json | jq -r ".[] | select(.source == \"$1\") | .batch"; }
for way in "rth-posted posts" "rth-portal poll"; do
    batches "${way% *}" > "$dir/named"
    [ -s "$dir/named" ] || die "what came to ${way% *} is of no batch"
    ! grep -vE "^${way#* } 20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}Z\$" "$dir/named" || die "${way% *} has a batch of another name"
done
batches rth-events | grep -qE '^events.jsonl#[0-9a-f]{8}$' || die "a file is no batch of its name and digest: $(batches rth-events)"
figures() { # what the bank is told, but for when
    "$BIN/fairbank" spend --data "$data" --by trust,staff_group,route,week --json > "$1.spend"
    "$BIN/fairbank" findings --data "$data" --json --limit 100000 | jq -c '[.. | objects | select(.rule? and .booking?) | [.booking, .rule, .severity]] | sort' > "$1.findings"
}
figures "$dir/before"
sed -n 's/00000000-0000-4000-8000-000000000000/99999999-0000-4000-8000-000000000000/p' "$dir/api/events.jsonl" > "$dir/api/PLANTED's.jsonl"
sed 's/^hirer: RTH/&\nbatch: digest/' "$dir/rth-events.yaml" > "$dir/rth-nameless.yaml"
allocate file rth-nameless "$dir/api/PLANTED's.jsonl" || die "the wrong file did not go through: $(tail -3 "$dir/allocate.log")"
settle
figures "$dir/with"
! cmp -s "$dir/before.findings" "$dir/with.findings" || die "the wrong file changes nothing"
wrong=$(batches rth-events | head -1)
echo "$wrong" | grep -qE '^#[0-9a-f]{8}$' || die "a batch that is called by its digest is called $wrong"
"$BIN/fairbank" withdraw --data "$data" --batch "$wrong" --as trust:RTH --reason "another trust's file" --json > "$dir/out" || { cat "$dir/out"; die "it is not taken back"; }
expect "records of the wrong file" 5 "$(jq .foreseen.withdrawn "$dir/out")"
settle
figures "$dir/after"
cmp "$dir/before.spend" "$dir/after.spend" || die "taken back, the spend is another"
cmp "$dir/before.findings" "$dir/after.findings" || die "taken back, the findings are others"

# ---- persons ----
"$BIN/fairbank" events --data "$data" --json > "$dir/events" || true
"$BIN/fairbank" findings --data "$data" --json > "$dir/findings" || true
stop
kept=$(find "$data" "$dir/state" "$dir/posted" "$dir/polled" "$dir/again" "$dir/log" "$dir/allocate.log" "$dir/events" "$dir/findings" "$dir/answer" "$dir/listen.out" -type f)
# shellcheck disable=SC2086
grep -aqF 'RTH.5' $kept || die "not even a duty's id is found: this looks in the wrong place"
# shellcheck disable=SC2086
! grep -alF -e PLANTED $kept || { grep -ahoE ".{60}PLANTED.{20}" $kept | head -5; die "a person left the adapter"; }
echo "RESULT $once records by file and by post, $got polled, each once; no person in $(echo "$kept" | wc -l) files"
