#include "tests/bench/feed.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/wire/wire.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA = 64 << 20 };

struct bench_feed *bench_feed_open(void)
{
    struct bench_feed *f = calloc(1, sizeof(*f));
    fb_assert(f != NULL && (f->memory = malloc(ARENA)) != NULL);
    fb_arena_init(&f->arena, f->memory, ARENA);
    return f;
}

void bench_feed_close(struct bench_feed **f)
{
    free((*f)->memory);
    free(*f);
    *f = NULL;
}

static void who(struct bench_feed *f, uint64_t n)
{
    struct fb_text t;
    if (f->workers == 0)
        return;
    fb_text_init(&t, f->texts.worker, sizeof(f->texts.worker));
    fb_text_add(&t, "w");
    fb_text_add_int(&t, (int64_t)((f->stride == 0 ? fb_hash64_mix(7, n) : n * f->stride) % f->workers));
    f->made.as.booking.token = f->workers == BENCH_NOBODY ? (struct fb_span){NULL, 0} : fb_span_of(f->texts.worker);
}

void bench_feed_fill(struct bench_feed *f, uint64_t first, unsigned n, uint32_t source, int64_t day)
{
    fb_arena_reset(&f->arena);
    for (unsigned i = 0; i < n; i++) {
        const char *field = NULL;
        struct fb_span payload, body;
        enum fb_frame_kind kind;
        if (day == FB_ABSENT)
            bench_booking(first + i, fb_span_of("bench"), &f->texts, &f->made);
        else
            bench_booking_ahead(first + i, fb_span_of("bench"), (fb_day)day, f->ahead == 0 ? 28 : f->ahead, &f->texts, &f->made);
        who(f, first + i);
        size_t len = fb_encode_publish(&f->made, f->frame[i], BENCH_FRAME);
        fb_assert(fb_frame_open((struct fb_span){(char *)f->frame[i], (uint32_t)len}, &kind, &payload) == FB_REASON_NONE);
        fb_assert(fb_decode_publish(payload, &f->arena, &f->record[i], &body, &field) == FB_REASON_NONE);
        f->input[i] = (struct fb_input){.record = &f->record[i], .body = body, .source = source};
    }
}

uint32_t bench_feed_source(struct fb_turn *turn, int64_t now_ms)
{
    uint32_t number = 0;
    struct fb_source s = {.name = fb_span_of("bench"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = 1024,
                          .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    fb_assert(fb_turn_source(turn, &s, now_ms, &number) == FB_OK);
    return number;
}

void bench_store_open(struct bench_store *s)
{
    const char *why = NULL;
    snprintf(s->folder, sizeof(s->folder), "build/bench-XXXXXX");
    fb_assert(mkdtemp(s->folder) != NULL);
    fb_assert(fb_store_open(&s->store, s->folder, &(struct fb_store_options){.create = true}, &why) == FB_OK);
}

void bench_store_close(struct bench_store *s)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock", "open.lock"};
    char file[64];
    fb_store_close(&s->store);
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(file, sizeof(file), "%s/%s", s->folder, names[i]);
        (void)unlink(file);
    }
    (void)rmdir(s->folder);
}
