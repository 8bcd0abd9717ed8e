/* Bytes as a question of people's tools, any field of it at its edges, or a frame whose bits were changed; asked by whoever may, or may not, of a store that the
 * simulator's messages made. Held: the desk answers with one frame, of that question; rows ascend from behind the place that was asked for and are what the filter
 * lets through; a trust is told what concerns it; and page by page, however short, it is the same as in long pages. */
#include "engine/base/check.h"
#include "engine/shell/log.h"
#include "engine/shell/query.h"
#include "engine/shell/rights.h"
#include "tests/fuzz/sequence.h"
#include "tests/lib/fuzz.h"
#include <string.h>

enum { MESSAGES = 150, STEPS = 4000, PAGES_MAX = 20000, RESULT_BYTES = 8 << 20 };
static struct seq q;
static struct {
    struct fb_reader_books *books;
    struct fb_sessions *sessions;
    struct fb_config config;
    struct fb_tally tally;
    struct fb_commit_news news;
    struct fb_desk desk;
    struct fb_arena arena;
    struct fb_result result;
    unsigned answers;
} T;
static unsigned char memory[RESULT_BYTES], frame[FB_MESSAGE_BYTES_MAX];

/* ---- a store, once ---- */

static void tell_it_all(void)
{
    uint32_t drawn = 1;
    seq_open(&q, 3);
    seq_issue(&q, 0);
    for (unsigned i = 0; i < MESSAGES && q.n < SEQ_MESSAGES_MAX; i++) {
        drawn = drawn * 1664525u + 1013904223u;
        const struct seq_choice c = {.kind = i, .subject = drawn >> 28, .which = drawn >> 24 & 15, .seed = drawn >> 16 & 255, .version = drawn >> 8 & 255};
        seq_make(&q, &c);
        if (q.n - q.heard >= SEQ_BATCH_MAX) {
            seq_flush(&q);
            q.now_ms += SIM_HOUR_MS;
        }
    }
    seq_flush(&q);
    q.now_ms = q.w.last_ms;
    for (unsigned i = 0; i < STEPS; i++)
        seq_step(&q);
    seq_check(&q);
}

static enum fb_err hear(void *ctx, const struct fb_peer *peer, const void *bytes, size_t n)
{
    enum fb_frame_kind kind;
    struct fb_span payload;
    (void)ctx, (void)peer;
    fb_arena_reset(&T.arena);
    fb_assert(fb_frame_open((struct fb_span){bytes, (uint32_t)n}, &kind, &payload) == FB_REASON_NONE && kind == FB_FRAME_RESULT);
    fb_assert(fb_decode_result(payload, &T.arena, &T.result) == FB_REASON_NONE);
    T.answers++;
    return FB_OK;
}

static void open_desk(void)
{
    if (T.books != NULL)
        return;
    fb_log_set(FB_LOG_NONE);
    tell_it_all();
    fb_arena_init(&T.arena, memory, sizeof memory);
    fb_config_default(&T.config);
    fb_assert(fb_reader_books_open(&T.books, q.store, seq_ports()) == FB_OK && fb_sessions_open(&T.sessions, &T.config) == FB_OK);
    fb_turn_stats(q.turn, &T.news.stats);
    T.tally.store = q.store;
    T.desk = (struct fb_desk){.store = q.store, .books = T.books, .sessions = T.sessions, .tally = &T.tally, .news = &T.news};
    fb_assert(fb_desk_open(&T.desk) == FB_OK);
}

/* ---- a question ---- */

static fb_code trust_of(unsigned which)
{
    return which % 8 < SIM_TRUSTS ? fb_code_of(sim_trusts[which % 8]) : which % 8 == 6 ? fb_code_of("QQQ") : 0;
}

static uint32_t number_of(unsigned which)
{
    return which < 240 ? which % 64 : which < 248 ? UINT32_MAX - which % 8 : 1u << which % 32;
}

static struct fb_span word_of(unsigned which)
{
    static const char *const words[] = {"", "ratecap.breached", "pay_harmonised.over", "matched", "cannot_match", "Acme", "no such word", "-"};
    return fb_span_of(words[which % 8]);
}

/* What nobody asks under: a key that was revoked. */
static const struct fb_identity *who_of(unsigned which)
{
    static const unsigned roles[] = {FB_MAY_ANYTHING, FB_MAY_TRUST, FB_MAY_CONTROLS, FB_MAY_FINANCE, FB_MAY_ADMIN, FB_MAY_PUBLISH | FB_MAY_FEED, FB_MAY_TRUST | FB_MAY_FINANCE};
    static struct fb_identity who;
    if (which % 8 == 7)
        return NULL;
    who = (struct fb_identity){.name = "somebody", .n_keys = 1, .roles = roles[which % 8], .trust = trust_of(which / 8), .publish = trust_of(which / 8), .asserted = which % 8 == 0};
    return &who;
}

static void choose(struct fb_query *out, const uint8_t *b)
{
    static const enum fb_query_kind kinds[] = {FB_QUERY_STATUS, FB_QUERY_FINDINGS, FB_QUERY_EXPLAIN, FB_QUERY_SOURCES, FB_QUERY_AUDIT, FB_QUERY_MONTH, FB_QUERY_INVOICES, FB_QUERY_FINDINGS};
    const fb_day first = fb_day_of(2026, 1, 1);
    *out = (struct fb_query){.kind = kinds[b[0] % 8],
                             .findings = {.trust = trust_of(b[1]), .rule = word_of(b[2]), .at_least = (enum fb_severity)(b[3] % FB_SEVERITY_END), .after = number_of(b[4]), .limit = b[5] < 200 ? b[5] % 8 : number_of(b[5])},
                             .subject = number_of(b[6]),
                             .as_of = b[7] < 128 ? 0 : b[7] < 250 ? b[7] - 128u : UINT64_MAX - b[7],
                             .as_known = b[8] < 128 ? 0 : first + b[8] - 100,
                             .from = first + b[9],
                             .until = first + b[9] + b[10] % 100,
                             .month = b[11] < 128 ? 0 : fb_day_of(2026, b[11] % 12 + 1, 1),
                             .supplier = word_of(b[12]),
                             .end = word_of(b[13]),
                             .asker = {.identity = word_of(b[14]), .as = (enum fb_as)(b[15] % FB_AS_END), .trust = trust_of(b[15] / 8)}};
}
enum { CHOICES = 16 };

/* ---- what must hold of an answer ---- */

struct told {
    uint64_t n, sum;
    uint32_t last; /* number of the last row */
};

static void tell(struct told *t, uint32_t number, uint64_t what)
{
    t->n++;
    t->sum = t->sum * 0x9E3779B97F4A7C15u + number * 31u + what;
    t->last = number;
}

static void check_findings(const struct fb_query *asked, struct told *t)
{
    const struct fb_finding_filter *f = &asked->findings;
    for (unsigned i = 0; i < T.result.n_findings; i++) {
        const struct fb_finding_row *row = &T.result.finding[i];
        fb_assert(row->subject > f->after && row->subject >= t->last && row->severity >= f->at_least);
        fb_assert((f->trust == 0 || row->trust == f->trust) && (f->rule.n == 0 || fb_span_eq(row->rule, f->rule)));
        tell(t, row->subject, row->rule.n + (uint64_t)row->pence);
    }
}

static void check_month(const struct fb_query *asked, struct told *t)
{
    const fb_code trust = asked->findings.trust, own = asked->asker.as == FB_AS_TRUST ? asked->asker.trust : 0;
    for (unsigned i = 0; i < T.result.n_month; i++) {
        const struct fb_month_row *row = &T.result.month[i];
        fb_assert(row->subject > asked->findings.after && row->subject > t->last && row->day >= asked->from && row->day < asked->until);
        fb_assert(trust == 0 || row->hirer == trust || row->payer == trust || row->employer == trust);
        fb_assert(own == 0 || row->hirer == own || row->payer == own || row->employer == own);
        tell(t, row->subject, row->journal);
    }
}

static void check_invoices(const struct fb_query *asked, struct told *t)
{
    for (unsigned i = 0; i < T.result.n_invoices; i++) {
        const struct fb_invoice_row *row = &T.result.invoice[i];
        fb_assert(row->record > asked->findings.after && row->record > t->last);
        fb_assert((asked->findings.trust == 0 || row->trust == asked->findings.trust) && (asked->supplier.n == 0 || fb_span_eq(row->supplier, asked->supplier)));
        tell(t, row->record, row->line);
    }
}

static void check_sources(const struct fb_query *asked, struct told *t)
{
    for (unsigned i = 0; i < T.result.n_sources; i++) {
        fb_assert(asked->asker.trust == 0 || T.result.source[i].source.trust == asked->asker.trust);
        tell(t, T.result.after, T.result.source[i].accepted);
    }
}

/* One page. false: it was refused. */
static bool ask(const struct fb_query *asked, struct told *t)
{
    static const struct fb_peer peer = {.n = 1, .id = {1}};
    const struct fb_outlet out = {NULL, hear};
    T.answers = 0;
    enum fb_reason reason = fb_desk_answer(&T.desk, &out, &peer, asked);
    fb_assert(T.answers == 1 && T.result.kind == asked->kind && T.result.reason == reason);
    fb_assert(T.result.n_findings <= FB_DESK_ROWS_MAX && T.result.n_month <= FB_DESK_ROWS_MAX && T.result.n_invoices <= FB_DESK_ROWS_MAX && T.result.n_sources <= FB_DESK_ROWS_MAX);
    fb_assert(!T.result.more || T.result.after > asked->findings.after);
    if (asked->kind == FB_QUERY_FINDINGS)
        check_findings(asked, t);
    else if (asked->kind == FB_QUERY_MONTH)
        check_month(asked, t);
    else if (asked->kind == FB_QUERY_INVOICES)
        check_invoices(asked, t);
    else if (asked->kind == FB_QUERY_SOURCES)
        check_sources(asked, t);
    else if (asked->kind == FB_QUERY_EXPLAIN)
        fb_assert(!T.result.explanation.found || fb_right_reads(&asked->asker, T.result.explanation.trust));
    return reason == FB_REASON_NONE;
}

/* All that there is, as tools ask for it. */
static bool ask_all(struct fb_query asked, unsigned limit, struct told *t)
{
    *t = (struct told){0};
    asked.findings.limit = limit;
    for (unsigned page = 0; page < PAGES_MAX; page++) {
        if (!ask(&asked, t))
            return false;
        if (!T.result.more)
            return true;
        asked.findings.after = T.result.after;
        if (asked.kind == FB_QUERY_MONTH)
            asked.as_of = T.result.as_of;
    }
    fb_assert(T.answers == 0); /* it has no end */
    return false;
}

static void ask_both_ways(const struct fb_query *asked)
{
    struct told shorter, longer;
    bool a = ask_all(*asked, asked->findings.limit, &shorter), b = ask_all(*asked, 0, &longer);
    fb_assert(a == b && (!a || (shorter.n == longer.n && (shorter.sum == longer.sum || asked->kind == FB_QUERY_SOURCES))));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char copy[FB_MESSAGE_BYTES_MAX], asked_memory[1 << 20];
    struct fb_query chosen, asked;
    struct fb_arena arena;
    const char *field;
    if (size < CHOICES + 1 || size > 64)
        return 0;
    open_desk();
    choose(&chosen, data + 1);
    size_t n = fb_encode_query(&chosen, frame, sizeof frame);
    fb_assert(n > 2);
    memcpy(copy, frame, n);
    for (size_t i = CHOICES + 1; i + 1 < size; i += 2)
        copy[2 + data[i] % (n - 2)] ^= (unsigned char)(1u << data[i + 1] % 8);
    fb_arena_init(&arena, asked_memory, sizeof asked_memory);
    const struct fb_span payload = {(const char *)copy + 2, (uint32_t)n - 2};
    const bool reads = fb_decode_query(payload, &arena, &asked, &field) == FB_REASON_NONE && asked.kind == chosen.kind;
    if (reads && fb_right_take(who_of(data[0]), &asked) == NULL)
        ask_both_ways(&asked);
    fb_arena_release(&arena);
    return 0;
}
