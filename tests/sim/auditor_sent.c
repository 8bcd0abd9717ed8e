#include "engine/base/check.h"
#include "tests/sim/auditor_sent.h"
#include <string.h>

/* What each source sent, in the order in which it was answered, and what of it is summed and hashed by the words of deploy/RECEIPTS.md
 * alone. Only the hash function itself is the engine's too. */

enum { OUTCOME_TAKEN = 1, OUTCOME_AMENDED = 2, OUTCOME_CONFLICT = 4, OUTCOME_REFUSED = 5, MINUTES = 0, PENCE = 1, RATES = 2 };

/* ---- what was sent ---- */

static bool take_sent(struct aud_sent *out, const struct aud_sent *x, uint64_t after)
{
    if (x->journal <= after || (out->message != NULL && out->journal <= x->journal))
        return false;
    *out = *x;
    return true;
}

bool aud_sent_next(const struct auditor *a, unsigned source, uint64_t after, struct aud_sent *out)
{
    *out = (struct aud_sent){.message = NULL};
    for (unsigned i = 0; i < a->n_versions; i++) {
        const struct aud_version *v = &a->version[i];
        const struct aud_sent x = {v->message, v->journal, v->at_ms, v->amended, FB_REASON_NONE};
        if (v->message->source == source && take_sent(out, &x, after))
            break; /* they stand in order */
    }
    for (unsigned i = 0; i < a->n_refusals; i++) {
        const struct aud_refusal *f = &a->refusal[i];
        const struct aud_sent x = {f->message, f->journal, f->at_ms, false, f->reason};
        if (f->source == source && take_sent(out, &x, after))
            break;
    }
    return out->message != NULL;
}

/* ---- sums ---- */

static int64_t given(int64_t v)
{
    return v == FB_ABSENT ? 0 : v;
}

static void sum_booking(const struct fb_booking *b, int64_t sum[AUD_SUMS])
{
    sum[MINUTES] += b->shift.time.end_min - b->shift.time.start_min;
    sum[PENCE] += given(b->cancel_charge_pence);
    for (unsigned i = 0; i < b->rates.n; i++)
        for (unsigned p = 1; p < FB_PART_END; p++)
            sum[RATES] += given(b->rates.cell[i].part[p]);
}

void aud_sent_add(const struct aud_sent *s, int64_t sum[AUD_SUMS])
{
    const struct fb_record *r = &s->message->record;
    if (r->env.kind == FB_KIND_VACANCY)
        sum[MINUTES] += r->as.vacancy.shift.time.end_min - r->as.vacancy.shift.time.start_min;
    if (r->env.kind == FB_KIND_BOOKING)
        sum_booking(&r->as.booking, sum);
    for (unsigned i = 0; r->env.kind == FB_KIND_TIMESHEET && i < r->as.timesheet.n; i++)
        sum[MINUTES] += r->as.timesheet.interval[i].end_min - r->as.timesheet.interval[i].start_min;
    if (r->env.kind == FB_KIND_SUBSTANTIVE_HOURS)
        sum[MINUTES] += r->as.hours.minutes;
    if (r->env.kind == FB_KIND_BUDGET)
        sum[PENCE] += given(r->as.budget.amount_pence);
    if (r->env.kind == FB_KIND_APPROVAL)
        sum[PENCE] += given(r->as.approval.limit_pence);
    if (r->env.kind == FB_KIND_INVOICE_LINE) {
        sum[PENCE] += r->as.invoice_line.net_pence + given(r->as.invoice_line.vat_pence);
        sum[MINUTES] += given(r->as.invoice_line.minutes);
    }
}

/* ---- the hash ---- */

void aud_hash_begin(struct aud_hashing *h)
{
    h->n = 0;
    fb_assert(crypto_generichash_init(&h->state, NULL, 0, AUD_HASH_BYTES) == 0);
}

static void add(struct aud_hashing *h, const void *p, size_t n)
{
    if (n > 0)
        fb_assert(crypto_generichash_update(&h->state, p, n) == 0);
}

static void add_number(struct aud_hashing *h, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++) {
        unsigned char byte = (unsigned char)(v >> 8 * (bytes - 1 - i));
        add(h, &byte, 1);
    }
}

static void add_text(struct aud_hashing *h, struct fb_span s)
{
    add_number(h, s.n, 1);
    add(h, s.p, s.n);
}

/* Fields of pseudonyms, by kind. */
static bool is_of_pseudonym(enum fb_kind kind, uint64_t field)
{
    if (kind == FB_KIND_BOOKING)
        return field == 19;
    if (kind == FB_KIND_WORKER)
        return field == 1 || field == 2;
    return (kind == FB_KIND_WORKER_FACT || kind == FB_KIND_SUBSTANTIVE_HOURS || kind == FB_KIND_ABSENCE) && field == 1;
}

static uint64_t varint(struct fb_span s, uint32_t *at)
{
    uint64_t v = 0;
    for (unsigned shift = 0; *at < s.n && shift < 64; shift += 7) {
        unsigned char byte = (unsigned char)s.p[(*at)++];
        v |= (uint64_t)(byte & 127u) << shift;
        if (byte < 128)
            break;
    }
    return v;
}

/* Where the field that begins at `at` ends, and which it is. */
static uint32_t field_end(struct fb_span body, uint32_t at, uint64_t *field)
{
    static const uint32_t fixed[8] = {[1] = 8, [5] = 4};
    uint32_t skip = 0;
    uint64_t key = varint(body, &at);
    *field = key >> 3;
    if ((key & 7) == 0)
        (void)varint(body, &at);
    else if ((key & 7) == 2)
        skip = (uint32_t)varint(body, &at);
    else
        skip = fixed[key & 7];
    return at + skip;
}

static uint32_t without_pseudonyms(const struct sim_message *m, unsigned char *out, uint32_t room)
{
    uint32_t n = 0;
    for (uint32_t at = 0; at < m->body.n;) {
        uint64_t field;
        uint32_t end = field_end(m->body, at, &field);
        fb_assert(end > at && end <= m->body.n && end - at <= room - n);
        if (!is_of_pseudonym(m->record.env.kind, field)) {
            memcpy(out + n, m->body.p + at, end - at);
            n += end - at;
        }
        at = end;
    }
    return n;
}

static void hash_taken(struct aud_hashing *h, const struct aud_sent *s)
{
    static unsigned char body[1 << 16];
    const struct fb_envelope *e = &s->message->record.env;
    uint32_t n = without_pseudonyms(s->message, body, sizeof body);
    h->n++;
    add_number(h, s->amended ? OUTCOME_AMENDED : OUTCOME_TAKEN, 1);
    add_number(h, s->journal, 8);
    add_number(h, e->kind, 2);
    add_number(h, (uint64_t)e->occurred_ms, 8);
    add_number(h, e->revision == FB_ABSENT ? UINT64_C(1) << 63 : (uint64_t)e->revision, 8);
    add_text(h, e->record_ref);
    add_text(h, e->message_id);
    add_number(h, n, 4);
    add(h, body, n);
}

static void hash_refused(struct aud_hashing *h, const struct aud_sent *s)
{
    const struct fb_span none = {NULL, 0};
    h->n++;
    add_number(h, s->refused == FB_REASON_CONFLICT ? OUTCOME_CONFLICT : OUTCOME_REFUSED, 1);
    add_number(h, s->journal, 8);
    add_number(h, s->refused, 2);
    add_text(h, s->message->id_read ? s->message->record.env.message_id : none);
}

void aud_hash_sent(struct aud_hashing *h, const struct aud_sent *s)
{
    (s->refused == FB_REASON_NONE ? hash_taken : hash_refused)(h, s);
}

void aud_hash_end(const struct aud_hashing *h, unsigned char out[AUD_HASH_BYTES])
{
    crypto_generichash_state copy = h->state;
    fb_assert(crypto_generichash_final(&copy, out, AUD_HASH_BYTES) == 0);
}
