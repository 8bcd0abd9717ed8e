#ifndef FB_TURN_AGAIN_H
#define FB_TURN_AGAIN_H
/* A journal decided again, in three stages that may run beside one another: reading (entries and their records), making (the turn
 * itself, which alone is in one thread for ever) and holding what was made against what is stored, byte by byte. No thread is
 * made here: whoever has some lets parts go round, each from stage to stage, in their order; a stage is used by one
 * thread at a time, and touches nothing of the others.
 *
 * Rows that the store has for ever are held where they stand (store/again.h), so memory is that of a turn over the same store (room
 * for its messages is taken at once), with what is overwritten, and FB_AGAIN_PARTS parts of at most 64 entries and two of the
 * largest messages, each with the rows that were made of it. Rows of IDS are read beside the entries, to have fetched
 * what the turn will look at; nothing is believed of them. Only the verdict "equal" comes of it: where anything differs, or cannot be told, the slow way names it
 * (fb_turn_verify_slowly). */
#include "engine/store/again.h"
#include "engine/turn/turn.h"

enum { FB_AGAIN_PARTS = 8 };
struct fb_again;
struct fb_again_part;
/* FB_FULL: no memory. Other errors as fb_turn_open. */
FB_MUST_CHECK enum fb_err fb_again_open(struct fb_again **out, struct fb_store *from, const struct fb_turn_ports *ports);
struct fb_again_part *fb_again_part(struct fb_again *a, unsigned i); /* i < FB_AGAIN_PARTS */
/* Each stage, of a part that went through the one before it. false: it is the last one, also for the stages after it. */
bool fb_again_read(struct fb_again *a, struct fb_again_part *part);
bool fb_again_make(struct fb_again *a, struct fb_again_part *part);
bool fb_again_hold(struct fb_again *a, struct fb_again_part *part);
/* How far it is, whoever asks. */
void fb_again_progress(const struct fb_again *a, uint64_t *done, uint64_t *of);
/* It need go no further: parts end soon. */
void fb_again_stop(struct fb_again *a);
/* After the last part went through: what is overwritten is compared. false: it must be decided the slow way. */
bool fb_again_is_equal(struct fb_again *a, struct fb_verify *out);
void fb_again_close(struct fb_again **a);
#endif
