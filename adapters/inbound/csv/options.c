#include "adapters/inbound/csv/options.h"
#include "engine/base/span.h"
#include <getopt.h>
#include <string.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif

static const char help[] =
    "fairbank-csv: sends the rows of flat files to the engine, as a mapping says.\n"
    "\n"
    "  fairbank-csv --mapping FILE.yaml [options] FILE.csv...\n"
    "\n"
    "  --mapping FILE      which column is what (adapters/inbound/csv/README.md describes it)\n"
    "  --check             read everything, send nothing: shows what would be set aside, and why\n"
    "  --engine ENDPOINT   the engine's door; default " FB_CSV_ENGINE_DEFAULT "\n"
    "  --server-key KEY|FILE  the engine's public key, for an engine at tcp://: the 40 characters, or their file\n"
    "  --key FILE          one's own keys for it (`fairbank keys make`); unsaid, both are taken from\n"
    "                      FAIRBANK_SERVER_KEY and FAIRBANK_KEY\n"
    "  --history           the file is a backfill: judged and counted, raises no alert\n"
    "  --again WORD        after the file before was taken back (fairbank withdraw): message ids that were not used\n"
    "                      before, made with a word of your own, so that rows of it that were right are taken again\n"
    "  --state DIR         where NAME.rejects.csv and NAME.progress go; default: beside the file\n"
    "  --worker-key FILE   the system's key (at least 32 bytes) for mappings that make pseudonyms\n"
    "  --old-worker-key FILE  the key before, once after it was changed: workers then come with both\n"
    "  --timeout SECONDS   how long to go on without an answer from the engine; default 60\n"
    "  --json              the closing summary as JSON\n"
    "  --quiet             no progress and no summary; errors only\n"
    "  --version, --help\n"
    "\n"
    "Every row ends in one of five ways, and the summary adds up:\n"
    "  rows = accepted + duplicates + amended + refused + conflicts\n"
    "A row that makes several records counts as the worst of them: refused, then conflict, amended,\n"
    "accepted, duplicate. Records are counted apart. Refused rows and conflicts are in NAME.rejects.csv,\n"
    "with line, column, reason and the original text; mend them there or at the source, and send the file\n"
    "again: what was taken before is then a duplicate, and nothing is counted twice.\n"
    "\n"
    "Ctrl-C waits up to two seconds for answers and leaves NAME.progress; the same command goes on there.\n"
    "\n"
    "Exit status: 0 every row taken, or held already; 3 some rows were set aside, refused or in conflict;\n"
    "1 failed or stopped before the end; 2 wrong usage, or a mapping with a fault.\n"
    "\n"
    "Examples\n"
    "  fairbank-csv --mapping rth-roster.yaml --check rth_2026-03-16.csv\n"
    "  fairbank-csv --mapping rth-roster.yaml rth_2026-03-16.csv\n"
    "  fairbank-csv --mapping rth-roster.yaml --history 2025/*.csv\n"
    "  fairbank-csv --mapping nhsp.yaml --engine tcp://127.0.0.1:7400 --json week12.csv > week12.json\n";

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
    OPT_AGAIN
};
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

static bool take_timeout(struct fb_csv_options *o, const char *text)
{
    int64_t v;
    if (fb_parse_int(&v, fb_span_of(text)) != FB_OK || v < 1 || v > 86400)
        return false;
    o->timeout_s = (int)v;
    return true;
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

static enum fb_csv_parsed check_whole(const struct fb_csv_options *o)
{
    if (o->mapping == NULL)
        return misused("say which column is what with --mapping FILE");
    if (o->n_files == 0)
        return misused("name at least one file to read");
    if (o->state != NULL && strlen(o->state) > 700)
        return misused("the path after --state is too long");
    return FB_CSV_RUN;
}

enum fb_csv_parsed fb_csv_options_parse(struct fb_csv_options *out, int argc, char **argv)
{
    int option;
    *out = (struct fb_csv_options){.engine = FB_CSV_ENGINE_DEFAULT, .timeout_s = 60};
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return FB_CSV_HELPED;
        }
        if (option == 'V') {
            puts("fairbank-csv " FB_VERSION);
            return FB_CSV_HELPED;
        }
        if (option == OPT_TIMEOUT && !take_timeout(out, optarg))
            return misused("--timeout takes whole seconds, 1 to 86400");
        if (option == '?')
            return misused("see");
        take_option(out, option, optarg);
    }
    out->file = argv + optind;
    out->n_files = argc - optind;
    return check_whole(out);
}
