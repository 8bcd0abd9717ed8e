#ifndef FB_CORE_RETURNS_H
#define FB_CORE_RETURNS_H
/* What is told to others of a week's or a month's shifts: which figures, by which groups, for which stretch of time. Part of a
 * book (core/book.h), because none of it is ours to choose: returns change, and each says who asks for it and how well that is
 * known. Nothing here decides anything about a shift; tools fold rows of shifts (core/report.h) into the figures.
 * Lifetimes: as the book's. */
#include "engine/core/book.h"

/* A line of the crosswalk from staff groups to the groups of returns (domain model, section 8). */
struct fb_return_group {
    struct fb_span name, title; /* "medical_dental": in provenance ids; "Medical & Dental": what people read */
    uint32_t staff_groups;      /* bit per enum fb_staff_group; no two groups that hold on a day share one */
    fb_day from, until;
    uint16_t origin;
};
/* One column: a figure of those shifts for which all that it says holds. What cannot be said of a shift is counted apart. */
struct fb_return_column {
    struct fb_span name, title;
    uint8_t figure;             /* enum fb_return_figure */
    uint32_t routes;            /* bit per enum fb_route; of UNFILLED 0 */
    uint32_t engagements;       /* bit per enum fb_engagement; 0: any */
    uint8_t over_cap;           /* enum fb_said: of a published or agreed cap; NONE: either */
    uint32_t rule;              /* with (`found` YES) or without (NO) a finding of that rule; 0: either */
    uint8_t found;              /* enum fb_said */
    int64_t hour_pence;         /* the charge of an hour, the average of the shift, is above it (or just it); FB_ABSENT: any */
    bool hour_inclusive;
    int64_t over_cap_e2;        /* the charge is above a published or agreed cap by more than so many 1/100 per cent (or just so many); FB_ABSENT: any */
    bool over_cap_inclusive;
    bool over_cap_average;      /* over the whole shift; else in its worst category, as the fact percent_over_cap_e2 */
};
struct fb_return {
    struct fb_span name, title; /* "foi-shifts": what it is asked for by */
    uint8_t period;             /* enum fb_return_period */
    uint8_t by;                 /* enum fb_return_by: what its rows are */
    uint8_t stage;              /* enum fb_stage of its figures */
    bool across;                /* groups are the columns that people see, and the figures the rows */
    uint8_t n_columns;
    const struct fb_return_column *column;
    fb_day from, until;         /* of the first day of the period */
    uint16_t origin;
};

/* The return of that name for a period that begins on that day; NULL: none. */
const struct fb_return *fb_book_return(const struct fb_book *book, struct fb_span name, fb_day day);
/* The group of returns that a staff group belongs to on a day; -1: none. */
int fb_book_return_group(const struct fb_book *book, enum fb_staff_group group, fb_day day);
#endif
