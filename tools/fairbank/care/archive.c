/* fairbank archive, archive verify: old journal entries in a file of their own. Nothing is taken out of the store: replay, the
 * answers to what is sent again and reports as of then read the whole journal. */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "tools/fairbank/care/archive_file.h"
#include "tools/fairbank/care/snapshot.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOLD_EVERY = 16384, ROW_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192 };

static int fail(const struct options *o, const char *what, const char *why)
{
    fprintf(stderr, "fairbank %s: %s: %s\n", o->command, what, why);
    return EXIT_FAILED;
}

static bool open_store(const struct options *o, struct fb_store **s)
{
    const char *why = "";
    enum fb_err e = fb_store_open(s, o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK)
        (void)fail(o, o->data, why);
    return e == FB_OK;
}

/* ---- which entries ---- */

/* The instant of an entry; entries never go back in time. */
static enum fb_err instant_of(struct fb_store *s, uint64_t number, int64_t *at_ms)
{
    static unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_txn *t = NULL;
    struct fb_span value;
    struct fb_entry entry;
    struct fb_key key = fb_key_u64(number);
    fb_arena_init(&arena, memory, sizeof(memory));
    enum fb_err e = fb_store_read(s, &t);
    if (e == FB_OK)
        e = fb_find(t, FB_TABLE_JOURNAL, fb_key_span(&key), &arena, &value);
    if (e == FB_OK)
        e = fb_entry_unpack(&entry, value);
    if (e == FB_OK)
        *at_ms = entry.at_ms;
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    return e;
}

/* The last entry made before a local day, by halving. */
static enum fb_err last_before(struct fb_store *s, fb_day day, uint64_t head, uint64_t *number)
{
    uint64_t low = 0, high = head;
    enum fb_err e = FB_OK;
    while (e == FB_OK && low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        int64_t at_ms = 0;
        e = instant_of(s, middle, &at_ms);
        if (e == FB_OK && fb_london_day_of_ms(at_ms) < day)
            low = middle;
        else
            high = middle - 1;
    }
    *number = low;
    return e;
}

static enum fb_err range_of(const struct options *o, struct fb_store *s, struct archive_head *head)
{
    uint64_t journal = 0, leaves = 0;
    enum fb_err e = fb_chain_heads(s, &journal, &leaves);
    uint64_t last = o->upto > 0 ? (uint64_t)o->upto : journal;
    if (e == FB_OK && o->before != 0)
        e = last_before(s, o->before, journal, &last);
    *head = (struct archive_head){fb_store_epoch(s), (uint64_t)o->after + 1, last < journal ? last : journal};
    return e;
}

/* ---- writing ---- */

static void tell(const struct archive_head *h, uint64_t number)
{
    if (number % TOLD_EVERY == 0 && isatty(STDERR_FILENO))
        fprintf(stderr, "\rentry %llu of %llu ", (unsigned long long)number, (unsigned long long)h->last);
}

static enum fb_err write_entries(struct archive *a, struct fb_store *s, const struct archive_head *h)
{
    struct fb_leaves l;
    enum fb_err e = fb_leaves_begin(&l, s, h->first, h->last);
    if (e != FB_OK)
        return e;
    while (e == FB_OK && fb_leaves_next(&l)) {
        const struct archive_entry entry = {l.number, l.value, l.decided[l.number - l.decided_from].digest};
        e = archive_put(a, &entry);
        tell(h, l.number);
    }
    fb_leaves_end(&l);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    return e == FB_OK ? l.err : e;
}

static uint64_t bytes_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static int write_archive(const struct options *o, struct fb_store *s, const struct archive_head *h)
{
    struct archive *a = NULL;
    char digest[65] = "";
    enum fb_err e = archive_make(&a, o->to, h);
    if (e == FB_OK)
        e = write_entries(a, s, h);
    if (e == FB_OK)
        e = archive_finish(a, digest);
    archive_close(&a);
    if (e != FB_OK)
        return fail(o, o->to, e == FB_IO ? "cannot be written: is the folder there, with room in it?" : fb_err_text(e));
    if (o->json)
        printf("{\"file\":\"%s\",\"first\":%llu,\"last\":%llu,\"bytes\":%llu,\"digest\":\"%s\"}\n", o->to, (unsigned long long)h->first,
               (unsigned long long)h->last, (unsigned long long)bytes_of(o->to), digest);
    else
        printf("%s: journal entries %llu to %llu, %s; digest %s\nNothing was taken out of the store. Prove it: fairbank archive verify %s\n", o->to,
               (unsigned long long)h->first, (unsigned long long)h->last, size_word(bytes_of(o->to)), digest, o->to);
    return EXIT_DONE;
}

int command_archive(const struct options *o)
{
    struct fb_store *s = NULL;
    struct archive_head h;
    struct stat st;
    if (o->to == NULL || (o->upto > 0) == (o->before != 0)) {
        fprintf(stderr, "fairbank %s: say where to with --to FILE, and how far with --upto N or with --before DATE\n", o->command);
        return EXIT_USAGE;
    }
    if (stat(o->to, &st) == 0)
        return fail(o, o->to, "is there already: an archive is never written over");
    if (!open_store(o, &s))
        return EXIT_FAILED;
    enum fb_err e = range_of(o, s, &h);
    int status = e != FB_OK          ? fail(o, o->data, fb_err_text(e))
                 : h.last < h.first ? fail(o, o->to, "no journal entry is in that range")
                                    : write_archive(o, s, &h);
    fb_store_close(&s);
    return status;
}

/* ---- proving ---- */

struct proving {
    const struct options *o;
    struct fb_store *store; /* NULL: the files alone */
    struct fb_walk walk;    /* of its journal */
    struct fb_arena arena;
    struct fb_mountain range; /* of the leaves so far, while the archives are whole from entry 1 on */
    uint64_t next;            /* 0: no file was read yet */
    char why[200];
};

static enum fb_err differs(struct proving *p, uint64_t number, const char *what)
{
    snprintf(p->why, sizeof(p->why), "entry %llu %s", (unsigned long long)number, what);
    return FB_DAMAGED;
}

static enum fb_err compare(struct proving *p, const struct archive_entry *e)
{
    uint64_t number = 0;
    if (p->store == NULL)
        return FB_OK;
    if (!fb_walk_next(&p->walk, &p->arena))
        return p->walk.err == FB_OK ? differs(p, e->number, "is not in the store") : p->walk.err;
    if (fb_key_parse_u64(p->walk.key, &number) != FB_OK || number != e->number || !fb_span_eq(p->walk.value, e->bytes))
        return differs(p, e->number, "is not the one in the store");
    return FB_OK;
}

static enum fb_err prove_entry(struct proving *p, const struct archive_entry *e)
{
    struct fb_entry entry;
    struct fb_node leaf;
    struct fb_leaf_of of = {.number = e->number, .entry = &entry, .decisions = e->decisions};
    if (fb_entry_unpack(&entry, e->bytes) != FB_OK)
        return differs(p, e->number, "cannot be read by this version");
    fb_leaf_stored(e->bytes, &of.stored);
    fb_leaf_make(&of, &leaf);
    if (p->range.size + 1 == e->number)
        (void)fb_mountain_add(&p->range, &leaf);
    return compare(p, e);
}

/* The archives' own leaves must give the root that the store's chain has there. */
static enum fb_err prove_root(struct proving *p, const struct archive_head *h)
{
    struct fb_mountain held;
    struct fb_node a, b;
    if (p->store == NULL || p->range.size != h->last)
        return FB_OK;
    enum fb_err e = fb_chain_open_at(&held, p->store, h->last);
    if (e != FB_OK)
        return e;
    fb_mountain_root(&p->range, &a);
    fb_mountain_root(&held, &b);
    return fb_node_same(&a, &b) ? FB_OK : differs(p, h->last, "is where the archive's chain and the store's have other roots");
}

static enum fb_err prove_entries(struct proving *p, struct archive *a, const struct archive_head *h)
{
    struct archive_entry entry = {.number = 0};
    struct fb_key key = fb_key_u64(h->first);
    enum fb_err e = FB_OK;
    if (p->store != NULL)
        fb_walk_begin(&p->walk, p->store, FB_TABLE_JOURNAL, fb_key_span(&key));
    while (e == FB_OK) {
        e = archive_next(a, &entry);
        if (e == FB_OK)
            e = prove_entry(p, &entry);
        else if (e == FB_DAMAGED)
            e = differs(p, entry.number, "or what stands after it is not as it was written: the file was changed or cut short");
    }
    enum fb_err end = p->store != NULL ? fb_walk_end(&p->walk) : FB_OK;
    return e != FB_NOT_FOUND ? e : end != FB_OK ? end : prove_root(p, h);
}

static enum fb_err prove_file(struct proving *p, const char *path, struct archive_head *h)
{
    struct archive *a = NULL;
    p->why[0] = '\0';
    enum fb_err e = archive_open(&a, path, h);
    if (e == FB_OK && p->next != 0 && h->first != p->next)
        e = differs(p, h->first, "does not follow the file before: name them in the order of their entries");
    else if (e == FB_DAMAGED)
        snprintf(p->why, sizeof(p->why), "it is no archive of a journal, or its beginning was changed");
    if (e == FB_OK)
        e = prove_entries(p, a, h);
    archive_close(&a);
    p->next = h->last + 1;
    return e;
}

static void say_root(const struct proving *p)
{
    struct fb_node root;
    fb_mountain_root(&p->range, &root);
    printf("root of the chain at entry %llu: ", (unsigned long long)p->range.size);
    for (unsigned i = 0; i < FB_NODE_BYTES; i++)
        printf("%02x", root.b[i]);
    puts(" (a checkpoint of that entry must name it)");
}

static int prove_all(struct proving *p)
{
    for (int i = 0; i < p->o->n_words; i++) {
        struct archive_head h = {0};
        enum fb_err e = prove_file(p, p->o->words[i], &h);
        if (e == FB_NOT_FOUND)
            return fail(p->o, p->o->words[i], "is not there");
        if (e != FB_OK) {
            printf("%s: NOT as it was written: %s\n", p->o->words[i], p->why[0] != '\0' ? p->why : fb_err_text(e));
            return EXIT_DIFFERENT;
        }
        printf("%s: journal entries %llu to %llu, whole%s\n", p->o->words[i], (unsigned long long)h.first, (unsigned long long)h.last,
               p->store != NULL ? ", the same as in the store" : "");
    }
    if (p->range.size > 0)
        say_root(p);
    return EXIT_DONE;
}

int command_archive_verify(const struct options *o)
{
    static struct proving p;
    static unsigned char memory[ROW_ROOM];
    p = (struct proving){.o = o};
    fb_arena_init(&p.arena, memory, sizeof(memory));
    if (o->data_said && !open_store(o, &p.store))
        return EXIT_FAILED;
    int status = prove_all(&p);
    fb_store_close(&p.store);
    return status;
}
