#ifndef FB_TESTS_BENCH_PACKS_H
#define FB_TESTS_BENCH_PACKS_H
/* The demo's packs as they are, and as a new issue of them would be: with a remark that changes nothing, or with every
 * Agenda for Change pay point so many times £19.55 a year dearer, which is a penny an hour. */
#include "engine/pack/pack.h"
#include "engine/turn/turn.h"
struct bench_packs {
    struct fb_pack_files files;
    struct fb_book *book; /* NULL once somebody else owns it */
    struct fb_turn_file *list;
};
/* Stops the bench when the packs do not load. */
void bench_packs_read(struct bench_packs *p, unsigned pennies, unsigned remark);
void bench_packs_free(struct bench_packs *p);
/* Makes them the current issue of a turn. */
void bench_packs_issue(struct bench_packs *p, struct fb_turn *turn, int64_t now_ms);
/* Writes them below a folder: FOLDER/england/pack.yaml … */
void bench_packs_write(const struct bench_packs *p, const char *folder);
#endif
