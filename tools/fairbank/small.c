#include "tools/fairbank/small.h"
#include <jansson.h>

enum { USUAL = 5 };

uint32_t small_least(struct folder *f)
{
    const struct fb_book *book = fb_reader_book(f->books, 0);
    return book != NULL && book->small_number > 0 ? book->small_number : USUAL;
}

uint32_t small_number(const struct options *o, struct folder *f) { return o->export ? small_least(f) : 0; }

const char *small_word(uint32_t small)
{
    static char word[16];
    snprintf(word, sizeof(word), "<%u", small);
    return word;
}

void json_add_count(struct json_t *object, const char *key, uint64_t n, uint32_t small)
{
    if (is_small(small, n)) {
        json_object_set_new(object, key, json_null());
        json_object_set_new(object, "suppressed", json_true());
    } else
        json_object_set_new(object, key, json_integer((json_int_t)n));
}
