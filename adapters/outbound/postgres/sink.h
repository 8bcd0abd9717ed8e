#ifndef FB_POSTGRES_SINK_H
#define FB_POSTGRES_SINK_H
/* Events into PostgreSQL: streamed by COPY into `event` while more of them are read, and the place in the feed beside them, all in one
 * transaction. When one of them is there already (a second outlet, an engine that was restored) the same transaction is made
 * again by way of a table of the session, and only what is new comes in. So an event is there once, however often either side is
 * killed. */
#include "adapters/lib/event_json.h"
#include "adapters/outbound/postgres/schema.h"
struct fb_postgres_sink;
/* database: a connection text of libpq (host=… dbname=…); name: of the place. FB_IO, FB_NEWER, FB_REFUSED (a database of
 * another encoding than UTF-8): *why says what. */
FB_MUST_CHECK enum fb_err fb_postgres_open(struct fb_postgres_sink **out, const char *database, const char *schema, const char *name, struct fb_text *why);
void fb_postgres_close(struct fb_postgres_sink **sink);
/* Where it has come; nought and nought before the first. */
void fb_postgres_place(const struct fb_postgres_sink *s, uint64_t *epoch, uint64_t *seq);
/* Gathers; the rows are copied. FB_FULL: no memory. FB_IO: as of fb_postgres_commit. */
FB_MUST_CHECK enum fb_err fb_postgres_add(struct fb_postgres_sink *s, const struct fb_event_row *row, uint64_t page_epoch);
unsigned fb_postgres_gathered(const struct fb_postgres_sink *s);
/* Writes what was gathered, and moves the place. *added: how many were new. FB_IO: nothing was written and nothing moved; what was
 * gathered is gone, and the connection with it: open again, and ask from the place. */
FB_MUST_CHECK enum fb_err fb_postgres_commit(struct fb_postgres_sink *s, uint64_t epoch, uint64_t seq, uint64_t *added);
const char *fb_postgres_fault(const struct fb_postgres_sink *s);
/* The line of COPY for one event, without its end; for tests. */
bool fb_postgres_line(struct fb_text *out, const struct fb_event_row *row, uint64_t page_epoch);
#endif
