#!/bin/sh
# The short form of `make crash`: some of every way in which an engine can end, with publishers that resend and a consumer
# that goes on; each fault of disk and map; and the power cut at a few instants.
set -eu
: "${BIN:?BIN must name the folder of the programs}"
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$BIN/crash" "$BIN" --cycles "${CYCLES:-12}" --faults "${FAULTS:-1}" --cuts "${CUTS:-24}" --seed "${SEED:-1}" > "$out" 2>&1 ||
    { cat "$out"; exit 1; }
echo "RESULT $(tail -n 1 "$out"): $(sed -n 's/^  cycles  *//p' "$out") crashes and faults, $(sed -n 's/^  messages acknowledged  *//p' "$out") messages, $(sed -n 's/^power cut: \([0-9]* instants\).*/\1/p' "$out") of power cut"
