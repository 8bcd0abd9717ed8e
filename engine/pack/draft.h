#ifndef FB_PACK_DRAFT_H
#define FB_PACK_DRAFT_H
/* What the files say, read and checked value by value, before it is linked into a book. Everything stands in
 * the draft's pool and remembers its file and line. Words, categories and grades are already resolved: files
 * are read in an order in which what is named stands before what names it (read.c). */
#include "engine/pack/node.h"
#include "engine/pack/ratio.h"
#include "engine/pack/table.h"

/* When a value holds, since when it is known, who says so, and how well. Dates are half-open. */
struct fb_standing {
    fb_day from, until, known_since; /* INT32_MIN / INT32_MAX: open */
    enum fb_status status;
    struct fb_span source;
};
struct fb_place {
    unsigned pack; /* index in the draft */
    struct fb_span path;
    unsigned line;
};
struct fb_draft_pack {
    struct fb_span name, title, issue;
    unsigned layer; /* 0 national, 1 ICS, 2 trust */
    fb_day review_by;
    unsigned review_line;
    struct fb_list trusts; /* fb_code; empty: every trust */
};
struct fb_draft_calendar {
    struct fb_span name;
    struct fb_calendar calendar;
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_holiday {
    fb_day day;
    struct fb_place place;
};
struct fb_draft_grade {
    struct fb_grade grade;
    struct fb_place place;
};
struct fb_draft_point {
    unsigned grade;     /* index */
    enum fb_point step; /* NONE: a single point, which is entry, mid and top */
    int64_t annual_pence;
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_percent {
    uint64_t grades;
    struct fb_ratio factor[FB_CATEGORIES_MAX]; /* 1 + percentage / 100 */
    unsigned line;
};
struct fb_draft_enhancement {
    struct fb_span name;
    struct fb_list percents; /* struct fb_draft_percent */
    struct fb_standing standing;
    struct fb_place place;
};
/* How an annual salary becomes an hourly one. */
struct fb_draft_hourly {
    uint8_t family;
    struct fb_ratio weeks, hours;
    struct fb_span enhancement;
    struct fb_standing standing;
    struct fb_place place;
};
/* What cards and caps share. */
struct fb_draft_terms {
    struct fb_span name;
    uint32_t staff_groups, routes;
    uint8_t calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_pay {
    struct fb_card_rule rule; /* origin is set when linking */
    unsigned line;
};
struct fb_draft_card {
    struct fb_draft_terms terms;
    int64_t tolerance_e4;
    struct fb_list pays; /* struct fb_draft_pay */
};
struct fb_draft_cap {
    struct fb_draft_terms terms;
    struct fb_span table; /* name of a file under caps/, or absent: then by formula */
    enum fb_point step;
    struct fb_ratio weeks, hours, uplift;
    struct fb_span enhancement;
};
struct fb_draft_cap_table {
    struct fb_span name; /* "price-card.csv" */
    unsigned pack;
    struct fb_span path;
    struct fb_list rows; /* struct fb_draft_cap_row */
};
struct fb_draft_cap_row {
    unsigned grade, category, line;
    int32_t hour_pence;
};
struct fb_draft_rule {
    struct fb_rule rule; /* id, spans, dates, predicates; origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
/* A YAML file that was read. */
struct fb_draft_document {
    const struct fb_pack_file *file;
    unsigned pack;
    struct fb_node *root;
};
struct fb_draft {
    struct fb_pool *pool; /* the book's own: names and sources are not copied again */
    struct fb_pack_report *report;
    const struct fb_pack_file *file;
    unsigned n_files;
    unsigned n_categories;
    fb_code category[FB_CATEGORIES_MAX];
    struct fb_place categories_at;
    fb_day holidays_from, holidays_until; /* the years that the table of holidays covers whole */
    struct fb_place holidays_at;          /* line 0: none stated */
    enum fb_system authority[FB_FIELD_GROUPS][FB_SYSTEM_END];
    struct fb_list packs, documents, calendars, holidays, grades, points, enhancements, hourlies, cards, caps,
        cap_tables, rules;
};
/* The elements of a list with their type: FB_EACH(draft->cards, struct fb_draft_card, card) { … } */
#define FB_EACH(list, type, it)                                                                              \
    for (type *it = (type *)(list).item, *it##_end = (list).n == 0 ? it : it + (list).n; it != it##_end; it++)

/* Reads every file. Complaints are in the report; FB_FULL when memory ran out. */
FB_MUST_CHECK enum fb_err fb_draft_read(struct fb_draft *draft, const struct fb_pack_file *files, unsigned n);
struct fb_draft_pack *fb_draft_pack_at(const struct fb_draft *draft, unsigned pack);
/* Index of a grade or category, or -1. */
int fb_draft_grade(const struct fb_draft *draft, struct fb_span word);
int fb_draft_category(const struct fb_draft *draft, struct fb_span word);
fb_code fb_draft_grade_code(const struct fb_draft *draft, unsigned grade);
/* The entry that holds on a day, or NULL. */
const struct fb_draft_hourly *fb_draft_hourly_on(const struct fb_draft *draft, uint8_t family, fb_day day);
const struct fb_draft_percent *fb_draft_percent_on(const struct fb_draft *draft, struct fb_span name,
                                                   unsigned grade, fb_day day);
#endif
