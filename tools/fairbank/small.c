#include "tools/fairbank/small.h"
#include <jansson.h>

enum { USUAL = 5 };
static unsigned left_out;

uint32_t small_least(struct folder *f)
{
    const struct fb_book *book = fb_reader_book(f->books, 0);
    return book != NULL && book->small_number > 0 ? book->small_number : USUAL;
}

uint32_t small_number(const struct options *o, struct folder *f)
{
    left_out = 0;
    return o->export ? small_least(f) : 0;
}

void small_left_out(unsigned n) { left_out += n; }

const char *small_word(uint32_t small)
{
    static char word[16];
    snprintf(word, sizeof(word), "<%u", small);
    left_out++;
    return word;
}

void json_add_count(struct json_t *object, const char *key, uint64_t n, uint32_t small)
{
    if (is_small(small, n)) {
        json_object_set_new(object, key, json_null());
        json_object_set_new(object, "suppressed", json_true());
        left_out++;
    } else
        json_object_set_new(object, key, json_integer((json_int_t)n));
}

void small_print(uint32_t small)
{
    if (small == 0)
        return;
    if (left_out == 0)
        printf("\nFor export: nothing was left out, for no figure tells of fewer than %u shifts.\n", small);
    else
        printf("\nFor export: %u figure%s of fewer than %u shifts %s left out, with what stands beside %s; totals are those of what\n"
               "is shown.\n", left_out, left_out == 1 ? "" : "s", small, left_out == 1 ? "was" : "were", left_out == 1 ? "it" : "them");
}

void small_json(struct json_t *object, uint32_t small)
{
    if (small == 0)
        return;
    json_object_set_new(object, "small_number", json_integer(small));
    json_object_set_new(object, "left_out", json_integer(left_out));
}
