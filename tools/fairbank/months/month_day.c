/* Months and working days of the commands that close a month. */
#include "engine/core/book.h"
#include "engine/pack/pack.h"
#include "tools/fairbank/months/month_fold.h"
#include "tools/fairbank/options.h"
#include "tools/fairbank/rules/packs.h"
#include "tools/fairbank/source.h"

enum { SATURDAY = 5, PAST_ANY_MONTH = 31 };

fb_day month_next(fb_day month)
{
    return fb_day_month(month + PAST_ANY_MONTH);
}

const char *month_text(fb_day month)
{
    char day[11];
    fb_day_format(day, month);
    return word_of((struct fb_span){day, 7});
}

fb_day month_first_working_day(const struct fb_book *book, fb_day month)
{
    for (fb_day day = month; day < month_next(month); day++) {
        int holiday = fb_book_holiday(book, day);
        if (holiday < 0)
            return 0;
        if (holiday == 0 && fb_day_weekday(day) < SATURDAY)
            return day;
    }
    return 0;
}

/* The calendar is national: an engine elsewhere has the same one. */
static fb_day by_usual_packs(fb_day month)
{
    struct usual_packs usual;
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    fb_day day = 0;
    if (!usual_packs_find(&usual))
        return 0;
    const char *const dirs[] = {usual.dir[0], usual.dir[1]};
    if (fb_pack_load(&book, dirs, USUAL_PACKS, &report) == FB_OK)
        day = month_first_working_day(book, month);
    else
        fb_pack_report_print(stderr, &report);
    fb_pack_report_free(&report);
    fb_pack_free(&book);
    return day;
}

fb_day month_working_day_of(const struct options *o, fb_day month)
{
    struct folder f;
    bool held = folder_open(&f, o, NULL);
    const struct fb_book *book = held ? fb_reader_book(f.books, 0) : NULL;
    fb_day day = book != NULL ? month_first_working_day(book, month) : by_usual_packs(month);
    if (held)
        folder_close(&f);
    if (day == 0)
        fprintf(stderr, "fairbank %s: the rules' list of public holidays does not cover %s, so its first working day cannot be told: say the day with --as-known\n",
                o->command, month_text(month));
    return day;
}

bool month_operand(const struct options *o, fb_day *month)
{
    bool good = month_parse(month, o->words[0]) && *month > 0;
    if (!good)
        fprintf(stderr, "fairbank %s: '%.40s' is not a month such as 2026-10\n", o->command, o->words[0]);
    return good;
}
