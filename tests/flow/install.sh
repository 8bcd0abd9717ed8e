#!/bin/sh
# make install, as a package would: what is there is what the list says, with those modes; twice the same bytes. A publisher compiled in
# a folder outside the tree with what pkg-config says, once with the shared library and once with the static one, publishes to the
# installed engine, gets answers and a signed receipt. make uninstall leaves no file behind, and a changed configuration alone.
. tests/flow/engine.inc
tree=$PWD
variant=${BIN##*/} build=${BIN%/*}
stage=$dir/stage prefix=/opt/fairbank
make_it() { # a make of its own: this script runs within one
    env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s BUILD="$build" INSTALL_VARIANT="$variant" PREFIX=$prefix DESTDIR="$stage" CC="${CC:-gcc}" "$@" ||
        die "make $*"
}
listed() { make_it install-list; }
there() { (cd "$stage" && find . -type l -printf 'link /%P -> %l\n' -o -type f -printf '%m  /%P\n') | sort -k 2; }

# ---- what is there ----
make_it install > "$dir/out"
listed > "$dir/list"; there > "$dir/there"
cmp -s "$dir/list" "$dir/there" || { diff "$dir/list" "$dir/there" | head -20; die "what was installed is not what install-list says"; }
find "$stage" -type d ! -perm 755 | grep . && die "a folder that not everybody may enter"
(cd "$stage" && find . -type f -exec sha256sum {} +) | sort -k 2 > "$dir/first"
rm -rf "$stage"; (umask 077; make_it install > /dev/null)
(cd "$stage" && find . -type f -exec sha256sum {} +) | sort -k 2 > "$dir/second"
cmp -s "$dir/first" "$dir/second" || die "installing twice gives other bytes"
there | cmp -s "$dir/list" - || die "the caller's umask changes modes"
at=$stage$prefix
for p in fairbankd fairbank fairbank-csv fairbank-webhook fairbank-export; do [ -x "$at/bin/$p" ] || die "no $p"; done
! command -v man > /dev/null || for page in "$at"/share/man/man*/*; do
    out=$(man --warnings -l "$page" 2>&1 >/dev/null || true); [ -z "$out" ] || die "$page: $out"
done
grep -rl '@[a-z_]*@' "$at/lib/pkgconfig" && die "a template is not filled in"
grep -q "ExecStart=$prefix/bin/fairbankd --config $prefix/etc/fairbank/fairbank.yaml" "$at/lib/systemd/system/fairbankd.service" || die "the service names other paths"
grep -q "^ExecStart=$prefix/bin/fairbank-csv watch --quiet $prefix/etc/fairbank/watch/%i.yaml" "$at/lib/systemd/system/fairbank-csv@.service" || die "the service of drop folders names other paths"
# What guards the one guards the other, but for the one right that a watch needs.
hardening() { grep -E '^(NoNewPrivileges|Protect|Private|Restrict[A-Z]|LockPersonality|MemoryDeny|SystemCall|UMask|LimitCORE)' "$1" | grep -v '^RestartPrevent' | sed "s/^UMask=${2:-0077}\$/UMask/" | sort; }
[ -L "$at/bin/fairbank-export" ] && "$at/bin/fairbank-export" --version | grep -q '^fairbank-export ' || die 'fairbank-export is no other name of fairbank'
hardening "$tree/deploy/fairbankd.service" > "$dir/guards"
[ "$(wc -l < "$dir/guards")" -ge 12 ] && grep -q '^LimitCORE=0$' "$dir/guards" || die "too few guards"
units=$(cd "$tree/deploy" && ls *.service)
for unit in $units; do
    umask=0077; [ "$unit" != fairbank-export.service ] || umask=0027 # its files are for the group
    hardening "$tree/deploy/$unit" $umask | cmp - "$dir/guards" || die "$unit is guarded otherwise"
    # What it runs is there, and takes those words (of a template the first of what it is for).
    said=$(sed -n 's/^ExecStart=//p' "$at/lib/systemd/system/$unit" | sed 's,fairbank-%i,fairbank-webhook,; s/%i/none/; s/ \$OPTIONS//'); program=${said%% *}
    rc=0; (set -- $said; program=$1; shift; timeout 10 "$stage$program" "$@" --help) > "$dir/help" 2>&1 || rc=$?
    { [ $rc -eq 0 ] && grep -q "^${program##*/}" "$dir/help"; } || { cat "$dir/help"; die "$unit runs what is not there: $said"; }
done
! command -v systemd-analyze > /dev/null || for unit in $units; do
    sed "s,^ExecStart=[^ ]*,ExecStart=/bin/true," "$at/lib/systemd/system/$unit" > "$dir/$unit"
    said=$(systemd-analyze verify --man=no --recursive-errors=no "$dir/$unit" 2>&1 | grep -F "$unit" || true); [ -z "$said" ] || die "$unit: $said"
done

# systemd gives a unit up that was started five times within ten seconds.
for unit in $units; do
    pause=$(sed -n 's/^RestartSec=//p' "$tree/deploy/$unit")
    [ "$((pause * 5))" -gt 10 ] || grep -q '^StartLimitIntervalSec=0' "$tree/deploy/$unit" || die "$unit stays down after a fault of some seconds"
done

# ---- which names are to be seen ----
tools/library-names > "$dir/wanted"
tools/library-names --map > "$dir/map"
diff "$dir/wanted" "$dir/map" > "$dir/diff" || { cat "$dir/diff"; die "adapters/lib/fairbank.map is not what the headers declare: tools/library-names says what must stand there"; }
nm -D --defined-only "$at/lib/libfairbank.so" | awk '$2 == "T" { sub(/@.*/, "", $3); print $3 }' | sort | cmp -s - "$dir/map" || die "the shared library exports other names"
nm -g --defined-only "$at/lib/libfairbank.a" | awk 'NF == 3 { print $3 }' | sort > "$dir/static"
cmp -s "$dir/static" "$dir/map" || die "the static library shows other names: $(diff "$dir/static" "$dir/map" | head -3)"
readelf -d "$at/lib/libfairbank.so" | grep -q 'SONAME.*libfairbank\.so\.0\]' || die "no soname"

# ---- the installed engine, from elsewhere: it finds its rules by itself ----
mkdir "$dir/outside"; cd "$dir/outside"
"$at/bin/fairbank" price --help > /dev/null || die "the installed tool does not run"
BIN=$at/bin start
grep -q "$prefix/share/fairbank/rules/england" "$dir/log" || "$at/bin/fairbank" status --data "$data" --json | grep -q '"issue": *[1-9]' || die "the installed engine has no rules"

# ---- outside the tree, with pkg-config alone ----
cp "$tree/adapters/examples/c/publish.c" "$tree/adapters/examples/c/consume.c" "$tree/adapters/examples/bookings.csv" .
export PKG_CONFIG_PATH="$at/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$stage"
strict="-std=c11 -D_POSIX_C_SOURCE=200809L -Wall -Wextra -Wpedantic -Werror -Wstrict-prototypes"
compile() { # package, program, source
    # shellcheck disable=SC2046,SC2086
    gcc $strict -o "$2" "$3" $(pkg-config --cflags --libs "$1") || die "it does not compile with $1"
}
compile fairbank shared publish.c; compile fairbank-static static publish.c
compile fairbank events-shared consume.c; compile fairbank-static events-static consume.c
readelf -d shared | grep -q 'NEEDED.*libfairbank\.so\.0' || die "the shared one does not use the library"
readelf -d static | grep -q 'NEEDED.*libfairbank' && die "the static one needs the library"
expect "version" "$(sed -n 's/^## //p' "$tree/CHANGES" | head -1 | cut -d' ' -f1)" "$(pkg-config --modversion fairbank)"
said=$(LD_LIBRARY_PATH="$at/lib" ./shared --engine "$engine" --spool spool-a --receipt receipt-a bookings.csv)
expect "shared: accepted, amended" "6 2" "$(echo "$said" | jq -r '[.accepted, .amended] | join(" ")')"
said=$(./static --engine "$engine" --spool spool-b --receipt receipt-b bookings.csv)
expect "static: the same messages again" 8 "$(echo "$said" | jq .duplicate)"
key=$("$at/bin/fairbank" receipt --data "$data" --source example --json | jq -r .key)
for r in receipt-a receipt-b; do
    "$at/bin/fairbank" receipt --check $r --signer "$key" > "$dir/out" || { cat "$dir/out"; die "$r does not hold"; }
    grep -q '^booking first 6 amended 2 ' $r || die "$r states something else"
done

# ---- the way out: the same events as the tool's, each once, from where it was, whatever crashes ----
BIN=$at/bin settle
feed=ipc://$data/feed.sock
"$at/bin/fairbank" events --data "$data" --from 0 --json | jq -r '[.seq, .type] | @tsv' > events
[ "$(wc -l < events)" -gt 10 ] || die "only $(wc -l < events) events"
consume() { LD_LIBRARY_PATH="$at/lib" "./$1" --feed "$feed" --name "$2" --wait-ms 500 "$3"; }
seqs() { sed 's/^[0-9]*-//' "$1" | cut -f 1,2; }
said=$(consume events-shared finance book) || die "the consumer failed"
expect "events consumed" "$(wc -l < events) 0" "$(echo "$said" | jq -r '"\(.written) \(.again)"')"
seqs book | cmp - events || die "the consumer's events are not the feed's"
expect "consumed again" "0 0" "$(consume events-static finance book | jq -r '"\(.written) \(.again)"')"
cp book torn; printf '7-99\tratecap.br' >> torn # a crash before the place was kept, and in the middle of a line
expect "after a crash" "0 $(wc -l < events)" "$(consume events-static other torn | jq -r '"\(.written) \(.again)"')"
cmp -s book torn || die "a torn line was left"
expect "one kind alone" "$(grep -c 'booking.assessed' events)" "$(LD_LIBRARY_PATH="$at/lib" ./events-shared --feed "$feed" --name assessed --kind booking.assessed --wait-ms 500 some | jq .written)"
stop
rc=0; consume events-shared finance book 2> "$dir/out" || rc=$?
expect "a consumer without an engine" 1 "$rc"; grep -q 'no engine answers' "$dir/out" || die "it does not say that nobody answers"
unset PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cd "$tree"

# ---- away again ----
echo '# ours' >> "$at/etc/fairbank/fairbank.yaml"
make_it install > "$dir/out"; grep -q 'kept .*fairbank.yaml' "$dir/out" || die "installing again wrote over a changed configuration"
make_it uninstall > "$dir/out"; grep -q 'kept .*fairbank.yaml' "$dir/out" || die "a changed configuration was taken away"
expect "files left" "$at/etc/fairbank/fairbank.yaml" "$(find "$stage" ! -type d)"
rm "$at/etc/fairbank/fairbank.yaml"; make_it install > /dev/null; make_it uninstall > /dev/null
expect "files left" "" "$(find "$stage" ! -type d)"
expect "folders of our own left" "" "$(find "$stage" -depth -type d -name 'fairbank' ! -path "$stage$prefix" | head -1)"
echo "RESULT $(wc -l < "$dir/list") files as listed, $(wc -l < "$dir/map") names; a publisher outside the tree, shared and static: 8 messages, 8 repeats, 2 receipts; a consumer, shared and static: $(wc -l < "$dir/outside/events") events, each once; nothing left after uninstall"
