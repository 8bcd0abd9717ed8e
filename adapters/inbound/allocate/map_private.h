#ifndef FB_ALLOCATE_MAP_PRIVATE_H
#define FB_ALLOCATE_MAP_PRIVATE_H
/* What the files map_*.c share; nobody else includes this. */
#include "adapters/inbound/allocate/map.h"
struct fb_allocate__making {
    const struct fb_allocate_task *task;
    struct fb_allocate_made *out;
    const json_t *event;
    int64_t at_ms, seq;
    bool by_file;       /* at_ms is the file's: the event was before it, and nobody knows how long */
    enum fb_err failed; /* of the memory: sticky */
};
typedef enum fb_err fb_allocate__take(struct fb_allocate__making *m);
/* A sentence with the id that it is about ("" none); gives FB_REFUSED. */
enum fb_err fb_allocate__refuse(struct fb_allocate__making *m, const char *what, const char *id);
/* A member that is a text, or a whole number (then as text, in the arena); NULL: absent. */
const char *fb_allocate__text(struct fb_allocate__making *m, const json_t *from, const char *key);
struct fb_span fb_allocate__span(const char *text);
/* Our word; NULL when theirs is absent or has none (which is then told). */
const char *fb_allocate__word(struct fb_allocate__making *m, const char *table, const char *theirs, const char *of);
/* Theirs by reference data: id -> description, where it is known; else as it is. */
const char *fb_allocate__described(struct fb_allocate__making *m, const char *kind, const char *id);
/* The next record, begun: envelope, everything else absent. NULL when there is no room. */
struct fb_record *fb_allocate__begin(struct fb_allocate__making *m, enum fb_kind kind, const char *ref);
/* From the memory, kept as long as the records are. */
json_t *fb_allocate__known(struct fb_allocate__making *m, const char *kind, const char *id, int64_t *at_ms);
/* Into the memory; what was said later is not written over. */
void fb_allocate__know(struct fb_allocate__making *m, const char *kind, const char *id, const json_t *value);
/* The shift that a vacancy or duty (of any of the three shapes) describes. */
/* Whether an eventType is that of the table, with or without "Event" at its end. */
bool fb_allocate__is_named(const char *type, const char *name);
/* The start or the end of when.planned or when.actual; NULL: not said. */
const json_t *fb_allocate__edge(const json_t *when, const char *which, bool end);
enum fb_err fb_allocate__shift(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_shift *out);
enum fb_err fb_allocate__vacancy(struct fb_allocate__making *m, const json_t *duty, const char *id, enum fb_vacancy_state state);
enum fb_err fb_allocate__cascade(struct fb_allocate__making *m, const json_t *duty, const char *id, const char *theirs);
/* booking: {vacancy, worker, route, agency, bookedAt, state}, as the memory has it. */
enum fb_err fb_allocate__booking(struct fb_allocate__making *m, const json_t *duty, const json_t *booking, const char *ref);
/* A proposal whose number only its answer said: what it offers, for the vacancy's next booking. */
enum fb_err fb_allocate__offered(struct fb_allocate__making *m, const char *vacancy);
/* Into the booking what all of the vacancy's offers agree in; they are then over. */
void fb_allocate__accept(struct fb_allocate__making *m, const char *vacancy, json_t *booking);
/* sheet: {from, to: HH:MM} on the duty's day, or instants; NULL: no times. */
enum fb_err fb_allocate__timesheet(struct fb_allocate__making *m, const json_t *duty, const char *ref, const json_t *from, const json_t *to,
                                   enum fb_timesheet_state state);
fb_allocate__take fb_allocate__vacancy_told, fb_allocate__vacancy_withdrawn, fb_allocate__vacancy_sheet, fb_allocate__proposal, fb_allocate__booked,
    fb_allocate__unbooked, fb_allocate__duty_sent, fb_allocate__duty_told, fb_allocate__duty_ended, fb_allocate__duty_cascaded,
    fb_allocate__assigned, fb_allocate__unassigned, fb_allocate__redeployed, fb_allocate__sheet_stated, fb_allocate__portal;
/* A sheet's state by its event's name, of 2.2. */
enum fb_timesheet_state fb_allocate__sheet_state(const char *event_type);
#endif
