#ifndef FB_PACK_IMPORT_H
#define FB_PACK_IMPORT_H
/* A published price card into a table of caps. The card is a sheet of a workbook, saved as CSV; its layout
 * changes from year to year, so a mapping in YAML says which column is what:
 *
 *     caps: {name: price-card-2026-27, from: 2026-04-01, until: 2027-04-01, status: published, source: "…",
 * routes: [agency], staff_groups: […], calendar: agenda-for-change, whole_shift: none, break_from:
 * plain_then_dearest} sheet: "Price caps"                  # name or number, of a workbook header_row: 4
 *     grade: {column: "Band", words: {"Band 5": "5"}, leave_out: ["Band 1"]}
 *     zone: {column: "Zone", words: {"Inner London": inner}}      # where a column says it
 *     values:
 *       - {column: "Core hours", category: plain}                # zone: here where each has its own columns
 *     rounding: half_up_penny              # only where the sheet has parts of a penny
 *
 * Out come two files of a pack: caps/NAME.csv (grade,zone,category,pence_hour,note) and caps/NAME.yaml.
 * Amounts may be written with a pound mark and thousands commas. A grade or zone without a word, an amount
 * that is none, and a cell that is given twice are errors with the sheet's line; an empty amount is no cap,
 * and counted. */
#include "engine/pack/pack.h"
struct fb_import {
    char name[64];       /* of the cap */
    char *table, *terms; /* the two files' bytes; freed by fb_import_free */
    size_t n_table, n_terms;
    unsigned rows, amounts, empty, left_out;
};
/* FB_REFUSED: the report says what and where. The grade's and category's words are not held against a book
 * here: checking the pack does that. */
FB_MUST_CHECK enum fb_err fb_import_caps(struct fb_import *out, const struct fb_pack_file *map,
                                         const struct fb_pack_file *sheet, struct fb_pack_report *report);
/* Which sheet of the workbook the mapping names: "" for the first. FB_REFUSED as above. */
FB_MUST_CHECK enum fb_err fb_import_sheet(char name[64], const struct fb_pack_file *map,
                                          struct fb_pack_report *report);
void fb_import_free(struct fb_import *out);
#endif
