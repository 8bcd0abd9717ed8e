#include "tools/fairbank/books/trust_map.h"
#include "adapters/inbound/csv/moment.h"
#include "adapters/lib/yaml_file.h"
#include <stdlib.h>
#include <string.h>

enum { MAP_BYTES_MAX = 1 << 20, HEADER_MAX = 100, ARREARS_MAX = 62 };
_Static_assert((int)TRUST_FAULT_BYTES >= (int)FB_YAML_FAULT_BYTES, "a fault of YAML fits");
static const struct fb_span nothing = {NULL, 0};

const char *trust_column_word(enum trust_column c)
{
    static const char *const words[] = {
#define X(id, word, sheets) word,
        TRUST_COLUMN_MAP(X)
#undef X
    };
    return words[c];
}

unsigned trust_column_sheets(enum trust_column c)
{
    static const uint8_t sheets_of[] = {
#define X(id, word, sheets) sheets,
        TRUST_COLUMN_MAP(X)
#undef X
    };
    return sheets_of[c];
}

static char small(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

bool trust_word_same(struct fb_span a, struct fb_span b)
{
    bool same = a.n == b.n;
    for (uint32_t i = 0; same && i < a.n; i++)
        same = small(a.p[i]) == small(b.p[i]);
    return same;
}

const struct trust_word *trust_words_find(const struct trust_words *w, struct fb_span theirs)
{
    for (unsigned i = 0; i < w->n; i++)
        if (trust_word_same(w->of[i].theirs, theirs))
            return &w->of[i];
    return NULL;
}

const struct trust_code *trust_map_code(const struct trust_map *m, struct fb_span code)
{
    for (unsigned i = 0; i < m->n_codes; i++)
        if (fb_span_eq(m->code[i].code, code))
            return &m->code[i];
    return NULL;
}

const struct trust_code *trust_map_code_for(const struct trust_map *m, enum fb_route route, enum fb_staff_group group)
{
    for (unsigned i = 0; i < m->n_codes; i++) {
        const struct trust_code *c = &m->code[i];
        if ((c->routes == 0 || c->routes >> (unsigned)route & 1u) && (c->staff_groups == 0 || c->staff_groups >> (unsigned)group & 1u))
            return c;
    }
    return NULL;
}

static void plain_layout(struct trust_layout *l)
{
    *l = (struct trust_layout){.header = 1, .delimiter = ',', .n_dates = 2};
    l->date[0] = (struct trust_date){fb_span_of("yyyy-mm-dd"), false};
    l->date[1] = (struct trust_date){fb_span_of("yyyy-mm dd"), true};
}

void trust_map_plain(struct trust_map *out)
{
    *out = (struct trust_map){.look_back = 3, .look_ahead = 1};
    plain_layout(&out->ledger);
    plain_layout(&out->sent);
    for (unsigned c = 0; c < TRUST_COLUMNS; c++)
        out->ledger.column[c] = out->sent.column[c] = fb_span_of(trust_column_word((enum trust_column)c));
}

/* ---- reading ---- */

static unsigned read_number(struct fb_yaml *y, const yaml_node_t *map, const char *key, unsigned least, unsigned most, unsigned otherwise)
{
    yaml_node_t *node = fb_yaml_get(y, map, key);
    struct fb_span s = fb_yaml_text(y, node);
    int64_t n = 0;
    if (node == NULL || y->bad)
        return otherwise;
    if (fb_parse_int(&n, s) != FB_OK || n < least || n > most)
        fb_yaml_fault(y, node, "no number that can stand here:", s);
    return y->bad ? otherwise : (unsigned)n;
}

static char read_delimiter(struct fb_yaml *y, const yaml_node_t *map)
{
    static const struct {
        const char *word;
        char c;
    } known[] = {{"comma", ','}, {"semicolon", ';'}, {"tab", '\t'}, {"pipe", '|'}};
    yaml_node_t *node = fb_yaml_get(y, map, "delimiter");
    struct fb_span s = fb_yaml_text(y, node);
    for (unsigned i = 0; i < sizeof known / sizeof known[0]; i++)
        if (node == NULL || fb_span_is(s, known[i].word))
            return known[i].c;
    fb_yaml_fault(y, node, "use comma, semicolon, tab or pipe, not", s);
    return ',';
}

/* A month's pattern and its cells get a day, so that one reader of dates does for both. */
static bool take_pattern(struct fb_yaml *y, const yaml_node_t *node, struct fb_span s, struct trust_date *out)
{
    bool date = false, time = false;
    *out = (struct trust_date){s, false};
    if (fb_pattern_check(s, &date, &time) == FB_OK && date && !time)
        return true;
    static const char day[] = {' ', 'd', 'd'};
    char *with_day = fb_yaml_room(y, node, s.n + sizeof day, 1);
    if (with_day == NULL)
        return false;
    memcpy(with_day, s.p, s.n);
    memcpy(with_day + s.n, day, sizeof day);
    *out = (struct trust_date){{with_day, s.n + (uint32_t)sizeof day}, true};
    return fb_pattern_check(out->pattern, &date, &time) == FB_OK && date && !time;
}

static void read_dates(struct fb_yaml *y, const yaml_node_t *map, struct trust_layout *l)
{
    yaml_node_t *node = fb_yaml_get(y, map, "dates");
    unsigned n = fb_yaml_list(y, node);
    if (node == NULL || y->bad)
        return;
    if (n == 0 || n > TRUST_DATES_MAX)
        fb_yaml_fault(y, node, "from one to six patterns, such as dd/mm/yyyy or mmm-yy", nothing);
    for (l->n_dates = 0; !y->bad && l->n_dates < n; l->n_dates++) {
        const yaml_node_t *item = fb_yaml_item(y, node, l->n_dates);
        struct fb_span s = fb_yaml_text(y, item);
        if (!y->bad && !take_pattern(y, item, s, &l->date[l->n_dates]))
            fb_yaml_fault(y, item, "no pattern of a date such as dd/mm/yyyy, or of a month such as mmm-yy:", s);
    }
}

static void read_columns(struct fb_yaml *y, const yaml_node_t *map, struct trust_layout *l, unsigned sheet)
{
    const char *known[TRUST_COLUMNS + 1];
    unsigned n = 0;
    yaml_node_t *columns = fb_yaml_get(y, map, "columns");
    if (columns == NULL)
        fb_yaml_fault(y, map, "`columns` is missing: say which column is what", nothing);
    if (y->bad)
        return;
    for (unsigned c = 0; c < TRUST_COLUMNS; c++)
        if (trust_column_sheets((enum trust_column)c) == sheet)
            known[n++] = trust_column_word((enum trust_column)c);
    known[n] = NULL;
    fb_yaml_only(y, columns, "no column that is read:", known);
    for (unsigned c = 0; c < TRUST_COLUMNS && !y->bad; c++) {
        yaml_node_t *node = fb_yaml_get(y, columns, trust_column_word((enum trust_column)c));
        l->column[c] = node == NULL ? nothing : fb_yaml_text(y, node);
        if (node != NULL && !y->bad && l->column[c].n == 0)
            fb_yaml_fault(y, node, "a column needs the name that its header has", nothing);
    }
}

static void read_layout(struct fb_yaml *y, const yaml_node_t *map, struct trust_layout *l, unsigned sheet)
{
    l->named = true;
    l->header = read_number(y, map, "header", 1, HEADER_MAX, 1);
    l->delimiter = read_delimiter(y, map);
    read_dates(y, map, l);
    read_columns(y, map, l, sheet);
}

/* A list of their words. */
static void read_list(struct fb_yaml *y, const yaml_node_t *map, const char *key, struct trust_words *out)
{
    yaml_node_t *node = fb_yaml_get(y, map, key);
    out->n = node == NULL ? 0 : fb_yaml_list(y, node);
    if (out->n > TRUST_WORDS_MAX)
        fb_yaml_fault(y, node, "too many words", nothing);
    out->of = y->bad || out->n == 0 ? NULL : fb_yaml_room(y, node, out->n, sizeof *out->of);
    for (unsigned i = 0; out->of != NULL && i < out->n; i++)
        out->of[i].theirs = fb_yaml_text(y, fb_yaml_item(y, node, i));
}

/* Their words with ours; is_ours NULL: any text is. */
static void read_words(struct fb_yaml *y, const yaml_node_t *map, const char *key, bool (*is_ours)(struct fb_span), const char *what,
                       struct trust_words *out)
{
    yaml_node_t *node = fb_yaml_get(y, map, key), *value = NULL;
    out->n = node == NULL ? 0 : fb_yaml_pairs(y, node);
    if (out->n > TRUST_WORDS_MAX)
        fb_yaml_fault(y, node, "too many words", nothing);
    out->of = y->bad || out->n == 0 ? NULL : fb_yaml_room(y, node, out->n, sizeof *out->of);
    for (unsigned i = 0; out->of != NULL && i < out->n && !y->bad; i++) {
        out->of[i].theirs = fb_yaml_key(y, node, i, &value);
        out->of[i].ours = fb_yaml_text(y, value);
        if (!y->bad && is_ours != NULL && !is_ours(out->of[i].ours))
            fb_yaml_fault(y, value, what, out->of[i].ours);
    }
}

static bool is_group(struct fb_span s) { return fb_staff_group_find(s) != FB_STAFF_GROUP_NONE; }
static bool is_route(struct fb_span s) { return fb_route_find(s) != FB_ROUTE_NONE; }

static void read_ledger(struct fb_yaml *y, const yaml_node_t *map, struct trust_map *m)
{
    static const char *const keys[] = {"header", "delimiter", "dates", "columns", "accruals", "reversals", "suppliers", NULL};
    fb_yaml_only(y, map, "no key of `ledger`:", keys);
    read_layout(y, map, &m->ledger, TRUST_IN_LEDGER);
    read_list(y, map, "accruals", &m->accruals);
    read_list(y, map, "reversals", &m->reversals);
    read_words(y, map, "suppliers", NULL, "", &m->suppliers);
    const struct fb_span *c = m->ledger.column;
    bool two = c[TRUST_DEBIT].n > 0 && c[TRUST_CREDIT].n > 0, half = (c[TRUST_DEBIT].n > 0) != (c[TRUST_CREDIT].n > 0);
    if (!y->bad && (c[TRUST_POSTED].n == 0 || c[TRUST_CODE].n == 0 || half || two == (c[TRUST_AMOUNT].n > 0)))
        fb_yaml_fault(y, map, "a ledger needs the columns posted, code, and amount (or debit and credit)", nothing);
    if (!y->bad && c[TRUST_KIND].n == 0 && m->accruals.n + m->reversals.n > 0)
        fb_yaml_fault(y, map, "accruals and reversals are words of the column kind, which is not named", nothing);
}

static void read_return(struct fb_yaml *y, const yaml_node_t *map, struct trust_map *m)
{
    static const char *const keys[] = {"header", "delimiter", "dates", "columns", "week_is", "staff_groups", "routes", NULL};
    yaml_node_t *week = fb_yaml_get(y, map, "week_is");
    struct fb_span is = fb_yaml_text(y, week);
    fb_yaml_only(y, map, "no key of `return`:", keys);
    read_layout(y, map, &m->sent, TRUST_IN_RETURN);
    read_words(y, map, "staff_groups", is_group, "no staff group of ours, such as nursing_midwifery:", &m->staff_groups);
    read_words(y, map, "routes", is_route, "no route of ours, such as bank or agency:", &m->routes);
    m->week_ends = week != NULL && fb_span_is(is, "ending");
    if (week != NULL && !m->week_ends && !fb_span_is(is, "beginning"))
        fb_yaml_fault(y, week, "write beginning or ending, not", is);
    const struct fb_span *c = m->sent.column;
    int periods = (c[TRUST_MONTH].n > 0) + (c[TRUST_WEEK].n > 0) + (c[TRUST_DAY].n > 0);
    bool figures = c[TRUST_SHIFTS].n + c[TRUST_HOURS].n + c[TRUST_POUNDS].n > 0;
    if (!y->bad && (periods != 1 || c[TRUST_STAFF_GROUP].n == 0 || c[TRUST_ROUTE].n == 0 || !figures))
        fb_yaml_fault(y, map, "a return needs staff_group, route, one of month, week and day, and some of shifts, hours and pounds", nothing);
}

static uint32_t read_bits(struct fb_yaml *y, const yaml_node_t *map, const char *key, bool groups)
{
    uint32_t bits = 0;
    yaml_node_t *node = fb_yaml_get(y, map, key);
    for (unsigned i = 0, n = fb_yaml_list(y, node); i < n && !y->bad; i++) {
        const yaml_node_t *item = fb_yaml_item(y, node, i);
        struct fb_span s = fb_yaml_text(y, item);
        unsigned number = groups ? (unsigned)fb_staff_group_find(s) : (unsigned)fb_route_find(s);
        if (number == 0)
            fb_yaml_fault(y, item, groups ? "no staff group such as nursing_midwifery:" : "no route such as bank or agency:", s);
        bits |= 1u << number;
    }
    return bits;
}

static void read_codes(struct fb_yaml *y, const yaml_node_t *list, struct trust_map *m)
{
    static const char *const keys[] = {"code", "name", "routes", "staff_groups", "arrears_days", NULL};
    unsigned n = list == NULL ? 0 : fb_yaml_list(y, list);
    if (n > TRUST_CODES_MAX)
        fb_yaml_fault(y, list, "too many codes", nothing);
    m->code = y->bad || n == 0 ? NULL : fb_yaml_room(y, list, n, sizeof *m->code);
    for (unsigned i = 0; m->code != NULL && i < n && !y->bad; i++) {
        const yaml_node_t *item = fb_yaml_item(y, list, i);
        struct trust_code *c = &m->code[i];
        fb_yaml_only(y, item, "no key of a code:", keys);
        c->code = fb_yaml_text(y, fb_yaml_get(y, item, "code"));
        c->name = fb_yaml_text(y, fb_yaml_get(y, item, "name"));
        c->routes = read_bits(y, item, "routes", false);
        c->staff_groups = read_bits(y, item, "staff_groups", true);
        c->arrears_days = read_number(y, item, "arrears_days", 1, ARREARS_MAX, 0);
        if (!y->bad && (c->code.n == 0 || trust_map_code(m, c->code) != NULL))
            fb_yaml_fault(y, item, c->code.n == 0 ? "`code` is missing" : "a code that stands twice:", c->code);
        m->n_codes += !y->bad;
    }
}

static void read_whole(struct fb_yaml *y, struct trust_map *m)
{
    static const char *const keys[] = {"trust", "look_back_months", "look_ahead_months", "ledger", "codes", "return", NULL};
    yaml_node_t *root = fb_yaml_root(y), *trust = fb_yaml_get(y, root, "trust");
    struct fb_span code = fb_yaml_text(y, trust);
    fb_yaml_only(y, root, "no key of such a file:", keys);
    if (trust != NULL && !y->bad && fb_code_parse(&m->trust, code) != FB_OK)
        fb_yaml_fault(y, trust, "no code of a trust such as RTH:", code);
    m->look_back = read_number(y, root, "look_back_months", 0, TRUST_MONTHS_MAX, m->look_back);
    m->look_ahead = read_number(y, root, "look_ahead_months", 0, TRUST_MONTHS_MAX, m->look_ahead);
    yaml_node_t *ledger = fb_yaml_get(y, root, "ledger"), *sent = fb_yaml_get(y, root, "return");
    if (ledger != NULL)
        read_ledger(y, ledger, m);
    if (sent != NULL)
        read_return(y, sent, m);
    read_codes(y, fb_yaml_get(y, root, "codes"), m);
}

enum fb_err trust_map_parse(struct trust_map *out, const char *name, struct fb_span text, struct fb_arena *arena, char fault[TRUST_FAULT_BYTES])
{
    struct fb_yaml y = {.name = name, .arena = arena, .fault = fault};
    trust_map_plain(out);
    enum fb_err e = fb_yaml_parse(&y, text);
    if (e != FB_OK)
        return e;
    read_whole(&y, out);
    fb_yaml_close(&y);
    return y.bad ? FB_REFUSED : FB_OK;
}

enum fb_err trust_map_read(struct trust_map *out, const char *path, struct fb_arena *arena, char fault[TRUST_FAULT_BYTES])
{
    char *memory = NULL;
    struct fb_span text;
    enum fb_err e = fb_yaml_read_file(path, MAP_BYTES_MAX, &memory, &text, fault);
    if (e == FB_OK)
        e = trust_map_parse(out, path, text, arena, fault);
    free(memory);
    return e;
}
