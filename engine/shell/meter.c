#include "engine/shell/meter.h"

/* From a commit of an idle engine on a fast disk to one that nobody wants to see; and the powers of two of a batch. */
const struct fb_meter_scale fb_meter_commit_us = {{250, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 250000, 500000, 1000000, 5000000}};
const struct fb_meter_scale fb_meter_batch = {{1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096}};

void fb_meter_add(struct fb_meter_row *row, const struct fb_meter_scale *scale, uint64_t v)
{
    for (unsigned i = 0; i < FB_METER_BUCKETS; i++)
        if (v <= scale->bound[i]) {
            atomic_fetch_add_explicit(&row->bucket[i], 1, memory_order_relaxed);
            break;
        }
    atomic_fetch_add_explicit(&row->n, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&row->sum, v, memory_order_relaxed);
}
