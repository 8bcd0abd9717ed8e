#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/lacks.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"

/* How many of its bookings can be linked to a worker's others: what cannot is told by rules as "cannot say". */
static void add_coverage(struct table *t, const struct fb_source_row *s)
{
    char share[16] = "";
    if (s->bookings > 0)
        snprintf(share, sizeof(share), "%u %%", (unsigned)(s->with_worker * 100 / s->bookings));
    if (s->bookings > 0)
        table_add_int(t, (int64_t)s->bookings);
    else
        table_add(t, "");
    table_add(t, share);
}

/* What people say with this tool is of no publishing system. */
static const char *system_word(const struct fb_source_row *s)
{
    return s->source.system != FB_SYSTEM_NONE ? fb_system_word(s->source.system) : "(people)";
}

/* The engine's own name, for what goes into the journal by itself: until something did there is nothing to count. */
static bool is_quiet_own(const struct fb_source_row *s)
{
    return fb_span_is(s->source.name, "fairbank") && s->accepted + s->amended + s->refused + s->conflicts + s->duplicates + s->busy == 0;
}

static void print_sources(const struct fb_result *r)
{
    char heads[] = "source|trust|system|mode|>accepted|>amended|>refused|>conflicts|>duplicates|>busy|>bookings|>say who";
    struct table t;
    table_init(&t, heads);
    for (unsigned i = 0; i < r->n_sources; i++) {
        const struct fb_source_row *s = &r->source[i];
        if (is_quiet_own(s))
            continue;
        table_add(&t, word_of(s->source.name));
        table_add(&t, s->source.trust != 0 ? code_word(s->source.trust) : "(all)");
        table_add(&t, system_word(s));
        table_add(&t, fb_source_mode_word(s->source.mode));
        const uint64_t counts[] = {s->accepted, s->amended, s->refused, s->conflicts, s->duplicates, s->busy};
        for (unsigned c = 0; c < sizeof(counts) / sizeof(counts[0]); c++)
            table_add_int(&t, (int64_t)counts[c]);
        add_coverage(&t, s);
    }
    table_print(&t, stdout);
}

/* "fallen silent": when the last message came, in local time; a silence is what a person must not miss, so it has a line. */
static void print_silent(const struct fb_result *r)
{
    unsigned unknown = 0;
    for (unsigned i = 0; i < r->n_sources; i++) {
        const struct fb_source_row *s = &r->source[i];
        char local[17];
        unknown += s->habit == FB_SOURCE_HABIT_CANNOT_SAY && !fb_span_is(s->source.name, "fairbank");
        if (s->habit != FB_SOURCE_HABIT_SILENT)
            continue;
        fb_local_format(local, s->silent_ms / FB_MINUTE_MS);
        printf("\nSILENT: %s sends nothing, against its own habit; its last message came at %s (Europe/London)\n", word_of(s->source.name), local);
    }
    if (unknown > 0)
        printf("\nWhether a source has fallen silent cannot be said yet of %u: too few weeks of %s are known.\n", unknown,
               unknown == 1 ? "it" : "them");
}

static bool is_listed(const struct fb_engine_status *s, unsigned i) { return s->waits[i].issue != 0; }

static void print_waiting(const struct fb_engine_status *s)
{
    for (unsigned i = 0; i < s->waiting && is_listed(s, i); i++) {
        const struct fb_waiting_row *w = &s->waits[i];
        char local[17];
        fb_local_format(local, w->due_ms / FB_MINUTE_MS);
        printf("                 issue %u waits for %s (Europe/London): %s\n", w->issue, local,
               w->book_name.n > 0 ? word_of(w->book_name) : "its packs cannot be read by this version");
    }
    if (s->waiting > 0 && !is_listed(s, 0)) /* an engine before this one gives their number only */
        printf("                 %u more wait for their moment\n", s->waiting);
}

static json_t *waiting_json(const struct fb_engine_status *s)
{
    json_t *list = json_array();
    for (unsigned i = 0; i < s->waiting && is_listed(s, i); i++) {
        const struct fb_waiting_row *w = &s->waits[i];
        char at[25];
        fb_instant_format(at, w->due_ms);
        json_t *j = json_pack("{s:I, s:s}", "issue", (json_int_t)w->issue, "at", at);
        json_add_word(j, "rules", word_of(w->book_name));
        json_array_append_new(list, j);
    }
    return list;
}

/* A folder that somebody writes to has an engine, whatever became of the question. */
static void print_up(const struct options *o, const struct fb_engine_status *s)
{
    int64_t writer = s->live ? 0 : holder_pid(o->data);
    if (s->live)
        printf("The engine is up.  (%s)\n", o->engine != NULL ? o->engine : o->data);
    else if (writer == 0)
        printf("No engine is running; this is what its folder holds.  (%s)\n", o->data);
    else if (o->offline)
        printf("Process %lld has the store open to write, and was not asked; this is what the folder holds.  (%s)\n", (long long)writer, o->data);
    else
        printf("Process %lld has the store open to write, but does not answer at its door: it starts or stops, or its door is not yours to\n"
               "use or not in this folder. This is what the folder holds.  (%s)\n",
               (long long)writer, o->data);
}

static void print_person(const struct options *o, const struct fb_engine_status *s)
{
    const struct {
        const char *what;
        uint64_t n;
    } row[] = {{"journal entries", s->journal}, {"messages accepted", s->messages}, {"refused or in conflict", s->refused},
               {"records", s->records},         {"bookings", s->bookings},          {"vacancies", s->vacancies},
               {"events", s->events},           {"to judge again", s->todo},        {"bytes on disk", s->store_bytes}};
    char last[25] = "never";
    if (s->last_ms > 0)
        fb_instant_format(last, s->last_ms);
    print_up(o, s);
    printf("  rules          issue %u: %s\n", s->issue, word_of(s->book_name));
    if (s->repriced < s->to_reprice)
        printf("                 issue %u applied to %u %%\n", s->issue, (unsigned)(s->repriced * 100 / s->to_reprice));
    print_waiting(s);
    if (s->holding)
        printf("  DISK           only %llu MiB free, fewer than %llu: publishers are answered busy; see fairbank doctor\n",
               (unsigned long long)s->disk_free_mib, (unsigned long long)s->free_floor_mib);
    printf("  last entry     %s\n", last);
    for (unsigned i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
        char n[32];
        count_format(n, sizeof(n), (int64_t)row[i].n);
        printf("  %-22s %16s\n", row[i].what, n);
    }
    if (s->behind.n > 0)
        printf("  BEHIND         %s events: consumers that do not read; see fairbank doctor\n", word_of(s->behind));
    if (s->over_quota.n > 0)
        printf("  OVER QUOTA     %s: of what is refused today no more is kept whole (refused_mib); see fairbank refused list\n", word_of(s->over_quota));
    if (s->turned_away.n > 0)
        printf("  turned away    %s\n", word_of(s->turned_away));
    if (s->live && s->memory_bytes > 0)
        printf("  %-22s %13llu KiB\n", "memory of the turn", (unsigned long long)(s->memory_bytes >> 10));
}

static const char *habit_word(enum fb_source_habit habit)
{
    static const char *const words[FB_SOURCE_HABIT_END] = {"", "cannot_say", "known", "silent"};
    return words[habit];
}

static json_t *source_json(const struct fb_source_row *s)
{
    json_t *j = json_pack("{s:s}", "source", word_of(s->source.name));
    json_add_word(j, "trust", code_word(s->source.trust)); /* none: a register, of all trusts */
    json_add_word(j, "system", fb_system_word(s->source.system));
    json_add_word(j, "mode", fb_source_mode_word(s->source.mode));
    json_add_word(j, "habit", habit_word(s->habit)); /* none: the packs have no rule by which a source is silent */
    if (s->habit == FB_SOURCE_HABIT_SILENT) {
        char at[25];
        fb_instant_format(at, s->silent_ms);
        json_object_set_new(j, "last_message", json_string(at));
    }
    const struct {
        const char *what;
        uint64_t n;
    } count[] = {{"accepted", s->accepted}, {"amended", s->amended},       {"refused", s->refused},
                 {"conflicts", s->conflicts}, {"duplicates", s->duplicates}, {"busy", s->busy}};
    for (unsigned i = 0; i < sizeof(count) / sizeof(count[0]); i++)
        json_object_set_new(j, count[i].what, json_integer((json_int_t)count[i].n));
    if (s->bookings > 0) {
        json_object_set_new(j, "bookings", json_integer((json_int_t)s->bookings));
        json_object_set_new(j, "with_worker", json_integer((json_int_t)s->with_worker));
    }
    return j;
}

/* "key_unknown 3, hello 1" */
static json_t *turned_json(struct fb_span text)
{
    json_t *out = json_object();
    for (uint32_t at = 0, n; at < text.n; at += n + 2) {
        uint32_t word = 0;
        int64_t count = 0;
        for (n = 0; at + n < text.n && text.p[at + n] != ','; n++)
            word = text.p[at + n] == ' ' ? n : word;
        if (word > 0 && fb_parse_int(&count, (struct fb_span){text.p + at + word + 1, n - word - 1}) == FB_OK)
            json_object_set_new(out, word_of((struct fb_span){text.p + at, word}), json_integer(count));
    }
    return out;
}

/* Names with a comma between them. */
static json_t *names_json(struct fb_span text)
{
    json_t *out = json_array();
    for (uint32_t at = 0, n; at < text.n; at += n + 2) {
        for (n = 0; at + n < text.n && text.p[at + n] != ',';)
            n++;
        json_array_append_new(out, json_string(word_of((struct fb_span){text.p + at, n})));
    }
    return out;
}

static void print_json(const struct options *o, const struct fb_engine_status *s, const struct fb_result *sources, const struct lacks *missing)
{
    json_t *out = json_pack("{s:b, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "live", s->live, "rules",
                            word_of(s->book_name), "issue", (json_int_t)s->issue, "journal", (json_int_t)s->journal, "messages",
                            (json_int_t)s->messages, "refused", (json_int_t)s->refused, "records", (json_int_t)s->records,
                            "bookings", (json_int_t)s->bookings, "vacancies", (json_int_t)s->vacancies, "events",
                            (json_int_t)s->events, "todo", (json_int_t)s->todo, "store_bytes", (json_int_t)s->store_bytes,
                            "memory_bytes", (json_int_t)s->memory_bytes);
    json_object_set_new(out, "waiting", json_integer(s->waiting));
    json_object_set_new(out, "waits", waiting_json(s));
    json_object_set_new(out, "holding", json_boolean(s->holding));
    if (s->live) {
        json_object_set_new(out, "disk_free_mib", json_integer((json_int_t)s->disk_free_mib));
        json_object_set_new(out, "free_floor_mib", json_integer((json_int_t)s->free_floor_mib));
    }
    int64_t writer = s->live ? 0 : holder_pid(o->data);
    if (writer != 0)
        json_object_set_new(out, "writer", json_integer(writer)); /* the process that has the store open all the same */
    json_object_set_new(out, "repriced", json_integer((json_int_t)s->repriced));
    json_object_set_new(out, "to_reprice", json_integer((json_int_t)s->to_reprice));
    json_object_set_new(out, "turned_away", turned_json(s->turned_away));
    json_object_set_new(out, "behind", turned_json(s->behind));
    json_object_set_new(out, "over_quota", names_json(s->over_quota));
    json_t *list = json_array();
    for (unsigned i = 0; i < sources->n_sources; i++)
        json_array_append_new(list, source_json(&sources->source[i]));
    json_object_set_new(out, "sources", list);
    json_object_set_new(out, "lacks", lacks_json(missing));
    json_print(out, JSON_INDENT(2));
}

static int show(const struct options *o, struct fb_engine_status *s, struct fb_result *sources)
{
    struct lacks missing;
    lacks_read(&missing, o);
    if (o->json) {
        print_json(o, s, sources, &missing);
        return EXIT_DONE;
    }
    print_person(o, s);
    if (sources->n_sources > 0) {
        putchar('\n');
        print_sources(sources);
        print_silent(sources);
    }
    lacks_print(&missing);
    return EXIT_DONE;
}

static int from_folder(const struct options *o)
{
    struct folder f;
    struct fb_engine_status s = {0};
    struct fb_result none = {0};
    if (!folder_open(&f, o, "status"))
        return EXIT_FAILED;
    enum fb_err e = fb_report_status(f.store, f.books, &f.arena, &s);
    if (e != FB_OK)
        fprintf(stderr, "fairbank status: %s\n", fb_err_text(e));
    int status = e == FB_OK ? show(o, &s, &none) : EXIT_FAILED;
    folder_close(&f);
    return status;
}

int command_status(const struct options *o)
{
    static unsigned char memory[ENGINE_SOURCES_BYTES];
    struct fb_arena arena;
    struct fb_query q = {.kind = FB_QUERY_SOURCES};
    fb_arena_init(&arena, memory, sizeof(memory));
    struct fb_result status = {0}, sources = {0};
    if (o->offline)
        return from_folder(o);
    enum fb_err e = engine_ask(o, "status", &(struct fb_query){.kind = FB_QUERY_STATUS}, &arena, &status);
    if (e == FB_BUSY && o->engine == NULL)
        return from_folder(o);
    if (e == FB_BUSY)
        say_no_engine(o, "status", "");
    if (e == FB_OK)
        e = engine_sources(o, "status", &q, &arena, &sources);
    if (e != FB_OK)
        return EXIT_FAILED;
    status.status.live = true;
    return show(o, &status.status, &sources);
}
