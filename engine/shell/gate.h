#ifndef FB_SHELL_GATE_H
#define FB_SHELL_GATE_H
/* Who a connection is, now. A connection is let in by its key once (zap.c), and its key's number then comes with each of its
 * messages; what the number stands for is looked up in the identities in force for each message anew. So a key that was revoked or
 * taken out of the file is refused from its next message, although its connection cannot be cut (the library has no call for it).
 *
 * Lifetimes: an identity that was handed out lives until the next fb_gate_take; only its text may be kept, as a copy. Loop thread
 * only. */
#include "engine/shell/identities.h"
#include "engine/shell/peer.h"
#include "engine/shell/refusals.h"
struct fb_gate;
/* Starts with nobody but this machine. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err fb_gate_open(struct fb_gate **out);
void fb_gate_close(struct fb_gate **g);
/* Puts identities in force, and owns them. *lost: roles that some key had, and has no more. FB_LIMIT: more keys since the start than there are numbers; nothing was changed and
 * *ids stays the caller's. */
FB_MUST_CHECK enum fb_err fb_gate_take(struct fb_gate *g, struct fb_identities **ids, fb_day today, unsigned *lost);
/* A new day: keys may be revoked from it on. True: some are. */
bool fb_gate_day(struct fb_gate *g, fb_day today);
/* The number of a key that is let in; 0: *why says why not. *who may be set all the same: whose key it is. */
uint32_t fb_gate_key(const struct fb_gate *g, const unsigned char key[FB_Z85_KEY_BYTES], const struct fb_identity **who,
                     enum fb_turned *why);
/* Who sent a message. NULL: no longer anybody. Without a key: this machine. `g` may be NULL: this machine may do anything. */
const struct fb_identity *fb_gate_who(const struct fb_gate *g, const struct fb_peer *peer);
/* Positions of that name are kept for an identity of the network ("finance-bi/ledger"), and this machine's peers may not do anything
 * they like: those are not theirs to take or to move. Of a peer with a key: never, its own stand under its name. */
bool fb_gate_is_anothers(const struct fb_gate *g, const struct fb_peer *peer, struct fb_span cursor);
/* Turned away: counted and logged under the name of its identity, as far as it has one. `g` may be NULL. */
void fb_gate_turn(struct fb_gate *g, const struct fb_peer *peer, enum fb_turned cause);
/* Whose countersignature that is: of an identity, by its name or its trust's code, that holds today. NO: another key is theirs;
 * NOBODY: the identities in force know no such signer. `g` may be NULL. */
enum fb_signer { FB_SIGNER_NOBODY, FB_SIGNER_YES, FB_SIGNER_NO };
enum fb_signer fb_gate_signer(const struct fb_gate *g, struct fb_span name, const unsigned char key[32]);
struct fb_refusals *fb_gate_refusals(struct fb_gate *g);
unsigned fb_gate_identities(const struct fb_gate *g);
#endif
