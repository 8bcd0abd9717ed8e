/* Any bytes as a trust's map of its ledger and return. What is refused is told with its line; what is accepted keeps its promises. */
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/books/trust_map.h"
#include <string.h>

static unsigned char memory[4 << 20];

static void check_layout(const struct trust_layout *l)
{
    fb_assert(l->header >= 1 && l->n_dates >= 1 && l->n_dates <= TRUST_DATES_MAX);
    for (unsigned i = 0; i < l->n_dates; i++)
        fb_assert(l->date[i].pattern.n > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char fault[TRUST_FAULT_BYTES] = "";
    struct trust_map m;
    struct fb_arena arena;
    if (size > 16384)
        return 0;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = trust_map_parse(&m, "m", (struct fb_span){(const char *)data, (uint32_t)size}, &arena, fault);
    if (e != FB_OK) {
        fb_assert(e != FB_REFUSED || (fault[0] == 'm' && fault[1] == ':' && strstr(fault, ": ") != NULL));
        return 0;
    }
    check_layout(&m.ledger);
    check_layout(&m.sent);
    fb_assert(m.n_codes <= TRUST_CODES_MAX && m.look_back <= TRUST_MONTHS_MAX && m.look_ahead <= TRUST_MONTHS_MAX);
    for (unsigned i = 0; i < m.n_codes; i++)
        fb_assert(m.code[i].code.n > 0 && trust_map_code(&m, m.code[i].code) == &m.code[i]); /* none twice */
    for (unsigned i = 0; i < m.routes.n; i++)
        fb_assert(fb_route_find(m.routes.of[i].ours) != FB_ROUTE_NONE);
    for (unsigned i = 0; i < m.staff_groups.n; i++)
        fb_assert(fb_staff_group_find(m.staff_groups.of[i].ours) != FB_STAFF_GROUP_NONE);
    return 0;
}
