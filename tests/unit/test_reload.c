/* Packs on their way to be current: where they are looked for, what waits for what, and what is warned of. */
#include "engine/shell/clock.h"
#include "engine/shell/engine.h"
#include "engine/shell/places.h"
#include "engine/shell/ports.h"
#include "engine/shell/reload.h"
#include "tests/lib/folder.h"
#include "tests/lib/ports.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <unistd.h>

enum { MS_PER_DAY = 86400000 };
static struct fb_config C;
static struct fb_turn *turn;
static struct fb_store *store;
static struct fb_queue *Q;
static struct fb_commit *K;
static uv_sem_t woken, go_on;
static uv_loop_t loop;
static struct fb_reload R;
static struct {
    unsigned n;
    struct fb_peer peer;
    struct fb_result result;
    char text[FB_RELOAD_TEXT_BYTES];
} told;

static void note(void *ctx, const struct fb_peer *peer, const struct fb_result *r)
{
    (void)ctx;
    told.n++;
    told.peer = *peer;
    told.result = *r;
    CU_ASSERT_TRUE_FATAL(r->text.n < sizeof told.text && fb_span_is_text(r->text));
    memcpy(told.text, r->text.p, r->text.n);
    told.text[r->text.n] = '\0';
}

/* The commit thread stands still in here until the test lets it go on. */
static void wake(void *ctx)
{
    (void)ctx;
    uv_sem_post(&woken);
    uv_sem_wait(&go_on);
}

static void begin(void)
{
    static struct fb_faults faults;
    fb_log_set(FB_LOG_NONE);
    fb_config_default(&C);
    faults = (struct fb_faults){0};
    R = (struct fb_reload){.config = &C, .loop = &loop, .tell = note};
    told.n = 0;
    uv_sem_init(&woken, 0);
    uv_sem_init(&go_on, 0);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, &faults), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_turn_open(&turn, store, fb_test_ports(), NULL, NULL), FB_OK);
    CU_ASSERT_EQUAL_FATAL(fb_queue_open(&Q, 8, 4), FB_OK);
    CU_ASSERT_EQUAL_FATAL(uv_loop_init(&loop), 0);
    struct fb_commit_with with = {
        .turn = turn, .store = store, .queue = Q, .batch_max = 8, .wake = wake, .ports = fb_test_ports()};
    CU_ASSERT_EQUAL_FATAL(fb_commit_start(&K, &with), FB_OK);
    R.commit = K;
}

static void end(void)
{
    fb_reload_stop(&R);
    for (int i = 0; i < 64; i++)
        uv_sem_post(&go_on);
    fb_queue_finish(Q);
    fb_commit_stop(&K);
    fb_queue_close(&Q);
    fb_turn_close(&turn);
    fb_store_close(&store);
    CU_ASSERT_EQUAL(uv_loop_close(&loop), 0);
    uv_sem_destroy(&woken);
    uv_sem_destroy(&go_on);
    fb_log_set(FB_LOG_INFO);
}

static void read_packs(void)
{
    fb_reload_start(&R);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

/* Lets the commit thread do its rounds until an issue was dealt with. */
static struct fb_commit_news next_issue(void)
{
    struct fb_commit_news news = {0};
    for (int i = 0; i < 20 && !news.issue_answered; i++) {
        uv_sem_post(&go_on);
        uv_sem_wait(&woken);
        fb_commit_news(K, &news);
    }
    return news;
}

/* What the loop does when the commit thread has spoken, and whatever begins then. */
static struct fb_commit_news follow(void)
{
    struct fb_commit_news news = next_issue();
    CU_ASSERT_TRUE_FATAL(news.issue_answered);
    fb_reload_answered(&R, &news);
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    return news;
}

static void test_newest_packs_are_kept(void)
{
    begin();
    uv_sem_wait(&woken); /* it has nothing to do, and stands still */
    read_packs();
    CU_ASSERT_EQUAL(R.state, FB_RELOAD_HANDED);
    C.n_packs = 1; /* what is on the disk has changed meanwhile */
    read_packs();
    CU_ASSERT_TRUE(R.again); /* not read before those are current */
    struct fb_commit_news news = follow();
    CU_ASSERT_TRUE(news.issued.err == FB_OK && !news.issued.kept);
    CU_ASSERT_EQUAL(news.stats.issue, 1);
    CU_ASSERT_EQUAL(R.state, FB_RELOAD_HANDED);
    news = follow();
    CU_ASSERT_TRUE(news.issued.err == FB_OK && news.issued.issue == 2);
    CU_ASSERT_EQUAL(news.stats.issue, 2);
    CU_ASSERT_EQUAL(R.state, FB_RELOAD_IDLE);
    CU_ASSERT_EQUAL(told.n, 0); /* nobody had asked */
    end();
}

static struct fb_peer peer(unsigned n)
{
    return (struct fb_peer){.n = 1, .id = {(unsigned char)n}};
}

static void ask(unsigned who, int64_t due_ms)
{
    struct fb_peer p = peer(who);
    CU_ASSERT_TRUE(fb_reload_ask(&R, &p, due_ms));
    (void)uv_run(&loop, UV_RUN_DEFAULT);
}

/* As the door has it done; the commit thread goes on until it has come back. */
static void withdraw(uint32_t issue)
{
    struct fb_item *item = fb_queue_new(Q);
    CU_ASSERT_PTR_NOT_NULL_FATAL(item);
    item->kind = FB_ITEM_WITHDRAW;
    item->query = (struct fb_query){.kind = FB_QUERY_WITHDRAW, .issue = issue};
    fb_text_init(&item->why, fb_arena_get(&item->arena, FB_WHY_BYTES), FB_WHY_BYTES);
    fb_queue_push(Q, item);
    fb_queue_hand_over(Q);
    unsigned n = 0;
    for (int i = 0; i < 20 && n == 0; i++) {
        uv_sem_post(&go_on);
        uv_sem_wait(&woken);
        n = fb_queue_done(Q, &item, 1);
    }
    CU_ASSERT_EQUAL_FATAL(n, 1);
    CU_ASSERT_EQUAL(item->err, FB_OK);
    fb_queue_free(Q, item);
}

static void test_asked(void)
{
    enum { HOUR_MS = 3600000 };
    begin();
    C.n_packs = 1;
    uv_sem_wait(&woken);
    ask(7, FB_ABSENT);
    CU_ASSERT_EQUAL(told.n, 0); /* not before it is durable */
    (void)follow();
    CU_ASSERT_EQUAL_FATAL(told.n, 1);
    CU_ASSERT_TRUE(told.peer.id[0] == 7 && told.result.reason == FB_REASON_NONE && told.result.issue == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "issue 1 is current: "));
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "will be judged again"));
    ask(8, FB_ABSENT); /* the same again */
    (void)follow();
    CU_ASSERT_TRUE(told.n == 2 && told.result.issue == 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "nothing was changed"));
    C.n_packs = 2;
    ask(9, fb_clock_now_ms() + HOUR_MS);
    struct fb_commit_news news = follow();
    CU_ASSERT_TRUE(told.n == 3 && told.peer.id[0] == 9 && told.result.issue == 2);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "issue 2 waits: "));
    CU_ASSERT_TRUE(news.stats.issue == 1 && news.stats.waiting == 1);
    read_packs(); /* SIGHUP: they wait already */
    news = follow();
    CU_ASSERT_TRUE(news.issued.kept && news.stats.issue == 1 && news.stats.waiting == 1);
    ask(10, 1); /* the very packs that wait, at once: still a change that would be undone */
    news = follow();
    CU_ASSERT_TRUE(told.n == 4 && news.issued.err == FB_REFUSED && told.result.reason == FB_REASON_FIELD_RANGE);
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "Withdraw it (fairbank rules withdraw 2)"));
    CU_ASSERT_TRUE(news.stats.issue == 1 && news.stats.waiting == 1);
    withdraw(2);
    ask(10, 1); /* long past: now */
    news = follow();
    CU_ASSERT_TRUE(told.n == 5 && news.stats.issue == 3 && told.result.issue == 3 && news.stats.waiting == 0);
    end();
}

static void test_old_packs(void)
{
    begin();
    C.n_packs = 1;
    uv_sem_wait(&woken);
    ask(1, FB_ABSENT);
    (void)follow();
    C.n_packs = 2;
    ask(1, FB_ABSENT);
    struct fb_commit_news news = follow();
    CU_ASSERT_EQUAL(news.stats.issue, 2);
    C.n_packs = 1; /* somebody put the old ones back, or never took them away */
    read_packs();
    news = follow();
    CU_ASSERT_TRUE(news.issued.err == FB_OK && news.issued.kept && news.issued.once == 1 && news.stats.issue == 2);
    char memory[300];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_packs_say_once(&t, &news.issued);
    CU_ASSERT_PTR_NOT_NULL(strstr(memory, "the packs of issue 1, which was replaced or withdrawn"));
    CU_ASSERT_PTR_NOT_NULL(strstr(memory, "issue 2 stays current. `fairbank rules issue`"));
    ask(2, FB_ABSENT); /* on purpose */
    news = follow();
    CU_ASSERT_TRUE(news.issued.once == 0 && news.stats.issue == 3 && told.result.issue == 3);
    end();
}

static void test_asked_in_vain(void)
{
    struct fb_test_folder broken;
    begin();
    uv_sem_wait(&woken);
    fb_test_folder_make(&broken);
    char file[FB_TEST_PATH];
    fb_test_folder_file(&broken, "pack.yaml", file);
    fb_test_file_write(file, "no_such_key: 1\n", 15);
    struct fb_pack_report report = {0};
    char line[300];
    struct fb_text t;
    fb_text_init(&t, line, sizeof line);
    fb_text_add(&t, "packs: [rules/england, ");
    fb_text_add(&t, broken.path);
    fb_text_add(&t, "]");
    CU_ASSERT_EQUAL(fb_config_parse(&C, "t", (struct fb_span){t.p, (uint32_t)t.n}, &report), FB_OK);
    ask(1, FB_ABSENT);
    CU_ASSERT_TRUE(told.n == 1 && told.result.reason != FB_REASON_NONE && R.state == FB_RELOAD_IDLE);
    CU_ASSERT_PTR_NOT_NULL(
        strstr(told.text, "the packs have errors, and the rules stay as they are" FB_WIRE_LINE));
    CU_ASSERT_PTR_NOT_NULL(strstr(told.text, "pack.yaml:1: error: "));
    CU_ASSERT_EQUAL(fb_config_parse(&C, "t", fb_span_of("packs: [no/such/folder]"), &report), FB_OK);
    ask(1, FB_ABSENT);
    CU_ASSERT_TRUE(told.n == 2 && told.result.reason != FB_REASON_NONE);
    fb_test_folder_remove(&broken);
    fb_pack_report_free(&report);
    end();
}

static void test_askers_wait(void)
{
    struct fb_peer p = peer(99);
    begin();
    uv_sem_wait(&woken);
    ask(0, FB_ABSENT);
    for (unsigned i = 1; i <= FB_RELOAD_ASKERS_MAX; i++)
        ask(i, FB_ABSENT);
    CU_ASSERT_FALSE(fb_reload_ask(&R, &p, FB_ABSENT));
    (void)follow();
    CU_ASSERT_TRUE(told.n == 1 && told.peer.id[0] == 0 && R.n_waiting == FB_RELOAD_ASKERS_MAX - 1);
    (void)follow();
    CU_ASSERT_TRUE(told.n == 2 && told.peer.id[0] == 1); /* in their order */
    fb_reload_stop(&R);
    CU_ASSERT_TRUE(told.n == 2 + FB_RELOAD_ASKERS_MAX - 2 && told.result.reason == FB_REASON_NO_PLACE);
    CU_ASSERT_FALSE(fb_reload_ask(&R, &p, FB_ABSENT));
    end();
}

static int no_thread(uv_loop_t *on, uv_work_t *work, uv_work_cb f, uv_after_work_cb after)
{
    (void)on;
    (void)work;
    (void)f;
    (void)after;
    return UV_ENOMEM;
}

/* Whoever waits behind what is in hand is answered also when nothing can be read for them: else they were when somebody asked again. */
static void test_nothing_can_be_read(void)
{
    begin();
    uv_sem_wait(&woken);
    for (unsigned i = 0; i < 3; i++)
        ask(i, FB_ABSENT);
    R.queue_work = no_thread;
    (void)follow();
    CU_ASSERT_TRUE(told.n == 3 && told.peer.id[0] == 2 && told.result.reason != FB_REASON_NONE && R.state == FB_RELOAD_IDLE);
    end();
}

/* The words that a run of figures brings, as letters: . t D. */
static void progress(uint32_t issue, uint64_t of, const uint64_t *done, unsigned n, const char *wanted)
{
    struct fb_progress p = {.issue = 1};
    char words[32] = "";
    for (unsigned i = 0; i < n; i++) {
        struct fb_turn_stats s = {.issue = issue, .repriced = done[i], .to_reprice = of};
        words[i] = ".tD"[fb_progress_look(&p, &s)];
    }
    CU_ASSERT_STRING_EQUAL(words, wanted);
}

static void test_progress(void)
{
    const uint64_t steps[] = {0, 50000, 100000, 150000, 199999, 650000, 650001, 999999, 1000000, 1000000};
    progress(2, 1000000, steps, 10, "..t..t.tD.");
    progress(1, 1000000, steps, 10, "..t..t.tD."); /* the rest of what a run before began */
    const uint64_t few[] = {0, 512, 1024, 1500, 1500};
    progress(2, 1500, few, 5, "...D.");
    progress(2, 0, few, 1, "."); /* nothing is held yet */
    const uint64_t at_once[] = {800, 800};
    progress(2, 800, at_once, 2, "D."); /* done between two looks */
    progress(1, 800, at_once, 2, "..");
}

static void test_review_date(void)
{
    struct fb_book book = {.review_by = fb_day_of(2026, 3, 31)};
    int64_t that_day = (int64_t)fb_day_of(2026, 3, 31) * MS_PER_DAY;
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day));
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day + MS_PER_DAY / 2));
    CU_ASSERT_TRUE(fb_packs_review_is_over(&book, that_day + MS_PER_DAY));
    book.review_by = INT32_MAX;
    CU_ASSERT_FALSE(fb_packs_review_is_over(&book, that_day));
    CU_ASSERT_FALSE(fb_packs_review_is_over(NULL, that_day));
}

static void test_clock(void)
{
    int64_t now = (int64_t)20000 * MS_PER_DAY;
    CU_ASSERT_FALSE(fb_start_clock_is_behind(INT64_MIN, now)); /* no entry yet */
    CU_ASSERT_FALSE(fb_start_clock_is_behind(now - 1, now));
    CU_ASSERT_FALSE(fb_start_clock_is_behind(now + MS_PER_DAY, now));
    CU_ASSERT_TRUE(fb_start_clock_is_behind(now + MS_PER_DAY + 1, now));
}

static void test_places(void)
{
    char base[FB_PLACE_BYTES], folder[FB_PLACE_BYTES], here[FB_PLACE_BYTES];
    struct fb_test_folder elsewhere;
    fb_config_default(&C);
    CU_ASSERT_PTR_NOT_NULL_FATAL(getcwd(here, sizeof here));
    CU_ASSERT_TRUE(fb_places_find(&C, base));
    CU_ASSERT_STRING_EQUAL(base, here);
    unsigned n = 0;
    while (fb_places_get(&C, n, base))
        n++;
    CU_ASSERT_EQUAL(n, 4);
    CU_ASSERT_TRUE(fb_places_get(&C, 2, base) && strstr(base, "/share/fairbank") != NULL);
    CU_ASSERT_TRUE(fb_places_get(&C, 3, base) && fb_place_of(folder, base, C.pack[0]));
    CU_ASSERT_STRING_EQUAL(folder, "/usr/share/fairbank/rules/england");
    CU_ASSERT_TRUE(fb_place_of(folder, base, "/srv/rules"));
    CU_ASSERT_STRING_EQUAL(folder, "/srv/rules");
    /* What the configuration names is taken as it is named, and looked for broken else. */
    fb_test_folder_make(&elsewhere);
    CU_ASSERT_EQUAL_FATAL(chdir(elsewhere.path), 0);
    struct fb_pack_report report = {0};
    CU_ASSERT_EQUAL(fb_config_parse(&C, "t", fb_span_of("packs: [rules/england]"), &report), FB_OK);
    CU_ASSERT_FALSE(fb_places_get(&C, 1, base));
    CU_ASSERT_FALSE(fb_places_find(&C, base));
    CU_ASSERT_EQUAL_FATAL(chdir(here), 0);
    CU_ASSERT_TRUE(fb_places_find(&C, base));
    fb_test_folder_remove(&elsewhere);
    fb_pack_report_free(&report);
}

CU_TestInfo suite_reload[] = {
    {"packs are read again after those in hand are current, so the newest count", test_newest_packs_are_kept},
    {"whoever asks for an issue is told what was done when it is durable, and when nothing was", test_asked},
    {"packs that an earlier issue had are not taken again but on purpose", test_old_packs},
    {"packs with errors are told to whoever asked, with file and line", test_asked_in_vain},
    {"askers wait in order, and are told when there are too many or the engine stops", test_askers_wait},
    {"whoever waits is answered also when there is no thread to read packs", test_nothing_can_be_read},
    {"an issue's progress is told in tenths of a long way, and its end", test_progress},
    {"the day of the review is the last one without a warning", test_review_date},
    {"a clock more than a day before the last entry is noticed", test_clock},
    {"default packs are looked for in three places, named ones in one", test_places},
    CU_TEST_INFO_NULL,
};
