#ifndef FB_TURN_WORKERS_H
#define FB_TURN_WORKERS_H
/* Workers by number, in memory. A pseudonym comes in as its hash under the engine's own key (struct fb_who); the rows of
 * WORKERS, hash -> number and the journal number of the record that came with it first, are the only link between the two,
 * and stand outside the journal. Numbers grow from 1 without gaps and are never given again, also when their row is gone:
 * how high they are follows from IDS, which outlives a row of WORKERS.
 *
 * Worker records say that two numbers are one person. What is one person is a class; its name is its lowest number, the
 * canonical one. What was once said stays: classes only ever join. A version of the record that says nothing of an older key
 * is an ordinary one, and one that names another pair says one thing more; so it makes no difference in which order versions
 * come, nor which of them wins. */
#include "engine/store/store.h"
enum { FB_WHO_BYTES = 16 };
struct fb_worker_slot {
    unsigned char hash[FB_WHO_BYTES];
    uint32_t number; /* 0: free */
};
struct fb_worker_class {
    uint32_t canonical, next; /* its class's name, and the next of the class, in a ring */
};
struct fb_workers {
    struct fb_worker_slot *slot; /* open addressing; the hash is keyed, so its first bytes are the place */
    uint32_t n_slots, n_held;
    struct fb_worker_class *of; /* by number */
    uint32_t high, room;        /* the highest number ever given */
    uint32_t moves;             /* how often classes joined */
};
void fb_workers_release(struct fb_workers *w);
uint32_t fb_workers_find(const struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES]); /* 0: not held */
/* The hash will be asked for soon: has its place fetched (fb_diary_near). */
void fb_workers_near(const struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES]);
/* Room for so many pseudonyms. Rows come in order of their hashes when a store is opened: in a table that grew meanwhile they
 * would all crowd at its beginning, and each would walk past all before it. */
FB_MUST_CHECK enum fb_err fb_workers_expect(struct fb_workers *w, uint64_t n);
/* A hash gets its number, or a row of WORKERS is read. FB_DAMAGED: it is held already. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_workers_hold(struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES], uint32_t number);
/* A record with that number came (0: with none): it is known, or the next one. FB_DAMAGED: it is neither. */
FB_MUST_CHECK enum fb_err fb_workers_meet(struct fb_workers *w, uint32_t number);
/* The name of the class; numbers that were never met are given back as they are. */
uint32_t fb_workers_canonical(const struct fb_workers *w, uint32_t number);
/* The next of the class, round and round; itself when it is alone. */
uint32_t fb_workers_next(const struct fb_workers *w, uint32_t number);
/* a and b (both met) are one from now on; a or b 0, or one already: nothing. FB_DAMAGED: one was never met. */
FB_MUST_CHECK enum fb_err fb_workers_same(struct fb_workers *w, uint32_t a, uint32_t b);
/* The slot of a class, from the place *at on (0 before the first); NULL: no more. */
const struct fb_worker_slot *fb_workers_links(const struct fb_workers *w, uint32_t canonical, uint32_t *at);
void fb_workers_drop(struct fb_workers *w, const unsigned char hash[FB_WHO_BYTES]);
uint64_t fb_workers_bytes(const struct fb_workers *w);

/* Rows of WORKERS. */
void fb_workers_put(struct fb_txn *txn, const unsigned char hash[FB_WHO_BYTES], uint32_t number, uint64_t journal);
void fb_workers_del(struct fb_txn *txn, const unsigned char hash[FB_WHO_BYTES]);
struct fb_worker_row {
    const unsigned char *hash; /* points into the key */
    uint32_t number;
    uint64_t journal;
};
FB_MUST_CHECK enum fb_err fb_worker_row_unpack(struct fb_worker_row *out, struct fb_span key, struct fb_span value);
#endif
