#ifndef FB_TOOLS_FAIRBANK_EXPORT_CELL_ID_H
#define FB_TOOLS_FAIRBANK_EXPORT_CELL_ID_H
/* The name of one figure of an export, which `fairbank explain` takes:
 *
 *   cell:EXPORT:PERIOD:WHOSE:ROW:COLUMN       cell:return:2026-03:RTH:nursing_hca:over_cap
 *                                             cell:spend:2026-03-16..2026-04-13:all:RTH/bank/medical_dental/2026-03-16/worked:spend
 *
 * PERIOD: a month, or two days, the second exclusive. WHOSE: a trust, or all; shadow-RTH, shadow-all of shadow sources. ROW: its
 * words with slashes between; + is a total, ~ what is not said. The words of others (codes of agencies) have every byte but
 * letters, digits, _ . and - as %XX. Names stay the same for as long as packs call their returns, groups and columns the same. */
#include "engine/base/span.h"
#include "engine/base/when.h"
#include <stdbool.h>
enum { CELL_ROW_BYTES_MAX = 360, CELL_ID_BYTES_MAX = 512 };
#define CELL_TOTAL "+"
#define CELL_NOT_SAID "~"
#define CELL_BEGINS "cell:"
struct cell_id {
    char name[32], period[24], column[32]; /* of the export; as it was written */
    fb_day from, until;
    fb_code trust; /* 0: all */
    bool shadow;
    char row[CELL_ROW_BYTES_MAX];
};
/* CELL_ID_BYTES_MAX bytes at out. */
void cell_id_format(char *out, const struct cell_id *id);
/* false: it is none; *what says which part is wrong. */
bool cell_id_parse(struct cell_id *out, const char *text, const char **what);
/* "2026-03" where the days are a month, else "2026-03-16..2026-04-13"; 24 bytes. */
void cell_period_format(char *out, fb_day from, fb_day until);
/* A word of others; absent: CELL_NOT_SAID. */
void cell_add_word(struct fb_text *t, struct fb_span word);
#endif
