#include "tests/sim/auditor_diary.h"

/* The clock of an assignment, weeks by one agency, and what lies beside a shift. */

/* ---- the 12-week clock ---- */

static bool is_assignment(const struct aud_reader *r, const struct aud_stint *s)
{
    return s->route == FB_ROUTE_AGENCY && s->hirer == r->own->hirer && s->role == r->own->role &&
           aud_local_day(s->start) <= aud_local_day(r->own->start);
}

static bool works_on(const struct aud_reader *r, fb_day day)
{
    for (unsigned i = 0; i < r->n_shifts; i++)
        if (is_assignment(r, r->shift[i]) && aud_local_day(r->shift[i]->start) == day)
            return true;
    return false;
}

static bool is_called(fb_code code, struct fb_span name)
{
    char text[9];
    fb_code_format(text, code);
    return fb_span_is(name, text);
}

/* An employer speaks of its own post. It is a party to this work as the hirer, or as an agency that sends the worker here, now or in one
 * of the earlier shifts. */
static bool is_party(const struct aud_reader *r, fb_code employer)
{
    if (employer == r->own->hirer)
        return true;
    for (unsigned i = 0; i < r->n_shifts; i++) {
        const struct aud_stint *s = r->shift[i];
        bool earlier = s == r->own || aud_starts_before(s, r->own);
        if (earlier && is_assignment(r, s) && aud_local_day(s->start) >= aud_local_day(r->own->start) - 728 && is_called(employer, s->agency))
            return true;
    }
    return false;
}

static bool is_absent(const struct aud_reader *r, fb_day day, unsigned kind)
{
    for (unsigned i = 0; i < r->n_absences; i++) {
        const struct fb_absence *a = r->absence[i];
        if (a->kind == kind && a->from <= day && day < a->until && (a->employer == 0 || is_party(r, a->employer)))
            return true;
    }
    return false;
}

static bool runs_on(const struct aud_reader *r, fb_day day)
{
    for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++)
        if (r->clocks->absence[kind].effect == FB_CLOCK_EFFECT_RUNS && is_absent(r, day, kind))
            return true;
    return false;
}

/* The days of a break that are accounted for by absences: one that runs before one that pauses without end, before one whose
 * days are numbered; of equals the first kind. */
static int64_t explained(const struct aud_reader *r, fb_day first, fb_day until)
{
    int64_t used[FB_ABSENCE_KIND_END] = {0}, n = 0;
    for (fb_day d = first; d < until; d++) {
        unsigned by = 0, worth = 0;
        for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++) {
            int64_t most = r->clocks->absence[kind].weeks_max * 7;
            bool runs = r->clocks->absence[kind].effect == FB_CLOCK_EFFECT_RUNS,
                 pauses = r->clocks->absence[kind].effect == FB_CLOCK_EFFECT_PAUSES && (most == 0 || used[kind] < most);
            unsigned is = !is_absent(r, d, kind) ? 0 : runs ? 3 : !pauses ? 0 : most == 0 ? 2 : 1;
            if (is > worth) {
                by = kind;
                worth = is;
            }
        }
        used[by]++;
        n += by != 0;
    }
    return n;
}

/* Periods of seven days from a day on that hold work, or a day of an absence that runs. */
static int64_t periods(const struct aud_reader *r, fb_day begin, fb_day grid, fb_day today)
{
    int64_t weeks = 0;
    for (fb_day from = grid; from <= today; from += 7) {
        bool any = false;
        for (fb_day d = from; d < from + 7 && d <= today; d++)
            any |= d >= begin && (works_on(r, d) || runs_on(r, d));
        weeks += any;
    }
    return weeks;
}

static void assignment(const struct aud_reader *r, struct fb_facts *f)
{
    fb_day today = aud_local_day(r->own->start), begin = 0, last = 0;
    int64_t weeks = 0;
    if (r->own->route != FB_ROUTE_AGENCY || r->own->role == 0 || r->clocks->assignment_reset_weeks == 0)
        return;
    for (fb_day d = today - 728; d <= today; d++) {
        if (!works_on(r, d))
            continue;
        int64_t gap = last == 0 ? INT32_MAX : d - last - 1;
        if (last == 0 || (gap > r->clocks->assignment_reset_weeks * 7 && gap - explained(r, last + 1, d) > 6))
            begin = d;
        last = d;
    }
    /* What was worked before everything was told would have to lie beyond a break that sets the clock back. */
    fb_day from = r->clocks->fed_from > today - 728 ? r->clocks->fed_from : today - 728;
    bool told = begin - from > r->clocks->assignment_reset_weeks * 7 && begin - from - explained(r, from, begin) > 6;
    for (fb_day by = 0; by < (told ? 1 : 7); by++) {
        int64_t n = periods(r, begin, begin - by, today);
        weeks = by == 0 || n < weeks ? n : weeks;
    }
    aud_set_bound(f, FB_FACT_ASSIGNMENT_WEEKS, weeks, told);
}

static void same_agency(const struct aud_reader *r, struct fb_facts *f)
{
    fb_day last = aud_monday(aud_local_day(r->own->start));
    int64_t weeks = 0;
    if (r->own->route != FB_ROUTE_AGENCY || r->own->agency.n == 0)
        return;
    for (fb_day monday = last - 25 * 7; monday <= last; monday += 7) {
        bool any = false;
        for (unsigned i = 0; i < r->n_shifts; i++) {
            const struct aud_stint *s = r->shift[i];
            any |= s->route == FB_ROUTE_AGENCY && s->hirer == r->own->hirer && fb_span_eq(s->agency, r->own->agency) &&
                   aud_monday(aud_local_day(s->start)) == monday;
        }
        weeks += any;
    }
    aud_set_bound(f, FB_FACT_SAME_AGENCY_WEEKS, weeks, r->clocks->fed_from <= last - 25 * 7);
}

void aud_assignment_facts(const struct aud_reader *r, struct fb_facts *f)
{
    assignment(r, f);
    same_agency(r, f);
}

/* ---- beside each other ---- */

static bool is_twin(const struct aud_reader *r, const struct aud_stint *s)
{
    return s != r->own && aud_overlaps(s, r->own) && s->hirer == r->own->hirer && s->unit.n > 0 && fb_span_eq(s->unit, r->own->unit);
}

void aud_beside_facts(const struct aud_reader *r, struct fb_facts *f)
{
    int64_t minutes = 0, nearest = -1;
    bool elsewhere = false, twin = false;
    for (int64_t m = r->own->start; m < r->own->end; m++) {
        bool is = false;
        for (unsigned i = 0; i < r->n_shifts && !is; i++)
            is = r->shift[i] != r->own && !is_twin(r, r->shift[i]) && r->shift[i]->start <= m && m < r->shift[i]->end;
        minutes += is;
    }
    for (unsigned i = 0; i < r->n_shifts; i++) {
        const struct aud_stint *s = r->shift[i];
        if (s == r->own)
            continue;
        twin |= is_twin(r, s);
        elsewhere |= aud_overlaps(s, r->own) && s->hirer != r->own->hirer;
        bool here = s->hirer == r->own->hirer && s->unit.n > 0 && fb_span_eq(s->unit, r->own->unit) && fb_span_eq(s->agency, r->own->agency);
        int64_t gap = s->start >= r->own->end ? s->start - r->own->end : r->own->start - s->end;
        if (here && !aud_overlaps(s, r->own) && gap <= 1440 && (nearest < 0 || gap < nearest))
            nearest = gap;
    }
    aud_set_bound(f, FB_FACT_OVERLAP_MINUTES, minutes, r->clocks->fed_from <= aud_local_day(r->own->start) - FB_SHIFT_MINUTES_MAX / 1440); /* who began before is told of */
    if (minutes > 0)
        fb_fact_set(f, FB_FACT_OVERLAP_ELSEWHERE, elsewhere);
    fb_fact_set(f, FB_FACT_TWIN_SUSPECTED, twin);
    if (nearest >= 0)
        fb_fact_set(f, FB_FACT_GAP_HERE_MINUTES, nearest);
    else if (r->own->unit.n > 0)
        fb_fact_set_at_least(f, FB_FACT_GAP_HERE_MINUTES, 1440);
}
