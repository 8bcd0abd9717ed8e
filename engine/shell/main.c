/*~ 1 START HERE. fairbankd takes bookings from every trust's systems, judges each against the rules, keeps
 * everything and tells those who must act. This file reads the arguments; then: open, run, close (engine.c).
 *
 * One message's way from here: loop.c wakes when a socket has something; door.c decodes it (tour stop 2);
 * queue.c carries it to the commit thread; commit.c hands a batch to turn, which decides and makes it durable
 * (stop 3, engine/turn); answers.c tells the publisher. Feed and ticker carry the events out. */
#include "engine/shell/config.h"
#include "engine/shell/config_look.h"
#include "engine/shell/engine.h"
#include <getopt.h>
#include <malloc.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

static const char help[] =
    "fairbankd: the engine of a shared staffing bank. Takes records, judges them, keeps them, tells of "
    "them.\n"
    "\n"
    "  fairbankd [--config FILE] [--data DIR] [--set KEY=VALUE]...\n"
    "  fairbankd --check-config [--config FILE]   says what is wrong with a configuration, and what of the\n"
    "                                             packs, identities and key that it names is not there\n"
    "  fairbankd --print-config                   prints every key with its meaning and default\n"
    "  fairbankd --version | --help\n"
    "\n"
    "Runs in the foreground with no configuration at all; logs to stderr; the file `ready` in the data "
    "folder holds its\n"
    "process number while it takes messages. SIGTERM or SIGINT: commits and answers what was taken, then "
    "ends; a second\n"
    "one before that is done ends at once. SIGHUP: reads the packs again; an issue is made of what changed, or\n"
    "the old one stays; and the identities: keys that were revoked or taken out are refused from their next message.\n"
    "Packs that an earlier issue had are not taken again, nor any while an issue waits for its moment.\n"
    "The same, with an answer: `fairbank rules issue`; from a moment on: `fairbank rules schedule`; not\n"
    "after all: `fairbank rules withdraw`.\n"
    "\n"
    "Exit status: 0 told to stop, and stopped; 1 a socket, folder or memory was not to be had; 2 arguments, configuration\n"
    "or packs; 3 the store is damaged or newer than this engine: starting again does not help; 4 another engine, a\n"
    "compaction or a restore has the data folder; 5 a commit failed: start it again; 6 worker.key or link.key in the data\n"
    "folder, or the engine's key or identities for the network, are missing or not as they must be: restore them.\n";

enum action { RUN, CHECK, PRINT, VERSION, HELP, WRONG };
struct arguments {
    enum action action;
    struct fb_config *config;
    struct fb_pack_report report; /* what is wrong in the file or in an argument */
    enum fb_err err;
};

/* An argument is read as a line of the configuration, so that it has the same checks and the same complaints.
 */
static enum fb_err set_key(struct arguments *a, struct fb_span key, const char *value)
{
    char memory[1024];
    struct fb_text line;
    fb_text_init(&line, memory, sizeof memory);
    fb_text_add_span(&line, key);
    fb_text_add(&line, ": ");
    fb_text_add(&line, value);
    if (line.cut)
        return FB_LIMIT;
    return fb_config_parse(a->config, "the arguments", (struct fb_span){line.p, (uint32_t)line.n},
                           &a->report);
}

static enum fb_err set_pair(struct arguments *a, const char *pair)
{
    const char *equals = strchr(pair, '=');
    if (equals == NULL)
        return FB_REFUSED;
    return set_key(a, (struct fb_span){pair, (uint32_t)(equals - pair)}, equals + 1);
}

static void take_option(struct arguments *a, int option, const char *value)
{
    enum fb_err e = FB_OK;
    if (option == 'd')
        e = set_key(a, fb_span_of("data"), value);
    else if (option == 's')
        e = set_pair(a, value);
    else if (option != 'c')
        a->action = option == 'k'   ? CHECK
                    : option == 'p' ? PRINT
                    : option == 'v' ? VERSION
                    : option == 'h' ? HELP
                                    : WRONG;
    if (a->err == FB_OK)
        a->err = e;
}

/* The file first, wherever it stands among the arguments: what is said on the command line wins over it. */
static void read_arguments(struct arguments *a, int argc, char **argv)
{
    static const struct option options[] = {
        {"config", required_argument, NULL, 'c'}, {"data", required_argument, NULL, 'd'},
        {"set", required_argument, NULL, 's'},    {"check-config", no_argument, NULL, 'k'},
        {"print-config", no_argument, NULL, 'p'}, {"version", no_argument, NULL, 'v'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
    };
    int option;
    opterr = 0; /* the second reading says what is wrong */
    while ((option = getopt_long(argc, argv, "c:d:s:h", options, NULL)) != -1)
        if (option == 'c' && a->err == FB_OK)
            a->err = fb_config_read(a->config, optarg, &a->report);
    opterr = 1;
    optind = 1;
    while ((option = getopt_long(argc, argv, "c:d:s:h", options, NULL)) != -1)
        take_option(a, option, optarg);
    if (optind < argc || a->err == FB_LIMIT)
        a->action = WRONG;
}

/* What somebody asked for; a full disk is no success. */
static int tell(const char *text)
{
    if (fputs(text, stdout) >= 0 && fflush(stdout) == 0)
        return FB_EXIT_DONE;
    fputs("fairbankd: the output could not be written\n", stderr);
    return FB_EXIT_FAILED;
}

static int print_config(void)
{
    char memory[FB_CONFIG_TEXT_BYTES];
    struct fb_text text;
    fb_text_init(&text, memory, sizeof memory);
    fb_config_format(&text);
    return tell(text.p);
}

/* Connections are file descriptors: as many as the system lets this process have. */
static void allow_connections(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

enum { LARGE_PIECE_BYTES = 512 << 10, HEAP_KEPT_BYTES = 8 << 20 };
/* Tables that grow and pages of the queue come from the system and go back to it, each by itself. Left alone the allocator
 * learns from the first large piece that is freed to take the next ones from its heap, and keeps what they were. */
static void give_back_large_pieces(void)
{
    (void)mallopt(M_MMAP_THRESHOLD, LARGE_PIECE_BYTES);
    (void)mallopt(M_TRIM_THRESHOLD, HEAP_KEPT_BYTES);
}

static int run(const struct fb_config *config)
{
    struct fb_engine *engine = NULL;
    give_back_large_pieces();
    fb_log_set(config->log_level);
    (void)umask(0077); /* data and sockets are their owner's */
    (void)signal(SIGPIPE, SIG_IGN);
    allow_connections();
    enum fb_exit status = fb_engine_open(&engine, config);
    if (status == FB_EXIT_DONE)
        status = fb_engine_run(engine);
    fb_engine_close(&engine);
    fb_log(FB_LOG_INFO, "stopped, status %d", (int)status);
    return (int)status;
}

static int act(const struct arguments *a)
{
    if (a->action == HELP)
        return tell(help);
    if (a->action == VERSION)
        return tell("fairbankd " FB_VERSION "\n");
    if (a->action == PRINT)
        return print_config();
    if (a->action == WRONG)
        return FB_EXIT_USAGE;
    fb_pack_report_print(stderr, &a->report);
    if (a->err != FB_OK)
        return FB_EXIT_USAGE;
    if (fb_config_wrong(a->config) != NULL) {
        fprintf(stderr, "fairbankd: %s\n", fb_config_wrong(a->config));
        return FB_EXIT_USAGE;
    }
    if (a->action == RUN)
        return run(a->config);
    enum fb_exit found = fb_config_look(a->config);
    return found != FB_EXIT_DONE ? (int)found : tell("the configuration is good\n");
}

int main(int argc, char **argv)
{
    static struct fb_config config; /* too large for a stack: it has room for every source */
    struct arguments a = {.config = &config};
    fb_config_default(&config);
    read_arguments(&a, argc, argv);
    int status = act(&a);
    if (a.action == WRONG || (a.err != FB_OK && a.report.errors == 0))
        fputs("fairbankd: that is not how to call it; try fairbankd --help\n", stderr);
    fb_pack_report_free(&a.report);
    return status;
}
