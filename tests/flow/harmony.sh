#!/bin/sh
# Harmony on figures that were worked out by hand. The card pays £20.00 an hour; on-costs are 10 % for leave and 20 % on pay
# with it, so that an hour of the card costs 20.00 x 1.10 x 1.20 = £26.40, and eight hours £211.20. RTH pays £22.00, which is
# a tenth more: £29.04 and £232.32. RXQ pays the card. RTH's agency shifts are charged £39.60: half as much again as the card.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
mkdir "$dir/rules" "$dir/in" "$dir/state"
cp -r rules/england rules/thames-valley "$dir/rules/"
printf 'packs:\n  - %s\n  - %s\n' "$dir/rules/england" "$dir/rules/thames-valley" > "$dir/fairbank.yaml"
# 39,107 pounds a year are 39,107 / (365 / 7) / 37.5 = £19.9999 an hour: £20.00.
sed -i 's/^2026\/27,2026-04-01,2027-04-01,5,mid,[0-9]*,/2026\/27,2026-04-01,2027-04-01,5,mid,39107,/' "$dir/rules/england/rates/afc-pay-points.csv"
grep -q '5,mid,39107,' "$dir/rules/england/rates/afc-pay-points.csv" || die "the pay point is not the one of the example"
cat > "$dir/rules/england/rates/on-costs.csv" <<'CSV'
part,from,until,percent,free_gbp_week,free_hours_week,routes,base,status,source,note
wtd_holiday,2021-04-01,,10,,,all,pay,made_up,a test,
employer_ni,2021-04-01,,10,,,all,pay_and_holiday,made_up,a test,
employer_pension,2021-04-01,,6,,,all,pay_and_holiday,made_up,a test,
levy,2021-04-01,,4,,,all,pay_and_holiday,made_up,a test,
CSV
rm "$dir/rules/thames-valley/rates/fees.csv"
printf '%064d' 0 > "$dir/in/worker-key"
mapping() { # trust
    cat <<YAML
source: {name: $1-provider, trust: $1, system: bank_provider}
file: {kind: ledger, date: yyyy-mm-dd, date_time: yyyy-mm-dd HH:MM, occurred_at: said}
columns: {ref: ref, date: date, start: start, end: end, route: route, pay: pay, commission: commission, said: said}
shift:
  hirer: {is: $1}
  unit: {is: Ward 1}
  staff_group: {is: nursing_midwifery}
  grade: {is: "5"}
  start: {date: date, time: start}
  end: {time: end}
  break_min: {is: "30"}
records:
  - kind: booking
    ref: ref
    fields:
      state: {is: booked}
      route: route
      worker_kind: {is: bank_only}
      rates.plain.worker_pay: pay
      rates.plain.commission: commission
YAML
}
mapping RTH > "$dir/in/rth.yaml"
mapping RXQ > "$dir/in/rxq.yaml"
shifts() { # letter, how many, route, pay, commission: weekdays of May 2026, eight paid hours each
    seq 1 "$2" | awk -v r="$1" -v route="$3" -v pay="$4" -v more="$5" '{ printf "%s%d,2026-05-%02d,07:30,16:00,%s,%s,%s,2026-04-20 10:00\n", r, $1, 11 + $1 % 4, route, pay, more }'
}
head=ref,date,start,end,route,pay,commission,said
{ echo $head; shifts B 10 bank 22.00 ''; shifts A 4 agency 30.00 9.60; } > "$dir/in/rth.csv"
{ echo $head; shifts B 30 bank 20.00 ''; } > "$dir/in/rxq.csv"

start --config "$dir/fairbank.yaml"
feed_file rth.yaml rth.csv
feed_file rxq.yaml rxq.csv
settle
harmony() { "$fairbank" harmony --data "$data" "$@"; }
row() { awk -v trust="$1" '$2 == "plain" && $3 == trust { $1 = $1; print }'; }
harmony > "$dir/out"
expect "the trust that pays a tenth more" "5 plain RTH 10 80 26.40 29.04 29.04-29.04 +10.0 % 211.20" "$(row RTH < "$dir/out")"
expect "the trust that pays the card" "5 plain RXQ 30 240 26.40 26.40 26.40-26.40 +0.0 % 0.00" "$(row RXQ < "$dir/out")"
expect "both together, weighted by hours" "5 plain all 40 320 26.40 26.40 26.40-26.40 +2.5 % 211.20" "$(row all < "$dir/out")"
grep -q '^Paid above (below: -) the card in all: £211.20$' "$dir/out" || die "the money in all is not £211.20"
harmony --agency > "$dir/out"
expect "agency against the card's bank shift" "5 plain RTH 4 32 26.40 39.60 39.60-39.60 +50.0 % 422.40" "$(row RTH < "$dir/out")"
harmony --agency --export > "$dir/out"
expect "what an export shows of four shifts" "5 plain RTH <5" "$(row RTH < "$dir/out")"
grep -q '^For export: 1 figure of fewer than 5 shifts was left out' "$dir/out" || die "an export does not say how many figures were left out"
! grep -q ' compared' "$dir/out" || die "the heading of an export says how many shifts there were"
harmony --agency --export --json | jq -e '.left_out == 1 and .small_number == 5 and .shifts == null and .compared == null and .rows[0].suppressed' > /dev/null ||
    die "the JSON of an export says how many shifts there were"
harmony --export | grep -q '^For export: nothing was left out' || die "an export that left nothing out does not say so"
harmony --json > "$dir/out"
jq -e '.difference_pence == 21120 and .compared == 40 and (.rows | length == 3) and (.rows[0].median_e4 == 290400) and (.rows[0].card_e4 == 264000)' \
    "$dir/out" > /dev/null || { cat "$dir/out"; die "the JSON has other figures"; }
harmony --trust RXQ | grep -q '^Paid above (below: -) the card in all: £0.00$' || die "--trust does not pick one trust"
harmony --weeks 2020-01-06..2020-02-03 | grep -q '^Nothing to compare' || die "weeks without shifts are not said to have none"
harmony --contagion | grep -q '^Too few data to say' || die "contagion is judged on two trusts and one week"
for wrong in '--days 7' '--rise 5' '--contagion --trust RTH'; do
    # shellcheck disable=SC2086
    rc=0; harmony $wrong > "$dir/out" 2> "$dir/err" || rc=$?
    expect "exit status of harmony $wrong" 2 $rc
    grep -q -- '--contagion' "$dir/err" || die "harmony $wrong is refused without a word"
done
stop
echo "RESULT a tenth above the card is shown as a tenth, agency as half as much again, to the penny"
