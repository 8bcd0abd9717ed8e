#!/bin/sh
# The short form of what `make crash` does at length: publishers that are killed and whose disk fails, and the power cut of their spool.
set -eu
: "${BIN:?BIN must name the folder of the programs}"
case $BIN in /*) shim=$BIN/shim_crash.so ;; *) shim=$PWD/$BIN/shim_crash.so ;; esac
out=$(mktemp)
trap 'rm -f "$out"' EXIT
"$BIN/spool_crash" "$shim" "${CYCLES:-16}" "${CUTS:-300}" "${SEED:-2}" > "$out" 2>&1 || { cat "$out"; exit 1; }
echo "RESULT $(sed -n 's/^spool: \(.* messages taken, [0-9]* lost\).*/\1/p' "$out"); $(sed -n 's/^spool: \([0-9]* instants of power cut\).*; \([0-9]* lost or harmed\).*/\1, \2/p' "$out")"
