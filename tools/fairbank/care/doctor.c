/* fairbank doctor: every check of the table, in order, each a line with what to do. */
#include "tools/fairbank/care/doctor.h"
#include "tools/fairbank/care/snapshot.h"
#include "tools/fairbank/help.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include <stdarg.h>
#include <string.h>
#include <sys/statvfs.h>

enum { LINE = 400, FLOOR_MIB = 1024, NAME_WIDTH = 18 };
static const char *const verdict_words[] = {[DOCTOR_WELL] = "well", [DOCTOR_SEE] = "see to it", [DOCTOR_WRONG] = "WRONG"};

void doctor_say(struct doctor_line *line, enum doctor_verdict verdict, const char *todo, const char *format, ...)
{
    char words[LINE];
    va_list list;
    va_start(list, format);
    (void)vsnprintf(words, sizeof(words), format, list);
    va_end(list);
    line->verdict = verdict;
    fb_text_add(&line->said, words);
    if (todo != NULL)
        fb_text_add(&line->todo, todo);
}

/* ---- what is known before the first check ---- */

static void ask_engine(struct doctor *d, struct fb_arena *arena)
{
    struct fb_result r = {0};
    d->live = engine_ask(d->o, "doctor", &(struct fb_query){.kind = FB_QUERY_STATUS}, arena, &r) == FB_OK;
    if (d->live)
        d->status = r.status;
}

static void open_folder(struct doctor *d)
{
    struct fb_engine_status held = {0};
    struct fb_store *s = NULL;
    if (folder_open(&d->folder, d->o, NULL)) {
        if (!d->live && fb_report_status(d->folder.store, d->folder.books, &d->folder.arena, &held) == FB_OK)
            d->status = held;
        return;
    }
    d->folder = (struct folder){0};
    d->err = fb_store_open(&s, d->o->data, &(struct fb_store_options){.read_only = true}, &d->why);
    if (d->err == FB_OK)
        d->why = "the rules kept in it cannot be read";
    fb_store_close(&s);
}

static void look_at_disk(struct doctor *d)
{
    struct statvfs disk;
    bool said = d->o->free_mib >= 0;
    d->floor_mib = said ? (uint64_t)d->o->free_mib : d->live && d->status.free_floor_mib > 0 ? d->status.free_floor_mib : FLOOR_MIB;
    if (d->live && d->status.free_floor_mib > 0)
        d->free_mib = d->status.disk_free_mib; /* by which it acts */
    else
        d->free_mib = statvfs(d->o->data, &disk) == 0 ? (uint64_t)disk.f_bavail * disk.f_frsize >> 20 : UINT64_MAX;
}

/* ---- the lines ---- */

static void print_line(const char *name, const struct doctor_line *line)
{
    int n = printf("%-10s %-10s ", verdict_words[line->verdict], name);
    help_words(stdout, n, NAME_WIDTH + 4, line->said.p, line->said.n);
    if (line->todo.n > 0) {
        n = printf("%*s-> ", NAME_WIDTH + 4, "");
        help_words(stdout, n, NAME_WIDTH + 7, line->todo.p, line->todo.n);
    }
}

static json_t *line_json(const char *name, const struct doctor_line *line)
{
    static const char *const words[] = {[DOCTOR_WELL] = "well", [DOCTOR_SEE] = "see", [DOCTOR_WRONG] = "wrong"};
    json_t *j = json_pack("{s:s, s:s, s:s}", "check", name, "verdict", words[line->verdict], "said", line->said.p);
    if (line->todo.n > 0)
        json_object_set_new(j, "do", json_string(line->todo.p));
    return j;
}

static enum doctor_verdict look(const struct doctor *d, json_t *list)
{
    enum doctor_verdict worst = DOCTOR_WELL;
    for (unsigned i = 0; i < doctor_checks_n; i++) {
        char said[LINE], todo[LINE];
        struct doctor_line line = {.verdict = DOCTOR_WELL};
        fb_text_init(&line.said, said, sizeof(said));
        fb_text_init(&line.todo, todo, sizeof(todo));
        doctor_checks[i].look(d, &line);
        worst = line.verdict > worst ? line.verdict : worst;
        if (list != NULL)
            json_array_append_new(list, line_json(doctor_checks[i].name, &line));
        else
            print_line(doctor_checks[i].name, &line);
    }
    return worst;
}

int command_doctor(const struct options *o)
{
    static unsigned char memory[1 << 20];
    static struct doctor d;
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof(memory));
    d = (struct doctor){.o = o, .now_ms = now_ms(), .why = "", .free_mib = UINT64_MAX};
    ask_engine(&d, &arena);
    open_folder(&d);
    look_at_disk(&d);
    json_t *list = o->json ? json_array() : NULL;
    enum doctor_verdict worst = look(&d, list);
    if (list != NULL)
        json_print(list, JSON_INDENT(2));
    folder_close(&d.folder);
    return worst == DOCTOR_WELL ? 0 : worst == DOCTOR_SEE ? 1 : 2;
}
