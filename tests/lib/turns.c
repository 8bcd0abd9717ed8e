#include "tests/lib/turns.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/counted.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POOL = 2048, NAME_BYTES = 24, MS_PER_MINUTE = 60000, ARENA_BYTES = 1 << 22, OWN_PERIODS = 2 };
const char *fb_test_broken = "broken";

static struct fb_record pool[POOL];
static char message_id[POOL][NAME_BYTES], record_ref[POOL][NAME_BYTES], reference[POOL][NAME_BYTES];
static uint32_t n_pool, n_references;
static const char *const source_name[FB_TEST_SOURCES] = {"rth-roster", "rth-portal", "registers"};

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    enum fb_err err = fb_instant_parse(&ms, fb_span_of(text));
    fb_assert(err == FB_OK);
    return ms;
}

void fb_test_records_forget(void)
{
    n_pool = n_references = 0;
}

/* ---- records ---- */

static struct fb_record *next_record(void)
{
    fb_assert(n_pool < POOL);
    struct fb_record *r = &pool[n_pool];
    memset(r, 0, sizeof *r);
    snprintf(message_id[n_pool], NAME_BYTES, "m%u", n_pool);
    uint64_t digest = fb_hash64(&n_pool, sizeof n_pool);
    memcpy(r->digest, &digest, sizeof digest);
    r->env.message_id = fb_span_of(message_id[n_pool]);
    n_pool++;
    return r;
}

static void fill_vacancy(struct fb_record *r)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    r->as.vacancy = (struct fb_vacancy){
        .shift = b.shift, .state = FB_VACANCY_STATE_OPEN, .requested_ms = ms_of("2026-03-01T12:00")};
}

static void fill_cascade(struct fb_record *r)
{
    r->as.cascade = (struct fb_cascade){.hirer = fb_code_of("RTH"),
                                        .tier = FB_TIER_BANK,
                                        .tier_no = FB_ABSENT,
                                        .at_ms = ms_of("2026-03-02T09:00")};
}

static void fill_booking(struct fb_record *r)
{
    struct fb_booking *b = &r->as.booking;
    fb_test_booking(b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    b->booked_ms = ms_of("2026-03-09T12:00");
    b->agency = fb_span_of("NS");
    fb_test_charge(b, "40.00", "5.00");
}

static void fill_timesheet(struct fb_record *r)
{
    struct fb_booking b;
    fb_test_booking(&b, FB_ROUTE_AGENCY, "5", "2026-03-16T07:30", "2026-03-16T19:30", 60);
    r->as.timesheet =
        (struct fb_timesheet){.hirer = fb_code_of("RTH"), .state = FB_TIMESHEET_STATE_APPROVED, .n = 1};
    r->as.timesheet.interval[0] =
        (struct fb_interval_row){FB_INTERVAL_WORKED, b.shift.time.start_min, b.shift.time.end_min - 120, 0};
}

static void fill_agency(struct fb_record *r)
{
    r->as.agency = (struct fb_agency){fb_span_of("NS"), fb_span_of("Nightingale Staffing")};
}

static void fill_framework(struct fb_record *r)
{
    r->as.framework = (struct fb_framework){fb_span_of("NS"), fb_span_of("RM6281"), fb_span_of("lot 1"),
                                            fb_day_of(2025, 1, 1), fb_day_of(2099, 1, 1)};
}

static void fill_organisation(struct fb_record *r)
{
    r->as.organisation = (struct fb_organisation){.ods = fb_code_of("RTH"),
                                                  .name = fb_span_of("Oxford University Hospitals"),
                                                  .kind = FB_ORG_KIND_TRUST,
                                                  .ics = fb_code_of("QU9"),
                                                  .member_from = INT32_MIN,
                                                  .member_until = INT32_MAX};
}

static void fill_budget(struct fb_record *r)
{
    r->as.budget =
        (struct fb_budget){.hirer = fb_code_of("RTH"), .month = fb_day_of(2026, 3, 1), .amount_pence = 100};
}

static void (*const fill[FB_KIND_END])(struct fb_record *) = {
    [FB_KIND_VACANCY] = fill_vacancy,
    [FB_KIND_CASCADE] = fill_cascade,
    [FB_KIND_BOOKING] = fill_booking,
    [FB_KIND_TIMESHEET] = fill_timesheet,
    [FB_KIND_AGENCY] = fill_agency,
    [FB_KIND_FRAMEWORK] = fill_framework,
    [FB_KIND_ORGANISATION] = fill_organisation,
    [FB_KIND_BUDGET] = fill_budget,
};

struct fb_record *fb_test_record(enum fb_kind kind, enum fb_test_source source, const char *ref)
{
    struct fb_record *r = next_record();
    char *name = record_ref[n_pool - 1];
    snprintf(name, NAME_BYTES, "%s", ref);
    r->env.kind = kind;
    r->env.source = fb_span_of(source_name[source]);
    r->env.record_ref = fb_span_of(name);
    r->env.revision = 1;
    r->env.source_seq = FB_ABSENT;
    r->env.occurred_ms = ms_of("2026-03-09T12:00");
    fill[kind](r);
    return r;
}

struct fb_record *fb_test_amend(const struct fb_record *r, int64_t revision)
{
    struct fb_record *again = next_record();
    again->env = r->env;
    again->as = r->as;
    again->env.message_id = fb_span_of(message_id[n_pool - 1]);
    again->env.revision = revision;
    return again;
}

void fb_test_refer(struct fb_record *booking, const char *id)
{
    struct fb_booking *b = &booking->as.booking;
    char *name = reference[n_references++ % POOL];
    snprintf(name, NAME_BYTES, "%s", id);
    b->reference[b->n_references++] =
        (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), fb_span_of(name)};
}

/* ---- ports ---- */

static enum fb_err decode(void *ctx, const struct fb_envelope *env, struct fb_span body,
                          struct fb_arena *arena, struct fb_record *out)
{
    uint32_t at;
    (void)ctx;
    (void)arena;
    if (body.n != sizeof at)
        return FB_REFUSED;
    memcpy(&at, body.p, sizeof at);
    if (at >= n_pool)
        return FB_REFUSED;
    *out = pool[at];
    memset(out->digest, 0, sizeof out->digest); /* whoever reads it back must put it there */
    out->env = *env;
    return FB_OK;
}

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
    added->reads = (uint64_t)1 << FB_FACT_REQUEST_LEAD_MINUTES;
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

/* What the text of a "pack" may say: see fb_test_turn_issue. */
static struct fb_book *compile(void *ctx, const struct fb_turn_file *file, unsigned n)
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
    bool leave = says(file[0].bytes, "leave", &number), agreed = says(file[0].bytes, "agreed", &number);
    if (leave || agreed)
        own_card(own, leave, agreed);
    if (says(file[0].bytes, "corridor", &number))
        add_corridors(own, number == 2);
    return &own->book;
}

static void release(void *ctx, struct fb_book *book)
{
    (void)ctx;
    free(book);
}

/* ---- turns ---- */

static void must(enum fb_err err)
{
    if (err != FB_OK)
        fprintf(stderr, "turn: %s\n", fb_err_text(err));
    fb_assert(err == FB_OK);
}

static void tell_sources(struct fb_test_turn *t)
{
    static const enum fb_system system[FB_TEST_SOURCES] = {FB_SYSTEM_ROSTER, FB_SYSTEM_PORTAL,
                                                           FB_SYSTEM_NONE};
    for (unsigned i = 0; i < FB_TEST_SOURCES; i++) {
        struct fb_source s = {.name = fb_span_of(source_name[i]),
                              .trust = i == FB_TEST_REGISTERS ? 0 : fb_code_of("RTH"),
                              .system = system[i],
                              .mode = FB_SOURCE_MODE_LIVE,
                              .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_TIMESHEETS,
                              .window = FB_WINDOW_DEFAULT};
        must(fb_turn_source(t->turn, &s, t->now_ms, &t->source[i]));
    }
}

void fb_test_turn_open_bare(struct fb_test_turn *t)
{
    memset(t, 0, sizeof *t);
    t->ports = (struct fb_turn_ports){NULL, decode, compile, release};
    t->now_ms = ms_of("2026-03-10T12:00");
    must(fb_store_open_memory(&t->store, &t->faults));
    must(fb_turn_open(&t->turn, t->store, &t->ports, NULL, NULL));
    tell_sources(t);
}

void fb_test_turn_issue(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    const char *why = "";
    must(fb_turn_issue(t->turn, &file, 1, compile(NULL, &file, 1), t->now_ms, &why));
}

enum fb_err fb_test_turn_schedule(struct fb_test_turn *t, const char *text, int64_t due_ms, uint32_t *issue)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    struct fb_book *book = compile(NULL, &file, 1);
    enum fb_err err = fb_turn_schedule(t->turn, &file, 1, book, due_ms, t->now_ms, issue, &t->why);
    if (err != FB_OK)
        release(NULL, book);
    return err;
}

enum fb_err fb_test_turn_try_issue(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    struct fb_book *book = compile(NULL, &file, 1);
    enum fb_err err = fb_turn_issue(t->turn, &file, 1, book, t->now_ms, &t->why);
    if (err != FB_OK)
        release(NULL, book);
    return err;
}

uint32_t fb_test_turn_held_once(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    return fb_turn_held_once(t->turn, &file, 1);
}

bool fb_test_turn_holds(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    return fb_turn_holds(t->turn, &file, 1);
}

void fb_test_turn_open(struct fb_test_turn *t)
{
    fb_test_turn_open_bare(t);
    fb_test_turn_issue(t, "first");
}

void fb_test_turn_reopen(struct fb_test_turn *t)
{
    const char *why = "";
    fb_turn_close(&t->turn);
    enum fb_err err = fb_turn_open(&t->turn, t->store, &t->ports, NULL, &why);
    if (err != FB_OK)
        fprintf(stderr, "turn: cannot be opened again: %s\n", why);
    must(err);
}

void fb_test_turn_close(struct fb_test_turn *t)
{
    fb_turn_close(&t->turn);
    fb_store_close(&t->store);
}

enum fb_err fb_test_send(struct fb_test_turn *t, struct fb_record *const *r, unsigned n,
                         struct fb_answer *answer)
{
    static uint32_t at[FB_TEST_BATCH];
    struct fb_input input[FB_TEST_BATCH];
    fb_assert(n <= FB_TEST_BATCH);
    for (unsigned i = 0; i < n; i++) {
        uint32_t source = 0;
        for (unsigned s = 0; s < FB_TEST_SOURCES; s++)
            source = fb_span_is(r[i]->env.source, source_name[s]) ? t->source[s] : source;
        at[i] = (uint32_t)(r[i] - pool);
        input[i] = (struct fb_input){.record = r[i],
                                     .body = {(const char *)&at[i], sizeof at[i]},
                                     .source = source,
                                     .refused = FB_REASON_NONE};
    }
    return fb_turn_run(t->turn, input, n, t->now_ms, answer);
}

void fb_test_settle(struct fb_test_turn *t)
{
    bool more = true;
    while (more)
        must(fb_turn_step(t->turn, t->now_ms, &more));
}

struct fb_answer fb_test_send_one(struct fb_test_turn *t, struct fb_record *r)
{
    struct fb_answer answer;
    must(fb_test_send(t, &r, 1, &answer));
    fb_test_settle(t);
    return answer;
}

/* ---- failing at a certain place ---- */

/* Tries of one commit or put each, with the failure set two further each time: it is caught up with. */
static uint64_t next_of(struct fb_test_turn *t, uint64_t *fail_at, bool commit)
{
    static const char cursor[] = "probe";
    struct fb_faults before = t->faults;
    for (uint64_t guess = 2;; guess += 2) {
        struct fb_txn *txn;
        *fail_at = guess;
        must(fb_store_write(t->store, &txn));
        if (!commit)
            fb_put(txn, FB_TABLE_CURSORS, fb_span_of(cursor), fb_span_of("x"));
        enum fb_err err = commit ? fb_txn_commit(&txn) : fb_txn_err(txn);
        if (!commit)
            fb_txn_abort(&txn);
        if (err == FB_OK)
            continue;
        fb_store_power_cut(t->store);
        t->faults = before;
        return guess + 1;
    }
}

uint64_t fb_test_next_commit(struct fb_test_turn *t)
{
    return next_of(t, &t->faults.fail_commit_at, true);
}

uint64_t fb_test_next_put(struct fb_test_turn *t)
{
    return next_of(t, &t->faults.fail_put_at, false);
}

/* ---- what stands ---- */

static uint64_t mix_span(uint64_t h, struct fb_span s)
{
    return fb_hash64_mix(h, fb_hash64(s.p, s.n));
}

static uint64_t finding_hash(const struct fb_finding_row *f)
{
    uint64_t h = fb_hash64_mix(mix_span(mix_span(mix_span(1, f->source), f->record_ref), f->rule), f->trust);
    h = fb_hash64_mix(h, (uint64_t)f->severity << 32 | (uint64_t)f->route << 8 | (uint64_t)f->staff_group);
    h = fb_hash64_mix(h, (uint64_t)f->pence);
    return fb_hash64_mix(mix_span(h, f->why), (uint64_t)f->shift_day);
}

struct sum {
    uint64_t hash;
    int64_t total;
    uint8_t stage;
    enum fb_measure measure;
};

static bool add_line(void *ctx, const struct fb_total *line)
{
    struct sum *sum = ctx;
    int64_t any = 0;
    uint64_t h = fb_hash64_mix(line->place.cell.hirer, line->place.cell.ics);
    h = fb_hash64_mix(h, (uint64_t)line->place.cell.stage << 32 | (uint32_t)line->place.cell.week);
    h = fb_hash64_mix(h, (uint64_t)line->place.cell.staff_group << 8 | line->place.cell.route);
    for (unsigned m = 0; m < FB_MEASURES; m++) {
        h = fb_hash64_mix(h, (uint64_t)line->figures.v[m]);
        any |= line->figures.v[m];
    }
    sum->hash += any == 0 ? 0 : h; /* a cell that came and went is no difference */
    if (line->place.cell.stage == sum->stage)
        sum->total += line->figures.v[sum->measure];
    return true;
}

static struct sum totals(struct fb_test_turn *t, enum fb_stage stage, enum fb_measure m)
{
    struct sum sum = {.stage = (uint8_t)stage, .measure = m};
    struct fb_total_filter f = {.from_week = INT32_MIN, .until_week = INT32_MAX, .known = INT32_MAX, .posted = INT32_MIN};
    must(fb_report_totals(t->store, &f, add_line, &sum));
    return sum;
}

int64_t fb_test_total(struct fb_test_turn *t, enum fb_stage stage, enum fb_measure m)
{
    return totals(t, stage, m).total;
}

/* Calls each for every open finding; returns the sum of what it gives. */
static uint64_t over_findings(struct fb_test_turn *t, const char *rule,
                              uint64_t (*each)(const struct fb_finding_row *))
{
    static unsigned char memory[ARENA_BYTES];
    static struct fb_finding_row row[256];
    struct fb_arena arena;
    struct fb_reader_books *books;
    struct fb_finding_filter filter = {.limit = 256,
                                       .rule = {rule, rule == NULL ? 0 : (uint32_t)strlen(rule)}};
    uint64_t sum = 0;
    unsigned n = 0;
    must(fb_reader_books_open(&books, t->store, &t->ports));
    do {
        fb_arena_init(&arena, memory, sizeof memory);
        must(fb_report_findings(t->store, books, &filter, &arena, row, &n));
        for (unsigned i = 0; i < n; i++)
            sum += each(&row[i]);
        filter.after = n == 0 ? 0 : row[n - 1].subject;
    } while (n > 0);
    fb_reader_books_close(&books);
    return sum;
}

static uint64_t one(const struct fb_finding_row *f)
{
    (void)f;
    return 1;
}

unsigned fb_test_open(struct fb_test_turn *t, const char *rule)
{
    return (unsigned)over_findings(t, rule, one);
}

uint64_t fb_test_outcome(struct fb_test_turn *t)
{
    return over_findings(t, NULL, finding_hash) + totals(t, FB_STAGE_NONE, FB_MEASURE_SHIFTS).hash;
}

uint64_t fb_test_rows(struct fb_test_turn *t, enum fb_table table)
{
    struct fb_txn *txn;
    must(fb_store_read(t->store, &txn));
    uint64_t n = fb_table_rows(txn, table);
    fb_txn_abort(&txn);
    return n;
}

unsigned fb_test_events(struct fb_test_turn *t, enum fb_event_kind kind)
{
    static unsigned char memory[ARENA_BYTES];
    static struct fb_event_row row[FB_EVENT_SCAN_MAX];
    struct fb_arena arena;
    struct fb_reader_books *books;
    struct fb_event_filter filter = {.kinds = (uint64_t)1 << kind};
    uint64_t next = 0, head = 1;
    unsigned n, sum = 0;
    must(fb_reader_books_open(&books, t->store, &t->ports));
    while (next < head) {
        fb_arena_init(&arena, memory, sizeof memory);
        must(fb_report_events(t->store, books, &filter, next, &arena, row, FB_EVENT_SCAN_MAX, &n, &next,
                              &head));
        sum += n;
    }
    fb_reader_books_close(&books);
    return sum;
}

bool fb_test_verify(struct fb_test_turn *t)
{
    struct fb_verify v;
    must(fb_turn_verify(t->store, &t->ports, NULL, &v));
    if (!v.equal)
        fprintf(stderr, "verify: %s\n", v.first_difference);
    return v.equal;
}
