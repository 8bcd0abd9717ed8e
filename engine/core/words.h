#ifndef FB_CORE_WORDS_H
#define FB_CORE_WORDS_H
/* The closed word lists of the trade: one X-macro each, giving the enum, its number (the same as in
 * proto/, never reused, 0 is "absent") and its word (the same in files, messages and screens). */
#include <stdbool.h>
#include "engine/base/span.h"

/* Kinds of record. The numbers left out are reserved for behaviour that comes later (domain model, section 2). */
#define FB_KIND_MAP(X)                                                                            \
    X(ORGANISATION, 1, "organisation") X(VACANCY, 2, "vacancy") X(CASCADE, 3, "cascade")          \
    X(BOOKING, 4, "booking") X(TIMESHEET, 5, "timesheet") X(AGENCY, 6, "agency")                  \
    X(FRAMEWORK, 7, "framework") X(BUDGET, 8, "budget") X(INVOICE_LINE, 9, "invoice_line")       \
    X(WORKER, 10, "worker")                                                                       \
    X(WORKER_FACT, 11, "worker_fact") X(SUBSTANTIVE_HOURS, 12, "substantive_hours")               \
    X(ABSENCE, 13, "absence") X(APPROVAL, 14, "approval") X(REPLY, 19, "reply")
#define FB_ROUTE_MAP(X)                                                                           \
    X(SUBSTANTIVE, 1, "substantive") X(BANK, 2, "bank") X(COLLABORATIVE, 3, "collaborative")      \
    X(AGENCY, 4, "agency") X(OTHER, 5, "other")
/* NHS Data Dictionary staff groups, codes 01-10. */
#define FB_STAFF_GROUP_MAP(X)                                                                     \
    X(MEDICAL_DENTAL, 1, "medical_dental") X(STUDENTS, 2, "students")                             \
    X(NURSING_MIDWIFERY, 3, "nursing_midwifery") X(ALLIED_HEALTH, 4, "allied_health")             \
    X(ADD_PROF_SCIENTIFIC, 5, "add_prof_scientific")                                              \
    X(HEALTHCARE_SCIENTISTS, 6, "healthcare_scientists")                                          \
    X(ADD_CLINICAL_SERVICES, 7, "add_clinical_services") X(ADMIN_CLERICAL, 8, "admin_clerical")   \
    X(ESTATES_ANCILLARY, 9, "estates_ancillary") X(SUPPLEMENTARY, 10, "supplementary")
#define FB_ENGAGEMENT_MAP(X)                                                                      \
    X(PAYE, 1, "paye") X(UMBRELLA, 2, "umbrella") X(OWN_COMPANY, 3, "own_company") X(DIRECT, 4, "direct")
#define FB_WORKER_KIND_MAP(X) X(BANK_ONLY, 1, "bank_only") X(SUBSTANTIVE, 2, "substantive") X(AGENCY, 3, "agency")
/* entry, mid and top are those of Agenda for Change; scales with more than three points (consultants, specialty doctors)
 * number what lies between entry and top. */
#define FB_POINT_MAP(X)                                                                           \
    X(ENTRY, 1, "entry") X(MID, 2, "mid") X(TOP, 3, "top") X(STEP_2, 4, "step_2") X(STEP_3, 5, "step_3") \
    X(STEP_4, 6, "step_4")
#define FB_UNIT_MAP(X)                                                                            \
    X(HOUR, 1, "hour") X(SESSION, 2, "session") X(PA, 3, "pa") X(DAY, 4, "day") X(SHIFT, 5, "shift") \
    X(VISIT, 6, "visit") X(STANDBY_PERIOD, 7, "standby_period")
/* Parts of a charge (domain model, section 3). Charge against cap = all parts but VAT. */
#define FB_PART_MAP(X)                                                                            \
    X(WORKER_PAY, 1, "worker_pay") X(WTD_HOLIDAY, 2, "wtd_holiday") X(EMPLOYER_NI, 3, "employer_ni") \
    X(EMPLOYER_PENSION, 4, "employer_pension") X(LEVY, 5, "levy") X(COMMISSION, 6, "commission")  \
    X(OTHER_FEE, 7, "other_fee") X(VAT, 8, "vat")
/* Yes, no, or the source does not say: never guessed. */
#define FB_SAID_MAP(X) X(YES, 1, "yes") X(NO, 2, "no")
#define FB_TIER_MAP(X)                                                                            \
    X(WARD, 1, "ward") X(BANK, 2, "bank") X(COLLABORATIVE, 3, "collaborative") X(AGENCY, 4, "agency") \
    X(NATIONAL_BANK, 5, "national_bank") X(OFF_FRAMEWORK, 6, "off_framework")
#define FB_VACANCY_STATE_MAP(X)                                                                   \
    X(OPEN, 1, "open") X(WITHDRAWN, 2, "withdrawn") X(COVERED_INTERNALLY, 3, "covered_internally")
#define FB_BOOKING_STATE_MAP(X) X(BOOKED, 1, "booked") X(CANCELLED, 2, "cancelled") X(DID_NOT_ATTEND, 3, "did_not_attend")
#define FB_TIMESHEET_STATE_MAP(X)                                                                 \
    X(SUBMITTED, 1, "submitted") X(APPROVED, 2, "approved") X(REJECTED, 3, "rejected")            \
    X(UNAPPROVED, 4, "unapproved") X(ADJUSTED, 5, "adjusted") X(DID_NOT_WORK, 6, "did_not_work")
#define FB_INTERVAL_MAP(X)                                                                        \
    X(WORKED, 1, "worked") X(BREAK, 2, "break") X(STANDBY, 3, "standby") X(CALLED_OUT, 4, "called_out") \
    X(SLEEP_IN, 5, "sleep_in") X(TRAVEL, 6, "travel")
#define FB_PARTY_MAP(X) X(HIRER, 1, "hirer") X(WORKER, 2, "worker") X(SUPPLIER, 3, "supplier")
#define FB_ROLE_MAP(X)                                                                            \
    X(CHIEF_EXECUTIVE, 1, "chief_executive") X(EXECUTIVE_DIRECTOR, 2, "executive_director")       \
    X(NHS_ENGLAND, 3, "nhs_england") X(OTHER, 4, "other")
/* What is known of a worker (domain model, section 2): the six employment checks of the NHS Employment Check Standards
 * first, then what the clocks and the gaming rules ask. */
#define FB_FACT_KIND_MAP(X)                                                                       \
    X(IDENTITY, 1, "identity") X(RIGHT_TO_WORK, 2, "right_to_work") X(REGISTRATION, 3, "registration") \
    X(REFERENCES, 4, "references") X(CRIMINAL_RECORD, 5, "criminal_record") X(HEALTH_CLEARANCE, 6, "health_clearance") \
    X(TRAINING, 7, "training") X(VISA, 8, "visa") X(OPT_OUT, 9, "opt_out") X(SUBSTANTIVE_POST, 10, "substantive_post")
/* `conditions` holds, and is shown; all after it do not hold. */
#define FB_FACT_STATUS_MAP(X)                                                                     \
    X(VALID, 1, "valid") X(CONDITIONS, 2, "conditions") X(PENDING, 3, "pending") X(REFUSED, 4, "refused") \
    X(LAPSED, 5, "lapsed") X(SUSPENDED, 6, "suspended") X(ABSENT, 7, "none")
#define FB_HOURS_KIND_MAP(X) X(WORKED, 1, "worked") X(ROSTERED, 2, "rostered") X(CONTRACTED, 3, "contracted")
#define FB_ABSENCE_KIND_MAP(X)                                                                    \
    X(ANNUAL_LEAVE, 1, "annual_leave") X(SICKNESS, 2, "sickness") X(MATERNITY, 3, "maternity")    \
    X(PREGNANCY, 4, "pregnancy") X(PATERNITY, 5, "paternity") X(ADOPTION, 6, "adoption")          \
    X(SHARED_PARENTAL, 7, "shared_parental") X(JURY_SERVICE, 8, "jury_service")                   \
    X(SHUTDOWN, 9, "shutdown") X(INDUSTRIAL_ACTION, 10, "industrial_action") X(OTHER, 11, "other")
#define FB_APPROVAL_STATE_MAP(X)                                                                  \
    X(ASKED, 1, "asked") X(GRANTED, 2, "granted") X(REFUSED, 3, "refused") X(WITHDRAWN, 4, "withdrawn")
/* What has become of an approval (domain model, section 6). */
#define FB_APPROVAL_END_MAP(X)                                                                    \
    X(ASKED, 1, "asked") X(GRANTED, 2, "granted") X(PROVISIONAL, 3, "provisional") X(REFUSED, 4, "refused") \
    X(WITHDRAWN, 5, "withdrawn") X(LAPSED, 6, "lapsed") X(EXPIRED, 7, "expired") X(EXHAUSTED, 8, "exhausted") \
    X(NOT_ENTITLED, 9, "not_entitled") X(NEEDS_SECOND, 10, "needs_second")
#define FB_CHANNEL_MAP(X) X(WRITTEN, 1, "written") X(TELEPHONE, 2, "telephone")
/* When an exception was granted, against the booking that it answers: counted apart. */
#define FB_ANSWERED_MAP(X)                                                                        \
    X(BEFORE_BOOKING, 1, "before_booking") X(BEFORE_START, 2, "before_start") X(RETROSPECTIVE, 3, "retrospective") \
    X(PROVISIONAL, 4, "provisional")
/* What a person does about a finding. */
#define FB_STEP_MAP(X)                                                                            \
    X(ACKNOWLEDGE, 1, "acknowledge") X(ASSIGN, 2, "assign") X(NOTE, 3, "note") X(SNOOZE, 4, "snooze") \
    X(REPLY, 5, "reply") X(CHALLENGE, 6, "challenge") X(CLOSE, 7, "close")
/* What came of a finding, when it is closed: what rules are measured by. */
#define FB_VERDICT_MAP(X) X(UPHELD, 1, "upheld") X(NO_CASE, 2, "no_case") X(CORRECTED, 3, "corrected")
/* How a line of an invoice stands in finance's own system. */
#define FB_INVOICE_STATE_MAP(X)                                                                   \
    X(RECEIVED, 1, "received") X(DISPUTED, 2, "disputed") X(APPROVED, 3, "approved") X(PAID, 4, "paid") \
    X(WITHDRAWN, 5, "withdrawn")
/* What a line does: it asks for a shift (once), for something that comes on top of it, or gives back. */
#define FB_BILLING_MAP(X) X(CHARGE, 1, "charge") X(SUPPLEMENT, 2, "supplement") X(CREDIT, 3, "credit")
#define FB_VAT_TREATMENT_MAP(X)                                                                   \
    X(STANDARD, 1, "standard") X(REDUCED, 2, "reduced") X(ZERO, 3, "zero") X(EXEMPT, 4, "exempt") \
    X(OUTSIDE, 5, "outside") X(REVERSE_CHARGE, 6, "reverse_charge")
/* What has become of a line of an invoice (domain model, section 2). */
#define FB_INVOICE_END_MAP(X)                                                                     \
    X(MATCHED, 1, "matched") X(PART_MATCHED, 2, "part_matched") X(DISPUTED, 3, "disputed") X(UNMATCHED, 4, "unmatched") \
    X(PAID, 5, "paid") X(DUPLICATE, 6, "duplicate") X(WITHDRAWN, 7, "withdrawn")
/* In what an invoice differs from booking, confirmation and timesheet, or cannot be held against them. */
#define FB_DIFFERS_MAP(X)                                                                         \
    X(HOURS, 1, "hours") X(RATE, 2, "rate") X(AMOUNT, 3, "amount") X(AGENCY, 4, "agency") X(PERIOD, 5, "period") \
    X(VAT, 6, "vat") X(PURCHASE_ORDER, 7, "purchase_order") X(BAND, 8, "band") X(CONFIRMATION, 9, "confirmation") \
    X(SUM, 10, "sum") X(CREDITED, 11, "credited") X(SHIFTS, 12, "shifts")
/* How a place on a framework stands on the day of booking. */
#define FB_LOT_PLACE_MAP(X)                                                                           \
    X(HELD, 1, "held") X(NOT_YET, 2, "not_yet") X(ENDED, 3, "ended") X(OTHER_LOT, 4, "other_lot") \
    X(OTHER_FRAMEWORK, 5, "other_framework") X(NOWHERE, 6, "none")
/* What an absence does to the 12-week clock of the Agency Workers Regulations. */
#define FB_CLOCK_EFFECT_MAP(X) X(PAUSES, 1, "pauses") X(RUNS, 2, "runs")
#define FB_ORG_KIND_MAP(X)                                                                        \
    X(TRUST, 1, "trust") X(SOCIAL_CARE, 2, "social_care") X(PRIMARY_CARE, 3, "primary_care") X(OTHER, 4, "other")
/* What a publishing system is, for the pack's say on which of them is the authority for which fields. */
#define FB_SYSTEM_MAP(X) X(ROSTER, 1, "roster") X(BANK_PROVIDER, 2, "bank_provider") X(PORTAL, 3, "portal")
#define FB_SOURCE_MODE_MAP(X) X(LIVE, 1, "live") X(SHADOW, 2, "shadow")
/* How well a figure is known (DESIGN 6). The order is falling trust. */
#define FB_STATUS_MAP(X)                                                                          \
    X(PUBLISHED, 1, "published") X(AGREED, 2, "agreed") X(SECOND_HAND, 3, "second_hand")          \
    X(DERIVED, 4, "derived") X(UNVERIFIED, 5, "unverified") X(MADE_UP, 6, "made_up")
#define FB_SEVERITY_MAP(X)                                                                        \
    X(OK_, 1, "ok") X(NOTE, 2, "note") X(CANNOT_SAY, 3, "cannot_say") X(WARN, 4, "warn") X(BREACH, 5, "breach")
#define FB_STAGE_MAP(X) X(COMMITTED, 1, "committed") X(WORKED, 2, "worked") X(INVOICED, 3, "invoiced") X(PAID, 4, "paid") X(LATEST, 5, "latest")
#define FB_BASIS_MAP(X) X(ACTUAL, 1, "actual") X(AS_SENT, 2, "as_sent") X(EXPECTED_FROM_CARD, 3, "expected_from_card")
#define FB_WHOLE_SHIFT_MAP(X) X(NEVER, 1, "none") X(MORE_THAN_HALF, 2, "more_than_half") X(AT_LEAST_HALF, 3, "at_least_half")
#define FB_BREAK_FROM_MAP(X)                                                                      \
    X(CHEAPEST_FIRST, 1, "cheapest_first") X(DEAREST_FIRST, 2, "dearest_first") X(PLAIN_THEN_DEAREST, 3, "plain_then_dearest")
/* The states of a card at a trust, in the order in which it is agreed (domain model, section 6). */
#define FB_ADOPTION_MAP(X)                                                                        \
    X(PROPOSED, 1, "proposed") X(CONSULTED, 2, "consulted") X(AGREED, 3, "agreed") X(ADOPTED, 4, "adopted")
/* What VAT is charged on. */
#define FB_VAT_BASE_MAP(X) X(NOTHING, 1, "nothing") X(WHOLE_CHARGE, 2, "whole_charge") X(COMMISSION, 3, "commission")
/* What a counter adds for a shift, what it is kept for, and over which stretch of days it is read. */
#define FB_ADDS_MAP(X) X(SHIFTS, 1, "shifts") X(MINUTES, 2, "paid_minutes")
#define FB_COUNTER_KEY_MAP(X) X(WORKER, 1, "worker") X(WORKER_AT_TRUST, 2, "worker_at_trust") X(TRUST, 3, "trust") X(AGENCY, 4, "agency")
#define FB_SPAN_OF_MAP(X) X(DATES, 1, "dates") X(MONTH, 2, "month") X(WEEK, 3, "week") X(ROLLING_DAYS, 4, "rolling_days")
/* Why a figure was posted. */
#define FB_CAUSE_MAP(X) X(RECORD, 1, "record") X(REPRICED, 2, "repriced") X(WITHDRAWN, 3, "withdrawn")
/* What a return tells of shifts, for which stretches of time, and what its rows are. */
#define FB_RETURN_FIGURE_MAP(X)                                                                   \
    X(SHIFTS, 1, "shifts") X(HOURS, 2, "hours") X(SPEND, 3, "spend") X(COMMISSION, 4, "commission") \
    X(HIGHEST_HOUR, 5, "highest_hour") X(PERCENT, 6, "percent") X(UNFILLED, 7, "unfilled") \
    X(VAT, 8, "vat") X(EXCESS, 9, "excess")
#define FB_RETURN_PERIOD_MAP(X) X(WEEK, 1, "week") X(MONTH, 2, "month")
#define FB_RETURN_BY_MAP(X) X(GROUP, 1, "group") X(AGENCY, 2, "agency")
#define FB_VACANCY_END_MAP(X)                                                                     \
    X(OPEN, 1, "open") X(FILLED, 2, "filled") X(UNFILLED, 3, "unfilled") X(WITHDRAWN, 4, "withdrawn") X(COVERED, 5, "covered_internally")

/* name, PREFIX: declares enum fb_name { FB_PREFIX_NONE = 0, … }, its word and its parser. */
#define FB_WORDS(X)                                                                               \
    X(kind, KIND) X(route, ROUTE) X(staff_group, STAFF_GROUP) X(engagement, ENGAGEMENT)           \
    X(worker_kind, WORKER_KIND) X(point, POINT) X(unit, UNIT) X(part, PART) X(said, SAID) X(tier, TIER) \
    X(vacancy_state, VACANCY_STATE) X(booking_state, BOOKING_STATE) X(timesheet_state, TIMESHEET_STATE) \
    X(interval, INTERVAL) X(party, PARTY) X(role, ROLE) X(org_kind, ORG_KIND) X(system, SYSTEM)   \
    X(source_mode, SOURCE_MODE) X(status, STATUS) X(severity, SEVERITY) X(stage, STAGE) X(basis, BASIS) \
    X(whole_shift, WHOLE_SHIFT) X(break_from, BREAK_FROM) X(vacancy_end, VACANCY_END)   \
    X(adoption, ADOPTION) X(vat_base, VAT_BASE) X(adds, ADDS) X(counter_key, COUNTER_KEY) X(span_of, SPAN_OF) \
    X(cause, CAUSE) X(fact_kind, FACT_KIND) X(fact_status, FACT_STATUS) X(hours_kind, HOURS_KIND) \
    X(absence_kind, ABSENCE_KIND) X(approval_state, APPROVAL_STATE) X(approval_end, APPROVAL_END) \
    X(channel, CHANNEL) X(answered, ANSWERED) X(step, STEP) X(verdict, VERDICT) X(lot_place, LOT_PLACE)   \
    X(clock_effect, CLOCK_EFFECT) X(invoice_state, INVOICE_STATE) X(billing, BILLING) X(vat_treatment, VAT_TREATMENT) \
    X(invoice_end, INVOICE_END) X(differs, DIFFERS) \
    X(return_figure, RETURN_FIGURE) X(return_period, RETURN_PERIOD) X(return_by, RETURN_BY)

#define FB_ENUM(name, PREFIX)                                                                     \
    enum fb_##name { FB_##PREFIX##_NONE = 0, FB_##PREFIX##_MAP(FB_ENUM_##PREFIX) FB_##PREFIX##_END };
#define FB_ENUM_KIND(id, n, w) FB_KIND_##id = n,
#define FB_ENUM_ROUTE(id, n, w) FB_ROUTE_##id = n,
#define FB_ENUM_STAFF_GROUP(id, n, w) FB_STAFF_GROUP_##id = n,
#define FB_ENUM_ENGAGEMENT(id, n, w) FB_ENGAGEMENT_##id = n,
#define FB_ENUM_WORKER_KIND(id, n, w) FB_WORKER_KIND_##id = n,
#define FB_ENUM_POINT(id, n, w) FB_POINT_##id = n,
#define FB_ENUM_UNIT(id, n, w) FB_UNIT_##id = n,
#define FB_ENUM_PART(id, n, w) FB_PART_##id = n,
#define FB_ENUM_SAID(id, n, w) FB_SAID_##id = n,
#define FB_ENUM_TIER(id, n, w) FB_TIER_##id = n,
#define FB_ENUM_VACANCY_STATE(id, n, w) FB_VACANCY_STATE_##id = n,
#define FB_ENUM_BOOKING_STATE(id, n, w) FB_BOOKING_STATE_##id = n,
#define FB_ENUM_TIMESHEET_STATE(id, n, w) FB_TIMESHEET_STATE_##id = n,
#define FB_ENUM_INTERVAL(id, n, w) FB_INTERVAL_##id = n,
#define FB_ENUM_PARTY(id, n, w) FB_PARTY_##id = n,
#define FB_ENUM_ROLE(id, n, w) FB_ROLE_##id = n,
#define FB_ENUM_ORG_KIND(id, n, w) FB_ORG_KIND_##id = n,
#define FB_ENUM_SYSTEM(id, n, w) FB_SYSTEM_##id = n,
#define FB_ENUM_SOURCE_MODE(id, n, w) FB_SOURCE_MODE_##id = n,
#define FB_ENUM_STATUS(id, n, w) FB_STATUS_##id = n,
#define FB_ENUM_SEVERITY(id, n, w) FB_SEVERITY_##id = n,
#define FB_ENUM_STAGE(id, n, w) FB_STAGE_##id = n,
#define FB_ENUM_BASIS(id, n, w) FB_BASIS_##id = n,
#define FB_ENUM_WHOLE_SHIFT(id, n, w) FB_WHOLE_SHIFT_##id = n,
#define FB_ENUM_BREAK_FROM(id, n, w) FB_BREAK_FROM_##id = n,
#define FB_ENUM_VACANCY_END(id, n, w) FB_VACANCY_END_##id = n,
#define FB_ENUM_ADOPTION(id, n, w) FB_ADOPTION_##id = n,
#define FB_ENUM_VAT_BASE(id, n, w) FB_VAT_BASE_##id = n,
#define FB_ENUM_ADDS(id, n, w) FB_ADDS_##id = n,
#define FB_ENUM_COUNTER_KEY(id, n, w) FB_COUNTER_KEY_##id = n,
#define FB_ENUM_SPAN_OF(id, n, w) FB_SPAN_OF_##id = n,
#define FB_ENUM_CAUSE(id, n, w) FB_CAUSE_##id = n,
#define FB_ENUM_FACT_KIND(id, n, w) FB_FACT_KIND_##id = n,
#define FB_ENUM_FACT_STATUS(id, n, w) FB_FACT_STATUS_##id = n,
#define FB_ENUM_HOURS_KIND(id, n, w) FB_HOURS_KIND_##id = n,
#define FB_ENUM_ABSENCE_KIND(id, n, w) FB_ABSENCE_KIND_##id = n,
#define FB_ENUM_APPROVAL_STATE(id, n, w) FB_APPROVAL_STATE_##id = n,
#define FB_ENUM_APPROVAL_END(id, n, w) FB_APPROVAL_END_##id = n,
#define FB_ENUM_CHANNEL(id, n, w) FB_CHANNEL_##id = n,
#define FB_ENUM_ANSWERED(id, n, w) FB_ANSWERED_##id = n,
#define FB_ENUM_STEP(id, n, w) FB_STEP_##id = n,
#define FB_ENUM_VERDICT(id, n, w) FB_VERDICT_##id = n,
#define FB_ENUM_LOT_PLACE(id, n, w) FB_LOT_PLACE_##id = n,
#define FB_ENUM_CLOCK_EFFECT(id, n, w) FB_CLOCK_EFFECT_##id = n,
#define FB_ENUM_INVOICE_STATE(id, n, w) FB_INVOICE_STATE_##id = n,
#define FB_ENUM_BILLING(id, n, w) FB_BILLING_##id = n,
#define FB_ENUM_VAT_TREATMENT(id, n, w) FB_VAT_TREATMENT_##id = n,
#define FB_ENUM_INVOICE_END(id, n, w) FB_INVOICE_END_##id = n,
#define FB_ENUM_DIFFERS(id, n, w) FB_DIFFERS_##id = n,
#define FB_ENUM_RETURN_FIGURE(id, n, w) FB_RETURN_FIGURE_##id = n,
#define FB_ENUM_RETURN_PERIOD(id, n, w) FB_RETURN_PERIOD_##id = n,
#define FB_ENUM_RETURN_BY(id, n, w) FB_RETURN_BY_##id = n,
FB_WORDS(FB_ENUM)
#undef FB_ENUM

/* fb_route_word(FB_ROUTE_BANK) -> "bank"; "?" for 0 or an unknown number. fb_route_find("bank") -> the enum,
 * 0 when there is no such word. fb_route_known(n): n is one of the list. */
#define FB_DECLARE(name, PREFIX)                                                                  \
    const char *fb_##name##_word(enum fb_##name v);                                               \
    enum fb_##name fb_##name##_find(struct fb_span word);                                         \
    bool fb_##name##_known(int64_t n);
FB_WORDS(FB_DECLARE)
#undef FB_DECLARE
#endif
