/* A batch is taken back, step by step: what a step writes and tells. Read withdraw_record.c for one record of it. */
#include "engine/turn/withdraw.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/gather.h"
#include "engine/turn/withdraw_record.h"
#include <string.h>

enum { ASKED_VERSION = 1, BODY_BYTES = 512, ROW_BYTES = 8192 };

/* ---- what stands in the entries ---- */

size_t fb_batch_asked_pack(const struct fb_batch_asked *a, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ASKED_VERSION);
    fb_put_varint(&w, a->batch);
    fb_put_span(&w, a->by);
    fb_put_span(&w, a->reason);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_batch_asked_unpack(struct fb_batch_asked *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    unsigned version = fb_get_u8(&r);
    uint64_t batch = fb_get_varint(&r);
    out->by = fb_get_span(&r);
    out->reason = fb_get_span(&r);
    if (!r.bad && version > ASKED_VERSION)
        return FB_NEWER;
    bool sound = version == ASKED_VERSION && batch > 0 && batch <= UINT32_MAX && r.n == r.size;
    out->batch = (uint32_t)batch;
    return r.bad || !sound ? FB_REFUSED : FB_OK;
}

static void write_step(struct fb_turn *t, const struct fb_stretch *s)
{
    unsigned char body[24];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    fb_put_varint(&w, t->batches.taking.batch);
    fb_put_varint(&w, s->first);
    fb_put_varint(&w, s->last);
    struct fb_entry e = {.kind = FB_ENTRY_BATCH_STEP, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
}

/* ---- it is asked for ---- */

void fb_turn_take_batch(struct fb_turn *t, const struct fb_batch_asked *asked)
{
    char body[BODY_BYTES];
    struct fb_batch *b = fb_batches_get(&t->batches, asked->batch);
    size_t n = fb_batch_asked_pack(asked, body, sizeof body);
    if (n == 0) {
        fb_turn_fail(t, FB_LIMIT);
        return;
    }
    struct fb_entry e = {.kind = FB_ENTRY_BATCH, .source = b->source, .body = {body, (uint32_t)n}};
    fb_turn_write(t, &e);
    uint32_t before = b->asked; /* what came until then is withdrawn already */
    t->batches.taking = (struct fb_taking){asked->batch, before >= b->first ? before + 1 : b->first, b->last};
    t->batches.taking_moved = true;
    b->asked = (uint32_t)t->journal;
    b->withdrawn = b->restored = b->left = 0;
    b->pence = 0; /* raw: a sum of rounded figures */
    fb_turn_fail(t, fb_batches_move(&t->batches, asked->batch));
}

/* ---- a step of it ---- */

static void count(struct fb_batch *b, enum fb_withdraw_fate fate)
{
    b->withdrawn += fate == FB_FATE_WITHDRAWN;
    b->restored += fate == FB_FATE_RESTORED;
    b->left += fate == FB_FATE_LEFT;
}

/* Memory first, for all of them, and then what hangs on them: a shift is judged once a step. */
static void take_stretch(struct fb_turn *t, const struct fb_stretch *s)
{
    unsigned char row[ROW_BYTES];
    struct fb_writer w;
    struct fb_stale stale = {.n = 0, .max = FB_STEP_MAX};
    uint32_t batch = t->batches.taking.batch;
    fb_writer_init(&w, row, sizeof row);
    t->taking_back = true;
    for (unsigned i = 0; i < s->n && t->err == FB_OK; i++)
        count(fb_batches_get(&t->batches, batch), fb_withdraw_record(t, s->own[i].record, s->own[i].journal, &w, &stale));
    if (w.bad)
        fb_turn_fail(t, FB_LIMIT);
    if (w.n > 0) {
        struct fb_key key = fb_key_u64(t->journal);
        fb_put(t->txn, FB_TABLE_WITHDRAWN, fb_key_span(&key), (struct fb_span){(const char *)row, (uint32_t)w.n});
    }
    fb_turn_judge_begin(t);
    fb_stale_judge(t, &stale);
    t->taking_back = false;
}

static void tell(struct fb_turn *t, const struct fb_batch *b)
{
    const struct fb_source *source = fb_sources_get(&t->sources, b->source);
    const struct fb_book *book = fb_turn_current(t);
    struct fb_span id = fb_batches_id(&t->batches, b);
    id.n = id.n < FB_ID_BYTES_MAX ? id.n : FB_ID_BYTES_MAX;
    struct fb_event event = {.kind = FB_EVENT_BATCH_WITHDRAWN,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .trust = source->trust,
                             .severity = FB_SEVERITY_NOTE,
                             .shadow = source->mode == FB_SOURCE_MODE_SHADOW,
                             .issue = book == NULL ? 0 : book->issue,
                             .delta_pence = b->pence, /* raw: a sum of rounded figures */
                             .cause = FB_CAUSE_WITHDRAWN,
                             .withdrawn = b->withdrawn,
                             .restored = b->restored,
                             .left = b->left,
                             .source = source->name,
                             .record_ref = id};
    fb_turn_write_event(t, &event);
}

void fb_turn_take_batch_step(struct fb_turn *t, const struct fb_stretch *s)
{
    uint32_t batch = t->batches.taking.batch;
    write_step(t, s);
    if (s->first <= s->last) {
        t->batches.taking.next = s->last + 1;
        take_stretch(t, s);
    } else if (t->err == FB_OK) {
        tell(t, fb_batches_get(&t->batches, batch));
        t->batches.taking = (struct fb_taking){0, 0, 0};
    }
    t->batches.taking_moved = true;
    fb_turn_fail(t, fb_batches_move(&t->batches, batch));
}

void fb_withdraw_next(struct fb_turn *t, struct fb_stretch *out)
{
    const struct fb_taking *taking = &t->batches.taking;
    fb_withdraw_scan(t, taking->batch, taking->next, taking->until, out);
}

/* ---- which of the journal's entries are its own ---- */

static bool is_own(const struct fb_turn *t, const struct fb_entry *e, uint32_t batch)
{
    return e->kind == FB_ENTRY_MESSAGE && e->env.batch_id.n > 0 &&
           fb_batches_find(&t->batches, e->source, e->env.batch_id) == batch;
}

bool fb_batch_took(const struct fb_turn *t, uint64_t journal, const struct fb_entry *e)
{
    const struct fb_batch *b = fb_batches_get(&t->batches, fb_batches_find(&t->batches, e->source, e->env.batch_id));
    return e->env.batch_id.n > 0 && b != NULL && journal <= b->asked;
}

void fb_withdraw_scan(struct fb_turn *t, uint32_t batch, uint32_t first, uint32_t until, struct fb_stretch *out)
{
    out->first = first;
    out->last = until;
    out->n = 0;
    fb_turn_judge_begin(t);
    for (uint32_t j = first; j <= until && t->err == FB_OK; j++) {
        struct fb_scratch_mark mark = fb_scratch_mark(&t->scratch);
        struct fb_entry e;
        if (fb_gather_any(t, j, &e) && is_own(t, &e, batch)) {
            out->own[out->n].journal = j;
            out->own[out->n++].record = e.record;
        }
        fb_scratch_back(&t->scratch, mark);
        if (out->n == FB_WITHDRAW_OWN_MAX || j - first + 1 == FB_WITHDRAW_LOOK_MAX) {
            out->last = j;
            return;
        }
    }
}
