/* The desk's answer about the shifts of a month: of which moment, and to whom. */
#include "engine/shell/query_month.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"

static struct fb_test_turn T;
static struct fb_reader_books *books;
static struct fb_commit_news news;
static struct fb_desk desk;
static unsigned char memory[1 << 20];
static struct fb_arena arena;
static struct fb_result r;

static void book_it(const char *ref, const char *hirer, const char *payer)
{
    struct fb_record *b = fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref);
    b->as.booking.shift.hirer = b->as.booking.employer = fb_code_of(hirer);
    b->as.booking.payer = fb_code_of(payer);
    fb_test_send_one(&T, b);
    news.stats.journal = fb_test_rows(&T, FB_TABLE_JOURNAL);
}

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
    CU_ASSERT_EQUAL_FATAL(fb_reader_books_open(&books, T.store, &T.ports), FB_OK);
    news = (struct fb_commit_news){.stats = {.journal = 0}};
    desk = (struct fb_desk){.store = T.store, .books = books, .news = &news};
    book_it("B1", "RTH", "RTH");
    book_it("B2", "RXQ", "RTH");
    book_it("B3", "RXQ", "RXQ");
}

static void end(void)
{
    fb_reader_books_close(&books);
    fb_test_turn_close(&T);
}

static const struct fb_query march = {.kind = FB_QUERY_MONTH};

static unsigned ask(struct fb_query q)
{
    q.from = fb_day_of(2026, 3, 1);
    q.until = fb_day_of(2026, 4, 1);
    fb_arena_init(&arena, memory, sizeof memory);
    r = (struct fb_result){.kind = q.kind};
    CU_ASSERT_EQUAL_FATAL(fb_desk_month(&desk, &q, &arena, &r), FB_OK);
    return r.n_month;
}

static void a_trust_is_told_what_concerns_it_whatever_it_asks_for(void)
{
    begin();
    struct fb_query q = march;
    CU_ASSERT_EQUAL(ask(q), 3); /* nobody in particular, by this machine's socket */
    q.asker.as = FB_AS_FINANCE;
    CU_ASSERT_EQUAL(ask(q), 3);
    q.asker = (struct fb_asker){.as = FB_AS_TRUST, .trust = fb_code_of("RTH")};
    CU_ASSERT_EQUAL(ask(q), 2);
    q.findings.trust = fb_code_of("RXQ"); /* those of another that concern it as well */
    CU_ASSERT_EQUAL_FATAL(ask(q), 1);
    CU_ASSERT(fb_span_is(r.month[0].record_ref, "B2"));
    q.asker.trust = fb_code_of("RYE");
    CU_ASSERT_EQUAL(ask(q), 0);
    end();
}

/* What comes between two pages is on neither: the second asks for the first one's moment. */
static void all_pages_tell_of_one_moment(void)
{
    begin();
    struct fb_query q = march;
    q.findings.limit = 2;
    CU_ASSERT(ask(q) == 2 && r.more && r.as_of == news.stats.journal);
    q.findings.after = r.after;
    q.as_of = r.as_of;
    book_it("B4", "RTH", "RTH");
    CU_ASSERT(ask(q) == 1 && !r.more && r.after == 0 && r.as_of == q.as_of && fb_span_is(r.month[0].record_ref, "B3"));
    CU_ASSERT_EQUAL(ask(march), 4);
    end();
}

static void nothing_was_known_before_the_first_day(void)
{
    begin();
    struct fb_query q = march;
    q.as_known = fb_day_of(2026, 3, 9);
    CU_ASSERT(ask(q) == 0 && !r.more && r.as_of == 0 && r.text.n > 0);
    q.as_known = fb_day_of(2026, 3, 10); /* the records came at noon of that day */
    CU_ASSERT(ask(q) == 3 && r.as_of == news.stats.journal && r.text.n == 0);
    end();
}

CU_TestInfo suite_query_month[] = {
    {"a trust is told what concerns it, whatever it asks for", a_trust_is_told_what_concerns_it_whatever_it_asks_for},
    {"all pages tell of one moment", all_pages_tell_of_one_moment},
    {"nothing was known before the first day", nothing_was_known_before_the_first_day},
    CU_TEST_INFO_NULL,
};
