#include "engine/shell/commit_people.h"
#include "engine/base/check.h"
#include "engine/shell/commit_items.h"
#include "engine/shell/confirm.h"
#include "engine/shell/rights.h"
#include "engine/turn/audit.h"
#include "engine/turn/report/report_worker.h"

enum { OTHERS_MAX = 12, BODY_BYTES = FB_ID_BYTES_MAX + 8, BLIND_BYTES = 4096 };

void fb_people_close(struct fb_people *p)
{
    fb_reader_books_close(&p->books);
}

static void refuse(struct fb_item *item, const char *why)
{
    item->err = FB_REFUSED;
    if (item->why.p == NULL)
        return;
    fb_text_init(&item->why, item->why.p, item->why.size); /* what was begun is not told */
    fb_text_add(&item->why, why);
}

/* ---- who is meant ---- */

/* A pseudonym goes the way of every record's: as the body of a Worker that holds nothing else. 0: not held. */
static uint32_t by_token(const struct fb_people *p, struct fb_span token)
{
    enum { WORKER_FIELD = 1 << 3 | 2 }; /* Worker.worker, length-delimited */
    unsigned char body[BODY_BYTES], memory[BLIND_BYTES];
    struct fb_blinded out = {.who = {.held = false}};
    struct fb_arena arena;
    if (token.n > FB_ID_BYTES_MAX || p->ports == NULL)
        return 0;
    body[0] = WORKER_FIELD;
    body[1] = (unsigned char)token.n;
    for (uint32_t i = 0; i < token.n; i++)
        body[2 + i] = (unsigned char)token.p[i];
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err e = p->ports->blind(p->ports->ctx, FB_KIND_WORKER, (struct fb_span){(const char *)body, token.n + 2}, &arena, &out);
    uint32_t number = e == FB_OK ? fb_turn_worker(p->turn, &out.who) : 0;
    fb_arena_release(&arena);
    return number;
}

static void find(const struct fb_people *p, struct fb_item *item)
{
    const struct fb_query *q = &item->query;
    item->worker = q->worker.n > 0 ? by_token(p, q->worker) : fb_turn_worker_of(p->turn, q->worker_number);
}

/* ---- who asked ---- */

enum fb_err fb_people_keep(struct fb_people *p)
{
    unsigned n = p->n_rows;
    p->n_rows = 0;
    return n > 0 ? fb_audit_append(p->store, p->row, n) : FB_OK;
}

/* Not durable before fb_people_keep: the batch's questions share a transaction. */
static enum fb_err keep(struct fb_people *p, struct fb_item *item)
{
    enum fb_err e = p->n_rows == FB_PEOPLE_ROWS ? fb_people_keep(p) : FB_OK;
    if (e != FB_OK)
        return e;
    if (item->query.asker.identity.n > FB_ID_BYTES_MAX)
        return FB_LIMIT;
    p->row[p->n_rows++] = (struct fb_audit_row){.at_ms = p->now_ms,
                                                .asker = item->query.asker,
                                                .query = (uint8_t)item->query.kind,
                                                .worker = item->worker,
                                                .record = item->record};
    return FB_OK;
}

static const char NOT_HELD[] = "no such worker is held: give the pseudonym as the system's key made it, or the engine's number";

static enum fb_err take_worker(struct fb_people *p, struct fb_item *item)
{
    find(p, item);
    enum fb_err e = keep(p, item);
    fb_code trust = item->query.asker.as == FB_AS_TRUST ? item->query.asker.trust : 0;
    if (e == FB_OK && (item->worker == 0 || !fb_turn_tell_worker(p->turn, item->worker, trust, &item->why)))
        refuse(item, NOT_HELD);
    return e;
}

static bool sees(void *ctx, fb_code hirer, fb_code other)
{
    return fb_right_sees(ctx, hirer, other);
}

static enum fb_err take_replies(struct fb_people *p, struct fb_item *item)
{
    for (unsigned i = 0; i < item->n_numbers; i++)
        fb_turn_replies(p->turn, item->replies[i].subject, &item->replies[i]);
    return FB_OK;
}

/* One row a question, with how many findings about workers it was told of in the place of a record. */
static enum fb_err take_findings(struct fb_people *p, struct fb_item *item)
{
    enum fb_err e = item->record > 0 ? keep(p, item) : FB_OK;
    return e == FB_OK ? take_replies(p, item) : e;
}

/* What a finding across trusts rests on, for those who may see it; to others it says that there is something. Of a shift without such a
 * finding a trust is not told where else its worker is. */
static enum fb_err take_read(struct fb_people *p, struct fb_item *item)
{
    const struct fb_turn_sees by = {sees, &item->query.asker};
    bool kept = item->worker != 0 || item->query.kind == FB_QUERY_LINK;
    enum fb_err e = kept ? keep(p, item) : FB_OK;
    if (e == FB_OK && item->others && item->worker != 0 && item->query.as_of == 0 && item->query.as_known == 0)
        fb_turn_tell_others(p->turn, item->worker, item->record, &by, OTHERS_MAX, &item->why);
    return e == FB_OK ? take_replies(p, item) : e;
}

static enum fb_err take_audit(struct fb_people *p, struct fb_item *item)
{
    find(p, item);
    if (item->worker == 0) /* one whose number was forgotten or joined stands in the log under it all the same */
        item->worker = item->query.worker_number;
    return FB_OK;
}

static enum fb_err take_approvals(struct fb_people *p, struct fb_item *item)
{
    item->n_numbers = fb_turn_approvals(p->turn, item->query.findings.after, item->number, FB_ITEM_NUMBERS);
    for (unsigned i = 0; i < item->n_numbers; i++)
        item->spent[i] = fb_turn_approval_spent(p->turn, item->number[i]);
    return FB_OK;
}

/* ---- forgetting ---- */

static void add_count(struct fb_text *t, const char *before, uint64_t n, const char *one, const char *more)
{
    fb_text_add(t, before);
    fb_text_add_int(t, (int64_t)n);
    fb_text_add(t, n == 1 ? one : more);
}

static void say_forgotten(struct fb_text *t, const struct fb_forgotten *f)
{
    add_count(t, "Worker number ", f->worker, " is forgotten.\n", " is forgotten.\n");
    add_count(t, "Removed: ", f->links, " pseudonym", " pseudonyms");
    fb_text_add(t, " from the table that leads to the number: nobody who has one can find what follows. The same person, "
                   "when they are sent again, is somebody new.\n");
    fb_text_add(t, "Kept: ");
    fb_turn_add_records(t, f);
    fb_text_add(t, ", under a number that belongs to nobody now. They hold no pseudonym and no name; they are what money was "
                   "paid by and verdicts rest on, and must be kept for accounts, audit and claims (UK GDPR, Article 17(3)(b) and (e)).\n");
    fb_text_add(t, "Kept: who read about that number, in the log of readings, and that it was forgotten, in the journal.\n");
    fb_text_add(t, "Not reached from here: older copies of the data folder, and what the sending systems hold themselves.\n");
}

static enum fb_err take_forget(struct fb_people *p, struct fb_item *item)
{
    struct fb_forgotten out;
    find(p, item);
    enum fb_err e = keep(p, item);
    if (e == FB_OK)
        e = fb_people_keep(p); /* nothing is changed before it is kept who asked for it */
    if (e != FB_OK)
        return e;
    e = item->worker == 0 ? FB_NOT_FOUND : fb_turn_forget(p->turn, item->worker, p->now_ms, &out);
    if (e == FB_OK)
        say_forgotten(&item->why, &out);
    else if (e == FB_NOT_FOUND)
        refuse(item, "no such worker is held, or it was forgotten already: nothing was changed");
    return e == FB_NOT_FOUND ? FB_OK : e;
}

/* ---- one item ---- */

static enum fb_err take_confirm(struct fb_people *p, struct fb_item *item)
{
    enum fb_err e = p->books != NULL ? FB_OK : fb_reader_books_open(&p->books, p->store, p->ports);
    if (e != FB_OK)
        return e;
    return fb_confirm(p, item);
}

enum fb_err fb_people_take(struct fb_people *p, struct fb_item *item)
{
    static enum fb_err (*const take[FB_ITEM_KINDS])(struct fb_people *, struct fb_item *) = {
        [FB_ITEM_APPROVALS] = take_approvals, [FB_ITEM_WORKER] = take_worker, [FB_ITEM_FORGET] = take_forget,
        [FB_ITEM_READ] = take_read,           [FB_ITEM_AUDIT] = take_audit,   [FB_ITEM_CONFIRM] = take_confirm,
        [FB_ITEM_REPLIES] = take_findings,
    };
    fb_assert(take[item->kind] != NULL);
    item->err = FB_OK;
    return fb_items_settle(item, take[item->kind](p, item));
}
