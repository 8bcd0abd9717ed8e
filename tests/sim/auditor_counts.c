#include "engine/base/check.h"
#include "engine/base/hash.h"
#include "tests/sim/auditor_steps.h"
#include <stdlib.h>
#include <string.h>

/* What shifts add to counters, and what is earned by them: every shift is judged anew to know what it adds,
 * and every question goes through all of them. */

/* ---- what a shift adds ---- */

/* A route that is not stated is inside a list only when the list is of all routes. */
static bool in_scope(const struct fb_scope *scope, const struct aud_shift *s)
{
    bool all = true;
    for (unsigned r = 1; r < FB_ROUTE_END; r++)
        all &= (scope->routes >> r & 1) != 0;
    return aud_covers(scope, &s->b, s->day) &&
           (all || (s->b.route != 0 && (scope->routes >> s->b.route & 1) != 0));
}

static bool has_key(const struct fb_counter *c, const struct fb_booking *b)
{
    if (c->key == FB_COUNTER_KEY_TRUST)
        return b->shift.hirer != 0;
    return c->key == FB_COUNTER_KEY_AGENCY ? b->agency.n > 0 : b->worker != 0;
}

static bool adds(const struct fb_counter *c, const struct aud_shift *s, const struct aud_judged *j,
                 int64_t *minutes)
{
    bool stands = s->b.state == FB_BOOKING_STATE_BOOKED;
    *minutes = c->worked ? j->worked_minutes : j->facts.value[FB_FACT_PAID_MINUTES];
    bool of_its_kind = c->worked      ? stands && j->any_worked && j->worked_minutes > 0
                       : c->cancelled ? s->b.state == FB_BOOKING_STATE_CANCELLED
                                      : stands;
    for (unsigned i = 0; i < c->n_when; i++)
        of_its_kind = of_its_kind && aud_ask(&c->when[i], &j->facts) == 1;
    return of_its_kind && in_scope(&c->scope, s) && has_key(c, &s->b) && s->b.shift.time.start_min >= 0;
}

/* Which of two that start together comes first hangs on their names alone. */
uint32_t aud_tie(const struct auditor *a, const struct aud_shift *s)
{
    struct fb_span source = aud_source(a, s->lead)->name;
    return (uint32_t)fb_hash64_mix(fb_hash64(source.p, source.n), fb_hash64(s->lead->ref.p, s->lead->ref.n));
}

static void count(const struct auditor *a, struct aud_counts *to, uint32_t subject, const struct aud_shift *s)
{
    static struct aud_judged j;
    aud_judge_first(a, to->book, s, &j);
    if (s->cut)
        return; /* which of its bookings are read would decide */
    for (unsigned i = 0; i < to->book->n_counters; i++) {
        const struct fb_counter *c = &to->book->counter[i];
        int64_t minutes;
        if (!adds(c, s, &j, &minutes))
            continue;
        fb_assert(to->n < AUD_COUNTS_MAX);
        to->row[to->n++] =
            (struct aud_count){.counter = i,
                               .subject = subject,
                               .tie = aud_tie(a, s),
                               .start_min = s->b.shift.time.start_min,
                               .amount = c->adds == FB_ADDS_SHIFTS ? 1 : minutes,
                               .minutes = minutes,
                               .worker = s->b.worker,
                               .agency = s->b.agency,
                               .hirer = s->b.shift.hirer,
                               .shadow = aud_source(a, s->lead)->mode == FB_SOURCE_MODE_SHADOW};
    }
}

const struct aud_counts *aud_counts(struct auditor *a, const struct fb_book *book)
{
    static uint32_t group[AUD_RECORDS_MAX];
    static struct aud_shift s;
    if (a->counts != NULL && a->counts->book == book)
        return a->counts;
    if (a->counts == NULL)
        a->counts = malloc(sizeof *a->counts);
    fb_assert(a->counts != NULL);
    a->counts->book = book;
    a->counts->n = 0;
    for (uint32_t i = 1; i <= a->n_held && book->n_counters > 0; i++) {
        unsigned n = a->held[i].kind == FB_KIND_BOOKING ? aud_group(a, i, group) : 0;
        if (n == 0 || group[0] != i)
            continue;
        aud_shift(a, book, group, n, &s);
        count(a, a->counts, i, &s);
    }
    return a->counts;
}

void aud_counts_forget(struct auditor *a)
{
    free(a->counts);
    a->counts = NULL;
}

/* ---- what a counter says ---- */

static bool same_key(const struct fb_counter *c, const struct aud_count *x, const struct aud_count *y)
{
    if (x->counter != y->counter || x->shadow != y->shadow)
        return false;
    switch (c->key) {
    case FB_COUNTER_KEY_WORKER:
        return x->worker == y->worker;
    case FB_COUNTER_KEY_WORKER_AT_TRUST:
        return x->worker == y->worker && x->hirer == y->hirer;
    case FB_COUNTER_KEY_TRUST:
        return x->hirer == y->hirer;
    case FB_COUNTER_KEY_AGENCY:
        return fb_span_eq(x->agency, y->agency);
    case FB_COUNTER_KEY_NONE:
    case FB_COUNTER_KEY_END:
        break;
    }
    return false;
}

static bool in_window(const struct fb_counter *c, fb_day reader, fb_day day)
{
    switch (c->span) {
    case FB_SPAN_OF_DATES:
        return day >= c->scope.from && day < c->scope.until;
    case FB_SPAN_OF_MONTH:
        return aud_month(day) == aud_month(reader);
    case FB_SPAN_OF_WEEK:
        return day - (day + 3) % 7 == reader - (reader + 3) % 7;
    case FB_SPAN_OF_ROLLING_DAYS:
        return day <= reader && day > reader - c->rolling_days;
    case FB_SPAN_OF_NONE:
    case FB_SPAN_OF_END:
        break;
    }
    return false;
}

static bool is_before(const struct aud_count *x, const struct aud_count *y)
{
    if (x->start_min != y->start_min)
        return x->start_min < y->start_min;
    return x->tie != y->tie ? x->tie < y->tie : x->subject < y->subject;
}

/* The shifts of that key in the window of a day, by their place in time; those that start too soon after the
 * last that counted are left out. */
static unsigned in_order(const struct aud_counts *all, const struct aud_count *key, fb_day reader,
                         const struct aud_count *out[AUD_COUNTS_MAX])
{
    const struct fb_counter *c = &all->book->counter[key->counter];
    const struct aud_count *last = NULL;
    unsigned n = 0;
    for (;;) {
        const struct aud_count *next = NULL;
        for (unsigned i = 0; i < all->n; i++) {
            const struct aud_count *row = &all->row[i];
            if (same_key(c, row, key) && in_window(c, reader, aud_local_day(row->start_min)) &&
                (last == NULL || is_before(last, row)) && (next == NULL || is_before(row, next)))
                next = row;
        }
        if (next == NULL)
            return n;
        last = next;
        if (n == 0 || next->start_min - out[n - 1]->start_min >= (int64_t)c->apart_min)
            out[n++] = next;
    }
}

static const struct aud_count *own_row(const struct aud_counts *c, uint32_t subject, unsigned counter)
{
    for (unsigned i = 0; i < c->n; i++)
        if (c->row[i].subject == subject && c->row[i].counter == counter)
            return &c->row[i];
    return NULL;
}

/* Sums up to the shift, it included; *before: without it. */
static int64_t counted(const struct aud_counts *c, const struct aud_count *own, int64_t *before)
{
    static const struct aud_count *row[AUD_COUNTS_MAX];
    unsigned n = in_order(c, own, aud_local_day(own->start_min), row);
    int64_t upto = 0;
    *before = 0;
    for (unsigned i = 0; i < n; i++) {
        *before += is_before(row[i], own) ? row[i]->amount : 0;
        upto += is_before(row[i], own) || row[i] == own ? row[i]->amount : 0;
    }
    return upto;
}

void aud_counted_facts(const struct aud_counts *c, uint32_t subject, struct fb_facts *f)
{
    int64_t before;
    for (unsigned i = 0; i < c->book->n_counters; i++) {
        const struct aud_count *own = own_row(c, subject, i);
        if (own == NULL)
            continue;
        fb_fact_set(f, (enum fb_fact)(FB_FACT_COUNTER_1 + i), counted(c, own, &before));
    }
}

/* ---- what is earned ---- */

static const struct fb_bonus_row *row_for(const struct fb_book *book, const struct fb_bonus *b,
                                          const struct aud_shift *s)
{
    bool substantive = s->b.worker_kind == FB_WORKER_KIND_SUBSTANTIVE,
         agency = s->b.worker_kind == FB_WORKER_KIND_AGENCY;
    for (unsigned i = 0; i < b->n_rows; i++) {
        bool all = true, here = false;
        for (unsigned g = 0; g < book->n_grades; g++) {
            bool in = (b->row[i].grades >> g & 1) != 0;
            all &= in;
            here |= in && s->b.shift.grade == book->grade[g].code;
        }
        enum fb_worker_kind kind = b->row[i].worker_kind;
        bool of_kind = kind == FB_WORKER_KIND_NONE || (kind == FB_WORKER_KIND_SUBSTANTIVE && substantive) ||
                       (kind == FB_WORKER_KIND_BANK_ONLY && !substantive && !agency);
        bool known = s->b.shift.grade != 0;
        for (unsigned g = 0; g < book->n_grades && known; g++)
            if (book->grade[g].code == s->b.shift.grade)
                break;
            else if (g + 1 == book->n_grades)
                known = false;
        if (of_kind && (known ? here : all))
            return &b->row[i];
    }
    return NULL;
}

static int64_t times(const struct fb_bonus *b, const struct fb_bonus_row *row, int64_t amount)
{
    int64_t n = 0;
    while ((n + 1) * row->every <= amount && (b->times_max == 0 || n < b->times_max))
        n++;
    return n;
}

/* Nothing of another counter in its whole window, before the shift or after. */
static bool is_void(const struct aud_counts *c, const struct fb_bonus *b, const struct aud_count *own)
{
    static const struct aud_count *row[AUD_COUNTS_MAX];
    struct aud_count key = *own;
    if (b->void_counter == 0)
        return false;
    key.counter = b->void_counter - 1u;
    return in_order(c, &key, aud_local_day(own->start_min), row) > 0;
}

/* An hour's plain rate, or that of the limit where it is cheaper; false: nobody can say. */
static bool rate_of(const struct fb_book *book, const struct aud_verdict *v, const struct fb_bonus_row *row,
                    fb_i128 *num)
{
    const struct aud_price *p = &v->price;
    const struct fb_pay_period *period = NULL;
    if (!p->card_known || p->plain_num == FB_ABSENT)
        return false;
    *num = (fb_i128)p->plain_num + p->plain_supplement;
    if (row->not_above_grade == 0)
        return true;
    for (unsigned i = 0; i < book->n_periods; i++)
        if (book->period[i].from <= p->day && p->day < book->period[i].until)
            period = &book->period[i];
    unsigned at = (row->not_above_grade - 1u) * FB_POINT_END + FB_POINT_TOP;
    if (period == NULL || !period->point[at].held)
        return false;
    const struct fb_calendar *cal = &book->calendar[p->the_card->calendar];
    int64_t top = period->point[at].num[cal->n_order > 0 ? cal->order[0] : 0];
    if (top >= p->plain_num)
        return true;
    *num = top;
    if (p->plain_supplement == 0)
        return true;
    if (period->supplement == NULL || p->zone < 0)
        return false;
    *num += period->supplement[at * book->n_zones + (unsigned)p->zone].num;
    return period->supplement[at * book->n_zones + (unsigned)p->zone].held;
}

/* The mean length of the shifts that earned it, at that rate. */
static bool average(const struct aud_counts *c, const struct aud_count *own, const struct aud_verdict *v,
                    const struct fb_bonus_row *row, int64_t n_times, int64_t *pence)
{
    static const struct aud_count *in[AUD_COUNTS_MAX];
    const struct fb_counter *counter = &c->book->counter[own->counter];
    int64_t minutes = 0, n = 0, first = 0;
    fb_i128 num;
    if (!rate_of(c->book, v, row, &num))
        return false;
    unsigned all = in_order(c, own, aud_local_day(own->start_min), in), upto = 0;
    while (upto < all && !is_before(own, in[upto]))
        upto++;
    if (counter->adds == FB_ADDS_SHIFTS && row->every < (int64_t)upto)
        first = (int64_t)upto - row->every;
    for (unsigned i = (unsigned)first; i < upto; i++, n++)
        minutes += in[i]->minutes;
    *pence = aud_round((fb_i128)n_times * minutes * num, (fb_i128)n * c->book->den);
    return true;
}

static void add(struct aud_verdict *v, uint32_t rule, enum fb_severity severity, unsigned detail,
                int64_t pence)
{
    v->finding[v->n_findings++] =
        (struct fb_finding){.rule = rule, .severity = (uint8_t)severity, .detail = (uint8_t)detail, .pence = pence};
}

static void judge(const struct aud_counts *c, uint32_t subject, const struct fb_bonus *b,
                  const struct aud_shift *s, struct aud_verdict *v)
{
    const struct aud_count *own = own_row(c, subject, b->counter);
    const struct fb_bonus_row *row = row_for(c->book, b, s);
    int64_t before, pence;
    if (own == NULL || !in_scope(&b->rule.scope, s) || row == NULL)
        return;
    fb_fact_add(&v->bonus_reads, FB_FACT_COUNTER_1 + b->counter);
    fb_fact_add(&v->bonus_reads, FB_FACT_GRADE);
    fb_fact_add(&v->bonus_reads, FB_FACT_WORKER_KIND);
    int64_t upto = counted(c, own, &before), n = times(b, row, upto) - times(b, row, before);
    if (n == 0 || is_void(c, b, own))
        return;
    pence = row->pence * n;
    if (row->average && !average(c, own, v, row, n, &pence)) {
        add(v, b->rule.id, FB_SEVERITY_CANNOT_SAY, FB_FACT_CARD_ADOPTED, 0);
        return;
    }
    if (pence == 0)
        return;
    add(v, b->rule.id, FB_SEVERITY_NOTE, 0, pence);
    for (unsigned i = 0; i < v->n_lines; i++)
        if (v->line[i].cell.stage != FB_STAGE_COMMITTED || !c->book->counter[b->counter].worked)
            v->line[i].figures.v[FB_MEASURE_BONUS] += pence;
}

void aud_bonuses(const struct aud_counts *c, uint32_t subject, const struct aud_shift *s,
                 struct aud_verdict *v)
{
    for (unsigned i = 0; i < c->book->n_bonuses; i++)
        judge(c, subject, &c->book->bonus[i], s, v);
}

/* ---- against the decision ---- */

static bool keys_agree(struct auditor *a, const struct aud_held *h, const struct aud_count *own)
{
    for (unsigned i = 0; i < a->counts->n; i++) {
        const struct aud_count *other = &a->counts->row[i];
        if (other == own || other->key == 0 || other->counter != own->counter)
            continue;
        bool same = same_key(&a->counts->book->counter[own->counter], own, other);
        if (same != (own->key == other->key))
            return auditor_differs_at(a, h, "key of a counter, against another shift's", same, !same);
    }
    return true;
}

bool aud_counts_same(struct auditor *a, const struct aud_held *h, uint32_t subject,
                     const struct fb_decision *d)
{
    unsigned n = 0;
    (void)aud_counts(a, a->issue[a->current]);
    for (unsigned i = 0; i < a->counts->n; i++) {
        struct aud_count *own = &a->counts->row[i];
        const struct fb_count *found = NULL;
        if (own->subject != subject)
            continue;
        n++;
        for (unsigned k = 0; k < d->n_counts; k++)
            if (d->count[k].counter == a->counts->book->counter[own->counter].id)
                found = &d->count[k];
        if (found == NULL)
            return auditor_differs_at(a, h, "what it adds to a counter", own->amount, 0);
        if (found->amount != own->amount || found->minutes != own->minutes ||
            found->start_min != own->start_min || found->tie != own->tie)
            return auditor_differs_at(a, h, "amount that it adds to a counter", own->amount, found->amount);
        own->key = found->key;
        if (!keys_agree(a, h, own))
            return false;
    }
    return n == d->n_counts || auditor_differs_at(a, h, "counters that it adds to", n, d->n_counts);
}
