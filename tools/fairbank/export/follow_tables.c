/* The tables beside the alerts: what `fairbank export` makes on request, made with each new day. */
#include "tools/fairbank/export/follow.h"
#include "tools/fairbank/export/make.h"
#include "tools/fairbank/export/rates.h"
#include "tools/fairbank/spoken.h"
#include <string.h>
#include <unistd.h>

enum { NAME_BYTES = 32, PATH_BYTES = 1024, DAYS_OF_WEEK = 7 };

bool follow_name(const char **list, char *out, size_t size)
{
    if (*list == NULL)
        return false;
    const char *comma = strchr(*list, ',');
    (void)snprintf(out, size, "%.*s", (int)(comma != NULL ? (size_t)(comma - *list) : strlen(*list)), *list);
    *list = comma != NULL ? comma + 1 : NULL;
    return true;
}

static bool complain(const struct options *o, const char *name, const char *what)
{
    fprintf(stderr, "%s: --tables %s: '%s' %s\n", spoken(o->command), o->tables, name, what);
    return false;
}

/* What an engine that was not started yet will have for rules cannot be told: then the first day tells. */
bool follow_tables_check(const struct options *o)
{
    char name[NAME_BYTES];
    struct folder folder;
    bool read = o->tables != NULL && folder_open(&folder, o, NULL), ok = true;
    const struct fb_book *book = read ? fb_reader_book(folder.books, 0) : NULL;
    for (const char *list = o->tables; ok && follow_name(&list, name, sizeof name);) {
        if (strcmp(name, "alerts") == 0)
            ok = complain(o, name, "are what is followed already");
        else if (name[0] == '\0' || (book != NULL && strcmp(name, "spend") != 0 && strcmp(name, RATES_NAME) != 0 && make_return(book, name) == NULL))
            ok = complain(o, name, "is no table: fairbank export lists them");
    }
    if (read)
        folder_close(&folder);
    return ok;
}

/* The month, or the week, of the day before: with the first day of a month the whole of the last one is told. */
static void days_of(struct options *o, const char *name, fb_day day)
{
    struct folder folder;
    bool read = folder_open(&folder, o, NULL);
    const struct fb_book *book = read ? fb_reader_book(folder.books, 0) : NULL;
    const struct fb_return *r = book != NULL ? make_return(book, name) : NULL;
    if (r != NULL && r->period == FB_RETURN_PERIOD_WEEK) {
        o->from_week = fb_day_week(o->month != 0 ? o->month : day - 1);
        o->until_week = o->from_week + DAYS_OF_WEEK;
        o->month = 0;
    } else if (o->month == 0) {
        o->month = fb_day_month(day - 1);
    }
    if (read)
        folder_close(&folder);
}

static bool make(const struct options *o, const char *name, fb_day day, const char *end, bool anew)
{
    char path[PATH_BYTES], text[11], word[NAME_BYTES];
    char *words[] = {word};
    struct options ask = *o;
    fb_day_format(text, day);
    (void)snprintf(word, sizeof word, "%s", name);
    (void)snprintf(path, sizeof path, "%s/%s-%s.%s", o->to, name, text, end);
    if (!anew && access(path, F_OK) == 0)
        return true;
    days_of(&ask, name, day);
    ask.command = "export";
    ask.words = words;
    ask.n_words = 1;
    ask.out = path;
    ask.json = false;
    ask.limit = 0;
    return command_export(&ask) == EXIT_DONE;
}

bool follow_tables_make(const struct options *o, fb_day day, bool anew)
{
    char name[NAME_BYTES];
    bool ok = true;
    for (const char *list = o->tables; follow_name(&list, name, sizeof name);) {
        ok = make(o, name, day, "csv", anew) && ok;
        ok = make(o, name, day, "xlsx", anew) && ok;
    }
    return ok;
}
