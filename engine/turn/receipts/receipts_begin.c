/* Which day is at hand: taken up when the store is opened, when the day before was stated, and by replay. */
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"

/* ---- taking up a day ---- */

static enum fb_err day_of(struct fb_turn *t, struct fb_txn *txn, uint64_t journal, fb_day *day)
{
    struct fb_span bytes;
    struct fb_entry e;
    struct fb_key key = fb_key_u64(journal);
    fb_turn_judge_begin(t);
    enum fb_err err = fb_find(txn, FB_TABLE_JOURNAL, fb_key_span(&key), fb_scratch_arena(&t->scratch), &bytes);
    if (err == FB_OK)
        err = fb_entry_unpack(&e, bytes);
    if (err == FB_OK)
        *day = fb_london_day_of_ms(e.at_ms);
    return err == FB_REFUSED ? FB_DAMAGED : err;
}

/* Nothing takes entries out of a journal; of one that lost its first all the same, those that are left have no gaps. */
static enum fb_err first_entry(struct fb_turn *t, struct fb_txn *txn, uint64_t *journal)
{
    struct fb_scan scan;
    enum fb_err err = FB_OK;
    fb_turn_judge_begin(t);
    fb_scan_begin(&scan, txn, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    *journal = 1;
    if (fb_scan_next(&scan, fb_scratch_arena(&t->scratch)))
        err = fb_key_parse_u64(scan.key, journal);
    fb_scan_end(&scan);
    return err == FB_OK ? fb_txn_err(txn) : err;
}

/* By halves: instants never go back. */
static enum fb_err first_of_day(struct fb_turn *t, struct fb_txn *txn, fb_day day, uint64_t *journal)
{
    uint64_t low = 1, high = t->journal + 1; /* the first of that day or later is one of them */
    enum fb_err err = t->journal == 0 ? FB_OK : first_entry(t, txn, &low);
    while (err == FB_OK && low < high) {
        uint64_t middle = low + (high - low) / 2;
        fb_day of = 0;
        err = day_of(t, txn, middle, &of);
        if (of < day)
            low = middle + 1;
        else
            high = middle;
    }
    *journal = low;
    return err == FB_NOT_FOUND ? FB_DAMAGED : err;
}

static enum fb_err take_up_habit(struct fb_turn *t, struct fb_txn *txn, uint32_t source, fb_day day)
{
    struct fb_habit *h = &t->receipts.habit[source];
    struct fb_key key = fb_key_receipt(source, day - 1);
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    struct fb_receipt_row row;
    struct fb_span found, bytes;
    uint32_t of = 0;
    fb_day held = FB_RECEIPT_STATE;
    int64_t silent_ms = h->silent_ms;
    *h = (struct fb_habit){.last_ms = FB_ABSENT, .silent_ms = silent_ms};
    fb_turn_judge_begin(t);
    enum fb_err err = fb_find_last_to(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), 4, arena, &found, &bytes);
    if (err == FB_OK)
        err = fb_key_parse_receipt(found, &of, &held);
    if (err != FB_OK || held == FB_RECEIPT_STATE)
        return err == FB_NOT_FOUND ? FB_OK : err;
    err = fb_receipt_row_unpack(&row, bytes);
    h->last_ms = row.last_ms;
    h->seq_next = row.receipt.seq_next;
    h->seq_missing = row.receipt.seq_missing;
    h->gaps = row.receipt.gaps;
    return err;
}

void fb_receipts_begin(struct fb_turn *t, struct fb_txn *txn, fb_day day)
{
    struct fb_receipts *r = &t->receipts;
    enum fb_err err = first_of_day(t, txn, day, &r->next);
    fb_receipts_empty(r);
    r->day = day;
    r->before = 0;
    r->from = r->next;
    r->full = false;
    r->settled = false;
    for (uint32_t s = 1; s <= t->sources.n && err == FB_OK; s++)
        err = take_up_habit(t, txn, s, day);
    fb_turn_judge_begin(t);
    fb_receipts_give_up(t, err);
}

void fb_receipts_begin_as(struct fb_turn *t, struct fb_txn *txn, const struct fb_receipts_of *of)
{
    struct fb_receipts *r = &t->receipts;
    if (r->day == of->day && r->before == of->before && r->lists == of->lists)
        return;
    r->lists = of->lists;
    fb_receipts_begin(t, txn, of->day - (fb_day)of->before);
    r->day = of->day;
    r->before = of->before;
}

/* Nothing was ever stated, and the days before `least` are many: they are stated together, so that nothing is left out and nobody
 * gets a year of news on the morning after a new version was put in. What was looked at of the first stays counted. */
static void take_together(struct fb_turn *t, fb_day least)
{
    struct fb_receipts *r = &t->receipts;
    r->before += (uint32_t)(least - 1 - r->day);
    r->day = least - 1;
    r->full = false;
    r->settled = false;
    for (uint32_t s = 1; s <= t->sources.n; s++)
        r->habit[s].hours = 0;
}

/* Days without an entry of which it is too late to speak are passed over. */
static void pass_over(struct fb_turn *t, fb_day least)
{
    struct fb_receipts *r = &t->receipts;
    fb_day to = least, of = 0;
    if (r->next != r->from)
        return;
    if (r->next <= t->journal) {
        fb_receipts_give_up(t, day_of(t, t->txn, r->next, &of));
        to = of < least ? of : least;
    }
    if (to > r->day && t->err == FB_OK)
        fb_receipts_begin(t, t->txn, to);
}

void fb_receipts_shorten(struct fb_turn *t, fb_day today)
{
    struct fb_receipts *r = &t->receipts;
    fb_day least = today - FB_RECEIPTS_BEHIND_MAX;
    if (r->stated != FB_RECEIPTS_NEVER && r->day < least)
        pass_over(t, least);
    else if (r->day < least - 1)
        take_together(t, least);
}

/* Nothing was stated yet: the first day is that of the first entry, however many came since, because an engine that is killed before
 * its first statement must not forget that day. One whose entries are not all there cannot be stated whole: then it is the next. */
static void begin_with_first(struct fb_turn *t, struct fb_txn *txn)
{
    uint64_t first = 1;
    fb_day day = 0;
    enum fb_err err = first_entry(t, txn, &first);
    if (err == FB_OK)
        err = day_of(t, txn, first, &day);
    fb_receipts_give_up(t, err);
    if (err == FB_OK)
        fb_receipts_begin(t, txn, first > 1 ? day + 1 : day);
}

void fb_receipts_begin_anew(struct fb_turn *t)
{
    begin_with_first(t, t->txn);
}

/* ---- opening ---- */

static enum fb_err read_state(struct fb_turn *t, struct fb_txn *txn, uint32_t source, int64_t *value)
{
    struct fb_key key = fb_key_receipt(source, FB_RECEIPT_STATE);
    struct fb_span bytes;
    struct fb_reader r;
    fb_turn_judge_begin(t);
    enum fb_err err = fb_find(txn, FB_TABLE_RECEIPTS, fb_key_span(&key), fb_scratch_arena(&t->scratch), &bytes);
    if (err != FB_OK)
        return err;
    fb_reader_init(&r, bytes.p, bytes.n);
    *value = fb_get_zigzag(&r);
    return r.bad || r.n < r.size ? FB_DAMAGED : FB_OK;
}

enum fb_err fb_receipts_open(struct fb_turn *t)
{
    struct fb_receipts *r = &t->receipts;
    struct fb_txn *txn;
    int64_t value = 0;
    enum fb_err err = fb_store_read(t->store, &txn);
    if (err != FB_OK)
        return err;
    err = read_state(t, txn, 0, &value);
    if (err == FB_OK)
        r->stated = (fb_day)value;
    for (uint32_t s = 1; s <= t->sources.n && (err == FB_OK || err == FB_NOT_FOUND); s++) {
        err = read_state(t, txn, s, &value);
        if (err == FB_OK)
            r->habit[s].silent_ms = value;
    }
    err = err == FB_NOT_FOUND ? FB_OK : err;
    if (err == FB_OK && r->stated != FB_RECEIPTS_NEVER)
        fb_receipts_begin(t, txn, r->stated + 1);
    else if (err == FB_OK && t->journal > 0)
        begin_with_first(t, txn);
    fb_txn_abort(&txn);
    return err == FB_OK ? t->err : err;
}
