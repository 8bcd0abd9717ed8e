#ifndef FB_ALLOCATE_DUTY_IDS_H
#define FB_ALLOCATE_DUTY_IDS_H
/* Which duty a booking's or a timesheet's identifier belongs to. An event of the direct engagement interface carries only "the identifier of
 * the changed entity", and no call leads from that to a duty; so whatever a duty says of identifiers when it is read is kept in the
 * memory, for as long as the duty is, and an event whose entity is gone (DELETE) still finds its duty.
 *
 * What a duty says: its booking's number (uniqueNumber, "BRN"); and on servers that send more than is described, bookingId (so an answer to
 * a booking calls it), timesheetId, and the same within booking and timesheet. Once a server has shown that such things have numbers of
 * their own, one that is in none of them is not taken for a duty's. Until then it is, as the paths /duty/{dutyId}/booking and …/timesheet
 * suggest: a booking's event then has its duty read again, which harms nothing where the two numbers are not one thing. */
#include "adapters/inbound/allocate/memory.h"
#include "engine/base/limits.h"

enum { FB_ALLOCATE_DUTIES_OF = 2 };
struct fb_allocate_duties {
    unsigned n;
    bool known; /* the first of them said so itself; else it is only taken for the duty's own */
    bool sure;  /* and such things have numbers of their own, so that it is no other */
    char id[FB_ALLOCATE_DUTIES_OF][FB_ID_BYTES_MAX + 1];
};
/* What a duty (scrubbed) says of identifiers is put into the memory. */
FB_MUST_CHECK enum fb_err fb_allocate_duty_ids_learn(struct fb_allocate_memory *m, const json_t *duty, const char *duty_id, int64_t at_ms);
/* entity: duty, booking, timesheet. The duties that an event of this identifier may be about; none: nobody knows. */
void fb_allocate_duty_ids_find(struct fb_allocate_memory *m, const char *entity, const char *id, struct fb_allocate_duties *out);
#endif
