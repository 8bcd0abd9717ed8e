#include "tools/fairbank/again.h"
#include <pthread.h>

/* Parts that wait for a stage, in their order. There is room for all there are. */
struct line {
    pthread_mutex_t lock;
    pthread_cond_t came;
    struct fb_again_part *part[FB_AGAIN_PARTS];
    unsigned first, n;
};
struct run {
    struct fb_again *again;
    struct line to_read, to_make, to_hold;
};

static void line_init(struct line *l)
{
    (void)pthread_mutex_init(&l->lock, NULL);
    (void)pthread_cond_init(&l->came, NULL);
    l->first = l->n = 0;
}

static void line_release(struct line *l)
{
    (void)pthread_cond_destroy(&l->came);
    (void)pthread_mutex_destroy(&l->lock);
}

static void line_put(struct line *l, struct fb_again_part *part)
{
    (void)pthread_mutex_lock(&l->lock);
    l->part[(l->first + l->n++) % FB_AGAIN_PARTS] = part;
    (void)pthread_cond_signal(&l->came);
    (void)pthread_mutex_unlock(&l->lock);
}

static struct fb_again_part *line_get(struct line *l)
{
    (void)pthread_mutex_lock(&l->lock);
    while (l->n == 0)
        (void)pthread_cond_wait(&l->came, &l->lock);
    struct fb_again_part *part = l->part[l->first];
    l->first = (l->first + 1) % FB_AGAIN_PARTS;
    l->n--;
    (void)pthread_mutex_unlock(&l->lock);
    return part;
}

static void *read_all(void *ctx)
{
    struct run *r = ctx;
    for (bool more = true; more;) {
        struct fb_again_part *part = line_get(&r->to_read);
        more = fb_again_read(r->again, part);
        line_put(&r->to_make, part);
    }
    return NULL;
}

static void *hold_all(void *ctx)
{
    struct run *r = ctx;
    for (bool more = true; more;) {
        struct fb_again_part *part = line_get(&r->to_hold);
        more = fb_again_hold(r->again, part);
        line_put(&r->to_read, part);
    }
    return NULL;
}

static void make_all(struct run *r, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    enum { PROGRESS_PARTS = 256 };
    uint64_t done, of;
    unsigned parts = 0;
    for (bool more = true; more;) {
        struct fb_again_part *part = line_get(&r->to_make);
        more = fb_again_make(r->again, part);
        line_put(&r->to_hold, part);
        if (++parts % PROGRESS_PARTS != 0)
            continue;
        fb_again_progress(r->again, &done, &of);
        progress(NULL, done, of);
    }
}

/* Where a stage gets no thread of its own nothing is proved this way. */
static bool go_round(struct run *r, void (*progress)(void *ctx, uint64_t done, uint64_t of))
{
    pthread_t reader, holder;
    if (pthread_create(&reader, NULL, read_all, r) != 0)
        return false;
    bool both = pthread_create(&holder, NULL, hold_all, r) == 0;
    if (!both)
        fb_again_stop(r->again);
    for (unsigned i = 0; i < FB_AGAIN_PARTS; i++)
        line_put(&r->to_read, fb_again_part(r->again, i));
    if (both) {
        make_all(r, progress);
        (void)pthread_join(holder, NULL);
    }
    (void)pthread_join(reader, NULL);
    return both;
}

enum fb_err again_run(struct fb_store *store, const struct fb_turn_ports *ports,
                      void (*progress)(void *ctx, uint64_t done, uint64_t of), struct fb_verify *out, bool *equal)
{
    struct run r = {.again = NULL};
    *equal = false;
    enum fb_err err = fb_again_open(&r.again, store, ports);
    if (err != FB_OK)
        return err;
    line_init(&r.to_read);
    line_init(&r.to_make);
    line_init(&r.to_hold);
    if (go_round(&r, progress))
        *equal = fb_again_is_equal(r.again, out);
    line_release(&r.to_read);
    line_release(&r.to_make);
    line_release(&r.to_hold);
    fb_again_close(&r.again);
    return FB_OK;
}
