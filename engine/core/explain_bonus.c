#include "engine/core/judge.h"
#include "engine/core/sentence.h"

/* What was earned, and by what: the counter's value with this shift, how much of it earns, the amount and its source. */
struct earning {
    const struct fb_book *book;
    const struct fb_bonus *bonus;
    const struct fb_bonus_row *row; /* NULL: the decision names none of this issue */
    const struct fb_facts *facts;
    int64_t pence;
};

static bool kind_is_known(const struct earning *e)
{
    return fb_fact_known(e->facts, FB_FACT_WORKER_KIND);
}

static const struct fb_bonus_row *row_of(const struct fb_book *book, const struct fb_bonus *bonus,
                                         const struct fb_facts *f)
{
    fb_code grade = fb_fact_known(f, FB_FACT_GRADE) ? (fb_code)f->value[FB_FACT_GRADE] : 0;
    enum fb_worker_kind kind = fb_fact_known(f, FB_FACT_WORKER_KIND)
                                   ? (enum fb_worker_kind)f->value[FB_FACT_WORKER_KIND]
                                   : FB_WORKER_KIND_NONE;
    return fb_judge__bonus_row(book, bonus, grade, kind);
}

/* "5 shifts", "57.50 hours" */
static void add_amount(struct fb_text *t, enum fb_adds adds, int64_t v)
{
    if (adds == FB_ADDS_SHIFTS) {
        fb_text_add_int(t, v);
        fb_text_add(t, v == 1 ? " shift" : " shifts");
        return;
    }
    if (v % 60 == 0)
        fb_text_add_int(t, v / 60);
    else
        fb_text_add_decimal(t, v * 100 / 60, 2);
    fb_text_add(t, " hours");
}

static void add_counter(struct fb_text *t, const struct earning *e)
{
    const struct fb_counter *c = &e->book->counter[e->bonus->counter];
    enum fb_fact fact = (enum fb_fact)(FB_FACT_COUNTER_1 + e->bonus->counter);
    fb_text_add(t, " With this shift ");
    fb_text_add_span(t, c->name);
    if (fb_fact_known(e->facts, fact)) {
        fb_text_add(t, " stands at ");
        add_amount(t, c->adds, e->facts->value[fact]);
    } else {
        fb_text_add(t, " reached what earns it");
    }
    if (e->row == NULL) {
        fb_text_add(t, ".");
        return;
    }
    fb_text_add(t, "; every ");
    add_amount(t, c->adds, e->row->every);
    if (e->row->average) {
        fb_text_add(t, " earn the mean length of those shifts at the card's plain rate");
        if (e->row->not_above_grade != 0 && e->row->not_above_grade <= e->book->n_grades) {
            fb_text_add(t, ", not above the top of ");
            fb_text_add_code(t, e->book->grade[e->row->not_above_grade - 1u].code);
        }
    } else {
        fb_text_add(t, " earn ");
        fb_sentence__pounds(t, e->row->pence); /* raw: shown as it is */
    }
    fb_text_add(t, ".");
}

static void add_limits(struct fb_text *t, const struct earning *e)
{
    if (e->bonus->times_max != 0) {
        fb_text_add(t, " It is paid at most ");
        fb_text_add_int(t, e->bonus->times_max);
        fb_text_add(t, e->bonus->times_max == 1 ? " time." : " times.");
    }
    if (e->bonus->void_counter != 0 && e->bonus->void_counter <= e->book->n_counters) {
        fb_text_add(t, " Nothing stands in ");
        fb_text_add_span(t, e->book->counter[e->bonus->void_counter - 1u].name);
        fb_text_add(t, ", which would have voided it.");
    }
    if (!kind_is_known(e))
        fb_text_add(t, " The worker's kind was not sent, so bank only was assumed.");
}

void fb_sentence__bonus(struct fb_text *t, const struct fb_book *book, const struct fb_bonus *bonus,
                        const struct fb_trace *trace, const struct fb_finding *f)
{
    struct earning e = {book, bonus, row_of(book, bonus, &trace->facts), &trace->facts, f->pence}; /* raw: shown */
    fb_text_add_span(t, bonus->rule.title);
    fb_sentence__end(t);
    fb_text_add(t, " Earned with this shift: ");
    fb_sentence__pounds(t, e.pence); /* raw: shown as it is */
    fb_text_add(t, ".");
    add_counter(t, &e);
    add_limits(t, &e);
    fb_sentence__cite(t, book, &bonus->rule, e.row == NULL ? bonus->origin : e.row->origin);
}
