/* What an export leaves out cannot be worked out from what it prints: looked at by brute force, on many tables. A figure has one
 * solution just when the rank of the reader's equations falls by one without its column; ranks are computed here over the whole numbers,
 * with nothing of the program's own elimination. */
#include "engine/base/money.h"
#include "engine/base/prng.h"
#include "tests/lib/suite.h"
#include "tools/fairbank/export/hide.h"
#include <string.h>

enum { SIDE = 64, SMALL = 5, TABLES = 1500 };
static fb_i128 matrix[SIDE][SIDE];

/* Bareiss: every division comes out even. */
static unsigned rank_of(unsigned rows, unsigned columns)
{
    unsigned rank = 0;
    fb_i128 before = 1;
    for (unsigned c = 0; c < columns && rank < rows; c++) {
        unsigned r = rank;
        while (r < rows && matrix[r][c] == 0)
            r++;
        if (r == rows)
            continue;
        for (unsigned k = 0; k < columns; k++) {
            fb_i128 keep = matrix[r][k];
            matrix[r][k] = matrix[rank][k];
            matrix[rank][k] = keep;
        }
        for (unsigned i = rank + 1; i < rows; i++) {
            fb_i128 factor = matrix[i][c];
            for (unsigned k = 0; k < columns; k++)
                matrix[i][k] = (matrix[i][k] * matrix[rank][c] - matrix[rank][k] * factor) / before;
        }
        before = matrix[rank][c];
        rank++;
    }
    return rank;
}

static unsigned rank_without(const struct hide *h, int left_out)
{
    unsigned columns = 0, place[SIDE] = {0};
    memset(matrix, 0, sizeof matrix);
    for (unsigned v = 0; v < h->n_vars; v++)
        if (h->hidden[v] && (int)v != left_out)
            place[v] = ++columns;
    for (unsigned r = 0; r < h->n_relations; r++)
        for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
            if (place[h->term[t].var] != 0)
                matrix[r][place[h->term[t].var] - 1] += h->term[t].sign;
    return rank_of(h->n_relations, columns);
}

static bool is_solved(const struct hide *h, unsigned var) { return rank_without(h, (int)var) < rank_without(h, -1); }

/* Trusts by groups: rows and columns have totals, and all has one. Counts are mostly small, where it is hard. */
static void two_ways(struct hide *h, struct fb_prng *p, unsigned rows, unsigned columns)
{
    uint64_t cell[8][8] = {{0}};
    for (unsigned r = 0; r < rows; r++)
        for (unsigned c = 0; c < columns; c++) {
            uint64_t n = fb_prng_below(p, 3) == 0 ? fb_prng_below(p, 60) : fb_prng_below(p, 9);
            cell[r][c] = n;
            cell[r][columns] += n;
            cell[rows][c] += n;
            cell[rows][columns] += n;
        }
    for (unsigned r = 0; r <= rows; r++)
        for (unsigned c = 0; c <= columns; c++)
            (void)hide_var(h, cell[r][c]);
    for (unsigned r = 0; r <= rows; r++) {
        for (unsigned c = 0; c <= columns; c++)
            hide_term(h, r * (columns + 1) + c, c == columns ? -1 : 1);
        hide_relation(h, true);
    }
    for (unsigned c = 0; c <= columns; c++) {
        for (unsigned r = 0; r <= rows; r++)
            hide_term(h, r * (columns + 1) + c, r == rows ? -1 : 1);
        hide_relation(h, true);
    }
}

/* No figure of few is shown, none that is left out has one solution, and what is missing of a total is never few. */
static void check(const struct hide *h, bool *other_than_small)
{
    bool known[SIDE * 2];
    CU_ASSERT_TRUE_FATAL(hide_solved(h, known));
    for (unsigned v = 0; v < h->n_vars; v++) {
        CU_ASSERT_TRUE(h->hidden[v] || h->count[v] == 0 || h->count[v] >= SMALL);
        CU_ASSERT_FALSE(h->hidden[v] && is_solved(h, v));
        CU_ASSERT_FALSE(known[v]);
        *other_than_small = *other_than_small || (h->hidden[v] && h->count[v] >= SMALL);
    }
    for (unsigned r = 0; r < h->n_relations; r++) {
        uint64_t leaves = 0, total = 0;
        for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
            if (h->hidden[h->term[t].var])
                *(h->term[t].sign > 0 ? &leaves : &total) += h->count[h->term[t].var];
        bool shown_total = !h->hidden[h->term[h->begin[r + 1] - 1].var];
        CU_ASSERT_FALSE(shown_total && leaves > 0 && leaves < SMALL);
    }
}

static void test_many_tables(void)
{
    struct fb_prng p;
    bool more = false;
    fb_prng_init(&p, 20261122);
    for (unsigned i = 0; i < TABLES; i++) {
        struct hide h = {0};
        two_ways(&h, &p, 1 + (unsigned)fb_prng_below(&p, 5), 1 + (unsigned)fb_prng_below(&p, 4));
        CU_ASSERT_TRUE_FATAL(hide_small(&h, SMALL));
        check(&h, &more);
        hide_release(&h);
    }
    CU_ASSERT_TRUE(more); /* some tables needed more than their small figures gone */
}

/* The finder of solutions and the brute one agree, also where nothing was made safe. */
static void test_the_two_agree(void)
{
    struct fb_prng p;
    unsigned solved = 0;
    fb_prng_init(&p, 7);
    for (unsigned i = 0; i < TABLES / 3; i++) {
        struct hide h = {0};
        bool known[SIDE * 2];
        two_ways(&h, &p, 3, 3);
        for (unsigned v = 0; v < h.n_vars; v++)
            h.hidden[v] = fb_prng_below(&p, 3) == 0;
        CU_ASSERT_TRUE_FATAL(hide_solved(&h, known));
        for (unsigned v = 0; v < h.n_vars; v++) {
            CU_ASSERT_EQUAL(known[v], h.hidden[v] && is_solved(&h, v));
            solved += known[v];
        }
        hide_release(&h);
    }
    CU_ASSERT_TRUE(solved > TABLES / 30);
}

static void row(struct hide *h, const uint64_t *count, unsigned n)
{
    uint64_t total = 0;
    for (unsigned i = 0; i < n; i++) {
        hide_term(h, hide_var(h, count[i]), 1);
        total += count[i];
    }
    hide_term(h, hide_var(h, total), -1);
    hide_relation(h, true);
}

static void test_by_hand(void)
{
    struct hide h = {0};
    static const uint64_t one_small[] = {40, 3, 12, 0, 90}, two_few[] = {1, 2, 30, 60}, all_well[] = {5, 6, 0};
    row(&h, one_small, 5); /* 0 to 5 */
    row(&h, two_few, 4);   /* 6 to 10 */
    row(&h, all_well, 3);  /* 11 to 14 */
    unsigned a = hide_var(&h, 3), b = hide_var(&h, 50), c = hide_var(&h, 70);
    hide_also(&h, a, b);
    hide_also(&h, c, a);
    CU_ASSERT_TRUE_FATAL(hide_small(&h, SMALL));
    static const bool want[] = {false, true, true, false, false, false, /* the 3, and the 12 with which it could be worked out */
                                true, true, true, false, false,         /* 1 and 2 are three together: the 30 goes as well */
                                false, false, false, false, true, true, false};
    for (unsigned v = 0; v < h.n_vars; v++)
        CU_ASSERT_EQUAL(h.hidden[v], want[v]);
    hide_release(&h);
}

/* One row and its total are the same number: both go. */
static void test_a_total_of_one(void)
{
    struct hide h = {0};
    static const uint64_t one[] = {4};
    row(&h, one, 1);
    CU_ASSERT_TRUE_FATAL(hide_small(&h, SMALL));
    CU_ASSERT(h.hidden[0] && h.hidden[1]);
    hide_release(&h);
}

CU_TestInfo suite_export_hide[] = {
    {"no figure that is left out has one solution: 1,500 tables by brute force", test_many_tables},
    {"what can be solved is found, where nothing was made safe", test_the_two_agree},
    {"the smallest other figure goes with it; few together count as few; what goes with it", test_by_hand},
    {"a total of one row goes with it", test_a_total_of_one},
    CU_TEST_INFO_NULL,
};
