#!/bin/sh
# Alerts leave as mails: the dear ones at once, the others gathered, so that a bad day is one mail; what the relay refuses for now goes later,
# what it refuses for good is listed.
. tests/flow/engine.inc
mkdir -p "$dir/mail"
python3 tests/flow/mail_sink.py "$dir/mail" &
sink=$!
outlet=
quiet_all() { for p in $sink $outlet; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; quiet_end; }
trap quiet_all EXIT
i=0
until [ -f "$dir/mail/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the relay does not listen"; sleep 0.1; done
cat > "$dir/routes.yaml" <<'YAML'
routes:
  - name: dear
    to: [desk]
    when: {kind: [ratecap.breached], pounds_from: 100}
    stop: yes
  - name: others
    to: [desk]
    when: {kind: [ratecap.breached]}
    group: {by: [trust], window: 2s}
YAML
cat > "$dir/mail.yaml" <<YAML
feed: ipc://$data/feed.sock
routes: $dir/routes.yaml
ledger: $dir/ledger
smtp:
  url: smtp://127.0.0.1:$(cat "$dir/mail/port")
  from: fairbank@example.nhs.uk
receivers:
  - name: desk
    to: [desk@example.nhs.uk, chief@example.nhs.uk]
YAML
mail() { "$BIN/fairbank-mail" "$@" --config "$dir/mail.yaml"; }
mails() { find "$dir/mail" -name '*.eml' | wc -l | tr -d ' '; }
# A relay with a user in its address is not the machine that the address begins with, and its password is told nowhere.
sed 's,url: smtp://127.0.0.1:,url: smtp://localhost:PLANTED@192.0.2.1:,' "$dir/mail.yaml" > "$dir/user.yaml"
rc=0; "$BIN/fairbank-mail" check --config "$dir/user.yaml" > "$dir/out" 2>&1 || rc=$?
[ $rc -eq 2 ] && grep -q 'user.yaml:5: a user and a password stand in user: and password:' "$dir/out" && ! grep -q PLANTED "$dir/out" || { cat "$dir/out"; die "a relay with a user in its address ($rc)"; }
start
feed_all
settle
"$BIN/fairbank" events --data "$data" --from 0 --json --kind ratecap.breached | jq -c 'select(.shadow or .historic | not)' > "$dir/events"
dear=$(jq -r 'select(.pence >= 10000 or .delta_pence >= 10000) | .seq' "$dir/events" | wc -l | tr -d ' ')
trusts=$(jq -r 'select(.pence < 10000 and .delta_pence < 10000) | .trust' "$dir/events" | sort -u | wc -l | tr -d ' ')
others=$(jq -r 'select(.pence < 10000 and .delta_pence < 10000) | .seq' "$dir/events" | wc -l | tr -d ' ')
[ "$dear" -gt 0 ] && [ "$others" -gt "$trusts" ] || die "nothing to gather: $dear dear, $others others of $trusts trusts"

# A relay that lets nobody in says nothing of a mail: nothing is given up.
for no in 'greet 554 no service here' 'sender 530 5.7.0 log in first'; do
    said=${no#* }
    echo "$said" > "$dir/mail/${no%% *}"
    rc=0; mail run --once --quiet > "$dir/out" 2>&1 || rc=$?
    rm "$dir/mail/${no%% *}"
    expect "a run that was not let in ($no)" "0 0 $((dear + others))" "$rc $(mail status --json | jq -r '.desk | "\(.dead) \(.waiting)"')"
    python3 -c 'import sqlite3, sys; print(*sqlite3.connect(sys.argv[1]).execute("SELECT DISTINCT error FROM delivery WHERE error <> ?", ("",)).fetchall())' "$dir/ledger" > "$dir/out"
    grep -q "the relay answered ${said%% *}: ${said#* }" "$dir/out" || { cat "$dir/out"; die "the relay's word is not kept"; }
    rm -f "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
done

# For now: it is tried again.
echo '451 come again' > "$dir/mail/answer"
rc=0; mail run --once --quiet > "$dir/out" 2>&1 || rc=$?
expect "a run that the relay put off" 0 "$rc"
expect "mails taken meanwhile" 0 "$(mails)"
rm "$dir/mail/answer"
"$BIN/fairbank-mail" run --quiet --config "$dir/mail.yaml" 2>>"$dir/mail.log" & outlet=$!
i=0
until [ "$(mail status --json | jq '.desk.waiting')" = 0 ]; do
    kill -0 $outlet 2>/dev/null || { tail -3 "$dir/mail.log"; die "the outlet ended by itself"; }
    i=$((i + 1)); [ $i -lt 400 ] || die "mails wait still after 40 s"
    sleep 0.1
done
kill -TERM $outlet; rc=0; wait $outlet || rc=$?
expect "SIGTERM" 0 "$rc"
outlet=
expect "mails" "$((dear + trusts))" "$(mails)"
expect "alerts delivered" "$((dear + others))" "$(mail status --json | jq '.desk.delivered')"
expect "different message ids" "$((dear + trusts))" "$(cat "$dir"/mail/*.eml | grep -i '^Message-ID:' | sort -u | wc -l | tr -d ' ')"
grep -q '^X-To: <desk@example.nhs.uk> <chief@example.nhs.uk>' "$dir/mail/1.eml" || die "the envelope"
grep -qi '^Content-Type: multipart/alternative' "$dir/mail/1.eml" || die "no alternative of plain text and HTML"
python3 - "$dir/mail" <<'PY' || die "a mail that does not say what it should"
import email, email.policy, glob, sys
for path in glob.glob(sys.argv[1] + "/*.eml"):
    with open(path, "rb") as f:
        m = email.message_from_binary_file(f, policy=email.policy.default)
    assert m.get_body(("plain",)).get_payload().count("\n") > 3, "the lines of the text are lines of the mail"
    plain = m.get_body(("plain",)).get_content()
    html = m.get_body(("html",)).get_content()
    assert m["subject"].startswith("Fairbank: Over the price cap"), m["subject"]
    assert "£" in m["subject"] and "Over the price cap" in plain and "why: fairbank explain" in plain and "<table>" in html, path
PY
# Cut off when the mail is there and the relay has not said so: it comes again under the same Message-ID.
"$BIN/fairbank" approve ask --data "$data" --trust RXQ --rules ratecap.breached --reason "flow test" --asked-by RXQ-1 \
    --from 2026-12-01 --until 2027-01-01 > /dev/null || die "nothing was asked for"
cp "$dir/routes.yaml" "$dir/r1"
sed "s/ratecap.breached/approval.asked/; s/, pounds_from: 100//" "$dir/r1" > "$dir/routes.yaml"
before=$(mails)
echo cut > "$dir/mail/answer"
mail run --once --quiet > "$dir/out" 2>&1 || die "a run that was cut off failed"
rm "$dir/mail/answer"
expect "waiting after it" 1 "$(mail status --json | jq '.desk.waiting')"
"$BIN/fairbank-mail" run --quiet --config "$dir/mail.yaml" 2>>"$dir/mail.log" & outlet=$!
i=0
until [ "$(mail status --json | jq '.desk.waiting')" = 0 ]; do i=$((i + 1)); [ $i -lt 200 ] || die "it does not come again"; sleep 0.1; done
kill -TERM $outlet; wait $outlet || true; outlet=
expect "mails of the one that was cut off" "$((before + 2))" "$(mails)"
expect "message ids of both" 1 "$(cat "$dir/mail/$((before + 1)).eml" "$dir/mail/$((before + 2)).eml" | grep -i '^Message-ID:' | sort -u | wc -l | tr -d ' ')"
cp "$dir/r1" "$dir/routes.yaml"
# For good: given up, and listed with the relay's word.
"$BIN/fairbank" approve ask --data "$data" --trust RTH --rules ratecap.breached --reason "flow test" --asked-by RTH-1 \
    --from 2026-12-01 --until 2027-01-01 > /dev/null || die "nothing was asked for"
sed "s/ratecap.breached/approval.asked/; s/, pounds_from: 100//" "$dir/routes.yaml" > "$dir/r2" && mv "$dir/r2" "$dir/routes.yaml"
echo '550 no such mailbox' > "$dir/mail/answer"
rc=0; mail run --once --quiet > "$dir/out" 2>&1 || rc=$?
mail dead > "$dir/out" || rc=$?
expect "what was refused for good" 3 "$rc"
grep -q 'the relay answered 550: desk@example.nhs.uk: no such mailbox' "$dir/out" || { cat "$dir/out"; die "the relay's word is not told"; }
# One address that is nobody's keeps the mail from none of the others.
mv "$dir/mail/answer" "$dir/mail/answered"
echo desk@example.nhs.uk > "$dir/mail/stranger"
before=$(mails)
mail retry > "$dir/out"
rc=0; mail run --once --quiet > "$dir/out" 2>&1 || rc=$?
expect "one address of two is nobody's" 3 "$rc"
expect "mails to the other" "$((before + 1))" "$(mails)"
grep -q '^X-To: <chief@example.nhs.uk>' "$dir/mail/$((before + 1)).eml" || die "it was sent to somebody else"
mail dead > "$dir/out" || true
grep -q 'the relay answered 550: desk@example.nhs.uk: nobody here has that name' "$dir/out" || { cat "$dir/out"; die "who was refused is not told"; }
# One alert in the ledger that nobody can read, of those that go in one mail, keeps back none of the others.
cp "$dir/r1" "$dir/routes.yaml"
rm -f "$dir/mail/stranger" "$dir/ledger" "$dir/ledger-wal" "$dir/ledger-shm"
echo '554 no service here' > "$dir/mail/greet"
mail run --once --quiet > "$dir/out" 2>&1 || die "a run that was not let in"
rm "$dir/mail/greet"
python3 - "$dir/ledger" <<'PY'
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as db:
    db.execute("UPDATE delivery SET due_ms = 0")
    db.execute("UPDATE delivery SET body = '{}' WHERE id = (SELECT min(id) FROM delivery WHERE batch = (SELECT batch FROM delivery WHERE batch <> '' GROUP BY 1 ORDER BY count(*) DESC LIMIT 1))")
PY
rc=0; mail run --once --quiet > "$dir/out" 2>&1 || rc=$?
expect "a run beside an alert that nobody can read" "3 1 $((dear + others - 1))" "$rc $(mail status --json | jq -r '.desk | "\(.dead) \(.delivered)"')"
stop
echo "RESULT $dear alerts by mail at once, $others more in $trusts mails"
