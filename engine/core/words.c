#include "engine/core/words.h"
#include <stddef.h>

/* Every list becomes a table of (number, word). The lists are short and read only at the edges, where files
 * and messages come in and texts go out, so that walking them is fast enough. */
struct row {
    int number;
    const char *word;
};
struct list {
    const struct row *row;
    size_t n;
};
#define ROW(id, number, word) {number, word},
#define LIST(name, PREFIX)                                                                                   \
    static const struct row rows_of_##name[] = {FB_##PREFIX##_MAP(ROW)};                                     \
    static const struct list list_of_##name = {rows_of_##name,                                               \
                                               sizeof rows_of_##name / sizeof rows_of_##name[0]};
FB_WORDS(LIST)

static const char *word_of(struct list list, int64_t number)
{
    for (size_t i = 0; i < list.n; i++) {
        if (list.row[i].number == number)
            return list.row[i].word;
    }
    return NULL;
}

static int number_of(struct list list, struct fb_span word)
{
    for (size_t i = 0; i < list.n; i++) {
        if (fb_span_is(word, list.row[i].word))
            return list.row[i].number;
    }
    return 0;
}

#define DEFINE(name, PREFIX)                                                                                 \
    const char *fb_##name##_word(enum fb_##name v)                                                           \
    {                                                                                                        \
        const char *word = word_of(list_of_##name, (int64_t)v);                                              \
        return word == NULL ? "?" : word;                                                                    \
    }                                                                                                        \
    enum fb_##name fb_##name##_find(struct fb_span word)                                                     \
    {                                                                                                        \
        return (enum fb_##name)number_of(list_of_##name, word);                                              \
    }                                                                                                        \
    bool fb_##name##_known(int64_t n)                                                                        \
    {                                                                                                        \
        return word_of(list_of_##name, n) != NULL;                                                           \
    }
FB_WORDS(DEFINE)
