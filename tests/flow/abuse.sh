#!/bin/sh
# Over the network: whoever has no key, another's, a revoked one, or ill will, is taken nothing from and costs a bounded amount of
# memory; who may is served. Then a restart, and everything decided again.
. tests/flow/engine.inc
port=${ABUSE_PORT:-$(free_port 3)}
mkdir -p "$data"; chmod 700 "$data"
fairbank=$BIN/fairbank
"$fairbank" keys make engine --out "$data" > /dev/null
cp "$data/engine.pub" "$dir/"
identity() { # name, roles...
    name=$1; shift
    "$fairbank" keys make "$name" --out "$dir" > /dev/null
    "$fairbank" keys identity "$name" "$@" --key "$dir/$name.pub" >> "$dir/ids.yaml"
}
echo identities: > "$dir/ids.yaml"
identity rth publish:RTH
identity rth-taped publish:RTH
identity ruh publish:RUH trust:RUH
identity controls controls finance feed
identity revoked publish:RTH
echo '    revoked: true' >> "$dir/ids.yaml"
identity screens finance
identity rth-late publish:RTH feed
"$fairbank" keys make stranger --out "$dir" > /dev/null
cp "$dir/ids.yaml" "$dir/ids-before.yaml"; cp "$dir/ids.yaml" "$dir/ids-revoked.yaml"
echo '    revoked: 2026-01-01' >> "$dir/ids-revoked.yaml"
sed -i 's/^    roles: \[finance\]/&\n    revoked: true/' "$dir/ids-revoked.yaml"
sed 's/roles: /rolls: /' "$dir/ids.yaml" > "$dir/ids-broken.yaml"
"$fairbank" keys check "$dir/ids.yaml" > /dev/null || die "the identities have an error"
rc=0; "$fairbank" keys make rth --out "$dir" > /dev/null 2> "$dir/said" || rc=$?
expect "a key that is there already" 1 $rc
for wrong in "roles: [trust:rth, feed]|written in capitals" "roles: [publish:rth]|written in capitals"; do
    { echo identities:; "$fairbank" keys identity small finance --key "$dir/$(ls "$dir" | grep '[.]pub$' | head -1)"; } | sed "s/roles: .*/${wrong%%|*}/" > "$dir/ids-small.yaml"
    rc=0; "$fairbank" keys check "$dir/ids-small.yaml" > /dev/null 2> "$dir/said" || rc=$?
    [ $rc -ne 0 ] && grep -q "${wrong#*|}" "$dir/said" || { cat "$dir/said" "$dir/ids-small.yaml"; die "a trust in small letters ($rc)"; }
done
{ echo identities:; "$fairbank" keys identity empty finance 2> "$dir/said"; } > "$dir/ids-empty.yaml"
grep -q 'its place is dots' "$dir/said" || die "nobody is told that a key is missing"
rc=0; "$fairbank" keys check "$dir/ids-empty.yaml" > /dev/null 2> "$dir/said" || rc=$?
[ $rc -ne 0 ] && grep -q 'where a key is to be filled in' "$dir/said" || { cat "$dir/said"; die "dots are taken for a key ($rc)"; }
rc=0; "$fairbank" keys check "$dir/ids-broken.yaml" > /dev/null 2> "$dir/said" || rc=$?
expect "a broken file of identities" 3 $rc
grep -q 'ids-broken.yaml:4: ' "$dir/said" || die "no line is named: $(head -1 "$dir/said")"
expect "secret keys are their owner's" 600 "$(stat -c %a "$dir/rth.key")"

over() { # first port: the engine's arguments
    printf '%s\n' --set "network_door=tcp://127.0.0.1:$1" --set "network_feed=tcp://127.0.0.1:$(($1 + 1))" --set "network_ticker=tcp://127.0.0.1:$(($1 + 2))"
}
refused_start --data "$dir/none" --set "network_door=tcp://127.0.0.1:$port"
expect "a network without identities" 2 $rc
grep -q 'say who may connect' "$dir/said" || die "a network without identities: $(cat "$dir/said")"
refused_start --data "$dir/none" --set "identities=$dir/ids.yaml" --set "network_door=tcp://127.0.0.1:$port"
expect "a network without the engine's key" 6 $rc
grep -q 'keys make engine' "$dir/said" || die "a network without the engine's key: $(cat "$dir/said")"
# What the sanitizer keeps of the freed is not the engine's memory.
kept="ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}quarantine_size_mb=8:thread_local_quarantine_size_kb=64"
engine_env="env $kept"
# shellcheck disable=SC2046
start --set "identities=$dir/ids.yaml" --set feed_wait_seconds=6 $(over "$port")
"$BIN/abuse" "$dir" "$port" "$engine" "$pid" "${CONNECTIONS:-1000}" || die "abuse"
! grep -q 'is taken again' "$dir/log" || die "a key is told of as taken again"
cp "$dir/ids-before.yaml" "$dir/ids.yaml"; kill -HUP "$pid"
i=0; until grep -q 'identities: the key of rth-late, which was revoked or had no entry, is taken again' "$dir/log"; do
    i=$((i + 1)); [ $i -lt 100 ] || die "nobody is told that a revoked key is taken again"; sleep 0.1
done
"$fairbank" status --data "$data" | grep 'turned away'
"$fairbank" status --data "$data" --json > "$dir/status"
for cause in key_unknown key_revoked no_key handshake socket hello right feed topics routing_id; do
    grep -q "\"$cause\": *[1-9]" "$dir/status" || die "nobody was counted as turned away for $cause"
done
lines=$(grep -c 'turned away' "$dir/log" || true) vain=$(grep -c 'batches: not taken back' "$dir/log" || true)
[ "$lines" -le 400 ] || die "$lines lines were logged about those who were turned away"
[ "$vain" -ge 1 ] && [ "$vain" -le 16 ] || die "$vain lines were logged about batches that are not there"
grep -q 'ids.yaml:4: ' "$dir/log" || die "the broken file is not told of with its line"
stop
# ---- every connection that there is ----
engine_env="env $kept prlimit --nofile=512:512 --"
# shellcheck disable=SC2046
start --set "identities=$dir/ids.yaml" $(over "$port")
engine_env=
grep -q 'may have 512 files open' "$dir/log" || die "nobody says that 512 files are too few"
"$BIN/abuse" "$dir" "$port" "$engine" "$pid" "${CONNECTIONS:-1000}" full || die "abuse full"
kill -0 "$pid" || die "the engine has gone"
[ "$(grep -c 'for which no file descriptor was left' "$dir/log")" -le 3  ] || die "connections beyond the descriptors are logged without end"
stop
grep -q 'connections hung up on for want' "$dir/log" || die "connections beyond the descriptors are not counted"
start
stop
"$fairbank" verify --data "$data" > /dev/null || die "verify"
echo "RESULT nothing taken from those who may not; $lines log lines about them"
