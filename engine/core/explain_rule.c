#include "engine/core/explain.h"
#include "engine/core/sentence.h"

/* Facts as people name them, before a colon and the value. One that is missing here is named by its word. */
static const char *const nouns[FB_FACT_COUNT] = {
    [FB_FACT_GRADE] = "band or grade",
    [FB_FACT_HIRER] = "trust",
    [FB_FACT_SHIFT_DAY] = "day of the shift",
    [FB_FACT_BOOKING_DAY] = "booked on",
    [FB_FACT_LEAD_MINUTES] = "booked before the start by",
    [FB_FACT_REQUEST_LEAD_MINUTES] = "asked for before the start by",
    [FB_FACT_BOOKED_AFTER_START] = "booked after it started",
    [FB_FACT_ON_FRAMEWORK] = "on a framework when booked",
    [FB_FACT_AGENCY_KNOWN] = "agency in the register",
    [FB_FACT_CASCADED_TO_BANK] = "offered to bank first",
    [FB_FACT_CASCADED_TO_AGENCY] = "released to agencies",
    [FB_FACT_BANK_MINUTES] = "with bank before agencies for",
    [FB_FACT_SIGN_OFF_CHIEF_EXECUTIVE] = "chief executive's sign-off",
    [FB_FACT_SIGN_OFF_EXECUTIVE] = "executive's sign-off",
    [FB_FACT_CHARGE_HOUR_DEAREST] = "charge in the dearest category",
    [FB_FACT_CHARGE_HOUR_AVERAGE] = "average charge",
    [FB_FACT_CAP_BASIS] = "basis of the cap",
    [FB_FACT_PERCENT_OVER_CAP_E2] = "worst category above its cap by",
    [FB_FACT_EXCESS_PENCE] = "above the cap in all",
    [FB_FACT_CARD_DIFFERENCE_PENCE] = "pay above the card",
    [FB_FACT_VACANCY_HELD] = "vacancy held",
    [FB_FACT_ZONE] = "high cost area zone",
    [FB_FACT_HIRER_KNOWN] = "trust in the register",
    [FB_FACT_UNIT] = "rates are for one",
    [FB_FACT_WORKED_MINUTES] = "worked for",
    [FB_FACT_SETTLED_DAY] = "timesheet settled on",
    [FB_FACT_CANCELLED_BY] = "cancelled by",
    [FB_FACT_CANCEL_NOTICE_MINUTES] = "cancelled before the start by",
    [FB_FACT_LOADED_HOUR_AVERAGE] = "average loaded cost",
    [FB_FACT_CARD_ADOPTED] = "card adopted by the trust",
    [FB_FACT_PERCENT_OFF_CARD_E2] = "pay above the card by",
    [FB_FACT_PAY_HOUR_DEAREST] = "pay in the dearest category",
    [FB_FACT_PAY_HOUR_AVERAGE] = "average pay",
    [FB_FACT_FRAMEWORK_PLACE] = "place on the framework when booked",
    [FB_FACT_AGENCY_TIER] = "agency tier it had gone to",
    [FB_FACT_CASCADED_TO] = "it had gone as far as",
    [FB_FACT_COLLABORATIVE_MINUTES] = "with the collaborative bank before agencies for",
    [FB_FACT_TIER_MINUTES] = "with the last tier before it was booked for",
    [FB_FACT_BANK_CANCELLED_FIRST] = "a bank worker of the same vacancy cancelled first",
    [FB_FACT_WORKER_KNOWN] = "the worker known by a pseudonym",
    [FB_FACT_IDENTITY_DAYS] = "days that the identity check still holds",
    [FB_FACT_RIGHT_TO_WORK_DAYS] = "days that the right to work still holds",
    [FB_FACT_REGISTRATION_DAYS] = "days that the registration still holds",
    [FB_FACT_REFERENCES_DAYS] = "days that the references still hold",
    [FB_FACT_CRIMINAL_RECORD_DAYS] = "days that the criminal record check still holds",
    [FB_FACT_HEALTH_CLEARANCE_DAYS] = "days that the work health assessment still holds",
    [FB_FACT_REGISTRATION_STATUS] = "status of the registration",
    [FB_FACT_TRAINING_DAYS] = "days that mandatory training still holds",
    [FB_FACT_VISA_DAYS] = "days that the visa still holds",
    [FB_FACT_VISA_WEEK_MINUTES] = "work that the visa allows in a week",
    [FB_FACT_OVER_VISA_MINUTES] = "work of the week above what the visa allows",
    [FB_FACT_OPTED_OUT] = "opted out of the 48-hour week",
    [FB_FACT_SUBSTANTIVE_POST] = "the worker holds a post of their own",
    [FB_FACT_SUBSTANTIVE_HERE] = "the worker's own post is at this trust",
    [FB_FACT_BAND_ABOVE_WORKER] = "bands above the worker's own",
    [FB_FACT_REST_BEFORE_MINUTES] = "rest before the shift",
    [FB_FACT_REST_AFTER_MINUTES] = "rest after the shift",
    [FB_FACT_WEEK_MINUTES] = "work in the seven days to the shift's end",
    [FB_FACT_AVERAGE_WEEK_MINUTES] = "average work a week",
    [FB_FACT_CONSECUTIVE_DAYS] = "days of work in a row",
    [FB_FACT_CONSECUTIVE_NIGHTS] = "nights of work in a row",
    [FB_FACT_CLOCK_TRUSTS] = "trusts whose shifts are counted",
    [FB_FACT_CLOCK_FED] = "all of the worker's hours told",
    [FB_FACT_ASSIGNMENT_WEEKS] = "weeks on the 12-week clock",
    [FB_FACT_SAME_AGENCY_WEEKS] = "weeks of the last 26 through this agency",
    [FB_FACT_OVERLAP_MINUTES] = "booked elsewhere for the same time for",
    [FB_FACT_OVERLAP_ELSEWHERE] = "that booking at another trust",
    [FB_FACT_TWIN_SUSPECTED] = "another record of the same shift suspected",
    [FB_FACT_GAP_HERE_MINUTES] = "from the worker's nearest other shift in this unit",
    [FB_FACT_BANK_PASSED_OVER] = "released to agencies and to no bank before",
    [FB_FACT_RELEASED_MINUTES] = "from its first release to agencies' for",
    [FB_FACT_AGENCY_LEAD_MINUTES] = "with agencies before the start for",
};
static const char *const limits[] = {
    [FB_OP_LT] = "under ", [FB_OP_LE] = "at most ", [FB_OP_GT] = "above ", [FB_OP_GE] = "at least "};

/* A counter is named as the pack names it. */
static void add_noun(struct fb_text *t, const struct fb_book *book, enum fb_fact fact)
{
    unsigned counter = (unsigned)fact - FB_FACT_COUNTER_1;
    if (fact >= FB_FACT_COUNTER_1 && counter < book->n_counters)
        fb_text_add_span(t, book->counter[counter].name);
    else if (nouns[fact] != NULL)
        fb_text_add(t, nouns[fact]);
    else
        fb_sentence__word(t, fb_fact_table[fact].word, ' ');
}

/* The formatted value, with the underscores of the trade's words taken out. */
static void add_value(struct fb_text *t, enum fb_fact fact, int64_t v)
{
    char value[64];
    struct fb_text inner;
    if (fact > FB_FACT_WORKER_KNOWN && fb_span_is(fb_span_of(fb_fact_table[fact].unit), "minutes")) {
        fb_sentence__minutes(t, v); /* clocks count many of them */
        return;
    }
    fb_text_init(&inner, value, sizeof value);
    fb_fact_format(&inner, fact, v);
    fb_sentence__word(t, value, ' ');
}

/* What the rule looks for, where the value alone does not show it. */
static void add_limit(struct fb_text *t, const struct fb_predicate *p)
{
    enum fb_fact fact = (enum fb_fact)p->fact;
    bool one_sided = p->op >= FB_OP_LT && p->op <= FB_OP_GE;
    if (!one_sided && p->op != FB_OP_BETWEEN)
        return;
    fb_text_add(t, " (the rule looks for ");
    if (fb_sentence__check_limit(t, p)) {
        fb_text_add(t, ")");
        return;
    }
    fb_text_add(t, one_sided ? limits[p->op] : "from ");
    add_value(t, fact, p->a);
    if (!one_sided) {
        fb_text_add(t, " to under ");
        add_value(t, fact, p->b);
    }
    fb_text_add(t, ")");
}

/* A value read; what kept the rule from saying anything, or was told in a sentence of its own, has been named already. */
static bool add_read(struct fb_text *t, const struct fb_book *book, const struct fb_predicate *p,
                     const struct fb_facts *f, const struct fb_fact_bits *named, bool first)
{
    enum fb_fact fact = (enum fb_fact)p->fact;
    if (fb_fact_in(named, fact))
        return false;
    fb_text_add(t, first ? " Read: " : "; ");
    add_noun(t, book, fact);
    fb_text_add(t, ": ");
    if (fb_fact_known(f, fact)) {
        fb_text_add(t, fb_fact_in(&f->at_least, fact) ? "at least " : fb_fact_in(&f->at_most, fact) ? "at most " : "");
        add_value(t, fact, f->value[fact]);
    } else {
        fb_text_add(t, "not known");
    }
    add_limit(t, p);
    return true;
}

/* Clocks and checks, a sentence each, with what the rule looks for. */
static void add_clocks(struct fb_text *t, const struct fb_predicate *p, unsigned n, const struct fb_facts *f,
                       struct fb_fact_bits *named)
{
    for (unsigned i = 0; i < n; i++) {
        enum fb_fact fact = (enum fb_fact)p[i].fact;
        if (fb_fact_in(named, fact) || !fb_sentence__clock(t, fact, f))
            continue;
        fb_fact_add(named, fact);
        if (p[i].a != 0 || p[i].op == FB_OP_BETWEEN) /* that a check holds at all is said already */
            add_limit(t, &p[i]);
        fb_text_add(t, ".");
    }
}

static bool asks(const struct fb_predicate *p, unsigned n, enum fb_fact fact)
{
    unsigned i = 0;
    while (i < n && p[i].fact != fact)
        i++;
    return i < n;
}

/* A local rule asks first whose shift it is: that is where it holds, and nothing that was measured. */
static void add_place(struct fb_text *t, const struct fb_rule *rule, const struct fb_facts *f, struct fb_fact_bits *named)
{
    bool asked = asks(rule->when, rule->n_when, FB_FACT_HIRER) || asks(rule->unless, rule->n_unless, FB_FACT_HIRER);
    if (!asked || !fb_fact_known(f, FB_FACT_HIRER) || fb_fact_in(named, FB_FACT_HIRER))
        return;
    fb_fact_add(named, FB_FACT_HIRER);
    fb_text_add(t, " The shift is at ");
    fb_fact_format(t, FB_FACT_HIRER, f->value[FB_FACT_HIRER]);
    fb_text_add(t, ".");
}

/* named: a fact that was named already; FB_FACT_COUNT: none. */
static void add_values(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule,
                       const struct fb_facts *f, unsigned named_fact)
{
    unsigned n = 0;
    struct fb_fact_bits named = {{0}};
    if (named_fact < FB_FACT_COUNT)
        fb_fact_add(&named, named_fact);
    add_place(t, rule, f, &named);
    add_clocks(t, rule->when, rule->n_when, f, &named);
    add_clocks(t, rule->unless, rule->n_unless, f, &named);
    for (unsigned i = 0; i < rule->n_when; i++)
        n += add_read(t, book, &rule->when[i], f, &named, n == 0);
    for (unsigned i = 0; i < rule->n_unless; i++)
        n += add_read(t, book, &rule->unless[i], f, &named, n == 0);
    if (n > 0)
        fb_text_add(t, ".");
}

static void add_unknown(struct fb_text *t, const struct fb_book *book, enum fb_fact fact)
{
    fb_text_add(t, " Not known is ");
    if (fb_sentence__check(t, fact)) { /* its meaning is for those who write rules: it tells how a number says what became of it */
        fb_text_add(t, " on the day of the shift: ");
        fb_text_add(t, fb_fact_table[fact].unknown);
        fb_text_add(t, ". Once the source sends it, the shift is judged again by itself.");
        return;
    }
    fb_text_add(t, fb_fact_table[fact].type == FB_TYPE_BOOL ? "whether " : "the value of ");
    fb_text_add(t, "\"");
    add_noun(t, book, fact);
    fb_text_add(t, "\" (");
    fb_text_add(t, fb_fact_table[fact].meaning);
    fb_text_add(t, "): ");
    fb_text_add(t, fb_fact_table[fact].unknown);
    fb_text_add(t, ". Once the source sends it, the shift is judged again by itself.");
}

/* A bound that settles nothing: of a clock, or of money of which a part may be missing. */
static void add_unsettled(struct fb_text *t, enum fb_fact fact)
{
    bool clock = fact >= FB_FACT_IDENTITY_DAYS && fact <= FB_FACT_GAP_HERE_MINUTES;
    fb_text_add(t, " What is told so far does not settle it: once ");
    fb_text_add(t, clock ? "the rest of the worker's hours is" : "all parts of the rates are");
    fb_text_add(t, " sent, the shift is judged again by itself.");
}

void fb_sentence__cite(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule, uint16_t origin)
{
    fb_text_add(t, " Rule ");
    fb_text_add_span(t, rule->name);
    fb_text_add(t, " (");
    fb_sentence__place(t, book, origin);
    fb_text_add(t, ", ");
    fb_sentence__word(t, fb_status_word(rule->status), '-');
    fb_text_add(t, ")");
    if (rule->because.n > 0) {
        fb_text_add(t, ": ");
        fb_text_add_span(t, rule->because);
    }
    fb_sentence__end(t);
    if (rule->status > FB_STATUS_AGREED)
        fb_text_add(t, " The rule itself is less than published or agreed.");
}

void fb_sentence__rule(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule,
                       const struct fb_trace *trace, const struct fb_finding *f)
{
    bool cannot_say = f->severity == FB_SEVERITY_CANNOT_SAY && f->detail < FB_FACT_COUNT;
    bool bound = cannot_say && fb_fact_known(&trace->facts, (enum fb_fact)f->detail);
    fb_text_add(t, cannot_say ? "Cannot say whether this is so: " : "");
    fb_text_add_span(t, rule->title);
    fb_sentence__end(t);
    if (cannot_say && !bound)
        add_unknown(t, book, (enum fb_fact)f->detail);
    add_values(t, book, rule, &trace->facts, cannot_say && !bound ? f->detail : FB_FACT_COUNT);
    if (bound)
        add_unsettled(t, (enum fb_fact)f->detail);
    fb_sentence__cite(t, book, rule, rule->origin);
}

bool fb_explain_of_people(const struct fb_rule *rule)
{
    for (unsigned id = FB_FACT_IDENTITY_DAYS; id <= FB_FACT_GAP_HERE_MINUTES; id++)
        if (fb_fact_in(&rule->reads, (enum fb_fact)id))
            return true;
    return rule->cross_trust || rule->family != FB_FAMILY_ASSURANCE;
}

bool fb_explain_of_others(const struct fb_rule *rule, const struct fb_finding *f)
{
    static const enum fb_fact over_all[] = {FB_FACT_OVER_VISA_MINUTES, FB_FACT_OVERLAP_MINUTES, FB_FACT_OVERLAP_ELSEWHERE};
    bool reads = rule->cross_trust || rule->family == FB_FAMILY_WORKING_TIME || rule->family == FB_FAMILY_OVERLAP;
    for (unsigned i = 0; i < sizeof over_all / sizeof over_all[0]; i++)
        reads = reads || fb_fact_in(&rule->reads, over_all[i]);
    for (unsigned id = FB_FACT_REST_BEFORE_MINUTES; id <= FB_FACT_CLOCK_FED; id++)
        reads = reads || fb_fact_in(&rule->reads, id);
    return reads && (f->severity == FB_SEVERITY_NOTE || f->severity == FB_SEVERITY_WARN || f->severity == FB_SEVERITY_BREACH);
}

const char *fb_explain_kept_back(void)
{
    return "What it rests on is of a worker, and is told to those who say who asks: --as trust:CODE or --as controls. That it was read is "
           "kept.";
}

/* ---- rules that hang on the same record ---- */

/* One that people did something about has a life of its own to tell. */
static const struct fb_rule *unsaid(const struct fb_book *book, const struct fb_finding *f)
{
    bool is = f->severity == FB_SEVERITY_CANNOT_SAY && f->life == 0 && f->answered == FB_ANSWERED_NONE && f->detail < FB_FACT_COUNT &&
              f->rule != book->built_in[FB_RULE_CANNOT_SAY].id;
    return is ? fb_book_rule(book, f->rule) : NULL;
}

static bool hang_together(const struct fb_book *book, const struct fb_finding *a, const struct fb_finding *b)
{
    const char *one = fb_fact_needs((enum fb_fact)a->detail), *other = fb_fact_needs((enum fb_fact)b->detail);
    return unsaid(book, a) != NULL && unsaid(book, b) != NULL && fb_span_eq(fb_span_of(one), fb_span_of(other));
}

unsigned fb_explain_together(const struct fb_book *book, const struct fb_finding *finding, unsigned n, unsigned at)
{
    unsigned all = 1;
    for (unsigned i = 0; i < n; i++) {
        if (i == at || !hang_together(book, &finding[at], &finding[i]))
            continue;
        if (i < at)
            return 0;
        all++;
    }
    return all;
}

static bool is_named_before(const struct fb_book *book, const struct fb_finding *finding, unsigned at, unsigned i)
{
    for (unsigned k = at; k < i; k++)
        if (hang_together(book, &finding[at], &finding[k]) && finding[k].detail == finding[i].detail)
            return true;
    return false;
}

void fb_explain_unsaid(struct fb_text *t, const struct fb_book *book, const struct fb_finding *finding, unsigned n, unsigned at)
{
    fb_text_add(t, "Cannot say whether these are so:");
    for (unsigned i = at; i < n; i++) {
        if (!hang_together(book, &finding[at], &finding[i]))
            continue;
        fb_text_add(t, " ");
        fb_text_add_span(t, unsaid(book, &finding[i])->title);
        fb_sentence__end(t);
    }
    fb_text_add(t, " Not known, or not for certain: ");
    for (unsigned i = at; i < n; i++) {
        if (!hang_together(book, &finding[at], &finding[i]) || is_named_before(book, finding, at, i))
            continue;
        fb_text_add(t, i == at ? "" : "; ");
        add_noun(t, book, (enum fb_fact)finding[i].detail);
    }
    fb_text_add(t, ". What it takes: ");
    fb_text_add(t, fb_fact_needs((enum fb_fact)finding[at].detail));
    fb_text_add(t, ". Once that is sent, the shift is judged again by itself.");
}
