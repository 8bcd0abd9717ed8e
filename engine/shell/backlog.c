#include "engine/shell/backlog.h"
#include <stdlib.h>

enum { KEEP_MS = 5000 };

struct frame {
    struct frame *next;
    uint64_t since_ms;
    size_t n;
    unsigned char bytes[];
};
struct fb_backlog_peer {
    struct fb_backlog_peer *next;
    struct fb_peer peer;
    struct frame *first, **last; /* never empty between calls */
};

/* As many as there are connections that do not read: a search through them is short. */
static struct fb_backlog_peer **find(struct fb_backlog *b, const struct fb_peer *peer)
{
    struct fb_backlog_peer **at = &b->peer;
    while (*at != NULL && !fb_peer_same(&(*at)->peer, peer))
        at = &(*at)->next;
    return at;
}

static struct fb_backlog_peer *begin(struct fb_backlog *b, const struct fb_peer *peer)
{
    struct fb_backlog_peer *p = malloc(sizeof *p);
    if (p == NULL)
        return NULL;
    *p = (struct fb_backlog_peer){.next = b->peer, .peer = *peer};
    p->last = &p->first;
    b->peer = p;
    b->bytes += sizeof *p;
    return p;
}

/* Copies the frame. False: there is no room. */
static bool keep(struct fb_backlog *b, const struct fb_peer *peer, const void *frame, size_t n, uint64_t ticks_ms)
{
    struct fb_backlog_peer *p = *find(b, peer);
    size_t room = sizeof(struct frame) + n + (p == NULL ? sizeof *p : 0);
    if (b->bytes + room > FB_OUTGOING_BYTES_MAX)
        return false;
    struct frame *f = malloc(sizeof *f + n);
    if (f != NULL && p == NULL)
        p = begin(b, peer);
    if (f == NULL || p == NULL) {
        free(f);
        return false;
    }
    f->next = NULL;
    f->since_ms = ticks_ms;
    f->n = n;
    memcpy(f->bytes, frame, n);
    *p->last = f;
    p->last = &f->next;
    b->bytes += sizeof *f + n;
    b->frames++;
    return true;
}

static void drop_first(struct fb_backlog *b, struct fb_backlog_peer *p)
{
    struct frame *f = p->first;
    p->first = f->next;
    b->bytes -= sizeof *f + f->n;
    b->frames--;
    free(f);
}

static void drop_peer(struct fb_backlog *b, struct fb_backlog_peer **at)
{
    struct fb_backlog_peer *p = *at;
    *at = p->next;
    b->bytes -= sizeof *p;
    free(p);
}

/* Its frames in their order until one does not go; what is too old then goes too, or all, when nobody is there. */
static enum fb_err send_first(struct fb_backlog *b, struct fb_backlog_peer *p, const struct fb_backlog_way *way, uint64_t ticks_ms)
{
    enum fb_err e = FB_OK;
    while (p->first != NULL && e == FB_OK)
        if ((e = way->send(way->ctx, &p->peer, p->first->bytes, p->first->n)) == FB_OK)
            drop_first(b, p);
    while (p->first != NULL && (e != FB_BUSY || ticks_ms - p->first->since_ms >= KEEP_MS)) {
        drop_first(b, p);
        ++*way->lost;
    }
    return e;
}

enum fb_err fb_backlog_send(struct fb_backlog *b, const struct fb_backlog_way *way, const struct fb_peer *peer, const void *frame, size_t n,
                            uint64_t ticks_ms)
{
    struct fb_backlog_peer **at = find(b, peer);
    enum fb_err e = *at == NULL ? FB_OK : send_first(b, *at, way, ticks_ms);
    if (*at != NULL && (*at)->first == NULL)
        drop_peer(b, at);
    if (e == FB_OK)
        e = way->send(way->ctx, peer, frame, n);
    if (e == FB_BUSY && keep(b, peer, frame, n, ticks_ms))
        return FB_OK;
    *way->lost += e != FB_OK;
    return e == FB_NOT_FOUND ? e : FB_OK;
}

void fb_backlog_retry(struct fb_backlog *b, const struct fb_backlog_way *way, uint64_t ticks_ms)
{
    for (struct fb_backlog_peer **at = &b->peer; *at != NULL;) {
        (void)send_first(b, *at, way, ticks_ms);
        if ((*at)->first == NULL)
            drop_peer(b, at);
        else
            at = &(*at)->next;
    }
}

void fb_backlog_close(struct fb_backlog *b)
{
    while (b->peer != NULL) {
        while (b->peer->first != NULL)
            drop_first(b, b->peer);
        drop_peer(b, &b->peer);
    }
}
