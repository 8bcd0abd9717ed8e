#include "tools/fairbank/spread.h"
#include "engine/base/money.h"
#include <stdlib.h>
#include <string.h>

bool paid_add(struct paid_list *l, const struct paid *p)
{
    if (l->n == l->room) {
        unsigned room = l->room == 0 ? 4096 : 2 * l->room;
        struct paid *at = realloc(l->at, room * sizeof *at);
        if (at == NULL)
            return false;
        l->at = at;
        l->room = room;
    }
    l->at[l->n++] = *p;
    return true;
}

static int by_place(const void *a, const void *b)
{
    const struct paid *x = a, *y = b;
    if (x->grade_at != y->grade_at)
        return x->grade_at < y->grade_at ? -1 : 1;
    if (x->category != y->category)
        return x->category < y->category ? -1 : 1;
    if (x->trust != y->trust)
        return x->trust < y->trust ? -1 : 1;
    if (x->paid_e4 != y->paid_e4)
        return x->paid_e4 < y->paid_e4 ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

void paid_sort(struct paid_list *l)
{
    if (l->n > 0)
        qsort(l->at, l->n, sizeof *l->at, by_place);
}

int64_t spread_quantile(const struct paid *at, unsigned n, int64_t num, int64_t den)
{
    int64_t total = 0, seen = 0;
    for (unsigned i = 0; i < n; i++)
        total += at[i].minutes;
    for (unsigned i = 0; i < n; i++) {
        seen += at[i].minutes;
        if (seen * den >= total * num)
            return at[i].paid_e4;
    }
    return n == 0 ? -1 : at[n - 1].paid_e4;
}

/* Half up, away from nought for what is below it. */
static int64_t rounded(int64_t v, int64_t by)
{
    return v >= 0 ? (v + by / 2) / by : -((-v + by / 2) / by);
}

void spread_of(const struct paid *at, unsigned n, struct spread *out)
{
    int64_t card = 0, card_minutes = 0, difference = 0;
    *out = (struct spread){.card_e4 = -1, .shifts = n};
    if (n == 0)
        return;
    out->trust = at[0].trust;
    out->grade = at[0].grade;
    out->category = at[0].category;
    for (unsigned i = 0; i < n; i++) {
        out->minutes += at[i].minutes;
        if (at[i].card_e4 < 0)
            continue;
        card += at[i].card_e4 / 100 * at[i].minutes; /* whole pence: a mean of rates, not an amount */
        card_minutes += at[i].minutes;
        difference += at[i].difference_e4;
    }
    if (card_minutes > 0)
        out->card_e4 = rounded(card, card_minutes) * 100;
    if (card > 0)
        out->against_e1 = (int64_t)((fb_i128)difference * 600 / card); /* 1/100 penny over pence x minutes an hour, as tenths of a per cent */
    out->lower_e4 = spread_quantile(at, n, 1, 4);
    out->median_e4 = spread_quantile(at, n, 1, 2);
    out->upper_e4 = spread_quantile(at, n, 3, 4);
    out->difference_pence = rounded(difference, 100);
}
