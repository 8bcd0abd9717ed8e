#include "engine/pack/read.h"

static const char *const day_names[FB_DAY_TYPES] = {"monday", "tuesday",  "wednesday", "thursday",
                                                    "friday", "saturday", "sunday",    "public_holiday"};

/* A day is a list of windows, each until a time of day and in a category; the last ends at 24:00. */
static void read_windows(struct fb_reading *r, struct fb_node *list, struct fb_window out[FB_WINDOWS_MAX])
{
    unsigned n = 0, last = 0;
    for (struct fb_node *item = list->first; item != NULL; item = item->next, n++) {
        if (item->kind != FB_NODE_MAP || n == FB_WINDOWS_MAX) {
            fb_read_error(r, item->line,
                          "a day is a list of at most 8 windows: {until: \"06:00\", category: unsocial}",
                          (struct fb_span){NULL, 0}, "");
            return;
        }
        unsigned until = fb_read_clock(r, item, "until");
        struct fb_span category = fb_read_text(r, item, "category");
        if (until <= last)
            fb_read_error(r, item->line, "a window that ends before the one above it, or with it", category,
                          "");
        out[n] = (struct fb_window){(uint16_t)until, (uint8_t)fb_read_category_at(r, item->line, category)};
        last = until;
    }
    if (last != 1440)
        fb_read_error(r, list->line, "the windows of", list->key, " do not reach 24:00");
}

/* "weekday" stands for Monday to Friday. */
static struct fb_node *day_node(struct fb_reading *r, struct fb_node *days, unsigned type)
{
    bool own = fb_node_get(days, day_names[type]) != NULL;
    return fb_read_list(r, days, !own && type < 5 ? "weekday" : day_names[type]);
}

static void read_days(struct fb_reading *r, struct fb_node *map, struct fb_calendar *calendar)
{
    struct fb_node *days = fb_read_map(r, map, "days");
    struct fb_node *before = NULL;
    for (unsigned type = 0; days != NULL && type < FB_DAY_TYPES; type++) {
        struct fb_node *list = day_node(r, days, type);
        if (list != NULL && list == before)
            for (unsigned w = 0; w < FB_WINDOWS_MAX; w++)
                calendar->window[type][w] = calendar->window[type - 1][w];
        else if (list != NULL)
            read_windows(r, list, calendar->window[type]);
        before = list;
    }
}

static void read_night(struct fb_reading *r, struct fb_node *map, struct fb_calendar *calendar)
{
    struct fb_node *night = fb_read_map(r, map, "night");
    struct fb_node *whole = fb_read_map(r, map, "whole_shift");
    if (night == NULL || whole == NULL)
        return;
    calendar->night_from_min = (uint16_t)fb_read_clock(r, night, "from");
    calendar->night_until_min = (uint16_t)fb_read_clock(r, night, "until");
    if (calendar->night_from_min == calendar->night_until_min)
        fb_read_error(r, night->line, "a night that ends when it begins", (struct fb_span){NULL, 0}, "");
    struct fb_span from = fb_read_text(r, whole, "turns"), into = fb_read_text(r, whole, "into");
    calendar->whole_from = (uint8_t)fb_read_category_at(r, whole->line, from);
    calendar->whole_to = (uint8_t)fb_read_category_at(r, whole->line, into);
}

/* Bit per category that a minute can fall in or be turned into. */
static uint32_t categories_of(const struct fb_calendar *c)
{
    uint32_t used = 1u << c->whole_from | 1u << c->whole_to;
    for (unsigned type = 0; type < FB_DAY_TYPES; type++) {
        for (unsigned w = 0; w < FB_WINDOWS_MAX; w++) {
            used |= 1u << c->window[type][w].category;
            if (c->window[type][w].until_min == 1440)
                break;
        }
    }
    return used;
}

static void put_in_order(struct fb_reading *r, const struct fb_node *item, uint32_t used, struct fb_calendar *c)
{
    unsigned category = fb_read_category_at(r, item->line, item->text);
    for (unsigned i = 0; i < c->n_order; i++) {
        if (c->order[i] != category)
            continue;
        fb_read_error(r, item->line, "the list names", item->text, " twice");
        return;
    }
    if ((used >> category & 1) == 0)
        fb_read_error(r, item->line, "no window of this calendar has the category", item->text, "");
    else
        c->order[c->n_order++] = (uint8_t)category;
}

/* Which categories are dearer than which, for the policies of breaks: the calendar's own word, else the book's list. */
static void read_order(struct fb_reading *r, struct fb_node *map, struct fb_calendar *c)
{
    uint32_t used = categories_of(c);
    struct fb_node *list = fb_node_get(map, "categories") == NULL ? NULL : fb_read_list(r, map, "categories");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        put_in_order(r, item, used, c);
    if (list != NULL && c->n_order != (unsigned)__builtin_popcount(used))
        fb_read_error(r, list->line, "categories", (struct fb_span){NULL, 0},
                      ": name each category of the calendar once, the cheapest first");
    for (unsigned k = 0; list == NULL && k < FB_CATEGORIES_MAX; k++) {
        if ((used >> k & 1) != 0)
            c->order[c->n_order++] = (uint8_t)k;
    }
}

/* Kept ascending, as they are searched. */
static void insert_day(struct fb_reading *r, const struct fb_node *item, fb_day *days, unsigned n)
{
    fb_day day = fb_read_day_at(r, item->line, "also_holidays", item->text);
    for (; n > 0 && days[n - 1] >= day; n--) {
        if (days[n - 1] == day)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        days[n] = days[n - 1];
    }
    days[n] = day;
}

static void read_also_holidays(struct fb_reading *r, struct fb_node *map, struct fb_calendar *c)
{
    struct fb_node *list =
        fb_node_get(map, "also_holidays") == NULL ? NULL : fb_read_list(r, map, "also_holidays");
    fb_day *days = list == NULL ? NULL : fb_pool_get(r->draft->pool, (list->n + 1) * sizeof *days);
    if (days == NULL)
        return;
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        insert_day(r, item, days, c->n_also++);
    c->also_holiday = days;
}

static void refuse_twin(struct fb_reading *r, unsigned line, struct fb_span name)
{
    FB_EACH(r->draft->calendars, struct fb_draft_calendar, other)
    {
        if (fb_span_eq(other->name, name))
            fb_read_error(r, line, "the calendar", name, " is stated twice: give one of them another name");
    }
}

void fb_read_calendars(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        struct fb_draft_calendar c = {.place = fb_read_place(r, item->line)};
        if (!fb_read_is_map(r, item, "a calendar is a mapping that begins with its name"))
            continue;
        c.name = fb_read_text(r, item, "name");
        refuse_twin(r, item->line, c.name);
        fb_read_undated_standing(r, item, &c.standing);
        read_days(r, item, &c.calendar);
        read_night(r, item, &c.calendar);
        read_order(r, item, &c.calendar);
        read_also_holidays(r, item, &c.calendar);
        struct fb_draft_calendar *place = fb_list_add(r->draft->pool, &r->draft->calendars, sizeof *place);
        if (place != NULL)
            *place = c;
    }
}

/* Which years the tables of holidays cover whole. Outside them nobody can say whether a day is one. */
void fb_read_holiday_years(struct fb_reading *r, struct fb_node *node)
{
    struct fb_draft *d = r->draft;
    struct fb_standing s;
    if (d->holidays_at.line > 0) {
        fb_read_error(r, node->line, "public_holidays", (struct fb_span){NULL, 0},
                      " is stated twice: keep one of them");
        return;
    }
    fb_read_standing(r, node, &s);
    d->holidays_at = fb_read_place(r, node->line);
    if (s.until == INT32_MAX || s.until - (int64_t)s.from > 366 * 100)
        fb_read_error(r, node->line, "public_holidays", (struct fb_span){NULL, 0},
                      ": state until, at most 100 years on");
    else {
        d->holidays_from = s.from;
        d->holidays_until = s.until;
    }
}

void fb_read_holidays(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"date", "name", "status", "source", NULL}, *const optional[] = {
                                                                                          "known_since",
                                                                                          "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++) {
        const struct fb_row *row = &t->row[i];
        fb_day day = fb_read_day_at(r, row->line, "date", fb_read_cell(t, row, "date"));
        fb_read_word_at(r, row->line, &fb_status_words, fb_read_cell(t, row, "status"));
        if (fb_read_cell(t, row, "source").n == 0 || fb_read_cell(t, row, "name").n == 0)
            fb_read_error(r, row->line, "a public holiday without a name or a source",
                          (struct fb_span){NULL, 0}, "");
        FB_EACH(r->draft->holidays, struct fb_draft_holiday, other)
        {
            if (other->day == day)
                fb_read_error(r, row->line, "the day", fb_read_cell(t, row, "date"), " stands twice");
        }
        struct fb_draft_holiday *place = fb_list_add(r->draft->pool, &r->draft->holidays, sizeof *place);
        if (place != NULL)
            *place = (struct fb_draft_holiday){day, fb_read_place(r, row->line)};
    }
}
