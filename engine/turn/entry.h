#ifndef FB_TURN_ENTRY_H
#define FB_TURN_ENTRY_H
/* One entry of the journal: the only thing replay reads. Its number is its key. */
#include "engine/core/reason.h"
#include "engine/core/record.h"
#define FB_ENTRY_VERSION 2u
enum fb_entry_kind {
    FB_ENTRY_MESSAGE = 1, /* an accepted record */
    FB_ENTRY_REFUSAL = 2, /* a refused one or a conflict: kept, changes nothing */
    FB_ENTRY_SOURCE = 3,  /* a publishing system was told of, or changed */
    FB_ENTRY_ISSUE = 4,   /* an issue of the packs became current */
    FB_ENTRY_TICK = 5,    /* vacancies whose start has passed */
    FB_ENTRY_TODO = 6,    /* a step of judging again */
    FB_ENTRY_SCHEDULE = 7, /* an issue was taken in, to become current at its moment */
    FB_ENTRY_REPRICE = 8, /* a step of judging again under a new issue */
    FB_ENTRY_CLOSE = 9,   /* a period was closed */
    FB_ENTRY_WEEK = 10,   /* a complete week's pay was held against the card */
    FB_ENTRY_WITHDRAW = 11, /* an issue that waited will not become current */
    FB_ENTRY_FORGET = 12,   /* a worker was forgotten */
    FB_ENTRY_BATCH = 13,    /* a batch is to be taken back */
    FB_ENTRY_BATCH_STEP = 14, /* a step of that */
    FB_ENTRY_RECEIPT = 15,  /* a day was over: what each source sent on it was stated */
    FB_ENTRY_SILENT = 16    /* a source fell silent against its own habit */
};
struct fb_entry {
    enum fb_entry_kind kind;
    int64_t at_ms;           /* max(the entry before, clock) */
    uint32_t decide_version; /* FB_DECIDE_VERSION that judged it */
    uint32_t issue;          /* current when it was judged; for ISSUE the new one */
    uint32_t source;         /* number; 0 none */
    /* MESSAGE */
    uint32_t record; /* internal number of the record */
    bool amended;    /* another version of a record that was held */
    uint32_t worker, worker_was; /* whose it is: the engine's number as given then, 0 none. The body holds no pseudonym */
    /* REFUSAL */
    enum fb_reason reason;
    struct fb_span field;
    uint64_t earlier; /* CONFLICT: the journal number that the id belongs to */
    uint32_t sent;    /* bytes of the body as it was sent: fewer may be kept */
    /* MESSAGE and REFUSAL */
    struct fb_envelope env; /* of a refusal: what could be read */
    unsigned char digest[16]; /* of what was sent; where that holds a pseudonym, or was refused, under the engine's own key */
    struct fb_span
        body; /* the record's bytes as sent, without pseudonyms; SOURCE: the packed fb_source; TICK and TODO: subject numbers; REPRICE: first and
                 last subject looked at; SCHEDULE: issue and moment; WITHDRAW: issue; FORGET: the number; BATCH: its number, who asked and why; BATCH_STEP: batch, first and last entry looked at; RECEIPT, SILENT: receipts.h; CLOSE: the packed fb_period_close; WEEK: its Monday */
};
size_t fb_entry_pack(const struct fb_entry *e, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_entry_unpack(struct fb_entry *out,
                                          struct fb_span bytes); /* spans point into bytes */
size_t fb_source_pack(const struct fb_source *s, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_source_unpack(struct fb_source *out, struct fb_span bytes);
#endif
