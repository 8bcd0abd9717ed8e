#!/bin/sh
# Tamper evidence, with the real programs: what was fed is sealed by checkpoints, an entry is proved to somebody who has
# nothing but a checkpoint they kept, a later checkpoint is shown to follow from it, a trust countersigns; then one bit of
# one entry is turned over, its checksum made good, and verify --chain names the entry.
. tests/flow/engine.inc
fairbank=$BIN/fairbank
check() { "$BIN/fairbank-check-proof" "$@"; }
fails() { # status, words, command...
    wanted=$1 words=$2; shift 2
    rc=0; "$@" >"$dir/out" 2>&1 || rc=$?
    [ $rc -eq "$wanted" ] || { cat "$dir/out"; die "$* ended with $rc, not $wanted"; }
    grep -q -- "$words" "$dir/out" || { cat "$dir/out"; die "$* does not say '$words'"; }
}

# ---- one checkpoint, more records, another ----
start
mkdir -p "$dir/state"; cp -r tests/data/demo "$dir/in"
grep -v '^#' "$dir/in/feed-order.txt" | grep . > "$dir/order"
half=$(($(wc -l < "$dir/order") / 2))
feed_lines() { while read -r mapping file options; do
    # shellcheck disable=SC2086
    feed_file "$mapping" "$file" $options
done; }
head -n $half "$dir/order" > "$dir/first"; tail -n +$((half + 1)) "$dir/order" > "$dir/rest"
feed_lines < "$dir/first"; settle
"$fairbank" checkpoint make --data "$data" > "$dir/old.txt" || die "no checkpoint was made"
[ "$(stat -c '%a %s' "$data/checkpoint.key")" = "600 32" ] || die "the signing key is not its owner's"
expect "the key" "$(sed -n 's/^key //p' "$dir/old.txt")" "$("$fairbank" checkpoint key --data "$data")"
check "$dir/old.txt" --key "$("$fairbank" checkpoint key --data "$data")" > /dev/null || die "the first checkpoint does not hold"
feed_lines < "$dir/rest"; settle
"$fairbank" checkpoint make --data "$data" > "$dir/new.txt"
old=$(sed -n 's/^entries //p' "$dir/old.txt"); new=$(sed -n 's/^entries //p' "$dir/new.txt")
[ "$old" -gt 100 ] && [ "$new" -gt "$old" ] || die "the checkpoints cover $old and $new entries"

first=$("$fairbank" checkpoint list --data "$data" --json | jq "select(.entries == $old) | .checkpoint")

# ---- proofs, held against what was kept ----
booking=$("$fairbank" findings --data "$data" --json --trust RTH | jq -r 'select(.source == "rth-roster") | .booking' | head -n 1)
"$fairbank" prove "$booking" --data "$data" --out "$dir/proof.json" 2> "$dir/err" || { cat "$dir/err"; die "nothing was proved of $booking"; }
check "$dir/proof.json" --held "$dir/new.txt" > "$dir/out" || { cat "$dir/out"; die "the proof of $booking does not hold"; }
grep -q '^PROVED' "$dir/out" && grep -q "reference $booking" "$dir/out" || { cat "$dir/out"; die "the proof does not say of what"; }
"$fairbank" prove --journal $((old / 2)) --at "$first" --body --as controls --data "$data" > "$dir/early.json"
check "$dir/early.json" --held "$dir/old.txt" > "$dir/out" || { cat "$dir/out"; die "an early entry is not proved under the first checkpoint"; }
grep -q 'decisions that the file shows' "$dir/out" || die "a proof with its body does not speak of it"
fails 3 'not under the checkpoint' check "$dir/proof.json" --held "$dir/old.txt"
fails 2 'there is no option --nonsense' check --nonsense
fails 0 '^fairbank-check-proof [0-9]' check --version
rc=0; check "$dir/proof.json" > /dev/full 2> "$dir/err" || rc=$?
[ $rc -eq 1 ] && grep -q 'could not be written' "$dir/err" || die "an answer that nobody got ended with $rc"
fails 3 'another key' check "$dir/proof.json" --key "$(printf '%064d' 0)"
fails 2 'takes 64 digits' check "$dir/proof.json" --key 00 # not copied whole: nothing is said of the engine
fails 1 'asked with\|--as controls' "$fairbank" prove "$booking" --body --as finance --data "$data"
fails 1 "another trust's system" "$fairbank" prove "$booking" --as trust:RXQ --data "$data"
fails 1 "of another trust" "$fairbank" prove RXQ/2026-03-01/bank --as trust:RTH --data "$data" # whoever sent it: a register of all trusts
"$fairbank" prove RTH/2026-03-01/bank --as trust:RTH --data "$data" > "$dir/out" || die "a trust does not get the proof of its own budget"
"$fairbank" prove "$booking" --body --as trust:RTH --data "$data" > "$dir/out" || die "a trust does not get the proof of its own"
cp "$dir/proof.json" "$dir/kept.json"
fails 0 'is written' "$fairbank" prove "$booking" --data "$data" --out "$dir/proof.json" # the same proof again
fails 1 'is there already and says something else' "$fairbank" prove --journal 1 --data "$data" --out "$dir/proof.json"
cmp "$dir/kept.json" "$dir/proof.json" || die "a proof was written over another"
fails 1 'No such file' "$fairbank" prove "$booking" --data "$data" --out "$dir/none/proof.json"
fails 1 'before the entry was taken' "$fairbank" prove --journal "$new" --at "$first" --data "$data"
fails 1 'the journal ends at entry [0-9]' "$fairbank" prove --journal 999999999 --data "$data"
"$fairbank" prove --from "$dir/old.txt" --data "$data" --out "$dir/growth.json" 2> /dev/null
check "$dir/growth.json" --held "$dir/old.txt" > "$dir/out" || { cat "$dir/out"; die "the second checkpoint is not shown to follow the first"; }
for field in at_ms record source; do
    jq ".$field += 1" "$dir/proof.json" > "$dir/bad.json"
    fails 3 'NOT PROVED' check "$dir/bad.json"
done
jq '.reference = "another"' "$dir/proof.json" > "$dir/bad.json"; fails 3 'NOT PROVED' check "$dir/bad.json"
jq '.path[0:2] |= reverse' "$dir/growth.json" > "$dir/bad.json"; fails 3 'NOT PROVED' check "$dir/bad.json"

# ---- a trust countersigns, offline, and the engine keeps it ----
"$fairbank" checkpoint sign "$dir/new.txt" --name RTH --key "$dir/rth.key" > "$dir/signed.txt" 2>/dev/null || die "it was not countersigned"
fails 0 '1 countersignature was kept' "$fairbank" checkpoint countersign "$dir/signed.txt" --data "$data" --as trust:RTH
fails 0 '0 countersignatures were kept' "$fairbank" checkpoint countersign "$dir/signed.txt" --data "$data" --as trust:RTH
sed 's/^countersigned-by RTH/countersigned-by RXQ/' "$dir/signed.txt" > "$dir/forged.txt"
fails 1 'does not hold' "$fairbank" checkpoint countersign "$dir/forged.txt" --data "$data"
"$fairbank" checkpoint show --data "$data" > "$dir/shown.txt"; cmp "$dir/signed.txt" "$dir/shown.txt" || die "what is kept is not what was signed"
check "$dir/shown.txt" | grep -q 'countersigned by RTH' || die "the checker does not see who countersigned"
expect "who countersigned, as it is listed" RTH "$("$fairbank" checkpoint list --data "$data" --json | jq -r '.countersigned_by[]')"

# ---- a chain of signers: each signs what the one before handed on, and sends it all back ----
cp "$dir/shown.txt" "$dir/chain.txt"; signer=0
while [ $signer -lt 40 ]; do
    signer=$((signer + 1))
    "$fairbank" checkpoint sign "$dir/chain.txt" --name "T$signer" --key "$dir/t$signer.key" > "$dir/next.txt" 2>/dev/null || die "T$signer could not sign"
    mv "$dir/next.txt" "$dir/chain.txt"
    fails 0 '1 countersignature was kept' "$fairbank" checkpoint countersign "$dir/chain.txt" --data "$data"
done
"$fairbank" checkpoint show --data "$data" | cmp - "$dir/chain.txt" || die "what is kept is not what 41 signed"
"$fairbank" checkpoint make --data "$data" | cmp - "$dir/chain.txt" || die "the engine does not tell of all 41"

# ---- a stop seals what came last; a restart goes on; all is as it was ----
head -n 1 "$dir/order" > "$dir/again"; stop; start; stop
"$fairbank" verify --chain --data "$data" --against "$dir/old.txt" > "$dir/out" || { cat "$dir/out"; die "the chain is not as it was"; }
"$fairbank" verify --chain --data "$data" --json > "$dir/chain.json"
expect "the chain's head is sealed" "$(jq .entries "$dir/chain.json")" "$("$fairbank" checkpoint show --data "$data" | sed -n 's/^entries //p')"
"$fairbank" verify --data "$data" > "$dir/out" || { cat "$dir/out"; die "verify found a difference"; }
grep -q 'the chain:' "$dir/out" || die "verify does not speak of the chain"

# ---- a store of before: the chain is folded anew, and comes to the same root ----
"$BIN/tamper" "$data" "$dir/without" 0
fails 3 'leaves: they end before entry 1' "$fairbank" verify --chain --data "$dir/without"
kept=$data; data=$dir/without; cp "$kept"/*.key "$data"; engine=ipc://$data/door.sock; start; stop; data=$kept
"$fairbank" verify --chain --data "$dir/without" --against "$dir/new.txt" --json > "$dir/out" || { cat "$dir/out"; die "the chain that was folded anew does not give the checkpoint's root"; }

# ---- what the folder answers is not asked of an engine that is named, and JSON is JSON ----
for c in list show key; do
    for option in "--engine ipc://x" "--server-key $dir/x" "--key $dir/x" "--as admin" "--asker me"; do
        # shellcheck disable=SC2086
        fails 2 'takes no --' "$fairbank" checkpoint $c --data "$data" $option
    done
    "$fairbank" checkpoint $c --data "$data" --json | jq -es 'length > 0' > /dev/null || die "checkpoint $c --json is no JSON"
done
"$fairbank" checkpoint show "$first" --data "$data" --json | jq -rj .text > "$dir/shown.txt"; cmp "$dir/old.txt" "$dir/shown.txt" || die "the text in JSON is another"

# ---- the signing key is lost: the doctor sees it, and the next start says what follows ----
old_key=$("$fairbank" checkpoint key --data "$data")
mv "$data/checkpoint.key" "$dir/checkpoint.key"
doctor() { "$fairbank" doctor --data "$data" 2>&1 | sed -n '/ keys /,/^[a-zA-Z]/p'; }
doctor > "$dir/out"; grep -q '^see to it *keys *checkpoint.key is missing' "$dir/out" || { cat "$dir/out"; die "the doctor does not miss checkpoint.key"; }
"$fairbank" checkpoint key --data "$data" > "$dir/out" 2> "$dir/err"
expect "the key of the last checkpoint, where its file is gone" "$old_key" "$(cat "$dir/out")"
grep -q 'checkpoint.key is missing; this is the key of checkpoint' "$dir/err" || { cat "$dir/err"; die "whose key that is, is not said"; }
: > "$dir/log"; start
"$fairbank" checkpoint key --data "$data" > "$dir/out" 2> "$dir/err"
new_key=$(cat "$dir/out")
[ "$new_key" != "$old_key" ] || die "the lost key is still told as the one in use"
grep -q "was signed with another key: $old_key" "$dir/err" || { cat "$dir/err"; die "the key before is not told"; }
grep -q "warn .*checkpoint.key was missing .*its public half is $new_key" "$dir/log" || die "the log does not warn of a new checkpoint.key"
grep -q 'made in .*: checkpoint.key (' "$dir/log" || die "the log does not name the key that was made"
! grep -q 'made in .*worker.key' "$dir/log" || die "the log names a key that was not made"
"$fairbank" checkpoint make --data "$data" --json | jq -e .signed > /dev/null || die "checkpoint make --json is no JSON"
stop; mv "$data/link.key" "$dir/link.key"
doctor > "$dir/out"; grep -q '^see to it *keys *link.key is missing' "$dir/out" || { cat "$dir/out"; die "the doctor does not miss link.key"; }
mv "$dir/link.key" "$data/link.key"; mv "$dir/checkpoint.key" "$data/checkpoint.key"
doctor > "$dir/out"; grep -q '^well *keys' "$dir/out" || { cat "$dir/out"; die "the keys are back, and the doctor is not content"; }

# ---- one bit ----
entry=$((old / 3))
"$BIN/tamper" "$data" "$dir/changed" "$entry"
fails 3 "journal: entry $entry:" "$fairbank" verify --chain --data "$dir/changed"
echo "chain: $new entries, a proof of $(wc -c < "$dir/proof.json") bytes, and one bit of entry $entry found"
