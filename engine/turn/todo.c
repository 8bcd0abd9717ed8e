#include "engine/turn/todo.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"

/* A row's value: why it is there. What a record touched stays touched by it, whatever came after. */
enum { TOUCHED = 1, REPRICED = 2, WITHDRAWN = 3 };

/* 0: it is not there. */
static unsigned why_of(struct fb_turn *t, uint32_t number)
{
    unsigned char memory[64]; /* the scratch may be nearly used up by the decision at hand */
    struct fb_arena arena;
    struct fb_key key = fb_key_u32(number);
    struct fb_span row;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find(t->txn, FB_TABLE_TODO, fb_key_span(&key), &arena, &row);
    unsigned why = err == FB_OK && row.n == 1 ? (unsigned char)row.p[0] : 0;
    fb_arena_release(&arena);
    fb_turn_fail(t, err == FB_NOT_FOUND ? FB_OK : err);
    return why;
}

void fb_todo_put(struct fb_turn *t, uint32_t number)
{
    char why = t->repricing ? REPRICED : t->taking_back ? WITHDRAWN : TOUCHED;
    struct fb_key key = fb_key_u32(number);
    unsigned held = why == TOUCHED ? 0 : why_of(t, number);
    if (held == TOUCHED || (held != 0 && why == REPRICED))
        return;
    fb_put(t->txn, FB_TABLE_TODO, fb_key_span(&key), (struct fb_span){&why, 1});
    t->dirty = true;
}

static void take_off(struct fb_turn *t, uint32_t number)
{
    struct fb_key key = fb_key_u32(number);
    fb_del(t->txn, FB_TABLE_TODO, fb_key_span(&key));
}

unsigned fb_todo_first(struct fb_turn *t, uint32_t *number, unsigned max)
{
    struct fb_scan scan;
    struct fb_arena *arena = fb_scratch_arena(&t->scratch);
    unsigned n = 0;
    fb_scan_begin(&scan, t->txn, FB_TABLE_TODO, (struct fb_span){NULL, 0});
    while (n < max && fb_scan_next(&scan, arena)) {
        if (fb_key_parse_u32(scan.key, &number[n]) != FB_OK || fb_index_held(&t->index, number[n]) == NULL) {
            fb_turn_fail(t, FB_DAMAGED);
            break;
        }
        n++;
    }
    fb_scan_end(&scan);
    return n;
}

/* A TICK or TODO entry: the subjects stand in its body, so replay judges the same ones. */
static void write_subjects(struct fb_turn *t, enum fb_entry_kind kind, const uint32_t *number, unsigned n)
{
    unsigned char body[FB_STEP_MAX * 5];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    for (unsigned i = 0; i < n; i++)
        fb_put_varint(&w, number[i]);
    struct fb_entry e = {.kind = kind, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
}

void fb_turn_take_subjects(struct fb_turn *t, enum fb_entry_kind kind, const uint32_t *number, unsigned n)
{
    unsigned char why[FB_STEP_MAX] = {0};
    write_subjects(t, kind, number, n);
    fb_turn_fail(t, fb_batches_move(&t->batches, t->batches.taking.batch)); /* what is judged may move its money */
    fb_turn_judge_begin(t);
    for (unsigned i = 0; i < n && kind == FB_ENTRY_TODO; i++) {
        why[i] = (unsigned char)why_of(t, number[i]);
        take_off(t, number[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        t->repricing = why[i] == REPRICED;
        t->taking_back = why[i] == WITHDRAWN;
        fb_turn_judge(t, number[i]);
    }
    t->repricing = t->taking_back = false;
}
