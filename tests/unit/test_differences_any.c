/* Any month: codes of some shifts each, rows that name them or one sum for all, and in each code a difference that was put there. Each
 * is found in its class, to the penny, and nothing else is; in whichever order rows and shifts come. */
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/books/differences.h"
#include <stdio.h>
#include <string.h>

enum { WORLDS = 4000, CODES = 6, EACH = 5, SHIFTS = CODES * EACH, LINES = CODES * (EACH + 2) };
enum planted { NONE, UNAPPROVED, ELSEWHERE, OUTSIDE, VAT, LESS, TOP, VAT_UNAPPROVED, OTHER, PLANTED };
struct world {
    struct fb_prng r;
    struct held_shift shift[SHIFTS];
    struct ledger_line line[LINES];
    unsigned n_shifts, n_lines;
    char code[CODES][8], name[SHIFTS][8];
    int64_t wanted[DIFF_CLASSES];
    unsigned of[PLANTED];
};
static fb_day april, may;

static int64_t between(struct world *x, int64_t least, int64_t most)
{
    return least + (int64_t)fb_prng_below(&x->r, (uint64_t)(most - least));
}

static struct ledger_line *post(struct world *x, unsigned code, struct fb_span reference, int64_t pence)
{
    struct ledger_line *l = &x->line[x->n_lines++];
    *l = (struct ledger_line){.line = x->n_lines + 1, .pence = pence, .posted = april, .code = fb_span_of(x->code[code]), .reference = reference};
    return l;
}

static void hold(struct world *x, unsigned code)
{
    unsigned i = x->n_shifts++;
    snprintf(x->name[i], sizeof x->name[i], "B%u", i);
    x->shift[i] = (struct held_shift){.source = fb_span_of("s"), .reference = fb_span_of(x->name[i]), .code = fb_span_of(x->code[code]),
                                      .day = april + (fb_day)fb_prng_below(&x->r, 30), .staff_group = FB_STAFF_GROUP_ALLIED_HEALTH,
                                      .route = FB_ROUTE_AGENCY, .pence = between(x, 10000, 90000), .vat = between(x, 2000, 9000),
                                      .inside = between(x, 1000, 2000), .on_top = between(x, 9000, 12000), .shifts = 1, .in_month = true,
                                      .settled = true};
}

/* What the ledger has for a shift, and what of that is in which class. */
static int64_t amount(struct world *x, const struct held_shift *s, enum planted p)
{
    int64_t vat = p == VAT || p == VAT_UNAPPROVED ? s->vat : 0, costs = p == LESS ? -s->inside : p == TOP ? s->on_top : 0;
    x->wanted[DIFF_VAT] += vat;
    x->wanted[DIFF_ON_COST] += costs;
    return s->pence + vat + costs;
}

static void plant(struct world *x, unsigned code, enum planted p, bool named)
{
    int64_t sum = 0;
    unsigned first = x->n_shifts, n = 1 + (unsigned)fb_prng_below(&x->r, EACH);
    snprintf(x->code[code], sizeof x->code[code], "C%u", code);
    for (unsigned i = 0; i < n; i++)
        hold(x, code);
    for (unsigned i = first; i < x->n_shifts; i++) {
        struct held_shift *s = &x->shift[i];
        bool out = i == first && (p == UNAPPROVED || p == VAT_UNAPPROVED);
        bool later = i == first && p == ELSEWHERE;
        s->settled = !out;
        x->wanted[DIFF_TIMING] -= out || later ? s->pence : 0;
        if (later) /* told by a row of the next month, which names it */
            post(x, code, s->reference, s->pence)->posted = may;
        else if (!out && named)
            post(x, code, s->reference, amount(x, s, p));
        else if (!out)
            sum += amount(x, s, p);
    }
    if (p == OUTSIDE) {
        int64_t more = between(x, 100000, 200000);
        post(x, code, named ? fb_span_of("ghost") : (struct fb_span){NULL, 0}, more);
        x->wanted[DIFF_OUTSIDE] += more;
    }
    if (p == OTHER) { /* less than any VAT or on-cost here */
        int64_t more = between(x, 1, 900);
        x->wanted[DIFF_UNEXPLAINED] += more;
        if (named)
            x->line[x->n_lines - 1].pence += more;
        else
            sum += more;
    }
    if (!named && sum != 0)
        post(x, code, (struct fb_span){NULL, 0}, sum);
    x->of[p]++;
}

static void shuffle(struct world *x)
{
    for (unsigned i = x->n_lines; i > 1; i--) {
        unsigned k = (unsigned)fb_prng_below(&x->r, i);
        struct ledger_line t = x->line[k];
        x->line[k] = x->line[i - 1], x->line[i - 1] = t;
    }
    for (unsigned i = x->n_shifts; i > 1; i--) {
        unsigned k = (unsigned)fb_prng_below(&x->r, i);
        struct held_shift t = x->shift[k];
        x->shift[k] = x->shift[i - 1], x->shift[i - 1] = t;
    }
}

static void is_sorted_as_planted(const struct world *x)
{
    struct diff d;
    struct diff_world w = {x->line, x->n_lines, x->shift, x->n_shifts, april, may, false, 1u << FB_ROUTE_AGENCY};
    CU_ASSERT_EQUAL_FATAL(diff_sort(&d, &w), FB_OK);
    for (unsigned c = 0; c < DIFF_CLASSES; c++)
        CU_ASSERT_EQUAL(d.sum[c], x->wanted[c]);
    int64_t sum = 0;
    for (unsigned c = 0; c < DIFF_CLASSES; c++)
        sum += d.sum[c];
    CU_ASSERT_EQUAL(sum, d.said - d.held);
    diff_free(&d);
}

static void any_month(void)
{
    static struct world x;
    unsigned of[PLANTED] = {0};
    april = fb_day_of(2026, 4, 1), may = fb_day_of(2026, 5, 1);
    for (unsigned seed = 1; seed <= WORLDS; seed++) {
        memset(&x, 0, sizeof x);
        fb_prng_init(&x.r, seed);
        for (unsigned c = 0; c < CODES; c++)
            plant(&x, c, (enum planted)fb_prng_below(&x.r, PLANTED), fb_prng_below(&x.r, 2) == 0);
        shuffle(&x);
        is_sorted_as_planted(&x);
        for (unsigned p = 0; p < PLANTED; p++)
            of[p] += x.of[p];
    }
    for (unsigned p = 0; p < PLANTED; p++)
        CU_ASSERT_TRUE(of[p] > WORLDS / 4); /* each was tried often */
}

/* Rows and shifts of no plan at all: whatever comes, every pound is in one class (diff_sort proves the sum), and twice is the same. */
static void any_rows(void)
{
    static struct world x;
    for (unsigned seed = 1; seed <= WORLDS; seed++) {
        struct diff d = {0}, again = {0};
        memset(&x, 0, sizeof x);
        fb_prng_init(&x.r, seed * 77);
        for (unsigned c = 0; c < 2; c++)
            snprintf(x.code[c], sizeof x.code[c], "C%u", c);
        for (unsigned i = 0, n = (unsigned)fb_prng_below(&x.r, 10); i < n; i++) {
            hold(&x, (unsigned)fb_prng_below(&x.r, 2));
            struct held_shift *s = &x.shift[i];
            s->pence = between(&x, 0, 4), s->vat = between(&x, 0, 2), s->inside = between(&x, 0, 2), s->on_top = between(&x, 0, 2);
            s->day += (fb_day)between(&x, -40, 40), s->in_month = s->day >= april && s->day < may;
            s->settled = fb_prng_below(&x.r, 2) == 0, s->invoiced = fb_prng_below(&x.r, 2) == 0, s->arrears_days = (unsigned)fb_prng_below(&x.r, 9);
        }
        for (unsigned i = 0, n = (unsigned)fb_prng_below(&x.r, 10); i < n; i++) {
            struct fb_span name = x.n_shifts > 0 ? fb_span_of(x.name[fb_prng_below(&x.r, x.n_shifts)]) : fb_span_of("x");
            post(&x, (unsigned)fb_prng_below(&x.r, 2), fb_prng_below(&x.r, 2) == 0 ? name : (struct fb_span){NULL, 0}, between(&x, -3, 6));
            x.line[i].posted = fb_prng_below(&x.r, 4) == 0 ? may : april;
            x.line[i].kind = (enum ledger_kind)fb_prng_below(&x.r, 3);
            x.line[i].worked = fb_prng_below(&x.r, 5) == 0 ? may : 0;
        }
        struct diff_world w = {x.line, x.n_lines, x.shift, x.n_shifts, april, may, fb_prng_below(&x.r, 2) == 0, (uint32_t)fb_prng_below(&x.r, 2) << FB_ROUTE_AGENCY};
        CU_ASSERT_TRUE_FATAL(diff_sort(&d, &w) == FB_OK && diff_sort(&again, &w) == FB_OK);
        CU_ASSERT_TRUE(d.n_items == again.n_items && memcmp(d.sum, again.sum, sizeof d.sum) == 0);
        diff_free(&d);
        diff_free(&again);
    }
}

CU_TestInfo suite_differences_any[] = {{"what was put into any month is found in its class", any_month},
                                       {"any rows: every pound is in one class, and twice in the same", any_rows},
                                       CU_TEST_INFO_NULL};
