#include "adapters/inbound/csv/options.h"
#include "engine/base/span.h"
#include <getopt.h>
#include <string.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif

enum {
    OPT_MAPPING = 256,
    OPT_ENGINE,
    OPT_STATE,
    OPT_KEY,
    OPT_OLD_KEY,
    OPT_TIMEOUT,
    OPT_HISTORY,
    OPT_QUIET,
    OPT_JSON,
    OPT_CHECK,
    OPT_SERVER_KEY,
    OPT_OWN_KEY,
    OPT_AGAIN,
    OPT_SHEET,
    OPT_WATCH,
    OPT_HEADER,
    OPT_UNDER
};
enum { TIMEOUT_STANDARD_S = 60 };
static const struct option longs[] = {
    {"mapping", required_argument, NULL, OPT_MAPPING},
    {"engine", required_argument, NULL, OPT_ENGINE},
    {"state", required_argument, NULL, OPT_STATE},
    {"worker-key", required_argument, NULL, OPT_KEY},
    {"old-worker-key", required_argument, NULL, OPT_OLD_KEY},
    {"server-key", required_argument, NULL, OPT_SERVER_KEY},
    {"key", required_argument, NULL, OPT_OWN_KEY},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"again", required_argument, NULL, OPT_AGAIN},
    {"sheet", required_argument, NULL, OPT_SHEET},
    {"watch", required_argument, NULL, OPT_WATCH},
    {"header", required_argument, NULL, OPT_HEADER},
    {"under", required_argument, NULL, OPT_UNDER}, /* between a watch and those that it starts */
    {"history", no_argument, NULL, OPT_HISTORY},
    {"quiet", no_argument, NULL, OPT_QUIET},
    {"json", no_argument, NULL, OPT_JSON},
    {"check", no_argument, NULL, OPT_CHECK},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static enum fb_csv_parsed misused(const char *what)
{
    fprintf(stderr, "fairbank-csv: %s (fairbank-csv --help)\n", what);
    return FB_CSV_MISUSED;
}

/* NULL, or what is wrong. */
static const char *take_number(struct fb_csv_options *o, int option, const char *text)
{
    const struct {
        int option;
        int *number;
        int64_t most;
        const char *wrong;
    } table[] = {
        {OPT_TIMEOUT, &o->timeout_s, 86400, "--timeout takes whole seconds, 1 to 86400"},
        {OPT_HEADER, &o->header, 100, "--header takes a row, 1 to 100"},
        {OPT_UNDER, &o->under, INT32_MAX, "--under takes a process number"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        int64_t v;
        if (table[i].option != option)
            continue;
        if (fb_parse_int(&v, fb_span_of(text)) != FB_OK || v < 1 || v > table[i].most)
            return table[i].wrong;
        *table[i].number = (int)v;
    }
    return NULL;
}

/* False: not one of those that only set a value. */
static bool take_option(struct fb_csv_options *o, int option, const char *text)
{
    const struct {
        int option;
        const char **word;
        bool *flag;
    } table[] = {
        {OPT_MAPPING, &o->mapping, NULL},
        {OPT_ENGINE, &o->engine, NULL},
        {OPT_STATE, &o->state, NULL},
        {OPT_KEY, &o->worker_key, NULL},
        {OPT_HISTORY, NULL, &o->history},
        {OPT_QUIET, NULL, &o->quiet},
        {OPT_JSON, NULL, &o->json},
        {OPT_CHECK, NULL, &o->check},
        {OPT_OLD_KEY, &o->old_worker_key, NULL},
        {OPT_SERVER_KEY, &o->server_key, NULL},
        {OPT_OWN_KEY, &o->key, NULL},
        {OPT_AGAIN, &o->again, NULL},
        {OPT_SHEET, &o->sheet, NULL},
        {OPT_WATCH, &o->watch, NULL},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        if (table[i].option != option)
            continue;
        if (table[i].word != NULL)
            *table[i].word = text;
        else
            *table[i].flag = true;
        return true;
    }
    return false;
}

static const char *const words[] = {[FB_CSV_SEND] = "send", [FB_CSV_CHECK] = "check", [FB_CSV_GUESS] = "guess", [FB_CSV_WATCH] = "watch"};

static enum fb_csv_command command_of(const char *word, bool *known)
{
    *known = true;
    for (unsigned c = 0; c < sizeof words / sizeof words[0]; c++)
        if (strcmp(word, words[c]) == 0)
            return (enum fb_csv_command)c;
    *known = false;
    return FB_CSV_SEND;
}

/* What a command takes first stands before its files: a mapping, or the plan. */
static void take_first(struct fb_csv_options *o)
{
    const char **first = o->command == FB_CSV_WATCH ? &o->watch : o->command == FB_CSV_GUESS ? NULL : &o->mapping;
    if (first == NULL || *first != NULL || o->n_files == 0)
        return;
    *first = o->file[0];
    o->file++;
    o->n_files--;
}

/* Neither a path nor a name with an ending: what was meant for a command. */
static bool is_word(const char *text)
{
    for (const char *p = text; *p != '\0'; p++)
        if (!((*p >= 'a' && *p <= 'z') || *p == '-'))
            return false;
    return text[0] != '\0';
}

static enum fb_csv_parsed no_such_command(const char *word)
{
    fprintf(stderr, "fairbank-csv: no command '%.60s'; there are:", word);
    for (unsigned c = 0; c < sizeof words / sizeof words[0]; c++)
        fprintf(stderr, " %s", words[c]);
    fprintf(stderr, " (fairbank-csv --help)\n");
    return FB_CSV_MISUSED;
}

/* What a plan says, or what a watch has no use for: passed over it would be taken for said, and a trial or a backfill go live. */
static enum fb_csv_parsed check_watch(const struct fb_csv_options *o)
{
    const struct {
        bool said;
        const char *answer;
    } table[] = {
        {o->check, "a watch sends: look at files with fairbank-csv check MAPPING.yaml FILE"},
        {o->history, "watch takes no --history: write history: yes under the source in its plan"},
        {o->again != NULL, "watch takes no --again: write again: under the source in its plan"},
        {o->engine != NULL, "watch takes no --engine: write engine: in its plan"},
        {o->server_key != NULL, "watch takes no --server-key: write server_key: in its plan"},
        {o->key != NULL, "watch takes no --key: write key: in its plan"},
        {o->timeout_s != 0, "watch takes no --timeout: write timeout: in its plan"},
        {o->mapping != NULL, "watch takes no --mapping: write mapping: under the source in its plan"},
        {o->sheet != NULL, "watch takes no --sheet: write sheet: under the source in its plan"},
        {o->worker_key != NULL, "watch takes no --worker-key: write worker_key: under the source in its plan"},
        {o->old_worker_key != NULL, "watch takes no --old-worker-key: write old_worker_key: under the source in its plan"},
        {o->state != NULL, "watch takes no --state: write rejects: under the source in its plan"},
        {o->header != 0, "watch takes no --header: write header: in the mapping"},
        {o->under != 0, "watch takes no --under"},
        {o->watch == NULL || o->n_files > 0, "watch takes one plan: fairbank-csv watch PLAN.yaml"},
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].said)
            return misused(table[i].answer);
    return FB_CSV_RUN;
}

static enum fb_csv_parsed check_whole(const struct fb_csv_options *o)
{
    if (o->command == FB_CSV_WATCH)
        return check_watch(o);
    if (o->command == FB_CSV_GUESS)
        return o->n_files != 1 ? misused("guess takes one file") : FB_CSV_RUN;
    if (o->mapping == NULL && o->n_files > 0 && is_word(o->file[0]))
        return no_such_command(o->file[0]);
    if (o->mapping == NULL)
        return misused("say which column is what with --mapping FILE");
    if (o->n_files == 0)
        return misused("name at least one file to read");
    if (o->again != NULL && o->again[0] == '\0')
        return misused("--again takes a word that was not used before");
    if (o->state != NULL && strlen(o->state) > 700)
        return misused("the path after --state is too long");
    return FB_CSV_RUN;
}

static enum fb_csv_parsed take_all(struct fb_csv_options *o, int argc, char **argv)
{
    int option;
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (option == 'h') {
            fputs(fb_csv_help(o->command), stdout);
            return FB_CSV_HELPED;
        }
        if (option == 'V') {
            puts("fairbank-csv " FB_VERSION);
            return FB_CSV_HELPED;
        }
        if (option == '?')
            return misused("that is not how to call it");
        const char *wrong = take_number(o, option, optarg);
        if (wrong != NULL)
            return misused(wrong);
        take_option(o, option, optarg);
    }
    return FB_CSV_RUN;
}

enum fb_csv_parsed fb_csv_options_parse(struct fb_csv_options *out, int argc, char **argv)
{
    bool by_word = false;
    *out = (struct fb_csv_options){.command = FB_CSV_SEND};
    if (argc > 1)
        out->command = command_of(argv[1], &by_word);
    if (by_word)
        argv[1] = argv[0]; /* getopt's own complaints begin with it */
    argc -= by_word;
    argv += by_word;
    optind = 1;
    enum fb_csv_parsed parsed = take_all(out, argc, argv);
    if (parsed != FB_CSV_RUN)
        return parsed;
    out->file = argv + optind;
    out->n_files = argc - optind;
    if (by_word)
        take_first(out);
    if (by_word && out->command != FB_CSV_WATCH && out->watch != NULL)
        return misused("--watch is a command of its own: fairbank-csv watch PLAN.yaml");
    if (out->watch != NULL)
        out->command = FB_CSV_WATCH;
    out->check |= out->command == FB_CSV_CHECK;
    parsed = check_whole(out);
    if (out->engine == NULL)
        out->engine = FB_CSV_ENGINE_DEFAULT;
    if (out->timeout_s == 0)
        out->timeout_s = TIMEOUT_STANDARD_S;
    return parsed;
}
