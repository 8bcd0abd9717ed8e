#!/bin/sh
# make deb: three packages, twice the same bytes; every file in one of them, with modes and owner; man pages packed; what they depend on is
# worked out. Debian's own dpkg installs them into a folder of the test's, keeps a changed configuration on removal, and purges all.
set -eu
: "${BIN:?BIN must name the folder of the programs}"
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
die() { echo "FAILED: $1"; exit 1; }
variant=${BIN##*/} build=${BIN%/*}
case $variant in asan|tsan) echo "RESULT not packed: a sanitizer's programs are nobody's package; make flow of another variant does it"; exit 0 ;; esac
make_deb() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -s BUILD="$build" INSTALL_VARIANT="$variant" DEB="$1" CC="${CC:-gcc}" deb > "$dir/out" 2>&1 || { cat "$dir/out"; die "make deb"; }; }
make_deb "$dir/a"; make_deb "$dir/b"
(cd "$dir/a" && sha256sum ./*.deb) > "$dir/sums"; (cd "$dir/b" && sha256sum -c --quiet "$dir/sums") || die "made twice, a package has other bytes"
count=$(wc -l < "$dir/sums"); [ "$count" -eq 3 ] || die "$count packages"

: > "$dir/all"
for p in fairbank libfairbank0 libfairbank-dev; do
    deb=$(ls "$dir"/a/${p}_*.deb)
    dpkg-deb -c "$deb" | grep -v '^d' >> "$dir/all"
    dpkg-deb -c "$deb" | grep -vE '^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root/root ' && die "$p: an odd mode or owner"
    dpkg-deb -c "$deb" | grep '^-rwx' | grep -v ' \./usr/bin/' && die "$p: a program outside bin"
    dpkg-deb -f "$deb" Depends | grep -q . || die "$p depends on nothing"
done
for need in libc6 libzmq5 liblmdb0 libuv1 libprotobuf-c1 libsodium23 libpq5 libcurl4; do
    dpkg-deb -f "$dir"/a/fairbank_*.deb Depends | grep -q "$need" || die "fairbank does not depend on $need"
done
dpkg-deb -f "$dir"/a/libfairbank0_*.deb Depends | grep -qE 'libuv1|liblmdb0|libpq5' && die "the library depends on what it does not use"
awk '{ print $6 }' "$dir/all" | sort | uniq -d | grep . && die "files in two packages"
grep '/man/man' "$dir/all" | grep -v '\.gz$' && die "a man page is not packed"
for there in usr/bin/fairbankd usr/share/man/man1/fairbankd.1.gz usr/lib/systemd/system/fairbankd.service usr/lib/systemd/system/fairbank-csv@.service usr/lib/systemd/system/fairbank-export.service usr/bin/fairbank-export usr/share/man/man1/fairbank-export.1.gz etc/fairbank/fairbank.yaml usr/share/fairbank/rules/england/pack.yaml; do
    grep -q " \./$there" "$dir/all" || die "no $there"
done

# Only root may give files away, which is what dpkg does.
if [ "$(id -u)" = 0 ]; then
    root=$dir/root; mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"; : > "$root/var/lib/dpkg/status"
    dpkg_here() { dpkg --instdir="$root" --admindir="$root/var/lib/dpkg" --log="$dir/log" --force-depends --force-script-chrootless --force-unsafe-io "$@" > "$dir/out" 2>&1 || { cat "$dir/out"; die "dpkg $1"; }; }
    # shellcheck disable=SC2086
    dpkg_here -i "$dir"/a/*.deb
    "$root/usr/bin/fairbank" --version > /dev/null || die "the tool does not run"
    (cd "$dir" && "$root/usr/bin/fairbank" rules check "$root/usr/share/fairbank/rules/england" > /dev/null) || die "the packed rules do not check"
    grep -q "  - /usr/share/fairbank/rules/england" "$root/etc/fairbank/fairbank.yaml" || die "the configuration names no packs"
    echo '# ours' >> "$root/etc/fairbank/fairbank.yaml"
    dpkg_here -r fairbank libfairbank-dev libfairbank0
    tail -1 "$root/etc/fairbank/fairbank.yaml" | grep -q ours || die "a changed configuration went with the package"
    [ ! -e "$root/usr/bin/fairbankd" ] || die "a program stayed"
    dpkg_here -P fairbank libfairbank-dev libfairbank0
    left=$(find "$root" ! -type d ! -path "$root/var/lib/dpkg/*"); [ -z "$left" ] || die "left after purge: $left"
    how="installed, removed and purged by dpkg"
else
    how="not installed: only root may"
fi
echo "RESULT 3 packages, $(wc -l < "$dir/all") files, the same bytes twice; $how"
