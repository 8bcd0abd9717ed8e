#ifndef FB_TOOLS_FAIRBANK_EXPORT_DAY_FILE_H
#define FB_TOOLS_FAIRBANK_EXPORT_DAY_FILE_H
/* A folder of CSV files, alerts-YYYY-MM-DD.csv, to which rows are appended once each. The day and the id of a row are its event's, so
 * a row that was written can stand in one file alone: that file is read back when it is opened, and what stands in it is not written
 * again, whoever lost his place. The last cell of each row is the id: EPOCH-SEQ.
 *
 * Somebody may move a file away, or have a program save over it by a new one, while it is written to: what was appended to the old one then
 * would be in no file. So its name is looked at before and after each page.
 * A crash of the machine may leave a part of a row, or noughts, at the end: nobody was told that they are safe, and they are cut off. A row in the
 * middle that is none of ours is somebody's work, and is left: FB_REFUSED, with file and line.
 * Texts of faults live as long as the folder. One writer at a time: a second one is FB_BUSY. */
#include "engine/base/err.h"
#include "engine/base/when.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
enum { DAY_FILE_FAULT = 600, DAY_FILE_NAME = 32 };
struct day_id {
    uint64_t epoch, seq;
};
struct day_files {
    int folder, fd;       /* -1: not open */
    const char *path;     /* the folder's */
    char *head;           /* the first line, with its end */
    fb_day day;           /* whose file is open */
    char name[DAY_FILE_NAME];
    off_t size;           /* of whole rows on the disk */
    struct day_id *id;    /* ascending; those of the file, and those that wait to be written */
    size_t n, room, cut;  /* cut: bytes of a torn end that were taken away; the caller tells and sets nought */
    char fault[DAY_FILE_FAULT];
};
/* head is copied. The folder is made when it is not there. FB_BUSY: somebody else writes there; FB_IO. */
FB_MUST_CHECK enum fb_err day_files_open(struct day_files *f, const char *path, const char *head);
void day_files_close(struct day_files *f);
/* Before each page: a file that is not in the folder under its name any more is let go. */
void day_files_look(struct day_files *f);
/* Opens the day's file for what follows, unless it is open. FB_IO, FB_REFUSED, FB_FULL. */
FB_MUST_CHECK enum fb_err day_files_turn(struct day_files *f, fb_day day);
/* The id is in the day's file, or was taken before: *again. Otherwise it is taken. FB_FULL: no memory. */
FB_MUST_CHECK enum fb_err day_files_take(struct day_files *f, struct day_id id, bool *again);
/* Whole rows, on the disk when it comes back. FB_IO: nothing of them stays, or the file was taken away meanwhile. */
FB_MUST_CHECK enum fb_err day_files_append(struct day_files *f, const char *rows, size_t n);
bool day_id_parse(struct day_id *out, const char *text, size_t n);
/* Ids of the whole rows of a file's text; *whole: their bytes, with the head. FB_REFUSED: *line, from 1, is none of ours; FB_FULL. */
FB_MUST_CHECK enum fb_err day_file_read(struct day_files *f, const char *text, size_t n, size_t *whole, unsigned *line);
#endif
