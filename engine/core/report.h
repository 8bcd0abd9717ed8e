#ifndef FB_CORE_REPORT_H
#define FB_CORE_REPORT_H
/* The shapes of what people read: filled by turn/report.c from a store, carried by wire, drawn by tools. */
#include "engine/core/explain.h"
struct fb_finding_row {
    uint32_t subject;
    fb_code trust;
    enum fb_staff_group staff_group;
    enum fb_route route;
    fb_day shift_day;
    enum fb_severity severity;
    int64_t pence;
    struct fb_span rule, source, record_ref, why; /* why: one sentence */
    bool shadow;
};
struct fb_finding_filter {
    fb_code trust;             /* 0: all */
    struct fb_span rule;       /* absent: all */
    enum fb_severity at_least; /* NONE: all but ok */
    uint32_t after;            /* rows of subjects above this: paging */
    unsigned limit;
    uint64_t as_of;            /* as known at that journal entry; 0: now. Open findings are then read from the decisions */
};
struct fb_explanation {
    uint32_t subject;
    bool found;
    uint64_t journal;          /* of the decision */
    int64_t decided_ms;
    uint32_t issue;
    fb_code trust;
    struct fb_span source, record_ref;
    unsigned n_lines;
    struct fb_span line[64];   /* sentences: what it is, figures, then each finding */
};
struct fb_waiting_row {
    uint32_t issue;
    int64_t due_ms;
    struct fb_span book_name;    /* absent: its packs do not compile */
};
struct fb_engine_status {
    uint64_t epoch, journal, events, messages, records, bookings, vacancies, refused, todo, store_bytes, memory_bytes;
    uint32_t issue, sources;
    struct fb_span book_name;
    int64_t started_ms, last_ms; /* this run; the last journal entry */
    uint32_t waiting;            /* issues scheduled */
    uint64_t repriced, to_reprice; /* how far the current issue has been applied */
    bool live;                   /* an engine answered (else read from disk) */
    struct fb_waiting_row waits[FB_WAITING_MAX]; /* so many of them as `waiting` says, in the order of their moments */
};
struct fb_event_row {
    uint64_t seq;
    struct fb_event event;
    struct fb_span rule; /* its name */
};
struct fb_event_filter {
    uint64_t kinds;   /* bit per enum fb_event_kind; 0: all */
    fb_code trust;    /* 0: all */
    bool alerts_only; /* leave out shadow and historic */
};
#endif
