#include "engine/turn/files.h"
#include "engine/turn/report_read.h"
#include <stdlib.h>
#include <string.h>

enum fb_err fb_reader_books_open(struct fb_reader_books **out, struct fb_store *store,
                                 const struct fb_turn_ports *ports)
{
    struct fb_reader_books *b = calloc(1, sizeof *b);
    if (b == NULL)
        return FB_FULL;
    b->store = store;
    b->ports = *ports;
    *out = b;
    return FB_OK;
}

void fb_reader_books_close(struct fb_reader_books **books)
{
    struct fb_reader_books *b = *books;
    if (b == NULL)
        return;
    for (uint32_t i = 0; i < b->room; i++)
        if (b->of_issue[i] != NULL)
            b->ports.release(b->ports.ctx, b->of_issue[i]);
    free(b->of_issue);
    free(b);
    *books = NULL;
}

/* Issues are numbered without gaps, so the newest is as many as there are. */
static uint32_t newest(struct fb_store *store)
{
    struct fb_txn *txn;
    if (fb_store_read(store, &txn) != FB_OK)
        return 0;
    uint64_t n = fb_table_rows(txn, FB_TABLE_ISSUES);
    fb_txn_abort(&txn);
    return (uint32_t)n;
}

static bool make_room(struct fb_reader_books *b, uint32_t issue)
{
    if (issue <= b->room)
        return true;
    uint32_t room = issue + 15;
    struct fb_book **of_issue = realloc(b->of_issue, room * sizeof *of_issue);
    if (of_issue == NULL)
        return false;
    memset(of_issue + b->room, 0, (room - b->room) * sizeof *of_issue);
    b->of_issue = of_issue;
    b->room = room;
    return true;
}

const struct fb_book *fb_reader_book(struct fb_reader_books *b, uint32_t issue)
{
    uint32_t last = newest(b->store);
    issue = issue == 0 ? last : issue;
    if (issue == 0 || issue > last || !make_room(b, issue))
        return NULL;
    struct fb_book **place = &b->of_issue[issue - 1];
    if (*place == NULL && fb_issue_compile(b->store, issue, &b->ports, place) != FB_OK)
        *place = NULL;
    return *place;
}
