#include "engine/base/bytes.h"
#include "engine/core/decide.h"
#include <string.h>

/* Stored form of a decision, version 1: version byte; flags; small enums; numbers; lines; findings; trace.
 * Lines of one shift nearly always share their cell but the stage, and the latest repeats the figures of
 * another, so each line says first what it takes over from the line before. */
enum { DECISION_FORM = 1, FIGURES_FORM = 1 };
enum { FLAG_SHADOW = 1, FLAG_HISTORIC = 2, FLAG_JOINED = 4, FLAG_COUNTS = 8, DRIFT_SHIFT = 4, DRIFT_MASK = 3, FLAGS_ALL = 63 };
_Static_assert((int)FB_COMPARED_END - 1 <= (int)DRIFT_MASK, "what was compared fits two bits of the flags");
enum { SAME_CELL = 1, SAME_FIGURES = 2, SAME_ALL = 3 };

const char *fb_measure_word(enum fb_measure m)
{
    static const char *const words[FB_MEASURES] = {
#define X(id, word) [FB_MEASURE_##id] = word,
        FB_MEASURE_MAP(X)
#undef X
    };
    return (unsigned)m < FB_MEASURES ? words[m] : "?";
}

/* ---- figures: a mask of the measures that are not nought, then those ---- */

static void put_figures(struct fb_writer *w, const struct fb_figures *f)
{
    uint64_t mask = 0;
    for (unsigned m = 0; m < FB_MEASURES; m++)
        mask |= (uint64_t)(f->v[m] != 0) << m;
    fb_put_varint(w, mask);
    for (uint64_t left = mask; left != 0; left &= left - 1)
        fb_put_zigzag(w, f->v[__builtin_ctzll(left)]);
}

static void get_figures(struct fb_reader *r, struct fb_figures *f)
{
    uint64_t mask = fb_get_varint(r);
    if (mask >> FB_MEASURES != 0)
        r->bad = true;
    for (unsigned m = 0; m < FB_MEASURES; m++)
        f->v[m] = mask >> m & 1 ? fb_get_zigzag(r) : 0;
}
_Static_assert(FB_MEASURES < 64, "the measures of a line fit one mask");

size_t fb_figures_pack(const struct fb_figures *f, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, FIGURES_FORM);
    put_figures(&w, f);
    return w.bad ? 0 : w.n;
}

enum fb_err fb_figures_unpack(struct fb_figures *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    if (fb_get_u8(&r) != FIGURES_FORM)
        return FB_REFUSED;
    get_figures(&r, out);
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}

/* ---- lines ---- */

static bool same_but_stage(const struct fb_cell *a, const struct fb_cell *b)
{
    return a->week == b->week && a->month == b->month && a->hirer == b->hirer && a->ics == b->ics &&
           a->staff_group == b->staff_group && a->route == b->route && a->shadow == b->shadow;
}

static void put_cell(struct fb_writer *w, const struct fb_cell *c)
{
    fb_put_zigzag(w, c->week);
    fb_put_zigzag(w, (int64_t)c->month - c->week);
    fb_put_varint(w, __builtin_bswap64(c->hirer)); /* a short code is then a small number */
    fb_put_varint(w, __builtin_bswap64(c->ics));
    fb_put_u8(w, c->staff_group);
    fb_put_u8(w, c->route);
    fb_put_u8(w, c->shadow);
}

static void put_line(struct fb_writer *w, const struct fb_line *line, const struct fb_line *before)
{
    unsigned same = 0;
    if (before != NULL && same_but_stage(&line->cell, &before->cell))
        same |= SAME_CELL;
    if (before != NULL && memcmp(&line->figures, &before->figures, sizeof line->figures) == 0)
        same |= SAME_FIGURES;
    fb_put_u8(w, (uint8_t)same);
    fb_put_u8(w, line->cell.stage);
    if ((same & SAME_CELL) == 0)
        put_cell(w, &line->cell);
    if ((same & SAME_FIGURES) == 0)
        put_figures(w, &line->figures);
}

static void get_cell(struct fb_reader *r, struct fb_cell *c)
{
    int64_t week = fb_get_zigzag(r);
    c->week = (fb_day)week;
    int64_t apart = fb_get_zigzag(r);
    bool near = apart >= -31 && apart <= 31; /* no week is farther from its month; the sum is made of such only */
    int64_t month = near ? c->week + apart : week;
    c->month = (fb_day)month;
    c->hirer = __builtin_bswap64(fb_get_varint(r));
    c->ics = __builtin_bswap64(fb_get_varint(r));
    c->staff_group = fb_get_u8(r);
    c->route = fb_get_u8(r);
    c->shadow = fb_get_u8(r);
    if (week != c->week || !near || month != c->month || c->staff_group >= FB_STAFF_GROUP_END ||
        c->route >= FB_ROUTE_END || c->shadow > 1)
        r->bad = true;
}

static void get_line(struct fb_reader *r, struct fb_line *line, const struct fb_line *before)
{
    unsigned same = fb_get_u8(r);
    uint8_t stage = fb_get_u8(r);
    if (same > SAME_ALL || stage >= FB_STAGE_END || (same != 0 && before == NULL)) {
        r->bad = true;
        return;
    }
    if ((same & SAME_CELL) != 0)
        line->cell = before->cell;
    else
        get_cell(r, &line->cell);
    line->cell.stage = stage;
    if ((same & SAME_FIGURES) != 0)
        line->figures = before->figures;
    else
        get_figures(r, &line->figures);
}

/* ---- findings ---- */

static void put_finding(struct fb_writer *w, const struct fb_finding *f)
{
    fb_put_u32(w, f->rule);
    fb_put_u8(w, f->severity);
    fb_put_u8(w, f->detail);
    fb_put_zigzag(w, f->pence); /* raw: stored as it is */
}

static void get_finding(struct fb_reader *r, struct fb_finding *f, const struct fb_finding *before)
{
    f->rule = fb_get_u32(r);
    f->severity = fb_get_u8(r);
    f->detail = fb_get_u8(r);
    f->pence = fb_get_zigzag(r); /* raw: stored as it is */
    bool ascends =
        before == NULL || before->rule < f->rule || (before->rule == f->rule && before->detail < f->detail);
    if (!ascends || f->severity == FB_SEVERITY_NONE || f->severity >= FB_SEVERITY_END)
        r->bad = true;
}

/* ---- what it adds to counters ---- */

static void put_count(struct fb_writer *w, const struct fb_count *c)
{
    fb_put_u32(w, c->counter);
    fb_put_u64(w, c->key);
    fb_put_u32(w, c->start_min);
    fb_put_u32(w, c->tie);
    fb_put_zigzag(w, c->amount);
    fb_put_zigzag(w, c->minutes);
}

static int32_t get_i32(struct fb_reader *r)
{
    int64_t v = fb_get_zigzag(r);
    if (v < INT32_MIN || v > INT32_MAX)
        r->bad = true;
    return (int32_t)v;
}

static void get_count_row(struct fb_reader *r, struct fb_count *c, const struct fb_count *before)
{
    c->counter = fb_get_u32(r);
    c->key = fb_get_u64(r);
    c->start_min = fb_get_u32(r);
    c->tie = fb_get_u32(r);
    c->amount = get_i32(r);
    c->minutes = get_i32(r);
    if (c->counter == 0 || (before != NULL && before->counter >= c->counter))
        r->bad = true;
}

/* ---- the whole ---- */

static void put_head(struct fb_writer *w, const struct fb_decision *d)
{
    fb_put_u8(w, DECISION_FORM);
    fb_put_u8(w, (uint8_t)((d->shadow ? FLAG_SHADOW : 0) | (d->historic ? FLAG_HISTORIC : 0) |
                           (d->joined ? FLAG_JOINED : 0) | (d->n_counts > 0 ? FLAG_COUNTS : 0) |
                           (d->drift & DRIFT_MASK) << DRIFT_SHIFT));
    fb_put_u8(w, (uint8_t)d->kind);
    fb_put_u8(w, d->vacancy_end);
    fb_put_u8(w, d->state);
    fb_put_u8(w, d->basis);
    fb_put_varint(w, __builtin_bswap64(d->grade));
    fb_put_varint(w, d->subject);
    fb_put_varint(w, d->journal);
    fb_put_zigzag(w, d->at_ms);
    fb_put_varint(w, d->issue);
    fb_put_varint(w, d->version);
}

size_t fb_decision_pack(const struct fb_decision *d, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    put_head(&w, d);
    fb_put_u8(&w, (uint8_t)d->n_lines);
    for (unsigned i = 0; i < d->n_lines; i++)
        put_line(&w, &d->line[i], i == 0 ? NULL : &d->line[i - 1]);
    fb_put_u8(&w, (uint8_t)d->n_findings);
    for (unsigned i = 0; i < d->n_findings; i++)
        put_finding(&w, &d->finding[i]);
    fb_put_u8(&w, (uint8_t)d->n_counts);
    for (unsigned i = 0; i < d->n_counts; i++)
        put_count(&w, &d->count[i]);
    fb_put_span(&w, d->trace);
    return w.bad ? 0 : w.n;
}

/* The flags stand behind the form. */
bool fb_decision_counts(struct fb_span bytes)
{
    return bytes.n > 1 && ((unsigned char)bytes.p[1] & FLAG_COUNTS) != 0;
}

static uint32_t get_u32_varint(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    if (v > UINT32_MAX)
        r->bad = true;
    return (uint32_t)v;
}

static void get_head(struct fb_reader *r, struct fb_decision *d)
{
    unsigned form = fb_get_u8(r), flags = fb_get_u8(r), kind = fb_get_u8(r);
    d->kind = (enum fb_kind)kind;
    d->shadow = (flags & FLAG_SHADOW) != 0;
    d->historic = (flags & FLAG_HISTORIC) != 0;
    d->joined = (flags & FLAG_JOINED) != 0;
    d->drift = (uint8_t)(flags >> DRIFT_SHIFT & DRIFT_MASK);
    d->vacancy_end = fb_get_u8(r);
    d->state = fb_get_u8(r);
    d->basis = fb_get_u8(r);
    d->grade = __builtin_bswap64(fb_get_varint(r));
    d->subject = get_u32_varint(r);
    d->journal = fb_get_varint(r);
    d->at_ms = fb_get_zigzag(r);
    d->issue = get_u32_varint(r);
    d->version = get_u32_varint(r);
    if (form != DECISION_FORM || flags > FLAGS_ALL || d->drift >= FB_COMPARED_END || (kind != FB_KIND_BOOKING && kind != FB_KIND_VACANCY) ||
        d->vacancy_end >= FB_VACANCY_END_END || d->state >= FB_BOOKING_STATE_END || d->basis >= FB_BASIS_END)
        r->bad = true;
}

static unsigned get_count(struct fb_reader *r, unsigned max)
{
    unsigned n = fb_get_u8(r);
    if (n <= max)
        return n;
    r->bad = true;
    return 0;
}

/* Only the entries below a count are written, here as everywhere. */
enum fb_err fb_decision_unpack(struct fb_decision *out, struct fb_span bytes)
{
    struct fb_reader r;
    fb_reader_init(&r, bytes.p, bytes.n);
    get_head(&r, out);
    out->n_lines = get_count(&r, FB_LINES_MAX);
    for (unsigned i = 0; i < out->n_lines && !r.bad; i++)
        get_line(&r, &out->line[i], i == 0 ? NULL : &out->line[i - 1]);
    out->n_findings = get_count(&r, FB_FINDINGS_MAX);
    for (unsigned i = 0; i < out->n_findings && !r.bad; i++)
        get_finding(&r, &out->finding[i], i == 0 ? NULL : &out->finding[i - 1]);
    out->n_counts = get_count(&r, FB_COUNTERS_MAX);
    for (unsigned i = 0; i < out->n_counts && !r.bad; i++)
        get_count_row(&r, &out->count[i], i == 0 ? NULL : &out->count[i - 1]);
    if (fb_decision_counts(bytes) != (out->n_counts > 0))
        r.bad = true;
    out->trace = fb_get_span(&r);
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}
