/* Every row of every table against its checksum: how bit-rot is found, and named. */
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "engine/store/seam.h"
#include <string.h>

enum { PROGRESS_ROWS = 65536 };

struct looking {
    struct fb_store *store;
    struct fb_store_look *out;
    void (*progress)(void *ctx, uint64_t done, uint64_t of);
    void *ctx;
    enum fb_table table;
    unsigned char key[FB_KEY_BYTES_MAX]; /* of the last row that was in order */
    uint32_t n_key;
    uint64_t met;
    uint64_t held; /* what the table says in the last transaction */
    bool ended;
};

static void note(struct looking *l, enum fb_fault_kind kind, struct fb_span key)
{
    struct fb_store_look *out = l->out;
    out->faults++;
    if (out->n_faults == FB_FAULTS_MAX)
        return;
    struct fb_fault *f = &out->fault[out->n_faults++];
    *f = (struct fb_fault){.table = l->table, .kind = kind, .n_key = key.n < FB_KEY_BYTES_MAX ? key.n : FB_KEY_BYTES_MAX};
    if (f->n_key > 0)
        memcpy(f->key, key.p, f->n_key);
}

static struct fb_span last_key(const struct looking *l)
{
    return (struct fb_span){(const char *)l->key, l->n_key};
}

static void stand_at(struct looking *l)
{
    struct fb_fault *at = &l->out->at;
    at->table = l->table;
    at->kind = FB_FAULT_PAGE;
    at->n_key = 0; /* whoever reads it after this process ended must not see a key in two halves */
    memcpy(at->key, l->key, l->n_key);
    at->n_key = l->n_key;
}

/* false: the keys can be followed no further. */
static bool look_at(struct looking *l, const struct fb_row *row)
{
    struct fb_span value;
    bool grows = l->n_key == 0 || fb_span_cmp(row->key, last_key(l)) > 0;
    if (fb_store__check(l->table, row, &value) != FB_OK)
        note(l, FB_FAULT_ROW, row->key);
    else if (!grows)
        note(l, FB_FAULT_ORDER, row->key);
    l->met++;
    l->out->rows++;
    if (!grows || row->key.n == 0 || row->key.n > FB_KEY_BYTES_MAX)
        return false;
    memcpy(l->key, row->key.p, row->key.n);
    l->n_key = row->key.n;
    stand_at(l);
    if (l->progress != NULL && l->out->rows % PROGRESS_ROWS == 0)
        l->progress(l->ctx, l->out->rows, l->out->of);
    return true;
}

/* A row whose length leads out of its page has a key all the same, and others behind it; a page that is no page has neither. */
static enum fb_err look_on(struct looking *l, struct fb_cursor *c)
{
    const struct fb_store_ops *ops = l->store->ops;
    struct fb_row row = {.key = {NULL, 0}};
    enum fb_err err = ops->cursor_seek(c, last_key(l), l->n_key > 0, &row);
    for (unsigned n = 0; n < FB_FAULT_ROWS_MAX && (err == FB_OK || (err == FB_DAMAGED && row.key.n > 0)); n++) {
        if (!look_at(l, &row)) {
            l->ended = true;
            return FB_OK;
        }
        row = (struct fb_row){.key = {NULL, 0}};
        err = ops->cursor_next(c, &row);
    }
    bool lost = err == FB_DAMAGED && row.key.n == 0;
    if (lost)
        note(l, FB_FAULT_PAGE, last_key(l));
    l->ended = lost || err == FB_NOT_FOUND;
    return err == FB_NOT_FOUND || err == FB_DAMAGED ? FB_OK : err;
}

static enum fb_err look_part(struct looking *l)
{
    struct fb_txn *t;
    struct fb_cursor *c = NULL;
    enum fb_err err = fb_store_read(l->store, &t);
    if (err != FB_OK)
        return err;
    l->held = l->store->ops->rows(t, l->table);
    err = l->store->ops->cursor_open(t, l->table, &c);
    if (err == FB_OK) {
        err = look_on(l, c);
        l->store->ops->cursor_close(c);
    } else if (err == FB_NOT_FOUND) { /* the file has no such table: it was made before there was one */
        l->ended = true;
        err = FB_OK;
    }
    fb_txn_abort(&t);
    return err;
}

/* Rows that are put or taken away between two transactions make the count differ; within one, and where rows only ever follow
 * those before, they cannot. */
static enum fb_err look_table(struct looking *l)
{
    uint64_t faults = l->out->faults;
    unsigned parts = 0;
    enum fb_err err = FB_OK;
    l->n_key = 0;
    l->met = 0;
    l->ended = false;
    stand_at(l);
    for (; err == FB_OK && !l->ended; parts++)
        err = look_part(l);
    if (err == FB_OK && l->out->faults == faults && l->met != l->held && (parts == 1 || fb_table__appends(l->table)))
        note(l, FB_FAULT_COUNT, (struct fb_span){NULL, 0});
    return err;
}

static enum fb_err count_rows(struct looking *l)
{
    struct fb_txn *t;
    enum fb_err err = fb_store_read(l->store, &t);
    if (err != FB_OK)
        return err;
    for (unsigned i = 0; i < FB_TABLES; i++)
        l->out->of += l->store->ops->rows(t, (enum fb_table)i);
    fb_txn_abort(&t);
    return FB_OK;
}

enum fb_err fb_store_look(struct fb_store *s, struct fb_store_look *out,
                          void (*progress)(void *ctx, uint64_t done, uint64_t of), void *ctx)
{
    struct looking l = {.store = s, .out = out, .progress = progress, .ctx = ctx};
    *out = (struct fb_store_look){.rows = 0};
    enum fb_err err = count_rows(&l);
    for (unsigned i = 0; i < FB_TABLES && err == FB_OK; i++) {
        l.table = (enum fb_table)i;
        err = look_table(&l);
    }
    out->ended = err == FB_OK;
    return err;
}

/* ---- in words ---- */

static void add_hex(struct fb_text *t, const struct fb_fault *f)
{
    static const char digits[] = "0123456789abcdef";
    for (uint32_t i = 0; i < f->n_key; i++) {
        const char two[3] = {digits[f->key[i] >> 4], digits[f->key[i] & 15], '\0'};
        fb_text_add(t, two);
    }
}

/* Keys of these lengths are numbers in every table that has them; a key of META is a word. */
static void add_meaning(struct fb_text *t, const struct fb_fault *f)
{
    struct fb_span key = {(const char *)f->key, f->n_key};
    uint32_t number = 0;
    uint64_t large = 0;
    if (f->table == FB_TABLE_META) {
        fb_text_add(t, " (");
        fb_text_add_span(t, fb_span_is_text(key) ? key : fb_span_of("?"));
    } else if (f->table == FB_TABLE_DECISIONS && fb_key_parse_decision(key, &number, &large) == FB_OK) {
        fb_text_add(t, " (subject ");
        fb_text_add_int(t, number);
        fb_text_add(t, ", journal ");
        fb_text_add_int(t, (int64_t)large);
    } else if (fb_key_parse_u32(key, &number) == FB_OK || fb_key_parse_u64(key, &large) == FB_OK) {
        fb_text_add(t, " (");
        fb_text_add_int(t, (int64_t)(number > 0 ? number : large));
    } else {
        return;
    }
    fb_text_add(t, ")");
}

void fb_fault_say(struct fb_text *out, const struct fb_fault *f)
{
    static const char *const before[] = {[FB_FAULT_ROW] = ": the row of key ",
                                         [FB_FAULT_ORDER] = ": the key ",
                                         [FB_FAULT_PAGE] = ": after the row of key ",
                                         [FB_FAULT_COUNT] = ": it has another number of rows than it says"};
    static const char *const after[] = {[FB_FAULT_ROW] = " fails its checksum",
                                        [FB_FAULT_ORDER] = " stands where it cannot: a key or a page was changed",
                                        [FB_FAULT_PAGE] = " a page is damaged, and nothing beyond it can be read",
                                        [FB_FAULT_COUNT] = ""};
    fb_text_add(out, fb_table_word(f->table));
    if (f->kind == FB_FAULT_PAGE && f->n_key == 0) {
        fb_text_add(out, ": its first page is damaged, and nothing of it can be read");
        return;
    }
    fb_text_add(out, before[f->kind]);
    if (f->kind != FB_FAULT_COUNT) {
        add_hex(out, f);
        add_meaning(out, f);
    }
    fb_text_add(out, after[f->kind]);
}
