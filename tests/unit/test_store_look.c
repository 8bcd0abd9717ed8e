/* Bit-rot: whichever row of whichever table it hits, it is found, and table and key are named. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MAP = 1 << 30, EACH = 40, PAGE = 4096 };
static const struct fb_store_options make = {.create = true, .map_bytes = MAP}, only_read = {.read_only = true, .map_bytes = MAP};
static struct fb_test_folder folder;
static char data[FB_TEST_PATH];

static struct fb_store *opened(const struct fb_store_options *options)
{
    struct fb_store *s = NULL;
    CU_ASSERT_EQUAL_FATAL(fb_store_open(&s, folder.path, options, NULL), FB_OK);
    return s;
}

/* A text that is found again in the file: which table, which row. */
static struct fb_span text_of(char out[64], enum fb_table table, unsigned i)
{
    struct fb_text t;
    fb_text_init(&t, out, 64);
    fb_text_add(&t, "row of ");
    fb_text_add(&t, fb_table_word(table));
    fb_text_add(&t, " number ");
    fb_text_add_int(&t, 1000 + i);
    return (struct fb_span){t.p, (uint32_t)t.n};
}

static struct fb_key key_of(enum fb_table table, unsigned i)
{
    return table == FB_TABLE_DECISIONS ? fb_key_decision(7, 90 + i) : fb_key_u64(90 + i);
}

static void fill(void)
{
    char memory[64];
    struct fb_txn *t = NULL;
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "data.mdb", data);
    struct fb_store *s = opened(&make);
    CU_ASSERT_EQUAL_FATAL(fb_store_write(s, &t), FB_OK);
    for (unsigned table = 0; table < FB_TABLES; table++)
        for (unsigned i = 0; i < EACH; i++) {
            struct fb_key key = key_of((enum fb_table)table, i);
            fb_put(t, (enum fb_table)table, fb_key_span(&key), text_of(memory, (enum fb_table)table, i));
        }
    CU_ASSERT_EQUAL_FATAL(fb_txn_commit(&t), FB_OK);
    fb_store_close(&s);
}

static unsigned char *find_bytes(unsigned char *in, size_t n, struct fb_span what)
{
    for (size_t i = 0; i + what.n <= n; i++)
        if (memcmp(in + i, what.p, what.n) == 0)
            return in + i;
    return NULL;
}

static struct fb_store_look looked(void)
{
    struct fb_store_look look;
    struct fb_store *s = opened(&only_read);
    CU_ASSERT_EQUAL(fb_store_look(s, &look, NULL, NULL), FB_OK);
    CU_ASSERT_TRUE(look.ended);
    fb_store_close(&s);
    return look;
}

static void a_sound_store_has_no_fault(void)
{
    fill();
    struct fb_store_look look = looked();
    CU_ASSERT_EQUAL(look.faults, 0);
    CU_ASSERT_EQUAL(look.rows, look.of);
    CU_ASSERT_TRUE(look.rows >= FB_TABLES * EACH);
    fb_test_folder_remove(&folder);
}

static void a_turned_byte_is_named_in_every_table(void)
{
    char memory[64], words[300];
    size_t n = 0;
    fill();
    unsigned char *file = fb_test_file_read(data, &n);
    for (unsigned table = 0; table < FB_TABLES; table++) {
        struct fb_span text = text_of(memory, (enum fb_table)table, EACH / 2);
        unsigned char *row = find_bytes(file, n, text);
        CU_ASSERT_PTR_NOT_NULL_FATAL(row);
        row[text.n / 2] ^= 0x10;
        fb_test_file_write(data, file, n);
        struct fb_store_look look = looked();
        struct fb_key key = key_of((enum fb_table)table, EACH / 2);
        CU_ASSERT_EQUAL(look.faults, 1);
        CU_ASSERT_EQUAL(look.rows, look.of); /* and what lies behind it was looked at all the same */
        CU_ASSERT_EQUAL(look.fault[0].kind, FB_FAULT_ROW);
        CU_ASSERT_EQUAL(look.fault[0].table, table);
        CU_ASSERT_TRUE(look.fault[0].n_key == key.n && memcmp(look.fault[0].key, key.b, key.n) == 0);
        struct fb_text t;
        fb_text_init(&t, words, sizeof words);
        fb_fault_say(&t, &look.fault[0]);
        CU_ASSERT_TRUE(strstr(words, fb_table_word((enum fb_table)table)) == words && strstr(words, "fails its checksum") != NULL);
        row[text.n / 2] ^= 0x10;
    }
    free(file);
    fb_test_folder_remove(&folder);
}

static void a_decision_is_named_by_its_subject_and_entry(void)
{
    char words[300];
    struct fb_text t;
    struct fb_key key = fb_key_decision(7, 90);
    struct fb_fault f = {.table = FB_TABLE_DECISIONS, .kind = FB_FAULT_ROW, .n_key = key.n};
    memcpy(f.key, key.b, key.n);
    fb_text_init(&t, words, sizeof words);
    fb_fault_say(&t, &f);
    CU_ASSERT_STRING_EQUAL(words, "decisions: the row of key 00000007000000000000005a (subject 7, journal 90) fails its checksum");
}

/* A key that turned stands out of order, or under a sum that is another key's. */
static void a_turned_key_is_found(void)
{
    char memory[64];
    size_t n = 0;
    fill();
    unsigned char *file = fb_test_file_read(data, &n);
    unsigned char *row = find_bytes(file, n, text_of(memory, FB_TABLE_EVENTS, 5));
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    row[-5] ^= 0x40; /* the last byte of the key; the sum stands between */
    fb_test_file_write(data, file, n);
    struct fb_store_look look = looked();
    CU_ASSERT_TRUE(look.faults >= 1);
    CU_ASSERT_EQUAL(look.fault[0].table, FB_TABLE_EVENTS);
    free(file);
    fb_test_folder_remove(&folder);
}

static void look_in_a_process_of_its_own(struct fb_store_look *shared)
{
    struct fb_store *s = NULL;
    if (freopen("/dev/null", "w", stderr) == NULL || fb_store_open(&s, folder.path, &only_read, NULL) != FB_OK)
        _exit(1);
    enum fb_err err = fb_store_look(s, shared, NULL, NULL);
    _exit(err == FB_OK && shared->faults == 0 ? 0 : 2);
}

/* Every page of the file in turn, torn in its head and its index: a look in a process of its own says so, or ends, having named
 * the table; it is sound only where the page held nothing. */
static void torn_pages_are_never_taken_for_sound_ones(void)
{
    static unsigned char *file, *torn; /* its children have them too, and lose nothing that can be reached */
    size_t n = 0;
    unsigned sound = 0, told = 0, ended = 0;
    fill();
    struct fb_store *s = opened(&make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1000, 2000), FB_OK); /* a table with inner pages */
    fb_store_close(&s);
    file = fb_test_file_read(data, &n);
    torn = malloc(n);
    FILE *behind = tmpfile();
    CU_ASSERT_TRUE_FATAL(behind != NULL && ftruncate(fileno(behind), sizeof(struct fb_store_look)) == 0);
    struct fb_store_look *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED, fileno(behind), 0);
    CU_ASSERT_TRUE_FATAL(torn != NULL && shared != MAP_FAILED);
    for (size_t page = 2 * PAGE; page + PAGE <= n; page += 3 * PAGE) {
        int status = 0;
        memcpy(torn, file, n);
        memset(torn + page + 8, 0xa5, 64);
        fb_test_file_write(data, torn, n);
        pid_t child = fork();
        CU_ASSERT_TRUE_FATAL(child >= 0);
        if (child == 0)
            look_in_a_process_of_its_own(shared);
        CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
        sound += WIFEXITED(status) && WEXITSTATUS(status) == 0;
        told += WIFEXITED(status) && WEXITSTATUS(status) != 0;
        ended += WIFSIGNALED(status) != 0;
    }
    CU_ASSERT_TRUE(told + ended > 20);
    CU_ASSERT_TRUE(sound * 4 < told + ended);
    (void)munmap(shared, sizeof *shared);
    (void)fclose(behind);
    free(file);
    free(torn);
    fb_test_folder_remove(&folder);
}

CU_TestInfo suite_store_look[] = {
    {"a sound store has no fault", a_sound_store_has_no_fault},
    {"a turned byte is named in every table", a_turned_byte_is_named_in_every_table},
    {"a decision is named by its subject and entry", a_decision_is_named_by_its_subject_and_entry},
    {"a turned key is found", a_turned_key_is_found},
    {"torn pages are never taken for sound ones", torn_pages_are_never_taken_for_sound_ones},
    CU_TEST_INFO_NULL,
};
