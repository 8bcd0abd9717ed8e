#include "engine/shell/metrics.h"
#include "engine/shell/log.h"
#include "engine/shell/metrics_address.h"
#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <uv.h>

enum { CONNECTIONS = 8, SECONDS = 5, CONNECTION_BYTES = 16384 };

struct fb_metrics {
    struct MHD_Daemon *daemon;
    uv_mutex_t lock;
    /* Under the lock. */
    char *page;
    size_t n;
};

/* ---- who asks ---- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *type, const char *text, size_t n)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(n, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    if (r == NULL)
        return MHD_NO;
    enum MHD_Result done = MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    done = done == MHD_YES ? MHD_add_response_header(r, "X-Content-Type-Options", "nosniff") : done;
    done = done == MHD_YES && status == MHD_HTTP_METHOD_NOT_ALLOWED ? MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD") : done;
    done = done == MHD_YES ? MHD_queue_response(c, status, r) : done;
    MHD_destroy_response(r);
    return done;
}

static enum MHD_Result say(struct MHD_Connection *c, unsigned status, const char *text)
{
    return answer(c, status, "text/plain; charset=utf-8", text, strlen(text));
}

static enum MHD_Result give_page(struct fb_metrics *m, struct MHD_Connection *c)
{
    enum MHD_Result done = MHD_NO;
    uv_mutex_lock(&m->lock);
    if (m->n > 0)
        done = answer(c, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8", m->page, m->n);
    uv_mutex_unlock(&m->lock);
    return done;
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path, const char *method, const char *version,
                                  const char *upload, size_t *upload_n, void **state)
{
    struct fb_metrics *m = ctx;
    bool get = strcmp(method, MHD_HTTP_METHOD_GET) == 0 || strcmp(method, MHD_HTTP_METHOD_HEAD) == 0;
    (void)version;
    (void)upload;
    (void)state;
    if (*upload_n != 0)
        return MHD_NO;
    if (!get)
        return say(c, MHD_HTTP_METHOD_NOT_ALLOWED, "only GET\n");
    if (MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH) != NULL ||
        MHD_lookup_connection_value(c, MHD_HEADER_KIND, MHD_HTTP_HEADER_TRANSFER_ENCODING) != NULL)
        return say(c, MHD_HTTP_BAD_REQUEST, "a body is not read\n");
    if (strcmp(path, "/metrics") != 0)
        return say(c, MHD_HTTP_NOT_FOUND, "only /metrics\n");
    return give_page(m, c);
}

/* ---- open and close ---- */

enum fb_err fb_metrics_open(struct fb_metrics **out, const char *address)
{
    union fb_metrics_address a;
    struct fb_metrics *m = calloc(1, sizeof *m);
    if (m == NULL || !fb_metrics_address_parse(&a, fb_span_of(address)) || (m->page = malloc(FB_METRICS_BYTES)) == NULL) {
        free(m);
        return FB_FULL;
    }
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | (a.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : 0u);
    uv_mutex_init(&m->lock);
    m->daemon = MHD_start_daemon(flags, 0, NULL, NULL, on_request, m, MHD_OPTION_SOCK_ADDR, &a.any, MHD_OPTION_CONNECTION_LIMIT,
                                 (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)SECONDS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                 (size_t)CONNECTION_BYTES, MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
    if (m->daemon == NULL) {
        fb_log(FB_LOG_ERROR, "metrics: %s cannot be bound: is another program there?", address);
        fb_metrics_close(&m);
        return FB_IO;
    }
    *out = m;
    return FB_OK;
}

void fb_metrics_close(struct fb_metrics **m)
{
    if (*m == NULL)
        return;
    if ((*m)->daemon != NULL)
        MHD_stop_daemon((*m)->daemon);
    uv_mutex_destroy(&(*m)->lock);
    free((*m)->page);
    free(*m);
    *m = NULL;
}

void fb_metrics_publish(struct fb_metrics *m, struct fb_span page)
{
    uv_mutex_lock(&m->lock);
    m->n = page.n < FB_METRICS_BYTES ? page.n : 0;
    memcpy(m->page, page.p, m->n);
    uv_mutex_unlock(&m->lock);
}
