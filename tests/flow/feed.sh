#!/bin/sh
# Finance's side: a cursor continues where it was acknowledged, also over a crash; no event is missed or given twice.
. tests/flow/engine.inc
start
feed_all
settle
"$BIN/fairbank" events --data "$data" --json > "$dir/all"
head=$(wc -l < "$dir/all")
[ "$head" -gt 1000 ] || die "only $head events"
seqs() { sed -n 's/^{"seq":\([0-9]*\),.*/\1/p' "$@"; }
expect "sequence numbers are dense" "$(seq 1 "$head" | md5sum)" "$(seqs "$dir/all" | md5sum)"
"$BIN/fairbank" events --data "$data" --json --cursor finance --limit 600 > "$dir/first"
crash
start
"$BIN/fairbank" events --data "$data" --json --cursor finance > "$dir/second"
expect "events over two sittings of one cursor" "$(seqs "$dir/all" | md5sum)" "$(seqs "$dir/first" "$dir/second" | md5sum)"
"$BIN/fairbank" events --data "$data" --json --kind ratecap.breached --trust RXQ > "$dir/some"
[ -s "$dir/some" ] || die "no breach of RXQ"
! grep -v '"type":"ratecap.breached","time":"[^"]*","trust":"RXQ"' "$dir/some" || die "the filter lets others through"
timeout 3 "$BIN/fairbank" events --data "$data" --json --follow --from "$head" > "$dir/follow" 2>/dev/null || true
stop
"$BIN/fairbank" events --data "$data" --json --offline > "$dir/offline"
cmp -s "$dir/all" "$dir/offline" || die "the folder tells other events than the feed"
echo "RESULT $head events, dense; one cursor over a crash: each once"
