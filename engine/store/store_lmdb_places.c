/* Places of readers. LMDB has a table of them in lock.mdb, for all processes, and a transaction that reads needs one. The process that
 * writes keeps a few of its own from its start on, so that others who take all the rest cannot stop it. */
#include "engine/store/store_lmdb.h"

/* A transaction that was reset keeps its place, and is renewed in it. */
int fb_lmdb__read_begin(struct lmdb_store *s, MDB_txn **txn)
{
    pthread_mutex_lock(&s->gate);
    *txn = s->n_kept > 0 ? s->kept[--s->n_kept] : NULL;
    pthread_mutex_unlock(&s->gate);
    if (*txn == NULL)
        return mdb_txn_begin(s->env, NULL, MDB_RDONLY, txn);
    int rc = mdb_txn_renew(*txn);
    if (rc != 0)
        fb_lmdb__read_end(s, *txn);
    return rc;
}

void fb_lmdb__read_end(struct lmdb_store *s, MDB_txn *txn)
{
    bool kept = false;
    if (!s->base.read_only) {
        mdb_txn_reset(txn);
        pthread_mutex_lock(&s->gate);
        kept = s->n_kept < FB_LMDB_PLACES_KEPT;
        if (kept)
            s->kept[s->n_kept++] = txn;
        pthread_mutex_unlock(&s->gate);
    }
    if (!kept)
        mdb_txn_abort(txn);
}

int fb_lmdb__places_take(struct lmdb_store *s)
{
    MDB_txn *txn[FB_LMDB_PLACES_KEPT];
    unsigned n = 0;
    int rc = 0;
    while (n < FB_LMDB_PLACES_KEPT && (rc = mdb_txn_begin(s->env, NULL, MDB_RDONLY, &txn[n])) == 0)
        n++;
    while (n > 0)
        fb_lmdb__read_end(s, txn[--n]);
    return rc;
}

void fb_lmdb__places_give_back(struct lmdb_store *s)
{
    while (s->n_kept > 0)
        mdb_txn_abort(s->kept[--s->n_kept]);
}
