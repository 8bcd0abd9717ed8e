#!/bin/sh
# More than the disk takes, peers that ask and never read, a consumer that stops: publishers are slowed and not dropped, memory stays
# bounded, others are served, and who stopped is told of.
. tests/flow/engine.inc
case $BIN in /*) shim=$BIN/shim_crash.so ;; *) shim=$PWD/$BIN/shim_crash.so ;; esac
[ -f "$shim" ] || die "$shim is not built: make flow builds it"
status() { "$BIN/fairbank" status --data "$data" --json; }
number() { status | sed -n "s/.*\"$1\": *\([0-9]*\).*/\1/p"; }

# ---- a disk on which each flush takes 15 to 40 ms ----
"$BIN/overload" page "$dir/page" 15 40
asan="ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0:quarantine_size_mb=1:thread_local_quarantine_size_kb=64" # what was let go is not held
engine_env="env LD_PRELOAD=$shim FB_CRASH_PAGE=$dir/page $asan"
start --set window=256 --set queue_mib=4
"$BIN/overload" flood "$data" "$pid" > "$dir/said" || die "flood"
cat "$dir/said"
expect "messages accepted" 3000 "$(number messages)"
[ "$(number busy)" -gt 0 ] || die "status counts nobody who was answered busy"
stop

# ---- one who asks about a worker without end ----
start
"$BIN/overload" curious "$data" "$pid" > "$dir/said" || { cat "$dir/said"; die "curious"; }
cat "$dir/said"
stop
engine_env="env $asan"

# ---- peers that never read ----
start --set consumer_behind=500
"$BIN/overload" deaf "$data" "$pid" > "$dir/said" || { cat "$dir/said"; die "deaf"; }
cat "$dir/said"

# ---- a consumer that stops reading ----
"$BIN/fairbank" events --data "$data" --json --cursor ledger --limit 1 > /dev/null
behind() { status | grep -q '"ledger": *[0-9]'; }
i=0; until behind; do i=$((i + 1)); [ $i -lt 250 ] || die "nobody says that a consumer is behind"; sleep 0.1; done
"$BIN/fairbank" status --data "$data" | grep -q 'BEHIND *ledger' || die "status has no alarm"
rc=0; "$BIN/fairbank" doctor --data "$data" --free 1 > "$dir/doctor" 2>&1 || rc=$?
grep -q 'see to it *consumers .*ledger' "$dir/doctor" || { cat "$dir/doctor"; die "the doctor does not see it"; }
expect "times that the log says it" 1 "$(grep -c 'consumer ledger is .* events behind' "$dir/log")"
"$BIN/fairbank" events --data "$data" --json --cursor ledger > "$dir/rest"
head=$(number events)
expect "events given to a consumer that stopped and came back" $((head - 1)) "$(wc -l < "$dir/rest")"
i=0; while behind; do i=$((i + 1)); [ $i -lt 250 ] || die "a consumer that has caught up is told of as if it were behind"; sleep 0.1; done
grep -q 'consumer ledger has caught up' "$dir/log" || die "the log does not say that it has caught up"

# ---- more sources than one answer shows ----
before=$(status | grep -c '"source": ')
"$BIN/overload" sources "$data" "$pid" || die "sources"
expect "sources of the status" $((before + 130)) "$(status | grep -c '"source": ')"
"$BIN/fairbank" receipt --data "$data" --json > "$dir/receipts" || die "receipt"
expect "sources with a receipt" 130 "$(grep -c 'source-[0-9]' "$dir/receipts")"
"$BIN/fairbank" receipt --as trust:RTH --data "$data" --json > "$dir/receipts" || die "receipt of a trust's"
expect "sources of one trust with a receipt" 2 "$(grep -c 'source-[0-9]' "$dir/receipts")"
stop
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify"; }
echo "RESULT faster than the disk: slowed, nothing dropped; deaf peers cost a bounded amount; a consumer that stopped was told of and lost nothing"
