#ifndef FB_CSV_WATCH_WATCH_H
#define FB_CSV_WATCH_WATCH_H
/* Drop folders, watched until a signal: the loop, notifications, sweeps, the heartbeat. START HERE for the folder; source.h has what
 * becomes of a file. */
#include "adapters/inbound/csv/options.h"
/* An exit status of fairbank-csv. */
int fb_csv_watch(const struct fb_csv_options *options);
#endif
