#include "adapters/inbound/csv/summary.h"
#include "engine/base/check.h"
#include <inttypes.h>
#include <string.h>

/* "1,234,567": files are large, and people read these numbers aloud to each other. */
static const char *grouped(uint64_t v, char out[32])
{
    char plain[24];
    int n = snprintf(plain, sizeof plain, "%" PRIu64, v), to = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            out[to++] = ',';
        out[to++] = plain[i];
    }
    out[to] = '\0';
    return out;
}

static void print_sum(FILE *out, const char *what, uint64_t total, const uint64_t *v)
{
    char t[32], a[32], d[32], m[32], r[32], c[32];
    fprintf(out, "%s %s = %s accepted + %s duplicates + %s amended + %s refused + %s conflicts\n",
            grouped(total, t), what, grouped(v[FB_ROW_ACCEPTED], a), grouped(v[FB_ROW_DUPLICATE], d),
            grouped(v[FB_ROW_AMENDED], m), grouped(v[FB_ROW_REFUSED], r), grouped(v[FB_ROW_CONFLICT], c));
}

static void print_checked(FILE *out, const struct fb_csv_result *r)
{
    char t[32], a[32], b[32];
    fprintf(out, "%s rows = %s readable + %s unreadable", grouped(fb_csv_tally_rows(&r->counts), t),
            grouped(r->counts.row[FB_ROW_ACCEPTED], a), grouped(r->counts.row[FB_ROW_REFUSED], b));
    fprintf(out, "; %s records; nothing was sent\n", grouped(fb_csv_tally_records(&r->counts), t));
}

static void print_details(FILE *out, const struct fb_csv_result *r, bool checked)
{
    char a[32], b[32];
    const struct fb_csv_tally_counts *c = &r->counts;
    if (!checked) {
        fputs("  records: ", out);
        print_sum(out, "sent", fb_csv_tally_records(c), c->record);
    }
    if (c->row[FB_ROW_SKIPPED] > 0)
        fprintf(out, "  passed over, for holding no record (totals, or no conditions met): %s\n",
                grouped(c->row[FB_ROW_SKIPPED], a));
    if (r->rejects[0] != '\0')
        fprintf(out, "  set aside in %s: %s unreadable here, %s refused by the engine or in conflict\n",
                r->rejects, grouped(c->unreadable, a),
                grouped(c->row[FB_ROW_REFUSED] + c->row[FB_ROW_CONFLICT] - c->unreadable, b));
    if (r->outdated > 0)
        fprintf(
            out,
            "  repeat what a row of this run has changed since, with no later occurred_at: %s; they change "
            "nothing (README: The same file again)\n",
            grouped(r->outdated, a));
    if (r->tied > 0)
        fprintf(out, "  change what a row of this run has said, with the same occurred_at: %s; either of the two may stand (README: The same file again)\n",
                grouped(r->tied, a));
    if (!r->complete)
        fprintf(out, "  stopped before line %s: run the same command again; it begins at the start, and what was taken is a duplicate then\n",
                grouped(r->line, a));
}

static struct fb_csv_result total_of(const struct fb_csv_result *results, unsigned n)
{
    struct fb_csv_result total = {.file = "all files", .complete = true};
    for (unsigned i = 0; i < n; i++) {
        fb_csv_tally_sum(&total.counts, &results[i].counts);
        total.complete &= results[i].complete;
        total.tied += results[i].tied;
        total.ms += results[i].ms;
        if (total.ending == FB_CSV_WHOLE)
            total.ending = results[i].ending;
    }
    return total;
}

void fb_csv_summary_print(FILE *out, const struct fb_csv_result *results, unsigned n, bool checked)
{
    struct fb_csv_result total = total_of(results, n);
    for (unsigned i = 0; i < n + (n > 1); i++) {
        const struct fb_csv_result *r = i < n ? &results[i] : &total;
        fprintf(out, "%s: ", r->file);
        if (!r->complete && i < n && r->line == 0) {
            fputs("not read\n", out);
            continue;
        }
        if (checked)
            print_checked(out, r);
        else
            print_sum(out, "rows", fb_csv_tally_rows(&r->counts), r->counts.row);
        if (i < n)
            print_details(out, r, checked);
        if (i < n && r->survey != NULL)
            fb_csv_survey_print(out, r->survey);
    }
}

void fb_csv_json_text(FILE *out, const char *text)
{
    bool is_text = fb_span_is_text(fb_span_of(text));
    putc('"', out);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c < 0x20)
            fprintf(out, "\\u%04x", c);
        else
            putc(c > 0x7E && !is_text ? '?' : c, out);
    }
    putc('"', out);
}

static void put_counts(FILE *out, uint64_t total, const uint64_t *v)
{
    fprintf(out,
            "%" PRIu64 ",\"accepted\":%" PRIu64 ",\"duplicates\":%" PRIu64 ",\"amended\":%" PRIu64
            ",\"refused\":%" PRIu64 ",\"conflicts\":%" PRIu64,
            total, v[FB_ROW_ACCEPTED], v[FB_ROW_DUPLICATE], v[FB_ROW_AMENDED], v[FB_ROW_REFUSED],
            v[FB_ROW_CONFLICT]);
}

static const char *const endings[FB_CSV_ENDINGS] = {
    [FB_CSV_WHOLE] = "complete", [FB_CSV_STOPPED] = "stopped", [FB_CSV_BAD_FILE] = "file", [FB_CSV_NO_PLACE] = "place", [FB_CSV_NO_ENGINE] = "engine"};

static void put_result(FILE *out, const struct fb_csv_result *r)
{
    const struct fb_csv_tally_counts *c = &r->counts;
    fputs("{\"file\":", out);
    fb_csv_json_text(out, r->file);
    fputs(",\"rows\":", out);
    put_counts(out, fb_csv_tally_rows(c), c->row);
    fprintf(out,
            ",\"unreadable\":%" PRIu64 ",\"passed_over\":%" PRIu64 ",\"records\":{\"sent\":", c->unreadable,
            c->row[FB_ROW_SKIPPED]);
    put_counts(out, fb_csv_tally_records(c), c->record);
    fputs("},\"rejects\":", out);
    if (r->rejects[0] == '\0')
        fputs("null", out);
    else
        fb_csv_json_text(out, r->rejects);
    fprintf(out, ",\"complete\":%s,\"ended\":\"%s\",\"reason\":", r->complete ? "true" : "false", endings[r->ending]);
    if (r->reason[0] == '\0')
        fputs("null", out);
    else
        fb_csv_json_text(out, r->reason);
    if (r->survey != NULL)
        fb_csv_survey_json(out, r->survey);
    fprintf(out, ",\"same_occurred_at\":%" PRIu64, r->tied);
    fprintf(out, ",\"milliseconds\":%" PRId64 "}", r->ms);
}

void fb_csv_summary_json(FILE *out, const struct fb_csv_result *results, unsigned n)
{
    struct fb_csv_result total = total_of(results, n);
    fputs("{\"files\":[", out);
    for (unsigned i = 0; i < n; i++) {
        if (i > 0)
            putc(',', out);
        put_result(out, &results[i]);
    }
    fputs("],\"total\":", out);
    put_result(out, &total);
    fputs("}\n", out);
}
