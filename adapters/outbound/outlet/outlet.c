#include "adapters/outbound/outlet/outlet.h"
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PAGE = 500, ASK_MS = 1500, ACK_MS = 1000, DAY_MS = 86400000, PRUNE_MS = 3600000, REFUSED_MS = 1500, FIRST_RETRY_MS = 5000, LAST_RETRY_MS = 6 * 3600000, BACK_MS = 1000 };

struct fb_outlet {
    struct fb_outlet_options options;
    struct fb_alert_routes *routes;
    struct fb_ledger *ledger;
    struct fb_feed_client *feed;
    struct fb_plan plan;
    struct fb_outlet_figures figures;
    bool at_head;   /* the next question may be parked */
    bool told;      /* the engine was told where we are */
    int64_t pruned_ms, seen_ms; /* seen: the clock, at the last step */
    int64_t refused_ms; /* when the engine said last that it gives nothing */
    const char *fault;
};

int64_t fb_outlet_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t fb_outlet_retry_ms(int64_t tries, uint64_t seed)
{
    int64_t wait = FIRST_RETRY_MS;
    for (int64_t i = 0; i < tries && wait < LAST_RETRY_MS; i++)
        wait *= 2;
    if (wait > LAST_RETRY_MS)
        wait = LAST_RETRY_MS;
    return wait / 2 + (int64_t)(seed % (uint64_t)(wait / 2 + 1));
}

/* ---- opening ---- */

static enum fb_err read_routes(struct fb_alert_routes **out, const char *path, struct fb_text *why)
{
    char fault[FB_YAML_FAULT_BYTES];
    enum fb_err e = fb_alerts_open(out, path, fault);
    if (e != FB_OK)
        fb_text_add(why, fault[0] != '\0' ? fault : fb_err_text(e));
    return e;
}

static enum fb_err set_up(struct fb_outlet *o, struct fb_text *why)
{
    enum fb_err e = read_routes(&o->routes, o->options.routes, why);
    if (e == FB_OK)
        e = fb_ledger_open(&o->ledger, o->options.ledger, why);
    if (e == FB_OK && (e = fb_ledger_place(o->ledger, &o->figures.epoch, &o->figures.seq)) != FB_OK)
        fb_text_add(why, fb_ledger_fault(o->ledger));
    if (e == FB_OK && (e = fb_feed_open_with(&o->feed, o->options.feed, o->options.curve)) != FB_OK) {
        fb_text_add(why, o->options.feed);
        fb_text_add(why, ": no endpoint that can be connected to");
    }
    return e;
}

enum fb_err fb_outlet_open(struct fb_outlet **out, const struct fb_outlet_options *options, struct fb_text *why)
{
    struct fb_outlet *o = calloc(1, sizeof *o);
    *out = NULL;
    if (o == NULL)
        return FB_FULL;
    o->options = *options;
    o->fault = "";
    enum fb_err e = set_up(o, why);
    o->plan = (struct fb_plan){.routes = o->routes, .mine = options->mine, .ledger = o->ledger};
    if (e == FB_OK)
        *out = o;
    else
        fb_outlet_close(&o);
    return e;
}

void fb_outlet_close(struct fb_outlet **outlet)
{
    struct fb_outlet *o = *outlet;
    *outlet = NULL;
    if (o == NULL)
        return;
    fb_feed_close(&o->feed);
    fb_ledger_close(&o->ledger);
    fb_alerts_close(&o->routes);
    free(o);
}

enum fb_err fb_outlet_reload(struct fb_outlet *o, struct fb_text *why)
{
    struct fb_alert_routes *routes = NULL;
    enum fb_err e = read_routes(&routes, o->options.routes, why);
    if (e != FB_OK)
        return e;
    fb_alerts_close(&o->routes);
    o->plan.routes = o->routes = routes;
    return FB_OK;
}

/* The end of a transaction of which e became. The ledger's fault is asked for last: what it says lives until its next call. */
static enum fb_err keep_or_undo(struct fb_outlet *o, enum fb_err e)
{
    if (e == FB_OK)
        e = fb_ledger_keep(o->ledger);
    else
        fb_ledger_undo(o->ledger);
    if (e == FB_IO)
        o->fault = fb_ledger_fault(o->ledger);
    return e;
}

/* ---- one page ---- */

static enum fb_err plan_page(struct fb_outlet *o, const struct fb_feed_page *page)
{
    int64_t now = fb_outlet_now_ms();
    enum fb_err e = fb_ledger_begin(o->ledger);
    for (unsigned i = 0; e == FB_OK && i < page->n; i++)
        e = fb_plan_event(&o->plan, &page->row[i], page->epoch, now);
    if (e == FB_OK)
        e = fb_ledger_move(o->ledger, page->epoch, page->next);
    return keep_or_undo(o, e);
}

/* A store that was made anew begins again at nought; its events have ids of their own. */
static enum fb_err begin_again(struct fb_outlet *o, const struct fb_feed_page *page)
{
    o->figures.epoch = page->epoch;
    o->figures.seq = 0;
    return fb_ledger_move(o->ledger, page->epoch, 0);
}

/* A key that was revoked, or lost its role, may be given back what it had: the place stays, and what was planned goes out meanwhile. */
static enum fb_err refused(struct fb_outlet *o, enum fb_reason reason)
{
    o->figures.refusal = o->fault = fb_feed_refusal(reason);
    o->refused_ms = fb_outlet_now_ms();
    o->at_head = false;
    return FB_OK;
}

static bool has_moved(const struct fb_outlet *o, const struct fb_feed_page *page)
{
    return page->n > 0 || page->next != o->figures.seq || page->epoch != o->figures.epoch;
}

static enum fb_err take_page(struct fb_outlet *o, const struct fb_feed_page *page)
{
    o->figures.engine = true;
    o->figures.pages++;
    o->figures.refusal = NULL;
    if (page->reason == FB_REASON_FIELD_RANGE)
        return begin_again(o, page);
    if (page->reason != FB_REASON_NONE)
        return refused(o, page->reason);
    o->figures.head = page->head;
    o->at_head = page->next >= page->head;
    enum fb_err e = has_moved(o, page) ? plan_page(o, page) : FB_OK;
    if (e != FB_OK)
        return e;
    o->told = o->told && !has_moved(o, page);
    o->figures.events += page->n;
    o->figures.epoch = page->epoch;
    o->figures.seq = page->next;
    if (o->told)
        return FB_OK;
    struct fb_feed_ack ack = {.cursor = fb_span_of(o->options.cursor), .epoch = page->epoch, .seq = page->next};
    o->told = fb_feed_ack(o->feed, &ack, ACK_MS) == FB_OK; /* a lost one is made good by the next */
    return FB_OK;
}

static enum fb_err ask_page(struct fb_outlet *o, int wait_ms)
{
    struct fb_feed_ask ask = {.cursor = fb_span_of(o->options.cursor), .epoch = o->figures.epoch, .after = o->figures.seq, .limit = PAGE,
                              .wait = o->at_head && wait_ms > 0};
    struct fb_feed_page page;
    enum fb_err e = fb_feed_next(o->feed, &ask, ask.wait ? wait_ms : ASK_MS, &page);
    if (e == FB_OK)
        return take_page(o, &page);
    if (e != FB_NOT_FOUND) {
        o->fault = e == FB_DAMAGED ? "what answers is no engine's feed" : "the connection to the engine cannot be used";
        return e;
    }
    o->figures.engine = ask.wait && o->figures.engine; /* parked and nothing came: it is there as far as we know */
    o->at_head = false;
    return FB_OK;
}

static enum fb_err plan_due(struct fb_outlet *o)
{
    unsigned n;
    int64_t now = fb_outlet_now_ms();
    enum fb_err e = fb_ledger_begin(o->ledger);
    if (e == FB_OK)
        e = fb_plan_watches(&o->plan, now, &n);
    if (e == FB_OK && now - o->pruned_ms > PRUNE_MS) {
        e = fb_ledger_prune(o->ledger, now - (o->options.keep_ms > 0 ? o->options.keep_ms : (int64_t)30 * DAY_MS));
        o->pruned_ms = now;
    }
    return keep_or_undo(o, e);
}

/* Who was refused asks as seldom as one whom no engine answers. */
static bool rests(const struct fb_outlet *o, int wait_ms)
{
    int64_t since = fb_outlet_now_ms() - o->refused_ms;
    if (o->figures.refusal == NULL || since < 0 || since >= REFUSED_MS)
        return false;
    nanosleep(&(struct timespec){wait_ms / 1000, wait_ms % 1000 * 1000000L}, NULL);
    return true;
}

/* A clock that was ahead, and was put right, would leave waiting until then what was put off meanwhile. It may have been before we began. */
static enum fb_err mind_clock(struct fb_outlet *o)
{
    int64_t now = fb_outlet_now_ms();
    bool back = o->seen_ms == 0 || now < o->seen_ms - BACK_MS;
    o->seen_ms = now;
    if (!back)
        return FB_OK;
    o->pruned_ms = 0;
    enum fb_err e = fb_ledger_begin_repeatable(o->ledger);
    if (e == FB_OK)
        e = fb_ledger_clock(o->ledger, now, now + LAST_RETRY_MS);
    return keep_or_undo(o, e);
}

enum fb_err fb_outlet_step(struct fb_outlet *o, int wait_ms)
{
    enum fb_err e = mind_clock(o);
    if (e == FB_OK && !rests(o, wait_ms))
        e = ask_page(o, wait_ms);
    /* Behind, nobody knows yet who has acknowledged what: that somebody did may be on the next page. */
    bool behind = o->figures.seq < o->figures.head;
    return e == FB_OK && !behind ? plan_due(o) : e;
}

/* ---- what is due ---- */

enum fb_err fb_outlet_take(struct fb_outlet *o, const char *receiver, bool whole_batch, unsigned max, struct fb_delivery *out, unsigned *n)
{
    enum fb_err e = fb_ledger_take(o->ledger, receiver, fb_outlet_now_ms(), whole_batch, max, out, n);
    if (e != FB_OK)
        o->fault = fb_ledger_fault(o->ledger);
    return e;
}

enum fb_err fb_outlet_settle(struct fb_outlet *o, const struct fb_settled *settled, unsigned n)
{
    if (n == 0)
        return FB_OK;
    enum fb_err e = fb_ledger_begin_repeatable(o->ledger);
    for (unsigned i = 0; e == FB_OK && i < n; i++)
        e = fb_ledger_settle(o->ledger, settled[i].id, settled[i].state, settled[i].due_ms, settled[i].error);
    return keep_or_undo(o, e);
}

int fb_outlet_idle_ms(struct fb_outlet *o, int max_ms)
{
    int64_t due, now = fb_outlet_now_ms();
    if (fb_ledger_next(o->ledger, o->options.mine.name, o->options.mine.n, &due) != FB_OK || due <= now)
        return 0;
    return due - now < max_ms ? (int)(due - now) : max_ms;
}

struct fb_outlet_figures fb_outlet_figures(const struct fb_outlet *o)
{
    struct fb_outlet_figures f = o->figures;
    f.fit = o->plan.fit;
    f.planned = o->plan.planned;
    f.silenced = o->plan.silenced;
    return f;
}

struct fb_ledger *fb_outlet_ledger(struct fb_outlet *o) { return o->ledger; }
const char *fb_outlet_fault(const struct fb_outlet *o) { return o->fault; }
