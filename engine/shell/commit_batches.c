#include "engine/shell/commit_batches.h"

static void refuse(struct fb_item *item, const char *why)
{
    item->err = FB_REFUSED;
    item->why.n = 0;
    fb_text_add(&item->why, why);
}

/* By number or by name; 0: refused. A trust asks about its own: whether another has one of that name is not said. */
static uint32_t find(struct fb_turn *turn, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    struct fb_batch_row row;
    bool several = false;
    uint32_t number = q->batch_number != 0 ? q->batch_number : fb_turn_batch_find(turn, q->asker.trust, q->batch_source, q->batch, &several);
    bool known = number != 0 && fb_turn_batch(turn, number, &row);
    if (several)
        refuse(item, "several sources have a batch of that name: say whose with --source, or give its number, such as number:5 (fairbank batches)");
    else if (!known || (q->asker.trust != 0 && row.trust != q->asker.trust)) {
        refuse(item, q->asker.trust == 0 ? "no such batch is known: `fairbank batches` lists them by the name that their publisher gave them"
                                         : "no such batch of your trust's sources is known: `fairbank batches` lists them by the name that their publisher gave them");
        item->reason = q->asker.trust != 0 ? FB_REASON_NOT_YOURS : FB_REASON_NONE;
    }
    return item->err == FB_OK ? number : 0;
}

/* Out of turn's memory, which moves. false: the item's is full. */
static bool keep(struct fb_item *item, const struct fb_batch_row *row)
{
    struct fb_batch_row *to = &item->batch[item->n_batches];
    *to = *row;
    to->source = fb_arena_copy(&item->batch_text, row->source);
    to->id = fb_arena_copy(&item->batch_text, row->id);
    bool kept = to->source.p != NULL && to->id.p != NULL;
    item->n_batches += kept;
    return kept;
}

static void keep_one(struct fb_turn *turn, struct fb_item *item, uint32_t number)
{
    struct fb_batch_row row;
    if (fb_turn_batch(turn, number, &row) && !keep(item, &row))
        refuse(item, "it does not fit an answer");
}

static enum fb_err take_list(struct fb_turn *turn, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    struct fb_batch_row row[FB_ITEM_BATCHES];
    fb_code trust = q->asker.trust != 0 ? q->asker.trust : q->findings.trust;
    if (q->batch_number != 0 || q->batch.n > 0) {
        uint32_t number = find(turn, item);
        if (number != 0)
            keep_one(turn, item, number);
        return FB_OK;
    }
    unsigned n = fb_turn_batches(turn, q->findings.after, trust, row, FB_ITEM_BATCHES);
    for (unsigned i = 0; i < n && keep(item, &row[i]); i++)
        ;
    item->record = n == FB_ITEM_BATCHES && item->n_batches > 0 ? item->batch[item->n_batches - 1].number : 0;
    return FB_OK;
}

/* What the stretch after an entry would do stands in the counts of the batch's row. */
static enum fb_err take_dry(struct fb_turn *turn, struct fb_item *item, uint32_t number)
{
    struct fb_foreseen f;
    enum fb_err e = fb_turn_batch_foresee(turn, number, item->query.findings.after, &f, &item->why);
    if (e != FB_OK) {
        refuse(item, fb_err_text(e));
        return FB_OK;
    }
    keep_one(turn, item, number);
    if (item->err != FB_OK)
        return FB_OK;
    item->batch->withdrawn = f.withdrawn;
    item->batch->restored = f.restored;
    item->batch->left = f.left;
    item->record = f.next;
    return FB_OK;
}

static enum fb_err take_withdraw(struct fb_turn *turn, struct fb_item *item, int64_t now_ms)
{
    static const char *const as[FB_AS_END] = {"whoever may open this machine's door", "a trust", "controls", "finance", "admin"};
    const struct fb_query *q = &item->query;
    const char *why = "";
    uint32_t number = find(turn, item);
    if (number == 0)
        return FB_OK;
    if (q->dry)
        return take_dry(turn, item, number);
    struct fb_span by = q->asker.identity.n > 0 ? q->asker.identity : fb_span_of(as[q->asker.as]);
    enum fb_err e = fb_turn_batch_withdraw(turn, number, by, q->reason, now_ms, &why);
    if (e == FB_REFUSED || e == FB_LIMIT) {
        refuse(item, *why != '\0' ? why : fb_err_text(e));
        return FB_OK;
    }
    if (e == FB_OK)
        keep_one(turn, item, number);
    return e;
}

enum fb_err fb_batches_take(struct fb_turn *turn, struct fb_item *item, int64_t now_ms)
{
    return item->kind == FB_ITEM_BATCHES_OF ? take_list(turn, item) : take_withdraw(turn, item, now_ms);
}
