#include "engine/turn/report/report_approvals.h"
#include "engine/core/approval.h"
#include "engine/turn/ids.h"
#include "engine/turn/report/report_record.h"
#include "engine/turn/walk.h"
#include <stdlib.h>

/* One decision, one version, and what stands around them; the texts of a row. */
enum { READ_ROOM = 160 << 10, TEXT_ROOM = 2048 };

struct listing {
    struct fb_store *store;
    struct fb_reader_books *books;
    const struct fb_approval_filter *filter;
    struct fb_arena *texts, read;
    struct fb_approval_row *row;
    unsigned n;
    struct fb_approval_month *month;
    unsigned n_months;
};

static struct fb_span keep(struct listing *l, const struct fb_text *t)
{
    return t->n == 0 ? (struct fb_span){NULL, 0} : fb_arena_copy(l->texts, (struct fb_span){t->p, (uint32_t)t->n});
}

static struct fb_span copy(struct listing *l, struct fb_span s) { return s.n == 0 ? s : fb_arena_copy(l->texts, s); }

static void add_part(struct fb_text *t, const char *before, struct fb_span s)
{
    if (s.n == 0)
        return;
    fb_text_add(t, t->n > 0 ? ", " : "");
    fb_text_add(t, before);
    fb_text_add_span(t, s);
}

/* SOURCE/REFERENCE, or what all shifts of the class have in common. */
static struct fb_span about(struct listing *l, const struct fb_approval *a)
{
    char memory[TEXT_ROOM];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    if (a->booking_ref.n > 0) {
        fb_text_add_span(&t, a->booking_source);
        fb_text_add(&t, "/");
        fb_text_add_span(&t, a->booking_ref);
        return keep(l, &t);
    }
    if (a->grade != 0) {
        fb_text_add(&t, "band ");
        fb_text_add_code(&t, a->grade);
    }
    if (a->staff_group != FB_STAFF_GROUP_NONE)
        add_part(&t, "", fb_span_of(fb_staff_group_word(a->staff_group)));
    if (a->route != FB_ROUTE_NONE)
        add_part(&t, "by ", fb_span_of(fb_route_word(a->route)));
    add_part(&t, "unit ", a->unit);
    add_part(&t, "agency ", a->agency);
    if (t.n == 0)
        fb_text_add(&t, "every shift of the trust");
    return keep(l, &t);
}

static struct fb_span rules(struct listing *l, const struct fb_approval *a)
{
    char memory[TEXT_ROOM];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    for (unsigned i = 0; i < a->n_rules; i++)
        add_part(&t, "", a->rule[i]);
    return keep(l, &t);
}

static struct fb_approval_month *month_of(struct listing *l, fb_code trust, fb_day month)
{
    for (unsigned i = 0; i < l->n_months; i++)
        if (l->month[i].trust == trust && l->month[i].month == month)
            return &l->month[i];
    struct fb_approval_month *m = &l->month[l->n_months++];
    const struct fb_book *book = fb_reader_book(l->books, 0);
    *m = (struct fb_approval_month){.trust = trust, .month = month, .budget = FB_ABSENT};
    for (unsigned i = 0; book != NULL && i < book->n_approval_budgets; i++) { /* the last that fits wins */
        const struct fb_approval_budget *b = &book->approval_budget[i];
        if ((b->trust == 0 || b->trust == trust) && b->from <= month && month < b->until)
            m->budget = b->number;
    }
    return m;
}

/* Each counts once: one that still waits to be confirmed and one that its grantor let lapse as that, one of a class apart, the
 * others by when they were granted against their booking. What lapsed used up the budget all the same. */
static void count(struct fb_approval_month *m, const struct fb_approval *a, enum fb_answered when, enum fb_approval_end end)
{
    bool granted = end == FB_APPROVAL_END_GRANTED || end == FB_APPROVAL_END_PROVISIONAL || end == FB_APPROVAL_END_LAPSED ||
                   end == FB_APPROVAL_END_EXPIRED || end == FB_APPROVAL_END_EXHAUSTED;
    if (!granted)
        return;
    if (end == FB_APPROVAL_END_LAPSED)
        m->lapsed++;
    else if (end == FB_APPROVAL_END_PROVISIONAL)
        m->provisional++;
    else if (a->booking_ref.n == 0)
        m->of_classes++;
    else if (when == FB_ANSWERED_BEFORE_BOOKING)
        m->before_booking++;
    else if (when == FB_ANSWERED_RETROSPECTIVE)
        m->retrospective++;
    else /* of a booking that is not held nobody can tell: the middle of the three */
        m->before_start++;
}

static fb_day month_granted(const struct fb_record *r)
{
    int64_t at_ms = r->as.approval.granted_ms != FB_ABSENT ? r->as.approval.granted_ms : r->env.occurred_ms;
    return fb_day_month(fb_london_day_of_ms(at_ms));
}

/* What the clock says now; that its money is used up is the turn's to tell, and stands in the decision. */
static enum fb_approval_end end_of(struct listing *l, const struct fb_record_now *now, struct fb_approval_state_at *at)
{
    const struct fb_book *book = fb_reader_book(l->books, now->decision->issue);
    enum fb_approval_end held = (enum fb_approval_end)now->decision->approval_end;
    *at = (struct fb_approval_state_at){.end = held, .next_ms = INT64_MAX};
    if (book != NULL)
        fb_approval_at(book, &now->record->as.approval, l->filter->now_ms, at);
    return held == FB_APPROVAL_END_EXHAUSTED && (at->end == FB_APPROVAL_END_GRANTED || at->end == FB_APPROVAL_END_EXPIRED) ? held : at->end;
}

/* Why it does not count, where that is no fault but a date. */
static struct fb_span dated_later(struct listing *l, const struct fb_approval *a)
{
    char memory[TEXT_ROOM], at[17];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_local_format(at, a->granted_ms / FB_MINUTE_MS);
    at[10] = ' ';
    fb_text_add(&t, "its grant is dated ");
    fb_text_add(&t, at);
    fb_text_add(&t, " London time, and counts from then on");
    return keep(l, &t);
}

static struct fb_span why_of(struct listing *l, const struct fb_approval *a, enum fb_approval_end end, const char *why)
{
    if (end == FB_APPROVAL_END_ASKED && a->state == FB_APPROVAL_STATE_GRANTED)
        return dated_later(l, a);
    return why == NULL || end == FB_APPROVAL_END_GRANTED ? (struct fb_span){NULL, 0} : fb_span_of(why);
}

static void add(struct listing *l, uint32_t number, const struct fb_record_now *now, bool was_exhausted)
{
    const struct fb_approval *a = &now->record->as.approval;
    struct fb_approval_state_at at;
    enum fb_approval_end end = end_of(l, now, &at);
    if (was_exhausted && at.why == NULL)
        at.why = "its money limit had been used up before";
    enum fb_answered when = a->booking_ref.n > 0 ? (enum fb_answered)now->decision->approval_when : FB_ANSWERED_NONE;
    if (when == FB_ANSWERED_PROVISIONAL) /* its end says so */
        when = FB_ANSWERED_NONE;
    l->row[l->n++] = (struct fb_approval_row){
        .record = number,
        .trust = a->hirer,
        .end = fb_span_of(fb_approval_end_word(end)),
        .rules = rules(l, a),
        .about = about(l, a),
        .asked_by = copy(l, a->asked_by),
        .granted_by = copy(l, a->granted_by),
        .recorded_by = copy(l, a->recorded_by),
        .when = when == FB_ANSWERED_NONE ? (struct fb_span){NULL, 0} : fb_span_of(fb_answered_word(when)),
        .granted_ms = a->granted_ms,
        .limit_pence = a->limit_pence,
        .from = a->from,
        .until = a->until,
        .reason = copy(l, a->reason),
        .why = why_of(l, a, end, at.why),
        .reference = copy(l, now->record->env.record_ref),
        .deadline_ms = end == FB_APPROVAL_END_PROVISIONAL ? at.next_ms : FB_ABSENT,
    };
    count(month_of(l, a->hirer, month_granted(now->record)), a, when, end);
}

static enum fb_err look(struct listing *l, uint32_t number)
{
    struct fb_record_now now;
    fb_arena_reset(&l->read);
    enum fb_err err = fb_report_record(l->store, l->books, number, &l->read, &now);
    if (err == FB_NOT_FOUND)
        return FB_OK;
    if (err != FB_OK || now.record->env.kind != FB_KIND_APPROVAL)
        return err;
    const struct fb_approval_filter *f = l->filter;
    bool wanted = (f->trust == 0 || now.record->as.approval.hirer == f->trust) &&
                  (f->month == 0 || month_granted(now.record) == f->month);
    bool exhausted = false;
    if (wanted)
        err = fb_report_was_exhausted(l->store, number, now.decision, &l->read, &exhausted);
    if (wanted && err == FB_OK)
        add(l, number, &now, exhausted);
    return err;
}

enum fb_err fb_report_approvals(struct fb_store *store, struct fb_reader_books *books, const struct fb_approval_filter *filter,
                                const uint32_t *number, unsigned n, struct fb_arena *arena, struct fb_approval_row *row,
                                unsigned *n_rows, struct fb_approval_month *month, unsigned *n_months, unsigned *done)
{
    struct listing l = {.store = store, .books = books, .filter = filter, .texts = arena, .row = row, .month = month};
    void *memory = malloc(READ_ROOM);
    enum fb_err err = memory == NULL ? FB_FULL : FB_OK;
    if (memory != NULL)
        fb_arena_init(&l.read, memory, READ_ROOM);
    for (*done = 0; err == FB_OK && *done < n && arena->size - arena->used >= 2 * TEXT_ROOM + 1024; ++*done)
        err = look(&l, number[*done]);
    *n_rows = l.n;
    *n_months = l.n_months;
    if (memory != NULL)
        fb_arena_release(&l.read);
    free(memory);
    return err == FB_OK && *done == 0 && n > 0 ? FB_LIMIT : err;
}

uint64_t fb_approval_used(const struct fb_approval_month *m)
{
    return m->before_booking + m->before_start + m->retrospective + m->of_classes + m->provisional + m->lapsed;
}

fb_day fb_approval_dry_on(const struct fb_approval_month *m, fb_day today)
{
    uint64_t used = fb_approval_used(m);
    if (m->budget == FB_ABSENT || used == 0 || fb_day_month(today) != m->month)
        return 0;
    uint64_t budget = (uint64_t)m->budget, days = (uint64_t)(today - m->month) + 1;
    if (used >= budget)
        return today;
    fb_day dry = m->month + (fb_day)((budget * days + used - 1) / used) - 1;
    return fb_day_month(dry) == m->month ? dry : 0;
}
