/* Diaries between decisions: what is held of a worker follows from what is known, whenever and in whatever order it came. */
#include "engine/base/hash.h"
#include "engine/base/prng.h"
#include "engine/turn/state.h"
#include "tests/lib/people.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { DAY = 1440, RECORDS_MAX = 128, ORDERS = 12 };
static struct fb_test_turn T;
static const char *const token[] = {"key-a", "key-b", "key-c", "key-d"}; /* the last is another key of the first */

static void begin(const char *text)
{
    fb_test_records_forget();
    fb_test_turn_open_bare(&T);
    fb_test_turn_issue(&T, text);
}

/* All kinds of records are told, of somebody else: what is not held is not for want of a feed. */
static void begin_fed(const char *text)
{
    begin(text);
    fb_test_send_one(&T, fb_test_of(FB_KIND_WORKER_FACT, token[2], "F"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, token[2], "H"));
    fb_test_send_one(&T, fb_test_of(FB_KIND_ABSENCE, token[2], "A"));
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* ---- what memory holds ---- */

static uint64_t row_hash(const struct fb_diary_row *row, bool numbers)
{
    const struct fb_stint *s = &row->stint;
    uint64_t h = fb_hash64_mix((uint64_t)s->start_min << 32 | s->end_min, s->tie);
    h = fb_hash64_mix(h, (uint64_t)(uint32_t)s->minutes << 32 | (uint64_t)s->flags << 24 | (uint64_t)s->route << 16 |
                             (uint64_t)row->kind << 8 | row->status);
    h = fb_hash64_mix(fb_hash64_mix(h, s->hirer), (uint64_t)s->unit << 32 | s->role);
    return numbers ? fb_hash64_mix(h, (uint64_t)s->worker << 32 | row->subject) : h;
}

/* The rows of one list are in order, and under their number. */
static uint64_t list_hash(const struct fb_diary_list *l, uint32_t number, unsigned sort, bool numbers)
{
    uint64_t sum = 0;
    for (uint32_t r = 0; r < l->n; r++) {
        sum += fb_hash64_mix(row_hash(&l->row[r], numbers), sort);
        CU_ASSERT_TRUE(r == 0 || fb_diary_row_cmp(&l->row[r - 1], &l->row[r]) < 0);
        CU_ASSERT_EQUAL(l->row[r].stint.worker, number);
    }
    return sum;
}

/* A sum over persons of what they have, under whichever of their numbers. Without numbers, which follow arrival. */
static uint64_t memory(bool numbers)
{
    const struct fb_diary *d = &T.turn->diary;
    uint64_t sum = 0, rows = 0;
    for (uint32_t i = 1; i <= T.turn->workers.high; i++) {
        uint64_t h = 0;
        uint32_t member = i;
        do {
            for (unsigned k = 0; k < FB_DIARY_LISTS; k++) {
                const struct fb_diary_list *l = fb_diary_list(d, member, k);
                h += l == NULL ? 0 : list_hash(l, member, k, numbers);
                rows += l == NULL || fb_workers_canonical(&T.turn->workers, i) != i ? 0 : l->n;
            }
            member = fb_workers_next(&T.turn->workers, member);
        } while (member != i);
        sum += fb_workers_canonical(&T.turn->workers, i) == i ? fb_hash64_mix(h, numbers ? i : 1) : 0;
    }
    CU_ASSERT_EQUAL(rows, d->n_rows);
    return sum;
}

/* The rows of one sort of all persons. */
static uint32_t rows(unsigned list)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < T.turn->diary.room; i++) {
        const struct fb_diary_list *l = fb_diary_list(&T.turn->diary, i, list);
        n += l == NULL ? 0 : l->n;
    }
    return n;
}

static void check_reopened(void)
{
    uint64_t held = memory(true), outcome = fb_test_outcome(&T);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(memory(true), held);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
}

/* ---- a month of three people ---- */

static char ref[RECORDS_MAX][16];
static struct fb_record *all[RECORDS_MAX];
static unsigned n_all;

static const char *next_ref(char kind)
{
    snprintf(ref[n_all], sizeof ref[n_all], "%c%u", kind, n_all);
    return ref[n_all];
}

static struct fb_record *add(struct fb_record *r)
{
    all[n_all++] = r;
    return r;
}

static void add_shifts(void)
{
    for (int i = 0; i < 24; i++) {
        const char *who = token[i % 7 == 0 ? 3 : i % 3];
        struct fb_record *shift = add(fb_test_turn_shift(who, next_ref('B'), i * 5 % 9, i % 4 * 6, 7 + i % 3));
        if (i % 4 == 1)
            add(fb_test_turn_sheet(shift, next_ref('T'), 30 * (i % 5)));
        struct fb_record *again = i % 5 == 0 ? add(fb_test_amend(shift, 2)) : shift;
        if (i % 10 == 0) {
            again->as.booking.token = fb_span_of(token[1]); /* it turns out to be another's */
        } else if (i % 10 == 5) {
            again->as.booking.state = FB_BOOKING_STATE_CANCELLED;
            again->as.booking.cancelled_by = FB_PARTY_HIRER;
        }
    }
}

static void add_records(void)
{
    for (int i = 0; i < 12; i++) {
        struct fb_record *hours = add(fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, token[i % 3], next_ref('H')));
        hours->as.hours.week = fb_day_of(2026, 3, 2) + 7 * (i / 3);
        if (i % 4 == 0)
            add(fb_test_amend(hours, 2))->as.hours.minutes = 600;
        if (i % 4 == 1)
            add(fb_test_amend(hours, 2))->as.hours.token = fb_span_of(token[2]);
    }
    for (int i = 0; i < 4; i++) {
        struct fb_record *leave = add(fb_test_of(FB_KIND_ABSENCE, token[i % 4], next_ref('A')));
        leave->as.absence.from += 7 * i;
        leave->as.absence.until += 7 * i;
        if (i == 2) /* it was not taken after all */
            add(fb_test_amend(leave, 2))->as.absence.until = leave->as.absence.from;
        struct fb_record *papers = add(fb_test_of(FB_KIND_WORKER_FACT, token[i % 4], next_ref('F')));
        papers->as.worker_fact.until = fb_day_of(2026, 3, 20) + 7 * i;
        if (i == 1)
            add(fb_test_amend(papers, 2))->as.worker_fact.until = fb_day_of(2026, 3, 17);
    }
    struct fb_record *change = add(fb_test_key_change(token[3], token[2], next_ref('W')));
    add(fb_test_amend(change, 2))->as.worker.token_was = fb_span_of(token[0]); /* not the third's, the first's */
}

static void make(void)
{
    n_all = 0;
    add_shifts();
    add_records();
    CU_ASSERT_TRUE_FATAL(n_all <= RECORDS_MAX);
}

static void shuffle(uint64_t seed)
{
    struct fb_prng r;
    fb_prng_init(&r, seed);
    for (unsigned i = n_all; seed > 0 && i > 1; i--) {
        unsigned at = (unsigned)fb_prng_below(&r, i);
        struct fb_record *one = all[i - 1];
        all[i - 1] = all[at];
        all[at] = one;
    }
}

static void send_all(unsigned at_once)
{
    static struct fb_answer answer[FB_TEST_BATCH];
    for (unsigned done = 0; done < n_all; done += at_once)
        CU_ASSERT_EQUAL_FATAL(fb_test_send(&T, all + done, n_all - done < at_once ? n_all - done : at_once, answer), FB_OK);
    fb_test_settle(&T);
}

static void test_orders(void)
{
    uint64_t outcome = 0, held = 0;
    for (unsigned order = 0; order < ORDERS; order++) {
        begin("clocked");
        make();
        shuffle(order);
        send_all(order % 2 == 0 ? 1 : FB_TEST_BATCH);
        if (order == 0) {
            outcome = fb_test_outcome(&T);
            held = memory(false);
            CU_ASSERT_TRUE(fb_test_open(&T, "worker.rest") > 0 && fb_test_open(&T, "worker.week") > 0);
            CU_ASSERT_TRUE(fb_test_open(&T, "worker.average") > 0 && fb_test_open(&T, "worker.right_to_work") > 0);
        }
        CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
        CU_ASSERT_EQUAL(memory(false), held);
        check_reopened();
        end();
    }
}

/* ---- exactly what was added is taken back ---- */

static void test_taken_back(void)
{
    begin_fed("clocked");
    struct fb_record *base[] = {fb_test_turn_shift(token[0], "B1", 0, 8, 10), fb_test_turn_shift(token[0], "B2", 2, 8, 10),
                                fb_test_of(FB_KIND_WORKER_FACT, token[0], "F1")};
    for (unsigned i = 0; i < 3; i++)
        fb_test_send_one(&T, base[i]);
    uint64_t outcome = fb_test_outcome(&T), held = memory(true);
    struct fb_record *more[] = {fb_test_turn_shift(token[0], "B3", 1, 8, 10), fb_test_of(FB_KIND_WORKER_FACT, token[0], "F2"),
                                fb_test_of(FB_KIND_SUBSTANTIVE_HOURS, token[0], "H1"),
                                fb_test_of(FB_KIND_ABSENCE, token[0], "A1")};
    more[1]->as.worker_fact.status = FB_FACT_STATUS_REFUSED;
    more[1]->as.worker_fact.from = fb_day_of(2026, 3, 17);
    for (unsigned i = 0; i < 4; i++)
        fb_test_send_one(&T, more[i]);
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.week"), 1); /* of the last; the others cannot say, for nobody hears from all */
    CU_ASSERT_EQUAL(fb_test_open(&T, "worker.right_to_work"), 2);
    CU_ASSERT_EQUAL(rows(FB_DIARY_SHIFTS) + rows(FB_DIARY_HOURS) + rows(FB_DIARY_ABSENCES) + rows(FB_DIARY_FACTS), 10);
    struct fb_record *gone[4];
    for (unsigned i = 0; i < 4; i++)
        gone[i] = fb_test_amend(more[i], 2);
    gone[0]->as.booking.state = FB_BOOKING_STATE_CANCELLED;
    gone[1]->as.worker_fact.until = gone[1]->as.worker_fact.from;
    gone[2]->as.hours.minutes = 0; /* a statement still, of no hours */
    gone[3]->as.absence.until = gone[3]->as.absence.from;
    for (unsigned i = 0; i < 4; i++)
        fb_test_send_one(&T, gone[i]);
    CU_ASSERT_EQUAL(rows(FB_DIARY_HOURS), 2);
    struct fb_record *nobody = fb_test_amend(gone[2], 3);
    nobody->as.hours.token = (struct fb_span){NULL, 0};
    fb_test_send_one(&T, nobody);
    CU_ASSERT_EQUAL(memory(true), held);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), outcome);
    check_reopened();
    end();
}

/* ---- trials ---- */

static void set_mode(enum fb_source_mode mode)
{
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    uint32_t number;
    s.mode = mode;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    fb_test_settle(&T);
}

static struct fb_record *by_portal(struct fb_record *r)
{
    r->env.source = fb_span_of("rth-portal");
    return r;
}

/* What a trial sends of a person nobody else hears; when it goes live, everybody does. */
static void test_trial(void)
{
    begin_fed("clocked");
    set_mode(FB_SOURCE_MODE_SHADOW);
    fb_test_send_one(&T, fb_test_turn_shift(token[0], "B1", 0, 8, 8));
    uint64_t alone = fb_test_outcome(&T);
    struct fb_record *papers = by_portal(fb_test_of(FB_KIND_WORKER_FACT, token[0], "F1"));
    papers->as.worker_fact.status = FB_FACT_STATUS_REFUSED;
    fb_test_send_one(&T, papers);
    fb_test_send_one(&T, fb_test_amend(fb_test_turn_shift(token[0], "B1", 0, 8, 8), 2)); /* judged with them held */
    CU_ASSERT_EQUAL(fb_test_outcome(&T), alone);
    set_mode(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), alone);
    set_mode(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), alone);
    fb_test_send_one(&T, by_portal(fb_test_turn_shift(token[0], "P1", 0, 18, 8))); /* no rest, if it were known */
    CU_ASSERT_TRUE(rows(FB_DIARY_TRIAL) == 1 && rows(FB_DIARY_SHIFTS) == 1);
    unsigned rest = fb_test_open(&T, "worker.rest"), right = fb_test_open(&T, "worker.right_to_work");
    uint64_t trial = fb_test_outcome(&T);
    check_reopened();
    set_mode(FB_SOURCE_MODE_LIVE);
    CU_ASSERT_TRUE(rows(FB_DIARY_TRIAL) == 0 && rows(FB_DIARY_SHIFTS) == 2);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), trial);
    CU_ASSERT_TRUE(fb_test_open(&T, "worker.rest") == 1 && fb_test_open(&T, "worker.right_to_work") == 2);
    check_reopened();
    set_mode(FB_SOURCE_MODE_SHADOW);
    CU_ASSERT_EQUAL(fb_test_outcome(&T), trial);
    CU_ASSERT_TRUE(fb_test_open(&T, "worker.rest") == rest && fb_test_open(&T, "worker.right_to_work") == right);
    end();
}

/* ---- feeds ---- */

static void test_feeds(void)
{
    begin("clocked");
    fb_test_send_one(&T, fb_test_turn_shift(token[0], "B1", 0, 8, 8));
    fb_test_send_one(&T, fb_test_turn_shift(token[1], "B2", 0, 8, 8));
    CU_ASSERT_EQUAL(T.turn->feeds.live, 0);
    uint64_t before = fb_test_outcome(&T);
    fb_test_send_one(&T, fb_test_of(FB_KIND_WORKER_FACT, token[2], "F1")); /* of somebody else: the feed is there now */
    CU_ASSERT_EQUAL(T.turn->feeds.live, FB_SENDS_WORKER_FACTS);
    CU_ASSERT_NOT_EQUAL(fb_test_outcome(&T), before); /* a fact that is not held, no longer a feed that is not */
    check_reopened();
    CU_ASSERT_EQUAL(T.turn->feeds.live, FB_SENDS_WORKER_FACTS);
    struct fb_source s = *fb_turn_source_get(T.turn, T.source[FB_TEST_PORTAL]);
    uint32_t number;
    s.sends |= FB_SENDS_ABSENCES;
    CU_ASSERT_EQUAL(fb_turn_source(T.turn, &s, T.now_ms, &number), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_TODO), 2);
    fb_test_settle(&T);
    CU_ASSERT_EQUAL(T.turn->feeds.live, FB_SENDS_ABSENCES | FB_SENDS_WORKER_FACTS);
    check_reopened();
    end();
}

CU_TestInfo suite_diary_fold[] = {
    {"the same rows and findings in whatever order records come", test_orders},
    {"what changes takes back exactly what it added", test_taken_back},
    {"nobody hears what a trial tells of a person, until it goes live", test_trial},
    {"the first record of a kind, or a source that says it sends them, judges all bookings again", test_feeds},
    CU_TEST_INFO_NULL,
};
