#include "engine/turn/report/report_refused.h"
#include "engine/turn/ids.h"
#include "engine/turn/memory/seen.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/walk.h"
#include <stdlib.h>
#include <string.h>

/* One walk of REFUSED says which, one of IDS what was taken since, another of REFUSED what was said otherwise since, and then each is read
 * and told. */
enum { ROW_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192, ID_BYTES = 32 };
struct place {
    uint64_t journal, taken, later; /* taken, later: 0 none */
    uint32_t tag, source, record;
    bool has_id, conflict;
};
struct telling {
    struct fb_store *store;
    const struct fb_letter_filter *filter;
    struct fb_arena row, name;
    struct place *place, **by_tag;
    unsigned n, n_tags;
    uint32_t source; /* 0: all */
    bool more;
};

const char *fb_letter_word(enum fb_letter_state state)
{
    static const char *const words[] = {[FB_LETTER_WAITS] = "waits",     [FB_LETTER_TAKEN] = "taken since", [FB_LETTER_REPLACED] = "replaced", [FB_LETTER_BLINDED] = "not kept whole",
                                        [FB_LETTER_ENVELOPE] = "envelope", [FB_LETTER_FOREIGN] = "other source"};
    return words[state];
}

const char *fb_letter_text(enum fb_letter_state state)
{
    static const char *const texts[] = {
        [FB_LETTER_WAITS] = "kept whole: it can be sent again",
        [FB_LETTER_TAKEN] = "a message under its id was taken since: there is nothing to send again",
        [FB_LETTER_REPLACED] = "its source said something else under its id since, which was refused too: only what it said last can be sent again",
        [FB_LETTER_BLINDED] = "not kept whole, because it named a worker or might have, or because the day's quota was used up: only its source can send it again",
        [FB_LETTER_ENVELOPE] = "what stands around its record was at fault or could not be read: its source must mend it and send it again",
        [FB_LETTER_FOREIGN] = "it named another source than the one that sent it: its source must mend that and send it again"};
    return texts[state];
}

/* ---- which ---- */

static struct fb_span id_of(const struct place *p, const struct fb_entry *e, char memory[ID_BYTES])
{
    struct fb_text t;
    if (!p->conflict)
        return e->env.message_id;
    fb_text_init(&t, memory, ID_BYTES);
    fb_text_add(&t, "replay:");
    fb_text_add_int(&t, (int64_t)p->journal);
    return (struct fb_span){t.p, (uint32_t)t.n};
}

static enum fb_err find_source(struct telling *w)
{
    struct fb_walk walk;
    struct fb_source s;
    if (w->filter->source.n == 0)
        return FB_OK;
    fb_walk_begin(&walk, w->store, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    enum fb_err e = FB_OK;
    while (e == FB_OK && w->source == 0 && fb_walk_next(&walk, &w->row)) {
        e = fb_source_unpack(&s, walk.value);
        if (e == FB_OK && fb_span_eq(s.name, w->filter->source))
            e = fb_key_parse_u32(walk.key, &w->source);
    }
    enum fb_err end = fb_walk_end(&walk);
    e = e == FB_OK ? end : e;
    return e == FB_OK && w->source == 0 ? FB_NOT_FOUND : e;
}

static bool is_wanted(const struct telling *w, const struct fb_refused_row *row)
{
    return (w->source == 0 || row->source == w->source) &&
           (w->filter->reason == FB_REASON_NONE || row->reason == w->filter->reason);
}

static void note(struct telling *w, uint64_t journal, const struct fb_refused_row *row)
{
    struct place *p = &w->place[w->n];
    char memory[ID_BYTES];
    *p = (struct place){.journal = journal, .tag = row->seen, .source = row->source, .has_id = row->has_id,
                        .conflict = row->reason == FB_REASON_CONFLICT};
    if (p->conflict)
        p->tag = fb_seen_tag(p->source, id_of(p, NULL, memory));
    if (p->has_id)
        w->by_tag[w->n_tags++] = p;
    w->n++;
}

static enum fb_err collect(struct telling *w)
{
    const struct fb_letter_filter *f = w->filter;
    const unsigned most = f->limit < FB_LETTERS_MAX ? f->limit : FB_LETTERS_MAX;
    struct fb_walk walk;
    struct fb_refused_row row;
    struct fb_key from = fb_key_u64(f->only != 0 ? f->only : f->after + 1);
    uint64_t journal = 0;
    enum fb_err e = FB_OK;
    fb_walk_begin(&walk, w->store, FB_TABLE_REFUSED, fb_key_span(&from));
    while (e == FB_OK && !w->more && fb_walk_next(&walk, &w->row)) {
        e = fb_key_parse_u64(walk.key, &journal);
        if (e == FB_OK && f->only != 0 && journal != f->only)
            break;
        if (e == FB_OK)
            e = fb_refused_row_unpack(&row, walk.value);
        if (e != FB_OK || !is_wanted(w, &row))
            continue;
        w->more = w->n == most;
        if (!w->more)
            note(w, journal, &row);
    }
    enum fb_err end = fb_walk_end(&walk);
    return e == FB_OK ? end : e;
}

/* ---- what was taken since ---- */

static int tag_cmp(const void *a, const void *b)
{
    const struct place *x = *(struct place *const *)a, *y = *(struct place *const *)b;
    return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static enum fb_err read_entry(struct telling *w, uint64_t journal, struct fb_arena *arena, struct fb_entry *out)
{
    struct fb_span bytes;
    fb_arena_reset(arena);
    enum fb_err e = fb_read_row(w->store, FB_TABLE_JOURNAL, fb_key_u64(journal), arena, &bytes);
    return e == FB_OK ? fb_entry_unpack(out, bytes) : e;
}

/* The id that it goes out under, in memory of its own. */
static enum fb_err id_kept(struct telling *w, const struct place *p, char memory[FB_ID_BYTES_MAX], struct fb_span *out)
{
    struct fb_entry e;
    char made[ID_BYTES];
    enum fb_err err = read_entry(w, p->journal, &w->name, &e);
    if (err != FB_OK)
        return err;
    struct fb_span id = id_of(p, &e, made);
    if (id.n > FB_ID_BYTES_MAX)
        return FB_DAMAGED;
    memcpy(memory, id.p, id.n);
    *out = (struct fb_span){memory, id.n};
    return FB_OK;
}

/* Two ids may share a tag: the entries are asked. */
static enum fb_err meet(struct telling *w, struct place *p, uint64_t journal, uint32_t record)
{
    struct fb_entry e;
    char memory[FB_ID_BYTES_MAX];
    struct fb_span id;
    enum fb_err err = id_kept(w, p, memory, &id);
    if (err == FB_OK)
        err = read_entry(w, journal, &w->name, &e);
    if (err == FB_OK && e.source == p->source && fb_span_eq(e.env.message_id, id)) {
        p->taken = journal;
        p->record = record;
    }
    return err;
}

/* The first of those of that tag, and the next; NULL: there is none. */
static struct place **first_of(const struct telling *w, uint32_t tag)
{
    unsigned low = 0, high = w->n_tags;
    while (low < high) {
        unsigned middle = low + (high - low) / 2;
        if (w->by_tag[middle]->tag < tag)
            low = middle + 1;
        else
            high = middle;
    }
    return low < w->n_tags && w->by_tag[low]->tag == tag ? &w->by_tag[low] : NULL;
}

static struct place **next_of(const struct telling *w, struct place **p)
{
    return p + 1 < w->by_tag + w->n_tags && p[1]->tag == (*p)->tag ? p + 1 : NULL;
}

static enum fb_err taken_since(struct telling *w)
{
    struct fb_walk walk;
    struct fb_ids_row row;
    struct fb_key from = fb_key_u64(w->place[0].journal);
    uint64_t journal = 0;
    enum fb_err e = FB_OK;
    fb_walk_begin(&walk, w->store, FB_TABLE_IDS, fb_key_span(&from));
    while (e == FB_OK && fb_walk_next(&walk, &w->row)) {
        e = fb_key_parse_u64(walk.key, &journal);
        if (e == FB_OK)
            e = fb_ids_unpack(&row, walk.value);
        struct place **p = e == FB_OK ? first_of(w, row.seen) : NULL;
        for (; e == FB_OK && p != NULL; p = next_of(w, p))
            if ((*p)->taken == 0 && journal > (*p)->journal)
                e = meet(w, *p, journal, row.record);
    }
    enum fb_err end = fb_walk_end(&walk);
    return e == FB_OK ? end : e;
}

/* ---- what was said otherwise since ---- */

/* A refusal of a later entry under that tag; a conflict uses up no id. */
static enum fb_err meet_refusal(struct telling *w, struct place *p, uint64_t journal)
{
    struct fb_entry e;
    char memory[FB_ID_BYTES_MAX];
    struct fb_span id;
    enum fb_err err = id_kept(w, p, memory, &id);
    if (err == FB_OK)
        err = read_entry(w, journal, &w->name, &e);
    if (err == FB_OK && e.reason != FB_REASON_UNKNOWN_SOURCE && fb_span_eq(e.env.message_id, id))
        p->later = journal;
    return err;
}

static enum fb_err replaced_since(struct telling *w)
{
    struct fb_walk walk;
    struct fb_refused_row row;
    struct fb_key from = fb_key_u64(w->place[0].journal + 1);
    uint64_t journal = 0;
    enum fb_err e = FB_OK;
    fb_walk_begin(&walk, w->store, FB_TABLE_REFUSED, fb_key_span(&from));
    while (e == FB_OK && fb_walk_next(&walk, &w->row)) {
        e = fb_key_parse_u64(walk.key, &journal);
        if (e == FB_OK)
            e = fb_refused_row_unpack(&row, walk.value);
        if (e != FB_OK || !row.has_id || row.reason == FB_REASON_CONFLICT)
            continue;
        for (struct place **p = first_of(w, row.seen); e == FB_OK && p != NULL; p = next_of(w, p))
            if (!(*p)->conflict && (*p)->source == row.source && journal > (*p)->journal)
                e = meet_refusal(w, *p, journal);
    }
    enum fb_err end = fb_walk_end(&walk);
    return e == FB_OK ? end : e;
}

static enum fb_err what_came_since(struct telling *w)
{
    if (w->n_tags == 0)
        return FB_OK;
    qsort(w->by_tag, w->n_tags, sizeof(struct place *), tag_cmp);
    enum fb_err e = taken_since(w);
    return e == FB_OK ? replaced_since(w) : e;
}

/* ---- telling ---- */

static bool has(struct fb_span text, char c)
{
    return text.n > 0 && memchr(text.p, c, text.n) != NULL;
}

/* A field of the record is named with its kind before it (booking.start), one of the envelope is not. */
static enum fb_letter_state state_of(const struct place *p, const struct fb_entry *e)
{
    if (p->taken != 0)
        return FB_LETTER_TAKEN;
    if (e->reason == FB_REASON_UNKNOWN_SOURCE)
        return FB_LETTER_FOREIGN;
    if (e->body.n == 0 || e->body.n != e->sent)
        return FB_LETTER_BLINDED;
    bool at_fault = !p->conflict && e->field.n > 0 && !has(e->field, '.');
    bool lacks = e->env.message_id.n == 0 || e->env.record_ref.n == 0 || e->env.occurred_ms == FB_ABSENT || e->env.kind == FB_KIND_NONE;
    return at_fault || lacks ? FB_LETTER_ENVELOPE : p->later != 0 ? FB_LETTER_REPLACED : FB_LETTER_WAITS;
}

static enum fb_err read_letter(struct telling *w, const struct place *p, char memory[ID_BYTES], struct fb_letter *out)
{
    struct fb_span bytes;
    *out = (struct fb_letter){.journal = p->journal, .taken = p->taken, .record = p->record, .later = p->later};
    fb_arena_reset(&w->name);
    enum fb_err e = read_entry(w, p->journal, &w->row, &out->entry);
    if (e == FB_OK)
        e = fb_read_row(w->store, FB_TABLE_SOURCES, fb_key_u32(p->source), &w->name, &bytes);
    if (e == FB_OK)
        e = fb_source_unpack(&out->source, bytes);
    if (e != FB_OK)
        return e;
    out->state = state_of(p, &out->entry);
    if (out->state == FB_LETTER_WAITS || out->state == FB_LETTER_TAKEN)
        out->id = id_of(p, &out->entry, memory);
    if (out->state != FB_LETTER_FOREIGN)
        out->entry.env.source = out->source.name;
    return FB_OK;
}

static enum fb_err tell(struct telling *w, bool (*each)(void *ctx, const struct fb_letter *letter), void *ctx)
{
    struct fb_letter letter;
    char memory[ID_BYTES];
    for (unsigned i = 0; i < w->n; i++) {
        enum fb_err e = read_letter(w, &w->place[i], memory, &letter);
        if (e != FB_OK)
            return e;
        if (!each(ctx, &letter))
            break;
    }
    return FB_OK;
}

enum fb_err fb_report_refused(struct fb_store *store, const struct fb_letter_filter *filter, struct fb_arena *arena,
                              bool (*each)(void *ctx, const struct fb_letter *letter), void *ctx, uint64_t *last)
{
    struct telling w = {.store = store, .filter = filter};
    *last = 0;
    w.place = fb_arena_get(arena, FB_LETTERS_MAX * sizeof *w.place);
    w.by_tag = fb_arena_get(arena, FB_LETTERS_MAX * sizeof *w.by_tag);
    if (w.place == NULL || w.by_tag == NULL)
        return FB_LIMIT;
    enum fb_err e = fb_arena_part(arena, ROW_ROOM, &w.row);
    if (e == FB_OK)
        e = fb_arena_part(arena, ROW_ROOM, &w.name);
    if (e == FB_OK)
        e = find_source(&w);
    if (e == FB_OK)
        e = collect(&w);
    if (e == FB_OK)
        e = what_came_since(&w);
    if (e == FB_OK)
        e = tell(&w, each, ctx);
    if (e == FB_OK && w.more)
        *last = w.place[w.n - 1].journal;
    return e;
}
