#include "engine/core/counter.h"
#include "engine/base/hash.h"

enum { DAYS_PER_WEEK = 7 };

int fb_counted_row_cmp(const struct fb_counted_row *a, const struct fb_counted_row *b)
{
    if (a->start_min != b->start_min)
        return a->start_min < b->start_min ? -1 : 1;
    if (a->tie != b->tie)
        return a->tie < b->tie ? -1 : 1;
    return (a->subject > b->subject) - (a->subject < b->subject);
}

/* ---- windows ---- */

static fb_day next_month(fb_day first)
{
    return fb_day_month(first + 31);
}

void fb_counter_window(const struct fb_counter *c, fb_day day, fb_day *from, fb_day *until)
{
    *from = c->scope.from;
    *until = c->scope.until;
    switch (c->span) {
    case FB_SPAN_OF_MONTH:
        *from = fb_day_month(day);
        *until = next_month(*from);
        break;
    case FB_SPAN_OF_WEEK:
        *from = fb_day_week(day);
        *until = *from + DAYS_PER_WEEK;
        break;
    case FB_SPAN_OF_ROLLING_DAYS:
        *until = day + 1;
        *from = *until - c->rolling_days;
        break;
    case FB_SPAN_OF_NONE:
    case FB_SPAN_OF_DATES:
    case FB_SPAN_OF_END:
        break;
    }
}

/* The instant at which a local day begins, held inside what a shift's start can be. Midnight occurs once on every day:
 * clocks change at 01:00. */
static uint32_t begin_of(fb_day day)
{
    int64_t instant[2];
    if (day <= 0)
        return 0;
    if (day >= (fb_day)(UINT32_MAX / FB_DAY_MINUTES))
        return UINT32_MAX;
    (void)fb_london_instants((int64_t)day * FB_DAY_MINUTES, instant);
    return instant[0] < 0 ? 0 : (uint32_t)instant[0];
}

void fb_counter_minutes(const struct fb_counter *c, fb_day day, uint32_t *from_min, uint32_t *until_min)
{
    fb_day from, until;
    fb_counter_window(c, day, &from, &until);
    *from_min = begin_of(from);
    *until_min = begin_of(until);
}

void fb_counter_readers(const struct fb_counter *c, fb_day day, uint32_t *from_min, uint32_t *until_min)
{
    if (c->span != FB_SPAN_OF_ROLLING_DAYS) {
        fb_counter_minutes(c, day, from_min, until_min);
        return;
    }
    *from_min = begin_of(day);
    *until_min = begin_of(day + c->rolling_days);
}

/* ---- keys ---- */

static uint64_t key_of_span(struct fb_span s)
{
    return s.n == 0 ? 0 : fb_hash64(s.p, s.n);
}

uint64_t fb_counter_key_of(const struct fb_counter *c, const struct fb_booking *b)
{
    uint64_t key = 0;
    switch (c->key) {
    case FB_COUNTER_KEY_WORKER:
        key = b->worker == 0 ? 0 : fb_hash64_mix(2, b->worker);
        break;
    case FB_COUNTER_KEY_WORKER_AT_TRUST:
        key = b->worker == 0 ? 0 : fb_hash64_mix(fb_hash64_mix(2, b->worker), b->shift.hirer);
        break;
    case FB_COUNTER_KEY_TRUST:
        key = b->shift.hirer == 0 ? 0 : fb_hash64_mix(1, b->shift.hirer);
        break;
    case FB_COUNTER_KEY_AGENCY:
        key = key_of_span(b->agency);
        break;
    case FB_COUNTER_KEY_NONE:
    case FB_COUNTER_KEY_END:
        break;
    }
    return key;
}

uint64_t fb_counter_key_for(const struct fb_counter *c, const struct fb_booking *b, bool shadow)
{
    uint64_t key = fb_counter_key_of(c, b);
    return key == 0 || !shadow ? key : fb_hash64_mix(key, 1);
}

/* ---- reading ---- */

/* A walk over the shifts of one window in their order; some start too soon after the last that counted. */
struct walk {
    uint32_t from_min, until_min, apart_min;
    uint32_t last; /* start of the last that counted */
    bool any;
};

static struct walk walk_of(const struct fb_counter *c, fb_day day)
{
    struct walk w = {0, 0, c->apart_min, 0, false};
    fb_counter_minutes(c, day, &w.from_min, &w.until_min);
    return w;
}

static bool counts(struct walk *w, uint32_t start_min)
{
    if (start_min < w->from_min || start_min >= w->until_min)
        return false;
    if (w->any && start_min - w->last < w->apart_min)
        return false;
    w->last = start_min;
    w->any = true;
    return true;
}

/* Up to and with the shift at `place`: of those that count, all but the first `skip` go into recent. */
static void read_recent(const struct fb_counted_rows *rows, const struct fb_counted_row *place, struct walk w,
                        int64_t skip, struct fb_counted *out)
{
    out->recent = out->recent_minutes = 0;
    for (unsigned i = 0; i <= rows->n; i++) {
        const struct fb_counted_row *row = i < rows->n ? &rows->row[i] : place;
        bool reached = i == rows->n || fb_counted_row_cmp(row, place) > 0;
        row = reached ? place : row;
        if (counts(&w, row->start_min) && skip-- <= 0) {
            out->recent++;
            out->recent_minutes += row->minutes;
        }
        if (reached)
            return;
    }
}

void fb_counter_read(const struct fb_counter *c, const struct fb_counted_rows *rows, const struct fb_count *own,
                     fb_day day, uint32_t start_min, uint32_t subject, unsigned recent_of, struct fb_counted *out)
{
    struct fb_counted_row place = {start_min, 0, subject, 0, 0};
    if (own != NULL)
        place = (struct fb_counted_row){start_min, own->tie, subject, own->amount, own->minutes};
    struct walk begin = walk_of(c, day), w = begin;
    int64_t n_counted = 0; /* up to and with this one */
    bool passed = false;
    *out = (struct fb_counted){0};
    for (unsigned i = 0; i <= rows->n; i++) {
        if (!passed && (i == rows->n || fb_counted_row_cmp(&rows->row[i], &place) > 0)) {
            passed = true;
            out->before = out->whole;
            if (own != NULL && counts(&w, start_min)) {
                out->here = own->amount;
                out->whole += own->amount;
                n_counted++;
            }
        }
        if (i < rows->n && counts(&w, rows->row[i].start_min)) {
            out->whole += rows->row[i].amount;
            n_counted += !passed;
        }
    }
    if (own != NULL && out->here != 0)
        read_recent(rows, &place, begin, n_counted - recent_of, out);
}
