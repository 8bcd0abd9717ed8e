/* Consumers that stopped reading: who is told of, and until when. */
#include "engine/shell/behind.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/log.h"
#include "engine/store/key.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

static struct fb_store *store;
static struct fb_behind b;

static void put_events(uint64_t from, uint64_t until)
{
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(store, &t), FB_OK);
    for (uint64_t i = from; i <= until; i++) {
        struct fb_key key = fb_key_u64(i);
        fb_put(t, FB_TABLE_EVENTS, fb_key_span(&key), fb_span_of("told"));
    }
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
}

static void put_cursor(const char *name, uint64_t epoch, uint64_t seq)
{
    unsigned char value[FB_CURSOR_VALUE_BYTES];
    struct fb_txn *t = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_write(store, &t), FB_OK);
    fb_cursor_pack(value, epoch, seq);
    fb_put(t, FB_TABLE_CURSORS, fb_span_of(name), (struct fb_span){(const char *)value, sizeof value});
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
}

static void begin(uint64_t most)
{
    fb_log_set(FB_LOG_NONE);
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    fb_behind_open(&b, store, most);
    put_events(1, 10);
}

static void end(void)
{
    fb_store_close(&store);
    fb_log_set(FB_LOG_INFO);
}

static const char *told_to(const char *whose)
{
    static char memory[4096];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_behind_look(&b);
    fb_behind_add(&t, &b, fb_span_of(whose));
    return t.p;
}

static const char *told(void)
{
    return told_to("");
}

static void one_identity_is_told_of_its_own_cursors(void)
{
    begin(5);
    put_cursor("rth/bi", fb_store_epoch(store), 1);
    put_cursor("rth-late/bi", fb_store_epoch(store), 1);
    put_cursor("bi", fb_store_epoch(store), 1);
    CU_ASSERT_STRING_EQUAL(told(), "bi 9, rth-late/bi 9, rth/bi 9");
    CU_ASSERT_STRING_EQUAL(told_to("rth"), "rth/bi 9");
    CU_ASSERT_STRING_EQUAL(told_to("bi"), "");
    CU_ASSERT_STRING_EQUAL(told_to("/"), "");
    end();
}

static void who_is_so_many_events_behind_is_told_of_until_it_has_caught_up(void)
{
    begin(5);
    put_cursor("bi", fb_store_epoch(store), 6);
    CU_ASSERT_STRING_EQUAL(told(), "");
    put_events(11, 11);
    CU_ASSERT_STRING_EQUAL(told(), "bi 5");
    put_cursor("ledger", fb_store_epoch(store), 1);
    CU_ASSERT_STRING_EQUAL(told(), "bi 5, ledger 10");
    put_cursor("bi", fb_store_epoch(store), 7);
    CU_ASSERT_STRING_EQUAL(told(), "ledger 10");
    put_cursor("ledger", fb_store_epoch(store), 11);
    CU_ASSERT_STRING_EQUAL(told(), "");
    end();
}

static void a_position_of_an_unknown_epoch_is_before_the_first_event(void)
{
    begin(10);
    put_cursor("old", fb_store_epoch(store) + 1, 10);
    CU_ASSERT_STRING_EQUAL(told(), "old 10");
    end();
}

static void nobody_is_told_of_when_no_number_is_said(void)
{
    begin(0);
    put_cursor("bi", fb_store_epoch(store), 0);
    CU_ASSERT_STRING_EQUAL(told(), "");
    end();
}

static void more_than_can_be_named_are_counted(void)
{
    char name[8];
    begin(5);
    for (unsigned i = 0; i < FB_BEHIND_MAX + 3; i++) {
        snprintf(name, sizeof name, "c%02u", i);
        put_cursor(name, fb_store_epoch(store), 0);
    }
    const char *text = told();
    CU_ASSERT_PTR_NOT_NULL(strstr(text, "c31 10, others 3"));
    end();
}

static void it_looks_every_ten_seconds(void)
{
    begin(5);
    put_cursor("bi", fb_store_epoch(store), 0);
    for (unsigned i = 1; i < FB_BEHIND_SECONDS; i++)
        fb_behind_second(&b);
    CU_ASSERT_EQUAL(b.n, 0);
    fb_behind_second(&b);
    CU_ASSERT_EQUAL(b.n, 1);
    end();
}

CU_TestInfo suite_behind[] = {{"an identity is told of its own cursors", one_identity_is_told_of_its_own_cursors},
    {"who is so many events behind is told of until it has caught up", who_is_so_many_events_behind_is_told_of_until_it_has_caught_up},
    {"a position of an unknown epoch is before the first event", a_position_of_an_unknown_epoch_is_before_the_first_event},
    {"nobody is told of when no number is said", nobody_is_told_of_when_no_number_is_said},
    {"more than can be named are counted", more_than_can_be_named_are_counted},
    {"it looks every ten seconds", it_looks_every_ten_seconds},
    CU_TEST_INFO_NULL,
};
