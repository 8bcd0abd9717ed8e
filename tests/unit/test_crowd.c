#include "engine/shell/crowd.h"
#include "tests/lib/suite.h"

static void test_share(void)
{
    static const unsigned row[][2] = {{0, 0}, {64, 0}, {100, 36}, {256, 192}, {512, 384}, {1024, 768}, {4096, 3072}, {65536, 64512}, {1048576, 1047552}};
    for (size_t i = 0; i < sizeof row / sizeof row[0]; i++)
        CU_ASSERT_EQUAL(fb_crowd_most(row[i][0]), row[i][1]);
}

CU_TestInfo suite_crowd[] = {{"a share of the file descriptors is this machine's own", test_share}, CU_TEST_INFO_NULL};
