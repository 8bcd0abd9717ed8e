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
static struct fb_backlog_peer *find(const struct fb_backlog *b, const struct fb_peer *peer)
{
    struct fb_backlog_peer *p = b->peer;
    while (p != NULL && !fb_peer_same(&p->peer, peer))
        p = p->next;
    return p;
}

bool fb_backlog_waits(const struct fb_backlog *b, const struct fb_peer *peer)
{
    return find(b, peer) != NULL;
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

bool fb_backlog_keep(struct fb_backlog *b, const struct fb_peer *peer, const void *frame, size_t n, uint64_t ticks_ms)
{
    struct fb_backlog_peer *p = find(b, peer);
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

unsigned fb_backlog_retry(struct fb_backlog *b, uint64_t ticks_ms,
                          enum fb_err (*send)(void *ctx, const struct fb_peer *peer, const void *frame, size_t n), void *ctx)
{
    unsigned lost = 0;
    for (struct fb_backlog_peer **at = &b->peer, *p; (p = *at) != NULL;) {
        enum fb_err e = FB_OK;
        while (p->first != NULL && e == FB_OK)
            if ((e = send(ctx, &p->peer, p->first->bytes, p->first->n)) == FB_OK)
                drop_first(b, p);
        while (p->first != NULL && (e != FB_BUSY || ticks_ms - p->first->since_ms >= KEEP_MS)) {
            drop_first(b, p);
            lost++;
        }
        if (p->first == NULL)
            drop_peer(b, at);
        else
            at = &p->next;
    }
    return lost;
}

void fb_backlog_close(struct fb_backlog *b)
{
    while (b->peer != NULL) {
        while (b->peer->first != NULL)
            drop_first(b, b->peer);
        drop_peer(b, &b->peer);
    }
}
