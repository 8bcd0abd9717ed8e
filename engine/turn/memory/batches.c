#include "engine/turn/memory/batches.h"
#include "engine/base/bytes.h"
#include "engine/base/hash.h"
#include "engine/store/key.h"
#include <stdlib.h>
#include <string.h>

enum { ROW_VERSION = 1, ROW_BYTES = 400, TAKING_BYTES = 32 + 16 * (FB_SOURCES_MAX + 1), ROOM_MIN = 64, TEXT_MIN = 4096, SLOTS_MIN = 256 };

void fb_batches_release(struct fb_batches *b)
{
    free(b->row);
    free(b->slot);
    free(b->text);
    free(b->moved);
    *b = (struct fb_batches){.row = NULL};
}

/* ---- by name ---- */

static uint32_t home_of(const struct fb_batches *b, uint32_t source, struct fb_span id)
{
    return (uint32_t)(fb_hash64_mix(fb_hash64(id.p, id.n), source) % b->n_slots);
}

struct fb_span fb_batches_id(const struct fb_batches *b, const struct fb_batch *batch)
{
    return (struct fb_span){b->text + batch->id_at, batch->id_n};
}

/* The slot of the name, or the free one where it belongs. */
static uint32_t *slot_of(const struct fb_batches *b, uint32_t source, struct fb_span id)
{
    uint32_t at = home_of(b, source, id);
    while (b->slot[at] != 0) {
        const struct fb_batch *row = &b->row[b->slot[at] - 1];
        if (row->source == source && fb_span_eq(fb_batches_id(b, row), id))
            break;
        at = at + 1 == b->n_slots ? 0 : at + 1;
    }
    return &b->slot[at];
}

uint32_t fb_batches_find(const struct fb_batches *b, uint32_t source, struct fb_span id)
{
    return b->n == 0 || id.n == 0 ? 0 : *slot_of(b, source, id);
}

struct fb_batch *fb_batches_get(const struct fb_batches *b, uint32_t number)
{
    return number == 0 || number > b->n ? NULL : &b->row[number - 1];
}

/* ---- room ---- */

static bool grow(void **p, uint32_t *room, uint64_t wanted, uint32_t least, size_t size)
{
    uint64_t more = *room < least ? least : (uint64_t)*room * 2;
    if (wanted <= *room)
        return true;
    more = more < wanted ? wanted : more;
    void *memory = more > UINT32_MAX ? NULL : realloc(*p, (size_t)more * size);
    if (memory == NULL)
        return false;
    *p = memory;
    *room = (uint32_t)more;
    return true;
}

static bool grow_slots(struct fb_batches *b)
{
    uint32_t n = b->n_slots < SLOTS_MIN ? SLOTS_MIN : b->n_slots * 2, *held = b->slot;
    if ((uint64_t)(b->n + 1) * 2 <= b->n_slots)
        return true;
    uint32_t *slot = calloc(n, sizeof *slot);
    if (slot == NULL)
        return false;
    b->slot = slot;
    b->n_slots = n;
    for (uint32_t i = 0; i < b->n; i++)
        *slot_of(b, b->row[i].source, fb_batches_id(b, &b->row[i])) = i + 1;
    free(held);
    return true;
}

/* The next number, for a name that is not known. */
static enum fb_err add(struct fb_batches *b, uint32_t source, struct fb_span id, uint32_t *number)
{
    void *row = b->row, *text = b->text;
    bool room = grow(&row, &b->room, (uint64_t)b->n + 1, ROOM_MIN, sizeof *b->row);
    b->row = row;
    room = room && grow(&text, &b->text_room, (uint64_t)b->n_text + id.n, TEXT_MIN, 1);
    b->text = text;
    if (!room || !grow_slots(b))
        return FB_FULL;
    uint32_t *slot = slot_of(b, source, id);
    memcpy(b->text + b->n_text, id.p, id.n);
    b->row[b->n] = (struct fb_batch){.source = source, .id_at = b->n_text, .id_n = (uint8_t)id.n};
    b->n_text += id.n;
    b->of_source[source]++;
    *slot = *number = ++b->n;
    return FB_OK;
}

/* ---- what comes ---- */

enum fb_err fb_batches_move(struct fb_batches *b, uint32_t number)
{
    struct fb_batch *row = fb_batches_get(b, number);
    void *moved = b->moved;
    if (row == NULL || row->dirty)
        return FB_OK;
    bool room = grow(&moved, &b->moved_room, (uint64_t)b->n_moved + 1, ROOM_MIN, sizeof *b->moved);
    b->moved = moved;
    if (!room)
        return FB_FULL;
    b->moved[b->n_moved++] = number;
    row->dirty = true;
    return FB_OK;
}

enum fb_err fb_batches_note(struct fb_batches *b, uint32_t source, struct fb_span id, enum fb_batch_count how, uint32_t journal,
                            int64_t at_ms)
{
    id.n = id.n < FB_TEXT_BYTES_MAX ? id.n : FB_TEXT_BYTES_MAX;
    if (id.n == 0 || source == 0 || source > FB_SOURCES_MAX)
        return FB_OK;
    uint32_t number = fb_batches_find(b, source, id);
    if (number == 0 && b->of_source[source] == FB_BATCHES_OF_SOURCE_MAX)
        return FB_OK;
    enum fb_err err = number == 0 ? add(b, source, id, &number) : FB_OK;
    if (err != FB_OK)
        return err;
    struct fb_batch *row = &b->row[number - 1];
    if (row->first == 0) {
        row->first = journal;
        row->first_ms = at_ms;
    }
    row->last = journal;
    row->last_ms = at_ms;
    *(uint32_t *[]){&row->accepted, &row->amended, &row->refused, &row->conflicts}[how] += 1;
    return fb_batches_move(b, number);
}

/* ---- the quota of what is kept whole ---- */

static void begin_day(struct fb_batches *b, fb_day day)
{
    if (b->kept_whole.day != day)
        b->kept_whole = (struct fb_kept){.day = day};
}

void fb_batches_keep(struct fb_batches *b, uint32_t source, fb_day day, uint32_t bytes)
{
    begin_day(b, day);
    b->kept_whole.bytes[source] += bytes;
    b->taking_moved = true;
}

uint64_t fb_batches_kept_bytes(const struct fb_batches *b, uint32_t source, fb_day day)
{
    return b->kept_whole.day == day ? b->kept_whole.bytes[source] : 0;
}

void fb_batches_over(struct fb_batches *b, uint32_t source, fb_day day)
{
    begin_day(b, day);
    b->kept_whole.n_over += !b->kept_whole.over[source];
    b->kept_whole.over[source] = true;
}

/* ---- stored ---- */

static size_t pack(const struct fb_batch *batch, struct fb_span id, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_span(&w, id);
    const uint32_t number[] = {batch->source, batch->first, batch->last, batch->accepted, batch->amended, batch->refused,
                               batch->conflicts, batch->asked, batch->withdrawn, batch->restored, batch->left};
    for (unsigned i = 0; i < sizeof number / sizeof number[0]; i++)
        fb_put_varint(&w, number[i]);
    fb_put_zigzag(&w, batch->pence); /* raw: a sum of rounded figures */
    fb_put_zigzag(&w, batch->first_ms);
    fb_put_zigzag(&w, batch->last_ms);
    return w.bad ? 0 : w.n;
}

static void get_u32(struct fb_reader *r, uint32_t *out)
{
    uint64_t v = fb_get_varint(r);
    r->bad = r->bad || v > UINT32_MAX;
    *out = (uint32_t)v;
}

static enum fb_err begin(struct fb_reader *r, struct fb_span bytes)
{
    fb_reader_init(r, bytes.p, bytes.n);
    unsigned version = fb_get_u8(r);
    return r->bad || version == 0 ? FB_DAMAGED : version > ROW_VERSION ? FB_NEWER : FB_OK;
}

static enum fb_err unpack(struct fb_batch *out, struct fb_span *id, struct fb_span bytes)
{
    struct fb_reader r;
    *out = (struct fb_batch){.source = 0};
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    *id = fb_get_span(&r);
    uint32_t *const number[] = {&out->source, &out->first, &out->last, &out->accepted, &out->amended, &out->refused,
                                &out->conflicts, &out->asked, &out->withdrawn, &out->restored, &out->left};
    for (unsigned i = 0; i < sizeof number / sizeof number[0]; i++)
        get_u32(&r, number[i]);
    out->pence = fb_get_zigzag(&r); /* raw: as it is stored */
    out->first_ms = fb_get_zigzag(&r);
    out->last_ms = fb_get_zigzag(&r);
    bool sound = id->n > 0 && id->n <= FB_TEXT_BYTES_MAX && out->source > 0 && out->source <= FB_SOURCES_MAX;
    return r.bad || r.n != r.size || !sound ? FB_DAMAGED : FB_OK;
}

static size_t taking_pack(const struct fb_taking *t, const struct fb_kept *k, void *memory, size_t size)
{
    struct fb_writer w;
    fb_writer_init(&w, memory, size);
    fb_put_u8(&w, ROW_VERSION);
    fb_put_varint(&w, t->batch);
    fb_put_varint(&w, t->next);
    fb_put_varint(&w, t->until);
    fb_put_zigzag(&w, k->day);
    for (uint32_t i = 1; i <= FB_SOURCES_MAX; i++)
        if (k->bytes[i] > 0) {
            fb_put_varint(&w, i);
            fb_put_varint(&w, k->bytes[i]);
        }
    return w.bad ? 0 : w.n;
}

static enum fb_err taking_unpack(struct fb_taking *out, struct fb_kept *k, struct fb_span bytes)
{
    struct fb_reader r;
    enum fb_err err = begin(&r, bytes);
    if (err != FB_OK)
        return err;
    get_u32(&r, &out->batch);
    get_u32(&r, &out->next);
    get_u32(&r, &out->until);
    int64_t day = fb_get_zigzag(&r);
    k->day = (fb_day)day;
    r.bad = r.bad || day < INT32_MIN || day > INT32_MAX;
    while (!r.bad && r.n < r.size) {
        uint64_t source = fb_get_varint(&r), n = fb_get_varint(&r);
        r.bad = r.bad || source == 0 || source > FB_SOURCES_MAX;
        if (!r.bad)
            k->bytes[source] = n;
    }
    return r.bad || r.n != r.size ? FB_DAMAGED : FB_OK;
}

static void put_row(struct fb_txn *txn, uint32_t number, const void *bytes, size_t n)
{
    struct fb_key key = fb_key_u32(number);
    fb_put(txn, FB_TABLE_BATCHES, fb_key_span(&key), (struct fb_span){bytes, (uint32_t)n});
}

void fb_batches_put(struct fb_batches *b, struct fb_txn *txn)
{
    unsigned char bytes[ROW_BYTES];
    for (uint32_t i = 0; i < b->n_moved; i++) {
        struct fb_batch *row = fb_batches_get(b, b->moved[i]);
        put_row(txn, b->moved[i], bytes, pack(row, fb_batches_id(b, row), bytes, sizeof bytes));
        row->dirty = false;
    }
    b->n_moved = 0;
    unsigned char state[TAKING_BYTES];
    if (!b->kept || b->taking_moved)
        put_row(txn, 0, state, taking_pack(&b->taking, &b->kept_whole, state, sizeof state));
    b->kept = true;
    b->taking_moved = false;
}

enum fb_err fb_batches_load(struct fb_batches *b, uint32_t number, struct fb_span bytes)
{
    struct fb_batch row;
    struct fb_span id;
    if (number == 0) {
        b->kept = true;
        return taking_unpack(&b->taking, &b->kept_whole, bytes);
    }
    enum fb_err err = unpack(&row, &id, bytes);
    uint32_t held = 0;
    if (err == FB_OK && (number != b->n + 1 || fb_batches_find(b, row.source, id) != 0))
        err = FB_DAMAGED;
    if (err == FB_OK)
        err = add(b, row.source, id, &held);
    if (err != FB_OK)
        return err;
    row.id_at = b->row[held - 1].id_at;
    row.id_n = b->row[held - 1].id_n;
    b->row[held - 1] = row;
    return FB_OK;
}

uint64_t fb_batches_bytes(const struct fb_batches *b)
{
    return (uint64_t)b->room * sizeof *b->row + (uint64_t)b->n_slots * sizeof *b->slot + b->text_room +
           (uint64_t)b->moved_room * sizeof *b->moved;
}
