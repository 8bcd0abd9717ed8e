/* Any bytes as a segment of a spool: what is whole is a segment by itself, and each row of it is written again as it was. And, when they
 * begin with P, as a program that writes a folder of segments with sound checksums in any order: it opens or is told to be damaged; what
 * opens has every message that it counts, in order, and is the same when it is opened again. */
#include "adapters/lib/spool.h"
#include "engine/base/check.h"
#include "tests/lib/folder.h"
#include "tests/lib/fuzz.h"
#include <stdio.h>
#include <string.h>

struct seen {
    const uint8_t *data;
    size_t at, rows;
};

static bool same(void *ctx, const struct fb_spool_row *row)
{
    static unsigned char memory[FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES];
    struct seen *s = ctx;
    size_t n = fb_spool_row(memory, row->message, row->number, row->bytes);
    fb_assert(row->at == s->at && memcmp(memory, s->data + s->at, n) == 0);
    s->at += n;
    s->rows++;
    return true;
}

/* ---- folders ---- */

enum { SEGMENTS_MAX = 6, SEGMENT_BYTES = 4096, STEP = 3 };

/* Steps of three bytes: what (a message, a mark, the next segment, a row with a bit turned over, a file that is not there), its number, its length. */
static void write_folder(const struct fb_test_folder *f, const uint8_t *data, size_t size)
{
    static unsigned char row[FB_SPOOL_BYTES_MAX + FB_SPOOL_ROW_BYTES], segment[SEGMENT_BYTES];
    size_t n = FB_SPOOL_HEAD_BYTES, at = 0;
    bool absent = false;
    char path[FB_TEST_PATH], name[24];
    memcpy(segment, "FBSPOOL1", n);
    for (unsigned i = 1; i <= SEGMENTS_MAX; i++, n = FB_SPOOL_HEAD_BYTES, absent = false) {
        bool more = false;
        for (; at + STEP <= size && !more; at += STEP) {
            const uint8_t *s = data + at;
            struct fb_span bytes = {(const char *)data, (uint32_t)(s[2] < size ? s[2] : size)};
            size_t made = s[0] % 5 < 2 || s[0] % 5 == 3 ? fb_spool_row(row, s[0] % 5 != 1, s[1], bytes) : 0;
            if (s[0] % 5 == 3)
                row[s[2] % made] ^= 1;
            more = s[0] % 5 == 2 || n + made > sizeof segment;
            absent = absent || s[0] % 5 == 4;
            if (!more)
                memcpy(segment + n, row, made);
            n += more ? 0 : made;
        }
        snprintf(name, sizeof name, "%010u.spool", i);
        fb_test_folder_file(f, name, path);
        if (!absent)
            fb_test_file_write(path, segment, n);
        if (at + STEP > size)
            return;
    }
}

/* The messages' numbers, added up with their bytes; *n: how many. */
static uint64_t look(struct fb_spool *s, uint32_t *n)
{
    static unsigned char memory[FB_SPOOL_BYTES_MAX];
    uint64_t sum = 0;
    *n = 0;
    for (uint64_t i = 0; (i = fb_spool_after(s, i)) != 0; ++*n) {
        uint32_t bytes = 0;
        fb_assert(fb_spool_get(s, i, memory, &bytes) == FB_OK && bytes > 0);
        sum = sum * 31 + i * 257 + bytes;
    }
    fb_assert(*n == fb_spool_waiting(s));
    return sum;
}

static void open_folder(const uint8_t *data, size_t size)
{
    struct fb_test_folder f;
    struct fb_spool *s = NULL;
    struct fb_spool_found found;
    char memory[400];
    struct fb_text why;
    uint64_t sum = 0;
    uint32_t n = 0, again = 0;
    fb_test_folder_make(&f);
    write_folder(&f, data, size);
    const struct fb_spool_options o = {.folder = f.path};
    fb_text_init(&why, memory, sizeof memory);
    enum fb_err e = fb_spool_open(&s, &o, &found, &why);
    fb_assert(e == FB_OK || ((e == FB_DAMAGED || e == FB_IO) && why.n > 0 && s == NULL));
    if (e == FB_OK) {
        sum = look(s, &n);
        fb_assert(n == found.messages);
        fb_spool_close(&s);
        fb_assert(fb_spool_open(&s, &o, &found, &why) == FB_OK && found.cut_bytes == 0 && look(s, &again) == sum && again == n);
    }
    fb_spool_close(&s);
    fb_test_folder_remove(&f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct seen first = {data, FB_SPOOL_HEAD_BYTES, 0}, again = first;
    if (size > 1 << 20)
        return 0;
    if (size > 0 && data[0] == 'P')
        open_folder(data + 1, size - 1);
    size_t good = fb_spool_scan((struct fb_span){(const char *)data, (uint32_t)size}, same, &first);
    fb_assert(good <= size && (good == 0 ? first.rows == 0 : first.at == good));
    fb_assert(fb_spool_scan((struct fb_span){(const char *)data, (uint32_t)good}, same, &again) == good && again.rows == first.rows);
    return 0;
}
