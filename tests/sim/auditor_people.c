#include "engine/base/check.h"
#include "engine/turn/entry.h"
#include "tests/sim/auditor.h"
#include <string.h>

/* Who is who. Each pseudonym that was heard is somebody; a Worker record that tells of a changed key makes two of them one,
 * for good, whichever of its versions says so.
 * Who was forgotten is nobody that a later message could mean: the same pseudonym is then somebody new. */

static struct fb_span token_of(const struct fb_record *r)
{
    switch (r->env.kind) {
    case FB_KIND_BOOKING:
        return r->as.booking.token;
    case FB_KIND_WORKER:
        return r->as.worker.token;
    case FB_KIND_WORKER_FACT:
        return r->as.worker_fact.token;
    case FB_KIND_SUBSTANTIVE_HOURS:
        return r->as.hours.token;
    case FB_KIND_ABSENCE:
        return r->as.absence.token;
    case FB_KIND_NONE:
    case FB_KIND_ORGANISATION:
    case FB_KIND_VACANCY:
    case FB_KIND_CASCADE:
    case FB_KIND_TIMESHEET:
    case FB_KIND_AGENCY:
    case FB_KIND_FRAMEWORK:
    case FB_KIND_BUDGET:
    case FB_KIND_APPROVAL:
    case FB_KIND_REPLY:
    case FB_KIND_INVOICE_LINE:
    case FB_KIND_END:
        break;
    }
    return (struct fb_span){NULL, 0};
}

uint32_t aud_person(const struct auditor *a, uint32_t who)
{
    return who == 0 ? 0 : a->token[who].person;
}

static uint32_t meet(struct auditor *a, struct fb_span token)
{
    if (token.n == 0)
        return 0;
    for (uint32_t i = 1; i <= a->n_tokens; i++)
        if (!a->token[i].forgotten && fb_span_eq(a->token[i].token, token))
            return i;
    fb_assert(a->n_tokens < AUD_TOKENS_MAX);
    a->n_tokens++;
    a->token[a->n_tokens] = (struct aud_token){.token = token, .person = a->n_tokens};
    return a->n_tokens;
}

void aud_meet_worker(struct auditor *a, const struct fb_record *r, uint32_t *who, uint32_t *was)
{
    *who = meet(a, token_of(r));
    *was = r->env.kind == FB_KIND_WORKER ? meet(a, r->as.worker.token_was) : 0;
}

/* Round after round, until nobody learns of a lower number. */
void aud_meet_again(struct auditor *a)
{
    for (uint32_t i = 1; i <= a->n_tokens; i++) {
        a->token[i].person = i;
        a->token[i].number = 0; /* the engine may call the two by either number */
    }
    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned i = 0; i < a->n_versions; i++) {
            const struct aud_version *v = &a->version[i];
            if (v->was == 0)
                continue;
            uint32_t *one = &a->token[v->who].person, *other = &a->token[v->was].person;
            changed |= *one != *other;
            *one = *other = *one < *other ? *one : *other;
        }
    }
    for (uint32_t i = 1; i <= a->n_tokens; i++)
        a->met->merged += a->token[i].person != i;
}

unsigned aud_forget(struct auditor *a, uint32_t who)
{
    unsigned links = 0;
    for (uint32_t i = 1; i <= a->n_tokens; i++) {
        if (a->token[i].forgotten || aud_person(a, i) != aud_person(a, who))
            continue;
        a->token[i].forgotten = true;
        links++;
    }
    a->met->forgotten++;
    return links;
}

/* One number of the engine's is one person, and the other way round. */
bool aud_same_worker(struct auditor *a, const struct aud_held *h, uint32_t who, uint32_t number)
{
    uint32_t person = aud_person(a, who);
    if ((person == 0) != (number == 0))
        return auditor_differs_at(a, h, "worker known", person != 0, number != 0);
    for (uint32_t i = 1; i <= a->n_tokens && person != 0; i++) {
        if (a->token[i].number == 0)
            continue;
        bool same = aud_person(a, i) == person;
        if (same != (a->token[i].number == number))
            return auditor_differs_at(a, h, "worker's number, against another's", a->token[i].number, number);
    }
    if (person != 0)
        a->token[person].number = number;
    return true;
}

/* ---- nothing of a pseudonym may be anywhere ---- */

static bool holds(struct fb_span bytes)
{
    const size_t n = sizeof SIM_PSEUDONYM - 1;
    for (uint32_t i = 0; i + n <= bytes.n; i++)
        if (memcmp(bytes.p + i, SIM_PSEUDONYM, n) == 0)
            return true;
    return false;
}

static void says(struct auditor *a, enum fb_table table, int64_t row)
{
    char text[AUD_WHY_BYTES];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, "pseudonym in the table ");
    fb_text_add(&t, fb_table_word(table));
    fb_text_add(&t, ", in its row");
    (void)auditor_differs(a, text, -1, row);
}

bool aud_no_pseudonym(struct auditor *a, struct fb_store *store)
{
    static unsigned char memory[1 << 20];
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_assert(fb_store_read(store, &t) == FB_OK);
    for (unsigned table = 0; table < FB_TABLES; table++) {
        fb_scan_begin(&scan, t, (enum fb_table)table, (struct fb_span){NULL, 0});
        for (int64_t row = 0; fb_scan_next(&scan, &arena); row++) {
            if (holds(scan.key) || holds(scan.value))
                says(a, (enum fb_table)table, row);
            fb_arena_reset(&arena);
        }
        fb_scan_end(&scan);
    }
    fb_assert(fb_txn_err(t) == FB_OK);
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    return a->why[0] == 0;
}
