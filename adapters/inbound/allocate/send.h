#ifndef FB_ALLOCATE_SEND_H
#define FB_ALLOCATE_SEND_H
/* Events on their way: scrubbed, mapped, published, and kept account of until the engine has answered every record of each. What
 * `listen`, `file` and `poll` share.
 *
 * An event that was taken before, word for word, is known by its hash and is not sent again. One thread. */
#include "adapters/inbound/allocate/memory.h"
#include "adapters/inbound/allocate/rejects.h"
#include "adapters/inbound/allocate/settings.h"
#include "adapters/lib/batch_name.h"
#include "adapters/lib/client.h"
#include <signal.h>
enum fb_allocate_fate {
    FB_ALLOCATE_WAITING,
    FB_ALLOCATE_TAKEN,      /* durable in the engine */
    FB_ALLOCATE_REPEATED,   /* was taken before */
    FB_ALLOCATE_PASSED,     /* says nothing of ours */
    FB_ALLOCATE_UNREADABLE, /* set aside here */
    FB_ALLOCATE_REFUSED,    /* set aside: the engine refused a record */
    FB_ALLOCATE_CONFLICT,   /* set aside: the engine has other contents under this id */
    FB_ALLOCATE_AWAY,       /* no engine: nothing was taken, say it again */
    FB_ALLOCATE_FATES
};
enum { FB_ALLOCATE_ITEMS_MAX = 512, FB_ALLOCATE_NO_ITEM = -1, FB_ALLOCATE_EVENT_BYTES_MAX = 1 << 18 };
struct fb_allocate_item {
    bool used;
    enum fb_allocate_fate fate;
    unsigned waiting, records; /* records */
    int64_t since_ms; /* on the clock that only goes forward */
    uint32_t generation;
    json_t *event; /* scrubbed; NULL when it was no JSON */
    char from[200], reason[256], hash[33];
};
struct fb_allocate_sender;
struct fb_allocate_send_options {
    const struct fb_allocate_settings *settings;
    const char *program; /* as the log begins */
    bool quiet, again;   /* again: what was taken before is sent too */
    int64_t patience_ms; /* how long a record waits for a place at the engine */
    const volatile sig_atomic_t *stop;
};
/* FB_REFUSED, FB_IO, FB_BUSY: why was written to stderr. */
FB_MUST_CHECK enum fb_err fb_allocate_sender_open(struct fb_allocate_sender **out, const struct fb_allocate_send_options *o);
void fb_allocate_sender_close(struct fb_allocate_sender **sender);
/* The engine answers now. */
bool fb_allocate_engine_is_there(const struct fb_allocate_sender *s);
/* Of an event without a time of its own. */
struct fb_allocate_arrival {
    int64_t at_ms; /* FB_ABSENT: it then has none, and is refused */
    uint64_t line; /* of a file, from 1, whose time at_ms is; 0: at_ms is when it arrived */
};
/* What follows is of that batch, so that it can be taken back as one: a name, of which there are 131,072 a source at most. */
void fb_allocate_batch(struct fb_allocate_sender *s, const char *name);
/* Where there is no file: of what comes in an hour, such as "posts 2026-03-16T08Z". */
void fb_allocate_batch_hour(struct fb_allocate_sender *s, const char *what);
/* An item to look at and release, or NO_ITEM: all are in use, pump first. */
int fb_allocate_send(struct fb_allocate_sender *s, const json_t *event, const char *from, struct fb_allocate_arrival arrival);
/* The same of bytes that ought to be one JSON object; more than FB_ALLOCATE_EVENT_BYTES_MAX are set aside unread. */
int fb_allocate_send_text(struct fb_allocate_sender *s, struct fb_span text, const char *from, struct fb_allocate_arrival arrival);
struct fb_allocate_item *fb_allocate_item(struct fb_allocate_sender *s, int i);
/* Counts it and frees it. Its answer, when it comes later, is nobody's. */
void fb_allocate_release(struct fb_allocate_sender *s, int i);
/* Takes answers, waits up to ms for them. FB_REFUSED: the engine does not take this source. */
FB_MUST_CHECK enum fb_err fb_allocate_pump(struct fb_allocate_sender *s, int ms);
/* What was learnt is on the disk. Due before anybody hears that something was taken. */
FB_MUST_CHECK enum fb_err fb_allocate_settle(struct fb_allocate_sender *s);
struct fb_allocate_memory *fb_allocate_sender_memory(struct fb_allocate_sender *s);
const uint64_t *fb_allocate_counts(const struct fb_allocate_sender *s); /* by fate */
uint64_t fb_allocate_untranslated(const struct fb_allocate_sender *s);
const char *fb_allocate_fate_word(enum fb_allocate_fate f);
int64_t fb_allocate_now_ms(void); /* UTC */
#endif
