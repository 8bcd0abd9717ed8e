/* A new issue of the rules over a million bookings, on one core and without a store: the core whole, and the least that
 * any pricing must do, from a compact record of minutes by category. The second is held against the first for every
 * booking, penny for penny. */
#include "engine/base/check.h"
#include "engine/core/trace.h"
#include "tests/bench/bench.h"
#include "tests/bench/packs.h"
#include <stdlib.h>
#include <string.h>

enum { SHIFTS = 4096, ROUNDS = 245, RUNS = 5, BOOKINGS = 1000000, PACKED = 4096 };

static const struct fb_source source = {.name = {"bench", 5}, .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE,
                                        .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};

/* ---- the core whole ---- */

struct work {
    struct fb_record record[SHIFTS];
    struct bench_texts texts[SHIFTS];
    struct fb_decision prior[SHIFTS];
    unsigned char packed[SHIFTS][PACKED]; /* the same, as a store has them */
    uint32_t n_packed[SHIFTS];
    struct fb_view view;
    struct fb_decision read, decision;
    struct fb_effects effects;
    unsigned char arena[FB_ARENA_BYTES], bytes[PACKED];
    uint64_t repriced;
};

static void decide(struct work *w, const struct fb_book *book, unsigned i, const struct fb_decision *prior, struct fb_arena *arena)
{
    w->view.subject = i + 1;
    w->view.journal = prior == NULL ? 1 : 2;
    w->view.n_members = 1;
    w->view.member[0] = (struct fb_member){i + 1, &w->record[i], &source};
    w->view.repricing = prior != NULL;
    fb_assert(fb_decide_booking(book, &w->view, prior, arena, &w->decision, &w->effects) == FB_OK);
}

static void first(struct work *w, const struct fb_book *book, struct fb_arena *arena)
{
    for (unsigned i = 0; i < SHIFTS; i++) {
        bench_booking(i, fb_span_of("bench"), &w->texts[i], &w->record[i]);
        fb_arena_reset(arena);
        decide(w, book, i, NULL, arena);
        w->n_packed[i] = (uint32_t)fb_decision_pack(&w->decision, w->packed[i], PACKED);
        fb_assert(w->n_packed[i] > 0);
        w->prior[i] = w->decision;
        w->prior[i].trace = (struct fb_span){NULL, 0}; /* nothing of it is read */
    }
}

/* stored: what was decided before is unpacked from its row, and what is decided now is packed into one. */
static int64_t again(struct work *w, const struct fb_book *book, struct fb_arena *arena, bool stored)
{
    w->repriced = 0;
    int64_t from = bench_now_ns();
    for (unsigned n = 0; n < SHIFTS * ROUNDS; n++) {
        unsigned i = n % SHIFTS;
        fb_arena_reset(arena);
        if (stored)
            fb_assert(fb_decision_unpack(&w->read, (struct fb_span){(char *)w->packed[i], w->n_packed[i]}) == FB_OK);
        decide(w, book, i, stored ? &w->read : &w->prior[i], arena);
        if (stored)
            fb_assert(fb_decision_pack(&w->decision, w->bytes, PACKED) > 0);
        for (unsigned e = 0; e < w->effects.n_events; e++)
            w->repriced += w->effects.event[e].kind == FB_EVENT_RATE_REPRICED;
    }
    return bench_now_ns() - from;
}

static void time_core(const struct fb_book *before, const struct fb_book *after)
{
    struct work *w = calloc(1, sizeof(*w));
    struct fb_arena arena;
    int64_t took[RUNS], stored[RUNS];
    fb_assert(w != NULL);
    fb_arena_init(&arena, w->arena, sizeof(w->arena));
    first(w, before, &arena);
    for (unsigned r = 0; r < RUNS; r++) {
        took[r] = again(w, after, &arena, false) * BOOKINGS / (SHIFTS * ROUNDS) / 1000000;
        stored[r] = again(w, after, &arena, true) * BOOKINGS / (SHIFTS * ROUNDS) / 1000000;
    }
    bench_figure_runs("again", "1,000,000 decided again, trace packed", took, RUNS, 3, "s");
    bench_figure_runs("again", "and decisions unpacked and packed", stored, RUNS, 3, "s");
    bench_figure_decimal("again", "of them rate.repriced", bench_ratio_e3((int64_t)w->repriced * 100, SHIFTS * ROUNDS), 3, "%");
    free(w);
}

/* ---- minutes by category ---- */

enum { CATEGORIES = 4, NO_ROW = UINT16_MAX };
struct compact {
    uint16_t card_row, cap_row; /* of the tables below */
    uint16_t card_minutes[CATEGORIES], cap_minutes[CATEGORIES];
    int32_t charge_e4[CATEGORIES]; /* an hour, in 1/100 penny */
};
struct rates {
    int64_t den;
    unsigned n_points, n_caps;
    int64_t (*point)[CATEGORIES]; /* pence a minute x den: a row for each period, grade and point */
    int32_t (*cap)[CATEGORIES];   /* pence an hour: a row for each cap, zone and grade */
};
/* What a booking comes to; FB_ABSENT where nobody can say. */
struct amounts {
    int64_t card, excess;
};

static unsigned zones_of(const struct fb_cap *cap)
{
    return cap->n_zones > 0 ? cap->n_zones : 1;
}

static void rates_of(struct rates *r, const struct fb_book *book)
{
    r->den = book->den;
    r->n_points = book->n_periods * book->n_grades * FB_POINT_END;
    r->n_caps = 0;
    for (unsigned i = 0; i < book->n_caps; i++)
        r->n_caps += zones_of(&book->cap[i]) * book->n_grades;
    r->point = calloc(r->n_points, sizeof(*r->point));
    r->cap = calloc(r->n_caps, sizeof(*r->cap));
    fb_assert(r->point != NULL && r->cap != NULL && r->n_points < NO_ROW && r->n_caps < NO_ROW);
    for (unsigned i = 0; i < r->n_points; i++) {
        const struct fb_pay_point *p = &book->period[i / (book->n_grades * FB_POINT_END)].point[i % (book->n_grades * FB_POINT_END)];
        memcpy(r->point[i], p->num, sizeof(r->point[i]));
        /* Minutes x rate stays within 64 bits, so that the loop need not ask. */
        for (unsigned c = 0; c < CATEGORIES; c++)
            fb_assert(p->num[c] < INT64_MAX / UINT16_MAX / CATEGORIES);
    }
    for (unsigned i = 0, at = 0; i < book->n_caps; i++)
        for (unsigned row = 0; row < zones_of(&book->cap[i]) * book->n_grades; row++, at++)
            memcpy(r->cap[at], &book->cap[i].pence_hour[row * FB_CATEGORIES_MAX], sizeof(r->cap[at]));
}

/* The row of the pay point that the core's price cites. */
static uint16_t point_row(const struct fb_book *book, const struct fb_price *p)
{
    unsigned each = book->n_grades * FB_POINT_END;
    unsigned period = (unsigned)(fb_book_period(book, p->day) - book->period);
    for (unsigned i = 0; p->card.known && i < each; i++) {
        const struct fb_pay_point *point = &book->period[period].point[i];
        if (point->held && point->origin == p->card.point_origin)
            return (uint16_t)(period * each + i);
    }
    return NO_ROW;
}

static uint16_t cap_row(const struct fb_book *book, const struct fb_price *p)
{
    unsigned at = 0;
    if (!p->cap.excess_known || !p->cap.known)
        return NO_ROW;
    for (unsigned i = 0; i < p->cap.cap; i++)
        at += zones_of(&book->cap[i]) * book->n_grades;
    unsigned zone = book->cap[p->cap.cap].n_zones > 0 ? (unsigned)p->zone : 0;
    return (uint16_t)(at + zone * book->n_grades + (unsigned)p->grade);
}

static void compact_of(struct compact *c, const struct fb_book *book, const struct fb_price *p)
{
    int32_t card = 0, cap = 0;
    c->card_row = point_row(book, p);
    c->cap_row = cap_row(book, p);
    for (unsigned i = 0; i < CATEGORIES; i++) {
        c->card_minutes[i] = (uint16_t)p->card_minutes.in[i];
        c->cap_minutes[i] = (uint16_t)p->cap_minutes.in[i];
        c->charge_e4[i] = p->charge.hour_e4[i] == FB_ABSENT ? 0 : (int32_t)p->charge.hour_e4[i];
        card += c->card_minutes[i];
        cap += c->cap_minutes[i];
    }
    /* Nothing of these bookings lies outside the form. */
    fb_assert(card == p->card_minutes.total && cap == p->cap_minutes.total);
    fb_assert(!p->card.known || (c->card_row != NO_ROW && p->card.supplement_pence == 0 && p->card.each_pence == 0 && !p->card.limited));
}

/* Half up, once. */
static int64_t rounded(int64_t num, int64_t den)
{
    uint64_t n = (uint64_t)num, d = (uint64_t)den, whole = n / d, rest = n - whole * d;
    return (int64_t)(whole + (rest >= d - rest));
}

static void price_all(const struct rates *r, const struct compact *c, struct amounts *out, size_t n)
{
    for (size_t i = 0; i < n; i++, c++) {
        out[i] = (struct amounts){FB_ABSENT, FB_ABSENT};
        int64_t sum = 0, above = 0;
        if (c->card_row != NO_ROW) {
            for (unsigned k = 0; k < CATEGORIES; k++)
                sum += r->point[c->card_row][k] * c->card_minutes[k];
            out[i].card = rounded(sum, r->den);
        }
        if (c->cap_row == NO_ROW)
            continue;
        for (unsigned k = 0; k < CATEGORIES; k++) {
            int64_t more = c->charge_e4[k] - (int64_t)r->cap[c->cap_row][k] * 100;
            above += (more > 0 ? more : 0) * c->cap_minutes[k];
        }
        out[i].excess = rounded(above, 6000);
    }
}

/* The minutes were counted when the bookings came, under the book of then; what is expected is what the core makes of
 * the bookings under the new one. */
static void make(const struct fb_book *before, const struct fb_book *after, struct compact *c, struct amounts *expected)
{
    static struct bench_texts texts;
    static struct fb_record record;
    struct fb_price p;
    for (unsigned i = 0; i < BOOKINGS; i++) {
        bench_booking(i, fb_span_of("bench"), &texts, &record);
        fb_price_booking(before, &record.as.booking, NULL, &p);
        compact_of(&c[i], before, &p);
        fb_price_booking(after, &record.as.booking, NULL, &p);
        expected[i].card = p.card.known ? p.card.pence : FB_ABSENT;
        expected[i].excess = p.cap.known && p.cap.excess_known ? p.cap.excess_pence : FB_ABSENT;
    }
}

static void time_compact(const struct fb_book *before, const struct fb_book *after)
{
    struct compact *c = calloc(BOOKINGS, sizeof(*c));
    struct amounts *expected = calloc(BOOKINGS, sizeof(*expected)), *out = calloc(BOOKINGS, sizeof(*out));
    struct rates r;
    int64_t took[RUNS], card = 0, excess = 0;
    fb_assert(c != NULL && expected != NULL && out != NULL);
    rates_of(&r, after);
    make(before, after, c, expected);
    for (unsigned run = 0; run < RUNS; run++) {
        memset(out, 0xff, BOOKINGS * sizeof(*out));
        int64_t from = bench_now_ns();
        price_all(&r, c, out, BOOKINGS);
        took[run] = (bench_now_ns() - from) / 1000;
        for (unsigned i = 0; i < BOOKINGS; i++)
            fb_assert(out[i].card == expected[i].card && out[i].excess == expected[i].excess);
    }
    for (unsigned i = 0; i < BOOKINGS; i++) {
        card += out[i].card != FB_ABSENT;
        excess += out[i].excess != FB_ABSENT && out[i].excess > 0;
    }
    bench_figure_runs("again", "1,000,000 priced from minutes by category", took, RUNS, 6, "s");
    bench_figure("again", "the same pence as the core's: card pay", card, "bookings");
    bench_figure("again", "the same pence as the core's: above the cap", excess, "bookings");
    free(r.point);
    free(r.cap);
    free(c);
    free(expected);
    free(out);
}

void bench_again(void)
{
    struct bench_packs before, after;
    bench_packs_read(&before, 0, 0);
    bench_packs_read(&after, 1, 0);
    time_core(before.book, after.book);
    time_compact(before.book, after.book);
    bench_packs_free(&before);
    bench_packs_free(&after);
}
