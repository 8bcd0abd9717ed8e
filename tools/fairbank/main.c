/* fairbank: what the people of a shared staffing bank ask their engine. One command a file; commands.c is their table. */
#include "adapters/lib/output.h"
#include "engine/base/check.h"
#include "tools/fairbank/help.h"
#include "tools/fairbank/options.h"
#include "tools/fairbank/spoken.h"
#include <signal.h>
#include <string.h>

enum { BESIDE = 26 };

/* One line each; a long name has its summary below it. */
static void list(FILE *out, const struct command *c)
{
    int n = fprintf(out, "  %s %s", c->name, c->operands);
    if (n >= BESIDE) {
        fputc('\n', out);
        n = 0;
    }
    fprintf(out, "%*s", BESIDE - n, "");
    help_words(out, BESIDE, BESIDE, c->summary, strlen(c->summary));
}

static void usage(FILE *out)
{
    fprintf(out, "fairbank - ask a shared staffing bank's engine\n\nUsage: fairbank COMMAND [options]\n\n");
    for (const struct command *c = command_table; c->name != NULL; c++)
        list(out, c);
    fprintf(out, "\nfairbank COMMAND --help says more.\nExit status: 0 done, 1 failed, 2 wrong usage, 3 different or problems found.\n");
}

static int run(const struct command *c, int argc, char **argv)
{
    struct options o;
    bool help = false;
    if (!options_read(&o, c, argc, argv, &help))
        return EXIT_USAGE;
    if (help) {
        printf("%s%s%s\n", spoken(c->name), *c->operands != '\0' ? " " : "", c->operands);
        help_words(stdout, 0, 0, c->summary, strlen(c->summary));
        putchar('\n');
        help_text(stdout, c->help);
        fputs(*c->help != '\0' ? "\n" : "", stdout);
        options_help(stdout, c);
    }
    int status = help ? EXIT_DONE : c->run(&o);
    return fb_output_whole(spoken(c->name)) ? status : EXIT_FAILED;
}

/* A name may have two words. *words: how many of the arguments it took. */
static const struct command *find(int argc, char **argv, int *words)
{
    char two[40] = "";
    if (argc > 2)
        snprintf(two, sizeof(two), "%s %s", argv[1], argv[2]);
    for (*words = 2; *words > 0; --*words)
        for (const struct command *c = command_table; c->name != NULL; c++)
            if (strcmp(*words == 2 ? two : argv[1], c->name) == 0)
                return c;
    return NULL;
}

/* `fairbank period` alone: says which commands begin with that word. false: none. */
static bool say_begun(FILE *out, const char *word)
{
    bool any = false;
    size_t n = strlen(word);
    for (const struct command *c = command_table; c->name != NULL; c++)
        if (strncmp(c->name, word, n) == 0 && c->name[n] == ' ') {
            fputs(any ? "" : "fairbank: there are:\n", out);
            list(out, c);
            any = true;
        }
    return any;
}

/* fairbank-export ARGS is fairbank export ARGS. */
static int run_export(int argc, char **argv)
{
    enum { WORDS = 1000 };
    static char word[] = "export";
    static char *all[WORDS + 1];
    int words;
    if (argc >= WORDS) {
        fprintf(stderr, "fairbank-export: more arguments than it can take\n");
        return EXIT_USAGE;
    }
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("fairbank-export %s\n", FB_VERSION);
        return fb_output_whole("fairbank-export") ? EXIT_DONE : EXIT_FAILED;
    }
    all[0] = argv[0];
    all[1] = word;
    memcpy(all + 2, argv + 1, (size_t)(argc - 1) * sizeof *all);
    const struct command *c = find(argc + 1, all, &words);
    fb_assert(c != NULL); /* the table has that word */
    return run(c, argc + 1 - words, all + words);
}

int main(int argc, char **argv)
{
    (void)signal(SIGPIPE, SIG_DFL);
    if (argc > 0 && spoken_as_export(argv[0]))
        return run_export(argc, argv);
    if (argc < 2 || strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "help") == 0) {
        usage(argc < 2 ? stderr : stdout);
        return argc < 2 ? EXIT_USAGE : fb_output_whole("fairbank") ? EXIT_DONE : EXIT_FAILED;
    }
    if (strcmp(argv[1], "--version") == 0) {
        printf("fairbank %s\n", FB_VERSION);
        return fb_output_whole("fairbank") ? EXIT_DONE : EXIT_FAILED;
    }
    int words;
    const struct command *c = find(argc, argv, &words);
    if (c != NULL)
        return run(c, argc - words, argv + words);
    bool help = argc > 2 && (strcmp(argv[2], "--help") == 0 || strcmp(argv[2], "-h") == 0);
    if (say_begun(help ? stdout : stderr, argv[1]))
        return !help ? EXIT_USAGE : fb_output_whole("fairbank") ? EXIT_DONE : EXIT_FAILED;
    fprintf(stderr, "fairbank: no command '%s': fairbank --help lists them\n", argv[1]); /* beneath the list nobody would see it */
    return EXIT_USAGE;
}
