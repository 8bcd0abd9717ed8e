#include "engine/turn/report/report_shifts.h"
#include "tools/fairbank/rules/rules_diff.h"
#include <stdlib.h>
#include <unistd.h>

enum { A_YEAR = 365 };

struct counting {
    struct diff_money *m;
    const struct diff *d;
    bool full;
};

static void progress(void *ctx, uint64_t done, uint64_t of)
{
    (void)ctx;
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%llu of %llu decisions priced under both ", (unsigned long long)done, (unsigned long long)of);
}

static struct diff_money_row *row_of(struct diff_money *m, fb_code trust, enum fb_route route)
{
    for (unsigned i = 0; i < m->n; i++)
        if (m->row[i].trust == trust && m->row[i].route == route)
            return &m->row[i];
    if (m->n == DIFF_MONEY_MAX)
        return NULL;
    m->row[m->n] = (struct diff_money_row){.trust = trust, .route = route};
    return &m->row[m->n++];
}

static bool same(const struct fb_price *a, const struct fb_price *b)
{
    return a->card.known == b->card.known && a->card.pence == b->card.pence && a->cap.excess_pence == b->cap.excess_pence && /* raw: compared */
           (a->cap.over != 0) == (b->cap.over != 0) && a->off_card == b->off_card && a->loaded.known == b->loaded.known &&
           a->loaded.pence == b->loaded.pence; /* raw: compared */
}

static void count(struct diff_money_row *row, enum fb_route route, const struct fb_price *was, const struct fb_price *is)
{
    bool agency = route == FB_ROUTE_AGENCY;
    row->shifts++;
    row->changed += !same(was, is);
    row->was_unknown += agency ? !was->cap.known : !was->card.known;
    row->now_unknown += agency ? !is->cap.known : !is->card.known;
    if (was->card.known && is->card.known) { /* sums over the same shifts, or the difference would be of coverage */
        row->card_was += was->card.pence; /* raw: rounded in pricing */
        row->card_is += is->card.pence;   /* raw: as above */
    }
    if (was->loaded.known && is->loaded.known) {
        row->loaded_was += was->loaded.pence; /* raw: as above */
        row->loaded_is += is->loaded.pence;   /* raw: as above */
    }
    row->excess_was += agency && was->cap.excess_known ? was->cap.excess_pence : 0;
    row->excess_is += agency && is->cap.excess_known ? is->cap.excess_pence : 0;
    row->over_was += agency && was->cap.over != 0;
    row->over_is += agency && is->cap.over != 0;
    row->off_was += was->off_card_known && was->off_card;
    row->off_is += is->off_card_known && is->off_card;
}

static bool each(void *ctx, const struct fb_shift_row *s)
{
    struct counting *c = ctx;
    struct fb_price was, is;
    if (s->booking->state != FB_BOOKING_STATE_BOOKED)
        return true;
    struct diff_money_row *row = row_of(c->m, s->booking->shift.hirer, s->booking->route);
    c->full = row == NULL;
    if (row == NULL)
        return false;
    fb_price_booking(c->d->was, s->booking, NULL, &was);
    fb_price_booking(c->d->is, s->booking, NULL, &is);
    count(row, s->booking->route, &was, &is);
    c->m->held = true;
    return true;
}

static bool last_day(void *ctx, const struct fb_total *t)
{
    fb_day *last = ctx;
    *last = t->place.cell.week + 7 > *last ? t->place.cell.week + 7 : *last;
    return true;
}

static int by_trust(const void *left, const void *right)
{
    const struct diff_money_row *a = left, *b = right;
    if (a->trust != b->trust)
        return a->trust > b->trust ? 1 : -1;
    return (a->route > b->route) - (a->route < b->route);
}

/* The last year that anything is held of: not the last year of a calendar on the wall. */
enum fb_err diff_money_of(struct diff_money *m, const struct diff *d, struct fb_store *store, struct fb_reader_books *books)
{
    fb_day last = INT32_MIN;
    struct counting c = {m, d, false};
    struct fb_shift_reader reader = {.each = each, .progress = progress, .ctx = &c};
    struct fb_total_filter all = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    *m = (struct diff_money){.n = 0};
    enum fb_err e = fb_report_totals(store, &all, last_day, &last);
    if (e == FB_OK && last != INT32_MIN) {
        m->from = last - A_YEAR;
        m->until = last;
        struct fb_shift_filter filter = {.from = m->from, .until = m->until};
        e = fb_report_shifts(store, books, &filter, &reader);
    }
    if (m->n > 0)
        qsort(m->row, m->n, sizeof m->row[0], by_trust);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    return c.full ? FB_LIMIT : e;
}

enum fb_err diff_money_read(struct diff_money *m, const struct diff *d, const struct options *o)
{
    struct folder f;
    *m = (struct diff_money){.n = 0};
    if (!folder_open(&f, o, NULL))
        return FB_NOT_FOUND;
    enum fb_err e = diff_money_of(m, d, f.store, f.books);
    folder_close(&f);
    return e;
}
