#ifndef FB_PACK_CHECK_H
#define FB_PACK_CHECK_H
/* What is wrong or suspicious in packs that load, each with its place and an example (pack.h). today: FB_PACK_NO_DATE
 * leaves the review date out. The draft has no errors and the book was made from it. */
#include "engine/pack/draft.h"
void fb_check(struct fb_draft *draft, const struct fb_book *book, fb_day today);
#endif
