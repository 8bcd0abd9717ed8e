/* Any bytes as a file of the journal's archive, packed or to be packed, as what such an archive is made of, and as a backup's manifest; the
 * first byte says which. What was made is read as it was, and once a byte of it is changed, cut off or added, as damaged, unless it was one
 * of gzip's that says nothing; what is told of entries is in order. A manifest that is read is the same when it is written again. */
#include "engine/base/check.h"
#include "tests/lib/folder.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/care/archive_file.h"
#include "tools/fairbank/care/snapshot.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { ENTRIES = 12, MOST = 20000 };
static struct fb_test_folder folder;
static char path[FB_TEST_PATH], manifest[FB_TEST_PATH];

static void remove_folder(void) { fb_test_folder_remove(&folder); }

/* Whole: read to its right end. What is told before is in order, whatever comes after. */
static bool read_all(unsigned *n, char digest[65])
{
    struct archive *a = NULL;
    struct archive_head head;
    struct archive_entry entry;
    unsigned char all = 0;
    enum fb_err e = archive_open(&a, path, &head);
    fb_assert(e != FB_NOT_FOUND && e != FB_IO);
    bool opened = e == FB_OK;
    for (*n = 0; e == FB_OK && (e = archive_next(a, &entry)) == FB_OK; ++*n) {
        fb_assert(entry.number == head.first + *n);
        for (uint32_t i = 0; i < entry.bytes.n; i++)
            all ^= (unsigned char)entry.bytes.p[i];
    }
    (void)*(volatile unsigned char *)&all;
    fb_assert(e == FB_DAMAGED || (opened && e == FB_NOT_FOUND && *n == head.last - head.first + 1));
    if (e == FB_NOT_FOUND)
        memcpy(digest, archive_digest(a), 65);
    archive_close(&a);
    return e == FB_NOT_FOUND;
}

static void check_packed(const uint8_t *data, size_t size)
{
    static const char magic[] = "fairbank journal 1\n";
    unsigned n;
    char digest[65];
    gzFile z = gzopen(path, "wb1");
    fb_assert(z != NULL && gzwrite(z, magic, sizeof magic - 1) == sizeof magic - 1);
    fb_assert(size == 0 || gzwrite(z, data, (unsigned)size) == (int)size);
    fb_assert(gzclose(z) == Z_OK);
    (void)read_all(&n, digest);
}

/* Entries as the bytes say: each its length and then itself, after where to change the file, and how. */
static void check_made(const uint8_t *data, size_t size)
{
    struct archive_entry entry[ENTRIES] = {{.number = 0}}, got;
    struct archive *a = NULL;
    char digest[65], again[65];
    unsigned n = 0, read = 0;
    if (size < 5)
        return;
    const uint8_t *p = data + 4, *const end = data + size;
    const struct archive_head head = {data[0], 1 + data[1], 0};
    for (; n < ENTRIES && p < end; n++) {
        size_t most = (size_t)(end - p) - 1, k = *p < most ? *p : most;
        entry[n] = (struct archive_entry){.number = head.first + n, .bytes = {(const char *)p + 1, (uint32_t)k}};
        memset(entry[n].decisions.b, *p, sizeof entry[n].decisions.b);
        p += 1 + k;
    }
    struct archive_head told, said = head;
    said.last = head.first + n - 1;
    (void)remove(path); /* it is made where there is none */
    fb_assert(archive_make(&a, path, &said) == FB_OK);
    for (unsigned i = 0; i < n; i++)
        fb_assert(archive_put(a, &entry[i]) == FB_OK);
    fb_assert(archive_finish(a, digest) == FB_OK);
    archive_close(&a);
    fb_assert(archive_open(&a, path, &told) == FB_OK && memcmp(&told, &said, sizeof said) == 0);
    for (unsigned i = 0; i < n; i++)
        fb_assert(archive_next(a, &got) == FB_OK && got.number == entry[i].number && got.bytes.n == entry[i].bytes.n &&
                  memcmp(got.bytes.p, entry[i].bytes.p, got.bytes.n) == 0 && memcmp(&got.decisions, &entry[i].decisions, sizeof got.decisions) == 0);
    fb_assert(archive_next(a, &got) == FB_NOT_FOUND && strcmp(archive_digest(a), digest) == 0);
    archive_close(&a);
    /* Now it is changed. */
    size_t length;
    unsigned char *file = fb_test_file_read(path, &length), *more = malloc(length + 1);
    fb_assert(more != NULL);
    memcpy(more, file, length);
    size_t at = (data[2] | (size_t)data[3] << 8) % length, left = length;
    if (data[0] % 3 == 0)
        more[at] ^= (unsigned char)(data[1] | 1);
    else if (data[0] % 3 == 1)
        left = at;
    else
        more[left++] = data[1];
    fb_test_file_write(path, more, left);
    bool whole = read_all(&read, again);
    fb_assert(!whole || (data[0] % 3 == 0 && read == n && strcmp(digest, again) == 0));
    free(file);
    free(more);
}

static void check_manifest(const uint8_t *data, size_t size)
{
    struct snapshot s, again;
    fb_test_file_write(manifest, data, size);
    if (snapshot_read(&s, folder.path) != FB_OK)
        return;
    fb_assert(memchr(s.digest, 0, sizeof s.digest) != NULL && memchr(s.made_by, 0, sizeof s.made_by) != NULL);
    (void)remove(manifest);
    fb_assert(snapshot_write(&s, folder.path) == FB_OK && snapshot_read(&again, folder.path) == FB_OK);
    fb_assert(s.epoch == again.epoch && s.journal == again.journal && s.events == again.events && s.bytes == again.bytes);
    fb_assert(s.schema == again.schema && s.decide == again.decide && s.at_ms == again.at_ms);
    fb_assert(strcmp(s.digest, again.digest) == 0 && strcmp(s.made_by, again.made_by) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned n;
    char digest[65];
    if (size < 1 || size > MOST)
        return 0;
    if (path[0] == '\0') {
        fb_test_folder_make(&folder);
        fb_test_folder_file(&folder, "journal.gz", path);
        fb_test_folder_file(&folder, "manifest.json", manifest);
        fb_assert(atexit(remove_folder) == 0);
    }
    unsigned what = data[0] % 4;
    data++;
    size--;
    if (what == 0) {
        fb_test_file_write(path, data, size);
        (void)read_all(&n, digest);
    } else if (what == 1) {
        check_packed(data, size);
    } else if (what == 2) {
        check_made(data, size);
    } else {
        check_manifest(data, size);
    }
    return 0;
}
