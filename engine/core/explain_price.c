#include "engine/core/explain.h"
#include "engine/core/sentence.h"

struct series {
    const int64_t *hour_e4;
    int64_t pence; /* FB_ABSENT: not known */
    unsigned lack; /* enum fb_lack */
};

static void add_minutes(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    int64_t total = 0;
    unsigned listed = 0;
    for (unsigned c = 0; c < trace->n_categories && c < book->n_categories; c++)
        total += trace->minutes[c];
    if (total == 0) {
        fb_text_add(t, "Paid minutes by category: cannot say.");
        return;
    }
    fb_text_add(t, "Paid minutes: ");
    fb_text_add_int(t, total);
    for (unsigned c = 0; c < trace->n_categories && c < book->n_categories; c++) {
        if (trace->minutes[c] == 0)
            continue;
        fb_text_add(t, listed++ == 0 ? " (" : ", ");
        fb_text_add_int(t, trace->minutes[c]);
        fb_text_add(t, " ");
        fb_text_add_code(t, book->category[c]);
    }
    fb_text_add(t, ").");
}

/* "£344.09 (unsocial £21.31, premium £27.05 an hour)" or what is missing. */
static void add_series(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace,
                       const struct series *s)
{
    unsigned listed = 0;
    if (s->pence == FB_ABSENT) { /* raw: asked whether it is there */
        fb_text_add(t, "cannot say, ");
        fb_text_add(t, fb_lack_text((enum fb_lack)s->lack));
        return;
    }
    fb_sentence__pounds(t, s->pence); /* raw: shown as it is */
    for (unsigned c = 0; c < trace->n_categories && c < book->n_categories; c++) {
        if (trace->minutes[c] == 0 || s->hour_e4[c] == FB_ABSENT)
            continue;
        fb_text_add(t, listed++ == 0 ? " (" : ", ");
        fb_text_add_code(t, book->category[c]);
        fb_text_add(t, " ");
        fb_sentence__rate(t, s->hour_e4[c]);
    }
    fb_text_add(t, listed > 0 ? " an hour)" : "");
}

static void add_card(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->card_pence == FB_ABSENT && trace->card_lack == FB_LACK_NOTHING)
        return; /* no card is asked of this route */
    struct series card = {trace->card_hour_e4, trace->card_pence, trace->card_lack};
    fb_text_add(t, " Card: ");
    add_series(t, book, trace, &card);
    if (trace->card_pence != FB_ABSENT) {
        fb_text_add(t, trace->assumed_bank_only ? "; bank only was assumed; by " : "; by ");
        fb_explain_origin(t, book, trace->rule_origin);
        fb_sentence__paid_by(t, book, trace);
    }
    fb_text_add(t, ".");
    fb_sentence__standing(t, book, trace);
}

static void add_charge(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    struct series charge = {trace->charge_hour_e4, trace->charge_pence, trace->charge_lack};
    fb_text_add(t, " Charge without VAT: ");
    add_series(t, book, trace, &charge);
    if (trace->lower_bound)
        fb_text_add(t, "; a part may be missing, so this is the least that it can be");
    fb_text_add(t, ".");
}

static void add_cap(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->cap_pence == FB_ABSENT && trace->cap_lack == FB_LACK_NOTHING)
        return; /* no cap binds this route */
    struct series cap = {trace->cap_hour_e4, trace->cap_pence, trace->cap_lack};
    fb_text_add(t, " Cap: ");
    add_series(t, book, trace, &cap);
    if (trace->cap_pence != FB_ABSENT) {
        fb_text_add(t, "; by ");
        fb_explain_origin(t, book, trace->cap_origin);
    }
    if (trace->cap < book->n_caps && book->cap[trace->cap].n_zones > 0)
        fb_sentence__zone(t, book, trace);
    if (trace->excess_pence != FB_ABSENT) {
        fb_text_add(t, trace->excess_pence > 0 ? "; excess " : "; no excess");
        if (trace->excess_pence > 0)
            fb_sentence__pounds(t, trace->excess_pence);
    }
    fb_text_add(t, ".");
}

void fb_explain_price(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    add_minutes(t, book, trace);
    add_card(t, book, trace);
    add_charge(t, book, trace);
    add_cap(t, book, trace);
    fb_sentence__loaded(t, book, trace);
    fb_sentence__weak_rows(t, book, trace);
}
