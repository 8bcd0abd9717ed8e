#include "engine/core/book.h"
#include <stddef.h>

const struct fb_rule *fb_book_rule(const struct fb_book *book, uint32_t id)
{
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (book->built_in[i].id == id)
            return &book->built_in[i];
    }
    for (unsigned i = 0; i < book->n_rules; i++) {
        if (book->rule[i].id == id)
            return &book->rule[i];
    }
    for (unsigned i = 0; i < book->n_bonuses; i++) {
        if (book->bonus[i].rule.id == id)
            return &book->bonus[i].rule;
    }
    return NULL;
}

const struct fb_agency_ceiling *fb_book_ceiling(const struct fb_book *book, fb_code trust, fb_day month)
{
    const struct fb_agency_ceiling *last = NULL;
    for (unsigned i = 0; i < book->n_agency_ceilings; i++) {
        const struct fb_agency_ceiling *c = &book->agency_ceiling[i];
        if ((c->trust == 0 || c->trust == trust) && c->from <= month && month < c->until)
            last = c;
    }
    return last;
}

int fb_book_grade(const struct fb_book *book, fb_code code)
{
    for (unsigned i = 0; i < book->n_grades; i++) {
        if (book->grade[i].code == code)
            return (int)i;
    }
    return -1;
}

int fb_book_category(const struct fb_book *book, fb_code code)
{
    for (unsigned i = 0; i < book->n_categories; i++) {
        if (book->category[i] == code)
            return (int)i;
    }
    return -1;
}

int fb_book_holiday(const struct fb_book *book, fb_day day)
{
    int64_t i = (int64_t)day - book->holidays_from;
    if (i < 0 || i >= (int64_t)book->n_holiday_days)
        return -1;
    return book->holiday[i / 8] >> (i % 8) & 1;
}

unsigned fb_book_plain(const struct fb_calendar *cal)
{
    return cal->n_order > 0 ? cal->order[0] : 0;
}

const struct fb_pay_period *fb_book_period(const struct fb_book *book, fb_day day)
{
    for (unsigned i = 0; i < book->n_periods; i++) {
        if (day >= book->period[i].from && day < book->period[i].until)
            return &book->period[i];
    }
    return NULL;
}

/* The last that fits wins: the pack room sorted them by specificity. */
const struct fb_card *fb_book_card(const struct fb_book *book, const struct fb_where *where)
{
    for (unsigned i = book->n_cards; i-- > 0;) {
        if (fb_scope_fits(&book->card[i].scope, where))
            return &book->card[i];
    }
    return NULL;
}

const struct fb_cap *fb_book_cap(const struct fb_book *book, const struct fb_where *where)
{
    for (unsigned i = book->n_caps; i-- > 0;) {
        if (fb_scope_fits(&book->cap[i].scope, where))
            return &book->cap[i];
    }
    return NULL;
}

const struct fb_card *fb_book_lapsed(const struct fb_book *book, const struct fb_where *where)
{
    for (unsigned i = book->n_cards; i-- > 0;) {
        const struct fb_card *card = &book->card[i];
        struct fb_where before = *where;
        if (!card->departs || where->day < card->agreed_until)
            continue;
        before.day = card->agreed_until - 1;
        if (fb_scope_fits(&card->scope, &before))
            return card;
    }
    return NULL;
}

unsigned fb_book_adoption_row(const struct fb_card *card, fb_code trust, fb_day day)
{
    unsigned found = 0;
    for (unsigned i = 0; i < card->n_adoptions && card->adoption[i].trust <= trust; i++) /* they ascend */
        if (card->adoption[i].trust == trust && card->adoption[i].from <= day)
            found = i + 1;
    return found;
}

enum fb_adoption fb_book_adoption(const struct fb_card *card, fb_code trust, fb_day day, uint16_t *origin)
{
    unsigned row = fb_book_adoption_row(card, trust, day);
    *origin = row == 0 ? FB_NO_ROW : card->adoption[row - 1].origin;
    if (row == 0)
        return card->n_adoptions == 0 ? FB_ADOPTION_ADOPTED : FB_ADOPTION_NONE;
    return card->adoption[row - 1].state;
}

int fb_book_zone(const struct fb_book *book, const struct fb_where *where, uint16_t *origin)
{
    const struct fb_zone_row *best = NULL;
    for (unsigned i = 0; i < book->n_zone_rows; i++) {
        const struct fb_zone_row *row = &book->zone_row[i];
        if (row->trust != where->trust || where->day < row->from || where->day >= row->until ||
            (row->site.n > 0 && !fb_span_eq(row->site, where->site)))
            continue;
        if (best == NULL || row->site.n > 0 || best->site.n == 0)
            best = row;
    }
    if (origin != NULL)
        *origin = best == NULL ? FB_NO_ROW : best->origin;
    return best == NULL ? -1 : best->zone;
}

static bool is_inside(const struct fb_corridor *c, fb_code trust, fb_day day)
{
    for (unsigned i = 0; i < c->n_members; i++)
        if (c->member[i].trust == trust && day >= c->member[i].from && day < c->member[i].until)
            return true;
    return c->n_members == 0;
}

const struct fb_corridor *fb_book_corridor(const struct fb_book *book, fb_code trust, fb_day day)
{
    for (unsigned i = book->n_corridors; i-- > 0;)
        if (is_inside(&book->corridor[i], trust, day))
            return &book->corridor[i];
    return NULL;
}

const struct fb_table_rate *fb_book_table_rate(const struct fb_rate_table *table, unsigned grade,
                                               enum fb_unit unit, fb_day day)
{
    for (unsigned i = 0; i < table->n; i++) {
        const struct fb_table_rate *r = &table->rate[i];
        if (r->grade == grade && r->unit == (uint8_t)unit && day >= r->from && day < r->until)
            return r;
    }
    return NULL;
}
