#!/bin/sh
# A disk that is full, of a file system of its own: a start, the carrying over of an earlier version's store, a compaction, an archive and
# a backup say so, leave the store as it was, and go through when there is room.
. tests/flow/engine.inc
tool=$BIN/fairbank disk=$dir/disk
mkdir "$disk"
mount -t tmpfs -o size=4m none "$disk" 2>/dev/null || { echo "RESULT a full disk: not tried, a file system of its own needs root"; exit 0; }
trap 'umount -l "$disk" 2>/dev/null || true; quiet_end' EXIT
data=$disk/data
free_kib() { df -k --output=avail "$disk" | tail -1 | tr -d ' '; }
leave() { rm -f "$disk/rest"; n=$(($(free_kib) - $1)); head -c "$n"k /dev/zero > "$disk/rest"; } # so many KiB are free
older() {
    rm -rf "$data"; mkdir "$data"
    zcat tests/data/stores/schema-2.mdb.gz > "$data/data.mdb"
    head -c 32 /dev/zero > "$data/worker.key"; chmod 600 "$data/worker.key"
}
no_room() { # what, its status, the one that it must have
    expect "$1" "$3" "$2"
    grep -qiE 'no room|with room in it|as much free space' "$dir/said" || { cat "$dir/said"; die "$1 is not told to be for want of room"; }
}

# ---- a start, and the carrying over ----
carried=0
for free in 0 4 12 20 28 36 44 60 100; do
    older; leave $free
    : > "$dir/said"; refused_start --data "$data"
    ! grep -q 'could not be carried over' "$dir/said" || { grep -q 'make room, and start it again' "$dir/said" || { cat "$dir/said"; die "a full disk is no cause to restore a backup"; }; carried=$((carried + 1)); }
    case $rc in 1 | 5 | 6) ;; *) cat "$dir/said"; die "a start with $free KiB free ended with status $rc" ;; esac
    grep -qiE 'no room|no space' "$dir/said" || { cat "$dir/said"; die "a start with $free KiB free does not say what is wrong"; }
    rm "$disk/rest"
    start; stop
    "$tool" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after a start with $free KiB free"; }
done
[ $carried -gt 0 ] || die "no disk was full while the store was carried over"

# ---- care ----
"$tool" verify --data "$data" > "$dir/sound"
full=0
for free in 0 200 400 520 560 564 568 572 576 584 600 620 700; do
    leave $free
    rc=0; "$tool" compact --data "$data" > "$dir/said" 2>&1 || rc=$?
    [ $rc -eq 0 ] || { no_room "a compaction with $free KiB free" $rc 1; full=$((full + 1)); }
    expect "what a compaction with $free KiB free leaves" "" "$(ls "$data" | grep -E 'compact|before' || true)"
done
[ $full -gt 3 ] || die "of the compactions only $full found the disk full"
leave 0
rc=0; "$tool" archive --data "$data" --upto 200 --to "$disk/a" > "$dir/said" 2>&1 || rc=$?
no_room "an archive on a full disk" $rc 1
for free in 0 300 $(($(wc -c < "$data/data.mdb") / 1024 + 4)); do
    leave "$free"
    rc=0; "$tool" backup --data "$data" --to "$disk/b" > "$dir/said" 2>&1 || rc=$?
    [ $rc -eq 0 ] || no_room "a backup with $free KiB free" $rc 1
    rm -rf "$disk/b"
done
expect "what is on the disk besides" "data rest" "$(ls "$disk" | tr '\n' ' ' | sed 's/ $//')"
leave 0
"$tool" backup --data "$data" --to "$dir/elsewhere" > "$dir/said" 2>&1 || { cat "$dir/said"; die "a full disk keeps a backup to another from being made"; }
rm "$disk/rest"
"$tool" compact --data "$data" > /dev/null || die "a compaction when there is room"
"$tool" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify of a store whose disk was full"; }
cmp "$dir/sound" "$dir/v" || die "the store is another after its disk was full"
echo "RESULT a full disk: told by starts ($carried while the store was carried over), compactions ($full), archives and backups; the store is as it was"
