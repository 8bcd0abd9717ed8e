#include "adapters/outbound/postgres/settings.h"
#include "adapters/outbound/postgres/schema.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 16, ARENA_BYTES = 1 << 18 };

static const char help[] =
    "fairbank-postgres: the engine's events in PostgreSQL, for reports and people's own tools.\n"
    "\n"
    "Usage: fairbank-postgres [run|check] --config FILE [options]\n"
    "\n"
    "Tables and views are made and brought up to date by itself: event (every event once, amounts in pence), spend, finding,\n"
    "open_finding, alert, place. The place in the feed moves in the same transaction as the events, so that none is lost or\n"
    "doubled, however often either side is killed.\n"
    "\n"
    "  run            follows the feed until SIGTERM or Ctrl-C (the default)\n"
    "  check          connects, makes the tables, says where it stands, and writes no event\n"
    "\n"
    "  --config FILE  its configuration (YAML)\n"
    "  --once         run: until the newest event, and ends\n"
    "  --json         what was done, as JSON\n"
    "  --quiet        errors only\n"
    "  --version, --help\n"
    "\n"
    "  feed: ipc:///var/lib/fairbank/feed.sock     tcp:// wants server_key and key\n"
    "  database: host=db.example.nhs.uk dbname=bank user=fairbank    as libpq has it; the password in its own file (.pgpass)\n"
    "  schema: fairbank                            default\n"
    "  cursor: fairbank-postgres                   the name of its place, here and at the engine\n"
    "  batch: 5000                                 events in a transaction, at most\n"
    "\n"
    "Exit status: 0 well; 1 failed; 2 wrong usage, or a file with a mistake.\n";

static bool wrong(const char *what, const char *word)
{
    fprintf(stderr, "fairbank-postgres: %s '%.60s'\ntry: fairbank-postgres --help\n", what, word);
    return false;
}

bool fb_postgres_options(struct fb_postgres_settings *s, int argc, char **argv, bool *helped)
{
    static const struct option longs[] = {{"config", required_argument, NULL, 'c'}, {"once", no_argument, NULL, 'o'}, {"json", no_argument, NULL, 'j'},
                                          {"quiet", no_argument, NULL, 'q'}, {"version", no_argument, NULL, 'v'}, {"help", no_argument, NULL, 'h'},
                                          {NULL, 0, NULL, 0}};
    int id;
    while ((id = getopt_long(argc, argv, "h", longs, NULL)) != -1) {
        switch (id) {
        case 'c': s->config = optarg; break;
        case 'o': s->once = true; break;
        case 'j': s->json = true; break;
        case 'q': s->quiet = true; break;
        case 'v': printf("fairbank-postgres %s\n", FB_VERSION); return *helped = true;
        case 'h': fputs(help, stdout); return *helped = true;
        default: fprintf(stderr, "try: fairbank-postgres --help\n"); return false;
        }
    }
    if (argc - optind > 1)
        return wrong("one command is taken, run or check, and then options; one word too many:", argv[optind + 1]);
    s->check = argc > optind && strcmp(argv[optind], "check") == 0;
    if (argc > optind && !s->check && strcmp(argv[optind], "run") != 0)
        return wrong("the commands are run and check, not", argv[optind]);
    return s->config != NULL || wrong("a configuration is wanted:", "--config FILE");
}

static void take_all(struct fb_yaml *y, struct fb_postgres_settings *s)
{
    static const char *const keys[] = {"feed", "database", "schema", "cursor", "batch", "server_key", "key", NULL};
    const yaml_node_t *root = fb_yaml_root(y), *batch;
    int64_t n = 5000;
    snprintf(s->schema, sizeof s->schema, "fairbank");
    snprintf(s->cursor, sizeof s->cursor, "fairbank-postgres");
    fb_yaml_only(y, root, "unknown key (see --help):", keys);
    fb_yaml_take_text(y, root, "feed", true, s->feed, sizeof s->feed);
    fb_yaml_take_text(y, root, "database", true, s->database, sizeof s->database);
    fb_yaml_take_text(y, root, "schema", false, s->schema, sizeof s->schema);
    fb_yaml_take_text(y, root, "cursor", false, s->cursor, FB_POSTGRES_NAME_MAX + 1);
    fb_yaml_take_text(y, root, "server_key", false, s->server_key, sizeof s->server_key);
    fb_yaml_take_text(y, root, "key", false, s->key, sizeof s->key);
    if (!y->bad && !fb_postgres_name_is_good(s->schema))
        fb_yaml_fault(y, fb_yaml_get(y, root, "schema"), "a schema is named by small letters, digits and _, not", fb_span_of(s->schema));
    batch = fb_yaml_get(y, root, "batch");
    if (batch != NULL && !y->bad && (fb_parse_int(&n, fb_yaml_text(y, batch)) != FB_OK || n < 1 || n > 100000))
        fb_yaml_fault(y, batch, "1 to 100000 events in a transaction are wanted", (struct fb_span){NULL, 0});
    s->batch = (unsigned)n;
}

enum fb_err fb_postgres_configure(struct fb_postgres_settings *s, char fault[FB_YAML_FAULT_BYTES])
{
    char *file = NULL;
    struct fb_span text;
    struct fb_arena arena;
    void *memory = malloc(ARENA_BYTES);
    enum fb_err e = memory == NULL ? FB_FULL : fb_yaml_read_file(s->config, FILE_BYTES_MAX, &file, &text, fault);
    if (e == FB_OK) {
        fb_arena_init(&arena, memory, ARENA_BYTES);
        struct fb_yaml y = {.name = s->config, .arena = &arena, .fault = fault};
        e = fb_yaml_parse(&y, text);
        if (e == FB_OK) {
            take_all(&y, s);
            fb_yaml_close(&y);
            e = y.bad ? FB_REFUSED : FB_OK;
        }
        fb_arena_release(&arena);
    }
    free(memory);
    free(file);
    return e;
}
