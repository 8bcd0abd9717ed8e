#include "engine/wire/body.h"
#include "fairbank/v1/record.pb-c.h"
#include <string.h>

/* Exceptions, and what people do about findings. Which fields there must be goes by the state or the step:
 * that is asked of what was sent, for a field with a fault of its own is there. */
enum { CLASS_DAYS_MAX = 92 };

struct needed {
    bool asked, there;
    const char *name;
};

static void need(struct fb_wire_reading *r, const struct needed *field, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (field[i].asked && !field[i].there)
            fb_wire__blame(r, FB_REASON_FIELD_MISSING, field[i].name);
    }
}

#define HAS_TEXT(m, f) ((m)->has_##f && (m)->f.len > 0)
#define HAS_WORD(m, f) ((m)->has_##f && (int)(m)->f != 0)

#define PB   Fairbank__V1__Approval
#define OURS struct fb_approval
static const struct fb_wire_row approval_rows[] = {
    CODE(hirer, hirer, true),
    TEXT(booking_source, booking_source, false, FB_SOURCE_BYTES_MAX),
    TEXT(booking_ref, booking_ref, false, FB_ID_BYTES_MAX),
    CODE(grade, grade, false),
    WORD(staff_group, staff_group, false, fb_staff_group_known),
    WORD(route, route, false, fb_route_known),
    TEXT(unit, unit, false, FB_TEXT_BYTES_MAX),
    TEXT(agency, agency, false, FB_ID_BYTES_MAX),
    WORD(state, state, true, fb_approval_state_known),
    TEXT(asked_by, asked_by, false, FB_ID_BYTES_MAX),
    WORD(role, role, false, fb_role_known),
    TEXT(granted_by, granted_by, false, FB_ID_BYTES_MAX),
    TEXT(recorded_by, recorded_by, false, FB_ID_BYTES_MAX),
    INSTANT(granted_at_ms, granted_ms, false),
    WORD(channel, channel, false, fb_channel_known),
    TEXT(confirmed_by, confirmed_by, false, FB_ID_BYTES_MAX),
    INSTANT(confirmed_at_ms, confirmed_ms, false),
    WORD(second_role, second_role, false, fb_role_known),
    TEXT(second_by, second_by, false, FB_ID_BYTES_MAX),
    INSTANT(second_at_ms, second_ms, false),
    NUMBER(limit_pence, limit_pence, false, 0, FB_AMOUNT_PENCE_MAX),
    DAY(from, from, true, 0),
    DAY(until, until, true, 0),
    TEXT(reason, reason, true, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

static void check_granted(struct fb_wire_reading *r, const Fairbank__V1__Approval *m,
                          enum fb_approval_state state)
{
    bool granted = state == FB_APPROVAL_STATE_GRANTED;
    bool confirmed = m->has_confirmed_by || m->has_confirmed_at_ms;
    bool second = HAS_WORD(m, second_role) || HAS_TEXT(m, second_by) || m->has_second_at_ms;
    const struct needed fields[] = {
        {granted, HAS_WORD(m, role), "role"},
        {granted, HAS_TEXT(m, granted_by), "granted_by"},
        {granted, m->has_granted_at_ms, "granted_at_ms"},
        {granted, HAS_WORD(m, channel), "channel"},
        {second, HAS_WORD(m, second_role), "second_role"},
        {second, HAS_TEXT(m, second_by), "second_by"},
        {second, m->has_second_at_ms, "second_at_ms"},
    };
    need(r, fields, sizeof fields / sizeof *fields);
    /* Nobody confirms their own: one by telephone that its grantor recorded could only ever lapse. */
    bool own = granted && m->channel == FAIRBANK__V1__CHANNEL__CHANNEL_TELEPHONE && HAS_TEXT(m, granted_by) && HAS_TEXT(m, recorded_by) &&
               m->granted_by.len == m->recorded_by.len && memcmp(m->granted_by.data, m->recorded_by.data, m->granted_by.len) == 0;
    if (own && !r->stored)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "recorded_by");
    /* A grant by telephone is confirmed by its grantor with a link, and by nobody's message. */
    if (confirmed && !r->stored)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, m->has_confirmed_by ? "confirmed_by" : "confirmed_at_ms");
}

/* Of one booking, or of a class; a class is looked for by the months of its days, so they may not be many. */
static void check_scope(struct fb_wire_reading *r, const Fairbank__V1__Approval *m,
                        const struct fb_approval *a)
{
    bool source = HAS_TEXT(m, booking_source), ref = HAS_TEXT(m, booking_ref);
    const struct needed fields[] = {{ref, source, "booking_source"}, {source, ref, "booking_ref"}};
    need(r, fields, sizeof fields / sizeof *fields);
    fb_wire__check_days(r, a->from, a->until, "until");
    if (!source && !ref && a->from != 0 && a->until != 0 && a->until - a->from > CLASS_DAYS_MAX)
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "until");
}

static void read_rule(struct fb_wire_reading *r, struct fb_approval *a, struct fb_span rule)
{
    if (rule.n == 0 || rule.n > FB_TEXT_BYTES_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_LENGTH, "");
        return;
    }
    if (!fb_span_is_text(rule)) {
        fb_wire__blame(r, FB_REASON_FIELD_TEXT, "");
        return;
    }
    for (unsigned i = 0; i < a->n_rules; i++) {
        if (fb_span_eq(a->rule[i], rule))
            fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "");
    }
    a->rule[a->n_rules++] = rule;
}

static void read_rules(struct fb_wire_reading *r, const Fairbank__V1__Approval *m, struct fb_approval *a)
{
    if (m->n_rules == 0)
        fb_wire__blame(r, FB_REASON_FIELD_MISSING, "rules");
    if (m->n_rules > FB_APPROVAL_RULES_MAX)
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "rules");
    r->at.list = "rules";
    for (size_t i = 0; i < m->n_rules && i < FB_APPROVAL_RULES_MAX; i++) {
        r->at.index = (unsigned)i;
        if (m->rules[i].len > FB_BODY_BYTES_MAX)
            fb_wire__blame(r, FB_REASON_FIELD_LENGTH, "");
        else
            read_rule(r, a, (struct fb_span){(const char *)m->rules[i].data, (uint32_t)m->rules[i].len});
    }
    r->at.list = NULL;
}

static void read_approval(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__Approval *m = message;
    struct fb_approval *a = ours;
    read_rules(r, m, a);
    check_granted(r, m, a->state);
    check_scope(r, m, a);
}

static void write_approval(struct fb_wire_scratch *s, const void *ours, void *message)
{
    const struct fb_approval *a = ours;
    Fairbank__V1__Approval *m = message;
    m->n_rules = a->n_rules;
    m->rules = fb_wire__take(s, a->n_rules * sizeof *m->rules);
    for (unsigned i = 0; i < a->n_rules; i++)
        m->rules[i] = fb_wire__bytes(a->rule[i]);
}

const struct fb_wire_shape fb_wire__approval = {
    .name = "approval",
    .type = &fairbank__v1__approval__descriptor,
    .size = sizeof(struct fb_approval),
    .row = approval_rows,
    .rows = sizeof approval_rows / sizeof *approval_rows,
    .read_more = read_approval,
    .write_more = write_approval,
};

#define PB   Fairbank__V1__Reply
#define OURS struct fb_reply
static const struct fb_wire_row reply_rows[] = {
    CODE(hirer, hirer, true),
    TEXT(booking_source, booking_source, true, FB_SOURCE_BYTES_MAX),
    TEXT(booking_ref, booking_ref, true, FB_ID_BYTES_MAX),
    TEXT(rule, rule, false, FB_TEXT_BYTES_MAX),
    WORD(step, step, true, fb_step_known),
    TEXT(by, by, true, FB_ID_BYTES_MAX),
    WORD(for_trust, for_trust, false, fb_said_known),
    TEXT(owner, owner, false, FB_ID_BYTES_MAX),
    INSTANT(until_ms, until_ms, false),
    WORD(verdict, verdict, false, fb_verdict_known),
    TEXT(text, text, false, FB_TEXT_BYTES_MAX),
};
#undef PB
#undef OURS

enum { OWNER = 1, UNTIL = 2, VERDICT = 4, WORDS = 8 };
static const unsigned char needs_of[FB_STEP_END] = {
    [FB_STEP_ASSIGN] = OWNER, [FB_STEP_NOTE] = WORDS,      [FB_STEP_SNOOZE] = OWNER | UNTIL | WORDS,
    [FB_STEP_REPLY] = WORDS,  [FB_STEP_CHALLENGE] = WORDS, [FB_STEP_CLOSE] = VERDICT | WORDS,
};

static void read_reply(struct fb_wire_reading *r, const void *message, void *ours)
{
    const Fairbank__V1__Reply *m = message;
    const struct fb_reply *reply = ours;
    unsigned needs = needs_of[reply->step];
    const struct needed fields[] = {
        {(needs & OWNER) != 0, HAS_TEXT(m, owner), "owner"},
        {(needs & UNTIL) != 0, m->has_until_ms, "until_ms"},
        {(needs & VERDICT) != 0, HAS_WORD(m, verdict), "verdict"},
        {(needs & WORDS) != 0, HAS_TEXT(m, text), "text"},
    };
    need(r, fields, sizeof fields / sizeof *fields);
    bool of_controls = reply->step == FB_STEP_CLOSE || reply->step == FB_STEP_CHALLENGE;
    if (of_controls && reply->for_trust == FB_SAID_YES) /* nobody says the last word about what was found at their own */
        fb_wire__blame(r, FB_REASON_FIELD_RANGE, "step");
}

const struct fb_wire_shape fb_wire__reply = {
    .name = "reply",
    .type = &fairbank__v1__reply__descriptor,
    .size = sizeof(struct fb_reply),
    .row = reply_rows,
    .rows = sizeof reply_rows / sizeof *reply_rows,
    .read_more = read_reply,
};
