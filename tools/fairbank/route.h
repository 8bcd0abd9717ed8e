#ifndef FB_TOOLS_FAIRBANK_ROUTE_H
#define FB_TOOLS_FAIRBANK_ROUTE_H
/* What the routes say of one event, for people and machines. */
#include "adapters/lib/alerts.h"
#include "tools/fairbank/command.h"
/* verdict: as fb_alerts_ask gave it. */
void route_tell(const struct fb_alert_routes *routes, const struct fb_event_row *row, const enum fb_misfit *verdict, int64_t now_ms);
void route_tell_json(const struct fb_alert_routes *routes, const struct fb_event_row *row, const enum fb_misfit *verdict, int64_t now_ms);
#endif
