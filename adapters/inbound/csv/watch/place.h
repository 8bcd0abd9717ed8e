#ifndef FB_CSV_WATCH_PLACE_H
#define FB_CSV_WATCH_PLACE_H
/* Files moved so that a crash at any instant leaves them in one place, and never over another file. */
#include "engine/base/err.h"
#include "engine/base/span.h"
enum { FB_WATCH_FULL_PATH = 1024 };
/* FOLDER/NAME; false: too long. */
bool fb_watch_path(char out[FB_WATCH_FULL_PATH], const char *folder, const char *name);
/* The name under which a file is worked on and put away: its own, but one that is too long for what is written beside it loses its middle. */
enum { FB_WATCH_NAME_LONGEST = 180 };
void fb_watch_work_name(char out[FB_WATCH_NAME_LONGEST + 1], const char *name);
/* Out of the drop folder into the work folder, at once (rename), under its work name. FB_NOT_FOUND: it is not there any more; FB_BUSY: the work folder
 * has one of that name; FB_IO: errno says why. */
FB_MUST_CHECK enum fb_err fb_watch_claim(const char *folder, const char *name, const char *work);
/* WORK/NAME to FOLDER/AS; where that is taken, AS gets a number before its ending: weekly-2.csv. What is there is never written
 * over. Done again after a crash in its middle, it ends the same. out: where it is then. FB_IO: errno says why. */
FB_MUST_CHECK enum fb_err fb_watch_put_away(const char *work, const char *name, const char *folder, const char *as,
                                            char out[FB_WATCH_FULL_PATH]);
/* A small text as FOLDER/AS, under the same rule, and on the disk. */
FB_MUST_CHECK enum fb_err fb_watch_note(const char *folder, const char *as, const char *text, char out[FB_WATCH_FULL_PATH]);
/* A text in place of what PATH was, whole at every instant. */
FB_MUST_CHECK enum fb_err fb_watch_replace(const char *path, const char *text, size_t n);
/* So that what was done in a folder survives a power cut. */
void fb_watch_sync_folder(const char *folder);
/* Held until the process ends. FB_BUSY: another has it. */
FB_MUST_CHECK enum fb_err fb_watch_lock(const char *work);
#endif
