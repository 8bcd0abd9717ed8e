#include "adapters/inbound/csv/guess/meaning.h"
#include <string.h>

enum wants { ANY, DAY, MOMENT, NUMBER }; /* DAY: a date, or date and time; MOMENT: those or a time */
/* The longest phrase that stands in a header as whole words says what it is; of two as long, the first. */
static const struct {
    const char *phrase;
    enum fb_guess_meaning meaning;
    enum wants wants;
} phrases[] = {
    {"request id", FB_GUESS_REQUEST, ANY},          {"request number", FB_GUESS_REQUEST, ANY},     {"request no", FB_GUESS_REQUEST, ANY},
    {"request ref", FB_GUESS_REQUEST, ANY},         {"req id", FB_GUESS_REQUEST, ANY},             {"roster request id", FB_GUESS_REQUEST, ANY},
    {"vacancy id", FB_GUESS_REQUEST, ANY},          {"vacancy ref", FB_GUESS_REQUEST, ANY},        {"duty id", FB_GUESS_REQUEST, ANY},
    {"ref no", FB_GUESS_BOOKING, ANY},              {"ref num", FB_GUESS_BOOKING, ANY},            {"reference", FB_GUESS_BOOKING, ANY},
    {"booking ref", FB_GUESS_BOOKING, ANY},         {"booking id", FB_GUESS_BOOKING, ANY},         {"booking reference", FB_GUESS_BOOKING, ANY},
    {"shift id", FB_GUESS_BOOKING, ANY},            {"ref", FB_GUESS_BOOKING, ANY},                {"booking no", FB_GUESS_BOOKING, ANY},
    {"last changed", FB_GUESS_CHANGED, DAY},        {"last modified", FB_GUESS_CHANGED, DAY},      {"modified", FB_GUESS_CHANGED, DAY},
    {"updated", FB_GUESS_CHANGED, DAY},             {"last updated", FB_GUESS_CHANGED, DAY},       {"changed", FB_GUESS_CHANGED, DAY},
    {"authorised", FB_GUESS_CHANGED, DAY},          {"shift date", FB_GUESS_DATE, DAY},            {"work date", FB_GUESS_DATE, DAY},
    {"duty date", FB_GUESS_DATE, DAY},              {"date worked", FB_GUESS_DATE, DAY},           {"date", FB_GUESS_DATE, DAY},
    {"actual start", FB_GUESS_ACTUAL_START, MOMENT}, {"act start", FB_GUESS_ACTUAL_START, MOMENT}, {"worked from", FB_GUESS_ACTUAL_START, MOMENT},
    {"actual end", FB_GUESS_ACTUAL_END, MOMENT},    {"act end", FB_GUESS_ACTUAL_END, MOMENT},      {"worked to", FB_GUESS_ACTUAL_END, MOMENT},
    {"start time", FB_GUESS_START, MOMENT},         {"shift start", FB_GUESS_START, MOMENT},       {"start", FB_GUESS_START, MOMENT},
    {"end time", FB_GUESS_END, MOMENT},             {"shift end", FB_GUESS_END, MOMENT},           {"end", FB_GUESS_END, MOMENT},
    {"finish", FB_GUESS_END, MOMENT},               {"break", FB_GUESS_BREAK, ANY},                {"unpaid break", FB_GUESS_BREAK, ANY},
    {"break mins", FB_GUESS_BREAK, ANY},            {"break duration", FB_GUESS_BREAK, ANY},       {"ward", FB_GUESS_UNIT, ANY},
    {"unit", FB_GUESS_UNIT, ANY},                   {"department", FB_GUESS_UNIT, ANY},            {"client dept id", FB_GUESS_UNIT, ANY},
    {"location", FB_GUESS_UNIT, ANY},               {"site", FB_GUESS_SITE, ANY},                  {"hospital", FB_GUESS_SITE, ANY},
    {"cost centre", FB_GUESS_COST_CENTRE, ANY},     {"cost code", FB_GUESS_COST_CENTRE, ANY},      {"subjective", FB_GUESS_SUBJECTIVE, ANY},
    {"staff group", FB_GUESS_GROUP, ANY},           {"staff category", FB_GUESS_GROUP, ANY},       {"discipline", FB_GUESS_GROUP, ANY},
    {"sub discipline", FB_GUESS_GROUP, ANY},        {"own band", FB_GUESS_OWN_GRADE, ANY},         {"own grade", FB_GUESS_OWN_GRADE, ANY},
    {"grade", FB_GUESS_GRADE, ANY},                 {"band", FB_GUESS_GRADE, ANY},                 {"assignment grade", FB_GUESS_GRADE, ANY},
    {"role", FB_GUESS_ROLE, ANY},                   {"role type", FB_GUESS_ROLE, ANY},             {"job title", FB_GUESS_ROLE, ANY},
    {"assignment code", FB_GUESS_ROLE, ANY},        {"ts status", FB_GUESS_TIMESHEET, ANY},        {"timesheet status", FB_GUESS_TIMESHEET, ANY},
    {"timesheet", FB_GUESS_TIMESHEET, ANY},         {"booking status", FB_GUESS_STATUS, ANY},      {"shift status", FB_GUESS_STATUS, ANY},
    {"status", FB_GUESS_STATUS, ANY},               {"invoice status", FB_GUESS_FREE, ANY},        {"filled by", FB_GUESS_ROUTE, ANY},
    {"supply", FB_GUESS_ROUTE, ANY},                {"route", FB_GUESS_ROUTE, ANY},                {"employment type", FB_GUESS_ROUTE, ANY},
    {"booking type", FB_GUESS_ROUTE, ANY},          {"agency", FB_GUESS_AGENCY, ANY},              {"agency name", FB_GUESS_AGENCY, ANY},
    {"supplier", FB_GUESS_AGENCY, ANY},             {"reason", FB_GUESS_REASON, ANY},              {"shift reason", FB_GUESS_REASON, ANY},
    {"vacancy reason", FB_GUESS_REASON, ANY},       {"requested at", FB_GUESS_REQUESTED, DAY},     {"requested", FB_GUESS_REQUESTED, DAY},
    {"booked at", FB_GUESS_BOOKED, DAY},            {"booked", FB_GUESS_BOOKED, DAY},              {"date booked", FB_GUESS_BOOKED, DAY},
    {"staff no", FB_GUESS_WORKER, ANY},             {"staff number", FB_GUESS_WORKER, ANY},        {"staff id", FB_GUESS_WORKER, ANY},
    {"employee number", FB_GUESS_WORKER, ANY},      {"employee no", FB_GUESS_WORKER, ANY},         {"assignment number", FB_GUESS_WORKER, ANY},
    {"worker id", FB_GUESS_WORKER, ANY},            {"person id", FB_GUESS_WORKER, ANY},           {"worker no", FB_GUESS_WORKER, ANY},
    {"candidate id", FB_GUESS_WORKER, ANY},
    {"worker type", FB_GUESS_WORKER_KIND, ANY},     {"pay rate", FB_GUESS_PAY, NUMBER},            {"basic rate", FB_GUESS_PAY, NUMBER},
    {"hourly rate", FB_GUESS_PAY, NUMBER},          {"basic worker pay", FB_GUESS_PAY, NUMBER},    {"agency fee", FB_GUESS_COMMISSION, NUMBER},
    {"commission", FB_GUESS_COMMISSION, NUMBER},    {"basic commission", FB_GUESS_COMMISSION, NUMBER}, {"ni per hour", FB_GUESS_NI, NUMBER},
    {"basic ni", FB_GUESS_NI, NUMBER},              {"cancelled at", FB_GUESS_CANCELLED_AT, DAY},  {"cancelled on", FB_GUESS_CANCELLED_AT, DAY},
    {"cancelled by", FB_GUESS_CANCELLED_BY, ANY},   {"cancel charge", FB_GUESS_CANCEL_CHARGE, NUMBER},
    {"cancellation charge", FB_GUESS_CANCEL_CHARGE, NUMBER}, {"po number", FB_GUESS_ORDER, ANY},   {"purchase order", FB_GUESS_ORDER, ANY},
    {"framework", FB_GUESS_FRAMEWORK, ANY},         {"lot", FB_GUESS_LOT, ANY},                    {"gross value", FB_GUESS_AMOUNT, ANY},
    {"pay amount", FB_GUESS_AMOUNT, ANY},           {"charge amount", FB_GUESS_AMOUNT, ANY},       {"total", FB_GUESS_AMOUNT, ANY},
    {"net value", FB_GUESS_AMOUNT, ANY},            {"hours", FB_GUESS_HOURS, ANY},                {"hours worked", FB_GUESS_HOURS, ANY},
    {"pay minutes", FB_GUESS_HOURS, ANY},           {"pay mins", FB_GUESS_HOURS, ANY},             {"week ending", FB_GUESS_WEEK_ENDING, ANY},
    {"week ending date", FB_GUESS_WEEK_ENDING, ANY}, {"paid date", FB_GUESS_FREE, ANY},            {"invoice", FB_GUESS_FREE, ANY},
    {"off payroll status", FB_GUESS_FREE, ANY},     {"home trust", FB_GUESS_FREE, ANY},            {"point", FB_GUESS_FREE, ANY},
    {"organisation", FB_GUESS_FREE, ANY},           {"trust", FB_GUESS_FREE, ANY},                 {"notes", FB_GUESS_FREE, ANY},
    {"remarks", FB_GUESS_FREE, ANY},                {"comments", FB_GUESS_FREE, ANY},
};
/* A header with one of these words names somebody, or says something of them, whatever else it says. */
static const char *const of_persons[] = {
    "name", "surname", "forename", "firstname", "lastname", "candidate", "dob", "birth", "nhs number", "nhs no", "national insurance",
    "ni number", "ni no", "email", "mail", "phone", "telephone", "mobile", "address", "postcode", "gender", "sex", "ethnicity", "manager", "contact",
    "approver", "authoriser", "booked by", "requested by", "authorised by", "approved by", "created by", "changed by", "gmc", "nmc", "pin", "person",
    "nurse", "doctor", "employee", "worker", "staff", "consultant", "initials", "title", "religion", "nationality", "visa", "passport",
};

const char *fb_guess_meaning_word(enum fb_guess_meaning m)
{
    static const char *const words[FB_GUESS_MEANINGS] = {
#define X(name, word) [FB_GUESS_##name] = word,
        FB_GUESS_MEANING_MAP(X)
#undef X
    };
    return words[m];
}

/* "startTime", "Start_Time (local)" -> " start time local ": words of small letters and digits, a space on each side. */
static void plain_words(struct fb_span s, char out[2 * FB_GUESS_HEADER_BYTES])
{
    uint32_t n = 0;
    char before = ' ';
    out[n++] = ' ';
    for (uint32_t i = 0; i < s.n && n < 2 * FB_GUESS_HEADER_BYTES - 4; i++) {
        char c = s.p[i];
        bool upper = c >= 'A' && c <= 'Z', letter = upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if ((!letter || (upper && before >= 'a' && before <= 'z')) && out[n - 1] != ' ')
            out[n++] = ' ';
        if (letter)
            out[n++] = upper ? (char)(c - 'A' + 'a') : c;
        before = c;
    }
    if (out[n - 1] != ' ')
        out[n++] = ' ';
    out[n] = '\0';
}

static bool has_phrase(const char *words, const char *phrase)
{
    size_t n = strlen(phrase);
    for (const char *at = words; (at = strstr(at, phrase)) != NULL; at++)
        if (at > words && at[-1] == ' ' && at[n] == ' ')
            return true;
    return false;
}

/* The phrase that says what it is, or -1. */
static int phrase_of(const char *words)
{
    int best = -1;
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
        if (has_phrase(words, phrases[i].phrase) && (best < 0 || strlen(phrases[i].phrase) > strlen(phrases[best].phrase)))
            best = (int)i;
    return best;
}

/* "staff group" is a group, "staff name" is somebody: what the phrase says is not held against it. */
static bool names_somebody(const char *words, int phrase)
{
    for (size_t i = 0; i < sizeof of_persons / sizeof of_persons[0]; i++)
        if (has_phrase(words, of_persons[i]) && (phrase < 0 || strstr(phrases[phrase].phrase, of_persons[i]) == NULL))
            return true;
    return false;
}

bool fb_guess_knows(struct fb_span header)
{
    char words[2 * FB_GUESS_HEADER_BYTES];
    plain_words(header, words);
    int phrase = phrase_of(words);
    return phrase >= 0 || names_somebody(words, phrase);
}

static int best_of(const uint32_t *fits, unsigned n, uint32_t tried)
{
    int best = -1;
    for (unsigned i = 0; i < n; i++)
        if (fits[i] > 0 && (best < 0 || fits[i] > fits[best]))
            best = (int)i;
    if (best < 0)
        return -1;
    uint32_t others = tried - fits[best]; /* of few values, one may be a slip */
    return (uint64_t)others * 10 <= tried || (others == 1 && tried >= 4) ? best : -1;
}

int fb_guess_best_date(const struct fb_guess_column *c)
{
    return best_of(c->date, FB_GUESS_DATES, c->tried);
}

int fb_guess_best_time(const struct fb_guess_column *c)
{
    return best_of(c->time, FB_GUESS_TIMES, c->tried);
}

int fb_guess_best_both(const struct fb_guess_column *c)
{
    return best_of(c->both, FB_GUESS_BOTHS, c->tried);
}

/* An empty column may be anything. */
static bool has_shape(const struct fb_guess_column *c, enum wants wants)
{
    bool day = fb_guess_best_date(c) >= 0 || fb_guess_best_both(c) >= 0 || c->sheet_dates + c->sheet_boths > 0;
    if (c->filled == 0 || wants == ANY)
        return true;
    if (wants == NUMBER)
        return (uint64_t)c->numbers * 10 >= (uint64_t)c->filled * 9;
    return day || (wants == MOMENT && (fb_guess_best_time(c) >= 0 || c->sheet_boths > 0));
}

bool fb_guess_says_who(const struct fb_guess_column *c, enum fb_guess_meaning m)
{
    if (m == FB_GUESS_PERSON || m == FB_GUESS_WORKER)
        return true;
    if (fb_guess_best_date(c) >= 0 || fb_guess_best_both(c) >= 0 || fb_guess_best_time(c) >= 0)
        return false; /* its digits are those of days */
    if ((uint64_t)c->identifiers * 20 > c->filled)
        return true;
    bool by_shape = (uint64_t)c->persons * 3 > c->filled && c->numbers * 2 < c->filled;
    return by_shape && (m == FB_GUESS_UNKNOWN || m == FB_GUESS_FREE);
}

void fb_guess_meanings(const struct fb_guess *g, struct fb_guess_meanings *out)
{
    int strength[FB_GUESS_MEANINGS] = {0}; /* bytes of the phrase by which the meaning was given */
    for (unsigned m = 0; m < FB_GUESS_MEANINGS; m++)
        out->column[m] = -1;
    for (unsigned i = 0; i < g->n; i++) {
        char words[2 * FB_GUESS_HEADER_BYTES];
        const struct fb_guess_column *c = &g->column[i];
        plain_words(fb_span_of(c->header), words);
        int p = phrase_of(words);
        out->of[i] = p >= 0 && has_shape(c, phrases[p].wants) ? phrases[p].meaning : FB_GUESS_UNKNOWN;
        if (names_somebody(words, p))
            out->of[i] = FB_GUESS_PERSON;
        enum fb_guess_meaning m = out->of[i];
        if (m == FB_GUESS_UNKNOWN || m == FB_GUESS_PERSON || m == FB_GUESS_FREE || c->twice)
            continue;
        int before = out->column[m];
        bool emptier = before >= 0 && g->column[before].filled < c->filled / 2, fuller = before >= 0 && g->column[before].filled / 2 > c->filled;
        int length = (int)strlen(phrases[p].phrase);
        if (before >= 0 && !emptier && (fuller || strength[m] >= length)) {
            out->of[i] = FB_GUESS_FREE;
            continue;
        }
        if (before >= 0)
            out->of[before] = FB_GUESS_FREE;
        out->column[m] = (int)i;
        strength[m] = length;
    }
}
