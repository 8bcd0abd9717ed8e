#ifndef FB_CORE_RECORD_H
#define FB_CORE_RECORD_H
/* What happened, in our words (domain model, sections 1-3). The wire's shapes end in engine/wire; adapters see
 * this header and no other of the core. A field that the source does not have is absent: a span {NULL, 0},
 * a code 0, an enum NONE, FB_ABSENT for numbers. It is never guessed.
 *
 * Lifetimes: 1. every span points into the arena (or buffer) that the decoder was given, and 2. lives
 * until that arena is reset. Units: *_min minutes UTC since 1970, *_ms milliseconds UTC since 1970. */
#include "engine/base/arena.h"
#include "engine/base/limits.h"
#include "engine/base/money.h"
#include "engine/base/when.h"
#include "engine/core/words.h"
#define FB_ABSENT INT64_MIN

/* Who said it, and what they call it. Everything here but source, message id, batch, seq and historic takes part in the digest. */
struct fb_envelope {
    enum fb_kind kind;
    struct fb_span source;     /* the publishing system, as in its Hello */
    struct fb_span message_id; /* 1-64 bytes, unique within the source for ever */
    struct fb_span record_ref; /* what the source calls the record, unique within (source, kind) */
    int64_t revision;          /* the source's own revision of the record, or FB_ABSENT */
    int64_t source_seq;        /* position in the source's stream, or FB_ABSENT */
    struct fb_span batch_id;   /* file or page, for withdrawal and receipts */
    int64_t occurred_ms;       /* when the source did it; facts of lead and lateness use this, never arrival */
    bool historic;             /* part of a backfill: judged and counted, raises no alert */
};

/* Another system's name for the same shift: two bookings of one hirer that share one, and whose times overlap, are one
 * shift. The times count because a purchase order may stand for the shifts of many days. */
#define FB_REFERENCE_ORDER "purchase_order" /* the kind of a reference that is an order */
struct fb_reference {
    struct fb_span system; /* e.g. "healthroster" */
    struct fb_span kind;   /* e.g. "request_id", "booking_reference", "purchase_order", "duty_id" */
    struct fb_span id;
};

struct fb_organisation {
    fb_code ods; /* 3-8 characters */
    struct fb_span name;
    enum fb_org_kind kind;
    fb_code ics;                        /* member of, or 0 */
    fb_day member_from, member_until;   /* half-open; INT32_MIN / INT32_MAX when not stated */
    bool closed;
};

/* Where and what: shared by a vacancy (asked for) and a booking (booked). */
struct fb_shift {
    fb_code hirer;           /* ODS code of the host trust */
    struct fb_span site;     /* ODS site code or the trust's own */
    struct fb_span unit;     /* ward or team */
    struct fb_span cost_centre, subjective;
    enum fb_staff_group staff_group;
    struct fb_span role;     /* job-role or occupation code */
    struct fb_span specialty;
    fb_code grade;           /* band or grade: "5", "8a", "FY1" */
    struct fb_shift_time time;
    struct fb_span start_local, end_local; /* as sent */
    int64_t break_min;       /* unpaid break, minutes; FB_ABSENT when not stated */
};

struct fb_vacancy {
    struct fb_shift shift;
    enum fb_vacancy_state state;
    struct fb_span reason, block_id, purchase_order, bank_provider;
    int64_t requested_ms; /* or FB_ABSENT */
};

struct fb_cascade {
    fb_code hirer;
    struct fb_span vacancy_ref; /* the vacancy's record_ref, same source */
    enum fb_tier tier;
    int64_t tier_no;            /* agency tier 1..n, or FB_ABSENT */
    int64_t at_ms;
};

/* One cell of a rate grid: what is charged for a unit of time in a category, by part. */
struct fb_rate_cell {
    fb_code category;                 /* "plain", "unsocial", "premium" for Agenda for Change */
    fb_rate_e4 part[FB_PART_END];     /* indexed by enum fb_part; FB_ABSENT where not given */
};
struct fb_rates {
    enum fb_unit unit;
    unsigned n;
    enum fb_said pay_includes_holiday; /* worker_pay includes wtd_holiday: yes, no, or not said */
    enum fb_said complete;             /* no: a part may be missing, so the charge is a lower bound */
    struct fb_rate_cell cell[FB_RATE_CELLS_MAX]; /* ascending by category code, no repeats */
};

struct fb_sign_off {
    enum fb_role role;
    int64_t granted_ms;      /* or FB_ABSENT */
    struct fb_span reference;
};

struct fb_booking {
    struct fb_shift shift;
    enum fb_booking_state state;
    struct fb_span vacancy_ref;  /* the vacancy's record_ref in the same source, or absent */
    fb_code employer, payer;     /* hirer is shift.hirer */
    enum fb_route route;
    struct fb_span token;        /* the worker's keyed pseudonym as sent, never a name. In transit only: never in a store */
    uint32_t worker;             /* the engine's own number of that worker, given by turn; 0: not known who */
    enum fb_worker_kind worker_kind;
    fb_code worker_grade;        /* substantive band */
    enum fb_point worker_point;
    struct fb_span agency;       /* the agency's code, as in its Agency record */
    struct fb_span framework, lot;
    enum fb_engagement engagement;
    struct fb_span reason;
    int64_t booked_ms;           /* or FB_ABSENT: then occurred_ms of the first version is NOT assumed */
    unsigned n_references;
    struct fb_reference reference[FB_REFERENCES_MAX];
    unsigned n_sign_offs;
    struct fb_sign_off sign_off[FB_SIGN_OFFS_MAX];
    struct fb_rates rates;
    enum fb_party cancelled_by;
    int64_t cancelled_ms;        /* or FB_ABSENT */
    struct fb_span cancel_reason;
    int64_t cancel_charge_pence; /* charged for the cancellation, or FB_ABSENT */
};
/* Supplied by an agency and engaged directly: the trust pays the worker itself, and owes the agency its commission alone. */
static inline bool fb_paid_by_trust(enum fb_route route, enum fb_engagement engagement)
{
    return route == FB_ROUTE_AGENCY && engagement == FB_ENGAGEMENT_DIRECT;
}

struct fb_interval_row {
    enum fb_interval kind;
    int64_t start_min, end_min; /* UTC, half-open */
    fb_code host;               /* a trust other than the booking's, or 0 */
};
/* What was worked: it alone is paid minutes. */
static inline bool fb_interval_is_work(enum fb_interval kind)
{
    return kind == FB_INTERVAL_WORKED || kind == FB_INTERVAL_CALLED_OUT;
}
/* Working time by the Working Time Regulations, as hours and rest go by it: whoever sleeps in is at the workplace, whoever
 * stands by is at home. */
static inline bool fb_interval_is_working_time(enum fb_interval kind)
{
    return fb_interval_is_work(kind) || kind == FB_INTERVAL_SLEEP_IN;
}
struct fb_timesheet {
    fb_code hirer;
    struct fb_span booking_ref;   /* the booking's record_ref in the same source */
    enum fb_timesheet_state state;
    struct fb_span adjusts;       /* record_ref of the timesheet it corrects, with state adjusted */
    unsigned n;                   /* 0 only where nothing is settled, or did_not_work: stores of before may hold others */
    struct fb_interval_row interval[FB_INTERVALS_MAX]; /* ascending by start */
};
/* Agreed, and not of somebody who stayed away: without one interval it says nothing. */
static inline bool fb_timesheet_needs_hours(enum fb_timesheet_state state)
{
    return state == FB_TIMESHEET_STATE_APPROVED || state == FB_TIMESHEET_STATE_ADJUSTED;
}

struct fb_agency {
    struct fb_span code, name;
};
/* An agency's place on a framework lot, with dates. A booking is tested against the list as at its date. */
struct fb_framework {
    struct fb_span agency, framework, lot;
    fb_day from, until; /* half-open */
};
/* What an organisation plans to spend in a month. Kept and queryable; its thresholds come with issue of periods. */
struct fb_budget {
    fb_code hirer;
    fb_day month;                /* its first day */
    enum fb_staff_group staff_group; /* NONE: all */
    enum fb_route route;             /* NONE: all */
    int64_t amount_pence;
};

/* ---- people (domain model, sections 2 and 7). token and worker as in a booking. ---- */

/* Who a worker is to the bank. With a token that is `was` of another: the key was changed, and both are one person. That is
 * never undone: a version without `was` is an ordinary one, and one that names another pair says one thing more. */
struct fb_worker {
    struct fb_span token, token_was;
    uint32_t worker, worker_was;
    enum fb_worker_kind kind;
    fb_code grade;
    enum fb_point point;
    fb_code employer;
};
/* One thing that is known of a worker. Never certificate contents, health detail or convictions. */
struct fb_worker_fact {
    struct fb_span token;
    uint32_t worker;
    enum fb_fact_kind kind;
    enum fb_fact_status status;
    struct fb_span name;         /* of training and of registers: "moving_and_handling", "nmc" */
    fb_day from, until;          /* it stands from that day, and expires on this one (exclusive); INT32_MAX: no expiry */
    int64_t week_minutes;        /* VISA: permitted a week; FB_ABSENT: no limit stated */
    fb_code employer;            /* SUBSTANTIVE_POST: where; else 0 */
    fb_code grade;               /* SUBSTANTIVE_POST: the band of it */
    struct fb_span checked_by;   /* organisation or supplier that looked */
};
/* What a worker did in a week in a post of their own. Nought minutes is a statement too. */
struct fb_substantive_hours {
    struct fb_span token;
    uint32_t worker;
    fb_code employer;
    fb_day week;                 /* its Monday */
    int64_t minutes;
    enum fb_hours_kind kind;
};
struct fb_absence {
    struct fb_span token;
    uint32_t worker;
    fb_code employer;            /* 0: from all work */
    enum fb_absence_kind kind;
    fb_day from, until;          /* half-open */
};

/* ---- what suppliers ask for ---- */
/* One line of an invoice or of a credit note, sent whole each time, with what finance's system says of it. It names its shifts by
 * the booking, by references of theirs, or by a purchase order that is one of their references, on the days from, until.
 * Nothing in it names a person. */
struct fb_invoice_line {
    fb_code hirer;
    struct fb_span supplier;     /* the agency's code, or the bank provider's name */
    struct fb_span invoice;      /* its number, as the supplier has it */
    int64_t line;                /* 1.. */
    fb_day invoice_day;
    enum fb_billing billing;
    struct fb_span credit_invoice; /* CREDIT: the invoice that it takes from, and */
    int64_t credit_line;         /* which line of it; FB_ABSENT: whichever names the same shift */
    struct fb_span purchase_order, order_system; /* with the system whose reference the order is, it is looked for by it */
    struct fb_span booking_source, booking_ref;  /* the booking, by its own system's name for it */
    unsigned n_references;
    struct fb_reference reference[FB_REFERENCES_MAX];
    fb_day from, until;          /* the days on which its shifts start, half-open */
    enum fb_unit unit;
    int64_t units_e2;            /* hundredths; FB_ABSENT: not stated. So are the next three */
    int64_t minutes;
    int64_t rate_e4;             /* for one unit */
    fb_code grade, category;     /* charged; 0: not stated */
    int64_t net_pence;           /* of a CREDIT not above nought, else not below */
    int64_t vat_pence;           /* FB_ABSENT: not stated */
    enum fb_vat_treatment vat_treatment;
    enum fb_invoice_state state;
    struct fb_span reason;       /* DISPUTED: why */
};

/* ---- exceptions and what people do about findings ---- */
enum { FB_APPROVAL_RULES_MAX = 8 };
/* A break-glass permission, sent whole each time: asked for, then granted or refused, then perhaps confirmed. */
struct fb_approval {
    fb_code hirer;               /* whose it is */
    struct fb_span booking_source, booking_ref; /* of one booking: its source and reference; absent: of a class, */
    fb_code grade;               /* of the shifts that are all of these: 0 or NONE any */
    enum fb_staff_group staff_group;
    enum fb_route route;
    struct fb_span unit, agency;
    unsigned n_rules;
    struct fb_span rule[FB_APPROVAL_RULES_MAX]; /* names of the rules that it answers; at least one */
    enum fb_approval_state state;
    struct fb_span asked_by;
    enum fb_role role;           /* in which the grantor acts */
    struct fb_span granted_by, recorded_by; /* identities; the second typed it in */
    int64_t granted_ms;          /* or FB_ABSENT */
    enum fb_channel channel;
    struct fb_span confirmed_by; /* of a grant by telephone; must be granted_by, and not recorded_by. Never sent: whoever */
    int64_t confirmed_ms;        /* reads an approval fills both in from its confirmation (fb_approval_confirm); or FB_ABSENT */
    int64_t ended_ms;            /* the record's own instant; of REFUSED and WITHDRAWN since when. Never sent: whoever decodes fills it in */
    enum fb_role second_role;    /* a second pair of eyes */
    struct fb_span second_by;
    int64_t second_ms;           /* or FB_ABSENT */
    int64_t limit_pence;         /* for all shifts together; FB_ABSENT: none */
    fb_day from, until;          /* shifts that start on these days; half-open */
    struct fb_span reason;
};
/* What somebody did about a finding of a booking, or about one that a line of an invoice has by itself: booking_source and
 * booking_ref name either (a source that calls one of each alike means both). One of the engine's own source is no such step: it is the confirmation of a
 * grant by telephone by its grantor (`by`), with a link, at occurred_ms; booking_source and booking_ref then name the
 * approval, and text is what was granted (fb_approval_terms). Nobody can publish under that source. */
#define FB_SOURCE_OWN "fairbank"
struct fb_reply {
    fb_code hirer;
    struct fb_span booking_source, booking_ref;
    struct fb_span rule;         /* name; absent: all findings of it */
    enum fb_step step;
    struct fb_span by;           /* identity */
    enum fb_said for_trust;      /* yes: the trust concerned says it; no: the controls team */
    struct fb_span owner;        /* ASSIGN, SNOOZE: to whom */
    int64_t until_ms;            /* SNOOZE: end; else FB_ABSENT */
    enum fb_verdict verdict;     /* CLOSE */
    struct fb_span text;
};

struct fb_record {
    struct fb_envelope env;
    unsigned char digest[16]; /* BLAKE2b-128 of kind, occurred_at, record_ref, revision and body: made by wire */
    union {
        struct fb_organisation organisation;
        struct fb_vacancy vacancy;
        struct fb_cascade cascade;
        struct fb_booking booking;
        struct fb_timesheet timesheet;
        struct fb_agency agency;
        struct fb_framework framework;
        struct fb_budget budget;
        struct fb_invoice_line invoice_line;
        struct fb_worker worker;
        struct fb_worker_fact worker_fact;
        struct fb_substantive_hours hours;
        struct fb_absence absence;
        struct fb_approval approval;
        struct fb_reply reply;
    } as;
};

/* A publishing system, as the engine knows it: told in Hello, completed by configuration, journalled. */
enum { FB_SENDS_CASCADES = 1, FB_SENDS_SIGN_OFFS = 2, FB_SENDS_FRAMEWORKS = 4, FB_SENDS_TIMESHEETS = 8,
       FB_SENDS_WORKER_FACTS = 16, FB_SENDS_HOURS = 32, FB_SENDS_ABSENCES = 64 };
struct fb_source {
    struct fb_span name;
    fb_code trust;            /* whose records it may write; 0: a system-wide source (registers) */
    enum fb_system system;
    enum fb_source_mode mode;
    uint32_t sends;           /* FB_SENDS_* bits: without one, what it would say is unknown, never "no" */
    uint32_t window;          /* messages in flight */
};

/* The pseudonym that a record carries, absent where none; and its engine's number, 0 where none. Whoever decodes what is
 * stored sets the number, and with it the record holds no pseudonym any more; of kinds without a worker nothing is set. */
struct fb_span fb_record_token(const struct fb_record *r);
uint32_t fb_record_worker(const struct fb_record *r);
void fb_record_set_worker(struct fb_record *r, uint32_t worker, uint32_t worker_was);

/* The order of a record's versions: revision, then occurred_ms, then source_seq, then digest; absent is lowest.
 * It does not depend on arrival, so neither does the final state. <0, 0, >0. */
int fb_version_cmp(const struct fb_record *a, const struct fb_record *b);

/* Links: hashes of outside names through which records find each other. A collision is possible and must be
 * excluded by comparing the texts (fb_link_true). */
enum fb_link_kind {
    FB_LINK_SELF = 1,  /* (source, kind, record_ref) */
    FB_LINK_VACANCY,   /* (source, vacancy_ref): vacancy, cascades, bookings */
    FB_LINK_BOOKING,   /* (source, booking_ref): booking, timesheets, lines of invoices */
    FB_LINK_REFERENCE, /* (hirer, system, kind, id): bookings of one shift, when their times overlap; lines of invoices */
    FB_LINK_AGENCY,    /* (agency code): agency, framework lots, bookings */
    FB_LINK_ORG,       /* (ods) */
    FB_LINK_APPROVAL,  /* (source, record_ref): an approval and its confirmations */
    FB_LINK_CLASS,     /* (hirer, month): granted approvals of a class, which hold for at most four months, and bookings that start in it */
    FB_LINK_INVOICE,   /* (hirer, supplier, invoice, line): a line of an invoice, under however many names it was sent */
    FB_LINK_LINE       /* (source, record_ref): a line of an invoice, and what people did about its own findings */
};
struct fb_link {
    enum fb_link_kind kind;
    uint64_t hash;
};
/* The links under which a record is found. Returns how many were written (<= FB_LINKS_MAX). */
unsigned fb_record_links(const struct fb_record *r, struct fb_link out[FB_LINKS_MAX]);
/* True when a and b really share the link `kind` (texts compared, not hashes). For REFERENCE: two bookings of one hirer
 * whose times overlap, as well; a booking and a line of an invoice, when the booking starts on one of the line's days. */
bool fb_link_true(enum fb_link_kind kind, const struct fb_record *a, const struct fb_record *b);
#endif
