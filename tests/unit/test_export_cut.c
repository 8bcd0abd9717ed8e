/* Rows of shifts folded into the figures of an export, by the real packs' returns: which shift counts in which column, edges, what cannot be
 * said; that the shifts behind a figure add up to it; that the order of arrival changes no byte; what is left out. */
#include "engine/base/prng.h"
#include "tests/lib/packs.h"
#include "tests/lib/small_packs.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/export/lay.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 400, SMALL = 5, HOUR = 60 };
static struct fb_book *book;
static struct cut_plan plan;
static struct cut cut;

static const struct fb_book *book_of(void *ctx, uint32_t issue)
{
    (void)ctx;
    (void)issue;
    return book;
}

static void begin(const char *name)
{
    struct fb_pack_files files = fb_test_packs();
    book = fb_test_pack_book(&files);
    plan = (struct cut_plan){.name = name, .title = "t", .book = book, .book_of = book_of, .from = fb_day_of(2026, 3, 1), .until = fb_day_of(2026, 4, 1),
                             .column = cut_spend_column, .n_columns = CUT_SPEND_COLUMNS};
    plan.sheet = fb_book_return(book, fb_span_of(name), plan.from);
    if (plan.sheet != NULL) {
        plan.column = plan.sheet->column;
        plan.n_columns = plan.sheet->n_columns;
    }
    cut = (struct cut){0};
    cut_begin(&cut, &plan);
}

static void end(void)
{
    cut_release(&cut);
    fb_pack_free(&book);
}

/* A shift of RTH's on 16 March: eight hours for £240.00, committed and latest. */
static struct fb_month_row shift(const char *ref, enum fb_route route, enum fb_staff_group group)
{
    struct fb_month_row r = {.source = fb_span_of("rth-roster"), .record_ref = fb_span_of(ref), .hirer = fb_code_of("RTH"), .route = route, .staff_group = group,
                             .day = fb_day_of(2026, 3, 16), .state = FB_BOOKING_STATE_BOOKED, .agency = fb_span_of("AG01"), .issue = 1, .journal = 10, .n_stages = 2};
    r.stage[0].stage = FB_STAGE_COMMITTED;
    r.stage[0].figures.v[FB_MEASURE_SHIFTS] = 1;
    r.stage[0].figures.v[FB_MEASURE_MINUTES] = 8 * HOUR;
    r.stage[0].figures.v[FB_MEASURE_PENCE] = 24000;
    r.stage[1] = r.stage[0];
    r.stage[1].stage = FB_STAGE_LATEST;
    return r;
}

static struct fb_month_row agency(const char *ref) { return shift(ref, FB_ROUTE_AGENCY, FB_STAFF_GROUP_NURSING_MIDWIFERY); }
static struct fb_month_row bank(const char *ref) { return shift(ref, FB_ROUTE_BANK, FB_STAFF_GROUP_ADD_CLINICAL_SERVICES); }

static void add_found(struct fb_month_row r, const char *rule, enum fb_severity severity, bool answered)
{
    struct fb_month_finding f = {.rule = fb_span_of(rule), .severity = severity, .answered = answered};
    r.finding = &f;
    r.n_findings = 1;
    cut_add(&cut, &r);
}

static const struct cut_cell *cell(const char *row, const char *column)
{
    const struct cut_row *r = cut_row_of(&cut, row);
    int c = cut_column_of(&plan, column);
    CU_ASSERT_FATAL(r != NULL && c >= 0);
    return &r->cell[c];
}

#define IS(row, column, n, total) CU_ASSERT(cell(row, column)->yes == (n) && cell(row, column)->sum == (total))

static void test_return(void)
{
    begin("return");
    struct fb_month_row r = bank("b1");
    cut_add(&cut, &r);
    r = agency("a1");
    r.stage[1].figures.v[FB_MEASURE_OVER_CAP] = 1;
    add_found(r, "agency.off_framework", FB_SEVERITY_BREACH, true); /* answered: off framework all the same */
    add_found(agency("a2"), "agency.off_framework", FB_SEVERITY_CANNOT_SAY, false);
    r = agency("a3");
    r.stage[1].figures.v[FB_MEASURE_PENCE] = 80000; /* £100.00 an hour: at least 100 */
    cut_add(&cut, &r);
    r.stage[1].figures.v[FB_MEASURE_PENCE] = 79999;
    cut_add(&cut, &r);
    r = shift("m1", FB_ROUTE_AGENCY, FB_STAFF_GROUP_MEDICAL_DENTAL); /* of doctors no cap is held */
    r.stage[1].figures.v[FB_MEASURE_UNPRICED] = 1;
    r.stage[1].figures.v[FB_MEASURE_PENCE] = 0;
    cut_add(&cut, &r);
    cut_end(&cut);
    IS("nursing_hca", "bank_shifts", 1, 1);
    IS("nursing_hca", "bank_hours", 1, 8 * HOUR);
    IS("nursing_hca", "bank_spend", 1, 24000);
    IS("nursing_hca", "agency_shifts", 4, 4);
    IS("nursing_hca", "agency_spend", 4, 2 * 24000 + 80000 + 79999);
    IS("nursing_hca", "over_cap", 1, 1);
    IS("nursing_hca", "off_framework", 1, 1);
    CU_ASSERT_EQUAL(cell("nursing_hca", "off_framework")->unknown, 1);
    IS("nursing_hca", "over_cap_off_framework", 1, 1);
    IS("nursing_hca", "hundred_pounds", 1, 1);
    IS("medical_dental", "over_cap", 0, 0);
    CU_ASSERT_EQUAL(cell("medical_dental", "over_cap")->unknown, 1);
    CU_ASSERT_EQUAL(cell("medical_dental", "agency_spend")->unpriced, 1);
    IS("ahp_stt", "agency_shifts", 0, 0); /* a group without shifts is told */
    IS("+", "agency_shifts", 5, 5);
    CU_ASSERT_EQUAL(lay_figure(&cut, cut_row_of(&cut, "medical_dental"), 5).state, SHEET_NOT_SAID);
    CU_ASSERT(strcmp(cut.row[cut.n - 1].key, "+") == 0 && strcmp(cut.row[0].key, "medical_dental") == 0);
    end();
}

/* The column counts what needs a sign-off, whether it has one or not: only the figures are asked, and no finding. */
static void test_half_over_cap(void)
{
    static const struct {
        enum fb_status basis;
        int64_t over_e2;
        bool lower_bound;
        enum cut_told told;
    } of[] = {{FB_STATUS_PUBLISHED, 5000, false, CUT_YES}, {FB_STATUS_AGREED, 4999, false, CUT_NO}, {FB_STATUS_AGREED, 5001, true, CUT_YES},
              {FB_STATUS_AGREED, 4999, true, CUT_UNKNOWN}, {FB_STATUS_DERIVED, 9000, false, CUT_UNKNOWN}, {FB_STATUS_NONE, FB_ABSENT, false, CUT_UNKNOWN},
              {FB_STATUS_AGREED, FB_ABSENT, false, CUT_UNKNOWN}, {FB_STATUS_AGREED, -100, false, CUT_NO}};
    unsigned yes = 0, no = 0, unknown = 0;
    begin("return");
    for (unsigned i = 0; i < sizeof of / sizeof of[0]; i++) {
        struct fb_month_row r = agency("a1");
        r.stage[1].cap = (struct fb_month_cap){of[i].basis, 10000, 99999, of[i].over_e2, of[i].lower_bound};
        add_found(r, "agency.half_over_cap_without_sign_off", FB_SEVERITY_BREACH, i % 2 == 0);
        yes += of[i].told == CUT_YES;
        no += of[i].told == CUT_NO;
        unknown += of[i].told == CUT_UNKNOWN;
        CU_ASSERT(cell("nursing_hca", "half_over_cap")->yes == yes && cell("nursing_hca", "half_over_cap")->no == no &&
                  cell("nursing_hca", "half_over_cap")->unknown == unknown);
    }
    CU_ASSERT_EQUAL(yes, 2);
    end();
}

/* The same over the whole shift, by its pence: one category may be far over its cap, and the shift not. */
static void test_over_cap_on_average(void)
{
    struct fb_return_column c = {.routes = 1u << FB_ROUTE_AGENCY, .hour_pence = FB_ABSENT, .over_cap_e2 = 5000, .over_cap_inclusive = true, .over_cap_average = true};
    begin("return");
    struct fb_month_row r = agency("a1");
    r.stage[1].cap = (struct fb_month_cap){FB_STATUS_AGREED, 20001, 30001, 9900, false};
    CU_ASSERT_EQUAL(cut_tells(&plan, &c, &r, 1), CUT_NO); /* 30,001.50 would be half over */
    r.stage[1].cap.charge_pence = 30002;
    CU_ASSERT_EQUAL(cut_tells(&plan, &c, &r, 1), CUT_YES);
    r.stage[1].cap = (struct fb_month_cap){FB_STATUS_AGREED, 20000, 30000, 9900, false};
    CU_ASSERT_EQUAL(cut_tells(&plan, &c, &r, 1), CUT_YES);
    c.over_cap_inclusive = false;
    CU_ASSERT_EQUAL(cut_tells(&plan, &c, &r, 1), CUT_NO);
    r.stage[1].cap.charge_pence = FB_ABSENT;
    CU_ASSERT_EQUAL(cut_tells(&plan, &c, &r, 1), CUT_UNKNOWN);
    end();
}

static void test_not_counted(void)
{
    begin("return");
    plan.trust = fb_code_of("RTH");
    struct fb_month_row r = bank("b1");
    r.hirer = fb_code_of("RXQ"); /* payer or employer is RTH, perhaps; the hirer is not */
    cut_add(&cut, &r);
    r = bank("b2");
    r.shadow = true;
    cut_add(&cut, &r);
    r = bank("b3");
    r.day = fb_day_of(2026, 4, 1);
    cut_add(&cut, &r);
    r = bank("b4"); /* cancelled: no shift at any stage, or only a charge */
    r.stage[1].figures = (struct fb_figures){.v = {[FB_MEASURE_CANCEL_CHARGE] = 9000}};
    cut_add(&cut, &r);
    r = shift("s1", FB_ROUTE_BANK, FB_STAFF_GROUP_STUDENTS); /* of no group: a row of its own */
    cut_add(&cut, &r);
    cut_end(&cut);
    IS("+", "bank_shifts", 1, 1);
    IS("~", "bank_shifts", 1, 1);
    CU_ASSERT_EQUAL(cut.shifts, 1);
    end();
}

static void test_agencies(void)
{
    begin("foi-agency");
    struct fb_month_row r = bank("b1"); /* no row for a bank shift */
    cut_add(&cut, &r);
    r = agency("a1");
    r.engagement = FB_ENGAGEMENT_DIRECT;
    cut_add(&cut, &r);
    r = agency("a2");
    r.engagement = FB_ENGAGEMENT_PAYE;
    r.stage[1].figures.v[FB_MEASURE_OVER_CAP] = 1;
    r.stage[1].figures.v[FB_MEASURE_PENCE] = 48001; /* £60.00125 an hour */
    r.stage[1].figures.v[FB_MEASURE_COMMISSION] = 700;
    cut_add(&cut, &r);
    r = agency("a3"); /* nobody says how they are engaged, nor by whom */
    r.agency = (struct fb_span){NULL, 0};
    cut_add(&cut, &r);
    add_found(agency("a4"), "cannot_say", FB_SEVERITY_CANNOT_SAY, false); /* its cap, or something else: not within it */
    cut_end(&cut);
    CU_ASSERT_EQUAL(cut.n, 3);
    IS("AG01", "shifts", 3, 3);
    IS("AG01", "margin", 3, 700);
    CU_ASSERT_EQUAL(cell("AG01", "margin")->unpriced, 2); /* of those the commission is not known: no nought, and said so */
    CU_ASSERT_EQUAL(lay_figure(&cut, cut_row_of(&cut, "AG01"), (unsigned)cut_column_of(&plan, "margin")).state, SHEET_SHOWN);
    CU_ASSERT_EQUAL(lay_figure(&cut, cut_row_of(&cut, "~"), (unsigned)cut_column_of(&plan, "margin")).state, SHEET_NOT_SAID);
    CU_ASSERT_EQUAL(cut_top_hour(cell("AG01", "highest")), 6000);
    CU_ASSERT(cell("AG01", "direct")->yes == 1 && cell("AG01", "direct")->no == 1 && cell("AG01", "direct")->unknown == 1);
    CU_ASSERT(cell("AG01", "within_cap")->yes == 1 && cell("AG01", "within_cap")->no == 1 && cell("AG01", "within_cap")->unknown == 1);
    CU_ASSERT(cell("~", "shifts")->yes == 1 && cell("~", "direct")->unknown == 1);
    struct sheet_cell c = lay_figure(&cut, cut_row_of(&cut, "+"), 7);
    CU_ASSERT(c.value == 1 && c.of == 2 && c.kind == SHEET_PERCENT);
    end();
}

/* ---- many shifts ---- */

static struct fb_month_row many[MANY];
static struct fb_month_finding off = {.severity = FB_SEVERITY_BREACH};

static void make_many(uint64_t seed)
{
    struct fb_prng p;
    static char refs[MANY][8];
    static const char *const trusts[] = {"RTH", "RXQ"}, *const agencies[] = {"AG01", "AG02", "AG03", "AG 04", "AG/05"};
    static const enum fb_route routes[] = {FB_ROUTE_BANK, FB_ROUTE_AGENCY, FB_ROUTE_AGENCY, FB_ROUTE_COLLABORATIVE};
    fb_prng_init(&p, seed);
    off.rule = fb_span_of("agency.off_framework");
    for (unsigned i = 0; i < MANY; i++) {
        (void)snprintf(refs[i], sizeof refs[i], "r%u", i);
        struct fb_month_row *r = &many[i];
        *r = shift(refs[i], routes[fb_prng_below(&p, 4)], (enum fb_staff_group)(1 + fb_prng_below(&p, FB_STAFF_GROUP_END - 1)));
        r->hirer = fb_code_of(trusts[fb_prng_below(&p, 2)]);
        uint64_t a = fb_prng_below(&p, 40); /* two large agencies and three small ones */
        r->agency = fb_span_of(agencies[a < 3 ? 2 + a : a % 2]);
        r->day += (fb_day)fb_prng_below(&p, 14);
        r->journal = i;
        r->engagement = (enum fb_engagement)fb_prng_below(&p, FB_ENGAGEMENT_END);
        struct fb_figures *f = &r->stage[1].figures;
        f->v[FB_MEASURE_PENCE] = 10000 + (int64_t)fb_prng_below(&p, 90000);
        f->v[FB_MEASURE_MINUTES] = 240 + (int64_t)fb_prng_below(&p, 480);
        f->v[FB_MEASURE_OVER_CAP] = r->route == FB_ROUTE_AGENCY && fb_prng_below(&p, 12) == 0;
        f->v[FB_MEASURE_EXCESS] = f->v[FB_MEASURE_OVER_CAP] * 1234;
        if (fb_prng_below(&p, 9) == 0) {
            r->finding = &off;
            r->n_findings = 1;
        }
    }
}

static void fold_many(const char *name, const struct cut_watch *watch, bool backwards)
{
    begin(name);
    cut.watch = watch;
    for (unsigned i = 0; i < MANY; i++)
        cut_add(&cut, &many[backwards ? MANY - 1 - i : i]);
    cut_end(&cut);
    CU_ASSERT_FALSE_FATAL(cut.full);
}

struct behind {
    uint64_t yes, no;
    int64_t sum;
};

static bool each(void *ctx, const struct cut_share *s)
{
    struct behind *b = ctx;
    b->yes += s->counts;
    b->no += !s->counts;
    b->sum += s->counts ? s->amount : 0;
    return true;
}

static void adds_up(const char *name)
{
    fold_many(name, NULL, false);
    unsigned rows = cut.n, columns = plan.n_columns;
    struct cut whole = cut;
    for (unsigned r = 0; r < rows && r < 12; r++)
        for (unsigned c = 0; c < columns; c++) {
            struct behind b = {0};
            struct cut_watch watch = {whole.row[rows - 1 - r].key, c, each, &b};
            const struct cut_cell *want = &whole.row[rows - 1 - r].cell[c];
            struct fb_book *kept = book;
            fold_many(name, &watch, true);
            bool percent = plan.column[c].figure == FB_RETURN_FIGURE_PERCENT;
            CU_ASSERT_EQUAL(b.yes, want->yes);
            CU_ASSERT(!percent || b.no == want->no);
            CU_ASSERT_EQUAL(b.sum, percent ? (int64_t)want->yes : want->sum);
            end();
            book = kept;
        }
    cut = whole;
    end();
}

static void test_behind(void)
{
    make_many(3);
    adds_up("foi-agency");
    adds_up("return");
    adds_up("spend");
}

static char *bytes_of(bool backwards, const char *name)
{
    struct sheet_book b = {0};
    fold_many(name, NULL, backwards);
    struct lay_said said = {.small = SMALL, .rules = "r"};
    said.left_out = cut_hide(&cut, SMALL);
    lay_cut(&b, &cut, &said);
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    sheet_write_csv(f, &b);
    rewind(f);
    char *text = calloc(1, 1 << 20);
    CU_ASSERT_TRUE(fread(text, 1, (1 << 20) - 1, f) > 500);
    fclose(f);
    sheet_release(&b);
    end();
    return text;
}

static void test_any_order(void)
{
    static const char *const names[] = {"return", "foi-shifts", "foi-agency", "spend"};
    make_many(4);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char *one = bytes_of(false, names[i]), *two = bytes_of(true, names[i]);
        CU_ASSERT_STRING_EQUAL(one, two);
        free(one);
        free(two);
    }
}

/* ---- what is left out ---- */

static bool few(uint64_t n) { return n > 0 && n < SMALL; }

/* What a reader sees of one column: no few, and never one alone that is missing beside a total. */
static void check_column(unsigned c, unsigned *hidden)
{
    bool percent = plan.column[c].figure == FB_RETURN_FIGURE_PERCENT;
    for (unsigned t = 0; t < cut.n; t++) {
        unsigned missing = 0;
        uint64_t sum = 0;
        const struct cut_cell *total = &cut.row[t].cell[c];
        CU_ASSERT(total->hidden || (!few(total->yes) && !(percent && few(total->no))));
        for (unsigned r = 0; r < cut.n && cut.row[t].total; r++)
            if (!cut.row[r].total && cut.row[r].block == cut.row[t].block && cut.row[r].cell[c].hidden) {
                missing++;
                sum += cut.row[r].cell[c].yes;
            }
        CU_ASSERT_FALSE(cut.row[t].total && !total->hidden && missing == 1);
        CU_ASSERT_FALSE(cut.row[t].total && !total->hidden && missing > 0 && few(sum));
        *hidden += total->hidden;
    }
}

static void test_left_out(void)
{
    static const char *const names[] = {"return", "foi-agency", "spend"};
    unsigned shown = 0;
    for (uint64_t seed = 10; seed < 40; seed++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            unsigned hidden = 0;
            make_many(seed);
            fold_many(names[i], NULL, false);
            unsigned n = cut_hide(&cut, SMALL);
            for (unsigned c = 0; c < plan.n_columns; c++)
                check_column(c, &hidden);
            CU_ASSERT_EQUAL(n, hidden);
            CU_ASSERT(n > 0 && n < cut.n * plan.n_columns);
            shown += cut.n * plan.n_columns - n;
            end();
        }
    CU_ASSERT_TRUE(shown > 10000); /* and not by leaving out nearly everything */
}

/* Hours and money of the same shifts go with their number; a column of others stays. */
static void test_what_goes_together(void)
{
    begin("return");
    static const enum fb_staff_group groups[] = {FB_STAFF_GROUP_NURSING_MIDWIFERY, FB_STAFF_GROUP_ALLIED_HEALTH, FB_STAFF_GROUP_ADMIN_CLERICAL};
    static const unsigned count[] = {30, 9, 3};
    for (unsigned g = 0; g < 3; g++)
        for (unsigned i = 0; i < count[g]; i++) {
            struct fb_month_row r = shift("x", FB_ROUTE_BANK, groups[g]), a = shift("y", FB_ROUTE_AGENCY, FB_STAFF_GROUP_ALLIED_HEALTH);
            cut_add(&cut, &r);
            cut_add(&cut, &a);
        }
    cut_end(&cut);
    CU_ASSERT_EQUAL(cut_hide(&cut, SMALL), 6);
    static const char *const columns[] = {"bank_shifts", "bank_hours", "bank_spend"};
    for (unsigned i = 0; i < 3; i++) {
        CU_ASSERT(cell("non_clinical", columns[i])->hidden && cell("ahp_stt", columns[i])->hidden);
        CU_ASSERT(!cell("nursing_hca", columns[i])->hidden && !cell("+", columns[i])->hidden);
    }
    CU_ASSERT_FALSE(cell("ahp_stt", "agency_shifts")->hidden);
    CU_ASSERT_EQUAL(cut_hide(&cut, 0), 0);
    end();
}

CU_TestInfo suite_export_cut[] = {
    {"shifts half over the cap are counted, signed off or not", test_half_over_cap},
    {"and over the whole shift where a pack asks so", test_over_cap_on_average},
    {"the return: which shift is in which column, and what cannot be said", test_return},
    {"other trusts', shadow, other days', cancelled; a staff group of no group", test_not_counted},
    {"agencies: percentages of what is known, the highest charge", test_agencies},
    {"the shifts behind a figure add up to it", test_behind},
    {"the order of arrival changes no byte", test_any_order},
    {"no small figure is shown, none alone is missing beside its total", test_left_out},
    {"number, hours and money of the same shifts go together", test_what_goes_together},
    CU_TEST_INFO_NULL,
};
