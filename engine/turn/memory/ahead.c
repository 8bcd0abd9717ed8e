#include "engine/turn/memory/ahead.h"

struct fb_ids_row *fb_ids_ahead_room(struct fb_ids_ahead *a, uint64_t journal)
{
    unsigned at = a->n % FB_AHEAD;
    a->journal[at] = journal;
    return &a->row[at];
}

static void ids_near(const struct fb_turn *t, const struct fb_ids_row *row)
{
    fb_seen_near(&t->seen, row->seen);
    for (unsigned i = 0; i < row->n_tags; i++)
        fb_index_near(&t->index, row->tag[i]);
    if (row->of_worker)
        fb_index_near(&t->index, fb_turn_worker_tag(row->worker, row->kind));
}

void fb_ids_ahead_put(struct fb_ids_ahead *a, const struct fb_turn *t)
{
    ids_near(t, &a->row[a->n++ % FB_AHEAD]);
}

const struct fb_ids_row *fb_ids_ahead_get(struct fb_ids_ahead *a, uint64_t *journal)
{
    if (a->noted == a->n)
        return NULL;
    unsigned at = a->noted++ % FB_AHEAD;
    *journal = a->journal[at];
    return &a->row[at];
}

void fb_message_near(const struct fb_turn *t, const struct fb_ids_row *row)
{
    ids_near(t, row);
    if (row->worker != 0)
        fb_diary_near(&t->diary, row->worker);
}

void fb_message_nearer(const struct fb_turn *t, const struct fb_ids_row *row)
{
    if (row->worker != 0)
        fb_diary_nearer(&t->diary, row->worker);
    if (row->of_worker)
        fb_index_nearer(&t->index, fb_turn_worker_tag(row->worker, row->kind));
}

static enum fb_err load_one(struct fb_stints_ahead *a, struct fb_diary *d)
{
    return fb_diary_load(d, FB_DIARY_SHIFTS, &a->row[a->loaded++ % FB_AHEAD]);
}

enum fb_err fb_stints_ahead_put(struct fb_stints_ahead *a, struct fb_diary *d, uint32_t subject,
                                const struct fb_stint *stint)
{
    enum fb_err err = a->n - a->loaded == FB_AHEAD ? load_one(a, d) : FB_OK;
    a->row[a->n++ % FB_AHEAD] = (struct fb_diary_row){.stint = *stint, .subject = subject};
    fb_diary_near(d, stint->worker);
    if (a->n - a->loaded > FB_AHEAD / 2)
        fb_diary_nearer(d, a->row[(a->n - FB_AHEAD / 2) % FB_AHEAD].stint.worker);
    return err;
}

enum fb_err fb_stints_ahead_end(struct fb_stints_ahead *a, struct fb_diary *d)
{
    enum fb_err err = FB_OK;
    while (err == FB_OK && a->loaded != a->n)
        err = load_one(a, d);
    return err;
}
