#!/bin/sh
# An extract leaves without its persons: no name, date of birth, address or number of theirs is in what fairbank-scrub writes,
# says or leaves lying; the Python of it writes the same bytes; and what an engine makes of the scrubbed files is what it made of
# the files themselves.
. tests/flow/engine.inc
cp -r tests/data/demo "$dir/in"
mkdir -p "$dir/state" "$dir/c" "$dir/py"
key=$dir/in/worker-key
echo "the key before: made up, for this test alone" > "$dir/old-key"
chmod 600 "$key"; chmod 640 "$dir/old-key"
old=
scrub() { # rules extract: both programs, and nothing may differ
    name=$(basename "$2"); rcs=
    for how in c py; do
        case $how in c) by=$BIN/fairbank-scrub ;; py) by='python3 adapters/inbound/scrub/fairbank_scrub.py' ;; esac
        rc=0
        # shellcheck disable=SC2086
        $by --rules "$1" --worker-key "$key" $old --out "$dir/$how/$name" "$2" >"$dir/$how/$name.said" 2>"$dir/$how/$name.log" || rc=$?
        rcs="$rcs $rc"
    done
    [ "${rcs% *}" = " ${rcs##* }" ] || die "$name with $1: exit statuses$rcs"
    diff -r "$dir/c" "$dir/py" > "$dir/differs" || die "$name: the two write different bytes: $(head -c 600 "$dir/differs")"
    rc=${rcs##* }
}

# The demo's files, and what became of every column.
n=0
for r in rth-roster rth-provider workers hours; do
    for f in "$dir/in/made-up/$r"-2026-*.csv; do
        scrub "tests/data/scrub/$r.scrub" "$f"
        expect "$(basename "$f")" 0 "$rc"
        n=$((n + 1))
    done
done
tail -qn +2 "$dir"/in/made-up/workers-*.csv "$dir"/in/made-up/hours-*.csv | cut -d, -f1 | sort -u > "$dir/numbers"
[ "$(wc -l < "$dir/numbers")" -gt 900 ] || die "too few staff numbers to look for"
grep -rqF 3000002 "$dir/c" || die "not even a request's reference is found: this looks in the wrong place"
! grep -rlF -f "$dir/numbers" "$dir/c" "$dir/py" || die "a staff number left"

! grep -rl 'warning: ' "$dir/c" "$dir/py" || die "a key that is its owner's alone is warned of"

# Everything that must not leave, in one extract; then the same torn to pieces.
old="--old-worker-key $dir/old-key"
python3 tests/flow/scrub_hostile.py "$dir/hostile.csv"
scrub tests/data/scrub/hostile.scrub "$dir/hostile.csv"
expect "rows of persons are set aside" 3 "$rc"
grep -q "warning: others than its owner may read $dir/old-key, and tell by it" "$dir/c/hostile.csv.log" || die "a key that others may read is not warned of"
[ -z "${UPDATE:-}" ] || cp "$dir/c/hostile.csv" tests/golden/scrub_hostile.csv
cmp "$dir/c/hostile.csv" tests/golden/scrub_hostile.csv || die "hostile rows: $(diff "$dir/c/hostile.csv" tests/golden/scrub_hostile.csv | head -5)"
sum=$(sha256sum "$dir/c/hostile.csv" | cut -d' ' -f1)
grep -q "\"sha256\":\"$sum\"" "$dir/c/hostile.csv.manifest" || die "the manifest's digest is not the file's"
torn=12
for seed in $(seq $torn); do
    python3 tests/flow/scrub_hostile.py "$dir/torn.csv" "$seed"
    scrub tests/data/scrub/hostile.scrub "$dir/torn.csv"
done
planted='Planted-Name|12.03.1985|19850312|12031985|planted@|900123|QQ123456C|20001234|12A3456E'
grep -aqE "$planted" "$dir/hostile.csv" || die "nothing was planted"
[ -z "$(find "$dir/c" "$dir/py" -name '*.part')" ] || die "a part of a file was left"
for how in c py; do
    rm "$dir/$how"/torn.csv* # a torn row may hold a piece of a name in its free text
    ! grep -raE "$planted" "$dir/$how" || die "a person left ($how)"
    ! grep -raF Quentin "$dir/$how" || die "a name left ($how)"
done

# What is written never takes the place of a file that is read, nor of what is no file.
cp "$dir/in/made-up/rth-roster-2026-03-16.csv" "$dir/own.csv"
cp tests/data/scrub/rth-roster.scrub "$dir/own.scrub"
mkfifo "$dir/fifo.csv"
for how in c py; do
    case $how in c) by=$BIN/fairbank-scrub ;; py) by='python3 adapters/inbound/scrub/fairbank_scrub.py' ;; esac
    for out in own.csv own.scrub fifo.csv; do
        rc=0; $by --rules "$dir/own.scrub" --worker-key "$key" --out "$dir/$out" "$dir/own.csv" >/dev/null 2>"$dir/said-$how-$out" || rc=$?
        expect "$how: --out $out" 2 "$rc"
    done
done
for out in own.csv own.scrub fifo.csv; do cmp "$dir/said-c-$out" "$dir/said-py-$out" || die "--out $out: other words"; done
cmp "$dir/own.csv" "$dir/in/made-up/rth-roster-2026-03-16.csv" && cmp "$dir/own.scrub" tests/data/scrub/rth-roster.scrub && [ -p "$dir/fifo.csv" ] ||
    die "what was read was written over"

# A column of another name, another kind of file, no key: nothing is written, and what was written before stays.
sed 's/^Unit = label/Surname = label/' tests/data/scrub/rth-roster.scrub > "$dir/bad.scrub"
scrub "$dir/bad.scrub" "$dir/in/made-up/rth-roster-2026-03-16.csv"
expect "a surname is kept by no rules" 2 "$rc"
sed 's/^Unit = label/Staff No = code/; s/^\(Staff No\) = {/Worker = {/' tests/data/scrub/rth-roster.scrub > "$dir/bad.scrub"
scrub "$dir/bad.scrub" "$dir/in/made-up/rth-roster-2026-03-16.csv"
expect "nor what a pseudonym is made of" 2 "$rc"
scrub tests/data/scrub/rth-roster.scrub "$dir/in/made-up/hours-2026-03-23.csv"
expect "an extract of another kind" 1 "$rc"
[ "$(head -c 8 "$dir/c/hours-2026-03-23.csv")" = Employer ] || die "a file was overwritten by an extract that did not fit"

# The engine hears the same from both: everything scrubbed is a duplicate, to the last record.
old=
scrubbed() { # mapping that reads what was scrubbed
    sed -e 's/{pseudonym: \[staff\]}/{ready_pseudonym: staff}/; s/{old_pseudonym: \[staff\]}/{ready_pseudonym: was}/' \
        -e 's/{keyed: \[staff\]}/ref_worker/; s,{keyed: "{staff}/\([a-z_]*\)"},ref_\1,; s,{keyed: "{staff}/{employer}/{week}"},ref,' \
        -e 's/encoding: windows-1252/encoding: utf-8/' -e 's/^columns: {staff: Staff No,/&  ref: Ref,/' "$dir/in/mappings/$1.yaml" > "$dir/in/$1.yaml"
}
scrubbed rth-roster; scrubbed rth-provider; scrubbed hours; scrubbed workers
{
    echo "  was: {header: Staff No Was, optional: yes}"
    for r in worker identity right_to_work references criminal_record health_clearance registration training visa opt_out substantive_post; do
        echo "  ref_$r: Ref $r"
    done
} > "$dir/columns"
sed -i "/^  staff: Staff No/r $dir/columns" "$dir/in/workers.yaml"
start
feed_file mappings/organisations.yaml made-up/organisations-2026-03-01.csv
for f in workers-2026-03-01 rth-roster-2026-03-16 rth-provider-2026-03-16 hours-2026-03-23; do
    m=${f%-2026-*}
    feed_file "mappings/$m.yaml" "made-up/$f.csv"
    cp "$dir/c/$f.csv" "$dir/in/$f.csv"
    held=$("$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p')
    feed_file "$m.yaml" "$f.csv"
    ! tail -1 "$dir/summaries" | grep -qE '"(accepted|amended|conflicts)": *[1-9]' || die "$f: something is new: $(tail -1 "$dir/summaries")"
    tail -1 "$dir/summaries" | grep -qE '"duplicates": *[1-9]' || die "$f: nothing was heard: $(tail -1 "$dir/summaries")"
    expect "records after $f was heard twice" "$held" "$("$BIN/fairbank" status --data "$data" --json | sed -n 's/.*"records": *\([0-9]*\).*/\1/p')"
done
# A file that was not scrubbed, by a mapping for one that was: no staff number goes out.
feed_file rth-roster.yaml made-up/rth-roster-2026-03-23.csv
tail -1 "$dir/summaries" | grep -qE '"refused": *[1-9]' || die "staff numbers were taken for pseudonyms"
stop
! grep -alF -f "$dir/numbers" "$data/data.mdb" "$dir/log" "$dir/csv.log" || die "a staff number is in the engine"
echo "RESULT $n files of the demo, one hostile and $torn torn: the same bytes of both, no person in any; the engine heard nothing new"
