#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/turn/chain/chain.h"
#include <sodium.h>
#include <string.h>

enum { LEAF_TAG = 0, STORED_TAG = 3, DECISION_TAG = 4, FOLD_TAG = 5 };

/* Refusals may carry an id that is longer than one may be; the leaf holds as much of it as an id may have. */
static void put_id(struct fb_writer *w, struct fb_span id)
{
    uint32_t n = id.n < FB_ID_BYTES_MAX ? id.n : FB_ID_BYTES_MAX;
    fb_put_u16(w, (uint16_t)n);
    fb_put_bytes(w, id.p, n);
}

static bool was_sent(const struct fb_entry *e)
{
    return e->kind == FB_ENTRY_MESSAGE || e->kind == FB_ENTRY_REFUSAL;
}

/* What stands before the digest of the decisions, which are made after it; and after it. */
static void put_head(struct fb_writer *w, uint64_t number, const struct fb_entry *e, const struct fb_node *stored)
{
    static const unsigned char nothing[sizeof e->digest];
    fb_put_u8(w, LEAF_TAG);
    fb_put_u64(w, number);
    fb_put_u8(w, (uint8_t)e->kind);
    fb_put_u8(w, was_sent(e) ? (uint8_t)e->env.kind : 0);
    fb_put_u64(w, (uint64_t)e->at_ms);
    fb_put_u32(w, e->decide_version);
    fb_put_u32(w, e->issue);
    fb_put_u32(w, e->source);
    fb_put_u32(w, e->kind == FB_ENTRY_MESSAGE ? e->record : 0);
    fb_put_bytes(w, was_sent(e) ? e->digest : nothing, sizeof e->digest);
    fb_put_bytes(w, stored->b, FB_NODE_BYTES);
}

static void put_ids(struct fb_writer *w, const struct fb_entry *e)
{
    const struct fb_span none = {NULL, 0};
    put_id(w, was_sent(e) ? e->env.message_id : none);
    put_id(w, was_sent(e) ? e->env.record_ref : none);
}

size_t fb_leaf_pack(const struct fb_leaf_of *l, unsigned char bytes[FB_LEAF_BYTES_MAX])
{
    struct fb_writer w;
    fb_writer_init(&w, bytes, FB_LEAF_BYTES_MAX);
    put_head(&w, l->number, l->entry, &l->stored);
    fb_put_bytes(&w, l->decisions.b, FB_NODE_BYTES);
    put_ids(&w, l->entry);
    fb_assert(!w.bad);
    return w.n;
}

void fb_leaf_make(const struct fb_leaf_of *l, struct fb_node *out)
{
    unsigned char bytes[FB_LEAF_BYTES_MAX];
    size_t n = fb_leaf_pack(l, bytes);
    (void)crypto_generichash(out->b, FB_NODE_BYTES, bytes, n, NULL, 0);
}

size_t fb_leaf_put_stored(unsigned char *to, struct fb_span bytes)
{
    to[0] = STORED_TAG;
    memcpy(to + 1, bytes.p, bytes.n);
    return 1 + (size_t)bytes.n;
}

static void put_decision_tag(unsigned char tag[FB_TAG_BYTES_MAX], uint32_t subject)
{
    tag[0] = DECISION_TAG;
    for (unsigned i = 0; i < 4; i++)
        tag[1 + i] = (unsigned char)(subject >> (8 * (3 - i)));
}

size_t fb_leaf_put_decision(unsigned char *to, uint32_t subject, struct fb_span row)
{
    put_decision_tag(to, subject);
    memcpy(to + FB_TAG_BYTES_MAX, row.p, row.n);
    return FB_TAG_BYTES_MAX + (size_t)row.n;
}

static void digest(unsigned char *tag, size_t n_tag, struct fb_span bytes, struct fb_node *out)
{
    crypto_generichash_state s;
    (void)crypto_generichash_init(&s, NULL, 0, FB_NODE_BYTES);
    (void)crypto_generichash_update(&s, tag, n_tag);
    (void)crypto_generichash_update(&s, (const unsigned char *)bytes.p, bytes.n);
    (void)crypto_generichash_final(&s, out->b, FB_NODE_BYTES);
}

void fb_leaf_stored(struct fb_span bytes, struct fb_node *out)
{
    unsigned char tag = STORED_TAG;
    digest(&tag, 1, bytes, out);
}

void fb_leaf_decision(uint32_t subject, struct fb_span row, struct fb_node *out)
{
    unsigned char tag[FB_TAG_BYTES_MAX];
    put_decision_tag(tag, subject);
    digest(tag, sizeof tag, row, out);
}

void fb_leaf_fold(struct fb_node *so_far, const struct fb_node *row)
{
    static const struct fb_node none;
    unsigned char both[1 + 2 * FB_NODE_BYTES];
    if (fb_node_same(so_far, &none)) {
        *so_far = *row;
        return;
    }
    both[0] = FOLD_TAG;
    memcpy(both + 1, so_far->b, FB_NODE_BYTES);
    memcpy(both + 1 + FB_NODE_BYTES, row->b, FB_NODE_BYTES);
    (void)crypto_generichash(so_far->b, FB_NODE_BYTES, both, sizeof both, NULL, 0);
}
