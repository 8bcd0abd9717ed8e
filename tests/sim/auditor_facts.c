#include "tests/sim/auditor.h"

static void know(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    fb_fact_set(f, id, v);
}

static void know_if(struct fb_facts *f, enum fb_fact id, bool known, int64_t v)
{
    if (known)
        know(f, id, v);
}

/* Whole minutes, rounded down: also below nought. */
static int64_t minutes_of(int64_t ms)
{
    return ms >= 0 ? ms / 60000 : -((59999 - ms) / 60000);
}

static void stated(const struct aud_shift *s, struct fb_facts *f)
{
    const struct fb_booking *b = &s->b;
    know_if(f, FB_FACT_ROUTE, b->route != 0, b->route);
    know_if(f, FB_FACT_STAFF_GROUP, b->shift.staff_group != 0, b->shift.staff_group);
    know_if(f, FB_FACT_GRADE, b->shift.grade != 0, (int64_t)b->shift.grade);
    know_if(f, FB_FACT_ENGAGEMENT, b->engagement != 0, b->engagement);
    know_if(f, FB_FACT_WORKER_KIND, b->worker_kind != 0, b->worker_kind);
    know_if(f, FB_FACT_WORKER_GRADE, b->worker_grade != 0, (int64_t)b->worker_grade);
    know(f, FB_FACT_HIRER, (int64_t)b->shift.hirer);
    know(f, FB_FACT_SHIFT_DAY, s->day);
    know(f, FB_FACT_STATE, b->state);
    if (b->booked_ms == FB_ABSENT)
        return;
    int64_t start_ms = b->shift.time.start_min * 60000;
    know(f, FB_FACT_BOOKING_DAY, aud_local_day(minutes_of(b->booked_ms)));
    know(f, FB_FACT_LEAD_MINUTES, minutes_of(start_ms - b->booked_ms));
    know(f, FB_FACT_BOOKED_AFTER_START, b->booked_ms >= start_ms);
}

/* The first release of the vacancy to one side. */
static int64_t first_release(const struct auditor *a, const struct aud_shift *s, bool to_agency)
{
    int64_t first = FB_ABSENT;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_cascade *c = &h->winner->record.as.cascade;
        bool ours = false;
        for (unsigned j = 0; j < s->n && h->kind == FB_KIND_CASCADE; j++)
            ours |= s->member[j]->source == h->source && c->vacancy_ref.n > 0 &&
                    fb_span_eq(s->member[j]->winner->record.as.booking.vacancy_ref, c->vacancy_ref);
        bool agency = c->tier == FB_TIER_AGENCY || c->tier == FB_TIER_OFF_FRAMEWORK;
        bool bank = c->tier == FB_TIER_WARD || c->tier == FB_TIER_BANK || c->tier == FB_TIER_COLLABORATIVE;
        if (ours && (to_agency ? agency : bank) && (first == FB_ABSENT || c->at_ms < first))
            first = c->at_ms;
    }
    return first;
}

static void of_vacancy(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    know_if(f, FB_FACT_VACANCY_HELD, s->vacancy != NULL || s->b.vacancy_ref.n > 0, s->vacancy != NULL);
    know(f, FB_FACT_BANK_PASSED_OVER, 0);
    if (s->vacancy == NULL)
        return;
    int64_t requested = s->vacancy->winner->record.as.vacancy.requested_ms;
    if (requested != FB_ABSENT)
        know(f, FB_FACT_REQUEST_LEAD_MINUTES, minutes_of(s->b.shift.time.start_min * 60000 - requested));
    bool told = (aud_source(a, s->vacancy)->sends & FB_SENDS_CASCADES) != 0;
    int64_t bank = first_release(a, s, false), released = first_release(a, s, true), agency = released;
    if (released == FB_ABSENT || (s->b.route == FB_ROUTE_AGENCY && s->b.booked_ms != FB_ABSENT && s->b.booked_ms < released))
        agency = s->b.booked_ms; /* booked there, it had gone there */
    bool offered = bank != FB_ABSENT && agency != FB_ABSENT && bank < agency, hidden = bank != FB_ABSENT && agency == FB_ABSENT;
    know_if(f, FB_FACT_CASCADED_TO_AGENCY, told || released != FB_ABSENT, released != FB_ABSENT);
    know(f, FB_FACT_BANK_PASSED_OVER, released != FB_ABSENT && !offered);
    know_if(f, FB_FACT_CASCADED_TO_BANK, offered || (told && !hidden), offered);
    if (bank != FB_ABSENT && released != FB_ABSENT)
        know(f, FB_FACT_BANK_MINUTES, minutes_of(agency - bank));
}

static void of_agency(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    bool in_register = false, any_row = false, on = false;
    fb_day day = (fb_day)f->value[FB_FACT_BOOKING_DAY];
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_framework *row = &h->winner->record.as.framework;
        in_register |= h->kind == FB_KIND_AGENCY && fb_span_eq(h->winner->record.as.agency.code, s->b.agency);
        if (h->kind != FB_KIND_FRAMEWORK)
            continue;
        any_row = true;
        bool framework = s->b.framework.n == 0 || fb_span_eq(s->b.framework, row->framework);
        bool lot = s->b.lot.n == 0 || row->lot.n == 0 || fb_span_eq(s->b.lot, row->lot);
        on |=
            fb_span_eq(row->agency, s->b.agency) && framework && lot && row->from <= day && day < row->until;
    }
    if (s->b.agency.n == 0)
        return;
    know(f, FB_FACT_AGENCY_KNOWN, in_register);
    bool can_say = s->b.route == FB_ROUTE_AGENCY && any_row && fb_fact_known(f, FB_FACT_BOOKING_DAY);
    know_if(f, FB_FACT_ON_FRAMEWORK, can_say, on);
}

static void of_sign_offs(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    bool chief = false, director = false, told = false;
    for (unsigned i = 0; i < s->n; i++) {
        const struct fb_booking *b = &s->member[i]->winner->record.as.booking;
        told |= (aud_source(a, s->member[i])->sends & FB_SENDS_SIGN_OFFS) != 0;
        for (unsigned j = 0; j < b->n_sign_offs; j++) {
            int64_t given = b->sign_off[j].granted_ms, start = s->b.shift.time.start_min * 60000;
            bool before = given == FB_ABSENT || given < start || (s->b.booked_ms != FB_ABSENT && given <= s->b.booked_ms);
            chief |= before && b->sign_off[j].role == FB_ROLE_CHIEF_EXECUTIVE;
            director |= before && b->sign_off[j].role == FB_ROLE_EXECUTIVE_DIRECTOR;
        }
    }
    know_if(f, FB_FACT_SIGN_OFF_CHIEF_EXECUTIVE, told || chief, chief);
    know_if(f, FB_FACT_SIGN_OFF_EXECUTIVE, told || chief || director, chief || director);
}

/* A cancellation, of a shift that was cancelled. */
static void of_cancellation(const struct fb_booking *b, struct fb_facts *f)
{
    if (b->state != FB_BOOKING_STATE_CANCELLED)
        return;
    know_if(f, FB_FACT_CANCELLED_BY, b->cancelled_by != 0, b->cancelled_by);
    if (b->cancelled_ms != FB_ABSENT)
        know(f, FB_FACT_CANCEL_NOTICE_MINUTES, minutes_of(b->shift.time.start_min * 60000 - b->cancelled_ms));
}

/* What the settled timesheet says, when somebody settled one. */
static void of_sheet(const struct aud_shift *s, const struct aud_held *sheet, int64_t worked_minutes,
                     struct fb_facts *f)
{
    if (sheet == NULL || s->b.state != FB_BOOKING_STATE_BOOKED)
        return;
    know(f, FB_FACT_WORKED_MINUTES, worked_minutes);
    know(f, FB_FACT_SETTLED_DAY, aud_local_day(minutes_of(sheet->winner->record.env.occurred_ms)));
}

/* A register begins with its first row; from then on it holds a trust, on that day, or it does not. */
static void of_register(const struct auditor *a, const struct aud_shift *s, struct fb_facts *f)
{
    bool any = false, known = false;
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct fb_organisation *o = &a->held[i].winner->record.as.organisation;
        if (a->held[i].kind != FB_KIND_ORGANISATION)
            continue;
        any = true;
        known |= o->ods == s->b.shift.hirer && s->day >= o->member_from && s->day < o->member_until;
    }
    know_if(f, FB_FACT_HIRER_KNOWN, any, known);
}

/* What an agency may have left parts out of could be more, and so could a loaded cost that may be short. */
static void bounds_of_money(const struct aud_shift *s, const struct aud_price *p, struct fb_facts *f)
{
    static const enum fb_fact charges[] = {FB_FACT_CHARGE_HOUR_DEAREST, FB_FACT_CHARGE_HOUR_AVERAGE, FB_FACT_EXCESS_PENCE, FB_FACT_PERCENT_OVER_CAP_E2,
                                           FB_FACT_CHARGE_HOUR_IN_1, FB_FACT_CHARGE_HOUR_IN_2, FB_FACT_CHARGE_HOUR_IN_3, FB_FACT_CHARGE_HOUR_IN_4};
    for (unsigned i = 0; i < sizeof charges / sizeof charges[0]; i++)
        if (s->b.route == FB_ROUTE_AGENCY && s->b.rates.complete == FB_SAID_NO && fb_fact_known(f, charges[i]))
            fb_fact_add(&f->at_least, charges[i]);
    if (p->loaded_short && fb_fact_known(f, FB_FACT_LOADED_HOUR_AVERAGE))
        fb_fact_add(&f->at_least, FB_FACT_LOADED_HOUR_AVERAGE);
}

static void of_money(const struct fb_book *book, const struct aud_price *p, struct fb_facts *f)
{
    int64_t dearest = -1, sum = 0, worst = INT64_MIN;
    for (unsigned c = 0; c < book->n_categories; c++) {
        int64_t charge = p->charge_hour[c], cap = p->cap_hour[c];
        if (p->minutes[c] == 0 || charge == FB_ABSENT)
            continue;
        dearest = charge > dearest ? charge : dearest;
        sum += charge * p->minutes[c];
        if (cap == FB_ABSENT || cap == 0)
            continue;
        int64_t above = (charge - cap) * 10000, percent = above / cap - (above % cap < 0);
        worst = percent > worst ? percent : worst;
    }
    if (p->charge_known && p->total > 0 && dearest >= 0) {
        know(f, FB_FACT_CHARGE_HOUR_DEAREST, dearest);
        know(f, FB_FACT_CHARGE_HOUR_AVERAGE, sum / p->total);
    }
    know_if(f, FB_FACT_CAP_BASIS, p->cap_known, p->cap_basis);
    know_if(f, FB_FACT_EXCESS_PENCE, p->cap_known && p->charge_known && p->excess_known, p->excess);
    know_if(f, FB_FACT_PERCENT_OVER_CAP_E2,
            p->cap_known && p->charge_known && p->excess_known && worst != INT64_MIN, worst);
    know_if(f, FB_FACT_CARD_DIFFERENCE_PENCE, p->off_known, p->difference);
    know(f, FB_FACT_PAID_MINUTES, p->minutes_known && p->total > 0 ? p->total : p->plain_length);
    know_if(f, FB_FACT_ZONE, p->zone >= 0, p->zone >= 0 ? (int64_t)book->zone[p->zone] : 0);
    know_if(f, FB_FACT_CARD_ADOPTED, p->the_card != NULL, p->adopted);
    if (p->loaded_known && p->total > 0)
        know(f, FB_FACT_LOADED_HOUR_AVERAGE, p->loaded * 6000 / p->total);
}

void aud_facts(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
               const struct aud_price *p, const struct aud_held *sheet, int64_t worked_minutes,
               struct fb_facts *out)
{
    static const enum fb_fact sure[] = {FB_FACT_HIRER, FB_FACT_SHIFT_DAY, FB_FACT_STATE,
                                        FB_FACT_PAID_MINUTES};
    struct fb_facts kept = {0};
    *out = (struct fb_facts){0};
    stated(s, out);
    of_vacancy(a, s, out);
    of_agency(a, s, out);
    of_sign_offs(a, s, out);
    of_register(a, s, out);
    of_cancellation(&s->b, out);
    of_money(book, p, out);
    know_if(out, FB_FACT_UNIT, s->b.rates.n > 0 && s->b.rates.unit != 0, s->b.rates.unit);
    of_sheet(s, sheet, worked_minutes, out);
    aud_supply_facts(a, book, s, p, out);
    bounds_of_money(s, p, out);
    for (unsigned i = 0; i < sizeof sure / sizeof sure[0]; i++)
        know(&kept, sure[i], out->value[sure[i]]);
    if (s->cut)
        *out = kept;
}

/* ---- rules ---- */

static bool in_set(const struct fb_predicate *p, int64_t v)
{
    for (unsigned i = 0; i < p->n_set; i++)
        if (p->set[i] == v)
            return true;
    return false;
}

static bool belongs(const struct fb_predicate *p, const struct fb_facts *f)
{
    bool in = false;
    for (unsigned i = 0; i < p->n_set && p->op == FB_OP_MEMBER; i++)
        in |= p->set[3 * i] == f->value[FB_FACT_HIRER] && f->value[FB_FACT_SHIFT_DAY] >= p->set[3 * i + 1] &&
              f->value[FB_FACT_SHIFT_DAY] < p->set[3 * i + 2];
    return in;
}

static bool holds_of(const struct fb_predicate *p, const struct fb_facts *f, int64_t v)
{
    const bool answers[] = {[FB_OP_EQ] = v == p->a,
                            [FB_OP_NE] = v != p->a,
                            [FB_OP_LT] = v<p->a, [FB_OP_LE] = v <= p->a, [FB_OP_GT] = v> p->a,
                            [FB_OP_GE] = v >= p->a,
                            [FB_OP_IN] = in_set(p, v),
                            [FB_OP_BETWEEN] = v >= p->a && v < p->b,
                            [FB_OP_MEMBER] = belongs(p, f)};
    return answers[p->op];
}

/* All values that the fact may have: what holds of each of them holds, what holds of none does not. An operator can
 * only change its mind at the numbers that it names, so those and their neighbours stand for all. */
struct worlds {
    const struct fb_predicate *p;
    const struct fb_facts *f;
    int64_t from, to;
    bool yes, no;
};

static void look_around(struct worlds *w, int64_t at)
{
    for (int by = -1; by <= 1; by++) {
        if ((by < 0 && at == INT64_MIN) || (by > 0 && at == INT64_MAX))
            continue;
        int64_t v = at + by;
        if (v < w->from || v > w->to)
            continue;
        bool holds = holds_of(w->p, w->f, v);
        w->yes |= holds;
        w->no |= !holds;
    }
}

/* 1 it holds, 0 it does not, -1 nobody can say. */
int aud_ask(const struct fb_predicate *p, const struct fb_facts *f)
{
    if (!fb_fact_known(f, (enum fb_fact)p->fact))
        return -1;
    struct worlds w = {.p = p, .f = f};
    int64_t v = f->value[p->fact];
    w.from = fb_fact_in(&f->at_most, p->fact) ? INT64_MIN : v;
    w.to = fb_fact_in(&f->at_least, p->fact) ? INT64_MAX : v;
    look_around(&w, v);
    look_around(&w, INT64_MIN);
    look_around(&w, INT64_MAX);
    look_around(&w, p->a);
    look_around(&w, p->b);
    for (unsigned i = 0; i < p->n_set; i++)
        look_around(&w, p->set[i]);
    return w.yes && w.no ? -1 : w.yes;
}

/* 1 takes it, 0 does not, -1 takes some of what it may be. */
static int scope_takes(uint32_t mask, unsigned end, const struct fb_facts *f, enum fb_fact word)
{
    bool takes_all = true;
    for (unsigned i = 1; i < end; i++)
        takes_all &= (mask >> i & 1) != 0;
    if (takes_all)
        return 1;
    int64_t v = fb_fact_known(f, word) ? f->value[word] : 0;
    return v <= 0 || v >= (int64_t)end ? -1 : (int)(mask >> v & 1);
}

/* 1, 0, or -1 with the word that was not sent. */
static int in_force(const struct fb_rule *rule, const struct fb_facts *f, unsigned *unknown)
{
    const struct fb_scope *s = &rule->scope;
    int64_t day =
        f->value[fb_fact_known(f, (enum fb_fact)rule->date_fact) ? rule->date_fact : FB_FACT_SHIFT_DAY];
    int route = scope_takes(s->routes, FB_ROUTE_END, f, FB_FACT_ROUTE), group = scope_takes(s->staff_groups, FB_STAFF_GROUP_END, f, FB_FACT_STAFF_GROUP);
    bool here = s->trust == 0 || (int64_t)s->trust == f->value[FB_FACT_HIRER];
    if (!here || day < s->from || day >= s->until || route == 0 || group == 0)
        return 0;
    *unknown = group == -1 ? FB_FACT_STAFF_GROUP : route == -1 ? FB_FACT_ROUTE : *unknown;
    return group == -1 || route == -1 ? -1 : 1;
}

struct fb_fact_bits aud_reads(const struct fb_book *book, const struct fb_facts *f)
{
    struct fb_fact_bits reads = {{0}};
    unsigned unknown;
    for (unsigned i = 0; i < book->n_rules; i++)
        if (in_force(&book->rule[i], f, &unknown) != 0)
            fb_fact_join(&reads, &book->rule[i].reads);
    return reads;
}

enum fb_severity aud_rule(const struct fb_rule *rule, const struct fb_facts *f, unsigned *unknown)
{
    unsigned no = 0, unsure = 0, answered = 0, unsure_of_answer = 0;
    unsigned hidden = 0;
    int scope = in_force(rule, f, &hidden);
    *unknown = 0;
    if (scope == 0)
        return FB_SEVERITY_OK_;
    for (unsigned i = rule->n_unless; i-- > 0;) {
        int v = aud_ask(&rule->unless[i], f);
        answered += v == 1;
        unsure_of_answer += v == -1;
        *unknown = v == -1 ? rule->unless[i].fact : *unknown;
    }
    for (unsigned i = rule->n_when; i-- > 0;) {
        int v = aud_ask(&rule->when[i], f);
        no += v == 0;
        unsure += v == -1;
        *unknown = v == -1 ? rule->when[i].fact : *unknown;
    }
    if (no > 0 || (unsure == 0 && answered > 0))
        return FB_SEVERITY_OK_;
    if (unsure > 0 || unsure_of_answer > 0)
        return FB_SEVERITY_CANNOT_SAY;
    *unknown = scope == -1 ? hidden : *unknown;
    return scope == -1 ? FB_SEVERITY_CANNOT_SAY : rule->severity;
}
