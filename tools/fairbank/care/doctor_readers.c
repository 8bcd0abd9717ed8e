/* Of the doctor: who reads the store, how far behind, and whether places are left for others. */
#include "engine/store/care.h"
#include "tools/fairbank/care/doctor.h"

enum { FAR_BEHIND = 1000, FEW_LEFT = FB_READERS_MAX / 4 };
struct reading {
    struct fb_store_reader r[FB_READERS_MAX];
    unsigned n;
    unsigned reads, gone;
    const struct fb_store_reader *worst; /* the one that is furthest behind, when that is far */
    int64_t greedy;                      /* who has the most places, */
    unsigned most;                       /* so many */
};

/* Where no place is left the store cannot be opened; who has them can be told all the same. */
static enum fb_err list(const struct doctor *d, struct reading *l)
{
    enum fb_err e = d->folder.store != NULL ? fb_store_readers(d->folder.store, l->r, FB_READERS_MAX, &l->n)
                    : d->err == FB_CROWDED  ? fb_store_readers_in(d->o->data, l->r, FB_READERS_MAX, &l->n)
                                            : FB_NOT_FOUND;
    l->n = l->n < FB_READERS_MAX ? l->n : FB_READERS_MAX;
    return e;
}

static unsigned places_of(const struct reading *l, int64_t pid)
{
    unsigned n = 0;
    for (unsigned i = 0; i < l->n; i++)
        n += l->r[i].reads && l->r[i].pid == pid;
    return n;
}

static void sum_up(struct reading *l)
{
    for (unsigned i = 0; i < l->n; i++) {
        const struct fb_store_reader *r = &l->r[i];
        l->reads += r->reads;
        l->gone += r->is_gone && r->reads;
        if (r->reads && r->behind > FAR_BEHIND && (l->worst == NULL || r->behind > l->worst->behind))
            l->worst = r;
        unsigned n = r->pid != l->greedy ? places_of(l, r->pid) : 0;
        if (n > l->most) {
            l->most = n;
            l->greedy = r->pid;
        }
    }
}

static void say(const struct doctor *d, const struct reading *l, struct doctor_line *line)
{
    bool all = d->err == FB_CROWDED, few = l->n > FB_READERS_MAX - FEW_LEFT;
    if (all || few)
        doctor_say(line, all ? DOCTOR_WRONG : DOCTOR_SEE,
                   "end that process, or have it read less at once: without a place nobody can read the store, and no engine can be started on it",
                   "%s places of readers are taken (%u), %u of them by process %lld", all ? "all" : "most", l->n, l->most, (long long)l->greedy);
    else if (l->worst != NULL && !l->worst->is_gone)
        doctor_say(line, DOCTOR_SEE, "wait for it if it is a backup; else end that process: until then no page since then is used again",
                   "process %lld reads since %llu commits ago, and the file grows", (long long)l->worst->pid, (unsigned long long)l->worst->behind);
    else if (l->gone > 0)
        doctor_say(line, DOCTOR_SEE, "nothing: a running engine clears them within a minute, and every start does", "%u readers ended without letting go", l->gone);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "%u readers, none far behind", l->reads);
}

void doctor_readers(const struct doctor *d, struct doctor_line *line)
{
    static struct reading l;
    l = (struct reading){.n = 0};
    enum fb_err e = list(d, &l);
    if (e != FB_OK && d->folder.store == NULL && d->err != FB_CROWDED) {
        doctor_say(line, DOCTOR_SEE, "see `store`", "cannot be told without the store");
        return;
    }
    if (e != FB_OK) {
        doctor_say(line, DOCTOR_SEE, "look at lock.mdb in the data folder", "who reads the store cannot be told");
        return;
    }
    sum_up(&l);
    say(d, &l, line);
}
