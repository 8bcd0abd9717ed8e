#include "adapters/inbound/allocate/lines.h"
#include "adapters/inbound/allocate/page.h"
#include "adapters/inbound/allocate/poll_private.h"
#include "adapters/lib/dealer.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PASSES_MAX = 8, DAY_MS = 86400000, MINUTE_MS = 60000, PAGES_MAX = 100000 };
static const struct {
    const char *entity, *path;
} references[] = {{"grade", "grade"}, {"agency", "agency"}, {"reason_for_vacancy", "reasonForVacancy"}, {"contract_status", "contractStatus"}, {"staff_group", "staffGroup"}, {"unit", "unit"}};
enum { REFERENCES = sizeof references / sizeof references[0] };

/* ---- reference data ---- */

/* One page's rows that were not there before: a server that knows no pages gives the same again, and is done. */
static size_t add_rows(json_t *all, const json_t *page)
{
    size_t before = json_object_size(all);
    for (size_t i = 0; i < json_array_size(page); i++) {
        const json_t *row = json_array_get(page, i), *id = json_object_get(row, "refId");
        json_t *text = json_object_get(row, "description");
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(id));
        if ((json_is_string(id) || json_is_integer(id)) && json_is_string(text))
            json_object_set(all, json_is_string(id) ? json_string_value(id) : number, text);
    }
    return json_object_size(all) - before;
}

/* One that cannot be read says as much as none. */
static void read_header(struct fb_allocate_pagination *at, const struct fb_allocate_answer *a)
{
    if (a->pagination[0] == '\0' || fb_allocate_pagination_read(at, fb_span_of(a->pagination)) != FB_OK)
        *at = (struct fb_allocate_pagination){-1, -1, -1, -1};
}

static enum fb_err read_list(struct poll *p, const char *kind, json_t *all)
{
    int64_t size = p->o.settings->page_size;
    enum fb_err e = FB_OK;
    bool more = true;
    for (int64_t number = 1; e == FB_OK && more && number <= PAGES_MAX; number++) {
        struct fb_allocate_answer a;
        struct fb_allocate_pagination at;
        char query[60];
        snprintf(query, sizeof query, "?page=%" PRId64 "&pageSize=%" PRId64, number, size);
        e = fb_allocate_api_get(p->api, "referenceData/", kind, query, &a);
        if (e == FB_OK && a.status != 200) /* it is asked for again in the next round */
            e = FB_NOT_FOUND;
        read_header(&at, &a);
        size_t news = e == FB_OK ? add_rows(all, a.body) : 0;
        more = news > 0 && fb_allocate_page_more(&at, number, news);
        json_decref(a.body);
    }
    return e;
}

static enum fb_err read_reference(struct poll *p, unsigned which)
{
    const char *kind = references[which].path, *id;
    char name[40];
    json_t *all = json_object(), *text;
    enum fb_err e = read_list(p, kind, all);
    json_object_foreach(all, id, text)
        if (e == FB_OK)
            e = fb_allocate_memory_put(p->memory, kind, id, 0, text);
    json_decref(all);
    snprintf(name, sizeof name, "reference.%s", kind);
    if (e == FB_OK)
        e = fb_allocate_memory_put(p->memory, "place", name, 0, json_true());
    return e == FB_NOT_FOUND ? FB_OK : e; /* identifiers then stand for themselves */
}

static bool is_reference(const char *entity, unsigned *which)
{
    for (*which = 0; *which < REFERENCES; ++*which)
        if (strcmp(references[*which].entity, entity) == 0)
            return true;
    return false;
}

bool fb_allocate__is_reference(const char *entity)
{
    unsigned which;
    return is_reference(entity, &which);
}

/* Those that were never read, and those that changed. */
static enum fb_err read_references(struct poll *p, const json_t *rows)
{
    bool due[REFERENCES];
    char name[40];
    unsigned which;
    for (unsigned i = 0; i < REFERENCES; i++) {
        snprintf(name, sizeof name, "reference.%s", references[i].path);
        due[i] = !fb_allocate_memory_has(p->memory, "place", name);
    }
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (is_reference(json_string_value(json_object_get(json_array_get(rows, i), "entityType")), &which))
            due[which] = true;
    enum fb_err e = FB_OK;
    for (unsigned i = 0; i < REFERENCES && e == FB_OK; i++)
        if (due[i])
            e = read_reference(p, i);
    return e;
}

/* ---- the listing ---- */

static enum fb_err read_page(struct poll *p, int64_t number, const char *since, json_t *pass, bool *more, int64_t *pages)
{
    struct fb_allocate_answer a;
    struct fb_allocate_pagination at;
    char query[120];
    unsigned bad = 0;
    snprintf(query, sizeof query, "?dateTimeFrom=%s&page=%" PRId64 "&pageSize=%" PRId64, since, number, p->o.settings->page_size);
    enum fb_err e = fb_allocate_api_get(p->api, "event", NULL, query, &a);
    if (e != FB_OK)
        return e;
    read_header(&at, &a);
    size_t before = json_object_size(pass);
    if (a.status != 200) {
        fprintf(stderr, "fairbank-allocate: the listing answered %ld: is trust_code, version and url what the vendor says?\n", a.status);
        e = FB_DAMAGED;
    } else if ((at.current >= 0 && at.current != number && at.pages != 0) || fb_allocate_page_add(pass, a.body, &bad) != FB_OK) {
        fprintf(stderr, "fairbank-allocate: the listing answered something else than page %" PRId64 "; trying again\n", number);
        e = FB_DAMAGED;
    }
    if (bad > 0)
        fprintf(stderr, "fairbank-allocate: %u rows of the listing are no events as documented\n", bad);
    *more = fb_allocate_page_more(&at, number, json_object_size(pass) - before);
    *pages = number;
    json_decref(a.body);
    return e;
}

static enum fb_err read_pass(struct poll *p, const char *since, json_t *pass, int64_t *pages)
{
    bool more = true;
    enum fb_err e = FB_OK;
    for (int64_t number = 1, wrong = 0; e == FB_OK && more && number <= PAGES_MAX; number++) {
        e = read_page(p, number, since, pass, &more, pages);
        if (e == FB_DAMAGED && ++wrong <= 3) { /* the same page once more */
            more = true;
            number--;
            e = FB_OK;
        }
    }
    return e == FB_DAMAGED ? FB_BUSY : e;
}

static void add_all(json_t *to, const json_t *from)
{
    json_object_update(to, (json_t *)(uintptr_t)from);
}

/* Every row there is into `rows`; *whole: none was skipped, as far as `upto` tells. */
static enum fb_err read_listing(struct poll *p, json_t *rows, bool *whole, int64_t *upto_ms)
{
    char since[25];
    int64_t pages = 0;
    json_t *before = NULL;
    enum fb_err e = FB_OK;
    fb_instant_format(since, p->from_ms - p->o.settings->overlap_min * MINUTE_MS);
    *whole = false;
    for (unsigned i = 0; e == FB_OK && i < PASSES_MAX && !*whole; i++) {
        json_t *pass = json_object();
        e = read_pass(p, since, pass, &pages);
        add_all(rows, pass);
        *whole = e == FB_OK && ((i == 0 && pages <= 1) || (before != NULL && fb_allocate_pass_is_whole(before, pass)));
        json_t *sure = before != NULL ? before : pass;
        const char *key;
        json_t *row;
        *upto_ms = p->from_ms;
        json_object_foreach(sure, key, row)
            *upto_ms = fb_allocate_row_ms(row) > *upto_ms ? fb_allocate_row_ms(row) : *upto_ms;
        json_decref(before);
        before = pass;
    }
    json_decref(before);
    if (e == FB_OK && !*whole)
        fprintf(stderr, "fairbank-allocate: the listing changed under %u readings; how far was read stays where it is\n", (unsigned)PASSES_MAX);
    return e;
}

/* ---- a round ---- */

static enum fb_err remember(struct poll *p, const json_t *rows)
{
    const char *key;
    json_t *row;
    enum fb_err e = FB_OK;
    json_object_foreach((json_t *)(uintptr_t)rows, key, row)
        if (e == FB_OK)
            e = fb_allocate_memory_put(p->memory, "seen", key, fb_allocate_row_ms(row), json_true());
    return e;
}

/* One thing that cannot be fetched does not hold up the others: it stays due. */
static enum fb_err take_rows(struct poll *p, json_t *rows)
{
    json_t *last = fb_allocate_rows_last(rows);
    enum fb_err e = read_references(p, last);
    for (size_t i = 0; e == FB_OK && i < json_array_size(last) && !*p->o.stop; i++)
        e = fb_allocate__go_on(p, fb_allocate__take_row(p, json_array_get(last, i)));
    e = fb_allocate__await_all(p, e);
    p->left |= e != FB_OK || *p->o.stop;
    json_decref(last);
    return e;
}

static void drop_seen(struct poll *p, json_t *rows)
{
    const char *key;
    json_t *row;
    void *next;
    json_object_foreach_safe(rows, next, key, row)
        if (fb_allocate_memory_has(p->memory, "seen", key))
            json_object_del(rows, key);
}

static enum fb_err move_on(struct poll *p, const json_t *rows, bool whole, int64_t upto_ms)
{
    enum fb_err e = p->left ? FB_OK : remember(p, rows);
    if (e == FB_OK && !p->left && whole && upto_ms > p->from_ms) {
        json_t *at = json_integer(upto_ms);
        e = fb_allocate_memory_put(p->memory, "place", "events", upto_ms, at);
        json_decref(at);
        p->from_ms = upto_ms;
        if (e == FB_OK)
            e = fb_allocate_memory_prune(p->memory, "seen", upto_ms - p->o.settings->overlap_min * MINUTE_MS - DAY_MS);
    }
    return e == FB_OK ? fb_allocate_settle(p->o.sender) : e;
}

static enum fb_err do_round(struct poll *p)
{
    bool whole;
    int64_t upto_ms = p->from_ms;
    json_t *rows = json_object();
    p->left = p->swept = p->sweep_found = false;
    enum fb_err e = read_listing(p, rows, &whole, &upto_ms);
    drop_seen(p, rows);
    if (e == FB_OK)
        e = take_rows(p, rows);
    if (e == FB_OK)
        e = move_on(p, rows, whole, upto_ms);
    json_decref(rows);
    return e != FB_OK ? e : p->left || !whole ? FB_BUSY : FB_OK;
}

static enum fb_err wait_for_next(const struct poll *p)
{
    int64_t until = fb_dealer_now_ms() + p->o.settings->every_s * 1000;
    enum fb_err e = FB_OK;
    while (e == FB_OK && !*p->o.stop && fb_dealer_now_ms() < until)
        e = fb_allocate_pump(p->o.sender, 50);
    return e;
}

enum fb_err fb_allocate_poll(const struct fb_allocate_poll_options *o)
{
    struct poll p = {.o = *o, .memory = fb_allocate_sender_memory(o->sender), .from_ms = o->settings->from_ms};
    json_t *at = fb_allocate_memory_get(p.memory, "place", "events", NULL);
    if (json_is_integer(at))
        p.from_ms = json_integer_value(at);
    json_decref(at);
    enum fb_err e = fb_allocate_api_open(&p.api, o->settings, o->sender, o->stop);
    while (e == FB_OK && !*o->stop) {
        e = fb_allocate_await_engine(o->sender, o->once ? o->patience_ms : INT64_MAX / 4, o->stop);
        if (e == FB_OK)
            e = do_round(&p);
        if (o->once)
            break;
        if (e == FB_OK || e == FB_BUSY)
            e = wait_for_next(&p);
    }
    fb_allocate_api_close(&p.api);
    return !o->once && *o->stop && e == FB_BUSY ? FB_OK : e;
}
