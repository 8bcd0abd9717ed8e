#include "adapters/inbound/csv/watch/source.h"
#include "adapters/lib/dealer.h"
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BACKOFF_FIRST_MS = 2000, BACKOFF_MOST_MS = 30000, WRITTEN_AGAIN_MS = 1000, DAY_BYTES = 10 };

enum fb_err fb_watch_source_open(struct fb_watch_source *s)
{
    s->backoff_ms = BACKOFF_FIRST_MS;
    if (!fb_watch_path(s->work, s->place->archive, ".work") || (mkdir(s->work, 0700) != 0 && errno != EEXIST))
        return FB_IO;
    enum fb_err e = fb_watch_lock(s->work);
    return e == FB_OK ? fb_watch_look_open(&s->look) : e;
}

void fb_watch_source_close(struct fb_watch_source *s)
{
    fb_watch_look_close(&s->look);
}

static void say(const struct fb_watch_source *s, const char *event, const char *file, const char *text, bool urgent, json_t *more)
{
    fb_watch_say(s->voice, event, s->place->name, file, text, urgent, more);
}

/* Not now; each wait is longer than the one before. The same reason is said once. */
static void wait_because(struct fb_watch_source *s, const char *reason)
{
    bool new = strcmp(reason, s->reason) != 0;
    s->state = FB_WATCH_WAITING;
    s->retry_ms = fb_dealer_now_ms() + s->backoff_ms;
    s->backoff_ms = 2 * s->backoff_ms < BACKOFF_MOST_MS ? 2 * s->backoff_ms : BACKOFF_MOST_MS;
    snprintf(s->reason, sizeof s->reason, "%s", reason);
    if (new)
        say(s, "waiting", s->file[0] != '\0' ? s->file : NULL, reason, true, NULL);
}

static void wait_for_disk(struct fb_watch_source *s, const char *what, const char *where)
{
    char text[FB_WATCH_FULL_PATH + 200];
    snprintf(text, sizeof text, "%s %s: %s; it is kept and tried again", what, where, strerror(errno));
    wait_because(s, text);
}

static void all_is_well(struct fb_watch_source *s)
{
    if (s->reason[0] != '\0')
        say(s, "resumed", NULL, "goes on", false, NULL);
    s->reason[0] = '\0';
    s->backoff_ms = BACKOFF_FIRST_MS;
    s->crashes = 0;
    s->state = FB_WATCH_IDLE;
    s->file[0] = '\0';
}

static bool ends_with(const char *name, const char *ending)
{
    size_t n = strlen(name), e = strlen(ending);
    return n > e && strcmp(name + n - e, ending) == 0;
}

static void today(char day[DAY_BYTES + 1])
{
    char now[25];
    fb_watch_now(now);
    memcpy(day, now, DAY_BYTES);
    day[DAY_BYTES] = '\0';
}

/* "2026-11-22-NAME" in the folder of rejects. */
static bool put_in_rejects(struct fb_watch_source *s, const char *name, char out[FB_WATCH_FULL_PATH])
{
    char day[DAY_BYTES + 1], as[FB_WATCH_NAME_BYTES + 32];
    today(day);
    snprintf(as, sizeof as, "%s-%.200s", day, name); /* a name may be as long as the file system takes, and not longer */
    return fb_watch_put_away(s->work, name, s->place->rejects, as, out) == FB_OK;
}

/* ---- the work folder ---- */

/* What lies there: the file that is to be sent ('' when none), else leavings of the one before. */
struct leavings {
    char file[FB_WATCH_NAME_BYTES], rejects[FB_WATCH_NAME_BYTES], old[FB_WATCH_NAME_BYTES];
};

static void keep_name(char to[FB_WATCH_NAME_BYTES], const char *name)
{
    if (strlen(name) < FB_WATCH_NAME_BYTES)
        memcpy(to, name, strlen(name) + 1);
}

static bool read_work(const struct fb_watch_source *s, struct leavings *out)
{
    struct dirent *e;
    *out = (struct leavings){.file = ""};
    DIR *d = opendir(s->work);
    while (d != NULL && (e = readdir(d)) != NULL)
        if (e->d_name[0] != '.')
            keep_name(ends_with(e->d_name, ".rejects.csv")                                       ? out->rejects
                      : ends_with(e->d_name, ".progress") || ends_with(e->d_name, ".new") ? out->old
                                                                                                 : out->file,
                      e->d_name);
    if (d != NULL)
        closedir(d);
    return d != NULL;
}

/* Rejects whose file is away go after it; what was half written, and the notes of older versions on how far they read (.progress),
 * are of no use. False: the disk. */
static bool clear_leavings(struct fb_watch_source *s, struct leavings *l)
{
    char path[FB_WATCH_FULL_PATH];
    while (l->file[0] == '\0' && (l->rejects[0] != '\0' || l->old[0] != '\0')) {
        if (l->rejects[0] != '\0' && !put_in_rejects(s, l->rejects, path)) {
            wait_for_disk(s, "refused rows cannot be put into", s->place->rejects);
            return false;
        }
        if (l->rejects[0] != '\0')
            say(s, "rejects", NULL, path, true, NULL);
        if (l->rejects[0] == '\0' && (!fb_watch_path(path, s->work, l->old) || unlink(path) != 0)) {
            wait_for_disk(s, "cannot clear", s->work);
            return false;
        }
        if (!read_work(s, l)) {
            wait_for_disk(s, "cannot look into", s->work);
            return false;
        }
    }
    return true;
}

/* ---- what became of a file ---- */

/* Urgent when somebody must see to some of its rows. */
static void say_sent(const struct fb_watch_source *s, const char *to, const json_t *account)
{
    char text[FB_WATCH_FULL_PATH + 200], twice[80] = "";
    json_int_t rows = json_integer_value(json_object_get(account, "rows")), tied = json_integer_value(json_object_get(account, "same_occurred_at"));
    json_int_t aside = json_integer_value(json_object_get(account, "refused")) + json_integer_value(json_object_get(account, "conflicts"));
    if (tied > 0)
        snprintf(twice, sizeof twice, ", %" JSON_INTEGER_FORMAT " changed with the same occurred_at", tied);
    snprintf(text, sizeof text, "sent: %" JSON_INTEGER_FORMAT " rows, %" JSON_INTEGER_FORMAT " set aside%s; now %s", rows, aside, twice, to);
    say(s, "sent", s->file, text, aside + tied > 0, json_pack("{s:s, s:O}", "archive", to, "account", account));
}

static void put_sent_away(struct fb_watch_source *s, const json_t *account)
{
    char day[DAY_BYTES + 1], folder[FB_WATCH_FULL_PATH], to[FB_WATCH_FULL_PATH];
    struct leavings left;
    const char *file = s->file;
    today(day);
    if (!fb_watch_path(folder, s->place->archive, day) || (mkdir(folder, 0700) != 0 && errno != EEXIST) ||
        fb_watch_put_away(s->work, file, folder, file, to) != FB_OK) {
        wait_for_disk(s, "sent, but cannot be put into", folder);
        return;
    }
    fb_watch_sync_folder(s->place->archive);
    s->sent++;
    fb_watch_now(s->last);
    say_sent(s, to, account);
    all_is_well(s);
    if (read_work(s, &left))
        (void)clear_leavings(s, &left);
}

/* A file that nobody can read: beside it, why. The note first: a crash between the two makes a second note, not none. */
static void put_poison_away(struct fb_watch_source *s, const char *reason)
{
    char day[DAY_BYTES + 1], as[FB_WATCH_NAME_BYTES + 48], to[FB_WATCH_FULL_PATH], note[FB_WATCH_FULL_PATH], text[FB_WATCH_FULL_PATH + 600], plain[FB_WATCH_NAME_BYTES];
    struct leavings left;
    today(day);
    snprintf(as, sizeof as, "%s-%.200s.reason.txt", day, s->file);
    fb_watch_printable(plain, sizeof plain, s->file);
    snprintf(text, sizeof text, "%s: %s\nMend it at its source, or its mapping (%s), and drop it again.\n", plain, reason, s->place->mapping);
    if (fb_watch_note(s->place->rejects, as, text, note) != FB_OK || !put_in_rejects(s, s->file, to)) {
        wait_for_disk(s, "cannot be read, and cannot be put into", s->place->rejects);
        return;
    }
    s->rejected++;
    fb_watch_now(s->last);
    snprintf(text, sizeof text, "cannot be read: %s; now %s", reason, to);
    say(s, "rejected", s->file, text, true, json_pack("{s:s, s:s, s:s}", "rejects", to, "note", note, "reason", reason));
    all_is_well(s);
    if (read_work(s, &left))
        (void)clear_leavings(s, &left);
}

/* The process was ended by something that was no order of ours: by the file, if it happens again and again. */
static void judge_crash(struct fb_watch_source *s, int signal)
{
    char text[200];
    snprintf(text, sizeof text, "the process that read it was ended by signal %d (%s)", signal, strsignal(signal));
    if (++s->crashes >= FB_WATCH_TRIES)
        put_poison_away(s, text);
    else
        wait_because(s, text);
}

static bool was_changed(const struct fb_watch_source *s)
{
    struct fb_watch_identity now;
    char path[FB_WATCH_FULL_PATH];
    return !fb_watch_path(path, s->work, s->file) || !fb_watch_identify(path, &now) || !fb_watch_same(&now, &s->taken);
}

static void judge(struct fb_watch_source *s, int signal, const json_t *account, const char *error)
{
    const char *ended = json_string_value(json_object_get(account, "ended")), *reason = json_string_value(json_object_get(account, "reason"));
    reason = reason != NULL ? reason : error[0] != '\0' ? error : "it ended without a reason";
    if (signal != 0)
        judge_crash(s, signal);
    else if (ended != NULL && strcmp(ended, "complete") == 0 && was_changed(s))
        wait_because(s, "it was changed while it was sent; it is sent again");
    else if (ended != NULL && strcmp(ended, "complete") == 0)
        put_sent_away(s, account);
    else if (ended != NULL && strcmp(ended, "file") == 0)
        put_poison_away(s, reason);
    else /* no engine, no place; or the mapping has a fault now, or its key is gone (status 2): none of them is the file's */
        wait_because(s, reason);
}

static void on_end_of_child(void *ctx, int64_t status, int signal, const json_t *account, const char *error)
{
    struct fb_watch_source *s = ctx;
    const char *ended = json_string_value(json_object_get(account, "ended"));
    (void)status;
    if (s->stopping && (ended == NULL || strcmp(ended, "complete") != 0))
        s->state = FB_WATCH_IDLE; /* it lies in .work, and the next watch goes on with it */
    else
        judge(s, signal, account, error);
    s->changed(s->ctx);
}

/* ---- taking one ---- */

static void send_file(struct fb_watch_source *s)
{
    char path[FB_WATCH_FULL_PATH];
    const char *why = "";
    if (!fb_watch_path(path, s->work, s->file) || !fb_watch_identify(path, &s->taken)) {
        put_poison_away(s, "is no regular file");
        return;
    }
    if (fb_watch_is_written(path)) {
        s->retry_ms = fb_dealer_now_ms() + WRITTEN_AGAIN_MS;
        s->state = FB_WATCH_WAITING;
        return;
    }
    s->state = FB_WATCH_SENDING;
    say(s, "sending", s->file, s->recovered ? "sending" : "was being sent when the watch ended; sending it again", false, NULL);
    if (fb_watch_child_start(&s->child, s->loop, s->plan, s->place, s->work, path, on_end_of_child, s, &why) != FB_OK)
        snprintf(s->child.error, sizeof s->child.error, "no process to be had: %s", why);
}

/* Each once, the first by name of those that are there. */
static void tell_passed_over(struct fb_watch_source *s)
{
    if (strcmp(s->look.passed_over, s->passed_over) == 0)
        return;
    memcpy(s->passed_over, s->look.passed_over, sizeof s->passed_over);
    if (s->passed_over[0] != '\0')
        say(s, "passed_over", s->passed_over, s->look.why, true, NULL);
}

/* What was taken has its work name from here on. */
static enum fb_err claim(struct fb_watch_source *s)
{
    char as[FB_WATCH_NAME_LONGEST + 1];
    enum fb_err e = fb_watch_claim(s->place->folder, s->file, s->work);
    if (e != FB_OK)
        return e;
    fb_watch_drop_markers(s->place, s->file);
    fb_watch_work_name(as, s->file);
    memcpy(s->file, as, strlen(as) + 1);
    return FB_OK;
}

static int64_t take_next(struct fb_watch_source *s, int64_t now_ms)
{
    enum fb_err e = fb_watch_look_next(&s->look, s->place, now_ms, s->file);
    if (e != FB_IO)
        tell_passed_over(s);
    if (e == FB_IO) {
        s->file[0] = '\0';
        wait_for_disk(s, "cannot look into", s->place->folder);
        return s->retry_ms;
    }
    if (e == FB_OK)
        e = claim(s);
    if (e == FB_OK) {
        s->look.waiting--;
        send_file(s);
        return s->state == FB_WATCH_WAITING ? s->retry_ms : INT64_MAX;
    }
    if (e == FB_IO) {
        wait_for_disk(s, "cannot be taken out of", s->place->folder);
        return s->retry_ms;
    }
    s->file[0] = '\0';
    if (s->state == FB_WATCH_WAITING)
        all_is_well(s);
    return s->look.due_ms;
}

int64_t fb_watch_source_step(struct fb_watch_source *s, int64_t now_ms)
{
    struct leavings left;
    if (s->state == FB_WATCH_SENDING || s->stopping || s->child.running)
        return INT64_MAX;
    if (s->state == FB_WATCH_WAITING && now_ms < s->retry_ms)
        return s->retry_ms;
    if (!read_work(s, &left)) {
        wait_for_disk(s, "cannot look into", s->work);
        return s->retry_ms;
    }
    if (left.file[0] != '\0') {
        memcpy(s->file, left.file, sizeof s->file);
        send_file(s);
        s->recovered = true;
        return s->state == FB_WATCH_WAITING ? s->retry_ms : INT64_MAX;
    }
    if (!clear_leavings(s, &left))
        return s->retry_ms;
    s->recovered = true;
    return take_next(s, now_ms);
}

void fb_watch_source_stop(struct fb_watch_source *s, int signal)
{
    s->stopping = true;
    fb_watch_child_signal(&s->child, signal);
}

json_t *fb_watch_source_json(const struct fb_watch_source *s)
{
    static const char *const states[] = {[FB_WATCH_IDLE] = "idle", [FB_WATCH_SENDING] = "sending", [FB_WATCH_WAITING] = "waiting"};
    json_t *file = s->file[0] == '\0' ? json_null() : json_string(s->file), *reason = s->reason[0] == '\0' ? json_null() : json_string(s->reason);
    return json_pack("{s:s, s:s, s:o, s:o, s:i, s:I, s:I, s:s}", "source", s->place->name, "state", states[s->state], "file",
                     file != NULL ? file : json_null(), "reason", reason != NULL ? reason : json_null(), "files_waiting", (int)s->look.waiting,
                     "sent", (json_int_t)s->sent, "rejected", (json_int_t)s->rejected, "last", s->last);
}
