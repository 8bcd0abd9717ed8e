#include "adapters/outbound/mail/letter.h"
#include "adapters/lib/event_json.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 2048 }; /* of memory for the texts of an alert, beside what its body is long */

/* One alert of a letter. */
struct line {
    struct fb_event_row row;
    const struct fb_delivery *from;
};

/* ---- words ---- */

static void pounds(FILE *out, int64_t pence)
{
    uint64_t v = pence < 0 ? (uint64_t)-pence : (uint64_t)pence;
    char digits[24], with[40];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v / 100), k = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            with[k++] = ',';
        with[k++] = digits[i];
    }
    with[k] = '\0';
    fprintf(out, "%s£%s.%02u", pence < 0 ? "-" : "", with, (unsigned)(v % 100));
}

static void words(FILE *out, const char *word)
{
    for (; *word != '\0'; word++)
        fputc(*word == '_' ? ' ' : *word, out);
}

/* What happened, as a ward manager or a finance officer would say it. */
static const char *known_text(enum fb_event_kind kind)
{
    static const struct {
        enum fb_event_kind kind;
        const char *text;
    } rows[] = {
        {FB_EVENT_RATECAP_BREACHED, "Over the price cap"},
        {FB_EVENT_RATECAP_OVER_ESTIMATE, "Over the estimated cap"},
        {FB_EVENT_RATE_OFF_CARD, "Off the agreed rate card"},
        {FB_EVENT_ASSURANCE_FINDING, "A rule was not kept"},
        {FB_EVENT_WORKINGTIME_BREACHED, "Working time"},
        {FB_EVENT_BOOKING_OVERLAP, "One worker booked twice at the same time"},
        {FB_EVENT_BOOKING_DUPLICATE_SUSPECT, "Perhaps one shift told twice"},
        {FB_EVENT_INVOICE_OVERCHARGED, "Invoiced above what is owed"},
        {FB_EVENT_INVOICE_DUPLICATE, "Invoiced twice"},
        {FB_EVENT_INVOICE_UNMATCHED, "Invoiced, and nothing is held that it is for"},
        {FB_EVENT_INVOICE_DISPUTED, "Disputed by finance"},
        {FB_EVENT_FINDING_CHANGED, "Changed"},
        {FB_EVENT_FINDING_CLEARED, "Cleared"},
        {FB_EVENT_FINDING_REOPENED, "Open again"},
        {FB_EVENT_FINDING_UNANSWERED, "Its permission no longer counts"},
        {FB_EVENT_FINDING_SNOOZED, "Put off"},
        {FB_EVENT_FINDING_WOKEN, "No longer put off"},
        {FB_EVENT_APPROVAL_LAPSED, "A permission by telephone was not confirmed in time"},
        {FB_EVENT_APPROVAL_EXHAUSTED, "A permission is used up"},
        {FB_EVENT_APPROVAL_BUDGET, "The month's budget of permissions"},
        {FB_EVENT_CEILING_PASSED, "Agency spend over the month's ceiling"},
        {FB_EVENT_CEILING_CLEARED, "Agency spend within the month's ceiling again"},
        {FB_EVENT_SOURCE_SILENT, "A system that sends to us has fallen silent, or is back"},
        {FB_EVENT_BATCH_WITHDRAWN, "A file was taken back"},
        {FB_EVENT_RECORD_CONFLICT, "Two contents under one message id"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return rows[i].text;
    return fb_event_word(kind);
}

enum { KIND_BYTES = FB_EVENT_TYPE_MAX + 64 };

/* Of an event that a newer engine tells, its own name for it and its number are all that can be said. */
static const char *kind_text(char memory[KIND_BYTES], const struct fb_event_row *row)
{
    struct fb_span type = fb_event_type(row);
    if (fb_event_known(row->event.kind))
        return known_text(row->event.kind);
    snprintf(memory, KIND_BYTES, "%.*s (kind %u, newer than this program)", (int)type.n, type.p, (unsigned)row->event.kind);
    return memory;
}

static const char *purpose_text(enum fb_purpose p)
{
    return p == FB_PURPOSE_ESCALATION ? "Nobody has seen to it: " : p == FB_PURPOSE_REMINDER ? "Its snooze ends soon: " : "";
}

/* ---- order ---- */

static int64_t size_of(const struct line *l)
{
    int64_t p = l->row.event.pence, d = l->row.event.delta_pence; /* raw: rounded already, compared */
    p = p < 0 ? -p : p;
    d = d < 0 ? -d : d;
    return p > d ? p : d;
}

static int worse_first(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->row.event.severity != y->row.event.severity)
        return x->row.event.severity > y->row.event.severity ? -1 : 1;
    if (size_of(x) != size_of(y))
        return size_of(x) > size_of(y) ? -1 : 1;
    return x->from->id < y->from->id ? -1 : x->from->id > y->from->id;
}

/* ---- the subject ---- */

static bool same_trust(const struct line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].row.event.trust != l[0].row.event.trust)
            return false;
    return l[0].row.event.trust != 0;
}

static bool same_kind(const struct line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].row.event.kind != l[0].row.event.kind)
            return false;
    return true;
}

/* Amounts of one rule are added; those of several are not: two rules may look at the same pounds. */
static bool same_rule(const struct line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (!fb_span_eq(l[i].row.rule, l[0].row.rule))
            return false;
    return same_kind(l, n);
}

/* Stages, measures and months of one trust are told without a finding each; they are never added. */
static bool all_findings(const struct line *l, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (l[i].row.event.subject == 0 || l[i].row.event.rule == 0)
            return false;
    return true;
}

/* Of a finding that is told of more than once the last word counts. */
static bool is_last_word(const struct line *l, unsigned n, const struct fb_event_row *row)
{
    const struct fb_event *e = &row->event;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_event *other = &l[i].row.event;
        if (other->subject == e->subject && other->rule == e->rule && other->detail == e->detail && l[i].row.seq > row->seq)
            return false;
    }
    return true;
}

static int64_t sum_of(const struct line *l, unsigned n)
{
    int64_t sum = 0;
    if (n == 1)
        return l[0].row.event.pence; /* raw: shown as it is */
    if (!same_rule(l, n) || !all_findings(l, n))
        return 0;
    for (unsigned i = 0; i < n; i++)
        sum += is_last_word(l, n, &l[i].row) ? l[i].row.event.pence : 0; /* raw: rounded already, each within one shift */
    return sum;
}

static bool same_purpose(const struct line *l, unsigned n)
{
    for (unsigned i = 1; i < n; i++)
        if (l[i].from->purpose != l[0].from->purpose)
            return false;
    return true;
}

/* A shift may be told of more than once: over the cap in plain time, and in unsocial time. */
static unsigned records(const struct line *l, unsigned n)
{
    unsigned count = 0;
    for (unsigned i = 0; i < n; i++) {
        const struct fb_event *e = &l[i].row.event;
        bool seen = false;
        for (unsigned k = 0; k < i && !seen; k++)
            seen = fb_span_eq(e->record_ref, l[k].row.event.record_ref) && fb_span_eq(e->source, l[k].row.event.source);
        count += !seen;
    }
    return count;
}

/* A line of an invoice, a source or a month is no shift, and nobody is on it. */
static bool is_shift(const struct fb_event *e)
{
    return e->record_ref.n > 0 && e->shift_day != 0 && e->staff_group != FB_STAFF_GROUP_NONE;
}

static bool all_shifts(const struct line *l, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (!is_shift(&l[i].row.event))
            return false;
    return true;
}

static void how_many(FILE *f, const struct line *l, unsigned n)
{
    bool shifts = same_kind(l, n) && all_shifts(l, n);
    unsigned count = shifts ? records(l, n) : n;
    fprintf(f, "%s%u %s%s", same_kind(l, n) ? ", " : "", count, shifts ? "shift" : "alert", count == 1 ? "" : "s");
}

static void subject(char out[FB_LETTER_SUBJECT_BYTES], const struct line *l, unsigned n)
{
    char code[9], kind[KIND_BYTES];
    FILE *f = fmemopen(out, FB_LETTER_SUBJECT_BYTES - 1, "w");
    if (f == NULL)
        return;
    fprintf(f, "Fairbank: %s%s", same_purpose(l, n) ? purpose_text(l[0].from->purpose) : "", same_kind(l, n) ? kind_text(kind, &l[0].row) : "");
    if (n > 1)
        how_many(f, l, n);
    if (same_trust(l, n)) {
        (void)fb_code_format(code, l[0].row.event.trust);
        fprintf(f, " at %s", code);
    }
    if (sum_of(l, n) != 0) {
        fputs(", ", f);
        pounds(f, sum_of(l, n));
    }
    fclose(f);
}

/* ---- the texts ---- */

static void span(FILE *out, struct fb_span s, bool html)
{
    for (uint32_t i = 0; i < s.n; i++) {
        const char *with = !html ? NULL : s.p[i] == '<' ? "&lt;" : s.p[i] == '>' ? "&gt;" : s.p[i] == '&' ? "&amp;" : s.p[i] == '"' ? "&quot;" : NULL;
        if (with != NULL)
            fputs(with, out);
        else
            fputc(s.p[i], out);
    }
}

static void who(FILE *out, const struct fb_event *e)
{
    if (!is_shift(e))
        return;
    words(out, fb_staff_group_word(e->staff_group));
    fputs(", ", out);
    words(out, fb_route_word(e->route));
}

/* A receipt's statement is for programs: it is signed, and long. */
static bool has_sentence(const struct fb_event_row *row)
{
    return row->statement.n > 0 && row->event.kind != FB_EVENT_RECEIPT_ISSUED;
}

static void plain_line(FILE *f, const struct line *l)
{
    const struct fb_event *e = &l->row.event;
    char code[9], day[11], kind[KIND_BYTES];
    fprintf(f, "%s%s", purpose_text(l->from->purpose), kind_text(kind, &l->row));
    if (l->row.rule.n > 0 && !fb_span_eq(l->row.rule, fb_event_type(&l->row))) {
        fputs(": ", f);
        span(f, l->row.rule, false);
    }
    fprintf(f, " (%s)\n  ", fb_severity_word(e->severity));
    if (e->trust != 0 && fb_code_format(code, e->trust) > 0)
        fprintf(f, "%s  ", code);
    span(f, e->record_ref, false);
    if (e->shift_day != 0) {
        fb_day_format(day, e->shift_day);
        fprintf(f, is_shift(e) ? "  shift of %s  " : "  of %s", day);
        who(f, e);
    }
    if (e->pence != 0) { /* raw: asked for nought */
        fputs("  ", f);
        pounds(f, e->pence); /* raw: shown */
    }
    fputs("\n", f);
    if (has_sentence(&l->row)) {
        fputs("  ", f);
        span(f, l->row.statement, false);
        fputs("\n", f);
    }
    if (e->record_ref.n > 0) {
        fputs("  why: fairbank explain ", f);
        span(f, e->source, false);
        fputs("/", f);
        span(f, e->record_ref, false);
        fputs("\n", f);
    }
    fputs("\n", f);
}

static void html_line(FILE *f, const struct line *l)
{
    const struct fb_event *e = &l->row.event;
    char code[9] = "", day[11] = "", kind[KIND_BYTES];
    if (e->trust != 0)
        (void)fb_code_format(code, e->trust);
    if (e->shift_day != 0)
        fb_day_format(day, e->shift_day);
    fprintf(f, "<tr><td class=\"%s\">%s</td><td>%s%s</td><td>", fb_severity_word(e->severity), fb_severity_word(e->severity),
            purpose_text(l->from->purpose), kind_text(kind, &l->row));
    span(f, has_sentence(&l->row) ? l->row.statement : l->row.rule, true);
    fprintf(f, "</td><td>%s</td><td>", code);
    span(f, e->record_ref, true);
    fprintf(f, "</td><td>%s</td><td>", day);
    who(f, e);
    fputs("</td><td class=\"money\">", f);
    if (e->pence != 0) /* raw: asked for nought */
        pounds(f, e->pence); /* raw: shown */
    fputs("</td></tr>\n", f);
}

static void plain(FILE *f, const struct line *l, unsigned n)
{
    unsigned shown = n < FB_LETTER_SHOWN ? n : FB_LETTER_SHOWN;
    for (unsigned i = 0; i < shown; i++)
        plain_line(f, &l[i]);
    if (shown < n)
        fprintf(f, "And %u more of less weight; fairbank findings lists them all.\n\n", n - shown);
    fputs("The engine advises and records; it has stopped no shift. Say that you have seen one with: fairbank finding acknowledge BOOKING\n", f);
}

static void html(FILE *f, const struct line *l, unsigned n)
{
    unsigned shown = n < FB_LETTER_SHOWN ? n : FB_LETTER_SHOWN;
    fputs("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><style>body{font:14px/1.4 Arial,sans-serif;color:#212b32}"
          "table{border-collapse:collapse}th,td{text-align:left;padding:4px 10px;border-bottom:1px solid #d8dde0;vertical-align:top}"
          "th{background:#f0f4f5}.money{text-align:right;white-space:nowrap}.breach{color:#d5281b;font-weight:bold}.warn{color:#9a5b00}</style></head><body>\n"
          "<table><tr><th>how bad</th><th>what</th><th>rule</th><th>trust</th><th>booking</th><th>shift of</th><th>who</th><th class=\"money\">amount</th></tr>\n",
          f);
    for (unsigned i = 0; i < shown; i++)
        html_line(f, &l[i]);
    fputs("</table>\n", f);
    if (shown < n)
        fprintf(f, "<p>And %u more of less weight; <code>fairbank findings</code> lists them all.</p>\n", n - shown);
    fputs("<p><code>fairbank explain BOOKING</code> says why; <code>fairbank finding acknowledge BOOKING</code> that you have seen it. The engine advises and "
          "records; it has stopped no shift.</p></body></html>\n",
          f);
}

static char *text_of(void (*write)(FILE *, const struct line *, unsigned), const struct line *l, unsigned n)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    if (f == NULL)
        return NULL;
    write(f, l, n);
    if (fclose(f) == 0)
        return text;
    free(text);
    return NULL;
}

/* ---- all of it ---- */

static void id_of(char out[FB_LETTER_ID_BYTES], const struct fb_delivery *of, unsigned n)
{
    unsigned char digest[16];
    crypto_generichash_state s;
    crypto_generichash_init(&s, NULL, 0, sizeof digest);
    for (unsigned i = 0; i < n; i++) {
        crypto_generichash_update(&s, (const unsigned char *)of[i].event, strlen(of[i].event) + 1);
        crypto_generichash_update(&s, (const unsigned char *)of[i].receiver, strlen(of[i].receiver) + 1);
        crypto_generichash_update(&s, (const unsigned char *)fb_purpose_word(of[i].purpose), 1);
    }
    crypto_generichash_final(&s, digest, sizeof digest);
    sodium_bin2hex(out, FB_LETTER_ID_BYTES, digest, sizeof digest);
}

static enum fb_err read_lines(struct line *l, const struct fb_delivery *of, unsigned n, struct fb_arena *arena)
{
    const char *bad;
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < n; i++) {
        json_t *j = json_loads(of[i].body, 0, NULL);
        l[i].from = &of[i];
        e = j == NULL || fb_event_from_json(&l[i].row, j, arena, &bad) != FB_OK ? FB_DAMAGED : FB_OK;
        json_decref(j);
    }
    return e;
}

static size_t memory_for(const struct fb_delivery *of, unsigned n)
{
    size_t size = LINE_BYTES;
    for (unsigned i = 0; i < n; i++)
        size += strlen(of[i].body) + LINE_BYTES;
    return size;
}

bool fb_letter_reads(const struct fb_delivery *of)
{
    struct line l;
    size_t size = memory_for(of, 1);
    void *memory = malloc(size);
    struct fb_arena arena;
    if (memory == NULL)
        return true; /* nothing is known against it */
    fb_arena_init(&arena, memory, size);
    bool reads = read_lines(&l, of, 1, &arena) == FB_OK;
    fb_arena_release(&arena);
    free(memory);
    return reads;
}

enum fb_err fb_letter_write(struct fb_letter_texts *out, const struct fb_delivery *of, unsigned n)
{
    struct line *l = calloc(n, sizeof *l);
    size_t size = memory_for(of, n);
    void *memory = malloc(size);
    struct fb_arena arena;
    memset(out, 0, sizeof *out);
    enum fb_err e = l == NULL || memory == NULL ? FB_FULL : FB_OK;
    if (e == FB_OK) {
        fb_arena_init(&arena, memory, size);
        e = read_lines(l, of, n, &arena);
        if (e == FB_OK) {
            qsort(l, n, sizeof *l, worse_first);
            id_of(out->id, of, n);
            subject(out->subject, l, n);
            out->plain = text_of(plain, l, n);
            out->html = text_of(html, l, n);
            e = out->plain == NULL || out->html == NULL ? FB_FULL : FB_OK;
        }
        fb_arena_release(&arena);
    }
    free(memory);
    free(l);
    if (e != FB_OK)
        fb_letter_release(out);
    return e;
}

void fb_letter_release(struct fb_letter_texts *t)
{
    free(t->plain);
    free(t->html);
    t->plain = t->html = NULL;
}
