#include "engine/core/finding_form.h"

/* In the severity byte: what follows the pence, in this order. */
enum { HAS_OPENED = 0x80, HAS_ANSWER = 0x40, HAS_LIFE = 0x20, HAS_CHANGED = 0x10, SEVERITY_MASK = 0x0f };
_Static_assert((int)FB_SEVERITY_END <= (int)SEVERITY_MASK, "a severity leaves four bits");
_Static_assert(FB_STEP_END <= 8, "a bit for each kind of step");

static unsigned steps_of(const struct fb_finding *f)
{
    unsigned mask = 0;
    for (unsigned s = 0; s < FB_STEP_END; s++)
        mask |= f->steps[s] != 0 ? 1u << s : 0;
    return mask;
}

static unsigned has(const struct fb_finding *f, int64_t base_ms)
{
    return (f->opened_ms != base_ms ? HAS_OPENED : 0u) |
           (f->answered != 0 || f->approval != 0 ? HAS_ANSWER : 0u) |
           (f->life != 0 || f->verdict != 0 || steps_of(f) != 0 ? HAS_LIFE : 0u) |
           (f->changed_ms != 0 ? HAS_CHANGED : 0u);
}

static void put_life(struct fb_writer *w, const struct fb_finding *f)
{
    unsigned mask = steps_of(f);
    fb_put_u8(w, f->life);
    fb_put_u8(w, f->verdict);
    fb_put_u8(w, (uint8_t)mask);
    for (; mask != 0; mask &= mask - 1)
        fb_put_u8(w, f->steps[__builtin_ctz(mask)]);
}

void fb_finding_put(struct fb_writer *w, const struct fb_finding *f, int64_t base_ms)
{
    unsigned follows = has(f, base_ms);
    fb_put_u32(w, f->rule);
    fb_put_u8(w, (uint8_t)(f->severity | follows));
    fb_put_u8(w, f->detail);
    fb_put_zigzag(w, f->pence); /* raw: stored as it is */
    if ((follows & HAS_OPENED) != 0)
        fb_put_zigzag(w, f->opened_ms);
    if ((follows & HAS_ANSWER) != 0) {
        fb_put_u8(w, f->answered);
        fb_put_varint(w, f->approval);
    }
    if ((follows & HAS_LIFE) != 0)
        put_life(w, f);
    if ((follows & HAS_CHANGED) != 0)
        fb_put_zigzag(w, f->changed_ms);
}

static void get_answer(struct fb_reader *r, struct fb_finding *f)
{
    f->answered = fb_get_u8(r);
    uint64_t approval = fb_get_varint(r);
    f->approval = (uint32_t)approval;
    if (f->answered == FB_ANSWERED_NONE || f->answered >= FB_ANSWERED_END || approval == 0 ||
        approval > UINT32_MAX)
        r->bad = true;
}

static void get_life(struct fb_reader *r, struct fb_finding *f)
{
    f->life = fb_get_u8(r);
    f->verdict = fb_get_u8(r);
    unsigned mask = fb_get_u8(r);
    if (mask >> FB_STEP_END != 0 || f->verdict >= FB_VERDICT_END ||
        (f->life == 0 && f->verdict == 0 && mask == 0))
        r->bad = true;
    for (; mask != 0 && !r->bad; mask &= mask - 1) {
        uint8_t n = fb_get_u8(r);
        f->steps[__builtin_ctz(mask)] = n;
        r->bad = r->bad || n == 0;
    }
}

void fb_finding_get(struct fb_reader *r, struct fb_finding *f, int64_t base_ms)
{
    *f = (struct fb_finding){.rule = fb_get_u32(r), .opened_ms = base_ms};
    unsigned byte = fb_get_u8(r);
    f->severity = (uint8_t)(byte & SEVERITY_MASK);
    f->detail = fb_get_u8(r);
    f->pence = fb_get_zigzag(r); /* raw: stored as it is */
    if ((byte & HAS_OPENED) != 0)
        f->opened_ms = fb_get_zigzag(r);
    if ((byte & HAS_ANSWER) != 0)
        get_answer(r, f);
    if ((byte & HAS_LIFE) != 0)
        get_life(r, f);
    if ((byte & HAS_CHANGED) != 0)
        f->changed_ms = fb_get_zigzag(r);
    if (f->severity == FB_SEVERITY_NONE || f->severity >= FB_SEVERITY_END ||
        has(f, base_ms) != (byte & ~(unsigned)SEVERITY_MASK))
        r->bad = true;
}
