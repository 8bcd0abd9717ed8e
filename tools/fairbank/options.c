#include "tools/fairbank/options.h"
#include "engine/base/limits.h"
#include <getopt.h>
#include <string.h>

enum {
    O_DATA = 256, O_ENGINE, O_FEED, O_JSON, O_OFFLINE, O_FOLLOW, O_SHADOW, O_TRUST, O_RULE, O_BY, O_SEVERITY, O_STAGE,
    O_FROM, O_AS_OF, O_WEEKS, O_LIMIT, O_CURSOR, O_KIND, O_PACK, O_WHOLE_SHIFT, O_BREAK_FROM, O_WORST
};
struct known {
    const char *name, *operand;
    int id;
    const char *meaning;
};
static const struct known table[] = {
    {"data", "DIR", O_DATA, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, "the engine's door (default ipc://DATA/door.sock)"},
    {"feed", "ENDPOINT", O_FEED, "the engine's feed (default ipc://DATA/feed.sock)"},
    {"offline", NULL, O_OFFLINE, "read the data folder of an engine that is stopped"},
    {"json", NULL, O_JSON, "JSON for machines instead of a table for people"},
    {"trust", "ODS", O_TRUST, "only this trust, such as RTH"},
    {"rule", "NAME", O_RULE, "only findings of this rule"},
    {"severity", "WORD", O_SEVERITY, "findings at least this bad: note, cannot_say, warn, breach"},
    {"stage", "WORD", O_STAGE, "committed, worked or latest (worked where known, else committed; the default)"},
    {"by", "LIST", O_BY, "columns to group by, of trust,ics,staff_group,route,week; findings: rule"},
    {"weeks", "FROM..UNTIL", O_WEEKS, "shifts of weeks from one date up to, not including, another"},
    {"shadow", NULL, O_SHADOW, "shadow sources instead of live ones"},
    {"limit", "N", O_LIMIT, "at most N rows"},
    {"worst", "N", O_WORST, "findings: the N with most money, the largest first (at most 99)"},
    {"from", "N", O_FROM, "events after sequence number N"},
    {"follow", NULL, O_FOLLOW, "wait for more; Ctrl-C ends it"},
    {"cursor", "NAME", O_CURSOR, "keep the place under this name in the engine"},
    {"kind", "WORD", O_KIND, "only events of this kind, such as ratecap.breached"},
    {"as-of", "N", O_AS_OF, "the decision as it stood at journal number N"},
    {"pack", "DIR", O_PACK, "a rules folder; repeat, most general first"},
    {"whole-shift", "RULE", O_WHOLE_SHIFT, "price: none, more_than_half or at_least_half, instead of the card's"},
    {"break-from", "POLICY", O_BREAK_FROM, "price: cheapest_first, dearest_first or plain_then_dearest"},
};
enum { N_KNOWN = sizeof(table) / sizeof(table[0]) };

void options_help(FILE *out)
{
    fprintf(out, "Options:\n");
    for (int i = 0; i < N_KNOWN; i++) {
        char left[40];
        snprintf(left, sizeof(left), "--%s%s%s", table[i].name, table[i].operand ? " " : "", table[i].operand ? table[i].operand : "");
        fprintf(out, "  %-22s %s\n", left, table[i].meaning);
    }
    fprintf(out, "  %-22s %s\n", "-h, --help", "this text");
}

static bool wrong(const char *command, const char *option, const char *value, const char *what)
{
    fprintf(stderr, "fairbank %s: --%s %s: %s\n", command, option, value, what);
    return false;
}

static bool number(int64_t *out, const char *value) { return fb_parse_int(out, fb_span_of(value)) == FB_OK && *out >= 0; }

static bool weeks(struct options *o, const char *value)
{
    const char *dots = strstr(value, "..");
    if (dots == NULL)
        return false;
    struct fb_span from = {value, (uint32_t)(dots - value)}, until = fb_span_of(dots + 2);
    return fb_day_parse(&o->from_week, from) == FB_OK && fb_day_parse(&o->until_week, until) == FB_OK;
}

/* The options that are words, numbers or dates of ours; the others are kept as text. */
static bool set_checked(struct options *o, const char *command, int id, const char *v)
{
    int64_t n = 0;
    switch (id) {
    case O_TRUST: return fb_code_parse(&o->trust, fb_span_of(v)) == FB_OK || wrong(command, "trust", v, "is not an ODS code such as RTH");
    case O_SEVERITY:
        o->severity = fb_severity_find(fb_span_of(v));
        return o->severity != FB_SEVERITY_NONE || wrong(command, "severity", v, "use note, cannot_say, warn or breach");
    case O_STAGE:
        o->stage = fb_stage_find(fb_span_of(v));
        return o->stage == FB_STAGE_COMMITTED || o->stage == FB_STAGE_WORKED || o->stage == FB_STAGE_LATEST ||
               wrong(command, "stage", v, "use committed, worked or latest (invoiced and paid are not kept yet)");
    case O_FROM: return (number(&o->from, v)) || wrong(command, "from", v, "is not a number");
    case O_AS_OF: return (number(&o->as_of, v)) || wrong(command, "as-of", v, "is not a number");
    case O_WEEKS: return weeks(o, v) || wrong(command, "weeks", v, "use dates, such as 2026-03-16..2026-04-13");
    case O_LIMIT:
        if (!number(&n, v) || n == 0 || n > 1000000)
            return wrong(command, "limit", v, "is not a number from 1 to 1000000");
        o->limit = (unsigned)n;
        return true;
    case O_WORST:
        if (!number(&n, v) || n == 0 || n > 99)
            return wrong(command, "worst", v, "is not a number from 1 to 99");
        o->worst = (unsigned)n;
        return true;
    case O_PACK:
        if (o->n_packs == sizeof(o->pack) / sizeof(o->pack[0]))
            return wrong(command, "pack", v, "is one too many: at most eight layers");
        o->pack[o->n_packs++] = v;
        return true;
    }
    return true;
}

static void set_plain(struct options *o, int id, const char *v)
{
    const struct { int id; const char **text; } texts[] = {
        {O_DATA, &o->data}, {O_ENGINE, &o->engine}, {O_FEED, &o->feed}, {O_RULE, &o->rule}, {O_BY, &o->by},
        {O_CURSOR, &o->cursor}, {O_KIND, &o->kind}, {O_WHOLE_SHIFT, &o->whole_shift}, {O_BREAK_FROM, &o->break_from}};
    const struct { int id; bool *flag; } flags[] = {
        {O_JSON, &o->json}, {O_OFFLINE, &o->offline}, {O_FOLLOW, &o->follow}, {O_SHADOW, &o->shadow}};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].id == id)
            *texts[i].text = v;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (flags[i].id == id)
            *flags[i].flag = true;
}

bool options_read(struct options *o, const char *command, int argc, char **argv, bool *help)
{
    struct option longs[N_KNOWN + 2];
    for (int i = 0; i < N_KNOWN; i++)
        longs[i] = (struct option){table[i].name, table[i].operand != NULL ? required_argument : no_argument, NULL, table[i].id};
    longs[N_KNOWN] = (struct option){"help", no_argument, NULL, 'h'};
    longs[N_KNOWN + 1] = (struct option){NULL, 0, NULL, 0};
    *o = (struct options){.data = "fairbank-data", .from = 0, .stage = FB_STAGE_LATEST, .from_week = INT32_MIN, .until_week = INT32_MAX};
    int id;
    while ((id = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (id == '?') {
            fprintf(stderr, "try: fairbank %s --help\n", command);
            return false;
        }
        if (id == 'h')
            *help = true;
        else if (!set_checked(o, command, id, optarg))
            return false;
        else
            set_plain(o, id, optarg);
    }
    o->words = argv + optind;
    o->n_words = argc - optind;
    return true;
}
