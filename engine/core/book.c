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
    return NULL;
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

const struct fb_pay_period *fb_book_period(const struct fb_book *book, fb_day day)
{
    for (unsigned i = 0; i < book->n_periods; i++) {
        if (day >= book->period[i].from && day < book->period[i].until)
            return &book->period[i];
    }
    return NULL;
}

/* Routes are not asked: what the card would have paid for an agency shift, and the cap that a bank shift
 * would have had, are both figures that a decision needs. */
static bool fits(const struct fb_scope *scope, fb_code trust, enum fb_staff_group group, fb_day day)
{
    return (scope->trust == 0 || scope->trust == trust) &&
           (scope->staff_groups >> (unsigned)group & 1u) != 0 && day >= scope->from && day < scope->until;
}

/* The group's number is a bit in a scope: one that does not fit 32 bits belongs to no list of ours. */
static bool is_group(enum fb_staff_group group)
{
    return group > FB_STAFF_GROUP_NONE && group < FB_STAFF_GROUP_END;
}

/* The last that fits wins: the pack room sorted them by specificity. */
const struct fb_card *fb_book_card(const struct fb_book *book, fb_code trust, enum fb_staff_group group,
                                   fb_day day)
{
    if (!is_group(group))
        return NULL;
    for (unsigned i = book->n_cards; i-- > 0;) {
        if (fits(&book->card[i].scope, trust, group, day))
            return &book->card[i];
    }
    return NULL;
}

const struct fb_cap *fb_book_cap(const struct fb_book *book, fb_code trust, enum fb_staff_group group,
                                 fb_day day)
{
    if (!is_group(group))
        return NULL;
    for (unsigned i = book->n_caps; i-- > 0;) {
        if (fits(&book->cap[i].scope, trust, group, day))
            return &book->cap[i];
    }
    return NULL;
}
