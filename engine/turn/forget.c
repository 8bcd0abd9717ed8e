/* Somebody is forgotten: the rows that lead from a pseudonym to a number go, whatever stands under the number stays, and the
 * number belongs to nobody. */
#include "engine/base/bytes.h"
#include "engine/turn/gather.h"
#include "engine/turn/report/report_worker.h"
#include "engine/turn/state.h"
#include <stdlib.h>
#include <string.h>

/* A record that stays under a number of the class: its winning version says so. */
static void count_record(struct fb_turn *t, uint32_t number, uint32_t worker, struct fb_forgotten *out)
{
    const struct fb_held *held = fb_index_held(&t->index, number);
    fb_scratch_reset(&t->scratch);
    const struct fb_entry *e = fb_gather_entry(t, held->winner);
    if (e == NULL || fb_workers_canonical(&t->workers, e->worker) != worker)
        return;
    out->bookings += held->kind == FB_KIND_BOOKING;
    out->facts += held->kind == FB_KIND_WORKER_FACT;
    out->hours += held->kind == FB_KIND_SUBSTANTIVE_HOURS;
    out->absences += held->kind == FB_KIND_ABSENCE;
}

/* A record may be found by several numbers of a class, and is counted under the first: those of one list ascend without
 * repeats, and what an earlier number of the class has as well was counted there. */
static bool was_counted(const struct fb_turn *t, uint32_t record, uint32_t worker, uint32_t until, enum fb_kind kind)
{
    struct fb_postings p;
    for (uint32_t member = worker; member != until; member = fb_workers_next(&t->workers, member)) {
        uint32_t number;
        fb_postings_begin(&p, &t->index, fb_turn_worker_tag(member, kind));
        while ((number = fb_postings_next(&p)) != 0)
            if (number == record)
                return true;
    }
    return false;
}

static enum fb_err count_kind(struct fb_turn *t, uint32_t worker, enum fb_kind kind, struct fb_forgotten *out)
{
    uint32_t member = worker;
    do {
        uint32_t tag = fb_turn_worker_tag(member, kind), n = 0;
        struct fb_postings p;
        fb_postings_begin(&p, &t->index, tag);
        while (fb_postings_next(&p) != 0)
            n++;
        uint32_t *number = malloc((n + 1) * sizeof *number);
        if (number == NULL)
            return FB_FULL;
        n = fb_index_read(&t->index, tag, number, n);
        for (uint32_t i = 0; i < n && t->err == FB_OK; i++)
            if (fb_index_held(&t->index, number[i])->kind == (uint8_t)kind && !was_counted(t, number[i], worker, member, kind))
                count_record(t, number[i], worker, out);
        free(number);
        member = fb_workers_next(&t->workers, member);
    } while (member != worker);
    return t->err;
}

enum fb_err fb_turn_count_records(struct fb_turn *t, uint32_t worker, struct fb_forgotten *out)
{
    static const enum fb_kind kinds[] = {FB_KIND_BOOKING, FB_KIND_WORKER_FACT, FB_KIND_SUBSTANTIVE_HOURS, FB_KIND_ABSENCE};
    enum fb_err err = FB_OK;
    for (unsigned i = 0; i < 4 && err == FB_OK; i++)
        err = count_kind(t, worker, kinds[i], out);
    return err;
}

static enum fb_err count_what_stays(struct fb_turn *t, uint32_t worker, struct fb_forgotten *out)
{
    enum fb_err err = fb_store_read(t->store, &t->txn);
    if (err == FB_OK)
        err = fb_turn_count_records(t, worker, out);
    if (t->txn != NULL)
        fb_txn_abort(&t->txn);
    return err;
}

/* Every pseudonym of the person. Dropping one moves others, so each search begins anew. */
static uint64_t drop_links(struct fb_turn *t, uint32_t worker)
{
    const struct fb_worker_slot *slot;
    unsigned char hash[FB_WHO_BYTES];
    uint64_t n = 0;
    uint32_t at = 0;
    for (; (slot = fb_workers_links(&t->workers, worker, &at)) != NULL; n++, at = 0) {
        memcpy(hash, slot->hash, sizeof hash);
        fb_workers_del(t->txn, hash);
        fb_workers_drop(&t->workers, hash);
    }
    return n;
}

void fb_turn_take_forget(struct fb_turn *t, uint32_t worker)
{
    unsigned char body[8];
    struct fb_writer w;
    fb_writer_init(&w, body, sizeof body);
    fb_put_varint(&w, worker);
    struct fb_entry e = {.kind = FB_ENTRY_FORGET, .body = {(const char *)body, (uint32_t)w.n}};
    fb_turn_write(t, &e);
    struct fb_event event = {.kind = FB_EVENT_WORKER_FORGOTTEN,
                             .at_ms = t->now_ms,
                             .journal = t->journal,
                             .severity = FB_SEVERITY_NOTE,
                             .issue = fb_turn_current(t) == NULL ? 0 : fb_turn_current(t)->issue};
    if (t->err == FB_OK)
        fb_turn_write_event(t, &event);
}

enum fb_err fb_turn_forget(struct fb_turn *t, uint32_t worker, int64_t now_ms, struct fb_forgotten *out)
{
    uint32_t at = 0;
    if (t->err != FB_OK)
        return t->err;
    *out = (struct fb_forgotten){.worker = fb_workers_canonical(&t->workers, worker)};
    if (out->worker == 0 || out->worker > t->workers.high || fb_workers_links(&t->workers, out->worker, &at) == NULL)
        return FB_NOT_FOUND;
    enum fb_err err = count_what_stays(t, out->worker, out);
    if (err == FB_OK)
        err = fb_turn_begin(t);
    if (err != FB_OK)
        return err;
    fb_turn_at(t, now_ms);
    out->links = drop_links(t, out->worker);
    fb_turn_take_forget(t, out->worker);
    return fb_turn_end(t);
}
