/* Their words and ours: by what stands in them. Nothing here is a rule; it saves typing, and whoever writes the mapping reads it. */
#include "adapters/inbound/csv/guess/meaning.h"
#include "engine/core/record.h"
#include <string.h>

struct pair {
    const char *part; /* in small letters; the first that is found counts */
    const char *ours;
};
static const struct pair groups[] = {{"healthcare support", "add_clinical_services"}, {"hca", "add_clinical_services"}, {"unqualified", "add_clinical_services"},
                                     {"support worker", "add_clinical_services"}, {"care assistant", "add_clinical_services"},
                                     {"unregistered", "add_clinical_services"}, {"nurs", "nursing_midwifery"}, {"midwi", "nursing_midwifery"},
                                     {"medic", "medical_dental"}, {"doctor", "medical_dental"}, {"dental", "medical_dental"}, {"allied", "allied_health"},
                                     {"ahp", "allied_health"}, {"therap", "allied_health"}, {"pharm", "add_prof_scientific"},
                                     {"scient", "add_prof_scientific"}, {"admin", "admin_clerical"}, {"clerical", "admin_clerical"},
                                     {"a&c", "admin_clerical"}, {"estates", "estates_ancillary"}, {"facilit", "estates_ancillary"}, {NULL, NULL}};
static const struct pair bookings[] = {{"unfilled", ""}, {"in house", ""}, {"not filled", ""}, {"open", ""}, {"withdrawn", ""}, {"covered", ""}, {"cancel", "cancelled"},
                                       {"dna", "did_not_attend"}, {"not attend", "did_not_attend"}, {"no show", "did_not_attend"}, {"filled", "booked"},
                                       {"booked", "booked"}, {"confirmed", "booked"}, {"worked", "booked"}, {"complete", "booked"},
                                       {"approved", "booked"}, {"authorised", "booked"}, {"invoiced", "booked"}, {"paid", "booked"}, {NULL, NULL}};
static const struct pair vacancies[] = {{"withdrawn", "withdrawn"}, {"in house", "covered_internally"}, {"covered", "covered_internally"}, {"", "open"}, {NULL, NULL}};
static const struct pair routes[] = {{"collab", "collaborative"}, {"agency", "agency"}, {"umbrella", "agency"}, {"locum", "agency"}, {"direct", "agency"}, {"paye", "agency"}, {"ltd", "agency"}, {"bank", "bank"},
                                     {"substantive", "substantive"}, {"overtime", "substantive"}, {NULL, NULL}};
static const struct pair kinds[] = {{"bank only", "bank_only"}, {"bank", "bank_only"}, {"agency", "agency"}, {"substantive", "substantive"},
                                    {"multi", "substantive"}, {NULL, NULL}};
static const struct pair sheets[] = {{"did not work", "did_not_work"}, {"unapproved", "unapproved"}, {"unfinal", "unapproved"}, {"reject", "rejected"},
                                     {"quer", "rejected"}, {"final", "approved"}, {"approved", "approved"}, {"authorised", "approved"},
                                     {"submit", "submitted"}, {"await", "submitted"}, {NULL, NULL}};
static const struct pair parties[] = {{"trust", "hirer"}, {"hirer", "hirer"}, {"ward", "hirer"}, {"worker", "worker"}, {"candidate", "worker"}, {"agency", "supplier"},
                                      {"supplier", "supplier"}, {NULL, NULL}};

static const char *find(const struct pair *pairs, const char *word)
{
    for (; pairs->part != NULL; pairs++)
        if (strstr(word, pairs->part) != NULL)
            return pairs->ours;
    return NULL;
}

/* "Band 8a", "B5", "AFC_6" -> 8a, 5, 6; a short code such as ST3 as it is. */
static const char *grade_of(const char *word, const char *theirs, char memory[FB_GUESS_WORD_BYTES])
{
    static const char *const before[] = {"band", "afc", "b"};
    fb_code code;
    const char *at = word;
    for (size_t i = 0; i < sizeof before / sizeof before[0]; i++)
        if (strncmp(word, before[i], strlen(before[i])) == 0) {
            at = word + strlen(before[i]) + strspn(word + strlen(before[i]), " _-.");
            break;
        }
    size_t n = strlen(at);
    if (n >= 1 && n <= 2 && at[0] >= '1' && at[0] <= '9' && (n == 1 || (at[1] >= 'a' && at[1] <= 'd'))) {
        memcpy(memory, at, n + 1);
        return memory;
    }
    n = strlen(theirs);
    bool digit = n > 0 && theirs[n - 1] >= '0' && theirs[n - 1] <= '9';
    if (!digit || n > 4 || fb_code_parse(&code, fb_span_of(theirs)) != FB_OK)
        return NULL;
    memcpy(memory, theirs, n + 1);
    return memory;
}

const char *fb_guess_translate(enum fb_guess_meaning m, bool vacancy, const char *theirs, char memory[FB_GUESS_WORD_BYTES])
{
    static const struct pair *const tables[FB_GUESS_MEANINGS] = {
        [FB_GUESS_GROUP] = groups,      [FB_GUESS_STATUS] = bookings,  [FB_GUESS_ROUTE] = routes,
        [FB_GUESS_WORKER_KIND] = kinds, [FB_GUESS_TIMESHEET] = sheets, [FB_GUESS_CANCELLED_BY] = parties};
    char word[FB_GUESS_WORD_BYTES];
    size_t n = strlen(theirs);
    for (size_t i = 0; i <= n; i++)
        word[i] = theirs[i] >= 'A' && theirs[i] <= 'Z' ? (char)(theirs[i] - 'A' + 'a') : theirs[i];
    if (m == FB_GUESS_GRADE || m == FB_GUESS_OWN_GRADE)
        return grade_of(word, theirs, memory);
    if (m == FB_GUESS_STATUS && vacancy)
        return find(vacancies, word);
    return tables[m] == NULL ? NULL : find(tables[m], word);
}
