#!/bin/sh
# What no source means to send and sometimes does, in a drop folder: names with line feeds and escapes, names as long as names may be, names
# of this program's own, links, pipes; NUL bytes, a mark before the first byte, three kinds of line ends, a row of 8 MiB, a quote that never
# ends; a file that shrinks while it is read; a disk without space; a folder that is gone for a while. Nothing is lost, nothing is taken that
# was not dropped here, nothing holds up the rest, and each is told of. A workbook's persons are in no log, note, message or store.
. tests/flow/engine.inc
csv=$BIN/fairbank-csv
watch= mounted=
quiet_hostile_end() {
    [ -z "$watch" ] || kill -9 "$watch" 2>/dev/null || true
    [ -z "$mounted" ] || umount "$mounted" 2>/dev/null || umount -l "$mounted" 2>/dev/null || true
    quiet_end
}
trap quiet_hostile_end EXIT
D=$dir/drop/in
mkdir -p "$D"
cat > "$dir/reg.yaml" <<'MAP'
source: {name: reg, system: roster}
file: {kind: snapshot, occurred_at: {column: at}, date_time: dd/mm/yyyy HH:MM}
columns: {code: Code, name: Name, at: At}
records: [{kind: agency, ref: code, fields: {code: code, name: name}}]
MAP
plan() { # folder above
    cat > "$dir/plan.yaml" <<PLAN
engine: $engine
heartbeat: $dir/heartbeat.json
beat: 1
sweep: 1
timeout: 2
sources:
  - {folder: $1/in, files: "*", mapping: $dir/reg.yaml, archive: $1/archive, rejects: $1/rejects, quiet: 1}
PLAN
}
begin() { "$csv" watch "$dir/plan.yaml" --json >>"$dir/said" 2>>"$dir/watch.log" & watch=$!; }
end_watch() { kill -TERM "$watch"; wait "$watch" || die "the watch ended badly"; watch=; }
until_true() { # what, seconds, command
    what=$1 tries=$(($2 * 10)); shift 2
    until "$@" >/dev/null 2>&1; do
        tries=$((tries - 1)); [ $tries -gt 0 ] || { tail -5 "$dir/said" | cut -c1-600; die "$what: not within the time"; }
        sleep 0.1
    done
}
head_of() { printf 'Code,Name,At\r\n'; }
row() { printf '%s,%s,16/03/2026 09:00\r\n' "$1" "$2"; }
records() { "$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p'; }
archived() { ls "$dir"/drop/archive/20*/"$1"; }
said() { jq -e "select(.event == \"$1\" and .file == \"$2\")" "$dir/said"; }

# ---- names, and what is in them ----
plan "$dir/drop"
start; begin
until_true "the watch starts" 10 grep -q '"event":"started"' "$dir/said"
n=0
for name in "$(printf 'two\nlines.csv')" "$(printf '\033[31mred\007.csv')" -rf.csv "$(printf 'latin\351.csv')" "$(head -c 251 /dev/zero | tr '\0' n).csv" 'a b;$(reboot).csv'; do
    n=$((n + 1)); { head_of; row "N$n" "a name"; } > "$D/$name"
done
{ head_of; row NUL "x"; } | tr x '\0' > "$D/nul.csv"
{ printf '\357\273\277'; head_of; row BOM x; } > "$D/bom.csv"
printf 'Code,Name,At\nM1,a,16/03/2026 09:00\r\nM2,b,16/03/2026 09:00\n\n\nM3,c,16/03/2026 09:00' > "$D/mixed.csv"
{ head_of; printf 'HUGE,'; head -c 8388608 /dev/zero | tr '\0' x; printf ',16/03/2026 09:00\r\n'; row AFTER x; } > "$D/huge.csv"
{ head_of; row BEFORE x; printf 'OPEN,"'; head -c 300000 /dev/zero | tr '\0' y; } > "$D/quote.csv"
head_of > "$D/head.csv"
: > "$D/zero.csv"
{ head_of; row OUTSIDE x; } > "$dir/outside.csv"
ln -s "$dir/outside.csv" "$D/link.csv"; ln -s "$D/nowhere" "$D/dangling.csv"; mkfifo "$D/pipe.csv"; mkdir "$D/folder.csv"
{ head_of; row NEW x; } > "$D/extract.new"
until_true "the last by name is sent" 40 sh -c "ls '$dir'/drop/archive/20*/quote.csv && ls '$dir'/drop/rejects/*zero.csv && ls '$dir'/drop/archive/20*/nnn*"
until_true "nothing is left to send" 20 jq -e '.sources[0] | .state == "idle" and .files_waiting == 0' "$dir/heartbeat.json"
expect "records: a name each, those of bom, mixed, after the huge row, before the quote" $((n + 1 + 3 + 1 + 1)) "$(records)"
expect "left in the folder: what is no file, and a name of ours" "dangling.csv extract.new folder.csv link.csv pipe.csv" "$(ls "$D" | tr '\n' ' ' | sed 's/ $//')"
said passed_over dangling.csv | grep -q 'not followed' || die "that a link is left is not told"
rm "$D/dangling.csv"; until_true "the next is told" 20 said passed_over extract.new
[ "$(wc -c < "$(archived huge.csv)")" -gt 8388608 ] || die "the huge row was cut"
for f in nul huge quote; do grep -q . "$dir"/drop/rejects/*-$f.rejects.csv || die "$f: nothing was set aside"; done
grep -aq '^2,' "$dir"/drop/rejects/*-nul.rejects.csv || die "of the NUL's row the line is not told"
end_watch

# A name cannot write a line of its own into a log that people read, nor speak to their terminal.
{ head_of; row L1 x; } > "$D/$(printf 'x\n2026-01-01T00:00:00Z  reg  forged.csv: sent: 9 rows.csv')"
{ printf 'no header at all'; } > "$D/$(printf 'bad\033[2J\nforged too.csv')"
"$csv" watch "$dir/plan.yaml" 2>"$dir/people.log" >/dev/null & watch=$!
until_true "both are dealt with" 30 sh -c "[ \$(grep -c 'sent: 1 rows\|cannot be read' '$dir/people.log') -ge 2 ]"
end_watch
! grep -q '^2026-01-01' "$dir/people.log" || die "a file's name wrote a line of the log"
! grep -q "$(printf '\033')" "$dir/people.log" "$dir"/drop/rejects/*.reason.txt || die "a file's name speaks to the terminal"
expect "lines of the note" 2 "$(cat "$dir"/drop/rejects/*bad*.reason.txt | wc -l)"

# ---- a name of ours in the work folder while the engine is away: nobody takes it for a leaving ----
stop; begin
for name in wait.new wait.progress wait.rejects.csv; do { head_of; row "$name" x; } > "$D/$name"; done
{ head_of; row WAIT x; } > "$D/wait.csv"
until_true "it waits" 30 grep -q '"event":"waiting".*gave up' "$dir/said"
sleep 3
for name in wait.new wait.progress wait.rejects.csv extract.new; do [ -f "$D/$name" ] || die "$name was taken, or taken away"; done
start
until_true "the other is sent" 60 archived wait.csv
end_watch
rm -f "$D"/*.new "$D"/*.progress "$D"/*.rejects.csv

# ---- a file that shrinks while it is read; a folder that is gone ----
{ head_of; awk 'BEGIN { for (i = 1; i <= 200000; i++) printf "S%d,shrinks,16/03/2026 09:00\r\n", i }'; } > "$dir/shrinks.csv"
"$csv" send "$dir/reg.yaml" --engine "$engine" --state "$dir" --quiet --json "$dir/shrinks.csv" > "$dir/shrunk" 2>"$dir/shrunk.log" & sender=$!
before=$(records)
until_true "it is being read" 20 sh -c "[ \$('$BIN/fairbank' status --data '$data' --json | jq .records) -gt $((before + 2000)) ]"
head -c 400000 "$dir/shrinks.csv" > "$dir/part"; : > "$dir/shrinks.csv"
rc=0; wait $sender || rc=$?
[ $rc -lt 128 ] || die "a file that shrank ended its reader with $rc"
[ $rc -ne 0 ] || ! jq -e '.total.ended == "complete" and .total.rows < 200000' "$dir/shrunk" > /dev/null || die "a file that shrank was told as whole: $(cat "$dir/shrunk")"
: > "$dir/said"
begin
until_true "the watch starts" 10 grep -q '"event":"started"' "$dir/said"
mv "$D" "$D.away"
until_true "that the folder is gone is told" 20 sh -c "grep -q 'cannot look into' '$dir/said'"
mv "$D.away" "$D"
{ head_of; row BACK x; } > "$D/back.csv"
until_true "it goes on when the folder is back" 40 archived back.csv
end_watch

# ---- no space for what is set aside: it waits, says so, and goes on ----
space="no space: not tried, a file system of its own needs root"
mkdir -p "$dir/disk"
if mount -t tmpfs -o size=1m none "$dir/disk" 2>/dev/null; then
    mounted=$dir/disk
    mkdir "$dir/disk/in"
    plan "$dir/disk"
    : > "$dir/said"
    begin
    { head_of; row SPACE x; awk 'BEGIN { for (i = 1; i <= 12000; i++) printf "Z%d,%032d,31/02/2026 09:00\r\n", i, i }'; } > "$dir/full.csv"
    cp "$dir/full.csv" "$dir/disk/in/full.csv"
    until_true "that there is no space is told" 30 grep -qi '"event":"waiting".*space' "$dir/said"
    [ -f "$dir/disk/archive/.work/full.csv" ] || die "the file was not kept"
    mount -o remount,size=8m "$dir/disk"
    until_true "it goes on when there is space" 60 sh -c "ls '$dir'/disk/archive/20*/full.csv"
    cmp "$dir/full.csv" "$dir"/disk/archive/20*/full.csv || die "the file is another"
    until_true "its rejects are whole" 20 sh -c "[ \$(cat '$dir'/disk/rejects/*.rejects.csv | wc -l) -eq 12001 ]"
    end_watch
    space="no space: waited, and every refused row is there"
fi

# ---- persons in a workbook, right and wrong rows, and a workbook of another layout ----
mkdir -p "$dir/people/in"
head -c 48 /dev/urandom > "$dir/worker-key"
python3 - "$dir/people/in" <<'PY'
import sys, zipfile
sys.dont_write_bytecode = True
sys.path.insert(0, "tests/data/sheets")
import make
out = sys.argv[1]
def book(path, rows):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in make.parts(make.sheet(rows)):
            z.writestr(name, text)
head = ["Ref", "Changed", "Date", "Start", "End", "Ward", "Staff No", "Name", "Born", "Contact"]
def row(i, date, staff):
    return [f"P{i}", "10/03/2026 08:00", date, "08:30", "20:00", "W1", staff, f"PLANTEDname{i}", "03/12/1971PLANTED", f"PLANTED{i}@example.org 07700900PLANTED"]
good = [row(i, "16/03/2026", f"PLANTEDstaff{i}") for i in range(20)]
bad = [row(20, "PLANTED not a date", "PLANTEDstaff20"), row(21, "31/02/2026", "PLANTEDstaff21"), row(0, "17/03/2026", "PLANTEDstaff0")]
book(out + "/people.xlsx", [head] + good + bad)
book(out + "/other.xlsx", [["PLANTED head", "PLANTED@example.org"], ["PLANTED", "x"]])
PY
cat > "$dir/people.yaml" <<'MAP'
source: {name: people, trust: RTH, system: roster, sends: []}
file: {kind: ledger, sheet: Shifts, date: dd/mm/yyyy, time: HH:MM, date_time: dd/mm/yyyy HH:MM, occurred_at: {column: changed}}
columns: {ref: Ref, changed: Changed, date: Date, start: Start, end: End, ward: Ward, staff: Staff No, born: {header: Born, optional: yes}}
shift: {hirer: {is: RTH}, unit: ward, staff_group: {is: nursing_midwifery}, grade: {is: "5"}, start: {date: date, time: start}, end: {time: end}}
records:
  - {kind: booking, ref: ref, fields: {state: {is: booked}, route: {is: bank}, booked_at: changed, worker: {pseudonym: [staff]}}}
MAP
cat > "$dir/plan.yaml" <<PLAN
engine: $engine
heartbeat: $dir/heartbeat.json
beat: 1
sweep: 1
sources:
  - {folder: $dir/people/in, files: "*.xlsx", mapping: $dir/people.yaml, archive: $dir/people/archive, rejects: $dir/people/rejects, quiet: 1}
PLAN
sed -i "s,system: roster,system: roster\, worker_key: $dir/worker-key," "$dir/people.yaml"
held=$(records)
begin
until_true "the workbook is sent" 20 sh -c "ls '$dir'/people/archive/20*/people.xlsx && ls '$dir'/people/rejects/*other.xlsx"
end_watch
expect "rows of the workbook" $((held + 20)) "$(records)"
"$BIN/fairbank" events --data "$data" --json > "$dir/events"; "$BIN/fairbank" refused list --data "$data" --json > "$dir/refused" 2>&1 || true
stop
kept=$(find "$data" "$dir/log" "$dir/said" "$dir/watch.log" "$dir/people.log" "$dir/heartbeat.json" "$dir/events" "$dir/refused" -type f; find "$dir/people/rejects" -name '*.reason.txt')
# shellcheck disable=SC2086
grep -aqF 'P19' $kept || die "not even a booking's reference is found: this looks in the wrong place"
# shellcheck disable=SC2086
! grep -alF PLANTED $kept || { grep -ahoE ".{60}PLANTED.{20}" $kept | head -5; die "a person is told, kept or logged"; }
grep -q PLANTED "$dir"/people/rejects/*.rejects.csv || die "what was set aside is not as it came"
expect "who may read what was set aside" 600 "$(stat -c %a "$dir"/people/rejects/*people*.rejects.csv)"
echo "RESULT $(grep -c '"event":"sent"' "$dir/said") files sent of the last plan; $(records 2>/dev/null || echo "$held") records; $space; no person in $(echo "$kept" | wc -l) files"
