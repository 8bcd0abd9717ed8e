#include "adapters/outbound/mail/letter.h"
#include "adapters/lib/event_json.h"
#include "adapters/outbound/mail/letter_steps.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES = 2048 }; /* of memory for the texts of an alert, beside what its body is long */

/* ---- order ---- */

static int64_t size_of(const struct fb_letter__line *l)
{
    int64_t p = l->row.event.pence, d = l->row.event.delta_pence; /* raw: rounded already, compared */
    p = p < 0 ? -p : p;
    d = d < 0 ? -d : d;
    return p > d ? p : d;
}

static int worse_first(const void *a, const void *b)
{
    const struct fb_letter__line *x = a, *y = b;
    if (x->row.event.severity != y->row.event.severity)
        return x->row.event.severity > y->row.event.severity ? -1 : 1;
    if (size_of(x) != size_of(y))
        return size_of(x) > size_of(y) ? -1 : 1;
    return x->from->id < y->from->id ? -1 : x->from->id > y->from->id;
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
    if (!fb_letter__is_shift(e))
        return;
    fb_letter__words(out, fb_staff_group_word(e->staff_group));
    fputs(", ", out);
    fb_letter__words(out, fb_route_word(e->route));
}

/* A receipt's statement is for programs: it is signed, and long. */
static bool has_sentence(const struct fb_event_row *row)
{
    return row->statement.n > 0 && row->event.kind != FB_EVENT_RECEIPT_ISSUED;
}

static void plain_line(FILE *f, const struct fb_letter__line *l)
{
    const struct fb_event *e = &l->row.event;
    char code[9], day[11], kind[FB_LETTER__KIND_BYTES];
    fprintf(f, "%s%s", fb_letter__purpose(l->from->purpose), fb_letter__kind(kind, &l->row));
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
        fprintf(f, fb_letter__is_shift(e) ? "  shift of %s  " : "  of %s", day);
        who(f, e);
    }
    if (e->pence != 0) { /* raw: asked for nought */
        fputs("  ", f);
        fb_letter__pounds(f, e->pence); /* raw: shown */
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

static void html_line(FILE *f, const struct fb_letter__line *l)
{
    const struct fb_event *e = &l->row.event;
    char code[9] = "", day[11] = "", kind[FB_LETTER__KIND_BYTES];
    if (e->trust != 0)
        (void)fb_code_format(code, e->trust);
    if (e->shift_day != 0)
        fb_day_format(day, e->shift_day);
    fprintf(f, "<tr><td class=\"%s\">%s</td><td>%s%s</td><td>", fb_severity_word(e->severity), fb_severity_word(e->severity),
            fb_letter__purpose(l->from->purpose), fb_letter__kind(kind, &l->row));
    span(f, has_sentence(&l->row) ? l->row.statement : l->row.rule, true);
    fprintf(f, "</td><td>%s</td><td>", code);
    span(f, e->record_ref, true);
    fprintf(f, "</td><td>%s</td><td>", day);
    who(f, e);
    fputs("</td><td class=\"money\">", f);
    if (e->pence != 0) /* raw: asked for nought */
        fb_letter__pounds(f, e->pence); /* raw: shown */
    fputs("</td></tr>\n", f);
}

static void plain(FILE *f, const struct fb_letter__line *l, unsigned n)
{
    unsigned shown = n < FB_LETTER_SHOWN ? n : FB_LETTER_SHOWN;
    for (unsigned i = 0; i < shown; i++)
        plain_line(f, &l[i]);
    if (shown < n)
        fprintf(f, "And %u more of less weight; fairbank findings lists them all.\n\n", n - shown);
    fputs("The engine advises and records; it has stopped no shift. Say that you have seen one with: fairbank finding acknowledge BOOKING\n", f);
}

static void html(FILE *f, const struct fb_letter__line *l, unsigned n)
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

static char *text_of(void (*write)(FILE *, const struct fb_letter__line *, unsigned), const struct fb_letter__line *l, unsigned n)
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

static enum fb_err read_lines(struct fb_letter__line *l, const struct fb_delivery *of, unsigned n, struct fb_arena *arena)
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
    struct fb_letter__line l;
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
    struct fb_letter__line *l = calloc(n, sizeof *l);
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
            fb_letter__subject(out->subject, l, n);
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
