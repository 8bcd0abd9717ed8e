#include "engine/wire/result.h"

/* What a result tells of batches. */
#define PB   Fairbank__V1__BatchRow
#define OURS struct fb_batch_row
static const struct fb_wire_row batch_rows[] = {
    U32(number, number),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(batch, id, false, FB_TEXT_BYTES_MAX),
    CODE(trust, trust, false),
    U64(accepted, accepted, false),
    U64(amended, amended, false),
    U64(refused, refused, false),
    U64(conflicts, conflicts, false),
    AMOUNT(first_ms, first_ms),
    AMOUNT(last_ms, last_ms),
    U64(asked, asked, false),
    FLAG(withdrawing, withdrawing),
    FLAG(again, again),
    U64(entries, entries, false),
    U64(withdrawn, withdrawn, false),
    U64(restored, restored, false),
    U64(left, left, false),
    AMOUNT(pence, pence),
};
#undef PB
#undef OURS
enum { BATCHES_FIELD = 50 };

void fb_wire__append_batches(struct fb_writer *w, const struct fb_result *r)
{
    for (unsigned i = 0; i < r->n_batches && !w->bad; i++) {
        Fairbank__V1__BatchRow m = FAIRBANK__V1__BATCH_ROW__INIT;
        struct fb_wire_scratch s;
        s.used = 0;
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(batch_rows), &r->batch[i], &m);
        fb_wire__append(w, BATCHES_FIELD, &m.base);
    }
}

void fb_wire__read_batches(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->batch = fb_wire__room(r, m->n_batches, sizeof *out->batch);
    out->n_batches = out->batch == NULL ? 0 : (unsigned)m->n_batches;
    for (unsigned i = 0; i < out->n_batches; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(batch_rows), m->batches[i], &out->batch[i]);
}
