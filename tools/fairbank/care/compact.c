/* fairbank compact: the store of an engine that is stopped, written anew without its empty pages. */
#include "engine/base/check.h"
#include "engine/store/care.h"
#include "tools/fairbank/care/stop.h"
#include <pthread.h>
#include <pwd.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

/* A thread of its own tells how far it is: while the new file is written nobody else could. */
struct watch {
    const struct options *o;
    _Atomic uint64_t rows, of;
    pthread_mutex_t lock;
    pthread_cond_t ended;
    bool done;
};

static uint64_t bytes_of(const char *folder, const char *name)
{
    struct stat st;
    char path[SNAPSHOT_PATH];
    return path_of(path, folder, name) && stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

/* Each size has its own word: size_word's lives only until it is asked again. */
static void tell(const struct watch *w)
{
    uint64_t rows = atomic_load(&w->rows);
    if (rows > 0) {
        fprintf(stderr, "\r\033[K%llu of %llu rows compared", (unsigned long long)rows, (unsigned long long)atomic_load(&w->of));
        return;
    }
    fprintf(stderr, "\r\033[K%s written, of ", size_word(bytes_of(w->o->data, "data.mdb.compact")));
    fprintf(stderr, "at most %s", size_word(bytes_of(w->o->data, "data.mdb")));
}

static void *watch(void *ctx)
{
    enum { QUIET_SECONDS = 2 };
    struct watch *w = ctx;
    struct timespec until;
    bool told = false;
    (void)clock_gettime(CLOCK_REALTIME, &until);
    (void)pthread_mutex_lock(&w->lock);
    for (until.tv_sec += QUIET_SECONDS; !w->done; until.tv_sec += told) {
        if (pthread_cond_timedwait(&w->ended, &w->lock, &until) == 0)
            continue;
        tell(w);
        told = true;
    }
    (void)pthread_mutex_unlock(&w->lock);
    if (told)
        fputs("\r\033[K", stderr);
    return NULL;
}

static bool catch_stop(const struct options *o)
{
    char fresh[SNAPSHOT_PATH], lock[SNAPSHOT_PATH];
    return path_of(fresh, o->data, "data.mdb.compact") && path_of(lock, o->data, "data.mdb.compact-lock") && stop_removes(o->command, fresh, lock);
}

/* Until the store is ours the file that a stop would remove may be another compaction's; and the exchange, which takes moments, is not left
 * half done. */
static void compared(void *ctx, uint64_t done, uint64_t of)
{
    struct watch *w = ctx;
    bool caught = of != 0 || catch_stop(w->o);
    fb_assert(caught); /* only a path that is too long is not */
    if (of != 0 && done == of)
        stop_never();
    atomic_store(&w->of, of);
    atomic_store(&w->rows, done);
}

static enum fb_err compact(const struct options *o, struct fb_store_compacted *out, const char **why)
{
    struct watch w = {.o = o};
    pthread_t thread;
    (void)pthread_mutex_init(&w.lock, NULL);
    (void)pthread_cond_init(&w.ended, NULL);
    bool watched = isatty(STDERR_FILENO) && pthread_create(&thread, NULL, watch, &w) == 0;
    enum fb_err e = fb_store_compact_told(o->data, compared, &w, out, why);
    (void)pthread_mutex_lock(&w.lock);
    w.done = true;
    (void)pthread_cond_signal(&w.ended);
    (void)pthread_mutex_unlock(&w.lock);
    if (watched)
        (void)pthread_join(thread, NULL);
    (void)pthread_cond_destroy(&w.ended);
    (void)pthread_mutex_destroy(&w.lock);
    return e;
}

/* Only root may give a file to another: who is neither is told before anything is done. */
static bool is_allowed(const struct options *o)
{
    struct stat st;
    char path[SNAPSHOT_PATH];
    if (!path_of(path, o->data, "data.mdb") || stat(path, &st) != 0 || st.st_uid == geteuid() || geteuid() == 0)
        return true; /* what else is wrong is told where it is met */
    const struct passwd *owner = getpwuid(st.st_uid);
    if (owner != NULL)
        fprintf(stderr, "fairbank %s: %s belongs to %s: run it as %s (sudo -u %s fairbank compact --data %s); nothing was changed\n", o->command, path,
                owner->pw_name, owner->pw_name, owner->pw_name, o->data);
    else
        fprintf(stderr, "fairbank %s: %s belongs to user %u: run it as that user; nothing was changed\n", o->command, path, (unsigned)st.st_uid);
    return false;
}

static bool is_short(const struct options *o)
{
    char longest[SNAPSHOT_PATH];
    return path_of(longest, o->data, "data.mdb.compact-lock");
}

int command_compact(const struct options *o)
{
    struct fb_store_compacted out;
    const char *why = "";
    if (!is_allowed(o))
        return EXIT_FAILED;
    if (!is_short(o)) {
        fprintf(stderr, "fairbank %s: %s: is too long a path\n", o->command, o->data);
        return EXIT_FAILED;
    }
    enum fb_err e = compact(o, &out, &why);
    if (e != FB_OK) {
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, why[0] != '\0' ? why : fb_err_text(e));
        return EXIT_FAILED;
    }
    if (o->json)
        printf("{\"before\":%llu,\"after\":%llu,\"rows\":%llu}\n", (unsigned long long)out.before, (unsigned long long)out.after,
               (unsigned long long)out.rows);
    else
        printf("%s: %s before, %s now; %llu rows compared, all the same\n", o->data, size_word(out.before), size_word(out.after),
               (unsigned long long)out.rows);
    return EXIT_DONE;
}
