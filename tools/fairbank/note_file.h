#ifndef FB_TOOLS_FAIRBANK_NOTE_FILE_H
#define FB_TOOLS_FAIRBANK_NOTE_FILE_H
/* A checkpoint's text in a file, and what goes over the door in its place. */
#include "engine/turn/chain/checkpoint.h"
#include "tools/fairbank/source.h"
/* All of a file, - : of standard input; shorter than size. false: said so, by what it should hold. */
bool text_read(const char *command, const char *path, const char *what, char *text, size_t size, size_t *n);
/* false: it cannot be read, or is no checkpoint, and said so. Its engine's signature holds; those of witnesses too. */
bool note_read(const char *command, const char *path, struct fb_note *out);
/* The text with FB_WIRE_LINE for each line feed, in memory of the caller's. */
struct fb_span note_for_wire(const struct fb_note *note, char *memory, size_t size);
/* Whole, or not at all, and never over what says something else; NULL: standard output. false: said so. */
bool lines_write(const char *command, const char *path, const struct fb_span *line, unsigned n);
/* Asks the engine over the door, as whoever --as and --asker say. false: said so. */
bool chain_ask(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *r);
#endif
