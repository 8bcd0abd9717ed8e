#ifndef FB_CORE_BOOK_PAY_H
#define FB_CORE_BOOK_PAY_H
/* The part of a book (core/book.h, which says lifetimes and units) that prices: calendars, pay points, zones, tables, cards and
 * caps, and what a pound of pay costs besides. */
#include "engine/base/limits.h"
#include "engine/base/span.h"
#include "engine/base/when.h"
#include "engine/core/words.h"

/* A working calendar: which category each minute of a local day falls in. Day types: 0 Monday … 6 Sunday, 7 public holiday. */
enum { FB_DAY_TYPES = 8, FB_HOLIDAY_DAY_TYPE = 7, FB_WINDOWS_MAX = 8 };
struct fb_window {
    uint16_t until_min; /* of the local day, exclusive; the last is 1440 */
    uint8_t category;   /* index in the book's categories */
};
struct fb_calendar {
    struct fb_window window[FB_DAY_TYPES][FB_WINDOWS_MAX]; /* ascending, covering 0..1440 */
    uint16_t night_from_min, night_until_min; /* local; the window of the whole-shift rule; may wrap midnight */
    uint8_t whole_from, whole_to;             /* categories: what the rule turns into what (plain -> unsocial) */
    uint8_t n_order;                          /* its categories in rising dearness, for the policies of breaks (0: as they are numbered); */
    uint8_t order[FB_CATEGORIES_MAX];         /* every category of its windows stands here once */
    unsigned n_also;
    const fb_day *also_holiday;               /* ascending: dates that this calendar counts as public holidays besides the book's */
    uint16_t origin;
};

/* One pay point of a grade in a period: pence a minute x den for each category. */
struct fb_pay_point {
    bool held;
    uint16_t origin;
    int64_t annual_pence;
    int64_t num[FB_CATEGORIES_MAX];
};
struct fb_grade {
    fb_code code;
    uint16_t rank; /* higher is senior; comparable within a family */
    uint8_t family; /* 1: Agenda for Change */
};
/* What a high cost area adds to a pay point: hourly, outside the enhancements, the same in every category (Handbook,
 * Section 4 and Annex 9: a percentage of basic pay between a floor and a ceiling). */
struct fb_supplement {
    bool held;
    uint16_t origin;
    int64_t num; /* pence a minute x den */
};
/* A stretch of dates with one set of pay points: an AfC year. */
struct fb_pay_period {
    fb_day from, until;
    struct fb_pay_point *point; /* [n_grades][FB_POINT_END], FB_POINT_ENTRY.. used; a single point fills entry, mid and top */
    struct fb_supplement *supplement; /* [n_grades][FB_POINT_END][n_zones]; zone 0 is held and nought; NULL: no zones in the book */
};

/* Which zone a trust's or a site's shifts lie in. A site's own row beats its trust's. */
struct fb_zone_row {
    fb_code trust;
    struct fb_span site; /* absent: the whole trust */
    uint8_t zone;        /* index in the book's zones; 0 is none */
    fb_day from, until;
    uint16_t origin;
};

/* A table of rates in pounds: what a card pays without a scale. Entries ascend by (grade, unit, from); those of one grade
 * and unit do not overlap in time. */
struct fb_table_rate {
    uint8_t grade;        /* index */
    uint8_t unit;         /* enum fb_unit */
    fb_day from, until;
    int64_t unit_minutes; /* of units but the hour: how many paid minutes make one, so that parts of one are paid in
                           * proportion; 0: one for each shift (or standby period), whatever its length */
    uint32_t held;        /* bit per category; of units but the hour all bits or none, for one rate holds for all */
    int64_t num[FB_CATEGORIES_MAX]; /* unit_minutes > 0 or hour: pence a minute x den; else pence each x den */
    uint16_t origin;
};
struct fb_rate_table {
    struct fb_span name;
    unsigned n;
    const struct fb_table_rate *rate;
};

/* Who a card or cap is for. The most specific layer wins; within a layer, the later line. */
struct fb_scope {
    uint8_t layer;          /* 0 national, 1 ICS, 2 trust, 3 site */
    fb_code trust;          /* 0: every trust of the book */
    struct fb_span site;    /* absent: every site */
    uint32_t staff_groups;  /* bit per enum fb_staff_group */
    uint32_t routes;        /* bit per enum fb_route */
    fb_day from, until;     /* by the local date on which the shift starts */
};
/* How a card pays: the first rule that fits. */
enum fb_pay_at { FB_PAY_AT_ENTRY = 1, FB_PAY_AT_MID, FB_PAY_AT_TOP, FB_PAY_AT_OWN_POINT, FB_PAY_AT_TABLE };
struct fb_card_rule {
    uint64_t grades;                 /* bit per grade index: the shift's band */
    enum fb_worker_kind worker_kind; /* BANK_ONLY or SUBSTANTIVE; NONE: any */
    bool lower_band_only;            /* only when the shift's band is below the worker's own */
    enum fb_pay_at pay_at;           /* ENTRY, MID, TOP of the SHIFT's band, the worker's own band and point, or a table */
    enum fb_pay_at not_above;        /* 0: no limit; else ENTRY, MID or TOP of the shift's band is paid where pay_at would be more */
    uint8_t not_above_grade;         /* index + 1 of a grade whose top point is the limit; 0: none */
    uint16_t table;                  /* TABLE: index; else FB_NO_ROW */
    uint32_t units;                  /* bit per enum fb_unit of the booking's rates; 0: the hour. A booking without rates is by the hour */
    uint32_t intervals;              /* bit per enum fb_interval that it pays, booked time being worked time; 0: worked and called_out */
    uint16_t origin;
};
/* That a trust took the card over, and who said so. */
struct fb_adoption_row {
    fb_code trust;
    enum fb_adoption state;
    fb_day from;
    struct fb_span role;
    uint16_t origin;
};
struct fb_card {
    struct fb_scope scope;
    struct fb_span name;
    uint8_t calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
    int64_t off_card_tolerance_e4;   /* pay within this of the card's rate (1/100 penny an hour) is on card */
    bool hcas;                       /* the high cost area supplement is paid to bank */
    bool includes_holiday;           /* its rates include pay for statutory leave */
    bool departs;                    /* of a trust or site that departs from its system's card for a while: */
    fb_day agreed_until;             /* the first day on which that is no longer agreed (scope.until is not after it) */
    struct fb_span reason;
    unsigned n_adoptions;            /* 0: nobody keeps book of who adopted it: it holds for all */
    const struct fb_adoption_row *adoption; /* ascending by (trust, from) */
    uint16_t n_rules;
    struct fb_card_rule *rule;
    uint16_t origin;
};
struct fb_cap {
    struct fb_scope scope;
    struct fb_span name;
    enum fb_status basis;            /* PUBLISHED, AGREED or DERIVED */
    uint8_t calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
    unsigned n_zones;                /* 0: it holds in every zone; else n_zones of the book, and the shift's must be known */
    int32_t *pence_hour;             /* [n_zones or 1][n_grades][FB_CATEGORIES_MAX]; -1: no cap */
    uint16_t *row_origin;            /* [n_zones or 1][n_grades] */
    uint16_t origin;
};

/* ---- what a pound of pay costs besides (domain model, section 3: loaded cost) ---- */

/* A percentage of pay that the employer bears: WTD_HOLIDAY, EMPLOYER_NI, EMPLOYER_PENSION or LEVY. */
struct fb_on_cost {
    uint8_t part;              /* enum fb_part */
    struct fb_scope scope;
    int32_t ppm;               /* parts per million of the base */
    bool on_holiday_pay;       /* the base is pay with pay for statutory leave, not pay alone */
    int64_t free_pence, free_minutes; /* so much pay for so many paid minutes is free of it (the secondary threshold by the
                                       * hour); free_minutes 0: the threshold is taken as used up elsewhere */
    uint16_t origin;
};
struct fb_vat {
    struct fb_span name;
    struct fb_scope scope;
    uint32_t engagements;      /* bit per enum fb_engagement; bit 0: not stated */
    enum fb_vat_base base;
    int32_t ppm;
    bool settled;              /* no: the law is open, and a figure that rests on it says so */
    uint16_t origin;
};
/* What a bank provider, framework or vendor takes, where the source sent neither commission nor other fee for the shift. */
struct fb_fee {
    struct fb_span name;
    struct fb_scope scope;
    struct fb_span framework;  /* absent: any */
    int64_t num;               /* pence a paid minute x den */
    int32_t ppm;               /* and of pay (bank) or charge (agency) */
    uint16_t origin;
};
/* A lawful or agreed least pay for an hour. Read by the analysis of packs. */
struct fb_floor {
    struct fb_span name;       /* "national_living_wage" */
    struct fb_span area;       /* absent: everywhere; "london" */
    fb_day from, until;
    int64_t pence_hour;
    uint16_t origin;
};
#endif
