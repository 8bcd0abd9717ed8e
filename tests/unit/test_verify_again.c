/* The fast way of verify alone: it says "equal" of what is, and of nothing else. */
#include "engine/store/key.h"
#include "engine/turn/again.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

static struct fb_test_turn T;
enum { BOOKINGS = 40, ROW = 8192 };

static void fill(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    for (unsigned i = 0; i < BOOKINGS; i++) {
        char ref[8] = {'B', (char)('A' + i / 10), (char)('0' + i % 10), '\0'};
        struct fb_record *r = fb_test_record(FB_KIND_BOOKING, i % 2 == 0 ? FB_TEST_ROSTER : FB_TEST_PORTAL, ref);
        fb_test_send_one(&T, r);
        if (i % 4 != 0)
            continue;
        r = fb_test_amend(r, 2);
        r->as.booking.shift.grade = fb_code_of("6");
        fb_test_send_one(&T, r);
    }
    fb_test_settle(&T);
}

static bool is_proved(struct fb_verify *out)
{
    struct fb_again *a;
    CU_ASSERT_EQUAL_FATAL(fb_again_open(&a, T.store, &T.ports), FB_OK);
    /* Parts go round as they would between threads, several on their way at once. */
    unsigned last = FB_AGAIN_PARTS;
    while (last == FB_AGAIN_PARTS) {
        for (unsigned i = 0; i < FB_AGAIN_PARTS && last == FB_AGAIN_PARTS; i++)
            last = fb_again_read(a, fb_again_part(a, i)) ? last : i;
        unsigned n = last == FB_AGAIN_PARTS ? last : last + 1;
        for (unsigned i = 0; i < n; i++)
            (void)fb_again_make(a, fb_again_part(a, i));
        for (unsigned i = 0; i < n; i++)
            (void)fb_again_hold(a, fb_again_part(a, i));
    }
    bool equal = fb_again_is_equal(a, out);
    fb_again_close(&a);
    return equal;
}

static void what_was_not_touched_is_equal(void)
{
    struct fb_verify fast, slow;
    fill();
    CU_ASSERT_TRUE(is_proved(&fast));
    CU_ASSERT_EQUAL(fb_turn_verify_slowly(T.store, &T.ports, NULL, &slow), FB_OK);
    CU_ASSERT_TRUE(slow.equal && fast.equal);
    CU_ASSERT(fast.entries > BOOKINGS && fast.entries == slow.entries);
    CU_ASSERT(fast.decisions > BOOKINGS && fast.decisions == slow.decisions);
    CU_ASSERT(fast.events > 0 && fast.events == slow.events);
    CU_ASSERT_STRING_EQUAL(fast.not_compared, "");
    fb_test_turn_close(&T);
}

/* ---- harm to one row, by its place in its table ---- */

enum harm { CHANGED, SHORTER, GONE, ONE_MORE, HARMS };

static bool row_at(enum fb_table table, unsigned n, struct fb_arena *arena, struct fb_span *key, struct fb_span *value)
{
    struct fb_txn *txn;
    struct fb_scan scan;
    bool there = true;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    fb_scan_begin(&scan, txn, table, (struct fb_span){NULL, 0});
    for (unsigned i = 0; i <= n && there; i++)
        there = fb_scan_next(&scan, arena);
    if (there) {
        *key = fb_arena_copy(arena, scan.key);
        *value = scan.value;
    }
    fb_scan_end(&scan);
    fb_txn_abort(&txn);
    return there;
}

static bool row_last(enum fb_table table, struct fb_arena *arena, struct fb_span *key, struct fb_span *value)
{
    struct fb_txn *txn;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    enum fb_err err = fb_find_last(txn, table, arena, key, value);
    fb_txn_abort(&txn);
    return err == FB_OK;
}

static void do_harm(enum fb_table table, enum harm harm)
{
    static unsigned char memory[ROW * BOOKINGS], bytes[ROW], key_bytes[FB_KEY_BYTES_MAX];
    struct fb_arena arena;
    struct fb_span key, value;
    struct fb_txn *txn;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_TRUE_FATAL(row_last(table, &arena, &key, &value) && value.n < ROW && value.n > 0);
    memcpy(bytes, value.p, value.n);
    memcpy(key_bytes, key.p, key.n);
    bytes[value.n - 1] ^= harm == CHANGED;
    key_bytes[key.n - 1] = (unsigned char)(key_bytes[key.n - 1] + (harm == ONE_MORE));
    struct fb_span to = {(const char *)key_bytes, key.n};
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    if (harm != ONE_MORE)
        fb_del(txn, table, key); /* appended tables take no key twice */
    if (harm != GONE)
        fb_put(txn, table, to, (struct fb_span){(const char *)bytes, value.n - (harm == SHORTER)});
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
}

static void no_harm_passes(void)
{
    static const enum fb_table tables[] = {FB_TABLE_IDS,    FB_TABLE_DECISIONS, FB_TABLE_EVENTS,
                                           FB_TABLE_TOTALS, FB_TABLE_FINDINGS,  FB_TABLE_SOURCES};
    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++)
        for (unsigned harm = 0; harm < HARMS; harm++) {
            struct fb_verify out = {.equal = false};
            fill();
            do_harm(tables[i], (enum harm)harm);
            if (is_proved(&out)) {
                fprintf(stderr, "%s, harm %u, was not seen\n", fb_table_word(tables[i]), harm);
                CU_FAIL("harm was not seen");
            }
            fb_test_turn_close(&T);
        }
}

/* In the middle, where a step of the cursor and a seek both miss it. */
static void a_row_that_is_missing_in_the_middle_is_seen(void)
{
    static const enum fb_table tables[] = {FB_TABLE_JOURNAL, FB_TABLE_IDS, FB_TABLE_DECISIONS, FB_TABLE_EVENTS, FB_TABLE_FINDINGS};
    static unsigned char memory[ROW * BOOKINGS];
    for (unsigned i = 0; i < sizeof tables / sizeof tables[0]; i++) {
        struct fb_verify out = {.equal = false};
        struct fb_arena arena;
        struct fb_span key, value;
        struct fb_txn *txn;
        fill();
        fb_arena_init(&arena, memory, sizeof memory);
        CU_ASSERT_TRUE_FATAL(row_at(tables[i], 3, &arena, &key, &value));
        CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
        fb_del(txn, tables[i], key);
        CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
        CU_ASSERT_FALSE(is_proved(&out));
        fb_test_turn_close(&T);
    }
}

/* ---- rows behind the journal's end ---- */

static void put_beyond(enum fb_table table, const struct fb_key *key)
{
    static unsigned char memory[ROW];
    struct fb_arena arena;
    struct fb_span was, value;
    struct fb_txn *txn;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_TRUE_FATAL(row_last(table, &arena, &was, &value));
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_put(txn, table, fb_key_span(key), value);
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
}

/* People are shown the latest row, so one that no entry gave must be named, though nothing before it differs. */
static void rows_behind_the_end_are_named(void)
{
    struct fb_turn_stats stats;
    struct fb_verify out;
    for (unsigned event = 0; event < 2; event++) {
        fill();
        fb_turn_stats(T.turn, &stats);
        struct fb_key key = event ? fb_key_u64(stats.events + 1) : fb_key_decision(1, stats.journal + 1);
        put_beyond(event ? FB_TABLE_EVENTS : FB_TABLE_DECISIONS, &key);
        CU_ASSERT_FALSE(is_proved(&out));
        CU_ASSERT_EQUAL(fb_turn_verify_slowly(T.store, &T.ports, NULL, &out), FB_OK);
        CU_ASSERT_FALSE(out.equal);
        CU_ASSERT_PTR_NOT_NULL(strstr(out.first_difference, event ? "events: sequence " : "decisions: subject 1"));
        CU_ASSERT_PTR_NOT_NULL(strstr(out.first_difference, "it is of an entry that the journal does not have"));
        fb_test_turn_close(&T);
    }
}

/* An engine beside: each record that verify decodes is followed by one more that is taken. */
static unsigned taken;

static enum fb_err decode_and_take(void *ctx, const struct fb_envelope *env, struct fb_span body, struct fb_arena *arena,
                                   struct fb_record *out)
{
    char ref[8];
    enum fb_err err = T.ports.decode(ctx, env, body, arena, out);
    snprintf(ref, sizeof ref, "M%u", ++taken);
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    return err;
}

static void an_engine_that_goes_on_is_no_difference(void)
{
    struct fb_verify out;
    fill();
    taken = 0;
    struct fb_turn_ports beside = T.ports;
    beside.decode = decode_and_take;
    CU_ASSERT_EQUAL(fb_turn_verify_slowly(T.store, &beside, NULL, &out), FB_OK);
    CU_ASSERT_TRUE(taken > out.entries / 2 && out.equal); /* it never caught up */
    CU_ASSERT_STRING_EQUAL(out.first_difference, "");
    fb_test_turn_close(&T);
}

CU_TestInfo suite_verify_again[] = {
    {"what was not touched is proved equal, with the counts of the slow way", what_was_not_touched_is_equal},
    {"no row that was changed, cut, taken away or added passes", no_harm_passes},
    {"a row that is missing in the middle is seen", a_row_that_is_missing_in_the_middle_is_seen},
    {"rows behind the journal's end are named", rows_behind_the_end_are_named},
    {"an engine that goes on meanwhile is no difference", an_engine_that_goes_on_is_no_difference},
    CU_TEST_INFO_NULL,
};
