#include "engine/base/hash.h"
#include "engine/pack/read.h"

/* How a finding is answered, how long it may still be corrected, and whether it rests on what other trusts
 * sent. */

static const struct fb_span nothing = {NULL, 0};
enum { CONFIRM_MINUTES_MAX = 31 * 24 * 60, CORRECTION_DAYS_MAX = 366 };
static const char working_time[] = "working_time.";

static bool yes_unless_said(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return fb_node_get(map, key) == NULL || fb_read_optional_yes(r, map, key);
}

static void read_policy(struct fb_reading *r, struct fb_node *map, struct fb_answer_policy *out)
{
    out->roles = fb_read_word_bits(r, map, "roles", &fb_role_words);
    out->second_roles = fb_read_optional_bits(r, map, "second", &fb_role_words, 0);
    out->own = fb_read_optional_yes(r, map, "own");
    out->retrospective = yes_unless_said(r, map, "retrospective");
    if (fb_node_get(map, "confirm_within") != NULL)
        out->confirm_minutes =
            (uint32_t)fb_read_length(r, map, "confirm_within", FB_LENGTH_MINUTES, 1, CONFIRM_MINUTES_MAX);
}

static enum fb_rule_family family_of(struct fb_span name)
{
    uint32_t n = sizeof working_time - 1;
    return name.n > n && fb_span_eq((struct fb_span){name.p, n}, fb_span_of(working_time))
               ? FB_FAMILY_WORKING_TIME
               : FB_FAMILY_ASSURANCE;
}

void fb_read_rule_terms(struct fb_reading *r, struct fb_node *map, struct fb_draft_rule *rule)
{
    struct fb_node *answer = fb_node_get(map, "answer") == NULL ? NULL : fb_read_map(r, map, "answer");
    if (answer != NULL)
        read_policy(r, answer, &rule->rule.answer);
    if (fb_node_get(map, "correction") != NULL)
        rule->rule.correction_days =
            (uint16_t)fb_read_length(r, map, "correction", FB_LENGTH_DAYS, 0, CORRECTION_DAYS_MAX);
    rule->rule.cross_trust = fb_read_optional_yes(r, map, "cross_trust");
    rule->rule.family = family_of(rule->rule.name);
}

/* ---- the engine's own rules ---- */

static int built_in_of(struct fb_span name)
{
#define X(id, word) word,
    static const char *const words[] = {FB_BUILT_IN_RULE_MAP(X)};
#undef X
    for (int i = 0; i < FB_BUILT_IN_RULES; i++) {
        if (fb_span_is(name, words[i]))
            return i;
    }
    return -1;
}

/* What cannot be said is no exception that anybody could grant, nor is an approval's own fault; and what is wrong with an
 * invoice is for its supplier to mend. */
static bool may_be_answered(int rule)
{
    return rule >= 0 && rule != FB_RULE_CANNOT_SAY && rule != FB_RULE_APPROVAL_NOT_VALID &&
           rule != FB_RULE_ORGANISATION_UNKNOWN && rule != FB_RULE_ASSUMED_BANK_ONLY && rule < FB_RULE_INVOICE_OVERCHARGED;
}

static void refuse_again(struct fb_reading *r, const struct fb_draft_answer *a, struct fb_span name)
{
    FB_EACH(r->draft->answers, struct fb_draft_answer, other)
    {
        if (other->rule == a->rule && other->place.pack == r->pack)
            fb_read_error(r, a->place.line, "how the rule is answered stands twice in this pack:", name, "");
    }
}

static void read_answer(struct fb_reading *r, struct fb_node *map)
{
    unsigned before = r->draft->report->errors;
    struct fb_span name = fb_read_text(r, map, "rule");
    struct fb_draft_answer a = {.place = fb_read_place(r, map->line)};
    int rule = built_in_of(name);
    if (name.n > 0 && !may_be_answered(rule))
        fb_read_error(r, map->line, "no rule of the engine that can be answered is called", name,
                      ": use one of ratecap.breached, ratecap.over_estimate, rate.off_card, "
                      "rate.not_adopted, rate.drift, "
                      "booking.overlap, booking.duplicate_suspect; a pack's own rule says it under answer");
    read_policy(r, map, &a.policy);
    fb_read_undated_standing(r, map, &a.standing);
    if (!fb_read_is_wanted(r, before, &a.standing))
        return;
    a.rule = (unsigned)rule;
    refuse_again(r, &a, name);
    struct fb_draft_answer *place = fb_list_add(r->draft->pool, &r->draft->answers, sizeof *place);
    if (place != NULL)
        *place = a;
}

void fb_read_answers(struct fb_reading *r, struct fb_node *node)
{
    if (fb_draft_pack_at(r->draft, r->pack)->layer > FB_LAYER_ICS)
        fb_read_error(r, node->line, "answers", nothing,
                      ": only a national or an ics pack says how the engine's own rules are answered, for it "
                      "holds for all");
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (fb_read_is_map(r, item, "an answer is a mapping that begins with its rule"))
            read_answer(r, item);
    }
}
