#include "engine/pack/read.h"

/* The word lists have one enum type each; a pack reads them all the same way. */
#define VOCABULARY(name, PREFIX, text)                                                                       \
    static int find_##name(struct fb_span word)                                                              \
    {                                                                                                        \
        return (int)fb_##name##_find(word);                                                                  \
    }                                                                                                        \
    static const char *word_##name(int number)                                                               \
    {                                                                                                        \
        return fb_##name##_word((enum fb_##name)number);                                                     \
    }                                                                                                        \
    const struct fb_vocabulary fb_##name##_words = {text, find_##name, word_##name, FB_##PREFIX##_END};

VOCABULARY(route, ROUTE, "route")
VOCABULARY(staff_group, STAFF_GROUP, "staff group")
VOCABULARY(engagement, ENGAGEMENT, "engagement")
VOCABULARY(status, STATUS, "status")
VOCABULARY(severity, SEVERITY, "severity")
VOCABULARY(worker_kind, WORKER_KIND, "kind of worker")
VOCABULARY(point, POINT, "pay point")
VOCABULARY(whole_shift, WHOLE_SHIFT, "whole-shift rule")
VOCABULARY(break_from, BREAK_FROM, "break policy")
VOCABULARY(system, SYSTEM, "kind of system")
VOCABULARY(booking_state, BOOKING_STATE, "state")
VOCABULARY(role, ROLE, "role")
VOCABULARY(tier, TIER, "tier")
VOCABULARY(part, PART, "part of a charge")
VOCABULARY(party, PARTY, "party")
VOCABULARY(unit, UNIT, "unit")
VOCABULARY(interval, INTERVAL, "kind of interval")
VOCABULARY(adoption, ADOPTION, "state of adoption")
VOCABULARY(vat_base, VAT_BASE, "base of VAT")
VOCABULARY(adds, ADDS, "amount that a counter adds")
VOCABULARY(counter_key, COUNTER_KEY, "key of a counter")
VOCABULARY(span_of, SPAN_OF, "stretch of a counter")
VOCABULARY(lot_place, LOT_PLACE, "place on a framework")
VOCABULARY(fact_kind, FACT_KIND, "kind of fact about a worker")
VOCABULARY(fact_status, FACT_STATUS, "status of a fact")
VOCABULARY(hours_kind, HOURS_KIND, "kind of hours")
VOCABULARY(absence_kind, ABSENCE_KIND, "kind of absence")
VOCABULARY(approval_state, APPROVAL_STATE, "state of an approval")
VOCABULARY(channel, CHANNEL, "channel of a grant")
VOCABULARY(answered, ANSWERED, "way of being answered")
VOCABULARY(clock_effect, CLOCK_EFFECT, "effect on the clock")
VOCABULARY(stage, STAGE, "stage")
VOCABULARY(return_figure, RETURN_FIGURE, "figure of a return")
VOCABULARY(return_period, RETURN_PERIOD, "period of a return")
VOCABULARY(return_by, RETURN_BY, "kind of row of a return")
