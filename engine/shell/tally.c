#include "engine/shell/tally.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "engine/turn/ids.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/row.h"
#include <stdlib.h>

enum { ROWS_A_READ = 1000, MEMORY = 1 << 20 };

static void count_message(struct fb_tally *t, struct fb_span value, uint64_t journal)
{
    struct fb_ids_row ids;
    if (fb_ids_unpack(&ids, value) != FB_OK || ids.source > FB_SOURCES_MAX)
        return;
    struct fb_tally_row *row = &t->row[ids.source];
    row->accepted += ids.first;
    row->amended += !ids.first;
    row->last_journal = journal;
    row->bookings += ids.first && ids.kind == FB_KIND_BOOKING;
    row->with_worker += ids.first && ids.kind == FB_KIND_BOOKING && ids.worker != 0;
}

static void count_refusal(struct fb_tally *t, struct fb_span value, uint64_t journal)
{
    struct fb_refused_row refused;
    if (fb_refused_row_unpack(&refused, value) != FB_OK || refused.source > FB_SOURCES_MAX)
        return;
    struct fb_tally_row *row = &t->row[refused.source];
    row->conflicts += refused.reason == FB_REASON_CONFLICT;
    row->refused += refused.reason != FB_REASON_CONFLICT;
    row->last_journal = row->last_journal > journal ? row->last_journal : journal;
}

typedef void count_row(struct fb_tally *t, struct fb_span value, uint64_t journal);

/* One short read; *from moves on. False: the end. */
static bool count_some(struct fb_tally *t, enum fb_table table, count_row *count, uint64_t *from,
                       struct fb_arena *arena)
{
    struct fb_txn *txn = NULL;
    struct fb_scan scan;
    struct fb_key key = fb_key_u64(*from);
    uint64_t journal = 0;
    unsigned n = 0;
    t->err = fb_store_read(t->store, &txn);
    if (t->err != FB_OK)
        return false;
    fb_scan_begin(&scan, txn, table, fb_key_span(&key));
    for (; n < ROWS_A_READ && fb_scan_next(&scan, arena); n++) {
        if (fb_key_parse_u64(scan.key, &journal) != FB_OK || journal > t->until)
            break;
        count(t, scan.value, journal);
        *from = journal + 1;
        fb_arena_reset(arena);
    }
    fb_scan_end(&scan);
    t->err = fb_txn_commit(&txn);
    return n == ROWS_A_READ && t->err == FB_OK && !t->stop;
}

static void work(uv_work_t *req)
{
    struct fb_tally *t = req->data;
    struct fb_arena arena;
    unsigned char *memory = malloc(MEMORY);
    t->err = FB_FULL;
    if (memory == NULL)
        return;
    fb_arena_init(&arena, memory, MEMORY);
    uint64_t from = 0;
    while (count_some(t, FB_TABLE_IDS, count_message, &from, &arena))
        ;
    from = 0;
    while (t->err == FB_OK && count_some(t, FB_TABLE_REFUSED, count_refusal, &from, &arena))
        ;
    fb_arena_release(&arena);
    free(memory);
}

static void finished(uv_work_t *req, int status)
{
    struct fb_tally *t = req->data;
    (void)status;
    t->running = false;
    t->ready = t->err == FB_OK && !t->stop;
    if (t->err != FB_OK)
        fb_log(FB_LOG_WARN, "the sources' messages before this start could not be counted: %s",
               fb_err_text(t->err));
}

enum fb_err fb_tally_start(struct fb_tally *t, uv_loop_t *loop, struct fb_store *store, uint64_t until)
{
    t->work.data = t;
    t->store = store;
    t->until = until;
    t->running = uv_queue_work(loop, &t->work, work, finished) == 0;
    return t->running ? FB_OK : FB_FULL;
}

void fb_tally_stop(struct fb_tally *t)
{
    t->stop = true;
}

static int64_t instant_of(struct fb_txn *txn, uint64_t journal, struct fb_arena *arena)
{
    struct fb_span value;
    struct fb_entry entry;
    struct fb_key key = fb_key_u64(journal);
    if (journal == 0 || fb_find(txn, FB_TABLE_JOURNAL, fb_key_span(&key), arena, &value) != FB_OK)
        return 0;
    return fb_entry_unpack(&entry, value) == FB_OK ? entry.at_ms : 0;
}

static void fill(const struct fb_tally *t, struct fb_sessions *sessions, struct fb_txn *txn, uint32_t number,
                 struct fb_arena *arena, struct fb_source_row *out)
{
    const struct fb_known *known = fb_sessions_source_find(sessions, out->source.name);
    if (known != NULL) {
        out->accepted = known->accepted;
        out->amended = known->amended;
        out->refused = known->refused;
        out->conflicts = known->conflicts;
        out->duplicates = known->duplicates;
        out->busy = known->busy;
        out->bookings = known->bookings;
        out->with_worker = known->with_worker;
        out->last_ms = known->last_ms;
        out->source.window = known->window;
    }
    if (!t->ready || number > FB_SOURCES_MAX)
        return;
    const struct fb_tally_row *before = &t->row[number];
    out->accepted += before->accepted;
    out->amended += before->amended;
    out->refused += before->refused;
    out->conflicts += before->conflicts;
    out->bookings += before->bookings;
    out->with_worker += before->with_worker;
    if (out->last_ms == 0)
        out->last_ms = instant_of(txn, before->last_journal, arena);
}

enum fb_err fb_tally_rows(const struct fb_tally *t, struct fb_sessions *sessions, struct fb_store *store,
                          uint32_t after, fb_code trust, struct fb_arena *arena, struct fb_source_row *row, unsigned most,
                          unsigned *n, bool *more)
{
    struct fb_txn *txn = NULL;
    struct fb_scan scan;
    struct fb_key key = fb_key_u32(after + 1);
    *n = 0;
    *more = false;
    enum fb_err e = fb_store_read(store, &txn);
    if (e != FB_OK)
        return e;
    fb_scan_begin(&scan, txn, FB_TABLE_SOURCES, fb_key_span(&key));
    while (fb_scan_next(&scan, arena)) {
        uint32_t number = 0;
        struct fb_source_row one = {0};
        if (fb_key_parse_u32(scan.key, &number) != FB_OK ||
            fb_source_unpack(&one.source, scan.value) != FB_OK || (trust != 0 && one.source.trust != trust))
            continue;
        *more = *n == most;
        if (*more)
            break;
        fill(t, sessions, txn, number, arena, &one);
        one.number = number;
        row[(*n)++] = one;
    }
    fb_scan_end(&scan);
    return fb_txn_commit(&txn);
}

enum fb_err fb_tally_habits(struct fb_store *store, const struct fb_book *book, struct fb_arena *arena, struct fb_source_row *row, unsigned n)
{
    static const enum fb_source_habit said[] = {[FB_HABIT_NO_RULE] = FB_SOURCE_HABIT_NONE,
                                                [FB_HABIT_CANNOT_SAY] = FB_SOURCE_HABIT_CANNOT_SAY,
                                                [FB_HABIT_KNOWN] = FB_SOURCE_HABIT_KNOWN,
                                                [FB_HABIT_SILENT] = FB_SOURCE_HABIT_SILENT};
    fb_day today = fb_london_day_of_ms(fb_clock_now_ms());
    struct fb_txn *txn = NULL;
    enum fb_err e = fb_store_read(store, &txn);
    for (unsigned i = 0; i < n && e == FB_OK; i++) {
        enum fb_habit_known known = FB_HABIT_NO_RULE;
        e = fb_report_habit(txn, arena, book, row[i].number, today, &known, &row[i].silent_ms);
        row[i].habit = said[known];
    }
    fb_txn_abort(&txn);
    return e;
}
