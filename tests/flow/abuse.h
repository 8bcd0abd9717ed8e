#ifndef FB_TESTS_FLOW_ABUSE_H
#define FB_TESTS_FLOW_ABUSE_H
/* Hostile company for a running engine (abuse.c: with and without keys; abuse_raw.c: bytes that no library of ours would send;
 * abuse_honest.c: the publisher who is served meanwhile). Whatever should not have happened ends the program with a sentence. */
#include "adapters/lib/ask.h"
#include "adapters/lib/client.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/feed.h"
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
struct abuse {
    const char *folder;       /* engine.pub, NAME.key and ids.yaml lie there */
    unsigned port;            /* of the door; the feed's is the next, the ticker's the one after */
    char door[64], feed[64];
    const char *local;        /* the engine's own door */
    pid_t engine;
    unsigned connections;     /* held open at once */
    uint64_t accepted;        /* records that the engine had to take from us */
    int64_t memory_kib;       /* the engine's, before; */
    int64_t most_kib;         /* the most since */
};
#define abuse_must(good, ...)                                    \
    do {                                                         \
        if (!(good)) {                                           \
            fprintf(stderr, "FAILED: " __VA_ARGS__);             \
            fprintf(stderr, " (%s:%d)\n", __FILE__, __LINE__);   \
            exit(1);                                             \
        }                                                        \
    } while (0)
/* One record of a hirer, as a frame and as a record. The id is the record's own. */
void abuse_record(struct fb_record *r, const char *source, const char *hirer, const char *id);
size_t abuse_frame(unsigned char *frame, const char *source, const char *hirer, const char *id);
/* The keys of that name; NULL: none. */
void abuse_keys(const struct abuse *a, const char *name, struct fb_curve *out);
int64_t abuse_memory_kib(pid_t pid);
void abuse_watch_memory(struct abuse *a);
/* What the engine itself says, over its own door: messages accepted. */
uint64_t abuse_messages(const struct abuse *a);

/* ---- abuse_raw.c ---- */
/* Records what a client with a good key says to the engine, then says it again, whole and with each byte changed in turn. */
void abuse_replay_bytes(struct abuse *a);
/* Beginnings of handshakes, held; the engine must hang up by itself. */
void abuse_slow(struct abuse *a);
/* That many connections at once. */
void abuse_crowd(struct abuse *a);
/* Every byte of the first frame wrong in turn, and noise. */
void abuse_garbage(struct abuse *a);
int abuse_dial(unsigned port); /* -1: nobody listens */

/* ---- abuse_full.c ---- */
void abuse_full(struct abuse *a);

/* ---- abuse_frames.c ---- */
void abuse_frames(struct abuse *a);

/* ---- abuse_place.c ---- */
void abuse_place(struct abuse *a);

/* ---- abuse_ticker.c ---- */
struct abuse_ears {
    void *context, *revoked, *kept;
};
/* Whoever may hears the ticker; whoever may not does not. */
void abuse_ears_open(struct abuse_ears *e, const struct abuse *a);
void abuse_topics(struct abuse *a);
/* After a key was revoked: it hears no more, the other does. */
void abuse_ears_close(struct abuse_ears *e);

/* ---- abuse_honest.c ---- */
struct abuse_honest {
    pid_t pid;
    int stop, told; /* pipes: closing the first ends it, the second tells what it did */
};
struct abuse_served {
    uint64_t accepted;
    int64_t p50_us, p99_us, worst_us;
};
/* A publisher in a process of its own, paced at 200 records a second. Before any socket is made in this process. */
void abuse_honest_start(struct abuse_honest *h, const struct abuse *a, const char *key, const char *prefix);
/* Waits for its last answer. */
struct abuse_served abuse_honest_end(struct abuse_honest *h);
#endif
