#ifndef FB_TESTS_SUITE_H
#define FB_TESTS_SUITE_H
#include <CUnit/CUnit.h>
/* Every suite the runner knows. A new tests/unit/test_x.c adds one line here. */
#define FB_SUITES(X) \
    X(arena) \
    X(bytes) \
    X(hash) \
    X(money) \
    X(span) \
    X(when)
#define X(name) extern CU_TestInfo suite_##name[];
FB_SUITES(X)
#undef X
#endif
