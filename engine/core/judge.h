#ifndef FB_CORE_JUDGE_H
#define FB_CORE_JUDGE_H
/* Inside the core: the steps of one decision, in the order in which decide.c takes them. No other room opens
 * this door. Every step reads what the steps before it filled in, and writes only to `out` and `effects`. */
#include "engine/core/decide.h"
_Static_assert(FB_COUNTERS_MAX <= 8, "a bit for each counter");
struct fb_judging {
    const struct fb_book *book;
    const struct fb_view *view;
    const struct fb_decision *prior;  /* NULL: never judged before */
    const struct fb_member *lead;     /* the member whose system is the authority for hours */
    const struct fb_booking *booking; /* effective: merged when several systems sent it */
    const struct fb_price *price;
    const struct fb_facts *facts;
    struct fb_decision *out;
    struct fb_effects *effects;
    struct fb_fact_bits reads; /* facts that a rule in force reads: what the trace keeps */
    const struct fb_record *sheet;  /* the timesheet that settles what was worked; NULL: none */
    const struct fb_price *worked;  /* what it comes to; NULL: no sheet, or nobody worked */
    int64_t worked_minutes;         /* paid minutes by it; nought where nobody worked */
    struct fb_counted counted[FB_COUNTERS_MAX]; /* by the book's counters, where the shift adds and it can be said: */
    uint8_t counted_known;                      /* a bit for each */
    fb_day day;     /* local date of the start */
};

/* Bank pay follows the card; collaborative bank is bank worked for another trust. */
static inline bool fb_route_is_bank(enum fb_route r)
{
    return r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE;
}
/* Over a published or agreed cap is a breach; over anything weaker is at most an estimate (domain model,
 * section 5). */
static inline bool fb_cap_binds(enum fb_status basis)
{
    return basis == FB_STATUS_PUBLISHED || basis == FB_STATUS_AGREED;
}

/* How a row of the register stands to a booking on a day: another lot or framework only counts where it holds. */
enum fb_lot_place fb_judge__lot_place(const struct fb_framework *p, const struct fb_booking *b, fb_day day);
/* Of a cascade, beside the bank's tiers. */
bool fb_judge__is_agency_tier(enum fb_tier tier);
/* Of a shift whose members were not cut: the facts that few rules read, those that the book's rules do. */
void fb_judge__facts_more(const struct fb_book *book, const struct fb_view *view, const struct fb_booking *b,
                          const struct fb_price *price, struct fb_facts *out);
/* A submitted, rejected or unapproved timesheet settles nothing, nor does one that is approved and says nothing of any hour: the
 * word for who was not there is did_not_work. */
bool fb_judge__settled(const struct fb_timesheet *t);

/* Paid minutes of the booked shift: by category where a card or a cap says how to count them, else its length
 * less the unpaid break, so that a shift that nobody can price still counts as hours. */
int64_t fb_judge__booked_minutes(const struct fb_booking *b, const struct fb_price *p);

/* The members in order of authority for a group of fields; within one system those that stand come before
 * those that are cancelled or not attended (a shift rebooked under the same request stands), then by name. */
void fb_judge__order(const struct fb_book *book, const struct fb_view *view, enum fb_field_group group,
                     uint8_t order[FB_MEMBERS_MAX]);

/* 1. Findings of a standing shift into out; also fills j->reads. Where records were cut (fb_view.cut), cannot_say in
 * place of what hangs on them. */
void fb_judge__findings(struct fb_judging *j);
/* One finding, in its place. There is room: a book with more rules and bonuses than fit beside the engine's own findings is
 * not compiled (engine/pack/compile_rule.c). */
void fb_judge__add(struct fb_decision *d, uint32_t rule, enum fb_severity severity, unsigned detail, int64_t pence);
/* 2. The timesheet that says what was worked; NULL when none is settled. */
const struct fb_timesheet *fb_judge__sheet(const struct fb_judging *j);
/* Before the findings: what was worked into j and the facts; `worked` is the caller's room for the price. */
void fb_judge__worked(struct fb_judging *j, struct fb_facts *facts, struct fb_price *worked);
/* Then what the shift adds to the book's counters into out, and what those that it adds to say into j and the facts. */
void fb_judge__counts(struct fb_judging *j, struct fb_facts *facts);
/* The place of a record among those that start with it, by its outside name: whichever came first. */
uint32_t fb_judge__tie(const struct fb_envelope *env);
/* The shift lies in that scope by trust, site, staff group, day and route. */
bool fb_judge__scope_fits(const struct fb_judging *j, const struct fb_scope *scope);
/* After the lines: what was earned, as findings and on the lines. */
void fb_judge__bonuses(struct fb_judging *j);
/* The row of a bonus that holds for a shift of that grade (0: not stated) and kind of worker; NULL: none. */
const struct fb_bonus_row *fb_judge__bonus_row(const struct fb_book *book, const struct fb_bonus *bonus, fb_code grade,
                                               enum fb_worker_kind kind);
/* The bonus with that rule id; NULL: none. */
const struct fb_bonus *fb_judge__bonus(const struct fb_book *book, uint32_t rule);
/* 3. Committed, worked and latest lines into out. */
void fb_judge__lines(struct fb_judging *j);
/* A line of the shift's own cell in that stage, all figures nought. */
struct fb_line fb_judge__new_line(const struct fb_judging *j, enum fb_stage stage);
/* After the bonuses, of a shift that lines of invoices name: what suppliers ask for it into out: matches, lines of the stages invoiced and paid, findings. */
void fb_judge__invoices(struct fb_judging *j);
/* The ICS of a hirer on a day, by the organisation records in view; 0 unknown. */
fb_code fb_judge__ics(const struct fb_view *view, fb_code hirer, fb_day day);
/* 4. What the new lines change against the prior's, cell by cell. */
void fb_judge__posts(const struct fb_decision *prior, const struct fb_decision *out,
                     struct fb_effects *effects);
/* The line of a decision (NULL: none) in that cell; NULL when it has none. */
const struct fb_line *fb_judge__line_in(const struct fb_decision *d, const struct fb_cell *cell);
/* 5. Which findings an approval answers, what the shift takes of those with a limit, and approval.not_valid where one that
 * was meant does not count. */
void fb_judge__answers(struct fb_judging *j);
/* What the rules that it names ask together; NULL, or why nobody can grant it: a clause for people. */
const char *fb_judge__approval_policy(const struct fb_book *book, const struct fb_approval *a, struct fb_answer_policy *out);
enum fb_answered fb_judge__approval_when(int64_t granted_ms, const struct fb_booking *b);
/* Then their life: what is taken over from the decision before, what people did, and those that cleared. */
void fb_judge__life(struct fb_judging *j);
/* Of each finding of the decision there is sure room for: it clears for those who heard it before, opens or changes, is
 * answered, and of each of seven kinds one step is told (a snooze, or its end). A bonus is told at most twice, and nothing else
 * of it. Further steps of a kind are told where there is room. */
enum { FB_EVENTS_OF_A_FINDING = 3 + 7 };
/* When the last snooze of the finding ends or ended; FB_ABSENT: nobody put it off. */
int64_t fb_judge__snoozed_until(const struct fb_judging *j, const struct fb_finding *f);
/* Somebody was called for it. Notes are kept and shown only, and so is that a whole feed is missing: that is nobody's doing
 * at this shift, and is the same at the next. */
static inline bool fb_judge__told(const struct fb_book *book, const struct fb_finding *f)
{
    return f != NULL && f->severity >= FB_SEVERITY_CANNOT_SAY && !fb_finding_of_feed(book, f);
}
/* No alert may fire on it. */
static inline bool fb_judge__silent(const struct fb_decision *d)
{
    return d->shadow || d->historic;
}
/* The order of findings in a decision. */
static inline int fb_judge__finding_cmp(const struct fb_finding *a, const struct fb_finding *b)
{
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return (int)a->detail - (int)b->detail;
}
/* The clock alone may change the decision then. */
static inline void fb_judge__due(struct fb_decision *d, int64_t at_ms)
{
    if (at_ms > d->at_ms && at_ms < d->due_ms)
        d->due_ms = at_ms;
}
/* 6. Events for what changed. */
void fb_judge__booking_events(struct fb_judging *j);
/* Of those, what became of the findings and the bonuses; shared: what all events of the decision have in common. */
void fb_judge__finding_events(struct fb_judging *j, const struct fb_event *shared);
/* Room for one event, filled with what all events of this decision share. */
struct fb_event *fb_judge__event(struct fb_effects *effects, const struct fb_event *shared,
                                 enum fb_event_kind kind);
#endif
