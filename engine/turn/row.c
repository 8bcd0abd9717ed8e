#include "engine/turn/row.h"
#include "engine/core/finding_form.h"

enum { ROW_VERSION = 1, IS_SHADOW = 1, IS_HISTORIC = 2 };
enum { WITH_SHEET = 2 }; /* a decision's row that says which timesheet settled it; without one it is a ROW_VERSION */

static uint32_t get_u32(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v > UINT32_MAX;
    return (uint32_t)v;
}

static enum fb_err begin_any(struct fb_reader *r, struct fb_span bytes, unsigned newest, unsigned *version)
{
    fb_reader_init(r, bytes.p, bytes.n);
    *version = fb_get_u8(r);
    if (r->bad || *version == 0)
        return FB_DAMAGED;
    return *version > newest ? FB_NEWER : FB_OK;
}

static enum fb_err begin(struct fb_reader *r, struct fb_span bytes)
{
    unsigned version;
    return begin_any(r, bytes, ROW_VERSION, &version);
}

static enum fb_err end(const struct fb_reader *r)
{
    return r->bad || r->n != r->size ? FB_DAMAGED : FB_OK;
}

static void put_basis(struct fb_writer *w, const struct fb_basis_version *v)
{
    fb_put_varint(w, v->number);
    fb_put_varint(w, v->journal);
}

static void get_basis(struct fb_reader *r, struct fb_basis_version *v)
{
    v->number = get_u32(r);
    v->journal = fb_get_varint(r);
}

size_t fb_decision_row_pack(const struct fb_decision_row *row, const struct fb_decision *d, void *memory,
                            size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    bool sheet = row->sheet.number != 0;
    fb_put_u8(&w, sheet ? WITH_SHEET : ROW_VERSION);
    fb_put_varint(&w, row->into);
    fb_put_varint(&w, row->due_min);
    fb_put_u8(&w, (uint8_t)row->n);
    for (unsigned i = 0; i < row->n; i++)
        put_basis(&w, &row->version[i]);
    if (sheet)
        put_basis(&w, &row->sheet);
    if (w.bad)
        return 0;
    size_t n = fb_decision_pack(d, w.p + w.n, w.size - w.n);
    return n == 0 ? 0 : w.n + n;
}

enum fb_err fb_decision_row_unpack(struct fb_decision_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    unsigned version;
    enum fb_err err = begin_any(&r, bytes, WITH_SHEET, &version);
    if (err != FB_OK)
        return err;
    out->into = get_u32(&r);
    out->due_min = get_u32(&r);
    out->n = fb_get_u8(&r);
    if (r.bad || out->n > FB_MEMBERS_MAX)
        return FB_DAMAGED;
    for (unsigned i = 0; i < out->n; i++)
        get_basis(&r, &out->version[i]);
    out->sheet = (struct fb_basis_version){0, 0};
    if (version == WITH_SHEET)
        get_basis(&r, &out->sheet);
    if (version == WITH_SHEET && out->sheet.number == 0)
        return FB_DAMAGED;
    out->decision = (struct fb_span){(const char *)r.p + r.n, (uint32_t)(r.size - r.n)};
    return r.bad ? FB_DAMAGED : FB_OK;
}

bool fb_findings_row_asks(const struct fb_findings_row *row)
{
    for (unsigned i = 0; i < row->n; i++)
        if (row->finding[i].severity >= FB_SEVERITY_WARN)
            return true;
    return false;
}

size_t fb_findings_row_pack(const struct fb_findings_row *row, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_u8(&w, (uint8_t)((row->shadow ? IS_SHADOW : 0) | (row->historic ? IS_HISTORIC : 0)));
    fb_put_varint(&w, row->journal);
    fb_put_varint(&w, row->source);
    fb_put_varint(&w, row->issue);
    fb_put_u64(&w, row->trust);
    fb_put_u8(&w, row->staff_group);
    fb_put_u8(&w, row->route);
    fb_put_zigzag(&w, row->shift_day);
    fb_put_span(&w, row->record_ref);
    fb_put_u8(&w, (uint8_t)row->n);
    for (unsigned i = 0; i < row->n; i++)
        fb_finding_put(&w, &row->finding[i], 0);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_findings_row_unpack(struct fb_findings_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    unsigned flags = fb_get_u8(&r);
    out->shadow = (flags & IS_SHADOW) != 0;
    out->historic = (flags & IS_HISTORIC) != 0;
    out->journal = fb_get_varint(&r);
    out->source = get_u32(&r);
    out->issue = get_u32(&r);
    out->trust = fb_get_u64(&r);
    out->staff_group = fb_get_u8(&r);
    out->route = fb_get_u8(&r);
    int64_t day = fb_get_zigzag(&r);
    out->shift_day = (fb_day)day;
    out->record_ref = fb_get_span(&r);
    out->n = fb_get_u8(&r);
    if (r.bad || out->n > FB_FINDINGS_MAX || day < INT32_MIN || day > INT32_MAX)
        return FB_DAMAGED;
    for (unsigned i = 0; i < out->n; i++)
        fb_finding_get(&r, &out->finding[i], 0);
    return end(&r);
}

enum { NO_ID, ID_ONLY, ID_AND_CONTENTS }; /* by what a refusal is known again */

size_t fb_refused_row_pack(const struct fb_refused_row *row, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_varint(&w, row->source);
    fb_put_u16(&w, (uint16_t)row->reason);
    fb_put_span(&w, row->field);
    fb_put_varint(&w, row->earlier);
    fb_put_u8(&w, row->has_id ? row->by_contents ? ID_AND_CONTENTS : ID_ONLY : NO_ID);
    if (row->has_id)
        fb_put_u32(&w, row->seen);
    if (row->has_id && row->by_contents)
        fb_put_u32(&w, row->contents);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_refused_row_unpack(struct fb_refused_row *out, struct fb_span bytes)
{
    struct fb_reader r;
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    out->source = get_u32(&r);
    out->reason = (enum fb_reason)fb_get_u16(&r);
    out->field = fb_get_span(&r);
    out->earlier = fb_get_varint(&r);
    unsigned known = fb_get_u8(&r);
    out->has_id = known != NO_ID;
    out->by_contents = known == ID_AND_CONTENTS;
    out->seen = out->has_id ? fb_get_u32(&r) : 0;
    out->contents = out->by_contents ? fb_get_u32(&r) : 0;
    return known > ID_AND_CONTENTS ? FB_DAMAGED : end(&r);
}
