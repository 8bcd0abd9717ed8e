#include "engine/shell/gate.h"
#include "engine/base/hash.h"
#include "engine/shell/clock.h"
#include "engine/shell/log.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 2 * FB_CONNECTION_KEYS_MAX };
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "a bucket is picked by the low bits");
_Static_assert(FB_CONNECTION_KEYS_MAX >= 4 * FB_IDENTITIES_MAX, "every key can be changed, and changed again");

/* A key keeps its number while the engine runs. */
struct met {
    unsigned char key[FB_Z85_KEY_BYTES];
    const struct fb_identity *of; /* in the identities in force; NULL: taken out */
    char name[FB_SOURCE_BYTES_MAX + 1]; /* whose it was last */
    unsigned had; /* scratch: its roles before */
};
struct fb_gate {
    struct fb_identities *ids; /* NULL: none were read */
    fb_day today;
    struct fb_refusals refusals;
    uint32_t n;
    struct met met[FB_CONNECTION_KEYS_MAX]; /* number - 1 */
    uint32_t bucket[BUCKETS];               /* numbers; 0 none */
};

enum fb_err fb_gate_open(struct fb_gate **out)
{
    *out = calloc(1, sizeof **out);
    return *out != NULL ? FB_OK : FB_FULL;
}

void fb_gate_close(struct fb_gate **g)
{
    if (*g != NULL)
        fb_identities_free(&(*g)->ids);
    free(*g);
    *g = NULL;
}

/* The bucket of that key, or the free one where it would stand: half of them are always free. */
static uint32_t *place(struct fb_gate *g, const unsigned char *key)
{
    uint64_t at = fb_hash64(key, FB_Z85_KEY_BYTES);
    while (g->bucket[at & (BUCKETS - 1)] != 0 &&
           memcmp(g->met[g->bucket[at & (BUCKETS - 1)] - 1].key, key, FB_Z85_KEY_BYTES) != 0)
        at++;
    return &g->bucket[at & (BUCKETS - 1)];
}

static unsigned count_new(struct fb_gate *g, const struct fb_identities *ids)
{
    unsigned n = 0;
    for (unsigned i = 0; i < ids->n; i++)
        for (unsigned k = 0; k < ids->of[i].n_keys; k++)
            n += *place(g, ids->of[i].key[k]) == 0;
    return n;
}

static void meet(struct fb_gate *g, const struct fb_identity *one)
{
    for (unsigned k = 0; k < one->n_keys; k++) {
        uint32_t *number = place(g, one->key[k]);
        if (*number == 0) {
            *number = ++g->n;
            memcpy(g->met[*number - 1].key, one->key[k], FB_Z85_KEY_BYTES);
        }
        g->met[*number - 1].of = one;
        memcpy(g->met[*number - 1].name, one->name, sizeof one->name);
    }
}

static unsigned roles_of(const struct fb_gate *g, uint32_t i)
{
    const struct fb_identity *of = g->met[i].of;
    return of != NULL && fb_identity_holds(of, g->today) ? of->roles : 0;
}

/* Of those met before: an entry that lost its line `revoked` half-written, or by mistake, lets a key in that was lost. */
static void tell_returned(const struct fb_gate *g, uint32_t met_before)
{
    for (uint32_t i = 0; i < met_before; i++)
        if (g->met[i].had == 0 && roles_of(g, i) != 0)
            fb_log(FB_LOG_WARN, "identities: the key of %s, which was revoked or had no entry, is taken again", g->met[i].name);
}

enum fb_err fb_gate_take(struct fb_gate *g, struct fb_identities **ids, fb_day today, unsigned *lost)
{
    const uint32_t met_before = g->n;
    *lost = 0;
    if (g->n + count_new(g, *ids) > FB_CONNECTION_KEYS_MAX)
        return FB_LIMIT;
    for (uint32_t i = 0; i < g->n; i++) {
        g->met[i].had = roles_of(g, i);
        g->met[i].of = NULL;
    }
    for (unsigned i = 0; i < (*ids)->n; i++)
        meet(g, &(*ids)->of[i]);
    fb_identities_free(&g->ids);
    g->ids = *ids;
    g->today = today;
    *ids = NULL;
    for (uint32_t i = 0; i < g->n; i++)
        *lost |= g->met[i].had & ~roles_of(g, i);
    tell_returned(g, met_before);
    return FB_OK;
}

bool fb_gate_day(struct fb_gate *g, fb_day today)
{
    bool some = false;
    for (unsigned i = 0; g->ids != NULL && today > g->today && i < g->ids->n; i++)
        some |= fb_identity_holds(&g->ids->of[i], g->today) && !fb_identity_holds(&g->ids->of[i], today);
    if (today > g->today)
        g->today = today;
    return some;
}

uint32_t fb_gate_key(const struct fb_gate *g, const unsigned char key[FB_Z85_KEY_BYTES], const struct fb_identity **who,
                     enum fb_turned *why)
{
    uint32_t number = 0;
    for (uint64_t at = fb_hash64(key, FB_Z85_KEY_BYTES); (number = g->bucket[at & (BUCKETS - 1)]) != 0; at++)
        if (memcmp(g->met[number - 1].key, key, FB_Z85_KEY_BYTES) == 0)
            break;
    *who = number != 0 ? g->met[number - 1].of : NULL;
    *why = number == 0 ? FB_TURNED_KEY_UNKNOWN : FB_TURNED_KEY_REVOKED;
    return *who != NULL && fb_identity_holds(*who, g->today) ? number : 0;
}

const struct fb_identity *fb_gate_who(const struct fb_gate *g, const struct fb_peer *peer)
{
    if (peer->key == 0)
        return g != NULL && g->ids != NULL ? &g->ids->local : fb_identity_anybody();
    if (g == NULL || peer->key > g->n)
        return NULL;
    const struct fb_identity *who = g->met[peer->key - 1].of;
    return who != NULL && fb_identity_holds(who, g->today) ? who : NULL;
}

bool fb_gate_is_anothers(const struct fb_gate *g, const struct fb_peer *peer, struct fb_span cursor)
{
    struct fb_span name = {cursor.p, 0};
    bool is = false;
    while (name.n < cursor.n && name.p[name.n] != '/')
        name.n++;
    if (peer->key != 0 || g == NULL || g->ids == NULL || g->ids->local.roles == FB_MAY_ANYTHING || name.n == cursor.n)
        return false;
    for (unsigned i = 0; i < g->ids->n; i++)
        is = is || fb_span_is(name, g->ids->of[i].name);
    return is;
}

void fb_gate_turn(struct fb_gate *g, const struct fb_peer *peer, enum fb_turned cause)
{
    if (g == NULL)
        return;
    const char *name = peer->key == 0 ? "this machine" : peer->key <= g->n ? g->met[peer->key - 1].name : "nobody";
    fb_turned_away(&g->refusals, cause, fb_span_of(name), fb_clock_ticks_ms());
}

struct fb_refusals *fb_gate_refusals(struct fb_gate *g) { return &g->refusals; }

unsigned fb_gate_identities(const struct fb_gate *g) { return g->ids != NULL ? g->ids->n : 0; }

/* A trust may have several who sign: any of their keys is the trust's. */
static bool goes_by(const struct fb_identity *who, struct fb_span name)
{
    fb_code code = 0;
    return fb_span_is(name, who->name) ||
           (fb_code_parse(&code, name) == FB_OK && (code == who->trust || code == who->publish));
}

enum fb_signer fb_gate_signer(const struct fb_gate *g, struct fb_span name, const unsigned char key[32])
{
    enum fb_signer said = FB_SIGNER_NOBODY;
    for (unsigned i = 0; g != NULL && g->ids != NULL && i < g->ids->n; i++) {
        const struct fb_identity *who = &g->ids->of[i];
        if (!who->has_sign_key || !goes_by(who, name))
            continue;
        if (fb_identity_holds(who, g->today) && memcmp(who->sign_key, key, sizeof who->sign_key) == 0)
            return FB_SIGNER_YES;
        said = FB_SIGNER_NO;
    }
    return said;
}
