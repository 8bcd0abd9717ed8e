/* fairbank-check-proof FILE [--held CHECKPOINT] [--key HEX]: is what a proof says so? Exit status 0 yes, 3 no, 1 a file
 * cannot be read or what was found cannot be written, 2 wrong usage. */
#include "tools/check-proof/check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 4 << 20, KEY_DIGITS = 64 };

static char *read_file(const char *path, size_t *n)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    char *text = f == NULL ? NULL : malloc(FILE_MAX + 1);
    *n = text == NULL ? 0 : fread(text, 1, FILE_MAX, f);
    bool good = text != NULL && !ferror(f) && *n < FILE_MAX;
    if (f != NULL && f != stdin)
        fclose(f);
    if (good) {
        text[*n] = '\0';
        return text;
    }
    fprintf(stderr, "fairbank-check-proof: %s: %s\n", path, *n == FILE_MAX ? "longer than any proof" : strerror(errno));
    free(text);
    return NULL;
}

static int usage(FILE *out)
{
    fprintf(out, "fairbank-check-proof: is what a proof about the journal says so? Shares no code with the engine, and asks nobody.\n\n"
                 "  fairbank-check-proof FILE [--held CHECKPOINT] [--key HEX]\n\n"
                 "FILE is a proof that fairbank prove made, or a checkpoint's text; - reads standard input.\n"
                 "  --held CHECKPOINT  a checkpoint that you kept: the proof must be under it, or grow from it\n"
                 "  --key HEX          the engine's public key, as you were told it another way\n"
                 "  --version          which this is\n\n"
                 "Without --held a proof shows only that the file agrees with itself. deploy/PROOF.md says what is proved and what is not.\n"
                 "Exit status: 0 proved, 3 not proved, 1 a file cannot be read or the answer written, 2 wrong usage.\n"
                 "  fairbank-check-proof b-10233.proof.json --held checkpoint-october.txt\n");
    return out == stdout ? 0 : 2;
}

static int misused(const char *what, const char *which)
{
    fprintf(stderr, "fairbank-check-proof: %s%s (fairbank-check-proof --help)\n", what, which);
    return 2;
}

/* One that was not copied whole is no other key: "not proved" would be said of the engine, and is the reader's slip. */
static bool is_key(const char *text)
{
    return strlen(text) == KEY_DIGITS && strspn(text, "0123456789abcdef") == KEY_DIGITS;
}

static int act(int argc, char **argv)
{
    const char *file = NULL, *held = NULL, *key = NULL;
    for (int i = 1; i < argc; i++) {
        const char **to = strcmp(argv[i], "--held") == 0 ? &held : strcmp(argv[i], "--key") == 0 ? &key : &file;
        if (strcmp(argv[i], "--help") == 0)
            return usage(stdout);
        if (strcmp(argv[i], "--version") == 0)
            return puts("fairbank-check-proof " FB_VERSION) < 0 ? 1 : 0;
        if (to == &file && argv[i][0] == '-' && argv[i][1] != '\0')
            return misused("there is no option ", argv[i]);
        if (to == &file && file != NULL)
            return misused("one file at a time: what is to be done with ", argv[i]);
        if (to != &file && ++i == argc)
            return misused("something is to follow ", argv[i - 1]);
        *to = argv[i];
    }
    if (file == NULL)
        return misused("name a proof, or a checkpoint's text", "");
    if (key != NULL && !is_key(key))
        return misused("--key takes 64 digits, 0-9 and a-f, as fairbank checkpoint key prints them, not ", key);
    struct proof_ask ask = {.key = key};
    char *kept = held == NULL ? NULL : read_file(held, &ask.n_held), *text = held != NULL && kept == NULL ? NULL : read_file(file, &ask.n);
    ask.text = text;
    ask.held = kept;
    int status = text == NULL ? 1 : proof_check(&ask, stdout) ? 0 : 3;
    free(text);
    free(kept);
    return status;
}

/* An answer that nobody got is no proof. */
int main(int argc, char **argv)
{
    int status = act(argc, argv);
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "fairbank-check-proof: the output could not be written\n");
    return 1;
}
