#include "engine/base/bytes.h"
#include "engine/wire/wire.h"
#include "tests/lib/suite.h"
#include <stddef.h>
#include <string.h>

/* The contract field by field: each number of proto/fairbank/v1/record.proto, written by hand, ends in its
 * own member. Going there and back cannot see two fields that were exchanged; this does. */
enum what { TEXT, CODE, WORD, COUNT, INSTANT, DAY };
struct field {
    enum fb_kind kind;
    unsigned list; /* the field is one of a message in this list; 0: of the body */
    unsigned number;
    enum what what;
    size_t at; /* in fb_record.as */
};
#define AT(member) offsetof(struct fb_record, as.member)
#define SHIFT(KIND, kind)                                                                                    \
    {FB_KIND_##KIND, 0, 1, CODE, AT(kind.shift.hirer)}, {FB_KIND_##KIND, 0, 2, TEXT, AT(kind.shift.site)},   \
        {FB_KIND_##KIND, 0, 3, TEXT, AT(kind.shift.unit)},                                                   \
        {FB_KIND_##KIND, 0, 4, TEXT, AT(kind.shift.cost_centre)},                                            \
        {FB_KIND_##KIND, 0, 5, TEXT, AT(kind.shift.subjective)},                                             \
        {FB_KIND_##KIND, 0, 6, WORD, AT(kind.shift.staff_group)},                                            \
        {FB_KIND_##KIND, 0, 7, TEXT, AT(kind.shift.role)},                                                   \
        {FB_KIND_##KIND, 0, 8, TEXT, AT(kind.shift.specialty)},                                              \
        {FB_KIND_##KIND, 0, 9, CODE, AT(kind.shift.grade)},                                                  \
    {                                                                                                        \
        FB_KIND_##KIND, 0, 13, COUNT, AT(kind.shift.break_min)                                               \
    }
#define PART(number, id)                                                                                     \
    {                                                                                                        \
        FB_KIND_BOOKING, 32, number, COUNT, AT(booking.rates.cell[0].part[FB_PART_##id])                     \
    }
#define ORG(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_ORGANISATION, 0, number, what, AT(organisation.member)                                       \
    }
#define VAC(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_VACANCY, 0, number, what, AT(vacancy.member)                                                 \
    }
#define CAS(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_CASCADE, 0, number, what, AT(cascade.member)                                                 \
    }
#define BOO(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_BOOKING, 0, number, what, AT(booking.member)                                                 \
    }
#define REF(number, member)                                                                                  \
    {                                                                                                        \
        FB_KIND_BOOKING, 29, number, TEXT, AT(booking.reference[0].member)                                   \
    }
#define SIG(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_BOOKING, 30, number, what, AT(booking.sign_off[0].member)                                    \
    }
#define TIM(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_TIMESHEET, 0, number, what, AT(timesheet.member)                                             \
    }

#define WOR(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_WORKER, 0, number, what, AT(worker.member)                                                   \
    }
#define FAC(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_WORKER_FACT, 0, number, what, AT(worker_fact.member)                                         \
    }
#define HOU(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_SUBSTANTIVE_HOURS, 0, number, what, AT(hours.member)                                         \
    }
#define ABS(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_ABSENCE, 0, number, what, AT(absence.member)                                                 \
    }
#define APP(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_APPROVAL, 0, number, what, AT(approval.member)                                               \
    }
#define REP(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_REPLY, 0, number, what, AT(reply.member)                                                     \
    }
#define INV(number, what, member)                                                                            \
    {                                                                                                        \
        FB_KIND_INVOICE_LINE, 0, number, what, AT(invoice_line.member)                                       \
    }

static const struct field fields[] = {
    ORG(1, CODE, ods),
    ORG(2, TEXT, name),
    ORG(3, WORD, kind),
    ORG(4, CODE, ics),
    SHIFT(VACANCY, vacancy),
    VAC(14, WORD, state),
    VAC(15, TEXT, reason),
    VAC(16, TEXT, block_id),
    VAC(17, TEXT, purchase_order),
    VAC(18, TEXT, bank_provider),
    VAC(19, INSTANT, requested_ms),
    CAS(1, CODE, hirer),
    CAS(2, TEXT, vacancy_ref),
    CAS(3, WORD, tier),
    CAS(4, COUNT, tier_no),
    CAS(5, INSTANT, at_ms),
    SHIFT(BOOKING, booking),
    BOO(14, WORD, state),
    BOO(15, TEXT, vacancy_ref),
    BOO(16, CODE, employer),
    BOO(17, CODE, payer),
    BOO(18, WORD, route),
    BOO(19, TEXT, token),
    BOO(20, WORD, worker_kind),
    BOO(21, CODE, worker_grade),
    BOO(22, WORD, worker_point),
    BOO(23, TEXT, agency),
    BOO(24, TEXT, framework),
    BOO(25, TEXT, lot),
    BOO(26, WORD, engagement),
    BOO(27, TEXT, reason),
    BOO(28, INSTANT, booked_ms),
    REF(1, system),
    REF(2, kind),
    REF(3, id),
    SIG(1, WORD, role),
    SIG(2, INSTANT, granted_ms),
    SIG(3, TEXT, reference),
    BOO(31, WORD, rates.unit),
    {FB_KIND_BOOKING, 32, 1, CODE, AT(booking.rates.cell[0].category)},
    PART(2, WORKER_PAY),
    PART(3, WTD_HOLIDAY),
    PART(4, EMPLOYER_NI),
    PART(5, EMPLOYER_PENSION),
    PART(6, LEVY),
    PART(7, COMMISSION),
    PART(8, OTHER_FEE),
    PART(9, VAT),
    BOO(33, WORD, rates.pay_includes_holiday),
    BOO(34, WORD, rates.complete),
    BOO(35, WORD, cancelled_by),
    BOO(36, INSTANT, cancelled_ms),
    BOO(37, TEXT, cancel_reason),
    BOO(38, COUNT, cancel_charge_pence),
    TIM(1, CODE, hirer),
    TIM(2, TEXT, booking_ref),
    TIM(3, WORD, state),
    TIM(4, TEXT, adjusts),
    {FB_KIND_TIMESHEET, 5, 1, WORD, AT(timesheet.interval[0].kind)},
    {FB_KIND_TIMESHEET, 5, 4, CODE, AT(timesheet.interval[0].host)},
    {FB_KIND_AGENCY, 0, 1, TEXT, AT(agency.code)},
    {FB_KIND_AGENCY, 0, 2, TEXT, AT(agency.name)},
    {FB_KIND_FRAMEWORK, 0, 1, TEXT, AT(framework.agency)},
    {FB_KIND_FRAMEWORK, 0, 2, TEXT, AT(framework.framework)},
    {FB_KIND_FRAMEWORK, 0, 3, TEXT, AT(framework.lot)},
    {FB_KIND_BUDGET, 0, 1, CODE, AT(budget.hirer)},
    {FB_KIND_BUDGET, 0, 3, WORD, AT(budget.staff_group)},
    {FB_KIND_BUDGET, 0, 4, WORD, AT(budget.route)},
    {FB_KIND_BUDGET, 0, 5, COUNT, AT(budget.amount_pence)},
    WOR(1, TEXT, token),
    WOR(2, TEXT, token_was),
    WOR(3, WORD, kind),
    WOR(4, CODE, grade),
    WOR(5, WORD, point),
    WOR(6, CODE, employer),
    FAC(1, TEXT, token),
    FAC(2, WORD, kind),
    FAC(3, WORD, status),
    FAC(4, TEXT, name),
    FAC(5, DAY, from),
    FAC(6, DAY, until),
    FAC(7, COUNT, week_minutes),
    FAC(8, CODE, employer),
    FAC(9, CODE, grade),
    FAC(10, TEXT, checked_by),
    HOU(1, TEXT, token),
    HOU(2, CODE, employer),
    HOU(3, DAY, week),
    HOU(4, COUNT, minutes),
    HOU(5, WORD, kind),
    ABS(1, TEXT, token),
    ABS(2, CODE, employer),
    ABS(3, WORD, kind),
    ABS(4, DAY, from),
    ABS(5, DAY, until),
    APP(1, CODE, hirer),
    APP(2, TEXT, booking_source),
    APP(3, TEXT, booking_ref),
    APP(4, CODE, grade),
    APP(5, WORD, staff_group),
    APP(6, WORD, route),
    APP(7, TEXT, unit),
    APP(8, TEXT, agency),
    APP(9, TEXT, rule[1]),
    APP(10, WORD, state),
    APP(11, TEXT, asked_by),
    APP(12, WORD, role),
    APP(13, TEXT, granted_by),
    APP(14, TEXT, recorded_by),
    APP(15, INSTANT, granted_ms),
    APP(16, WORD, channel),
    APP(17, TEXT, confirmed_by),
    APP(18, INSTANT, confirmed_ms),
    APP(19, WORD, second_role),
    APP(20, TEXT, second_by),
    APP(21, INSTANT, second_ms),
    APP(22, COUNT, limit_pence),
    APP(23, DAY, from),
    APP(24, DAY, until),
    APP(25, TEXT, reason),
    REP(1, CODE, hirer),
    REP(2, TEXT, booking_source),
    REP(3, TEXT, booking_ref),
    REP(4, TEXT, rule),
    REP(5, WORD, step),
    REP(6, TEXT, by),
    REP(7, WORD, for_trust),
    REP(8, TEXT, owner),
    REP(9, INSTANT, until_ms),
    REP(10, WORD, verdict),
    REP(11, TEXT, text),
    INV(1, CODE, hirer),
    INV(2, TEXT, supplier),
    INV(3, TEXT, invoice),
    INV(4, COUNT, line),
    INV(5, DAY, invoice_day),
    INV(6, WORD, billing),
    INV(9, TEXT, purchase_order),
    INV(10, TEXT, order_system),
    INV(11, TEXT, booking_source),
    INV(12, TEXT, booking_ref),
    {FB_KIND_INVOICE_LINE, 13, 1, TEXT, AT(invoice_line.reference[0].system)},
    {FB_KIND_INVOICE_LINE, 13, 2, TEXT, AT(invoice_line.reference[0].kind)},
    {FB_KIND_INVOICE_LINE, 13, 3, TEXT, AT(invoice_line.reference[0].id)},
    INV(14, DAY, from),
    INV(15, DAY, until),
    INV(16, WORD, unit),
    INV(17, COUNT, units_e2),
    INV(18, COUNT, minutes),
    INV(19, COUNT, rate_e4),
    INV(20, CODE, grade),
    INV(21, CODE, category),
    INV(22, COUNT, net_pence),
    INV(23, COUNT, vat_pence),
    INV(24, WORD, vat_treatment),
    INV(25, WORD, state),
    INV(26, TEXT, reason),
};

enum { VARINT = 0, BYTES = 2, SEVEN = 7, SECOND_WORD = 2 };
#define AN_INSTANT 1773650000777
#define A_MONDAY   "2026-03-16"
static unsigned char memory[1 << 16], body[2048], one[512];
static struct fb_record got;

static void put_number(struct fb_writer *w, unsigned number, int64_t v)
{
    fb_put_varint(w, number << 3 | VARINT);
    fb_put_varint(w, (uint64_t)v);
}

static void put_text(struct fb_writer *w, unsigned number, const char *text)
{
    fb_put_varint(w, number << 3 | BYTES);
    fb_put_span(w, fb_span_of(text));
}

/* What each kind must have, so that the one field more is the only question. Later fields win over these. */
static void put_required(struct fb_writer *w, enum fb_kind kind)
{
    static const unsigned states[FB_KIND_END] = {
        [FB_KIND_VACANCY] = 14, [FB_KIND_BOOKING] = 14, [FB_KIND_TIMESHEET] = 3, [FB_KIND_CASCADE] = 3};
    put_text(w, 1, "X");
    if (kind == FB_KIND_CASCADE || kind == FB_KIND_TIMESHEET || kind == FB_KIND_FRAMEWORK)
        put_text(w, 2, "x");
    if (kind == FB_KIND_CASCADE || kind == FB_KIND_BUDGET)
        put_number(w, 5, 946684800000);
    if (kind == FB_KIND_BUDGET)
        put_text(w, 2, "2026-04-01");
    if (kind == FB_KIND_VACANCY || kind == FB_KIND_BOOKING) {
        put_text(w, 10, "2026-03-16T07:30");
        put_text(w, 11, "2026-03-16T20:00");
    }
    if (states[kind] != 0)
        put_number(w, states[kind], 1);
    if (kind == FB_KIND_BOOKING) {
        put_number(w, 18, 1);
        put_number(w, 31, 1);
    }
}

/* The same of people and of exceptions; every field that another one asks for is there as well. */
static void put_required_of_people(struct fb_writer *w, enum fb_kind kind)
{
    static const unsigned days[FB_KIND_END][2] = {[FB_KIND_WORKER_FACT] = {5, 6},
                                                  [FB_KIND_ABSENCE] = {4, 5},
                                                  [FB_KIND_APPROVAL] = {23, 24},
                                                  [FB_KIND_SUBSTANTIVE_HOURS] = {3, 3}};
    static const unsigned numbers[FB_KIND_END][8] = {[FB_KIND_WORKER_FACT] = {2, 3},
                                                     [FB_KIND_SUBSTANTIVE_HOURS] = {4, 5},
                                                     [FB_KIND_ABSENCE] = {3},
                                                     [FB_KIND_APPROVAL] = {10, 12, 16, 19},
                                                     [FB_KIND_REPLY] = {5, 10}};
    static const unsigned texts[FB_KIND_END][8] = {[FB_KIND_SUBSTANTIVE_HOURS] = {2},
                                                   [FB_KIND_APPROVAL] = {2, 3, 9, 13, 17, 20, 25},
                                                   [FB_KIND_REPLY] = {2, 3, 6, 8, 11}};
    static const unsigned instants[FB_KIND_END][4] = {
        [FB_KIND_APPROVAL] = {15, 18, 21}, [FB_KIND_REPLY] = {9}};
    put_text(w, 1, "X");
    for (unsigned i = 0; i < 8 && numbers[kind][i] != 0; i++)
        put_number(w, numbers[kind][i], 1);
    for (unsigned i = 0; i < 8 && texts[kind][i] != 0; i++)
        put_text(w, texts[kind][i], "X");
    for (unsigned i = 0; i < 4 && instants[kind][i] != 0; i++)
        put_number(w, instants[kind][i], AN_INSTANT - 1);
    if (days[kind][0] == 0)
        return;
    put_text(w, days[kind][0], "2026-03-02");
    put_text(w, days[kind][1], "2026-03-30");
}

/* Of a line of an invoice: a disputed one, which must say why; word 2 of its billing is no credit, which would ask for more. */
static void put_required_of_invoice(struct fb_writer *w)
{
    static const unsigned texts[] = {1, 2, 3, 9, 11, 12, 26}, numbers[] = {4, 6, 16, 22, 25};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        put_text(w, texts[i], "X");
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        put_number(w, numbers[i], 1);
    put_text(w, 5, "2026-03-02");
    put_text(w, 14, "2026-03-02");
    put_text(w, 15, "2026-03-30");
}

static void put_required_of_list(struct fb_writer *w, unsigned list)
{
    if (list == 30 || list == 5)
        put_number(w, 1, 1);
    if (list == 29 || list == 32 || list == 13)
        put_text(w, 1, "x");
    if (list == 29 || list == 5 || list == 13)
        put_text(w, 2, list == 5 ? "2026-03-16T07:30" : "x");
    if (list == 29 || list == 5 || list == 13)
        put_text(w, 3, list == 5 ? "2026-03-16T20:00" : "x");
}

static void put_field(struct fb_writer *w, const struct field *f)
{
    static const int64_t numbers[] = {[WORD] = SECOND_WORD, [COUNT] = SEVEN, [INSTANT] = AN_INSTANT};
    if (f->what == DAY)
        put_text(w, f->number, A_MONDAY);
    else if (f->what == TEXT || f->what == CODE)
        put_text(w, f->number, "here");
    else
        put_number(w, f->number, numbers[f->what]);
}

static bool is_there(const struct field *f)
{
    const void *at = (const char *)&got + f->at;
    if (f->what == TEXT)
        return fb_span_is(*(const struct fb_span *)at, "here");
    if (f->what == CODE)
        return *(const fb_code *)at == fb_code_of("here");
    if (f->what == DAY)
        return *(const fb_day *)at == fb_day_of(2026, 3, 16);
    if (f->what == WORD)
        return *(const unsigned *)at == SECOND_WORD;
    return *(const int64_t *)at == (f->what == COUNT ? SEVEN : AN_INSTANT);
}

static void test_every_field(void)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const struct field *f = &fields[i];
        struct fb_writer w, inner;
        struct fb_arena arena;
        const char *place = NULL;
        struct fb_envelope env = {.kind = f->kind};
        fb_arena_init(&arena, memory, sizeof memory);
        fb_writer_init(&w, body, sizeof body);
        if (f->kind == FB_KIND_INVOICE_LINE)
            put_required_of_invoice(&w);
        else if (f->kind >= FB_KIND_WORKER)
            put_required_of_people(&w, f->kind);
        else
            put_required(&w, f->kind);
        if (f->list == 0) {
            put_field(&w, f);
        } else {
            fb_writer_init(&inner, one, sizeof one);
            put_required_of_list(&inner, f->list);
            put_field(&inner, f);
            fb_put_varint(&w, f->list << 3 | BYTES);
            fb_put_span(&w, (struct fb_span){(const char *)one, (uint32_t)inner.n});
        }
        CU_ASSERT_FALSE_FATAL(w.bad);
        struct fb_span bytes = {(const char *)body, (uint32_t)w.n};
        CU_ASSERT_EQUAL_FATAL(fb_decode_body(&env, bytes, &arena, &got, &place), FB_REASON_NONE);
        CU_ASSERT_TRUE_FATAL(is_there(f));
    }
}

CU_TestInfo suite_wire_fields[] = {
    {"each field number of a record ends in its own member", test_every_field},
    CU_TEST_INFO_NULL,
};
