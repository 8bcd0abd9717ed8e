#include "tests/lib/books.h"
#include <string.h>

/* What the small book has not: zones, a table, on-costs, VAT, fees, adoption. */
enum { PERIODS = 2, ORIGINS_MAX = 512, TABLE_RATES = 5, ADOPTIONS = 3, ZONE_ROWS = 3, DOCTOR_RULES = 4 };
static struct {
    unsigned n_origins;
    struct fb_origin origin[ORIGINS_MAX];
    struct fb_pay_period period[PERIODS];
    struct fb_supplement supplement[PERIODS][FB_TEST_GRADES][FB_POINT_END][FB_TEST_ZONES];
    struct fb_zone_row zone_row[ZONE_ROWS];
    struct fb_table_rate rate[TABLE_RATES];
    struct fb_rate_table table;
    struct fb_adoption_row adoption[ADOPTIONS];
    struct fb_card card[FB_TEST_RICH_CARDS];
    struct fb_card_rule rule[DOCTOR_RULES];
    struct fb_on_cost on_cost[FB_TEST_ON_COSTS];
    struct fb_vat vat[FB_TEST_VATS];
    struct fb_fee fee[FB_TEST_FEES];
} made;

static uint16_t origin(const char *file, unsigned line, enum fb_status status)
{
    made.origin[made.n_origins] = (struct fb_origin){.layer = fb_span_of("national"),
                                                     .pack = fb_span_of("england"),
                                                     .file = fb_span_of(file),
                                                     .line = line,
                                                     .status = status,
                                                     .source = fb_span_of("a source")};
    return (uint16_t)made.n_origins++;
}

static struct fb_scope scope(uint32_t routes)
{
    return (struct fb_scope){.staff_groups = UINT32_MAX, .routes = routes, .from = INT32_MIN, .until = INT32_MAX};
}

/* A twentieth or a fifth of basic pay, between a floor and a ceiling; £1 a year is 100 x 100 over the book's den. */
static void fill_supplements(struct fb_book *book)
{
    static const struct {
        int64_t percent, least, most;
    } of[FB_TEST_ZONES] = {[FB_TEST_ZONE_FRINGE] = {5, 1303, 2261}, [FB_TEST_ZONE_INNER] = {20, 5609, 8466}};
    uint16_t rows[FB_TEST_ZONES] = {0};
    for (unsigned z = 0; z < FB_TEST_ZONES; z++)
        rows[z] = origin("rates/high-cost-areas.csv", 2 + z, FB_STATUS_PUBLISHED);
    memcpy(made.period, book->period, sizeof made.period);
    for (unsigned p = 0; p < PERIODS; p++) {
        for (unsigned i = 0; i < FB_TEST_GRADES * FB_POINT_END; i++) {
            for (unsigned z = 0; z < FB_TEST_ZONES; z++) {
                int64_t pounds = book->period[p].point[i].annual_pence * of[z].percent / 10000;
                pounds = pounds < of[z].least ? of[z].least : pounds > of[z].most ? of[z].most : pounds;
                made.supplement[p][i / FB_POINT_END][i % FB_POINT_END][z] = (struct fb_supplement){
                    z != FB_TEST_ZONE_OUTER && (z == 0 || book->period[p].point[i].held), rows[z], pounds * 100 * 100};
            }
        }
        made.period[p].supplement = made.supplement[p][0][0];
    }
    book->period = made.period;
}

static void fill_zones(struct fb_book *book)
{
    static const char *const names[FB_TEST_ZONES] = {"none", "fringe", "outer", "inner"};
    book->n_zones = FB_TEST_ZONES;
    for (unsigned z = 0; z < FB_TEST_ZONES; z++)
        book->zone[z] = fb_code_of(names[z]);
    made.zone_row[0] = (struct fb_zone_row){fb_code_of("RTH"), fb_span_of("RTH02"), FB_TEST_ZONE_INNER, INT32_MIN,
                                            INT32_MAX, origin("rates/zones.csv", 2, FB_STATUS_PUBLISHED)};
    made.zone_row[1] = (struct fb_zone_row){fb_code_of("RTH"), {NULL, 0}, FB_TEST_ZONE_NONE, INT32_MIN, INT32_MAX,
                                            origin("rates/zones.csv", 3, FB_STATUS_UNVERIFIED)};
    made.zone_row[2] = (struct fb_zone_row){fb_code_of("RXQ"), {NULL, 0}, FB_TEST_ZONE_OUTER, fb_day_of(2026, 4, 1),
                                            INT32_MAX, origin("rates/zones.csv", 4, FB_STATUS_PUBLISHED)};
    book->n_zone_rows = ZONE_ROWS;
    book->zone_row = made.zone_row;
    fill_supplements(book);
}

static struct fb_table_rate rate(enum fb_test_grade grade, enum fb_unit unit, int64_t unit_minutes, unsigned line)
{
    return (struct fb_table_rate){.grade = (uint8_t)grade, .unit = (uint8_t)unit, .from = INT32_MIN, .until = INT32_MAX,
                                  .unit_minutes = unit_minutes, .held = UINT32_MAX,
                                  .origin = origin("rates/on_call.csv", line, FB_STATUS_SECOND_HAND)};
}

static void fill_table(struct fb_book *book)
{
    int64_t den = book->den;
    for (unsigned i = 0; i < TABLE_RATES; i++)
        made.rate[i] = rate(i == 0 ? FB_TEST_BAND_6 : FB_TEST_BAND_7,
                            (const enum fb_unit[]){FB_UNIT_HOUR, FB_UNIT_HOUR, FB_UNIT_SESSION, FB_UNIT_PA,
                                                   FB_UNIT_STANDBY_PERIOD}[i],
                            i == 3 ? 240 : 0, 2 + i);
    made.rate[0].held = 1u << FB_TEST_PLAIN;
    made.rate[0].num[FB_TEST_PLAIN] = 2000 * den / 60;
    for (unsigned c = 0; c < FB_TEST_CATEGORIES; c++)
        made.rate[1].num[c] = (3000 + 1000 * (int64_t)c) * den / 60;
    made.rate[2].num[0] = 25000 * den;
    made.rate[3].num[0] = 20000 * den / 240;
    made.rate[4].num[0] = 6001 * den;
    made.table = (struct fb_rate_table){fb_span_of("on_call"), TABLE_RATES, made.rate};
    book->n_tables = 1;
    book->table = &made.table;
}

static struct fb_card_rule by_table(uint32_t units, uint32_t intervals, unsigned line)
{
    return (struct fb_card_rule){.grades = UINT64_MAX, .pay_at = FB_PAY_AT_TABLE, .table = 0, .units = units,
                                 .intervals = intervals, .origin = origin("rates/doctors.yaml", line, FB_STATUS_AGREED)};
}

static void fill_cards(struct fb_book *book)
{
    const fb_code rth = fb_code_of("RTH"), rxq = fb_code_of("RXQ");
    const struct fb_span officer = fb_span_of("chief_people_officer");
    memcpy(made.card, book->card, sizeof *book->card);
    made.adoption[0] = (struct fb_adoption_row){rth, FB_ADOPTION_PROPOSED, fb_day_of(2026, 1, 1), officer,
                                                origin("pack.yaml", 9, FB_STATUS_AGREED)};
    made.adoption[1] = (struct fb_adoption_row){rth, FB_ADOPTION_ADOPTED, fb_day_of(2026, 4, 1), officer,
                                                origin("pack.yaml", 10, FB_STATUS_AGREED)};
    made.adoption[2] = (struct fb_adoption_row){rxq, FB_ADOPTION_AGREED, fb_day_of(2026, 2, 1), officer,
                                                origin("pack.yaml", 11, FB_STATUS_AGREED)};
    made.card[FB_TEST_CARD_BANK].hcas = true;
    made.card[FB_TEST_CARD_BANK].n_adoptions = ADOPTIONS;
    made.card[FB_TEST_CARD_BANK].adoption = made.adoption;
    made.rule[0] = by_table(1u << FB_UNIT_HOUR | 1u << FB_UNIT_STANDBY_PERIOD, 1u << FB_INTERVAL_STANDBY, 4);
    made.rule[1] = by_table(0, 0, 5);
    made.rule[2] = by_table(1u << FB_UNIT_SESSION, 0, 6);
    made.rule[3] = by_table(1u << FB_UNIT_PA, 0, 7);
    struct fb_card *doctors = &made.card[FB_TEST_CARD_DOCTORS];
    *doctors = made.card[FB_TEST_CARD_BANK];
    doctors->scope.staff_groups = 1u << FB_STAFF_GROUP_MEDICAL_DENTAL;
    doctors->name = fb_span_of("on call");
    doctors->whole_shift = FB_WHOLE_SHIFT_NEVER;
    doctors->hcas = false;
    doctors->n_adoptions = 0;
    doctors->rule = made.rule;
    doctors->n_rules = DOCTOR_RULES;
    book->n_cards = FB_TEST_RICH_CARDS;
    book->card = made.card;
}

static void fill_on_costs(struct fb_book *book)
{
    static const struct {
        enum fb_part part;
        int32_t ppm;
    } rows[FB_TEST_ON_COSTS] = {{FB_PART_WTD_HOLIDAY, 120700},
                                {FB_PART_EMPLOYER_NI, 150000},
                                {FB_PART_EMPLOYER_PENSION, 237000},
                                {FB_PART_LEVY, 5000}};
    for (unsigned i = 0; i < FB_TEST_ON_COSTS; i++)
        made.on_cost[i] = (struct fb_on_cost){.part = (uint8_t)rows[i].part, .scope = scope(UINT32_MAX), .ppm = rows[i].ppm,
                                              .origin = origin("rates/on-costs.csv", 2 + i, FB_STATUS_PUBLISHED)};
    made.on_cost[FB_TEST_ON_COST_NI].on_holiday_pay = true;
    made.on_cost[FB_TEST_ON_COST_NI].free_pence = 9600;
    made.on_cost[FB_TEST_ON_COST_NI].free_minutes = 2250;
    book->n_on_costs = FB_TEST_ON_COSTS;
    book->on_cost = made.on_cost;
}

static void fill_takers(struct fb_book *book)
{
    const uint32_t agency = 1u << FB_ROUTE_AGENCY, bank = 1u << FB_ROUTE_BANK | 1u << FB_ROUTE_COLLABORATIVE;
    made.vat[FB_TEST_VAT_CHARGE] = (struct fb_vat){fb_span_of("standard"), scope(agency), UINT32_MAX, FB_VAT_BASE_WHOLE_CHARGE,
                                                   200000, true, origin("rates/terms.yaml", 2, FB_STATUS_PUBLISHED)};
    made.vat[FB_TEST_VAT_DIRECT] =
        (struct fb_vat){fb_span_of("direct"), scope(agency), 1u << FB_ENGAGEMENT_DIRECT, FB_VAT_BASE_COMMISSION,
                        200000, true, origin("rates/terms.yaml", 3, FB_STATUS_PUBLISHED)};
    made.vat[FB_TEST_VAT_OWN_COMPANY] =
        (struct fb_vat){fb_span_of("own company"), scope(agency), 1u << FB_ENGAGEMENT_OWN_COMPANY,
                        FB_VAT_BASE_NOTHING, 0, false, origin("rates/terms.yaml", 4, FB_STATUS_UNVERIFIED)};
    made.fee[FB_TEST_FEE_BANK] = (struct fb_fee){fb_span_of("provider"), scope(bank), {NULL, 0}, book->den, 0,
                                                 origin("rates/terms.yaml", 5, FB_STATUS_AGREED)};
    made.fee[FB_TEST_FEE_FRAMEWORK] = (struct fb_fee){fb_span_of("framework"), scope(agency), fb_span_of("HTE"), 0, 10000,
                                                      origin("rates/terms.yaml", 6, FB_STATUS_AGREED)};
    book->n_vats = FB_TEST_VATS;
    book->vat = made.vat;
    book->n_fees = FB_TEST_FEES;
    book->fee = made.fee;
}

struct fb_book fb_test_rich_book(void)
{
    struct fb_book book = *fb_test_book();
    memcpy(made.origin, book.origin, book.n_origins * sizeof *book.origin);
    made.n_origins = book.n_origins;
    fill_zones(&book);
    fill_table(&book);
    fill_cards(&book);
    fill_on_costs(&book);
    fill_takers(&book);
    book.origin = made.origin;
    book.n_origins = made.n_origins;
    return book;
}
