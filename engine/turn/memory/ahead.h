#ifndef FB_TURN_AHEAD_H
#define FB_TURN_AHEAD_H
/* What is read of a large store when it is opened goes to places all over a large memory. A row is therefore kept back for a
 * while after it was read: its places are announced first, and memory answers while the rows after it are read. They are
 * noted in the order in which they came. */
#include "engine/turn/state.h"
enum { FB_AHEAD = 32 };
struct fb_ids_ahead {
    struct fb_ids_row row[FB_AHEAD];
    uint64_t journal[FB_AHEAD];
    unsigned n, noted; /* since the beginning */
};
static inline bool fb_ids_ahead_full(const struct fb_ids_ahead *a)
{
    return a->n - a->noted == FB_AHEAD;
}
/* Where the next row is unpacked; then it is announced, and counts. */
struct fb_ids_row *fb_ids_ahead_room(struct fb_ids_ahead *a, uint64_t journal);
void fb_ids_ahead_put(struct fb_ids_ahead *a, const struct fb_turn *t);
/* The row that was kept back longest; NULL: there is none. It lives until the next is put. */
const struct fb_ids_row *fb_ids_ahead_get(struct fb_ids_ahead *a, uint64_t *journal);

/* The same for a message that is taken soon, whose row is known from before: its places are announced, and when those had time to
 * come, what they lead to. Nothing hangs on it but time, so any row will do. */
void fb_message_near(const struct fb_turn *t, const struct fb_ids_row *row);
void fb_message_nearer(const struct fb_turn *t, const struct fb_ids_row *row);

/* Shifts on their way to their workers' diaries: first the person is fetched, then the end of the list. */
struct fb_stints_ahead {
    struct fb_diary_row row[FB_AHEAD];
    unsigned n, loaded;
};
FB_MUST_CHECK enum fb_err fb_stints_ahead_put(struct fb_stints_ahead *a, struct fb_diary *d, uint32_t subject,
                                              const struct fb_stint *stint);
/* All that are still kept back. */
FB_MUST_CHECK enum fb_err fb_stints_ahead_end(struct fb_stints_ahead *a, struct fb_diary *d);
#endif
