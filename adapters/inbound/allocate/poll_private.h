#ifndef FB_ALLOCATE_POLL_PRIVATE_H
#define FB_ALLOCATE_POLL_PRIVATE_H
/* What poll.c (reference data, the listing, rounds) and poll_duty.c (one row of it: which duty, as it is now) share; nobody else includes this. */
#include "adapters/inbound/allocate/poll.h"
enum { FB_ALLOCATE_AHEAD = 16 };
struct poll {
    struct fb_allocate_poll_options o;
    struct fb_allocate_api *api;
    struct fb_allocate_memory *memory;
    int64_t from_ms;  /* everything before it was read and answered */
    bool whole_ids;   /* the server wants a duty's whole identifier, not its number */
    bool swept, sweep_found; /* in this round all duties that are booked were looked at; some have nobody on them any more */
    bool told_ahead;  /* once is enough */
    bool left;        /* the round ended before its end: all of it is read again */
    json_t *undone;   /* names of what could not be fetched or sent in this round: it stays due */
    struct {
        int item;
        const json_t *row;
    } ahead[FB_ALLOCATE_AHEAD]; /* sent and not answered yet, the oldest first */
    unsigned n_ahead;
};
/* Fetches what a row is about and sends it on its way; at most FB_ALLOCATE_AHEAD are. */
FB_MUST_CHECK enum fb_err fb_allocate__take_row(struct poll *p, const json_t *row);
/* What a row is about, into a set of names. */
void fb_allocate__put_name(json_t *names, const json_t *row);
/* What cannot be had now stays due; the others go on, unless nobody is there to tell. */
FB_MUST_CHECK enum fb_err fb_allocate__go_on(struct poll *p, const json_t *row, enum fb_err e);
/* Until all that are on their way are answered; after a failure they are let go: said again in the next round, under the same ids. */
FB_MUST_CHECK enum fb_err fb_allocate__await_all(struct poll *p, enum fb_err e);
bool fb_allocate__is_reference(const char *entity);
#endif
