/* The options of approvals, of what people do about findings, of workers, and of backtests. */
#include "engine/base/limits.h"
#include "tools/fairbank/options_ids.h"
#include <string.h>

enum {
    FOR_WRITING = FOR_ASK | FOR_GRANT | FOR_TURN_DOWN | FOR_STEP,
    FOR_NEW = FOR_ASK | FOR_GRANT, /* what an approval is about */
    FOR_PEOPLE = FOR_APPROVALS | FOR_LINK | FOR_CONFIRM | FOR_WORKER | FOR_FORGET | FOR_AUDIT,
    FOR_OVER_DOOR = FOR_WRITING | FOR_PEOPLE,
    AS_IDENTITY_BYTES = FB_ID_BYTES_MAX
};
static const struct known rows[] = {
    {"data", "DIR", O_DATA, FOR_OVER_DOOR | FOR_BACKTEST | FOR_CHECK, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_PEOPLE | FOR_NEW, "the engine's door (default ipc://DATA/door.sock)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_STEP | FOR_TURN_DOWN, "the engine's door (default ipc://DATA/door.sock). The data folder is read too: run it on the engine's machine"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_OVER_DOOR, "the engine's public key, for one over the network (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_OVER_DOOR, "your own keys for it (default: FAIRBANK_KEY)"},
    {"json", NULL, O_JSON, FOR_OVER_DOOR | FOR_BACKTEST, "JSON for machines instead of words for people"},
    {"as", "ROLE", O_AS, FOR_PEOPLE | FOR_EXPLAIN | FOR_FINDINGS | FOR_STEP,
     "in which role you ask: trust:RTH, controls, finance or admin (on its own machine the engine believes it: man fairbank)"},
    {"asker", "IDENTITY", O_ASKER, FOR_PEOPLE | FOR_EXPLAIN | FOR_FINDINGS, "who you are, for the log of who read what (default: your login name)"},
    {"trust", "ODS", O_TRUST, FOR_NEW | FOR_APPROVALS | FOR_BACKTEST, "the trust, such as RTH"},
    {"booking", "SOURCE/REF", O_BOOKING, FOR_NEW, "the booking that it is for; without it, it is for a class of shifts:"},
    {"grade", "BAND", O_GRADE, FOR_NEW, "shifts of this band or grade"},
    {"staff-group", "WORD", O_STAFF_GROUP, FOR_NEW, "shifts of this staff group, such as nursing_midwifery"},
    {"route", "WORD", O_ROUTE, FOR_NEW, "shifts filled like this: bank, agency ..."},
    {"unit", "NAME", O_UNIT, FOR_NEW, "shifts of this ward or team"},
    {"agency", "CODE", O_AGENCY_CODE, FOR_NEW, "shifts through this agency"},
    {"rules", "A,B", O_RULES, FOR_NEW, "the rules that it answers, as findings name them (at most eight)"},
    {"asked-by", "IDENTITY", O_ASKED_BY, FOR_ASK, "who asks (default: your login name)"},
    {"asked-by", "IDENTITY", O_ASKED_BY, FOR_GRANT, "who asked, where it was not asked for here"},
    {"by", "IDENTITY", O_IDENTITY, FOR_GRANT, "who grants it, as the scheme of delegation names them: never a person's name"},
    {"by", "IDENTITY", O_IDENTITY, FOR_CONFIRM, "the grantor who confirms, as in the grant"},
    {"by", "IDENTITY", O_IDENTITY, FOR_TURN_DOWN | FOR_STEP, "who does it"},
    {"role", "WORD", O_GRANTOR_ROLE, FOR_GRANT, "in which role: chief_executive, executive_director, nhs_england or other"},
    {"role", "WORD", O_GRANTOR_ROLE, FOR_ASK, "whom you ask, by role"},
    {"recorded-by", "IDENTITY", O_RECORDED_BY, FOR_GRANT, "who typed it in (default: your login name)"},
    {"telephone", NULL, O_TELEPHONE, FOR_GRANT, "it was granted by telephone: provisional until the grantor confirms it by link"},
    {"at", "MOMENT", O_GRANTED_AT, FOR_GRANT, "when it was granted (default: now)"},
    {"second-by", "IDENTITY", O_SECOND_BY, FOR_GRANT, "the second pair of eyes, where the rules ask for one"},
    {"second-role", "WORD", O_SECOND_ROLE, FOR_GRANT, "in which role"},
    {"limit", "POUNDS", O_LIMIT_PENCE, FOR_NEW, "so much of charge without VAT, for all shifts it is asked for, such as 2500 or 2500.50"},
    {"from", "DATE", O_FROM_DAY, FOR_NEW, "shifts that start on this day or later (of a booking: its day)"},
    {"until", "DATE", O_UNTIL_DAY, FOR_NEW, "and before this one: of a class at most 92 days later"},
    {"from", "DATE", O_FROM_DAY, FOR_BACKTEST, "shifts from this day on (default: a year before the last)"},
    {"until", "DATE", O_UNTIL_DAY, FOR_BACKTEST, "and before this one"},
    {"reason", "TEXT", O_REASON, FOR_NEW | FOR_TURN_DOWN | FOR_FORGET, "why, in words that hold no worker's or patient's name"},
    {"month", "MONTH", O_MONTH, FOR_APPROVALS, "only those granted in this month, such as 2026-10, against its budget"},
    {"owner", "IDENTITY", O_OWNER, FOR_STEP, "whose it is"},
    {"owner", "IDENTITY", O_OWNER, FOR_FINDINGS, "only those assigned to this identity"},
    {"until", "MOMENT", O_UNTIL_MS, FOR_STEP, "until when, such as 2026-12-01T09:00"},
    {"verdict", "WORD", O_VERDICT, FOR_STEP, "upheld, no_case or corrected"},
    {"text", "TEXT", O_TEXT, FOR_STEP, "in words that hold no worker's or patient's name"},
    {"unanswered", NULL, O_UNANSWERED, FOR_FINDINGS, "only those that nothing answers"},
    {"reportable", NULL, O_REPORTABLE, FOR_FINDINGS, "only those whose correction window is over"},
    {"answered", "WORD", O_ANSWERED, FOR_FINDINGS, "only those answered before_booking, before_start, retrospective or provisional"},
    {"life", "WORD", O_LIFE, FOR_FINDINGS, "only those that are acknowledged, assigned, snoozed, replied, challenged, closed or reopened"},
    {"worker", "TOKEN|N", O_WORKER, FOR_AUDIT, "only what was read about this worker"},
    {"limit", "N", O_LIMIT, FOR_AUDIT | FOR_APPROVALS, "at most N rows"},
    {"pack", "DIR", O_PACK, FOR_BACKTEST, "the rules to compare with (repeat, most general first; default: those of the newest issue)"},
    {"export", NULL, O_EXPORT, FOR_SPEND | FOR_HARMONY | FOR_BACKTEST,
     "for eyes outside the system: rows that count few shifts are left out (man fairbank)"},
};
bool options_assure_of_step(int id, const char *command)
{
    static const struct {
        int id;
        const char *steps;
    } of[] = {{O_OWNER, " assign snooze "},
              {O_UNTIL_MS, " snooze "},
              {O_VERDICT, " close "},
              {O_TEXT, " note snooze reply challenge close "}};
    char word[24];
    if (strncmp(command, "finding ", 8) != 0)
        return true;
    snprintf(word, sizeof(word), " %.16s ", command + 8);
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
        if (of[i].id == id)
            return strstr(of[i].steps, word) != NULL;
    return true;
}

static bool identity(const char *v) { return *v != '\0' && strlen(v) <= AS_IDENTITY_BYTES && fb_span_is_text(fb_span_of(v)); }

static bool words(const char *v, size_t most) { return *v != '\0' && strlen(v) <= most && fb_span_is_text(fb_span_of(v)); }

/* £2,500.50 is written 2500.50 */
static bool pounds(int64_t *pence, const char *v) { return fb_parse_decimal(pence, fb_span_of(v), 2) == FB_OK && *pence > 0 && *pence <= FB_AMOUNT_PENCE_MAX; }

static bool set_text(struct options *o, const char *command, int id, const char *v)
{
    const struct {
        int id;
        const char *name, **text;
        size_t most;
    } texts[] = {{O_ASKER, "asker", &o->asker, AS_IDENTITY_BYTES},     {O_IDENTITY, "by", &o->by, AS_IDENTITY_BYTES},
                 {O_ASKED_BY, "asked-by", &o->asked_by, AS_IDENTITY_BYTES},   {O_RECORDED_BY, "recorded-by", &o->recorded_by, AS_IDENTITY_BYTES},
                 {O_SECOND_BY, "second-by", &o->second_by, AS_IDENTITY_BYTES}, {O_OWNER, "owner", &o->owner, AS_IDENTITY_BYTES},
                 {O_UNIT, "unit", &o->unit, FB_TEXT_BYTES_MAX},         {O_AGENCY_CODE, "agency", &o->agency_code, FB_ID_BYTES_MAX},
                 {O_RULES, "rules", &o->rules, 8 * FB_TEXT_BYTES_MAX},  {O_TEXT, "text", &o->text, FB_TEXT_BYTES_MAX},
                 {O_BOOKING, "booking", &o->booking, FB_SOURCE_BYTES_MAX + 1 + FB_ID_BYTES_MAX},
                 {O_WORKER, "worker", &o->worker, FB_ID_BYTES_MAX}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].id == id) {
            *texts[i].text = v;
            bool who = texts[i].most == AS_IDENTITY_BYTES;
            return (who ? identity(v) : words(v, texts[i].most)) ||
                   option_wrong(command, texts[i].name, v, who ? "an identity has 1 to 64 bytes of text" : "is empty, too long, or no text");
        }
    return true;
}

static bool set_as(struct options *o, const char *command, const char *v)
{
    static const char *const word[] = {"controls", "finance", "admin"};
    fb_code trust;
    o->as = v;
    if (strncmp(v, "trust:", 6) == 0 && fb_code_parse(&trust, fb_span_of(v + 6)) == FB_OK)
        return true;
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
        if (strcmp(v, word[i]) == 0)
            return true;
    return option_wrong(command, "as", v, "use trust:RTH (its ODS code), controls, finance or admin");
}

static bool set_word(struct options *o, const char *command, int id, const char *v)
{
    struct fb_span s = fb_span_of(v);
    switch (id) {
    case O_ROUTE:
        o->route = fb_route_find(s);
        return o->route != FB_ROUTE_NONE || option_wrong(command, "route", v, "use bank, collaborative, agency, substantive or other");
    case O_GRANTOR_ROLE:
        o->grantor_role = fb_role_find(s);
        return o->grantor_role != FB_ROLE_NONE || option_wrong(command, "role", v, "use chief_executive, executive_director, nhs_england or other");
    case O_SECOND_ROLE:
        o->second_role = fb_role_find(s);
        return o->second_role != FB_ROLE_NONE ||
               option_wrong(command, "second-role", v, "use chief_executive, executive_director, nhs_england or other");
    case O_VERDICT:
        o->verdict = fb_verdict_find(s);
        return o->verdict != FB_VERDICT_NONE || option_wrong(command, "verdict", v, "use upheld, no_case or corrected");
    case O_ANSWERED:
        o->answered = v;
        return fb_answered_find(s) != FB_ANSWERED_NONE ||
               option_wrong(command, "answered", v, "use before_booking, before_start, retrospective or provisional");
    case O_GRADE: return fb_code_parse(&o->grade, s) == FB_OK || option_wrong(command, "grade", v, "is not a band or grade such as 5 or 8a");
    }
    return true;
}

static bool set_when(struct options *o, const char *command, int id, const char *v)
{
    struct fb_span s = fb_span_of(v);
    char first[11] = "0000-00-01";
    switch (id) {
    case O_FROM_DAY: return fb_day_parse(&o->from_day, s) == FB_OK || option_wrong(command, "from", v, "is not a date such as 2026-11-30");
    case O_UNTIL_DAY: return fb_day_parse(&o->until_day, s) == FB_OK || option_wrong(command, "until", v, "is not a date such as 2026-11-30");
    case O_UNTIL_MS: return fb_instant_parse(&o->until_ms, s) == FB_OK || option_wrong(command, "until", v, "is not a moment such as 2026-12-01T09:00");
    case O_GRANTED_AT:
        return fb_instant_parse(&o->at_ms, s) == FB_OK || option_wrong(command, "at", v, "is not a moment such as 2026-12-01T03:10 (Europe/London)");
    case O_MONTH:
        if (strlen(v) == 7)
            memcpy(first, v, 7);
        return (fb_day_parse(&o->month, fb_span_of(first)) == FB_OK && o->month > 0) || option_wrong(command, "month", v, "is not a month such as 2026-10");
    }
    return true;
}

/* As fb_explain_life_words says them; of those that cleared nothing stands in the list. */
static bool life_known(const char *v)
{
    static const char *const word[] = {"acknowledged", "assigned", "snoozed", "replied", "challenged", "closed", "reopened"};
    for (size_t i = 0; i < sizeof(word) / sizeof(word[0]); i++)
        if (strcmp(v, word[i]) == 0)
            return true;
    return false;
}

static bool set(struct options *o, const char *command, int id, const char *v)
{
    switch (id) {
    case O_AS: return set_as(o, command, v);
    case O_TELEPHONE: return (o->telephone = true);
    case O_EXPORT: return (o->export = true);
    case O_ALL: return (o->all = true);
    case O_SNOOZED: return (o->snoozed = true);
    case O_LIFE:
        o->life = v;
        return life_known(v) || option_wrong(command, "life", v, "use acknowledged, assigned, snoozed, replied, challenged, closed or reopened");
    case O_UNANSWERED: return (o->unanswered = true);
    case O_REPORTABLE: return (o->reportable = true);
    case O_LIMIT_PENCE: return pounds(&o->limit_pence, v) || option_wrong(command, "limit", v, "is not a sum in pounds such as 2500 or 2500.50");
    case O_FROM_DAY:
    case O_UNTIL_DAY:
    case O_UNTIL_MS:
    case O_GRANTED_AT:
    case O_MONTH: return set_when(o, command, id, v);
    case O_ROUTE:
    case O_GRANTOR_ROLE:
    case O_SECOND_ROLE:
    case O_VERDICT:
    case O_ANSWERED:
    case O_GRADE: return set_word(o, command, id, v);
    }
    return set_text(o, command, id, v);
}

const struct known_rows options_assure = {rows, (int)(sizeof(rows) / sizeof(rows[0])), O_AS, O_SNOOZED, set};
