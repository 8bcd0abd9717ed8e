#include "engine/base/bytes.h"
#include "engine/core/finding_form.h"
#include "engine/core/match_form.h"
#include <string.h>

/* Stored form of a decision, version 1: version byte; flags; small enums; numbers; lines; findings; counts; trace. Version 2
 * has one byte more after the flags, which says what else it has (FB_HAS_*): that follows the trace. It is written only where
 * there is something else, so that it costs the others nothing.
 * Lines of one shift nearly always share their cell but the stage, and the latest repeats the figures of
 * another, so each line says first what it takes over from the line before. */
enum { DECISION_FORM = 1, DECISION_FORM_MORE = 2, FIGURES_FORM = 1 };
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
    if (before != NULL && fb_cell_same_but_stage(&line->cell, &before->cell))
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

static void get_finding(struct fb_reader *r, struct fb_finding *f, const struct fb_finding *before, int64_t base_ms)
{
    fb_finding_get(r, f, base_ms);
    bool ascends =
        before == NULL || before->rule < f->rule || (before->rule == f->rule && before->detail < f->detail);
    if (!ascends)
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

static uint32_t get_u32_varint(struct fb_reader *r)
{
    uint64_t v = fb_get_varint(r);
    if (v > UINT32_MAX)
        r->bad = true;
    return (uint32_t)v;
}

static unsigned get_count(struct fb_reader *r, unsigned max)
{
    unsigned n = fb_get_u8(r);
    if (n <= max)
        return n;
    r->bad = true;
    return 0;
}

/* ---- what it adds to its worker's diary ---- */

enum { STINT_UNIT = 8, STINT_ROLE = 16, STINT_AGENCY = 32, STINT_FLAGS = 7 | FB_STINT_IDLE, STINT_ALL = 127 };
_Static_assert(STINT_FLAGS == (FB_STINT_SHADOW | FB_STINT_NIGHT | FB_STINT_SETTLED | FB_STINT_IDLE), "beside the names");

static void put_stint(struct fb_writer *w, const struct fb_stint *s)
{
    fb_put_u8(w, (uint8_t)(s->flags | (s->unit != 0 ? STINT_UNIT : 0) | (s->role != 0 ? STINT_ROLE : 0) |
                           (s->agency != 0 ? STINT_AGENCY : 0)));
    fb_put_varint(w, s->worker);
    fb_put_varint(w, s->start_min);
    fb_put_varint(w, s->end_min - s->start_min);
    fb_put_u32(w, s->tie);
    fb_put_zigzag(w, s->minutes);
    fb_put_u8(w, s->route);
    fb_put_varint(w, __builtin_bswap64(s->hirer));
    if (s->unit != 0)
        fb_put_u32(w, s->unit);
    if (s->role != 0)
        fb_put_u32(w, s->role);
    if (s->agency != 0)
        fb_put_u32(w, s->agency);
}

/* A name that is said to be there has a hash that is not nought. */
static uint32_t get_name(struct fb_reader *r, bool there)
{
    uint32_t name = there ? fb_get_u32(r) : 0;
    r->bad = r->bad || (there && name == 0);
    return name;
}

static void get_stint(struct fb_reader *r, struct fb_stint *s)
{
    unsigned flags = fb_get_u8(r);
    s->flags = (uint8_t)(flags & STINT_FLAGS);
    s->worker = get_u32_varint(r);
    s->start_min = get_u32_varint(r);
    uint64_t end = s->start_min + (uint64_t)get_u32_varint(r);
    s->end_min = (uint32_t)end;
    s->tie = fb_get_u32(r);
    s->minutes = get_i32(r);
    s->route = fb_get_u8(r);
    s->hirer = __builtin_bswap64(fb_get_varint(r));
    s->unit = get_name(r, (flags & STINT_UNIT) != 0);
    s->role = get_name(r, (flags & STINT_ROLE) != 0);
    s->agency = get_name(r, (flags & STINT_AGENCY) != 0);
    if (flags > STINT_ALL || s->worker == 0 || end > UINT32_MAX || s->route >= FB_ROUTE_END)
        r->bad = true;
}

/* ---- what it takes of approvals ---- */

static void put_spent(struct fb_writer *w, const struct fb_spent *s)
{
    fb_put_varint(w, s->approval);
    fb_put_u32(w, s->start_min);
    fb_put_u32(w, s->tie);
    fb_put_zigzag(w, s->pence); /* raw: stored as it is */
}

static void get_spent(struct fb_reader *r, struct fb_spent *s, const struct fb_spent *before)
{
    s->approval = get_u32_varint(r);
    s->start_min = fb_get_u32(r);
    s->tie = fb_get_u32(r);
    s->pence = fb_get_zigzag(r); /* raw: stored as it is */
    if (s->approval == 0 || (before != NULL && before->approval >= s->approval))
        r->bad = true;
}

/* ---- what else it has ---- */

static unsigned has_of(const struct fb_decision *d)
{
    return (d->stint.worker != 0 ? FB_HAS_STINT : 0u) | (d->n_spent > 0 ? FB_HAS_SPENT : 0u) |
           (d->due_ms != INT64_MAX ? FB_HAS_DUE : 0u) | (d->approval_end != 0 || d->approval_when != 0 ? FB_HAS_APPROVAL : 0u) |
           (d->n_matches > 0 ? FB_HAS_MATCHES : 0u) | (d->n_shares > 0 ? FB_HAS_SHARES : 0u);
}
enum { HAS_ALL = FB_HAS_STINT | FB_HAS_SPENT | FB_HAS_DUE | FB_HAS_APPROVAL | FB_HAS_MATCHES | FB_HAS_SHARES };

static void put_more(struct fb_writer *w, const struct fb_decision *d)
{
    unsigned more = has_of(d);
    if ((more & FB_HAS_STINT) != 0)
        put_stint(w, &d->stint);
    if ((more & FB_HAS_SPENT) != 0) {
        fb_put_u8(w, (uint8_t)d->n_spent);
        for (unsigned i = 0; i < d->n_spent; i++)
            put_spent(w, &d->spent[i]);
    }
    if ((more & FB_HAS_DUE) != 0)
        fb_put_zigzag(w, d->due_ms);
    if ((more & FB_HAS_APPROVAL) != 0) {
        fb_put_u8(w, d->approval_end);
        fb_put_u8(w, d->approval_when);
    }
    if ((more & FB_HAS_MATCHES) != 0)
        fb_matches_put(w, d->match, d->n_matches);
    if ((more & FB_HAS_SHARES) != 0)
        fb_shares_put(w, d->share, d->n_shares);
}

static void get_more(struct fb_reader *r, struct fb_decision *d, unsigned more)
{
    d->stint.worker = 0;
    d->n_spent = d->n_matches = d->n_shares = 0;
    d->due_ms = INT64_MAX;
    d->approval_end = d->approval_when = 0;
    if ((more & FB_HAS_STINT) != 0)
        get_stint(r, &d->stint);
    if ((more & FB_HAS_SPENT) != 0)
        d->n_spent = get_count(r, FB_SPENT_MAX);
    for (unsigned i = 0; i < d->n_spent && !r->bad; i++)
        get_spent(r, &d->spent[i], i == 0 ? NULL : &d->spent[i - 1]);
    if ((more & FB_HAS_DUE) != 0)
        d->due_ms = fb_get_zigzag(r);
    if ((more & FB_HAS_APPROVAL) != 0) {
        d->approval_end = fb_get_u8(r);
        d->approval_when = fb_get_u8(r);
    }
    if ((more & FB_HAS_MATCHES) != 0)
        d->n_matches = fb_matches_get(r, d->match);
    if ((more & FB_HAS_SHARES) != 0)
        d->n_shares = fb_shares_get(r, d->share);
    if (d->approval_end >= FB_APPROVAL_END_END || d->approval_when >= FB_ANSWERED_END || has_of(d) != more)
        r->bad = true;
}

/* ---- the whole ---- */

static void put_head(struct fb_writer *w, const struct fb_decision *d)
{
    fb_put_u8(w, has_of(d) == 0 ? DECISION_FORM : DECISION_FORM_MORE);
    fb_put_u8(w, (uint8_t)((d->shadow ? FLAG_SHADOW : 0) | (d->historic ? FLAG_HISTORIC : 0) |
                           (d->joined ? FLAG_JOINED : 0) | (d->n_counts > 0 ? FLAG_COUNTS : 0) |
                           (d->drift & DRIFT_MASK) << DRIFT_SHIFT));
    if (has_of(d) != 0)
        fb_put_u8(w, (uint8_t)has_of(d));
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
        fb_finding_put(&w, &d->finding[i], d->at_ms);
    fb_put_u8(&w, (uint8_t)d->n_counts);
    for (unsigned i = 0; i < d->n_counts; i++)
        put_count(&w, &d->count[i]);
    fb_put_span(&w, d->trace);
    put_more(&w, d);
    return w.bad ? 0 : w.n;
}

/* The flags stand behind the form. */
bool fb_decision_counts(struct fb_span bytes)
{
    return bytes.n > 1 && ((unsigned char)bytes.p[1] & FLAG_COUNTS) != 0;
}

unsigned fb_decision_has(struct fb_span bytes)
{
    return bytes.n > 2 && bytes.p[0] == DECISION_FORM_MORE ? (unsigned char)bytes.p[2] : 0u;
}

/* What it can be about, and what only one of them can have. */
static bool fits_kind(const struct fb_decision *d, unsigned kind, unsigned more)
{
    bool shift = kind == FB_KIND_BOOKING, approval = kind == FB_KIND_APPROVAL;
    bool invoice = kind == FB_KIND_INVOICE_LINE;
    return (shift || approval || invoice || kind == FB_KIND_VACANCY) && (shift || invoice || (more & FB_HAS_MATCHES) == 0) &&
           (invoice || (more & FB_HAS_SHARES) == 0) && (approval || (more & FB_HAS_APPROVAL) == 0) &&
           (shift || (more & (FB_HAS_STINT | FB_HAS_SPENT)) == 0) && d->vacancy_end < FB_VACANCY_END_END;
}

static void get_head(struct fb_reader *r, struct fb_decision *d, unsigned *more)
{
    unsigned form = fb_get_u8(r), flags = fb_get_u8(r);
    *more = form == DECISION_FORM_MORE ? fb_get_u8(r) : 0;
    unsigned kind = fb_get_u8(r);
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
    if (form != (*more == 0 ? DECISION_FORM : DECISION_FORM_MORE) || *more > HAS_ALL || flags > FLAGS_ALL ||
        d->drift >= FB_COMPARED_END || !fits_kind(d, kind, *more) || d->state >= FB_BOOKING_STATE_END ||
        d->basis >= FB_BASIS_END)
        r->bad = true;
}

/* Only the entries below a count are written, here as everywhere. */
enum fb_err fb_decision_unpack(struct fb_decision *out, struct fb_span bytes)
{
    struct fb_reader r;
    unsigned more;
    fb_reader_init(&r, bytes.p, bytes.n);
    get_head(&r, out, &more);
    out->n_lines = get_count(&r, FB_LINES_MAX);
    for (unsigned i = 0; i < out->n_lines && !r.bad; i++)
        get_line(&r, &out->line[i], i == 0 ? NULL : &out->line[i - 1]);
    out->n_findings = get_count(&r, FB_FINDINGS_MAX);
    for (unsigned i = 0; i < out->n_findings && !r.bad; i++)
        get_finding(&r, &out->finding[i], i == 0 ? NULL : &out->finding[i - 1], out->at_ms);
    out->sheet = 0;
    out->n_counts = get_count(&r, FB_COUNTERS_MAX);
    for (unsigned i = 0; i < out->n_counts && !r.bad; i++)
        get_count_row(&r, &out->count[i], i == 0 ? NULL : &out->count[i - 1]);
    if (fb_decision_counts(bytes) != (out->n_counts > 0))
        r.bad = true;
    out->trace = fb_get_span(&r);
    get_more(&r, out, more);
    return r.bad || r.n != r.size ? FB_REFUSED : FB_OK;
}
