#!/bin/sh
# The engine is killed with kill -9 at moments drawn from a fixed seed while the demo's files are fed; each time it is
# started again and the feeding goes on. At the end: verify is equal, and what is held is what an undisturbed run holds.
. tests/flow/engine.inc
held() { # everything that people see, without the numbers that depend on the order of arrival and on time
    "$BIN/fairbank" spend --data "$data" --json --stage committed
    "$BIN/fairbank" spend --data "$data" --json --stage worked
    "$BIN/fairbank" fill --data "$data" --json
    "$BIN/fairbank" findings --data "$data" --json | sed 's/"number":[0-9]*,//; s/,"opened":"[^"]*"//; s/,"reportable":"[^"]*"//' | sort
}
start; feed_all; settle; stop
held > "$dir/undisturbed"
[ "$(wc -l < "$dir/undisturbed")" -ge 500 ] && grep -q '"rule":' "$dir/undisturbed" || die "too little is held to compare"
expect "verify of the undisturbed run" 0 "$("$BIN/fairbank" verify --data "$data" >"$dir/v" 2>&1; echo $?)"
rm -rf "$data" "$dir/state" "$dir/in"

start
( feed_all ) &
feeder=$!
kills=0
seed=${SEED:-11}
while kill -0 $feeder 2>/dev/null && [ $kills -lt "${KILLS:-12}" ]; do
    seed=$(( (seed * 1103515245 + 12345) % 2147483648 ))
    sleep "0.$(printf '%03d' $(( seed / 65536 % 220 + 30 )))"
    crash
    kills=$((kills + 1))
    start
done
wait $feeder || die "feeding did not survive the crashes"
feed_all # everything once more: nothing may double
settle
stop
held > "$dir/disturbed"
cmp -s "$dir/undisturbed" "$dir/disturbed" || { diff "$dir/undisturbed" "$dir/disturbed" | head -20; die "what is held differs after $kills crashes"; }
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after $kills crashes"; }
echo "RESULT $kills times kill -9 while feeding, everything fed twice: held the same as undisturbed; verify $(cut -d: -f1 "$dir/v")"
