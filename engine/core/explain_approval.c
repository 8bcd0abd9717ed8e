#include "engine/core/approval.h"
#include "engine/core/sentence.h"

/* An approval by itself: what it is for, who did what, and what has become of it. */

static void add_part(struct fb_text *t, const char *before, struct fb_span s)
{
    if (s.n == 0)
        return;
    fb_text_add(t, before);
    fb_text_add_span(t, s);
}

static void add_class(struct fb_text *t, const struct fb_approval *a)
{
    fb_text_add(t, "all shifts of ");
    fb_text_add_code(t, a->hirer);
    if (a->route != FB_ROUTE_NONE) {
        fb_text_add(t, " by ");
        fb_text_add(t, fb_route_word(a->route));
    }
    if (a->staff_group != FB_STAFF_GROUP_NONE) {
        fb_text_add(t, ", ");
        fb_sentence__word(t, fb_staff_group_word(a->staff_group), ' ');
    }
    if (a->grade != 0) {
        fb_text_add(t, ", band ");
        fb_text_add_code(t, a->grade);
    }
    add_part(t, ", unit ", a->unit);
    add_part(t, ", agency ", a->agency);
}

/* For which shifts, of which days, up to which amount. */
static void add_scope(struct fb_text *t, const struct fb_approval *a)
{
    fb_text_add(t, "For ");
    if (a->booking_ref.n == 0) {
        add_class(t, a);
    } else {
        add_part(t, "booking ", a->booking_ref);
        add_part(t, " of ", a->booking_source);
    }
    fb_text_add(t, a->booking_ref.n == 0 ? " that start from " : ", if it starts from ");
    fb_sentence__day(t, a->from);
    fb_text_add(t, " to before ");
    fb_sentence__day(t, a->until);
    if (a->limit_pence != FB_ABSENT) {
        fb_text_add(t, ", up to ");
        fb_sentence__pounds(t, a->limit_pence);
        fb_text_add(t, a->booking_ref.n == 0 ? " together" : "");
    }
    fb_text_add(t, ". It is meant to answer ");
    for (unsigned i = 0; i < a->n_rules; i++)
        add_part(t, i == 0 ? "" : i + 1 == a->n_rules ? " and " : ", ", a->rule[i]);
    fb_text_add(t, ".");
}

static void add_people(struct fb_text *t, const struct fb_approval *a)
{
    add_part(t, " Asked for by ", a->asked_by);
    if (a->asked_by.n > 0)
        fb_text_add(t, ".");
    if (a->granted_by.n == 0 || a->granted_ms == FB_ABSENT)
        return;
    add_part(t, " Granted by ", a->granted_by);
    if (a->role != FB_ROLE_NONE) {
        fb_text_add(t, " as ");
        fb_sentence__word(t, fb_role_word(a->role), ' ');
    }
    fb_text_add(t, " on ");
    fb_sentence__moment(t, a->granted_ms);
    fb_text_add(t, a->channel == FB_CHANNEL_TELEPHONE ? " by telephone" : "");
    if (a->state == FB_APPROVAL_STATE_GRANTED) /* else that is who ended it */
        add_part(t, ", recorded by ", a->recorded_by);
    add_part(t, ", confirmed by ", a->confirmed_by);
    add_part(t, ", with a second pair of eyes, ", a->second_by);
    fb_text_add(t, ".");
    add_part(t, " The reason given: ", a->reason);
    fb_sentence__end(t);
}

static void add_when(struct fb_text *t, enum fb_answered when)
{
    static const char *const words[FB_ANSWERED_END] = {
        [FB_ANSWERED_BEFORE_BOOKING] = " It was granted before the shift was booked.",
        [FB_ANSWERED_BEFORE_START] = " It was granted after the shift was booked and before it started.",
        [FB_ANSWERED_RETROSPECTIVE] = " It was granted after the shift had started, which is counted apart.",
    };
    if (when < FB_ANSWERED_END && words[when] != NULL)
        fb_text_add(t, words[when]);
}

static void add_end(struct fb_text *t, const struct fb_book *book, const struct fb_approval *a,
                    enum fb_approval_end end, int64_t at_ms)
{
    static const char *const says[FB_APPROVAL_END_END] = {
        [FB_APPROVAL_END_ASKED] = "It waits to be granted or refused: nothing is answered yet.",
        [FB_APPROVAL_END_GRANTED] = "It stands.",
        [FB_APPROVAL_END_PROVISIONAL] = "It stands for the time being",
        [FB_APPROVAL_END_REFUSED] = "It was refused: nothing is answered.",
        [FB_APPROVAL_END_WITHDRAWN] = "It was withdrawn: nothing is answered.",
        [FB_APPROVAL_END_LAPSED] =
            "It lapsed: its grantor did not confirm it in time, and what it answered stands as a breach.",
        [FB_APPROVAL_END_EXPIRED] = "Its last day is over; the shifts of its days stay answered.",
        [FB_APPROVAL_END_EXHAUSTED] = "Its money limit is used up: further shifts are not answered.",
        [FB_APPROVAL_END_NOT_ENTITLED] = "It answers nothing",
        [FB_APPROVAL_END_NEEDS_SECOND] = "It answers nothing yet",
    };
    struct fb_approval_state_at at;
    fb_approval_at(book, a, at_ms, &at);
    fb_text_add(t, " ");
    if (end == FB_APPROVAL_END_ASKED && a->state == FB_APPROVAL_STATE_GRANTED && a->granted_ms != FB_ABSENT) {
        fb_text_add(t, "It counts from ");
        fb_sentence__moment(t, a->granted_ms);
        fb_text_add(t, " London time, as its grant is dated: nothing is answered before.");
        return;
    }
    fb_text_add(t,
                end < FB_APPROVAL_END_END && says[end] != NULL ? says[end] : "Nobody can say how it stands");
    if (end == FB_APPROVAL_END_PROVISIONAL && at.end == end) {
        fb_text_add(t, ": unless its grantor confirms it by ");
        fb_sentence__moment(t, at.next_ms);
        fb_text_add(t, " London time, it lapses");
    } else if (at.end == end && at.why != NULL && at.end != FB_APPROVAL_END_LAPSED && at.end != FB_APPROVAL_END_EXPIRED) {
        fb_text_add(t, ": ");
        fb_text_add(t, at.why);
    }
    fb_sentence__end(t);
    if (at.origin != FB_NO_ROW && at.end == end) {
        fb_text_add(t, " Whoever granted it may, by ");
        fb_sentence__place(t, book, at.origin);
        fb_text_add(t, ".");
    }
}

/* Who took it back, and when; after its end that is told and does nothing. */
static void add_ended(struct fb_text *t, const struct fb_approval *a, enum fb_approval_end end, int64_t at_ms)
{
    bool refused = a->state == FB_APPROVAL_STATE_REFUSED;
    if ((!refused && a->state != FB_APPROVAL_STATE_WITHDRAWN) || !fb_approval_was_granted(a))
        return;
    fb_text_add(t, a->ended_ms > at_ms ? " It is to be " : " It was ");
    fb_text_add(t, refused ? "refused on " : "withdrawn on ");
    fb_sentence__moment(t, a->ended_ms);
    add_part(t, " by ", a->recorded_by);
    bool over = end == FB_APPROVAL_END_LAPSED || end == FB_APPROVAL_END_EXPIRED || end == FB_APPROVAL_END_NOT_ENTITLED;
    fb_text_add(t, over ? ", after that: it changes nothing." : ".");
}

void fb_explain_approval(struct fb_text *t, const struct fb_book *book, const struct fb_approval *a,
                         enum fb_approval_end end, enum fb_answered when, int64_t at_ms)
{
    add_scope(t, a);
    add_people(t, a);
    add_when(t, when);
    add_end(t, book, a, end, at_ms);
    add_ended(t, a, end, at_ms);
}
