#include "tests/flow/soak.h"
#include "tests/bench/bench.h"

/* Two things are judged, by the engine's own figures of one moment. The first is what it asked for and did not give back, less the index,
 * which grows with every message because every message id is known for ever (told apart, as bytes a message), and less the queue's pages,
 * which queue_mib bounds. What is left has a bound that no time moves: what it was at first; the store's pages of the largest
 * commit, which its library keeps: five a message of batch_max, because a commit ends with four scattered rows a message (after a million
 * bookings their year begins again: each touches what lies far apart, and more of its worker's shifts with every year);
 * and frames that the sockets hold (a window of each publisher, of under a KiB each, and pages for consumers).
 * Twenty-eight MiB in all: an hour at 2,000 a second would make two hundred of a leak of thirty bytes a message. The median of a quarter is
 * taken: a table that is being made twice as large is there twice for a moment.
 * The second is what the allocator holds beside: a list that grew twofold leaves a hole of what it was, half of what it is. */
enum { STORE_KIB_A_MESSAGE = 5 * 4, FRAMES_KIB = 8 << 10, HOLES_BESIDE_KIB = 16 << 10, HOLES_OF_INDEX = 2, FDS = 2 };

static int64_t rest(const struct soak_sample *p)
{
    return p->asked_kib - p->turn_kib - p->queue_kib;
}

static int64_t holes(const struct soak_sample *p)
{
    return p->anonymous_kib - p->asked_kib;
}

static int64_t queue(const struct soak_sample *p)
{
    return p->queue_kib;
}

void soak_print_head(void)
{
    printf("%7s %10s %7s %8s %6s %10s %10s %10s %9s %9s %9s %9s %9s %5s %11s\n", "second", "accepted", "busy", "waiting", "peak", "p50 us", "p99 us", "commit p99",
           "own KiB", "index KiB", "queue KiB", "rest KiB", "holes KiB", "fds", "mapped KiB");
}

void soak_print(const struct soak_sample *p)
{
    printf("%7lld %10llu %7llu %8llu %6llu %10lld %10lld %10lld %9lld %9lld %9lld %9lld %9lld %5u %11lld\n", (long long)p->at_s, (unsigned long long)p->accepted,
           (unsigned long long)p->busy, (unsigned long long)p->waiting, (unsigned long long)p->peak, (long long)p->answer_p50_us, (long long)p->answer_p99_us,
           (long long)p->commit_p99_us, (long long)p->anonymous_kib, (long long)p->turn_kib, (long long)p->queue_kib, (long long)rest(p), (long long)holes(p), p->fds,
           (long long)p->mapped_kib);
    fflush(stdout);
}

/* The most in the part of the time between two quarters, counted from 0. */
static int64_t most(const struct soak *s, unsigned from_quarter, unsigned until_quarter, int64_t (*what)(const struct soak_sample *))
{
    int64_t m = INT64_MIN;
    for (unsigned i = s->n * from_quarter / 4; i < s->n * until_quarter / 4 && i < s->n; i++)
        m = what(&s->sample[i]) > m ? what(&s->sample[i]) : m;
    return m;
}

static int64_t fds(const struct soak_sample *p)
{
    return p->fds;
}

static bool say(bool good, const char *what)
{
    printf("%s %s\n", good ? "ok    " : "WRONG ", what);
    return good;
}

static int64_t median(const struct soak *s, unsigned quarter, int64_t (*what)(const struct soak_sample *))
{
    static int64_t v[SOAK_SAMPLES_MAX];
    unsigned n = 0;
    for (unsigned i = s->n * quarter / 4; i < s->n * (quarter + 1) / 4; i++)
        v[n++] = what(&s->sample[i]);
    return bench_quantile(v, n, 500);
}

static bool judge_memory(const struct soak *s)
{
    const struct soak_sample *first = &s->sample[s->n / 4], *last = &s->sample[s->n - 1];
    int64_t may = rest(&s->sample[0]) + (int64_t)s->batch_max * STORE_KIB_A_MESSAGE + FRAMES_KIB, before = median(s, 1, rest), after = median(s, 3, rest);
    uint64_t messages = last->accepted - first->accepted;
    char line[240];
    snprintf(line, sizeof line, "memory: the index grew by %lld bytes a message; the rest was %lld KiB in the second quarter and %lld in the last, may be %lld",
             messages > 0 ? (long long)((last->turn_kib - first->turn_kib) * 1024 / (int64_t)messages) : 0LL, (long long)before, (long long)after, (long long)may);
    return say(after <= may, line);
}

static bool judge_pools(const struct soak *s)
{
    int64_t pages = most(s, 0, 4, queue), may = (int64_t)s->queue_mib << 10;
    int64_t beside = most(s, 3, 4, holes), hold = s->sample[s->n - 1].turn_kib / HOLES_OF_INDEX + HOLES_BESIDE_KIB;
    char line[240];
    snprintf(line, sizeof line, "pools: the queue had at most %lld KiB, may have %lld, and %lld at the end; the allocator held %lld KiB beside in the last quarter, may hold %lld",
             (long long)pages, (long long)may, (long long)s->sample[s->n - 1].queue_kib, (long long)beside, (long long)hold);
    return say(pages <= may && beside <= hold, line);
}

static bool judge_fds(const struct soak *s)
{
    char line[120];
    int64_t before = most(s, 1, 2, fds), after = most(s, 3, 4, fds);
    snprintf(line, sizeof line, "descriptors: at most %lld in the second quarter, %lld in the last", (long long)before, (long long)after);
    return say(after <= before + FDS, line);
}

/* Each accepted once, and told of. */
static bool judge_records(const struct soak *s)
{
    char line[200];
    uint64_t told = 0;
    for (uint64_t n = 0; n < s->published; n++)
        told += s->shared->told[n / 8] >> n % 8 & 1;
    snprintf(line, sizeof line, "records: %llu published, %llu accepted, %llu of them known again when sent again; %llu told of to the durable consumer",
             (unsigned long long)s->published, (unsigned long long)s->accepted, (unsigned long long)s->resent, (unsigned long long)told);
    return say(s->accepted + s->resent == s->published && told == s->published && s->published > 0, line);
}

static bool judge_feed(const struct soak *s)
{
    char line[200];
    const struct soak_sample *last = &s->sample[s->n - 1];
    uint64_t gaps = atomic_load(&s->shared->gaps[0]) + atomic_load(&s->shared->gaps[1]), got = atomic_load(&s->shared->events[0]);
    snprintf(line, sizeof line, "events: %llu, of which the durable consumer has %llu without a gap; the one that stopped stands at %llu", (unsigned long long)last->events,
             (unsigned long long)got, (unsigned long long)atomic_load(&s->shared->stopped_at));
    return say(gaps == 0 && got >= last->events, line);
}

bool soak_judge(const struct soak *s)
{
    bool good = judge_records(s);
    good &= judge_feed(s);
    good &= judge_memory(s);
    good &= judge_pools(s);
    good &= judge_fds(s);
    return good;
}
