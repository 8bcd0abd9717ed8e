#!/bin/sh
# Clean start and stop: one engine a folder, damaged and newer stores refused with a sentence, packs exchanged by SIGHUP.
. tests/flow/engine.inc
start
rc=0; "$BIN/fairbankd" --data "$data" 2>"$dir/second" || rc=$?
expect "a second engine on the same folder" 4 $rc
feed_one() { mkdir -p "$dir/state"; [ -d "$dir/in" ] || cp -r tests/data/demo "$dir/in"; set -- $(grep -v '^#' "$dir/in/feed-order.txt" | head -1); feed_file "$@"; }
feed_one
stop
[ ! -e "$data/ready" ] || die "the ready file outlives the engine"
before=$("$BIN/fairbank" status --data "$data" --offline --json | sed -n 's/.*"messages": *\([0-9]*\).*/\1/p')
[ "$before" -gt 0 ] || die "nothing was kept"

# SIGHUP: a changed pack becomes an issue; a broken one is refused, named by file and line, and the old stays.
mkdir "$dir/rules"; cp -r rules/england rules/thames-valley "$dir/rules/"
printf 'packs:\n  - %s\n  - %s\n' "$dir/rules/england" "$dir/rules/thames-valley" > "$dir/fairbank.yaml"
start --config "$dir/fairbank.yaml"
issue() { "$BIN/fairbank" status --data "$data" --engine "$engine" --json | sed -n 's/.*"issue": *\([0-9]*\).*/\1/p'; }
first=$(issue)
printf '\n# a remark that changes the bytes, and nothing else\n' >> "$dir/rules/thames-valley/pack.yaml"
kill -HUP "$pid"
i=0; until [ "$(issue)" != "$first" ]; do i=$((i + 1)); [ $i -lt 50 ] || die "SIGHUP made no issue of the changed pack"; sleep 0.2; done
second=$(issue)
printf 'no_such_key: 1\n' >> "$dir/rules/thames-valley/pack.yaml"
kill -HUP "$pid"
i=0; until grep -q 'pack.yaml:[0-9]' "$dir/log"; do i=$((i + 1)); [ $i -lt 50 ] || die "a broken pack was not named by file and line"; sleep 0.2; done
expect "the issue after a broken pack" "$second" "$(issue)"
stop

# A store that is newer, or damaged, is refused with a sentence; nothing is written to it.
cp -r "$data" "$dir/broken"
printf 'this is no store' | dd of="$dir/broken/data.mdb" bs=1 seek=0 conv=notrunc 2>/dev/null
rc=0; "$BIN/fairbankd" --data "$dir/broken" 2>"$dir/said" || rc=$?
expect "a damaged store" 3 $rc
grep -qi 'damaged\|not a store' "$dir/said" || { cat "$dir/said"; die "no sentence about the damage"; }
echo "RESULT one engine a folder; SIGHUP took issue $second and refused a broken pack; damaged store refused"
