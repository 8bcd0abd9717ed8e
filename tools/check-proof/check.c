#include "tools/check-proof/check.h"
#include "tools/check-proof/entry.h"
#include <sodium.h>
#include <string.h>
#include <time.h>

enum { NOTE_MAX = 32 << 10 };

/* ---- reading ---- */

static bool read_path(struct checking *c)
{
    const json_t *path = json_object_get(c->proof, "path");
    c->n_path = json_array_size(path);
    if (!json_is_array(path) || c->n_path > PATH_MAX_NODES)
        return proof_fails(c, "its path is missing, or too long");
    for (size_t i = 0; i < c->n_path; i++) {
        const char *hex = json_string_value(json_array_get(path, i));
        if (hex == NULL || !note_hex(c->path[i], HASH, hex))
            return proof_fails(c, "its path holds something that is no digest");
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
            return proof_fails(c, "its checkpoint is no list of lines");
        memcpy(text + n, json_string_value(line), more);
        text[n + more] = '\n';
        n += more + 1;
    }
    const char *why = NULL;
    return note_check(out, text, n, &why) || proof_fails(c, why);
}

/* ---- paths: RFC 9162, sections 2.1.3.2 and 2.1.4.2 ---- */

static bool is_root(uint64_t size, const unsigned char top[HASH], const unsigned char root[HASH])
{
    unsigned char all[1 + 8 + HASH] = {2}, again[HASH];
    proof_big_endian(all + 1, size, 8);
    memcpy(all + 9, top, HASH);
    proof_hash(again, all, sizeof all);
    return memcmp(again, root, HASH) == 0;
}

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
            proof_join(1, c->path[i], r, r);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            proof_join(1, r, c->path[i], r);
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
            proof_join(1, c->path[i], fr, fr);
            proof_join(1, c->path[i], sr, sr);
            while ((fn & 1) == 0 && fn != 0) {
                fn >>= 1;
                sn >>= 1;
            }
        } else {
            proof_join(1, sr, c->path[i], sr);
        }
        fn >>= 1;
        sn >>= 1;
    }
    return sn == 0 && is_root(first, fr, c->from.root) && is_root(second, sr, c->at.root);
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
        fputc(id[i] >= ' ' && id[i] <= '~' ? id[i] : '?', out); /* nobody's terminal is told what to do, by bytes above 127 either */
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
        return proof_fails(c, "the checkpoint is signed by another key than the one you gave");
    if (c->ask->held == NULL)
        return true;
    if (!note_check(&held, c->ask->held, c->ask->n_held, &why))
        return proof_fails(c, "the checkpoint that you kept does not hold");
    const char *later = differs(&held, &c->at), *earlier = c->from.entries == 0 ? later : differs(&held, &c->from);
    return later == NULL || earlier == NULL || proof_fails(c, same_entries(&held, &c->at) ? later : earlier);
}

/* ---- the three things that may come ---- */

static bool check_entry(struct checking *c)
{
    struct entry e;
    size_t stored, shown;
    if (!entry_read(c, &e) || !read_note(c, "checkpoint", &c->at) || !check_held(c))
        return false;
    if (e.journal == 0 || e.journal > c->at.entries || !leads(c, e.leaf, e.journal - 1, c->at.entries))
        return proof_fails(c, "the entry does not lead to the checkpoint's root: it is not what was in the journal then");
    if (!entry_check_body(c, &e, &stored, &shown))
        return false;
    say_entry(c, &e, stored, shown);
    return true;
}

static bool check_growth(struct checking *c)
{
    if (!read_note(c, "from", &c->from) || !read_note(c, "checkpoint", &c->at) || !check_held(c))
        return false;
    if (!grows(c))
        return proof_fails(c, "the later checkpoint does not begin with the entries of the earlier one: some were changed or taken away");
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
        return proof_fails(c, why);
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
        return proof_fails(c, "it is no proof of the form that this program knows (1)");
    proves = json_string_value(json_object_get(c->proof, "proves"));
    if (proves == NULL || !read_path(c))
        return proof_fails(c, "it does not say what it proves");
    return strcmp(proves, "entry") == 0 ? check_entry(c) : strcmp(proves, "growth") == 0 ? check_growth(c) : proof_fails(c, "what it proves is not known here");
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
