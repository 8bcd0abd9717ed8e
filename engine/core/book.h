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
struct fb_return_group;
struct fb_return;

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

/* Assurance rules: data over facts. */
enum fb_op { FB_OP_EQ = 1, FB_OP_NE, FB_OP_LT, FB_OP_LE, FB_OP_GT, FB_OP_GE, FB_OP_IN, FB_OP_BETWEEN,
             FB_OP_MEMBER }; /* of HIRER: a member of the pack on the day of the shift */
struct fb_predicate {
    uint8_t fact;      /* enum fb_fact */
    uint8_t op;        /* enum fb_op */
    uint8_t n_set;     /* for IN: number of values at `set`; for MEMBER: of threes (trust, from, until) */
    int64_t a, b;      /* operand; BETWEEN is a <= v < b */
    const int64_t *set;
};
/* The rules that the engine itself raises; pack rules follow. */
#define FB_BUILT_IN_RULE_MAP(X)                                                                   \
    X(RATECAP_BREACHED, "ratecap.breached") X(RATECAP_OVER_ESTIMATE, "ratecap.over_estimate")     \
    X(RATE_OFF_CARD, "rate.off_card") X(ASSUMED_BANK_ONLY, "assumed_bank_only") X(CANNOT_SAY, "cannot_say")           \
    X(RATE_NOT_ADOPTED, "rate.not_adopted") X(ORGANISATION_UNKNOWN, "organisation.unknown")                          \
    X(RATE_DRIFT, "rate.drift") X(BOOKING_OVERLAP, "booking.overlap")                                 \
    X(BOOKING_DUPLICATE_SUSPECT, "booking.duplicate_suspect") X(APPROVAL_NOT_VALID, "approval.not_valid") \
    X(INVOICE_OVERCHARGED, "invoice.overcharged") X(INVOICE_DUPLICATE, "invoice.duplicate")           \
    X(INVOICE_OFF_RATE, "invoice.off_rate") X(INVOICE_WRONG_BAND, "invoice.wrong_band")               \
    X(INVOICE_PART_MATCH, "invoice.part_match") X(INVOICE_UNMATCHED, "invoice.unmatched")
enum fb_built_in_rule {
#define X(id, word) FB_RULE_##id,
    FB_BUILT_IN_RULE_MAP(X)
#undef X
    FB_BUILT_IN_RULES
};
/* Which event a finding of the rule opens with: of the agency rules and all others `assurance.finding`. */
enum fb_rule_family { FB_FAMILY_ASSURANCE, FB_FAMILY_WORKING_TIME, FB_FAMILY_OVERLAP, FB_FAMILY_DUPLICATE };
/* How a finding of the rule can be answered; roles 0: not at all. */
struct fb_answer_policy {
    uint32_t roles;           /* bit per enum fb_role that may grant it */
    uint32_t second_roles;    /* bit per role of the second pair of eyes; 0: none is asked for */
    bool own;                 /* who asked may also grant */
    bool retrospective;       /* a grant after the start answers it as well (and is counted apart) */
    uint32_t confirm_minutes; /* a grant by telephone lapses unless it is confirmed within so long; 0: none is taken */
    uint16_t origin;
};
struct fb_rule { /* what every decision asks of every rule comes first, side by side */
    struct fb_scope scope;    /* dates are by date_fact */
    struct fb_fact_bits reads;
    const struct fb_predicate *when;   /* all must hold */
    const struct fb_predicate *unless; /* any one answers it */
    uint8_t n_when, n_unless;
    uint8_t date_fact;        /* FB_FACT_SHIFT_DAY or FB_FACT_BOOKING_DAY */
    bool cross_trust;         /* a finding rests on what other trusts sent: it names none of them but to those concerned */
    enum fb_severity severity;
    uint32_t id;              /* low 32 bits of fb_hash64(name): stable across issues; never 0, no collisions in a book */
    enum fb_rule_family family;
    enum fb_status status;
    struct fb_span name;      /* "agency.off_framework" */
    struct fb_span title;     /* one sentence a ward manager understands */
    struct fb_span because;   /* the rule's source in words */
    struct fb_span audience;  /* "controls", "finance" */
    struct fb_answer_policy answer;
    uint16_t correction_days; /* so long after it was opened a finding may be corrected before it enters a report */
    uint16_t origin;
};

/* Who may act in which role at a trust, and when: a trust's scheme of delegation and on-call rota, dated. */
struct fb_delegation {
    fb_code trust;
    enum fb_role role;
    struct fb_span identity;  /* "RTH-CE": as identities are written in messages; never a person's name */
    int64_t from_ms, until_ms;/* half-open; INT64_MIN and INT64_MAX where open */
    uint16_t origin;
};
/* How many approvals a trust may grant in a month. */
struct fb_approval_budget {
    fb_code trust;            /* 0: each trust */
    fb_day from, until;       /* months by their first day */
    uint32_t number;
    uint16_t origin;
};
/* What a trust may spend on agency shifts of a month, as committed or as worked; charges without VAT, as spend is told. */
struct fb_agency_ceiling {
    fb_code trust;            /* 0: each trust, by itself */
    fb_day from, until;       /* months by their first day */
    enum fb_stage stage;      /* COMMITTED or WORKED */
    int64_t pence;
    uint16_t origin;
};
/* What the clocks over people go by (core/diary.h). A length of nought: the pack gives none, and the fact is unknown. */
enum { FB_REFERENCES_BY_GRADE_MAX = 4 };
struct fb_clocks {
    uint16_t reference_weeks;           /* of the average: 17 */
    struct {
        uint64_t grades;                /* bit per grade index */
        uint16_t weeks;                 /* 26 of doctors in training */
    } by_grade[FB_REFERENCES_BY_GRADE_MAX];
    unsigned n_by_grade;
    uint16_t night_from_min, night_until_min, night_least_min; /* a night: so many minutes of work between these local times */
    uint16_t assignment_reset_weeks;    /* a break of more than so many weeks sets the 12-week clock back: 6 */
    struct {
        uint8_t effect;                 /* enum fb_clock_effect; 0: an absence like any break */
        uint16_t weeks_max;             /* it pauses for no more than so many weeks; 0: without end */
    } absence[FB_ABSENCE_KIND_END];
    uint32_t absences_left_out;         /* bit per absence kind: its weeks are left out of the average */
    fb_day fed_from;                    /* from this day all trusts of the system send all bookings; INT32_MAX: never */
    uint16_t origin;                    /* FB_NO_ROW: the book has no clocks at all */
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

/* ---- counters and what is earned by them (DESIGN 6) ---- */
struct fb_counter {
    uint32_t id;               /* low 32 bits of fb_hash64(name), not 0 */
    struct fb_span name;
    struct fb_scope scope;     /* which shifts can add; dates by shift day */
    enum fb_counter_key key;
    enum fb_adds adds;
    bool worked;               /* only settled timesheets add, by what was worked; else standing bookings, by what was booked */
    bool cancelled;            /* only cancelled bookings add: for bonuses that a cancellation voids */
    uint8_t n_when;
    const struct fb_predicate *when; /* all must hold; one that cannot be said adds nothing and makes the counter unknown */
    enum fb_span_of span;
    uint16_t rolling_days;
    uint32_t apart_min;        /* a shift that starts less than this after the last that counted does not count; 0: all */
    uint16_t origin;
};
struct fb_bonus_row {
    uint64_t grades;                 /* bit per grade index */
    enum fb_worker_kind worker_kind; /* NONE: any */
    int64_t every;                   /* so many of the counter earn it */
    int64_t pence;                   /* the amount; 0 with `average`: */
    bool average;                    /* the mean paid minutes of the shifts that earned it, at the card's plain rate: exactly,
                                      * rounded once; with the high cost area supplement where the card pays one */
    uint8_t not_above_grade;         /* of `average`: index + 1 of the grade whose top point is the limit; 0: none. Compared
                                      * without supplements; the point that is paid then brings its own, as in a card's rule */
    uint16_t origin;
};
struct fb_bonus {
    struct fb_rule rule;       /* id, name, title, because, status, severity NOTE, scope; whom it is for says its counter, which
                                * stands in the same pack unless scope names the one trust */
    uint8_t counter;           /* index in the book's counters */
    uint8_t void_counter;      /* index + 1: earned only while this counter, over the whole window, is nought; 0: none */
    uint16_t times_max;        /* how often in one window; 0: any number of times */
    unsigned n_rows;
    const struct fb_bonus_row *row; /* the first that fits */
    uint16_t origin;
};
/* How far pay may stand from the card before the system hears of it: a week's pay of a trust and band, all bank shifts
 * together, against what the card gives for them. */
struct fb_corridor_member {
    fb_code trust;
    fb_day from, until;
};
struct fb_corridor {
    unsigned n_members;        /* 0: every trust; else those of the system, in the days of their membership */
    const struct fb_corridor_member *member;
    int32_t above_ppm, below_ppm;
    uint16_t weeks;            /* complete weeks taken together */
    int64_t minutes_least;     /* fewer paid minutes than this say nothing */
    uint16_t settle_days;      /* a week is looked at so many days after it ended */
    uint16_t origin;
};

/* When a source has fallen silent against its own habit: an hour of the week belongs to its habit when it sent something in
 * that hour, Europe/London, in enough of the weeks before; so many such hours without a message are silence. */
struct fb_silence {
    uint16_t weeks;       /* looked back on; 0: the book has no such rule, and nobody is said to be silent */
    uint16_t weeks_least; /* with fewer of them nobody can say what the habit is */
    uint16_t percent;     /* of the weeks in which the hour must have had a message */
    uint16_t hours;
    uint16_t origin;
};

/* By how much an invoice may differ and still be matched; without a row by nothing. */
struct fb_invoice_terms {
    int64_t minutes;      /* of a shift */
    int64_t rate_e4;      /* 1/100 penny of an hour */
    int64_t apart_pence;      /* of a shift's net, a line's sum, a line's VAT */
    uint16_t origin;      /* FB_NO_ROW: the packs say nothing of it */
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
    unsigned n_zones;             /* 0: the book knows of none; else [0] is "none" */
    fb_code zone[FB_ZONES_MAX];
    unsigned n_zone_rows, n_tables, n_on_costs, n_vats, n_fees, n_floors, n_counters, n_bonuses;
    struct fb_zone_row *zone_row;
    struct fb_rate_table *table;
    struct fb_on_cost *on_cost;   /* the last that fits wins, for each part */
    struct fb_vat *vat;           /* the last that fits wins */
    struct fb_fee *fee;           /* all that fit add up, where none was sent */
    struct fb_floor *floor;
    struct fb_counter *counter;
    struct fb_bonus *bonus;
    unsigned n_corridors;
    struct fb_corridor *corridor; /* the last that fits wins */
    struct fb_silence silence;    /* of the most specific pack that says it: sources are not a trust's alone */
    struct fb_invoice_terms invoice; /* of the most specific pack that says it */
    struct fb_calendar *calendar;
    struct fb_pay_period *period; /* ascending, not overlapping */
    struct fb_card *card;         /* ascending specificity: the last that fits wins */
    struct fb_cap *cap;           /* the same */
    struct fb_rule *rule;         /* pack rules, ascending name */
    struct fb_origin *origin;
    struct fb_rule built_in[FB_BUILT_IN_RULES]; /* id, name, title, because, severity only; OVERLAP and DUPLICATE_SUSPECT also answer */
    struct fb_clocks clocks;
    unsigned n_delegations, n_approval_budgets, n_agency_ceilings;
    struct fb_delegation *delegation;           /* ascending (trust, role, identity, from) */
    struct fb_approval_budget *approval_budget; /* the last that fits wins */
    struct fb_agency_ceiling *agency_ceiling;   /* the same */
    unsigned n_return_groups, n_returns;
    struct fb_return_group *return_group;       /* core/returns.h; of the last pack that has any */
    struct fb_return *returns;                  /* the last of a name that holds on a day counts */
    uint32_t small_number;        /* exports leave out counts of people below this; 0: the packs give none */
    struct fb_fact_bits reads;    /* facts that some rule or counter reads */
    enum fb_system authority[FB_FIELD_GROUPS][FB_SYSTEM_END]; /* [group][0..] best first, NONE ends */
};
/* The rule with that id, built-in, of the pack or of a bonus; NULL when this book has none. */
const struct fb_rule *fb_book_rule(const struct fb_book *book, uint32_t id);
/* The ceiling that holds for the trust in the month; NULL: the packs give none, and nobody can say whether it was passed. */
const struct fb_agency_ceiling *fb_book_ceiling(const struct fb_book *book, fb_code trust, fb_day month);
/* Index of a grade, or -1. */
int fb_book_grade(const struct fb_book *book, fb_code code);
/* Index of a category, or -1. */
int fb_book_category(const struct fb_book *book, fb_code code);
/* -1: outside the calendar's years, 0 no, 1 yes. */
int fb_book_holiday(const struct fb_book *book, fb_day day);
/* The category that a calendar calls plain: its cheapest. */
unsigned fb_book_plain(const struct fb_calendar *cal);
/* The period in which a local date lies; NULL when none. */
const struct fb_pay_period *fb_book_period(const struct fb_book *book, fb_day day);
/* Where and when a shift is, as scopes ask it. */
struct fb_where {
    fb_code trust;
    struct fb_span site;
    enum fb_staff_group group;
    fb_day day;
};
/* Routes are not asked: what the card would have paid for an agency shift, and the cap that a bank shift would have had, are both
 * figures that a decision needs. The group's number is a bit in a scope: one that does not fit 32 bits belongs to no list of ours.
 * Here, because a decision asks it of every row of the tables of on-costs, fees and VAT. */
static inline bool fb_scope_fits(const struct fb_scope *scope, const struct fb_where *where)
{
    return where->group > FB_STAFF_GROUP_NONE && where->group < FB_STAFF_GROUP_END &&
           (scope->staff_groups >> (unsigned)where->group & 1u) != 0 && where->day >= scope->from && where->day < scope->until &&
           (scope->trust == 0 || scope->trust == where->trust) && (scope->site.n == 0 || fb_span_eq(scope->site, where->site));
}
/* The card / cap / NULL that holds for a shift. */
const struct fb_card *fb_book_card(const struct fb_book *book, const struct fb_where *where);
const struct fb_cap *fb_book_cap(const struct fb_book *book, const struct fb_where *where);
/* A departing card of the trust or site that held until its agreement lapsed, before that day; NULL: none. */
const struct fb_card *fb_book_lapsed(const struct fb_book *book, const struct fb_where *where);
/* The state of a card at a trust on a day; ADOPTED for a card of which nobody keeps book. */
enum fb_adoption fb_book_adoption(const struct fb_card *card, fb_code trust, fb_day day, uint16_t *origin);
/* The row that says so, counted from 1; 0: none speaks of the trust by then. */
unsigned fb_book_adoption_row(const struct fb_card *card, fb_code trust, fb_day day);
/* The zone of a shift; -1: no row says. *origin may be NULL. */
int fb_book_zone(const struct fb_book *book, const struct fb_where *where, uint16_t *origin);
/* The corridor that a trust's pay is held against in a week that begins on that day; NULL: none. */
const struct fb_corridor *fb_book_corridor(const struct fb_book *book, fb_code trust, fb_day day);
/* The rates of a table; NULL: none held. */
const struct fb_table_rate *fb_book_table_rate(const struct fb_rate_table *table, unsigned grade, enum fb_unit unit, fb_day day);
#endif
