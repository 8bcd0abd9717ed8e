#ifndef FB_PACK_REPORT_H
#define FB_PACK_REPORT_H
/* Writing a report, one complaint at a time. Never fails: without memory the count still rises, so that a
 * book with errors is never taken for a good one. */
#include "engine/pack/pack.h"
/* A complaint being put together: start it, add words to .text, then file it. */
struct fb_complaint {
    struct fb_pack_error e;
    struct fb_text text;
};
void fb_complain(struct fb_complaint *c, struct fb_span pack, struct fb_span path, unsigned line);
void fb_complaint_file(struct fb_complaint *c, struct fb_pack_report *report);
#endif
