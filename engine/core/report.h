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
    struct fb_span answered, life, verdict; /* words, comma between those of a life; absent: none */
    uint32_t approval;         /* that answers it; 0 none */
    int64_t opened_ms;
    fb_day reportable;         /* from which it may enter a report; 0: not said */
    struct fb_span owner;      /* whose it is */
    struct fb_span reply, challenge; /* the last words of the trust; of the controls team */
    int64_t snoozed_until_ms;  /* 0: it is not */
    struct fb_span snoozed_because; /* what was said then */
    bool of_people;            /* its rule reads who the worker is (fb_explain_of_people). Does not cross the wire */
};
struct fb_finding_filter {
    fb_code trust;             /* 0: all */
    struct fb_span rule;       /* absent: all */
    enum fb_severity at_least; /* NONE: all but ok */
    uint32_t after;            /* rows of subjects above this: paging */
    unsigned limit;
    uint64_t as_of;            /* as known at that journal entry; 0: now. Open findings are then read from the decisions */
};
/* Who asks: by its key over the network; over this machine's own sockets asserted by whoever may open them, which their file
 * permission guards. It is kept in AUDIT where a worker is asked about. */
enum fb_as { FB_AS_NONE, FB_AS_TRUST, FB_AS_CONTROLS, FB_AS_FINANCE, FB_AS_ADMIN, FB_AS_END };
struct fb_asker {
    struct fb_span identity;
    enum fb_as as;             /* NONE: nobody in particular, who sees what all may see */
    fb_code trust;             /* of AS_TRUST */
};
struct fb_approval_row {
    uint32_t record;
    fb_code trust;
    struct fb_span end, rules, about; /* what has become of it; names, comma between them; the booking, or the class in words */
    struct fb_span asked_by, granted_by, recorded_by;
    struct fb_span when;       /* before_booking, before_start, retrospective; absent: not known, or of a class */
    int64_t granted_ms, limit_pence; /* FB_ABSENT: none. To the encoder 0 is no limit too */
    int64_t spent_pence;
    fb_day from, until;
    struct fb_span reason, why; /* why: of one that does not answer anything */
    int64_t deadline_ms;       /* of a provisional one; FB_ABSENT or 0: none */
    struct fb_span reference;  /* its source's own */
};
struct fb_approval_month {     /* what a trust granted in a month, against its budget */
    fb_code trust;
    fb_day month;
    uint64_t before_booking, before_start, retrospective, of_classes, provisional, lapsed; /* each approval in one of them */
    int64_t budget;            /* FB_ABSENT: none */
    fb_day dry_on;             /* used up on that day at this month's pace; 0: not in this month */
};
struct fb_invoice_row {        /* a line of an invoice, and what it was matched with */
    uint32_t record;
    fb_code trust;
    struct fb_span supplier, invoice;
    uint64_t line;
    enum fb_billing billing;
    fb_day invoice_day, from, until;
    struct fb_span shift;      /* SOURCE/REFERENCE of its booking; absent: none is held, or several */
    int64_t charged_pence;
    int64_t expected_pence, vat_pence, vat_expected_pence; /* FB_ABSENT: nobody says */
    struct fb_span end;        /* word */
    enum fb_invoice_state state;
    struct fb_span differs, unsaid; /* words, comma between them */
    struct fb_span why, source, record_ref;
    bool shadow;
};
struct fb_invoice_filter {
    fb_code trust;             /* 0: all */
    fb_day month;              /* in which its shifts start; 0: all */
    struct fb_span supplier;   /* absent: all */
    enum fb_invoice_end end;   /* NONE: all */
    uint32_t after;            /* of records above this: paging */
};
struct fb_audit_row {
    uint64_t seq;
    int64_t at_ms;
    struct fb_asker asker;
    uint8_t query;             /* the wire's number of the question */
    uint32_t worker, record;   /* 0 none; of a question for findings `record` is how many of them are about workers */
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
struct fb_batch_row {          /* a file or page, and what became of its messages */
    uint32_t number;
    struct fb_span source, id;
    fb_code trust;             /* of its source; 0: a register's */
    uint64_t accepted, amended, refused, conflicts;
    int64_t first_ms, last_ms;
    uint64_t asked;            /* the journal entry that had it taken back; 0: never */
    bool withdrawing, again;   /* it is being taken back; more came with it since */
    uint64_t entries;          /* then: entries still to look at */
    uint64_t withdrawn, restored, left; /* records that nothing is left of, that fell back; messages replaced since */
    int64_t pence;             /* by how much the figures moved with it */
};
/* One shift with all that months are folded from: accruals, statements between trusts, returns. No worker is in it. A month of a
 * million shifts crosses the wire as such rows, a page at a time. */
struct fb_month_finding {      /* one that is open, or was answered by an approval; not what a whole feed lacks */
    struct fb_span rule;       /* its name */
    enum fb_severity severity;
    int64_t pence;             /* excess or difference; 0 where none */
    bool answered;
};
/* A record by its own system's name: SOURCE/REFERENCE. Absent both: none is held. */
struct fb_month_ref {
    struct fb_span source, ref;
};
/* The charge against the cap at one stage: what was compared, by the rules under which the shift was decided. A figure that nobody can
 * say is FB_ABSENT. */
struct fb_month_cap {
    enum fb_status basis;              /* of the cap; NONE: none holds. Only a published or agreed one binds */
    int64_t pence, charge_pence;       /* the cap's worth of the paid minutes, and the charge for them, VAT left out of both */
    int64_t over_e2;                   /* how far the worst category is above its cap, 1/100 per cent, rounded down: the fact percent_over_cap_e2 */
    bool lower_bound;                  /* a part of the charge may be missing */
};
enum { FB_VAT_RATES_MAX = 4 };
struct fb_month_row {
    uint32_t subject;
    struct fb_span source, record_ref; /* SOURCE/REFERENCE, which `fairbank explain` takes: where each figure is from */
    fb_code hirer, payer, employer;    /* 0: not said */
    struct fb_span site, unit, cost_centre, subjective, role, agency, framework;
    struct fb_span purchase_order;     /* the first reference of that kind */
    struct fb_span reason;             /* why somebody was needed */
    enum fb_staff_group staff_group;
    enum fb_route route;
    fb_code grade;
    enum fb_engagement engagement;
    enum fb_booking_state state;
    enum fb_timesheet_state timesheet; /* APPROVED: one settles what was worked; DID_NOT_WORK: and nothing was; NONE: none settles it
                                        * (one that is held but not approved is not told apart: no decision rests on it) */
    fb_day day;                        /* local date of the start, to which the shift wholly belongs */
    int64_t start_min, end_min;
    int64_t booked_ms;                 /* FB_ABSENT: not said. To the encoder 0 is not said too */
    uint64_t journal;                  /* of the decision */
    uint32_t issue;
    bool shadow, historic;
    uint8_t basis;                     /* enum fb_basis of the committed figure */
    unsigned n_stages;
    struct {
        enum fb_stage stage;
        struct fb_figures figures;
        struct fb_month_cap cap;       /* of COMMITTED, WORKED and, repeating them, LATEST; what an invoice asks is held against no cap */
    } stage[FB_STAGE_END - 1];         /* as decided; LATEST repeats the last of the others */
    unsigned n_findings;
    struct fb_month_finding *finding;
    struct fb_span vat;                /* the treatment that the rules give it: its name; "as_sent": the measure vat_pence says it;
                                        * absent: nobody can say */
    enum fb_vat_base vat_base;         /* NOTHING: none is charged */
    int64_t vat_ppm;                   /* parts per million of that */
    bool vat_unsettled;                /* the law about it is open */
    unsigned n_vat_rates;              /* rates that the rules' VAT rows have for its route on that day, whichever treatment it has itself: */
    int64_t vat_rate_ppm[FB_VAT_RATES_MAX]; /* parts per million, each once and above nought, the highest first; of more the highest */
    struct fb_month_ref vacancy;       /* that it answers, in the system whose booking names it */
    struct fb_month_ref confirmation;  /* what another system than that of `source` calls the same booking: the supplier's confirmation, where
                                        * one is held; of several the first by name */
    struct fb_month_ref sheet;         /* the timesheet that settles what was worked; absent: none does, or it was decided before timesheets were noted */
    unsigned n_references;
    struct fb_reference *reference;    /* that the booking carries: orders, duties, requests of other systems */
    fb_day posted;                     /* first day of the month in whose books what the last decision changed stands: the shift's own, or where
                                        * that was closed by then the first that was open. Earlier decisions may stand in others: spend.posted
                                        * tells each step */
    bool closed;                       /* the shift's own month is closed for its hirer */
    unsigned n_hosts;
    struct fb_host_part *host;         /* who had what of the worked figure, as the timesheet's intervals say; none: all of it is the hirer's */
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
    struct fb_span turned_away;  /* "key_unknown 3, hello 1": who was turned away at the doors since the start, by cause */
    bool live;                   /* an engine answered (else read from disk) */
    bool holding;                /* the disk has too little room: publishers are answered busy */
    uint64_t disk_free_mib, free_floor_mib; /* of a running engine; the room that must be left, 0: none */
    struct fb_waiting_row waits[FB_WAITING_MAX]; /* so many of them as `waiting` says, in the order of their moments */
    struct fb_span behind;       /* "bi 120000": consumers that are too far behind, and by how many events */
    struct fb_span over_quota;   /* sources of which refusals were not kept whole today; absent: none */
};
struct fb_event_row {
    uint64_t seq;
    struct fb_event event;
    struct fb_span rule; /* its name */
    uint64_t epoch;      /* under which it was told first, when that is one before a restore; 0: the store's */
    bool back;           /* source.silent: it is over */
    struct fb_span statement; /* receipt.issued: the signed text, U+2028 for each line feed; absent where nobody signed. ceiling.*: a sentence */
    struct fb_span type; /* of a kind that is not known here, and only then: what a newer engine calls it, or fairbank.unknown.N */
};
/* What a row's event is called: ratecap.breached, also of a kind that is not known here. */
struct fb_span fb_event_type(const struct fb_event_row *row);
/* A name that a kind may have which is not known here: a letter, then letters, digits, dots and underscores, and no known kind's. */
enum { FB_EVENT_TYPE_MAX = 64 };
bool fb_event_type_is_foreign(struct fb_span type);
struct fb_event_filter {
    struct fb_event_set kinds; /* none: all */
    fb_code trust;    /* 0: all */
    bool alerts_only; /* leave out shadow and historic */
};
#endif
