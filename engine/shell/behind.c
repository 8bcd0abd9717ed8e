#include "engine/shell/behind.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/log.h"
#include <inttypes.h>
#include <string.h>

enum { ROW_BYTES = 1024 };

void fb_behind_open(struct fb_behind *b, struct fb_store *store, uint64_t most)
{
    *b = (struct fb_behind){.store = store, .most = most};
}

static struct fb_behind_row *find(struct fb_behind *b, struct fb_span name)
{
    for (unsigned i = 0; i < b->n; i++)
        if (fb_span_is(name, b->row[i].name))
            return &b->row[i];
    return NULL;
}

static void say(const struct fb_behind *b, const struct fb_behind_row *row)
{
    fb_log(FB_LOG_WARN,
           "consumer %s is %" PRIu64 " events behind, more than consumer_behind (%" PRIu64 "): does it still run? It is given all of them "
           "when it asks; they cost disk only",
           row->name, row->events, b->most);
}

static void note(struct fb_behind *b, struct fb_span name, uint64_t events)
{
    struct fb_behind_row *row = find(b, name);
    bool is_new = row == NULL;
    if (is_new && (b->n == FB_BEHIND_MAX || name.n > FB_ID_BYTES_MAX)) {
        b->more++;
        return;
    }
    if (is_new) {
        row = &b->row[b->n++];
        memcpy(row->name, name.p, name.n);
        row->name[name.n] = '\0';
    }
    row->events = events;
    row->seen = true;
    if (is_new)
        say(b, row);
}

/* A position of an epoch before a restore stands where both stores are the same. */
static uint64_t position(const struct fb_behind *b, struct fb_span value)
{
    uint64_t epoch = 0, seq = 0, shares;
    if (!fb_cursor_unpack(value, &epoch, &seq))
        return UINT64_MAX; /* whoever asks for it is told */
    shares = fb_store_shares(b->store, epoch);
    return seq < shares ? seq : shares;
}

static enum fb_err look_at_all(struct fb_behind *b)
{
    unsigned char memory[ROW_BYTES];
    struct fb_arena arena;
    struct fb_scan scan;
    struct fb_txn *t = NULL;
    enum fb_err e = fb_store_read(b->store, &t);
    if (e != FB_OK)
        return e;
    uint64_t head = fb_table_rows(t, FB_TABLE_EVENTS); /* numbered from 1 without gaps */
    fb_arena_init(&arena, memory, sizeof memory);
    fb_scan_begin(&scan, t, FB_TABLE_CURSORS, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, &arena)) {
        uint64_t at = position(b, scan.value);
        if (at < head && head - at >= b->most)
            note(b, scan.key, head - at);
        fb_arena_reset(&arena);
    }
    fb_scan_end(&scan);
    fb_arena_release(&arena);
    return fb_txn_commit(&t);
}

static void drop_those_that_caught_up(struct fb_behind *b)
{
    for (unsigned i = 0; i < b->n;)
        if (b->row[i].seen) {
            i++;
        } else {
            fb_log(FB_LOG_INFO, "consumer %s has caught up", b->row[i].name);
            b->row[i] = b->row[--b->n];
        }
}

void fb_behind_look(struct fb_behind *b)
{
    if (b->most == 0)
        return;
    b->more = 0;
    for (unsigned i = 0; i < b->n; i++)
        b->row[i].seen = false;
    enum fb_err e = look_at_all(b);
    if (e == FB_OK)
        drop_those_that_caught_up(b);
    else
        fb_log(FB_LOG_WARN, "consumers' positions could not be read: %s", fb_err_text(e));
}

void fb_behind_second(struct fb_behind *b)
{
    if (++b->seconds < FB_BEHIND_SECONDS)
        return;
    b->seconds = 0;
    fb_behind_look(b);
}

static bool is_whose(const char *cursor, struct fb_span whose)
{
    return strlen(cursor) > whose.n && memcmp(cursor, whose.p, whose.n) == 0 && cursor[whose.n] == '/';
}

void fb_behind_add(struct fb_text *out, const struct fb_behind *b, struct fb_span whose)
{
    size_t before = out->n;
    for (unsigned i = 0; i < b->n; i++) {
        if (whose.n > 0 && !is_whose(b->row[i].name, whose))
            continue;
        fb_text_add(out, out->n > before ? ", " : "");
        fb_text_add(out, b->row[i].name);
        fb_text_add(out, " ");
        fb_text_add_int(out, (int64_t)b->row[i].events);
    }
    if (b->more == 0 || whose.n > 0)
        return;
    fb_text_add(out, b->n > 0 ? ", others " : "others ");
    fb_text_add_int(out, b->more);
}
