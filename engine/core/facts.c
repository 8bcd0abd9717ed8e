#include "engine/core/facts.h"
#include "engine/base/hash.h"

/* How a number is shown: by its unit, when its type is a plain number. */
enum number_form { FORM_BARE, FORM_MINUTES, FORM_POUNDS, FORM_RATE, FORM_PERCENT };

const struct fb_fact_row fb_fact_table[FB_FACT_COUNT] = {
#define X(id, word, type, unit, meaning, unknown)                                                            \
    [FB_FACT_##id] = {word, FB_TYPE_##type, unit, meaning, unknown},
    FB_FACT_MAP(X)
#undef X
};

enum fb_fact fb_fact_find(struct fb_span word)
{
    for (unsigned i = 0; i < FB_FACT_COUNT; i++)
        if (fb_span_is(word, fb_fact_table[i].word))
            return (enum fb_fact)i;
    return FB_FACT_COUNT;
}

int64_t fb_fact_name(struct fb_span name)
{
    int64_t v = (int64_t)(fb_hash64(name.n == 0 ? "" : name.p, name.n) >> 1);
    return v == 0 ? 1 : v;
}

static enum number_form form_of(const char *unit)
{
    static const struct {
        const char *unit;
        enum number_form form;
    } forms[] = {{"minutes", FORM_MINUTES},
                 {"pence", FORM_POUNDS},
                 {"1/100 penny an hour", FORM_RATE},
                 {"1/100 percent", FORM_PERCENT}};
    struct fb_span sought = fb_span_of(unit);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++)
        if (fb_span_is(sought, forms[i].unit))
            return forms[i].form;
    return FORM_BARE;
}

/* Pounds with the sign before the pound mark, as a British reader writes them: -£2.50. */
static void add_pounds(struct fb_text *t, int64_t v, unsigned decimals)
{
    if (v < 0) {
        fb_text_add(t, "-");
        v = v == INT64_MIN ? INT64_MAX : -v;
    }
    fb_text_add(t, "£");
    fb_text_add_decimal(t, v, decimals);
}

static void add_number(struct fb_text *t, enum number_form form, int64_t v)
{
    switch (form) {
    case FORM_BARE:
        fb_text_add_int(t, v);
        break;
    case FORM_MINUTES:
        fb_text_add_int(t, v);
        fb_text_add(t, v == 1 ? " minute" : " minutes");
        break;
    case FORM_POUNDS:
        add_pounds(t, v, 2);
        break;
    case FORM_RATE: /* the two places below a penny are shown only when they say something */
        add_pounds(t, v % 100 == 0 ? v / 100 : v, v % 100 == 0 ? 2 : 4);
        fb_text_add(t, " an hour");
        break;
    case FORM_PERCENT:
        fb_text_add_decimal(t, v, 2);
        fb_text_add(t, " per cent");
        break;
    }
}

static void add_day(struct fb_text *t, int64_t v)
{
    char day[11];
    if (v < fb_day_of(1, 1, 1) || v > fb_day_of(9999, 12, 31)) {
        fb_text_add_int(t, v);
        return;
    }
    fb_day_format(day, (fb_day)v);
    fb_text_add(t, day);
}

void fb_fact_format(struct fb_text *t, enum fb_fact id, int64_t v)
{
    if ((unsigned)id >= FB_FACT_COUNT)
        return;
    switch (fb_fact_table[id].type) {
    case FB_TYPE_INT:
        add_number(t, form_of(fb_fact_table[id].unit), v);
        break;
    case FB_TYPE_BOOL:
        fb_text_add(t, v != 0 ? "yes" : "no");
        break;
    case FB_TYPE_DAY:
        add_day(t, v);
        break;
    case FB_TYPE_CODE:
        fb_text_add_code(t, (fb_code)v);
        break;
    case FB_TYPE_ROUTE:
        fb_text_add(t, fb_route_word((enum fb_route)v));
        break;
    case FB_TYPE_STAFF_GROUP:
        fb_text_add(t, fb_staff_group_word((enum fb_staff_group)v));
        break;
    case FB_TYPE_ENGAGEMENT:
        fb_text_add(t, fb_engagement_word((enum fb_engagement)v));
        break;
    case FB_TYPE_STATUS:
        fb_text_add(t, fb_status_word((enum fb_status)v));
        break;
    case FB_TYPE_WORKER_KIND:
        fb_text_add(t, fb_worker_kind_word((enum fb_worker_kind)v));
        break;
    case FB_TYPE_BOOKING_STATE:
        fb_text_add(t, fb_booking_state_word((enum fb_booking_state)v));
        break;
    case FB_TYPE_PARTY:
        fb_text_add(t, fb_party_word((enum fb_party)v));
        break;
    case FB_TYPE_UNIT:
        fb_text_add(t, fb_unit_word((enum fb_unit)v));
        break;
    case FB_TYPE_PLACE:
        fb_text_add(t, fb_lot_place_word((enum fb_lot_place)v));
        break;
    case FB_TYPE_TIER:
        fb_text_add(t, v == FB_TIER_NONE ? "nobody" : fb_tier_word((enum fb_tier)v));
        break;
    case FB_TYPE_FACT_STATUS:
        fb_text_add(t, fb_fact_status_word((enum fb_fact_status)v));
        break;
    case FB_TYPE_NAME: /* only the number of a name is kept */
        fb_text_add(t, "as sent");
        break;
    }
}
