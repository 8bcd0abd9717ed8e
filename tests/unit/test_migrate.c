/* Stores of older schemas: carried over, whole, also when that was cut short; and those that cannot be. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "engine/turn/chain/chain.h"
#include "engine/turn/migrate.h"
#include "engine/turn/turn.h"
#include "tests/lib/old_store.h"
#include "tests/lib/ports.h"
#include "tests/lib/suite.h"
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAP = 1 << 30 };
static const struct fb_store_options writer = {.map_bytes = MAP}, reader = {.read_only = true, .map_bytes = MAP};
static struct fb_test_folder folder;

static struct fb_store *opened(const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, options, NULL), FB_OK);
    return s;
}

static unsigned begun;
static void count_begun(void *ctx, const struct fb_migration *m)
{
    (void)ctx;
    begun++;
    CU_ASSERT_EQUAL(m->from + 1, m->to);
    CU_ASSERT_TRUE(strlen(m->words) > 10);
}

static const struct fb_migrate told = {.begun = count_begun}, untold = {.begun = NULL};

/* All of it is there, and the journal gives the very rows again, the chain's too. */
static void check_whole(uint64_t entries)
{
    struct fb_verify v;
    uint64_t journal = 0, leaves = 0;
    struct fb_store *s = opened(&reader);
    CU_ASSERT_EQUAL(fb_store_schema(s), FB_SCHEMA_VERSION);
    CU_ASSERT_EQUAL(fb_chain_heads(s, &journal, &leaves), FB_OK);
    CU_ASSERT_TRUE(journal == entries && leaves == entries);
    CU_ASSERT_EQUAL(fb_turn_verify(s, fb_test_ports(), NULL, &v), FB_OK);
    CU_ASSERT_TRUE(v.equal);
    CU_ASSERT_EQUAL(v.entries, entries);
    CU_ASSERT_STRING_EQUAL(v.first_difference, "");
    fb_store_close(&s);
}

enum { ENTRIES_2 = 242 };

static void a_store_of_schema_2_is_carried_over_whole(void)
{
    struct fb_store *s = NULL;
    const char *why = NULL;
    fb_test_old_store(&folder, "schema-2.mdb.gz");
    CU_ASSERT_EQUAL(fb_store_open(&s, folder.path, &reader, &why), FB_REFUSED);
    CU_ASSERT_TRUE(why != NULL && strstr(why, "start fairbankd") != NULL);
    s = opened(&writer);
    CU_ASSERT_EQUAL(fb_store_schema(s), 2);
    uint64_t epoch = fb_store_epoch(s);
    begun = 0;
    CU_ASSERT_EQUAL(fb_migrate(s, &told), FB_OK);
    CU_ASSERT_EQUAL(begun, FB_SCHEMA_VERSION - 2);
    CU_ASSERT_EQUAL(fb_migrate(s, &told), FB_OK); /* again: nothing is left to do */
    CU_ASSERT_EQUAL(begun, FB_SCHEMA_VERSION - 2);
    CU_ASSERT_EQUAL(fb_store_epoch(s), epoch);
    fb_store_close(&s);
    check_whole(ENTRIES_2);
    fb_test_folder_remove(&folder);
}

/* As compaction and restoring open it, a copy without a free page: the tables that came since need room. */
static void a_map_that_the_file_fills_has_room_for_new_tables(void)
{
    static const struct fb_store_options as_the_file = {.map_bytes = 4096};
    const char *why = NULL;
    uint64_t epoch;
    struct fb_store_compacted out;
    fb_test_old_store(&folder, "schema-2.mdb.gz");
    struct fb_store *s = opened(&as_the_file);
    CU_ASSERT_EQUAL(fb_migrate(s, &untold), FB_OK);
    fb_store_close(&s);
    check_whole(ENTRIES_2);
    CU_ASSERT_EQUAL(fb_store_new_epoch(folder.path, &epoch, &why), FB_OK);
    CU_ASSERT_EQUAL(fb_store_compact(folder.path, &out, &why), FB_OK);
    fb_test_folder_remove(&folder);
}

/* For who copies it: nothing of it is changed, and what it has no table for is empty. */
static void as_it_is_it_can_be_looked_at(void)
{
    static const struct fb_store_options as_it_is = {.read_only = true, .as_it_is = true, .map_bytes = MAP};
    struct fb_store_look look;
    struct fb_store *s = NULL;
    struct fb_txn *t = NULL;
    struct fb_scan scan;
    struct fb_span key, value;
    unsigned char memory[256];
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    fb_test_old_store(&folder, "schema-2.mdb.gz");
    s = opened(&as_it_is);
    CU_ASSERT_EQUAL(fb_store_schema(s), 2);
    CU_ASSERT_EQUAL(fb_store_look(s, &look, NULL, NULL), FB_OK);
    CU_ASSERT_TRUE(look.ended && look.faults == 0 && look.rows == look.of && look.rows > ENTRIES_2);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    CU_ASSERT_EQUAL(fb_table_rows(t, FB_TABLE_JOURNAL), ENTRIES_2);
    CU_ASSERT_EQUAL(fb_table_rows(t, FB_TABLE_RECEIPTS), 0);
    CU_ASSERT_EQUAL(fb_find_last(t, FB_TABLE_RECEIPTS, &arena, &key, &value), FB_NOT_FOUND);
    CU_ASSERT_EQUAL(fb_find(t, FB_TABLE_RECEIPTS, fb_span_of("key"), &arena, &value), FB_NOT_FOUND);
    fb_scan_begin(&scan, t, FB_TABLE_RECEIPTS, (struct fb_span){NULL, 0});
    CU_ASSERT_FALSE(fb_scan_next(&scan, &arena));
    fb_scan_end(&scan);
    CU_ASSERT_EQUAL(fb_txn_err(t), FB_OK);
    fb_txn_abort(&t);
    fb_store_close(&s);
    CU_ASSERT_EQUAL(fb_store_open(&s, folder.path, &reader, NULL), FB_REFUSED); /* as it was */
    fb_arena_release(&arena);
    fb_test_folder_remove(&folder);
}

/* ---- cut short ---- */

enum { STEPS = 5 };
static unsigned cut_at; /* the step fails, or its process ends, before row `cut_at` of STEPS; 0: never */
static bool ends_process;

/* A step as they all are: what it has done it finds again. */
static enum fb_err five_rows(struct fb_store *store, void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx)
{
    enum fb_err err = FB_OK;
    (void)progress;
    (void)ctx;
    for (uint32_t i = 1; i <= STEPS && err == FB_OK; i++) {
        struct fb_txn *t = NULL;
        struct fb_key key = fb_key_u32(i);
        if (i == cut_at && ends_process)
            _exit(9);
        if (i == cut_at)
            return FB_IO;
        err = fb_store_write(store, &t);
        if (err == FB_OK) {
            fb_put(t, FB_TABLE_TODO, fb_key_span(&key), fb_span_of("done"));
            err = fb_txn_commit(&t);
        }
    }
    return err;
}

static const struct fb_migration later[] = {
    {FB_SCHEMA_VERSION, FB_SCHEMA_VERSION + 1, "five rows are written", five_rows},
};

/* The row of META that says so while a step is under way: the schema that it leads to; 0: none is. */
static uint32_t under_way(struct fb_txn *t)
{
    unsigned char memory[256];
    struct fb_arena arena;
    struct fb_span value;
    struct fb_key key = fb_key_word("carrying");
    uint32_t to = 77;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_find(t, FB_TABLE_META, fb_key_span(&key), &arena, &value);
    if (err == FB_OK)
        CU_ASSERT_EQUAL(fb_key_parse_u32(value, &to), FB_OK);
    fb_arena_release(&arena);
    return err == FB_NOT_FOUND ? 0 : to;
}

static void check_done(uint32_t schema, uint32_t unfinished, uint64_t rows)
{
    struct fb_txn *t = NULL;
    struct fb_store *s = opened(&writer);
    CU_ASSERT_EQUAL(fb_store_schema(s), schema);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    CU_ASSERT_EQUAL(under_way(t), unfinished);
    CU_ASSERT_EQUAL(fb_table_rows(t, FB_TABLE_TODO), rows);
    fb_txn_abort(&t);
    fb_store_close(&s);
}

static void what_was_cut_short_goes_on(void)
{
    struct fb_store *s = NULL;
    fb_test_folder_make(&folder);
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, &(struct fb_store_options){.create = true, .map_bytes = MAP}, NULL), FB_OK);
    fb_store_close(&s);
    ends_process = true;
    for (cut_at = 1; cut_at <= STEPS; cut_at++) {
        int status = 0;
        pid_t child = fork();
        CU_ASSERT_TRUE_FATAL(child >= 0);
        if (child == 0) {
            if (fb_store_open(&s, folder.path, &writer, NULL) == FB_OK)
                (void)!fb_migrate_by(s, later, 1, FB_SCHEMA_VERSION + 1, &untold);
            _exit(1);
        }
        CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
        CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 9);
        check_done(FB_SCHEMA_VERSION, FB_SCHEMA_VERSION + 1, cut_at - 1);
    }
    ends_process = false;
    cut_at = 3;
    s = opened(&writer);
    CU_ASSERT_EQUAL(fb_migrate_by(s, later, 1, FB_SCHEMA_VERSION + 1, &untold), FB_IO);
    CU_ASSERT_EQUAL(fb_store_schema(s), FB_SCHEMA_VERSION);
    cut_at = 0;
    CU_ASSERT_EQUAL(fb_migrate_by(s, later, 1, FB_SCHEMA_VERSION + 1, &untold), FB_OK);
    CU_ASSERT_EQUAL(fb_store_schema(s), FB_SCHEMA_VERSION + 1);
    CU_ASSERT_EQUAL(fb_migrate_by(s, later, 1, FB_SCHEMA_VERSION + 2, &untold), FB_REFUSED); /* no step leads there */
    fb_store_close(&s);
    /* And this version does not open it any more. */
    CU_ASSERT_EQUAL(fb_store_open(&s, folder.path, &writer, NULL), FB_NEWER);
    fb_test_folder_remove(&folder);
}

/* The real step, ended in the middle of its chain: what stands of it is gone on with. */
static void the_chain_is_folded_on_from_where_it_stands(void)
{
    uint64_t journal = 0, leaves = 0;
    fb_test_old_store(&folder, "schema-2.mdb.gz");
    struct fb_store *s = opened(&writer);
    CU_ASSERT_EQUAL(fb_chain_refold(s, NULL, NULL), FB_OK);
    CU_ASSERT_EQUAL(fb_chain_heads(s, &journal, &leaves), FB_OK);
    CU_ASSERT_EQUAL(leaves, ENTRIES_2);
    fb_store_close(&s); /* before the schema was written */
    s = opened(&writer);
    CU_ASSERT_EQUAL(fb_store_schema(s), 2);
    CU_ASSERT_EQUAL(fb_migrate(s, &untold), FB_OK);
    fb_store_close(&s);
    check_whole(ENTRIES_2);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_migrate[] = {
    {"a store of schema 2 is carried over whole", a_store_of_schema_2_is_carried_over_whole},
    {"a map that the file fills has room for new tables", a_map_that_the_file_fills_has_room_for_new_tables},
    {"as it is it can be looked at", as_it_is_it_can_be_looked_at},
    {"what was cut short goes on", what_was_cut_short_goes_on},
    {"the chain is folded on from where it stands", the_chain_is_folded_on_from_where_it_stands},
    CU_TEST_INFO_NULL,
};
