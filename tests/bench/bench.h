#ifndef FB_TESTS_BENCH_BENCH_H
#define FB_TESTS_BENCH_BENCH_H
/* What the benches share: made-up bookings (one seed, one stream), a clock, and one place where figures go, printed
 * as a table and as JSON. Timing never fails anything: a bench only says what it saw, and on which machine. */
#include "engine/core/record.h"
#include "engine/base/prng.h"
#include <stdio.h>

/* The n-th made-up booking: bands 2-7, bank and agency, six trusts, four weeks, rates as trusts send them. Texts live
 * in *texts until it is filled again. Same n, same booking. */
struct bench_texts {
    char message_id[32], record_ref[32], worker[32], start[20], end[20], reference[32];
};
void bench_booking(uint64_t n, struct fb_span source, struct bench_texts *texts, struct fb_record *out);
/* The same as it arrives on a local day, for a shift that starts one to `ahead` days later. */
void bench_booking_ahead(uint64_t n, struct fb_span source, fb_day day, unsigned ahead, struct bench_texts *texts, struct fb_record *out);

int64_t bench_now_ns(void);
int64_t bench_cpu_ns(void); /* of this thread: what waits for nothing is as long as that, also beside other work */
/* One figure: group, name, value with its unit; e.g. ("core", "decisions", 1234567, "a second"). */
void bench_figure(const char *group, const char *name, int64_t value, const char *unit);
/* value / 10^decimals */
void bench_figure_decimal(const char *group, const char *name, int64_t value, unsigned decimals, const char *unit);
/* The best and the median of several runs in one process; sorts. The figure is the best. */
void bench_figure_runs(const char *group, const char *name, int64_t *value, unsigned n, unsigned decimals, const char *unit);
void bench_print(FILE *out);
void bench_print_json(FILE *out);
/* n / d in thousandths, 0 when d is 0. */
int64_t bench_ratio_e3(int64_t n, int64_t d);
/* Sorts. The p-th per mille of n values. */
int64_t bench_quantile(int64_t *v, size_t n, unsigned per_mille);

void bench_core(void);
void bench_clocks(void);
void bench_again(void);
void bench_assure(uint64_t bookings);
void bench_history(void);
void bench_workers(uint64_t bookings);
void bench_turn(uint64_t bookings);
void bench_chain(const char *bin, uint64_t bookings);
void bench_sweep(uint64_t bookings);
/* The same road over loopback TCP, without keys and with them (CURVE), by turns. */
void bench_curve(const char *bin, uint64_t bookings);
void bench_sockets(const char *bin, uint64_t bookings);
/* Of that only the most that comes through. */
void bench_flood(const char *bin, uint64_t bookings);
/* A file of so many rows through fairbank-csv, durable. */
void bench_csv(const char *bin, uint64_t rows);
/* From a publisher's send to what a durable consumer has made safe, at 2,000 messages a second. */
void bench_alert(const char *bin);
/* Outlets, from a feed that holds so many judged bookings: every event as a web hook, and every event into PostgreSQL. */
void bench_webhook(const char *bin, uint64_t bookings);
void bench_postgres(const char *bin, uint64_t bookings);
/* So many events posted to fairbank-allocate, and a quarter of them polled. */
void bench_allocate(const char *bin, uint64_t events);
/* `fairbank verify` of a folder (only: an option, or NULL) in a process of its own, as figures of that room. */
void bench_time_verify(const char *room, const char *bin, const char *folder, int64_t entries, const char *only);
/* Starting over a store that is full already, and verify of it. */
void bench_recover(const char *bin, uint64_t bookings);
#endif
