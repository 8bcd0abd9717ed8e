/* Cards and caps as they are written: rules that no shift reaches, bands left out, tables that nobody names,
 * and two cards or caps that claim the same shifts. */
#include "engine/pack/check_steps.h"

static const struct fb_span nothing = {NULL, 0};

/* ---- rules that no shift reaches ---- */

/* One kind of shift, as the rules of a card ask it. Nobody who is bank only has a band of their own to be
 * above. */
struct kind_of_shift {
    unsigned grade, unit, interval;
    enum fb_worker_kind kind;
    bool lower;
};

/* 0 stands for the default (book.h). */
static uint32_t units_of(const struct fb_card_rule *r)
{
    return r->units != 0 ? r->units : (uint32_t)1 << FB_UNIT_HOUR;
}

static uint32_t intervals_of(const struct fb_card_rule *r)
{
    return r->intervals != 0 ? r->intervals
                             : (uint32_t)1 << FB_INTERVAL_WORKED | (uint32_t)1 << FB_INTERVAL_CALLED_OUT;
}

static bool takes(const struct fb_card_rule *r, const struct kind_of_shift *s)
{
    bool kind = r->worker_kind == FB_WORKER_KIND_NONE || r->worker_kind == s->kind;
    return kind && (r->grades >> s->grade & 1) != 0 && (units_of(r) >> s->unit & 1) != 0 &&
           (intervals_of(r) >> s->interval & 1) != 0 && (!r->lower_band_only || s->lower);
}

static bool taken_before(const struct fb_draft_pay *pay, unsigned late, const struct kind_of_shift *s)
{
    for (unsigned early = 0; early < late; early++) {
        if (takes(&pay[early].rule, s))
            return true;
    }
    return false;
}

/* Of a grade, unit and kind of time: some worker whom no rule above takes. */
static bool takes_first(const struct fb_draft_pay *pay, unsigned late, struct kind_of_shift s)
{
    static const struct {
        enum fb_worker_kind kind;
        bool lower;
    } workers[] = {{FB_WORKER_KIND_BANK_ONLY, false},
                   {FB_WORKER_KIND_SUBSTANTIVE, false},
                   {FB_WORKER_KIND_SUBSTANTIVE, true}};
    for (unsigned i = 0; i < sizeof workers / sizeof workers[0]; i++) {
        s.kind = workers[i].kind;
        s.lower = workers[i].lower;
        if (takes(&pay[late].rule, &s) && !taken_before(pay, late, &s))
            return true;
    }
    return false;
}

static bool is_reached(const struct fb_book *b, const struct fb_draft_pay *pay, unsigned late)
{
    struct kind_of_shift s = {.grade = 0};
    for (s.grade = 0; s.grade < b->n_grades; s.grade++) {
        for (s.unit = 0; s.unit < FB_UNIT_END; s.unit++) {
            for (s.interval = 0; s.interval < FB_INTERVAL_END; s.interval++) {
                if (takes_first(pay, late, s))
                    return true;
            }
        }
    }
    return false;
}

static void check_rules(struct fb_draft *d, const struct fb_book *b, const struct fb_draft_card *card)
{
    const struct fb_draft_pay *pay = card->pays.item;
    for (unsigned late = 0; late < card->pays.n; late++) {
        struct fb_place place = card->terms.place;
        place.line = pay[late].line;
        if (!is_reached(b, pay, late))
            fb_compile_complain(d, place, true,
                                "this rule of the card is never reached: those above it take the same shifts",
                                nothing, "");
    }
}

/* ---- bands left out ---- */

static bool covers_band(const struct fb_draft_card *card, unsigned grade)
{
    FB_EACH(card->pays, struct fb_draft_pay, pay)
    {
        if ((pay->rule.grades >> grade & 1) != 0 && pay->rule.worker_kind != FB_WORKER_KIND_SUBSTANTIVE)
            return true;
    }
    return false;
}

/* A card for nurses need not speak of consultants: only a family that it pays must be paid whole. */
static bool covers_family(const struct fb_book *b, const struct fb_draft_card *card, uint8_t family)
{
    for (unsigned g = 0; g < b->n_grades; g++) {
        if (b->grade[g].family == family && covers_band(card, g))
            return true;
    }
    return false;
}

static void check_bands(struct fb_draft *d, const struct fb_book *b, const struct fb_draft_card *card)
{
    for (unsigned g = 0; g < b->n_grades; g++) {
        char band[9];
        fb_code_format(band, b->grade[g].code);
        if (!covers_band(card, g) && covers_family(b, card, b->grade[g].family))
            fb_compile_complain(d, card->terms.place, true,
                                "the card has no rule for a bank-only worker in band", fb_span_of(band), "");
    }
}

/* ---- tables ---- */

/* Those of the calendars of the caps that name the table; all, when none does. */
static uint32_t categories_of(const struct fb_draft *d, const struct fb_book *b,
                              const struct fb_draft_cap_table *t)
{
    uint32_t named = 0;
    FB_EACH(d->caps, struct fb_draft_cap, cap)
    {
        if (cap->terms.place.pack == t->pack && fb_span_eq(cap->table, t->name))
            named |= fb_check_categories(b, cap->terms.calendar);
    }
    return named != 0 ? named : ((uint32_t)1 << b->n_categories) - 1;
}

static void check_cap_tables(struct fb_draft *d, const struct fb_book *b)
{
    FB_EACH(d->cap_tables, struct fb_draft_cap_table, t)
    {
        uint32_t wanted = categories_of(d, b, t);
        for (unsigned g = 0; g < b->n_grades; g++) {
            unsigned line = 0;
            uint32_t held = 0;
            FB_EACH(t->rows, struct fb_draft_cap_row, row)
            {
                held |= row->grade == g ? (uint32_t)1 << row->category : 0;
                line = row->grade == g ? row->line : line;
            }
            char band[9];
            fb_code_format(band, b->grade[g].code);
            if (line > 0 && (wanted & ~held) != 0)
                fb_compile_complain(d, (struct fb_place){t->pack, t->path, line}, true,
                                    "some categories have no cap in band", fb_span_of(band), "");
        }
    }
}

static bool names_cap_table(const struct fb_draft *d, const struct fb_draft_cap_table *t)
{
    FB_EACH(d->caps, struct fb_draft_cap, cap)
    {
        if (cap->terms.place.pack == t->pack && fb_span_eq(cap->table, t->name))
            return true;
    }
    return false;
}

static bool names_rate_table(const struct fb_draft *d, const struct fb_draft_rate_table *t)
{
    FB_EACH(d->cards, struct fb_draft_card, card)
    {
        FB_EACH(card->pays, struct fb_draft_pay, pay)
        {
            if (card->terms.place.pack == t->pack && fb_span_eq(pay->table, t->name))
                return true;
        }
    }
    return false;
}

/* Figures that nothing reads were meant for something. */
static void check_unread_tables(struct fb_draft *d)
{
    FB_EACH(d->cap_tables, struct fb_draft_cap_table, t)
    {
        if (!names_cap_table(d, t))
            fb_compile_complain(d, (struct fb_place){t->pack, t->path, 1}, true,
                                "no cap of this pack names the table", t->name,
                                ": none of its rows is ever used");
    }
    FB_EACH(d->tables, struct fb_draft_rate_table, t)
    {
        const struct fb_draft_table_rate *first = t->rows.item;
        if (t->rows.n > 0 && !names_rate_table(d, t))
            fb_compile_complain(d, first->place, true, "no card of this pack names the table", t->name,
                                ": none of its rows is ever used");
    }
}

/* ---- two that claim the same shifts ---- */

/* Routes are not asked, as in fb_scope_fits. */
static bool meet(const struct fb_draft_terms *a, const struct fb_draft_terms *b)
{
    return (a->staff_groups & b->staff_groups) != 0 && a->standing.from < b->standing.until &&
           b->standing.from < a->standing.until;
}

/* Members and sites of two packs of one layer; of the same pack they are the same. */
static bool share_shifts(const struct fb_checking *c, const struct fb_draft_terms *a,
                         const struct fb_draft_terms *b)
{
    struct fb_compiling x = {.draft = c->draft};
    for (unsigned i = 0; i < fb_compile_scopes(&x, a); i++) {
        struct fb_scope mine = fb_compile_scope(&x, a, i);
        for (unsigned k = 0; k < fb_compile_scopes(&x, b); k++) {
            struct fb_scope other = fb_compile_scope(&x, b, k);
            bool site = mine.site.n == 0 || other.site.n == 0 || fb_span_eq(mine.site, other.site);
            bool trust = mine.trust == 0 || other.trust == 0 || mine.trust == other.trust;
            if (site && trust && mine.from < other.until && other.from < mine.until)
                return true;
        }
    }
    return false;
}

/* Two for the very same shifts win equally, and only the order of lines decides: that is refused. Where they
 * meet in a part the later one may be meant as an exception: that is said. */
static void check_pair(struct fb_checking *c, const struct fb_draft_terms *late,
                       const struct fb_draft_terms *early)
{
    const struct fb_draft_pack *a = fb_draft_pack_at(c->draft, late->place.pack);
    const struct fb_draft_pack *b = fb_draft_pack_at(c->draft, early->place.pack);
    struct fb_check_text text;
    if (a->layer != b->layer || !meet(late, early) || !share_shifts(c, late, early))
        return;
    bool equal = late->staff_groups == early->staff_groups;
    fb_day from = late->standing.from > early->standing.from ? late->standing.from : early->standing.from;
    uint32_t groups = late->staff_groups & early->staff_groups;
    enum fb_staff_group group = (enum fb_staff_group)__builtin_ctz(groups);
    if (!fb_check_begin(c, fb_check_place(c, late->place), !equal, early->place.line, &text))
        return;
    fb_text_add(&text.t, equal ? "wins equally with '" : "this one hides, for some staff groups and days, '");
    fb_text_add_span(&text.t, early->name);
    fb_text_add(&text.t, equal ? "', which is for the same staff groups and days (routes are not asked): "
                               : "', which stands above it: ");
    fb_text_add(&text.t, fb_staff_group_word(group));
    fb_text_add(&text.t, " on ");
    fb_check_add_day(&text.t, from);
    fb_text_add(&text.t, equal ? ". End one with until" : "");
    fb_check_end(c, &text);
}

static void check_overlaps(struct fb_checking *c)
{
    const struct fb_draft_card *card = c->draft->cards.item;
    const struct fb_draft_cap *cap = c->draft->caps.item;
    for (unsigned late = 1; late < c->draft->cards.n; late++) {
        for (unsigned early = 0; early < late; early++)
            check_pair(c, &card[late].terms, &card[early].terms);
    }
    for (unsigned late = 1; late < c->draft->caps.n; late++) {
        for (unsigned early = 0; early < late; early++)
            check_pair(c, &cap[late].terms, &cap[early].terms);
    }
}

void fb_check_cards(struct fb_checking *c)
{
    FB_EACH(c->draft->cards, struct fb_draft_card, card)
    {
        check_rules(c->draft, c->book, card);
        check_bands(c->draft, c->book, card);
    }
    check_cap_tables(c->draft, c->book);
    check_unread_tables(c->draft);
    check_overlaps(c);
}
