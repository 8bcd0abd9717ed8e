#ifndef FB_CORE_FACTS_H
#define FB_CORE_FACTS_H
/* The dictionary of facts: everything that an assurance rule may read, in one table that documents itself.
 * A fact is an int64 or it is unknown. Words (routes, staff groups, tiers) are their enum numbers, codes
 * (grades, trusts) are fb_code, yes/no is 1/0, money is pence, rates are pence an hour.
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
    X(SIGN_OFF_CHIEF_EXECUTIVE, "sign_off_chief_executive", BOOL, "", "a chief executive's sign-off is stated", "the source sends no sign-offs") \
    X(SIGN_OFF_EXECUTIVE, "sign_off_executive", BOOL, "", "an executive director's or chief executive's sign-off is stated", "the source sends no sign-offs") \
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
    X(COUNTER_2, "counter_2", INT, "", "the second counter", "the shift is not counted by it")                     \
    X(COUNTER_3, "counter_3", INT, "", "the third counter", "the shift is not counted by it")                      \
    X(COUNTER_4, "counter_4", INT, "", "the fourth counter", "the shift is not counted by it")                     \
    X(COUNTER_5, "counter_5", INT, "", "the fifth counter", "the shift is not counted by it")                      \
    X(COUNTER_6, "counter_6", INT, "", "the sixth counter", "the shift is not counted by it")                      \
    X(COUNTER_7, "counter_7", INT, "", "the seventh counter", "the shift is not counted by it")                    \
    X(COUNTER_8, "counter_8", INT, "", "the eighth counter", "the shift is not counted by it")
enum fb_fact {
#define X(id, word, type, unit, meaning, unknown) FB_FACT_##id,
    FB_FACT_MAP(X)
#undef X
    FB_FACT_COUNT
};
_Static_assert(FB_FACT_COUNTER_8 - FB_FACT_COUNTER_1 + 1 == FB_COUNTERS_MAX, "each counter of a book has its fact");
_Static_assert(FB_FACT_COUNT <= 64, "the unknown bits of a trace are one 64-bit word");
enum fb_fact_type {
    FB_TYPE_INT, FB_TYPE_BOOL, FB_TYPE_DAY, FB_TYPE_CODE, FB_TYPE_ROUTE, FB_TYPE_STAFF_GROUP, FB_TYPE_ENGAGEMENT,
    FB_TYPE_STATUS, FB_TYPE_WORKER_KIND, FB_TYPE_BOOKING_STATE, FB_TYPE_PARTY, FB_TYPE_UNIT
};
struct fb_fact_row {
    const char *word;
    enum fb_fact_type type;
    const char *unit, *meaning, *unknown;
};
extern const struct fb_fact_row fb_fact_table[FB_FACT_COUNT];
struct fb_facts {
    uint64_t known; /* bit i: fact i is known */
    int64_t value[FB_FACT_COUNT];
};
static inline void fb_fact_set(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    f->known |= (uint64_t)1 << id;
    f->value[id] = v;
}
static inline bool fb_fact_known(const struct fb_facts *f, enum fb_fact id) { return f->known >> id & 1; }
/* FB_FACT_COUNT when there is no such word. */
enum fb_fact fb_fact_find(struct fb_span word);
/* A value as a person reads it: "agency", "band 5" is left to the caller, "2026-03-16", "£17.69". */
struct fb_text;
void fb_fact_format(struct fb_text *t, enum fb_fact id, int64_t v);
#endif
