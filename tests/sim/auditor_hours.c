#include "tests/sim/auditor_diary.h"

/* What is told of hours in posts of their own, and whether all of it is told. */

static unsigned worth(enum fb_hours_kind kind)
{
    return kind == FB_HOURS_KIND_WORKED ? 3 : kind == FB_HOURS_KIND_ROSTERED ? 2 : 1;
}

/* The record that speaks best of one employer and week; NULL: none does. */
static const struct fb_substantive_hours *best_of(const struct aud_reader *r, fb_code employer, fb_day monday)
{
    const struct fb_substantive_hours *best = NULL;
    for (unsigned i = 0; i < r->n_hours; i++) {
        const struct fb_substantive_hours *h = r->hours[i];
        if (h->employer != employer || h->week != monday)
            continue;
        if (best == NULL || worth(h->kind) > worth(best->kind) ||
            (worth(h->kind) == worth(best->kind) && h->minutes > best->minutes))
            best = h;
    }
    return best;
}

static bool is_off(const struct aud_reader *r, fb_code employer, fb_day day)
{
    for (unsigned i = 0; i < r->n_absences; i++) {
        const struct fb_absence *a = r->absence[i];
        if (a->from <= day && day < a->until && (a->employer == employer || a->employer == 0))
            return true;
    }
    return false;
}

int64_t aud_midnight(fb_day day)
{
    int64_t minute = (int64_t)day * 1440;
    return minute - fb_london_offset_min(minute - 60);
}

/* What is said of one employer and week; -1: nothing. A roster or a contract says what should have been worked: of that only as much
 * counts as does not fit into the days off, and where there were days off and days at work it is *vague. */
int64_t aud_stated(const struct aud_reader *r, fb_code employer, fb_day monday, bool *vague)
{
    const struct fb_substantive_hours *best = best_of(r, employer, monday);
    int64_t off = 0, week = aud_midnight(monday + 7) - aud_midnight(monday);
    if (best == NULL || best->kind == FB_HOURS_KIND_WORKED || best->minutes == 0)
        return best == NULL ? -1 : best->minutes;
    for (fb_day day = monday; day < monday + 7; day++)
        if (is_off(r, employer, day))
            off += aud_midnight(day + 1) - aud_midnight(day);
    *vague |= off > 0 && off < week;
    return off < week && best->minutes > off ? best->minutes - off : 0;
}

/* A post of their own at an employer that has a name, on some of these days. */
static bool is_post(const struct fb_worker_fact *f, fb_day from, fb_day until)
{
    return f->kind == FB_FACT_KIND_SUBSTANTIVE_POST && (f->status == FB_FACT_STATUS_VALID || f->status == FB_FACT_STATUS_CONDITIONS) &&
           f->employer != 0 && f->from < until && f->until > from;
}

/* An employer who keeps a post for them in that week and says nothing of it. */
static bool is_silent(const struct aud_reader *r, fb_day monday)
{
    for (unsigned i = 0; i < r->n_facts; i++)
        if (is_post(r->fact[i], monday, monday + 7) && best_of(r, r->fact[i]->employer, monday) == NULL)
            return true;
    return false;
}

/* Of the records of one employer and week the first that is met. */
bool aud_first_of(const struct aud_reader *r, unsigned i)
{
    for (unsigned k = 0; k < i; k++)
        if (r->hours[k]->week == r->hours[i]->week && r->hours[k]->employer == r->hours[i]->employer)
            return false;
    return true;
}

/* The sum over employers; *any: something is said at all. *vague: it may be more. */
int64_t aud_hours_of(const struct aud_reader *r, fb_day monday, bool *any, bool *vague)
{
    int64_t sum = 0;
    *any = false;
    for (unsigned i = 0; i < r->n_hours; i++) {
        if (r->hours[i]->week != monday || !aud_first_of(r, i))
            continue;
        *any = true;
        sum += aud_stated(r, r->hours[i]->employer, monday, vague);
    }
    return sum;
}

/* Everything is told of these weeks, and of shifts of so many days before that may reach into them; *nought: and nobody
 * worked in a post of their own. */
bool aud_told_into(const struct aud_reader *r, fb_day first, fb_day last, fb_day reach, bool *nought)
{
    bool told = r->clocks->fed_from <= first - reach, any, vague = false;
    *nought = true;
    for (fb_day monday = aud_monday(first); monday <= last; monday += 7) {
        *nought &= aud_hours_of(r, monday, &any, &vague) == 0 && !vague;
        told &= any && !is_silent(r, monday);
    }
    *nought &= told;
    return told;
}

bool aud_told(const struct aud_reader *r, fb_day first, fb_day last, bool *nought)
{
    return aud_told_into(r, first, last, 0, nought);
}

/* A post is known of in these days: nobody begins with the first thing that is told of the work in it. */
bool aud_has_post(const struct aud_reader *r, fb_day from, fb_day until)
{
    for (unsigned i = 0; i < r->n_facts; i++)
        if (is_post(r->fact[i], from, until))
            return true;
    return false;
}
