#!/bin/sh
# Who a worker is stays with the trust: no staff number leaves fairbank-csv, and of the pseudonyms that do leave none is in
# any file that the engine keeps, in what it says, or in what it logs; nor in a refused record.
. tests/flow/engine.inc
pseudonym='[0-9a-f]{8}\.[0-9a-f]{32}' # what fairbank-csv makes of a staff number (adapters/inbound/csv/cells.c)
echo 'x0a1b2c3d.00112233445566778899aabbccddeeffx' | grep -qE "$pseudonym" || die "the pattern finds no pseudonym"
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
start
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
feed_file mappings/workers.yaml made-up/workers-2026-03-01.csv
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-03-16.csv
feed_file mappings/rth-provider.yaml made-up/rth-provider-2026-03-16.csv
feed_file mappings/rye-portal.yaml made-up/rye-portal-2026-03-16.csv
feed_file mappings/hours.yaml made-up/hours-2026-03-23.csv
feed_file mappings/absences.yaml made-up/absences-2026-04-13.csv

# Records that the engine refuses are kept as well: a week of 400 hours.
cat > "$dir/in/refused.csv" <<'CSV'
Staff No,Employer,Week Commencing,Hours
20000895,RTH,16/03/2026,400:00
20001827,RTH,16/03/2026,400:00
CSV
sed -e 's/hours-{yyyy-mm-dd}.csv/*{yyyy-mm-dd}*/' "$dir/in/mappings/hours.yaml" > "$dir/in/refused.yaml"
mv "$dir/in/refused.csv" "$dir/in/refused-2026-03-23.csv"
feed_file refused.yaml refused-2026-03-23.csv
tail -1 "$dir/summaries" | grep -q '"refused":2' || die "the engine took a week of 400 hours: $(tail -1 "$dir/summaries")"

# A file without a header: its first row is somebody's, and is not told.
printf '20000895,Planted-Name,12/03/1985,07700900123\n' > "$dir/in/bare-2026-03-23.csv"
rc=0; "$BIN/fairbank-csv" send "$dir/in/refused.yaml" --engine "$engine" --worker-key "$dir/in/worker-key" --state "$dir/state" "$dir/in/bare-2026-03-23.csv" >>"$dir/summaries" 2>>"$dir/csv.log" || rc=$?
expect "a file without a header" 1 "$rc"
grep -q "none of the mapping's columns" "$dir/csv.log" || die "a file without a header: its fault is not told"
! grep -F Planted-Name "$dir/csv.log" || die "a row of somebody's is in the log"

# A file that is called after somebody: by the mapping, and by the @ in its name.
sed -e 's/^  kind:/  batch: digest\n  kind:/' "$dir/in/refused.yaml" > "$dir/in/digest.yaml"
grep -q 'batch: digest' "$dir/in/digest.yaml" || die "the mapping does not say batch: digest"
head -3 "$dir/in/made-up/hours-2026-03-23.csv" > "$dir/in/Planted-Name-2026-03-30.csv"
head -4 "$dir/in/made-up/hours-2026-03-23.csv" > "$dir/in/planted@example.org-2026-03-31.csv"
feed_file digest.yaml Planted-Name-2026-03-30.csv
feed_file refused.yaml planted@example.org-2026-03-31.csv
[ "$("$BIN/fairbank" batches --data "$data" --json | grep -oE '"batch": ?"#[0-9a-f]{8}"' | wc -l)" -eq 2 ] || die "a batch is not called by its digest: $("$BIN/fairbank" batches --data "$data" --json)"

# The key is changed: both pseudonyms of each worker come once, and no further record is made.
head -c 64 /dev/urandom > "$dir/in/new-key"
cp "$dir/in/worker-key" "$dir/in/old-key"
cp "$dir/in/new-key" "$dir/in/worker-key"
before=$("$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p')
feed_file mappings/workers.yaml made-up/workers-2026-03-01.csv --old-worker-key "$dir/in/old-key"
after=$("$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p')
expect "records after the key was changed" "$before" "$after"
settle
"$BIN/fairbank" events --data "$data" --json > "$dir/events"
"$BIN/fairbank" findings --data "$data" --json > "$dir/findings" || true
"$BIN/fairbank" status --data "$data" --json > "$dir/status"
crash # what is in the files now is all that was ever written
start
stop

tail -qn +2 "$dir"/in/made-up/workers-*.csv "$dir"/in/made-up/hours-2026-03-23.csv | cut -d, -f1 | sort -u > "$dir/numbers"
tr -d '\r' < "$dir/in/made-up/rth-roster-2026-03-16.csv" | grep -oE ',(2[0-9]{7}|A[0-9]{6}),' | tr -d , | sort -u >> "$dir/numbers"
n=$(wc -l < "$dir/numbers")
[ "$n" -gt 900 ] || die "only $n staff numbers to look for"
kept=$(find "$data" "$dir/state" "$dir/log" "$dir/csv.log" "$dir/summaries" "$dir/events" "$dir/findings" "$dir/status" -type f ! -name '*.rejects.csv')
# shellcheck disable=SC2086
grep -aqF V3000002 $kept || die "not even a vacancy's reference is found: this looks in the wrong place"
# Hashes in hexadecimal are taken out first: among thousands of them one may hold eight such digits by chance.
for f in $kept; do
    ! LC_ALL=C sed -E 's/[0-9a-f]{24,}/#/g' "$f" | grep -aqF -f "$dir/numbers" || die "a staff number left the trust: $f"
done
left=$(find "$data" "$dir/log" "$dir/events" "$dir/findings" "$dir/status" -type f)
# shellcheck disable=SC2086
! grep -alF -e Planted-Name -e planted@ $left || die "somebody's name left by that of a file"
# shellcheck disable=SC2086
! grep -alE "$pseudonym" $kept || die "a pseudonym is kept, said or logged"
echo "RESULT $n staff numbers and all pseudonyms: none in $(echo "$kept" | wc -l) files"
