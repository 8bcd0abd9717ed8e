#include "tests/sim/auditor_feed.h"
#include "engine/base/check.h"

/* Batches that were taken back. Of each record that came with one, the best of the versions that are left holds; where none is left,
 * it counts for nothing until another comes. */

static bool is_of(const struct sim_message *m, unsigned source, struct fb_span name)
{
    return m->source == source && fb_span_eq(m->record.env.batch_id, name);
}

/* The entry that last had it taken back; 0: never. */
static uint64_t asked_before(const struct auditor *a, unsigned source, struct fb_span name)
{
    uint64_t asked = 0;
    for (unsigned i = 0; i < a->n_asked; i++)
        if (a->batch[i].source == source && fb_span_eq(a->batch[i].name, name))
            asked = a->batch[i].asked;
    return asked;
}

/* What was refused is told with its batch too, as it could be read: of what was garbled on its way that may be another batch of the
 * same source. */
enum aud_may auditor_may_take_back(const struct auditor *a, unsigned source, struct fb_span name)
{
    bool version = false, refusal = false;
    uint64_t asked = asked_before(a, source, name);
    for (unsigned i = 0; i < a->n_versions; i++)
        version |= a->version[i].journal > asked && is_of(a->version[i].message, source, name);
    for (unsigned i = 0; i < a->n_refusals; i++)
        refusal |= a->refusal[i].journal > asked && a->refusal[i].source == source;
    if (a->current == 0)
        return AUD_MUST_NOT; /* nothing could be judged again */
    return version ? AUD_MUST : refusal ? AUD_MAY : AUD_MUST_NOT;
}

static const struct aud_version *best_of(const struct auditor *a, uint32_t number)
{
    const struct aud_version *best = NULL;
    for (unsigned i = 0; i < a->n_versions; i++) {
        const struct aud_version *v = &a->version[i];
        if (v->number == number && !v->gone && (best == NULL || aud_version_cmp(v->message, best->message) > 0))
            best = v;
    }
    return best;
}

static void fall_back(struct auditor *a, struct aud_batch *b, uint32_t number)
{
    struct aud_held *h = &a->held[number];
    const struct aud_version *best = best_of(a, number);
    if (h->kind == FB_KIND_NONE || (best != NULL && best->message == h->winner))
        return; /* what went had been replaced already */
    b->withdrawn += best == NULL;
    b->restored += best != NULL;
    h->kind = best == NULL ? FB_KIND_NONE : h->named;
    if (best == NULL) {
        h->who = 0;
        return;
    }
    h->winner = best->message;
    h->who = best->who;
}

void auditor_take_back(struct auditor *a, unsigned source, struct fb_span name)
{
    fb_assert(a->n_asked < AUD_ASKED_MAX);
    struct aud_batch *b = &a->batch[a->n_asked++];
    *b = (struct aud_batch){.source = source, .name = name, .asked = ++a->journal};
    for (unsigned i = 0; i < a->n_versions; i++) {
        struct aud_version *v = &a->version[i];
        if (v->gone || !is_of(v->message, source, name))
            continue;
        v->gone = true;
        b->own++;
    }
    for (uint32_t i = 1; i <= a->n_held; i++)
        fall_back(a, b, i);
    a->met->withdrawn++;
    a->met->restored += b->restored;
}

/* Something of its source came between the asking and the end: then steps may have met it. */
static bool is_disturbed(const struct auditor *a, const struct aud_batch *b, uint64_t until)
{
    for (unsigned i = 0; i < a->n_versions; i++)
        if (a->version[i].journal > b->asked && a->version[i].journal < until && a->version[i].message->source == b->source)
            return true;
    return false;
}

/* One after another: each is told once, when it has ended. */
void aud_hear_batch(struct auditor *a, const struct fb_event *e)
{
    if (a->n_told == a->n_asked) {
        (void)auditor_differs(a, "batch.withdrawn of a batch that nobody asked for, at entry", 0, (int64_t)e->journal);
        return;
    }
    const struct aud_batch *b = &a->batch[a->n_told++];
    const struct fb_source *s = &a->w->source[b->source];
    bool disturbed = is_disturbed(a, b, e->journal);
    a->met->disturbed += disturbed;
    if (!fb_span_eq(e->source, s->name) || !fb_span_eq(e->record_ref, b->name) || e->cause != FB_CAUSE_WITHDRAWN ||
        e->shadow != (s->mode == FB_SOURCE_MODE_SHADOW) || e->trust != s->trust || e->journal <= b->asked)
        (void)auditor_differs(a, "which batch is told, asked for at entry", (int64_t)b->asked, (int64_t)e->journal);
    if (!disturbed && e->withdrawn != b->withdrawn)
        (void)auditor_differs(a, "records that nothing is left of, by batch.withdrawn", b->withdrawn, e->withdrawn);
    if (!disturbed && e->restored != b->restored)
        (void)auditor_differs(a, "records that fell back, by batch.withdrawn", b->restored, e->restored);
    if (e->withdrawn + e->restored + e->left > b->own)
        (void)auditor_differs(a, "messages of a batch, by batch.withdrawn", b->own, e->withdrawn + e->restored + e->left);
}
