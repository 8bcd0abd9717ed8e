#ifndef FB_TESTS_PACKS_H
#define FB_TESTS_PACKS_H
/* Copies of the real packs with one thing changed, so that a test can break them and look at what is said. */
#include "engine/pack/pack.h"
/* rules/england and rules/thames-valley; freed by fb_pack_files_free. Aborts when they cannot be read. */
struct fb_pack_files fb_test_packs(void);
/* Puts `to` where `from` first stands in a file such as "england/pack.yaml"; returns the line of that place.
 * Aborts when the file or the text is not there: a test that changes nothing proves nothing. */
unsigned fb_test_pack_change(struct fb_pack_files *files, const char *name, const char *from, const char *to);
/* Adds a file, or puts other bytes into it; `name` as above. */
void fb_test_pack_put(struct fb_pack_files *files, const char *name, const char *bytes);
/* Takes a file out. */
void fb_test_pack_remove(struct fb_pack_files *files, const char *name);
/* The first entry at that file and line whose text holds `words`; NULL when there is none. */
const struct fb_pack_error *fb_test_pack_said(const struct fb_pack_report *report, const char *name,
                                              unsigned line, const char *words);
#endif
