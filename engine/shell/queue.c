#include "engine/shell/queue.h"
#include "engine/base/check.h"
#include "engine/shell/clock.h"
#include <stdlib.h>
#include <string.h>
#include <uv.h>

struct fb_page {
    struct fb_page *next; /* in the pool */
    struct fb_page *next_made, *made_before; /* in the list of all */
    struct fb_arena arena;
    unsigned items; /* made in it and not yet free */
    _Alignas(16) unsigned char bytes[FB_ARENA_BYTES];
};
/* Pointers in the order in which they came; as large as the most items there can be, so it is never full. */
struct ring {
    struct fb_item **item;
    unsigned from, n;
};
struct fb_queue {
    unsigned items_max, pages_max;
    /* The loop's own. */
    struct fb_page *filling, *pool, *made;
    unsigned pages, out;
    unsigned n_pool, least; /* pages in the pool; the fewest since the last trim */
    struct fb_item **pushed;
    unsigned n_pushed;
    struct fb_item *fresh; /* made, and neither pushed nor dropped yet */
    /* Under the lock. */
    uv_mutex_t lock;
    uv_cond_t wake;
    struct ring waiting, done;
    bool kicked, finished;
};

static bool ring_open(struct ring *r, unsigned room)
{
    r->item = calloc(room, sizeof(struct fb_item *));
    return r->item != NULL;
}

static void ring_put(struct fb_queue *q, struct ring *r, struct fb_item *const *item, unsigned n)
{
    fb_assert(r->n + n <= q->items_max);
    for (unsigned i = 0; i < n; i++)
        r->item[(r->from + r->n + i) % q->items_max] = item[i];
    r->n += n;
}

static unsigned ring_take(struct fb_queue *q, struct ring *r, struct fb_item **item, unsigned most)
{
    unsigned n = r->n < most ? r->n : most;
    for (unsigned i = 0; i < n; i++)
        item[i] = r->item[(r->from + i) % q->items_max];
    r->from = (r->from + n) % q->items_max;
    r->n -= n;
    return n;
}

enum fb_err fb_queue_open(struct fb_queue **out, unsigned items_max, unsigned pages_max)
{
    struct fb_queue *q = calloc(1, sizeof *q);
    if (q == NULL)
        return FB_FULL;
    q->items_max = items_max;
    q->pages_max = pages_max;
    uv_mutex_init(&q->lock);
    uv_cond_init(&q->wake);
    q->pushed = calloc(items_max, sizeof(struct fb_item *));
    if (q->pushed == NULL || !ring_open(&q->waiting, items_max) || !ring_open(&q->done, items_max)) {
        fb_queue_close(&q);
        return FB_FULL;
    }
    *out = q;
    return FB_OK;
}

void fb_queue_close(struct fb_queue **out)
{
    struct fb_queue *q = *out;
    *out = NULL;
    if (q == NULL)
        return;
    while (q->made != NULL) {
        struct fb_page *page = q->made;
        q->made = page->next_made;
        fb_arena_release(&page->arena);
        free(page);
    }
    free(q->pushed);
    free(q->waiting.item);
    free(q->done.item);
    uv_cond_destroy(&q->wake);
    uv_mutex_destroy(&q->lock);
    free(q);
}

static size_t room_in(const struct fb_page *page)
{
    return page->arena.size - page->arena.used;
}

static struct fb_page *make_page(struct fb_queue *q)
{
    if (q->pages == q->pages_max)
        return NULL;
    struct fb_page *page = malloc(sizeof *page); /* not zeroed: memory that no message touched stays unreal */
    if (page == NULL)
        return NULL;
    page->items = 0;
    fb_arena_init(&page->arena, page->bytes, sizeof page->bytes);
    page->made_before = NULL;
    page->next_made = q->made;
    if (q->made != NULL)
        q->made->made_before = page;
    q->made = page;
    q->pages++;
    return page;
}

/* The last page that came back is the warmest, so the pool is a stack. */
static bool next_page(struct fb_queue *q)
{
    struct fb_page *page = q->pool;
    if (page != NULL) {
        q->pool = page->next;
        q->n_pool--;
        q->least = q->n_pool < q->least ? q->n_pool : q->least;
    } else {
        page = make_page(q);
    }
    if (page == NULL)
        return false;
    fb_arena_reset(&page->arena);
    q->filling = page;
    return true;
}

enum { ITEM_ROOM = sizeof(struct fb_item) + FB_SCRATCH_BYTES + 64 };

struct fb_item *fb_queue_new(struct fb_queue *q)
{
    fb_assert(q->fresh == NULL);
    if (q->out == q->items_max)
        return NULL;
    if ((q->filling == NULL || room_in(q->filling) < ITEM_ROOM) && !next_page(q))
        return NULL;
    struct fb_page *page = q->filling;
    struct fb_item *item = fb_arena_zero(&page->arena, sizeof *item);
    unsigned char *scratch = fb_arena_get(&page->arena, FB_SCRATCH_BYTES);
    fb_assert(item != NULL && scratch != NULL);
    item->page = page;
    /* Every message gets the same amount, wherever in a page it lies: what fits must not depend on its
     * neighbours. */
    fb_arena_init(&item->arena, scratch, FB_SCRATCH_BYTES);
    page->items++;
    q->out++;
    q->fresh = item;
    return item;
}

static void leave_page(struct fb_queue *q, struct fb_page *page)
{
    fb_assert(page->items > 0 && q->out > 0);
    q->out--;
    if (--page->items > 0)
        return;
    if (page == q->filling) {
        fb_arena_reset(&page->arena);
        return;
    }
    page->next = q->pool;
    q->pool = page;
    q->n_pool++;
}

static void unmake_page(struct fb_queue *q)
{
    struct fb_page *page = q->pool;
    q->pool = page->next;
    q->n_pool--;
    if (page->made_before != NULL)
        page->made_before->next_made = page->next_made;
    else
        q->made = page->next_made;
    if (page->next_made != NULL)
        page->next_made->made_before = page->made_before;
    q->pages--;
    fb_arena_release(&page->arena);
    free(page);
}

/* By halves, so that what comes in waves does not make all of its pages anew for each. */
void fb_queue_trim(struct fb_queue *q)
{
    unsigned spare = q->least > FB_QUEUE_SPARE_PAGES ? q->least - FB_QUEUE_SPARE_PAGES : 0;
    for (unsigned n = (spare + 1) / 2; n > 0; n--)
        unmake_page(q);
    q->least = q->n_pool;
}

void fb_queue_push(struct fb_queue *q, struct fb_item *item)
{
    fb_assert(q->fresh == item);
    q->fresh = NULL;
    item->page->arena.used = (size_t)(item->arena.base - item->page->arena.base) + item->arena.used;
    item->arena.size = item->arena.used; /* whoever asks for more from here on gets none of the next item's */
    q->pushed[q->n_pushed++] = item;
}

void fb_queue_drop(struct fb_queue *q, struct fb_item *item)
{
    fb_assert(q->fresh == item);
    q->fresh = NULL;
    struct fb_page *page = item->page;
    page->arena.used = (size_t)((unsigned char *)item - page->arena.base);
    leave_page(q, page);
}

void fb_queue_hand_over(struct fb_queue *q)
{
    if (q->n_pushed == 0)
        return;
    uint64_t now_us = fb_clock_ticks_us();
    for (unsigned i = 0; i < q->n_pushed; i++)
        q->pushed[i]->handed_us = now_us;
    uv_mutex_lock(&q->lock);
    ring_put(q, &q->waiting, q->pushed, q->n_pushed);
    uv_cond_signal(&q->wake);
    uv_mutex_unlock(&q->lock);
    q->n_pushed = 0;
}

unsigned fb_queue_done(struct fb_queue *q, struct fb_item **item, unsigned most)
{
    uv_mutex_lock(&q->lock);
    unsigned n = ring_take(q, &q->done, item, most);
    uv_mutex_unlock(&q->lock);
    return n;
}

void fb_queue_free(struct fb_queue *q, struct fb_item *item)
{
    leave_page(q, item->page);
}

unsigned fb_queue_out(const struct fb_queue *q)
{
    return q->out;
}

unsigned fb_queue_pages(const struct fb_queue *q)
{
    return q->pages;
}

unsigned fb_queue_take(struct fb_queue *q, struct fb_item **item, unsigned most, uint64_t wait_ms)
{
    uv_mutex_lock(&q->lock);
    /* A wake-up without cause only means that the caller looks around and waits again. */
    if (q->waiting.n == 0 && !q->kicked && !q->finished && wait_ms > 0)
        (void)uv_cond_timedwait(&q->wake, &q->lock, wait_ms * 1000000u);
    q->kicked = false;
    unsigned n = ring_take(q, &q->waiting, item, most);
    uv_mutex_unlock(&q->lock);
    return n;
}

void fb_queue_give_back(struct fb_queue *q, struct fb_item *const *item, unsigned n)
{
    uv_mutex_lock(&q->lock);
    ring_put(q, &q->done, item, n);
    uv_mutex_unlock(&q->lock);
}

bool fb_queue_drained(struct fb_queue *q)
{
    uv_mutex_lock(&q->lock);
    bool drained = q->finished && q->waiting.n == 0;
    uv_mutex_unlock(&q->lock);
    return drained;
}

void fb_queue_kick(struct fb_queue *q)
{
    uv_mutex_lock(&q->lock);
    q->kicked = true;
    uv_cond_signal(&q->wake);
    uv_mutex_unlock(&q->lock);
}

void fb_queue_finish(struct fb_queue *q)
{
    uv_mutex_lock(&q->lock);
    q->finished = true;
    uv_cond_signal(&q->wake);
    uv_mutex_unlock(&q->lock);
}
