/* Reading the configuration: the pack room's node tree (every node knows its line, nothing of YAML that a
 * reader can misunderstand is taken), then one reader per type of key. */
#include "engine/pack/node.h"
#include "engine/shell/config_key.h"
#include "engine/shell/metrics_address.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct config_reading {
    struct fb_config *config;
    struct fb_span file;
    struct fb_pack_report *report;
};

static void refuse(struct config_reading *r, unsigned line, const char *key, struct fb_span text,
                   const char *why)
{
    struct fb_complaint c;
    fb_complain(&c, r->file, (struct fb_span){NULL, 0}, line);
    fb_text_add(&c.text, key);
    if (text.n > 0) {
        fb_text_add(&c.text, ": '");
        fb_text_add_span(&c.text, text);
        fb_text_add(&c.text, "'");
    }
    fb_text_add(&c.text, " ");
    fb_text_add(&c.text, why);
    fb_complaint_file(&c, r->report);
}

static bool copy_text(char *out, size_t room, struct fb_span s)
{
    if (s.n == 0 || s.n >= room)
        return false;
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

static void read_path(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                      void *field)
{
    if (!copy_text(field, FB_CONFIG_PATH_MAX, node->text))
        refuse(r, node->line, key->name, node->text, "must be a text of 1 to 255 bytes");
}

static void read_endpoint(struct config_reading *r, const struct fb_config_key *key,
                          const struct fb_node *node, void *field)
{
    const char *why = fb_config_endpoint_refused(node->text);
    if (why != NULL)
        refuse(r, node->line, key->name, node->text, why);
    else
        read_path(r, key, node, field);
}

static void read_maybe(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node, void *field)
{
    if (fb_span_is(node->text, "none"))
        *(char *)field = '\0';
    else
        read_path(r, key, node, field);
}

static void read_network(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node, void *field)
{
    const char *why = fb_span_is(node->text, "none") ? NULL : fb_config_network_refused(node->text);
    if (why != NULL)
        refuse(r, node->line, key->name, node->text, why);
    else
        read_maybe(r, key, node, field);
}

static void read_metrics(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node, void *field)
{
    const char *why = fb_span_is(node->text, "none") ? NULL : fb_metrics_address_refused(node->text);
    if (why != NULL)
        refuse(r, node->line, key->name, node->text, why);
    else
        read_maybe(r, key, node, field);
}

static void read_packs(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                       void *field)
{
    (void)field;
    r->config->n_packs = 0;
    r->config->packs_said = true;
    for (const struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (r->config->n_packs == FB_CONFIG_PACKS_MAX) {
            refuse(r, item->line, key->name, item->text, "is one pack too many: at most 8");
            return;
        }
        if (item->kind != FB_NODE_SCALAR)
            refuse(r, item->line, key->name, item->text, "must be a list of folders");
        else
            read_path(r, key, item, r->config->pack[r->config->n_packs++]);
    }
}

static void read_count(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                       void *field)
{
    int64_t v = 0;
    char why[96];
    struct fb_text t;
    if (fb_parse_int(&v, node->text) == FB_OK && v >= key->min && v <= key->max) {
        *(uint32_t *)field = (uint32_t)v;
        return;
    }
    fb_text_init(&t, why, sizeof why);
    fb_text_add(&t, "must be a number from ");
    fb_text_add_int(&t, key->min);
    fb_text_add(&t, " to ");
    fb_text_add_int(&t, key->max);
    refuse(r, node->line, key->name, node->text, why);
}

static void read_yes_no(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                        void *field)
{
    bool yes = fb_span_is(node->text, "true");
    if (!yes && !fb_span_is(node->text, "false"))
        refuse(r, node->line, key->name, node->text, "must be true or false");
    *(bool *)field = yes;
}

static void read_level(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                       void *field)
{
    enum fb_log_level level = fb_log_level_find(node->text);
    if (level == FB_LOG_NONE)
        refuse(r, node->line, key->name, node->text, "must be error, warn, info or debug");
    *(enum fb_log_level *)field = level;
}

static void read_name(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                      void *field)
{
    if (fb_config_source_find(r->config, node->text) != NULL)
        refuse(r, node->line, key->name, node->text, "stands twice: keep one entry a source");
    else if (!copy_text(field, FB_SOURCE_BYTES_MAX + 1, node->text))
        refuse(r, node->line, key->name, node->text, "must be a text of 1 to 40 bytes");
}

static void read_trust(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                       void *field)
{
    fb_code *trust = field;
    *trust = 0;
    if (!fb_span_is(node->text, "all") && fb_code_parse(trust, node->text) != FB_OK)
        refuse(r, node->line, key->name, node->text, "must be an ODS code of at most 8 characters, or all");
}

static void read_system(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                        void *field)
{
    enum fb_system system = fb_system_find(node->text);
    if (system == FB_SYSTEM_NONE)
        refuse(r, node->line, key->name, node->text, "must be roster, bank_provider or portal");
    *(enum fb_system *)field = system;
}

static void read_mode(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                      void *field)
{
    enum fb_source_mode mode = fb_source_mode_find(node->text);
    if (mode == FB_SOURCE_MODE_NONE)
        refuse(r, node->line, key->name, node->text, "must be live or shadow");
    *(enum fb_source_mode *)field = mode;
}

static void read_sends(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                       void *field)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } kinds[] = {{"cascades", FB_SENDS_CASCADES},
                 {"sign_offs", FB_SENDS_SIGN_OFFS},
                 {"frameworks", FB_SENDS_FRAMEWORKS},
                 {"timesheets", FB_SENDS_TIMESHEETS},
                 {"worker_facts", FB_SENDS_WORKER_FACTS},
                 {"substantive_hours", FB_SENDS_HOURS},
                 {"absences", FB_SENDS_ABSENCES}};
    for (const struct fb_node *item = node->first; item != NULL; item = item->next) {
        uint32_t bit = 0;
        for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
            if (fb_span_is(item->text, kinds[i].word))
                bit = kinds[i].bit;
        if (bit == 0)
            refuse(r, item->line, key->name, item->text,
                   "must be of cascades, sign_offs, frameworks, timesheets, worker_facts, substantive_hours, absences");
        *(uint32_t *)field |= bit;
    }
}

static void read_keys(struct config_reading *r, const struct fb_config_key *keys, unsigned n,
                      struct fb_node *map, void *base);

/* A source is filled in while it is outside the counted list, so that a name is compared with earlier ones
 * only. */
static void read_source(struct config_reading *r, struct fb_node *node)
{
    struct fb_config_source *s = &r->config->source[r->config->n_sources];
    *s = (struct fb_config_source){0};
    read_keys(r, fb_config_source_keys, fb_config_source_keys_n, node, s);
    s->trust_said = fb_node_get(node, "trust") != NULL;
    s->sends_said = fb_node_get(node, "sends") != NULL;
    if (s->name[0] != '\0')
        r->config->n_sources++;
    else if (fb_node_get(node, "name") == NULL)
        refuse(r, node->line, "sources", (struct fb_span){NULL, 0}, "has an entry without a name: add name:");
}

static void read_sources(struct config_reading *r, const struct fb_config_key *key,
                         const struct fb_node *node, void *field)
{
    (void)field;
    r->config->n_sources = 0;
    for (struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (r->config->n_sources == FB_CONFIG_SOURCES_MAX) {
            refuse(r, item->line, key->name, (struct fb_span){NULL, 0}, "lists more than 256");
            return;
        }
        if (item->kind == FB_NODE_MAP)
            read_source(r, item);
        else
            refuse(r, item->line, key->name, item->text,
                   "must be a list of entries such as '- name: rth-roster'");
    }
}

static const struct {
    enum fb_node_kind kind;
    const char *shape;
    void (*read)(struct config_reading *r, const struct fb_config_key *key, const struct fb_node *node,
                 void *field);
} readers[FB_KEY_TYPES] = {
    [FB_KEY_PATH] = {FB_NODE_SCALAR, "must be one text", read_path},
    [FB_KEY_ENDPOINT] = {FB_NODE_SCALAR, "must be one endpoint", read_endpoint},
    [FB_KEY_NETWORK] = {FB_NODE_SCALAR, "must be one address, or none", read_network},
    [FB_KEY_MAYBE] = {FB_NODE_SCALAR, "must be one path, or none", read_maybe},
    [FB_KEY_METRICS] = {FB_NODE_SCALAR, "must be one address, or none", read_metrics},
    [FB_KEY_PACKS] = {FB_NODE_LIST, "must be a list: one '- folder' a line", read_packs},
    [FB_KEY_COUNT] = {FB_NODE_SCALAR, "must be one number", read_count},
    [FB_KEY_YES_NO] = {FB_NODE_SCALAR, "must be true or false", read_yes_no},
    [FB_KEY_LEVEL] = {FB_NODE_SCALAR, "must be one word", read_level},
    [FB_KEY_SOURCES] = {FB_NODE_LIST, "must be a list: one '- name: …' an entry", read_sources},
    [FB_KEY_NAME] = {FB_NODE_SCALAR, "must be one text", read_name},
    [FB_KEY_TRUST] = {FB_NODE_SCALAR, "must be one code", read_trust},
    [FB_KEY_SYSTEM] = {FB_NODE_SCALAR, "must be one word", read_system},
    [FB_KEY_MODE] = {FB_NODE_SCALAR, "must be one word", read_mode},
    [FB_KEY_SENDS] = {FB_NODE_LIST, "must be a list such as [cascades, timesheets]", read_sends},
};

static void refuse_unknown(struct config_reading *r, const struct fb_config_key *keys, unsigned n,
                           const struct fb_node *map)
{
    for (const struct fb_node *child = map->first; child != NULL; child = child->next) {
        if (child->used)
            continue;
        struct fb_complaint c;
        fb_complain(&c, r->file, (struct fb_span){NULL, 0}, child->line);
        fb_text_add(&c.text, "unknown key '");
        fb_text_add_span(&c.text, child->key);
        fb_text_add(&c.text, "': use one of");
        for (unsigned i = 0; i < n; i++) {
            fb_text_add(&c.text, i == 0 ? " " : ", ");
            fb_text_add(&c.text, keys[i].name);
        }
        fb_complaint_file(&c, r->report);
    }
}

static void read_keys(struct config_reading *r, const struct fb_config_key *keys, unsigned n,
                      struct fb_node *map, void *base)
{
    for (unsigned i = 0; i < n; i++) {
        const struct fb_node *node = fb_node_get(map, keys[i].name);
        if (node == NULL)
            continue;
        if (node->kind == readers[keys[i].type].kind)
            readers[keys[i].type].read(r, &keys[i], node, (unsigned char *)base + keys[i].at);
        else
            refuse(r, node->line, keys[i].name, node->text, readers[keys[i].type].shape);
    }
    refuse_unknown(r, keys, n, map);
}

/* A file of comments alone is a file with every default. */
static bool only_comments(struct fb_span text)
{
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '#')
            while (i + 1 < text.n && text.p[i] != '\n')
                i++;
        else if (text.p[i] != ' ' && text.p[i] != '\n' && text.p[i] != '\r')
            return false;
    }
    return true;
}

enum fb_err fb_config_parse(struct fb_config *config, const char *file, struct fb_span text,
                            struct fb_pack_report *report)
{
    struct config_reading r = {config, fb_span_of(file), report};
    struct fb_pool pool = {0};
    if (only_comments(text))
        return FB_OK;
    unsigned before = report->errors;
    struct fb_node *root = fb_node_read(&pool, &(struct fb_pack_file){r.file, {NULL, 0}, text}, report);
    if (root != NULL && root->kind != FB_NODE_MAP)
        refuse(&r, root->line, "the file", (struct fb_span){NULL, 0}, "must be lines of 'key: value'");
    else if (root != NULL)
        read_keys(&r, fb_config_keys, fb_config_keys_n, root, config);
    fb_pool_free(&pool);
    return report->errors == before ? FB_OK : FB_REFUSED;
}

enum fb_err fb_config_read(struct fb_config *config, const char *file, struct fb_pack_report *report)
{
    struct config_reading r = {config, fb_span_of(file), report};
    FILE *in = fopen(file, "rb");
    char *text = in != NULL ? malloc(FB_CONFIG_FILE_BYTES_MAX + 1) : NULL;
    enum fb_err e = FB_IO;
    if (text == NULL) {
        bool shut = in == NULL;
        refuse(&r, 0,
               shut ? "the configuration cannot be opened: name a file that can be read, or leave --config out:"
                    : "the configuration",
               (struct fb_span){NULL, 0}, shut ? strerror(errno) : "does not fit into memory");
        goto out;
    }
    size_t n = fread(text, 1, FB_CONFIG_FILE_BYTES_MAX + 1, in);
    if (ferror(in) != 0) {
        refuse(&r, 0, "the configuration", (struct fb_span){NULL, 0}, "cannot be read");
    } else if (n > FB_CONFIG_FILE_BYTES_MAX) {
        refuse(&r, 0, "the configuration", (struct fb_span){NULL, 0}, "is larger than 256 KiB");
        e = FB_REFUSED;
    } else {
        e = fb_config_parse(config, file, (struct fb_span){text, (uint32_t)n}, report);
    }
out:
    free(text);
    if (in != NULL)
        fclose(in);
    return e;
}
