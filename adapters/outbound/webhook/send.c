#include "adapters/outbound/webhook/send.h"
#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TAKE = 256, SETTLE = 256, ERROR_BYTES = 120, BODY_MAX = 1 << 16, RETRY_AFTER_MAX_S = 6 * 3600 };

/* One hook: waiting in our memory, on its way, or back. */
struct hook {
    struct fb_webhook_receiver *to;
    int64_t id, since_ms, tries;
    char *body;
    char event[FB_EVENT_ID_BYTES];
    struct curl_slist *headers;
    CURL *easy;
    struct hook *next;
};
struct fb_webhook_sender {
    struct fb_webhook_receivers *receivers;
    CURLM *multi;
    struct hook *queue[FB_RECEIVERS_MAX], *last[FB_RECEIVERS_MAX]; /* taken and not on their way yet */
    unsigned queued[FB_RECEIVERS_MAX];
    bool dry[FB_RECEIVERS_MAX]; /* nothing more was due to it; asked again with the next call */
    CURL *spare[FB_WEBHOOK_AT_ONCE_MAX];
    unsigned n_spare, on_their_way, n_settled;
    struct fb_settled settled[SETTLE];
    char error[SETTLE][ERROR_BYTES];
};

enum fb_err fb_webhook_sender_open(struct fb_webhook_sender **out, struct fb_webhook_receivers *receivers)
{
    struct fb_webhook_sender *s = calloc(1, sizeof *s);
    *out = s;
    if (s == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return FB_FULL;
    s->receivers = receivers;
    s->multi = curl_multi_init();
    return s->multi != NULL ? FB_OK : FB_FULL;
}

static void hook_free(struct hook *h)
{
    curl_slist_free_all(h->headers);
    free(h->body);
    free(h);
}

void fb_webhook_sender_close(struct fb_webhook_sender **sender)
{
    struct fb_webhook_sender *s = *sender;
    *sender = NULL;
    if (s == NULL)
        return;
    for (unsigned i = 0; i < FB_RECEIVERS_MAX; i++)
        for (struct hook *h = s->queue[i], *next; h != NULL; h = next) {
            next = h->next;
            hook_free(h);
        }
    for (unsigned i = 0; i < s->n_spare; i++)
        curl_easy_cleanup(s->spare[i]);
    if (s->multi != NULL)
        curl_multi_cleanup(s->multi);
    curl_global_cleanup();
    free(s);
}

/* ---- what an answer means ---- */

struct fb_settled fb_webhook_settle(const struct fb_webhook_receiver *r, const struct fb_webhook_answer *a, char error[120])
{
    struct fb_settled out = {.id = a->id, .state = FB_DELIVERY_DELIVERED};
    if (a->status >= 200 && a->status < 300)
        return out;
    if (a->status == 0)
        snprintf(error, ERROR_BYTES, "no answer: %s", a->trouble);
    else
        snprintf(error, ERROR_BYTES, "answered %ld%s", a->status, a->status == 410 ? ": gone" : a->status / 100 == 3 ? ": redirections are not followed" : "");
    out.error = error;
    bool late = a->now_ms - a->since_ms >= r->give_up_ms;
    out.state = a->status == 410 || late ? FB_DELIVERY_DEAD : FB_DELIVERY_WAITING;
    int64_t wait = fb_outlet_retry_ms(a->tries, (uint64_t)a->id * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)a->tries), asked = a->retry_after_s;
    if (asked > RETRY_AFTER_MAX_S)
        asked = RETRY_AFTER_MAX_S;
    out.due_ms = a->now_ms + (asked * 1000 > wait ? asked * 1000 : wait);
    return out;
}

/* ---- out ---- */

static size_t drop(char *bytes, size_t size, size_t n, void *ctx)
{
    (void)bytes;
    (void)ctx;
    return size * n;
}

static bool add_header(struct hook *h, const char *name, const char *value)
{
    char line[300];
    snprintf(line, sizeof line, "%s: %s", name, value);
    struct curl_slist *more = curl_slist_append(h->headers, line);
    if (more != NULL)
        h->headers = more;
    return more != NULL;
}

/* The id is the event's: the same however often it is sent, so that a receiver can drop what it has. */
static bool make_headers(struct hook *h)
{
    char signature[FB_WEBHOOK_SIGNATURE_BYTES], when[24];
    int64_t now = fb_outlet_now_ms() / 1000;
    snprintf(when, sizeof when, "%" PRId64, now);
    fb_webhook_sign(signature, &h->to->secret, &h->to->old_secret, h->event, now, (struct fb_span){h->body, (uint32_t)strlen(h->body)});
    return add_header(h, "content-type", "application/json") && add_header(h, "webhook-id", h->event) && add_header(h, "webhook-timestamp", when) &&
           add_header(h, "webhook-signature", signature) && add_header(h, "expect", "") && add_header(h, "user-agent", "fairbank-webhook/" FB_VERSION);
}

static bool start(struct fb_webhook_sender *s, struct hook *h)
{
    const struct fb_webhook_receiver *r = h->to;
    h->easy = s->n_spare > 0 ? s->spare[--s->n_spare] : curl_easy_init();
    if (h->easy == NULL || !make_headers(h))
        return false;
    curl_easy_reset(h->easy);
    curl_easy_setopt(h->easy, CURLOPT_URL, r->url);
    curl_easy_setopt(h->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h->easy, CURLOPT_PROXY, strncmp(r->url, "http:", 5) == 0 ? "" : NULL); /* plain http is to this machine: past any proxy */
    curl_easy_setopt(h->easy, CURLOPT_HTTPHEADER, h->headers);
    curl_easy_setopt(h->easy, CURLOPT_POSTFIELDSIZE, (long)strlen(h->body));
    curl_easy_setopt(h->easy, CURLOPT_POSTFIELDS, h->body);
    curl_easy_setopt(h->easy, CURLOPT_TIMEOUT_MS, r->timeout_ms);
    curl_easy_setopt(h->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h->easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(h->easy, CURLOPT_MAXFILESIZE, (long)BODY_MAX);
    curl_easy_setopt(h->easy, CURLOPT_PRIVATE, h);
    if (r->ca[0] != '\0')
        curl_easy_setopt(h->easy, CURLOPT_CAINFO, r->ca);
    if (curl_multi_add_handle(s->multi, h->easy) != CURLM_OK)
        return false;
    h->to->on_its_way++;
    s->on_their_way++;
    return true;
}

/* ---- back ---- */

static enum fb_err flush_settled(struct fb_webhook_sender *s, struct fb_outlet *o)
{
    enum fb_err e = fb_outlet_settle(o, s->settled, s->n_settled);
    s->n_settled = 0;
    return e;
}

static enum fb_err settle(struct fb_webhook_sender *s, struct fb_outlet *o, const struct hook *h, struct fb_webhook_answer *a)
{
    a->id = h->id;
    a->since_ms = h->since_ms;
    a->tries = h->tries;
    a->now_ms = fb_outlet_now_ms();
    s->settled[s->n_settled] = fb_webhook_settle(h->to, a, s->error[s->n_settled]);
    return ++s->n_settled == SETTLE ? flush_settled(s, o) : FB_OK;
}

static enum fb_err take_back(struct fb_webhook_sender *s, struct fb_outlet *o, const CURLMsg *m)
{
    struct hook *h = NULL;
    curl_off_t after = 0;
    struct fb_webhook_answer a = {.trouble = curl_easy_strerror(m->data.result)};
    curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&h);
    curl_easy_getinfo(h->easy, CURLINFO_RESPONSE_CODE, &a.status);
    curl_easy_getinfo(h->easy, CURLINFO_RETRY_AFTER, &after);
    if (a.status < 200) /* none came, or "continue" alone; a later one stands, though its body, which nobody reads, breaks off */
        a.status = 0;
    a.retry_after_s = (int64_t)after;
    enum fb_err e = settle(s, o, h, &a);
    curl_multi_remove_handle(s->multi, h->easy);
    h->to->on_its_way--;
    s->on_their_way--;
    if (s->n_spare < FB_WEBHOOK_AT_ONCE_MAX)
        s->spare[s->n_spare++] = h->easy;
    else
        curl_easy_cleanup(h->easy);
    hook_free(h);
    return e;
}

/* ---- in between ---- */

static struct hook *hook_of(struct fb_webhook_receiver *to, const struct fb_delivery *d)
{
    struct hook *h = calloc(1, sizeof *h);
    size_t n = strlen(d->body) + 1;
    if (h == NULL || (h->body = malloc(n)) == NULL) {
        free(h);
        return NULL;
    }
    memcpy(h->body, d->body, n);
    snprintf(h->event, sizeof h->event, "%s", d->event);
    h->to = to;
    h->id = d->id;
    h->since_ms = d->since_ms;
    h->tries = d->tries;
    return h;
}

/* An escalation or a reminder is another thing to be told about the same event: its id says which. */
static void name_purpose(struct hook *h, const struct fb_delivery *d)
{
    size_t n = strlen(h->event);
    if (d->purpose != FB_PURPOSE_ALERT)
        snprintf(h->event + n, sizeof h->event - n, "-%.1s", fb_purpose_word(d->purpose));
}

static enum fb_err take(struct fb_webhook_sender *s, struct fb_outlet *o, unsigned i)
{
    static struct fb_delivery d[TAKE];
    unsigned n = 0;
    enum fb_err e = fb_outlet_take(o, s->receivers->name[i], false, TAKE, d, &n);
    s->dry[i] = n < TAKE;
    for (unsigned k = 0; e == FB_OK && k < n; k++) {
        struct hook *h = hook_of(&s->receivers->one[i], &d[k]);
        if (h == NULL)
            return FB_FULL;
        name_purpose(h, &d[k]);
        if (s->queue[i] == NULL)
            s->queue[i] = h;
        else
            s->last[i]->next = h;
        s->last[i] = h;
        s->queued[i]++;
    }
    return e;
}

static enum fb_err fill(struct fb_webhook_sender *s, struct fb_outlet *o)
{
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < s->receivers->n; i++) {
        struct fb_webhook_receiver *r = &s->receivers->one[i];
        if (s->queued[i] == 0 && !s->dry[i] && r->on_its_way <= r->at_once / 2)
            e = take(s, o, i);
        while (e == FB_OK && s->queue[i] != NULL && r->on_its_way < r->at_once) {
            struct hook *h = s->queue[i];
            s->queue[i] = h->next;
            s->queued[i]--;
            if (!start(s, h))
                return FB_FULL;
        }
    }
    return e;
}

static enum fb_err collect(struct fb_webhook_sender *s, struct fb_outlet *o)
{
    int running, left;
    enum fb_err e = FB_OK;
    const CURLMsg *m;
    if (curl_multi_perform(s->multi, &running) != CURLM_OK)
        return FB_IO;
    while (e == FB_OK && (m = curl_multi_info_read(s->multi, &left)) != NULL)
        if (m->msg == CURLMSG_DONE)
            e = take_back(s, o, m);
    return e;
}

static bool is_queued(const struct fb_webhook_sender *s)
{
    for (unsigned i = 0; i < s->receivers->n; i++)
        if (s->queued[i] > 0)
            return true;
    return false;
}

enum fb_err fb_webhook_send(struct fb_webhook_sender *s, struct fb_outlet *o, int wait_ms, const volatile sig_atomic_t *stop, bool *busy)
{
    int64_t until = fb_outlet_now_ms() + wait_ms;
    enum fb_err e = FB_OK;
    memset(s->dry, 0, sizeof s->dry);
    do {
        if (!*stop)
            e = fill(s, o);
        if (e == FB_OK)
            e = collect(s, o);
        int64_t left = until - fb_outlet_now_ms();
        if (e == FB_OK && s->on_their_way > 0 && left > 0)
            curl_multi_poll(s->multi, NULL, 0, left > 50 ? 50 : (int)left, NULL);
    } while (e == FB_OK && s->on_their_way > 0 && fb_outlet_now_ms() < until);
    enum fb_err flushed = flush_settled(s, o);
    /* What was taken and not begun is no longer due in the ledger: whoever ends when nothing is due must not end here. */
    *busy = s->on_their_way > 0 || (!*stop && is_queued(s));
    return e != FB_OK ? e : flushed;
}
