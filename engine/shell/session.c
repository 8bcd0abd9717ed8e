#include "engine/shell/session.h"
#include "engine/base/check.h"
#include "engine/base/hash.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = 4096 }; /* two for every session there can be */
_Static_assert((BUCKETS & (BUCKETS - 1)) == 0, "a bucket is picked by the low bits");
struct fb_sessions {
    const struct fb_config *config;
    struct fb_session *bucket[BUCKETS];
    struct fb_session *all, *spare;
    unsigned n, most;
    struct fb_known *known;
    unsigned n_known;
};

enum fb_err fb_sessions_open(struct fb_sessions **out, const struct fb_config *config)
{
    struct fb_sessions *s = calloc(1, sizeof *s);
    if (s == NULL)
        return FB_FULL;
    s->config = config;
    s->most = config->connections_max;
    s->all = calloc(s->most, sizeof *s->all);
    s->known = calloc(FB_SOURCES_MAX, sizeof *s->known);
    if (s->all == NULL || s->known == NULL) {
        fb_sessions_close(&s);
        return FB_FULL;
    }
    for (unsigned i = 0; i < s->most; i++) {
        s->all[i].next = s->spare;
        s->spare = &s->all[i];
    }
    *out = s;
    return FB_OK;
}

void fb_sessions_close(struct fb_sessions **s)
{
    if (*s != NULL) {
        free((*s)->all);
        free((*s)->known);
    }
    free(*s);
    *s = NULL;
}

enum fb_err fb_sessions_settle(const struct fb_sessions *s, const struct fb_source *said,
                               struct fb_source *told)
{
    const struct fb_config_source *c = fb_config_source_find(s->config, said->name);
    if (fb_span_is(said->name, FB_SOURCE_OWN)) /* what it says of itself nobody else may say */
        return FB_REFUSED;
    *told = *said;
    told->window = s->config->window;
    if (c == NULL)
        return s->config->accept_unknown_sources ? FB_OK : FB_REFUSED;
    if (c->trust_said)
        told->trust = c->trust;
    if (c->system != FB_SYSTEM_NONE)
        told->system = c->system;
    if (c->mode != FB_SOURCE_MODE_NONE)
        told->mode = c->mode;
    if (c->sends_said)
        told->sends = c->sends;
    if (c->window > 0)
        told->window = c->window;
    return FB_OK;
}

struct fb_known *fb_sessions_source_find(struct fb_sessions *s, struct fb_span name)
{
    for (unsigned i = 0; i < s->n_known; i++)
        if (fb_span_is(name, s->known[i].name))
            return &s->known[i];
    return NULL;
}

/* ---- names ---- */

/* A source that sent nothing in this run: whatever it said is said again in its next Hello. */
static bool is_unused(const struct fb_known *k)
{
    return !k->in_use && k->last_ms == 0 && k->in_flight == 0 && k->busy == 0;
}

static void forget(struct fb_sessions *s, struct fb_session *session);

/* Of the names that nobody used, the one that was silent longest, with its connections. Without this a
 * thousand Hellos under made-up names would keep every new source out until the next start. */
static struct fb_known *forget_name(struct fb_sessions *s)
{
    struct fb_known *oldest = NULL;
    for (unsigned i = 0; i < s->n_known; i++) {
        s->known[i].heard_ms = 0;
        s->known[i].in_use = false;
    }
    for (unsigned i = 0; i < s->most; i++) {
        struct fb_known *k = s->all[i].known;
        if (k == NULL)
            continue;
        k->in_use = k->in_use || s->all[i].in_flight > 0;
        k->heard_ms = s->all[i].last_ms > k->heard_ms ? s->all[i].last_ms : k->heard_ms;
    }
    for (unsigned i = 0; i < s->n_known; i++) {
        struct fb_known *k = &s->known[i];
        if (is_unused(k) && (oldest == NULL || k->heard_ms < oldest->heard_ms))
            oldest = k;
    }
    for (unsigned i = 0; i < s->most && oldest != NULL; i++)
        if (s->all[i].known == oldest)
            forget(s, &s->all[i]);
    return oldest;
}

/* Searched one by one: it happens once per connection, not per message. */
static struct fb_known *know(struct fb_sessions *s, const struct fb_source *told)
{
    struct fb_known *k = fb_sessions_source_find(s, told->name);
    if (k == NULL) {
        if (told->name.n > FB_SOURCE_BYTES_MAX)
            return NULL;
        k = s->n_known < FB_SOURCES_MAX ? &s->known[s->n_known++] : forget_name(s);
        if (k == NULL)
            return NULL;
        *k = (struct fb_known){0};
        memcpy(k->name, told->name.p, told->name.n);
        k->name[told->name.n] = '\0';
    }
    k->trust = told->trust;
    k->system = told->system;
    k->mode = told->mode;
    k->sends = told->sends;
    k->window = told->window;
    return k;
}

bool fb_sessions_may_change(struct fb_sessions *s, const struct fb_source *told, uint64_t ticks_ms)
{
    struct fb_known *k = fb_sessions_source_find(s, told->name);
    if (k == NULL || (k->trust == told->trust && k->system == told->system && k->mode == told->mode && k->sends == told->sends))
        return true;
    return fb_paced_may(&k->changes, FB_CHANGES_A_MINUTE, ticks_ms);
}

static struct fb_session **bucket_of(struct fb_sessions *s, const struct fb_peer *peer)
{
    return &s->bucket[fb_hash64(peer->id, peer->n) & (BUCKETS - 1)];
}

struct fb_session *fb_session_find(struct fb_sessions *s, const struct fb_peer *peer)
{
    struct fb_session *one = *bucket_of(s, peer);
    while (one != NULL && !fb_peer_same(&one->peer, peer))
        one = one->next;
    return one;
}

static void forget(struct fb_sessions *s, struct fb_session *session)
{
    fb_assert(session->in_flight == 0);
    struct fb_session **at = bucket_of(s, &session->peer);
    while (*at != session)
        at = &(*at)->next;
    *at = session->next;
    session->known = NULL;
    session->next = s->spare;
    s->spare = session;
    s->n--;
}

/* A connection that ended without a word cannot be told from one that is silent, so when all places are taken
 * the one that was silent longest goes. If it was alive after all, it is asked to say Hello again. */
static void make_place(struct fb_sessions *s, uint32_t key, bool of_key)
{
    struct fb_session *oldest = NULL;
    for (unsigned i = 0; i < s->most; i++) {
        struct fb_session *one = &s->all[i];
        if (one->known != NULL && one->in_flight == 0 && (!of_key || one->peer.key == key) &&
            (oldest == NULL || one->last_ms < oldest->last_ms))
            oldest = one;
    }
    if (oldest != NULL)
        forget(s, oldest);
}

/* A key that opens connection after connection takes its own places, not everybody's. False: all of them have messages in flight. */
static bool keep_to_its_own(struct fb_sessions *s, uint32_t key)
{
    unsigned n = 0, before = s->n;
    for (unsigned i = 0; key != 0 && i < s->most; i++)
        n += s->all[i].known != NULL && s->all[i].peer.key == key;
    if (n < FB_SESSIONS_BY_KEY_MAX)
        return true;
    make_place(s, key, true);
    return s->n < before;
}

struct fb_session *fb_session_begin(struct fb_sessions *s, const struct fb_peer *peer,
                                    const struct fb_source *told, uint64_t ticks_ms)
{
    struct fb_known *known = know(s, told);
    if (known == NULL)
        return NULL;
    struct fb_session *session = fb_session_find(s, peer); /* not before: with a name, connections may go */
    /* Messages in flight are counted under the source that they came under. */
    if (session != NULL && session->known != known && session->in_flight > 0)
        return NULL;
    if (session == NULL) {
        if (!keep_to_its_own(s, peer->key))
            return NULL;
        if (s->spare == NULL)
            make_place(s, 0, false);
        session = s->spare;
        if (session == NULL)
            return NULL;
        s->spare = session->next;
        *session = (struct fb_session){.peer = *peer};
        session->next = *bucket_of(s, peer);
        *bucket_of(s, peer) = session;
        s->n++;
    }
    session->known = known;
    session->trust = told->trust;
    session->gone = false;
    session->last_ms = ticks_ms;
    return session;
}

bool fb_session_take(struct fb_session *session)
{
    if (session->known->in_flight >= session->known->window)
        return false;
    session->known->in_flight++;
    session->in_flight++;
    return true;
}

bool fb_session_greet(struct fb_session *session)
{
    if (session->hellos == FB_HELLOS_MAX)
        return false;
    session->hellos++;
    session->in_flight++;
    return true;
}

void fb_session_greeted(struct fb_sessions *s, struct fb_session *session)
{
    fb_assert(session->hellos > 0 && session->in_flight > 0);
    session->hellos--;
    session->in_flight--;
    if (session->gone && session->in_flight == 0)
        forget(s, session);
}

void fb_session_settled(struct fb_sessions *s, struct fb_session *session, uint32_t n)
{
    fb_assert(session->in_flight >= n && session->known->in_flight >= n);
    session->known->in_flight -= n;
    session->in_flight -= n;
    if (session->gone && session->in_flight == 0)
        forget(s, session);
}

void fb_session_gone(struct fb_sessions *s, struct fb_session *session)
{
    session->gone = true;
    if (session->in_flight == 0)
        forget(s, session);
}

struct fb_session *fb_sessions_at(struct fb_sessions *s, unsigned i)
{
    return i < s->most ? &s->all[i] : NULL;
}

unsigned fb_sessions_count(const struct fb_sessions *s)
{
    return s->n;
}

struct fb_known *fb_sessions_source(struct fb_sessions *s, unsigned i)
{
    return i < s->n_known ? &s->known[i] : NULL;
}
