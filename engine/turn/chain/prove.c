#include "engine/turn/chain/prove.h"
#include "engine/base/bytes.h"
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/state.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS_MAX = FB_NOTED_MAX, MEMORY = FB_ENTRY_BYTES_MAX + ROWS_MAX * FB_ROW_BYTES_MAX + 65536 };

struct proving {
    struct fb_txn *txn;
    struct fb_arena arena;
    struct fb_nodes nodes;
    struct fb_text *out;
    const char *why;
    struct fb_span stored;
    struct fb_entry entry;
    struct fb_leaf_of of;
    struct {
        uint32_t subject;
        struct fb_span row;
    } row[ROWS_MAX];
    unsigned n_rows;
    bool all_rows; /* they stand in row[] */
    unsigned char row_memory[FB_ROW_BYTES_MAX + 4096];
};

static enum fb_err refuse(struct proving *p, const char *why)
{
    p->why = why;
    return FB_REFUSED;
}

/* ---- JSON ---- */

static void add_name(struct proving *p, const char *name)
{
    fb_text_add(p->out, "\"");
    fb_text_add(p->out, name);
    fb_text_add(p->out, "\": ");
}

static void add_number(struct proving *p, const char *name, int64_t v)
{
    add_name(p, name);
    fb_text_add_int(p->out, v);
    fb_text_add(p->out, ",\n");
}

static void add_hex(struct proving *p, const void *bytes, size_t n)
{
    char hex[129];
    fb_text_add(p->out, "\"");
    for (size_t at = 0; at < n; at += 64) {
        size_t part = n - at < 64 ? n - at : 64;
        (void)sodium_bin2hex(hex, sizeof hex, (const unsigned char *)bytes + at, part);
        fb_text_add(p->out, hex);
    }
    fb_text_add(p->out, "\"");
}

static void add_hex_of(struct proving *p, const char *name, const void *bytes, size_t n)
{
    add_name(p, name);
    add_hex(p, bytes, n);
    fb_text_add(p->out, ",\n");
}

/* An id as it was sent; what is no text (a refusal keeps whatever came) stands as its bytes. */
static void add_id(struct proving *p, const char *name, const char *name_of_bytes, struct fb_span id)
{
    if (id.n > FB_ID_BYTES_MAX)
        id.n = FB_ID_BYTES_MAX;
    if (!fb_span_is_text(id)) {
        add_hex_of(p, name_of_bytes, id.p, id.n);
        return;
    }
    add_name(p, name);
    fb_text_add(p->out, "\"");
    for (uint32_t i = 0; i < id.n; i++) {
        if (id.p[i] == '"' || id.p[i] == '\\')
            fb_text_add(p->out, "\\");
        fb_text_add_span(p->out, (struct fb_span){id.p + i, 1});
    }
    fb_text_add(p->out, "\",\n");
}

/* The lines of a checkpoint, each a text of its own: JSON has no line breaks, and what was signed has. */
static void add_checkpoint(struct proving *p, const char *name, const struct fb_checkpoint *c, bool last)
{
    char memory[FB_CHECKPOINT_TEXT_BYTES];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_checkpoint_format(&t, c);
    add_name(p, name);
    fb_text_add(p->out, "[\n");
    for (const char *line = memory; *line != '\0';) {
        size_t n = strcspn(line, "\n");
        fb_text_add(p->out, "  \"");
        fb_text_add_span(p->out, (struct fb_span){line, (uint32_t)n});
        line += n + 1;
        fb_text_add(p->out, *line == '\0' ? "\"\n" : "\",\n");
    }
    fb_text_add(p->out, last ? "]\n" : "],\n");
}

static void add_path(struct proving *p, const struct fb_path *path)
{
    add_name(p, "path");
    fb_text_add(p->out, "[\n");
    for (unsigned i = 0; i < path->n; i++) {
        fb_text_add(p->out, "  ");
        add_hex(p, path->node[i].b, FB_NODE_BYTES);
        fb_text_add(p->out, i + 1 < path->n ? ",\n" : "\n");
    }
    fb_text_add(p->out, "],\n");
}

/* ---- the entry and what was decided with it ---- */

static enum fb_err read_entry(struct proving *p, uint64_t number)
{
    struct fb_key key = fb_key_u64(number);
    enum fb_err err = fb_find(p->txn, FB_TABLE_JOURNAL, fb_key_span(&key), &p->arena, &p->stored);
    if (err == FB_NOT_FOUND)
        return refuse(p, "the journal has no entry of that number");
    if (err == FB_OK)
        err = fb_entry_unpack(&p->entry, p->stored);
    if (err != FB_OK)
        return err == FB_REFUSED ? FB_DAMAGED : err;
    p->of = (struct fb_leaf_of){.number = number, .entry = &p->entry};
    fb_leaf_stored(p->stored, &p->of.stored);
    return FB_OK;
}

static void fold(struct proving *p, uint32_t subject, struct fb_span row)
{
    struct fb_node digest;
    fb_leaf_decision(subject, row, &digest);
    fb_leaf_fold(&p->of.decisions, &digest);
}

/* By what was noted beside the leaf. false: not noted, or not so. */
static enum fb_err by_notes(struct proving *p, const struct fb_node *kept, bool *found)
{
    uint32_t subject[FB_NOTED_MAX];
    unsigned n = 0;
    struct fb_node again;
    enum fb_err err = fb_chain_noted(p->txn, p->of.number, p->entry.record, subject, &n);
    *found = false;
    if (err != FB_OK || n > FB_NOTED_MAX)
        return err;
    for (unsigned i = 0; i < n && err == FB_OK; i++) {
        struct fb_key key = fb_key_decision(subject[i], p->of.number);
        p->row[i].subject = subject[i];
        err = fb_find(p->txn, FB_TABLE_DECISIONS, fb_key_span(&key), &p->arena, &p->row[i].row);
        if (err == FB_OK)
            fold(p, subject[i], p->row[i].row);
    }
    p->n_rows = n;
    fb_leaf_make(&p->of, &again);
    *found = err == FB_OK && fb_node_same(&again, kept);
    p->all_rows = *found;
    return err == FB_NOT_FOUND ? FB_OK : err;
}

/* Through all decisions: entries of an older store, and steps that decided about hundreds. */
static enum fb_err by_search(struct proving *p, struct fb_store *store, const struct fb_node *kept, bool *found)
{
    struct fb_walk w;
    struct fb_arena arena;
    struct fb_node again;
    uint32_t subject;
    uint64_t journal;
    enum fb_err err = FB_OK;
    p->of.decisions = (struct fb_node){{0}};
    p->all_rows = false;
    fb_arena_init(&arena, p->row_memory, sizeof p->row_memory);
    fb_walk_begin(&w, store, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (err == FB_OK && fb_walk_next(&w, &arena)) {
        err = fb_key_parse_decision(w.key, &subject, &journal);
        if (err == FB_OK && journal == p->of.number)
            fold(p, subject, w.value);
    }
    enum fb_err end = fb_walk_end(&w);
    fb_arena_release(&arena);
    fb_leaf_make(&p->of, &again);
    *found = fb_node_same(&again, kept);
    return err == FB_OK ? end : err;
}

static enum fb_err find_decisions(struct proving *p, struct fb_store *store)
{
    struct fb_node kept;
    bool found = false;
    enum fb_err err = p->nodes.node(p->nodes.ctx, 0, p->of.number - 1, &kept);
    if (err == FB_OK)
        err = by_notes(p, &kept, &found);
    if (err == FB_OK && !found)
        err = by_search(p, store, &kept, &found);
    if (err == FB_OK && !found)
        return refuse(p, "that entry, or what was decided with it, is not as it was when it was taken, so nothing can be "
                         "proved of it: run fairbank verify --chain");
    return err;
}

/* ---- whole proofs ---- */

/* A root that somebody else holds, over the nodes that stand here. */
static enum fb_err check_root(struct proving *p, const struct fb_checkpoint *c, const char *why)
{
    struct fb_mountain range;
    struct fb_node root;
    uint64_t size;
    enum fb_err err = fb_chain_size(p->txn, &size);
    if (err == FB_OK && (c->size == 0 || c->size > size))
        return refuse(p, "the journal has fewer entries than that checkpoint covers: it is of another store, or entries were lost");
    if (err == FB_OK)
        err = fb_mountain_of(&p->nodes, c->size, &range);
    if (err != FB_OK)
        return err;
    fb_mountain_root(&range, &root);
    return fb_node_same(&root, &c->root) ? FB_OK : refuse(p, why);
}

static const char ANOTHER[] = "the journal's entries do not give that checkpoint's root: it is of another store, or the "
                              "journal was changed. Run fairbank verify --chain, and keep the checkpoint";

static void add_fields(struct proving *p)
{
    const struct fb_entry *e = &p->entry;
    bool sent = e->kind == FB_ENTRY_MESSAGE || e->kind == FB_ENTRY_REFUSAL;
    const struct fb_span none = {NULL, 0};
    static const unsigned char no_digest[sizeof e->digest];
    add_number(p, "journal", (int64_t)p->of.number);
    add_number(p, "entry_kind", e->kind);
    add_number(p, "record_kind", sent ? e->env.kind : 0);
    add_number(p, "at_ms", e->at_ms);
    add_number(p, "decide_version", e->decide_version);
    add_number(p, "issue", e->issue);
    add_number(p, "source", e->source);
    add_number(p, "record", e->kind == FB_ENTRY_MESSAGE ? e->record : 0);
    add_hex_of(p, "sent_digest", sent ? e->digest : no_digest, sizeof e->digest);
    add_hex_of(p, "stored_digest", p->of.stored.b, FB_NODE_BYTES);
    add_hex_of(p, "decisions_digest", p->of.decisions.b, FB_NODE_BYTES);
    add_id(p, "message_id", "message_id_bytes", sent ? e->env.message_id : none);
    add_id(p, "reference", "reference_bytes", sent ? e->env.record_ref : none);
}

static void add_body(struct proving *p)
{
    add_hex_of(p, "stored", p->stored.p, p->stored.n);
    add_name(p, "decisions");
    fb_text_add(p->out, "[\n");
    for (unsigned i = 0; i < p->n_rows; i++) {
        fb_text_add(p->out, "  {\"subject\": ");
        fb_text_add_int(p->out, p->row[i].subject);
        fb_text_add(p->out, ", \"row\": ");
        add_hex(p, p->row[i].row.p, p->row[i].row.n);
        fb_text_add(p->out, i + 1 < p->n_rows ? "},\n" : "}\n");
    }
    fb_text_add(p->out, "],\n");
}

static void say_about(const struct fb_entry *e, struct fb_proof_about *out)
{
    struct fb_reader r;
    *out = (struct fb_proof_about){.source = e->source};
    if (e->kind == FB_ENTRY_MESSAGE) {
        out->record = e->record;
        out->worker = e->worker;
    } else if (e->kind == FB_ENTRY_FORGET) {
        fb_reader_init(&r, e->body.p, e->body.n);
        out->worker = (uint32_t)fb_get_varint(&r);
    }
}

static enum fb_err prove_entry(struct proving *p, struct fb_store *store, const struct fb_proof_ask *ask)
{
    struct fb_path path;
    if (ask->journal == 0 || ask->journal > ask->at->size)
        return refuse(p, "that checkpoint was made before the entry was taken: ask with a later one");
    enum fb_err err = check_root(p, ask->at, ANOTHER);
    if (err == FB_OK)
        err = read_entry(p, ask->journal);
    if (err == FB_OK)
        err = find_decisions(p, store);
    if (err == FB_OK && ask->body && !p->all_rows)
        return refuse(p, "hundreds of decisions were made with that entry, which is too long for a proof: ask without its body");
    if (err == FB_OK)
        err = fb_path_in(&p->nodes, ask->journal - 1, ask->at->size, &path);
    if (err != FB_OK)
        return err;
    if (ask->about != NULL)
        say_about(&p->entry, ask->about);
    fb_text_add(p->out, "{\n\"fairbank_proof\": 1,\n\"proves\": \"entry\",\n");
    add_fields(p);
    if (ask->body)
        add_body(p);
    add_path(p, &path);
    add_checkpoint(p, "checkpoint", ask->at, true);
    fb_text_add(p->out, "}\n");
    return p->out->cut ? refuse(p, "the entry is too long for a proof with its body: ask without it") : FB_OK;
}

static enum fb_err prove_growth(struct proving *p, struct fb_store *store, const struct fb_proof_ask *ask)
{
    struct fb_path path;
    (void)store;
    if (ask->from->size > ask->at->size)
        return refuse(p, "the checkpoint that is to be the earlier one covers more entries than the other");
    enum fb_err err = check_root(p, ask->from, ANOTHER);
    if (err == FB_OK)
        err = check_root(p, ask->at, ANOTHER);
    if (err == FB_OK)
        err = fb_path_between(&p->nodes, ask->from->size, ask->at->size, &path);
    if (err != FB_OK)
        return err;
    fb_text_add(p->out, "{\n\"fairbank_proof\": 1,\n\"proves\": \"growth\",\n");
    add_path(p, &path);
    add_checkpoint(p, "from", ask->from, false);
    add_checkpoint(p, "checkpoint", ask->at, true);
    fb_text_add(p->out, "}\n");
    return p->out->cut ? FB_LIMIT : FB_OK;
}

static enum fb_err prove(struct fb_store *store, const struct fb_proof_ask *ask, struct fb_text *out, const char **why,
                         enum fb_err (*one)(struct proving *, struct fb_store *, const struct fb_proof_ask *))
{
    struct proving *p = calloc(1, sizeof *p);
    struct fb_chain_reader *reader = malloc(sizeof *reader);
    void *memory = malloc(MEMORY);
    enum fb_err err = p == NULL || reader == NULL || memory == NULL ? FB_FULL : fb_store_read(store, &p->txn);
    *why = "";
    if (err == FB_OK) {
        fb_arena_init(&p->arena, memory, MEMORY);
        fb_chain_reader_init(reader, p->txn);
        p->nodes = fb_chain_nodes(reader);
        p->out = out;
        err = one(p, store, ask);
        *why = p->why != NULL ? p->why : "";
        fb_arena_release(&p->arena);
        fb_txn_abort(&p->txn);
    }
    free(memory);
    free(reader);
    free(p);
    return err;
}

enum fb_err fb_prove_entry(struct fb_store *store, const struct fb_proof_ask *ask, struct fb_text *out, const char **why)
{
    return prove(store, ask, out, why, prove_entry);
}

enum fb_err fb_prove_growth(struct fb_store *store, const struct fb_proof_ask *ask, struct fb_text *out, const char **why)
{
    return prove(store, ask, out, why, prove_growth);
}
