#ifndef FB_TESTS_SIM_WIRE_H
#define FB_TESTS_SIM_WIRE_H
/* A run over the wire: the engine's own rooms without their threads (host.c), publishers that are the adapters' client library
 * (publisher.c), and consumers that are its feed library (consumer.c), over a network that fails (net.h). One tick is some
 * milliseconds; who does what in it hangs on the seed alone.
 *
 * The last part of it is calm: every fault stops at one moment. From then on everything must be answered, every consumer at
 * the head and nothing left to do within a bounded time: a system that is only safe, and never gets there, fails here. */
#include "adapters/lib/client.h"
#include "adapters/lib/feed.h"
#include "engine/shell/door.h"
#include "engine/shell/feed.h"
#include "tests/sim/wire/net.h"
#include "tests/sim/run.h"

enum { SIM_BAD_MAX = 64, SIM_FIFO_MAX = 1024, SIM_POSTS = 8192 };

/* ---- publisher.c ---- */
enum sim_spooled { SIM_WAITS, SIM_GIVEN, SIM_ANSWERED };
struct sim_publisher {
    struct sim_wire *wire;
    unsigned number; /* of its link, and of its source in the world */
    struct fb_client *client; /* NULL: it is not running */
    int64_t up_ms;
    unsigned n, next;      /* messages of this source, in order of arrival; the first that may have to be published */
    unsigned *message;
    unsigned char *state;  /* enum sim_spooled: what the spool on its disk says */
};

/* ---- consumer.c ---- */
enum sim_consumer_kind {
    SIM_LEDGER, /* goes by the position that the engine keeps for it */
    SIM_MIRROR, /* keeps its position itself, and waits at the feed */
    SIM_ALERTS  /* asks for alerts only, by the engine's position */
};
struct sim_consumer {
    struct sim_wire *wire;
    enum sim_consumer_kind kind;
    unsigned link;
    struct fb_feed_client *feed; /* NULL: it is not running */
    int64_t up_ms;
    bool anew;            /* it has not asked since it came up */
    uint64_t epoch, after; /* in memory */
    uint64_t safe;        /* on its disk: everything up to this was kept */
    uint64_t said;        /* the most that it ever acknowledged */
    unsigned char *kept;  /* on its disk: by sequence number */
    uint64_t n_kept, again; /* events kept; given more than once */
};

/* ---- host.c ---- */
struct sim_host {
    struct sim_wire *wire;
    bool up;
    int64_t up_ms, round_ms, second_ms;
    struct fb_config config;
    struct fb_stats stats;
    struct fb_sessions *sessions;
    struct fb_queue *queue;
    struct fb_desk desk;
    struct fb_reload reload;
    struct fb_door door;
    struct fb_under_way acks;
    struct fb_outfeed *feed;
    struct fb_commit *commit;
    struct fb_commit_news news;
    uint64_t events_seen;
    unsigned room;       /* items of its queue */
    unsigned head, n;    /* messages on their way to the journal, in order */
    int fifo[SIM_FIFO_MAX];
    unsigned told;       /* of these, taken by turn in this round */
};

struct sim_wire {
    struct sim_run *r;
    int64_t ticks_ms;
    bool calm;
    struct sim_net net;
    struct sim_host host;
    struct sim_publisher publisher[SIM_PUBLISHERS];
    struct sim_consumer consumer[SIM_CONSUMERS];
    /* Messages by the frame that a publisher makes of them. */
    struct {
        uint64_t hash;
        int message; /* -1: a free place */
    } post[SIM_POSTS];
    unsigned char alone[SIM_MESSAGES_MAX];   /* no other message has its id */
    unsigned char garbled[SIM_MESSAGES_MAX]; /* it was, once */
    unsigned n_bad;
    struct sim_message *bad[SIM_BAD_MAX]; /* garbled ones, numbered from SIM_MESSAGES_MAX on; in the world's arena: the auditor
                                           * asks for them when the wire is gone */
    uint64_t n_events, *event; /* hash of each event as it was first given, by sequence number; 0: not yet */
    int64_t calm_ms;
};

/* Publishes everything, by the run's draws; afterwards nothing of the wire is left. false: r->auditor says why. */
bool sim_wire_run(struct sim_run *r);
/* Some milliseconds pass for everybody but the consumers. */
void sim_wire_tick(struct sim_wire *w);
/* Something differed already: nothing more is done. */
bool sim_wire_over(const struct sim_wire *w);
const struct sim_message *sim_wire_message(const struct sim_wire *w, int number);

void sim_zmq_set(struct sim_wire *wire);

/* ---- post.c ---- */
void sim_post_fill(struct sim_wire *w);
int sim_post_find(const struct sim_wire *w, unsigned link, const void *frame, size_t n); /* -1: no record */
/* A publisher's library can make its frame; it can publish the record itself (else its body, as it is). */
bool sim_post_fits(const struct sim_message *m, bool *as_record);
/* true: `garbled` is another frame of n bytes, which the engine must refuse; *other its message, -1: it is no frame at all. */
bool sim_garble(struct sim_wire *w, unsigned link, const void *frame, size_t n, int message, unsigned char *garbled, int *other);

/* ---- host.c ---- */
void sim_host_open(struct sim_host *h, struct sim_wire *w);
void sim_host_close(struct sim_host *h);
/* The engine's loop and commit thread, once each. */
void sim_host_tick(struct sim_host *h);
bool sim_host_idle(const struct sim_host *h);

void sim_publisher_open(struct sim_publisher *p, struct sim_wire *w, unsigned number);
void sim_publisher_close(struct sim_publisher *p);
void sim_publisher_tick(struct sim_publisher *p);
unsigned sim_publisher_answered(const struct sim_publisher *p);

void sim_consumer_open(struct sim_consumer *c, struct sim_wire *w, enum sim_consumer_kind kind);
void sim_consumer_close(struct sim_consumer *c);
void sim_consumer_tick(struct sim_consumer *c);
bool sim_consumer_at(const struct sim_consumer *c, uint64_t head);
/* Everything that stands in the store was given, once it is calm, as it stands there. */
bool sim_consumers_check(struct sim_wire *w, uint64_t head);
#endif
