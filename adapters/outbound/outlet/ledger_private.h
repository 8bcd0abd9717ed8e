#ifndef FB_OUTLET_LEDGER_PRIVATE_H
#define FB_OUTLET_LEDGER_PRIVATE_H
/* What the files of the ledger share; no other includes this. */
#include "adapters/outbound/outlet/ledger.h"
#include <sqlite3.h>
#include <stdarg.h>
enum fb_ledger__statement {
    FB_LEDGER__PLACE,
    FB_LEDGER__MOVE,
    FB_LEDGER__BATCH_DUE,
    FB_LEDGER__PLAN,
    FB_LEDGER__DUE,
    FB_LEDGER__DUE_ANY,
    FB_LEDGER__BATCH,
    FB_LEDGER__AWAY,
    FB_LEDGER__SETTLE,
    FB_LEDGER__CLOCK,
    FB_LEDGER__REVIVE,
    FB_LEDGER__LIST,
    FB_LEDGER__COUNT,
    FB_LEDGER__NEXT,
    FB_LEDGER__NEXT_WATCH,
    FB_LEDGER__RECEIVER,
    FB_LEDGER__PRUNE,
    FB_LEDGER__HUSH,
    FB_LEDGER__HUSHED,
    FB_LEDGER__WATCH,
    FB_LEDGER__LIFT,
    FB_LEDGER__WATCH_DUE,
    FB_LEDGER__WATCHED,
    FB_LEDGER__STATEMENTS
};
struct fb_ledger {
    sqlite3 *db;
    sqlite3_stmt *statement[FB_LEDGER__STATEMENTS];
    char *texts; /* of the rows given out last */
    size_t n_texts, size_texts;
    int lock; /* -1: none */
    char fault[160]; /* of what was undone: undoing it, SQLite forgets why */
};
/* A statement with its parameters: form has one letter for each, 'i' an int64_t, 't' a text or NULL. */
sqlite3_stmt *fb_ledger__ask(struct fb_ledger *l, enum fb_ledger__statement which, const char *form, ...);
/* To its end; what it gives is not looked at. */
enum fb_err fb_ledger__do(sqlite3_stmt *s);
/* Its first number; FB_NOT_FOUND: none, or no value. */
enum fb_err fb_ledger__value(sqlite3_stmt *s, int64_t *out);
#endif
