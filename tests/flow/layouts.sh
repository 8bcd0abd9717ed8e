#!/bin/sh
# The mappings that trusts begin with, on their made-up samples: what is sent is what the samples hold, the second time nothing is new,
# and nobody's name leaves. Then the same from a guess, of the samples and of the demo's files.
. tests/flow/engine.inc
m=adapters/inbound/csv/mappings
key=tests/data/demo/worker-key
mkdir -p "$dir/state"
send() { # mapping file: the account in $dir/account
    rc=0; "$BIN/fairbank-csv" send "$m/$1" --engine "$engine" --worker-key $key --state "$dir/state" --json --quiet "$m/$2" > "$dir/account" 2>"$dir/err" || rc=$?
    jq -rc '.total | [.rows, .accepted, .duplicates, .refused, .conflicts, .passed_over, .records.sent, .records.accepted] | join(" ")' "$dir/account"
}
kinds() { "$BIN/fairbank-csv" check --json "$m/$1" "$m/$2" 2>/dev/null | jq -rc '.files[0].kinds'; }
# What is wrong is said with what would be right.
says() { rc=0; wanted=$1; shift; "$BIN/fairbank-csv" "$@" > "$dir/out" 2>&1 || rc=$?; grep -qF -- "$wanted" "$dir/out" || { cat "$dir/out"; die "fairbank-csv $*: it does not say: $wanted"; }; }
says "no command 'frobnicate'; there are: send check guess watch" frobnicate
expect "a command that there is not" 2 "$rc"
printf 'Name,Date\nA,1\n' > "$dir/junk.xlsx"
says 'its content is none' guess "$dir/junk.xlsx"
says 'its content is none' check $m/nhsp-like.yaml "$dir/junk.xlsx"
start
expect "healthroster-like" "7 6 0 1 0 1 10 10" "$(send healthroster-like.yaml healthroster-like-2026-03-23.csv)"
grep -q "Grade.*'Band 9'" "$dir/state/healthroster-like-2026-03-23.rejects.csv" || die "the row with a grade that no table has"
expect "its kinds" '{"vacancy":6,"booking":4}' "$(kinds healthroster-like.yaml healthroster-like-2026-03-23.csv)"
expect "nhsp-like" "6 5 0 1 0 1 9 9" "$(send nhsp-like.yaml nhsp-like.csv)"
expect "its kinds" '{"booking":5,"timesheet":4}' "$(kinds nhsp-like.yaml nhsp-like.csv)"
expect "tempre-like" "4 3 0 1 0 1 3 3" "$(send tempre-like.yaml tempre-like.csv)"
expect "its kinds" '{"booking":3}' "$(kinds tempre-like.yaml tempre-like.csv)"
expect "healthroster-like again" "7 0 6 1 0 1 10 0" "$(send healthroster-like.yaml healthroster-like-2026-03-23.csv)"
expect "nhsp-like again" "6 0 5 1 0 1 9 0" "$(send nhsp-like.yaml nhsp-like.csv)"
expect "tempre-like again" "4 0 3 1 0 1 3 0" "$(send tempre-like.yaml tempre-like.csv)"
expect "records" 22 "$("$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p')"
# One shift of two systems, by the roster's number: the provider's row and the roster's.
"$BIN/fairbank" explain --data "$data" nhsp-like/NMU900001 2>/dev/null | grep -q healthroster-like || die "the roster's and the provider's rows are not one shift"
# The day's file is corrected: a later moment in the name, and its rows in another order, stands for each of them; the first file again
# changes nothing.
c=$dir/healthroster-like-2026-03-23_1407.csv
{ sed -n 1p $m/healthroster-like-2026-03-23.csv; sed '1d; /Total/d; /9100006/d; s/Made-up Ward/Mended Ward/' $m/healthroster-like-2026-03-23.csv | sort -r; } > "$c"
"$BIN/fairbank-csv" send $m/healthroster-like.yaml --engine "$engine" --worker-key $key --state "$dir/state" --json "$c" > "$dir/account" || die "the corrected file"
jq -e '.total | .rows == 6 and .amended == 6 and .same_occurred_at == 0' "$dir/account" > /dev/null || die "the corrected file: $(cat "$dir/account")"
expect "healthroster-like after its correction" "7 0 6 1 0 1 10 0" "$(send healthroster-like.yaml healthroster-like-2026-03-23.csv)"
for r in 9100001 9100002 9100004 9100007; do
    "$BIN/fairbank" explain --data "$data" healthroster-like/B$r | grep -q 'unit Mended Ward' || die "B$r: the correction does not stand"
done
stop
! grep -aq MADEUP-PERSON "$data/data.mdb" "$dir/log" || die "a name is in the engine"
! grep -aqE "MU00[1-7]|MUD[1-4]" "$data/data.mdb" "$dir/log" || die "a staff number is in the engine"

# A guess of each can be read as a mapping, makes of the file what is in it, and says nobody's name.
n=0
guess() { # file, least share of rows that are readable, in percent
    "$BIN/fairbank-csv" guess "$1" > "$dir/guess.yaml" || die "no guess of $1"
    "$BIN/fairbank-csv" check --json "$dir/guess.yaml" "$1" > "$dir/checked" 2>"$dir/err" || [ $? -eq 3 ] || die "the guess of $1: $(tail -2 "$dir/err")"
    jq -e ".total | .accepted * 100 >= .rows * $2 and .rows > 0" "$dir/checked" >/dev/null || die "the guess of $1 reads too few rows: $(jq -c '.total' "$dir/checked")"
    ! grep -qE "MADEUP-PERSON|MU00[1-7]|MUD[1-4]|[0-9]{6}" "$dir/guess.yaml" || die "the guess of $1 says who somebody is: $(grep -E 'MADEUP-PERSON|MU00|MUD|[0-9]{6}' "$dir/guess.yaml")"
    n=$((n + 1))
}
guess $m/healthroster-like-2026-03-23.csv 80
guess $m/nhsp-like.csv 80
guess $m/tempre-like.csv 50
for f in tests/data/demo/made-up/*-2026-03-16.csv; do guess "$f" 95; done
rc=0; "$BIN/fairbank-csv" guess tests/data/sheets/shifts.xlsx >/dev/null 2>"$dir/err" || rc=$?
expect "a sheet without a table" 1 "$rc"
"$BIN/fairbank-csv" guess --sheet Shifts tests/data/sheets/shifts.xlsx > "$dir/guess.yaml"
"$BIN/fairbank-csv" check "$dir/guess.yaml" tests/data/sheets/shifts.xlsx >/dev/null || die "the guess of a workbook"
echo "RESULT three layouts sent and sent again, 22 records; $n guesses of $n files read back"
