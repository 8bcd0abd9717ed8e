/* fairbank route: where an event would go and why, and whether a file of routes is right. Nothing is sent. */
#include "tools/fairbank/route.h"
#include "adapters/lib/feed.h"
#include "tools/fairbank/source.h"
#include <errno.h>
#include <jansson.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ASK_MS = 1500, ARENA_BYTES = 1 << 16, LINE_BYTES_MAX = 1 << 16 };

/* The event asked about, with the memory that holds its texts. */
struct asked {
    struct fb_event_row row;
    struct fb_arena arena;
    unsigned char memory[ARENA_BYTES];
};

static bool keep_text(struct asked *a, struct fb_span *s)
{
    if (s->p != NULL)
        *s = fb_arena_copy(&a->arena, *s);
    return true;
}

static enum fb_err keep_row(struct asked *a, const struct fb_event_row *row, unsigned n, uint64_t seq)
{
    if (n != 1 || row->seq != seq)
        return FB_NOT_FOUND;
    a->row = *row;
    return keep_text(a, &a->row.rule) && keep_text(a, &a->row.event.source) && keep_text(a, &a->row.event.record_ref) ? FB_OK : FB_LIMIT;
}

/* ---- by its number ---- */

static enum fb_err was_refused(const struct options *o, enum fb_reason reason)
{
    fprintf(stderr, "fairbank %s: %s\n", o->command, fb_feed_refusal(reason));
    return FB_REFUSED;
}

/* FB_BUSY: no engine answered. FB_REFUSED: it was said why. */
static enum fb_err from_feed(const struct options *o, uint64_t seq, struct asked *a)
{
    char endpoint[400];
    struct fb_feed_client *feed = NULL;
    struct fb_curve keys;
    struct fb_feed_page page;
    struct fb_feed_ask ask = {.after = seq - 1, .limit = 1};
    endpoint_of(endpoint, sizeof endpoint, o, "feed", o->feed);
    if (!keys_of(o, o->command, endpoint, &keys))
        return FB_REFUSED;
    enum fb_err e = fb_feed_open_with(&feed, endpoint, &keys);
    fb_curve_close(&keys);
    if (e == FB_OK)
        e = fb_feed_next(feed, &ask, ASK_MS, &page);
    if (e == FB_NOT_FOUND)
        e = FB_BUSY;
    else if (e == FB_OK && page.reason != FB_REASON_NONE)
        e = was_refused(o, page.reason);
    else if (e == FB_OK)
        e = keep_row(a, page.row, page.n, seq);
    fb_feed_close(&feed);
    return e;
}

static enum fb_err from_folder(const struct options *o, uint64_t seq, struct asked *a)
{
    struct folder f;
    struct fb_event_row row;
    struct fb_event_filter all = {0};
    uint64_t next = 0, head = 0;
    unsigned n = 0;
    if (!folder_open(&f, o, o->command))
        return FB_REFUSED;
    enum fb_err e = fb_report_events(f.store, f.books, &all, seq - 1, &f.arena, &row, 1, &n, &next, &head);
    if (e == FB_OK)
        e = keep_row(a, &row, n, seq);
    folder_close(&f);
    return e;
}

/* FB_REFUSED: it was said why. */
static enum fb_err by_number(const struct options *o, struct asked *a)
{
    int64_t n = 0;
    if (fb_parse_int(&n, fb_span_of(o->words[0])) != FB_OK || n < 1) {
        fprintf(stderr, "fairbank %s: '%.40s' is no number of an event; `fairbank events` shows them\n", o->command, o->words[0]);
        return FB_REFUSED;
    }
    enum fb_err e = o->offline ? FB_BUSY : from_feed(o, (uint64_t)n, a);
    if (e == FB_BUSY && o->feed == NULL)
        e = from_folder(o, (uint64_t)n, a);
    if (e == FB_BUSY)
        fprintf(stderr, "fairbank %s: no engine answers at %s\n", o->command, o->feed);
    else if (e == FB_NOT_FOUND)
        fprintf(stderr, "fairbank %s: no event %lld; `fairbank events` shows them\n", o->command, (long long)n);
    else if (e != FB_OK && e != FB_REFUSED)
        fprintf(stderr, "fairbank %s: %s\n", o->command, fb_err_text(e));
    return e == FB_OK ? FB_OK : FB_REFUSED;
}

/* ---- from a file ---- */

static enum fb_err from_file(const struct options *o, struct asked *a)
{
    json_error_t fault;
    const char *bad = "";
    FILE *f = strcmp(o->event, "-") == 0 ? stdin : fopen(o->event, "rb");
    if (f == NULL) {
        fprintf(stderr, "fairbank %s: %s cannot be read\n", o->command, o->event);
        return FB_REFUSED;
    }
    json_t *j = json_loadf(f, JSON_REJECT_DUPLICATES | JSON_DISABLE_EOF_CHECK, &fault);
    if (f != stdin)
        fclose(f);
    enum fb_err e = j == NULL ? FB_REFUSED : fb_event_from_json(&a->row, j, &a->arena, &bad);
    if (j == NULL)
        fprintf(stderr, "fairbank %s: %s:%d: %s\n", o->command, o->event, fault.line, fault.text);
    else if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s: its '%s' is not that of an event\n", o->command, o->event, bad);
    json_decref(j);
    return e;
}

/* ---- the commands ---- */

static struct fb_alert_routes *routes_read(const struct options *o, const char *path)
{
    struct fb_alert_routes *routes = NULL;
    char fault[FB_YAML_FAULT_BYTES];
    if (access(path, F_OK) != 0 && errno == ENOENT)
        fprintf(stderr, "fairbank %s: %s: there is no such file: name yours, or begin one from deploy/routes.yaml\n", o->command, path);
    else if (fb_alerts_open(&routes, path, fault) != FB_OK)
        fprintf(stderr, "fairbank %s: %s\n", o->command, fault);
    return routes;
}

static int64_t now_of(const struct options *o)
{
    struct timespec t;
    if (o->at_ms != INT64_MIN)
        return o->at_ms;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int command_route_test(const struct options *o)
{
    static struct asked a;
    static enum fb_misfit verdict[FB_ALERT_ROUTES_MAX];
    if ((o->event != NULL) == (o->n_words == 1)) {
        fprintf(stderr, "fairbank %s: name an event by its number, or give one with --event FILE\n", o->command);
        return EXIT_USAGE;
    }
    struct fb_alert_routes *routes = routes_read(o, o->routes != NULL ? o->routes : "routes.yaml");
    if (routes == NULL)
        return EXIT_FAILED;
    fb_arena_init(&a.arena, a.memory, sizeof a.memory);
    enum fb_err e = o->event != NULL ? from_file(o, &a) : by_number(o, &a);
    if (e == FB_OK) {
        (void)fb_alerts_ask(routes, &a.row, verdict);
        (o->json ? route_tell_json : route_tell)(routes, &a.row, verdict, now_of(o));
    }
    fb_arena_release(&a.arena);
    fb_alerts_close(&routes);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}

int command_route_check(const struct options *o)
{
    struct fb_alert_routes *routes = routes_read(o, o->n_words > 0 ? o->words[0] : "routes.yaml");
    if (routes == NULL)
        return EXIT_FAILED;
    if (o->json)
        printf("{\"routes\":%u,\"silences\":%u}\n", routes->n_routes, routes->n_silences);
    else
        printf("%u route%s and %u silence%s: nothing is wrong\n", routes->n_routes, routes->n_routes == 1 ? "" : "s", routes->n_silences, routes->n_silences == 1 ? "" : "s");
    fb_alerts_close(&routes);
    return EXIT_DONE;
}
