/* The page of metrics: names, what they mean, and their figures. */
#include "engine/core/decide.h"
#include "engine/shell/commit_cursors.h"
#include "engine/shell/metrics.h"
#include "engine/shell/session.h"
#include "engine/store/key.h"
#include "engine/turn/report.h"
#include <malloc.h>
#include <stdlib.h>

enum { SOURCES = 64, ARENA = 1 << 18, MS_PER_SECOND = 1000, MS_PER_HOUR = 3600000, DAYS = 7, TENTH = 10, US_DIGITS = 6, ROW_BYTES = 4096 };

static void add_unsigned(struct fb_text *t, uint64_t v)
{
    if (v >= 10)
        fb_text_add_int(t, (int64_t)(v / 10));
    fb_text_add_int(t, (int64_t)(v % 10));
}

static void family(struct fb_text *t, const char *name, const char *type, const char *help)
{
    fb_text_add(t, "# HELP fairbank_");
    fb_text_add(t, name);
    fb_text_add(t, " ");
    fb_text_add(t, help);
    fb_text_add(t, "\n# TYPE fairbank_");
    fb_text_add(t, name);
    fb_text_add(t, " ");
    fb_text_add(t, type);
    fb_text_add(t, "\n");
}

static void name_of(struct fb_text *t, const char *name, const char *suffix)
{
    fb_text_add(t, "fairbank_");
    fb_text_add(t, name);
    fb_text_add(t, suffix);
}

static void one(struct fb_text *t, const char *name, const char *type, const char *help, uint64_t v)
{
    family(t, name, type, help);
    name_of(t, name, " ");
    add_unsigned(t, v);
    fb_text_add(t, "\n");
}

/* What a label's value may not hold as it is. Text of ours has no control characters; what is cut mid-character would not be text. */
static void add_label(struct fb_text *t, const char *label, struct fb_span value)
{
    fb_text_add(t, label);
    fb_text_add(t, "=\"");
    for (uint32_t i = 0; i < value.n; i++) {
        if (value.p[i] == '"' || value.p[i] == '\\')
            fb_text_add(t, "\\");
        fb_text_add_span(t, (struct fb_span){value.p + i, 1});
    }
    fb_text_add(t, "\"");
}

static void labelled(struct fb_text *t, const char *name, const char *label, struct fb_span value, uint64_t v)
{
    name_of(t, name, "{");
    add_label(t, label, value);
    fb_text_add(t, "} ");
    add_unsigned(t, v);
    fb_text_add(t, "\n");
}

/* ---- histograms ---- */

static void add_scaled(struct fb_text *t, uint64_t v, unsigned decimals)
{
    if (decimals == 0)
        add_unsigned(t, v);
    else
        fb_text_add_decimal(t, (int64_t)v, decimals);
}

/* Buckets hold all that is not above their bound: each counts those before it too. */
static void histogram(struct fb_text *t, const char *name, const char *help, struct fb_meter_row *row, const struct fb_meter_scale *scale,
                      unsigned decimals)
{
    uint64_t so_far = 0, n = atomic_load_explicit(&row->n, memory_order_relaxed);
    family(t, name, "histogram", help);
    for (unsigned i = 0; i < FB_METER_BUCKETS; i++) {
        so_far += atomic_load_explicit(&row->bucket[i], memory_order_relaxed);
        name_of(t, name, "_bucket{le=\"");
        add_scaled(t, scale->bound[i], decimals);
        fb_text_add(t, "\"} ");
        add_unsigned(t, so_far < n ? so_far : n); /* one may have been added since n was read */
        fb_text_add(t, "\n");
    }
    name_of(t, name, "_bucket{le=\"+Inf\"} ");
    add_unsigned(t, n);
    fb_text_add(t, "\n");
    name_of(t, name, "_sum ");
    add_scaled(t, atomic_load_explicit(&row->sum, memory_order_relaxed), decimals);
    fb_text_add(t, "\n");
    name_of(t, name, "_count ");
    add_unsigned(t, n);
    fb_text_add(t, "\n");
}

/* ---- by source ---- */

struct source_metric {
    const char *name, *type, *help;
    uint64_t (*of)(const struct fb_metrics_from *from, const struct fb_source_row *row);
};
#define COUNT(field)                                                                                   \
    static uint64_t field##_of(const struct fb_metrics_from *from, const struct fb_source_row *row) \
    {                                                                                                  \
        (void)from;                                                                                    \
        return row->field;                                                                             \
    }
COUNT(accepted)
COUNT(amended)
COUNT(refused)
COUNT(conflicts)
COUNT(duplicates)
COUNT(busy)
#undef COUNT

static uint64_t age_of(const struct fb_metrics_from *from, const struct fb_source_row *row)
{
    return row->last_ms > 0 && from->now_ms > row->last_ms ? (uint64_t)(from->now_ms - row->last_ms) / MS_PER_SECOND : 0;
}

static uint64_t silent_of(const struct fb_metrics_from *from, const struct fb_source_row *row)
{
    (void)from;
    return row->habit == FB_SOURCE_HABIT_SILENT;
}

static const struct source_metric by_source[] = {
    {"source_accepted_total", "counter", "Records taken for the first time, by source.", accepted_of},
    {"source_amended_total", "counter", "Further versions of records, by source.", amended_of},
    {"source_refused_total", "counter", "Messages refused, by source.", refused_of},
    {"source_conflicts_total", "counter", "Message ids used again for other contents, by source.", conflicts_of},
    {"source_duplicates_total", "counter", "Messages sent again and answered as the first time, by source, since the start.", duplicates_of},
    {"source_busy_total", "counter", "Messages answered busy, by source, since the start.", busy_of},
    {"source_last_message_age_seconds", "gauge", "How long ago a source was heard last.", age_of},
    {"source_silent", "gauge", "1 while a source is silent against its own habit.", silent_of},
};

static void add_sources(struct fb_text *t, const struct fb_metrics_from *from, unsigned char *memory)
{
    static struct fb_source_row row[SOURCES];
    struct fb_arena arena;
    unsigned n = 0;
    uint64_t silent = 0;
    bool more = false;
    fb_arena_init(&arena, memory, ARENA);
    if (fb_tally_rows(from->tally, from->sessions, from->store, 0, 0, &arena, row, SOURCES, &n, &more) != FB_OK ||
        fb_tally_habits(from->store, NULL, &arena, row, n) != FB_OK) /* of a habit itself nothing is shown: no book is needed */
        n = 0;
    for (unsigned k = 0; k < n; k++)
        silent += silent_of(from, &row[k]);
    for (unsigned i = 0; i < sizeof by_source / sizeof by_source[0]; i++) {
        family(t, by_source[i].name, by_source[i].type, by_source[i].help);
        for (unsigned k = 0; k < n; k++)
            labelled(t, by_source[i].name, "source", row[k].source.name, by_source[i].of(from, &row[k]));
    }
    one(t, "sources_silent", "gauge", "Sources, of those shown here, that are silent against their own habit.", silent);
    one(t, "sources_shown_cut", "gauge", "1 when there are more sources than are shown here.", more);
}

/* ---- by consumer ---- */

static void add_cursors(struct fb_text *t, const struct fb_metrics_from *from, unsigned char *memory)
{
    struct fb_txn *txn = NULL;
    struct fb_arena arena;
    struct fb_scan scan;
    uint64_t epoch, seq, head = from->news->stats.events, own = fb_store_epoch(from->store);
    fb_arena_init(&arena, memory, ARENA);
    family(t, "cursor_lag_events", "gauge", "Events that a consumer's kept position is behind.");
    if (fb_store_read(from->store, &txn) != FB_OK)
        return;
    fb_scan_begin(&scan, txn, FB_TABLE_CURSORS, (struct fb_span){NULL, 0});
    for (; fb_scan_next(&scan, &arena); fb_arena_reset(&arena))
        if (fb_cursor_unpack(scan.value, &epoch, &seq)) {
            uint64_t at = epoch == own ? seq : fb_store_shares(from->store, epoch) < seq ? 0 : seq;
            labelled(t, "cursor_lag_events", "cursor", scan.key, head > at ? head - at : 0);
        }
    fb_scan_end(&scan);
    fb_txn_abort(&txn);
}

/* ---- the disk ---- */

/* How many days the journal spans, today as one; DAYS when it is older. A store of this morning filled in one day. */
static unsigned days_spanned(struct fb_store *store, fb_day today)
{
    unsigned days = 1;
    uint64_t before = 0;
    while (days < DAYS && fb_report_known_at(store, today - (fb_day)days, &before) == FB_OK && before > 0)
        days++;
    return days;
}

/* Bytes an entry, of all there are, times the entries of a week. */
void fb_metrics_look(struct fb_metrics_rate *rate, const struct fb_metrics_from *from)
{
    uint64_t before = 0, journal = from->news->stats.journal, bytes = fb_store_bytes(from->store);
    fb_day today = fb_london_day_of_ms(from->now_ms);
    bool grown = bytes > rate->looked_bytes + rate->looked_bytes / TENTH;
    if (rate->looked_ms != 0 && from->now_ms - rate->looked_ms < MS_PER_HOUR && !grown)
        return;
    rate->looked_ms = from->now_ms;
    rate->looked_bytes = bytes;
    if (fb_report_known_at(from->store, today - DAYS - 1, &before) != FB_OK || journal <= before)
        return;
    rate->bytes_a_day = ((bytes >> 10) * (journal - before) / journal / days_spanned(from->store, today)) << 10; /* in KiB: the product fits */
}

static void add_disk(struct fb_text *t, const struct fb_metrics_from *from, const struct fb_metrics_rate *rate)
{
    uint64_t left = from->care->free_bytes, map = fb_store_map_bytes(from->store);
    one(t, "store_bytes", "gauge", "Bytes used by the store's rows and their pages.", fb_store_bytes(from->store));
    one(t, "store_map_bytes", "gauge", "Size of the store's map, which is doubled before it is half full.", map);
    if (left == UINT64_MAX) /* could not be told */
        return;
    uint64_t above = left > from->care->floor_bytes ? left - from->care->floor_bytes : 0;
    one(t, "disk_free_bytes", "gauge", "Free space on the disk of the data folder.", left);
    one(t, "disk_floor_bytes", "gauge", "Free space below which messages are answered busy (free_mib).", from->care->floor_bytes);
    one(t, "disk_holding", "gauge", "1 while messages are answered busy for want of room.", from->care->holding);
    if (rate->bytes_a_day > 0)
        one(t, "disk_days_left", "gauge", "Days until the floor is reached, at the rate of the last seven days, or of the days that a younger journal spans.", above / rate->bytes_a_day);
}

/* ---- the page ---- */

/* What lies between pieces that are in use is not counted: it is the allocator's. */
static uint64_t allocated(void)
{
    struct mallinfo2 m = mallinfo2();
    return (uint64_t)m.uordblks + m.hblkhd;
}

static void add_engine(struct fb_text *t, const struct fb_metrics_from *from)
{
    const struct fb_turn_stats *s = &from->news->stats;
    family(t, "build_info", "gauge", "Version of the engine, its epoch and the version of its decisions.");
    fb_text_add(t, "fairbank_build_info{");
    add_label(t, "version", fb_span_of(FB_VERSION));
    fb_text_add(t, ",epoch=\"");
    add_unsigned(t, fb_store_epoch(from->store));
    fb_text_add(t, "\",decide_version=\"");
    add_unsigned(t, FB_DECIDE_VERSION);
    fb_text_add(t, "\"} 1\n");
    const struct {
        const char *name, *type, *help;
        uint64_t v;
    } row[] = {
        {"up_seconds", "gauge", "How long this engine has run.", (uint64_t)(from->now_ms - from->started_ms) / MS_PER_SECOND},
        {"journal_entries", "counter", "Number of the last journal entry.", s->journal},
        {"event_seq", "counter", "Sequence number of the last event within the epoch.", s->events},
        {"messages_total", "counter", "Messages accepted.", s->messages},
        {"records", "gauge", "Records held.", s->records},
        {"todo", "gauge", "Records to judge again between batches.", s->todo},
        {"reprice_left", "gauge", "Records that the current issue has not been applied to.", s->to_reprice - s->repriced},
        {"issue", "gauge", "Number of the current issue of the rules.", s->issue},
        {"issues_live", "gauge", "Issues of the rules that are current or wait for their moment.", s->waiting + (s->issue != 0)},
        {"memory_bytes", "gauge", "Memory of the turn.", s->memory_bytes},
        {"queue_items", "gauge", "Messages on their way to a commit and back.", fb_queue_out(from->queue)},
        {"queue_pages", "gauge", "Pages of one MiB that the queue has.", fb_queue_pages(from->queue)},
        {"allocated_bytes", "gauge", "Bytes that the engine has asked for and not given back: what the turn holds is of them.", allocated()},
        {"sources_over_quota", "gauge", "Sources of which refusals were not kept whole today.", s->over_quota},
    };
    for (unsigned i = 0; i < sizeof row / sizeof row[0]; i++)
        one(t, row[i].name, row[i].type, row[i].help, row[i].v);
}

static void add_stats(struct fb_text *t, const struct fb_stats *s)
{
    family(t, "door_total", "counter", "What was counted at the doors since the start, by what it was.");
#define X(field, text) labelled(t, "door_total", "what", fb_span_of(text), s->field);
    FB_STATS_MAP(X)
#undef X
}

void fb_metrics_format(struct fb_text *t, const struct fb_metrics_from *from, const struct fb_metrics_rate *rate)
{
    unsigned char *memory = malloc(ARENA);
    add_engine(t, from);
    histogram(t, "queue_wait_seconds", "How long the first message of a batch waited for it.", &from->meter->wait_us, &fb_meter_commit_us, US_DIGITS);
    histogram(t, "flush_seconds", "Of a batch, from its last row written until the disk had it.", &from->meter->flush_us, &fb_meter_commit_us, US_DIGITS);
    histogram(t, "wake_seconds", "From a durable batch until its answers are sent.", &from->meter->wake_us, &fb_meter_commit_us, US_DIGITS);
    histogram(t, "feed_seconds", "How long telling the consumers who wait took.", &from->meter->feed_us, &fb_meter_commit_us, US_DIGITS);
    histogram(t, "commit_seconds", "How long a batch took until it was durable.", &from->meter->commit_us, &fb_meter_commit_us, US_DIGITS);
    histogram(t, "batch_messages", "Messages of a batch.", &from->meter->batch, &fb_meter_batch, 0);
    add_disk(t, from, rate);
    add_stats(t, from->stats);
    if (memory == NULL)
        return;
    add_sources(t, from, memory);
    add_cursors(t, from, memory);
    free(memory);
}
