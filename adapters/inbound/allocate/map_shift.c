/* Shifts and vacancies: the three shapes in which the systems describe a duty become one. */
#include "adapters/inbound/allocate/map_private.h"
#include "adapters/inbound/allocate/page.h"
#include <string.h>

enum fb_err fb_allocate_minute(int64_t *out, const json_t *v)
{
    int64_t ms;
    if (fb_allocate_instant(&ms, v) != FB_OK || ms % FB_MINUTE_MS != 0)
        return FB_REFUSED;
    *out = ms / FB_MINUTE_MS;
    return FB_OK;
}

static enum fb_err day_of(fb_day *out, const json_t *date)
{
    int64_t ms;
    struct fb_span s = json_is_string(date) ? fb_span_of(json_string_value(date)) : (struct fb_span){NULL, 0};
    if (fb_day_parse(out, s) == FB_OK)
        return FB_OK;
    if (fb_allocate_instant(&ms, date) != FB_OK)
        return FB_REFUSED;
    *out = fb_london_day_of_ms(ms);
    return FB_OK;
}

/* "07:30"; seconds are taken when they are nought. */
static int time_of(const json_t *v)
{
    struct fb_span s = json_is_string(v) ? fb_span_of(json_string_value(v)) : (struct fb_span){NULL, 0};
    int64_t hours, minutes;
    if (s.n == 8 && memcmp(s.p + 5, ":00", 3) == 0)
        s.n = 5;
    if (s.n != 5 || s.p[2] != ':' || s.p[0] == '-' || s.p[3] == '-' || fb_parse_int(&hours, (struct fb_span){s.p, 2}) != FB_OK ||
        fb_parse_int(&minutes, (struct fb_span){s.p + 3, 2}) != FB_OK || hours > 23 || minutes > 59)
        return -1;
    return (int)(hours * 60 + minutes);
}

static struct fb_span local_of(struct fb_arena *arena, fb_day day, int minute)
{
    char text[17];
    fb_day_format(text, day);
    text[10] = 'T';
    text[11] = (char)('0' + minute / 600);
    text[12] = (char)('0' + minute / 60 % 10);
    text[13] = ':';
    text[14] = (char)('0' + minute % 60 / 10);
    text[15] = (char)('0' + minute % 10);
    text[16] = '\0';
    return fb_arena_copy(arena, fb_span_of(text));
}

enum fb_err fb_allocate_span_of_day(struct fb_shift_time *out, struct fb_span local[2], struct fb_arena *arena, const json_t *date, const json_t *from,
                                    const json_t *to, const char **why)
{
    fb_day day;
    const char *bad;
    int a = time_of(from), b = time_of(to);
    *why = "the date is none";
    if (day_of(&day, date) != FB_OK)
        return FB_REFUSED;
    *why = a < 0 || b < 0 ? "a time of day is HH:MM" : "the end is the same as the start";
    if (a < 0 || b < 0 || a == b)
        return FB_REFUSED;
    local[0] = local_of(arena, day, a);
    local[1] = local_of(arena, b > a ? day : day + 1, b);
    *why = "no room";
    return local[0].p != NULL && local[1].p != NULL ? fb_shift_resolve(out, local[0], local[1], -1, &bad, why) : FB_FULL;
}

/* A span of the vacancy interface is {from, to}; one of the duty interface {start, end}, under period. */
const json_t *fb_allocate__edge(const json_t *when, const char *which, bool end)
{
    const json_t *v = json_object_get(when, which), *period = json_object_get(v, "period");
    const json_t *span = period != NULL ? period : v, *named = json_object_get(span, end ? "to" : "from");
    return named != NULL ? named : json_object_get(span, end ? "end" : "start");
}

static enum fb_err put_times(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_shift *s)
{
    const char *why = NULL;
    struct fb_span local[2];
    const json_t *when = json_object_get(duty, "when");
    if (when == NULL) {
        enum fb_err e = fb_allocate_span_of_day(&s->time, local, m->task->arena, json_object_get(duty, "date"), json_object_get(duty, "startTime"),
                                                json_object_get(duty, "endTime"), &why);
        s->start_local = local[0];
        s->end_local = local[1];
        return e == FB_OK ? FB_OK : fb_allocate__refuse(m, why, id);
    }
    if (fb_allocate_minute(&s->time.start_min, fb_allocate__edge(when, "planned", false)) != FB_OK)
        return fb_allocate__refuse(m, "when.planned: from (or period.start) is no date and time in whole minutes", id);
    if (fb_allocate_minute(&s->time.end_min, fb_allocate__edge(when, "planned", true)) != FB_OK)
        return fb_allocate__refuse(m, "when.planned: to (or period.end) is missing, or no date and time in whole minutes", id);
    return s->time.end_min > s->time.start_min ? FB_OK : fb_allocate__refuse(m, "when.planned ends before it starts", id);
}

static enum fb_err put_break(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_shift *s)
{
    const json_t *planned = json_object_get(json_object_get(duty, "when"), "planned");
    const json_t *v = json_object_get(duty, "breakDuration");
    if (v == NULL)
        v = json_object_get(planned, "restTime");
    s->break_min = FB_ABSENT;
    if (v == NULL || json_is_null(v))
        return FB_OK;
    if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > 1440)
        return fb_allocate__refuse(m, "a break is a whole number of minutes", id);
    s->break_min = json_integer_value(v);
    return FB_OK;
}

static enum fb_err put_trust(struct fb_allocate__making *m, const char *trust, const char *id, struct fb_shift *s)
{
    const struct fb_allocate_settings *set = m->task->settings;
    s->hirer = set->hirer;
    if (trust != NULL && fb_allocate_has_table(set, "trust")) {
        const char *ours = fb_allocate_word(set, "trust", trust);
        if (ours == NULL)
            return fb_allocate__refuse(m, "its trustId has no word in words.trust", id);
        return fb_code_parse(&s->hirer, fb_span_of(ours));
    }
    return s->hirer != 0 ? FB_OK : fb_allocate__refuse(m, "whose shift it is, is not known: say hirer:, or words.trust", id);
}

/* The requirements are called differently in the two descriptions; the portal has them on the duty itself. */
static const json_t *needs_of(const json_t *duty)
{
    const json_t *needs = json_object_get(duty, "personRequirements");
    if (needs == NULL)
        needs = json_object_get(json_object_get(duty, "requirements"), "gradeRequirement");
    return needs != NULL ? needs : duty;
}

static void put_who(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_shift *s)
{
    const json_t *needs = needs_of(duty);
    const char *group = fb_allocate__text(m, needs, "gradeTypeCategory"), *grade = fb_allocate__text(m, needs, "grade");
    if (group == NULL)
        group = fb_allocate__text(m, needs, "gradeType");
    if (group == NULL)
        group = fb_allocate__described(m, "staffGroup", fb_allocate__text(m, duty, "subDiscipline"));
    const char *our_grade = fb_allocate__word(m, "grade", fb_allocate__described(m, "grade", grade), id);
    if (our_grade != NULL && fb_code_parse(&s->grade, fb_span_of(our_grade)) != FB_OK)
        s->grade = 0;
    const char *our_group = fb_allocate__word(m, "staff_group", group, id);
    s->staff_group = our_group == NULL ? FB_STAFF_GROUP_NONE : fb_staff_group_find(fb_span_of(our_group));
    const char *specialty = fb_allocate__text(m, duty, "specialty");
    if (fb_allocate_has_table(m->task->settings, "specialty"))
        specialty = fb_allocate__word(m, "specialty", specialty, id);
    s->specialty = fb_allocate__span(specialty);
}

enum fb_err fb_allocate__shift(struct fb_allocate__making *m, const json_t *duty, const char *id, struct fb_shift *s)
{
    const json_t *where = json_object_get(duty, "where");
    const char *unit = fb_allocate__text(m, where, "unitCode");
    if (unit == NULL)
        unit = fb_allocate__text(m, json_object_get(where, "location"), "id");
    if (unit == NULL)
        unit = fb_allocate__text(m, duty, "clientDeptId");
    s->unit = fb_allocate__span(unit);
    enum fb_err e = put_trust(m, fb_allocate__text(m, where, "trustId"), id, s);
    if (e == FB_OK)
        e = put_times(m, duty, id, s);
    if (e == FB_OK)
        e = put_break(m, duty, id, s);
    if (e == FB_OK)
        put_who(m, duty, id, s);
    return e;
}

enum fb_err fb_allocate__vacancy(struct fb_allocate__making *m, const json_t *duty, const char *id, enum fb_vacancy_state state)
{
    struct fb_record *r = fb_allocate__begin(m, FB_KIND_VACANCY, id);
    if (r == NULL)
        return fb_allocate__refuse(m, "too many records of one event", id);
    struct fb_vacancy *v = &r->as.vacancy;
    const char *reason = fb_allocate__text(m, duty, "reason");
    v->requested_ms = FB_ABSENT;
    v->state = state;
    if (reason == NULL)
        reason = fb_allocate__described(m, "reasonForVacancy", fb_allocate__text(m, duty, "vacancyReason"));
    v->reason = fb_allocate__span(fb_allocate__word(m, "reason", reason, id));
    v->block_id = fb_allocate__span(fb_allocate__text(m, duty, "blockId"));
    v->purchase_order = fb_allocate__span(fb_allocate__text(m, duty, "poNumber"));
    return fb_allocate__shift(m, duty, id, &v->shift);
}

enum fb_err fb_allocate__cascade(struct fb_allocate__making *m, const json_t *duty, const char *id, const char *theirs)
{
    static const struct {
        const char *theirs;
        enum fb_tier tier;
    } documented[] = {{"ward", FB_TIER_WARD}, {"bank", FB_TIER_BANK}, {"cloudstaff", FB_TIER_COLLABORATIVE}, {"agency", FB_TIER_AGENCY}, {"nationalBank", FB_TIER_NATIONAL_BANK}};
    const char *ours = theirs == NULL ? NULL : fb_allocate_word(m->task->settings, "tier", theirs);
    enum fb_tier tier = ours != NULL ? fb_tier_find(fb_span_of(ours)) : FB_TIER_NONE;
    struct fb_shift shift = {.hirer = 0};
    char ref[FB_ALLOCATE_REASON_BYTES + 80];
    for (size_t i = 0; i < sizeof documented / sizeof documented[0] && theirs != NULL && ours == NULL; i++)
        if (strcmp(documented[i].theirs, theirs) == 0)
            tier = documented[i].tier;
    if (tier == FB_TIER_NONE)
        return fb_allocate__refuse(m, "to whom it cascades is missing, or has no word in words.tier", id);
    enum fb_err e = put_trust(m, fb_allocate__text(m, json_object_get(duty, "where"), "trustId"), id, &shift);
    if (e != FB_OK)
        return e;
    /* A shift that is taken back and offered again is offered twice: the moment is a part of its name. */
    struct fb_text t;
    fb_text_init(&t, ref, sizeof ref);
    fb_text_add(&t, id);
    fb_text_add(&t, "/");
    fb_text_add_int(&t, (int64_t)tier);
    fb_text_add(&t, "/");
    fb_text_add_int(&t, m->at_ms);
    struct fb_span kept = fb_arena_copy(m->task->arena, (struct fb_span){ref, (uint32_t)strlen(ref) + 1});
    struct fb_record *r = kept.p == NULL ? NULL : fb_allocate__begin(m, FB_KIND_CASCADE, kept.p);
    if (r == NULL || kept.n - 1 > FB_ID_BYTES_MAX)
        return fb_allocate__refuse(m, "an id too long for a cascade's name", id);
    r->as.cascade = (struct fb_cascade){.hirer = shift.hirer, .vacancy_ref = fb_span_of(id), .tier = tier, .tier_no = FB_ABSENT, .at_ms = m->at_ms};
    return FB_OK;
}
