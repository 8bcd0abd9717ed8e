#include "engine/pack/node.h"
#include <string.h>
#include <yaml.h>

struct reading {
    yaml_parser_t parser;
    struct fb_pool *pool;
    const struct fb_pack_file *file;
    struct fb_pack_report *report;
    unsigned nodes;
    bool bad;
};

static void refuse(struct reading *r, size_t line, const char *text)
{
    struct fb_complaint c;
    if (r->bad)
        return;
    r->bad = true;
    fb_complain(&c, r->file->pack, r->file->path, (unsigned)line);
    fb_text_add(&c.text, text);
    fb_complaint_file(&c, r->report);
}

/* libyaml lets tabs pass in some places and not in others; a reader cannot see the difference. */
static bool has_tab(struct reading *r)
{
    size_t line = 1;
    for (uint32_t i = 0; i < r->file->bytes.n; i++) {
        char b = r->file->bytes.p[i];
        line += b == '\n';
        if (b == '\t') {
            refuse(r, line, "a tab: indent and separate with spaces");
            return true;
        }
    }
    return false;
}

static bool next_event(struct reading *r, yaml_event_t *event)
{
    if (yaml_parser_parse(&r->parser, event) == 1)
        return true;
    struct fb_complaint c;
    if (!r->bad) {
        r->bad = true;
        fb_complain(&c, r->file->pack, r->file->path, (unsigned)r->parser.problem_mark.line + 1);
        fb_text_add(&c.text, "not YAML: ");
        fb_text_add(&c.text, r->parser.problem == NULL ? "cannot be read" : r->parser.problem);
        fb_complaint_file(&c, r->report);
    }
    return false;
}

static struct fb_node *new_node(struct reading *r, enum fb_node_kind kind, const yaml_event_t *event)
{
    if (++r->nodes > FB_NODES_MAX) {
        refuse(r, event->start_mark.line + 1, "too many values in one file: split it");
        return NULL;
    }
    struct fb_node *node = fb_pool_get(r->pool, sizeof *node);
    if (node == NULL) {
        refuse(r, event->start_mark.line + 1, "no memory is left");
        return NULL;
    }
    node->kind = kind;
    node->line = (unsigned)event->start_mark.line + 1;
    return node;
}

/* A folded text ends in a line break that nobody meant. */
static struct fb_span without_last_break(const yaml_event_t *event)
{
    size_t n = event->data.scalar.length;
    const char *p = (const char *)event->data.scalar.value;
    while (n > 0 && p[n - 1] == '\n')
        n--;
    return (struct fb_span){p, (uint32_t)n};
}

static struct fb_node *scalar(struct reading *r, const yaml_event_t *event)
{
    struct fb_span text = without_last_break(event);
    if (text.n > FB_NODE_TEXT_MAX) {
        refuse(r, event->start_mark.line + 1, "a text longer than 1000 bytes: shorten it");
        return NULL;
    }
    if (!fb_span_is_text(text)) {
        refuse(r, event->start_mark.line + 1,
               "a text with control characters or line breaks: write it on one line, or folded with >-");
        return NULL;
    }
    struct fb_node *node = new_node(r, FB_NODE_SCALAR, event);
    if (node != NULL)
        node->text = fb_pool_copy(r->pool, text);
    return node;
}

/* What an event carries besides its value, and we do not take. */
static bool is_plain(struct reading *r, const yaml_event_t *event, const yaml_char_t *anchor,
                     const yaml_char_t *tag)
{
    if (anchor != NULL)
        refuse(r, event->start_mark.line + 1, "an anchor: write the value out where it is used");
    else if (tag != NULL)
        refuse(r, event->start_mark.line + 1, "a tag: write the value without one");
    return anchor == NULL && tag == NULL;
}

static void append(struct fb_node *parent, struct fb_node *child)
{
    if (parent->last == NULL)
        parent->first = child;
    else
        parent->last->next = child;
    parent->last = child;
    parent->n++;
}

static struct fb_node *value(struct reading *r, const yaml_event_t *event, unsigned depth);

static void list_items(struct reading *r, struct fb_node *list, unsigned depth)
{
    for (bool more = true; more && !r->bad;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return;
        more = event.type != YAML_SEQUENCE_END_EVENT;
        struct fb_node *item = more ? value(r, &event, depth) : NULL;
        yaml_event_delete(&event);
        if (item != NULL)
            append(list, item);
    }
}

static struct fb_node *key_of(struct reading *r, const struct fb_node *map, const yaml_event_t *event)
{
    if (event->type != YAML_SCALAR_EVENT) {
        if (event->type == YAML_ALIAS_EVENT)
            refuse(r, event->start_mark.line + 1, "an alias: write the value out where it is used");
        else
            refuse(r, event->start_mark.line + 1, "a key that is not a word");
        return NULL;
    }
    if (!is_plain(r, event, event->data.scalar.anchor, event->data.scalar.tag))
        return NULL;
    struct fb_node *key = scalar(r, event);
    for (const struct fb_node *c = map->first; key != NULL && c != NULL; c = c->next) {
        if (!fb_span_eq(c->key, key->text))
            continue;
        refuse(r, key->line, "a key that stands twice in the same mapping: keep one of them");
        return NULL;
    }
    return key;
}

static void map_entries(struct reading *r, struct fb_node *map, unsigned depth)
{
    for (bool more = true; more && !r->bad;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return;
        more = event.type != YAML_MAPPING_END_EVENT;
        struct fb_node *key = more ? key_of(r, map, &event) : NULL;
        yaml_event_delete(&event);
        if (key == NULL || !next_event(r, &event))
            continue;
        struct fb_node *child = value(r, &event, depth);
        yaml_event_delete(&event);
        if (child == NULL)
            continue;
        child->key = key->text;
        child->line = key->line;
        append(map, child);
    }
}

static struct fb_node *collection(struct reading *r, const yaml_event_t *event, enum fb_node_kind kind,
                                  unsigned depth)
{
    if (depth >= FB_NODE_DEPTH_MAX) {
        refuse(r, event->start_mark.line + 1, "nested too deeply");
        return NULL;
    }
    struct fb_node *node = new_node(r, kind, event);
    if (node != NULL && kind == FB_NODE_LIST)
        list_items(r, node, depth + 1);
    else if (node != NULL)
        map_entries(r, node, depth + 1);
    return node;
}

static struct fb_node *value(struct reading *r, const yaml_event_t *event, unsigned depth)
{
    if (event->type == YAML_SCALAR_EVENT) {
        if (!is_plain(r, event, event->data.scalar.anchor, event->data.scalar.tag))
            return NULL;
        return scalar(r, event);
    }
    if (event->type == YAML_SEQUENCE_START_EVENT) {
        if (!is_plain(r, event, event->data.sequence_start.anchor, event->data.sequence_start.tag))
            return NULL;
        return collection(r, event, FB_NODE_LIST, depth);
    }
    if (event->type == YAML_MAPPING_START_EVENT) {
        if (!is_plain(r, event, event->data.mapping_start.anchor, event->data.mapping_start.tag))
            return NULL;
        return collection(r, event, FB_NODE_MAP, depth);
    }
    refuse(r, event->start_mark.line + 1, "an alias: write the value out where it is used");
    return NULL;
}

/* Steps over the events that open a document; true when the next one begins its value. */
static bool document(struct reading *r, struct fb_node **root)
{
    for (bool seen = false;;) {
        yaml_event_t event;
        if (!next_event(r, &event))
            return false;
        bool end = event.type == YAML_STREAM_END_EVENT;
        bool outer = end || event.type == YAML_STREAM_START_EVENT || event.type == YAML_DOCUMENT_END_EVENT;
        if (event.type == YAML_DOCUMENT_START_EVENT && seen)
            refuse(r, event.start_mark.line + 1, "a second document: put it into a file of its own");
        else if (event.type == YAML_DOCUMENT_START_EVENT)
            seen = true;
        else if (!outer)
            *root = value(r, &event, 0);
        yaml_event_delete(&event);
        if (end || r->bad)
            return !r->bad;
    }
}

struct fb_node *fb_node_read(struct fb_pool *pool, const struct fb_pack_file *file,
                             struct fb_pack_report *report)
{
    struct reading r = {.pool = pool, .file = file, .report = report};
    struct fb_node *root = NULL;
    if (file->bytes.n > FB_PACK_FILE_BYTES_MAX) {
        refuse(&r, 0, "a file that is too large: split it");
        return NULL;
    }
    if (has_tab(&r))
        return NULL;
    if (yaml_parser_initialize(&r.parser) != 1) {
        refuse(&r, 0, "no memory is left");
        return NULL;
    }
    yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&r.parser, (const unsigned char *)(file->bytes.n > 0 ? file->bytes.p : ""),
                                 file->bytes.n);
    bool whole = document(&r, &root);
    yaml_parser_delete(&r.parser);
    if (whole && root == NULL)
        refuse(&r, 1, "an empty file");
    return r.bad ? NULL : root;
}

struct fb_node *fb_node_get(struct fb_node *map, const char *key)
{
    if (map == NULL || map->kind != FB_NODE_MAP)
        return NULL;
    for (struct fb_node *c = map->first; c != NULL; c = c->next) {
        if (!fb_span_is(c->key, key))
            continue;
        c->used = true;
        return c;
    }
    return NULL;
}
