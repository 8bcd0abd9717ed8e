#ifndef FB_TOOLS_FAIRBANK_TABLE_H
#define FB_TOOLS_FAIRBANK_TABLE_H
/* A table for people: columns as wide as their widest cell, numbers to the right, colour only on a terminal. */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
enum { TABLE_COLUMNS_MAX = 16 };
struct table {
    unsigned n_columns, n_cells, size;
    const char *head[TABLE_COLUMNS_MAX];
    bool right[TABLE_COLUMNS_MAX];
    char **cell;      /* row after row */
    unsigned wrap;    /* the last column is wrapped to the terminal when set */
};
/* heads: names separated by '|'; one that begins with '>' is set to the right. The text must outlive the table. */
void table_init(struct table *t, char *heads);
void table_add(struct table *t, const char *text); /* copied */
void table_add_int(struct table *t, int64_t v);    /* with thousands commas */
void table_add_pounds(struct table *t, int64_t pence);
void table_add_hours(struct table *t, int64_t minutes); /* 40:05, exactly */
void table_print(struct table *t, FILE *out);      /* and releases it */
void table_release(struct table *t);
/* A paragraph broken at blanks to the terminal's width (100 where there is none); the lines after the first are indented. */
void paragraph_print(FILE *out, const char *first, const char *text, int n);
/* 1,234,567.89 */
void pounds_format(char *out, size_t size, int64_t pence);
void count_format(char *out, size_t size, int64_t v);
/* 1234:05; -0:30 */
void hours_format(char *out, size_t size, int64_t minutes);
#endif
