/* What Worker records say of keys, and what is kept of messages that hold one. */
#include "engine/turn/state.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <time.h>

enum { ROTATED = 60000 };
static struct fb_test_turn T;
static const char alpha[] = "pseudonym-alpha", beta[] = "pseudonym-beta", gamma_[] = "pseudonym-gamma";

static void begin(const char *text)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, text);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* Everybody's key is changed twice: what one record costs does not grow with how many there were. */
static void test_rotations(void)
{
    struct fb_workers w = {.slot = NULL};
    for (uint32_t i = 1; i <= 3 * ROTATED; i++)
        CU_ASSERT_EQUAL(fb_workers_meet(&w, i), FB_OK);
    clock_t begun = clock();
    for (uint32_t i = 1; i <= ROTATED; i++)
        CU_ASSERT_EQUAL(fb_workers_same(&w, ROTATED + i, i), FB_OK);
    for (uint32_t i = 1; i <= ROTATED; i++)
        CU_ASSERT_EQUAL(fb_workers_same(&w, 2 * ROTATED + i, ROTATED + i), FB_OK);
    CU_ASSERT_TRUE(clock() - begun < CLOCKS_PER_SEC);
    CU_ASSERT_EQUAL(fb_workers_canonical(&w, 3 * ROTATED), ROTATED);
    CU_ASSERT_EQUAL(w.moves, 2 * ROTATED);
    fb_workers_release(&w);
}

static void check_one(void)
{
    for (uint32_t number = 1; number <= 3; number++)
        CU_ASSERT_EQUAL(fb_workers_canonical(&T.turn->workers, number), 1);
}

/* Versions of one record that name two pairs, in either order, and one between that names none. */
static void test_sayings_add(void)
{
    for (unsigned order = 0; order < 6; order++) {
        static const unsigned char in[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        begin("clocked");
        struct fb_record *first = fb_test_key_change(beta, alpha, "W1");
        struct fb_record *say[3] = {first, fb_test_amend(first, 2), fb_test_amend(first, 3)};
        say[1]->as.worker.token_was = (struct fb_span){NULL, 0};
        say[2]->as.worker.token = fb_span_of(gamma_);
        say[2]->as.worker.token_was = fb_span_of(beta);
        fb_test_send_one(&T, fb_test_turn_shift(alpha, "B1", 0, 8, 12));
        fb_test_send_one(&T, fb_test_turn_shift(gamma_, "B2", 0, 22, 10)); /* two hours' rest */
        CU_ASSERT_EQUAL(fb_test_open(&T, "worker.rest"), 0);
        for (unsigned i = 0; i < 3; i++)
            fb_test_send_one(&T, say[in[order][i]]);
        check_one();
        CU_ASSERT_EQUAL(fb_test_open(&T, "worker.rest"), 1);
        fb_test_turn_reopen(&T);
        check_one();
        end();
    }
}

/* ---- what is kept ---- */

/* The last entry of that kind, in the turn's own memory. */
static void last_entry(enum fb_entry_kind kind, struct fb_entry *e)
{
    static unsigned char memory[2][1 << 17];
    struct fb_arena arena;
    struct fb_txn *txn;
    struct fb_scan scan;
    struct fb_entry at;
    unsigned n = 0;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    fb_scan_begin(&scan, txn, FB_TABLE_JOURNAL, (struct fb_span){NULL, 0});
    for (fb_arena_init(&arena, memory[0], sizeof memory[0]); fb_scan_next(&scan, &arena); fb_arena_init(&arena, memory[n % 2], sizeof memory[0])) {
        if (fb_entry_unpack(&at, scan.value) != FB_OK || at.kind != kind)
            continue;
        *e = at;
        n++;
    }
    fb_scan_end(&scan);
    fb_txn_abort(&txn);
    CU_ASSERT_TRUE_FATAL(n > 0);
}

/* What stands beside a body without its pseudonym must not be its digest with it. */
static void test_sealed(void)
{
    struct fb_entry e;
    begin("clocked");
    struct fb_record *shift = fb_test_turn_shift(alpha, "B1", 0, 8, 8), *nobodys = fb_test_turn_shift("", "B2", 1, 8, 8);
    fb_test_send_one(&T, shift);
    last_entry(FB_ENTRY_MESSAGE, &e);
    CU_ASSERT_NOT_EQUAL(memcmp(e.digest, shift->digest, sizeof e.digest), 0);
    fb_test_send_one(&T, nobodys);
    last_entry(FB_ENTRY_MESSAGE, &e);
    CU_ASSERT_EQUAL(memcmp(e.digest, nobodys->digest, sizeof e.digest), 0);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, shift).outcome, FB_OUTCOME_DUPLICATE);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, shift).outcome, FB_OUTCOME_DUPLICATE);
    struct fb_record *other = fb_test_amend(shift, 2);
    other->env.message_id = shift->env.message_id;
    fb_test_send_one(&T, other);
    last_entry(FB_ENTRY_REFUSAL, &e);
    CU_ASSERT_TRUE(e.reason == FB_REASON_CONFLICT && e.sent == fb_test_body(other).n && e.body.n < e.sent);
    CU_ASSERT_NOT_EQUAL(memcmp(e.digest, other->digest, sizeof e.digest), 0);
    end();
}

static struct fb_answer refuse(const struct fb_record *r, enum fb_kind kind, bool unopened)
{
    struct fb_answer answer;
    struct fb_input in = {.body = fb_test_body(r), .source = T.source[0], .refused = FB_REASON_KIND, .env = r->env, .unopened = unopened};
    in.env.kind = kind;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, &answer), FB_OK);
    return answer;
}

static void check_refused(const struct fb_record *r, enum fb_kind kind, bool unopened)
{
    struct fb_entry e;
    static const unsigned char none[sizeof e.digest];
    struct fb_answer first = refuse(r, kind, unopened), again = refuse(r, kind, unopened);
    CU_ASSERT_TRUE(first.journal != 0 && again.journal == first.journal);
    last_entry(FB_ENTRY_REFUSAL, &e);
    CU_ASSERT_TRUE(e.reason == FB_REASON_KIND && e.sent == fb_test_body(r).n);
    CU_ASSERT_TRUE(fb_span_eq(e.env.message_id, r->env.message_id) && fb_span_eq(e.env.record_ref, r->env.record_ref));
    CU_ASSERT_EQUAL(e.body.n, kind == FB_KIND_NONE || unopened ? 0 : 5);
    CU_ASSERT_NOT_EQUAL(memcmp(e.digest, none, sizeof none), 0);
}

/* What cannot be read might name a person anywhere: its digest and length stay, and what could be read of the envelope. */
static void test_refused(void)
{
    begin("clocked");
    check_refused(fb_test_turn_shift(alpha, "B1", 0, 8, 8), FB_KIND_BOOKING, false);
    check_refused(fb_test_turn_shift(beta, "B2", 0, 8, 8), FB_KIND_NONE, false);
    check_refused(fb_test_turn_shift(gamma_, "B3", 0, 8, 8), FB_KIND_BOOKING, true);
    fb_test_turn_reopen(&T);
    struct fb_record *shift = fb_test_turn_shift(beta, "B4", 0, 8, 8);
    uint64_t first = refuse(shift, FB_KIND_NONE, false).journal;
    shift->as.booking.token = fb_span_of(gamma_); /* another message under the same id */
    CU_ASSERT_NOT_EQUAL(refuse(shift, FB_KIND_NONE, false).journal, first);
    end();
}

CU_TestInfo suite_worker_keys[] = {
    {"the second change of everybody's key costs no more than the first", test_rotations},
    {"an ordinary version takes no merge apart, and another pair says one thing more, in any order", test_sayings_add},
    {"a digest of what holds a pseudonym is kept under the key only", test_sealed},
    {"what cannot be read is kept as its digest and length", test_refused},
    CU_TEST_INFO_NULL,
};
