#include "tools/fairbank/rules/rules_diff.h"
#include <stdlib.h>
#include <string.h>

/* ---- rules ---- */

static const struct fb_rule *named(const struct fb_book *book, struct fb_span name)
{
    for (unsigned i = 0; i < book->n_rules; i++)
        if (fb_span_eq(book->rule[i].name, name))
            return &book->rule[i];
    return NULL;
}

/* Of IN the values, of MEMBER threes: trust, from, until. */
static size_t set_bytes(const struct fb_predicate *p) { return (p->op == FB_OP_MEMBER ? 3U : 1U) * p->n_set * sizeof *p->set; }

static bool same_predicates(const struct fb_predicate *a, const struct fb_predicate *b, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        if (a[i].fact != b[i].fact || a[i].op != b[i].op || a[i].a != b[i].a || a[i].b != b[i].b || a[i].n_set != b[i].n_set)
            return false;
        if (a[i].n_set > 0 && memcmp(a[i].set, b[i].set, set_bytes(&a[i])) != 0)
            return false;
    }
    return true;
}

static bool same_scope(const struct fb_scope *a, const struct fb_scope *b)
{
    return a->from == b->from && a->until == b->until && a->routes == b->routes && a->staff_groups == b->staff_groups &&
           a->trust == b->trust && fb_span_eq(a->site, b->site);
}

static bool same_answer(const struct fb_answer_policy *a, const struct fb_answer_policy *b)
{
    return a->roles == b->roles && a->second_roles == b->second_roles && a->own == b->own && a->retrospective == b->retrospective &&
           a->confirm_minutes == b->confirm_minutes;
}

static bool same_rule(const struct fb_rule *a, const struct fb_rule *b)
{
    if (!same_answer(&a->answer, &b->answer) || a->correction_days != b->correction_days || a->cross_trust != b->cross_trust)
        return false;
    return a->severity == b->severity && a->date_fact == b->date_fact && a->n_when == b->n_when && a->n_unless == b->n_unless &&
           same_scope(&a->scope, &b->scope) && fb_span_eq(a->audience, b->audience) && same_predicates(a->when, b->when, a->n_when) &&
           same_predicates(a->unless, b->unless, a->n_unless);
}

void diff_rules(const struct diff *d, diff_told *tell, void *ctx)
{
    for (unsigned i = 0; i < d->is->n_rules; i++) {
        const struct fb_rule *is = &d->is->rule[i], *was = named(d->was, is->name);
        if (was == NULL || !same_rule(was, is))
            tell(ctx, was == NULL ? "new" : "changed", is, d->is);
    }
    for (unsigned i = 0; i < d->was->n_rules; i++)
        if (named(d->is, d->was->rule[i].name) == NULL)
            tell(ctx, "gone", &d->was->rule[i], d->was);
}

/* ---- adoption ---- */

/* Every row of a pack's adoption stands on each of its cards, and a card may stand once for each of its trusts. */
static const struct fb_card *card_of(const struct fb_book *book, struct fb_span name, fb_code trust)
{
    for (unsigned i = 0; i < book->n_cards; i++)
        if (fb_span_eq(book->card[i].name, name) && (book->card[i].scope.trust == 0 || book->card[i].scope.trust == trust))
            return &book->card[i];
    return NULL;
}

static enum diff_state state_of(const struct fb_card *card, fb_code trust, fb_day day, uint16_t *origin)
{
    *origin = card == NULL ? FB_NO_ROW : card->origin;
    if (card == NULL)
        return DIFF_NO_CARD;
    if (card->n_adoptions == 0)
        return DIFF_NOT_KEPT;
    uint16_t row;
    enum fb_adoption state = fb_book_adoption(card, trust, day, &row);
    *origin = row != FB_NO_ROW ? row : *origin;
    return (enum diff_state)state;
}

static unsigned add_days(const struct fb_card *card, fb_code trust, fb_day *day, unsigned n, unsigned most)
{
    for (unsigned i = 0; card != NULL && i < card->n_adoptions && n < most; i++)
        if (card->adoption[i].trust == trust)
            day[n++] = card->adoption[i].from;
    if (card != NULL && n < most) /* before anybody said anything: from the card's own first day */
        day[n++] = card->scope.from;
    return n;
}

static int by_day(const void *a, const void *b)
{
    fb_day x = *(const fb_day *)a, y = *(const fb_day *)b;
    return (x > y) - (x < y);
}

static void add(struct diff *d, const struct diff_adoption *a)
{
    if (d->n_adoptions == DIFF_ADOPTIONS_MAX)
        d->full = true;
    else
        d->adoption[d->n_adoptions++] = *a;
}

/* A change is told on its first day; a card that only one side has is told of where somebody keeps book of its adoption. */
static void compare(struct diff *d, struct fb_span name, fb_code trust)
{
    enum { DAYS_MAX = 128 };
    fb_day day[DAYS_MAX];
    const struct fb_card *was = card_of(d->was, name, trust), *is = card_of(d->is, name, trust);
    unsigned n = add_days(is, trust, day, add_days(was, trust, day, 0, DAYS_MAX), DAYS_MAX);
    bool kept = (was != NULL && was->n_adoptions > 0) || (is != NULL && is->n_adoptions > 0);
    struct diff_adoption a = {.trust = trust, .card = name}, before = {.was = DIFF_NO_CARD, .is = DIFF_NO_CARD};
    qsort(day, n, sizeof day[0], by_day);
    for (unsigned i = 0; kept && i < n; i++) {
        uint16_t at_was, at_is;
        a.from = day[i];
        a.was = state_of(was, trust, day[i], &at_was);
        a.is = state_of(is, trust, day[i], &at_is);
        a.gone = is == NULL;
        a.origin = is == NULL ? at_was : at_is;
        if (a.was != a.is && (a.was != before.was || a.is != before.is))
            add(d, &a);
        before = a;
    }
}

/* The same name stands once for each trust: it is told of once. */
static bool is_first(const struct fb_book *book, unsigned card)
{
    for (unsigned i = 0; i < card; i++)
        if (fb_span_eq(book->card[i].name, book->card[card].name))
            return false;
    return true;
}

static void compare_all(struct diff *d, struct fb_span name)
{
    for (unsigned t = 0; t < d->n_trusts; t++)
        if (d->site[t].n == 0)
            compare(d, name, d->trust[t]);
}

void diff_adoptions(struct diff *d)
{
    for (unsigned i = 0; i < d->is->n_cards; i++)
        if (is_first(d->is, i))
            compare_all(d, d->is->card[i].name);
    for (unsigned i = 0; i < d->was->n_cards; i++) {
        bool both = false;
        for (unsigned k = 0; k < d->is->n_cards && !both; k++)
            both = fb_span_eq(d->is->card[k].name, d->was->card[i].name);
        if (!both && is_first(d->was, i))
            compare_all(d, d->was->card[i].name);
    }
}
