#ifndef FB_TOOLS_FAIRBANK_SMALL_H
#define FB_TOOLS_FAIRBANK_SMALL_H
/* Small numbers: with --export a figure that counts fewer people's shifts than the rules' small_number is left out, together
 * with the money beside it, and totals are those of what is shown, so that no difference gives it away. Nought is shown: it
 * tells of nobody. Without --export figures are whole: a screen of those who may see the records themselves. */
#include "tools/fairbank/source.h"
/* The small number of the newest issue, 0 without --export; rules that give none count as 5. */
uint32_t small_number(const struct options *o, struct folder *f);
static inline bool is_small(uint32_t small, uint64_t n) { return n > 0 && n < small; }
/* The newest issue's small number whatever was asked for: of fewer nothing can be said. */
uint32_t small_least(struct folder *f);
/* "<5" */
const char *small_word(uint32_t small);
/* The count, or null and "suppressed": true. */
struct json_t;
void json_add_count(struct json_t *object, const char *key, uint64_t n, uint32_t small);
#endif
