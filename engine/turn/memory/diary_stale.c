/* Whom a change in a diary concerns. */
#include "engine/turn/memory/diary_steps.h"
#include "engine/turn/recount.h"

/* One row that came or went. */
struct change {
    struct fb_turn *t;
    const struct fb_book *book;
    const struct fb_diary_row *row;
    const struct fb_diary_told *told;
    enum fb_diary_sort sort;
    unsigned list;       /* in which it stands, and which readers at hand read */
    uint32_t worker;     /* the person */
    bool crowded;        /* some window of that list may have too many rows to be read */
};

/* ---- windows that are too full ---- */

/* As with counters (recount.c): where there were too many rows before this change and are after it, nothing changed. */
static bool stays_cut(uint64_t n)
{
    return n > FB_DIARY_ROWS_MAX + 2;
}

static bool may_flip(uint64_t n)
{
    return n >= FB_DIARY_ROWS_MAX && !stays_cut(n);
}

/* Windows move on with their readers, so what lies in the first one's and in the last one's lies in all between. */
static bool all_cut(const struct change *c, const struct fb_diary_row *first, const struct fb_diary_row *last)
{
    uint32_t from, until, unused;
    fb_diary_window(&c->book->clocks, last->stint.start_min, &from, &unused);
    fb_diary_window(&c->book->clocks, first->stint.start_min, &unused, &until);
    return from < until && stays_cut(fb_diary__count(c->t, c->worker, c->sort, c->list, from, until));
}

static void ask(const struct change *c, const struct fb_diary_row *reader)
{
    uint32_t from, until;
    bool flips = false;
    if (c->crowded) {
        fb_diary_window(&c->book->clocks, reader->stint.start_min, &from, &until);
        flips = may_flip(fb_diary__count(c->t, c->worker, c->sort, c->list, from, until));
    }
    if (flips || fb_diary_reads(c->book, c->sort, c->row, reader))
        c->told->tell(c->told->ctx, reader->subject);
}

/* The readers in [from, until) of a list; where windows may be too full, half by half, so that a crowd is passed over. */
static void sweep(const struct change *c, const struct fb_diary_list *l, uint32_t from, uint32_t until)
{
    if (from == until || (c->crowded && all_cut(c, &l->row[from], &l->row[until - 1])))
        return;
    if (c->crowded && until - from > 1) {
        uint32_t mid = from + (until - from) / 2;
        sweep(c, l, from, mid);
        sweep(c, l, mid, until);
        return;
    }
    for (uint32_t i = from; i < until; i++)
        ask(c, &l->row[i]);
}

/* One row too many in a window takes the word from its reader, also where no clock reads that row. */
static struct fb_diary_range all_windows(const struct change *c, const struct fb_diary_range *range)
{
    struct fb_diary_range all = *range;
    const struct fb_stint *s = &c->row->stint;
    uint32_t back, after, unused;
    fb_diary_window(&c->book->clocks, (int64_t)UINT32_MAX, &back, &unused);
    fb_diary_window(&c->book->clocks, 0, &unused, &after);
    back = UINT32_MAX - back;
    uint32_t from = s->start_min < after ? 0 : s->start_min - after;
    uint32_t until = s->end_min > UINT32_MAX - back ? UINT32_MAX : s->end_min + back;
    all.from_min = from < all.from_min ? from : all.from_min;
    all.until_min = until > all.until_min ? until : all.until_min;
    return all;
}

static void sweep_range(struct change *c, unsigned readers, const struct fb_diary_range *read)
{
    struct fb_diary_range range = *read;
    uint32_t member = c->worker, from, until;
    c->crowded = fb_diary__count(c->t, c->worker, c->sort, c->list, 0, UINT32_MAX) >= FB_DIARY_ROWS_MAX;
    if (c->crowded)
        range = all_windows(c, read);
    do {
        const struct fb_diary_list *l = fb_diary_list(&c->t->diary, member, readers);
        if (l != NULL) {
            from = fb_diary_lower(l, range.from_min);
            until = fb_diary_lower(l, range.until_min);
            sweep(c, l, from, until > from ? until : from);
        }
        member = fb_workers_next(&c->t->workers, member);
    } while (member != c->worker);
}

/* Shifts of a trial are read by trials alone; what a live system tells of a person, by all. */
static void tell_readers(struct fb_turn *t, const struct fb_book *book, enum fb_diary_sort sort,
                         const struct fb_diary_row *row, const struct fb_diary_told *told)
{
    struct fb_diary_range range[FB_DIARY_READERS];
    bool shift = sort == FB_DIARY_SHIFTS;
    bool trial = shift ? (row->stint.flags & FB_STINT_SHADOW) != 0 : fb_diary__trial(t, row->subject);
    unsigned n = book == NULL ? 0 : fb_diary_readers(book, sort, row, range);
    struct change c = {.t = t, .book = book, .row = row, .told = told, .sort = sort,
                       .worker = fb_workers_canonical(&t->workers, row->stint.worker)};
    for (unsigned i = 0; i < n; i++) {
        c.list = fb_diary_list_of(sort, row);
        if (!trial)
            sweep_range(&c, FB_DIARY_SHIFTS, &range[i]);
        if (trial || !shift)
            sweep_range(&c, FB_DIARY_TRIAL, &range[i]);
    }
}

/* ---- what a decision changed ---- */

static bool is_same(const struct fb_stint *a, const struct fb_stint *b)
{
    return a->worker == b->worker && a->start_min == b->start_min && a->end_min == b->end_min && a->tie == b->tie &&
           a->minutes == b->minutes && a->flags == b->flags && a->route == b->route && a->hirer == b->hirer &&
           a->unit == b->unit && a->role == b->role && a->agency == b->agency;
}

static void note(void *ctx, uint32_t subject)
{
    fb_recount_note(ctx, subject);
}

void fb_diary_apply(struct fb_turn *t, const struct fb_book *book, bool held)
{
    struct fb_diary_row gone = {.subject = t->decision.subject}, come = gone;
    const struct fb_diary_told told = {note, t};
    if (held)
        gone.stint = t->prior.stint;
    come.stint = t->decision.stint;
    if (is_same(&gone.stint, &come.stint))
        return;
    if (gone.stint.worker != 0)
        fb_turn_fail(t, fb_diary_take(&t->diary, FB_DIARY_SHIFTS, &gone));
    if (come.stint.worker != 0)
        fb_turn_fail(t, fb_diary_add(&t->diary, FB_DIARY_SHIFTS, &come));
    if (gone.stint.worker != 0 && t->err == FB_OK)
        tell_readers(t, book, FB_DIARY_SHIFTS, &gone, &told);
    if (come.stint.worker != 0 && t->err == FB_OK)
        tell_readers(t, book, FB_DIARY_SHIFTS, &come, &told);
}

/* ---- what a record changed ---- */

/* The row stands under the number that was sent then, which is one of the person's. */
static void take_back(struct fb_turn *t, enum fb_diary_sort sort, struct fb_diary_row *row)
{
    uint32_t person = row->stint.worker;
    do {
        if (fb_diary_take(&t->diary, sort, row) == FB_OK)
            return;
        row->stint.worker = fb_workers_next(&t->workers, row->stint.worker);
    } while (row->stint.worker != person);
    fb_turn_fail(t, FB_DAMAGED);
}

void fb_diary_record(struct fb_turn *t, uint32_t number, const struct fb_record *held, const struct fb_record *now,
                     uint32_t worker, const struct fb_diary_told *told)
{
    const struct fb_book *book = fb_turn_current(t);
    struct fb_diary_row gone, come;
    enum fb_diary_sort sort;
    bool went = held != NULL && fb_diary_row_of(held, number, &sort, &gone);
    if (went)
        take_back(t, sort, &gone);
    bool came = now != NULL && fb_diary_row_of(now, number, &sort, &come);
    if (came) {
        come.stint.worker = worker;
        fb_turn_fail(t, fb_diary_add(&t->diary, sort, &come));
    }
    if (went && t->err == FB_OK)
        tell_readers(t, book, sort, &gone, told);
    if (came && t->err == FB_OK)
        tell_readers(t, book, sort, &come, told);
}

enum fb_err fb_diary_reload(struct fb_turn *t, uint32_t number, const struct fb_record *now)
{
    struct fb_diary_row row;
    enum fb_diary_sort sort;
    return fb_diary_row_of(now, number, &sort, &row) ? fb_diary_load(&t->diary, sort, &row) : FB_OK;
}

/* ---- who is one person ---- */

static void tell_bookings(struct fb_turn *t, uint32_t number, const struct fb_diary_told *told)
{
    struct fb_postings p;
    uint32_t booking;
    fb_postings_begin(&p, &t->index, fb_turn_worker_tag(number, FB_KIND_BOOKING));
    while ((booking = fb_postings_next(&p)) != 0)
        if (fb_index_held(&t->index, booking)->kind == FB_KIND_BOOKING)
            told->tell(told->ctx, booking);
}

void fb_diary_people(struct fb_turn *t, const uint32_t *worker, unsigned n, const struct fb_diary_told *told)
{
    for (unsigned i = 0; i < n; i++) {
        uint32_t member = worker[i];
        bool again = member == 0;
        for (unsigned k = 0; k < i; k++)
            again = again || fb_workers_canonical(&t->workers, worker[k]) == fb_workers_canonical(&t->workers, member);
        while (!again) {
            tell_bookings(t, member, told);
            member = fb_workers_next(&t->workers, member);
            again = member == worker[i];
        }
    }
}
