#ifndef FB_ADAPTERS_EVENT_JSON_H
#define FB_ADAPTERS_EVENT_JSON_H
/* An event in JSON, in the same words wherever it leaves: `fairbank events --json`, web hooks, mails, tables. What an event does
 * not have is left out: a conflict is of no day and no severity. Amounts are whole pence. */
#include "adapters/lib/feed.h"
#include <jansson.h>
enum { FB_FINDING_ID_BYTES = 40 };
/* RECORD.RULE.DETAIL: what the steps of one finding's life have in common. "" when the event is about no finding. An answer's
 * detail says when it was given, so it stands for every detail of its rule: RECORD.RULE.* */
void fb_finding_id(char out[FB_FINDING_ID_BYTES], const struct fb_event *event);
/* How an invoice ended, of the kinds that say so; else "?", as of any word that is none. */
const char *fb_event_invoice_end(const struct fb_event *event);
/* Flat. The caller owns it; NULL: no memory. */
json_t *fb_event_json(const struct fb_event_row *row);
/* The same as `data` of a CloudEvents 1.0 envelope. */
json_t *fb_event_cloud(const struct fb_event_row *row, uint64_t page_epoch);
/* Of the flat form, or of the envelope: what routes and texts ask of an event. Texts are copied into the arena. FB_REFUSED: *bad names
 * the member. */
FB_MUST_CHECK enum fb_err fb_event_from_json(struct fb_event_row *out, const json_t *json, struct fb_arena *arena, const char **bad);
#endif
