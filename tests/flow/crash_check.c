/* What must be true after an accident: each acknowledged message is in the journal once, under the number
 * that was said; every event is with the consumer, the same as in the store; the money is what the bookings
 * say; and `fairbank verify` decides everything again and finds the same. */
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "engine/turn/report.h"
#include "tests/flow/crash.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_EVENTS = 256, MEMORY = 4 << 20 };
static unsigned char memory[MEMORY];

/* ---- the journal against the ledger ---- */

/* "c1-815" */
static struct crash_message *named(struct crash *c, struct fb_span id)
{
    int64_t i = -1;
    if (id.n < 4 || id.p[0] != 'c' || id.p[1] < '0' || id.p[1] >= '0' + CRASH_PUBLISHERS || id.p[2] != '-' ||
        fb_parse_int(&i, (struct fb_span){id.p + 3, id.n - 3}) != FB_OK)
        return NULL;
    struct crash_publisher *p = &c->publisher[id.p[1] - '0'];
    return i >= 0 && (size_t)i < p->n ? &p->message[i] : NULL;
}

static void look_at_entry(struct crash *c, uint64_t journal, const struct fb_entry *entry)
{
    if (entry->kind != FB_ENTRY_MESSAGE && entry->kind != FB_ENTRY_REFUSAL)
        return;
    struct crash_message *m = named(c, entry->env.message_id);
    if (m == NULL)
        crash_wrong(c, "journal %" PRIu64 " holds a message that nobody published", journal);
    else if (++m->held > 1)
        crash_wrong(c, "message %.*s is in the journal twice, again at %" PRIu64,
                    (int)entry->env.message_id.n, entry->env.message_id.p, journal);
    else if (m->answered && m->journal != journal)
        crash_wrong(c, "message %.*s was acknowledged at journal %" PRIu64 " and is at %" PRIu64,
                    (int)entry->env.message_id.n, entry->env.message_id.p, m->journal, journal);
}

static void look_at_journal(struct crash *c, struct fb_txn *t)
{
    struct fb_arena arena;
    struct fb_scan scan;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        struct fb_entry entry;
        uint64_t journal = 0;
        if (fb_key_parse_u64(scan.key, &journal) != FB_OK || fb_entry_unpack(&entry, scan.value) != FB_OK)
            crash_wrong(c, "a row of the journal cannot be read");
        else
            look_at_entry(c, journal, &entry);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    if (fb_txn_err(t) != FB_OK)
        crash_wrong(c, "the journal cannot be read: %s", fb_err_text(fb_txn_err(t)));
}

static void compare_journal(struct crash *c, struct fb_store *store)
{
    struct fb_txn *t = NULL;
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        for (size_t i = 0; i < c->publisher[k].n; i++)
            c->publisher[k].message[i].held = 0;
    if (fb_store_read(store, &t) != FB_OK) {
        crash_wrong(c, "the store cannot be read");
        return;
    }
    look_at_journal(c, t);
    fb_txn_abort(&t);
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        for (size_t i = 0; i < c->publisher[k].n; i++) {
            const struct crash_message *m = &c->publisher[k].message[i];
            if (m->answered && m->held == 0)
                crash_wrong(c, "message c%u-%zu was acknowledged at journal %" PRIu64 " and is lost", k, i,
                            m->journal);
        }
}

/* ---- events against the consumer ---- */

static void compare_events(struct crash *c, struct fb_store *store, struct fb_reader_books *books)
{
    static struct fb_event_row row[PAGE_EVENTS];
    const struct fb_event_filter all = {.trust = 0};
    const struct crash_consumer *l = &c->consumer;
    uint64_t at = 0, head = 0;
    unsigned n = 1;
    while (n > 0 && at < l->n) {
        struct fb_arena arena;
        fb_arena_init(&arena, memory, sizeof memory);
        if (fb_report_events(store, books, &all, at, &arena, row, PAGE_EVENTS, &n, &at, &head) != FB_OK) {
            crash_wrong(c, "the events cannot be read");
            return;
        }
        for (unsigned i = 0; i < n; i++)
            if (row[i].seq <= l->n && l->hash[row[i].seq - 1] != crash_event_hash(l->epoch, &row[i]))
                crash_wrong(c, "event %" PRIu64 " is not what the consumer received", row[i].seq);
        fb_arena_release(&arena);
    }
    if (at < l->n)
        crash_wrong(c, "the consumer has %zu events, and the store only %" PRIu64, l->n, at);
}

/* ---- money against the bookings ---- */

struct sums {
    int64_t pence[CRASH_TRUSTS], shifts[CRASH_TRUSTS];
    bool strange;
};

static bool add_total(void *ctx, const struct fb_total *total)
{
    struct sums *s = ctx;
    unsigned i = 0;
    if (total->place.cell.stage != FB_STAGE_COMMITTED)
        return true;
    while (i < CRASH_TRUSTS && total->place.cell.hirer != fb_code_of(crash_trusts[i]))
        i++;
    s->strange = s->strange || i == CRASH_TRUSTS;
    if (i < CRASH_TRUSTS) {
        s->pence[i] += total->figures.v[FB_MEASURE_PENCE];
        s->shifts[i] += total->figures.v[FB_MEASURE_SHIFTS];
    }
    return true;
}

static void compare_money(struct crash *c, struct fb_store *store)
{
    const struct fb_total_filter all = {
        .from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    struct sums held = {{0}, {0}, false}, wanted = {{0}, {0}, false};
    if (fb_report_totals(store, &all, add_total, &held) != FB_OK || held.strange) {
        crash_wrong(c, "the totals cannot be read, or are of a trust that nobody named");
        return;
    }
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        for (size_t b = 0; b < c->publisher[k].n_bookings; b++) {
            unsigned trust;
            int64_t pence = crash_booking_pence(&c->publisher[k], b, &trust);
            wanted.pence[trust] += pence;
            wanted.shifts[trust]++;
        }
    for (unsigned i = 0; i < CRASH_TRUSTS; i++)
        if (held.pence[i] != wanted.pence[i] || held.shifts[i] != wanted.shifts[i])
            crash_wrong(c,
                        "spend of %s: held %" PRId64 " pence for %" PRId64
                        " shifts, the bookings say %" PRId64 " for %" PRId64,
                        crash_trusts[i], held.pence[i], held.shifts[i], wanted.pence[i], wanted.shifts[i]);
}

/* ---- all of it ---- */

static bool all_answered(const struct crash *c)
{
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        if (c->publisher[k].answered < c->publisher[k].n)
            return false;
    return true;
}

void crash_check_store(struct crash *c, const char *folder)
{
    struct fb_store *store = NULL;
    struct fb_reader_books *books = NULL;
    const char *why = NULL;
    if (fb_store_open(&store, folder, &(struct fb_store_options){.read_only = true}, &why) != FB_OK) {
        crash_wrong(c, "the store does not open: %s", why);
        return;
    }
    if (fb_reader_books_open(&books, store, &fb_ports) == FB_OK) {
        compare_journal(c, store);
        compare_events(c, store, books);
        if (all_answered(c))
            compare_money(c, store);
        fb_reader_books_close(&books);
    } else {
        crash_wrong(c, "the rules in the store cannot be read");
    }
    fb_store_close(&store);
}

static void verify(struct crash *c)
{
    char out[FB_TEST_PATH];
    size_t n = 0;
    fb_test_folder_file(&c->engine.folder, "verify", out);
    int status = crash_engine_ask(&c->engine, "verify", out);
    char *text = (char *)fb_test_file_read(out, &n);
    text[n] = '\0';
    if (status != 0 || strstr(text, "\"equal\":true") == NULL)
        crash_wrong(c, "verify ended with %d: %s", status, text);
    c->f.verified++;
    free(text);
}

/* What the engine still has to judge again by itself, and how many events there are. */
static bool is_settled(struct crash *c)
{
    struct fb_store *store = NULL;
    struct fb_txn *t = NULL;
    bool settled = false;
    if (fb_store_open(&store, c->engine.data, &(struct fb_store_options){.read_only = true}, NULL) != FB_OK)
        return false;
    if (fb_store_read(store, &t) == FB_OK) {
        settled = fb_table_rows(t, FB_TABLE_TODO) == 0 && fb_table_rows(t, FB_TABLE_EVENTS) == c->consumer.n;
        fb_txn_abort(&t);
    }
    fb_store_close(&store);
    return settled;
}

static bool all_done(const struct crash *c)
{
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        if (!crash_publisher_is_done(&c->publisher[k]))
            return false;
    return true;
}

static bool wait_for(struct crash *c, bool (*what)(struct crash *c))
{
    int64_t until = crash_now_ms() + CRASH_WAIT_MS;
    while (c->f.wrong == 0 && !what(c)) {
        if (!crash_engine_lives(&c->engine)) {
            crash_wrong(c, "the engine ended by itself, status %d", c->engine.status);
            return false;
        }
        if (crash_now_ms() > until)
            return false;
        if (c->engine.ready)
            crash_work(c, UINT32_MAX);
        crash_sleep_us(200); /* the machine is shared with the engine */
    }
    return c->f.wrong == 0;
}

static bool everything(struct crash *c)
{
    return c->engine.ready && all_done(c) && c->consumer.at == c->consumer.head && is_settled(c);
}

void crash_settle(struct crash *c)
{
    if (!wait_for(c, everything) && c->f.wrong == 0)
        crash_wrong(c, "after %d s something is still unanswered, unjudged or not received (ready: %d)",
                    CRASH_WAIT_MS / 1000, c->engine.ready);
}

void crash_check(struct crash *c)
{
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        crash_publisher_ask(&c->publisher[k]);
    crash_settle(c);
    for (unsigned k = 0; k < CRASH_PUBLISHERS; k++)
        c->publisher[k].asking = false;
    if (c->f.wrong == 0)
        crash_check_store(c, c->engine.data);
    if (c->f.wrong == 0)
        verify(c);
}
