#!/bin/sh
# kill -9 of each outlet at random instants, many times (KILLS, by default 20 each; SEED), and of the engine under them: web hooks and mails come
# at least once, each repeat under its own id with its own bytes, and few; in PostgreSQL every event is there once.
. tests/flow/engine.inc
kills=${KILLS:-20}
seed=${SEED:-1}
outlet= hook= sink= pg=
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pgbin" ] || die "no PostgreSQL server is installed (postgresql)"
as=
pg_end() { [ -z "$pg" ] || $as "$pgbin/pg_ctl" -D "$pg/db" -s -m immediate stop > /dev/null 2>&1 || true; }
quiet_all() { for p in $outlet $hook $sink; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; pg_end; quiet_end; [ -z "$pg" ] || rm -rf "$pg"; }
trap quiet_all EXIT
until_there() { i=0; until [ -f "$1" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "$1 does not come"; sleep 0.1; done; }
secret=whsec_ZmFpcmJhbmstZmxvdy10ZXN0LXNlY3JldA==
mkdir -p "$dir/hook" "$dir/mail"
printf '%s\n' "$secret" > "$dir/secret"; chmod 600 "$dir/secret"
python3 tests/flow/hook_receiver.py "$dir/hook" "$secret" & hook=$!
python3 tests/flow/mail_sink.py "$dir/mail" & sink=$!
until_there "$dir/hook/port"; until_there "$dir/mail/port"
on_day 0; start
feed_all
settle
"$BIN/fairbank" events --data "$data" --from 0 --json > "$dir/events"
all=$(wc -l < "$dir/events" | tr -d ' ')
kinds=$(jq -r 'select(.type != "spend.posted" and .type != "booking.assessed") | .type' "$dir/events" | sort | uniq -c | sort -rn | awk '{ print $2 }' | paste -sd,)

# At random instants after each start, most of them early: within the start, a page, a delivery. Then without kills, until all is out.
nth=0
killed_until() { # program, its configuration, what says how much is out, how much that must be
    done_after=0 n=0
    while [ $n -lt "$kills" ]; do
        "$BIN/$1" run --quiet --config "$2" 2>>"$dir/$1.log" & outlet=$!
        nth=$((nth + 1)) n=$((n + 1))
        sleep "$(awk -v s="$seed" -v n=$nth 'BEGIN { srand(s + 7919 * n); for (i = 0; i < 5; i++) r = rand(); printf "%.3f", 0.01 + 0.6 * r * r }')"
        kill -9 $outlet 2>/dev/null || { tail -3 "$dir/$1.log"; die "$1 ended by itself"; }
        wait $outlet 2>/dev/null || true; outlet=
        [ "$(eval "$3")" -ge "$4" ] || done_after=$n
        [ $((n % 13)) -ne 6 ] || { crash; start; }
    done
    "$BIN/$1" run --quiet --config "$2" 2>>"$dir/$1.log" & outlet=$!
    i=0
    until [ "$(eval "$3")" -ge "$4" ]; do
        kill -0 $outlet 2>/dev/null || { tail -3 "$dir/$1.log"; die "$1 ended by itself"; }
        i=$((i + 1)); [ $i -lt 900 ] || die "$1: $(eval "$3") of $4 after 90 s (SEED=$seed)"
        sleep 0.1
    done
    [ $done_after -ge $((kills / 4)) ] || die "$1: all was out after $done_after of $kills kills: this kills an outlet that has nothing to do"
}
ended() { kill -TERM $outlet; rc=0; wait $outlet || rc=$?; outlet=; expect "SIGTERM of $1" 0 "$rc"; }

# ---- web hooks: every event but postings and assessments ----
printf 'routes:\n  - {name: all, to: [hooks], when: {kind: [%s]}}\n' "$kinds" > "$dir/routes.yaml"
cat > "$dir/hook.yaml" <<YAML
feed: ipc://$data/feed.sock
routes: $dir/routes.yaml
ledger: $dir/hooks
receivers:
  - {name: hooks, url: "http://127.0.0.1:$(cat "$dir/hook/port")/alerts", secret: $dir/secret, at_once: 4}
YAML
echo "$kinds" | tr , '\n' > "$dir/kinds"
jq -r 'select((.shadow or .historic) | not) | .type + " " + (.seq | tostring)' "$dir/events" | awk 'NR == FNR { k[$1]; next } $1 in k { print $2 }' "$dir/kinds" - | sort -n > "$dir/wanted"
wanted=$(wc -l < "$dir/wanted" | tr -d ' ')
[ "$wanted" -gt 2000 ] || die "only $wanted hooks to send"
killed_until fairbank-webhook "$dir/hook.yaml" 'cut -d" " -f1 "$dir/hook/got" 2>/dev/null | sort -u | wc -l' "$wanted"
i=0
until [ "$("$BIN/fairbank-webhook" status --json --config "$dir/hook.yaml" | jq '.hooks.waiting')" = 0 ]; do i=$((i + 1)); [ $i -lt 300 ] || die "hooks are not settled"; sleep 0.1; done
ended fairbank-webhook
cut -d' ' -f1 "$dir/hook/got" | sed 's/.*-//' | sort -nu > "$dir/came"
cmp "$dir/wanted" "$dir/came" || { diff "$dir/wanted" "$dir/came" | head -5; die "hooks that came are not the events (SEED=$seed)"; }
expect "hooks with a wrong signature" 0 "$(grep -c ' bad$' "$dir/hook/got" || true)"
expect "ids with two bodies" 0 "$(sort -u "$dir/hook/bodies" | cut -d' ' -f1 | uniq -d | wc -l)"
hook_repeats=$(($(wc -l < "$dir/hook/got") - wanted))
[ $hook_repeats -le $((kills * 260)) ] || die "$hook_repeats hooks came again after $kills kills: 256 and 4 on their way are the most for each"

# ---- mails: breaches one by one, others gathered ----
cat > "$dir/routes.yaml" <<'YAML'
routes:
  - {name: one, to: [desk], when: {kind: [ratecap.breached]}, stop: yes}
  - {name: gathered, to: [desk], when: {kind: [rate.off_card]}, group: {by: [trust], window: 1s}}
YAML
cat > "$dir/mail.yaml" <<YAML
feed: ipc://$data/feed.sock
routes: $dir/routes.yaml
ledger: $dir/mails
smtp: {url: "smtp://127.0.0.1:$(cat "$dir/mail/port")", from: fairbank@example.nhs.uk}
receivers: [{name: desk, to: [desk@example.nhs.uk]}]
YAML
owed=$(jq -r 'select((.shadow or .historic) | not) | select(.type == "ratecap.breached" or .type == "rate.off_card") | .seq' "$dir/events" | wc -l | tr -d ' ')
[ "$owed" -gt 100 ] || die "only $owed alerts to mail"
delivered() { n_mails=$("$BIN/fairbank-mail" status --json --config "$dir/mail.yaml" 2>/dev/null | jq '.desk.delivered // 0'); echo "${n_mails:-0}"; }
: > "$dir/mail/slow"
killed_until fairbank-mail "$dir/mail.yaml" delivered "$owed"
ended fairbank-mail
expect "alerts delivered by mail" "$owed" "$(delivered)"
mails=$(find "$dir/mail" -name '*.eml' | wc -l | tr -d ' ')
for f in "$dir"/mail/*.eml; do
    printf '%s %s\n' "$(grep -i -m1 '^Message-ID:' "$f" | tr -d '\r')" "$(grep -vi '^Date:' "$f" | sed 's/=_[0-9A-Za-z]*//; s/boundary=.*//; s/^--.*//' | sha256sum | cut -c1-32)"
done | sort > "$dir/mail/ids"
distinct=$(cut -d' ' -f2 "$dir/mail/ids" | sort -u | wc -l | tr -d ' ')
breaches=$(jq -r 'select((.shadow or .historic) | not) | select(.type == "ratecap.breached") | .seq' "$dir/events" | wc -l | tr -d ' ')
[ "$distinct" -gt "$breaches" ] || die "$distinct different mails for $breaches breaches and the gathered ones"
expect "mails of one Message-ID and two texts" 0 "$(sort -u "$dir/mail/ids" | cut -d' ' -f2 | uniq -d | wc -l)"
[ $((mails - distinct)) -le "$kills" ] || die "$((mails - distinct)) mails came again after $kills kills: one is the most for each"

# ---- PostgreSQL: every event ----
pg=$(mktemp -d)
if [ "$(id -u)" = 0 ]; then chown postgres "$pg"; as="runuser -u postgres --"; fi
(cd "$pg" && $as "$pgbin/initdb" -D "$pg/db" -A trust -U bank -E UTF8 --locale=C > /dev/null 2>&1) || die "initdb failed"
(cd "$pg" && $as "$pgbin/pg_ctl" -D "$pg/db" -s -w -o "-k $pg -c listen_addresses=''" -l "$pg/log" start > /dev/null 2>&1) || die "PostgreSQL did not start"
sql() { psql -h "$pg" -U bank -d postgres -At -c "$1" 2>/dev/null || echo 0; }
printf 'feed: ipc://%s/feed.sock\ndatabase: host=%s user=bank dbname=postgres\nbatch: 50\n' "$data" "$pg" > "$dir/pg.yaml"
# The tables are made while there is nothing to take; then each batch takes its time, however fast the machine is.
crash
"$BIN/fairbank-postgres" run --quiet --config "$dir/pg.yaml" 2>>"$dir/fairbank-postgres.log" & outlet=$!
i=0
until [ "$(sql "SELECT count(*) FROM pg_tables WHERE schemaname = 'fairbank' AND tablename = 'place'")" = 1 ]; do i=$((i + 1)); [ $i -lt 200 ] || die "no tables were made"; sleep 0.1; done
kill -9 $outlet; wait $outlet 2>/dev/null || true; outlet=
sql "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.004); RETURN NULL; END';
     CREATE TRIGGER nap AFTER INSERT ON fairbank.event FOR EACH STATEMENT EXECUTE FUNCTION nap()" > /dev/null
start
killed_until fairbank-postgres "$dir/pg.yaml" 'sql "SELECT count(*) FROM fairbank.event"' "$all"
ended fairbank-postgres
expect "events, each once" "$all|$all|$(jq -s 'map(.seq) | add' "$dir/events")" "$(sql 'SELECT count(*), count(DISTINCT (epoch, seq)), sum(seq) FROM fairbank.event')"
expect "the place is behind the last" "$(tail -1 "$dir/events" | jq .seq)" "$(sql 'SELECT seq FROM fairbank.place')"
stop
echo "RESULT $kills kills of each outlet (SEED=$seed): $wanted hooks, $hook_repeats of them again; $distinct mails, $((mails - distinct)) again; $all events in PostgreSQL, each once"
