/* One line of `fairbank price`: whatever the bytes, either the first thing wrong is named, or what came out is a
 * booking that pricing may trust. */
#include "engine/base/check.h"
#include "tests/lib/books.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/price.h"

static void trust(const struct fb_booking *b)
{
    const struct fb_shift *s = &b->shift;
    fb_assert(s->hirer != 0 && s->grade != 0 && s->staff_group != FB_STAFF_GROUP_NONE && b->route != FB_ROUTE_NONE);
    fb_assert(s->time.end_min > s->time.start_min && s->time.end_min - s->time.start_min <= FB_SHIFT_MINUTES_MAX);
    fb_assert(s->break_min >= 0 && s->break_min <= s->time.end_min - s->time.start_min);
    fb_assert(b->rates.n <= FB_RATE_CELLS_MAX);
    for (unsigned i = 0; i < b->rates.n; i++) {
        fb_assert(i == 0 || b->rates.cell[i - 1].category < b->rates.cell[i].category);
        for (unsigned p = FB_PART_WORKER_PAY; p < FB_PART_END; p++)
            fb_assert(b->rates.cell[i].part[p] == FB_ABSENT ||
                      (b->rates.cell[i].part[p] >= 0 && b->rates.cell[i].part[p] <= FB_RATE_E4_MAX));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct fb_record record;
    struct price_error bad = {"", ""};
    json_error_t where;
    json_t *in = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, &where);
    if (in == NULL) {
        price_refuse_line(&bad, (const char *)data, size, &where);
        fb_assert(bad.field[0] != '\0' && bad.reason[0] != '\0');
        return 0;
    }
    (void)price_read(in, fb_test_book(), &record, &bad);
    if (bad.field[0] == '\0')
        trust(&record.as.booking);
    else
        fb_assert(bad.reason[0] != '\0');
    json_decref(in);
    return 0;
}
