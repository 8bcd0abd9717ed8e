#ifndef FB_SCRUB_SCRUB_H
#define FB_SCRUB_SCRUB_H
/* One extract through the rules, streaming: memory does not grow with the file. */
#include "adapters/inbound/scrub/row.h"
#include "adapters/inbound/scrub/sheet.h"
struct fb_scrub_task {
    const struct fb_scrub_rules *rules;
    unsigned char rules_digest[crypto_hash_sha256_BYTES];
    struct fb_csv_task keys; /* the worker's keys of it */
    const char *extract, *out;
    FILE *log; /* complaints: lines, columns and reasons, never a cell */
};
/* FB_REFUSED: this extract does not fit the rules; FB_IO: a file cannot be read or written. Why was written to the log, and
 * nothing was written of the extract. */
FB_MUST_CHECK enum fb_err fb_scrub_run(const struct fb_scrub_task *task, struct fb_scrub_counts *counts,
                                       char manifest[FB_SCRUB_MANIFEST_BYTES]);
#endif
