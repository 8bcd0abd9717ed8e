#!/bin/sh
# Clean start and stop: one engine a folder, damaged and newer stores refused with a sentence, packs exchanged by SIGHUP.
. tests/flow/engine.inc
start
refused_start --data "$data"
expect "a second engine on the same folder" 4 $rc
feed_one() { mkdir -p "$dir/state"; [ -d "$dir/in" ] || cp -r tests/data/demo "$dir/in"; set -- $(grep -v '^#' "$dir/in/feed-order.txt" | head -1); feed_file "$@"; }
feed_one
stop
[ ! -e "$data/ready" ] || die "the ready file outlives the engine"
before=$("$BIN/fairbank" status --data "$data" --offline --json | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')
[ "$before" -gt 0 ] || die "nothing was kept"

# Who asks a second time is obeyed at once, and while it closes its store it ends in order: the store is whole either way.
for times in 1 2 3 4 5 6; do
    start
    for again in 1 2 3 4 5 6 7 8; do kill -TERM "$pid" 2>/dev/null || break; [ "$times" -lt 4 ] || sleep 0.00"$times"; done
    rc=0; wait "$pid" || rc=$?; pid=
    case $rc in 0) [ ! -e "$data/ready" ] || die "it ended in order, and its ready file is there" ;; 143) ;; *) die "asked eight times to end: status $rc" ;; esac
    "$BIN/fairbank" verify --data "$data" >"$dir/said" || { cat "$dir/said"; die "the store is not whole"; }
done

# A source of this machine is of whichever trust it says: that it says another is in the log, once for each change, restarts or not.
start
feed_portal() { sed "s/trust: RTH/trust: $1/" "$dir/in/mappings/rth-portal.yaml" > "$dir/in/portal.yaml"; feed_file portal.yaml made-up/rth-portal-2026-03-16.csv; }
moved() { grep -c "warn .*source rth-portal is of $1 from now on, by its Hello; it was of $2" "$dir/log" || true; }
feed_portal RTH
! grep -q 'from now on' "$dir/log" || die "a source that is new is told as one that changed its trust"
feed_portal RXQ; feed_portal RXQ
expect "a change of trust, as often as the log has it" 1 "$(moved RXQ RTH)"
stop; start
feed_portal RXQ
expect "a change of trust, after a restart" 1 "$(moved RXQ RTH)"
feed_portal RTH
expect "the change back" "1 1" "$(moved RXQ RTH) $(moved RTH RXQ)"
# One that raises no alerts any more is told of likewise.
sed "s/^  trust: RTH/  trust: RTH\n  mode: shadow/" "$dir/in/mappings/rth-portal.yaml" > "$dir/in/portal.yaml"
for times in 1 2; do feed_file portal.yaml made-up/rth-portal-2026-03-16.csv; done
expect "a source that raises no alerts any more" 1 "$(grep -c 'warn .*source rth-portal is a shadow from now on and was live' "$dir/log" || true)"
feed_portal RTH
expect "one that raises them again" 1 "$(grep -c 'is a shadow from now on' "$dir/log" || true)"
stop

# SIGHUP: a changed pack becomes an issue; a broken one is refused, named by file and line, and the old stays.
mkdir "$dir/rules"; cp -r rules/england rules/thames-valley "$dir/rules/"
printf 'packs:\n  - %s\n  - %s\n' "$dir/rules/england" "$dir/rules/thames-valley" > "$dir/fairbank.yaml"
start --config "$dir/fairbank.yaml"
issue() { "$BIN/fairbank" status --data "$data" --engine "$engine" --json | sed -n 's/.*"issue": *\([0-9]*\).*/\1/p'; }
first=$(issue)
printf '\n# a remark that changes the bytes, and nothing else\n' >> "$dir/rules/thames-valley/pack.yaml"
kill -HUP "$pid"
i=0; until [ "$(issue)" != "$first" ]; do i=$((i + 1)); [ $i -lt 50 ] || die "SIGHUP made no issue of the changed pack"; sleep 0.2; done
second=$(issue)
printf 'no_such_key: 1\n' >> "$dir/rules/thames-valley/pack.yaml"
kill -HUP "$pid"
i=0; until grep -q 'pack.yaml:[0-9]' "$dir/log"; do i=$((i + 1)); [ $i -lt 50 ] || die "a broken pack was not named by file and line"; sleep 0.2; done
expect "the issue after a broken pack" "$second" "$(issue)"
stop

# A killed engine leaves its `ready` behind; the next start takes it away before anything can go wrong.
sed -i '/no_such_key/d' "$dir/rules/thames-valley/pack.yaml"
start --config "$dir/fairbank.yaml"
cat /proc/"$pid"/task/*/comm > "$dir/threads"
grep -qx commit "$dir/threads" || die "no thread is called commit"
crash
[ -e "$data/ready" ] || die "kill -9 took the ready file away"
refused_start --data "$data" --set "door=ipc://$dir/no/such/folder/door.sock"
expect "a socket that cannot be bound" 1 $rc
[ ! -e "$data/ready" ] || die "a start that failed left the ready file of an engine that was killed"

# A review date that has passed is told of at the start.
sed -i 's/^review_by: .*/review_by: 2020-01-01/' "$dir/rules/thames-valley/pack.yaml"
: > "$dir/log"
start --config "$dir/fairbank.yaml"
grep -q 'warn .*reviewed by 2020-01-01' "$dir/log" || die "nothing was said of a review date that has passed"
stop

# Rules are found from anywhere beside a built tree; where there are none, each folder tried is named in full, and no
# data folder is left behind.
case $BIN in /*) bin=$BIN ;; *) bin=$PWD/$BIN ;; esac
mkdir "$dir/elsewhere"
if [ -d "$bin/../../rules/england" ]; then
    rc=0; ( cd "$dir/elsewhere" && timeout -s TERM 2 "$bin/fairbankd" --data "$dir/found" ) 2>"$dir/said" || rc=$?
    grep -q 'ready: ' "$dir/said" || { cat "$dir/said"; die "the rules of the tree were not found from another folder"; }
fi
mkdir -p "$dir/apart/a/b"; cp "$bin/fairbankd" "$dir/apart/a/b/"
if [ ! -d /usr/share/fairbank/rules ]; then
    rc=0; ( cd "$dir/elsewhere" && timeout -s TERM 5 "$dir/apart/a/b/fairbankd" --data "$dir/none" ) 2>"$dir/said" || rc=$?
    expect "no rules anywhere" 2 $rc
    for tried in "$dir/elsewhere" "$dir/apart" /usr/share/fairbank; do
        grep -q "no packs are in $tried/rules/england" "$dir/said" || { cat "$dir/said"; die "$tried is not named as tried"; }
    done
    [ ! -e "$dir/none" ] || die "a start that failed left a data folder"
fi

# Two engines, neither of which found the folder: the one that made it and came too late to its lock leaves it to the other.
case $BIN in /*) shim=$BIN/shim_halt.so ;; *) shim=$PWD/$BIN/shim_halt.so ;; esac
[ -f "$shim" ] || die "$shim is not built: make flow builds it"
first_data=$data data=$dir/both
env LD_PRELOAD="$shim" FB_SHIM_CALL=flock FB_SHIM_AT=1 FB_SHIM_FILE="$dir/stands" ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" \
    "$BIN/fairbankd" --data "$data" 2>"$dir/said" &
late=$!
i=0; until [ -e "$dir/stands" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "the first engine never came to the lock"; sleep 0.05; done
start
ls "$data" > "$dir/theirs"
rm "$dir/stands"
rc=0; wait $late || rc=$?
expect "an engine that came too late to the lock of a folder that it made" 4 $rc
ls "$data" | cmp -s - "$dir/theirs" || { ls "$data"; die "an engine took the store of another away"; }
stop
"$BIN/fairbank" verify --data "$data" >"$dir/said" || { cat "$dir/said"; die "verify of a store to which two engines came"; }
data=$first_data

# What a start would not find, the look at a configuration does not either, and each is named; a start that comes to nothing tells of
# no keys that go with its folder.
printf 'packs:\n  - %s\n' "$dir/nowhere" > "$dir/nopacks.yaml"
rc=0; "$BIN/fairbankd" --check-config --config "$dir/nopacks.yaml" --data "$dir/none" >"$dir/said" 2>&1 || rc=$?
expect "the look at packs that are not there" 2 $rc
grep -q "no packs are in $dir/nowhere" "$dir/said" && ! grep -q 'is good' "$dir/said" || { cat "$dir/said"; die "missing packs are passed over"; }
rc=0; "$BIN/fairbankd" --config "$dir/nopacks.yaml" --data "$dir/none" 2>"$dir/said" || rc=$?
expect "a start without packs" 2 $rc
! grep -q 'made in' "$dir/said" || { cat "$dir/said"; die "keys are told of that were removed again"; }
look() { rc=0; "$BIN/fairbankd" --check-config --data "$dir/none" --set "network_door=tcp://127.0.0.1:1" --set "identities=$dir/identities.yaml" >"$dir/said" 2>&1 || rc=$?; }
look; expect "the look at identities that are not there" 6 $rc
grep -q "identities.yaml" "$dir/said" && grep -q "$dir/none/engine.key is missing" "$dir/said" || { cat "$dir/said"; die "missing identities and keys are passed over"; }
cp deploy/identities.yaml "$dir/identities.yaml"
mkdir "$dir/none"; "$BIN/fairbank" keys make engine --out "$dir/none" > /dev/null
look; expect "the look at what is there" 0 $rc
[ "$(cat "$dir/said")" = "the configuration is good" ] || { cat "$dir/said"; die "a good configuration is not said to be good"; }
[ "$(ls "$dir/none" | tr '\n' ' ')" = "engine.key engine.pub " ] || die "looking at a configuration made something"

# A store that is newer, or damaged, is refused with a sentence; nothing is written to it.
cp -r "$data" "$dir/broken"
printf 'this is no store' | dd of="$dir/broken/data.mdb" bs=1 seek=0 conv=notrunc 2>/dev/null
refused_start --data "$dir/broken"
expect "a damaged store" 3 $rc
grep -qi 'damaged\|not a store' "$dir/said" || { cat "$dir/said"; die "no sentence about the damage"; }
echo "RESULT one engine a folder; SIGHUP took issue $second and refused a broken pack; damaged store refused"
