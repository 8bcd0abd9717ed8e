/* fairbank archive verify: is a file what was written, does it follow the one before, and does the store say the same? */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "tools/fairbank/care/archive_file.h"
#include "tools/fairbank/json.h"
#include <string.h>

enum { ROW_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192 };

struct proving {
    const struct options *o;
    struct fb_store *store; /* NULL: the files alone */
    struct fb_walk walk;    /* of its journal */
    struct fb_arena arena;
    struct fb_chain_reader kept; /* the leaves of its chain */
    struct fb_mountain range; /* of the leaves so far, while the archives are whole from entry 1 on */
    uint64_t next;            /* 0: no file was read yet */
    char digest[65];          /* of the file at hand, when it was read to its end */
    char why[200];
};

static enum fb_err differs(struct proving *p, uint64_t number, const char *what)
{
    snprintf(p->why, sizeof(p->why), "entry %llu %s", (unsigned long long)number, what);
    return FB_DAMAGED;
}

static enum fb_err compare_bytes(struct proving *p, const struct archive_entry *e)
{
    uint64_t number = 0;
    if (!fb_walk_next(&p->walk, &p->arena))
        return p->walk.err == FB_OK ? differs(p, e->number, "is not in the store") : p->walk.err;
    if (fb_key_parse_u64(p->walk.key, &number) != FB_OK || number != e->number || !fb_span_eq(p->walk.value, e->bytes))
        return differs(p, e->number, "is not the one in the store");
    return FB_OK;
}

/* Its leaf has the digest of what was decided with it, which the journal's entry does not show. */
static enum fb_err compare_leaf(struct proving *p, uint64_t number, const struct fb_node *leaf)
{
    struct fb_txn *t = NULL;
    struct fb_node kept;
    enum fb_err e = fb_store_read(p->store, &t);
    if (e != FB_OK)
        return e;
    p->kept.txn = t;
    struct fb_nodes nodes = fb_chain_nodes(&p->kept);
    e = nodes.node(nodes.ctx, 0, number - 1, &kept);
    fb_txn_abort(&t);
    if (e != FB_OK)
        return e == FB_DAMAGED ? differs(p, number, "has no leaf in the store's chain that can be read: look with fairbank verify --chain") : e;
    return fb_node_same(&kept, leaf) ? FB_OK : differs(p, number, "is the one in the store, but the digest of what was decided with it is not");
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
    if (p->store == NULL)
        return FB_OK;
    enum fb_err same = compare_bytes(p, e);
    return same == FB_OK ? compare_leaf(p, e->number, &leaf) : same;
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
    p->why[0] = p->digest[0] = '\0';
    enum fb_err e = archive_open(&a, path, h);
    if (e == FB_OK && p->next != 0 && h->first != p->next)
        e = differs(p, h->first, "does not follow the file before: name them in the order of their entries");
    else if (e == FB_DAMAGED)
        snprintf(p->why, sizeof(p->why), "it is no archive of a journal, or its beginning was changed");
    if (e == FB_OK)
        e = prove_entries(p, a, h);
    if (e == FB_OK)
        snprintf(p->digest, sizeof(p->digest), "%s", archive_digest(a));
    archive_close(&a);
    p->next = h->last + 1;
    return e;
}

/* ---- what is said ---- */

static void hex_of(const struct fb_node *node, char out[2 * FB_NODE_BYTES + 1])
{
    for (unsigned i = 0; i < FB_NODE_BYTES; i++)
        snprintf(out + 2 * i, 3, "%02x", node->b[i]);
}

static void say_root(const struct proving *p)
{
    struct fb_node root;
    char hex[2 * FB_NODE_BYTES + 1];
    fb_mountain_root(&p->range, &root);
    hex_of(&root, hex);
    if (p->o->json)
        json_print(json_pack("{s:I, s:s}", "entries", (json_int_t)p->range.size, "root", hex), JSON_COMPACT);
    else
        printf("root of the chain at entry %llu: %s (a checkpoint of that entry must name it)\n", (unsigned long long)p->range.size, hex);
}

static void say_json(const struct proving *p, const char *path, const struct archive_head *h, const char *why)
{
    json_t *j = json_pack("{s:o, s:b}", "file", json_path(path), "whole", why == NULL);
    if (why != NULL)
        json_object_set_new(j, "why", json_string(why));
    else
        json_object_update_new(j, json_pack("{s:I, s:I, s:b, s:s}", "first", (json_int_t)h->first, "last", (json_int_t)h->last, "compared",
                                            p->store != NULL, "digest", p->digest));
    json_print(j, JSON_COMPACT);
}

/* why: NULL where all is as it was written. */
static void say_file(const struct proving *p, const char *path, const struct archive_head *h, const char *why)
{
    if (p->o->json)
        say_json(p, path, h, why);
    else if (why != NULL)
        printf("%s: NOT as it was written: %s\n", path, why);
    else
        printf("%s: journal entries %llu to %llu, whole%s; digest %s\n", path, (unsigned long long)h->first, (unsigned long long)h->last,
               p->store != NULL ? ", the same as in the store" : "", p->digest);
}

static int unread(const struct proving *p, const char *path, enum fb_err e)
{
    const char *why = e == FB_NOT_FOUND ? "is not there" : e == FB_IO ? "cannot be read: is it a file, may you read it, is the disk sound?" : fb_err_text(e);
    fprintf(stderr, "fairbank %s: %s: %s\n", p->o->command, path, why);
    return EXIT_FAILED;
}

static int prove_all(struct proving *p)
{
    for (int i = 0; i < p->o->n_words; i++) {
        struct archive_head h = {0};
        enum fb_err e = prove_file(p, p->o->words[i], &h);
        if (e != FB_OK && e != FB_DAMAGED)
            return unread(p, p->o->words[i], e);
        say_file(p, p->o->words[i], &h, e == FB_OK ? NULL : p->why[0] != '\0' ? p->why : fb_err_text(e));
        if (e != FB_OK)
            return EXIT_DIFFERENT;
    }
    if (p->range.size > 0)
        say_root(p);
    return EXIT_DONE;
}

static bool open_store(struct proving *p)
{
    const char *why = "";
    enum fb_err e = fb_store_open(&p->store, p->o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s: %s\n", p->o->command, p->o->data, why);
    return e == FB_OK;
}

int command_archive_verify(const struct options *o)
{
    static struct proving p;
    static unsigned char memory[ROW_ROOM];
    p = (struct proving){.o = o};
    fb_arena_init(&p.arena, memory, sizeof(memory));
    fb_chain_reader_init(&p.kept, NULL);
    if (o->data_said && !open_store(&p))
        return EXIT_FAILED;
    int status = prove_all(&p);
    fb_store_close(&p.store);
    return status;
}
