#include "tools/check-proof/check.h"
#include "tools/check-proof/note.h"
#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { PATH_MAX_NODES = 66, LEAF_MAX = 512, NOTE_MAX = 32 << 10, ID_MAX = 64 };
struct checking {
    const struct proof_ask *ask;
    FILE *out;
    json_t *proof;
    const char *why;
    unsigned char path[PATH_MAX_NODES][HASH];
    size_t n_path;
    struct note at, from;
};

static bool fails(struct checking *c, const char *why)
{
    if (c->why == NULL)
        c->why = why;
    return false;
}

/* ---- hashes ---- */

static void hash(unsigned char out[HASH], const unsigned char *p, size_t n)
{
    (void)crypto_generichash(out, HASH, p, n, NULL, 0);
}

/* tag, a, b: both of HASH bytes. out may be one of them. */
static void join(unsigned char tag, const unsigned char *a, const unsigned char *b, unsigned char out[HASH])
{
    unsigned char both[1 + 2 * HASH];
    both[0] = tag;
    memcpy(both + 1, a, HASH);
    memcpy(both + 1 + HASH, b, HASH);
    hash(out, both, sizeof both);
}

static void big_endian(unsigned char *out, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        out[i] = (unsigned char)(v >> (8 * (bytes - 1 - i)));
}

static bool is_root(uint64_t size, const unsigned char top[HASH], const unsigned char root[HASH])
{
    unsigned char all[1 + 8 + HASH] = {2}, again[HASH];
    big_endian(all + 1, size, 8);
    memcpy(all + 9, top, HASH);
    hash(again, all, sizeof all);
    return memcmp(again, root, HASH) == 0;
}

/* ---- reading ---- */

static uint64_t number(struct checking *c, const char *name)
{
    const json_t *v = json_object_get(c->proof, name);
    if (!json_is_integer(v))
        (void)fails(c, "a number of the entry is missing");
    return (uint64_t)json_integer_value(v);
}

static void digest(struct checking *c, const char *name, unsigned char *out, size_t bytes)
{
    const char *hex = json_string_value(json_object_get(c->proof, name));
    if (hex == NULL || !note_hex(out, bytes, hex))
        (void)fails(c, "a digest of the entry is missing, or is no digest");
}

/* Bytes of any length; freed by the caller. NULL: not there, or not hex. */
static unsigned char *bytes_of(const json_t *v, size_t before, size_t *n)
{
    const char *hex = json_string_value(v);
    size_t digits = hex == NULL ? 1 : strlen(hex);
    unsigned char *out = digits % 2 != 0 ? NULL : malloc(before + digits / 2 + 1);
    *n = digits / 2;
    if (out == NULL || *n == 0 || note_hex(out + before, *n, hex))
        return out;
    free(out);
    return NULL;
}

static size_t id(struct checking *c, const char *name, const char *name_of_bytes, unsigned char out[ID_MAX])
{
    const json_t *text = json_object_get(c->proof, name), *raw = json_object_get(c->proof, name_of_bytes);
    size_t n = 0;
    unsigned char *bytes = text == NULL ? bytes_of(raw, 0, &n) : NULL;
    const void *from = text != NULL ? (const void *)json_string_value(text) : bytes;
    n = text != NULL && json_is_string(text) ? json_string_length(text) : n;
    if (from == NULL || n > ID_MAX)
        n = 0, (void)fails(c, "the message id or the reference is missing, or too long");
    if (n > 0)
        memcpy(out, from, n);
    free(bytes);
    return n;
}

static bool read_path(struct checking *c)
{
    const json_t *path = json_object_get(c->proof, "path");
    c->n_path = json_array_size(path);
    if (!json_is_array(path) || c->n_path > PATH_MAX_NODES)
        return fails(c, "its path is missing, or too long");
    for (size_t i = 0; i < c->n_path; i++) {
        const char *hex = json_string_value(json_array_get(path, i));
        if (hex == NULL || !note_hex(c->path[i], HASH, hex))
            return fails(c, "its path holds something that is no digest");
    }
    return true;
}

static bool read_note(struct checking *c, const char *name, struct note *out)
{
    static char text[NOTE_MAX];
    const json_t *lines = json_object_get(c->proof, name);
    size_t n = 0;
    for (size_t i = 0; i < json_array_size(lines); i++) {
        const json_t *line = json_array_get(lines, i);
        size_t more = json_string_length(line);
        if (!json_is_string(line) || n + more + 1 > sizeof text)
            return fails(c, "its checkpoint is no list of lines");
        memcpy(text + n, json_string_value(line), more);
        text[n + more] = '\n';
        n += more + 1;
    }
    const char *why = NULL;
    return note_check(out, text, n, &why) || fails(c, why);
}

/* ---- paths: RFC 9162, sections 2.1.3.2 and 2.1.4.2 ---- */

static bool leads(struct checking *c, const unsigned char leaf[HASH], uint64_t index, uint64_t size)
{
    unsigned char r[HASH];
    uint64_t fn = index, sn = size - 1;
    memcpy(r, leaf, HASH);
    if (index >= size)
        return false;
    for (size_t i = 0; i < c->n_path; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            join(1, c->path[i], r, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            join(1, r, c->path[i], r);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && is_root(size, r, c->at.root);
}

static bool grows(struct checking *c)
{
    unsigned char fr[HASH], sr[HASH];
    uint64_t first = c->from.entries, second = c->at.entries;
    if (first == 0 || first > second || c->n_path == 0)
        return false;
    memcpy(fr, c->path[0], HASH);
    memcpy(sr, c->path[0], HASH);
    if (first == second)
        return c->n_path == 1 && is_root(first, fr, c->from.root) && is_root(second, sr, c->at.root);
    uint64_t fn = first - 1, sn = second - 1;
    while ((fn & 1) == 1) {
        fn >>= 1;
        sn >>= 1;
    }
    for (size_t i = 1; i < c->n_path; i++) {
        if (sn == 0)
            return false;
        if ((fn & 1) == 1 || fn == sn) {
            join(1, c->path[i], fr, fr);
            join(1, c->path[i], sr, sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            join(1, sr, c->path[i], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && is_root(first, fr, c->from.root) && is_root(second, sr, c->at.root);
}

/* ---- an entry ---- */

struct entry {
    uint64_t journal, kind, record_kind, source, record;
    int64_t at_ms;
    unsigned char sent[16], stored[HASH], decisions[HASH];
    unsigned char message_id[ID_MAX], reference[ID_MAX];
    size_t n_message_id, n_reference;
    unsigned char leaf[HASH];
};

static bool read_entry(struct checking *c, struct entry *e)
{
    unsigned char b[LEAF_MAX];
    size_t n = 115;
    memset(e, 0, sizeof *e);
    memset(b, 0, sizeof b);
    e->journal = number(c, "journal");
    e->kind = number(c, "entry_kind");
    e->record_kind = number(c, "record_kind");
    e->at_ms = (int64_t)number(c, "at_ms");
    e->source = number(c, "source");
    e->record = number(c, "record");
    digest(c, "sent_digest", e->sent, sizeof e->sent);
    digest(c, "stored_digest", e->stored, HASH);
    digest(c, "decisions_digest", e->decisions, HASH);
    e->n_message_id = id(c, "message_id", "message_id_bytes", e->message_id);
    e->n_reference = id(c, "reference", "reference_bytes", e->reference);
    big_endian(b + 1, e->journal, 8);
    big_endian(b + 9, e->kind, 1);
    big_endian(b + 10, e->record_kind, 1);
    big_endian(b + 11, (uint64_t)e->at_ms, 8);
    big_endian(b + 19, number(c, "decide_version"), 4);
    big_endian(b + 23, number(c, "issue"), 4);
    big_endian(b + 27, e->source, 4);
    big_endian(b + 31, e->record, 4);
    memcpy(b + 35, e->sent, 16);
    memcpy(b + 51, e->stored, 32);
    memcpy(b + 83, e->decisions, 32);
    big_endian(b + n, e->n_message_id, 2);
    memcpy(b + n + 2, e->message_id, e->n_message_id);
    n += 2 + e->n_message_id;
    big_endian(b + n, e->n_reference, 2);
    memcpy(b + n + 2, e->reference, e->n_reference);
    n += 2 + e->n_reference;
    hash(e->leaf, b, n);
    bool fits = e->kind <= 255 && e->record_kind <= 255 && e->source <= UINT32_MAX && e->record <= UINT32_MAX &&
                number(c, "decide_version") <= UINT32_MAX && number(c, "issue") <= UINT32_MAX;
    return fits ? c->why == NULL : fails(c, "a number of the entry is larger than it can be");
}

static bool check_stored(struct checking *c, const struct entry *e, size_t *stored)
{
    unsigned char again[HASH], *bytes = bytes_of(json_object_get(c->proof, "stored"), 1, stored);
    if (bytes == NULL)
        return fails(c, "the stored entry is no row of bytes");
    bytes[0] = 3;
    hash(again, bytes, 1 + *stored);
    free(bytes);
    return memcmp(again, e->stored, HASH) == 0 || fails(c, "the stored entry that it shows is another one");
}

/* A subject goes into the hash with 4 bytes: what those cannot say would be cut, and shown as another. */
static bool is_subject(const json_t *v)
{
    return json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= UINT32_MAX;
}

static bool fold(struct checking *c, const json_t *row, unsigned char so_far[HASH], bool first)
{
    size_t n;
    unsigned char digest_of[HASH], *bytes = bytes_of(json_object_get(row, "row"), 5, &n);
    const json_t *subject = json_object_get(row, "subject");
    if (bytes == NULL || !is_subject(subject)) {
        free(bytes);
        return fails(c, "a decision that it shows cannot be read");
    }
    bytes[0] = 4;
    big_endian(bytes + 1, (uint64_t)json_integer_value(subject), 4);
    hash(digest_of, bytes, 5 + n);
    free(bytes);
    if (first)
        memcpy(so_far, digest_of, HASH);
    else
        join(5, so_far, digest_of, so_far);
    return true;
}

static bool check_decisions(struct checking *c, const struct entry *e, size_t *shown)
{
    const json_t *rows = json_object_get(c->proof, "decisions");
    unsigned char so_far[HASH] = {0};
    *shown = json_array_size(rows);
    if (!json_is_array(rows))
        return fails(c, "the decisions that were made with the entry are missing");
    for (size_t i = 0; i < *shown; i++)
        if (!fold(c, json_array_get(rows, i), so_far, i == 0))
            return false;
    return memcmp(so_far, e->decisions, HASH) == 0 || fails(c, "the decisions that it shows are others");
}

/* The entry as it is stored, and what was decided with it: the proof has both or neither. */
static bool check_body(struct checking *c, const struct entry *e, size_t *stored, size_t *shown)
{
    *stored = *shown = 0;
    if (json_object_get(c->proof, "stored") == NULL && json_object_get(c->proof, "decisions") == NULL)
        return true;
    return check_stored(c, e, stored) && check_decisions(c, e, shown);
}

/* ---- saying it ---- */

static const char *kind_word(uint64_t kind)
{
    static const char *const words[] = {"an entry", "an accepted message", "a refused message", "a publishing system's entry",
                                        "a new issue of the rules", "a step of the clock", "a step of judging again",
                                        "a scheduled issue of the rules", "a step of re-pricing", "the closing of a period",
                                        "a look at a week's pay", "a withdrawn issue of the rules", "the forgetting of a worker"};
    return kind < sizeof words / sizeof words[0] ? words[kind] : words[0];
}

static void say_id(FILE *out, const char *what, const unsigned char *id, size_t n)
{
    if (n == 0)
        return;
    fprintf(out, "  %s ", what);
    for (size_t i = 0; i < n; i++)
        fputc(id[i] >= ' ' && id[i] != 127 ? id[i] : '?', out); /* nobody's terminal is told what to do */
    fputc('\n', out);
}

static void say_moment(FILE *out, int64_t ms)
{
    char text[40] = "an instant that cannot be";
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    if (ms > 0 && ms < INT64_C(253402300800000) && gmtime_r(&s, &tm) != NULL)
        (void)strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", &tm);
    fprintf(out, "  taken at %s\n", text);
}

static void say_note(FILE *out, const struct note *n)
{
    fprintf(out, "  %llu entries up to %s; signed %s by key %s\n", (unsigned long long)n->entries, n->last, n->made, n->key);
    for (unsigned i = 0; i < n->n_witnesses; i++)
        fprintf(out, "  countersigned by %s with key %s\n", n->witness[i].name, n->witness[i].key);
}

static void say_entry(struct checking *c, const struct entry *e, size_t stored, size_t shown)
{
    char sent[33];
    fprintf(c->out, "PROVED: %s is entry %llu of the journal, as it was when the checkpoint was signed.\n", kind_word(e->kind),
            (unsigned long long)e->journal);
    say_id(c->out, "message id", e->message_id, e->n_message_id);
    say_id(c->out, "reference", e->reference, e->n_reference);
    say_moment(c->out, e->at_ms);
    fprintf(c->out, "  from source number %llu, record number %llu\n", (unsigned long long)e->source, (unsigned long long)e->record);
    (void)sodium_bin2hex(sent, sizeof sent, e->sent, sizeof e->sent);
    fprintf(c->out, "  digest of what was sent %s\n", sent);
    if (stored > 0)
        fprintf(c->out, "  the %zu bytes of the entry and the %zu decisions that the file shows are those of then\n", stored, shown);
    fprintf(c->out, "The checkpoint:\n");
    say_note(c->out, &c->at);
}

/* ---- what the reader brought ---- */

/* The same entries: as many, and the same root. */
static bool same_entries(const struct note *a, const struct note *b)
{
    return a->entries == b->entries && memcmp(a->root, b->root, HASH) == 0;
}

/* NULL: it is the very checkpoint. Anybody can sign a root that they saw, in their own name and with another date. */
static const char *differs(const struct note *held, const struct note *shown)
{
    if (!same_entries(held, shown))
        return "the proof is not under the checkpoint that you kept: ask for one with --at, or for a proof of growth with --from";
    if (strcmp(held->key, shown->key) != 0)
        return "the proof's checkpoint has the root of the one that you kept, but is signed by another key";
    if (strcmp(held->store, shown->store) != 0)
        return "the proof's checkpoint has the root of the one that you kept, but names another store";
    if (strcmp(held->last, shown->last) != 0 || strcmp(held->made, shown->made) != 0)
        return "the proof's checkpoint has the root of the one that you kept, but other dates";
    return NULL;
}

static bool check_held(struct checking *c)
{
    struct note held;
    const char *why = NULL;
    if (c->ask->key != NULL && strcmp(c->ask->key, c->at.key) != 0)
        return fails(c, "the checkpoint is signed by another key than the one you gave");
    if (c->ask->held == NULL)
        return true;
    if (!note_check(&held, c->ask->held, c->ask->n_held, &why))
        return fails(c, "the checkpoint that you kept does not hold");
    const char *later = differs(&held, &c->at), *earlier = c->from.entries == 0 ? later : differs(&held, &c->from);
    return later == NULL || earlier == NULL || fails(c, same_entries(&held, &c->at) ? later : earlier);
}

/* ---- the three things that may come ---- */

static bool check_entry(struct checking *c)
{
    struct entry e;
    size_t stored, shown;
    if (!read_entry(c, &e) || !read_note(c, "checkpoint", &c->at) || !check_held(c))
        return false;
    if (e.journal == 0 || e.journal > c->at.entries || !leads(c, e.leaf, e.journal - 1, c->at.entries))
        return fails(c, "the entry does not lead to the checkpoint's root: it is not what was in the journal then");
    if (!check_body(c, &e, &stored, &shown))
        return false;
    say_entry(c, &e, stored, shown);
    return true;
}

static bool check_growth(struct checking *c)
{
    if (!read_note(c, "from", &c->from) || !read_note(c, "checkpoint", &c->at) || !check_held(c))
        return false;
    if (!grows(c))
        return fails(c, "the later checkpoint does not begin with the entries of the earlier one: some were changed or taken away");
    fprintf(c->out, "PROVED: the journal of the later checkpoint begins with every entry of the earlier one, unchanged.\nThe earlier:\n");
    say_note(c->out, &c->from);
    fprintf(c->out, "The later:\n");
    say_note(c->out, &c->at);
    if (strcmp(c->from.key, c->at.key) != 0)
        fprintf(c->out, "NOTE: they are signed with two keys. Ask the engine's operator why.\n");
    if (strcmp(c->from.store, c->at.store) != 0)
        fprintf(c->out, "NOTE: they name two stores, as after one was restored from a backup. Ask the engine's operator why.\n");
    return true;
}

static bool check_note(struct checking *c)
{
    const char *why = NULL;
    if (!note_check(&c->at, c->ask->text, c->ask->n, &why))
        return fails(c, why);
    if (!check_held(c))
        return false;
    fprintf(c->out, "The signatures of this checkpoint hold:\n");
    say_note(c->out, &c->at);
    return true;
}

static bool check_json(struct checking *c)
{
    const char *proves;
    c->proof = json_loadb(c->ask->text, c->ask->n, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(c->proof) || json_integer_value(json_object_get(c->proof, "fairbank_proof")) != 1)
        return fails(c, "it is no proof of the form that this program knows (1)");
    proves = json_string_value(json_object_get(c->proof, "proves"));
    if (proves == NULL || !read_path(c))
        return fails(c, "it does not say what it proves");
    return strcmp(proves, "entry") == 0 ? check_entry(c) : strcmp(proves, "growth") == 0 ? check_growth(c) : fails(c, "what it proves is not known here");
}

bool proof_check(const struct proof_ask *ask, FILE *out)
{
    static struct checking c;
    memset(&c, 0, sizeof c);
    c.ask = ask;
    c.out = out;
    if (sodium_init() < 0)
        return false;
    size_t blank = 0;
    while (blank < ask->n && strchr(" \t\r\n", ask->text[blank]) != NULL && ask->text[blank] != '\0')
        blank++;
    bool good = (blank < ask->n && ask->text[blank] == '{' ? check_json : check_note)(&c);
    if (!good)
        fprintf(out, "NOT PROVED: %s.\n", c.why != NULL ? c.why : "it cannot be read");
    json_decref(c.proof);
    return good;
}
