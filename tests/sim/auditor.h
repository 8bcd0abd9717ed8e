#ifndef FB_TESTS_SIM_AUDITOR_H
#define FB_TESTS_SIM_AUDITOR_H
/* The independent auditor: it hears every message that the engine answered, and works out by itself what the
 * answer must be and what must stand in the store in the end. Slow on purpose: it walks shifts minute by
 * minute, searches lists from end to end, and keeps no decision between two questions. It shares with the
 * engine the book's values, the shapes of records and decisions, and base (dates, rounding, spans); of the
 * core's and turn's code it calls nothing but the unpacking of stored rows.
 *
 * auditor_answers              who was taken, under which number, and which version holds
 * auditor_shift                which bookings are one shift, merged; what else is known of it
 * auditor_minutes              paid minutes by category
 * auditor_price                charge, cap, pay against the card
 * auditor_card                 what the card pays
 * auditor_loaded               what it costs with all that comes on top
 * auditor_facts                facts and the packs' rules
 * auditor_supply               facts of how a shift was filled
 * auditor_judge                findings, lines, ends of vacancies
 * auditor_counts               what shifts add to counters, and what is earned by them
 * auditor_diary                whose time a shift is
 * auditor_clocks, runs         the clocks over it
 * auditor_checks               employment checks
 * auditor_granted              exceptions, each by itself
 * auditor_answered             what they answer, and their limits
 * auditor_people               who is who; no pseudonym anywhere
 * auditor_batches              batches that were taken back
 * auditor_sent                 what each source sent
 * auditor_receipts, positions  what is stated of it
 * auditor_silence              who fell silent
 * auditor_store                all of that against the store
 * auditor_trace                traces of decisions
 * auditor_totals               sums of all that
 * auditor_chain                the root of the journal's chain
 * auditor_events               events against what stands
 * auditor_life                 the lives of findings, by the feed
 * auditor_repriced             of other rules, and of what was earned
 * auditor_drift                what was paid on the bank
 * auditor_periods              closed months
 * auditor_ceilings             agency spend against what a month may come to
 * auditor_meet                 what was met
 *
 * What suppliers ask for has a header of its own, auditor_bills.h, and what the feed tells another, auditor_feed.h. */
#include "tests/sim/met.h"
#include "tests/sim/workload.h"

enum { AUD_WHY_BYTES = 400, AUD_MEMBERS = FB_MEMBERS_MAX, AUD_RECORDS_MAX = SIM_MESSAGES_MAX };

/* One accepted message. */
struct aud_version {
    const struct sim_message *message;
    uint64_t journal;
    uint32_t number;
    uint32_t who, was; /* of a Worker record: of whom it tells, and whose pseudonym that was besides; 0 nobody */
    int64_t at_ms;     /* when it was taken */
    bool gone;         /* with its batch */
    bool amended;      /* it was not the first of its record */
    uint32_t before;   /* the version of this record that came before it: its place in `version`, from 1; 0 none */
};
struct aud_held {
    enum fb_kind kind; /* NONE: every version went with its batch: it counts for nothing, and is found by its name only */
    unsigned source; /* index in the world */
    struct fb_span ref;
    const struct sim_message *winner; /* the version that holds */
    uint32_t who;                     /* of whom that version tells (aud_person): the auditor's own number, 0 nobody */
    enum fb_kind named;               /* the kind that it had, and has again when another version comes */
    uint32_t last;                    /* the version that came last: its place in `version`, from 1 */
};
struct aud_refusal {
    const struct sim_message *message;
    uint32_t number; /* a conflict: the record whose message id it used */
    uint64_t journal, earlier;
    unsigned source;
    enum fb_reason reason;
    int64_t at_ms;
};
/* A batch was asked to be taken back. */
enum { AUD_ASKED_MAX = 256 };
struct aud_batch {
    unsigned source;
    struct fb_span name;
    uint64_t asked;               /* the journal entry */
    unsigned own;                 /* versions that go with it */
    unsigned withdrawn, restored; /* records that nothing is left of, that fall back, if nothing comes meanwhile */
};
/* A step of the engine wrote an entry: what had been heard by then of what sources sent. Which of these entries are statements of a
 * day the feed says. */
enum { AUD_STEPS_MAX = 16384, AUD_DAYS_MAX = 160, AUD_OPENED_MAX = 8192 };
struct aud_step {
    uint64_t journal;
    int64_t at_ms;
    unsigned opened;               /* how often the engine had been opened */
    uint32_t known;                /* bit per source that had said Hello */
    uint32_t repeats[SIM_SOURCES]; /* messages that had their first answer again, since it was opened */
};
struct aud_day {
    fb_day day;
    const struct aud_step *step, *before; /* before: the statement before it that the same engine made; NULL: none */
};
/* The engine was opened: since then it listens. */
struct aud_opened {
    uint64_t journal;
    int64_t from_ms;
};
/* A pseudonym that was heard; numbers count from 1. */
enum { AUD_TOKENS_MAX = 512 };
struct aud_token {
    struct fb_span token;
    uint32_t person;  /* whose it is: the lowest number of all that are the same person */
    bool forgotten;
    uint32_t number;  /* the engine's, of a person; 0: not seen yet */
};
struct auditor {
    const struct sim_world *w;
    struct sim_met *met;
    uint32_t known_as[SIM_SOURCES]; /* numbers that the engine gave the sources, as they came */
    unsigned n_versions, n_held, n_refusals, n_conflicts, n_issues, n_closes;
    struct aud_version version[SIM_MESSAGES_MAX];
    struct aud_held held[AUD_RECORDS_MAX + 1]; /* by record number */
    struct aud_refusal refusal[SIM_MESSAGES_MAX];
    unsigned n_tokens, n_forgotten;
    struct aud_token token[AUD_TOKENS_MAX + 1];
    const struct fb_book *issue[SIM_PLANNED_MAX + 3]; /* by issue number */
    unsigned issue_plan[SIM_PLANNED_MAX + 3];         /* the same */
    int64_t issue_due_ms[SIM_PLANNED_MAX + 3];        /* of one that waits for its moment; else 0 */
    unsigned n_scheduled, n_withdrawn;
    unsigned current;          /* number of the issue that holds; 0: none yet */
    unsigned n_asked, n_told;  /* batches; of so many the feed told the end */
    struct aud_batch batch[AUD_ASKED_MAX];
    unsigned n_days, n_opened, n_steps, n_stated; /* n_stated: receipt.issued, as the feed told it */
    uint32_t known;                /* bit per source that said Hello */
    uint32_t repeats[SIM_SOURCES]; /* messages that had their first answer again, since the engine was opened */
    struct aud_day day[AUD_DAYS_MAX];
    struct aud_opened opened[AUD_OPENED_MAX];
    struct aud_step step[AUD_STEPS_MAX];
    int64_t listening_ms;           /* it surely listens since then; INT64_MAX: nobody can say yet */
    int64_t silent_ms[SIM_SOURCES]; /* as the feed told it: silent since its last message; FB_ABSENT: it is not */
    unsigned n_taken;          /* what the decisions in the store take of approvals */
    struct aud_taken {
        uint32_t subject;
        struct fb_spent spent;
    } taken[AUD_RECORDS_MAX * FB_SPENT_MAX];
    struct aud_diary *diary;   /* the same for people's time */
    struct aud_counts *counts; /* of all shifts, by the issue that holds now; NULL until they are asked for */
    int64_t now_ms;            /* the last instant that the engine was given */
    int64_t at_ms;             /* of the entries that it makes now */
    uint64_t journal;          /* entries so far */
    char why[AUD_WHY_BYTES];   /* the first difference */
};
void auditor_init(struct auditor *a, const struct sim_world *w, struct sim_met *met);
/* An issue of the rules was made known: true when it must become a new one. */
bool auditor_issue(struct auditor *a, unsigned plan);
/* An issue was made known for a moment to come. */
void auditor_schedule(struct auditor *a, unsigned plan, int64_t due_ms);
unsigned auditor_waiting(const struct auditor *a);
/* One that waits would undo it: it must be refused. due_ms 0: at once. */
bool auditor_refuses(const struct auditor *a, unsigned plan, int64_t due_ms);
unsigned auditor_first_waiting(const struct auditor *a); /* the lowest number; 0: none */
void auditor_withdraw(struct auditor *a, unsigned number);
/* A step was taken at that instant, after which issue `current` holds. */
bool auditor_stepped(struct auditor *a, int64_t at_ms, unsigned current);
/* A batch was taken back with the entry after the last: none of what came with it so far counts any more. */
void auditor_take_back(struct auditor *a, unsigned source, struct fb_span name);
/* What must be said to that. */
enum aud_may { AUD_MUST_NOT, AUD_MAY, AUD_MUST };
enum aud_may auditor_may_take_back(const struct auditor *a, unsigned source, struct fb_span name);
/* One message that the engine took, in order. false: the answer is not what it must be (a->why). */
bool auditor_answer(struct auditor *a, const struct sim_message *m, const struct fb_answer *given);
/* Everything in the store against everything that was heard. all_current: every decision must name the last
 * issue. */
bool auditor_store(struct auditor *a, struct fb_store *store, bool all_current);
/* The root of the journal's chain, from every entry and decision that the store holds. */
bool auditor_chain(struct auditor *a, struct fb_store *store);
bool auditor_events(struct auditor *a, struct fb_store *store);
/* Says the first difference; false, so that a caller can return it. */
bool auditor_differs(struct auditor *a, const char *what, int64_t expected, int64_t found);
bool auditor_differs_at(struct auditor *a, const struct aud_held *h, const char *what, int64_t expected,
                        int64_t found);

/* ---- inside the auditor ---- */

/* ---- people (auditor_people.c) ---- */

/* The one number of somebody of whom several may be known. */
uint32_t aud_person(const struct auditor *a, uint32_t who);
/* Of whom a record that was taken tells, and whom it names besides; 0: nobody. */
void aud_meet_worker(struct auditor *a, const struct fb_record *r, uint32_t *who, uint32_t *was);
/* Another Worker record was taken: who is one with whom is asked anew of all that ever said so. */
void aud_meet_again(struct auditor *a);
/* Nobody by any of their pseudonyms is known any more; how many those were. */
unsigned aud_forget(struct auditor *a, uint32_t who);
bool aud_same_worker(struct auditor *a, const struct aud_held *h, uint32_t who, uint32_t number);
bool aud_no_pseudonym(struct auditor *a, struct fb_store *store);

int aud_version_cmp(const struct sim_message *a, const struct sim_message *b);
const struct fb_source *aud_source(const struct auditor *a, const struct aud_held *h);

/* A shift as several systems told of it. */
struct aud_shift {
    unsigned n;
    bool cut;                                   /* there are more that could have changed something */
    uint32_t number[AUD_MEMBERS];               /* in order of outside names */
    const struct aud_held *member[AUD_MEMBERS]; /* the same */
    const struct aud_held *lead;
    const struct aud_held *by_hours[AUD_MEMBERS];
    struct fb_booking b; /* merged */
    fb_day day;
    const struct aud_held *vacancy; /* NULL: none held */
};
/* Members of the shift of booking `number`, ascending by number; the number of them. */
unsigned aud_group(const struct auditor *a, uint32_t number, uint32_t group[AUD_RECORDS_MAX]);
void aud_shift(const struct auditor *a, const struct fb_book *book, const uint32_t *group, unsigned n,
               struct aud_shift *out);
fb_day aud_local_day(int64_t utc_min);
fb_day aud_month(fb_day day); /* its first day */
fb_code aud_ics(const struct auditor *a, fb_code hirer, fb_day day);
/* The timesheet that says what was worked, or NULL. */
const struct aud_held *aud_sheet(const struct auditor *a, const struct aud_shift *s);
/* A decision's row names it, in the version that holds: what months are priced again from. */
bool aud_sheet_same(struct auditor *a, const struct aud_held *h, const struct aud_shift *s, uint32_t number, uint64_t journal);

/* Each minute of a shift or timesheet: nothing, paid work, or rest inside it. */
enum { AUD_MINUTES_MAX = 16384 };
struct aud_work {
    int64_t from;
    unsigned n;
    unsigned char what[AUD_MINUTES_MAX]; /* 0 nothing, 1 work, 2 rest within work */
    bool called_out[AUD_MINUTES_MAX];    /* work and rest of a call-out */
    bool rest_stated;
    int64_t break_min;
    const struct fb_timesheet *sheet; /* NULL: as booked */
};
void aud_work_booked(const struct fb_booking *b, struct aud_work *out);
void aud_work_done(const struct fb_booking *b, const struct fb_timesheet *t, struct aud_work *out);
/* There is work of that kind in it. */
bool aud_work_has(const struct aud_work *work, bool called_out);
struct aud_rule_of_time {
    const struct fb_calendar *calendar;
    enum fb_whole_shift whole_shift;
    enum fb_break_from break_from;
};
/* false: no calendar covers a day of it (in is then all nought). called: of those, what was called out; may
 * be NULL. */
bool aud_minutes(const struct fb_book *book, const struct aud_rule_of_time *how, const struct aud_work *work,
                 int64_t in[FB_CATEGORIES_MAX], int64_t *called);
/* The minutes of a timesheet's intervals of one kind in which nobody worked; *n: how many such intervals. */
bool aud_beside(const struct fb_book *book, const struct fb_calendar *calendar, const struct aud_work *work,
                enum fb_interval kind, int64_t in[FB_CATEGORIES_MAX], unsigned *n);
int64_t aud_round(fb_i128 num, fb_i128 den);

struct aud_price {
    fb_day day;
    int64_t minutes[FB_CATEGORIES_MAX], total;
    bool minutes_known;
    bool card_known, assumed, charge_known, lower_bound, cap_known, excess_known, off_known;
    enum fb_lack card_lack, charge_lack, cap_lack;
    enum fb_status cap_basis;
    int64_t card, charge, cap, excess, difference;
    int64_t part[FB_PART_END];
    int64_t pay_hour[FB_CATEGORIES_MAX], compared_hour[FB_CATEGORIES_MAX]; /* pay as sent, and as it is held against the card */
    int64_t charge_hour[FB_CATEGORIES_MAX], cap_hour[FB_CATEGORIES_MAX], card_hour[FB_CATEGORIES_MAX];
    bool over[FB_CATEGORIES_MAX], off[FB_CATEGORIES_MAX];
    int64_t over_pence[FB_CATEGORIES_MAX], off_pence[FB_CATEGORIES_MAX];
    int64_t plain_length;     /* paid minutes when nobody can say which category they are in */
    int zone;                 /* -1: nobody says */
    int64_t supplement, each; /* parts of card */
    bool limited, by_table, beside;
    const struct fb_card *the_card, *lapsed;
    bool adopted;                        /* or nobody keeps book of it */
    bool all_compared, with_leave;       /* pay with the card; together with the leave that was sent apart */
    int64_t plain_num, plain_supplement; /* of an hour without enhancement; FB_ABSENT: not known */
    bool loaded_known, loaded_short, card_loaded_known, vat_unsettled;
    enum fb_lack loaded_lack;
    int64_t loaded, card_loaded;
};
void aud_price(const struct fb_book *book, const struct fb_booking *b, const struct aud_work *work,
               struct aud_price *out);

/* sheet NULL: none is settled. All but counters. */
void aud_facts(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
               const struct aud_price *p, const struct aud_held *sheet, int64_t worked_minutes,
               struct fb_facts *out);
void aud_supply_facts(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct aud_price *p,
                      struct fb_facts *f);
/* The verdict of a rule of the pack; FB_SEVERITY_OK_ also when it is not in force. */
enum fb_severity aud_rule(const struct fb_rule *rule, const struct fb_facts *f, unsigned *unknown);

/* The facts that a rule in force reads: what a trace keeps. */
struct fb_fact_bits aud_reads(const struct fb_book *book, const struct fb_facts *f);

/* An approval that may answer the findings of a rule. */
enum { AUD_ANSWERS_MAX = 64 };
struct aud_answer {
    uint32_t rule, approval;
    uint8_t how; /* enum fb_answered */
    bool named;  /* it names the booking, and is not of a class */
    int64_t granted_ms;
};
/* What a decision must say. */
struct aud_verdict {
    unsigned n_answers;
    struct aud_answer answer[AUD_ANSWERS_MAX];
    unsigned n_spent;
    struct fb_spent spent[FB_SPENT_MAX];
    bool joined, shadow, historic;
    uint8_t state, basis, vacancy_end;
    unsigned n_lines, n_findings;
    struct fb_line line[FB_LINES_MAX];
    struct fb_finding finding[FB_FINDINGS_MAX];
    unsigned n_matches;
    struct fb_match match[FB_INVOICES_MAX]; /* what each line of an invoice comes to, ascending by number */
    struct aud_price price; /* of a shift that stands or not: what its trace must hold */
    struct fb_facts facts;  /* of a shift that stands */
    enum fb_route route;
    struct fb_fact_bits bonus_reads; /* facts that a bonus in force asked */
    bool beside;          /* standby, a sleep-in or travel was paid */
    bool idle;            /* a sheet without a minute at work, and its worker asked for checks all the same */
    bool drifts, with_leave; /* the latest pay can be held against an adopted card; with leave that was sent apart */
};
void aud_judge_shift(struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     uint32_t subject, struct aud_verdict *out);
void aud_judge_vacancy(const struct auditor *a, uint32_t number, struct aud_verdict *out);

/* ---- what shifts add to counters (auditor_counts.c) ---- */

struct aud_count {
    unsigned counter; /* index in the book */
    uint32_t subject, tie;
    int64_t start_min, amount, minutes;
    uint32_t worker; /* the auditor's own number; 0: not known who */
    struct fb_span agency;
    fb_code hirer;
    bool shadow;
    uint64_t key; /* as the decision has it; 0: it was not seen yet */
};
enum { AUD_COUNTS_MAX = 4096 };
struct aud_counts {
    const struct fb_book *book;
    unsigned n;
    struct aud_count row[AUD_COUNTS_MAX];
};
/* All that the shifts add under that book; kept until another book or another record comes. */
const struct aud_counts *aud_counts(struct auditor *a, const struct fb_book *book);
void aud_counts_forget(struct auditor *a);
/* What the counters say to the shift, as facts. */
void aud_counted_facts(const struct aud_counts *c, uint32_t subject, struct fb_facts *f);
/* What it earned: findings, and the sum of them on its lines. */
void aud_bonuses(const struct aud_counts *c, uint32_t subject, const struct aud_shift *s,
                 struct aud_verdict *v);
/* The decision keeps the same counts; keys are equal just where the keyed things are. */
bool aud_counts_same(struct auditor *a, const struct aud_held *h, uint32_t subject,
                     const struct fb_decision *d);
/* What a shift is judged by before counters are asked. */
struct aud_judged {
    struct aud_price price, worked;
    const struct aud_held *sheet;
    bool any_worked;
    int64_t worked_minutes;
    struct fb_facts facts;
};
void aud_judge_first(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     struct aud_judged *out);
/* 1 it holds, 0 it does not, -1 nobody can say. */
int aud_ask(const struct fb_predicate *p, const struct fb_facts *f);

/* ---- people's days (auditor_diary.c) ---- */

struct aud_diary;
void aud_diary_forget(struct auditor *a);
/* What is known of the person, as facts of a shift. */
void aud_people_facts(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, struct fb_facts *f);
/* Whether the shift adds something to somebody's diary; IDLE: they were there, and no minute of it is in any of their hours. */
enum aud_attendance { AUD_NOT_THERE, AUD_IDLE, AUD_AT_WORK };
enum aud_attendance aud_attendance(struct auditor *a, const struct fb_book *book, uint32_t subject);
/* The decision adds the same to the diary. */
bool aud_stint_same(struct auditor *a, const struct fb_book *book, const struct aud_held *h, uint32_t subject, const struct fb_decision *d);
/* Which of two that start together comes first hangs on their names alone. */
uint32_t aud_tie(const struct auditor *a, const struct aud_shift *s);

/* ---- exceptions (auditor_granted.c) ---- */

enum fb_approval_end aud_approval_end(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms);
/* After all other findings: who answers which, and approvals that do not count. */
void aud_answers(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, struct aud_verdict *v);
bool aud_answered_same(struct auditor *a, const struct aud_held *h, const struct aud_verdict *v, const struct fb_finding *f);
bool aud_approval_same(struct auditor *a, const struct fb_book *book, uint32_t number, const struct fb_decision *d);

/* What was met (auditor_meet.c). */
void aud_meet(struct sim_met *met, const struct aud_held *h, const struct aud_verdict *v);
void aud_meet_price(struct sim_met *met, const struct aud_verdict *v);
/* ---- totals (auditor_totals.c) ---- */
struct aud_cells;
struct aud_cells *aud_cells_open(void);
void aud_cells_close(struct aud_cells *c);
void aud_cells_add(struct aud_cells *c, const struct fb_line *line);
bool aud_totals_same(struct auditor *a, struct fb_store *store, struct aud_cells *must);
bool aud_same_cell(const struct fb_cell *x, const struct fb_cell *y);
/* Card, charge and the facts that the rules in force read (auditor_trace.c). kept: it was decided under another issue, when
 * the clocks may have read others' shifts as that issue counted them. */
bool aud_same_trace(struct auditor *a, const struct aud_held *h, const struct fb_book *book,
                    const struct aud_verdict *v, const struct fb_decision *d, bool kept);

#endif
