#include "engine/core/approval.h"
#include "engine/pack/case.h"
#include <stdlib.h>
#include <string.h>

/* Large, and needed once per run: kept together so that one allocation does. */
struct bench {
    struct fb_view view;
    struct fb_decision decision;
    struct fb_effects effects;
    struct fb_price booked, worked;
    struct fb_case one;
    struct fb_counted_row row[FB_COUNTERS_MAX][FB_COUNTED_MAX];
    unsigned n_rows[FB_COUNTERS_MAX];
    struct fb_diary_row diary[FB_DIARY_SORTS][FB_DIARY_ROWS_MAX];
    unsigned n_diary[FB_DIARY_SORTS];
    unsigned char arena[FB_ARENA_BYTES];
};

static void set_frameworks(struct fb_view *v, const struct fb_case *one, const struct fb_booking *b)
{
    v->framework_register = one->framework_register;
    for (unsigned i = 0; i < one->n_frameworks; i++) {
        if (fb_span_eq(one->framework[i].as.framework.agency, b->agency))
            v->framework[v->n_frameworks++] = &one->framework[i];
    }
}

/* What turn would gather: of the register only the hirer's own row, and only while it holds. */
static void set_organisations(struct fb_view *v, const struct fb_case *one, const struct fb_booking *b)
{
    fb_day day = fb_london_day(b->shift.time.start_min);
    v->organisation_register = one->organisation_register;
    for (unsigned i = 0; i < one->n_organisations; i++) {
        const struct fb_organisation *o = &one->organisation[i].as.organisation;
        if (o->ods == b->shift.hirer && day >= o->member_from && day < o->member_until &&
            v->n_organisations == 0)
            v->organisation[v->n_organisations++] = &one->organisation[i];
    }
}

static void set_shift(struct bench *b, const struct fb_case_shift *shift, uint32_t subject)
{
    struct fb_view *v = &b->view;
    const struct fb_booking *booking = &shift->booking.as.booking;
    *v = (struct fb_view){.journal = 1, .subject = subject, .n_members = 1};
    v->now_ms = b->one.now_ms != FB_ABSENT ? b->one.now_ms : booking->shift.time.start_min * 60000;
    v->feeds = b->one.feeds;
    v->member[0] = (struct fb_member){subject, &shift->booking, &b->one.source};
    if (shift->has_sheet)
        v->timesheet[v->n_timesheets++] = &shift->sheet;
    set_frameworks(v, &b->one, booking);
    set_organisations(v, &b->one, booking);
}

static bool decide(struct bench *b, const struct fb_book *book)
{
    struct fb_arena arena;
    fb_arena_init(&arena, b->arena, sizeof b->arena);
    return fb_decide_booking(book, &b->view, NULL, &arena, &b->decision, &b->effects) == FB_OK;
}

/* ---- what the other shifts add to counters ---- */

static void insert_row(struct bench *b, unsigned counter, const struct fb_counted_row *row)
{
    struct fb_counted_row *rows = b->row[counter];
    unsigned at = b->n_rows[counter]++;
    for (; at > 0 && fb_counted_row_cmp(&rows[at - 1], row) > 0; at--)
        rows[at] = rows[at - 1];
    rows[at] = *row;
}

/* What the decision just made adds to a counter under the key of the case's own shift. */
static void keep_counts(struct bench *b, const struct fb_book *book)
{
    const struct fb_decision *d = &b->decision;
    for (unsigned i = 0; i < book->n_counters; i++) {
        uint64_t key = fb_counter_key_of(&book->counter[i], &b->one.shift.booking.as.booking);
        for (unsigned k = 0; k < d->n_counts; k++) {
            const struct fb_count *c = &d->count[k];
            if (c->counter == book->counter[i].id && c->key == key && key != 0)
                insert_row(b, i,
                           &(struct fb_counted_row){c->start_min, c->tie, d->subject, c->amount, c->minutes});
        }
    }
}

/* ---- the worker's diary ---- */

static void insert_diary(struct bench *b, enum fb_diary_sort sort, const struct fb_diary_row *row)
{
    struct fb_diary_row *rows = b->diary[sort];
    if (b->n_diary[sort] == FB_DIARY_ROWS_MAX)
        return;
    unsigned at = b->n_diary[sort]++;
    for (; at > 0 && fb_diary_row_cmp(&rows[at - 1], row) > 0; at--)
        rows[at] = rows[at - 1];
    rows[at] = *row;
}

static void keep_people(struct bench *b)
{
    uint32_t number = 10 + FB_COUNTED_MAX; /* past those of the other shifts */
    memset(b->n_diary, 0, sizeof b->n_diary);
    FB_EACH(b->one.people, struct fb_record, record)
    {
        struct fb_diary_row row;
        enum fb_diary_sort sort;
        if (fb_diary_row_of(record, number++, &sort, &row))
            insert_diary(b, sort, &row);
    }
}

/* What the decision just made adds to the diary, when it is of the worker of the case's own shift. */
static void keep_stint(struct bench *b)
{
    const struct fb_stint *s = &b->decision.stint;
    bool works = s->worker != 0 && (s->flags & FB_STINT_IDLE) == 0;
    if (works && s->worker == b->one.shift.booking.as.booking.worker)
        insert_diary(b, FB_DIARY_SHIFTS, &(struct fb_diary_row){.stint = *s, .subject = b->decision.subject});
}

static void set_diary(struct bench *b)
{
    for (unsigned i = 0; i < FB_DIARY_SORTS && b->one.shift.booking.as.booking.worker != 0; i++) {
        b->view.diary.row[i] = b->diary[i];
        b->view.diary.n[i] = b->n_diary[i];
    }
}

/* ---- the worker's other shifts ---- */

/* Numbers above the case's own: the order in which records came never counts, and so must not here. */
static bool judge_others(struct bench *b, const struct fb_book *book)
{
    const struct fb_case_shift *other = b->one.others.item;
    memset(b->n_rows, 0, sizeof b->n_rows);
    keep_people(b);
    for (unsigned i = 0; i < b->one.others.n; i++) {
        set_shift(b, &other[i], i + 10);
        if (!decide(b, book))
            return false;
        keep_counts(b, book);
        keep_stint(b);
    }
    return true;
}

/* ---- the case's own ---- */

/* Those that turn would gather: of this shift, or of its class. */
static void set_approvals(struct bench *b)
{
    const struct fb_booking *booking = &b->one.shift.booking.as.booking;
    fb_day day = fb_london_day(booking->shift.time.start_min);
    uint32_t number = 10000;
    FB_EACH(b->one.approvals, struct fb_record, record)
    {
        if (fb_approval_covers(&record->as.approval, &b->view, booking, day))
            b->view.approval[b->view.n_approvals++] =
                (struct fb_approval_in_view){.record = record, .number = number};
        number++;
    }
}

static void set_view(struct bench *b, const struct fb_book *book)
{
    struct fb_case *one = &b->one;
    struct fb_view *v = &b->view;
    set_shift(b, &one->shift, 1);
    if (one->has_vacancy)
        v->vacancy = (struct fb_member){2, &one->vacancy, &one->source};
    for (unsigned i = 0; i < one->n_cascades; i++)
        v->cascade[v->n_cascades++] = &one->cascade[i];
    for (unsigned i = 0; i < book->n_counters; i++)
        v->counted[i] = (struct fb_counted_rows){b->row[i], b->n_rows[i], false};
    FB_EACH(one->rivals, struct fb_record, rival)
    {
        v->rival[v->n_rivals++] = rival;
    }
    set_diary(b);
    set_approvals(b);
}

/* A timesheet that settles nothing says nothing about what was worked. */
static bool is_worked(const struct fb_case_shift *shift)
{
    enum fb_timesheet_state s = shift->sheet.as.timesheet.state;
    return shift->has_sheet && (s == FB_TIMESHEET_STATE_APPROVED || s == FB_TIMESHEET_STATE_ADJUSTED);
}

static void price_case(struct bench *b, const struct fb_book *book, struct fb_case_outcome *got)
{
    const struct fb_booking *booking = &b->one.shift.booking.as.booking;
    const struct fb_timesheet *sheet = &b->one.shift.sheet.as.timesheet;
    *got = (struct fb_case_outcome){.booked = &b->booked, .decision = &b->decision};
    fb_price_booking(book, booking, NULL, &b->booked);
    if (!is_worked(&b->one.shift))
        return;
    fb_price_worked(book, booking, sheet, &b->worked);
    got->worked = &b->worked;
    got->worked_minutes =
        b->worked.minutes.total > 0 ? b->worked.minutes.total : fb_price_worked_minutes(booking, sheet);
}

static void run_case(struct fb_reading *r, struct bench *b, const struct fb_book *book)
{
    struct fb_case_outcome got;
    bool decided = judge_others(b, book);
    if (decided)
        set_view(b, book);
    if (!decided || !decide(b, book)) {
        fb_read_error(r, b->one.line, "case", b->one.name, ": cannot be decided");
        return;
    }
    price_case(b, book, &got);
    fb_case_compare(r, &b->one, book, &got);
}

static void refuse_unused(struct fb_reading *r, const struct fb_node *node)
{
    for (const struct fb_node *c = node->first; c != NULL; c = c->next) {
        if (node->kind == FB_NODE_MAP && !c->used)
            fb_read_error(r, c->line, "unknown key", c->key, ": rules/README.md lists the keys of a case");
        else if (c->kind != FB_NODE_SCALAR)
            refuse_unused(r, c);
    }
}

static unsigned run_file(struct fb_reading *r, struct bench *b, const struct fb_book *book)
{
    unsigned ran = 0;
    struct fb_node *root = fb_node_read(r->draft->pool, r->file, r->draft->report);
    struct fb_node *list = root == NULL ? NULL : fb_read_list(r, root, "cases");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        unsigned before = r->draft->report->errors;
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "a case is a mapping that begins with its name",
                          (struct fb_span){NULL, 0}, "");
            continue;
        }
        fb_case_read(r, item, &b->one);
        ran++;
        if (r->draft->report->errors == before && !r->draft->pool->bad)
            run_case(r, b, book);
    }
    if (root != NULL)
        refuse_unused(r, root);
    return ran;
}

/* The readers look words up in a draft: this one knows the book's categories and bands. */
static void draft_of_book(struct fb_draft *d, const struct fb_book *book)
{
    d->n_categories = book->n_categories;
    memcpy(d->category, book->category, sizeof d->category);
    d->n_zones = book->n_zones;
    memcpy(d->zone, book->zone, sizeof d->zone);
    for (unsigned i = 0; i < book->n_grades; i++) {
        struct fb_draft_grade *g = fb_list_add(d->pool, &d->grades, sizeof *g);
        if (g != NULL)
            g->grade = book->grade[i];
    }
}

static bool is_cases(const struct fb_pack_file *file)
{
    return file->path.n > 6 && memcmp(file->path.p, "cases/", 6) == 0;
}

enum fb_err fb_pack_cases(const struct fb_book *book, const struct fb_pack_file *files, unsigned n,
                          unsigned *ran, struct fb_pack_report *report)
{
    struct fb_pool pool = {0};
    struct fb_draft draft = {.pool = &pool, .report = report};
    struct bench *b = calloc(1, sizeof *b);
    unsigned before = report->errors;
    *ran = 0;
    if (b == NULL)
        return FB_FULL;
    draft_of_book(&draft, book);
    for (unsigned i = 0; i < n && !pool.bad; i++) {
        struct fb_reading r = {&draft, &files[i], 0};
        if (is_cases(&files[i]))
            *ran += run_file(&r, b, book);
    }
    enum fb_err err = pool.bad ? FB_FULL : report->errors > before ? FB_REFUSED : FB_OK;
    fb_pool_free(&pool);
    free(b);
    return err;
}
