/* Lines for several shifts among the records: what falls to each shift is counted there, and all of it is the line, whatever world they
 * are in and in whichever order they come; what was paid again is counted as paid. */
#include "engine/base/hash.h"
#include "engine/base/prng.h"
#include "tests/lib/invoices.h"
#include "tests/lib/latest.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { DAYS_MAX = 5, LINES_MAX = 6, RECORDS_MAX = 2 * DAYS_MAX + LINES_MAX, WORLDS = 60, ORDERS = 3 };
static struct fb_test_turn T;

/* ---- records of one order ---- */

/* Day 0 is Monday 16 March 2026. */
static struct fb_record *booking(unsigned day, unsigned hours, const char *pay)
{
    static char names[DAYS_MAX][16], from[DAYS_MAX][40], until[DAYS_MAX][40];
    snprintf(names[day], sizeof names[day], "B%u", day);
    snprintf(from[day], sizeof from[day], "2026-03-%02uT07:00", 16 + day);
    snprintf(until[day], sizeof until[day], "2026-03-%02uT%02u:00", 16 + day, 7 + hours);
    struct fb_record *b = fb_test_billed_booking(names[day]);
    fb_test_booking(&b->as.booking, FB_ROUTE_AGENCY, "5", from[day], until[day], 0);
    b->as.booking.booked_ms = FB_ABSENT;
    b->as.booking.agency = fb_span_of("NS");
    b->as.booking.rates.complete = FB_SAID_YES;
    fb_test_charge(&b->as.booking, pay, "5.00");
    b->as.booking.reference[b->as.booking.n_references++] =
        (struct fb_reference){fb_span_of("ledger"), fb_span_of(FB_REFERENCE_ORDER), fb_span_of("PO-7")};
    return b;
}

/* All shifts of the order that start on those days. */
static struct fb_record *line(const char *ref, unsigned days, int64_t net)
{
    struct fb_record *r = fb_test_record(FB_KIND_INVOICE_LINE, FB_TEST_PORTAL, ref);
    struct fb_invoice_line *l = fb_test_line_of(r);
    l->booking_source = l->booking_ref = (struct fb_span){NULL, 0};
    l->purchase_order = fb_span_of("PO-7");
    l->order_system = fb_span_of("ledger");
    l->until = l->from + (fb_day)days;
    l->units_e2 = l->rate_e4 = l->vat_pence = FB_ABSENT;
    l->unit = FB_UNIT_NONE;
    l->net_pence = net;
    return r;
}

static struct fb_record *credit(const char *ref, unsigned days, const char *of, int64_t net)
{
    struct fb_record *r = line(ref, days, -net);
    fb_test_line_of(r)->billing = FB_BILLING_CREDIT;
    fb_test_line_of(r)->invoice = fb_span_of(ref);
    fb_test_line_of(r)->credit_invoice = fb_span_of(of);
    return r;
}

static int64_t total(enum fb_stage stage)
{
    return fb_test_total(&T, stage, FB_MEASURE_PENCE) + fb_test_total(&T, stage, FB_MEASURE_CANCEL_CHARGE);
}

static int64_t invoiced(const struct fb_record *b)
{
    const struct fb_decision *d;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, b), &d));
    for (unsigned i = 0; i < d->n_lines; i++)
        if (d->line[i].cell.stage == FB_STAGE_INVOICED)
            return d->line[i].figures.v[FB_MEASURE_PENCE]; /* raw: a figure already rounded */
    return FB_ABSENT;
}

/* ---- of a commission ---- */

/* The trust pays who is engaged directly: an invoice of the commission is what was to be expected, and the shift costs what it did. */
static void test_a_worker_engaged_directly(void)
{
    struct fb_record *b, *l;
    fb_test_turn_begin(&T);
    b = booking(0, 12, "40.00"); /* pay 480.00, commission 60.00 */
    b->as.booking.engagement = FB_ENGAGEMENT_DIRECT;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, l = line("L1", 7, 6000));
    struct fb_invoice_row m = fb_test_invoice_row(&T, "L1");
    CU_ASSERT(m.charged_pence == 6000 && m.expected_pence == 6000 && m.differs.n == 0);
    CU_ASSERT_TRUE(invoiced(b) == 6000 && total(FB_STAGE_LATEST) == 54000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_COMMISSION), 6000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_LATEST, FB_MEASURE_WORKER_PAY), 48000);
    l = fb_test_amend(l, 2);
    fb_test_line_of(l)->net_pence = 54000; /* the worker's pay as well */
    fb_test_send_one(&T, l);
    m = fb_test_invoice_row(&T, "L1");
    CU_ASSERT(m.expected_pence == 6000 && fb_span_is(m.differs, "amount"));
    CU_ASSERT_TRUE(invoiced(b) == 54000 && total(FB_STAGE_LATEST) == 48000 + 54000); /* it is asked, and it would be paid twice */
    fb_test_turn_end(&T);
}

/* ---- one line ---- */

static void test_a_line_of_two_shifts(void)
{
    struct fb_record *a, *b, *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, a = booking(0, 12, "40.00")); /* 540.00 */
    fb_test_send_one(&T, b = booking(1, 6, "40.00"));  /* 270.00 */
    fb_test_send_one(&T, l = line("L1", 7, 81001));
    CU_ASSERT_TRUE(invoiced(a) == 54001 && invoiced(b) == 27000);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_MINUTES), 18 * 60);
    CU_ASSERT_EQUAL(fb_test_total(&T, FB_STAGE_INVOICED, FB_MEASURE_SHIFTS), 2);
    CU_ASSERT_EQUAL(total(FB_STAGE_LATEST), 81001);
    CU_ASSERT_EQUAL(total(FB_STAGE_PAID), 0);
    l = fb_test_amend(l, 2);
    fb_test_line_of(l)->state = FB_INVOICE_STATE_PAID;
    fb_test_send_one(&T, l);
    CU_ASSERT_EQUAL(total(FB_STAGE_PAID), 81001);
    fb_test_send_one(&T, credit("C1", 7, "NS-1001", 1001));
    CU_ASSERT_TRUE(invoiced(a) == 53334 && invoiced(b) == 26666); /* 667 and 334 of what is given back */
    CU_ASSERT_EQUAL(total(FB_STAGE_PAID), 80000);
    CU_ASSERT_EQUAL(fb_test_invoice_row(&T, "L1").charged_pence, 80000);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(total(FB_STAGE_INVOICED), 80000);
    l = fb_test_amend(l, 3);
    fb_test_line_of(l)->state = FB_INVOICE_STATE_WITHDRAWN;
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE(total(FB_STAGE_INVOICED) == 0 && total(FB_STAGE_LATEST) == 81000);
    fb_test_turn_end(&T);
}

/* A night of 12 hours and one of 8, invoiced in a line of plain hours and one of unsocial ones, each for both. */
static void test_two_categories(void)
{
    struct fb_record *a, *b, *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, a = booking(0, 16, "40.00"));
    fb_test_send_one(&T, b = booking(1, 12, "40.00"));
    int64_t owed = total(FB_STAGE_LATEST);
    for (unsigned i = 0; i < 2; i++) {
        l = line(i == 0 ? "L1" : "L2", 7, i == 0 ? owed - 5000 : 5000);
        fb_test_line_of(l)->line = 1 + i;
        fb_test_line_of(l)->category = fb_code_of(i == 0 ? "plain" : "unsocial");
        fb_test_send_one(&T, l);
    }
    CU_ASSERT_EQUAL(total(FB_STAGE_INVOICED), owed);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 0);
    CU_ASSERT_TRUE(invoiced(a) > invoiced(b) && invoiced(b) > 0);
    l = line("L3", 7, 100); /* a category that is asked for already */
    fb_test_line_of(l)->line = 3;
    fb_test_line_of(l)->category = fb_code_of("unsocial");
    fb_test_send_one(&T, l);
    CU_ASSERT_EQUAL(total(FB_STAGE_INVOICED), owed);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 2);
    fb_test_turn_end(&T);
}

static unsigned unsaid_of(const struct fb_record *b)
{
    const struct fb_decision *d;
    unsigned n = 0;
    CU_ASSERT_TRUE_FATAL(fb_test_latest(&T, fb_test_number(&T, b), &d));
    for (unsigned i = 0; i < d->n_findings; i++)
        n += d->finding[i].rule == (uint32_t)fb_hash64("invoice.part_match", 18) && d->finding[i].severity == FB_SEVERITY_CANNOT_SAY &&
             d->finding[i].detail == FB_DIFFERS_SHIFTS;
    return n;
}

/* Nobody can say what one of them should come to: the line is counted in none, and every one of them says why. */
static void test_one_that_cannot_be_priced(void)
{
    struct fb_record *a, *b;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, a = booking(0, 12, "40.00"));
    b = booking(1, 6, "40.00");
    b->as.booking.rates.complete = FB_SAID_NO;
    fb_test_send_one(&T, b);
    fb_test_send_one(&T, line("L1", 7, 81000));
    CU_ASSERT_EQUAL(total(FB_STAGE_INVOICED), 0);
    CU_ASSERT_TRUE(unsaid_of(a) == 1 && unsaid_of(b) == 1);
    CU_ASSERT_NOT_EQUAL(fb_test_events(&T, FB_EVENT_ASSURANCE_FINDING), 0);
    fb_test_is_invoice_row(&T, "L1", "part_matched", "", "hours, amount, vat, confirmation, shifts");
    b = fb_test_amend(b, 2);
    b->as.booking.rates.complete = FB_SAID_YES;
    fb_test_send_one(&T, b);
    CU_ASSERT_TRUE(unsaid_of(a) == 0 && invoiced(a) == 54000 && invoiced(b) == 27000);
    fb_test_turn_end(&T);
}

/* Nobody is told that something cannot be said while only not all is judged yet. */
static void test_no_noise(void)
{
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, booking(0, 12, "40.00"));
    fb_test_send_one(&T, line("L1", 7, 81000));
    fb_test_send_one(&T, booking(1, 6, "40.00"));
    fb_test_send_one(&T, booking(2, 6, "40.00"));
    CU_ASSERT_EQUAL(total(FB_STAGE_INVOICED), 81000);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.part_match"), 3); /* of each that no timesheet is approved */
    fb_test_turn_end(&T);
}

/* ---- paid again ---- */

static void test_a_duplicate_that_was_paid(void)
{
    struct fb_record *b, *l;
    fb_test_turn_begin(&T);
    fb_test_send_one(&T, b = fb_test_billed_booking("B1"));
    fb_test_send_one(&T, fb_test_billed_sheet("T1", "B1"));
    fb_test_send_one(&T, fb_test_invoice_line("L1", "B1"));
    l = fb_test_invoice_line("L2", "B1");
    fb_test_line_of(l)->invoice = fb_span_of("NS-1002");
    fb_test_send_one(&T, l);
    int64_t owed = fb_test_line_of(l)->net_pence;
    const struct fb_finding *f = fb_test_finding(&T, fb_test_number(&T, b), "invoice.duplicate");
    CU_ASSERT_TRUE_FATAL(f != NULL && f->detail == FB_DUPLICATE_ASKED && f->pence == owed); /* raw: compared */
    CU_ASSERT_TRUE(total(FB_STAGE_INVOICED) == owed && total(FB_STAGE_PAID) == 0);
    l = fb_test_amend(l, 2);
    fb_test_line_of(l)->state = FB_INVOICE_STATE_PAID;
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE(total(FB_STAGE_INVOICED) == owed && total(FB_STAGE_PAID) == owed && total(FB_STAGE_LATEST) == owed);
    CU_ASSERT_EQUAL(fb_test_open(&T, "invoice.duplicate"), 1);
    CU_ASSERT_EQUAL(fb_test_events(&T, FB_EVENT_INVOICE_DUPLICATE), 2); /* asked for again; then paid for again */
    fb_test_is_invoice_row(&T, "L2", "duplicate", "", "");
    l = credit("C1", 1, "NS-1002", owed); /* and given back */
    fb_test_line_of(l)->booking_ref = fb_span_of("B1");
    fb_test_line_of(l)->booking_source = fb_span_of("rth-roster");
    fb_test_line_of(l)->purchase_order = fb_test_line_of(l)->order_system = (struct fb_span){NULL, 0};
    fb_test_send_one(&T, l);
    CU_ASSERT_TRUE(total(FB_STAGE_PAID) == 0 && fb_test_open(&T, "invoice.duplicate") == 0);
    fb_test_turn_end(&T);
}

/* ---- any world ---- */

/* What the order's shifts are, and what is asked for them, without the engine's own steps: which lines' parts can be known, and
 * what those then come to. */
struct world {
    unsigned n, days, n_lines;
    struct fb_record *r[RECORDS_MAX], *line[LINES_MAX], *credit;
    unsigned line_days[LINES_MAX];
    bool owed[DAYS_MAX], priced[DAYS_MAX];
};

static void add(struct world *w, struct fb_record *r) { w->r[w->n++] = r; }

static void make_shifts(struct world *w, struct fb_prng *r)
{
    static const char *const pays[] = {"40.00", "33.33", "51.07"};
    static char sheets[DAYS_MAX][16];
    for (unsigned day = 0; day < w->days; day++) {
        struct fb_record *b = booking(day, 1 + (unsigned)fb_prng_below(r, 12), pays[fb_prng_below(r, 3)]);
        unsigned sort = day == 0 ? 9 : (unsigned)fb_prng_below(r, 10);
        w->owed[day] = sort != 0;
        w->priced[day] = sort != 1;
        if (sort == 0 || sort == 2)
            b->as.booking.state = FB_BOOKING_STATE_CANCELLED;
        if (sort == 2)
            b->as.booking.cancel_charge_pence = 1 + (int64_t)fb_prng_below(r, 9999);
        if (sort == 1)
            b->as.booking.rates.complete = FB_SAID_NO;
        snprintf(sheets[day], sizeof sheets[day], "T%u", day);
        if (sort > 2 && fb_prng_below(r, 2) == 0)
            add(w, fb_test_billed_sheet(sheets[day], (const char *)b->env.record_ref.p));
        add(w, b);
    }
}

static void add_line(struct world *w, struct fb_record *l, unsigned days, struct fb_prng *r)
{
    if (fb_prng_below(r, 2) == 0)
        fb_test_line_of(l)->state = FB_INVOICE_STATE_PAID;
    w->line_days[w->n_lines] = days < w->days ? days : w->days;
    w->line[w->n_lines++] = l;
    add(w, l);
}

/* Of the same invoice, for some of the days: where both are by category it is no duplicate. */
static void add_category(struct world *w, struct fb_record *first, unsigned days, struct fb_prng *r)
{
    struct fb_record *l = line("L1b", days, 1 + (int64_t)fb_prng_below(r, 50000));
    fb_test_line_of(first)->category = fb_code_of("plain");
    fb_test_line_of(l)->category = fb_code_of("unsocial");
    fb_test_line_of(l)->line = fb_test_line_of(first)->line + 1;
    add_line(w, l, days, r);
}

/* The first asks for all days, and one comes on top; the next asks for some days again, or some is given back of the first, for all
 * days or some. (Where all of a shift's part is given back another line may ask for that shift.) */
static void make_lines(struct world *w, struct fb_prng *r)
{
    unsigned some = 1 + (unsigned)fb_prng_below(r, w->days);
    int64_t net = 1 + (int64_t)fb_prng_below(r, 200000);
    struct fb_record *l, *first = line("L1", 7, net);
    bool by_category = fb_prng_below(r, 2) == 0;
    add_line(w, first, 7, r);
    if (by_category)
        add_category(w, first, 1 + (unsigned)fb_prng_below(r, w->days), r);
    l = line("L3", some, 1 + (int64_t)fb_prng_below(r, 5000));
    fb_test_line_of(l)->invoice = fb_span_of("NS-1003");
    fb_test_line_of(l)->billing = FB_BILLING_SUPPLEMENT;
    add_line(w, l, some, r);
    if (fb_prng_below(r, 2) == 0) {
        w->credit = credit("C1", fb_prng_below(r, 2) == 0 ? 7 : some, "NS-1001", (int64_t)fb_prng_below(r, (uint64_t)net));
        if (by_category)
            fb_test_line_of(w->credit)->credit_line = fb_test_line_of(first)->line;
        add(w, w->credit);
        return;
    }
    l = line("L2", some, 1 + (int64_t)fb_prng_below(r, 90000));
    fb_test_line_of(l)->invoice = fb_span_of("NS-1002");
    add_line(w, l, some, r);
}

static void make_world(struct world *w, uint64_t seed)
{
    struct fb_prng r;
    fb_prng_init(&r, seed);
    *w = (struct world){.days = 1 + (unsigned)fb_prng_below(&r, DAYS_MAX)};
    make_shifts(w, &r);
    make_lines(w, &r);
}

/* Every shift that it is for can be priced, or it is for one alone. */
static bool is_known(const struct world *w, unsigned i)
{
    unsigned shifts = 0, unpriced = 0;
    for (unsigned day = 0; day < w->line_days[i]; day++) {
        shifts += w->owed[day];
        unpriced += w->owed[day] && !w->priced[day];
    }
    return shifts == 1 || unpriced == 0;
}

/* Whatever else asks for the shifts. */
static bool counts(const struct world *w, unsigned i)
{
    return i == 0 || !fb_span_is(fb_test_line_of(w->line[i])->invoice, "NS-1002");
}

static int64_t net_of(const struct world *w, unsigned i)
{
    int64_t given_back = i == 0 && w->credit != NULL ? fb_test_line_of(w->credit)->net_pence : 0;
    return is_known(w, i) ? fb_test_line_of(w->line[i])->net_pence + given_back : 0;
}

static void check_sums(const struct world *w, uint64_t seed)
{
    int64_t asked = 0, paid = 0;
    for (unsigned i = 0; i < w->n_lines; i++)
        asked += counts(w, i) ? net_of(w, i) : 0;
    for (unsigned i = 0; i < w->n_lines; i++)
        paid += fb_test_line_of(w->line[i])->state == FB_INVOICE_STATE_PAID ? net_of(w, i) : 0;
    bool right = total(FB_STAGE_INVOICED) == asked && total(FB_STAGE_PAID) == paid;
    CU_ASSERT_TRUE(right);
    if (!right)
        printf("world %llu: invoiced %lld for %lld, paid %lld for %lld\n", (unsigned long long)seed, (long long)total(FB_STAGE_INVOICED),
               (long long)asked, (long long)total(FB_STAGE_PAID), (long long)paid);
}

static void shuffle(struct fb_record **r, unsigned n, struct fb_prng *prng)
{
    for (unsigned i = n; i > 1; i--) {
        unsigned at = (unsigned)fb_prng_below(prng, i);
        struct fb_record *was = r[i - 1];
        r[i - 1] = r[at];
        r[at] = was;
    }
}

static uint64_t one_order(uint64_t seed, struct fb_prng *order)
{
    struct world w;
    fb_test_turn_begin(&T);
    make_world(&w, seed);
    shuffle(w.r, w.n, order);
    for (unsigned i = 0; i < w.n; i++)
        fb_test_send_one(&T, w.r[i]);
    fb_test_settle(&T);
    check_sums(&w, seed);
    fb_test_turn_reopen(&T);
    check_sums(&w, seed);
    uint64_t outcome = fb_test_outcome(&T);
    fb_test_turn_end(&T);
    return outcome;
}

static void test_any_world(void)
{
    struct fb_prng order;
    fb_prng_init(&order, 3);
    for (uint64_t seed = 1; seed <= WORLDS; seed++) {
        uint64_t first = one_order(seed, &order);
        for (unsigned i = 1; i < ORDERS; i++)
            CU_ASSERT_EQUAL(one_order(seed, &order), first);
    }
}

CU_TestInfo suite_turn_invoice_shares[] = {
    {"a worker who is engaged directly: the commission is what is owed", test_a_worker_engaged_directly},
    {"a line of two shifts, paid, credited and withdrawn", test_a_line_of_two_shifts},
    {"two lines by category for two shifts", test_two_categories},
    {"one shift that cannot be priced", test_one_that_cannot_be_priced},
    {"nobody is told of what is only not judged yet", test_no_noise},
    {"a duplicate that was paid is money gone", test_a_duplicate_that_was_paid},
    {"any world, in any order: the parts are the lines", test_any_world},
    CU_TEST_INFO_NULL,
};
