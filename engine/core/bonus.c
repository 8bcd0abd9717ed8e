#include "engine/core/judge.h"
#include <stddef.h>

/* What the counters earn. A bonus belongs to the shift with which its counter passes a whole multiple of `every`: no other
 * shift's verdict is asked, only what the others added. */

const struct fb_bonus *fb_judge__bonus(const struct fb_book *book, uint32_t rule)
{
    for (unsigned i = 0; i < book->n_bonuses; i++)
        if (book->bonus[i].rule.id == rule)
            return &book->bonus[i];
    return NULL;
}

/* A kind that was not sent is taken as bank only, as the card takes it. A grade that is not known is inside only a row for
 * all grades. */
const struct fb_bonus_row *fb_judge__bonus_row(const struct fb_book *book, const struct fb_bonus *bonus, fb_code grade,
                                               enum fb_worker_kind kind)
{
    int at = grade == 0 ? -1 : fb_book_grade(book, grade);
    uint64_t every = book->n_grades >= 64 ? UINT64_MAX : ((uint64_t)1 << book->n_grades) - 1;
    if (kind == FB_WORKER_KIND_NONE)
        kind = FB_WORKER_KIND_BANK_ONLY;
    for (unsigned i = 0; i < bonus->n_rows; i++) {
        const struct fb_bonus_row *row = &bonus->row[i];
        bool fits = at < 0 ? (row->grades & every) == every : (row->grades >> (unsigned)at & 1u) != 0;
        if (fits && (row->worker_kind == FB_WORKER_KIND_NONE || row->worker_kind == kind))
            return row;
    }
    return NULL;
}

static const struct fb_count *own_count(const struct fb_judging *j, unsigned counter)
{
    for (unsigned i = 0; i < j->out->n_counts; i++)
        if (j->out->count[i].counter == j->book->counter[counter].id)
            return &j->out->count[i];
    return NULL;
}

/* How many multiples lie in it, of those that one window pays. */
static int64_t times_in(const struct fb_bonus *bonus, const struct fb_bonus_row *row, int64_t counted)
{
    int64_t times = counted / row->every;
    return bonus->times_max != 0 && times > bonus->times_max ? bonus->times_max : times;
}

/* ---- the amount ---- */

static int64_t rounded(fb_i128 num, fb_i128 den)
{
    struct fb_pence settled;
    return fb_pence_round(&settled, num, den) == FB_OK ? fb_pence_get(settled) : 0;
}

/* Pence a minute over the book's den. */
struct plain_rate {
    int64_t num, supplement;
};

/* With the limit goes its own supplement where the card paid one, as with a limit of the card's own. */
static bool limit_supplement(const struct fb_judging *j, const struct fb_pay_period *period, unsigned point,
                             int64_t *num)
{
    int zone = j->price->zone;
    *num = 0;
    if (j->price->card.plain_supplement_num == 0)
        return true;
    if (period->supplement == NULL || zone < 0 || (unsigned)zone >= j->book->n_zones)
        return false;
    const struct fb_supplement *s = &period->supplement[point * j->book->n_zones + (unsigned)zone];
    *num = s->num;
    return s->held;
}

/* Where the top of the grade that limits the bonus is cheaper, it is paid. The two are compared without supplements: a
 * high cost area makes nobody senior. */
static bool limit(const struct fb_judging *j, unsigned grade, struct plain_rate *rate)
{
    const struct fb_pay_period *period = fb_book_period(j->book, j->day);
    unsigned plain = fb_book_plain(&j->book->calendar[j->book->card[j->price->card.card].calendar]);
    unsigned at = grade * FB_POINT_END + FB_POINT_TOP;
    if (period == NULL || !period->point[at].held)
        return false;
    if (period->point[at].num[plain] >= rate->num)
        return true;
    rate->num = period->point[at].num[plain];
    return limit_supplement(j, period, at, &rate->supplement);
}

/* What a minute of an average shift is paid at; false: nobody can say. */
static bool average_rate(const struct fb_judging *j, const struct fb_bonus_row *row, struct plain_rate *rate)
{
    if (!j->price->card.known || j->price->card.card >= j->book->n_cards || j->price->card.plain_num == FB_ABSENT)
        return false;
    *rate = (struct plain_rate){j->price->card.plain_num, j->price->card.plain_supplement_num};
    return row->not_above_grade == 0 || limit(j, row->not_above_grade - 1u, rate);
}

/* The mean paid minutes of the shifts that earned it, at that rate, so many times: one rounding. */
static bool average_pence(const struct fb_judging *j, const struct fb_bonus *bonus, const struct fb_bonus_row *row,
                          int64_t times, int64_t *pence)
{
    const struct fb_counter *c = &j->book->counter[bonus->counter];
    const struct fb_count *own = own_count(j, bonus->counter);
    bool of_shifts = c->adds == FB_ADDS_SHIFTS && row->every < (int64_t)FB_COUNTED_MAX;
    struct plain_rate rate;
    struct fb_counted read;
    if (!average_rate(j, row, &rate))
        return false;
    fb_counter_read(c, &j->view->counted[bonus->counter], own, j->day, own->start_min, j->view->subject,
                    of_shifts ? (unsigned)row->every : FB_COUNTED_MAX, &read);
    *pence = rounded((fb_i128)times * read.recent_minutes * ((fb_i128)rate.num + rate.supplement),
                     (fb_i128)read.recent * j->book->den);
    return true;
}

/* ---- one bonus ---- */

/* It comes with the stage that its counter looks at, and with whatever stands in that one's place later. */
static void put_on_lines(struct fb_judging *j, const struct fb_bonus *bonus, int64_t pence)
{
    bool worked = j->book->counter[bonus->counter].worked;
    for (unsigned i = 0; i < j->out->n_lines; i++) {
        struct fb_line *line = &j->out->line[i];
        if (line->cell.stage != FB_STAGE_COMMITTED || !worked)
            line->figures.v[FB_MEASURE_BONUS] += pence;
    }
}

static void cannot_say(struct fb_judging *j, const struct fb_bonus *bonus, enum fb_fact because)
{
    fb_judge__add(j->out, bonus->rule.id, FB_SEVERITY_CANNOT_SAY, because, 0);
}

static enum fb_fact fact_of(unsigned counter)
{
    return (enum fb_fact)(FB_FACT_COUNTER_1 + counter);
}

/* The other counter is asked over its whole window: what happened after the shift voids what it earned too. */
static int64_t voiding(const struct fb_judging *j, unsigned counter)
{
    struct fb_counted read;
    const struct fb_count *own = own_count(j, counter);
    uint32_t start = (uint32_t)j->booking->shift.time.start_min; /* that of a shift that counts: never negative */
    fb_counter_read(&j->book->counter[counter], &j->view->counted[counter], own, j->day, start, j->view->subject, 0,
                    &read);
    return read.whole;
}

static void earn(struct fb_judging *j, const struct fb_bonus *bonus, const struct fb_bonus_row *row, int64_t times)
{
    int64_t pence = row->pence * times; /* raw: whole pence, so many times */
    unsigned voided_by = bonus->void_counter;
    if (voided_by != 0 && j->view->counted[voided_by - 1u].cut) {
        cannot_say(j, bonus, fact_of(voided_by - 1u));
        return;
    }
    if (voided_by != 0 && voiding(j, voided_by - 1u) != 0)
        return;
    if (row->average && !average_pence(j, bonus, row, times, &pence)) {
        cannot_say(j, bonus, FB_FACT_CARD_ADOPTED);
        return;
    }
    if (pence == 0)
        return;
    put_on_lines(j, bonus, pence);
    fb_judge__add(j->out, bonus->rule.id, FB_SEVERITY_NOTE, 0, pence);
}

static void judge_bonus(struct fb_judging *j, const struct fb_bonus *bonus)
{
    const struct fb_counted *c = &j->counted[bonus->counter];
    if (own_count(j, bonus->counter) == NULL || !fb_judge__scope_fits(j, &bonus->rule.scope))
        return;
    const struct fb_bonus_row *row =
        fb_judge__bonus_row(j->book, bonus, j->booking->shift.grade, j->booking->worker_kind);
    if (row == NULL)
        return;
    fb_fact_add(&j->reads, fact_of(bonus->counter));
    fb_fact_add(&j->reads, FB_FACT_GRADE);
    fb_fact_add(&j->reads, FB_FACT_WORKER_KIND);
    if ((j->counted_known >> bonus->counter & 1) == 0) {
        cannot_say(j, bonus, fact_of(bonus->counter));
        return;
    }
    int64_t times = times_in(bonus, row, c->before + c->here) - times_in(bonus, row, c->before);
    if (times > 0)
        earn(j, bonus, row, times);
}

void fb_judge__bonuses(struct fb_judging *j)
{
    if (j->booking->state != FB_BOOKING_STATE_BOOKED || j->out->n_counts == 0)
        return;
    for (unsigned i = 0; i < j->book->n_bonuses; i++)
        judge_bonus(j, &j->book->bonus[i]);
}
