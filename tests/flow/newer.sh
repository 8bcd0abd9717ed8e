#!/bin/sh
# An engine newer than its outlets: an event of a kind that they do not know is sent, mailed and shown under the name that the engine has
# for it (or its number), with all that is known of it, and what follows it is not held up.
. tests/flow/engine.inc
secret=whsec_ZmFpcmJhbmstZmxvdy10ZXN0LXNlY3JldA==
feed=ipc://$dir/feed.sock
mkdir -p "$dir/hook" "$dir/mail"
printf '%s\n' "$secret" > "$dir/secret"
chmod 600 "$dir/secret"
"$BIN/newer_engine" "$feed" "$dir/ready" & pid=$!
python3 tests/flow/hook_receiver.py "$dir/hook" "$secret" & receiver=$!
python3 tests/flow/mail_sink.py "$dir/mail" & sink=$!
quiet_all() { for p in $receiver $sink; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; quiet_end; }
trap quiet_all EXIT
for f in "$dir/ready" "$dir/hook/port" "$dir/mail/port"; do
    i=0
    until [ -f "$f" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "$f is not there after 10 s"; sleep 0.1; done
done
cat > "$dir/routes.yaml" <<'YAML'
routes:
  - name: what-this-version-does-not-know
    to: [hook, desk]
    when: {kind: [unknown]}
    stop: yes
  - name: all-else
    to: [hook]
YAML
cat > "$dir/hook.yaml" <<YAML
feed: $feed
routes: $dir/routes.yaml
ledger: $dir/hook.ledger
receivers:
  - {name: hook, url: "http://127.0.0.1:$(cat "$dir/hook/port")/all", secret: $dir/secret, at_once: 1}
YAML
cat > "$dir/mail.yaml" <<YAML
feed: $feed
routes: $dir/routes.yaml
ledger: $dir/mail.ledger
smtp: {url: "smtp://127.0.0.1:$(cat "$dir/mail/port")", from: fairbank@example.nhs.uk}
receivers:
  - {name: desk, to: [desk@example.nhs.uk]}
YAML

"$BIN/fairbank" events --feed "$feed" --from 0 > "$dir/out" || die "fairbank events stops at a newer engine"
expect "events shown" "ward.closed fairbank.unknown.201 ratecap.breached" "$(awk '{ print $3 }' "$dir/out" | xargs)"
"$BIN/fairbank" events --feed "$feed" --from 0 --json > "$dir/out" || die "fairbank events --json"
expect "what is known of it" '{"type":"ward.closed","kind":200,"seq":1,"trust":"RTH","source":"rth-roster","booking":"B-1","journal":91}' \
    "$(head -1 "$dir/out" | jq -c '{type, kind, seq, trust, source, booking, journal}')"
expect "its sentence" 'What a newer engine says of it, in a sentence.' "$(head -1 "$dir/out" | jq -r .statement)"
expect "a known kind's number, which is not told" null "$(tail -1 "$dir/out" | jq .kind)"

"$BIN/fairbank-webhook" run --once --quiet --config "$dir/hook.yaml" || die "fairbank-webhook stops at a newer engine"
expect "hooks" "7-1 7-2 7-3" "$(cut -d' ' -f1 "$dir/hook/got" | sort | xargs)"
expect "wrong signatures" 0 "$(grep -c ' bad$' "$dir/hook/got" || true)"
"$BIN/fairbank-mail" run --once --quiet --config "$dir/mail.yaml" || die "fairbank-mail stops at a newer engine"
expect "mails" 2 "$(find "$dir/mail" -name '*.eml' | wc -l | tr -d ' ')"
python3 - "$dir/mail" > "$dir/mails" <<'PY' || die "the mails cannot be read"
import email, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml")):
    text = path.read_text()
    mail = email.message_from_string(text[text.index("Subject:"):] if not text.startswith("From:") else text)
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            print((part.get_payload(decode=True) or b"").decode())
    print(text)
PY
grep -q 'ward.closed (kind 200, newer than this program)' "$dir/mails" || { cat "$dir/mails"; die "the mail does not name the kind"; }
grep -q 'fairbank.unknown.201 (kind 201, newer than this program)' "$dir/mails" || die "the mail does not name a kind without a name"
grep -q 'What a newer engine says of it, in a sentence.' "$dir/mails" || die "the mail does not hold the sentence"

# Where it would go, and that a slip of the pen is no newer kind.
"$BIN/fairbank" events --feed "$feed" --from 0 --limit 1 --json > "$dir/one"
"$BIN/fairbank" route test --routes "$dir/routes.yaml" --event "$dir/one" > "$dir/out" || die "route test of a newer kind"
grep -q 'yes what-this-version-does-not-know' "$dir/out" || { cat "$dir/out"; die "route test does not know where it goes"; }
jq -c 'del(.kind)' "$dir/one" > "$dir/slip"
rc=0; "$BIN/fairbank" route test --routes "$dir/routes.yaml" --event "$dir/slip" > "$dir/out" 2>&1 || rc=$?
[ $rc -ne 0 ] || die "a type without a number was taken for a newer kind"
sed 's/unknown/ward.closed/' "$dir/routes.yaml" > "$dir/named.yaml"
rc=0; "$BIN/fairbank" route check "$dir/named.yaml" > "$dir/out" 2>&1 || rc=$?
grep -q 'no kind of event that this version knows' "$dir/out" || { cat "$dir/out"; die "a route to a kind that is not known is not refused by name"; }
echo "RESULT 3 events of a newer engine sent, mailed and shown, 2 of them of kinds not known here"
