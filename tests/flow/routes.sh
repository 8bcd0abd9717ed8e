#!/bin/sh
# Who gets which alert, by the real programs: an acknowledged finding is not escalated and every other is, once; a trust over its ceiling
# silences its smaller alerts and no other trust's; a snooze is reminded of before it ends; and `fairbank route test` says all this of
# one event before it happens.
. tests/flow/engine.inc
secret=whsec_ZmFpcmJhbmstZmxvdy10ZXN0LXNlY3JldA==
mkdir -p "$dir/hook"
printf '%s\n' "$secret" > "$dir/secret"
chmod 600 "$dir/secret"
python3 tests/flow/hook_receiver.py "$dir/hook" "$secret" &
receiver=$!
quiet_all() { kill -9 $receiver 2>/dev/null || true; wait $receiver 2>/dev/null || true; quiet_end; }
trap quiet_all EXIT
i=0
until [ -f "$dir/hook/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the receiver does not listen"; sleep 0.1; done
cat > "$dir/routes.yaml" <<'YAML'
routes:
  - name: breaches
    to: [desk]
    when: {kind: [ratecap.breached]}
    escalate: {after: 1s, to: [director]}
  - name: off-card
    to: [desk]
    when: {kind: [rate.off_card]}
    quiet: {hours: 22:00-07:00, except: [breach]}
    group: {by: [trust], window: 1s}
  - name: put-off
    to: [desk]
    when: {kind: [finding.snoozed]}
    remind: {before: 2d, to: [director]}
silences:
  - name: over-the-ceiling
    because: {kind: [ceiling.passed]}
    silences: {kind: [rate.off_card]}
    same: [trust]
    for: 1d
YAML
cat > "$dir/hook.yaml" <<YAML
feed: ipc://$data/feed.sock
routes: $dir/loud.yaml
ledger: $dir/ledger
receivers:
  - {name: desk, url: "http://127.0.0.1:$(cat "$dir/hook/port")/desk", secret: $dir/secret}
  - {name: director, url: "http://127.0.0.1:$(cat "$dir/hook/port")/director", secret: $dir/secret}
YAML
grep -v 'quiet:' "$dir/routes.yaml" > "$dir/loud.yaml" # at whatever hour this test runs
"$BIN/fairbank" route check "$dir/routes.yaml" > /dev/null || die "the routes are not right"
hook() { "$BIN/fairbank-webhook" "$@" --config "$dir/hook.yaml"; }
finding() { "$BIN/fairbank" finding "$@" --data "$data" --as controls --by CONTROLS-1 > "$dir/out" || die "fairbank finding $1 failed: $(cat "$dir/out")"; }
start
feed_all
settle
"$BIN/fairbank" findings --data "$data" --rule ratecap.breached --json > "$dir/findings"
booking() { sed -n "$1p" "$dir/findings" | jq -r '"\(.source)/\(.booking)"'; }
[ "$(wc -l < "$dir/findings")" -gt 20 ] || die "too few breaches"
finding acknowledge "$(booking 1)" ratecap.breached
finding acknowledge "$(booking 2)" ratecap.breached
finding snooze "$(booking 3)" ratecap.breached --until "$(TZ=GMT0BST,M3.5.0/1,M10.5.0 date -d tomorrow +%Y-%m-%dT09:00)" --owner RTH-WARD-9 --text 'their list comes then'
"$BIN/fairbank" events --data "$data" --from 0 --json > "$dir/events"
sleep 1.2 # the time that somebody had
hook run --once --quiet 2>/dev/null || die "the first run failed"
sleep 1.2 # the window of the groups
hook run --once --quiet 2>/dev/null || die "the second run failed"

# Which trusts passed their ceiling, from what was posted: as committed, by trust and month, in the order of the feed.
jq -r 'select(.type == "spend.posted" and .measure == "pence" and .route == "agency" and .stage == "committed" and (.shadow | not))
    | [.trust, .day[0:7], .delta_pence, .journal] | @tsv' "$dir/events" |
    awk '{ at = $1 " " $2; if ($4 != entry) { for (k in moved) look(k); delete moved; entry = $4 } sum[at] += $3; moved[at] = 1 }
        function look(k, trust, most, now) { split(k, trust, " "); most = trust[1] == "RTH" ? 3000000 : trust[1] == "RXQ" ? 2000000 : 2500000
            now = sum[k] > most; if (now != over[k]) { over[k] = now; told[k]++ } }
        END { for (k in moved) look(k); for (k in told) print k, told[k], over[k] ? "over" : "within" }' | LC_ALL=C sort > "$dir/ours"
jq -rs 'map(select(.type | startswith("ceiling."))) | group_by([.trust, .posted])[] | "\(.[0].trust) \(.[0].posted) \(length) \(if .[-1].type == "ceiling.passed" then "over" else "within" end)"' \
    "$dir/events" | LC_ALL=C sort > "$dir/theirs"
[ -s "$dir/ours" ] || die "no trust passed its ceiling"
cmp "$dir/ours" "$dir/theirs" || { cat "$dir/ours" "$dir/theirs"; die "the ceilings that were passed are not those that the spend passed"; }
jq -r 'select(.type == "ceiling.passed") | .statement' "$dir/events" | grep -q 'over the ceiling of £.* (thames-valley, assurance/ceilings.yaml line' ||
    die "a passed ceiling does not say which, and where it stands"

# The same, worked out from the feed by other means.
jq -s 'map(select(.shadow or .historic | not)) | reduce .[] as $e ({hushed: {}, silenced: 0, told: 0, open: {}};
    (if $e.type == "ceiling.passed" then .hushed[$e.trust] = true else . end)
    | (if $e.type == "ratecap.breached" then .open[$e.finding] = true | .told += 1 else . end)
    | (if $e.type == "rate.off_card" then (if .hushed[$e.trust] then .silenced += 1 else .told += 1 end) else . end)
    | (if $e.type == "finding.snoozed" then .told += 1 else . end)
    | (if ["finding.acknowledged", "finding.assigned", "finding.cleared", "finding.closed", "finding.replied", "finding.snoozed"] | index($e.type)
       then del(.open[$e.finding]) else . end)) | {told, silenced, escalated: (.open | length)}' "$dir/events" > "$dir/wanted"
wanted() { jq -r ".$1" "$dir/wanted"; }
got() { awk -v end="$1" '$1 ~ end "$" && $2 == 204 { print $1 }' "$dir/hook/got" | sort -u | wc -l | tr -d ' '; }
[ "$(wanted silenced)" -gt 5 ] && [ "$(wanted told)" -gt 50 ] && [ "$(wanted escalated)" -gt 10 ] || die "nothing to tell apart: $(cat "$dir/wanted")"
expect "alerts told" "$(wanted told)" "$(got '[0-9]')"
expect "alerts silenced" "$(wanted silenced)" "$(hook silenced --json | wc -l | tr -d ' ')"
expect "findings escalated" "$(wanted escalated)" "$(got -e)"
snoozed=$(jq -r 'select(.type == "finding.snoozed") | .finding' "$dir/events" | sort -u | wc -l | tr -d ' ') # a shift may be over in two ways
[ "$snoozed" -gt 0 ] || die "nothing was snoozed"
expect "snoozes reminded of" "$snoozed" "$(got -r)"
expect "wrong signatures" 0 "$(grep -c ' bad$' "$dir/hook/got" || true)"
expect "what the director got" "$(($(wanted escalated) + snoozed))" "$(hook status --json | jq '.director.delivered')"
hook run --once --quiet 2>/dev/null || die "the third run failed"
expect "findings escalated, by another run" "$(wanted escalated)" "$(got -e)"

# ---- and before it happens ----
told() { "$BIN/fairbank" route test --routes "$dir/routes.yaml" "$@" > "$dir/out" || die "route test: $?"; }
says() { grep -qF -- "$1" "$dir/out" || { cat "$dir/out"; die "route test does not say: $1"; }; }
seq=$(jq -r 'select(.type == "ratecap.breached" and .pence >= 15000) | .seq' "$dir/events" | head -1)
told --data "$data" "$seq"
says 'yes breaches (line 2): desk, at once'
says 'if nobody has seen it after 1s: director'
says '-   off-card (line 6): it is of another kind'
told --data "$data" "$(jq -r 'select(.type == "ceiling.passed") | .seq' "$dir/events" | head -1)"
says 'It begins the silence over-the-ceiling (line 16), for 1d.'
jq -c 'select(.type == "rate.off_card" and .severity != "breach")' "$dir/events" | head -1 > "$dir/one"
told --event "$dir/one" --at 2026-12-01T23:30
says 'yes off-card (line 6): desk, at 2026-12-02 07:00'
says "with what else comes within 1s of the first of trust=$(jq -r .trust "$dir/one");"
says 'It goes to nobody while the silence over-the-ceiling (line 16) holds'
jq -c '.shadow = true' "$dir/one" | "$BIN/fairbank" route test --routes "$dir/routes.yaml" --event - > "$dir/out" || die "route test of a shadow event"
says 'of a shadow source'
says 'It goes to nobody.'
jq -c '{specversion: "1.0", id: "1-7", data: .}' "$dir/one" > "$dir/cloud"
told --event "$dir/cloud" --json
jq -e '.routes | length == 3' "$dir/out" > /dev/null || die "an envelope is not taken"
stop
told --data "$data" --offline "$seq"
says 'yes breaches (line 2): desk, at once'
echo "RESULT $(wanted told) alerts told, $(wanted silenced) silenced, $(wanted escalated) escalated, $snoozed reminded of"
