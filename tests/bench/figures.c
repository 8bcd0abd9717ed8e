#include "tests/bench/bench.h"
#include "engine/base/span.h"
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

enum { FIGURES_MAX = 200 };
static struct figure {
    char group[24], name[64], text[40], unit[40];
} figures[FIGURES_MAX];
static unsigned n_figures;

int64_t bench_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t bench_cpu_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

int64_t bench_ratio_e3(int64_t n, int64_t d) { return d != 0 ? n * 1000 / d : 0; }

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t bench_quantile(int64_t *v, size_t n, unsigned per_mille)
{
    if (n == 0)
        return 0;
    qsort(v, n, sizeof(*v), compare);
    size_t at = n * per_mille / 1000;
    return v[at < n ? at : n - 1];
}

void bench_figure_decimal(const char *group, const char *name, int64_t value, unsigned decimals, const char *unit)
{
    if (n_figures == FIGURES_MAX)
        return;
    struct figure *f = &figures[n_figures++];
    struct fb_text t;
    snprintf(f->group, sizeof(f->group), "%s", group);
    snprintf(f->name, sizeof(f->name), "%s", name);
    snprintf(f->unit, sizeof(f->unit), "%s", unit);
    fb_text_init(&t, f->text, sizeof(f->text));
    fb_text_add_decimal(&t, value, decimals);
    fprintf(stderr, "  %-9s %-46s %14s %s\n", f->group, f->name, f->text, f->unit);
}

void bench_figure(const char *group, const char *name, int64_t value, const char *unit) { bench_figure_decimal(group, name, value, 0, unit); }

void bench_figure_runs(const char *group, const char *name, int64_t *value, unsigned n, unsigned decimals, const char *unit)
{
    char median[80];
    snprintf(median, sizeof(median), "%s, median", name);
    bench_figure_decimal(group, name, bench_quantile(value, n, 0), decimals, unit);
    bench_figure_decimal(group, median, bench_quantile(value, n, 500), decimals, unit);
}

/* The machine, so that a figure is never read without it. */
static void machine(char *cpu, size_t size, long *cores, long *mib, struct utsname *u)
{
    snprintf(cpu, size, "unknown processor");
    FILE *f = fopen("/proc/cpuinfo", "r");
    char line[256];
    while (f != NULL && fgets(line, sizeof(line), f) != NULL)
        if (strncmp(line, "model name", 10) == 0 && strchr(line, ':') != NULL) {
            snprintf(cpu, size, "%s", strchr(line, ':') + 2);
            cpu[strcspn(cpu, "\n")] = '\0';
            break;
        }
    if (f != NULL)
        fclose(f);
    *cores = sysconf(_SC_NPROCESSORS_ONLN);
    *mib = sysconf(_SC_PHYS_PAGES) / 256 * (sysconf(_SC_PAGESIZE) / 4096);
    if (uname(u) != 0)
        memset(u, 0, sizeof(*u));
}

void bench_print(FILE *out)
{
    char cpu[200];
    long cores, mib;
    struct utsname u;
    machine(cpu, sizeof(cpu), &cores, &mib, &u);
    fprintf(out, "machine: %s, %ld cores, %ld MiB, %s %s\n", cpu, cores, mib, u.sysname, u.release);
    for (unsigned i = 0; i < n_figures; i++)
        fprintf(out, "  %-9s %-46s %14s %s\n", i > 0 && strcmp(figures[i].group, figures[i - 1].group) == 0 ? "" : figures[i].group,
                figures[i].name, figures[i].text, figures[i].unit);
}

void bench_print_json(FILE *out)
{
    char cpu[200];
    long cores, mib;
    struct utsname u;
    machine(cpu, sizeof(cpu), &cores, &mib, &u);
    fprintf(out, "{\"machine\":{\"cpu\":\"%s\",\"cores\":%ld,\"memory_mib\":%ld,\"system\":\"%s %s\"},\"figures\":[", cpu, cores, mib, u.sysname, u.release);
    for (unsigned i = 0; i < n_figures; i++)
        fprintf(out, "%s\n {\"group\":\"%s\",\"name\":\"%s\",\"value\":%s,\"unit\":\"%s\"}", i > 0 ? "," : "", figures[i].group,
                figures[i].name, figures[i].text, figures[i].unit);
    fprintf(out, "\n]}\n");
}
