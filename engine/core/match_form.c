#include "engine/core/match_form.h"
#include <string.h>

/* The figures that are known, in this order. */
enum { MATCH_FIGURES = 8, MATCH_SHARED = 1, MATCH_REPEATED = 2, MATCH_WEIGHED = 4, MATCH_PARTED = 8, MATCH_RETOLD = 16,
       MATCH_ELSEWHERE = 32, MATCH_FLAGS = 63 };

static unsigned flags_of(const struct fb_match *m)
{
    return (m->shared ? MATCH_SHARED : 0u) | (m->repeated ? MATCH_REPEATED : 0u) | (m->weighed ? MATCH_WEIGHED : 0u) |
           (m->parted ? MATCH_PARTED : 0u) | (m->retold ? MATCH_RETOLD : 0u) | (m->elsewhere ? MATCH_ELSEWHERE : 0u);
}

/* Of a few figures those that are known, behind a byte that says which. */
static void put_known(struct fb_writer *w, const int64_t *v, unsigned n)
{
    unsigned known = 0;
    for (unsigned i = 0; i < n; i++)
        known |= (unsigned)(v[i] != FB_ABSENT) << i;
    fb_put_u8(w, (uint8_t)known);
    for (unsigned i = 0; i < n; i++)
        if (known >> i & 1)
            fb_put_zigzag(w, v[i]);
}

static void get_known(struct fb_reader *r, int64_t *v, unsigned n)
{
    unsigned known = fb_get_u8(r);
    r->bad = r->bad || known >> n != 0;
    for (unsigned i = 0; i < n; i++) {
        v[i] = known >> i & 1 ? fb_get_zigzag(r) : FB_ABSENT;
        r->bad = r->bad || ((known >> i & 1) != 0 && v[i] == FB_ABSENT);
    }
}

static void put_weight(struct fb_writer *w, const struct fb_match_weight *by)
{
    const int64_t v[2] = {by->pence, by->minutes}; /* raw: stored as it is */
    fb_put_varint(w, by->start_min);
    fb_put_u32(w, by->tie);
    put_known(w, v, 2);
}

static void get_weight(struct fb_reader *r, struct fb_match_weight *by)
{
    int64_t v[2];
    uint64_t start = fb_get_varint(r);
    uint32_t tie = fb_get_u32(r);
    get_known(r, v, 2);
    *by = (struct fb_match_weight){(uint32_t)start, tie, v[0], v[1]};
    r->bad = r->bad || start > UINT32_MAX;
}

static void match_figures(const struct fb_match *m, int64_t v[MATCH_FIGURES])
{
    const int64_t figures[MATCH_FIGURES] = {m->charged_pence, m->expected_pence,   m->vat_pence, m->vat_expected_pence,
                                            m->minutes,       m->expected_minutes, m->rate_e4,   m->expected_rate_e4};
    memcpy(v, figures, sizeof figures);
}

static void put_match(struct fb_writer *w, const struct fb_match *m)
{
    int64_t v[MATCH_FIGURES];
    match_figures(m, v);
    fb_put_varint(w, m->number);
    fb_put_u8(w, m->end);
    fb_put_u8(w, (uint8_t)flags_of(m));
    fb_put_varint(w, m->differs);
    fb_put_varint(w, m->unsaid);
    put_known(w, v, MATCH_FIGURES);
    if (m->weighed)
        put_weight(w, &m->by);
}

static uint16_t get_bits(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v >> FB_DIFFERS_END != 0 || (v & 1) != 0;
    return (uint16_t)v;
}

static void get_match(struct fb_reader *r, struct fb_match *m)
{
    int64_t v[MATCH_FIGURES];
    uint64_t number = fb_get_varint(r);
    m->number = (uint32_t)number;
    m->end = fb_get_u8(r);
    unsigned flags = fb_get_u8(r);
    m->shared = (flags & MATCH_SHARED) != 0;
    m->repeated = (flags & MATCH_REPEATED) != 0;
    m->differs = get_bits(r);
    m->unsaid = get_bits(r);
    get_known(r, v, MATCH_FIGURES);
    m->weighed = (flags & MATCH_WEIGHED) != 0;
    m->parted = (flags & MATCH_PARTED) != 0;
    m->elsewhere = (flags & MATCH_ELSEWHERE) != 0;
    m->retold = (flags & MATCH_RETOLD) != 0;
    m->by = (struct fb_match_weight){0, 0, FB_ABSENT, FB_ABSENT};
    if (m->weighed)
        get_weight(r, &m->by);
    m->charged_pence = v[0]; /* raw: stored as it is */
    m->expected_pence = v[1];
    m->vat_pence = v[2];
    m->vat_expected_pence = v[3];
    m->minutes = v[4];
    m->expected_minutes = v[5];
    m->rate_e4 = v[6];
    m->expected_rate_e4 = v[7];
    r->bad = r->bad || number > UINT32_MAX || m->end == FB_INVOICE_END_NONE || m->end >= FB_INVOICE_END_END || flags > MATCH_FLAGS;
}

static unsigned get_count(struct fb_reader *r, unsigned max)
{
    unsigned n = fb_get_u8(r);
    r->bad = r->bad || n > max;
    return r->bad ? 0 : n;
}

void fb_matches_put(struct fb_writer *w, const struct fb_match *m, unsigned n)
{
    fb_put_u8(w, (uint8_t)n);
    for (unsigned i = 0; i < n; i++)
        put_match(w, &m[i]);
}

unsigned fb_matches_get(struct fb_reader *r, struct fb_match *m)
{
    unsigned n = get_count(r, FB_INVOICES_MAX);
    for (unsigned i = 0; i < n && !r->bad; i++) {
        get_match(r, &m[i]);
        r->bad = r->bad || (i > 0 && m[i - 1].number >= m[i].number);
    }
    return n;
}

/* ---- the parts of one ---- */

static void put_share(struct fb_writer *w, const struct fb_share *s)
{
    const int64_t v[3] = {s->net_pence, s->vat_pence, s->minutes};
    fb_put_varint(w, s->number);
    put_known(w, v, 3);
}

static void get_share(struct fb_reader *r, struct fb_share *s)
{
    int64_t v[3];
    uint64_t number = fb_get_varint(r);
    get_known(r, v, 3);
    *s = (struct fb_share){(uint32_t)number, v[0], v[1], v[2]};
    r->bad = r->bad || number == 0 || number > UINT32_MAX;
}

void fb_shares_put(struct fb_writer *w, const struct fb_share *s, unsigned n)
{
    fb_put_u8(w, (uint8_t)n);
    for (unsigned i = 0; i < n; i++)
        put_share(w, &s[i]);
}

unsigned fb_shares_get(struct fb_reader *r, struct fb_share *s)
{
    unsigned n = get_count(r, FB_GATHER_MAX);
    for (unsigned i = 0; i < n && !r->bad; i++) {
        get_share(r, &s[i]);
        r->bad = r->bad || (i > 0 && s[i - 1].number >= s[i].number);
    }
    return n;
}
