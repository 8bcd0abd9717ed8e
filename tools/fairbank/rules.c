#include "engine/pack/pack.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/table.h"
#include <string.h>
#include <time.h>

static const char *type_word(enum fb_fact_type type)
{
    static const char *const word[] = {"number", "yes/no", "date", "code", "route", "staff group", "engagement", "status", "worker kind", "state", "party", "unit"};
    return word[type];
}

static int facts(void)
{
    char heads[] = "fact|type|unit|meaning|unknown when";
    struct table t;
    table_init(&t, heads);
    t.wrap = 1;
    for (unsigned i = 0; i < FB_FACT_COUNT; i++) {
        table_add(&t, fb_fact_table[i].word);
        table_add(&t, type_word(fb_fact_table[i].type));
        table_add(&t, fb_fact_table[i].unit);
        table_add(&t, fb_fact_table[i].meaning);
        table_add(&t, fb_fact_table[i].unknown);
    }
    table_print(&t, stdout);
    return EXIT_DONE;
}

/* Review dates are held against today: the one place where this tool asks what day it is. */
static fb_day today(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (fb_day)(now.tv_sec / 86400);
}

/* The cases of a layer are told of that layer and the ones above it, so each runs on the book of just those. */
static bool run_cases(const struct fb_pack_files *files, unsigned from, unsigned *cases, struct fb_pack_report *report)
{
    struct fb_pack_report again = {0}; /* the check's warnings once more: not shown */
    struct fb_pack_files layer = {files->file + from, files->n - from, 0};
    struct fb_book *book = NULL;
    unsigned ran = 0;
    bool ok = fb_pack_load_files(&book, files->file, files->n, &again) == FB_OK &&
              fb_pack_cases(book, layer.file, layer.n, &ran, report) == FB_OK;
    *cases += ran;
    fb_pack_free(&book);
    fb_pack_report_free(&again);
    return ok;
}

static void say_what_holds(const struct fb_pack_files *files, unsigned cases, unsigned warnings)
{
    struct fb_pack_report again = {0};
    struct fb_book *book = NULL;
    if (fb_pack_load_files(&book, files->file, files->n, &again) == FB_OK)
        printf("sound: %u rules, %u cards, %u caps, %u pay periods, %u cases as expected, %u warning%s\n", book->n_rules,
               book->n_cards, book->n_caps, book->n_periods, cases, warnings, warnings == 1 ? "" : "s");
    fb_pack_free(&book);
    fb_pack_report_free(&again);
}

static int check(const struct options *o)
{
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    unsigned cases = 0;
    bool read = true, ok = true;
    for (int i = 1; i < o->n_words; i++) {
        unsigned before = files.n;
        read = fb_pack_read_dir(&files, o->words[i], &report) == FB_OK && read;
        ok = read && ok && run_cases(&files, before, &cases, &report);
    }
    struct fb_pack_report whole = {0};
    if (read) /* half the layers would only bring errors that are none */
        ok = fb_pack_check(files.file, files.n, today(), &whole) == FB_OK && ok && report.errors == 0 && whole.errors == 0;
    fb_pack_report_print(stdout, &whole);
    fb_pack_report_print(stdout, &report);
    unsigned errors = report.errors + whole.errors, warnings = report.warnings + whole.warnings;
    if (ok)
        say_what_holds(&files, cases, warnings);
    else
        printf("not sound: %u error%s, %u warning%s\n", errors, errors == 1 ? "" : "s", warnings, warnings == 1 ? "" : "s");
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
    fb_pack_report_free(&whole);
    return ok ? EXIT_DONE : EXIT_DIFFERENT;
}

int command_rules(const struct options *o)
{
    if (o->n_words == 1 && strcmp(o->words[0], "facts") == 0)
        return facts();
    if (o->n_words >= 2 && strcmp(o->words[0], "check") == 0)
        return check(o);
    fprintf(stderr, "fairbank rules: say 'rules check DIR...' (layers, most general first) or 'rules facts'\n");
    return EXIT_USAGE;
}
