#include "adapters/inbound/csv/survey.h"
#include "adapters/inbound/csv/summary.h"
#include <inttypes.h>
#include <string.h>

void fb_csv_survey_made(struct fb_csv_survey *s, const struct fb_record *made, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        s->kind[made[i].env.kind]++;
}

void fb_csv_survey_refused(struct fb_csv_survey *s, const struct fb_csv_tally_row *row)
{
    if (s->n_refusals == FB_CSV_REFUSALS_KEPT) {
        s->more_refusals++;
        return;
    }
    struct fb_csv_refusal *r = &s->refusal[s->n_refusals++];
    r->line = row->line;
    memcpy(r->column, row->column, sizeof r->column);
    memcpy(r->reason, row->reason, sizeof r->reason);
}

static void note_lack(struct fb_csv_survey *s, int column, struct fb_span word, uint64_t line)
{
    char text[sizeof s->lack[0].word];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    if (word.n >= sizeof text) /* the beginning of a long one, and not half a letter */
        for (word.n = sizeof text - 1; word.n > 0 && ((unsigned char)word.p[word.n] & 0xC0) == 0x80;)
            word.n--;
    fb_text_add_span(&t, word);
    unsigned i = 0;
    while (i < s->n_lacks && (s->lack[i].column != (unsigned)column || strcmp(s->lack[i].word, text) != 0))
        i++;
    if (i == FB_CSV_LACKS_MAX) {
        s->more_lacks++;
        return;
    }
    if (i == s->n_lacks) {
        s->n_lacks++;
        s->lack[i] = (struct fb_csv_lack){.column = (unsigned)column, .line = line};
        memcpy(s->lack[i].word, text, sizeof text);
    }
    s->lack[i].rows++;
}

static void look_up(struct fb_csv_survey *s, const struct fb_csv_task *task, const struct fb_csv_value *v, const struct fb_csv_cells *cells,
                    struct fb_arena *arena, uint64_t line)
{
    struct fb_span text;
    struct fb_csv_fault fault;
    struct fb_csv_value plain = *v;
    plain.words = NULL;
    int column = fb_csv_value_column(v);
    if (v->words == NULL || column < 0 || fb_csv_value_text(task, &plain, cells, arena, &text, &fault) != FB_OK)
        return;
    if (text.n > 0 && fb_csv_words_find(v->words, text) == NULL)
        note_lack(s, column, text, line);
}

/* A row that says it twice, in a vacancy and a booking, says it once. */
static bool looked_up_before(const struct fb_mapping *m, unsigned record, const struct fb_csv_field *f)
{
    for (unsigned i = 0; i < record; i++)
        for (unsigned k = 0; k < m->record[i].n; k++)
            if (m->record[i].field[k].value.words == f->value.words &&
                fb_csv_value_column(&m->record[i].field[k].value) == fb_csv_value_column(&f->value))
                return true;
    return false;
}

void fb_csv_survey_words(struct fb_csv_survey *s, const struct fb_csv_task *task, const struct fb_csv_row *row, struct fb_arena *arena)
{
    struct fb_csv_cells cells;
    struct fb_csv_fault fault;
    const struct fb_mapping *m = task->mapping;
    fb_arena_reset(arena);
    if (fb_csv_read_cells(task, row, arena, &cells, &fault) != FB_OK)
        return;
    for (unsigned i = 0; i < m->n_records; i++) {
        const struct fb_csv_record *r = &m->record[i];
        for (unsigned k = 0; k < r->n && fb_csv_holds(&r->when, &cells); k++)
            if (!looked_up_before(m, i, &r->field[k]))
                look_up(s, task, &r->field[k].value, &cells, arena, row->line);
    }
}

static struct fb_span column_name(const struct fb_csv_survey *s, unsigned column)
{
    return s->mapping->column[column].header[0];
}

void fb_csv_survey_print(FILE *out, const struct fb_csv_survey *s)
{
    for (unsigned k = 0; k < FB_KIND_END; k++)
        if (s->kind[k] > 0)
            fprintf(out, "  %-20s %12" PRIu64 "\n", fb_kind_word((enum fb_kind)k), s->kind[k]);
    if (s->n_lacks > 0)
        fprintf(out, "  words that no table of the mapping translates:\n  %-24s %-32s %10s %10s\n", "column", "word", "rows", "first line");
    for (unsigned i = 0; i < s->n_lacks; i++) {
        struct fb_span name = column_name(s, s->lack[i].column);
        fprintf(out, "  %-24.*s %-32s %10" PRIu64 " %10" PRIu64 "\n", (int)name.n, name.p, s->lack[i].word, s->lack[i].rows, s->lack[i].line);
    }
    if (s->more_lacks > 0)
        fprintf(out, "  and more words, in %" PRIu64 " rows\n", s->more_lacks);
}

static void json_span(FILE *out, struct fb_span s)
{
    char text[FB_TEXT_BYTES_MAX + 1];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add_span(&t, s);
    fb_csv_json_text(out, text);
}

void fb_csv_survey_json(FILE *out, const struct fb_csv_survey *s)
{
    const char *comma = "";
    fputs(",\"kinds\":{", out);
    for (unsigned k = 0; k < FB_KIND_END; k++) {
        if (s->kind[k] == 0)
            continue;
        fprintf(out, "%s\"%s\":%" PRIu64, comma, fb_kind_word((enum fb_kind)k), s->kind[k]);
        comma = ",";
    }
    fputs("},\"untranslated\":[", out);
    for (unsigned i = 0; i < s->n_lacks; i++) {
        fputs(i == 0 ? "{\"column\":" : ",{\"column\":", out);
        json_span(out, column_name(s, s->lack[i].column));
        fputs(",\"word\":", out);
        fb_csv_json_text(out, s->lack[i].word);
        fprintf(out, ",\"rows\":%" PRIu64 ",\"first_line\":%" PRIu64 "}", s->lack[i].rows, s->lack[i].line);
    }
    fputs("],\"first_refusals\":[", out);
    for (unsigned i = 0; i < s->n_refusals; i++) {
        fprintf(out, "%s{\"line\":%" PRIu64 ",\"column\":", i == 0 ? "" : ",", s->refusal[i].line);
        fb_csv_json_text(out, s->refusal[i].column);
        fputs(",\"reason\":", out);
        fb_csv_json_text(out, s->refusal[i].reason);
        putc('}', out);
    }
    putc(']', out);
}
