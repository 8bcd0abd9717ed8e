#!/bin/sh
# Compaction, archives and the carrying over of an earlier version's store, killed at each of their calls, and with each flush failing once: the
# store is whole, the same again succeeds and leaves nothing; and whoever takes records next has the names on the disk first.
. tests/flow/engine.inc
. tests/flow/halt.inc
verified() { "$tool" verify --data "$data" > "$dir/v" 2>&1 || { cat "$dir/v"; die "verify $1"; }; }
older() { # a folder with the store of an earlier version
    rm -rf "$data"; mkdir "$data"
    zcat tests/data/stores/schema-2.mdb.gz > "$data/data.mdb"
    head -c 32 /dev/zero > "$data/worker.key"; chmod 600 "$data/worker.key"
}

# ---- carried over ----
starts=0
until grep -qs 'was carried over to schema 3' "$dir/log2"; do
    starts=$((starts + 1))
    [ $starts -lt 60 ] || die "no start comes as far as to have the store carried over"
    older
    halt '' $starts; rc=0; $halted "$BIN/fairbankd" --data "$data" 2> "$dir/log2" || rc=$?
    expect "a start that was killed at call $starts" 137 $rc
    start; stop
    verified "of a store whose carrying over was killed at call $starts"
done
[ $starts -gt 5 ] || die "of $starts starts none was killed while it carried over"
whole() { # when: nothing but the store and its keys, and as it was
    expect "what is in the folder $1" "checkpoint.key data.mdb link.key lock.mdb open.lock worker.key writer.lock" "$(ls "$data" | grep -v "\.sock$" | tr '\n' ' ' | sed 's/ $//')"
    verified "$1"
    expect "what verify says $1" "$(cat "$dir/sound")" "$(cat "$dir/v")"
}
mv "$dir/v" "$dir/sound"
whole "at first"

# ---- compacted ----
compactions=0 after=0 rc=137
while [ $rc -eq 137 ]; do
    compactions=$((compactions + 1))
    [ $compactions -lt 60 ] || die "a compaction makes no end of calls"
    halt '' $compactions; rc=0; $halted "$tool" compact --data "$data" > "$dir/said" 2>&1 || rc=$?
    [ ! -e "$data/data.mdb.before" ] || after=$((after + 1))
    "$tool" compact --data "$data" > "$dir/said" 2>&1 || { cat "$dir/said"; die "no compaction after one that was killed at call $compactions"; }
    whole "after the compaction after one that was killed at call $compactions"
done
expect "a compaction that was not killed" 0 $rc
[ $after -gt 1 ] || die "of $compactions kills $after left two files"

# Told to stop while the files are exchanged it ends its work.
halt rename 1 "$dir/stands"; $halted "$tool" compact --data "$data" > "$dir/said" 2>&1 &
pid=$!
i=0; until [ -e "$dir/stands" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "a compaction exchanges nothing"; sleep 0.05; done
kill -TERM $pid; rm "$dir/stands"; rc=0; wait $pid || rc=$?; pid=
expect "a compaction that was stopped while it exchanged files" 0 $rc
whole "after a compaction that was stopped while it exchanged files"

# ---- archived ----
archives=0 made=0 rc=137
"$tool" archive --data "$data" --upto 200 --to "$dir/sound.fba" > /dev/null
while [ $rc -eq 137 ]; do
    archives=$((archives + 1)) to=$dir/$archives.fba
    [ $archives -lt 60 ] || die "an archive makes no end of calls"
    halt '' $archives; rc=0; $halted "$tool" archive --data "$data" --upto 200 --to "$to" > "$dir/said" 2>&1 || rc=$?
    if [ -e "$to" ]; then made=$((made + 1)); else "$tool" archive --data "$data" --upto 200 --to "$to" > "$dir/said" 2>&1 || { cat "$dir/said"; die "no archive after one that was killed at call $archives"; }; fi
    cmp "$to" "$dir/sound.fba" && [ ! -e "$to.part" ] || die "an archive that was killed at call $archives is not what it would be, or something is left"
done
expect "an archive that was not killed" 0 $rc
[ $made -gt 1 ] || die "of $archives kills $made came after it had its name"
whole "after archives that were killed"

# ---- a disk that fails ----
flushes=0
failing() { # command...: with its flush number $n failing; false: it makes no so many
    halt fsync $n; rc=0; FB_SHIM_FAILS=1 $halted "$tool" "$@" > "$dir/said" 2>&1 || rc=$?
    [ $rc -ne 0 ] || return 1
    flushes=$((flushes + 1))
    expect "$1 whose flush $n fails" 1 $rc
    grep -q 'look at the disk\|the disk sound\|the disk or a socket failed' "$dir/said" || { cat "$dir/said"; die "$1 whose flush $n fails does not name the disk"; }
}
n=1; while failing compact --data "$data"; do
    verified "after a compaction whose flush $n failed"
    n=$((n + 1))
done
whole "after compactions whose flushes failed"
n=1; while failing archive --data "$data" --upto 200 --to "$dir/f$n"; do
    [ ! -e "$dir/f$n.part" ] || die "an archive whose flush $n failed has left something"
    [ ! -e "$dir/f$n" ] || { grep -q 'is there, and whole' "$dir/said" && cmp "$dir/f$n" "$dir/sound.fba"; } || die "an archive whose flush $n failed is said to be what it is not"
    n=$((n + 1))
done
n=1; while failing backup --data "$data" --to "$dir/g$n"; do
    [ ! -e "$dir/g$n.part" ] || die "a backup whose flush $n failed has left something"
    [ ! -e "$dir/g$n" ] || { grep -q 'is there, and whole' "$dir/said" && "$tool" restore --from "$dir/g$n" --data "$dir/of-g$n" > /dev/null 2>&1; } || die "a backup whose flush $n failed is said to be what it is not"
    n=$((n + 1))
done
[ $flushes -gt 7 ] || die "only $flushes flushes failed"
rm -f "$data/last-backup"

# ---- names on the disk ----
# A compaction was killed when the new file had its name, and before that was flushed: the engine flushes it before it takes anything.
halt fsync 2; $halted "$tool" compact --data "$data" > /dev/null 2>&1 || true
[ -e "$data/data.mdb.before" ] || die "the second flush of a compaction is not that of its names"
halt fsync 1 "$dir/stands"; $halted "$BIN/fairbankd" --data "$data" 2> "$dir/log2" &
pid=$!
i=0; until [ -e "$dir/stands" ] || [ -e "$data/ready" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "neither flushing nor ready"; sleep 0.05; done
[ ! -e "$data/ready" ] || die "an engine takes records into a file whose name may not be on the disk"
rm "$dir/stands"
i=0; until [ -e "$data/ready" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "not ready after it flushed"; sleep 0.05; done
stop
echo "RESULT killed at each call: $starts of carrying over, $((compactions - 1)) of a compaction, $((archives - 1)) of an archive; $flushes flushes failed; each time the store was whole and the next went through"
