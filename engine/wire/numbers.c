#include "engine/core/decide.h"
#include "engine/core/reason.h"
#include "engine/core/words.h"
#include "engine/wire/wire.h"
#include "fairbank/v1/enums.pb-c.h"

/* The schema's numbers are ours: this file does not compile when a list of proto/fairbank/v1/enums.proto and
 * the engine's own differ, which is why no other file translates between them. */
#define SAME(ours, theirs)                                                                                   \
    _Static_assert((int)(ours) == (int)(theirs), "a number of enums.proto differs from ours");

#define KIND(id, n, word)            SAME(n, FAIRBANK__V1__KIND__KIND_##id)
#define ROUTE(id, n, word)           SAME(n, FAIRBANK__V1__ROUTE__ROUTE_##id)
#define STAFF_GROUP(id, n, word)     SAME(n, FAIRBANK__V1__STAFF_GROUP__STAFF_GROUP_##id)
#define ENGAGEMENT(id, n, word)      SAME(n, FAIRBANK__V1__ENGAGEMENT__ENGAGEMENT_##id)
#define WORKER_KIND(id, n, word)     SAME(n, FAIRBANK__V1__WORKER_KIND__WORKER_KIND_##id)
#define POINT(id, n, word)           SAME(n, FAIRBANK__V1__POINT__POINT_##id)
#define UNIT(id, n, word)            SAME(n, FAIRBANK__V1__UNIT__UNIT_##id)
#define SAID(id, n, word)            SAME(n, FAIRBANK__V1__SAID__SAID_##id)
#define TIER(id, n, word)            SAME(n, FAIRBANK__V1__TIER__TIER_##id)
#define VACANCY_STATE(id, n, word)   SAME(n, FAIRBANK__V1__VACANCY_STATE__VACANCY_STATE_##id)
#define BOOKING_STATE(id, n, word)   SAME(n, FAIRBANK__V1__BOOKING_STATE__BOOKING_STATE_##id)
#define TIMESHEET_STATE(id, n, word) SAME(n, FAIRBANK__V1__TIMESHEET_STATE__TIMESHEET_STATE_##id)
#define INTERVAL(id, n, word)        SAME(n, FAIRBANK__V1__INTERVAL_KIND__INTERVAL_##id)
#define PARTY(id, n, word)           SAME(n, FAIRBANK__V1__PARTY__PARTY_##id)
#define ROLE(id, n, word)            SAME(n, FAIRBANK__V1__ROLE__ROLE_##id)
#define ORG_KIND(id, n, word)        SAME(n, FAIRBANK__V1__ORG_KIND__ORG_KIND_##id)
#define SYSTEM(id, n, word)          SAME(n, FAIRBANK__V1__SYSTEM__SYSTEM_##id)
#define SOURCE_MODE(id, n, word)     SAME(n, FAIRBANK__V1__SOURCE_MODE__SOURCE_MODE_##id)
#define SEVERITY(id, n, word)        SAME(n, FAIRBANK__V1__SEVERITY__SEVERITY_##id)
#define STAGE(id, n, word)           SAME(n, FAIRBANK__V1__STAGE__STAGE_##id)
#define REASON(id, n, word)          SAME(n, FAIRBANK__V1__REASON__REASON_##id)
#define EVENT(id, n, word)           SAME(n, FAIRBANK__V1__EVENT_KIND__EVENT_##id)
#define CAUSE(id, n, word)           SAME(n, FAIRBANK__V1__CAUSE__CAUSE_##id)
/* OK is a word of base/err.h, so ours has an underscore. */
#define FAIRBANK__V1__SEVERITY__SEVERITY_OK_ FAIRBANK__V1__SEVERITY__SEVERITY_OK

FB_KIND_MAP(KIND)
FB_ROUTE_MAP(ROUTE)
FB_STAFF_GROUP_MAP(STAFF_GROUP)
FB_ENGAGEMENT_MAP(ENGAGEMENT)
FB_WORKER_KIND_MAP(WORKER_KIND)
FB_POINT_MAP(POINT)
FB_UNIT_MAP(UNIT)
FB_SAID_MAP(SAID)
FB_TIER_MAP(TIER)
FB_VACANCY_STATE_MAP(VACANCY_STATE)
FB_BOOKING_STATE_MAP(BOOKING_STATE)
FB_TIMESHEET_STATE_MAP(TIMESHEET_STATE)
FB_INTERVAL_MAP(INTERVAL)
FB_PARTY_MAP(PARTY)
FB_ROLE_MAP(ROLE)
FB_ORG_KIND_MAP(ORG_KIND)
FB_SYSTEM_MAP(SYSTEM)
FB_SOURCE_MODE_MAP(SOURCE_MODE)
FB_SEVERITY_MAP(SEVERITY)
FB_STAGE_MAP(STAGE)
FB_REASON_MAP(REASON)
FB_EVENT_MAP(EVENT)
FB_CAUSE_MAP(CAUSE)

SAME(FB_QUERY_STATUS, FAIRBANK__V1__QUERY_KIND__QUERY_STATUS)
SAME(FB_QUERY_FINDINGS, FAIRBANK__V1__QUERY_KIND__QUERY_FINDINGS)
SAME(FB_QUERY_EXPLAIN, FAIRBANK__V1__QUERY_KIND__QUERY_EXPLAIN)
SAME(FB_QUERY_SOURCES, FAIRBANK__V1__QUERY_KIND__QUERY_SOURCES)
SAME(FB_QUERY_ISSUE, FAIRBANK__V1__QUERY_KIND__QUERY_ISSUE)
SAME(FB_QUERY_CLOSE_PERIOD, FAIRBANK__V1__QUERY_KIND__QUERY_CLOSE_PERIOD)
SAME(FB_QUERY_WITHDRAW, FAIRBANK__V1__QUERY_KIND__QUERY_WITHDRAW)
