#ifndef FB_TOOLS_FAIRBANK_SOURCE_H
#define FB_TOOLS_FAIRBANK_SOURCE_H
/* Where answers come from: the running engine (a query), or its data folder read in short transactions. */
#include "engine/turn/report.h"
#include "engine/wire/wire.h"
#include "tools/fairbank/command.h"
/* A data folder opened for reading, with the books of its issues. */
struct folder {
    struct fb_store *store;
    struct fb_reader_books *books;
    struct fb_arena arena;
    void *memory;
};
/* false: not readable, and said so on standard error. */
bool folder_open(struct folder *f, const struct options *o, const char *command);
void folder_close(struct folder *f);
/* Asks the engine. FB_OK: *out is filled (texts in the arena); FB_BUSY: no engine answered; else the reason was printed. */
enum fb_err engine_ask(const struct options *o, const char *command, const struct fb_query *q, struct fb_arena *arena, struct fb_result *out);
/* ipc://DATA/door.sock unless the person named another; which is "door" or "feed". */
void endpoint_of(char *out, size_t size, const struct options *o, const char *which, const char *named);
/* A span as a C string in a rotating set of buffers; for printing only. */
const char *word_of(struct fb_span s);
const char *code_word(fb_code code);
#endif
