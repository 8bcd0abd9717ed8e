#include "adapters/inbound/allocate/lines.h"
#include "adapters/inbound/allocate/page.h"
#include "adapters/inbound/allocate/poll_private.h"
#include "adapters/lib/dealer.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { PASSES_MAX = 8, DAY_MS = 86400000, PAGES_MAX = 100000, NAME_BYTES = 400, NO_LONGER = -2 };
/* spare: no record is made of it, so that nothing waits for it. */
static const struct {
    const char *entity, *path;
    bool spare;
} references[] = {{"grade", "grade", false}, {"agency", "agency", false}, {"reason_for_vacancy", "reasonForVacancy", false},
                  {"contract_status", "contractStatus", true}, {"staff_group", "staffGroup", false}, {"unit", "unit", true}};
enum { REFERENCES = sizeof references / sizeof references[0] };

/* ---- reference data ---- */

/* A server can go on for ever, with other rows on every page. */
static enum fb_err too_much(const char *what, const char *kind)
{
    fprintf(stderr, "fairbank-allocate: %s%s has more than %d rows, %d MiB or %d pages, and is not read: ask the vendor why; of the listing begin later (poll: from)\n", what, kind,
            (int)FB_ALLOCATE_ROWS_MAX, (int)FB_ALLOCATE_READING_BYTES_MAX >> 20, (int)PAGES_MAX);
    return FB_BUSY;
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
    uint64_t bytes = 0;
    for (int64_t number = 1; e == FB_OK && more; number++) {
        struct fb_allocate_answer a;
        struct fb_allocate_pagination at;
        char query[60];
        snprintf(query, sizeof query, "?page=%" PRId64 "&pageSize=%" PRId64, number, size);
        e = fb_allocate_api_get(p->api, "referenceData/", kind, query, &a);
        if (e == FB_OK && a.status != 200) /* it is asked for again in the next round */
            e = FB_NOT_FOUND;
        read_header(&at, &a);
        size_t news = e == FB_OK ? fb_allocate_list_add(all, a.body) : 0;
        more = news > 0 && fb_allocate_page_more(&at, number, news);
        json_decref(a.body);
        if (e == FB_OK && ((more && number == PAGES_MAX) || fb_allocate_is_too_much(json_object_size(all), bytes += a.bytes)))
            e = too_much("the list referenceData/", kind);
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

/* What was read of it before serves until it can be had; without any the words of what comes would be missing. */
static enum fb_err read_due(struct poll *p, unsigned which, const json_t *rows)
{
    char name[40];
    unsigned of;
    enum fb_err e = read_reference(p, which);
    snprintf(name, sizeof name, "reference.%s", references[which].path);
    if (e != FB_BUSY || *p->o.stop || !fb_allocate_engine_is_there(p->o.sender) || !(references[which].spare || fb_allocate_memory_has(p->memory, "place", name)))
        return e;
    for (size_t i = 0; i < json_array_size(rows); i++)
        if (is_reference(json_string_value(json_object_get(json_array_get(rows, i), "entityType")), &of) && of == which)
            fb_allocate__put_name(p->undone, json_array_get(rows, i));
    return FB_OK;
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
            e = read_due(p, i, rows);
    return e;
}

/* ---- the listing ---- */

/* One reading of the listing, from its first page to its last. */
struct reading {
    json_t *rows;
    int64_t pages, given, total; /* given: rows, the same ones twice too; total: what the header says; -1 nothing */
    uint64_t bytes;
};

static enum fb_err read_page(struct poll *p, int64_t number, const char *since, struct reading *r, bool *more)
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
    size_t before = json_object_size(r->rows);
    if (a.status != 200) {
        fprintf(stderr, "fairbank-allocate: the listing answered %ld: is trust_code, version and url what the vendor says?\n", a.status);
        e = FB_DAMAGED;
    } else if ((at.current >= 0 && at.current != number && at.pages != 0) || fb_allocate_page_add(r->rows, a.body, &bad) != FB_OK) {
        fprintf(stderr, "fairbank-allocate: the listing answered something else than page %" PRId64 "; trying again\n", number);
        e = FB_DAMAGED;
    }
    if (bad > 0)
        fprintf(stderr, "fairbank-allocate: %u rows of the listing are no events as documented\n", bad);
    *more = fb_allocate_page_more(&at, number, json_object_size(r->rows) - before);
    r->pages = number > r->pages ? number : r->pages;
    r->total = at.total;
    r->given += e == FB_OK ? (int64_t)json_array_size(a.body) : 0;
    r->bytes += a.bytes;
    json_decref(a.body);
    if (e == FB_OK && ((*more && number == PAGES_MAX) || fb_allocate_is_too_much(json_object_size(r->rows), r->bytes)))
        e = too_much("the listing", "");
    return e;
}

static enum fb_err read_pass(struct poll *p, const char *since, struct reading *r)
{
    bool more = true;
    enum fb_err e = FB_OK;
    for (int64_t number = 1, wrong = 0; e == FB_OK && more; number++) {
        e = read_page(p, number, since, r, &more);
        if (e == FB_DAMAGED && ++wrong <= 3) { /* the same page once more */
            more = true;
            number--;
            e = FB_OK;
        }
    }
    /* Nothing describes which number the first page has: where rows are missing at the end, one may stand before the first. */
    if (e == FB_OK && r->given < r->total) {
        e = read_page(p, 0, since, r, &more);
        e = e == FB_DAMAGED ? FB_OK : e;
        if (e == FB_OK && r->given < r->total)
            fprintf(stderr, "fairbank-allocate: the listing says that it has %" PRId64 " rows, and gave %" PRId64 "\n", r->total, r->given);
    }
    return e == FB_DAMAGED ? FB_BUSY : e;
}

static void add_all(json_t *to, const json_t *from)
{
    json_object_update(to, (json_t *)(uintptr_t)from);
}

static int64_t upto(struct poll *p, const json_t *pass)
{
    char at[25];
    int64_t ahead, is = fb_allocate_pass_upto(pass, p->from_ms, fb_allocate_now_ms(), &ahead);
    if (ahead != INT64_MIN && !p->told_ahead) {
        fb_instant_format(at, ahead);
        fprintf(stderr, "fairbank-allocate: the listing has events dated after this machine's clock (the last %s): they are read, and how far was read does not go by them; is the clock right?\n", at);
        p->told_ahead = true;
    }
    return is;
}

/* Every row there is into `rows`; *whole: none was skipped, as far as `upto` tells. */
static enum fb_err read_listing(struct poll *p, json_t *rows, bool *whole, int64_t *upto_ms)
{
    char since[25];
    json_t *before = NULL;
    enum fb_err e = FB_OK;
    fb_instant_format(since, p->from_ms - p->o.settings->overlap_min * FB_MINUTE_MS);
    *whole = false;
    for (unsigned i = 0; e == FB_OK && i < PASSES_MAX && !*whole; i++) {
        json_t *pass = json_object();
        struct reading r = {.rows = pass, .total = -1};
        e = read_pass(p, since, &r);
        add_all(rows, pass);
        if (e == FB_OK && fb_allocate_is_too_much(json_object_size(rows), 0)) /* of all passes */
            e = too_much("the listing", "");
        *whole = e == FB_OK && ((i == 0 && r.pages <= 1) || (before != NULL && fb_allocate_pass_is_whole(before, pass)));
        *upto_ms = upto(p, before != NULL ? before : pass);
        json_decref(before);
        before = pass;
    }
    json_decref(before);
    if (e == FB_OK && !*whole)
        fprintf(stderr, "fairbank-allocate: the listing changed under %u readings; how far was read stays where it is\n", (unsigned)PASSES_MAX);
    return e;
}

/* ---- a round ---- */

/* What a row is about: of several rows of one thing the last is taken, and stands for all. */
static void name_of(const json_t *row, char out[NAME_BYTES])
{
    snprintf(out, NAME_BYTES, "%s|%s", json_string_value(json_object_get(row, "entityType")), json_string_value(json_object_get(row, "entityId")));
}

void fb_allocate__put_name(json_t *names, const json_t *row)
{
    char name[NAME_BYTES];
    name_of(row, name);
    json_object_set_new(names, name, json_true());
}

static enum fb_err remember_row(struct poll *p, const char *key, const json_t *row)
{
    char name[NAME_BYTES];
    name_of(row, name);
    if (json_object_get(p->undone, name) != NULL)
        return fb_allocate_memory_put(p->memory, "due", key, fb_allocate_row_ms(row), row);
    enum fb_err e = fb_allocate_memory_put(p->memory, "seen", key, fb_allocate_row_ms(row), json_true());
    if (e == FB_OK && fb_allocate_memory_has(p->memory, "due", key))
        e = fb_allocate_memory_put(p->memory, "due", key, NO_LONGER, json_true());
    return e;
}

/* Which rows were taken, and which are due: then the place can move on past both. */
static enum fb_err remember(struct poll *p, const json_t *rows)
{
    const char *key;
    json_t *row;
    enum fb_err e = FB_OK;
    json_object_foreach((json_t *)(uintptr_t)rows, key, row)
        if (e == FB_OK)
            e = remember_row(p, key, row);
    return e == FB_OK ? fb_allocate_memory_prune(p->memory, "due", NO_LONGER + 1) : e;
}

/* What could not be had in the rounds before is asked for again. */
static void add_due(struct poll *p, json_t *rows)
{
    json_t *keys = fb_allocate_memory_ids(p->memory, "due");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *key = json_string_value(json_array_get(keys, i));
        json_object_set_new(rows, key, fb_allocate_memory_get(p->memory, "due", key, NULL));
    }
    json_decref(keys);
}

/* One thing that cannot be fetched does not hold up the others: it stays due. */
static enum fb_err take_rows(struct poll *p, json_t *rows)
{
    json_t *last = fb_allocate_rows_last(rows);
    enum fb_err e = read_references(p, last);
    for (size_t i = 0; e == FB_OK && i < json_array_size(last) && !*p->o.stop; i++)
        e = fb_allocate__go_on(p, json_array_get(last, i), fb_allocate__take_row(p, json_array_get(last, i)));
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
            e = fb_allocate_memory_prune(p->memory, "seen", upto_ms - p->o.settings->overlap_min * FB_MINUTE_MS - DAY_MS);
    }
    return e == FB_OK ? fb_allocate_settle(p->o.sender) : e;
}

static enum fb_err do_round(struct poll *p)
{
    bool whole;
    int64_t upto_ms = p->from_ms;
    json_t *rows = json_object();
    p->left = p->swept = p->sweep_found = false;
    json_object_clear(p->undone);
    fb_allocate_batch_hour(p->o.sender, "poll");
    enum fb_err e = read_listing(p, rows, &whole, &upto_ms);
    drop_seen(p, rows);
    add_due(p, rows);
    if (e == FB_OK)
        e = take_rows(p, rows);
    if (e == FB_OK)
        e = move_on(p, rows, whole, upto_ms);
    json_decref(rows);
    return e != FB_OK ? e : p->left || !whole || json_object_size(p->undone) > 0 ? FB_BUSY : FB_OK;
}

static enum fb_err wait_for_next(const struct poll *p)
{
    int64_t until = fb_dealer_now_ms() + p->o.settings->every_s * 1000;
    enum fb_err e = FB_OK;
    while (e == FB_OK && !*p->o.stop && fb_dealer_now_ms() < until)
        e = fb_allocate_pump(p->o.sender, 50);
    return e;
}

/* A place beyond the clock was left by an event of the future, when places still went by these: what came since is not known, so all is read again.
 * Less than the overlap is a clock that was put right. */
static void begin(struct poll *p)
{
    json_t *at = fb_allocate_memory_get(p->memory, "place", "events", NULL);
    int64_t now = fb_allocate_now_ms(), place = json_is_integer(at) ? json_integer_value(at) : INT64_MIN;
    if (place > now + p->o.settings->overlap_min * FB_MINUTE_MS)
        fprintf(stderr, "fairbank-allocate: how far was read lies after this machine's clock: the listing is read again from its beginning (poll: from), and what is known already is not sent twice\n");
    else if (place != INT64_MIN)
        p->from_ms = place < now ? place : now;
    json_decref(at);
}

enum fb_err fb_allocate_poll(const struct fb_allocate_poll_options *o)
{
    struct poll p = {.o = *o, .memory = fb_allocate_sender_memory(o->sender), .from_ms = o->settings->from_ms, .undone = json_object()};
    begin(&p);
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
    json_decref(p.undone);
    return !o->once && *o->stop && e == FB_BUSY ? FB_OK : e;
}
