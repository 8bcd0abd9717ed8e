#include "tests/sim/auditor_ceilings.h"
#include "engine/base/check.h"
#include <stdlib.h>

enum { PLACES_MAX = 512, SHARES_MAX = 4096 };
struct aud_spending {
    unsigned n;
    uint64_t journal;
    uint32_t issue; /* as the feed told it; 0: none yet */
    struct place {
        fb_code trust;
        fb_day month;
        int64_t committed, worked;
        bool over; /* as the feed told it */
    } place[PLACES_MAX];
    unsigned n_shares;
    struct share {
        uint32_t subject;
        fb_code trust;
        uint8_t stage;
        fb_day month;
        int64_t pence;
    } share[SHARES_MAX]; /* what each shift has in each month, as the feed told it */
};

struct aud_spending *aud_spending_open(void)
{
    struct aud_spending *s = calloc(1, sizeof *s);
    fb_assert(s != NULL);
    return s;
}

void aud_spending_close(struct aud_spending *s)
{
    free(s);
}

static struct place *place_of(struct aud_spending *s, fb_code trust, fb_day month)
{
    for (unsigned i = 0; i < s->n; i++)
        if (s->place[i].trust == trust && s->place[i].month == month)
            return &s->place[i];
    fb_assert(s->n < PLACES_MAX);
    s->place[s->n] = (struct place){.trust = trust, .month = month};
    return &s->place[s->n++];
}

static struct share *share_of(struct aud_spending *s, const struct fb_event *e, fb_day month)
{
    for (unsigned i = 0; i < s->n_shares; i++) {
        struct share *x = &s->share[i];
        if (x->subject == e->subject && x->trust == e->trust && x->stage == e->stage && x->month == month)
            return x;
    }
    fb_assert(s->n_shares < SHARES_MAX);
    s->share[s->n_shares] = (struct share){e->subject, e->trust, e->stage, month, 0};
    return &s->share[s->n_shares++];
}

/* What is taken back says the day that the shift has now; one that was put off into another month is taken out of where it stood. */
static fb_day month_of(struct aud_spending *s, const struct fb_event *e)
{
    fb_day month = aud_month(e->shift_day);
    for (unsigned i = 0; i < s->n_shares && e->delta_pence < 0; i++) {
        const struct share *x = &s->share[i];
        if (x->subject == e->subject && x->trust == e->trust && x->stage == e->stage && x->month != month && x->pence > 0)
            month = x->month;
    }
    share_of(s, e, month)->pence += e->delta_pence;
    return month;
}

/* The last row that fits; false: the rules of the issue have none. */
static bool ceiling_of(const struct auditor *a, uint32_t issue, const struct place *p, int64_t *spent, int64_t *ceiling)
{
    const struct fb_book *book = issue == 0 ? NULL : a->issue[issue];
    for (unsigned i = book == NULL ? 0 : book->n_agency_ceilings; i-- > 0;) {
        const struct fb_agency_ceiling *row = &book->agency_ceiling[i];
        if ((row->trust != 0 && row->trust != p->trust) || p->month < row->from || p->month >= row->until)
            continue;
        *spent = row->stage == FB_STAGE_WORKED ? p->worked : p->committed;
        *ceiling = row->pence;
        return true;
    }
    return false;
}

/* An entry is over: everything was told that there is to tell of it. */
static void check_places(struct auditor *a, const struct aud_spending *s)
{
    for (unsigned i = 0; i < s->n; i++) {
        const struct place *p = &s->place[i];
        int64_t spent = 0, ceiling = 0;
        bool over = ceiling_of(a, s->issue, p, &spent, &ceiling) && spent > ceiling;
        if (over != p->over)
            (void)auditor_differs(a, over ? "ceiling.passed that nobody told, in pence" : "ceiling.cleared that nobody told, in pence", ceiling, spent);
    }
}

static void hear_ceiling(struct auditor *a, struct aud_spending *s, const struct fb_event *e)
{
    struct place *p = place_of(s, e->trust, e->posted);
    bool passed = e->kind == FB_EVENT_CEILING_PASSED;
    int64_t spent = 0, ceiling = 0;
    bool known = ceiling_of(a, s->issue, p, &spent, &ceiling);
    if (p->over == passed)
        (void)auditor_differs(a, "ceiling.* told twice, of the month beginning on day", !passed, e->posted);
    if ((known && (e->pence != spent || e->delta_pence != spent - ceiling)) || (passed && !known))
        (void)auditor_differs(a, "pence of ceiling.*", spent, e->pence);
    if (e->issue != s->issue || e->route != FB_ROUTE_AGENCY || e->shadow || (passed && e->delta_pence <= 0))
        (void)auditor_differs(a, "issue or place of ceiling.*", s->issue, e->issue);
    p->over = passed;
    a->met->ceilings[passed]++;
}

void aud_hear_spending(struct auditor *a, struct aud_spending *s, const struct fb_event *e)
{
    if (e->journal != s->journal)
        check_places(a, s);
    s->journal = e->journal;
    if (e->kind == FB_EVENT_RULES_ISSUED)
        s->issue = e->issue;
    if (e->kind == FB_EVENT_CEILING_PASSED || e->kind == FB_EVENT_CEILING_CLEARED)
        hear_ceiling(a, s, e);
    if (e->kind != FB_EVENT_SPEND_POSTED || e->detail != FB_MEASURE_PENCE || e->route != FB_ROUTE_AGENCY || e->shadow)
        return;
    struct place *p = place_of(s, e->trust, month_of(s, e));
    if (e->stage == FB_STAGE_COMMITTED)
        p->committed += e->delta_pence;
    if (e->stage == FB_STAGE_WORKED)
        p->worked += e->delta_pence;
}

void aud_spending_compare(struct auditor *a, struct aud_spending *s)
{
    check_places(a, s);
}
