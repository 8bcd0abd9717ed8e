/* The power cut. A spool is written, answered and opened again on a disk that keeps a log; then, for many instants, the folder is rebuilt
 * as the disk could hold it had the power gone there. Each must open; hold every message that had been taken and not marked as answered,
 * whole and in order; hold none that nobody had offered; and take more. As a check on the check, some instants are tried on a disk that
 * says "written" too early: there, messages must be missing. */
#include "adapters/lib/spool.h"
#include "engine/base/check.h"
#include "tests/flow/spool_crash.h"
#include "tests/lib/folder.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES = 900, SEGMENT = 6000, WAITING_MOST = 60, REOPEN_EVERY = 40, AT_ONCE = 9, FORGETFUL_EVERY = 5 };
/* Instants; SIZE_MAX: never. */
struct life {
    size_t offered, taken, answered;
};
static struct life life[MESSAGES + 1];
static uint64_t number_of[MESSAGES + 1]; /* the spool's, of message k */
static unsigned char memory[FB_SPOOL_BYTES_MAX];
static char said[400];

static struct fb_spool *open_spool(const char *folder, struct fb_spool_found *found)
{
    struct fb_spool *s = NULL;
    struct fb_text why;
    struct fb_spool_options o = {.folder = folder, .segment_bytes = SEGMENT};
    fb_text_init(&why, said, sizeof said);
    return fb_spool_open(&s, &o, found, &why) == FB_OK ? s : NULL;
}

/* ---- writing ---- */

/* From k on, up to `until`: one, or several with one sync. */
static void offer(struct fb_spool *s, uint64_t k, uint64_t until)
{
    for (uint64_t i = k; i < until; i++) {
        size_t n = spool_message(i, memory);
        life[i].offered = spool_disk_now();
        fb_assert(fb_spool_put(s, (struct fb_span){(const char *)memory, (uint32_t)n}, &number_of[i]) == FB_OK);
    }
    fb_assert(fb_spool_sync(s) == FB_OK);
    for (uint64_t i = k; i < until; i++)
        life[i].taken = spool_disk_now();
}

/* One of those that wait, mostly an early one: answers come in any order. */
static void answer(struct fb_spool *s, uint64_t last, struct fb_prng *r)
{
    uint64_t k = 1;
    while (k <= last && life[k].answered != SIZE_MAX)
        k++;
    k += fb_prng_below(r, 6);
    if (k > last || life[k].answered != SIZE_MAX)
        return;
    life[k].answered = spool_disk_now();
    fb_assert(fb_spool_answered(s, number_of[k]) == FB_OK);
}

static void write_all(const char *folder, struct fb_prng *r)
{
    struct fb_spool_found found;
    for (uint64_t k = 0; k <= MESSAGES; k++)
        life[k] = (struct life){SIZE_MAX, SIZE_MAX, SIZE_MAX};
    spool_disk = SPOOL_DISK_LOGGED;
    struct fb_spool *s = open_spool(folder, &found);
    fb_assert(s != NULL);
    for (uint64_t k = 1, next; k <= MESSAGES; k = next) {
        next = k + 1 + (fb_prng_below(r, 3) == 0 ? fb_prng_below(r, AT_ONCE) : 0);
        next = next > MESSAGES ? MESSAGES + 1 : next;
        offer(s, k, next);
        while (fb_spool_waiting(s) > WAITING_MOST || fb_prng_below(r, 2) == 0)
            answer(s, next - 1, r);
        if (fb_prng_below(r, REOPEN_EVERY) > 0)
            continue;
        uint32_t waits = fb_spool_waiting(s);
        fb_spool_close(&s);
        s = open_spool(folder, &found);
        fb_assert(s != NULL && found.messages == waits && found.cut_bytes == 0);
    }
    fb_spool_close(&s);
    spool_disk = SPOOL_DISK_UNFLUSHED;
}

/* ---- looking ---- */

/* NULL: all is well. Which of the messages are there, marked in `there`. */
static const char *read_all(struct fb_spool *s, size_t cut, bool there[MESSAGES + 2])
{
    uint64_t last = 0;
    memset(there, 0, (MESSAGES + 2) * sizeof *there);
    for (uint64_t number = 0; (number = fb_spool_after(s, number)) != 0;) {
        uint32_t n = 0;
        if (fb_spool_get(s, number, memory, &n) != FB_OK)
            return "cannot read a message that it counts";
        uint64_t k = spool_message_number((struct fb_span){(const char *)memory, n});
        if (k == 0 || k > MESSAGES + 1 || (k <= MESSAGES && life[k].offered > cut))
            return "holds a message that nobody offered";
        if (k <= last)
            return "has two messages in another order";
        there[k] = true;
        last = k;
    }
    for (uint64_t k = 1; k <= MESSAGES; k++)
        if (life[k].taken <= cut && life[k].answered > cut && !there[k])
            return "has lost a message that was taken and not answered";
    return NULL;
}

static const char *goes_on(struct fb_spool **s, const char *folder, size_t cut)
{
    static bool before[MESSAGES + 2], after[MESSAGES + 2];
    struct fb_spool_found found;
    uint64_t number;
    const char *wrong = read_all(*s, cut, before);
    size_t n = spool_message(MESSAGES + 1, memory);
    if (wrong == NULL && fb_spool_add(*s, (struct fb_span){(const char *)memory, (uint32_t)n}, &number) != FB_OK)
        wrong = "takes no more";
    fb_spool_close(s);
    *s = wrong == NULL ? open_spool(folder, &found) : NULL;
    if (wrong != NULL || *s == NULL || found.cut_bytes != 0)
        return wrong != NULL ? wrong : "does not open a second time as it was left";
    wrong = read_all(*s, cut, after);
    before[MESSAGES + 1] = true;
    return wrong == NULL && memcmp(before, after, sizeof before) != 0 ? "is another when it is opened a second time" : wrong;
}

static const char *look(const char *folder, size_t cut)
{
    struct fb_spool_found found;
    struct fb_spool *s = open_spool(folder, &found);
    const char *wrong = s == NULL ? "does not open" : goes_on(&s, folder, cut);
    fb_spool_close(&s);
    return wrong;
}

bool spool_cut_power(size_t cuts, uint64_t seed)
{
    struct fb_test_folder work, cutting;
    struct fb_prng r;
    size_t lost = 0, forgetful = 0, forgotten = 0;
    fb_prng_init(&r, seed);
    fb_test_folder_make(&work);
    fb_test_folder_make(&cutting);
    write_all(work.path, &r);
    size_t calls = spool_disk_now();
    for (size_t i = 0; i < cuts && lost == 0; i++) {
        size_t cut = (size_t)fb_prng_below(&r, calls + 1);
        spool_disk_rebuild(cutting.path, cut, false, &r);
        const char *wrong = look(cutting.path, cut);
        if (wrong != NULL) {
            lost++;
            printf("spool: power cut %zu, during call %zu of %zu: the spool %s %s\n", i, cut, calls, wrong, said);
        }
        if (i % FORGETFUL_EVERY != 0)
            continue;
        spool_disk_rebuild(cutting.path, cut, true, &r);
        forgetful++;
        forgotten += look(cutting.path, cut) != NULL;
    }
    struct spool_disk_count c = spool_disk_count();
    printf("spool: %zu instants of power cut (seed %llu) in %zu calls: %zu writes, %zu flushes, %zu files, %zu removed; %zu lost or harmed; on a disk that says "
           "\"written\" too early %zu of %zu\n",
           cuts, (unsigned long long)seed, calls, c.writes, c.flushes, c.files, c.removed, lost, forgotten, forgetful);
    if (forgotten == 0)
        printf("spool: nothing was lost even there: this test would not see a loss\n");
    fb_test_folder_remove(&work);
    fb_test_folder_remove(&cutting);
    spool_disk_forget();
    spool_disk = SPOOL_DISK_REAL;
    return lost == 0 && forgotten > 0;
}
