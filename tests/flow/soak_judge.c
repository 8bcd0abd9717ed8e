#include "tests/flow/soak.h"

/* What is judged is the engine's own memory less what its index says that it holds, which grows with every message, because every
 * message id is known for ever, and is told apart as bytes a message. The rest has a bound that no time moves: what it was at first;
 * so much for each message that windows let be on its way at once (its item in the queue, its answer, the pages of the store that its
 * commit touches: pools that stay as large as the most that was ever needed); a tenth of the index, for tables that were made larger
 * leave what they were to the allocator; and so much besides. In an hour at 2,000 a second a leak of thirty bytes a message breaks it. */
enum { QUEUED_KIB = 32, WINDOWS = SOAK_PUBLISHERS * FB_WINDOW_DEFAULT, BESIDE_KIB = 16 << 10, OF_INDEX = 10, FDS = 2 };

static int64_t rest(const struct soak_sample *p)
{
    return p->anonymous_kib - p->turn_kib;
}

void soak_print_head(void)
{
    printf("%7s %10s %7s %8s %6s %10s %10s %9s %9s %9s %5s %11s\n", "second", "accepted", "busy", "waiting", "peak", "p50 us", "p99 us", "own KiB", "index KiB",
           "rest KiB", "fds", "mapped KiB");
}

void soak_print(const struct soak_sample *p)
{
    printf("%7lld %10llu %7llu %8llu %6llu %10lld %10lld %9lld %9lld %9lld %5u %11lld\n", (long long)p->at_s, (unsigned long long)p->accepted,
           (unsigned long long)p->busy, (unsigned long long)p->waiting, (unsigned long long)p->peak, (long long)p->answer_p50_us, (long long)p->answer_p99_us,
           (long long)p->anonymous_kib, (long long)p->turn_kib, (long long)rest(p), p->fds, (long long)p->mapped_kib);
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

static bool judge_memory(const struct soak *s)
{
    const struct soak_sample *first = &s->sample[s->n / 4], *last = &s->sample[s->n - 1];
    int64_t may = rest(&s->sample[0]) + (int64_t)WINDOWS * QUEUED_KIB + BESIDE_KIB + last->turn_kib / OF_INDEX;
    int64_t before = most(s, 1, 2, rest), after = most(s, 3, 4, rest);
    uint64_t messages = last->accepted - first->accepted;
    char line[240];
    snprintf(line, sizeof line, "memory: the index grew by %lld bytes a message; the rest was at most %lld KiB in the second quarter and %lld in the last, may be %lld",
             messages > 0 ? (long long)((last->turn_kib - first->turn_kib) * 1024 / (int64_t)messages) : 0LL, (long long)before, (long long)after, (long long)may);
    return say(after <= may, line);
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
    good &= judge_fds(s);
    return good;
}
