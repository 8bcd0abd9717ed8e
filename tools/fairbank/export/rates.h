#ifndef FB_TOOLS_FAIRBANK_EXPORT_RATES_H
#define FB_TOOLS_FAIRBANK_EXPORT_RATES_H
/* What a trust pays doctors of its bank for an hour: grade, shift category, rate, time window. A template of requests under the Freedom of
 * Information Act asks it (salisbury.nhs.uk FOI 9386; grades and categories are the trust's own here, because the template leaves windows to
 * them). Asked of the engine's own pricing with an hour of the category, on one day; no shift and no person is behind it, so that nothing is
 * left out. Each rate has a name that says grade, kind of day and window: cell:foi-rates:2026-03:RTH:FY2/weekday/0700-2000:rate. */
#include "tools/fairbank/care/probe.h"
#include "tools/fairbank/export/cell_id.h"
#include "tools/fairbank/export/sheet.h"
#include "tools/fairbank/source.h"
#define RATES_NAME "foi-rates"
struct rates_line {
    fb_code trust, grade;
    const char *days;          /* "Weekday", "Saturday", … */
    char window[12], row[48]; /* "07:00-20:00"; its words in a name */
    fb_code category;
    int64_t hour_e4;           /* FB_ABSENT: the card does not say */
    const struct fb_card *card;
    uint16_t rule_origin, rate_origin;
};
/* Of one trust on a day, by grade, kind of day and time; false from `each` stops. 0: no card covers doctors there. */
unsigned rates_each(const struct fb_book *book, fb_code trust, fb_day day, bool (*each)(void *ctx, const struct rates_line *line), void *ctx);
/* The export. trust 0: of all that the rules name. */
void rates_lay(struct sheet_book *b, const struct fb_book *book, const struct cell_id *id, const char *rules);
/* Where a rate is from, in words. false: there is none of that name, which was said. */
bool rates_explain(const struct fb_book *book, const struct cell_id *id, bool json);
#endif
