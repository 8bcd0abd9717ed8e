#ifndef FB_SHELL_COMMIT_PEOPLE_H
#define FB_SHELL_COMMIT_PEOPLE_H
/* What the commit thread does about people: finds out who a pseudonym is, keeps who asked before anything is told, forgets a
 * worker, and confirms a grant by telephone. Records that came before count. */
#include "engine/shell/keys.h"
#include "engine/shell/queue.h"
#include "engine/turn/report.h"
enum { FB_PEOPLE_ROWS = 64 };
struct fb_people {
    struct fb_turn *turn;
    struct fb_store *store;
    const struct fb_turn_ports *ports;
    const struct fb_keys *keys;
    struct fb_reader_books *books; /* the commit thread's own, opened with the first question that needs it */
    int64_t now_ms;                /* of the batch */
    unsigned n_rows; /* who asked, in the batch's items, and is not kept yet */
    struct fb_audit_row row[FB_PEOPLE_ROWS];
};
/* One item of APPROVALS, WORKER, FORGET, READ, AUDIT or CONFIRM. What was refused stands in item->err and item->why; what is
 * returned is the end of the engine. */
FB_MUST_CHECK enum fb_err fb_people_take(struct fb_people *p, struct fb_item *item);
/* Who asked is kept, for all of them at once: before any of the batch is answered, and while its items are there. */
FB_MUST_CHECK enum fb_err fb_people_keep(struct fb_people *p);
void fb_people_close(struct fb_people *p);
#endif
