#include "tools/fairbank/books/held.h"
#include "tools/fairbank/months/month_fold.h"
#include "tools/fairbank/months/month_rows.h"
#include <stdlib.h>
#include <string.h>

enum { DAYS_OF_WEEK = 7 };

void held_begin(struct held *h, fb_code trust, fb_day month)
{
    *h = (struct held){.trust = trust, .month = month, .next = month_next(month)};
}

void held_free(struct held *h)
{
    free(h->shift);
    fb_pool_free(&h->pool);
    h->shift = NULL;
    h->n = h->room = 0;
}

unsigned held_weeks(fb_day month, fb_day next)
{
    return (unsigned)(fb_day_week(next - 1) - fb_day_week(month)) / DAYS_OF_WEEK + 1;
}

const struct fb_figures *held_figures(const struct fb_month_row *row)
{
    return month_figures(row, FB_STAGE_LATEST);
}

/* What comes on top of a charge: VAT, as it was sent or by the rules; the rest is on-costs and fees. Loaded cost bears an agency's VAT and
 * not that of pay. Where nobody can say the VAT of an agency's charge, it is not told from fees, and counts as VAT with them. */
static void set_top(struct held_shift *s, const struct fb_month_row *row, const struct fb_figures *f)
{
    int64_t loaded = f->v[FB_MEASURE_LOADED], vat = 0;
    int64_t top = loaded == 0 ? 0 : loaded - f->v[FB_MEASURE_PENCE];
    bool paid_here = row->route == FB_ROUTE_BANK || row->route == FB_ROUTE_COLLABORATIVE || row->engagement == FB_ENGAGEMENT_DIRECT;
    bool can_say = month_vat(row, f, &vat);
    s->vat = !can_say && !paid_here && top > 0 ? top : vat;
    s->on_top = top > s->vat ? top - s->vat : 0;
    s->inside = f->v[FB_MEASURE_WTD_HOLIDAY] + f->v[FB_MEASURE_EMPLOYER_NI] + f->v[FB_MEASURE_EMPLOYER_PENSION] + f->v[FB_MEASURE_LEVY];
}

static void set_figures(struct held_shift *s, const struct fb_month_row *row)
{
    const struct fb_figures *f = held_figures(row);
    if (f == NULL)
        return;
    s->pence = f->v[FB_MEASURE_PENCE] + f->v[FB_MEASURE_BONUS] + f->v[FB_MEASURE_CANCEL_CHARGE];
    s->minutes = f->v[FB_MEASURE_MINUTES];
    s->shifts = f->v[FB_MEASURE_SHIFTS] > 0;
    s->unpriced = f->v[FB_MEASURE_UNPRICED] > 0;
    s->commission = f->v[FB_MEASURE_COMMISSION];
    set_top(s, row, f);
}

static struct held_cover *cover_of(struct held *h, fb_code trust, enum fb_route route)
{
    for (unsigned i = 0; i < h->n_cover; i++)
        if (h->cover[i].trust == trust && h->cover[i].route == route)
            return &h->cover[i];
    h->cover_full |= h->n_cover == HELD_COVERAGE_MAX;
    if (h->n_cover == HELD_COVERAGE_MAX)
        return NULL;
    h->cover[h->n_cover] = (struct held_cover){.trust = trust, .route = route};
    return &h->cover[h->n_cover++];
}

static void cover(struct held *h, const struct fb_month_row *row, const struct held_shift *s)
{
    struct held_cover *c = s->in_month ? cover_of(h, row->hirer, row->route) : NULL;
    const struct fb_figures *f = held_figures(row);
    if (c == NULL)
        return;
    c->weeks |= 1u << (unsigned)((fb_day_week(row->day) - fb_day_week(h->month)) / DAYS_OF_WEEK);
    c->shifts += s->shifts;
    c->pence += s->pence;
    c->expected += f == NULL ? 0 : f->v[FB_MEASURE_EXPECTED];
    c->unpriced += s->unpriced;
    c->open += s->shifts > 0 && !s->settled;
}

static struct held_shift *next_shift(struct held *h)
{
    if (h->n == h->room) {
        unsigned room = h->room == 0 ? 1024 : h->room * 2;
        struct held_shift *more = realloc(h->shift, room * sizeof *more);
        if (more == NULL)
            return NULL;
        h->shift = more;
        h->room = room;
    }
    return &h->shift[h->n++];
}

/* Sources are few: most rows have that of the row before. */
static struct fb_span copy_source(struct held *h, struct fb_span source)
{
    if (h->n > 0 && fb_span_eq(h->shift[h->n - 1].source, source))
        return h->shift[h->n - 1].source;
    return fb_pool_copy(&h->pool, source);
}

struct held_shift held_of_row(const struct fb_month_row *row)
{
    struct held_shift s = {.source = row->source, .reference = row->record_ref, .purchase_order = row->purchase_order,
                           .vacancy = row->vacancy, .confirmation = row->confirmation, .sheet = row->sheet, .posted = row->posted,
                           .code = row->subjective, .cost_centre = row->cost_centre, .agency = row->agency,
                           .day = row->day, .staff_group = row->staff_group, .route = row->route,
                           .vat_name = row->vat, .vat_base = row->vat_base, .vat_ppm = row->vat_ppm, .n_rates = row->n_vat_rates,
                           .settled = row->timesheet != FB_TIMESHEET_STATE_NONE,
                           .invoiced = month_figures(row, FB_STAGE_INVOICED) != NULL || month_figures(row, FB_STAGE_PAID) != NULL};
    memcpy(s.rate_ppm, row->vat_rate_ppm, sizeof s.rate_ppm);
    set_figures(&s, row);
    return s;
}

/* Its texts outlive the row. */
static void keep_texts(struct held *h, struct held_shift *s)
{
    s->source = copy_source(h, s->source);
    s->reference = fb_pool_copy(&h->pool, s->reference);
    s->purchase_order = fb_pool_copy(&h->pool, s->purchase_order);
    s->code = fb_pool_copy(&h->pool, s->code);
    s->cost_centre = fb_pool_copy(&h->pool, s->cost_centre);
    s->agency = fb_pool_copy(&h->pool, s->agency);
    s->vat_name = h->n > 0 && fb_span_eq(h->shift[h->n - 1].vat_name, s->vat_name) ? h->shift[h->n - 1].vat_name
                                                                                 : fb_pool_copy(&h->pool, s->vat_name);
    struct fb_month_ref *const ref[] = {&s->vacancy, &s->confirmation, &s->sheet};
    for (size_t i = 0; i < sizeof ref / sizeof ref[0]; i++) {
        ref[i]->source = copy_source(h, ref[i]->source);
        ref[i]->ref = fb_pool_copy(&h->pool, ref[i]->ref);
    }
}

bool held_add(struct held *h, const struct fb_month_row *row)
{
    if (row->shadow || row->route == FB_ROUTE_SUBSTANTIVE || (h->trust != 0 && month_payer(row) != h->trust))
        return true;
    struct held_shift s = held_of_row(row);
    s.in_month = row->day >= h->month && row->day < h->next;
    keep_texts(h, &s);
    h->invoices_come |= s.invoiced;
    h->sheets_come |= s.settled ? 1u << (unsigned)s.route : 0;
    struct held_shift *kept = next_shift(h);
    h->full |= kept == NULL || h->pool.bad;
    if (h->full)
        return false;
    *kept = s;
    cover(h, row, kept);
    return true;
}

enum fb_err held_codes_into(const struct held *h, struct trust_map *map, struct fb_arena *arena)
{
    if (map->n_codes > 0)
        return FB_OK;
    map->code = fb_arena_zero(arena, TRUST_CODES_MAX * sizeof *map->code);
    for (unsigned i = 0; map->code != NULL && i < h->n; i++) {
        if (h->shift[i].code.n == 0 || trust_map_code(map, h->shift[i].code) != NULL)
            continue;
        if (map->n_codes == TRUST_CODES_MAX)
            return FB_LIMIT;
        map->code[map->n_codes++] = (struct trust_code){.code = h->shift[i].code, .routes = UINT32_C(1)}; /* of no route: bookings say theirs */
    }
    return map->code == NULL ? FB_LIMIT : FB_OK;
}

void held_apply_map(struct held *h, const struct trust_map *map)
{
    for (unsigned i = 0; i < h->n; i++) {
        struct held_shift *s = &h->shift[i];
        const struct trust_code *c = s->code.n > 0 ? trust_map_code(map, s->code) : NULL;
        if (c == NULL)
            c = trust_map_code_for(map, s->route, s->staff_group);
        s->code = c == NULL ? (struct fb_span){NULL, 0} : c->code;
        s->arrears_days = c == NULL ? 0 : c->arrears_days;
    }
}
