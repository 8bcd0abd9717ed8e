/* When the commit thread signs a checkpoint for whom. */
#include "engine/shell/commit_chain.h"
#include "engine/shell/log.h"
#include "tests/lib/folder.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <string.h>

static struct fb_test_folder folder;
static struct fb_test_turn T;
static struct fb_keys keys;
static struct fb_seals seals;
static struct fb_item item;
static char told[FB_TOLD_BYTES];
static const char *const ref[] = {"B0", "B1", "B2", "B3", "B4", "B5", "B6", "B7"};

static void begin(void)
{
    char words[600];
    struct fb_text text;
    fb_log_set(FB_LOG_NONE);
    fb_test_records_forget();
    fb_test_turn_open(&T);
    fb_test_folder_make(&folder);
    fb_text_init(&text, words, sizeof words);
    CU_ASSERT_EQUAL_FATAL(fb_keys_open(&keys, folder.path, false, &text), FB_OK);
    seals = (struct fb_seals){.turn = T.turn, .store = T.store, .keys = &keys, .every_ms = 3600000, .now_ms = T.now_ms};
}

static void end(void)
{
    fb_seals_close(&seals);
    fb_keys_close(&keys);
    fb_test_folder_remove(&folder);
    fb_test_turn_close(&T);
    fb_log_set(FB_LOG_INFO);
}

/* One more record, and what one with that key is answered after it. */
static const char *after_one(unsigned i, uint32_t key, const struct fb_query *q, enum fb_item_kind kind)
{
    fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref[i]));
    memset(&item, 0, sizeof item);
    item.kind = kind;
    item.peer.key = key;
    item.query = *q;
    fb_text_init(&item.why, told, sizeof told);
    CU_ASSERT_EQUAL_FATAL(fb_seals_take(&seals, &item), FB_OK);
    return told;
}

static bool makes(unsigned i, uint32_t key)
{
    const struct fb_query q = {.kind = FB_QUERY_CHECKPOINT, .make = true};
    uint64_t before = seals.number;
    const char *text = after_one(i, key, &q, FB_ITEM_CHECKPOINT);
    CU_ASSERT_TRUE(item.err == FB_OK && strncmp(text, "fairbank checkpoint 1\n", 22) == 0);
    return seals.number > before;
}

/* A key that asks for one after another gets the last one, and the journal a commit every half minute. */
static void test_rest(void)
{
    begin();
    CU_ASSERT_TRUE(makes(0, 7));
    CU_ASSERT_FALSE(makes(1, 7));
    CU_ASSERT_FALSE(makes(2, 8)); /* whoever it was */
    CU_ASSERT_TRUE(makes(3, 0));  /* this machine's people have one made when they say so */
    seals.now_ms += FB_SEALS_REST_MS - 1;
    CU_ASSERT_FALSE(makes(4, 7));
    seals.now_ms++;
    CU_ASSERT_TRUE(makes(5, 7));
    seals.now_ms -= 3600000; /* a clock that was set back keeps nobody waiting */
    CU_ASSERT_TRUE(makes(6, 7));
    end();
}

/* Nor by asking for proofs of what it has just sent; who asks is told when to ask again. */
static void test_prove(void)
{
    struct fb_turn_stats now;
    begin();
    CU_ASSERT_TRUE(makes(0, 7));
    fb_turn_stats(T.turn, &now);
    struct fb_query q = {.kind = FB_QUERY_PROVE, .as_of = now.journal + 1, .asker = {.as = FB_AS_CONTROLS}};
    uint64_t before = seals.number;
    CU_ASSERT_PTR_NOT_NULL(strstr(after_one(1, 7, &q, FB_ITEM_PROVE), "ask again in half a minute"));
    CU_ASSERT_TRUE(item.err == FB_REFUSED && item.reason == FB_REASON_NO_PLACE && seals.number == before);
    q.as_of = now.journal; /* what is under the last one is proved at once */
    CU_ASSERT_PTR_NULL(strstr(after_one(2, 7, &q, FB_ITEM_PROVE), "ask again"));
    CU_ASSERT_EQUAL(item.reason, FB_REASON_NONE);
    seals.now_ms += FB_SEALS_REST_MS;
    q.as_of = now.journal + 1;
    CU_ASSERT_PTR_NULL(strstr(after_one(3, 7, &q, FB_ITEM_PROVE), "ask again"));
    CU_ASSERT_TRUE(item.reason == FB_REASON_NONE && seals.number > before);
    end();
}

CU_TestInfo suite_seals[] = {
    {"over the network a checkpoint is made every half minute at most, and the last one told", test_rest},
    {"a proof over the network has none made sooner", test_prove},
    CU_TEST_INFO_NULL,
};
