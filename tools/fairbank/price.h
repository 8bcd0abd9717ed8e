#ifndef FB_TOOLS_FAIRBANK_PRICE_H
#define FB_TOOLS_FAIRBANK_PRICE_H
/* One JSON object of `fairbank price` -> a booking in our words. */
#include "engine/core/book.h"
#include "engine/core/record.h"
#include <jansson.h>
struct price_error {
    char field[80];    /* empty: none */
    char reason[240];
};
void price_refuse(struct price_error *bad, const char *field, const char *reason);
/* Says why a line is no JSON object, in words for whoever made the file. */
void price_refuse_line(struct price_error *bad, const char *line, size_t n, const json_error_t *where);
/* Fills *out (zeroed first); texts point into the JSON value. Returns the id, NULL when there is none. The first
 * thing wrong is in *bad. The book says which categories and grades there are. */
const char *price_read(json_t *in, const struct fb_book *book, struct fb_record *out, struct price_error *bad);
#endif
