/* fairbank-scrub: a scheduled extract without its persons. START HERE: rules.h says what leaves, row.h makes a row's cells,
 * sheet.h writes them. fairbank_scrub.py beside it does the same, byte for byte, where there is only Python. */
#include "adapters/inbound/csv/worker_key.h"
#include "adapters/inbound/scrub/scrub.h"
#include "adapters/lib/output.h"
#include "adapters/lib/secret_file.h"
#include "adapters/lib/yaml_file.h"
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef FB_VERSION
#define FB_VERSION "unreleased"
#endif
enum { EXIT_WRITTEN = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_SET_ASIDE = 3, RULES_BYTES_MAX = 262144, PATH_MAX_BYTES = 1000 };

static const char help[] =
    "fairbank-scrub: takes a scheduled extract (CSV), leaves persons out, and writes a file that may travel.\n"
    "\n"
    "  fairbank-scrub --rules FILE --worker-key FILE --out FILE.csv EXTRACT.csv\n"
    "\n"
    "  --rules FILE           which columns leave, and as what (adapters/inbound/scrub/README.md describes it)\n"
    "  --worker-key FILE      the system's key (at least 32 bytes), which pseudonyms are made with\n"
    "  --old-worker-key FILE  the key before, once after it was changed\n"
    "  --out FILE             what is written; FILE.manifest beside it says the counts and the digest (SHA-256)\n"
    "  --version, --help\n"
    "\n"
    "A column that the rules do not name does not leave. A row with a cell that does not look as the rules say is set aside:\n"
    "its line, column and reason are told here, never the cell. fairbank-csv reads what is written ({ready_pseudonym: ...}).\n"
    "\n"
    "Exit status: 0 written; 3 written, with rows set aside; 1 failed, and nothing was written; 2 wrong usage, or rules with a\n"
    "fault.\n";

struct options {
    const char *rules, *key, *old_key, *out, *extract;
};

static int misused(const char *what)
{
    fprintf(stderr, "fairbank-scrub: %s (fairbank-scrub --help)\n", what);
    return EXIT_USAGE;
}

/* The manifest says the name as it is, so it has only characters that need no escape there. */
static bool is_plain_path(const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash == NULL ? path : slash + 1;
    size_t n = strlen(name);
    return n > 0 && n <= 120 && strlen(path) < PATH_MAX_BYTES &&
           strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == n;
}

/* What is written replaces what has its name: never one of the files that are read, nor a device. */
static const char *may_not_replace(const struct options *o)
{
    const char *const read[] = {o->extract, o->rules, o->key, o->old_key};
    struct stat out, other;
    if (stat(o->out, &out) != 0)
        return NULL;
    if (!S_ISREG(out.st_mode))
        return "the name after --out is there, and is no ordinary file";
    for (unsigned i = 0; i < sizeof read / sizeof read[0]; i++)
        if (read[i] != NULL && stat(read[i], &other) == 0 && other.st_dev == out.st_dev && other.st_ino == out.st_ino)
            return "the name after --out is that of a file that is read here: give it another";
    return NULL;
}

/* -1: goes on. */
static int parse(struct options *o, int argc, char **argv)
{
    static const struct option longs[] = {{"rules", required_argument, NULL, 'r'},
                                          {"worker-key", required_argument, NULL, 'k'},
                                          {"old-worker-key", required_argument, NULL, 'o'},
                                          {"out", required_argument, NULL, 'w'},
                                          {"help", no_argument, NULL, 'h'},
                                          {"version", no_argument, NULL, 'V'},
                                          {NULL, 0, NULL, 0}};
    int option;
    *o = (struct options){.rules = NULL};
    while ((option = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "fairbank-scrub " FB_VERSION "\n", stdout);
            return EXIT_WRITTEN;
        }
        const char **word = option == 'r' ? &o->rules : option == 'k' ? &o->key : option == 'o' ? &o->old_key : &o->out;
        if (option == '?')
            return misused("that is not how to call it");
        *word = optarg;
    }
    if (o->rules == NULL || o->out == NULL || optind + 1 != argc)
        return misused("name --rules FILE, --out FILE and one extract");
    if (!is_plain_path(o->out))
        return misused("the name after --out has letters, digits and . _ - only");
    o->extract = argv[optind];
    const char *why = may_not_replace(o);
    return why == NULL ? -1 : misused(why);
}

static bool take_key(const char *path, unsigned char *key, bool *has)
{
    *has = path != NULL;
    fb_secret_warn("fairbank-scrub", path);
    if (path == NULL || fb_csv_worker_key_read(path, key) == FB_OK)
        return true;
    fprintf(stderr, "fairbank-scrub: %s is not a key: a readable file of at least 32 bytes is wanted\n", path);
    return false;
}

static int run(struct fb_scrub_task *task, const struct options *o)
{
    struct fb_csv_task *k = &task->keys;
    struct fb_scrub_counts counts = {.rows = 0};
    char manifest[FB_SCRUB_MANIFEST_BYTES];
    if (task->rules->needs_key && o->key == NULL)
        return misused("these rules make pseudonyms: give the system's key with --worker-key FILE");
    if (!take_key(o->key, k->worker_key, &k->has_worker_key) || !take_key(o->old_key, k->old_worker_key, &k->has_old_worker_key))
        return EXIT_USAGE;
    enum fb_err e = fb_scrub_run(task, &counts, manifest);
    sodium_memzero(k, sizeof *k);
    if (e != FB_OK)
        return EXIT_FAILED;
    fputs(manifest, stdout);
    return counts.set_aside > 0 ? EXIT_SET_ASIDE : EXIT_WRITTEN;
}

static int act(int argc, char **argv)
{
    static struct fb_scrub_rules rules;
    struct options o;
    char fault[FB_YAML_FAULT_BYTES], *memory = NULL;
    struct fb_span text;
    int status = parse(&o, argc, argv);
    if (status >= 0)
        return status;
    if (sodium_init() < 0)
        return EXIT_FAILED;
    enum fb_err e = fb_yaml_read_file(o.rules, RULES_BYTES_MAX, &memory, &text, fault);
    if (e == FB_OK)
        e = fb_scrub_rules_parse(&rules, o.rules, text, fault);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank-scrub: %s\n", fault);
        free(memory);
        return EXIT_USAGE;
    }
    struct fb_scrub_task task = {.rules = &rules, .extract = o.extract, .out = o.out, .log = stderr};
    crypto_hash_sha256(task.rules_digest, (const unsigned char *)text.p, text.n);
    status = run(&task, &o);
    free(memory);
    return status;
}

int main(int argc, char **argv)
{
    int status = act(argc, argv);
    return fb_output_whole("fairbank-scrub") ? status : EXIT_FAILED;
}
