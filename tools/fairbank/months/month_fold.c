#include "tools/fairbank/months/month_fold.h"
#include "engine/base/money.h"
#include "tools/fairbank/months/month_rows.h"
#include <stdlib.h>
#include <string.h>

enum { MILLION = 1000000, FIRST_ROOM = 1024 };

const char *month_kind_word(enum month_kind kind)
{
    static const char *const word[MONTH_KINDS] = {"nothing", "approved", "unapproved", "cancellation"};
    return word[kind];
}

bool month_money_add(struct month_money *to, const struct month_money *add, int sign)
{
    int64_t *const sum[] = {&to->pence, &to->vat, &to->expected, &to->minutes, &to->shifts, &to->unpriced, &to->vat_unsaid, &to->commission};
    const int64_t part[] = {add->pence, add->vat, add->expected, add->minutes, add->shifts, add->unpriced, add->vat_unsaid, add->commission};
    bool fits = true;
    for (size_t i = 0; i < sizeof(sum) / sizeof(sum[0]); i++)
        fits = !(sign < 0 ? __builtin_sub_overflow(*sum[i], part[i], sum[i]) : __builtin_add_overflow(*sum[i], part[i], sum[i])) && fits;
    return fits;
}

bool month_money_eq(const struct month_money *a, const struct month_money *b)
{
    return a->pence == b->pence && a->vat == b->vat && a->expected == b->expected && a->minutes == b->minutes && a->shifts == b->shifts &&
           a->unpriced == b->unpriced && a->vat_unsaid == b->vat_unsaid;
}

bool month_vat(const struct fb_month_row *row, const struct fb_figures *f, int64_t *pence)
{
    struct fb_pence vat;
    *pence = 0;
    if (f->v[FB_MEASURE_VAT] != 0 || fb_span_is(row->vat, "as_sent")) {
        *pence = f->v[FB_MEASURE_VAT];
        return true;
    }
    bool of_commission = row->vat_base == FB_VAT_BASE_COMMISSION;
    if (row->vat.n == 0 || (of_commission && f->v[FB_MEASURE_COMMISSION] == 0)) /* nought is what was not stated, too */
        return false;
    int64_t of = row->vat_base == FB_VAT_BASE_WHOLE_CHARGE ? f->v[FB_MEASURE_PENCE]
                 : of_commission                             ? f->v[FB_MEASURE_COMMISSION]
                                                             : 0;
    if (fb_pence_round(&vat, (fb_i128)of * row->vat_ppm, MILLION) != FB_OK)
        return false;
    *pence = fb_pence_get(vat);
    return true;
}

static void take(struct month_money *out, const struct fb_month_row *row, const struct fb_figures *f)
{
    *out = (struct month_money){.pence = f->v[FB_MEASURE_PENCE] + f->v[FB_MEASURE_BONUS],
                                .expected = f->v[FB_MEASURE_EXPECTED],
                                .minutes = f->v[FB_MEASURE_MINUTES],
                                .shifts = 1,
                                .unpriced = f->v[FB_MEASURE_UNPRICED],
                                .commission = f->v[FB_MEASURE_COMMISSION]};
    out->vat_unsaid = !month_vat(row, f, &out->vat);
}

enum month_kind month_owed(const struct fb_month_row *row, struct month_money *out)
{
    const struct fb_figures *worked = month_figures(row, FB_STAGE_WORKED), *committed = month_figures(row, FB_STAGE_COMMITTED);
    *out = (struct month_money){0};
    if (row->state == FB_BOOKING_STATE_CANCELLED) {
        if (committed == NULL || committed->v[FB_MEASURE_CANCEL_CHARGE] == 0)
            return MONTH_NOTHING;
        *out = (struct month_money){.pence = committed->v[FB_MEASURE_CANCEL_CHARGE], .shifts = 1};
        return MONTH_CANCELLATION;
    }
    if (row->state != FB_BOOKING_STATE_BOOKED || row->timesheet == FB_TIMESHEET_STATE_DID_NOT_WORK || (worked == NULL && committed == NULL))
        return MONTH_NOTHING;
    take(out, row, worked != NULL ? worked : committed);
    return worked != NULL ? MONTH_APPROVED : MONTH_UNAPPROVED;
}

enum { SHARED = 4 };
static int64_t *shared_of(struct month_money *m, unsigned i)
{
    int64_t *const of[SHARED] = {&m->minutes, &m->pence, &m->vat, &m->expected};
    return of[i];
}

bool month_share(const struct fb_month_row *row, const struct month_money *owed, struct month_host *out)
{
    int64_t minutes[FB_INTERVALS_MAX], pence[FB_INTERVALS_MAX], all = 0;
    struct fb_pence part[FB_INTERVALS_MAX];
    struct month_money total = *owed;
    unsigned n = row->n_hosts;
    for (unsigned i = 0; i < n; i++) {
        out[i] = (struct month_host){.host = row->host[i].host};
        minutes[i] = row->host[i].minutes;
        pence[i] = row->host[i].pence; /* raw: a weight */
        all += pence[i];
    }
    for (unsigned f = 0; f < SHARED && n > 0; f++) {
        const int64_t *weight = f == 0 || all == 0 ? minutes : pence; /* time by time, and all money as the charge was */
        if (fb_pence_share(part, n, weight, fb_pence_of(*shared_of(&total, f))) != FB_OK)
            return false;
        for (unsigned i = 0; i < n; i++)
            *shared_of(&out[i].owed, f) = fb_pence_get(part[i]);
    }
    if (n > 0) {
        out[0].owed.shifts = owed->shifts;
        out[0].owed.unpriced = owed->unpriced;
        out[0].owed.vat_unsaid = owed->vat_unsaid;
    }
    return true;
}

static bool asks_for_money(const struct fb_figures *f)
{
    return f != NULL && (f->v[FB_MEASURE_PENCE] != 0 || f->v[FB_MEASURE_CANCEL_CHARGE] != 0);
}

bool month_invoiced(const struct fb_month_row *row, struct month_money *out)
{
    const struct fb_figures *f = month_figures(row, FB_STAGE_INVOICED);
    *out = (struct month_money){0};
    if (f == NULL)
        f = month_figures(row, FB_STAGE_PAID);
    if (!asks_for_money(f))
        return false;
    *out = (struct month_money){.pence = f->v[FB_MEASURE_PENCE] + f->v[FB_MEASURE_CANCEL_CHARGE] + f->v[FB_MEASURE_BONUS],
                                .vat = f->v[FB_MEASURE_VAT],
                                .minutes = f->v[FB_MEASURE_MINUTES],
                                .shifts = 1};
    return true;
}

fb_code month_payer(const struct fb_month_row *row)
{
    return row->payer != 0 ? row->payer : row->hirer;
}

/* ---- a month kept ---- */

static struct fb_span keep(struct month_list *list, struct fb_span s)
{
    struct fb_span kept = s.n == 0 ? (struct fb_span){NULL, 0} : fb_pool_copy(&list->texts, s);
    list->bad = list->bad || kept.n != s.n;
    return kept;
}

static struct fb_span keep_ref(struct month_list *list, const struct fb_month_ref *ref)
{
    char name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    if (ref->ref.n == 0)
        return (struct fb_span){NULL, 0};
    snprintf(name, sizeof(name), "%.*s/%.*s", (int)ref->source.n, ref->source.p, (int)ref->ref.n, ref->ref.p);
    return keep(list, fb_span_of(name));
}

/* Of what was worked; a charge for a cancellation, and what nobody approved yet, are the hirer's. */
static void keep_hosts(struct month_list *list, struct month_shift *s, const struct fb_month_row *row)
{
    if (s->kind != MONTH_APPROVED || row->n_hosts == 0)
        return;
    s->host = fb_pool_get(&list->texts, row->n_hosts * sizeof(*s->host));
    list->bad = list->bad || s->host == NULL || row->n_hosts > FB_INTERVALS_MAX || !month_share(row, &s->owed, s->host);
    s->n_hosts = list->bad ? 0 : row->n_hosts;
}

/* A rule with several details of one shift stands once. */
static struct fb_span breaches_of(struct month_list *list, const struct fb_month_row *row)
{
    char text[FB_TEXT_BYTES_MAX + 1];
    struct fb_text t;
    fb_text_init(&t, text, sizeof(text));
    for (unsigned i = 0; i < row->n_findings; i++) {
        bool before = false;
        for (unsigned k = 0; k < i; k++)
            before = before || (fb_span_eq(row->finding[k].rule, row->finding[i].rule) && row->finding[k].severity == FB_SEVERITY_BREACH &&
                                !row->finding[k].answered);
        if (row->finding[i].severity != FB_SEVERITY_BREACH || row->finding[i].answered || before)
            continue;
        fb_text_add(&t, t.n > 0 ? ", " : "");
        fb_text_add_span(&t, row->finding[i].rule);
    }
    return keep(list, (struct fb_span){text, (uint32_t)t.n});
}

bool month_list_add(struct month_list *list, const struct fb_month_row *row)
{
    if (list->n == list->room) {
        unsigned room = list->room == 0 ? FIRST_ROOM : list->room * 2;
        struct month_shift *more = realloc(list->shift, room * sizeof(*more));
        list->bad = list->bad || more == NULL;
        if (more == NULL)
            return false;
        list->shift = more;
        list->room = room;
    }
    struct month_shift *s = &list->shift[list->n++];
    *s = (struct month_shift){.subject = row->subject,
                              .name = keep(list, fb_span_of(month_name(row))),
                              .hirer = row->hirer,
                              .payer = month_payer(row),
                              .employer = row->employer,
                              .cost_centre = keep(list, row->cost_centre),
                              .subjective = keep(list, row->subjective),
                              .agency = keep(list, row->agency),
                              .purchase_order = keep(list, row->purchase_order),
                              .vacancy = keep_ref(list, &row->vacancy),
                              .confirmation = keep_ref(list, &row->confirmation),
                              .sheet = keep_ref(list, &row->sheet),
                              .posted = row->posted,
                              .staff_group = row->staff_group,
                              .route = row->route,
                              .state = row->state,
                              .direct = fb_paid_by_trust(row->route, row->engagement),
                              .timesheet = row->timesheet,
                              .day = row->day,
                              .start_min = row->start_min,
                              .end_min = row->end_min,
                              .vat = keep(list, row->vat),
                              .vat_unsettled = row->vat_unsettled,
                              .breaches = breaches_of(list, row)};
    s->kind = month_owed(row, &s->owed);
    keep_hosts(list, s, row);
    s->invoiced = month_invoiced(row, &s->invoice);
    return !list->bad;
}

static bool each(void *ctx, const struct fb_month_row *row)
{
    return month_list_add(ctx, row);
}

bool month_list_read(struct month_list *list, const struct options *o, fb_day from, fb_day until, fb_day as_known)
{
    struct options then = *o;
    then.as_known = as_known;
    *list = (struct month_list){.n = 0};
    if (!fb_month_rows(&then, from, until, each, list))
        return false;
    if (list->bad)
        fprintf(stderr, "fairbank %s: so many shifts do not fit this machine's memory: ask for one trust with --trust\n", o->command);
    return !list->bad;
}

void month_list_release(struct month_list *list)
{
    free(list->shift);
    fb_pool_free(&list->texts);
    *list = (struct month_list){.n = 0};
}
