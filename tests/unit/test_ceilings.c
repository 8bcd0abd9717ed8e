/* What a trust commits to agency shifts of a month, against the ceiling that the rules give: £1,000 in most of these, of which a shift
 * takes £495. */
#include "engine/core/explain.h"
#include "engine/turn/memory/ceilings.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

static struct fb_test_turn T;
enum { SHIFT_PENCE = 49500, SCAN = 512 };

static void begin(const char *book)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_test_turn_issue(&T, book);
    fb_test_settle(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

static struct fb_record *book_shift(const char *ref)
{
    struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    fb_test_send_one(&T, r);
    return r;
}

static struct fb_record *say(struct fb_record *r, int64_t revision, enum fb_booking_state state)
{
    r = fb_test_amend(r, revision);
    r->as.booking.state = state;
    fb_test_send_one(&T, r);
    return r;
}

static void told(unsigned passed, unsigned cleared)
{
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_CEILING_PASSED), passed);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_CEILING_CLEARED), cleared);
}

/* The last one told. */
static struct fb_event last(enum fb_event_kind kind)
{
    static struct fb_event_row row[SCAN];
    static unsigned char memory[1 << 20];
    struct fb_event_filter filter = {.kinds = fb_event_set_of(kind)};
    struct fb_arena arena;
    struct fb_reader_books *books;
    uint64_t next, head;
    unsigned n = 0;
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    CU_ASSERT_EQUAL(fb_report_events(T.store, books, &filter, 0, &arena, row, SCAN, &n, &next, &head), FB_OK);
    fb_reader_books_close(&books);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_TRUE(row[n - 1].statement.n > 0);
    return row[n - 1].event;
}

static void test_once_for_each_passing(void)
{
    begin("ceiling1");
    book_shift("A");
    book_shift("B");
    told(0, 0);
    struct fb_record *c = book_shift("C");
    told(1, 0);
    struct fb_event e = last(FB_EVENT_CEILING_PASSED);
    CU_ASSERT(e.pence == 3 * SHIFT_PENCE && e.delta_pence == 3 * SHIFT_PENCE - 100000 && e.trust == fb_code_of("RTH")); /* raw: what a shift comes to */
    CU_ASSERT(e.posted == fb_day_of(2026, 3, 1) && e.stage == FB_STAGE_COMMITTED && e.severity == FB_SEVERITY_WARN && e.route == FB_ROUTE_AGENCY);
    struct fb_record *d = book_shift("D"); /* further over it is nothing new */
    told(1, 0);
    d = say(d, 2, FB_BOOKING_STATE_CANCELLED);
    told(1, 0);
    c = say(c, 2, FB_BOOKING_STATE_CANCELLED);
    told(1, 1);
    e = last(FB_EVENT_CEILING_CLEARED);
    CU_ASSERT(e.pence == 2 * SHIFT_PENCE && e.delta_pence == 2 * SHIFT_PENCE - 100000 && e.severity == FB_SEVERITY_OK_); /* raw: the same */
    (void)say(c, 3, FB_BOOKING_STATE_BOOKED);
    told(2, 1);
    end();
}

/* What was told is known again after an opening, and not told again. */
static void test_opened_again(void)
{
    begin("ceiling1");
    book_shift("A");
    book_shift("B");
    struct fb_record *c = book_shift("C");
    fb_test_turn_reopen(&T);
    book_shift("D");
    told(1, 0);
    c = say(c, 2, FB_BOOKING_STATE_CANCELLED); /* three are left */
    told(1, 0);
    fb_test_turn_reopen(&T);
    (void)say(fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, "D"), 2, FB_BOOKING_STATE_CANCELLED);
    told(1, 1);
    end();
}

/* A ceiling that moves, comes or goes is an entry like any other. */
static void test_issues(void)
{
    begin("card+1");
    for (const char *const *ref = (const char *const[]){"A", "B", "C", NULL}; *ref != NULL; ref++)
        book_shift(*ref);
    told(0, 0); /* no ceiling: nobody can say */
    fb_test_turn_issue(&T, "ceiling1");
    told(1, 0);
    fb_test_settle(&T);
    told(1, 0);
    fb_test_turn_issue(&T, "ceiling2");
    told(1, 1);
    fb_test_turn_reopen(&T);
    fb_test_turn_issue(&T, "ceiling1 again");
    told(2, 1);
    fb_test_turn_issue(&T, "card+2"); /* without one */
    told(2, 2);
    fb_test_settle(&T);
    end();
}

/* Whatever comes first, it ends over the ceiling or not by the same sums. */
static void test_orders(void)
{
    static const char *const ref[] = {"A", "B", "C", "D"};
    int64_t spent[2];
    unsigned over[2];
    for (unsigned k = 0; k < 2; k++) {
        begin("ceiling1");
        for (unsigned i = 0; i < 4; i++) {
            struct fb_record *r = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref[k == 0 ? i : 3 - i]);
            struct fb_record *later = fb_test_amend(r, 2);
            later->as.booking.state = i < 2 ? FB_BOOKING_STATE_CANCELLED : FB_BOOKING_STATE_BOOKED;
            fb_test_send_one(&T, k == 0 ? r : later);
            fb_test_send_one(&T, k == 0 ? later : r);
        }
        over[k] = fb_test_events(&T, FB_EVENT_CEILING_PASSED) - fb_test_events(&T, FB_EVENT_CEILING_CLEARED);
        spent[k] = fb_test_total(&T, FB_STAGE_COMMITTED, FB_MEASURE_PENCE);
        end();
    }
    CU_ASSERT_EQUAL(over[0], over[1]);
    CU_ASSERT_EQUAL(spent[0], spent[1]);
}

/* ---- the fold ---- */

static void post(struct fb_ceilings *c, struct fb_cell cell, int64_t pence)
{
    struct fb_line line = {.cell = cell};
    line.figures.v[FB_MEASURE_PENCE] = pence;
    CU_ASSERT_EQUAL(fb_ceilings_post(c, &line, false), FB_OK);
}

static void test_what_counts(void)
{
    struct fb_ceilings c = {.sum = NULL};
    struct fb_cell cell = {.month = 31, .hirer = fb_code_of("RTH"), .route = FB_ROUTE_AGENCY, .stage = FB_STAGE_WORKED}, other;
    CU_ASSERT_EQUAL(fb_ceilings_spent(&c, cell.hirer, 31, FB_STAGE_WORKED), 0);
    post(&c, cell, 500);
    other = cell, other.shadow = 1;
    post(&c, other, 1000);
    other = cell, other.route = FB_ROUTE_BANK;
    post(&c, other, 1000);
    other = cell, other.stage = FB_STAGE_LATEST;
    post(&c, other, 1000);
    other = cell, other.stage = FB_STAGE_COMMITTED;
    post(&c, other, 70);
    post(&c, cell, -100);
    CU_ASSERT_EQUAL(fb_ceilings_spent(&c, cell.hirer, 31, FB_STAGE_WORKED), 400);
    CU_ASSERT_EQUAL(fb_ceilings_spent(&c, cell.hirer, 31, FB_STAGE_COMMITTED), 70);
    CU_ASSERT_EQUAL(c.n_touched, 1); /* a place once for an entry */
    for (fb_day month = 0; month < 300; month++) {
        cell.month = month;
        post(&c, cell, 1);
    }
    CU_ASSERT(c.n == 300 && fb_ceilings_spent(&c, cell.hirer, 31, FB_STAGE_WORKED) == 401 && fb_ceilings_spent(&c, cell.hirer, 299, FB_STAGE_WORKED) == 1);
    CU_ASSERT_TRUE(fb_ceilings_bytes(&c) > 0);
    fb_ceilings_release(&c);
}

/* The last row that fits. */
static void test_rows(void)
{
    struct fb_agency_ceiling row[] = {{0, fb_day_of(2026, 1, 1), fb_day_of(2027, 1, 1), FB_STAGE_WORKED, 900, 1},
                                      {fb_code_of("RTH"), fb_day_of(2026, 3, 1), fb_day_of(2026, 5, 1), FB_STAGE_COMMITTED, 400, 1}};
    struct fb_book book = {.n_agency_ceilings = 2, .agency_ceiling = row};
    CU_ASSERT_PTR_EQUAL(fb_book_ceiling(&book, fb_code_of("RTH"), fb_day_of(2026, 4, 1)), &row[1]);
    CU_ASSERT_PTR_EQUAL(fb_book_ceiling(&book, fb_code_of("RTH"), fb_day_of(2026, 5, 1)), &row[0]);
    CU_ASSERT_PTR_EQUAL(fb_book_ceiling(&book, fb_code_of("RXQ"), fb_day_of(2026, 4, 1)), &row[0]);
    CU_ASSERT_PTR_NULL(fb_book_ceiling(&book, fb_code_of("RXQ"), fb_day_of(2027, 1, 1)));
}

static void sentence(unsigned rows, int64_t pence, int64_t over, const char *expected)
{
    struct fb_origin origin[] = {{.pack = fb_span_of("thames-valley"), .file = fb_span_of("assurance/ceilings.yaml"), .line = 4,
                                  .status = FB_STATUS_MADE_UP, .source = fb_span_of("a test")}};
    struct fb_agency_ceiling row = {0, 0, INT32_MAX, FB_STAGE_COMMITTED, 100000, 0};
    struct fb_book book = {.n_origins = 1, .origin = origin, .n_agency_ceilings = rows, .agency_ceiling = &row};
    struct fb_event e = {.kind = FB_EVENT_CEILING_PASSED, .trust = fb_code_of("RTH"), .stage = FB_STAGE_COMMITTED, .posted = fb_day_of(2026, 3, 1)};
    char text[700];
    struct fb_text t;
    e.pence = pence;
    e.delta_pence = over;
    fb_text_init(&t, text, sizeof text);
    fb_explain_ceiling(&t, &book, &e);
    CU_ASSERT_STRING_EQUAL(text, expected);
}

static void test_sentences(void)
{
    static const char tail[] = " (thames-valley, assurance/ceilings.yaml line 4). Source (made-up): a test. That is less than published or agreed: check it before "
                               "acting on it.";
    static const char *const head[] = {"Agency spend of RTH on shifts of 2026-03, as committed, comes to £1234.56: £234.56 over the ceiling of £1000.00",
                                       "Agency spend of RTH on shifts of 2026-03, as committed, comes to £990.00, which is £10.00 below the ceiling of £1000.00",
                                       "Agency spend of RTH on shifts of 2026-03, as committed, comes to £1000.00, which is exactly the ceiling of £1000.00"};
    static const int64_t figures[][2] = {{123456, 23456}, {99000, -1000}, {100000, 0}};
    for (unsigned i = 0; i < 3; i++) {
        char expected[700];
        snprintf(expected, sizeof expected, "%s%s", head[i], tail);
        sentence(1, figures[i][0], figures[i][1], expected);
    }
    sentence(0, 100000, 0, "Agency spend of RTH on shifts of 2026-03, as committed, comes to £1000.00, and the rules have no ceiling for it any more.");
}

CU_TestInfo suite_ceilings[] = {
    {"a ceiling is told once for each passing, and once when spend is within it again", test_once_for_each_passing},
    {"what was told is known after an opening", test_opened_again},
    {"a ceiling that moves, comes or goes with an issue", test_issues},
    {"any order ends alike", test_orders},
    {"what counts, and as what", test_what_counts},
    {"which row holds", test_rows},
    {"what is said of it", test_sentences},
    CU_TEST_INFO_NULL,
};
