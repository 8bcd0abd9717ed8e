#ifndef FB_TURN_IDS_H
#define FB_TURN_IDS_H
/* A row of IDS: what memory has to know of one accepted message, so that opening reads neither the journal
 * nor a record. Which version wins is settled once, when the message is taken, and kept as one bit. */
#include "engine/core/record.h"
struct fb_ids_row {
    enum fb_kind kind;
    uint32_t source, record;
    uint32_t seen;  /* fb_seen_tag of its message id */
    bool first;     /* a record not held before: `record` is the next number */
    bool won;       /* this version became the record's winning one */
    bool by_agency; /* this version names an agency */
    uint32_t worker, worker_was; /* whose it is, as in its entry; 0 none. So numbers outlive the rows of WORKERS */
    bool of_worker; /* the record is found by its worker from this version on */
    unsigned n_tags;
    uint32_t tag[FB_LINKS_MAX]; /* fb_index_tag of the links to post */
};
size_t fb_ids_pack(const struct fb_ids_row *row, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_ids_unpack(struct fb_ids_row *out, struct fb_span bytes);
#endif
