/* What a pound of pay costs besides: on-costs, VAT, fees; and the floors that pay must not fall below. */
#include "engine/pack/known.h"
#include "engine/pack/read.h"

static const struct fb_span nothing = {NULL, 0};

/* Rows say for which routes they hold; they hold for every staff group. */
static struct fb_draft_terms terms_of(struct fb_reading *r, const struct fb_table *t,
                                      const struct fb_row *row)
{
    struct fb_draft_terms terms = {.name = fb_read_cell(t, row, "name"),
                                   .place = fb_read_place(r, row->line)};
    for (int group = 1; group < FB_STAFF_GROUP_END; group++)
        terms.staff_groups |= (uint32_t)1 << group;
    terms.routes = fb_read_word_bits_at(r, row->line, &fb_route_words, fb_read_cell(t, row, "routes"));
    fb_read_row_standing(r, t, row, &terms.standing);
    return terms;
}

/* Rows of one pack with the same name and routes speak of the same thing. */
static struct fb_claim claim_of(const struct fb_reading *r, unsigned row, uint32_t routes,
                                struct fb_span name, struct fb_span other)
{
    return (struct fb_claim){
        .row = row, .thing = (uint64_t)r->pack << 32 | routes, .name = name, .other = other, .word = name};
}

static uint8_t part_of(struct fb_reading *r, unsigned line, struct fb_span text)
{
    static const enum fb_part parts[] = {FB_PART_WTD_HOLIDAY, FB_PART_EMPLOYER_NI, FB_PART_EMPLOYER_PENSION,
                                         FB_PART_LEVY};
    for (unsigned i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (fb_span_is(text, fb_part_word(parts[i])))
            return (uint8_t)parts[i];
    }
    fb_read_error(r, line, "unknown part", text,
                  ": use one of wtd_holiday, employer_ni, employer_pension, levy");
    return (uint8_t)FB_PART_LEVY;
}

static bool on_holiday_pay(struct fb_reading *r, unsigned line, struct fb_span text)
{
    if (!fb_span_is(text, "pay") && !fb_span_is(text, "pay_and_holiday"))
        fb_read_error(r, line, "base", text, ": write pay or pay_and_holiday");
    return fb_span_is(text, "pay_and_holiday");
}

/* So many pounds in a week of so many hours are free: both, or neither, which means that they are used up
 * elsewhere. */
static void read_free(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                      struct fb_on_cost *out)
{
    struct fb_span pounds = fb_read_cell(t, row, "free_gbp_week"),
                   hours = fb_read_cell(t, row, "free_hours_week");
    struct fb_ratio week;
    if ((pounds.n == 0) != (hours.n == 0))
        fb_read_error(r, row->line,
                      "free_gbp_week and free_hours_week belong together: give both, or neither", nothing,
                      "");
    if (pounds.n == 0 || hours.n == 0)
        return;
    out->free_pence = fb_read_pounds_at(r, row->line, "free_gbp_week", pounds, 2, true);
    if (fb_ratio_parse(&week, hours) == FB_OK)
        out->free_minutes = fb_ratio_over(fb_ratio_mul(week, fb_ratio_of(60, 1)), 1);
    if (out->free_minutes <= 0 || out->free_minutes > 7 * 24 * 60) {
        fb_read_error(r, row->line, "free_hours_week", hours,
                      ": the hours of a week, such as 37.5, in whole minutes");
        out->free_minutes = 0;
    }
}

static void read_on_cost(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_span part = fb_read_cell(t, row, "part");
    struct fb_draft_on_cost o = {.terms = terms_of(r, t, row)};
    o.on_cost.part = part_of(r, row->line, part);
    o.on_cost.ppm = fb_read_ppm_at(r, row->line, fb_read_cell(t, row, "percent"));
    o.on_cost.on_holiday_pay = on_holiday_pay(r, row->line, fb_read_cell(t, row, "base"));
    if (o.on_cost.on_holiday_pay && o.on_cost.part == FB_PART_WTD_HOLIDAY)
        fb_read_error(r, row->line, "pay for leave is a percentage of pay: write base pay", nothing, "");
    read_free(r, t, row, &o.on_cost);
    if (!fb_read_is_wanted(r, before, &o.terms.standing))
        return;
    struct fb_draft_on_cost *place = fb_list_add(r->draft->pool, &r->draft->on_costs, sizeof *place);
    if (place == NULL)
        return;
    *place = o;
    struct fb_claim claim = claim_of(r, r->draft->on_costs.n - 1, o.terms.routes, part, nothing);
    fb_claim_add(r->draft, &r->draft->on_cost_claims, &claim, &o.terms.standing, o.terms.place);
}

void fb_read_on_costs(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {
        "part", "from",   "until",  "percent", "free_gbp_week", "free_hours_week", "routes",
        "base", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_on_cost(r, t, &t->row[i]);
}

static void read_fee(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_span hour = fb_read_cell(t, row, "gbp_hour"), percent = fb_read_cell(t, row, "percent");
    struct fb_draft_fee f = {.terms = terms_of(r, t, row), .framework = fb_read_cell(t, row, "framework")};
    if (f.terms.name.n == 0)
        fb_read_error(r, row->line, "a fee without a name", nothing, ": say what is paid for");
    if (hour.n == 0 && percent.n == 0)
        fb_read_error(r, row->line, "a fee of nothing: give gbp_hour or percent", nothing, "");
    f.gbp_e4 = hour.n == 0 ? 0 : fb_read_pounds_at(r, row->line, "gbp_hour", hour, 4, true);
    f.ppm = percent.n == 0 ? 0 : fb_read_ppm_at(r, row->line, percent);
    if (!fb_read_is_wanted(r, before, &f.terms.standing))
        return;
    struct fb_draft_fee *place = fb_list_add(r->draft->pool, &r->draft->fees, sizeof *place);
    if (place == NULL)
        return;
    *place = f;
    struct fb_claim claim = claim_of(r, r->draft->fees.n - 1, f.terms.routes, f.terms.name, f.framework);
    fb_claim_add(r->draft, &r->draft->fee_claims, &claim, &f.terms.standing, f.terms.place);
}

void fb_read_fees(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"name",     "framework", "routes", "from",   "until",
                                           "gbp_hour", "percent",   "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_fee(r, t, &t->row[i]);
}

static void read_floor(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_draft_floor f = {.place = fb_read_place(r, row->line)};
    f.floor.name = fb_read_cell(t, row, "name");
    f.floor.area = fb_read_cell(t, row, "area");
    if (f.floor.name.n == 0)
        fb_read_error(r, row->line, "a floor without a name: such as national_living_wage", nothing, "");
    f.floor.pence_hour = /* raw: pence an hour, as read */
        fb_read_pounds_at(r, row->line, "gbp_hour", fb_read_cell(t, row, "gbp_hour"), 2, false);
    fb_read_row_standing(r, t, row, &f.standing);
    if (!fb_read_is_wanted(r, before, &f.standing))
        return;
    struct fb_draft_floor *place = fb_list_add(r->draft->pool, &r->draft->floors, sizeof *place);
    if (place == NULL)
        return;
    *place = f;
    struct fb_claim claim = claim_of(r, r->draft->floors.n - 1, 0, f.floor.name, f.floor.area);
    fb_claim_add(r->draft, &r->draft->floor_claims, &claim, &f.standing, f.place);
}

void fb_read_floors(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"name",     "area",   "from",   "until",
                                           "gbp_hour", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_floor(r, t, &t->row[i]);
}
