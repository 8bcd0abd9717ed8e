#include "adapters/inbound/scrub/person.h"
#include <string.h>

enum { FIRST_YEAR = 2010, LAST_SHORT_YEAR = 45, GROUPED_DIGITS = 10 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/* Beyond its end a cell goes on with noughts, which are nothing that is looked for. */
static char at(struct fb_span s, uint32_t i)
{
    return i < s.n ? s.p[i] : '\0';
}

static char small(struct fb_span s, uint32_t i)
{
    char c = at(s, i);
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool is_one_of(struct fb_span s, uint32_t i, const char *signs)
{
    return i < s.n && s.p[i] != '\0' && strchr(signs, s.p[i]) != NULL;
}

static uint32_t digits_at(struct fb_span s, uint32_t i)
{
    uint32_t n = 0;
    while (is_digit(at(s, i + n)))
        n++;
    return n;
}

static unsigned value_of(struct fb_span s, uint32_t i, uint32_t n)
{
    unsigned v = 0;
    for (uint32_t k = 0; k < n; k++)
        v = v * 10 + (unsigned)(s.p[i + k] - '0');
    return v;
}

/* ---- dates ---- */

static bool is_old(unsigned year, uint32_t digits)
{
    return digits == 4 ? year >= 1900 && year < FIRST_YEAR : year < FIRST_YEAR % 100 || year > LAST_SHORT_YEAR;
}

static bool is_within(unsigned v, unsigned last)
{
    return v >= 1 && v <= last;
}

/* The length of the month's name at i, 0: none. It is all of its letters. */
static uint32_t month_at(struct fb_span s, uint32_t i)
{
    static const char *const names[] = {"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "sept"};
    uint32_t n = 0;
    while (is_letter(at(s, i + n)))
        n++;
    for (size_t m = 0; m < sizeof names / sizeof names[0]; m++) {
        uint32_t k = 0;
        while (k < n && names[m][k] != '\0' && small(s, i + k) == names[m][k])
            k++;
        if (k == n && (n == 3 || (n > 3 && names[m][n] == '\0')))
            return n;
    }
    return 0;
}

static uint32_t pass_marks(struct fb_span s, uint32_t i)
{
    for (unsigned k = 0; k < 3 && is_one_of(s, i, " ./,'-"); k++)
        i++;
    return i;
}

static uint32_t pass_ordinal(struct fb_span s, uint32_t i)
{
    static const char *const ends[] = {"st", "nd", "rd", "th"};
    for (unsigned k = 0; k < 4; k++)
        if (small(s, i) == ends[k][0] && small(s, i + 1) == ends[k][1])
            return i + 2;
    return i;
}

/* 12 March 1985, 12th of Mar '85. i: where a run of figures begins. */
static bool is_old_day_first(struct fb_span s, uint32_t i)
{
    uint32_t n = digits_at(s, i), to = pass_ordinal(s, i + n);
    if (n > 2 || !is_within(value_of(s, i, n), 31))
        return false;
    if (at(s, to) == ' ' && small(s, to + 1) == 'o' && small(s, to + 2) == 'f')
        to += 3;
    to = pass_marks(s, to);
    uint32_t month = month_at(s, to);
    to = pass_marks(s, to + month);
    uint32_t year = digits_at(s, to);
    return month > 0 && (year == 2 || year == 4) && is_old(value_of(s, to, year), year);
}

/* March 12, 1985. i: where a run of letters begins. After a day the name is that day's month: 16-Mar-26 2000. */
static bool is_old_month_first(struct fb_span s, uint32_t i)
{
    uint32_t month = month_at(s, i), to = pass_marks(s, i + month), n = digits_at(s, to);
    bool after_day = i > 0 && (is_digit(s.p[i - 1]) || (i > 1 && is_one_of(s, i - 1, " ./,'-") && is_digit(s.p[i - 2])));
    if (month == 0 || after_day || n < 1 || n > 2 || !is_within(value_of(s, to, n), 31))
        return false;
    uint32_t marks = pass_ordinal(s, to + n);
    to = pass_marks(s, marks);
    return to > marks && digits_at(s, to) == 4 && is_old(value_of(s, to, 4), 4);
}

/* The mark between figures: one of / . - with or without a space on either side, or a space. 0: none. */
static uint32_t mark_at(struct fb_span s, uint32_t i)
{
    uint32_t n = at(s, i) == ' ' ? 1 : 0;
    if (!is_one_of(s, i + n, "/.-"))
        return n;
    n++;
    return n + (at(s, i + n) == ' ' ? 1 : 0);
}

static bool is_old_three(struct fb_span s, uint32_t i, uint32_t a, uint32_t b, uint32_t c, uint32_t mark)
{
    uint32_t second = i + a + mark, third = second + b + mark;
    unsigned first = value_of(s, i, a), middle = value_of(s, second, b), last = value_of(s, third, c);
    if (a == 4)
        return c <= 2 && is_within(middle, 12) && is_within(last, 31) && is_old(first, 4);
    if (c == 2 && first > 31)
        return is_within(middle, 12) && is_within(last, 31) && is_old(first, 2);
    bool date = (is_within(first, 31) && is_within(middle, 12)) || (is_within(first, 12) && is_within(middle, 31));
    return date && (c == 4 || c == 2) && is_old(last, c);
}

/* 12/03/1985, 1985-03-12, 12.3.85, 12 03 1985. i: where a run of figures begins. */
static bool is_old_in_figures(struct fb_span s, uint32_t i)
{
    uint32_t a = digits_at(s, i), mark = mark_at(s, i + a), second = i + a + mark, b = digits_at(s, second), c;
    if ((a > 2 && a != 4) || mark == 0 || b < 1 || b > 2 || mark_at(s, second + b) != mark || memcmp(s.p + i + a, s.p + second + b, mark) != 0)
        return false;
    c = digits_at(s, second + b + mark);
    bool space = mark == 1 && s.p[i + a] == ' ';
    return c >= 1 && !(space && c != 4) && is_old_three(s, i, a, b, c, mark);
}

/* 19850312 and 12031985, with nothing more on either side. */
static bool is_old_in_one(struct fb_span s, uint32_t i)
{
    if (digits_at(s, i) != 8)
        return false;
    unsigned year = value_of(s, i, 4), last = value_of(s, i + 4, 4);
    return (is_old(year, 4) && is_within(value_of(s, i + 4, 2), 12) && is_within(value_of(s, i + 6, 2), 31)) ||
           (is_old(last, 4) && is_within(value_of(s, i, 2), 31) && is_within(value_of(s, i + 2, 2), 12));
}

bool fb_scrub_has_old_date(struct fb_span s)
{
    for (uint32_t i = 0; i < s.n; i++) {
        bool figures = is_digit(s.p[i]) && (i == 0 || !is_digit(s.p[i - 1])), letters = is_letter(s.p[i]) && (i == 0 || !is_letter(s.p[i - 1]));
        if ((figures && (is_old_day_first(s, i) || is_old_in_figures(s, i) || is_old_in_one(s, i))) || (letters && is_old_month_first(s, i)))
            return true;
    }
    return false;
}

/* ---- numbers ---- */

/* QQ123456C, QQ 12 34 56 C. */
static bool is_ni_at(struct fb_span s, uint32_t i)
{
    if ((i > 0 && (is_letter(s.p[i - 1]) || is_digit(s.p[i - 1]))) || !is_letter(at(s, i)) || !is_letter(at(s, i + 1)))
        return false;
    uint32_t to = i + 2;
    for (unsigned k = 0; k < 6; k++) {
        to += is_one_of(s, to, " .-") ? 1 : 0;
        if (!is_digit(at(s, to++)))
            return false;
    }
    to += is_one_of(s, to, " .-") ? 1 : 0;
    return small(s, to) >= 'a' && small(s, to) <= 'd' && !is_letter(at(s, to + 1)) && !is_digit(at(s, to + 1));
}

/* 07700.900123, 943/476/5919: groups of three figures and more, ten in all. i: where a run of figures begins. */
static bool is_grouped_at(struct fb_span s, uint32_t i)
{
    uint32_t n = digits_at(s, i), all = n;
    while (n >= 3 && is_one_of(s, i + n, "./") && digits_at(s, i + n + 1) >= 3) {
        i += n + 1;
        n = digits_at(s, i);
        all += n;
    }
    return n >= 3 && all >= GROUPED_DIGITS;
}

/* A wide or a small @, (at), [at]; figures of Arabic, Persian and the wide ones. */
static bool is_in_disguise_at(struct fb_span s, uint32_t i)
{
    static const struct {
        char begin[4], first, last;
    } signs[] = {{"\xEF\xBC", '\xA0', '\xA0'}, {"\xEF\xB9", '\xAB', '\xAB'}, {"\xD9", '\xA0', '\xA9'}, {"\xDB", '\xB0', '\xB9'}, {"\xEF\xBC", '\x90', '\x99'}};
    for (size_t k = 0; k < sizeof signs / sizeof signs[0]; k++) {
        uint32_t n = (uint32_t)strlen(signs[k].begin);
        unsigned char c = (unsigned char)at(s, i + n);
        if (i + n < s.n && memcmp(s.p + i, signs[k].begin, n) == 0 && c >= (unsigned char)signs[k].first && c <= (unsigned char)signs[k].last)
            return true;
    }
    if (!is_one_of(s, i, "(["))
        return false;
    i += at(s, i + 1) == ' ' ? 2 : 1;
    if (small(s, i) != 'a' || small(s, i + 1) != 't')
        return false;
    i += at(s, i + 2) == ' ' ? 3 : 2;
    return is_one_of(s, i, ")]");
}

bool fb_scrub_has_number_of_person(struct fb_span s)
{
    for (uint32_t i = 0; i < s.n; i++) {
        bool figures = is_digit(s.p[i]) && (i == 0 || !is_digit(s.p[i - 1]));
        if (is_ni_at(s, i) || is_in_disguise_at(s, i) || (figures && is_grouped_at(s, i)))
            return true;
    }
    return false;
}
