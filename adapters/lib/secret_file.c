#include "adapters/lib/secret_file.h"
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

const char *fb_secret_read(const char *path, char *out, size_t size, size_t *n)
{
    struct stat st;
    FILE *f = fopen(path, "rb");
    *n = 0;
    if (f == NULL)
        return "a secret's file that cannot be read:";
    bool open = fstat(fileno(f), &st) != 0 || (st.st_mode & (S_IRWXG | S_IRWXO)) != 0;
    *n = open ? 0 : fread(out, 1, size, f);
    bool failed = ferror(f) != 0;
    fclose(f);
    return open ? "a secret's file that others may read (chmod 600):" : failed ? "a secret's file that cannot be read:" : NULL;
}

const char *fb_secret_line(const char *path, char *out, size_t size)
{
    size_t n;
    const char *fault = fb_secret_read(path, out, size, &n);
    if (fault == NULL && n == size)
        fault = "a secret's file that is too long:";
    while (fault == NULL && n > 0 && (out[n - 1] == '\n' || out[n - 1] == '\r'))
        n--;
    out[n < size ? n : 0] = '\0';
    return fault != NULL ? fault : n == 0 ? "a secret's file with nothing in it:" : NULL;
}

void fb_secret_warn(const char *program, const char *path)
{
    struct stat st;
    if (path != NULL && stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        fprintf(stderr, "%s: warning: others than its owner may read %s, and tell by it from a pseudonym who a worker is: chmod 600 it\n", program, path);
}
