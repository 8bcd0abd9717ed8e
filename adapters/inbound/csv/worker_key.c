#include "adapters/inbound/csv/worker_key.h"
#include <sodium.h>
#include <stdio.h>

enum { FILE_BYTES_MAX = 4096 };

enum fb_err fb_csv_worker_key_read(const char *path, unsigned char key[FB_CSV_KEY_BYTES])
{
    unsigned char bytes[FILE_BYTES_MAX];
    FILE *f = fopen(path, "rb");
    if (f == NULL)
        return FB_IO;
    size_t n = fread(bytes, 1, sizeof bytes, f);
    fclose(f);
    if (n < FB_CSV_KEY_BYTES)
        return FB_REFUSED;
    crypto_generichash(key, FB_CSV_KEY_BYTES, bytes, n, NULL, 0);
    sodium_memzero(bytes, sizeof bytes);
    return FB_OK;
}
