#include "engine/shell/under_way.h"
#include "engine/base/check.h"
#include <string.h>

static bool same_asker(const struct fb_peer *a, const struct fb_peer *b)
{
    return a->key == b->key && (a->key != 0 || (a->n == b->n && memcmp(a->id, b->id, a->n) == 0));
}

/* n_askers: none of theirs is on its way. */
static unsigned find(const struct fb_under_way *u, const struct fb_peer *peer)
{
    unsigned i = 0;
    while (i < u->n_askers && !same_asker(&u->asker[i].peer, peer))
        i++;
    return i;
}

bool fb_under_way_has_room(const struct fb_under_way *u, const struct fb_peer *peer)
{
    unsigned i = find(u, peer);
    return i < u->n_askers ? u->asker[i].n < FB_UNDER_WAY_MAX : i < FB_ASKERS_MAX;
}

void fb_under_way_left(struct fb_under_way *u, const struct fb_peer *peer)
{
    fb_assert(fb_under_way_has_room(u, peer));
    unsigned i = find(u, peer);
    if (i == u->n_askers)
        u->asker[u->n_askers++] = (struct fb_asking){.peer = *peer};
    u->asker[i].n++;
}

void fb_under_way_back(struct fb_under_way *u, const struct fb_peer *peer)
{
    unsigned i = find(u, peer);
    fb_assert(i < u->n_askers);
    if (--u->asker[i].n == 0)
        u->asker[i] = u->asker[--u->n_askers];
}
