#include "engine/pack/report.h"
#include <stdlib.h>

void fb_complain(struct fb_complaint *c, struct fb_span pack, struct fb_span path, unsigned line)
{
    struct fb_text file;
    c->e = (struct fb_pack_error){.line = line};
    fb_text_init(&file, c->e.file, sizeof c->e.file);
    fb_text_add_span(&file, pack);
    if (pack.n > 0 && path.n > 0)
        fb_text_add(&file, "/");
    fb_text_add_span(&file, path);
    fb_text_init(&c->text, c->e.text, sizeof c->e.text);
}

/* Doubles the list, up to the declared most. */
static bool has_room(struct fb_pack_report *report)
{
    if (report->n < report->room)
        return true;
    if (report->n >= FB_PACK_ERRORS_MAX)
        return false;
    unsigned room = report->room == 0 ? 16 : report->room * 2;
    if (room > FB_PACK_ERRORS_MAX)
        room = FB_PACK_ERRORS_MAX;
    struct fb_pack_error *e = realloc(report->e, room * sizeof *e);
    if (e == NULL)
        return false;
    report->e = e;
    report->room = room;
    return true;
}

void fb_complaint_file(struct fb_complaint *c, struct fb_pack_report *report)
{
    if (c->e.warning)
        report->warnings++;
    else
        report->errors++;
    if (has_room(report))
        report->e[report->n++] = c->e;
}

void fb_pack_report_free(struct fb_pack_report *report)
{
    free(report->e);
    *report = (struct fb_pack_report){0};
}

void fb_pack_report_print(FILE *out, const struct fb_pack_report *report)
{
    for (unsigned i = 0; i < report->n; i++) {
        const struct fb_pack_error *e = &report->e[i];
        fprintf(out, "%s:", e->file);
        if (e->line > 0)
            fprintf(out, "%u:", e->line);
        fprintf(out, " %s: %s\n", e->warning ? "warning" : "error", e->text);
    }
    unsigned left = report->errors + report->warnings - report->n;
    if (left > 0)
        fprintf(out, "and %u more\n", left);
}
