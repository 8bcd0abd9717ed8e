#include "engine/core/sentence.h"

/* Loaded cost, and which of the rows that a decision leans on are weak. */

static void add_parts(struct fb_text *t, const struct fb_trace *trace)
{
    fb_text_add(t, trace->charge_pence == FB_ABSENT ? " (the card's pay" : " (what was sent");
    unsigned last = FB_PART_NONE;
    for (unsigned p = FB_PART_WTD_HOLIDAY; p < FB_PART_END; p++)
        last = trace->loaded_parts >> p & 1u ? p : last;
    if (last != FB_PART_NONE)
        fb_text_add(t, "; parts on top of pay: ");
    for (unsigned p = FB_PART_WTD_HOLIDAY; p <= last; p++) {
        if ((trace->loaded_parts >> p & 1u) == 0)
            continue;
        if (p == FB_PART_VAT || p == FB_PART_WTD_HOLIDAY || p == FB_PART_EMPLOYER_NI)
            fb_text_add(t, p == FB_PART_VAT ? "VAT" : p == FB_PART_WTD_HOLIDAY ? "pay for leave" : "employer's NI");
        else
            fb_sentence__word(t, fb_part_word((enum fb_part)p), ' ');
        fb_text_add(t, p < last ? ", " : "");
    }
    fb_text_add(t, ")");
}

static void add_cannot(struct fb_text *t, const struct fb_trace *trace)
{
    enum fb_lack lack =
        trace->loaded_lack == FB_LACK_NOTHING ? FB_LACK_ON_COST : (enum fb_lack)trace->loaded_lack;
    fb_text_add(t, " Loaded cost: cannot say, ");
    fb_text_add(t, fb_lack_text(lack));
    fb_text_add(t, ".");
}

/* Nothing is said of it by rules that know no on-costs, nor where the figure that it would be loaded on is missing. */
void fb_sentence__loaded(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    bool based = trace->charge_pence != FB_ABSENT || trace->card_pence != FB_ABSENT;
    if (trace->loaded_pence == FB_ABSENT) { /* raw: asked whether it is there */
        if (book->n_on_costs > 0 && based)
            add_cannot(t, trace);
        return;
    }
    fb_text_add(t, " Loaded cost: ");
    fb_sentence__pounds(t, trace->loaded_pence); /* raw: shown as it is */
    add_parts(t, trace);
    if (trace->loaded_lower_bound)
        fb_text_add(t, "; a fee or a part may be missing, so this is the least that it can be");
    if (trace->vat_unsettled) {
        fb_text_add(t, "; its VAT is not settled in law (");
        fb_explain_origin(t, book, trace->vat_origin);
        fb_text_add(t, ")");
    }
    fb_text_add(t, ".");
}

/* ---- weak rows ---- */

enum { ROWS_MAX = 8 };

static void add_weak(const struct fb_book *book, uint16_t origin, uint16_t *rows, unsigned *n)
{
    if (origin >= book->n_origins || book->origin[origin].status <= FB_STATUS_AGREED)
        return;
    for (unsigned i = 0; i < *n; i++) {
        if (rows[i] == origin)
            return;
    }
    rows[(*n)++] = origin;
}

/* The rows that the figures shown rest on, in the order in which they are shown. */
static unsigned weak_rows(const struct fb_book *book, const struct fb_trace *trace, uint16_t rows[ROWS_MAX])
{
    unsigned n = 0;
    if (trace->card_pence != FB_ABSENT) {
        add_weak(book, trace->rule_origin, rows, &n);
        add_weak(book, trace->point_origin, rows, &n);
        add_weak(book, trace->supplement_origin, rows, &n);
    }
    if (trace->adoption != FB_NO_ROW && trace->adoption != 0 && trace->card < book->n_cards &&
        trace->adoption <= book->card[trace->card].n_adoptions)
        add_weak(book, book->card[trace->card].adoption[trace->adoption - 1].origin, rows, &n);
    add_weak(book, trace->zone_row, rows, &n);
    add_weak(book, trace->cap_origin, rows, &n);
    add_weak(book, trace->weak_origin, rows, &n);
    return n;
}

void fb_sentence__weak_rows(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    uint16_t rows[ROWS_MAX];
    unsigned n = weak_rows(book, trace, rows);
    for (unsigned i = 0; i < n; i++) {
        const struct fb_origin *o = &book->origin[rows[i]];
        fb_text_add(t, i == 0 ? " This rests on " : i + 1 == n ? " and on " : ", on ");
        fb_text_add(t, o->status == FB_STATUS_UNVERIFIED ? "an " : "a ");
        fb_sentence__word(t, fb_status_word(o->status), '-');
        fb_text_add(t, " row (");
        fb_sentence__place(t, book, rows[i]);
        fb_text_add(t, ")");
    }
    fb_text_add(t, n > 0 ? ": less than published or agreed, so check before acting on it." : "");
}
