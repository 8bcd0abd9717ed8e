/* Doctors' rates as requests for information ask them, by two packs that were read from published policies: every hour of each kind of day once,
 * the rates that the pack's own cases expect, and a name for each that leads back to it. */
#include "tests/lib/suite.h"
#include "tools/fairbank/export/rates.h"
#include <string.h>

struct seen {
    unsigned n, known, until_min;
    char last[48];
    const struct fb_book *book;
    fb_code trust;
    fb_day day;
    int64_t dearest_e4, cheapest_e4;
};

static struct fb_book *open_pack(const char *dir)
{
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_pack_read_stack(&files, dir, &report), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_pack_load_files(&book, files.file, files.n, &report), FB_OK);
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
    return book;
}

static unsigned clock_of(const char *text) { return (unsigned)(text[0] - '0') * 600 + (unsigned)(text[1] - '0') * 60 + (unsigned)(text[3] - '0') * 10 + (unsigned)(text[4] - '0'); }

/* A kind of day begins at midnight, ends at the next, and leaves no minute out. */
static bool each(void *ctx, const struct rates_line *l)
{
    struct seen *s = ctx;
    CU_ASSERT_EQUAL(clock_of(l->window), s->until_min % 1440);
    s->until_min = clock_of(l->window + 6);
    CU_ASSERT_STRING_NOT_EQUAL(s->last, l->row);
    (void)snprintf(s->last, sizeof s->last, "%s", l->row);
    s->n++;
    if (l->hour_e4 == FB_ABSENT)
        return true;
    s->known++;
    s->dearest_e4 = l->hour_e4 > s->dearest_e4 ? l->hour_e4 : s->dearest_e4;
    s->cheapest_e4 = s->cheapest_e4 == 0 || l->hour_e4 < s->cheapest_e4 ? l->hour_e4 : s->cheapest_e4;
    return true;
}

static void test_windows(void)
{
    struct fb_book *book = open_pack("rules/examples/luhft-medical");
    fb_code trusts[8];
    unsigned n = probe_trusts(book, trusts, 0, 8);
    CU_ASSERT_FATAL(n > 0);
    struct seen s = {.book = book};
    unsigned lines = rates_each(book, trusts[0], fb_day_of(2026, 6, 1), each, &s);
    CU_ASSERT(lines == s.n && lines > 6 && s.until_min == 1440 && s.known > 0);
    CU_ASSERT(s.dearest_e4 > s.cheapest_e4); /* the card pays social hours less */
    CU_ASSERT_EQUAL(rates_each(book, fb_code_of("X99"), fb_day_of(2026, 6, 1), each, &s), 0); /* no card of its */
    fb_pack_free(&book);
}

static void test_export(void)
{
    struct fb_book *book = open_pack("rules/examples/london-medical-bank");
    struct sheet_book b = {0};
    struct cell_id id = {.name = RATES_NAME, .from = fb_day_of(2026, 11, 1), .until = fb_day_of(2026, 12, 1), .trust = fb_code_of("RRV")}, back;
    char text[64];
    const char *what;
    rates_lay(&b, book, &id, "r");
    CU_ASSERT_FATAL(!b.full && b.table.n_cells >= 12 && b.from.n_cells == b.table.n_cells);
    sheet_cell_format(text, sizeof text, &b.table.cell[4]);
    CU_ASSERT_STRING_EQUAL(text, "67.24"); /* a consultant's weekday: rates/consultants.csv */
    sheet_cell_format(text, sizeof text, &b.table.cell[10]);
    CU_ASSERT_STRING_EQUAL(text, "cannot say"); /* nights of a weekend are not in it */
    CU_ASSERT_TRUE_FATAL(cell_id_parse(&back, b.from.cell[4].text, &what));
    CU_ASSERT(back.trust == id.trust && back.from == id.from);
    CU_ASSERT_STRING_EQUAL(back.row, "CONS/weekday/0000-2400");
    CU_ASSERT_TRUE(rates_explain(book, &back, false));
    back.row[0] = 'X';
    CU_ASSERT_FALSE(rates_explain(book, &back, false));
    sheet_release(&b);
    fb_pack_free(&book);
}

CU_TestInfo suite_export_rates[] = {
    {"each kind of day from midnight to midnight, each window once", test_windows},
    {"the rates of a published card, what it does not say, and names that lead back", test_export},
    CU_TEST_INFO_NULL,
};
