#include "tests/lib/turns.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/lib/turn_books.h"
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

enum { POOL = 2048, NAME_BYTES = 24, BODY_BYTES = 64, MS_PER_MINUTE = 60000 };

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
    fb_test_fill(r);
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

/* A body as sent is a record's place in the pool and its pseudonyms; blind, it is the place and one byte. */
enum { BLIND_BYTES = 5 };

static bool place_of(struct fb_span body, uint32_t *at)
{
    if (body.n < sizeof *at)
        return false;
    memcpy(at, body.p, sizeof *at);
    return *at < n_pool;
}

static enum fb_err decode(void *ctx, const struct fb_envelope *env, struct fb_span body,
                          struct fb_arena *arena, struct fb_record *out)
{
    uint32_t at;
    (void)ctx;
    (void)arena;
    if (body.n != BLIND_BYTES || body.p[BLIND_BYTES - 1] != 'b' || !place_of(body, &at))
        return FB_REFUSED;
    *out = pool[at];
    memset(out->digest, 0, sizeof out->digest); /* whoever reads it back must put it there */
    fb_record_set_worker(out, 0, 0);            /* and whose it is: no stored body says so */
    out->env = *env;
    if (env->kind == FB_KIND_APPROVAL) /* as whoever decodes does */
        out->as.approval.ended_ms = env->occurred_ms;
    return FB_OK;
}

static struct fb_who who_of(struct fb_span token)
{
    struct fb_who who = {.held = token.n > 0};
    uint64_t h[2] = {fb_hash64(token.p, token.n), 0};
    h[1] = fb_hash64_mix(h[0], 1);
    if (who.held)
        memcpy(who.hash, h, sizeof who.hash);
    return who;
}

/* Under no key, but not the same as without. */
static void seal(const void *bytes, size_t n, unsigned char digest[16])
{
    uint64_t h[2] = {fb_hash64_mix(fb_hash64(bytes, n), 2), 0};
    h[1] = fb_hash64_mix(h[0], 3);
    memcpy(digest, h, sizeof h);
}

static enum fb_err blind(void *ctx, enum fb_kind kind, struct fb_span body, struct fb_arena *arena,
                         struct fb_blinded *out)
{
    uint32_t at;
    (void)ctx;
    out->body = body;
    out->who = out->who_was = (struct fb_who){.held = false};
    if (out->refused)
        seal(body.p, body.n, out->digest);
    if (out->refused && kind == FB_KIND_NONE)
        out->body = (struct fb_span){NULL, 0};
    if (body.n == BLIND_BYTES || !place_of(body, &at) || pool[at].env.kind != kind)
        return FB_OK;
    char *memory = fb_arena_get(arena, BLIND_BYTES);
    if (memory == NULL)
        return FB_LIMIT;
    memcpy(memory, body.p, sizeof at);
    memory[BLIND_BYTES - 1] = 'b';
    out->body = (struct fb_span){memory, BLIND_BYTES};
    if (out->refused)
        return FB_OK;
    out->who = who_of(fb_record_token(&pool[at]));
    if (kind == FB_KIND_WORKER)
        out->who_was = who_of(pool[at].as.worker.token_was);
    if (out->who.held || out->who_was.held) {
        unsigned char plain[16];
        memcpy(plain, out->digest, sizeof plain);
        seal(plain, sizeof plain, out->digest);
    }
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
    t->ports = (struct fb_turn_ports){
        .decode = decode, .compile = fb_test_turn_compile, .release = fb_test_turn_release, .blind = blind};
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

/* An input's body. Longer than a blind one by its end, so that neither can be taken for the other. */
static uint32_t body_of(const struct fb_record *r, char body[BODY_BYTES])
{
    uint32_t at = (uint32_t)(r - pool), n = BLIND_BYTES + 1;
    struct fb_span token = fb_record_token(r);
    memset(body, '.', BODY_BYTES);
    memcpy(body, &at, sizeof at);
    fb_assert(n + token.n <= BODY_BYTES);
    if (token.n > 0)
        memcpy(body + n, token.p, token.n);
    return n + token.n;
}

struct fb_span fb_test_body(const struct fb_record *r)
{
    static char body[BODY_BYTES];
    return (struct fb_span){body, body_of(r, body)};
}

enum fb_err fb_test_send(struct fb_test_turn *t, struct fb_record *const *r, unsigned n,
                         struct fb_answer *answer)
{
    static char body[FB_TEST_BATCH][BODY_BYTES];
    struct fb_input input[FB_TEST_BATCH];
    fb_assert(n <= FB_TEST_BATCH);
    for (unsigned i = 0; i < n; i++) {
        uint32_t source = 0;
        for (unsigned s = 0; s < FB_TEST_SOURCES; s++)
            source = fb_span_is(r[i]->env.source, source_name[s]) ? t->source[s] : source;
        if (r[i]->env.kind == FB_KIND_APPROVAL)
            r[i]->as.approval.ended_ms = r[i]->env.occurred_ms;
        input[i] = (struct fb_input){.record = r[i],
                                     .body = {body[i], body_of(r[i], body[i])},
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

void fb_test_turn_begin(struct fb_test_turn *t)
{
    fb_test_records_forget();
    fb_test_turn_open(t);
}

void fb_test_turn_end(struct fb_test_turn *t)
{
    CU_ASSERT_EQUAL(fb_test_rows(t, FB_TABLE_TODO), 0);
    CU_ASSERT_TRUE(fb_test_verify(t));
    fb_test_turn_close(t);
}
