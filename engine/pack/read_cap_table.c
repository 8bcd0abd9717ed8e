/* A table of caps as price cards print them: pence an hour by grade and category, and by zone where the card
 * has zones. */
#include "engine/pack/known.h"
#include "engine/pack/read.h"
#include <string.h>

#define PENCE_HOUR_MAX (FB_RATE_E4_MAX / 100)

static int32_t pence_of(struct fb_reading *r, unsigned line, struct fb_span text)
{
    int64_t pence = fb_read_decimal_at(r, line, "pence_hour", text, 0);
    if (pence > 0 && pence <= PENCE_HOUR_MAX)
        return (int32_t)pence;
    fb_read_error(r, line, "pence_hour", text, ": a cap lies between 1 penny and 100,000 pounds an hour");
    return 0;
}

/* The table's dates are those of the cap that names it: a row only says since when it is known. */
static struct fb_standing standing_of(struct fb_reading *r, const struct fb_table *t,
                                      const struct fb_row *row)
{
    struct fb_span since = fb_read_cell(t, row, "known_since");
    struct fb_standing s = {.from = INT32_MIN, .until = INT32_MAX, .known_since = INT32_MIN};
    if (since.n > 0)
        s.known_since = fb_read_day_at(r, row->line, "known_since", since);
    return s;
}

static void read_row(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                     struct fb_draft_cap_table *table)
{
    unsigned before = r->draft->report->errors;
    struct fb_span grade = fb_read_cell(t, row, "grade");
    struct fb_draft_cap_row cap = {.line = row->line};
    struct fb_standing s = standing_of(r, t, row);
    cap.grade = fb_read_grade_at(r, row->line, grade);
    cap.category = fb_read_category_at(r, row->line, fb_read_cell(t, row, "category"));
    cap.zone = table->by_zone ? fb_read_zone_at(r, row->line, fb_read_cell(t, row, "zone")) : 0;
    cap.hour_pence = pence_of(r, row->line, fb_read_cell(t, row, "pence_hour"));
    if (!fb_read_is_wanted(r, before, &s))
        return;
    struct fb_draft_cap_row *place = fb_list_add(r->draft->pool, &table->rows, sizeof *place);
    if (place == NULL)
        return;
    *place = cap;
    struct fb_claim claim = {.row = table->rows.n - 1,
                             .thing = (uint64_t)cap.zone << 16 | (uint64_t)cap.grade << 8 | cap.category,
                             .word = grade};
    fb_claim_add(r->draft, &table->claims, &claim, &s, fb_read_place(r, row->line));
}

void fb_read_cap_table(struct fb_reading *r, const struct fb_table *t)
{
    static const char *const required[] = {"grade", "category", "pence_hour", NULL};
    static const char *const optional[] = {"zone", "known_since", "note", NULL};
    if (!fb_read_columns(r, t, required, optional))
        return;
    struct fb_draft_cap_table table = {.pack = r->pack, .path = r->file->path};
    uint32_t folder = (uint32_t)strlen("caps/");
    table.name = (struct fb_span){r->file->path.p + folder, r->file->path.n - folder};
    table.by_zone = fb_table_column(t, "zone") >= 0;
    if (table.by_zone && r->draft->n_zones == 0) {
        fb_read_error(r, 1, "no pack lists its zones", (struct fb_span){NULL, 0},
                      ": list them under rates, or leave the column out");
        return;
    }
    for (unsigned i = 0; i < t->n_rows; i++)
        read_row(r, t, &t->row[i], &table);
    struct fb_draft_cap_table *place = fb_list_add(r->draft->pool, &r->draft->cap_tables, sizeof *place);
    if (place != NULL)
        *place = table;
}
