#ifndef FB_TESTS_CRASH_H
#define FB_TESTS_CRASH_H
/* The crash test's driver: it starts the real engine, publishes to it and reads its feed through
 * adapters/lib, ends it at a random point, starts it again and compares what the engine holds with what the
 * driver knows.
 *
 *   crash.c        the cycles, what is drawn for each, the table at the end
 *   crash_end.c    how an engine is brought to its end: by time, by call, by instruction, by a fault
 *   crash_engine.c the engine as a process        crash_feed.c    publishers, and the ledger of their
 * messages crash_listen.c a consumer with a position     crash_check.c   what must be true afterwards
 *   crash_cut.c    the power cut: the engine's file as a disk could hold it
 *
 * The driver never ends with the engine, so its memory is the durable side: whatever it was told counts. */
#include "adapters/lib/client.h"
#include "adapters/lib/feed.h"
#include "engine/base/prng.h"
#include "engine/core/report.h"
#include "tests/flow/shim_crash.h"
#include "tests/lib/folder.h"
#include <sys/types.h>

enum { CRASH_PUBLISHERS = 3, CRASH_TRUSTS = 6, CRASH_WAIT_MS = 60000 };
extern const char *const crash_trusts[CRASH_TRUSTS];

/* ---- the engine as a process ---- */
struct crash_engine {
    const char *bin, *shim;
    const char *preload;          /* another library than the shim, for one start; NULL */
    struct fb_test_folder folder; /* everything of one life of a data folder */
    char data[FB_TEST_PATH], door[FB_TEST_PATH], feed[FB_TEST_PATH], log[FB_TEST_PATH],
        page_file[FB_TEST_PATH], ready_file[FB_TEST_PATH];
    const char *set; /* --set of the next start; NULL */
    struct fb_crash_page *page;
    pid_t pid;  /* 0: none runs */
    int status; /* of wait, of the last one */
    bool ready;
    int64_t started_ms, log_from; /* log_from: where this run's lines begin */
    uint64_t starts;
};
void crash_engine_open(struct crash_engine *e);
void crash_engine_close(struct crash_engine *e, bool keep);
/* orders: what the shim is to do; NULL: it is not loaded. */
void crash_engine_start(struct crash_engine *e, const struct fb_crash_page *orders);
/* False: it has ended, and e->status says how. Looks whether it is ready. */
bool crash_engine_lives(struct crash_engine *e);
/* Ends it and waits. */
void crash_engine_end(struct crash_engine *e, int signal);
/* A line of this run's log says it is an error. */
bool crash_engine_said_why(const struct crash_engine *e);
/* The exit status of one of the programs on this data folder, its output in `out`. */
int crash_engine_ask(const struct crash_engine *e, const char *command, const char *out);
int64_t crash_now_ms(void);
void crash_sleep_us(long us);

/* ---- publishers ---- */
enum crash_what { CRASH_BOOKING, CRASH_AMENDED, CRASH_TIMESHEET, CRASH_WRONG };
struct crash_message {
    uint8_t what, held; /* held: how often it was found in the journal */
    bool answered;
    uint8_t outcome;
    uint16_t reason;
    uint32_t booking, revision, record;
    uint64_t journal;
};
struct crash_publisher {
    struct crash *c;
    struct fb_client *client;
    unsigned number;
    char name[16];
    struct crash_message *message;
    uint32_t *revisions; /* by booking: the last */
    size_t n, room, n_bookings, bookings_room;
    size_t next;        /* the first that this client was not given */
    size_t asked, told; /* of those asked for again: given to the client, answered */
    bool asking;
    size_t answered;
    void (*on_first)(struct crash_publisher *p,
                     uint64_t tag); /* a message was answered for the first time; NULL */
};
void crash_publisher_open(struct crash_publisher *p, struct crash *c, unsigned number);
void crash_publisher_close(struct crash_publisher *p);
/* A publisher that dies forgets what it has in flight; it publishes again what its ledger has no answer to.
 */
void crash_publisher_die(struct crash_publisher *p);
/* Draws one more message. */
void crash_publisher_add(struct crash_publisher *p, struct fb_prng *r);
/* Publishes what may be, takes what has come. */
void crash_publisher_work(struct crash_publisher *p, unsigned in_flight, int timeout_ms);
/* Every message once more: each must be answered as the first time. */
void crash_publisher_ask(struct crash_publisher *p);
bool crash_publisher_is_done(const struct crash_publisher *p);
/* What a booking costs by the last revision in the ledger, in pence, and whose it is. */
int64_t crash_booking_pence(const struct crash_publisher *p, size_t booking, unsigned *trust);

/* ---- a consumer ---- */
struct crash_consumer {
    struct crash *c;
    struct fb_feed_client *feed;
    uint64_t epoch, at, acked, head;
    uint64_t *hash; /* by sequence number - 1 */
    size_t n, room;
    bool from_cursor;
    void (*on_new)(struct crash_consumer *l,
                   uint64_t seq); /* a page brought events that are new, up to this; NULL */
};
void crash_consumer_open(struct crash_consumer *l, struct crash *c);
void crash_consumer_close(struct crash_consumer *l);
/* A consumer that dies goes on after the position that the engine keeps. */
void crash_consumer_die(struct crash_consumer *l);
/* One page, if somebody answers within timeout_ms. */
void crash_consumer_work(struct crash_consumer *l, struct fb_prng *r, int timeout_ms);
/* What a consumer knows an event by. */
uint64_t crash_event_hash(uint64_t epoch, const struct fb_event_row *row);

/* ---- the whole ---- */
enum crash_kind { /* how a cycle's engine ends */
                  CRASH_BY_TIME,
                  CRASH_BY_CALL,
                  CRASH_BY_STEP,
                  CRASH_DISK_FULL,
                  CRASH_FLUSH_FAILS,
                  CRASH_MAP_FULL,
                  CRASH_SLOW_DISK,
                  CRASH_KINDS
};
struct crash_figures {
    uint64_t ends[CRASH_KINDS], calls[FB_CRASH_CALLS], not_met, starting, orderly, steps;
    uint64_t acknowledged, published, resent, busy, asked_again, events, events_again, publishers_died,
        consumers_died;
    uint64_t verified, entries, folders, blocks_lost, wrong;
};
struct crash {
    struct crash_engine engine;
    struct crash_publisher publisher[CRASH_PUBLISHERS];
    struct crash_consumer consumer;
    struct crash_figures f;
    struct fb_prng r;
    uint64_t seed, folder_seed, cycle;
    bool no_steps; /* ptrace is not permitted here */
    bool probing;  /* what is wrong now is meant to be: it is counted in `probed`, and not told */
    uint64_t probed;
    void *cut; /* crash_cut.c's own */
};
void crash_life_open(struct crash *c);
void crash_life_close(struct crash *c);
/* Says what is wrong; the run stops and keeps its folder. */
__attribute__((format(printf, 2, 3))) void crash_wrong(struct crash *c, const char *format, ...);
/* One round of everybody: publishers, and at times the consumer. */
void crash_work(struct crash *c, unsigned in_flight);
/* Some publishers and the consumer end, and begin anew with what they had kept. */
void crash_others_die(struct crash *c);
/* crash_end.c: what is drawn for a cycle, and feeding until the engine has ended. */
struct crash_plan {
    enum crash_kind kind;
    struct fb_crash_page orders;
    const char *set;
    int64_t end_ms; /* by time and by step: so long after the start, or after the first answer */
    bool while_starting;
    uint32_t steps;
    unsigned in_flight, at_most;
};
void crash_plan_draw(struct crash *c, enum crash_kind kind, struct crash_plan *plan);
void crash_feed_to_the_end(struct crash *c, struct crash_plan *plan);
/* crash_check.c: waits until everything is answered, judged and received, then compares. */
void crash_settle(struct crash *c);
void crash_check(struct crash *c);
/* The same of a folder's store at rest or beside its engine. Of messages without an answer, one may be there
 * once. */
void crash_check_store(struct crash *c, const char *folder);
/* crash_cut.c */
bool crash_cut_power(struct crash *c, const char *shim_disk, size_t cuts);
#endif
