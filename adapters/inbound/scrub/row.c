#include "adapters/inbound/scrub/row.h"

enum fb_err fb_scrub_layout_find(struct fb_csv_layout *out, const struct fb_scrub_rules *rules, const struct fb_csv_row *header,
                                 struct fb_arena *arena, struct fb_span *missing, bool *twice)
{
    struct fb_csv_column column[FB_SCRUB_COLUMNS_MAX];
    struct fb_span name[FB_SCRUB_COLUMNS_MAX];
    struct fb_mapping like = {.n_columns = rules->n_sources, .column = column, .windows_1252 = rules->windows_1252};
    unsigned which = 0;
    for (unsigned i = 0; i < rules->n_sources; i++) {
        name[i] = rules->source[i];
        column[i] = (struct fb_csv_column){.name = name[i], .n = 1, .header = &name[i]};
    }
    enum fb_err e = fb_csv_layout_find(out, &like, header, arena, &which, twice);
    *missing = e == FB_OK ? (struct fb_span){NULL, 0} : rules->source[which];
    return e;
}

static enum fb_scrub_made set_aside(struct fb_scrub_cells *out, struct fb_span column, const char *reason)
{
    out->column = column;
    out->reason = reason;
    return FB_SCRUB_SET_ASIDE;
}

/* Every cell that the rules read, as text; what is none is marked, since only a column that leaves makes it matter. */
static void read_cells(struct fb_csv_cells *out, bool *no_text, const struct fb_scrub_rules *rules,
                       const struct fb_csv_layout *layout, const struct fb_csv_row *row, struct fb_arena *arena)
{
    for (unsigned i = 0; i < rules->n_sources; i++) {
        unsigned at = (unsigned)layout->at[i];
        out->v[i] = (struct fb_span){NULL, 0};
        no_text[i] = at < row->n && fb_csv_cell_text(&out->v[i], row->cell[at], rules->windows_1252, arena) != FB_OK;
        if (no_text[i])
            out->v[i] = (struct fb_span){NULL, 0};
    }
}

static bool is_skipped(const struct fb_scrub_rules *rules, const struct fb_csv_cells *cells, const bool *no_text)
{
    for (unsigned i = 0; i < rules->n_skips; i++) {
        const struct fb_scrub_skip *s = &rules->skip[i];
        if (!no_text[s->source] && fb_csv_word_cmp(cells->v[s->source], s->is) == 0)
            return true;
    }
    return false;
}

/* As fairbank-csv has it: fewer cells than the header, and nobody knows what the rest said. */
static bool has_width(const struct fb_csv_row *row, unsigned cells)
{
    for (unsigned i = cells; i < row->n; i++)
        if (row->cell[i].n > 0)
            return false;
    return row->n >= cells;
}

static const char *make_cell(struct fb_span *out, const struct fb_scrub_column *c, const struct fb_csv_task *task,
                             const struct fb_csv_cells *cells, struct fb_arena *arena)
{
    struct fb_csv_piece piece[FB_SCRUB_PIECES_MAX];
    struct fb_csv_value value = {.kind = c->kind, .date = -1, .time = -1, .n = c->n, .piece = piece};
    struct fb_csv_fault fault;
    for (unsigned i = 0; i < c->n; i++)
        piece[i] = c->piece[i];
    if (fb_csv_value_text(task, &value, cells, arena, out, &fault) != FB_OK)
        return "more text than a row may hold";
    return c->kind == FB_CSV_TEXT ? fb_scrub_shape_fault(c->shape, *out) : NULL;
}

static bool lacks_text(const struct fb_scrub_column *c, const bool *no_text)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->piece[i].column >= 0 && no_text[c->piece[i].column])
            return true;
    return false;
}

enum fb_scrub_made fb_scrub_row(struct fb_scrub_cells *out, const struct fb_scrub_rules *rules, const struct fb_csv_layout *layout,
                                const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena)
{
    struct fb_csv_cells cells;
    bool no_text[FB_SCRUB_COLUMNS_MAX];
    const struct fb_span whole = {NULL, 0};
    fb_arena_reset(arena);
    if (row->fault != NULL)
        return set_aside(out, whole, row->fault);
    read_cells(&cells, no_text, rules, layout, row, arena);
    if (is_skipped(rules, &cells, no_text))
        return FB_SCRUB_SKIPPED;
    if (!has_width(row, layout->cells))
        return set_aside(out, whole, "not as many cells as the header");
    for (unsigned i = 0; i < rules->n_columns; i++) {
        const struct fb_scrub_column *c = &rules->column[i];
        if (lacks_text(c, no_text))
            return set_aside(out, c->name, "bytes that are no text in the file's encoding");
        const char *why = make_cell(&out->cell[i], c, task, &cells, arena);
        if (why != NULL)
            return set_aside(out, c->name, why);
    }
    return FB_SCRUB_WRITTEN;
}
