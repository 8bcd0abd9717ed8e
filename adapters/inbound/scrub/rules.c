#include "adapters/inbound/scrub/rules.h"
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

/* The file while it is read. The first fault stays. */
struct reading {
    struct fb_scrub_rules *rules;
    const char *name;
    unsigned line;
    const struct section *section;
    struct fb_text fault;
    bool bad;
};
struct section {
    const char *name;
    void (*take)(struct reading *r, struct fb_span key, struct fb_span value);
    bool alone; /* a line is a name, without an = */
};

static void fault(struct reading *r, const char *what, struct fb_span detail)
{
    if (r->bad)
        return;
    r->bad = true;
    fb_text_add(&r->fault, r->name);
    fb_text_add(&r->fault, ":");
    fb_text_add_int(&r->fault, r->line);
    fb_text_add(&r->fault, ": ");
    fb_text_add(&r->fault, what);
    if (detail.p == NULL)
        return;
    fb_text_add(&r->fault, " '");
    fb_text_add_span(&r->fault, (struct fb_span){detail.p, detail.n > 60 ? 60 : detail.n});
    fb_text_add(&r->fault, "'");
}

static struct fb_span trim(struct fb_span s)
{
    while (s.n > 0 && s.p[0] == ' ')
        s = (struct fb_span){s.p + 1, s.n - 1};
    while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\r'))
        s.n--;
    return s;
}

/* The number of a column of the extract; a name that was not met before gets the next. */
static int source_of(struct reading *r, struct fb_span name)
{
    struct fb_scrub_rules *rules = r->rules;
    for (unsigned i = 0; i < rules->n_sources; i++)
        if (fb_csv_word_cmp(rules->source[i], name) == 0)
            return (int)i;
    if (name.n == 0 || name.n > FB_SCRUB_NAME_BYTES_MAX)
        fault(r, "a column's name has 1 to 200 bytes", nothing);
    else if (rules->n_sources == FB_SCRUB_COLUMNS_MAX)
        fault(r, "more than 128 columns", nothing);
    if (r->bad)
        return -1;
    rules->source[rules->n_sources] = name;
    return (int)rules->n_sources++;
}

static struct fb_scrub_column *add_column(struct reading *r, struct fb_span name)
{
    struct fb_scrub_rules *rules = r->rules;
    for (unsigned i = 0; i < rules->n_columns; i++)
        if (fb_csv_word_cmp(rules->column[i].name, name) == 0)
            fault(r, "written twice:", name);
    if (name.n == 0 || name.n > FB_SCRUB_NAME_BYTES_MAX)
        fault(r, "a column's name has 1 to 200 bytes", nothing);
    else if (rules->n_columns == FB_SCRUB_COLUMNS_MAX)
        fault(r, "more than 128 columns", nothing);
    if (r->bad)
        return NULL;
    struct fb_scrub_column *c = &rules->column[rules->n_columns++];
    *c = (struct fb_scrub_column){.name = name, .kind = FB_CSV_TEXT, .shape = FB_SCRUB_TEXT, .line = r->line};
    return c;
}

static void take_file(struct reading *r, struct fb_span key, struct fb_span value)
{
    static const struct {
        const char *word;
        char delimiter;
    } delimiters[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}};
    int64_t header = 0;
    if (fb_span_is(key, "delimiter")) {
        r->rules->delimiter = 0;
        for (size_t i = 0; i < sizeof delimiters / sizeof delimiters[0]; i++)
            if (fb_span_is(value, delimiters[i].word))
                r->rules->delimiter = delimiters[i].delimiter;
        if (r->rules->delimiter == 0)
            fault(r, "delimiter is comma, semicolon, tab or pipe, not", value);
    } else if (fb_span_is(key, "encoding")) {
        r->rules->windows_1252 = fb_span_is(value, "windows-1252");
        if (!r->rules->windows_1252 && !fb_span_is(value, "utf-8"))
            fault(r, "encoding is utf-8 or windows-1252, not", value);
    } else if (fb_span_is(key, "header")) {
        if (fb_parse_int(&header, value) != FB_OK || header < 1 || header > 99)
            fault(r, "header is the row that holds the names, 1 to 99, not", value);
        r->rules->header = (unsigned)header;
    } else
        fault(r, "[file] has delimiter, encoding and header, not", key);
}

static void keep(struct reading *r, struct fb_span name, enum fb_scrub_shape shape)
{
    if (fb_scrub_names_person(name))
        fault(r, "a column of this name says who somebody is, and may not be kept:", name);
    struct fb_scrub_column *c = r->bad ? NULL : add_column(r, name);
    int source = c == NULL ? -1 : source_of(r, name);
    if (c == NULL || r->bad)
        return;
    c->shape = shape;
    c->n = 1;
    c->piece[0].column = source;
}

static void take_keep(struct reading *r, struct fb_span key, struct fb_span value)
{
    enum fb_scrub_shape shape = fb_scrub_shape_find(value);
    if (shape == FB_SCRUB_SHAPES)
        fault(r, "a kept column is a code, long_code, date, old_date, number or label, not", value);
    if (fb_scrub_names_free_text(key))
        fault(r, "people write in such a column: name it under [free text] if it must go, or leave it out:", key);
    keep(r, key, shape);
}

static void take_free_text(struct reading *r, struct fb_span key, struct fb_span value)
{
    (void)value;
    keep(r, key, FB_SCRUB_TEXT);
}

/* "{Staff No}/visa" -> the column Staff No, then the literal. */
static void take_template(struct reading *r, struct fb_scrub_column *c, struct fb_span s)
{
    bool cells = false;
    while (s.n > 0 && !r->bad) {
        struct fb_csv_piece piece = {.column = -1};
        const char *end = memchr(s.p, s.p[0] == '{' ? '}' : '{', s.n);
        uint32_t n = end == NULL ? s.n : (uint32_t)(end - s.p);
        if (s.p[0] != '{')
            piece.literal = (struct fb_span){s.p, n};
        else if (end == NULL)
            fault(r, "a brace is opened and not closed:", s);
        else {
            piece.column = source_of(r, trim((struct fb_span){s.p + 1, n - 1}));
            cells = true;
            n++;
        }
        if (!r->bad && piece.column < 0 && c->kind != FB_CSV_KEYED)
            fault(r, "a pseudonym is made of {columns} alone:", s);
        if (c->n == FB_SCRUB_PIECES_MAX)
            fault(r, "more than eight pieces", nothing);
        if (r->bad)
            return;
        c->piece[c->n++] = piece;
        s = (struct fb_span){s.p + n, s.n - n};
    }
    if (!cells)
        fault(r, "say of which {columns} it is made", nothing);
}

static void take_made(struct reading *r, struct fb_span key, struct fb_span value, enum fb_csv_value_kind kind)
{
    struct fb_scrub_column *c = add_column(r, key);
    r->rules->needs_key = true;
    if (c == NULL)
        return;
    c->kind = kind;
    take_template(r, c, value);
}

static void take_pseudonym(struct reading *r, struct fb_span key, struct fb_span value)
{
    take_made(r, key, value, FB_CSV_PSEUDONYM);
}
static void take_old_pseudonym(struct reading *r, struct fb_span key, struct fb_span value)
{
    take_made(r, key, value, FB_CSV_OLD_PSEUDONYM);
}
static void take_keyed(struct reading *r, struct fb_span key, struct fb_span value)
{
    take_made(r, key, value, FB_CSV_KEYED);
}

static void take_skip(struct reading *r, struct fb_span key, struct fb_span value)
{
    int source = source_of(r, key);
    if (r->rules->n_skips == FB_SCRUB_SKIPS_MAX)
        fault(r, "more than 32 rules of rows to skip", nothing);
    if (!r->bad)
        r->rules->skip[r->rules->n_skips++] = (struct fb_scrub_skip){(unsigned)source, value};
}

static const struct section sections[] = {
    {"file", take_file, false},           {"keep", take_keep, false},
    {"free text", take_free_text, true},  {"pseudonym", take_pseudonym, false},
    {"old pseudonym", take_old_pseudonym, false}, {"keyed", take_keyed, false},
    {"skip", take_skip, false},
};

static void begin_section(struct reading *r, struct fb_span line)
{
    struct fb_span name = {line.p + 1, line.n - 2};
    r->section = NULL;
    for (size_t i = 0; i < sizeof sections / sizeof sections[0] && line.p[line.n - 1] == ']'; i++)
        if (fb_span_is(name, sections[i].name))
            r->section = &sections[i];
    if (r->section == NULL)
        fault(r, "no such section:", line);
}

/* The last = parts a name from what is said of it: names of columns may hold one. */
static void take_entry(struct reading *r, struct fb_span line)
{
    uint32_t at = line.n;
    while (at > 0 && line.p[at - 1] != '=')
        at--;
    if (r->section == NULL)
        fault(r, "stands before the first [section]:", line);
    else if (r->section->alone)
        r->section->take(r, line, nothing);
    else if (at == 0)
        fault(r, "name = value is wanted here, not", line);
    else
        r->section->take(r, trim((struct fb_span){line.p, at - 1}), trim((struct fb_span){line.p + at, line.n - at}));
}

static void take_line(struct reading *r, struct fb_span raw)
{
    struct fb_span line = trim(raw);
    if (!fb_span_is_text(line))
        fault(r, "no text in UTF-8 (tabs and control characters are not taken)", nothing);
    else if (line.n > 0 && line.p[0] == '[')
        begin_section(r, line);
    else if (line.n > 0 && line.p[0] != '#')
        take_entry(r, line);
}

/* What pseudonyms are made of must not be kept beside them. */
static void check_secrets(struct reading *r)
{
    const struct fb_scrub_rules *rules = r->rules;
    for (unsigned i = 0; i < rules->n_columns; i++) {
        const struct fb_scrub_column *made = &rules->column[i];
        if (made->kind != FB_CSV_PSEUDONYM && made->kind != FB_CSV_OLD_PSEUDONYM)
            continue;
        for (unsigned j = 0; j < rules->n_columns; j++)
            for (unsigned k = 0; k < made->n && rules->column[j].kind == FB_CSV_TEXT; k++) {
                r->line = rules->column[j].line;
                if (rules->column[j].piece[0].column == made->piece[k].column)
                    fault(r, "a pseudonym is made of this column, so it may not be kept:", rules->column[j].name);
            }
    }
}

enum fb_err fb_scrub_rules_parse(struct fb_scrub_rules *out, const char *name, struct fb_span text, char why[FB_CSV_FAULT_BYTES])
{
    struct reading r = {.rules = out, .name = name};
    memset(out, 0, sizeof *out);
    out->delimiter = ',';
    out->header = 1;
    fb_text_init(&r.fault, why, FB_CSV_FAULT_BYTES);
    if (text.n >= 3 && memcmp(text.p, "\xEF\xBB\xBF", 3) == 0)
        text = (struct fb_span){text.p + 3, text.n - 3};
    while (text.n > 0 && !r.bad) {
        const char *feed = memchr(text.p, '\n', text.n);
        uint32_t n = feed == NULL ? text.n : (uint32_t)(feed - text.p);
        r.line++;
        take_line(&r, (struct fb_span){text.p, n});
        n += feed != NULL;
        text = (struct fb_span){text.p + n, text.n - n};
    }
    if (!r.bad && out->n_columns == 0)
        fault(&r, "no column is named: nothing would be written", nothing);
    if (!r.bad)
        check_secrets(&r);
    return r.bad ? FB_REFUSED : FB_OK;
}
