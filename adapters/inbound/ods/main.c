/* fairbank-ods: the register of organisations, from ODS files of several dates, into the engine. register.c
 * reads and dates the memberships, publish.c sends them. */
#include "adapters/inbound/ods/publish.h"
#include "adapters/lib/output.h"
#include "adapters/lib/stop.h"
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif
enum { EXIT_TAKEN, EXIT_FAILED, EXIT_USAGE, EXIT_SET_ASIDE };
enum { OPT_ENGINE = 256, OPT_CHANGES, OPT_CHECK, OPT_JSON, OPT_TIMEOUT, OPT_EDITION, OPT_SERVER_KEY, OPT_OWN_KEY };

static const char help[] =
    "fairbank-ods: sends the register of organisations to the engine, from ODS files of several dates.\n"
    "\n"
    "  fairbank-ods [options] DATE=FILE.csv...\n"
    "\n"
    "DATE (2026-01-01) is the day of which FILE tells: an \"etr\" report of the Organisation Data Service, "
    "which has no\n"
    "header. Each trust becomes one record for each system that it belonged to, with dates, so that a shift "
    "is\n"
    "reported under the system of its day. A change between two files gets the day of the later one, unless\n"
    "--changes names it. The geography of the report is where a head office sits: say otherwise in "
    "--changes.\n"
    "\n"
    "  --changes FILE      days of change: a CSV with the header ods,was,is,date,source; ods empty: the "
    "whole system\n"
    "  --check             read everything, send nothing: lists every change of system, and how its day is "
    "known\n"
    "  --engine ENDPOINT   the engine's door; default ipc://fairbank-data/door.sock\n"
    "  --server-key KEY|FILE, --key FILE  the engine's public key and one's own pair, for an engine at tcp://; unsaid,\n"
    "                      FAIRBANK_SERVER_KEY and FAIRBANK_KEY\n"
    "  --edition N         raise it when --changes was mended and the files are the same, so that the new "
    "reading wins\n"
    "  --timeout SECONDS   how long to go on without an answer; default 60\n"
    "  --json              the closing summary as JSON\n"
    "  --version, --help\n"
    "\n"
    "Rows that cannot be used are told with file and line and cost only themselves. Sending again is safe.\n"
    "Exit status: 0 everything taken; 3 some rows or records were set aside; 1 failed; 2 wrong usage.\n"
    "\n"
    "Example\n"
    "  fairbank-ods --changes systems-2026.csv 2025-07-01=etr-2025-07.csv 2026-01-01=etr-2026-01.csv\n";

struct options {
    const char *engine, *changes, *server_key, *key;
    bool check, json;
    int64_t timeout_s, edition;
};

static const struct option longs[] = {
    {"engine", required_argument, NULL, OPT_ENGINE},
    {"changes", required_argument, NULL, OPT_CHANGES},
    {"check", no_argument, NULL, OPT_CHECK},
    {"json", no_argument, NULL, OPT_JSON},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"edition", required_argument, NULL, OPT_EDITION},
    {"server-key", required_argument, NULL, OPT_SERVER_KEY},
    {"key", required_argument, NULL, OPT_OWN_KEY},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static bool take_number(int64_t *out, const char *text, int64_t least, int64_t most)
{
    return fb_parse_int(out, fb_span_of(text)) == FB_OK && *out >= least && *out <= most;
}

static bool take_option(struct options *o, int option, const char *text)
{
    if (option == OPT_ENGINE)
        o->engine = text;
    if (option == OPT_CHANGES)
        o->changes = text;
    if (option == OPT_SERVER_KEY)
        o->server_key = text;
    if (option == OPT_OWN_KEY)
        o->key = text;
    o->check |= option == OPT_CHECK;
    o->json |= option == OPT_JSON;
    if (option == OPT_TIMEOUT && !take_number(&o->timeout_s, text, 1, 86400))
        return false;
    return option != OPT_EDITION || take_number(&o->edition, text, 0, 1000000);
}

/* What holds now, and every change: what a person checks before it is sent. */
static void show_changes(const struct fb_ods_register *reg, FILE *out)
{
    for (unsigned i = 0; i < reg->n; i++) {
        const struct fb_ods_organisation *o = &reg->org[i];
        for (unsigned m = 1; m < o->n; m++) {
            char ods[9], was[9], is[9], day[11], seen[11];
            fb_code_format(ods, o->ods);
            fb_code_format(was, o->membership[m - 1].ics);
            fb_code_format(is, o->membership[m].ics);
            fb_day_format(day, o->membership[m].from);
            fb_day_format(seen, o->last_at);
            fprintf(out, "%-5s  %s -> %s from %s%s  %s\n", ods, was[0] ? was : "none", is[0] ? is : "none",
                    day, o->membership[m].from_exact ? "" : " (the file's date: it changed some time before)",
                    o->name);
        }
    }
}

static void summary(const struct options *o, const struct fb_ods_register *reg, const struct fb_ods_counts *c)
{
    uint64_t memberships = 0;
    unsigned closed = 0;
    for (unsigned i = 0; i < reg->n; i++) {
        memberships += reg->org[i].n;
        closed += reg->org[i].closed != INT32_MAX;
    }
    if (o->json) {
        printf("{\"organisations\":%u,\"closed\":%u,\"memberships\":%" PRIu64
               ",\"rows_set_aside\":%u,\"records\":%" PRIu64 ",\"accepted\":%" PRIu64 ",\"amended\":%" PRIu64
               ",\"duplicates\":%" PRIu64 ",\"refused\":%" PRIu64 ",\"conflicts\":%" PRIu64 "}\n",
               reg->n, closed, memberships, reg->faults, c->records, c->accepted, c->amended, c->duplicates,
               c->refused, c->conflicts);
        return;
    }
    printf("%u organisations (%u closed) in %u file%s, %" PRIu64 " memberships, %u rows set aside\n", reg->n,
           closed, reg->n_files, reg->n_files == 1 ? "" : "s", memberships, reg->faults);
    if (!o->check)
        printf("%" PRIu64 " records: %" PRIu64 " accepted, %" PRIu64 " amended, %" PRIu64
               " duplicates, %" PRIu64 " refused, %" PRIu64 " conflicts\n",
               c->records, c->accepted, c->amended, c->duplicates, c->refused, c->conflicts);
}

/* "2026-01-01=etr.csv" */
static int read_file(struct fb_ods_register *reg, const char *word)
{
    const char *path = strchr(word, '=');
    fb_day at;
    if (path == NULL || fb_day_parse(&at, (struct fb_span){word, (uint32_t)(path - word)}) != FB_OK) {
        fprintf(stderr, "fairbank-ods: '%s': say of which day the file tells, as 2026-01-01=FILE.csv\n", word);
        return EXIT_USAGE;
    }
    errno = 0;
    enum fb_err e = fb_ods_read(reg, path + 1, at);
    if (e == FB_OK)
        return EXIT_TAKEN;
    fprintf(stderr, "fairbank-ods: %s: %s\n", path + 1,
            e == FB_IO        ? strerror(errno)
            : e == FB_REFUSED ? "no row of it can be used, or its date is not after that of the file before"
                              : fb_err_text(e));
    return EXIT_FAILED;
}

static int read_all(struct fb_ods_register *reg, const struct options *o, char **word, int n)
{
    int status = EXIT_TAKEN;
    if (o->changes != NULL && fb_ods_read_changes(reg, o->changes) != FB_OK) {
        fprintf(stderr, "fairbank-ods: %s: cannot be read: %s\n", o->changes, strerror(errno));
        return EXIT_FAILED;
    }
    for (int i = 0; i < n && status == EXIT_TAKEN; i++)
        status = read_file(reg, word[i]);
    fb_ods_settle(reg);
    return status;
}

static int run(const struct options *o, char **word, int n)
{
    struct fb_ods_register reg = {.complaints = stderr};
    struct fb_ods_counts counts = {0};
    char memory[1400];
    struct fb_text why;
    struct fb_curve curve;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_curve_open(&curve, o->engine, o->server_key, o->key, &why) != FB_OK) {
        fprintf(stderr, "fairbank-ods: %s\n", why.p);
        return EXIT_USAGE;
    }
    struct fb_ods_sending how = {o->engine, (int)o->timeout_s, o->edition, &fb_stop, stderr, &curve};
    int status = read_all(&reg, o, word, n);
    if (status == EXIT_TAKEN && o->check && !o->json)
        show_changes(&reg, stdout);
    if (status == EXIT_TAKEN && !o->check && fb_ods_publish(&reg, &how, &counts) != FB_OK)
        status = EXIT_FAILED;
    if (status != EXIT_USAGE && reg.n > 0)
        summary(o, &reg, &counts);
    if (status == EXIT_TAKEN && reg.faults + counts.refused + counts.conflicts > 0)
        status = EXIT_SET_ASIDE;
    fb_ods_release(&reg);
    fb_curve_close(&curve);
    return status;
}

static int act(int argc, char **argv)
{
    struct options o = {.engine = "ipc://fairbank-data/door.sock", .timeout_s = 60};
    int option;
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "fairbank-ods " FB_VERSION "\n", stdout);
            return EXIT_TAKEN;
        }
        if (option == '?' || !take_option(&o, option, optarg)) {
            fprintf(stderr, "fairbank-ods: that is not how to call it (fairbank-ods --help)\n");
            return EXIT_USAGE;
        }
    }
    if (optind == argc) {
        fprintf(stderr,
                "fairbank-ods: name at least one file, as 2026-01-01=FILE.csv (fairbank-ods --help)\n");
        return EXIT_USAGE;
    }
    fb_stop_on_signals();
    return run(&o, argv + optind, argc - optind);
}

int main(int argc, char **argv)
{
    int status = act(argc, argv);
    return fb_output_whole("fairbank-ods") ? status : EXIT_FAILED;
}
