#ifndef FB_CORE_BOOK_RULES_H
#define FB_CORE_BOOK_RULES_H
/* The part of a book (core/book.h, which says lifetimes) that judges: rules over facts, how their findings are answered and by whom,
 * months' budgets and ceilings, the clocks over people, counters and what is earned by them. */
#include "engine/core/book_pay.h"
#include "engine/core/facts.h"

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
#endif
