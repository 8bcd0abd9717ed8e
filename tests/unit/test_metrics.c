#include "engine/shell/meter.h"
#include "engine/shell/metrics_address.h"
#include "tests/lib/suite.h"
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

CU_TestInfo suite_metrics[] = {{"metrics are served on this machine's own addresses only", test_addresses},
                               {"a meter's buckets hold what is at most their bound", test_meter},
                               CU_TEST_INFO_NULL};
