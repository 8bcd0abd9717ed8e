/* Times of a record. A file tells an end by its time alone; that is the first such time after the start.
 * Which instant a local time is, around the changes of the clock, is the engine's rule and is asked of it. */
#include "adapters/inbound/csv/build.h"
#include "adapters/inbound/csv/sheet.h"
#include <string.h>

static const struct fb_span none = {NULL, 0};

static bool match_any(const struct fb_csv_patterns *patterns, struct fb_span text, struct fb_moment *out)
{
    for (unsigned i = 0; i < patterns->n; i++)
        if (fb_moment_match(out, patterns->of[i], text) == FB_OK)
            return true;
    return false;
}

/* A cell by the patterns that stand for what is wanted of it; in a workbook also as what it is there. */
static bool match_cell(const struct fb_csv_task *task, const struct fb_csv_patterns *patterns, struct fb_span text,
                       struct fb_moment *out)
{
    return match_any(patterns, text, out) || (task->sheet && fb_csv_sheet_moment(out, text));
}

/* A day of a spreadsheet without its format; what it counts from the workbook alone knows. */
static bool is_number(struct fb_span text)
{
    bool number = text.n > 0;
    for (uint32_t i = 0; i < text.n; i++)
        number = number && ((text.p[i] >= '0' && text.p[i] <= '9') || text.p[i] == '.');
    return number;
}

static bool takes_iso(const struct fb_csv_patterns *patterns)
{
    for (unsigned i = 0; i < patterns->n; i++)
        if (fb_span_is(patterns->of[i], "iso"))
            return true;
    return false;
}

/* The first pattern is shown: to whoever reads the reason, the cell alone may look well. */
static enum fb_err unmatched(struct fb_csv_fault *fault, int column, const char *what, const struct fb_csv_patterns *patterns, struct fb_span text)
{
    char memory[140];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, what);
    fb_text_add(&t, " by the mapping's patterns");
    if (patterns->n > 0) {
        fb_text_add(&t, " (");
        fb_text_add_span(&t, patterns->of[0]);
        fb_text_add(&t, patterns->n > 1 ? ", ...)" : ")");
    }
    return fb_csv_fault_say(fault, column, memory, text);
}

/* A value as a moment; neither date nor time: absent. *iso is the text when it names its instant itself. */
static enum fb_err read_moment(const struct fb_csv_task *task, const struct fb_csv_value *v,
                               const struct fb_csv_cells *cells, struct fb_arena *arena,
                               const struct fb_csv_patterns *whole, struct fb_moment *out,
                               struct fb_span *iso, struct fb_csv_fault *fault)
{
    struct fb_span text;
    struct fb_moment time = {.has_time = false};
    int64_t ms;
    *out = (struct fb_moment){.has_date = false};
    *iso = none;
    if (v->kind != FB_CSV_MOMENT) {
        enum fb_err e = fb_csv_value_text(task, v, cells, arena, &text, fault);
        if (e != FB_OK || text.n == 0 || match_cell(task, whole, text, out))
            return e;
        *iso = takes_iso(whole) && fb_instant_parse(&ms, text) == FB_OK ? text : none;
        return iso->p != NULL ? FB_OK : unmatched(fault, fb_csv_value_column(v), "not a date and time", whole, text);
    }
    if (!fb_csv_holds(&v->when, cells) || (v->date >= 0 && cells->v[v->date].n == 0) ||
        (v->time >= 0 && cells->v[v->time].n == 0))
        return FB_OK;
    if (v->date >= 0 && task->sheet && is_number(cells->v[v->date]) && !match_any(&task->mapping->date, cells->v[v->date], out))
        return fb_csv_fault_say(fault, v->date, "a number where a date is wanted: show the column as a date in the workbook", cells->v[v->date]);
    if (v->date >= 0 && !match_cell(task, &task->mapping->date, cells->v[v->date], out))
        return unmatched(fault, v->date, "not a date", &task->mapping->date, cells->v[v->date]);
    if (v->time >= 0 && !match_cell(task, &task->mapping->time, cells->v[v->time], &time) && !(task->sheet && fb_csv_sheet_part_of_day(&time, cells->v[v->time])))
        return unmatched(fault, v->time, "not a time", &task->mapping->time, cells->v[v->time]);
    out->has_time = v->time >= 0;
    out->minute = time.minute;
    out->second = time.second;
    return FB_OK;
}

static struct fb_span local_text(const struct fb_moment *m, struct fb_arena *arena)
{
    char text[20];
    fb_moment_format(text, m);
    return fb_arena_copy(arena, fb_span_of(text));
}

static enum fb_err instant_of(const struct fb_moment *m, struct fb_span iso, int column,
                              struct fb_arena *arena, int64_t *ms, struct fb_csv_fault *fault)
{
    struct fb_span text = iso.p != NULL ? iso : local_text(m, arena);
    if (fb_instant_parse(ms, text) != FB_OK)
        return fb_csv_fault_say(fault, column, "a time that does not exist: the clocks go forward over it",
                                text);
    return FB_OK;
}

enum fb_err fb_csv_instant(const struct fb_csv_task *task, const struct fb_csv_value *value,
                           const struct fb_csv_cells *cells, struct fb_arena *arena, int64_t *ms,
                           struct fb_csv_fault *fault)
{
    struct fb_moment m;
    struct fb_span iso;
    *ms = FB_ABSENT;
    enum fb_err e = read_moment(task, value, cells, arena, &task->mapping->date_time, &m, &iso, fault);
    if (e != FB_OK || (!m.has_date && iso.p == NULL))
        return e;
    return instant_of(&m, iso, fb_csv_value_column(value), arena, ms, fault);
}

/* The first moment of that time of day after (or at) another. */
static void place_after(struct fb_moment *m, const struct fb_moment *from, bool at_once)
{
    unsigned a = m->minute * 60 + m->second, b = from->minute * 60 + from->second;
    m->has_date = true;
    m->day = from->day + (a < b || (a == b && !at_once) ? 1 : 0);
}

/* What a time without a date follows; NULL when that is not known. */
static const struct fb_moment *anchor(const struct fb_csv_field *f, const struct fb_csv_times *times)
{
    const struct fb_moment *m = &times->worked_start;
    if (f->field->type == FB_FIELD_SHIFT_END)
        m = &times->shift_start;
    else if (f->field->type == FB_FIELD_INTERVAL_END)
        m = &times->start[f->member.word];
    return m->has_date ? m : NULL;
}

static enum fb_err give_date(const struct fb_csv_field *f, const struct fb_csv_times *times,
                             struct fb_moment *m, struct fb_csv_fault *fault)
{
    int column = f->value.time;
    const struct fb_moment *from = anchor(f, times);
    if (m->has_date || !m->has_time)
        return FB_OK;
    if (from == NULL)
        return fb_csv_fault_say(fault, column, "a time without a date, and no start before it", none);
    bool start = f->field->type == FB_FIELD_INTERVAL_START;
    if (!start && m->minute == from->minute && m->second == from->second)
        return fb_csv_fault_say(fault, column, "the end is the same as the start", none);
    place_after(m, from, start);
    return FB_OK;
}

static void note_start(const struct fb_csv_field *f, const struct fb_moment *m, struct fb_csv_times *times)
{
    if (f->field->type == FB_FIELD_SHIFT_START)
        times->shift_start = *m;
    if (f->field->type == FB_FIELD_INTERVAL_START) {
        times->start[f->member.word] = *m;
        if (f->member.word == FB_INTERVAL_WORKED)
            times->worked_start = *m;
    }
}

static enum fb_err put_day(const struct fb_csv_task *task, const struct fb_csv_field *f,
                           const struct fb_csv_cells *cells, struct fb_arena *arena, struct fb_record *r,
                           struct fb_csv_fault *fault)
{
    struct fb_moment m;
    struct fb_span iso;
    enum fb_err e = read_moment(task, &f->value, cells, arena, &task->mapping->date, &m, &iso, fault);
    if (e == FB_OK && m.has_date)
        fb_field_put_day(r, f->field, m.day);
    return e;
}

/* In the night when the clocks go back an hour of local time comes twice: work ends in the second, as a shift does, so that who worked as
 * booked has the hours that were booked; a break ends in the first. */
static int64_t last_of(const struct fb_csv_field *f, int64_t ms)
{
    int64_t min = ms / FB_MINUTE_MS;
    bool twice = fb_london_local_min(min) == fb_london_local_min(min + 60);
    return twice && f->member.word != FB_INTERVAL_BREAK ? ms + 60 * FB_MINUTE_MS : ms;
}

enum fb_err fb_csv_put_time(const struct fb_csv_task *task, const struct fb_csv_field *f,
                            const struct fb_csv_cells *cells, struct fb_arena *arena,
                            struct fb_csv_times *times, struct fb_record *r, struct fb_csv_fault *fault)
{
    struct fb_moment m;
    struct fb_span iso;
    int64_t ms = 0;
    enum fb_field_type type = f->field->type;
    if (fb_field_is_day(type))
        return put_day(task, f, cells, arena, r, fault);
    bool start = type == FB_FIELD_SHIFT_START, end = type == FB_FIELD_SHIFT_END;
    int column = fb_csv_value_column(&f->value);
    if (start)
        times->start_column = column;
    if (end)
        times->end_column = column;
    enum fb_err e = read_moment(task, &f->value, cells, arena, &task->mapping->date_time, &m, &iso, fault);
    if (e == FB_OK)
        e = give_date(f, times, &m, fault);
    if (e != FB_OK || (!m.has_date && iso.p == NULL))
        return e;
    note_start(f, &m, times);
    if (start || end) {
        *(start ? &times->start_local : &times->end_local) = iso.p != NULL ? iso : local_text(&m, arena);
        return FB_OK;
    }
    e = instant_of(&m, iso, column, arena, &ms, fault);
    if (e == FB_OK && type == FB_FIELD_INTERVAL_END && iso.p == NULL)
        ms = last_of(f, ms);
    if (e == FB_OK)
        fb_field_put_ms(r, f->field, &f->member, ms);
    return e;
}

static enum fb_err check_intervals(const struct fb_timesheet *t, struct fb_csv_fault *fault)
{
    for (unsigned i = 0; i < FB_INTERVALS_MAX; i++)
        if (t->interval[i].kind != FB_INTERVAL_NONE && t->interval[i].end_min <= t->interval[i].start_min)
            return fb_csv_fault_say(fault, -1,
                                    "an interval without a start, or whose end is not after its start",
                                    fb_span_of(fb_interval_word(t->interval[i].kind)));
    return FB_OK;
}

enum fb_err fb_csv_settle_times(struct fb_csv_times *times, struct fb_record *r, struct fb_csv_fault *fault)
{
    const char *bad = NULL, *why = NULL;
    struct fb_shift *shift = &r->as.booking.shift; /* one place in both kinds, see field.c */
    if (r->env.kind == FB_KIND_TIMESHEET)
        return check_intervals(&r->as.timesheet, fault);
    if (r->env.kind != FB_KIND_VACANCY && r->env.kind != FB_KIND_BOOKING)
        return FB_OK;
    if (times->start_local.n == 0 || times->end_local.n == 0)
        return fb_csv_fault_say(fault, times->start_local.n == 0 ? times->start_column : times->end_column,
                                "the shift has no start or no end", none);
    shift->start_local = times->start_local;
    shift->end_local = times->end_local;
    if (fb_shift_resolve(&shift->time, shift->start_local, shift->end_local, -1, &bad, &why) != FB_OK)
        return fb_csv_fault_say(fault, strcmp(bad, "end") == 0 ? times->end_column : times->start_column, why,
                                none);
    return FB_OK;
}
