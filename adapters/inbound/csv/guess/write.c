#include "adapters/inbound/csv/guess/write.h"
#include "adapters/inbound/csv/build.h"
#include <string.h>

void fb_guess__line(struct fb_guess_writer *w, const char *text)
{
    fb_text_add(w->out, text);
    fb_text_add(w->out, "\n");
}

void fb_guess__quoted(struct fb_guess_writer *w, const char *text)
{
    fb_text_add(w->out, "\"");
    for (; *text != '\0'; text++) {
        if (*text == '"' || *text == '\\')
            fb_text_add(w->out, "\\");
        fb_text_add_span(w->out, (struct fb_span){text, 1});
    }
    fb_text_add(w->out, "\"");
}

bool fb_guess__has(const struct fb_guess_writer *w, enum fb_guess_meaning m)
{
    return w->meanings.column[m] >= 0;
}

const struct fb_guess_column *fb_guess__column(const struct fb_guess_writer *w, enum fb_guess_meaning m)
{
    return &w->guess->column[w->meanings.column[m]];
}

enum fb_guess_meaning fb_guess__reference(const struct fb_guess_writer *w)
{
    static const enum fb_guess_meaning order[] = {FB_GUESS_REQUEST, FB_GUESS_BOOKING, FB_GUESS_ORDER, FB_GUESS_UNIT, FB_GUESS_ROLE,
                                                  FB_GUESS_SITE,    FB_GUESS_COST_CENTRE, FB_GUESS_REASON, FB_GUESS_GRADE};
    for (unsigned i = 0; i < 2; i++) /* one of the two that every row has */
        if (fb_guess__has(w, order[i]) && fb_guess__column(w, order[i])->empty == 0)
            return order[i];
    for (unsigned i = 0; i < sizeof order / sizeof order[0]; i++)
        if (fb_guess__has(w, order[i]))
            return order[i];
    return FB_GUESS_UNKNOWN;
}

bool fb_guess__is_instant(const struct fb_guess_writer *w, enum fb_guess_meaning m)
{
    const struct fb_guess_column *c = fb_guess__column(w, m);
    return fb_guess_best_both(c) >= 0 || c->sheet_boths > 0 || c->filled == 0;
}

/* ---- dates and times ---- */

static void add_unique(const char **list, unsigned *n, const char *pattern)
{
    for (unsigned i = 0; i < *n; i++)
        if (strcmp(list[i], pattern) == 0)
            return;
    list[(*n)++] = pattern;
}

static void add_both(struct fb_guess_writer *w, const char *pattern)
{
    for (unsigned i = 0; i < w->n_boths; i++)
        if (strcmp(w->boths[i], pattern) == 0)
            return;
    if (w->n_boths < FB_GUESS_DATES)
        memcpy(w->boths[w->n_boths++], pattern, strlen(pattern) + 1);
}

/* A column that only one order of day and month fits settles it for those that both fit: a file is written by one hand. */
static void settle_order(struct fb_guess_writer *w)
{
    unsigned day_first = 0, month_first = 0;
    for (unsigned i = 0; i < w->guess->n; i++) {
        const struct fb_guess_column *c = &w->guess->column[i];
        int d = fb_guess_best_date(c), b = fb_guess_best_both(c);
        uint32_t here = d >= 0 ? c->date[d] : b >= 0 ? c->both[b] : 0;
        uint32_t there = d >= 0 ? c->date[fb_guess_date_twin((unsigned)d)] : b >= 0 ? c->both[fb_guess_both_twin((unsigned)b)] : 0;
        unsigned number = d >= 0 ? (unsigned)d : b >= 0 ? (unsigned)b / 5 : 0;
        unsigned twin = fb_guess_date_twin(number);
        if ((d < 0 && b < 0) || twin == number)
            continue;
        w->undecided += here == there;
        day_first += here > there && number < twin;
        month_first += here > there && number > twin;
    }
    w->day_first = day_first > 0 || month_first == 0;
    if (day_first + month_first > 0)
        w->undecided = 0;
}

static unsigned ordered(const struct fb_guess_writer *w, unsigned pattern, unsigned twin, bool equal)
{
    if (!equal || pattern == twin)
        return pattern;
    unsigned first = pattern < twin ? pattern : twin, second = pattern < twin ? twin : pattern;
    return w->day_first ? first : second;
}

static void collect_patterns(struct fb_guess_writer *w)
{
    settle_order(w);
    for (unsigned m = 1; m < FB_GUESS_PERSON; m++) {
        if (w->meanings.column[m] < 0 || m == FB_GUESS_WEEK_ENDING)
            continue;
        const struct fb_guess_column *c = fb_guess__column(w, (enum fb_guess_meaning)m);
        bool of_time = m == FB_GUESS_START || m == FB_GUESS_END || m == FB_GUESS_ACTUAL_START || m == FB_GUESS_ACTUAL_END;
        int d = fb_guess_best_date(c), b = fb_guess_best_both(c), t = of_time ? fb_guess_best_time(c) : -1;
        bool of_day = of_time || m == FB_GUESS_DATE || m == FB_GUESS_CHANGED || m == FB_GUESS_BOOKED || m == FB_GUESS_REQUESTED ||
                      m == FB_GUESS_CANCELLED_AT;
        if (of_day && b >= 0) {
            char pattern[FB_GUESS_PATTERN_BYTES];
            unsigned twin = fb_guess_both_twin((unsigned)b);
            fb_guess_both_pattern(ordered(w, (unsigned)b, twin, c->both[b] == c->both[twin]), pattern);
            add_both(w, pattern);
        } else if (of_day && d >= 0) {
            unsigned twin = fb_guess_date_twin((unsigned)d);
            const char *pattern = fb_guess_date_pattern(ordered(w, (unsigned)d, twin, c->date[d] == c->date[twin]));
            add_unique(w->dates, &w->n_dates, pattern);
        }
        if (t >= 0)
            add_unique(w->times, &w->n_times, fb_guess_time_pattern((unsigned)t));
    }
}

static void list(struct fb_guess_writer *w, const char *key, unsigned n, const char *const *one, const char (*other)[FB_GUESS_PATTERN_BYTES])
{
    if (n == 0)
        return;
    fb_text_add(w->out, key);
    for (unsigned i = 0; i < n; i++) {
        fb_text_add(w->out, i == 0 ? " [" : ", ");
        fb_guess__quoted(w, one != NULL ? one[i] : other[i]);
    }
    fb_guess__line(w, "]");
}

/* ---- the head ---- */

static void write_source(struct fb_guess_writer *w)
{
    bool provider = fb_guess__has(w, FB_GUESS_BOOKING) && !fb_guess__has(w, FB_GUESS_REASON);
    fb_guess__line(w, "# A first mapping, guessed by fairbank-csv guess. Lines with `# ?` are not sure: read them, mend them, then");
    fb_guess__line(w, "#   fairbank-csv check THIS.yaml FILE");
    fb_guess__line(w, "source:");
    fb_guess__line(w, "  name: my-source             # ? a name of your own for the system that writes the file, 1-40 bytes");
    fb_guess__line(w, "  # trust: RTH                # ? the ODS code of the trust whose records it may write");
    fb_text_add(w->out, provider ? "  system: bank_provider" : "  system: roster");
    fb_guess__line(w, "       # ? roster, bank_provider or portal");
    fb_guess__line(w, "  mode: shadow                # nothing alerts while you try; live when it is right");
    fb_guess__line(w, "  # sends: [timesheets]       # ? of cascades, sign_offs, frameworks, timesheets: what is not listed is unknown, never \"no\"");
    if (fb_guess__has(w, FB_GUESS_WORKER))
        fb_guess__line(w, "  # worker_key: worker-key    # ? the file with the system's key, for the pseudonyms below");
}

/* The day in a file's own name: where it begins and how it is written. */
static const char *day_in_name(const char *file)
{
    struct fb_moment m;
    static const char *const templates[] = {"*{yyyy-mm-dd}*", "*{yyyymmdd}*"};
    const char *slash = file == NULL ? NULL : strrchr(file, '/');
    struct fb_span name = fb_span_of(slash != NULL ? slash + 1 : file != NULL ? file : "");
    for (unsigned i = 0; i < 2; i++)
        if (fb_moment_in_name(&m, fb_span_of(templates[i]), name) == FB_OK && m.has_date)
            return templates[i];
    return NULL;
}

static void write_occurred(struct fb_guess_writer *w)
{
    static const enum fb_guess_meaning others[] = {FB_GUESS_BOOKED, FB_GUESS_REQUESTED};
    const char *template = day_in_name(w->file);
    fb_text_add(w->out, "  occurred_at: ");
    if (fb_guess__has(w, FB_GUESS_CHANGED)) {
        fb_guess__line(w, fb_guess__is_instant(w, FB_GUESS_CHANGED) ? "changed        # when the source last said it"
                                                                    : "{date: changed}    # ? a day, not a moment: of two changes on one day either may stand");
        return;
    }
    if (template != NULL) {
        fb_text_add(w->out, "{file_name: ");
        fb_guess__quoted(w, template);
        fb_guess__line(w, "}    # ? no column says when a row was last changed");
        return;
    }
    for (unsigned i = 0; i < 2; i++)
        if (fb_guess__has(w, others[i]) && fb_guess__is_instant(w, others[i]) && fb_guess__column(w, others[i])->empty == 0) {
            fb_text_add(w->out, fb_guess_meaning_word(others[i]));
            fb_guess__line(w, "         # ? no column says when a row was last changed: of two changes with the same time either may stand");
            return;
        }
    if (fb_guess__has(w, FB_GUESS_DATE))
        fb_guess__line(w, "{date: date}    # ? nothing says when the source wrote it; this is the shift's own day");
    else
        fb_guess__line(w, "{file_name: \"*{yyyy-mm-dd}*\"}    # ? nothing says when the source wrote it: name the file by its day");
}

static void write_file(struct fb_guess_writer *w)
{
    static const char marks[] = ",;\t|";
    static const char *const words[] = {"comma", "semicolon", "tab", "pipe"};
    const struct fb_guess *g = w->guess;
    fb_guess__line(w, "file:");
    fb_guess__line(w, "  kind: snapshot              # ? ledger, where a row never changes once it is there");
    if (!g->sheet) {
        fb_text_add(w->out, "  delimiter: ");
        fb_guess__line(w, words[strchr(marks, g->delimiter) - marks]);
        fb_guess__line(w, g->windows_1252 ? "  encoding: windows-1252      # its bytes are no UTF-8" : "  encoding: utf-8");
    }
    if (w->sheet != NULL) {
        fb_text_add(w->out, "  sheet: ");
        fb_guess__quoted(w, w->sheet);
        fb_guess__line(w, "");
    }
    fb_text_add(w->out, "  header: ");
    fb_text_add_int(w->out, g->header);
    fb_guess__line(w, "");
    if (w->undecided > 0) {
        fb_text_add(w->out, "  # ? ");
        fb_text_add_int(w->out, w->undecided);
        fb_guess__line(w, w->day_first ? " columns of dates fit dd/mm and mm/dd alike in every row: the day is taken to come first"
                                       : " columns of dates fit dd/mm and mm/dd alike in every row: the month is taken to come first");
    }
    list(w, "  date:", w->n_dates, w->dates, NULL);
    list(w, "  time:", w->n_times, w->times, NULL);
    list(w, "  date_time:", w->n_boths, NULL, (const char (*)[FB_GUESS_PATTERN_BYTES])w->boths);
    write_occurred(w);
    if (g->totals)
        fb_guess__line(w, "  skip: [{column: first, starts: [Total, Grand Total]}]");
}

/* ---- columns ---- */

static void comment_column(struct fb_guess_writer *w, const struct fb_guess_column *c, const char *what)
{
    fb_text_add(w->out, "  # ");
    fb_guess__quoted(w, c->header);
    fb_text_add(w->out, ": ");
    fb_guess__line(w, what);
}

static void say_unused(struct fb_guess_writer *w, unsigned i)
{
    const struct fb_guess_column *c = &w->guess->column[i];
    enum fb_guess_meaning m = w->meanings.of[i];
    char text[160];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    if (fb_guess_says_who(c, m))
        fb_text_add(&t, "looks as if it said who somebody is: leave it out, or use it in {pseudonym: [...]} only");
    else if (c->twice)
        fb_text_add(&t, "? stands twice in the header: give one of them another name");
    else if (c->filled == 0)
        fb_text_add(&t, "empty in every row");
    else {
        fb_text_add(&t, m == FB_GUESS_UNKNOWN ? "? not known; about " : "not used; about ");
        fb_text_add_int(&t, fb_guess_distinct(c));
        fb_text_add(&t, c->numbers == c->filled ? " different numbers" : " different values");
    }
    comment_column(w, c, text);
}

static bool is_used(const struct fb_guess_writer *w, unsigned i)
{
    enum fb_guess_meaning m = w->meanings.of[i];
    return m != FB_GUESS_UNKNOWN && m < FB_GUESS_AMOUNT && w->meanings.column[m] == (int)i;
}

static void write_columns(struct fb_guess_writer *w)
{
    const struct fb_guess *g = w->guess;
    fb_guess__line(w, "\ncolumns:");
    if (fb_guess__reference(w) == FB_GUESS_UNKNOWN) {
        fb_guess__line(w, "  # ? no column was found that names a row: put the header of one here");
        fb_guess__line(w, "  request: \"?\"");
    }
    if (g->totals) {
        fb_text_add(w->out, "  first: ");
        fb_guess__quoted(w, g->column[0].header[0] != '\0' ? g->column[0].header : "?");
        fb_guess__line(w, "           # its rows of totals are no records");
    }
    for (unsigned i = 0; i < g->n; i++) {
        const struct fb_guess_column *c = &g->column[i];
        if (c->header[0] == '\0')
            continue;
        if (!is_used(w, i)) {
            say_unused(w, i);
            continue;
        }
        fb_text_add(w->out, "  ");
        fb_text_add(w->out, fb_guess_meaning_word(w->meanings.of[i]));
        fb_text_add(w->out, ": ");
        fb_guess__quoted(w, c->header);
        if (w->meanings.of[i] == FB_GUESS_WORKER)
            fb_text_add(w->out, "    # says who somebody is: it leaves as a pseudonym only");
        fb_guess__line(w, "");
    }
}

void fb_guess_write(struct fb_guess_writer *w)
{
    fb_guess_meanings(w->guess, &w->meanings);
    collect_patterns(w);
    write_source(w);
    write_file(w);
    write_columns(w);
    fb_guess__write_words(w);
    fb_guess__write_records(w);
    if (w->guess->more_rows)
        fb_guess__line(w, "# Only its first 20,000 rows were looked at.");
}
