#ifndef FB_CORE_APPROVAL_H
#define FB_CORE_APPROVAL_H
/* Break-glass permissions (domain model, section 6): who may grant what, how one ends, and which findings it answers. An
 * approval never deletes a finding; it answers it. Pure: the instant is given. */
#include "engine/core/decide.h"
/* What was granted is over by its own rules before anybody takes it back: a grant that had LAPSED or EXPIRED, or was NOT_ENTITLED,
 * when its withdrawal or refusal was written (ended_ms) keeps that end, with `why` saying so; and before that instant the grant is
 * what it was. So a version that ends a grant says again what was granted; one that does not ends what was asked for. It is the
 * instants of the records that count, and never the order in which they came. recorded_by of such a version is who ended it, and
 * is not held against who confirmed or looked. A shift reads of those taken back only what may have lapsed or expired before (by
 * telephone, or of a class whose days were over), so that what was refused takes no room: not_valid of one in writing that nobody
 * might grant goes with its withdrawal, and only the approval itself says so. */
/* What has become of an approval at an instant, by the book's policy and schemes of delegation: ASKED (also one whose
 * granted_ms is still to come: nothing that is dated later than now counts before its instant, neither what somebody granted,
 * confirmed or looked at, nor what they replied); REFUSED, WITHDRAWN;
 * NOT_ENTITLED (the role may not grant it for one of its rules, the identity does not hold that role at that trust at that
 * moment, nobody may grant it by telephone, or granted_by is asked_by and the policy forbids it); NEEDS_SECOND; PROVISIONAL
 * (by telephone, not yet confirmed, before the deadline); LAPSED (the deadline passed); EXPIRED (the last day of a class is over:
 * the shifts of its days stay answered; one of a booking has no such end); else GRANTED. A confirmation counts when confirmed_by is granted_by and not recorded_by.
 * Where it names several rules, the strictest of their policies holds: roles that may grant all of them, the shortest time to
 * confirm, its own only where each allows that, retrospective likewise. Rules that the book does not know ask nothing. Exhaustion is the turn's to tell (struct fb_spent), and is told
 * before EXPIRED. REFUSED and WITHDRAWN are what the last version says, whoever sent it: a version has one author, its source, and
 * who may withdraw is who may write the trust's approvals (a source, or the socket of the engine). recorded_by, asked_by and granted_by of
 * that version are kept in the journal, so that who ended one can be shown; they are not held against the scheme of delegation.
 * approval.confirmed is told when a grant by telephone was confirmed, approval.withdrawn when one that stood, or was asked for, is
 * taken back. */
/* What approvals do to a shift (answer.c): each finding of at least a warning whose rule can be answered is answered by the
 * best approval that covers the shift, names the rule and counts: GRANTED, PROVISIONAL or EXPIRED, and not granted after the
 * start unless the policy says `retrospective`. Granted is better than provisional, then the earliest, then by names. When
 * it was granted is granted_ms, or second_ms where a second pair of eyes is asked for and looked later. A limit of one
 * booking is held against the shift's latest figure, one of a class against that and what the shifts before took; where
 * nobody can say the figure, no limit is kept. A shift takes its figure of each class approval with a limit that counts and
 * is meant for one of its findings, whether or not another answers.
 * approval.not_valid is found, one for each end and cause, where an approval was meant for a finding and is NOT_ENTITLED (or came
 * after the start, where that does not count), LAPSED or NEEDS_SECOND; and EXHAUSTED where a limit has no room and no other
 * approval answers. An approval of a shadow source does nothing to a shift of a live one. */
/* Why whoever granted it might not: by what the rule asks for (role, channel, nobody their own); by the trust's scheme of delegation;
 * or so late. The `detail` of approval.not_valid is its end, and for NOT_ENTITLED one of these beside it. */
enum fb_not_entitled { FB_NOT_BY_RULE = 16, FB_NOT_BY_SCHEME = 32, FB_NOT_SO_LATE = 48 };
enum { FB_NOT_VALID_END_BITS = 15 };
_Static_assert((int)FB_APPROVAL_END_END <= (int)FB_NOT_VALID_END_BITS + 1, "an end fits below its cause");
struct fb_approval_state_at {
    enum fb_approval_end end;
    int64_t next_ms;          /* when this may change by the clock alone; INT64_MAX: never */
    const char *why;          /* NOT_ENTITLED, NEEDS_SECOND: a clause for people; static text */
    enum fb_not_entitled cause; /* NOT_ENTITLED */
    uint16_t origin;          /* row of the scheme that entitles, FB_NO_ROW */
};
/* What was granted, as text: by whom and when, for what and how much. A confirmation is of exactly that; who asked, who looked
 * as well, and in which words may change. */
enum { FB_APPROVAL_TERMS_BYTES = 17 };
void fb_approval_terms(char out[FB_APPROVAL_TERMS_BYTES], const struct fb_approval *a);
/* Fills confirmed_by and confirmed_ms in, where that record confirms what the approval grants. False: it does not. */
bool fb_approval_confirm(struct fb_record *approval, const struct fb_record *reply);
void fb_approval_at(const struct fb_book *book, const struct fb_approval *a, int64_t now_ms, struct fb_approval_state_at *out);
/* It says what was granted, though it may have been taken back since. */
bool fb_approval_was_granted(const struct fb_approval *a);
/* It is about this shift: named, or of the class. */
bool fb_approval_covers(const struct fb_approval *a, const struct fb_view *view, const struct fb_booking *b, fb_day day);
/* It answers this rule: names it, and the rule's policy lets it be answered. */
bool fb_approval_names(const struct fb_book *book, const struct fb_approval *a, uint32_t rule);
/* Before the booking was made, before the shift starts, or after. */
enum fb_answered fb_approval_when(const struct fb_approval *a, const struct fb_booking *b);
#endif
