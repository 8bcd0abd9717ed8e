#include "engine/pack/import_steps.h"
#include <stdlib.h>
#include <string.h>

enum { TERMS_BYTES = 32768 };
static const struct fb_span nothing = {NULL, 0};

static void quote(struct fb_text *t, struct fb_span s)
{
    fb_text_add(t, "\"");
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"' || s.p[i] == '\\')
            fb_text_add(t, "\\");
        fb_text_add_span(t, (struct fb_span){s.p + i, 1});
    }
    fb_text_add(t, "\"");
}

/* A plain word stands as it is; anything else that could be read as something else is quoted. */
static void word(struct fb_text *t, struct fb_span s)
{
    bool plain = s.n > 0 && s.n <= 64;
    for (uint32_t i = 0; i < s.n && plain; i++)
        plain = (s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '_' || (s.p[i] == '-' && i > 0);
    if (plain)
        fb_text_add_span(t, s);
    else
        quote(t, s);
}

static void add_term(struct fb_text *t, const struct fb_node *n)
{
    fb_text_add(t, "    ");
    word(t, n->key);
    fb_text_add(t, ": ");
    if (n->kind == FB_NODE_SCALAR) {
        quote(t, n->text);
    } else {
        fb_text_add(t, "[");
        for (const struct fb_node *i = n->first; i != NULL; i = i->next) {
            fb_text_add(t, i == n->first ? "" : ", ");
            word(t, i->text);
        }
        fb_text_add(t, "]");
    }
    fb_text_add(t, "\n");
}

static bool is_name(struct fb_span s)
{
    if (s.n == 0 || s.n >= sizeof((struct fb_import *)NULL)->name)
        return false;
    for (uint32_t i = 0; i < s.n; i++)
        if (!((s.p[i] >= 'a' && s.p[i] <= 'z') || (s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == '-'))
            return false;
    return true;
}

static bool is_term(const struct fb_node *n)
{
    bool good = n->kind != FB_NODE_MAP;
    for (const struct fb_node *i = n->kind == FB_NODE_LIST ? n->first : NULL; i != NULL; i = i->next)
        good = good && i->kind == FB_NODE_SCALAR;
    return good;
}

void fb__import_terms(struct fb__importing *x)
{
    struct fb_text t;
    struct fb_node *caps = fb__import_child(x->map, "caps", FB_NODE_MAP);
    struct fb_span name = fb__import_text(caps, "name");
    if (caps == NULL || !is_name(name)) {
        fb__import_complain(x, x->map_file, x->map->line,
                            "caps: begin with name, in small letters, digits and hyphens", nothing, "");
        return;
    }
    memcpy(x->out->name, name.p, name.n);
    x->out->name[name.n] = '\0';
    x->out->terms = malloc(TERMS_BYTES);
    if (x->out->terms == NULL) {
        x->pool.bad = true;
        return;
    }
    fb_text_init(&t, x->out->terms, TERMS_BYTES);
    fb_text_add(&t, "# Imported from a price card; the amounts stand in ");
    fb_text_add(&t, x->out->name);
    fb_text_add(&t, ".csv, each with its line in the sheet.\ncaps:\n  - table: ");
    fb_text_add(&t, x->out->name);
    fb_text_add(&t, ".csv\n");
    for (const struct fb_node *n = caps->first; n != NULL; n = n->next) {
        if (!is_term(n))
            fb__import_complain(x, x->map_file, n->line, "caps: a word, or a list of words, is wanted under", n->key, "");
        if (fb_span_is(n->key, "table"))
            fb__import_complain(x, x->map_file, n->line, "caps: the table's name is made of name:, leave out", n->key, "");
        add_term(&t, n);
    }
    x->out->n_terms = t.n;
    if (t.cut)
        fb__import_complain(x, x->map_file, caps->line, "caps: longer than 32,000 bytes", nothing, "");
}
