#include "engine/core/price.h"
#include "engine/core/price_steps.h"

/* What the card pays for a shift: each kind of time by its own rule, all of it one sum over the book's den, rounded
 * once. Its bounds: FB_SHIFT_MINUTES_MAX minutes of the dearest rate are below 2^31 pence, supplement and limit
 * included below 2^33, pieces of FB_INTERVALS_MAX intervals below 2^33 too; den is at most 2^46: less than 2^80. */
struct paying {
    const struct fb_book *book;
    const struct fb_booking *b;
    struct fb_found *found;
    struct fb_price *out;
    fb_i128 timed, supplement, each; /* over the book's den */
    unsigned rates;                  /* how many rates were paid */
};

/* The minutes of a category that have no rate in the table. */
static bool lacks_rate(const struct fb_book *book, const struct fb_pay_rate *rate, const struct fb_minutes *m)
{
    for (unsigned c = 0; c < book->n_categories; c++) {
        if (m->in[c] != 0 && (rate->held >> c & 1u) == 0)
            return true;
    }
    return false;
}

static void add_minutes(struct paying *p, const struct fb_pay_rate *rate, const struct fb_minutes *m)
{
    for (unsigned c = 0; c < p->book->n_categories; c++) {
        bool limited = rate->limited >> c & 1u;
        p->timed += (fb_i128)rate->num[c] * m->in[c];
        p->supplement += (fb_i128)(limited ? rate->limit_supplement : rate->supplement) * m->in[c];
        p->out->card.limited = p->out->card.limited || (limited && m->in[c] != 0);
    }
}

/* What an hour of no enhancement comes to, before anybody rounds it: what an average shift is paid by. */
static void show_plain(struct paying *p, const struct fb_pay_rate *rate)
{
    unsigned plain = fb_book_plain(&p->book->calendar[p->found->card->calendar]);
    if ((rate->held >> plain & 1u) == 0)
        return;
    p->out->card.plain_num = rate->num[plain];
    p->out->card.plain_supplement_num = rate->limited >> plain & 1u ? rate->limit_supplement : rate->supplement;
}

/* Where the limit took effect, the rows shown are the limit's. */
static void show(struct paying *p, const struct fb_pay_rate *rate, const struct fb_minutes *m)
{
    uint32_t worked = 0;
    for (unsigned c = 0; c < p->book->n_categories; c++)
        worked |= (uint32_t)(m->in[c] != 0) << c;
    bool limited = (rate->limited & worked) != 0;
    p->out->card.rule_origin = rate->rule->origin;
    p->out->card.unit = rate->unit;
    p->out->card.point_origin = limited ? rate->limit_origin : rate->origin;
    p->out->card.zone_origin = limited ? rate->limit_supplement_origin : rate->supplement_origin;
    if (rate->each)
        return;
    show_plain(p, rate);
    for (unsigned c = 0; c < p->book->n_categories; c++) {
        int64_t num = rate->num[c] + (rate->limited >> c & 1u ? rate->limit_supplement : rate->supplement);
        p->found->num[c] = num;
        if (rate->held >> c & 1u)
            p->out->card.hour_e4[c] = fb_price__round((fb_i128)num * 60, p->book->den) * 100;
    }
}

/* One kind of time; `pieces` of it where it is paid by the piece. */
static enum fb_lack pay(struct paying *p, enum fb_interval kind, const struct fb_minutes *m, unsigned pieces,
                        bool shown)
{
    struct fb_pay_rate rate;
    enum fb_lack lack = fb_price__rate(p->book, p->b, p->found, p->out, kind, &rate);
    if (rate.rule != NULL && shown)
        p->out->card.rule_origin = rate.rule->origin;
    if (lack == FB_LACK_NOTHING && (rate.each ? rate.held == 0 : lacks_rate(p->book, &rate, m)))
        lack = FB_LACK_TABLE;
    if (lack != FB_LACK_NOTHING)
        return lack;
    p->rates++;
    p->found->one_rate = p->rates == 1 && !rate.each;
    if (rate.each)
        p->each += (fb_i128)rate.num[0] * pieces;
    else
        add_minutes(p, &rate, m);
    if (shown)
        show(p, &rate, m);
    return FB_LACK_NOTHING;
}

/* ---- what was worked ---- */

static bool worked_any(const struct fb_hours *hours, enum fb_interval kind)
{
    for (unsigned i = 0; i < hours->n_work; i++) {
        if (hours->work[i].kind == kind)
            return true;
    }
    return false;
}

/* Minutes called out as far as they are paid, and the rest. A break by policy falls on the rest first. */
static void split(const struct fb_minutes *all, struct fb_minutes *called, struct fb_minutes *rest, unsigned n)
{
    rest->total = called->total = 0;
    for (unsigned c = 0; c < n; c++) {
        if (called->in[c] > all->in[c])
            called->in[c] = all->in[c];
        rest->in[c] = all->in[c] - called->in[c];
        called->total += called->in[c];
        rest->total += rest->in[c];
    }
}

static bool called_out_minutes(const struct paying *p, const struct fb_hours *hours, struct fb_minutes *called)
{
    const struct fb_calendar *cal = &p->book->calendar[p->found->card->calendar];
    *called = (struct fb_minutes){.total = 0};
    if (!fb_price__work_of(p->book, cal, hours, FB_INTERVAL_CALLED_OUT, called))
        return false;
    if (p->found->turned)
        fb_minutes_turn(called, cal);
    return true;
}

/* Work and call-outs that one rule pays are one; else each is paid by its own. */
static enum fb_lack pay_work(struct paying *p, const struct fb_hours *hours)
{
    struct fb_minutes called, rest = {.total = 0};
    const struct fb_card_rule *rule[2] = {NULL, NULL};
    bool some = p->out->card_minutes.total > 0;
    bool out = worked_any(hours, FB_INTERVAL_CALLED_OUT), in = worked_any(hours, FB_INTERVAL_WORKED);
    if (!out)
        return pay(p, FB_INTERVAL_WORKED, &p->out->card_minutes, some, true);
    enum fb_lack lack = fb_price__rule(p->book, p->b, p->found, p->out, FB_INTERVAL_CALLED_OUT, &rule[0]);
    if (in)
        (void)fb_price__rule(p->book, p->b, p->found, p->out, FB_INTERVAL_WORKED, &rule[1]);
    if (!in || (lack == FB_LACK_NOTHING && rule[0] == rule[1]))
        return pay(p, FB_INTERVAL_CALLED_OUT, &p->out->card_minutes, some, true);
    if (!called_out_minutes(p, hours, &called))
        return FB_LACK_CALENDAR;
    split(&p->out->card_minutes, &called, &rest, p->book->n_categories);
    lack = pay(p, FB_INTERVAL_CALLED_OUT, &called, called.total > 0, false);
    return lack == FB_LACK_NOTHING ? pay(p, FB_INTERVAL_WORKED, &rest, rest.total > 0, true) : lack;
}

/* Time beside work is paid where a rule pays it. */
static enum fb_lack pay_beside(struct paying *p, const struct fb_hours *hours)
{
    static const enum fb_interval kinds[] = {FB_INTERVAL_STANDBY, FB_INTERVAL_SLEEP_IN, FB_INTERVAL_TRAVEL};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct fb_minutes m;
        unsigned pieces;
        const struct fb_card_rule *rule = NULL;
        if (!fb_price__beside(p->book, &p->book->calendar[p->found->card->calendar], hours, kinds[i], &m, &pieces))
            return FB_LACK_CALENDAR;
        if (pieces == 0)
            continue;
        enum fb_lack lack = fb_price__rule(p->book, p->b, p->found, p->out, kinds[i], &rule);
        if (lack == FB_LACK_CARD || lack == FB_LACK_UNIT)
            continue;
        lack = pay(p, kinds[i], &m, pieces, hours->n_work == 0 && p->rates == 0);
        if (lack != FB_LACK_NOTHING)
            return lack;
    }
    return FB_LACK_NOTHING;
}

static enum fb_lack pay_all(struct paying *p, const struct fb_hours *hours)
{
    if (hours->sheet == NULL) { /* as booked: work, or a period of standby */
        bool standby = fb_price__unit(p->b) == FB_UNIT_STANDBY_PERIOD;
        return pay(p, standby ? FB_INTERVAL_STANDBY : FB_INTERVAL_WORKED, &p->out->card_minutes, 1, true);
    }
    enum fb_lack lack = pay_beside(p, hours);
    if (lack != FB_LACK_NOTHING || (hours->n_work == 0 && p->rates > 0))
        return lack;
    return pay_work(p, hours);
}

/* ---- the card ---- */

static enum fb_lack lack_of_card(const struct fb_booking *b, const struct fb_found *found,
                                 const struct fb_price *out)
{
    if (found->card == NULL)
        return b->shift.staff_group == FB_STAFF_GROUP_NONE ? FB_LACK_STAFF_GROUP : FB_LACK_CARD;
    if (!found->card_minutes)
        return FB_LACK_CALENDAR;
    return out->grade < 0 ? FB_LACK_GRADE : FB_LACK_NOTHING;
}

/* Which card it is, whether the trust took it over, and whether one of its own lapsed that would have come first. */
static void place(const struct fb_book *book, const struct fb_found *found, struct fb_price *out)
{
    const struct fb_card *lapsed = fb_book_lapsed(book, &found->where);
    if (lapsed != NULL && (found->card == NULL || lapsed > found->card))
        out->card.lapsed = (uint16_t)(lapsed - book->card);
    if (found->card == NULL)
        return;
    out->card.card = (uint16_t)(found->card - book->card);
    unsigned row = fb_book_adoption_row(found->card, found->where.trust, out->day);
    out->card.adoption = found->card->n_adoptions == 0 ? FB_ADOPTION_ADOPTED : FB_ADOPTION_NONE;
    if (row == 0)
        return;
    out->card.adoption = found->card->adoption[row - 1].state;
    out->card.adoption_origin = found->card->adoption[row - 1].origin;
    out->card.adoption_row = (uint16_t)(row < FB_NO_ROW ? row : FB_NO_ROW - 1);
}

static void settle(struct paying *p)
{
    struct fb_price *out = p->out;
    const fb_i128 num[] = {p->timed, p->supplement, p->each};
    int64_t parts[3] = {0, 0, 0};
    p->found->card_sum = num[0] + num[1] + num[2];
    if (p->supplement == 0 && p->each == 0) {
        out->card.pence = fb_price__round(p->timed, p->book->den); /* raw: settled by the line itself */
        return;
    }
    out->card.pence = fb_price__settle(num, 3, p->book->den, parts); /* raw: settled by the line itself */
    out->card.supplement_pence = parts[1];
    out->card.each_pence = parts[2];
}

void fb_price__card(const struct fb_book *book, const struct fb_booking *b, const struct fb_hours *hours,
                    struct fb_found *found, struct fb_price *out)
{
    struct paying p = {book, b, found, out, 0, 0, 0, 0};
    place(book, found, out);
    out->card.lack = lack_of_card(b, found, out);
    if (out->card.lack == FB_LACK_NOTHING)
        out->card.lack = pay_all(&p, hours);
    out->card.assumed_bank_only = out->card.rule_origin != FB_NO_ROW && b->worker_kind == FB_WORKER_KIND_NONE &&
                                  fb_price__is_bank(b->route);
    if (out->card.lack != FB_LACK_NOTHING)
        return;
    out->card.known = true;
    settle(&p);
}
