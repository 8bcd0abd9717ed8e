/* Every hour that a card pays for, asked of the core's own pricing: each of its bands, kinds of worker and
 * categories, on each day on which anything begins or ends. What is found is true of a shift that somebody
 * could work.
 *
 * Floors: one without an area is the law everywhere, and pay below it is an error, unless the floor itself
 * rests on memory (unverified). One whose area names zones (high cost areas, separated by blanks) is of
 * employers who took it on: a warning. */
#include "engine/base/hash.h"
#include "engine/core/price.h"
#include "engine/pack/check_steps.h"

enum { NOON = 12 * 60, PRICED_MAX = 400000, PENNY_E4 = 100 };
enum { KEY_BOUND = 1, KEY_CATEGORY, KEY_BANDS, KEY_FLOOR, KEY_CAP, KEY_ZONE };

/* A card as it is asked on a day: of several members that are paid alike one speaks for all. */
struct asking {
    struct fb_checking *c;
    const struct fb_card *card;
    struct fb_paid *paid;
    struct fb_where where;
    uint32_t categories;
    enum fb_person person;
    struct fb_price price[FB_GRADES_MAX];
};
struct spoken {
    uint16_t card, cap;
    int zone;
};

static void price(struct asking *a, unsigned grade)
{
    static const enum fb_point point[FB_PERSONS] = {FB_POINT_NONE, FB_POINT_ENTRY, FB_POINT_MID,
                                                    FB_POINT_TOP};
    const struct fb_book *book = a->c->book;
    int64_t noon = (int64_t)a->where.day * FB_DAY_MINUTES + NOON; /* no rate changes within an hour of it */
    struct fb_booking b = {.state = FB_BOOKING_STATE_BOOKED,
                           .route = FB_ROUTE_BANK,
                           .booked_ms = FB_ABSENT,
                           .cancelled_ms = FB_ABSENT};
    b.cancel_charge_pence = FB_ABSENT; /* raw: absent */
    b.shift = (struct fb_shift){.hirer = a->where.trust,
                                .site = a->where.site,
                                .staff_group = a->where.group,
                                .grade = book->grade[grade].code,
                                .time = {.start_min = noon, .end_min = noon + 60},
                                .break_min = FB_ABSENT};
    b.rates.unit = FB_UNIT_HOUR;
    b.worker_kind = a->person == FB_PERSON_BANK_ONLY ? FB_WORKER_KIND_BANK_ONLY : FB_WORKER_KIND_SUBSTANTIVE;
    b.worker_point = point[a->person];
    b.worker_grade = a->person == FB_PERSON_BANK_ONLY ? 0 : b.shift.grade;
    fb_price_booking(book, &b, NULL, &a->price[grade]);
    a->c->priced++;
}

static int64_t hour_of(const struct asking *a, unsigned grade, unsigned category)
{
    const struct fb_price *p = &a->price[grade];
    bool held = p->card.known && (a->categories >> category & 1) != 0;
    return held ? p->card.hour_e4[category] : FB_ABSENT;
}

/* "band 5, bank only, plain (Friday 2026-05-01 00:00): £12.10 an hour" */
static void add_example(const struct asking *a, struct fb_text *t, unsigned grade, unsigned category,
                        int64_t e4)
{
    fb_text_add(t, "band ");
    fb_text_add_code(t, a->c->book->grade[grade].code);
    fb_text_add(t, ", ");
    fb_text_add(t, fb_person_word(a->person));
    fb_text_add(t, ", ");
    fb_text_add_code(t, a->c->book->category[category]);
    fb_text_add(t, " (");
    fb_check_add_hour(t, a->c->book, a->card->calendar, category, a->where.day);
    fb_text_add(t, "): ");
    if (e4 == FB_ABSENT)
        fb_text_add(t, "no rate");
    else
        fb_check_add_pounds(t, e4);
}

/* The line to mend: a figure of the card's own pack where it pays by one, else its rule. */
static struct fb_check_at place_of(const struct asking *a, unsigned grade)
{
    const struct fb_price *p = &a->price[grade];
    const struct fb_book *book = a->c->book;
    bool own = p->card.point_origin < book->n_origins &&
               fb_span_eq(book->origin[p->card.point_origin].pack, book->origin[p->card.rule_origin].pack);
    return fb_check_origin(a->c, own ? p->card.point_origin : p->card.rule_origin);
}

/* ---- what is asked of one band's hours ---- */

static void check_category(struct asking *a, unsigned grade, unsigned category)
{
    struct fb_check_text text;
    const struct fb_price *p = &a->price[grade];
    if (!p->card.known || (a->categories >> category & 1) == 0 || p->card.hour_e4[category] != FB_ABSENT)
        return;
    if (!fb_check_begin(a->c, fb_check_origin(a->c, p->card.rule_origin), true, KEY_CATEGORY, &text))
        return;
    fb_text_add(&text.t, "a gap: some categories have a rate and this one none: ");
    add_example(a, &text.t, grade, category, FB_ABSENT);
    fb_check_end(a->c, &text);
}

static bool names_zone(struct fb_span area, fb_code zone)
{
    char word[9];
    uint32_t n = (uint32_t)fb_code_format(word, zone), from = 0;
    for (uint32_t i = 0; i <= area.n; i++) {
        if (i < area.n && area.p[i] != ' ')
            continue;
        if (i - from == n && fb_span_eq((struct fb_span){area.p + from, n}, (struct fb_span){word, n}))
            return true;
        from = i + 1;
    }
    return false;
}

static bool floor_holds(const struct asking *a, const struct fb_floor *f, int zone)
{
    bool here = f->area.n == 0 || (zone >= 0 && names_zone(f->area, a->c->book->zone[zone]));
    return here && a->where.day >= f->from && a->where.day < f->until;
}

static void check_floor(struct asking *a, const struct fb_floor *f, unsigned grade, unsigned category)
{
    struct fb_check_text text;
    int64_t hour = hour_of(a, grade, category), least = f->pence_hour * PENNY_E4; /* raw: 1/100 pennies */
    bool law = f->area.n == 0 && a->c->book->origin[f->origin].status != FB_STATUS_UNVERIFIED;
    if (hour == FB_ABSENT || hour >= least || !floor_holds(a, f, a->price[grade].zone))
        return;
    if (!fb_check_begin(a->c, place_of(a, grade), !law, fb_hash64_mix(KEY_FLOOR, f->origin), &text))
        return;
    fb_text_add(&text.t, "below the floor ");
    fb_text_add_span(&text.t, f->name);
    fb_text_add(&text.t, " of £");
    fb_text_add_decimal(&text.t, f->pence_hour, 2); /* raw: shown */
    fb_text_add(&text.t, " an hour: ");
    add_example(a, &text.t, grade, category, hour);
    fb_check_end(a->c, &text);
}

static void check_cap(struct asking *a, unsigned grade, unsigned category)
{
    struct fb_check_text text;
    int64_t hour = hour_of(a, grade, category), cap = a->price[grade].cap.hour_e4[category];
    if (hour == FB_ABSENT || cap == FB_ABSENT || cap < 0 || hour <= cap)
        return;
    if (!fb_check_begin(a->c, place_of(a, grade), true, KEY_CAP, &text))
        return;
    fb_text_add(&text.t, "the bank is paid more than the cap lets an agency charge: ");
    add_example(a, &text.t, grade, category, hour);
    fb_text_add(&text.t, ", cap ");
    fb_check_add_pounds(&text.t, cap);
    fb_check_end(a->c, &text);
}

/* ---- bands against one another ---- */

/* One rule that pays both bands by a table, or at plain rate by the scale, has a wrong figure under it: that
 * is refused. Percentages that fall with the band, and rules that treat bands apart, can turn the order on
 * purpose. */
static bool is_refused(const struct asking *a, unsigned low, unsigned high, unsigned category)
{
    uint16_t rule = a->price[high].card.rule_origin;
    for (unsigned i = 0; i < a->card->n_rules; i++) {
        if (a->card->rule[i].origin == rule && a->price[low].card.rule_origin == rule)
            return a->card->rule[i].pay_at == FB_PAY_AT_TABLE || category == 0;
    }
    return false;
}

static void compare_bands(struct asking *a, unsigned low, unsigned high)
{
    for (unsigned k = 0; k < a->c->book->n_categories; k++) {
        struct fb_check_text text;
        int64_t less = hour_of(a, low, k), more = hour_of(a, high, k);
        if (less == FB_ABSENT || more == FB_ABSENT || more >= less)
            continue;
        if (!fb_check_begin(a->c, place_of(a, high), !is_refused(a, low, high, k),
                            fb_hash64_mix(KEY_BANDS, high), &text))
            continue;
        fb_text_add(&text.t, "a higher band is paid less than a lower one: ");
        add_example(a, &text.t, high, k, more);
        fb_text_add(&text.t, ", band ");
        fb_text_add_code(&text.t, a->c->book->grade[low].code);
        fb_text_add(&text.t, " ");
        fb_check_add_pounds(&text.t, less);
        fb_check_end(a->c, &text);
    }
}

/* The next lower band of the family that is paid at all; -1: none. */
static int below(const struct asking *a, unsigned grade)
{
    const struct fb_grade *g = a->c->book->grade;
    int best = -1;
    for (unsigned i = 0; i < a->c->book->n_grades; i++) {
        if (a->price[i].card.known && g[i].family == g[grade].family && g[i].rank < g[grade].rank &&
            (best < 0 || g[i].rank > g[best].rank))
            best = (int)i;
    }
    return best;
}

/* ---- a card on a day ---- */

static void tell_no_zone(struct asking *a)
{
    struct fb_check_text text;
    uint64_t key = fb_hash64_mix(KEY_ZONE, a->where.trust);
    struct fb_check_at at = fb_check_origin(a->c, a->card->origin);
    if (a->where.trust == 0 || fb_check_told(a->c, at, key) || !fb_check_begin(a->c, at, true, key, &text))
        return;
    fb_text_add(&text.t, "the card pays the high cost area supplement, and no table of zones says where ");
    fb_text_add_code(&text.t, a->where.trust);
    fb_text_add(&text.t, " lies on ");
    fb_check_add_day(&text.t, a->where.day);
    fb_text_add(&text.t, ": its pay cannot be said");
    fb_check_end(a->c, &text);
}

static void note(struct asking *a, unsigned grade)
{
    struct fb_paid *p = a->paid;
    const struct fb_price *out = &a->price[grade];
    uint64_t bit = (uint64_t)1 << grade;
    if (out->card.rule_origin != FB_NO_ROW)
        p->rule[grade] = out->card.rule_origin;
    if (out->card.known) {
        p->known[a->person] |= bit;
        return;
    }
    if (out->card.lack == FB_LACK_ZONE) { /* a hole in the map, not in the dates */
        tell_no_zone(a);
        return;
    }
    if ((p->missing[a->person] & bit) == 0 || a->where.day < p->first[a->person][grade])
        p->first[a->person][grade] = a->where.day;
    p->missing[a->person] |= bit;
}

static uint64_t grades_of(const struct fb_card *card)
{
    uint64_t grades = 0;
    for (unsigned i = 0; i < card->n_rules; i++)
        grades |= card->rule[i].grades;
    return grades;
}

static void ask_grade(struct asking *a, unsigned grade)
{
    const struct fb_book *b = a->c->book;
    int low = a->price[grade].card.known ? below(a, grade) : -1;
    for (unsigned k = 0; k < b->n_categories; k++) {
        check_category(a, grade, k);
        check_cap(a, grade, k);
        for (unsigned f = 0; f < b->n_floors; f++)
            check_floor(a, &b->floor[f], grade, k);
    }
    if (low >= 0)
        compare_bands(a, (unsigned)low, grade);
}

static void ask(struct asking *a)
{
    const struct fb_book *b = a->c->book;
    uint64_t grades = grades_of(a->card);
    for (unsigned person = 0; person < FB_PERSONS; person++) {
        a->person = (enum fb_person)person;
        for (unsigned g = 0; g < b->n_grades; g++) {
            a->price[g].card.known = false;
            if ((grades >> g & 1) == 0)
                continue;
            price(a, g);
            note(a, g);
        }
        for (unsigned g = 0; g < b->n_grades; g++)
            ask_grade(a, g);
    }
}

static bool spoken_for(struct fb_checking *c, struct fb_list *said, struct spoken now)
{
    FB_EACH(*said, struct spoken, s)
    {
        if (s->card == now.card && s->cap == now.cap && s->zone == now.zone)
            return true;
    }
    struct spoken *place = fb_list_add(c->draft->pool, said, sizeof *place);
    if (place != NULL)
        *place = now;
    return false;
}

/* A card's staff groups differ in the cap at most. */
static void ask_groups(struct asking *a, struct fb_list *said)
{
    const struct fb_book *b = a->c->book;
    for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < FB_STAFF_GROUP_END; g++) {
        a->where.group = (enum fb_staff_group)g;
        if (fb_book_card(b, &a->where) != a->card || a->c->priced >= PRICED_MAX)
            continue;
        const struct fb_cap *cap = fb_book_cap(b, &a->where);
        struct spoken now = {a->card->origin, cap == NULL ? FB_NO_ROW : cap->origin,
                             fb_book_zone(b, &a->where, NULL)};
        if (!spoken_for(a->c, said, now))
            ask(a);
    }
}

/* Where the card is for, and every place in it whose zone is told: pay and caps may differ by that. */
static void ask_places(struct asking *a, struct fb_list *said, fb_day day)
{
    const struct fb_scope *s = &a->card->scope;
    a->where = (struct fb_where){.trust = s->trust, .site = s->site, .day = day};
    ask_groups(a, said);
    for (unsigned i = 0; i < a->c->book->n_zone_rows; i++) {
        const struct fb_zone_row *row = &a->c->book->zone_row[i];
        bool here =
            (s->trust == 0 || s->trust == row->trust) && (s->site.n == 0 || fb_span_eq(s->site, row->site));
        if (!here || day < row->from || day >= row->until)
            continue;
        a->where = (struct fb_where){.trust = row->trust, .site = row->site, .day = day};
        ask_groups(a, said);
    }
}

static void ask_day(struct asking *a, struct fb_paid *paid, fb_day day)
{
    const struct fb_book *b = a->c->book;
    struct fb_list said = {0};
    unsigned slot = 0;
    for (unsigned i = 0; i < b->n_cards; i++) {
        slot = i > 0 && b->card[i].origin == b->card[i - 1].origin
                   ? slot
                   : i; /* members of one card stand together */
        a->card = &b->card[i];
        a->paid = &paid[slot];
        a->categories = fb_check_categories(b, a->card->calendar);
        if (day >= a->card->scope.from && day < a->card->scope.until)
            ask_places(a, &said, day);
    }
}

/* ---- the whole ---- */

static void check_areas(struct fb_checking *c)
{
    for (unsigned i = 0; i < c->book->n_floors; i++) {
        const struct fb_floor *f = &c->book->floor[i];
        struct fb_check_text text;
        bool any = f->area.n == 0;
        for (unsigned z = 0; z < c->book->n_zones; z++)
            any = any || names_zone(f->area, c->book->zone[z]);
        if (any || !fb_check_begin(c, fb_check_origin(c, f->origin), true, KEY_FLOOR, &text))
            continue;
        fb_text_add(&text.t, "the floor never holds anywhere: its area '");
        fb_text_add_span(&text.t, f->area);
        fb_text_add(&text.t, "' names none of the zones (separated by blanks; empty: everywhere)");
        fb_check_end(c, &text);
    }
}

static void tell_bound(struct fb_checking *c, fb_day day)
{
    struct fb_check_text text;
    struct fb_check_at at = fb_check_place(c, (struct fb_place){0, fb_span_of("pack.yaml"), 0});
    if (c->priced < PRICED_MAX || !fb_check_begin(c, at, true, KEY_BOUND, &text))
        return;
    fb_text_add(&text.t, "more than 400,000 hours would have to be priced: not all were asked before ");
    fb_check_add_day(&text.t, day);
    fb_check_end(c, &text);
}

/* From the last day back: should the bound be reached, it is the past that was not asked. */
void fb_check_rates(struct fb_checking *c)
{
    unsigned n = 0;
    const fb_day *day = fb_check_turning_days(c, &n);
    struct asking *a = fb_pool_get(c->draft->pool, sizeof *a);
    struct fb_paid *paid = fb_pool_get(c->draft->pool, (c->book->n_cards + 1) * sizeof *paid);
    check_areas(c);
    if (a == NULL || paid == NULL)
        return;
    a->c = c;
    for (unsigned i = n; i-- > 0;) {
        if (day[i] < fb_check_horizon(c) && c->priced < PRICED_MAX)
            ask_day(a, paid, day[i]);
        tell_bound(c, day[i]);
    }
    fb_check_gaps(c, paid);
}
