/* What a cut is: so that nobody who gets the file alone can take it for more. */
#include "tools/fairbank/export/lay.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <inttypes.h>

static void say_what(struct sheet_book *b, const struct cut *x)
{
    char period[24], from[11], last[11];
    const struct cut_plan *p = x->plan;
    cell_period_format(period, p->from, p->until);
    fb_day_format(from, p->from);
    fb_day_format(last, p->until - 1);
    sheet_say(b, "What", "%s", p->title);
    sheet_say(b, "Export", "%s", p->name);
    sheet_say(b, "Period", "%s: shifts that start from %s to %s, both included (Europe/London)", period, from, last);
    sheet_say(b, "Whose", "%s", p->trust != 0 ? code_word(p->trust) : "all trusts that are read here, together");
    if (p->shadow)
        sheet_say(b, "Sources", "shadow sources, which are on trial: not what trusts report");
    if (p->sheet == NULL)
        sheet_say(b, "Stage", "committed and worked, each in rows of its own; stages are never added together");
    else
        sheet_say(b, "Stage", "%s%s", fb_stage_word((enum fb_stage)p->sheet->stage),
                  p->sheet->stage == FB_STAGE_LATEST ? ": invoiced where known, else worked, else committed" : "");
}

static void say_coverage(struct sheet_book *b, const struct cut *x)
{
    char from[11], last[11];
    sheet_say(b, "Coverage", "%" PRIu64 " shift%s of %u trust%s; what was not sent is not in it", x->shifts, x->shifts == 1 ? "" : "s", x->n_trusts,
              x->n_trusts == 1 ? "" : "s");
    for (unsigned i = 0; i < x->n_trusts; i++) {
        fb_day_format(from, x->trust[i].first);
        fb_day_format(last, x->trust[i].last);
        sheet_say(b, "Coverage", "%s: shifts from %s to %s", code_word(x->trust[i].code), from, last);
    }
}

/* How well a row of a pack is known, and who says it. */
static void say_origin(struct sheet_book *b, const struct fb_book *book, const char *key, uint16_t origin)
{
    if (origin >= book->n_origins)
        return;
    const struct fb_origin *o = &book->origin[origin];
    sheet_say(b, key, "%s: %s (%s/%s:%u)", fb_status_word(o->status), word_of(o->source), word_of(o->pack), word_of(o->file), o->line);
}

static void say_rules(struct sheet_book *b, const struct cut *x, const struct lay_said *said)
{
    const struct cut_plan *p = x->plan;
    sheet_say(b, "As known", "%s; the last decision in it is journal entry %" PRIu64, said->known != NULL ? said->known : "now", x->last_journal);
    sheet_say(b, "Rules", "%s", said->rules);
    if (p->sheet == NULL)
        return;
    say_origin(b, p->book, "Asked by", p->sheet->origin);
    if (p->sheet->by == FB_RETURN_BY_GROUP && p->book->n_return_groups > 0)
        say_origin(b, p->book, "Groups", p->book->return_group[0].origin);
}

/* A number of shifts that is small tells of few people here as well. */
static const char *number_of(uint64_t n, uint32_t small)
{
    static char text[2][40];
    static unsigned at;
    char *out = text[at++ % 2];
    if (n > 0 && n < small)
        (void)snprintf(out, 40, "fewer than %u", small);
    else
        (void)snprintf(out, 40, "%" PRIu64, n);
    return out;
}

static bool is_money(uint8_t figure) { return figure == FB_RETURN_FIGURE_SPEND || figure == FB_RETURN_FIGURE_HIGHEST_HOUR; }

/* Of every column what could not be said, all rows together. */
static void say_unknown(struct sheet_book *b, const struct cut *x, uint32_t small)
{
    for (unsigned i = 0; i < x->plan->n_columns; i++) {
        const struct fb_return_column *c = &x->plan->column[i];
        uint64_t unknown = 0, unpriced = 0;
        for (unsigned r = 0; r < x->n; r++)
            if (!x->row[r].total) {
                unknown += x->row[r].cell[i].unknown;
                unpriced += x->row[r].cell[i].unpriced;
            }
        if (unknown > 0)
            sheet_say(b, "Not said", "%s: of %s shifts it cannot be said; they are not in it", word_of(c->title), number_of(unknown, small));
        if (unpriced > 0 && is_money(c->figure))
            sheet_say(b, "Not said", "%s: %s shifts have no price, and add nothing", word_of(c->title), number_of(unpriced, small));
        if (unpriced > 0 && c->figure == FB_RETURN_FIGURE_COMMISSION)
            sheet_say(b, "Not said", "%s: of %s shifts no commission above nought is known; they add nothing", word_of(c->title), number_of(unpriced, small));
    }
    if (x->plan->no_vacancies)
        sheet_say(b, "Not said", "what stayed unfilled: it is read from the engine's own data folder");
}

static void say_basis(struct sheet_book *b, const struct cut *x)
{
    char pounds[40];
    pounds_format(pounds, sizeof pounds, (int64_t)x->expected_pence);
    if (x->expected_pence > 0)
        sheet_say(b, "Basis", "as sent by the trusts; of the money £%s is expected from the card, where no price was sent", pounds);
    sheet_say(b, "Reading", "money is in pounds, VAT apart and as sent (where nobody sent any, there is none in it); hours are sums of minutes, rounded to hundredths; only a published or agreed cap counts as one");
    sheet_say(b, "Where from", "each figure has a name (%s), which `fairbank explain NAME` takes: it lists the shifts behind the figure",
              b->from.n_cells > 0 ? "sheet From, or lines that begin with # from" : "none");
}

static void say_left_out(struct sheet_book *b, const struct lay_said *said)
{
    if (said->small == 0) {
        sheet_say(b, "Left out", "nothing: asked for whole, for those who may see the records themselves; not to be published");
        return;
    }
    sheet_say(b, "Left out", "%u figure%s (%s): of fewer than %u shifts, or one with which such a figure could be worked out from this file; files of "
              "overlapping shifts (all trusts and one of them, a month and its weeks) can be set against each other", said->left_out,
              said->left_out == 1 ? "" : "s", SHEET_LEFT_OUT_TEXT, said->small);
}

void lay_about(struct sheet_book *b, const struct cut *x, const struct lay_said *said)
{
    say_what(b, x);
    say_coverage(b, x);
    say_rules(b, x, said);
    say_basis(b, x);
    say_unknown(b, x, said->small);
    say_left_out(b, said);
}
