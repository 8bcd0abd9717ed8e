/* Any bytes as a checkpoint's text, read by the engine and by the checker, and as a proof. What the engine reads is
 * written again as the same text, but for carriage returns; what the checker takes, the engine takes. A proof that holds, holds under
 * the key that signed it and the checkpoint that it names and under no other; and not with a number or a digest of it changed. */
#include "engine/base/check.h"
#include "engine/turn/chain/checkpoint.h"
#include "tests/lib/fuzz.h"
#include "tools/check-proof/check.h"
#include "tools/check-proof/note.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 16 << 10 };
/* What a reader kept: corpus/checkpoint/old. */
static const char kept[] =
    "fairbank checkpoint 1\n"
    "store 18008b295be66677\n"
    "entries 24535\n"
    "root 1ecce0b2b89994a689a8e50517b93669240d6e3d443f559b18ab9e67adb9e1b9\n"
    "last 2026-11-22T07:58:29.107Z\n"
    "made 2026-11-22T07:58:29.221Z\n"
    "key d62696c7646062dee628fd5f164b4f59f2210ca07aa77800da9194665c68f2da\n"
    "signature 6d299b4bd31f9dbe47dc4b3c21c06d4858767db35babed61de313e6a439a208efbcf560de731014aa23cd9e61d045c2da9822be8281847b3da0106fc668b2a0f\n";
static const char kept_root[] = "root 1ecce0b2b89994a689a8e50517b93669240d6e3d443f559b18ab9e67adb9e1b9";
static const char engine_key[] = "d62696c7646062dee628fd5f164b4f59f2210ca07aa77800da9194665c68f2da";
static const char nobodys_key[] = "0000000000000000000000000000000000000000000000000000000000000000";
static FILE *nowhere;

static bool same_text(struct fb_span in, const struct fb_text *out)
{
    size_t at = 0;
    for (uint32_t i = 0; i < in.n; i++) {
        if (in.p[i] == '\r' && i + 1 < in.n && in.p[i + 1] == '\n')
            continue;
        if (at == out->n || out->p[at++] != in.p[i])
            return false;
    }
    return at == out->n;
}

static bool check_note(struct fb_span s)
{
    static struct fb_note note, again;
    static char text[FB_NOTE_BYTES_MAX];
    struct fb_text t;
    unsigned line;
    if (fb_note_parse(&note, s, &line) != FB_OK)
        return false;
    fb_text_init(&t, text, sizeof text);
    fb_note_format(&t, &note);
    fb_assert(!t.cut && same_text(s, &t));
    fb_assert(fb_note_parse(&again, (struct fb_span){t.p, (uint32_t)t.n}, &line) == FB_OK && memcmp(&note, &again, sizeof note) == 0);
    return true;
}

/* ---- proofs ---- */

static bool holds_under(const char *text, size_t n, const char *held, const char *key)
{
    const struct proof_ask ask = {.text = text, .n = n, .held = held, .n_held = held != NULL ? strlen(held) : 0, .key = key};
    return proof_check(&ask, nowhere);
}

static bool json_holds(const json_t *proof)
{
    char *text = json_dumps(proof, JSON_COMPACT);
    bool good = text != NULL && holds_under(text, strlen(text), NULL, NULL);
    free(text);
    return good;
}

/* The first digit of it is another one. */
static json_t *other_digest(const json_t *hex)
{
    json_t *other = json_string(json_string_value(hex));
    char *copy = other != NULL ? strdup(json_string_value(other)) : NULL;
    json_decref(other);
    if (copy == NULL)
        return NULL;
    copy[0] = copy[0] == '0' ? '1' : '0';
    other = json_string(copy);
    free(copy);
    return other;
}

static void check_without(const json_t *proof, const char *key, json_t *other)
{
    json_t *changed = json_deep_copy(proof);
    if (other != NULL && changed != NULL && json_object_set_new(changed, key, other) == 0)
        fb_assert(!json_holds(changed));
    json_decref(changed);
}

/* A proof of an entry is of each of these; one of growth only of its path. */
static void check_changed(const json_t *proof)
{
    static const char *const numbers[] = {"journal", "entry_kind", "record_kind", "at_ms", "decide_version", "issue", "source", "record"};
    static const char *const digests[] = {"sent_digest", "stored_digest", "decisions_digest"};
    const json_t *path = json_object_get(proof, "path");
    bool entry = strcmp(json_string_value(json_object_get(proof, "proves")), "entry") == 0;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0] && entry; i++) {
        json_int_t v = json_integer_value(json_object_get(proof, numbers[i]));
        check_without(proof, numbers[i], json_integer(v ^ 1));
    }
    for (size_t i = 0; i < sizeof digests / sizeof digests[0] && entry; i++)
        check_without(proof, digests[i], other_digest(json_object_get(proof, digests[i])));
    for (size_t i = 0; i < json_array_size(path); i++) {
        json_t *other = json_deep_copy(path);
        (void)json_array_set_new(other, i, other_digest(json_array_get(path, i)));
        check_without(proof, "path", other);
    }
}

static bool says(const json_t *proof, const char *of, const char *line)
{
    const json_t *lines = json_object_get(proof, of);
    for (size_t i = 0; i < json_array_size(lines); i++)
        if (json_is_string(json_array_get(lines, i)) && strcmp(json_string_value(json_array_get(lines, i)), line) == 0)
            return true;
    return false;
}

static void check_proof(const char *text, size_t n)
{
    bool good = holds_under(text, n, NULL, NULL), under_kept = holds_under(text, n, kept, NULL);
    json_t *proof = json_loadb(text, n, JSON_REJECT_DUPLICATES, NULL);
    fb_assert(!holds_under(text, n, NULL, nobodys_key) && (good || (!under_kept && !holds_under(text, n, NULL, engine_key))));
    if (good && json_is_object(proof)) {
        fb_assert(json_holds(proof) && holds_under(text, n, NULL, engine_key));
        fb_assert(under_kept == (says(proof, "checkpoint", kept_root) || says(proof, "from", kept_root)));
        check_changed(proof);
    }
    json_decref(proof);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct note theirs;
    const char *why;
    if (size > MOST)
        return 0;
    if (nowhere == NULL)
        nowhere = fopen("/dev/null", "w");
    fb_assert(nowhere != NULL);
    bool read = check_note((struct fb_span){(const char *)data, (uint32_t)size});
    bool held = note_check(&theirs, (const char *)data, size, &why);
    fb_assert(!held || read);
    check_proof((const char *)data, size);
    return 0;
}
