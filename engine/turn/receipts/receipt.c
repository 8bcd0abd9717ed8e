#include "engine/turn/receipts/receipt.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"
#include "engine/turn/entry.h"

enum { TAKEN = 1, TAKEN_AMENDED = 2, IN_CONFLICT = 4, TURNED_DOWN = 5 };

/* ---- what is hashed ---- */

static void put_short(struct fb_writer *w, struct fb_span s)
{
    uint32_t n = s.n < FB_ID_BYTES_MAX ? s.n : FB_ID_BYTES_MAX;
    fb_put_u8(w, (uint8_t)n);
    fb_put_bytes(w, s.p, n);
}

size_t fb_receipt_head(uint64_t journal, const struct fb_entry *e, unsigned char out[FB_RECEIPT_HEAD_MAX])
{
    struct fb_writer w;
    bool taken = e->kind == FB_ENTRY_MESSAGE;
    fb_writer_init(&w, out, FB_RECEIPT_HEAD_MAX);
    if (taken)
        fb_put_u8(&w, e->amended ? TAKEN_AMENDED : TAKEN);
    else
        fb_put_u8(&w, e->reason == FB_REASON_CONFLICT ? IN_CONFLICT : TURNED_DOWN);
    fb_put_u64(&w, journal);
    fb_put_u16(&w, (uint16_t)(taken ? (unsigned)e->env.kind : (unsigned)e->reason));
    if (taken) {
        fb_put_u64(&w, (uint64_t)e->env.occurred_ms);
        fb_put_u64(&w, (uint64_t)e->env.revision);
        put_short(&w, e->env.record_ref);
    }
    put_short(&w, e->env.message_id);
    if (taken)
        fb_put_u32(&w, e->body.n);
    fb_assert(!w.bad);
    return w.n;
}
