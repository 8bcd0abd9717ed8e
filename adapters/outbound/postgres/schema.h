#ifndef FB_POSTGRES_SCHEMA_H
#define FB_POSTGRES_SCHEMA_H
/* The tables and views that people's own tools read, made and brought up to date by the outlet itself: each step of schema.c runs once, in
 * order, each in a transaction of its own, and says in `version` that it has run. A step that has been released is never
 * changed; a newer one mends it. */
#include "engine/base/span.h"
#include <libpq-fe.h>
enum { FB_POSTGRES_NAME_MAX = 40 };
/* schema: its name, [a-z_][a-z0-9_]*. FB_NEWER: made by a newer version. FB_IO: the database; *why says what. */
FB_MUST_CHECK enum fb_err fb_postgres_migrate(PGconn *db, const char *schema, struct fb_text *why);
bool fb_postgres_name_is_good(const char *schema);
#endif
