#!/bin/sh
# Care of the store: too little room on the disk stops taking and nothing else; bits that change are named; an older store is
# carried over; compaction; archives; the doctor.
. tests/flow/engine.inc
case $BIN in /*) shim=$BIN/shim_space.so ;; *) shim=$PWD/$BIN/shim_space.so ;; esac
[ -f "$shim" ] || die "$shim is not built: make flow builds it"
free() { echo "$1" > "$dir/free.new"; mv "$dir/free.new" "$dir/free"; }
status() { "$BIN/fairbank" status --data "$data" --json; }
until_status() { # what
    i=0
    until status | grep -q "$1"; do i=$((i + 1)); [ $i -lt 100 ] || die "status never says $1"; sleep 0.1; done
}
doctor() { rc=0; "$BIN/fairbank" doctor --data "$data" "$@" > "$dir/doctor" 2>&1 || rc=$?; }
feed_some() { mkdir -p "$dir/state"; [ -d "$dir/in" ] || cp -r tests/data/demo "$dir/in"; grep -v '^#' "$dir/in/feed-order.txt" | head "$1" > "$dir/order"; while read -r m f; do feed_file "$m" "$f"; done < "$dir/order"; }

# ---- room on the disk ----
free 5000
engine_env="env LD_PRELOAD=$shim FB_SHIM_FREE=$dir/free ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0"
start
feed_some -6
before=$(status | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')
free 900
until_status '"holding": *true'
m=$(grep -v '^#' "$dir/in/feed-order.txt" | sed -n 7p)
# shellcheck disable=SC2086
( feed_file $m ) &
feeder=$!
sleep 2
expect "messages taken with too little room" "$before" "$(status | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')"
kill -0 $feeder 2>/dev/null || die "the publisher gave up"
expect "times that the log says it" 1 "$(grep -c 'are answered busy until there is room' "$dir/log")"
"$BIN/fairbank" status --data "$data" | grep -qi 'MiB free' || die "status has no alarm"
doctor; expect "the doctor's status with too little room" 2 $rc
grep -q 'WRONG *disk *900 MiB' "$dir/doctor" || { cat "$dir/doctor"; die "the doctor does not see the disk"; }
free 5000
wait $feeder || die "the publisher did not get through when there was room"
until_status '"holding": *false'
[ "$(status | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')" -gt "$before" ] || die "nothing was taken when there was room again"
expect "times that the log says that it goes on" 1 "$(grep -c 'messages are taken again' "$dir/log")"
settle
"$BIN/fairbank" backup --data "$data" --to "$dir/b" > /dev/null
doctor --free 1; [ $rc -lt 2 ] || { cat "$dir/doctor"; die "the doctor finds something wrong with a sound engine"; }
doctor --json; grep -q '"check": "backup"' "$dir/doctor" || die "the doctor's JSON"
stop

# ---- who may not look is not told that nothing is there; a named engine is no business of the folder's `ready` ----
start
doctor --engine ipc:///nowhere/door.sock
expect "the doctor's status for an engine that was mistyped" 2 $rc
grep -q '^WRONG *engine *no engine answers at ipc:///nowhere/door.sock' "$dir/doctor" || { cat "$dir/doctor"; die "the doctor does not name the endpoint"; }
! grep -q 'process [0-9]' "$dir/doctor" || { cat "$dir/doctor"; die "the doctor speaks of another engine's process"; }
stop; start --set "door=ipc://$dir/elsewhere.sock"
"$BIN/fairbank" status --data "$data" > "$dir/said"
grep -q "^Process $pid has the store open to write" "$dir/said" || { cat "$dir/said"; die "status says that no engine runs beside one that writes"; }
expect "who writes, in JSON" "$pid" "$("$BIN/fairbank" status --data "$data" --json | jq .writer)"
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
chmod 711 "$dir"
# shellcheck disable=SC2086
if [ "$(id -u)" -eq 0 ] && $nobody "$BIN/fairbank" --help > /dev/null 2>&1; then
    $nobody "$BIN/fairbank" doctor --data "$data" > "$dir/doctor" || true
    expect "checks that a stranger is told cannot be told" "backup engine keys leftovers store" \
        "$(grep -E '^see to it +(backup|engine|keys|leftovers|store) .*cannot be told' "$dir/doctor" | awk '{ print $4 }' | sort | tr '\n' ' ' | sed 's/ $//')"
    ! grep -qE 'no engine runs|no backup|nothing is left|journal is empty' "$dir/doctor" || { cat "$dir/doctor"; die "the doctor states what it could not look at"; }
    for c in verify status; do
        rc=0; $nobody "$BIN/fairbank" $c --data "$data" > "$dir/said" 2>&1 || rc=$?
        [ $rc -eq 1 ] && grep -q 'the folder may not be read by you (Permission denied)' "$dir/said" || { cat "$dir/said"; die "$c does not name the permission"; }
    done
fi
stop

# ---- archives ----
last=$("$BIN/fairbank" status --data "$data" --offline --json | sed -n 's/.*"journal": *\([0-9]*\).*/\1/p')
half=$((last / 2))
"$BIN/fairbank" archive --data "$data" --upto $half --to "$dir/1.fba" > "$dir/said" || die "an archive"
digest=$(sed -n 's/.*; digest //p' "$dir/said")
"$BIN/fairbank" archive --data "$data" --after $half --upto "$last" --to "$dir/2.fba" > /dev/null || die "the second archive"
"$BIN/fairbank" archive verify "$dir/1.fba" "$dir/2.fba" --data "$data" > "$dir/said" || { cat "$dir/said"; die "archives do not prove"; }
"$BIN/fairbank" archive verify "$dir/1.fba" > "$dir/said" || die "an archive alone does not prove"
expect "the digest that was told when it was made" "$digest" "$(sed -n 's/.*; digest //p' "$dir/said")"
"$BIN/fairbank" archive verify "$dir/1.fba" --json > "$dir/said"
expect "the digest in JSON" "$digest" "$(head -1 "$dir/said" | jq -r .digest)"
rc=0; "$BIN/fairbank" archive verify "$dir/2.fba" "$dir/1.fba" > /dev/null || rc=$?
expect "archives out of order" 3 $rc
size=$(wc -c < "$dir/1.fba")
for at in 40 $((size / 2)) $((size - 10)); do
    cp "$dir/1.fba" "$dir/bad.fba"
    byte=$(od -An -tu1 -j "$at" -N1 "$dir/bad.fba" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf '%03o' $((byte ^ 64)))" | dd of="$dir/bad.fba" bs=1 seek="$at" conv=notrunc 2>/dev/null
    rc=0; "$BIN/fairbank" archive verify "$dir/bad.fba" > /dev/null 2>&1 || rc=$?
    expect "an archive with a changed byte at $at" 3 $rc
done
head -c $((size / 2)) "$dir/1.fba" > "$dir/bad.fba"
rc=0; "$BIN/fairbank" archive verify "$dir/bad.fba" > /dev/null 2>&1 || rc=$?
expect "an archive that was cut" 3 $rc
{ cat "$dir/1.fba"; echo more; } > "$dir/bad.fba"
rc=0; "$BIN/fairbank" archive verify "$dir/bad.fba" > /dev/null 2>&1 || rc=$?
expect "an archive with bytes behind its end" 3 $rc
rc=0; "$BIN/fairbank" archive verify "$dir" > "$dir/said" 2>&1 || rc=$?
expect "a folder for an archive" 1 $rc
grep -q 'cannot be read' "$dir/said" || { cat "$dir/said"; die "what cannot be read is called something else"; }
"$BIN/fairbank" archive --data "$data" --upto "$last" --to "$dir/whole.fba" > /dev/null
for n in whole 2; do # the second does not begin at entry 1
    python3 tests/flow/archive_forge.py "$dir/$n.fba" "$dir/bad.fba"
    "$BIN/fairbank" archive verify "$dir/bad.fba" > /dev/null || die "the forged archive is no archive"
    rc=0; "$BIN/fairbank" archive verify "$dir/bad.fba" --data "$data" > "$dir/said" || rc=$?
    expect "forged archive $n against the store" 3 $rc
    grep -q 'of what was decided with it' "$dir/said" || { cat "$dir/said"; die "what was forged is not named"; }
done
"$BIN/fairbank" archive --data "$data" --upto 10 --to "$dir/a\"b.fba" --json > "$dir/said"
expect "a file's name in JSON" "$dir/a\"b.fba" "$(jq -r .file "$dir/said")"

# ---- two archives to one name, and a file that came while one was made ----
slowly() { # command...: stands at its first flush until $dir/stands is taken away
    env LD_PRELOAD="${shim%/*}/shim_halt.so" FB_SHIM_CALL=fsync FB_SHIM_AT=1 FB_SHIM_FILE="$dir/stands" \
        ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "$@" > "$dir/slow" 2>&1 &
    pid=$!
    i=0
    until [ -e "$dir/stands" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "$2 flushes nothing"; sleep 0.05; done
}
archive() { "$BIN/fairbank" archive --data "$data" "$@"; }
head -c 99999 /dev/zero > "$dir/two.fba.part" # of one that was cut short
slowly "$BIN/fairbank" archive --data "$data" --upto "$half" --to "$dir/two.fba"
rc=0; archive --upto "$last" --to "$dir/two.fba" > "$dir/said" 2>&1 || rc=$?
expect "a second archive to one name" 1 $rc
grep -q 'another archive to this name is being made' "$dir/said" || { cat "$dir/said"; die "a second archive is refused without a word"; }
rm "$dir/stands"; rc=0; wait $pid || rc=$?; pid=
expect "the first of two archives" 0 $rc
"$BIN/fairbank" archive verify "$dir/two.fba" --data "$data" > "$dir/said" || { cat "$dir/said"; die "an archive was spoilt by a second one"; }
cmp "$dir/two.fba" "$dir/1.fba" && [ ! -e "$dir/two.fba.part" ] || die "the first of two archives is not what it would be alone"
slowly "$BIN/fairbank" archive --data "$data" --upto "$half" --to "$dir/came.fba"
echo precious > "$dir/came.fba"
rm "$dir/stands"; rc=0; wait $pid || rc=$?; pid=
expect "an archive whose name a file has by then" "1 precious" "$rc $(cat "$dir/came.fba")"
grep -q 'came meanwhile' "$dir/slow" && [ ! -e "$dir/came.fba.part" ] || { cat "$dir/slow"; die "what came meanwhile is not told of, or something is left"; }
ln -s "$dir/1.fba" "$dir/led.fba.part"; cp "$dir/1.fba" "$dir/1.kept"
archive --upto 10 --to "$dir/led.fba" > /dev/null 2>&1 && die "an archive was written through a link"
cmp "$dir/1.fba" "$dir/1.kept" || die "an archive was written over what a link leads to"

# ---- compaction ----
start
rc=0; "$BIN/fairbank" compact --data "$data" 2> "$dir/said" || rc=$?
expect "compaction beside an engine" 1 $rc
stop
was=$(wc -c < "$data/data.mdb")
"$BIN/fairbank" compact --data "$data" > "$dir/said" || { cat "$dir/said"; die "compaction"; }
[ "$(wc -c < "$data/data.mdb")" -le "$was" ] || die "compaction made it larger"
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after compaction"; }

# ---- told to stop in the middle, while what was written is flushed ----
stopped() { # what it has begun, command...
    begun=$1; shift
    slowly "$@"
    [ -e "$begun" ] || die "$2 flushes before it has begun $begun"
    kill -TERM $pid
    rc=0; wait $pid || rc=$?; pid=
    rm -f "$dir/stands"
    [ ! -e "$begun" ] || die "$2 has left $begun"
    expect "$2, told to stop" 1 $rc
    grep -q stopped "$dir/slow" || { cat "$dir/slow"; die "$2 does not say that it was stopped"; }
}
# A second compaction that is told to stop before it has the store leaves the first one's file alone.
slowly "$BIN/fairbank" compact --data "$data"
first=$pid; mv "$dir/slow" "$dir/slow1"
env LD_PRELOAD="${shim%/*}/shim_halt.so" FB_SHIM_CALL=flock FB_SHIM_AT=1 FB_SHIM_FILE="$dir/second" \
    ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}verify_asan_link_order=0" "$BIN/fairbank" compact --data "$data" > "$dir/said" 2>&1 &
second=$!
i=0; until [ -e "$dir/second" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "a second compaction takes no lock"; sleep 0.05; done
kill -TERM $second; rm "$dir/second"; wait $second 2>/dev/null || true
[ -e "$data/data.mdb.compact" ] || die "a second compaction that was stopped took the file of the first"
rm "$dir/stands"; rc=0; wait $first || rc=$?; pid=
[ $rc -eq 0 ] || { cat "$dir/slow1"; die "a compaction was spoilt by a second one"; }
stopped "$dir/3.fba.part" "$BIN/fairbank" archive --data "$data" --upto "$half" --to "$dir/3.fba"
[ ! -e "$dir/3.fba" ] || die "an archive that was stopped is there"
stopped "$data/data.mdb.compact" "$BIN/fairbank" compact --data "$data"
[ ! -e "$data/data.mdb.compact-lock" ] || die "a compaction that was stopped has left its lock"
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after a compaction that was stopped"; }

# ---- bits that change ----
cp "$data/data.mdb" "$dir/sound.mdb"
size=$(wc -c < "$data/data.mdb")
seed=${SEED:-7} named=0 rows=0 same=0 tried=0
while [ $tried -lt "${FLIPS:-40}" ]; do
    seed=$(( (seed * 1103515245 + 12345) % 2147483648 ))
    at=$(( 8192 + seed % (size - 8192) ))
    byte=$(od -An -tu1 -j "$at" -N1 "$dir/sound.mdb" | tr -d ' ')
    # shellcheck disable=SC2059
    printf "\\$(printf '%03o' $((byte ^ 16)))" | dd of="$data/data.mdb" bs=1 seek="$at" conv=notrunc 2>/dev/null
    rc=0; "$BIN/fairbank" verify --data "$data" > "$dir/v" 2>&1 || rc=$?
    case $rc in
    0) same=$((same + 1)) ;; # a byte that nothing lies in
    1 | 3) grep -qE 'DAMAGED [a-z]+: |damaged|DIFFERENT' "$dir/v" || { cat "$dir/v"; die "a changed byte at $at is not named"; }
       named=$((named + 1))
       grep -qE '^DAMAGED [a-z]+: ' "$dir/v" && rows=$((rows + 1)) ;;
    *) cat "$dir/v"; die "verify ended with status $rc after a changed byte at $at" ;;
    esac
    # shellcheck disable=SC2059
    printf "\\$(printf '%03o' "$byte")" | dd of="$data/data.mdb" bs=1 seek="$at" conv=notrunc 2>/dev/null
    tried=$((tried + 1))
done
cmp -s "$data/data.mdb" "$dir/sound.mdb" || die "the test did not put the bytes back"
[ $rows -gt 0 ] || die "of $tried changed bytes none was named by its table and key"
[ $named -gt $((tried / 2)) ] || die "of $tried changed bytes only $named were named"
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify with the bytes back"; }

# ---- a store of an earlier version ----
rm -rf "$data"; mkdir "$data"
zcat tests/data/stores/schema-2.mdb.gz > "$data/data.mdb"
rc=0; "$BIN/fairbank" verify --data "$data" 2> "$dir/said" || rc=$?
expect "a reader of an older store" 1 $rc
grep -q 'earlier version' "$dir/said" || { cat "$dir/said"; die "nothing is said of the older store"; }
: > "$dir/log"
head -c 32 /dev/zero > "$data/worker.key"; chmod 600 "$data/worker.key"
start
grep -q 'carried over from schema 2' "$dir/log" || die "the log says nothing of it"
stop
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify of the store that was carried over"; }
echo "RESULT held while the disk had too little room, and went on; $named of $tried changed bytes named, $same lay in nothing; archives, compaction, schema 2 carried over"
