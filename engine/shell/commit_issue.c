/* What becomes of packs that were read: the current issue, one that waits for its moment, or nothing, because
 * they are held already, or were before something else replaced them. */
#include "engine/shell/commit.h"
#include "engine/shell/ports.h"
#include <stdlib.h>

struct fb_turn_file *fb_commit_files(const struct fb_pack_files *files)
{
    struct fb_turn_file *file = calloc(files->n > 0 ? files->n : 1, sizeof *file);
    for (unsigned i = 0; file != NULL && i < files->n; i++)
        file[i] = (struct fb_turn_file){files->file[i].pack, files->file[i].path, files->file[i].bytes};
    return file;
}

/* Without a book that compiles there is nothing to keep: an issue that waits does not help until its moment. */
static bool is_held(struct fb_turn *turn, const struct fb_turn_file *file, unsigned n, struct fb_issued *out)
{
    if (fb_turn_book(turn, 0) == NULL)
        return false;
    out->once = fb_turn_held_once(turn, file, n);
    return out->once != 0 || fb_turn_holds(turn, file, n);
}

static void make_issue(struct fb_turn *turn, struct fb_new_issue *issue, int64_t now_ms, struct fb_issued *out)
{
    struct fb_turn_stats before, after;
    struct fb_turn_file *file = fb_commit_files(issue->files);
    struct fb_text text;
    const char *why = "";
    unsigned n = issue->files->n;
    bool later = issue->due_ms != FB_ABSENT && issue->due_ms > now_ms;
    fb_turn_stats(turn, &before);
    *out = (struct fb_issued){.err = file != NULL ? FB_OK : FB_FULL, .issue = before.issue};
    out->kept = out->err == FB_OK && issue->unless_held && is_held(turn, file, n, out);
    if (out->err == FB_OK && !out->kept) {
        out->err = later ? fb_turn_schedule(turn, file, n, issue->book, issue->due_ms, now_ms, &out->issue, &why)
                         : fb_turn_issue(turn, file, n, issue->book, now_ms, &why);
        if (out->err == FB_OK)
            issue->book = NULL; /* turn's now */
    }
    fb_turn_stats(turn, &after);
    if (out->err == FB_OK && !later) {
        out->kept = after.issue == before.issue;
        out->issue = after.issue;
    }
    fb_text_init(&text, out->why, sizeof out->why);
    fb_text_add(&text, out->err == FB_REFUSED ? why : "");
    free(file);
}

void fb_commit_take_issue(struct fb_turn *turn, struct fb_new_issue *issue, int64_t now_ms, struct fb_issued *out)
{
    make_issue(turn, issue, now_ms, out);
    if (issue->book != NULL)
        fb_ports.release(fb_ports.ctx, issue->book);
    fb_pack_files_free(issue->files);
    free(issue->files);
    *issue = (struct fb_new_issue){0};
}
