#ifndef FB_TOOLS_FAIRBANK_EXPORT_HIDE_H
#define FB_TOOLS_FAIRBANK_EXPORT_HIDE_H
/* Which figures an export leaves out: those that count few shifts, and as many more as it takes so that none of them can be got
 * back from what is printed. What is printed is bound by relations: a total is the sum of its rows, a column the sum of two others.
 * Whoever reads it can solve those equations for what is missing; so they are solved here too (elimination over the integers
 * modulo a prime), and more is left out until no unknown has a single solution and no sum of few can be had. */
#include <stdbool.h>
#include <stdint.h>
struct hide_term {
    unsigned var;
    int sign; /* +1 or -1 */
};
struct hide_implied {
    unsigned when, then;
};
struct hide {
    unsigned n_vars, n_relations, n_terms, n_implied;
    uint64_t *count;   /* shifts that the figure tells of */
    bool *hidden;      /* the answer */
    unsigned *begin;   /* [n_relations + 1]: the terms of relation r are begin[r] .. begin[r + 1] */
    bool *total;       /* [n_relations] */
    struct hide_term *term; /* signed counts of a relation add up to a number that the reader knows */
    struct hide_implied *implied; /* figures that are left out when another is */
    unsigned room_vars, room_relations, room_terms, room_implied;
    bool full;         /* memory ran out: nothing may be printed */
};
/* A figure; gives its number. */
unsigned hide_var(struct hide *h, uint64_t count);
/* A term of the relation at hand, and its end. One of fewer than two terms is none. total: what is missing of it adds up to a number
 * that tells of people of its own, so that this must not be small either. */
void hide_term(struct hide *h, unsigned var, int sign);
void hide_relation(struct hide *h, bool total);
/* When one is left out, so is the other. */
void hide_also(struct hide *h, unsigned when, unsigned then);
/* Sets hidden. Nought is no small number: it tells of nobody. false: memory ran out. */
bool hide_small(struct hide *h, uint32_t small);
/* Which hidden figures a reader can work out exactly; known is the caller's, n_vars of them. false: memory ran out. */
bool hide_solved(const struct hide *h, bool *known);
void hide_release(struct hide *h);
#endif
