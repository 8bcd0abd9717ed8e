#include "engine/wire/body.h"
#include "fairbank/v1/record.pb-c.h"

/* What is known of workers. The pseudonym is required of what is sent; out of what is stored it was taken
 * (wire.h, fb_blind_body). */
enum { WEEK_MINUTES = 7 * 1440 };

#define PB   Fairbank__V1__Worker
#define OURS struct fb_worker
static const struct fb_wire_row worker_rows[] = {
    TOKEN(worker, token),
    TEXT(worker_was, token_was, false, FB_ID_BYTES_MAX),
    WORD(kind, kind, false, fb_worker_kind_known),
    CODE(grade, grade, false),
    WORD(point, point, false, fb_point_known),
    CODE(employer, employer, false),
};
#undef PB
#undef OURS

/* A key that was changed makes another pseudonym: the same one twice is a mistake of the source. */
static void read_worker(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_worker *w = ours;
    (void)message;
    if (w->token_was.n > 0 && fb_span_eq(w->token, w->token_was))
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "worker_was");
}

const struct fb_wire_shape fb_wire__worker = {
    .name = "worker",
    .type = &fairbank__v1__worker__descriptor,
    .size = sizeof(struct fb_worker),
    .row = worker_rows,
    .rows = sizeof worker_rows / sizeof *worker_rows,
    .read_more = read_worker,
};

#define PB   Fairbank__V1__WorkerFact
#define OURS struct fb_worker_fact
static const struct fb_wire_row fact_rows[] = {
    TOKEN(worker, token),
    WORD(kind, kind, true, fb_fact_kind_known),
    WORD(status, status, true, fb_fact_status_known),
    TEXT(name, name, false, FB_TEXT_BYTES_MAX),
    DAY(from, from, true, 0),
    DAY(until, until, false, INT32_MAX),
    NUMBER(week_minutes, week_minutes, false, 0, WEEK_MINUTES),
    CODE(employer, employer, false),
    CODE(grade, grade, false),
    TEXT(checked_by, checked_by, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

static void read_fact(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_worker_fact *f = ours;
    (void)message;
    fb_wire__check_days(r, f->from, f->until, "until");
}

const struct fb_wire_shape fb_wire__worker_fact = {
    .name = "worker_fact",
    .type = &fairbank__v1__worker_fact__descriptor,
    .size = sizeof(struct fb_worker_fact),
    .row = fact_rows,
    .rows = sizeof fact_rows / sizeof *fact_rows,
    .read_more = read_fact,
};

#define PB   Fairbank__V1__SubstantiveHours
#define OURS struct fb_substantive_hours
static const struct fb_wire_row hours_rows[] = {
    TOKEN(worker, token),
    CODE(employer, employer, true),
    DAY(week, week, true, 0),
    NUMBER(minutes, minutes, true, 0, WEEK_MINUTES),
    WORD(kind, kind, true, fb_hours_kind_known),
};
#undef PB
#undef OURS

static void read_hours(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_substantive_hours *h = ours;
    (void)message;
    if (fb_day_week(h->week) != h->week)
        fb_wire__blame(r, FB_REASON_FIELD_TIME, "week");
}

const struct fb_wire_shape fb_wire__hours = {
    .name = "substantive_hours",
    .type = &fairbank__v1__substantive_hours__descriptor,
    .size = sizeof(struct fb_substantive_hours),
    .row = hours_rows,
    .rows = sizeof hours_rows / sizeof *hours_rows,
    .read_more = read_hours,
};

#define PB   Fairbank__V1__Absence
#define OURS struct fb_absence
static const struct fb_wire_row absence_rows[] = {
    TOKEN(worker, token),     CODE(employer, employer, false), WORD(kind, kind, true, fb_absence_kind_known),
    DAY(from, from, true, 0), DAY(until, until, true, 0),
};
#undef PB
#undef OURS

static void read_absence(struct fb_wire_reading *r, const void *message, void *ours)
{
    const struct fb_absence *a = ours;
    (void)message;
    fb_wire__check_days(r, a->from, a->until, "until");
}

const struct fb_wire_shape fb_wire__absence = {
    .name = "absence",
    .type = &fairbank__v1__absence__descriptor,
    .size = sizeof(struct fb_absence),
    .row = absence_rows,
    .rows = sizeof absence_rows / sizeof *absence_rows,
    .read_more = read_absence,
};
