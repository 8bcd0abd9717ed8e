#!/bin/sh
# What was refused is listed, and after a mend it is taken once: by the replay or by its publisher, whoever comes first.
. tests/flow/engine.inc
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
cat > "$dir/listed.yaml" <<'YAML'
sources:
  - name: organisation-register
    trust: RTH
  - name: example
    trust: RXQ
YAML
cat > "$dir/mended.yaml" <<'YAML'
sources:
  - name: organisation-register
    trust: all
  - name: example
    trust: RTH
YAML
fb() { command=$1; shift; "$BIN/fairbank" refused "$command" "$@" --data "$data"; }
count() { grep -c "\"state\": \"$1\"" "$dir/list" || true; }

# A register that the configuration takes for a trust's own system: all but that trust's own rows are refused.
records() { "$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p'; }
start --config "$dir/listed.yaml"
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
before=$(records)
fb list --json --limit 1000 > "$dir/list"
n=$(count waits)
[ "$n" -gt 3 ] || die "only $n refusals wait"
fb list --source organisation-register --reason not_yours | grep -q waits || die "the list shows nothing"
one=$(sed -n 's/.*"journal": \([0-9]*\).*/\1/p' "$dir/list" | head -1)
fb show "$one" | grep -q "refused replay $one" || die "show does not say what to do"
fb show "$one" --json | grep -q '"body_hex": "0' || die "the body is not kept"
rc=0; fb replay "$one" > "$dir/out" || rc=$?
expect "a replay before the mend" 3 "$rc"
grep -q 'refused again' "$dir/out" || die "it does not say that it was refused again"
fb list --json --limit 1000 > "$dir/list"
expect "refusals after a replay that was refused as before" "$n" "$(count waits)"
# A booking at 19.40 an hour, corrected to 30.00 under the same message id; both are refused.
for pay in 19.40 30.00; do
    sed -n '1p;2p' adapters/examples/bookings.csv | sed "s/,19\.40,/,$pay,/" > "$dir/$pay.csv"
    rc=0; "$BIN/example-publish" --engine "$engine" --spool "$dir/spool" "$dir/$pay.csv" > "$dir/out" 2>&1 || rc=$?
    expect "a booking of another trust" 3 "$rc"
done
fb list --source example --json > "$dir/list"
expect "of two of one message id" "replaced waits" "$(jq -r '[.refused[].state] | join(" ")' "$dir/list")"
expect "the one that replaced it" "$(jq '.refused[1].journal' "$dir/list")" "$(jq '.refused[0].replaced_by' "$dir/list")"
fb list --source example | grep -q "replaced: $(jq '.refused[1].journal' "$dir/list")" || die "the list does not say by which"

# Mended.
stop
start --config "$dir/mended.yaml"
fb replay --source organisation-register --reason not_yours --dry-run | grep -q 'would be sent again' || die "the dry run says nothing"
fb list --source organisation-register --json --limit 1000 > "$dir/list"
expect "refusals after a dry run" "$n" "$(count waits)"
fb replay "$one" | grep -q 'taken: entry' || die "it was not taken"
fb replay "$one" | grep -q 'not sent: a message under its id was taken since' || die "it was sent twice"
fb replay --source organisation-register --reason not_yours > "$dir/out"
grep -q "^$n refused: $((n - 1)) taken now, 0 taken already, 0 refused again, 1 not sent" "$dir/out" || { cat "$dir/out"; die "not all were taken"; }
fb replay --source example --reason not_yours > "$dir/out" || { cat "$dir/out"; die "the corrected one was not taken"; }
grep -q '^2 refused: 1 taken now, 0 taken already, 0 refused again, 1 not sent' "$dir/out" || { cat "$dir/out"; die "of two of one message id not one was sent"; }
"$BIN/fairbank" explain EX-0001 --data "$data" > "$dir/out"
grep -q 'worker pay £225.00' "$dir/out" || { cat "$dir/out"; die "what the source said first stands"; }
expect "conflicts" 0 "$(fb list --reason conflict --json | jq '.refused | length')"
before=$((before + 1)) taken=$(records)
expect "records" "$((before + n))" "$taken"
# Two conflicts with a booking: one of the three stands, and the replay says of which it is not.
for pay in 43.10 44.20 42.30; do
    sed -n '1p;3p' adapters/examples/bookings.csv | sed "s/,43\.10,/,$pay,/" > "$dir/$pay.csv"
    "$BIN/example-publish" --engine "$engine" --spool "$dir/spool" "$dir/$pay.csv" > "$dir/out" 2>&1 || true
done
fb replay --source example --reason conflict --json > "$dir/out" || { cat "$dir/out"; die "the conflicts were not taken"; }
expect "conflicts taken" 2 "$(jq .taken "$dir/out")"
"$BIN/fairbank" explain EX-0002 --data "$data" > "$dir/explained"
stands=$(sed -n 's/.*journal entry \([0-9]*\),.*/\1/p' "$dir/explained" | head -1)
expect "the versions that stand" "$stands" "$(jq -r '.replayed[] | select(.stands) | .taken' "$dir/out")"
expect "the one that is said not to" 1 "$(jq '.not_standing' "$dir/out")"
jq -r '.replayed[] | select(.stands | not) | .says' "$dir/out" | grep -q "^kept as entry [0-9]*, and does not stand: of record [0-9]* entry $stands does" ||
    { cat "$dir/out"; die "it does not say which version stands"; }
both=$(records)
# Its publisher knows nothing of all that and sends the file again: all of it is there already.
rm -rf "$dir/state"; mkdir -p "$dir/state"; : > "$dir/summaries"
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
expect "records after the publisher's own try" "$both" "$(records)"
grep -q "\"duplicates\": *$((taken - 1))," "$dir/summaries" || { cat "$dir/summaries"; die "not all were duplicates"; }
fb list --json --limit 1000 > "$dir/list"
expect "taken since" "$((n + 4))" "$(count 'taken since')"
stop
"$BIN/fairbank" verify --data "$data" > /dev/null || die "verify finds a difference"
echo "RESULT $n refusals: each taken once"
