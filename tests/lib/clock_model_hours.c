#include "tests/lib/clock_model_steps.h"
#include "engine/base/check.h"

/* What is told of hours in posts of their own, and whether all of it is told: a day and an employer at a time. */

fb_day fb_model__monday_of(fb_day day)
{
    while (fb_day_weekday(day) != 0)
        day--;
    return day;
}

const struct fb_diary_row *fb_model__rows(const struct model *m, enum fb_diary_sort sort, unsigned *n)
{
    *n = m->d->view.n[sort];
    return m->d->row[sort];
}

/* What counts of one employer's week; -1: nothing is said. */
int64_t fb_model__hours_at(const struct model *m, fb_day monday, fb_code employer)
{
    unsigned n;
    int64_t best = -1;
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_HOURS, &n);
    for (uint8_t kind = FB_HOURS_KIND_WORKED; kind <= FB_HOURS_KIND_CONTRACTED && best < 0; kind++)
        for (unsigned i = 0; i < n; i++)
            if (r[i].kind == kind && r[i].stint.hirer == employer &&
                r[i].stint.start_min == (uint32_t)monday * DAY && r[i].stint.minutes > best)
                best = r[i].stint.minutes;
    return best;
}

const char *const fb_model__employers[FB_MODEL_EMPLOYERS] = {"RTH", "RXQ", "RYR"};

static bool worked_is_said(const struct model *m, fb_day monday, fb_code employer)
{
    unsigned n;
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_HOURS, &n);
    for (unsigned i = 0; i < n; i++)
        if (r[i].kind == FB_HOURS_KIND_WORKED && r[i].stint.hirer == employer && r[i].stint.start_min == (uint32_t)monday * DAY)
            return true;
    return false;
}

static bool is_away_from(const struct model *m, fb_day day, fb_code employer)
{
    unsigned n;
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_ABSENCES, &n);
    for (unsigned i = 0; i < n; i++)
        if ((r[i].stint.hirer == 0 || r[i].stint.hirer == employer) && r[i].stint.start_min <= (uint32_t)day * DAY &&
            r[i].stint.end_min > (uint32_t)day * DAY)
            return true;
    return false;
}

int64_t fb_model__begin_of(fb_day day)
{
    int64_t at[2];
    unsigned n = fb_london_instants((int64_t)day * DAY, at);
    fb_assert(n == 1);
    return at[0];
}

/* What was surely worked of it: as many minutes as the days away have are taken off. *open: and perhaps
 * more. -1: nothing is said. */
int64_t fb_model__surely_at(const struct model *m, fb_day monday, fb_code employer, bool *open)
{
    int64_t minutes = fb_model__hours_at(m, monday, employer), away = 0;
    unsigned days = 0;
    if (minutes <= 0 || worked_is_said(m, monday, employer))
        return minutes;
    for (fb_day day = monday; day < monday + 7; day++) {
        bool out = is_away_from(m, day, employer);
        days += out;
        away += out ? fb_model__begin_of(day + 1) - fb_model__begin_of(day) : 0;
    }
    if (m->d->view.cut && m->d->view.n[FB_DIARY_ABSENCES] == 0) { /* they may have been left out */
        *open = true;
        return 0;
    }
    *open = *open || (days > 0 && days < 7);
    return days == 7 || minutes < away ? 0 : minutes - away;
}

/* *open: it may be more. */
int64_t fb_model__hours_of(const struct model *m, fb_day monday, bool *told, bool *open)
{
    int64_t sum = 0;
    *told = false;
    for (unsigned i = 0; i < 3; i++) {
        int64_t one = fb_model__surely_at(m, monday, fb_code_of(fb_model__employers[i]), open);
        *told |= one >= 0;
        sum += one > 0 ? one : 0;
    }
    return sum;
}

static bool post_on(const struct model *m, fb_day day, fb_code employer)
{
    unsigned n;
    const struct fb_diary_row *r = fb_model__rows(m, FB_DIARY_FACTS, &n);
    for (unsigned i = 0; i < n; i++)
        if (r[i].kind == FB_FACT_KIND_SUBSTANTIVE_POST && r[i].status <= FB_FACT_STATUS_CONDITIONS && r[i].stint.hirer == employer &&
            r[i].stint.start_min <= (uint32_t)day * DAY && r[i].stint.end_min > (uint32_t)day * DAY)
            return true;
    return false;
}

/* An employer in whose post they were that week, and who says nothing of it. */
static bool is_silent(const struct model *m, fb_day monday)
{
    for (unsigned i = 0; i < 3; i++)
        for (fb_day day = monday; day < monday + 7; day++)
            if (post_on(m, day, fb_code_of(fb_model__employers[i])) && fb_model__hours_at(m, monday, fb_code_of(fb_model__employers[i])) < 0)
                return true;
    return false;
}

/* All is told of all weeks that these days touch; with nought: and no hours. */
bool fb_model__all_told(const struct model *m, fb_day from, fb_day first, fb_day last, bool nought)
{
    if (m->d->view.cut || m->c->fed_from > from)
        return false;
    for (fb_day w = fb_model__monday_of(first); w <= last; w += 7) {
        bool told, open = false;
        if ((fb_model__hours_of(m, w, &told, &open) > 0 || open) && nought)
            return false;
        if (!told || is_silent(m, w))
            return false;
    }
    return true;
}

/* Nobody knows of a post in these days. */
bool fb_model__no_post(const struct model *m, fb_day from, fb_day until)
{
    for (fb_day day = from; day < until; day++)
        for (unsigned i = 0; i < 3; i++)
            if (post_on(m, day, fb_code_of(fb_model__employers[i])))
                return false;
    return true;
}
