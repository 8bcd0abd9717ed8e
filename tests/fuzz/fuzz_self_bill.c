/* A file of a self-bill run: whatever the bytes, either what is wrong is told, or its rows come to its total, each shift once, and
 * what all runs come to is what a next one would be held against. */
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/months/self_bill.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct self_bill_scope scope = {fb_span_of("NS"), 0, fb_day_of(2026, 10, 1)};
    const struct fb_pack_file file = {.path = fb_span_of("run.csv"), .bytes = {(const char *)data, (uint32_t)size}};
    struct fb_pool pool = {0};
    struct self_bill_before before = {.n = 0};
    struct fb_pack_report report = {0};
    struct self_bill_sum sum = {0};
    if (size > 65536)
        return 0;
    bool good = self_bill_read(&pool, &file, &scope, &before, &report);
    fb_assert(good == (report.errors == 0));
    for (unsigned i = 0; good && i < before.n; i++) {
        const struct self_bill_line *l = &before.line[i];
        int by = i == 0 ? -1 : fb_span_cmp(before.line[i - 1].shift, l->shift);
        fb_assert(l->shift.n > 0 && l->payer != 0 && (by < 0 || (by == 0 && before.line[i - 1].payer < l->payer)));
        fb_assert(l->bill.pence == l->stands.pence && l->bill.vat == l->stands.vat && l->bill.minutes == l->stands.minutes); /* the first run */
        sum.pence += l->bill.pence;
        sum.vat += l->bill.vat;
        sum.minutes += l->bill.minutes;
    }
    fb_assert(!good || (before.runs == 1 && sum.pence == before.total.pence && sum.vat == before.total.vat && sum.minutes == before.total.minutes));
    /* The same file again is no second run. */
    fb_assert(!good || !self_bill_read(&pool, &file, &scope, &before, &report));
    self_bill_before_release(&before);
    fb_pack_report_free(&report);
    fb_pool_free(&pool);
    return 0;
}
