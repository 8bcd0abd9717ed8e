#include "adapters/inbound/allocate/send.h"
#include "adapters/inbound/allocate/map.h"
#include "adapters/inbound/allocate/scrub.h"
#include "adapters/inbound/allocate/untimed.h"
#include "adapters/lib/dealer.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ARENA_BYTES = 1 << 20, TOLD_MAX = 40, MEMORY_DAYS = 90, ACCEPTED = 1, AMENDED = 2, DUPLICATE = 3, CONFLICT = 4 };
struct fb_allocate_sender {
    struct fb_allocate_send_options o;
    struct fb_client *client;
    struct fb_allocate_memory *memory;
    struct fb_allocate_rejects rejects;
    struct fb_arena arena;
    struct fb_allocate_made made;
    uint64_t count[FB_ALLOCATE_FATES], untranslated;
    char batch[FB_BATCH_NAME_BYTES];
    enum fb_err failed; /* memory or rejects: nothing may be called taken any more */
    struct fb_allocate_item item[FB_ALLOCATE_ITEMS_MAX];
};

int64_t fb_allocate_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

const char *fb_allocate_fate_word(enum fb_allocate_fate f)
{
    static const char *const words[FB_ALLOCATE_FATES] = {"waiting", "taken", "repeated", "passed_over", "unreadable", "refused", "conflict", "engine_away"};
    return words[f];
}

/* ---- opening ---- */

static void say(const struct fb_allocate_sender *s, const char *what, const char *detail)
{
    fprintf(stderr, "%s: %s %s\n", s->o.program, what, detail);
}

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a);

static enum fb_err connect_engine(struct fb_allocate_sender *s)
{
    char memory[1400];
    struct fb_text why;
    struct fb_curve curve;
    const struct fb_allocate_settings *set = s->o.settings;
    fb_text_init(&why, memory, sizeof memory);
    if (fb_curve_open(&curve, set->door, set->server_key[0] != '\0' ? set->server_key : NULL, set->key[0] != '\0' ? set->key : NULL, &why) != FB_OK) {
        say(s, "keys:", why.p);
        return FB_REFUSED;
    }
    struct fb_client_options c = {.endpoint = set->door, .answered = answered, .ctx = s, .curve = &curve};
    c.hello.source = set->source;
    c.hello.adapter = fb_span_of("fairbank-allocate " FB_VERSION);
    enum fb_err e = fb_client_open(&s->client, &c);
    fb_curve_close(&curve);
    if (e != FB_OK)
        say(s, "no connection to the engine can be made at", set->door);
    return e;
}

static enum fb_err open_state(struct fb_allocate_sender *s)
{
    char path[FB_ALLOCATE_PATH_MAX + 40];
    snprintf(path, sizeof path, "%s/memory.db", s->o.settings->state);
    enum fb_err e = fb_allocate_memory_open(&s->memory, path);
    if (e != FB_OK) {
        bool folder = e == FB_BUSY || access(s->o.settings->state, W_OK | X_OK) == 0;
        say(s, e == FB_BUSY ? "another process uses" : folder ? "cannot be opened:" : "`state` names a folder that is not there, or not yours to write:",
            folder ? path : s->o.settings->state);
        return e;
    }
    static const char *const passing[] = {"said", "arrived", "last", "moment"};
    for (unsigned i = 0; i < 4 && e == FB_OK; i++)
        e = fb_allocate_memory_prune(s->memory, passing[i], fb_allocate_now_ms() - (int64_t)MEMORY_DAYS * 86400000);
    if (e == FB_OK)
        e = fb_allocate_memory_commit(s->memory);
    if (e == FB_OK)
        e = fb_allocate_rejects_open(&s->rejects, s->o.settings->state);
    if (e != FB_OK)
        say(s, "cannot be written:", s->o.settings->state);
    return e;
}

enum fb_err fb_allocate_sender_open(struct fb_allocate_sender **out, const struct fb_allocate_send_options *o)
{
    struct fb_allocate_sender *s = calloc(1, sizeof *s);
    void *memory = malloc(ARENA_BYTES);
    *out = s;
    if (s == NULL || memory == NULL) {
        free(memory);
        return FB_FULL;
    }
    s->o = *o;
    s->rejects.fd = -1;
    fb_arena_init(&s->arena, memory, ARENA_BYTES);
    enum fb_err e = open_state(s);
    return e == FB_OK ? connect_engine(s) : e;
}

void fb_allocate_sender_close(struct fb_allocate_sender **sender)
{
    struct fb_allocate_sender *s = *sender;
    *sender = NULL;
    if (s == NULL)
        return;
    fb_client_close(&s->client);
    fb_allocate_memory_close(&s->memory);
    fb_allocate_rejects_close(&s->rejects);
    for (int i = 0; i < FB_ALLOCATE_ITEMS_MAX; i++)
        json_decref(s->item[i].event);
    unsigned char *memory = s->arena.base;
    fb_arena_release(&s->arena);
    free(memory);
    free(s);
}

bool fb_allocate_engine_is_there(const struct fb_allocate_sender *s)
{
    return fb_client_state(s->client) == FB_CLIENT_WELCOME;
}

void fb_allocate_batch(struct fb_allocate_sender *s, const char *name)
{
    snprintf(s->batch, sizeof s->batch, "%s", name);
}

void fb_allocate_batch_hour(struct fb_allocate_sender *s, const char *what)
{
    char at[25];
    fb_instant_format(at, fb_allocate_now_ms());
    snprintf(s->batch, sizeof s->batch, "%s %.13sZ", what, at);
}

/* ---- an event's end ---- */

static void fail(struct fb_allocate_sender *s, enum fb_err e)
{
    if (e != FB_OK && s->failed == FB_OK) {
        s->failed = e;
        say(s, "the state folder cannot be written, so that nothing is taken any more:", fb_err_text(e));
    }
}

static void set_aside(struct fb_allocate_sender *s, struct fb_allocate_item *it, enum fb_allocate_fate fate, struct fb_span raw)
{
    it->fate = fate;
    if (!s->o.quiet)
        fprintf(stderr, "%s: %s: set aside: %s\n", s->o.program, it->from, it->reason);
    fail(s, fb_allocate_reject(&s->rejects, it->from, it->reason, it->event, raw, fb_allocate_now_ms()));
}

static void end(struct fb_allocate_sender *s, struct fb_allocate_item *it)
{
    if (it->fate == FB_ALLOCATE_WAITING) {
        it->fate = FB_ALLOCATE_TAKEN;
        fail(s, fb_allocate_memory_put(s->memory, "said", it->hash, fb_allocate_now_ms(), json_true()));
    } else if (it->fate == FB_ALLOCATE_REFUSED || it->fate == FB_ALLOCATE_CONFLICT)
        set_aside(s, it, it->fate, (struct fb_span){NULL, 0});
}

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct fb_allocate_sender *s = ctx;
    struct fb_allocate_item *it = &s->item[tag % FB_ALLOCATE_ITEMS_MAX];
    if (!it->used || it->generation != tag / FB_ALLOCATE_ITEMS_MAX || it->waiting == 0)
        return;
    it->waiting--;
    if (a->outcome != ACCEPTED && a->outcome != AMENDED && a->outcome != DUPLICATE && it->fate == FB_ALLOCATE_WAITING) {
        it->fate = a->outcome == CONFLICT ? FB_ALLOCATE_CONFLICT : FB_ALLOCATE_REFUSED;
        snprintf(it->reason, sizeof it->reason, "the engine: %s%s%.*s", fb_reason_text(a->reason), a->field.n > 0 ? ": " : "", (int)a->field.n,
                 a->field.n > 0 ? a->field.p : "");
    }
    if (it->waiting == 0)
        end(s, it);
}

/* ---- and its beginning ---- */

static void told(void *ctx, const char *table, const char *of)
{
    struct fb_allocate_sender *s = ctx;
    if (s->untranslated++ < TOLD_MAX && !s->o.quiet)
        fprintf(stderr, "%s: %s: left out: its word is not in words.%s\n", s->o.program, of, table);
}

static enum fb_err publish(struct fb_allocate_sender *s, const struct fb_record *r, uint64_t tag)
{
    int64_t until = fb_dealer_now_ms() + s->o.patience_ms;
    enum fb_err e;
    while ((e = fb_client_publish(s->client, r, tag)) == FB_BUSY) {
        if (*s->o.stop || fb_dealer_now_ms() >= until)
            return FB_BUSY;
        e = fb_client_poll(s->client, 5);
        if (e != FB_OK)
            return e;
    }
    return e;
}

static void publish_all(struct fb_allocate_sender *s, int i)
{
    struct fb_allocate_item *it = &s->item[i];
    it->records = it->waiting = s->made.n;
    for (unsigned k = 0; k < s->made.n; k++) {
        s->made.record[k].env.batch_id = fb_span_of(s->batch);
        if (publish(s, &s->made.record[k], (uint64_t)it->generation * FB_ALLOCATE_ITEMS_MAX + (unsigned)i) == FB_OK)
            continue;
        it->waiting = 0; /* what went is known by its id when it is said again */
        it->fate = FB_ALLOCATE_AWAY;
        snprintf(it->reason, sizeof it->reason, "the engine is away");
        return;
    }
}

static void take(struct fb_allocate_sender *s, int i, struct fb_allocate_arrival arrival)
{
    struct fb_allocate_item *it = &s->item[i];
    struct fb_allocate_task task = {.settings = s->o.settings, .memory = s->memory, .arena = &s->arena, .told = told, .ctx = s, .now_ms = arrival.at_ms};
    bool untimed = arrival.at_ms != FB_ABSENT && fb_allocate_is_untimed(it->event);
    if (untimed && arrival.line > 0)
        json_object_set_new(it->event, FB_ALLOCATE_LINE, json_integer((json_int_t)arrival.line));
    fb_allocate_hash(s->o.settings, it->event, it->hash);
    if (!s->o.again && (untimed ? fb_allocate_untimed_is_repeat(s->memory, it->event, it->hash) : fb_allocate_memory_has(s->memory, "said", it->hash))) {
        it->fate = FB_ALLOCATE_REPEATED;
        return;
    }
    enum fb_err e = fb_allocate_map(&task, it->event, &s->made);
    if (e == FB_REFUSED) {
        snprintf(it->reason, sizeof it->reason, "%s", s->made.reason);
        set_aside(s, it, FB_ALLOCATE_UNREADABLE, (struct fb_span){NULL, 0});
    } else if (e != FB_OK) {
        fail(s, e);
        it->fate = FB_ALLOCATE_AWAY;
    } else if (s->made.n == 0) { /* a proposal is remembered all the same: said again later it must not be mistaken for news */
        it->fate = FB_ALLOCATE_PASSED;
        fail(s, fb_allocate_memory_put(s->memory, "said", it->hash, fb_allocate_now_ms(), json_true()));
    } else
        publish_all(s, i);
    fb_allocate_made_free(&s->made);
}

static int begin(struct fb_allocate_sender *s, const char *from)
{
    for (int i = 0; i < FB_ALLOCATE_ITEMS_MAX; i++) {
        struct fb_allocate_item *it = &s->item[i];
        if (it->used)
            continue;
        uint32_t generation = it->generation + 1;
        *it = (struct fb_allocate_item){.used = true, .generation = generation, .since_ms = fb_dealer_now_ms()};
        snprintf(it->from, sizeof it->from, "%s", from);
        return i;
    }
    return FB_ALLOCATE_NO_ITEM;
}

int fb_allocate_send(struct fb_allocate_sender *s, const json_t *event, const char *from, struct fb_allocate_arrival arrival)
{
    int i = begin(s, from);
    if (i < 0)
        return i;
    struct fb_allocate_item *it = &s->item[i];
    it->event = fb_allocate_scrub(s->o.settings, event);
    if (it->event != NULL) {
        take(s, i, arrival);
        return i;
    }
    snprintf(it->reason, sizeof it->reason, "an event is one JSON object");
    set_aside(s, it, FB_ALLOCATE_UNREADABLE, (struct fb_span){NULL, 0});
    return i;
}

/* What the parser says of a fault quotes what it read, which may be a name: only the place is told. */
int fb_allocate_send_text(struct fb_allocate_sender *s, struct fb_span text, const char *from, struct fb_allocate_arrival arrival)
{
    json_error_t at = {.line = -1};
    bool too_long = text.n > FB_ALLOCATE_EVENT_BYTES_MAX;
    json_t *event = too_long ? NULL : json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &at);
    if (event != NULL && json_is_object(event)) {
        int i = fb_allocate_send(s, event, from, arrival);
        json_decref(event);
        return i;
    }
    int i = begin(s, from);
    if (i >= 0) {
        struct fb_allocate_item *it = &s->item[i];
        if (event != NULL)
            snprintf(it->reason, sizeof it->reason, "an event is one JSON object");
        else if (too_long)
            snprintf(it->reason, sizeof it->reason, "longer than %d bytes, as no event is", (int)FB_ALLOCATE_EVENT_BYTES_MAX);
        else
            snprintf(it->reason, sizeof it->reason, "not JSON, from line %d, column %d on", at.line, at.column);
        set_aside(s, it, FB_ALLOCATE_UNREADABLE, text);
    }
    json_decref(event);
    return i;
}

struct fb_allocate_item *fb_allocate_item(struct fb_allocate_sender *s, int i)
{
    struct fb_allocate_item *it = &s->item[i];
    if (s->failed != FB_OK)
        it->fate = FB_ALLOCATE_AWAY;
    return it;
}

void fb_allocate_release(struct fb_allocate_sender *s, int i)
{
    s->count[s->item[i].fate]++;
    json_decref(s->item[i].event);
    s->item[i].event = NULL;
    s->item[i].used = false;
}

enum fb_err fb_allocate_pump(struct fb_allocate_sender *s, int ms)
{
    enum fb_err e = fb_client_poll(s->client, ms);
    if (e == FB_REFUSED)
        say(s, "the engine does not take this source:", fb_client_refusal(s->client));
    else if (e != FB_OK)
        say(s, "the connection failed:", fb_err_text(e));
    return e != FB_OK ? e : s->failed;
}

enum fb_err fb_allocate_settle(struct fb_allocate_sender *s)
{
    fail(s, fb_allocate_memory_commit(s->memory));
    return s->failed;
}

struct fb_allocate_memory *fb_allocate_sender_memory(struct fb_allocate_sender *s)
{
    return s->memory;
}
const uint64_t *fb_allocate_counts(const struct fb_allocate_sender *s)
{
    return s->count;
}
uint64_t fb_allocate_untranslated(const struct fb_allocate_sender *s)
{
    return s->untranslated;
}
