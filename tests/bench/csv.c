#define _DEFAULT_SOURCE /* wait4 */
/* A file to durable: fairbank-csv, as a process of its own, sends one large file to a fairbankd on the same machine. */
#include "engine/base/check.h"
#include "tests/bench/bench.h"
#include "tests/bench/engine.h"
#include "tests/bench/packs.h"
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char mapping[] =
    "source: {name: bench-csv, system: bank_provider, sends: [timesheets], worker_key: key}\n"
    "file: {kind: snapshot, date: dd/mm/yyyy, date_time: dd/mm/yyyy HH:MM, occurred_at: booked}\n"
    "columns: {ref: Ref No, request: HR Request Id, booked: Booked, trust: Trust, ward: Ward, group: Staff Group, band: Band, date: Work Date,\n"
    "  start: Start, end: End, break: Break Mins, supply: Supply, supplier: Supplier, staff: Staff ID, basic: Basic Rate, night: Night Rate,\n"
    "  sunday: Sunday Rate, fee: Fee}\n"
    "words:\n"
    "  group: {NURSING: nursing_midwifery, HCA: add_clinical_services}\n"
    "  band: {Band 2: \"2\", Band 3: \"3\", Band 4: \"4\", Band 5: \"5\", Band 6: \"6\", Band 7: \"7\"}\n"
    "  route: {Bank: bank, Agency: agency}\n"
    "  kind: {Bank: bank_only, Agency: agency}\n"
    "shift: {hirer: trust, unit: ward, staff_group: {column: group, words: group}, grade: {column: band, words: band},\n"
    "  start: {date: date, time: start}, end: {time: end}, break_min: break}\n"
    "records:\n"
    "  - kind: booking\n"
    "    ref: ref\n"
    "    fields: {state: {is: booked}, route: {column: supply, words: route}, agency: supplier, worker: {pseudonym: [staff]},\n"
    "      worker_kind: {column: supply, words: kind}, booked_at: booked, references.healthroster.request_id: request,\n"
    "      rates.plain.worker_pay: basic, rates.unsocial.worker_pay: night, rates.premium.worker_pay: sunday,\n"
    "      rates.plain.commission: fee, rates.pay_includes_holiday: {is: \"no\"}, rates.complete: {is: \"yes\"}}\n";

static FILE *make(const struct bench_engine *e, const char *name)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", e->folder, name);
    FILE *f = fopen(path, "w");
    fb_assert(f != NULL);
    return f;
}

/* "2026-03-16T07:30" as files write it. */
static void put_date(FILE *f, const char *local)
{
    fprintf(f, "%.2s/%.2s/%.4s", local + 8, local + 5, local);
}

static void put_rate(FILE *f, fb_rate_e4 rate)
{
    if (rate != FB_ABSENT)
        fprintf(f, "%" PRId64 ".%02" PRId64, (int64_t)(rate / 10000), (int64_t)(rate / 100 % 100));
}

static void put_row(FILE *f, uint64_t n)
{
    static struct bench_texts texts;
    static struct fb_record r;
    char booked[17], trust[9], grade[9];
    bench_booking(n, fb_span_of("bench-csv"), &texts, &r);
    const struct fb_booking *b = &r.as.booking;
    bool agency = b->route == FB_ROUTE_AGENCY;
    fb_local_format(booked, b->booked_ms / 60000);
    trust[fb_code_format(trust, b->shift.hirer)] = grade[fb_code_format(grade, b->shift.grade)] = '\0';
    fprintf(f, "B%" PRIu64 ",%s,", n, texts.reference);
    put_date(f, booked);
    fprintf(f, " 12:00,%s,Ward 7A,%s,Band %s,", trust, b->shift.staff_group == FB_STAFF_GROUP_NURSING_MIDWIFERY ? "NURSING" : "HCA", grade);
    put_date(f, texts.start);
    fprintf(f, ",%.5s,%.5s,%" PRId64 ",%s,%s,%s,", texts.start + 11, texts.end + 11, b->shift.break_min, agency ? "Agency" : "Bank", agency ? "AG01" : "",
            texts.worker);
    put_rate(f, b->rates.cell[0].part[FB_PART_WORKER_PAY]);
    putc(',', f);
    put_rate(f, b->rates.cell[2].part[FB_PART_WORKER_PAY]);
    putc(',', f);
    put_rate(f, b->rates.cell[1].part[FB_PART_WORKER_PAY]);
    putc(',', f);
    put_rate(f, b->rates.cell[0].part[FB_PART_COMMISSION]);
    fputs("\r\n", f);
}

static void write_files(const struct bench_engine *e, uint64_t rows)
{
    FILE *f = make(e, "mapping.yaml");
    fb_assert(fputs(mapping, f) >= 0 && fclose(f) == 0);
    f = make(e, "key");
    fb_assert(fputs("made up for a bench: thirty-two bytes and some more", f) >= 0 && fclose(f) == 0);
    f = make(e, "large.csv");
    fputs("Ref No,HR Request Id,Booked,Trust,Ward,Staff Group,Band,Work Date,Start,End,Break Mins,Supply,Supplier,Staff ID,Basic Rate,Night Rate,"
          "Sunday Rate,Fee\r\n",
          f);
    for (uint64_t n = 0; n < rows; n++)
        put_row(f, n);
    fb_assert(fclose(f) == 0);
}

/* The adapter as a trust runs it; what it took of time, processor and memory. */
static int send_file(const struct bench_engine *e, const char *bin, struct rusage *used)
{
    char program[256], file[128], map[128];
    int status = 0;
    snprintf(program, sizeof(program), "%s/fairbank-csv", bin);
    snprintf(file, sizeof(file), "%s/large.csv", e->folder);
    snprintf(map, sizeof(map), "%s/mapping.yaml", e->folder);
    pid_t pid = fork();
    fb_assert(pid >= 0);
    if (pid == 0) {
        execl(program, program, "send", map, "--engine", e->door, "--quiet", file, (char *)NULL);
        _exit(127);
    }
    fb_assert(wait4(pid, &status, 0, used) == pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int64_t ns_of(struct timeval t)
{
    return (int64_t)t.tv_sec * 1000000000 + (int64_t)t.tv_usec * 1000;
}

/* One file through an engine that lets so many messages be on their way. */
static void send_with(const char *bin, uint64_t rows, const char *window)
{
    struct bench_engine e;
    struct bench_packs packs;
    struct rusage used;
    struct stat st;
    char packs_of[256], folder[80], file[128], name[80], setting[32];
    bench_engine_open(&e);
    snprintf(folder, sizeof(folder), "%s/rules", e.folder);
    snprintf(packs_of, sizeof(packs_of), "packs=[%s/england, %s/thames-valley]", folder, folder);
    snprintf(setting, sizeof(setting), "window=%s", window);
    bench_packs_read(&packs, 0, 0);
    bench_packs_write(&packs, folder);
    bench_packs_free(&packs);
    write_files(&e, rows);
    bench_engine_start(&e, bin, (const char *const[]){packs_of, setting, NULL});
    int64_t from = bench_now_ns(), cpu = bench_engine_cpu_ns(&e);
    fb_assert(send_file(&e, bin, &used) == 0);
    int64_t took = bench_now_ns() - from, adapter = ns_of(used.ru_utime) + ns_of(used.ru_stime);
    cpu = bench_engine_cpu_ns(&e) - cpu;
    snprintf(file, sizeof(file), "%s/large.csv", e.folder);
    snprintf(name, sizeof(name), "file to durable, window %s", window);
    bench_figure("csv", name, (int64_t)rows * 1000000000 / took, "a second");
    bench_figure("csv", "rows, a booking each", (int64_t)rows, "");
    bench_figure("csv", "of a file of", stat(file, &st) == 0 ? (int64_t)st.st_size >> 20 : 0, "MiB");
    bench_figure_decimal("csv", "CPU of fairbank-csv, a message", adapter / (int64_t)rows, 3, "us");
    bench_figure_decimal("csv", "CPU of fairbankd, a message", cpu / (int64_t)rows, 3, "us");
    bench_figure_decimal("csv", "CPU of both, share of two cores", bench_ratio_e3((adapter + cpu) * 100, 2 * took), 3, "%");
    bench_figure("csv", "most memory of fairbank-csv", used.ru_maxrss >> 10, "MiB");
    bench_engine_stop(&e);
    (void)unlink(file);
}

/* With the window of an engine as it comes, and with one set for a source that sends much at once. */
void bench_csv(const char *bin, uint64_t rows)
{
    send_with(bin, rows, "1024");
    send_with(bin, rows, "4096");
}
