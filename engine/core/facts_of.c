#include "engine/core/judge.h"

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

int64_t fb_judge__booked_minutes(const struct fb_booking *b, const struct fb_price *p)
{
    if (p->minutes.total > 0)
        return p->minutes.total;
    int64_t length = b->shift.time.end_min - b->shift.time.start_min;
    int64_t unpaid = b->shift.break_min == FB_ABSENT ? 0 : b->shift.break_min;
    return length > unpaid ? length - unpaid : 0;
}

/* A word or code that the booking may leave out: absent is 0, and absent is unknown. */
static void set_stated(struct fb_facts *f, enum fb_fact id, int64_t v)
{
    f->value[id] = v;
    if (v != 0)
        fb_fact_add(&f->known, id);
}

static void set_when(struct fb_facts *f, enum fb_fact id, bool known, int64_t v)
{
    f->value[id] = v;
    if (known)
        fb_fact_add(&f->known, id);
}

/* What the members' systems together are able to tell: without a bit, silence is not a "no". */
static uint32_t sends_of(const struct fb_view *view)
{
    uint32_t sends = 0;
    for (unsigned i = 0; i < view->n_members; i++)
        sends |= view->member[i].source->sends;
    return sends;
}

static void set_stated_fields(struct fb_facts *f, const struct fb_booking *b)
{
    set_stated(f, FB_FACT_ROUTE, b->route);
    set_stated(f, FB_FACT_STAFF_GROUP, b->shift.staff_group);
    set_stated(f, FB_FACT_GRADE, (int64_t)b->shift.grade);
    set_stated(f, FB_FACT_ENGAGEMENT, b->engagement);
    set_stated(f, FB_FACT_WORKER_KIND, b->worker_kind);
    set_stated(f, FB_FACT_WORKER_GRADE, (int64_t)b->worker_grade);
}

/* Whole minutes from an instant to the start of the shift, rounded down: a second late is a minute late. */
static int64_t lead_minutes(const struct fb_booking *b, int64_t from_ms)
{
    return floor_div(b->shift.time.start_min * FB_MINUTE_MS - from_ms, FB_MINUTE_MS);
}

static void set_booking_time(struct fb_facts *f, const struct fb_booking *b)
{
    if (b->booked_ms == FB_ABSENT)
        return;
    int64_t lead = lead_minutes(b, b->booked_ms);
    fb_fact_set(f, FB_FACT_BOOKING_DAY, fb_london_day_of_ms(b->booked_ms));
    fb_fact_set(f, FB_FACT_LEAD_MINUTES, lead);
    fb_fact_set(f, FB_FACT_BOOKED_AFTER_START, b->booked_ms >= b->shift.time.start_min * FB_MINUTE_MS);
}

static void set_vacancy(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    const struct fb_record *v = view->vacancy.version;
    bool cut = fb_view_cut(view, FB_KIND_VACANCY);
    set_when(f, FB_FACT_VACANCY_HELD, v != NULL || (b->vacancy_ref.n > 0 && !cut), v != NULL);
    if (cut || v == NULL || v->as.vacancy.requested_ms == FB_ABSENT)
        return;
    fb_fact_set(f, FB_FACT_REQUEST_LEAD_MINUTES, lead_minutes(b, v->as.vacancy.requested_ms));
}

static bool is_bank_tier(enum fb_tier tier)
{
    return tier == FB_TIER_WARD || tier == FB_TIER_BANK || tier == FB_TIER_COLLABORATIVE;
}

bool fb_judge__is_agency_tier(enum fb_tier tier)
{
    return tier == FB_TIER_AGENCY || tier == FB_TIER_OFF_FRAMEWORK;
}

/* The earliest release to each side; FB_ABSENT where it never was. */
static void first_releases(const struct fb_view *view, int64_t *bank_ms, int64_t *agency_ms)
{
    *bank_ms = *agency_ms = FB_ABSENT;
    for (unsigned i = 0; i < view->n_cascades; i++) {
        const struct fb_cascade *c = &view->cascade[i]->as.cascade;
        int64_t *first = is_bank_tier(c->tier)               ? bank_ms
                         : fb_judge__is_agency_tier(c->tier) ? agency_ms
                                                             : NULL;
        if (first != NULL && (*first == FB_ABSENT || c->at_ms < *first))
            *first = c->at_ms;
    }
}

/* When the shift went to agencies, as far as that was sent. Whoever books with one has gone there by then, whenever the release was
 * noted. */
static int64_t went_to_agency(const struct fb_booking *b, int64_t agency_ms)
{
    bool booked_first = b->route == FB_ROUTE_AGENCY && b->booked_ms != FB_ABSENT && b->booked_ms < agency_ms;
    return agency_ms == FB_ABSENT || booked_first ? b->booked_ms : agency_ms;
}

/* Cascades hang on the vacancy, so it is the vacancy's source that must be able to send them: of one that does not say so, what it sent
 * shows where the vacancy went, and never where it did not. BANK_PASSED_OVER alone is no where nothing was sent, for rules that only look for it. */
static void set_cascades(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    int64_t bank_ms = FB_ABSENT, agency_ms = FB_ABSENT;
    if (fb_view_cut(view, FB_KIND_VACANCY) || fb_view_cut(view, FB_KIND_CASCADE))
        return;
    bool held = view->vacancy.version != NULL, whole = held && (view->vacancy.source->sends & FB_SENDS_CASCADES) != 0;
    if (held)
        first_releases(view, &bank_ms, &agency_ms);
    int64_t limit_ms = went_to_agency(b, agency_ms);
    bool to_agency = agency_ms != FB_ABSENT, bank_first = bank_ms != FB_ABSENT && limit_ms != FB_ABSENT && bank_ms < limit_ms;
    fb_fact_set(f, FB_FACT_BANK_PASSED_OVER, to_agency && !bank_first);
    set_when(f, FB_FACT_CASCADED_TO_AGENCY, whole || to_agency, to_agency);
    set_when(f, FB_FACT_CASCADED_TO_BANK, bank_first || (whole && (bank_ms == FB_ABSENT || limit_ms != FB_ABSENT)), bank_first);
    if (bank_ms != FB_ABSENT && to_agency)
        fb_fact_set(f, FB_FACT_BANK_MINUTES, floor_div(limit_ms - bank_ms, FB_MINUTE_MS));
}

/* A place on the framework named (or on any, when none is), held by the booking's agency on the day of booking. */
static bool place_holds(const struct fb_framework *p, const struct fb_booking *b, fb_day day)
{
    if (day < p->from || day >= p->until || !fb_span_eq(p->agency, b->agency))
        return false;
    if (b->framework.n > 0 && !fb_span_eq(p->framework, b->framework))
        return false;
    return b->lot.n == 0 || p->lot.n == 0 || fb_span_eq(p->lot, b->lot);
}

static void set_agency(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *b)
{
    if (b->agency.n == 0)
        return;
    /* Two systems may name two agencies: the register's row must be that of the booking as merged. */
    bool held = view->agency != NULL && fb_span_eq(view->agency->as.agency.code, b->agency);
    set_when(f, FB_FACT_AGENCY_KNOWN, held || !fb_view_cut(view, FB_KIND_AGENCY), held);
    if (b->route != FB_ROUTE_AGENCY || !view->framework_register || !fb_fact_known(f, FB_FACT_BOOKING_DAY))
        return;
    bool on = false;
    for (unsigned i = 0; i < view->n_frameworks && !on; i++)
        on = place_holds(&view->framework[i]->as.framework, b,
                                   (fb_day)f->value[FB_FACT_BOOKING_DAY]);
    set_when(f, FB_FACT_ON_FRAMEWORK, on || !fb_view_cut(view, FB_KIND_FRAMEWORK), on);
}

/* Asked of every booking of the shift: together they may state more than one has room for. One that is dated after the shift had begun was
 * not there when it went ahead: that is for an approval, which counts what is given afterwards apart. */
static void set_sign_offs(struct fb_facts *f, const struct fb_view *view, const struct fb_booking *shift)
{
    bool chief = false, executive = false;
    for (unsigned m = 0; m < view->n_members; m++) {
        const struct fb_booking *b = &view->member[m].version->as.booking;
        for (unsigned i = 0; i < b->n_sign_offs; i++) {
            bool late = fb_judge__approval_when(b->sign_off[i].granted_ms, shift) == FB_ANSWERED_RETROSPECTIVE;
            chief |= !late && b->sign_off[i].role == FB_ROLE_CHIEF_EXECUTIVE;
            executive |= !late && b->sign_off[i].role == FB_ROLE_EXECUTIVE_DIRECTOR;
        }
    }
    bool told = (sends_of(view) & FB_SENDS_SIGN_OFFS) != 0;
    set_when(f, FB_FACT_SIGN_OFF_CHIEF_EXECUTIVE, told || chief, chief);
    set_when(f, FB_FACT_SIGN_OFF_EXECUTIVE, told || chief || executive, chief || executive);
}

/* Whether the charge an hour of category c can be spoken of: it has minutes and a rate. */
static bool charged(const struct fb_price *p, unsigned c)
{
    return p->minutes.in[c] > 0 && p->charge.hour_e4[c] != FB_ABSENT;
}

static void set_charge(struct fb_facts *f, const struct fb_booking *b, const struct fb_price *p, unsigned n_categories)
{
    int64_t dearest = INT64_MIN;
    int64_t sum = 0; /* at most 10,080 minutes x 1e9: far inside 64 bits */
    if (!p->charge.known || p->minutes.total <= 0)
        return;
    for (unsigned c = 0; c < n_categories; c++) {
        if (!charged(p, c))
            continue;
        dearest = p->charge.hour_e4[c] > dearest ? p->charge.hour_e4[c] : dearest;
        sum += p->minutes.in[c] * p->charge.hour_e4[c];
    }
    if (dearest == INT64_MIN)
        return;
    fb_fact_set_or_least(f, FB_FACT_CHARGE_HOUR_DEAREST, fb_charge_is_least(b, p), dearest);
    fb_fact_set_or_least(f, FB_FACT_CHARGE_HOUR_AVERAGE, fb_charge_is_least(b, p), floor_div(sum, p->minutes.total));
}

static void set_cap(struct fb_facts *f, const struct fb_book *book, const struct fb_booking *b, const struct fb_price *p)
{
    if (!p->cap.known)
        return;
    fb_fact_set(f, FB_FACT_CAP_BASIS, p->cap.basis);
    if (!p->charge.known || !p->cap.excess_known)
        return;
    fb_fact_set_or_least(f, FB_FACT_EXCESS_PENCE, fb_charge_is_least(b, p), p->cap.excess_pence);
    int64_t worst = fb_price_over_cap_e2(book, p);
    if (worst != FB_ABSENT)
        fb_fact_set_or_least(f, FB_FACT_PERCENT_OVER_CAP_E2, fb_charge_is_least(b, p), worst);
}

/* The register says something only when one is held: before that nobody is known to it or not. */
static void set_place(struct fb_facts *f, const struct fb_book *book, const struct fb_view *view,
                      const struct fb_price *p)
{
    bool known = view->n_organisations > 0;
    if (p->zone >= 0 && (unsigned)p->zone < book->n_zones)
        fb_fact_set(f, FB_FACT_ZONE, (int64_t)book->zone[p->zone]);
    if (view->organisation_register && (known || !fb_view_cut(view, FB_KIND_ORGANISATION)))
        fb_fact_set(f, FB_FACT_HIRER_KNOWN, known);
}

static void set_cancellation(struct fb_facts *f, const struct fb_booking *b)
{
    if (b->state != FB_BOOKING_STATE_CANCELLED)
        return;
    set_stated(f, FB_FACT_CANCELLED_BY, b->cancelled_by);
    if (b->cancelled_ms != FB_ABSENT)
        fb_fact_set(f, FB_FACT_CANCEL_NOTICE_MINUTES, lead_minutes(b, b->cancelled_ms));
}

static void set_pay(struct fb_facts *f, const struct fb_booking *b, const struct fb_price *p)
{
    if (b->rates.n > 0)
        set_stated(f, FB_FACT_UNIT, b->rates.unit);
    if (p->off_card_known)
        fb_fact_set(f, FB_FACT_CARD_DIFFERENCE_PENCE, p->card_difference_pence);
    if (p->card.card != FB_NO_ROW)
        fb_fact_set(f, FB_FACT_CARD_ADOPTED, p->card.adoption == FB_ADOPTION_ADOPTED);
    if (p->loaded.known && p->minutes.total > 0) /* pence over minutes as 1/100 penny an hour */
        fb_fact_set_or_least(f, FB_FACT_LOADED_HOUR_AVERAGE, p->loaded.lower_bound, floor_div(p->loaded.pence * 6000, p->minutes.total)); /* raw: a rate */
}

/* Of a shift whose members were cut only this much is sure, whichever of them were read. */
static void set_sure_fields(struct fb_facts *f, const struct fb_booking *b, const struct fb_price *p)
{
    fb_fact_set(f, FB_FACT_HIRER, (int64_t)b->shift.hirer);
    fb_fact_set(f, FB_FACT_SHIFT_DAY, p->day);
    fb_fact_set(f, FB_FACT_STATE, b->state);
    fb_fact_set(f, FB_FACT_PAID_MINUTES, fb_judge__booked_minutes(b, p));
}

void fb_facts_of(const struct fb_book *book, const struct fb_view *view, const struct fb_booking *b,
                 const struct fb_price *price, struct fb_facts *out)
{
    out->known = out->at_least = out->at_most = (struct fb_fact_bits){{0}};
    set_sure_fields(out, b, price);
    if (fb_view_cut(view, FB_KIND_BOOKING))
        return;
    set_stated_fields(out, b);
    set_booking_time(out, b);
    set_vacancy(out, view, b);
    set_cascades(out, view, b);
    set_agency(out, view, b);
    set_sign_offs(out, view, b);
    set_charge(out, b, price, book->n_categories);
    set_cap(out, book, b, price);
    set_place(out, book, view, price);
    set_cancellation(out, b);
    set_pay(out, b, price);
    fb_judge__facts_more(book, view, b, price, out);
}
