/* fairbank-postgres from a feed into a PostgreSQL server of the bench's own (fsync on). Beside it, in the same run and on the same server:
 * the same bytes by COPY alone, in one transaction, into a table without an index and into one with those of `event`. */
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/outlet.h"
#include <libpq-fe.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct database {
    char folder[200];
    PGconn *db;
};

static bool database_open(struct database *d)
{
    char text[256];
    FILE *f = popen("sh tests/bench/database.sh start", "r");
    bool told = f != NULL && fgets(d->folder, sizeof(d->folder), f) != NULL;
    if (f == NULL || pclose(f) != 0 || !told)
        return false;
    d->folder[strcspn(d->folder, "\n")] = '\0';
    snprintf(text, sizeof(text), "host=%s user=bank dbname=postgres", d->folder);
    d->db = PQconnectdb(text);
    return PQstatus(d->db) == CONNECTION_OK;
}

static void database_close(struct database *d)
{
    char text[300];
    PQfinish(d->db);
    snprintf(text, sizeof(text), "sh tests/bench/database.sh stop %s", d->folder);
    fb_assert(system(text) == 0);
}

static void run(const struct database *d, const char *sql)
{
    PGresult *r = PQexec(d->db, sql);
    fb_assert(PQresultStatus(r) == PGRES_COMMAND_OK || PQresultStatus(r) == PGRES_TUPLES_OK);
    PQclear(r);
}

static int64_t number(const struct database *d, const char *sql)
{
    PGresult *r = PQexec(d->db, sql);
    fb_assert(PQresultStatus(r) == PGRES_TUPLES_OK && PQntuples(r) == 1);
    int64_t n = strtoll(PQgetvalue(r, 0, 0), NULL, 10);
    PQclear(r);
    return n;
}

/* ---- the program ---- */

static int64_t fill(const struct bench_engine *e, const char *bin, const struct database *d)
{
    char text[512], program[256], config[96];
    const char *const argv[] = {program, "run", "--once", "--quiet", "--config", config, NULL};
    snprintf(text, sizeof(text), "feed: %s\ndatabase: host=%s user=bank dbname=postgres\n", e->feed, d->folder);
    snprintf(config, sizeof(config), "%s/postgres.yaml", e->folder);
    snprintf(program, sizeof(program), "%s/fairbank-postgres", bin);
    bench_outlet_file(e, "postgres.yaml", text);
    int64_t engine = bench_engine_cpu_ns(e);
    struct bench_ran ran = bench_outlet_run(e, argv);
    engine = bench_engine_cpu_ns(e) - engine;
    int64_t n = number(d, "SELECT count(*) FROM fairbank.event");
    fb_assert(ran.status == 0 && n == (int64_t)bench_outlet_events(e));
    bench_figure("postgres", "events", n, "");
    bench_figure("postgres", "events into their table (the aim is 20,000)", n * 1000000000 / ran.wall_ns, "a second");
    bench_figure_decimal("postgres", "processor time of the outlet", ran.cpu_ns / n, 3, "us an event");
    bench_figure_decimal("postgres", "processor time of the engine for its pages", engine / n, 3, "us an event");
    return ran.wall_ns / n;
}

/* ---- COPY alone ---- */

struct lines {
    char **line;
    int *bytes;
    size_t n, all;
};

static void take_out(const struct database *d, struct lines *l, size_t n)
{
    char *line = NULL;
    int bytes;
    *l = (struct lines){calloc(n, sizeof(char *)), calloc(n, sizeof(int)), 0, 0};
    fb_assert(l->line != NULL && l->bytes != NULL);
    PGresult *r = PQexec(d->db, "COPY fairbank.event TO STDOUT");
    fb_assert(PQresultStatus(r) == PGRES_COPY_OUT);
    PQclear(r);
    while ((bytes = PQgetCopyData(d->db, &line, 0)) > 0) {
        fb_assert(l->n < n);
        l->line[l->n] = line;
        l->bytes[l->n++] = bytes;
        l->all += (size_t)bytes;
    }
    while ((r = PQgetResult(d->db)) != NULL)
        PQclear(r);
}

static void lines_free(struct lines *l)
{
    for (size_t i = 0; i < l->n; i++)
        PQfreemem(l->line[i]);
    free(l->line);
    free(l->bytes);
}

static int64_t copy_bare(const struct database *d, const struct lines *l, const char *like)
{
    char text[128];
    snprintf(text, sizeof(text), "CREATE TABLE bare (LIKE fairbank.event%s)", like);
    run(d, text);
    int64_t from = bench_now_ns();
    PGresult *r = PQexec(d->db, "COPY bare FROM STDIN");
    fb_assert(PQresultStatus(r) == PGRES_COPY_IN);
    PQclear(r);
    for (size_t i = 0; i < l->n; i++)
        fb_assert(PQputCopyData(d->db, l->line[i], l->bytes[i]) == 1);
    fb_assert(PQputCopyEnd(d->db, NULL) == 1);
    while ((r = PQgetResult(d->db)) != NULL) {
        fb_assert(PQresultStatus(r) == PGRES_COMMAND_OK);
        PQclear(r);
    }
    int64_t took = bench_now_ns() - from;
    run(d, "DROP TABLE bare");
    return took / (int64_t)l->n;
}

static void compare(const struct database *d, int64_t each_ns, size_t n)
{
    static const struct {
        const char *like, *rate, *part;
    } way[] = {{"", "COPY alone of the same, no index", "of the rate of COPY alone, no index"},
               {" INCLUDING INDEXES", "COPY alone of the same, the same indexes", "of the rate of COPY alone, the same indexes"}};
    struct lines l;
    take_out(d, &l, n);
    bench_figure("postgres", "bytes of an event's line", (int64_t)(l.all / l.n), "");
    for (unsigned i = 0; i < 2; i++) {
        int64_t bare_ns = copy_bare(d, &l, way[i].like);
        bench_figure("postgres", way[i].rate, 1000000000 / bare_ns, "a second");
        bench_figure_decimal("postgres", way[i].part, bench_ratio_e3(bare_ns * 100, each_ns), 3, "%");
    }
    lines_free(&l);
}

void bench_postgres(const char *bin, uint64_t bookings)
{
    struct bench_engine e;
    struct database d = {.db = NULL};
    if (!database_open(&d)) {
        fprintf(stderr, "  postgres: no server could be started (is postgresql installed?): left out\n");
        return;
    }
    bench_outlet_engine(&e, bin, bookings);
    int64_t each_ns = fill(&e, bin, &d);
    compare(&d, each_ns, (size_t)number(&d, "SELECT count(*) FROM fairbank.event"));
    bench_engine_stop(&e);
    database_close(&d);
}
