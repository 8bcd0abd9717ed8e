#include "tests/sim/known.h"
#include "engine/base/check.h"
#include "engine/shell/ports.h"
#include <stdlib.h>
#include <string.h>

enum { TEXTS = 4 << 20, ROWS = 256 };

void sim_known_open(struct sim_known *k, struct fb_store *store)
{
    *k = (struct sim_known){.store = store};
    fb_assert(fb_reader_books_open(&k->books, store, &fb_ports) == FB_OK);
}

void sim_known_close(struct sim_known *k)
{
    fb_reader_books_close(&k->books);
}

/* ---- what is reported, as one number ---- */

static bool add_total(void *ctx, const struct fb_total *t)
{
    struct sim_hash *h = ctx;
    const struct fb_cell *c = &t->place.cell;
    const uint64_t v[] = {(uint64_t)c->week,
                          (uint64_t)c->month,
                          c->hirer,
                          c->ics,
                          c->staff_group,
                          c->route,
                          c->stage,
                          c->shadow,
                          (uint64_t)t->place.posted,
                          t->place.cause};
    for (unsigned i = 0; i < sizeof v / sizeof v[0]; i++)
        sim_hash_add(h, v[i]);
    for (unsigned m = 0; m < FB_MEASURES; m++)
        sim_hash_add(h, (uint64_t)t->figures.v[m]);
    return true;
}

static uint64_t totals(const struct sim_known *k, fb_day known, fb_code trust, fb_day posted)
{
    struct sim_hash h = {1};
    for (unsigned shadow = 0; shadow < 2; shadow++) {
        struct fb_total_filter f = {.trust = trust,
                                    .from_week = INT32_MIN,
                                    .until_week = INT32_MAX,
                                    .known = known,
                                    .shadow = shadow == 1,
                                    .posted = posted};
        fb_assert(fb_report_totals(k->store, &f, add_total, &h) == FB_OK);
    }
    return h.h;
}

static void add_finding(struct sim_hash *h, const struct fb_finding_row *row)
{
    const uint64_t v[] = {row->subject,
                          row->trust,
                          (uint64_t)row->staff_group,
                          (uint64_t)row->route,
                          (uint64_t)row->severity,
                          row->shadow,
                          (uint64_t)row->shift_day,
                          (uint64_t)row->pence};
    const struct fb_span s[] = {row->rule, row->source, row->record_ref, row->why};
    for (unsigned i = 0; i < sizeof v / sizeof v[0]; i++)
        sim_hash_add(h, v[i]);
    for (unsigned i = 0; i < sizeof s / sizeof s[0]; i++)
        sim_hash_bytes(h, s[i].p, s[i].n);
}

static uint64_t findings(const struct sim_known *k, uint64_t as_of)
{
    struct fb_finding_row row[ROWS];
    struct fb_finding_filter f = {.limit = ROWS, .as_of = as_of};
    struct fb_arena arena;
    struct sim_hash h = {2};
    uint32_t last = 1;
    unsigned n;
    void *memory = malloc(TEXTS);
    fb_assert(memory != NULL);
    while (last != 0) {
        fb_arena_init(&arena, memory, TEXTS);
        fb_assert(fb_report_findings_part(k->store, k->books, &f, 50, &arena, row, &n, &last) == FB_OK);
        for (unsigned i = 0; i < n; i++)
            add_finding(&h, &row[i]);
        f.after = last;
        fb_arena_release(&arena);
    }
    free(memory);
    return h.h;
}

static uint64_t explained(const struct sim_known *k, uint32_t subject, uint64_t as_of)
{
    static struct fb_explanation x;
    struct fb_arena arena;
    struct sim_hash h = {3};
    void *memory = malloc(TEXTS);
    fb_assert(memory != NULL);
    fb_arena_init(&arena, memory, TEXTS);
    fb_assert(fb_report_explain(k->store, k->books, subject, as_of, &arena, &x) == FB_OK);
    sim_hash_add(&h, x.found);
    sim_hash_add(&h, x.journal);
    for (unsigned i = 0; i < x.n_lines; i++)
        sim_hash_bytes(&h, x.line[i].p, x.line[i].n);
    fb_arena_release(&arena);
    free(memory);
    return h.h;
}

/* ---- days ---- */

void sim_known_remember(struct sim_known *k, fb_day day, uint64_t journal, uint32_t subject)
{
    if (k->n == SIM_MOMENTS_MAX)
        return;
    k->moment[k->n++] = (struct sim_moment){.day = day,
                                            .journal = journal,
                                            .subject = subject,
                                            .totals = totals(k, INT32_MAX, 0, INT32_MIN),
                                            .findings = findings(k, 0),
                                            .explained = explained(k, subject, 0)};
}

void sim_known_forget_last(struct sim_known *k)
{
    k->n -= k->n > 0;
}

/* ---- months ---- */

void sim_known_closed(struct sim_known *k, fb_code trust, fb_day month)
{
    fb_assert(k->n_closes < SIM_CLOSES_MAX);
    k->close[k->n_closes++] = (struct sim_close){trust, month, totals(k, INT32_MAX, trust, month)};
}

bool sim_known_is_closed(const struct sim_known *k, fb_code trust, fb_day month)
{
    for (unsigned i = 0; i < k->n_closes; i++)
        if (k->close[i].month == month && (k->close[i].trust == 0 || k->close[i].trust == trust))
            return true;
    return false;
}

struct gap {
    const struct sim_known *k;
    fb_day before;
    bool any;
};

static bool look(void *ctx, const struct fb_total *t)
{
    struct gap *g = ctx;
    bool after_a_close = false;
    for (unsigned i = 0; i < g->k->n_closes; i++) {
        const struct sim_close *c = &g->k->close[i];
        after_a_close |= (c->trust == 0 || c->trust == t->place.cell.hirer) && c->month < t->place.posted;
    }
    g->any |= after_a_close && t->place.posted < g->before &&
              !sim_known_is_closed(g->k, t->place.cell.hirer, t->place.posted);
    return true;
}

bool sim_known_gap(const struct sim_known *k, fb_code trust, fb_day month)
{
    struct gap g = {k, month, false};
    struct fb_total_filter f = {.trust = trust,
                                .from_week = INT32_MIN,
                                .until_week = INT32_MAX,
                                .known = INT32_MAX,
                                .posted = INT32_MIN};
    fb_assert(fb_report_totals(k->store, &f, look, &g) == FB_OK);
    return g.any;
}

/* ---- at the end ---- */

static const char *moment_differs(const struct sim_known *k, const struct sim_moment *m)
{
    uint64_t journal = 0;
    if (fb_report_known_at(k->store, m->day, &journal) != FB_OK || journal != m->journal)
        return "the entry that a day ended with";
    if (totals(k, m->day, 0, INT32_MIN) != m->totals)
        return "totals as they were known at the end of a day";
    if (findings(k, m->journal) != m->findings)
        return "open findings as they were known at the end of a day";
    if (explained(k, m->subject, m->journal) != m->explained)
        return "a decision explained as it was known at the end of a day";
    return NULL;
}

const char *sim_known_differs(struct sim_known *k)
{
    uint64_t journal = 1;
    const char *differs = NULL;
    if (fb_report_known_at(k->store, 0, &journal) != FB_OK || journal != 0)
        return "what was known before the first day";
    for (unsigned i = 0; i < k->n && differs == NULL; i++)
        differs = moment_differs(k, &k->moment[i]);
    for (unsigned i = 0; i < k->n_closes && differs == NULL; i++)
        if (totals(k, INT32_MAX, k->close[i].trust, k->close[i].month) != k->close[i].books)
            differs = "the books of a month that was closed";
    return differs;
}
