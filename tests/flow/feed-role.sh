#!/bin/sh
# A key loses its role at the feed and gets it back: outlets keep their places, say once why nothing comes, and send nothing a second time, also
# what left their ledgers long ago.
. tests/flow/engine.inc
secret=whsec_ZmFpcmJhbmstZmxvdy10ZXN0LXNlY3JldA==
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pgbin" ] || die "no PostgreSQL server is installed (postgresql)"
hook= receiver= follow= pg= bridge=
pg=$(mktemp -d)
as=
if [ "$(id -u)" = 0 ]; then chown postgres "$pg"; as="runuser -u postgres --"; fi
pg_end() { $as "$pgbin/pg_ctl" -D "$pg/db" -s -m immediate stop > /dev/null 2>&1 || true; }
quiet_all() { for p in $receiver $hook $follow $bridge; do kill -9 "$p" 2>/dev/null || true; wait "$p" 2>/dev/null || true; done; pg_end; quiet_end; rm -rf "$pg"; }
trap quiet_all EXIT
(cd "$pg" && $as "$pgbin/initdb" -D "$pg/db" -A trust -U bank -E UTF8 --locale=C > /dev/null 2>&1 &&
    $as "$pgbin/pg_ctl" -D "$pg/db" -s -w -o "-k $pg -c listen_addresses=''" -l "$pg/log" start > /dev/null 2>&1) || die "PostgreSQL did not start"
sql() { psql -h "$pg" -U bank -d postgres -At -c "SET search_path = fairbank" -c "$1" 2>/dev/null | grep -v "^SET\$" || true; }

# ---- an engine on the network, and three who follow its feed with keys ----
mkdir -p "$dir/hook" "$dir/keys"
mkdir -m 700 "$data"
"$BIN/fairbank" keys make engine --out "$data" > /dev/null
for who in hook export bridge; do "$BIN/fairbank" keys make "$who" --out "$dir/keys" > /dev/null; done
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
identities() { # their roles
    echo "identities:"
    for who in hook export bridge; do
        printf "  - {name: %s, key: '%s', roles: [%s]}\n" "$who" "$(sed -n 's/^public: //p' "$dir/keys/$who.pub")" "$1"
    done
}
identities "controls, feed" > "$dir/identities.yaml"
printf 'network_feed: tcp://127.0.0.1:%s\nidentities: %s\n' "$port" "$dir/identities.yaml" > "$dir/config"
feed=tcp://127.0.0.1:$port
printf '%s\n' "$secret" > "$dir/secret"; chmod 600 "$dir/secret"
python3 tests/flow/hook_receiver.py "$dir/hook" "$secret" & receiver=$!
i=0; until [ -f "$dir/hook/port" ]; do i=$((i + 1)); [ $i -lt 100 ] || die "the receiver does not listen"; sleep 0.1; done
printf 'routes:\n  - {name: all, to: [hooks], when: {kind: [ratecap.breached, rate.off_card]}}\n' > "$dir/routes.yaml"
cat > "$dir/hook.yaml" <<YAML
feed: $feed
server_key: $data/engine.pub
key: $dir/keys/hook.key
routes: $dir/routes.yaml
ledger: $dir/ledger
receivers:
  - {name: hooks, url: "http://127.0.0.1:$(cat "$dir/hook/port")/alerts", secret: $dir/secret, at_once: 4}
YAML
printf 'feed: %s\nserver_key: %s\nkey: %s\ndatabase: host=%s user=bank dbname=postgres\n' "$feed" "$data/engine.pub" "$dir/keys/bridge.key" "$pg" > "$dir/pg.yaml"
start --config "$dir/config"
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state"
grep -v '^#' "$dir/in/feed-order.txt" | head -8 > "$dir/in/some" # enough
while read -r mapping file options; do
    # shellcheck disable=SC2086
    [ -z "$mapping" ] || feed_file "$mapping" "$file" $options
done < "$dir/in/some"
settle
hooks() { "$BIN/fairbank-webhook" "$@" --config "$dir/hook.yaml"; }
hooks run --once --quiet || die "the hooks did not go out"
have=$(wc -l < "$dir/hook/got" | tr -d ' ')
[ "$have" -gt 10 ] || die "only $have hooks"
place=$(hooks status | sed -n 's/^the feed was read up to //p')

# ---- a month on, when the ledger remembers none of them, the role goes and comes back ----
on_day 31
# shellcheck disable=SC2086
$engine_env "$BIN/fairbank-webhook" run --config "$dir/hook.yaml" > /dev/null 2>"$dir/hook.log" & hook=$!
"$BIN/fairbank-export" follow --feed "$feed" --server-key "$data/engine.pub" --key "$dir/keys/export.key" --data "$data" --to "$dir/alerts" > /dev/null 2>"$dir/follow.log" & follow=$!
"$BIN/fairbank-postgres" run --config "$dir/pg.yaml" > /dev/null 2>"$dir/bridge.log" & bridge=$!
until_equal() { # what, wanted, command
    i=0
    until [ "$(eval "$3")" = "$2" ]; do i=$((i + 1)); [ $i -lt 300 ] || die "$1: '$(eval "$3")' and not '$2' after 30 s"; sleep 0.1; done
}
head=$("$BIN/fairbank" events --data "$data" --from 0 --json | wc -l | tr -d ' ')
until_equal "events in the database" "$head" "sql 'SELECT count(*) FROM event'"
until_equal "files of alerts" 1 "ls '$dir'/alerts/alerts-*.csv 2>/dev/null | wc -l | tr -d ' '"
until_equal "what the ledger remembers" 0 "hooks status --json | jq '.hooks.delivered'"
sleep 2
rows=$(cat "$dir"/alerts/alerts-*.csv | wc -l)
identities controls > "$dir/identities.yaml"
kill -HUP "$pid"
for log in hook follow bridge; do until_equal "$log.log tells of the role" 1 "grep -c 'no role .feed.' '$dir/$log.log'"; done
turned() { "$BIN/fairbank" status --data "$data" --json | jq '[.turned_away | .. | numbers] | add // 0'; }
asked=$(turned)
[ "$asked" -gt 0 ] || die "the engine turned nobody away"
sleep 2
expect "what the ledger says of the place" "$place" "$(hooks status | sed -n 's/^the feed was read up to //p')"
[ $(($(turned) - asked)) -lt 12 ] || die "they ask without a pause"
identities "controls, feed" > "$dir/identities.yaml"
kill -HUP "$pid"
for log in hook follow; do until_equal "$log.log tells that it is back" 1 "grep -c 'gives events again' '$dir/$log.log'"; done
sleep 2
for log in hook follow bridge; do expect "what $log.log told of the role" 1 "$(grep -c 'no role .feed.' "$dir/$log.log")"; done
for p in $hook $follow $bridge; do kill -TERM "$p"; rc=0; wait "$p" || rc=$?; expect "SIGTERM" 0 "$rc"; done
hook= follow= bridge=
expect "hooks, after the role came back" "$have" "$(wc -l < "$dir/hook/got" | tr -d ' ')"
expect "lines of alerts" "$rows" "$(cat "$dir"/alerts/alerts-*.csv | wc -l)"
expect "events in the database" "$head|$head" "$(sql 'SELECT count(*), count(DISTINCT (epoch, seq)) FROM event')"
engine_env=
stop
echo "RESULT $have hooks, $rows lines and $head rows stay the same in number while a role is away and comes back"
