#include "tests/lib/books.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <string.h>

/* NHS Employers, pay scales 2025/26 and 2026/27, whole pounds a year: entry, middle, top. Bands 3 and 4 have
 * no middle point; band 2 is one point. Unsocial and premium percentages: handbook, Section 2. */
static const struct band {
    const char *code;
    int64_t annual[2][3];
    int64_t unsocial, premium;
} bands[FB_TEST_GRADES] = {
    {"2", {{24465, 24465, 24465}, {25272, 25272, 25272}}, 41, 83},
    {"3", {{24937, 0, 26598}, {25760, 0, 27476}}, 35, 69},
    {"4", {{27485, 0, 30162}, {28392, 0, 31157}}, 30, 60},
    {"5", {{31049, 33487, 37796}, {32073, 34592, 39043}}, 30, 60},
    {"6", {{38682, 40823, 46580}, {39959, 42170, 48117}}, 30, 60},
    {"7", {{47810, 50273, 54710}, {49387, 51932, 56515}}, 30, 60},
};
static const struct date {
    int year;
    unsigned month, day;
} bank_holidays[] = {
    {2025, 1, 1},   {2025, 4, 18},  {2025, 4, 21},  {2025, 5, 5},   {2025, 5, 26},  {2025, 8, 25},
    {2025, 12, 25}, {2025, 12, 26}, {2026, 1, 1},   {2026, 4, 3},   {2026, 4, 6},   {2026, 5, 4},
    {2026, 5, 25},  {2026, 8, 31},  {2026, 12, 25}, {2026, 12, 28}, {2027, 1, 1},   {2027, 3, 26},
    {2027, 3, 29},  {2027, 5, 3},   {2027, 5, 31},  {2027, 8, 30},  {2027, 12, 27}, {2027, 12, 28},
};
enum { PERIODS = 2, HOLIDAY_DAYS = 1095, RULES = 5, FIRST_YEAR = 2025 };
enum {
    ORIGIN_CALENDAR,
    ORIGIN_CARD,
    ORIGIN_RULE,
    ORIGIN_DERIVED = ORIGIN_RULE + RULES,
    ORIGIN_AGREED,
    ORIGIN_CAP_ROW,
    ORIGIN_POINT = ORIGIN_CAP_ROW + FB_TEST_CAPS * FB_TEST_GRADES,
    ORIGINS = ORIGIN_POINT + PERIODS * FB_TEST_GRADES * FB_POINT_END
};
/* Everything the book points to, in one place: it lives as long as the test run. */
static struct {
    bool built;
    struct fb_book book;
    struct fb_calendar calendar;
    struct fb_pay_period period[PERIODS];
    struct fb_pay_point point[PERIODS][FB_TEST_GRADES][FB_POINT_END];
    struct fb_card card[FB_TEST_CARDS];
    struct fb_card_rule rule[RULES];
    struct fb_cap cap[FB_TEST_CAPS];
    int32_t pence_hour[FB_TEST_CAPS][FB_TEST_GRADES][FB_CATEGORIES_MAX];
    uint16_t row_origin[FB_TEST_CAPS][FB_TEST_GRADES];
    struct fb_origin origin[ORIGINS];
    unsigned char holiday[HOLIDAY_DAYS / 8 + 1];
} made;

static int64_t percent_of(const struct band *b, unsigned category)
{
    const int64_t more[FB_TEST_CATEGORIES] = {0, b->unsocial, b->premium};
    return 100 + more[category];
}

static void set_origin(unsigned i, const char *layer, const char *pack, const char *file, unsigned line,
                       enum fb_status status, const char *source)
{
    made.origin[i] = (struct fb_origin){.layer = fb_span_of(layer),
                                        .pack = fb_span_of(pack),
                                        .file = fb_span_of(file),
                                        .line = line,
                                        .status = status,
                                        .source = fb_span_of(source)};
}

static void fill_day(struct fb_window *w, enum fb_test_category night, enum fb_test_category day)
{
    w[0] = (struct fb_window){360, (uint8_t)night};
    w[1] = (struct fb_window){1200, (uint8_t)day};
    w[2] = (struct fb_window){1440, (uint8_t)night};
}

static void fill_calendar(struct fb_book *book)
{
    struct fb_calendar *c = &made.calendar;
    for (unsigned type = 0; type < 5; type++)
        fill_day(c->window[type], FB_TEST_UNSOCIAL, FB_TEST_PLAIN);
    c->window[5][0] = (struct fb_window){1440, FB_TEST_UNSOCIAL};
    c->window[6][0] = (struct fb_window){1440, FB_TEST_PREMIUM};
    c->window[FB_HOLIDAY_DAY_TYPE][0] = (struct fb_window){1440, FB_TEST_PREMIUM};
    c->night_from_min = 1200;
    c->night_until_min = 360;
    c->whole_from = FB_TEST_PLAIN;
    c->whole_to = FB_TEST_UNSOCIAL;
    c->origin = ORIGIN_CALENDAR;
    set_origin(ORIGIN_CALENDAR, "national", "england", "calendar/afc.csv", 2, FB_STATUS_PUBLISHED,
               "NHS Terms and Conditions of Service Handbook, Section 2");
    book->n_calendars = 1;
    book->calendar = c;
}

static void fill_holidays(struct fb_book *book)
{
    book->holidays_from = fb_day_of(FIRST_YEAR, 1, 1);
    book->n_holiday_days = HOLIDAY_DAYS;
    book->holiday = made.holiday;
    for (size_t i = 0; i < sizeof bank_holidays / sizeof bank_holidays[0]; i++) {
        const struct date *d = &bank_holidays[i];
        unsigned bit = (unsigned)(fb_day_of(d->year, d->month, d->day) - book->holidays_from);
        made.holiday[bit / 8] = (unsigned char)(made.holiday[bit / 8] | 1u << bit % 8);
    }
}

static void fill_point(unsigned period, unsigned grade, enum fb_point point)
{
    struct fb_pay_point *p = &made.point[period][grade][point];
    p->annual_pence = bands[grade].annual[period][point - FB_POINT_ENTRY] * 100;
    p->held = p->annual_pence > 0;
    p->origin = (uint16_t)(ORIGIN_POINT + (period * FB_TEST_GRADES + grade) * FB_POINT_END + point);
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        p->num[c] = p->annual_pence * percent_of(&bands[grade], c);
    set_origin(p->origin, "national", "england", "rates/afc-pay-points.csv",
               2 + (period * FB_TEST_GRADES + grade) * 3 + point, FB_STATUS_PUBLISHED, "NHS Employers");
}

static void fill_pay(struct fb_book *book)
{
    /* 52.143 weeks x 37.5 hours x 60 minutes, and two decimals of percentages. */
    book->den = 11732175;
    book->n_periods = PERIODS;
    book->period = made.period;
    for (unsigned p = 0; p < PERIODS; p++) {
        made.period[p] = (struct fb_pay_period){fb_day_of(FIRST_YEAR + (int)p, 4, 1),
                                                fb_day_of(FIRST_YEAR + 1 + (int)p, 4, 1), made.point[p][0], NULL};
        for (unsigned g = 0; g < FB_TEST_GRADES; g++)
            for (unsigned point = FB_POINT_ENTRY; point <= FB_POINT_TOP; point++)
                fill_point(p, g, (enum fb_point)point);
    }
}

static void fill_grades(struct fb_book *book)
{
    book->clocks = (struct fb_clocks){.fed_from = INT32_MAX, .origin = FB_NO_ROW};
    book->n_grades = FB_TEST_GRADES;
    for (unsigned g = 0; g < FB_TEST_GRADES; g++)
        book->grade[g] = (struct fb_grade){fb_code_of(bands[g].code), (uint16_t)(10 * g + 20), 1};
    book->n_categories = FB_TEST_CATEGORIES;
    book->category[FB_TEST_PLAIN] = fb_code_of("plain");
    book->category[FB_TEST_UNSOCIAL] = fb_code_of("unsocial");
    book->category[FB_TEST_PREMIUM] = fb_code_of("premium");
}

static const uint32_t office_groups =
    1u << FB_STAFF_GROUP_ADMIN_CLERICAL | 1u << FB_STAFF_GROUP_ESTATES_ANCILLARY;
static const uint32_t clinical_groups =
    1u << FB_STAFF_GROUP_NURSING_MIDWIFERY | 1u << FB_STAFF_GROUP_ALLIED_HEALTH |
    1u << FB_STAFF_GROUP_ADD_PROF_SCIENTIFIC | 1u << FB_STAFF_GROUP_HEALTHCARE_SCIENTISTS |
    1u << FB_STAFF_GROUP_ADD_CLINICAL_SERVICES;

/* Bank-only staff: band 2 at its point, bands 3 and 4 at the top, band 5 and above at the middle. Substantive
 * staff: the top of a lower band, otherwise their own point. */
#define RULE(bands, kind, lower, at, row)                                                                    \
    {.grades = (bands), .worker_kind = FB_WORKER_KIND_##kind, .lower_band_only = (lower),                   \
     .pay_at = FB_PAY_AT_##at, .table = FB_NO_ROW, .origin = (uint16_t)(ORIGIN_RULE + (row))}
static const struct fb_card_rule card_rules[RULES] = {
    RULE(1u << FB_TEST_BAND_2, BANK_ONLY, false, ENTRY, 0),
    RULE(1u << FB_TEST_BAND_3 | 1u << FB_TEST_BAND_4, BANK_ONLY, false, TOP, 1),
    RULE(1u << FB_TEST_BAND_5 | 1u << FB_TEST_BAND_6 | 1u << FB_TEST_BAND_7, BANK_ONLY, false, MID, 2),
    RULE((1u << FB_TEST_GRADES) - 1, SUBSTANTIVE, true, TOP, 3),
    RULE((1u << FB_TEST_GRADES) - 1, SUBSTANTIVE, false, OWN_POINT, 4),
};
#undef RULE

static void fill_card(struct fb_book *book)
{
    struct fb_card *c = &made.card[FB_TEST_CARD_BANK];
    memcpy(made.rule, card_rules, sizeof card_rules);
    *c = (struct fb_card){
        .scope = {.layer = 1,
                  .staff_groups = office_groups | clinical_groups,
                  .routes = 1u << FB_ROUTE_BANK | 1u << FB_ROUTE_COLLABORATIVE | 1u << FB_ROUTE_SUBSTANTIVE,
                  .from = INT32_MIN,
                  .until = INT32_MAX},
        .name = fb_span_of("system bank card"),
        .whole_shift = FB_WHOLE_SHIFT_MORE_THAN_HALF,
        .break_from = FB_BREAK_FROM_PLAIN_THEN_DEAREST,
        .off_card_tolerance_e4 = 50,
        .n_rules = RULES,
        .rule = made.rule,
        .origin = ORIGIN_CARD};
    for (unsigned i = 0; i <= RULES; i++)
        set_origin(ORIGIN_CARD + i, "ics", "thames-valley", "rates/bank-card.yaml", 4 + 5 * i,
                   FB_STATUS_AGREED, "Lancashire and South Cumbria bank rates");
    book->n_cards = FB_TEST_CARDS;
    book->card = c;
}

/* Top of band / (365.25 / 7 x 37.5) x 1.55 x percentage, half up to the penny an hour. */
static int32_t cap_hour(unsigned period, unsigned grade, unsigned category)
{
    int64_t num = bands[grade].annual[period][2] * 100 * 7 * 155 * percent_of(&bands[grade], category);
    return (int32_t)((num + 136968750 / 2) / 136968750);
}

static void fill_cap(unsigned i, bool agreed, unsigned period)
{
    struct fb_cap *c = &made.cap[i];
    *c = (struct fb_cap){.scope = {.layer = agreed ? 1 : 0,
                                   .staff_groups = agreed ? clinical_groups : clinical_groups | office_groups,
                                   .routes = 1u << FB_ROUTE_AGENCY | 1u << FB_ROUTE_OTHER,
                                   .from = made.period[period].from,
                                   .until = made.period[period].until},
                         .name = fb_span_of(agreed ? "system ceiling" : "estimated national cap"),
                         .basis = agreed ? FB_STATUS_AGREED : FB_STATUS_DERIVED,
                         .whole_shift = FB_WHOLE_SHIFT_NEVER,
                         .break_from = FB_BREAK_FROM_PLAIN_THEN_DEAREST,
                         .pence_hour = made.pence_hour[i][0],
                         .row_origin = made.row_origin[i],
                         .origin = agreed ? ORIGIN_AGREED : ORIGIN_DERIVED};
    for (unsigned g = 0; g < FB_TEST_GRADES; g++) {
        for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++)
            made.pence_hour[i][g][k] = k < FB_TEST_CATEGORIES ? cap_hour(period, g, k) : -1;
        made.row_origin[i][g] = (uint16_t)(ORIGIN_CAP_ROW + i * FB_TEST_GRADES + g);
        set_origin(made.row_origin[i][g], agreed ? "ics" : "national", agreed ? "thames-valley" : "england",
                   agreed ? "caps/ceiling.csv" : "caps/derived.csv", 2 + period * FB_TEST_GRADES + g,
                   c->basis, agreed ? "made up for the demo" : "by formula from NHS Employers' pay scales");
    }
}

static void fill_caps(struct fb_book *book)
{
    fill_cap(FB_TEST_CAP_DERIVED_2025, false, 0);
    fill_cap(FB_TEST_CAP_DERIVED_2026, false, 1);
    fill_cap(FB_TEST_CAP_AGREED_2025, true, 0);
    fill_cap(FB_TEST_CAP_AGREED_2026, true, 1);
    set_origin(ORIGIN_DERIVED, "national", "england", "caps/derived.yaml", 1, FB_STATUS_DERIVED,
               "by formula");
    set_origin(ORIGIN_AGREED, "ics", "thames-valley", "caps/ceiling.yaml", 1, FB_STATUS_AGREED,
               "made up for the demo");
    book->n_caps = FB_TEST_CAPS;
    book->cap = made.cap;
}

static void fill_built_in(struct fb_book *book)
{
    static const struct {
        const char *name, *title, *because;
        enum fb_severity severity;
    } rows[FB_BUILT_IN_RULES] = {
        {"ratecap.breached", "Charged more than the ceiling allows.", "the system's ceiling",
         FB_SEVERITY_BREACH},
        {"ratecap.over_estimate", "Charged more than the estimated cap.", "a derived cap", FB_SEVERITY_WARN},
        {"rate.off_card", "Paid other than the bank card says.", "the system's bank card", FB_SEVERITY_WARN},
        {"assumed_bank_only", "Priced as bank only.", "the worker's kind was not sent", FB_SEVERITY_NOTE},
        {"cannot_say", "A figure is missing.", "a value was not sent or is not held", FB_SEVERITY_CANNOT_SAY},
        {"rate.not_adopted", "The trust has not adopted the card.", "adoption", FB_SEVERITY_NOTE},
        {"organisation.unknown", "The hirer is not in the register.", "the register", FB_SEVERITY_NOTE},
        {"rate.drift", "Pay has left the corridor.", "the corridor", FB_SEVERITY_WARN},
        {"booking.overlap", "The worker is booked twice.", "one person", FB_SEVERITY_WARN},
        {"booking.duplicate_suspect", "It may be one shift told twice.", "no shared reference", FB_SEVERITY_WARN},
        {"approval.not_valid", "The approval does not count.", "the scheme of delegation", FB_SEVERITY_WARN},
        {"invoice.overcharged", "More is invoiced than is owed.", "the agreed rate", FB_SEVERITY_BREACH},
        {"invoice.duplicate", "It is invoiced twice.", "a shift is paid once", FB_SEVERITY_BREACH},
        {"invoice.off_rate", "The rate is another.", "the booking's rates", FB_SEVERITY_WARN},
        {"invoice.wrong_band", "The band is another.", "the booked band", FB_SEVERITY_WARN},
        {"invoice.part_match", "The documents do not agree.", "four documents", FB_SEVERITY_WARN},
        {"invoice.unmatched", "Nothing is held that it is for.", "nobody booked it", FB_SEVERITY_WARN},
    };
    for (unsigned i = 0; i < FB_BUILT_IN_RULES; i++) {
        struct fb_rule *r = &book->built_in[i];
        r->id = (uint32_t)fb_hash64(rows[i].name, strlen(rows[i].name));
        r->name = fb_span_of(rows[i].name);
        r->title = fb_span_of(rows[i].title);
        r->because = fb_span_of(rows[i].because);
        r->severity = rows[i].severity;
        r->origin = FB_NO_ROW;
        fb_assert(r->id != 0);
    }
}

static void fill_authority(struct fb_book *book)
{
    static const enum fb_system best[FB_FIELD_GROUPS][3] = {
        [FB_FIELDS_HOURS] = {FB_SYSTEM_ROSTER, FB_SYSTEM_BANK_PROVIDER, FB_SYSTEM_PORTAL},
        [FB_FIELDS_PAY] = {FB_SYSTEM_BANK_PROVIDER, FB_SYSTEM_ROSTER, FB_SYSTEM_PORTAL},
        [FB_FIELDS_CHARGE] = {FB_SYSTEM_PORTAL, FB_SYSTEM_BANK_PROVIDER, FB_SYSTEM_ROSTER},
    };
    for (unsigned g = 0; g < FB_FIELD_GROUPS; g++)
        for (unsigned i = 0; i < 3; i++)
            book->authority[g][i] = best[g][i];
}

struct fb_book *fb_test_book(void)
{
    struct fb_book *book = &made.book;
    if (made.built)
        return book;
    made.built = true;
    book->name = fb_span_of("test book");
    memcpy(book->digest, "test book digest", sizeof book->digest);
    book->review_by = INT32_MAX;
    book->n_origins = ORIGINS;
    book->origin = made.origin;
    fill_grades(book);
    fill_calendar(book);
    fill_holidays(book);
    fill_pay(book);
    fill_card(book);
    fill_caps(book);
    fill_built_in(book);
    fill_authority(book);
    return book;
}

void fb_test_booking(struct fb_booking *b, enum fb_route route, const char *band, const char *start,
                     const char *end, int64_t break_min)
{
    const char *bad, *why;
    memset(b, 0, sizeof *b);
    b->shift.hirer = b->employer = b->payer = fb_code_of("RTH");
    b->shift.staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY;
    b->shift.grade = fb_code_of(band);
    b->shift.break_min = break_min;
    enum fb_err e = fb_shift_resolve(&b->shift.time, fb_span_of(start), fb_span_of(end), -1, &bad, &why);
    fb_assert(e == FB_OK);
    b->state = FB_BOOKING_STATE_BOOKED;
    b->route = route;
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b->booked_ms = b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    b->rates.pay_includes_holiday = FB_SAID_NO;
    b->rates.complete = FB_SAID_YES;
}

static struct fb_rate_cell *cell_for(struct fb_rates *rates, fb_code category)
{
    unsigned at = 0;
    while (at < rates->n && rates->cell[at].category < category)
        at++;
    if (at < rates->n && rates->cell[at].category == category)
        return &rates->cell[at];
    fb_assert(rates->n < FB_RATE_CELLS_MAX);
    memmove(&rates->cell[at + 1], &rates->cell[at], (rates->n - at) * sizeof rates->cell[0]);
    rates->n++;
    rates->cell[at].category = category;
    for (unsigned p = 0; p < FB_PART_END; p++)
        rates->cell[at].part[p] = FB_ABSENT;
    return &rates->cell[at];
}

void fb_test_rate(struct fb_booking *b, enum fb_test_category category, enum fb_part part, fb_rate_e4 rate)
{
    b->rates.unit = FB_UNIT_HOUR;
    cell_for(&b->rates, fb_test_book()->category[category])->part[part] = rate;
}

void fb_test_rate_all(struct fb_booking *b, enum fb_part part, fb_rate_e4 plain, fb_rate_e4 unsocial,
                      fb_rate_e4 premium)
{
    fb_test_rate(b, FB_TEST_PLAIN, part, plain);
    fb_test_rate(b, FB_TEST_UNSOCIAL, part, unsocial);
    fb_test_rate(b, FB_TEST_PREMIUM, part, premium);
}

struct fb_booking fb_test_day_shift(enum fb_route route, const char *band)
{
    struct fb_booking b;
    fb_test_booking(&b, route, band, "2026-06-02T07:30", "2026-06-02T19:30", 60);
    return b;
}

struct fb_price fb_test_priced(const struct fb_booking *b)
{
    struct fb_price p;
    /* Filled first, so that a field that pricing forgets is seen. */
    memset(&p, 0xA5, sizeof p);
    fb_price_booking(fb_test_book(), b, NULL, &p);
    return p;
}
