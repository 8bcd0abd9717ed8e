/* Any bytes as rules of an extract: what is refused says where; what is accepted keeps its promises (no number out of its range, no
 * column of a person, nothing that a pseudonym is made of is kept), and on a row of anything lets nothing out but cells of their
 * shapes and keyed hashes. */
#include "adapters/inbound/scrub/row.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <string.h>

static unsigned char memory[400000];
static struct fb_scrub_rules rules;

static void check_column(const struct fb_scrub_column *c)
{
    fb_assert(c->name.n > 0 && c->name.n <= FB_SCRUB_NAME_BYTES_MAX && c->n > 0 && c->n <= FB_SCRUB_PIECES_MAX);
    fb_assert(c->kind != FB_CSV_TEXT || (!fb_scrub_names_person(c->name) && c->shape < FB_SCRUB_SHAPES));
    for (unsigned i = 0; i < c->n; i++) {
        fb_assert(c->piece[i].column < (int)rules.n_sources);
        fb_assert(c->piece[i].column >= 0 || c->kind == FB_CSV_KEYED);
    }
}

static bool is_hash(struct fb_span s, enum fb_csv_value_kind kind)
{
    return s.n == 0 || s.n == (kind == FB_CSV_KEYED ? 32u : 41u);
}

static void use(void)
{
    static const char *const texts[] = {"R1", "16/03/2026", "Quentin Planted", "12/03/1985", "a@b.org", "07700 900123", "", "\x81", "5B"};
    struct fb_csv_task task = {.worker_key = {1}, .has_worker_key = true};
    struct fb_csv_layout layout = {.cells = FB_SCRUB_COLUMNS_MAX};
    struct fb_span cell[FB_SCRUB_COLUMNS_MAX];
    struct fb_scrub_cells out;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    for (unsigned i = 0; i < FB_SCRUB_COLUMNS_MAX; i++)
        layout.at[i] = (int)i;
    for (unsigned shift = 0; shift < 9; shift++) {
        for (unsigned i = 0; i < FB_SCRUB_COLUMNS_MAX; i++)
            cell[i] = fb_span_of(texts[(i + shift) % 9]);
        struct fb_csv_row row = {.line = 1, .n = FB_SCRUB_COLUMNS_MAX, .cell = cell};
        enum fb_scrub_made made = fb_scrub_row(&out, &rules, &layout, &task, &row, &arena);
        fb_assert(made != FB_SCRUB_SET_ASIDE || out.reason != NULL);
        for (unsigned i = 0; i < rules.n_columns && made == FB_SCRUB_WRITTEN; i++) {
            const struct fb_scrub_column *c = &rules.column[i];
            fb_assert(c->kind == FB_CSV_TEXT ? fb_scrub_shape_fault(c->shape, out.cell[i]) == NULL : is_hash(out.cell[i], c->kind));
            fb_assert(out.cell[i].n == 0 || memchr(out.cell[i].p, '@', out.cell[i].n) == NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char why[FB_CSV_FAULT_BYTES];
    if (size > 16384 || sodium_init() < 0)
        return 0;
    enum fb_err e = fb_scrub_rules_parse(&rules, "m", (struct fb_span){(const char *)data, (uint32_t)size}, why);
    if (e != FB_OK) {
        fb_assert(e == FB_REFUSED && why[0] == 'm' && why[1] == ':' && strstr(why, ": ") != NULL);
        return 0;
    }
    fb_assert(rules.n_columns > 0 && rules.n_columns <= FB_SCRUB_COLUMNS_MAX && rules.n_sources <= FB_SCRUB_COLUMNS_MAX);
    for (unsigned i = 0; i < rules.n_columns; i++)
        check_column(&rules.column[i]);
    use();
    return 0;
}
