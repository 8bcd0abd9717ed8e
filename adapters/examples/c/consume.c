/* Consumes the engine's events: the smallest consumer on the library. Each event is a line of a file (id, type, trust, severity, what it
 * says), on the disk before the place moves behind it; run again it goes on where it was. An event whose id stands in the last lines is one
 * that comes again, and is left out.
 *
 *   example-consume --feed ENDPOINT --name CURSOR [--alerts] [--kind WORD]... [--wait-ms N] [--server-key KEY|FILE --key FILE] FILE
 *
 * Out of the tree: cc consume.c $(pkg-config --cflags --libs fairbank) */
#include "adapters/lib/fairbank.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_BYTES = 4096, SETTLE_MS = 20000 };
struct said {
    const char *feed, *name, *server_key, *key, *file;
    struct fb_event_filter filter;
    int wait_ms;
};
/* What was written, and the id with which the file ended when it was opened: a crash may have come between the disk and the place. */
struct book {
    FILE *file;
    char last[FB_EVENT_ID_BYTES];
    unsigned long written, again;
};

/* Ids ascend within an epoch; after a restore the engine's older ones keep theirs, and are asked for by place, not by id. */
static bool is_again(const struct book *b, const char *id)
{
    const char *mine = strchr(b->last, '-'), *its = strchr(id, '-');
    size_t n = mine == NULL ? 0 : (size_t)(mine - b->last);
    if (mine == NULL || its == NULL || (size_t)(its - id) != n || memcmp(id, b->last, n) != 0)
        return false;
    return strtoull(its + 1, NULL, 10) <= strtoull(mine + 1, NULL, 10);
}

static enum fb_err write_event(struct book *b, const struct fb_event_row *row, const char *id)
{
    const struct fb_event *e = &row->event;
    struct fb_span type = fb_event_type(row);
    char trust[FB_CODE_BYTES_MAX + 1] = "";
    if (is_again(b, id)) {
        b->again++;
        return FB_OK;
    }
    if (e->trust != 0)
        (void)fb_code_format(trust, e->trust);
    b->written++;
    int n = fprintf(b->file, "%s\t%.*s\t%s\t%s\t%.*s\n", id, (int)type.n, type.p == NULL ? "" : type.p, trust,
                    e->severity == FB_SEVERITY_NONE ? "" : fb_severity_word((enum fb_severity)e->severity), (int)row->statement.n,
                    row->statement.p == NULL ? "" : row->statement.p);
    return n > 0 ? FB_OK : FB_IO;
}

/* A whole page is on the disk before the place moves. */
static enum fb_err take_page(struct book *b, const struct fb_feed_page *page)
{
    char id[FB_EVENT_ID_BYTES];
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < page->n; i++)
        e = write_event(b, &page->row[i], fb_consumer_id(id, page, i));
    return e == FB_OK && (fflush(b->file) != 0 || fdatasync(fileno(b->file)) != 0) ? FB_IO : e;
}

static enum fb_err consume(struct fb_consumer *c, struct book *b, int wait_ms)
{
    struct fb_feed_page page;
    enum fb_err e;
    while ((e = fb_consumer_next(c, wait_ms, &page)) == FB_OK) {
        if ((e = take_page(b, &page)) != FB_OK)
            return e;
        e = fb_consumer_keep(c, wait_ms);
        if (e != FB_OK && e != FB_NOT_FOUND)
            return e;
    }
    if (e == FB_NOT_FOUND && fb_consumer_hears(c))
        e = fb_consumer_settle(c, SETTLE_MS); /* whoever runs this again is given nothing twice */
    return e;
}

/* What a crash left half written at the end is cut off: its event comes again. */
static bool open_book(struct book *b, const char *path)
{
    char line[LINE_BYTES];
    long whole = 0;
    b->file = fopen(path, "a+");
    if (b->file == NULL || fseek(b->file, 0, SEEK_SET) != 0)
        return false;
    while (fgets(line, sizeof line, b->file) != NULL) {
        size_t id = strcspn(line, "\t"), n = strlen(line);
        if (line[n - 1] != '\n' || id >= sizeof b->last)
            break;
        memcpy(b->last, line, id);
        b->last[id] = '\0';
        whole = ftell(b->file);
    }
    return !ferror(b->file) && ftruncate(fileno(b->file), whole) == 0 && fseek(b->file, 0, SEEK_END) == 0;
}

static bool add_kind(struct fb_event_filter *f, const char *word)
{
    for (int k = FB_EVENT_NONE + 1; k < FB_EVENT_END; k++)
        if (strcmp(fb_event_word((enum fb_event_kind)k), word) == 0) {
            fb_event_set_add(&f->kinds, (enum fb_event_kind)k);
            return true;
        }
    fprintf(stderr, "example-consume: '%s' is no kind of event\n", word);
    return false;
}

static bool read_one(struct said *s, const char *name, const char *value)
{
    const struct {
        const char *name;
        const char **to;
    } texts[] = {{"--feed", &s->feed}, {"--name", &s->name}, {"--server-key", &s->server_key}, {"--key", &s->key}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].to = value;
            return true;
        }
    if (strcmp(name, "--kind") == 0)
        return add_kind(&s->filter, value);
    s->wait_ms = strcmp(name, "--wait-ms") == 0 ? (int)strtol(value, NULL, 10) : 0;
    return s->wait_ms > 0;
}

static bool read_arguments(struct said *s, int argc, char **argv)
{
    int i = 1;
    for (; i < argc && strncmp(argv[i], "--", 2) == 0; i++) {
        if (strcmp(argv[i], "--alerts") == 0)
            s->filter.alerts_only = true;
        else if (i + 1 == argc || !read_one(s, argv[i], argv[i + 1]))
            return false;
        else
            i++;
    }
    s->file = i + 1 == argc ? argv[i] : NULL;
    return s->file != NULL && s->feed != NULL && s->name != NULL;
}

static enum fb_err open_consumer(struct fb_consumer **c, const struct said *s)
{
    struct fb_curve keys;
    char memory[300];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = fb_curve_open(&keys, s->feed, s->server_key, s->key, &why);
    if (e != FB_OK) {
        fprintf(stderr, "example-consume: %s\n", memory);
        return e;
    }
    const struct fb_consumer_options o = {.endpoint = s->feed, .cursor = fb_span_of(s->name), .filter = s->filter, .curve = &keys};
    e = fb_consumer_open(c, &o);
    fb_curve_close(&keys);
    return e;
}

int main(int argc, char **argv)
{
    struct said s = {.wait_ms = 2000};
    struct book b = {.file = NULL};
    struct fb_consumer *c = NULL;
    if (!read_arguments(&s, argc, argv)) {
        fprintf(stderr, "use: example-consume --feed ENDPOINT --name CURSOR [--alerts] [--kind WORD]... [--wait-ms N] [--server-key KEY|FILE --key FILE] FILE\n");
        return 2;
    }
    enum fb_err e = open_book(&b, s.file) ? open_consumer(&c, &s) : FB_IO;
    if (e == FB_OK)
        e = consume(c, &b, s.wait_ms);
    if (e == FB_OK)
        printf("{\"written\":%lu,\"again\":%lu,\"after\":%llu}\n", b.written, b.again, (unsigned long long)fb_consumer_place(c).after);
    else
        fprintf(stderr, "example-consume: %s: %s\n", s.feed, e == FB_NOT_FOUND ? "no engine answers" : c != NULL && fb_consumer_refusal(c)[0] != '\0' ? fb_consumer_refusal(c) : fb_err_text(e));
    fb_consumer_close(&c);
    if (b.file != NULL && fclose(b.file) != 0)
        return 1;
    return e == FB_OK ? 0 : 1;
}
