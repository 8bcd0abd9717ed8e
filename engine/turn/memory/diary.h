#ifndef FB_TURN_DIARY_H
#define FB_TURN_DIARY_H
/* The diaries of all workers in memory: by number, what each person's shifts and records of hours, absence and facts add
 * (core/diary.h). It holds exactly the stints of the latest decisions and the rows of the winning versions, so it is the
 * same after every opening. Numbers are places of an array: a look-up costs the same, however many workers there are.
 *
 * A row stands under the number that it was given then: the stint's worker, the entry's worker. Numbers that turn out to be
 * one person keep their lists, and are read together (fb_workers_next), so that nothing has to be moved, and nothing moved
 * back when that is taken back. */
#include "engine/core/diary.h"
#include "engine/turn/memory/workers.h"
/* Trial shifts stand apart; records of people are told apart by their source, which may change its mind. */
enum { FB_DIARY_TRIAL = FB_DIARY_SORTS, FB_DIARY_LISTS };
struct fb_diary_list {
    struct fb_diary_row *row; /* ascending, fb_diary_row_cmp */
    uint32_t n, room;
    uint32_t first_min, last_min; /* starts of the first and the last row: most look-ups end here, and no row is read */
};
/* What is looked at of everybody lies in half a line of the cache, without a pointer before it; what few people have, apart. */
struct fb_diary_person {
    struct fb_diary_list shifts;
    struct fb_diary_list *other; /* the lists after SHIFTS; NULL: none of them */
};
struct fb_diary {
    struct fb_diary_person *person; /* by worker number */
    uint32_t room;
    bool unsorted; /* while a store is opened */
    uint64_t n_rows, bytes;
};
void fb_diary_release(struct fb_diary *d);
/* The list of a row: its worker's, of that sort; a shift's by its flag. */
unsigned fb_diary_list_of(enum fb_diary_sort sort, const struct fb_diary_row *row);
/* A row, added and taken back. FB_FULL: no memory; FB_DAMAGED: what is taken back is not there. */
FB_MUST_CHECK enum fb_err fb_diary_add(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row);
FB_MUST_CHECK enum fb_err fb_diary_take(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row);
/* The same as add, for a store that is opened: rows are put in order by the one call afterwards. */
FB_MUST_CHECK enum fb_err fb_diary_load(struct fb_diary *d, enum fb_diary_sort sort, const struct fb_diary_row *row);
void fb_diary_sort_all(struct fb_diary *d);
/* One number's list; NULL: nothing is held. It stays until the next add or take. */
const struct fb_diary_list *fb_diary_list(const struct fb_diary *d, uint32_t worker, unsigned list);
/* The first row of the list that does not start before that minute: its place, n when there is none. */
uint32_t fb_diary_lower(const struct fb_diary_list *l, uint32_t start_min);
/* Somebody will be asked for soon: has what stands at the number fetched, and when that had time to come, the rows. The misses
 * of a large memory then pass beside other work, whose place they would take otherwise. */
void fb_diary_near(const struct fb_diary *d, uint32_t worker);
void fb_diary_nearer(const struct fb_diary *d, uint32_t worker);
uint64_t fb_diary_bytes(const struct fb_diary *d);
#endif
