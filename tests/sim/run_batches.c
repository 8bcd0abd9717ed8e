#include "engine/base/check.h"
#include "engine/wire/wire.h"
#include "tests/sim/run.h"
#include <string.h>

/* Messages as they come in, several at a time, and what is answered. */
struct batch {
    unsigned n;
    const struct sim_message *message[SIM_BATCH_MAX];
    struct fb_record record[SIM_BATCH_MAX];
    struct fb_input input[SIM_BATCH_MAX];
    struct fb_answer answer[SIM_BATCH_MAX];
};

/* What the loop thread does with a frame. */
static void decode(struct sim_run *r, const struct sim_message *m, struct fb_arena *arena,
                   struct fb_record *record, struct fb_input *in)
{
    enum fb_frame_kind kind;
    struct fb_span payload, body = {NULL, 0};
    const char *field = NULL;
    fb_assert(fb_frame_open(m->frame, &kind, &payload) == FB_REASON_NONE && kind == FB_FRAME_PUBLISH);
    enum fb_reason reason = fb_decode_publish(payload, arena, record, &body, &field);
    *in = (struct fb_input){.body = body, .source = r->source[m->source], .refused = reason};
    if (reason == FB_REASON_NONE) {
        in->record = record;
        return;
    }
    in->env = record->env;
    in->body = body.p != NULL ? body : payload; /* as the door keeps it */
    if (field != NULL)
        in->field = fb_span_of(field);
}

static void fill(struct sim_run *r, struct batch *b, unsigned n)
{
    struct fb_arena arena;
    fb_arena_init(&arena, r->memory, SIM_DECODED_BYTES);
    b->n = n;
    for (unsigned i = 0; i < n; i++) {
        b->message[i] = &r->l->message[r->queue[r->head + i]];
        decode(r, b->message[i], &arena, &b->record[i], &b->input[i]);
    }
}

void sim_count_answer(struct sim_run *r, const struct fb_answer *a)
{
    r->counts.messages++;
    r->counts.duplicates += a->outcome == FB_OUTCOME_DUPLICATE;
    r->counts.amended += a->outcome == FB_OUTCOME_AMENDED;
    r->counts.conflicts += a->outcome == FB_OUTCOME_CONFLICT;
    r->counts.refused += a->outcome == FB_OUTCOME_REFUSED;
    sim_hash_add(&r->hash, (uint64_t)a->outcome << 8 | (uint64_t)a->reason);
    sim_hash_add(&r->hash, a->journal);
    sim_hash_add(&r->hash, a->record);
}

/* A message whose answer never came is sent again, some time later, whatever the answer was. */
static void lose(struct sim_run *r, unsigned message)
{
    if (r->tail == SIM_QUEUE_MAX)
        return;
    unsigned at = r->head + (unsigned)fb_prng_below(&r->p, r->tail - r->head + 1);
    memmove(&r->queue[at + 1], &r->queue[at], (r->tail - at) * sizeof r->queue[0]);
    r->queue[at] = message;
    r->tail++;
}

static bool hear_answers(struct sim_run *r, const struct batch *b, bool all_lost)
{
    unsigned first = r->head;
    struct fb_turn_stats now;
    fb_turn_stats(r->turn, &now);
    r->auditor->at_ms = now.last_ms;
    r->head += b->n;
    r->in_a_row = 0;
    for (unsigned i = 0; i < b->n; i++) {
        if (!auditor_answer(r->auditor, b->message[i], &b->answer[i]))
            return false;
        sim_count_answer(r, &b->answer[i]);
    }
    for (unsigned i = 0; i < b->n; i++)
        if (all_lost || sim_strikes(r, SIM_LOST_ANSWER))
            lose(r, r->queue[first + i]);
    return true;
}

static void be_unsure(struct sim_run *r, const struct batch *b)
{
    r->unsure.n = b->n;
    memcpy(r->unsure.message, b->message, b->n * sizeof b->message[0]);
    memcpy(r->unsure.answer, b->answer, b->n * sizeof b->answer[0]);
}

void sim_hear_unsure(struct sim_run *r, const struct fb_turn_stats *now)
{
    struct auditor *a = r->auditor;
    a->at_ms = r->unsure.n > 0 ? now->last_ms : a->at_ms;
    for (unsigned i = 0; i < r->unsure.n && a->journal < now->journal; i++)
        if (r->unsure.answer[i].journal == a->journal + 1)
            (void)auditor_answer(a, r->unsure.message[i], &r->unsure.answer[i]);
    r->unsure.n = 0;
}

bool sim_batch(struct sim_run *r)
{
    static struct batch b;
    struct fb_turn_stats before;
    unsigned left = r->tail - r->head, n = 1 + (unsigned)fb_prng_below(&r->p, r->batch_max);
    fb_turn_stats(r->turn, &before);
    fill(r, &b, n < left ? n : left);
    memset(b.answer, 0, b.n * sizeof b.answer[0]);
    enum fb_err err = fb_turn_run(r->turn, b.input, b.n, r->now_ms, b.answer);
    r->counts.batches++;
    if (err != FB_OK) {
        be_unsure(r, &b);
        return sim_came_back(r, err, r->wire == NULL ? &before : NULL); /* nobody was answered: the same ones come first again */
    }
    bool cut = sim_strikes(r, SIM_POWER_CUT);
    if (!hear_answers(r, &b, cut))
        return false;
    fb_turn_stats(r->turn, &before);
    r->auditor->met->put_off += before.todo;
    r->auditor->met->waited += before.waiting;
    return cut ? sim_reopen(r, true, &before) : sim_same_stats(r, NULL);
}
