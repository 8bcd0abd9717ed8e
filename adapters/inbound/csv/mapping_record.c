/* The records of a mapping: fields by name, each with its value; members of lists get their places here, and
 * what is constant is tried at once, so that a slip shows before the first row. */
#include "adapters/inbound/csv/mapping_read.h"
#include <stdlib.h>
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

static bool is_pseudonym(const struct fb_csv_value *v)
{
    return v->kind == FB_CSV_PSEUDONYM || v->kind == FB_CSV_OLD_PSEUDONYM || v->kind == FB_CSV_READY_PSEUDONYM;
}

/* May this way of writing a value stand in a field of this type? */
static const char *misplaced(const struct fb_csv_field *f)
{
    enum fb_field_type type = f->field->type;
    bool day = fb_field_is_day(type);
    bool pseudonym = is_pseudonym(&f->value);
    bool relative =
        type == FB_FIELD_SHIFT_END || type == FB_FIELD_INTERVAL_END || type == FB_FIELD_INTERVAL_START;
    if (type == FB_FIELD_TOKEN)
        return pseudonym ? NULL : "a worker leaves the trust as a pseudonym only, {pseudonym: [column]}, in";
    if (pseudonym)
        return "a pseudonym cannot stand in";
    if (f->value.kind == FB_CSV_KEYED && type != FB_FIELD_TEXT)
        return "a keyed reference cannot stand in";
    if (f->value.kind != FB_CSV_MOMENT)
        return NULL;
    if (!fb_field_is_time(type))
        return "date and time cannot stand in";
    if (day)
        return f->value.time >= 0 || f->value.date < 0 ? "a date alone is wanted for" : NULL;
    if (f->value.time < 0)
        return "a time is wanted too, not a date alone, for";
    return f->value.date < 0 && !relative ? "a date is wanted too for" : NULL;
}

static void try_text(struct fb_yaml *y, const yaml_node_t *node, const struct fb_csv_field *f,
                     struct fb_span text)
{
    static struct fb_record scratch;
    const char *why = NULL;
    struct fb_field_member member = f->member;
    member.slot = 0;
    if (y->bad || text.n == 0 || fb_field_is_time(f->field->type))
        return;
    if (fb_field_put(&scratch, f->field, &member, text, &why) != FB_OK)
        fb_yaml_fault(y, node, why, text);
}

static void try_constants(struct fb_yaml *y, const yaml_node_t *node, const struct fb_csv_field *f)
{
    const struct fb_csv_words *w = f->value.words;
    if (w == NULL && f->value.kind == FB_CSV_TEXT && f->value.n == 1 && f->value.piece[0].column < 0)
        try_text(y, node, f, f->value.piece[0].literal);
    if (w == NULL)
        return;
    for (unsigned i = 0; i < w->n; i++)
        try_text(y, node, f, w->row[i].ours);
    try_text(y, node, f, w->empty);
    try_text(y, node, f, w->other);
}

static bool has_field(const struct fb_csv_record *r, const struct fb_csv_field *f)
{
    for (unsigned i = 0; i < r->n; i++) {
        const struct fb_field_member *a = &r->field[i].member, *b = &f->member;
        if (r->field[i].field == f->field && a->word == b->word && a->category == b->category &&
            fb_span_eq(a->system, b->system) && fb_span_eq(a->kind, b->kind))
            return true;
    }
    return false;
}

static void add_field(struct fb_yaml *y, struct fb_mapping *m, struct fb_csv_record *r, struct fb_span name,
                      const yaml_node_t *node)
{
    struct fb_csv_field f = {.field = NULL};
    f.field = fb_field_find(r->kind, name, &f.member);
    if (f.field == NULL) {
        fb_yaml_fault(y, node, "no such field in a record of this kind:", name);
        return;
    }
    if (has_field(r, &f)) /* the record's own field goes before the shift that all records share */
        return;
    fb__read_value(y, m, node, &f.value);
    if (y->bad)
        return;
    const char *wrong = misplaced(&f);
    if (wrong != NULL)
        fb_yaml_fault(y, node, wrong, name);
    try_constants(y, node, &f);
    r->field[r->n++] = f;
}

static void add_fields(struct fb_yaml *y, struct fb_mapping *m, struct fb_csv_record *r,
                       const yaml_node_t *node)
{
    unsigned n = fb_yaml_pairs(y, node);
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *value;
        struct fb_span name = fb_yaml_key(y, node, i, &value);
        unsigned before = r->n;
        if (!y->bad)
            add_field(y, m, r, name, value);
        if (!y->bad && r->n == before)
            fb_yaml_fault(y, value, "written twice:", name);
    }
}

static struct fb_span shift_name(struct fb_yaml *y, const yaml_node_t *node, struct fb_span name)
{
    char *p = fb_yaml_room(y, node, name.n + 6, 1);
    if (p == NULL || name.n == 0) /* a key that could not be read was told already */
        return nothing;
    memcpy(p, "shift.", 6);
    memcpy(p + 6, name.p, name.n);
    return (struct fb_span){p, name.n + 6};
}

/* The shift that vacancies and bookings share; its hirer serves the other kinds too. */
static void add_shift(struct fb_yaml *y, struct fb_mapping *m, struct fb_csv_record *r,
                      const yaml_node_t *shift)
{
    struct fb_field_member member;
    unsigned n = shift == NULL ? 0 : fb_yaml_pairs(y, shift);
    bool whole = r->kind == FB_KIND_VACANCY || r->kind == FB_KIND_BOOKING;
    bool hirer = fb_field_find(r->kind, fb_span_of("hirer"), &member) != NULL;
    for (unsigned i = 0; i < n && !y->bad; i++) {
        yaml_node_t *value;
        struct fb_span name = fb_yaml_key(y, shift, i, &value);
        if (whole)
            add_field(y, m, r, shift_name(y, value, name), value);
        else if (hirer && fb_span_is(name, "hirer"))
            add_field(y, m, r, name, value);
    }
}

/* Rate cells stand ascending by category: each category gets its place, whatever the order in the file. */
static unsigned place_of(const struct fb_csv_record *r, const struct fb_csv_field *f)
{
    unsigned place = 0;
    for (unsigned i = 0; i < r->n; i++) {
        const struct fb_csv_field *g = &r->field[i];
        bool first = true;
        for (unsigned j = 0; j < i; j++)
            first &=
                r->field[j].field->type != FB_FIELD_RATE || r->field[j].member.category != g->member.category;
        place += first && g->field->type == FB_FIELD_RATE && g->member.category < f->member.category;
    }
    return place;
}

/* Each role has its place, whether its time, its reference or both are mapped. */
static unsigned role_place(const struct fb_csv_record *r, const struct fb_csv_field *f)
{
    unsigned roles = 0, place = 0; /* bit per role that stands before */
    for (unsigned i = 0; i < r->n; i++) {
        enum fb_field_type type = r->field[i].field->type;
        bool sign_off = type == FB_FIELD_SIGN_OFF_AT || type == FB_FIELD_SIGN_OFF_REFERENCE;
        if (sign_off && r->field[i].member.word < f->member.word)
            roles |= 1u << r->field[i].member.word;
    }
    for (; roles != 0; roles &= roles - 1)
        place++;
    return place;
}

static void give_places(struct fb_yaml *y, const yaml_node_t *node, struct fb_csv_record *r)
{
    unsigned references = 0;
    for (unsigned i = 0; i < r->n; i++) {
        struct fb_csv_field *f = &r->field[i];
        unsigned most = FB_INTERVALS_MAX;
        if (f->field->type == FB_FIELD_REFERENCE) {
            f->member.slot = references++;
            most = FB_REFERENCES_MAX;
        } else if (f->field->type == FB_FIELD_RATE) {
            f->member.slot = place_of(r, f);
            most = FB_RATE_CELLS_MAX;
        } else if (f->field->type == FB_FIELD_SIGN_OFF_AT || f->field->type == FB_FIELD_SIGN_OFF_REFERENCE) {
            f->member.slot = role_place(r, f);
            most = FB_SIGN_OFFS_MAX;
        } else if (f->field->type >= FB_FIELD_INTERVAL_START) {
            f->member.slot = f->member.word;
        }
        if (f->member.slot >= most)
            fb_yaml_fault(y, node, "more references or rate categories than a booking can hold", nothing);
    }
}

/* An end may be told by its time alone, as what comes after its start; a break likewise after the work began.
 */
static unsigned rank(const struct fb_csv_field *f)
{
    enum fb_field_type type = f->field->type;
    if (type == FB_FIELD_SHIFT_END || type == FB_FIELD_INTERVAL_END)
        return 3;
    if (type == FB_FIELD_INTERVAL_START)
        return f->member.word == FB_INTERVAL_WORKED ? 1 : 2;
    return 0;
}

static void sort_fields(struct fb_csv_record *r)
{
    for (unsigned i = 1; i < r->n; i++) { /* stable, and short */
        struct fb_csv_field f = r->field[i];
        unsigned at = i;
        for (; at > 0 && rank(&r->field[at - 1]) > rank(&f); at--)
            r->field[at] = r->field[at - 1];
        r->field[at] = f;
    }
}

static void read_record(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *node,
                        const yaml_node_t *shift, struct fb_csv_record *r)
{
    static const char *const keys[] = {"kind", "when", "ref", "revision", "occurred_at", "fields", NULL};
    fb_yaml_only(y, node, "unknown key of a record", keys);
    const yaml_node_t *kind = fb_yaml_get(y, node, "kind"), *ref = fb_yaml_get(y, node, "ref"),
                      *when = fb_yaml_get(y, node, "when"), *revision = fb_yaml_get(y, node, "revision"),
                      *occurred = fb_yaml_get(y, node, "occurred_at"),
                      *fields = fb_yaml_get(y, node, "fields");
    if (!y->bad && (kind == NULL || ref == NULL || fields == NULL))
        fb_yaml_fault(y, node, "a record needs kind, ref and fields", nothing);
    struct fb_span word = fb_yaml_text(y, kind);
    if (y->bad)
        return;
    r->line = fb_yaml_line(node);
    r->kind = fb_kind_find(word);
    if (r->kind == FB_KIND_NONE)
        fb_yaml_fault(y, kind, "no such kind of record:", word);
    fb__read_value(y, m, ref, &r->ref);
    if (!y->bad && is_pseudonym(&r->ref))
        fb_yaml_fault(y, ref, "an engine keeps references, and may not keep a pseudonym: say {keyed: [...]}",
                      nothing);
    if (when != NULL)
        fb__read_conditions(y, m, when, &r->when);
    if (revision != NULL)
        fb__read_value(y, m, revision, &r->revision);
    if (occurred != NULL)
        fb__read_value(y, m, occurred, &r->occurred_at);
    unsigned most = fb_yaml_pairs(y, fields) + (shift == NULL ? 0 : fb_yaml_pairs(y, shift));
    r->field = fb_yaml_room(y, node, most, sizeof *r->field);
    if (y->bad)
        return;
    add_fields(y, m, r, fields);
    add_shift(y, m, r, shift);
    give_places(y, node, r);
    sort_fields(r);
    fb_record_blank(&r->blank, r->kind);
}

static bool sends(const struct fb_csv_value *v, int column)
{
    bool found = v->kind == FB_CSV_MOMENT && (v->date == column || v->time == column);
    for (unsigned i = 0; i < v->n && (v->kind == FB_CSV_TEXT || v->kind == FB_CSV_FIRST); i++)
        found |= v->piece[i].column == column;
    return found;
}

static bool record_sends(const struct fb_csv_record *r, int column)
{
    bool found = sends(&r->ref, column) || sends(&r->revision, column);
    for (unsigned i = 0; i < r->n; i++)
        found |= sends(&r->field[i].value, column);
    return found;
}

/* The one column that says who somebody is must not leave by another way, such as in a reference. */
static void check_secret(struct fb_yaml *y, const struct fb_mapping *m, const yaml_node_t *node,
                         const struct fb_csv_value *v)
{
    if (!is_pseudonym(v) || v->n != 1)
        return;
    for (unsigned i = 0; i < m->n_records && !y->bad; i++)
        if (record_sends(&m->record[i], v->piece[0].column))
            fb_yaml_fault(y, node,
                          "a column that pseudonyms are made of is also sent as it is (in a reference "
                          "say {keyed: [...]}):",
                          m->column[v->piece[0].column].name);
}

void fb__read_records(struct fb_yaml *y, struct fb_mapping *m, const yaml_node_t *records,
                      const yaml_node_t *shift)
{
    unsigned n = fb_yaml_list(y, records);
    if (n == 0 || n > FB_CSV_RECORDS_MAX)
        fb_yaml_fault(y, records, "records: lists what one row makes, 1 to 16", nothing);
    m->record = fb_yaml_room(y, records, n, sizeof *m->record);
    for (unsigned i = 0; i < n && !y->bad; i++)
        read_record(y, m, fb_yaml_item(y, records, i), shift, &m->record[i]);
    m->n_records = y->bad ? 0 : n;
    for (unsigned i = 0; i < m->n_records; i++)
        for (unsigned k = 0; k < m->record[i].n; k++)
            check_secret(y, m, fb_yaml_item(y, records, i), &m->record[i].field[k].value);
}
