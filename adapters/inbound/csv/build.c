#include "adapters/inbound/csv/build.h"
#include "engine/wire/wire.h"
#include <sodium.h>
#include <string.h>

static const struct fb_span none = {NULL, 0};

/* Header cells are compared with runs of spaces taken as one: exports wrap long names. */
static bool header_is(struct fb_span cell, struct fb_span name)
{
    char text[FB_TEXT_BYTES_MAX];
    uint32_t n = 0;
    for (uint32_t i = 0; i < cell.n && n < sizeof text; i++) {
        char c = cell.p[i];
        if (c == '\n' || c == '\r' || c == '\t')
            c = ' ';
        if (c != ' ' || (n > 0 && text[n - 1] != ' '))
            text[n++] = c;
    }
    while (n > 0 && text[n - 1] == ' ')
        n--;
    return fb_csv_word_cmp((struct fb_span){text, n}, name) == 0;
}

static bool column_has(const struct fb_csv_column *c, struct fb_span cell)
{
    for (unsigned i = 0; i < c->n; i++)
        if (header_is(cell, c->header[i]))
            return true;
    return false;
}

static struct fb_span header_text(const struct fb_mapping *m, struct fb_span raw, struct fb_arena *arena)
{
    struct fb_span text;
    fb_arena_reset(arena);
    return fb_csv_cell_text(&text, raw, m->windows_1252, arena) == FB_OK ? text : raw;
}

enum fb_err fb_csv_layout_find(struct fb_csv_layout *out, const struct fb_mapping *m,
                               const struct fb_csv_row *header, struct fb_arena *arena, unsigned *missing,
                               bool *twice)
{
    *twice = false;
    out->cells = header->n;
    for (unsigned c = 0; c < m->n_columns; c++) {
        out->at[c] = -1;
        *missing = c;
        for (unsigned i = 0; i < header->n; i++) {
            if (!column_has(&m->column[c], header_text(m, header->cell[i], arena)))
                continue;
            *twice = out->at[c] >= 0;
            if (*twice)
                return FB_REFUSED;
            out->at[c] = (int)i;
        }
        if (out->at[c] < 0 && !m->column[c].optional)
            return FB_REFUSED;
    }
    return FB_OK;
}

bool fb_csv_layout_is_header(const struct fb_mapping *m, const struct fb_csv_row *row, struct fb_arena *arena)
{
    for (unsigned i = 0; i < row->n; i++) {
        struct fb_span text = header_text(m, row->cell[i], arena);
        for (unsigned c = 0; c < m->n_columns; c++)
            if (column_has(&m->column[c], text))
                return true;
    }
    return false;
}

enum fb_err fb_csv_read_cells(const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena,
                              struct fb_csv_cells *out, struct fb_csv_fault *fault)
{
    const struct fb_mapping *m = task->mapping;
    enum fb_err e = FB_OK;
    for (unsigned c = 0; c < m->n_columns; c++) {
        int at = task->layout.at[c];
        out->v[c] = none;
        if (at < 0 || (unsigned)at >= row->n)
            continue;
        if (fb_csv_cell_text(&out->v[c], row->cell[at], m->windows_1252, arena) == FB_OK)
            continue;
        out->v[c] = none;
        if (e == FB_OK)
            e = fb_csv_fault_say(fault, (int)c,
                                 m->windows_1252
                                     ? "bytes that are no text in windows-1252"
                                     : "bytes that are no text in UTF-8: is the file windows-1252?",
                                 none);
    }
    return e;
}

static bool is_skipped(const struct fb_mapping *m, const struct fb_csv_cells *cells)
{
    for (unsigned i = 0; i < m->n_skip; i++)
        if (fb_csv_holds(&m->skip[i], cells))
            return true;
    return false;
}

static bool all_empty(const struct fb_csv_row *row, unsigned from)
{
    for (unsigned i = from; i < row->n; i++)
        if (row->cell[i].n > 0)
            return false;
    return true;
}

/* Fewer cells than the header: cut off on its way, so that nobody knows what the rest said. A workbook keeps no empty cells, and a
 * row of it ends where its last one is. */
static enum fb_err check_width(const struct fb_csv_task *task, const struct fb_csv_row *row,
                               struct fb_csv_fault *fault)
{
    if (row->n == task->layout.cells || (task->sheet && row->n < task->layout.cells) || (row->n > task->layout.cells && all_empty(row, task->layout.cells)))
        return FB_OK;
    struct fb_text t;
    fault->column = -1;
    fb_text_init(&t, fault->reason, sizeof fault->reason);
    fb_text_add(&t, "the row has ");
    fb_text_add_int(&t, row->n);
    fb_text_add(&t, " cells, the header ");
    fb_text_add_int(&t, task->layout.cells);
    return FB_REFUSED;
}

static enum fb_err put_field(const struct fb_csv_task *task, const struct fb_csv_field *f,
                             const struct fb_csv_cells *cells, struct fb_arena *arena, struct fb_record *r,
                             struct fb_csv_fault *fault)
{
    struct fb_span text;
    const char *why = NULL;
    enum fb_err e = fb_csv_value_text(task, &f->value, cells, arena, &text, fault);
    if (e != FB_OK || text.n == 0)
        return e;
    if (fb_field_put(r, f->field, &f->member, text, &why) != FB_OK)
        return fb_csv_fault_say(fault, fb_csv_value_column(&f->value), why, text);
    return FB_OK;
}

static enum fb_err put_reference(const struct fb_csv_task *task, const struct fb_csv_record *of,
                                 const struct fb_csv_cells *cells, struct fb_arena *arena,
                                 struct fb_record *r, struct fb_csv_fault *fault)
{
    struct fb_span revision;
    int column = fb_csv_value_column(&of->ref);
    enum fb_err e = fb_csv_value_text(task, &of->ref, cells, arena, &r->env.record_ref, fault);
    if (e != FB_OK)
        return e;
    if (r->env.record_ref.n == 0)
        return fb_csv_fault_say(fault, column, "the record has no reference: its cell is empty", none);
    if (r->env.record_ref.n > FB_ID_BYTES_MAX)
        return fb_csv_fault_say(fault, column, "a reference longer than 64 bytes", r->env.record_ref);
    e = fb_csv_value_text(task, &of->revision, cells, arena, &revision, fault);
    if (e == FB_OK && revision.n > 0 &&
        (fb_parse_int(&r->env.revision, revision) != FB_OK || r->env.revision < 0))
        return fb_csv_fault_say(fault, fb_csv_value_column(&of->revision), "a revision is a whole number",
                                revision);
    return e;
}

static enum fb_err put_occurred(const struct fb_csv_task *task, const struct fb_csv_record *of,
                                const struct fb_csv_cells *cells, struct fb_arena *arena, struct fb_record *r,
                                struct fb_csv_fault *fault)
{
    const struct fb_csv_value *v = &task->mapping->occurred_at;
    if (of->occurred_at.kind != FB_CSV_ABSENT)
        v = &of->occurred_at;
    r->env.occurred_ms = task->occurred_ms;
    if (v->kind == FB_CSV_ABSENT)
        return FB_OK;
    enum fb_err e = fb_csv_instant(task, v, cells, arena, &r->env.occurred_ms, fault);
    if (e == FB_OK && r->env.occurred_ms == FB_ABSENT)
        return fb_csv_fault_say(fault, fb_csv_value_column(v),
                                "when the source did it (occurred_at) is empty", none);
    return e;
}

/* The record's content is what the engine would compare: the packed record without the run's own marks. */
static bool hash_contents(crypto_generichash_state *state, struct fb_arena *arena, const struct fb_record *r, struct fb_span body)
{
    struct fb_envelope bare = r->env;
    size_t used = arena->used;
    unsigned char *frame = fb_arena_get(arena, FB_MESSAGE_BYTES_MAX);
    bare.message_id = fb_span_of("-");
    bare.batch_id = none;
    bare.historic = false;
    size_t n = frame == NULL ? 0 : fb_encode_kept(&bare, body, frame, FB_MESSAGE_BYTES_MAX);
    crypto_generichash_update(state, frame, n);
    arena->used = used;
    return n > 0;
}

/* Packed once: for the id, and for its frame. */
static struct fb_span pack_body(struct fb_arena *arena, const struct fb_record *r)
{
    char *memory = fb_arena_get(arena, FB_MESSAGE_BYTES_MAX);
    size_t n = 0;
    if (memory == NULL || !fb_encode_body(r, memory, FB_MESSAGE_BYTES_MAX, &n))
        return none;
    arena->used -= (FB_MESSAGE_BYTES_MAX - n) & ~(size_t)15; /* it was the last taken */
    return (struct fb_span){memory, (uint32_t)n};
}

enum fb_err fb_csv_identify(const struct fb_csv_task *task, struct fb_arena *arena, struct fb_record *r, struct fb_span *body)
{
    unsigned char hash[16];
    static const char hex[] = "0123456789abcdef";
    crypto_generichash_state state;
    unsigned char kind = (unsigned char)r->env.kind;
    *body = pack_body(arena, r);
    if (body->p == NULL)
        return FB_LIMIT;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, &kind, 1);
    crypto_generichash_update(&state, (const unsigned char *)r->env.record_ref.p, r->env.record_ref.n);
    if (task->again.n > 0 && task->mapping->ledger)
        crypto_generichash_update(&state, (const unsigned char *)"", 1); /* or R1 with the word 2 were R12 without one */
    if (task->again.n > 0)
        crypto_generichash_update(&state, (const unsigned char *)task->again.p, task->again.n);
    if (!task->mapping->ledger && !hash_contents(&state, arena, r, *body))
        return FB_LIMIT;
    crypto_generichash_final(&state, hash, sizeof hash);
    char *id = fb_arena_get(arena, 32);
    if (id == NULL)
        return FB_LIMIT;
    for (unsigned i = 0; i < 16; i++) {
        id[2 * i] = hex[hash[i] >> 4];
        id[2 * i + 1] = hex[hash[i] & 15];
    }
    r->env.message_id = (struct fb_span){id, 32};
    return FB_OK;
}

static enum fb_err build_one(const struct fb_csv_task *task, const struct fb_csv_record *of,
                             const struct fb_csv_cells *cells,
                             struct fb_arena *arena, struct fb_record *r, struct fb_span *body, struct fb_csv_fault *fault)
{
    struct fb_csv_times times = {.start_column = -1, .end_column = -1};
    *r = of->blank; /* without a source_seq: rows begin anew with each file, and a row's line must not decide between two files */
    r->env.source = task->mapping->source.name;
    r->env.batch_id = task->batch_id;
    r->env.historic = task->historic;
    enum fb_err e = put_reference(task, of, cells, arena, r, fault);
    if (e == FB_OK)
        e = put_occurred(task, of, cells, arena, r, fault);
    for (unsigned i = 0; i < of->n && e == FB_OK; i++) {
        const struct fb_csv_field *f = &of->field[i];
        e = fb_field_is_time(f->field->type) ? fb_csv_put_time(task, f, cells, arena, &times, r, fault)
                                             : put_field(task, f, cells, arena, r, fault);
    }
    if (e == FB_OK)
        e = fb_csv_settle_times(&times, r, fault);
    if (e != FB_OK)
        return e;
    fb_record_close_gaps(r);
    if (fb_csv_identify(task, arena, r, body) != FB_OK)
        return fb_csv_fault_say(fault, -1, "the record is longer than a message may be", none);
    return FB_OK;
}

enum fb_csv_made fb_csv_build(const struct fb_csv_task *task, const struct fb_csv_row *row,
                              struct fb_arena *arena, struct fb_record out[FB_CSV_RECORDS_MAX],
                              struct fb_span body[FB_CSV_RECORDS_MAX], unsigned *n, struct fb_csv_fault *fault)
{
    struct fb_csv_cells cells;
    const struct fb_mapping *m = task->mapping;
    fb_arena_reset(arena);
    *n = 0;
    if (row->fault != NULL) {
        (void)fb_csv_fault_say(fault, -1, row->fault, none);
        return FB_CSV_FAULTY;
    }
    enum fb_err e = fb_csv_read_cells(task, row, arena, &cells, fault);
    if (is_skipped(m, &cells)) /* before anything is asked of it: totals are short rows, often */
        return FB_CSV_SKIPPED;
    if (e != FB_OK || check_width(task, row, fault) != FB_OK)
        return FB_CSV_FAULTY;
    for (unsigned i = 0; i < m->n_records; i++) {
        struct fb_span packed;
        if (!fb_csv_holds(&m->record[i].when, &cells))
            continue;
        if (build_one(task, &m->record[i], &cells, arena, &out[*n], &packed, fault) != FB_OK)
            return FB_CSV_FAULTY;
        if (body != NULL)
            body[*n] = packed;
        ++*n;
    }
    return *n > 0 ? FB_CSV_MADE : FB_CSV_NONE;
}
