#include "engine/shell/commit_receipt.h"
#include "engine/base/check.h"
#include <sodium.h>
#include <string.h>

void fb_receipt_sign(struct fb_receipt *r, const struct fb_keys *keys)
{
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text claim;
    memcpy(r->key, keys->checkpoint_public, sizeof r->key);
    fb_text_init(&claim, memory, sizeof memory);
    fb_receipt_claim(&claim, r);
    fb_assert(!claim.cut);
    (void)crypto_sign_detached(r->signature, NULL, (const unsigned char *)claim.p, claim.n, keys->checkpoint_secret);
}

struct fb_span fb_receipt_for_wire(const struct fb_receipt *r, struct fb_arena *arena)
{
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct fb_text text, out;
    enum { MOST = FB_RECEIPT_TEXT_BYTES + 128 };
    char *room = fb_arena_get(arena, MOST);
    if (room == NULL)
        return (struct fb_span){NULL, 0};
    fb_text_init(&text, memory, sizeof memory);
    fb_receipt_format(&text, r);
    fb_text_init(&out, room, MOST);
    for (size_t i = 0; i < text.n; i++)
        fb_text_add_span(&out, text.p[i] == '\n' ? fb_span_of(FB_WIRE_LINE) : (struct fb_span){text.p + i, 1});
    return text.cut || out.cut ? (struct fb_span){NULL, 0} : (struct fb_span){out.p, (uint32_t)out.n};
}

static enum fb_err refuse(struct fb_item *item, const char *why)
{
    item->err = FB_REFUSED;
    fb_text_add(&item->why, why);
    return FB_OK;
}

/* A trust is shown its own sources' and no other's. */
static bool is_others(const struct fb_asker *asker, const struct fb_source *s)
{
    return asker->trust != 0 && s->trust != asker->trust;
}

static enum fb_err say_none(struct fb_item *item, fb_day day, fb_day at_hand, fb_day first)
{
    char text[11];
    if (day > at_hand)
        return refuse(item, "the day before is just being stated: ask again in a moment");
    if (first == FB_RECEIPTS_NEVER)
        return refuse(item, "nothing was stated of that source yet: its first statement is made when today is over");
    fb_day_format(text, first);
    (void)refuse(item, "there is no statement of that day: those of that source begin with ");
    fb_text_add(&item->why, text);
    return FB_OK;
}

enum fb_err fb_seals_receipt(struct fb_seals *s, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    struct fb_receipt r;
    uint32_t number = fb_turn_source_find(s->turn, q->source);
    const struct fb_source *source = fb_turn_source_get(s->turn, number);
    fb_day today = fb_london_day_of_ms(s->now_ms), day = q->as_known != 0 ? q->as_known : today;
    fb_day at_hand = fb_turn_receipt_day(s->turn, s->now_ms), first;
    if (source == NULL || is_others(&q->asker, source)) {
        item->reason = q->asker.trust != 0 ? FB_REASON_NOT_YOURS : FB_REASON_NONE; /* whether there is one is not said */
        return refuse(item, "no source of that name is known, or it is another trust's: see fairbank status");
    }
    if (s->keys == NULL)
        return refuse(item, "this engine has no key to sign with");
    if (day > today)
        return refuse(item, "that day has not come yet");
    if (q->as_known == 0 && at_hand > today)
        day = at_hand; /* the clock was set back behind a day that was stated */
    enum fb_err e = fb_turn_receipt(s->turn, number, day, s->now_ms, &r, &first);
    if (e == FB_NOT_FOUND)
        return say_none(item, day, at_hand, first);
    if (e == FB_DAMAGED || e == FB_NEWER)
        return refuse(item, "a row of that day cannot be read: run fairbank verify");
    if (e != FB_OK)
        return e;
    fb_receipt_sign(&r, s->keys);
    fb_receipt_format(&item->why, &r);
    return FB_OK;
}
