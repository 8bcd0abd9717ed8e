/* A store on disk that something has harmed: never a crash, never wrong rows, and a sentence that says what
 * to do. */
#include "engine/store/key.h"
#include "engine/store/store.h"
#include "tests/lib/folder.h"
#include "tests/lib/store_rows.h"
#include "tests/lib/stores.h"
#include "tests/lib/suite.h"
#include <stdlib.h>
#include <string.h>

/* The usual 64 GiB is more than valgrind can map. */
enum { MAP = 1 << 30 };
static const struct fb_store_options make = {.create = true, .map_bytes = MAP}, no_make = {.map_bytes = MAP},
                                     only_read = {.read_only = true, .map_bytes = MAP},
                                     not_summed = {.read_only = true, .unsummed = true, .map_bytes = MAP};
static struct fb_test_folder folder;
static char data[FB_TEST_PATH];

static void begin(void)
{
    fb_test_folder_make(&folder);
    fb_test_folder_file(&folder, "data.mdb", data);
}

static void end(void)
{
    fb_test_folder_remove(&folder);
}

static const unsigned char *find_bytes(const unsigned char *in, size_t n, const void *what, size_t m)
{
    for (size_t i = 0; i + m <= n; i++) {
        if (memcmp(in + i, what, m) == 0)
            return in + i;
    }
    return NULL;
}

static void a_bit_that_turns_in_a_row_is_seen_when_it_is_read(void)
{
    /* The end of the key, the checksum, the value. */
    static const int at[] = {-5, -4, -1, 0, 8, 100, 199};
    size_t n = 0;
    uint64_t rows = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 500), FB_OK);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n), bytes[FB_TEST_ROW];
    struct fb_span value = fb_test_row_value(250, bytes);
    const unsigned char *row = find_bytes(file, n, value.p, value.n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        unsigned char *flipped = file + (row - file) + at[i];
        *flipped ^= 0x10;
        fb_test_file_write(data, file, n);
        s = fb_test_store_opened(&folder, &only_read);
        CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), FB_DAMAGED);
        CU_ASSERT_EQUAL(rows, 249);
        fb_store_close(&s);
        s = fb_test_store_opened(&folder, &not_summed); /* whoever has the sums looked at beside reads what is there */
        bool sum_only = at[i] >= -4 && at[i] < 0;
        CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), sum_only ? FB_OK : FB_REFUSED);
        CU_ASSERT_EQUAL(rows, sum_only ? 500 : 250);
        fb_store_close(&s);
        *flipped ^= 0x10;
    }
    fb_test_file_write(data, file, n);
    s = fb_test_store_opened(&folder, &only_read);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), FB_OK);
    fb_store_close(&s);
    free(file);
    end();
}

static enum fb_err find_to(struct fb_store *s, uint64_t number)
{
    static unsigned char memory[1u << 12];
    struct fb_arena arena;
    struct fb_span key, value;
    struct fb_txn *t = NULL;
    struct fb_key k = fb_key_u64(number);
    fb_arena_init(&arena, memory, sizeof memory);
    CU_ASSERT_EQUAL_FATAL(fb_store_read(s, &t), FB_OK);
    enum fb_err err = fb_find_last_to(t, FB_TABLE_JOURNAL, fb_key_span(&k), 8, &arena, &key, &value);
    fb_txn_abort(&t);
    return err;
}

/* A key that turned must not look like an absent row. */
static void the_last_row_up_to_a_key_is_checked_too(void)
{
    static const int at[] = {-5, -4, 0, 199};
    size_t n = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 500), FB_OK);
    CU_ASSERT_EQUAL(find_to(s, 250), FB_OK);
    CU_ASSERT_EQUAL(find_to(s, 501), FB_NOT_FOUND);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n), bytes[FB_TEST_ROW];
    struct fb_span value = fb_test_row_value(250, bytes);
    const unsigned char *row = find_bytes(file, n, value.p, value.n);
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    for (size_t i = 0; i < sizeof at / sizeof at[0]; i++) {
        unsigned char *flipped = file + (row - file) + at[i];
        *flipped ^= 0x02;
        fb_test_file_write(data, file, n);
        s = fb_test_store_opened(&folder, &only_read);
        CU_ASSERT_EQUAL(find_to(s, 250), FB_DAMAGED);
        fb_store_close(&s);
        *flipped ^= 0x02;
    }
    free(file);
    end();
}

static enum fb_err find_file(struct fb_store *s, const struct fb_key *name)
{
    static unsigned char memory[1u << 16];
    struct fb_arena arena;
    struct fb_span found;
    struct fb_txn *t = NULL;
    fb_arena_init(&arena, memory, sizeof memory);
    enum fb_err err = fb_store_read(s, &t);
    if (err != FB_OK)
        return err;
    err = fb_find(t, FB_TABLE_FILES, fb_key_span(name), &arena, &found);
    fb_txn_abort(&t);
    return err;
}

/* A row's length stands 8 bytes before its key, low half and high half; a large row's stands there too, with
 * the number of its first page in place of the value. Followed, a wrong one leads out of the file: a SIGBUS.
 */
static void a_length_that_turns_is_seen_and_not_followed(void)
{
    static const char big[20000] = "a large file";
    enum { KEY = 8, CRC = 4, NODE = 8 };
    size_t n = 0;
    uint64_t rows = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    struct fb_txn *t = NULL;
    struct fb_key name = fb_key_u64(UINT64_C(0x6e616d656f666974)); /* "nameofit" */
    CU_ASSERT_EQUAL(fb_store_write(s, &t), FB_OK);
    fb_test_rows_put(t, 1, 500);
    fb_put(t, FB_TABLE_FILES, fb_key_span(&name), (struct fb_span){big, sizeof big});
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n), bytes[FB_TEST_ROW];
    const unsigned char *row = find_bytes(file, n, fb_test_row_value(250, bytes).p, FB_TEST_ROW);
    const unsigned char *key = find_bytes(file, n, name.b, name.n);
    CU_ASSERT_TRUE_FATAL(row != NULL && key != NULL);
    unsigned char *lengths[] = {file + (row - file) - CRC - KEY - NODE, file + (key - file) - NODE};
    for (unsigned i = 0; i < 2 * 4; i++) {
        static const unsigned char bits[4][2] = {{1, 0x40}, {2, 0x01}, {2, 0x80}, {3, 0x40}};
        unsigned char *turned = lengths[i / 4] + bits[i % 4][0];
        *turned ^= bits[i % 4][1];
        fb_test_file_write(data, file, n);
        s = fb_test_store_opened(&folder, &only_read);
        CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), i < 4 ? FB_DAMAGED : FB_OK);
        CU_ASSERT_EQUAL(find_file(s, &name), i < 4 ? FB_OK : FB_DAMAGED);
        fb_store_close(&s);
        *turned ^= bits[i % 4][1];
    }
    free(file);
    end();
}

static void what_is_not_a_store_is_refused_and_left_alone(void)
{
    static unsigned char noughts[40000], noise[40000], text[40000];
    static const struct {
        const unsigned char *bytes;
        size_t n;
    } files[] = {{noughts, 0},   {noughts, 40000}, {noise, 1},    {noise, 152},
                 {noise, 40000}, {text, 100},      {text, 40000}, {noughts, 8192}};
    for (size_t i = 0; i < sizeof noise; i++) {
        noise[i] = (unsigned char)((i * 2654435761u) >> 13);
        text[i] = (unsigned char)("trust,shift,pay\n"[i % 16]);
    }
    begin();
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        size_t n = 0;
        fb_test_file_write(data, files[i].bytes, files[i].n);
        CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_DAMAGED);
        CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), FB_DAMAGED);
        unsigned char *after = fb_test_file_read(data, &n);
        CU_ASSERT_TRUE(n == files[i].n && memcmp(after, files[i].bytes, n) == 0);
        free(after);
    }
    end();
}

/* Each field of LMDB's two description pages that we look at, made wrong. */
static void a_description_that_cannot_be_is_refused(void)
{
    static const struct {
        size_t at;
        unsigned char byte;
        enum fb_err err;
    } wrong[] = {{10, 0, FB_DAMAGED},     {16, 0, FB_DAMAGED},    {20, 2, FB_NEWER},
                 {41, 0, FB_DAMAGED},     {41, 0x30, FB_DAMAGED}, {134, 1, FB_DAMAGED},
                 {143, 0x80, FB_DAMAGED}, {140, 0x40, FB_DAMAGED}};
    size_t n = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 100), FB_OK);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        unsigned char *bad = malloc(n);
        memcpy(bad, file, n);
        bad[wrong[i].at] = bad[4096 + wrong[i].at] = wrong[i].byte;
        fb_test_file_write(data, bad, n);
        CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), wrong[i].err);
        CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), wrong[i].err);
        free(bad);
    }
    fb_test_file_write(data, file, n);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_OK);
    free(file);
    end();
}

/* As LMDB leaves it when the flush of a description failed: the number of the older one, and roots that never were. */
static void an_older_description_with_roots_that_never_were_is_not_minded(void)
{
    enum { AT_ROOTS = 80, AT_ROOTS_TOO = 128, AT_TXN = 144 };
    size_t n = 0;
    uint64_t first = 0, second = 0, rows = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 1, 100), FB_OK);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n);
    memcpy(&first, file + AT_TXN, sizeof first);
    memcpy(&second, file + 4096 + AT_TXN, sizeof second);
    CU_ASSERT_TRUE(first != second);
    unsigned char *older = first < second ? file : file + 4096, *newer = first < second ? file + 4096 : file;
    older[AT_ROOTS + 2] = older[AT_ROOTS_TOO + 2] = 1;
    fb_test_file_write(data, file, n);
    s = fb_test_store_opened(&folder, &make);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 101, 100), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), FB_OK);
    CU_ASSERT_EQUAL(rows, 200);
    fb_store_close(&s);
    newer[AT_ROOTS_TOO + 2] = 1;
    fb_test_file_write(data, file, n);
    CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &make), FB_DAMAGED);
    free(file);
    end();
}

/* Cut after every page: never a crash, and never a store that opens with rows missing. */
static void a_cut_file_is_damaged_unless_only_free_pages_are_gone(void)
{
    static const char big[40000];
    size_t n = 0, m = 0, whole = 0;
    uint64_t rows = 0;
    begin();
    struct fb_store *s = fb_test_store_opened(&folder, &make);
    /* Small commits leave free pages behind. Then many rows, whose pages are the last of the file; then small
     * commits again, whose pages are the free ones; the last has a large file, put and taken back, that
     * leaves pages at the very end which hold nothing. */
    for (uint64_t i = 1; i < 10; i++)
        CU_ASSERT_EQUAL(fb_test_rows_append(s, i, 1), FB_OK);
    CU_ASSERT_EQUAL(fb_test_rows_append(s, 10, 390), FB_OK);
    for (uint64_t i = 400; i < 410; i++)
        CU_ASSERT_EQUAL(fb_test_rows_append(s, i, 1), FB_OK);
    struct fb_txn *t = NULL;
    struct fb_key k = fb_key_u32(1);
    CU_ASSERT_EQUAL(fb_store_write(s, &t), FB_OK);
    fb_put(t, FB_TABLE_FILES, fb_key_span(&k), (struct fb_span){big, sizeof big});
    fb_del(t, FB_TABLE_FILES, fb_key_span(&k));
    CU_ASSERT_EQUAL(fb_txn_commit(&t), FB_OK);
    fb_store_close(&s);
    unsigned char *file = fb_test_file_read(data, &n);
    for (size_t cut = 100; cut < n; cut += 4096) {
        fb_test_file_write(data, file, cut);
        CU_ASSERT_EQUAL(fb_test_store_refusal(&folder, &only_read), FB_DAMAGED);
        enum fb_err err = fb_test_store_refusal(&folder, &no_make);
        if (err == FB_OK) {
            whole++;
            s = fb_test_store_opened(&folder, &no_make);
            CU_ASSERT_EQUAL(fb_test_rows_read(s, &rows), FB_OK);
            CU_ASSERT_EQUAL(rows, 409);
            CU_ASSERT_EQUAL(fb_test_rows_append(s, 410, 200), FB_OK);
            fb_store_close(&s);
        } else {
            CU_ASSERT_EQUAL(err, FB_DAMAGED);
            free(fb_test_file_read(data, &m));
            CU_ASSERT_EQUAL(m, cut);
        }
    }
    CU_ASSERT_TRUE(whole >= 5 && whole < n / 4096 / 2);
    free(file);
    end();
}

CU_TestInfo suite_store_damage[] = {
    {"a bit that turns in a row is seen when it is read", a_bit_that_turns_in_a_row_is_seen_when_it_is_read},
    {"the last row up to a key is checked too", the_last_row_up_to_a_key_is_checked_too},
    {"a length that turns is seen, and not followed", a_length_that_turns_is_seen_and_not_followed},
    {"what is not a store is refused and left alone", what_is_not_a_store_is_refused_and_left_alone},
    {"a description that cannot be is refused", a_description_that_cannot_be_is_refused},
    {"an older description with roots that never were is not minded",
     an_older_description_with_roots_that_never_were_is_not_minded},
    {"a cut file is damaged, unless only free pages are gone",
     a_cut_file_is_damaged_unless_only_free_pages_are_gone},
    CU_TEST_INFO_NULL,
};
