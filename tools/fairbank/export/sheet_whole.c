#include "tools/fairbank/export/sheet_whole.h"
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

static const char cut[] = "a part of the workbook was cut off: is the disk of temporary files (TMPDIR, /tmp) full?", damaged[] = "the workbook cannot be read back";

enum { PIECE = 64 << 10, FIRST = 512, LAST = 128, END_BYTES = 22, ENTRY_BYTES = 46, LOCAL_BYTES = 30, DEFLATED = 8 };

/* What is looked at of a part: how it begins and how it ends. */
struct ends {
    char first[FIRST + 1], last[LAST + 1];
    size_t n_first, n_last;
};

static uint32_t number(const unsigned char *at, unsigned bytes)
{
    uint32_t v = 0;
    while (bytes-- > 0)
        v = v << 8 | at[bytes];
    return v;
}

/* ---- a part ---- */

static void keep(struct ends *e, const unsigned char *piece, size_t n)
{
    size_t first = n < FIRST - e->n_first ? n : FIRST - e->n_first, more = n < LAST ? n : LAST, old = LAST - more < e->n_last ? LAST - more : e->n_last;
    memcpy(e->first + e->n_first, piece, first);
    e->n_first += first;
    memmove(e->last, e->last + e->n_last - old, old);
    memcpy(e->last + old, piece + n - more, more);
    e->n_last = old + more;
}

static bool inflate_ends(struct ends *e, const unsigned char *from, size_t n)
{
    static unsigned char piece[PIECE];
    z_stream z = {.next_in = (unsigned char *)(uintptr_t)from, .avail_in = (uInt)n};
    int result = inflateInit2(&z, -MAX_WBITS);
    if (result != Z_OK)
        return false;
    while (result == Z_OK) {
        z.next_out = piece;
        z.avail_out = PIECE;
        result = inflate(&z, Z_NO_FLUSH);
        keep(e, piece, PIECE - z.avail_out);
    }
    (void)inflateEnd(&z);
    return result == Z_STREAM_END;
}

/* <?xml ...?>, a line break, <worksheet ...> ... </worksheet> */
static bool is_whole(struct ends *e)
{
    char end[FIRST + 4];
    e->first[e->n_first] = e->last[e->n_last] = '\0';
    const char *root = strstr(e->first, "?>");
    root = root != NULL ? strchr(root, '<') : NULL;
    if (root == NULL)
        return false;
    int n = snprintf(end, sizeof end, "</%.*s>", (int)strcspn(root + 1, " >"), root + 1);
    while (e->n_last > 0 && (e->last[e->n_last - 1] == '\n' || e->last[e->n_last - 1] == '\r'))
        e->last[--e->n_last] = '\0';
    return n > 0 && (size_t)n <= e->n_last && strcmp(e->last + e->n_last - (size_t)n, end) == 0;
}

/* ---- all parts ---- */

/* entry: of the directory at the workbook's end; it lies within the bytes. */
static const char *part_fault(const unsigned char *zip, size_t n, const unsigned char *entry)
{
    struct ends e = {.n_first = 0};
    size_t packed = number(entry + 20, 4), at = number(entry + 42, 4);
    if (number(entry + 10, 2) != DEFLATED || n < LOCAL_BYTES || at > n - LOCAL_BYTES)
        return damaged;
    at += LOCAL_BYTES + number(zip + at + 26, 2) + number(zip + at + 28, 2);
    if (at > n || packed > n - at || !inflate_ends(&e, zip + at, packed))
        return damaged;
    return is_whole(&e) ? NULL : cut;
}

const char *sheet_whole_fault_of(const unsigned char *zip, size_t n)
{
    const unsigned char *end = n < END_BYTES ? NULL : zip + n - END_BYTES;
    if (end == NULL || memcmp(end, "PK\5\6", 4) != 0)
        return damaged;
    size_t parts = number(end + 10, 2), at = number(end + 16, 4);
    const char *fault = parts == 0 ? damaged : NULL;
    for (size_t i = 0; fault == NULL && i < parts; i++) {
        if (at > n - END_BYTES || n - END_BYTES - at < ENTRY_BYTES)
            return damaged;
        fault = part_fault(zip, n, zip + at);
        at += ENTRY_BYTES + number(zip + at + 28, 2) + number(zip + at + 30, 2) + number(zip + at + 32, 2);
    }
    return fault;
}

const char *sheet_whole_fault(const char *path)
{
    FILE *file = fopen(path, "rb");
    long n = file != NULL && fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    unsigned char *zip = n > 0 ? malloc((size_t)n) : NULL;
    bool whole = zip != NULL && fseek(file, 0, SEEK_SET) == 0 && fread(zip, 1, (size_t)n, file) == (size_t)n;
    const char *fault = whole ? sheet_whole_fault_of(zip, (size_t)n) : n > 0 && zip == NULL ? "not enough memory" : damaged;
    if (file != NULL)
        (void)fclose(file);
    free(zip);
    return fault;
}
