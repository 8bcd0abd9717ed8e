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
     "  fairbank spend --by trust,route\n  fairbank spend --trust RTH --stage worked --weeks 2026-03-16..2026-04-13 --json", command_spend},
    {FOR_FILL, 0, 0, "fill", "", "demand: vacancies, how many were filled, and the hours",
     "  fairbank fill --by trust\n  fairbank fill --trust RTH --by staff_group,week", command_fill},
    {FOR_FINDINGS, 0, 0, "findings", "", "open findings, each with its one-sentence why",
     "  fairbank findings --severity breach --worst 5\n  fairbank findings --by rule\n  fairbank findings --trust RXQ --rule agency.off_framework --json", command_findings},
    {FOR_EXPLAIN, 1, 1, "explain", "BOOKING", "everything about one booking's verdict, in sentences",
     "BOOKING is the reference that its source gave it, SOURCE/REFERENCE where several sources use the same one,\n"
     "or its number here.\n"
     "  fairbank explain B-10233\n  fairbank explain rth-roster/B-10233\n  fairbank explain 812 --as-of 90311", command_explain},
    {FOR_EVENTS, 0, 0, "events", "", "what left the engine: spend and compliance events, in order",
     "A cursor's place is kept when its events were written out, and never moves back: with --from N what was taken\n"
     "before is given again, and the place stays. What cannot be known of an event is left out of its JSON.\n"
     "  fairbank events --from 0 --kind ratecap.breached\n  fairbank events --follow --cursor finance --json", command_events},
    {FOR_PRICE, 1, 1, "price", "FILE.jsonl", "prices shifts from JSON lines without an engine (- reads standard input)",
     "One JSON object a line in, one out, in the same order. Only the rules about rates are asked: a line has no\n"
     "framework, cascade or sign-off to judge. Times are Europe/London; a suffix Z or +01:00 makes them exact.\n"
     "Without --pack: rules/england and rules/thames-valley here, or where fairbank was built or installed.\n"
     "  {\"id\":\"a1\",\"trust\":\"RTH\",\"staff_group\":\"nursing_midwifery\",\"band\":\"5\",\"route\":\"bank\",\n"
     "   \"start\":\"2026-10-24T19:30\",\"end\":\"2026-10-25T08:00\",\"break_minutes\":30}", command_price},
    {FOR_RULES, 1, 64, "rules", "check DIR... | facts", "proves packs before they are used; lists the facts that rules may read",
     "  fairbank rules check rules/england rules/thames-valley     layers, most general first\n"
     "  fairbank rules facts", command_rules},
    {FOR_VERIFY, 0, 0, "verify", "", "recomputes everything from the journal: equal, or where it first differs",
     "Reads only. Works beside a running engine. Exit status 0 equal, 3 different.", command_verify},
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void usage(FILE *out)
{
    fprintf(out, "fairbank - ask a shared staffing bank's engine\n\nUsage: fairbank COMMAND [options]\n\n");
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  %-9s %-22s %s\n", commands[i].name, commands[i].operands, commands[i].summary);
    fprintf(out, "\nfairbank COMMAND --help says more. Exit status: 0 done, 1 failed, 2 wrong usage, 3 different or problems found.\n");
}

static int run(const struct command *c, int argc, char **argv)
{
    struct options o;
    bool help = false;
    if (!options_read(&o, c, argc, argv, &help))
        return EXIT_USAGE;
    if (help) {
        printf("fairbank %s %s\n%s\n\n%s\n\n", c->name, c->operands, c->summary, c->help);
        options_help(stdout, c);
    }
    int status = help ? EXIT_DONE : c->run(&o);
    if (fflush(stdout) != 0 || ferror(stdout)) { /* an earlier flush may have met the full disk */
        fprintf(stderr, "fairbank %s: the output could not be written\n", c->name);
        return EXIT_FAILED;
    }
    return status;
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
    for (int i = 0; i < N_COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return run(&commands[i], argc - 1, argv + 1);
    fprintf(stderr, "fairbank: no command '%s'\n\n", argv[1]);
    usage(stderr);
    return EXIT_USAGE;
}
