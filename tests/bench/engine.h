#ifndef FB_TESTS_BENCH_ENGINE_H
#define FB_TESTS_BENCH_ENGINE_H
/* fairbankd as a process of its own in a new folder under build/, for benches that go through sockets. */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
enum { BENCH_SETTINGS_MAX = 8 };
struct bench_engine {
    char folder[64], log[96], door[128], feed[128];
    pid_t pid;
};
/* Makes the folder. */
void bench_engine_open(struct bench_engine *e);
/* In memory (/dev/shm): what is committed is not waited for, so that what else a message costs is seen. false: there is no such place.
 * bench_engine_forget takes the folder away, once the engine has stopped. */
bool bench_engine_open_unsynced(struct bench_engine *e);
void bench_engine_forget(const struct bench_engine *e);
/* setting: KEY=VALUE each, as of --set, ended by NULL. Comes back when it is ready. */
void bench_engine_start(struct bench_engine *e, const char *bin, const char *const *setting);
/* Ends it by SIGTERM and waits. The folder stays, for whoever wants to look; tools/bench removes it. */
void bench_engine_stop(struct bench_engine *e);
/* Processor time it took so far, its children not counted. */
int64_t bench_engine_cpu_ns(const struct bench_engine *e);
#endif
