/* Any bytes as a file of routes. What is refused says where and why; what is accepted keeps within its bounds, and can be asked about
 * any event at any time. */
#include "adapters/lib/alerts.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static void check_names(const struct fb_span *name, unsigned n)
{
    fb_assert(n <= FB_ALERT_TO_MAX);
    for (unsigned i = 0; i < n; i++)
        fb_assert(name[i].n > 0 && name[i].n <= FB_ALERT_NAME_MAX && fb_span_is_text(name[i]));
}

static void ask(const struct fb_alert_routes *r, unsigned char seed, int64_t at_ms)
{
    enum fb_misfit verdict[FB_ALERT_ROUTES_MAX];
    char key[FB_ALERT_KEY_BYTES];
    struct fb_event_row row = {.seq = seed, .type = fb_span_of(seed + 1 < FB_EVENT_END ? "" : "ward.closed"), .rule = fb_span_of("ratecap.breached")};
    row.event = (struct fb_event){.kind = (enum fb_event_kind)(seed + 1), .at_ms = at_ms, .trust = fb_code_of("RTH"),
                                  .severity = (uint8_t)(seed % FB_SEVERITY_END), .staff_group = (uint8_t)(seed % FB_STAFF_GROUP_END),
                                  .route = (uint8_t)(seed % FB_ROUTE_END), .delta_pence = seed * 100 - 9000, .shadow = seed % 16 == 15};
    unsigned fit = fb_alerts_ask(r, &row, verdict);
    for (unsigned i = 0; i < r->n_routes; i++) {
        int64_t after = fb_alert_after_quiet(&r->route[i], row.event.severity, at_ms);
        fit -= verdict[i] == FB_MISFIT_NONE;
        fb_assert(fb_misfit_text(verdict[i])[0] != '\0' && after >= at_ms && after <= at_ms + (int64_t)9 * 86400000);
        fb_alert_key(key, r->route[i].group_by, &row);
        fb_assert((r->route[i].group_by == 0) == (key[0] == '\0'));
    }
    fb_assert(fit == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char fault[FB_YAML_FAULT_BYTES];
    struct fb_alert_routes *r = NULL;
    if (size > 16384)
        return 0;
    enum fb_err e = fb_alerts_parse(&r, "r", (struct fb_span){(const char *)data, (uint32_t)size}, fault);
    if (e != FB_OK) {
        fb_assert(r == NULL && (e != FB_REFUSED || (fault[0] == 'r' && fault[1] == ':' && strstr(fault, ": ") != NULL)));
        return 0;
    }
    fb_assert(r->n_routes <= FB_ALERT_ROUTES_MAX && r->n_silences <= FB_ALERT_ROUTES_MAX);
    for (unsigned i = 0; i < r->n_routes; i++) {
        check_names(r->route[i].to, r->route[i].n_to);
        check_names(r->route[i].escalate_to, r->route[i].n_escalate);
        check_names(r->route[i].remind_to, r->route[i].n_remind);
        fb_assert(r->route[i].group_ms >= 0 && r->route[i].escalate_ms >= 0 && r->route[i].remind_ms >= 0);
    }
    for (unsigned i = 0; i < 40; i++)
        ask(r, (unsigned char)(i * 7), 1774659600000 + (int64_t)i * 5 * 3600000); /* across the night when the clocks go forward */
    fb_alerts_close(&r);
    return 0;
}
