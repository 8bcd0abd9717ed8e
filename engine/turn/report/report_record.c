#include "engine/turn/report/report_record.h"
#include "engine/core/approval.h"
#include "engine/turn/report/report_read.h"

enum { HOPS_MAX = 8 };

static enum fb_err latest(struct fb_store *store, uint32_t subject, uint64_t as_of, struct fb_arena *arena, uint64_t *journal)
{
    struct fb_txn *txn;
    struct fb_span found, row;
    struct fb_key key = fb_key_decision(subject, as_of == 0 ? UINT64_MAX : as_of);
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = fb_find_last_to(txn, FB_TABLE_DECISIONS, fb_key_span(&key), sizeof subject, arena, &found, &row);
    if (err == FB_OK)
        err = fb_key_parse_decision(found, &subject, journal);
    fb_txn_abort(&txn);
    return err;
}

/* The version of that record among those that the decision rests on. */
static const struct fb_basis_version *version_of(const struct fb_decision_row *row, uint32_t number)
{
    for (unsigned i = 0; i < row->n; i++)
        if (row->version[i].number == number)
            return &row->version[i];
    return NULL;
}

enum fb_err fb_report_confirmed(struct fb_reader_books *books, const struct fb_decision_row *row, struct fb_arena *arena,
                                const struct fb_record **approval)
{
    const struct fb_record *reply;
    if ((*approval)->env.kind != FB_KIND_APPROVAL || row->n < 2)
        return FB_OK;
    struct fb_record *copy = fb_arena_get(arena, sizeof *copy);
    enum fb_err err = copy == NULL ? FB_LIMIT : fb_read_version(books, row->version[1].journal, arena, &reply);
    if (err != FB_OK)
        return err;
    *copy = **approval;
    (void)fb_approval_confirm(copy, reply);
    *approval = copy;
    return FB_OK;
}

enum fb_err fb_report_record(struct fb_store *store, struct fb_reader_books *books, uint32_t number, struct fb_arena *arena,
                             struct fb_record_now *out)
{
    return fb_report_record_then(store, books, number, 0, arena, out);
}

enum fb_err fb_report_record_then(struct fb_store *store, struct fb_reader_books *books, uint32_t number, uint64_t as_of,
                                  struct fb_arena *arena, struct fb_record_now *out)
{
    struct fb_decision_row row;
    struct fb_source source;
    struct fb_decision *d = fb_arena_zero(arena, sizeof *d);
    *out = (struct fb_record_now){.subject = number, .decision = d};
    enum fb_err err = d == NULL ? FB_LIMIT : FB_OK;
    for (unsigned hop = 0; err == FB_OK && hop < HOPS_MAX; hop++) {
        uint64_t journal = 0;
        err = latest(store, out->subject, as_of, arena, &journal);
        if (err == FB_OK)
            err = fb_read_decision(store, out->subject, journal, arena, &row, d);
        if (err == FB_OK && version_of(&row, number) != NULL)
            out->journal = version_of(&row, number)->journal;
        if (err != FB_OK || row.into == 0)
            break;
        out->subject = row.into;
    }
    if (err == FB_OK && out->journal == 0)
        err = FB_NOT_FOUND;
    if (err != FB_OK)
        return err;
    err = fb_read_member(books, out->journal, arena, &out->record, &out->source, &source);
    return err == FB_OK ? fb_report_confirmed(books, &row, arena, &out->record) : err;
}

enum { BEFORE_MAX = 16 }; /* decisions since it was taken back: a new issue of the rules makes one */

enum fb_err fb_report_was_exhausted(struct fb_store *store, uint32_t number, const struct fb_decision *now, struct fb_arena *arena,
                                    bool *was)
{
    struct fb_decision_row row;
    struct fb_arena part = *arena;
    struct fb_decision *d = fb_arena_zero(&part, sizeof *d);
    const struct fb_arena from = part;
    uint64_t journal = now->journal;
    unsigned end = now->approval_end;
    enum fb_err err = d == NULL ? FB_LIMIT : FB_OK;
    *was = false;
    for (unsigned i = 0; err == FB_OK && i < BEFORE_MAX && (end == FB_APPROVAL_END_WITHDRAWN || end == FB_APPROVAL_END_REFUSED) && journal > 1; i++) {
        part = from;
        err = latest(store, number, journal - 1, &part, &journal);
        if (err == FB_OK)
            err = fb_read_decision(store, number, journal, &part, &row, d);
        if (err == FB_OK)
            end = d->approval_end;
    }
    *was = err == FB_OK && end == FB_APPROVAL_END_EXHAUSTED && now->approval_end != end;
    return err == FB_NOT_FOUND ? FB_OK : err;
}
