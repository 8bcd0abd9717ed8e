#!/bin/sh
# Root's tools in the folder of the engine's user: what they make there is that user's, so that the engine starts again, and no link that
# stands there leads root to a file of its own.
. tests/flow/engine.inc
nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
# shellcheck disable=SC2086
[ "$(id -u)" -eq 0 ] && $nobody "$BIN/fairbank" --help > /dev/null 2>&1 || { echo "RESULT not looked at: this needs root, and programs that another user can run"; exit 0; }
tool=$BIN/fairbank
chmod 711 "$dir"
mkdir -m 700 "$data"; chown 65534:65534 "$data"
engine_env=$nobody
start; stop
all_nobodys() { # after what
    others=$(find "$data" ! -user 65534 -o ! -group 65534)
    [ -z "$others" ] || { ls -l "$data"; die "after $1 not the engine's: $others"; }
}

# ---- what is made ----
for c in "verify" "status --offline" "doctor" "backup --to $dir/b" "checkpoint list" "compact"; do
    rm -f "$data/lock.mdb" "$data/open.lock" "$data/writer.lock" "$data/last-backup"
    rc=0
    # shellcheck disable=SC2086
    ( umask 077; "$tool" $c --data "$data" ) > "$dir/said" 2>&1 || rc=$?
    [ $rc -eq 0 ] || [ "$c" = doctor ] || { cat "$dir/said"; die "$c by root"; }
    [ -e "$data/open.lock" ] || die "$c did not open the store"
    all_nobodys "$c"
    start; stop
done
expect "whose root's backup is" 0 "$(stat -c %u "$dir/b/data.mdb")"
# What another user's backup has left is not gone on in.
mkdir -m 777 "$dir/b2.part"; chown 65534:65534 "$dir/b2.part"; rc=0
"$tool" backup --data "$data" --to "$dir/b2" > "$dir/said" 2>&1 || rc=$?
[ $rc -eq 1 ] && grep -q "is another user's" "$dir/said" || { cat "$dir/said"; die "a backup into what another user left"; }
# In a folder of root's that others write to, whose data.mdb it is.
chown 0:65534 "$data"; chmod 770 "$data"; rm -f "$data/lock.mdb" "$data/open.lock"
"$tool" verify --data "$data" > "$dir/said" 2>&1 || { cat "$dir/said"; die "verify in root's folder"; }
expect "whose the locks are in root's folder" "65534:65534 65534:65534" "$(stat -c %u:%g "$data/lock.mdb" "$data/open.lock" | tr '\n' ' ' | sed 's/ $//')"
chown 65534:65534 "$data"; chmod 700 "$data"
# Root's group is not lent with the folder.
chgrp 0 "$data"; rm -f "$data/lock.mdb"
: > "$dir/groups"; chmod 660 "$dir/groups"; ln -s "$dir/groups" "$data/lock.mdb"
"$tool" verify --data "$data" > "$dir/said" 2>&1 && die "a link to what root's group may write to was followed"
expect "what root's group may write to" 0 "$(stat -c %s "$dir/groups")"
chown -h 65534:65534 "$data"; rm "$data/lock.mdb"

# ---- links ----
victim() { rm -f "$dir/victim"; echo precious > "$dir/victim"; chmod 600 "$dir/victim"; }
untouched() { expect "a file of root's, after $1" "precious 600 0:0" "$(cat "$dir/victim") $(stat -c '%a %u:%g' "$dir/victim")"; }
for link in open.lock lock.mdb writer.lock data.mdb.compact data.mdb.compact-lock data.mdb.before last-backup last-backup.new; do
    for c in "verify" "compact" "backup --to $dir/of-links"; do
        victim; rm -rf "$dir/of-links" "${data:?}/$link"
        ln -s "$dir/victim" "$data/$link"; chmod 666 "$data/data.mdb"
        # shellcheck disable=SC2086
        "$tool" $c --data "$data" > "$dir/said" 2>&1 || true
        untouched "$c beside a link $link"
    done
    rm -f "$data/$link"
done
# What the owner could follow, to a file of his own, is not followed either.
for link in data.mdb.compact data.mdb.compact-lock last-backup.new; do
    victim; chown 65534:65534 "$dir/victim"; ln -s "$dir/victim" "$data/$link"
    "$tool" compact --data "$data" > "$dir/said" 2>&1 || { cat "$dir/said"; die "compaction beside a link $link"; }
    rm -rf "$dir/of-links"; "$tool" backup --data "$data" --to "$dir/of-links" > "$dir/said" 2>&1 || { cat "$dir/said"; die "a backup beside a link $link"; }
    ! grep -q 'could not be noted' "$dir/said" || { cat "$dir/said"; die "a backup beside a link $link was not noted"; }
    expect "a file of the owner's beside a link $link" precious "$(cat "$dir/victim")"
    rm -f "$data/$link"
done
chmod 666 "$data/data.mdb"
"$tool" compact --data "$data" > "$dir/said" 2>&1 || { cat "$dir/said"; die "compaction by root"; }
expect "the mode of a store that was open to all" 660 "$(stat -c %a "$data/data.mdb")"
all_nobodys "compaction"

# ---- where the owner cannot go: root reads it as root, and follows nothing ----
mkdir -m 700 "$dir/roots"; cp -a "$data" "$dir/roots/copy"
"$tool" verify --data "$dir/roots/copy" > "$dir/said" 2>&1 || { cat "$dir/said"; die "verify where the owner cannot go"; }
for link in open.lock lock.mdb; do
    victim; rm -f "$dir/roots/copy/$link"; ln -s "$dir/victim" "$dir/roots/copy/$link"
    "$tool" verify --data "$dir/roots/copy" > "$dir/said" 2>&1 && die "a link was followed where the owner cannot go"
    grep -q 'is a link, or has two names' "$dir/said" || { cat "$dir/said"; die "the link is not told of"; }
    untouched "verify of a copy with a link $link"
    rm "$dir/roots/copy/$link"
done
# Files of root's, which keep the engine out, are told as that.
chown 0:0 "$data/lock.mdb"; chmod 600 "$data/lock.mdb"
for c in verify compact; do
    "$tool" $c --data "$data" > "$dir/said" 2>&1 && die "$c opened a file that the owner of the store may not open"
    grep -q 'give them back (chown)' "$dir/said" || { cat "$dir/said"; die "$c does not tell what keeps the engine out"; }
done
echo "RESULT 6 tools of root's left the engine its files, 8 links led to nothing"
