#ifndef FB_TOOLS_FAIRBANK_EXPORT_ALERTS_H
#define FB_TOOLS_FAIRBANK_EXPORT_ALERTS_H
/* A row an alert: the columns that `fairbank export alerts` and `fairbank export follow` have in common. */
#include "engine/core/report.h"
#include "tools/fairbank/export/sheet.h"
/* The common columns, into a table that has none. */
void alerts_head(struct sheet *to);
void alerts_add(struct sheet_book *b, const struct fb_finding_row *r, const char *state, const char *why);
/* Two columns more for events: the finding's id, and the event's as the last. */
void alerts_head_event(struct sheet *to);
/* An event about a finding. Its why is what explains it: an event carries none. id: fb_event_id. */
void alerts_add_event(struct sheet_book *b, const struct fb_event_row *r, const char *id);
#endif
