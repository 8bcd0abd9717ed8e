#ifndef FB_SHELL_QUERY_H
#define FB_SHELL_QUERY_H
/* The desk where people's tools get their answers: status, open findings, an explanation, the sources. Reads
 * the store on the loop thread in short transactions, a bounded number of rows a question; there is more
 * behind `more`. */
#include "engine/shell/commit.h"
#include "engine/shell/keys.h"
#include "engine/shell/behind.h"
#include "engine/shell/care.h"
#include "engine/shell/refusals.h"
#include "engine/shell/tally.h"
#include "engine/turn/report.h"
struct fb_desk {
    struct fb_store *store;
    struct fb_reader_books *books;
    struct fb_sessions *sessions;
    const struct fb_tally *tally;
    const struct fb_commit_news *news; /* the latest */
    const struct fb_keys *keys;
    int64_t started_ms;
    const struct fb_refusals *refusals; /* who was turned away; NULL: not counted */
    const struct fb_care *care;         /* the disk; NULL: nobody looks at it */
    const struct fb_behind *behind;     /* consumers that stopped reading; NULL: nobody looks */
    /* Of the question at hand, set by the door before it is answered: */
    const uint32_t *number; /* APPROVALS: records that are approvals, ascending, */
    const int64_t *spent;   /* and what was taken of each, pence */
    unsigned n_listed, n_numbers; /* so many; of which so many may be told in one answer */
    uint32_t worker;        /* AUDIT: whom; 0: anybody */
    struct fb_span told;    /* EXPLAIN: sentences more, for this asker, a line break after each */
    const struct fb_replies_of *replies; /* FINDINGS: of these n_listed subjects; EXPLAIN: of one; NULL: nobody has looked yet */
    bool kept;              /* FINDINGS: who reads of workers is in AUDIT */
    /* Has the replies to those subjects looked for, and of how many findings about workers is read kept; the question comes back
     * with them. Or the asker was told that it may not be asked now. false: cannot be. NULL: none are looked for. */
    bool (*look)(void *ctx, const struct fb_peer *peer, const struct fb_query *query, const uint32_t *subject, unsigned n,
                 unsigned people);
    void *ctx;
    void *memory; /* made by open */
    struct fb_finding_row *finding;
    struct fb_source_row *source;
    struct fb_approval_row *approval;
    struct fb_approval_month *approval_month;
    struct fb_audit_row *audit;
    struct fb_invoice_row *invoice;
    unsigned char *frame;
};
/* Rows in one answer: with a sentence each they fit a frame, or the answer is made shorter. */
enum { FB_DESK_ROWS_MAX = 128 };
/* Subjects looked at for one answer: a filter that matches nothing may not hold the loop for longer than a
 * round or two. Whoever asks goes on after the last one. */
enum { FB_DESK_SCAN_MAX = 4096 };
enum { FB_DESK_MEMORY = 4 << 20 };
/* The caller fills in what stands above `number`. */
FB_MUST_CHECK enum fb_err fb_desk_open(struct fb_desk *d);
void fb_desk_close(struct fb_desk *d);
/* NONE, or what it was refused for. */
enum fb_reason fb_desk_answer(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                              const struct fb_query *query);
/* An answer that was made elsewhere; of an ISSUE the status is added. */
void fb_desk_tell(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                  const struct fb_result *result);
void fb_desk_refuse(struct fb_desk *d, const struct fb_outlet *out, const struct fb_peer *peer,
                    enum fb_query_kind kind, enum fb_reason reason, struct fb_span text);
#endif
