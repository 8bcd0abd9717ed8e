#include "tests/lib/suite.h"
#include "tools/fairbank/options.h"
#include <getopt.h>
#include <string.h>
#include <unistd.h>

/* What a command makes of a line; complaints go nowhere. */
static bool reads(struct options *o, uint64_t bit, const char *name, const char *line)
{
    static char words[600];
    static char *argv[40]; /* outlives the call: o->words points into it */
    int argc = 1, kept = dup(STDERR_FILENO);
    bool help = false;
    const struct command c = {bit, 0, 8, name, "", "", "", NULL};
    snprintf(words, sizeof words, "%s|%s", "fairbank", line);
    memset(argv, 0, sizeof argv);
    argv[0] = words;
    for (char *at = words; (at = strchr(at, '|')) != NULL && at[1] != '\0';) {
        *at++ = '\0';
        argv[argc++] = at;
    }
    CU_ASSERT_PTR_NOT_NULL_FATAL(freopen("/dev/null", "w", stderr));
    optind = 0; /* begin anew */
    bool ok = options_read(o, &c, argc, argv, &help);
    fflush(stderr);
    dup2(kept, STDERR_FILENO);
    close(kept);
    return ok;
}

static void test_two_meanings(void)
{
    struct options o;
    CU_ASSERT_TRUE(reads(&o, FOR_HARMONY, "harmony", "--agency|--json"));
    CU_ASSERT_TRUE(o.agency && o.agency_code == NULL && o.json);
    CU_ASSERT_TRUE(reads(&o, FOR_ASK, "approve ask", "--agency|NS|--from|2026-12-01|--until|2027-01-01|--limit|2500.50"));
    CU_ASSERT_TRUE(!o.agency && strcmp(o.agency_code, "NS") == 0 && o.limit_pence == 250050);
    CU_ASSERT_TRUE(o.until_day - o.from_day == 31 && o.from == -1);
    CU_ASSERT_TRUE(reads(&o, FOR_EVENTS, "events", "--from|7|--limit|3"));
    CU_ASSERT_TRUE(o.from == 7 && o.limit == 3 && o.limit_pence == INT64_MIN && o.from_day == INT32_MIN);
    CU_ASSERT_TRUE(reads(&o, FOR_STEP, "finding snooze", "B-1|rule|--until|2026-12-01T09:00Z"));
    CU_ASSERT_TRUE(o.until_ms == 1796115600000 && o.until_day == INT32_MIN && o.n_words == 2);
    CU_ASSERT_TRUE(reads(&o, FOR_GRANT, "approve grant", "--by|RTH-CE|--role|chief_executive|--telephone"));
    CU_ASSERT_TRUE(strcmp(o.by, "RTH-CE") == 0 && o.grantor_role == FB_ROLE_CHIEF_EXECUTIVE && o.role == NULL && o.telephone);
    CU_ASSERT_TRUE(reads(&o, FOR_CLOSE, "period close", "2026-10|--role|finance_director"));
    CU_ASSERT_TRUE(strcmp(o.role, "finance_director") == 0 && o.grantor_role == FB_ROLE_NONE);
}

static void test_wrong(void)
{
    static const struct {
        uint64_t bit;
        const char *name, *line;
    } row[] = {{FOR_WORKER, "worker", "--as|king"},
               {FOR_WORKER, "worker", "--as|trust:"},
               {FOR_WORKER, "worker", "--as|trust:TOOLONGCODE"},
               {FOR_ASK, "approve ask", "--limit|2500.505"},
               {FOR_ASK, "approve ask", "--limit|-3"},
               {FOR_ASK, "approve ask", "--limit|0"},
               {FOR_ASK, "approve ask", "--from|tomorrow"},
               {FOR_ASK, "approve ask", "--route|taxi"},
               {FOR_ASK, "approve ask", "--telephone"}, /* is of a grant */
               {FOR_GRANT, "approve grant", "--role|king"},
               {FOR_GRANT, "approve grant", "--second-role|king"},
               {FOR_STEP, "finding close", "--verdict|guilty"},
               {FOR_FINDINGS, "findings", "--answered|never"},
               {FOR_APPROVALS, "approve list", "--month|2026-13"},
               {FOR_FINDINGS, "findings", "--agency|NS"},
               {FOR_HARMONY, "harmony", "--rules|x"},
               {FOR_FILL, "fill", "--export"}};
    struct options o;
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        CU_ASSERT_FALSE(reads(&o, row[i].bit, row[i].name, row[i].line));
}

static void test_right(void)
{
    struct options o;
    CU_ASSERT_TRUE(reads(&o, FOR_WORKER, "worker", "4711|--as|trust:RTH|--asker|me"));
    CU_ASSERT_TRUE(strcmp(o.as, "trust:RTH") == 0 && strcmp(o.asker, "me") == 0 && strcmp(o.words[0], "4711") == 0);
    CU_ASSERT_TRUE(reads(&o, FOR_STEP, "finding close", "B|r|--verdict|no_case|--text|it was the card|--by|C1"));
    CU_ASSERT_TRUE(o.verdict == FB_VERDICT_NO_CASE && strcmp(o.text, "it was the card") == 0);
    CU_ASSERT_TRUE(reads(&o, FOR_FINDINGS, "findings", "--unanswered|--reportable|--owner|W7|--life|closed"));
    CU_ASSERT_TRUE(o.unanswered && o.reportable && strcmp(o.owner, "W7") == 0 && strcmp(o.life, "closed") == 0);
    CU_ASSERT_TRUE(reads(&o, FOR_APPROVALS, "approve list", "--month|2026-10|--as|controls"));
    CU_ASSERT_EQUAL(o.month, fb_day_of(2026, 10, 1));
    CU_ASSERT_TRUE(reads(&o, FOR_RULES | FOR_CHECK, "rules check", "rules/england|--data|x"));
    CU_ASSERT_TRUE(o.data_said && strcmp(o.data, "x") == 0);
    CU_ASSERT_TRUE(reads(&o, FOR_SPEND, "spend", "--export") && o.export && !o.data_said);
    CU_ASSERT_TRUE(strcmp(o.command, "spend") == 0);
}

CU_TestInfo suite_options[] = {{"one word may mean one thing to one command and another to the next", test_two_meanings},
                               {"what no command takes, or what is not what it should be, is refused", test_wrong},
                               {"what people type of approvals, findings and workers is understood", test_right},
                               CU_TEST_INFO_NULL};
