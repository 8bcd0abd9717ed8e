/* Any bytes as a mapping. What is refused says where (FILE:LINE) and why; what is accepted keeps its own
 * promises: every number in it lies in its range, and it can be used on a row of anything. */
#include "adapters/inbound/csv/build.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <string.h>

static unsigned char memory[400000];
static struct fb_record made[FB_CSV_RECORDS_MAX];

static void check_value(const struct fb_mapping *m, const struct fb_csv_value *v)
{
    for (unsigned i = 0; i < v->n; i++)
        fb_assert(v->piece[i].column < (int)m->n_columns);
    fb_assert(v->date < (int)m->n_columns && v->time < (int)m->n_columns);
    for (unsigned i = 0; i < v->when.n; i++)
        fb_assert(v->when.of[i].column < m->n_columns);
}

static void check_record(const struct fb_mapping *m, const struct fb_csv_record *r)
{
    fb_assert(fb_kind_known((int64_t)r->kind) && r->ref.kind != FB_CSV_ABSENT);
    check_value(m, &r->ref);
    for (unsigned i = 0; i < r->n; i++) {
        enum fb_field_type type = r->field[i].field->type;
        unsigned slot = r->field[i].member.slot;
        check_value(m, &r->field[i].value);
        fb_assert(type != FB_FIELD_RATE || slot < FB_RATE_CELLS_MAX);
        fb_assert(type != FB_FIELD_REFERENCE || slot < FB_REFERENCES_MAX);
        fb_assert((type != FB_FIELD_SIGN_OFF_AT && type != FB_FIELD_SIGN_OFF_REFERENCE) ||
                  slot < FB_SIGN_OFFS_MAX);
    }
}

static void use(const struct fb_mapping *m)
{
    struct fb_csv_task task = {.mapping = m, .layout = {.cells = FB_CSV_COLUMNS_MAX}, .occurred_ms = 0};
    struct fb_span cell[FB_CSV_COLUMNS_MAX];
    static const char *const texts[] = {"16/03/2026", "19:30", "x", "", "2026-03-16T07:30"};
    struct fb_csv_fault fault;
    struct fb_arena arena;
    unsigned n;
    for (unsigned c = 0; c < FB_CSV_COLUMNS_MAX; c++) {
        task.layout.at[c] = (int)c;
        cell[c] = fb_span_of(texts[c % 5]);
    }
    struct fb_csv_row row = {.line = 1, .n = FB_CSV_COLUMNS_MAX, .cell = cell};
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_csv_made how = fb_csv_build(&task, &row, &arena, made, NULL, &n, &fault);
    fb_assert(n <= m->n_records && (how == FB_CSV_MADE ? n > 0 : true));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char fault[FB_CSV_FAULT_BYTES];
    struct fb_mapping *m = NULL;
    if (size > 16384 || sodium_init() < 0)
        return 0;
    enum fb_err e = fb_mapping_parse(&m, "m", (struct fb_span){(const char *)data, (uint32_t)size}, fault);
    if (e != FB_OK) {
        fb_assert(e != FB_REFUSED || (fault[0] == 'm' && fault[1] == ':' && strstr(fault, ": ") != NULL));
        return 0;
    }
    fb_assert(m->n_records > 0 && m->n_columns <= FB_CSV_COLUMNS_MAX && m->source.name.n > 0);
    for (unsigned i = 0; i < m->n_records; i++)
        check_record(m, &m->record[i]);
    use(m);
    fb_mapping_close(&m);
    return 0;
}
