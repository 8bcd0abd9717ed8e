#define _GNU_SOURCE /* openpty */
#include "tools/fairbank/table.h"
#include "tests/lib/suite.h"
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SEEN_BYTES = 4096 };

/* What a terminal of so many columns is shown; 0: a pipe. Without carriage returns. */
static void show(struct table *t, unsigned columns, char seen[SEEN_BYTES])
{
    int master, slave;
    char raw[SEEN_BYTES];
    (void)setenv("NO_COLOR", "1", 1);
    const struct winsize size = {.ws_row = 50, .ws_col = (unsigned short)columns};
    if (columns > 0) {
        CU_ASSERT_EQUAL_FATAL(openpty(&master, &slave, NULL, NULL, &size), 0);
    } else {
        int ends[2];
        CU_ASSERT_EQUAL_FATAL(pipe(ends), 0);
        master = ends[0];
        slave = ends[1];
    }
    FILE *out = fdopen(dup(slave), "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    table_print(t, out);
    fclose(out);
    close(slave);
    size_t m = 0;
    for (ssize_t n; (n = read(master, raw, sizeof raw)) > 0;) /* a terminal gives what it has by and by, and an error at its end */
        for (ssize_t i = 0; i < n && m + 1 < SEEN_BYTES; i++)
            if (raw[i] != '\r')
                seen[m++] = raw[i];
    seen[m] = '\0';
    close(master);
}

static void check(struct table *t, unsigned columns, const char *expected)
{
    char seen[SEEN_BYTES];
    show(t, columns, seen);
    if (strcmp(seen, expected) != 0)
        fprintf(stderr, "\n%s\nand not\n%s", seen, expected);
    CU_ASSERT_STRING_EQUAL(seen, expected);
}

static void fill(struct table *t, char *heads, const char *const *cell, unsigned n)
{
    table_init(t, heads);
    for (unsigned i = 0; i < n; i++)
        table_add(t, cell[i]);
}

#define HEADS "trust|source|>so many shifts|>not yet £"
static const char *const figures[] = {"RTH", "rth-roster", "1,198", "100.00", "RXQ", "rxq-roster", "937", ""};
enum { N_FIGURES = sizeof figures / sizeof figures[0] };

static void make(struct table *t, char *heads) { fill(t, heads, figures, N_FIGURES); }

static void test_wide_enough(void)
{
    static const char expected[] = "trust  source      so many shifts  not yet £\n"
                                   "RTH    rth-roster           1,198     100.00\n"
                                   "RXQ    rxq-roster             937           \n";
    static const unsigned columns[] = {0, 44, 200};
    for (unsigned i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        char heads[] = HEADS;
        struct table t;
        make(&t, heads);
        check(&t, columns[i], expected);
    }
}

static void test_heads_give_way(void)
{
    struct table t;
    char heads[] = HEADS, again[] = HEADS;
    make(&t, heads);
    check(&t, 43, "                       so        \n"
                  "                     many     not\n"
                  "trust  source      shifts   yet £\n"
                  "RTH    rth-roster   1,198  100.00\n"
                  "RXQ    rxq-roster     937        \n");
    make(&t, again);
    check(&t, 30, "                     so       \n"
                  "                   many    not\n"
                  "trust source     shifts  yet £\n"
                  "RTH   rth-roster  1,198 100.00\n"
                  "RXQ   rxq-roster    937       \n");
}

static void test_goes_on_below(void)
{
    struct table t;
    char heads[] = HEADS;
    make(&t, heads);
    check(&t, 28, "trust  source\n"
                  "    so many shifts\n"
                  "    not yet £\n"
                  "RTH    rth-roster\n"
                  "             1,198\n"
                  "       100.00\n"
                  "RXQ    rxq-roster\n"
                  "               937\n");
}

static void test_sentence(void)
{
    static const char *const cells[] = {"RTH", "agency.off_framework", "The agency held no place on a framework."};
    char heads[] = "trust|rule|why", again[] = "trust|rule|why";
    struct table t;
    fill(&t, heads, cells, 3);
    t.wrap = 1;
    check(&t, 60, "trust  rule                  why\n"
                  "RTH    agency.off_framework  The agency held no place on a\n"
                  "                             framework.\n");
    fill(&t, again, cells, 3);
    t.wrap = 1;
    check(&t, 24, "trust\n"
                  "    rule\n"
                  "    why\n"
                  "RTH\n"
                  "    agency.off_framework\n"
                  "    The agency held no\n"
                  "    place on a\n"
                  "    framework.\n");
}

CU_TestInfo suite_table[] = {
    {"a table that fits stands as it does in a pipe", test_wide_enough},
    {"heads give way first, a word below the other, then the room between columns", test_heads_give_way},
    {"what is still too wide goes on below, and no cell is cut", test_goes_on_below},
    {"a sentence stands beside the other columns, or below them", test_sentence},
    CU_TEST_INFO_NULL,
};
