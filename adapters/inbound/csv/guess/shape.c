#include "adapters/inbound/csv/guess/shape.h"
#include <string.h>

static const struct {
    const char *text;
    unsigned twin;
} dates[FB_GUESS_DATES] = {
    {"dd/mm/yyyy", 1}, {"mm/dd/yyyy", 0},  {"d/m/yyyy", 3},    {"m/d/yyyy", 2},  {"yyyy-mm-dd", 4},  {"dd-mmm-yyyy", 5},
    {"d-mmm-yyyy", 6}, {"dd mmm yyyy", 7}, {"d mmm yyyy", 8},  {"dd-mm-yyyy", 9}, {"dd.mm.yyyy", 10}, {"dd/mm/yy", 12},
    {"mm/dd/yy", 11},  {"dd-mmm-yy", 13},  {"d-mmm-yy", 14},   {"yyyy/mm/dd", 15}, {"yyyymmdd", 16},  {"dd/mmm/yyyy", 17},
};
static const char *const times[FB_GUESS_TIMES] = {"HH:MM", "H:MM", "HH:MM:SS", "H:MM:SS", "HHMM", "HH.MM"};
static const char *const joined[5] = {" HH:MM", "THH:MM", " HH:MM:SS", "THH:MM:SS", " H:MM"};

const char *fb_guess_date_pattern(unsigned i)
{
    return dates[i].text;
}

const char *fb_guess_time_pattern(unsigned i)
{
    return times[i];
}

void fb_guess_both_pattern(unsigned i, char out[FB_GUESS_PATTERN_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, out, FB_GUESS_PATTERN_BYTES);
    if (i == FB_GUESS_BOTHS - 1) {
        fb_text_add(&t, "iso");
        return;
    }
    fb_text_add(&t, dates[i / 5].text);
    fb_text_add(&t, joined[i % 5]);
}

unsigned fb_guess_date_twin(unsigned i)
{
    return dates[i].twin;
}

unsigned fb_guess_both_twin(unsigned i)
{
    return i == FB_GUESS_BOTHS - 1 ? i : dates[i / 5].twin * 5 + i % 5;
}

static bool fits(const char *pattern, struct fb_span value)
{
    struct fb_moment m;
    return fb_moment_match(&m, fb_span_of(pattern), value) == FB_OK;
}

/* "20260316" is a date, and so would be half of all staff numbers: only days of our time count. */
bool fb_guess_fits_date(unsigned i, struct fb_span value)
{
    struct fb_moment m;
    return fb_moment_match(&m, fb_span_of(dates[i].text), value) == FB_OK && m.day >= fb_day_of(1930, 1, 1) && m.day < fb_day_of(2080, 1, 1);
}

bool fb_guess_fits_time(unsigned i, struct fb_span value)
{
    return fits(times[i], value);
}

bool fb_guess_fits_both(unsigned i, struct fb_span value)
{
    char pattern[FB_GUESS_PATTERN_BYTES];
    int64_t ms;
    if (i == FB_GUESS_BOTHS - 1)
        return fb_instant_parse(&ms, value) == FB_OK && memchr(value.p, 'Z', value.n) != NULL;
    fb_guess_both_pattern(i, pattern);
    return fits(pattern, value);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool fb_guess_is_number(struct fb_span s)
{
    static const char between[] = {'.', ',', '-', ' '};
    unsigned digits = 0;
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        digits += is_digit(s.p[i]);
        if (!is_digit(s.p[i]) && memchr(between, c, sizeof between) == NULL && c != 0xC2 && c != 0xA3)
            return false;
    }
    return digits > 0;
}

/* Modulus 11 over the first nine digits, weighed 10 to 2. */
static bool is_nhs_number(const char digit[10])
{
    unsigned sum = 0;
    for (unsigned i = 0; i < 9; i++)
        sum += (10 - i) * (unsigned)(digit[i] - '0');
    unsigned check = (11 - sum % 11) % 11;
    return check != 10 && check == (unsigned)(digit[9] - '0');
}

bool fb_guess_is_identifier(struct fb_span s)
{
    char digit[10];
    unsigned digits = 0, letters = 0;
    if (s.n > 0 && memchr(s.p, '@', s.n) != NULL)
        return true;
    for (uint32_t i = 0; i < s.n; i++) {
        if (is_digit(s.p[i]) && digits++ < 10)
            digit[digits - 1] = s.p[i];
        letters += is_letter(s.p[i]);
        if (!is_digit(s.p[i]) && !is_letter(s.p[i]) && s.p[i] != ' ' && s.p[i] != '-')
            return false;
    }
    if (digits == 10 && letters == 0)
        return is_nhs_number(digit);
    return digits == 6 && letters == 3 && is_letter(s.p[0]) && is_letter(s.p[1]) && is_letter(s.p[s.n - 1]); /* QQ 12 34 56 C */
}

/* Words that stand in names of wards, grades, states and routes, and in nobody's. */
static const char *const trade[] = {
    "admin", "administrative", "agency", "ahp", "allied", "ancillary", "annual", "approved", "assistant", "attend", "authorised", "awaiting",
    "band", "bank", "booked", "booking", "cancelled", "care", "clerical", "clinical", "collaborative", "complete", "completed", "confirmed",
    "consultant", "covered", "day", "dental", "did", "direct", "doctor", "duty", "employer", "engagement", "entry", "estates", "external",
    "facilities", "filled", "finalised", "flexible", "framework", "grade", "health", "healthcare", "hca", "held", "in", "internal", "invoiced", "job",
    "late", "leave", "locum", "long", "medical", "mental", "mid", "midwife", "midwifery", "multi", "night", "no", "not", "nurse", "nursing",
    "off", "on", "only", "open", "overtime", "paid", "pay", "paye", "payroll", "pending", "pharmacy", "post", "professional", "provider",
    "qualified", "queried", "rate", "registered", "rejected", "role", "science", "scientific", "self", "senior", "shift", "short", "show", "staff",
    "student", "submitted", "substantive", "support", "tech", "technical", "theatre", "therapies", "therapist", "therapy", "top", "trust",
    "umbrella", "unfilled", "unqualified", "unregistered", "ward", "withdrawn", "work", "worked", "worker"};

static bool is_trade_word(struct fb_span w)
{
    for (size_t i = 0; i < sizeof trade / sizeof trade[0]; i++) {
        uint32_t n = (uint32_t)strlen(trade[i]), k = 0;
        while (k < n && k < w.n && (w.p[k] | 0x20) == trade[i][k])
            k++;
        if (k == n && w.n == n)
            return true;
    }
    return false;
}

static bool is_title(struct fb_span w)
{
    static const char *const titles[] = {"mr", "mrs", "ms", "miss", "dr", "professor", "sir", "rev"};
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        if (w.n == strlen(titles[i]) && strlen(titles[i]) <= w.n) {
            uint32_t k = 0;
            while (k < w.n && (w.p[k] | 0x20) == titles[i][k])
                k++;
            if (k == w.n)
                return true;
        }
    return false;
}

/* A word of a name: letters (of any alphabet), with hyphens and apostrophes, the first a capital. */
static bool is_name_word(struct fb_span w)
{
    bool first = w.n > 0 && ((w.p[0] >= 'A' && w.p[0] <= 'Z') || (unsigned char)w.p[0] >= 0xC3);
    for (uint32_t i = 0; i < w.n && first; i++)
        first = is_letter(w.p[i]) || (unsigned char)w.p[i] > 0x7F || w.p[i] == '-' || w.p[i] == '\'' || (w.p[i] == '.' && i + 1 == w.n);
    return first;
}

struct counted_words {
    unsigned n, names, trades;
    bool title;
};

static struct counted_words count_words(struct fb_span s)
{
    struct counted_words c = {.n = 0};
    for (uint32_t i = 0; i < s.n;) {
        uint32_t from = i;
        while (i < s.n && s.p[i] != ' ' && s.p[i] != ',')
            i++;
        struct fb_span w = {s.p + from, i - from};
        while (w.n > 0 && w.p[w.n - 1] == '.')
            w.n--;
        if (w.n > 0) {
            c.title |= c.n == 0 && is_title(w);
            c.n++;
            c.names += is_name_word(w);
            c.trades += is_trade_word(w);
        }
        i++;
    }
    return c;
}

bool fb_guess_is_person(struct fb_span s)
{
    unsigned digits = 0;
    for (uint32_t i = 0; i < s.n; i++)
        digits += is_digit(s.p[i]);
    if (fb_guess_is_identifier(s) || digits >= 6)
        return true;
    struct counted_words c = count_words(s);
    bool comma = s.n > 0 && memchr(s.p, ',', s.n) != NULL;
    if (c.title || (comma && c.names == c.n && c.n >= 2 && c.trades == 0))
        return true;
    return c.n >= 2 && c.n <= 4 && c.names == c.n && c.trades == 0;
}
