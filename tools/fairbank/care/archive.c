/* fairbank archive: old journal entries in a file of their own. Nothing is taken out of the store: replay, the answers to what is sent
 * again and reports as of then read the whole journal. archive_verify.c proves such files. */
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "tools/fairbank/care/archive_file.h"
#include "tools/fairbank/care/stop.h"
#include "tools/fairbank/json.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOLD_EVERY = 16384, ROW_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192 };

static int fail(const struct options *o, const char *what, const char *why)
{
    fprintf(stderr, "fairbank %s: %s: %s\n", o->command, what, why);
    return EXIT_FAILED;
}

static bool open_store(const struct options *o, struct fb_store **s)
{
    const char *why = "";
    enum fb_err e = fb_store_open(s, o->data, &(struct fb_store_options){.read_only = true}, &why);
    if (e != FB_OK)
        (void)fail(o, o->data, why);
    return e == FB_OK;
}

/* ---- which entries ---- */

/* The instant of an entry; entries never go back in time. */
static enum fb_err instant_of(struct fb_store *s, uint64_t number, int64_t *at_ms)
{
    static unsigned char memory[ROW_ROOM];
    struct fb_arena arena;
    struct fb_txn *t = NULL;
    struct fb_span value;
    struct fb_entry entry;
    struct fb_key key = fb_key_u64(number);
    fb_arena_init(&arena, memory, sizeof(memory));
    enum fb_err e = fb_store_read(s, &t);
    if (e == FB_OK)
        e = fb_find(t, FB_TABLE_JOURNAL, fb_key_span(&key), &arena, &value);
    if (e == FB_OK)
        e = fb_entry_unpack(&entry, value);
    if (e == FB_OK)
        *at_ms = entry.at_ms;
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    return e;
}

/* The last entry made before a local day, by halving. */
static enum fb_err last_before(struct fb_store *s, fb_day day, uint64_t head, uint64_t *number)
{
    uint64_t low = 0, high = head;
    enum fb_err e = FB_OK;
    while (e == FB_OK && low < high) {
        uint64_t middle = low + (high - low + 1) / 2;
        int64_t at_ms = 0;
        e = instant_of(s, middle, &at_ms);
        if (e == FB_OK && fb_london_day_of_ms(at_ms) < day)
            low = middle;
        else
            high = middle - 1;
    }
    *number = low;
    return e;
}

static enum fb_err range_of(const struct options *o, struct fb_store *s, struct archive_head *head)
{
    uint64_t journal = 0, leaves = 0;
    enum fb_err e = fb_chain_heads(s, &journal, &leaves);
    uint64_t last = o->upto > 0 ? (uint64_t)o->upto : journal;
    if (e == FB_OK && o->before != 0)
        e = last_before(s, o->before, journal, &last);
    *head = (struct archive_head){fb_store_epoch(s), (uint64_t)o->after + 1, last < journal ? last : journal};
    return e;
}

/* ---- writing ---- */

static void tell(const struct archive_head *h, uint64_t number)
{
    if (number % TOLD_EVERY == 0 && isatty(STDERR_FILENO))
        fprintf(stderr, "\rentry %llu of %llu ", (unsigned long long)number, (unsigned long long)h->last);
}

static enum fb_err write_entries(struct archive *a, struct fb_store *s, const struct archive_head *h)
{
    struct fb_leaves l;
    enum fb_err e = fb_leaves_begin(&l, s, h->first, h->last);
    if (e != FB_OK)
        return e;
    while (e == FB_OK && fb_leaves_next(&l)) {
        const struct archive_entry entry = {l.number, l.value, l.decided[l.number - l.decided_from].digest};
        e = archive_put(a, &entry);
        tell(h, l.number);
    }
    fb_leaves_end(&l);
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    return e == FB_OK ? l.err : e;
}

static uint64_t bytes_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static const char *why_not(enum fb_err e)
{
    return e == FB_IO        ? "cannot be written: is the folder there, with room in it, and the disk sound?"
           : e == FB_BUSY    ? "another archive to this name is being made, or has just ended: name another file, or let it end (if none is, remove FILE.part)"
           : e == FB_REFUSED ? "came meanwhile: an archive is never written over"
                             : fb_err_text(e);
}

static int write_archive(const struct options *o, struct fb_store *s, const struct archive_head *h)
{
    struct archive *a = NULL;
    char digest[65] = "", part[SNAPSHOT_PATH];
    if (snprintf(part, sizeof(part), "%s.part", o->to) >= SNAPSHOT_PATH)
        return fail(o, o->to, "is too long a path");
    enum fb_err e = archive_make(&a, o->to, h);
    if (e == FB_OK && !stop_removes(o->command, part, NULL)) /* not before: until then it may be another's */
        e = FB_LIMIT;
    if (e == FB_OK)
        e = write_entries(a, s, h);
    if (e == FB_OK)
        e = archive_finish(a, digest);
    archive_close(&a);
    if (e != FB_OK)
        return fail(o, o->to, e == FB_IO && bytes_of(o->to) > 0 ? "is there, and whole, but its name could not be flushed to the disk: look at the disk, then fairbank archive verify" : why_not(e));
    if (o->json)
        json_print(json_pack("{s:o, s:I, s:I, s:I, s:s}", "file", json_path(o->to), "first", (json_int_t)h->first, "last", (json_int_t)h->last,
                             "bytes", (json_int_t)bytes_of(o->to), "digest", digest),
                   JSON_COMPACT);
    else
        printf("%s: journal entries %llu to %llu, %s; digest %s\nNothing was taken out of the store. Prove it: fairbank archive verify %s\n", o->to,
               (unsigned long long)h->first, (unsigned long long)h->last, size_word(bytes_of(o->to)), digest, o->to);
    return EXIT_DONE;
}

int command_archive(const struct options *o)
{
    struct fb_store *s = NULL;
    struct archive_head h;
    struct stat st;
    if (o->to == NULL || (o->upto > 0) == (o->before != 0)) {
        fprintf(stderr, "fairbank %s: say where to with --to FILE, and how far with --upto N or with --before DATE\n", o->command);
        return EXIT_USAGE;
    }
    if (stat(o->to, &st) == 0)
        return fail(o, o->to, "is there already: an archive is never written over");
    if (!open_store(o, &s))
        return EXIT_FAILED;
    enum fb_err e = range_of(o, s, &h);
    int status = e != FB_OK          ? fail(o, o->data, fb_err_text(e))
                 : h.last < h.first ? fail(o, o->to, "no journal entry is in that range")
                                    : write_archive(o, s, &h);
    fb_store_close(&s);
    return status;
}
