#include "tools/fairbank/spoken.h"
#include <stdio.h>
#include <string.h>

static const char name[] = "fairbank-export", word[] = "export";
static bool as_export;

bool spoken_as_export(const char *path)
{
    const char *last = strrchr(path, '/');
    return as_export = strcmp(last != NULL ? last + 1 : path, name) == 0;
}

const char *spoken(const char *command)
{
    enum { LENGTH = 80 };
    static char text[2][LENGTH];
    static unsigned at;
    size_t n = sizeof word - 1;
    bool ours = as_export && strncmp(command, word, n) == 0 && (command[n] == '\0' || command[n] == ' ');
    at ^= 1;
    if (ours)
        (void)snprintf(text[at], LENGTH, "%s%s", name, command + n);
    else
        (void)snprintf(text[at], LENGTH, "fairbank %s", command);
    return text[at];
}
