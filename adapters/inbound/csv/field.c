#include "adapters/inbound/csv/field.h"
#include "engine/base/check.h"
#include <string.h>

#define FINDER(name)                                                                                         \
    static unsigned find_##name(struct fb_span word)                                                         \
    {                                                                                                        \
        return (unsigned)fb_##name##_find(word);                                                             \
    }
FINDER(route)
FINDER(staff_group)
FINDER(engagement)
FINDER(worker_kind)
FINDER(point)
FINDER(unit)
FINDER(said)
FINDER(tier)
FINDER(vacancy_state)
FINDER(booking_state)
FINDER(timesheet_state)
FINDER(party)
FINDER(org_kind)
FINDER(fact_kind)
FINDER(fact_status)
FINDER(hours_kind)
FINDER(absence_kind)
FINDER(approval_state)
FINDER(role)
FINDER(channel)
FINDER(step)
FINDER(verdict)
FINDER(billing)
FINDER(vat_treatment)
FINDER(invoice_state)
#undef FINDER

#define BIT(kind)    (1u << FB_KIND_##kind)
#define AT(member)   offsetof(struct fb_record, as.member)
#define SHIFTS       (BIT(VACANCY) | BIT(BOOKING))
#define BOTH(member) AT(booking.shift.member)
_Static_assert(AT(vacancy.shift) == AT(booking.shift), "the fields of a shift have one place in both");
_Static_assert(sizeof(enum fb_route) == sizeof(unsigned), "words are put by one function");
enum { ID = FB_ID_BYTES_MAX, LONG = FB_TEXT_BYTES_MAX, SOURCE = FB_SOURCE_BYTES_MAX };

static const struct fb_field table[] = {
    {"shift.hirer", SHIFTS, FB_FIELD_CODE, BOTH(hirer), 0, NULL},
    {"shift.site", SHIFTS, FB_FIELD_TEXT, BOTH(site), LONG, NULL},
    {"shift.unit", SHIFTS, FB_FIELD_TEXT, BOTH(unit), LONG, NULL},
    {"shift.cost_centre", SHIFTS, FB_FIELD_TEXT, BOTH(cost_centre), LONG, NULL},
    {"shift.subjective", SHIFTS, FB_FIELD_TEXT, BOTH(subjective), LONG, NULL},
    {"shift.staff_group", SHIFTS, FB_FIELD_WORD, BOTH(staff_group), 0, find_staff_group},
    {"shift.role", SHIFTS, FB_FIELD_TEXT, BOTH(role), LONG, NULL},
    {"shift.specialty", SHIFTS, FB_FIELD_TEXT, BOTH(specialty), LONG, NULL},
    {"shift.grade", SHIFTS, FB_FIELD_CODE, BOTH(grade), 0, NULL},
    {"shift.start", SHIFTS, FB_FIELD_SHIFT_START, 0, 0, NULL},
    {"shift.end", SHIFTS, FB_FIELD_SHIFT_END, 0, 0, NULL},
    {"shift.break_min", SHIFTS, FB_FIELD_MINUTES, BOTH(break_min), 0, NULL},

    {"state", BIT(VACANCY), FB_FIELD_WORD, AT(vacancy.state), 0, find_vacancy_state},
    {"reason", BIT(VACANCY), FB_FIELD_TEXT, AT(vacancy.reason), LONG, NULL},
    {"block_id", BIT(VACANCY), FB_FIELD_TEXT, AT(vacancy.block_id), ID, NULL},
    {"purchase_order", BIT(VACANCY), FB_FIELD_TEXT, AT(vacancy.purchase_order), ID, NULL},
    {"bank_provider", BIT(VACANCY), FB_FIELD_TEXT, AT(vacancy.bank_provider), LONG, NULL},
    {"requested_at", BIT(VACANCY), FB_FIELD_INSTANT, AT(vacancy.requested_ms), 0, NULL},

    {"hirer", BIT(CASCADE), FB_FIELD_CODE, AT(cascade.hirer), 0, NULL},
    {"vacancy_ref", BIT(CASCADE), FB_FIELD_TEXT, AT(cascade.vacancy_ref), ID, NULL},
    {"tier", BIT(CASCADE), FB_FIELD_WORD, AT(cascade.tier), 0, find_tier},
    {"tier_no", BIT(CASCADE), FB_FIELD_NUMBER, AT(cascade.tier_no), 0, NULL},
    {"at", BIT(CASCADE), FB_FIELD_INSTANT, AT(cascade.at_ms), 0, NULL},

    {"state", BIT(BOOKING), FB_FIELD_WORD, AT(booking.state), 0, find_booking_state},
    {"vacancy_ref", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.vacancy_ref), ID, NULL},
    {"employer", BIT(BOOKING), FB_FIELD_CODE, AT(booking.employer), 0, NULL},
    {"payer", BIT(BOOKING), FB_FIELD_CODE, AT(booking.payer), 0, NULL},
    {"route", BIT(BOOKING), FB_FIELD_WORD, AT(booking.route), 0, find_route},
    {"worker", BIT(BOOKING), FB_FIELD_TOKEN, AT(booking.token), ID, NULL},
    {"worker_kind", BIT(BOOKING), FB_FIELD_WORD, AT(booking.worker_kind), 0, find_worker_kind},
    {"worker_grade", BIT(BOOKING), FB_FIELD_CODE, AT(booking.worker_grade), 0, NULL},
    {"worker_point", BIT(BOOKING), FB_FIELD_WORD, AT(booking.worker_point), 0, find_point},
    {"agency", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.agency), ID, NULL},
    {"framework", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.framework), ID, NULL},
    {"lot", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.lot), ID, NULL},
    {"engagement", BIT(BOOKING), FB_FIELD_WORD, AT(booking.engagement), 0, find_engagement},
    {"reason", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.reason), LONG, NULL},
    {"booked_at", BIT(BOOKING), FB_FIELD_INSTANT, AT(booking.booked_ms), 0, NULL},
    {"cancelled_by", BIT(BOOKING), FB_FIELD_WORD, AT(booking.cancelled_by), 0, find_party},
    {"cancelled_at", BIT(BOOKING), FB_FIELD_INSTANT, AT(booking.cancelled_ms), 0, NULL},
    {"cancel_reason", BIT(BOOKING), FB_FIELD_TEXT, AT(booking.cancel_reason), LONG, NULL},
    {"cancel_charge", BIT(BOOKING), FB_FIELD_PENCE, AT(booking.cancel_charge_pence), 0, NULL},
    {"rates.unit", BIT(BOOKING), FB_FIELD_WORD, AT(booking.rates.unit), 0, find_unit},
    {"rates.pay_includes_holiday", BIT(BOOKING), FB_FIELD_WORD, AT(booking.rates.pay_includes_holiday), 0,
     find_said},
    {"rates.complete", BIT(BOOKING), FB_FIELD_WORD, AT(booking.rates.complete), 0, find_said},

    {"hirer", BIT(TIMESHEET), FB_FIELD_CODE, AT(timesheet.hirer), 0, NULL},
    {"booking_ref", BIT(TIMESHEET), FB_FIELD_TEXT, AT(timesheet.booking_ref), ID, NULL},
    {"state", BIT(TIMESHEET), FB_FIELD_WORD, AT(timesheet.state), 0, find_timesheet_state},
    {"adjusts", BIT(TIMESHEET), FB_FIELD_TEXT, AT(timesheet.adjusts), ID, NULL},

    {"code", BIT(AGENCY), FB_FIELD_TEXT, AT(agency.code), ID, NULL},
    {"name", BIT(AGENCY), FB_FIELD_TEXT, AT(agency.name), LONG, NULL},
    {"agency", BIT(FRAMEWORK), FB_FIELD_TEXT, AT(framework.agency), ID, NULL},
    {"framework", BIT(FRAMEWORK), FB_FIELD_TEXT, AT(framework.framework), ID, NULL},
    {"lot", BIT(FRAMEWORK), FB_FIELD_TEXT, AT(framework.lot), ID, NULL},
    {"from", BIT(FRAMEWORK), FB_FIELD_DAY, AT(framework.from), 0, NULL},
    {"until", BIT(FRAMEWORK), FB_FIELD_DAY, AT(framework.until), 0, NULL},

    {"hirer", BIT(BUDGET), FB_FIELD_CODE, AT(budget.hirer), 0, NULL},
    {"month", BIT(BUDGET), FB_FIELD_MONTH, AT(budget.month), 0, NULL},
    {"staff_group", BIT(BUDGET), FB_FIELD_WORD, AT(budget.staff_group), 0, find_staff_group},
    {"route", BIT(BUDGET), FB_FIELD_WORD, AT(budget.route), 0, find_route},
    {"amount", BIT(BUDGET), FB_FIELD_PENCE, AT(budget.amount_pence), 0, NULL},

    {"ods", BIT(ORGANISATION), FB_FIELD_CODE, AT(organisation.ods), 0, NULL},
    {"name", BIT(ORGANISATION), FB_FIELD_TEXT, AT(organisation.name), LONG, NULL},
    {"org_kind", BIT(ORGANISATION), FB_FIELD_WORD, AT(organisation.kind), 0, find_org_kind},
    {"ics", BIT(ORGANISATION), FB_FIELD_CODE, AT(organisation.ics), 0, NULL},
    {"member_from", BIT(ORGANISATION), FB_FIELD_DAY, AT(organisation.member_from), 0, NULL},
    {"member_until", BIT(ORGANISATION), FB_FIELD_DAY, AT(organisation.member_until), 0, NULL},
    {"closed", BIT(ORGANISATION), FB_FIELD_YES_NO, AT(organisation.closed), 0, NULL},

    {"worker", BIT(WORKER), FB_FIELD_TOKEN, AT(worker.token), ID, NULL},
    {"worker_was", BIT(WORKER), FB_FIELD_TOKEN, AT(worker.token_was), ID, NULL},
    {"worker_kind", BIT(WORKER), FB_FIELD_WORD, AT(worker.kind), 0, find_worker_kind},
    {"grade", BIT(WORKER), FB_FIELD_CODE, AT(worker.grade), 0, NULL},
    {"point", BIT(WORKER), FB_FIELD_WORD, AT(worker.point), 0, find_point},
    {"employer", BIT(WORKER), FB_FIELD_CODE, AT(worker.employer), 0, NULL},

    {"worker", BIT(WORKER_FACT), FB_FIELD_TOKEN, AT(worker_fact.token), ID, NULL},
    {"fact", BIT(WORKER_FACT), FB_FIELD_WORD, AT(worker_fact.kind), 0, find_fact_kind},
    {"status", BIT(WORKER_FACT), FB_FIELD_WORD, AT(worker_fact.status), 0, find_fact_status},
    {"name", BIT(WORKER_FACT), FB_FIELD_TEXT, AT(worker_fact.name), LONG, NULL},
    {"from", BIT(WORKER_FACT), FB_FIELD_DAY, AT(worker_fact.from), 0, NULL},
    {"until", BIT(WORKER_FACT), FB_FIELD_DAY, AT(worker_fact.until), 0, NULL},
    {"last_day", BIT(WORKER_FACT), FB_FIELD_LAST_DAY, AT(worker_fact.until), 0, NULL},
    {"week_time", BIT(WORKER_FACT), FB_FIELD_MINUTES, AT(worker_fact.week_minutes), 0, NULL},
    {"employer", BIT(WORKER_FACT), FB_FIELD_CODE, AT(worker_fact.employer), 0, NULL},
    {"grade", BIT(WORKER_FACT), FB_FIELD_CODE, AT(worker_fact.grade), 0, NULL},
    {"checked_by", BIT(WORKER_FACT), FB_FIELD_TEXT, AT(worker_fact.checked_by), LONG, NULL},

    {"worker", BIT(SUBSTANTIVE_HOURS), FB_FIELD_TOKEN, AT(hours.token), ID, NULL},
    {"employer", BIT(SUBSTANTIVE_HOURS), FB_FIELD_CODE, AT(hours.employer), 0, NULL},
    {"week", BIT(SUBSTANTIVE_HOURS), FB_FIELD_WEEK, AT(hours.week), 0, NULL},
    {"time", BIT(SUBSTANTIVE_HOURS), FB_FIELD_MINUTES, AT(hours.minutes), 0, NULL},
    {"hours_kind", BIT(SUBSTANTIVE_HOURS), FB_FIELD_WORD, AT(hours.kind), 0, find_hours_kind},

    {"worker", BIT(ABSENCE), FB_FIELD_TOKEN, AT(absence.token), ID, NULL},
    {"employer", BIT(ABSENCE), FB_FIELD_CODE, AT(absence.employer), 0, NULL},
    {"absence_kind", BIT(ABSENCE), FB_FIELD_WORD, AT(absence.kind), 0, find_absence_kind},
    {"from", BIT(ABSENCE), FB_FIELD_DAY, AT(absence.from), 0, NULL},
    {"until", BIT(ABSENCE), FB_FIELD_DAY, AT(absence.until), 0, NULL},
    {"last_day", BIT(ABSENCE), FB_FIELD_LAST_DAY, AT(absence.until), 0, NULL},

    {"hirer", BIT(APPROVAL), FB_FIELD_CODE, AT(approval.hirer), 0, NULL},
    {"booking_source", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.booking_source), SOURCE, NULL},
    {"booking_ref", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.booking_ref), ID, NULL},
    {"grade", BIT(APPROVAL), FB_FIELD_CODE, AT(approval.grade), 0, NULL},
    {"staff_group", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.staff_group), 0, find_staff_group},
    {"route", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.route), 0, find_route},
    {"unit", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.unit), LONG, NULL},
    {"agency", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.agency), ID, NULL},
    {"rules", BIT(APPROVAL), FB_FIELD_RULES, AT(approval), LONG, NULL},
    {"state", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.state), 0, find_approval_state},
    {"asked_by", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.asked_by), ID, NULL},
    {"role", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.role), 0, find_role},
    {"granted_by", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.granted_by), ID, NULL},
    {"recorded_by", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.recorded_by), ID, NULL},
    {"granted_at", BIT(APPROVAL), FB_FIELD_INSTANT, AT(approval.granted_ms), 0, NULL},
    {"channel", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.channel), 0, find_channel},
    {"second_role", BIT(APPROVAL), FB_FIELD_WORD, AT(approval.second_role), 0, find_role},
    {"second_by", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.second_by), ID, NULL},
    {"second_at", BIT(APPROVAL), FB_FIELD_INSTANT, AT(approval.second_ms), 0, NULL},
    {"limit", BIT(APPROVAL), FB_FIELD_PENCE, AT(approval.limit_pence), 0, NULL},
    {"from", BIT(APPROVAL), FB_FIELD_DAY, AT(approval.from), 0, NULL},
    {"until", BIT(APPROVAL), FB_FIELD_DAY, AT(approval.until), 0, NULL},
    {"last_day", BIT(APPROVAL), FB_FIELD_LAST_DAY, AT(approval.until), 0, NULL},
    {"reason", BIT(APPROVAL), FB_FIELD_TEXT, AT(approval.reason), LONG, NULL},

    {"hirer", BIT(INVOICE_LINE), FB_FIELD_CODE, AT(invoice_line.hirer), 0, NULL},
    {"supplier", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.supplier), ID, NULL},
    {"invoice", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.invoice), ID, NULL},
    {"line", BIT(INVOICE_LINE), FB_FIELD_NUMBER, AT(invoice_line.line), 0, NULL},
    {"invoice_day", BIT(INVOICE_LINE), FB_FIELD_DAY, AT(invoice_line.invoice_day), 0, NULL},
    {"billing", BIT(INVOICE_LINE), FB_FIELD_WORD, AT(invoice_line.billing), 0, find_billing},
    {"credit_invoice", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.credit_invoice), ID, NULL},
    {"credit_line", BIT(INVOICE_LINE), FB_FIELD_NUMBER, AT(invoice_line.credit_line), 0, NULL},
    {"purchase_order", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.purchase_order), ID, NULL},
    {"order_system", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.order_system), SOURCE, NULL},
    {"booking_source", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.booking_source), SOURCE, NULL},
    {"booking_ref", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.booking_ref), ID, NULL},
    {"from", BIT(INVOICE_LINE), FB_FIELD_DAY, AT(invoice_line.from), 0, NULL},
    {"until", BIT(INVOICE_LINE), FB_FIELD_DAY, AT(invoice_line.until), 0, NULL},
    {"last_day", BIT(INVOICE_LINE), FB_FIELD_LAST_DAY, AT(invoice_line.until), 0, NULL},
    {"unit", BIT(INVOICE_LINE), FB_FIELD_WORD, AT(invoice_line.unit), 0, find_unit},
    {"units", BIT(INVOICE_LINE), FB_FIELD_HUNDREDTHS, AT(invoice_line.units_e2), 0, NULL},
    {"time", BIT(INVOICE_LINE), FB_FIELD_MINUTES, AT(invoice_line.minutes), 0, NULL},
    {"rate", BIT(INVOICE_LINE), FB_FIELD_PRICE, AT(invoice_line.rate_e4), 0, NULL},
    {"grade", BIT(INVOICE_LINE), FB_FIELD_CODE, AT(invoice_line.grade), 0, NULL},
    {"category", BIT(INVOICE_LINE), FB_FIELD_CODE, AT(invoice_line.category), 0, NULL},
    {"net", BIT(INVOICE_LINE), FB_FIELD_PENCE, AT(invoice_line.net_pence), 0, NULL},
    {"vat", BIT(INVOICE_LINE), FB_FIELD_PENCE, AT(invoice_line.vat_pence), 0, NULL},
    {"vat_treatment", BIT(INVOICE_LINE), FB_FIELD_WORD, AT(invoice_line.vat_treatment), 0, find_vat_treatment},
    {"state", BIT(INVOICE_LINE), FB_FIELD_WORD, AT(invoice_line.state), 0, find_invoice_state},
    {"reason", BIT(INVOICE_LINE), FB_FIELD_TEXT, AT(invoice_line.reason), LONG, NULL},

    {"hirer", BIT(REPLY), FB_FIELD_CODE, AT(reply.hirer), 0, NULL},
    {"booking_source", BIT(REPLY), FB_FIELD_TEXT, AT(reply.booking_source), SOURCE, NULL},
    {"booking_ref", BIT(REPLY), FB_FIELD_TEXT, AT(reply.booking_ref), ID, NULL},
    {"rule", BIT(REPLY), FB_FIELD_TEXT, AT(reply.rule), LONG, NULL},
    {"step", BIT(REPLY), FB_FIELD_WORD, AT(reply.step), 0, find_step},
    {"by", BIT(REPLY), FB_FIELD_TEXT, AT(reply.by), ID, NULL},
    {"for_trust", BIT(REPLY), FB_FIELD_WORD, AT(reply.for_trust), 0, find_said},
    {"owner", BIT(REPLY), FB_FIELD_TEXT, AT(reply.owner), ID, NULL},
    {"until", BIT(REPLY), FB_FIELD_INSTANT, AT(reply.until_ms), 0, NULL},
    {"verdict", BIT(REPLY), FB_FIELD_WORD, AT(reply.verdict), 0, find_verdict},
    {"text", BIT(REPLY), FB_FIELD_TEXT, AT(reply.text), LONG, NULL},
};

static const struct fb_field families[] = {
    {"references.", BIT(BOOKING) | BIT(INVOICE_LINE), FB_FIELD_REFERENCE, 0, ID, NULL},
    {"sign_offs.", BIT(BOOKING), FB_FIELD_SIGN_OFF_AT, 0, 0, NULL},
    {"sign_offs.", BIT(BOOKING), FB_FIELD_SIGN_OFF_REFERENCE, 0, ID, NULL},
    {"rates.", BIT(BOOKING), FB_FIELD_RATE, 0, 0, NULL},
    {"", BIT(TIMESHEET), FB_FIELD_INTERVAL_START, 0, 0, NULL},
    {"", BIT(TIMESHEET), FB_FIELD_INTERVAL_END, 0, 0, NULL},
    {"", BIT(TIMESHEET), FB_FIELD_INTERVAL_HOST, 0, 0, NULL},
};

/* "a.b" -> a and b; false when there is no dot, or nothing on one side of it. */
static bool split(struct fb_span s, struct fb_span *a, struct fb_span *b)
{
    const char *dot = s.n == 0 ? NULL : memchr(s.p, '.', s.n);
    if (dot == NULL)
        return false;
    *a = (struct fb_span){s.p, (uint32_t)(dot - s.p)};
    *b = (struct fb_span){dot + 1, s.n - a->n - 1};
    return a->n > 0 && b->n > 0;
}

static bool member_of(enum fb_field_type type, struct fb_span a, struct fb_span b, struct fb_field_member *m)
{
    if (type == FB_FIELD_REFERENCE) {
        m->system = a;
        m->kind = b;
        return a.n <= ID && b.n <= ID;
    }
    if (type == FB_FIELD_RATE) {
        m->word = (unsigned)fb_part_find(b);
        return m->word != 0 && fb_code_parse(&m->category, a) == FB_OK;
    }
    if (type == FB_FIELD_SIGN_OFF_AT || type == FB_FIELD_SIGN_OFF_REFERENCE) {
        m->word = (unsigned)fb_role_find(a);
        return m->word != 0 && fb_span_is(b, type == FB_FIELD_SIGN_OFF_AT ? "granted_at" : "reference");
    }
    m->word = (unsigned)fb_interval_find(a);
    return m->word != 0 && fb_span_is(b, type == FB_FIELD_INTERVAL_START ? "start"
                                         : type == FB_FIELD_INTERVAL_END ? "end"
                                                                         : "host");
}

const struct fb_field *fb_field_find(enum fb_kind kind, struct fb_span name, struct fb_field_member *member)
{
    struct fb_span a, b;
    *member = (struct fb_field_member){.word = 0};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if ((table[i].kinds & 1u << kind) != 0 && fb_span_is(name, table[i].name))
            return &table[i];
    for (size_t i = 0; i < sizeof families / sizeof families[0]; i++) {
        uint32_t n = (uint32_t)strlen(families[i].name);
        if ((families[i].kinds & 1u << kind) == 0 || name.n < n || memcmp(name.p, families[i].name, n) != 0)
            continue;
        if (split((struct fb_span){name.p + n, name.n - n}, &a, &b) &&
            member_of(families[i].type, a, b, member))
            return &families[i];
    }
    return NULL;
}

bool fb_field_is_time(enum fb_field_type type)
{
    return (type >= FB_FIELD_INSTANT && type <= FB_FIELD_SHIFT_END) || type == FB_FIELD_SIGN_OFF_AT ||
           type == FB_FIELD_INTERVAL_START || type == FB_FIELD_INTERVAL_END;
}

bool fb_field_is_day(enum fb_field_type type)
{
    return type >= FB_FIELD_DAY && type <= FB_FIELD_WEEK;
}
