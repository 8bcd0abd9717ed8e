/* tamper FROM TO N: a store's rows copied into a new one, with the last bit of journal entry N turned over. The new store
 * gives every row its checksum, so that no checksum tells of it. N = 0: nothing is changed but that the leaves and nodes of
 * the chain are left out, as in a store of a version before it. */
#include "engine/store/key.h"
#include <stdio.h>
#include <stdlib.h>

enum { ROWS_AT_ONCE = 1000, ROOM = 1 << 18 };
static unsigned char memory[ROOM];

static bool is_left_out(enum fb_table table, uint64_t entry)
{
    return entry == 0 && (table == FB_TABLE_LEAVES || table == FB_TABLE_CHAIN);
}

static enum fb_err copy_table(struct fb_store *from, struct fb_store *to, enum fb_table table, uint64_t entry)
{
    struct fb_txn *in = NULL, *out = NULL;
    struct fb_scan scan;
    struct fb_arena arena;
    enum fb_err err = fb_store_read(from, &in);
    fb_arena_init(&arena, memory, sizeof memory);
    if (err == FB_OK)
        err = fb_store_write(to, &out);
    if (err != FB_OK)
        return err;
    fb_scan_begin(&scan, in, table, (struct fb_span){NULL, 0});
    for (; fb_scan_next(&scan, &arena); fb_arena_reset(&arena)) {
        uint64_t number = 0;
        if (table == FB_TABLE_JOURNAL && fb_key_parse_u64(scan.key, &number) == FB_OK && number == entry)
            ((char *)(uintptr_t)scan.value.p)[scan.value.n - 1] ^= 1; /* the arena's copy, which is ours */
        fb_put(out, table, scan.key, scan.value);
    }
    fb_scan_end(&scan);
    err = fb_txn_err(in);
    fb_txn_abort(&in);
    enum fb_err end = fb_txn_commit(&out);
    return err == FB_OK ? end : err;
}

int main(int argc, char **argv)
{
    struct fb_store *from = NULL, *to = NULL;
    const char *why = "";
    if (argc != 4)
        return 2;
    uint64_t entry = strtoull(argv[3], NULL, 10);
    enum fb_err err = fb_store_open(&from, argv[1], &(struct fb_store_options){.read_only = true}, &why);
    if (err == FB_OK)
        err = fb_store_open(&to, argv[2], &(struct fb_store_options){.create = true}, &why);
    for (unsigned t = 0; t < FB_TABLES && err == FB_OK; t++)
        if (!is_left_out((enum fb_table)t, entry))
            err = copy_table(from, to, (enum fb_table)t, entry);
    fb_store_close(&from);
    fb_store_close(&to);
    if (err != FB_OK)
        fprintf(stderr, "tamper: %s %s\n", fb_err_text(err), why);
    return err == FB_OK ? 0 : 1;
}
