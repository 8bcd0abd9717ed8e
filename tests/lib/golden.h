#ifndef FB_TESTS_GOLDEN_H
#define FB_TESTS_GOLDEN_H
/* Texts and bytes that must not drift, kept under tests/golden. UPDATE=1 in the environment rewrites the file
 * with what the code gives now; the difference is then reviewed like any other change. Paths are from the
 * root of the tree. */
#include <stdbool.h>
#include <stddef.h>
/* True when the file holds exactly these bytes (or was just rewritten with them). On a difference the first
 * line that differs is printed. */
bool fb_golden(const char *name, const void *bytes, size_t n);
/* Bytes as lower-case hexadecimal, 32 a line, so that a golden of bytes can be read in a diff. Returns the
 * length; 0 when it does not fit. */
size_t fb_golden_hex(char *out, size_t size, const void *bytes, size_t n);
#endif
