#include "tests/lib/turn_books.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/answered.h"
#include "tests/lib/counted.h"
#include "tests/lib/people.h"
#include "tests/lib/views.h"
#include <stdlib.h>
#include <string.h>

enum { OWN_PERIODS = 2 };
const char *fb_test_broken = "broken";

/* The test book's rules, and one that reads the vacancy: two systems may name two vacancies for one shift. */
static void add_rule(struct fb_book *book)
{
    static const struct fb_predicate late[] = {
        {.fact = FB_FACT_REQUEST_LEAD_MINUTES, .op = FB_OP_LT, .a = 100000}};
    static struct fb_rule rule[FB_TEST_RULES + 1];
    static const char name[] = "vacancy.late_request";
    memcpy(rule, book->rule, FB_TEST_RULES * sizeof rule[0]);
    struct fb_rule *added = &rule[FB_TEST_RULES];
    *added = rule[FB_TEST_RULE_LATE];
    added->id = (uint32_t)fb_hash64(name, sizeof name - 1);
    added->name = fb_span_of(name);
    added->n_when = 1;
    added->when = late;
    fb_fact_add(&added->reads, FB_FACT_REQUEST_LEAD_MINUTES);
    book->rule = rule;
    book->n_rules = FB_TEST_RULES + 1;
}

/* A book of its own points: what a card pays moves with them, caps stay. */
struct own_book {
    struct fb_book book; /* first: it is what is released */
    struct fb_pay_period period[OWN_PERIODS];
    struct fb_pay_point point[OWN_PERIODS][FB_TEST_GRADES * FB_POINT_END];
    struct fb_corridor corridor[2];
    struct fb_corridor_member member[2];
    struct fb_counter counter[FB_TEST_COUNTERS];
    struct fb_card card[FB_TEST_CARDS];
    struct fb_adoption_row adoption;
    struct fb_agency_ceiling ceiling;
};

/* 2: what voids is counted until April only; 3: hours are those of the last seven days. */
static void add_counters(struct own_book *own, int64_t kind)
{
    fb_test_count(&own->book);
    memcpy(own->counter, own->book.counter, sizeof own->counter);
    own->book.counter = own->counter;
    if (kind == 2)
        own->counter[FB_TEST_CANCELLED].scope.until = fb_day_of(2026, 4, 1);
    if (kind == 3) {
        own->counter[FB_TEST_BOOKED_HOURS].span = FB_SPAN_OF_ROLLING_DAYS;
        own->counter[FB_TEST_BOOKED_HOURS].rolling_days = 7;
    }
}

/* One for all; or RTH's and RXQ's systems, of which the second is wider, slower and looks at one week. */
static void add_corridors(struct own_book *own, bool two)
{
    own->corridor[0] = own->corridor[1] = (struct fb_corridor){0, NULL, 50000, 50000, 2, 600, 3, FB_NO_ROW};
    own->book.corridor = own->corridor;
    own->book.n_corridors = two ? 2 : 1;
    for (unsigned i = 0; two && i < 2; i++) {
        own->member[i] = (struct fb_corridor_member){fb_code_of(i == 0 ? "RTH" : "RXQ"), INT32_MIN, INT32_MAX};
        own->corridor[i].member = &own->member[i];
        own->corridor[i].n_members = 1;
    }
    own->corridor[1].weeks = two ? 1 : 2;
    own->corridor[1].settle_days = two ? 10 : 3;
    own->corridor[1].above_ppm = own->corridor[1].below_ppm = 150000;
}

static void raise_points(struct own_book *own, int64_t percent)
{
    unsigned points = own->book.n_grades * FB_POINT_END;
    fb_assert(own->book.n_periods <= OWN_PERIODS && points <= FB_TEST_GRADES * FB_POINT_END);
    for (unsigned p = 0; p < own->book.n_periods; p++) {
        own->period[p] = own->book.period[p];
        memcpy(own->point[p], own->book.period[p].point, points * sizeof own->point[p][0]);
        own->period[p].point = own->point[p];
        for (unsigned i = 0; i < points; i++)
            for (unsigned k = 0; k < FB_CATEGORIES_MAX; k++)
                own->point[p][i].num[k] = own->point[p][i].num[k] / 100 * (100 + percent);
    }
    own->book.period = own->period;
}

/* A bank card of its own: its rates include pay for leave, or RTH has only agreed to it. */
static void own_card(struct own_book *own, bool leave, bool agreed)
{
    memcpy(own->card, own->book.card, sizeof own->card);
    own->card[FB_TEST_CARD_BANK].includes_holiday = leave;
    own->adoption = (struct fb_adoption_row){.trust = fb_code_of("RTH"), .state = FB_ADOPTION_AGREED, .origin = 1};
    if (agreed) {
        own->card[FB_TEST_CARD_BANK].n_adoptions = 1;
        own->card[FB_TEST_CARD_BANK].adoption = &own->adoption;
    }
    own->book.card = own->card;
}

static bool says(struct fb_span text, const char *word, int64_t *number)
{
    size_t n = strlen(word);
    for (uint32_t at = 0; at + n <= text.n; at++) {
        if (memcmp(text.p + at, word, n) != 0)
            continue;
        *number = at + n < text.n && text.p[at + n] >= '0' && text.p[at + n] <= '9' ? text.p[at + n] - '0' : 0;
        return true;
    }
    return false;
}

struct fb_book *fb_test_turn_compile(void *ctx, const struct fb_turn_file *file, unsigned n)
{
    int64_t number;
    (void)ctx;
    if (n == 0 || fb_span_is(file[0].bytes, fb_test_broken))
        return NULL;
    struct own_book *own = malloc(sizeof *own);
    if (own == NULL)
        return NULL;
    own->book = *fb_test_rule_book();
    add_rule(&own->book);
    if (says(file[0].bytes, "card+", &number))
        raise_points(own, number);
    if (says(file[0].bytes, "counted", &number))
        add_counters(own, number);
    if (says(file[0].bytes, "ceiling", &number)) {
        own->ceiling = (struct fb_agency_ceiling){fb_code_of("RTH"), fb_day_of(2026, 1, 1), INT32_MAX, FB_STAGE_COMMITTED, number * 100000, 1};
        own->book.agency_ceiling = &own->ceiling;
        own->book.n_agency_ceilings = 1;
    }
    bool leave = says(file[0].bytes, "leave", &number), agreed = says(file[0].bytes, "agreed", &number);
    if (leave || agreed)
        own_card(own, leave, agreed);
    if (says(file[0].bytes, "clocked", &number))
        fb_test_turn_clock(&own->book);
    if (says(file[0].bytes, "answered", &number))
        fb_test_answer(&own->book, number == 2 ? 60 : FB_TEST_CONFIRM_MINUTES);
    if (says(file[0].bytes, "rivals", &number))
        fb_test_ask_rivals(&own->book);
    if (says(file[0].bytes, "corridor", &number))
        add_corridors(own, number == 2);
    if (says(file[0].bytes, "tolerant", &number))
        own->book.invoice = (struct fb_invoice_terms){5, 100, 2, FB_NO_ROW};
    if (says(file[0].bytes, "silence", &number))
        own->book.silence = (struct fb_silence){8, 3, 75, 3, FB_NO_ROW};
    return &own->book;
}

void fb_test_turn_release(void *ctx, struct fb_book *book)
{
    (void)ctx;
    free(book);
}
