#ifndef FB_SHELL_METRICS_H
#define FB_SHELL_METRICS_H
/* What a monitoring system asks an engine, in Prometheus' text format 0.0.4, over HTTP on this machine only.
 *
 * The loop thread writes the whole page every few seconds and hands it over; libmicrohttpd's own thread copies what was handed over
 * last to whoever asks, and touches nothing else of the engine: who asks often, or reads slowly, costs the doors nothing. One path,
 * GET and HEAD, no bodies, a handful of connections, five seconds each. */
#include "engine/shell/behind.h"
#include "engine/shell/care.h"
#include "engine/shell/commit.h"
#include "engine/shell/meter.h"
#include "engine/shell/tally.h"
#include "engine/shell/stats.h"
#define FB_METRICS_BYTES (512u << 10)
struct fb_metrics;
/* At an address of metrics_address.h. FB_IO: it cannot be bound, and why was logged. FB_FULL. */
FB_MUST_CHECK enum fb_err fb_metrics_open(struct fb_metrics **out, const char *address);
void fb_metrics_close(struct fb_metrics **m);
/* Hands a page over; it is copied. */
void fb_metrics_publish(struct fb_metrics *m, struct fb_span page);

/* What the page is made from; the loop thread's. */
struct fb_metrics_from {
    struct fb_store *store;
    struct fb_queue *queue;
    struct fb_sessions *sessions;
    const struct fb_tally *tally;
    const struct fb_commit_news *news;
    const struct fb_care *care;
    const struct fb_stats *stats;
    struct fb_meter *meter;
    int64_t now_ms, started_ms;
};
/* How fast the disk fills: looked at once an hour, and when the store has grown by a tenth since; from the journal, so that a
 * restart forgets nothing. */
struct fb_metrics_rate {
    int64_t looked_ms;
    uint64_t looked_bytes;
    uint64_t bytes_a_day; /* of the last seven days, or of as many as the journal spans; 0: not known */
};
void fb_metrics_look(struct fb_metrics_rate *rate, const struct fb_metrics_from *from);
/* Appends the page. Rows live in `memory` for the while. */
void fb_metrics_format(struct fb_text *out, const struct fb_metrics_from *from, const struct fb_metrics_rate *rate);
#endif
