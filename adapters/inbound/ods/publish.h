#ifndef FB_ODS_PUBLISH_H
#define FB_ODS_PUBLISH_H
/* The settled register as organisation records: one for each membership, so that a shift finds the system of
 * its day. Message ids follow from the contents, so that the same files sent again are duplicates. */
#include "adapters/inbound/ods/register.h"
#include "adapters/lib/client.h"
#include <signal.h>
struct fb_ods_counts {
    uint64_t records, accepted, amended, duplicates, refused, conflicts;
};
struct fb_ods_sending {
    const char *engine;
    int timeout_s;
    int64_t edition; /* raised by hand when the file of changes was mended: the newer reading wins */
    const volatile sig_atomic_t *stop;
    FILE *complaints;
    const struct fb_curve *curve;
};
/* The record of a membership. Texts live in `text`, which must outlive the record. */
struct fb_ods_text {
    char ref[FB_ID_BYTES_MAX], id[FB_ID_BYTES_MAX], batch[FB_ID_BYTES_MAX];
};
void fb_ods_record(const struct fb_ods_register *reg, const struct fb_ods_organisation *o,
                   unsigned membership, int64_t edition, struct fb_ods_text *text, struct fb_record *out);
/* Sends all of it and waits for every answer. FB_NOT_FOUND: no engine took it in time; FB_BUSY: stopped. */
FB_MUST_CHECK enum fb_err fb_ods_publish(const struct fb_ods_register *reg, const struct fb_ods_sending *how,
                                         struct fb_ods_counts *counts);
#endif
