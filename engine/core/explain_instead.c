#include "engine/core/judge.h"
#include "engine/core/sentence.h"

/* What the same shift would have cost otherwise: it is priced again with the route, and what was charged,
 * switched. All figures are loaded cost, the only fair comparison (domain model, section 3). */

struct instead {
    struct fb_text *t;
    const struct fb_book *book;
    const struct fb_booking *b;
    struct fb_loaded now;
    unsigned listed;
};

/* ---- the other prices ---- */

/* Without what was charged, and without what only an agency's shift has: by the card alone. A worker who came
 * through an agency would be a bank-only one. */
static struct fb_loaded on_card(const struct instead *x, enum fb_route route)
{
    struct fb_booking b = *x->b;
    struct fb_price p;
    b.route = route;
    b.rates.n = 0;
    b.engagement = FB_ENGAGEMENT_NONE;
    b.agency = b.framework = b.lot = (struct fb_span){NULL, 0};
    if (b.worker_kind == FB_WORKER_KIND_AGENCY || b.worker_kind == FB_WORKER_KIND_NONE)
        b.worker_kind = FB_WORKER_KIND_BANK_ONLY;
    fb_price_booking(x->book, &b, NULL, &p);
    return p.loaded;
}

/* The parts that were sent apart are inside the cap too, so that the book adds no fee for them. */
static bool was_sent(const struct fb_rates *r, enum fb_part part)
{
    for (unsigned i = 0; i < r->n; i++)
        if (r->cell[i].part[part] != FB_ABSENT)
            return true;
    return false;
}

/* The whole charge is the cap's, whatever its parts. */
static void set_rates(struct fb_rates *r, const struct fb_book *book, const struct fb_price *p)
{
    bool commission = was_sent(r, FB_PART_COMMISSION), fee = was_sent(r, FB_PART_OTHER_FEE);
    r->n = 0;
    r->unit = FB_UNIT_HOUR;
    r->complete = FB_SAID_YES;
    r->pay_includes_holiday = FB_SAID_YES;
    for (unsigned c = 0; c < book->n_categories && r->n < FB_RATE_CELLS_MAX; c++) {
        if (p->cap.hour_e4[c] == FB_ABSENT)
            continue;
        unsigned at = r->n++;
        for (; at > 0 && r->cell[at - 1].category > book->category[c]; at--)
            r->cell[at] = r->cell[at - 1];
        for (unsigned part = 0; part < FB_PART_END; part++)
            r->cell[at].part[part] = FB_ABSENT;
        r->cell[at].category = book->category[c];
        r->cell[at].part[FB_PART_WORKER_PAY] = p->cap.hour_e4[c];
        r->cell[at].part[FB_PART_COMMISSION] = commission ? 0 : FB_ABSENT;
        r->cell[at].part[FB_PART_OTHER_FEE] = fee ? 0 : FB_ABSENT;
    }
}

static struct fb_loaded at_cap(const struct instead *x, const struct fb_price *as_it_is)
{
    struct fb_booking b = *x->b;
    struct fb_price p;
    if (!as_it_is->cap.known)
        return (struct fb_loaded){.lack = as_it_is->cap.lack};
    set_rates(&b.rates, x->book, as_it_is);
    fb_price_booking(x->book, &b, NULL, &p);
    return p.loaded;
}

/* ---- the sentence ---- */

static void add_name(struct instead *x, const char *name)
{
    fb_text_add(x->t, x->listed++ == 0 ? " " : "; ");
    fb_text_add(x->t, name);
}

static void add_cost(struct instead *x, const struct fb_loaded *l)
{
    struct fb_text *t = x->t;
    if (!l->known) {
        fb_text_add(t, " cannot be said, ");
        fb_text_add(t, fb_lack_text(l->lack));
        return;
    }
    fb_text_add(t, l->lower_bound ? " at least " : " ");
    fb_sentence__pounds(t, l->pence); /* raw: shown as it is */
    if (!x->now.known || x->now.lower_bound || l->lower_bound)
        return;                             /* between bounds there is no difference to tell */
    int64_t more = l->pence - x->now.pence; /* raw: both are figures already rounded */
    fb_text_add(t, more == 0 ? ", the same" : ", ");
    if (more != 0)
        fb_sentence__pounds(t, more < 0 ? -more : more);
    fb_text_add(t, more == 0 ? "" : more < 0 ? " less" : " more");
}

static void add_unsaid(struct instead *x, const char *name, const char *why)
{
    add_name(x, name);
    fb_text_add(x->t, " cannot be said, ");
    fb_text_add(x->t, why);
}

static void add_card(struct instead *x, const char *name, enum fb_route route)
{
    struct fb_loaded l = on_card(x, route);
    add_name(x, name);
    add_cost(x, &l);
}

/* ---- one tier up ---- */

static bool is(const struct fb_facts *f, enum fb_fact fact, int64_t v)
{
    return fb_fact_known(f, fact) && f->value[fact] == v;
}

/* As far as the records say. */
static enum fb_tier tier_of(const struct fb_booking *b, const struct fb_facts *f)
{
    if (b->route == FB_ROUTE_BANK)
        return FB_TIER_BANK;
    if (b->route == FB_ROUTE_COLLABORATIVE)
        return FB_TIER_COLLABORATIVE;
    if (is(f, FB_FACT_CASCADED_TO, FB_TIER_OFF_FRAMEWORK) || is(f, FB_FACT_ON_FRAMEWORK, 0) ||
        is(f, FB_FACT_FRAMEWORK_PLACE, FB_LOT_PLACE_NOWHERE))
        return FB_TIER_OFF_FRAMEWORK;
    return is(f, FB_FACT_CASCADED_TO, FB_TIER_NATIONAL_BANK) ? FB_TIER_NATIONAL_BANK : FB_TIER_AGENCY;
}

/* From one tier of agencies to the one before it: nobody holds that one's rates. */
static void add_agency_tier(struct instead *x, const struct fb_facts *f)
{
    int64_t tier = fb_fact_known(f, FB_FACT_AGENCY_TIER) ? f->value[FB_FACT_AGENCY_TIER] : 1;
    if (tier <= 1) {
        add_card(x, "one tier up, by the collaborative bank,", FB_ROUTE_COLLABORATIVE);
        return;
    }
    add_name(x, "one tier up, by agency tier ");
    fb_text_add_int(x->t, tier - 1);
    fb_text_add(x->t, ", cannot be said, nobody holds the rates of that tier");
}

static void add_tier_up(struct instead *x, const struct fb_facts *f)
{
    switch (tier_of(x->b, f)) {
    case FB_TIER_BANK:
        add_unsaid(x, "one tier up, by the ward's own staff,",
                   "nobody holds what their time would have cost");
        break;
    case FB_TIER_COLLABORATIVE:
        add_card(x, "one tier up, by the trust's own bank,", FB_ROUTE_BANK);
        break;
    case FB_TIER_AGENCY:
        add_agency_tier(x, f);
        break;
    case FB_TIER_NATIONAL_BANK:
        add_unsaid(x, "one tier up, by an agency on a framework,",
                   "nobody holds the rates of the one that would have come");
        break;
    case FB_TIER_OFF_FRAMEWORK:
        add_unsaid(x, "one tier up, by the national bank,", "nobody holds its rates");
        break;
    case FB_TIER_NONE:
    case FB_TIER_WARD:
    case FB_TIER_END:
        break;
    }
}

static void begin(struct instead *x)
{
    fb_text_add(x->t, "What the same shift would have cost, with all that comes on top (as it is ");
    if (x->now.known)
        fb_text_add(x->t, x->now.lower_bound ? "at least " : "");
    if (x->now.known)
        fb_sentence__pounds(x->t, x->now.pence); /* raw: shown as it is */
    else
        fb_text_add(x->t, "nobody can say, ");
    if (!x->now.known)
        fb_text_add(x->t, fb_lack_text(x->now.lack));
    fb_text_add(x->t, "):");
}

/* The card is compared as it stands for the shift's own bank; of an agency's shift the bank is the other way
 * to fill it. */
static void add_bank(struct instead *x, const struct fb_price *as_it_is)
{
    if (x->b->route == FB_ROUTE_AGENCY) {
        add_card(x, "on the harmonised card, through the bank,", FB_ROUTE_BANK);
        return;
    }
    add_name(x, "on the harmonised card");
    add_cost(x, &as_it_is->card_loaded);
}

/* Caps bind the whole of what an agency charges for an hour. Of a worker engaged directly (one of several records may say so) nobody
 * knows which part of it would be pay, so that the cap is named, as the price names it, and not what comes on top. */
static void add_directly_at_cap(struct instead *x, const struct fb_price *as_it_is)
{
    add_name(x, "at the cap ");
    if (as_it_is->cap.known) {
        fb_sentence__pounds(x->t, as_it_is->cap.pence); /* raw: shown as it is */
        fb_text_add(x->t, " and what comes on top, which nobody can say, as the worker is engaged directly and the cap does not tell pay from fees");
    } else {
        fb_text_add(x->t, "cannot be said, ");
        fb_text_add(x->t, fb_lack_text(as_it_is->cap.lack));
    }
}

static void add_at_cap(struct instead *x, const struct fb_price *as_it_is)
{
    if (x->b->route != FB_ROUTE_AGENCY)
        return;
    if (x->b->engagement == FB_ENGAGEMENT_DIRECT) {
        add_directly_at_cap(x, as_it_is);
        return;
    }
    struct fb_loaded l = at_cap(x, as_it_is);
    add_name(x, fb_cap_binds(as_it_is->cap.basis) || !as_it_is->cap.known
                    ? "at the cap"
                    : "at the cap as estimated by formula");
    add_cost(x, &l);
}

void fb_explain_instead(struct fb_text *t, const struct fb_book *book, const struct fb_booking *b,
                        const struct fb_facts *f)
{
    struct fb_price p;
    if (b->state != FB_BOOKING_STATE_BOOKED || (b->route != FB_ROUTE_AGENCY && !fb_route_is_bank(b->route)))
        return;
    fb_price_booking(book, b, NULL, &p);
    struct instead x = {.t = t, .book = book, .b = b, .now = p.loaded};
    begin(&x);
    add_bank(&x, &p);
    add_at_cap(&x, &p);
    add_tier_up(&x, f);
    fb_text_add(t, ".");
}
