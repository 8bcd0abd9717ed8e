#ifndef FB_TOOLS_FAIRBANK_PRICE_H
#define FB_TOOLS_FAIRBANK_PRICE_H
/* One JSON object of `fairbank price` -> a booking in our words. */
#include "engine/core/record.h"
#include <jansson.h>
struct price_error {
    char field[80];    /* empty: none */
    char reason[240];
};
void price_refuse(struct price_error *bad, const char *field, const char *reason);
/* Fills *out (zeroed first); texts point into the JSON value or the arena. Returns the id, NULL when there is none.
 * The first thing wrong is in *bad. */
const char *price_read(json_t *in, struct fb_arena *arena, struct fb_record *out, struct price_error *bad);
#endif
