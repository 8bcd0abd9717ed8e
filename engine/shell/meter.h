#ifndef FB_SHELL_METER_H
#define FB_SHELL_METER_H
/* Where a message's time goes: until its batch begins (the first one's of each batch), the batch, of that from the last row written
 * to the disk's word; until the loop has the answers, and what consumers who wait are told; how many messages a batch holds. Counted
 * by the thread whose time it is, read by the loop's. Relaxed atomics:
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
    struct fb_meter_row wait_us, commit_us, flush_us, wake_us, feed_us, batch;
};
/* Of a batch of n messages, in ticks; written_us 0: nothing was. */
struct fb_meter_times {
    uint64_t handed_us, began_us, written_us, ended_us;
};
void fb_meter_batch_ended(struct fb_meter *m, const struct fb_meter_times *t, unsigned n);
void fb_meter_add(struct fb_meter_row *row, const struct fb_meter_scale *scale, uint64_t v);
#endif
