#ifndef FB_SHELL_RIGHTS_H
#define FB_SHELL_RIGHTS_H
/* Who may ask what. The role and the identity are asserted by the caller: connections carry no keys yet, and whoever may open
 * the door's socket (its file permission) could say anything. So this keeps honest people to their role, and writes down who
 * asked; it is no wall. One row a kind of question. */
#include "engine/wire/wire.h"
/* NULL: may be asked so; else a sentence that says what to give. */
const char *fb_right_refusal(const struct fb_query *q);
/* Whose detail may be shown to the asker, of a finding about a shift of `hirer` that rests on what `other` sent: the controls
 * team sees all, a trust what concerns it. */
bool fb_right_sees(const struct fb_asker *asker, fb_code hirer, fb_code other);
const char *fb_as_word(enum fb_as as); /* "trust", "controls" …; "nobody in particular" */
#endif
