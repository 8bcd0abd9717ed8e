/* Dead letters: what is told of them, and that what is sent again after a mend is taken once. */
#include "engine/turn/report/report_refused.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TOLD_MAX = 32, ARENA = 4 << 20 };
struct told {
    unsigned n;
    struct {
        uint64_t journal, taken, later;
        uint32_t record;
        enum fb_letter_state state;
        enum fb_reason reason;
        char id[65], source[41];
    } of[TOLD_MAX];
};
static struct fb_test_turn T;

static bool tell(void *ctx, const struct fb_letter *l)
{
    struct told *to = ctx;
    CU_ASSERT_FATAL(to->n < TOLD_MAX);
    to->of[to->n].journal = l->journal;
    to->of[to->n].taken = l->taken;
    to->of[to->n].record = l->record;
    to->of[to->n].later = l->later;
    to->of[to->n].state = l->state;
    to->of[to->n].reason = l->entry.reason;
    snprintf(to->of[to->n].id, sizeof to->of[0].id, "%.*s", (int)l->id.n, l->id.n > 0 ? l->id.p : "");
    snprintf(to->of[to->n].source, sizeof to->of[0].source, "%.*s", (int)l->source.name.n, l->source.name.p);
    to->n++;
    return true;
}

static enum fb_err read(const struct fb_letter_filter *filter, struct told *out, uint64_t *last)
{
    struct fb_arena arena;
    void *memory = malloc(ARENA);
    CU_ASSERT_FATAL(memory != NULL);
    memset(out, 0, sizeof *out);
    fb_arena_init(&arena, memory, ARENA);
    enum fb_err e = fb_report_refused(T.store, filter, &arena, tell, out, last);
    fb_arena_release(&arena);
    free(memory);
    return e;
}

static void read_all(struct told *out)
{
    uint64_t last;
    CU_ASSERT_EQUAL_FATAL(read(&(struct fb_letter_filter){.limit = TOLD_MAX}, out, &last), FB_OK);
    CU_ASSERT_EQUAL(last, 0);
}

static void begin(void)
{
    fb_test_records_forget();
    fb_test_turn_open(&T);
}

static void end(void)
{
    CU_ASSERT_TRUE(fb_test_verify(&T));
    fb_test_turn_close(&T);
}

/* A body that holds no pseudonym is kept as it was sent: its place in the pool and one byte (tests/lib/turns.c). It lives until
 * the next. */
static struct fb_span body_of(const struct fb_record *r)
{
    static char plain[5];
    struct fb_span sent = fb_test_body(r);
    if (r->env.kind == FB_KIND_WORKER)
        return sent;
    memcpy(plain, sent.p, 4);
    plain[4] = 'b';
    return (struct fb_span){plain, sizeof plain};
}

static struct fb_answer run(const struct fb_input *in)
{
    struct fb_answer a;
    CU_ASSERT_EQUAL(fb_turn_run(T.turn, in, 1, T.now_ms, &a), FB_OK);
    return a;
}

static struct fb_answer give(const struct fb_record *r)
{
    struct fb_answer a = run(&(struct fb_input){.record = r, .body = body_of(r), .source = T.source[FB_TEST_ROSTER]});
    fb_test_settle(&T);
    return a;
}

/* The very message of a record, as the door refused it. */
static struct fb_answer refuse(const struct fb_record *r, enum fb_reason reason, const char *field)
{
    struct fb_input in = {.body = body_of(r), .source = T.source[FB_TEST_ROSTER], .refused = reason, .env = r->env};
    if (field != NULL)
        in.field = fb_span_of(field);
    struct fb_answer a = run(&in);
    CU_ASSERT_EQUAL(a.outcome, FB_OUTCOME_REFUSED);
    return a;
}

static void test_taken_once(void)
{
    struct told told;
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    struct fb_answer refused = refuse(r, FB_REASON_NOT_YOURS, NULL);
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 1);
    CU_ASSERT_EQUAL(told.of[0].journal, refused.journal);
    CU_ASSERT_EQUAL(told.of[0].state, FB_LETTER_WAITS);
    CU_ASSERT_EQUAL(strlen(told.of[0].id), r->env.message_id.n);
    CU_ASSERT_EQUAL(memcmp(told.of[0].id, r->env.message_id.p, r->env.message_id.n), 0);
    struct fb_answer taken = give(r); /* the mend: the door passes it now */
    CU_ASSERT_EQUAL(taken.outcome, FB_OUTCOME_ACCEPTED);
    fb_test_turn_reopen(&T);
    for (unsigned i = 0; i < 2; i++) { /* the replay again, and its publisher */
        struct fb_answer again = give(r);
        CU_ASSERT(again.outcome == FB_OUTCOME_DUPLICATE && again.journal == taken.journal && again.record == taken.record);
    }
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 1);
    CU_ASSERT(told.of[0].state == FB_LETTER_TAKEN && told.of[0].taken == taken.journal && told.of[0].record == taken.record);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 1);
    end();
}

static void test_refused_again(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1");
    struct fb_answer first = refuse(r, FB_REASON_NOT_YOURS, NULL);
    uint64_t rows = fb_test_rows(&T, FB_TABLE_JOURNAL);
    CU_ASSERT_EQUAL(refuse(r, FB_REASON_NOT_YOURS, NULL).journal, first.journal);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_JOURNAL), rows);
    end();
}

/* The same bytes in another envelope were meant otherwise: both are kept, and the right one can be taken after a mend. */
static void test_refused_in_another_envelope(void)
{
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"), garbled[3] = {*r, *r, *r};
    garbled[0].env.kind = FB_KIND_NONE;
    garbled[1].env.revision = 7;
    garbled[2].env.occurred_ms++;
    uint64_t first = refuse(r, FB_REASON_UNKNOWN_SOURCE, NULL).journal;
    for (unsigned i = 0; i < 3; i++) {
        struct fb_input in = {.body = body_of(r), .source = T.source[FB_TEST_ROSTER], .refused = FB_REASON_UNKNOWN_SOURCE, .env = garbled[i].env};
        CU_ASSERT_EQUAL(run(&in).journal, first + 1 + i);
        CU_ASSERT_EQUAL(run(&in).journal, first + 1 + i);
    }
    CU_ASSERT_EQUAL(refuse(r, FB_REASON_UNKNOWN_SOURCE, NULL).journal, first);
    CU_ASSERT_EQUAL(fb_test_rows(&T, FB_TABLE_REFUSED), 4);
    end();
}

static void test_conflict(void)
{
    struct told told;
    char id[40];
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"), *other = fb_test_amend(r, 2);
    other->env.message_id = r->env.message_id;
    (void)give(r);
    struct fb_answer conflict = give(other);
    CU_ASSERT_EQUAL(conflict.outcome, FB_OUTCOME_CONFLICT);
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 1);
    CU_ASSERT_EQUAL(told.of[0].state, FB_LETTER_WAITS);
    snprintf(id, sizeof id, "replay:%llu", (unsigned long long)conflict.journal);
    CU_ASSERT_STRING_EQUAL(told.of[0].id, id);
    struct fb_record *again = fb_test_amend(other, 2);
    memcpy(again->digest, other->digest, sizeof again->digest); /* the very contents, under the id that is told */
    again->env.message_id = fb_span_of(id);
    struct fb_answer taken = give(again);
    CU_ASSERT_EQUAL(taken.outcome, FB_OUTCOME_AMENDED);
    fb_test_turn_reopen(&T);
    CU_ASSERT_EQUAL(give(again).outcome, FB_OUTCOME_DUPLICATE);
    struct fb_answer stored = give(other); /* its publisher, who knows nothing of this */
    CU_ASSERT(stored.outcome == FB_OUTCOME_CONFLICT && stored.journal == conflict.journal);
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 1);
    CU_ASSERT(told.of[0].state == FB_LETTER_TAKEN && told.of[0].taken == taken.journal);
    end();
}

/* What a source said last under an id is what it means; what it said before would use up the id. */
static void test_corrected(void)
{
    struct told told;
    uint64_t last;
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"), *other = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V2");
    uint64_t first = refuse(r, FB_REASON_NOT_YOURS, NULL).journal;
    CU_ASSERT_NOT_EQUAL(refuse(other, FB_REASON_NOT_YOURS, NULL).journal, first);
    struct fb_record *between = fb_test_amend(r, 2), *corrected = fb_test_amend(r, 3);
    between->env.message_id = corrected->env.message_id = r->env.message_id;
    uint64_t second = refuse(between, FB_REASON_FIELD_WORD, "vacancy.state").journal;
    uint64_t third = refuse(corrected, FB_REASON_FIELD_WORD, "vacancy.state").journal;
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 4);
    CU_ASSERT(told.of[0].journal == first && told.of[0].state == FB_LETTER_REPLACED && told.of[0].later == third);
    CU_ASSERT(told.of[1].state == FB_LETTER_WAITS && told.of[1].later == 0);
    CU_ASSERT(told.of[2].journal == second && told.of[2].state == FB_LETTER_REPLACED && told.of[2].later == third);
    CU_ASSERT(told.of[3].journal == third && told.of[3].state == FB_LETTER_WAITS);
    /* Also where the later one is not asked for. */
    CU_ASSERT_EQUAL(read(&(struct fb_letter_filter){.only = first, .limit = 9}, &told, &last), FB_OK);
    CU_ASSERT(told.n == 1 && told.of[0].state == FB_LETTER_REPLACED);
    CU_ASSERT_EQUAL(read(&(struct fb_letter_filter){.reason = FB_REASON_NOT_YOURS, .limit = 9}, &told, &last), FB_OK);
    CU_ASSERT(told.n == 2 && told.of[0].state == FB_LETTER_REPLACED && told.of[1].state == FB_LETTER_WAITS);
    CU_ASSERT_EQUAL(give(corrected).outcome, FB_OUTCOME_ACCEPTED);
    read_all(&told);
    CU_ASSERT(told.of[0].state == FB_LETTER_TAKEN && told.of[2].state == FB_LETTER_TAKEN && told.of[3].state == FB_LETTER_TAKEN);
    end();
}

static void test_not_sent_again(void)
{
    struct told told;
    begin();
    struct fb_record *r = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, "V1"), nameless, alien;
    struct fb_record *whose = fb_test_record(FB_KIND_WORKER, FB_TEST_ROSTER, "W1");
    whose->as.worker.token = fb_span_of("0a1b2c3d.00112233445566778899aabbccddeeff");
    refuse(r, FB_REASON_FIELD_RANGE, "revision");          /* the envelope's own */
    refuse(r, FB_REASON_FIELD_RANGE, "vacancy.break_minutes"); /* the record's */
    nameless = *r;
    nameless.env.message_id = (struct fb_span){NULL, 0};
    refuse(&nameless, FB_REASON_NOT_YOURS, NULL);
    alien = *r;
    alien.env.source = fb_span_of("somebody-else");
    refuse(&alien, FB_REASON_UNKNOWN_SOURCE, NULL);
    refuse(whose, FB_REASON_NOT_YOURS, NULL);
    static const enum fb_letter_state wanted[] = {FB_LETTER_ENVELOPE, FB_LETTER_WAITS, FB_LETTER_ENVELOPE, FB_LETTER_FOREIGN, FB_LETTER_BLINDED};
    read_all(&told);
    CU_ASSERT_EQUAL_FATAL(told.n, 5);
    for (unsigned i = 0; i < 5; i++)
        CU_ASSERT_EQUAL(told.of[i].state, wanted[i]);
    end();
}

static void test_pages_and_filters(void)
{
    struct told told;
    uint64_t last = 0, only;
    begin();
    struct fb_record *r[5];
    for (unsigned i = 0; i < 5; i++) {
        r[i] = fb_test_record(FB_KIND_VACANCY, FB_TEST_ROSTER, i % 2 == 0 ? "V1" : "V2");
        refuse(r[i], i == 3 ? FB_REASON_FIELD_TIME : FB_REASON_NOT_YOURS, i == 3 ? "vacancy.start" : NULL);
    }
    struct fb_letter_filter filter = {.reason = FB_REASON_NOT_YOURS, .limit = 3};
    CU_ASSERT_EQUAL(read(&filter, &told, &last), FB_OK);
    CU_ASSERT(told.n == 3 && last == told.of[2].journal);
    filter.after = last;
    CU_ASSERT_EQUAL(read(&filter, &told, &last), FB_OK);
    CU_ASSERT(told.n == 1 && last == 0 && told.of[0].reason == FB_REASON_NOT_YOURS);
    only = told.of[0].journal;
    CU_ASSERT_EQUAL(read(&(struct fb_letter_filter){.only = only, .limit = 9}, &told, &last), FB_OK);
    CU_ASSERT(told.n == 1 && told.of[0].journal == only);
    char name[41];
    snprintf(name, sizeof name, "%s", told.of[0].source);
    filter = (struct fb_letter_filter){.source = fb_span_of(name), .limit = 9};
    CU_ASSERT_EQUAL(read(&filter, &told, &last), FB_OK);
    CU_ASSERT_EQUAL(told.n, 5);
    filter.source = fb_span_of("nobody");
    CU_ASSERT_EQUAL(read(&filter, &told, &last), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(read(&(struct fb_letter_filter){.only = 1, .limit = 9}, &told, &last), FB_OK);
    CU_ASSERT_EQUAL(told.n, 0); /* entry 1 is a source */
    end();
}

CU_TestInfo suite_refused[] = {
    {"what was refused is taken once after a mend, and its publisher's own try is a duplicate", test_taken_once},
    {"what is refused as before makes no new entry", test_refused_again},
    {"what is refused in another envelope is another", test_refused_in_another_envelope},
    {"a conflict is taken once under an id that names it, and keeps its own answer", test_conflict},
    {"of several of one id the last is sent again", test_corrected},
    {"what was not kept whole, or lacks its envelope, is not sent again", test_not_sent_again},
    {"dead letters are told page by page, by source, by reason and one alone", test_pages_and_filters},
    CU_TEST_INFO_NULL,
};
