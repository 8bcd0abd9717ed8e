#include "tools/demo-data/lines.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 1 << 20 };

static bool read_all(struct fb_demo_file *f)
{
    FILE *in = fopen(f->path, "rb");
    if (in == NULL)
        return false;
    size_t n = fread(f->memory, 1, FILE_BYTES_MAX, in);
    bool whole = ferror(in) == 0 && n < FILE_BYTES_MAX;
    fclose(in);
    f->rest = (struct fb_span){f->memory, (uint32_t)n};
    return whole;
}

bool fb_demo_file_open(struct fb_demo_file *f, const char *folder, struct fb_span name)
{
    struct fb_text path;
    fb_text_init(&path, f->path, sizeof f->path);
    fb_text_add(&path, folder);
    fb_text_add(&path, "/");
    fb_text_add_span(&path, name);
    f->memory = malloc(FILE_BYTES_MAX);
    if (f->memory != NULL && read_all(f))
        return true;
    perror(f->path);
    fb_demo_file_close(f);
    return false;
}

void fb_demo_file_close(struct fb_demo_file *f)
{
    free(f->memory);
    f->memory = NULL;
    f->rest = (struct fb_span){NULL, 0};
}

struct fb_span fb_demo_cut(struct fb_span *rest, char separator)
{
    const char *at = rest->n == 0 ? NULL : memchr(rest->p, separator, rest->n);
    uint32_t n = at == NULL ? rest->n : (uint32_t)(at - rest->p);
    struct fb_span first = {rest->p, n};
    uint32_t taken = at == NULL ? n : n + 1;
    *rest = (struct fb_span){rest->p + taken, rest->n - taken};
    return first;
}

bool fb_demo_file_line(struct fb_demo_file *f, struct fb_span *line)
{
    if (f->rest.n == 0)
        return false;
    *line = fb_demo_cut(&f->rest, '\n');
    if (line->n > 0 && line->p[line->n - 1] == '\r')
        line->n--;
    return true;
}

int fb_demo_number(struct fb_span s)
{
    int64_t v;
    if (s.n > 9 || fb_parse_int(&v, s) != FB_OK || v < 0)
        return -1;
    return (int)v;
}

int fb_demo_clock(struct fb_span s)
{
    int hour = fb_demo_number(fb_demo_cut(&s, ':')), minute = fb_demo_number(s);
    return hour < 0 || hour > 23 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}
