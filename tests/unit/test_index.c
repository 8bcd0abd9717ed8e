#include "engine/base/hash.h"
#include "engine/turn/ids.h"
#include "engine/turn/memory/due.h"
#include "engine/turn/memory/index.h"
#include "tests/lib/suite.h"
#include <string.h>

static struct fb_index ix;

static void add(uint32_t n)
{
    uint32_t number = 0;
    for (uint32_t i = 0; i < n; i++)
        CU_ASSERT_EQUAL(fb_index_add(&ix, FB_KIND_BOOKING, 3, &number), FB_OK);
    CU_ASSERT_EQUAL(number, ix.n_held);
}

static void post(uint32_t tag, uint32_t number)
{
    CU_ASSERT_EQUAL(fb_index_post(&ix, tag, number), FB_OK);
}

static void test_records(void)
{
    CU_ASSERT_EQUAL_FATAL(fb_index_init(&ix, 0), FB_OK);
    add(5000);
    CU_ASSERT_EQUAL(ix.of_kind[FB_KIND_BOOKING], 5000);
    CU_ASSERT_PTR_NULL(fb_index_held(&ix, 0));
    CU_ASSERT_PTR_NULL(fb_index_held(&ix, 5001));
    CU_ASSERT_EQUAL(fb_index_held(&ix, 5000)->source, 3);
    fb_index_release(&ix);
}

static void test_lists(void)
{
    uint32_t number[8];
    CU_ASSERT_EQUAL_FATAL(fb_index_init(&ix, 0), FB_OK);
    CU_ASSERT_EQUAL(fb_index_read(&ix, 7, number, 8), 0);
    post(7, 20);
    post(7, 20);
    CU_ASSERT_EQUAL(fb_index_read(&ix, 7, number, 8), 1);
    post(7, 10);
    post(7, 30);
    post(7, 10); /* a link that came back */
    CU_ASSERT_EQUAL(fb_index_read(&ix, 7, number, 8), 3);
    CU_ASSERT_EQUAL(number[0], 10);
    CU_ASSERT_EQUAL(number[1], 20);
    CU_ASSERT_EQUAL(number[2], 30);
    CU_ASSERT_EQUAL(fb_index_read(&ix, 7, number, 1), 1);
    CU_ASSERT_EQUAL(number[0], 20); /* the first that was posted */
    fb_index_release(&ix);
}

static void test_growing(void)
{
    enum { KEYS = 30000 };
    uint32_t number[4];
    CU_ASSERT_EQUAL_FATAL(fb_index_init(&ix, 0), FB_OK);
    for (uint32_t i = 1; i <= KEYS; i++) {
        uint32_t tag = fb_index_tag(FB_LINK_BOOKING, fb_hash64_mix(i, 1), FB_KIND_BOOKING);
        post(tag, i);
        if (i % 3 == 0)
            post(tag, KEYS + i);
    }
    unsigned right = 0;
    for (uint32_t i = 1; i <= KEYS; i++) {
        uint32_t tag = fb_index_tag(FB_LINK_BOOKING, fb_hash64_mix(i, 1), FB_KIND_BOOKING);
        unsigned n = fb_index_read(&ix, tag, number, 4);
        right += n == (i % 3 == 0 ? 2u : 1u) && number[0] == i && (n == 1 || number[1] == KEYS + i);
    }
    CU_ASSERT_EQUAL(right, KEYS);
    fb_index_release(&ix);
}

static void test_tags(void)
{
    uint32_t a = fb_index_tag(FB_LINK_AGENCY, 5, FB_KIND_BOOKING);
    CU_ASSERT_NOT_EQUAL(a, fb_index_tag(FB_LINK_AGENCY, 5, FB_KIND_FRAMEWORK));
    CU_ASSERT_NOT_EQUAL(a, fb_index_tag(FB_LINK_ORG, 5, FB_KIND_BOOKING));
    CU_ASSERT_NOT_EQUAL(a, fb_index_tag(FB_LINK_AGENCY, 6, FB_KIND_BOOKING));
}

static void test_due(void)
{
    struct fb_due d = {.entry = NULL};
    CU_ASSERT_EQUAL_FATAL(fb_index_init(&ix, 0), FB_OK);
    add(1000);
    for (uint32_t i = 1; i <= 1000; i++) {
        uint32_t at = 1 + i * 7919 % 1009;
        fb_index_held(&ix, i)->due_min = i % 10 == 0 ? 0 : at; /* every tenth is stale */
        CU_ASSERT_EQUAL(fb_due_add(&d, at, i), FB_OK);
    }
    uint32_t last = 0, n = 0;
    for (const struct fb_due_entry *e; (e = fb_due_first(&d, &ix)) != NULL; fb_due_drop(&d), n++) {
        CU_ASSERT_TRUE(e->start_min >= last && e->number % 10 != 0);
        last = e->start_min;
    }
    CU_ASSERT_EQUAL(n, 900);
    CU_ASSERT_EQUAL(d.n, 0);
    fb_due_release(&d);
    fb_index_release(&ix);
}

static void test_ids_row(void)
{
    unsigned char bytes[256];
    struct fb_ids_row row = {.kind = FB_KIND_CASCADE,
                             .source = 9,
                             .record = 1u << 30,
                             .seen = 0xFFFFFFFFu,
                             .won = true,
                             .by_agency = true,
                             .worker = UINT32_MAX,
                             .worker_was = 7,
                             .of_worker = true,
                             .n_tags = FB_LINKS_MAX},
                      out;
    for (unsigned i = 0; i < FB_LINKS_MAX; i++)
        row.tag[i] = ~i;
    size_t n = fb_ids_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_TRUE_FATAL(n > 0);
    CU_ASSERT_EQUAL_FATAL(fb_ids_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_EQUAL(out.kind, row.kind);
    CU_ASSERT_EQUAL(out.source, row.source);
    CU_ASSERT_EQUAL(out.record, row.record);
    CU_ASSERT_EQUAL(out.seen, row.seen);
    CU_ASSERT_TRUE(out.won && out.by_agency && !out.first && out.of_worker);
    CU_ASSERT_TRUE(out.worker == UINT32_MAX && out.worker_was == 7);
    CU_ASSERT_EQUAL(memcmp(out.tag, row.tag, sizeof row.tag), 0);
    for (uint32_t cut = 0; cut < n; cut++)
        CU_ASSERT_EQUAL(fb_ids_unpack(&out, (struct fb_span){(char *)bytes, cut}), FB_DAMAGED);
    row.worker = row.worker_was = 0;
    row.of_worker = false;
    n = fb_ids_pack(&row, bytes, sizeof bytes);
    CU_ASSERT_EQUAL_FATAL(fb_ids_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_OK);
    CU_ASSERT_TRUE(out.worker == 0 && out.worker_was == 0 && !out.of_worker);
    bytes[2] |= 64; /* a flag that nobody knows */
    CU_ASSERT_EQUAL(fb_ids_unpack(&out, (struct fb_span){(char *)bytes, (uint32_t)n}), FB_DAMAGED);
}

CU_TestInfo suite_index[] = {
    {"records are numbered from one", test_records},
    {"a list gives each number once, ascending", test_lists},
    {"everything posted is found, however often the table grows", test_growing},
    {"a tag depends on the link, its hash and the kind of record", test_tags},
    {"vacancies come due in order, and stale ones never", test_due},
    {"a row of ids comes back as it was packed", test_ids_row},
    CU_TEST_INFO_NULL,
};
