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

/* counts: which kinds of interval are asked for, of breaks those that lie in them. */
static void collect(const struct fb_timesheet *t, bool (*counts)(enum fb_interval), struct pieces *work, struct pieces *rest)
{
    work->n = rest->n = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (counts(row->kind))
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
static int64_t pieces_counted(const struct fb_booking *b, const struct fb_timesheet *t, bool (*counts)(enum fb_interval),
                              struct pieces *work, struct pieces *unpaid)
{
    struct pieces rest;
    collect(t, counts, work, &rest);
    cut(&rest, work, unpaid);
    return rest.n > 0 || b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
}

static int64_t pieces_of(const struct fb_booking *b, const struct fb_timesheet *t, struct pieces *work,
                         struct pieces *unpaid)
{
    return pieces_counted(b, t, fb_interval_is_work, work, unpaid);
}

void fb_price_worked(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t,
                     struct fb_price *out)
{
    struct pieces work, unpaid;
    int64_t break_min = pieces_of(b, t, &work, &unpaid);
    struct fb_hours hours = {work.n, unpaid.n, work.piece, unpaid.piece, break_min, t, NULL};
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

static int64_t minutes_of(const struct fb_booking *b, const struct fb_timesheet *t, bool (*counts)(enum fb_interval))
{
    struct pieces work, unpaid;
    int64_t rest = pieces_counted(b, t, counts, &work, &unpaid) + length_of(&unpaid), paid = length_of(&work);
    return paid > rest ? paid - rest : 0;
}

int64_t fb_price_worked_minutes(const struct fb_booking *b, const struct fb_timesheet *t)
{
    return minutes_of(b, t, fb_interval_is_work);
}

int64_t fb_price_working_time(const struct fb_booking *b, const struct fb_timesheet *t)
{
    return minutes_of(b, t, fb_interval_is_working_time);
}

/* ---- parts of a shift that were worked for other trusts ---- */

static fb_code host_of(const struct fb_booking *b, const struct fb_interval_row *row)
{
    return row->host == 0 ? b->shift.hirer : row->host;
}

/* Everybody who has an interval, ascending. A break is nobody's by itself: it lies in somebody's work. */
static unsigned hosts_of(const struct fb_booking *b, const struct fb_timesheet *t, struct fb_host_part part[FB_INTERVALS_MAX])
{
    unsigned n = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        fb_code host = host_of(b, &t->interval[i]);
        unsigned at = 0;
        if (t->interval[i].kind == FB_INTERVAL_BREAK)
            continue;
        while (at < n && part[at].host < host)
            at++;
        if (at < n && part[at].host == host)
            continue;
        for (unsigned k = n++; k > at; k--)
            part[k] = part[k - 1];
        part[at] = (struct fb_host_part){.host = host};
    }
    return n;
}

/* Work with each minute once, and whose it is: settled before it is taken apart. */
struct owned {
    unsigned n;
    struct fb_piece piece[2 * FB_INTERVALS_MAX]; /* they begin where an interval begins or ends */
    fb_code host[2 * FB_INTERVALS_MAX];
};

/* Who is said to have had the worker then: by the first interval that names somebody, since one that names nobody, long as it may be,
 * says less than a call-out inside it. *until: to which minute this is so, at most. */
static fb_code named_at(const struct fb_booking *b, const struct fb_timesheet *t, int64_t at, int64_t *until)
{
    fb_code host = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (!fb_interval_is_work(row->kind) || row->host == 0)
            continue;
        if (host == 0 && at >= row->start_min && at < row->end_min)
            host = row->host;
        if (row->start_min > at && row->start_min < *until)
            *until = row->start_min;
        if (row->end_min > at && row->end_min < *until)
            *until = row->end_min;
    }
    return host == 0 ? b->shift.hirer : host;
}

static void add_owned(struct owned *o, const struct fb_piece *p, fb_code host)
{
    struct fb_piece *last = o->n == 0 ? NULL : &o->piece[o->n - 1];
    if (last != NULL && last->end_min == p->start_min && last->kind == p->kind && o->host[o->n - 1] == host) {
        last->end_min = p->end_min;
    } else if (o->n < 2 * FB_INTERVALS_MAX) {
        o->host[o->n] = host;
        o->piece[o->n++] = *p;
    }
}

/* What kind of work a minute was stays as the whole shift is priced. */
static void own(const struct fb_booking *b, const struct fb_timesheet *t, const struct pieces *work, struct owned *out)
{
    out->n = 0;
    for (unsigned i = 0; i < work->n; i++) {
        struct fb_piece p = work->piece[i];
        for (int64_t end = p.end_min; p.start_min < end; p.start_min = p.end_min) {
            p.end_min = end;
            fb_code host = named_at(b, t, p.start_min, &p.end_min);
            add_owned(out, &p, host);
        }
    }
}

/* One host's timesheet: its work, its waiting, and every break, which counts where it lies in its work. */
static void keep_only(const struct fb_booking *b, const struct fb_timesheet *t, const struct owned *work, fb_code host, struct fb_timesheet *out)
{
    out->n = 0;
    for (unsigned i = 0; i < t->n && i < FB_INTERVALS_MAX; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (!fb_interval_is_work(row->kind) && (row->kind == FB_INTERVAL_BREAK || host_of(b, row) == host))
            out->interval[out->n++] = *row;
    }
    for (unsigned i = 0; i < work->n && out->n < FB_INTERVALS_MAX; i++) {
        const struct fb_piece *p = &work->piece[i];
        if (work->host[i] == host)
            out->interval[out->n++] = (struct fb_interval_row){.kind = p->kind, .start_min = p->start_min, .end_min = p->end_min, .host = host};
    }
}

/* Exactly, where a charge was sent; of the card its pennies. */
static int64_t weight_of(const struct fb_book *book, const struct fb_price *p)
{
    int64_t sum = 0;
    if (!p->charge.known)
        return p->card.known ? p->card.pence : 0; /* raw: a weight */
    for (unsigned c = 0; c < book->n_categories; c++)
        sum += p->minutes.in[c] > 0 ? p->minutes.in[c] * p->charge.hour_e4[c] : 0;
    return sum;
}

/* What one host's part would come to by itself: minutes, and what they weigh in money. A break that only the policy takes off
 * is no part's own. */
static void weigh(const struct fb_book *book, const struct fb_booking *b, const struct owned *owned, const struct fb_hours *whole,
                  struct fb_host_part *part)
{
    struct pieces work, unpaid;
    struct fb_timesheet sheet = {.hirer = whole->sheet->hirer, .state = whole->sheet->state};
    struct fb_price price;
    keep_only(b, whole->sheet, owned, part->host, &sheet);
    (void)pieces_of(b, &sheet, &work, &unpaid);
    struct fb_hours hours = {work.n, unpaid.n, work.piece, unpaid.piece, 0, &sheet, whole};
    fb_price__hours(book, b, &hours, NULL, &price);
    part->minutes = price.minutes.total > 0 ? price.minutes.total : length_of(&work) - length_of(&unpaid);
    part->pence = weight_of(book, &price); /* raw: until it is settled */
}

static bool settle_hosts(struct fb_host_part *part, unsigned n, int64_t minutes, int64_t pence)
{
    struct fb_pence time[FB_INTERVALS_MAX], money[FB_INTERVALS_MAX]; /* the one rule of sharing serves minutes as well */
    int64_t by_time[FB_INTERVALS_MAX], by_money[FB_INTERVALS_MAX], weighed = 0;
    for (unsigned i = 0; i < n; i++) {
        by_time[i] = part[i].minutes;
        by_money[i] = part[i].pence; /* raw: a weight */
        weighed += by_money[i];
    }
    bool good = fb_pence_share(time, n, by_time, fb_pence_of(minutes)) == FB_OK &&
                fb_pence_share(money, n, weighed == 0 ? by_time : by_money, fb_pence_of(pence)) == FB_OK;
    for (unsigned i = 0; i < n && good; i++)
        part[i] = (struct fb_host_part){part[i].host, fb_pence_get(time[i]), fb_pence_get(money[i])};
    return good;
}

/* Whoever has neither a minute nor a penny of it has no part in it. */
static unsigned drop_empty(struct fb_host_part *part, unsigned n)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < n; i++)
        if (part[i].minutes != 0 || part[i].pence != 0) /* raw: asked for nought */
            part[kept++] = part[i];
    return kept;
}

static bool is_hirers_alone(const struct fb_booking *b, const struct fb_host_part *part, unsigned n)
{
    return n == 0 || (n == 1 && part[0].host == b->shift.hirer);
}

unsigned fb_price_hosts(const struct fb_book *book, const struct fb_booking *b, const struct fb_timesheet *t, int64_t minutes,
                        int64_t pence, struct fb_host_part part[FB_INTERVALS_MAX])
{
    struct pieces work, unpaid;
    struct owned owned;
    unsigned n = hosts_of(b, t, part);
    if (is_hirers_alone(b, part, n))
        return 0;
    (void)pieces_of(b, t, &work, &unpaid);
    own(b, t, &work, &owned);
    struct fb_hours whole = {work.n, unpaid.n, work.piece, unpaid.piece, 0, t, NULL};
    for (unsigned i = 0; i < n; i++)
        weigh(book, b, &owned, &whole, &part[i]);
    n = settle_hosts(part, n, minutes, pence) ? drop_empty(part, n) : 0;
    return is_hirers_alone(b, part, n) ? 0 : n;
}
