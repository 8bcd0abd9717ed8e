#include "adapters/lib/receipt.h"
#include "adapters/lib/ask.h"
#include "engine/wire/wire.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { QUESTION_BYTES = 512, ARENA_BYTES = 256 << 10 };

bool fb_receipt_is_signed(const struct fb_receipt *r)
{
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text claim;
    fb_text_init(&claim, memory, sizeof memory);
    fb_receipt_claim(&claim, r);
    return !claim.cut && crypto_sign_verify_detached(r->signature, (const unsigned char *)claim.p, claim.n, r->key) == 0;
}

static enum fb_err say(struct fb_text *why, enum fb_err e, const char *text)
{
    fb_text_add(why, text);
    return e;
}

static enum fb_err send_question(const struct fb_receipt_ask *ask, struct fb_arena *arena, struct fb_span *answer, struct fb_text *why)
{
    unsigned char frame[QUESTION_BYTES];
    struct fb_ask *line = NULL;
    struct fb_query q = {.kind = FB_QUERY_RECEIPT, .source = ask->source, .as_known = ask->day, .asker = {.identity = ask->source}};
    size_t n = ask->source.n == 0 || ask->source.n > FB_SOURCE_BYTES_MAX ? 0 : fb_encode_query(&q, frame, sizeof frame);
    if (n == 0)
        return say(why, FB_LIMIT, "the source's name is empty or too long");
    if (fb_ask_open_with(&line, ask->endpoint, ask->curve) != FB_OK)
        return say(why, FB_IO, "the engine's endpoint cannot be used");
    enum fb_err e = fb_ask_send(line, (struct fb_span){(const char *)frame, (uint32_t)n}, ask->timeout_ms, arena, answer);
    fb_ask_close(&line);
    if (e == FB_BUSY)
        return say(why, e, "the engine did not answer in time");
    return e == FB_OK ? FB_OK : say(why, e == FB_LIMIT ? FB_DAMAGED : e, e == FB_LIMIT ? "the answer is longer than a receipt can be" : "the socket failed");
}

/* Its lines come one by one; as it was signed each ends with a line feed. */
static enum fb_err join(const struct fb_result *r, char text[FB_RECEIPT_TEXT_BYTES], struct fb_span *out, struct fb_text *why)
{
    struct fb_text t;
    fb_text_init(&t, text, FB_RECEIPT_TEXT_BYTES);
    for (unsigned i = 0; i < r->n_lines; i++) {
        fb_text_add_span(&t, r->line[i]);
        fb_text_add(&t, "\n");
    }
    *out = (struct fb_span){t.p, (uint32_t)t.n};
    return t.cut ? say(why, FB_DAMAGED, "the answer is longer than a receipt can be") : FB_OK;
}

static enum fb_err open_answer(struct fb_span frame, struct fb_arena *arena, struct fb_result *r, struct fb_text *why)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    if (fb_frame_open(frame, &kind, &payload) != FB_REASON_NONE || kind != FB_FRAME_RESULT || fb_decode_result(payload, arena, r) != FB_REASON_NONE)
        return say(why, FB_DAMAGED, "what came is no answer of an engine");
    if (r->reason == FB_REASON_NONE && r->n_lines > 0)
        return FB_OK;
    if (r->text.n > 0)
        fb_text_add_span(why, r->text);
    else
        fb_text_add(why, fb_reason_text(r->reason));
    return FB_REFUSED;
}

static enum fb_err hold_against(const struct fb_receipt *r, const struct fb_receipt_ask *ask, struct fb_text *why)
{
    if (!fb_span_eq((struct fb_span){r->source, r->n_source}, ask->source) || (ask->day != 0 && (r->day < ask->day || fb_receipt_since(r) > ask->day)))
        return say(why, FB_DAMAGED, "the receipt that came is of another source or day");
    if (!fb_receipt_is_signed(r))
        return say(why, FB_DAMAGED, "the receipt's signature does not hold: the text was changed, or its key is not the signer's");
    if (ask->signer != NULL && memcmp(ask->signer, r->key, sizeof r->key) != 0)
        return say(why, FB_DAMAGED, "the receipt is signed with another key than the one expected");
    return FB_OK;
}

enum fb_err fb_receipt_fetch(struct fb_receipt *out, char text[FB_RECEIPT_TEXT_BYTES], const struct fb_receipt_ask *ask, struct fb_text *why)
{
    struct fb_arena arena;
    struct fb_span answer, whole;
    struct fb_result r = {0};
    unsigned line;
    void *memory = malloc(ARENA_BYTES);
    if (memory == NULL)
        return say(why, FB_FULL, "no memory");
    fb_arena_init(&arena, memory, ARENA_BYTES);
    text[0] = '\0';
    enum fb_err e = send_question(ask, &arena, &answer, why);
    if (e == FB_OK)
        e = open_answer(answer, &arena, &r, why);
    if (e == FB_OK)
        e = join(&r, text, &whole, why);
    if (e == FB_OK && fb_receipt_parse(out, whole, &line) != FB_OK)
        e = say(why, FB_DAMAGED, "what came is no receipt as the engine writes it");
    if (e == FB_OK)
        e = hold_against(out, ask, why);
    fb_arena_release(&arena);
    free(memory);
    return e;
}
