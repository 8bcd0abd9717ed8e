#!/bin/sh
# Drop folders: three sources at once, each with its own way to know that a file is whole; files half written, unmarked, of one name,
# unreadable, in a workbook; the engine away; kill -9 of the watch at any moment. At the end every row is in the engine once, and
# every file is in the archive or the rejects as it came.
. tests/flow/engine.inc
csv=$BIN/fairbank-csv
watch=
quiet_watch_end() { [ -z "$watch" ] || kill -9 "$watch" 2>/dev/null || true; quiet_end; }
trap quiet_watch_end EXIT
for s in a b c; do mkdir -p "$dir/drop/$s"; done
cat > "$dir/reg.yaml" <<'MAP'
source: {name: reg-a, system: roster}
file: {kind: snapshot, occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM}
columns: {code: Code, name: Name, at: At}
records: [{kind: agency, ref: code, fields: {code: code, name: name}}]
MAP
sed 's/reg-a/reg-b/' "$dir/reg.yaml" > "$dir/reg-b.yaml"
cp tests/data/sheets/shifts.yaml "$dir/"
cat > "$dir/plan.yaml" <<PLAN
engine: $engine
heartbeat: $dir/heartbeat.json
beat: 1
sweep: 2
timeout: 2
sources:
  - {folder: $dir/drop/a, mapping: $dir/reg.yaml, archive: $dir/drop/a-archive, rejects: $dir/drop/a-rejects, quiet: 1}
  - {folder: $dir/drop/b, mapping: $dir/reg-b.yaml, archive: $dir/drop/b-archive, rejects: $dir/drop/b-rejects, whole: marker}
  - {folder: $dir/drop/c, files: "*.xlsx", mapping: $dir/shifts.yaml, archive: $dir/drop/c-archive, rejects: $dir/drop/c-rejects, whole: renamed}
PLAN
begin() { "$csv" watch "$dir/plan.yaml" --json >>"$dir/said" 2>>"$dir/log" & watch=$!; }
until_true() { # what, seconds, command
    what=$1 tries=$(($2 * 40)); shift 2 # four times what a quiet machine could ever need: a slow one is no failure
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1)); [ $tries -gt 0 ] || { tail -5 "$dir/said"; die "$what: not within the time"; }
        sleep 0.1
    done
}
archived() { ls "$dir/drop/$1-archive"/20??-??-??/"$2"; }
rejected() { ls "$dir/drop/$1-rejects"/20??-??-??-"$2"; }
rows() { # from, to, prefix
    printf 'Code,Name,At\r\n'
    awk -v a="$1" -v b="$2" -v p="$3" 'BEGIN { for (i = a; i <= b; i++) printf "%s%d,Made-up %d,16/03/2026 %02d:%02d\r\n", p, i, i, i / 60 % 24, i % 60 }'
}
records() { "$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p'; }

start
begin
until_true "the watch starts" 10 grep -q '"event":"started"' "$dir/said"

# Half written: open for writing, then open and quiet, then closed. Whoever writes it is a process of its own.
(rows 1 300 A | head -c 4000; until [ -f "$dir/whole" ]; do sleep 0.1; done; rows 1 300 A | tail -c +4001) > "$dir/drop/a/half.csv" &
sleep 3
[ -f "$dir/drop/a/half.csv" ] || die "a file that is open for writing was taken"
: > "$dir/whole"
# Marked: not before the mark, and an old mark is none.
touch -d '2 hours ago' "$dir/drop/b/marked.csv.done"
rows 1 50 B > "$dir/drop/b/marked.csv"
sleep 1
[ -f "$dir/drop/b/marked.csv" ] || die "a file was taken by the mark of the one before"
touch "$dir/drop/b/marked.done"
# Renamed, and a workbook.
cp tests/data/sheets/shifts.xlsx "$dir/drop/c/month.xlsx.part"
sleep 0.5
[ -f "$dir/drop/c/month.xlsx.part" ] || die "a file was taken under its temporary name"
mv "$dir/drop/c/month.xlsx.part" "$dir/drop/c/month.xlsx"
until_true "the marked file is sent" 20 archived b marked.csv
until_true "the workbook is sent" 20 archived c month.xlsx
until_true "the half file is sent when it is whole" 20 archived a half.csv
[ ! -f "$dir/drop/b/marked.done" ] || die "the mark was left"
expect "the half file is whole" "$(rows 1 300 A | md5sum)" "$(md5sum < "$(archived a half.csv)")"
expect "records" 390 "$(records)"
grep '"event":"sent"' "$dir/said" | grep -q '"rows":300,"accepted":300' || die "the account of the half file"

# Bad beside good, in one folder at one time; and one row that is refused.
cp tests/data/sheets/garbage.xlsx "$dir/drop/c/"
cp tests/data/sheets/bomb.xlsx "$dir/drop/c/"
printf '\377\376C\000o\000' > "$dir/drop/a/utf16.csv"
printf 'Wrong,Header\n1,2\n' > "$dir/drop/a/other.csv"
: > "$dir/drop/a/empty.csv"
head -c 200000 /dev/urandom > "$dir/drop/a/noise.csv"
{ rows 301 400 A; printf 'A401,Late,31/02/2026 09:00\r\n'; } > "$dir/drop/a/good.csv"
until_true "the good file goes through" 30 archived a good.csv
for f in utf16 other empty noise; do
    until_true "$f.csv is set aside" 30 rejected a $f.csv
    rejected a $f.csv.reason.txt >/dev/null || die "$f.csv: no reason"
done
grep -q "no column 'Code'" "$(rejected a other.csv.reason.txt)" || die "the reason is not the reason"
until_true "the workbook that is none is set aside" 30 rejected c garbage.xlsx
until_true "the other workbook is sent as far as it goes" 30 archived c bomb.xlsx
grep -q '102,"At","not a date' "$(rejected a good.rejects.csv)" || die "the refused row is not in the rejects"
expect "records" 490 "$(records)"

# One name, other contents: both are kept, and nothing is written over.
rows 401 450 A > "$dir/drop/a/good.csv"
until_true "the second of the name is sent" 20 archived a good-2.csv
grep -q A301 "$(archived a good.csv)" || die "the first was written over"
grep -q A450 "$(archived a good-2.csv)" || die "the second is not the second"

# The engine away: files wait, and go when it is back.
stop
rows 451 500 A > "$dir/drop/a/later.csv"
until_true "the watch says that it waits" 30 grep -q '"event":"waiting".*gave up' "$dir/said"
[ -f "$dir/drop/a-archive/.work/later.csv" ] || die "the file was not kept"
until_true "the heartbeat says why" 20 jq -e '.sources | (.[0].reason | startswith("gave up")) and .[1].state == "idle"' "$dir/heartbeat.json"
start
until_true "it goes on" 60 archived a later.csv

# kill -9 at any moment, over a large file and a small one; each time the same watch again.
kills=${KILLS:-12}
large=${LARGE:-150000}
rows 1 "$large" L > "$dir/large.csv"
# Three times surely in the middle: the engine rests, so that the reader cannot end before the watch does.
kill -STOP "$pid"
cp "$dir/large.csv" "$dir/drop/a/large.csv"
for k in 1 2 3; do
    until_true "its reader" 30 grep -q . "/proc/$watch/task/$watch/children"
    kill -9 "$watch"; wait "$watch" 2>/dev/null || true
    begin
done
kill -CONT "$pid"
killed=0
for k in $(seq "$kills"); do
    until_true "it is taken" 20 sh -c "[ -f '$dir/drop/a-archive/.work/large.csv' ] || ls '$dir'/drop/a-archive/20*/large.csv"
    ! archived a large.csv >/dev/null 2>&1 || break
    sleep "$(awk -v k="$k" 'BEGIN { printf "%.2f", k * 7 % 13 / 16 }')"
    kill -9 "$watch"; wait "$watch" 2>/dev/null || true
    killed=$k
    [ "$k" -ne 2 ] || rows 1 20 S > "$dir/drop/b/small.csv"
    [ "$k" -ne 3 ] || touch "$dir/drop/b/small.csv.ok"
    begin
done
[ $killed -ge 2 ] || rows 1 20 S > "$dir/drop/b/small.csv" # a quick machine was done before
[ $killed -ge 3 ] || touch "$dir/drop/b/small.csv.ok"
until_true "the large file is sent" 120 archived a large.csv
until_true "the small file is sent" 30 archived b small.csv
cmp "$dir/large.csv" "$(archived a large.csv)" || die "the large file is not what it was"
expect "every record once" $((390 + 100 + 50 + 50 + large + 20)) "$(records)"

[ "$(grep -c 'was being sent when the watch ended' "$dir/said")" -ge 3 ] || die "a file that was being sent when the watch was killed is not said"

# A file whose reader dies each time costs itself only. (The engine rests meanwhile, so that the reader lives long enough to be killed.)
kill -STOP "$pid"
rows 1 10 P > "$dir/drop/a/poison.csv"
for k in 1 2 3; do
    until_true "its reader" 30 grep -q . "/proc/$watch/task/$watch/children"
    sleep 0.3
    reader=$(tr -d ' ' < "/proc/$watch/task/$watch/children")
    kill -9 "$reader"
    until_true "its end is seen" 10 sh -c "! kill -0 $reader"
done
until_true "what kills its reader is set aside" 30 rejected a poison.csv
grep -q "ended by signal 9" "$(rejected a poison.csv.reason.txt)" || die "why it was set aside"
kill -CONT "$pid"

# What stands in the plan is not said beside it: nothing is taken then.
for said in --check --history "--again mended" "--engine $engine"; do
    rc=0; timeout 10 "$csv" watch "$dir/plan.yaml" $said >/dev/null 2>"$dir/second" || rc=$?
    expect "watch $said" 2 "$rc"
    grep -q "watch" "$dir/second" || die "watch $said: $(cat "$dir/second")"
done

# One watch to a folder; and the end, on request.
rc=0; "$csv" watch "$dir/plan.yaml" >/dev/null 2>"$dir/second" || rc=$?
expect "a second watch" 1 "$rc"
grep -q "another watch has this folder" "$dir/second" || die "why: $(cat "$dir/second")"
kill -STOP "$pid" # or a quick machine has sent it before anybody looks
rows 501 20000 A > "$dir/drop/a/last.csv"
until_true "the last is being sent" 20 test -f "$dir/drop/a-archive/.work/last.csv"
kill -TERM "$watch"; rc=0; wait "$watch" || rc=$?; watch=
expect "SIGTERM" 0 "$rc"
kill -CONT "$pid"
printf 'fairbank-csv progress 1\n' > "$dir/drop/a-archive/.work/last.progress" # of an older version: it must not stay, nor count
begin
until_true "the last is sent" 60 archived a last.csv
kill -INT "$watch" 2>/dev/null || true; kill -TERM "$watch" 2>/dev/null || true; wait "$watch" || die "the end"; watch=

# All that was archived, once more by hand: nothing in it is new to the engine, so nothing was lost; nor is anything there twice.
held=$(records)
expect "records at the end" $((390 + 100 + 50 + 50 + large + 20 + 19500)) "$held"
for f in "$dir"/drop/a-archive/20*/*.csv; do
    rc=0; "$csv" send "$dir/reg.yaml" --engine "$engine" --state "$dir" --json "$f" > "$dir/again" 2>/dev/null || rc=$?
    jq -e '.total | .accepted == 0 and .amended == 0 and .conflicts == 0 and .rows > 0' "$dir/again" >/dev/null || die "$f: $(cat "$dir/again")"
done
expect "records after all was sent again" "$held" "$(records)"
for s in a b c; do
    expect "left in drop/$s" "" "$(ls "$dir/drop/$s")"
    expect "left at work in $s" "" "$(ls "$dir/drop/$s-archive/.work")"
done

# A file is taken back, and the corrected one is dropped. The rows that were right are duplicates of what was taken back and lost, so
# the plan names a word; without it (a source of its own shows it) they are not taken again.
mkdir "$dir/drop/d"
sed 's/reg-a/reg-d/' "$dir/reg.yaml" > "$dir/reg-d.yaml"
plan_d() { echo "engine: $engine
sources:
  - {folder: $dir/drop/d, mapping: $dir/reg-d.yaml, archive: $dir/drop/d-archive, rejects: $dir/drop/d-rejects, quiet: 0$1}" > "$dir/plan.yaml"; }
account() { jq -c 'select(.event == "sent" and .source == "reg-d" and .file == "'"$1"'") | .account | [.rows, .accepted + .amended, .duplicates]' "$dir/said" | tail -1; }
plan_d ''; begin
rows 1 5 D > "$dir/drop/d/wrong.csv"
until_true "the wrong file is sent" 30 archived d wrong.csv
batch=$("$BIN/fairbank" batches --data "$data" --limit 1 --json | jq -r '.[0].batch')
"$BIN/fairbank" withdraw --data "$data" --batch "$batch" --as controls --reason "the wrong file" > "$dir/out" || die "$(cat "$dir/out")"
{ rows 1 4 D; printf 'D5,Mended,16/03/2026 09:05\r\n'; } > "$dir/mended.csv"
cp "$dir/mended.csv" "$dir/drop/d/"
until_true "the corrected file is sent" 30 archived d mended.csv
until_true "its account" 10 test -n "$(account mended.csv)"
expect "without a word" "[5,1,4]" "$(account mended.csv)"
kill -TERM "$watch"; wait "$watch" || die "the end"
plan_d ', again: mended'; begin
cp "$dir/mended.csv" "$dir/drop/d/again.csv"
until_true "it is sent with a word" 30 archived d again.csv
expect "with the word of its plan" "[5,5,0]" "$(account again.csv)"
cp "$dir/mended.csv" "$dir/drop/d/again2.csv"
until_true "and once more" 30 archived d again2.csv
expect "the same with the same word" "[5,0,5]" "$(account again2.csv)"
# Two statements of one moment: either may stand, and somebody is told.
{ rows 11 12 D; printf 'D11,Other,16/03/2026 00:11\r\n'; } > "$dir/drop/d/twice.csv"
until_true "the file that says one thing twice is sent" 30 archived d twice.csv
until_true "it is told" 10 grep -q 'sent: 3 rows, 0 set aside, 1 changed with the same occurred_at' "$dir/said"
kill -TERM "$watch"; wait "$watch" || die "the end"; watch=
stop
echo "RESULT $(grep -c '"event":"sent"' "$dir/said") files sent, $(grep -c '"event":"rejected"' "$dir/said") set aside, $((killed + 3)) times kill -9; $held records, each once"
