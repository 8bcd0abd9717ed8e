#ifndef FB_CORE_FACTS_H
#define FB_CORE_FACTS_H
/* The dictionary of facts: everything that an assurance rule may read, in one table that documents itself.
 * A fact is an int64, or a bound of one, or it is unknown. A clock that hears from some employers only knows "at least so
 * many hours", or "at most so much rest": such a fact can show that a limit was passed, never that it was kept
 * (fb_predicate_eval). So is what an agency charges where the source says that a part may be missing, and a loaded cost that may be
 * short. Words (routes, staff groups, tiers) are their enum numbers, codes (grades, trusts) are fb_code, yes/no is 1/0, names are
 * fb_fact_name, money is pence, rates are pence an hour.
 * The position of a fact in this table is its number in stored traces: add at the end, never move. */
#include "engine/core/record.h"
#define FB_FACT_MAP(X)                                                                                             \
    /* id, word, type, unit, meaning, when it is unknown */                                                        \
    X(ROUTE, "route", ROUTE, "", "how the shift was filled", "the booking does not say")                           \
    X(STAFF_GROUP, "staff_group", STAFF_GROUP, "", "data-dictionary staff group", "the booking does not say")      \
    X(GRADE, "grade", CODE, "", "band or grade booked", "the booking does not say")                                \
    X(HIRER, "hirer", CODE, "", "trust where the shift is worked", "never")                                        \
    X(ENGAGEMENT, "engagement", ENGAGEMENT, "", "how the worker is engaged", "the booking does not say")           \
    X(SHIFT_DAY, "shift_day", DAY, "", "local date on which the shift starts", "never")                            \
    X(BOOKING_DAY, "booking_day", DAY, "", "local date on which it was booked", "booked_at is not sent")           \
    X(LEAD_MINUTES, "lead_minutes", INT, "minutes", "from booking to start; negative after it", "booked_at is not sent") \
    X(REQUEST_LEAD_MINUTES, "request_lead_minutes", INT, "minutes", "from the vacancy's request to start", "no vacancy held, or no requested_at") \
    X(BOOKED_AFTER_START, "booked_after_start", BOOL, "", "booked at or after it started", "booked_at is not sent") \
    X(ON_FRAMEWORK, "on_framework", BOOL, "", "the agency held a place on the framework it was booked through (or any) at the booking date", "not through an agency, no booking date, no agency named, or no register of frameworks held") \
    X(AGENCY_KNOWN, "agency_known", BOOL, "", "the agency is in the register", "no agency named")                  \
    X(CASCADED_TO_BANK, "cascaded_to_bank", BOOL, "", "the vacancy went to ward, bank or collaborative bank before the agency", "the source sends no cascades, or no vacancy is held") \
    X(CASCADED_TO_AGENCY, "cascaded_to_agency", BOOL, "", "the vacancy was released to agencies", "the source sends no cascades, or no vacancy is held") \
    X(BANK_MINUTES, "bank_minutes", INT, "minutes", "how long bank had the vacancy before agencies did", "either cascade is not known") \
    X(SIGN_OFF_CHIEF_EXECUTIVE, "sign_off_chief_executive", BOOL, "", "a chief executive's sign-off from before the shift began is stated", "the source sends no sign-offs") \
    X(SIGN_OFF_EXECUTIVE, "sign_off_executive", BOOL, "", "an executive director's or chief executive's sign-off from before the shift began is stated", "the source sends no sign-offs") \
    X(CHARGE_HOUR_DEAREST, "charge_hour_dearest", INT, "1/100 penny an hour", "charge an hour without VAT in the dearest category with minutes", "a rate is missing") \
    X(CHARGE_HOUR_AVERAGE, "charge_hour_average", INT, "1/100 penny an hour", "charge without VAT over paid minutes, rounded down", "a rate is missing") \
    X(CAP_BASIS, "cap_basis", STATUS, "", "basis of the cap that holds: published, agreed, derived", "no cap")     \
    X(PERCENT_OVER_CAP_E2, "percent_over_cap_e2", INT, "1/100 percent", "how far the worst category is above its cap, rounded down; negative below", "no cap or no charge") \
    X(EXCESS_PENCE, "excess_pence", INT, "pence", "sum over categories of minutes x (charge - cap) where above", "no cap or no charge") \
    X(CARD_DIFFERENCE_PENCE, "card_difference_pence", INT, "pence", "pay sent less pay by the card, for the shift", "not bank, no rates, no card, or pay for leave in one of them only") \
    X(WORKER_KIND, "worker_kind", WORKER_KIND, "", "bank only, substantive or agency", "the booking does not say") \
    X(WORKER_GRADE, "worker_grade", CODE, "", "substantive band", "the booking does not say")                      \
    X(STATE, "state", BOOKING_STATE, "", "booked, cancelled, did not attend", "never")                             \
    X(PAID_MINUTES, "paid_minutes", INT, "minutes", "minutes less the unpaid break", "never")                      \
    X(VACANCY_HELD, "vacancy_held", BOOL, "", "the vacancy that it answers is held", "the booking names none")     \
    X(ZONE, "zone", CODE, "", "high cost area zone of the site", "no row of the rules says")                       \
    X(HIRER_KNOWN, "hirer_known", BOOL, "", "the hirer is in the register of organisations on the shift's day", "no register held") \
    X(UNIT, "unit", UNIT, "", "what the rates are for one of", "no rates sent")                                    \
    X(WORKED_MINUTES, "worked_minutes", INT, "minutes", "paid minutes by the settled timesheet", "no settled timesheet") \
    X(SETTLED_DAY, "settled_day", DAY, "", "local date on which the timesheet was settled", "no settled timesheet") \
    X(CANCELLED_BY, "cancelled_by", PARTY, "", "who cancelled", "not cancelled, or it is not said")                \
    X(CANCEL_NOTICE_MINUTES, "cancel_notice_minutes", INT, "minutes", "from cancellation to start", "not cancelled, or it is not said when") \
    X(LOADED_HOUR_AVERAGE, "loaded_hour_average", INT, "1/100 penny an hour", "loaded cost over paid minutes, rounded down", "a part of it is not known") \
    X(CARD_ADOPTED, "card_adopted", BOOL, "", "the trust has adopted the card that covers the shift", "no card covers it") \
    X(COUNTER_1, "counter_1", INT, "", "the first counter of the rules, this shift included", "the shift is not counted by it") \
    X(COUNTER_2, "counter_2", INT, "", "the second counter of the rules, this shift included", "the shift is not counted by it")                     \
    X(COUNTER_3, "counter_3", INT, "", "the third counter of the rules, this shift included", "the shift is not counted by it")                      \
    X(COUNTER_4, "counter_4", INT, "", "the fourth counter of the rules, this shift included", "the shift is not counted by it")                     \
    X(COUNTER_5, "counter_5", INT, "", "the fifth counter of the rules, this shift included", "the shift is not counted by it")                      \
    X(COUNTER_6, "counter_6", INT, "", "the sixth counter of the rules, this shift included", "the shift is not counted by it")                      \
    X(COUNTER_7, "counter_7", INT, "", "the seventh counter of the rules, this shift included", "the shift is not counted by it")                    \
    X(COUNTER_8, "counter_8", INT, "", "the eighth counter of the rules, this shift included", "the shift is not counted by it")                     \
    X(REASON, "reason", NAME, "", "why the shift was asked for, as the source codes it", "the booking does not say") \
    X(CANCEL_REASON, "cancel_reason", NAME, "", "why it was cancelled, as the source codes it", "not cancelled, or it is not said") \
    X(PERCENT_OFF_CARD_E2, "percent_off_card_e2", INT, "1/100 percent", "how far the worst category's pay is above the card, rounded down; negative below", "not bank, no rates, or no card") \
    X(PAY_HOUR_DEAREST, "pay_hour_dearest", INT, "1/100 penny an hour", "pay an hour in the dearest category with minutes", "pay is not sent") \
    X(PAY_HOUR_AVERAGE, "pay_hour_average", INT, "1/100 penny an hour", "pay over paid minutes, rounded down", "pay is not sent") \
    X(MINUTES_IN_1, "minutes_in_1", INT, "minutes", "paid minutes in the first category of the rules (write minutes_in_plain)", "no card or cap says how to count them") \
    X(MINUTES_IN_2, "minutes_in_2", INT, "minutes", "paid minutes in the second category of the rules", "no card or cap says how to count them")        \
    X(MINUTES_IN_3, "minutes_in_3", INT, "minutes", "paid minutes in the third category of the rules", "no card or cap says how to count them")         \
    X(MINUTES_IN_4, "minutes_in_4", INT, "minutes", "paid minutes in the fourth category of the rules", "no card or cap says how to count them")        \
    X(CHARGE_HOUR_IN_1, "charge_hour_in_1", INT, "1/100 penny an hour", "charge an hour without VAT in the first category", "no minutes in it, or the rate is missing") \
    X(CHARGE_HOUR_IN_2, "charge_hour_in_2", INT, "1/100 penny an hour", "charge an hour without VAT in the second category", "no minutes in it, or the rate is missing") \
    X(CHARGE_HOUR_IN_3, "charge_hour_in_3", INT, "1/100 penny an hour", "charge an hour without VAT in the third category", "no minutes in it, or the rate is missing") \
    X(CHARGE_HOUR_IN_4, "charge_hour_in_4", INT, "1/100 penny an hour", "charge an hour without VAT in the fourth category", "no minutes in it, or the rate is missing") \
    X(PAY_HOUR_IN_1, "pay_hour_in_1", INT, "1/100 penny an hour", "pay an hour in the first category", "no minutes in it, or pay is not sent") \
    X(PAY_HOUR_IN_2, "pay_hour_in_2", INT, "1/100 penny an hour", "pay an hour in the second category", "no minutes in it, or pay is not sent") \
    X(PAY_HOUR_IN_3, "pay_hour_in_3", INT, "1/100 penny an hour", "pay an hour in the third category", "no minutes in it, or pay is not sent") \
    X(PAY_HOUR_IN_4, "pay_hour_in_4", INT, "1/100 penny an hour", "pay an hour in the fourth category", "no minutes in it, or pay is not sent") \
    X(FRAMEWORK_PLACE, "framework_place", PLACE, "", "the agency's best place on the framework and lot named, on the day of booking", "not through an agency, no booking date, no agency named, or no register of frameworks held") \
    X(AGENCY_TIER, "agency_tier", INT, "", "the furthest agency tier that the vacancy had gone to when it was booked", "no cascade with an agency tier by then, or no booking date") \
    X(CASCADED_TO, "cascaded_to", TIER, "", "the furthest that the vacancy had gone when it was booked", "the source sends no cascades, no vacancy is held, or no booking date") \
    X(COLLABORATIVE_MINUTES, "collaborative_minutes", INT, "minutes", "how long the collaborative bank had the vacancy before agencies did", "either cascade is not known") \
    X(TIER_MINUTES, "tier_minutes", INT, "minutes", "from the last release before the booking to the booking", "no cascade by then, or no booking date") \
    X(BANK_CANCELLED_FIRST, "bank_cancelled_first", BOOL, "", "the hirer cancelled a bank worker's booking of the same vacancy before this one was made", "no vacancy is held, or no booking date") \
    X(WORKER_KNOWN, "worker_known", BOOL, "", "the source says who the worker is, by a keyed pseudonym", "never") \
    X(IDENTITY_DAYS, "identity_days", INT, "days", "days until the identity check ends, on the shift's day; below nought: it has ended; -36525: it failed, or is waited for", "no record of it is held for the worker") \
    X(RIGHT_TO_WORK_DAYS, "right_to_work_days", INT, "days", "days until the right to work ends, on the shift's day; below nought: it has ended; -36525: it failed, or is waited for", "no record of it is held for the worker") \
    X(REGISTRATION_DAYS, "registration_days", INT, "days", "days until the professional registration ends, on the shift's day, of several registers the one that stands longest; below nought: it has ended; -36525: one register refused or suspended it, or it is waited for", "no record of it is held for the worker, or of more registers than are told apart") \
    X(REFERENCES_DAYS, "references_days", INT, "days", "days until the check of references ends, on the shift's day; below nought: it has ended; -36525: it failed, or is waited for", "no record of them is held for the worker") \
    X(CRIMINAL_RECORD_DAYS, "criminal_record_days", INT, "days", "days until the criminal record check ends, on the shift's day; below nought: it has ended; -36525: it failed, or is waited for", "no record of it is held for the worker") \
    X(HEALTH_CLEARANCE_DAYS, "health_clearance_days", INT, "days", "days until the work health assessment ends, on the shift's day; below nought: it has ended; -36525: it failed, or is waited for", "no record of it is held for the worker") \
    X(REGISTRATION_STATUS, "registration_status", FACT_STATUS, "", "status of the registration on the shift's day: what bars first, then conditions in any register", "no record of it is held for the worker, or of more registers than are told apart") \
    X(TRAINING_DAYS, "training_days", INT, "days", "days until the first of the mandatory trainings ends; below nought: one does not hold", "no record of any is held for the worker") \
    X(VISA_DAYS, "visa_days", INT, "days", "days until the visa ends", "no visa is held for the worker")             \
    X(VISA_WEEK_MINUTES, "visa_week_minutes", INT, "minutes", "work that the visa allows in a week", "no visa with a limit is held") \
    X(OVER_VISA_MINUTES, "over_visa_minutes", INT, "minutes", "minutes of the calendar week of the shift, to its end, above what the visa allows; negative below. At least", "no visa with a limit is held") \
    X(OPTED_OUT, "opted_out", BOOL, "", "the worker opted out of the 48-hour week", "no record says")               \
    X(SUBSTANTIVE_POST, "substantive_post", BOOL, "", "the worker holds a post of their own in an organisation of the register", "no record says") \
    X(SUBSTANTIVE_HERE, "substantive_here", BOOL, "", "that post is at the hirer", "no record says")                \
    X(BAND_ABOVE_WORKER, "band_above_worker", INT, "bands", "bands from the worker's own up to the shift's; negative below", "either is not known, or they are of two families") \
    X(REST_BEFORE_MINUTES, "rest_before_minutes", INT, "minutes", "from the end of the worker's last work to the start. At most", "not known who the worker is") \
    X(REST_AFTER_MINUTES, "rest_after_minutes", INT, "minutes", "from the end to the start of the worker's next work. At most", "not known who the worker is, or no later work is known") \
    X(WEEK_MINUTES, "week_minutes", INT, "minutes", "worked and booked in the seven days to the shift's end, at all trusts. At least", "not known who the worker is") \
    X(AVERAGE_WEEK_MINUTES, "average_week_minutes", INT, "minutes", "a week, over the reference period to the week of the shift, weeks of leave and sickness left out. At least", "not known who the worker is, or the rules give no reference period") \
    X(CONSECUTIVE_DAYS, "consecutive_days", INT, "days", "days in a row with work, this one included. At least", "not known who the worker is") \
    X(CONSECUTIVE_NIGHTS, "consecutive_nights", INT, "nights", "nights in a row, this one included; nought when this is none. At least", "not known who the worker is, or the rules do not say what a night is") \
    X(CLOCK_TRUSTS, "clock_trusts", INT, "", "trusts whose shifts of the worker the clocks count", "not known who the worker is") \
    X(CLOCK_FED, "clock_fed", BOOL, "", "every week of the reference period has a statement of the hours in the worker's own post, and of each post that is known, and the rules say that all trusts send", "not known who the worker is") \
    X(ASSIGNMENT_WEEKS, "assignment_weeks", INT, "weeks", "weeks on the 12-week clock of the Agency Workers Regulations, this one included. At least", "not known who the worker is, no role, not through an agency, or the rules have no such clock") \
    X(SAME_AGENCY_WEEKS, "same_agency_weeks", INT, "weeks", "of the last 26 weeks, those in which this agency supplied this worker here. At least", "not through an agency, or not known who the worker is") \
    X(OVERLAP_MINUTES, "overlap_minutes", INT, "minutes", "minutes that another booking of the worker, anywhere, covers as well. At least", "not known who the worker is") \
    X(OVERLAP_ELSEWHERE, "overlap_elsewhere", BOOL, "", "such a booking is at another trust", "nothing overlaps")  \
    X(TWIN_SUSPECTED, "twin_suspected", BOOL, "", "another record shares worker, unit and time, and no reference", "not known who the worker is") \
    X(GAP_HERE_MINUTES, "gap_here_minutes", INT, "minutes", "to the nearest other shift of the worker in this unit, by this agency; at least a day where there is none within one", "not known who the worker is, or no unit") \
    X(BANK_PASSED_OVER, "bank_passed_over", BOOL, "", "the cascades that were sent show the vacancy released to agencies, and to no bank before; no where none were sent", "too many records are held of the vacancy") \
    X(RELEASED_MINUTES, "released_minutes", INT, "minutes", "from the vacancy's first release to its release to agencies", "it was not released to agencies, no vacancy is held, or no cascade was sent") \
    X(AGENCY_LEAD_MINUTES, "agency_lead_minutes", INT, "minutes", "from the vacancy's release to agencies to the start; negative after it", "it was not released to agencies, no vacancy is held, or no cascade was sent")
enum fb_fact {
#define X(id, word, type, unit, meaning, unknown) FB_FACT_##id,
    FB_FACT_MAP(X)
#undef X
    FB_FACT_COUNT
};
_Static_assert(FB_FACT_COUNTER_8 - FB_FACT_COUNTER_1 + 1 == FB_COUNTERS_MAX, "each counter of a book has its fact");
/* A set of facts. */
enum { FB_FACT_WORDS = 2 };
_Static_assert(FB_FACT_COUNT <= 64 * FB_FACT_WORDS, "a set of facts has a bit for each");
struct fb_fact_bits {
    uint64_t w[FB_FACT_WORDS];
};
static inline bool fb_fact_in(const struct fb_fact_bits *set, unsigned id) { return set->w[id >> 6] >> (id & 63) & 1; }
static inline void fb_fact_add(struct fb_fact_bits *set, unsigned id) { set->w[id >> 6] |= (uint64_t)1 << (id & 63); }
static inline void fb_fact_join(struct fb_fact_bits *set, const struct fb_fact_bits *other)
{
    for (unsigned i = 0; i < FB_FACT_WORDS; i++)
        set->w[i] |= other->w[i];
}
enum fb_fact_type {
    FB_TYPE_INT, FB_TYPE_BOOL, FB_TYPE_DAY, FB_TYPE_CODE, FB_TYPE_ROUTE, FB_TYPE_STAFF_GROUP, FB_TYPE_ENGAGEMENT,
    FB_TYPE_STATUS, FB_TYPE_WORKER_KIND, FB_TYPE_BOOKING_STATE, FB_TYPE_PARTY, FB_TYPE_UNIT, FB_TYPE_NAME, FB_TYPE_PLACE,
    FB_TYPE_TIER, FB_TYPE_FACT_STATUS
};
struct fb_fact_row {
    const char *word;
    enum fb_fact_type type;
    const char *unit, *meaning, *unknown;
};
extern const struct fb_fact_row fb_fact_table[FB_FACT_COUNT];
struct fb_facts {
    struct fb_fact_bits known;               /* exactly, or as a bound */
    struct fb_fact_bits at_least, at_most;   /* of those known: the value is a bound; never both */
    int64_t value[FB_FACT_COUNT];
};
static inline void fb_fact_set(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    fb_fact_add(&f->known, id);
    f->value[id] = v;
}
static inline void fb_fact_set_at_least(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    fb_fact_set(f, id, v);
    fb_fact_add(&f->at_least, id);
}
/* A figure of which a part may be missing: so much, or more. */
static inline void fb_fact_set_or_least(struct fb_facts *f, enum fb_fact id, bool least, int64_t v)
{
    if (least)
        fb_fact_set_at_least(f, id, v);
    else
        fb_fact_set(f, id, v);
}
static inline void fb_fact_set_at_most(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    fb_fact_set(f, id, v);
    fb_fact_add(&f->at_most, id);
}
/* The number that stands for a name in a fact: its hash, 63 bits, never 0. */
int64_t fb_fact_name(struct fb_span name);
static inline bool fb_fact_known(const struct fb_facts *f, enum fb_fact id) { return fb_fact_in(&f->known, id); }
/* What must be sent, or stand in the packs, before it can be told: a phrase, such as "a settled timesheet". */
const char *fb_fact_needs(enum fb_fact id);
/* FB_FACT_COUNT when there is no such word. */
enum fb_fact fb_fact_find(struct fb_span word);
/* A value as a person reads it: "agency", "band 5" is left to the caller, "2026-03-16", "£17.69". */
struct fb_text;
void fb_fact_format(struct fb_text *t, enum fb_fact id, int64_t v);
#endif
