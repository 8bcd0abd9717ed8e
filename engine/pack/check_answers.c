/* Findings that nobody can answer, and pairs of eyes that are one person's: a policy is only as good as the
 * scheme of delegation behind it. */
#include "engine/pack/check_steps.h"

enum { KEY_NOBODY = 720, KEY_NIGHT, KEY_PAIR, KEY_NO_SCHEME };

/* ---- nobody holds the role ---- */

static bool overlaps(const struct fb_delegation *d, fb_day from, fb_day until)
{
    bool begins = until == INT32_MAX || d->from_ms == INT64_MIN || fb_london_day_of_ms(d->from_ms) < until;
    bool ends = from == INT32_MIN || d->until_ms == INT64_MAX || fb_london_day_of_ms(d->until_ms - 1) >= from;
    return begins && ends;
}

static bool is_held(const struct fb_checking *c, fb_code trust, uint32_t roles, const struct fb_standing *s)
{
    for (unsigned i = 0; i < c->book->n_delegations; i++) {
        const struct fb_delegation *d = &c->book->delegation[i];
        if (d->trust == trust && (roles >> d->role & 1) != 0 && overlaps(d, s->from, s->until))
            return true;
    }
    return false;
}

static void tell_nobody(struct fb_checking *c, const struct fb_draft_rule *d, uint32_t roles, fb_code trust)
{
    struct fb_check_text text;
    if (!fb_check_begin(c, fb_check_place(c, d->place), true, KEY_NOBODY, &text))
        return;
    fb_text_add(&text.t, "the rule '");
    fb_text_add_span(&text.t, d->rule.name);
    fb_text_add(&text.t, "' is answered by a role that nobody is delegated for: ");
    fb_text_add(&text.t, fb_role_word((enum fb_role)__builtin_ctz(roles)));
    fb_text_add(&text.t, " at ");
    fb_text_add_code(&text.t, trust);
    fb_text_add(&text.t, " from ");
    fb_check_add_day(&text.t, d->standing.from);
    fb_check_end(c, &text);
}

static bool has_scheme(const struct fb_checking *c, fb_code trust)
{
    for (unsigned i = 0; i < c->book->n_delegations; i++) {
        if (c->book->delegation[i].trust == trust)
            return true;
    }
    return false;
}

/* Each trust of a pack that the rule is for; of one without a scheme it is said once, and not for every rule.
 */
static void check_holders(struct fb_checking *c, const struct fb_draft_rule *d, uint32_t roles)
{
    const struct fb_draft_pack *own = fb_draft_pack_at(c->draft, d->place.pack);
    for (unsigned i = 0; i < c->draft->packs.n; i++) {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, i);
        if (own->members.n > 0 && own != pack)
            continue;
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            if (has_scheme(c, m->code) && !is_held(c, m->code, roles, &d->standing))
                tell_nobody(c, d, roles, m->code);
        }
    }
}

/* Neither by telephone nor afterwards: then a ward that is short at three in the morning cannot be answered
 * at all. */
static void check_night(struct fb_checking *c, const struct fb_draft_rule *d)
{
    const struct fb_answer_policy *a = &d->rule.answer;
    struct fb_check_text text;
    if (a->retrospective || a->confirm_minutes > 0 ||
        !fb_check_begin(c, fb_check_place(c, d->place), true, KEY_NIGHT, &text))
        return;
    fb_text_add(&text.t, "the rule '");
    fb_text_add_span(&text.t, d->rule.name);
    fb_text_add(
        &text.t,
        "' can be answered neither by telephone (confirm_within) nor afterwards (retrospective): at night "
        "nobody can");
    fb_check_end(c, &text);
}

/* ---- two pairs of eyes that are one ---- */

static bool at_once(const struct fb_delegation *a, const struct fb_delegation *b)
{
    return a->trust == b->trust && fb_span_eq(a->identity, b->identity) && a->from_ms < b->until_ms &&
           b->from_ms < a->until_ms;
}

static void tell_pair(struct fb_checking *c, const struct fb_delegation *d, const struct fb_delegation *other,
                      const struct fb_rule *rule)
{
    struct fb_check_text text;
    if (!fb_check_begin(c, fb_check_origin(c, d->origin), true, KEY_PAIR, &text))
        return;
    fb_text_add_span(&text.t, d->identity);
    fb_text_add(&text.t, " is ");
    fb_text_add(&text.t, fb_role_word(d->role));
    fb_text_add(&text.t, " and ");
    fb_text_add(&text.t, fb_role_word(other->role));
    fb_text_add(&text.t, " at once: for '");
    fb_text_add_span(&text.t, rule->name);
    fb_text_add(&text.t, "' these are to be two people");
    fb_check_end(c, &text);
}

static void check_pairs(struct fb_checking *c, const struct fb_rule *rule)
{
    const struct fb_answer_policy *a = &rule->answer;
    for (unsigned i = 0; i < c->book->n_delegations; i++) {
        const struct fb_delegation *first = &c->book->delegation[i];
        for (unsigned k = 0; k < c->book->n_delegations; k++) {
            const struct fb_delegation *second = &c->book->delegation[k];
            if (i != k && first->role != second->role && (a->roles >> first->role & 1) != 0 &&
                (a->second_roles >> second->role & 1) != 0 && at_once(first, second))
                tell_pair(c, first, second, rule);
        }
    }
}

/* A book without any scheme of delegation is one layer of several, and is not asked. */
static void check_schemes(struct fb_checking *c)
{
    for (unsigned i = 0; i < c->draft->packs.n; i++) {
        const struct fb_draft_pack *pack = fb_draft_pack_at(c->draft, i);
        FB_EACH(pack->members, struct fb_draft_member, m)
        {
            struct fb_place place = {i, fb_span_of("pack.yaml"), m->line};
            struct fb_check_text text;
            if (has_scheme(c, m->code) ||
                !fb_check_begin(c, fb_check_place(c, place), true, KEY_NO_SCHEME, &text))
                continue;
            fb_text_add(&text.t, "no scheme of delegation is held for ");
            fb_text_add_code(&text.t, m->code);
            fb_text_add(&text.t, ": nobody there can answer a finding");
            fb_check_end(c, &text);
        }
    }
}

void fb_check_answers(struct fb_checking *c)
{
    if (c->book->n_delegations > 0)
        check_schemes(c);
    FB_EACH(c->draft->rules, struct fb_draft_rule, d)
    {
        const struct fb_answer_policy *a = &d->rule.answer;
        if (a->roles == 0)
            continue;
        check_night(c, d);
        if (c->book->n_delegations == 0)
            continue;
        check_holders(c, d, a->roles);
        if (a->second_roles != 0)
            check_holders(c, d, a->second_roles);
        check_pairs(c, &d->rule);
    }
}
