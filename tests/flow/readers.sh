#!/bin/sh
# Somebody takes every place of a reader that the store has: the engine goes on taking, the doctor says who it is, and an engine that is
# started meanwhile ends with a status that it is started again by. Nothing that was taken is lost.
. tests/flow/engine.inc
holder=
end_all() { [ -z "$holder" ] || kill -9 "$holder" 2>/dev/null || true; quiet_end; }
trap end_all EXIT
hold() {
    : > "$dir/held"
    "$BIN/hold_places" "$data" 5000 > "$dir/held" 2>> "$dir/log" &
    holder=$!
    i=0
    until grep -q . "$dir/held"; do i=$((i + 1)); [ $i -lt 100 ] || die "the places were not taken"; sleep 0.1; done
    grep -q 'places of readers' "$dir/held" || { cat "$dir/held"; die "the places are not all taken"; }
}
let_go() { kill -9 "$holder"; wait "$holder" 2>/dev/null || true; holder=; }
messages() { "$BIN/fairbank" status --data "$data" --engine "$engine" --json | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p'; }

start
mkdir -p "$dir/state"; cp -r tests/data/demo "$dir/in"
grep -v '^#' "$dir/in/feed-order.txt" | grep . | head -9 > "$dir/order"
feed_lines() { while read -r m f; do feed_file "$m" "$f"; done; }
head -4 "$dir/order" | feed_lines
hold
places=$(cut -d' ' -f1 "$dir/held")
[ "$places" -gt 900 ] || die "only $places places"
tail -n +5 "$dir/order" | feed_lines
kill -0 "$pid" 2>/dev/null || die "the engine ended while all places were taken"
settle
taken=$(messages)
[ "$taken" -gt 1000 ] || die "only $taken messages were taken"
rc=0; "$BIN/fairbank" doctor --data "$data" > "$dir/doctor" 2>&1 || rc=$?
expect "the doctor's status while all places are taken" 2 $rc
tr -s ' \n' '  ' < "$dir/doctor" | grep -q "all places of readers are taken .* by process $holder" || { cat "$dir/doctor"; die "the doctor does not say who it is"; }
rc=0; "$BIN/fairbank" verify --data "$data" > "$dir/said" 2>&1 || rc=$?
expect "verify while all places are taken" 1 $rc
grep -q 'all places of readers are taken' "$dir/said" || { cat "$dir/said"; die "a reader is not told why"; }

# ---- started meanwhile ----
crash
rc=0; "$BIN/fairbankd" --data "$data" 2>> "$dir/log" || rc=$?
expect "the status of an engine that has no place" 1 $rc
grep -q 'all places of readers are taken' "$dir/log" || die "the log does not say why"
let_go
start
expect "messages after it" "$taken" "$(messages)"
feed_lines < "$dir/order"
settle
stop
"$BIN/fairbank" verify --data "$data" > "$dir/said" || { cat "$dir/said"; die "verify"; }
echo "RESULT $places places of readers held: the engine took $taken messages, and none was lost"
