/* VAT that theirs bears and the rules do not give: at a rate that the rules give to others, told by what it comes to and by nothing else. */
#include "tools/fairbank/books/differences_steps.h"
#include <string.h>

enum { MILLION = 1000000, PPM_OF_PERCENT = 10000, RATES_MAX = 2 * FB_VAT_RATES_MAX };
static const enum fb_vat_base bases[] = {FB_VAT_BASE_WHOLE_CHARGE, FB_VAT_BASE_COMMISSION};
enum { BASES = sizeof bases / sizeof bases[0] };

static bool has_rate(const struct held_shift *s, int64_t ppm)
{
    for (unsigned i = 0; i < s->n_rates; i++)
        if (s->rate_ppm[i] == ppm)
            return true;
    return false;
}

/* In millionths of a penny; nought: that rate is not for it. */
static fb_i128 exact(const struct held_shift *s, const struct diff_rate *rate)
{
    int64_t of = rate->base == FB_VAT_BASE_COMMISSION ? s->commission : s->pence;
    return of > 0 && has_rate(s, rate->ppm) ? (fb_i128)of * rate->ppm : 0;
}

static int64_t rounded(fb_i128 millionths) { return (int64_t)((millionths + MILLION / 2) / MILLION); }

static bool is_to_the_penny(int64_t pence, fb_i128 millionths)
{
    fb_i128 apart = (fb_i128)pence * MILLION - millionths;
    return pence > 0 && millionths > 0 && apart < MILLION && apart > -MILLION;
}

bool diff__is_vat_at_rate(const struct held_shift *s, int64_t pence, struct diff_rate *rate)
{
    for (unsigned b = 0; b < BASES; b++)
        for (unsigned i = 0; i < s->n_rates; i++) {
            *rate = (struct diff_rate){s->rate_ppm[i], bases[b]};
            if (is_to_the_penny(pence, exact(s, rate)))
                return true;
        }
    return false;
}

/* Of several shifts: as of one, or the sum of what each by itself comes to. */
static bool is_of_all(const struct diff_world *w, const struct diff_pool *p, const bool *posted, int64_t pence, const struct diff_rate *rate)
{
    fb_i128 whole = 0;
    int64_t each = 0;
    for (unsigned i = 0; i < p->n_shifts; i++) {
        fb_i128 one = posted[i] ? exact(&w->shift[p->shift[i]], rate) : 0;
        whole += one;
        each += rounded(one);
    }
    return is_to_the_penny(pence, whole) || (pence > 0 && pence == each);
}

static void add_all(struct diff *d, const struct diff_world *w, const struct diff_pool *p, const bool *posted, int64_t pence, struct diff_rate rate)
{
    int64_t rest = pence;
    for (unsigned i = 0; i < p->n_shifts; i++) {
        const struct held_shift *s = &w->shift[p->shift[i]];
        int64_t one = posted[i] ? rounded(exact(s, &rate)) : 0;
        rest -= one;
        if (one == s->vat)
            diff__add(d, DIFF_VAT, DIFF_WHY_VAT_ON_TOP, one, -1, p->shift[i]);
        else
            diff__add_rate(d, DIFF_WHY_VAT_AT_RATE, one, p->shift[i], rate);
    }
    diff__add_rate(d, DIFF_WHY_VAT_ROUNDING, rest, -1, rate);
}

/* Of all that are posted, each once; of more than there is room for, the first. */
static unsigned rates_of(const struct diff_world *w, const struct diff_pool *p, const bool *posted, int64_t ppm[RATES_MAX])
{
    unsigned n = 0;
    for (unsigned i = 0; i < p->n_shifts; i++) {
        const struct held_shift *s = &w->shift[p->shift[i]];
        for (unsigned k = 0; posted[i] && k < s->n_rates; k++) {
            unsigned at = 0;
            while (at < n && ppm[at] != s->rate_ppm[k])
                at++;
            if (at == n && n < RATES_MAX)
                ppm[n++] = s->rate_ppm[k];
        }
    }
    return n;
}

bool diff__add_vat_at_rate(struct diff *d, const struct diff_world *w, const struct diff_pool *p, const bool *posted, int64_t pence)
{
    int64_t ppm[RATES_MAX];
    unsigned n = pence > 0 ? rates_of(w, p, posted, ppm) : 0;
    for (unsigned k = 0; k < n * BASES; k++) {
        struct diff_rate rate = {ppm[k / BASES], bases[k % BASES]};
        if (!is_of_all(w, p, posted, pence, &rate))
            continue;
        add_all(d, w, p, posted, pence, rate);
        return true;
    }
    return false;
}

/* ---- in words ---- */

static void add_rate(struct fb_text *t, int64_t ppm, enum fb_vat_base base, const char *vat)
{
    fb_text_add_int(t, ppm / PPM_OF_PERCENT);
    int64_t rest = ppm % PPM_OF_PERCENT;
    if (rest > 0)
        fb_text_add(t, ".");
    for (int64_t digit = PPM_OF_PERCENT / 10; rest > 0; rest %= digit, digit /= 10)
        fb_text_add_int(t, rest / digit);
    fb_text_add(t, " %");
    fb_text_add(t, vat);
    fb_text_add(t, base == FB_VAT_BASE_COMMISSION ? " on the commission" : " on the whole charge");
}

static void add_rules(struct fb_text *t, const struct held_shift *s)
{
    bool sent = fb_span_is(s->vat_name, "as_sent");
    if (s->vat_name.n == 0 || sent) {
        fb_text_add(t, sent ? ", where other VAT was sent with it" : ", where the rules do not say what it bears");
        return;
    }
    fb_text_add(t, ", where the rules give ");
    if (s->vat_base == FB_VAT_BASE_NOTHING || s->vat_ppm == 0)
        fb_text_add(t, "none");
    else
        add_rate(t, s->vat_ppm, s->vat_base, "");
    fb_text_add(t, " (");
    fb_text_add_span(t, s->vat_name);
    fb_text_add(t, ")");
}

void diff_item_why(struct fb_text *out, const struct diff_item *item, const struct held_shift *s)
{
    bool of_one = item->why == DIFF_WHY_VAT_AT_RATE && s != NULL;
    if (!of_one) {
        fb_text_add(out, diff_why_text(item->why));
        return;
    }
    fb_text_add(out, "theirs bears ");
    add_rate(out, item->rate.ppm, item->rate.base, " VAT");
    add_rules(out, s);
}
