#include "engine/turn/standing.h"
#include "engine/base/bytes.h"
#include "engine/base/limits.h"
#include "engine/store/key.h"
#include <string.h>

enum { ROW_VERSION = 1, ROW_BYTES_MAX = 64 + FB_WAITING_MAX * 16 };
static const char row_word[] = "turn.standing";

struct fb_span fb_standing_word(void)
{
    return (struct fb_span){row_word, sizeof row_word - 1};
}

void fb_standing_put(struct fb_txn *txn, const struct fb_standing *s)
{
    unsigned char bytes[ROW_BYTES_MAX];
    struct fb_writer w;
    struct fb_key key = fb_key_word(row_word);
    fb_writer_init(&w, bytes, sizeof bytes);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_varint(&w, s->issues);
    fb_put_varint(&w, s->current);
    fb_put_varint(&w, s->since);
    fb_put_varint(&w, s->next);
    fb_put_varint(&w, s->of);
    for (unsigned i = 0; i < s->n_waiting; i++) {
        fb_put_varint(&w, s->waiting[i].issue);
        fb_put_zigzag(&w, s->waiting[i].due_ms);
    }
    fb_put(txn, FB_TABLE_META, fb_key_span(&key), (struct fb_span){(const char *)bytes, (uint32_t)w.n});
}

static uint32_t get_u32(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v > UINT32_MAX;
    return (uint32_t)v;
}

static enum fb_err read_row(struct fb_span row, struct fb_standing *s)
{
    struct fb_reader r;
    fb_reader_init(&r, row.p, row.n);
    unsigned version = fb_get_u8(&r);
    if (version != ROW_VERSION)
        return version > ROW_VERSION ? FB_NEWER : FB_DAMAGED;
    s->issues = get_u32(&r);
    s->current = get_u32(&r);
    s->since = fb_get_varint(&r);
    s->next = get_u32(&r);
    s->of = get_u32(&r);
    while (!r.bad && r.n < r.size && s->n_waiting < FB_WAITING_MAX) {
        struct fb_waiting *w = &s->waiting[s->n_waiting++];
        w->issue = get_u32(&r);
        w->due_ms = fb_get_zigzag(&r);
        r.bad = r.bad || w->issue == 0 || w->issue > s->issues;
    }
    return r.bad || r.n < r.size || s->current > s->issues ? FB_DAMAGED : FB_OK;
}

enum fb_err fb_standing_find(struct fb_txn *txn, struct fb_arena *arena, struct fb_standing *out)
{
    struct fb_key key = fb_key_word(row_word);
    struct fb_span row;
    memset(out, 0, sizeof *out);
    enum fb_err err = fb_find(txn, FB_TABLE_META, fb_key_span(&key), arena, &row);
    if (err == FB_NOT_FOUND)
        return FB_OK;
    return err == FB_OK ? read_row(row, out) : err;
}

static bool is_later(const struct fb_waiting *a, const struct fb_waiting *b)
{
    return a->due_ms != b->due_ms ? a->due_ms > b->due_ms : a->issue > b->issue;
}

enum fb_err fb_standing_wait(struct fb_standing *s, uint32_t issue, int64_t due_ms)
{
    struct fb_waiting w = {issue, due_ms};
    if (s->n_waiting == FB_WAITING_MAX)
        return FB_LIMIT;
    unsigned at = s->n_waiting++;
    for (; at > 0 && is_later(&s->waiting[at - 1], &w); at--)
        s->waiting[at] = s->waiting[at - 1];
    s->waiting[at] = w;
    s->issues = issue > s->issues ? issue : s->issues;
    return FB_OK;
}

const struct fb_waiting *fb_standing_waits(const struct fb_standing *s, uint32_t issue)
{
    for (unsigned i = 0; i < s->n_waiting; i++)
        if (s->waiting[i].issue == issue)
            return &s->waiting[i];
    return NULL;
}

void fb_standing_withdraw(struct fb_standing *s, uint32_t issue)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < s->n_waiting; i++)
        if (s->waiting[i].issue != issue)
            s->waiting[kept++] = s->waiting[i];
    s->n_waiting = kept;
}

void fb_standing_make_current(struct fb_standing *s, uint32_t issue, uint64_t journal, uint32_t held)
{
    fb_standing_withdraw(s, issue);
    s->issues = issue > s->issues ? issue : s->issues;
    s->current = issue;
    s->since = journal;
    s->next = 1;
    s->of = held;
}
