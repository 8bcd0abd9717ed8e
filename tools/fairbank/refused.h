#ifndef FB_TOOLS_FAIRBANK_REFUSED_H
#define FB_TOOLS_FAIRBANK_REFUSED_H
/* Dead letters, for the two files of their commands. */
#include "engine/turn/report/report_refused.h"
#include "tools/fairbank/source.h"
/* The filter of what was said; `word`: a number, or NULL. false: it is no number, and that was said. */
bool letters_filter(const struct options *o, const char *word, struct fb_letter_filter *out);
/* false: said on standard error. */
bool letters_read(struct folder *f, const struct options *o, const struct fb_letter_filter *filter,
                  bool (*each)(void *ctx, const struct fb_letter *letter), void *ctx, uint64_t *last);
#endif
