#include "adapters/lib/client.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/said.h"
#include "tests/lib/stub_engine.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { MESSAGES = 3000 };
/* What the callback was told, by tag. */
struct told {
    unsigned answers[MESSAGES], outcome[MESSAGES], total;
    char field[32];
};

static void answered(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct told *t = ctx;
    CU_ASSERT_FATAL(tag < MESSAGES);
    t->answers[tag]++;
    t->outcome[tag] = a->outcome;
    t->total++;
    snprintf(t->field, sizeof t->field, "%.*s", (int)a->field.n, a->field.n > 0 ? a->field.p : "");
}

static struct fb_client *patient_client_of(const char *endpoint, int64_t resend_ms, struct told *told)
{
    struct fb_client *c = NULL;
    struct fb_client_options o = {
        .endpoint = endpoint, .answered = answered, .ctx = told, .resend_ms = resend_ms, .rest_ms = 10};
    o.hello.source = (struct fb_source){.name = fb_span_of("rth-roster"),
                                        .trust = fb_code_of("RTH"),
                                        .system = FB_SYSTEM_ROSTER,
                                        .mode = FB_SOURCE_MODE_LIVE};
    o.hello.adapter = fb_span_of("test");
    memset(told, 0, sizeof *told);
    CU_ASSERT_EQUAL_FATAL(fb_client_open(&c, &o), FB_OK);
    return c;
}

static struct fb_client *client_of(const char *endpoint, struct told *told)
{
    return patient_client_of(endpoint, 60, told);
}

static void fill_record(struct fb_record *r, char id[40], unsigned number, const char *name)
{
    memset(r, 0, sizeof *r);
    snprintf(id, 40, "m-%u", number);
    r->env.kind = FB_KIND_AGENCY;
    r->env.source = fb_span_of("rth-roster");
    r->env.message_id = r->env.record_ref = fb_span_of(id);
    r->env.revision = r->env.source_seq = FB_ABSENT;
    r->env.occurred_ms = 1773650000000;
    r->as.agency.code = fb_span_of("ACME");
    r->as.agency.name = fb_span_of(name);
}

/* Publishes, polling while the window is full; false after half a minute of that. */
static bool publish(struct fb_client *c, const struct fb_record *r, uint64_t tag)
{
    enum fb_err e;
    int64_t until = fb_dealer_now_ms() + 30000;
    while ((e = fb_client_publish(c, r, tag)) == FB_BUSY && fb_dealer_now_ms() < until) {
        CU_ASSERT(fb_client_outstanding(c) <= 64);
        CU_ASSERT_EQUAL_FATAL(fb_client_poll(c, 10), FB_OK);
    }
    return e == FB_OK;
}

static void drain(struct fb_client *c)
{
    int64_t until = fb_dealer_now_ms() + 30000;
    while (fb_client_outstanding(c) > 0 && fb_dealer_now_ms() < until)
        CU_ASSERT_EQUAL_FATAL(fb_client_poll(c, 10), FB_OK);
    CU_ASSERT_EQUAL(fb_client_outstanding(c), 0);
}

/* n messages against a stub of that kind: each is answered exactly once, and the stub saw each. */
static struct fb_client_figures exchange(const struct fb_stub_options *options, unsigned n, int64_t resend_ms)
{
    static struct told told;
    char id[40];
    struct fb_record r;
    struct fb_stub_engine *stub = fb_stub_open(options);
    struct fb_client *c = patient_client_of(fb_stub_endpoint(stub), resend_ms, &told);
    for (unsigned i = 0; i < n; i++) {
        fill_record(&r, id, i, "Acme Care");
        CU_ASSERT_TRUE_FATAL(publish(c, &r, i));
    }
    drain(c);
    CU_ASSERT_EQUAL(told.total, n);
    for (unsigned i = 0; i < n; i++)
        CU_ASSERT_EQUAL(told.answers[i], 1);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, n);
    struct fb_client_figures f = fb_client_figures(c);
    CU_ASSERT_EQUAL(f.answered, n);
    fb_client_close(&c);
    CU_ASSERT_PTR_NULL(c);
    fb_stub_close(&stub);
    return f;
}

static void test_plain(void)
{
    /* Nothing is lost, so patience may be long: on a busy machine a short one greets twice. */
    struct fb_client_figures f = exchange(&(struct fb_stub_options){.window = 64}, MESSAGES, 60000);
    CU_ASSERT_EQUAL(f.busy, 0);
    CU_ASSERT_EQUAL(f.greetings, 1);
}

static void test_busy(void)
{
    struct fb_client_figures f = exchange(&(struct fb_stub_options){.window = 64, .busy_every = 3}, 600, 60);
    CU_ASSERT(f.busy >= 200);
}

static void test_lost(void)
{
    struct fb_client_figures f = exchange(&(struct fb_stub_options){.window = 64, .lose_every = 7}, 600, 60);
    CU_ASSERT(f.resent >= 600 / 7);
}

static void test_restart(void)
{
    /* At once on the welcome, not when patience is over: that is far longer than this test. */
    struct fb_client_figures f =
        exchange(&(struct fb_stub_options){.window = 64, .restart_after = 500}, 1500, 60000);
    CU_ASSERT(f.greetings >= 2);
    CU_ASSERT(f.resent > 0);
}

/* A file that repeats a row: the answers must go to the message that they are for. */
static void test_same_id(void)
{
    static struct told told;
    char id[40];
    struct fb_record r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 64, .lose_every = 3});
    struct fb_client *c = client_of(fb_stub_endpoint(stub), &told);
    fill_record(&r, id, 7, "Acme Care");
    CU_ASSERT_TRUE(publish(c, &r, 0));
    for (unsigned i = 1; i < 20; i++) {
        r.as.agency.name = i % 2 == 1 ? fb_span_of("Acme Care") : fb_span_of("Acme");
        CU_ASSERT_TRUE(publish(c, &r, i));
    }
    drain(c);
    CU_ASSERT(told.outcome[0] == 1 || told.outcome[0] == 3); /* 3: the first answer was lost */
    for (unsigned i = 1; i < 20; i++)
        CU_ASSERT_EQUAL(told.outcome[i], i % 2 == 1 ? 3 : 4);
    fb_client_close(&c);
    fb_stub_close(&stub);
}

static void test_refused_source(void)
{
    static struct told told;
    char id[40];
    struct fb_record r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.refuse_source = true});
    struct fb_client *c = client_of(fb_stub_endpoint(stub), &told);
    enum fb_err e = FB_OK;
    for (int i = 0; i < 100 && e == FB_OK; i++)
        e = fb_client_poll(c, 20);
    CU_ASSERT_EQUAL(e, FB_REFUSED);
    CU_ASSERT_EQUAL(fb_client_state(c), FB_CLIENT_REFUSED);
    CU_ASSERT_EQUAL(fb_client_refusal_reason(c), FB_REASON_NOT_YOURS);
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_client_refusal(c), "ask the controls team"));
    fill_record(&r, id, 1, "Acme");
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 1), FB_REFUSED);
    fb_client_close(&c);
    fb_stub_close(&stub);
}

static void test_no_place(void)
{
    struct fb_client_figures f = exchange(&(struct fb_stub_options){.window = 64, .no_place = 2}, 10, 60);
    CU_ASSERT_EQUAL(f.no_place, 2);
    CU_ASSERT_EQUAL(f.greetings, 3);
    /* Whoever waits is told why, until there is a place. */
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 64, .no_place = 2});
    static struct told told;
    struct fb_client *c = client_of(fb_stub_endpoint(stub), &told);
    CU_ASSERT_STRING_EQUAL(fb_client_put_off(c), "");
    while (fb_client_figures(c).no_place == 0)
        CU_ASSERT_EQUAL_FATAL(fb_client_poll(c, 10), FB_OK);
    CU_ASSERT_STRING_EQUAL(fb_client_put_off(c), "try again in a second");
    while (fb_client_state(c) != FB_CLIENT_WELCOME)
        CU_ASSERT_EQUAL_FATAL(fb_client_poll(c, 10), FB_OK);
    CU_ASSERT_STRING_EQUAL(fb_client_put_off(c), "");
    fb_client_close(&c);
    fb_stub_close(&stub);
}

static void test_welcome_without_a_window(void)
{
    struct fb_client_figures f = exchange(&(struct fb_stub_options){.window = 64, .cut_short = 2}, 10, 60);
    CU_ASSERT_EQUAL(f.strays, 2);
    CU_ASSERT_EQUAL(f.greetings, 3);
}

static void test_window(void)
{
    static struct told told;
    char id[40];
    struct fb_record r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 5, .silent_after = 1});
    struct fb_client *c = client_of(fb_stub_endpoint(stub), &told);
    fill_record(&r, id, 0, "Acme");
    CU_ASSERT_TRUE(publish(c, &r, 0));
    drain(c);
    for (unsigned i = 1; i <= 5; i++) {
        fill_record(&r, id, i, "Acme");
        CU_ASSERT_EQUAL(fb_client_publish(c, &r, i), FB_OK);
    }
    CU_ASSERT_EQUAL(fb_client_window(c), 5);
    fill_record(&r, id, 6, "Acme");
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 6), FB_BUSY);
    r.env.message_id = fb_span_of("");
    CU_ASSERT_EQUAL(fb_client_outstanding(c), 5);
    fb_client_close(&c);
    fb_stub_close(&stub);
}

static void test_nobody_there(void)
{
    static struct told told;
    char id[40];
    struct fb_record r;
    struct fb_client *c = client_of("ipc:///tmp/fairbank-nobody-there.sock", &told), *none = NULL;
    struct fb_client_options bad = {.endpoint = "nonsense", .answered = answered};
    fill_record(&r, id, 1, "Acme");
    CU_ASSERT_EQUAL(fb_client_poll(c, 30), FB_OK);
    CU_ASSERT_EQUAL(fb_client_state(c), FB_CLIENT_CONNECTING);
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 1), FB_BUSY);
    fb_client_close(&c);
    CU_ASSERT_EQUAL(fb_client_open(&none, &bad), FB_REFUSED);
    CU_ASSERT_PTR_NULL(none);
}

static void test_never_sendable(void)
{
    static struct told told;
    char id[40], longer[66];
    struct fb_record r;
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 64});
    struct fb_client *c = client_of(fb_stub_endpoint(stub), &told);
    fill_record(&r, id, 0, "Acme");
    CU_ASSERT_TRUE(publish(c, &r, 0));
    memset(longer, 'x', 65);
    longer[65] = '\0';
    r.env.message_id = fb_span_of(longer);
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 1), FB_LIMIT);
    r.env.message_id = (struct fb_span){NULL, 0};
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 1), FB_LIMIT);
    static char text[70000];
    memset(text, 'x', sizeof text);
    r.env.message_id = fb_span_of("m-9");
    r.as.agency.name = (struct fb_span){text, sizeof text};
    CU_ASSERT_EQUAL(fb_client_publish(c, &r, 1), FB_LIMIT);
    drain(c);
    fb_client_close(&c);
    fb_stub_close(&stub);
}

/* The pool under the client: every list and the table are right after any order of work. */
static void test_slots(void)
{
    struct fb_slots s;
    uint32_t i[4];
    CU_ASSERT_EQUAL_FATAL(fb_slots_open(&s), FB_OK);
    for (unsigned k = 0; k < 4; k++)
        i[k] = fb_slots_take(&s, 10);
    CU_ASSERT_TRUE(fb_slots_name(&s, i[0], fb_span_of("a")));
    CU_ASSERT_FALSE(fb_slots_name(&s, i[1], fb_span_of("a")));
    CU_ASSERT_FALSE(fb_slots_name(&s, i[2], fb_span_of("a")));
    CU_ASSERT_TRUE(fb_slots_name(&s, i[3], fb_span_of("b")));
    fb_slots_move(&s, i[0], FB_SLOT_SENT, 1);
    fb_slots_move(&s, i[3], FB_SLOT_SENT, 2);
    CU_ASSERT_EQUAL(s.head[FB_SLOT_SENT], i[0]);
    CU_ASSERT_EQUAL(s.tail[FB_SLOT_SENT], i[3]);
    fb_slots_drop(&s, i[0], 3);
    CU_ASSERT_EQUAL(fb_slots_find(&s, fb_span_of("a")), i[1]);
    CU_ASSERT_EQUAL(s.head[FB_SLOT_READY], i[1]);
    fb_slots_drop(&s, i[1], 4);
    CU_ASSERT_EQUAL(fb_slots_find(&s, fb_span_of("a")), i[2]);
    fb_slots_drop(&s, i[2], 5);
    CU_ASSERT_EQUAL(fb_slots_find(&s, fb_span_of("a")), FB_SLOT_NONE);
    CU_ASSERT_EQUAL(fb_slots_find(&s, fb_span_of("b")), i[3]);
    CU_ASSERT_EQUAL(s.head[FB_SLOT_READY], FB_SLOT_NONE);
    CU_ASSERT_EQUAL(s.used, 1);
    for (unsigned k = 1; k < FB_SLOTS_MAX; k++)
        CU_ASSERT(fb_slots_take(&s, 1) != FB_SLOT_NONE);
    CU_ASSERT_EQUAL(fb_slots_take(&s, 1), FB_SLOT_NONE);
    fb_slots_close(&s);
}

/* Answers that come a second time are known by their journal numbers: so many of them, by the id that they are for. */
static void test_late_answers(void)
{
    static struct fb_slots s;
    CU_ASSERT_EQUAL_FATAL(fb_slots_open(&s), FB_OK);
    uint32_t a = fb_slots_take(&s, 10), b = fb_slots_take(&s, 10);
    (void)fb_slots_name(&s, a, fb_span_of("a"));
    (void)fb_slots_name(&s, b, fb_span_of("b"));
    CU_ASSERT_PTR_NULL(fb_slots_gone(&s, fb_span_of("a"), 70));
    fb_slots_remember(&s, a, 70, (struct fb_slot_said){1, 2});
    CU_ASSERT_PTR_NULL(fb_slots_gone(&s, fb_span_of("a"), 71));
    CU_ASSERT_PTR_NULL(fb_slots_gone(&s, fb_span_of("b"), 70));
    CU_ASSERT_PTR_NOT_NULL_FATAL(fb_slots_gone(&s, fb_span_of("a"), 70));
    CU_ASSERT_TRUE(fb_slots_gone(&s, fb_span_of("a"), 70)->said.contents == 1 && fb_slots_gone(&s, fb_span_of("a"), 70)->said.body == 2);
    for (unsigned i = 1; i < FB_SLOT_GONE_MAX; i++)
        fb_slots_remember(&s, b, 100 + i, (struct fb_slot_said){i, i});
    CU_ASSERT_PTR_NOT_NULL(fb_slots_gone(&s, fb_span_of("a"), 70));
    fb_slots_remember(&s, b, 99, (struct fb_slot_said){0, 0}); /* one too many */
    CU_ASSERT_PTR_NULL(fb_slots_gone(&s, fb_span_of("a"), 70));
    CU_ASSERT_PTR_NOT_NULL(fb_slots_gone(&s, fb_span_of("b"), 101));
    fb_slots_close(&s);
}

/* A frame of answers asks it of hundreds of messages, in what one arena has left. */
static void test_what_many_messages_say(void)
{
    static unsigned char memory[FB_SCRATCH_BYTES];
    unsigned char frame[2048];
    char id[40];
    struct fb_record r;
    struct fb_arena arena;
    fill_record(&r, id, 1, "Acme Care");
    struct fb_slot slot = {.frame = frame, .n = (uint32_t)fb_encode_publish(&r, frame, sizeof frame)};
    CU_ASSERT_FATAL(slot.n > 0);
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_slot_said first = fb_slot_says(&slot, &arena);
    CU_ASSERT(first.body != 0 && first.contents != 0 && first.contents != first.body);
    for (unsigned i = 0; i < 400; i++) {
        struct fb_slot_said said = fb_slot_says(&slot, &arena);
        CU_ASSERT(said.body == first.body && said.contents == first.contents);
    }
    fill_record(&r, id, 1, "Acme Home Care");
    slot.n = (uint32_t)fb_encode_publish(&r, frame, sizeof frame);
    CU_ASSERT_NOT_EQUAL(fb_slot_says(&slot, &arena).body, first.body);
    fb_arena_release(&arena);
}

CU_TestInfo suite_client[] = {
    {"what a message says is the same however many were asked before it", test_what_many_messages_say},
    {"every message is answered once", test_plain},
    {"a message answered busy is sent again, and its answer told once", test_busy},
    {"a message without an answer is sent again under the same id", test_lost},
    {"an engine that starts anew is greeted, and gets what it had not answered", test_restart},
    {"messages with one id go one after the other, each with its own answer", test_same_id},
    {"an answer that comes a second time is not taken for the next message's with its id", test_late_answers},
    {"a refused source is told why", test_refused_source},
    {"an engine without a place just now is greeted again", test_no_place},
    {"a welcome whose end was lost is none", test_welcome_without_a_window},
    {"the granted window is kept", test_window},
    {"without an engine nothing is taken and nothing fails", test_nobody_there},
    {"what can never be sent is told at once", test_never_sendable},
    {"slots keep their lists and their table", test_slots},
    CU_TEST_INFO_NULL,
};
