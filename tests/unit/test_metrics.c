#include "engine/shell/meter.h"
#include "engine/shell/metrics.h"
#include "engine/shell/metrics_address.h"
#include "tests/lib/suite.h"
#include "tests/lib/turns.h"
#include <stdio.h>
#include <string.h>

static void test_addresses(void)
{
    static const struct {
        const char *text, *refused; /* NULL: taken */
    } row[] = {{"127.0.0.1:9464", NULL},
               {"127.9.9.9:1", NULL},
               {"[::1]:65535", NULL},
               {"0.0.0.0:9464", "open to the network"},
               {"10.0.0.1:9464", "open to the network"},
               {"[::]:9464", "open to the network"},
               {"[::ffff:10.0.0.1]:9464", "open to the network"},
               {"localhost:9464", "not an address"}, /* a name may lead anywhere */
               {"127.0.0.1", "not an address"},
               {"127.0.0.1:", "not an address"},
               {"127.0.0.1:0", "not an address"},
               {"127.0.0.1:65536", "not an address"},
               {"127.0.0.1:94x", "not an address"},
               {"[::1:9464", "not an address"},
               {":9464", "not an address"},
               {"", "not an address"}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++) {
        const char *why = fb_metrics_address_refused(fb_span_of(row[i].text));
        CU_ASSERT_EQUAL(why == NULL, row[i].refused == NULL);
        if (why != NULL && row[i].refused != NULL)
            CU_ASSERT_PTR_NOT_NULL(strstr(why, row[i].refused));
    }
}

static uint64_t sum_of(struct fb_meter_row *row)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < FB_METER_BUCKETS; i++)
        sum += atomic_load(&row->bucket[i]);
    return sum;
}

static void test_meter(void)
{
    static struct fb_meter_row row;
    fb_meter_add(&row, &fb_meter_batch, 1);
    fb_meter_add(&row, &fb_meter_batch, 3);
    fb_meter_add(&row, &fb_meter_batch, 4);
    fb_meter_add(&row, &fb_meter_batch, 5000);
    CU_ASSERT_EQUAL(atomic_load(&row.bucket[0]), 1);
    CU_ASSERT_EQUAL(atomic_load(&row.bucket[2]), 2); /* at most four */
    CU_ASSERT_EQUAL(sum_of(&row), 3);                /* what is above the last bound is in no bucket */
    CU_ASSERT_EQUAL(atomic_load(&row.n), 4);
    CU_ASSERT_EQUAL(atomic_load(&row.sum), 5008);
    for (unsigned i = 1; i < FB_METER_BUCKETS; i++) {
        CU_ASSERT_TRUE(fb_meter_batch.bound[i] > fb_meter_batch.bound[i - 1]);
        CU_ASSERT_TRUE(fb_meter_commit_us.bound[i] > fb_meter_commit_us.bound[i - 1]);
    }
}

static void test_rate(void)
{
    enum { MS_PER_MINUTE = 60000, MS_PER_DAY = 86400000 };
    static struct fb_test_turn T;
    struct fb_commit_news news = {.commits = 0};
    struct fb_metrics_rate rate = {0};
    char ref[16];
    fb_test_records_forget();
    fb_test_turn_open(&T);
    for (int i = 0; i < 40; i++) {
        snprintf(ref, sizeof ref, "B%d", i);
        fb_test_send_one(&T, fb_test_record(FB_KIND_BOOKING, FB_TEST_ROSTER, ref));
    }
    fb_turn_stats(T.turn, &news.stats);
    const int64_t first_ms = T.now_ms;
    const uint64_t kib = fb_store_bytes(T.store) >> 10;
    struct fb_metrics_from from = {.store = T.store, .news = &news, .now_ms = first_ms};
    CU_ASSERT_TRUE(kib >= 7);
    fb_metrics_look(&rate, &from);
    CU_ASSERT_EQUAL(rate.bytes_a_day, kib << 10); /* all of it came today */
    from.now_ms = first_ms + 3 * MS_PER_DAY;
    fb_metrics_look(&rate, &from);
    CU_ASSERT_EQUAL(rate.bytes_a_day, kib / 4 << 10);
    from.now_ms = first_ms + 7 * (int64_t)MS_PER_DAY;
    fb_metrics_look(&rate, &from);
    CU_ASSERT_EQUAL(rate.bytes_a_day, kib / 7 << 10);
    /* Within the hour it stays, unless the store has grown by a tenth. */
    rate.bytes_a_day = 1;
    from.now_ms += MS_PER_MINUTE;
    fb_metrics_look(&rate, &from);
    CU_ASSERT_EQUAL(rate.bytes_a_day, 1);
    rate.looked_bytes = fb_store_bytes(T.store) / 2;
    fb_metrics_look(&rate, &from);
    CU_ASSERT_EQUAL(rate.bytes_a_day, kib / 7 << 10);
    fb_test_turn_close(&T);
}

CU_TestInfo suite_metrics[] = {{"metrics are served on this machine's own addresses only", test_addresses},
                               {"a meter's buckets hold what is at most their bound", test_meter},
                               {"days of the disk are told by the days that the journal spans", test_rate},
                               CU_TEST_INFO_NULL};
