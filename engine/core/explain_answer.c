#include "engine/core/approval.h"
#include "engine/core/explain.h"
#include "engine/core/judge.h"
#include "engine/core/sentence.h"

/* How a finding is answered, why an approval that was meant for it does not count, and what became of it
 * since. */

/* " of RTH-CE (chief executive): no other nurse was found" */
static void add_grantor(struct fb_text *t, const struct fb_approval *a)
{
    if (a->granted_by.n > 0) {
        fb_text_add(t, " of ");
        fb_text_add_span(t, a->granted_by);
    }
    if (a->role != FB_ROLE_NONE) {
        fb_text_add(t, " (");
        fb_sentence__word(t, fb_role_word(a->role), ' ');
        fb_text_add(t, ")");
    }
}

/* Until when it stands, and what then. */
static void add_deadline(struct fb_text *t, const struct fb_book *book, const struct fb_approval *a,
                         int64_t at_ms)
{
    struct fb_approval_state_at at;
    fb_approval_at(book, a, at_ms, &at);
    fb_text_add(t, " It was given by telephone");
    if (at.end == FB_APPROVAL_END_PROVISIONAL && at.next_ms != INT64_MAX) {
        fb_text_add(t, ": unless its grantor confirms it by ");
        fb_sentence__moment(t, at.next_ms);
        fb_text_add(t, " London time, it lapses and the breach stands.");
    } else {
        fb_text_add(t, " and its grantor must confirm it, else it lapses and the breach stands.");
    }
}

void fb_explain_answer(struct fb_text *t, const struct fb_book *book, const struct fb_finding *f,
                       const struct fb_approval *a, int64_t at_ms)
{
    static const char *const when[FB_ANSWERED_END] = {
        [FB_ANSWERED_BEFORE_BOOKING] = "Answered before it was booked",
        [FB_ANSWERED_BEFORE_START] = "Answered before the start",
        [FB_ANSWERED_RETROSPECTIVE] = "Answered after the start",
        [FB_ANSWERED_PROVISIONAL] = "Answered for the time being",
    };
    if (f->answered == FB_ANSWERED_NONE || f->answered >= FB_ANSWERED_END)
        return;
    fb_text_add(t, when[f->answered]);
    fb_text_add(t, " by approval ");
    fb_text_add_int(t, f->approval);
    if (a != NULL)
        add_grantor(t, a);
    if (a != NULL && a->reason.n > 0) {
        fb_text_add(t, ": ");
        fb_text_add_span(t, a->reason);
    }
    fb_sentence__end(t);
    if (f->answered == FB_ANSWERED_RETROSPECTIVE)
        fb_text_add(t, " Such answers are counted apart.");
    if (f->answered == FB_ANSWERED_PROVISIONAL && a != NULL)
        add_deadline(t, book, a, at_ms);
}

void fb_sentence__not_valid(struct fb_text *t, unsigned detail)
{
    static const char *const causes[] = {
        NULL, "by the rule whoever granted it may not, in that role or in that way",
        "by the trust's scheme of delegation whoever granted it did not hold that role at that moment",
        "it was granted after the shift had started, and by the rule that is too late"};
    unsigned end = detail & FB_NOT_VALID_END_BITS, cause = detail / FB_NOT_BY_RULE;
    static const char *const whys[FB_APPROVAL_END_END] = {
        [FB_APPROVAL_END_NOT_ENTITLED] =
            "whoever granted it may not, by the rule, by the trust's scheme of delegation, or so late",
        [FB_APPROVAL_END_LAPSED] =
            "it was given by telephone and its grantor did not confirm it in time, so the breach stands",
        [FB_APPROVAL_END_NEEDS_SECOND] =
            "the rule asks for a second pair of eyes, and none that counts has looked",
        [FB_APPROVAL_END_EXHAUSTED] =
            "its money limit does not cover this shift as well, or nobody can say what the shift costs",
    };
    fb_text_add(t, "An approval was meant to answer a finding of this shift and does not count: ");
    const char *why = end < FB_APPROVAL_END_END && whys[end] != NULL ? whys[end] : "it does not stand";
    bool known = end == FB_APPROVAL_END_NOT_ENTITLED && cause > 0 && cause < sizeof causes / sizeof causes[0];
    fb_text_add(t, known ? causes[cause] : why);
    fb_text_add(t, ".");
    if (end != FB_APPROVAL_END_LAPSED)
        fb_text_add(t, " Have it granted by somebody who may, or answer the finding otherwise.");
}

/* ---- the life of a finding ---- */

static const struct {
    unsigned life;
    const char *word;
} words[] = {{FB_LIFE_REOPENED, "reopened"}, {FB_LIFE_ACKNOWLEDGED, "acknowledged"},
             {FB_LIFE_ASSIGNED, "assigned"}, {FB_LIFE_SNOOZED, "snoozed"},
             {FB_LIFE_REPLIED, "replied"},   {FB_LIFE_CHALLENGED, "challenged"},
             {FB_LIFE_CLOSED, "closed"},     {FB_LIFE_CLEARED, "cleared"}};

void fb_explain_life_words(struct fb_text *t, unsigned life)
{
    size_t from = t->n;
    for (unsigned i = 0; i < sizeof words / sizeof words[0]; i++) {
        if ((life & words[i].life) == 0)
            continue;
        fb_text_add(t, t->n > from ? ", " : "");
        fb_text_add(t, words[i].word);
    }
}

fb_day fb_finding_reportable(const struct fb_book *book, const struct fb_finding *f)
{
    const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, f->rule);
    if (rule == NULL || f->opened_ms == 0)
        return 0;
    return fb_london_day_of_ms(f->opened_ms) + rule->correction_days;
}

static void add_notes(struct fb_text *t, unsigned n)
{
    if (n == 0)
        return;
    fb_text_add(t, ", with ");
    fb_text_add_int(t, n);
    fb_text_add(t, n == 1 ? " note" : " notes");
}

/* A finding that is gone has no name but its rule's. */
static void add_cleared(struct fb_text *t, const struct fb_book *book, const struct fb_finding *f)
{
    const struct fb_rule *rule = fb_book_rule(book, f->rule);
    fb_text_add(t, "No longer so: ");
    fb_text_add_span(t, rule == NULL ? fb_span_of("a rule of another issue") : rule->name);
    fb_text_add(t, ", opened on ");
    fb_sentence__day(t, fb_london_day_of_ms(f->opened_ms));
    fb_text_add(t, " and cleared on ");
    fb_sentence__day(t, fb_london_day_of_ms(f->changed_ms));
    fb_text_add(t, ".");
}

bool fb_explain_passed_by(const struct fb_finding *f)
{
    unsigned steps = 0;
    for (unsigned i = 0; i < FB_STEP_END; i++)
        steps += f->steps[i];
    return f->severity == FB_SEVERITY_OK_ && steps == 0 && (f->life & ~(unsigned)FB_LIFE_CLEARED) == 0;
}

void fb_explain_life(struct fb_text *t, const struct fb_book *book, const struct fb_finding *f)
{
    const struct fb_rule *rule = fb_book_rule(book, f->rule);
    unsigned done = f->life & ~(unsigned)FB_LIFE_CLEARED;
    if (f->severity == FB_SEVERITY_OK_) {
        add_cleared(t, book, f);
        return;
    }
    if (!fb_judge__told(book, f) || f->opened_ms == 0)
        return;
    fb_text_add(t, "Opened on ");
    fb_sentence__day(t, fb_london_day_of_ms(f->opened_ms));
    if (done != 0) {
        fb_text_add(t, "; ");
        fb_explain_life_words(t, done);
    }
    if ((done & FB_LIFE_CLOSED) != 0 && f->verdict != FB_VERDICT_NONE) {
        fb_text_add(t, " as ");
        fb_sentence__word(t, fb_verdict_word((enum fb_verdict)f->verdict), ' ');
    }
    add_notes(t, f->steps[FB_STEP_NOTE]);
    fb_text_add(t, ".");
    if (rule == NULL || rule->correction_days == 0)
        return;
    fb_text_add(t, " It may enter a report from ");
    fb_sentence__day(t, fb_finding_reportable(book, f));
    fb_text_add(t, "; a record that is wrong can be corrected until then.");
}
