#include "engine/pack/import.h"
#include "engine/pack/import_steps.h"
#include <stdlib.h>
#include <string.h>

enum { AMOUNTS_MAX = 8192, LINE_BYTES = 256, PENCE_HOUR_MAX = 10000000, PARTS = 6 };

struct cell {
    struct fb_span grade, zone, category;
};

void fb__import_complain(struct fb__importing *x, const struct fb_pack_file *file, unsigned line,
                         const char *before, struct fb_span word, const char *after)
{
    struct fb_complaint c;
    fb_complain(&c, file->pack, file->path, line);
    fb_text_add(&c.text, before);
    if (word.n > 0) {
        fb_text_add(&c.text, " '");
        fb_text_add_span(&c.text, word);
        fb_text_add(&c.text, "'");
    }
    fb_text_add(&c.text, after);
    fb_complaint_file(&c, x->report);
}

static const struct fb_span nothing = {NULL, 0};

/* ---- the mapping ---- */

/* The scalar under a key; absent when there is none. */
struct fb_span fb__import_text(struct fb_node *map, const char *key)
{
    struct fb_node *n = map == NULL || map->kind != FB_NODE_MAP ? NULL : fb_node_get(map, key);
    return n == NULL || n->kind != FB_NODE_SCALAR ? nothing : n->text;
}

/* A column by its name; one that stands twice would be a guess. */
static int column_of(struct fb__importing *x, unsigned line, struct fb_span name)
{
    int found = -1;
    for (unsigned i = 0; i < x->sheet->n_columns; i++) {
        if (!fb_span_eq(x->sheet->column[i], name))
            continue;
        if (found >= 0)
            fb__import_complain(x, x->map_file, line, "the sheet has more than one column", name,
                                ": rename one in the workbook");
        found = (int)i;
    }
    if (found < 0)
        fb__import_complain(x, x->map_file, line, "the sheet's header row has no column", name,
                            ": look at header_row, and at blanks in the name");
    return found;
}

struct fb_node *fb__import_child(struct fb_node *map, const char *key, enum fb_node_kind kind)
{
    struct fb_node *n = map == NULL || map->kind != FB_NODE_MAP ? NULL : fb_node_get(map, key);
    return n == NULL || n->kind != kind ? NULL : n;
}

static struct fb__naming read_naming(struct fb__importing *x, const char *key)
{
    struct fb__naming n = {-1, NULL, NULL};
    struct fb_node *map = fb__import_child(x->map, key, FB_NODE_MAP);
    if (map == NULL)
        return n;
    struct fb_span column = fb__import_text(map, "column");
    if (column.n == 0)
        fb__import_complain(x, x->map_file, map->line, key, nothing, ": name its column");
    else
        n.column = column_of(x, map->line, column);
    n.words = fb__import_child(map, "words", FB_NODE_MAP);
    n.leave_out = fb__import_child(map, "leave_out", FB_NODE_LIST);
    return n;
}

static void read_values(struct fb__importing *x)
{
    struct fb_node *list = fb__import_child(x->map, "values", FB_NODE_LIST);
    for (struct fb_node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        struct fb_span column = fb__import_text(n, "column"), category = fb__import_text(n, "category");
        if (column.n == 0 || category.n == 0) {
            fb__import_complain(x, x->map_file, n->line, "a value needs a column and a category", nothing,
                                "");
            continue;
        }
        if (x->n_values == FB__VALUES_MAX) {
            fb__import_complain(x, x->map_file, n->line, "more than 64 columns of values", nothing, "");
            return;
        }
        x->value[x->n_values++] =
            (struct fb__value){column_of(x, n->line, column), category, fb__import_text(n, "zone")};
    }
    if (x->n_values == 0)
        fb__import_complain(x, x->map_file, x->map->line,
                            "values: list the columns that hold amounts, each with its category", nothing,
                            "");
}

static void read_map(struct fb__importing *x)
{
    x->grade = read_naming(x, "grade");
    if (x->grade.column < 0)
        fb__import_complain(x, x->map_file, x->map->line, "grade: say which column holds the grade or band",
                            nothing, "");
    x->zone = read_naming(x, "zone");
    read_values(x);
    struct fb_span rounding = fb__import_text(x->map, "rounding");
    x->round = fb_span_is(rounding, "half_up_penny");
    if (rounding.n > 0 && !x->round)
        fb__import_complain(x, x->map_file, x->map->line, "rounding", rounding,
                            ": half_up_penny, or leave it out");
}

/* ---- amounts ---- */

/* "£1,027.185" as pence. false: not an amount, or parts of a penny that nobody said how to round. */
static bool pence_of(const struct fb__importing *x, struct fb_span text, int64_t *pence)
{
    char digits[32];
    uint32_t n = 0;
    int64_t v;
    for (uint32_t i = 0; i < text.n; i++) {
        bool mark =
            i + 1 < text.n && (unsigned char)text.p[i] == 0xC2 && (unsigned char)text.p[i + 1] == 0xA3;
        if (mark) {
            i++;
            continue;
        }
        if (text.p[i] == ',' || text.p[i] == ' ')
            continue;
        if (n == sizeof digits)
            return false;
        digits[n++] = text.p[i];
    }
    if (fb_parse_decimal(&v, (struct fb_span){digits, n}, PARTS) != FB_OK || v < 0)
        return false;
    if (v % 10000 != 0 && !x->round)
        return false;
    *pence = (v + 5000) / 10000;
    return *pence <= PENCE_HOUR_MAX;
}

/* ---- rows ---- */

enum named { NAMED, LEFT_OUT, UNKNOWN };

static enum named name_of(const struct fb__naming *n, struct fb_span text, struct fb_span *word)
{
    for (struct fb_node *i = n->leave_out == NULL ? NULL : n->leave_out->first; i != NULL; i = i->next)
        if (fb_span_eq(i->text, text))
            return LEFT_OUT;
    *word = text;
    if (n->words == NULL)
        return NAMED;
    for (struct fb_node *i = n->words->first; i != NULL; i = i->next)
        if (fb_span_eq(i->key, text)) {
            *word = i->text;
            return NAMED;
        }
    return UNKNOWN;
}

static bool is_new(struct fb__importing *x, const struct cell *c, unsigned line)
{
    const struct cell *held = x->cells.item;
    if (x->cells.n == AMOUNTS_MAX) {
        fb__import_complain(x, x->sheet_file, line, "more than 8,192 amounts: split the sheet", nothing, "");
        return false;
    }
    for (unsigned i = 0; i < x->cells.n; i++)
        if (fb_span_eq(held[i].grade, c->grade) && fb_span_eq(held[i].zone, c->zone) &&
            fb_span_eq(held[i].category, c->category)) {
            fb__import_complain(x, x->sheet_file, line, "given twice: grade", c->grade,
                                ", for one zone and category");
            return false;
        }
    struct cell *place = fb_list_add(&x->pool, &x->cells, sizeof *place);
    if (place != NULL)
        *place = *c;
    return place != NULL;
}

/* Words go into a CSV cell: what would need quotes there is no word of ours. */
static bool plain(struct fb_span s)
{
    return s.n > 0 && s.n <= FB_CODE_BYTES_MAX && memchr(s.p, ',', s.n) == NULL &&
           memchr(s.p, '"', s.n) == NULL;
}

static void add_amount(struct fb__importing *x, struct fb_text *t, const struct fb_row *row,
                       const struct cell *c, int64_t pence)
{
    if (!plain(c->grade) || !plain(c->category) || (c->zone.n > 0 && !plain(c->zone))) {
        fb__import_complain(
            x, x->sheet_file, row->line,
            "a grade, zone or category is a code of up to eight letters and digits; give this one in words:",
            c->grade, "");
        return;
    }
    if (!is_new(x, c, row->line))
        return;
    fb_text_add_span(t, c->grade);
    fb_text_add(t, ",");
    if (x->zone.column >= 0 || c->zone.n > 0) {
        fb_text_add_span(t, c->zone);
        fb_text_add(t, ",");
    }
    fb_text_add_span(t, c->category);
    fb_text_add(t, ",");
    fb_text_add_int(t, pence);
    fb_text_add(t, ",line ");
    fb_text_add_int(t, row->line);
    fb_text_add(t, " of the sheet\n");
    x->out->amounts++;
}

static void add_row(struct fb__importing *x, struct fb_text *t, const struct fb_row *row)
{
    struct cell c = {nothing, nothing, nothing};
    struct fb_span grade = row->cell[x->grade.column];
    if (grade.n == 0)
        return; /* a heading, a blank line or a footnote */
    enum named named = name_of(&x->grade, grade, &c.grade);
    x->out->left_out += named == LEFT_OUT;
    if (named == UNKNOWN)
        fb__import_complain(x, x->sheet_file, row->line, "no word is given for the grade", grade,
                            ": add it under grade.words, or to leave_out");
    if (named != NAMED)
        return;
    if (x->zone.column >= 0 && name_of(&x->zone, row->cell[x->zone.column], &c.zone) != NAMED) {
        fb__import_complain(x, x->sheet_file, row->line, "no word is given for the zone",
                            row->cell[x->zone.column], ": add it under zone.words");
        return;
    }
    x->out->rows++;
    struct fb_span row_zone = c.zone;
    for (unsigned i = 0; i < x->n_values; i++) {
        struct fb_span text = row->cell[x->value[i].column];
        int64_t pence;
        c.category = x->value[i].category;
        c.zone = x->value[i].zone.n > 0 ? x->value[i].zone : row_zone;
        x->out->empty += text.n == 0;
        if (text.n > 0 && !pence_of(x, text, &pence))
            fb__import_complain(x, x->sheet_file, row->line, "not an amount in pounds and whole pence:", text,
                                "");
        else if (text.n > 0)
            add_amount(x, t, row, &c, pence);
    }
}

/* Whether the zone is a column of the table: then every amount has one. */
static bool has_zones(struct fb__importing *x)
{
    unsigned with = 0;
    for (unsigned i = 0; i < x->n_values; i++)
        with += x->value[i].zone.n > 0;
    if (with > 0 && with < x->n_values && x->zone.column < 0)
        fb__import_complain(x, x->map_file, x->map->line, "values: give every column a zone, or none",
                            nothing, "");
    return with > 0 || x->zone.column >= 0;
}

static void write_table(struct fb__importing *x)
{
    struct fb_text t;
    size_t size = LINE_BYTES * ((size_t)x->sheet->n_rows * x->n_values + 1);
    x->out->table = malloc(size);
    if (x->out->table == NULL) {
        x->pool.bad = true;
        return;
    }
    fb_text_init(&t, x->out->table, size);
    fb_text_add(&t,
                has_zones(x) ? "grade,zone,category,pence_hour,note\n" : "grade,category,pence_hour,note\n");
    for (unsigned i = 0; i < x->sheet->n_rows && x->report->errors < FB_PACK_ERRORS_MAX; i++)
        add_row(x, &t, &x->sheet->row[i]);
    x->out->n_table = t.n;
    if (x->out->amounts == 0)
        fb__import_complain(x, x->sheet_file, 0,
                            "no amount was found: look at header_row and the columns' names", nothing, "");
}

/* ---- the doors ---- */

static bool known_keys(struct fb__importing *x)
{
    static const char *const keys[] = {"caps", "sheet", "header_row", "grade", "zone", "values", "rounding"};
    if (x->map->kind != FB_NODE_MAP) {
        fb__import_complain(x, x->map_file, x->map->line, "a mapping of keys is wanted: caps, grade, values",
                            nothing, "");
        return false;
    }
    for (struct fb_node *n = x->map->first; n != NULL; n = n->next) {
        bool known = false;
        for (unsigned i = 0; i < sizeof keys / sizeof keys[0]; i++)
            known = known || fb_span_is(n->key, keys[i]);
        if (!known)
            fb__import_complain(x, x->map_file, n->line, "unknown key", n->key,
                                ": caps, sheet, header_row, grade, zone, values, rounding");
    }
    return true;
}

static void import(struct fb__importing *x)
{
    int64_t header = 1;
    x->map = fb_node_read(&x->pool, x->map_file, x->report);
    if (x->map == NULL || !known_keys(x))
        return;
    struct fb_span row = fb__import_text(x->map, "header_row");
    if (row.n > 0 && (fb_parse_int(&header, row) != FB_OK || header < 1 || header > 1000))
        fb__import_complain(x, x->map_file, x->map->line, "header_row", row,
                            ": a line number from 1 to 1,000");
    x->sheet = fb_table_read_sheet(&x->pool, x->sheet_file, (unsigned)header, x->report);
    if (x->sheet == NULL)
        return;
    read_map(x);
    if (x->report->errors == 0)
        write_table(x);
    if (x->report->errors == 0)
        fb__import_terms(x);
}

enum fb_err fb_import_caps(struct fb_import *out, const struct fb_pack_file *map,
                           const struct fb_pack_file *sheet, struct fb_pack_report *report)
{
    struct fb__importing x = {.map_file = map, .sheet_file = sheet, .report = report, .out = out};
    unsigned before = report->errors;
    *out = (struct fb_import){.table = NULL};
    report->errors = 0;
    import(&x);
    bool bad = x.pool.bad, refused = report->errors > 0;
    report->errors += before;
    fb_pool_free(&x.pool);
    if (!bad && !refused)
        return FB_OK;
    fb_import_free(out);
    return bad ? FB_FULL : FB_REFUSED;
}

enum fb_err fb_import_sheet(char name[64], const struct fb_pack_file *map, struct fb_pack_report *report)
{
    struct fb_pool pool = {0};
    struct fb_node *root = fb_node_read(&pool, map, report);
    struct fb_span sheet = root == NULL ? nothing : fb__import_text(root, "sheet");
    enum fb_err err = root == NULL || sheet.n >= 64 ? FB_REFUSED : FB_OK;
    name[0] = '\0';
    if (err == FB_OK && sheet.n > 0) {
        memcpy(name, sheet.p, sheet.n);
        name[sheet.n] = '\0';
    }
    fb_pool_free(&pool);
    return err;
}

void fb_import_free(struct fb_import *out)
{
    free(out->table);
    free(out->terms);
    out->table = out->terms = NULL;
    out->n_table = out->n_terms = 0;
}
