#ifndef FB_TOOLS_FAIRBANK_EXPORT_MAKE_H
#define FB_TOOLS_FAIRBANK_EXPORT_MAKE_H
/* A cut from beginning to end: the rules are read from the data folder, the shifts asked of the engine (month_rows.h) or read from the
 * same folder. What goes wrong is said on standard error. `fairbank export` lays it out; `fairbank explain` watches one cell. */
#include "tools/fairbank/export/cut.h"
#include "tools/fairbank/source.h"
struct making {
    struct options o; /* as asked, with the trust and the sources of the cut */
    struct folder folder;
    struct cut_plan plan;
    struct cut cut;
    char name[32], title[FB_TEXT_BYTES_MAX + 1];
};
/* Whether who asks may have figures of that trust (0: of all); a trust that names none is given its own. false: said. */
bool make_may_see(const struct options *o, fb_code *trust);
/* What is made, for which days. false: no such export, or not for these days. Whatever comes of it, make_end releases. */
bool make_plan(struct making *m, const struct options *o, const struct cell_id *id);
/* Reads everything. watch may be NULL. */
bool make_read(struct making *m, const struct cut_watch *watch);
void make_end(struct making *m);
/* Every export there is, a line each. */
void make_list(FILE *out, const struct fb_book *book);
/* The first of that name, of whatever days; NULL: the rules have none. */
const struct fb_return *make_return(const struct fb_book *book, const char *name);
/* A folder with rules to make exports by. */
bool make_open(struct making *m, const struct options *o);
/* Open findings, as a list of single shifts. */
struct sheet_book;
bool make_alerts(struct sheet_book *b, const struct options *o, const char *rules);
#endif
