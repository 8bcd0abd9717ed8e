#include "tests/bench/portal.h"
#include "engine/base/check.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENT_BYTES = 160, PAGE_MAX = 1000 };
struct bench_portal_counts {
    struct bench_child_port port;
    unsigned duties_held;
    atomic_ullong pages, duties;
};

/* text is freed with the answer. */
static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, char *text, const char *pagination)
{
    struct MHD_Response *r = MHD_create_response_from_buffer(strlen(text), text, MHD_RESPMEM_MUST_FREE);
    fb_assert(r != NULL);
    if (pagination != NULL)
        MHD_add_response_header(r, "X-Pagination", pagination);
    enum MHD_Result done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

static unsigned asked(struct MHD_Connection *c, const char *name)
{
    const char *v = MHD_lookup_connection_value(c, MHD_GET_ARGUMENT_KIND, name);
    return v == NULL ? 1 : (unsigned)strtoul(v, NULL, 10);
}

static enum MHD_Result page_of(struct MHD_Connection *c, unsigned rows, bool events)
{
    unsigned page = asked(c, "page"), size = asked(c, "pageSize"), from = (page - 1) * size;
    char head[200], *text = malloc((size_t)PAGE_MAX * EVENT_BYTES + 8);
    size_t n = 1;
    fb_assert(text != NULL && page > 0 && size > 0 && size <= PAGE_MAX);
    text[0] = '[';
    for (unsigned i = from; events && i < rows && i < from + size; i++)
        n += (size_t)snprintf(text + n, EVENT_BYTES, "%s{\"eventType\":\"CREATE\",\"entityType\":\"duty\",\"entityId\":\"RTH.%u\",\"timeStamp\":\"2026-03-%02uT08:00:00Z\"}",
                              i > from ? "," : "", i, 1 + i * 20 / rows);
    snprintf(text + n, EVENT_BYTES, "]");
    snprintf(head, sizeof head, "{\"currentPage\":%u,\"pageSize\":%u,\"totalCount\":%u,\"totalPages\":%u}", page, size, rows, (rows + size - 1) / size);
    return answer(c, MHD_HTTP_OK, text, head);
}

static enum MHD_Result duty_of(struct MHD_Connection *c, unsigned n)
{
    char *text = malloc(1024);
    fb_assert(text != NULL);
    snprintf(text, 1024,
             "{\"dutyId\":\"RTH.%u\",\"clientDeptId\":\"WARD-%u\",\"subDiscipline\":\"Nursing\",\"grade\":\"Band 5\",\"date\":\"2026-03-%02u\",\"startTime\":\"07:30\","
             "\"endTime\":\"20:00\",\"breakDuration\":60,\"poNumber\":\"PO%u\",\"uniqueNumber\":\"BRN%u\",\"agency\":\"A1\",\"status\":\"active\","
             "\"person\":{\"extSystemId\":\"P%u\"},\"rates\":[{\"reference\":\"basic_worker_pay\",\"rate\":21.55},{\"reference\":\"basic_commission\",\"rate\":1.25},"
             "{\"reference\":\"basic_ni\",\"rate\":2.9}]}",
             n, n % 50, 1 + n % 28, n, n, n);
    return answer(c, MHD_HTTP_OK, text, NULL);
}

static enum MHD_Result on_request(void *ctx, struct MHD_Connection *c, const char *path, const char *method, const char *version, const char *upload,
                                  size_t *upload_n, void **state)
{
    struct bench_portal_counts *counts = ctx;
    const char *duty = strstr(path, "/duty/"), *last = strrchr(path, '/');
    (void)method;
    (void)version;
    (void)upload;
    (void)upload_n;
    (void)state;
    if (duty != NULL) {
        atomic_fetch_add(&counts->duties, 1);
        return duty_of(c, (unsigned)strtoul(duty + 6, NULL, 10));
    }
    bool events = strcmp(last, "/event") == 0;
    atomic_fetch_add(&counts->pages, events);
    return page_of(c, events ? counts->duties_held : 0, events);
}

static struct MHD_Daemon *start(void *shared, const struct sockaddr *here)
{
    return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, on_request, shared, MHD_OPTION_SOCK_ADDR, here, MHD_OPTION_END);
}

void bench_portal_open(struct bench_portal *p, unsigned duties)
{
    struct bench_portal_counts *counts = bench_child_share(&p->child, sizeof *counts);
    counts->duties_held = duties;
    p->counts = counts;
    bench_child_start(&p->child, start);
}

void bench_portal_close(struct bench_portal *p)
{
    bench_child_close(&p->child);
}

uint64_t bench_portal_pages(const struct bench_portal *p) { return atomic_load(&p->counts->pages); }
uint64_t bench_portal_duties(const struct bench_portal *p) { return atomic_load(&p->counts->duties); }
