#ifndef FB_SHELL_COMMIT_ITEMS_H
#define FB_SHELL_COMMIT_ITEMS_H
/* What the commit thread does with one batch: its items one after another, in the order of the queue, then those that only look
 * something up, then the positions of consumers that cannot wait. Records are gathered until something comes that must find them in
 * the journal. What was refused stands in an item; what is returned is the end of the engine. */
#include "engine/shell/commit_chain.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/commit_people.h"
#include "engine/shell/queue.h"
#include "engine/turn/turn.h"
struct fb_commit_with;
struct fb_items {
    struct fb_turn *turn;
    struct fb_store *store;
    struct fb_item **item;   /* the batch in hand, whoever took it from the queue puts it here: room for batch_max */
    struct fb_item **record; /* those of it that go to the journal, and are not in it yet */
    struct fb_input *input;
    struct fb_answer *answer;
    unsigned n_records;
    int64_t now_ms; /* of the batch */
    bool more;      /* it left turn something to do by itself; whoever does it takes this back */
    struct fb_cursors cursors;
    struct fb_people people;
    struct fb_seals seals;
};
/* Borrows what is in *with, which need not live on. FB_FULL: no memory, and nothing is left to close. */
FB_MUST_CHECK enum fb_err fb_items_open(struct fb_items *x, const struct fb_commit_with *with);
void fb_items_close(struct fb_items *x);
/* The first n of x->item. */
FB_MUST_CHECK enum fb_err fb_items_run(struct fb_items *x, unsigned n);
/* What a source says may be refused; a disk that failed is everybody's affair. */
static inline enum fb_err fb_items_fatal(enum fb_err e)
{
    return e == FB_REFUSED || e == FB_LIMIT ? FB_OK : e;
}
/* What does not end the engine is told to who asked, and nothing of what was begun with it. */
static inline enum fb_err fb_items_settle(struct fb_item *item, enum fb_err e)
{
    if (e == FB_OK || item->err != FB_OK)
        return e;
    item->err = e;
    if (item->why.p != NULL)
        fb_text_init(&item->why, item->why.p, item->why.size);
    return e;
}
#endif
