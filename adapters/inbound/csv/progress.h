#ifndef FB_CSV_PROGRESS_H
#define FB_CSV_PROGRESS_H
/* NAME.progress: where an interrupted run stopped, so that the next goes on there. It counts only when
 * everything before that place is byte for byte what it was and the mapping is the same; else the file is
 * read from the start, which is always right: what was answered before is then a duplicate. */
#include "adapters/inbound/csv/tally.h"
struct fb_csv_progress {
    uint64_t offset, line;
    struct fb_csv_tally_counts counts;
};
/* FB_NOT_FOUND: there is none, or it is not about these bytes: start at the beginning. `from` is the file. */
FB_MUST_CHECK enum fb_err fb_csv_progress_load(struct fb_csv_progress *out, const char *path, int from,
                                               const unsigned char mapping[16], bool historic);
FB_MUST_CHECK enum fb_err fb_csv_progress_save(const struct fb_csv_progress *p, const char *path, int from,
                                               const unsigned char mapping[16], bool historic);
/* DIR/NAME + suffix, where NAME is the file's name without its .csv; dir NULL: beside the file. FB_LIMIT: too
 * long. */
FB_MUST_CHECK enum fb_err fb_csv_progress_path(char *out, size_t size, const char *file, const char *dir,
                                               const char *suffix);
#endif
