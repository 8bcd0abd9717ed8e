#include "adapters/inbound/csv/mapping_read.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ARENA_BYTES = 2 << 20, FILE_BYTES_MAX = 256 << 10 };
static const struct fb_span nothing = {NULL, 0};

static void need(struct fb_yaml *y, const yaml_node_t *parent, const yaml_node_t *node, const char *what)
{
    if (node == NULL)
        fb_yaml_fault(y, parent, what, nothing);
}

static void read_sends(struct fb_yaml *y, struct fb_source *s, const yaml_node_t *node)
{
    static const char *const words[] = {"cascades",     "sign_offs",         "frameworks", "timesheets",
                                        "worker_facts", "substantive_hours", "absences"};
    const unsigned count = sizeof words / sizeof words[0];
    unsigned n = 0;
    struct fb_span *given = fb__texts(y, node, &n);
    for (unsigned i = 0; i < n; i++) {
        unsigned w = 0;
        while (w < count && !fb_span_is(given[i], words[w]))
            w++;
        if (w == count)
            fb_yaml_fault(y, node,
                          "a source sends cascades, sign_offs, frameworks, timesheets, worker_facts, "
                          "substantive_hours or absences, not",
                          given[i]);
        s->sends |= 1u << w;
    }
}
_Static_assert(FB_SENDS_CASCADES == 1 && FB_SENDS_SIGN_OFFS == 2 && FB_SENDS_FRAMEWORKS == 4 &&
                   FB_SENDS_TIMESHEETS == 8 && FB_SENDS_WORKER_FACTS == 16 && FB_SENDS_HOURS == 32 &&
                   FB_SENDS_ABSENCES == 64,
               "the order of the words above");

static void read_file_name(struct fb_yaml *y, const yaml_node_t *node, struct fb_span *out)
{
    *out = fb_yaml_text(y, node);
    if (!y->bad && node != NULL && (out->n == 0 || out->n > FB_CSV_KEY_NAME_MAX))
        fb_yaml_fault(y, node, "a file with a key is named by 1 to 400 bytes, not", *out);
}

static void read_source(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    static const char *const keys[] = {"name", "trust", "system", "mode", "sends", "worker_key", "old_worker_key", NULL};
    fb_yaml_only(y, node, "unknown key of source", keys);
    const yaml_node_t *name = fb_yaml_get(y, node, "name"), *trust = fb_yaml_get(y, node, "trust"),
                      *system = fb_yaml_get(y, node, "system"), *mode = fb_yaml_get(y, node, "mode"),
                      *sends = fb_yaml_get(y, node, "sends");
    need(y, node, name, "source needs a name");
    need(y, node, system, "source needs a system: roster, bank_provider or portal");
    m->source.name = fb_yaml_text(y, name);
    if (!y->bad && (m->source.name.n == 0 || m->source.name.n > FB_SOURCE_BYTES_MAX))
        fb_yaml_fault(y, name, "a source's name has 1 to 40 bytes:", m->source.name);
    if (trust != NULL && fb_code_parse(&m->source.trust, fb_yaml_text(y, trust)) != FB_OK)
        fb_yaml_fault(y, trust, "not an ODS code:", fb_yaml_text(y, trust));
    m->source.system = fb_system_find(fb_yaml_text(y, system));
    if (!y->bad && m->source.system == FB_SYSTEM_NONE)
        fb_yaml_fault(y, system, "a system is roster, bank_provider or portal, not", fb_yaml_text(y, system));
    m->source.mode = mode == NULL ? FB_SOURCE_MODE_LIVE : fb_source_mode_find(fb_yaml_text(y, mode));
    if (!y->bad && m->source.mode == FB_SOURCE_MODE_NONE)
        fb_yaml_fault(y, mode, "a mode is live or shadow, not", fb_yaml_text(y, mode));
    if (sends != NULL)
        read_sends(y, &m->source, sends);
    read_file_name(y, fb_yaml_get(y, node, "worker_key"), &m->worker_key);
    read_file_name(y, fb_yaml_get(y, node, "old_worker_key"), &m->old_worker_key);
}

/* The position of a word in a list that ends with NULL; a fault when it is not there. */
static unsigned choice(struct fb_yaml *y, const yaml_node_t *node, const char *const *words, const char *what)
{
    struct fb_span s = fb_yaml_text(y, node);
    unsigned i = 0;
    while (words[i] != NULL && !fb_span_is(s, words[i]))
        i++;
    if (words[i] == NULL)
        fb_yaml_fault(y, node, what, s);
    return y->bad ? 0 : i;
}

static void read_patterns(struct fb_yaml *y, const yaml_node_t *node, const char *standard, bool wants_date,
                          bool wants_time, struct fb_csv_patterns *out)
{
    if (node == NULL) {
        out->of = fb_yaml_room(y, node, 1, sizeof *out->of);
        out->n = 1;
        if (!y->bad)
            out->of[0] = fb_span_of(standard);
        return;
    }
    out->of = fb__texts(y, node, &out->n);
    for (unsigned i = 0; i < out->n; i++) {
        bool date = false, time = false;
        if (wants_date && wants_time && fb_span_is(out->of[i], "iso"))
            continue;
        if (fb_pattern_check(out->of[i], &date, &time) != FB_OK || date != wants_date || time != wants_time)
            fb_yaml_fault(y, node, "not a pattern of the kind wanted here (README: Values):", out->of[i]);
    }
}

static void read_occurred(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    static const char *const by_name[] = {"file_name", NULL};
    const yaml_node_t *name = fb_yaml_is_map(node) ? fb_yaml_get(y, node, "file_name") : NULL;
    if (name == NULL) {
        fb__read_value(y, m, node, &m->occurred_at);
        return;
    }
    fb_yaml_only(y, node, "unknown key beside file_name:", by_name);
    struct fb_csv_patterns *in_name = &m->occurred_in_name;
    in_name->of = fb__texts(y, name, &in_name->n);
    for (unsigned i = 0; i < in_name->n; i++)
        if (fb_name_template_check(in_name->of[i]) != FB_OK)
            fb_yaml_fault(y, name, "not a template such as \"*{yyyy-mm-dd}*\":", in_name->of[i]);
    if (in_name->n == 0)
        fb_yaml_fault(y, node, "not a template such as \"*{yyyy-mm-dd}*\":", nothing);
}

static void read_skips(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    bool single = fb_yaml_is_map(node);
    unsigned n = single ? 1 : fb_yaml_list(y, node);
    m->skip = fb_yaml_room(y, node, n, sizeof *m->skip);
    for (unsigned i = 0; i < n && !y->bad; i++)
        fb__read_conditions(y, m, single ? node : fb_yaml_item(y, node, i), &m->skip[i]);
    m->n_skip = y->bad ? 0 : n;
}

static void read_header(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    int64_t row = 1;
    if (node != NULL && (fb_parse_int(&row, fb_yaml_text(y, node)) != FB_OK || row < 1 || row > 100))
        fb_yaml_fault(y, node, "header is the row of the column names, 1 to 100, not", fb_yaml_text(y, node));
    m->header = (unsigned)row;
}

static void read_file(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node)
{
    static const char *const keys[] = {"kind", "delimiter", "encoding",    "header", "date",  "time",
                                       "date_time", "occurred_at", "skip", "sheet",  "batch", NULL};
    static const char *const kinds[] = {"snapshot", "ledger", NULL};
    static const char *const delimiters[] = {"comma", "semicolon", "tab", "pipe", NULL};
    static const char letters[] = ",;\t|";
    static const char *const encodings[] = {"utf-8", "windows-1252", NULL};
    static const char *const batches[] = {"name", "digest", NULL};
    fb_yaml_only(y, node, "unknown key of file", keys);
    const yaml_node_t *kind = fb_yaml_get(y, node, "kind"), *delimiter = fb_yaml_get(y, node, "delimiter"),
                      *encoding = fb_yaml_get(y, node, "encoding"),
                      *batch = fb_yaml_get(y, node, "batch"), *occurred = fb_yaml_get(y, node, "occurred_at"), *skip = fb_yaml_get(y, node, "skip");
    need(y, node, kind,
         "say of the file whether it is a snapshot (a changed row amends) or a ledger (a conflict)");
    need(y, node, occurred,
         "file needs occurred_at: when the source did it, from a column or the file's name");
    if (y->bad)
        return;
    m->ledger = choice(y, kind, kinds, "a file is a snapshot or a ledger, not") == 1;
    m->delimiter = letters[delimiter == NULL ? 0 : choice(y, delimiter, delimiters, "no such delimiter:")];
    m->windows_1252 = encoding != NULL && choice(y, encoding, encodings, "no such encoding:") == 1;
    m->batch_is_digest = batch != NULL && choice(y, batch, batches, "a batch is called by the file's name or its digest, not") == 1;
    m->sheet = fb_yaml_text(y, fb_yaml_get(y, node, "sheet"));
    read_header(y, m, fb_yaml_get(y, node, "header"));
    read_patterns(y, fb_yaml_get(y, node, "date"), "yyyy-mm-dd", true, false, &m->date);
    read_patterns(y, fb_yaml_get(y, node, "time"), "HH:MM", false, true, &m->time);
    read_patterns(y, fb_yaml_get(y, node, "date_time"), "yyyy-mm-ddTHH:MM", true, true, &m->date_time);
    read_occurred(y, m, occurred);
    if (!y->bad && m->ledger && m->occurred_in_name.n > 0)
        fb_yaml_fault(y, occurred,
                      "a ledger cannot take occurred_at from the file's name: each row that the next file "
                      "repeats would be a conflict; name a column, or say snapshot",
                      nothing);
    if (skip != NULL)
        read_skips(y, m, skip);
}

static void read_all(struct fb_yaml *y, struct fb_mapping *m)
{
    static const char *const keys[] = {"source", "file", "columns", "words", "shift", "records", NULL};
    const yaml_node_t *root = fb_yaml_root(y);
    fb_yaml_only(y, root, "unknown key of a mapping", keys);
    const yaml_node_t *source = fb_yaml_get(y, root, "source"), *file = fb_yaml_get(y, root, "file"),
                      *columns = fb_yaml_get(y, root, "columns"), *records = fb_yaml_get(y, root, "records");
    need(y, root, source, "a mapping needs source:");
    need(y, root, file, "a mapping needs file:");
    need(y, root, columns, "a mapping needs columns:");
    need(y, root, records, "a mapping needs records:");
    if (y->bad)
        return;
    read_source(y, m, source);
    fb__read_columns(y, m, columns);
    fb__read_words(y, m, fb_yaml_get(y, root, "words"));
    if (!y->bad)
        read_file(y, m, file);
    if (!y->bad)
        fb__read_records(y, m, records, fb_yaml_get(y, root, "shift"));
}

enum fb_err fb_mapping_parse(struct fb_mapping **out, const char *name, struct fb_span text,
                             char fault[FB_CSV_FAULT_BYTES])
{
    struct fb_mapping *m = calloc(1, sizeof *m);
    void *memory = malloc(ARENA_BYTES);
    struct fb_yaml y = {.name = name, .fault = fault};
    fault[0] = '\0';
    if (m == NULL || memory == NULL) {
        free(m);
        free(memory);
        return FB_FULL;
    }
    fb_arena_init(&m->arena, memory, ARENA_BYTES);
    y.arena = &m->arena;
    enum fb_err e = fb_yaml_parse(&y, text);
    if (e == FB_OK) {
        read_all(&y, m);
        fb_yaml_close(&y);
        e = y.bad ? FB_REFUSED : FB_OK;
    }
    if (e != FB_OK)
        fb_mapping_close(&m);
    else
        *out = m;
    return e;
}

/* Whoever has none yet is told what it is and what to begin with. */
static void add_where_from(char fault[FB_CSV_FAULT_BYTES])
{
    struct fb_text t;
    size_t n = strlen(fault);
    fb_text_init(&t, fault + n, FB_CSV_FAULT_BYTES - n);
    fb_text_add(&t, ". A mapping says which column is what: `fairbank-csv guess FILE` writes one, and adapters/inbound/csv/mappings "
                    "has some to begin with (installed: doc/fairbank/examples/csv/mappings)");
}

enum fb_err fb_mapping_open(struct fb_mapping **out, const char *path, char fault[FB_CSV_FAULT_BYTES])
{
    char *memory = NULL;
    struct fb_span text;
    enum fb_err e = fb_yaml_read_file(path, FILE_BYTES_MAX, &memory, &text, fault);
    if (e == FB_IO && access(path, F_OK) != 0 && errno == ENOENT)
        add_where_from(fault);
    if (e == FB_OK)
        e = fb_mapping_parse(out, path, text, fault);
    free(memory);
    return e;
}

void fb_mapping_close(struct fb_mapping **mapping)
{
    struct fb_mapping *m = *mapping;
    *mapping = NULL;
    if (m == NULL)
        return;
    free(m->arena.base);
    free(m);
}
