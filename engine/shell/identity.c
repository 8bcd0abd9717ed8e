/* What an identity is, once it was read; and the file on the disk. */
#include "engine/shell/identities.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const struct fb_identity *fb_identity_anybody(void)
{
    static const struct fb_identity anybody = {
        .name = "this machine", .roles = FB_MAY_ANYTHING, .revoked_from = INT32_MAX, .asserted = true};
    return &anybody;
}

bool fb_identity_holds(const struct fb_identity *who, fb_day today) { return today < who->revoked_from; }

bool fb_identity_sends(const struct fb_identity *who, struct fb_span source)
{
    if (who->asserted)
        return true;
    for (unsigned i = 0; i < who->n_sources; i++)
        if (fb_span_is(source, who->source[i]))
            return true;
    return false;
}

fb_code fb_identity_scope(const struct fb_identity *who)
{
    if ((who->roles & FB_MAY_READ_ALL) != 0)
        return 0;
    return (who->roles & FB_MAY_TRUST) != 0 ? who->trust : who->publish;
}

void fb_identity_add_roles(struct fb_text *t, const struct fb_identity *who)
{
    static const struct {
        unsigned may;
        const char *word;
    } plain[] = {{FB_MAY_FEED, "feed"}, {FB_MAY_CONTROLS, "controls"}, {FB_MAY_FINANCE, "finance"}, {FB_MAY_ADMIN, "admin"}};
    size_t before = t->n;
    if ((who->roles & FB_MAY_PUBLISH) != 0) {
        fb_text_add(t, who->publish == 0 ? "publish:all" : "publish:");
        fb_text_add_code(t, who->publish);
    }
    if ((who->roles & FB_MAY_TRUST) != 0) {
        fb_text_add(t, t->n > before ? ", trust:" : "trust:");
        fb_text_add(t, who->trust == 0 ? "all" : "");
        fb_text_add_code(t, who->trust);
    }
    for (unsigned i = 0; i < sizeof plain / sizeof plain[0]; i++)
        if ((who->roles & plain[i].may) != 0) {
            fb_text_add(t, t->n > before ? ", " : "");
            fb_text_add(t, plain[i].word);
        }
}

void fb_identities_free(struct fb_identities **ids)
{
    free(*ids);
    *ids = NULL;
}

static void complain(const char *file, const char *what, struct fb_pack_report *report)
{
    struct fb_complaint c;
    fb_complain(&c, fb_span_of(file), (struct fb_span){NULL, 0}, 0);
    fb_text_add(&c.text, what);
    fb_complaint_file(&c, report);
}

/* Whoever may write it says who may do what: everybody's file is nobody's word. A group that looks after it is the operator's affair. */
static bool is_everybodys(FILE *in)
{
    struct stat st;
    return fstat(fileno(in), &st) != 0 || (st.st_mode & S_IWOTH) != 0;
}

enum fb_err fb_identities_read(struct fb_identities **out, const char *file, struct fb_pack_report *report)
{
    FILE *in = fopen(file, "rb");
    char *text = in != NULL ? malloc(FB_IDENTITIES_FILE_BYTES_MAX + 1) : NULL;
    enum fb_err e = FB_IO;
    size_t n = text != NULL ? fread(text, 1, FB_IDENTITIES_FILE_BYTES_MAX + 1, in) : 0;
    *out = NULL;
    if (in == NULL)
        complain(file, errno == ENOENT ? "there is no such file: name the one that `identities` of the configuration names, or begin one from deploy/identities.yaml"
                                       : strerror(errno), report);
    else if (is_everybodys(in)) {
        complain(file, "may be written by everybody on this machine, and whoever did let themselves in: look at what it says, then chmod o-w it", report);
        e = FB_REFUSED;
    } else if (text == NULL || ferror(in) != 0)
        complain(file, "cannot be read", report);
    else if (n > FB_IDENTITIES_FILE_BYTES_MAX)
        complain(file, "is larger than 1 MiB", report);
    else
        e = fb_identities_parse(out, file, (struct fb_span){text, (uint32_t)n}, report);
    free(text);
    if (in != NULL)
        fclose(in);
    return e;
}
