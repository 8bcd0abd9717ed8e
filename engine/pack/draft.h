#ifndef FB_PACK_DRAFT_H
#define FB_PACK_DRAFT_H
/* What the files say, read and checked value by value, before it is linked into a book. Everything stands in
 * the draft's pool and remembers its file and line. Words, categories and grades are already resolved: files
 * are read in an order in which what is named stands before what names it (read.c). */
#include "engine/core/returns.h"
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
    unsigned layer; /* enum fb_layer */
    fb_day review_by;
    unsigned review_line;
    fb_code ics;              /* of the system; 0: not stated */
    struct fb_list members;   /* struct fb_draft_member; empty: every trust */
    struct fb_list sites;     /* struct fb_span; empty: every site of the members */
    struct fb_list adoptions; /* struct fb_draft_adoption */
    bool keeps_adoption;      /* without: nobody keeps book of it, and its cards hold for all */
    unsigned n_adopted;       /* the same, linked: every card of the pack has it */
    const struct fb_adoption_row *adopted;
};
enum fb_layer { FB_LAYER_NATIONAL, FB_LAYER_ICS, FB_LAYER_TRUST, FB_LAYER_SITE, FB_LAYERS };
/* A trust that belongs to a pack for a while. */
struct fb_draft_member {
    fb_code code;
    fb_day from, until;
    unsigned line;
};
/* That a trust took the cards of its pack over. */
struct fb_draft_adoption {
    struct fb_adoption_row row; /* origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_corridor {
    struct fb_corridor corridor; /* origin and members are set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_silence {
    struct fb_silence silence; /* origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_invoice {
    struct fb_invoice_terms terms; /* origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
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
    uint32_t missing; /* bit per category that a later pack added: whoever pays by this percentage may not use it */
    unsigned line;
};
struct fb_draft_enhancement {
    struct fb_span name;
    struct fb_list percents; /* struct fb_draft_percent */
    struct fb_standing standing;
    struct fb_place place;
};
/* What rows of one kind say they hold for, and the days that each is left with (known.h). */
struct fb_claims {
    struct fb_list claim, stretch; /* struct fb_claim, struct fb_stretch */
};
/* How an annual salary becomes an hourly one. */
struct fb_draft_hourly {
    uint8_t family;
    struct fb_ratio weeks, hours;
    struct fb_span enhancement;
    struct fb_standing standing;
    struct fb_place place;
};
/* What a high cost area adds to a year's pay. */
struct fb_draft_supplement {
    uint8_t zone;
    struct fb_ratio factor; /* percentage / 100 */
    int64_t least_pence, most_pence;
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_zone_row {
    fb_code trust;
    struct fb_span site; /* absent: the whole trust */
    uint8_t zone;
    struct fb_standing standing;
    struct fb_place place;
};
/* A table of rates in pounds. Its index in the draft is its index in the book. */
struct fb_draft_table_rate {
    unsigned grade, category; /* category: of the hour; else every one */
    enum fb_unit unit;
    int64_t unit_minutes, gbp_e4;
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_rate_table {
    struct fb_span name; /* "waiting-list" of rates/waiting-list.csv */
    unsigned pack;
    struct fb_list rows; /* struct fb_draft_table_rate */
    struct fb_claims claims;
};
struct fb_draft_floor {
    struct fb_floor floor; /* origin and dates are set when linking */
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
    struct fb_card_rule rule; /* origin and table are set when linking */
    struct fb_span table;     /* of the same pack; absent: none */
    unsigned line;
};
struct fb_draft_card {
    struct fb_draft_terms terms;
    int64_t tolerance_e4;
    bool hcas, includes_holiday;
    fb_day agreed_until;   /* INT32_MAX: it does not depart from its system's card */
    struct fb_span reason;
    struct fb_list pays; /* struct fb_draft_pay */
};
struct fb_draft_cap {
    struct fb_draft_terms terms;
    struct fb_span table; /* name of a file under caps/, or absent: then by formula */
    enum fb_point step;
    struct fb_ratio weeks, hours, uplift;
    struct fb_span enhancement;
    bool by_zone; /* of a formula: the supplement of each zone is part of the annual pay */
};
/* What a pound of pay costs besides; origin and scope are set when linking. terms: name, groups, routes, dates. */
struct fb_draft_on_cost {
    struct fb_draft_terms terms;
    struct fb_on_cost on_cost;
};
struct fb_draft_vat {
    struct fb_draft_terms terms;
    struct fb_vat vat;
};
struct fb_draft_fee {
    struct fb_draft_terms terms;
    struct fb_span framework; /* absent: any */
    int64_t gbp_e4;           /* an hour */
    int32_t ppm;
};
struct fb_draft_cap_table {
    struct fb_span name; /* "price-card.csv" */
    unsigned pack;
    struct fb_span path;
    bool by_zone;
    struct fb_list rows; /* struct fb_draft_cap_row */
    struct fb_claims claims;
};
struct fb_draft_cap_row {
    unsigned grade, category, zone, line;
    int32_t hour_pence;
};
struct fb_draft_rule {
    struct fb_rule rule; /* id, spans, dates, predicates; origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
/* Its index in the draft is its index in the book: facts and bonuses name it by that. */
struct fb_draft_counter {
    struct fb_counter counter; /* layer and origin are set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_bonus {
    struct fb_bonus bonus; /* rows and origins are set when linking */
    struct fb_list rows;   /* struct fb_draft_bonus_row */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_bonus_row {
    struct fb_bonus_row row;
    unsigned line;
};
/* How findings of one of the engine's own rules are answered. */
struct fb_draft_answer {
    unsigned rule; /* enum fb_built_in_rule */
    struct fb_answer_policy policy;
    struct fb_standing standing;
    struct fb_place place;
};
/* A key of `clocks` that a pack states takes the place of a more general pack's. */
enum fb_clock_key { FB_CLOCK_REFERENCE = 1, FB_CLOCK_NIGHT = 2, FB_CLOCK_ASSIGNMENT = 4, FB_CLOCK_FED = 8 };
struct fb_draft_clocks {
    struct fb_clocks clocks; /* origin is set when linking */
    unsigned said;           /* FB_CLOCK_* */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_delegation {
    struct fb_delegation row; /* origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_budget {
    struct fb_approval_budget row; /* trust 0: each of the pack's; origin is set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_ceiling {
    struct fb_agency_ceiling row; /* the same */
    struct fb_standing standing;
    struct fb_place place;
};
/* A column of the crosswalk from staff groups to returns, and a return. Names and columns stand in the pool. */
struct fb_draft_return_group {
    struct fb_return_group group; /* origin and dates are set when linking */
    struct fb_standing standing;
    struct fb_place place;
};
struct fb_draft_named {
    struct fb_span name;
    unsigned line;
};
struct fb_draft_return {
    struct fb_return row; /* the same */
    struct fb_list columns; /* struct fb_return_column */
    struct fb_list named;   /* struct fb_draft_named: rules that columns name, looked for when linking */
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
    fb_day known; /* rows that became known after this day are left out */
    unsigned n_categories;
    fb_code category[FB_CATEGORIES_MAX];
    unsigned category_pack[FB_CATEGORIES_MAX]; /* which pack added it */
    struct fb_place categories_at;
    unsigned n_zones;
    fb_code zone[FB_ZONES_MAX];
    struct fb_list families;            /* struct fb_span: family n is entry n - 1; the first is agenda_for_change */
    struct fb_draft_percent no_percent; /* `enhancement: none`: every category at plain rate */
    fb_day holidays_from, holidays_until; /* the years that the table of holidays covers whole */
    struct fb_place holidays_at;          /* line 0: none stated */
    enum fb_system authority[FB_FIELD_GROUPS][FB_SYSTEM_END];
    struct fb_list supplements, zone_rows, tables, on_costs, vats, fees, floors;
    struct fb_claims point_claims, supplement_claims, zone_claims, on_cost_claims, fee_claims, floor_claims;
    struct fb_list answers, clocks, delegations, budgets, ceilings;
    uint32_t small_number; /* the last that a pack states */
    struct fb_list packs, documents, calendars, holidays, grades, points, enhancements, hourlies, cards, caps,
        cap_tables, rules, counters, bonuses, corridors, silences, invoices, return_groups, returns;
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
int fb_draft_zone(const struct fb_draft *draft, struct fb_span word);
/* Index of a pack's table of rates, "waiting-list" for rates/waiting-list.csv; -1: it has none of that name. */
int fb_draft_rate_table(const struct fb_draft *draft, unsigned pack, struct fb_span name);
/* Index of a counter, or -1. */
int fb_draft_counter(const struct fb_draft *draft, struct fb_span name);
/* The fact that a rule may name with one of the book's categories, "minutes_in_plain"; FB_FACT_COUNT: the word is none such.
 * *beyond: it is, but the category is unknown, or behind the fourth. */
enum fb_fact fb_draft_category_fact(const struct fb_draft *draft, struct fb_span word, bool *beyond);
fb_code fb_draft_grade_code(const struct fb_draft *draft, unsigned grade);
/* The entry that holds on a day, or NULL. */
const struct fb_draft_hourly *fb_draft_hourly_on(const struct fb_draft *draft, uint8_t family, fb_day day);
const struct fb_draft_percent *fb_draft_percent_on(const struct fb_draft *draft, struct fb_span name,
                                                   unsigned grade, fb_day day);
#endif
