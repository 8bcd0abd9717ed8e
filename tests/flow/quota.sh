#!/bin/sh
# What is refused is kept whole up to a source's quota of the day; of more the digest and the reason stay, which is told in the log, by
# status and among the metrics. It is known again all the same, the other sources are not touched, and the next day begins anew.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
mkdir -p "$dir/in" "$dir/state"
cp tests/data/demo/mappings/organisations.yaml "$dir/in/register.yaml"
sed 's/name: organisation-register/name: other-register/' "$dir/in/register.yaml" > "$dir/in/other.yaml"
cp tests/data/demo/worker-key "$dir/in/worker-key"
port=$(free_port)
cat > "$dir/fairbank.yaml" <<YAML
refused_mib: 1
metrics: 127.0.0.1:$port
sources:
  - {name: organisation-register, trust: RTH}
  - {name: other-register, trust: RTH}
YAML
rows() { # how many, of which kind: of another trust, so that each is refused
    awk -v n="$1" -v kind="$2" 'BEGIN {
        for (i = 0; i < 170; i++) long = long "x"
        print "ODS Code,Name,Kind,ICB,Member From,Member Until,Closed"
        for (i = 0; i < n; i++) printf "RXQ,%s %d %s,NHS Trust,QU9,2022-07-01,2026-04-01,no\n", kind, i, long
    }' > "$dir/in/organisations-2026-03-01.csv"
}
listed() { "$fairbank" refused list --data "$data" --source "$1" --limit 100000 --json | jq .refused > "$dir/list"; }
kept() { jq "[.[] | select(.kept_bytes $1)] | length" "$dir/list"; }
metric() { curl -s "http://127.0.0.1:$port/metrics" | awk -v name="$1" '$1 == name { print $2 }'; }
rows_of=6000

on_day 0; start --config "$dir/fairbank.yaml"
rows $rows_of first; feed_file register.yaml organisations-2026-03-01.csv
listed organisation-register
expect "refused in all" $rows_of "$(jq length "$dir/list")"
whole=$(kept '> 0') bare=$(kept '== 0')
[ "$whole" -gt 100 ] && [ "$bare" -gt 100 ] || die "$whole kept whole and $bare not: the quota is not used up"
bytes=$(jq '[.[].kept_bytes] | add' "$dir/list")
[ "$bytes" -le 1048576 ] && [ "$bytes" -gt 1047000 ] || die "$bytes bytes are kept, of a quota of 1,048,576"
expect "that were kept whole come first" "$whole" "$(jq 'sort_by(.journal) | map(.kept_bytes > 0) | index(false)' "$dir/list")"
expect "reasons of those that are not" not_yours "$(jq -r '.[] | select(.kept_bytes == 0) | .reason' "$dir/list" | sort -u)"
expect "and their length is known" true "$(jq 'map(.sent_bytes > 200) | all' "$dir/list")"

# ---- the alarm ----
grep -q 'refused of organisation-register that its quota (refused_mib) is used up' "$dir/log" || die "the log does not warn"
expect "status" organisation-register "$("$fairbank" status --data "$data" --json | jq -r '.over_quota | join(" ")')"
"$fairbank" status --data "$data" | grep -q 'OVER QUOTA *organisation-register' || die "status does not tell people"
i=0; until [ "$(metric fairbank_sources_over_quota)" = 1 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the metrics do not tell"; sleep 0.1; done

# ---- known again, another source has its own, and a kill does not begin anew ----
crash; start --config "$dir/fairbank.yaml"
rm -rf "$dir/state"; mkdir "$dir/state"
feed_file register.yaml organisations-2026-03-01.csv; listed organisation-register
expect "refused, sent once more" $rows_of "$(jq length "$dir/list")"
rows 3 other; feed_file other.yaml organisations-2026-03-01.csv; listed other-register
expect "of another source, kept whole" 3 "$(kept '> 0')"
rows 3 second; feed_file register.yaml organisations-2026-03-01.csv; listed organisation-register
expect "kept whole after a restart" "$whole" "$(kept '> 0')"
stop

# ---- the next day ----
on_day 1; start --config "$dir/fairbank.yaml"
rows 3 third; feed_file register.yaml organisations-2026-03-01.csv; listed organisation-register
expect "kept whole with the next day's quota" $((whole + 3)) "$(kept '> 0')"
expect "status on the next day" 0 "$("$fairbank" status --data "$data" --json | jq '.over_quota | length')"
stop
"$fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify found a difference"; }
echo "quota: $whole of $rows_of refusals kept whole ($bytes bytes), of $bare digest and reason"
