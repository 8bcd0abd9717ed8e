#include "tests/lib/turns.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/turn_books.h"
#include <stdio.h>
#include <string.h>

enum { POOL = 2048, NAME_BYTES = 24, MS_PER_MINUTE = 60000 };

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
    t->ports = (struct fb_turn_ports){.decode = decode, .compile = fb_test_turn_compile, .release = fb_test_turn_release};
    t->now_ms = ms_of("2026-03-10T12:00");
    must(fb_store_open_memory(&t->store, &t->faults));
    must(fb_turn_open(&t->turn, t->store, &t->ports, NULL, NULL));
    tell_sources(t);
}

void fb_test_turn_issue(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    const char *why = "";
    must(fb_turn_issue(t->turn, &file, 1, fb_test_turn_compile(NULL, &file, 1), t->now_ms, &why));
}

enum fb_err fb_test_turn_schedule(struct fb_test_turn *t, const char *text, int64_t due_ms, uint32_t *issue)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    struct fb_book *book = fb_test_turn_compile(NULL, &file, 1);
    enum fb_err err = fb_turn_schedule(t->turn, &file, 1, book, due_ms, t->now_ms, issue, &t->why);
    if (err != FB_OK)
        fb_test_turn_release(NULL, book);
    return err;
}

enum fb_err fb_test_turn_try_issue(struct fb_test_turn *t, const char *text)
{
    struct fb_turn_file file = {fb_span_of("england"), fb_span_of("pack.yaml"), fb_span_of(text)};
    struct fb_book *book = fb_test_turn_compile(NULL, &file, 1);
    enum fb_err err = fb_turn_issue(t->turn, &file, 1, book, t->now_ms, &t->why);
    if (err != FB_OK)
        fb_test_turn_release(NULL, book);
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
