#!/bin/sh
# A rate changes after a month was closed: every shift is judged again, the closed month keeps its figures and the next
# one gets the difference with its cause, what was known on each day can still be read, and no kill -9 spoils it.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
FEBRUARY=${SHIFTS:-1500} MARCH=${SHIFTS:-1500}
ALL=$((FEBRUARY + MARCH))

# ---- packs of our own, and shifts whose price is the card's ----
mkdir "$dir/rules" "$dir/in" "$dir/state"
cp -r rules/england rules/thames-valley "$dir/rules/"
printf 'packs:\n  - %s\n  - %s\n' "$dir/rules/england" "$dir/rules/thames-valley" > "$dir/fairbank.yaml"
card=$dir/rules/thames-valley/rates/bank-card.yaml
at() { # mid or top: where the card pays bank-only workers of band 5
    sed -i "s/\(bands: \[\"5\".*worker: bank_only, at: \)[a-z]*/\1$1/" "$card"
    grep -q "bands: \[\"5\".*bank_only, at: $1" "$card" || die "the card has no rule of bank-only workers in band 5"
}
priced() { # pence of one of the shifts, by the same packs and without an engine
    printf '{"id":"x","trust":"RTH","staff_group":"nursing_midwifery","band":"5","route":"bank","worker":{"kind":"bank_only"},"start":"%s","end":"%s","break_minutes":60}\n' \
        2026-02-02T07:30 2026-02-02T19:30 > "$dir/one.jsonl"
    "$fairbank" price --pack "$dir/rules/england" --pack "$dir/rules/thames-valley" "$dir/one.jsonl" | jq .card.pence
}
printf '%064d' 0 > "$dir/in/worker-key"
cat > "$dir/in/plain.yaml" <<'YAML'
source: {name: plain, trust: RTH, system: bank_provider}
file: {kind: ledger, date: yyyy-mm-dd, date_time: yyyy-mm-dd HH:MM, occurred_at: said}
columns: {ref: ref, date: date, start: start, end: end, said: said}
shift:
  hirer: {is: RTH}
  unit: {is: Ward 1}
  staff_group: {is: nursing_midwifery}
  grade: {is: "5"}
  start: {date: date, time: start}
  end: {time: end}
  break_min: {is: "60"}
records:
  - kind: booking
    ref: ref
    fields:
      state: {is: booked}
      route: {is: bank}
      worker_kind: {is: bank_only}
YAML
{
    echo ref,date,start,end,said
    seq 1 "$FEBRUARY" | awk '{ printf "F%d,2026-02-%02d,07:30,19:30,2026-01-20 10:00\n", $1, 2 + $1 % 4 }'
    seq 1 "$MARCH" | awk '{ printf "M%d,2026-03-%02d,07:30,19:30,2026-02-20 10:00\n", $1, 2 + $1 % 4 }'
} > "$dir/in/shifts.csv"

status() { "$fairbank" status --data "$data" --json "$@" > "$dir/status.json" || die "no status"; }
of_status() { jq -r ".$1" "$dir/status.json"; }
spend() { "$fairbank" spend --data "$data" --stage committed --json "$@" | jq "${what:-.total.pence}"; }
applied() { # until the current issue is applied to every shift
    i=0
    until status && [ "$(of_status repriced)" = "$(of_status to_reprice)" ] && [ "$(of_status todo)" = 0 ]; do
        i=$((i + 1)); [ $i -lt 600 ] || die "still being judged again after 60 s"
        sleep 0.1
    done
}
refused() { # words in the error, command...
    words=$1; shift
    rc=0; "$@" >"$dir/out" 2>"$dir/err" || rc=$?
    [ $rc -ne 0 ] || die "$* was not refused"
    grep -q -- "$words" "$dir/err" || { cat "$dir/err"; die "$* does not say '$words'"; }
}

# ---- three days ago: the shifts come, and February is closed ----
at mid; before=$(priced)
at top; after=$(priced)
at mid
[ "$before" -gt 10000 ] && [ "$after" -gt "$before" ] || die "the card gives $before and then $after pence"
on_day -3; start --config "$dir/fairbank.yaml"
feed_file plain.yaml shifts.csv
settle
expect "spend of $ALL shifts" $((ALL * before)) "$(spend)"
close() { "$fairbank" period close --data "$data" --role finance_director --reason 'month end' "$@"; }
refused 'role' "$fairbank" period close --data "$data" 2026-02 --reason x
refused 'not a month' close 2026-13
refused 'not over' close 2099-01
close 2026-02 > "$dir/out" || die "February was not closed"
grep -q '^2026-02 of every trust is closed by finance_director$' "$dir/out" || { cat "$dir/out"; die "closing does not say what was closed"; }
refused 'closed already' close 2026-02
expect "events of the closing" 2026-02 "$("$fairbank" events --data "$data" --kind period.closed --json | jq -r .posted)"
"$fairbank" spend --data "$data" --json | jq 'del(.issue, .repriced, .to_reprice)' > "$dir/reported-3"
"$fairbank" findings --data "$data" --json > "$dir/findings-3"
"$fairbank" explain --data "$data" --json F1 > "$dir/explained-3"
stop

# ---- two days ago: another rate is scheduled; SIGHUP and a restart leave what waits alone; it is withdrawn, and issued ----
on_day -2; start --config "$dir/fairbank.yaml"
at top
refused 'say when' "$fairbank" rules schedule --data "$data"
"$fairbank" rules schedule --data "$data" --at "$(day +2)T00:00" > "$dir/out" || die "the change was not scheduled"
grep -q "^issue 2 waits: .*at $(day +2)T00:00 (Europe/London); then $ALL shifts and vacancies will be judged again" "$dir/out" || { cat "$dir/out"; die "scheduling does not say what waits"; }
waits() { status; expect "$1: current and waiting" "1 1" "$(of_status issue) $(of_status waiting)"; }
waits "after scheduling"
kill -HUP "$pid"
i=0; until grep -q 'these very packs are current, or wait already' "$dir/log"; do i=$((i + 1)); [ $i -lt 100 ] || die "SIGHUP said nothing"; sleep 0.1; done
waits "after SIGHUP"
stop; start --config "$dir/fairbank.yaml"
waits "after a restart"
crash; start --config "$dir/fairbank.yaml"
waits "after a crash"
expect "spend while it waits" $((ALL * before)) "$(spend)"
printf 'no_such_key: 1\n' >> "$dir/rules/thames-valley/pack.yaml"
refused 'thames-valley/pack.yaml:[0-9]*: error' "$fairbank" rules issue --data "$data"
sed -i '/no_such_key/d' "$dir/rules/thames-valley/pack.yaml"
waits "after packs with an error"
expect "what waits" "2 $(TZ=GMT0BST,M3.5.0/1,M10.5.0 date -u -d "TZ=\"Europe/London\" $(day +2) 00:00" +%Y-%m-%dT%H:%M)" \
    "$(of_status 'waits[] | "\(.issue) \(.at[:16])"')"
"$fairbank" status --data "$data" | grep -q "issue 2 waits for $(day +2)T00:00 (Europe/London): ." || die "the status does not list what waits"
# An issue is all packs: what comes between would be undone when its moment comes.
refused 'issue 2 waits for .* would undo it. Withdraw it (fairbank rules withdraw 2)' "$fairbank" rules issue --data "$data"
refused 'would undo it' "$fairbank" rules schedule --data "$data" --at "$(day +1)T00:00"
waits "after an issue that it would undo"
lines() { wc -l < "$dir/log"; }
said() { # since which line of the log, words
    i=0; until tail -n "+$1" "$dir/log" | grep -q "$2"; do i=$((i + 1)); [ $i -lt 100 ] || die "the log does not say '$2'"; sleep 0.1; done
}
cp "$card" "$dir/card"
printf '# mended\n' >> "$card"
from=$(lines); kill -HUP "$pid"; said "$from" 'the rules were not taken: issue 2 waits for'
waits "after SIGHUP with other packs"
stop; from=$(lines); start --config "$dir/fairbank.yaml"
said "$from" 'those in the folders are not current: issue 2 waits for .* Until then issue 1 judges'
waits "after a restart with other packs"
cp "$dir/card" "$card"
refused 'is current' "$fairbank" rules withdraw --data "$data" 1
"$fairbank" rules withdraw --data "$data" 2 > "$dir/out" || die "what waits was not withdrawn"
grep -q '^issue 2 is withdrawn: it will not become current$' "$dir/out" || { cat "$dir/out"; die "withdrawing does not say what was done"; }
refused 'does not wait' "$fairbank" rules withdraw --data "$data" 2
none_waits() { status; expect "$1: current and waiting" "1 0" "$(of_status issue) $(of_status waiting)"; }
none_waits "after withdrawing"
expect "events of the withdrawal" 1 "$("$fairbank" events --data "$data" --kind rules.withdrawn --json | wc -l)"
crash; from=$(lines); start --config "$dir/fairbank.yaml" # the folders still hold what was withdrawn
said "$from" 'the folders hold the packs of issue 2, which was replaced or withdrawn'
none_waits "after a crash"
"$fairbank" rules issue --data "$data" > "$dir/out" || die "the change was not issued"
grep -q "^issue 3 is current: .*$ALL shifts and vacancies will be judged again" "$dir/out" || { cat "$dir/out"; die "issuing does not say what it does"; }
applied
grep -q "issue 3 was applied to all $ALL shifts" "$dir/log" || die "the log does not tell the end"
delta=$((after - before))
"$fairbank" events --data "$data" --json --kind rate.repriced > "$dir/repriced"
expect "shifts repriced" $ALL "$(wc -l < "$dir/repriced")"
expect "sum of the deltas" $((ALL * delta)) "$(jq -s 'map(.delta_pence) | add' "$dir/repriced")"
expect "what they were made under" "1 3 repriced" "$(jq -rs 'map("\(.prior_issue) \(.issue) \(.cause)") | unique | .[]' "$dir/repriced")"
"$fairbank" events --data "$data" --kind rate.repriced --limit 1 | grep -q 'was £.* under issue 1' || die "a person is not told what it was before"
expect "spend under issue 3" $((ALL * after)) "$(spend)"
expect "the books of February" $((FEBRUARY * before)) "$(spend --posted 2026-02)"
expect "the books of March" $((MARCH * after + FEBRUARY * delta)) "$(spend --posted 2026-03)"
expect "worked, posted and why" "2026-02 2026-02 record $((FEBRUARY * before));2026-02 2026-03 repriced $((FEBRUARY * delta));2026-03 2026-03 record $((MARCH * after));" \
    "$(what='.rows[] | "\(.month) \(.posted) \(.cause) \(.pence)"' spend --by month,posted,cause | tr -d '"' | tr '\n' ';')"
at mid # the old folder, as a server's packages may put it back: neither a restart nor SIGHUP goes back to it
from=$(lines); kill -HUP "$pid"; said "$from" 'the folders hold the packs of issue 1, which was replaced or withdrawn: nothing was issued, and issue 3 stays'
stop; from=$(lines); start --config "$dir/fairbank.yaml"
said "$from" 'the folders hold the packs of issue 1'
expect "spend after a restart with old packs" $((ALL * after)) "$(spend)"
status; expect "issue after a restart with old packs" 3 "$(of_status issue)"
at top
expect "what is late" "2026-02 RTH 2026-03 repriced $((FEBRUARY * delta))" \
    "$("$fairbank" period list --data "$data" --json | jq -r '.late[] | select(.stage == "committed") | "\(.worked) \(.trust) \(.posted) \(.cause) \(.pence)"')"
"$fairbank" period list --data "$data" | grep -q '2026-02 .*(all).*finance_director.*month end' || die "the list of closed months does not name February"
"$fairbank" spend --data "$data" --json | jq 'del(.issue, .repriced, .to_reprice)' > "$dir/reported-2"
stop

# ---- a day ago: a change that comes by itself, two seconds on ----
on_day -1; start --config "$dir/fairbank.yaml"
at mid
"$fairbank" rules schedule --data "$data" --at "$(date -u -d "@$(($(date +%s) + $(cat "$dir/clock") + 2))" +%Y-%m-%dT%H:%M:%SZ)" --json | jq -e '.issue == 4' > /dev/null || die "the third change was not scheduled"
i=0; until status && [ "$(of_status issue)" = 4 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "its moment passed, and it is not current"; sleep 0.1; done
applied
expect "spend after the change back" $((ALL * before)) "$(spend)"
expect "the books of March, with both changes" $((MARCH * before)) "$(spend --posted 2026-03)"
expect "the deltas sum to nought" 0 "$("$fairbank" events --data "$data" --json --kind rate.repriced | jq -s 'map(.delta_pence) | add')"

# ---- what was known on each day ----
known() { "$fairbank" spend --data "$data" --json --as-known "$(day "$1")" | jq 'del(.as_known)'; }
for n in 3 2; do
    known -$n > "$dir/known"
    cmp -s "$dir/known" "$dir/reported-$n" || { diff "$dir/known" "$dir/reported-$n" | head; die "what is told as known $n days ago is not what was told"; }
done
"$fairbank" spend --data "$data" --as-known "$(day -3)" | grep -q "as known at the end of $(day -3)" || die "the heading does not say as known when"
for how in "" --offline; do
    # shellcheck disable=SC2086
    "$fairbank" findings --data "$data" --json $how --as-known "$(day -3)" > "$dir/known"
    cmp -s "$dir/known" "$dir/findings-3" || { diff "$dir/known" "$dir/findings-3" | head -4; die "findings as known $how three days ago are not those that were told"; }
    # shellcheck disable=SC2086
    "$fairbank" explain --data "$data" --json $how --as-known "$(day -3)" F1 > "$dir/known"
    cmp -s "$dir/known" "$dir/explained-3" || { diff "$dir/known" "$dir/explained-3"; die "explain as known $how is not what was told"; }
    # shellcheck disable=SC2086
    "$fairbank" findings --data "$data" --json $how --as-known "$(day -4)" > "$dir/known" 2> "$dir/err"
    [ ! -s "$dir/known" ] && grep -q 'nothing was known by then' "$dir/err" || die "findings were known before there was anything $how"
    # shellcheck disable=SC2086
    refused 'was not yet judged as known at the end of' "$fairbank" explain --data "$data" $how --as-known "$(day -4)" F1
done
expect "rows before there was anything" 0 "$(what='.rows | length' spend --as-known "$(day -4)" 2>"$dir/err")"
grep -q 'nothing was known by then' "$dir/err" || die "spend before there was anything says nothing"
stop

# ---- kill -9 while shifts are being judged again ----
on_day 0; start --config "$dir/fairbank.yaml"
now=mid hits=0 tries=0
while [ $hits -lt 2 ] && [ $tries -lt 20 ]; do
    [ $now = mid ] && now=top || now=mid
    at $now
    tries=$((tries + 1))
    "$fairbank" rules issue --data "$data" > "$dir/out" || die "an issue was not taken"
    crash
    status --offline
    [ "$(of_status repriced)" = "$(of_status to_reprice)" ] || {
        hits=$((hits + 1))
        "$fairbank" spend --data "$data" | grep -q "^issue $(of_status issue) applied to [0-9]* %" || die "spend does not say that it is not finished"
    }
    start --config "$dir/fairbank.yaml"
    applied
    [ $now = mid ] && price=$before || price=$after
    expect "spend after a crash in the middle ($tries)" $((ALL * price)) "$(spend)"
    expect "February after a crash in the middle ($tries)" $((FEBRUARY * before)) "$(spend --posted 2026-02)"
done
[ $hits -gt 0 ] || die "no kill -9 of $tries met shifts being judged again"
stop
"$fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify after re-pricing"; }
echo "RESULT $ALL shifts judged again $((tries + 2)) times, $hits crashes in the middle; closed month kept £$((FEBRUARY * before / 100)), deltas as expected; verify $(cut -d: -f1 "$dir/v")"
