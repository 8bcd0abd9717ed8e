#include "tools/fairbank/care/stop.h"
#include <string.h>
#include <unistd.h>

volatile sig_atomic_t stop_told;
static char begun_path[SNAPSHOT_PATH], beside_path[SNAPSHOT_PATH], words[128];

static void take(const struct sigaction *stop)
{
    struct sigaction before = {.sa_handler = SIG_DFL};
    (void)sigaction(SIGINT, stop, NULL);
    (void)sigaction(SIGTERM, stop, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN)
        (void)sigaction(SIGHUP, stop, NULL);
}

/* ---- it is noted ---- */

static void note(int which)
{
    (void)which;
    stop_told = 1;
}

void stop_watch(void)
{
    const struct sigaction stop = {.sa_handler = note};
    take(&stop);
}

/* ---- what was begun is removed ---- */

/* Only what a handler may call. */
static void remove_begun(int which)
{
    (void)which;
    if (unlink(begun_path) != 0)
        return;
    if (beside_path[0] != '\0')
        (void)unlink(beside_path);
    if (write(STDERR_FILENO, words, strlen(words)) < 0)
        _exit(EXIT_FAILED);
    _exit(EXIT_FAILED);
}

static bool keep(char to[SNAPSHOT_PATH], const char *path)
{
    return snprintf(to, SNAPSHOT_PATH, "%s", path != NULL ? path : "") < SNAPSHOT_PATH;
}

bool stop_removes(const char *command, const char *begun, const char *beside)
{
    const struct sigaction stop = {.sa_handler = remove_begun, .sa_flags = SA_RESTART};
    if (!keep(begun_path, begun) || !keep(beside_path, beside))
        return false;
    snprintf(words, sizeof(words), "%sfairbank %s: stopped; nothing was changed, nothing is left\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", command);
    take(&stop);
    return true;
}

void stop_never(void)
{
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    take(&ignore);
}
