#!/bin/sh
# Restores and backups that are killed or stopped anywhere, that meet an engine, or one another: a folder holds no store or the whole
# one under its new epoch, nothing that is there is written over or taken away, and the same again succeeds.
. tests/flow/engine.inc
. tests/flow/halt.inc
stand() { halt "$1" "$2" "$dir/stands"; } # there, until it is taken away
until_there() { i=0; until [ -e "$1" ]; do i=$((i + 1)); [ $i -lt 600 ] || die "$1 never came"; sleep 0.05; done; }
in_json() { sed -n "s/.*\"$1\":\"\{0,1\}\([^\",}]*\).*/\1/p" "$2"; }
epoch_of() { rm -rf "$dir/e"; "$tool" backup --data "$1" --to "$dir/e" --json > "$dir/e.json" || die "$1 cannot be backed up"; in_json epoch "$dir/e.json"; }
mkdir "$data"
zcat tests/data/stores/schema-2.mdb.gz > "$data/data.mdb"
head -c 32 /dev/zero > "$data/worker.key"; chmod 600 "$data/worker.key"
# A store of an earlier version is backed up as it is, restored, and carried over like the one it is a copy of.
"$tool" backup --data "$data" --to "$dir/older" --json > "$dir/made" || die "a backup of an earlier version's store"
expect "journal and events of an earlier version's store" "242 530" "$(in_json journal "$dir/made") $(in_json events "$dir/made")"
"$tool" restore --from "$dir/older" --data "$dir/older-data" > /dev/null 2>&1 || die "a restore of an earlier version's store"
cp "$data/worker.key" "$dir/older-data/"
newer=$data data=$dir/older-data engine=ipc://$dir/older-data/door.sock
start; settle; stop
grep -q 'carried over from schema 2' "$dir/log" || die "an earlier version's store was not carried over after its restore"
"$tool" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify of an earlier version's store that was restored"; }
[ "$(epoch_of "$data")" != "$(in_json epoch "$dir/made")" ] || die "an earlier version's store kept its epoch"
data=$newer engine=ipc://$newer/door.sock
start; settle; stop
"$tool" backup --data "$data" --to "$dir/b" --json > "$dir/made" || die "a backup"
old=$(in_json epoch "$dir/made")
lost=$data

# ---- killed anywhere ----
n=0 none=0 whole=0 rc=137
while [ $rc -eq 137 ]; do
    n=$((n + 1)) to=$dir/k$n
    [ $n -lt 200 ] || die "a restore makes no end of calls"
    halt '' $n; rc=0; $halted "$tool" restore --from "$dir/b" --data "$to" > "$dir/said" 2>&1 || rc=$?
    if [ -e "$to/data.mdb" ]; then
        [ "$(epoch_of "$to")" != "$old" ] || die "killed at call $n, a restore left a store under its old epoch"
        whole=$((whole + 1))
    else
        "$tool" restore --from "$dir/b" --data "$to" > "$dir/said" 2>&1 || { cat "$dir/said"; die "no restore after one that was killed at call $n"; }
        [ "$(epoch_of "$to")" != "$old" ] || die "a restore after one that was killed kept the epoch"
        [ ! -e "$to/restoring" ] || die "a restore left what the one before had begun"
        none=$((none + 1))
    fi
    rm -rf "$to"
done
expect "a restore that was not killed" 0 $rc
[ $none -gt 5 ] && [ $whole -gt 1 ] || die "of $n kills $none came before the store was there and $whole after it"
mkdir "$dir/left"; mkdir "$dir/left/restoring"; : > "$dir/left/data.mdb.restoring"; : > "$dir/left/restoring/data.mdb"; : > "$dir/left/writer.lock"
"$tool" restore --from "$dir/b" --data "$dir/left" > /dev/null || die "leftovers stand in a restore's way"
expect "what a restore leaves in its folder" "data.mdb writer.lock" "$(ls "$dir/left" | tr '\n' ' ' | sed 's/ $//')"

# ---- a manifest that is none ----
manifest_refused() { # what it is
    rc=0; timeout 20 "$tool" restore --from "$dir/odd" --data "$dir/of-odd" > "$dir/said" 2>&1 || rc=$?
    expect "a restore whose manifest is $1" 1 $rc
    grep -q 'its manifest.json cannot be read' "$dir/said" || { cat "$dir/said"; die "a manifest that is $1 is not told of"; }
    [ ! -e "$dir/of-odd" ] || die "a manifest that is $1 left a folder"
    rm -f "$dir/odd/manifest.json"
}
cp -r "$dir/b" "$dir/odd"; rm "$dir/odd/manifest.json"
mkfifo "$dir/odd/manifest.json"; manifest_refused "a pipe"
{ cat "$dir/b/manifest.json"; head -c 70000 /dev/zero | tr '\0' ' '; } > "$dir/odd/manifest.json"; manifest_refused "too long"
for figure in epoch journal events bytes; do
    jq --arg f $figure '.[$f] = ""' "$dir/b/manifest.json" > "$dir/odd/manifest.json"; manifest_refused "without a figure of $figure"
done
{ cat "$dir/b/manifest.json"; head -c 60000 /dev/zero | tr '\0' ' '; } > "$dir/odd/manifest.json"
"$tool" restore --from "$dir/odd" --data "$dir/of-odd" > "$dir/said" 2>&1 || { cat "$dir/said"; die "a manifest of 60 kB"; }
rm "$dir/odd/data.mdb"; mkfifo "$dir/odd/data.mdb"
rc=0; timeout 20 "$tool" restore --from "$dir/odd" --data "$dir/piped" > "$dir/said" 2>&1 || rc=$?
expect "a restore of a backup whose store is a pipe" 1 $rc
[ ! -e "$dir/piped" ] || die "a backup whose store is a pipe left a folder"
rc=0; timeout 20 "$tool" verify --data "$dir/odd" > "$dir/said" 2>&1 || rc=$?
expect "a pipe in a store's place" 1 $rc

# ---- beside an engine ----
data=$dir/new engine=ipc://$dir/new/door.sock
mkdir "$data"; cp "$lost/worker.key" "$dir/worker.key"
beside() { # call, its number: an engine that comes while the restore stands there has the lock refused
    rm -rf "$data"
    stand "$1" "$2"; $halted "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 &
    restoring=$!
    until_there "$dir/stands"
    rc=0; timeout -k 5 60 "$BIN/fairbankd" --data "$data" 2> "$dir/log2" || rc=$?
    rm "$dir/stands"
    expect "an engine beside a restore at $1 $2" 4 $rc
    wait $restoring || { cat "$dir/said"; die "a restore beside an engine at $1 $2"; }
    [ "$(epoch_of "$data")" != "$old" ] || die "a restore beside an engine kept the epoch"
}
beside mkdir 2; beside fsync 1; beside fdatasync 1; beside link 1
# One that was there first keeps its folder.
rm -rf "$data"
stand flock 1; $halted "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 &
restoring=$!
until_there "$dir/stands"
start
ls "$data" > "$dir/before"
rm "$dir/stands"
rc=0; wait $restoring || rc=$?
expect "a restore into an engine's folder" 1 $rc
grep -q 'an engine, or another restore, has this folder' "$dir/said" || { cat "$dir/said"; die "a restore beside an engine without a word"; }
ls "$data" | cmp -s - "$dir/before" || { ls "$data"; die "a restore took files of an engine away"; }
"$tool" status --data "$data" > /dev/null || die "the engine does not answer after a restore was refused"
stop
rc=0; "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 || rc=$?
expect "a restore over a store" 1 $rc
[ -s "$data/worker.key" ] && [ -s "$data/data.mdb" ] || die "a restore took a store away"
# Whatever comes without the lock is not written over either.
rm -rf "$data"
stand link 1; $halted "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 &
restoring=$!
until_there "$dir/stands"
echo precious > "$data/data.mdb"; echo key > "$data/link.key"
rm "$dir/stands"
rc=0; wait $restoring || rc=$?
expect "a restore onto a file that came meanwhile" 1 $rc
expect "what is left then" "data.mdb link.key" "$(ls "$data" | tr '\n' ' ' | sed 's/ $//')"
expect "the file that came meanwhile" precious "$(cat "$data/data.mdb")"

# ---- stopped ----
for signal in INT TERM HUP; do
    for at in 'fsync 1' 'link 1'; do
        for made in no yes; do
            rm -rf "$data"; [ $made = no ] || mkdir "$data"
            # shellcheck disable=SC2086
            stand $at
            $halted "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 &
            restoring=$!
            until_there "$dir/stands"; kill -$signal $restoring; rm "$dir/stands"
            rc=0; wait $restoring || rc=$?
            [ "$at" = 'link 1' ] && [ $rc -eq 0 ] && [ "$(epoch_of "$data")" != "$old" ] && continue # it was done already
            expect "a restore that was stopped by SIG$signal at $at" 1 $rc
            grep -q 'stopped: nothing was restored' "$dir/said" || { cat "$dir/said"; die "a stopped restore does not say so"; }
            [ $made = yes ] || [ ! -e "$data" ] || die "SIG$signal left a folder"
            [ $made = no ] || expect "what SIG$signal left" '' "$(ls "$data")"
        done
    done
    stand fsync 1; $halted "$tool" backup --data "$lost" --to "$dir/s" > "$dir/said" 2>&1 &
    backing=$!
    until_there "$dir/stands"; kill -$signal $backing; rm "$dir/stands"
    rc=0; wait $backing || rc=$?
    expect "a backup that was stopped by SIG$signal" 1 $rc
    [ ! -e "$dir/s.part" ] && [ ! -e "$dir/s" ] || die "SIG$signal left a half backup"
done

# An engine that waits at the lock of a restore that fails does not get one without a name, which would keep no second engine out.
rm -rf "$data"; mkdir "$data"
stand fsync 1; $halted "$tool" restore --from "$dir/b" --data "$data" > /dev/null 2>&1 &
restoring=$!
until_there "$dir/stands"
halt flock 1 "$dir/waits"; $halted timeout 20 "$BIN/fairbankd" --data "$data" 2> "$dir/log2" &
pid=$!
until_there "$dir/waits"
kill -INT $restoring; rm "$dir/stands"
rc=0; wait $restoring || rc=$?
expect "a restore that was stopped" 1 $rc
rm "$dir/waits"
rc=0; wait $pid || rc=$?
pid=
expect "an engine at a lock without a name" 4 $rc

# ---- by root, for another ----
if [ "$(id -u)" -eq 0 ]; then
    rm -rf "$data"; mkdir "$data"; chown 65534:65534 "$data"
    "$tool" restore --from "$dir/b" --data "$data" > "$dir/said" 2>&1 || { cat "$dir/said"; die "a restore by root"; }
    for file in "$data"/*; do expect "whose $file is" 65534:65534 "$(stat -c %u:%g "$file")"; done
    rm -rf "$data"
    "$tool" restore --from "$dir/b" --data "$data" > /dev/null 2> "$dir/said" || die "a restore by root into a new folder"
    grep -q 'made by root' "$dir/said" || die "nothing is said of a folder that root made"
fi

# ---- two backups to one name ----
stand fsync 1; $halted "$tool" backup --data "$lost" --to "$dir/two" > "$dir/first" 2>&1 &
backing=$!
until_there "$dir/stands"
rc=0; "$tool" backup --data "$lost" --to "$dir/two" > "$dir/said" 2>&1 || rc=$?
expect "a second backup to one name" 1 $rc
grep -q 'another backup to this name is being made' "$dir/said" || { cat "$dir/said"; die "a second backup is refused without a word"; }
rm "$dir/stands"
wait $backing || { cat "$dir/first"; die "a backup was spoilt by a second one"; }
"$tool" restore --from "$dir/two" --data "$dir/from-two" > /dev/null 2>&1 || die "the first of two backups cannot be restored"
# One that comes to the lock when its folder has become another's leaves that one as it is.
stand flock 1; $halted "$tool" backup --data "$lost" --to "$dir/three" > "$dir/first" 2>&1 &
backing=$!
until_there "$dir/stands"
mv "$dir/three.part" "$dir/aside"; mkdir "$dir/three.part"; echo precious > "$dir/three.part/data.mdb"
rm "$dir/stands"
rc=0; wait $backing || rc=$?
expect "a backup whose folder has become another's" 1 $rc
expect "the other's file" precious "$(cat "$dir/three.part/data.mdb")"
# What was proved is what was written.
"$tool" backup --data "$dir/from-two" --to "$dir/other" > /dev/null
stand fsync 1; $halted "$tool" backup --data "$lost" --to "$dir/swapped" > "$dir/said" 2>&1 &
backing=$!
until_there "$dir/stands"
cp "$dir/other/data.mdb" "$dir/swapped.part/data.mdb"
rm "$dir/stands"
rc=0; wait $backing || rc=$?
expect "a backup whose file became another" 1 $rc
grep -q 'it is not what was written' "$dir/said" || { cat "$dir/said"; die "a backup does not see that its file became another"; }
[ ! -e "$dir/swapped" ] || die "a backup of another file got its name"

# ---- a backup killed anywhere ----
made=0 kills=0 rc=137
while [ $rc -eq 137 ]; do
    kills=$((kills + 1)) to=$dir/m$kills
    [ $kills -lt 200 ] || die "a backup makes no end of calls"
    rm -rf "$dir/safe"
    halt '' $kills; rc=0; $halted "$tool" backup --data "$lost" --to "$to" --with-keys "$dir/safe" > "$dir/said" 2>&1 || rc=$?
    if [ -e "$to" ]; then made=$((made + 1)); else "$tool" backup --data "$lost" --to "$to" > /dev/null || die "no backup after one that was killed at call $kills"; fi
    "$tool" restore --from "$to" --data "$dir/of-killed" > /dev/null 2>&1 || die "a backup that was killed at call $kills cannot be restored"
    rm -rf "$dir/of-killed" "$dir/next"
    "$tool" backup --data "$lost" --to "$dir/next" --with-keys "$dir/safe" > /dev/null || die "no copies of keys after a backup that was killed at call $kills"
    for key in "$lost"/*.key; do cmp -s "$key" "$dir/safe/${key##*/}" || die "a key's copy is not whole after a backup that was killed at call $kills"; done
done
expect "a backup that was not killed" 0 $rc
[ $made -gt 1 ] && [ $made -lt $kills ] || die "of $kills kills of a backup $made came after it had its name"
echo "RESULT killed at each of $n calls: $none times no store was there and the same again made it, $whole times it was whole; engines and second backups kept out"
