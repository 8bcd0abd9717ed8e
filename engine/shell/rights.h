#ifndef FB_SHELL_RIGHTS_H
#define FB_SHELL_RIGHTS_H
/* Who may ask what: one table, a row a kind of question. Of those who come over the network, who they are and what they may do is
 * their key's (identities.h). Of those who come over this machine's own sockets it is what they say: whoever may open a socket (its
 * file permission) could say anything, so there the table keeps honest people to their role and writes down who asked, and the
 * permission is the wall. */
#include "engine/shell/identities.h"
#include "engine/wire/wire.h"
/* Sets who asks, and narrows a trust's question to what is its own. NULL: may be asked so; else a sentence that says why not. who:
 * from the gate; NULL: nobody any more. The identity's text lives as long as `who`. */
const char *fb_right_take(const struct fb_identity *who, struct fb_query *q);
/* What a query that says who asks may not: the part of the above that needs no identity. */
const char *fb_right_refusal(const struct fb_query *q);
/* Whose detail may be shown to the asker, of a finding about a shift of `hirer` that rests on what `other` sent: the controls
 * team sees all, a trust what concerns it. */
bool fb_right_sees(const struct fb_asker *asker, fb_code hirer, fb_code other);
/* A shift of `hirer` may be explained to the asker. */
bool fb_right_reads(const struct fb_asker *asker, fb_code hirer);
#endif
