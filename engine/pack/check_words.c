/* The words of an example, and the days on which a book can say something else than the day before. */
#include "engine/pack/check_steps.h"
#include <stdlib.h>

enum { YEAR = 366, MINUTES_PER_HOUR = 60, TURNING_DAYS_MAX = 1024 };

void fb_check_add_day(struct fb_text *t, fb_day day)
{
    char date[11];
    if (day == INT32_MIN || day == INT32_MAX) {
        fb_text_add(t, day == INT32_MIN ? "the beginning" : "the end");
        return;
    }
    fb_day_format(date, day);
    fb_text_add(t, date);
}

/* Half up to the penny, as rates are shown. */
void fb_check_add_pounds(struct fb_text *t, int64_t e4)
{
    fb_text_add(t, "£");
    fb_text_add_decimal(t, (e4 + 50) / 100, 2);
}

static bool is_also_holiday(const struct fb_calendar *cal, fb_day day)
{
    for (unsigned i = 0; i < cal->n_also; i++) {
        if (cal->also_holiday[i] == day)
            return true;
    }
    return false;
}

/* The minute at which the category begins on that day; -1: it does not. */
static int minute_of(const struct fb_book *book, const struct fb_calendar *cal, unsigned category, fb_day day)
{
    bool holiday = fb_book_holiday(book, day) == 1 || is_also_holiday(cal, day);
    unsigned type = holiday ? FB_HOLIDAY_DAY_TYPE : fb_day_weekday(day), from = 0;
    for (unsigned i = 0; i < FB_WINDOWS_MAX && cal->window[type][i].until_min > 0; i++) {
        if (cal->window[type][i].category == category)
            return (int)from;
        from = cal->window[type][i].until_min;
        if (from == 1440)
            break;
    }
    return -1;
}

static void add_two(struct fb_text *t, int n)
{
    fb_text_add(t, n < 10 ? "0" : "");
    fb_text_add_int(t, n);
}

void fb_check_add_hour(struct fb_text *t, const struct fb_book *book, unsigned calendar, unsigned category,
                       fb_day from)
{
    static const char *const weekday[] = {"Monday ", "Tuesday ",  "Wednesday ", "Thursday ",
                                          "Friday ", "Saturday ", "Sunday "};
    for (fb_day day = from; day < from + YEAR; day++) {
        int minute = minute_of(book, &book->calendar[calendar], category, day);
        if (minute < 0)
            continue;
        fb_text_add(t, weekday[fb_day_weekday(day)]);
        fb_check_add_day(t, day);
        fb_text_add(t, " ");
        add_two(t, minute / MINUTES_PER_HOUR);
        fb_text_add(t, ":");
        add_two(t, minute % MINUTES_PER_HOUR);
        return;
    }
    fb_check_add_day(t, from);
}

uint32_t fb_check_categories(const struct fb_book *book, unsigned calendar)
{
    const struct fb_calendar *cal = &book->calendar[calendar];
    uint32_t in = 0;
    for (unsigned type = 0; type < FB_DAY_TYPES; type++) {
        for (unsigned i = 0; i < FB_WINDOWS_MAX; i++) {
            in |= (uint32_t)1 << cal->window[type][i].category;
            if (cal->window[type][i].until_min == 1440)
                break;
        }
    }
    return (in >> cal->whole_from & 1) != 0 ? in | (uint32_t)1 << cal->whole_to : in;
}

bool fb_check_names_bands(const struct fb_book *book, const struct fb_card_rule *rule)
{
    uint64_t all = book->n_grades >= 64 ? UINT64_MAX : ((uint64_t)1 << book->n_grades) - 1;
    return (rule->grades & all) != all;
}

fb_day fb_check_horizon(const struct fb_checking *c)
{
    return c->book->review_by;
}

/* ---- turning days ---- */

static void add(struct fb_checking *c, struct fb_list *days, fb_day day)
{
    fb_day *place =
        day == INT32_MIN || day == INT32_MAX ? NULL : fb_list_add(c->draft->pool, days, sizeof *place);
    if (place != NULL)
        *place = day;
}

static void add_scope(struct fb_checking *c, struct fb_list *days, const struct fb_scope *s)
{
    add(c, days, s->from);
    add(c, days, s->until);
}

static int by_day(const void *a, const void *b)
{
    fb_day x = *(const fb_day *)a, y = *(const fb_day *)b;
    return (x > y) - (x < y);
}

static void collect(struct fb_checking *c, struct fb_list *days)
{
    const struct fb_book *b = c->book;
    for (unsigned i = 0; i < b->n_periods; i++) {
        add(c, days, b->period[i].from);
        add(c, days, b->period[i].until);
    }
    for (unsigned i = 0; i < b->n_cards; i++)
        add_scope(c, days, &b->card[i].scope);
    for (unsigned i = 0; i < b->n_caps; i++)
        add_scope(c, days, &b->cap[i].scope);
    for (unsigned i = 0; i < b->n_on_costs; i++)
        add_scope(c, days, &b->on_cost[i].scope);
    for (unsigned i = 0; i < b->n_vats; i++)
        add_scope(c, days, &b->vat[i].scope);
    for (unsigned i = 0; i < b->n_fees; i++)
        add_scope(c, days, &b->fee[i].scope);
    for (unsigned i = 0; i < b->n_zone_rows; i++) {
        add(c, days, b->zone_row[i].from);
        add(c, days, b->zone_row[i].until);
    }
    for (unsigned i = 0; i < b->n_floors; i++) {
        add(c, days, b->floor[i].from);
        add(c, days, b->floor[i].until);
    }
    for (unsigned i = 0; i < b->n_tables; i++) {
        for (unsigned k = 0; k < b->table[i].n; k++) {
            add(c, days, b->table[i].rate[k].from);
            add(c, days, b->table[i].rate[k].until);
        }
    }
}

/* Of more days than the bound the earliest are left out: what is to come matters most. */
const fb_day *fb_check_turning_days(struct fb_checking *c, unsigned *n)
{
    struct fb_list days = {0};
    unsigned kept = 0;
    collect(c, &days);
    fb_day *day = days.item;
    if (days.n > 0)
        qsort(day, days.n, sizeof *day, by_day);
    for (unsigned i = 0; i < days.n; i++) {
        if (kept == 0 || day[kept - 1] != day[i])
            day[kept++] = day[i];
    }
    unsigned from = kept > TURNING_DAYS_MAX ? kept - TURNING_DAYS_MAX : 0;
    *n = kept - from;
    return day == NULL ? NULL : day + from;
}
