#ifndef FB_SHELL_DOOR_H
#define FB_SHELL_DOOR_H
/*~ 2 The conversation with publishers and people's tools. A connection says Hello (which source it is) and
 * may then publish; everybody may ask. What is fit for the journal is decoded into an item and pushed to the
 * commit thread; what is not is answered here. Nothing is said about a record before its commit: answers.c
 * speaks when items come back. Who is at the other end is asked of the gate for each message (gate.h).
 *
 * Order of refusals: as in core/reason.h. Before Hello nothing is kept. After it, a refused record goes to
 * the journal with its reason, because a publisher must be able to account for every record that it sent.
 * Above the source's window, or when the queue is full, the answer is `busy`: not looked at, not kept, to be
 * sent again. Loop thread only. */
#include "engine/shell/care.h"
#include "engine/shell/gate.h"
#include "engine/shell/pace.h"
#include "engine/shell/query.h"
#include "engine/shell/reload.h"
#include "engine/shell/session.h"
#include "engine/shell/stats.h"
#include "engine/shell/under_way.h"
struct fb_door {
    struct fb_sessions *sessions;
    struct fb_queue *queue;
    struct fb_desk *desk;
    struct fb_reload *reload;
    struct fb_stats *stats;
    struct fb_outlet outlet;
    uint64_t epoch;
    struct fb_gate *gate;          /* NULL: whoever comes may do anything */
    const struct fb_care *care;    /* NULL: there is always room on the disk */
    struct fb_under_way under_way; /* questions that the commit thread has */
    struct fb_under_way *acks;     /* positions of consumers that it has (feed.h); NULL: not counted */
    struct fb_pace hellos, moves, commands, refused; /* what is logged of who said Hello, whose trust it changed, of what was asked for and not done */
    unsigned char *scratch;        /* FB_SCRATCH_BYTES, for what is not queued */
    unsigned char *frame;          /* FB_MESSAGE_BYTES_MAX, for what is sent */
    struct fb_wire_answer *answer; /* FB_ANSWERS_A_FRAME */
};
/* An answer takes at most some 150 bytes of its frame. */
enum { FB_ANSWERS_A_FRAME = 400 };
_Static_assert(FB_ANSWERS_A_FRAME * 150u < FB_MESSAGE_BYTES_MAX, "a frame of answers always fits");
/* The caller fills in what stands above `scratch`; open gets the memory. */
FB_MUST_CHECK enum fb_err fb_door_open(struct fb_door *d);
void fb_door_close(struct fb_door *d);
/* A frame came. */
void fb_door_take(void *door, const struct fb_peer *peer, struct fb_span frame);
/* door_round.c. A new item for a question of that peer's, to be pushed with fb_door_push or dropped; NULL: the asker was told that
 * there is no room. The first is only asked whether as many are on their way as may be. */
bool fb_door_may_ask(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind);
struct fb_item *fb_door_item(struct fb_door *d, const struct fb_peer *peer, enum fb_query_kind kind);
void fb_door_push(struct fb_door *d, struct fb_item *item);
/* What an item was refused for, to its asker: counted, when it is not theirs. And the desk's own answer, likewise. */
void fb_door_refuse(struct fb_door *d, const struct fb_item *item);
void fb_door_answer(struct fb_door *d, const struct fb_peer *peer, const struct fb_query *query);
/* An item on its way to the commit thread, with the query decoded anew in its memory; NULL: the asker was
 * told that there is no room. And one log line for what changes something. */
struct fb_item *fb_door_round(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload,
                              enum fb_query_kind kind, enum fb_item_kind item_kind);
void fb_door_log_command(struct fb_door *d, const char *what, const struct fb_peer *peer);
/* Other identities are in force, or a day has come on which keys are revoked: sessions under rights that nobody has any more are
 * no longer sessions. */
void fb_door_recheck(struct fb_door *d);
/* answers.c: items came back; answers their peers, settles windows and frees the items. */
void fb_door_done(struct fb_door *d, struct fb_item *const *item, unsigned n);
#endif
