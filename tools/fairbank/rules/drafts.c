#include "tools/fairbank/rules/drafts.h"
#include "engine/shell/ports.h"
#include "engine/turn/files.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_BYTES = 256 };

struct mixing {
    const struct options *o;
    bool with_drafts;
    struct fb_pack_files draft[8]; /* by word */
    char *bytes[8];                /* of a file */
    char path[8][NAME_BYTES];
    struct fb_pack_file *file;     /* the result */
    unsigned n;
    struct fb_pack_report report;
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

/* ---- reading drafts ---- */

static bool read_file(struct mixing *m, int i, const struct stat *st)
{
    struct fb_pack_files *files = &m->draft[i];
    size_t size = (size_t)st->st_size;
    FILE *f = fopen(m->o->words[i], "r");
    m->bytes[i] = malloc(size + 1);
    files->file = calloc(1, sizeof(files->file[0]));
    bool ok = f != NULL && m->bytes[i] != NULL && files->file != NULL && fread(m->bytes[i], 1, size, f) == size;
    if (f != NULL)
        fclose(f);
    if (!ok) {
        fprintf(stderr, "fairbank %s: %s: %s\n", m->o->command, m->o->words[i], strerror(errno));
        return false;
    }
    snprintf(m->path[i], sizeof(m->path[i]), "assurance/%.200s", base_name(m->o->words[i]));
    files->file[0] = (struct fb_pack_file){{NULL, 0}, fb_span_of(m->path[i]), {m->bytes[i], (uint32_t)size}};
    files->n = 1;
    return true;
}

static bool read_draft(struct mixing *m, int i)
{
    struct stat st;
    if (stat(m->o->words[i], &st) != 0) {
        fprintf(stderr, "fairbank %s: %s: %s\n", m->o->command, m->o->words[i], strerror(errno));
        return false;
    }
    if (S_ISDIR(st.st_mode))
        return fb_pack_read_dir(&m->draft[i], m->o->words[i], &m->report) == FB_OK;
    if (st.st_size > (off_t)FB_PACK_FILE_BYTES_MAX) {
        fprintf(stderr, "fairbank %s: %s is larger than a file of rules may be\n", m->o->command, m->o->words[i]);
        return false;
    }
    return read_file(m, i, &st);
}

static void release(struct mixing *m)
{
    for (int i = 0; i < m->o->n_words && i < 8; i++) {
        if (m->bytes[i] != NULL)
            free(m->draft[i].file); /* the list of one */
        else
            fb_pack_files_free(&m->draft[i]);
        free(m->bytes[i]);
    }
    free(m->file);
    fb_pack_report_free(&m->report);
}

/* ---- mixing ---- */

static void add(struct mixing *m, const struct fb_pack_file *file) { m->file[m->n++] = *file; }

/* The draft folder that takes the place of this pack; -1: none. */
static int draft_of(const struct mixing *m, struct fb_span pack)
{
    for (int i = 0; i < m->o->n_words; i++)
        if (m->bytes[i] == NULL && m->draft[i].n > 0 && fb_span_eq(m->draft[i].file[0].pack, pack))
            return i;
    return -1;
}

static void add_draft(struct mixing *m, int i, bool used[8])
{
    for (unsigned k = 0; !used[i] && k < m->draft[i].n; k++)
        add(m, &m->draft[i].file[k]);
    used[i] = true;
}

static bool is_replaced(const struct mixing *m, const struct fb_pack_file *file, struct fb_span last)
{
    for (int i = 0; i < m->o->n_words; i++)
        if (m->bytes[i] != NULL && fb_span_eq(file->pack, last) && fb_span_is(file->path, m->path[i]))
            return true;
    return false;
}

/* Layers keep their order; what is new stands last, and loose files belong to the last layer. */
static void mix(struct mixing *m, const struct fb_pack_file *file, unsigned n)
{
    bool used[8] = {false};
    for (unsigned i = 0; i < n; i++) {
        int draft = m->with_drafts ? draft_of(m, file[i].pack) : -1;
        if (draft >= 0)
            add_draft(m, draft, used);
        else
            add(m, &file[i]);
    }
    for (int i = 0; m->with_drafts && i < m->o->n_words; i++)
        if (m->bytes[i] == NULL)
            add_draft(m, i, used);
    struct fb_span last = m->n > 0 ? m->file[m->n - 1].pack : (struct fb_span){NULL, 0};
    unsigned kept = 0;
    for (unsigned i = 0; i < m->n; i++)
        if (!m->with_drafts || !is_replaced(m, &m->file[i], last))
            m->file[kept++] = m->file[i];
    m->n = kept;
    for (int i = 0; m->with_drafts && i < m->o->n_words; i++)
        if (m->bytes[i] != NULL) {
            m->draft[i].file[0].pack = last;
            add(m, &m->draft[i].file[0]);
        }
}

static struct fb_book *load(struct mixing *m, const struct fb_pack_file *file, unsigned n)
{
    struct fb_book *book = NULL;
    unsigned more = n + 8;
    for (int i = 0; i < m->o->n_words && i < 8; i++)
        more += m->draft[i].n;
    m->file = calloc(more, sizeof(m->file[0]));
    if (m->file == NULL)
        return NULL;
    mix(m, file, n);
    if (fb_pack_load_files(&book, m->file, m->n, &m->report) != FB_OK)
        book = NULL;
    return book;
}

/* The store hands the files of an issue to whoever compiles it: here they are mixed with the drafts first. */
static struct fb_book *compile(void *ctx, const struct fb_turn_file *file, unsigned n)
{
    struct fb_pack_file *files = calloc(n > 0 ? n : 1, sizeof(files[0]));
    struct fb_book *book = NULL;
    for (unsigned i = 0; files != NULL && i < n; i++)
        files[i] = (struct fb_pack_file){file[i].pack, file[i].path, file[i].bytes};
    if (files != NULL)
        book = load(ctx, files, n);
    free(files);
    return book;
}

static struct fb_book *from_store(struct mixing *m, struct folder *f)
{
    struct fb_engine_status s = {0};
    struct fb_turn_ports ports = fb_ports;
    struct fb_book *book = NULL;
    ports.ctx = m;
    ports.compile = compile;
    enum fb_err e = fb_report_status(f->store, f->books, &f->arena, &s);
    if (e == FB_OK)
        e = s.issue == 0 ? FB_NOT_FOUND : fb_issue_compile(f->store, s.issue, &ports, &book);
    if (e != FB_OK && m->report.errors == 0)
        fprintf(stderr, "fairbank %s: the rules kept in %s cannot be read (%s): name packs with --pack\n", m->o->command, m->o->data, fb_err_text(e));
    return book;
}

static struct fb_book *from_folders(struct mixing *m)
{
    struct fb_pack_files files = {0};
    struct fb_book *book = NULL;
    bool read = true;
    for (unsigned i = 0; i < m->o->n_packs; i++)
        read = fb_pack_read_dir(&files, m->o->pack[i], &m->report) == FB_OK && read;
    if (read)
        book = load(m, files.file, files.n);
    fb_pack_files_free(&files);
    return book;
}

/* A loose file stands in the packs under a name that nobody gave it. */
static void name_as_given(const struct mixing *m, struct fb_pack_error *e)
{
    const char *path = strchr(e->file, '/');
    for (int i = 0; path != NULL && i < m->o->n_words && i < 8; i++)
        if (m->bytes[i] != NULL && strcmp(path + 1, m->path[i]) == 0) {
            snprintf(e->file, sizeof(e->file), "%.255s", m->o->words[i]);
            return;
        }
}

static struct fb_book *make(struct folder *f, const struct options *o, bool with_drafts)
{
    struct mixing m = {.o = o, .with_drafts = with_drafts};
    struct fb_book *book = NULL;
    bool read = true;
    for (int i = 0; with_drafts && i < o->n_words && i < 8; i++)
        read = read_draft(&m, i) && read;
    if (read)
        book = o->n_packs > 0 ? from_folders(&m) : from_store(&m, f);
    for (unsigned i = 0; i < m.report.n; i++)
        name_as_given(&m, &m.report.e[i]);
    if (m.report.errors > 0)
        fb_pack_report_print(stderr, &m.report);
    release(&m);
    return book;
}

struct fb_book *drafts_load(struct folder *f, const struct options *o) { return make(f, o, true); }

struct fb_book *drafts_base(struct folder *f, const struct options *o) { return make(f, o, false); }
