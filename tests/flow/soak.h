#ifndef FB_TESTS_FLOW_SOAK_H
#define FB_TESTS_FLOW_SOAK_H
/* A soak: a running engine under a stated rate for a stated time, watched. soak.c publishes and watches, soak_listen.c are its
 * consumers, soak_judge.c says what came of it. */
#include "adapters/lib/client.h"
#include "adapters/lib/feed.h"
#include "engine/base/limits.h"
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
enum { SOAK_PUBLISHERS = 4, SOAK_CONSUMERS = 2, SOAK_SAMPLES_MAX = 4096, SOAK_RECORDS_MAX = 32 << 20 };
struct soak_sample {
    int64_t at_s;
    int64_t anonymous_kib, mapped_kib; /* the engine's own memory; pages of its store that it has mapped */
    int64_t turn_kib;                  /* of its own memory, what the engine says that its index holds */
    unsigned fds;
    uint64_t accepted, busy, waiting;  /* so far, so far, and on their way now */
    uint64_t peak;                     /* the most that were on their way at any time so far */
    int64_t answer_p50_us, answer_p99_us; /* since the sample before: from send to durable answer */
    uint64_t events;
};
/* Seen by the consumers too. */
struct soak_shared {
    atomic_bool over;
    atomic_uint_fast64_t events[SOAK_CONSUMERS], gaps[SOAK_CONSUMERS], stopped_at;
    unsigned char told[SOAK_RECORDS_MAX / 8]; /* bit per record: consumer 0 was told that it is assessed */
};
struct soak {
    const char *data, *pid;
    char door[160], feed[160];
    unsigned seconds, rate;
    struct soak_shared *shared;
    unsigned n;
    struct soak_sample sample[SOAK_SAMPLES_MAX];
    uint64_t published, accepted, resent; /* records, all publishers */
};
#define soak_must(good, ...)                                     \
    do {                                                         \
        if (!(good)) {                                           \
            fprintf(stderr, "FAILED: " __VA_ARGS__);             \
            fprintf(stderr, " (%s:%d)\n", __FILE__, __LINE__);   \
            exit(1);                                             \
        }                                                        \
    } while (0)
/* A durable consumer in a process of its own. The last one stops reading after a third of the time, for good. */
pid_t soak_listen(struct soak *s, unsigned which);
/* Reads what the system says of the engine. */
void soak_look(struct soak *s, struct soak_sample *out);
void soak_print_head(void);
void soak_print(const struct soak_sample *sample);
/* The verdict, a line for each thing that was judged; false when one is not as it must be. */
bool soak_judge(const struct soak *s);
#endif
