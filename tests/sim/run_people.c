#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/lib/ports.h"
#include "tests/sim/run.h"

enum { FRAME = 16384 };

/* What the engine's own key makes of the pseudonym in a record, by way of the wire. */
static enum fb_err blind_of(const struct fb_record *r, struct fb_arena *arena, struct fb_blinded *out)
{
    static unsigned char frame[FRAME], memory[FB_SCRATCH_BYTES];
    struct fb_record read, sent = *r;
    struct fb_arena scratch;
    struct fb_span payload, body;
    enum fb_frame_kind kind;
    const char *field = NULL;
    sent.env.source = sent.env.message_id = sent.env.record_ref = fb_span_of("who");
    sent.env.revision = sent.env.source_seq = FB_ABSENT;
    sent.env.occurred_ms = 1773600000000;
    size_t n = fb_encode_publish(&sent, frame, sizeof frame);
    fb_arena_init(&scratch, memory, sizeof memory);
    fb_assert(n > 0 && fb_frame_open((struct fb_span){(char *)frame, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE);
    fb_assert(fb_decode_publish(payload, &scratch, &read, &body, &field) == FB_REASON_NONE);
    enum fb_err err = fb_test_ports()->blind(fb_test_ports()->ctx, sent.env.kind, body, arena, out);
    fb_arena_release(&scratch);
    return err;
}

/* Somebody is forgotten, by any of their pseudonyms: what was judged stays as it is. In a run whose outcome is held against
 * another's only when no message comes any more, for who is meant by a pseudonym afterwards is somebody new. */
static bool forget(struct sim_run *r, uint32_t token)
{
    unsigned char memory[1024];
    struct fb_arena arena;
    const struct aud_token *t = &r->auditor->token[token];
    struct fb_record record = {.env = {.kind = FB_KIND_ABSENCE}, .as.absence = {.token = t->token, .kind = FB_ABSENCE_KIND_OTHER, .from = 20000, .until = 20001}};
    struct fb_blinded blind = {.refused = false};
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(blind_of(&record, &arena, &blind) == FB_OK && blind.who.held);
    fb_arena_release(&arena); /* who it is was copied out */
    for (;;) {
        struct fb_turn_stats before;
        struct fb_forgotten out;
        fb_turn_stats(r->turn, &before);
        uint32_t number = fb_turn_worker(r->turn, &blind.who);
        enum fb_err err = fb_turn_forget(r->turn, number, r->now_ms, &out);
        if ((err == FB_NOT_FOUND) != t->forgotten)
            return sim_stop(r, "worker who was forgotten already", t->forgotten, err);
        if (err == FB_NOT_FOUND)
            return true;
        if (err == FB_OK) {
            unsigned links = aud_forget(r->auditor, token);
            r->auditor->journal++;
            r->auditor->n_forgotten++;
            r->in_a_row = 0;
            return (out.links == links || sim_stop(r, "pseudonyms removed", links, (int64_t)out.links)) && sim_same_stats(r, NULL);
        }
        if (!sim_came_back(r, err, &before))
            return false;
    }
}

bool sim_forget_some(struct sim_run *r)
{
    for (uint32_t i = 1; i <= r->auditor->n_tokens; i++)
        if (sim_once_in(&r->p, 4) && (!forget(r, i) || !forget(r, i)))
            return false;
    return true;
}
