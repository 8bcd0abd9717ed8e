#include "engine/core/price.h"
#include "engine/core/price_steps.h"

/* From the intervals of a timesheet to pieces of work and pieces of rest. Intervals are not trusted to be
 * apart: a call-out may lie inside a piece of work, and no minute is paid twice. */
struct pieces {
    unsigned n;
    struct fb_piece piece[FB_INTERVALS_MAX];
};

/* The pieces ascend by start, as the intervals do: one that begins before the last one ended is cut or
 * joined. */
static void add(struct pieces *p, int64_t start_min, int64_t end_min, enum fb_interval kind)
{
    if (p->n > 0 && start_min < p->piece[p->n - 1].end_min)
        start_min = p->piece[p->n - 1].end_min;
    if (start_min < end_min && p->n < FB_INTERVALS_MAX)
        p->piece[p->n++] = (struct fb_piece){start_min, end_min, kind};
}

static bool is_paid(enum fb_interval kind)
{
    return kind == FB_INTERVAL_WORKED || kind == FB_INTERVAL_CALLED_OUT;
}

static void collect(const struct fb_timesheet *t, struct pieces *work, struct pieces *rest)
{
    work->n = rest->n = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (is_paid(row->kind))
            add(work, row->start_min, row->end_min, row->kind);
        else if (row->kind == FB_INTERVAL_BREAK)
            add(rest, row->start_min, row->end_min, row->kind);
    }
}

/* Only rest inside work is unpaid: a break between two pieces of work was never paid. Both lists are apart
 * and ascending, so that the cuts are too, and there are fewer of them than of both together. */
static void cut(const struct pieces *rest, const struct pieces *work, struct pieces *out)
{
    out->n = 0;
    for (unsigned i = 0; i < rest->n; i++) {
        for (unsigned j = 0; j < work->n; j++) {
            const struct fb_piece *r = &rest->piece[i], *w = &work->piece[j];
            add(out, r->start_min > w->start_min ? r->start_min : w->start_min,
                r->end_min < w->end_min ? r->end_min : w->end_min, w->kind);
        }
    }
}

/* The unpaid rest is taken where it lay; a timesheet that states its breaks has said all, and one that states
 * none leaves the booking's to the policy. */
static int64_t pieces_of(const struct fb_booking *b, const struct fb_timesheet *t, struct pieces *work,
                         struct pieces *unpaid)
{
    struct pieces rest;
    collect(t, work, &rest);
    cut(&rest, work, unpaid);
    return rest.n > 0 || b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
}

void fb_price_worked(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t,
                     struct fb_price *out)
{
    struct pieces work, unpaid;
    int64_t break_min = pieces_of(b, t, &work, &unpaid);
    struct fb_hours hours = {work.n, unpaid.n, work.piece, unpaid.piece, break_min, t};
    fb_price__hours(book, b, &hours, NULL, out);
}

bool fb_price__work_of(const struct fb_book *book, const struct fb_calendar *calendar, const struct fb_hours *hours,
                       enum fb_interval kind, struct fb_minutes *m)
{
    bool said = true;
    for (unsigned i = 0; i < hours->n_work; i++) {
        const struct fb_piece *w = &hours->work[i];
        if (w->kind == kind)
            said = said && fb_minutes_add(m, book, calendar, w->start_min, w->end_min);
    }
    for (unsigned i = 0; i < hours->n_breaks; i++) { /* each has the kind of the work that it lies in */
        const struct fb_piece *r = &hours->rest[i];
        if (r->kind == kind)
            said = said && fb_minutes_take(m, book, calendar, r->start_min, r->end_min);
    }
    return said;
}

/* Takes away what was worked of [start_min, end_min). */
static bool take_work(const struct fb_book *book, const struct fb_calendar *calendar, const struct fb_hours *hours,
                      const struct fb_piece *p, struct fb_minutes *m)
{
    bool said = true;
    for (unsigned i = 0; i < hours->n_work; i++) {
        const struct fb_piece *w = &hours->work[i];
        said = said && fb_minutes_take(m, book, calendar, p->start_min > w->start_min ? p->start_min : w->start_min,
                                       p->end_min < w->end_min ? p->end_min : w->end_min);
    }
    return said;
}

bool fb_price__beside(const struct fb_book *book, const struct fb_calendar *calendar, const struct fb_hours *hours,
                      enum fb_interval kind, struct fb_minutes *m, unsigned *n)
{
    struct pieces p;
    bool said = true;
    const struct fb_timesheet *t = hours->sheet;
    p.n = *n = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        if (t->interval[i].kind != kind)
            continue;
        add(&p, t->interval[i].start_min, t->interval[i].end_min, kind);
        ++*n;
    }
    if (p.n == 0)
        *n = 0; /* intervals without a minute are none */
    *m = (struct fb_minutes){.total = 0};
    for (unsigned i = 0; i < p.n && said; i++)
        said = fb_minutes_add(m, book, calendar, p.piece[i].start_min, p.piece[i].end_min) &&
               take_work(book, calendar, hours, &p.piece[i], m);
    return said;
}

static int64_t length_of(const struct pieces *p)
{
    int64_t minutes = 0;
    for (unsigned i = 0; i < p->n; i++)
        minutes += p->piece[i].end_min - p->piece[i].start_min;
    return minutes;
}

int64_t fb_price_worked_minutes(const struct fb_booking *b, const struct fb_timesheet *t)
{
    struct pieces work, unpaid;
    int64_t rest = pieces_of(b, t, &work, &unpaid) + length_of(&unpaid), paid = length_of(&work);
    return paid > rest ? paid - rest : 0;
}
