#ifndef FB_SHELL_TICKER_H
#define FB_SHELL_TICKER_H
/* Events called out live, for screens: topic "kind.trust" (such as "ratecap.breached.RTH"; a listener to
 * "ratecap." hears every trust), then one TICK frame. It may lose: each event carries its number, and whoever
 * misses one asks the feed. Each second a heartbeat on the topic "tick" carries the head, so that a lost last
 * event is noticed. Nothing is read from the store while nobody listens. Loop thread only. */
#include "engine/shell/gate.h"
#include "engine/shell/port_zmq.h"
#include "engine/turn/report.h"
#include "engine/wire/wire.h"
struct fb_ticker;
FB_MUST_CHECK enum fb_err fb_ticker_open(struct fb_ticker **out, struct fb_port *port, struct fb_store *store,
                                         struct fb_reader_books *books, struct fb_stats *stats,
                                         uint64_t head);
/* Calls out over this one as well. gate: where `local` of the identities leaves this machine's peers neither controls nor finance, the first
 * port has the heartbeat alone; the second lets in by key only who may hear. NULL: everybody may. */
void fb_ticker_add(struct fb_ticker *t, struct fb_port *port, const struct fb_gate *gate);
void fb_ticker_close(struct fb_ticker **t);
/* Events up to head are committed: calls out those not called yet, at most FB_EVENT_SCAN_MAX; older ones are
 * passed over. */
void fb_ticker_grown(struct fb_ticker *t, uint64_t head);
void fb_ticker_second(struct fb_ticker *t, uint64_t head);
#endif
