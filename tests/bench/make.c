#include "tests/bench/bench.h"
#include "engine/base/check.h"
#include <string.h>

static const char *const trusts[] = {"RTH", "RXQ", "RHW", "RNU", "RWX", "RYE"};
static const char *const bands[] = {"2", "3", "4", "5", "5", "5", "6", "7"};
/* Start and length of the usual shifts, minutes. */
static const int shifts[][2] = {{420, 480}, {450, 750}, {810, 480}, {1170, 750}};

static void put_number(char *out, size_t size, const char *prefix, uint64_t n)
{
    struct fb_text t;
    fb_text_init(&t, out, size);
    fb_text_add(&t, prefix);
    fb_text_add_int(&t, (int64_t)n);
}

static void rates(struct fb_booking *b, struct fb_prng *r)
{
    static const char *const category[] = {"plain", "premium", "unsocial"}; /* ascending by code */
    static const int percent[] = {100, 160, 130};
    int64_t pay = 130000 + (int64_t)fb_prng_below(r, 120) * 1000;
    b->rates.unit = FB_UNIT_HOUR;
    b->rates.pay_includes_holiday = FB_SAID_NO;
    b->rates.complete = FB_SAID_YES;
    b->rates.n = 3;
    for (unsigned c = 0; c < 3; c++) {
        struct fb_rate_cell *cell = &b->rates.cell[c];
        cell->category = fb_code_of(category[c]);
        for (unsigned p = 0; p < FB_PART_END; p++)
            cell->part[p] = FB_ABSENT;
        cell->part[FB_PART_WORKER_PAY] = pay * percent[c] / 100;
        if (b->route != FB_ROUTE_AGENCY)
            continue;
        cell->part[FB_PART_EMPLOYER_NI] = pay / 8;
        cell->part[FB_PART_COMMISSION] = 20000 + (int64_t)fb_prng_below(r, 60) * 1000;
    }
}

/* Of which days the shift may be. */
struct days {
    fb_day from;
    unsigned n;
};

static void shift(struct fb_booking *b, struct days days, struct bench_texts *t, struct fb_prng *r)
{
    const int *s = shifts[fb_prng_below(r, 4)];
    int64_t start = ((int64_t)days.from + (int64_t)fb_prng_below(r, days.n)) * 1440 + s[0];
    fb_local_format(t->start, start);
    fb_local_format(t->end, start + s[1]);
    const char *bad = NULL, *why = NULL;
    b->shift.start_local = fb_span_of(t->start);
    b->shift.end_local = fb_span_of(t->end);
    fb_assert(fb_shift_resolve(&b->shift.time, b->shift.start_local, b->shift.end_local, -1, &bad, &why) == FB_OK);
    b->shift.break_min = s[1] > 600 ? 60 : 30;
    b->shift.hirer = fb_code_of(trusts[fb_prng_below(r, 6)]);
    b->shift.unit = fb_span_of("Ward 7A");
    b->shift.grade = fb_code_of(bands[fb_prng_below(r, 8)]);
    b->shift.staff_group = b->shift.grade < fb_code_of("4") ? FB_STAFF_GROUP_ADD_CLINICAL_SERVICES : FB_STAFF_GROUP_NURSING_MIDWIFERY;
}

static void make(uint64_t n, struct fb_span source, struct days days, struct bench_texts *t, struct fb_record *out)
{
    struct fb_prng r;
    fb_prng_init(&r, n + 1);
    memset(out, 0, sizeof(*out));
    put_number(t->message_id, sizeof(t->message_id), "m-", n);
    put_number(t->record_ref, sizeof(t->record_ref), "B", n);
    put_number(t->worker, sizeof(t->worker), "w", n % 40000);
    put_number(t->reference, sizeof(t->reference), "HR", n);
    struct fb_booking *b = &out->as.booking;
    b->route = fb_prng_below(&r, 4) == 0 ? FB_ROUTE_AGENCY : FB_ROUTE_BANK;
    shift(b, days, t, &r);
    rates(b, &r);
    out->env = (struct fb_envelope){.kind = FB_KIND_BOOKING, .source = source, .message_id = fb_span_of(t->message_id),
                                    .record_ref = fb_span_of(t->record_ref), .revision = FB_ABSENT, .source_seq = (int64_t)n,
                                    .batch_id = fb_span_of("bench"), .occurred_ms = b->shift.time.start_min * 60000 - 86400000};
    b->state = FB_BOOKING_STATE_BOOKED;
    b->token = fb_span_of(t->worker);
    b->worker_kind = b->route == FB_ROUTE_AGENCY ? FB_WORKER_KIND_AGENCY : FB_WORKER_KIND_BANK_ONLY;
    b->booked_ms = out->env.occurred_ms;
    b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    b->n_references = 1;
    b->reference[0] = (struct fb_reference){fb_span_of("healthroster"), fb_span_of("request_id"), fb_span_of(t->reference)};
    if (b->route == FB_ROUTE_AGENCY)
        b->agency = fb_span_of("AG01");
}

/* A million are a year of a system of 40,000 workers: as many a day, each within the fortnight after. */
void bench_booking(uint64_t n, struct fb_span source, struct bench_texts *t, struct fb_record *out)
{
    make(n, source, (struct days){fb_day_of(2026, 3, 16) + (fb_day)(n % 1000000 / 2750), 13}, t, out);
}

void bench_booking_ahead(uint64_t n, struct fb_span source, fb_day day, unsigned ahead, struct bench_texts *t, struct fb_record *out)
{
    make(n, source, (struct days){day + 1, ahead}, t, out);
    out->env.occurred_ms = out->as.booking.booked_ms = ((int64_t)day * 24 + 8) * 3600000;
}
