#include "engine/store/key.h"
#include "engine/turn/memory/diary_turn.h"
#include "engine/turn/state.h"
#include "engine/turn/todo.h"

enum { BY_TRUST_FROM = 8 }; /* the version of the decisions from which a source's trust says who is heard */

/* Decisions say of their source whether it is shadow, rules ask what it sends, and who is heard about a booking is its hirer's
 * own source or one of no trust. */
static bool matters(const struct fb_source *before, const struct fb_source *s, uint32_t version)
{
    bool says_otherwise = before != NULL && before->trust != s->trust && version >= BY_TRUST_FROM;
    return before != NULL && (before->mode != s->mode || before->sends != s->sends || says_otherwise);
}

static bool sends_answers(const struct fb_turn *t, uint32_t number)
{
    bool any = t->index.of_kind[FB_KIND_APPROVAL] > 0 || t->index.of_kind[FB_KIND_REPLY] > 0 || t->index.of_kind[FB_KIND_INVOICE_LINE] > 0;
    for (uint32_t i = 1; i <= t->index.n_held && any; i++) {
        const struct fb_held *held = fb_index_held(&t->index, i);
        if (held->source == number && (held->kind == FB_KIND_APPROVAL || held->kind == FB_KIND_REPLY || held->kind == FB_KIND_INVOICE_LINE))
            return true;
    }
    return false;
}

/* Its own subjects; and where it sends approvals, replies or lines of invoices, whatever holds findings that they may be about: those
 * of a shadow source do nothing to a live shift. Of another trust it is heard by other hirers' shifts, whatever they hold. */
static void judge_again(struct fb_turn *t, uint32_t number, bool of_another_trust)
{
    bool answers = sends_answers(t, number);
    for (uint32_t i = 1; i <= t->index.n_held && t->err == FB_OK; i++) {
        const struct fb_held *held = fb_index_held(&t->index, i);
        bool judged = fb_turn_is_judged((enum fb_kind)held->kind), own = held->source == number && judged;
        if (own || (answers && judged && (of_another_trust || (held->flags & FB_HELD_FINDINGS) != 0)))
            fb_todo_put(t, i);
    }
}

void fb_turn_take_source(struct fb_turn *t, const struct fb_source *s, uint32_t version, uint32_t *number)
{
    char bytes[128];
    uint32_t held = fb_sources_find(&t->sources, s->name);
    const struct fb_source *before = fb_sources_get(&t->sources, held);
    bool changed = matters(before, s, version), mode_changed = before != NULL && before->mode != s->mode;
    *number = held != 0 ? held : t->sources.n + 1;
    size_t n = fb_source_pack(s, bytes, sizeof bytes);
    if (n == 0) {
        fb_turn_fail(t, FB_LIMIT);
        return;
    }
    struct fb_entry e = {.kind = FB_ENTRY_SOURCE, .source = *number, .body = {bytes, (uint32_t)n}};
    fb_turn_write(t, &e);
    struct fb_key key = fb_key_u32(*number);
    fb_put(t->txn, FB_TABLE_SOURCES, fb_key_span(&key), e.body);
    if (t->err == FB_OK)
        fb_turn_fail(t, fb_sources_put(&t->sources, *number, s));
    if (changed)
        judge_again(t, *number, before->trust != s->trust);
    if (t->err == FB_OK)
        fb_people_source(t, *number, mode_changed);
}

enum fb_err fb_turn_source(struct fb_turn *t, const struct fb_source *s, int64_t now_ms, uint32_t *number)
{
    if (t->err != FB_OK)
        return t->err;
    uint32_t held = fb_sources_find(&t->sources, s->name);
    if (held != 0 && fb_sources_same(fb_sources_get(&t->sources, held), s)) {
        *number = held;
        return FB_OK;
    }
    if (s->name.n == 0 || s->name.n > FB_SOURCE_BYTES_MAX)
        return FB_REFUSED;
    if (held == 0 && t->sources.n == FB_SOURCES_MAX)
        return FB_LIMIT;
    enum fb_err err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    fb_turn_take_source(t, s, FB_DECIDE_VERSION, number);
    return fb_turn_end(t);
}

uint32_t fb_turn_source_find(const struct fb_turn *t, struct fb_span name)
{
    return fb_sources_find(&t->sources, name);
}

const struct fb_source *fb_turn_source_get(const struct fb_turn *t, uint32_t number)
{
    return fb_sources_get(&t->sources, number);
}
