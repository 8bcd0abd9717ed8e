#!/bin/sh
# A month closed: accruals as known on its first working day and what became of them, statements between trusts, and a
# self-bill with its correction. A small world by CSV: one collaborative shift, one cancelled, one unapproved timesheet.
. tests/flow/engine.inc
mkdir -p "$dir/in" "$dir/state"
cp tests/data/demo/worker-key "$dir/in/worker-key"
cat > "$dir/in/roster.yaml" <<'EOF'
source:
  name: rth-roster
  trust: RTH
  system: roster
  sends: [timesheets]
file:
  kind: snapshot
  date_time: yyyy-mm-dd HH:MM
  occurred_at: {column: changed}
columns: {request: Request, changed: Changed, date: Date, start: Start, end: End, break: Break, centre: Cost Centre, code: Subjective,
          status: Status, route: Route, agency: Agency, terms: Terms, home: Home Trust, po: Order, pay: Pay, fee: Fee, charge: Cancellation Charge,
          sheet: Timesheet, from: Actual Start, until: Actual End}
shift:
  hirer: {is: RTH}
  cost_centre: centre
  subjective: code
  staff_group: {is: nursing_midwifery}
  grade: {is: "5"}
  start: {date: date, time: start}
  end: {time: end}
  break_min: break
records:
  - kind: booking
    ref: {text: "B{request}"}
    fields:
      state: status
      route: route
      agency: agency
      employer: home
      engagement: terms
      references.finance.purchase_order: po
      rates.plain.worker_pay: pay
      rates.unsocial.worker_pay: pay
      rates.plain.commission: {column: fee, when: [{column: agency, is_not: ""}]}
      rates.unsocial.commission: {column: fee, when: [{column: agency, is_not: ""}]}
      rates.pay_includes_holiday: {is: "yes"}
      rates.complete: {is: "yes"}
      cancel_charge: charge
  - kind: timesheet
    when: [{column: sheet, is_not: ""}]
    ref: {text: "T{request}"}
    fields:
      booking_ref: {text: "B{request}"}
      state: sheet
      worked.start: {date: date, time: from}
      worked.end: {time: until}
EOF
head="Request,Changed,Date,Start,End,Break,Cost Centre,Subjective,Status,Route,Agency,Terms,Home Trust,Order,Pay,Fee,Cancellation Charge,Timesheet,Actual Start,Actual End"
cat > "$dir/in/april.csv" <<EOF
$head
1,2026-03-11 09:00,2026-03-10,08:00,16:00,30,C100,8100,booked,agency,NS,umbrella,,PO-7,18.00,2.00,,approved,08:00,16:00
2,2026-03-13 09:00,2026-03-12,08:00,16:00,30,C100,8100,booked,agency,NS,paye,,PO-7,18.00,2.00,,submitted,08:00,15:00
3,2026-03-13 10:00,2026-03-13,08:00,16:00,30,C100,8100,cancelled,agency,NS,paye,,,18.00,2.00,45.00,,,
4,2026-03-17 09:00,2026-03-16,08:00,16:00,30,C200,8110,booked,collaborative,,,RXQ,,20.00,,,approved,08:00,16:00
5,2026-03-18 09:00,2026-03-17,08:00,16:00,30,C200,8110,booked,bank,,,RTH,,20.00,,,did_not_work,,
6,2026-03-19 09:00,2026-03-18,08:00,16:00,30,C100,8100,booked,agency,NS,paye,,,90.00,9.00,,approved,08:00,16:00
EOF
cat > "$dir/in/may.csv" <<EOF
$head
1,2026-04-14 09:00,2026-03-10,08:00,16:00,30,C100,8100,booked,agency,NS,umbrella,,PO-7,18.00,2.00,,adjusted,08:00,15:00
2,2026-04-14 09:00,2026-03-12,08:00,16:00,30,C100,8100,booked,agency,NS,paye,,PO-7,18.00,2.00,,approved,08:00,15:00
3,2026-04-14 10:00,2026-03-13,08:00,16:00,30,C100,8100,cancelled,agency,NS,paye,,,18.00,2.00,,,,
7,2026-04-14 11:00,2026-03-25,08:00,16:00,30,C100,8100,booked,agency,NS,paye,,,18.00,2.00,,approved,08:00,16:00
EOF
# A worker of RTH's own, sent to RXQ at noon: the timesheet says so, and RXQ pays its half.
sed -e 's/name: rth-roster/name: rth-bank/' -e 's/system: roster/system: bank_provider/' "$dir/in/roster.yaml" > "$dir/in/sent.yaml"
cat >> "$dir/in/sent.yaml" <<'EOF'
      called_out.start: {date: date, time: until}
      called_out.end: {time: end}
      called_out.host: {is: RXQ}
EOF
cat > "$dir/in/sent.csv" <<EOF
$head
1,2026-01-15 09:00,2026-01-14,08:00,16:00,0,C100,8100,booked,bank,,,RTH,,20.01,,,approved,08:00,12:00
EOF
fb() { command=$1; month=$2; shift 2; "$BIN/fairbank" "$command" "$month" "$@" --data "$data"; }
is() { expect "$1" "$2" "$(jq -c "$3" "$dir/out")"; }

# More shifts than a page of the engine's has, in the month before, and so long that a page of 128 fits no frame.
{ echo "$head"; seq 101 400 | awk -v long="$(printf '%060d' 300)" '{ printf "%d,2026-02-27 09:00,2026-02-%02d,08:00,16:00,30," long "," long ",booked,bank,,,RTH," long "/%d,20.00,,,approved,08:00,16:00\n", $1, 1 + $1 % 26, $1 }'; } > "$dir/in/february.csv"

# On 1 April, the first working day: 7.5 h x 20.00 = 150.00 a shift.
on_noon 2026-04-01
start
feed_file roster.yaml february.csv
feed_file roster.yaml april.csv
feed_file sent.yaml sent.csv
settle
fb recharge 2026-01 --json > "$dir/out"
is "what RXQ had of it" '[["RTH","RXQ",8004,8004,240,true,"host to payer","rth-bank/T1"]]' \
    '[.pairs[] | [.creditor, .debtor, .receivable_pence, .payable_pence, .lines[0].paid_minutes, .lines[0].part, .lines[0].owed_by, .lines[0].timesheet]]'
is "the shift is one" '[1,1,16008]' '[.split, .system.shifts, .system.pence]'
jq -c .pairs "$dir/out" > "$dir/sent"
for trust in RTH RXQ; do
    fb recharge 2026-01 --trust $trust --as trust:$trust --json | jq -c .pairs | cmp -s - "$dir/sent" || die "$trust's statement of the part is another"
done
fb recharge 2026-01 > "$dir/table"
grep -q '^1 shift was worked for more than one trust' "$dir/table" || die "the table does not say that a shift was shared"
fb accruals 2026-02 --as-known 2026-04-01 --json > "$dir/out"
is "every page" 300 '.lines | map(.shift) | unique | length'
is "by every page" 300 .total.shifts
cp "$dir/out" "$dir/february.json"
fb accruals 2026-03 --json > "$dir/out"
is "the day of the accrual" '"2026-04-01"' .as_known
is "approved" 104250 .kinds.approved.pence     # 150.00, 150.00 and 742.50
is "unapproved at expected value" 15000 .kinds.unapproved.pence
is "cancellation charges" 4500 .kinds.cancellation.pence
is "what nobody worked is not accrued" 1 .not_accrued.nothing_owed
is "shifts named as explain takes them" '["rth-roster/B1","rth-roster/B2","rth-roster/B3","rth-roster/B4","rth-roster/B6"]' '[.lines[].shift] | sort'
is "groups" '[["C100","8100","agency",108750],["C200","8110","collaborative",15000]]' \
    '[.groups[] | [.cost_centre, .subjective, .route, .total.pence]] | sort'
is "the groups come to the total" true '([.groups[].total.pence] | add) == .total.pence'
"$BIN/fairbank" explain "$(jq -r '.lines[0].shift' "$dir/out")" --data "$data" > "$dir/explained" || die "explain does not take a line's name"
cp "$dir/out" "$dir/accrual.json"
fb accruals 2026-03 --as trust:RXQ --json > "$dir/out"
is "RXQ sees the one that it staffs" '["rth-roster/B4"]' '[.lines[].shift]'
fb accruals 2026-03 --as trust:RYE --json > "$dir/out"
is "RYE sees none" '[]' .lines
fb accruals 2026-03 --csv "$dir/lines.csv" > "$dir/table"
grep -q 'Coverage: 1 payer' "$dir/table" || die "the table does not say who has sent"
expect "rows of the CSV" 6 "$(wc -l < "$dir/lines.csv")"

fb recharge 2026-03 --json > "$dir/out"
is "who owes whom" '[["RXQ","RTH",15000,15000,"rth-roster/B4"]]' '[.pairs[] | [.creditor, .debtor, .receivable_pence, .payable_pence, .lines[0].shift]]'
is "counted once" '{"pence":15000,"shifts":1}' '.system | {pence, shifts}'
for trust in RTH RXQ; do
    fb recharge 2026-03 --trust $trust --json > "$dir/of-$trust"
done
expect "the two statements are one" "$(jq -c .pairs "$dir/of-RTH")" "$(jq -c .pairs "$dir/of-RXQ")"

fb self-bill 2026-03 --supplier NS --out "$dir/run-1.csv" --json > "$dir/out"
is "proposed" '["rth-roster/B1","rth-roster/B3"]' '[.lines[].shift] | sort'
is "held back" '[["rth-roster/B2","no approved timesheet"],["rth-roster/B6","an open breach that no approval answers"]]' '[.held_back[] | [.shift, .why]] | sort'
is "in all, and a fifth of what an umbrella company supplied" '[19500,3000]' '[.total.net_pence, .total.vat_pence]'
is "the documents of each" '[["rth-roster/B1","rth-roster/T1","2026-03"],["rth-roster/B3",null,"2026-03"]]' '[.lines[] | [.shift, .timesheet, .posted]] | sort'
is "by which treatment" '["cancellation","standard-supply"]' '[.lines[].vat_treatment] | sort'
cp "$dir/run-1.csv" "$dir/kept"
fb self-bill 2026-03 --supplier NS --out "$dir/run-1.csv" > /dev/null || die "the same run again is refused"
cmp -s "$dir/run-1.csv" "$dir/kept" || die "the same run has other bytes"
fb self-bill 2026-03 "$dir/run-1.csv" --supplier NS --out "$dir/none.csv" > "$dir/out"
grep -q 'Nothing has changed' "$dir/out" && [ ! -e "$dir/none.csv" ] || die "a correction of nothing was written"
stop
fb accruals 2026-03 --offline --json > "$dir/out"
cmp -s "$dir/out" "$dir/accrual.json" || die "the folder says something else than the engine"
fb accruals 2026-02 --as-known 2026-04-01 --offline --json > "$dir/out"
cmp -s "$dir/out" "$dir/february.json" || die "the folder says something else than the engine's pages"

# Two weeks later: B1 was an hour shorter, B2 was approved an hour shorter, B3 costs nothing after all, B7 came.
on_noon 2026-04-20
start
feed_file roster.yaml may.csv
settle
fb accruals 2026-03 --json > "$dir/out"
cmp -s "$dir/out" "$dir/accrual.json" || die "what was known on 1 April is another now"
fb accruals 2026-03 --reverse --csv "$dir/reversal.csv" --json > "$dir/out"
is "accrued" 123750 .total.accrued.pence
is "accrual - reversal - still open" 0 '.total | .accrued.pence - .reversal.pence - .still_open.pence'
is "each fate" '[["rth-roster/B1","changed",2000],["rth-roster/B2","approved_since",2000],["rth-roster/B3","fell_away",4500],["rth-roster/B4","still_open",0],["rth-roster/B6","still_open",0],["rth-roster/B7","came_since",0]]' \
    '[.lines[] | [.shift, .became, .reversal.pence]] | sort'
is "came since" 15000 .total.came_since.pence
fb accruals 2026-03 --as-known 2026-04-20 --json > "$dir/now"
expect "still open and come since are the accrual of now" "$(jq .total.pence "$dir/now")" "$(jq '.total.still_open.pence + .total.came_since.pence' "$dir/out")"
fb accruals 2026-03 --reverse > "$dir/table"
grep -q 'still open £.* = nought' "$dir/table" || die "the table does not show its proof"

cp "$dir/kept" "$dir/run-1.csv"
fb self-bill 2026-03 "$dir/run-1.csv" --supplier NS --out "$dir/run-2.csv" --json > "$dir/out"
is "the correction" '[["added","rth-roster/B2",13000],["added","rth-roster/B7",15000],["changed","rth-roster/B1",-2000],["taken_back","rth-roster/B3",-4500]]' \
    '[.lines[] | [.change, .shift, .bill.net_pence]] | sort'
is "runs together are what may be paid now" '[41000,2600]' '[.now.net_pence, .now.vat_pence]'
expect "the rows of both runs come to it" 41000 "$(awk -F, 'FNR > 1 && $5 != "total" { n += $13 * 100 } END { printf "%d", n + 0.5 }' "$dir/run-1.csv" "$dir/run-2.csv")"
fb self-bill 2026-03 "$dir/run-1.csv" --supplier NS > "$dir/out"
grep -q '^Self-bill of NS for 2026-03, run 2: 4 rows, net £215.00, VAT -£4.00$' "$dir/out" || { head -1 "$dir/out"; die "what is taken back is not told with its sign before the pound's"; }
fb self-bill 2026-03 "$dir/run-1.csv" "$dir/run-2.csv" --supplier NS > "$dir/out"
grep -q 'Nothing has changed' "$dir/out" || die "there is still something to correct"
fb self-bill 2026-03 --supplier NX --out "$dir/nobody.csv" > "$dir/out" 2> "$dir/err"
grep -q 'no shift of 2026-03 names an agency NX' "$dir/err" && [ ! -e "$dir/nobody.csv" ] || die "an agency that nobody names is passed over"
sed 's/,150.00,/,151.00,/' "$dir/run-1.csv" > "$dir/changed.csv"
rc=0; fb self-bill 2026-03 "$dir/changed.csv" --supplier NS > "$dir/out" 2>&1 || rc=$?
expect "a run that was changed" 1 "$rc"
grep -q "changed.csv:[0-9]*: error: " "$dir/out" || die "the file's place is not named"
rc=0; fb self-bill 2026-03 "$dir/run-1.csv" --supplier NS --out "$dir/run-1.csv" > "$dir/out" 2>&1 || rc=$?
expect "writing over a run" 1 "$rc"
cmp -s "$dir/run-1.csv" "$dir/kept" || die "a run was written over"

# The first close asks for no earlier month, and says which stay open; from it on months close in order.
"$BIN/fairbank" period close 2026-03 --role finance_director --reason "month end" --json --data "$data" > "$dir/out" || die "March was not closed"
is "the month that is closed" '"2026-03"' .closed
is "what the first close leaves open" '"2026-03 of every trust is closed by finance_director; months before it have figures and stay open: 2026-01, 2026-02; months close in order only from the first that was closed on"' .said
stop
echo "RESULT a month closed: accruals, their reversal, one statement from both sides, two runs of a self-bill"
