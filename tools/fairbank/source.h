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
struct fb_curve;
/* The keys for an endpoint. false: they cannot be used, and why was said. */
bool keys_of(const struct options *o, const char *command, const char *endpoint, struct fb_curve *out);
/* false: not readable, and said so on standard error; with no command, in silence. */
bool folder_open(struct folder *f, const struct options *o, const char *command);
void folder_close(struct folder *f);
/* What is looked up in a folder and then told an engine that a person named must be that engine's. false: it is not, or nobody answers, and
 * that was said. */
bool folder_is_the_engines(struct folder *f, const struct options *o);
/* Tells a person who asked for one trust when nothing at all is held of it: nothing found is then no good news. */
void warn_unknown_trust(const struct options *o, const char *command);
/* "no engine answers at …" and what follows. */
void say_no_engine(const struct options *o, const char *command, const char *then);
/* Every source that the asker may see, page by page: the query is of SOURCES. The arena must hold them all (ENGINE_SOURCES_BYTES). */
enum { ENGINE_SOURCES_BYTES = 4 << 20 };
enum fb_err engine_sources(const struct options *o, const char *command, struct fb_query *q, struct fb_arena *arena, struct fb_result *out);
/* Asks the engine. FB_OK: *out is filled (texts in the arena); FB_BUSY: no engine answered; else the reason was printed. */
enum fb_err engine_ask(const struct options *o, const char *command, const struct fb_query *q, struct fb_arena *arena, struct fb_result *out);
/* The journal entry up to which a folder is to be read: by --as-known, --as-of, or 0: now. *nothing: nothing was known by that
 * day, which was said on standard error. false: could not be told, and said so. */
bool folder_known(struct folder *f, const struct options *o, const char *command, uint64_t *journal, bool *nothing);
/* "as known at the end of 2026-11-30" */
const char *known_words(fb_day day);
/* Lines of an engine's text, each on a line of its own. */
void print_text(FILE *out, const char *before, struct fb_span text);
/* ipc://DATA/door.sock unless the person named another; which is "door" or "feed". */
void endpoint_of(char *out, size_t size, const struct options *o, const char *which, const char *named);
/* Whether an engine answers at all, asked before a command: nobody waits two minutes for one that is not there. false: it was
 * said, with `then` behind it. */
bool engine_is_there(const struct options *o, const char *command, const char *then, struct fb_arena *arena);
/* A span as a C string in a rotating set of buffers; for printing only. */
const char *word_of(struct fb_span s);
const char *code_word(fb_code code);
const char *pounds_word(int64_t pence); /* -£1,234.56 */
#endif
