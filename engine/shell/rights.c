#include "engine/shell/rights.h"
#include "engine/base/check.h"
#include <stddef.h>

enum {
    ANYBODY = 0,
    TRUST = 1 << FB_AS_TRUST,
    CONTROLS = 1 << FB_AS_CONTROLS,
    FINANCE = 1 << FB_AS_FINANCE,
    ADMIN = 1 << FB_AS_ADMIN,
    READERS = TRUST | CONTROLS | FINANCE | ADMIN,
    EVERY_KEY = READERS | FB_MAY_PUBLISH | FB_MAY_FEED
};
/* One row a kind of question. A kind without a row of its own is for nobody who comes with a key. */
static const struct {
    unsigned roles;    /* any of them; 0: nobody has to say one */
    bool identity;     /* who asks must be said */
    const char *words; /* what to give, when the role is another */
    unsigned keys;     /* of those who come with a key, who may: any of these roles */
} rights[FB_QUERY_END] = {
    [FB_QUERY_STATUS] = {ANYBODY, false, NULL, EVERY_KEY},
    [FB_QUERY_FINDINGS] = {ANYBODY, false, NULL, READERS},
    [FB_QUERY_EXPLAIN] = {ANYBODY, false, NULL, READERS},
    [FB_QUERY_SOURCES] = {ANYBODY, false, NULL, EVERY_KEY},
    [FB_QUERY_ISSUE] = {ANYBODY, false, NULL, CONTROLS | ADMIN},
    [FB_QUERY_CLOSE_PERIOD] = {ANYBODY, false, NULL, FINANCE | ADMIN},
    [FB_QUERY_WITHDRAW] = {ANYBODY, false, NULL, CONTROLS | ADMIN},
    [FB_QUERY_APPROVALS] = {TRUST | CONTROLS, false,
                            "approvals are shown to the controls team, and to a trust its own: ask with --as controls, or --as trust:CODE", TRUST | CONTROLS},
    [FB_QUERY_WORKER] = {TRUST | CONTROLS | ADMIN, true,
                         "what is held of a worker is shown to the controls team and the administrator, and to a trust its own "
                         "bookings: ask with --as controls, --as admin or --as trust:CODE", TRUST | CONTROLS | ADMIN},
    [FB_QUERY_FORGET] = {ADMIN, true, "only the administrator has a worker forgotten: ask with --as admin", ADMIN},
    [FB_QUERY_AUDIT] = {CONTROLS | ADMIN, true,
                        "who read what about a worker is shown to the controls team and the administrator: ask with --as controls or --as admin", CONTROLS | ADMIN},
    [FB_QUERY_LINK] = {TRUST | CONTROLS, true,
                       "the link of an approval is given to its trust and to the controls team: ask with --as trust:CODE or --as controls", TRUST | CONTROLS},
    [FB_QUERY_CONFIRM] = {ANYBODY, true, NULL, READERS},
    [FB_QUERY_CHECKPOINT] = {ANYBODY, false, NULL, EVERY_KEY},
    [FB_QUERY_PROVE] = {ANYBODY, false, NULL, READERS},
    [FB_QUERY_COUNTERSIGN] = {ANYBODY, false, NULL, READERS},
    [FB_QUERY_RECEIPT] = {ANYBODY, false, NULL, READERS | FB_MAY_PUBLISH},
    [FB_QUERY_WITHDRAW_BATCH] = {TRUST | CONTROLS | ADMIN, true,
                                 "a batch is taken back by the trust whose source sent it, the controls team or the administrator: ask with "
                                 "--as trust:CODE, --as controls or --as admin", TRUST | CONTROLS | ADMIN},
    [FB_QUERY_BATCHES] = {ANYBODY, false, NULL, READERS | FB_MAY_PUBLISH},
    [FB_QUERY_MONTH] = {ANYBODY, false, NULL, READERS},
    [FB_QUERY_INVOICES] = {ANYBODY, false, NULL, READERS},
};

/* Kinds of which a trust is shown its own, whichever is asked for. */
static bool is_of_trusts(enum fb_query_kind kind)
{
    return kind == FB_QUERY_APPROVALS || kind == FB_QUERY_FINDINGS || kind == FB_QUERY_INVOICES;
}

const char *fb_right_refusal(const struct fb_query *q)
{
    fb_assert(q->kind > 0 && q->kind < FB_QUERY_END);
    if (rights[q->kind].roles != ANYBODY && (rights[q->kind].roles >> q->asker.as & 1) == 0)
        return rights[q->kind].words;
    if (q->asker.as == FB_AS_TRUST && q->asker.trust == 0)
        return "say of which trust: --as trust:CODE, such as trust:RTH";
    if (rights[q->kind].identity && q->asker.identity.n == 0)
        return "say who asks: an identity is kept with the question";
    if (is_of_trusts(q->kind) && q->asker.as == FB_AS_TRUST && q->findings.trust != 0 && q->findings.trust != q->asker.trust)
        return "a trust sees its own only; the controls team sees all: ask with --as controls";
    return NULL;
}

/* Nobody said in which role: the first of the key's that may ask this. */
static enum fb_as first_role(unsigned roles, unsigned may)
{
    static const enum fb_as order[] = {FB_AS_CONTROLS, FB_AS_FINANCE, FB_AS_ADMIN, FB_AS_TRUST};
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++)
        if ((roles & may) >> order[i] & 1)
            return order[i];
    return FB_AS_NONE;
}

/* Who and of which trust comes from the key; in which of its roles may be said. */
static const char *by_key(const struct fb_identity *who, struct fb_query *q)
{
    enum fb_as as = q->asker.as != FB_AS_NONE ? q->asker.as : first_role(who->roles, rights[q->kind].keys);
    if (as != FB_AS_NONE && (who->roles >> as & 1) == 0)
        return "that role is not one of this key's: see `roles` of its entry in the engine's identities";
    if (as == FB_AS_TRUST && q->asker.trust != 0 && q->asker.trust != who->trust)
        return "this key is of another trust";
    if (((as != FB_AS_NONE ? 1u << as : who->roles) & rights[q->kind].keys) == 0)
        return "the roles of this key do not ask that: see `roles` of its entry in the engine's identities";
    q->asker = (struct fb_asker){fb_span_of(who->name), as, as == FB_AS_TRUST ? who->trust : as == FB_AS_NONE ? who->publish : 0};
    return NULL;
}

/* Who says no role asks in one that may: where not every role is this machine's, to say nothing may not be more than each of them. */
static void settle_role(const struct fb_identity *who, struct fb_query *q)
{
    if (who->roles == FB_MAY_ANYTHING || q->asker.as != FB_AS_NONE)
        return;
    q->asker.as = first_role(who->roles, rights[q->kind].keys);
    if (q->asker.as == FB_AS_TRUST)
        q->asker.trust = who->trust != 0 ? who->trust : q->asker.trust;
    else
        q->asker.trust = q->asker.as == FB_AS_NONE ? who->publish : 0;
}

/* This machine's sockets: what is said is taken, unless the identities say that less is. */
static const char *by_word(const struct fb_identity *who, struct fb_query *q)
{
    settle_role(who, q);
    unsigned said = q->asker.as != FB_AS_NONE ? 1u << q->asker.as : who->roles & rights[q->kind].keys;
    if ((who->roles & said) == 0 && who->roles != FB_MAY_ANYTHING)
        return "this machine's sockets are not for that role: see `local` in the engine's identities";
    if (q->asker.as == FB_AS_TRUST && who->trust != 0 && q->asker.trust != who->trust)
        return "this machine's sockets are for another trust: see `local` in the engine's identities";
    return NULL;
}

const char *fb_right_take(const struct fb_identity *who, struct fb_query *q)
{
    if (who == NULL)
        return "this key was revoked, or is no longer in the engine's identities";
    const char *why = who->asserted ? by_word(who, q) : by_key(who, q);
    if (why == NULL)
        why = fb_right_refusal(q);
    if (why == NULL && is_of_trusts(q->kind) && q->asker.as == FB_AS_TRUST)
        q->findings.trust = q->asker.trust;
    return why;
}

bool fb_right_reads(const struct fb_asker *asker, fb_code hirer)
{
    return asker->as != FB_AS_TRUST || asker->trust == hirer;
}

bool fb_right_sees(const struct fb_asker *asker, fb_code hirer, fb_code other)
{
    if (asker->as == FB_AS_CONTROLS)
        return true;
    return asker->as == FB_AS_TRUST && asker->trust != 0 && (asker->trust == hirer || asker->trust == other);
}
