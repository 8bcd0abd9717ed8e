/* Cells as text, and what conditions and values make of them. */
#include "adapters/inbound/csv/build.h"
#include <sodium.h>
#include <string.h>

/* A pseudonym: the key's mark, a point, the hash. */
enum { MARK_DIGITS = 8, PSEUDONYM_BYTES = MARK_DIGITS + 1 + 32 };

/* Windows-1252 from 0x80 to 0x9F as Unicode (the rest is the same number); 0: not used. */
static const uint16_t upper[32] = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

static size_t put_utf8(char *at, unsigned c)
{
    if (c < 0x80) {
        at[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        at[0] = (char)(0xC0 | c >> 6);
        at[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    at[0] = (char)(0xE0 | c >> 12);
    at[1] = (char)(0x80 | (c >> 6 & 0x3F));
    at[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

/* One byte (or, in UTF-8, as much as matters of one character) to a character; 0: none. */
static unsigned next_char(struct fb_span *s, bool windows_1252)
{
    unsigned c = (unsigned char)s->p[0];
    /* The no-break space is how spreadsheets pad: a space to us. In UTF-8 it has two bytes. */
    if (!windows_1252 && c == 0xC2 && s->n > 1 && (unsigned char)s->p[1] == 0xA0) {
        *s = (struct fb_span){s->p + 2, s->n - 2};
        return ' ';
    }
    *s = (struct fb_span){s->p + 1, s->n - 1};
    if (c == '\n' || c == '\r' || c == '\t' || (windows_1252 && c == 0xA0))
        return ' ';
    if (windows_1252 && c >= 0x80 && c <= 0x9F)
        return upper[c - 0x80];
    return c;
}

static bool is_plain(struct fb_span s)
{
    for (uint32_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < 0x20 || (unsigned char)s.p[i] > 0x7E)
            return false;
    return true;
}

enum fb_err fb_csv_cell_text(struct fb_span *out, struct fb_span raw, bool windows_1252,
                             struct fb_arena *arena)
{
    if (is_plain(raw)) {
        *out = fb_span_trimmed(raw);
        return FB_OK;
    }
    char *text = fb_arena_get(arena, (size_t)raw.n * 3);
    size_t n = 0;
    if (text == NULL)
        return FB_REFUSED;
    while (raw.n > 0) {
        unsigned c = next_char(&raw, windows_1252);
        if (c == 0)
            return FB_REFUSED;
        if (windows_1252 || c < 0x80)
            n += put_utf8(text + n, c);
        else
            text[n++] = (char)c; /* UTF-8 already, judged as a whole below */
    }
    *out = fb_span_trimmed((struct fb_span){text, (uint32_t)n});
    return fb_span_is_text(*out) ? FB_OK : FB_REFUSED;
}

static bool begins(struct fb_span s, struct fb_span with)
{
    return s.n >= with.n && fb_csv_word_cmp((struct fb_span){s.p, with.n}, with) == 0;
}

static bool is_one_of(struct fb_span s, const struct fb_span *word, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (fb_csv_word_cmp(s, word[i]) == 0)
            return true;
    return false;
}

static bool condition_holds(const struct fb_csv_condition *c, struct fb_span cell)
{
    if (c->how == FB_CSV_IS)
        return is_one_of(cell, c->word, c->n);
    if (c->how == FB_CSV_IS_NOT)
        return !is_one_of(cell, c->word, c->n);
    for (unsigned i = 0; i < c->n; i++)
        if (begins(cell, c->word[i]))
            return true;
    return false;
}

bool fb_csv_holds(const struct fb_csv_conditions *when, const struct fb_csv_cells *cells)
{
    for (unsigned i = 0; i < when->n; i++)
        if (!condition_holds(&when->of[i], cells->v[when->of[i].column]))
            return false;
    return true;
}

enum fb_err fb_csv_fault_say(struct fb_csv_fault *fault, int column, const char *what, struct fb_span value)
{
    struct fb_text t;
    fault->column = column;
    fb_text_init(&t, fault->reason, sizeof fault->reason);
    fb_text_add(&t, what);
    if (value.n > 0) {
        fb_text_add(&t, ": '");
        fb_text_add_span(&t, (struct fb_span){value.p, value.n > 60 ? 60 : value.n});
        fb_text_add(&t, "'");
    }
    return FB_REFUSED;
}

int fb_csv_value_column(const struct fb_csv_value *value)
{
    if (value->kind == FB_CSV_MOMENT)
        return value->date >= 0 ? value->date : value->time;
    for (unsigned i = 0; i < value->n; i++)
        if (value->piece[i].column >= 0)
            return value->piece[i].column;
    return -1;
}

static struct fb_span piece_text(const struct fb_csv_piece *piece, const struct fb_csv_cells *cells)
{
    return piece->column >= 0 ? cells->v[piece->column] : piece->literal;
}

/* Cells and constants one after the other; absent when one of the cells is empty. FB_FULL: no room. */
static enum fb_err join(const struct fb_csv_value *v, const struct fb_csv_cells *cells,
                        struct fb_arena *arena, struct fb_span *out)
{
    uint32_t n = 0;
    *out = (struct fb_span){NULL, 0};
    for (unsigned i = 0; i < v->n; i++) {
        struct fb_span s = piece_text(&v->piece[i], cells);
        if (s.n == 0 && v->piece[i].column >= 0)
            return FB_OK;
        n += s.n;
    }
    if (v->n == 1) {
        *out = piece_text(&v->piece[0], cells);
        return FB_OK;
    }
    char *p = fb_arena_get(arena, n);
    if (p == NULL)
        return FB_FULL;
    *out = (struct fb_span){p, n};
    for (unsigned i = 0; i < v->n; i++) {
        struct fb_span s = piece_text(&v->piece[i], cells);
        memcpy(p, s.p, s.n);
        p += s.n;
    }
    return FB_OK;
}

static void add_upper(crypto_generichash_state *state, struct fb_span s)
{
    unsigned char length[4] = {(unsigned char)s.n, (unsigned char)(s.n >> 8), (unsigned char)(s.n >> 16), 0};
    crypto_generichash_update(state, length, sizeof length); /* so that "ab","c" is not "a","bc" */
    for (uint32_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        c = c >= 'a' && c <= 'z' ? (unsigned char)(c - 32) : c;
        crypto_generichash_update(state, &c, 1);
    }
}

/* No cell has this length, so no reference is a pseudonym. */
static const unsigned char reference_mark[4] = {0xFF, 0xFF, 0xFF, 0xFF};

/* Which worker it is stays in the trust: what leaves is a keyed hash, with the key's own mark so that a
 * change of key shows. A reference is another hash of the cells: whoever keeps it cannot tell from it which
 * worker's pseudonym goes with it. It stays under the old key while that is given, so that the rows of a file
 * stay the same records. */
static enum fb_err keyed(const struct fb_csv_task *task, const struct fb_csv_value *v,
                         const struct fb_csv_cells *cells, struct fb_arena *arena, struct fb_span *out)
{
    crypto_generichash_state state;
    unsigned char hash[16], mark[16];
    bool old = v->kind == FB_CSV_OLD_PSEUDONYM || (v->kind == FB_CSV_KEYED && task->has_old_worker_key);
    const unsigned char *key = old ? task->old_worker_key : task->worker_key;
    *out = (struct fb_span){NULL, 0};
    if (v->kind == FB_CSV_OLD_PSEUDONYM && !task->has_old_worker_key)
        return FB_OK;
    char *p = fb_arena_get(arena, 8 + 1 + 32 + 1);
    for (unsigned i = 0; i < v->n; i++)
        if (piece_text(&v->piece[i], cells).n == 0)
            return FB_OK;
    if (p == NULL)
        return FB_FULL;
    crypto_generichash(mark, sizeof mark, key, sizeof task->worker_key, NULL, 0);
    crypto_generichash_init(&state, key, sizeof task->worker_key, sizeof hash);
    if (v->kind == FB_CSV_KEYED)
        crypto_generichash_update(&state, reference_mark, sizeof reference_mark);
    for (unsigned i = 0; i < v->n; i++)
        add_upper(&state, piece_text(&v->piece[i], cells));
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(p, 9, mark, 4);
    p[8] = '.';
    sodium_bin2hex(p + 9, 33, hash, sizeof hash);
    *out = v->kind == FB_CSV_KEYED ? (struct fb_span){p + 9, 32} : (struct fb_span){p, 41};
    return FB_OK;
}

/* What came as a pseudonym must look like one: a file that was not scrubbed holds staff numbers there, and those do not leave.
 * The cell is not said: it may be a name. */
static enum fb_err ready(const struct fb_csv_value *v, const struct fb_csv_cells *cells, struct fb_span *out,
                         struct fb_csv_fault *fault)
{
    *out = piece_text(&v->piece[0], cells);
    if (out->n == 0)
        return FB_OK;
    bool good = out->n == PSEUDONYM_BYTES;
    for (uint32_t i = 0; i < out->n && good; i++) {
        char c = out->p[i];
        good = i == MARK_DIGITS ? c == '.' : (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    }
    if (good)
        return FB_OK;
    *out = (struct fb_span){NULL, 0};
    return fb_csv_fault_say(fault, fb_csv_value_column(v), "no pseudonym: was this file scrubbed?", *out);
}

static void first_of(const struct fb_csv_value *v, const struct fb_csv_cells *cells, struct fb_span *out)
{
    *out = (struct fb_span){NULL, 0};
    for (unsigned i = 0; i < v->n && out->n == 0; i++)
        *out = piece_text(&v->piece[i], cells);
}

enum fb_err fb_csv_value_text(const struct fb_csv_task *task, const struct fb_csv_value *v,
                              const struct fb_csv_cells *cells, struct fb_arena *arena, struct fb_span *out,
                              struct fb_csv_fault *fault)
{
    enum fb_err e = FB_OK;
    *out = (struct fb_span){NULL, 0};
    if (v->kind == FB_CSV_ABSENT || !fb_csv_holds(&v->when, cells))
        return FB_OK;
    if (v->kind == FB_CSV_READY_PSEUDONYM)
        return ready(v, cells, out, fault);
    if (v->kind == FB_CSV_FIRST)
        first_of(v, cells, out);
    else if (v->kind == FB_CSV_PSEUDONYM || v->kind == FB_CSV_OLD_PSEUDONYM || v->kind == FB_CSV_KEYED)
        e = keyed(task, v, cells, arena, out);
    else
        e = join(v, cells, arena, out);
    if (e != FB_OK)
        return fb_csv_fault_say(fault, fb_csv_value_column(v), "more text than a row may hold",
                                (struct fb_span){NULL, 0});
    if (is_one_of(*out, v->absent, v->n_absent))
        *out = (struct fb_span){NULL, 0};
    if (v->words == NULL)
        return FB_OK;
    const struct fb_span *ours = fb_csv_words_find(v->words, *out);
    if (ours == NULL && out->n > 0)
        return fb_csv_fault_say(fault, fb_csv_value_column(v), "a word that the mapping does not translate",
                                *out);
    if (ours != NULL)
        *out = *ours;
    return FB_OK;
}
