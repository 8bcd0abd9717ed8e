/* fairbank rules check and test: packs are proved before they are used. */
#include "engine/pack/pack.h"
#include "tools/fairbank/care/probe.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/rules/rules_fired.h"
#include "tools/fairbank/table.h"
#include <string.h>
#include <time.h>

enum { LAYERS_MAX = 64 };

/* ---- packs and their cases ---- */

/* The files of the layers in the order given, and where each layer whose cases run begins. */
struct layers {
    struct fb_pack_files files;
    unsigned begin[LAYERS_MAX], end[LAYERS_MAX], n;
    bool read;
};

/* One folder alone is read with what it stands on, and its own cases run. */
static void read_one(struct layers *l, const char *dir, struct fb_pack_report *report)
{
    struct fb_pack_files *f = &l->files;
    l->read = fb_pack_read_stack(f, dir, report) == FB_OK;
    unsigned begin = f->n;
    while (begin > 0 && fb_span_eq(f->file[begin - 1].pack, f->file[f->n - 1].pack))
        begin--;
    l->begin[0] = begin;
    l->end[0] = f->n;
    l->n = 1;
}

static void read_layers(struct layers *l, const struct options *o, struct fb_pack_report *report)
{
    *l = (struct layers){.read = true};
    if (o->n_words == 1) {
        read_one(l, o->words[0], report);
        return;
    }
    for (int i = 0; i < o->n_words && l->n < LAYERS_MAX; i++) {
        l->begin[l->n] = l->files.n;
        l->read = fb_pack_read_dir(&l->files, o->words[i], report) == FB_OK && l->read;
        l->end[l->n++] = l->files.n;
    }
}

/* The cases of a layer are told of that layer and the ones above it, so each runs on the book of just those. What is wrong with
 * the book itself goes to `wrong`. */
static bool run_layer(const struct layers *l, unsigned layer, unsigned *cases, struct fb_pack_report *failed, struct fb_pack_report *wrong)
{
    struct fb_book *book = NULL;
    unsigned ran = 0, begin = l->begin[layer], end = l->end[layer];
    bool ok = fb_pack_load_files(&book, l->files.file, end, wrong) == FB_OK &&
              fb_pack_cases(book, l->files.file + begin, end - begin, &ran, failed) == FB_OK;
    *cases += ran;
    fb_pack_free(&book);
    return ok;
}

static bool run_cases(const struct layers *l, unsigned *cases, struct fb_pack_report *failed, struct fb_pack_report *wrong)
{
    bool ok = l->read;
    for (unsigned i = 0; l->read && wrong->errors == 0 && i < l->n; i++)
        ok = run_layer(l, i, cases, failed, wrong) && ok;
    return ok;
}

static void add_problems(json_t *list, const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        const struct fb_pack_error *e = &report->e[i];
        json_array_append_new(list, json_pack("{s:s, s:i, s:s, s:s}", "file", e->file, "line", (int)e->line, "kind",
                                              e->warning ? "warning" : "error", "text", e->text));
    }
}

static void print_json(json_t *out)
{
    json_print(out, JSON_INDENT(1));
}

/* ---- test ---- */

/* Each expectation that is not met stands at its case's line. */
static unsigned cases_of(const struct fb_pack_report *report)
{
    unsigned n = 0;
    for (unsigned i = 0; i < report->n; i++)
        n += i == 0 || report->e[i].line != report->e[i - 1].line || strcmp(report->e[i].file, report->e[i - 1].file) != 0;
    return n;
}

int command_rules_test(const struct options *o)
{
    struct fb_pack_report failed = {0}, wrong = {0};
    struct layers l;
    unsigned cases = 0;
    read_layers(&l, o, &wrong);
    bool ok = run_cases(&l, &cases, &failed, &wrong);
    unsigned bad = cases_of(&failed);
    if (o->json) {
        json_t *list = json_array();
        add_problems(list, &wrong);
        add_problems(list, &failed);
        print_json(json_pack("{s:i, s:i, s:b, s:o}", "cases", (int)cases, "failed", (int)bad, "loaded", wrong.errors == 0, "problems", list));
    } else {
        if (wrong.errors > 0)
            fb_pack_report_print(stdout, &wrong);
        fb_pack_report_print(stdout, &failed);
        if (wrong.errors > 0)
            printf("the cases cannot run: %u error%s in the packs\n", wrong.errors, wrong.errors == 1 ? "" : "s");
        else if (bad > 0)
            printf("%u of %u cases not as expected\n", bad, cases);
        else
            printf("%u cases as expected\n", cases);
    }
    fb_pack_files_free(&l.files);
    fb_pack_report_free(&failed);
    fb_pack_report_free(&wrong);
    return ok ? EXIT_DONE : EXIT_DIFFERENT;
}

/* ---- check ---- */

/* Review dates are held against today: the one place where this tool asks what day it is. */
static fb_day today(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (fb_day)(now.tv_sec / 86400);
}

struct checked {
    unsigned cases, errors, warnings, rules, cards, caps, periods, rows;
    unsigned by_status[FB_STATUS_END]; /* rows of files that say how well they are known */
    unsigned n_never; /* rules that no shift of the last year met, where a data folder was named */
    json_t *never;
    bool unread; /* that folder cannot be */
    bool sound;
};

static void count_book(struct checked *c, const struct layers *l, const struct options *o)
{
    struct fb_pack_report again = {0};
    struct fb_book *book = NULL;
    if (fb_pack_load_files(&book, l->files.file, l->files.n, &again) == FB_OK) {
        c->rules = book->n_rules;
        c->cards = book->n_cards;
        c->caps = book->n_caps;
        c->periods = book->n_periods;
        c->rows = book->n_origins;
        for (unsigned i = 0; i < book->n_origins; i++)
            c->by_status[book->origin[i].status < FB_STATUS_END ? book->origin[i].status : 0]++;
        c->never = o->json ? json_array() : NULL;
        if (o->data_said)
            c->n_never = rules_fired(book, o, c->never, &c->unread);
    }
    fb_pack_free(&book);
    fb_pack_report_free(&again);
}

static void say_checked(const struct checked *c)
{
    if (!c->sound) {
        printf("not sound: %u error%s, %u warning%s\n", c->errors, c->errors == 1 ? "" : "s", c->warnings, c->warnings == 1 ? "" : "s");
        return;
    }
    unsigned warnings = c->warnings + c->n_never; /* each was told in a line of its own */
    printf("sound: %u rules, %u cards, %u caps, %u pay periods, %u cases as expected, %u warning%s\n", c->rules, c->cards, c->caps,
           c->periods, c->cases, warnings, warnings == 1 ? "" : "s");
    printf("of %u rows that hold, %u are unverified and %u made up: decisions that rest on them say so\n", c->rows,
           c->by_status[FB_STATUS_UNVERIFIED], c->by_status[FB_STATUS_MADE_UP]);
}

static void say_checked_json(const struct checked *c, const struct fb_pack_report *whole, const struct fb_pack_report *failed)
{
    json_t *list = json_array(), *known = json_object();
    add_problems(list, whole);
    add_problems(list, failed);
    for (unsigned i = FB_STATUS_NONE + 1; i < FB_STATUS_END; i++)
        json_object_set_new(known, fb_status_word((enum fb_status)i), json_integer(c->by_status[i]));
    json_t *out = json_pack("{s:b, s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o}", "sound", c->sound, "errors", (int)c->errors, "warnings",
                         (int)c->warnings, "cases", (int)c->cases, "rules", (int)c->rules, "cards", (int)c->cards, "caps", (int)c->caps,
                         "pay_periods", (int)c->periods, "rows_by_status", known, "problems", list);
    if (c->never != NULL)
        json_object_set(out, "never_fired", c->never);
    print_json(out);
}

int command_rules_check(const struct options *o)
{
    struct fb_pack_report failed = {0}, whole = {0}, again = {0}; /* again: the errors of the check once more, not shown */
    struct checked c = {.cases = 0};
    struct layers l;
    read_layers(&l, o, &whole);
    bool cases = run_cases(&l, &c.cases, &failed, &again);
    if (l.read) /* half the layers would only bring errors that are none */
        c.sound = fb_pack_check(l.files.file, l.files.n, today(), &whole) == FB_OK && cases && failed.errors + whole.errors == 0;
    c.errors = failed.errors + whole.errors;
    c.warnings = failed.warnings + whole.warnings;
    if (c.sound)
        count_book(&c, &l, o);
    if (o->json) {
        say_checked_json(&c, &whole, &failed);
    } else {
        fb_pack_report_print(stdout, &whole);
        fb_pack_report_print(stdout, &failed);
        say_checked(&c);
    }
    json_decref(c.never);
    fb_pack_files_free(&l.files);
    fb_pack_report_free(&failed);
    fb_pack_report_free(&whole);
    fb_pack_report_free(&again);
    return c.unread ? EXIT_FAILED : c.sound ? EXIT_DONE : EXIT_DIFFERENT;
}
