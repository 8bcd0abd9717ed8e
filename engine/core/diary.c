#include "engine/core/diary.h"
#include "engine/base/hash.h"
#include "engine/core/clocks.h"
#include "engine/core/judge.h"

/* Entries of a diary: what a shift adds, what a record of hours, absence or fact adds, and which of them a
 * shift reads. */
enum { WINDOW_DAYS_AFTER = 29, WINDOW_WEEKS_LEAST = 26, WINDOW_WEEKS_MOST = 104 };

int fb_diary_row_cmp(const struct fb_diary_row *a, const struct fb_diary_row *b)
{
    if (a->stint.start_min != b->stint.start_min)
        return a->stint.start_min < b->stint.start_min ? -1 : 1;
    if (a->stint.tie != b->stint.tie)
        return a->stint.tie < b->stint.tie ? -1 : 1;
    return (a->subject > b->subject) - (a->subject < b->subject);
}

/* ---- what a record adds ---- */

static uint32_t min_of(int64_t min)
{
    return min < 0 ? 0 : min > UINT32_MAX ? UINT32_MAX : (uint32_t)min;
}

static uint32_t min_of_day(fb_day day)
{
    return min_of((int64_t)day * FB_CLOCK_DAY_MIN);
}

static int32_t minutes_of(int64_t v)
{
    return v < 0 ? 0 : v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

static uint32_t name_of(struct fb_span s)
{
    uint32_t h = s.n == 0 ? 0 : (uint32_t)fb_hash64(s.p, s.n);
    return s.n > 0 && h == 0 ? 1 : h;
}

/* An agency may be the employer: as its name in a booking. */
static uint32_t name_of_code(fb_code code)
{
    char text[9];
    size_t n = fb_code_format(text, code);
    return name_of((struct fb_span){text, (uint32_t)n});
}

static uint32_t code_of(fb_code code)
{
    uint32_t h = code == 0 ? 0 : (uint32_t)fb_hash64_mix(1, code);
    return code != 0 && h == 0 ? 1 : h;
}

static void row_of_fact(const struct fb_worker_fact *f, struct fb_diary_row *out)
{
    out->stint.start_min = min_of_day(f->from);
    out->stint.end_min = f->until == INT32_MAX ? UINT32_MAX : min_of_day(f->until);
    out->stint.minutes = f->week_minutes == FB_ABSENT ? -1 : minutes_of(f->week_minutes);
    out->stint.hirer = f->employer;
    out->stint.unit = name_of(f->name);
    out->stint.agency = code_of(f->grade);
    out->kind = (uint8_t)f->kind;
    out->status = (uint8_t)f->status;
}

static void row_of_hours(const struct fb_substantive_hours *h, struct fb_diary_row *out)
{
    fb_day monday = fb_day_week(h->week);
    out->stint.start_min = min_of_day(monday);
    out->stint.end_min = min_of((int64_t)monday * FB_CLOCK_DAY_MIN + FB_CLOCK_WEEK_MIN);
    out->stint.minutes = minutes_of(h->minutes);
    out->stint.hirer = h->employer;
    out->kind = (uint8_t)h->kind;
}

static void row_of_absence(const struct fb_absence *a, struct fb_diary_row *out)
{
    out->stint.start_min = min_of_day(a->from);
    out->stint.end_min = a->until == INT32_MAX ? UINT32_MAX : min_of_day(a->until);
    out->stint.hirer = a->employer;
    out->stint.agency = name_of_code(a->employer);
    out->kind = (uint8_t)a->kind;
}

bool fb_diary_row_of(const struct fb_record *r, uint32_t subject, enum fb_diary_sort *sort,
                     struct fb_diary_row *out)
{
    *out = (struct fb_diary_row){.subject = subject};
    out->stint.worker = fb_record_worker(r);
    out->stint.tie = fb_judge__tie(&r->env);
    if (r->env.kind == FB_KIND_WORKER_FACT) {
        *sort = FB_DIARY_FACTS;
        row_of_fact(&r->as.worker_fact, out);
    } else if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS) {
        *sort = FB_DIARY_HOURS;
        row_of_hours(&r->as.hours, out);
    } else if (r->env.kind == FB_KIND_ABSENCE) {
        *sort = FB_DIARY_ABSENCES;
        row_of_absence(&r->as.absence, out);
    } else {
        return false;
    }
    return out->stint.worker != 0 && out->stint.start_min < out->stint.end_min;
}

/* ---- what a shift adds ---- */

/* The minutes of [from, until) that lie at night, by local time. A boundary that the change of clocks leaves
 * out or has twice is taken at its first instant. */
static int64_t night_minutes(const struct fb_clocks *c, int64_t from, int64_t until)
{
    int64_t minutes = 0, length = c->night_until_min - c->night_from_min;
    if (length <= 0)
        length += FB_CLOCK_DAY_MIN;
    for (int64_t day = from / FB_CLOCK_DAY_MIN - 2; day <= until / FB_CLOCK_DAY_MIN + 1; day++) {
        int64_t begin = day * FB_CLOCK_DAY_MIN + c->night_from_min, end = begin + length;
        if (end <= from || begin - FB_CLOCK_SUMMER_MIN >= until)
            continue; /* whatever the time of year */
        begin -= fb_london_offset_min(begin - 60);
        end -= fb_london_offset_min(end - 60);
        int64_t one = (end < until ? end : until) - (begin > from ? begin : from);
        minutes += one > 0 ? one : 0;
    }
    return minutes;
}

static void take_booked(const struct fb_judging *j, struct fb_stint *out, int64_t *night)
{
    const struct fb_shift_time *t = &j->booking->shift.time;
    out->start_min = (uint32_t)t->start_min;
    out->end_min = min_of(t->end_min);
    out->minutes = minutes_of(fb_judge__booked_minutes(j->booking, j->price));
    if (j->book->clocks.night_least_min > 0)
        *night = night_minutes(&j->book->clocks, t->start_min, t->end_min);
}

/* Of a sheet that says of no minute that it was working time, and yet not that the worker stayed away: they stood by, and
 * are asked for their checks as booked. */
static void take_idle(const struct fb_judging *j, struct fb_stint *out)
{
    const struct fb_shift_time *t = &j->booking->shift.time;
    out->start_min = (uint32_t)t->start_min;
    out->end_min = min_of(t->end_min);
    out->minutes = 0;
    out->flags |= FB_STINT_IDLE;
}

/* From the first working time to the last; the night by that alone, and no minute of it twice: intervals ascend by
 * start. Where nobody slept in, its minutes are those that are paid. */
static void take_worked(const struct fb_judging *j, struct fb_stint *out, int64_t *night)
{
    const struct fb_timesheet *t = &j->sheet->as.timesheet;
    int64_t first = INT64_MAX, last = 0;
    bool slept = false;
    for (unsigned i = 0; i < t->n; i++) {
        const struct fb_interval_row *row = &t->interval[i];
        if (!fb_interval_is_working_time(row->kind) || row->end_min <= row->start_min)
            continue;
        slept |= row->kind == FB_INTERVAL_SLEEP_IN;
        first = row->start_min < first ? row->start_min : first;
        int64_t from = row->start_min > last ? row->start_min : last;
        if (j->book->clocks.night_least_min > 0 && from < row->end_min)
            *night += night_minutes(&j->book->clocks, from, row->end_min);
        last = row->end_min > last ? row->end_min : last;
    }
    out->start_min = first < 0 || first >= UINT32_MAX ? 0 : (uint32_t)first;
    out->end_min = first < 0 || first >= UINT32_MAX ? 0 : min_of(last);
    out->minutes = minutes_of(slept ? fb_price_working_time(j->booking, t) : j->worked_minutes);
    out->flags |= FB_STINT_SETTLED;
    if (out->start_min >= out->end_min)
        take_idle(j, out);
}

static uint32_t role_of(const struct fb_shift *s)
{
    if (s->staff_group == FB_STAFF_GROUP_NONE && s->role.n == 0)
        return 0;
    uint64_t h = fb_hash64_mix(
        fb_hash64_mix(s->role.n == 0 ? 0 : fb_hash64(s->role.p, s->role.n), s->staff_group), s->grade);
    return (uint32_t)h == 0 ? 1 : (uint32_t)h;
}

static void take_where(const struct fb_judging *j, struct fb_stint *out)
{
    const struct fb_shift *s = &j->booking->shift;
    out->tie = fb_judge__tie(&j->lead->version->env);
    out->route = (uint8_t)j->booking->route;
    out->hirer = s->hirer;
    out->unit = name_of(s->unit);
    out->role = role_of(s);
    out->agency = name_of(j->booking->agency);
    out->flags |= j->out->shadow ? FB_STINT_SHADOW : 0;
}

void fb_diary_stint(const struct fb_judging *j, struct fb_stint *out)
{
    const struct fb_booking *b = j->booking;
    int64_t night = 0;
    *out = (struct fb_stint){.worker = 0};
    if (b->worker == 0 || b->state != FB_BOOKING_STATE_BOOKED || b->shift.time.start_min < 0 ||
        b->shift.time.start_min >= UINT32_MAX)
        return;
    if (j->sheet == NULL)
        take_booked(j, out, &night);
    else if (j->sheet->as.timesheet.state != FB_TIMESHEET_STATE_DID_NOT_WORK)
        take_worked(j, out, &night);
    if (out->start_min >= out->end_min) {
        *out = (struct fb_stint){.worker = 0};
        return;
    }
    if (out->end_min - out->start_min > FB_SHIFT_MINUTES_MAX)
        out->end_min = out->start_min + FB_SHIFT_MINUTES_MAX;
    int32_t length = (int32_t)(out->end_min - out->start_min);
    out->minutes = out->minutes > length ? length : out->minutes;
    out->worker = b->worker;
    if (j->book->clocks.night_least_min > 0 && night >= j->book->clocks.night_least_min)
        out->flags |= FB_STINT_NIGHT;
    take_where(j, out);
}

/* ---- what a shift reads ---- */

void fb_diary_window(const struct fb_clocks *c, int64_t start_min, uint32_t *from_min, uint32_t *until_min)
{
    int64_t weeks = 2 * (int64_t)fb_clock__reference_weeks(c, UINT64_MAX);
    weeks = weeks < WINDOW_WEEKS_LEAST ? WINDOW_WEEKS_LEAST
                                       : weeks; /* same_agency_weeks has its length from nobody */
    weeks = c->assignment_reset_weeks > 0 && weeks < WINDOW_WEEKS_MOST ? WINDOW_WEEKS_MOST : weeks;
    *from_min = min_of(start_min - (weeks + 2) * FB_CLOCK_WEEK_MIN);
    *until_min = min_of(start_min + (int64_t)WINDOW_DAYS_AFTER * FB_CLOCK_DAY_MIN);
}
