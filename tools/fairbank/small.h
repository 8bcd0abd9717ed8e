#ifndef FB_TOOLS_FAIRBANK_SMALL_H
#define FB_TOOLS_FAIRBANK_SMALL_H
/* Small numbers: with --export a figure that counts fewer people's shifts than the rules' small_number is left out, together
 * with the money beside it, and totals are those of what is shown, so that no difference gives it away. Nought is shown: it
 * tells of nobody. Without --export figures are whole: a screen of those who may see the records themselves. */
#include "tools/fairbank/source.h"
/* The small number of the newest issue, 0 without --export; rules that give none count as 5. What is left out counts anew. */
uint32_t small_number(const struct options *o, struct folder *f);
static inline bool is_small(uint32_t small, uint64_t n) { return n > 0 && n < small; }
/* The newest issue's small number whatever was asked for: of fewer nothing can be said. */
uint32_t small_least(struct folder *f);
/* "<5", in place of a figure: one more that was left out. */
const char *small_word(uint32_t small);
/* Figures that were left out without that word. */
void small_left_out(unsigned n);
/* The count, or null and "suppressed": true. */
struct json_t;
void json_add_count(struct json_t *object, const char *key, uint64_t n, uint32_t small);
/* At the foot of every export: how many figures were left out, and why. Nothing without --export. */
void small_print(uint32_t small);
/* "small_number": 5, "left_out": 3 */
void small_json(struct json_t *object, uint32_t small);
#endif
