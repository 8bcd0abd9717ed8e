#ifndef FB_WIRE_RESULT_H
#define FB_WIRE_RESULT_H
/* A result in two files: what is told of records and sources, and what is told of people. For this room only.
 */
#include "engine/wire/table.h"
#include "fairbank/v1/query.pb-c.h"
bool fb_wire__query_known(int64_t n);
bool fb_wire__as_known(int64_t n);
/* Approvals and their months, the audit log and plain lines. */
void fb_wire__append_people(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_people(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
/* Batches. */
void fb_wire__append_batches(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_batches(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
/* The shifts of a month. */
void fb_wire__append_month(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_month(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
#endif
