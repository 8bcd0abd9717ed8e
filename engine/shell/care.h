#ifndef FB_SHELL_CARE_H
#define FB_SHELL_CARE_H
/* What the engine looks after by itself, once a second: room on the disk, readers that died, the store's map.
 *
 * Below the floor of free space nothing more is taken: publishers are answered `busy` and keep what they have, and the engine puts
 * off work of its own. What was taken before is still committed: it is bounded by the queue. So the disk never gets full under
 * a commit, which would end the engine; and when there is room again it goes on by itself. */
#include "engine/store/store.h"
#include <sys/statvfs.h>
struct fb_commit;
struct fb_care {
    struct fb_store *store;
    const char *folder;
    uint64_t floor_bytes;  /* 0: none */
    uint64_t free_bytes;   /* as seen last; UINT64_MAX: it could not be told */
    bool holding;
    int (*look)(const char *path, struct statvfs *out); /* statvfs: a test puts another disk here */
    uint64_t map_bytes;    /* as seen last */
    unsigned seconds;      /* since readers were looked at */
};
/* Looks once. `folder` lives as long as the care. */
void fb_care_open(struct fb_care *c, struct fb_store *store, const char *folder, uint32_t floor_mib);
/* commit may be NULL. */
void fb_care_second(struct fb_care *c, struct fb_commit *commit);
/* NULL: nobody looks, and there is room. */
bool fb_care_holds(const struct fb_care *c);
#endif
