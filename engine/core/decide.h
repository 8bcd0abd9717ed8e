#ifndef FB_CORE_DECIDE_H
#define FB_CORE_DECIDE_H
/* THE function: what is known about one shift or one vacancy -> decision + effects. Pure: the same book, view
 * and instant give the same bytes, whatever the build. */
#include "engine/core/counter.h"
#include "engine/core/diary.h"
#include "engine/core/match.h"
#include "engine/core/price.h"
#define FB_DECIDE_VERSION 13u /* raise when the same input may give other bytes: `verify` then says so */

/* ---- what is known (gathered by turn, as core/needs.h asks) ---- */
struct fb_member {
    uint32_t number;                  /* internal record number */
    const struct fb_record *version;  /* the winning version of that record */
    const struct fb_source *source;
};
struct fb_view {
    int64_t now_ms;                   /* the instant of the journal entry */
    uint64_t journal;                 /* its number */
    uint32_t subject;                 /* the number under which the decision is kept: the lowest member number */
    unsigned n_members;               /* bookings that are this one shift (or, for a vacancy, that answer it) */
    struct fb_member member[FB_MEMBERS_MAX];
    struct fb_member vacancy;         /* version NULL: not held */
    unsigned n_cascades, n_timesheets, n_frameworks, n_organisations;
    const struct fb_record *cascade[FB_GATHER_MAX], *timesheet[FB_GATHER_MAX], *framework[FB_GATHER_MAX],
        *organisation[FB_GATHER_MAX];
    const struct fb_record *agency;   /* NULL: not in the register */
    bool framework_register;          /* at least one framework row of any agency is held */
    bool joined;                      /* this booking belongs to a shift kept under another number: withdraw its figures */
    bool withdrawn;                   /* the subject was taken back with its batch: its figures and findings go, and nothing takes their place */
    bool organisation_register;       /* at least one organisation is held */
    bool untraced;                    /* no trace is made: for whoever asks only what would be said */
    bool repricing;                   /* judged again because an issue of the rules became known, not because a record came */
    struct fb_counted_rows counted[FB_COUNTERS_MAX]; /* by the book's counters: the other shifts of the same key */
    struct fb_diary_view diary;       /* of the worker of the shift as merged; empty where nobody is known */
    unsigned n_approvals, n_replies, n_rivals;
    struct fb_approval_in_view {
        const struct fb_record *record; /* with confirmed_by and confirmed_ms, where it was confirmed: by the record */
        uint32_t number, confirmation;  /* `confirmation`; 0: it was not, or is not to be */
        const struct fb_source *source; /* whose it is; NULL: taken as live. One of a shadow source answers no live shift */
        int64_t before_pence;         /* with a limit, of a class: what the shifts before this one took of it; else 0 */
    } approval[FB_APPROVALS_MAX];     /* granted, and they cover the shift; those that name it first, then by names */
    const struct fb_record *reply[FB_REPLIES_MAX];  /* all of them; ascending by occurred_ms, then names */
    const struct fb_record *rival[FB_GATHER_MAX];   /* bookings of the same vacancy that were cancelled */
    unsigned n_invoices, n_billed;
    struct fb_invoice_in_view {
        const struct fb_record *record;
        uint32_t number;
        bool shared;                  /* it asks for other shifts as well: */
        bool parted;                  /* `part` is what its own decision gives this one of it; else that does not know of the shift yet */
        struct fb_share part;
        bool elsewhere;               /* nothing is owed for this shift, and something for others that it names: it is for those */
        bool repeated;                /* the same line of the invoice is held under a lower name: that one counts */
        bool retold;                  /* and that one is of another source */
    } invoice[FB_INVOICES_MAX];       /* of a shift: lines that name it, in order of names; of a line: it */
    struct fb_billed {
        uint32_t number;              /* a shift that the line names; ascending */
        bool heard;                   /* it hears that source's lines: one of a trial says nothing to a live shift */
        bool judged;                  /* its latest decision knows of the line: */
        struct fb_match match;        /* and says this of it */
    } billed[FB_GATHER_MAX];
    unsigned n_unowed;
    uint32_t unowed[FB_GATHER_MAX];   /* shifts that the line names and is not for, whose decisions do not know that yet */
    uint32_t feeds;                   /* FB_SENDS_* bits about people that some live source sends, or sent a record of; for a trial, any source */
    uint32_t cut; /* bit per enum fb_kind: more of that kind were found than one decision can read. What hangs on them is then
                   * unknown: never a breach, and never a figure that rests on which of them came first */
};
static inline bool fb_view_cut(const struct fb_view *v, enum fb_kind kind) { return v->cut >> kind & 1; }
/* The members that count, of all bookings that are one shift (at most FB_GATHER_MAX, in order of names); returns how many,
 * at most FB_MEMBERS_MAX. Members of shadow sources are left out of a shift of which a live source tells too: a trial may
 * not silence it, nor take its money out of the live totals. Where there are too many, every source's first comes before
 * any source's second, and what stands before what does not. *cut: one was left out that could have changed something (not
 * so a booking that fell through and was made again by its own source). */
unsigned fb_members_choose(struct fb_member *member, unsigned n, bool *cut);
/* Some are of shadow sources and some are not. */
bool fb_members_mixed(const struct fb_member *member, unsigned n);

/* ---- what was decided ---- */
/* The life of a finding is kept in it: opened, changed, answered, cleared (by an amended record), reopened; and what people
 * did about it. One that cleared stays in the decision with severity OK (or as the note that it became), so that the same
 * cause is never told as new; the ones that cleared first go when there is no room. A decision that falls silent, or stops
 * being silent, forgets them: they were told to others. */
enum { FB_LIFE_ACKNOWLEDGED = 1, FB_LIFE_ASSIGNED = 2, FB_LIFE_SNOOZED = 4, FB_LIFE_REPLIED = 8, FB_LIFE_CHALLENGED = 16,
       FB_LIFE_CLOSED = 32, FB_LIFE_REOPENED = 64, FB_LIFE_CLEARED = 128 };
struct fb_finding {
    uint32_t rule;     /* struct fb_rule.id */
    uint8_t severity;  /* enum fb_severity */
    uint8_t detail;    /* ratecap.*, off_card: category index; cannot_say: enum fb_lack; a rule's cannot_say: enum fb_fact */
    uint8_t answered;  /* enum fb_answered: an approval answers it; 0: none */
    uint8_t life;      /* FB_LIFE_* */
    uint8_t verdict;   /* enum fb_verdict, when closed */
    uint8_t steps[FB_STEP_END]; /* how many of each kind people took that were told; 255: or more */
    uint32_t approval; /* number of the approval that answers it, 0 none */
    int64_t opened_ms; /* instant of the entry that opened it first */
    int64_t changed_ms;/* and of the last one that changed its severity or amount, cleared it or brought it back; 0: none did.
                        * Closing before that does not close what it is now */
    int64_t pence;     /* excess or difference; 0 where none */
};
/* cannot_say for want of a whole feed, or of a pseudonym. It is kept with the shift, so that it can be counted, and asked
 * for by its rule; nobody is told of it shift by shift: no events, and no place in the list of findings. */
static inline bool fb_finding_of_feed(const struct fb_book *book, const struct fb_finding *f)
{
    return f->severity == FB_SEVERITY_CANNOT_SAY && f->rule == book->built_in[FB_RULE_CANNOT_SAY].id && fb_lack_of_feed(f->detail);
}
/* Told, not cleared, and nobody answered it. */
static inline bool fb_finding_open(const struct fb_finding *f) { return f->severity > FB_SEVERITY_OK_ && f->answered == 0; }
/* What a shift takes of an approval of a class that has a limit. It never hangs on whether the limit is reached. */
struct fb_spent {
    uint32_t approval;   /* number */
    uint32_t start_min, tie;
    int64_t pence;
};
enum { FB_SPENT_MAX = FB_APPROVALS_MAX }; /* all that a decision reads: what it takes is never left out */
/* Measures of a total, in stored order: add at the end. All are sums, so deltas add. */
#define FB_MEASURE_MAP(X)                                                                                    \
    X(SHIFTS, "shifts") X(MINUTES, "paid_minutes") X(PENCE, "pence") X(WORKER_PAY, "worker_pay_pence")       \
    X(WTD_HOLIDAY, "wtd_holiday_pence") X(EMPLOYER_NI, "employer_ni_pence") X(EMPLOYER_PENSION, "employer_pension_pence") \
    X(LEVY, "levy_pence") X(COMMISSION, "commission_pence") X(OTHER_FEE, "other_fee_pence") X(VAT, "vat_pence") \
    X(EXPECTED, "expected_pence") /* part of pence that rests on the card, not on what was sent */           \
    X(UNPRICED, "unpriced_shifts") X(OVER_CAP, "shifts_over_cap") X(EXCESS, "excess_pence")                  \
    X(OVER_ESTIMATE, "shifts_over_estimate") X(CARD, "card_pence") X(CANCEL_CHARGE, "cancel_charge_pence")   \
    X(VACANCIES, "vacancies") X(FILLED, "filled") X(UNFILLED, "unfilled") X(WITHDRAWN, "withdrawn")          \
    X(COVERED, "covered_internally") X(VACANCY_MINUTES, "vacancy_minutes") X(FILLED_MINUTES, "filled_minutes") \
    X(LOADED, "loaded_pence") X(LOADED_SHORT, "shifts_loaded_short") /* loaded cost unknown, or a lower bound */ \
    X(CARD_LOADED, "card_loaded_pence") /* what those of known loaded cost would have cost on the card */        \
    X(BONUS, "bonus_pence") /* earned by counters: spend of its own kind, no part of pence */                \
    X(SUPPLEMENT, "supplement_pence") /* part of card_pence: high cost area supplement */
enum fb_measure {
#define X(id, word) FB_MEASURE_##id,
    FB_MEASURE_MAP(X)
#undef X
    FB_MEASURES
};
const char *fb_measure_word(enum fb_measure m);
struct fb_figures {
    int64_t v[FB_MEASURES];
};
/* A cell of the totals, week first. Shadow sources are counted in cells of their own. */
struct fb_cell {
    fb_day week;              /* Monday of the shift's ISO week, by local start date */
    fb_day month;             /* first day of the shift's calendar month, which is its fiscal month */
    fb_code hirer, ics;       /* ics: of the hirer at the shift's date, 0 unknown */
    uint8_t staff_group, route, stage; /* enum numbers; stage 0: demand (vacancies) */
    uint8_t shadow;
};
static inline bool fb_cell_same_but_stage(const struct fb_cell *a, const struct fb_cell *b)
{
    return a->week == b->week && a->month == b->month && a->hirer == b->hirer && a->ics == b->ics &&
           a->staff_group == b->staff_group && a->route == b->route && a->shadow == b->shadow;
}
static inline bool fb_cell_same(const struct fb_cell *a, const struct fb_cell *b)
{
    return a->stage == b->stage && fb_cell_same_but_stage(a, b);
}
/* One posted line: which cell, how much. A decision keeps its lines so that a later one can take back exactly
 * what was added. Lines: demand, or committed, worked, invoiced, paid and latest. */
enum { FB_LINES_MAX = 5 };
struct fb_line {
    struct fb_cell cell;
    struct fb_figures figures;
};
struct fb_decision {
    uint32_t subject;
    enum fb_kind kind;        /* BOOKING, VACANCY, APPROVAL or INVOICE_LINE */
    uint64_t journal;
    int64_t at_ms;
    uint32_t issue;           /* the book's */
    uint32_t version;         /* FB_DECIDE_VERSION */
    bool shadow, historic;    /* no alert may fire on it: all its members are of shadow sources, or all are historic */
    bool joined;              /* counted under another number: no lines, no findings */
    uint8_t vacancy_end;      /* enum fb_vacancy_end for a vacancy */
    uint8_t state;            /* enum fb_booking_state for a booking */
    uint8_t basis;            /* enum fb_basis of the committed figure */
    fb_code grade;            /* band or grade of the shift, 0 not stated: what drift is measured by */
    uint8_t drift;            /* enum fb_compared: what of the latest line's pay stands against its card; NOTHING unless all its
                               * minutes could be compared, and the trust has adopted the card */
    uint8_t sheet;            /* 1 + index in fb_view.timesheet of the one that settles what was worked; 0: none. Not packed: turn keeps which
                               * record it is beside the decision */
    unsigned n_counts;
    struct fb_count count[FB_COUNTERS_MAX]; /* what the shift adds to counters; ascending by counter id */
    struct fb_stint stint;    /* what the shift adds to its worker's diary; worker 0: nothing */
    unsigned n_spent;
    struct fb_spent spent[FB_SPENT_MAX]; /* ascending by approval */
    uint8_t approval_end;     /* enum fb_approval_end for an approval */
    uint8_t approval_when;    /* of a granted one of a booking: enum fb_answered against its booking; 0 not known */
    unsigned n_matches;
    struct fb_match match[FB_INVOICES_MAX]; /* of a shift: what each line that names it comes to, ascending by line; of a line: itself */
    unsigned n_shares;
    struct fb_share share[FB_GATHER_MAX]; /* of a line for several shifts that are all judged: what falls to each; ascending by shift */
    int64_t due_ms;           /* when the clock alone may change this decision: a deadline, the end of a snooze; INT64_MAX never */
    unsigned n_lines, n_findings;
    struct fb_line line[FB_LINES_MAX];
    struct fb_finding finding[FB_FINDINGS_MAX]; /* ascending (rule, detail) */
    struct fb_span trace;     /* core/trace.h; in the arena */
};

/* ---- what follows ---- */
#define FB_EVENT_MAP(X)                                                                                     \
    X(VACANCY_OPENED, 1, "vacancy.opened") X(VACANCY_FILLED, 2, "vacancy.filled")                           \
    X(VACANCY_UNFILLED, 3, "vacancy.unfilled") X(VACANCY_WITHDRAWN, 4, "vacancy.withdrawn")                 \
    X(VACANCY_COVERED, 5, "vacancy.covered_internally") X(BOOKING_ASSESSED, 6, "booking.assessed")          \
    X(SPEND_POSTED, 7, "spend.posted") X(RATECAP_BREACHED, 8, "ratecap.breached")                           \
    X(RATECAP_OVER_ESTIMATE, 9, "ratecap.over_estimate") X(RATE_OFF_CARD, 10, "rate.off_card")              \
    X(ASSURANCE_FINDING, 11, "assurance.finding") X(FINDING_CHANGED, 12, "finding.changed")                 \
    X(FINDING_CLEARED, 13, "finding.cleared") X(RULES_ISSUED, 14, "rules.issued")                           \
    X(RECORD_CONFLICT, 15, "record.conflict") X(RATE_REPRICED, 16, "rate.repriced")                         \
    X(RATE_DRIFT, 17, "rate.drift") X(PERIOD_CLOSED, 18, "period.closed") X(RULES_SCHEDULED, 19, "rules.scheduled") \
    X(BONUS_EARNED, 20, "bonus.earned") X(RULES_WITHDRAWN, 21, "rules.withdrawn")                             \
    X(FINDING_ANSWERED, 22, "finding.answered") X(FINDING_REOPENED, 23, "finding.reopened")                 \
    X(FINDING_ACKNOWLEDGED, 24, "finding.acknowledged") X(FINDING_ASSIGNED, 25, "finding.assigned")         \
    X(FINDING_NOTED, 26, "finding.noted") X(FINDING_SNOOZED, 27, "finding.snoozed")                         \
    X(FINDING_WOKEN, 28, "finding.woken") X(FINDING_REPLIED, 29, "finding.replied")                         \
    X(FINDING_CHALLENGED, 30, "finding.challenged") X(FINDING_CLOSED, 31, "finding.closed")                 \
    X(APPROVAL_ASKED, 32, "approval.asked") X(APPROVAL_GRANTED, 33, "approval.granted")                     \
    X(APPROVAL_REFUSED, 34, "approval.refused") X(APPROVAL_LAPSED, 35, "approval.lapsed")                   \
    X(APPROVAL_EXPIRED, 36, "approval.expired") X(APPROVAL_EXHAUSTED, 37, "approval.exhausted")             \
    X(APPROVAL_INVALID, 38, "approval.invalid") X(APPROVAL_BUDGET, 39, "approval.budget")                   \
    X(WORKINGTIME_BREACHED, 40, "workingtime.breached") X(BOOKING_OVERLAP, 41, "booking.overlap")           \
    X(BOOKING_DUPLICATE_SUSPECT, 42, "booking.duplicate_suspect") X(WORKER_FORGOTTEN, 43, "worker.forgotten") \
    X(FINDING_UNANSWERED, 44, "finding.unanswered") X(APPROVAL_CONFIRMED, 45, "approval.confirmed")         \
    X(APPROVAL_WITHDRAWN, 46, "approval.withdrawn") X(SOURCE_SILENT, 47, "source.silent")                   \
    X(BATCH_WITHDRAWN, 48, "batch.withdrawn") X(RECEIPT_ISSUED, 49, "receipt.issued")                       \
    X(INVOICE_MATCHED, 50, "invoice.matched") X(INVOICE_DISPUTED, 51, "invoice.disputed")                   \
    X(INVOICE_UNMATCHED, 52, "invoice.unmatched") X(INVOICE_DUPLICATE, 53, "invoice.duplicate")             \
    X(INVOICE_OVERCHARGED, 54, "invoice.overcharged") X(CEILING_PASSED, 55, "ceiling.passed")                 \
    X(CEILING_CLEARED, 56, "ceiling.cleared")
enum fb_event_kind {
    FB_EVENT_NONE = 0,
#define X(id, n, word) FB_EVENT_##id = n,
    FB_EVENT_MAP(X)
#undef X
    FB_EVENT_END
};
const char *fb_event_word(enum fb_event_kind k);
static inline bool fb_event_known(int64_t kind)
{
    return kind > FB_EVENT_NONE && kind < FB_EVENT_END;
}
/* Kinds of events, a bit each: as many as an event's stored form can tell apart. Bit 0 stands for every kind that is not known here,
 * which only a consumer meets, of an engine newer than itself. */
struct fb_event_set {
    uint64_t bits[4];
};
_Static_assert(FB_EVENT_END <= 256, "every kind of event has its bit");
static inline void fb_event_set_add(struct fb_event_set *set, enum fb_event_kind kind)
{
    unsigned bit = fb_event_known(kind) ? kind : 0;
    set->bits[bit / 64] |= (uint64_t)1 << bit % 64;
}
static inline struct fb_event_set fb_event_set_of(enum fb_event_kind kind)
{
    struct fb_event_set set = {{0}};
    fb_event_set_add(&set, kind);
    return set;
}
static inline bool fb_event_set_has(const struct fb_event_set *set, enum fb_event_kind kind)
{
    unsigned bit = fb_event_known(kind) ? kind : 0;
    return (set->bits[bit / 64] >> bit % 64 & 1u) != 0;
}
static inline bool fb_event_set_empty(const struct fb_event_set *set)
{
    return (set->bits[0] | set->bits[1] | set->bits[2] | set->bits[3]) == 0;
}
struct fb_event {
    enum fb_event_kind kind;
    int64_t at_ms;             /* the instant of its journal entry */
    uint64_t journal;
    uint32_t subject;          /* booking or vacancy number; 0 none */
    fb_code trust;             /* hirer: whom it concerns */
    uint8_t severity, detail, stage, staff_group, route;
    bool shadow, historic;
    uint32_t rule;             /* 0 none */
    uint32_t issue;
    fb_day shift_day;
    int64_t pence;             /* amount after */
    int64_t delta_pence;       /* change against the decision before */
    int64_t minutes;           /* paid minutes, or their delta for spend.posted; finding.snoozed: until the snooze ends */
    uint64_t prior_journal;    /* rate.repriced: the decision before; 0 none */
    uint32_t prior_issue;      /* and the issue that it was made under */
    uint8_t cause;             /* enum fb_cause of spend.posted and rate.repriced; WITHDRAWN also of findings that a batch took with it */
    uint32_t withdrawn, restored, left; /* batch.withdrawn: records that nothing is left of, that fell back, messages replaced since */
    fb_day posted;             /* ceiling.*: the month. spend.posted, rate.repriced, period.closed: first day of the month in whose books it stands; shift_day says when
                                * it was worked. 0: not said */
    struct fb_span source, record_ref; /* the outside name of the record */
};
/* Stored form, versioned; FB_REFUSED on bytes that are not one. Spans of an unpacked event point into `bytes`. */
size_t fb_event_pack(const struct fb_event *e, void *memory, size_t size); /* 0: does not fit */
FB_MUST_CHECK enum fb_err fb_event_unpack(struct fb_event *out, struct fb_span bytes);
size_t fb_decision_pack(const struct fb_decision *d, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_decision_unpack(struct fb_decision *out, struct fb_span bytes);
/* A packed decision adds to a counter: whoever opens a store need not unpack the others. */
bool fb_decision_counts(struct fb_span bytes);
/* The same of the other things that a turn keeps in memory. */
enum { FB_HAS_STINT = 1, FB_HAS_SPENT = 2, FB_HAS_DUE = 4, FB_HAS_APPROVAL = 8, FB_HAS_MATCHES = 16, FB_HAS_SHARES = 32 };
unsigned fb_decision_has(struct fb_span bytes);
size_t fb_figures_pack(const struct fb_figures *f, void *memory, size_t size);
FB_MUST_CHECK enum fb_err fb_figures_unpack(struct fb_figures *out, struct fb_span bytes);

struct fb_effects {
    unsigned n_events, n_posts;
    struct fb_event event[FB_EFFECTS_MAX];
    struct fb_line post[2 * FB_LINES_MAX]; /* deltas: the old line taken back (negative) and the new added, or one net delta when the cell is the same */
};
/* rate.repriced: view->repricing, and something is posted, in whatever measure; one for a decision, with the delta of the
 * latest figure, which may be nought. Judges a shift (view->n_members bookings) or a vacancy. prior: the decision before, NULL when none; only its
 * journal, issue, lines, findings, state, vacancy_end, joined, shadow and historic are read. bonus.earned: what was earned
 * appears, is another or is lost (then with a delta below nought and severity ok). Events are emitted only for what changed.
 * A finding that was told silently (shadow or historic) and becomes live is told anew, after a silent finding.cleared; one
 * that falls silent is cleared as live and told again silently. A clearing carries the marks of the decision before, so
 * that it reaches whom the opening reached. finding.answered has enum fb_answered as its detail, and is told again when that
 * changes; each step that people took is told once for each finding that it is about. Scratch and the trace come from the arena (FB_LIMIT when it is too small). */
FB_MUST_CHECK enum fb_err fb_decide_booking(const struct fb_book *book, const struct fb_view *view, const struct fb_decision *prior,
                                            struct fb_arena *arena, struct fb_decision *out, struct fb_effects *effects);
FB_MUST_CHECK enum fb_err fb_decide_vacancy(const struct fb_book *book, const struct fb_view *view, const struct fb_decision *prior,
                                            struct fb_arena *arena, struct fb_decision *out, struct fb_effects *effects);
/* An approval by itself: what has become of it, and one event when that changes, whose detail is enum fb_approval_end
 * (approval.granted of a provisional one has severity note). view->approval[0] is it, with before_pence what all its shifts
 * took of it; view->member[] its booking when it names one that is held. */
FB_MUST_CHECK enum fb_err fb_decide_approval(const struct fb_book *book, const struct fb_view *view, const struct fb_decision *prior,
                                             struct fb_arena *arena, struct fb_decision *out, struct fb_effects *effects);
/* A line of an invoice by itself: what has become of it, one event when that changes, and invoice.unmatched while no shift is
 * held that it names. view->invoice[0] is it, view->billed the shifts that it names and what their decisions say of it. */
FB_MUST_CHECK enum fb_err fb_decide_invoice(const struct fb_book *book, const struct fb_view *view, const struct fb_decision *prior,
                                            struct fb_arena *arena, struct fb_decision *out, struct fb_effects *effects);
/* The effective booking of a shift that several systems sent: fields by the book's authority, else by
 * (source name, record_ref). One member: returned as it is. NULL: the arena is full. */
const struct fb_booking *fb_merge(const struct fb_book *book, const struct fb_view *view, struct fb_arena *arena);
/* The place of a shift among those that start with it, as in struct fb_count: by the outside name that the system sent which
 * is the authority for its hours. */
uint32_t fb_view_tie(const struct fb_book *book, const struct fb_view *view);
/* Facts of an effective booking that was priced. */
void fb_facts_of(const struct fb_book *book, const struct fb_view *view, const struct fb_booking *b, const struct fb_price *price, struct fb_facts *out);
#endif
