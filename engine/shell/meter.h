#ifndef FB_SHELL_METER_H
#define FB_SHELL_METER_H
/* How long commits take and how many messages each holds: counted by the commit thread, read by the loop's. Relaxed atomics:
 * each number is right, and two of them may be of neighbouring moments. */
#include <stdatomic.h>
#include <stdint.h>
enum { FB_METER_BUCKETS = 13 };
struct fb_meter_scale { /* bucket i holds what is at most bound[i]; what is above the last is counted in n only */
    uint64_t bound[FB_METER_BUCKETS];
};
extern const struct fb_meter_scale fb_meter_commit_us, fb_meter_batch;
struct fb_meter_row {
    atomic_ullong bucket[FB_METER_BUCKETS], n, sum;
};
struct fb_meter {
    struct fb_meter_row commit_us, batch;
};
void fb_meter_add(struct fb_meter_row *row, const struct fb_meter_scale *scale, uint64_t v);
#endif
