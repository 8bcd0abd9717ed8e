#ifndef FB_SHELL_CONFIRM_H
#define FB_SHELL_CONFIRM_H
/* Confirming a grant that was given by telephone: a record of the engine's own source (core/record.h, fb_reply) by the clock
 * of the engine, which goes through turn like any other and is judged. It confirms what was granted, whichever version of the
 * approval says so; of a version that grants something else it says nothing. */
#include "engine/shell/commit_people.h"
/* item->query: the link, and who asks. What is refused stands in item->err and item->why. */
FB_MUST_CHECK enum fb_err fb_confirm(struct fb_people *p, struct fb_item *item);
#endif
