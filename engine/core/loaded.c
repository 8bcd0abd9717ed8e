#include "engine/core/price_steps.h"

/* What a shift costs with all that comes on top of pay (price.h). Everything is exact over one denominator until the
 * one rounding at the end.
 *
 * The denominator D = base x fine x fine x free: `base` is that of the pay (6,000 for rates that were sent, the book's
 * den for the card's, a common multiple where a fee needs it: below 2^59), `fine` that of percentages (10^4 where none
 * has more than two decimals, else 10^6; twice where one percentage is taken of another), `free` the paid minutes of the
 * thresholds. All products below are at most D x pence, where pence is the whole of pay, parts and fees; they fit when
 * that is below 2^126, which is asked before anything is multiplied (fits). With the real tables D is about 2^68, so that
 * only a shift of 2^58 pence would be refused. */
enum { FINE = 10000, PPM = 1000000, PARTS_ON_TOP = 4 };

/* The amounts that on-costs rest on, over `den`. */
struct basis {
    fb_i128 part[FB_PART_END];
    int64_t den, minutes;
    uint32_t given; /* bit per part that was sent, and so is not computed */
    bool includes_holiday;
};
struct loading {
    const struct fb_book *book;
    const struct fb_booking *b;
    const struct fb_found *found;
    struct fb_loaded *out;
    bool on_costs;                                /* pay is the employer's: not what an agency charges */
    const struct fb_on_cost *row[FB_PART_END];    /* NULL: not computed */
    const struct fb_vat *vat;                     /* NULL: none, or sent */
    int64_t fee_num, fee_ppm;                     /* of all that fit; nought where one was sent */
    int64_t fine, free;
    bool chain;                                   /* a percentage of a percentage */
    fb_i128 low;                                  /* D / den / fine */
};
static const enum fb_part on_top[PARTS_ON_TOP] = {FB_PART_WTD_HOLIDAY, FB_PART_EMPLOYER_NI, FB_PART_EMPLOYER_PENSION,
                                                  FB_PART_LEVY};

/* ---- which rows hold ---- */

static bool scope_fits(const struct loading *l, const struct fb_scope *scope)
{
    return (scope->routes >> (unsigned)l->b->route & 1u) != 0 && fb_scope_fits(scope, &l->found->where);
}

/* Remembers the weakest row. */
static void lean_on(struct loading *l, uint16_t origin)
{
    const struct fb_origin *rows = l->book->origin;
    if (!fb_price__weak(l->book, origin))
        return;
    l->out->weak = true;
    if (l->out->weak_origin == FB_NO_ROW || rows[origin].status > rows[l->out->weak_origin].status)
        l->out->weak_origin = origin;
}

static uint32_t parts_wanted(const struct basis *s)
{
    uint32_t wanted = 0;
    for (unsigned i = 0; i < PARTS_ON_TOP; i++)
        wanted |= 1u << on_top[i];
    if (s->includes_holiday)
        wanted &= ~(1u << FB_PART_WTD_HOLIDAY);
    return wanted & ~s->given;
}

/* For each part that was not sent the last row that fits; false: there is none. */
static bool find_on_costs(struct loading *l, const struct basis *s)
{
    uint32_t wanted = l->on_costs ? parts_wanted(s) : 0;
    for (unsigned i = l->book->n_on_costs; i-- > 0 && wanted != 0;) {
        const struct fb_on_cost *row = &l->book->on_cost[i];
        if ((wanted >> row->part & 1u) == 0 || !scope_fits(l, &row->scope))
            continue;
        l->row[row->part] = row;
        wanted &= ~(1u << row->part);
        lean_on(l, row->origin);
    }
    return wanted == 0;
}

const struct fb_vat *fb_vat_row(const struct fb_book *book, const struct fb_booking *b, const struct fb_where *where)
{
    for (unsigned i = book->n_vats; i-- > 0;) {
        const struct fb_vat *row = &book->vat[i];
        bool fits = (row->engagements >> (unsigned)b->engagement & 1u) != 0 && (row->scope.routes >> (unsigned)b->route & 1u) != 0;
        if (fits && fb_scope_fits(&row->scope, where))
            return row;
    }
    return NULL;
}
_Static_assert(FB_ENGAGEMENT_END <= 32 && FB_ROUTE_END <= 32, "a bit for each");

/* Only charges bear VAT. One that was sent is taken as it is. */
static bool find_vat(struct loading *l, const struct basis *s)
{
    if (fb_price__by_card(l->b->route) || (s->given >> FB_PART_VAT & 1u) != 0)
        return true;
    l->vat = fb_vat_row(l->book, l->b, &l->found->where);
    if (l->vat == NULL)
        return false;
    l->out->vat_origin = l->vat->origin;
    l->out->vat_unsettled = !l->vat->settled;
    lean_on(l, l->vat->origin);
    return true;
}

/* A fee that was sent is taken as it is, like every part, and the book's are not put on top of it. Of the book's all that
 * fit add up. Where nobody states one, something may be missing; a substantive shift has none. */
static void find_fees(struct loading *l, const struct basis *s)
{
    unsigned n = 0;
    if ((s->given & (1u << FB_PART_COMMISSION | 1u << FB_PART_OTHER_FEE)) != 0)
        return;
    for (unsigned i = 0; i < l->book->n_fees; i++) {
        const struct fb_fee *row = &l->book->fee[i];
        if (!scope_fits(l, &row->scope) || (row->framework.n > 0 && !fb_span_eq(row->framework, l->b->framework)))
            continue;
        l->fee_num += row->num;
        l->fee_ppm += row->ppm;
        lean_on(l, row->origin);
        n++;
    }
    if (n == 0 && l->b->route != FB_ROUTE_SUBSTANTIVE)
        l->out->lower_bound = true;
}

/* ---- one denominator ---- */

static void widen(struct basis *s, int64_t den)
{
    if (s->den % den == 0)
        return;
    int64_t factor = den % s->den == 0 ? den / s->den : den;
    for (unsigned p = 0; p < FB_PART_END; p++)
        s->part[p] *= factor;
    s->den *= factor;
}

static bool is_fine(int64_t ppm)
{
    return ppm % (PPM / FINE) == 0;
}

/* A threshold is stated for a week at most. */
static bool choose_denominator(struct loading *l)
{
    bool fine = is_fine(l->fee_ppm) && (l->vat == NULL || is_fine(l->vat->ppm));
    l->free = 1;
    for (unsigned i = 0; i < PARTS_ON_TOP; i++) {
        const struct fb_on_cost *row = l->row[on_top[i]];
        if (row == NULL)
            continue;
        if (row->free_minutes > FB_SHIFT_MINUTES_MAX)
            return false;
        fine = fine && is_fine(row->ppm);
        l->chain = l->chain || (row->on_holiday_pay && l->row[FB_PART_WTD_HOLIDAY] != NULL);
        if (row->free_minutes > 0 && l->free % row->free_minutes != 0)
            l->free *= row->free_minutes; /* at most four times: below 2^54 */
    }
    l->fine = fine ? FINE : PPM;
    l->low = (fb_i128)l->free * (l->chain ? l->fine : 1);
    return true;
}

static unsigned bits(fb_i128 v)
{
    uint64_t high = (uint64_t)(v >> 64), low = (uint64_t)v;
    if (high != 0)
        return 128 - (unsigned)__builtin_clzll(high);
    return low == 0 ? 0 : 64 - (unsigned)__builtin_clzll(low);
}

/* The largest amount over s->den that anything below can come to, times what is multiplied on. Percentages are of pay and
 * of pay for leave, or of the charge: the sum of all parts is more than any of them. */
static bool fits(const struct loading *l, const struct basis *s)
{
    fb_i128 sum = 0;
    int64_t percent = 1 + l->fee_ppm / PPM + (l->vat == NULL ? 0 : l->vat->ppm / PPM + 1);
    for (unsigned p = 0; p < FB_PART_END; p++)
        sum += s->part[p];
    for (unsigned i = 0; i < PARTS_ON_TOP; i++)
        percent += l->row[on_top[i]] == NULL ? 0 : l->row[on_top[i]]->ppm / PPM + 1;
    unsigned more = bits(l->fine) + bits(l->low);
    unsigned pay = bits(sum) + 2 * bits(percent); /* once of pay, once of pay for leave */
    unsigned fee = l->fee_num == 0 ? 0 : bits(l->fee_num) + bits(s->minutes) + bits(s->den / l->book->den);
    unsigned most = pay > fee ? pay : fee;
    return (most > bits(s->den) ? most : bits(s->den)) + more <= 125; /* one bit for the sum of both */
}

/* ---- the parts ---- */

static int64_t fine_of(const struct loading *l, int64_t ppm)
{
    return l->fine == PPM ? ppm : ppm / (PPM / FINE);
}

/* A percentage of pay, or of pay and leave, above what is free of it; over D. The base is over D / fine. */
static fb_i128 on_cost(const struct loading *l, const struct basis *s, const struct fb_on_cost *row)
{
    fb_i128 base = s->part[FB_PART_WORKER_PAY] * l->low;
    const struct fb_on_cost *holiday = l->row[FB_PART_WTD_HOLIDAY];
    if (row->on_holiday_pay && row != holiday && holiday != NULL)
        base += s->part[FB_PART_WORKER_PAY] * fine_of(l, holiday->ppm) * l->free;
    else if (row->on_holiday_pay && row != holiday)
        base += s->part[FB_PART_WTD_HOLIDAY] * l->low;
    if (row->free_minutes > 0) {
        fb_i128 minute = (fb_i128)(l->free / row->free_minutes) * (l->chain ? l->fine : 1) * s->den;
        fb_i128 free = (fb_i128)row->free_pence * s->minutes;
        if (bits(free) + bits(minute) > 126) /* far more than the base, which is below 2^113 */
            return 0;
        base -= free * minute;
    }
    return base <= 0 ? 0 : base * fine_of(l, row->ppm);
}

/* What VAT and percentage fees are of. */
static fb_i128 charge_of(const struct basis *s)
{
    fb_i128 sum = 0;
    for (unsigned p = FB_PART_NONE + 1; p < FB_PART_VAT; p++)
        sum += s->part[p];
    return sum;
}

static fb_i128 vat_of(const struct loading *l, const struct basis *s)
{
    enum fb_vat_base base = l->vat->base;
    if (base == FB_VAT_BASE_COMMISSION && (s->given >> FB_PART_COMMISSION & 1u) == 0)
        l->out->lower_bound = true;
    fb_i128 of = base == FB_VAT_BASE_WHOLE_CHARGE ? charge_of(s)
                 : base == FB_VAT_BASE_COMMISSION ? s->part[FB_PART_COMMISSION]
                                                  : 0;
    return of * fine_of(l, l->vat->ppm) * l->low;
}

static void settle(const struct loading *l, const struct basis *s)
{
    fb_i128 num[FB_PART_END], unit = l->low * l->fine;
    fb_i128 of = l->on_costs ? s->part[FB_PART_WORKER_PAY] : charge_of(s);
    for (unsigned p = 0; p < FB_PART_END; p++)
        num[p] = s->part[p] * unit;
    for (unsigned i = 0; i < PARTS_ON_TOP; i++) {
        if (l->row[on_top[i]] != NULL)
            num[on_top[i]] = on_cost(l, s, l->row[on_top[i]]);
    }
    if (l->vat != NULL)
        num[FB_PART_VAT] = vat_of(l, s);
    num[FB_PART_OTHER_FEE] += of * fine_of(l, l->fee_ppm) * l->low;
    if (l->fee_num != 0)
        num[FB_PART_OTHER_FEE] += (fb_i128)l->fee_num * s->minutes * (s->den / l->book->den) * unit;
    l->out->pence = fb_price__settle(num, FB_PART_END, unit * s->den, l->out->part_pence); /* raw: settled here */
    l->out->known = true;
}

/* Everything sent to an agency is its charge; a worker engaged directly is paid by the trust. */
static enum fb_lack load(struct loading *l, struct basis *s)
{
    uint32_t pay = 1u << FB_PART_WORKER_PAY;
    l->on_costs = fb_price__by_card(l->b->route) || l->b->engagement == FB_ENGAGEMENT_DIRECT;
    if (l->on_costs && s->minutes > 0 && (s->given & pay) == 0)
        return FB_LACK_CATEGORY_RATE;
    if (!find_on_costs(l, s) || !find_vat(l, s))
        return FB_LACK_ON_COST;
    find_fees(l, s);
    if (l->fee_num != 0)
        widen(s, l->book->den);
    if (!choose_denominator(l) || !fits(l, s))
        return FB_LACK_ON_COST;
    settle(l, s);
    return FB_LACK_NOTHING;
}

static void load_into(struct fb_loaded *into, const struct fb_book *book, const struct fb_booking *b,
                      const struct fb_found *found, struct basis *s)
{
    struct loading l; /* every field is set: clearing it whole is slower than what it is for */
    l.book = book, l.b = b, l.found = found, l.out = into;
    for (unsigned i = 0; i < PARTS_ON_TOP; i++)
        l.row[on_top[i]] = NULL;
    l.vat = NULL;
    l.fee_num = l.fee_ppm = 0;
    l.chain = false;
    into->lack = load(&l, s);
    if (!into->known)
        *into = (struct fb_loaded){.lack = into->lack, .vat_origin = FB_NO_ROW, .weak_origin = FB_NO_ROW};
}

/* ---- what was sent, and the card ---- */

/* The parts that were sent; returns those that were sent for some of the categories only. */
static uint32_t parts_sent(const struct fb_book *book, const struct fb_found *found, const struct fb_minutes *m,
                           uint32_t *given)
{
    uint32_t all = UINT32_MAX, any = 0;
    for (unsigned c = 0; c < book->n_categories; c++) {
        uint32_t here = 0;
        if (m->in[c] == 0)
            continue;
        for (unsigned p = FB_PART_NONE + 1; found->cell[c] != NULL && p < FB_PART_END; p++)
            here |= (uint32_t)(found->cell[c]->part[p] != FB_ABSENT) << p;
        all &= here;
        any |= here;
    }
    *given = any;
    return any & ~all;
}

static void load_sent(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out)
{
    struct basis s;
    s.den = FB_E4_MINUTES;
    s.minutes = out->minutes.total;
    int64_t part[FB_PART_END] = {0};
    fb_price__weigh(book, found, &out->minutes, part);
    for (unsigned p = 0; p < FB_PART_END; p++)
        s.part[p] = part[p];
    bool card_includes = fb_price__by_card(b->route) && found->card != NULL && found->card->includes_holiday;
    s.includes_holiday = b->rates.pay_includes_holiday == FB_SAID_NONE
                             ? card_includes
                             : b->rates.pay_includes_holiday == FB_SAID_YES;
    /* That a bank's system sends pay without on-costs leaves nothing out here: the book has them. */
    bool charge_short = out->charge.lower_bound && !fb_price__by_card(b->route);
    out->loaded.lower_bound = parts_sent(book, found, &out->minutes, &s.given) != 0 || charge_short;
    load_into(&out->loaded, book, b, found, &s);
}

/* What the shift would cost on the card. What a provider takes was sent, and stays what it is; where it was sent by
 * another unit than the hour, nobody can say how much of it this shift bears. */
static void load_card(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out)
{
    struct basis s;
    s.den = book->den;
    s.minutes = out->card_minutes.total;
    for (unsigned p = 0; p < FB_PART_END; p++)
        s.part[p] = 0;
    const uint32_t by_the_hour = 1u << FB_PART_COMMISSION | 1u << FB_PART_OTHER_FEE;
    const uint32_t taken = b->rates.unit == FB_UNIT_HOUR ? by_the_hour : 0;
    int64_t part[FB_PART_END] = {0};
    out->card_loaded.lower_bound = (parts_sent(book, found, &out->card_minutes, &s.given) & taken) != 0;
    s.part[FB_PART_WORKER_PAY] = found->card_sum;
    if ((s.given & taken) != 0) {
        widen(&s, FB_E4_MINUTES);
        fb_price__weigh(book, found, &out->card_minutes, part);
        s.part[FB_PART_COMMISSION] = (fb_i128)part[FB_PART_COMMISSION] * (s.den / FB_E4_MINUTES);
        s.part[FB_PART_OTHER_FEE] = (fb_i128)part[FB_PART_OTHER_FEE] * (s.den / FB_E4_MINUTES);
    }
    s.given = (s.given & taken) | 1u << FB_PART_WORKER_PAY;
    s.includes_holiday = found->card->includes_holiday;
    load_into(&out->card_loaded, book, b, found, &s);
    if (fb_price__weak(book, out->card.rule_origin) || fb_price__weak(book, out->card.point_origin) ||
        fb_price__weak(book, out->card.zone_origin))
        out->card_loaded.weak = out->card_loaded.known;
}

static enum fb_lack lack_of_charge(const struct fb_booking *b, const struct fb_price *out)
{
    return fb_price__is_bank(b->route) && b->rates.n == 0 ? out->card.lack : out->charge.lack;
}

void fb_price__loaded(const struct fb_book *book, const struct fb_booking *b, const struct fb_found *found,
                      struct fb_price *out)
{
    bool by_card = out->card.known && fb_price__is_bank(b->route);
    out->card_loaded.lack = out->card.known ? FB_LACK_CARD : out->card.lack;
    out->loaded.lack = FB_LACK_ON_COST;
    if (book->n_on_costs == 0) {
        out->card_loaded.lack = FB_LACK_ON_COST;
        return;
    }
    if (by_card)
        load_card(book, b, found, out);
    if (out->charge.known)
        load_sent(book, b, found, out);
    else if (by_card)
        out->loaded = out->card_loaded;
    else
        out->loaded.lack = lack_of_charge(b, out);
}
