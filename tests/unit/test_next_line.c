#include "adapters/lib/next_line.h"
#include "tests/lib/suite.h"
#include <string.h>

enum { ROOM = 5 };

static void check(const char *text, size_t size, unsigned lines, const char *last)
{
    char memory[ROOM];
    size_t n = 0, got = 0;
    unsigned i = 0;
    FILE *f = tmpfile();
    CU_ASSERT_PTR_NOT_NULL_FATAL(f);
    CU_ASSERT_EQUAL_FATAL(fwrite(text, 1, size, f), size);
    rewind(f);
    for (; fb_next_line(f, memory, ROOM, &n); i++)
        got = n;
    CU_ASSERT_EQUAL(i, lines);
    CU_ASSERT(lines == 0 || (got == strlen(last) && memcmp(memory, last, got) == 0));
    fclose(f);
}

static void test_lines(void)
{
    check("", 0, 0, "");
    check("\n", 1, 1, "");
    check("a\n\n", 3, 2, "");
    check("a\nbc", 4, 2, "bc");
    check("abcd\r\n", 6, 1, "abcd\r");
    check("abcdefghij\nk\n", 13, 2, "k"); /* the rest of a long one is no line */
    check("k\nabcdefghij", 12, 2, "abcde");
}

CU_TestInfo suite_next_line[] = {
    {"lines, with and without an end, and of a long one its beginning", test_lines},
    CU_TEST_INFO_NULL,
};
