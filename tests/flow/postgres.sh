#!/bin/sh
# Events in a real PostgreSQL server of the test's own: each once, through kills of the outlet and of the database; the views agree with the
# engine's own sums.
. tests/flow/engine.inc
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pgbin" ] || die "no PostgreSQL server is installed (postgresql)"
pg=$(mktemp -d)
outlet=
as= # a server refuses to run as root
if [ "$(id -u)" = 0 ]; then chown postgres "$pg"; as="runuser -u postgres --"; fi
pg_start() { $as "$pgbin/pg_ctl" -D "$pg/db" -s -w -o "-k $pg -c listen_addresses='' -c fsync=on" -l "$pg/log" start > /dev/null 2>&1 || die "PostgreSQL did not start"; }
pg_end() { $as "$pgbin/pg_ctl" -D "$pg/db" -s -m "$1" stop > /dev/null 2>&1 || true; }
quiet_all() { [ -z "$outlet" ] || { kill -9 "$outlet" 2>/dev/null || true; wait "$outlet" 2>/dev/null || true; }; pg_end immediate; quiet_end; rm -rf "$pg"; }
trap quiet_all EXIT
(cd "$pg" && $as "$pgbin/initdb" -D "$pg/db" -A trust -U bank -E UTF8 --locale=C > /dev/null 2>&1) || die "initdb failed"
cd_here=$PWD
cd "$pg" && pg_start && cd "$cd_here"
sql() { psql -h "$pg" -U bank -d postgres -At -c "SET client_min_messages = warning" -c "SET search_path = fairbank" -c "$1" | grep -v '^SET$' || true; }
cat > "$dir/pg.yaml" <<YAML
feed: ipc://$data/feed.sock
database: host=$pg user=bank dbname=postgres
batch: 1000
YAML
out() { "$BIN/fairbank-postgres" "$@" --config "$dir/pg.yaml"; }
on_day 0; start
out check | grep -q 'the tables are there' || die "check did not make the tables"
rc=0; out frobnicate > "$dir/out" 2>&1 || rc=$?
grep -q "the commands are run and check, not 'frobnicate'" "$dir/out" || die "it does not name its commands: exit $rc"
"$BIN/fairbank-postgres" run --quiet --config "$dir/pg.yaml" 2>>"$dir/pg.log" & outlet=$!
feed_all
settle
for n in 1 2 3; do # kills of the outlet, and of the database under it
    kill -9 $outlet; wait $outlet 2>/dev/null || true
    "$BIN/fairbank-postgres" run --quiet --config "$dir/pg.yaml" 2>>"$dir/pg.log" & outlet=$!
    sleep 0.3
    [ $n -ne 2 ] || { cd "$pg"; pg_end immediate; pg_start; cd "$cd_here"; }
done
crash
start
"$BIN/fairbank" events --data "$data" --from 0 --json > "$dir/events"
wanted=$(wc -l < "$dir/events" | tr -d ' ')
i=0
until [ "$(sql 'SELECT count(*) FROM event')" = "$wanted" ]; do
    kill -0 $outlet 2>/dev/null || { tail -3 "$dir/pg.log"; die "the outlet ended by itself"; }
    i=$((i + 1)); [ $i -lt 600 ] || die "$(sql 'SELECT count(*) FROM event') of $wanted events after 60 s"
    sleep 0.1
done
kill -TERM $outlet; rc=0; wait $outlet || rc=$?
expect "SIGTERM" 0 "$rc"
outlet=
expect "events, each once" "$wanted|$wanted" "$(sql 'SELECT count(*), count(DISTINCT (epoch, seq)) FROM event')"
# Every column of every event, against the engine's own JSON.
sql "COPY (SELECT seq, kind, trust, number, source, reference, rule, finding, severity, staff_group, route, shift_day, pence, delta_pence, minutes, stage, measure, cause, issue, shadow, historic, journal, back, statement, withdrawn, restored, left_standing, prior_journal, prior_issue, invoice_end FROM event ORDER BY seq) TO STDOUT" > "$dir/theirs"
jq -r '[.seq, .type, .trust, .number, .source, .booking, .rule, .finding, .severity, .staff_group, .route, .day, .pence, .delta_pence, .minutes, .stage, .measure, .cause, .issue, (if .shadow then "t" else "f" end), (if .historic then "t" else "f" end), .journal, (if .back == null then null elif .back then "t" else "f" end), .statement, .withdrawn, .restored, .left, .prior_journal, .prior_issue, .end] | map(if . == null then "\\N" else (tostring | gsub("\\\\"; "\\\\") | gsub("\n"; "\\n")) end) | join("\t")' "$dir/events" > "$dir/ours"
cmp "$dir/ours" "$dir/theirs" || { diff "$dir/ours" "$dir/theirs" | head -4; die "the table is not the feed"; }
jq -r 'select(.type == "spend.posted" and (.shadow | not)) | [.stage, .measure, .delta_pence] | @tsv' "$dir/events" |
    LC_ALL=C awk -F'\t' '{ sum[$1 "|" $2] += $3 } END { for (k in sum) printf "%s|%d\n", k, sum[k] }' | LC_ALL=C sort > "$dir/ours"
sql 'SELECT stage, measure, sum(pence) FROM spend GROUP BY 1, 2' | LC_ALL=C sort > "$dir/theirs"
[ -s "$dir/ours" ] || die "nothing was spent"
cmp "$dir/ours" "$dir/theirs" || { cat "$dir/ours" "$dir/theirs"; die "the view spend is not the sum of what was posted"; }
[ "$(sql 'SELECT count(*) FROM open_finding')" -gt 50 ] || die "no open findings in their view"
[ "$(sql "SELECT count(*) FROM alert WHERE kind = 'ratecap.breached'")" -gt 50 ] || die "no alerts in their view"
out run --once --json | jq -e '.written == 0 and .new == 0' > /dev/null || die "a second run wrote something"
answered_late out run --once --quiet
sed "s,feed.sock,door.sock," "$dir/pg.yaml" > "$dir/wrong.yaml"
rc=0; "$BIN/fairbank-postgres" run --once --quiet --config "$dir/wrong.yaml" 2> "$dir/out" || rc=$?
expect "a feed that is none" 1 "$rc"
grep -q "what answers is no engine's feed" "$dir/out" || die "it does not say why it failed: $(cat "$dir/out")"
# Texts are as the engine has them whatever the client or the database would make of their bytes; a database that cannot hold them is refused.
said=$(jq -r 'select(.type == "ceiling.passed") | .statement' "$dir/events" | head -1)
case $said in *£*) ;; *) die "no statement with a pound sign" ;; esac
sed "s/dbname=postgres/dbname=other/" "$dir/pg.yaml" > "$dir/other.yaml"
for encoding in LATIN1 SQL_ASCII UTF8; do
    psql -h "$pg" -U bank -d postgres -q -c "DROP DATABASE IF EXISTS other" -c "CREATE DATABASE other ENCODING '$encoding' TEMPLATE template0 LOCALE 'C'" 2> /dev/null
    rc=0; PGCLIENTENCODING=LATIN1 "$BIN/fairbank-postgres" run --once --quiet --config "$dir/other.yaml" 2> "$dir/out" || rc=$?
    [ $encoding != LATIN1 ] || { expect "a database in LATIN1" 1 "$rc"; grep -q "the database's encoding is LATIN1" "$dir/out" || die "it does not say why: $(cat "$dir/out")"; continue; }
    expect "a database in $encoding" 0 "$rc"
    expect "a statement in $encoding" "$said" "$(PGCLIENTENCODING=$encoding psql -h "$pg" -U bank -d other -At -c "SELECT statement FROM fairbank.event WHERE kind = 'ceiling.passed' ORDER BY seq LIMIT 1")"
done
# Asked for again from an earlier place, as after a restore: what is there comes in once, what is not comes in.
sql "UPDATE place SET seq = seq - 3000; DELETE FROM event WHERE seq % 7 = 3 AND seq > (SELECT max(seq) FROM event) - 3000" > /dev/null
gone=$((wanted - $(sql 'SELECT count(*) FROM event')))
[ "$gone" -gt 400 ] || die "only $gone events were taken out"
expect "events written again, and new of them" "3000 $gone" "$(out run --once --json | jq -r '"\(.written) \(.new)"')"
expect "events after it" "$wanted|$wanted" "$(sql 'SELECT count(*), count(DISTINCT (epoch, seq)) FROM event')"
# After a restore another epoch begins, and its number may be less: the last step is what was told last.
sql "INSERT INTO event (epoch, seq, kind, at, journal, finding, severity, detail, shadow, historic) VALUES (9, 50, 'assurance.finding', '2027-01-01', 1, '7.7.7', 'warn', 0, false, false), (9, 51, 'finding.changed', '2027-01-01', 1, '7.7.7', 'warn', 0, false, false), (3, 9, 'finding.closed', '2027-01-02', 1, '7.7.7', 'warn', 0, false, false)" > /dev/null
expect "the last step, and when it was opened, over a restore" "finding.closed|t|0" "$(sql "SELECT last_step, opened_at < '2027-01-02', (SELECT count(*) FROM open_finding WHERE finding = '7.7.7') FROM finding WHERE finding = '7.7.7'")"
sql "DELETE FROM event WHERE finding = '7.7.7'" > /dev/null
# A kind that nobody knew is an alert by its severity, and a step of its finding; a row for it says otherwise.
sql "INSERT INTO event (epoch, seq, kind, at, journal, finding, severity, detail, shadow, historic) VALUES (0, 1, 'later.kind', now(), 1, '1.2.3', 'warn', 0, false, false), (0, 2, 'later.quiet', now(), 1, '1.2.4', 'note', 0, false, false)" > /dev/null
expect "alerts of later kinds" later.kind "$(sql "SELECT kind FROM alert WHERE kind LIKE 'later.%'")"
expect "open findings of later kinds" 2 "$(sql "SELECT count(*) FROM open_finding WHERE last_step LIKE 'later.%'")"
sql "INSERT INTO kind VALUES ('later.kind', false, true, true), ('later.quiet', true, true, false)" > /dev/null
expect "the same, with rows for them" "later.quiet|1" "$(sql "SELECT max(kind), (SELECT count(*) FROM open_finding WHERE last_step LIKE 'later.%') FROM alert WHERE kind LIKE 'later.%'")"
missing=$(sql 'SELECT DISTINCT kind FROM event WHERE kind NOT IN (SELECT kind FROM kind)')
[ -z "$missing" ] || echo "kinds without a row of their own, taken by their severity: $missing"
# Tables of every older version become what a new one makes, and keep what they hold.
shape() { # schema
    sql "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = '$1' ORDER BY table_name, ordinal_position"
    sql "SELECT viewname, replace(definition, '$1.', '') FROM pg_views WHERE schemaname = '$1' ORDER BY 1"
    sql "SELECT indexname, replace(indexdef, '$1.', '') FROM pg_indexes WHERE schemaname = '$1' ORDER BY 1"
    sql "SELECT kind FROM $1.kind WHERE kind NOT LIKE 'later.%' ORDER BY 1"
}
shape fairbank > "$dir/new"
versions=$(sql 'SELECT max(step) FROM version')
n=1
while [ "$n" -lt "$versions" ]; do
    (echo "CREATE SCHEMA older_$n; SET search_path = older_$n;"; cat "tests/data/postgres/version-$n.sql") | psql -q -h "$pg" -U bank -d postgres -v ON_ERROR_STOP=1 > /dev/null || die "version $n as it was cannot be made"
    held=$(sql "SELECT sum(hashtext(jsonb_strip_nulls(to_jsonb(e))::text)) FROM older_$n.event e")
    sed "s/^batch:.*/schema: older_$n/" "$dir/pg.yaml" > "$dir/older.yaml"
    "$BIN/fairbank-postgres" check --config "$dir/older.yaml" | grep -q 'read up to 3$' || die "tables of version $n are not brought up to date"
    shape "older_$n" > "$dir/older"
    cmp "$dir/new" "$dir/older" || { diff "$dir/new" "$dir/older" | head; die "tables of version $n become others than new ones"; }
    expect "events of version $n" "$held" "$(sql "SELECT sum(hashtext(jsonb_strip_nulls(to_jsonb(e))::text)) FROM older_$n.event e")"
    expect "alerts and open findings of version $n" "2|1" "$(sql "SELECT (SELECT count(*) FROM older_$n.alert), (SELECT count(*) FROM older_$n.open_finding)")"
    n=$((n + 1))
done
# A role that owns its schema, and may make none: the tables are made there; elsewhere it is told what to have made.
sql "CREATE ROLE lesser LOGIN; CREATE SCHEMA lesser AUTHORIZATION lesser" > /dev/null
sed "s/user=bank/user=lesser/; s/^batch:.*/schema: lesser/" "$dir/pg.yaml" > "$dir/lesser.yaml"
"$BIN/fairbank-postgres" check --config "$dir/lesser.yaml" | grep -q 'the tables are there' || die "a role that owns its schema cannot make its tables"
sed "s/schema: lesser/schema: others/" "$dir/lesser.yaml" > "$dir/others.yaml"
rc=0; "$BIN/fairbank-postgres" run --once --quiet --config "$dir/others.yaml" > "$dir/out" 2>&1 || rc=$?
expect "a schema that it may not make" 1 "$rc"
grep -q 'have it made with CREATE SCHEMA others AUTHORIZATION lesser' "$dir/out" || { cat "$dir/out"; die "it is not told what to have made"; }
printf '%s\n' "feed: ipc://$data/feed.sock" "database: host=$pg" 'schema: "a b"' > "$dir/wrong.yaml"
rc=0; "$BIN/fairbank-postgres" check --config "$dir/wrong.yaml" > "$dir/out" 2>&1 || rc=$?
expect "a schema that is none" 2 "$rc"
grep -q 'wrong.yaml:3: ' "$dir/out" || { cat "$dir/out"; die "the line is another"; }
# An engine newer than this program: a kind that it does not know is a row under the engine's name for it.
stop
rm -f "$data/feed.sock"
"$BIN/newer_engine" "ipc://$data/feed.sock" "$dir/newer" & pid=$!
i=0
until [ -f "$dir/newer" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the newer engine does not listen"; sleep 0.1; done
sed 's/^batch:.*/schema: newer/' "$dir/pg.yaml" > "$dir/newer.yaml"
"$BIN/fairbank-postgres" run --once --quiet --config "$dir/newer.yaml" || die "fairbank-postgres stops at a newer engine"
expect "its events" 'ward.closed fairbank.unknown.201 ratecap.breached' "$(sql "SELECT string_agg(kind, ' ' ORDER BY seq) FROM newer.event")"
expect "alerts of it, by their severity" 3 "$(sql "SELECT count(*) FROM newer.alert")"
crash
# Tables of a newer version are left alone.
sql 'INSERT INTO version VALUES (999)' > /dev/null
rc=0; out check > "$dir/out" 2>&1 || rc=$?
expect "tables of a newer version" 1 "$rc"
grep -q 'newer version' "$dir/out" || die "it does not say that they are newer"
echo "RESULT $wanted events in PostgreSQL, each once"
