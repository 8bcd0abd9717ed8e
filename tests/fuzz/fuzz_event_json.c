/* Any bytes as an event in JSON, flat or in its envelope. What is taken is told again in the same words. */
#include "adapters/lib/event_json.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static bool same(const struct fb_event_row *a, const struct fb_event_row *b)
{
    const struct fb_event *x = &a->event, *y = &b->event;
    bool of_shift = x->shift_day != 0; /* amounts are told of shifts only */
    return a->seq == b->seq && x->kind == y->kind && x->at_ms == y->at_ms && x->trust == y->trust && x->subject == y->subject &&
           x->severity == y->severity && x->staff_group == y->staff_group && x->route == y->route && x->shift_day == y->shift_day &&
           x->shadow == y->shadow && x->historic == y->historic && fb_span_eq(a->rule, b->rule) && fb_span_eq(a->type, b->type) &&
           fb_event_known(x->kind) == (a->type.n == 0) && fb_span_eq(a->statement, b->statement) && fb_span_eq(x->record_ref, y->record_ref) &&
           fb_span_eq(x->source, y->source) && (!of_shift || (x->minutes == y->minutes && x->delta_pence == y->delta_pence));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static unsigned char memory[2][8192];
    struct fb_arena arena[2];
    struct fb_event_row row, back;
    const char *bad = NULL;
    if (size > 8192)
        return 0;
    json_t *j = json_loadb((const char *)data, size, JSON_REJECT_DUPLICATES, NULL);
    for (int i = 0; i < 2; i++)
        fb_arena_init(&arena[i], memory[i], sizeof memory[i]);
    if (j != NULL && fb_event_from_json(&row, j, &arena[0], &bad) == FB_OK) {
        json_t *again = fb_event_cloud(&row, 1);
        fb_assert(again != NULL && fb_event_from_json(&back, again, &arena[1], &bad) == FB_OK && same(&row, &back));
        json_decref(again);
    } else
        fb_assert(j == NULL || bad != NULL);
    json_decref(j);
    for (int i = 0; i < 2; i++)
        fb_arena_release(&arena[i]);
    return 0;
}
