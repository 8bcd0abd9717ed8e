#include "tools/fairbank/export/hide.h"
#include <stdlib.h>
#include <string.h>

/* Coefficients are -1, 0 and 1, so that what elimination makes of them stays small: a number that is nought modulo so large a prime
 * is nought. */
static const uint64_t prime = 2147483647;
enum { FIRST_ROOM = 64 };

static bool more_room(void **at, unsigned *room, unsigned n, size_t size)
{
    if (n < *room)
        return true;
    unsigned next = *room == 0 ? FIRST_ROOM : *room * 2;
    void *larger = realloc(*at, (size_t)next * size);
    if (larger == NULL)
        return false;
    *at = larger;
    *room = next;
    return true;
}

unsigned hide_var(struct hide *h, uint64_t count)
{
    unsigned room = h->room_vars;
    h->full = h->full || !more_room((void **)&h->count, &room, h->n_vars, sizeof *h->count) ||
              !more_room((void **)&h->hidden, &h->room_vars, h->n_vars, sizeof *h->hidden);
    if (h->full)
        return 0;
    h->count[h->n_vars] = count;
    h->hidden[h->n_vars] = false;
    return h->n_vars++;
}

void hide_term(struct hide *h, unsigned var, int sign)
{
    h->full = h->full || !more_room((void **)&h->term, &h->room_terms, h->n_terms, sizeof *h->term);
    if (!h->full)
        h->term[h->n_terms++] = (struct hide_term){var, sign};
}

void hide_relation(struct hide *h, bool total)
{
    if (h->n_relations + 1 >= h->room_relations) {
        unsigned room = h->room_relations;
        h->full = h->full || !more_room((void **)&h->total, &room, h->n_relations + 1, sizeof *h->total) ||
                  !more_room((void **)&h->begin, &h->room_relations, h->n_relations + 1, sizeof *h->begin);
    }
    if (h->full)
        return;
    if (h->n_relations == 0)
        h->begin[0] = 0;
    if (h->n_terms - h->begin[h->n_relations] < 2) {
        h->n_terms = h->begin[h->n_relations];
    } else {
        h->total[h->n_relations] = total;
        h->begin[++h->n_relations] = h->n_terms;
    }
}

/* ---- what can be worked out ---- */

struct matrix {
    unsigned rows, columns;
    uint32_t *at;        /* [rows][columns] */
    unsigned *column_of; /* of a figure; columns: it is shown */
    unsigned *var_of;
};

static uint64_t power(uint64_t base, uint64_t exponent)
{
    uint64_t out = 1;
    for (; exponent > 0; exponent >>= 1) {
        out = exponent & 1 ? out * base % prime : out;
        base = base * base % prime;
    }
    return out;
}

static bool is_touched(const struct hide *h, unsigned r)
{
    for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
        if (h->hidden[h->term[t].var])
            return true;
    return false;
}

static bool matrix_make(const struct hide *h, struct matrix *m)
{
    *m = (struct matrix){0};
    m->column_of = malloc((h->n_vars + 1) * sizeof *m->column_of);
    m->var_of = malloc((h->n_vars + 1) * sizeof *m->var_of);
    if (m->column_of == NULL || m->var_of == NULL)
        return false;
    for (unsigned v = 0; v < h->n_vars; v++)
        if (h->hidden[v]) {
            m->column_of[v] = m->columns;
            m->var_of[m->columns++] = v;
        }
    m->at = calloc((size_t)(h->n_relations + 1) * (m->columns + 1), sizeof *m->at);
    for (unsigned r = 0; m->at != NULL && r < h->n_relations; r++) {
        uint32_t *row = m->at + (size_t)m->rows * m->columns;
        m->rows += is_touched(h, r);
        for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
            if (h->hidden[h->term[t].var])
                row[m->column_of[h->term[t].var]] = h->term[t].sign > 0 ? 1 : (uint32_t)prime - 1;
    }
    return m->at != NULL;
}

static void matrix_release(struct matrix *m)
{
    free(m->at);
    free(m->column_of);
    free(m->var_of);
}

static void swap_rows(struct matrix *m, unsigned a, unsigned b)
{
    for (unsigned c = 0; a != b && c < m->columns; c++) {
        uint32_t keep = m->at[(size_t)a * m->columns + c];
        m->at[(size_t)a * m->columns + c] = m->at[(size_t)b * m->columns + c];
        m->at[(size_t)b * m->columns + c] = keep;
    }
}

/* Row `a` less so many times row `b` that its column is nought. */
static void clear_row(struct matrix *m, unsigned a, unsigned b, unsigned column)
{
    uint32_t *to = m->at + (size_t)a * m->columns, *from = m->at + (size_t)b * m->columns;
    uint64_t times = to[column];
    for (unsigned c = 0; times != 0 && c < m->columns; c++)
        to[c] = (uint32_t)((to[c] + (prime - times) * from[c]) % prime);
}

static void reduce(struct matrix *m)
{
    unsigned done = 0;
    for (unsigned c = 0; c < m->columns && done < m->rows; c++) {
        unsigned r = done;
        while (r < m->rows && m->at[(size_t)r * m->columns + c] == 0)
            r++;
        if (r == m->rows)
            continue;
        swap_rows(m, r, done);
        uint32_t *pivot = m->at + (size_t)done * m->columns;
        uint64_t inverse = power(pivot[c], prime - 2);
        for (unsigned k = 0; k < m->columns; k++)
            pivot[k] = (uint32_t)(pivot[k] * inverse % prime);
        for (unsigned k = 0; k < m->rows; k++)
            if (k != done)
                clear_row(m, k, done, c);
        done++;
    }
}

bool hide_solved(const struct hide *h, bool *known)
{
    struct matrix m;
    memset(known, 0, h->n_vars * sizeof *known);
    bool ok = matrix_make(h, &m);
    if (ok)
        reduce(&m);
    for (unsigned r = 0; ok && r < m.rows; r++) {
        unsigned n = 0, last = 0;
        for (unsigned c = 0; c < m.columns; c++)
            if (m.at[(size_t)r * m.columns + c] != 0) {
                n++;
                last = c;
            }
        if (n == 1) /* one equation with one unknown */
            known[m.var_of[last]] = true;
    }
    matrix_release(&m);
    return ok;
}

/* ---- what more must go ---- */

/* The figure of a relation that is missed least: of the fewest shifts, nought last. */
static bool hide_another(struct hide *h, unsigned r)
{
    const struct hide_term *best = NULL;
    for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++) {
        const struct hide_term *x = &h->term[t];
        uint64_t n = h->count[x->var];
        if (!h->hidden[x->var] && (best == NULL || (n > 0 && (h->count[best->var] == 0 || n < h->count[best->var]))))
            best = x;
    }
    if (best != NULL)
        h->hidden[best->var] = true;
    return best != NULL;
}

/* All that is missing of a relation stands on one side, and adds up to few: the sum alone tells of few. */
static bool tells_of_few(const struct hide *h, unsigned r, uint32_t small)
{
    uint64_t sum[2] = {0, 0};
    unsigned n[2] = {0, 0};
    for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
        if (h->hidden[h->term[t].var]) {
            sum[h->term[t].sign > 0] += h->count[h->term[t].var];
            n[h->term[t].sign > 0]++;
        }
    return (n[0] == 0) != (n[1] == 0) && sum[n[1] > 0] > 0 && sum[n[1] > 0] < small;
}

static bool has_term(const struct hide *h, unsigned r, unsigned var)
{
    for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
        if (h->term[t].var == var)
            return true;
    return false;
}

static unsigned hidden_in(const struct hide *h, unsigned r)
{
    unsigned n = 0;
    for (unsigned t = h->begin[r]; t < h->begin[r + 1]; t++)
        n += h->hidden[h->term[t].var];
    return n;
}

/* One more figure beside one that can be worked out: in a relation where nothing else is missing, which gives it away at once; else
 * in the first one that has something left to hide. */
static bool hide_beside(struct hide *h, unsigned var)
{
    for (unsigned alone = 1; alone <= 2; alone++)
        for (unsigned r = 0; r < h->n_relations; r++)
            if (has_term(h, r, var) && (alone == 2 || hidden_in(h, r) == 1) && hide_another(h, r))
                return true;
    return false;
}

static bool hide_implied(struct hide *h)
{
    bool more = false;
    for (unsigned i = 0; i < h->n_implied; i++) {
        bool *then = &h->hidden[h->implied[i].then];
        more = more || (h->hidden[h->implied[i].when] && !*then);
        *then = *then || h->hidden[h->implied[i].when];
    }
    return more;
}

/* false: nothing more has to go, or nothing more can. What one more figure mends is looked at again before the next is hidden. */
static bool once_more(struct hide *h, uint32_t small, bool *known)
{
    bool more = hide_implied(h);
    h->full = h->full || !hide_solved(h, known);
    for (unsigned r = 0; r < h->n_relations && !h->full; r++)
        if (h->total[r] && tells_of_few(h, r, small))
            more = hide_another(h, r) || more;
    for (unsigned v = 0; v < h->n_vars && !h->full && !more; v++)
        if (known[v])
            more = hide_beside(h, v);
    return more && !h->full;
}

bool hide_small(struct hide *h, uint32_t small)
{
    for (unsigned v = 0; v < h->n_vars && !h->full; v++)
        h->hidden[v] = h->count[v] > 0 && h->count[v] < small;
    bool *known = malloc((h->n_vars + 1) * sizeof *known);
    h->full = h->full || known == NULL;
    while (!h->full && once_more(h, small, known))
        continue;
    free(known);
    return !h->full;
}

void hide_also(struct hide *h, unsigned when, unsigned then)
{
    h->full = h->full || !more_room((void **)&h->implied, &h->room_implied, h->n_implied, sizeof *h->implied);
    if (!h->full)
        h->implied[h->n_implied++] = (struct hide_implied){when, then};
}

void hide_release(struct hide *h)
{
    free(h->count);
    free(h->hidden);
    free(h->begin);
    free(h->total);
    free(h->term);
    free(h->implied);
    *h = (struct hide){0};
}
