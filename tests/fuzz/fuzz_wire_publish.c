/* Any bytes as a publish message. What is accepted keeps its limits, and is the same record when it is sent
 * again and when its stored body is read again; what is refused has a reason and, where a field is at fault,
 * names it. */
#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/mutate.h"
#include "tests/lib/fuzz.h"
#include <string.h>

const enum fb_mutate fb_mutate = FB_MUTATE_PUBLISH;

static unsigned char memory[3][1 << 20], frame[2][FB_MESSAGE_BYTES_MAX];
static struct fb_record first, again, stored;

static void check_refusal(enum fb_reason reason, const char *field)
{
    fb_assert(reason <= FB_REASON_FIELD_REPEATED);
    fb_assert(reason < FB_REASON_KIND || (field != NULL && field[0] != '\0'));
}

static void check_invoice_line(const struct fb_invoice_line *l)
{
    bool credit = l->billing == FB_BILLING_CREDIT;
    fb_assert(l->hirer != 0 && l->supplier.n > 0 && l->invoice.n > 0 && l->line >= 1 && l->until > l->from && l->until - l->from <= 366);
    fb_assert(credit ? l->net_pence <= 0 && l->credit_invoice.n > 0 : l->net_pence >= 0 && l->credit_invoice.n == 0);
    fb_assert((l->booking_ref.n > 0) == (l->booking_source.n > 0) && l->n_references <= FB_REFERENCES_MAX);
    fb_assert(l->state != FB_INVOICE_STATE_DISPUTED || l->reason.n > 0);
}

static void check_accepted(const struct fb_record *r)
{
    fb_assert(r->env.message_id.n > 0 && r->env.message_id.n <= FB_ID_BYTES_MAX);
    fb_assert(fb_span_is_text(r->env.message_id) && fb_span_is_text(r->env.record_ref) &&
              r->env.record_ref.n > 0);
    fb_assert(fb_kind_known((int64_t)r->env.kind));
    if (r->env.kind == FB_KIND_INVOICE_LINE)
        check_invoice_line(&r->as.invoice_line);
    if (r->env.kind != FB_KIND_BOOKING)
        return;
    const struct fb_booking *b = &r->as.booking;
    fb_assert(b->shift.hirer != 0 && b->shift.time.end_min > b->shift.time.start_min);
    fb_assert(b->rates.n <= FB_RATE_CELLS_MAX && b->n_references <= FB_REFERENCES_MAX);
    for (unsigned i = 1; i < b->rates.n; i++)
        fb_assert(b->rates.cell[i - 1].category < b->rates.cell[i].category);
}

/* The bytes that a record is sent as say all of it, so equal bytes are equal records. */
static size_t send_again(const struct fb_record *r, unsigned char *to)
{
    size_t n = fb_encode_publish(r, to, FB_MESSAGE_BYTES_MAX);
    fb_assert(n > 2);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_arena arena[3];
    struct fb_span body, body_again, payload = {(const char *)data, (uint32_t)size};
    const char *field = NULL;
    if (size > FB_MESSAGE_BYTES_MAX)
        return 0;
    for (int i = 0; i < 3; i++)
        fb_arena_init(&arena[i], memory[i], sizeof memory[i]);
    enum fb_reason reason = fb_decode_publish(payload, &arena[0], &first, &body, &field);
    if (reason != FB_REASON_NONE) {
        check_refusal(reason, field);
        return 0;
    }
    check_accepted(&first);
    size_t n = send_again(&first, frame[0]);
    payload = (struct fb_span){(const char *)frame[0] + 2, (uint32_t)n - 2};
    fb_assert(fb_decode_publish(payload, &arena[1], &again, &body_again, &field) == FB_REASON_NONE);
    fb_assert(send_again(&again, frame[1]) == n && memcmp(frame[0], frame[1], n) == 0);
    fb_assert(fb_decode_body(&first.env, body, &arena[2], &stored, &field) == FB_REASON_NONE);
    fb_assert(send_again(&stored, frame[1]) == n && memcmp(frame[0], frame[1], n) == 0);
    return 0;
}
