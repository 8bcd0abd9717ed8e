#include "adapters/inbound/allocate/listen.h"
#include "adapters/lib/dealer.h"
#include <arpa/inet.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_MAX = 128, PER_ADDRESS_MAX = 64, IDLE_S = 20, ANSWER_WITHIN_MS = 10000, FAST_MS = 1, SLOW_MS = 10, GRACE_MS = 3000, TELL_MS = 60000 };

struct request {
    char *body;
    size_t n, size;
    bool too_long;
    int item;       /* in the sender, or -1 */
    bool suspended;
    struct MHD_Connection *connection;
    struct request *next;
};
struct fb_allocate_listener {
    const struct fb_allocate_settings *settings;
    struct fb_allocate_sender *sender;
    struct MHD_Daemon *daemon;
    struct request *waiting; /* suspended ones */
    bool closing;
    unsigned open;
    uint64_t strangers; /* posts without the secret, since they were last told of */
    int64_t told_ms;    /* 0: never */
};

/* ---- answers ---- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *word, const char *reason)
{
    json_t *body = json_pack("{s:s, s:s?}", "outcome", word, "reason", reason);
    char *text = body != NULL ? json_dumps(body, JSON_COMPACT) : NULL;
    json_decref(body);
    if (text == NULL)
        return MHD_NO;
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    MHD_add_response_header(r, "Content-Type", "application/json");
    MHD_add_response_header(r, "Cache-Control", "no-store");
    if (status == MHD_HTTP_SERVICE_UNAVAILABLE)
        MHD_add_response_header(r, "Retry-After", "5");
    if (status == MHD_HTTP_UNAUTHORIZED)
        MHD_add_response_header(r, "WWW-Authenticate", "Bearer");
    enum MHD_Result result = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return result;
}

static unsigned status_of(enum fb_allocate_fate fate)
{
    static const unsigned status[FB_ALLOCATE_FATES] = {
        [FB_ALLOCATE_WAITING] = 503, [FB_ALLOCATE_TAKEN] = 200, [FB_ALLOCATE_REPEATED] = 200, [FB_ALLOCATE_PASSED] = 200,
        [FB_ALLOCATE_UNREADABLE] = 422, [FB_ALLOCATE_REFUSED] = 422, [FB_ALLOCATE_CONFLICT] = 409, [FB_ALLOCATE_AWAY] = 503,
    };
    return status[fate];
}

static enum MHD_Result answer_item(struct fb_allocate_listener *l, struct MHD_Connection *c, struct request *r)
{
    struct fb_allocate_item *it = fb_allocate_item(l->sender, r->item);
    if (it->fate == FB_ALLOCATE_WAITING) {
        it->fate = FB_ALLOCATE_AWAY;
        snprintf(it->reason, sizeof it->reason, "the engine did not answer in time");
    }
    if (fb_allocate_settle(l->sender) != FB_OK)
        it->fate = FB_ALLOCATE_AWAY;
    unsigned status = it->fate == FB_ALLOCATE_UNREADABLE && it->event == NULL ? MHD_HTTP_BAD_REQUEST : status_of(it->fate);
    enum MHD_Result result = answer(c, status, fb_allocate_fate_word(it->fate), it->reason[0] != '\0' ? it->reason : NULL);
    fb_allocate_release(l->sender, r->item);
    r->item = FB_ALLOCATE_NO_ITEM;
    return result;
}

/* ---- a request ---- */

static bool secret_is(const char *given, const char *secret)
{
    unsigned char a[32], b[32];
    if (given == NULL)
        return false;
    crypto_generichash(a, sizeof a, (const unsigned char *)given, strlen(given), NULL, 0);
    crypto_generichash(b, sizeof b, (const unsigned char *)secret, strlen(secret), NULL, 0);
    return sodium_memcmp(a, b, sizeof a) == 0; /* how much of it was right does not show in the time taken */
}

/* While the secret is being changed, the one before comes in too. */
static bool is_known(const struct fb_allocate_settings *set, const char *given)
{
    return secret_is(given, set->secret) || (set->old_secret[0] != '\0' && secret_is(given, set->old_secret));
}

static bool may_come_in(const struct fb_allocate_listener *l, struct MHD_Connection *c)
{
    const char *bearer = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization");
    const char *header = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "X-Fairbank-Secret");
    return is_known(l->settings, header) || (bearer != NULL && strncmp(bearer, "Bearer ", 7) == 0 && is_known(l->settings, bearer + 7));
}

static void collect(struct request *r, const char *data, size_t n)
{
    if (r->too_long || r->n + n > FB_ALLOCATE_EVENT_BYTES_MAX) {
        r->too_long = true;
        return;
    }
    if (r->n + n > r->size) {
        size_t size = r->n + n < 4096 ? 4096 : 2 * (r->n + n);
        char *more = realloc(r->body, size);
        if (more == NULL) {
            r->too_long = true;
            return;
        }
        r->body = more;
        r->size = size;
    }
    memcpy(r->body + r->n, data, n);
    r->n += n;
}

json_t *fb_allocate_of_path(const char *path, json_t *body)
{
    static const char stem[] = "/api/v1/vacancies";
    char id[64];
    const char *rest = strncmp(path, stem, sizeof stem - 1) == 0 ? path + sizeof stem - 1 : NULL;
    if (rest == NULL || !json_is_object(body))
        return json_incref(body);
    if (rest[0] == '\0')
        return json_pack("{s:s, s:O, s:O*}", "eventType", "VacancyPublishedEvent", "vacancy", body, "timeStamp", json_object_get(body, "timeStamp"));
    const char *tail = rest[0] == '/' ? strchr(rest + 1, '/') : NULL;
    bool sheet = tail != NULL && strcmp(tail, "/timesheet") == 0, proposal = tail != NULL && strcmp(tail, "/proposals") == 0;
    if ((!sheet && !proposal) || tail == rest + 1 || (size_t)(tail - rest - 1) >= sizeof id)
        return NULL;
    snprintf(id, sizeof id, "%.*s", (int)(tail - rest - 1), rest + 1);
    json_t *event = json_copy(body);
    json_object_set_new(event, "eventType", json_string(sheet ? "VacancyTimesheet" : "ProposalDetails"));
    json_object_set_new(event, "vacancyId", json_string(id));
    return event;
}

static void submit(struct fb_allocate_listener *l, struct request *r, const char *path)
{
    size_t mark = r->n >= 3 && memcmp(r->body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* of the byte order; some clients write it */
    struct fb_span text = {r->body != NULL ? r->body + mark : "", (uint32_t)(r->n - mark)};
    struct fb_allocate_arrival arrived = {l->settings->arrival ? fb_allocate_now_ms() : FB_ABSENT, 0};
    json_t *body = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, NULL), *event = body == NULL ? NULL : fb_allocate_of_path(path, body);
    if (event == NULL && body != NULL) /* of no path that is known: what it says itself counts */
        event = json_incref(body);
    fb_allocate_batch_hour(l->sender, "posts");
    r->item = event != NULL ? fb_allocate_send(l->sender, event, "http", arrived) : fb_allocate_send_text(l->sender, text, "http", arrived);
    json_decref(event);
    json_decref(body);
    if (r->body != NULL)
        sodium_memzero(r->body, r->n);
}

static enum MHD_Result whole(struct fb_allocate_listener *l, struct MHD_Connection *c, struct request *r, const char *path)
{
    if (r->item >= 0)
        return answer_item(l, c, r);
    if (r->too_long)
        return answer(c, 413, "unreadable", "an event has at most 262144 bytes");
    if (l->closing || !fb_allocate_engine_is_there(l->sender))
        return answer(c, MHD_HTTP_SERVICE_UNAVAILABLE, "engine_away", "the engine is away: say it again");
    submit(l, r, path);
    if (r->item < 0)
        return answer(c, MHD_HTTP_SERVICE_UNAVAILABLE, "engine_away", "too many at once: say it again");
    if (fb_allocate_item(l->sender, r->item)->fate != FB_ALLOCATE_WAITING)
        return answer_item(l, c, r);
    r->connection = c;
    r->suspended = true;
    r->next = l->waiting;
    l->waiting = r;
    MHD_suspend_connection(c);
    return MHD_YES;
}

static enum MHD_Result handle(void *ctx, struct MHD_Connection *c, const char *url, const char *method, const char *version, const char *data, size_t *n,
                              void **state)
{
    struct fb_allocate_listener *l = ctx;
    struct request *r = *state;
    (void)version;
    if (r == NULL) {
        const char *length = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
        int64_t stated = 0;
        if (!may_come_in(l, c)) { /* before a byte of the body is read */
            l->strangers++;
            return answer(c, MHD_HTTP_UNAUTHORIZED, "refused", "the secret is missing, or another");
        }
        if (strcmp(method, "POST") != 0)
            return answer(c, MHD_HTTP_METHOD_NOT_ALLOWED, "refused", "events are posted");
        if (length != NULL && (MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Transfer-Encoding") != NULL || fb_parse_int(&stated, fb_span_of(length)) != FB_OK))
            return answer(c, MHD_HTTP_BAD_REQUEST, "refused", "two lengths of one body");
        if (stated > FB_ALLOCATE_EVENT_BYTES_MAX)
            return answer(c, 413, "unreadable", "an event has at most 262144 bytes");
        r = calloc(1, sizeof *r);
        *state = r;
        if (r == NULL)
            return MHD_NO;
        r->item = FB_ALLOCATE_NO_ITEM;
        l->open++;
        return MHD_YES;
    }
    if (*n > 0) {
        collect(r, data, *n);
        *n = 0;
        return MHD_YES;
    }
    return whole(l, c, r, url);
}

static void forget(struct fb_allocate_listener *l, const struct request *r)
{
    for (struct request **p = &l->waiting; *p != NULL; p = &(*p)->next)
        if (*p == r) {
            *p = r->next;
            return;
        }
}

static void completed(void *ctx, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode why)
{
    struct fb_allocate_listener *l = ctx;
    struct request *r = *state;
    (void)c;
    (void)why;
    *state = NULL;
    if (r == NULL)
        return;
    forget(l, r);
    if (r->item >= 0) /* the caller went away; the engine's answer is nobody's, and it will be said again */
        fb_allocate_release(l->sender, r->item);
    l->open--;
    free(r->body);
    free(r);
}

/* ---- the loop ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in four;
    struct sockaddr_in6 six;
};

/* false: it is of neither kind. */
static bool address_of(union address *out, const struct fb_allocate_settings *settings)
{
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET, settings->address, &out->four.sin_addr) == 1) {
        out->four.sin_family = AF_INET;
        out->four.sin_port = htons((uint16_t)settings->port);
        return true;
    }
    out->six.sin6_family = AF_INET6;
    out->six.sin6_port = htons((uint16_t)settings->port);
    return inet_pton(AF_INET6, settings->address, &out->six.sin6_addr) == 1;
}

enum fb_err fb_allocate_listen_open(struct fb_allocate_listener **out, const struct fb_allocate_settings *settings, struct fb_allocate_sender *sender)
{
    struct fb_allocate_listener *l = calloc(1, sizeof *l);
    union address at;
    *out = l;
    if (l == NULL || !address_of(&at, settings))
        return FB_IO;
    l->settings = settings;
    l->sender = sender;
    l->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | (at.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0u), 0, NULL, NULL, handle, l,
                                 MHD_OPTION_SOCK_ADDR, &at.any, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_PER_IP_CONNECTION_LIMIT, (unsigned)PER_ADDRESS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
                                 (unsigned)IDLE_S, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_COMPLETED, completed, l, MHD_OPTION_END);
    return l->daemon != NULL ? FB_OK : FB_IO;
}

unsigned fb_allocate_listen_port(const struct fb_allocate_listener *l)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_BIND_PORT);
    return info != NULL ? info->port : 0;
}

static bool is_over(struct fb_allocate_listener *l, const struct request *r, int64_t now)
{
    const struct fb_allocate_item *it = fb_allocate_item(l->sender, r->item);
    return it->fate != FB_ALLOCATE_WAITING || now - it->since_ms >= ANSWER_WITHIN_MS || l->closing;
}

static void resume(struct fb_allocate_listener *l)
{
    int64_t now = fb_dealer_now_ms();
    for (struct request **p = &l->waiting; *p != NULL;) {
        struct request *r = *p;
        if (!is_over(l, r, now)) {
            p = &r->next;
            continue;
        }
        *p = r->next;
        r->suspended = false;
        MHD_resume_connection(r->connection);
    }
}

/* Somebody who tries secrets, or a system that has an old one: a line a minute, however often. */
static void tell_strangers(struct fb_allocate_listener *l)
{
    int64_t now = fb_dealer_now_ms();
    if (l->strangers == 0 || (l->told_ms != 0 && now - l->told_ms < TELL_MS))
        return;
    fprintf(stderr, "fairbank-allocate: turned away: %" PRIu64 " without the secret, or with another\n", l->strangers);
    l->strangers = 0;
    l->told_ms = now;
}

enum fb_err fb_allocate_listen_run(struct fb_allocate_listener *l, const volatile sig_atomic_t *stop)
{
    enum fb_err e = FB_OK;
    int64_t until = 0;
    while (e == FB_OK && (until == 0 || (l->open > 0 && fb_dealer_now_ms() < until))) {
        if (*stop && until == 0)
            until = fb_dealer_now_ms() + GRACE_MS;
        l->closing = until != 0 && l->waiting == NULL;
        if (MHD_run(l->daemon) != MHD_YES)
            e = FB_IO;
        if (e == FB_OK)
            e = fb_allocate_pump(l->sender, l->waiting != NULL || l->open > 0 ? FAST_MS : SLOW_MS);
        resume(l);
        tell_strangers(l);
    }
    l->told_ms = 0; /* what was not told of yet */
    tell_strangers(l);
    if (e == FB_OK)
        e = fb_allocate_settle(l->sender);
    return e;
}

void fb_allocate_listen_close(struct fb_allocate_listener **listener)
{
    struct fb_allocate_listener *l = *listener;
    *listener = NULL;
    if (l == NULL)
        return;
    l->closing = true;
    if (l->daemon != NULL) {
        resume(l);
        MHD_run(l->daemon);
        MHD_stop_daemon(l->daemon);
    }
    free(l);
}
