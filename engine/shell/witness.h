#ifndef FB_SHELL_WITNESS_H
#define FB_SHELL_WITNESS_H
/* Whose key countersigned a checkpoint, held against the identities: `sign_key` says which key is whose. Loop thread only. */
#include "engine/shell/gate.h"
#include "engine/turn/chain/checkpoint.h"
/* A checkpoint's text with FB_WIRE_LINE for each of its line feeds, as it comes over the door. FB_REFUSED: none; *line as of
 * fb_note_parse, 0: longer than one can be. */
FB_MUST_CHECK enum fb_err fb_witness_read(struct fb_span text, struct fb_note *out, unsigned *line);
/* false, with the reason: a name that the identities know signed with another key than theirs; or over the network one that
 * they do not know. A text that is none is let through: whoever keeps it says what is wrong. `g` may be NULL. */
bool fb_witness_admit(const struct fb_gate *g, const struct fb_peer *peer, struct fb_span text, struct fb_text *why);
#endif
