/* A file that is shorter than its index says: sound when every page that it lacks is on LMDB's list of free pages (its table 0). */
#include "engine/store/store_lmdb.h"
#include <stdlib.h>
#include <string.h>

#define MISSING_PAGES_MAX ((uint64_t)1 << 20) /* more is a cut file, whatever its list says */

static unsigned mark_missing(unsigned char *missing, uint64_t from, uint64_t n, const MDB_val *list)
{
    uint64_t count, page;
    unsigned found = 0;
    if (list->mv_size < sizeof count)
        return 0;
    memcpy(&count, list->mv_data, sizeof count);
    if (count > list->mv_size / sizeof count - 1)
        return 0;
    for (uint64_t i = 1; i <= count; i++) {
        memcpy(&page, (const char *)list->mv_data + i * sizeof page, sizeof page);
        if (page < from || page - from >= n || missing[page - from] == 0)
            continue;
        missing[page - from] = 0;
        found++;
    }
    return found;
}

bool fb_lmdb__missing_are_free(struct lmdb_store *s, uint64_t from, uint64_t n)
{
    MDB_txn *txn;
    MDB_cursor *c;
    MDB_val k = {0, NULL}, v = {0, NULL};
    uint64_t found = 0;
    unsigned char *missing = n > MISSING_PAGES_MAX ? NULL : malloc((size_t)n);
    if (missing == NULL)
        return false;
    memset(missing, 1, (size_t)n);
    if (mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn) == 0) {
        if (mdb_cursor_open(txn, 0, &c) == 0) {
            while (found < n && mdb_cursor_get(c, &k, &v, MDB_NEXT) == 0)
                found += mark_missing(missing, from, n, &v);
            mdb_cursor_close(c);
        }
        mdb_txn_abort(txn);
    }
    free(missing);
    return found == n;
}
