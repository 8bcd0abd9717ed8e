#include "tools/fairbank/export/cell_id.h"
#include "engine/base/limits.h"
#include "tools/fairbank/options.h"
#include <stdio.h>
#include <string.h>

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
}

void cell_add_word(struct fb_text *t, struct fb_span word)
{
    static const char digit[] = "0123456789ABCDEF";
    if (word.n == 0)
        fb_text_add(t, CELL_NOT_SAID);
    for (uint32_t i = 0; i < word.n; i++) {
        unsigned char c = (unsigned char)word.p[i];
        const char coded[] = {'%', digit[c >> 4], digit[c & 15], '\0'}, plain[] = {(char)c, '\0'};
        fb_text_add(t, is_plain((char)c) ? plain : coded);
    }
}

static fb_day next_month(fb_day first)
{
    enum { LONGEST = 31 };
    return fb_day_month(first + LONGEST);
}

void cell_period_format(char *out, fb_day from, fb_day until)
{
    char a[11], b[11];
    fb_day_format(a, from);
    fb_day_format(b, until);
    bool month = fb_day_month(from) == from && next_month(from) == until;
    (void)snprintf(out, 24, month ? "%.7s" : "%s..%s", a, b);
}

void cell_id_format(char *out, const struct cell_id *id)
{
    char trust[9] = "all", period[24];
    if (id->trust != 0)
        (void)fb_code_format(trust, id->trust);
    cell_period_format(period, id->from, id->until);
    (void)snprintf(out, CELL_ID_BYTES_MAX, CELL_BEGINS "%s:%s:%s%s:%s:%s", id->name, period, id->shadow ? "shadow-" : "", trust, id->row, id->column);
}

/* The part up to the next colon; the last one has none in it. */
static bool part(char *out, size_t size, const char **at, bool last)
{
    size_t n = strcspn(*at, ":");
    if (n == 0 || n >= size || (last ? (*at)[n] != '\0' : (*at)[n] != ':'))
        return false;
    memcpy(out, *at, n);
    out[n] = '\0';
    *at += n + !last;
    return true;
}

static bool read_period(struct cell_id *id)
{
    const char *dots = strstr(id->period, "..");
    if (dots != NULL)
        return fb_day_parse(&id->from, (struct fb_span){id->period, (uint32_t)(dots - id->period)}) == FB_OK &&
               fb_day_parse(&id->until, fb_span_of(dots + 2)) == FB_OK && id->from < id->until;
    bool ok = strlen(id->period) == 7 && month_parse(&id->from, id->period);
    id->until = ok ? next_month(id->from) : 0;
    return ok;
}

static bool read_whose(struct cell_id *id, const char *whose)
{
    static const char shadow[] = "shadow-";
    id->shadow = strncmp(whose, shadow, sizeof shadow - 1) == 0;
    whose += id->shadow ? sizeof shadow - 1 : 0;
    id->trust = 0;
    return strcmp(whose, "all") == 0 || fb_code_parse(&id->trust, fb_span_of(whose)) == FB_OK;
}

bool cell_id_parse(struct cell_id *out, const char *text, const char **what)
{
    char whose[24];
    const char *at = text + sizeof CELL_BEGINS - 1;
    *out = (struct cell_id){0};
    *what = "write cell:EXPORT:PERIOD:WHOSE:ROW:COLUMN, as exports print it";
    if (strncmp(text, CELL_BEGINS, sizeof CELL_BEGINS - 1) != 0)
        return false;
    if (!part(out->name, sizeof out->name, &at, false) || !part(out->period, sizeof out->period, &at, false) ||
        !part(whose, sizeof whose, &at, false) || !part(out->row, sizeof out->row, &at, false) ||
        !part(out->column, sizeof out->column, &at, true))
        return false;
    if (!read_period(out)) {
        *what = "the period is a month such as 2026-03, or two days such as 2026-03-16..2026-03-23";
        return false;
    }
    if (!read_whose(out, whose)) {
        *what = "the third part is a trust's code, or all";
        return false;
    }
    return true;
}
