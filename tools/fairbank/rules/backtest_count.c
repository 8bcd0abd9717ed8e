#include "engine/shell/ports.h"
#include "tools/fairbank/publish.h"
#include "tools/fairbank/rules/backtest.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PROGRESS_AFTER_MS = 2000, A_YEAR = 365 };

/* ---- which rules ---- */

static void take_rule(void *ctx, const char *what, const struct fb_rule *rule, const struct fb_book *book)
{
    struct backtest *b = ctx;
    (void)book;
    if (b->n_rules == BACKTEST_RULES_MAX)
        return;
    struct backtest_rule *r = &b->rule[b->n_rules++];
    *r = (struct backtest_rule){.id = rule->id};
    snprintf(r->name, sizeof(r->name), "%.*s", (int)rule->name.n, rule->name.p);
    snprintf(r->what, sizeof(r->what), "%s", what);
}

void backtest_rules(struct backtest *b)
{
    static struct diff d;
    d = (struct diff){.was = b->was, .is = b->is};
    b->n_rules = 0;
    diff_rules(&d, take_rule, b);
    b->quota = b->n_rules == 0 ? 0 : (BACKTEST_EXAMPLES + b->n_rules - 1) / b->n_rules;
}

/* ---- one shift ---- */

static bool is_raised(const struct fb_finding *f)
{
    return f->severity == FB_SEVERITY_NOTE || f->severity == FB_SEVERITY_WARN || f->severity == FB_SEVERITY_BREACH;
}

/* Whether a decision says something by that rule, and how badly. */
static enum fb_severity raised_by(const struct fb_decision *d, uint32_t rule)
{
    enum fb_severity worst = FB_SEVERITY_NONE;
    for (unsigned i = 0; d != NULL && i < d->n_findings; i++)
        if (d->finding[i].rule == rule && is_raised(&d->finding[i]) && d->finding[i].severity > worst)
            worst = (enum fb_severity)d->finding[i].severity;
    return worst;
}

static bool cannot_say(const struct fb_decision *d, uint32_t rule)
{
    for (unsigned i = 0; d != NULL && i < d->n_findings; i++)
        if (d->finding[i].rule == rule && d->finding[i].severity == FB_SEVERITY_CANNOT_SAY)
            return true;
    return false;
}

enum fb_verdict backtest_verdict(const struct fb_decision *held, uint32_t rule)
{
    enum fb_verdict verdict = FB_VERDICT_NONE;
    for (unsigned i = 0; held != NULL && i < held->n_findings; i++) {
        const struct fb_finding *f = &held->finding[i];
        if (f->rule != rule || (f->life & FB_LIFE_CLOSED) == 0)
            continue;
        if (f->verdict == FB_VERDICT_UPHELD || f->verdict == FB_VERDICT_CORRECTED)
            return FB_VERDICT_UPHELD;
        if (f->verdict == FB_VERDICT_NO_CASE)
            verdict = FB_VERDICT_NO_CASE;
    }
    return verdict;
}

static struct backtest_cell *cell_of(struct backtest *b, const struct fb_surveyed *s)
{
    const struct fb_shift *shift = &s->booking->shift;
    fb_day month = fb_day_month(fb_london_day(shift->time.start_min));
    for (unsigned i = 0; i < b->n_cells; i++) {
        struct backtest_cell *c = &b->cell[i];
        if (c->trust == shift->hirer && c->group == shift->staff_group && c->month == month)
            return c;
    }
    b->full = b->full || b->n_cells == BACKTEST_CELLS_MAX;
    if (b->n_cells == BACKTEST_CELLS_MAX)
        return NULL;
    b->cell[b->n_cells] = (struct backtest_cell){.trust = shift->hirer, .group = shift->staff_group, .month = month};
    return &b->cell[b->n_cells++];
}

/* So many of each rule, that one which is raised everywhere leaves room for the others. */
static void take_example(struct backtest *b, const struct fb_surveyed *s, unsigned rule, enum fb_severity severity)
{
    if (b->rule[rule].fresh > b->quota || b->n_examples == BACKTEST_EXAMPLES)
        return;
    b->example[b->n_examples++] = (struct backtest_example){s->subject, rule, s->booking->shift.hirer,
                                                            fb_london_day(s->booking->shift.time.start_min), severity};
}

/* What a shift says, of all rules of the draft together. */
struct said {
    unsigned draft, held;
    bool upheld, no_case;
    uint8_t by[BACKTEST_RULES_MAX];
};

static void count_rule(struct backtest *b, const struct fb_surveyed *s, unsigned i, struct said *said)
{
    struct backtest_rule *r = &b->rule[i];
    enum fb_severity now = raised_by(s->now, r->id), was = raised_by(s->held, r->id);
    r->draft += now != FB_SEVERITY_NONE;
    r->held += was != FB_SEVERITY_NONE;
    r->cannot_say += cannot_say(s->now, r->id);
    r->cannot_say_held += cannot_say(s->held, r->id);
    said->draft += now != FB_SEVERITY_NONE;
    said->held += was != FB_SEVERITY_NONE;
    said->by[i] = (uint8_t)((now != FB_SEVERITY_NONE ? BACKTEST_RAISED : 0) | (was != FB_SEVERITY_NONE ? BACKTEST_STANDS : 0));
    if (now == FB_SEVERITY_NONE)
        return;
    enum fb_verdict verdict = backtest_verdict(s->held, r->id);
    said->upheld = said->upheld || verdict == FB_VERDICT_UPHELD;
    said->no_case = said->no_case || verdict == FB_VERDICT_NO_CASE;
    r->upheld += verdict == FB_VERDICT_UPHELD;
    r->no_case += verdict == FB_VERDICT_NO_CASE;
    said->by[i] |= verdict == FB_VERDICT_UPHELD ? BACKTEST_UPHELD : verdict == FB_VERDICT_NO_CASE ? BACKTEST_NO_CASE : 0;
    r->fresh += was == FB_SEVERITY_NONE;
    if (was == FB_SEVERITY_NONE)
        take_example(b, s, i, now);
}

static bool keep(struct backtest *b, uint32_t subject, const struct backtest_cell *cell, const struct said *said)
{
    bool room = true;
    for (unsigned i = 0; b->small > 0 && i < b->n_rules && room; i++)
        if (said->by[i] != 0)
            room = backtest_keep(b, (struct backtest_entry){.subject = subject,
                                                            .cell = (uint16_t)(cell != NULL ? cell - b->cell : BACKTEST_CELLS_MAX),
                                                            .rule = (uint16_t)i,
                                                            .said = said->by[i]});
    return room;
}

static bool each(void *ctx, const struct fb_surveyed *s)
{
    struct backtest *b = ctx;
    static struct said said;
    said = (struct said){.draft = 0};
    b->shifts++;
    for (unsigned i = 0; i < b->n_rules; i++)
        count_rule(b, s, i, &said);
    struct backtest_cell *cell = said.draft + said.held > 0 ? cell_of(b, s) : NULL;
    if (cell != NULL) {
        cell->shifts += said.draft > 0;
        cell->draft += said.draft;
        cell->held += said.held;
    }
    b->raised += said.draft > 0;
    b->upheld += said.upheld;
    b->no_case += said.no_case && !said.upheld;
    b->no_room = !keep(b, s->subject, cell, &said);
    return !b->no_room;
}

/* ---- the store ---- */

static struct backtest_progress telling; /* the survey's progress has no context of its own; there is one a run */

void backtest_tell(const struct backtest_progress *p, int64_t at_ms, uint64_t done, uint64_t of)
{
    if (p->out != NULL && at_ms - p->begun_ms >= p->after_ms)
        fprintf(p->out, "\r%llu of %llu ", (unsigned long long)done, (unsigned long long)of);
}

static void progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    backtest_tell(&telling, now_ms(), done, of);
}

static bool last_week(void *ctx, const struct fb_total *t)
{
    fb_day *last = ctx;
    *last = t->place.cell.week + 7 > *last ? t->place.cell.week + 7 : *last;
    return true;
}

/* The last year that anything is held of, unless it is said otherwise. */
static enum fb_err settle_days(struct backtest *b, struct fb_store *store)
{
    struct fb_total_filter all = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    fb_day last = INT32_MIN;
    enum fb_err e = b->until == INT32_MIN ? fb_report_totals(store, &all, last_week, &last) : FB_OK;
    if (b->until == INT32_MIN)
        b->until = last == INT32_MIN ? 0 : last;
    if (b->from == INT32_MIN)
        b->from = b->until - A_YEAR;
    return e;
}

static int cell_cmp(const void *left, const void *right)
{
    const struct backtest_cell *a = left, *b = right;
    if (a->trust != b->trust)
        return a->trust > b->trust ? 1 : -1;
    if (a->group != b->group)
        return a->group > b->group ? 1 : -1;
    return (a->month > b->month) - (a->month < b->month);
}

enum fb_err backtest_count(struct backtest *b, struct fb_store *store)
{
    telling = (struct backtest_progress){isatty(STDERR_FILENO) ? stderr : NULL, now_ms(), PROGRESS_AFTER_MS};
    enum fb_err e = settle_days(b, store);
    if (e == FB_OK)
        e = fb_turn_survey(store, &fb_ports, b->is, b->from, b->until, each, b, progress);
    if (telling.out != NULL)
        fputs("\r\033[K", stderr);
    if (e == FB_OK && b->no_room)
        e = FB_LIMIT;
    b->closed_all = b->upheld + b->no_case;
    if (e == FB_OK && b->small > 0)
        backtest_export(b);
    free(b->entry);
    b->entry = NULL;
    if (b->n_cells > 0)
        qsort(b->cell, b->n_cells, sizeof(b->cell[0]), cell_cmp);
    return e;
}
