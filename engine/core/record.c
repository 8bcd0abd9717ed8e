#include "engine/core/record.h"
#include "engine/base/hash.h"
#include "engine/core/approval.h"
#include <stddef.h>
#include <string.h>

static int compare(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int fb_version_cmp(const struct fb_record *a, const struct fb_record *b)
{
    /* FB_ABSENT is the smallest number, so that absent comes first by itself. */
    int order = compare(a->env.revision, b->env.revision);
    if (order == 0)
        order = compare(a->env.occurred_ms, b->env.occurred_ms);
    if (order == 0)
        order = compare(a->env.source_seq, b->env.source_seq);
    if (order == 0)
        order = compare(memcmp(a->digest, b->digest, sizeof a->digest), 0);
    return order;
}

/* ---- whose it is ---- */

/* Where a kind of record carries its worker; records of other kinds are nobody's. */
struct place {
    bool held;
    size_t token, worker;
};
#define PLACE(member) {true, offsetof(struct fb_record, as.member.token), offsetof(struct fb_record, as.member.worker)}
static const struct place places[FB_KIND_END] = {
    [FB_KIND_BOOKING] = PLACE(booking),         [FB_KIND_WORKER] = PLACE(worker),
    [FB_KIND_WORKER_FACT] = PLACE(worker_fact), [FB_KIND_SUBSTANTIVE_HOURS] = PLACE(hours),
    [FB_KIND_ABSENCE] = PLACE(absence),
};

static const struct place *place_in(const struct fb_record *r)
{
    size_t kind = (size_t)r->env.kind;
    return kind < FB_KIND_END && places[kind].held ? &places[kind] : NULL;
}

struct fb_span fb_record_token(const struct fb_record *r)
{
    const struct place *at = place_in(r);
    struct fb_span token = {NULL, 0};
    if (at != NULL)
        memcpy(&token, (const char *)r + at->token, sizeof token);
    return token;
}

uint32_t fb_record_worker(const struct fb_record *r)
{
    const struct place *at = place_in(r);
    uint32_t worker = 0;
    if (at != NULL)
        memcpy(&worker, (const char *)r + at->worker, sizeof worker);
    return worker;
}

void fb_record_set_worker(struct fb_record *r, uint32_t worker, uint32_t worker_was)
{
    const struct place *at = place_in(r);
    const struct fb_span none = {NULL, 0};
    if (at == NULL)
        return;
    memcpy((char *)r + at->token, &none, sizeof none);
    memcpy((char *)r + at->worker, &worker, sizeof worker);
    if (r->env.kind == FB_KIND_WORKER) {
        r->as.worker.token_was = none;
        r->as.worker.worker_was = worker_was;
    }
}

/* An outside name, taken apart: what is hashed for a link, and compared to prove one. Unused places are
 * nought. */
struct key {
    enum fb_link_kind kind;
    uint64_t number; /* a record kind or an ODS code */
    fb_day month;    /* of CLASS: its first day; of INVOICE the line's number */
    struct fb_span part[3];
};
enum { CLASS_MONTHS_MAX = 4, MONTH_DAYS_MAX = 31 }; /* the first of a month and 31 days: some day of the next */
struct keys {
    unsigned n;
    struct key key[FB_LINKS_MAX];
};

static void add(struct keys *k, struct key key)
{
    if (k->n < FB_LINKS_MAX)
        k->key[k->n++] = key;
}

/* A name that was not sent is no name: two records without an agency have no agency in common. */
static void add_named(struct keys *k, enum fb_link_kind kind, struct fb_span source, struct fb_span name)
{
    if (name.n > 0)
        add(k, (struct key){kind, 0, 0, {source, name, {NULL, 0}}});
}

static void add_org(struct keys *k, fb_code ods)
{
    if (ods != 0)
        add(k, (struct key){FB_LINK_ORG, ods, 0, {{NULL, 0}, {NULL, 0}, {NULL, 0}}});
}

static void add_agency(struct keys *k, struct fb_span code)
{
    /* Agencies are one register for all sources: no source in the name. */
    add_named(k, FB_LINK_AGENCY, (struct fb_span){NULL, 0}, code);
}

static void add_class(struct keys *k, fb_code hirer, fb_day month)
{
    add(k, (struct key){FB_LINK_CLASS, hirer, month, {{NULL, 0}, {NULL, 0}, {NULL, 0}}});
}

static void add_reference(struct keys *k, fb_code hirer, const struct fb_reference *ref)
{
    if (ref->id.n > 0)
        add(k, (struct key){FB_LINK_REFERENCE, hirer, 0, {ref->system, ref->kind, ref->id}});
}

static void keys_of_organisation(const struct fb_record *r, struct keys *k)
{
    add_org(k, r->as.organisation.ods);
}

static void keys_of_vacancy(const struct fb_record *r, struct keys *k)
{
    add_named(k, FB_LINK_VACANCY, r->env.source, r->env.record_ref);
    add_org(k, r->as.vacancy.shift.hirer);
}

static void keys_of_cascade(const struct fb_record *r, struct keys *k)
{
    add_named(k, FB_LINK_VACANCY, r->env.source, r->as.cascade.vacancy_ref);
}

static void keys_of_booking(const struct fb_record *r, struct keys *k)
{
    const struct fb_booking *b = &r->as.booking;
    add_named(k, FB_LINK_VACANCY, r->env.source, b->vacancy_ref);
    add_named(k, FB_LINK_BOOKING, r->env.source, r->env.record_ref);
    for (unsigned i = 0; i < b->n_references && i < FB_REFERENCES_MAX; i++)
        add_reference(k, b->shift.hirer, &b->reference[i]);
    add_agency(k, b->agency);
    add_org(k, b->shift.hirer);
    add_class(k, b->shift.hirer, fb_day_month(fb_london_day(b->shift.time.start_min)));
}

static void keys_of_timesheet(const struct fb_record *r, struct keys *k)
{
    add_named(k, FB_LINK_BOOKING, r->env.source, r->as.timesheet.booking_ref);
}

static void keys_of_agency(const struct fb_record *r, struct keys *k)
{
    add_agency(k, r->as.agency.code);
}

static void keys_of_framework(const struct fb_record *r, struct keys *k)
{
    add_agency(k, r->as.framework.agency);
}

/* Of one booking; or of a class, whose days are so few that they touch four months at most. Every shift of the trust reads
 * those of its month, so only what was granted is found by it, also where
 * it was taken back since: it may have lapsed before. */
static void keys_of_approval(const struct fb_record *r, struct keys *k)
{
    const struct fb_approval *a = &r->as.approval;
    add_named(k, FB_LINK_APPROVAL, r->env.source, r->env.record_ref);
    if (a->booking_ref.n > 0) {
        add_named(k, FB_LINK_BOOKING, a->booking_source, a->booking_ref);
        return;
    }
    fb_day month = fb_day_month(a->from);
    if (!fb_approval_was_granted(a))
        return;
    for (unsigned i = 0; i < CLASS_MONTHS_MAX && month < a->until; i++) {
        add_class(k, a->hirer, month);
        month = fb_day_month(month + MONTH_DAYS_MAX);
    }
}

/* An order is one of the references that a booking carries. */
static void keys_of_invoice_line(const struct fb_record *r, struct keys *k)
{
    const struct fb_invoice_line *l = &r->as.invoice_line;
    add_named(k, FB_LINK_LINE, r->env.source, r->env.record_ref);
    add(k, (struct key){FB_LINK_INVOICE, l->hirer, (fb_day)l->line, {l->supplier, l->invoice, {NULL, 0}}});
    if (l->booking_ref.n > 0)
        add_named(k, FB_LINK_BOOKING, l->booking_source, l->booking_ref);
    for (unsigned i = 0; i < l->n_references && i < FB_REFERENCES_MAX; i++)
        add_reference(k, l->hirer, &l->reference[i]);
    if (l->order_system.n > 0)
        add_reference(k, l->hirer, &(struct fb_reference){l->order_system, fb_span_of(FB_REFERENCE_ORDER), l->purchase_order});
}

/* Whether what it names is a booking or a line of an invoice, it does not say: it is about whichever is called so. */
static void keys_of_reply(const struct fb_record *r, struct keys *k)
{
    const struct fb_reply *reply = &r->as.reply;
    bool confirms = fb_span_is(r->env.source, FB_SOURCE_OWN);
    add_named(k, confirms ? FB_LINK_APPROVAL : FB_LINK_BOOKING, reply->booking_source, reply->booking_ref);
    if (!confirms)
        add_named(k, FB_LINK_LINE, reply->booking_source, reply->booking_ref);
}

/* A budget, and any kind without a row here, is found by its own name only. */
static void (*const keys_of_kind[FB_KIND_END])(const struct fb_record *, struct keys *) = {
    [FB_KIND_ORGANISATION] = keys_of_organisation, [FB_KIND_VACANCY] = keys_of_vacancy,
    [FB_KIND_CASCADE] = keys_of_cascade,           [FB_KIND_BOOKING] = keys_of_booking,
    [FB_KIND_TIMESHEET] = keys_of_timesheet,       [FB_KIND_AGENCY] = keys_of_agency,
    [FB_KIND_FRAMEWORK] = keys_of_framework,       [FB_KIND_APPROVAL] = keys_of_approval,
    [FB_KIND_REPLY] = keys_of_reply,               [FB_KIND_INVOICE_LINE] = keys_of_invoice_line,
};

static void keys_of(const struct fb_record *r, struct keys *k)
{
    size_t kind = (size_t)r->env.kind;
    k->n = 0;
    add(k, (struct key){FB_LINK_SELF, kind, 0, {r->env.source, r->env.record_ref, {NULL, 0}}});
    if (kind < FB_KIND_END && keys_of_kind[kind] != NULL)
        keys_of_kind[kind](r, k);
}

/* Each part is hashed by itself, so that ("ab", "c") and ("a", "bc") differ. */
static uint64_t hash_of(const struct key *key)
{
    uint64_t h = fb_hash64_mix((uint64_t)key->kind, key->number);
    if (key->kind == FB_LINK_CLASS || key->kind == FB_LINK_INVOICE)
        h = fb_hash64_mix(h, (uint64_t)key->month);
    for (unsigned i = 0; i < 3; i++) {
        if (key->part[i].n > 0)
            h = fb_hash64_mix(h, fb_hash64(key->part[i].p, key->part[i].n));
        else
            h = fb_hash64_mix(h, 0);
    }
    return h;
}

static bool same(const struct key *a, const struct key *b)
{
    return a->kind == b->kind && a->number == b->number && a->month == b->month && fb_span_eq(a->part[0], b->part[0]) &&
           fb_span_eq(a->part[1], b->part[1]) && fb_span_eq(a->part[2], b->part[2]);
}

unsigned fb_record_links(const struct fb_record *r, struct fb_link out[FB_LINKS_MAX])
{
    struct keys k;
    keys_of(r, &k);
    for (unsigned i = 0; i < k.n; i++)
        out[i] = (struct fb_link){k.key[i].kind, hash_of(&k.key[i])};
    return k.n;
}

static bool starts_in(const struct fb_record *booking, const struct fb_invoice_line *line)
{
    fb_day day = fb_london_day(booking->as.booking.shift.time.start_min);
    return day >= line->from && day < line->until;
}

/* One purchase order, or one request, may stand for the shifts of many days: those are not one shift. Who charges for one says
 * of which days. */
static bool overlap(const struct fb_record *a, const struct fb_record *b)
{
    bool line_a = a->env.kind == FB_KIND_INVOICE_LINE, line_b = b->env.kind == FB_KIND_INVOICE_LINE;
    if (line_a || line_b)
        return line_a != line_b && starts_in(line_a ? b : a, line_a ? &a->as.invoice_line : &b->as.invoice_line);
    const struct fb_shift_time *x = &a->as.booking.shift.time, *y = &b->as.booking.shift.time;
    return x->start_min < y->end_min && y->start_min < x->end_min;
}

bool fb_link_true(enum fb_link_kind kind, const struct fb_record *a, const struct fb_record *b)
{
    struct keys of_a, of_b;
    if (kind == FB_LINK_REFERENCE && !overlap(a, b))
        return false; /* only bookings and lines of invoices carry references */
    keys_of(a, &of_a);
    keys_of(b, &of_b);
    for (unsigned i = 0; i < of_a.n; i++) {
        for (unsigned j = 0; j < of_b.n && of_a.key[i].kind == kind; j++) {
            if (same(&of_a.key[i], &of_b.key[j]))
                return true;
        }
    }
    return false;
}
