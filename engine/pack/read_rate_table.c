/* A table of rates in pounds: what a card pays without a scale (`at: table`). */
#include "engine/pack/known.h"
#include "engine/pack/read.h"
#include <string.h>

#define UNIT_MINUTES_MAX (7 * 24 * 60)

static const struct fb_span nothing = {NULL, 0};

/* An hour is an hour; of another unit the table says how many paid minutes make one, or that each is paid as
 * a whole. */
static int64_t unit_minutes_of(struct fb_reading *r, unsigned line, enum fb_unit unit, struct fb_span text)
{
    int64_t minutes = 0;
    if (text.n == 0)
        return 0;
    if (unit == FB_UNIT_HOUR)
        fb_read_error(r, line, "unit_minutes", text, ": leave it empty for an hour");
    minutes = fb_read_decimal_at(r, line, "unit_minutes", text, 0);
    if (minutes > 0 && minutes <= UNIT_MINUTES_MAX)
        return minutes;
    fb_read_error(r, line, "unit_minutes", text,
                  ": it lies between 1 minute and a week; leave it empty for one each shift");
    return 0;
}

static unsigned category_of(struct fb_reading *r, unsigned line, enum fb_unit unit, struct fb_span text)
{
    if (unit == FB_UNIT_HOUR)
        return fb_read_category_at(r, line, text);
    if (text.n > 0)
        fb_read_error(r, line, "the category", text, ": only an hour has one; leave it empty");
    return 0;
}

static uint64_t thing_of(const struct fb_draft_table_rate *rate)
{
    return (uint64_t)rate->grade << 16 | (uint64_t)rate->unit << 8 | rate->category;
}

static void read_rate(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                      struct fb_draft_rate_table *table)
{
    unsigned before = r->draft->report->errors;
    struct fb_span grade = fb_read_cell(t, row, "grade");
    struct fb_draft_table_rate rate = {.place = fb_read_place(r, row->line)};
    rate.grade = fb_read_grade_at(r, row->line, grade);
    rate.unit = (enum fb_unit)fb_read_word_at(r, row->line, &fb_unit_words, fb_read_cell(t, row, "unit"));
    rate.unit_minutes = unit_minutes_of(r, row->line, rate.unit, fb_read_cell(t, row, "unit_minutes"));
    rate.category = category_of(r, row->line, rate.unit, fb_read_cell(t, row, "category"));
    rate.gbp_e4 = fb_read_pounds_at(r, row->line, "gbp", fb_read_cell(t, row, "gbp"), 4, false);
    fb_read_row_standing(r, t, row, &rate.standing);
    if (!fb_read_is_wanted(r, before, &rate.standing))
        return;
    struct fb_draft_table_rate *place = fb_list_add(r->draft->pool, &table->rows, sizeof *place);
    if (place == NULL)
        return;
    *place = rate;
    struct fb_claim claim = {.row = table->rows.n - 1, .thing = thing_of(&rate), .word = grade};
    fb_claim_add(r->draft, &table->claims, &claim, &rate.standing, rate.place);
}

/* "waiting-list" of "rates/waiting-list.csv" */
static struct fb_span name_of(struct fb_span path)
{
    uint32_t before = (uint32_t)strlen("rates/"), after = (uint32_t)strlen(".csv");
    return (struct fb_span){path.p + before, path.n - before - after};
}

void fb_read_rate_table(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"grade", "category", "unit",   "unit_minutes", "gbp",
                                           "from",  "until",    "status", "source",       NULL};
    static const char *const optional[] = {"known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    struct fb_draft_rate_table table = {.name = fb_pool_copy(r->draft->pool, name_of(r->file->path)),
                                        .pack = r->pack};
    if (table.name.n == 0)
        fb_read_error(r, 0, "a table of rates without a name: a card calls for it by that of its file",
                      nothing, "");
    for (unsigned i = 0; i < t->n_rows; i++)
        read_rate(r, t, &t->row[i], &table);
    struct fb_draft_rate_table *place = fb_list_add(r->draft->pool, &r->draft->tables, sizeof *place);
    if (place != NULL)
        *place = table;
}
