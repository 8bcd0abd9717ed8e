#include "engine/shell/ports.h"
#include "engine/pack/pack.h"
#include "engine/wire/wire.h"
#include <stdlib.h>

static enum fb_err decode(void *ctx, const struct fb_envelope *env, struct fb_span body,
                          struct fb_arena *arena, struct fb_record *out)
{
    (void)ctx;
    const char *field = NULL;
    return fb_decode_body(env, body, arena, out, &field) == FB_REASON_NONE ? FB_OK : FB_DAMAGED;
}

static struct fb_book *compile(void *ctx, const struct fb_turn_file *file, unsigned n)
{
    (void)ctx;
    struct fb_pack_file *files = calloc(n > 0 ? n : 1, sizeof(*files));
    if (files == NULL)
        return NULL;
    for (unsigned i = 0; i < n; i++)
        files[i] = (struct fb_pack_file){file[i].pack, file[i].path, file[i].bytes};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    if (fb_pack_load_files(&book, files, n, &report) != FB_OK)
        book = NULL;
    fb_pack_report_free(&report);
    free(files);
    return book;
}

static void release(void *ctx, struct fb_book *book)
{
    (void)ctx;
    fb_pack_free(&book);
}

const struct fb_turn_ports fb_ports = {.decode = decode, .compile = compile, .release = release};
