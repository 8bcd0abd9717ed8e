#ifndef FB_ADAPTERS_PUBLISHER_H
#define FB_ADAPTERS_PUBLISHER_H
/* A publisher that may be told and forgotten: spool.h in front of client.h. What it took is on the disk, goes out when the engine is
 * there, again under the same id until it is answered, and after a restart of this process too.
 *
 * What became of a message is told twice over: to the callback, when there is one, and to whoever waits for it by its number.
 *
 * Threads: a publisher belongs to one thread at a time; several may work in several threads, each in a folder of its own. It has no
 * thread of its own: messages go out and answers come in only within publish, poll, await and wait. The callback may not call the
 * publisher. Lifetimes: 1. a record is copied before publish returns; 2. an answer and its spans live until the callback returns;
 * 3. the texts in the options' hello must outlive the publisher, the rest of the options until open returns. */
#include "adapters/lib/client.h"
#include "adapters/lib/receipt.h"
#include "adapters/lib/spool.h"
enum {
    FB_PUBLISHER_SAID_MAX = 256, /* answers that are remembered for whoever asks by number */
    FB_PUBLISHER_FIELD_BYTES = 64
};
struct fb_publisher;
/* What became of a message of this run or an earlier one; answer->message_id says of which. The message is done with when the callback has
 * returned: what it keeps of a refusal or a conflict must be on the disk by then. After a crash it may be called for one message twice. */
typedef void fb_publisher_answered(void *ctx, const struct fb_wire_answer *answer);
struct fb_publisher_options {
    struct fb_spool_options spool;
    struct fb_client_options client; /* without answered and ctx */
    fb_publisher_answered *answered; /* NULL: nobody is called */
    void *ctx;
};
/* As fb_spool_open and fb_client_open say; *found: what an earlier run left, which goes out first. The engine need not be there. */
FB_MUST_CHECK enum fb_err fb_publisher_open(struct fb_publisher **out, const struct fb_publisher_options *options, struct fb_spool_found *found,
                                            struct fb_text *why);
/* At once. What is not answered yet stays in the folder, for the next run. */
void fb_publisher_close(struct fb_publisher **publisher);

/* On the disk, synced, when it returns FB_OK; *number (may be NULL) is then what to await it by, until close. Of anything else nothing
 * was taken, and the record is still the caller's:
 *   FB_REFUSED  the engine would not take it, ever: *field says what is wrong with it
 *   FB_FULL     the spool's bounds: the engine is away, or slower than its publisher. Poll until there is room, and let the source wait
 *   FB_LIMIT    longer than a frame may be
 *   FB_IO       the disk, which is full or failing */
FB_MUST_CHECK enum fb_err fb_publisher_publish(struct fb_publisher *publisher, const struct fb_record *record, uint64_t *number, const char **field);
/* The same of several with one sync, which is many times as fast: *taken of them, from the first on, under the numbers from *number on.
 * FB_OK: all. Otherwise what publish would have said of record[*taken], which is the first that was not taken. FB_IO: the disk
 * fails, and *taken, which may be some, are on it and go out; the rest did not get there. */
FB_MUST_CHECK enum fb_err fb_publisher_publish_many(struct fb_publisher *publisher, const struct fb_record *record, unsigned n, uint64_t *number,
                                                    unsigned *taken, const char **field);
/* Sends what is due, takes what has come, calls the callback; waits up to timeout_ms for something to come. FB_OK also when nothing came.
 * FB_REFUSED: the engine does not take this source (fb_publisher_refusal), which no waiting mends. FB_IO: the socket, or the disk could
 * not keep that a message was answered: it may go out again, which its id makes harmless. FB_DAMAGED: a message changed on the disk. */
FB_MUST_CHECK enum fb_err fb_publisher_poll(struct fb_publisher *publisher, int timeout_ms);

/* What became of one message. */
struct fb_publisher_said {
    enum fb_outcome outcome;
    enum fb_reason reason;
    uint64_t journal; /* its number in the engine's journal, and its record's: what receipts and `fairbank explain` speak of */
    uint32_t record;
    char field[FB_PUBLISHER_FIELD_BYTES]; /* of a refusal, NUL-terminated */
};
/* Polls until that message is answered. FB_BUSY: not within timeout_ms; it stays with the publisher. FB_NOT_FOUND: no message of that
 * number was taken, or it was answered before the last FB_PUBLISHER_SAID_MAX answers. Otherwise as fb_publisher_poll. */
FB_MUST_CHECK enum fb_err fb_publisher_await(struct fb_publisher *publisher, uint64_t number, int64_t timeout_ms, struct fb_publisher_said *said);
/* The same until everything is answered. */
FB_MUST_CHECK enum fb_err fb_publisher_wait(struct fb_publisher *publisher, int64_t timeout_ms);

/* How it stands: a source that can wait should, long before FB_FULL. */
struct fb_publisher_level {
    struct fb_spool_level spool;
    uint32_t waiting;            /* taken and not answered */
    unsigned in_flight, window;  /* of these, with the engine; and how many may be */
    enum fb_client_state state;
    struct fb_client_figures figures; /* of this run */
};
struct fb_publisher_level fb_publisher_level(const struct fb_publisher *publisher);
uint32_t fb_publisher_waiting(const struct fb_publisher *publisher);
/* Why the engine does not take this source; "" when it did not say so. */
const char *fb_publisher_refusal(const struct fb_publisher *publisher);

/* What the engine took of this source on a day (0: today, so far), signed. Errors and `signer` as fb_receipt_fetch says; the publisher is
 * not polled meanwhile. */
FB_MUST_CHECK enum fb_err fb_publisher_receipt(struct fb_publisher *publisher, fb_day day, const unsigned char *signer, int timeout_ms,
                                               struct fb_receipt *out, char text[FB_RECEIPT_TEXT_BYTES], struct fb_text *why);
#endif
