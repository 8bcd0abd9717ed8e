#!/bin/sh
# Systems have dates: two of them and a care provider in one engine. A shift is priced by the card of the system of its
# day and reported under it; a code that nobody knows is counted and said; in which order the registers came never shows.
. tests/flow/engine.inc
fairbank=$BIN/fairbank

# ---- packs: two systems (made up, their codes are real), each with a card of its own, and a care provider ----
mkdir "$dir/rules" "$dir/in" "$dir/state"
cp -r rules/england rules/examples/social-care "$dir/rules/"
sed -i 's/^on: .*/on: [england]/' "$dir/rules/social-care/pack.yaml"
system() { # name, code, members' dates, where its card pays
    mkdir -p "$dir/rules/$1/rates"
    cat > "$dir/rules/$1/pack.yaml" <<YAML
pack: $1
title: "A system made up for this test"
layer: ics
issue: "1"
review_by: 2099-01-01
ics: $2
trusts: [{code: RTH, $3}, {code: RXQ, $3}]
on: [england]
YAML
    cat > "$dir/rules/$1/rates/card.yaml" <<YAML
cards:
  - name: $1-bank
    from: 2025-04-01
    status: made_up
    source: "made up for this test"
    routes: [bank]
    staff_groups: [nursing_midwifery]
    calendar: agenda-for-change
    whole_shift: more_than_half
    break_from: plain_then_dearest
    off_card_tolerance_gbp_hour: 0
    pay:
      - {bands: ["5"], at: $4}
YAML
}
system old-system QU9 'from: 2022-07-01, until: 2026-04-01' entry
system new-system S0E4D 'from: 2026-04-01' top
echo packs: > "$dir/fairbank.yaml"
for pack in england old-system new-system social-care; do echo "  - $dir/rules/$pack" >> "$dir/fairbank.yaml"; done
"$fairbank" rules check "$dir/rules/england" "$dir/rules/old-system" "$dir/rules/new-system" "$dir/rules/social-care" > "$dir/out" || { cat "$dir/out"; die "the packs are not sound"; }

# ---- what is sent ----
printf '%064d' 0 > "$dir/in/worker-key"
cat > "$dir/in/shifts.yaml" <<'YAML'
source: {name: shifts, system: bank_provider}
file: {kind: ledger, date: yyyy-mm-dd, date_time: yyyy-mm-dd HH:MM, occurred_at: said}
columns: {ref: ref, trust: trust, group: group, band: band, date: date, start: start, end: end, rate: rate, said: said}
shift:
  hirer: trust
  unit: {is: Ward 1}
  staff_group: group
  grade: band
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
      rates.plain.worker_pay: rate
      rates.unsocial.worker_pay: rate
      rates.premium.worker_pay: rate
YAML
# 11 plain hours each, but for the night. Where no system has a card, the rate that was sent is what there is. RXK changed
# its system between the two reports, on a day that neither tells; ZZ9 is in no register.
cat > "$dir/in/shifts.csv" <<'CSV'
ref,trust,group,band,date,start,end,rate,said
RTH-march,RTH,nursing_midwifery,5,2026-03-31,07:30,19:30,,2025-11-01 10:00
RTH-april,RTH,nursing_midwifery,5,2026-04-01,07:30,19:30,,2025-11-01 10:00
RTH-night,RTH,nursing_midwifery,5,2026-03-31,19:30,07:30,,2025-11-01 10:00
RXQ-march,RXQ,nursing_midwifery,5,2026-03-31,07:30,19:30,,2025-11-01 10:00
RXQ-april,RXQ,nursing_midwifery,5,2026-04-01,07:30,19:30,,2025-11-01 10:00
RXK-december,RXK,nursing_midwifery,5,2025-12-31,07:30,19:30,20.00,2025-11-01 10:00
RXK-january,RXK,nursing_midwifery,5,2026-01-02,07:30,19:30,20.00,2025-11-01 10:00
ZZ9-april,ZZ9,nursing_midwifery,5,2026-04-01,07:30,19:30,21.00,2025-11-01 10:00
VXX1-april,VXX1,add_clinical_services,CARER,2026-04-01,07:30,19:30,,2025-11-01 10:00
CSV
cp tests/data/demo/mappings/organisations.yaml "$dir/in/"
sed -i 's/NHS Trust: trust/Care Provider: social_care/' "$dir/in/organisations.yaml"
cat > "$dir/in/organisations-2026-01-01.csv" <<'CSV'
ODS Code,Name,Kind,ICB,Member From,Member Until,Closed
VXX1,A care provider (made up),Care Provider,S0E4D,2026-04-01,,no
CSV
ods() { # options and files
    "$BIN/fairbank-ods" --engine "$engine" --json "$@" > "$dir/sent" 2> "$dir/err" || { cat "$dir/err"; die "the register was not taken"; }
}
july=2025-07-01=tests/data/ods/etr-2025-07.csv january=2026-01-01=tests/data/ods/etr-2026-01.csv changes=tests/data/ods/changes.csv
of_sent() { jq -r ".$1" "$dir/sent"; }

all_sent() { # what became of each record of the register
    expect "records of the register that were $1" "$(jq .records "$dir/sent")" "$(jq ".$1" "$dir/sent")"
}
rows() { "$fairbank" spend --data "$data" --stage committed --json --by trust,ics | jq -r '.rows[] | "\(.trust) \(.ics) \(.shifts) \(.pence)"' | LC_ALL=C sort; }
sums() { # the same money, by whichever column it is told
    for by in trust ics; do
        expect "spend by $by" "$2 $1" "$("$fairbank" spend --data "$data" --json --stage committed --by $by | jq -r '"\([.rows[].shifts] | add) \([.rows[].pence] | add)"')"
    done
    expect "the total" "$2 $1" "$("$fairbank" spend --data "$data" --stage committed --json | jq -r '.total | "\(.shifts) \(.pence)"')"
}
told() { # all that a person is told of the shifts, but for the numbers of records
    for stage in committed latest; do "$fairbank" spend --data "$data" --stage $stage --json --by trust,ics,staff_group,route,week,month; done
    "$fairbank" findings --data "$data" --json | jq -cS 'del(.number, .opened, .reportable)' | LC_ALL=C sort
}
engine_of() { # a data folder
    data=$dir/$1 engine=ipc://$dir/$1/door.sock
    start --config "$dir/fairbank.yaml"
}
finish() { # once more from the journal
    stop
    "$fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify"; }
    grep -q '^equal' "$dir/v" || { cat "$dir/v"; die "verify is not equal"; }
}

# ---- the registers first, then the shifts ----
on_day 0
engine_of at-once
ods --changes $changes $july $january
all_sent accepted
feed_file organisations.yaml organisations-2026-01-01.csv
feed_file shifts.yaml shifts.csv
settle
# By hand: band 5 entry is £31,049 in 2025/26, its top £39,043 in 2026/27, an hour a 1955.3625th: 11 hours are £174.67 and
# £219.64, by night £227.07. 22 hours of RXK at £20, 11 of ZZ9 at £21; a carer's hour is £13.10.
cat > "$dir/wanted" <<'ROWS'
RTH QU9 2 40174
RTH S0E4D 1 21964
RXK QHL 1 22000
RXK QUA 1 22000
RXQ QU9 1 17467
RXQ S0E4D 1 21964
VXX1 S0E4D 1 14410
ZZ9 null 1 23100
ROWS
rows > "$dir/got"
diff "$dir/wanted" "$dir/got" || die "shifts are not under the system, or not at the rate, of their day"
sums 183079 9
priced_by() { # reference, pack
    "$fairbank" explain --data "$data" "$1" > "$dir/out"
    grep -q "by $2 (" "$dir/out" || { cat "$dir/out"; die "$1 is not priced by the card of $2"; }
}
priced_by RTH-march old-system; priced_by RTH-night old-system; priced_by RXQ-march old-system
priced_by RTH-april new-system; priced_by RXQ-april new-system
priced_by VXX1-april social-care
unknown() { "$fairbank" findings --data "$data" --json | jq -r 'select(.rule == "organisation.unknown") | .booking'; }
expect "who carries organisation.unknown" ZZ9-april "$(unknown)"

# ---- the same again: duplicates, and nothing moves ----
told > "$dir/told"
head=$("$fairbank" events --data "$data" --json | wc -l)
ods --changes $changes $july $january
all_sent duplicates
feed_file organisations.yaml organisations-2026-01-01.csv
expect "organisations sent again" 1 "$(tail -n 1 "$dir/summaries" | jq .total.duplicates)"
settle
told | cmp -s - "$dir/told" || die "a register sent twice changes what is told"
expect "events after a register sent twice" "$head" "$("$fairbank" events --data "$data" --json | wc -l)"
finish

# ---- the shifts first; then the older report alone, which knows of no change; then all ----
engine_of older-first
feed_file shifts.yaml shifts.csv
expect "systems before there is a register" null "$(rows | cut -d' ' -f2 | sort -u)"
expect "who carries organisation.unknown before there is a register" "" "$(unknown)"
sums 183079 9
ods $july
settle
expect "systems by the older report" "RTH QU9 3;RXK QHL 2;RXQ QU9 2;VXX1 null 1;ZZ9 null 1;" "$(rows | cut -d' ' -f1-3 | tr '\n' ';')"
sums 183079 9 # the packs know of the first of April by themselves
ods --changes $changes $july $january
[ "$(of_sent amended)" -ge 200 ] || die "the newer report amended only $(of_sent amended) records"
feed_file organisations.yaml organisations-2026-01-01.csv
settle
same() { told > "$dir/got"; diff "$dir/told" "$dir/got" > "$dir/out" || { head -20 "$dir/out"; die "$1: other figures than with all sent at once"; }; }
same "the older report first"
ods $july # and again, late
all_sent duplicates
settle
same "the older report again"
finish

# ---- the newer report alone, which takes RXK's system for the one that it always had; then all, as a newer reading ----
engine_of newer-first
feed_file organisations.yaml organisations-2026-01-01.csv
ods $january
feed_file shifts.yaml shifts.csv
settle
expect "systems by the newer report" "RTH QU9 3;RXK QUA 2;RXQ QU9 2;VXX1 S0E4D 1;ZZ9 null 1;" "$(rows | cut -d' ' -f1-3 | tr '\n' ';')"
ods --edition 1 --changes $changes $july $january
settle
same "the newer report first"
finish
echo "RESULT 9 shifts on both sides of three changes of system, three orders of sending: £$(rows | awk '{ s += $4 } END { printf "%.2f", s / 100 }') each time; verify $(cut -d: -f1 "$dir/v")"
