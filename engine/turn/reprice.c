#include "engine/turn/reprice.h"
#include "engine/base/bytes.h"
#include "engine/base/check.h"

bool fb_reprice_has(const struct fb_turn *t)
{
    return t->standing.next <= t->standing.of && t->standing.next != 0 && fb_turn_current(t) != NULL;
}

/* Records that were never judged are on the todo, which is worked off first. A shift is judged under its lowest number. */
static bool is_stale(const struct fb_turn *t, uint32_t number)
{
    const struct fb_held *held = fb_index_held(&t->index, number);
    return fb_turn_is_judged((enum fb_kind)held->kind) && held->decided != 0 &&
           held->decided <= t->standing.since && (held->flags & FB_HELD_JOINED) == 0;
}

bool fb_reprice_reaches(const struct fb_turn *t, uint32_t number)
{
    return t->reprice_at != 0 && number > t->reprice_at && number <= t->standing.of && is_stale(t, number);
}

void fb_turn_reprice_most(struct fb_turn *t, unsigned most)
{
    fb_assert(most > 0 && most <= FB_REPRICE_MAX);
    t->reprice_most = most;
}

uint32_t fb_reprice_last(const struct fb_turn *t)
{
    const struct fb_standing *s = &t->standing;
    uint32_t number = s->next, end = s->of;
    if (end - number >= FB_REPRICE_SCAN_MAX)
        end = number + FB_REPRICE_SCAN_MAX - 1;
    for (unsigned n = 0; number < end; number++)
        if (is_stale(t, number) && ++n == t->reprice_most)
            break;
    return number;
}

static void write_step(struct fb_turn *t, uint32_t last)
{
    unsigned char body[10];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    fb_put_varint(&w, t->standing.next);
    fb_put_varint(&w, last);
    struct fb_entry e = {.kind = FB_ENTRY_REPRICE, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
}

void fb_turn_take_reprice(struct fb_turn *t, uint32_t last)
{
    uint32_t number = t->standing.next;
    write_step(t, last);
    fb_turn_judge_begin(t);
    t->repricing = true;
    for (; number <= last && t->err == FB_OK; number++) {
        if (!is_stale(t, number))
            continue;
        t->n_done = 0; /* what is decided again within this entry is no longer stale */
        t->reprice_at = number;
        fb_turn_judge(t, number);
    }
    t->repricing = false;
    t->reprice_at = 0;
    t->standing.next = last + 1;
    t->standing_moved = true;
}
