/* Any bytes as a frame, and its payload as Hello, Welcome, Answers, Query and Result. What is accepted and
 * sent again is read again, and then sent as the same bytes. */
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/mutate.h"
#include "tests/lib/fuzz.h"
#include <string.h>

const enum fb_mutate fb_mutate = FB_MUTATE_EXCHANGE;

static unsigned char memory[2][1 << 20], frame[2][FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena[2];

static struct fb_span payload_of(size_t n)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    struct fb_span whole = {(const char *)frame[0], (uint32_t)n};
    fb_assert(fb_frame_open(whole, &kind, &payload) == FB_REASON_NONE);
    return payload;
}

static void reset(void)
{
    fb_arena_init(&arena[0], memory[0], sizeof memory[0]);
    fb_arena_init(&arena[1], memory[1], sizeof memory[1]);
}

/* decode, encode, decode, encode: the second pair must give the first one's bytes. A message may grow when it
 * is written again (a number that was sent in more bytes than it needs does not), so it may not fit: then
 * there is no more to say. */
#define THERE_AND_BACK(type, decode_first, decode_second, encode)                                            \
    do {                                                                                                     \
        static type a, b;                                                                                    \
        size_t n;                                                                                            \
        reset();                                                                                             \
        if ((decode_first) != FB_REASON_NONE || (n = (encode)(&a, frame[0], sizeof frame[0])) == 0)          \
            break;                                                                                           \
        struct fb_span p = payload_of(n);                                                                    \
        fb_assert((decode_second) == FB_REASON_NONE);                                                        \
        fb_assert((encode)(&b, frame[1], sizeof frame[1]) == n && memcmp(frame[0], frame[1], n) == 0);       \
    } while (0)

static void check_answers(struct fb_span in)
{
    struct fb_wire_answer *a, *b;
    unsigned na, nb;
    uint32_t wa, wb;
    reset();
    if (fb_decode_answers(in, &arena[0], &a, &na, &wa) != FB_REASON_NONE)
        return;
    size_t n = fb_encode_answers(a, na, wa, frame[0], sizeof frame[0]);
    if (n == 0)
        return;
    fb_assert(fb_decode_answers(payload_of(n), &arena[1], &b, &nb, &wb) == FB_REASON_NONE && nb == na &&
              wb == wa);
    fb_assert(fb_encode_answers(b, nb, wb, frame[1], sizeof frame[1]) == n &&
              memcmp(frame[0], frame[1], n) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    enum fb_frame_kind kind;
    const char *field;
    struct fb_span in = {(const char *)data, (uint32_t)size};
    if (size > FB_MESSAGE_BYTES_MAX || fb_frame_open(in, &kind, &in) != FB_REASON_NONE)
        return 0;
    fb_assert(in.n + 2 == size);
    THERE_AND_BACK(struct fb_hello, fb_decode_hello(in, &arena[0], &a, &field),
                   fb_decode_hello(p, &arena[1], &b, &field), fb_encode_hello);
    THERE_AND_BACK(struct fb_welcome, fb_decode_welcome(in, &arena[0], &a),
                   fb_decode_welcome(p, &arena[1], &b), fb_encode_welcome);
    THERE_AND_BACK(struct fb_query, fb_decode_query(in, &arena[0], &a, &field),
                   fb_decode_query(p, &arena[1], &b, &field), fb_encode_query);
    THERE_AND_BACK(struct fb_result, fb_decode_result(in, &arena[0], &a), fb_decode_result(p, &arena[1], &b),
                   fb_encode_result);
    check_answers(in);
    return 0;
}
