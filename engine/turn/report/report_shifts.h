#ifndef FB_TURN_REPORT_SHIFTS_H
#define FB_TURN_REPORT_SHIFTS_H
/* Every shift of a store once, as the engine sees it (merged where several systems sent it), with its latest decision: what
 * harmony, and the money of a change of rules, are computed from. Reads in short transactions, beside a running engine. */
#include "engine/turn/report.h"
struct fb_shift_row {
    uint32_t subject;
    const struct fb_decision *decision;
    const struct fb_booking *booking; /* state as merged: cancelled ones come as well */
    fb_day day;                       /* local date of the start */
    const struct fb_record *first;    /* the record that names it outside */
    const struct fb_view *view;       /* its members alone: the records that are this shift, by name */
    const struct fb_record *sheet;    /* with `sheets`, the timesheet that settles what was worked; NULL: none, or not noted (row.h) */
};
struct fb_shift_filter {
    fb_code trust;      /* 0: all */
    fb_day from, until; /* by local start date, half-open; INT32_MIN / INT32_MAX */
    bool shadow;        /* shadow sources instead of live */
    uint64_t as_of;     /* as known at that journal entry; 0: now */
    bool both;          /* shadow and live ones */
    uint32_t after;     /* subjects above this: paging */
    bool sheets;        /* timesheets are read too */
};
struct fb_shift_reader {
    bool (*each)(void *ctx, const struct fb_shift_row *row);       /* false stops; spans live until it returns */
    void (*progress)(void *ctx, uint64_t done, uint64_t of);       /* decisions looked at; may be NULL */
    void *ctx;
    bool (*look)(void *ctx, uint32_t subject); /* asked before each is looked at, wanted or not; false stops. May be NULL */
};
/* In ascending order of subjects. FB_REFUSED: the store has no rules yet. */
FB_MUST_CHECK enum fb_err fb_report_shifts(struct fb_store *store, struct fb_reader_books *books,
                                           const struct fb_shift_filter *filter,
                                           const struct fb_shift_reader *reader);
#endif
