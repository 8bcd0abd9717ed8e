#ifndef FB_TESTS_FOLDER_H
#define FB_TESTS_FOLDER_H
/* A folder of a test's own, under $TMPDIR or /tmp. Its files are flat: no folder within it. */
#include <stddef.h>
#include <stdint.h>
enum { FB_TEST_PATH = 512 };
struct fb_test_folder {
    char path[FB_TEST_PATH];
};
/* Aborts when it can't be made: the test would prove nothing. */
void fb_test_folder_make(struct fb_test_folder *f);
/* In memory, where the machine has such a place: flushes cost nothing there. */
void fb_test_folder_make_quick(struct fb_test_folder *f);
/* Removes it and what is in it. */
void fb_test_folder_remove(const struct fb_test_folder *f);
/* The path of a file in it. */
void fb_test_folder_file(const struct fb_test_folder *f, const char *name, char out[FB_TEST_PATH]);
/* A whole file: the memory is the caller's to free. Aborts when it can't be read or written. */
unsigned char *fb_test_file_read(const char *path, size_t *n);
void fb_test_file_write(const char *path, const void *bytes, size_t n);
#endif
