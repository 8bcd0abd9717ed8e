#include "adapters/lib/yaml_file.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum fb_err fb_yaml_read_file(const char *path, size_t max, char **memory, struct fb_span *text, char fault[FB_YAML_FAULT_BYTES])
{
    struct fb_text t;
    fb_text_init(&t, fault, FB_YAML_FAULT_BYTES);
    fb_text_add(&t, path);
    *memory = malloc(max + 1);
    FILE *f = fopen(path, "rb");
    if (f == NULL || *memory == NULL) {
        fb_text_add(&t, ": "); /* no line of it was read */
        fb_text_add(&t, strerror(errno));
        if (f != NULL)
            fclose(f);
        return FB_IO;
    }
    size_t n = fread(*memory, 1, max + 1, f);
    bool failed = ferror(f) != 0;
    fclose(f);
    if (failed || n > max)
        fb_text_add(&t, failed ? ": cannot be read" : ": larger than such a file may be");
    *text = (struct fb_span){*memory, (uint32_t)n};
    return failed || n > max ? FB_IO : FB_OK;
}

unsigned fb_yaml_line(const yaml_node_t *node)
{
    return (unsigned)node->start_mark.line + 1;
}

static void begin_fault(struct fb_yaml *y, struct fb_text *t, unsigned line)
{
    y->bad = true;
    fb_text_init(t, y->fault, FB_YAML_FAULT_BYTES);
    fb_text_add(t, y->name);
    fb_text_add(t, ":");
    fb_text_add_int(t, line);
    fb_text_add(t, ": ");
}

void fb_yaml_fault(struct fb_yaml *y, const yaml_node_t *node, const char *what, struct fb_span detail)
{
    struct fb_text t;
    if (y->bad)
        return;
    begin_fault(y, &t, node == NULL ? 1 : fb_yaml_line(node));
    fb_text_add(&t, what);
    if (detail.p == NULL)
        return;
    fb_text_add(&t, " '");
    fb_text_add_span(&t, (struct fb_span){detail.p, detail.n > 60 ? 60 : detail.n});
    fb_text_add(&t, "'");
}

static enum fb_err count_nodes(struct fb_yaml *y)
{
    size_t nodes = (size_t)(y->document.nodes.top - y->document.nodes.start);
    if (nodes == 0)
        fb_yaml_fault(y, NULL, "nothing in it", (struct fb_span){NULL, 0});
    else if (nodes > FB_YAML_NODES_MAX)
        fb_yaml_fault(y, NULL, "larger than such a file may be", (struct fb_span){NULL, 0});
    return y->bad ? FB_REFUSED : FB_OK;
}

enum fb_err fb_yaml_parse(struct fb_yaml *y, struct fb_span text)
{
    yaml_parser_t parser;
    struct fb_text t;
    if (!yaml_parser_initialize(&parser))
        return FB_FULL;
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.p, text.n);
    int ok = yaml_parser_load(&parser, &y->document);
    if (!ok) {
        begin_fault(y, &t, (unsigned)parser.problem_mark.line + 1);
        fb_text_add(&t, "not YAML: ");
        fb_text_add(&t, parser.problem == NULL ? "cannot be read" : parser.problem);
        if (parser.problem != NULL && strstr(parser.problem, "cannot start any token") != NULL)
            fb_text_add(&t, ": a tab (lines are indented by spaces), or one of @ ` % outside quotes");
    }
    yaml_parser_delete(&parser);
    if (!ok)
        return FB_REFUSED;
    enum fb_err e = count_nodes(y);
    if (e != FB_OK)
        fb_yaml_close(y);
    return e;
}

void fb_yaml_close(struct fb_yaml *y)
{
    yaml_document_delete(&y->document);
}

yaml_node_t *fb_yaml_root(struct fb_yaml *y)
{
    return yaml_document_get_root_node(&y->document);
}

bool fb_yaml_is_map(const yaml_node_t *node)
{
    return node != NULL && node->type == YAML_MAPPING_NODE;
}

void *fb_yaml_room(struct fb_yaml *y, const yaml_node_t *node, unsigned n, size_t size)
{
    void *p = fb_arena_zero(y->arena, n * size + 1);
    if (p == NULL)
        fb_yaml_fault(y, node, "larger than such a file may be", (struct fb_span){NULL, 0});
    return p;
}

struct fb_span fb_yaml_text(struct fb_yaml *y, const yaml_node_t *node)
{
    struct fb_span none = {NULL, 0};
    if (y->bad || node == NULL)
        return none;
    if (node->type != YAML_SCALAR_NODE) {
        fb_yaml_fault(y, node, "a single word or number is wanted here", none);
        return none;
    }
    struct fb_span s = {(const char *)node->data.scalar.value, (uint32_t)node->data.scalar.length};
    char *copy = fb_yaml_room(y, node, s.n + 1, 1); /* a text of no bytes is not an absent one */
    if (copy == NULL)
        return none;
    memcpy(copy, s.p, s.n);
    if (!fb_span_is_text(s))
        fb_yaml_fault(y, node, "a control character in a text", none);
    return (struct fb_span){copy, s.n};
}

unsigned fb_yaml_list(struct fb_yaml *y, const yaml_node_t *node)
{
    if (y->bad || node == NULL)
        return 0;
    if (node->type == YAML_MAPPING_NODE)
        fb_yaml_fault(y, node, "a list is wanted here", (struct fb_span){NULL, 0});
    if (node->type != YAML_SEQUENCE_NODE)
        return y->bad ? 0 : 1;
    return (unsigned)(node->data.sequence.items.top - node->data.sequence.items.start);
}

yaml_node_t *fb_yaml_item(struct fb_yaml *y, const yaml_node_t *node, unsigned i)
{
    if (node->type != YAML_SEQUENCE_NODE)
        return yaml_document_get_node(&y->document, (int)(node - y->document.nodes.start) + 1);
    return yaml_document_get_node(&y->document, node->data.sequence.items.start[i]);
}

unsigned fb_yaml_pairs(struct fb_yaml *y, const yaml_node_t *node)
{
    if (y->bad || node == NULL)
        return 0;
    if (node->type != YAML_MAPPING_NODE) {
        fb_yaml_fault(y, node, "names with values are wanted here (name: value)", (struct fb_span){NULL, 0});
        return 0;
    }
    return (unsigned)(node->data.mapping.pairs.top - node->data.mapping.pairs.start);
}

struct fb_span fb_yaml_key(struct fb_yaml *y, const yaml_node_t *node, unsigned i, yaml_node_t **value)
{
    yaml_node_pair_t *pair = &node->data.mapping.pairs.start[i];
    *value = yaml_document_get_node(&y->document, pair->value);
    return fb_yaml_text(y, yaml_document_get_node(&y->document, pair->key));
}

static struct fb_span key_text(struct fb_yaml *y, int node_number)
{
    const yaml_node_t *key = yaml_document_get_node(&y->document, node_number);
    if (key->type != YAML_SCALAR_NODE)
        return (struct fb_span){NULL, 0};
    return (struct fb_span){(const char *)key->data.scalar.value, (uint32_t)key->data.scalar.length};
}

yaml_node_t *fb_yaml_get(struct fb_yaml *y, const yaml_node_t *node, const char *key)
{
    unsigned n = fb_yaml_pairs(y, node);
    for (unsigned i = 0; i < n; i++)
        if (fb_span_is(key_text(y, node->data.mapping.pairs.start[i].key), key))
            return yaml_document_get_node(&y->document, node->data.mapping.pairs.start[i].value);
    return NULL;
}

void fb_yaml_take_text(struct fb_yaml *y, const yaml_node_t *node, const char *key, bool wanted, char *out, size_t size)
{
    yaml_node_t *value = node == NULL ? NULL : fb_yaml_get(y, node, key);
    struct fb_span s = fb_yaml_text(y, value);
    if (value == NULL && wanted && node != NULL)
        fb_yaml_fault(y, node, "missing here:", fb_span_of(key));
    if (value == NULL || y->bad)
        return;
    if (s.n == 0 || s.n >= size) {
        fb_yaml_fault(y, value, "empty, or too long:", fb_span_of(key));
        return;
    }
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
}

static bool is_one_of(struct fb_span word, const char *const *keys)
{
    while (*keys != NULL && !fb_span_is(word, *keys))
        keys++;
    return *keys != NULL;
}

void fb_yaml_only(struct fb_yaml *y, const yaml_node_t *node, const char *what, const char *const *keys)
{
    unsigned n = fb_yaml_pairs(y, node);
    for (unsigned i = 0; i < n; i++) {
        int number = node->data.mapping.pairs.start[i].key;
        struct fb_span key = key_text(y, number);
        const yaml_node_t *at = yaml_document_get_node(&y->document, number);
        if (!is_one_of(key, keys))
            fb_yaml_fault(y, at, what, key);
        for (unsigned j = 0; j < i; j++)
            if (fb_span_eq(key, key_text(y, node->data.mapping.pairs.start[j].key)))
                fb_yaml_fault(y, at, "written twice:", key);
    }
}

bool fb_yaml_yes(struct fb_yaml *y, const yaml_node_t *node)
{
    struct fb_span s = fb_yaml_text(y, node);
    if (!y->bad && !fb_span_is(s, "yes") && !fb_span_is(s, "no") && !fb_span_is(s, "true") &&
        !fb_span_is(s, "false"))
        fb_yaml_fault(y, node, "neither yes nor no:", s);
    return fb_span_is(s, "yes") || fb_span_is(s, "true");
}

int64_t fb_yaml_take_number(struct fb_yaml *y, const yaml_node_t *node, const char *key, int64_t least, int64_t most, int64_t otherwise)
{
    yaml_node_t *value = fb_yaml_get(y, node, key);
    int64_t n = otherwise;
    struct fb_span s = fb_yaml_text(y, value);
    if (value != NULL && !y->bad && (fb_parse_int(&n, s) != FB_OK || n < least || n > most))
        fb_yaml_fault(y, value, "out of its range:", fb_span_of(key));
    return y->bad ? otherwise : n;
}
