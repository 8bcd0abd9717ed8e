#ifndef FB_TURN_REFUSE_H
#define FB_TURN_REFUSE_H
/* What is not taken: refusals and conflicts. Each is journalled whole, so that nothing that a source said is
 * lost, and answered again without a new entry when it is sent again (its answer was lost on the way). */
#include "engine/turn/row.h"
#include "engine/turn/state.h"
/* A refusal is known again by source, message id, reason and bytes; one whose id could not be read is kept
 * each time. Strangers (no source) are not kept. */
void fb_refuse(struct fb_turn *t, const struct fb_input *in, enum fb_reason reason, struct fb_answer *answer);
/* in->record uses the message id of entry `earlier`, which holds a version of `record`, for other contents. The input is as
 * it is kept, without pseudonyms; its body had `sent` bytes.
 */
void fb_refuse_conflict(struct fb_turn *t, const struct fb_input *in, uint32_t sent, uint64_t earlier,
                        uint32_t record, struct fb_answer *answer);
/* The answer that was given with this refusal or conflict. */
void fb_refuse_again(struct fb_turn *t, const struct fb_entry *e, uint64_t journal, struct fb_answer *answer);
/* What memory keeps of it: the same call when it comes and when the store is opened. */
FB_MUST_CHECK enum fb_err fb_refuse_note(struct fb_turn *t, uint64_t journal,
                                         const struct fb_refused_row *row);
#endif
