#ifndef FB_SCRUB_SHEET_H
#define FB_SCRUB_SHEET_H
/* The file that leaves: UTF-8, commas, line feeds, written beside its place as NAME.part, readable by its owner alone, and put there
 * whole or not at all; then NAME.manifest, one line of JSON: what was counted, and the digest of every byte. Who receives it takes
 * a file only when its manifest is there and the digest fits. */
#include "engine/base/span.h"
#include <sodium.h>
#include <stdio.h>
struct fb_scrub_counts {
    uint64_t rows, written, skipped, set_aside; /* rows is the sum of the other three */
};
struct fb_scrub_sheet {
    FILE *file;
    const char *path;
    uint64_t bytes;
    bool failed;
    crypto_hash_sha256_state state;
};
/* FB_IO: errno says why. */
FB_MUST_CHECK enum fb_err fb_scrub_sheet_open(struct fb_scrub_sheet *s, const char *path);
void fb_scrub_sheet_row(struct fb_scrub_sheet *s, const struct fb_span *cell, unsigned n);
/* Puts both files in their places, and gives the manifest's line with its line feed. columns, rules: the number of columns and the
 * digest of the rules they were chosen by. FB_IO: nothing was left behind but what was there before. */
enum { FB_SCRUB_MANIFEST_BYTES = 640 };
FB_MUST_CHECK enum fb_err fb_scrub_sheet_end(struct fb_scrub_sheet *s, const struct fb_scrub_counts *counts, unsigned columns,
                                             const unsigned char rules[crypto_hash_sha256_BYTES],
                                             char manifest[FB_SCRUB_MANIFEST_BYTES]);
/* Gives it up: nothing is left of it. */
void fb_scrub_sheet_drop(struct fb_scrub_sheet *s);
#endif
