/* All checkpoints with who countersigned each: one reading for each row, however many there are. */
#include "tools/fairbank/checkpoint_list.h"
#include "tests/lib/suite.h"
#include <stdio.h>
#include <string.h>

enum { HOURS = 300 };
static uint64_t reads;
static struct fb_faults counting = {.reads = &reads};
static struct fb_store *store;

static uint64_t add(uint64_t size)
{
    uint64_t number = 0;
    CU_ASSERT_EQUAL_FATAL(fb_checkpoint_append(store, &(struct fb_checkpoint){.size = size}, &number), FB_OK);
    return number;
}

static void sign(uint64_t of, const char *name)
{
    struct fb_witness w = {.name = ""};
    (void)snprintf(w.name, sizeof w.name, "%s", name);
    CU_ASSERT_EQUAL_FATAL(fb_witness_append(store, of, &w), FB_OK);
}

static void test_names(void)
{
    struct checkpoint_list list;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, NULL), FB_OK);
    CU_ASSERT_TRUE(checkpoint_list_read(&list, store) == FB_OK && list.n == 0);
    checkpoint_list_release(&list);
    uint64_t first = add(7);
    sign(first, "RTH");
    uint64_t second = add(9), third = add(11);
    sign(third, "BOB-ICB");
    sign(first, "RXQ"); /* late, behind others */
    sign(99, "NOBODY"); /* of one that is not there */
    CU_ASSERT_EQUAL_FATAL(checkpoint_list_read(&list, store), FB_OK);
    CU_ASSERT_EQUAL_FATAL(list.n, 3);
    CU_ASSERT_TRUE(list.of[0].number == first && list.of[1].number == second && list.of[2].number == third);
    CU_ASSERT_TRUE(list.of[0].checkpoint.size == 7 && list.of[2].checkpoint.size == 11);
    CU_ASSERT_STRING_EQUAL(list.of[0].names, "RTH RXQ");
    CU_ASSERT_TRUE(list.of[0].n_names == 2 && list.of[1].n_names == 0 && list.of[1].names == NULL);
    CU_ASSERT_STRING_EQUAL(list.of[2].names, "BOB-ICB");
    checkpoint_list_release(&list);
    fb_store_close(&store);
}

static void test_one_pass(void)
{
    struct checkpoint_list list;
    CU_ASSERT_EQUAL_FATAL(fb_store_open_memory(&store, &counting), FB_OK);
    for (unsigned i = 0; i < HOURS; i++)
        sign(add(i + 1), "RTH");
    reads = 0;
    CU_ASSERT_EQUAL_FATAL(checkpoint_list_read(&list, store), FB_OK);
    CU_ASSERT_EQUAL(list.n, HOURS);
    CU_ASSERT_EQUAL(reads, 2 * HOURS + 1); /* the last finds that there is no more */
    checkpoint_list_release(&list);
    fb_store_close(&store);
}

CU_TestInfo suite_checkpoint_list[] = {
    {"each checkpoint is listed with who countersigned it, however late", test_names},
    {"the list is read in one pass", test_one_pass},
    CU_TEST_INFO_NULL};
