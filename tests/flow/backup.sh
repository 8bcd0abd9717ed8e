#!/bin/sh
# The restore drill: backups while everything is fed, one of them after a kill; the folder is lost; the restored store verifies
# equal, consumers go on by themselves, publishers send everything again, and nothing doubles.
. tests/flow/engine.inc
case $BIN in /*) tool=$BIN/fairbank ;; *) tool=$PWD/$BIN/fairbank ;; esac
held() { # everything that people see, without the numbers that depend on the order of arrival and on time
    "$BIN/fairbank" spend --data "$data" --json --stage committed
    "$BIN/fairbank" spend --data "$data" --json --stage worked
    "$BIN/fairbank" fill --data "$data" --json
    "$BIN/fairbank" findings --data "$data" --json | sed 's/"number":[0-9]*,//; s/,"opened":"[^"]*"//; s/,"reportable":"[^"]*"//' | sort
}
seqs() { sed -n 's/^{"seq":\([0-9]*\),.*/\1/p' "$@"; }
number() { sed -n "s/.*\"$1\":\"\{0,1\}\([0-9]*\).*/\1/p" "$2"; }
start; feed_all; settle; stop
held > "$dir/undisturbed"
[ "$(wc -l < "$dir/undisturbed")" -ge 500 ] && grep -q '"rule":' "$dir/undisturbed" || die "too little is held to compare"
rm -rf "$data" "$dir/state" "$dir/in"

# Backups while the engine is busy. One is taken as it comes; a consumer takes what there is just before it.
start
( feed_all ) &
feeder=$!
# Until it has workers, whose key it then wants at each start, and more events than the consumer takes.
i=0
until "$BIN/fairbank" status --data "$data" --json | jq -e '.events >= 600 and any(.sources[]; .source == "staff-record" and .accepted > 0)' > /dev/null; do
    i=$((i + 1)); [ $i -lt 600 ] || die "no workers and 600 events after 60 s"
    sleep 0.1
done
backups=0
while [ $backups -lt 3 ] && kill -0 $feeder 2>/dev/null; do
    sleep 0.4
    "$BIN/fairbank" events --data "$data" --json --cursor finance --limit 200 >> "$dir/taken"
    taken_then=$(wc -l < "$dir/taken")
    "$BIN/fairbank" backup --data "$data" --to "$dir/b$backups" --json > "$dir/made$backups" || die "a backup beside a busy engine"
    backups=$((backups + 1))
done
[ $backups -ge 1 ] || die "everything was fed before one backup was made"
last=$((backups - 1))
rc=0; "$BIN/fairbank" backup --data "$data" --to "$dir/b$last" 2> "$dir/said" || rc=$?
expect "a backup over another" 1 $rc
for key in worker.key link.key; do [ ! -e "$dir/b$last/$key" ] || die "a key is in the backup"; done
wait $feeder || die "feeding did not go through"
settle
"$BIN/fairbank" events --data "$data" --json --cursor finance >> "$dir/taken" # far beyond the backup
mkdir "$dir/keys"; cp "$data"/*.key "$dir/keys/"
crash
mv "$data" "$dir/lost"

# What was changed or cut is no backup.
cp -r "$dir/b$last" "$dir/changed"
printf 'x' | dd of="$dir/changed/data.mdb" bs=1 seek=300000 conv=notrunc 2>/dev/null
rc=0; "$BIN/fairbank" restore --from "$dir/changed" --data "$data" 2> "$dir/said" || rc=$?
expect "restore of a backup that was changed" 1 $rc
grep -q 'changed or cut short' "$dir/said" || { cat "$dir/said"; die "a changed backup without a word"; }
[ ! -e "$data" ] || die "a restore that failed left a folder"
rc=0; "$BIN/fairbank" restore --from "$dir/b$last" --data "$dir/lost" 2> "$dir/said" || rc=$?
expect "restore over a store" 1 $rc

"$BIN/fairbank" restore --from "$dir/b$last" --data "$data" --json > "$dir/restored" 2> "$dir/said" || { cat "$dir/said"; die "restore"; }
shared=$(number events "$dir/restored")
[ "$(number epoch "$dir/restored")" != "$(number epoch_before "$dir/restored")" ] || die "a restored store kept its epoch"
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify of the restored store"; }
refused_start --data "$data"
expect "a start without the workers' key" 6 $rc
cp "$dir/keys"/*.key "$data/"
start
# The consumer's stored position is the backup's: it goes on by itself, in the new epoch, without a gap.
"$BIN/fairbank" events --data "$data" --json --cursor finance > "$dir/again" || die "a consumer cannot go on after a restore"
first=$(seqs "$dir/again" | head -1)
expect "where the consumer goes on" $((taken_then + 1)) "$first"
[ "$first" -le "$shared" ] || die "the store was restored up to $shared: nothing comes again"
# What it had already been given of these is, up to the last shared one, the very same.
head -n $((shared - first + 1)) "$dir/again" > "$dir/repeated"
sort "$dir/taken" > "$dir/taken.sorted"
sort "$dir/repeated" | comm -23 - "$dir/taken.sorted" > "$dir/others"
[ ! -s "$dir/others" ] || { head -3 "$dir/others"; die "events are others after the restore"; }
# Publishers have lost their own notes of what was sent: everything comes again.
rm -rf "$dir/state"
: > "$dir/summaries"
feed_all
settle
held > "$dir/after"
cmp -s "$dir/undisturbed" "$dir/after" || { diff "$dir/undisturbed" "$dir/after" | head -20; die "what is held after the drill differs"; }
"$BIN/fairbank" events --data "$data" --json --cursor finance >> "$dir/again"
expect "events after the restore are dense" "$(seqs "$dir/again" | head -1)-$(seqs "$dir/again" | wc -l)" \
    "$(seqs "$dir/again" | head -1)-$(( $(seqs "$dir/again" | tail -1) - $(seqs "$dir/again" | head -1) + 1 ))"
stop
"$BIN/fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after the drill"; }

# Ctrl-C leaves no half folder. (A kill -9 may leave FOLDER.part, which the next backup takes away.)
mkdir "$dir/b9.part"; : > "$dir/b9.part/data.mdb"
"$BIN/fairbank" backup --data "$data" --to "$dir/b9" > /dev/null || die "a backup after one that was cut short"
[ ! -e "$dir/b9.part" ] || die "the half folder is still there"
for after in 0.00 0.01 0.02 0.03 0.05; do
    rm -rf "$dir/b10"
    "$BIN/fairbank" backup --data "$data" --to "$dir/b10" > /dev/null 2>&1 &
    b=$!; sleep $after; kill -INT $b 2>/dev/null || true; wait $b || true
    [ ! -e "$dir/b10.part" ] || die "Ctrl-C left a half folder"
    [ ! -e "$dir/b10" ] || [ -e "$dir/b10/manifest.json" ] || die "Ctrl-C left a folder without a manifest"
done

# Keys never lie in the backup, however their folder is spelled; a daily run finds its keys there and is content.
ln -s "$dir/b11" "$dir/leads-there"; ln -s "$dir/b11.part" "$dir/leads-into"
for spelled in b11 b11/ ./b11 ../${dir##*/}/b11 b11/keys b11.part b11.part/keys leads-there leads-into leads-into/keys; do
    rc=0; ( cd "$dir" && "$tool" backup --data "$data" --to b11 --with-keys "$spelled" ) > /dev/null 2> "$dir/said" || rc=$?
    expect "a backup with its keys in $spelled" 1 $rc
    [ ! -e "$dir/b11" ] && [ ! -e "$dir/b11.part" ] || die "a backup with its keys in $spelled left something"
done
"$tool" backup --data "$data" --to "$dir/b11" --with-keys "$dir/safe" > /dev/null || die "a backup with keys apart"
cmp -s "$dir/safe/worker.key" "$data/worker.key" || die "the key's copy is another"
"$tool" backup --data "$data" --to "$dir/b12" --with-keys "$dir/safe" > /dev/null || die "the next day's backup with keys to the same folder"
echo another > "$dir/safe/link.key"; rm "$dir/safe/worker.key"
rc=0; "$tool" backup --data "$data" --to "$dir/b13" --with-keys "$dir/safe" --json > "$dir/made" 2> "$dir/said" || rc=$?
expect "a backup whose keys' folder has another key" 1 $rc
grep -q 'link.key: another key of this name is there' "$dir/said" && grep -q 'the backup itself was made' "$dir/said" || { cat "$dir/said"; die "another key is not told of"; }
[ -e "$dir/b13/manifest.json" ] && cmp -s "$dir/safe/worker.key" "$data/worker.key" || die "one key that is another keeps the rest away"
expect "the other key" another "$(cat "$dir/safe/link.key")"
expect "lines of JSON beside copies of keys" 1 "$(wc -l < "$dir/made" | tr -d ' ')"
mkfifo "$data/pipe.key" "$dir/safe/other.key"; cp "$data/worker.key" "$data/other.key"
rc=0; timeout 60 "$tool" backup --data "$data" --to "$dir/b14" --with-keys "$dir/safe" > /dev/null 2> "$dir/said" || rc=$?
rm "$data/pipe.key" "$data/other.key"
expect "a backup among whose keys are pipes" 1 $rc
grep -q 'pipe.key: cannot be read' "$dir/said" && grep -q 'other.key: what is there is not a file' "$dir/said" || { cat "$dir/said"; die "a pipe among the keys is not told of"; }

# Folders as people type and name them.
odd=$dir/$(printf 'Anna'"'"'s "old" \\ \303\251 \377')
"$tool" backup --data "$data" --to "$odd//" --json > "$dir/made" || die "a backup to a folder with slashes behind it"
[ -e "$odd/manifest.json" ] || die "a backup with slashes behind its name is not there"
"$tool" restore --from "$odd/" --data "$odd.new/" --json > "$dir/restored" 2> "$dir/said" || { cat "$dir/said"; die "a restore to a folder with a slash behind it"; }
for said in made restored; do
    python3 -c 'import json, sys; json.load(open(sys.argv[1], encoding="utf-8"))' "$dir/$said" || { cat "$dir/$said"; die "what is said of a folder with quotes is no JSON"; }
    grep -q 'Anna.s ..old' "$dir/$said" || { cat "$dir/$said"; die "what is said of a folder does not name it"; }
done
echo "RESULT $backups backups while feeding; lost, restored up to event $shared, all sent again: held as undisturbed, verify equal"
