/* fairbank refused list and show: what was not taken, as it was kept, from the data folder; an engine may be writing it. */
#include "tools/fairbank/refused.h"
#include "engine/base/limits.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/table.h"
#include <string.h>

enum { LIST_LIMIT = 100 };

bool letters_filter(const struct options *o, const char *word, struct fb_letter_filter *out)
{
    int64_t n = 0;
    *out = (struct fb_letter_filter){.reason = o->refused, .after = (uint64_t)o->after, .limit = o->limit > 0 ? o->limit : LIST_LIMIT};
    if (o->source != NULL)
        out->source = fb_span_of(o->source);
    if (word == NULL)
        return true;
    if (fb_parse_int(&n, fb_span_of(word)) != FB_OK || n < 1) {
        fprintf(stderr, "fairbank %s: '%.40s' is not a journal number; fairbank refused list shows them\n", o->command, word);
        return false;
    }
    out->only = (uint64_t)n;
    return true;
}

bool letters_read(struct folder *f, const struct options *o, const struct fb_letter_filter *filter,
                  bool (*each)(void *ctx, const struct fb_letter *letter), void *ctx, uint64_t *last)
{
    fb_arena_reset(&f->arena);
    enum fb_err e = fb_report_refused(f->store, filter, &f->arena, each, ctx, last);
    if (e == FB_NOT_FOUND && o->source != NULL)
        fprintf(stderr, "fairbank %s: no source '%.40s' is known in %s\n", o->command, o->source, o->data);
    else if (e != FB_OK)
        fprintf(stderr, "fairbank %s: %s: %s\n", o->command, o->data, fb_err_text(e));
    return e == FB_OK;
}

/* ---- one of them ---- */

static json_t *letter_json(const struct fb_letter *l)
{
    char at[25];
    const struct fb_entry *e = &l->entry;
    fb_instant_format(at, e->at_ms);
    json_t *j = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:I, s:I}", "journal", (json_int_t)l->journal, "at", at, "source", word_of(l->source.name),
                          "reason", fb_reason_word(e->reason), "state", fb_letter_word(l->state), "says", fb_letter_text(l->state), "sent_bytes",
                          (json_int_t)e->sent, "kept_bytes", (json_int_t)e->body.n);
    json_add_word(j, "field", word_of(e->field));
    json_add_word(j, "kind", fb_kind_word(e->env.kind));
    json_add_word(j, "message_id", word_of(e->env.message_id));
    json_add_word(j, "record_ref", word_of(e->env.record_ref));
    if (e->earlier != 0)
        json_object_set_new(j, "earlier", json_integer((json_int_t)e->earlier));
    if (l->taken != 0) {
        json_object_set_new(j, "taken", json_integer((json_int_t)l->taken));
        json_object_set_new(j, "record", json_integer((json_int_t)l->record));
    }
    if (l->state == FB_LETTER_REPLACED)
        json_object_set_new(j, "replaced_by", json_integer((json_int_t)l->later));
    return j;
}

/* ---- the list ---- */

struct listing {
    struct table table;
    json_t *rows; /* --json */
    unsigned n;
};

static void draw_person(struct table *t, const struct fb_letter *l)
{
    char number[24], at[17], since[48];
    snprintf(number, sizeof(number), "%llu", (unsigned long long)l->journal);
    fb_local_format(at, l->entry.at_ms / FB_MINUTE_MS);
    at[10] = ' ';
    table_add(t, number);
    table_add(t, at);
    table_add(t, word_of(l->source.name));
    table_add(t, fb_reason_word(l->entry.reason));
    table_add(t, word_of(l->entry.field));
    table_add(t, l->entry.env.kind != FB_KIND_NONE ? fb_kind_word(l->entry.env.kind) : "");
    table_add(t, word_of(l->entry.env.message_id));
    table_add(t, word_of(l->entry.env.record_ref));
    bool replaced = l->state == FB_LETTER_REPLACED;
    snprintf(since, sizeof(since), "%s: %llu", fb_letter_word(l->state), (unsigned long long)(replaced ? l->later : l->taken));
    table_add(t, replaced || l->taken != 0 ? since : fb_letter_word(l->state));
}

static bool draw(void *ctx, const struct fb_letter *l)
{
    struct listing *to = ctx;
    to->n++;
    if (to->rows != NULL)
        json_array_append_new(to->rows, letter_json(l));
    else
        draw_person(&to->table, l);
    return true;
}

static void print_json(json_t *rows, uint64_t last)
{
    json_t *out = json_pack("{s:O}", "refused", rows);
    if (last != 0)
        json_object_set_new(out, "after", json_integer((json_int_t)last));
    json_print(out, JSON_INDENT(2));
}

int command_refused_list(const struct options *o)
{
    char heads[] = ">number|when|source|reason|field|kind|message id|reference|state";
    struct folder f;
    struct fb_letter_filter filter;
    struct listing to = {.rows = o->json ? json_array() : NULL};
    uint64_t last = 0;
    if (!letters_filter(o, NULL, &filter) || !folder_open(&f, o, o->command))
        return EXIT_FAILED;
    table_init(&to.table, heads);
    bool read = letters_read(&f, o, &filter, draw, &to, &last);
    if (read && o->json)
        print_json(to.rows, last);
    else if (read && to.n == 0)
        printf("Nothing was refused%s.\n", o->source != NULL || o->refused != FB_REASON_NONE || o->after != 0 ? " that is so" : "");
    else if (read)
        table_print(&to.table, stdout);
    if (read && last != 0 && !o->json)
        printf("\nThere are more: --after %llu\n", (unsigned long long)last);
    json_decref(to.rows);
    if (!read || o->json || to.n == 0)
        table_release(&to.table);
    folder_close(&f);
    return read ? EXIT_DONE : EXIT_FAILED;
}

/* ---- one whole ---- */

struct showing {
    bool json, found;
};

static json_t *hex_of(struct fb_span bytes)
{
    static const char digits[] = "0123456789abcdef";
    static char out[2 * FB_MESSAGE_BYTES_MAX + 1];
    uint32_t n = bytes.n < FB_MESSAGE_BYTES_MAX ? bytes.n : FB_MESSAGE_BYTES_MAX;
    for (uint32_t i = 0; i < n; i++) {
        out[2 * i] = digits[(unsigned char)bytes.p[i] >> 4];
        out[2 * i + 1] = digits[bytes.p[i] & 15];
    }
    return json_stringn(out, 2 * (size_t)n);
}

static void show_person(const struct fb_letter *l)
{
    char at[25];
    const struct fb_entry *e = &l->entry;
    fb_instant_format(at, e->at_ms);
    printf("journal entry %llu, %s, from %s\n", (unsigned long long)l->journal, at, word_of(l->source.name));
    printf("  reason      %s: %s\n", fb_reason_word(e->reason), fb_reason_text(e->reason));
    const struct {
        const char *what, *text;
    } rows[] = {{"field", word_of(e->field)},
                {"kind", e->env.kind != FB_KIND_NONE ? fb_kind_word(e->env.kind) : ""},
                {"message id", word_of(e->env.message_id)},
                {"reference", word_of(e->env.record_ref)},
                {"batch", word_of(e->env.batch_id)}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (*rows[i].text != '\0')
            printf("  %-11s %s\n", rows[i].what, rows[i].text);
    if (e->earlier != 0)
        printf("  %-11s entry %llu has that message id, with other contents\n", "conflict", (unsigned long long)e->earlier);
    printf("  %-11s %u bytes were sent, %u are kept\n", "body", e->sent, e->body.n);
    if (l->taken != 0)
        printf("  %-11s entry %llu, record %u\n", "taken since", (unsigned long long)l->taken, l->record);
    if (l->state == FB_LETTER_REPLACED)
        printf("  %-11s by entry %llu, of the same message id\n", "replaced", (unsigned long long)l->later);
    paragraph_print(stdout, "  state       ", fb_letter_text(l->state), (int)strlen(fb_letter_text(l->state)));
    if (l->state == FB_LETTER_WAITS)
        printf("  %-11s fairbank refused replay %llu      as message %s\n", "mended?", (unsigned long long)l->journal, word_of(l->id));
}

static bool show(void *ctx, const struct fb_letter *l)
{
    struct showing *s = ctx;
    s->found = true;
    if (!s->json) {
        show_person(l);
        return true;
    }
    json_t *j = letter_json(l);
    json_object_set_new(j, "body_hex", hex_of(l->entry.body));
    json_print(j, JSON_INDENT(2));
    return true;
}

int command_refused_show(const struct options *o)
{
    struct folder f;
    struct fb_letter_filter filter;
    struct showing s = {.json = o->json};
    uint64_t last = 0;
    if (!letters_filter(o, o->words[0], &filter))
        return EXIT_USAGE;
    if (!folder_open(&f, o, o->command))
        return EXIT_FAILED;
    bool read = letters_read(&f, o, &filter, show, &s, &last);
    folder_close(&f);
    if (read && !s.found)
        fprintf(stderr, "fairbank %s: entry %s is no refusal; fairbank refused list shows them\n", o->command, o->words[0]);
    return read && s.found ? EXIT_DONE : EXIT_FAILED;
}
