#include "adapters/inbound/allocate/lines.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/next_line.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WAIT_MS = 20, AT_ONCE = 256, LINE_ROOM = 3 + FB_ALLOCATE_EVENT_BYTES_MAX + 1 }; /* 3: a byte-order mark's */
/* Items in the order of their lines. */
struct flight {
    int item[AT_ONCE];
    unsigned first, n;
};

enum fb_err fb_allocate_await_engine(struct fb_allocate_sender *s, int64_t patience_ms, const volatile sig_atomic_t *stop)
{
    int64_t until = fb_dealer_now_ms() + patience_ms;
    enum fb_err e = FB_OK;
    while (e == FB_OK && !fb_allocate_engine_is_there(s))
        e = *stop || fb_dealer_now_ms() >= until ? FB_BUSY : fb_allocate_pump(s, WAIT_MS);
    return e;
}

/* The oldest lines that have ended are let go; no more than `leave` stay. */
static enum fb_err land(struct fb_allocate_sender *s, struct flight *f, unsigned leave, int64_t patience_ms, const volatile sig_atomic_t *stop)
{
    int64_t until = fb_dealer_now_ms() + patience_ms;
    while (f->n > 0) {
        int i = f->item[f->first];
        enum fb_allocate_fate fate = fb_allocate_item(s, i)->fate;
        if (fate == FB_ALLOCATE_AWAY)
            return FB_BUSY;
        if (fate != FB_ALLOCATE_WAITING) {
            fb_allocate_release(s, i);
            f->first = (f->first + 1) % AT_ONCE;
            f->n--;
            until = fb_dealer_now_ms() + patience_ms;
            continue;
        }
        if (f->n <= leave)
            return FB_OK;
        if (*stop || fb_dealer_now_ms() >= until)
            return FB_BUSY;
        enum fb_err e = fb_allocate_pump(s, WAIT_MS);
        if (e != FB_OK)
            return e;
    }
    return FB_OK;
}

/* When the file was last written: no event in it was later. Of what is no file, now. */
static int64_t time_of(FILE *file)
{
    struct stat st;
    if (fstat(fileno(file), &st) != 0 || !S_ISREG(st.st_mode))
        return fb_allocate_now_ms();
    return (int64_t)st.st_mtim.tv_sec * 1000 + st.st_mtim.tv_nsec / 1000000;
}

static bool is_blank(const char *line, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strchr(" \t\r\n", line[i]) == NULL)
            return false;
    return true;
}

static void take(struct fb_allocate_sender *s, struct flight *f, const char *line, size_t n, const char *name, struct fb_allocate_arrival arrival)
{
    char from[200];
    snprintf(from, sizeof from, "%.160s:%llu", name, (unsigned long long)arrival.line);
    f->item[(f->first + f->n) % AT_ONCE] = fb_allocate_send_text(s, (struct fb_span){line, (uint32_t)n}, from, arrival);
    f->n++;
}

/* The file; what comes by a pipe cannot be read twice, and is what came in that hour. */
static void name_batch(struct fb_allocate_sender *s, FILE *file, const char *name, bool digits_alone)
{
    char batch[FB_BATCH_NAME_BYTES];
    if (fb_batch_name(batch, name, digits_alone, fileno(file)))
        fb_allocate_batch(s, batch);
    else
        fb_allocate_batch_hour(s, "pipe");
}

enum fb_err fb_allocate_lines(struct fb_allocate_sender *s, FILE *file, const char *name, bool timed, bool digits_alone, int64_t patience_ms, const volatile sig_atomic_t *stop)
{
    struct fb_allocate_arrival arrival = {timed ? time_of(file) : FB_ABSENT, 0};
    struct flight f = {.n = 0};
    char *line = malloc(LINE_ROOM);
    size_t n;
    enum fb_err e = line == NULL ? FB_FULL : FB_OK;
    name_batch(s, file, name, digits_alone);
    while (e == FB_OK && !*stop && fb_next_line(file, line, LINE_ROOM, &n)) {
        const char *at = line;
        if (++arrival.line == 1 && n >= 3 && memcmp(line, "\xEF\xBB\xBF", 3) == 0) { /* a byte-order mark */
            at += 3;
            n -= 3;
        }
        if (is_blank(at, n))
            continue;
        take(s, &f, at, n, name, arrival);
        e = land(s, &f, AT_ONCE - 1, patience_ms, stop);
    }
    if (e == FB_OK)
        e = land(s, &f, 0, patience_ms, stop);
    for (; f.n > 0; f.n--, f.first = (f.first + 1) % AT_ONCE)
        fb_allocate_release(s, f.item[f.first]);
    free(line);
    enum fb_err settled = fb_allocate_settle(s);
    return e != FB_OK ? e : settled != FB_OK ? settled : *stop ? FB_BUSY : ferror(file) ? FB_IO : FB_OK;
}
