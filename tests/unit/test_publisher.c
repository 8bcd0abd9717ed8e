#include "adapters/lib/publisher.h"
#include "adapters/lib/dealer.h"
#include "tests/lib/folder.h"
#include "tests/lib/stub_engine.h"
#include "tests/lib/suite.h"
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST = 280, FULL = 130, WAIT_MS = 30000 };
static char said[400];

/* What the engine saw and the callback was told, by the number in the message id. */
struct seen {
    atomic_uint messages[MOST];
    unsigned answers[MOST], outcome[MOST], total;
};
static struct seen seen;

static unsigned number_of(struct fb_span id)
{
    int64_t n = -1;
    CU_ASSERT_FATAL(id.n > 2 && fb_parse_int(&n, (struct fb_span){id.p + 2, id.n - 2}) == FB_OK && n >= 0 && n < MOST);
    return (unsigned)n;
}

static void on_message(void *ctx, const struct fb_record *r, enum fb_outcome outcome)
{
    (void)ctx;
    (void)outcome;
    atomic_fetch_add(&seen.messages[number_of(r->env.message_id)], 1);
}

static void on_answer(void *ctx, const struct fb_wire_answer *a)
{
    CU_ASSERT_PTR_EQUAL(ctx, &seen);
    unsigned n = number_of(a->message_id);
    seen.answers[n]++;
    seen.outcome[n] = a->outcome;
    seen.total++;
}

static bool dies; /* in its callback */
static void die_in_it(void *ctx, const struct fb_wire_answer *a)
{
    (void)ctx;
    (void)a;
    _exit(0);
}

static struct fb_publisher *publisher_at(const char *folder, const char *endpoint, const struct fb_spool_options *spool, unsigned left)
{
    struct fb_publisher *p = NULL;
    struct fb_spool_found found;
    struct fb_text why;
    struct fb_publisher_options o = {.client = {.endpoint = endpoint, .resend_ms = 60, .rest_ms = 10}, .answered = dies ? die_in_it : on_answer, .ctx = &seen};
    if (spool != NULL)
        o.spool = *spool;
    o.spool.folder = folder;
    o.client.hello = (struct fb_hello){.adapter = fb_span_of("test"),
                                       .source = {.name = fb_span_of("rth-roster"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
    fb_text_init(&why, said, sizeof said);
    CU_ASSERT_EQUAL_FATAL(fb_publisher_open(&p, &o, &found, &why), FB_OK);
    CU_ASSERT_EQUAL(found.messages, left);
    return p;
}

static void begin(struct fb_test_folder *f)
{
    memset(&seen, 0, sizeof seen);
    fb_test_folder_make(f);
}

static enum fb_err publish(struct fb_publisher *p, unsigned i, const char *name, uint64_t *number)
{
    struct fb_record r = {.env = {.kind = FB_KIND_AGENCY, .source = fb_span_of("rth-roster"), .revision = FB_ABSENT, .source_seq = FB_ABSENT,
                                  .occurred_ms = 1773650000000}};
    char id[20];
    const char *field;
    snprintf(id, sizeof id, "m-%u", i);
    r.env.message_id = r.env.record_ref = fb_span_of(id);
    r.as.agency.code = fb_span_of("ACME");
    r.as.agency.name = fb_span_of(name);
    return fb_publisher_publish(p, &r, number, &field);
}

/* Of messages from..until each is answered, once or after a restart twice, and the engine had it. */
static void all_answered(unsigned from, unsigned until)
{
    for (unsigned i = from; i < until; i++)
        CU_ASSERT_TRUE(seen.answers[i] >= 1 && atomic_load(&seen.messages[i]) >= 1);
}

static void test_callback(void)
{
    struct fb_test_folder f;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.window = 16, .busy_every = 5, .lose_every = 7, .on_message = on_message});
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0);
    for (unsigned i = 0; i < 90; i++)
        CU_ASSERT_EQUAL(publish(p, i, "Acme", NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(seen.total, 90);
    for (unsigned i = 0; i < 90; i++)
        CU_ASSERT_EQUAL(seen.answers[i], 1);
    struct fb_publisher_level l = fb_publisher_level(p);
    CU_ASSERT_TRUE(l.waiting == 0 && l.in_flight == 0 && l.state == FB_CLIENT_WELCOME && l.window == 16);
    CU_ASSERT_TRUE(l.figures.busy > 0 && l.figures.resent > 0 && l.figures.answered == 90);
    fb_publisher_close(&p);
    CU_ASSERT_PTR_NULL(p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

static void test_await(void)
{
    struct fb_test_folder f;
    struct fb_publisher_said a, b;
    uint64_t first = 0, again = 0, other = 0;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.on_message = on_message, .refuse_every = 2});
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0);
    CU_ASSERT_EQUAL(publish(p, 1, "Acme", &first), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_await(p, first, WAIT_MS, &a), FB_OK);
    CU_ASSERT_TRUE(a.outcome == FB_OUTCOME_ACCEPTED && a.reason == FB_REASON_NONE && a.journal != 0 && a.field[0] == '\0');
    CU_ASSERT_EQUAL(publish(p, 1, "Acme", &again), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_await(p, again, WAIT_MS, &b), FB_OK);
    CU_ASSERT_TRUE(b.outcome == FB_OUTCOME_DUPLICATE && b.journal == a.journal);
    CU_ASSERT_EQUAL(publish(p, 2, "Acme", &other), FB_OK); /* the second new one is refused */
    CU_ASSERT_EQUAL(fb_publisher_await(p, other, WAIT_MS, &b), FB_OK);
    CU_ASSERT_TRUE(b.outcome == FB_OUTCOME_REFUSED && b.reason == FB_REASON_FIELD_MISSING);
    CU_ASSERT_STRING_EQUAL(b.field, "shift.grade");
    CU_ASSERT_EQUAL(fb_publisher_await(p, first, 0, &b), FB_OK); /* remembered */
    CU_ASSERT_EQUAL(fb_publisher_await(p, 0, 0, &b), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_publisher_await(p, other + 1, WAIT_MS, &b), FB_NOT_FOUND);
    for (unsigned i = 10; i < 10 + FB_PUBLISHER_SAID_MAX; i++)
        CU_ASSERT_EQUAL(publish(p, i, "Acme", &other), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_await(p, first, WAIT_MS, &b), FB_NOT_FOUND); /* too long ago */
    CU_ASSERT_EQUAL(fb_publisher_await(p, other, 0, &b), FB_OK);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

/* The engine is away; this process ends; a later one sends what the first had taken, and nothing else. */
static void test_away(void)
{
    struct fb_test_folder f;
    struct fb_publisher_said s;
    uint64_t number = 0;
    begin(&f);
    struct fb_publisher *p = publisher_at(f.path, "ipc:///tmp/fairbank-nobody-there.sock", NULL, 0);
    for (unsigned i = 0; i < 30; i++)
        CU_ASSERT_EQUAL(publish(p, i, "Acme", &number), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, 40), FB_BUSY);
    CU_ASSERT_EQUAL(fb_publisher_await(p, number, 20, &s), FB_BUSY);
    CU_ASSERT_EQUAL(fb_publisher_waiting(p), 30);
    CU_ASSERT_EQUAL(fb_publisher_level(p).state, FB_CLIENT_CONNECTING);
    fb_publisher_close(&p);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.on_message = on_message});
    p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 30);
    CU_ASSERT_EQUAL(publish(p, 30, "Acme", NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    all_answered(0, 31);
    CU_ASSERT_EQUAL(seen.total, 31);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, 31);
    fb_publisher_close(&p);
    p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0); /* nothing is left */
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

/* An engine that goes silent after some: what it did not answer goes out again in the next run, under the same id. */
static void test_silent(void)
{
    struct fb_test_folder f;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.silent_after = 12, .on_message = on_message});
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0);
    for (unsigned i = 0; i < 40; i++)
        CU_ASSERT_EQUAL(publish(p, i, "Acme", NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, 300), FB_BUSY);
    unsigned before = seen.total;
    CU_ASSERT_TRUE(before > 0 && before <= 12);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    stub = fb_stub_open(&(struct fb_stub_options){.restart_after = 10, .on_message = on_message});
    p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 40 - before);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    all_answered(0, 40);
    CU_ASSERT_EQUAL(seen.total, 40);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

/* A process that publishes one message and dies as it is told what became of it. */
static void publish_and_die(const char *folder, const char *endpoint)
{
    dies = true;
    struct fb_publisher *p = publisher_at(folder, endpoint, NULL, 0);
    bool ended = publish(p, 0, "Acme", NULL) == FB_OK && fb_publisher_wait(p, WAIT_MS) == FB_OK;
    _exit(ended ? 1 : 2); /* it should not come to this */
}

/* What the callback was to set aside is told again by the next run. */
static void test_killed_in_callback(void)
{
    struct fb_test_folder f;
    int status = -1;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.on_message = on_message});
    pid_t child = fork();
    if (child == 0)
        publish_and_die(f.path, fb_stub_endpoint(stub));
    CU_ASSERT_EQUAL_FATAL(waitpid(child, &status, 0), child);
    CU_ASSERT_FATAL(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 1);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(seen.answers[0], 1);
    fb_publisher_close(&p);
    p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

/* The bound is said, nothing that was taken is lost for it, and there is room again when the engine answers. */
static void test_full(void)
{
    struct fb_test_folder f;
    unsigned taken = 0;
    enum fb_err e = FB_OK;
    begin(&f);
    struct fb_spool_options small = {.bytes_max = 4000};
    struct fb_publisher *p = publisher_at(f.path, "ipc:///tmp/fairbank-nobody-there.sock", &small, 0);
    while (taken < FULL && (e = publish(p, taken, "Acme", NULL)) == FB_OK)
        taken++;
    CU_ASSERT_EQUAL(e, FB_FULL);
    CU_ASSERT_TRUE(taken > 10 && taken < FULL / 2 && fb_publisher_waiting(p) == taken);
    CU_ASSERT_EQUAL(publish(p, taken, "Acme", NULL), FB_FULL);
    CU_ASSERT_TRUE(fb_publisher_level(p).spool.bytes <= 4000 && fb_publisher_level(p).spool.bytes_max == 4000);
    fb_publisher_close(&p);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.on_message = on_message, .window = 4});
    p = publisher_at(f.path, fb_stub_endpoint(stub), &small, taken);
    for (unsigned i = taken; i < FULL; i++) {
        int64_t until = fb_dealer_now_ms() + WAIT_MS;
        while ((e = publish(p, i, "Acme", NULL)) == FB_FULL && fb_dealer_now_ms() < until)
            CU_ASSERT_EQUAL_FATAL(fb_publisher_poll(p, 10), FB_OK);
        CU_ASSERT_EQUAL_FATAL(e, FB_OK);
    }
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    all_answered(0, FULL);
    CU_ASSERT_EQUAL(fb_stub_figures(stub).distinct, FULL);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

static void test_never_taken(void)
{
    struct fb_test_folder f;
    begin(&f);
    struct fb_publisher *p = publisher_at(f.path, "ipc:///tmp/fairbank-nobody-there.sock", NULL, 0);
    struct fb_record r = {.env = {.kind = FB_KIND_AGENCY, .source = fb_span_of("rth-roster"), .message_id = fb_span_of("m-1"), .record_ref = fb_span_of("1"),
                                  .revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = 1773650000000}};
    static char wide[70000];
    const char *field = "";
    CU_ASSERT_EQUAL(fb_publisher_publish(p, &r, NULL, &field), FB_REFUSED);
    CU_ASSERT_STRING_EQUAL(field, "agency.code");
    memset(wide, 'x', sizeof wide);
    r.as.agency.code = r.as.agency.name = (struct fb_span){wide, sizeof wide};
    CU_ASSERT_EQUAL(fb_publisher_publish(p, &r, NULL, &field), FB_LIMIT);
    CU_ASSERT_EQUAL(fb_publisher_waiting(p), 0);
    struct fb_publisher *other = NULL;
    struct fb_spool_found found;
    struct fb_text why;
    fb_text_init(&why, said, sizeof said);
    struct fb_publisher_options o = {.spool = {.folder = "/nowhere/at/all"}, .client = {.endpoint = "ipc:///tmp/x"}};
    CU_ASSERT_EQUAL(fb_publisher_open(&other, &o, &found, &why), FB_IO);
    CU_ASSERT_PTR_NOT_NULL(strstr(said, "/nowhere/at/all"));
    CU_ASSERT_PTR_NULL(other);
    fb_publisher_close(&p);
    fb_test_folder_remove(&f);
}

/* Several with one sync: as many as are right and have room, and the rest stays with the caller. */
static void test_many(void)
{
    struct fb_test_folder f;
    static struct fb_record r[30];
    static char id[30][20];
    struct fb_publisher_said s;
    uint64_t number = 0;
    unsigned taken = 99;
    const char *field;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.on_message = on_message});
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), &(struct fb_spool_options){.messages_max = 20}, 0);
    for (unsigned i = 0; i < 30; i++) {
        r[i] = (struct fb_record){.env = {.kind = FB_KIND_AGENCY, .source = fb_span_of("rth-roster"), .revision = FB_ABSENT, .source_seq = FB_ABSENT, .occurred_ms = 1773650000000}};
        snprintf(id[i], sizeof id[i], "m-%u", i);
        r[i].env.message_id = r[i].env.record_ref = fb_span_of(id[i]);
        if (i != 5)
            r[i].as.agency.code = fb_span_of("ACME");
        r[i].as.agency.name = fb_span_of("Acme");
    }
    CU_ASSERT_EQUAL(fb_publisher_publish_many(p, r, 0, &number, &taken, &field), FB_OK);
    CU_ASSERT_EQUAL(taken, 0);
    CU_ASSERT_EQUAL(fb_publisher_publish_many(p, r, 30, &number, &taken, &field), FB_REFUSED);
    CU_ASSERT_TRUE(taken == 5 && strcmp(field, "agency.code") == 0 && fb_publisher_waiting(p) == 5);
    CU_ASSERT_EQUAL(fb_publisher_publish_many(p, r + 6, 24, &number, &taken, &field), FB_FULL);
    CU_ASSERT_EQUAL(taken, 15);
    CU_ASSERT_EQUAL(fb_publisher_await(p, number + 14, WAIT_MS, &s), FB_OK);
    CU_ASSERT_EQUAL(s.outcome, FB_OUTCOME_ACCEPTED);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_publish_many(p, r + 21, 9, &number, &taken, &field), FB_OK);
    CU_ASSERT_EQUAL(taken, 9);
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_OK);
    CU_ASSERT_TRUE(seen.total == 29 && seen.answers[5] == 0);
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

/* ---- threads ---- */

struct side {
    unsigned from;
    bool good;
};

static void *publish_beside(void *ctx)
{
    struct side *side = ctx;
    struct fb_test_folder f;
    struct fb_spool_found found;
    char memory[200];
    struct fb_text why;
    struct fb_publisher *p = NULL;
    fb_test_folder_make(&f);
    fb_text_init(&why, memory, sizeof memory);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.lose_every = 6});
    struct fb_publisher_options o = {.spool = {.folder = f.path, .segment_bytes = 2000}, .client = {.endpoint = fb_stub_endpoint(stub), .resend_ms = 30, .rest_ms = 5}};
    o.client.hello = (struct fb_hello){.adapter = fb_span_of("test"), .source = {.name = fb_span_of("rth-roster"), .mode = FB_SOURCE_MODE_LIVE}};
    side->good = fb_publisher_open(&p, &o, &found, &why) == FB_OK;
    for (unsigned i = 0; side->good && i < 60; i++)
        side->good = publish(p, side->from + i, "Acme", NULL) == FB_OK;
    side->good = side->good && fb_publisher_wait(p, WAIT_MS) == FB_OK && fb_stub_figures(stub).distinct == 60;
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
    return NULL;
}

static void test_side_by_side(void)
{
    struct side a = {.from = 0}, b = {.from = 200};
    pthread_t thread;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, publish_beside, &a), 0);
    (void)publish_beside(&b);
    (void)pthread_join(thread, NULL);
    CU_ASSERT_TRUE(a.good && b.good);
}

static void test_refused_source(void)
{
    struct fb_test_folder f;
    struct fb_publisher_said s;
    uint64_t number = 0;
    begin(&f);
    struct fb_stub_engine *stub = fb_stub_open(&(struct fb_stub_options){.refuse_source = true});
    struct fb_publisher *p = publisher_at(f.path, fb_stub_endpoint(stub), NULL, 0);
    CU_ASSERT_STRING_EQUAL(fb_publisher_refusal(p), "");
    CU_ASSERT_EQUAL(publish(p, 1, "Acme", &number), FB_OK);
    CU_ASSERT_EQUAL(fb_publisher_await(p, number, WAIT_MS, &s), FB_REFUSED);
    CU_ASSERT_PTR_NOT_NULL(strstr(fb_publisher_refusal(p), "ask the controls team"));
    CU_ASSERT_EQUAL(fb_publisher_wait(p, WAIT_MS), FB_REFUSED);
    CU_ASSERT_EQUAL(fb_publisher_waiting(p), 1); /* it is kept: somebody may mend the engine's list of sources */
    fb_publisher_close(&p);
    fb_stub_close(&stub);
    fb_test_folder_remove(&f);
}

CU_TestInfo suite_publisher[] = {
    {"every message is answered once, to the callback", test_callback},
    {"a message can be awaited by its number, also after it was answered", test_await},
    {"what was taken while the engine was away goes out in the next run", test_away},
    {"what was not answered goes out again, under the same id", test_silent},
    {"whoever is killed in the callback is told again", test_killed_in_callback},
    {"a full spool says so, loses nothing, and takes again when there is room", test_full},
    {"what the engine would never take is not taken", test_never_taken},
    {"several are taken with one sync, as far as they are right and there is room", test_many},
    {"two publishers in two threads do not know of each other", test_side_by_side},
    {"a source that the engine does not take is told, and keeps what it has", test_refused_source},
    CU_TEST_INFO_NULL,
};
