#include "engine/pack/draft.h"

int fb_draft_grade(const struct fb_draft *draft, struct fb_span word)
{
    fb_code code;
    int i = 0;
    if (fb_code_parse(&code, word) != FB_OK)
        return -1;
    FB_EACH(draft->grades, struct fb_draft_grade, g)
    {
        if (g->grade.code == code)
            return i;
        i++;
    }
    return -1;
}

int fb_draft_category(const struct fb_draft *draft, struct fb_span word)
{
    fb_code code;
    if (fb_code_parse(&code, word) != FB_OK)
        return -1;
    for (unsigned i = 0; i < draft->n_categories; i++) {
        if (draft->category[i] == code)
            return (int)i;
    }
    return -1;
}

int fb_draft_zone(const struct fb_draft *draft, struct fb_span word)
{
    fb_code code;
    if (fb_code_parse(&code, word) != FB_OK)
        return -1;
    for (unsigned i = 0; i < draft->n_zones; i++) {
        if (draft->zone[i] == code)
            return (int)i;
    }
    return -1;
}

int fb_draft_rate_table(const struct fb_draft *draft, unsigned pack, struct fb_span name)
{
    int i = 0;
    FB_EACH(draft->tables, struct fb_draft_rate_table, t)
    {
        if (t->pack == pack && fb_span_eq(t->name, name))
            return i;
        i++;
    }
    return -1;
}

int fb_draft_counter(const struct fb_draft *draft, struct fb_span name)
{
    int i = 0;
    FB_EACH(draft->counters, struct fb_draft_counter, c)
    {
        if (fb_span_eq(c->counter.name, name))
            return i;
        i++;
    }
    return -1;
}

enum fb_fact fb_draft_category_fact(const struct fb_draft *draft, struct fb_span word, bool *beyond)
{
    static const struct {
        const char *begin;
        enum fb_fact first;
    } kinds[] = {{"minutes_in_", FB_FACT_MINUTES_IN_1},
                 {"charge_hour_in_", FB_FACT_CHARGE_HOUR_IN_1},
                 {"pay_hour_in_", FB_FACT_PAY_HOUR_IN_1}};
    *beyond = false;
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fb_span begin = fb_span_of(kinds[i].begin);
        if (word.n <= begin.n || !fb_span_eq((struct fb_span){word.p, begin.n}, begin))
            continue;
        int c = fb_draft_category(draft, (struct fb_span){word.p + begin.n, word.n - begin.n});
        *beyond = c < 0 || c > FB_FACT_MINUTES_IN_4 - FB_FACT_MINUTES_IN_1;
        return *beyond ? FB_FACT_COUNT : (enum fb_fact)((unsigned)kinds[i].first + (unsigned)c);
    }
    return FB_FACT_COUNT;
}

fb_code fb_draft_grade_code(const struct fb_draft *draft, unsigned grade)
{
    const struct fb_draft_grade *g = draft->grades.item;
    return grade < draft->grades.n ? g[grade].grade.code : 0;
}

static bool holds(const struct fb_standing *s, fb_day day)
{
    return s->from <= day && day < s->until;
}

const struct fb_draft_hourly *fb_draft_hourly_on(const struct fb_draft *draft, uint8_t family, fb_day day)
{
    FB_EACH(draft->hourlies, struct fb_draft_hourly, h)
    {
        if (h->family == family && holds(&h->standing, day))
            return h;
    }
    return NULL;
}

const struct fb_draft_percent *fb_draft_percent_on(const struct fb_draft *draft, struct fb_span name,
                                                   unsigned grade, fb_day day)
{
    if (fb_span_is(name, "none"))
        return &draft->no_percent;
    FB_EACH(draft->enhancements, struct fb_draft_enhancement, e)
    {
        if (!fb_span_eq(e->name, name) || !holds(&e->standing, day))
            continue;
        FB_EACH(e->percents, struct fb_draft_percent, p)
        {
            if ((p->grades >> grade & 1) != 0)
                return p;
        }
    }
    return NULL;
}
