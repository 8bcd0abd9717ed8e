#ifndef FB_SHELL_QUERY_MONTH_H
#define FB_SHELL_QUERY_MONTH_H
/* The desk's answer about the shifts of a span of days: a trust is shown those in which it is hirer, payer or employer. */
#include "engine/shell/query.h"
#include "engine/wire/wire.h"
FB_MUST_CHECK enum fb_err fb_desk_month(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r);
#endif
