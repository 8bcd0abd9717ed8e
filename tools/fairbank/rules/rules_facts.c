/* fairbank rules facts: what rules may ask, in the words and units that they are written in. */
#include "tools/fairbank/rules/rules_facts.h"
#include "tools/fairbank/care/probe.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <string.h>

struct family {
    enum fb_fact first, last;
    const char *word, *meaning;
};

static const struct family families[] = {
    {FB_FACT_COUNTER_1, FB_FACT_COUNTER_8, "COUNTER",
     "the counter of that name (of one of the first eight under counters), this shift included"},
    {FB_FACT_MINUTES_IN_1, FB_FACT_MINUTES_IN_4, "minutes_in_CATEGORY",
     "paid minutes in one of the first four categories that pack.yaml lists, as in minutes_in_plain"},
    {FB_FACT_CHARGE_HOUR_IN_1, FB_FACT_CHARGE_HOUR_IN_4, "charge_hour_in_CATEGORY",
     "charge an hour without VAT in one of the first four categories, as in charge_hour_in_plain"},
    {FB_FACT_PAY_HOUR_IN_1, FB_FACT_PAY_HOUR_IN_4, "pay_hour_in_CATEGORY",
     "pay an hour in one of the first four categories, as in pay_hour_in_plain"},
};

/* Rules are written in whole pounds and percent; what is kept is finer. */
static const char *written_unit(const char *unit)
{
    static const struct {
        const char *kept, *written;
    } units[] = {{"1/100 penny an hour", "pounds an hour"}, {"1/100 percent", "percent"}};
    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (strcmp(unit, units[i].kept) == 0)
            return units[i].written;
    return unit;
}

bool fact_as_written(enum fb_fact fact, struct written_fact *out)
{
    const struct fb_fact_row *f = &fb_fact_table[fact];
    *out = (struct written_fact){f->word, written_unit(f->unit), f->meaning, fb_fact_needs(fact), f->unknown, f->type};
    for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
        if (fact < families[i].first || fact > families[i].last)
            continue;
        out->word = families[i].word;
        out->meaning = families[i].meaning;
        return fact == families[i].first;
    }
    return true;
}

static const char *type_word(enum fb_fact_type type)
{
    static const char *const word[] = {"number", "yes/no", "date", "code", "route", "staff group", "engagement", "status",
                                      "worker kind", "state", "party", "unit", "name",
                                      "framework place", "tier", "status of a check"};
    return word[type];
}

static void facts_json(void)
{
    json_t *list = json_array();
    struct written_fact f;
    for (unsigned i = 0; i < FB_FACT_COUNT; i++)
        if (fact_as_written((enum fb_fact)i, &f))
            json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "fact", f.word, "type", type_word(f.type),
                                                  "unit", f.unit, "meaning", f.meaning, "needs", f.needs, "unknown_when", f.unknown));
    json_print(list, JSON_INDENT(1));
}

static void say(const char *first, const char *text)
{
    paragraph_print(stdout, first, text, (int)strlen(text));
}

/* Too many words for the columns of a table: a heading, and three short paragraphs. */
int command_rules_facts(const struct options *o)
{
    struct written_fact f;
    if (o->json) {
        facts_json();
        return EXIT_DONE;
    }
    for (unsigned i = 0; i < FB_FACT_COUNT; i++) {
        if (!fact_as_written((enum fb_fact)i, &f))
            continue;
        printf("%s (%s%s%s)\n", f.word, type_word(f.type), f.unit[0] == 0 ? "" : ", ", f.unit);
        say("  ", f.meaning);
        say("  needs    ", f.needs);
        say("  unknown  ", f.unknown);
    }
    return EXIT_DONE;
}
