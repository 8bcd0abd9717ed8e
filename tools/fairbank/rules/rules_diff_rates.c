#include "tools/fairbank/rules/rules_diff.h"
#include <stdlib.h>
#include <string.h>

/* A change that another trust has as well is one row with both of them. */
static void add(struct diff *d, const struct diff_rate *r, unsigned trust)
{
    for (unsigned i = d->n; i-- > 0;) {
        struct diff_rate *held = &d->rate[i];
        if (held->cap == r->cap && held->group == r->group && held->grade == r->grade && held->category == r->category &&
            held->person == r->person && held->from == r->from && held->was_e4 == r->was_e4 && held->is_e4 == r->is_e4) {
            held->trusts |= (uint64_t)1 << trust;
            return;
        }
    }
    if (d->n == d->room) {
        unsigned room = d->room == 0 ? 256 : 2 * d->room;
        struct diff_rate *more = room > 65536 ? NULL : realloc(d->rate, room * sizeof *more);
        if (more == NULL) {
            d->full = true;
            return;
        }
        d->rate = more;
        d->room = room;
    }
    d->rate[d->n] = *r;
    d->rate[d->n++].trusts = (uint64_t)1 << trust;
}

struct pair {
    int64_t was, is;
};
/* What the day before had: a change is told on its first day only. */
struct before {
    struct pair card[PROBE_PERSONS][FB_CATEGORIES_MAX], cap[FB_CATEGORIES_MAX];
};

static int64_t rate_of(const struct fb_book *book, const int64_t *hour_e4, bool known, fb_code category)
{
    int c = fb_book_category(book, category);
    return c < 0 || !known || hour_e4[c] < 0 ? FB_ABSENT : hour_e4[c];
}

static void compare(struct diff *d, struct diff_rate *r, unsigned trust, struct pair now, struct pair *before)
{
    bool same_as_before = before->was == now.was && before->is == now.is;
    *before = now;
    if (now.was == now.is || same_as_before)
        return;
    r->was_e4 = now.was;
    r->is_e4 = now.is;
    add(d, r, trust);
}

static bool price(const struct fb_book *book, const struct probe *p, fb_code grade, struct fb_price *out)
{
    int g = fb_book_grade(book, grade);
    struct probe own = *p;
    if (g < 0)
        return false;
    own.grade = (unsigned)g;
    probe_price(book, &own, out);
    return true;
}

/* Groups that share their card (or their cap) in both books on that day say the same: the first speaks for them. */
static bool speaks(const struct diff *d, const struct probe *p, bool cap)
{
    struct fb_where mine = {p->trust, p->site, p->group, p->day};
    for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < (unsigned)p->group; g++) {
        struct fb_where other = mine;
        other.group = (enum fb_staff_group)g;
        bool same = cap ? fb_book_cap(d->was, &mine) == fb_book_cap(d->was, &other) && fb_book_cap(d->is, &mine) == fb_book_cap(d->is, &other)
                        : fb_book_card(d->was, &mine) == fb_book_card(d->was, &other) && fb_book_card(d->is, &mine) == fb_book_card(d->is, &other);
        if (same)
            return false;
    }
    return true;
}

static void ask_card(struct diff *d, struct diff_rate *r, const struct probe *p, unsigned trust, struct before *before)
{
    struct fb_price was, is;
    bool had = price(d->was, p, r->grade, &was), has = price(d->is, p, r->grade, &is);
    r->cap = false;
    for (unsigned c = 0; c < d->is->n_categories; c++) {
        r->category = d->is->category[c];
        struct pair card = {had ? rate_of(d->was, was.card.hour_e4, was.card.known, r->category) : FB_ABSENT,
                            has ? rate_of(d->is, is.card.hour_e4, is.card.known, r->category) : FB_ABSENT};
        compare(d, r, trust, card, &before->card[p->person][c]);
    }
}

static void ask_cap(struct diff *d, struct diff_rate *r, const struct probe *p, unsigned trust, struct before *before)
{
    struct fb_price was, is;
    bool had = price(d->was, p, r->grade, &was), has = price(d->is, p, r->grade, &is);
    r->cap = true;
    for (unsigned c = 0; c < d->is->n_categories; c++) {
        r->category = d->is->category[c];
        struct pair cap = {had ? rate_of(d->was, was.cap.hour_e4, true, r->category) : FB_ABSENT,
                           has ? rate_of(d->is, is.cap.hour_e4, true, r->category) : FB_ABSENT};
        compare(d, r, trust, cap, &before->cap[c]);
    }
}

static void ask_days(struct diff *d, unsigned trust, enum fb_staff_group group, unsigned grade)
{
    struct before before;
    struct diff_rate r = {.group = group, .grade = d->is->grade[grade].code};
    for (unsigned i = 0; i < PROBE_PERSONS; i++)
        for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
            before.card[i][c] = before.cap[c] = (struct pair){FB_ABSENT, FB_ABSENT};
    for (unsigned i = 0; i < d->n_days; i++) {
        struct probe p = {.trust = d->trust[trust], .site = d->site[trust], .group = group, .day = d->day[i]};
        bool card = speaks(d, &p, false), cap = speaks(d, &p, true);
        r.from = p.day;
        for (unsigned person = 0; card && person < PROBE_PERSONS; person++) {
            p.person = r.person = (enum probe_person)person;
            ask_card(d, &r, &p, trust, &before);
        }
        p.person = r.person = PROBE_BANK_ONLY;
        if (cap)
            ask_cap(d, &r, &p, trust, &before);
    }
}

static int by_place(const void *a, const void *b)
{
    const struct diff_rate *x = a, *y = b;
    const int64_t order[] = {x->cap - y->cap, (int64_t)x->from - y->from, (int64_t)x->group - (int64_t)y->group,
                             (x->grade > y->grade) - (x->grade < y->grade), (int64_t)x->person - (int64_t)y->person};
    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++)
        if (order[i] != 0)
            return order[i] < 0 ? -1 : 1;
    return (x->category > y->category) - (x->category < y->category);
}

static void add_site(struct diff *d, fb_code trust, struct fb_span site)
{
    bool held = trust == 0 || site.n == 0 || d->n_trusts == DIFF_TRUSTS_MAX;
    for (unsigned i = 0; i < d->n_trusts; i++)
        held = held || (d->trust[i] == trust && fb_span_eq(d->site[i], site));
    if (held)
        return;
    d->trust[d->n_trusts] = trust;
    d->site[d->n_trusts++] = site;
}

static void add_sites(struct diff *d, const struct fb_book *book)
{
    for (unsigned i = 0; i < book->n_cards; i++)
        add_site(d, book->card[i].scope.trust, book->card[i].scope.site);
    for (unsigned i = 0; i < book->n_caps; i++)
        add_site(d, book->cap[i].scope.trust, book->cap[i].scope.site);
    for (unsigned i = 0; i < book->n_zone_rows; i++)
        add_site(d, book->zone_row[i].trust, book->zone_row[i].site);
}

void diff_rates(struct diff *d)
{
    d->n_trusts = probe_trusts(d->was, d->trust, 0, DIFF_TRUSTS_MAX);
    d->n_trusts = probe_trusts(d->is, d->trust, d->n_trusts, DIFF_TRUSTS_MAX);
    if (d->n_trusts == 0)
        d->trust[d->n_trusts++] = 0; /* packs that name no trust speak of every one */
    add_sites(d, d->was);
    add_sites(d, d->is);
    d->n_days = probe_days(d->was, d->day, 0, sizeof d->day / sizeof d->day[0]);
    d->n_days = probe_days(d->is, d->day, d->n_days, sizeof d->day / sizeof d->day[0]);
    for (unsigned t = 0; t < d->n_trusts; t++)
        for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < FB_STAFF_GROUP_END; g++)
            for (unsigned grade = 0; grade < d->is->n_grades; grade++)
                ask_days(d, t, (enum fb_staff_group)g, grade);
    if (d->n > 0)
        qsort(d->rate, d->n, sizeof *d->rate, by_place);
}
