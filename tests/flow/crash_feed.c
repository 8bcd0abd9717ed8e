/* Publishers with a ledger: what each message is, whether it was answered, and how. A message's contents hang
 * on its place in the ledger and nothing else, so it is published again with the same bytes after any
 * accident. */
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "engine/core/reason.h"
#include "engine/turn/turn.h"
#include "tests/flow/crash.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough workers that some meet themselves in another trust's shift, few enough that diaries grow. */
enum { WORKERS = 200, DAYS = 42, RESEND_MS = 1500 };
const char *const crash_trusts[CRASH_TRUSTS] = {"RTH", "RXQ", "RHW", "RNU", "RWX", "RYE"};
/* Start, length and unpaid break, minutes. */
static const int shifts[][3] = {{420, 480, 30}, {450, 750, 60}, {810, 480, 30}, {1170, 750, 60}};

struct texts {
    char message_id[32], record_ref[32], booking_ref[32], worker[16], start[20], end[20], reference[32];
};

/* ---- contents ---- */

static void put(char *out, size_t size, const char *prefix, uint64_t a, uint64_t b)
{
    struct fb_text t;
    fb_text_init(&t, out, size);
    fb_text_add(&t, prefix);
    fb_text_add_int(&t, (int64_t)a);
    fb_text_add(&t, "-");
    fb_text_add_int(&t, (int64_t)b);
    fb_assert(!t.cut);
}

static uint64_t of_booking(const struct crash_publisher *p, size_t booking, uint64_t salt)
{
    return fb_hash64_mix(fb_hash64_mix(p->c->folder_seed + p->number, booking), salt);
}

/* Two pence more or less, so that every paid length of a shift costs whole pence. */
static int64_t rate_of(const struct crash_publisher *p, size_t booking, uint32_t revision)
{
    return 130000 + (int64_t)(of_booking(p, booking, 100 + revision) % 900) * 200;
}

static const int *shift_of(const struct crash_publisher *p, size_t booking)
{
    return shifts[of_booking(p, booking, 1) % 4];
}

static unsigned trust_of(const struct crash_publisher *p, size_t booking)
{
    return (unsigned)(of_booking(p, booking, 2) % CRASH_TRUSTS);
}

static int64_t start_of(const struct crash_publisher *p, size_t booking)
{
    fb_day day =
        fb_day_of(2026, 11, 23) + (fb_day)(of_booking(p, booking, 3) % DAYS); /* winter: London is UTC */
    return (int64_t)day * 1440 + shift_of(p, booking)[0];
}

int64_t crash_booking_pence(const struct crash_publisher *p, size_t booking, unsigned *trust)
{
    const int *s = shift_of(p, booking);
    *trust = trust_of(p, booking);
    return (s[1] - s[2]) * rate_of(p, booking, p->revisions[booking]) / 6000;
}

static void fill_rates(struct fb_rates *r, int64_t pay)
{
    static const char *const category[] = {"plain", "premium", "unsocial"}; /* ascending by code */
    *r = (struct fb_rates){
        .unit = FB_UNIT_HOUR, .n = 3, .pay_includes_holiday = FB_SAID_NO, .complete = FB_SAID_YES};
    for (unsigned c = 0; c < 3; c++) {
        r->cell[c].category = fb_code_of(category[c]);
        for (unsigned part = 0; part < FB_PART_END; part++)
            r->cell[c].part[part] = FB_ABSENT;
        r->cell[c].part[FB_PART_WORKER_PAY] = pay;
    }
}

static void fill_booking(const struct crash_publisher *p, const struct crash_message *m, struct texts *t,
                         struct fb_booking *b)
{
    const char *bad = NULL, *why = NULL;
    int64_t start = start_of(p, m->booking);
    const int *s = shift_of(p, m->booking);
    put(t->worker, sizeof t->worker, "w", of_booking(p, m->booking, 4) % WORKERS, 0);
    put(t->reference, sizeof t->reference, "HR", p->number, m->booking);
    fb_local_format(t->start, start);
    fb_local_format(t->end, start + s[1]);
    b->shift.start_local = fb_span_of(t->start);
    b->shift.end_local = fb_span_of(t->end);
    fb_assert(fb_shift_resolve(&b->shift.time, b->shift.start_local, b->shift.end_local, -1, &bad, &why) ==
              FB_OK);
    b->shift.break_min = s[2];
    b->shift.hirer = m->what == CRASH_WRONG ? 0 : fb_code_of(crash_trusts[trust_of(p, m->booking)]);
    b->shift.unit = fb_span_of("Ward 7A");
    b->shift.grade = fb_code_of("5");
    b->shift.staff_group = FB_STAFF_GROUP_NURSING_MIDWIFERY;
    b->state = FB_BOOKING_STATE_BOOKED;
    b->route = FB_ROUTE_BANK;
    b->token = fb_span_of(t->worker);
    b->worker_kind = FB_WORKER_KIND_BANK_ONLY;
    b->booked_ms = start * 60000 - 86400000;
    b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    b->n_references = 1;
    b->reference[0] =
        (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), fb_span_of(t->reference)};
    fill_rates(&b->rates, rate_of(p, m->booking, m->revision));
}

static void fill_timesheet(const struct crash_publisher *p, const struct crash_message *m, struct texts *t,
                           struct fb_timesheet *s)
{
    int64_t start = start_of(p, m->booking);
    put(t->booking_ref, sizeof t->booking_ref, "B", p->number, m->booking);
    s->hirer = fb_code_of(crash_trusts[trust_of(p, m->booking)]);
    s->booking_ref = fb_span_of(t->booking_ref);
    s->state = FB_TIMESHEET_STATE_APPROVED;
    s->n = 1;
    s->interval[0] = (struct fb_interval_row){
        .kind = FB_INTERVAL_WORKED, .start_min = start, .end_min = start + shift_of(p, m->booking)[1]};
}

static void fill(const struct crash_publisher *p, size_t i, struct texts *t, struct fb_record *out)
{
    const struct crash_message *m = &p->message[i];
    bool of_time = m->what == CRASH_TIMESHEET, wrong = m->what == CRASH_WRONG;
    memset(out, 0, sizeof *out);
    put(t->message_id, sizeof t->message_id, "c", p->number, i);
    put(t->record_ref, sizeof t->record_ref,
        of_time ? "T"
        : wrong ? "W"
                : "B",
        p->number, of_time || wrong ? i : m->booking);
    out->env = (struct fb_envelope){.kind = of_time ? FB_KIND_TIMESHEET : FB_KIND_BOOKING,
                                    .source = fb_span_of(p->name),
                                    .message_id = fb_span_of(t->message_id),
                                    .record_ref = fb_span_of(t->record_ref),
                                    .revision = of_time ? FB_ABSENT : (int64_t)m->revision,
                                    .source_seq = (int64_t)i + 1,
                                    .batch_id = fb_span_of("crash"),
                                    .occurred_ms = start_of(p, m->booking) * 60000 - 86400000};
    if (of_time)
        fill_timesheet(p, m, t, &out->as.timesheet);
    else
        fill_booking(p, m, t, &out->as.booking);
}

/* ---- the ledger ---- */

static void *grow(void *memory, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return memory;
    *room = *room > 0 ? 2 * *room : 1024;
    memory = realloc(memory, *room * size);
    fb_assert(memory != NULL);
    return memory;
}

void crash_publisher_add(struct crash_publisher *p, struct fb_prng *r)
{
    uint64_t what = fb_prng_below(r, 100);
    struct crash_message m = {.what = CRASH_BOOKING, .booking = (uint32_t)p->n_bookings};
    if (what >= 60 && p->n_bookings > 0) {
        m.what = what < 78 ? CRASH_AMENDED : what < 96 ? CRASH_TIMESHEET : CRASH_WRONG;
        m.booking = (uint32_t)fb_prng_below(r, p->n_bookings);
    }
    if (m.what == CRASH_BOOKING) {
        p->revisions = grow(p->revisions, p->n_bookings, &p->bookings_room, sizeof *p->revisions);
        p->revisions[p->n_bookings++] = 1;
    } else if (m.what == CRASH_AMENDED) {
        p->revisions[m.booking]++;
    }
    m.revision = p->revisions[m.booking];
    p->message = grow(p->message, p->n, &p->room, sizeof *p->message);
    p->message[p->n++] = m;
}

/* ---- answers ---- */

static bool is_as_first(const struct crash_message *m, const struct fb_wire_answer *a)
{
    bool repeat =
        m->what == CRASH_WRONG ? a->outcome == FB_OUTCOME_REFUSED : a->outcome == FB_OUTCOME_DUPLICATE;
    return repeat && a->journal == m->journal && a->record == m->record && a->reason == m->reason;
}

static bool is_right(const struct crash_message *m, const struct fb_wire_answer *a)
{
    bool taken = a->outcome == FB_OUTCOME_ACCEPTED || a->outcome == FB_OUTCOME_AMENDED ||
                 a->outcome == FB_OUTCOME_DUPLICATE;
    return a->journal > 0 &&
           (m->what == CRASH_WRONG ? a->outcome == FB_OUTCOME_REFUSED : taken && a->record > 0);
}

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *a)
{
    struct crash_publisher *p = ctx;
    struct crash_message *m = &p->message[tag];
    if (m->answered ? !is_as_first(m, a) : !is_right(m, a))
        crash_wrong(p->c,
                    "message c%u-%" PRIu64 " (%s): answered %u %s at journal %" PRIu64 " record %" PRIu32
                    ", before: %u at journal %" PRIu64 " record %" PRIu32,
                    p->number, tag, m->answered ? "again" : "first", a->outcome, fb_reason_text(a->reason),
                    a->journal, a->record, m->outcome, m->journal, m->record);
    if (m->answered) {
        p->told += p->asking;
        p->c->f.asked_again += p->asking;
        return;
    }
    m->answered = true;
    m->outcome = a->outcome;
    m->reason = (uint16_t)a->reason;
    m->journal = a->journal;
    m->record = a->record;
    p->answered++;
    p->c->f.acknowledged++;
    if (p->on_first != NULL)
        p->on_first(p, tag);
}

/* ---- the client ---- */

static void connect(struct crash_publisher *p)
{
    struct fb_client_options o = {
        .endpoint = p->c->engine.door, .answered = on_answer, .ctx = p, .resend_ms = RESEND_MS};
    o.hello.source = (struct fb_source){.name = fb_span_of(p->name),
                                        .system = FB_SYSTEM_ROSTER,
                                        .mode = FB_SOURCE_MODE_LIVE,
                                        .sends = FB_SENDS_TIMESHEETS};
    o.hello.adapter = fb_span_of("crash");
    fb_assert(fb_client_open(&p->client, &o) == FB_OK);
}

static void disconnect(struct crash_publisher *p)
{
    struct fb_client_figures f = fb_client_figures(p->client);
    p->c->f.published += f.sent;
    p->c->f.resent += f.resent;
    p->c->f.busy += f.busy;
    fb_client_close(&p->client);
}

void crash_publisher_open(struct crash_publisher *p, struct crash *c, unsigned number)
{
    struct fb_text t;
    *p = (struct crash_publisher){.c = c, .number = number};
    fb_text_init(&t, p->name, sizeof p->name);
    fb_text_add(&t, "crash-");
    fb_text_add_int(&t, number);
    connect(p);
}

void crash_publisher_close(struct crash_publisher *p)
{
    disconnect(p);
    free(p->message);
    free(p->revisions);
}

void crash_publisher_die(struct crash_publisher *p)
{
    disconnect(p);
    connect(p);
    p->next = 0;
    p->asking = false;
    p->c->f.publishers_died++;
}

/* The next to publish: new or without an answer; or, when everything is asked for again, whatever comes. */
static bool pick(struct crash_publisher *p, size_t *i)
{
    while (p->next < p->n && p->message[p->next].answered)
        p->next++;
    *i = p->next < p->n ? p->next : p->asked;
    return p->next < p->n || (p->asking && p->asked < p->n);
}

void crash_publisher_work(struct crash_publisher *p, unsigned in_flight, int timeout_ms)
{
    static struct texts texts;
    static struct fb_record record;
    size_t i;
    while (fb_client_outstanding(p->client) < in_flight && pick(p, &i)) {
        bool fresh = p->next < p->n;
        fill(p, i, &texts, &record);
        if (fb_client_publish(p->client, &record, i) != FB_OK)
            break;
        p->next += fresh;
        p->asked += !fresh;
    }
    enum fb_err e = fb_client_poll(p->client, timeout_ms);
    if (e != FB_OK)
        crash_wrong(p->c, "publisher %s: %s %s", p->name, fb_err_text(e), fb_client_refusal(p->client));
    if (fb_client_outstanding(p->client) > fb_client_window(p->client) && fb_client_window(p->client) > 0)
        crash_wrong(p->c, "publisher %s has more in flight than its window", p->name);
}

void crash_publisher_ask(struct crash_publisher *p)
{
    p->asking = true;
    p->asked = p->told = 0;
}

bool crash_publisher_is_done(const struct crash_publisher *p)
{
    return p->answered == p->n && (!p->asking || p->told == p->n) && fb_client_outstanding(p->client) == 0;
}
