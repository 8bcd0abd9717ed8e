#!/bin/sh
# Exceptions, findings' lives and people, with the real programs: a grant by telephone at 3 a.m. lapses by the clock unless its
# grantor confirms it by a link, once; what people do about a finding is kept; who read about a worker is written down before it
# is told; a worker is forgotten, and no pseudonym stands anywhere in the data folder; a draft rule is tried on what is held.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
cli() { # as if on the day on which the engine's clock stands
    # shellcheck disable=SC2086
    ${engine_env:-} "$fairbank" "$@"
}
refused() { # words in the error, command...
    words=$1; shift
    rc=0; "$@" >"$dir/out" 2>"$dir/err" || rc=$?
    [ $rc -ne 0 ] || die "$* was not refused"
    grep -q -- "$words" "$dir/err" || { cat "$dir/err"; die "$* does not say '$words'"; }
}
approve() { what=$1; shift; cli approve "$what" --data "$data" "$@"; }
finding() { what=$1; shift; cli finding "$what" --data "$data" "$@"; }
of_list() { approve list --as controls --json | jq -r ".approvals[] | select(.number == $1) | .$2 // \"-\""; }

# ---- two days ago: the demo's trusts, and what was found ----
on_noon "$(day -2)"; start
feed_all; settle
[ "$(stat -c '%a %s' "$data/worker.key")" = "600 32" ] && [ "$(stat -c '%a %s' "$data/link.key")" = "600 32" ] || die "the keys are not their owner's"
rule=agency.off_framework
cli findings --data "$data" --trust RTH --rule $rule --json > "$dir/found"
name() { sed -n "$1p" "$dir/found" | jq -r '"\(.source)/\(.booking)"'; }
[ "$(wc -l < "$dir/found")" -ge 4 ] || die "the demo has too few findings of $rule"

# ---- asked for, refused, granted; by telephone at 3 a.m. ----
refused 'say why' approve ask --booking "$(name 1)" --rules $rule
refused 'say which booking' approve ask --rules $rule --reason x
refused 'which rules' approve ask --booking "$(name 1)" --reason x
approve ask --booking "$(name 4)" --rules $rule --reason 'no other cover' --asked-by RTH-WARD-7 --json > "$dir/asked"
approve refuse --by RTH-CE --reason 'cover was found' "$(jq -r .approval "$dir/asked")" > "$dir/out" || die "what was asked for was not refused"
expect "what was refused" refused "$(of_list "$(jq .number "$dir/asked")" became)"
refused 'was refused: ask anew' approve grant --by RTH-COO --role executive_director "$(jq -r .approval "$dir/asked")"
expect "its reference in the list" "$(jq -r .approval "$dir/asked")" "$(of_list "$(jq .number "$dir/asked")" reference)"
refused 'somebody else than its grantor' approve grant --booking "$(name 1)" --rules $rule --by RTH-COO --role executive_director --telephone \
    --recorded-by RTH-COO --reason x
by_telephone() { # booking
    approve grant --booking "$1" --rules $rule --by RTH-COO --role executive_director --telephone --recorded-by RTH-SITE-1 \
        --at "$(day -2)T03:00" --reason 'theatre cover, asked at 3 a.m.' --json | jq .number
}
first=$(by_telephone "$(name 1)"); second=$(by_telephone "$(name 2)")
expect "a grant by telephone" provisional "$(of_list "$first" became)"
[ "$(of_list "$first" deadline)" != - ] || die "a provisional grant has no deadline"
expect "findings answered for now" 2 "$(cli findings --data "$data" --rule $rule --answered provisional --json | wc -l)"
ends_with() { # status, command...
    wanted=$1; shift
    rc=0; "$@" >"$dir/out" 2>"$dir/err" || rc=$?
    [ $rc -eq "$wanted" ] || { cat "$dir/out" "$dir/err"; die "$* ended with $rc, not $wanted"; }
}
ends_with 3 approve grant --booking "$(name 3)" --rules $rule --by RXQ-COO --role executive_director --reason x
grep -q 'does not count: it stands as not entitled, because ' "$dir/err" && ! grep -q 'is granted' "$dir/out" || { cat "$dir/out" "$dir/err"; die "a grant that does not count is not told as one"; }
ends_with 3 approve grant --booking "$(name 3)" --rules $rule --by RXQ-COO --role executive_director --reason x --json
wrong=$(jq .number "$dir/out")
expect "a grant by another trust's executive" "not_entitled false" "$(jq -r '"\(.became) \(.counts)"' "$dir/out")"
expect "the same in the list" not_entitled "$(of_list "$wrong" became)"
ends_with 3 approve grant --booking "$(name 3)" --rules no.such_rule --by RTH-COO --role executive_director --reason x
grep -q "no rule 'no.such_rule'" "$dir/err" || die "a rule that nobody knows is not named"
ends_with 1 approve ask --booking no-such-booking --rules $rule --reason x
refused 'at most 92 days' approve ask --trust RTH --route agency --rules $rule --from 2026-01-01 --until 2026-12-01 --reason x

# ---- confirmed by link: by its grantor, once ----
refused 'ask with --as' approve link "$first"
refused 'of another trust' approve link "$first" --as trust:RXQ
refused 'not provisional' approve link "$wrong" --as controls --asker CONTROLS-1
refused 'nobody confirms their own' approve link "$first" --as trust:RTH --asker RTH-SITE-1
link=$(approve link "$first" --as trust:RTH --json | jq -r .link)
refused 'only who granted it' approve confirm "$link" --by RTH-CE
refused 'only who granted it' approve confirm "$link" --by RTH-SITE-1
refused 'somebody changed it' approve confirm "$(echo "$link" | sed 's/^\(.\{30\}\)./\1_/; t')" --by RTH-COO
refused 'not the whole of one' approve confirm "$(echo "$link" | cut -c1-100)" --by RTH-COO
approve confirm "$link" --by RTH-COO > "$dir/out" || die "the grantor could not confirm"
grep -q 'is confirmed by RTH-COO' "$dir/out" || die "confirming does not say what was confirmed"
refused 'used already' approve confirm "$link" --by RTH-COO
expect "one is answered, one for now" "1 1" "$(cli findings --data "$data" --rule $rule --answered retrospective --json | wc -l) $(cli findings --data "$data" --rule $rule --answered provisional --json | wc -l)"
kept=$(approve link "$second" --as controls --json | jq -r .link)
expect "the month's provisional ones" 1 "$(approve list --as trust:RTH --month "$(day -2 | cut -c1-7)" --json | jq '.months[] | select(.trust == "RTH") | .provisional')"
stop

# ---- today: the other has lapsed, by the clock alone ----
on_noon "$(day 0)"; start; settle
i=0; until [ "$(of_list "$second" became)" = lapsed ] && cli events --data "$data" --kind approval.lapsed --json | grep -q .; do
    i=$((i + 1)); [ $i -lt 100 ] || die "a grant that nobody confirmed did not lapse"; sleep 0.1
done
refused 'expired' approve confirm "$kept" --by RTH-COO
refused 'not provisional' approve link "$second" --as controls --asker CONTROLS-1
expect "findings answered for now, after the lapse" 0 "$(cli findings --data "$data" --rule $rule --answered provisional --json | wc -l)"
rc=0; approve withdraw "$second" --by RTH-CE --reason 'never mind' >"$dir/out" 2>"$dir/err" || rc=$?
[ $rc -eq 3 ] && grep -q 'stands as lapsed, because it was withdrawn only after that' "$dir/err" || { cat "$dir/out" "$dir/err"; die "a lapse was withdrawn ($rc)"; }
expect "what lapsed, after its withdrawal" lapsed "$(of_list "$second" became)"
expect "the month's lapsed ones, after the withdrawal" 1 "$(approve list --as trust:RTH --month "$(day -2 | cut -c1-7)" --json | jq '.months[] | select(.trust == "RTH") | .lapsed')"
rc=0; approve grant --booking "$(name 3)" --rules $rule,booking.overlap --by RTH-COO --role executive_director \
    --at 2099-01-01T09:00 --reason x >"$dir/out" 2>"$dir/err" || rc=$?
[ $rc -eq 3 ] && grep -q 'its grant is dated 2099-01-01 09:00 London time, and counts from then on' "$dir/err" || { cat "$dir/err"; die "a grant of a later day ($rc)"; }
grep -q 'no open finding of booking.overlap' "$dir/err" && ! grep -q "no open finding of $rule" "$dir/err" || { cat "$dir/err"; die "what a grant does not answer"; }
expect "events of the lapse" 1 "$(cli events --data "$data" --kind approval.lapsed --json | wc -l)"

# ---- what people do about a finding ----
b=$(name 2)
refused 'who does it' finding acknowledge "$b" $rule
refused 'needs --owner' finding assign "$b" $rule --by RTH-STAFFING
refused 'takes no --verdict' finding note "$b" $rule --by RTH-STAFFING --text x --verdict upheld
refused 'no finding of rule' finding note "$b" no.such_rule --by RTH-STAFFING --text x
finding acknowledge "$b" $rule --by RTH-STAFFING > "$dir/out"
finding assign "$b" $rule --owner RTH-WARD-7 --by RTH-STAFFING > "$dir/out"
finding note "$b" $rule --text 'asked the agency' --by RTH-WARD-7 > "$dir/out"
finding snooze "$b" $rule --until "$(day +3)T09:00" --owner RTH-WARD-9 --text 'their list comes then' --by RTH-STAFFING > "$dir/out"
finding reply "$b" $rule --text 'the place was renewed' --by RTH-CPO > "$dir/out"
refused 'with --as controls' finding challenge "$b" $rule --text 'from which day?' --by RTH-CPO --as trust:RTH
refused 'more than a year away' finding snooze "$b" $rule --until "$(day +400)T09:00" --owner RTH-WARD-9 --text x --by RTH-STAFFING
refused 'is over already' finding snooze "$b" $rule --until 2026-01-01T09:00 --owner RTH-WARD-9 --text x --by RTH-STAFFING
finding challenge "$b" $rule --text 'from which day?' --by CONTROLS-1 --as controls > "$dir/out"
settle
expect "whose it is, and what was said" "RTH-WARD-9 the place was renewed from which day? $(day +3)" \
    "$(cli findings --data "$data" --rule $rule --owner RTH-WARD-9 --json | jq -r '"\(.owner) \(.reply) \(.challenge) \(.snoozed_until[:10])"')"
cli findings --data "$data" --rule $rule --owner RTH-WARD-9 | tr -s ' \n' ' ' | grep -q 'The trust replied: the place was renewed' || die "the table does not show the reply"
cli findings --data "$data" --rule $rule --owner RTH-WARD-9 | tr -s ' \n' ' ' | grep -q "snoozed until $(day +3)T09:00 for RTH-WARD-9: " || die "the table does not say until when, and for whom, it is put off"
cli findings --data "$data" --rule $rule --owner RTH-WARD-9 | head -n 1 | grep -q '^Open findings and snoozed ones' || die "a list with one that is snoozed is headed as without"
cli findings --data "$data" --rule $rule --limit 500 > "$dir/out"
grep -q '^1 snoozed is left out: --snoozed$' "$dir/out" || { tail -3 "$dir/out"; die "that one is snoozed is not said"; }
expect "the snoozed one, when it is asked for" "their list comes then" "$(cli findings --data "$data" --rule $rule --snoozed --json | jq -r '.snoozed_because // empty')"
cli explain --data "$data" --as controls "$b" --json | jq -r '.sentences[]' > "$dir/out"
! grep -q ' $' "$dir/out" || die "a sentence ends with a blank"
grep -q "^RTH-STAFFING acknowledged $rule on .* at [0-9:]*\.\$" "$dir/out" || { cat "$dir/out"; die "explain does not tell who acknowledged it"; }
grep -q "^The trust (RTH-CPO) replied about $rule on .* at [0-9:]*: the place was renewed\.\$" "$dir/out" || { cat "$dir/out"; die "explain does not tell the reply"; }
grep -q '^The controls team (CONTROLS-1) challenged ' "$dir/out" || die "explain does not tell the challenge"
refused 'with --as controls' finding close "$b" $rule --verdict upheld --text 'charged back' --by CONTROLS-1
open=$(cli findings --data "$data" --trust RTH --rule $rule --snoozed --json | wc -l)
finding close "$b" $rule --verdict upheld --text 'charged back' --by CONTROLS-1 --as controls > "$dir/out"
finding close "$(name 3)" $rule --verdict no_case --text 'the list was late' --by CONTROLS-1 --as controls > "$dir/out"
settle
expect "open findings without those that were closed" "$((open - 2)) $open" \
    "$(cli findings --data "$data" --trust RTH --rule $rule --json | wc -l) $(cli findings --data "$data" --trust RTH --rule $rule --all --json | wc -l)"
cli findings --data "$data" --by rule > "$dir/out"
grep -q '^Open findings, without those that were closed' "$dir/out" || die "the heading does not say which findings are counted"
refused 'use acknowledged, assigned, snoozed' cli findings --data "$data" --life nonsense
expect "the worst first" "breach" "$(cli findings --data "$data" --json --limit 300 | jq -r .severity | awk 'BEGIN { r["breach"] = 4; r["warn"] = 3; r["cannot_say"] = 2; r["note"] = 1; was = 4 } r[$1] > was { print "not in order"; exit } NR == 1 { first = $1 } { was = r[$1] } END { print first }')"
expect "what is closed" "no_case upheld" "$(cli findings --data "$data" --rule $rule --life closed --json | jq -r .verdict | sort | tr '\n' ' ' | sed 's/ $//')"
for kind in acknowledged assigned noted snoozed replied challenged; do
    expect "events finding.$kind" 1 "$(cli events --data "$data" --kind finding.$kind --json | wc -l)"
done
finding snooze "$(name 3)" $rule --until "$(day +2)T09:00" --owner RTH-WARD-7 --text 'late' --by RTH-STAFFING > "$dir/out" 2> "$dir/err"
grep -q 'was closed before as "no case"; it stays closed' "$dir/err" || { cat "$dir/err"; die "that it was closed before is not said"; }
grep -q ': snoozed by RTH-STAFFING ' "$dir/out" || { cat "$dir/out"; die "what was done is not said as done"; }
expect "events finding.closed" 2 "$(cli events --data "$data" --kind finding.closed --json | wc -l)"

# ---- a draft on what is held, and precision by what was closed ----
cat > "$dir/draft.yaml" <<'YAML'
rules:
  - name: draft.any_agency
    title: "A shift went to an agency."
    routes: [agency]
    staff_groups: all
    from: 2020-01-01
    date_fact: shift_day
    when: {route: agency}
    then: {severity: note, audience: controls}
    because: "a draft of this test"
    status: made_up
    source: "made up for this test"
YAML
rows() { sha256sum < "$data/data.mdb"; }
before=$(rows)
"$fairbank" rules backtest "$dir/draft.yaml" --data "$data" --json > "$dir/backtest" 2>"$dir/err" || { cat "$dir/err"; die "the draft was not tried"; }
expect "a backtest writes nothing" "$before" "$(rows)"
expect "what the draft changes" "draft.any_agency new" "$(jq -r '.rules[] | "\(.rule) \(.draft)"' "$dir/backtest")"
[ "$(jq '.rules[0].would_raise' "$dir/backtest")" -gt 100 ] && [ "$(jq '.rules[0].raised_now' "$dir/backtest")" = 0 ] || die "the draft raised nothing"
expect "its cells add up" "$(jq '.rules[0].would_raise' "$dir/backtest")" "$(jq '[.cells[].would_raise] | add' "$dir/backtest")"
expect "verdicts on findings of other rules" "0 0 0" "$(jq -r '.precision | "\(.closed) \(.upheld) \(.no_case)"' "$dir/backtest")"
expect "what was tried" "$dir/draft.yaml" "$(jq -r .draft "$dir/backtest")"
[ "$(jq -r .against "$dir/backtest")" != "$dir/draft.yaml" ] || die "a draft is tried against itself"
cp -r rules/england "$dir/england"
sed -i '/name: agency.off_framework/,/severity:/s/title: .*/title: "Another title."/; /name: agency.off_framework/,/severity:/s/severity: [a-z]*/severity: note/' "$dir/england/assurance/"*.yaml
"$fairbank" rules backtest "$dir/england" --data "$data" --json > "$dir/own" 2>"$dir/err" || { cat "$dir/err"; die "a changed rule was not tried"; }
expect "precision of a rule that the draft changes" "2 1 1" "$(jq -r '.precision | "\(.closed) \(.upheld) \(.no_case)"' "$dir/own")"
"$fairbank" rules backtest "$dir/england" --data "$data" > "$dir/out"
grep -q 'too few to say how often' "$dir/out" || { cat "$dir/out"; die "a percentage of two verdicts"; }
sed 's/severity: note/severity: dreadful/' "$dir/draft.yaml" > "$dir/wrong-draft.yaml"
refused "^$dir/wrong-draft.yaml:[0-9]*: error" "$fairbank" rules backtest "$dir/wrong-draft.yaml" --data "$data"
expect "examples" 20 "$(jq '.examples | length' "$dir/backtest")"
cli explain --data "$data" "$(jq '.examples[0].number' "$dir/backtest")" > "$dir/out" || die "an example cannot be explained"
"$fairbank" rules backtest "$dir/draft.yaml" --data "$data" --export --json > "$dir/export"
jq -e '[.cells[] | select(.shifts == null)] | length > 0 and all(.suppressed and .would_raise == null and .raised_now == null)' "$dir/export" > /dev/null ||
    die "an export shows figures beside a row that is left out"
jq -e 'del(.left_out) | [.. | numbers | select(. > 0 and . < 5)] | length == 0' "$dir/export" > /dev/null || { cat "$dir/export"; die "an export shows small numbers"; }
jq -e '([.cells[].would_raise | numbers] | add) as $cells | ([.cells[].shifts | numbers] | add) as $shifts |
    ([.rules[].would_raise | numbers] | add) == $cells and .raised == $shifts' "$dir/export" > /dev/null ||
    { cat "$dir/export"; die "what an export leaves out is the difference of its totals"; }
"$fairbank" rules backtest "$dir/draft.yaml" --data "$data" --export | grep -q '^For export: [0-9]* figures of fewer than 5 shifts were left out' || die "an export does not say what it left out"
expect "a spend for export" 0 "$("$fairbank" spend --data "$data" --export --json | jq '[.rows[] | select(.shifts != null and .shifts < 5)] | length')"
"$fairbank" rules check rules/england rules/thames-valley --data "$data" > "$dir/out" || die "the rules are not sound"
grep -q '^warning: rule .* raised nothing on the' "$dir/out" || die "no rule is told that never fired"
expect "warnings, and lines that are warnings" "$(grep -c '^warning: \|: warning: ' "$dir/out")" "$(sed -n 's/^sound: .* \([0-9]*\) warnings*$/\1/p' "$dir/out")"

# ---- who reads about a worker is written down; the worker is forgotten ----
staff=$(sed -n 2p "$dir/in/made-up/workers-2026-03-01.csv" | cut -d, -f1)
token=$("$BIN/pseudonym" "$dir/in/worker-key" "$staff")
nowhere() { # what, text
    ! grep -rqaF "$2" "$data" || die "$1 stands in the data folder"
}
nowhere "a pseudonym" "$token"; nowhere "half a pseudonym" "${token#*.}"; nowhere "a staff number" "$staff,"
refused 'ask with --as' cli worker --data "$data" "$token"
refused 'no such worker' cli worker --data "$data" --as controls "${token%?}0x"
cli worker --data "$data" --as controls --asker CONTROLS-1 "$token" > "$dir/worker" || die "a worker was not told of"
grep -q '^Check: identity, valid' "$dir/worker" && grep -q '^Shifts at ' "$dir/worker" || { cat "$dir/worker"; die "what is held of a worker was not told"; }
number=$(sed -n 's/^Worker number \([0-9]*\).*/\1/p' "$dir/worker")
refused 'no such worker' cli worker --data "$data" --as trust:RZZ "$number"
overlap=$(cli findings --data "$data" --rule booking.overlap --json --limit 1 | jq .number)
cli explain --data "$data" --as controls --asker CONTROLS-1 "$overlap" | grep -q 'Around it: a booking at R' || die "controls is not told what an overlap rests on"
cli explain --data "$data" --asker NOBODY-1 "$overlap" > "$dir/out"
for ref in $(cli findings --data "$data" --rule booking.overlap --json --limit 8 | jq -r '"\(.source)/\(.booking)"'); do
    cli explain --data "$data" --as controls --asker CONTROLS-2 "$ref" | grep -q 'Around it: a booking at R' || die "controls is not told what the overlap of $ref rests on"
done
grep -q '^- Around it: .*at another trust' "$dir/out" || die "somebody else is not told that there is something"
! grep -q 'Around it: a booking at R' "$dir/out" || die "another trust was named to nobody in particular"
audit() { cli audit --data "$data" --as admin --json "$@"; }
expect "who asked for a link, also in vain" 1 "$(audit | jq -r 'select(.question == "approve link" and .asker == "RTH-SITE-1") | .asker' | wc -l)"
refused 'ask with --as' cli audit --data "$data" --as trust:RTH
expect "who read about the worker" "trust:RZZ worker;controls worker;" "$(audit --worker "$number" | jq -r 'select(.seq) | "\(.as) \(.question)"' | tr '\n' ';')"
expect "who had the overlap explained, by its number and by its reference" "CONTROLS-2 controls explain;NOBODY-1 - explain;CONTROLS-1 controls explain;" \
    "$(audit | jq -r "select(.number == $overlap) | \"\(.asker) \(.as // \"-\") \(.question)\"" | tr '\n' ';')"
expect "what nobody in particular is told of workers" 0 \
    "$(cli findings --data "$data" --rule booking.overlap --json | jq -r 'select(.why | startswith("What it rests on is of a worker") | not) | .why' | wc -l)"
expect "that they are told of nothing is not kept" 0 "$(audit | jq -r 'select(.question == "findings") | .seq' | wc -l)"
cli findings --data "$data" --rule booking.overlap --as controls --asker CONTROLS-9 --limit 5 --json > "$dir/out"
expect "findings that the controls team reads" 0 "$(jq -r 'select(.why | startswith("What it rests on is of a worker")) | .why' < "$dir/out" | wc -l)"
[ "$(audit | jq -r 'select(.question == "findings" and .asker == "CONTROLS-9") | .findings' | head -n 1)" -ge 5 ] || die "who read findings about workers is not kept"
cli prove "$overlap" --data "$data" --as controls --asker CONTROLS-3 > "$dir/out" || die "nothing was proved of $overlap"
refused 'body of an entry' cli prove "$overlap" --body --data "$data" --as finance --asker CONTROLS-3
expect "that a proof without the body tells of nobody" 0 "$(audit | jq -r 'select(.question == "prove") | .seq' | wc -l)"
cli prove "$overlap" --body --data "$data" --as controls --asker CONTROLS-3 > "$dir/out" || die "nothing was proved of $overlap with its body"
expect "who read the body of an entry about a worker" "CONTROLS-3 controls true" "$(audit | jq -r 'select(.question == "prove") | "\(.asker) \(.as) \(.worker > 0 and .record > 0)"')"
refused 'only the administrator' cli forget --data "$data" --as controls --reason x "$token"
refused 'say why' cli forget --data "$data" --as admin "$token"
cli forget --data "$data" --as admin --reason 'asked for, request 118' "$token" > "$dir/out" || die "a worker was not forgotten"
grep -q "^Worker number $number is forgotten" "$dir/out" && grep -q '^Removed: 1 pseudonym ' "$dir/out" && grep -q '^Kept: ' "$dir/out" || { cat "$dir/out"; die "forgetting does not say what it did"; }
refused 'no such worker' cli worker --data "$data" --as controls "$token"
refused 'forgotten already' cli forget --data "$data" --as admin --reason x "$token"
nowhere "the pseudonym of who was forgotten" "$token"
expect "a forgetting that was done, and one in vain" "false true" "$(audit | jq -r 'select(.question == "forget") | .done' | tr '\n' ' ' | sed 's/ $//')"
expect "the event says nobody's name" "worker.forgotten" "$(cli events --data "$data" --kind worker.forgotten --json | jq -r .type)"
cli status --data "$data" --json | jq -e '[.sources[] | select(.bookings)] | length > 0 and all(.with_worker <= .bookings)' > /dev/null || die "the status does not say how far shifts can be linked"
stop

# ---- a key that is lost, or that others may read ----
mv "$data/worker.key" "$dir/worker.key"
refused_start --data "$data"
[ $rc -eq 6 ] && grep -q 'worker.key is missing' "$dir/said" || { cat "$dir/said"; die "an engine without its key started, or does not say why not (status $rc)"; }
[ ! -e "$data/worker.key" ] || die "another key was made in place of the lost one"
mv "$dir/worker.key" "$data/worker.key"; chmod 640 "$data/worker.key"
refused_start --data "$data"
[ $rc -eq 6 ] && grep -q 'may be read by others' "$dir/said" || { cat "$dir/said"; die "a key that others may read was taken (status $rc)"; }
chmod 600 "$data/worker.key"
start
expect "who read, after a restart" 3 "$(audit --worker "$number" | jq -r 'select(.seq) | .seq' | wc -l)"
# A booking is looked up in a folder, so that must be the one of the engine that is told.
"$fairbank" backup --data "$data" --to "$dir/copied" > /dev/null && "$fairbank" restore --from "$dir/copied" --data "$dir/other" > /dev/null || die "a copy of the store"
ends_with 1 "$fairbank" finding note "$(name 4)" $rule --text x --by RTH-WARD-7 --engine "$engine" --data "$dir/other"
grep -q 'is not that of the engine' "$dir/err" || { cat "$dir/err"; die "another engine's folder was believed"; }
ends_with 1 "$fairbank" approve withdraw "$first" --reason x --by RTH-CE --engine "$engine" --data "$dir/other"
grep -q 'is not that of the engine' "$dir/err" || { cat "$dir/err"; die "another engine's folder was believed of an approval"; }
approve withdraw "$first" --by RTH-CE --reason 'the wrong shift' > "$dir/out" 2>&1 || { cat "$dir/out"; die "what was confirmed by link cannot be withdrawn"; }
expect "a confirmed one that was withdrawn" withdrawn "$(of_list "$first" became)"
expect "lists of findings that were read, as one worker's readings end" 1 "$(audit --worker "$number" | tail -n 1 | jq .lists_of_findings)"
cli audit --data "$data" --as admin --worker "$number" | tail -n 1 | grep -q '^Beside these 1 list of findings about workers was read; whose they were' || die "one worker's readings do not say what they leave out"
stop
"$fairbank" verify --data "$data" > "$dir/v" || { cat "$dir/v"; die "verify"; }
echo "RESULT two grants by telephone (one confirmed, one lapsed), a finding's life of seven steps, a draft on $(jq .shifts "$dir/backtest") shifts, one worker forgotten; verify $(cut -d: -f1 "$dir/v")"
