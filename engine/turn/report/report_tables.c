#include "engine/core/explain.h"
#include "engine/turn/ids.h"
#include "engine/turn/memory/counts.h"
#include "engine/turn/memory/index.h"
#include "engine/turn/receipts/receipts.h"
#include "engine/turn/report/report_read.h"
#include "engine/turn/standing.h"
#include "engine/turn/walk.h"
#include <stdlib.h>
#include <string.h>

enum { ROW_ROOM = 16384, ENTRY_ROOM = (int)FB_MESSAGE_BYTES_MAX + 8192 };

/* ---- finding a record by its outside name ---- */

struct search {
    struct fb_store *store;
    enum fb_kind kind;
    struct fb_span name;
    struct fb_arena row, entry;
    unsigned n;
    uint32_t tag[2 * FB_SOURCES_MAX]; /* what IDS would hold for that name, for each source */
    struct fb_found *found;
    unsigned n_found, most;
};

/* "roster/B1" -> "B1" for the source roster; absent for another's name. */
static struct fb_span behind_source(struct fb_span name, struct fb_span source)
{
    if (source.n == 0 || name.n <= source.n + 1 || name.p[source.n] != '/' ||
        memcmp(name.p, source.p, source.n) != 0)
        return (struct fb_span){NULL, 0};
    return (struct fb_span){name.p + source.n + 1, name.n - source.n - 1};
}

static void add_tag(struct search *s, struct fb_span source, struct fb_span record_ref)
{
    struct fb_record name;
    struct fb_link link[FB_LINKS_MAX];
    memset(&name, 0, sizeof name);
    name.env.kind = s->kind;
    name.env.source = source;
    name.env.record_ref = record_ref;
    unsigned n = fb_record_links(&name, link);
    for (unsigned i = 0; i < n && s->n < 2 * FB_SOURCES_MAX; i++)
        if (link[i].kind == FB_LINK_SELF)
            s->tag[s->n++] = fb_index_tag(FB_LINK_SELF, link[i].hash, s->kind);
}

static enum fb_err add_tags(struct search *s)
{
    struct fb_walk w;
    struct fb_source source;
    fb_walk_begin(&w, s->store, FB_TABLE_SOURCES, (struct fb_span){NULL, 0});
    while (fb_walk_next(&w, &s->row))
        if (fb_source_unpack(&source, w.value) == FB_OK) {
            struct fb_span rest = behind_source(s->name, source.name);
            add_tag(s, source.name, s->name);
            if (rest.n > 0)
                add_tag(s, source.name, rest);
        }
    return fb_walk_end(&w);
}

static bool may_be(const struct search *s, const struct fb_ids_row *row)
{
    for (unsigned i = 0; i < row->n_tags; i++)
        for (unsigned j = 0; j < s->n; j++)
            if (row->tag[i] == s->tag[j])
                return true;
    return false;
}

/* Tags collide: the entry itself says whether it is the one. It knows its source by number only. */
static bool is_it(struct search *s, struct fb_span key, struct fb_entry *e)
{
    uint64_t journal;
    struct fb_span bytes;
    fb_arena_reset(&s->entry);
    if (fb_key_parse_u64(key, &journal) != FB_OK ||
        fb_read_row(s->store, FB_TABLE_JOURNAL, fb_key_u64(journal), &s->entry, &bytes) != FB_OK ||
        fb_entry_unpack(e, bytes) != FB_OK || e->env.kind != s->kind)
        return false;
    e->env.source = fb_read_source_name(s->store, e->source, &s->entry);
    struct fb_span rest = behind_source(s->name, e->env.source);
    return fb_span_eq(e->env.record_ref, s->name) || (rest.n > 0 && fb_span_eq(e->env.record_ref, rest));
}

static void add_found(struct search *s, uint32_t number, const struct fb_entry *e)
{
    struct fb_found *f = &s->found[s->n_found++];
    *f = (struct fb_found){.number = number};
    if (e->env.source.n <= sizeof f->source)
        memcpy(f->source, e->env.source.p, f->n_source = (uint8_t)e->env.source.n);
    if (e->env.record_ref.n <= sizeof f->record_ref)
        memcpy(f->record_ref, e->env.record_ref.p, f->n_record_ref = (uint8_t)e->env.record_ref.n);
}

static enum fb_err scan_ids(struct search *s)
{
    struct fb_walk w;
    struct fb_ids_row row;
    struct fb_entry e;
    enum fb_err err = FB_OK;
    fb_walk_begin(&w, s->store, FB_TABLE_IDS, (struct fb_span){NULL, 0});
    while (s->n_found < s->most && err == FB_OK && fb_walk_next(&w, &s->row)) {
        err = fb_ids_unpack(&row, w.value);
        if (err == FB_OK && row.first && row.kind == s->kind && may_be(s, &row) && is_it(s, w.key, &e))
            add_found(s, row.record, &e);
    }
    enum fb_err end = fb_walk_end(&w);
    return err == FB_OK ? end : err;
}

enum fb_err fb_report_find(struct fb_store *store, enum fb_kind kind, struct fb_span name,
                           struct fb_found *found, unsigned most, unsigned *n)
{
    *n = 0;
    unsigned char *memory = malloc(sizeof(struct search) + ROW_ROOM + ENTRY_ROOM);
    if (memory == NULL)
        return FB_FULL;
    struct search *s = (struct search *)(void *)memory;
    *s = (struct search){.store = store, .kind = kind, .name = name, .found = found, .most = most};
    fb_arena_init(&s->row, memory + sizeof *s, ROW_ROOM);
    fb_arena_init(&s->entry, memory + sizeof *s + ROW_ROOM, ENTRY_ROOM);
    enum fb_err err = add_tags(s);
    if (err == FB_OK)
        err = scan_ids(s);
    *n = s->n_found;
    free(memory);
    return err;
}

/* ---- status ---- */

static enum fb_err read_heads(struct fb_txn *txn, struct fb_arena *arena, struct fb_engine_status *out)
{
    struct fb_span key, value;
    struct fb_entry e;
    struct fb_counts c;
    enum fb_err err = fb_find_last(txn, FB_TABLE_JOURNAL, arena, &key, &value);
    if (err == FB_OK) {
        err = fb_key_parse_u64(key, &out->journal);
        if (err == FB_OK)
            err = fb_entry_unpack(&e, value);
        if (err == FB_OK)
            out->last_ms = e.at_ms;
    }
    if (err == FB_OK || err == FB_NOT_FOUND)
        err = fb_find_last(txn, FB_TABLE_EVENTS, arena, &key, &value);
    if (err == FB_OK)
        err = fb_key_parse_u64(key, &out->events);
    if (err != FB_OK && err != FB_NOT_FOUND)
        return err;
    err = fb_counts_find(txn, arena, &c);
    out->records = c.records;
    out->bookings = c.bookings;
    out->vacancies = c.vacancies;
    return err;
}

/* An issue that waits for its moment is not current yet. */
static enum fb_err read_standing(struct fb_txn *txn, struct fb_arena *arena, struct fb_engine_status *out)
{
    struct fb_standing s;
    enum fb_err err = fb_standing_find(txn, arena, &s);
    if (err != FB_OK)
        return err;
    out->issue = s.current;
    out->waiting = s.n_waiting;
    for (unsigned i = 0; i < s.n_waiting; i++)
        out->waits[i] = (struct fb_waiting_row){.issue = s.waiting[i].issue, .due_ms = s.waiting[i].due_ms};
    out->repriced = s.next == 0 ? 0 : s.next - 1;
    out->to_reprice = s.of;
    return FB_OK;
}

enum fb_err fb_report_status(struct fb_store *store, struct fb_reader_books *books, struct fb_arena *arena,
                             struct fb_engine_status *out)
{
    struct fb_txn *txn;
    *out = (struct fb_engine_status){.epoch = fb_store_epoch(store), .store_bytes = fb_store_bytes(store)};
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = read_heads(txn, arena, out);
    out->messages = fb_table_rows(txn, FB_TABLE_IDS);
    out->refused = fb_table_rows(txn, FB_TABLE_REFUSED);
    out->todo = fb_table_rows(txn, FB_TABLE_TODO);
    out->sources = (uint32_t)fb_table_rows(txn, FB_TABLE_SOURCES);
    if (err == FB_OK)
        err = read_standing(txn, arena, out);
    fb_txn_abort(&txn);
    const struct fb_book *book = fb_reader_book(books, 0);
    out->book_name = book == NULL ? fb_span_of("no rules yet") : book->name;
    for (unsigned i = 0; i < out->waiting; i++) {
        book = fb_reader_book(books, out->waits[i].issue);
        out->waits[i].book_name = book == NULL ? (struct fb_span){NULL, 0} : book->name;
    }
    return err;
}

/* ---- events ---- */

static bool wanted(const struct fb_event_filter *f, const struct fb_event *e)
{
    return (fb_event_set_empty(&f->kinds) || fb_event_set_has(&f->kinds, e->kind)) && (f->trust == 0 || f->trust == e->trust) &&
           !(f->alerts_only && (e->shadow || e->historic));
}

enum { SENTENCE_BYTES = 700 };

/* The feed's reader has no packs at hand. false: no room. */
static bool add_sentence(struct fb_reader_books *books, struct fb_arena *arena, struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    if (e->kind != FB_EVENT_CEILING_PASSED && e->kind != FB_EVENT_CEILING_CLEARED)
        return true;
    const struct fb_book *book = fb_reader_book(books, e->issue);
    char *memory = book == NULL ? NULL : fb_arena_get(arena, SENTENCE_BYTES);
    struct fb_text t;
    if (book == NULL)
        return true; /* its packs cannot be read: the figures stand in the event */
    if (memory == NULL)
        return false;
    fb_text_init(&t, memory, SENTENCE_BYTES);
    fb_explain_ceiling(&t, book, e);
    row->statement = (struct fb_span){t.p, (uint32_t)t.n};
    return true;
}

static bool add_event(struct fb_reader_books *books, const struct fb_event *e, uint64_t seq,
                      struct fb_arena *arena, struct fb_event_row *row)
{
    *row = (struct fb_event_row){.seq = seq, .event = *e, .back = e->kind == FB_EVENT_SOURCE_SILENT && e->detail == FB_SILENCE_BACK};
    row->event.source = fb_arena_copy(arena, e->source);
    row->event.record_ref = fb_arena_copy(arena, e->record_ref);
    const struct fb_book *book = e->rule == 0 ? NULL : fb_reader_book(books, e->issue);
    const struct fb_rule *rule = book == NULL ? NULL : fb_book_rule(book, e->rule);
    if (rule != NULL)
        row->rule = rule->name;
    return add_sentence(books, arena, row) && (e->source.p == NULL || row->event.source.p != NULL) &&
           (e->record_ref.p == NULL || row->event.record_ref.p != NULL);
}

static enum fb_err last_event(struct fb_store *store, struct fb_arena *arena, uint64_t *head)
{
    struct fb_txn *txn;
    struct fb_span key, value;
    *head = 0;
    enum fb_err err = fb_store_read(store, &txn);
    if (err != FB_OK)
        return err;
    err = fb_find_last(txn, FB_TABLE_EVENTS, arena, &key, &value);
    if (err == FB_OK)
        err = fb_key_parse_u64(key, head);
    fb_txn_abort(&txn);
    return err == FB_NOT_FOUND ? FB_OK : err;
}

enum fb_err fb_report_events(struct fb_store *store, struct fb_reader_books *books,
                             const struct fb_event_filter *filter, uint64_t after, struct fb_arena *arena,
                             struct fb_event_row *row, unsigned limit, unsigned *n, uint64_t *next,
                             uint64_t *head)
{
    struct fb_arena part;
    struct fb_walk w;
    *n = 0;
    *next = after;
    enum fb_err err = fb_arena_part(arena, ROW_ROOM, &part);
    if (err == FB_OK)
        err = last_event(store, &part, head);
    if (err != FB_OK || after >= *head)
        return err;
    struct fb_key from = fb_key_u64(after + 1);
    fb_walk_begin(&w, store, FB_TABLE_EVENTS, fb_key_span(&from));
    for (unsigned scanned = 0; err == FB_OK && scanned < limit && fb_walk_next(&w, &part); scanned++) {
        struct fb_event e;
        uint64_t seq;
        err = fb_key_parse_u64(w.key, &seq);
        if (err == FB_OK && fb_event_unpack(&e, w.value) != FB_OK)
            err = FB_DAMAGED;
        if (err != FB_OK)
            break;
        if (wanted(filter, &e)) {
            if (!add_event(books, &e, seq, arena, &row[*n]))
                break; /* the arena is full: this one is asked for next time */
            row[*n].epoch = fb_store_epoch_of(store, seq) == fb_store_epoch(store) ? 0 : fb_store_epoch_of(store, seq);
            ++*n;
        }
        *next = seq;
        *head = seq > *head ? seq : *head;
    }
    enum fb_err end = fb_walk_end(&w);
    return err == FB_OK ? end : err;
}
