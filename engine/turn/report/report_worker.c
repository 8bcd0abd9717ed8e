#include "engine/turn/report/report_worker.h"
#include "engine/base/check.h"
#include "engine/turn/gather.h"
#include "engine/turn/memory/diary.h"

enum { TRUSTS_MAX = 32, AROUND_MINUTES = 14 * 1440 };

uint32_t fb_turn_worker_of(const struct fb_turn *t, uint32_t number)
{
    return number == 0 || number > t->workers.high ? 0 : fb_workers_canonical(&t->workers, number);
}

bool fb_turn_worker_linked(const struct fb_turn *t, uint32_t worker)
{
    uint32_t at = 0;
    return fb_workers_links(&t->workers, worker, &at) != NULL;
}

/* Every list of one sort, of all numbers that are this person. */
struct lists {
    const struct fb_turn *t;
    uint32_t first, at;
    unsigned sort;
};

static const struct fb_diary_list *next_list(struct lists *l)
{
    static const struct fb_diary_list none = {.n = 0};
    if (l->at == 0)
        l->at = l->first;
    else if ((l->at = fb_workers_next(&l->t->workers, l->at)) == l->first)
        return NULL;
    const struct fb_diary_list *list = fb_diary_list(&l->t->diary, l->at, l->sort);
    return list != NULL ? list : &none;
}

static void add_day(struct fb_text *out, const char *before, uint32_t min)
{
    char day[11];
    fb_day_format(day, (fb_day)(min / FB_DAY_MINUTES));
    fb_text_add(out, before);
    fb_text_add(out, day);
}

static void add_count(struct fb_text *out, uint64_t n, const char *one, const char *more)
{
    fb_text_add_int(out, (int64_t)n);
    fb_text_add(out, n == 1 ? one : more);
}

/* ---- what is held ---- */

static void tell_numbers(const struct fb_turn *t, uint32_t worker, struct fb_text *out)
{
    fb_text_add(out, "Worker number ");
    fb_text_add_int(out, worker);
    for (uint32_t n = fb_workers_next(&t->workers, worker); n != worker; n = fb_workers_next(&t->workers, n)) {
        fb_text_add(out, ", also held as number ");
        fb_text_add_int(out, n);
    }
    fb_text_add(out, fb_turn_worker_linked(t, worker) ? ".\n" : ": forgotten; no pseudonym leads here any more.\n");
}

static void tell_fact(struct fb_turn *t, const struct fb_diary_row *row, struct fb_text *out)
{
    const struct fb_record *r = fb_gather_version(t, row->subject);
    fb_text_add(out, "Check: ");
    fb_text_add(out, fb_fact_kind_word((enum fb_fact_kind)row->kind));
    if (r != NULL && r->env.kind == FB_KIND_WORKER_FACT && r->as.worker_fact.name.n > 0) {
        fb_text_add(out, " ");
        fb_text_add_span(out, r->as.worker_fact.name);
    }
    fb_text_add(out, ", ");
    fb_text_add(out, fb_fact_status_word((enum fb_fact_status)row->status));
    add_day(out, ", from ", row->stint.start_min);
    if (row->stint.end_min == UINT32_MAX)
        fb_text_add(out, ", without an end");
    else
        add_day(out, ", ends on ", row->stint.end_min);
    if (row->stint.hirer != 0) {
        fb_text_add(out, ", at ");
        fb_text_add_code(out, row->stint.hirer);
    }
    fb_text_add(out, ".\n");
}

static void tell_facts(struct fb_turn *t, uint32_t worker, struct fb_text *out)
{
    struct lists l = {.t = t, .first = worker, .sort = FB_DIARY_FACTS};
    for (const struct fb_diary_list *list; (list = next_list(&l)) != NULL;)
        for (uint32_t i = 0; i < list->n; i++)
            tell_fact(t, &list->row[i], out);
}

/* What adds up by organisation: shifts by hirer, weeks of hours by employer. */
struct sum {
    fb_code trust;
    uint64_t n;
    int64_t minutes;
    uint32_t first, last;
};
struct sums {
    struct sum of[TRUSTS_MAX];
    unsigned n;
};

static void add_to(struct sums *s, fb_code trust, const struct fb_diary_row *row)
{
    unsigned i = 0;
    while (i < s->n && s->of[i].trust != trust)
        i++;
    if (i == TRUSTS_MAX) /* a thirty-third stands with the last */
        i--;
    if (i == s->n)
        s->of[s->n++] = (struct sum){.trust = trust, .first = UINT32_MAX};
    struct sum *x = &s->of[i];
    x->n++;
    x->minutes += row->stint.minutes;
    x->first = row->stint.start_min < x->first ? row->stint.start_min : x->first;
    x->last = row->stint.start_min > x->last ? row->stint.start_min : x->last;
}

static void add_up(const struct fb_turn *t, uint32_t worker, unsigned sort, fb_code only, struct sums *s)
{
    struct lists l = {.t = t, .first = worker, .sort = sort};
    for (const struct fb_diary_list *list; (list = next_list(&l)) != NULL;)
        for (uint32_t i = 0; i < list->n; i++)
            if (only == 0 || list->row[i].stint.hirer == only)
                add_to(s, list->row[i].stint.hirer, &list->row[i]);
}

static void tell_shifts(const struct sums *s, struct fb_text *out)
{
    for (unsigned i = 0; i < s->n; i++) {
        fb_text_add(out, "Shifts at ");
        fb_text_add_code(out, s->of[i].trust);
        fb_text_add(out, ": ");
        fb_text_add_int(out, (int64_t)s->of[i].n);
        add_day(out, ", the first on ", s->of[i].first);
        add_day(out, ", the last on ", s->of[i].last);
        fb_text_add(out, ".\n");
    }
}

static void tell_hours(const struct fb_turn *t, uint32_t worker, struct fb_text *out)
{
    struct sums s = {.n = 0};
    add_up(t, worker, FB_DIARY_HOURS, 0, &s);
    for (unsigned i = 0; i < s.n; i++) {
        fb_text_add(out, "Hours in a post at ");
        fb_text_add_code(out, s.of[i].trust);
        fb_text_add(out, ": ");
        add_count(out, s.of[i].n, " statement of a week, ", " statements of weeks, ");
        fb_text_add_decimal(out, s.of[i].minutes * 10 / 60, 1);
        add_day(out, " hours together, weeks from ", s.of[i].first);
        add_day(out, " to ", s.of[i].last);
        fb_text_add(out, ".\n");
    }
}

static void tell_absences(const struct fb_turn *t, uint32_t worker, struct fb_text *out)
{
    uint64_t n[FB_ABSENCE_KIND_END] = {0};
    struct lists l = {.t = t, .first = worker, .sort = FB_DIARY_ABSENCES};
    for (const struct fb_diary_list *list; (list = next_list(&l)) != NULL;)
        for (uint32_t i = 0; i < list->n; i++)
            n[list->row[i].kind < FB_ABSENCE_KIND_END ? list->row[i].kind : 0]++;
    for (unsigned kind = 1; kind < FB_ABSENCE_KIND_END; kind++) {
        if (n[kind] == 0)
            continue;
        fb_text_add(out, "Absences, ");
        fb_text_add(out, fb_absence_kind_word((enum fb_absence_kind)kind));
        fb_text_add(out, ": ");
        fb_text_add_int(out, (int64_t)n[kind]);
        fb_text_add(out, ".\n");
    }
}

void fb_turn_add_records(struct fb_text *out, const struct fb_forgotten *n)
{
    add_count(out, n->bookings, " record of a booking, ", " records of bookings, ");
    add_count(out, n->facts, " check, ", " checks, ");
    add_count(out, n->hours, " statement of hours", " statements of hours");
    fb_text_add(out, " and ");
    add_count(out, n->absences, " absence", " absences");
}

static void tell_records(struct fb_turn *t, uint32_t worker, struct fb_text *out)
{
    struct fb_forgotten n = {.worker = worker};
    if (fb_turn_count_records(t, worker, &n) != FB_OK)
        return;
    fb_text_add(out, "Held under the number: ");
    fb_turn_add_records(out, &n);
    fb_text_add(out, ". A booking that was cancelled, and each system's record of one shift, is a record too; the shifts above are "
                     "those that stand, each once.\n");
}

/* As fb_turn_find: a question changes nothing, and a row that cannot be read is the asker's bad luck. */
static bool begin(struct fb_turn *t)
{
    fb_assert(t->txn == NULL);
    if (t->err != FB_OK || fb_store_read(t->store, &t->txn) != FB_OK)
        return false;
    fb_turn_judge_begin(t);
    return true;
}

static void end(struct fb_turn *t)
{
    fb_turn_judge_begin(t);
    fb_txn_abort(&t->txn);
    t->err = FB_OK;
}

bool fb_turn_tell_worker(struct fb_turn *t, uint32_t worker, fb_code trust, struct fb_text *out)
{
    struct sums shifts = {.n = 0};
    add_up(t, worker, FB_DIARY_SHIFTS, trust, &shifts);
    if ((trust != 0 && shifts.n == 0) || !begin(t))
        return false;
    tell_numbers(t, worker, out);
    tell_facts(t, worker, out);
    if (trust == 0) {
        tell_hours(t, worker, out);
        tell_absences(t, worker, out);
    }
    tell_shifts(&shifts, out);
    if (trust == 0)
        tell_records(t, worker, out);
    end(t);
    return true;
}

/* ---- what stands around a shift ---- */

static const struct fb_diary_row *row_of(const struct fb_turn *t, uint32_t worker, uint32_t subject)
{
    struct lists l = {.t = t, .first = worker, .sort = FB_DIARY_SHIFTS};
    for (const struct fb_diary_list *list; (list = next_list(&l)) != NULL;)
        for (uint32_t i = 0; i < list->n; i++)
            if (list->row[i].subject == subject)
                return &list->row[i];
    return NULL;
}

static void tell_other(const struct fb_diary_row *other, struct fb_text *out)
{
    char start[17], until[17];
    fb_local_format(start, other->stint.start_min);
    fb_local_format(until, other->stint.end_min);
    start[10] = until[10] = ' ';
    fb_text_add(out, "Around it: a booking at ");
    fb_text_add_code(out, other->stint.hirer);
    fb_text_add(out, ", ");
    fb_text_add(out, start);
    fb_text_add(out, " to ");
    fb_text_add(out, until);
    fb_text_add(out, " London time, number ");
    fb_text_add_int(out, other->subject);
    fb_text_add(out, ".\n");
}

/* To whoever may not know where: how many there are, and no more. */
static void tell_unseen(unsigned n, struct fb_text *out)
{
    if (n == 0)
        return;
    fb_text_add(out, "Around it: ");
    if (n > 1)
        fb_text_add_int(out, n);
    fb_text_add(out, n == 1 ? "a booking at another trust.\n" : " bookings, at another trust or at others.\n");
}

static bool is_around(const struct fb_diary_row *own, const struct fb_diary_row *other)
{
    int64_t apart = (int64_t)other->stint.start_min - own->stint.start_min;
    return other->subject != own->subject && other->stint.hirer != own->stint.hirer && apart > -AROUND_MINUTES && apart < AROUND_MINUTES;
}

void fb_turn_tell_others(struct fb_turn *t, uint32_t worker, uint32_t subject, const struct fb_turn_sees *sees, unsigned most,
                         struct fb_text *out)
{
    const struct fb_diary_row *own = row_of(t, worker, subject);
    struct lists l = {.t = t, .first = worker, .sort = FB_DIARY_SHIFTS};
    unsigned n = 0, unseen = 0;
    if (own == NULL)
        return;
    for (const struct fb_diary_list *list; (list = next_list(&l)) != NULL;)
        for (uint32_t i = 0; i < list->n; i++) {
            const struct fb_diary_row *other = &list->row[i];
            if (!is_around(own, other))
                continue;
            if (!sees->sees(sees->ctx, own->stint.hirer, other->stint.hirer))
                unseen++;
            else if (n++ < most)
                tell_other(other, out);
        }
    tell_unseen(unseen, out);
}
