#include "engine/pack/read.h"

static uint32_t all_bits(const struct fb_vocabulary *words)
{
    uint32_t bits = 0;
    for (int i = 1; i < words->end; i++)
        bits |= (uint32_t)1 << i;
    return bits;
}

static bool is_all(const struct fb_node *node)
{
    return node != NULL && node->kind == FB_NODE_SCALAR && fb_span_is(node->text, "all");
}

uint32_t fb_read_word_bits(struct fb_reading *r, struct fb_node *map, const char *key,
                           const struct fb_vocabulary *words)
{
    uint32_t bits = 0;
    if (is_all(fb_node_get(map, key)))
        return all_bits(words);
    struct fb_node *list = fb_read_list(r, map, key);
    if (list == NULL)
        return 0;
    for (struct fb_node *item = list->first; item != NULL; item = item->next) {
        int number = fb_read_word_at(r, item->line, words, item->text);
        if (number > 0 && (bits >> number & 1) != 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        bits |= number > 0 ? (uint32_t)1 << number : 0;
    }
    if (list->n == 0)
        fb_read_error(r, list->line, "the list", list->key, " is empty: name the words, or write all");
    return bits;
}

uint32_t fb_read_optional_bits(struct fb_reading *r, struct fb_node *map, const char *key,
                               const struct fb_vocabulary *words, uint32_t otherwise)
{
    return fb_node_get(map, key) == NULL ? otherwise : fb_read_word_bits(r, map, key, words);
}

uint32_t fb_read_word_bits_at(struct fb_reading *r, unsigned line, const struct fb_vocabulary *words,
                              struct fb_span text)
{
    uint32_t bits = 0, at = 0;
    if (fb_span_is(text, "all"))
        return all_bits(words);
    while (at < text.n) {
        uint32_t end = at;
        while (end < text.n && text.p[end] != ' ')
            end++;
        struct fb_span word = {text.p + at, end - at};
        int number = word.n == 0 ? -1 : fb_read_word_at(r, line, words, word);
        if (number > 0 && (bits >> number & 1) != 0)
            fb_read_error(r, line, "the list names", word, " twice");
        bits |= number > 0 ? (uint32_t)1 << number : 0;
        at = end + 1;
    }
    if (bits == 0 && text.n == 0)
        fb_read_error(r, line, "an empty cell where each", fb_span_of(words->what), " is named: name them, or write all");
    return bits;
}

bool fb_read_is_known(const struct fb_reading *r, const struct fb_standing *s)
{
    return s->known_since <= r->draft->known;
}

bool fb_read_is_wanted(const struct fb_reading *r, unsigned before, const struct fb_standing *s)
{
    return r->draft->report->errors == before && fb_read_is_known(r, s);
}

uint64_t fb_read_grade_bits(struct fb_reading *r, struct fb_node *map, const char *key)
{
    uint64_t bits = 0;
    struct fb_node *node = fb_node_get(map, key);
    if (node == NULL || is_all(node)) {
        unsigned n = r->draft->grades.n;
        return n >= 64 ? UINT64_MAX : ((uint64_t)1 << n) - 1;
    }
    struct fb_node *list = fb_read_list(r, map, key);
    if (list == NULL)
        return 0;
    for (struct fb_node *item = list->first; item != NULL; item = item->next) {
        uint64_t bit = (uint64_t)1 << fb_read_grade_at(r, item->line, item->text);
        if ((bits & bit) != 0)
            fb_read_error(r, item->line, "the list names", item->text, " twice");
        bits |= bit;
    }
    if (list->n == 0)
        fb_read_error(r, list->line, "the list", list->key, " is empty: name the bands, or write all");
    return bits;
}

void fb_read_undated_standing(struct fb_reading *r, struct fb_node *map, struct fb_standing *out)
{
    out->from = INT32_MIN;
    out->until = INT32_MAX;
    out->known_since = fb_read_optional_day(r, map, "known_since", INT32_MIN);
    out->status = (enum fb_status)fb_read_word(r, map, "status", &fb_status_words);
    out->source = fb_read_text(r, map, "source");
}

static void refuse_backwards(struct fb_reading *r, unsigned line, const struct fb_standing *s)
{
    if (s->until <= s->from)
        fb_read_error(r, line,
                      "until is not after from: dates are half-open, until is the first day that is out",
                      (struct fb_span){NULL, 0}, "");
}

void fb_read_standing(struct fb_reading *r, struct fb_node *map, struct fb_standing *out)
{
    fb_read_undated_standing(r, map, out);
    out->from = fb_read_day(r, map, "from");
    out->until = fb_read_optional_day(r, map, "until", INT32_MAX);
    if (fb_node_get(map, "from") != NULL)
        refuse_backwards(r, map->line, out);
}

static fb_day cell_day(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                       const char *column, fb_day otherwise)
{
    struct fb_span cell = fb_read_cell(t, row, column);
    return cell.n == 0 ? otherwise : fb_read_day_at(r, row->line, column, cell);
}

void fb_read_row_standing(struct fb_reading *r, const struct fb_table *t, const struct fb_row *row,
                          struct fb_standing *out)
{
    out->from = fb_read_day_at(r, row->line, "from", fb_read_cell(t, row, "from"));
    out->until = cell_day(r, t, row, "until", INT32_MAX);
    out->known_since = cell_day(r, t, row, "known_since", INT32_MIN);
    out->status =
        (enum fb_status)fb_read_word_at(r, row->line, &fb_status_words, fb_read_cell(t, row, "status"));
    out->source = fb_read_cell(t, row, "source");
    if (out->source.n == 0)
        fb_read_error(r, row->line, "a figure without a source: say who published it", out->source, "");
    refuse_backwards(r, row->line, out);
}

struct fb_span fb_read_cell(const struct fb_table *t, const struct fb_row *row, const char *column)
{
    int i = fb_table_column(t, column);
    return i < 0 ? (struct fb_span){NULL, 0} : row->cell[i];
}

static bool is_among(struct fb_span name, const char *const *names)
{
    for (; *names != NULL; names++) {
        if (fb_span_is(name, *names))
            return true;
    }
    return false;
}

bool fb_read_columns(struct fb_reading *r, const struct fb_table *t, const char *const *required,
                     const char *const *optional)
{
    unsigned before = r->draft->report->errors;
    for (unsigned i = 0; i < t->n_columns; i++) {
        if (!is_among(t->column[i], required) && !is_among(t->column[i], optional))
            fb_read_error(r, 1, "unknown column", t->column[i],
                          ": rules/README.md lists the columns of this table");
    }
    for (const char *const *name = required; *name != NULL; name++) {
        if (fb_table_column(t, *name) < 0)
            fb_read_error(r, 1, "the column", fb_span_of(*name), " is missing");
    }
    return r->draft->report->errors == before;
}
