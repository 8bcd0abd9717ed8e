#ifndef FB_DEMO_DATA_LINES_H
#define FB_DEMO_DATA_LINES_H
/* A text file in memory, taken line by line and cell by cell. Lifetimes: spans live until the file is closed.
 */
#include "engine/base/span.h"
struct fb_demo_file {
    char path[512];
    char *memory;
    struct fb_span rest;
};
/* The file `folder`/`name`. False: it cannot be read, told on stderr. */
bool fb_demo_file_open(struct fb_demo_file *f, const char *folder, struct fb_span name);
void fb_demo_file_close(struct fb_demo_file *f);
/* The next line without its end (LF or CRLF). False: there is none. */
bool fb_demo_file_line(struct fb_demo_file *f, struct fb_span *line);
/* Cuts what stands before the separator off the front of *rest; all of it when there is none. */
struct fb_span fb_demo_cut(struct fb_span *rest, char separator);
/* A number of at most nine digits, or -1. */
int fb_demo_number(struct fb_span s);
/* "07:30" in minutes, or -1. */
int fb_demo_clock(struct fb_span s);
#endif
