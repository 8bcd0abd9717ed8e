#ifndef FB_TURN_INDEX_H
#define FB_TURN_INDEX_H
/* Records by number, and how they find each other: postings from a link to the records that carry it.
 *
 * A posting's key is a 32-bit tag of (kind of link, its hash, kind of record): lists are per kind of record,
 * so that a hundred thousand bookings of an agency are not walked to find its one framework row. Tags may
 * collide and links of older versions stay posted; whoever reads a list proves each record with fb_link_true.
 * Most keys have one record, which is kept in the slot itself. Lists are in the order of posting, the same
 * after every opening. */
#include "engine/core/record.h"
enum {
    FB_HELD_BY_AGENCY = 1, /* some version of it names an agency */
    FB_HELD_JOINED = 2,    /* a booking whose shift is kept under another number */
    FB_HELD_FINDINGS = 4,  /* it holds findings that an approval could answer, or answers */
    FB_HELD_WITHDRAWN = 8  /* nothing is left of it: its batches were taken back. winner is the version that was withdrawn last */
};
struct fb_held {
    uint32_t winner;  /* journal number of the winning version */
    uint32_t decided; /* journal number of the latest decision kept under this number; 0: none */
    uint32_t due_min; /* when the clock alone may change its decision (of an open vacancy: its start); 0: never */
    uint16_t source;
    uint8_t kind, flags;
};
static inline void fb_held_join(struct fb_held *held, bool joined)
{
    held->flags = (uint8_t)(joined ? held->flags | FB_HELD_JOINED : held->flags & ~FB_HELD_JOINED);
}
static inline void fb_held_find(struct fb_held *held, bool findings)
{
    held->flags = (uint8_t)(findings ? held->flags | FB_HELD_FINDINGS : held->flags & ~FB_HELD_FINDINGS);
}
struct fb_posting {
    uint32_t number, next;
};
struct fb_index {
    struct fb_held *held; /* by record number; [0] is not used */
    uint32_t n_held, held_room;
    uint32_t of_kind[FB_KIND_END], gone_of_kind[FB_KIND_END]; /* gone: of these so many are withdrawn */
    uint64_t *slot; /* tag << 32 | number, or | FB_LISTED | the last posting of a ring */
    uint32_t n_slots, n_keys;
    struct fb_posting *posting;
    uint32_t n_postings, posting_room;
};
#define FB_LISTED      0x80000000u
#define FB_RECORDS_MAX 0x7FFFFFFFu /* numbers and postings share a slot with one bit */
FB_MUST_CHECK enum fb_err fb_index_init(struct fb_index *ix, uint64_t expected_records);
void fb_index_release(struct fb_index *ix);
/* The next record number gets its place. */
FB_MUST_CHECK enum fb_err fb_index_add(struct fb_index *ix, enum fb_kind kind, uint16_t source,
                                       uint32_t *number);
/* NULL: no such record. */
struct fb_held *fb_index_held(const struct fb_index *ix, uint32_t number);
/* Nothing is left of it; and something again. A withdrawn record is found by its name only (fb_gather_self). */
void fb_index_withdraw(struct fb_index *ix, uint32_t number);
void fb_index_return(struct fb_index *ix, uint32_t number);
bool fb_index_withdrawn(const struct fb_index *ix, uint32_t number);
static inline uint32_t fb_index_standing(const struct fb_index *ix, enum fb_kind kind)
{
    return ix->of_kind[kind] - ix->gone_of_kind[kind];
}
uint32_t fb_index_tag(enum fb_link_kind link, uint64_t hash, enum fb_kind kind);
/* The tag will be asked for soon: has its place fetched (fb_diary_near). */
void fb_index_near(const struct fb_index *ix, uint32_t tag);
/* And when that had time to come, the end of its list. */
void fb_index_nearer(const struct fb_index *ix, uint32_t tag);
FB_MUST_CHECK enum fb_err fb_index_post(struct fb_index *ix, uint32_t tag, uint32_t number);

/* A walk over one list: numbers may repeat. */
struct fb_postings {
    const struct fb_index *ix;
    uint32_t next, last; /* postings; 0 and 0: none or one */
    uint32_t single;
};
void fb_postings_begin(struct fb_postings *p, const struct fb_index *ix, uint32_t tag);
uint32_t fb_postings_next(struct fb_postings *p); /* 0: no more */
/* The list as ascending numbers without repeats: the first `max` postings of it. Returns how many. */
unsigned fb_index_read(const struct fb_index *ix, uint32_t tag, uint32_t *number, unsigned max);
/* Of those that are wanted the first `max`: the others take no room, however many there are. */
unsigned fb_index_read_of(const struct fb_index *ix, uint32_t tag, bool (*wants)(const void *ctx, uint32_t number), const void *ctx,
                          uint32_t *number, unsigned max);
uint64_t fb_index_bytes(const struct fb_index *ix);
#endif
