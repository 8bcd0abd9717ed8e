#include "engine/core/record.h"
#include "engine/base/hash.h"
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

/* An outside name, taken apart: what is hashed for a link, and compared to prove one. Unused places are
 * nought. */
struct key {
    enum fb_link_kind kind;
    uint64_t number; /* a record kind or an ODS code */
    struct fb_span part[3];
};
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
        add(k, (struct key){kind, 0, {source, name, {NULL, 0}}});
}

static void add_org(struct keys *k, fb_code ods)
{
    if (ods != 0)
        add(k, (struct key){FB_LINK_ORG, ods, {{NULL, 0}, {NULL, 0}, {NULL, 0}}});
}

static void add_agency(struct keys *k, struct fb_span code)
{
    /* Agencies are one register for all sources: no source in the name. */
    add_named(k, FB_LINK_AGENCY, (struct fb_span){NULL, 0}, code);
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
    for (unsigned i = 0; i < b->n_references && i < FB_REFERENCES_MAX; i++) {
        const struct fb_reference *ref = &b->reference[i];
        if (ref->id.n > 0)
            add(k, (struct key){FB_LINK_REFERENCE, b->shift.hirer, {ref->system, ref->kind, ref->id}});
    }
    add_agency(k, b->agency);
    add_org(k, b->shift.hirer);
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

/* A budget, and any kind without a row here, is found by its own name only. */
static void (*const keys_of_kind[FB_KIND_END])(const struct fb_record *, struct keys *) = {
    [FB_KIND_ORGANISATION] = keys_of_organisation, [FB_KIND_VACANCY] = keys_of_vacancy,
    [FB_KIND_CASCADE] = keys_of_cascade,           [FB_KIND_BOOKING] = keys_of_booking,
    [FB_KIND_TIMESHEET] = keys_of_timesheet,       [FB_KIND_AGENCY] = keys_of_agency,
    [FB_KIND_FRAMEWORK] = keys_of_framework,
};

static void keys_of(const struct fb_record *r, struct keys *k)
{
    size_t kind = (size_t)r->env.kind;
    k->n = 0;
    add(k, (struct key){FB_LINK_SELF, kind, {r->env.source, r->env.record_ref, {NULL, 0}}});
    if (kind < FB_KIND_END && keys_of_kind[kind] != NULL)
        keys_of_kind[kind](r, k);
}

/* Each part is hashed by itself, so that ("ab", "c") and ("a", "bc") differ. */
static uint64_t hash_of(const struct key *key)
{
    uint64_t h = fb_hash64_mix((uint64_t)key->kind, key->number);
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
    return a->kind == b->kind && a->number == b->number && fb_span_eq(a->part[0], b->part[0]) &&
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

/* One purchase order, or one request, may stand for the shifts of many days: those are not one shift. */
static bool overlap(const struct fb_record *a, const struct fb_record *b)
{
    const struct fb_shift_time *x = &a->as.booking.shift.time, *y = &b->as.booking.shift.time;
    return x->start_min < y->end_min && y->start_min < x->end_min;
}

bool fb_link_true(enum fb_link_kind kind, const struct fb_record *a, const struct fb_record *b)
{
    struct keys of_a, of_b;
    if (kind == FB_LINK_REFERENCE && !overlap(a, b))
        return false; /* only bookings carry references */
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
