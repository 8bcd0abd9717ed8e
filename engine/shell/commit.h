#ifndef FB_SHELL_COMMIT_H
#define FB_SHELL_COMMIT_H
/* The commit thread: owns turn and every write to the store. It takes whatever queued while the last commit
 * ran, so a batch is one message when the engine is idle and thousands under load, with no timer. Between
 * batches it does what the engine does by itself (vacancies that fall due, the durable todo, a new issue).
 *
 * Lifetimes: borrows everything in fb_commit_with until stop. The caller's thread may use turn before start
 * and after stop only. A failed commit is final: the thread stops, and `wake` is called so that the process
 * can end. */
#include "engine/pack/pack.h"
#include "engine/shell/keys.h"
#include "engine/shell/queue.h"
struct fb_meter;
struct fb_commit_with {
    struct fb_turn *turn;
    struct fb_store *store;
    struct fb_queue *queue;
    unsigned batch_max;
    void (*wake)(void *ctx); /* called from the commit thread: items came back, events grew, or it stopped */
    void *ctx;
    const struct fb_turn_ports *ports; /* turn's */
    const struct fb_keys *keys; /* NULL: no checkpoints are signed */
    int64_t checkpoint_ms;      /* a checkpoint so long after the last one, when the journal grew */
    struct fb_meter *meter; /* NULL: nobody counts how long batches take */
};
/* What became of packs that were to be an issue. */
struct fb_issued {
    enum fb_err err;
    bool kept;              /* nothing was changed: these very files are current, or wait, or were held once */
    uint32_t issue;         /* its number; when nothing was changed, that of the current one */
    uint32_t once;          /* kept because this issue, since replaced or withdrawn, had them; else 0 */
    char why[FB_WHY_BYTES]; /* FB_REFUSED: in words; else empty */
};
/* What the loop may know of turn, as of the last batch. */
struct fb_commit_news {
    struct fb_turn_stats stats;
    uint64_t commits;
    bool stopped;        /* the thread has done its last; items are all back unless it failed */
    enum fb_err failed;  /* FB_OK, or why it stopped */
    bool issue_answered; /* an issue handed in was dealt with and is durable; reported once */
    struct fb_issued issued;
    char over_quota[FB_WHY_BYTES]; /* sources of which refusals were not kept whole today: names, comma between them; empty: none */
};
/* Files that became a book, on their way to be an issue. Freed by the commit thread after use. */
struct fb_new_issue {
    struct fb_pack_files *files;
    struct fb_book *book;
    int64_t due_ms;   /* becomes current then; FB_ABSENT, or a moment that has passed: at once */
    bool unless_held; /* a start and SIGHUP: files that are current, or wait to be, or were once, change nothing.
                       * Nobody said that a folder with old packs in it is to undo what came after */
};
struct fb_commit;
FB_MUST_CHECK enum fb_err fb_commit_start(struct fb_commit **out, const struct fb_commit_with *with);
/* Without a thread: whoever opened it takes its rounds, one after another, and none waits. For the simulator, where nothing may
 * hang on when a thread runs. An error is final, and everything in hand is lost; fb_commit_stop lets go of it. */
FB_MUST_CHECK enum fb_err fb_commit_open(struct fb_commit **out, const struct fb_commit_with *with);
FB_MUST_CHECK enum fb_err fb_commit_round(struct fb_commit *c);
/* False: the one before has not been dealt with yet; *issue stays the caller's. */
bool fb_commit_issue(struct fb_commit *c, const struct fb_new_issue *issue);
void fb_commit_news(struct fb_commit *c, struct fb_commit_news *out);
/* The disk has too little room: the engine's own work (judging again, weeks, moments that have come) is put off. */
void fb_commit_hold(struct fb_commit *c, bool hold);
/* Commits what is queued and stops. The queue must have been finished. Joins the thread. */
void fb_commit_stop(struct fb_commit **c);
/* Makes it current, or has it wait: what the commit thread does, and a start before there is one. Frees it whatever
 * happens. */
void fb_commit_take_issue(struct fb_turn *turn, struct fb_new_issue *issue, int64_t now_ms, struct fb_issued *out);
/* Files as turn takes them; the spans are those of `files`. NULL: no memory. Freed with free(). */
struct fb_turn_file *fb_commit_files(const struct fb_pack_files *files);
#endif
