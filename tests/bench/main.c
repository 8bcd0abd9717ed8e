/* The benches: core, a new issue over what is held, assurance, turn, sweep, sockets, files, alerts, keys, outlets, events posted and polled. Figures go to standard error as they come and, whole, to standard output. */
#include "tests/bench/bench.h"
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *bin = "build/release", *only = NULL, *json = NULL;
    uint64_t bookings = 1000000, recover = 0;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--bin") == 0)
            bin = argv[i + 1];
        else if (strcmp(argv[i], "--only") == 0)
            only = argv[i + 1];
        else if (strcmp(argv[i], "--bookings") == 0)
            bookings = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--recover") == 0)
            recover = strtoull(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--json") == 0)
            json = argv[i + 1];
        else
            return 2;
    }
    if (argc % 2 == 0 || bookings < 20000) {
        fprintf(stderr, "usage: bench [--bin DIR] [--only core|again|assure|history|workers|turn|chain|sweep|sockets|flood|csv|alert|curve|webhook|postgres|allocate|recover] [--bookings N, at least 20000] [--recover N] [--json FILE]\n");
        return 2;
    }
    if (only == NULL || strcmp(only, "core") == 0) {
        bench_core();
        bench_clocks();
    }
    if (only == NULL || strcmp(only, "again") == 0)
        bench_again();
    if (only == NULL || strcmp(only, "assure") == 0)
        bench_assure(bookings);
    if (only != NULL && strcmp(only, "history") == 0)
        bench_history();
    if (only != NULL && strcmp(only, "workers") == 0)
        bench_workers(bookings);
    if (only == NULL || strcmp(only, "turn") == 0)
        bench_turn(bookings / 5);
    if (only == NULL || strcmp(only, "chain") == 0)
        bench_chain(bin, bookings);
    if (only == NULL || strcmp(only, "sweep") == 0)
        bench_sweep(bookings);
    if (only == NULL || strcmp(only, "sockets") == 0)
        bench_sockets(bin, bookings);
    if (only != NULL && strcmp(only, "flood") == 0)
        bench_flood(bin, bookings);
    if (only == NULL || strcmp(only, "csv") == 0)
        bench_csv(bin, bookings);
    if (only == NULL || strcmp(only, "alert") == 0)
        bench_alert(bin);
    if (only == NULL || strcmp(only, "curve") == 0)
        bench_curve(bin, bookings / 2);
    if (only == NULL || strcmp(only, "webhook") == 0)
        bench_webhook(bin, bookings / 100);
    if (only == NULL || strcmp(only, "postgres") == 0)
        bench_postgres(bin, bookings / 20);
    if (only == NULL || strcmp(only, "allocate") == 0)
        bench_allocate(bin, bookings / 50);
    if (only == NULL || strcmp(only, "recover") == 0)
        bench_recover(bin, recover != 0 ? recover : bookings);
    bench_print(stdout);
    FILE *f = json != NULL ? fopen(json, "w") : NULL;
    if (f != NULL) {
        bench_print_json(f);
        fclose(f);
    }
    return json != NULL && f == NULL;
}
