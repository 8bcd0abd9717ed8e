#include "adapters/inbound/allocate/scrub.h"
#include <sodium.h>
#include <stdio.h>
#include <string.h>

enum { DEPTH_MAX = 8, ITEMS_MAX = 256 };

/* Every field that leaves this place, as the vendor names it. Not here: left behind. */
static const char *const kept[] = {
    "actual", "afterDate", "agency", "agencyId", "amount", "assignmentNumber", "blockId", "booking", "bookingId", "break", "breakDuration",
    "cancellationCosts", "cascadeFrom", "cascadeTo", "clientDeptId", "contractId", "cost", "costingType", "date", "destination", "duty",
    "dutyId", "end", "endTime", "engagementRoute", "entityId", "entityType", "eventType", "fallbackGrade", "fallbackSkill", "fallbackSpeciality",
    "from", "grade", "gradeRequirement", "gradeType", "gradeTypeCategory", "id", "isDutyReset", "location", "newDuty", "originalDuty",
    "period", "personRequirements", "planned", "poNumber", "proposal", "proposalId", "rate", "rates", "reason", "reference",
    "requirements", "restTime", "revision", "shiftType", "skill", "slaveDutyId", "specialty", "start", "startTime", "status", "subDiscipline",
    "timeIntervalRates", "timeStamp", "times", "timesheet", "timesheetId", "to", "trustId", "uniqueNumber", "unitCode", "vacancy", "vacancyId",
    "vacancyReason", "when", "where",
};

static bool is_kept(const char *key)
{
    for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
        if (strcmp(key, kept[i]) == 0)
            return true;
    return false;
}

static bool is_time(const char *key)
{
    static const char *const keys[] = {"from", "to", "start", "end", "timeStamp", "date", "startTime", "endTime", "afterDate"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

bool fb_allocate_pseudonym(const struct fb_allocate_settings *s, const char *id, char out[FB_ALLOCATE_PSEUDONYM_BYTES])
{
    crypto_generichash_state state;
    unsigned char hash[16], mark[16];
    size_t n = strnlen(id, FB_ALLOCATE_STRING_MAX + 1);
    if (!s->has_worker_key || n == 0 || n > FB_ALLOCATE_STRING_MAX)
        return false;
    unsigned char length[4] = {(unsigned char)n, (unsigned char)(n >> 8), 0, 0};
    crypto_generichash(mark, sizeof mark, s->worker_key, sizeof s->worker_key, NULL, 0);
    crypto_generichash_init(&state, s->worker_key, sizeof s->worker_key, sizeof hash);
    crypto_generichash_update(&state, length, sizeof length);
    for (size_t i = 0; i < n; i++) { /* letter case does not count: the same as of a cell of a file */
        unsigned char c = (unsigned char)id[i];
        c = c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
        crypto_generichash_update(&state, &c, 1);
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(out, 9, mark, 4);
    out[8] = '.';
    sodium_bin2hex(out + 9, 33, hash, sizeof hash);
    return true;
}

/* An id as text: systems send numbers too. */
static bool id_text(const json_t *v, char out[FB_ALLOCATE_STRING_MAX + 2])
{
    int n = -1;
    if (json_is_integer(v))
        n = snprintf(out, FB_ALLOCATE_STRING_MAX + 2, "%lld", (long long)json_integer_value(v));
    else if (json_is_string(v))
        n = snprintf(out, FB_ALLOCATE_STRING_MAX + 2, "%s", json_string_value(v));
    return n > 0 && n <= FB_ALLOCATE_STRING_MAX;
}

static json_t *pseudonym_of(const struct fb_allocate_settings *s, const json_t *id)
{
    char text[FB_ALLOCATE_STRING_MAX + 2], out[FB_ALLOCATE_PSEUDONYM_BYTES];
    json_t *made = id_text(id, text) && fb_allocate_pseudonym(s, text, out) ? json_string(out) : NULL;
    sodium_memzero(text, sizeof text);
    return made;
}

/* That there is a person is kept; who, only as the pseudonym. */
static json_t *scrub_person(const struct fb_allocate_settings *s, const json_t *person)
{
    json_t *out = json_object(), *worker = NULL;
    for (unsigned i = 0; i < s->n_ids && worker == NULL; i++)
        worker = pseudonym_of(s, json_object_get(person, s->id[i]));
    if (worker != NULL)
        json_object_set_new(out, "worker", worker);
    return out;
}

static json_t *scrub_any(const struct fb_allocate_settings *s, const char *key, const json_t *v, unsigned depth);

static void scrub_member(const struct fb_allocate_settings *s, json_t *out, const char *parent, const char *key, const json_t *v, unsigned depth)
{
    json_t *copy = NULL;
    if (json_is_null(v)) /* as good as not there: generated servers write out every field */
        return;
    if (strcmp(key, "person") == 0 && json_is_object(v))
        copy = scrub_person(s, v);
    else if (strcmp(key, "personId") == 0 || strcmp(key, "workerId") == 0)
        copy = pseudonym_of(s, v);
    else if (is_kept(key) || (strcmp(key, "name") == 0 && strcmp(parent, "location") == 0))
        copy = scrub_any(s, key, v, depth);
    if (copy != NULL)
        json_object_set_new(out, key, copy);
}

static json_t *scrub_object(const struct fb_allocate_settings *s, const char *parent, const json_t *v, unsigned depth)
{
    const char *key;
    json_t *member, *out = json_object();
    json_object_foreach((json_t *)(uintptr_t)v, key, member)
        scrub_member(s, out, parent, key, member, depth + 1);
    return out;
}

static json_t *scrub_array(const struct fb_allocate_settings *s, const char *key, const json_t *v, unsigned depth)
{
    json_t *out = json_array();
    for (size_t i = 0; i < json_array_size(v) && i < ITEMS_MAX; i++) {
        json_t *copy = json_is_null(json_array_get(v, i)) ? NULL : scrub_any(s, key, json_array_get(v, i), depth + 1);
        if (copy != NULL)
            json_array_append_new(out, copy);
    }
    return out;
}

/* A vacancy may come as its JSON text: one document describes it so. As text it could hold anybody. */
static json_t *scrub_text(const struct fb_allocate_settings *s, const char *key, const json_t *v, unsigned depth)
{
    size_t n = json_string_length(v);
    if (strcmp(key, "vacancy") == 0) {
        json_t *inner = json_loadb(json_string_value(v), n, JSON_REJECT_DUPLICATES, NULL);
        json_t *out = json_is_object(inner) ? scrub_object(s, key, inner, depth) : NULL;
        json_decref(inner);
        return out;
    }
    struct fb_span text = {json_string_value(v), (uint32_t)n};
    if (is_time(key) && strspn(text.p, "0123456789-:.+TZ ") != n) /* no time, so it could be anything; absent it is not */
        return json_string("");
    return n <= FB_ALLOCATE_STRING_MAX && (n == 0 || fb_span_is_text(text)) ? json_stringn(text.p, n) : NULL;
}

static json_t *scrub_any(const struct fb_allocate_settings *s, const char *key, const json_t *v, unsigned depth)
{
    if (depth > DEPTH_MAX)
        return NULL;
    if (json_is_object(v))
        return scrub_object(s, key, v, depth);
    if (json_is_array(v))
        return scrub_array(s, key, v, depth);
    return json_is_string(v) ? scrub_text(s, key, v, depth) : json_deep_copy(v);
}

json_t *fb_allocate_scrub(const struct fb_allocate_settings *s, const json_t *event)
{
    return json_is_object(event) ? scrub_object(s, "", event, 0) : NULL;
}
