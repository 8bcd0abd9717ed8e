/* fairbank export: a file for others. What is in it is cut by export/make.c, laid out by export/lay.c, written as CSV, as a workbook, or as JSON for
 * machines. */
#include "tools/fairbank/care/snapshot.h"
#include "tools/fairbank/export/lay.h"
#include "tools/fairbank/export/make.h"
#include "tools/fairbank/export/rates.h"
#include "tools/fairbank/findings.h"
#include "tools/fairbank/small.h"
#include "tools/fairbank/spoken.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 1024, LONGEST_MONTH = 31 };

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

static bool to_screen(const struct options *o) { return o->out == NULL || strcmp(o->out, "-") == 0; }

static bool is_json(const struct options *o) { return o->json || (!to_screen(o) && ends_in(o->out, ".json")); }

static bool out_makes_sense(const struct options *o)
{
    bool ok = to_screen(o) || ends_in(o->out, ".json") || (!o->json && (ends_in(o->out, ".csv") || ends_in(o->out, ".xlsx")));
    if (!ok)
        fprintf(stderr, "%s: --out %s: a file's name ends in %s\n", spoken(o->command), o->out, o->json ? ".json with --json" : ".csv, .xlsx or .json");
    return ok;
}

static bool days_of(const struct options *o, struct cell_id *id)
{
    bool weeks = o->from_week != INT32_MIN;
    if ((o->month != 0) == weeks) {
        fprintf(stderr, "%s: say for which days: --month 2026-03, or --weeks 2026-03-16..2026-04-13%s\n", spoken(o->command), weeks ? ", not both" : "");
        return false;
    }
    id->from = weeks ? o->from_week : o->month;
    id->until = weeks ? o->until_week : fb_day_month(o->month + LONGEST_MONTH);
    return true;
}

/* ---- writing: whole, or not at all ---- */

static bool write_text(FILE *out, const struct options *o, const struct sheet_book *b)
{
    if (is_json(o))
        return sheet_write_json(out, b);
    sheet_write_csv(out, b);
    return !ferror(out);
}

static const char *write_file(const char *path, const struct options *o, const struct sheet_book *b)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL)
        return strerror(errno);
    bool bad = !write_text(out, o, b);
    return fclose(out) != 0 || bad ? "it could not be written whole: is the disk full?" : NULL;
}

static bool write_out(const struct options *o, const struct sheet_book *b)
{
    char path[PATH_BYTES];
    if (to_screen(o)) {
        bool whole = write_text(stdout, o, b) && fflush(stdout) == 0;
        if (!whole)
            fprintf(stderr, "%s: it could not be written whole\n", spoken(o->command));
        return whole;
    }
    (void)snprintf(path, sizeof path, "%s.part", o->out);
    const char *why = ends_in(o->out, ".xlsx") ? sheet_write_xlsx(path, b) : write_file(path, o, b);
    if (why == NULL && file_sync(path) != FB_OK) /* else a power cut leaves the name, and nothing behind it */
        why = "it could not be brought to the disk: is it full, or harmed?";
    if (why == NULL && rename(path, o->out) != 0)
        why = strerror(errno);
    if (why != NULL) {
        (void)unlink(path);
        fprintf(stderr, "%s: %s: %s\n", spoken(o->command), o->out, why);
    } else if (!o->quiet) {
        fprintf(stderr, "%s: %u row%s; %u figure%s left out\n", o->out, b->table.n_cells / b->table.n_columns,
                b->table.n_cells / b->table.n_columns == 1 ? "" : "s", b->left_out, b->left_out == 1 ? "" : "s");
    }
    return why == NULL;
}

static int finish(const struct options *o, struct sheet_book *b, bool ok)
{
    if (ok && b->full)
        fprintf(stderr, "%s: more rows than a sheet has (1,048,000), or than memory holds: ask for fewer days, or one trust\n", spoken(o->command));
    ok = ok && !b->full && write_out(o, b);
    sheet_release(b);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

/* ---- the exports ---- */

static void name_rules(char *out, size_t size, const struct fb_book *book)
{
    (void)snprintf(out, size, "issue %u: %s", book->issue, word_of(book->name));
}

/* Of an engine elsewhere the rules cannot be named from here. The folder is closed again: findings open it themselves. */
static void rules_word(char *out, size_t size, const struct options *o)
{
    struct folder f;
    bool ours = o->engine == NULL && folder_open(&f, o, NULL);
    const struct fb_book *book = ours ? fb_reader_book(f.books, 0) : NULL;
    (void)snprintf(out, size, "those of the engine");
    if (book != NULL)
        name_rules(out, size, book);
    if (ours)
        folder_close(&f);
}

static int alerts(const struct options *o)
{
    char rules[FB_TEXT_BYTES_MAX + 40];
    struct sheet_book b = {0};
    if (o->month != 0 || o->from_week != INT32_MIN || o->whole) {
        fprintf(stderr, "%s: alerts are those that are open, one by one: leave --%s out (--as-known DATE: those of then)\n", spoken(o->command),
                o->whole ? "whole" : o->month != 0 ? "month" : "weeks");
        return EXIT_USAGE;
    }
    if (o->rule != NULL && !findings_rule_known(o))
        return EXIT_USAGE;
    rules_word(rules, sizeof rules, o);
    bool ok = make_alerts(&b, o, rules);
    return finish(o, &b, ok);
}

/* Rates are the rules' alone: no shift is read. */
static int rates(const struct options *o, struct making *m, const struct cell_id *id)
{
    char rules[FB_TEXT_BYTES_MAX + 40];
    struct sheet_book b = {0};
    if (!make_open(m, o))
        return EXIT_FAILED;
    name_rules(rules, sizeof rules, m->plan.book);
    rates_lay(&b, m->plan.book, id, rules);
    return finish(o, &b, true);
}

static int cut(const struct options *o, struct making *m, const struct cell_id *id)
{
    char rules[FB_TEXT_BYTES_MAX + 40];
    struct sheet_book b = {0};
    struct lay_said said = {.rules = rules};
    if (!make_plan(m, o, id))
        return m->plan.book == NULL ? EXIT_FAILED : EXIT_USAGE; /* no rules to ask, or asked for what they have not */
    if (!make_read(m, NULL))
        return EXIT_FAILED;
    said.small = o->whole ? 0 : small_least(&m->folder);
    said.left_out = cut_hide(&m->cut, said.small);
    said.known = o->as_known != 0 ? known_words(o->as_known) : NULL;
    name_rules(rules, sizeof rules, m->plan.book);
    if (m->cut.full) {
        fprintf(stderr, "%s: not enough memory to find out what must be left out: ask for fewer days, or one trust\n", spoken(o->command));
        return EXIT_FAILED;
    }
    lay_cut(&b, &m->cut, &said);
    return finish(o, &b, true);
}

static int list(const struct options *o)
{
    static struct making m;
    if (make_open(&m, o)) {
        printf("%s WHAT: there are\n", spoken(o->command));
        make_list(stdout, m.plan.book);
    }
    bool ok = m.plan.book != NULL;
    make_end(&m);
    return ok ? EXIT_DONE : EXIT_FAILED;
}

/* Before its days are asked for, so that who mistypes a name is not told of something else. With days make_plan says it, of those. */
static int look_for(const struct options *o, struct making *m, const char *name)
{
    if (o->month != 0 || o->from_week != INT32_MIN || strcmp(name, "spend") == 0 || strcmp(name, RATES_NAME) == 0)
        return EXIT_DONE;
    int status = !make_open(m, o) ? EXIT_FAILED : make_return(m->plan.book, name) != NULL ? EXIT_DONE : EXIT_USAGE;
    if (status == EXIT_USAGE) {
        fprintf(stderr, "%s: the rules have no export '%s'; there are:\n", spoken(o->command), name);
        make_list(stderr, m->plan.book);
    }
    make_end(m);
    memset(m, 0, sizeof *m);
    return status;
}

int command_export(const struct options *o)
{
    static struct making m;
    memset(&m, 0, sizeof m); /* fairbank export follow comes again */
    struct cell_id id = {.trust = o->trust, .shadow = o->shadow};
    if (!out_makes_sense(o))
        return EXIT_USAGE;
    if (o->n_words == 0 && is_json(o)) {
        fprintf(stderr, "%s: JSON of what? Without --json the exports are listed\n", spoken(o->command));
        return EXIT_USAGE;
    }
    if (o->n_words == 0)
        return list(o);
    if (strcmp(o->words[0], "alerts") == 0)
        return alerts(o);
    if (strlen(o->words[0]) >= sizeof id.name) {
        fprintf(stderr, "%s: no export has so long a name: %s lists them\n", spoken(o->command), spoken(o->command));
        return EXIT_USAGE;
    }
    if (o->severity != FB_SEVERITY_NONE || o->rule != NULL) {
        fprintf(stderr, "%s: --severity and --rule are for alerts\n", spoken(o->command));
        return EXIT_USAGE;
    }
    (void)snprintf(id.name, sizeof id.name, "%s", o->words[0]);
    int status = look_for(o, &m, id.name);
    if (status != EXIT_DONE)
        return status;
    if (!days_of(o, &id) || !make_may_see(o, &id.trust))
        return EXIT_USAGE;
    warn_unknown_trust(o, "export");
    status = strcmp(id.name, RATES_NAME) == 0 ? rates(o, &m, &id) : cut(o, &m, &id);
    make_end(&m);
    return status;
}
