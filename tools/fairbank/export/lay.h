#ifndef FB_TOOLS_FAIRBANK_EXPORT_LAY_H
#define FB_TOOLS_FAIRBANK_EXPORT_LAY_H
/* A cut laid out for people: the table, where each figure is from, and what it is. */
#include "tools/fairbank/export/cut.h"
#include "tools/fairbank/export/sheet.h"
struct lay_said {
    uint32_t small;       /* figures of fewer shifts were left out; 0: none */
    unsigned left_out;
    const char *known;    /* "as known at the end of 2026-11-30"; NULL: now */
    const char *rules;    /* "england 2026.11 + …, issue 3" */
};
/* Into an empty book. */
void lay_cut(struct sheet_book *b, const struct cut *x, const struct lay_said *said);
/* Its About: what, period, coverage, as known when, rules, how well known, what could not be said, what was left out. */
void lay_about(struct sheet_book *b, const struct cut *x, const struct lay_said *said);
/* The figure of a cell. */
struct sheet_cell lay_figure(const struct cut *x, const struct cut_row *row, unsigned column);
#endif
