#ifndef FB_TURN_ROW_H
#define FB_TURN_ROW_H
/* Rows of DECISIONS, FINDINGS and REFUSED.
 *
 * A decision's row says, besides the decision itself (core/decide.h), which versions it rests on: the record
 * numbers of the shift and the journal numbers of their versions. So a decision can be explained from the
 * store alone. */
#include "engine/core/decide.h"
#include "engine/core/reason.h"
struct fb_basis_version {
    uint32_t number;
    uint64_t journal;
};
struct fb_decision_row {
    uint32_t into;    /* joined: the number under which the shift is kept; else 0 */
    uint32_t due_min; /* when the clock alone may change it: of an open vacancy its start, else fb_decision.due_ms rounded up; 0 never */
    unsigned n;
    struct fb_basis_version version[FB_MEMBERS_MAX]; /* of an approval: the version that it stands by, then what confirmed it */
    struct fb_basis_version sheet; /* of a shift the timesheet that settles what was worked; number 0: none, or decided before version 5 */
    struct fb_span decision; /* packed */
};
size_t fb_decision_row_pack(const struct fb_decision_row *row, const struct fb_decision *d, void *memory,
                            size_t size);
/* Spans point into bytes. */
FB_MUST_CHECK enum fb_err fb_decision_row_unpack(struct fb_decision_row *out, struct fb_span bytes);

/* Open findings of one subject: what a list shows without reading anything else. */
struct fb_findings_row {
    uint64_t journal; /* of the decision, where the trace is */
    uint32_t source, issue;
    fb_code trust;
    uint8_t staff_group, route;
    bool shadow, historic;
    fb_day shift_day;
    struct fb_span record_ref;
    unsigned n;
    struct fb_finding finding[FB_FINDINGS_MAX];
};
/* One of them is such that an approval could answer it, if its rule lets it: less than a warning calls for none. */
bool fb_findings_row_asks(const struct fb_findings_row *row);
size_t fb_findings_row_pack(const struct fb_findings_row *row, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_findings_row_unpack(struct fb_findings_row *out, struct fb_span bytes);

struct fb_refused_row {
    uint32_t source;
    enum fb_reason reason;
    struct fb_span field;
    uint64_t earlier; /* CONFLICT */
    bool has_id;      /* its message id could be read: it is known again when it is sent again */
    uint32_t seen;    /* then: fb_seen_tag of it */
    bool by_contents; /* and, but for entries that version 7 of the decisions or one before it wrote: */
    uint32_t contents; /* fb_seen_contents of what was sent, by which it is known again */
};
size_t fb_refused_row_pack(const struct fb_refused_row *row, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_refused_row_unpack(struct fb_refused_row *out, struct fb_span bytes);
#endif
