/* Any bytes as a file of identities. What is accepted lies within its bounds, gives nobody a role that it does not name, and lets each
 * key in as one identity; what is refused is complained of, by file. And a gate that takes it again says the same. */
#include "engine/base/check.h"
#include "engine/shell/gate.h"
#include "tests/lib/fuzz.h"
#include <string.h>

static void check_one(const struct fb_identities *ids, const struct fb_identity *who)
{
    size_t n = strnlen(who->name, sizeof who->name);
    fb_assert(n > 0 && n <= FB_SOURCE_BYTES_MAX && memchr(who->name, '/', n) == NULL && !who->asserted);
    fb_assert(who->n_keys >= 1 && who->n_keys <= 2 && (who->roles & ~FB_MAY_ANYTHING) == 0);
    fb_assert((who->trust != 0) == ((who->roles & FB_MAY_TRUST) != 0));
    fb_assert((who->roles & FB_MAY_PUBLISH) != 0 ? who->n_sources > 0 : who->n_sources == 0 && who->publish == 0);
    /* Whoever reads the feed is a trust's, or says that it is not. */
    fb_assert((who->roles & FB_MAY_FEED) == 0 || fb_identity_scope(who) != 0 || (who->roles & FB_MAY_READ_ALL) != 0);
    for (unsigned i = 0; i < ids->n; i++)
        for (unsigned k = 0; k < ids->of[i].n_keys; k++)
            fb_assert(&ids->of[i] == who || memcmp(ids->of[i].key[k], who->key[0], sizeof who->key[0]) != 0);
}

static void check_gate(struct fb_identities **ids)
{
    struct fb_gate *g = NULL;
    const struct fb_identity *who;
    enum fb_turned why;
    unsigned lost;
    unsigned char key[FB_Z85_KEY_BYTES];
    unsigned n = (*ids)->n;
    if (n > 0)
        memcpy(key, (*ids)->of[n - 1].key[0], sizeof key);
    fb_assert(fb_gate_open(&g) == FB_OK && fb_gate_take(g, ids, 20000, &lost) == FB_OK && *ids == NULL && lost == 0);
    fb_assert(fb_gate_identities(g) == n);
    if (n > 0) {
        uint32_t number = fb_gate_key(g, key, &who, &why);
        const struct fb_peer peer = {.n = 1, .key = number};
        fb_assert(who != NULL && (number != 0) == fb_identity_holds(who, 20000));
        fb_assert(number == 0 || fb_gate_who(g, &peer) == who);
    }
    fb_gate_close(&g);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pack_report report = {0};
    struct fb_identities *ids = NULL;
    if (size > 1 << 16)
        return 0;
    enum fb_err e = fb_identities_parse(&ids, "fuzz.yaml", (struct fb_span){(const char *)data, (uint32_t)size}, &report);
    fb_assert((e == FB_OK) == (report.errors == 0) && (e == FB_OK || e == FB_REFUSED) && (ids != NULL) == (e == FB_OK));
    for (unsigned i = 0; i < report.n; i++)
        fb_assert(strcmp(report.e[i].file, "fuzz.yaml") == 0 && report.e[i].text[0] != '\0');
    for (unsigned i = 0; e == FB_OK && i < ids->n; i++)
        check_one(ids, &ids->of[i]);
    if (e == FB_OK)
        check_gate(&ids);
    fb_identities_free(&ids);
    fb_pack_report_free(&report);
    return 0;
}
