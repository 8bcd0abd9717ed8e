#include "tests/flow/disk_image.h"
#include "engine/base/check.h"
#include "tests/lib/folder.h"
#include <stdlib.h>
#include <string.h>

/* ---- the log ---- */
static size_t record_at(const struct fb_disk_log *log, size_t size, size_t at, struct fb_disk_head *head)
{
    fb_assert(size - at >= sizeof *head);
    memcpy(head, log->bytes + at, sizeof *head);
    fb_assert(head->kind >= FB_DISK_WRITE && head->kind <= FB_DISK_SEEN);
    fb_assert(head->n <= size - at - sizeof *head && (head->kind == FB_DISK_WRITE || head->n == 0));
    return at + sizeof *head + (size_t)head->n;
}

void fb_disk_log_open(struct fb_disk_log *log, const char *path)
{
    size_t size = 0;
    struct fb_disk_head head;
    *log = (struct fb_disk_log){.bytes = fb_test_file_read(path, &size)};
    for (size_t at = 0; at < size; log->n++)
        at = record_at(log, size, at, &head);
    log->head = calloc(log->n + 1, sizeof *log->head);
    log->body = calloc(log->n + 1, sizeof *log->body);
    fb_assert(log->head != NULL && log->body != NULL);
    for (size_t at = 0, i = 0; at < size; i++) {
        log->body[i] = at + sizeof head;
        at = record_at(log, size, at, &log->head[i]);
    }
}

void fb_disk_log_close(struct fb_disk_log *log)
{
    free(log->bytes);
    free(log->head);
    free(log->body);
    *log = (struct fb_disk_log){.bytes = NULL};
}

size_t fb_disk_log_count(const struct fb_disk_log *log, enum fb_disk_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < log->n; i++)
        n += log->head[i].kind == (uint32_t)kind;
    return n;
}

/* ---- the image ---- */
static void grow(struct fb_disk_image *image, size_t size)
{
    if (size > image->room) {
        image->room = 2 * size;
        image->bytes = realloc(image->bytes, image->room);
        fb_assert(image->bytes != NULL);
    }
    if (size > image->size)
        memset(image->bytes + image->size, 0, size - image->size);
    image->size = size > image->size ? size : image->size;
}

static void apply_bytes(struct fb_disk_image *image, uint64_t at, const unsigned char *bytes, size_t n)
{
    grow(image, (size_t)at + n);
    memcpy(image->bytes + at, bytes, n);
}

static void apply(struct fb_disk_image *image, const struct fb_disk_log *log, size_t i)
{
    const struct fb_disk_head *head = &log->head[i];
    if (head->kind == FB_DISK_WRITE)
        apply_bytes(image, head->at, log->bytes + log->body[i], (size_t)head->n);
    if (head->kind != FB_DISK_TRUNCATE)
        return;
    grow(image, (size_t)head->at);
    image->size = (size_t)head->at;
}

/* How much of the n bytes from `at` on, which lie in one block or sector, the disk took. */
static size_t taken(uint64_t at, size_t n, enum fb_disk_tear tear, struct fb_prng *r)
{
    uint64_t what = fb_prng_below(r, tear == FB_DISK_TORN ? 3 : 2);
    if (what < 2)
        return what == 0 ? 0 : n;
    uint64_t sectors = (at % FB_DISK_SECTOR + n) / FB_DISK_SECTOR;
    uint64_t end = (at / FB_DISK_SECTOR + fb_prng_below(r, sectors + 1)) * FB_DISK_SECTOR;
    return end > at ? (size_t)(end - at < n ? end - at : n) : 0;
}

/* Piece by piece, as the disk takes them. */
static void apply_some(struct fb_disk_image *image, const struct fb_disk_log *log, size_t i,
                       enum fb_disk_tear tear, struct fb_prng *r)
{
    const struct fb_disk_head *head = &log->head[i];
    uint64_t size = tear == FB_DISK_SECTORS ? FB_DISK_SECTOR : FB_DISK_BLOCK;
    if (head->kind == FB_DISK_TRUNCATE && fb_prng_below(r, 2) == 0)
        apply(image, log, i);
    if (head->kind != FB_DISK_WRITE)
        return;
    for (uint64_t at = head->at, end = head->at + head->n; at < end;) {
        uint64_t next = (at / size + 1) * size;
        size_t n = (size_t)((next < end ? next : end) - at);
        size_t some = taken(at, n, tear, r);
        if (some > 0)
            apply_bytes(image, at, log->bytes + log->body[i] + (at - head->at), some);
        at += n;
    }
}

void fb_disk_advance(struct fb_disk_image *flushed, const struct fb_disk_log *log, size_t *done, size_t cut)
{
    size_t last = *done;
    for (size_t i = *done; i < cut; i++)
        last = log->head[i].kind == FB_DISK_FLUSH ? i + 1 : last;
    for (; *done < last; ++*done)
        apply(flushed, log, *done);
}

void fb_disk_cut(struct fb_disk_image *out, const struct fb_disk_image *flushed,
                 const struct fb_disk_log *log, size_t done, size_t cut, enum fb_disk_tear tear,
                 bool forgetful, struct fb_prng *r)
{
    grow(out, flushed->size);
    out->size = flushed->size;
    if (flushed->size > 0)
        memcpy(out->bytes, flushed->bytes, flushed->size);
    for (size_t i = done; i < log->n && i <= cut; i++) {
        bool safe = i < cut && log->head[i].synced != 0 && !forgetful;
        if (safe)
            apply(out, log, i);
        else
            apply_some(out, log, i, tear, r);
    }
}
