#!/bin/sh
# fairbank-export follow, killed at random instants (KILLS, by default 20; SEED) with the engine under it: each alert stands in the files once, no
# line is torn, each is explained; what was torn by hand is cut off and told; a lost place writes nothing twice; tables beside them.
. tests/flow/engine.inc
kills=${KILLS:-20}
seed=${SEED:-1}
export=$BIN/fairbank-export
outlet= finished=0
quiet_all() { [ -z "$outlet" ] || kill -9 "$outlet" 2>/dev/null || true; quiet_end; }
trap quiet_all EXIT
[ -L "$export" ] || die "$export is no other name of fairbank"
to=$dir/alerts
start
feed_all
settle
"$BIN/fairbank" events --data "$data" --json > "$dir/events"
jq -r 'select(.finding and (.shadow | not) and (.historic | not)) | .seq' "$dir/events" > "$dir/wanted"
wanted=$(wc -l < "$dir/wanted" | tr -d ' ')
[ "$wanted" -gt 2000 ] || die "only $wanted alerts"
follow() { "$export" follow --data "$data" --to "$to" "$@"; }
rows() { cat "$to"/alerts-*.csv 2>/dev/null | grep -cv '^Severity' || true; }

# ---- kills: small pages, each on the disk by itself, so that there is work for all of them ----
n=0 torn=0
while [ $n -lt "$kills" ]; do
    n=$((n + 1))
    "$export" follow --data "$data" --to "$to" --quiet --page 5 2>>"$dir/said" & outlet=$!
    sleep "$(awk -v s="$seed" -v n=$n 'BEGIN { srand(s + 7919 * n); for (i = 0; i < 5; i++) r = rand(); printf "%.3f", 0.02 + 0.4 * r * r }')"
    kill -9 $outlet 2>/dev/null || { tail -3 "$dir/said"; die "it ended by itself"; }
    wait $outlet 2>/dev/null || true; outlet=
    [ "$(rows)" -ge "$wanted" ] || finished=$n
    if [ $((n % 5)) -eq 2 ] && [ -n "$(ls "$to" 2>/dev/null)" ]; then # as a power cut leaves it
        last=$(ls "$to"/alerts-*.csv | tail -1)
        tail -c 1 "$last" | od -An -c | grep -q '\\n' || die "kill -9 left a torn line"
        printf 'warn,RTH,2026-03-16,"rth-roster/B3' >> "$last"; torn=$((torn + 1))
    fi
    [ $((n % 7)) -ne 3 ] || { crash; start; }
done
[ $finished -ge $((kills / 4)) ] || die "all was written after $finished of $kills kills: this kills what has nothing to do"
follow --once --json > "$dir/out" 2>>"$dir/said" || die "it could not be finished: $(tail -2 "$dir/said")"
expect "torn ends told" "$torn" "$(grep -c 'torn by a crash' "$dir/said" || true)"
check() {
    python3 - "$dir/wanted" "$to"/alerts-*.csv <<'PY' || die "$1 (SEED=$seed)"
import csv, sys
heads, seqs = set(), []
for path in sys.argv[2:]:
    for i, row in enumerate(csv.reader(open(path, encoding="utf-8", newline=""))):
        assert len(row) == 13, (path, i, row)
        if i == 0: heads.add(tuple(row))
        else: seqs.append(int(row[12].split("-")[1]))
wanted = [int(line) for line in open(sys.argv[1])]
assert len(heads) == 1, heads
assert sorted(seqs) == sorted(wanted), (len(seqs), len(set(seqs)), len(wanted))
PY
}
check "the alerts are not in the files once each"
again=$(jq .again "$dir/out")

# ---- the same columns as on request, and names that explain takes ----
"$BIN/fairbank" export alerts --data "$data" | head -1 > "$dir/heads"
expect "columns" "$(cat "$dir/heads"),Finding,Event" "$(head -1 "$(ls "$to"/alerts-*.csv | head -1)")"
cat "$to"/alerts-*.csv | awk -F, 'NR % 1500 == 2 { print $11 }' > "$dir/explain"
[ "$(wc -l < "$dir/explain")" -ge 5 ] || die "too few to explain"
while read -r _ _ name as_of at; do
    "$BIN/fairbank" explain "$name" "$as_of" "$at" --data "$data" > "$dir/out" || die "explain $name $as_of $at: exit $?"
    grep -q "${name#*/}" "$dir/out" || die "explain $name tells of something else"
done < "$dir/explain"

# ---- a lost place, somebody's change, a second writer ----
expect "a lost place" "0 $wanted" "$(follow --once --json --cursor another | jq -r '"\(.written) \(.again)"')"
check "a lost place wrote something twice"
mkdir "$dir/changed"; sed '3s/.*/changed by hand/' "$last" > "$dir/changed/${last##*/}"
rc=0; "$export" follow --data "$data" --to "$dir/changed" --once --cursor third 2>"$dir/out" || rc=$?
expect "a changed file" 1 $rc; grep -q "${last##*/}:3: this is no row of ours" "$dir/out" || die "it does not say which line: $(cat "$dir/out")"
i=0 # either may be the first; the one that goes on must end up alone
until [ -n "$outlet" ] && kill -0 $outlet 2>/dev/null && grep -q "another fairbank-export" "$dir/out"; do
    [ -n "$outlet" ] && kill -0 $outlet 2>/dev/null || { "$export" follow --data "$data" --to "$to" 2>>"$dir/said" & outlet=$!; }
    rc=0; follow --once 2>"$dir/out" > /dev/null || rc=$?
    i=$((i + 1)); [ $i -lt 50 ] || die "two write at once"; sleep 0.1
done
expect "a second writer" 1 $rc

# ---- it waits for an engine that is away, and takes what comes then ----
stop
i=0; until grep -q 'no engine answers; waiting' "$dir/said"; do i=$((i + 1)); [ $i -lt 100 ] || die "it does not say that no engine answers"; sleep 0.1; done
start
i=0; until grep -q 'the engine is there again' "$dir/said"; do i=$((i + 1)); [ $i -lt 100 ] || die "it does not come back"; sleep 0.1; done
kill -TERM $outlet; rc=0; wait $outlet || rc=$?; outlet=
expect "SIGTERM" 0 $rc

# ---- tables, as the command makes them ----
follow --once --quiet --tables spend,return --month 2026-03 || die "tables: exit $?"
for what in spend return; do
    "$export" $what --data "$data" --month 2026-03 | cmp - "$to"/$what-*.csv || die "$what is not what fairbank export makes"
    [ -s "$(ls "$to"/$what-*.xlsx)" ] || die "no workbook of $what"
done
rc=0; follow --once --tables nonsense 2>"$dir/out" || rc=$?
expect "a table that there is not" 2 $rc; grep -q "^fairbank-export follow: --tables nonsense" "$dir/out" || die "it does not say which"
rc=0; "$export" follow 2>"$dir/out" || rc=$?
expect "no folder named" 2 $rc
stop
rc=0; follow --once 2>"$dir/out" > /dev/null || rc=$?
expect "no engine" 1 $rc; grep -q 'no engine answers' "$dir/out" || die "it does not say that nobody answers"
echo "RESULT $kills kills (SEED=$seed, work for $finished of them) and $torn torn ends: $wanted alerts, each once; $again came again at the end; $(wc -l < "$dir/explain") explained"
