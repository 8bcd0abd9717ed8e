#include "adapters/inbound/scrub/shape.h"
#include "adapters/inbound/scrub/person.h"
#include <string.h>

/* Which characters may stand in a cell, how long it may be, and how many digits it may have in all and together. */
static const struct form {
    const char *name, *others; /* besides letters and digits */
    bool letters, foreign;     /* foreign: any character outside ASCII */
    unsigned bytes, digits, together;
} forms[FB_SCRUB_SHAPES] = {
    [FB_SCRUB_CODE] = {"code", "._/-", true, false, 40, 40, 9},
    [FB_SCRUB_LONG_CODE] = {"long_code", "._/-", true, false, 40, 40, 40},
    [FB_SCRUB_DATE] = {"date", "/:. +-", true, false, 32, 17, 17},
    [FB_SCRUB_OLD_DATE] = {"old_date", "/:. +-", true, false, 32, 17, 17},
    [FB_SCRUB_NUMBER] = {"number", "%,.:+- ", false, false, 20, 9, 9},
    [FB_SCRUB_LABEL] = {"label", " &()/'-.,+:;", true, true, 80, 5, 5},
    [FB_SCRUB_TEXT] = {"", NULL, true, true, 200, 200, 9},
};
enum { FIRST_YEAR = 2010 };

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

enum fb_scrub_shape fb_scrub_shape_find(struct fb_span name)
{
    for (unsigned s = 0; s < FB_SCRUB_TEXT; s++)
        if (fb_span_is(name, forms[s].name))
            return (enum fb_scrub_shape)s;
    return FB_SCRUB_SHAPES;
}

static bool fits_characters(const struct form *f, struct fb_span cell)
{
    for (uint32_t i = 0; i < cell.n; i++) {
        char c = cell.p[i];
        bool pound = c == '\xC2' && i + 1 < cell.n && cell.p[i + 1] == '\xA3';
        if (f->others == NULL ? c == '@' : false)
            return false;
        if (f->others == NULL || is_digit(c) || (f->letters && is_letter(c)) || (f->foreign && (c & '\x80') != 0))
            continue;
        if (pound && !f->letters)
            i++;
        else if ((c & '\x80') != 0 || strchr(f->others, c) == NULL)
            return false;
    }
    return true;
}

/* Telephone and health service numbers have ten digits or eleven, however they are spaced. */
static bool fits_digits(const struct form *f, struct fb_span cell)
{
    const char *marks = f->others == NULL ? " -()" : " -"; /* (07700) 900 123, where people write */
    unsigned all = 0, together = 0;
    for (uint32_t i = 0; i < cell.n; i++) {
        if (is_digit(cell.p[i])) {
            all++;
            together++;
        } else if (cell.p[i] == '\0' || strchr(marks, cell.p[i]) == NULL)
            together = 0;
        if (all > f->digits || together > f->together)
            return false;
    }
    return true;
}

/* QQ123456C, and day, month and year with nothing else: neither is a reference of a shift. */
static bool is_personal_code(struct fb_span c)
{
    unsigned marks = 0, digits = 0, letters = 0;
    for (uint32_t i = 0; i < c.n; i++) {
        digits += is_digit(c.p[i]);
        letters += is_letter(c.p[i]);
        marks += c.p[i] == '/' || c.p[i] == '-' || c.p[i] == '.';
    }
    if (c.n == 9 && letters == 3 && digits == 6 && is_letter(c.p[0]) && is_letter(c.p[1]) && is_letter(c.p[8]))
        return true;
    /* A telephone number, whatever parts it: no reference begins with a nought and has eleven digits, or with 44 and twelve. */
    bool telephone = (digits == 11 && c.p[0] == '0') || (digits == 12 && c.p[0] == '4' && c.p[1] == '4');
    return letters == 0 && ((marks == 2 && digits >= 4 && digits <= 8) || telephone);
}

/* A date begins with a digit, and holds letters three together at most: 16-Mar-2026. */
static bool is_date(struct fb_span c)
{
    unsigned together = 0;
    for (uint32_t i = 0; i < c.n; i++) {
        together = is_letter(c.p[i]) ? together + 1 : 0;
        if (together > 3)
            return false;
    }
    return is_digit(c.p[0]);
}

static unsigned digits_as_number(struct fb_span c)
{
    unsigned n = 0;
    for (uint32_t i = 0; i < c.n; i++)
        n = n * 10 + (unsigned)(c.p[i] - '0');
    return n;
}

/* A year of four digits before 2010, at either end of a run: 12031985 and 19850312 are dates too. */
static bool has_old_year(struct fb_span c)
{
    for (uint32_t i = 0, n; i < c.n; i += n == 0 ? 1 : n) {
        for (n = 0; i + n < c.n && is_digit(c.p[i + n]);)
            n++;
        if (n < 4)
            continue;
        unsigned first = digits_as_number((struct fb_span){c.p + i, 4}), last = digits_as_number((struct fb_span){c.p + i + n - 4, 4});
        if ((first >= 1900 && first < FIRST_YEAR) || (n == 8 && last >= 1900 && last < FIRST_YEAR && first < 3200))
            return true;
    }
    return false;
}

/* 120385, and nothing else. */
static bool is_old_six(struct fb_span c)
{
    for (uint32_t i = 0; i < c.n; i++)
        if (c.n != 6 || !is_digit(c.p[i]))
            return false;
    char apart[8] = {c.p[0], c.p[1], '/', c.p[2], c.p[3], '/', c.p[4], c.p[5]};
    return fb_scrub_has_old_date((struct fb_span){apart, sizeof apart});
}

const char *fb_scrub_shape_fault(enum fb_scrub_shape shape, struct fb_span cell)
{
    const struct form *f = &forms[shape];
    if (cell.n == 0)
        return NULL;
    if (cell.n > f->bytes)
        return "longer than its shape allows";
    if (!fits_characters(f, cell))
        return "a character that its shape does not have";
    if (!fits_digits(f, cell))
        return "more digits than its shape allows: a number of a person, or a telephone?";
    if (shape == FB_SCRUB_CODE && is_personal_code(cell))
        return "no reference: a date, or a number of a person?";
    if ((shape == FB_SCRUB_DATE || shape == FB_SCRUB_OLD_DATE) && !is_date(cell))
        return "no date and no time";
    if ((shape == FB_SCRUB_LABEL || shape == FB_SCRUB_TEXT) && (fb_scrub_has_old_date(cell) || fb_scrub_has_number_of_person(cell)))
        return "a date of birth, an address of mail or a number of a person?";
    if (shape == FB_SCRUB_DATE && (has_old_year(cell) || fb_scrub_has_old_date(cell) || is_old_six(cell)))
        return "a year before 2010: a date of birth? (old_date allows it)";
    return NULL;
}

/* The header in small letters, each run of anything else one space, with a space before and behind. */
static void fold(struct fb_span header, char *out, size_t size)
{
    size_t n = 0;
    out[n++] = ' ';
    for (uint32_t i = 0; i < header.n && n < size - 2; i++) {
        char c = header.p[i];
        if (is_letter(c) || is_digit(c))
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
        else if (out[n - 1] != ' ')
            out[n++] = ' ';
    }
    if (out[n - 1] != ' ')
        out[n++] = ' ';
    out[n] = '\0';
}

static bool has_any(struct fb_span header, const char *const *phrases)
{
    char text[256];
    fold(header, text, sizeof text);
    for (; *phrases != NULL; phrases++)
        if (strstr(text, *phrases) != NULL)
            return true;
    return false;
}

bool fb_scrub_names_person(struct fb_span header)
{
    static const char *const phrases[] = {
        " forename", " surname ", " first name ", " last name ", " full name ", " given name", " family name ", " middle name",
        " known as ", " worker name ", " staff name ", " employee name ", " candidate name ", " preferred name ", " person name ",
        " nurse name ", " dob ", " d o b ", " birth", " email", " e mail", " telephone", " phone", " mobile ", " tel ", " fax ", " address",
        " postcode ", " post code ", " ni number ", " ni no ", " nino ", " national insurance ", " nhs number ", " nhs no ",
        " passport", " next of kin ", NULL};
    /* Alone, each is the column of who it was; with more words it may be of what: Worker Type, Staff Group. */
    static const char *const alone[] = {" name ", " names ", " worker ", " candidate ", " staff ", " staff member ", " employee ", " person ", " nurse ", " doctor ",
                                        " contact ", " initials ", " line manager ", " booked by ", " requested by ", " authorised by ", " approved by ", NULL};
    char text[256];
    fold(header, text, sizeof text);
    for (const char *const *a = alone; *a != NULL; a++)
        if (strcmp(text, *a) == 0)
            return true;
    return has_any(header, phrases);
}

bool fb_scrub_names_free_text(struct fb_span header)
{
    static const char *const phrases[] = {" note ", " notes ", " comment", " remark", " narrative", " description", " details ",
                                          " message", " free text ", NULL};
    return has_any(header, phrases);
}
