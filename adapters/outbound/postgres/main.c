/* fairbank-postgres: the feed into a database. START HERE: settings.h is the configuration, schema.c the tables, sink.h how events get in
 * once. */
#include "adapters/lib/feed.h"
#include "adapters/lib/output.h"
#include "adapters/lib/stop.h"
#include "adapters/outbound/postgres/settings.h"
#include "adapters/outbound/postgres/sink.h"
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_WRONG = 2, PAGE = 500, ASK_MS = 1500, PARK_MS = 500, ACK_MS = 1000, REST_MS = 1000, FAULT_BYTES = 1200, ONCE_ASKS = 3 };

/* One session: the database and the feed, until one of them fails. */
struct bridge {
    const struct fb_postgres_settings *settings;
    struct fb_postgres_sink *sink;
    struct fb_feed_client *feed;
    uint64_t epoch, seq, head; /* what was read, which may be ahead of what was written */
    uint64_t written, added;
    unsigned unanswered; /* questions in a row */
    bool at_head, engine_away;
    const char *refusal; /* what the engine says of a key to which it gives nothing; NULL: it gives */
};

static void complain(const char *what, const char *detail)
{
    size_t n = strcspn(detail, "\n");
    fprintf(stderr, "fairbank-postgres: %s%.*s\n", what, (int)n, detail);
}

static enum fb_err write_gathered(struct bridge *b)
{
    uint64_t added = 0, epoch, seq;
    unsigned n = fb_postgres_gathered(b->sink);
    fb_postgres_place(b->sink, &epoch, &seq);
    if (n == 0 && epoch == b->epoch && seq == b->seq)
        return FB_OK;
    enum fb_err e = fb_postgres_commit(b->sink, b->epoch, b->seq, &added);
    if (e != FB_OK)
        return e;
    b->written += n;
    b->added += added;
    struct fb_feed_ack ack = {.cursor = fb_span_of(b->settings->cursor), .epoch = b->epoch, .seq = b->seq};
    /* A lost one is made good by the next: the place is in the database. */
    return fb_feed_ack(b->feed, &ack, ACK_MS) == FB_NOT_FOUND ? FB_OK : e;
}

/* A store that was made anew begins at nought, under another epoch. For any other reason the place stays, and the engine is asked again
 * in a while: FB_BUSY. */
static enum fb_err take_refusal(struct bridge *b, const struct fb_feed_page *page)
{
    if (page->reason == FB_REASON_FIELD_RANGE) {
        b->epoch = page->epoch;
        b->seq = 0;
        return FB_OK;
    }
    if (b->refusal == NULL)
        complain(fb_feed_refusal(page->reason), "");
    b->refusal = fb_feed_refusal(page->reason);
    b->at_head = false;
    if (!b->settings->once)
        nanosleep(&(struct timespec){REST_MS / 1000, 0}, NULL);
    return FB_BUSY;
}

static enum fb_err take_page(struct bridge *b, const struct fb_feed_page *page)
{
    enum fb_err e = FB_OK;
    b->engine_away = false;
    b->unanswered = 0;
    if (page->reason != FB_REASON_NONE)
        return take_refusal(b, page);
    b->refusal = NULL;
    b->head = page->head;
    for (unsigned i = 0; e == FB_OK && i < page->n; i++)
        e = fb_postgres_add(b->sink, &page->row[i], page->epoch);
    b->epoch = page->epoch;
    b->seq = page->next;
    b->at_head = page->next >= page->head;
    return e;
}

/* FB_BUSY: no engine answers. */
static enum fb_err read_page(struct bridge *b)
{
    struct fb_feed_page page;
    bool wait = b->at_head && fb_postgres_gathered(b->sink) == 0 && !b->settings->once;
    struct fb_feed_ask ask = {.cursor = fb_span_of(b->settings->cursor), .epoch = b->epoch, .after = b->seq, .limit = PAGE, .wait = wait};
    enum fb_err e = fb_feed_next(b->feed, &ask, wait ? PARK_MS : ASK_MS, &page);
    if (e == FB_OK)
        return take_page(b, &page);
    if (e != FB_NOT_FOUND)
        return e;
    b->at_head = b->at_head && wait; /* parked, and nothing came */
    if (wait)
        return FB_OK;
    if (++b->unanswered < ONCE_ASKS && b->settings->once) /* busy, it answers late */
        return FB_OK;
    if (!b->engine_away)
        complain("no engine answers at ", b->settings->feed);
    b->engine_away = true;
    return FB_BUSY;
}

static bool is_done(const struct bridge *b)
{
    return b->settings->once && b->at_head && fb_postgres_gathered(b->sink) == 0;
}

static enum fb_err follow(struct bridge *b)
{
    enum fb_err e = FB_OK;
    while (e == FB_OK && !fb_stop && !is_done(b)) {
        e = read_page(b);
        if (e == FB_BUSY && !b->settings->once)
            e = FB_OK;
        if (e == FB_OK && (b->at_head || b->engine_away || b->refusal != NULL || fb_postgres_gathered(b->sink) >= b->settings->batch))
            e = write_gathered(b);
    }
    return e == FB_OK ? write_gathered(b) : e;
}

static enum fb_err open_both(struct bridge *b, struct fb_text *why)
{
    const struct fb_postgres_settings *s = b->settings;
    struct fb_curve keys;
    enum fb_err e = fb_curve_open(&keys, s->feed, s->server_key[0] != '\0' ? s->server_key : NULL, s->key[0] != '\0' ? s->key : NULL, why);
    if (e != FB_OK)
        return e;
    e = fb_postgres_open(&b->sink, s->database, s->schema, s->cursor, why);
    if (e == FB_OK) {
        fb_postgres_place(b->sink, &b->epoch, &b->seq);
        e = fb_feed_open_with(&b->feed, s->feed, &keys);
        if (e != FB_OK)
            fb_text_add(why, "the feed's endpoint cannot be connected to");
    }
    fb_curve_close(&keys);
    return e;
}

static void close_both(struct bridge *b)
{
    fb_feed_close(&b->feed);
    fb_postgres_close(&b->sink);
    b->at_head = false;
}

/* A database that went away is waited for: what was not committed is asked for again from the place. */
static enum fb_err session(struct bridge *b)
{
    char memory[FAULT_BYTES];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = open_both(b, &why);
    if (e != FB_OK)
        complain("", why.p);
    else if ((e = follow(b)) == FB_IO)
        complain("the database: ", fb_postgres_fault(b->sink));
    else if (e == FB_DAMAGED)
        complain("what answers is no engine's feed: ", b->settings->feed);
    else if (e != FB_OK && e != FB_BUSY) /* which was said */
        complain("", fb_err_text(e));
    close_both(b);
    return e;
}

static int tell(const struct bridge *b, enum fb_err e)
{
    if (b->settings->json)
        printf("{\"written\":%" PRIu64 ",\"new\":%" PRIu64 ",\"seq\":%" PRIu64 ",\"head\":%" PRIu64 "}\n", b->written, b->added, b->seq, b->head);
    else if (!b->settings->quiet)
        printf("%" PRIu64 " events written, %" PRIu64 " of them new; the feed was read up to %" PRIu64 " of %" PRIu64 "\n", b->written, b->added, b->seq, b->head);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}

static int run(const struct fb_postgres_settings *s)
{
    struct bridge b = {.settings = s};
    enum fb_err e = session(&b);
    while (e == FB_IO && !fb_stop && !s->once) {
        nanosleep(&(struct timespec){REST_MS / 1000, 0}, NULL);
        e = session(&b);
    }
    return tell(&b, fb_stop ? FB_OK : e);
}

static int check(const struct fb_postgres_settings *s)
{
    struct bridge b = {.settings = s};
    char memory[FAULT_BYTES];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = open_both(&b, &why);
    if (e == FB_OK)
        printf("the tables are there in schema %s; the feed was read up to %" PRIu64 "\n", s->schema, b.seq);
    else
        fprintf(stderr, "fairbank-postgres: %s\n", why.p);
    close_both(&b);
    return e == FB_OK ? EXIT_DONE : EXIT_FAILED;
}

static int act(int argc, char **argv)
{
    struct fb_postgres_settings s = {.once = false};
    char fault[FB_YAML_FAULT_BYTES] = "";
    bool helped = false;
    if (!fb_postgres_options(&s, argc, argv, &helped))
        return EXIT_WRONG;
    if (helped)
        return EXIT_DONE;
    enum fb_err e = fb_postgres_configure(&s, fault);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank-postgres: %s\n", fault[0] != '\0' ? fault : fb_err_text(e));
        return EXIT_WRONG;
    }
    fb_stop_on_signals();
    return s.check ? check(&s) : run(&s);
}

int main(int argc, char **argv)
{
    int status = act(argc, argv);
    return fb_output_whole("fairbank-postgres") ? status : EXIT_FAILED;
}
