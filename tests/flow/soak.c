/* soak DATA PID SECONDS RATE PORT QUEUE_MIB BATCH_MAX
 * Publishes RATE bookings a second to a running engine for so long, with consumers beside it, and watches it: a line every few
 * seconds, then the verdict. What the machine does beside makes it slower, which fails nothing; what is lost, doubled or leaks does. */
#include "tests/flow/soak.h"
#include "tests/bench/bench.h"
#include "tests/bench/scrape.h"
#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EVERY_S = 5, LAST_ANSWERS_S = 120, TOOK_MAX = 1 << 20, SENT_RING = 1 << 16, SOAK_YEAR = 1000000 };

/* ---- the engine, seen from outside ---- */

static int64_t kib_of(const char *pid, const char *file, const char *label)
{
    char path[64], line[256];
    int64_t kib = 0;
    snprintf(path, sizeof path, "/proc/%.20s/%s", pid, file);
    FILE *f = fopen(path, "r");
    soak_must(f != NULL, "the engine is gone");
    while (fgets(line, sizeof line, f) != NULL)
        if (strncmp(line, label, strlen(label)) == 0)
            kib = strtoll(line + strlen(label), NULL, 10);
    fclose(f);
    return kib;
}

static unsigned fds_of(const char *pid)
{
    char path[64];
    unsigned n = 0;
    snprintf(path, sizeof path, "/proc/%.20s/fd", pid);
    DIR *d = opendir(path);
    soak_must(d != NULL, "the engine's descriptors cannot be counted");
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        n += e->d_name[0] != '.';
    closedir(d);
    return n;
}

/* One page, so that what is taken from what is of one moment; it is a few seconds old at most. */
static void ask_metrics(const struct soak *s, struct soak_sample *out)
{
    static struct bench_page page;
    soak_must(bench_scrape(&page, s->port), "the engine does not say how it is");
    out->asked_kib = bench_metric(&page, "allocated_bytes") >> 10;
    out->turn_kib = bench_metric(&page, "memory_bytes") >> 10;
    out->queue_kib = bench_metric(&page, "queue_pages") << 10;
    out->events = (uint64_t)bench_metric(&page, "event_seq");
    out->commit_p99_us = bench_metric_below_us(&page, "commit_seconds", 990);
    soak_must(out->asked_kib > 0 && out->turn_kib > 0 && out->queue_kib >= 0, "the engine does not say what it holds");
}

void soak_look(struct soak *s, struct soak_sample *out)
{
    out->anonymous_kib = kib_of(s->pid, "smaps_rollup", "Anonymous:");
    out->mapped_kib = kib_of(s->pid, "smaps_rollup", "Rss:") - out->anonymous_kib;
    out->fds = fds_of(s->pid);
    ask_metrics(s, out);
}

/* ---- the publishers ---- */

struct publisher {
    struct fb_client *client;
    struct pouring *all;
    char name[16];
};
struct pouring {
    struct soak *s;
    struct publisher publisher[SOAK_PUBLISHERS];
    int64_t *sent_ns, *took_ns; /* by tag, round and round; since the last sample */
    unsigned n_took;
    uint64_t next, answered, peak;
};

static void on_answer(void *ctx, uint64_t tag, const struct fb_wire_answer *answer)
{
    struct publisher *p = ctx;
    struct pouring *all = p->all;
    soak_must(answer->reason == FB_REASON_NONE, "record %llu was refused: %s", (unsigned long long)tag, fb_reason_text(answer->reason));
    /* Sent again because its answer was late: it is there already. */
    all->s->accepted += answer->outcome == 1;
    all->s->resent += answer->outcome != 1;
    all->answered++;
    if (all->n_took < TOOK_MAX)
        all->took_ns[all->n_took++] = bench_now_ns() - all->sent_ns[tag % SENT_RING];
}

static void open_publishers(struct pouring *all)
{
    for (unsigned i = 0; i < SOAK_PUBLISHERS; i++) {
        struct publisher *p = &all->publisher[i];
        struct fb_client_options o = {.endpoint = all->s->door, .answered = on_answer, .ctx = p};
        p->all = all;
        snprintf(p->name, sizeof p->name, "soak-%u", i);
        o.hello.source = (struct fb_source){.name = fb_span_of(p->name), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE};
        o.hello.adapter = fb_span_of("soak");
        soak_must(fb_client_open(&p->client, &o) == FB_OK, "no socket");
    }
}

/* A million bookings are a year; the next million is a year of another system's workers. The same ones would work the same year again, in
 * between what is judged already, and each booking would have ten others judged again. */
static void soak_booking(uint64_t n, struct fb_span source, struct bench_texts *texts, struct fb_record *record)
{
    char first[32];
    bench_booking(n, source, texts, record);
    snprintf(first, sizeof first, "%s", texts->worker);
    snprintf(texts->worker, sizeof texts->worker, "%u-%.20s", (unsigned)(n / SOAK_YEAR), first);
    record->as.booking.token = fb_span_of(texts->worker);
}

/* The n-th record goes by the n-th publisher, round and round: each record has one source for good. */
static void send_due(struct pouring *all, uint64_t due)
{
    static struct bench_texts texts;
    static struct fb_record record;
    for (; all->next < due && all->next < SOAK_RECORDS_MAX && all->next - all->answered < SENT_RING; all->next++) {
        struct publisher *p = &all->publisher[all->next % SOAK_PUBLISHERS];
        soak_booking(all->next, fb_span_of(p->name), &texts, &record);
        all->sent_ns[all->next % SENT_RING] = bench_now_ns();
        if (fb_client_publish(p->client, &record, all->next) != FB_OK)
            break;
    }
    all->peak = all->next - all->answered > all->peak ? all->next - all->answered : all->peak;
}

static void poll_all(struct pouring *all)
{
    for (unsigned i = 0; i < SOAK_PUBLISHERS; i++)
        soak_must(fb_client_poll(all->publisher[i].client, 0) == FB_OK, "a publisher was not served: %s",
                  fb_client_refusal(all->publisher[i].client));
}

static void sample(struct pouring *all, int64_t at_s)
{
    struct soak *s = all->s;
    soak_must(s->n < SOAK_SAMPLES_MAX, "too many samples");
    struct soak_sample *out = &s->sample[s->n++];
    *out = (struct soak_sample){.at_s = at_s, .accepted = s->accepted, .waiting = all->next - all->answered, .peak = all->peak};
    for (unsigned i = 0; i < SOAK_PUBLISHERS; i++)
        out->busy += fb_client_figures(all->publisher[i].client).busy;
    if (all->n_took > 0) {
        out->answer_p50_us = bench_quantile(all->took_ns, all->n_took, 500) / 1000;
        out->answer_p99_us = bench_quantile(all->took_ns, all->n_took, 990) / 1000;
    }
    all->n_took = 0;
    soak_look(s, out);
    soak_print(out);
}

static void pour(struct soak *s)
{
    static struct pouring all;
    all.s = s;
    all.sent_ns = calloc(SENT_RING, sizeof(int64_t));
    all.took_ns = calloc(TOOK_MAX, sizeof(int64_t));
    soak_must(all.sent_ns != NULL && all.took_ns != NULL, "no memory");
    open_publishers(&all);
    int64_t from = bench_now_ns(), second = 1000000000, next_sample = 0, late_s = 0;
    bool ending = false;
    while (!ending || all.answered < all.next) {
        int64_t now = bench_now_ns() - from;
        ending = ending || now >= (int64_t)s->seconds * second;
        if (!ending)
            send_due(&all, (uint64_t)(now / 1000 * s->rate / 1000000));
        poll_all(&all);
        if (now >= next_sample * second) {
            sample(&all, now / second);
            next_sample = (bench_now_ns() - from) / second + EVERY_S;
        }
        late_s = now / second - (int64_t)s->seconds;
        soak_must(late_s < LAST_ANSWERS_S, "%llu records are not answered", (unsigned long long)(all.next - all.answered));
        nanosleep(&(struct timespec){0, 200000}, NULL); /* the engine has the same cores */
    }
    s->published = all.next;
    nanosleep(&(struct timespec){3, 0}, NULL); /* the engine's next page of figures */
    sample(&all, (bench_now_ns() - from) / second);
    for (unsigned i = 0; i < SOAK_PUBLISHERS; i++)
        fb_client_close(&all.publisher[i].client);
    free(all.sent_ns);
    free(all.took_ns);
}

/* ---- all of it ---- */

static void share(struct soak *s)
{
    char path[200];
    snprintf(path, sizeof path, "%s.shared", s->data);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    soak_must(fd >= 0 && ftruncate(fd, sizeof *s->shared) == 0, "no memory to share");
    s->shared = mmap(NULL, sizeof *s->shared, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    soak_must(s->shared != MAP_FAILED, "no memory to share");
    close(fd);
}

int main(int argc, char **argv)
{
    static struct soak s;
    pid_t consumer[SOAK_CONSUMERS];
    if (argc != 8)
        return 2;
    s.data = argv[1];
    s.pid = argv[2];
    s.seconds = (unsigned)strtoul(argv[3], NULL, 10);
    s.rate = (unsigned)strtoul(argv[4], NULL, 10);
    s.port = (unsigned)strtoul(argv[5], NULL, 10);
    s.queue_mib = (unsigned)strtoul(argv[6], NULL, 10);
    s.batch_max = (unsigned)strtoul(argv[7], NULL, 10);
    soak_must(s.seconds >= 20 && s.seconds / EVERY_S + 64 < SOAK_SAMPLES_MAX && s.rate > 0, "so many seconds, or so many a second, cannot be");
    snprintf(s.door, sizeof s.door, "ipc://%s/door.sock", s.data);
    snprintf(s.feed, sizeof s.feed, "ipc://%s/feed.sock", s.data);
    share(&s);
    for (unsigned i = 0; i < SOAK_CONSUMERS; i++)
        consumer[i] = soak_listen(&s, i);
    soak_print_head();
    pour(&s);
    atomic_store(&s.shared->over, true);
    for (unsigned i = 0; i < SOAK_CONSUMERS; i++) {
        int status = 1;
        (void)waitpid(consumer[i], &status, 0);
        soak_must(status == 0, "consumer %u did not come to its end", i);
    }
    return soak_judge(&s) ? 0 : 1;
}
