#include "engine/turn/ids.h"
#include "engine/base/bytes.h"

enum { IDS_VERSION = 1, FIRST = 1, WON = 2, BY_AGENCY = 4, HAS_WORKER = 8, HAS_WORKER_WAS = 16, OF_WORKER = 32, FLAGS = 63 };

static unsigned flags_of(const struct fb_ids_row *row)
{
    return (row->first ? FIRST : 0u) | (row->won ? WON : 0u) | (row->by_agency ? BY_AGENCY : 0u) |
           (row->worker != 0 ? HAS_WORKER : 0u) | (row->worker_was != 0 ? HAS_WORKER_WAS : 0u) |
           (row->of_worker ? OF_WORKER : 0u);
}

size_t fb_ids_pack(const struct fb_ids_row *row, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, IDS_VERSION);
    fb_put_u8(&w, (uint8_t)row->kind);
    fb_put_u8(&w, (uint8_t)flags_of(row));
    fb_put_varint(&w, row->source);
    fb_put_varint(&w, row->record);
    if (row->worker != 0)
        fb_put_varint(&w, row->worker);
    if (row->worker_was != 0)
        fb_put_varint(&w, row->worker_was);
    fb_put_u32(&w, row->seen);
    fb_put_u8(&w, (uint8_t)row->n_tags);
    for (unsigned i = 0; i < row->n_tags; i++)
        fb_put_u32(&w, row->tag[i]);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_ids_unpack(struct fb_ids_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != IDS_VERSION)
        return r.bad ? FB_DAMAGED : FB_NEWER;
    unsigned kind = fb_get_u8(&r), flags = fb_get_u8(&r);
    uint64_t source = fb_get_varint(&r), record = fb_get_varint(&r);
    out->kind = (enum fb_kind)kind;
    out->first = (flags & FIRST) != 0;
    out->won = (flags & WON) != 0;
    out->by_agency = (flags & BY_AGENCY) != 0;
    out->source = (uint32_t)source;
    out->record = (uint32_t)record;
    uint64_t worker = flags & HAS_WORKER ? fb_get_varint(&r) : 0;
    uint64_t was = flags & HAS_WORKER_WAS ? fb_get_varint(&r) : 0;
    out->worker = (uint32_t)worker;
    out->worker_was = (uint32_t)was;
    out->of_worker = (flags & OF_WORKER) != 0;
    bool nobody = (flags & HAS_WORKER && worker == 0) || (flags & HAS_WORKER_WAS && was == 0);
    out->seen = fb_get_u32(&r);
    out->n_tags = fb_get_u8(&r);
    if (r.bad || !fb_kind_known(kind) || source > FB_SOURCES_MAX || record > UINT32_MAX ||
        worker > UINT32_MAX || was > UINT32_MAX || flags > FLAGS || nobody || out->n_tags > FB_LINKS_MAX)
        return FB_DAMAGED;
    for (unsigned i = 0; i < out->n_tags; i++)
        out->tag[i] = fb_get_u32(&r);
    return r.bad || r.n != r.size ? FB_DAMAGED : FB_OK;
}
