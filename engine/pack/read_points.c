/* A year's pay: pay points, and what a high cost area adds to them. Also which kind of table a file under
 * rates/ is. */
#include "engine/pack/known.h"
#include "engine/pack/read.h"

/* A year's pay: above it somebody has typed pence or a digit too many. */
#define ANNUAL_PENCE_MAX 100000000

static const struct fb_span nothing = {NULL, 0};

static enum fb_point step_of(struct fb_reading *r, unsigned line, struct fb_span text)
{
    if (fb_span_is(text, "single"))
        return FB_POINT_NONE;
    return (enum fb_point)fb_read_word_at(r, line, &fb_point_words, text);
}

/* A single point is entry, middle and top at once. */
static void claim_point(struct fb_reading *r, const struct fb_draft_point *p, struct fb_span band)
{
    unsigned first = p->step == FB_POINT_NONE ? FB_POINT_ENTRY : p->step;
    unsigned last = p->step == FB_POINT_NONE ? FB_POINT_TOP : p->step;
    for (unsigned step = first; step <= last; step++) {
        struct fb_claim claim = {
            .row = r->draft->points.n - 1, .thing = (uint64_t)p->grade * FB_POINT_END + step, .word = band};
        fb_claim_add(r->draft, &r->draft->point_claims, &claim, &p->standing, p->place);
    }
}

static void refuse_no_year(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    if (fb_read_cell(t, row, "pay_year").n == 0)
        fb_read_error(r, row->line, "pay_year is empty: write 2026/27", nothing, "");
}

static int64_t annual_of(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                         const char *column)
{
    struct fb_span text = fb_read_cell(t, row, column);
    int64_t pence = fb_read_decimal_at(r, row->line, column, text, 2);
    if (pence <= 0 || pence > ANNUAL_PENCE_MAX)
        fb_read_error(r, row->line, column, text, ": a year's pay lies between 0 and a million pounds");
    return pence;
}

static void read_point(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_span band = fb_read_cell(t, row, "band");
    struct fb_draft_point p = {.place = fb_read_place(r, row->line)};
    p.grade = fb_read_grade_at(r, row->line, band);
    p.step = step_of(r, row->line, fb_read_cell(t, row, "step"));
    p.annual_pence = annual_of(r, t, row, "annual_gbp");
    refuse_no_year(r, t, row);
    fb_read_row_standing(r, t, row, &p.standing);
    if (!fb_read_is_wanted(r, before, &p.standing))
        return;
    struct fb_draft_point *place = fb_list_add(r->draft->pool, &r->draft->points, sizeof *place);
    if (place == NULL)
        return;
    *place = p;
    claim_point(r, &p, band);
}

void fb_read_points(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"pay_year",   "from",   "until",  "band", "step",
                                           "annual_gbp", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_point(r, t, &t->row[i]);
}

static void read_supplement(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row)
{
    unsigned before = r->draft->report->errors;
    struct fb_span zone = fb_read_cell(t, row, "zone");
    struct fb_draft_supplement s = {.place = fb_read_place(r, row->line)};
    s.zone = (uint8_t)fb_read_zone_at(r, row->line, zone);
    if (s.zone == 0 && fb_draft_zone(r->draft, zone) == 0)
        fb_read_error(r, row->line, "the zone", zone, " is the one without a supplement: leave its row out");
    s.factor = fb_ratio_of(fb_read_ppm_at(r, row->line, fb_read_cell(t, row, "percent")), 1000000);
    s.least_pence = annual_of(r, t, row, "min_gbp");
    s.most_pence = annual_of(r, t, row, "max_gbp");
    if (s.least_pence > s.most_pence)
        fb_read_error(r, row->line, "min_gbp", fb_read_cell(t, row, "min_gbp"),
                      " is above max_gbp: the floor of a supplement lies below its ceiling");
    refuse_no_year(r, t, row);
    fb_read_row_standing(r, t, row, &s.standing);
    if (!fb_read_is_wanted(r, before, &s.standing))
        return;
    struct fb_draft_supplement *place = fb_list_add(r->draft->pool, &r->draft->supplements, sizeof *place);
    if (place == NULL)
        return;
    *place = s;
    struct fb_claim claim = {.row = r->draft->supplements.n - 1, .thing = s.zone, .word = zone};
    fb_claim_add(r->draft, &r->draft->supplement_claims, &claim, &s.standing, s.place);
}

void fb_read_supplements(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"pay_year", "from",    "until",  "zone",   "percent",
                                           "min_gbp",  "max_gbp", "status", "source", NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    for (unsigned i = 0; i < t->n_rows; i++)
        read_supplement(r, t, &t->row[i]);
}

/* The column that tells the kind stands first; a second one tells a table whose first is written wrongly, so
 * that the complaint names the column that is missing. */
static const struct kind {
    const char *column, *or_else;
    void (*read)(struct fb_reading *r, const struct fb_table *t);
} kinds[] = {
    {"annual_gbp", "step", fb_read_points},
    {"unit_minutes", "unit", fb_read_rate_table},
    {"min_gbp", "max_gbp", fb_read_supplements},
    {"free_gbp_week", "part", fb_read_on_costs},
    {"site", "zone", fb_read_zone_rows},
    {"framework", "framework", fb_read_fees},
    {"area", "area", fb_read_floors},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

void fb_read_rates(struct fb_reading *r, const struct fb_table *t)
{
    for (unsigned i = 0; i < 2 * KINDS; i++) {
        const struct kind *k = &kinds[i % KINDS];
        if (fb_table_column(t, i < KINDS ? k->column : k->or_else) < 0)
            continue;
        k->read(r, t);
        return;
    }
    fb_read_error(
        r, 1,
        "no column tells what kind of table this is: annual_gbp, unit_minutes, min_gbp, free_gbp_week, site, "
        "framework or area; rules/README.md has the columns of each",
        nothing, "");
}
