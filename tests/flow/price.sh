#!/bin/sh
# `fairbank price` is a contract with other programs: shape, figures and order, line for line.
set -eu
out=$(mktemp); trap 'rm -f "$out"' EXIT
"$BIN/fairbank" price tests/data/price/contract.jsonl > "$out"
if [ -n "${UPDATE:-}" ]; then cp "$out" tests/golden/price.jsonl; fi
diff tests/golden/price.jsonl "$out" || { echo "FAILED: fairbank price differs from tests/golden/price.jsonl (UPDATE=1 rewrites it; review the diff)"; exit 1; }
[ "$(wc -l < tests/data/price/contract.jsonl)" = "$(wc -l < "$out")" ]
# The worked example of the contract, by hand: 4.5 h x 17.6908 x 1.3 + 8.5 h x 17.6908 x 1.6.
grep -q '"id":"a1","minutes":{"plain":0,"unsocial":270,"premium":510},"card":{"pence":34409,' "$out"
rc=0; "$BIN/fairbank" price /no/such/file 2>/dev/null || rc=$?; [ $rc -eq 1 ]
rc=0; "$BIN/fairbank" price --whole-shift sometimes tests/data/price/contract.jsonl 2>/dev/null || rc=$?; [ $rc -eq 2 ]
echo "RESULT $(wc -l < "$out") lines priced as agreed"
