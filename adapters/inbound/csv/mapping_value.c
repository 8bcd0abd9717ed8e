/* Columns, tables of words, conditions and values: the parts of which a mapping's records are made. */
#include "adapters/inbound/csv/mapping_read.h"
#include <stdlib.h>
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

struct fb_span *fb__texts(struct fb_yaml *y, const yaml_node_t *node, unsigned *n)
{
    unsigned count = fb_yaml_list(y, node);
    struct fb_span *out = fb_yaml_room(y, node, count, sizeof *out);
    for (unsigned i = 0; i < count && !y->bad; i++)
        out[i] = fb_yaml_text(y, fb_yaml_item(y, node, i));
    *n = y->bad ? 0 : count;
    return out;
}

static int column_named(const struct fb_mapping *m, struct fb_span name)
{
    for (unsigned i = 0; i < m->n_columns; i++)
        if (fb_span_eq(m->column[i].name, name))
            return (int)i;
    return -1;
}

int fb__column(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node)
{
    struct fb_span name = fb_yaml_text(y, node);
    int column = y->bad ? -1 : column_named(m, name);
    if (column < 0)
        fb_yaml_fault(y, node, "no such column under columns:", name);
    return column;
}

static void read_column(struct fb_yaml *y, struct fb_csv_column *c, const yaml_node_t *node)
{
    static const char *const keys[] = {"header", "optional", NULL};
    const yaml_node_t *header = node;
    if (fb_yaml_is_map(node)) {
        fb_yaml_only(y, node, "unknown key of a column", keys);
        header = fb_yaml_get(y, node, "header");
        const yaml_node_t *optional = fb_yaml_get(y, node, "optional");
        c->optional = optional != NULL && fb_yaml_yes(y, optional);
    }
    c->line = fb_yaml_line(node);
    c->header = fb__texts(y, header, &c->n);
    if (c->n == 0)
        fb_yaml_fault(y, node, "say what the file's header calls this column:", c->name);
}

void fb__read_columns(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    unsigned n = fb_yaml_pairs(y, node);
    if (n > FB_CSV_COLUMNS_MAX)
        fb_yaml_fault(y, node, "more than 128 columns", nothing);
    m->column = fb_yaml_room(y, node, n, sizeof *m->column);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *value;
        struct fb_csv_column *c = &m->column[i];
        c->name = fb_yaml_key(y, node, i, &value);
        if (c->name.n == 0)
            fb_yaml_fault(y, value, "a column needs a name", nothing);
        if (column_named(m, c->name) >= 0)
            fb_yaml_fault(y, value, "written twice:", c->name);
        read_column(y, c, value);
        m->n_columns = i + 1;
    }
}

int fb_csv_word_cmp(struct fb_span a, struct fb_span b)
{
    uint32_t n = a.n < b.n ? a.n : b.n;
    for (uint32_t i = 0; i < n; i++) {
        unsigned char p = (unsigned char)a.p[i], q = (unsigned char)b.p[i];
        p = p >= 'A' && p <= 'Z' ? (unsigned char)(p + 32) : p;
        q = q >= 'A' && q <= 'Z' ? (unsigned char)(q + 32) : q;
        if (p != q)
            return p < q ? -1 : 1;
    }
    return a.n < b.n ? -1 : a.n > b.n;
}

static int rows_cmp(const void *a, const void *b)
{
    return fb_csv_word_cmp(((const struct fb_csv_words_row *)a)->theirs,
                           ((const struct fb_csv_words_row *)b)->theirs);
}

const struct fb_span *fb_csv_words_find(const struct fb_csv_words *words, struct fb_span theirs)
{
    struct fb_csv_words_row key = {.theirs = theirs};
    if (theirs.n == 0)
        return words->empty.p != NULL ? &words->empty : NULL;
    const struct fb_csv_words_row *row =
        words->n == 0 ? NULL : bsearch(&key, words->row, words->n, sizeof *words->row, rows_cmp);
    if (row != NULL)
        return &row->ours;
    return words->other.p != NULL ? &words->other : NULL;
}

static void read_table(struct fb_yaml *y, struct fb_csv_words *w, const yaml_node_t *node)
{
    unsigned n = fb_yaml_pairs(y, node);
    w->line = node == NULL ? 1 : fb_yaml_line(node);
    w->row = fb_yaml_room(y, node, n, sizeof *w->row);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *value;
        struct fb_span theirs = fb_yaml_key(y, node, i, &value), ours = fb_yaml_text(y, value);
        if (fb_span_is(theirs, "*"))
            w->other = ours;
        else if (theirs.n == 0)
            w->empty = ours;
        else
            w->row[w->n++] = (struct fb_csv_words_row){theirs, ours};
    }
    if (y->bad)
        return;
    qsort(w->row, w->n, sizeof *w->row, rows_cmp);
    for (unsigned i = 1; i < w->n; i++)
        if (rows_cmp(&w->row[i - 1], &w->row[i]) == 0)
            fb_yaml_fault(y, node, "a word twice in a table (letter case does not count):", w->row[i].theirs);
}

void fb__read_words(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    unsigned n = node == NULL ? 0 : fb_yaml_pairs(y, node);
    m->words = fb_yaml_room(y, node, n, sizeof *m->words);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *value;
        m->words[i].name = fb_yaml_key(y, node, i, &value);
        for (unsigned j = 0; j < i; j++)
            if (fb_span_eq(m->words[i].name, m->words[j].name))
                fb_yaml_fault(y, value, "written twice:", m->words[i].name);
        read_table(y, &m->words[i], value);
        m->n_words = i + 1;
    }
}

static const struct fb_csv_words *words_of(struct fb_yaml *y, const struct fb_mapping *m,
                                           const yaml_node_t *node)
{
    if (fb_yaml_is_map(node)) { /* a table written in place */
        struct fb_csv_words *w = fb_yaml_room(y, node, 1, sizeof *w);
        if (w != NULL)
            read_table(y, w, node);
        return w;
    }
    struct fb_span name = fb_yaml_text(y, node);
    for (unsigned i = 0; i < m->n_words; i++)
        if (fb_span_eq(m->words[i].name, name))
            return &m->words[i];
    fb_yaml_fault(y, node, "no such table under words:", name);
    return NULL;
}

static void read_condition(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                           struct fb_csv_condition *out)
{
    static const char *const keys[] = {"column", "is", "is_not", "starts", NULL};
    static const char *const hows[] = {"is", "is_not", "starts"};
    unsigned given = 0;
    fb_yaml_only(y, node, "unknown key of a condition", keys);
    const yaml_node_t *column = fb_yaml_get(y, node, "column");
    if (column == NULL)
        fb_yaml_fault(y, node, "a condition needs a column", nothing);
    int number = y->bad ? -1 : fb__column(y, m, column);
    out->column = number < 0 ? 0 : (unsigned)number;
    for (unsigned h = 0; h < 3; h++) {
        const yaml_node_t *words = fb_yaml_get(y, node, hows[h]);
        if (words == NULL)
            continue;
        out->how = (enum fb_csv_how)h;
        out->word = fb__texts(y, words, &out->n);
        given++;
    }
    if (given != 1)
        fb_yaml_fault(y, node, "a condition has one of is, is_not, starts", nothing);
}

void fb__read_conditions(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                         struct fb_csv_conditions *out)
{
    if (fb_yaml_is_map(node)) { /* one, without the brackets of a list */
        out->of = fb_yaml_room(y, node, 1, sizeof *out->of);
        out->n = 1;
        if (!y->bad)
            read_condition(y, m, node, out->of);
        return;
    }
    unsigned n = fb_yaml_list(y, node);
    out->of = fb_yaml_room(y, node, n, sizeof *out->of);
    for (unsigned i = 0; i < n && !y->bad; i++)
        read_condition(y, m, fb_yaml_item(y, node, i), &out->of[i]);
    out->n = y->bad ? 0 : n;
}

/* "V{request}" -> the literal V, then the column. */
static void read_template(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                          struct fb_csv_value *out)
{
    struct fb_span s = fb_yaml_text(y, node);
    out->piece = fb_yaml_room(y, node, s.n + 1, sizeof *out->piece);
    while (s.n > 0 && !y->bad) {
        struct fb_csv_piece piece = {.column = -1};
        uint32_t n = 0;
        if (s.p[0] == '{') {
            const char *end = memchr(s.p, '}', s.n);
            struct fb_span name = {s.p + 1, end == NULL ? 0 : (uint32_t)(end - s.p - 1)};
            piece.column = end == NULL ? -1 : column_named(m, name); /* a brace that stays open names none */
            if (piece.column < 0)
                fb_yaml_fault(y, node, "no such column in the braces of", s);
            n = name.n + 2;
        } else {
            while (n < s.n && s.p[n] != '{')
                n++;
            piece.literal = (struct fb_span){s.p, n};
        }
        if (y->bad)
            return;
        out->piece[out->n++] = piece;
        s = (struct fb_span){s.p + n, s.n - n};
    }
}

static void read_columns_of(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                            struct fb_csv_value *out)
{
    unsigned n = fb_yaml_list(y, node);
    out->piece = fb_yaml_room(y, node, n, sizeof *out->piece);
    for (unsigned i = 0; i < n && !y->bad; i++)
        out->piece[out->n++].column = fb__column(y, m, fb_yaml_item(y, node, i));
    if (out->n == 0)
        fb_yaml_fault(y, node, "name a column", nothing);
}

static void read_constant(struct fb_yaml *y, const yaml_node_t *node, struct fb_csv_value *out)
{
    out->piece = fb_yaml_room(y, node, 1, sizeof *out->piece);
    if (y->bad)
        return;
    out->n = 1;
    out->piece[0] = (struct fb_csv_piece){-1, fb_yaml_text(y, node)};
}

static void read_extras(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                        struct fb_csv_value *out)
{
    const yaml_node_t *words = fb_yaml_get(y, node, "words"), *when = fb_yaml_get(y, node, "when"),
                      *absent = fb_yaml_get(y, node, "absent");
    if (words != NULL)
        out->words = words_of(y, m, words);
    if (when != NULL)
        fb__read_conditions(y, m, when, &out->when);
    if (absent != NULL)
        out->absent = fb__texts(y, absent, &out->n_absent);
}

/* "{staff}/visa" as a text has it, or a list of columns. Without a cell in it all rows would be one record.
 */
static void read_keyed(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                       struct fb_csv_value *out)
{
    bool cells = false;
    if (node->type == YAML_SCALAR_NODE)
        read_template(y, m, node, out);
    else
        read_columns_of(y, m, node, out);
    for (unsigned i = 0; i < out->n; i++)
        cells |= out->piece[i].column >= 0;
    if (!cells)
        fb_yaml_fault(y, node, "keyed: takes a list of columns, or a text with {columns} in it", nothing);
}

static void read_source_of(struct fb_yaml *y, struct fb_mapping *m, const char *key, const yaml_node_t *node,
                           struct fb_csv_value *out)
{
    out->kind = FB_CSV_TEXT;
    if (strcmp(key, "is") == 0)
        read_constant(y, node, out);
    else if (strcmp(key, "text") == 0)
        read_template(y, m, node, out);
    else if (strcmp(key, "keyed") == 0)
        read_keyed(y, m, node, out);
    else
        read_columns_of(y, m, node, out);
    if (strcmp(key, "first") == 0)
        out->kind = FB_CSV_FIRST;
    if (strcmp(key, "ready_pseudonym") == 0)
        out->kind = FB_CSV_READY_PSEUDONYM;
    static const struct {
        const char *key;
        enum fb_csv_value_kind kind;
    } keyed[] = {
        {"pseudonym", FB_CSV_PSEUDONYM}, {"old_pseudonym", FB_CSV_OLD_PSEUDONYM}, {"keyed", FB_CSV_KEYED}};
    for (size_t i = 0; i < sizeof keyed / sizeof keyed[0]; i++) {
        if (strcmp(key, keyed[i].key) != 0)
            continue;
        out->kind = keyed[i].kind;
        m->needs_worker_key = true;
    }
    if ((strcmp(key, "column") == 0 || strcmp(key, "ready_pseudonym") == 0) && out->n > 1)
        fb_yaml_fault(y, node, "one column only here (first: takes several)", nothing);
}

void fb__read_value(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node,
                    struct fb_csv_value *out)
{
    static const char *const keys[] = {"column", "is", "text", "first", "pseudonym", "old_pseudonym", "ready_pseudonym",
                                       "keyed", "date", "time", "words", "absent", "when", NULL};
    enum { SOURCES = 8 };
    unsigned given = 0;
    *out = (struct fb_csv_value){.line = fb_yaml_line(node), .date = -1, .time = -1};
    if (!fb_yaml_is_map(node)) {
        out->kind = FB_CSV_TEXT;
        read_columns_of(y, m, node, out);
        if (out->n > 1)
            fb_yaml_fault(y, node, "one column only here (first: takes several)", nothing);
        return;
    }
    fb_yaml_only(y, node, "unknown key of a value", keys);
    for (unsigned k = 0; k < SOURCES && !y->bad; k++) {
        const yaml_node_t *source = fb_yaml_get(y, node, keys[k]);
        if (source == NULL)
            continue;
        if (given++ == 0) /* a second one is refused below; its pieces have no room beside the first's */
            read_source_of(y, m, keys[k], source, out);
    }
    const yaml_node_t *date = fb_yaml_get(y, node, "date"), *time = fb_yaml_get(y, node, "time");
    if (date != NULL || time != NULL) {
        given++;
        out->kind = FB_CSV_MOMENT;
        out->date = date == NULL ? -1 : fb__column(y, m, date);
        out->time = time == NULL ? -1 : fb__column(y, m, time);
    }
    if (given != 1)
        fb_yaml_fault(
            y, node,
            "a value has one of column, is, text, first, pseudonym, old_pseudonym, ready_pseudonym, keyed, or date "
            "and time",
            nothing);
    read_extras(y, m, node, out);
}
