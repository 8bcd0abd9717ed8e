/* Workers by number: what memory holds of them, and that no pseudonym is ever stored. */
#include "engine/base/hash.h"
#include "engine/base/prng.h"
#include "engine/turn/audit.h"
#include "engine/turn/memory/workers.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { MANY = 3000, PEOPLE = 40, SAYINGS = 24, KEYS = 180 };
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

/* ---- the map ---- */

/* Some of them share the place at which they are looked for first, at the table's end too. */
static void hash_of(unsigned i, unsigned char out[FB_WHO_BYTES])
{
    uint64_t h = fb_hash64(&i, sizeof i), again = fb_hash64_mix(h, 1);
    memcpy(out, &h, 8);
    memcpy(out + 8, &again, 8);
    if (i % 3 == 0)
        memset(out, i % 2 == 0 ? 0xFF : 0x40, 4);
}

static void check_map(const struct fb_workers *w, bool half)
{
    unsigned char hash[FB_WHO_BYTES];
    for (unsigned i = 0; i < MANY; i++) {
        hash_of(i, hash);
        CU_ASSERT_EQUAL(fb_workers_find(w, hash), half && i % 2 == 0 ? 0 : i + 1);
    }
}

static void test_map(void)
{
    struct fb_workers w = {.slot = NULL};
    unsigned char hash[FB_WHO_BYTES];
    hash_of(0, hash);
    CU_ASSERT_EQUAL(fb_workers_find(&w, hash), 0);
    for (unsigned i = 0; i < MANY; i++) {
        hash_of(i, hash);
        CU_ASSERT_EQUAL_FATAL(fb_workers_meet(&w, i + 1), FB_OK);
        CU_ASSERT_EQUAL_FATAL(fb_workers_hold(&w, hash, i + 1), FB_OK);
        CU_ASSERT_EQUAL(fb_workers_hold(&w, hash, 7), FB_DAMAGED);
    }
    check_map(&w, false);
    for (unsigned i = 0; i < MANY; i += 2) {
        hash_of(i, hash);
        fb_workers_drop(&w, hash);
        fb_workers_drop(&w, hash);
    }
    check_map(&w, true);
    CU_ASSERT_EQUAL(w.n_held, MANY / 2);
    CU_ASSERT_EQUAL(fb_workers_meet(&w, MANY + 2), FB_DAMAGED); /* a number was left out */
    CU_ASSERT_EQUAL(fb_workers_meet(&w, 0), FB_OK);
    fb_workers_release(&w);
}

/* ---- classes ---- */

/* What the sayings make of it, worked out anew each time. */
static void naive(const uint32_t say[SAYINGS][2], uint32_t name[PEOPLE + 1])
{
    for (uint32_t i = 0; i <= PEOPLE; i++)
        name[i] = i;
    for (bool moved = true; moved;) {
        moved = false;
        for (unsigned s = 0; s < SAYINGS; s++) {
            uint32_t a = say[s][0], b = say[s][1], low = name[a] < name[b] ? name[a] : name[b];
            if (a == 0 || b == 0)
                continue;
            moved = moved || name[a] != low || name[b] != low;
            name[a] = name[b] = low;
        }
    }
}

static void check_classes(const struct fb_workers *w, const uint32_t say[SAYINGS][2])
{
    uint32_t name[PEOPLE + 1];
    naive(say, name);
    for (uint32_t i = 1; i <= PEOPLE; i++) {
        unsigned of_name = 0, in_ring = 0;
        CU_ASSERT_EQUAL(fb_workers_canonical(w, i), name[i]);
        for (uint32_t k = 1; k <= PEOPLE; k++)
            of_name += name[k] == name[i];
        uint32_t at = i;
        do {
            CU_ASSERT_EQUAL(name[at], name[i]);
            in_ring++;
            at = fb_workers_next(w, at);
        } while (at != i && in_ring <= PEOPLE);
        CU_ASSERT_EQUAL(in_ring, of_name);
    }
}

static void test_classes(void)
{
    struct fb_prng r;
    fb_prng_init(&r, 4);
    for (unsigned i = 0; i < 80; i++) {
        struct fb_workers w = {.slot = NULL};
        uint32_t say[SAYINGS][2] = {{0, 0}};
        for (uint32_t k = 1; k <= PEOPLE; k++)
            CU_ASSERT_EQUAL(fb_workers_meet(&w, k), FB_OK);
        for (unsigned s = 0; s < SAYINGS; s++) {
            bool nothing = fb_prng_below(&r, 3) == 0;
            say[s][0] = 1 + (uint32_t)fb_prng_below(&r, PEOPLE);
            say[s][1] = nothing ? 0 : 1 + (uint32_t)fb_prng_below(&r, PEOPLE);
            CU_ASSERT_EQUAL(fb_workers_same(&w, say[s][0], say[s][1]), FB_OK);
            check_classes(&w, (const uint32_t(*)[2])say);
        }
        uint32_t moves = w.moves;
        CU_ASSERT_EQUAL(fb_workers_same(&w, say[0][0], say[0][1]), FB_OK);
        CU_ASSERT_EQUAL(w.moves, moves); /* said before */
        CU_ASSERT_EQUAL(fb_workers_same(&w, PEOPLE + 1, 2), FB_DAMAGED);
        fb_workers_release(&w);
    }
}

/* ---- nothing of it is stored ---- */

static bool has(struct fb_span bytes, const char *word)
{
    size_t n = strlen(word);
    for (uint32_t at = 0; at + n <= bytes.n; at++)
        if (memcmp(bytes.p + at, word, n) == 0)
            return true;
    return false;
}

/* In how many rows of all tables the word stands. */
static unsigned stored(const char *word)
{
    static unsigned char memory[1 << 17];
    struct fb_arena arena;
    struct fb_txn *txn;
    unsigned n = 0;
    CU_ASSERT_EQUAL_FATAL(fb_store_read(T.store, &txn), FB_OK);
    for (unsigned table = 0; table < FB_TABLES; table++) {
        struct fb_scan scan;
        fb_scan_begin(&scan, txn, (enum fb_table)table, (struct fb_span){NULL, 0});
        for (fb_arena_init(&arena, memory, sizeof memory); fb_scan_next(&scan, &arena); fb_arena_reset(&arena))
            n += has(scan.key, word) || has(scan.value, word);
        fb_scan_end(&scan);
    }
    fb_txn_abort(&txn);
    return n;
}

static void refuse(const struct fb_record *r, const char *id, struct fb_answer *answer)
{
    struct fb_input in = {.body = fb_test_body(r), .source = T.source[0], .refused = FB_REASON_KIND, .env = r->env};
    in.env.message_id = fb_span_of(id);
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, &in, 1, T.now_ms, answer), FB_OK);
}

static void test_blind(void)
{
    begin("clocked");
    struct fb_record *shift = fb_test_turn_shift(alpha, "B1", 0, 8, 8);
    fb_test_send_one(&T, shift);
    struct fb_record *other = fb_test_amend(shift, 2); /* other contents under the same message id: a conflict */
    other->env.message_id = shift->env.message_id;
    CU_ASSERT_EQUAL(fb_test_send_one(&T, other).outcome, FB_OUTCOME_CONFLICT);
    CU_ASSERT_EQUAL(fb_test_send_one(&T, other).outcome, FB_OUTCOME_CONFLICT); /* known again, though kept blind */
    struct fb_answer first, second;
    refuse(shift, "refused", &first);
    uint64_t entries = fb_test_rows(&T, FB_TABLE_JOURNAL);
    refuse(shift, "refused", &second);
    CU_ASSERT_TRUE(first.journal != 0 && first.journal == second.journal);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), entries);
    fb_test_send_one(&T, fb_test_of(FB_KIND_WORKER_FACT, alpha, "F1"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, beta, "H1"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_ABSENCE, beta, "A1"));
    fb_test_send_one(&T, fb_test_key_change(beta, gamma_, "W1"));
    CU_ASSERT_TRUE(stored("rth-roster") > 0); /* the search finds what is there */
    CU_ASSERT_EQUAL(stored("pseudonym"), 0);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_WORKERS), 3);
    end();
}

/* ---- numbers ---- */

static uint32_t number_of(const char *token)
{
    struct fb_record *r = fb_test_of(FB_KIND_WORKER, token, "who");
    struct fb_blinded out = {.refused = false};
    unsigned char memory[64];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(T.ports.blind(NULL, FB_KIND_WORKER, fb_test_body(r), &arena, &out), FB_OK);
    fb_arena_release(&arena);
    return fb_turn_worker(T.turn, &out.who);
}

static uint64_t workers(void)
{
    struct fb_turn_stats stats;
    fb_turn_stats(T.turn, &stats);
    return stats.workers;
}

static void test_numbers(void)
{
    begin("clocked");
    CU_ASSERT_EQUAL(number_of(alpha), 0);
    struct fb_record *first = fb_test_turn_shift(alpha, "B1", 0, 8, 8);
    fb_test_send_one(&T, first);
    fb_test_send_one(&T, fb_test_turn_shift(beta, "B2", 0, 8, 8));
    fb_test_send_one(&T, fb_test_of(FB_KIND_WORKER_FACT, alpha, "F1"));
    fb_test_send_one(&T, first); /* a duplicate */
    CU_ASSERT_EQUAL(number_of(alpha), 1);
    CU_ASSERT_EQUAL(number_of(beta), 2);
    struct fb_record *late = fb_test_amend(first, 0); /* an older version, of somebody else: it loses, and has its number */
    late->as.booking.token = fb_span_of(gamma_);
    fb_test_send_one(&T, late);
    CU_ASSERT_EQUAL(number_of(gamma_), 3);
    CU_ASSERT_EQUAL(workers(), 3);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(number_of(alpha), 1);
    CU_ASSERT_EQUAL(number_of(gamma_), 3);
    CU_ASSERT_EQUAL(workers(), 3);
    end();
}

/* ---- one person, two keys ---- */

static const char *second_key;

/* Four shifts that are too many in a week and one that leaves no rest, under one key or two. */
static void send_week(void)
{
    fb_test_send_one(&T, fb_test_turn_shift(alpha, "B1", 0, 8, 8));
    fb_test_send_one(&T, fb_test_turn_shift(second_key, "B2", 1, 8, 8));
    fb_test_send_one(&T, fb_test_turn_shift(alpha, "B3", 2, 8, 8));
    fb_test_send_one(&T, fb_test_turn_shift(second_key, "B4", 2, 18, 8));
    struct fb_record *gone = fb_test_turn_shift(second_key, "B5", 3, 18, 8);
    gone->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    gone->as.booking.cancelled_by = FB_PARTY_WORKER;
    fb_test_send_one(&T, gone);
    struct fb_record *papers = fb_test_of(FB_KIND_WORKER_FACT, second_key, "F1");
    papers->as.worker_fact.until = fb_day_of(2026, 3, 17);
    fb_test_send_one(&T, papers);
}

static uint64_t outcome_of(const char *text, const char *second, bool told, bool first, bool again_without)
{
    begin(text);
    second_key = second;
    struct fb_record *change = fb_test_key_change(beta, alpha, "W1");
    if (told && first)
        fb_test_send_one(&T, change);
    send_week();
    if (told && !first)
        fb_test_send_one(&T, change);
    if (again_without) { /* an ordinary version: another grade */
        struct fb_record *again = fb_test_amend(change, 2);
        again->as.worker.token_was = (struct fb_span){NULL, 0};
        again->as.worker.grade = fb_code_of("6");
        fb_test_send_one(&T, again);
    }
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    end();
    return outcome;
}

static void test_key_change(void)
{
    static const char *const texts[] = {"clocked", "clocked counted"};
    for (unsigned i = 0; i < 2; i++) {
        uint64_t one = outcome_of(texts[i], alpha, false, false, false), two = outcome_of(texts[i], beta, false, false, false);
        CU_ASSERT_NOT_EQUAL(one, two);
        CU_ASSERT_EQUAL(outcome_of(texts[i], beta, true, true, false), one);
        CU_ASSERT_EQUAL(outcome_of(texts[i], beta, true, false, false), one);
        CU_ASSERT_EQUAL(outcome_of(texts[i], beta, true, true, true), one);
        CU_ASSERT_EQUAL(outcome_of(texts[i], beta, true, false, true), one);
    }
}

/* ---- forgetting ---- */

static void test_forget(void)
{
    struct fb_forgotten f;
    begin("clocked");
    second_key = beta;
    send_week();
    fb_test_send_one(&T, fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, alpha, "H1"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_ABSENCE, beta, "A1"));
    fb_test_send_one(&T, fb_test_key_change(beta, alpha, "W1"));
    fb_test_send_one(&T, fb_test_turn_shift(gamma_, "C1", 0, 8, 8));
    struct fb_record *first = fb_test_amend(fb_test_turn_shift(beta, "B1", 0, 8, 8), 2); /* found by both keys now, and one */
    fb_test_send_one(&T, first);
    uint64_t outcome = fb_test_outcome(&T);
    CU_ASSERT_EQUAL(fb_turn_forget(T.turn, 9, T.now_ms, &f), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_turn_forget(T.turn, 0, T.now_ms, &f), FB_NOT_FOUND);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, 2, T.now_ms, &f), FB_OK); /* by any number of the person */
    CU_ASSERT_TRUE(f.worker == 1 && f.links == 2);
    CU_ASSERT_TRUE(f.bookings == 5 && f.facts == 1 && f.hours == 1 && f.absences == 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_WORKERS), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_WORKER_FORGOTTEN), 1);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome); /* what was decided stays */
    CU_ASSERT_EQUAL(number_of(alpha) + number_of(beta), 0);
    CU_ASSERT_EQUAL(number_of(gamma_), 3);
    CU_ASSERT_EQUAL(fb_turn_forget(T.turn, 1, T.now_ms, &f), FB_NOT_FOUND);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(fb_turn_forget(T.turn, 1, T.now_ms, &f), FB_NOT_FOUND);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, 3, T.now_ms, &f), FB_OK);
    fb_test_turn_reopen(&T); /* nobody is known; the numbers that were given are not forgotten */
    fb_test_send_one(&T, fb_test_turn_shift(alpha, "B6", 4, 8, 8));
    CU_ASSERT_EQUAL(number_of(alpha), 4);
    end();
}

/* Somebody with more keys than fit their places: each is found, though dropping one moves others. */
static void test_many_keys(void)
{
    static char key[KEYS][24], ref[KEYS][24];
    struct fb_forgotten f;
    begin("first");
    for (unsigned i = 0; i < KEYS; i++) {
        snprintf(key[i], sizeof key[i], "pseudonym-%u", i);
        snprintf(ref[i], sizeof ref[i], "W%u", i);
        fb_test_send_one(&T, fb_test_key_change(key[i], i == 0 ? alpha : key[i - 1], ref[i]));
    }
    fb_test_send_one(&T, fb_test_turn_shift(beta, "B1", 0, 8, 8));
    CU_ASSERT_EQUAL(number_of(key[KEYS - 1]), 1);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, number_of(key[7]), T.now_ms, &f), FB_OK);
    CU_ASSERT_EQUAL(f.links, KEYS + 1);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_WORKERS), 1);
    CU_ASSERT_EQUAL(workers(), 1);
    end();
}

/* A record of somebody forgotten that is sent anew is somebody new's, and its row is that one's. */
static void test_known_anew(void)
{
    struct fb_forgotten f;
    struct fb_turn_stats stats;
    begin("clocked");
    struct fb_record *hours = fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, alpha, "H1"), *shift = fb_test_turn_shift(alpha, "B1", 0, 8, 8);
    fb_test_send_one(&T, hours);
    fb_test_send_one(&T, shift);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, 1, T.now_ms, &f), FB_OK);
    fb_test_send_one(&T, fb_test_amend(hours, 2));
    fb_test_send_one(&T, fb_test_amend(shift, 2));
    fb_turn_stats(T.turn, &stats);
    CU_ASSERT_EQUAL(stats.diary_rows, 2);
    CU_ASSERT_EQUAL_FATAL(fb_turn_forget(T.turn, 2, T.now_ms, &f), FB_OK);
    CU_ASSERT_TRUE(f.bookings == 1 && f.hours == 1 && f.links == 1);
    end();
}

/* ---- who read what ---- */

static void ask(const char *who, uint32_t worker)
{
    struct fb_audit_row row = {.at_ms = 1000 + worker,
                               .asker = {fb_span_of(who), FB_AS_TRUST, fb_code_of("RTH")},
                               .query = 9,
                               .worker = worker,
                               .record = 77};
    CU_ASSERT_EQUAL_FATAL(fb_audit_append(T.store, &row, 1), FB_OK);
}

static void test_audit(void)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    struct fb_audit_row row[8];
    unsigned n;
    uint64_t next;
    begin("first");
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL(fb_audit_read(T.store, 0, 0, &arena, row, 8, &n, &next), FB_OK);
    CU_ASSERT_TRUE(n == 0 && next == 0);
    for (unsigned i = 1; i <= FB_AUDIT_SCAN_MAX + 20; i++)
        ask(i % 2 == 0 ? "even" : "odd", i % 5 == 0 ? 5 : i);
    CU_ASSERT_EQUAL(fb_audit_read(T.store, 0, 0, &arena, row, 8, &n, &next), FB_OK);
    CU_ASSERT_TRUE(n == 8 && row[0].seq == FB_AUDIT_SCAN_MAX + 20 && row[7].seq == FB_AUDIT_SCAN_MAX + 13 && next == row[7].seq);
    CU_ASSERT_TRUE(fb_span_is(row[0].asker.identity, "even") && row[0].asker.as == FB_AS_TRUST);
    CU_ASSERT_TRUE(row[0].asker.trust == fb_code_of("RTH") && row[0].query == 9 && row[0].record == 77 && row[0].worker == 5);
    fb_arena_reset(&arena);
    CU_ASSERT_EQUAL(fb_audit_read(T.store, 3, 0, &arena, row, 8, &n, &next), FB_OK);
    CU_ASSERT_TRUE(n == 0 && next == 21); /* so many rows were looked at */
    CU_ASSERT_EQUAL(fb_audit_read(T.store, 3, next, &arena, row, 8, &n, &next), FB_OK);
    CU_ASSERT_TRUE(n == 1 && row[0].seq == 3 && row[0].at_ms == 1003 && next == 0);
    struct fb_audit_row wrong = {.asker.identity = {(const char *)memory, FB_ID_BYTES_MAX + 1}};
    CU_ASSERT_EQUAL(fb_audit_append(T.store, &wrong, 1), FB_LIMIT);
    end();
}

CU_TestInfo suite_workers[] = {
    {"a hash is found again, also after others were dropped", test_map},
    {"what is one person follows from all that was ever said", test_classes},
    {"no pseudonym stands anywhere in the store, of taken, refused and conflicting messages", test_blind},
    {"a pseudonym keeps its number, a duplicate gives none, and opening again gives the same", test_numbers},
    {"a changed key makes two workers one whenever it is told, for good", test_key_change},
    {"forgetting removes every link to a person, keeps the records, and gives no number twice", test_forget},
    {"forgetting finds every one of many keys", test_many_keys},
    {"what is sent again of somebody forgotten is somebody new's", test_known_anew},
    {"who read what is kept, newest first, by worker", test_audit},
    CU_TEST_INFO_NULL,
};
