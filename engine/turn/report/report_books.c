#include "engine/turn/files.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/standing.h"
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

enum { ROW_ROOM = 8192 };

static enum fb_err find_standing(struct fb_store *store, struct fb_standing *out)
{
    unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_txn *txn;
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    fb_arena_init(&arena, memory, sizeof memory);
    err = fb_standing_find(txn, &arena, out);
    fb_arena_release(&arena);
    fb_txn_abort(&txn);
    return err;
}

enum fb_err fb_report_reprice(struct fb_store *store, struct fb_reprice_state *out)
{
    struct fb_standing s;
    enum fb_err err = find_standing(store, &s);
    *out = (struct fb_reprice_state){0};
    if (err == FB_OK)
        *out = (struct fb_reprice_state){s.current, s.next == 0 ? 0 : s.next - 1, s.of};
    return err;
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
    struct fb_standing s;
    if (issue != 0 && issue <= b->room && b->of_issue[issue - 1] != NULL)
        return b->of_issue[issue - 1];
    if (find_standing(b->store, &s) != FB_OK)
        return NULL;
    issue = issue == 0 ? s.current : issue;
    if (issue == 0 || issue > s.issues || !make_room(b, issue))
        return NULL;
    struct fb_book **place = &b->of_issue[issue - 1];
    if (*place == NULL && fb_issue_compile(b->store, issue, &b->ports, place) != FB_OK)
        *place = NULL;
    return *place;
}
