/* More publishing systems than one answer shows: each says Hello and sends one record. The last ones are one trust's. */
#include "adapters/lib/client.h"
#include "tests/bench/bench.h"
#include "tests/flow/overload.h"

enum { SOURCES = 130, OF_RTH = 2, PATIENCE_S = 60 };

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    (void)tag;
    overload_must(answer->reason == FB_REASON_NONE, "a record was refused");
    *(bool *)ctx = true;
}

static void one(const struct overload *o, unsigned n)
{
    static struct bench_texts texts;
    static struct fb_record record;
    char name[24];
    bool answered = false;
    struct fb_client *client = NULL;
    struct fb_client_options options = {.endpoint = o->door, .answered = on_answer, .ctx = &answered};
    snprintf(name, sizeof name, "source-%u", n);
    options.hello.source = (struct fb_source){.name = fb_span_of(name), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    options.hello.source.trust = n + OF_RTH >= SOURCES ? fb_code_of("RTH") : 0;
    options.hello.adapter = fb_span_of("sources");
    overload_must(fb_client_open(&client, &options) == FB_OK, "no socket");
    bench_booking(200000 + n, fb_span_of(name), &texts, &record);
    record.as.booking.shift.hirer = fb_code_of("RTH");
    int64_t until = bench_now_ns() + (int64_t)PATIENCE_S * 1000000000;
    for (bool sent = false; !answered;) {
        sent = sent || fb_client_publish(client, &record, n) == FB_OK;
        overload_must(fb_client_poll(client, 20) == FB_OK && bench_now_ns() < until, "%s was not served", name);
    }
    fb_client_close(&client);
}

void overload_sources(struct overload *o)
{
    for (unsigned i = 0; i < SOURCES; i++)
        one(o, i);
}
