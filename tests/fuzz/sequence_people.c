#include "engine/base/check.h"
#include "engine/base/when.h"
#include "engine/core/report.h"
#include "engine/wire/wire.h"
#include "tests/fuzz/sequence.h"
#include "tests/lib/claims.h"
#include "tests/lib/ports.h"
#include "tests/sim/auditor_sent.h"

/* What somebody asks of the engine beside what systems send: a batch taken back, a worker forgotten, the statement of a day. */

enum { FRAME_BYTES = 4096, TAKEN_BACK_MAX = 8, FORGOTTEN_MAX = 8 };

/* ---- a batch ---- */

/* One at a time. */
static bool is_taking(const struct seq *q)
{
    struct fb_batch_row row;
    for (uint32_t i = 1; fb_turn_batch(q->turn, i, &row); i++)
        if (row.withdrawing)
            return true;
    return false;
}

void seq_take_back(struct seq *q, unsigned source)
{
    const struct fb_span page = fb_span_of(SEQ_PAGE);
    const char *why = NULL;
    enum fb_err e = FB_REFUSED;
    bool several, again = true;
    if (q->a->n_asked == TAKEN_BACK_MAX)
        return;
    enum aud_may may = is_taking(q) ? AUD_MUST_NOT : auditor_may_take_back(q->a, source, page);
    while (again) {
        uint32_t number = fb_turn_batch_find(q->turn, 0, q->w.source[source].name, page, &several);
        if (number != 0)
            e = fb_turn_batch_withdraw(q->turn, number, fb_span_of("the program"), fb_span_of("wrong"), q->now_ms, &why);
        again = seq_failed(q, e);
    }
    seq_must(q, e == FB_OK ? may != AUD_MUST_NOT : e == FB_REFUSED && may != AUD_MUST, "a batch to take back");
    if (e == FB_OK)
        auditor_take_back(q->a, source, page);
    seq_same_journal(q, "the journal after a batch was taken back");
}

/* ---- a worker ---- */

/* What the engine's own key makes of a pseudonym, by way of the wire. */
static struct fb_who who_is(struct fb_span token)
{
    static unsigned char frame[FRAME_BYTES], memory[FB_SCRATCH_BYTES];
    struct fb_record sent = {.env = {.kind = FB_KIND_ABSENCE,
                                     .source = fb_span_of("who"),
                                     .message_id = fb_span_of("who"),
                                     .record_ref = fb_span_of("who"),
                                     .revision = FB_ABSENT,
                                     .source_seq = FB_ABSENT,
                                     .occurred_ms = 1773600000000},
                             .as.absence = {.token = token, .kind = FB_ABSENCE_KIND_OTHER, .from = 20000, .until = 20001}},
                     read;
    struct fb_blinded blind = {.refused = false};
    struct fb_arena arena;
    struct fb_span payload, body;
    enum fb_frame_kind kind;
    const char *field = NULL;
    size_t n = fb_encode_publish(&sent, frame, sizeof frame);
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(n > 0 && fb_frame_open((struct fb_span){(const char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    fb_assert(fb_decode_publish(payload, &arena, &read, &body, &field) == FB_REASON_NONE);
    fb_assert(fb_test_ports()->blind(fb_test_ports()->ctx, sent.env.kind, body, &arena, &blind) == FB_OK && blind.who.held);
    fb_arena_release(&arena);
    return blind.who;
}

void seq_forget(struct seq *q, unsigned back)
{
    struct fb_forgotten out = {.worker = 0};
    if (q->a->n_tokens == 0 || q->a->n_forgotten == FORGOTTEN_MAX)
        return;
    uint32_t token = q->a->n_tokens - back % q->a->n_tokens;
    const struct fb_who who = who_is(q->a->token[token].token);
    uint32_t means = 0; /* who was forgotten is somebody new when the same pseudonym came again */
    for (uint32_t i = 1; i <= q->a->n_tokens; i++)
        if (!q->a->token[i].forgotten && fb_span_eq(q->a->token[i].token, q->a->token[token].token))
            means = i;
    enum fb_err e;
    do
        e = fb_turn_forget(q->turn, fb_turn_worker(q->turn, &who), q->now_ms, &out);
    while (seq_failed(q, e));
    seq_must(q, e == (means != 0 ? FB_OK : FB_NOT_FOUND), "a worker to forget");
    if (e == FB_OK) {
        q->a->journal++;
        q->a->n_forgotten++;
        seq_must(q, aud_forget(q->a, means) == out.links, "pseudonyms that were forgotten");
    }
    seq_same_journal(q, "the journal after a worker was forgotten");
}

/* ---- the statements of each day ---- */

static bool ask(struct seq *q, const struct aud_asked_of *of)
{
    struct fb_span claim;
    enum fb_err e = fb_test_claim(q->turn, q->source[of->source], of->day, q->now_ms, &claim);
    if (e == FB_NOT_FOUND)
        return auditor_no_receipt(q->a, of);
    seq_must(q, e == FB_OK, "asking for a statement");
    return auditor_receipt(q->a, of, claim);
}

bool seq_receipts(struct seq *q)
{
    struct aud_asked_of of = {.today = fb_london_day_of_ms(q->a->now_ms), .now_ms = q->a->now_ms, .epoch = fb_store_epoch(q->store)};
    for (of.source = 0; of.source < SIM_SOURCES - 1; of.source++)
        for (of.day = fb_london_day_of_ms(q->w.first_ms); of.day <= of.today; of.day++)
            if (!ask(q, &of))
                return false;
    return auditor_silent(q->a, q->a->now_ms);
}
