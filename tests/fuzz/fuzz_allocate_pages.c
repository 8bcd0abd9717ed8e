/* Any bytes as what comes from Allocate's side beside events: its configuration, the header of a page, pages (a line each) of one pass, a
 * duty's identifiers, a path with a body; the first byte says which. The header says the same in both of its forms; rows are kept once,
 * the last of each thing, in order of time; a duty is found by what it said of itself. */
#include "adapters/inbound/allocate/duty_ids.h"
#include "adapters/inbound/allocate/listen.h"
#include "adapters/inbound/allocate/page.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check_settings(struct fb_span s)
{
    struct fb_allocate_settings *set = NULL;
    char fault[FB_YAML_FAULT_BYTES];
    enum fb_err e = fb_allocate_settings_parse(&set, "c", s, fault);
    const char *table;
    json_t *words;
    fb_assert((e == FB_OK) == (set != NULL) && (e != FB_REFUSED || strncmp(fault, "c:", 2) == 0));
    if (set == NULL)
        return;
    fb_assert(set->source.name.n > 0 && set->source.name.n <= FB_SOURCE_BYTES_MAX && set->system.n > 0 && set->system.n <= FB_SOURCE_BYTES_MAX);
    fb_assert(set->n_ids >= 1 && set->n_ids <= FB_ALLOCATE_IDS_MAX && set->state[0] != '\0' && set->port >= 0 && set->port <= 65535);
    fb_assert(set->url[0] == '\0' || (strchr(set->url, '@') == NULL && set->page_size >= 1 && set->page_size <= 1000 && set->every_s >= 1));
    json_object_foreach(set->words, table, words) {
        const char *theirs;
        json_t *ours;
        fb_assert(fb_allocate_has_table(set, table));
        json_object_foreach(words, theirs, ours) {
            const char *found = fb_allocate_word(set, table, theirs);
            fb_assert(found != NULL && strcmp(found, json_string_value(ours)) == 0);
        }
    }
    fb_allocate_settings_close(&set);
}

static void check_header(struct fb_span s)
{
    struct fb_allocate_pagination p, again;
    char text[400];
    if (fb_allocate_pagination_read(&p, s) != FB_OK)
        return;
    fb_assert(p.current >= -1 && p.size >= -1 && p.total >= -1 && p.pages >= -1);
    fb_assert(p.pages < 0 || !fb_allocate_page_more(&p, p.pages, 1));
    for (unsigned form = 0; form < 2; form++) {
        const int64_t said[] = {p.current, p.size, p.total, p.pages};
        static const char *const keys[] = {"currentPage", "pageSize", "totalCount", "totalPages"};
        struct fb_text t;
        fb_text_init(&t, text, sizeof text);
        for (unsigned i = 0; i < 4; i++)
            if (said[i] >= 0) {
                fb_text_add(&t, t.n > 0 ? "," : form == 0 ? "{" : "");
                fb_text_add(&t, form == 0 ? "\"" : "");
                fb_text_add(&t, keys[i]);
                fb_text_add(&t, form == 0 ? "\":" : ",");
                fb_text_add_int(&t, said[i]);
            }
        if (t.n == 0)
            return; /* nothing that anybody knows */
        fb_text_add(&t, form == 0 ? "}" : "");
        fb_assert(fb_allocate_pagination_read(&again, (struct fb_span){t.p, (uint32_t)t.n}) == FB_OK && memcmp(&p, &again, sizeof p) == 0);
    }
}

static const char *word_of(const json_t *row, const char *key) { return json_string_value(json_object_get(row, key)); }

static bool is_same_thing(const json_t *a, const json_t *b)
{
    return strcmp(word_of(a, "entityType"), word_of(b, "entityType")) == 0 && strcmp(word_of(a, "entityId"), word_of(b, "entityId")) == 0;
}

/* Of each thing in the pass one row, none later than it, and they ascend. */
static void check_last(const json_t *pass)
{
    const char *key;
    json_t *row, *last = fb_allocate_rows_last(pass);
    size_t n = json_array_size(last);
    fb_assert(n <= json_object_size(pass) && (n > 0) == (json_object_size(pass) > 0));
    for (size_t i = 1; i < n; i++)
        fb_assert(fb_allocate_row_ms(json_array_get(last, i - 1)) <= fb_allocate_row_ms(json_array_get(last, i)));
    json_object_foreach((json_t *)(uintptr_t)pass, key, row) {
        unsigned found = 0;
        for (size_t i = 0; i < n && strchr(key, '|') == strrchr(key, '|'); i++)
            found += is_same_thing(json_array_get(last, i), row) && fb_allocate_row_ms(json_array_get(last, i)) >= fb_allocate_row_ms(row);
        fb_assert(found <= 1);
    }
    json_decref(last);
}

static void check_pages(const char *p, const char *end)
{
    json_t *pass = json_object(), *again = json_object();
    for (unsigned pages = 0; p < end && pages < 16; pages++) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        size_t n = line != NULL ? (size_t)(line - p) : (size_t)(end - p), before = json_object_size(pass);
        json_t *page = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
        unsigned bad = 0, more = 0;
        size_t rows = json_is_array(page) ? json_array_size(page) : 1;
        enum fb_err e = fb_allocate_page_add(pass, page, &bad);
        fb_assert(e == FB_OK || (e == FB_REFUSED && bad == 0 && json_object_size(pass) == before));
        fb_assert(e != FB_OK || (bad <= rows && json_object_size(pass) - before + bad <= rows));
        before = json_object_size(pass);
        fb_assert(fb_allocate_page_add(pass, page, &more) == e && more == bad && json_object_size(pass) == before);
        (void)!fb_allocate_page_add(again, page, &more);
        json_decref(page);
        p += n + 1;
    }
    fb_assert(fb_allocate_pass_is_whole(pass, again) && fb_allocate_pass_is_whole(again, pass));
    check_last(pass);
    json_decref(pass);
    json_decref(again);
}

/* Lines: duties, the i-th of number i; what the last one with an own number said of itself leads to one of them. */
static void check_duties(const char *p, const char *end)
{
    struct fb_allocate_memory *m = NULL;
    struct fb_allocate_duties d;
    char id[24];
    fb_assert(fb_allocate_memory_open(&m, NULL) == FB_OK);
    for (unsigned i = 1; p < end && i < 9; i++) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        size_t n = line != NULL ? (size_t)(line - p) : (size_t)(end - p);
        json_t *duty = json_loadb(p, n, JSON_REJECT_DUPLICATES, NULL);
        snprintf(id, sizeof id, "T.%u", i);
        if (json_is_object(duty)) {
            const char *booking = json_string_value(json_object_get(duty, "bookingId"));
            size_t length = booking != NULL ? strlen(booking) : 0;
            fb_assert(fb_allocate_duty_ids_learn(m, duty, id, i) == FB_OK);
            if (length > 0 && length <= FB_ID_BYTES_MAX && strspn(booking, "0123456789") != length && json_object_get(duty, "booking") == NULL) {
                fb_allocate_duty_ids_find(m, "booking", booking, &d);
                fb_assert(d.n >= 1 && d.n <= FB_ALLOCATE_DUTIES_OF && d.known && d.sure && strcmp(d.id[0], id) == 0);
            }
        }
        fb_allocate_duty_ids_find(m, "duty", id, &d);
        fb_assert(d.n == 1 && d.sure && strcmp(d.id[0], id) == 0);
        fb_allocate_duty_ids_find(m, "timesheet", "x", &d);
        fb_assert(d.n <= FB_ALLOCATE_DUTIES_OF && (d.n > 0 || !d.known));
        json_decref(duty);
        p += n + 1;
    }
    fb_allocate_memory_close(&m);
}

/* Behind "/api/v1/vacancies", in the first line; the body is what follows. What was read stays as it was. */
static void check_path(const char *p, const char *end)
{
    char path[400];
    const char *line = memchr(p, '\n', (size_t)(end - p));
    if (line == NULL || (size_t)(line - p) + 20 > sizeof path)
        return;
    bool ours = line > p && *p == '+';
    snprintf(path, sizeof path, "%s%.*s", ours ? "/api/v1/vacancies" : "", (int)(line - p) - ours, p + ours);
    json_t *body = json_loadb(line + 1, (size_t)(end - line - 1), JSON_REJECT_DUPLICATES, NULL);
    if (body == NULL)
        return;
    json_t *before = json_deep_copy(body), *event = fb_allocate_of_path(path, body);
    fb_assert(event == NULL || event == body || word_of(event, "eventType") != NULL);
    fb_assert(json_equal(before, body));
    json_decref(event);
    json_decref(before);
    json_decref(body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 20000 || sodium_init() < 0)
        return 0;
    const char *p = (const char *)data + 1, *end = (const char *)data + size;
    struct fb_span exact = {malloc(size), (uint32_t)size - 1};
    fb_assert(exact.p != NULL);
    memcpy((void *)(uintptr_t)exact.p, p, size - 1);
    switch (data[0] % 5) {
    case 0: check_settings(exact); break;
    case 1: check_header(exact); break;
    case 2: check_pages(p, end); break;
    case 3: check_duties(p, end); break;
    default: check_path(p, end); break;
    }
    free((void *)(uintptr_t)exact.p);
    return 0;
}
