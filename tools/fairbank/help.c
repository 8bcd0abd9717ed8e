#include "tools/fairbank/help.h"
#include <string.h>

/* Columns of UTF-8: bytes that go on with a character take none. */
static int columns(const char *text, size_t n)
{
    int width = 0;
    for (size_t i = 0; i < n; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

static size_t word_end(const char *text, size_t from, size_t n)
{
    while (from < n && text[from] != ' ' && text[from] != '\n')
        from++;
    return from;
}

void help_words(FILE *out, int at, int indent, const char *text, size_t n)
{
    int begun = 0;
    for (size_t i = 0; i < n; i++) {
        size_t end = word_end(text, i, n);
        if (end == i)
            continue; /* a blank */
        int width = columns(text + i, end - i);
        if (begun && at + 1 + width > HELP_COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (begun) {
            fputc(' ', out);
            at++;
        }
        fwrite(text + i, 1, end - i, out);
        at += width;
        begun = 1;
        i = end;
    }
    fputc('\n', out);
}

/* What follows is an example, empty, or the end. */
static int is_apart(const char *line) { return *line == '\0' || *line == '\n' || strncmp(line, "  ", 2) == 0; }

static const char *next_line(const char *line)
{
    const char *end = strchr(line, '\n');
    return end != NULL ? end + 1 : line + strlen(line);
}

void help_text(FILE *out, const char *text)
{
    for (const char *line = text; *line != '\0';) {
        const char *next = next_line(line);
        if (is_apart(line)) {
            fprintf(out, "%.*s%s", (int)(next - line), line, next[-1] == '\n' ? "" : "\n");
        } else {
            while (!is_apart(next))
                next = next_line(next);
            help_words(out, 0, 0, line, (size_t)(next - line));
        }
        line = next;
    }
}
