#!/bin/sh
# The demo's made-up files are made again, into a temporary folder, and must come out byte for byte as committed: one
# seed means one demo on every machine. Then each file is read through its mapping, and what cannot be read must be what
# was meant not to be. Runs from the root of the tree; BIN is the folder of programs.
set -eu
bin=${BIN:-build/debug}
data=tests/data/demo
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$out/demo/made-up" "$out/state"
"$bin/demo-data" tests/data "$out" > "$out/summary" || { cat "$out/summary"; exit 1; }

bad=0
n=0
for made in "$out"/demo/feed-order.txt "$out"/demo/made-up/*; do
    n=$((n + 1))
    name=${made#"$out"/}
    cmp -s "$made" "tests/data/$name" || { echo "tests/data/$name is not what tools/demo-data makes: run make demo-data"; bad=1; }
done
for kept in $data/made-up/*; do
    [ -e "$out/${kept#tests/data/}" ] || { echo "$kept is not made by tools/demo-data any more"; bad=1; }
done
[ $bad -eq 0 ] || exit 1
echo "$n files are the same bytes again"

unreadable=0
while read -r mapping file _; do
    case $mapping in \#*) continue ;; esac
    rc=0
    "$bin/fairbank-csv" --mapping "$data/$mapping" --check --json --state "$out/state" --worker-key $data/worker-key \
        "$data/$file" > "$out/check.json" 2> "$out/check.err" || rc=$?
    [ $rc -eq 0 ] || [ $rc -eq 3 ] || { cat "$out/check.err"; echo "$file cannot be read by $mapping"; exit 1; }
    unreadable=$((unreadable + $(sed -n 's/.*"total":.*"unreadable":\([0-9]*\).*/\1/p' "$out/check.json")))
done <<EOF
$(cat $data/feed-order.txt)
mappings/rye-portal.yaml made-up/rye-portal-lines-2026-04-13.csv
EOF
meant=$(sed -n 's/^ *\([0-9]*\)  rows that cannot be read$/\1/p' "$out/summary")
[ "$unreadable" = "$meant" ] || { echo "$unreadable rows cannot be read, $meant were meant to be so"; exit 1; }
echo "every file goes through its mapping; $meant rows are set aside, as meant"
