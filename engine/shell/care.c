#include "engine/shell/care.h"
#include "engine/shell/commit.h"
#include "engine/shell/log.h"
#include "engine/store/care.h"
#include <inttypes.h>

/* Taking is begun again a little above the floor, so that it does not flutter. */
enum { READERS_SECONDS = 60, MARGIN = 8 };

static unsigned long long mib(uint64_t bytes)
{
    return (unsigned long long)(bytes >> 20);
}

static void look_at_disk(struct fb_care *c)
{
    struct statvfs disk;
    if (c->look(c->folder, &disk) == 0)
        c->free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
    uint64_t wanted = c->holding ? c->floor_bytes + c->floor_bytes / MARGIN : c->floor_bytes;
    bool low = c->free_bytes < wanted;
    if (low && !c->holding)
        fb_log(FB_LOG_ERROR,
               "only %llu MiB are free on the disk of %s, fewer than free_mib (%llu): publishers are answered busy until there is room. "
               "Make some; nothing that was answered is in danger", mib(c->free_bytes), c->folder, mib(c->floor_bytes));
    else if (!low && c->holding)
        fb_log(FB_LOG_INFO, "%llu MiB are free on the disk of %s: messages are taken again", mib(c->free_bytes), c->folder);
    c->holding = low;
}

static void look_at_map(struct fb_care *c)
{
    uint64_t now = fb_store_map_bytes(c->store);
    if (now != c->map_bytes && c->map_bytes != 0)
        fb_log(FB_LOG_INFO, "the store's map was made larger: %llu MiB, of which %llu are used", mib(now), mib(fb_store_bytes(c->store)));
    c->map_bytes = now;
}

static void clear_readers(struct fb_care *c)
{
    unsigned cleared = 0;
    c->seconds = 0;
    if (fb_store_readers_clear(c->store, &cleared) == FB_OK && cleared > 0)
        fb_log(FB_LOG_WARN, "%u readers of the store had died, and kept pages from being used again: they are cleared", cleared);
}

void fb_care_open(struct fb_care *c, struct fb_store *store, const char *folder, uint32_t floor_mib)
{
    *c = (struct fb_care){.store = store, .folder = folder, .floor_bytes = (uint64_t)floor_mib << 20, .free_bytes = UINT64_MAX, .look = statvfs};
    c->map_bytes = fb_store_map_bytes(store);
    look_at_disk(c);
}

void fb_care_second(struct fb_care *c, struct fb_commit *commit)
{
    bool before = c->holding;
    look_at_disk(c);
    if (commit != NULL && (c->holding || before != c->holding))
        fb_commit_hold(commit, c->holding);
    look_at_map(c);
    if (++c->seconds >= READERS_SECONDS)
        clear_readers(c);
}

bool fb_care_holds(const struct fb_care *c)
{
    return c != NULL && c->holding;
}
