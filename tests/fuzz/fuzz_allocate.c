/* Any bytes as events, a line each, one after the other with one memory; wherever an event tells of a person, it is somebody whom we know,
 * and every object says their name once more. What is made can be sent, and read by the engine's own decoder as the same record; what is
 * refused says why. Nothing of the person leaves, in frames, reasons or the copy that goes on, but the pseudonym. */
#include "adapters/inbound/allocate/map.h"
#include "adapters/inbound/allocate/scrub.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

static const char config[] = "source: {name: s, trust: RTH, sends: [cascades, timesheets]}\nhirer: RTH\nstate: /tmp\nwords: {grade: {b5: '5'}, timesheet: {x: approved}}\n"
                             "rates: {basic: plain, enhanced: unsocial, fixed: shift}\n";
static struct fb_allocate_settings *settings;
static char pseudonym[FB_ALLOCATE_PSEUDONYM_BYTES];
static unsigned char frame[FB_MESSAGE_BYTES_MAX], again[FB_MESSAGE_BYTES_MAX], memory_bytes[1 << 20], decode_bytes[1 << 20];

/* ---- somebody ---- */

static bool tells(const void *bytes, size_t n)
{
    static const char *const theirs[] = {"lanted", "LANTED", "9434765919"};
    bool some = false;
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++)
        for (size_t k = strlen(theirs[i]), at = 0; at + k <= n && !some; at++)
            some = memcmp((const char *)bytes + at, theirs[i], k) == 0;
    return some;
}

static void plant_person(json_t *person)
{
    static const char *const ids[] = {"allocatePersonId", "matchId", "extSystemId"};
    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++)
        json_object_set_new(person, ids[i], json_string("PLANTED77"));
    json_object_set_new(person, "nhsNumber", json_integer(9434765919));
    json_object_set_new(person, "email", json_string("quentin@planted.org"));
}

static void plant(json_t *v, unsigned depth)
{
    const char *key;
    json_t *member;
    void *next;
    size_t i;
    if (json_is_array(v))
        json_array_foreach(v, i, member)
            plant(member, depth + 1);
    if (!json_is_object(v) || depth > 12)
        return;
    json_object_foreach_safe(v, next, key, member) {
        if (strcmp(key, "person") == 0 && json_is_object(member))
            plant_person(member);
        else if (strcmp(key, "personId") == 0 || strcmp(key, "workerId") == 0)
            json_object_set_new(v, key, json_string("planted77"));
        else
            plant(member, depth + 1);
    }
    json_object_set_new(v, "surname", json_string("Quentin Planted"));
    json_object_set_new(v, "notes", json_string("Planted rang"));
}

/* What goes on tells of nobody. */
static void check_tells_nobody(const json_t *v)
{
    char *text = json_dumps(v, JSON_COMPACT);
    fb_assert(text != NULL && !tells(text, strlen(text)));
    free(text);
}

/* False: the input says itself what we would look for, or is nested so far that it has no text. */
static bool is_without(const json_t *v)
{
    char *text = json_dumps(v, JSON_COMPACT);
    bool none = text != NULL && !tells(text, strlen(text));
    free(text);
    return none;
}

/* ---- what is made ---- */

/* Under the system's key: it begins with the key's own mark. */
static void check_worker(struct fb_span token)
{
    fb_assert(token.n == 0 || (token.n + 1 == sizeof pseudonym && memcmp(token.p, pseudonym, 9) == 0));
}

static void check_record(const struct fb_record *r)
{
    static struct fb_record back;
    struct fb_arena arena;
    enum fb_frame_kind kind;
    struct fb_span payload, body;
    const char *field = NULL;
    size_t n = fb_encode_publish(r, frame, sizeof frame);
    fb_assert(n > 0 && r->env.message_id.n == 32 && r->env.record_ref.n > 0);
    fb_arena_init(&arena, decode_bytes, sizeof decode_bytes);
    fb_assert(fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    enum fb_reason why = fb_decode_publish(payload, &arena, &back, &body, &field);
    fb_assert(why == FB_REASON_NONE || field != NULL);
    if (why == FB_REASON_NONE)
        fb_assert(fb_encode_publish(&back, again, sizeof again) == n && memcmp(again, frame, n) == 0);
    fb_assert(!tells(frame, n));
    check_worker(fb_record_token(r));
    fb_arena_release(&arena);
}

static void take(struct fb_allocate_memory *m, struct fb_arena *arena, const char *line, size_t n)
{
    static struct fb_allocate_made made;
    json_t *raw = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
    if (raw != NULL && !is_without(raw)) {
        json_decref(raw);
        return;
    }
    plant(raw, 0);
    json_t *event = fb_allocate_scrub(settings, raw);
    json_decref(raw);
    if (event == NULL)
        return;
    check_tells_nobody(event);
    struct fb_allocate_task task = {.settings = settings, .memory = m, .arena = arena, .now_ms = 1773000000000};
    enum fb_err e = fb_allocate_map(&task, event, &made);
    fb_assert(e == FB_OK || e == FB_REFUSED || e == FB_FULL);
    fb_assert((e == FB_REFUSED) == (made.reason[0] != '\0') && (e == FB_OK || made.n == 0));
    fb_assert(!tells(made.reason, strlen(made.reason)));
    for (unsigned i = 0; i < made.n; i++)
        check_record(&made.record[i]);
    fb_allocate_made_free(&made);
    json_decref(event);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char fault[FB_YAML_FAULT_BYTES];
    struct fb_allocate_memory *m = NULL;
    struct fb_arena arena;
    if (size > 65536 || sodium_init() < 0)
        return 0;
    if (settings == NULL) {
        fb_assert(fb_allocate_settings_parse(&settings, "c", fb_span_of(config), fault) == FB_OK);
        settings->has_worker_key = true; /* as of a file of 32 bytes */
        memset(settings->worker_key, 7, sizeof settings->worker_key);
        fb_assert(fb_allocate_pseudonym(settings, "PLANTED77", pseudonym));
    }
    fb_assert(fb_allocate_memory_open(&m, NULL) == FB_OK);
    fb_arena_init(&arena, memory_bytes, sizeof memory_bytes);
    const char *p = (const char *)data, *end = p + size;
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        size_t n = line != NULL ? (size_t)(line - p) : (size_t)(end - p);
        take(m, &arena, p, n);
        p += n + 1;
        if (line == NULL)
            break;
    }
    fb_arena_release(&arena);
    fb_allocate_memory_close(&m);
    return 0;
}
