#include "engine/shell/ports.h"
#include "engine/pack/pack.h"
#include "engine/wire/wire.h"
#include <stdlib.h>
#include <string.h>

_Static_assert((int)FB_PORTS_KEY_BYTES == (int)FB_WORKER_KEY_BYTES, "the key is the one that wire takes");
_Static_assert(sizeof((struct fb_who){0}.hash) == FB_WORKER_HASH_BYTES,
               "wire's hash is the one that turn keeps");

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

static struct fb_who who_of(const struct fb_wire_who *from)
{
    struct fb_who who = {.held = from->held};
    memcpy(who.hash, from->hash, sizeof who.hash);
    return who;
}

static enum fb_err blind_refused(const struct fb_ports_key *key, enum fb_kind kind, struct fb_span body,
                                 struct fb_arena *arena, struct fb_blinded *out)
{
    if (key == NULL)
        return FB_REFUSED;
    return fb_blind_refused(key->bytes, kind, body, arena, out->digest, &out->body);
}

static enum fb_err blind(void *ctx, enum fb_kind kind, struct fb_span body, struct fb_arena *arena,
                         struct fb_blinded *out)
{
    const struct fb_ports_key *key = ctx;
    struct fb_wire_blinded blinded;
    out->body = body;
    out->who = out->who_was = (struct fb_who){.held = false};
    if (out->refused)
        return blind_refused(key, kind, body, arena, out);
    if (key == NULL)
        return fb_blind_holds(kind, body) ? FB_REFUSED : FB_OK;
    enum fb_err err = fb_blind_body(key->bytes, kind, body, arena, &blinded);
    if (err != FB_OK)
        return err;
    out->body = blinded.body;
    out->who = who_of(&blinded.who);
    out->who_was = who_of(&blinded.who_was);
    unsigned char plain[sizeof out->digest];
    memcpy(plain, out->digest, sizeof plain);
    if (blinded.taken)
        fb_blind_seal(key->bytes, (struct fb_span){(const char *)plain, sizeof plain}, out->digest);
    return FB_OK;
}

const struct fb_turn_ports fb_ports = {
    .decode = decode, .compile = compile, .release = release, .blind = blind};

struct fb_turn_ports fb_ports_with(struct fb_ports_key *key)
{
    struct fb_turn_ports ports = fb_ports;
    ports.ctx = key;
    return ports;
}
