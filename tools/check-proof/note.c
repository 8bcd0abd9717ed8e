#include "tools/check-proof/note.h"
#include <sodium.h>
#include <string.h>

/* The text as it was signed: no carriage returns. */
enum { TEXT_MAX = 32 << 10 };
struct reading {
    char text[TEXT_MAX];
    size_t n, at;
    bool bad;
};

bool note_hex(unsigned char *out, size_t bytes, const char *hex)
{
    size_t got = 0;
    return strlen(hex) == 2 * bytes && strspn(hex, "0123456789abcdef") == 2 * bytes &&
           sodium_hex2bin(out, bytes, hex, 2 * bytes, NULL, &got, NULL) == 0 && got == bytes;
}

/* The rest of the next line behind the word, into out. */
static void line(struct reading *r, const char *word, char *out, size_t size)
{
    const char *from = r->text + r->at, *end = r->bad ? NULL : memchr(from, '\n', r->n - r->at);
    size_t n = end == NULL ? 0 : (size_t)(end - from), n_word = strlen(word);
    r->bad = r->bad || end == NULL || n < n_word || memcmp(from, word, n_word) != 0 || n - n_word >= size;
    *out = '\0';
    if (r->bad)
        return;
    memcpy(out, from + n_word, n - n_word);
    out[n - n_word] = '\0';
    r->bad = strlen(out) != n - n_word;
    r->at += n + 1;
}

static bool holds(const char *text, size_t n, const char *signature, const char *key)
{
    unsigned char s[crypto_sign_BYTES], k[crypto_sign_PUBLICKEYBYTES];
    return note_hex(s, sizeof s, signature) && note_hex(k, sizeof k, key) &&
           crypto_sign_verify_detached(s, (const unsigned char *)text, n, k) == 0;
}

static bool number(uint64_t *out, const char *digits)
{
    *out = 0;
    for (const char *p = digits; *p != '\0'; p++)
        *out = *out * 10 + (uint64_t)(*p - '0');
    return *digits != '\0' && strlen(digits) <= 18 && strspn(digits, "0123456789") == strlen(digits) && (digits[0] != '0' || digits[1] == '\0');
}

static unsigned pair(const char *digits)
{
    return (unsigned)(digits[0] - '0') * 10 + (unsigned)(digits[1] - '0');
}

/* 2026-11-22T06:52:43.123Z: of a day that the calendar has, and of no other form. */
static bool instant(const char *text)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    for (size_t i = 0; i < sizeof form; i++)
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    unsigned year = pair(text) * 100 + pair(text + 2), month = pair(text + 5), day = pair(text + 8);
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1] + (month == 2 && leap ? 1u : 0u) && pair(text + 11) < 24 &&
           pair(text + 14) < 60 && pair(text + 17) < 60;
}

/* What is shown of a signer is what they can have called themselves: printable, and without spaces. */
static bool name_is(const char *name)
{
    size_t n = strlen(name);
    for (size_t i = 0; i < n; i++)
        if (name[i] <= ' ' || name[i] > '~')
            return false;
    return n > 0;
}

static void keep(struct reading *r, const char *text, size_t n)
{
    r->n = r->at = 0;
    r->bad = n > TEXT_MAX;
    for (size_t i = 0; i < n && !r->bad; i++)
        if (!(text[i] == '\r' && i + 1 < n && text[i + 1] == '\n'))
            r->text[r->n++] = text[i];
}

static bool witness(struct reading *r, struct note *out, size_t signed_by_engine)
{
    static char claim[TEXT_MAX];
    char signature[129];
    size_t from = r->at;
    if (out->n_witnesses == WITNESSES_MAX)
        return false;
    line(r, "countersigned-by ", out->witness[out->n_witnesses].name, sizeof out->witness[0].name);
    line(r, "key ", out->witness[out->n_witnesses].key, sizeof out->witness[0].key);
    size_t n = r->at - from;
    line(r, "signature ", signature, sizeof signature);
    if (r->bad || !name_is(out->witness[out->n_witnesses].name))
        return false;
    memcpy(claim, r->text, signed_by_engine);
    memcpy(claim + signed_by_engine, r->text + from, n);
    return holds(claim, signed_by_engine + n, signature, out->witness[out->n_witnesses++].key);
}

bool note_check(struct note *out, const char *text, size_t n, const char **why)
{
    static struct reading r;
    char entries[24], root[65], nothing[8];
    unsigned char store[8];
    memset(out, 0, sizeof *out);
    keep(&r, text, n);
    line(&r, "fairbank checkpoint 1", nothing, 1);
    line(&r, "store ", out->store, sizeof out->store);
    line(&r, "entries ", entries, sizeof entries);
    line(&r, "root ", root, sizeof root);
    line(&r, "last ", out->last, sizeof out->last);
    line(&r, "made ", out->made, sizeof out->made);
    line(&r, "key ", out->key, sizeof out->key);
    size_t signed_bytes = r.at;
    line(&r, "signature ", out->signature, sizeof out->signature);
    *why = "it is no checkpoint as the engine writes it";
    if (r.bad || !note_hex(store, sizeof store, out->store) || !number(&out->entries, entries) || !note_hex(out->root, HASH, root) ||
        !instant(out->last) || !instant(out->made))
        return false;
    *why = "the engine's signature does not hold: the checkpoint was changed";
    if (!holds(r.text, signed_bytes, out->signature, out->key))
        return false;
    size_t whole = r.at;
    *why = "a countersignature does not hold";
    while (r.at < r.n)
        if (!witness(&r, out, whole))
            return false;
    return true;
}
