/* A store of a version that stated nothing, taken up by this one: all that is in it is stated, in a bounded number of statements. */
#include "engine/store/key.h"
#include "engine/turn/migrate.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/state.h"
#include "tests/lib/kept.h"
#include "tests/lib/old_store.h"
#include "tests/lib/ports.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

#define DAY_MS ((int64_t)86400000)
enum { MAP = 1 << 30, DAYS = 200, A_DAY = 3, STATEMENTS = 1 + FB_RECEIPTS_BEHIND_MAX };
static struct fb_test_turn T;
static struct fb_test_kept kept;
static fb_day first_day;

static fb_day day_now(void)
{
    return fb_london_day_of_ms(T.now_ms);
}

static void send(unsigned i, int64_t seq)
{
    char ref[16];
    struct fb_answer a;
    snprintf(ref, sizeof ref, "U%u", i);
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    r->env.source_seq = seq;
    CU_ASSERT_EQUAL(fb_test_send(&T, &r, 1, &a), FB_OK);
    fb_test_keep(&kept, r, &a, day_now());
}

/* Three bookings a day, of which one number in a hundred is missing; nothing is stated. */
static void begin_with_days(unsigned days)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    kept.n = 0;
    first_day = day_now();
    for (unsigned i = 0; i < days * A_DAY; i++) {
        send(i, i + i / 100 + 1);
        T.now_ms += DAY_MS / A_DAY;
    }
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_RECEIPTS), 0);
}

static void upgrade(void)
{
    fb_test_turn_reopen(&T);
    fb_turn_listen(T.turn);
}

static enum fb_err ask(fb_day day, struct fb_receipt *out, fb_day *first)
{
    return fb_turn_receipt(T.turn, T.source[FB_TEST_ROSTER], day, T.now_ms, out, first);
}

static void check_remade(const struct fb_receipt *r)
{
    CU_ASSERT_TRUE(fb_test_kept_same(&kept, fb_turn_source_get(T.turn, T.source[FB_TEST_ROSTER])->name, fb_receipt_since(r), r->day, r));
}

/* Whichever of its days is asked for, the one statement of all of them comes. */
static void check_span(fb_day until)
{
    struct fb_receipt r;
    fb_day first;
    const fb_day of[] = {first_day, first_day + 1, (first_day + until) / 2, until};
    for (unsigned i = 0; i < sizeof of / sizeof of[0]; i++) {
        CU_ASSERT_EQUAL(ask(of[i], &r, &first), FB_OK);
        CU_ASSERT_TRUE(first == first_day && r.day == until && fb_receipt_since(&r) == first_day && !r.open);
        check_remade(&r);
    }
    CU_ASSERT_EQUAL(ask(first_day - 1, &r, &first), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(first, first_day);
}

/* All that was taken is in one of the statements, once, and none of them is another than the publisher makes it. */
static void check_sum(void)
{
    struct fb_receipt r;
    uint64_t n = 0, missing = 0;
    fb_day first;
    for (fb_day day = first_day; day <= day_now(); day = r.day + 1) {
        CU_ASSERT_EQUAL_FATAL(ask(day, &r, &first), FB_OK);
        check_remade(&r);
        n += r.line[FB_KIND_BOOKING].first;
        missing = r.seq_missing;
    }
    CU_ASSERT_EQUAL(n, kept.n);
    CU_ASSERT_EQUAL(missing, (kept.n - 1) / 100);
}

static void test_together(void)
{
    struct fb_receipt before, after;
    fb_day first;
    begin_with_days(DAYS);
    upgrade();
    fb_test_settle(&T);
    fb_day until = day_now() - FB_RECEIPTS_BEHIND_MAX - 1;
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), STATEMENTS * FB_TEST_SOURCES);
    check_span(until);
    check_sum();
    CU_ASSERT_EQUAL(ask(until + 1, &after, &first), FB_OK);
    CU_ASSERT_TRUE(after.before == 0 && after.line[FB_KIND_BOOKING].first == A_DAY);
    CU_ASSERT_EQUAL(ask(until, &before, &first), FB_OK);
    upgrade(); /* it is read as it was stated, and nothing is stated twice */
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(until, &after, &first), FB_OK);
    CU_ASSERT_EQUAL(memcmp(&before, &after, sizeof after), 0);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), STATEMENTS * FB_TEST_SOURCES);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* A part was looked at while the days were fewer, a question is asked meanwhile, the engine is killed and comes up a week later. */
static void test_interrupted(void)
{
    struct fb_receipt r;
    fb_day first;
    bool more;
    begin_with_days(60);
    upgrade();
    for (unsigned i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(fb_turn_look_on(T.turn, 7, &more), FB_OK); /* the first day is full, nothing is stated */
    CU_ASSERT_EQUAL(ask(first_day, &r, &first), FB_OK);
    CU_ASSERT_TRUE(r.open && r.before == 0);
    upgrade();
    T.now_ms += 7 * DAY_MS;
    CU_ASSERT_EQUAL(fb_turn_look_on(T.turn, 7, &more), FB_OK);
    fb_test_settle(&T);
    check_span(day_now() - FB_RECEIPTS_BEHIND_MAX - 1);
    check_sum();
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_RECEIPT_ISSUED), STATEMENTS * FB_TEST_SOURCES);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* As many days as are stated each by itself: none is put together with another. */
static void test_few_days(void)
{
    struct fb_receipt r;
    fb_day first;
    begin_with_days(FB_RECEIPTS_BEHIND_MAX + 1);
    T.now_ms -= 1;
    upgrade();
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(ask(first_day, &r, &first), FB_OK);
    CU_ASSERT_TRUE(r.before == 0 && r.day == first_day);
    check_sum();
    fb_test_turn_close(&T);
}

/* ---- a store that an earlier version made ---- */

static enum fb_err work_off(struct fb_turn *turn, int64_t now_ms)
{
    enum fb_err err = FB_OK;
    bool more = true;
    while (more && err == FB_OK)
        err = fb_turn_step(turn, now_ms, &more);
    return err;
}

static uint64_t taken(const struct fb_receipt *r)
{
    uint64_t n = r->refused.n + r->conflict.n;
    for (unsigned k = 1; k < FB_KIND_END; k++)
        n += r->line[k].first + r->line[k].amended;
    return n;
}

/* Sums over the source's statements, each of which is one row. */
static uint64_t all_stated(struct fb_store *store, struct fb_span source, unsigned *rows, unsigned *spans)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    uint64_t n = 0;
    *rows = *spans = 0;
    for (fb_day day = fb_day_of(2025, 1, 1); day < fb_day_of(2028, 1, 1); day++) {
        struct fb_receipt r;
        fb_arena_init(&arena, memory, sizeof memory);
        enum fb_err err = fb_report_receipt(store, source, day, &arena, &r);
        CU_ASSERT_TRUE(err == FB_OK || err == FB_NOT_FOUND);
        if (err != FB_OK)
            continue;
        n += taken(&r);
        ++*rows;
        *spans += r.before > 0;
    }
    return n;
}

/* So many entries of its journal are messages that were taken or refused. */
static uint64_t messages(struct fb_store *store)
{
    static unsigned char memory[1 << 20];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_txn *txn;
    struct fb_entry e;
    uint64_t n = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(store, &txn), FB_OK);
    fb_scan_begin(&scan, txn, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        CU_ASSERT_EQUAL(fb_entry_unpack(&e, scan.value), FB_OK);
        n += e.kind == FB_ENTRY_MESSAGE || e.kind == FB_ENTRY_REFUSAL;
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_txn_abort(&txn);
    return n;
}

static void test_old_store(void)
{
    struct fb_test_folder folder;
    struct fb_store *store = NULL;
    struct fb_turn *turn = NULL;
    struct fb_verify v;
    uint64_t n = 0;
    unsigned rows, spans;
    fb_test_old_store(&folder, "schema-2.mdb.gz");
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&store, folder.path, &(struct fb_store_options){.map_bytes = MAP}, NULL), FB_OK);
    const uint64_t held = messages(store);
    CU_ASSERT_EQUAL_FATAL(fb_migrate(store, &(struct fb_migrate){.begun = NULL}), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&turn, store, fb_test_ports(), NULL, NULL), FB_OK);
    fb_turn_listen(turn);
    CU_ASSERT_EQUAL(work_off(turn, (int64_t)fb_day_of(2027, 3, 1) * DAY_MS + DAY_MS / 2), FB_OK);
    uint32_t sources = 0;
    for (uint32_t s = 1; fb_turn_source_get(turn, s) != NULL; s++) {
        struct fb_span name = fb_turn_source_get(turn, s)->name;
        if (fb_span_is(name, FB_SOURCE_OWN))
            continue;
        sources++;
        n += all_stated(store, name, &rows, &spans);
        CU_ASSERT_EQUAL(rows, STATEMENTS);
        CU_ASSERT_EQUAL(spans, 1);
    }
    CU_ASSERT_TRUE(sources > 3);
    CU_ASSERT_TRUE(n == held && n > 50);
    fb_turn_close(&turn);
    CU_ASSERT_EQUAL(fb_turn_verify(store, fb_test_ports(), NULL, &v), FB_OK);
    CU_ASSERT_TRUE(v.equal);
    CU_ASSERT_STRING_EQUAL(v.first_difference, "");
    fb_store_close(&store);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_receipts_upgrade[] = {
    {"what lies more than a month back is stated together, once, and the rest day by day", test_together},
    {"an engine that is killed while it makes up for the past, and comes up later, states all of it once", test_interrupted},
    {"a month and less is stated day by day", test_few_days},
    {"a store that an earlier version made is stated whole", test_old_store},
    CU_TEST_INFO_NULL,
};
