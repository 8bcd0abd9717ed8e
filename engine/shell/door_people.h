#ifndef FB_SHELL_DOOR_PEOPLE_H
#define FB_SHELL_DOOR_PEOPLE_H
/* The part of the door where people ask about permissions and about workers. What tells of a worker leaves only when it was
 * kept who asked. Rights were looked at before (rights.h). */
#include "engine/shell/door.h"
void fb_door_approvals(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_worker(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_forget(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_audit(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_link(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_confirm(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_checkpoint(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_prove(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_receipt(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
void fb_door_countersign(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
/* Of a subject by number: answered at once, or after the reading was kept. */
void fb_door_explain(struct fb_door *d, const struct fb_peer *peer, struct fb_span payload, const struct fb_query *query);
/* The same for a FIND that came back; frees it. */
void fb_door_explain_found(struct fb_door *d, struct fb_item *item);
/* For the answer to APPROVALS. */
void fb_door_make_room(struct fb_item *item);
/* The desk's `look`: ctx is the door. */
bool fb_door_look(void *ctx, const struct fb_peer *peer, const struct fb_query *query, const uint32_t *subject, unsigned n,
                  unsigned people);
void fb_door_tell_replies(struct fb_door *d, struct fb_item *item);
/* Items that came back; each frees its own. */
void fb_door_tell_approvals(struct fb_door *d, struct fb_item *item);
void fb_door_tell_people(struct fb_door *d, struct fb_item *item);
void fb_door_tell_read(struct fb_door *d, struct fb_item *item);
void fb_door_tell_audit(struct fb_door *d, struct fb_item *item);
void fb_door_tell_confirmed(struct fb_door *d, struct fb_item *item);
#endif
