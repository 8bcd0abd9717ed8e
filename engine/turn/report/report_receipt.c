/* A statement from the store alone: what leaves with its event. */
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "engine/turn/receipts/receipts.h"
#include <string.h>

static enum fb_err find_source(struct fb_txn *txn, struct fb_arena *arena, struct fb_span name, uint32_t *number, fb_code *trust)
{
    struct fb_scan scan;
    struct fb_source s;
    enum fb_err err = FB_OK;
    bool found = false;
    fb_scan_begin(&scan, txn, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    while (!found && err == FB_OK && fb_scan_next(&scan, arena)) {
        err = fb_source_unpack(&s, scan.value);
        found = err == FB_OK && fb_span_eq(s.name, name);
        if (found)
            err = fb_key_parse_u32(scan.key, number);
    }
    fb_scan_end(&scan);
    *trust = found ? s.trust : 0;
    if (err == FB_OK)
        err = fb_txn_err(txn);
    return err == FB_OK && !found ? FB_NOT_FOUND : err;
}

static enum fb_err read(struct fb_txn *txn, struct fb_arena *arena, struct fb_span name, fb_day day, struct fb_receipt *out)
{
    struct fb_receipt_row row;
    struct fb_span bytes;
    fb_code trust;
    uint32_t number = 0;
    enum fb_err err = find_source(txn, arena, name, &number, &trust);
    struct fb_key key = fb_key_receipt(number, day);
    if (err == FB_OK)
        err = fb_find(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), arena, &bytes);
    if (err == FB_OK)
        err = fb_receipt_row_unpack(&row, bytes);
    if (err != FB_OK)
        return err;
    *out = row.receipt;
    out->day = day;
    out->trust = trust;
    out->n_source = name.n;
    memcpy(out->source, name.p, name.n);
    return FB_OK;
}

enum fb_err fb_report_receipt(struct fb_store *store, struct fb_span source, fb_day day, struct fb_arena *arena, struct fb_receipt *out)
{
    struct fb_txn *txn;
    size_t used = arena->used;
    enum fb_err err = source.n > FB_SOURCE_BYTES_MAX ? FB_NOT_FOUND : fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = read(txn, arena, source, day, out);
    fb_txn_abort(&txn);
    arena->used = used;
    if (err == FB_OK)
        out->epoch = fb_store_epoch(store);
    return err;
}
