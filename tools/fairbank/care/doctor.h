#ifndef FB_TOOLS_FAIRBANK_DOCTOR_H
#define FB_TOOLS_FAIRBANK_DOCTOR_H
/* What goes wrong with an engine before it does. A check is a row of the table in doctor_checks.c: a name, and a function that
 * says what it saw and, unless all is well, what to do. */
#include "tools/fairbank/source.h"
enum doctor_verdict { DOCTOR_WELL, DOCTOR_SEE, DOCTOR_WRONG };
struct doctor_line {
    enum doctor_verdict verdict;
    struct fb_text said, todo; /* todo: empty when it is well */
};
struct doctor {
    const struct options *o;
    int64_t now_ms;
    struct folder folder;  /* .store NULL: it could not be opened, */
    const char *why;       /* for this reason; */
    enum fb_err err;       /* FB_OK: it could be, or only its rules not */
    bool live;             /* an engine answered */
    struct fb_engine_status status; /* of the engine, else of the folder */
    uint64_t floor_mib;
    uint64_t free_mib;     /* of the disk that the folder is on; UINT64_MAX: cannot be told */
};
struct doctor_check {
    const char *name;
    void (*look)(const struct doctor *d, struct doctor_line *line);
};
extern const struct doctor_check doctor_checks[];
extern const unsigned doctor_checks_n;
/* Sets the line: what was seen, and what to do (NULL where it is well). */
void doctor_say(struct doctor_line *line, enum doctor_verdict verdict, const char *todo, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* doctor_machine.c: what is asked of the machine and not of the store. */
void doctor_folder(const struct doctor *d, struct doctor_line *line);
void doctor_keys(const struct doctor *d, struct doctor_line *line);
void doctor_readers(const struct doctor *d, struct doctor_line *line); /* doctor_readers.c */
void doctor_leftovers(const struct doctor *d, struct doctor_line *line);
void doctor_ready(const struct doctor *d, struct doctor_line *line);
void doctor_disk(const struct doctor *d, struct doctor_line *line);
void doctor_clock(const struct doctor *d, struct doctor_line *line);
void doctor_clock_kept(const struct doctor *d, struct doctor_line *line);
#endif
