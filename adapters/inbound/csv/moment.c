#include "adapters/inbound/csv/moment.h"
#include <string.h>

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, PARTS };
/* Longest first, since a shorter one may begin a longer one. min and max: digits taken; 0: the name of a
 * month. */
static const struct {
    char letter;
    uint32_t width; /* so many of the letter */
    enum part part;
    unsigned min, max;
} tokens[] = {
    {'y', 4, YEAR, 4, 4}, {'y', 2, YEAR, 2, 2}, {'m', 3, MONTH, 0, 0}, {'m', 2, MONTH, 2, 2}, {'m', 1, MONTH, 1, 2},   {'d', 2, DAY, 2, 2},
    {'d', 1, DAY, 1, 2},  {'H', 2, HOUR, 2, 2}, {'H', 1, HOUR, 1, 2},  {'M', 2, MINUTE, 2, 2}, {'S', 2, SECOND, 2, 2},
};
enum { TOKENS = sizeof tokens / sizeof tokens[0] };
static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

struct reading {
    unsigned v[PARTS];
    unsigned seen; /* bit per part */
};

/* The token at the front of the pattern, or TOKENS. */
static unsigned token_at(struct fb_span pattern)
{
    uint32_t run = 1;
    while (run < pattern.n && run < 4 && pattern.p[run] == pattern.p[0])
        run++;
    for (unsigned i = 0; i < TOKENS; i++)
        if (tokens[i].letter == pattern.p[0] && tokens[i].width <= run)
            return i;
    return TOKENS;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct fb_span after(struct fb_span s, uint32_t n)
{
    return (struct fb_span){s.p + n, s.n - n};
}

static uint32_t take_month(struct fb_span text, unsigned *out)
{
    if (text.n < 3)
        return 0;
    char word[3] = {lower(text.p[0]), lower(text.p[1]), lower(text.p[2])};
    for (unsigned m = 0; m < 12; m++)
        if (memcmp(word, months + 3 * m, 3) == 0) {
            *out = m + 1;
            return 3;
        }
    return 0;
}

static uint32_t take_digits(struct fb_span text, unsigned min, unsigned max, unsigned *out)
{
    uint32_t n = 0;
    unsigned v = 0;
    while (n < text.n && n < max && text.p[n] >= '0' && text.p[n] <= '9')
        v = v * 10 + (unsigned)(text.p[n++] - '0');
    *out = v;
    return n < min ? 0 : n;
}

/* How much of the text the token takes; 0: it is not there. */
static uint32_t take_token(unsigned token, struct fb_span text, struct reading *r)
{
    unsigned v = 0;
    uint32_t n = tokens[token].max == 0 ? take_month(text, &v)
                                        : take_digits(text, tokens[token].min, tokens[token].max, &v);
    if (tokens[token].part == YEAR && tokens[token].max == 2)
        v += 2000;
    r->v[tokens[token].part] = v;
    r->seen |= 1u << tokens[token].part;
    return n;
}

/* How much of the text the whole pattern takes; 0: it does not fit. */
static uint32_t take_pattern(struct fb_span pattern, struct fb_span text, struct reading *r)
{
    uint32_t taken = 0;
    while (pattern.n > 0) {
        unsigned token = token_at(pattern);
        uint32_t n, width = token == TOKENS ? 1 : tokens[token].width;
        if (token != TOKENS)
            n = take_token(token, text, r);
        else
            n = text.n > 0 && lower(text.p[0]) == lower(pattern.p[0]);
        if (n == 0)
            return 0;
        taken += n;
        text = after(text, n);
        pattern = after(pattern, width);
    }
    return taken;
}

static enum fb_err settle(struct fb_moment *out, const struct reading *r)
{
    struct fb_moment m = {.has_date = (r->seen & 1u << DAY) != 0, .has_time = (r->seen & 1u << HOUR) != 0};
    if (m.has_date) {
        int year;
        unsigned month, day;
        if (r->v[YEAR] < 1900 || r->v[MONTH] < 1 || r->v[MONTH] > 12 || r->v[DAY] < 1 || r->v[DAY] > 31)
            return FB_REFUSED;
        m.day = fb_day_of((int)r->v[YEAR], r->v[MONTH], r->v[DAY]);
        fb_day_civil(m.day, &year, &month, &day);
        if (month != r->v[MONTH] || day != r->v[DAY]) /* 30 February is no date */
            return FB_REFUSED;
    }
    m.minute = r->v[HOUR] * 60 + r->v[MINUTE];
    m.second = r->v[SECOND];
    if (r->v[MINUTE] > 59 || m.second > 59 || m.minute > 1440 || (m.minute == 1440 && m.second > 0))
        return FB_REFUSED;
    *out = m;
    return FB_OK;
}

enum fb_err fb_moment_match(struct fb_moment *out, struct fb_span pattern, struct fb_span text)
{
    struct reading r = {{0}, 0};
    if (text.n == 0 || take_pattern(pattern, text, &r) != text.n)
        return FB_REFUSED;
    return settle(out, &r);
}

enum fb_err fb_pattern_check(struct fb_span pattern, bool *has_date, bool *has_time)
{
    unsigned seen = 0;
    const unsigned date = 1u << YEAR | 1u << MONTH | 1u << DAY, time = 1u << HOUR | 1u << MINUTE;
    while (pattern.n > 0) {
        unsigned token = token_at(pattern);
        if (token != TOKENS && (seen & 1u << tokens[token].part) != 0)
            return FB_REFUSED;
        if (token != TOKENS)
            seen |= 1u << tokens[token].part;
        pattern = after(pattern, token == TOKENS ? 1 : tokens[token].width);
    }
    *has_date = (seen & date) == date;
    *has_time = (seen & time) == time;
    /* Half a date or half a time is a slip of the pen: it would be read as something it is not. */
    bool half_date = !*has_date && (seen & date) != 0, half_time = !*has_time && (seen & ~date) != 0;
    return half_date || half_time || seen == 0 ? FB_REFUSED : FB_OK;
}

static void digits(char *at, unsigned n, unsigned v)
{
    while (n-- > 0) {
        at[n] = (char)('0' + v % 10);
        v /= 10;
    }
}

void fb_moment_format(char out[20], const struct fb_moment *m)
{
    int year;
    unsigned month, day;
    fb_day_civil(m->minute == 1440 ? m->day + 1 : m->day, &year, &month, &day);
    memcpy(out, "0000-00-00T00:00", 17);
    digits(out, 4, (unsigned)year);
    digits(out + 5, 2, month);
    digits(out + 8, 2, day);
    digits(out + 11, 2, m->minute / 60 % 24);
    digits(out + 14, 2, m->minute % 60);
    if (m->second > 0) {
        out[16] = ':';
        digits(out + 17, 2, m->second);
        out[19] = '\0';
    }
}

/* The pattern of a `{…}` at the front of a template; absent when there is none (or it never ends). */
static struct fb_span braced(struct fb_span template)
{
    const char *end = template.n > 0 && template.p[0] == '{' ? memchr(template.p, '}', template.n) : NULL;
    if (end == NULL)
        return (struct fb_span){NULL, 0};
    return (struct fb_span){template.p + 1, (uint32_t)(end - template.p - 1)};
}

static bool match_name(struct fb_span template, struct fb_span name, struct reading *r)
{
    while (template.n > 0) {
        struct fb_span pattern = braced(template);
        if (template.p[0] == '*') {
            /* A name is short and a template has one or two stars, so trying each rest is cheap. */
            for (uint32_t skip = 0; skip <= name.n; skip++)
                if (match_name(after(template, 1), after(name, skip), r))
                    return true;
            return false;
        }
        uint32_t n = pattern.p != NULL ? take_pattern(pattern, name, r)
                                       : name.n > 0 && lower(name.p[0]) == lower(template.p[0]);
        if (n == 0)
            return false;
        name = after(name, n);
        template = after(template, pattern.p != NULL ? pattern.n + 2 : 1);
    }
    return name.n == 0;
}

enum fb_err fb_moment_in_name(struct fb_moment *out, struct fb_span template, struct fb_span name)
{
    struct reading r = {{0}, 0};
    if (name.n > 255 || !match_name(template, name, &r))
        return FB_REFUSED;
    return settle(out, &r);
}

enum fb_err fb_name_template_check(struct fb_span template)
{
    unsigned stars = 0, patterns = 0;
    bool date = false, time = false, any_date = false;
    while (template.n > 0) {
        struct fb_span pattern = braced(template);
        stars += template.p[0] == '*';
        if (pattern.p != NULL) {
            if (fb_pattern_check(pattern, &date, &time) != FB_OK)
                return FB_REFUSED;
            patterns++;
            any_date |= date;
        } else if (template.p[0] == '{') {
            return FB_REFUSED;
        }
        template = after(template, pattern.p != NULL ? pattern.n + 2 : 1);
    }
    return any_date && patterns <= 3 && stars <= 3 ? FB_OK : FB_REFUSED;
}
