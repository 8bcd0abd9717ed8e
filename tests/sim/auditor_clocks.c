#include "engine/base/check.h"
#include "tests/sim/auditor_diary.h"
#include <string.h>

/* The clocks over a person's shifts, hours and absences, by going through all of them for each question; a day, a week or a
 * minute at a time. What each clock is stands in engine/core/diary.h; nothing else of the engine is shared. */
enum { REACH = FB_SHIFT_MINUTES_MAX / 1440, WEEK = 7 * 1440, FORTNIGHT = 14 * 1440, RUN_MAX = 31, WEEKS_MAX = 128 };

fb_day aud_monday(fb_day day)
{
    return day - (day + 3) % 7;
}

bool aud_starts_before(const struct aud_stint *x, const struct aud_stint *y)
{
    if (x->start != y->start)
        return x->start < y->start;
    return x->tie != y->tie ? x->tie < y->tie : x->subject < y->subject;
}

bool aud_overlaps(const struct aud_stint *x, const struct aud_stint *y)
{
    return x->start < y->end && y->start < x->end;
}

/* No shift is longer than a week: what began before all trusts sent does not reach into that day. */
static bool reaches_back(const struct aud_reader *r, fb_day day)
{
    return r->clocks->fed_from <= day - 7;
}

/* ---- what a shift counts ---- */

static bool is_replaced(const struct aud_reader *r, const struct aud_stint *s)
{
    bool vague = false;
    return s->route == FB_ROUTE_SUBSTANTIVE && aud_stated(r, s->hirer, aud_monday(aud_local_day(s->start)), &vague) >= 0;
}

/* Some of its minutes are those of one before it, whoever is asked about. */
static bool is_shared(const struct aud_reader *r, const struct aud_stint *s)
{
    bool shared = false;
    for (unsigned i = 0; i < r->n_shifts; i++)
        shared |= r->shift[i] != s && aud_starts_before(r->shift[i], s) && r->shift[i]->end > s->start;
    return shared;
}

/* Stretches of work that are to be added up. */
struct heap {
    unsigned n;
    struct stretch {
        const struct aud_stint *s;
        int64_t minutes;
    } at[AUD_ROWS_MAX];
};

static void put(struct heap *h, const struct aud_stint *s, int64_t minutes)
{
    unsigned at = h->n++;
    for (; at > 0 && aud_starts_before(s, h->at[at - 1].s); at--)
        h->at[at] = h->at[at - 1];
    h->at[at] = (struct stretch){s, minutes};
}

/* The most that any choice of them gives, from one on, when there was work until `until`: with it, less the minutes that are
 * covered, or without it. */
static int64_t most_of(const struct heap *h, unsigned from, unsigned to, int64_t until)
{
    if (from == to)
        return 0;
    const struct stretch *x = &h->at[from];
    int64_t twice = (x->s->end < until ? x->s->end : until) - x->s->start, end = x->s->end > until ? x->s->end : until;
    int64_t with = x->minutes - (twice > 0 ? twice : 0) + most_of(h, from + 1, to, end);
    int64_t without = most_of(h, from + 1, to, until);
    return with > without ? with : without;
}

/* Those that hang together by overlapping are tried together. */
static int64_t sum_of(const struct heap *h)
{
    int64_t sum = 0, end = 0;
    unsigned first = 0;
    for (unsigned i = 0; i < h->n; i++) {
        if (i > first && h->at[i].s->start >= end) {
            sum += most_of(h, first, i, 0);
            first = i;
        }
        end = h->at[i].s->end > end ? h->at[i].s->end : end;
    }
    return sum + most_of(h, first, h->n, 0);
}

void aud_set_bound(struct fb_facts *f, enum fb_fact id, int64_t v, bool exact)
{
    if (exact)
        fb_fact_set(f, id, v);
    else
        fb_fact_set_at_least(f, id, v);
}

/* ---- rest ---- */

static void rest(const struct aud_reader *r, struct fb_facts *f)
{
    int64_t last = -1, next = -1;
    bool nought;
    for (unsigned i = 0; i < r->n_shifts; i++) {
        const struct aud_stint *s = r->shift[i];
        if (s == r->own)
            continue;
        if (s->end <= r->own->start && r->own->start - s->end < FORTNIGHT + 1 && s->end > last)
            last = s->end;
        if (s->start >= r->own->end && s->start - r->own->end < FORTNIGHT + 1 && (next < 0 || s->start < next))
            next = s->start;
    }
    fb_day from = aud_local_day(last >= 0 ? last : r->own->start - FORTNIGHT);
    bool told = aud_told(r, from, aud_local_day(r->own->start), &nought) && reaches_back(r, from);
    if (last >= 0 && told && nought)
        fb_fact_set(f, FB_FACT_REST_BEFORE_MINUTES, r->own->start - last);
    else if (last >= 0)
        fb_fact_set_at_most(f, FB_FACT_REST_BEFORE_MINUTES, r->own->start - last);
    else if (told && nought)
        fb_fact_set_at_least(f, FB_FACT_REST_BEFORE_MINUTES, FORTNIGHT);
    if (next < 0)
        return;
    (void)aud_told_into(r, aud_local_day(r->own->end), aud_local_day(next), REACH, &nought);
    if (nought && reaches_back(r, aud_local_day(r->own->end)))
        fb_fact_set(f, FB_FACT_REST_AFTER_MINUTES, next - r->own->end);
    else
        fb_fact_set_at_most(f, FB_FACT_REST_AFTER_MINUTES, next - r->own->end);
}

/* ---- sums ---- */

static void note_trust(struct aud_sums *sums, fb_code hirer)
{
    for (unsigned i = 0; i < sums->n_trusts; i++)
        if (sums->trust[i] == hirer)
            return;
    sums->trust[sums->n_trusts++] = hirer;
}

/* Minutes of a stretch that lie in another at the least: those that cannot all have lain outside. */
static int64_t inside(int64_t minutes, int64_t start, int64_t end, int64_t from, int64_t until, bool *part)
{
    int64_t outside = (from > start ? (from < end ? from : end) - start : 0) + (end > until ? end - (until > start ? until : start) : 0);
    *part |= outside > 0 && minutes > 0;
    return minutes > outside ? minutes - outside : 0;
}

static void seven_days(const struct aud_reader *r, struct aud_sums *sums, struct fb_facts *f)
{
    static struct heap heap;
    int64_t until = r->own->end, from = until - WEEK, sum = 0;
    bool part = false, nought;
    heap.n = 0;
    for (unsigned i = 0; i < r->n_shifts; i++) {
        const struct aud_stint *s = r->shift[i];
        if (s->end <= from || s->start >= until)
            continue;
        note_trust(sums, s->hirer);
        part |= is_shared(r, s) || (s->minutes != s->end - s->start && (s->start < from || s->end > until));
        bool not_asked = false;
        int64_t minutes = inside(s->minutes, s->start, s->end, from, until, &not_asked);
        if (!is_replaced(r, s) && minutes > 0)
            put(&heap, s, minutes);
    }
    sum = sum_of(&heap);
    for (fb_day monday = aud_monday(aud_local_day(from)); (int64_t)monday * 1440 < until + 1440; monday += 7) {
        int64_t start = aud_midnight(monday), end = aud_midnight(monday + 7);
        for (unsigned i = 0; i < r->n_hours && start < until && end > from; i++) /* each employer's by themselves */
            if (r->hours[i]->week == monday && aud_first_of(r, i))
                sum += inside(aud_stated(r, r->hours[i]->employer, monday, &part), start, end, from, until, &part);
    }
    bool told = aud_told(r, aud_local_day(from), aud_local_day(until - 1), &nought) && reaches_back(r, aud_local_day(from));
    aud_set_bound(f, FB_FACT_WEEK_MINUTES, sum, told && !part);
}

/* Shifts of the calendar weeks that start before an instant, and hours. */
static int64_t of_weeks(const struct aud_reader *r, fb_day first, fb_day last, int64_t before, struct aud_sums *sums, bool *part)
{
    static struct heap heap;
    int64_t sum = 0;
    bool any;
    heap.n = 0;
    for (fb_day monday = first; monday <= last; monday += 7)
        sum += aud_hours_of(r, monday, &any, part);
    for (unsigned i = 0; i < r->n_shifts; i++) {
        const struct aud_stint *s = r->shift[i];
        fb_day monday = aud_monday(aud_local_day(s->start));
        if (monday < first || monday > last || s->start >= before)
            continue;
        note_trust(sums, s->hirer);
        *part |= is_shared(r, s);
        if (!is_replaced(r, s) && s->minutes > 0)
            put(&heap, s, s->minutes);
    }
    return sum + sum_of(&heap);
}

static void visa_week(const struct aud_reader *r, struct aud_sums *sums, struct fb_facts *f)
{
    fb_day monday = aud_monday(aud_local_day(r->own->start));
    bool part = false, nought;
    int64_t sum = of_weeks(r, monday, monday, r->own->end, sums, &part);
    bool told = aud_told(r, monday, monday, &nought);
    if (fb_fact_known(f, FB_FACT_VISA_WEEK_MINUTES))
        aud_set_bound(f, FB_FACT_OVER_VISA_MINUTES, sum - f->value[FB_FACT_VISA_WEEK_MINUTES], told && !part);
}

/* Of seven. */
static unsigned days_away(const struct aud_reader *r, fb_day monday)
{
    unsigned days = 0;
    for (fb_day day = monday; day < monday + 7; day++) {
        bool away = false;
        for (unsigned i = 0; i < r->n_absences; i++)
            away |= r->absence[i]->from <= day && day < r->absence[i]->until &&
                    (r->clocks->absences_left_out >> r->absence[i]->kind & 1) != 0;
        days += away;
    }
    return days;
}

static unsigned weeks_asked(const struct aud_reader *r, fb_code grade)
{
    for (unsigned i = 0; i < r->clocks->n_by_grade; i++)
        for (unsigned g = 0; g < r->book->n_grades; g++)
            if (r->book->grade[g].code == grade && grade != 0 && (r->clocks->by_grade[i].grades >> g & 1) != 0)
                return r->clocks->by_grade[i].weeks;
    return r->clocks->reference_weeks;
}

/* The earliest day of which anything is held of them, as far back as a shift reads (diary.h). */
static fb_day first_entry(const struct aud_reader *r)
{
    fb_day first = INT32_MAX;
    uint32_t from, until;
    fb_diary_window(r->clocks, r->own->start, &from, &until);
    for (unsigned i = 0; i < r->n_shifts; i++)
        if (r->shift[i]->start >= (int64_t)from && aud_local_day(r->shift[i]->start) < first)
            first = aud_local_day(r->shift[i]->start);
    for (unsigned i = 0; i < r->n_hours; i++)
        if (((int64_t)r->hours[i]->week + 7) * 1440 > (int64_t)from && r->hours[i]->week < first)
            first = r->hours[i]->week;
    return first;
}

static void average(const struct aud_reader *r, struct aud_sums *sums, struct fb_facts *f)
{
    unsigned asked = weeks_asked(r, fb_fact_known(f, FB_FACT_GRADE) ? (fb_code)f->value[FB_FACT_GRADE] : 0), numbered = 0, left_out = 0;
    fb_day last = aud_monday(aud_local_day(r->own->start)), first = last + 7;
    bool part = false, nought;
    if (asked == 0)
        return;
    while (numbered < asked && numbered + left_out < 2 * asked) {
        first -= 7;
        if (days_away(r, first) == 7)
            left_out++;
        else
            numbered++;
    }
    int64_t sum = of_weeks(r, first, last, INT64_MAX, sums, &part), divisor = asked;
    fb_day entry = aud_monday(first_entry(r));
    if (entry > first && r->clocks->fed_from <= first && aud_told(r, entry, last, &nought) && !aud_has_post(r, first, entry)) { /* somebody new */
        int64_t since = 0;
        for (fb_day monday = entry; monday <= last; monday += 7)
            since += days_away(r, monday) < 7;
        if (since > 0) {
            divisor = since;
            first = entry;
            numbered = asked;
        }
    }
    for (fb_day monday = first; monday <= last; monday += 7) /* some days of it are left out, and nobody says which hours are theirs */
        part |= days_away(r, monday) % 7 != 0;
    bool told = aud_told(r, first, last, &nought);
    aud_set_bound(f, FB_FACT_AVERAGE_WEEK_MINUTES, sum / divisor, told && !part && numbered == asked);
    fb_fact_set(f, FB_FACT_CLOCK_FED, told);
}

/* ---- days in a row ---- */

static fb_day night_of(const struct aud_reader *r, const struct aud_stint *s)
{
    int64_t local = fb_london_local_min(s->start), day = local / 1440, at = local % 1440;
    bool wraps = r->clocks->night_from_min > r->clocks->night_until_min;
    return (fb_day)(wraps && at < r->clocks->night_until_min ? day - 1 : day);
}

static int64_t in_a_row(const struct aud_reader *r, bool nights)
{
    fb_day day = nights ? night_of(r, r->own) : aud_local_day(r->own->start);
    int64_t n = 0;
    for (bool there = true; there && n < RUN_MAX; day--) {
        there = false;
        for (unsigned i = 0; i < r->n_shifts; i++) {
            const struct aud_stint *s = r->shift[i];
            there |= nights ? s->night && night_of(r, s) == day : aud_local_day(s->start) == day;
        }
        n += there;
    }
    return n;
}

static void rows_of_days(const struct aud_reader *r, struct fb_facts *f)
{
    int64_t days = in_a_row(r, false);
    fb_day today = aud_local_day(r->own->start);
    bool nought;
    (void)aud_told(r, today - (fb_day)days, today, &nought);
    aud_set_bound(f, FB_FACT_CONSECUTIVE_DAYS, days, nought && days < RUN_MAX);
    if (r->clocks->night_least_min == 0)
        return;
    int64_t nights = r->own->night ? in_a_row(r, true) : 0;
    (void)aud_told(r, night_of(r, r->own) - (fb_day)nights, today, &nought);
    aud_set_bound(f, FB_FACT_CONSECUTIVE_NIGHTS, nights, !r->own->night || (nought && nights < RUN_MAX));
}

void aud_clock_facts(const struct aud_reader *r, struct fb_facts *f)
{
    struct aud_sums sums = {0};
    rest(r, f);
    seven_days(r, &sums, f);
    visa_week(r, &sums, f);
    average(r, &sums, f);
    rows_of_days(r, f);
    aud_assignment_facts(r, f);
    aud_beside_facts(r, f);
    fb_fact_set(f, FB_FACT_CLOCK_TRUSTS, sums.n_trusts);
}
