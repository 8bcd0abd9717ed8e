/* The portal's rates: a grid of seven categories by three parts, and the same by stretches of the shift. */
#include "adapters/inbound/allocate/map.h"
#include <stdlib.h>
#include <string.h>

enum { PARTS = 3, DECIMALS = 4 };
static const struct {
    const char *name;
    enum fb_part part;
} parts[PARTS] = {{"worker_pay", FB_PART_WORKER_PAY}, {"commission", FB_PART_COMMISSION}, {"ni", FB_PART_EMPLOYER_NI}};
static const char *const categories[FB_ALLOCATE_CATEGORIES] = {"basic", "enhanced", "fixed", "enhanced_night", "enhanced_saturday", "enhanced_sunday", "enhanced_holiday"};

struct grid {
    int64_t e4[FB_ALLOCATE_CATEGORIES][PARTS]; /* FB_ABSENT: not given */
    bool clash;   /* two stretches of the shift have two rates in one place */
    bool cut;     /* of a rate with more than four decimals the rest was left out */
    bool unnamed; /* a rate has no reference, or one that is in no document: nobody knows what it is paid for */
};

/* "enhanced_night_worker_pay". */
static bool place_of(struct fb_span s, unsigned *category, unsigned *part)
{
    for (*part = 0; *part < PARTS; ++*part) {
        uint32_t n = (uint32_t)strlen(parts[*part].name);
        if (s.n < n + 2 || memcmp(s.p + s.n - n, parts[*part].name, n) != 0 || s.p[s.n - n - 1] != '_')
            continue;
        for (*category = 0; *category < FB_ALLOCATE_CATEGORIES; ++*category)
            if (fb_span_is((struct fb_span){s.p, s.n - n - 1}, categories[*category]))
                return true;
    }
    return false;
}

/* A number of JSON is read from its text, so that no pound passes through binary fractions: fifteen digits are exact. */
static enum fb_err amount_of(const json_t *v, int64_t *out, bool *cut)
{
    char *text = json_is_string(v) ? strdup(json_string_value(v)) : json_is_number(v) ? json_dumps(v, JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) : NULL;
    if (text == NULL)
        return FB_REFUSED;
    size_t n = strlen(text);
    const char *dot = strchr(text, '.');
    while (dot != NULL && n > 0 && text[n - 1] == '0')
        n--;
    if (dot != NULL && n > 0 && text[n - 1] == '.')
        n--;
    if (json_is_real(v) && strstr(text, "e-") != NULL) { /* less than a ten-thousandth */
        text[0] = '0';
        n = 1;
        *cut = true;
    } else if (dot != NULL && n > (size_t)(dot - text) + 1 + DECIMALS) { /* worked out as a share of something: what is left is a lower bound */
        n = (size_t)(dot - text) + 1 + DECIMALS;
        *cut = true;
    }
    enum fb_err e = fb_parse_decimal(out, (struct fb_span){text, (uint32_t)n}, DECIMALS);
    free(text);
    return e == FB_OK && *out >= 0 && *out <= (int64_t)100000 * 10000 ? FB_OK : FB_REFUSED;
}

static enum fb_err put_rates(struct grid *g, const json_t *rates, const char **why)
{
    *why = "rates is a list of {reference, rate}";
    if (rates == NULL || json_is_null(rates))
        return FB_OK;
    if (!json_is_array(rates))
        return FB_REFUSED;
    for (size_t i = 0; i < json_array_size(rates); i++) {
        const json_t *row = json_array_get(rates, i), *reference = json_object_get(row, "reference"), *rate = json_object_get(row, "rate");
        unsigned c, p;
        int64_t e4;
        if (rate == NULL || json_is_null(rate))
            continue;
        if (!json_is_string(reference) || !place_of(fb_span_of(json_string_value(reference)), &c, &p)) {
            g->unnamed = true;
            continue;
        }
        *why = "a rate is an amount in pounds, not below nought";
        if (amount_of(rate, &e4, &g->cut) != FB_OK)
            return FB_REFUSED;
        g->clash |= g->e4[c][p] != FB_ABSENT && g->e4[c][p] != e4;
        g->e4[c][p] = e4;
    }
    return FB_OK;
}

static bool is_used(const struct grid *g, unsigned c)
{
    bool used = false;
    for (unsigned p = 0; p < PARTS; p++)
        used |= g->e4[c][p] != FB_ABSENT && g->e4[c][p] > 0;
    return used;
}

static void put_cell(const struct fb_allocate_settings *s, const struct grid *g, unsigned c, struct fb_rates *out)
{
    struct fb_rate_cell *cell = &out->cell[out->n];
    if (s->category[c] == 0) { /* a category that has no word of ours */
        out->complete = FB_SAID_NO;
        return;
    }
    out->n++;
    cell->category = s->category[c];
    for (unsigned p = 0; p < FB_PART_END; p++)
        cell->part[p] = FB_ABSENT;
    for (unsigned p = 0; p < PARTS; p++) {
        if (g->e4[c][p] == FB_ABSENT)
            out->complete = FB_SAID_NO;
        else
            cell->part[parts[p].part] = g->e4[c][p];
    }
}

static void to_rates(const struct fb_allocate_settings *s, const struct grid *g, struct fb_rates *out)
{
    bool hourly = false, fixed = is_used(g, FB_ALLOCATE_FIXED);
    for (unsigned c = 0; c < FB_ALLOCATE_CATEGORIES; c++)
        hourly |= c != FB_ALLOCATE_FIXED && is_used(g, c);
    out->unit = hourly ? FB_UNIT_HOUR : FB_UNIT_SHIFT;
    if (hourly && fixed) /* a sum for the shift on top of the hours has no place in one grid */
        out->complete = FB_SAID_NO;
    for (unsigned c = 0; c < FB_ALLOCATE_CATEGORIES; c++)
        if (is_used(g, c) && (c == FB_ALLOCATE_FIXED) != hourly)
            put_cell(s, g, c, out);
    if (out->n == 0)
        out->unit = FB_UNIT_NONE;
}

enum fb_err fb_allocate_rates(const struct fb_allocate_settings *s, const json_t *duty, struct fb_rates *out, const char **why)
{
    struct grid whole, by_time;
    const json_t *stretches = json_object_get(duty, "timeIntervalRates");
    for (unsigned c = 0; c < FB_ALLOCATE_CATEGORIES; c++)
        for (unsigned p = 0; p < PARTS; p++)
            whole.e4[c][p] = by_time.e4[c][p] = FB_ABSENT;
    whole.clash = by_time.clash = whole.unnamed = by_time.unnamed = whole.cut = by_time.cut = false;
    memset(out, 0, sizeof *out);
    enum fb_err e = put_rates(&whole, json_object_get(duty, "rates"), why);
    for (size_t i = 0; i < json_array_size(stretches) && e == FB_OK; i++)
        e = put_rates(&by_time, json_object_get(json_array_get(stretches, i), "rates"), why);
    if (e != FB_OK)
        return e;
    *why = "two rates for one place of the grid";
    if (whole.clash)
        return FB_REFUSED;
    out->complete = FB_SAID_YES;
    for (unsigned c = 0; c < FB_ALLOCATE_CATEGORIES; c++) /* the whole shift's rate stands; a stretch fills what it leaves open */
        for (unsigned p = 0; p < PARTS; p++) {
            if (by_time.e4[c][p] != FB_ABSENT && whole.e4[c][p] != FB_ABSENT && by_time.e4[c][p] != whole.e4[c][p])
                by_time.clash = true;
            if (whole.e4[c][p] == FB_ABSENT && !by_time.clash)
                whole.e4[c][p] = by_time.e4[c][p];
        }
    if (by_time.clash || whole.unnamed || by_time.unnamed || whole.cut || by_time.cut)
        out->complete = FB_SAID_NO;
    to_rates(s, &whole, out);
    if (out->n == 0)
        out->complete = FB_SAID_NONE;
    return FB_OK;
}
