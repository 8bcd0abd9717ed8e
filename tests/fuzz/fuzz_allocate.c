/* Any bytes as events, a line each, one after the other with one memory. What is made can be sent, and read by the engine's own decoder; what
 * is refused says why. */
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
static unsigned char frame[FB_MESSAGE_BYTES_MAX], memory_bytes[1 << 20], decode_bytes[1 << 20];

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
    fb_arena_release(&arena);
}

static void take(struct fb_allocate_memory *m, struct fb_arena *arena, const char *line, size_t n)
{
    static struct fb_allocate_made made;
    json_t *raw = json_loadb(line, n, JSON_REJECT_DUPLICATES, NULL);
    json_t *event = fb_allocate_scrub(settings, raw);
    json_decref(raw);
    if (event == NULL)
        return;
    char *text = json_dumps(event, JSON_COMPACT);
    fb_assert(text != NULL);
    free(text);
    struct fb_allocate_task task = {.settings = settings, .memory = m, .arena = arena, .now_ms = 1773000000000};
    enum fb_err e = fb_allocate_map(&task, event, &made);
    fb_assert(e == FB_OK || e == FB_REFUSED || e == FB_FULL);
    fb_assert((e == FB_REFUSED) == (made.reason[0] != '\0') && (e == FB_OK || made.n == 0));
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
    if (settings == NULL)
        fb_assert(fb_allocate_settings_parse(&settings, "c", fb_span_of(config), fault) == FB_OK);
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
