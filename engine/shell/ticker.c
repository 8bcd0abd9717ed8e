#include "engine/shell/ticker.h"
#include "engine/shell/log.h"
#include <stdlib.h>

enum { MEMORY = 4 << 20, FRAME_BYTES = 4096, TOPIC_BYTES = 64 };
struct fb_ticker {
    struct fb_port *port, *second; /* second: NULL, or the one to the network */
    const struct fb_gate *gate;
    struct fb_store *store;
    struct fb_reader_books *books;
    struct fb_stats *stats;
    uint64_t called; /* sequence number of the last event called out or passed over; never less than it was */
    uint64_t head;   /* the newest that was told of. The store may be ahead of what the loop has heard, so that a read tells of more */
    void *memory;
    struct fb_arena arena;
    struct fb_event_row *row;
};

enum fb_err fb_ticker_open(struct fb_ticker **out, struct fb_port *port, struct fb_store *store,
                           struct fb_reader_books *books, struct fb_stats *stats, uint64_t head)
{
    struct fb_ticker *t = calloc(1, sizeof *t);
    if (t == NULL)
        return FB_FULL;
    *t = (struct fb_ticker){.port = port, .store = store, .books = books, .stats = stats, .called = head, .head = head};
    t->memory = malloc(MEMORY);
    t->row = calloc(FB_EVENT_SCAN_MAX, sizeof *t->row);
    *out = t;
    if (t->memory == NULL || t->row == NULL) {
        fb_ticker_close(out);
        return FB_FULL;
    }
    fb_arena_init(&t->arena, t->memory, MEMORY);
    return FB_OK;
}

void fb_ticker_add(struct fb_ticker *t, struct fb_port *port, const struct fb_gate *gate)
{
    t->second = port;
    t->gate = gate;
}

/* What is called out is of every trust. */
static bool is_for_this_machine(const struct fb_ticker *t)
{
    const struct fb_peer any = {.key = 0};
    return (fb_gate_who(t->gate, &any)->roles & (FB_MAY_CONTROLS | FB_MAY_FINANCE)) != 0;
}

static unsigned listeners(const struct fb_ticker *t)
{
    return (is_for_this_machine(t) ? fb_port_listeners(t->port) : 0) + (t->second != NULL ? fb_port_listeners(t->second) : 0);
}

void fb_ticker_close(struct fb_ticker **t)
{
    if (*t == NULL)
        return;
    fb_arena_release(&(*t)->arena);
    free((*t)->memory);
    free((*t)->row);
    free(*t);
    *t = NULL;
}

static uint64_t later(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

static void call(struct fb_ticker *t, const struct fb_event_row *row)
{
    unsigned char frame[FRAME_BYTES];
    char memory[TOPIC_BYTES];
    struct fb_text topic;
    fb_text_init(&topic, memory, sizeof memory);
    fb_text_add(&topic, row == NULL ? "tick" : fb_event_word(row->event.kind));
    if (row != NULL) {
        fb_text_add(&topic, ".");
        fb_text_add_code(&topic, row->event.trust);
    }
    size_t n = fb_encode_tick(fb_store_epoch(t->store), t->head, row, frame, sizeof frame);
    if (n == 0)
        return;
    t->stats->ticks += row != NULL;
    if (row == NULL || is_for_this_machine(t))
        fb_port_call(t->port, (struct fb_span){topic.p, (uint32_t)topic.n}, frame, n);
    if (t->second != NULL)
        fb_port_call(t->second, (struct fb_span){topic.p, (uint32_t)topic.n}, frame, n);
}

void fb_ticker_grown(struct fb_ticker *t, uint64_t head)
{
    static const struct fb_event_filter all = {0};
    unsigned n = 0;
    uint64_t next = head, newest = head;
    if (listeners(t) == 0 || head <= t->called) {
        t->called = later(t->called, head);
        return;
    }
    /* Under load the newest are worth more than all: the rest is the feed's. */
    if (head - t->called > FB_EVENT_SCAN_MAX) {
        t->stats->ticks_skipped += head - FB_EVENT_SCAN_MAX - t->called;
        t->called = head - FB_EVENT_SCAN_MAX;
    }
    fb_arena_reset(&t->arena);
    enum fb_err e = fb_report_events(t->store, t->books, &all, t->called, &t->arena, t->row,
                                     FB_EVENT_SCAN_MAX, &n, &next, &newest);
    if (e != FB_OK)
        fb_log(FB_LOG_WARN, "the ticker could not read: %s", fb_err_text(e));
    t->head = later(t->head, newest);
    for (unsigned i = 0; e == FB_OK && i < n; i++)
        call(t, &t->row[i]);
    t->called = later(next, head);
}

void fb_ticker_second(struct fb_ticker *t, uint64_t head)
{
    t->head = later(t->head, head);
    call(t, NULL);
}
