#ifndef FB_WIRE_RESULT_H
#define FB_WIRE_RESULT_H
/* A result in several files: query.c has what is told of records and sources. For this room only. */
#include "engine/wire/table.h"
#include "fairbank/v1/query.pb-c.h"
bool fb_wire__query_known(int64_t n);
bool fb_wire__as_known(int64_t n);
/* The engine's counts, and issues that wait. */
void fb_wire__append_status(struct fb_writer *w, const struct fb_engine_status *status);
void fb_wire__read_status(struct fb_wire_reading *r, const Fairbank__V1__Status *m, struct fb_engine_status *out);
/* Approvals and their months, the audit log and plain lines. */
void fb_wire__append_people(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_people(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
/* Batches; lines of invoices. */
void fb_wire__append_batches(struct fb_writer *w, const struct fb_result *r);
void fb_wire__append_invoices(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_invoices(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
void fb_wire__read_batches(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
/* The shifts of a month. */
void fb_wire__append_month(struct fb_writer *w, const struct fb_result *r);
void fb_wire__read_month(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out);
#endif
