#include "tests/sim/auditor_diary.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

/* Whose time it is: every shift is judged anew to know what it adds, and every question goes through all of them. */

static unsigned role_of(struct aud_diary *d, const struct fb_shift *s)
{
    if (s->staff_group == FB_STAFF_GROUP_NONE && s->role.n == 0)
        return 0;
    for (unsigned i = 0; i < d->n_roles; i++)
        if (d->role[i].group == s->staff_group && d->role[i].grade == s->grade && fb_span_eq(d->role[i].role, s->role))
            return i + 1;
    d->role[d->n_roles] = (struct aud_role){s->staff_group, s->role, s->grade};
    return ++d->n_roles;
}

/* The minutes of a sheet at which the person was at work, be it asleep: 1, and 2 where they had a break. */
struct at_work {
    int64_t from;
    unsigned char minute[AUD_MINUTES_MAX];
    bool breaks_stated, slept;
};

static void spend(const struct fb_timesheet *t, struct at_work *w)
{
    memset(w, 0, sizeof *w);
    w->from = t->n == 0 ? 0 : t->interval[0].start_min;
    for (unsigned i = 0; i < t->n; i++)
        w->from = t->interval[i].start_min < w->from ? t->interval[i].start_min : w->from;
    for (unsigned breaks = 0; breaks < 2; breaks++) {
        for (unsigned i = 0; i < t->n; i++) {
            const struct fb_interval_row *row = &t->interval[i];
            bool here = row->kind == FB_INTERVAL_WORKED || row->kind == FB_INTERVAL_CALLED_OUT || row->kind == FB_INTERVAL_SLEEP_IN;
            fb_assert(row->end_min - w->from <= AUD_MINUTES_MAX);
            w->slept |= row->kind == FB_INTERVAL_SLEEP_IN;
            w->breaks_stated |= row->kind == FB_INTERVAL_BREAK;
            for (int64_t m = row->start_min; m < row->end_min; m++) {
                unsigned char *at = &w->minute[m - w->from];
                if (breaks == 0 && here)
                    *at = 1;
                else if (breaks == 1 && row->kind == FB_INTERVAL_BREAK && *at != 0)
                    *at = 2;
            }
        }
    }
}

/* Minute by minute, in local time: work and the breaks within it, of all the nights that it touches. */
static bool is_night(const struct fb_clocks *c, int64_t start, int64_t end, const struct at_work *w)
{
    int64_t minutes = 0;
    bool wraps = c->night_from_min > c->night_until_min;
    for (int64_t m = start; m < end; m++) {
        int64_t at = fb_london_local_min(m) % 1440;
        bool late = at >= c->night_from_min, early = at < c->night_until_min;
        if (w == NULL || w->minute[m - w->from] != 0)
            minutes += wraps ? late || early : late && early;
    }
    return c->night_least_min > 0 && minutes >= c->night_least_min;
}

/* What the sheet says of the person's time: pay counts no sleep, hours at work do. */
static void by_sheet(const struct fb_booking *b, const struct aud_judged *j, const struct at_work *w, struct aud_stint *row)
{
    int64_t first = -1, last = -1, minutes = 0;
    for (int64_t m = 0; m < AUD_MINUTES_MAX; m++) {
        if (w->minute[m] == 0)
            continue;
        first = first < 0 ? m : first;
        last = m;
        minutes += w->minute[m] == 1;
    }
    row->settled = true;
    row->idle = first < 0;
    row->minutes = row->idle ? 0 : j->worked_minutes;
    if (row->idle)
        return; /* when they were to be there is as booked */
    row->start = w->from + first;
    row->end = w->from + last + 1;
    if (!w->slept)
        return;
    minutes -= w->breaks_stated || b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
    row->minutes = minutes < 0 ? 0 : minutes;
}

static void add(const struct auditor *a, struct aud_diary *d, uint32_t subject, const struct aud_shift *s)
{
    static struct aud_judged j;
    static struct at_work work;
    const struct fb_booking *b = &s->b;
    if (b->state != FB_BOOKING_STATE_BOOKED || b->worker == 0 || b->shift.time.start_min < 0)
        return;
    aud_judge_first(a, d->book, s, &j);
    struct aud_stint row = {.subject = subject,
                            .tie = aud_tie(a, s),
                            .person = b->worker,
                            .start = b->shift.time.start_min,
                            .end = b->shift.time.end_min,
                            .minutes = j.facts.value[FB_FACT_PAID_MINUTES],
                            .shadow = aud_source(a, s->lead)->mode == FB_SOURCE_MODE_SHADOW,
                            .route = b->route,
                            .hirer = b->shift.hirer,
                            .unit = b->shift.unit,
                            .agency = b->agency};
    if (j.sheet != NULL && !j.any_worked)
        return; /* nobody was there */
    if (j.sheet != NULL) {
        spend(&j.sheet->winner->record.as.timesheet, &work);
        by_sheet(b, &j, &work, &row);
    }
    if (row.end - row.start > FB_SHIFT_MINUTES_MAX)
        row.end = row.start + FB_SHIFT_MINUTES_MAX;
    if (row.minutes > row.end - row.start) /* of a sheet that goes on for longer only so much is in the diary */
        row.minutes = row.end - row.start;
    row.night = !row.idle && is_night(&d->book->clocks, row.start, row.end, row.settled ? &work : NULL);
    row.role = role_of(d, &b->shift);
    fb_assert(d->n < AUD_COUNTS_MAX);
    d->row[d->n++] = row;
}

static const struct aud_diary *diary(struct auditor *a, const struct fb_book *book)
{
    static uint32_t group[AUD_RECORDS_MAX];
    static struct aud_shift s;
    if (a->diary != NULL && a->diary->book == book)
        return a->diary;
    if (a->diary == NULL)
        a->diary = malloc(sizeof *a->diary);
    fb_assert(a->diary != NULL);
    a->diary->book = book;
    a->diary->n = a->diary->n_roles = 0;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        unsigned n = a->held[i].kind == FB_KIND_BOOKING ? aud_group(a, i, group) : 0;
        if (n == 0 || group[0] != i)
            continue;
        aud_shift(a, book, group, n, &s);
        add(a, a->diary, i, &s);
    }
    return a->diary;
}

void aud_diary_forget(struct auditor *a)
{
    free(a->diary);
    a->diary = NULL;
}

static const struct aud_stint *stint_of(const struct aud_diary *d, uint32_t subject)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->row[i].subject == subject)
            return &d->row[i];
    return NULL;
}

/* ---- all that is said of a person ---- */

static void gather(const struct auditor *a, const struct aud_diary *d, struct aud_reader *r)
{
    for (unsigned i = 0; i < d->n; i++)
        if (d->row[i].person == r->own->person && d->row[i].shadow == r->own->shadow && !d->row[i].idle)
            r->shift[r->n_shifts++] = &d->row[i];
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        bool shadow = aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
        if (h->who == 0 || aud_person(a, h->who) != r->own->person || (shadow && !r->own->shadow)) /* a trial reads what is live; not the other way round */
            continue;
        fb_assert(r->n_hours + r->n_absences + r->n_facts < AUD_ROWS_MAX);
        if (h->kind == FB_KIND_SUBSTANTIVE_HOURS)
            r->hours[r->n_hours++] = &h->winner->record.as.hours;
        else if (h->kind == FB_KIND_ABSENCE)
            r->absence[r->n_absences++] = &h->winner->record.as.absence;
        else if (h->kind == FB_KIND_WORKER_FACT)
            r->fact[r->n_facts++] = &h->winner->record.as.worker_fact;
    }
}

void aud_people_facts(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, struct fb_facts *f)
{
    static struct aud_reader r;
    const struct aud_diary *d = diary(a, book);
    memset(&r, 0, sizeof r);
    r.book = book;
    r.clocks = &book->clocks;
    r.own = stint_of(d, subject);
    r.day = s->day;
    fb_fact_set(f, FB_FACT_WORKER_KNOWN, s->b.worker != 0);
    if (r.own == NULL)
        return;
    gather(a, d, &r);
    aud_check_facts(&r, f);
    if (!r.own->idle)
        aud_clock_facts(&r, f);
}

enum aud_attendance aud_attendance(struct auditor *a, const struct fb_book *book, uint32_t subject)
{
    const struct aud_stint *own = stint_of(diary(a, book), subject);
    return own == NULL ? AUD_NOT_THERE : own->idle ? AUD_IDLE : AUD_AT_WORK;
}

/* ---- against the decision ---- */

static bool differs(struct auditor *a, const struct aud_held *h, const char *what, int64_t must, int64_t is)
{
    return must != is && !auditor_differs_at(a, h, what, must, is);
}

bool aud_stint_same(struct auditor *a, const struct fb_book *book, const struct aud_held *h, uint32_t subject, const struct fb_decision *d)
{
    const struct aud_stint *own = stint_of(diary(a, book), subject);
    const struct fb_stint *is = &d->stint;
    if (differs(a, h, "whether it is in a diary", own != NULL, is->worker != 0))
        return false;
    if (own == NULL)
        return true;
    return !differs(a, h, "start in the diary", own->start, is->start_min) && !differs(a, h, "end in the diary", own->end, is->end_min) &&
           !differs(a, h, "minutes in the diary", own->minutes, is->minutes) && !differs(a, h, "tie in the diary", own->tie, is->tie) &&
           !differs(a, h, "flags in the diary (1 shadow, 2 night, 4 settled, 64 idle)",
                    own->shadow + 2 * own->night + 4 * own->settled + 64 * own->idle, is->flags) &&
           !differs(a, h, "route in the diary", own->route, is->route) && !differs(a, h, "hirer in the diary", (int64_t)own->hirer, (int64_t)is->hirer) &&
           !differs(a, h, "unit in the diary", own->unit.n > 0, is->unit != 0) && !differs(a, h, "agency in the diary", own->agency.n > 0, is->agency != 0) &&
           !differs(a, h, "role in the diary", own->role != 0, is->role != 0) && aud_same_worker(a, h, own->person, is->worker);
}
