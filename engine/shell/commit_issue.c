/* What becomes of packs that were read: the current issue, one that waits for its moment, or nothing, because
 * they are held already. */
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

static enum fb_err make_issue(struct fb_turn *turn, struct fb_new_issue *issue, int64_t now_ms,
                              uint32_t *number, bool *kept)
{
    struct fb_turn_stats before, after;
    struct fb_turn_file *file = fb_commit_files(issue->files);
    unsigned n = issue->files->n;
    enum fb_err e = file != NULL ? FB_OK : FB_FULL;
    fb_turn_stats(turn, &before);
    *number = before.issue;
    /* Without a book that compiles there is nothing to keep: an issue that waits does not help until its
     * moment. */
    *kept = e == FB_OK && issue->unless_held && fb_turn_book(turn, 0) != NULL && fb_turn_holds(turn, file, n);
    bool later = issue->due_ms != FB_ABSENT && issue->due_ms > now_ms;
    if (e == FB_OK && !*kept)
        e = later ? fb_turn_schedule(turn, file, n, issue->book, issue->due_ms, now_ms, number)
                  : fb_turn_issue(turn, file, n, issue->book, now_ms);
    if (e == FB_OK && !*kept)
        issue->book = NULL; /* turn's now */
    fb_turn_stats(turn, &after);
    if (e == FB_OK && !later) {
        *kept = after.issue == before.issue;
        *number = after.issue;
    }
    free(file);
    return e;
}

enum fb_err fb_commit_take_issue(struct fb_turn *turn, struct fb_new_issue *issue, int64_t now_ms,
                                 uint32_t *number, bool *kept)
{
    enum fb_err e = make_issue(turn, issue, now_ms, number, kept);
    if (issue->book != NULL)
        fb_ports.release(fb_ports.ctx, issue->book);
    fb_pack_files_free(issue->files);
    free(issue->files);
    *issue = (struct fb_new_issue){0};
    return e;
}
