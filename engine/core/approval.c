#include "engine/core/approval.h"
#include "engine/base/hash.h"
#include "engine/core/judge.h"

/* ---- what the rules named ask together ---- */

static uint32_t id_of(struct fb_span rule)
{
    return (uint32_t)fb_hash64(rule.p, rule.n);
}

static void strictest(struct fb_answer_policy *all, const struct fb_answer_policy *one)
{
    all->roles &= one->roles;
    if (one->second_roles != 0)
        all->second_roles =
            all->second_roles == 0 ? one->second_roles : all->second_roles & one->second_roles;
    all->own = all->own && one->own;
    all->retrospective = all->retrospective && one->retrospective;
    if (one->confirm_minutes < all->confirm_minutes)
        all->confirm_minutes = one->confirm_minutes;
}

const char *fb_judge__approval_policy(const struct fb_book *book, const struct fb_approval *a,
                                      struct fb_answer_policy *out)
{
    bool any = false, seconds_agree = true;
    *out = (struct fb_answer_policy){.roles = UINT32_MAX,
                                     .own = true,
                                     .retrospective = true,
                                     .confirm_minutes = UINT32_MAX,
                                     .origin = FB_NO_ROW};
    for (unsigned i = 0; i < a->n_rules; i++) {
        const struct fb_rule *rule = fb_book_rule(book, id_of(a->rule[i]));
        if (rule == NULL)
            continue; /* an approval may outlive a rule */
        if (rule->answer.roles == 0)
            return "one of the rules that it names cannot be answered by anybody";
        strictest(out, &rule->answer);
        seconds_agree = seconds_agree && (rule->answer.second_roles == 0 || out->second_roles != 0);
        any = true;
    }
    if (!any)
        return "the rules that are held know none of those that it names";
    return seconds_agree ? NULL
                         : "no one role may be the second pair of eyes for all the rules that it names";
}

/* ---- who may ---- */

static bool may(const struct fb_delegation *d, fb_code trust, enum fb_role role, struct fb_span identity,
                int64_t at_ms)
{
    return d->trust == trust && d->role == role && fb_span_eq(d->identity, identity) && d->from_ms <= at_ms &&
           at_ms < d->until_ms;
}

/* NULL: the hiring trust's scheme of delegation lets that identity act in that role at that moment. National
 * roles are asked of the same scheme: who speaks for them there is the trust's to say (domain model, section
 * 6). */
static const char *entitled(const struct fb_book *book, fb_code trust, enum fb_role role,
                            struct fb_span identity, int64_t at_ms, uint16_t *origin)
{
    bool any = false;
    for (unsigned i = 0; i < book->n_delegations; i++) {
        const struct fb_delegation *d = &book->delegation[i];
        if (may(d, trust, role, identity, at_ms)) {
            *origin = d->origin;
            return NULL;
        }
        any = any || (d->trust == trust && d->role == role);
    }
    return any ? "by the trust's scheme of delegation they did not hold that role at that moment"
               : "the pack holds no scheme of delegation for that role at that trust";
}

static bool is(struct fb_span a, struct fb_span b)
{
    return a.n > 0 && fb_span_eq(a, b);
}

static const char *grantor(const struct fb_approval *a, const struct fb_answer_policy *p)
{
    if (a->granted_by.n == 0 || a->granted_ms == FB_ABSENT)
        return "it does not say who granted it, and when";
    if ((p->roles >> (unsigned)a->role & 1u) == 0 || a->role == FB_ROLE_NONE)
        return "that role may not grant it for every rule that it names";
    if (is(a->granted_by, a->asked_by) && !p->own)
        return "nobody grants what they asked for themselves";
    if (a->channel == FB_CHANNEL_TELEPHONE && p->confirm_minutes == 0)
        return "it is not granted by telephone";
    return NULL;
}

/* Who ended a grant wrote that version, and need not have written the grant. */
static bool is_recorder(const struct fb_approval *a, struct fb_span who)
{
    return a->state == FB_APPROVAL_STATE_GRANTED && is(who, a->recorded_by);
}

/* NULL: none is asked for, or somebody looked who may. Nobody looked yet who says that they will. */
static const char *second(const struct fb_book *book, const struct fb_approval *a,
                          const struct fb_answer_policy *p, int64_t now_ms)
{
    uint16_t origin;
    if (p->second_roles == 0)
        return NULL;
    if (a->second_by.n == 0 || a->second_ms == FB_ABSENT || a->second_ms > now_ms)
        return "a second pair of eyes has not looked yet";
    if (a->second_role == FB_ROLE_NONE || (p->second_roles >> (unsigned)a->second_role & 1u) == 0)
        return "the second pair of eyes has not a role that may be it";
    if (is(a->second_by, a->granted_by) || is_recorder(a, a->second_by) || is(a->second_by, a->asked_by))
        return "the second pair of eyes is one of those who asked, granted or recorded it";
    return entitled(book, a->hirer, a->second_role, a->second_by, a->second_ms, &origin) == NULL
               ? NULL
               : "by the trust's scheme of delegation the second pair of eyes did not hold that role at that "
                 "moment";
}

/* ---- what has become of it ---- */

/* A confirmation that was not its grantor's own, or typed in by whoever recorded the grant, is none. */
static bool confirmed(const struct fb_approval *a, int64_t deadline_ms, int64_t now_ms)
{
    return a->confirmed_ms <= now_ms && a->confirmed_ms != FB_ABSENT && is(a->confirmed_by, a->granted_by) &&
           !is_recorder(a, a->confirmed_by) && a->confirmed_ms >= a->granted_ms &&
           a->confirmed_ms <= deadline_ms;
}

/* The first instant of a local day: what it is the end of. */
static int64_t day_starts_ms(fb_day day)
{
    int64_t at[2];
    if (day == INT32_MAX)
        return INT64_MAX;
    return fb_london_instants((int64_t)day * FB_DAY_MINUTES, at) == 0 ? INT64_MAX : at[0] * FB_MINUTE_MS;
}

/* One of a booking answers that for good; only a class has days that can be over. */
static void stands(const struct fb_approval *a, int64_t now_ms, struct fb_approval_state_at *out)
{
    int64_t ends_ms = a->booking_ref.n > 0 ? INT64_MAX : day_starts_ms(a->until);
    out->end = now_ms < ends_ms ? FB_APPROVAL_END_GRANTED : FB_APPROVAL_END_EXPIRED;
    out->next_ms = now_ms < ends_ms ? ends_ms : INT64_MAX;
}

/* What is dated later than now counts from then on, and wakes whoever waits for it. */
static int64_t sooner(int64_t at_ms, int64_t next_ms, int64_t now_ms)
{
    return at_ms != FB_ABSENT && at_ms > now_ms && at_ms < next_ms ? at_ms : next_ms;
}

static void by_channel(const struct fb_approval *a, const struct fb_answer_policy *p, int64_t now_ms,
                       struct fb_approval_state_at *out)
{
    int64_t deadline_ms = a->granted_ms + (int64_t)p->confirm_minutes * FB_MINUTE_MS;
    if (a->channel != FB_CHANNEL_TELEPHONE || confirmed(a, deadline_ms, now_ms)) {
        stands(a, now_ms, out);
        return;
    }
    out->end = now_ms < deadline_ms ? FB_APPROVAL_END_PROVISIONAL : FB_APPROVAL_END_LAPSED;
    out->next_ms = now_ms < deadline_ms ? sooner(a->confirmed_ms, deadline_ms, now_ms) : INT64_MAX;
}

static void granted(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms,
                    struct fb_approval_state_at *out)
{
    struct fb_answer_policy policy;
    out->end = FB_APPROVAL_END_NOT_ENTITLED;
    out->cause = FB_NOT_BY_RULE;
    out->why = fb_judge__approval_policy(book, a, &policy);
    if (out->why == NULL)
        out->why = grantor(a, &policy);
    if (out->why != NULL)
        return;
    out->cause = FB_NOT_BY_SCHEME;
    out->why = entitled(book, a->hirer, a->role, a->granted_by, a->granted_ms, &out->origin);
    if (out->why != NULL)
        return;
    out->end = FB_APPROVAL_END_NEEDS_SECOND;
    out->why = second(book, a, &policy, now_ms);
    if (out->why != NULL)
        out->next_ms = sooner(a->second_ms, INT64_MAX, now_ms);
    else
        by_channel(a, &policy, now_ms, out);
}

static void from_grant(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms,
                       struct fb_approval_state_at *out)
{
    *out = (struct fb_approval_state_at){.end = FB_APPROVAL_END_ASKED, .next_ms = INT64_MAX, .origin = FB_NO_ROW};
    if (a->granted_ms <= now_ms)
        granted(book, a, now_ms, out);
    else
        out->next_ms = a->granted_ms;
}

bool fb_approval_was_granted(const struct fb_approval *a)
{
    bool whole = a->granted_by.n > 0 && a->granted_ms != FB_ABSENT && a->role != FB_ROLE_NONE && a->channel != FB_CHANNEL_NONE;
    bool ended = a->state == FB_APPROVAL_STATE_REFUSED || a->state == FB_APPROVAL_STATE_WITHDRAWN;
    return a->state == FB_APPROVAL_STATE_GRANTED || (ended && whole && a->granted_ms <= a->ended_ms);
}

/* What was over already when it was taken back stays what it was: a lapse is nothing that a trust can undo. */
static void ended(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms,
                  struct fb_approval_state_at *out)
{
    struct fb_approval_state_at then;
    from_grant(book, a, now_ms < a->ended_ms ? now_ms : a->ended_ms, &then);
    bool over = then.end == FB_APPROVAL_END_LAPSED || then.end == FB_APPROVAL_END_NOT_ENTITLED ||
                then.end == FB_APPROVAL_END_EXPIRED;
    if (now_ms < a->ended_ms) {
        then.next_ms = sooner(a->ended_ms, then.next_ms, now_ms);
        *out = then;
    } else if (over) {
        if (then.why == NULL)
            then.why = a->state == FB_APPROVAL_STATE_REFUSED ? "it was refused only after that, which changes nothing"
                                                             : "it was withdrawn only after that, which changes nothing";
        *out = then;
    }
}

void fb_approval_at(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms,
                    struct fb_approval_state_at *out)
{
    static const enum fb_approval_end plain[FB_APPROVAL_STATE_END] = {
        [FB_APPROVAL_STATE_NONE] = FB_APPROVAL_END_ASKED,
        [FB_APPROVAL_STATE_ASKED] = FB_APPROVAL_END_ASKED,
        [FB_APPROVAL_STATE_REFUSED] = FB_APPROVAL_END_REFUSED,
        [FB_APPROVAL_STATE_WITHDRAWN] = FB_APPROVAL_END_WITHDRAWN,
    };
    *out = (struct fb_approval_state_at){.end = plain[a->state], .next_ms = INT64_MAX, .origin = FB_NO_ROW};
    if (a->state == FB_APPROVAL_STATE_GRANTED)
        from_grant(book, a, now_ms, out);
    else if (fb_approval_was_granted(a))
        ended(book, a, now_ms, out);
}

/* ---- its confirmation ---- */

static uint64_t mix_text(uint64_t h, struct fb_span s)
{
    return fb_hash64_mix(h, s.n == 0 ? 0 : fb_hash64(s.p, s.n));
}

/* Rules name one another's places in whatever order they come. */
static uint64_t mix_rules(uint64_t h, const struct fb_approval *a)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < a->n_rules; i++)
        sum += fb_hash64(a->rule[i].p, a->rule[i].n);
    return fb_hash64_mix(h, sum);
}

void fb_approval_terms(char out[FB_APPROVAL_TERMS_BYTES], const struct fb_approval *a)
{
    static const char digit[] = "0123456789abcdef";
    const int64_t numbers[] = {(int64_t)a->hirer, (int64_t)a->grade,      (int64_t)a->staff_group, (int64_t)a->route,
                               (int64_t)a->role,  (int64_t)a->channel, a->granted_ms,           a->limit_pence,
                               a->from,           a->until};
    const struct fb_span texts[] = {a->booking_source, a->booking_ref, a->unit, a->agency, a->granted_by};
    uint64_t h = 0;
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        h = fb_hash64_mix(h, (uint64_t)numbers[i]);
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
        h = mix_text(h, texts[i]);
    h = mix_rules(h, a);
    for (unsigned i = 0; i < FB_APPROVAL_TERMS_BYTES - 1; i++)
        out[i] = digit[h >> (60 - 4 * i) & 15];
    out[FB_APPROVAL_TERMS_BYTES - 1] = '\0';
}

bool fb_approval_confirm(struct fb_record *approval, const struct fb_record *reply)
{
    struct fb_approval *a = &approval->as.approval;
    char terms[FB_APPROVAL_TERMS_BYTES];
    fb_approval_terms(terms, a);
    bool confirms = fb_span_is(reply->env.source, FB_SOURCE_OWN) && fb_link_true(FB_LINK_APPROVAL, approval, reply) &&
                    fb_span_eq(reply->as.reply.by, a->granted_by) && fb_span_is(reply->as.reply.text, terms);
    if (confirms) {
        a->confirmed_by = reply->as.reply.by;
        a->confirmed_ms = reply->env.occurred_ms;
    }
    return confirms;
}

/* ---- what it is about ---- */

static bool fits_text(struct fb_span asked, struct fb_span of)
{
    return asked.n == 0 || fb_span_eq(asked, of);
}

static bool names_member(const struct fb_approval *a, const struct fb_view *view)
{
    for (unsigned i = 0; i < view->n_members; i++) {
        const struct fb_envelope *env = &view->member[i].version->env;
        if (fb_span_eq(a->booking_source, env->source) && fb_span_eq(a->booking_ref, env->record_ref))
            return true;
    }
    return false;
}

bool fb_approval_covers(const struct fb_approval *a, const struct fb_view *view, const struct fb_booking *b,
                        fb_day day)
{
    if (a->hirer != b->shift.hirer || day < a->from || day >= a->until)
        return false;
    if (a->booking_ref.n > 0)
        return names_member(a, view);
    return (a->grade == 0 || a->grade == b->shift.grade) &&
           (a->staff_group == FB_STAFF_GROUP_NONE || a->staff_group == b->shift.staff_group) &&
           (a->route == FB_ROUTE_NONE || a->route == b->route) && fits_text(a->unit, b->shift.unit) &&
           fits_text(a->agency, b->agency);
}

bool fb_approval_names(const struct fb_book *book, const struct fb_approval *a, uint32_t rule)
{
    const struct fb_rule *held = fb_book_rule(book, rule);
    for (unsigned i = 0; held != NULL && i < a->n_rules; i++)
        if (id_of(a->rule[i]) == rule)
            return held->answer.roles != 0;
    return false;
}

enum fb_answered fb_judge__approval_when(int64_t granted_ms, const struct fb_booking *b)
{
    if (granted_ms == FB_ABSENT)
        return FB_ANSWERED_NONE;
    if (b->booked_ms != FB_ABSENT && granted_ms <= b->booked_ms)
        return FB_ANSWERED_BEFORE_BOOKING;
    return granted_ms < b->shift.time.start_min * FB_MINUTE_MS ? FB_ANSWERED_BEFORE_START
                                                                : FB_ANSWERED_RETROSPECTIVE;
}

enum fb_answered fb_approval_when(const struct fb_approval *a, const struct fb_booking *b)
{
    return fb_judge__approval_when(a->granted_ms, b);
}
