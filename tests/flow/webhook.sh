#!/bin/sh
# Alerts leave by web hook: signed, each at least once and recognisable, through kills of the outlet, a receiver that hangs up or fails, one
# that is gone, and a restart of the engine; what was given up is listed and can be sent again; a secret is changed without a gap.
. tests/flow/engine.inc
secret=whsec_ZmFpcmJhbmstZmxvdy10ZXN0LXNlY3JldA==
mkdir -p "$dir/hook"
printf '%s\n' "$secret" > "$dir/secret"
chmod 600 "$dir/secret"
python3 tests/flow/hook_receiver.py "$dir/hook" "$secret" &
receiver=$!
outlet=
quiet_all() { for p in $receiver $outlet; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; quiet_end; }
trap quiet_all EXIT
i=0
until [ -f "$dir/hook/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the receiver does not listen"; sleep 0.1; done
cat > "$dir/routes.yaml" <<'YAML'
routes:
  - name: breaches
    to: [finance-hook]
    when: {kind: [ratecap.breached, rate.off_card]}
YAML
cat > "$dir/hook.yaml" <<YAML
feed: ipc://$data/feed.sock
routes: $dir/routes.yaml
ledger: $dir/ledger
receivers:
  - name: finance-hook
    url: http://127.0.0.1:$(cat "$dir/hook/port")/alerts
    secret: $dir/secret
YAML
hook() { "$BIN/fairbank-webhook" "$@" --config "$dir/hook.yaml"; }
hook check | grep -q 'is named by a route' || die "check does not say that the receiver is named"
said() { rc=0; hook "$@" > "$dir/out" 2>&1 || rc=$?; [ $rc -eq 2 ] || die "fairbank-webhook $*: exit $rc"; cat "$dir/out"; }
said frobnicate | grep -q "no command 'frobnicate'; there are: run check status dead silenced retry" || die "it does not name the commands"
said status all | grep -q "status takes options alone after it: 'all' is one word too many" || die "it does not say what status takes"
said retry x | grep -q "retry takes the number of a delivery, as .dead. lists them, not 'x'" || die "it does not say what retry takes"
run() { "$BIN/fairbank-webhook" run --quiet --config "$dir/hook.yaml" 2>>"$dir/hook.log" & outlet=$!; }
have() { cut -d' ' -f1 "$dir/hook/got" | sort -u | wc -l | tr -d ' '; }
wait_for() { # how many distinct ids
    i=0
    until [ "$(have)" -ge "$1" ]; do
        kill -0 $outlet 2>/dev/null || { tail -3 "$dir/hook.log"; die "the outlet ended by itself"; }
        i=$((i + 1)); [ $i -lt 300 ] || die "$(have) of $1 hooks after 30 s"
        sleep 0.1
    done
}

rc=0; hook run --once --quiet 2>"$dir/out" || rc=$?
expect "an outlet without an engine, once" 1 "$rc"
grep -q 'no engine answers at ' "$dir/out" || die "with --quiet it does not say what is wrong"
start
feed_all
settle
"$BIN/fairbank" events --data "$data" --from 0 --json > "$dir/events"
# Of events of live sources alone: nobody is alerted about others.
wanted=$(jq -r 'select((.type == "ratecap.breached" or .type == "rate.off_card") and (.shadow or .historic | not)) | .seq' "$dir/events" | wc -l)
[ "$wanted" -gt 50 ] || die "only $wanted alerts to send"

# The receiver hangs up in the middle, then fails; meanwhile the outlet is killed again and again.
echo 0 > "$dir/hook/answer"
run
wait_for 20
echo 503 > "$dir/hook/answer"
for n in 1 2 3 4 5; do
    [ $n -lt 4 ] || rm -f "$dir/hook/answer"
    kill -9 $outlet 2>/dev/null || { tail -3 "$dir/hook.log"; die "the outlet ended by itself"; }; wait $outlet 2>/dev/null || true
    run
    sleep 0.3
done
crash
start
wait_for "$wanted"
sleep 1
expect "distinct hooks" "$wanted" "$(have)"
expect "hooks with a wrong signature" 0 "$(grep -c ' bad$' "$dir/hook/got" || true)"
jq -e '.specversion == "1.0" and .data.trust != null and (.id | test("^[0-9]+-[0-9]+$"))' "$dir/hook/body" > /dev/null || die "the body is no envelope"
i=0
until [ "$(hook status --json | jq '."finance-hook" | .delivered')" = "$wanted" ]; do
    i=$((i + 1)); [ $i -lt 300 ] || { hook status || true; die "not all are settled after 30 s"; }
    sleep 0.1
done
cut=$(awk '$2 == 0 { cut[$1] } $2 == 204 { there[$1] } END { for (id in cut) { n++; if (!(id in there)) lost++ } print n + 0, lost + 0 }' "$dir/hook/got")
[ "${cut% *}" -ge 20 ] || die "only ${cut% *} hooks were cut off in the middle"
expect "hooks cut off in the middle that did not come again under their id" 0 "${cut#* }"

# Gone: given up at once, listed, and sent again when somebody says so. Its events come from a correction.
echo 410 > "$dir/hook/answer"
kill -TERM $outlet; rc=0; wait $outlet || rc=$?
expect "SIGTERM" 0 "$rc"
sed "s/kind: \[ratecap.breached, rate.off_card\]/kind: [vacancy.unfilled]/; s/breaches/others/" "$dir/routes.yaml" > "$dir/r2" && mv "$dir/r2" "$dir/routes.yaml"
rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
rc=0; hook run --once --quiet > "$dir/out" 2>&1 || rc=$?
expect "a run whose hooks were all given up" 3 "$rc"
[ ! -s "$dir/out" ] || { cat "$dir/out"; die "--quiet tells of more than what is wrong"; }
rc=0; hook status > "$dir/out" || rc=$?
expect "its status" 3 "$rc"
dead=$(hook dead --json 2>/dev/null | wc -l)
[ "$dead" -gt 10 ] || { cat "$dir/out"; die "only $dead were given up"; }
hook dead | head -1 | grep -q 'answered 410: gone' || die "the reason is not told"
rm -f "$dir/hook/answer"
one=$(hook dead --json | head -1 | jq .id)
hook retry "$one" | grep -q '^1 of what was given up' || die "one is not tried again"
hook retry | grep -q "^$((dead - 1)) of what was given up" || die "the others are not tried again"
hook run --once --quiet 2>/dev/null || die "the second run failed"
expect "delivered after all" "$dead" "$(hook status --json | jq '."finance-hook".delivered')"
hook dead | grep -q 'nothing was given up' || die "something is dead still"

# A secret is changed: both sign until the receiver has changed too; then the new one alone, which a receiver with the old one refuses.
sed -i "s/kind: \[vacancy.unfilled\]/kind: [ratecap.breached, rate.off_card]/" "$dir/routes.yaml"
printf 'whsec_%s\n' "$(head -c 32 /dev/urandom | base64)" > "$dir/new-secret"
chmod 600 "$dir/new-secret"
changed() { # good or bad: of the hooks of a run with this configuration
    rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
    : > "$dir/hook/got"
    hook run --once --quiet 2>/dev/null || die "a run with another secret failed"
    expect "hooks that the receiver with the old secret finds $1" "$wanted" "$(grep -c " $1\$" "$dir/hook/got")"
    expect "delivered of those" "$wanted" "$(hook status --json | jq '."finance-hook".delivered')"
}
sed "s,secret: $dir/secret,secret: $dir/new-secret\n    old_secret: $dir/secret," "$dir/hook.yaml" > "$dir/h2" && mv "$dir/h2" "$dir/hook.yaml"
changed good
sed -i '/old_secret/d' "$dir/hook.yaml"
echo 1200 > "$dir/hook/answer" # who said 200 has taken it, though what it says besides breaks off
changed bad
rm -f "$dir/hook/answer"

# A receiver is given another name: what waits for the old one is told of, and keeps no run from its end.
rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
echo 503 > "$dir/hook/answer"
hook run --once --quiet || die "a run whose hooks were put off failed"
rm -f "$dir/hook/answer"
sed 's/name: finance-hook/name: ledger-hook/' "$dir/hook.yaml" > "$dir/renamed.yaml"
sleep 5
renamed() { timeout 20 "$BIN/fairbank-webhook" "$@" --config "$dir/renamed.yaml"; }
rc=0; renamed run --once > "$dir/out" 2>&1 || rc=$?
expect "a run beside what waits for a name that is gone" 0 "$rc"
grep -q "finance-hook: $wanted wait for it, and the configuration does not name it" "$dir/out" || { cat "$dir/out"; die "nobody is told who waits in vain"; }
expect "status of a name that is gone" "$wanted false" "$(renamed status --json | jq -r '."finance-hook" | "\(.waiting) \(.named)"')"
renamed status | grep -q "^finance-hook .*the configuration does not name it" || die "the table does not tell of the name that is gone"
i=0
until [ "$(hook status --json | jq '."finance-hook".delivered')" = "$wanted" ]; do
    hook run --once --quiet || die "under its old name it failed"
    i=$((i + 1)); [ $i -lt 60 ] || { hook status; die "under its old name not all arrived"; }
    sleep 1
done

# A clock that was a year ahead is put right: what was put off meanwhile does not wait for a year.
rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
echo 503 > "$dir/hook/answer"
on_day 365 # of the outlet alone
# shellcheck disable=SC2086
$engine_env "$BIN/fairbank-webhook" run --once --quiet --config "$dir/hook.yaml" || die "a run in another year failed"
engine_env=
rm -f "$dir/hook/answer"
expect "put off in another year" "$wanted" "$(hook status --json | jq '."finance-hook".waiting')"
i=0
until [ "$(hook status --json | jq '."finance-hook".delivered')" = "$wanted" ]; do
    hook run --once --quiet || die "after that year it failed"
    i=$((i + 1)); [ $i -lt 60 ] || { hook status; die "what was put off in another year waits for it"; }
    sleep 1
done

rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
answered_late hook run --once --quiet
stop
echo "RESULT $wanted alerts and $dead revived ones by web hook: each there, all signed"
