/* A day that is over, or so far, as it is stated. */
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

enum { DAY_BODY_BYTES = 22 + (FB_SOURCES_MAX + 1) * 13 };

/* ---- stating ---- */

static void put_repeats(struct fb_writer *w, const struct fb_turn *t, const uint64_t *repeats)
{
    unsigned n = 0;
    for (uint32_t s = 1; s <= t->sources.n; s++)
        n += repeats[s] > 0;
    fb_put_varint(w, n);
    for (uint32_t s = 1; s <= t->sources.n; s++)
        if (repeats[s] > 0) {
            fb_put_varint(w, s);
            fb_put_varint(w, repeats[s]);
        }
}

bool fb_receipts_read_lists(struct fb_reader *r, bool *lists)
{
    *lists = !r->bad && r->n < r->size;
    return !r->bad && (!*lists || fb_get_varint(r) == FB_RECEIPTS_LIST) && !r->bad && r->n == r->size;
}

/* The end of a day's body: as of a silence's, or how many days before are stated with it. */
static bool read_end(struct fb_reader *r, struct fb_receipts_of *of)
{
    struct fb_reader again = *r;
    of->before = 0;
    if (r->bad || r->n == r->size || fb_get_varint(&again) != FB_RECEIPTS_SPAN)
        return fb_receipts_read_lists(r, &of->lists);
    uint64_t before = fb_get_varint(&again);
    of->lists = true;
    of->before = (uint32_t)before;
    return !again.bad && again.n == again.size && before > 0 && before <= FB_RECEIPT_BEFORE_MAX;
}

bool fb_receipts_read_day(struct fb_span body, struct fb_receipts_of *of, uint64_t repeats[FB_SOURCES_MAX + 1])
{
    struct fb_reader r;
    uint64_t last = 0;
    fb_reader_init(&r, body.p, body.n);
    memset(repeats, 0, (FB_SOURCES_MAX + 1) * sizeof *repeats);
    int64_t v = fb_get_zigzag(&r);
    uint64_t n = fb_get_varint(&r);
    bool good = v > FB_RECEIPT_STATE + FB_RECEIPT_BEFORE_MAX && v < FB_RECEIPTS_NEVER && n <= FB_SOURCES_MAX;
    for (uint64_t i = 0; good && !r.bad && i < n; i++) {
        uint64_t s = fb_get_varint(&r), many = fb_get_varint(&r);
        good = s > last && s <= FB_SOURCES_MAX && many > 0;
        if (good)
            repeats[s] = many;
        last = s;
    }
    of->day = (fb_day)v;
    return good && read_end(&r, of);
}

static void put_end(struct fb_writer *w, const struct fb_receipts_of *of)
{
    if (of->before > 0) {
        fb_put_varint(w, FB_RECEIPTS_SPAN);
        fb_put_varint(w, of->before);
    } else if (of->lists)
        fb_put_varint(w, FB_RECEIPTS_LIST);
}

static void write_day(struct fb_turn *t, const struct fb_receipts_of *of, const uint64_t *repeats)
{
    unsigned char *bytes = malloc(DAY_BODY_BYTES);
    struct fb_writer w;
    if (bytes == NULL) {
        fb_turn_fail(t, FB_FULL);
        return;
    }
    fb_writer_init(&w, bytes, DAY_BODY_BYTES);
    fb_put_zigzag(&w, of->day);
    put_repeats(&w, t, repeats);
    put_end(&w, of);
    struct fb_entry e = {.kind = FB_ENTRY_RECEIPT, .body = {(const char *)bytes, (uint32_t)w.n}};
    fb_turn_write(t, &e);
    free(bytes);
    unsigned char state[10];
    fb_writer_init(&w, state, sizeof state);
    fb_put_zigzag(&w, of->day);
    struct fb_key key = fb_key_receipt(0, FB_RECEIPT_STATE);
    fb_put(t->txn, FB_TABLE_RECEIPTS, fb_key_span(&key), (struct fb_span){(const char *)state, (uint32_t)w.n});
}

static void tell(struct fb_turn *t, const struct fb_source *s, const struct fb_receipt *r)
{
    const struct fb_event e = {.kind = FB_EVENT_RECEIPT_ISSUED,
                               .at_ms = t->now_ms,
                               .journal = t->journal,
                               .trust = s->trust,
                               .severity = r->refused.n + r->conflict.n + r->seq_missing > 0 ? FB_SEVERITY_NOTE : FB_SEVERITY_OK_,
                               .shadow = s->mode == FB_SOURCE_MODE_SHADOW,
                               .issue = fb_turn_current(t) == NULL ? 0 : t->standing.current,
                               .shift_day = r->day,
                               .source = s->name};
    fb_turn_write_event(t, &e);
}

/* Nobody publishes under the engine's own name. */
static bool is_own(const struct fb_source *s)
{
    return fb_span_is(s->name, FB_SOURCE_OWN);
}

static void state_one(struct fb_turn *t, uint32_t source, uint64_t repeats)
{
    const struct fb_source *s = fb_sources_get(&t->sources, source);
    struct fb_receipts *r = &t->receipts;
    struct fb_receipt_row row = {.last_ms = r->habit[source].last_ms, .hours = r->habit[source].hours, .lists = r->lists};
    unsigned char bytes[FB_RECEIPT_ROW_BYTES];
    if (is_own(s))
        return;
    fb_receipts_fill(t, source, &row.receipt);
    row.receipt.made_ms = t->now_ms;
    row.receipt.repeats = repeats;
    size_t n = fb_receipt_row_pack(&row, bytes, sizeof bytes);
    struct fb_key key = fb_key_receipt(source, r->day);
    if (n == 0)
        fb_turn_fail(t, FB_LIMIT);
    fb_put(t->txn, FB_TABLE_RECEIPTS, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)n});
    tell(t, s, &row.receipt);
    r->habit[source].hours = 0;
}

void fb_turn_take_day(struct fb_turn *t, const struct fb_receipts_of *of, const uint64_t *repeats)
{
    struct fb_receipts *r = &t->receipts;
    fb_receipts_begin_as(t, t->txn, of);
    fb_receipts_look_at_all(t, t->txn);
    write_day(t, of, repeats);
    for (uint32_t s = 1; s <= t->sources.n && t->err == FB_OK; s++)
        state_one(t, s, repeats[s]);
    memset(r->repeats, 0, sizeof r->repeats);
    fb_receipts_empty(r);
    r->stated = of->day;
    r->day = of->day + 1;
    r->before = 0;
    r->from = r->next;
    r->full = false;
    r->settled = false;
}

/* ---- when ---- */

static bool is_over(const struct fb_turn *t, int64_t now_ms)
{
    return t->receipts.day != FB_RECEIPTS_NEVER && fb_london_day_of_ms(now_ms) > t->receipts.day;
}

bool fb_receipts_behind(struct fb_turn *t, int64_t now_ms)
{
    struct fb_receipts *r = &t->receipts;
    if (!r->on || t->journal == 0 || t->sources.n == 0)
        return false;
    if (r->listening_ms == INT64_MAX)
        r->listening_ms = now_ms;
    if (r->day == FB_RECEIPTS_NEVER || !r->settled || r->of_issue != t->standing.current)
        return true;
    return (is_over(t, now_ms) || r->due_ms <= now_ms) && !r->full && r->next <= t->journal;
}

bool fb_receipts_over(struct fb_turn *t, int64_t now_ms)
{
    return t->receipts.on && t->sources.n > 0 && is_over(t, now_ms);
}

int64_t fb_receipts_due_ms(const struct fb_turn *t)
{
    const struct fb_receipts *r = &t->receipts;
    int64_t midnight[2];
    if (!r->on || t->journal == 0 || t->sources.n == 0)
        return INT64_MAX;
    if (r->day == FB_RECEIPTS_NEVER || !r->settled || r->of_issue != t->standing.current)
        return t->last_ms;
    /* The clocks never change at midnight, so that there is one. */
    (void)fb_london_instants(((int64_t)r->day + 1) * FB_DAY_MINUTES, midnight);
    int64_t over_ms = midnight[0] * FB_MINUTE_MS;
    return r->due_ms < over_ms ? r->due_ms : over_ms;
}

/* ---- asked ---- */

fb_day fb_turn_receipt_day(const struct fb_turn *t, int64_t now_ms)
{
    return t->receipts.day == FB_RECEIPTS_NEVER ? fb_london_day_of_ms(now_ms) : t->receipts.day;
}

/* The source's first row from that day on. */
static enum fb_err row_from(struct fb_turn *t, struct fb_txn *txn, uint32_t source, fb_day from, struct fb_receipt_row *row)
{
    struct fb_scan scan;
    uint32_t of = 0;
    fb_day day = 0;
    struct fb_key key = fb_key_receipt(source, from);
    enum fb_err err = FB_NOT_FOUND;
    fb_turn_judge_begin(t);
    fb_scan_begin(&scan, txn, FB_TABLE_RECEIPTS, fb_key_span(&key));
    if (fb_scan_next(&scan, fb_scratch_arena(&t->scratch)))
        err = fb_key_parse_receipt(scan.key, &of, &day);
    if (err == FB_OK)
        err = of != source ? FB_NOT_FOUND : fb_receipt_row_unpack(row, scan.value);
    row->receipt.day = day;
    fb_scan_end(&scan);
    return err == FB_OK || err == FB_NOT_FOUND ? (fb_txn_err(txn) == FB_OK ? err : fb_txn_err(txn)) : err;
}

static enum fb_err first_stated(struct fb_turn *t, struct fb_txn *txn, uint32_t source, fb_day *first)
{
    struct fb_receipt_row row;
    enum fb_err err = row_from(t, txn, source, FB_RECEIPT_STATE + 1, &row);
    *first = err == FB_OK ? fb_receipt_since(&row.receipt) : FB_RECEIPTS_NEVER;
    return err == FB_NOT_FOUND ? FB_OK : err;
}

/* Stated by itself, or together with others that end on a later day. */
static enum fb_err closed_day(struct fb_turn *t, struct fb_txn *txn, uint32_t source, fb_day day, struct fb_receipt *out)
{
    struct fb_receipt_row row;
    enum fb_err err = row_from(t, txn, source, day, &row);
    if (err == FB_OK && fb_receipt_since(&row.receipt) > day)
        err = FB_NOT_FOUND;
    if (err == FB_OK)
        *out = row.receipt;
    return err;
}

static bool is_at_hand(const struct fb_receipts *r, fb_day day)
{
    return day <= r->day && day >= r->day - (fb_day)r->before;
}

static enum fb_err open_day(struct fb_turn *t, struct fb_txn *txn, uint32_t source, int64_t now_ms, struct fb_receipt *out)
{
    fb_receipts_look_at_all(t, txn);
    if (t->receipts.settled)
        fb_silence_refresh(t); /* who sent something just now falls silent later */
    if (!t->receipts.on || t->err != FB_OK)
        return t->err == FB_OK ? FB_DAMAGED : t->err;
    fb_receipts_fill(t, source, out);
    out->open = true;
    out->made_ms = now_ms > t->last_ms ? now_ms : t->last_ms;
    out->repeats = t->receipts.repeats[source];
    return FB_OK;
}

enum fb_err fb_turn_receipt(struct fb_turn *t, uint32_t source, fb_day day, int64_t now_ms, struct fb_receipt *out, fb_day *first)
{
    const struct fb_source *s = fb_sources_get(&t->sources, source);
    struct fb_txn *txn;
    *first = FB_RECEIPTS_NEVER;
    enum fb_err err = t->err != FB_OK ? t->err : s == NULL ? FB_NOT_FOUND : fb_store_read(t->store, &txn);
    if (err != FB_OK)
        return err;
    err = first_stated(t, txn, source, first);
    if (err == FB_OK)
        err = is_at_hand(&t->receipts, day) ? open_day(t, txn, source, now_ms, out) : closed_day(t, txn, source, day, out);
    fb_turn_judge_begin(t);
    fb_txn_abort(&txn);
    if (err != FB_OK)
        return err;
    out->epoch = fb_store_epoch(t->store);
    out->trust = s->trust;
    out->n_source = s->name.n;
    memcpy(out->source, s->name.p, s->name.n);
    return FB_OK;
}
