#include "engine/turn/memory/period.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/report.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1, MONTH_DAYS_MAX = 31, LATEST_MONTH = 1 << 24 };
enum { CLOSE_BYTES = FB_CLOSE_ROLE_BYTES_MAX + FB_CLOSE_REASON_BYTES_MAX + 64 };

/* ---- the list ---- */

static bool is_before(const struct fb_period *a, fb_code trust, fb_day month)
{
    return a->trust < trust || (a->trust == trust && a->month < month);
}

/* The place of the first row that is not before it. */
static uint32_t place_of(const struct fb_periods *p, fb_code trust, fb_day month)
{
    uint32_t low = 0, high = p->n;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_before(&p->closed[middle], trust, month))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static bool holds(const struct fb_periods *p, fb_code trust, fb_day month)
{
    uint32_t at = place_of(p, trust, month);
    return at < p->n && p->closed[at].trust == trust && p->closed[at].month == month;
}

void fb_periods_release(struct fb_periods *p)
{
    free(p->closed);
    *p = (struct fb_periods){.n = 0};
}

enum fb_err fb_periods_put(struct fb_periods *p, fb_code trust, fb_day month)
{
    if (holds(p, trust, month))
        return FB_OK;
    if (p->n == p->room) {
        uint32_t room = p->room * 2 + 16;
        struct fb_period *closed = realloc(p->closed, room * sizeof *closed);
        if (closed == NULL)
            return FB_FULL;
        p->closed = closed;
        p->room = room;
    }
    uint32_t at = place_of(p, trust, month);
    memmove(&p->closed[at + 1], &p->closed[at], (p->n - at) * sizeof p->closed[0]);
    p->closed[at] = (struct fb_period){trust, month};
    p->n++;
    return FB_OK;
}

bool fb_periods_closed(const struct fb_periods *p, fb_code trust, fb_day month)
{
    return p->n > 0 && (holds(p, 0, month) || (trust != 0 && holds(p, trust, month)));
}

/* A month has no more than 31 days, and the one after it at least 28. */
fb_day fb_month_next(fb_day month)
{
    return fb_day_month(month + MONTH_DAYS_MAX);
}

fb_day fb_periods_posted(const struct fb_periods *p, fb_code trust, fb_day month)
{
    while (fb_periods_closed(p, trust, month))
        month = fb_month_next(month);
    return month;
}

fb_day fb_turn_posted_month(const struct fb_turn *t, fb_code trust, fb_day month)
{
    return fb_periods_posted(&t->periods, trust, month);
}

/* The first month that is closed for a trust; INT32_MAX: none. */
static fb_day first_closed(const struct fb_periods *p, fb_code trust)
{
    uint32_t all = place_of(p, 0, INT32_MIN), own = place_of(p, trust, INT32_MIN);
    fb_day first = INT32_MAX;
    if (all < p->n && p->closed[all].trust == 0)
        first = p->closed[all].month;
    if (own < p->n && p->closed[own].trust == trust && p->closed[own].month < first)
        first = p->closed[own].month;
    return first;
}

/* ---- stored forms ---- */

static enum fb_err begin(struct fb_reader *r, struct fb_span bytes)
{
    fb_reader_init(r, bytes.p, bytes.n);
    unsigned version = fb_get_u8(r);
    if (r->bad || version == 0)
        return FB_REFUSED;
    return version > VERSION ? FB_NEWER : FB_OK;
}

static enum fb_err end(const struct fb_reader *r)
{
    return r->bad || r->n != r->size ? FB_REFUSED : FB_OK;
}

size_t fb_period_close_pack(const struct fb_period_close *c, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, VERSION);
    fb_put_u64(&w, c->trust);
    fb_put_zigzag(&w, c->month);
    fb_put_span(&w, c->role);
    fb_put_span(&w, c->reason);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_period_close_unpack(struct fb_period_close *out, struct fb_span bytes)
{
    struct fb_reader r;
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    out->trust = fb_get_u64(&r);
    int64_t month = fb_get_zigzag(&r);
    out->role = fb_get_span(&r);
    out->reason = fb_get_span(&r);
    r.bad = r.bad || month < 0 || month > LATEST_MONTH;
    out->month = r.bad ? 0 : (fb_day)month;
    r.bad = r.bad || fb_day_month(out->month) != out->month;
    return end(&r);
}

size_t fb_period_row_pack(const struct fb_period_row *row, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, VERSION);
    fb_put_zigzag(&w, row->at_ms);
    fb_put_varint(&w, row->journal);
    fb_put_span(&w, row->role);
    fb_put_span(&w, row->reason);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_period_row_unpack(struct fb_period_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    out->at_ms = fb_get_zigzag(&r);
    out->journal = fb_get_varint(&r);
    out->role = fb_get_span(&r);
    out->reason = fb_get_span(&r);
    return end(&r);
}

/* ---- closing ---- */

void fb_turn_take_close(struct fb_turn *t, const struct fb_period_close *close)
{
    char bytes[CLOSE_BYTES];
    size_t n = fb_period_close_pack(close, bytes, sizeof bytes);
    if (n == 0) {
        fb_turn_fail(t, FB_LIMIT);
        return;
    }
    struct fb_entry e = {.kind = FB_ENTRY_CLOSE, .body = {bytes, (uint32_t)n}};
    fb_turn_write(t, &e);
    struct fb_period_row row = {t->now_ms, t->journal, close->role, close->reason};
    struct fb_key key = fb_key_period(close->trust, close->month);
    n = fb_period_row_pack(&row, bytes, sizeof bytes);
    fb_assert(n > 0); /* its texts fitted the entry */
    fb_put(t->txn, FB_TABLE_PERIODS, fb_key_span(&key), (struct fb_span){bytes, (uint32_t)n});
    struct fb_event event = {.kind = FB_EVENT_PERIOD_CLOSED,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .trust = close->trust,
                             .issue = e.issue,
                             .shift_day = t->known,
                             .posted = close->month};
    fb_turn_write_event(t, &event);
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_periods_put(&t->periods, close->trust, close->month));
}

/* An open month with figures, before the one to be closed and after the first that was. */
struct gap {
    const struct fb_periods *periods;
    fb_day before, month; /* month: INT32_MAX when there is none */
    fb_code trust;
};

static bool look_for_gap(void *ctx, const struct fb_total *total)
{
    struct gap *g = ctx;
    fb_day month = total->place.posted;
    fb_code hirer = total->place.cell.hirer;
    if (month < g->before && month < g->month && month > first_closed(g->periods, hirer) &&
        !fb_periods_closed(g->periods, hirer, month)) {
        g->month = month;
        g->trust = hirer;
    }
    return true;
}

/* Where month followed month there is nothing to look for, and the totals are not read. */
static bool may_have_gap(const struct fb_periods *p, const struct fb_period_close *c)
{
    fb_day month = INT32_MAX;
    for (uint32_t i = 0; i < p->n; i++)
        if ((c->trust == 0 || p->closed[i].trust == 0 || p->closed[i].trust == c->trust) &&
            p->closed[i].month < month)
            month = p->closed[i].month;
    while (month < c->month && fb_periods_closed(p, c->trust, month))
        month = fb_month_next(month);
    return month < c->month;
}

static enum fb_err find_gap(const struct fb_turn *t, const struct fb_period_close *c, struct gap *gap)
{
    struct fb_total_filter filter = {.trust = c->trust,
                                     .from_week = INT32_MIN,
                                     .until_week =
                                         c->month, /* no shift of an earlier month is in a later week */
                                     .known = INT32_MAX,
                                     .posted = INT32_MIN};
    *gap = (struct gap){.periods = &t->periods, .before = c->month, .month = INT32_MAX};
    return may_have_gap(&t->periods, c) ? fb_report_totals(t->store, &filter, look_for_gap, gap) : FB_OK;
}

/* Months with figures before the first that is ever closed: open, and no later close asks for them. */
enum { LEFT_MAX = 60, LEFT_NAMED = 6 };
struct left {
    const struct fb_periods *periods;
    fb_day before, month[LEFT_MAX]; /* ascending */
    unsigned n;
};

static bool look_for_left(void *ctx, const struct fb_total *total)
{
    struct left *l = ctx;
    fb_day month = total->place.posted;
    unsigned at = 0;
    while (at < l->n && l->month[at] < month)
        at++;
    if (month >= l->before || first_closed(l->periods, total->place.cell.hirer) != INT32_MAX || (at < l->n && l->month[at] == month) || l->n == LEFT_MAX)
        return true;
    memmove(&l->month[at + 1], &l->month[at], (l->n - at) * sizeof l->month[0]);
    l->month[at] = month;
    l->n++;
    return true;
}

static enum fb_err find_left(const struct fb_turn *t, const struct fb_period_close *c, struct left *left)
{
    const struct fb_total_filter filter = {.trust = c->trust, .from_week = INT32_MIN, .until_week = c->month, .known = INT32_MAX, .posted = INT32_MIN};
    *left = (struct left){.periods = &t->periods, .before = c->month};
    return first_closed(&t->periods, c->trust) == INT32_MAX ? fb_report_totals(t->store, &filter, look_for_left, left) : FB_OK;
}

static const char *say_left(struct fb_turn *t, const struct left *left)
{
    struct fb_text text;
    char day[11];
    fb_text_init(&text, t->periods.why, sizeof t->periods.why);
    fb_text_add(&text, left->n > 0 ? "months before it have figures and stay open: " : "");
    for (unsigned i = 0; i < left->n && i < LEFT_NAMED; i++) {
        fb_day_format(day, left->month[i]);
        fb_text_add(&text, i > 0 ? ", " : "");
        fb_text_add_span(&text, (struct fb_span){day, 7});
    }
    if (left->n > LEFT_NAMED) {
        fb_text_add(&text, " and ");
        fb_text_add_int(&text, left->n - LEFT_NAMED);
        fb_text_add(&text, " more");
    }
    fb_text_add(&text, left->n > 0 ? "; months close in order only from the first that was closed on" : "");
    return t->periods.why;
}

static const char *say_gap(struct fb_turn *t, const struct gap *gap)
{
    struct fb_text text;
    char day[11];
    fb_text_init(&text, t->periods.why, sizeof t->periods.why);
    fb_day_format(day, gap->month);
    fb_text_add(&text, "an earlier month is still open and has figures: close ");
    fb_text_add_span(&text, (struct fb_span){day, 7});
    if (gap->trust != 0) {
        fb_text_add(&text, " of ");
        fb_text_add_code(&text, gap->trust);
    }
    fb_text_add(&text, " first");
    return t->periods.why;
}

/* NULL: nothing stands against it. t->known is the day of asking. */
static const char *refusal(const struct fb_turn *t, const struct fb_period_close *c)
{
    if (c->month < 0 || (c->month <= t->known && fb_day_month(c->month) != c->month))
        return "a period is a month: give the first day of it";
    if (c->role.n > FB_CLOSE_ROLE_BYTES_MAX || c->reason.n > FB_CLOSE_REASON_BYTES_MAX)
        return "the role or the reason is too long: at most 64 and 500 bytes";
    if (c->month > t->known || fb_month_next(c->month) > t->known)
        return "the month is not over: close it on the first day of the next one, or later";
    if (fb_periods_closed(&t->periods, c->trust, c->month))
        return "the month is closed already: what is known of it now is posted to the first open one";
    return NULL;
}

enum fb_err fb_turn_close_period(struct fb_turn *t, const struct fb_period_close *close, int64_t now_ms,
                                 const char **why)
{
    struct gap gap;
    struct left left;
    *why = "";
    if (t->err != FB_OK)
        return t->err;
    fb_turn_at(t, now_ms);
    *why = refusal(t, close);
    if (*why != NULL)
        return FB_REFUSED;
    *why = "";
    enum fb_err err = find_gap(t, close, &gap);
    if (err != FB_OK)
        return err;
    if (gap.month != INT32_MAX) {
        *why = say_gap(t, &gap);
        return FB_REFUSED;
    }
    err = find_left(t, close, &left);
    if (err == FB_OK)
        err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_take_close(t, close);
    err = fb_turn_end(t);
    *why = err == FB_OK ? say_left(t, &left) : "";
    return err;
}
