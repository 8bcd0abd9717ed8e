#ifndef FB_TESTS_SUITE_H
#define FB_TESTS_SUITE_H
#include <CUnit/CUnit.h>
/* A suite is one file, tests/unit/test_x.c, and exports suite_x: the runner knows it by its name (tests/unit/suites.h is made). */
#endif
