#!/bin/sh
# A PostgreSQL server of a bench's own: database.sh start prints its folder, which is the host to connect to (user bank, database postgres);
# database.sh stop FOLDER ends it and removes the folder. Exit 3: none is installed.
set -eu
pgbin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$pgbin" ] || exit 3
as= # a server refuses to run as root
[ "$(id -u)" != 0 ] || as="runuser -u postgres --"
case $1 in
start)
    pg=$(mktemp -d)
    [ -z "$as" ] || chown postgres "$pg"
    cd "$pg"
    $as "$pgbin/initdb" -D "$pg/db" -A trust -U bank -E UTF8 --locale=C > /dev/null
    $as "$pgbin/pg_ctl" -D "$pg/db" -s -w -o "-k $pg -c listen_addresses='' -c fsync=on" -l "$pg/log" start > /dev/null
    echo "$pg" ;;
stop)
    pg=$2
    cd "$pg"
    $as "$pgbin/pg_ctl" -D "$pg/db" -s -m fast stop > /dev/null
    cd /
    rm -rf "$pg" ;;
esac
