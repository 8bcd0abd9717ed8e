/* fairbank events: pages of the feed, or, when no engine answers, of its data folder. */
#include "adapters/lib/event_json.h"
#include "adapters/lib/feed.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <time.h>

enum { PAGE = 200, ASK_MS = 1500, PARK_MS = 500, POLL_MS = 300, KEPT_MS = 20000 };
static volatile sig_atomic_t stopped;
static void on_stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* With the name that an event has wherever it is told (adapters/lib/feed.h): after a restore its number is given again to another. */
static void line_json(const struct fb_event_row *r, uint64_t epoch)
{
    char id[FB_EVENT_ID_BYTES];
    json_t *j = fb_event_json(r);
    fb_event_id(id, r, epoch);
    json_object_set_new(j, "id", json_string(id));
    json_print(j, JSON_COMPACT);
}

static void add_pounds(struct fb_text *t, int64_t pence)
{
    char pounds[40];
    pounds_format(pounds, sizeof(pounds), pence);
    fb_text_add(t, pence < 0 ? "-£" : "£");
    fb_text_add(t, pounds + (pence < 0));
}

/* £347.40, was £388.60 under issue 3; spend that was sent stays as it is when the card moves */
static void add_prior(struct fb_text *t, const struct fb_event *e)
{
    if (e->delta_pence == 0) {
        fb_text_add(t, ", as under issue ");
        fb_text_add_int(t, e->prior_issue);
        fb_text_add(t, "; its card, excess or loaded cost moved");
        return;
    }
    fb_text_add(t, ", was ");
    add_pounds(t, e->pence - e->delta_pence);
    fb_text_add(t, " under issue ");
    fb_text_add_int(t, e->prior_issue);
}

static void line_person(const struct fb_event_row *r)
{
    const struct fb_event *e = &r->event;
    char at[25], line[400];
    struct fb_text t;
    fb_instant_format(at, e->at_ms);
    fb_text_init(&t, line, sizeof(line));
    struct fb_span type = fb_event_type(r);
    bool posted = e->kind == FB_EVENT_SPEND_POSTED || e->kind == FB_EVENT_BATCH_WITHDRAWN; /* what changed, not what it came to */
    fb_text_add_span(&t, r->rule);
    if ((posted || e->kind == FB_EVENT_RATE_REPRICED) && e->stage != FB_STAGE_NONE)
        fb_text_add(&t, fb_stage_word(e->stage));
    if (e->pence != 0 || e->delta_pence != 0) {
        fb_text_add(&t, t.n > 0 ? " " : "");
        add_pounds(&t, posted ? e->delta_pence : e->pence);
    }
    if (e->kind == FB_EVENT_RATE_REPRICED)
        add_prior(&t, e);
    const char *ref = word_of(e->record_ref);
    bool more = t.n > 0 || *ref != '\0', place = more || e->trust != 0; /* no blanks at the end of a line */
    printf("%8llu  %.19sZ  %-*.*s%s%-*s%s%-*s%s%s\n", (unsigned long long)r->seq, at, place ? (type.n > 22 ? (int)type.n : 22) : (int)type.n, (int)type.n, type.p, place ? " " : "",
           more ? 5 : 0, e->trust != 0 ? code_word(e->trust) : "", more ? " " : "", t.n > 0 ? 20 : 0, ref, t.n > 0 ? " " : "", line);
}

/* FB_IO: not all of it was written, so the place may not move on. */
static enum fb_err show(const struct options *o, const struct fb_event_row *row, unsigned n, uint64_t epoch)
{
    for (unsigned i = 0; i < n; i++)
        if (o->json)
            line_json(&row[i], epoch);
        else
            line_person(&row[i]);
    return fflush(stdout) == 0 && !ferror(stdout) ? FB_OK : FB_IO;
}

static bool filter_of(const struct options *o, struct fb_event_filter *filter)
{
    *filter = (struct fb_event_filter){.trust = o->trust};
    if (o->kind == NULL)
        return true;
    for (unsigned k = 1; k < FB_EVENT_END; k++)
        if (strcmp(fb_event_word(k), o->kind) == 0)
            fb_event_set_add(&filter->kinds, (enum fb_event_kind)k);
    if (fb_event_set_empty(&filter->kinds)) {
        fprintf(stderr, "fairbank events: no kind '%s'; there are:", o->kind);
        for (unsigned k = 1; k < FB_EVENT_END; k++)
            fprintf(stderr, " %s", fb_event_word(k));
        fputc('\n', stderr);
    }
    return !fb_event_set_empty(&filter->kinds);
}

/* One run over the feed or the folder. */
struct tail {
    const struct options *o;
    struct fb_feed_ask ask;
    uint64_t shown;
    bool answered; /* the engine did, at least once */
    bool told;     /* what went wrong */
};

static bool enough(const struct tail *t) { return stopped || (t->o->limit > 0 && t->shown >= t->o->limit); }

/* `next` is behind the page's last event, so a page may hold no more than are still wanted. */
static unsigned wanted(const struct tail *t)
{
    uint64_t left = t->o->limit > 0 ? t->o->limit - t->shown : PAGE;
    return left < PAGE ? (unsigned)left : PAGE;
}

static enum fb_err take_page(struct tail *t, const struct fb_event_row *row, unsigned n, uint64_t next, uint64_t epoch)
{
    if (t->o->limit > 0 && n > t->o->limit - t->shown)
        n = (unsigned)(t->o->limit - t->shown);
    enum fb_err e = show(t->o, row, n, epoch);
    t->shown += n;
    t->ask.after = next;
    t->ask.from_cursor = false;
    return e;
}

static bool keep_place(struct tail *t, struct fb_feed_client *feed, uint64_t epoch)
{
    if (t->o->cursor == NULL)
        return true;
    struct fb_feed_ack ack = {.cursor = t->ask.cursor, .epoch = epoch, .seq = t->ask.after};
    return fb_feed_ack(feed, &ack, ASK_MS) == FB_OK;
}

/* An acknowledgement is not answered: who asks again at once, as a script does, must not be given what this run has taken. So we go
 * when the cursor leads behind it; a busy engine's, or a slow disk's, is not kept at once. */
static bool place_is_kept(struct tail *t, struct fb_feed_client *feed)
{
    const struct fb_feed_ack ack = {.cursor = t->ask.cursor, .seq = t->ask.after};
    enum fb_err e = FB_NOT_FOUND;
    for (int waited = 0; e == FB_NOT_FOUND && !stopped && waited < KEPT_MS; waited += ASK_MS)
        e = fb_feed_settle(feed, &ack, ASK_MS);
    return e == FB_OK;
}

/* FB_NOT_FOUND: nobody answered at all. */
static enum fb_err from_feed(struct tail *t)
{
    char endpoint[400];
    struct fb_feed_client *feed = NULL;
    endpoint_of(endpoint, sizeof(endpoint), t->o, "feed", t->o->feed);
    struct fb_curve keys;
    if (!keys_of(t->o, "events", endpoint, &keys))
        return FB_REFUSED;
    enum fb_err e = fb_feed_open_with(&feed, endpoint, &keys);
    fb_curve_close(&keys);
    while (e == FB_OK && !enough(t)) {
        struct fb_feed_page page;
        t->ask.limit = wanted(t);
        e = fb_feed_next(feed, &t->ask, t->ask.wait ? PARK_MS : ASK_MS, &page);
        if (e == FB_NOT_FOUND && t->answered && t->o->follow) {
            e = FB_OK; /* nothing came while parked, or the engine is being restarted: ask again */
            continue;
        }
        if (e != FB_OK)
            break;
        t->answered = true;
        if (page.reason != FB_REASON_NONE) {
            fprintf(stderr, "fairbank events: %s%s\n", fb_feed_refusal(page.reason), page.reason == FB_REASON_FIELD_RANGE ? ": start again with --from 0" : "");
            t->told = true;
            e = FB_REFUSED;
            break;
        }
        t->ask.epoch = page.epoch; /* a number alone says nothing once the store was restored: it is given again to another event */
        if ((e = take_page(t, page.row, page.n, page.next, page.epoch)) != FB_OK)
            break;
        if (!keep_place(t, feed, page.epoch))
            fprintf(stderr, "fairbank events: the place of cursor '%s' could not be kept; it will be with the next page\n", t->o->cursor);
        bool end = page.next >= page.head;
        if (end && !t->o->follow)
            break;
        t->ask.wait = end;
    }
    if (e == FB_OK && t->answered && t->o->cursor != NULL && !place_is_kept(t, feed)) {
        fprintf(stderr, "fairbank events: the place of cursor '%s' may not be kept: what was given may be given again\n", t->o->cursor);
        t->told = true;
        e = FB_IO;
    }
    fb_feed_close(&feed);
    return e;
}

static enum fb_err from_folder(struct tail *t)
{
    static struct fb_event_row rows[PAGE];
    struct folder f;
    if (!folder_open(&f, t->o, "events")) {
        t->told = true;
        return FB_IO;
    }
    enum fb_err e = FB_OK;
    while (e == FB_OK && !enough(t)) {
        unsigned n = 0;
        uint64_t next = t->ask.after, head = 0;
        fb_arena_reset(&f.arena);
        e = fb_report_events(f.store, f.books, &t->ask.filter, t->ask.after, &f.arena, rows, PAGE, &n, &next, &head);
        if (e != FB_OK)
            break;
        if ((e = take_page(t, rows, n, next, fb_store_epoch(f.store))) != FB_OK || next < head)
            continue;
        if (!t->o->follow)
            break;
        nanosleep(&(struct timespec){0, POLL_MS * 1000000L}, NULL);
    }
    folder_close(&f);
    return e;
}

/* What went wrong, once. */
static void tell(const struct tail *t, enum fb_err e)
{
    char endpoint[400];
    endpoint_of(endpoint, sizeof(endpoint), t->o, "feed", t->o->feed);
    if (t->told || e == FB_OK || stopped)
        return;
    if (ferror(stdout))
        fprintf(stderr, "fairbank events: the output could not be written; %s\n",
                t->o->cursor != NULL ? "the cursor stays where it was" : "ask again");
    else if (e == FB_NOT_FOUND)
        fprintf(stderr, "fairbank events: no engine answers at %s%s\n", endpoint, t->answered ? " any more" : "");
    else
        fprintf(stderr, "fairbank events: reading %s failed: %s\n", t->o->offline ? t->o->data : endpoint, fb_err_text(e));
}

int command_events(const struct options *o)
{
    struct tail t = {.o = o, .ask = {.after = o->from > 0 ? (uint64_t)o->from : 0, .limit = PAGE}};
    if (!filter_of(o, &t.ask.filter))
        return EXIT_USAGE;
    if (o->cursor != NULL) {
        t.ask.cursor = fb_span_of(o->cursor);
        t.ask.from_cursor = o->from < 0;
    }
    struct sigaction act = {.sa_handler = on_stop};
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGTERM, &act, NULL);
    warn_unknown_trust(o, "events");
    enum fb_err e = o->offline ? FB_NOT_FOUND : from_feed(&t);
    if (e == FB_NOT_FOUND && !t.answered && o->feed == NULL) { /* a feed that was named may be of another folder */
        if (o->cursor != NULL) {
            fprintf(stderr, "fairbank events: no engine answers, and only a running one keeps a cursor's place\n");
            return EXIT_FAILED;
        }
        e = from_folder(&t);
    }
    tell(&t, e);
    return (e == FB_OK || stopped) && !ferror(stdout) ? EXIT_DONE : EXIT_FAILED;
}
