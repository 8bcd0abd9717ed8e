#include "engine/base/bytes.h"
#include "engine/core/report.h"

/* Stored form, version 1: version byte; kind; flags; then the numbers as varints in the order of struct
 * fb_event, those that are small as a byte; the two outside names last, and after them the counts of a batch. */
enum { EVENT_FORM = 1, FLAG_SHADOW = 1, FLAG_HISTORIC = 2, FLAGS_ALL = 3 };

const char *fb_event_word(enum fb_event_kind k)
{
    static const char *const words[FB_EVENT_END] = {
#define X(id, n, word) [n] = word,
        FB_EVENT_MAP(X)
#undef X
    };
    return (unsigned)k < FB_EVENT_END && words[k] != NULL ? words[k] : "?";
}

struct fb_span fb_event_type(const struct fb_event_row *row)
{
    return fb_event_known(row->event.kind) ? fb_span_of(fb_event_word(row->event.kind)) : row->type;
}

static bool is_name(struct fb_span s)
{
    for (uint32_t i = 0; i < s.n; i++) {
        bool letter = s.p[i] >= 'a' && s.p[i] <= 'z', inner = s.p[i] == '.' || s.p[i] == '_' || (s.p[i] >= '0' && s.p[i] <= '9');
        if (!letter && !(inner && i > 0))
            return false;
    }
    return s.n > 0 && s.n <= FB_EVENT_TYPE_MAX;
}

bool fb_event_type_is_foreign(struct fb_span type)
{
    for (int k = FB_EVENT_NONE + 1; k < FB_EVENT_END; k++)
        if (fb_span_is(type, fb_event_word((enum fb_event_kind)k)))
            return false;
    return is_name(type);
}

size_t fb_event_pack(const struct fb_event *e, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, EVENT_FORM);
    fb_put_u8(&w, (uint8_t)e->kind);
    fb_put_u8(&w, (uint8_t)((e->shadow ? FLAG_SHADOW : 0) | (e->historic ? FLAG_HISTORIC : 0)));
    fb_put_u8(&w, e->severity);
    fb_put_u8(&w, e->detail);
    fb_put_u8(&w, e->stage);
    fb_put_u8(&w, e->staff_group);
    fb_put_u8(&w, e->route);
    fb_put_zigzag(&w, e->at_ms);
    fb_put_varint(&w, e->journal);
    fb_put_varint(&w, e->subject);
    fb_put_varint(&w, __builtin_bswap64(e->trust)); /* a short code is then a small number */
    fb_put_varint(&w, e->rule);
    fb_put_varint(&w, e->issue);
    fb_put_zigzag(&w, e->shift_day);
    fb_put_zigzag(&w, e->pence); /* raw: stored as it is */
    fb_put_zigzag(&w, e->delta_pence);
    fb_put_zigzag(&w, e->minutes);
    fb_put_varint(&w, e->prior_journal);
    fb_put_varint(&w, e->prior_issue);
    fb_put_u8(&w, e->cause);
    fb_put_zigzag(&w, e->posted);
    fb_put_span(&w, e->source);
    fb_put_span(&w, e->record_ref);
    if (e->kind == FB_EVENT_BATCH_WITHDRAWN) {
        fb_put_varint(&w, e->withdrawn);
        fb_put_varint(&w, e->restored);
        fb_put_varint(&w, e->left);
    }
    return w.bad ? 0 : w.n;
}

static uint32_t get_u32_varint(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    if (v > UINT32_MAX)
        r->bad = true;
    return (uint32_t)v;
}

static fb_day get_day(struct fb_reader *r)
{
    int64_t v = fb_get_zigzag(r);
    if (v < INT32_MIN || v > INT32_MAX)
        r->bad = true;
    return (fb_day)v;
}

static void get_small(struct fb_reader *r, struct fb_event *e)
{
    unsigned kind = fb_get_u8(r), flags = fb_get_u8(r);
    if (kind == FB_EVENT_NONE || kind >= FB_EVENT_END || flags > FLAGS_ALL)
        r->bad = true;
    e->kind = (enum fb_event_kind)kind;
    e->shadow = (flags & FLAG_SHADOW) != 0;
    e->historic = (flags & FLAG_HISTORIC) != 0;
    e->severity = fb_get_u8(r);
    e->detail = fb_get_u8(r);
    e->stage = fb_get_u8(r);
    e->staff_group = fb_get_u8(r);
    e->route = fb_get_u8(r);
    if (e->severity >= FB_SEVERITY_END || e->stage >= FB_STAGE_END || e->staff_group >= FB_STAFF_GROUP_END ||
        e->route >= FB_ROUTE_END)
        r->bad = true;
}

enum fb_err fb_event_unpack(struct fb_event *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != EVENT_FORM)
        return FB_REFUSED;
    *out = (struct fb_event){0};
    get_small(&r, out);
    out->at_ms = fb_get_zigzag(&r);
    out->journal = fb_get_varint(&r);
    out->subject = get_u32_varint(&r);
    out->trust = __builtin_bswap64(fb_get_varint(&r));
    out->rule = get_u32_varint(&r);
    out->issue = get_u32_varint(&r);
    out->shift_day = get_day(&r);
    out->pence = fb_get_zigzag(&r); /* raw: stored as it is */
    out->delta_pence = fb_get_zigzag(&r);
    out->minutes = fb_get_zigzag(&r);
    out->prior_journal = fb_get_varint(&r);
    out->prior_issue = get_u32_varint(&r);
    out->cause = fb_get_u8(&r);
    out->posted = get_day(&r);
    if (out->cause >= FB_CAUSE_END)
        r.bad = true;
    out->source = fb_get_span(&r);
    out->record_ref = fb_get_span(&r);
    if (out->kind == FB_EVENT_BATCH_WITHDRAWN) {
        out->withdrawn = get_u32_varint(&r);
        out->restored = get_u32_varint(&r);
        out->left = get_u32_varint(&r);
    }
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}
