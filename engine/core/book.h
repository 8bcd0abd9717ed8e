#ifndef FB_CORE_BOOK_H
#define FB_CORE_BOOK_H
/* The compiled form of an issue of packs: immutable, one denominator, built by pack/ and read by core.
 *
 * Lifetimes: the pack room allocates a book and everything it points to, and frees it as a whole; the core
 * only reads. Units: a rate numerator n means n / den pence a MINUTE, so that an amount is
 * sum(minutes x n) / den, rounded once. The compiler proves that FB_SHIFT_MINUTES_MAX minutes of the
 * largest numerator in FB_CATEGORIES_MAX categories fit 128 bits with room to spare. */
#include "engine/core/facts.h"
#include "engine/core/record.h"
#define FB_NO_ROW UINT16_MAX

/* Where a value stands in a pack: what a decision cites. */
struct fb_origin {
    struct fb_span layer;  /* "national", "ics", "trust", "site" */
    struct fb_span pack;   /* "england" */
    struct fb_span file;   /* "rates/afc-pay-points.csv", relative to the pack */
    uint32_t line;
    enum fb_status status;
    struct fb_span source; /* who published it */
};

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
/* A stretch of dates with one set of pay points: an AfC year. */
struct fb_pay_period {
    fb_day from, until;
    struct fb_pay_point *point; /* [n_grades][FB_POINT_END], FB_POINT_ENTRY.. used; single-point bands fill all three */
};

/* Who a card or cap is for. The most specific layer wins; within a layer, the later line. */
struct fb_scope {
    uint8_t layer;          /* 0 national, 1 ICS, 2 trust, 3 site */
    fb_code trust;          /* 0: every trust of the book */
    uint32_t staff_groups;  /* bit per enum fb_staff_group */
    uint32_t routes;        /* bit per enum fb_route */
    fb_day from, until;     /* by the local date on which the shift starts */
};
/* How a card pays: the first rule that fits. */
enum fb_pay_at { FB_PAY_AT_ENTRY = 1, FB_PAY_AT_MID, FB_PAY_AT_TOP, FB_PAY_AT_OWN_POINT };
struct fb_card_rule {
    uint64_t grades;                 /* bit per grade index: the shift's band */
    enum fb_worker_kind worker_kind; /* BANK_ONLY or SUBSTANTIVE; NONE: any */
    bool lower_band_only;            /* only when the shift's band is below the worker's own */
    enum fb_pay_at pay_at;           /* ENTRY, MID, TOP of the SHIFT's band, or the worker's own band and point */
    uint16_t origin;
};
struct fb_card {
    struct fb_scope scope;
    struct fb_span name;
    uint8_t calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
    int64_t off_card_tolerance_e4;   /* pay within this of the card's rate (1/100 penny an hour) is on card */
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
    int32_t *pence_hour;             /* [n_grades][FB_CATEGORIES_MAX]; -1: no cap */
    uint16_t *row_origin;            /* [n_grades] */
    uint16_t origin;
};

/* Assurance rules: data over facts. */
enum fb_op { FB_OP_EQ = 1, FB_OP_NE, FB_OP_LT, FB_OP_LE, FB_OP_GT, FB_OP_GE, FB_OP_IN, FB_OP_BETWEEN };
struct fb_predicate {
    uint8_t fact;      /* enum fb_fact */
    uint8_t op;        /* enum fb_op */
    uint8_t n_set;     /* for IN: number of values at `set` */
    int64_t a, b;      /* operand; BETWEEN is a <= v < b */
    const int64_t *set;
};
/* The rules that the engine itself raises; pack rules follow. */
#define FB_BUILT_IN_RULE_MAP(X)                                                                   \
    X(RATECAP_BREACHED, "ratecap.breached") X(RATECAP_OVER_ESTIMATE, "ratecap.over_estimate")     \
    X(RATE_OFF_CARD, "rate.off_card") X(ASSUMED_BANK_ONLY, "assumed_bank_only") X(CANNOT_SAY, "cannot_say")
enum fb_built_in_rule {
#define X(id, word) FB_RULE_##id,
    FB_BUILT_IN_RULE_MAP(X)
#undef X
    FB_BUILT_IN_RULES
};
struct fb_rule {
    uint32_t id;              /* low 32 bits of fb_hash64(name): stable across issues; never 0, no collisions in a book */
    struct fb_span name;      /* "agency.off_framework" */
    struct fb_span title;     /* one sentence a ward manager understands */
    struct fb_span because;   /* the rule's source in words */
    enum fb_status status;
    enum fb_severity severity;
    struct fb_span audience;  /* "controls", "finance" */
    struct fb_scope scope;    /* dates are by date_fact */
    uint8_t date_fact;        /* FB_FACT_SHIFT_DAY or FB_FACT_BOOKING_DAY */
    uint8_t n_when, n_unless;
    const struct fb_predicate *when;   /* all must hold */
    const struct fb_predicate *unless; /* any one answers it */
    uint64_t reads;           /* bit per fact */
    uint16_t origin;
};

/* Which kind of system is believed for which fields, when several sent the same shift. First is best. */
enum fb_field_group { FB_FIELDS_HOURS, FB_FIELDS_PAY, FB_FIELDS_CHARGE, FB_FIELD_GROUPS };

struct fb_book {
    uint32_t issue;            /* its number in the store; 0 for a book that was never issued */
    unsigned char digest[16];  /* over all pack files, in order */
    struct fb_span name;       /* "england 2026.11 + thames-valley 2026.11" */
    fb_day review_by;          /* the earliest review date of its packs; INT32_MAX when none */
    int64_t den;
    unsigned n_categories;     /* ascending dearness: 0 is the cheapest */
    fb_code category[FB_CATEGORIES_MAX];
    fb_day holidays_from;      /* first day covered by the bitmap; outside it, cannot_say */
    unsigned n_holiday_days;
    const unsigned char *holiday; /* bitmap: bit (day - holidays_from) */
    unsigned n_grades;
    struct fb_grade grade[FB_GRADES_MAX];
    unsigned n_calendars, n_periods, n_cards, n_caps, n_rules, n_origins;
    struct fb_calendar *calendar;
    struct fb_pay_period *period; /* ascending, not overlapping */
    struct fb_card *card;         /* ascending specificity: the last that fits wins */
    struct fb_cap *cap;           /* the same */
    struct fb_rule *rule;         /* pack rules, ascending name */
    struct fb_origin *origin;
    struct fb_rule built_in[FB_BUILT_IN_RULES]; /* id, name, title, because, severity only */
    enum fb_system authority[FB_FIELD_GROUPS][FB_SYSTEM_END]; /* [group][0..] best first, NONE ends */
};
/* The rule with that id, built-in or of the pack; NULL when this book has none. */
const struct fb_rule *fb_book_rule(const struct fb_book *book, uint32_t id);
/* Index of a grade, or -1. */
int fb_book_grade(const struct fb_book *book, fb_code code);
/* Index of a category, or -1. */
int fb_book_category(const struct fb_book *book, fb_code code);
/* -1: outside the calendar's years, 0 no, 1 yes. */
int fb_book_holiday(const struct fb_book *book, fb_day day);
/* The period in which a local date lies; NULL when none. */
const struct fb_pay_period *fb_book_period(const struct fb_book *book, fb_day day);
/* The card / cap / NULL that holds for a shift. */
const struct fb_card *fb_book_card(const struct fb_book *book, fb_code trust, enum fb_staff_group group, fb_day day);
const struct fb_cap *fb_book_cap(const struct fb_book *book, fb_code trust, enum fb_staff_group group, fb_day day);
#endif
