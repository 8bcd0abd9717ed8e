#include "adapters/inbound/allocate/page.h"
#include "engine/base/when.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES = 400, PAGES_MAX = 100000 };

/* -1: not said. */
static int64_t number_of(const json_t *from, const char *key, bool *bad)
{
    const json_t *v = json_object_get(from, key);
    bool said = v != NULL && !json_is_null(v), good = json_is_integer(v) && json_integer_value(v) >= 0;
    *bad |= said && !good;
    return good ? json_integer_value(v) : -1;
}

static struct fb_span trimmed(struct fb_span s)
{
    while (s.n > 0 && (unsigned char)s.p[0] <= ' ')
        s = (struct fb_span){s.p + 1, s.n - 1};
    while (s.n > 0 && (unsigned char)s.p[s.n - 1] <= ' ')
        s.n--;
    return s;
}

/* "currentPage,1,pageSize,25,totalPages,3": an object as headers carry one by the description's own style. Made the same object. */
static json_t *simple_style(struct fb_span header)
{
    static const char *const keys[] = {"currentPage", "pageSize", "totalCount", "totalPages"};
    json_t *out = json_object();
    struct fb_span part, rest = header;
    const char *waits = NULL;
    while (rest.n > 0) {
        uint32_t n = 0;
        while (n < rest.n && rest.p[n] != ',' && rest.p[n] != '=')
            n++;
        part = trimmed((struct fb_span){rest.p, n});
        rest = n == rest.n ? (struct fb_span){NULL, 0} : (struct fb_span){rest.p + n + 1, rest.n - n - 1};
        int64_t number;
        if (waits != NULL && fb_parse_int(&number, part) == FB_OK)
            json_object_set_new(out, waits, json_integer(number));
        waits = NULL;
        for (unsigned i = 0; i < 4; i++)
            if (fb_span_is(part, keys[i]))
                waits = keys[i];
    }
    return out;
}

enum fb_err fb_allocate_pagination_read(struct fb_allocate_pagination *out, struct fb_span header)
{
    json_t *v = header.n == 0 ? NULL : json_loadb(header.p, header.n, 0, NULL);
    if (!json_is_object(v)) {
        json_decref(v);
        v = simple_style(header);
    }
    bool bad = json_object_size(v) == 0;
    *out = (struct fb_allocate_pagination){number_of(v, "currentPage", &bad), number_of(v, "pageSize", &bad), number_of(v, "totalCount", &bad),
                                           number_of(v, "totalPages", &bad)};
    if (out->pages < 0 && out->total >= 0 && out->size > 0)
        out->pages = out->total / out->size + (out->total % out->size > 0);
    json_decref(v);
    return !bad && out->pages <= PAGES_MAX ? FB_OK : FB_REFUSED;
}

enum fb_err fb_allocate_instant(int64_t *out_ms, const json_t *v)
{
    char text[64];
    uint32_t n = 0, digits = 0;
    struct fb_span s = json_is_string(v) ? fb_span_of(json_string_value(v)) : (struct fb_span){NULL, 0};
    bool fraction = false;
    for (uint32_t i = 0; i < s.n; i++) {
        fraction = fraction ? s.p[i] >= '0' && s.p[i] <= '9' : s.p[i] == '.';
        digits = fraction ? digits + 1 : 0;
        if (digits > 1 + 3) /* the point and three */
            continue;
        if (n == sizeof text)
            return FB_REFUSED;
        text[n++] = s.p[i];
    }
    return fb_instant_parse(out_ms, (struct fb_span){text, n});
}

int64_t fb_allocate_row_ms(const json_t *row)
{
    int64_t ms;
    return fb_allocate_instant(&ms, json_object_get(row, "timeStamp")) == FB_OK ? ms : INT64_MIN;
}

static bool key_of(const json_t *row, char out[KEY_BYTES])
{
    static const char *const keys[] = {"entityType", "entityId", "eventType", "timeStamp"};
    size_t n = 0;
    for (unsigned i = 0; i < 4; i++) {
        const char *text = json_string_value(json_object_get(row, keys[i]));
        if (text == NULL || text[0] == '\0')
            return false;
        int more = snprintf(out + n, KEY_BYTES - n, "%s%s", i > 0 ? "|" : "", text);
        if (more < 0 || (n += (size_t)more) >= KEY_BYTES)
            return false;
    }
    return fb_allocate_row_ms(row) != INT64_MIN;
}

enum fb_err fb_allocate_page_add(json_t *pass, const json_t *page, unsigned *bad)
{
    char key[KEY_BYTES];
    bool one = json_is_object(page) && json_is_string(json_object_get(page, "eventType"));
    if (!json_is_array(page) && !one)
        return FB_REFUSED;
    for (size_t i = 0; i < (one ? 1 : json_array_size(page)); i++) {
        json_t *row = one ? (json_t *)(uintptr_t)page : json_array_get(page, i);
        if (key_of(row, key))
            json_object_set(pass, key, row);
        else
            ++*bad;
    }
    return FB_OK;
}

bool fb_allocate_pass_is_whole(const json_t *earlier, const json_t *later)
{
    const char *key;
    json_t *row;
    json_object_foreach((json_t *)(uintptr_t)earlier, key, row)
        if (json_object_get(later, key) == NULL)
            return false;
    return true;
}

bool fb_allocate_page_more(const struct fb_allocate_pagination *p, int64_t asked, size_t news)
{
    return p->pages >= 0 ? asked < p->pages : news > 0;
}

bool fb_allocate_is_too_much(size_t rows, uint64_t bytes)
{
    return rows > FB_ALLOCATE_ROWS_MAX || bytes > FB_ALLOCATE_READING_BYTES_MAX;
}

size_t fb_allocate_list_add(json_t *list, const json_t *page)
{
    size_t before = json_object_size(list);
    for (size_t i = 0; i < json_array_size(page); i++) {
        const json_t *row = json_array_get(page, i), *id = json_object_get(row, "refId");
        json_t *text = json_object_get(row, "description");
        char number[24];
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(id));
        if ((json_is_string(id) || json_is_integer(id)) && json_is_string(text))
            json_object_set(list, json_is_string(id) ? json_string_value(id) : number, text);
    }
    return json_object_size(list) - before;
}

int64_t fb_allocate_pass_upto(const json_t *pass, int64_t from_ms, int64_t now_ms, int64_t *ahead_ms)
{
    const char *key;
    json_t *row;
    int64_t upto = from_ms;
    *ahead_ms = INT64_MIN;
    json_object_foreach((json_t *)(uintptr_t)pass, key, row) {
        int64_t at = fb_allocate_row_ms(row);
        if (at > now_ms)
            *ahead_ms = at > *ahead_ms ? at : *ahead_ms;
        else if (at > upto)
            upto = at;
    }
    return upto;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = fb_allocate_row_ms(*(json_t *const *)a), y = fb_allocate_row_ms(*(json_t *const *)b);
    return x < y ? -1 : x > y;
}

json_t *fb_allocate_rows_last(const json_t *rows)
{
    const char *key;
    json_t *row, *last = json_object(), *out = json_array();
    char name[KEY_BYTES];
    json_object_foreach((json_t *)(uintptr_t)rows, key, row) {
        snprintf(name, sizeof name, "%s|%s", json_string_value(json_object_get(row, "entityType")), json_string_value(json_object_get(row, "entityId")));
        const json_t *was = json_object_get(last, name);
        if (was == NULL || fb_allocate_row_ms(was) < fb_allocate_row_ms(row))
            json_object_set(last, name, row);
    }
    size_t n = json_object_size(last), i = 0;
    json_t **list = calloc(n + 1, sizeof(json_t *));
    if (list != NULL) {
        json_object_foreach(last, key, row)
            list[i++] = row;
        qsort(list, n, sizeof(json_t *), by_time);
        for (i = 0; i < n; i++)
            json_array_append(out, list[i]);
    }
    free(list);
    json_decref(last);
    return out;
}
