/* Sums of records that were just written, by their place in the journal. */
#include "engine/turn/receipts/receipts.h"
#include <stdlib.h>

/* As many as a busy second brings; a journal that is decided again is looked at far more often. 1 MiB. */
enum { KEPT = 1 << 15 };
struct fb_receipt_kept {
    struct {
        uint64_t journal; /* 0: none */
        int64_t sum[FB_SUMS];
    } at[KEPT];
};

void fb_receipts_keep(struct fb_receipts *r, uint64_t journal, const struct fb_record *record)
{
    if (!fb_receipt_adds(record->env.kind))
        return;
    if (r->kept == NULL && (r->kept = calloc(1, sizeof *r->kept)) == NULL)
        return;
    r->kept->at[journal % KEPT].journal = journal;
    int64_t *sum = r->kept->at[journal % KEPT].sum;
    for (unsigned i = 0; i < FB_SUMS; i++)
        sum[i] = 0;
    fb_receipt_add(record, sum);
}

/* Modulo 2^64, as they are made. */
bool fb_receipts_kept(const struct fb_receipts *r, uint64_t journal, int64_t sum[FB_SUMS])
{
    if (r->kept == NULL || r->kept->at[journal % KEPT].journal != journal)
        return false;
    for (unsigned i = 0; i < FB_SUMS; i++)
        sum[i] = (int64_t)((uint64_t)sum[i] + (uint64_t)r->kept->at[journal % KEPT].sum[i]);
    return true;
}

uint64_t fb_receipts_kept_bytes(const struct fb_receipts *r)
{
    return r->kept == NULL ? 0 : sizeof *r->kept;
}
