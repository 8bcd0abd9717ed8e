#include "tools/check-proof/entry.h"
#include <stdlib.h>
#include <string.h>

enum { LEAF_MAX = 512 };

/* ---- reading ---- */

static uint64_t number(struct checking *c, const char *name)
{
    const json_t *v = json_object_get(c->proof, name);
    if (!json_is_integer(v))
        (void)proof_fails(c, "a number of the entry is missing");
    return (uint64_t)json_integer_value(v);
}

static void digest(struct checking *c, const char *name, unsigned char *out, size_t bytes)
{
    const char *hex = json_string_value(json_object_get(c->proof, name));
    if (hex == NULL || !note_hex(out, bytes, hex))
        (void)proof_fails(c, "a digest of the entry is missing, or is no digest");
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
        n = 0, (void)proof_fails(c, "the message id or the reference is missing, or too long");
    if (n > 0)
        memcpy(out, from, n);
    free(bytes);
    return n;
}

/* ---- the leaf ---- */

bool entry_read(struct checking *c, struct entry *e)
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
    proof_big_endian(b + 1, e->journal, 8);
    proof_big_endian(b + 9, e->kind, 1);
    proof_big_endian(b + 10, e->record_kind, 1);
    proof_big_endian(b + 11, (uint64_t)e->at_ms, 8);
    proof_big_endian(b + 19, number(c, "decide_version"), 4);
    proof_big_endian(b + 23, number(c, "issue"), 4);
    proof_big_endian(b + 27, e->source, 4);
    proof_big_endian(b + 31, e->record, 4);
    memcpy(b + 35, e->sent, 16);
    memcpy(b + 51, e->stored, 32);
    memcpy(b + 83, e->decisions, 32);
    proof_big_endian(b + n, e->n_message_id, 2);
    memcpy(b + n + 2, e->message_id, e->n_message_id);
    n += 2 + e->n_message_id;
    proof_big_endian(b + n, e->n_reference, 2);
    memcpy(b + n + 2, e->reference, e->n_reference);
    n += 2 + e->n_reference;
    proof_hash(e->leaf, b, n);
    bool fits = e->kind <= 255 && e->record_kind <= 255 && e->source <= UINT32_MAX && e->record <= UINT32_MAX &&
                number(c, "decide_version") <= UINT32_MAX && number(c, "issue") <= UINT32_MAX;
    return fits ? c->why == NULL : proof_fails(c, "a number of the entry is larger than it can be");
}

/* ---- the body ---- */

static bool check_stored(struct checking *c, const struct entry *e, size_t *stored)
{
    unsigned char again[HASH], *bytes = bytes_of(json_object_get(c->proof, "stored"), 1, stored);
    if (bytes == NULL)
        return proof_fails(c, "the stored entry is no row of bytes");
    bytes[0] = 3;
    proof_hash(again, bytes, 1 + *stored);
    free(bytes);
    return memcmp(again, e->stored, HASH) == 0 || proof_fails(c, "the stored entry that it shows is another one");
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
        return proof_fails(c, "a decision that it shows cannot be read");
    }
    bytes[0] = 4;
    proof_big_endian(bytes + 1, (uint64_t)json_integer_value(subject), 4);
    proof_hash(digest_of, bytes, 5 + n);
    free(bytes);
    if (first)
        memcpy(so_far, digest_of, HASH);
    else
        proof_join(5, so_far, digest_of, so_far);
    return true;
}

static bool check_decisions(struct checking *c, const struct entry *e, size_t *shown)
{
    const json_t *rows = json_object_get(c->proof, "decisions");
    unsigned char so_far[HASH] = {0};
    *shown = json_array_size(rows);
    if (!json_is_array(rows))
        return proof_fails(c, "the decisions that were made with the entry are missing");
    for (size_t i = 0; i < *shown; i++)
        if (!fold(c, json_array_get(rows, i), so_far, i == 0))
            return false;
    return memcmp(so_far, e->decisions, HASH) == 0 || proof_fails(c, "the decisions that it shows are others");
}

/* The entry as it is stored, and what was decided with it: the proof has both or neither. */
bool entry_check_body(struct checking *c, const struct entry *e, size_t *stored, size_t *shown)
{
    *stored = *shown = 0;
    if (json_object_get(c->proof, "stored") == NULL && json_object_get(c->proof, "decisions") == NULL)
        return true;
    return check_stored(c, e, stored) && check_decisions(c, e, shown);
}
