#include "engine/core/match_form.h"
#include <string.h>

/* The figures that are known, in this order. */
enum { MATCH_FIGURES = 8, MATCH_SHARED = 1, MATCH_REPEATED = 2, MATCH_FLAGS = 3 };
static void match_figures(const struct fb_match *m, int64_t v[MATCH_FIGURES])
{
    const int64_t figures[MATCH_FIGURES] = {m->charged_pence, m->expected_pence,   m->vat_pence, m->vat_expected_pence,
                                            m->minutes,       m->expected_minutes, m->rate_e4,   m->expected_rate_e4};
    memcpy(v, figures, sizeof figures);
}

void fb_match_put(struct fb_writer *w, const struct fb_match *m)
{
    int64_t v[MATCH_FIGURES];
    unsigned known = 0;
    match_figures(m, v);
    for (unsigned i = 0; i < MATCH_FIGURES; i++)
        known |= (unsigned)(v[i] != FB_ABSENT) << i;
    fb_put_varint(w, m->number);
    fb_put_u8(w, m->end);
    fb_put_u8(w, (uint8_t)((m->shared ? MATCH_SHARED : 0) | (m->repeated ? MATCH_REPEATED : 0)));
    fb_put_varint(w, m->differs);
    fb_put_varint(w, m->unsaid);
    fb_put_u8(w, (uint8_t)known);
    for (unsigned i = 0; i < MATCH_FIGURES; i++)
        if (known >> i & 1)
            fb_put_zigzag(w, v[i]);
}

static uint16_t get_bits(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v >> FB_DIFFERS_END != 0 || (v & 1) != 0;
    return (uint16_t)v;
}

void fb_match_get(struct fb_reader *r, struct fb_match *m)
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
    unsigned known = fb_get_u8(r);
    for (unsigned i = 0; i < MATCH_FIGURES; i++) {
        v[i] = known >> i & 1 ? fb_get_zigzag(r) : FB_ABSENT;
        r->bad = r->bad || ((known >> i & 1) != 0 && v[i] == FB_ABSENT);
    }
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
