#!/bin/sh
# Lines of invoices by file: matched with booking, confirmation and timesheet, counted as invoiced and paid, listed, explained, taken
# back; a line for several shifts is shared out, what was paid twice is paid, and people say what they have to about a line; across a
# kill -9 and a replay the same.
. tests/flow/engine.inc
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
# Three shifts of one order: what their supplier asks for them together.
sed -i 's/^\(DE3000056\|DE3000261\|DE3000413\);PO-[0-9]*;/\1;PO-ORDER-9;/' "$dir/in/made-up/rth-portal-2026-03-16.csv"
cat > "$dir/in/orders.csv" <<'END'
Supplier,Invoice No,Line,Invoice Date,Document,Credits Invoice,PO Number,Duty Id,Shift Date,To Date,Hours,Rate,Grade,Net,VAT,VAT Code,Status,Dispute Reason,Last Changed
AG03,ORDER-1,1,02/04/2026,INV,,PO-ORDER-9,,16/03/2026,20/03/2026,,,,1000.01,,,Paid,,02/04/2026 09:00
AG03,ORDER-2,1,03/04/2026,INV,,PO-ORDER-9,,16/03/2026,20/03/2026,,,,500.00,,,Paid,,03/04/2026 09:00
AG03,ORDER-3,1,02/04/2026,CRN,ORDER-1,PO-ORDER-9,,16/03/2026,20/03/2026,,,,-100.00,,,Passed,,02/04/2026 09:00
AG03,ORDER-4,1,02/04/2026,INV,,PO-NOWHERE,,16/03/2026,20/03/2026,,,,75.00,,,Passed,,02/04/2026 09:00
END
fb() { "$BIN/fairbank" "$@" --data "$data"; }
list() { fb invoices --json "$@" > "$dir/invoices"; }
field() { jq -r --arg ref "$1" ".[] | select(.reference == \$ref) | .$2" "$dir/invoices"; }
is() { # reference, state, what differs, what cannot be said
    expect "the state of $1" "$2" "$(field "$1" state)"
    expect "what differs in $1" "${3:-null}" "$(field "$1" differs)"
    expect "what cannot be said of $1" "${4:-null}" "$(field "$1" unsaid)"
}
total() { fb spend --stage "$1" --by trust --json | jq '[.rows[].pence] | add // 0'; }
open_of() { fb findings --rule "$1" --json --limit 1000 | wc -l; }

start
# The ledger is first with them: nothing is held yet that they could be for.
feed_file ledger/rth-ledger.yaml ledger/rth-ledger-2026-03-30.csv
settle
list
expect "lines" 16 "$(jq length "$dir/invoices")"
expect "lines that nothing is held for" 16 "$(jq '[.[] | select(.state == "unmatched")] | length' "$dir/invoices")"
expect "findings" 16 "$(open_of invoice.unmatched)"
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
feed_file mappings/agencies.yaml made-up/agencies-2026-03-01.csv
feed_file mappings/rth-roster.yaml made-up/rth-roster-2026-03-16.csv
feed_file mappings/rth-portal.yaml made-up/rth-portal-2026-03-16.csv
settle
list
is AG02/MADE-UP-0001/1 matched
is AG02/MADE-UP-0001/2 part_matched '' amount
is AG02/MADE-UP-0002/1 part_matched 'hours, amount'
is AG03/MADE-UP-0003/1 part_matched 'rate, amount'
expect "what is too much" 2268 "$(field AG02/MADE-UP-0002/1 difference_pence)"
duplicate=$(jq -r '.[] | select(.state == "duplicate") | .invoice' "$dir/invoices")
expect "the duplicate" MADE-UP-0008 "$duplicate"
expect "credited wholly" 0 "$(jq -r '.[] | select(.invoice == "MADE-UP-0005") | .charged_pence' "$dir/invoices")"
asked=$(jq '[.[] | select(.billing != "credit" or .state == "unmatched") | select(.state != "withdrawn") | .charged_pence] | add' "$dir/invoices")
fb invoices > "$dir/out"
grep -q "^16 lines ask £$(echo "$asked" | sed -e 's/..$/.&/' -e 's/^\([0-9]\)\([0-9]\{3\}\)\./\1,\2./'), less what is given back; .*, and for 3 of them" "$dir/out" || { tail -1 "$dir/out"; die "the foot is not $asked pence: what is given back is taken off once"; }
expect "wrong band" band "$(jq -r '.[] | select(.invoice == "MADE-UP-0009") | .differs' "$dir/invoices")"
expect "still unmatched" MADE-UP-0010 "$(jq -r '.[] | select(.state == "unmatched") | .invoice' "$dir/invoices")"
expect "by its purchase order" matched "$(jq -r '.[] | select(.invoice == "MADE-UP-0013") | .state' "$dir/invoices")"
expect "no timesheet yet" confirmation "$(jq -r '.[] | select(.invoice == "MADE-UP-0014") | .unsaid' "$dir/invoices")"
expect "another supplier" agency "$(jq -r '.[] | select(.invoice == "MADE-UP-0015") | .differs' "$dir/invoices")"
for rule in overcharged:2 duplicate:1 off_rate:1 wrong_band:1 unmatched:1; do
    expect "findings of invoice.${rule%:*}" "${rule#*:}" "$(open_of "invoice.${rule%:*}")"
done

# What counts is invoiced, and what the ledger paid is paid: the list's own sum, without duplicates and what nothing is held for.
invoiced=$(jq '[.[] | select(.state != "duplicate" and .state != "unmatched" and .billing != "credit") | .charged_pence] | add' "$dir/invoices")
expect "invoiced" "$invoiced" "$(total invoiced)"
paid=$(jq '[.[] | select(.finance_state == "paid") | .charged_pence] | add' "$dir/invoices")
expect "paid" "$paid" "$(total paid)"
expect "told as spend" "$invoiced" "$(fb events --kind spend.posted --json --limit 100000 | jq -s '[.[] | select(.stage == "invoiced" and (.measure // "pence") == "pence") | .delta_pence] | add')"

# Why: the four documents.
shift=$(field AG02/MADE-UP-0002/1 shift)
fb explain "$shift" > "$dir/why"
for words in 'The invoice asks £350.00 for 7 h 30' 'by the timesheet 6 h 50 were worked' 'by the rates of booking and confirmation' '£22.68 too much'; do
    grep -q "$words" "$dir/why" || { cat "$dir/why"; die "explain does not say '$words'"; }
done
fb explain rth-ledger/AG02/MADE-UP-0002/1 | grep -q 'Invoice MADE-UP-0002 of AG02' || die "a line is not explained by itself"
fb findings --rule invoice.overcharged | grep -q 'too much' || die "the list of findings does not say how much"

# Filters, roles, the folder of an engine at rest.
list --state part_matched --supplier AG02
[ "$(jq length "$dir/invoices")" -ge 2 ] && [ "$(jq '[.[] | select(.supplier != "AG02" or .state != "part_matched")] | length' "$dir/invoices")" = 0 ] || die "the filters let others through"
list --month 2026-04
expect "lines of another month" 0 "$(jq length "$dir/invoices")"
list --as trust:RXQ
expect "another trust's" 0 "$(jq length "$dir/invoices")"
rc=0; fb invoices --state odd 2> "$dir/out" || rc=$?
expect "a state that there is not" 2 "$rc"

# Killed and started again; then the file is taken back.
list; cp "$dir/invoices" "$dir/before"
crash
start
list
cmp -s "$dir/before" "$dir/invoices" || die "after a kill -9 the lines are others"
worked=$(total worked)
batch=$(fb batches --json --limit 100 | jq -r '.[].batch' | grep rth-ledger)
fb withdraw --batch "$batch" --as trust:RTH --reason "another ledger's file" > /dev/null
settle
i=0
until [ "$(total invoiced)" = 0 ]; do i=$((i + 1)); [ $i -lt 100 ] || die "what was invoiced is not taken back"; sleep 0.1; done
expect "worked, which is nobody's invoice" "$worked" "$(total worked)"
expect "open findings about invoices" 0 "$(( $(open_of invoice.overcharged) + $(open_of invoice.duplicate) + $(open_of invoice.unmatched) ))"
list --state withdrawn
expect "lines withdrawn" 16 "$(jq length "$dir/invoices")"

# An order of three shifts in one line, less what is given back: shared out to the penny. It was asked, and paid, once more.
latest=$(total latest)
feed_file ledger/rth-ledger.yaml orders.csv
settle
list
is AG03/ORDER-2/1 duplicate "$(field AG03/ORDER-2/1 differs)" "$(field AG03/ORDER-2/1 unsaid)"
expect "what is left of the order's line" 90001 "$(field AG03/ORDER-1/1 charged_pence)"
expect "invoiced, shared out" 90001 "$(total invoiced)"
expect "paid, and paid again" 140001 "$(total paid)"
[ "$(total latest)" -lt $((latest + 90001)) ] || die "what was paid twice became a cost of the shifts"
expect "findings of what was paid twice" 3 "$(open_of invoice.duplicate)"
expect "pence of them" 50000 "$(fb findings --rule invoice.duplicate --json --limit 100 | jq -s '[.[].pence] | add')"
fb findings --rule invoice.duplicate | grep -q 'was paid for more than once' || die "the list does not say that it was paid"
fb explain rth-ledger/AG03/ORDER-1/1 > "$dir/why"
expect "parts that are told" 3 "$(grep -c 'of it falls to rth-' "$dir/why")"
grep -q 'shared out among them by what each is expected to come to' "$dir/why" || { cat "$dir/why"; die "explain does not say by what rule"; }
fb invoices --supplier AG03 --state unmatched > "$dir/why"
grep -q '^1 line asks £75.00' "$dir/why" || { tail -2 "$dir/why"; die "one line is not told as one"; }

# What is said about a line that nothing is held for.
line=rth-ledger/AG03/ORDER-4/1
fb finding reply "$line" invoice.unmatched --by RTH-FINANCE --text "no such order was made" > "$dir/out"
fb finding snooze "$line" invoice.unmatched --until "$(date -d '+30 days' +%Y-%m-%dT09:00)" --owner RTH-FINANCE --by RTH-FINANCE --text "asked" >> "$dir/out"
rc=0; fb finding close "$line" invoice.unmatched --verdict upheld --text "not owed" --by RTH-FINANCE 2> "$dir/out" || rc=$?
expect "a trust closes its own" 2 "$rc"
rc=0; fb finding reply "$line" invoice.overcharged --text "x" --by RTH-FINANCE 2> "$dir/out" || rc=$?
expect "a rule that it did not break" 1 "$rc"
rc=0; fb approve ask --booking "$line" --rules invoice.unmatched --asked-by RTH-FINANCE --reason x 2> "$dir/out" || rc=$?
expect "no permission is asked for a line" 2 "$rc"
grep -q 'for its supplier to mend' "$dir/out" || { cat "$dir/out"; die "why not is not said"; }
settle
fb findings --rule invoice.unmatched --all --json > "$dir/out"
expect "the trust's words" "no such order was made" "$(jq -r .reply "$dir/out")"
expect "put off" "snoozed, replied" "$(jq -r .life "$dir/out")"
fb explain "$line" | grep -q 'The trust (RTH-FINANCE) replied about invoice.unmatched' || die "explain does not say who replied"
fb finding close "$line" invoice.unmatched --verdict upheld --text "not owed" --by CONTROLS-1 --as controls > "$dir/out"
settle
for step in replied snoozed closed; do
    expect "finding.$step is told" 1 "$(fb events --kind finding.$step --json --limit 1000 | wc -l)"
done
list; cp "$dir/invoices" "$dir/before"
crash
start
list
cmp -s "$dir/before" "$dir/invoices" || die "after a kill -9 the shared lines are others"
expect "paid after a kill -9" 140001 "$(total paid)"
stop
fb verify > "$dir/out" || { cat "$dir/out"; die "verify finds a difference"; }
fb invoices --offline --json > "$dir/folder"
cmp -s "$dir/invoices" "$dir/folder" || die "the folder says otherwise than the engine"
echo "RESULT 16 lines: £$((invoiced / 100)) invoiced, £$((paid / 100)) paid; matched after their bookings came, and taken back; 3 shifts of an order share £900.01, £500 paid twice; verify equal"
