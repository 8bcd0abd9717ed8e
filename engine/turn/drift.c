#include "engine/turn/drift.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/store/key.h"
#include <string.h>

enum { ROW_VERSION = 1, ROW_BYTES_MAX = 40 };

/* ---- what a decision adds ---- */

static const struct fb_line *latest_bank(const struct fb_decision *d)
{
    for (unsigned i = 0; i < d->n_lines; i++) {
        const struct fb_cell *c = &d->line[i].cell;
        if (c->stage == FB_STAGE_LATEST && c->shadow == 0 &&
            (c->route == FB_ROUTE_BANK || c->route == FB_ROUTE_COLLABORATIVE))
            return &d->line[i];
    }
    return NULL;
}

static bool counts(const struct fb_decision *d, struct fb_drift_cell *out)
{
    if (d == NULL || d->joined || d->shadow || d->historic || d->grade == 0 || d->drift == FB_COMPARED_NOTHING)
        return false;
    const struct fb_line *line = latest_bank(d);
    if (line == NULL || line->cell.hirer == 0)
        return false;
    const int64_t *v = line->figures.v;
    *out = (struct fb_drift_cell){
        line->cell.week,
        line->cell.hirer,
        d->grade,
        {v[FB_MEASURE_MINUTES], v[FB_MEASURE_WORKER_PAY], v[FB_MEASURE_CARD]}};
    if (d->drift == FB_COMPARED_PAY_AND_HOLIDAY)
        out->paid.pay += v[FB_MEASURE_WTD_HOLIDAY];
    return out->paid.minutes > 0 && out->paid.pay > 0 && out->paid.card > 0 && v[FB_MEASURE_EXPECTED] == 0 &&
           v[FB_MEASURE_UNPRICED] == 0;
}

/* ---- sums ---- */

static bool same_place(const struct fb_drift_cell *a, const struct fb_drift_cell *b)
{
    return a->week == b->week && a->hirer == b->hirer && a->grade == b->grade;
}

static struct fb_paid *paid_at(struct fb_drift *d, const struct fb_drift_cell *c)
{
    uint64_t h = fb_hash64_mix(fb_hash64_mix(c->hirer, c->grade), (uint32_t)c->week);
    unsigned at = (unsigned)(h % FB_DRIFT_SLOTS);
    for (; d->slot[at] != 0; at = (at + 1) % FB_DRIFT_SLOTS)
        if (same_place(&d->cell[d->slot[at] - 1], c))
            return &d->cell[d->slot[at] - 1].paid;
    struct fb_drift_cell *fresh = &d->cell[d->n++];
    d->slot[at] = (uint16_t)d->n;
    *fresh = *c;
    fresh->paid = (struct fb_paid){0, 0, 0};
    if (c->week < d->first)
        d->first = c->week;
    return &fresh->paid;
}

static void add(struct fb_paid *to, const struct fb_paid *from, int64_t sign)
{
    to->minutes += sign * from->minutes;
    to->pay += sign * from->pay;
    to->card += sign * from->card;
}

void fb_drift_change(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena,
                     const struct fb_decision *before, const struct fb_decision *now)
{
    struct fb_drift_cell old, fresh;
    bool had = counts(before, &old), has = counts(now, &fresh);
    if (had && has && same_place(&old, &fresh) && memcmp(&old.paid, &fresh.paid, sizeof old.paid) == 0)
        return;
    if (d->n + 2 > FB_DRIFT_CELLS)
        fb_drift_write(d, txn, arena);
    if (had)
        add(paid_at(d, &old), &old.paid, -1);
    if (has)
        add(paid_at(d, &fresh), &fresh.paid, 1);
}

/* ---- rows ---- */

enum fb_err fb_paid_unpack(struct fb_paid *out, struct fb_span row)
{
    struct fb_reader r;
    fb_reader_init(&r, row.p, row.n);
    unsigned version = fb_get_u8(&r);
    if (version != ROW_VERSION)
        return version > ROW_VERSION ? FB_NEWER : FB_DAMAGED;
    out->minutes = fb_get_zigzag(&r);
    out->pay = fb_get_zigzag(&r);
    out->card = fb_get_zigzag(&r);
    return r.bad || r.n < r.size ? FB_DAMAGED : FB_OK;
}

static void write_cell(struct fb_drift_cell *c, struct fb_txn *txn, struct fb_arena *arena)
{
    struct fb_key key = fb_key_paid(c->week, c->hirer, c->grade);
    struct fb_span row;
    struct fb_paid before;
    unsigned char bytes[ROW_BYTES_MAX];
    struct fb_writer w;
    size_t used = arena->used;
    if (fb_find(txn, FB_TABLE_PAID, fb_key_span(&key), arena, &row) == FB_OK &&
        fb_paid_unpack(&before, row) == FB_OK)
        add(&c->paid, &before, 1);
    arena->used = used;
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_zigzag(&w, c->paid.minutes);
    fb_put_zigzag(&w, c->paid.pay);
    fb_put_zigzag(&w, c->paid.card);
    fb_put(txn, FB_TABLE_PAID, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

void fb_drift_write(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena)
{
    for (unsigned i = 0; i < d->n; i++)
        write_cell(&d->cell[i], txn, arena);
    fb_drift_forget(d);
}

void fb_drift_forget(struct fb_drift *d)
{
    if (d->n == 0)
        return;
    d->n = 0;
    memset(d->slot, 0, sizeof d->slot);
}

static enum fb_err find_first(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena)
{
    struct fb_scan scan;
    fb_code hirer, grade;
    enum fb_err err = FB_OK;
    struct fb_key from = fb_key_paid(FB_DRIFT_STATE + 1, 0, 0);
    fb_scan_begin(&scan, txn, FB_TABLE_PAID, fb_key_span(&from));
    if (fb_scan_next(&scan, arena))
        err = fb_key_parse_paid(scan.key, &d->first, &hirer, &grade);
    fb_scan_end(&scan);
    return err == FB_OK ? fb_txn_err(txn) : FB_DAMAGED;
}

enum fb_err fb_drift_open(struct fb_drift *d, struct fb_txn *txn, struct fb_arena *arena)
{
    struct fb_key key = fb_key_paid(FB_DRIFT_STATE, 0, 0);
    struct fb_span row;
    d->first = d->last = FB_DRIFT_NEVER;
    enum fb_err err = fb_find(txn, FB_TABLE_PAID, fb_key_span(&key), arena, &row);
    if (err != FB_OK && err != FB_NOT_FOUND)
        return err;
    if (err == FB_OK) {
        struct fb_reader r;
        fb_reader_init(&r, row.p, row.n);
        int64_t last = fb_get_zigzag(&r);
        if (r.bad || r.n < r.size || last < INT32_MIN || last > INT32_MAX)
            return FB_DAMAGED;
        d->last = (fb_day)last;
    }
    return find_first(d, txn, arena);
}
