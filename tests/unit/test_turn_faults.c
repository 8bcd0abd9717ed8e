/* A disk that fails, rows that change by themselves: nothing half done stays, and verify sees it. */
#include "engine/store/key.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

static struct fb_test_turn T;
enum { RECORDS = 6, PUTS_MAX = 400 };
static uint64_t rows_most = UINT64_MAX; /* fb_turn_rows_most */

static void make_records(struct fb_record *r[RECORDS])
{
    fb_test_records_forget();
    r[0] = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    r[1] = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1");
    r[1]->as.booking.vacancy_ref = fb_span_of("V1");
    r[2] = fb_test_record(FB_KIND_BOOKING, FB_TEST_PORTAL, "P1");
    fb_test_refer(r[1], "R1");
    fb_test_refer(r[2], "R1");
    r[3] = fb_test_record(FB_KIND_FRAMEWORK, FB_TEST_REGISTERS, "F1");
    r[4] = fb_test_amend(r[1], 2);
    r[4]->as.booking.shift.grade = fb_code_of("6");
    r[5] = fb_test_record(FB_KIND_TIMESHEET, FB_TEST_ROSTER, "T1");
    r[5]->as.timesheet.booking_ref = fb_span_of("B1");
}

/* Sends the records in batches of two, from wherever the store stands: what was taken is answered as
 * duplicate. */
static enum fb_err send_all(struct fb_record **r)
{
    struct fb_answer answer[2];
    enum fb_err err = FB_OK;
    fb_turn_rows_most(T.turn, rows_most);
    for (unsigned i = 0; i < RECORDS && err == FB_OK; i += 2)
        err = fb_test_send(&T, r + i, 2, answer);
    bool more = true;
    while (err == FB_OK && more)
        err = fb_turn_step(T.turn, T.now_ms, &more);
    return err;
}

static uint64_t undisturbed(struct fb_record **r)
{
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL(send_all(r), FB_OK);
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_close(&T);
    return outcome;
}

/* The disk fails once; the turn is dead, and after the power cut everything goes on from what was committed.
 */
static bool fails_and_recovers(struct fb_record **r, uint64_t outcome)
{
    struct fb_answer answer;
    enum fb_err err = send_all(r);
    bool failed = err != FB_OK;
    if (failed) {
        CU_ASSERT_NOT_EQUAL(fb_test_send(&T, r, 1, &answer), FB_OK);
        memset(&T.faults, 0, sizeof T.faults);
        fb_turn_close(&T.turn);
        fb_store_power_cut(T.store);
        CU_ASSERT_TRUE(fb_test_verify(&T));
        fb_test_turn_reopen(&T);
        CU_ASSERT_EQUAL(send_all(r), FB_OK);
    }
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    CU_ASSERT_TRUE(fb_test_verify(&T));
    return failed;
}

static void test_every_put_may_fail(void)
{
    struct fb_record *r[RECORDS];
    make_records(r);
    uint64_t outcome = undisturbed(r), n = 0, puts = 0;
    for (bool failed = true; failed && n < PUTS_MAX; puts++) {
        fb_test_turn_open(&T);
        T.faults.fail_put_at = ++n + 20; /* opening: three sources (13 puts with counts, leaves and batches) and an issue (7) */
        failed = fails_and_recovers(r, outcome);
        fb_test_turn_close(&T);
    }
    CU_ASSERT_TRUE(puts > 20 && puts < PUTS_MAX);
}

/* How many there were. */
static uint64_t every_commit_may_fail(void)
{
    struct fb_record *r[RECORDS];
    make_records(r);
    uint64_t outcome = undisturbed(r), n = 0, commits = 0;
    for (bool failed = true; failed && n < PUTS_MAX; commits++) {
        fb_test_turn_open(&T);
        T.faults.fail_commit_at = ++n + 4; /* opening commits four times */
        failed = fails_and_recovers(r, outcome);
        fb_test_turn_close(&T);
    }
    return commits - 1; /* the last time none failed */
}

static void test_every_commit_may_fail(void)
{
    CU_ASSERT_EQUAL(every_commit_may_fail(), RECORDS / 2);
}

/* The first message of a batch may be durable when the commit of its second fails, and is known when both are sent again. */
static void test_a_batch_of_many_rows_is_several_commits(void)
{
    rows_most = 1;
    CU_ASSERT_EQUAL(every_commit_may_fail(), RECORDS);
    rows_most = UINT64_MAX;
}

/* ---- rows that change by themselves ---- */

static void flip_last_byte(enum fb_table table)
{
    static unsigned char memory[4096], bytes[4096];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_span key, value;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_find_last(txn, table, &arena, &key, &value), FB_OK);
    memcpy(bytes, value.p, value.n);
    bytes[value.n - 1] ^= 1;
    fb_del(txn, table, key); /* appended tables take no key twice */
    fb_put(txn, table, key, (struct fb_span){(const char *)bytes, value.n});
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
}

static void remove_first(enum fb_table table)
{
    static unsigned char memory[4096];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_scan scan;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_scan_begin(&scan, txn, table, (struct fb_span){NULL, 0});
    CU_ASSERT_TRUE_FATAL(fb_scan_next(&scan, &arena));
    struct fb_span key = fb_arena_copy(&arena, scan.key);
    fb_scan_end(&scan);
    fb_del(txn, table, key);
    CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
}

static const char *difference(void (*harm)(enum fb_table), enum fb_table table, bool *equal)
{
    static struct fb_verify v;
    struct fb_record *r[RECORDS];
    make_records(r);
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL(send_all(r), FB_OK);
    harm(table);
    CU_ASSERT_EQUAL(fb_turn_verify(T.store, &T.ports, NULL, &v), FB_OK);
    *equal = v.equal;
    fb_test_turn_close(&T);
    return v.first_difference;
}

static void test_verify_sees_changed_rows(void)
{
    static const struct {
        enum fb_table table;
        const char *begins;
    } rows[] = {
        {FB_TABLE_JOURNAL, "journal: entry "},       {FB_TABLE_IDS, "ids: entry "},
        {FB_TABLE_DECISIONS, "decisions: subject "}, {FB_TABLE_EVENTS, "events: sequence "},
        {FB_TABLE_TOTALS, "totals: week of "},       {FB_TABLE_FINDINGS, "findings: subject "},
        {FB_TABLE_SOURCES, "sources: source "},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        bool equal = true;
        const char *text = difference(flip_last_byte, rows[i].table, &equal);
        CU_ASSERT_FALSE(equal);
        CU_ASSERT_EQUAL(strncmp(text, rows[i].begins, strlen(rows[i].begins)), 0);
        equal = true;
        text = difference(remove_first, rows[i].table, &equal);
        CU_ASSERT_FALSE(equal);
        CU_ASSERT_EQUAL(strncmp(text, rows[i].begins, strlen(rows[i].begins)), 0);
    }
}

static void test_hash(void)
{
    struct fb_record *r[RECORDS];
    unsigned char once[16], again[16], harmed[16];
    make_records(r);
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL(send_all(r), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_hash(T.store, once), FB_OK);
    fb_test_turn_close(&T);
    fb_test_turn_open(&T);
    rows_most = 1; /* and where transactions ended is not to be seen */
    CU_ASSERT_EQUAL(send_all(r), FB_OK);
    rows_most = UINT64_MAX;
    CU_ASSERT_EQUAL(fb_turn_hash(T.store, again), FB_OK);
    flip_last_byte(FB_TABLE_TOTALS);
    CU_ASSERT_EQUAL(fb_turn_hash(T.store, harmed), FB_OK);
    fb_test_turn_close(&T);
    CU_ASSERT_EQUAL(memcmp(once, again, 16), 0);
    CU_ASSERT_NOT_EQUAL(memcmp(once, harmed, 16), 0);
}

static void test_open_refuses_damage(void)
{
    static const enum fb_table tables[] = {FB_TABLE_IDS, FB_TABLE_JOURNAL};
    for (unsigned i = 0; i < 2; i++) {
        struct fb_record *r[RECORDS];
        const char *why = NULL;
        make_records(r);
        fb_test_turn_open(&T);
        CU_ASSERT_EQUAL(send_all(r), FB_OK);
        fb_turn_close(&T.turn);
        /* The record numbers no longer follow one another; or the last entry is not one. */
        if (i == 0)
            remove_first(tables[i]);
        struct fb_txn *txn;
        struct fb_key key = fb_key_u64(1000);
        CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
        if (i == 1)
            fb_put(txn, FB_TABLE_JOURNAL, fb_key_span(&key), fb_span_of("\002\177"));
        CU_ASSERT_EQUAL(fb_txn_commit(&txn), FB_OK);
        CU_ASSERT_EQUAL(fb_turn_open(&T.turn, T.store, &T.ports, NULL, &why), FB_DAMAGED);
        CU_ASSERT_PTR_NOT_NULL(why);
        CU_ASSERT_PTR_NULL(T.turn);
        fb_store_close(&T.store);
    }
}

static struct fb_book *compile_nothing(void *ctx, const struct fb_turn_file *file, unsigned n)
{
    (void)ctx;
    (void)file;
    (void)n;
    return NULL;
}

/* Rules that an earlier version took and this one does not may not lock the records out. */
static void test_open_without_a_book(void)
{
    struct fb_record *r[RECORDS];
    struct fb_answer answer;
    make_records(r);
    fb_test_turn_open(&T);
    struct fb_turn_ports good = T.ports, bad = T.ports;
    bad.compile = compile_nothing;
    fb_turn_close(&T.turn);
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&T.turn, T.store, &bad, NULL, NULL), FB_OK);
    CU_ASSERT_PTR_NULL(fb_turn_book(T.turn, 0));
    CU_ASSERT_PTR_NOT_NULL(good.compile);
    fb_test_turn_issue(&T, "second");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fb_turn_book(T.turn, 0));
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    CU_ASSERT_EQUAL(fb_test_send(&T, &r[1], 1, &answer), FB_OK);
    CU_ASSERT_EQUAL(answer.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(fb_test_open(&T, "ratecap.breached"), 1);
    CU_ASSERT_TRUE(fb_test_verify(&T)); /* with the ports that can compile */
    /* The same files again, which this time do compile: the issue gets its book, and no other is made. */
    fb_turn_close(&T.turn);
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&T.turn, T.store, &bad, NULL, NULL), FB_OK);
    uint64_t journal = fb_test_rows(&T, FB_TABLE_JOURNAL);
    fb_test_turn_issue(&T, "second");
    CU_ASSERT_PTR_NOT_NULL_FATAL(fb_turn_book(T.turn, 0));
    CU_ASSERT_EQUAL(fb_turn_book(T.turn, 0)->issue, 2);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), journal);
    fb_test_turn_close(&T);
}

/* One row that cannot be read is the bad luck of whoever asks for it, and not the end of the turn. */
static void test_find_survives_damage(void)
{
    struct fb_answer answer;
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B1"));
    struct fb_record *next = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "B2");
    static const char bad[] = "\001\177";
    struct fb_txn *txn;
    struct fb_key key = fb_key_u64(5); /* three sources and an issue came before */
    CU_ASSERT_EQUAL_FATAL(fb_store_write(T.store, &txn), FB_OK);
    fb_del(txn, FB_TABLE_JOURNAL, fb_key_span(&key));
    fb_put(txn, FB_TABLE_JOURNAL, fb_key_span(&key), (struct fb_span){bad, 2});
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&txn), FB_OK);
    CU_ASSERT_EQUAL(fb_turn_find(T.turn, FB_KIND_BOOKING, 0, fb_span_of("B1")), 0);
    CU_ASSERT_EQUAL(fb_test_send(&T, &next, 1, &answer), FB_OK);
    CU_ASSERT_EQUAL(answer.outcome, FB_OUTCOME_ACCEPTED);
    fb_test_turn_close(&T);
}

CU_TestInfo suite_turn_faults[] = {
    {"whichever put fails, nothing half done stays and the rest can be sent again", test_every_put_may_fail},
    {"whichever commit fails, nothing half done stays and the rest can be sent again",
     test_every_commit_may_fail},
    {"a batch that changes many rows is several commits, each whole", test_a_batch_of_many_rows_is_several_commits},
    {"verify names the first row that differs or is gone, in every table", test_verify_sees_changed_rows},
    {"two runs of the same messages have one hash, however they were committed, and a changed row another", test_hash},
    {"a store with missing or unreadable rows is not opened", test_open_refuses_damage},
    {"a store whose rules no longer compile is opened, and takes new ones", test_open_without_a_book},
    {"a question that meets a damaged row leaves the turn alive", test_find_survives_damage},
    CU_TEST_INFO_NULL,
};
