/* Any bytes where the engine asks who somebody is: as a question of the library about a key, as a link of an approval, as a checkpoint
 * that somebody countersigned, as the address of the metrics, as a key and as a file of keys; the first byte says which. A key is let in
 * when every part of the question is as it must be, and it alone; a link that was changed is none; what is read is written as it was. */
#include "engine/base/check.h"
#include "engine/shell/link.h"
#include "engine/shell/log.h"
#include "engine/shell/metrics_address.h"
#include "engine/shell/witness.h"
#include "engine/shell/zap.h"
#include "engine/wire/wire.h"
#include "tests/lib/fuzz.h"
#include "tests/lib/notes.h"
#include <arpa/inet.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KEY_A "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
#define KEY_B "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
#define KEY_C "0000000000000000000000000000000000000001"
enum { TODAY = 20000, PARTS = 9 };
static const char *const sockets[] = {FB_ZAP_DOOR, FB_ZAP_FEED, FB_ZAP_TICKER};
/* Who is let in where; the third is revoked. */
static const struct {
    const char *name, *key;
    bool at[3];
} people[] = {{"rth", KEY_A, {true, false, false}}, {"ctl", KEY_B, {true, false, true}}, {"old", KEY_C, {false, false, false}}};
enum { PEOPLE = sizeof people / sizeof people[0] };

static struct fb_gate *gate;
static struct fb_keys keys;
static unsigned char key_of[PEOPLE][FB_Z85_KEY_BYTES];

static void begin(void)
{
    static const unsigned char seed[crypto_sign_SEEDBYTES] = {9};
    unsigned char key[32], secret[64];
    char hex[65], text[1200];
    struct fb_identities *ids = NULL;
    struct fb_pack_report report = {0};
    unsigned lost;
    fb_assert(sodium_init() >= 0);
    fb_log_set(FB_LOG_NONE);
    fb_test_signer(1, key, secret);
    (void)sodium_bin2hex(hex, sizeof hex, key, 32);
    snprintf(text, sizeof text,
             "identities:\n  - name: rth\n    key: '%s'\n    roles: [publish:RTH]\n  - name: ctl\n    key: '%s'\n    roles: [controls]\n"
             "    sign_key: '%s'\n  - name: old\n    key: '%s'\n    roles: [controls, feed]\n    revoked: true\n",
             KEY_A, KEY_B, hex, KEY_C);
    fb_assert(fb_gate_open(&gate) == FB_OK && fb_identities_parse(&ids, "t", fb_span_of(text), &report) == FB_OK &&
              fb_gate_take(gate, &ids, TODAY, &lost) == FB_OK);
    fb_pack_report_free(&report);
    for (unsigned i = 0; i < PEOPLE; i++)
        fb_assert(fb_z85_decode(key_of[i], fb_span_of(people[i].key)) == FB_OK);
    (void)crypto_sign_seed_keypair(keys.link_public, keys.link_secret, seed);
}

/* ---- the library's question ---- */

static uint64_t turned_away(void)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < FB_TURNED_END; i++)
        n += fb_gate_refusals(gate)->count[i];
    return n;
}

/* A byte names a part that is right somewhere, or how many bytes of the input are the part; each in memory of its own. */
static unsigned read_parts(struct fb_span part[PARTS], const uint8_t *data, size_t size)
{
    static const char *const words[] = {"1.0", "1", FB_ZAP_DOOR, FB_ZAP_FEED, FB_ZAP_TICKER, "127.0.0.1", "", "CURVE", "NULL"};
    enum { WORDS = sizeof words / sizeof words[0] };
    unsigned n = 0;
    while (n < PARTS && size > 0) {
        unsigned c = *data, k = c >> 7 ? 0 : c % 80u;
        data++;
        size--;
        k = k > size ? (unsigned)size : k;
        const void *from = data;
        if (c >> 7 && (c & 15) < WORDS) {
            from = words[c & 15];
            k = (unsigned)strlen(from);
        } else if (c >> 7) {
            from = key_of[c % PEOPLE];
            k = FB_Z85_KEY_BYTES;
        }
        char *own = malloc(k > 0 ? k : 1);
        fb_assert(own != NULL);
        if (k > 0)
            memcpy(own, from, k);
        part[n++] = (struct fb_span){own, k};
        data += c >> 7 ? 0 : k;
        size -= c >> 7 ? 0 : k;
    }
    return n;
}

/* Of the people, who that question lets in; PEOPLE: nobody. */
static unsigned who_may(const struct fb_span *part, unsigned n)
{
    if (n != FB_ZAP_PARTS || !fb_span_is(part[0], "1.0") || !fb_span_is(part[5], "CURVE") || part[6].n != FB_Z85_KEY_BYTES)
        return PEOPLE;
    for (unsigned i = 0; i < PEOPLE; i++)
        for (unsigned s = 0; s < 3; s++)
            if (people[i].at[s] && fb_span_is(part[2], sockets[s]) && memcmp(part[6].p, key_of[i], FB_Z85_KEY_BYTES) == 0)
                return i;
    return PEOPLE;
}

static void check_zap(const uint8_t *data, size_t size)
{
    struct fb_span part[PARTS] = {{NULL, 0}};
    struct fb_zap_reply r;
    unsigned n = read_parts(part, data, size), who = who_may(part, n);
    uint64_t before = turned_away();
    fb_zap_judge(gate, part, n, &r);
    fb_assert(r.answered == (n > 1 && part[1].n <= 255) && turned_away() - before == (who == PEOPLE));
    if (who == PEOPLE) {
        fb_assert(strcmp(r.status, "400") == 0 && r.n_meta == 0 && r.user[0] == '\0');
    } else {
        unsigned name = r.meta[0];
        fb_assert(strcmp(r.status, "200") == 0 && strcmp(r.user, people[who].name) == 0 && r.n_meta <= FB_ZAP_META_BYTES);
        fb_assert(name == strlen(FB_ZAP_NUMBER) && memcmp(r.meta + 1, FB_ZAP_NUMBER, name) == 0);
        fb_assert(r.n_meta == 1 + name + 4 + r.meta[name + 4] && r.meta[name + 4] == 1 && r.meta[name + 5] == '1' + who);
    }
    for (unsigned i = 0; i < n; i++)
        free((void *)(uintptr_t)part[i].p);
}

/* ---- the others ---- */

/* A link of this engine, changed as the bytes say, two by two: where, and by what; and what is behind them as a link. */
static void check_link(const uint8_t *data, size_t size)
{
    char made[FB_LINK_TEXT_BYTES], text[FB_LINK_TEXT_BYTES];
    struct fb_link_claim claim = {.epoch = 77, .version = size, .record = 812, .deadline_ms = 1770000000000}, read;
    fb_link_grantor(claim.grantor, fb_span_of("RTH-CE"));
    fb_link_write(made, &claim, &keys);
    memcpy(text, made, sizeof text);
    size_t length = strlen(made);
    for (size_t i = 0; i + 1 < size && i < 8; i += 2)
        text[data[i] % length] ^= (char)data[i + 1];
    bool taken = fb_link_read(&read, (struct fb_span){text, (uint32_t)length}, &keys) == NULL;
    fb_assert(taken == (memcmp(text, made, length) == 0));
    fb_assert(!taken || (read.version == claim.version && read.record == claim.record && memcmp(read.grantor, claim.grantor, sizeof read.grantor) == 0));
    fb_assert(fb_link_read(&read, (struct fb_span){text, (uint32_t)(size % length)}, &keys) != NULL);
    fb_assert(fb_link_read(&read, (struct fb_span){(const char *)data, (uint32_t)size}, &keys) != NULL && read.record == 0);
}

static void check_witness(struct fb_span s)
{
    static struct fb_note note, again;
    char words[240];
    unsigned line = 0;
    struct fb_text why;
    bool read = fb_witness_read(s, &note, &line) == FB_OK;
    for (uint32_t key = 0; key < 3; key++) {
        const struct fb_peer peer = {.n = 1, .id = {1}, .key = key};
        fb_text_init(&why, words, sizeof words);
        bool let = fb_witness_admit(gate, &peer, s, &why);
        fb_assert(let == (why.n == 0) && (let || read));
    }
    if (read)
        fb_assert(fb_witness_read(fb_test_note_sent(&note), &again, &line) == FB_OK && memcmp(&note, &again, sizeof note) == 0);
}

static void check_address(struct fb_span s)
{
    union fb_metrics_address a, b;
    char host[INET6_ADDRSTRLEN], text[INET6_ADDRSTRLEN + 12];
    bool read = fb_metrics_address_parse(&a, s), six = read && a.any.sa_family == AF_INET6;
    fb_assert(read || fb_metrics_address_refused(s) != NULL);
    if (!read)
        return;
    fb_assert(inet_ntop(a.any.sa_family, six ? (const void *)&a.six.sin6_addr : &a.four.sin_addr, host, sizeof host) != NULL);
    snprintf(text, sizeof text, six ? "[%s]:%u" : "%s:%u", host, (unsigned)ntohs(six ? a.six.sin6_port : a.four.sin_port));
    fb_assert(fb_metrics_address_parse(&b, fb_span_of(text)) && memcmp(&a, &b, sizeof a) == 0);
    bool own = six ? strcmp(host, "::1") == 0 : strncmp(host, "127.", 4) == 0;
    fb_assert((fb_metrics_address_refused(s) == NULL) == own);
}

static void check_key(struct fb_span s)
{
    unsigned char key[FB_Z85_KEY_BYTES] = {0}, back[FB_Z85_KEY_BYTES];
    char text[FB_Z85_TEXT_BYTES + 1];
    if (fb_z85_decode(key, s) == FB_OK) {
        fb_z85_encode(text, key);
        fb_assert(fb_span_is(s, text));
    }
    if (s.n > 0)
        memcpy(key, s.p, s.n < sizeof key ? s.n : sizeof key);
    fb_z85_encode(text, key);
    fb_assert(fb_z85_decode(back, fb_span_of(text)) == FB_OK && memcmp(key, back, sizeof key) == 0);
}

/* What is found stands behind its word, and nowhere else does one. */
static void check_file(struct fb_span s)
{
    static const char word[] = "public: ";
    unsigned char key[FB_Z85_KEY_BYTES];
    char text[FB_Z85_TEXT_BYTES + 1];
    unsigned words = 0, found = 0;
    enum { WORD = sizeof word - 1 };
    enum fb_err e = fb_z85_find(key, s, "public");
    if (e == FB_OK)
        fb_z85_encode(text, key);
    for (uint32_t i = 0; i + WORD <= s.n; i++)
        if ((i == 0 || s.p[i - 1] == '\n') && memcmp(s.p + i, word, WORD) == 0) {
            words++;
            found += e == FB_OK && s.n - i >= WORD + FB_Z85_TEXT_BYTES && memcmp(s.p + i + WORD, text, FB_Z85_TEXT_BYTES) == 0;
        }
    fb_assert(e == FB_OK ? words >= 1 && found == 1 : e == FB_REFUSED ? words > 0 : e == FB_NOT_FOUND);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (gate == NULL)
        begin();
    if (size < 1 || size > 20000)
        return 0;
    const struct fb_span s = {(const char *)data + 1, (uint32_t)size - 1};
    switch (data[0] % 6) {
    case 0: check_zap(data + 1, size - 1); break;
    case 1: check_link(data + 1, size - 1); break;
    case 2: check_witness(s); break;
    case 3: check_address(s); break;
    case 4: check_key(s); break;
    default: check_file(s); break;
    }
    return 0;
}
