#include "tools/fairbank/note_file.h"
#include "tools/fairbank/ask_people.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ANSWER_BYTES = 1 << 20 };

bool text_read(const char *command, const char *path, const char *what, char *text, size_t size, size_t *n)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (f == NULL) {
        fprintf(stderr, "fairbank %s: %s: %s\n", command, path, strerror(errno));
        return false;
    }
    *n = fread(text, 1, size, f);
    bool whole = !ferror(f) && *n < size;
    if (f != stdin)
        fclose(f);
    if (!whole)
        fprintf(stderr, "fairbank %s: %s cannot be read, or is too long for a %s\n", command, path, what);
    return whole;
}

bool note_read(const char *command, const char *path, struct fb_note *out)
{
    static char text[FB_NOTE_BYTES_MAX * 2];
    size_t n = 0;
    unsigned line = 0;
    if (!text_read(command, path, "checkpoint", text, sizeof(text), &n))
        return false;
    if (fb_note_parse(out, (struct fb_span){text, (uint32_t)n}, &line) != FB_OK) {
        fprintf(stderr, "fairbank %s: %s:%u: this is no checkpoint as the engine writes it\n", command, path, line);
        return false;
    }
    bool good = fb_checkpoint_is_signed(&out->checkpoint);
    for (unsigned i = 0; i < out->n_witnesses && good; i++)
        good = fb_witness_is_signed(&out->checkpoint, &out->witness[i]);
    if (!good)
        fprintf(stderr, "fairbank %s: %s: a signature does not hold: the text was changed, or its key is not the signer's\n", command, path);
    return good;
}

struct fb_span note_for_wire(const struct fb_note *note, char *memory, size_t size)
{
    static char text[FB_NOTE_BYTES_MAX];
    struct fb_text whole, out;
    fb_text_init(&whole, text, sizeof(text));
    fb_note_format(&whole, note);
    fb_text_init(&out, memory, size);
    for (size_t i = 0; i < whole.n; i++)
        if (text[i] == '\n')
            fb_text_add(&out, FB_WIRE_LINE);
        else
            fb_text_add_span(&out, (struct fb_span){text + i, 1});
    return out.cut || out.n > FB_WIRE_NOTE_BYTES_MAX ? (struct fb_span){NULL, 0} : (struct fb_span){out.p, (uint32_t)out.n};
}

static bool print_lines(FILE *f, const struct fb_span *line, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        fprintf(f, "%.*s\n", (int)line[i].n, line[i].p);
    return fflush(f) == 0 && !ferror(f);
}

/* What stands there is what would be written: nothing is lost by leaving it. */
static bool holds_lines(const char *path, const struct fb_span *line, unsigned n)
{
    FILE *f = fopen(path, "rb");
    bool same = f != NULL;
    for (unsigned i = 0; same && i < n; i++)
        for (uint32_t k = 0; same && k <= line[i].n; k++)
            same = fgetc(f) == (k < line[i].n ? (unsigned char)line[i].p[k] : '\n');
    same = same && fgetc(f) == EOF;
    if (f != NULL)
        fclose(f);
    return same;
}

/* NULL: it is on the disk. */
static const char *put_new(const char *path, const struct fb_span *line, unsigned n)
{
    FILE *f = fopen(path, "wx");
    if (f == NULL && errno == EEXIST)
        return holds_lines(path, line, n) ? NULL : "is there already and says something else, and what may be kept is never written over: name another file, or move this one away";
    if (f == NULL)
        return strerror(errno);
    bool good = print_lines(f, line, n) && fsync(fileno(f)) == 0;
    good = fclose(f) == 0 && good;
    if (good)
        return NULL;
    const char *why = strerror(errno);
    (void)unlink(path);
    return why;
}

bool lines_write(const char *command, const char *path, const struct fb_span *line, unsigned n)
{
    if (path == NULL)
        return print_lines(stdout, line, n);
    const char *why = put_new(path, line, n);
    if (why != NULL)
        fprintf(stderr, "fairbank %s: %s: %s\n", command, path, why);
    return why == NULL;
}

bool chain_ask(const struct options *o, struct fb_query *q, struct fb_arena *arena, struct fb_result *r)
{
    static unsigned char memory[ANSWER_BYTES];
    q->due_ms = FB_ABSENT;
    fb_arena_init(arena, memory, sizeof(memory));
    return ask_running(o, q, arena, r,
                       ", and only a running one signs and proves (fairbank checkpoint list and show, and fairbank verify "
                       "--chain, read the data folder)") == FB_OK;
}
