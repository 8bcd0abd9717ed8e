/* Any bytes as a mapping and a sheet. Properties: no crash; two files come out exactly when there is no complaint; the table is
 * one that the pack's reader takes, with as many rows as amounts were counted. */
#include "engine/base/check.h"
#include "engine/pack/import.h"
#include "engine/pack/node.h"
#include "engine/pack/table.h"
#include "tests/lib/fuzz.h"
#include <stdlib.h>
#include <string.h>

static void check_made(const struct fb_import *out)
{
    struct fb_pool pool = {0};
    struct fb_pack_report report = {0};
    struct fb_pack_file table = {{"p", 1}, fb_span_of("caps/t.csv"), {out->table, (uint32_t)out->n_table}};
    struct fb_pack_file terms = {{"p", 1}, fb_span_of("caps/t.yaml"), {out->terms, (uint32_t)out->n_terms}};
    struct fb_table *t = fb_table_read(&pool, &table, &report);
    fb_assert(t != NULL && t->n_rows == out->amounts && fb_table_column(t, "pence_hour") >= 0);
    fb_assert(out->name[0] != '\0');
    struct fb_node *root = fb_node_read(&pool, &terms, &report);
    fb_assert(root != NULL && fb_node_get(root, "caps") != NULL);
    fb_pool_free(&pool);
    fb_pack_report_free(&report);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fb_pack_report report = {0};
    struct fb_import out;
    const char *text = (const char *)data;
    const uint8_t *end = memchr(data, 0xFE, size); /* no text has this byte */
    size_t n = end == NULL ? size : (size_t)(end - data);
    size_t rest = end == NULL ? 0 : size - n - 1;
    if (size > 60000)
        return 0;
    struct fb_pack_file map = {{"m", 1}, fb_span_of("map.yaml"), {text, (uint32_t)n}};
    struct fb_pack_file sheet = {{"s", 1}, fb_span_of("sheet.csv"), {text + (end == NULL ? 0 : n + 1), (uint32_t)rest}};
    enum fb_err err = fb_import_caps(&out, &map, &sheet, &report);
    fb_assert((err == FB_OK) == (report.errors == 0));
    if (err == FB_OK)
        check_made(&out);
    fb_import_free(&out);
    fb_pack_report_free(&report);
    return 0;
}
