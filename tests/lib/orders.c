#include "tests/lib/orders.h"

static void swap(unsigned *a, unsigned *b)
{
    unsigned was = *a;
    *a = *b;
    *b = was;
}

bool fb_test_next_order(unsigned *order, unsigned n)
{
    unsigned k = n - 1, m = n - 1;
    while (k > 0 && order[k - 1] >= order[k])
        k--;
    if (k == 0)
        return false;
    while (order[m] <= order[k - 1])
        m--;
    swap(&order[k - 1], &order[m]);
    for (unsigned end = n - 1; k < end; k++, end--)
        swap(&order[k], &order[end]);
    return true;
}
