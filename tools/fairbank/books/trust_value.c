/* Amounts, counts and hours as ledgers and returns write them. */
#include "engine/base/limits.h"
#include "tools/fairbank/books/trust_sheet.h"
#include <string.h>

enum { DIGITS_MAX = 24, HOURS_E4_MAX = 1000000000 };

static bool take_end(struct fb_span *s, const char *end)
{
    uint32_t n = (uint32_t)strlen(end);
    if (s->n < n || !trust_word_same((struct fb_span){s->p + s->n - n, n}, fb_span_of(end)))
        return false;
    *s = fb_span_trimmed((struct fb_span){s->p, s->n - n});
    return true;
}

static bool take_front(struct fb_span *s, const char *front)
{
    uint32_t n = (uint32_t)strlen(front);
    if (s->n < n || memcmp(s->p, front, n) != 0)
        return false;
    *s = fb_span_trimmed((struct fb_span){s->p + n, s->n - n});
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Three digits behind a comma, and then none: "12,50" is how others write parts of a unit, and no thousand. */
static bool is_thousand(struct fb_span s, uint32_t comma)
{
    if (comma == 0 || !is_digit(s.p[comma - 1]) || s.n - comma < 4)
        return false;
    bool three = is_digit(s.p[comma + 1]) && is_digit(s.p[comma + 2]) && is_digit(s.p[comma + 3]);
    return three && (s.n - comma == 4 || !is_digit(s.p[comma + 4]));
}

/* Digits and at most a point, without thousands commas, of no sign. */
static bool plain_digits(struct fb_span s, char out[DIGITS_MAX], uint32_t *n)
{
    bool point = false;
    *n = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',' && !point && is_thousand(s, i))
            continue;
        if ((!is_digit(s.p[i]) && s.p[i] != '.') || (s.p[i] == '.' && point) || *n == DIGITS_MAX)
            return false;
        point |= s.p[i] == '.';
        out[(*n)++] = s.p[i];
    }
    return *n > 0 && is_digit(out[0]);
}

static bool decimal_of(struct fb_span text, unsigned decimals, int64_t *out)
{
    char digits[DIGITS_MAX];
    uint32_t n;
    return plain_digits(text, digits, &n) && fb_parse_decimal(out, (struct fb_span){digits, n}, decimals) == FB_OK;
}

bool trust_pence_of(struct fb_span text, int64_t *pence)
{
    struct fb_span s = fb_span_trimmed(text);
    unsigned signs = take_end(&s, "CR");
    (void)(signs == 0 && take_end(&s, "DR"));
    if (s.n > 1 && s.p[0] == '(' && s.p[s.n - 1] == ')') {
        s = fb_span_trimmed((struct fb_span){s.p + 1, s.n - 2});
        signs++;
    }
    signs += take_end(&s, "-");
    signs += take_front(&s, "-");
    (void)(take_front(&s, "\xC2\xA3") || take_front(&s, "\xA3")); /* as UTF-8 and as Windows-1252 write the sign of the pound */
    signs += take_front(&s, "-");
    int64_t v = 0;
    if (signs > 1 || !decimal_of(s, 2, &v) || v > FB_AMOUNT_PENCE_MAX)
        return false;
    *pence = signs == 1 ? -v : v;
    return true;
}

bool trust_count_of(struct fb_span text, int64_t *n)
{
    return decimal_of(fb_span_trimmed(text), 0, n) && *n <= FB_AMOUNT_PENCE_MAX;
}

/* Hours with up to four decimals: to the nearest minute, half up. */
bool trust_minutes_of(struct fb_span text, int64_t *minutes)
{
    struct fb_span s = fb_span_trimmed(text);
    const char *colon = s.n == 0 ? NULL : memchr(s.p, ':', s.n);
    int64_t hours, e4, rest;
    if (colon == NULL) {
        if (!decimal_of(s, 4, &e4) || e4 > (int64_t)HOURS_E4_MAX * 100)
            return false;
        *minutes = (e4 * 60 + 5000) / 10000;
        return true;
    }
    struct fb_span before = {s.p, (uint32_t)(colon - s.p)}, after = {colon + 1, s.n - (uint32_t)(colon - s.p) - 1};
    if (after.n != 2 || !decimal_of(before, 0, &hours) || !decimal_of(after, 0, &rest) || rest > 59 || hours > HOURS_E4_MAX)
        return false;
    *minutes = hours * 60 + rest;
    return true;
}
