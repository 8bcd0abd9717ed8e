#include "tools/fairbank/care/stop.h"
#include <string.h>
#include <unistd.h>

static char begun_path[SNAPSHOT_PATH], beside_path[SNAPSHOT_PATH], words[128];

/* Only what a handler may call. */
static void on_stop(int which)
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
    struct sigaction stop = {.sa_handler = on_stop, .sa_flags = SA_RESTART};
    if (!keep(begun_path, begun) || !keep(beside_path, beside))
        return false;
    snprintf(words, sizeof(words), "%sfairbank %s: stopped; nothing was changed, nothing is left\n", isatty(STDERR_FILENO) ? "\r\033[K" : "", command);
    (void)sigaction(SIGINT, &stop, NULL);
    (void)sigaction(SIGTERM, &stop, NULL);
    (void)sigaction(SIGHUP, &stop, NULL);
    return true;
}
