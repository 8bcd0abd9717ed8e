#include "engine/shell/rights.h"
#include "engine/base/check.h"
#include <stddef.h>

enum {
    ANYBODY = 0,
    TRUST = 1 << FB_AS_TRUST,
    CONTROLS = 1 << FB_AS_CONTROLS,
    ADMIN = 1 << FB_AS_ADMIN
};
static const struct {
    unsigned roles;    /* any of them; 0: nobody has to say one */
    bool identity;     /* who asks must be said */
    const char *words; /* what to give, when the role is another */
} rights[FB_QUERY_END] = {
    [FB_QUERY_STATUS] = {ANYBODY, false, NULL},
    [FB_QUERY_FINDINGS] = {ANYBODY, false, NULL},
    [FB_QUERY_EXPLAIN] = {ANYBODY, false, NULL},
    [FB_QUERY_SOURCES] = {ANYBODY, false, NULL},
    [FB_QUERY_ISSUE] = {ANYBODY, false, NULL},
    [FB_QUERY_CLOSE_PERIOD] = {ANYBODY, false, NULL},
    [FB_QUERY_WITHDRAW] = {ANYBODY, false, NULL},
    [FB_QUERY_APPROVALS] = {TRUST | CONTROLS, false,
                            "approvals are shown to the controls team, and to a trust its own: ask with --as controls, or --as trust:CODE"},
    [FB_QUERY_WORKER] = {TRUST | CONTROLS | ADMIN, true,
                         "what is held of a worker is shown to the controls team and the administrator, and to a trust its own "
                         "bookings: ask with --as controls, --as admin or --as trust:CODE"},
    [FB_QUERY_FORGET] = {ADMIN, true, "only the administrator has a worker forgotten: ask with --as admin"},
    [FB_QUERY_AUDIT] = {CONTROLS | ADMIN, true,
                        "who read what about a worker is shown to the controls team and the administrator: ask with --as controls or --as admin"},
    [FB_QUERY_LINK] = {TRUST | CONTROLS, true,
                       "the link of an approval is given to its trust and to the controls team: ask with --as trust:CODE or --as controls"},
    [FB_QUERY_CONFIRM] = {ANYBODY, true, NULL},
};

const char *fb_right_refusal(const struct fb_query *q)
{
    fb_assert(q->kind > 0 && q->kind < FB_QUERY_END);
    if (rights[q->kind].roles != ANYBODY && (rights[q->kind].roles >> q->asker.as & 1) == 0)
        return rights[q->kind].words;
    if (q->asker.as == FB_AS_TRUST && q->asker.trust == 0)
        return "say of which trust: --as trust:CODE, such as trust:RTH";
    if (rights[q->kind].identity && q->asker.identity.n == 0)
        return "say who asks: an identity is kept with the question";
    bool of_trust = q->kind == FB_QUERY_APPROVALS && q->asker.as == FB_AS_TRUST;
    if (of_trust && q->findings.trust != 0 && q->findings.trust != q->asker.trust)
        return "a trust sees its own approvals only; the controls team sees all: ask with --as controls";
    return NULL;
}

bool fb_right_sees(const struct fb_asker *asker, fb_code hirer, fb_code other)
{
    if (asker->as == FB_AS_CONTROLS)
        return true;
    return asker->as == FB_AS_TRUST && asker->trust != 0 && (asker->trust == hirer || asker->trust == other);
}

const char *fb_as_word(enum fb_as as)
{
    static const char *const word[FB_AS_END] = {[FB_AS_NONE] = "nobody in particular", [FB_AS_TRUST] = "trust",
                                                [FB_AS_CONTROLS] = "controls",         [FB_AS_FINANCE] = "finance",
                                                [FB_AS_ADMIN] = "admin"};
    return as < FB_AS_END ? word[as] : "?";
}
