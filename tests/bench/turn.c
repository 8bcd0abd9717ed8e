/* The turn without sockets: decoded bookings in, durable decisions out, at several batch sizes, on LMDB and, as the
 * baseline, on the store in memory: the difference is the store's share. */
#include "engine/base/check.h"
#include "engine/pack/pack.h"
#include "engine/shell/ports.h"
#include "engine/wire/wire.h"
#include "tests/bench/bench.h"
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BATCH_MAX = 4096, FRAME = 2048 };
struct feed {
    struct fb_record record[BATCH_MAX];
    unsigned char frame[BATCH_MAX][FRAME];
    struct fb_input input[BATCH_MAX];
    struct fb_answer answer[BATCH_MAX];
    struct bench_texts texts;
    struct fb_record made;
    struct fb_arena arena;
    unsigned char *memory;
};
enum { ARENA = 64 << 20 };

static void issue(struct fb_turn *turn)
{
    static const char *const dirs[] = {"rules/england", "rules/thames-valley"};
    struct fb_pack_files files = {0};
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    for (unsigned i = 0; i < 2; i++)
        fb_assert(fb_pack_read_dir(&files, dirs[i], &report) == FB_OK);
    fb_assert(fb_pack_load_files(&book, files.file, files.n, &report) == FB_OK);
    struct fb_turn_file *list = calloc(files.n, sizeof(*list));
    fb_assert(list != NULL);
    for (unsigned i = 0; i < files.n; i++)
        list[i] = (struct fb_turn_file){files.file[i].pack, files.file[i].path, files.file[i].bytes};
    fb_assert(fb_turn_issue(turn, list, files.n, book, 1773600000000) == FB_OK);
    free(list);
    fb_pack_files_free(&files);
    fb_pack_report_free(&report);
}

/* Decodes a batch as the loop thread does; not part of the time taken. */
static void fill(struct feed *f, uint64_t first, unsigned n, uint32_t source)
{
    fb_arena_reset(&f->arena);
    for (unsigned i = 0; i < n; i++) {
        const char *field = NULL;
        struct fb_span payload, body;
        enum fb_frame_kind kind;
        bench_booking(first + i, fb_span_of("bench"), &f->texts, &f->made);
        size_t len = fb_encode_publish(&f->made, f->frame[i], FRAME);
        fb_assert(fb_frame_open((struct fb_span){(char *)f->frame[i], (uint32_t)len}, &kind, &payload) == FB_REASON_NONE);
        fb_assert(fb_decode_publish(payload, &f->arena, &f->record[i], &body, &field) == FB_REASON_NONE);
        f->input[i] = (struct fb_input){.record = &f->record[i], .body = body, .source = source};
    }
}

static int64_t run(struct fb_store *store, struct feed *f, uint64_t bookings, unsigned batch, uint64_t *bytes)
{
    struct fb_turn *turn = NULL;
    const char *why = NULL;
    uint32_t source = 0;
    struct fb_source s = {.name = fb_span_of("bench"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE, .window = 1024,
                          .sends = FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS};
    fb_assert(fb_turn_open(&turn, store, &fb_ports, NULL, &why) == FB_OK);
    issue(turn);
    fb_assert(fb_turn_source(turn, &s, 1773600000000, &source) == FB_OK);
    int64_t took = 0;
    for (uint64_t done = 0; done < bookings; done += batch) {
        fill(f, done, batch, source);
        int64_t from = bench_now_ns();
        fb_assert(fb_turn_run(turn, f->input, batch, 1773600000000 + (int64_t)done, f->answer) == FB_OK);
        took += bench_now_ns() - from;
        fb_assert(f->answer[0].outcome == FB_OUTCOME_ACCEPTED);
    }
    fb_turn_close(&turn);
    *bytes = fb_store_bytes(store);
    return took;
}

static int64_t on_lmdb(struct feed *f, uint64_t bookings, unsigned batch, uint64_t *bytes)
{
    char folder[] = "build/bench-XXXXXX", file[64];
    const char *why = NULL;
    struct fb_store *store = NULL;
    fb_assert(mkdtemp(folder) != NULL);
    fb_assert(fb_store_open(&store, folder, &(struct fb_store_options){.create = true}, &why) == FB_OK);
    int64_t took = run(store, f, bookings, batch, bytes);
    fb_store_close(&store);
    static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock"};
    for (unsigned i = 0; i < 3; i++) {
        snprintf(file, sizeof(file), "%s/%s", folder, names[i]);
        (void)unlink(file);
    }
    (void)rmdir(folder);
    return took;
}

void bench_turn(uint64_t bookings)
{
    static const unsigned batches[] = {64, 256, 1024, 4096};
    struct feed *f = calloc(1, sizeof(*f));
    fb_assert(f != NULL && (f->memory = malloc(ARENA)) != NULL);
    fb_arena_init(&f->arena, f->memory, ARENA);
    for (unsigned i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
        char name[64];
        uint64_t n = bookings / batches[i] * batches[i], bytes = 0, memory_bytes = 0;
        struct fb_store *memory = NULL;
        fb_assert(fb_store_open_memory(&memory, NULL) == FB_OK);
        int64_t disk = on_lmdb(f, n, batches[i], &bytes), none = run(memory, f, n, batches[i], &memory_bytes);
        fb_store_close(&memory);
        snprintf(name, sizeof(name), "durable bookings, no sockets, batch %u", batches[i]);
        bench_figure("turn", name, (int64_t)n * 1000000000 / disk, "a second");
        snprintf(name, sizeof(name), "LMDB over memory store, batch %u", batches[i]);
        bench_figure_decimal("turn", name, bench_ratio_e3(disk, none), 3, "times");
        if (batches[i] == 1024)
            bench_figure("turn", "stored", (int64_t)(bytes / n), "bytes a booking");
    }
    free(f->memory);
    free(f);
}
