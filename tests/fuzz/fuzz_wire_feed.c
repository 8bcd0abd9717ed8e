/* Any bytes as FeedAsk, FeedPage, FeedAck and Tick. What is accepted and sent again is read again, and then
 * sent as the same bytes. */
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/mutate.h"
#include "tests/lib/fuzz.h"
#include <string.h>

const enum fb_mutate fb_mutate = FB_MUTATE_FEED;

static unsigned char memory[2][1 << 20], frame[2][FB_MESSAGE_BYTES_MAX];
static struct fb_arena arena[2];

static void reset(void)
{
    fb_arena_init(&arena[0], memory[0], sizeof memory[0]);
    fb_arena_init(&arena[1], memory[1], sizeof memory[1]);
}

static struct fb_span payload_of(size_t n)
{
    return (struct fb_span){(const char *)frame[0] + 2, (uint32_t)n - 2};
}

static void same_bytes(size_t n, size_t m)
{
    fb_assert(n == m && memcmp(frame[0], frame[1], n) == 0);
}

static void check_ask(struct fb_span in)
{
    struct fb_feed_ask a, b;
    const char *field;
    reset();
    if (fb_decode_feed_ask(in, &arena[0], &a, &field) != FB_REASON_NONE)
        return;
    size_t n = fb_encode_feed_ask(&a, frame[0], sizeof frame[0]);
    fb_assert(n > 0 && fb_decode_feed_ask(payload_of(n), &arena[1], &b, &field) == FB_REASON_NONE);
    same_bytes(n, fb_encode_feed_ask(&b, frame[1], sizeof frame[1]));
}

static void check_ack(struct fb_span in)
{
    struct fb_feed_ack a, b;
    const char *field;
    reset();
    if (fb_decode_feed_ack(in, &arena[0], &a, &field) != FB_REASON_NONE)
        return;
    size_t n = fb_encode_feed_ack(&a, frame[0], sizeof frame[0]);
    fb_assert(n > 0 && fb_decode_feed_ack(payload_of(n), &arena[1], &b, &field) == FB_REASON_NONE);
    fb_assert(b.epoch == a.epoch && b.seq == a.seq);
    same_bytes(n, fb_encode_feed_ack(&b, frame[1], sizeof frame[1]));
}

/* A kind that is not known here has a name, and no other kind's; one that is known has none but its own. */
static void check_type(const struct fb_event_row *row)
{
    bool known = fb_event_known(row->event.kind);
    fb_assert(known == (row->type.n == 0) && (known || fb_event_type_is_foreign(row->type)));
    fb_assert(row->event.severity < FB_SEVERITY_END && row->event.stage < FB_STAGE_END && row->event.cause < FB_CAUSE_END &&
              row->event.route < FB_ROUTE_END && row->event.staff_group < FB_STAFF_GROUP_END);
}

/* A page may grow past its frame: writing gives each event the attributes that it came without. */
static void check_page(struct fb_span in)
{
    struct fb_feed_page a, b;
    reset();
    if (fb_decode_feed_page(in, &arena[0], &a) != FB_REASON_NONE)
        return;
    for (unsigned i = 0; i < a.n; i++)
        check_type(&a.row[i]);
    size_t n = fb_encode_feed_page(&a, frame[0], sizeof frame[0]);
    if (n == 0)
        return;
    fb_assert(fb_decode_feed_page(payload_of(n), &arena[1], &b) == FB_REASON_NONE && b.n == a.n);
    same_bytes(n, fb_encode_feed_page(&b, frame[1], sizeof frame[1]));
}

static void check_tick(struct fb_span in)
{
    struct fb_event_row a, b;
    uint64_t epoch, head;
    bool has, has_again;
    reset();
    if (fb_decode_tick(in, &arena[0], &epoch, &head, &a, &has) != FB_REASON_NONE)
        return;
    if (has)
        check_type(&a);
    size_t n = fb_encode_tick(epoch, head, has ? &a : NULL, frame[0], sizeof frame[0]);
    fb_assert(n > 0);
    fb_assert(fb_decode_tick(payload_of(n), &arena[1], &epoch, &head, &b, &has_again) == FB_REASON_NONE);
    fb_assert(has_again == has);
    same_bytes(n, fb_encode_tick(epoch, head, has ? &b : NULL, frame[1], sizeof frame[1]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_span in = {(const char *)data, (uint32_t)size};
    if (size > FB_MESSAGE_BYTES_MAX)
        return 0;
    check_ask(in);
    check_ack(in);
    check_page(in);
    check_tick(in);
    return 0;
}
