#include "engine/shell/identities.h"
#include "engine/pack/node.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reading {
    struct fb_span file;
    struct fb_pack_report *report;
    struct fb_identities *ids;
};

static void refuse(struct reading *r, const struct fb_node *node, struct fb_span text, const char *why)
{
    struct fb_complaint c;
    fb_complain(&c, r->file, (struct fb_span){NULL, 0}, node != NULL ? node->line : 0);
    if (text.n > 0) {
        fb_text_add(&c.text, "'");
        fb_text_add_span(&c.text, text);
        fb_text_add(&c.text, "' ");
    }
    fb_text_add(&c.text, why);
    fb_complaint_file(&c, r->report);
}

static void refuse_text(struct reading *r, const struct fb_node *node, const char *why) { refuse(r, node, node->text, why); }

static bool copy_name(char out[FB_SOURCE_BYTES_MAX + 1], struct fb_span s)
{
    if (s.n == 0 || s.n > FB_SOURCE_BYTES_MAX || !fb_span_is_text(s))
        return false;
    memcpy(out, s.p, s.n);
    out[s.n] = '\0';
    return true;
}

/* ---- what they may do ---- */

static const struct {
    const char *word;
    unsigned may;
    bool of; /* followed by a colon and whose */
} roles[] = {{"publish", FB_MAY_PUBLISH, true},  {"trust", FB_MAY_TRUST, true},     {"feed", FB_MAY_FEED, false},
             {"controls", FB_MAY_CONTROLS, false}, {"finance", FB_MAY_FINANCE, false}, {"admin", FB_MAY_ADMIN, false}};
enum { ROLES = sizeof roles / sizeof roles[0] };

static const char ROLE_WORDS[] = "is no role: use publish:CODE, publish:all, trust:CODE, feed, controls, finance or admin";

/* Trusts are named as everywhere: in capitals. Another spelling would be another trust, of which nobody has records. */
static bool has_small_letter(struct fb_span s)
{
    for (uint32_t i = 0; i < s.n; i++)
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return true;
    return false;
}

static void read_role(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    uint32_t n = 0;
    unsigned i = 0;
    fb_code code = 0;
    while (n < node->text.n && node->text.p[n] != ':')
        n++;
    while (i < ROLES && !fb_span_is((struct fb_span){node->text.p, n}, roles[i].word))
        i++;
    bool of = n < node->text.n;
    struct fb_span whose = {of ? node->text.p + n + 1 : NULL, of ? node->text.n - n - 1 : 0};
    bool everybody = fb_span_is(whose, "all"), all = everybody && i < ROLES && (roles[i].may == FB_MAY_PUBLISH || out->asserted);
    if (node->kind != FB_NODE_SCALAR || i == ROLES || of != roles[i].of ||
        (of && !all && (everybody || fb_code_parse(&code, whose) != FB_OK))) {
        refuse_text(r, node, ROLE_WORDS);
        return;
    }
    if (of && !all && has_small_letter(whose)) {
        refuse_text(r, node, "names a trust in small letters: ODS codes are written in capitals, such as RTH");
        return;
    }
    if ((out->roles & roles[i].may) != 0) {
        refuse_text(r, node, "is given twice: one identity is of one trust; make another identity, with a key of its own, for the other");
        return;
    }
    out->roles |= roles[i].may;
    if (roles[i].may == FB_MAY_PUBLISH)
        out->publish = code;
    if (roles[i].may == FB_MAY_TRUST)
        out->trust = code;
}

static void read_roles(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    if (node->kind != FB_NODE_LIST)
        refuse(r, node, node->text, "roles: must be a list such as [publish:RTH, feed]");
    for (const struct fb_node *item = node->first; item != NULL; item = item->next)
        read_role(r, item, out);
    if (node->kind == FB_NODE_LIST && (out->roles & FB_MAY_FEED) != 0 && fb_identity_scope(out) == 0 && (out->roles & FB_MAY_READ_ALL) == 0 &&
        !out->asserted)
        refuse(r, node, (struct fb_span){NULL, 0},
               "feed alone does not say whose events: add trust:CODE, or for every trust's one of controls, finance and admin");
    if (!out->asserted && out->trust != 0 && (out->roles & FB_MAY_PUBLISH) != 0 && out->publish != out->trust)
        refuse(r, node, (struct fb_span){NULL, 0}, "writes for one trust and reads for another: make two identities of it");
}

/* ---- the other fields ---- */

static void read_name(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    bool slash = false; /* parts an identity from its cursors */
    for (uint32_t i = 0; i < node->text.n; i++)
        slash = slash || node->text.p[i] == '/';
    if (slash || !copy_name(out->name, node->text))
        refuse_text(r, node, "must be a name of 1 to 40 bytes without '/'");
}

static void read_key(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    static const unsigned char nobody[FB_Z85_KEY_BYTES];
    unsigned char *key = out->key[out->n_keys];
    if (fb_span_is(node->text, "........................................"))
        refuse_text(r, node, "stands where a key is to be filled in: take the 40 characters that `fairbank keys show FILE` prints, between single quotes");
    else if (fb_z85_decode(key, node->text) != FB_OK)
        refuse_text(r, node, "is no public key: take the 40 characters that `fairbank keys show FILE` prints, between single quotes");
    else if (memcmp(key, nobody, sizeof nobody) == 0)
        refuse_text(r, node, "stands for no key at all: everybody could have it");
    else
        out->n_keys++;
}

static void read_revoked(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    fb_day day = INT32_MAX;
    if (fb_span_is(node->text, "true"))
        day = INT32_MIN;
    else if (!fb_span_is(node->text, "false") && fb_day_parse(&day, node->text) != FB_OK)
        refuse_text(r, node, "must be true, false, or the day from which the key is not taken, such as 2026-11-22");
    out->revoked_from = day;
}

static void read_sources(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    out->n_sources = 0;
    if (node->kind != FB_NODE_LIST || node->first == NULL)
        refuse(r, node, node->text, "sources: must be a list of the names that it says in Hello");
    for (const struct fb_node *item = node->first; item != NULL; item = item->next) {
        if (out->n_sources == FB_IDENTITY_SOURCES_MAX) {
            refuse_text(r, item, "is one source too many: at most 8 an identity");
            return;
        }
        if (copy_name(out->source[out->n_sources], item->text))
            out->n_sources++;
        else
            refuse_text(r, item, "must be a name of 1 to 40 bytes");
    }
}

static int hex(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void read_sign_key(struct reading *r, const struct fb_node *node, struct fb_identity *out)
{
    bool good = node->text.n == 2 * sizeof out->sign_key;
    for (uint32_t i = 0; good && i < sizeof out->sign_key; i++) {
        int high = hex(node->text.p[2 * i]), low = hex(node->text.p[2 * i + 1]);
        good = high >= 0 && low >= 0;
        out->sign_key[i] = (unsigned char)(good ? (unsigned)high << 4 | (unsigned)low : 0u);
    }
    out->has_sign_key = good;
    if (!good)
        refuse_text(r, node, "must be a public key of Ed25519: 64 digits of 0-9 and a-f");
}

static const struct field {
    const char *name;
    enum fb_node_kind kind;
    bool required;
    void (*read)(struct reading *r, const struct fb_node *node, struct fb_identity *out);
} fields[] = {{"name", FB_NODE_SCALAR, true, read_name},         {"key", FB_NODE_SCALAR, true, read_key},
              {"old_key", FB_NODE_SCALAR, false, read_key},      {"roles", FB_NODE_LIST, true, read_roles},
              {"sources", FB_NODE_LIST, false, read_sources},    {"revoked", FB_NODE_SCALAR, false, read_revoked},
              {"sign_key", FB_NODE_SCALAR, false, read_sign_key}},
  local_fields[] = {{"roles", FB_NODE_LIST, true, read_roles}};

static void refuse_unknown(struct reading *r, const struct fb_node *map, const char *known)
{
    for (const struct fb_node *child = map->first; child != NULL; child = child->next)
        if (!child->used)
            refuse(r, child, child->key, known);
}

static void read_fields(struct reading *r, struct fb_node *map, const struct field *f, unsigned n, struct fb_identity *out)
{
    for (unsigned i = 0; i < n; i++) {
        struct fb_node *node = fb_node_get(map, f[i].name);
        if (node != NULL && (node->kind == f[i].kind || f[i].kind == FB_NODE_LIST))
            f[i].read(r, node, out);
        else if (node != NULL)
            refuse(r, node, fb_span_of(f[i].name), "must be one text");
        else if (f[i].required)
            refuse(r, map, fb_span_of(f[i].name), "is missing here");
    }
}

/* ---- the whole ---- */

static bool same_key(const struct fb_identity *a, const struct fb_identity *b)
{
    for (unsigned i = 0; i < a->n_keys; i++)
        for (unsigned k = 0; k < b->n_keys; k++)
            if (memcmp(a->key[i], b->key[k], sizeof a->key[i]) == 0)
                return true;
    return false;
}

static bool same_source(const struct fb_identity *a, const struct fb_identity *b)
{
    for (unsigned i = 0; i < a->n_sources; i++)
        if (fb_identity_sends(b, fb_span_of(a->source[i])))
            return true;
    return false;
}

/* A name and a key are one identity's own; a source may have several that write for the same trust. */
static void compare(struct reading *r, const struct fb_node *node, const struct fb_identity *one)
{
    if (one->n_keys == 2 && memcmp(one->key[0], one->key[1], sizeof one->key[0]) == 0)
        refuse(r, node, fb_span_of(one->name), "has the same key twice");
    for (unsigned i = 0; i < r->ids->n; i++) {
        const struct fb_identity *other = &r->ids->of[i];
        if (strcmp(one->name, other->name) == 0)
            refuse(r, node, fb_span_of(one->name), "stands twice: keep one entry a name");
        if (same_key(one, other))
            refuse(r, node, fb_span_of(one->name), "has the key of another entry: nobody could tell them apart");
        if (same_source(one, other) && one->publish != other->publish)
            refuse(r, node, fb_span_of(one->name),
                   "publishes a source that is another entry's, which writes for others: references of records are a source's own, so "
                   "they would write over each other's");
    }
}

static void read_identity(struct reading *r, struct fb_node *node)
{
    struct fb_identity *one = &r->ids->of[r->ids->n];
    *one = (struct fb_identity){.line = node->line, .revoked_from = INT32_MAX};
    if (node->kind != FB_NODE_MAP) {
        refuse_text(r, node, "must be an entry such as '- name: rth-roster'");
        return;
    }
    read_fields(r, node, fields, sizeof fields / sizeof fields[0], one);
    refuse_unknown(r, node, "is an unknown key: use name, key, old_key, roles, sources, revoked and sign_key");
    if (one->n_sources > 0 && (one->roles & FB_MAY_PUBLISH) == 0)
        refuse(r, node, fb_span_of(one->name), "has sources and no role that publishes");
    if (one->n_sources == 0 && (one->roles & FB_MAY_PUBLISH) != 0) /* its name is its source's */
        memcpy(one->source[one->n_sources++], one->name, sizeof one->name);
    compare(r, node, one);
    r->ids->n++;
}

static void read_list(struct reading *r, struct fb_node *list)
{
    if (list->kind != FB_NODE_LIST) {
        refuse_text(r, list, "identities: must be a list: one '- name: …' an entry");
        return;
    }
    for (struct fb_node *item = list->first; item != NULL; item = item->next)
        if (r->ids->n < r->ids->room)
            read_identity(r, item);
        else
            refuse(r, item, (struct fb_span){NULL, 0}, "is one identity too many");
}

static void read_root(struct reading *r, struct fb_node *root)
{
    struct fb_node *list = fb_node_get(root, "identities"), *local = fb_node_get(root, "local");
    r->ids->local = *fb_identity_anybody();
    if (list != NULL)
        read_list(r, list);
    if (local != NULL && local->kind != FB_NODE_MAP)
        refuse_text(r, local, "local: must hold roles: [...]");
    else if (local != NULL) {
        r->ids->local.roles = 0;
        read_fields(r, local, local_fields, 1, &r->ids->local);
        refuse_unknown(r, local, "is an unknown key: local: holds roles");
    }
    refuse_unknown(r, root, "is an unknown key: use identities and local");
}

static unsigned entries(struct fb_node *root)
{
    const struct fb_node *list = root->kind == FB_NODE_MAP ? fb_node_get(root, "identities") : NULL;
    unsigned n = list != NULL && list->kind == FB_NODE_LIST ? list->n : 0;
    return n < FB_IDENTITIES_MAX ? n : FB_IDENTITIES_MAX;
}

enum fb_err fb_identities_parse(struct fb_identities **out, const char *file, struct fb_span text, struct fb_pack_report *report)
{
    struct reading r = {.file = fb_span_of(file), .report = report};
    struct fb_pool pool = {0};
    enum fb_err e = FB_REFUSED;
    unsigned before = report->errors;
    struct fb_node *root = fb_node_read(&pool, &(struct fb_pack_file){r.file, {NULL, 0}, text}, report);
    if (root != NULL) {
        unsigned room = entries(root);
        r.ids = calloc(1, sizeof *r.ids + room * sizeof r.ids->of[0]);
        e = r.ids != NULL ? FB_REFUSED : FB_FULL;
        if (r.ids != NULL)
            r.ids->room = room;
    }
    if (r.ids != NULL && root->kind != FB_NODE_MAP)
        refuse(&r, root, (struct fb_span){NULL, 0}, "must be lines of 'key: value'");
    else if (r.ids != NULL)
        read_root(&r, root);
    if (e == FB_REFUSED && report->errors == before)
        e = FB_OK;
    fb_pool_free(&pool);
    if (e != FB_OK)
        fb_identities_free(&r.ids);
    *out = r.ids;
    return e;
}
