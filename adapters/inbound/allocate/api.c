#include "adapters/inbound/allocate/api.h"
#include "adapters/lib/dealer.h"
#include "adapters/lib/secret_file.h"
#include <curl/curl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRIES = 6, FIRST_WAIT_MS = 250, WAIT_MAX_MS = 30000, RETRY_AFTER_MAX_S = 300, BODY_MAX = 8 << 20, TOKEN_MAX = 4000, URL_BYTES = 2000 };
struct fb_allocate_api {
    const struct fb_allocate_settings *settings;
    struct fb_allocate_sender *sender;
    const volatile sig_atomic_t *stop;
    CURL *easy;
    char secret[TOKEN_MAX], token[TOKEN_MAX + 32]; /* the latter: the whole header */
    char *body;
    size_t n, size;
    char pagination[1024];
};

int64_t fb_allocate_backoff_ms(unsigned n, int64_t retry_after_s)
{
    int64_t wait = n >= 8 ? WAIT_MAX_MS : (int64_t)FIRST_WAIT_MS << (n == 0 ? 0 : n - 1);
    if (wait > WAIT_MAX_MS)
        wait = WAIT_MAX_MS;
    int64_t asked = retry_after_s > RETRY_AFTER_MAX_S ? RETRY_AFTER_MAX_S : retry_after_s;
    return asked * 1000 > wait ? asked * 1000 : wait;
}

/* A bearer's token, or the password of a user: its description asks for the latter. Read anew after a 401. */
static bool read_secret(struct fb_allocate_api *a)
{
    const struct fb_allocate_settings *s = a->settings;
    bool basic = s->user[0] != '\0';
    if (!basic && s->token[0] == '\0')
        return true;
    const char *path = basic ? s->password : s->token, *why = fb_secret_line(path, a->secret, sizeof a->secret);
    if (why != NULL) {
        fprintf(stderr, "fairbank-allocate: %s: %s\n", why, path);
        return false;
    }
    if (!basic)
        snprintf(a->token, sizeof a->token, "Authorization: Bearer %s", a->secret);
    return true;
}

static size_t collect(char *data, size_t one, size_t n, void *ctx)
{
    struct fb_allocate_api *a = ctx;
    size_t more = one * n;
    if (a->n + more > BODY_MAX)
        return 0;
    if (a->n + more > a->size) {
        size_t size = 2 * (a->n + more);
        char *p = realloc(a->body, size);
        if (p == NULL)
            return 0;
        a->body = p;
        a->size = size;
    }
    memcpy(a->body + a->n, data, more);
    a->n += more;
    return more;
}

static size_t header(char *data, size_t one, size_t n, void *ctx)
{
    static const char name[] = "x-pagination:";
    struct fb_allocate_api *a = ctx;
    size_t i = 0, length = one * n;
    while (i < sizeof name - 1 && i < length && ((data[i] >= 'A' && data[i] <= 'Z') ? data[i] + 32 : data[i]) == name[i])
        i++;
    if (i == sizeof name - 1)
        snprintf(a->pagination, sizeof a->pagination, "%.*s", (int)(length - i), data + i);
    return length;
}

enum fb_err fb_allocate_api_open(struct fb_allocate_api **out, const struct fb_allocate_settings *settings, struct fb_allocate_sender *sender,
                                 const volatile sig_atomic_t *stop)
{
    struct fb_allocate_api *a = calloc(1, sizeof *a);
    *out = a;
    if (a == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK || (a->easy = curl_easy_init()) == NULL)
        return FB_FULL;
    a->settings = settings;
    a->sender = sender;
    a->stop = stop;
    return read_secret(a) ? FB_OK : FB_REFUSED;
}

void fb_allocate_api_close(struct fb_allocate_api **api)
{
    struct fb_allocate_api *a = *api;
    *api = NULL;
    if (a == NULL)
        return;
    if (a->easy != NULL)
        curl_easy_cleanup(a->easy);
    curl_global_cleanup();
    if (a->body != NULL)
        sodium_memzero(a->body, a->size);
    free(a->body);
    sodium_memzero(a, sizeof *a);
    free(a);
}

static int stopped(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return *((struct fb_allocate_api *)ctx)->stop != 0;
}

static CURLcode fetch(struct fb_allocate_api *a, const char *url)
{
    struct curl_slist *headers = curl_slist_append(NULL, "Accept: application/json");
    if (a->token[0] != '\0')
        headers = curl_slist_append(headers, a->token);
    a->n = 0;
    a->pagination[0] = '\0';
    curl_easy_reset(a->easy);
    curl_easy_setopt(a->easy, CURLOPT_URL, url);
    curl_easy_setopt(a->easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(a->easy, CURLOPT_PROXY, strncmp(url, "http:", 5) == 0 ? "" : NULL); /* plain http is to this machine: past any proxy */
    curl_easy_setopt(a->easy, CURLOPT_HTTPHEADER, headers);
    if (a->settings->user[0] != '\0') {
        curl_easy_setopt(a->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(a->easy, CURLOPT_USERNAME, a->settings->user);
        curl_easy_setopt(a->easy, CURLOPT_PASSWORD, a->secret);
    }
    curl_easy_setopt(a->easy, CURLOPT_ACCEPT_ENCODING, ""); /* whatever it can unpack; BODY_MAX is of what was unpacked */
    curl_easy_setopt(a->easy, CURLOPT_TIMEOUT, (long)a->settings->timeout_s);
    curl_easy_setopt(a->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(a->easy, CURLOPT_USERAGENT, "fairbank-allocate/" FB_VERSION);
    curl_easy_setopt(a->easy, CURLOPT_WRITEFUNCTION, collect);
    curl_easy_setopt(a->easy, CURLOPT_WRITEDATA, a);
    curl_easy_setopt(a->easy, CURLOPT_HEADERFUNCTION, header);
    curl_easy_setopt(a->easy, CURLOPT_HEADERDATA, a);
    curl_easy_setopt(a->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(a->easy, CURLOPT_XFERINFOFUNCTION, stopped);
    curl_easy_setopt(a->easy, CURLOPT_XFERINFODATA, a);
    if (a->settings->ca[0] != '\0')
        curl_easy_setopt(a->easy, CURLOPT_CAINFO, a->settings->ca);
    CURLcode code = curl_easy_perform(a->easy);
    curl_slist_free_all(headers);
    return code;
}

/* True: an answer. False: again later; *why says what was wrong, never with a byte of a body. */
static bool try_once(struct fb_allocate_api *a, const char *url, struct fb_allocate_answer *out, char why[120], int64_t *after_s)
{
    curl_off_t after = 0;
    CURLcode code = fetch(a, url);
    *after_s = 0;
    out->status = 0;
    if (code != CURLE_OK) {
        snprintf(why, 120, "no whole answer: %s", curl_easy_strerror(code));
        return false;
    }
    curl_easy_getinfo(a->easy, CURLINFO_RESPONSE_CODE, &out->status);
    curl_easy_getinfo(a->easy, CURLINFO_RETRY_AFTER, &after);
    *after_s = (int64_t)after;
    snprintf(why, 120, "answered %ld", out->status);
    if (out->status == 404 || out->status == 410 || out->status == 400)
        return true;
    if (out->status == 401 && !read_secret(a))
        snprintf(why, 120, "answered 401, and the secret's file cannot be read");
    if (out->status == 204) { /* nothing to list */
        out->status = 200;
        out->body = json_array();
        return out->body != NULL;
    }
    if (out->status != 200)
        return false;
    size_t mark = a->n >= 3 && memcmp(a->body, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    out->bytes = a->n;
    out->body = json_loadb(a->body != NULL ? a->body + mark : "", a->n - mark, JSON_REJECT_DUPLICATES, NULL);
    if (a->body != NULL)
        sodium_memzero(a->body, a->n);
    snprintf(why, 120, "answered what is no JSON");
    snprintf(out->pagination, sizeof out->pagination, "%s", a->pagination);
    return out->body != NULL;
}

static enum fb_err rest(struct fb_allocate_api *a, int64_t ms)
{
    int64_t until = fb_dealer_now_ms() + ms;
    enum fb_err e = FB_OK;
    while (e == FB_OK && fb_dealer_now_ms() < until)
        e = *a->stop ? FB_BUSY : fb_allocate_pump(a->sender, 20);
    return e;
}

enum fb_err fb_allocate_api_get(struct fb_allocate_api *a, const char *path, const char *id, const char *query, struct fb_allocate_answer *out)
{
    char url[URL_BYTES], why[120];
    int64_t after_s;
    char *part = id == NULL ? NULL : curl_easy_escape(a->easy, id, 0);
    int n = snprintf(url, sizeof url, "%s/%s/trustcode/%s/%s%s%s", a->settings->url, a->settings->version, a->settings->trust_code, path, part != NULL ? part : "", query);
    curl_free(part);
    *out = (struct fb_allocate_answer){.status = 0};
    if (n < 0 || (size_t)n >= sizeof url)
        return FB_LIMIT;
    for (unsigned t = 1; t <= TRIES; t++) {
        if (try_once(a, url, out, why, &after_s))
            return FB_OK;
        if (*a->stop)
            return FB_BUSY;
        fprintf(stderr, "fairbank-allocate: %s%s: %s%s\n", path, id != NULL ? "…" : "", why, t < TRIES ? "; trying again" : "; given up for now");
        enum fb_err e = t < TRIES ? rest(a, fb_allocate_backoff_ms(t, after_s)) : FB_OK;
        if (e != FB_OK)
            return e;
    }
    return FB_BUSY;
}
