#include "engine/pack/node.h"
#include <string.h>
#include <sys/stat.h>

/* A pack with what it stands on. An example is no use alone: it needs the national layer's bands and
 * calendars. */
enum { PATH_BYTES_MAX = 1024 };

/* A name is a folder's, and leads nowhere else. */
static bool is_name(struct fb_span name)
{
    for (uint32_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
            return false;
    }
    return name.n > 0;
}

/* "rules/examples/x" + "/../../" + "england": beside it, or beside the folder that holds it. */
static bool find_base(const char *dir, struct fb_span name, char path[PATH_BYTES_MAX])
{
    static const char *const ways[] = {"/../", "/../../"};
    for (unsigned i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        struct fb_text t;
        struct stat st;
        fb_text_init(&t, path, PATH_BYTES_MAX);
        fb_text_add(&t, dir);
        fb_text_add(&t, ways[i]);
        fb_text_add_span(&t, name);
        if (!t.cut && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
            return true;
    }
    return false;
}

static enum fb_err add_base(struct fb_pack_files *files, const char *dir, const struct fb_pack_file *file,
                            struct fb_span name, unsigned line, struct fb_pack_report *report)
{
    char path[PATH_BYTES_MAX];
    if (is_name(name) && find_base(dir, name, path))
        return fb_pack_read_dir(files, path, report);
    struct fb_complaint c;
    fb_complain(&c, file->pack, file->path, line);
    fb_text_add(&c.text, "this pack stands on '");
    fb_text_add_span(&c.text, name);
    fb_text_add(&c.text, "', and no folder of that name lies beside it");
    fb_complaint_file(&c, report);
    return FB_REFUSED;
}

static enum fb_err add_bases(struct fb_pack_files *files, const char *dir, const struct fb_pack_file *file,
                             struct fb_node *root, struct fb_pack_report *report)
{
    struct fb_node *layer = fb_node_get(root, "layer"), *on = fb_node_get(root, "on");
    const struct fb_span england = fb_span_of("england");
    char path[PATH_BYTES_MAX];
    enum fb_err err = FB_OK;
    if (on == NULL) {
        bool alone = (layer != NULL && fb_span_is(layer->text, "national")) || !find_base(dir, england, path);
        return alone ? FB_OK : add_base(files, dir, file, england, 0, report);
    }
    for (const struct fb_node *item = on->first; item != NULL && err == FB_OK; item = item->next)
        err = add_base(files, dir, file, item->text, item->line, report);
    return err;
}

static enum fb_err add_bases_of(struct fb_pack_files *files, const char *dir, const struct fb_pack_files *own,
                                struct fb_pack_report *report)
{
    struct fb_pool pool = {0};
    enum fb_err err = FB_OK;
    for (unsigned i = 0; i < own->n && err == FB_OK; i++) {
        if (!fb_span_is(own->file[i].path, "pack.yaml"))
            continue;
        struct fb_node *root = fb_node_read(&pool, &own->file[i], report);
        err = root == NULL ? FB_REFUSED : add_bases(files, dir, &own->file[i], root, report);
    }
    fb_pool_free(&pool);
    return err;
}

enum fb_err fb_pack_read_stack(struct fb_pack_files *files, const char *dir, struct fb_pack_report *report)
{
    struct fb_pack_files own = {0};
    enum fb_err err = fb_pack_read_dir(&own, dir, report);
    if (err == FB_OK)
        err = add_bases_of(files, dir, &own, report);
    fb_pack_files_free(&own);
    return err == FB_OK ? fb_pack_read_dir(files, dir, report) : err;
}
