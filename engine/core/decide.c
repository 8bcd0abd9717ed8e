#include "engine/base/check.h"
#include "engine/core/judge.h"
#include "engine/core/trace_form.h"

enum { CACHE_LINE = 64, RATES_FETCHED = 4 }; /* as many categories as most cards have */
_Static_assert((unsigned)RATES_FETCHED <= FB_RATE_CELLS_MAX, "no further than there are");

static bool all_historic(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_members; i++)
        if (!view->member[i].version->env.historic)
            return false;
    return true;
}

/* Large structs are never cleared as a whole here: counts are set, and only entries below a count are read.
 * At a million decisions a second, clearing what nobody reads would be most of the work. */
static void begin(struct fb_judging *j)
{
    struct fb_decision *out = j->out;
    out->subject = j->view->subject;
    out->kind = FB_KIND_BOOKING;
    out->journal = j->view->journal;
    out->at_ms = j->view->now_ms;
    out->issue = j->book->issue;
    out->version = FB_DECIDE_VERSION;
    out->shadow = j->lead->source->mode == FB_SOURCE_MODE_SHADOW; /* as all the others are */
    out->historic = all_historic(j->view);
    out->joined = j->view->joined || j->view->withdrawn;
    out->vacancy_end = FB_VACANCY_END_NONE;
    out->state = (uint8_t)j->booking->state;
    out->basis = FB_BASIS_NONE;
    out->drift = FB_COMPARED_NOTHING;
    /* Of a shift whose members were cut nobody can say which grade is the right one. */
    out->grade = fb_view_cut(j->view, FB_KIND_BOOKING) ? 0 : j->booking->shift.grade;
    out->n_lines = out->n_findings = out->n_counts = out->n_spent = out->n_matches = out->n_shares = 0;
    out->sheet = 0;
    out->stint = (struct fb_stint){.worker = 0};
    out->approval_end = out->approval_when = 0;
    out->due_ms = INT64_MAX;
    out->trace = (struct fb_span){NULL, 0};
    j->effects->n_events = j->effects->n_posts = 0;
}

/* Straight into the arena, where there is room for the longest. */
static struct fb_span pack_into(struct fb_arena *arena, const struct fb_trace_parts *parts)
{
    unsigned char bytes[FB_TRACE_BYTES_MAX], *p = fb_arena_get(arena, FB_TRACE_BYTES_MAX);
    size_t n = fb_trace__pack(parts, p != NULL ? p : bytes);
    if (p == NULL)
        return fb_arena_copy(arena, (struct fb_span){(const char *)bytes, (uint32_t)n});
    fb_arena_trim(arena, p, n);
    return (struct fb_span){(const char *)p, (uint32_t)n};
}

/* Only the facts that a rule in force reads are kept. */
static enum fb_err keep_trace(struct fb_judging *j, struct fb_arena *arena)
{
    struct fb_trace_parts parts;
    fb_trace__parts_of_price(&parts, j->book, j->price, j->booking->route);
    parts.facts = j->facts;
    parts.kept = &j->reads;
    parts.issue = j->out->issue;
    parts.decide_version = FB_DECIDE_VERSION;
    parts.day = j->day;
    j->out->trace = pack_into(arena, &parts);
    return j->out->trace.p == NULL ? FB_LIMIT : FB_OK;
}

static enum fb_err judge(struct fb_judging *j, struct fb_arena *arena)
{
    struct fb_price price, worked;
    struct fb_facts facts;
    fb_price_booking(j->book, j->booking, NULL, &price);
    fb_facts_of(j->book, j->view, j->booking, &price, &facts);
    j->price = &price;
    j->facts = &facts;
    fb_judge__worked(j, &facts, &worked);
    fb_diary_stint(j, &j->out->stint);
    if (j->out->stint.worker != 0 && !fb_view_cut(j->view, FB_KIND_BOOKING))
        fb_diary_facts(j->book, &j->view->diary, &j->out->stint, j->day, &facts);
    fb_judge__counts(j, &facts);
    fb_judge__findings(j);
    fb_judge__lines(j);
    fb_judge__bonuses(j);
    if (j->view->n_invoices > 0 || fb_view_cut(j->view, FB_KIND_INVOICE_LINE)) /* hardly ever */
        fb_judge__invoices(j);
    fb_judge__answers(j);
    return j->view->untraced ? FB_OK : keep_trace(j, arena);
}

static const struct fb_member *lead_of(const struct fb_book *book, const struct fb_view *view)
{
    uint8_t order[FB_MEMBERS_MAX] = {0};
    if (view->n_members > 1)
        fb_judge__order(book, view, FB_FIELDS_HOURS, order);
    return &view->member[order[0]];
}

static enum fb_err decide(const struct fb_book *book, const struct fb_view *view,
                          const struct fb_decision *prior, struct fb_arena *arena, struct fb_decision *out,
                          struct fb_effects *effects)
{
    const struct fb_booking *booking = fb_merge(book, view, arena);
    if (booking == NULL)
        return FB_LIMIT;
    struct fb_judging j; /* what is counted is set before it is read, and is long */
    j.book = book;
    j.view = view;
    j.prior = prior;
    j.lead = lead_of(book, view);
    j.booking = booking;
    j.price = j.worked = NULL;
    j.facts = NULL;
    j.out = out;
    j.effects = effects;
    j.reads = (struct fb_fact_bits){{0}};
    j.sheet = NULL;
    j.worked_minutes = 0;
    j.counted_known = 0;
    j.day = fb_london_day(booking->shift.time.start_min);
    begin(&j);
    /* A shift kept under another number keeps nothing here: its lines and findings are taken back below. */
    enum fb_err err = out->joined ? FB_OK : judge(&j, arena);
    if (err != FB_OK)
        return err;
    if (!out->joined)
        fb_judge__life(&j);
    fb_judge__posts(prior, out, effects);
    fb_judge__booking_events(&j);
    return FB_OK;
}

/* Where many shifts are judged one after another a record lies far away. Its rates are asked for last, and are long: they come while
 * the rest is done. */
static void fetch_rates(const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_members; i++) {
        const struct fb_booking *b = &view->member[i].version->as.booking;
        const char *rates = (const char *)&b->rates;
        for (size_t at = 0; at < sizeof(b->rates.cell[0]) * RATES_FETCHED; at += CACHE_LINE)
            __builtin_prefetch(rates + at);
    }
}

/*~ 6 (core) The order of a decision: choose and merge what several systems sent, price it, compute the facts,
 * ask the rules, count the lines, and only then say what changed against the decision before. Nothing here
 * waits, reads or remembers. */
enum fb_err fb_decide_booking(const struct fb_book *book, const struct fb_view *view,
                              const struct fb_decision *prior, struct fb_arena *arena,
                              struct fb_decision *out, struct fb_effects *effects)
{
    fetch_rates(view);
    if (!fb_members_mixed(view->member, view->n_members))
        return decide(book, view, prior, arena, out, effects);
    struct fb_view counted = *view; /* only for views that nobody chose the members of */
    bool cut;
    counted.n_members = fb_members_choose(counted.member, counted.n_members, &cut);
    return decide(book, &counted, prior, arena, out, effects);
}
