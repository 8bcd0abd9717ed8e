#ifndef FB_SHELL_QUEUE_H
#define FB_SHELL_QUEUE_H
/* The way from the loop thread to the commit thread and back. What is handed over are pointers to items: a
 * decoded record with the memory it was decoded into. Items lie in pages of one MiB that are recycled, so
 * that a warm engine allocates nothing per message; pages that stay unused are given back, second by second. There is
 * one lock per round of the loop and per batch, none per message.
 *
 * Threads: 1. new, push, drop, hand_over, done, free and trim are the loop's; take, give_back and drained are the
 * commit thread's; kick and finish may be called by either. 2. An item belongs to whoever holds it: the loop
 * until hand_over, the commit thread from take to give_back, the loop again from done on. 3. The loop frees
 * every item; the page goes back to the pool when all of its items are free. */
#include "engine/shell/peer.h"
#include "engine/turn/report/report_replies.h"
#include "engine/wire/wire.h"

struct fb_session; /* session.h */
struct fb_page;
enum fb_item_kind {
    FB_ITEM_RECORD, /* a record, or a refusal made at the door, for the journal */
    FB_ITEM_HELLO,  /* a source to tell turn of */
    FB_ITEM_FIND,   /* an outside reference to look up in turn's memory */
    FB_ITEM_ACK,    /* a consumer's position to keep */
    FB_ITEM_CLOSE,  /* a month to close */
    FB_ITEM_WITHDRAW, /* an issue that will not become current */
    FB_ITEM_APPROVALS, /* which records are approvals: only turn's memory knows */
    FB_ITEM_WORKER,   /* what is held of a worker, and that it was asked */
    FB_ITEM_FORGET,   /* a worker to forget, and that it was asked */
    FB_ITEM_READ,     /* that somebody was told of a worker, to be kept before it is told */
    FB_ITEM_AUDIT,    /* a worker's number, for the log of who read what */
    FB_ITEM_CONFIRM,  /* a grant by telephone that its grantor confirms */
    FB_ITEM_REPLIES,  /* which records reply to the findings of a page */
    FB_ITEM_CHECKPOINT, /* a signed root of the journal's chain, an old one or a new one */
    FB_ITEM_PROVE,      /* a proof of an entry, or of growth */
    FB_ITEM_COUNTERSIGN, /* who else signed a checkpoint, to be kept */
    FB_ITEM_BATCHES_OF, /* files and pages, the latest first */
    FB_ITEM_WITHDRAW_BATCH, /* one of them to be taken back, or what that would do */
    FB_ITEM_RECEIPT,    /* what a source sent on a day, signed */
    FB_ITEM_KINDS
};
/* What the commit thread knows of a publishing system. A source stands in the journal from its first record
 * on: a Hello alone, which anybody can say under any name, leaves no trace there. */
struct fb_greeted {
    uint32_t number;       /* turn's; 0: not in the journal */
    bool said;             /* its Hello was taken */
    struct fb_source told; /* what it said; the name lies where the sessions keep it */
};
struct fb_item {
    enum fb_item_kind kind;
    struct fb_page *page;
    struct fb_arena arena; /* this item's memory: everything below points into it */
    struct fb_item *next;  /* for the loop's own lists */
    struct fb_peer peer;
    struct fb_session *session; /* RECORD, HELLO */
    struct fb_greeted *greeted; /* RECORD, HELLO: read and written by the commit thread only */
    struct fb_input input;      /* RECORD, but for .source, which the commit thread fills in */
    struct fb_span message_id;  /* RECORD */
    struct fb_hello hello;      /* HELLO */
    struct fb_query query;      /* all but RECORD, HELLO, ACK */
    uint32_t worker, record;    /* READ: whom and what is told of, by the loop; WORKER, FORGET, AUDIT: whom, found by turn */
    uint32_t *number;           /* APPROVALS: room for FB_ITEM_NUMBERS, made by the loop, */
    int64_t *spent;             /* as many, pence: what their shifts took of their limits so far; */
    struct fb_replies_of *replies; /* REPLIES, READ: of so many subjects, set by the loop, filled in by the commit thread */
    bool others;                /* READ: what stands around the shift at other trusts is told of; by the loop */
    unsigned n_numbers;         /* APPROVALS: filled in by the commit thread; REPLIES, READ: by the loop */
    struct fb_batch_row *batch; /* BATCHES_OF, WITHDRAW_BATCH: room for FB_ITEM_BATCHES, made by the loop, filled in by the commit thread */
    unsigned n_batches;
    struct fb_arena batch_text; /* and room for their texts, made by the loop too: what `arena` has left is the next item's */
    struct fb_feed_ack ack;     /* ACK */
    uint64_t handed_us, durable_us; /* ticks: when it was handed over, and when its batch was durable */
    /* The outcome, filled in by the commit thread. */
    enum fb_err err;         /* all but RECORD and ACK: not FB_OK when it was not done */
    enum fb_reason reason;   /* then; NONE: FIELD_RANGE */
    struct fb_text why;      /* CLOSE, WITHDRAW, CONFIRM: then, in words; WORKER, FORGET, READ: what is told, a line break after
                              * each sentence. The loop makes the room, because what an item did not use when it was
                              * pushed is the next one's */
    bool moved, hushed;      /* HELLO: the journal had its source under another trust until now; had it live, and it is a shadow now */
    fb_code trust_was;       /* that trust */
    struct fb_answer answer; /* RECORD; of FIND only .record */
};

enum { FB_WHY_BYTES = 240, FB_TOLD_BYTES = 24 << 10, FB_ITEM_NUMBERS = 128, FB_ITEM_BATCHES = 32 };
struct fb_queue;
/* Room for items_max handed-over items and pages_max pages. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_queue_open(struct fb_queue **out, unsigned items_max, unsigned pages_max);
void fb_queue_close(struct fb_queue **q);

/* ---- the loop's side ---- */
/* A zeroed item with FB_SCRATCH_BYTES of arena; NULL when the queue or its memory is full. The next call must
 * be push or drop of this item. */
struct fb_item *fb_queue_new(struct fb_queue *q);
/* Keeps it for the next hand_over; what its arena did not use goes to the next item. */
void fb_queue_push(struct fb_queue *q, struct fb_item *item);
void fb_queue_drop(struct fb_queue *q, struct fb_item *item);
/* Gives everything pushed to the commit thread and wakes it. */
void fb_queue_hand_over(struct fb_queue *q);
/* Items that came back, at most `most`. */
unsigned fb_queue_done(struct fb_queue *q, struct fb_item **item, unsigned most);
void fb_queue_free(struct fb_queue *q, struct fb_item *item);
unsigned fb_queue_out(const struct fb_queue *q);   /* items not yet freed */
unsigned fb_queue_pages(const struct fb_queue *q); /* pages it has, in use or kept for what comes next */
/* Once a second: half of the pages that nothing needed since the last call go back to the system, but for a few. */
enum { FB_QUEUE_SPARE_PAGES = 4 };
void fb_queue_trim(struct fb_queue *q);

/* ---- the commit thread's side ---- */
/* Waits at most wait_ms for items (or a kick), then takes up to `most`, in the order in which they were
 * pushed. */
unsigned fb_queue_take(struct fb_queue *q, struct fb_item **item, unsigned most, uint64_t wait_ms);
void fb_queue_give_back(struct fb_queue *q, struct fb_item *const *item, unsigned n);
/* True when finish was called and nothing is left to take. */
bool fb_queue_drained(struct fb_queue *q);

/* ---- either ---- */
void fb_queue_kick(struct fb_queue *q);   /* ends the wait of the take that is waiting, or of the next one */
void fb_queue_finish(struct fb_queue *q); /* nothing more will be handed over */
#endif
