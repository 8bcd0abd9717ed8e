#include "engine/core/sentence.h"

/* How a card came to its figure: the point or the row of a table, the limit, the supplement; and how the card itself
 * stands at the trust. */

enum { AGENDA_FOR_CHANGE = 1 }; /* the family whose grades are called bands */

/* The pay point with that origin on that day. A band of one point has no word for it. */
struct place_of_point {
    const struct fb_grade *grade;
    enum fb_point point; /* NONE: the band's only one */
};

static bool find_point(const struct fb_book *book, const struct fb_trace *trace, struct place_of_point *out)
{
    const struct fb_pay_period *period = fb_book_period(book, trace->day);
    unsigned found = 0;
    for (unsigned g = 0; period != NULL && g < book->n_grades; g++) {
        for (unsigned point = FB_POINT_ENTRY; point < FB_POINT_END; point++) {
            const struct fb_pay_point *p = &period->point[g * FB_POINT_END + point];
            if (!p->held || p->origin != trace->point_origin)
                continue;
            *out = (struct place_of_point){&book->grade[g], found++ == 0 ? (enum fb_point)point : FB_POINT_NONE};
        }
    }
    return found > 0;
}

static const struct fb_rate_table *find_table(const struct fb_book *book, uint16_t origin)
{
    for (unsigned i = 0; i < book->n_tables; i++) {
        for (unsigned k = 0; k < book->table[i].n; k++) {
            if (book->table[i].rate[k].origin == origin)
                return &book->table[i];
        }
    }
    return NULL;
}

static const struct fb_card_rule *find_rule(const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->card >= book->n_cards)
        return NULL;
    const struct fb_card *card = &book->card[trace->card];
    for (unsigned i = 0; i < card->n_rules; i++) {
        if (card->rule[i].origin == trace->rule_origin)
            return &card->rule[i];
    }
    return NULL;
}

static void add_table(struct fb_text *t, const struct fb_rate_table *table, const struct fb_trace *trace)
{
    fb_text_add(t, "; table ");
    fb_text_add_span(t, table->name);
    if (trace->unit != FB_UNIT_HOUR) {
        fb_text_add(t, " (by the ");
        fb_sentence__word(t, trace->unit == FB_UNIT_PA ? "PA" : fb_unit_word((enum fb_unit)trace->unit), ' ');
        fb_text_add(t, ")");
    }
    fb_text_add(t, ", row from ");
}

static void add_point(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    struct place_of_point at;
    fb_text_add(t, "; ");
    if (find_point(book, trace, &at)) {
        fb_text_add(t, at.grade->family == AGENDA_FOR_CHANGE ? "band " : "");
        fb_text_add_code(t, at.grade->code);
        if (at.point != FB_POINT_NONE) {
            fb_text_add(t, " ");
            fb_sentence__word(t, fb_point_word(at.point), ' ');
        }
        fb_text_add(t, ", ");
    }
    fb_text_add(t, "pay point from ");
}

static void add_limit(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    const struct fb_card_rule *rule = find_rule(book, trace);
    if (!trace->limited)
        return;
    fb_text_add(t, "; the limit of ");
    if (rule != NULL && rule->not_above_grade != 0 && rule->not_above_grade <= book->n_grades) {
        fb_text_add(t, "band ");
        fb_text_add_code(t, book->grade[rule->not_above_grade - 1].code);
    } else {
        fb_text_add(t, "the shift's band");
    }
    fb_text_add(t, " took effect");
}

void fb_sentence__zone(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->zone == 0 || trace->zone > book->n_zones)
        return;
    fb_text_add(t, "; zone ");
    fb_text_add_code(t, book->zone[trace->zone - 1]);
    fb_text_add(t, " by ");
    fb_explain_origin(t, book, trace->zone_row);
}

static void add_supplement(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->supplement_origin == FB_NO_ROW)
        return;
    fb_text_add(t, "; of it ");
    fb_sentence__pounds(t, trace->supplement_pence);
    fb_text_add(t, " is the high cost area supplement, from ");
    fb_explain_origin(t, book, trace->supplement_origin);
    fb_sentence__zone(t, book, trace);
}

void fb_sentence__paid_by(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    const struct fb_rate_table *table = find_table(book, trace->point_origin);
    if (table != NULL)
        add_table(t, table, trace);
    else
        add_point(t, book, trace);
    fb_explain_origin(t, book, trace->point_origin);
    add_limit(t, book, trace);
    if (trace->each_pence != 0) {
        fb_text_add(t, "; of it ");
        fb_sentence__pounds(t, trace->each_pence);
        fb_text_add(t, " is paid by the piece");
    }
    add_supplement(t, book, trace);
}

/* ---- how the card stands ---- */

static void add_date(struct fb_text *t, fb_day day)
{
    char text[11];
    fb_day_format(text, day);
    fb_text_add(t, text);
}

static void add_adoption(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->adoption == FB_NO_ROW || trace->card >= book->n_cards)
        return;
    const struct fb_card *card = &book->card[trace->card];
    if (trace->adoption == 0 || trace->adoption > card->n_adoptions) {
        fb_text_add(t, " Nothing is held of the trust's adopting the card, so that it binds nobody there yet.");
        return;
    }
    const struct fb_adoption_row *row = &card->adoption[trace->adoption - 1];
    fb_text_add(t, " The trust has ");
    fb_text_add(t, row->state == FB_ADOPTION_ADOPTED ? "adopted the card (" : "not adopted the card: it is ");
    if (row->state != FB_ADOPTION_ADOPTED) {
        fb_text_add(t, fb_adoption_word(row->state));
        fb_text_add(t, " (");
    }
    fb_text_add(t, "from ");
    add_date(t, row->from);
    if (row->role.n > 0) {
        char role[FB_TEXT_BYTES_MAX + 1];
        struct fb_text inner;
        fb_text_init(&inner, role, sizeof role);
        fb_text_add_span(&inner, row->role);
        fb_text_add(t, ", by the ");
        fb_sentence__word(t, role, ' ');
    }
    fb_text_add(t, "; ");
    fb_explain_origin(t, book, row->origin);
    fb_text_add(t, ").");
}

static void add_lapsed(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    if (trace->lapsed >= book->n_cards)
        return;
    const struct fb_card *card = &book->card[trace->lapsed];
    fb_text_add(t, " A local rate that came before it has lapsed: ");
    fb_text_add_span(t, card->name);
    fb_text_add(t, ", agreed until ");
    add_date(t, card->agreed_until);
    fb_text_add(t, ", reason: ");
    fb_text_add_span(t, card->reason);
    fb_text_add(t, " (");
    fb_sentence__place(t, book, card->origin);
    fb_text_add(t, ").");
}

void fb_sentence__standing(struct fb_text *t, const struct fb_book *book, const struct fb_trace *trace)
{
    add_adoption(t, book, trace);
    add_lapsed(t, book, trace);
}
