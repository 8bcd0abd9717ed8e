#define _GNU_SOURCE /* setgroups */
/* Root, in the folder of another. Whatever root opened there by its name could be a link that the folder's owner has put, and what
 * root made there would keep the owner's engine out. So root does it as the owner: both are then the kernel's to see to. */
#include "engine/base/check.h"
#include "engine/store/care.h"
#include "engine/store/store_lmdb.h"
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { OTHERS_WRITE = 022, NO_GROUP = 65534 }; /* what the kernel calls a group that it has no number for */

struct identity {
    uid_t uid;
    gid_t group[2]; /* the first is that of what is made */
};

/* root's own group is not lent: what it may write to is no business of the folder's owner. */
static gid_t lent(gid_t group)
{
    return group == 0 ? NO_GROUP : group;
}

/* False: it is root's own. In a folder of root's where others may make files they are the engine's, whose data.mdb is. */
static bool whose(const char *folder, struct identity *out)
{
    struct stat of, data;
    char path[FB_LMDB_PATH];
    if (stat(folder, &of) != 0)
        return false; /* what is wrong with it is told where it is met */
    bool held = fb_lmdb__path(path, folder, "data.mdb") && lstat(path, &data) == 0 && S_ISREG(data.st_mode) && data.st_uid != 0;
    bool roots = of.st_uid == 0;
    if (roots && (!held || (of.st_mode & OTHERS_WRITE) == 0))
        return false;
    out->uid = roots ? data.st_uid : of.st_uid;
    out->group[0] = lent(held && data.st_uid == out->uid ? data.st_gid : of.st_gid);
    out->group[1] = roots ? out->group[0] : lent(of.st_gid);
    return true;
}

static bool keep_groups(struct fb_store_owner *was)
{
    was->gid = getegid();
    was->n_groups = getgroups(0, NULL);
    was->groups = was->n_groups >= 0 ? calloc((size_t)was->n_groups + 1, sizeof(gid_t)) : NULL;
    return was->groups != NULL && getgroups(was->n_groups, was->groups) == was->n_groups;
}

static bool become(struct fb_store_owner *was, const struct identity *who)
{
    if (!keep_groups(was))
        return false;
    was->became = setgroups(2, who->group) == 0;
    return was->became && setegid(who->group[0]) == 0 && seteuid(who->uid) == 0;
}

static bool is_out_of_reach(const char *folder)
{
    struct stat st;
    char path[FB_LMDB_PATH];
    return fb_lmdb__path(path, folder, ".") && stat(path, &st) != 0 && errno == EACCES;
}

/* What the owner put there before the folder was copied or moved to where he cannot go. */
static bool has_links(const char *folder)
{
    static const char *const names[] = {"data.mdb", "lock.mdb", "writer.lock", "open.lock"};
    struct stat st;
    char path[FB_LMDB_PATH];
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++)
        if (fb_lmdb__path(path, folder, names[i]) && lstat(path, &st) == 0 && (!S_ISREG(st.st_mode) || st.st_nlink != 1))
            return true;
    return false;
}

enum fb_err fb_store_become_owner(struct fb_store_owner *was, const char *folder, const char **why)
{
    struct identity who;
    *was = (struct fb_store_owner){.became = false};
    if (geteuid() != 0 || !whose(folder, &who))
        return FB_OK;
    bool became = become(was, &who);
    bool reached = became && !is_out_of_reach(folder);
    if (reached)
        return FB_OK;
    fb_store_return_root(was);
    if (became && !has_links(folder))
        return FB_OK; /* no engine of his runs where he cannot go */
    *why = became ? "one of the store's files is a link, or has two names, and root follows none that another may have made: copy the folder anew"
                  : "root could not become the folder's owner here, which root does so that the engine can still open what is made: run it as that user";
    return FB_IO;
}

void fb_store_return_root(struct fb_store_owner *was)
{
    bool back = !was->became || (seteuid(0) == 0 && setegid(was->gid) == 0 && setgroups((size_t)was->n_groups, was->groups) == 0);
    fb_assert(back); /* whoever stayed another without knowing would make the wrong one's files */
    free(was->groups);
    *was = (struct fb_store_owner){.became = false};
}
