/* What people ask about batches. */
#include "engine/base/bytes.h"
#include "engine/core/report.h"
#include "engine/turn/gather.h"
#include "engine/turn/withdraw_record.h"

/* ---- which there are ---- */

uint32_t fb_turn_batch_find(const struct fb_turn *t, fb_code trust, struct fb_span source, struct fb_span id, bool *several)
{
    uint32_t found = 0;
    *several = false;
    for (uint32_t s = 1; s <= t->sources.n; s++) {
        const struct fb_source *of = fb_sources_get(&t->sources, s);
        if ((source.n > 0 && !fb_span_eq(of->name, source)) || (trust != 0 && of->trust != trust))
            continue;
        uint32_t number = fb_batches_find(&t->batches, s, id);
        *several = *several || (number != 0 && found != 0);
        found = found == 0 ? number : found;
    }
    return found;
}

bool fb_turn_batch(const struct fb_turn *t, uint32_t number, struct fb_batch_row *out)
{
    const struct fb_batch *b = fb_batches_get(&t->batches, number);
    if (b == NULL)
        return false;
    const struct fb_source *source = fb_sources_get(&t->sources, b->source);
    const struct fb_taking *taking = &t->batches.taking;
    bool now = taking->batch == number;
    *out = (struct fb_batch_row){.number = number, .source = source->name, .trust = source->trust, .id = fb_batches_id(&t->batches, b),
                                 .accepted = b->accepted, .amended = b->amended, .refused = b->refused, .conflicts = b->conflicts,
                                 .first_ms = b->first_ms, .last_ms = b->last_ms, .withdrawing = now, .asked = b->asked,
                                 .withdrawn = b->withdrawn, .restored = b->restored, .left = b->left,
                                 .pence = b->pence, /* raw: a sum of rounded figures */
                                 .again = b->asked != 0 && b->last > b->asked};
    if (now)
        out->entries = taking->until + 1 - taking->next;
    return true;
}

unsigned fb_turn_batches(const struct fb_turn *t, uint32_t before, fb_code trust, struct fb_batch_row *row, unsigned most)
{
    unsigned n = 0;
    uint32_t at = before == 0 || before > t->batches.n + 1 ? t->batches.n + 1 : before;
    while (at > 1 && n < most) {
        (void)fb_turn_batch(t, --at, &row[n]);
        n += trust == 0 || row[n].trust == trust;
    }
    return n;
}

/* ---- what taking it back would do ---- */

static void add_left(struct fb_turn *t, uint32_t record, struct fb_text *left)
{
    const struct fb_entry *e = fb_gather_entry(t, fb_index_held(&t->index, record)->winner);
    if (e == NULL || left->n + e->env.record_ref.n + 1 >= left->size)
        return;
    fb_text_add_span(left, e->env.record_ref);
    fb_text_add(left, "\n");
}

/* A record that several messages of the batch are about is counted for the first that changes it: the others then find it changed. */
static bool is_repeat(struct fb_turn *t, uint32_t batch, uint32_t first, uint32_t record, uint32_t journal)
{
    uint32_t at = 0, other;
    while (t->err == FB_OK && (other = fb_amended_next(&t->amended, record, &at)) != 0) {
        if (other < first || other >= journal)
            continue;
        const struct fb_entry *e = fb_gather_entry(t, other);
        if (e != NULL && fb_batches_find(&t->batches, e->source, e->env.batch_id) == batch)
            return true;
    }
    return false;
}

static void foresee(struct fb_turn *t, uint32_t batch, uint32_t first, const struct fb_stretch *s, struct fb_foreseen *out, struct fb_text *left)
{
    for (unsigned i = 0; i < s->n && t->err == FB_OK; i++) {
        uint32_t back;
        fb_turn_judge_begin(t);
        enum fb_withdraw_fate fate = is_repeat(t, batch, first, s->own[i].record, s->own[i].journal) ? FB_FATE_NOTHING : fb_withdraw_fate(t, s->own[i].record, s->own[i].journal, &back);
        out->withdrawn += fate == FB_FATE_WITHDRAWN;
        out->restored += fate == FB_FATE_RESTORED;
        out->left += fate == FB_FATE_LEFT;
        if (fate == FB_FATE_LEFT)
            add_left(t, s->own[i].record, left);
    }
}

enum fb_err fb_turn_batch_foresee(struct fb_turn *t, uint32_t batch, uint32_t after, struct fb_foreseen *out, struct fb_text *left)
{
    struct fb_batch *b = fb_batches_get(&t->batches, batch);
    struct fb_stretch stretch;
    *out = (struct fb_foreseen){.next = 0};
    if (b == NULL || t->err != FB_OK)
        return b == NULL ? FB_NOT_FOUND : t->err;
    uint32_t asked = b->asked, begin = asked >= b->first ? asked + 1 : b->first, last = b->last;
    uint32_t first = after >= begin ? after + 1 : begin;
    if (first > last || fb_store_read(t->store, &t->txn) != FB_OK)
        return FB_OK;
    b->asked = (uint32_t)t->journal; /* as it will be: nothing of it is written */
    fb_withdraw_scan(t, batch, first, last, &stretch);
    foresee(t, batch, begin, &stretch, out, left);
    b->asked = asked;
    fb_turn_judge_begin(t);
    fb_txn_abort(&t->txn);
    out->next = stretch.last < last ? stretch.last : 0;
    enum fb_err err = t->err; /* a question changes nothing: a row that cannot be read is the asker's bad luck */
    t->err = FB_OK;
    return err;
}

/* ---- it is asked for ---- */

static const char *refusal(struct fb_turn *t, const struct fb_batch_asked *asked)
{
    const struct fb_batch *b = fb_batches_get(&t->batches, asked->batch);
    if (b == NULL)
        return "there is no batch of that number: fairbank batches lists them";
    if (t->batches.taking.batch == asked->batch)
        return "it is being taken back already";
    if (t->batches.taking.batch != 0)
        return "another batch is being taken back: wait until that has ended (fairbank batches)";
    if (b->asked != 0 && b->last <= b->asked)
        return "it was taken back already, and nothing came with it since";
    if (asked->reason.n == 0 || asked->by.n == 0)
        return "say who asks and why: both are kept with it";
    if (fb_turn_current(t) == NULL)
        return "there are no rules to judge by: without them nothing can be taken back exactly";
    return NULL;
}

enum fb_err fb_turn_batch_withdraw(struct fb_turn *t, uint32_t batch, struct fb_span by, struct fb_span reason, int64_t now_ms,
                                   const char **why)
{
    const struct fb_batch_asked asked = {batch, by, reason};
    *why = "";
    if (t->err != FB_OK)
        return t->err;
    const char *refused = refusal(t, &asked);
    if (refused != NULL) {
        *why = refused;
        return FB_REFUSED;
    }
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    fb_turn_take_batch(t, &asked);
    return fb_turn_end(t);
}
