/* The options of the commands about who gets which alert. */
#include "tools/fairbank/options_ids.h"
#include <string.h>

static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_ROUTE_TEST, "the engine's data folder (default fairbank-data)"},
    {"feed", "ENDPOINT", O_FEED, FOR_ROUTE_TEST, "the engine's feed (default ipc://DATA/feed.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_ROUTE_TEST, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_ROUTE_TEST, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_ROUTE_TEST, "read the data folder of an engine that is stopped"},
    {"routes", "FILE", O_ROUTES, FOR_ROUTE_TEST, "the file of routes (default routes.yaml)"},
    {"event", "FILE", O_EVENT, FOR_ROUTE_TEST, "an event in JSON, as `fairbank events --json` or a web hook writes it, in place of N; - reads standard input"},
    {"at", "MOMENT", O_ROUTE_AT, FOR_ROUTE_TEST, "as if it were then (Europe/London unless Z is given; default: now)"},
    {"json", NULL, O_JSON, FOR_ROUTE_TEST | FOR_ROUTE_CHECK, "JSON for machines instead of words for people"},
};

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_ROUTES:
        o->routes = v;
        return *v != '\0' || option_wrong(command, "routes", v, "is not a file");
    case O_EVENT:
        o->event = v;
        return *v != '\0' || option_wrong(command, "event", v, "is not a file");
    case O_ROUTE_AT:
        return fb_instant_parse(&o->at_ms, fb_span_of(v)) == FB_OK ||
               option_wrong(command, "at", v, "is not a moment such as 2026-12-01T23:30 (Europe/London) or 2026-12-01T23:30Z");
    }
    return false;
}

const struct known_rows options_route = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_ROUTES, O_ROUTE_AT, set};
