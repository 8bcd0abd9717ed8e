#include "engine/pack/read.h"

/* What an hour may cost at most, in pence: the same bound as for any rate. */
#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

static const struct fb_span nothing = {NULL, 0};

static uint8_t calendar_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_span name = fb_read_text(r, map, "calendar");
    unsigned i = 0;
    FB_EACH(r->draft->calendars, struct fb_draft_calendar, c)
    {
        if (fb_span_eq(c->name, name) && i <= UINT8_MAX)
            return (uint8_t)i;
        i++;
    }
    if (name.n > 0)
        fb_read_error(r, fb_node_get(map, "calendar")->line, "no pack has a calendar", name, "");
    return 0;
}

static struct fb_draft_terms terms_of(struct fb_reading *r, struct fb_node *map)
{
    struct fb_draft_terms t = {.place = fb_read_place(r, map->line)};
    t.name = fb_read_text(r, map, "name");
    t.staff_groups = fb_read_word_bits(r, map, "staff_groups", &fb_staff_group_words);
    t.routes = fb_read_word_bits(r, map, "routes", &fb_route_words);
    t.calendar = calendar_of(r, map);
    t.whole_shift = (enum fb_whole_shift)fb_read_word(r, map, "whole_shift", &fb_whole_shift_words);
    t.break_from = (enum fb_break_from)fb_read_word(r, map, "break_from", &fb_break_from_words);
    fb_read_standing(r, map, &t.standing);
    return t;
}

static enum fb_pay_at pay_at_of(struct fb_reading *r, struct fb_node *map)
{
    static const struct {
        const char *word;
        enum fb_pay_at at;
    } words[] = {{"entry", FB_PAY_AT_ENTRY},
                 {"mid", FB_PAY_AT_MID},
                 {"top", FB_PAY_AT_TOP},
                 {"own_point", FB_PAY_AT_OWN_POINT}};
    struct fb_node *node = fb_read_scalar(r, map, "at");
    for (unsigned i = 0; node != NULL && i < sizeof words / sizeof words[0]; i++) {
        if (fb_span_is(node->text, words[i].word))
            return words[i].at;
    }
    if (node != NULL)
        fb_read_error(r, node->line, "at", node->text, ": use one of entry, mid, top, own_point");
    return FB_PAY_AT_TOP;
}

static bool lower_band_only(struct fb_reading *r, struct fb_node *map)
{
    struct fb_node *node = fb_node_get(map, "lower_band_only");
    return node != NULL && fb_read_yes_no_at(r, node->line, "lower_band_only", node->text);
}

static void read_pay(struct fb_reading *r, struct fb_node *map, struct fb_list *pays)
{
    struct fb_draft_pay *pay = fb_list_add(r->draft->pool, pays, sizeof *pay);
    if (pay == NULL)
        return;
    if (map->kind != FB_NODE_MAP) {
        fb_read_error(r, map->line, "write a mapping such as {bands: [\"5\"], worker: bank_only, at: mid}",
                      nothing, "");
        return;
    }
    pay->line = map->line;
    pay->rule.grades = fb_read_grade_bits(r, map, "bands");
    if (fb_node_get(map, "worker") != NULL)
        pay->rule.worker_kind = (enum fb_worker_kind)fb_read_word(r, map, "worker", &fb_worker_kind_words);
    pay->rule.lower_band_only = lower_band_only(r, map);
    pay->rule.pay_at = pay_at_of(r, map);
    bool own = pay->rule.lower_band_only || pay->rule.pay_at == FB_PAY_AT_OWN_POINT;
    if (own && pay->rule.worker_kind != FB_WORKER_KIND_SUBSTANTIVE)
        fb_read_error(r, map->line,
                      "only a substantive worker has a band of their own: add worker: substantive", nothing,
                      "");
}

/* One name, one thing: a decision cites it. The same name may go on under later dates. */
static void refuse_twin_name(struct fb_reading *r, const struct fb_draft_terms *t,
                             const struct fb_draft_terms *other)
{
    bool same_days = t->standing.from < other->standing.until && other->standing.from < t->standing.until;
    if (fb_span_eq(t->name, other->name) && same_days)
        fb_read_error(r, t->place.line, "the name", t->name, " is taken by another one for the same days");
}

void fb_read_cards(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "a card is a mapping that begins with its name", nothing, "");
            continue;
        }
        struct fb_draft_card card = {.terms = terms_of(r, item)};
        card.tolerance_e4 = fb_read_decimal(r, item, "off_card_tolerance_gbp_hour", 4);
        if (card.tolerance_e4 < 0)
            fb_read_error(r, item->line, "a tolerance below nought", nothing, "");
        struct fb_node *pays = fb_read_list(r, item, "pay");
        for (struct fb_node *pay = pays == NULL ? NULL : pays->first; pay != NULL; pay = pay->next)
            read_pay(r, pay, &card.pays);
        FB_EACH(r->draft->cards, struct fb_draft_card, other)
        {
            refuse_twin_name(r, &card.terms, &other->terms);
        }
        struct fb_draft_card *place = fb_list_add(r->draft->pool, &r->draft->cards, sizeof *place);
        if (place != NULL)
            *place = card;
    }
}

static void read_formula(struct fb_reading *r, struct fb_node *map, struct fb_draft_cap *cap)
{
    struct fb_node *f = fb_read_map(r, map, "formula");
    if (f == NULL)
        return;
    cap->step = (enum fb_point)fb_read_word(r, f, "scale_point", &fb_point_words);
    cap->weeks = fb_read_ratio(r, f, "weeks");
    cap->hours = fb_read_ratio(r, f, "hours");
    cap->uplift = fb_read_ratio(r, f, "uplift");
    cap->enhancement = fb_read_text(r, f, "enhancement");
    struct fb_node *rounding = fb_read_scalar(r, f, "rounding");
    if (rounding != NULL && !fb_span_is(rounding->text, "half_up_penny_hour"))
        fb_read_error(r, rounding->line, "rounding", rounding->text,
                      ": only half_up_penny_hour is known, as published price cards are");
}

static void read_basis(struct fb_reading *r, unsigned line, const struct fb_draft_cap *cap)
{
    enum fb_status s = cap->terms.standing.status;
    if (s != FB_STATUS_PUBLISHED && s != FB_STATUS_AGREED && s != FB_STATUS_DERIVED)
        fb_read_error(r, line, "the status of a cap is its basis: published, agreed or derived", nothing, "");
    if (cap->table.n == 0 && s == FB_STATUS_PUBLISHED)
        fb_read_error(r, line, "a cap made by formula is not published: write derived, or agreed", nothing,
                      "");
}

void fb_read_caps(struct fb_reading *r, struct fb_node *node)
{
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "a cap is a mapping that begins with its name", nothing, "");
            continue;
        }
        struct fb_draft_cap cap = {.terms = terms_of(r, item)};
        if (fb_node_get(item, "table") != NULL)
            cap.table = fb_read_text(r, item, "table");
        else
            read_formula(r, item, &cap);
        read_basis(r, item->line, &cap);
        FB_EACH(r->draft->caps, struct fb_draft_cap, other)
        {
            refuse_twin_name(r, &cap.terms, &other->terms);
        }
        struct fb_draft_cap *place = fb_list_add(r->draft->pool, &r->draft->caps, sizeof *place);
        if (place != NULL)
            *place = cap;
    }
}

static void read_cap_row(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                         struct fb_list *rows)
{
    struct fb_draft_cap_row cap = {.line = row->line};
    cap.grade = fb_read_grade_at(r, row->line, fb_read_cell(t, row, "grade"));
    cap.category = fb_read_category_at(r, row->line, fb_read_cell(t, row, "category"));
    int64_t pence = fb_read_decimal_at(r, row->line, "pence_hour", fb_read_cell(t, row, "pence_hour"), 0);
    if (pence <= 0 || pence > PENCE_HOUR_MAX)
        fb_read_error(r, row->line, "pence_hour", fb_read_cell(t, row, "pence_hour"),
                      ": a cap lies between 1 penny and 100,000 pounds an hour");
    cap.hour_pence = pence <= 0 || pence > PENCE_HOUR_MAX ? 0 : (int32_t)pence;
    FB_EACH(*rows, struct fb_draft_cap_row, other)
    {
        if (other->grade == cap.grade && other->category == cap.category)
            fb_read_error(r, row->line,
                          "the same band and category stand twice:", fb_read_cell(t, row, "grade"), "");
    }
    struct fb_draft_cap_row *place = fb_list_add(r->draft->pool, rows, sizeof *place);
    if (place != NULL)
        *place = cap;
}

void fb_read_cap_table(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"grade", "category", "pence_hour", NULL}, *const optional[] = {
                                                                                         "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    struct fb_draft_cap_table table = {.pack = r->pack, .path = r->file->path};
    table.name = (struct fb_span){r->file->path.p + 5, r->file->path.n - 5}; /* without "caps/" */
    for (unsigned i = 0; i < t->n_rows; i++)
        read_cap_row(r, t, &t->row[i], &table.rows);
    struct fb_draft_cap_table *place = fb_list_add(r->draft->pool, &r->draft->cap_tables, sizeof *place);
    if (place != NULL)
        *place = table;
}
