#!/bin/sh
# `fairbank price` is a contract with other programs: shape, figures and order, line for line.
. tests/flow/engine.inc
out=$dir/out
"$BIN/fairbank" price tests/data/price/contract.jsonl > "$out"
if [ -n "${UPDATE:-}" ]; then cp "$out" tests/golden/price.jsonl; fi
diff tests/golden/price.jsonl "$out" || { echo "FAILED: fairbank price differs from tests/golden/price.jsonl (UPDATE=1 rewrites it; review the diff)"; exit 1; }
[ "$(wc -l < tests/data/price/contract.jsonl)" = "$(wc -l < "$out")" ]
# The worked example of the contract, by hand: 4.5 h x 17.6908 x 1.3 + 8.5 h x 17.6908 x 1.6.
grep -q '"id":"a1","minutes":{"plain":0,"unsocial":270,"premium":510},"card":{"pence":34409,' "$out"
# Direct engagement: commission 4.5 h x 34.10 + 8.5 h x 44.10 and its VAT stand apart, and VAT is no part of what the cap limits.
cat > "$dir/direct" <<'JSON'
{"id":"d","trust":"RTH","staff_group":"nursing_midwifery","band":"5","route":"agency","engagement":"direct","start":"2026-10-24T19:30","end":"2026-10-25T08:00","break_minutes":30,"rates":{"unsocial":{"worker_pay":"24.10","commission":"34.10","employer_ni":"3.00","vat":"6.82"},"premium":{"worker_pay":"28.31","commission":"44.10","employer_ni":"3.60","vat":"8.82"}}}
JSON
"$BIN/fairbank" price "$dir/direct" | jq -e '.charge.parts.commission == 52830 and .charge.vat_pence == 10566 and .charge.pence == 92149 and
    (.charge.parts | add) == .charge.pence and .loaded.parts.commission == 52830 and .loaded.parts.vat == 10566 and (.loaded.parts | add) == .loaded.pence' > /dev/null ||
    { echo "FAILED: commission and VAT of a direct engagement do not stand apart"; exit 1; }
# What a shift costs hangs on how the worker is engaged: an umbrella's nurse bears VAT, and who is engaged directly bears on-costs. 4 h x 30.00, by hand:
# pay 100.00, leave 12.07, National Insurance 15 % of 112.07 - 4 x 2.56, pension 14.38 % and levy 0.5 % of 112.07, VAT on a commission of 20.00.
line='"trust":"RTH","staff_group":"nursing_midwifery","band":"5","route":"agency","start":"2026-06-02T09:00","end":"2026-06-02T13:00","rates":{"plain":{"worker_pay":"25","commission":"5"}}'
for how in paye umbrella direct; do echo "{\"id\":\"$how\",\"engagement\":\"$how\",$line}"; done > "$dir/engaged"
"$BIN/fairbank" price "$dir/engaged" | jq -s -c 'map(.loaded.pence)' | grep -qxF '[12000,14400,16802]' ||
    { "$BIN/fairbank" price "$dir/engaged"; echo "FAILED: how the worker is engaged does not change what the shift costs"; exit 1; }
# A site has the zone of its own row, and a field that nobody reads is refused by its name.
printf '%s\n' '{"id":"s","trust":"RPG","site":"Queen Mary","staff_group":"nursing_midwifery","band":"5","route":"bank","worker":{"kind":"bank_only"},"start":"2026-06-02T09:00","end":"2026-06-02T17:00"}' \
    '{"id":"t","brake_minutes":30,"trust":"RPG","staff_group":"nursing_midwifery","band":"5","route":"bank","start":"2026-06-02T09:00","end":"2026-06-02T17:00"}' \
    '{"id":"u","worker":{"sort":"bank_only"},"trust":"RPG","staff_group":"nursing_midwifery","band":"5","route":"bank","start":"2026-06-02T09:00","end":"2026-06-02T17:00"}' > "$dir/sited"
"$BIN/fairbank" price --pack rules/england --pack rules/examples/hcas-bank "$dir/sited" | jq -s -c 'map(.card.pence // .error.field)' | grep -qxF '[15115,"brake_minutes","sort"]' ||
    { echo "FAILED: a site has no zone, or a field that nobody reads is not refused"; exit 1; }
rc=0; "$BIN/fairbank" price /no/such/file 2>/dev/null || rc=$?; [ $rc -eq 1 ]
rc=0; "$BIN/fairbank" price --whole-shift sometimes tests/data/price/contract.jsonl 2>/dev/null || rc=$?; [ $rc -eq 2 ]
# A byte-order mark is no part of the first line.
{ printf '\357\273\277'; cat tests/data/price/contract.jsonl; } > "$dir/marked"
"$BIN/fairbank" price "$dir/marked" | cmp -s - "$out" || { echo "FAILED: a byte-order mark changes what the first line says"; exit 1; }
# A line that never ends takes no memory, and has its answer with its number; those behind it are priced.
{ cat "$dir/direct"; head -c 300000000 /dev/zero | tr '\0' 7; echo; cat "$dir/direct"; } | (within 300000 "$BIN/fairbank" price - > "$dir/long") || { echo "FAILED: a long line ends the pricing"; exit 1; }
jq -s -c 'map(.id // .error.reason)' "$dir/long" | grep -qF '["d","is longer than 262144 bytes (line 2)","d"]' || { head -c 400 "$dir/long"; echo "FAILED: a long line is not refused"; exit 1; }
# The rules are found from anywhere: beside the program that was built, and where they are said when nowhere.
mkdir -p "$dir/tree/build/any" "$dir/alone"
cp "$BIN/fairbank" "$dir/tree/build/any/"; cp "$BIN/fairbank" "$dir/alone/"; cp -r rules "$dir/tree/"
(cd "$dir/alone" && "$dir/tree/build/any/fairbank" price - ) < tests/data/price/contract.jsonl | sed 's/"row":"[^"]*"//g' > "$dir/elsewhere"
sed 's/"row":"[^"]*"//g' "$out" | cmp -s - "$dir/elsewhere" || { echo "FAILED: priced otherwise in another working directory"; exit 1; }
if [ ! -d /usr/share/fairbank/rules ]; then
    rc=0; (cd "$dir/alone" && ./fairbank price /dev/null) 2> "$dir/said" || rc=$?; [ $rc -eq 1 ]
    grep -q "$dir/alone/rules, .*/alone/../../rules, .*/alone/../share/fairbank/rules and /usr/share/fairbank/rules" "$dir/said" || { cat "$dir/said"; echo "FAILED: the paths that were tried are not named"; exit 1; }
fi
rc=0; "$BIN/fairbank" price --pack "$dir/alone" tests/data/price/contract.jsonl 2> "$dir/said" || rc=$?; [ $rc -eq 1 ]
rc=0; "$BIN/fairbank" price --pack "$dir/none" tests/data/price/contract.jsonl 2> "$dir/said" || rc=$?; [ $rc -eq 1 ]
grep -q "the folder $dir/none cannot be read" "$dir/said" || { cat "$dir/said"; echo "FAILED: the folder that was tried is not named"; exit 1; }
rc=0; "$BIN/fairbank" price tests/data/price/contract.jsonl > /dev/full 2> "$dir/said" || rc=$?; [ $rc -eq 1 ] && [ -s "$dir/said" ]
echo "RESULT $(wc -l < "$out") lines priced as agreed"
