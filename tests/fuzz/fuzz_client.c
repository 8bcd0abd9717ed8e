/* Bytes as a program: a publisher's client and an engine that means ill, or has lost its mind: welcomes, refusals and answers in any order,
 * to what was asked and to what was not, frames of any bytes, connections that come and go, a full pipe, time that leaps. Held: only a Hello goes
 * out before a welcome, and nothing after a refusal; of the messages with one id only the first that waits goes out, byte for byte; a message is told
 * of once, after it went out, with an answer to its id; no more wait than the window lets. In the end comes an engine in its right mind,
 * and each is answered. */
#include "adapters/lib/client.h"
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/line.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

enum { STEPS = 120, IDS = 6, BODIES = 3, ANSWERS = 4, LONG_BODY = 5000, PATIENCE_MS = 5001 };
static struct message {
    unsigned id, body, sends;
    bool waiting;
} message[STEPS];
static unsigned n_messages, n_told;
static struct fb_client *client;
static bool in_its_right_mind;
static uint64_t journal;
static char body[LONG_BODY];
static unsigned char frame[1 << 16], heard_memory[1 << 20];
static const char *const ids[IDS] = {"a", "b", "c", "d", "e", "nobody's"};

static struct fb_span body_of(unsigned which)
{
    static const uint32_t length[BODIES] = {3, 12, LONG_BODY};
    memset(body, 'A' + (int)which, sizeof body);
    return (struct fb_span){body, length[which]};
}

static unsigned waiting(void)
{
    unsigned n = 0;
    for (unsigned i = 0; i < n_messages; i++)
        n += message[i].waiting;
    return n;
}

/* The first with that id; n_messages: none waits. */
static unsigned first_of(struct fb_span id)
{
    unsigned i = 0;
    while (i < n_messages && !(message[i].waiting && fb_span_eq(fb_span_of(ids[message[i].id]), id)))
        i++;
    return i;
}

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    (void)ctx;
    fb_assert(tag < n_messages && tag == first_of(a->message_id) && message[tag].sends > 0);
    fb_assert(!a->busy && a->reason != FB_REASON_NO_HELLO);
    message[tag].waiting = false;
    n_told++;
}

/* ---- what goes out ---- */

static void welcome(enum fb_reason reason, uint32_t window)
{
    const struct fb_welcome w = {.reason = reason, .window = window, .epoch = 7, .text = fb_span_of(reason == FB_REASON_NONE ? "" : "why"), .engine = fb_span_of("0")};
    line_put(frame, fb_encode_welcome(&w, frame, sizeof frame));
}

static void answer_well(struct fb_span id)
{
    const struct fb_wire_answer a = {.message_id = id, .outcome = FB_OUTCOME_ACCEPTED, .journal = ++journal, .record = 1};
    line_put(frame, fb_encode_answers(&a, 1, 0, frame, sizeof frame));
}

static void hear(const void *bytes, size_t n)
{
    struct fb_arena arena;
    struct fb_record r;
    struct fb_span payload, said;
    enum fb_frame_kind kind;
    const char *field;
    fb_arena_init(&arena, heard_memory, sizeof heard_memory);
    fb_assert(fb_frame_open((struct fb_span){bytes, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    fb_assert(client == NULL || fb_client_state(client) != FB_CLIENT_REFUSED);
    if (kind == FB_FRAME_HELLO) {
        if (in_its_right_mind)
            welcome(FB_REASON_NONE, 8);
        fb_arena_release(&arena);
        return;
    }
    fb_assert(kind == FB_FRAME_PUBLISH && fb_client_state(client) == FB_CLIENT_WELCOME);
    (void)fb_decode_publish(payload, &arena, &r, &said, &field);
    unsigned i = first_of(r.env.message_id);
    fb_assert(i < n_messages && fb_span_eq(said, body_of(message[i].body)));
    message[i].sends++;
    if (in_its_right_mind)
        answer_well(r.env.message_id);
    fb_arena_release(&arena);
}

/* ---- steps ---- */

static void publish(unsigned arg)
{
    struct message *m = &message[n_messages];
    bool room = fb_client_state(client) == FB_CLIENT_WELCOME && fb_client_outstanding(client) < fb_client_window(client);
    *m = (struct message){.id = arg % IDS, .body = arg / 8 % BODIES, .waiting = true};
    const struct fb_envelope env = {.kind = FB_KIND_AGENCY,
                                    .source = fb_span_of("rth"),
                                    .message_id = fb_span_of(ids[m->id]),
                                    .record_ref = fb_span_of("r"),
                                    .revision = FB_ABSENT,
                                    .source_seq = FB_ABSENT,
                                    .occurred_ms = 1773650000000};
    n_messages++; /* it may go out at once */
    enum fb_err e = fb_client_publish_kept(client, &env, body_of(m->body), n_messages - 1);
    fb_assert((e == FB_OK) == room && (room || e == FB_BUSY || e == FB_REFUSED));
    if (e != FB_OK) {
        fb_assert(m->sends == 0);
        n_messages--;
    }
}

static void hostile_welcome(unsigned arg)
{
    static const enum fb_reason reasons[] = {FB_REASON_NONE, FB_REASON_NONE, FB_REASON_NONE, FB_REASON_NO_PLACE, FB_REASON_NOT_YOURS};
    welcome(arg < 250 ? reasons[arg % 4] : FB_REASON_NOT_YOURS, arg / 4 % 16);
}

static const uint8_t *hostile_answers(unsigned arg, const uint8_t *p, const uint8_t *end)
{
    struct fb_wire_answer a[ANSWERS];
    unsigned n = 0;
    for (; n < 1 + arg % ANSWERS && p < end; n++, p++)
        a[n] = (struct fb_wire_answer){.message_id = fb_span_of(ids[*p % IDS]),
                                       .busy = (*p & 0x70) == 0x10,
                                       .reason = (*p & 0x70) == 0x20 ? FB_REASON_NO_HELLO : FB_REASON_NONE,
                                       .outcome = (uint8_t)((*p & 0x70) == 0x30 ? FB_OUTCOME_REFUSED : FB_OUTCOME_ACCEPTED),
                                       .journal = *p & 0x80 ? 5 : ++journal};
    line_put(frame, fb_encode_answers(a, n, arg / 16, frame, sizeof frame));
    return p;
}

static const uint8_t *raw(unsigned arg, const uint8_t *p, const uint8_t *end)
{
    size_t n = (size_t)(end - p) < arg % 64 ? (size_t)(end - p) : arg % 64;
    unsigned char bytes[64] = {FB_WIRE_VERSION, arg & 64 ? FB_FRAME_ANSWERS : FB_FRAME_WELCOME};
    size_t head = arg & 128 ? 2 : 0;
    if (n > sizeof bytes - head)
        n = sizeof bytes - head;
    if (n > 0)
        memcpy(bytes + head, p, n);
    line_put(bytes, head + n);
    return p + n;
}

static void connection(unsigned arg)
{
    static const uint16_t events[] = {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, ZMQ_EVENT_DISCONNECTED, ZMQ_EVENT_HANDSHAKE_SUCCEEDED, ZMQ_EVENT_LISTENING};
    line.there = (arg & 4) == 0;
    line.full = (arg & 24) == 24;
    line.interrupted = arg / 32 % 4;
    line_tell(arg < 252 ? events[arg % 4] : ZMQ_EVENT_HANDSHAKE_FAILED_AUTH);
    if (!line.there)
        line_lose();
}

static void poll_client(unsigned arg)
{
    enum fb_err e = fb_client_poll(client, (int)(arg % 8 * 10));
    fb_assert((e == FB_REFUSED) == (fb_client_state(client) == FB_CLIENT_REFUSED) && (e == FB_OK || e == FB_REFUSED));
    fb_assert((fb_client_refusal(client)[0] != '\0') == (e == FB_REFUSED));
}

static const uint8_t *step(const uint8_t *p, const uint8_t *end)
{
    unsigned what = p[0] % 16, arg = p[1];
    p += 2;
    if (what < 5)
        publish(arg);
    else if (what < 6)
        hostile_welcome(arg);
    else if (what < 9)
        p = hostile_answers(arg, p, end);
    else if (what < 10)
        p = raw(arg, p, end);
    else if (what < 11)
        connection(arg);
    else if (what < 12)
        line.now_ms += arg * arg;
    else
        poll_client(arg);
    fb_assert(fb_client_outstanding(client) == waiting() && fb_client_window(client) <= 8192);
    return p;
}

/* ---- one program ---- */

static void come_to_reason(void)
{
    in_its_right_mind = true;
    line.there = true;
    line.full = false;
    line_lose();
    journal += 1000; /* no number that was given already */
    line_tell(ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    for (unsigned round = 0; round < 2 * STEPS + 16 && waiting() > 0; round++) {
        poll_client(1);
        line.now_ms += PATIENCE_MS;
        if (fb_client_state(client) == FB_CLIENT_REFUSED)
            return;
    }
    fb_assert(waiting() == 0 && fb_client_outstanding(client) == 0 && n_told == n_messages);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_client_options o = {.endpoint = "ipc://engine", .answered = answered};
    o.hello.source = (struct fb_source){.name = fb_span_of("rth"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
    o.hello.adapter = fb_span_of("fuzz");
    if (size < 2 || size > 1024)
        return 0;
    const uint8_t *p = data, *const end = data + size;
    n_messages = n_told = 0;
    in_its_right_mind = false;
    journal = 100;
    line_begin(hear);
    line_tell(ZMQ_EVENT_HANDSHAKE_SUCCEEDED);
    fb_assert(fb_client_open(&client, &o) == FB_OK);
    for (unsigned i = 0; i < STEPS && p + 1 < end; i++)
        p = step(p, end);
    come_to_reason();
    fb_client_close(&client);
    line_lose();
    return 0;
}
