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
    fb_text_add(t, one_sided ? limits[p->op] : "from ");
    add_value(t, fact, p->a);
    if (!one_sided) {
        fb_text_add(t, " to under ");
        add_value(t, fact, p->b);
    }
    fb_text_add(t, ")");
}

/* A value read; the fact that kept the rule from saying anything has been named already. */
static bool add_read(struct fb_text *t, const struct fb_book *book, const struct fb_predicate *p,
                     const struct fb_facts *f, unsigned named, bool first)
{
    enum fb_fact fact = (enum fb_fact)p->fact;
    if (p->fact == named)
        return false;
    fb_text_add(t, first ? " Read: " : "; ");
    add_noun(t, book, fact);
    fb_text_add(t, ": ");
    if (fb_fact_known(f, fact))
        add_value(t, fact, f->value[fact]);
    else
        fb_text_add(t, "not known");
    add_limit(t, p);
    return true;
}

static void add_values(struct fb_text *t, const struct fb_book *book, const struct fb_rule *rule,
                       const struct fb_facts *f, unsigned named)
{
    unsigned n = 0;
    for (unsigned i = 0; i < rule->n_when; i++)
        n += add_read(t, book, &rule->when[i], f, named, n == 0);
    for (unsigned i = 0; i < rule->n_unless; i++)
        n += add_read(t, book, &rule->unless[i], f, named, n == 0);
    if (n > 0)
        fb_text_add(t, ".");
}

static void add_unknown(struct fb_text *t, const struct fb_book *book, enum fb_fact fact)
{
    fb_text_add(t, " Not known is ");
    fb_text_add(t, fb_fact_table[fact].type == FB_TYPE_BOOL ? "whether " : "the value of ");
    fb_text_add(t, "\"");
    add_noun(t, book, fact);
    fb_text_add(t, "\" (");
    fb_text_add(t, fb_fact_table[fact].meaning);
    fb_text_add(t, "): ");
    fb_text_add(t, fb_fact_table[fact].unknown);
    fb_text_add(t, ". Once the source sends it, the shift is judged again by itself.");
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
    fb_text_add(t, cannot_say ? "Cannot say whether this was kept: " : "");
    fb_text_add_span(t, rule->title);
    fb_sentence__end(t);
    if (cannot_say)
        add_unknown(t, book, (enum fb_fact)f->detail);
    add_values(t, book, rule, &trace->facts, cannot_say ? f->detail : FB_FACT_COUNT);
    fb_sentence__cite(t, book, rule, rule->origin);
}
