#include "engine/base/check.h"
#include "engine/wire/result.h"

/* What a result tells of the engine itself. */
#define PB   Fairbank__V1__Status
#define OURS struct fb_engine_status
static const struct fb_wire_row status_rows[] = {
    U64(epoch, epoch, false),
    U64(journal, journal, false),
    U64(events, events, false),
    U64(messages, messages, false),
    U64(records, records, false),
    U64(bookings, bookings, false),
    U64(vacancies, vacancies, false),
    U64(refused, refused, false),
    U64(todo, todo, false),
    U64(store_bytes, store_bytes, false),
    U64(memory_bytes, memory_bytes, false),
    U32(issue, issue),
    U32(sources, sources),
    TEXT(book_name, book_name, false, FB_BODY_BYTES_MAX),
    AMOUNT(started_ms, started_ms),
    AMOUNT(last_ms, last_ms),
    FLAG(live, live),
    U32(waiting, waiting),
    U64(repriced, repriced, false),
    U64(to_reprice, to_reprice, false),
    FLAG(holding, holding),
    U64(disk_free_mib, disk_free_mib, false),
    U64(free_floor_mib, free_floor_mib, false),
    TEXT(turned_away, turned_away, false, FB_BODY_BYTES_MAX),
    TEXT(over_quota, over_quota, false, FB_BODY_BYTES_MAX),
    TEXT(behind, behind, false, FB_BODY_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__WaitingIssue
#define OURS struct fb_waiting_row
static const struct fb_wire_row waiting_rows[] = {
    U32(issue, issue),
    AMOUNT(due_ms, due_ms),
    TEXT(book_name, book_name, false, FB_BODY_BYTES_MAX),
};
#undef PB
#undef OURS
enum { STATUS_FIELD = 3 };

void fb_wire__append_status(struct fb_writer *w, const struct fb_engine_status *status)
{
    Fairbank__V1__Status m = FAIRBANK__V1__STATUS__INIT;
    Fairbank__V1__WaitingIssue waiting[FB_WAITING_MAX], *list[FB_WAITING_MAX];
    struct fb_wire_scratch s;
    s.used = 0;
    fb_assert(status->waiting <= FB_WAITING_MAX);
    for (unsigned i = 0; i < status->waiting; i++) {
        fairbank__v1__waiting_issue__init(&waiting[i]);
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(waiting_rows), &status->waits[i], &waiting[i]);
        list[i] = &waiting[i];
    }
    m.n_waits = status->waiting;
    m.waits = list;
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(status_rows), status, &m);
    fb_wire__append(w, STATUS_FIELD, &m.base);
}

/* How many wait is said twice: an engine before this one said no more than the number. */
void fb_wire__read_status(struct fb_wire_reading *r, const Fairbank__V1__Status *m, struct fb_engine_status *out)
{
    fb_wire__read(r, FB_WIRE_SPAN_ROWS(status_rows), m, out);
    if (m->n_waits > FB_WAITING_MAX || out->waiting > FB_WAITING_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "waits");
        out->waiting = 0;
        return;
    }
    for (size_t i = 0; i < m->n_waits; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(waiting_rows), m->waits[i], &out->waits[i]);
}
