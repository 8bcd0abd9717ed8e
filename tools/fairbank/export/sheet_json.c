/* An export for machines: the same table, each figure as the whole number that it is, with its unit and the name that `fairbank explain`
 * takes; what is left out stands there with why. Written a row at a time, for a sheet may have a million. */
#include "tools/fairbank/export/sheet.h"
#include <jansson.h>
#include <string.h>

/* Texts are others'; one that is no UTF-8 is said to be none. */
static json_t *text_json(const char *text)
{
    json_t *j = json_string(text);
    return j != NULL ? j : json_null();
}

static const char *unit_word(uint8_t kind)
{
    static const char *const word[] = {
        [SHEET_TEXT] = "text", [SHEET_COUNT] = "shifts", [SHEET_MINUTES] = "minutes", [SHEET_PENCE] = "pence", [SHEET_PERCENT] = "share"};
    return word[kind];
}

static const char *state_word(uint8_t state)
{
    static const char *const word[] = {
        [SHEET_SHOWN] = "shown", [SHEET_LEFT_OUT] = "left_out", [SHEET_NOT_SAID] = "cannot_say", [SHEET_NOTHING] = "nothing"};
    return word[state];
}

/* from: the cell of sheet From in the same place; NULL: the table names its records itself. */
static json_t *cell_json(const struct sheet_cell *c, const struct sheet_cell *from)
{
    if (c->kind == SHEET_TEXT && c->state == SHEET_SHOWN)
        return text_json(c->text);
    json_t *j = json_pack("{s:s, s:s}", "unit", unit_word(c->kind), "state", state_word(c->state));
    if (c->state == SHEET_SHOWN)
        json_object_set_new(j, "value", json_integer(c->value));
    if (c->state == SHEET_SHOWN && c->kind == SHEET_PERCENT)
        json_object_set_new(j, "of", json_integer(c->of));
    if (from != NULL)
        json_object_set_new(j, "from", text_json(from->text));
    return j;
}

static bool put(FILE *out, const char *before, json_t *j)
{
    bool good = j != NULL && fputs(before, out) >= 0 && json_dumpf(j, out, JSON_COMPACT | JSON_ENCODE_ANY) == 0;
    json_decref(j);
    return good;
}

static json_t *heads_json(const struct sheet *s)
{
    json_t *heads = json_array();
    for (unsigned i = 0; i < s->n_columns; i++)
        json_array_append_new(heads, text_json(s->head[i]));
    return heads;
}

static bool put_rows(FILE *out, const struct sheet_book *b)
{
    const struct sheet *s = &b->table;
    bool good = fputs(",\n \"rows\": [", out) >= 0, named = b->from.n_cells == s->n_cells;
    for (unsigned at = 0; at < s->n_cells && good; at += s->n_columns) {
        json_t *row = json_array();
        for (unsigned i = at; i < at + s->n_columns; i++)
            json_array_append_new(row, cell_json(&s->cell[i], named ? &b->from.cell[i] : NULL));
        good = put(out, at == 0 ? "\n  " : ",\n  ", row);
    }
    return good && fputs("\n ]", out) >= 0;
}

static bool put_about(FILE *out, const struct sheet_book *b)
{
    json_t *about = json_array();
    for (unsigned i = 0; i < b->n_about; i++)
        json_array_append_new(about, json_pack("{s:s, s:o}", "key", b->about[i].key, "text", text_json(b->about[i].value)));
    return put(out, ",\n \"about\": ", about);
}

bool sheet_write_json(FILE *out, const struct sheet_book *b)
{
    static const char why[] = "it counts fewer shifts than that, or with it such a figure could be worked out";
    json_t *left = json_pack("{s:I, s:I}", "figures", (json_int_t)b->left_out, "fewer_than", (json_int_t)b->small);
    if (b->left_out > 0)
        json_object_set_new(left, "why", json_string(why));
    bool good = put(out, "{\n \"export\": ", text_json(b->table.name)) && put(out, ",\n \"columns\": ", heads_json(&b->table));
    good = good && put_rows(out, b) && put(out, ",\n \"left_out\": ", json_incref(left)) && put_about(out, b) && fputs("\n}\n", out) >= 0;
    json_decref(left);
    return good && !ferror(out);
}
