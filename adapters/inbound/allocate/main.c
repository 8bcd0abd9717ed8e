/* fairbank-allocate: the events of RLDatix Allocate systems into the engine. START HERE: settings.h is what the trust says, scrub.h is where
 * persons become pseudonyms, map.h what an event means, send.h how it gets to the engine; listen.h, lines.h and poll.h are the three ways in. */
#include "adapters/inbound/allocate/lines.h"
#include "adapters/inbound/allocate/listen.h"
#include "adapters/inbound/allocate/poll.h"
#include "adapters/lib/output.h"
#include "adapters/lib/stop.h"
#include <getopt.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "fairbank-allocate: takes vacancies, cascades, bookings and timesheets from RLDatix Allocate systems.\n"
    "\n"
    "  fairbank-allocate listen --config FILE            events as HTTP posts, one JSON object each\n"
    "  fairbank-allocate file --config FILE FILE...      events as JSON lines; - is the standard input\n"
    "  fairbank-allocate poll --config FILE [--once]     the direct engagement interface, read again and again\n"
    "  fairbank-allocate check --config FILE             reads the configuration, and sends nothing\n"
    "\n"
    "  --config FILE      who the trust is, and which of its words mean what (adapters/inbound/allocate/README.md)\n"
    "  --once             poll: one round, then an end\n"
    "  --again            file, listen: what was taken within 90 days is sent too, as after a restore of the engine\n"
    "  --timeout SECONDS  file, poll --once: how long to go on without the engine; default 60\n"
    "  --quiet            no summary, and no line for each event that is set aside\n"
    "  --version, --help\n"
    "\n"
    "No name, birth date, e-mail or telephone number leaves this process: persons become pseudonyms where they are read.\n"
    "What is set aside is in STATE/rejects.jsonl, without persons, each with its reason. The same event again is harmless.\n"
    "\n"
    "Exit status: 0 done; 3 some events were set aside; 1 failed, or stopped before the end; 2 wrong usage or configuration.\n";

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SET_ASIDE = 3, OPT_CONFIG = 256, OPT_ONCE, OPT_AGAIN, OPT_TIMEOUT, OPT_QUIET };
struct options {
    const char *config;
    bool once, again, quiet;
    int64_t timeout_s;
};

static int misused(const char *what)
{
    fprintf(stderr, "fairbank-allocate: %s (fairbank-allocate --help)\n", what);
    return EXIT_USAGE;
}

/* -1: go on. */
static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {
        {"config", required_argument, NULL, OPT_CONFIG}, {"once", no_argument, NULL, OPT_ONCE}, {"again", no_argument, NULL, OPT_AGAIN},
        {"timeout", required_argument, NULL, OPT_TIMEOUT}, {"quiet", no_argument, NULL, OPT_QUIET}, {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'}, {NULL, 0, NULL, 0}};
    int option;
    *o = (struct options){.timeout_s = 60};
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "fairbank-allocate " FB_VERSION "\n", stdout);
            return EXIT_DONE;
        }
        if (option == OPT_TIMEOUT && (fb_parse_int(&o->timeout_s, fb_span_of(optarg)) != FB_OK || o->timeout_s < 1 || o->timeout_s > 86400))
            return misused("--timeout takes whole seconds, 1 to 86400");
        if (option == '?')
            return misused("that is not how to call it");
        if (option == OPT_CONFIG)
            o->config = optarg;
        o->once |= option == OPT_ONCE;
        o->again |= option == OPT_AGAIN;
        o->quiet |= option == OPT_QUIET;
    }
    return o->config == NULL ? misused("name the configuration with --config FILE") : optind >= argc ? misused("say listen, file, poll or check") : -1;
}

static enum fb_err do_files(struct fb_allocate_sender *s, const struct options *o, const struct fb_allocate_settings *set, char **file, int n)
{
    enum fb_err e = fb_allocate_await_engine(s, o->timeout_s * 1000, &fb_stop);
    if (e == FB_BUSY)
        fprintf(stderr, "fairbank-allocate: no engine answers; nothing is lost: run the same command again\n");
    for (int i = 0; i < n && e == FB_OK; i++) {
        bool standard = strcmp(file[i], "-") == 0;
        FILE *f = standard ? stdin : fopen(file[i], "rb");
        if (f == NULL) {
            fprintf(stderr, "fairbank-allocate: %s cannot be read\n", file[i]);
            return FB_IO;
        }
        e = fb_allocate_lines(s, f, standard ? "stdin" : file[i], set->arrival, set->batch_is_digest, o->timeout_s * 1000, &fb_stop);
        if (!standard)
            fclose(f);
    }
    return e;
}

static enum fb_err do_listen(struct fb_allocate_sender *s, const struct fb_allocate_settings *set)
{
    struct fb_allocate_listener *l = NULL;
    enum fb_err e = fb_allocate_listen_open(&l, set, s);
    if (e != FB_OK)
        fprintf(stderr, "fairbank-allocate: cannot listen at %s port %" PRId64 "\n", set->address, set->port);
    else {
        bool six = strchr(set->address, ':') != NULL;
        printf("listening at http://%s%s%s:%u/\n", six ? "[" : "", set->address, six ? "]" : "", fb_allocate_listen_port(l));
        fflush(stdout);
        e = fb_allocate_listen_run(l, &fb_stop);
    }
    fb_allocate_listen_close(&l);
    return e;
}

static void sum_up(const struct fb_allocate_sender *s)
{
    const uint64_t *n = fb_allocate_counts(s);
    fprintf(stderr, "fairbank-allocate:");
    for (unsigned f = FB_ALLOCATE_TAKEN; f < FB_ALLOCATE_FATES; f++)
        fprintf(stderr, " %s %" PRIu64, fb_allocate_fate_word((enum fb_allocate_fate)f), n[f]);
    fprintf(stderr, "; words left out %" PRIu64 "\n", fb_allocate_untranslated(s));
}

static int run(const struct fb_allocate_settings *set, const struct options *o, const char *mode, char **file, int n)
{
    struct fb_allocate_sender *s = NULL;
    bool listens = strcmp(mode, "listen") == 0;
    struct fb_allocate_send_options so = {.settings = set, .program = "fairbank-allocate", .quiet = o->quiet, .again = o->again, .stop = &fb_stop,
                                          .patience_ms = listens ? 2000 : o->timeout_s * 1000};
    enum fb_err e = fb_allocate_sender_open(&s, &so);
    struct fb_allocate_poll_options po = {.settings = set, .sender = s, .stop = &fb_stop, .once = o->once, .patience_ms = o->timeout_s * 1000};
    if (e == FB_OK)
        e = listens ? do_listen(s, set) : strcmp(mode, "poll") == 0 ? fb_allocate_poll(&po) : do_files(s, o, set, file, n);
    if (s != NULL && !o->quiet)
        sum_up(s);
    const uint64_t *c = s != NULL ? fb_allocate_counts(s) : NULL;
    int status = e != FB_OK || c == NULL ? EXIT_FAILED : c[FB_ALLOCATE_UNREADABLE] + c[FB_ALLOCATE_REFUSED] + c[FB_ALLOCATE_CONFLICT] > 0 ? EXIT_SET_ASIDE : EXIT_DONE;
    fb_allocate_sender_close(&s);
    return status;
}

static bool told(const struct fb_allocate_settings *set, const char *config)
{
    bool listens = set->secret[0] != '\0', polls = set->url[0] != '\0';
    return printf("%s: %.*s, %s%s%s\n", config, (int)set->source.name.n, set->source.name.p, listens ? "listens " : "", polls ? "polls" : "",
                  listens || polls ? "" : "takes files alone: it has neither listen: nor poll:") > 0;
}

static int act(int argc, char **argv)
{
    struct options o;
    struct fb_allocate_settings *set = NULL;
    char fault[FB_YAML_FAULT_BYTES];
    int status = parse(&o, argc, argv);
    if (status >= 0)
        return status;
    const char *mode = argv[optind];
    bool files = strcmp(mode, "file") == 0;
    if (!files && strcmp(mode, "listen") != 0 && strcmp(mode, "poll") != 0 && strcmp(mode, "check") != 0)
        return misused("say listen, file, poll or check");
    if (files != (argc - optind > 1))
        return misused(files ? "name at least one file" : "too many words");
    if (sodium_init() < 0)
        return EXIT_FAILED;
    if (fb_allocate_settings_open(&set, o.config, fault) != FB_OK) {
        fprintf(stderr, "fairbank-allocate: %s\n", fault);
        return EXIT_USAGE;
    }
    fb_stop_on_signals();
    if (strcmp(mode, "poll") == 0 && set->url[0] == '\0')
        status = misused("the configuration has no poll:");
    else if (strcmp(mode, "listen") == 0 && set->secret[0] == '\0')
        status = misused("the configuration has no listen: with a secret");
    else if (strcmp(mode, "check") == 0)
        status = told(set, o.config) ? EXIT_DONE : EXIT_FAILED;
    else
        status = run(set, &o, mode, argv + optind + 1, argc - optind - 1);
    fb_allocate_settings_close(&set);
    return status;
}

int main(int argc, char **argv)
{
    int status = act(argc, argv);
    return fb_output_whole("fairbank-allocate") ? status : EXIT_FAILED;
}
