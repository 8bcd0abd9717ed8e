#include "tools/fairbank/options.h"
#include "engine/base/check.h"
#include "engine/base/limits.h"
#include "tools/fairbank/help.h"
#include "tools/fairbank/options_ids.h"
#include "tools/fairbank/spoken.h"
#include <getopt.h>
#include <string.h>

enum {
    FOR_STORE = FOR_STATUS | FOR_SPEND | FOR_FILL | FOR_FINDINGS | FOR_EXPLAIN | FOR_EVENTS | FOR_VERIFY | FOR_PERIODS |
                FOR_HARMONY | FOR_DIFF,
    FOR_COMMANDS = FOR_ISSUE | FOR_SCHEDULE | FOR_WITHDRAW | FOR_CLOSE, /* what changes something: only a running engine does it */
    FOR_ENGINE = FOR_STATUS | FOR_FINDINGS | FOR_EXPLAIN,
    FOR_TOTALS = FOR_SPEND | FOR_FILL,
    TEXT_MAX = 300, /* a path or an endpoint */
    MEANING = 25    /* the column at which an option's meaning begins in help */
};
#define FOR_KEYS (FOR_KEYS_MAKE | FOR_KEYS_SHOW | FOR_KEYS_IDENTITY | FOR_KEYS_CHECK)
static const struct known table[] = {
    {"data", "DIR", O_DATA, FOR_STORE | FOR_COMMANDS, "the engine's data folder (default fairbank-data)"},
    {"engine", "ENDPOINT", O_ENGINE, FOR_ENGINE | FOR_COMMANDS, "the engine's door (default ipc://DATA/door.sock)"},
    {"feed", "ENDPOINT", O_FEED, FOR_EVENTS, "the engine's feed (default ipc://DATA/feed.sock)"},
    {"server-key", "KEY|FILE", O_SERVER_KEY, FOR_ENGINE | FOR_COMMANDS | FOR_EVENTS,
     "the engine's public key, for one over the network: the 40 characters, or their file (default: FAIRBANK_SERVER_KEY)"},
    {"key", "FILE", O_KEY, FOR_ENGINE | FOR_COMMANDS | FOR_EVENTS, "your own keys for it (default: FAIRBANK_KEY)"},
    {"offline", NULL, O_OFFLINE, FOR_ENGINE | FOR_EVENTS, "read the data folder of an engine that is stopped"},
    {"json", NULL, O_JSON, FOR_STORE | FOR_PRICE | FOR_COMMANDS | FOR_SHOW | FOR_RULES, "JSON for machines instead of a table for people"},
    {"json", NULL, O_JSON, FOR_IMPORT | FOR_KEYS, "JSON for machines instead of words for people"},
    {"trust", "ODS", O_TRUST, FOR_TOTALS | FOR_FINDINGS | FOR_EVENTS | FOR_CLOSE | FOR_PERIODS | FOR_HARMONY | FOR_SHOW, "only this trust, such as RTH"},
    {"rule", "NAME", O_RULE, FOR_FINDINGS, "only findings of this rule"},
    {"severity", "WORD", O_SEVERITY, FOR_FINDINGS, "findings at least this bad: note, cannot_say, warn, breach"},
    {"stage", "WORD", O_STAGE, FOR_SPEND, "committed, worked, invoiced, paid or latest (invoiced where known, else worked, else committed; the default)"},
    {"by", "LIST", O_BY, FOR_TOTALS, "columns to group by, of trust,ics,staff_group,route,week,month,posted,cause"},
    {"by", "rule", O_BY, FOR_FINDINGS, "how many there are of each rule"},
    {"weeks", "FROM..UNTIL", O_WEEKS, FOR_TOTALS | FOR_HARMONY, "weeks whose Monday lies from one date up to, not including, another (harmony: shifts of those days)"},
    {"as-known", "DATE", O_AS_KNOWN, FOR_SPEND | FOR_FINDINGS | FOR_EXPLAIN | FOR_SHOW, "as it was known at the end of that day, whatever came later"},
    {"posted", "MONTH", O_POSTED, FOR_SPEND, "only what stands in the books of that month, such as 2026-10"},
    {"loaded", NULL, O_LOADED, FOR_SPEND, "loaded cost beside the charge, and what the card's rates would have cost, loaded"},
    {"shadow", NULL, O_SHADOW, FOR_TOTALS | FOR_HARMONY, "shadow sources instead of live ones"},
    {"limit", "N", O_LIMIT, FOR_FINDINGS | FOR_EVENTS, "at most N rows"},
    {"all", NULL, O_ALL, FOR_FINDINGS, "those that are closed or snoozed as well"},
    {"snoozed", NULL, O_SNOOZED, FOR_FINDINGS, "those that are snoozed as well"},
    {"worst", "N", O_WORST, FOR_FINDINGS, "the N with most money, the largest first (at most 99)"},
    {"from", "N", O_FROM, FOR_EVENTS, "events after sequence number N"},
    {"follow", NULL, O_FOLLOW, FOR_EVENTS, "wait for more; Ctrl-C ends it"},
    {"cursor", "NAME", O_CURSOR, FOR_EVENTS, "keep the place under this name in the engine"},
    {"kind", "WORD", O_KIND, FOR_EVENTS, "only events of this kind, such as ratecap.breached"},
    {"as-of", "N", O_AS_OF, FOR_EXPLAIN, "the decision as it stood at journal number N"},
    {"at", "MOMENT", O_AT, FOR_SCHEDULE, "when they become current, such as 2026-12-01T00:00 (Europe/London unless Z is given)"},
    {"at", "DATE", O_AT, FOR_SHOW, "the day on which the shift starts"},
    {"site", "CODE", O_SITE, FOR_SHOW, "a site of the trust"},
    {"staff-group", "WORD", O_STAFF_GROUP, FOR_SHOW, "only this staff group, such as nursing_midwifery"},
    {"band", "BAND", O_BAND, FOR_SHOW, "only this band or grade; all: those of families that the card does not name, too"},
    {"role", "WORD", O_ROLE, FOR_CLOSE, "who closes it, such as finance_director"},
    {"reason", "TEXT", O_REASON, FOR_CLOSE, "why, in words"},
    {"agency", NULL, O_AGENCY, FOR_HARMONY, "agency shifts instead of bank shifts"},
    {"contagion", NULL, O_CONTAGION, FOR_HARMONY, "whether one trust's rise is followed by its neighbours'"},
    {"days", "N", O_DAYS, FOR_HARMONY, "with --contagion: within how many days (default 28)"},
    {"rise", "PERCENT", O_RISE, FOR_HARMONY, "with --contagion: what counts as a rise (default 3)"},
    {"map", "FILE", O_MAP, FOR_IMPORT, "the mapping that says which column is what"},
    {"out", "DIR", O_OUT, FOR_IMPORT, "the pack's folder"},
    {"out", "DIR", O_OUT, FOR_KEYS_MAKE, "where the files go (default: here)"},
    {"key", "KEY|FILE", O_KEY, FOR_KEYS_IDENTITY, "the public key; without it the line is left for you to fill in"},
    {"pack", "DIR", O_PACK, FOR_PRICE | FOR_DIFF, "a rules folder; repeat, most general first"},
    {"whole-shift", "RULE", O_WHOLE_SHIFT, FOR_PRICE, "none, more_than_half or at_least_half, instead of the pack's"},
    {"break-from", "POLICY", O_BREAK_FROM, FOR_PRICE, "cheapest_first, dearest_first or plain_then_dearest"},
};
enum { N_KNOWN = sizeof(table) / sizeof(table[0]), ALL_MAX = N_KNOWN + 256 };

static bool set_checked(struct options *o, const char *command, int id, const char *v);
static const struct known_rows own = {table, N_KNOWN, O_DATA, O_KEY, set_checked};
static const struct known_rows *const all[] = {&own, &options_assure, &options_care, &options_chain, &options_refused, &options_batches, &options_receipt, &options_route, &options_months, &options_own_books, &options_invoices, &options_export};
enum { N_FILES = sizeof(all) / sizeof(all[0]) };

/* The rows of all files, one after the other. */
static const struct known *row(int i)
{
    for (int f = 0; f < N_FILES; i -= all[f++]->n)
        if (i < all[f]->n)
            return &all[f]->row[i];
    return NULL;
}

static bool set_value(struct options *o, const char *command, int id, const char *v)
{
    for (int f = 0; f < N_FILES; f++)
        if (id >= all[f]->first && id <= all[f]->last)
            return all[f]->set(o, command, id, v);
    return true;
}

void options_help(FILE *out, const struct command *c)
{
    fprintf(out, "Options:\n");
    for (int i = 0; row(i) != NULL; i++) {
        const char *operand = row(i)->operand != NULL ? row(i)->operand : "";
        if ((row(i)->commands & c->bit) == 0 || !options_assure_of_step(row(i)->id, c->name))
            continue;
        int n = fprintf(out, "  --%s%s%s", row(i)->name, *operand != '\0' ? " " : "", operand);
        n += fprintf(out, "%*s ", n < MEANING - 1 ? MEANING - 1 - n : 0, "");
        help_words(out, n, MEANING, row(i)->meaning, strlen(row(i)->meaning));
    }
    fprintf(out, "  %-22s %s\n", "-h, --help", "this text");
}

bool option_wrong(const char *command, const char *option, const char *value, const char *what)
{
    fprintf(stderr, "%s: --%s %.80s%s: %s\n", spoken(command), option, value, strlen(value) > 80 ? "..." : "", what);
    return false;
}

static bool number(int64_t *out, const char *value) { return fb_parse_int(out, fb_span_of(value)) == FB_OK && *out >= 0; }

/* Trusts' codes are capital letters and digits; a person's keyboard need not know. */
static bool trust(struct options *o, const char *value)
{
    char upper[FB_CODE_BYTES_MAX + 2];
    size_t n = strlen(value);
    if (n >= sizeof(upper))
        return false;
    for (size_t i = 0; i <= n; i++)
        upper[i] = (char)(value[i] >= 'a' && value[i] <= 'z' ? value[i] - 'a' + 'A' : value[i]);
    return fb_code_parse(&o->trust, fb_span_of(upper)) == FB_OK;
}

static bool weeks(struct options *o, const char *value)
{
    const char *dots = strstr(value, "..");
    if (dots == NULL)
        return false;
    struct fb_span from = {value, (uint32_t)(dots - value)}, until = fb_span_of(dots + 2);
    return fb_day_parse(&o->from_week, from) == FB_OK && fb_day_parse(&o->until_week, until) == FB_OK && o->from_week < o->until_week;
}

bool month_parse(fb_day *out, const char *text)
{
    char first[11] = "0000-00-01";
    size_t n = strlen(text);
    if (n != 7 && n != 10)
        return false;
    memcpy(first, text, n);
    return fb_day_parse(out, fb_span_of(first)) == FB_OK && fb_day_month(*out) == *out;
}

static bool day(fb_day *out, const char *value) { return fb_day_parse(out, fb_span_of(value)) == FB_OK && *out > 0; }

static bool short_text(const char *v) { return *v != '\0' && strlen(v) <= FB_TEXT_BYTES_MAX && fb_span_is_text(fb_span_of(v)); }

/* The options that are words, numbers or dates of ours; the others are kept as text. */
static bool set_checked(struct options *o, const char *command, int id, const char *v)
{
    int64_t n = 0;
    switch (id) {
    case O_TRUST: return trust(o, v) || option_wrong(command, "trust", v, "is not an ODS code such as RTH");
    case O_SEVERITY:
        o->severity = fb_severity_find(fb_span_of(v));
        return o->severity != FB_SEVERITY_NONE || option_wrong(command, "severity", v, "use note, cannot_say, warn or breach");
    case O_STAGE:
        o->stage = fb_stage_find(fb_span_of(v));
        return o->stage != FB_STAGE_NONE || option_wrong(command, "stage", v, "use committed, worked, invoiced, paid or latest");
    case O_FROM: return (number(&o->from, v)) || option_wrong(command, "from", v, "is not a number");
    case O_AS_OF: return (number(&o->as_of, v)) || option_wrong(command, "as-of", v, "is not a number");
    case O_WEEKS: return weeks(o, v) || option_wrong(command, "weeks", v, "use two dates, the earlier first, such as 2026-03-16..2026-04-13");
    case O_AS_KNOWN: return day(&o->as_known, v) || option_wrong(command, "as-known", v, "is not a date such as 2026-11-30");
    case O_POSTED: return month_parse(&o->posted, v) || option_wrong(command, "posted", v, "is not a month such as 2026-10");
    case O_STAFF_GROUP:
        o->staff_group = fb_staff_group_find(fb_span_of(v));
        return o->staff_group != FB_STAFF_GROUP_NONE || option_wrong(command, "staff-group", v, "is not a staff group such as nursing_midwifery");
    case O_AT:
        if (strcmp(command, "rules show") == 0)
            return day(&o->at_day, v) || option_wrong(command, "at", v, "is not a date such as 2026-07-01");
        return fb_instant_parse(&o->at_ms, fb_span_of(v)) == FB_OK ||
               option_wrong(command, "at", v, "is not a moment such as 2026-12-01T00:00 (Europe/London) or 2026-12-01T00:00Z");
    case O_ROLE: return short_text(v) || option_wrong(command, "role", v, "a role is a word such as finance_director");
    case O_REASON: return short_text(v) || option_wrong(command, "reason", v, "a reason has 1 to 200 bytes of text");
    case O_CURSOR: return (*v != '\0' && strlen(v) <= FB_ID_BYTES_MAX) || option_wrong(command, "cursor", v, "a cursor's name has 1 to 64 bytes");
    case O_DATA: return (*v != '\0' && strlen(v) <= TEXT_MAX) || option_wrong(command, "data", v, "a folder's path has 1 to 300 bytes");
    case O_ENGINE: return strlen(v) <= TEXT_MAX || option_wrong(command, "engine", v, "is longer than an endpoint can be");
    case O_FEED: return strlen(v) <= TEXT_MAX || option_wrong(command, "feed", v, "is longer than an endpoint can be");
    case O_LIMIT:
        if (!number(&n, v) || n == 0 || n > 1000000)
            return option_wrong(command, "limit", v, "is not a number from 1 to 1000000");
        o->limit = (unsigned)n;
        return true;
    case O_DAYS:
        if (!number(&n, v) || n == 0 || n > 365)
            return option_wrong(command, "days", v, "is not a number from 1 to 365");
        o->days = (unsigned)n;
        return true;
    case O_RISE:
        if (!number(&o->rise_percent, v) || o->rise_percent == 0 || o->rise_percent > 1000)
            return option_wrong(command, "rise", v, "is not a percentage from 1 to 1000");
        return true;
    case O_WORST:
        if (!number(&n, v) || n == 0 || n > 99)
            return option_wrong(command, "worst", v, "is not a number from 1 to 99");
        o->worst = (unsigned)n;
        return true;
    case O_PACK:
        if (o->n_packs == sizeof(o->pack) / sizeof(o->pack[0]))
            return option_wrong(command, "pack", v, "is one too many: at most eight layers");
        o->pack[o->n_packs++] = v;
        return true;
    }
    return true;
}

static void set_plain(struct options *o, int id, const char *v)
{
    const struct { int id; const char **text; } texts[] = {
        {O_DATA, &o->data}, {O_ENGINE, &o->engine}, {O_SERVER_KEY, &o->server_key}, {O_KEY, &o->key}, {O_FEED, &o->feed}, {O_RULE, &o->rule}, {O_BY, &o->by},
        {O_CURSOR, &o->cursor}, {O_SITE, &o->site}, {O_BAND, &o->band}, {O_MAP, &o->map}, {O_OUT, &o->out}, {O_KIND, &o->kind}, {O_WHOLE_SHIFT, &o->whole_shift}, {O_BREAK_FROM, &o->break_from},
        {O_ROLE, &o->role}, {O_REASON, &o->reason}};
    const struct { int id; bool *flag; } flags[] = {
        {O_JSON, &o->json}, {O_AGENCY, &o->agency}, {O_CONTAGION, &o->contagion}, {O_OFFLINE, &o->offline}, {O_FOLLOW, &o->follow}, {O_SHADOW, &o->shadow}, {O_LOADED, &o->loaded}};
    o->data_said = o->data_said || id == O_DATA;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        if (texts[i].id == id)
            *texts[i].text = v;
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
        if (flags[i].id == id)
            *flags[i].flag = true;
}

/* A word stands as often as it means something else: the row that counts is the command's own. false: this one is not it. */
static bool is_meant(int i, const struct command *c)
{
    for (int k = 0; row(k) != NULL; k++) {
        bool same = k != i && strcmp(row(k)->name, row(i)->name) == 0, ours = (row(k)->commands & c->bit) != 0;
        if (same && (ours || k < i) && (row(i)->commands & c->bit) == 0)
            return false; /* the command has one, or the first of those that it has not stands for them all */
    }
    return true;
}

static unsigned longs_of(struct option *out, uint64_t commands[ALL_MAX], const struct command *c)
{
    unsigned n = 0;
    for (int i = 0; row(i) != NULL; i++)
        if (is_meant(i, c)) {
            out[n] = (struct option){row(i)->name, row(i)->operand != NULL ? required_argument : no_argument, NULL, row(i)->id};
            commands[n++] = row(i)->commands;
        }
    out[n] = (struct option){"help", no_argument, NULL, 'h'};
    out[n + 1] = (struct option){NULL, 0, NULL, 0};
    return n;
}

static bool not_ours(const struct command *c, const char *name)
{
    fprintf(stderr, "%s: takes no --%s\ntry: %s --help\n", spoken(c->name), name, spoken(c->name));
    return false;
}

static bool check_whole(const struct options *o, const struct command *c)
{
    if (o->offline && (o->engine != NULL || o->feed != NULL)) {
        fprintf(stderr, "%s: --offline reads the folder, so no --%s can be named beside it\n", spoken(c->name), o->engine != NULL ? "engine" : "feed");
        return false;
    }
    if (o->as_of != 0 && o->as_known != 0) {
        fprintf(stderr, "%s: --as-of and --as-known name two moments: say one of them\n", spoken(c->name));
        return false;
    }
    if (o->n_words >= c->least && o->n_words <= c->most)
        return true;
    if (o->n_words > c->most)
        fprintf(stderr, "%s: what is '%.80s'? ", spoken(c->name), o->words[c->most]);
    else
        fprintf(stderr, "%s: something is missing. ", spoken(c->name));
    fprintf(stderr, "Use: %s [options]%s%s (see %s --help)\n", spoken(c->name), c->operands[0] ? " " : "", c->operands, spoken(c->name));
    return false;
}

bool options_read(struct options *o, const struct command *c, int argc, char **argv, bool *help)
{
    struct option longs[ALL_MAX + 2];
    uint64_t commands[ALL_MAX];
    fb_assert(row(ALL_MAX) == NULL);
    unsigned n = longs_of(longs, commands, c);
    *o = (struct options){.command = c->name, .data = "fairbank-data", .from = -1, .stage = FB_STAGE_LATEST, .from_week = INT32_MIN, .until_week = INT32_MAX,
                          .posted = INT32_MIN, .at_ms = INT64_MIN, .at_day = INT32_MIN,
                          .free_mib = -1, .limit_pence = INT64_MIN, .from_day = INT32_MIN, .until_day = INT32_MIN, .until_ms = INT64_MIN};
    int id, at = 0;
    static char name[64]; /* getopt begins its complaints with it */
    (void)snprintf(name, sizeof(name), "%s", spoken(c->name));
    argv[0] = name;
    while ((id = getopt_long(argc, argv, "h", longs, &at)) != -1) {
        if (id == '?') {
            fprintf(stderr, "try: %s --help\n", spoken(c->name));
            return false;
        }
        if (id == 'h') {
            *help = true;
            continue;
        }
        if ((unsigned)at < n && (commands[at] & c->bit) == 0)
            return not_ours(c, longs[at].name);
        if (!set_value(o, c->name, id, optarg))
            return false;
        set_plain(o, id, optarg);
    }
    o->words = argv + optind;
    o->n_words = argc - optind;
    return *help || check_whole(o, c);
}
