#ifndef FB_CSV_RUN_H
#define FB_CSV_RUN_H
/* A run: files in, one after the other, through one connection. */
#include "adapters/inbound/csv/options.h"
#include "adapters/inbound/csv/summary.h"
#include "adapters/lib/client.h"
#include <signal.h>
struct fb_csv_run;
/* The system's key to workers' pseudonyms, and the one before it. */
struct fb_csv_keys {
    bool has, has_old;
    unsigned char key[32], old[32];
};
/* Opens the connection (not with --check). options, mapping and stop must outlive the run; *stop is set by a
 * signal. keys: NULL when there are none. */
FB_MUST_CHECK enum fb_err fb_csv_run_open(struct fb_csv_run **out, const struct fb_csv_options *options,
                                          const struct fb_mapping *mapping, const struct fb_csv_keys *keys,
                                          const volatile sig_atomic_t *stop);
void fb_csv_run_close(struct fb_csv_run **run);
/* One file. result is filled as far as it got, also when that was not the end. FB_OK: all rows accounted for;
 * FB_REFUSED: this file cannot be read, another may; FB_BUSY: stopped by a signal; else there is no engine to
 * be had or the disk failed. Why was written to stderr. */
FB_MUST_CHECK enum fb_err fb_csv_run_file(struct fb_csv_run *run, const char *path,
                                          struct fb_csv_result *result);
/* What a check found, which a result holds. */
void fb_csv_result_free(struct fb_csv_result *result);
#endif
