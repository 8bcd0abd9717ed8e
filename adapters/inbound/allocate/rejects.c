#include "adapters/inbound/allocate/rejects.h"
#include "adapters/lib/write_all.h"
#include "engine/base/when.h"
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum fb_err fb_allocate_rejects_open(struct fb_allocate_rejects *r, const char *folder)
{
    snprintf(r->path, sizeof r->path, "%s/rejects.jsonl", folder);
    r->fd = open(r->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return r->fd >= 0 ? FB_OK : FB_IO;
}

void fb_allocate_rejects_close(struct fb_allocate_rejects *r)
{
    if (r->fd >= 0)
        close(r->fd);
    r->fd = -1;
}

static void put_bytes(json_t *line, struct fb_span raw)
{
    unsigned char hash[16];
    char text[33];
    crypto_generichash(hash, sizeof hash, (const unsigned char *)raw.p, raw.n, NULL, 0);
    json_object_set_new(line, "bytes", json_integer(raw.n));
    json_object_set_new(line, "digest", json_string(sodium_bin2hex(text, sizeof text, hash, sizeof hash)));
}

enum fb_err fb_allocate_reject(struct fb_allocate_rejects *r, const char *from, const char *reason, const json_t *event, struct fb_span raw, int64_t now_ms)
{
    char at[25];
    fb_instant_format(at, now_ms);
    json_t *line = json_pack("{s:s, s:s, s:s}", "at", at, "from", from, "reason", reason);
    if (line == NULL)
        return FB_FULL;
    if (event != NULL)
        json_object_set_new(line, "event", json_deep_copy(event));
    else
        put_bytes(line, raw);
    char *text = json_dumps(line, JSON_COMPACT | JSON_REAL_PRECISION(15));
    json_decref(line);
    if (text == NULL)
        return FB_FULL;
    size_t n = strlen(text);
    text[n] = '\n'; /* in place of its end, so that a line is one write */
    bool good = fb_write_all(r->fd, text, n + 1) && fdatasync(r->fd) == 0;
    free(text);
    return good ? FB_OK : FB_IO;
}
