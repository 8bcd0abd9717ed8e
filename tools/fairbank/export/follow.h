#ifndef FB_TOOLS_FAIRBANK_EXPORT_FOLLOW_H
#define FB_TOOLS_FAIRBANK_EXPORT_FOLLOW_H
/* fairbank export follow: alerts from the feed into a folder, a file a day (day_file.h), with tables beside them. */
#include "adapters/lib/consumer.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/export/day_file.h"
#include "tools/fairbank/export/sheet.h"
struct follow {
    const struct options *o;
    struct fb_consumer *feed;
    struct day_files files;
    struct sheet_book book;   /* rows that wait to be written */
    uint64_t written, again;
    fb_day tables;            /* the day for which they are there; 0: none yet */
    bool away, refused, tables_failed;
    char endpoint[400];
};
/* Whether an event is an alert: about a finding, and of a live source. */
bool follow_wants(const struct fb_event_row *row);
/* The first line of a file. false: no memory; the caller frees. */
bool follow_head(char **out);
/* A page's alerts, each in its day's file once, on the disk. */
FB_MUST_CHECK enum fb_err follow_take(struct follow *f, const struct fb_feed_page *page);
/* The names in a list, one a call: false at its end; 0 bytes where two commas stand together. */
bool follow_name(const char **list, char *out, size_t size);
/* false: one cannot be a table, which was said. */
bool follow_tables_check(const struct options *o);
/* The tables of a day, over those that are there when `anew`. false: not all could be made, and why was said. */
bool follow_tables_make(const struct options *o, fb_day day, bool anew);
#endif
