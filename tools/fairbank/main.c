/* fairbank: what the people of a shared staffing bank ask their engine. One command a file; this is their table. */
#include "tools/fairbank/options.h"
#include <signal.h>
#include <string.h>

static const struct command commands[] = {
    {FOR_STATUS, 0, 0, "status", "", "is the engine up, what does it hold, which rules hold now",
     "Asks the running engine; with --offline, or when none answers, reads the data folder.", command_status},
    {FOR_SPEND, 0, 0, "spend", "", "what was committed or worked, by trust, staff group, route and week",
     "Money is exact and in pounds. The heading says stage, basis (sent by the source or expected from the card)\n"
     "and coverage (which trusts and weeks have sent anything). Stages are never added together.\n"
     "--as-known DATE gives what was reported then, whatever was corrected or judged again since. A shift is worked in one\n"
     "month and may be posted to the books of a later one, when its own is closed: --by month,posted,cause shows both.\n"
     "  fairbank spend --by trust,route\n  fairbank spend --trust RTH --stage worked --weeks 2026-03-16..2026-04-13 --json", command_spend},
    {FOR_FILL, 0, 0, "fill", "", "demand: vacancies, how many were filled, and the hours",
     "  fairbank fill --by trust\n  fairbank fill --trust RTH --by staff_group,week", command_fill},
    {FOR_FINDINGS, 0, 0, "findings", "", "open findings, each with its one-sentence why",
     "  fairbank findings --severity breach --worst 5\n  fairbank findings --by rule\n  fairbank findings --trust RXQ --rule agency.off_framework --json\n"
     "  fairbank findings --as-known 2026-11-30     those that were open at the end of that day", command_findings},
    {FOR_EXPLAIN, 1, 1, "explain", "BOOKING", "everything about one booking's verdict, in sentences",
     "BOOKING is the reference that its source gave it, SOURCE/REFERENCE where several sources use the same one,\n"
     "or its number here.\n"
     "  fairbank explain B-10233\n  fairbank explain rth-roster/B-10233\n  fairbank explain 812 --as-of 90311\n"
     "  fairbank explain B-10233 --as-known 2026-11-30", command_explain},
    {FOR_EVENTS, 0, 0, "events", "", "what left the engine: spend and compliance events, in order",
     "A cursor's place is kept when its events were written out, and never moves back: with --from N what was taken\n"
     "before is given again, and the place stays. What cannot be known of an event is left out of its JSON.\n"
     "  fairbank events --from 0 --kind ratecap.breached\n  fairbank events --follow --cursor finance --json", command_events},
    {FOR_PRICE, 1, 1, "price", "FILE.jsonl", "prices shifts from JSON lines without an engine (- reads standard input)",
     "One JSON object a line in, one out, in the same order, with commission, VAT and the parts of loaded cost apart. Only\n"
     "the rules about rates are asked: a line has no framework, cascade or sign-off to judge. Times are Europe/London; a\n"
     "suffix Z or +01:00 makes them exact.\n"
     "Without --pack: rules/england and rules/thames-valley here, or where fairbank was built or installed.\n"
     "  {\"id\":\"a1\",\"trust\":\"RTH\",\"staff_group\":\"nursing_midwifery\",\"band\":\"5\",\"route\":\"bank\",\n"
     "   \"start\":\"2026-10-24T19:30\",\"end\":\"2026-10-25T08:00\",\"break_minutes\":30}", command_price},
    {FOR_RULES, 1, 64, "rules check", "DIR...", "proves packs before they are used, and runs their cases",
     "DIR are layers, most general first. One folder alone brings the packs that its `on` names. What would be refused or is\n"
     "suspicious is told with file and line, and with an hour as its example.\n"
     "  fairbank rules check rules/england rules/thames-valley\n  fairbank rules check rules/examples/social-care --json", command_rules_check},
    {FOR_RULES, 1, 64, "rules test", "DIR...", "runs the cases of packs, and nothing else",
     "  fairbank rules test rules/england rules/thames-valley\n  fairbank rules test rules/examples/luhft-medical", command_rules_test},
    {FOR_RULES, 0, 0, "rules facts", "", "lists the facts that rules of packs may read",
     "Each with what it is written in and what it tells; rules/README.md says how a rule reads them.", command_rules_facts},
    {FOR_SHOW, 1, 8, "rules show", "DIR...", "the card and caps of one trust on one day, each with its row",
     "DIR are layers, most general first; one folder alone brings the packs that its `on` names. A worker whose pay is that of the\n"
     "one above is not shown again, nor are bands of families that no rule of the card names (--band all).\n"
     "  fairbank rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH\n"
     "  fairbank rules show rules/england --at 2026-07-01 --trust RTH --as-known 2026-07-10     by what was known then", command_rules_show},
    {FOR_DIFF, 2, 2, "rules diff", "OLD NEW", "what another pack would change, for whom, and the money",
     "OLD and NEW are pack folders; --pack names the layers that stand above both. The money is that of the shifts in the data\n"
     "folder, priced as booked under both; without one, only what the packs say is compared.\n"
     "  fairbank rules diff rules/thames-valley draft/thames-valley --pack rules/england --data fairbank-data", command_rules_diff},
    {FOR_IMPORT, 1, 1, "rules import-caps", "FILE.xlsx|FILE.csv", "turns a published price card into a pack's table of caps",
     "The card's layout changes from year to year: --map says which column is what (rules/README.md describes it). Two files\n"
     "are written into the pack's caps folder, and never over others. Then prove and compare the pack before it is used.\n"
     "  fairbank rules import-caps price-card-26-27.xlsx --map price-card.map.yaml --out rules/england", command_import_caps},
    {FOR_ISSUE, 0, 0, "rules issue", "", "makes the engine's packs the current issue, and judges every shift again",
     "The running engine reads the folders of its configuration. Packs with an error change nothing: each is told with file\n"
     "and line. The answer comes when the issue is durable; the shifts are judged again after that, while records go on\n"
     "coming in (see how far: fairbank status). What changes is told by rate.repriced events, each with its delta. While an\n"
     "issue waits for its moment this is refused, because it would be undone then: see fairbank rules withdraw.", command_issue},
    {FOR_SCHEDULE, 0, 0, "rules schedule", "", "makes the engine's packs the current issue at a moment to come",
     "  fairbank rules schedule --at 2026-12-01T00:00      Europe/London; 2026-12-01T00:00Z is exact\n"
     "Until then the rules stay as they are; what waits outlives a restart. From which day a rate holds needs no moment: the\n"
     "packs say it. The moment is when it becomes known, such as when a pay award is agreed in July that holds from April.\n"
     "All packs are taken as they are now: one that waits replaces whatever is current at its moment. So several may wait only\n"
     "in the order in which they were scheduled, the later one last.", command_schedule},
    {FOR_WITHDRAW, 1, 1, "rules withdraw", "N", "has an issue that waits for its moment not become current",
     "fairbank status lists what waits. To change something meanwhile: withdraw N, issue the change, and schedule the other\n"
     "again from packs that hold both.\n"
     "  fairbank rules withdraw 3", command_withdraw},
    {FOR_CLOSE, 1, 1, "period close", "MONTH", "closes a month: what is known of it later goes to the books of the next one",
     "Months close in order, when they are over; of one trust, or of all. Figures of a closed month never change: what comes\n"
     "later is posted to the first open month, with its cause (a record, or rules that became known).\n"
     "  fairbank period close 2026-10 --role finance_director --reason \"month end\"\n"
     "  fairbank period close 2026-10 --trust RTH --role finance_director --reason \"reconciled with the ledger\"", command_period_close},
    {FOR_PERIODS, 0, 0, "period list", "", "closed months, and what was posted late to which month and why",
     "Because of: record (it came, or was corrected, after the month was closed) or repriced (rules that became known then).", command_period_list},
    {FOR_HARMONY, 0, 0, "harmony", "", "what each trust pays for a band and time, against the card",
     "Medians are weighted by hours; the middle half lies between a quarter and three quarters of them. Loaded cost is pay with\n"
     "pay for leave, employer's costs and fees (agency: the charge with VAT and fees), so that routes can be compared: with\n"
     "--agency the card is what the same shift would have cost as a bank shift.\n"
     "--contagion asks whether a trust's rise is followed by its neighbours more often than chance would have it.\n"
     "  fairbank harmony\n  fairbank harmony --agency --trust RTH\n  fairbank harmony --contagion --days 28 --rise 3 --json", command_harmony},
    {FOR_VERIFY, 0, 0, "verify", "", "recomputes everything from the journal: equal, or where it first differs",
     "Reads only. Works beside a running engine. Exit status 0 equal, 3 different.", command_verify},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]), BESIDE = 26 };

/* One line each; a long name has its summary below it. */
static void list(FILE *out, const struct command *c)
{
    int n = fprintf(out, "  %s %s", c->name, c->operands);
    if (n > BESIDE)
        fprintf(out, "\n%*s%s\n", BESIDE, "", c->summary);
    else
        fprintf(out, "%*s%s\n", BESIDE - n, "", c->summary);
}

static void usage(FILE *out)
{
    fprintf(out, "fairbank - ask a shared staffing bank's engine\n\nUsage: fairbank COMMAND [options]\n\n");
    for (int i = 0; i < N_COMMANDS; i++)
        list(out, &commands[i]);
    fprintf(out, "\nfairbank COMMAND --help says more.\nExit status: 0 done, 1 failed, 2 wrong usage, 3 different or problems found.\n");
}

static int run(const struct command *c, int argc, char **argv)
{
    struct options o;
    bool help = false;
    if (!options_read(&o, c, argc, argv, &help))
        return EXIT_USAGE;
    if (help) {
        printf("fairbank %s%s%s\n%s\n\n%s%s", c->name, *c->operands != '\0' ? " " : "", c->operands, c->summary, c->help,
               *c->help != '\0' ? "\n\n" : "");
        options_help(stdout, c);
    }
    int status = help ? EXIT_DONE : c->run(&o);
    if (fflush(stdout) != 0 || ferror(stdout)) { /* an earlier flush may have met the full disk */
        fprintf(stderr, "fairbank %s: the output could not be written\n", c->name);
        return EXIT_FAILED;
    }
    return status;
}

/* A name may have two words. *words: how many of the arguments it took. */
static const struct command *find(int argc, char **argv, int *words)
{
    char two[40] = "";
    if (argc > 2)
        snprintf(two, sizeof(two), "%s %s", argv[1], argv[2]);
    for (*words = 2; *words > 0; --*words)
        for (int i = 0; i < N_COMMANDS; i++)
            if (strcmp(*words == 2 ? two : argv[1], commands[i].name) == 0)
                return &commands[i];
    return NULL;
}

/* `fairbank period` alone: says which commands begin with that word. false: none. */
static bool say_begun(const char *word)
{
    bool any = false;
    size_t n = strlen(word);
    for (int i = 0; i < N_COMMANDS; i++)
        if (strncmp(commands[i].name, word, n) == 0 && commands[i].name[n] == ' ') {
            fputs(any ? "" : "fairbank: there are:\n", stderr);
            list(stderr, &commands[i]);
            any = true;
        }
    return any;
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_DFL);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : EXIT_DONE;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("fairbank %s\n", FB_VERSION);
        return EXIT_DONE;
    }
    int words;
    const struct command *c = find(argc, argv, &words);
    if (c != NULL)
        return run(c, argc - words, argv + words);
    if (say_begun(argv[1]))
        return EXIT_USAGE;
    fprintf(stderr, "fairbank: no command '%s'\n\n", argv[1]);
    usage(stderr);
    return EXIT_USAGE;
}
