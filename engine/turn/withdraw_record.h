#ifndef FB_TURN_WITHDRAW_RECORD_H
#define FB_TURN_WITHDRAW_RECORD_H
/* One record of a batch that is taken back. */
#include "engine/base/bytes.h"
#include "engine/turn/withdraw.h"
/* What becomes of a message of a batch whose `asked` says that it is taken back: nothing is changed. *back: the version that holds
 * then, 0 none. */
enum fb_withdraw_fate fb_withdraw_fate(struct fb_turn *t, uint32_t number, uint32_t journal, uint32_t *back);
/* And it happens: memory, the row that memory is made from again, and the list of what is stale. */
enum fb_withdraw_fate fb_withdraw_record(struct fb_turn *t, uint32_t number, uint32_t journal, struct fb_writer *row,
                                         struct fb_stale *stale);
#endif
