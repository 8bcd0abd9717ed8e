/* The second half of a guessed mapping: tables of words, the shift, and which records a row makes. */
#include "adapters/inbound/csv/guess/write.h"
#include <string.h>

static bool is_closed(enum fb_guess_meaning m)
{
    return m == FB_GUESS_GROUP || m == FB_GUESS_GRADE || m == FB_GUESS_STATUS || m == FB_GUESS_ROUTE || m == FB_GUESS_WORKER_KIND ||
           m == FB_GUESS_OWN_GRADE || m == FB_GUESS_TIMESHEET || m == FB_GUESS_CANCELLED_BY;
}

bool fb_guess__has_words(const struct fb_guess_writer *w, enum fb_guess_meaning m)
{
    return fb_guess__has(w, m) && is_closed(m);
}

/* Words that say nothing to us in a column of which most say nothing to us: perhaps it is no such column, and they are names. */
static bool may_show_unknown(const struct fb_guess_column *c, enum fb_guess_meaning m)
{
    char memory[FB_GUESS_WORD_BYTES];
    unsigned known = 0;
    for (unsigned i = 0; i < c->n_words; i++)
        known += fb_guess_translate(m, false, c->word[i].text, memory) != NULL;
    return known * 2 >= c->n_words;
}

static void write_word(struct fb_guess_writer *w, const char *theirs, const char *ours)
{
    fb_text_add(w->out, "    ");
    fb_guess__quoted(w, theirs);
    fb_text_add(w->out, ": ");
    fb_guess__quoted(w, ours != NULL ? ours : "");
    fb_guess__line(w, ours != NULL ? "" : "    # ? which of ours is it?");
}

static void write_table(struct fb_guess_writer *w, enum fb_guess_meaning m, const char *name, bool vacancy)
{
    char memory[FB_GUESS_WORD_BYTES];
    const struct fb_guess_column *c = fb_guess__column(w, m);
    unsigned hidden = 0;
    bool show = may_show_unknown(c, m);
    fb_text_add(w->out, "  ");
    fb_text_add(w->out, name);
    fb_guess__line(w, ":");
    fb_guess__line(w, "    \"\": \"\"");
    for (unsigned i = 0; i < c->n_words; i++) {
        const char *theirs = c->word[i].text, *ours = fb_guess_translate(m, vacancy, theirs, memory);
        bool person = fb_guess_is_person(fb_span_of(theirs));
        if (strcmp(theirs, "*") == 0 || person || (ours == NULL && !show))
            hidden++;
        else
            write_word(w, theirs, ours);
    }
    if (c->many)
        fb_guess__line(w, "    # ? there are more words than 40: is this the column it was taken for?");
    if (hidden == 0)
        return;
    fb_text_add(w->out, "    # ? ");
    fb_text_add_int(w->out, hidden);
    fb_guess__line(w, " words are not written here, for they might be somebody's name: fairbank-csv check shows them");
}

void fb_guess__write_words(struct fb_guess_writer *w)
{
    bool any = false;
    for (unsigned m = 1; m < FB_GUESS_MEANINGS; m++)
        any |= fb_guess__has_words(w, (enum fb_guess_meaning)m);
    if (!any)
        return;
    fb_guess__line(w, "\nwords:                          # theirs: ours; \"\" is absent");
    for (unsigned m = 1; m < FB_GUESS_MEANINGS; m++)
        if (fb_guess__has_words(w, (enum fb_guess_meaning)m))
            write_table(w, (enum fb_guess_meaning)m, fb_guess_meaning_word((enum fb_guess_meaning)m), false);
    if (fb_guess__has(w, FB_GUESS_STATUS))
        write_table(w, FB_GUESS_STATUS, "vacancy_state", true);
}

/* ---- fields ---- */

static void field(struct fb_guess_writer *w, const char *indent, const char *name, enum fb_guess_meaning m)
{
    if (!fb_guess__has(w, m))
        return;
    fb_text_add(w->out, indent);
    fb_text_add(w->out, name);
    fb_text_add(w->out, ": ");
    const char *column = fb_guess_meaning_word(m);
    if (fb_guess__has_words(w, m)) {
        fb_text_add(w->out, "{column: ");
        fb_text_add(w->out, column);
        fb_text_add(w->out, ", words: ");
        fb_text_add(w->out, column);
        fb_guess__line(w, "}");
    } else {
        fb_guess__line(w, column);
    }
}

/* A moment of its own; a day alone is not sent as one. */
static void instant(struct fb_guess_writer *w, const char *name, enum fb_guess_meaning m)
{
    if (!fb_guess__has(w, m) || fb_guess__is_instant(w, m)) {
        field(w, "      ", name, m);
        return;
    }
    fb_text_add(w->out, "      # ");
    fb_text_add(w->out, name);
    fb_text_add(w->out, ": ");
    fb_text_add(w->out, fb_guess_meaning_word(m));
    fb_guess__line(w, "    # ? its column holds days without a time");
}

static bool is_time_alone(const struct fb_guess_writer *w, enum fb_guess_meaning m)
{
    const struct fb_guess_column *c = fb_guess__column(w, m);
    return fb_guess_best_both(c) < 0 && c->sheet_boths + c->sheet_dates == 0;
}

/* An instant of a time and the row's date, of a column that holds both, or the time alone. */
static void moment(struct fb_guess_writer *w, const char *indent, const char *name, enum fb_guess_meaning m, bool end)
{
    if (!fb_guess__has(w, m))
        return;
    const char *column = fb_guess_meaning_word(m);
    fb_text_add(w->out, indent);
    fb_text_add(w->out, name);
    if (!is_time_alone(w, m))
        fb_text_add(w->out, ": ");
    else if (end || !fb_guess__has(w, FB_GUESS_DATE))
        fb_text_add(w->out, ": {time: ");
    else
        fb_text_add(w->out, ": {date: date, time: ");
    fb_text_add(w->out, column);
    fb_guess__line(w, is_time_alone(w, m) ? "}" : "");
}

static bool has_shift(const struct fb_guess_writer *w)
{
    bool start = fb_guess__has(w, FB_GUESS_START) && fb_guess__has(w, FB_GUESS_END);
    return start && (fb_guess__has(w, FB_GUESS_DATE) || !is_time_alone(w, FB_GUESS_START));
}

static void write_shift(struct fb_guess_writer *w)
{
    fb_guess__line(w, "\nshift:");
    fb_guess__line(w, "  hirer: {is: CHANGE}         # ? your ODS code, or a column that holds it");
    if (!has_shift(w)) {
        fb_guess__line(w, "  # ? no start and end of a shift were found: start: and end: are wanted here");
    } else {
        moment(w, "  ", "start", FB_GUESS_START, false);
        moment(w, "  ", "end", FB_GUESS_END, true);
    }
    field(w, "  ", "unit", FB_GUESS_UNIT);
    field(w, "  ", "site", FB_GUESS_SITE);
    field(w, "  ", "cost_centre", FB_GUESS_COST_CENTRE);
    field(w, "  ", "subjective", FB_GUESS_SUBJECTIVE);
    field(w, "  ", "staff_group", FB_GUESS_GROUP);
    field(w, "  ", "grade", FB_GUESS_GRADE);
    field(w, "  ", "role", FB_GUESS_ROLE);
    field(w, "  ", "break_min", FB_GUESS_BREAK);
    if (!fb_guess__has(w, FB_GUESS_GROUP))
        fb_guess__line(w, "  # staff_group: {is: nursing_midwifery}    # ? no column says it");
}

static void reference(struct fb_guess_writer *w, char letter, enum fb_guess_meaning m)
{
    char text[80];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add_span(&t, (struct fb_span){&letter, 1});
    fb_text_add(&t, "{");
    fb_text_add(&t, m == FB_GUESS_UNKNOWN ? "request" : fb_guess_meaning_word(m));
    fb_text_add(&t, "}");
    fb_text_add(w->out, "{text: ");
    fb_guess__quoted(w, text);
    fb_guess__line(w, "}");
}

static void write_vacancy(struct fb_guess_writer *w, enum fb_guess_meaning ref)
{
    fb_guess__line(w, "  - kind: vacancy");
    fb_text_add(w->out, "    ref: ");
    reference(w, 'V', ref);
    fb_guess__line(w, "    fields:");
    if (fb_guess__has(w, FB_GUESS_STATUS))
        fb_guess__line(w, "      state: {column: status, words: vacancy_state}");
    else
        fb_guess__line(w, "      state: {is: open}       # ? no column says it");
    field(w, "      ", "reason", FB_GUESS_REASON);
    field(w, "      ", "purchase_order", FB_GUESS_ORDER);
    instant(w, "requested_at", FB_GUESS_REQUESTED);
}

/* Words by which a row is no booking yet, or no more than a vacancy. */
static void write_not_booked(struct fb_guess_writer *w)
{
    char memory[FB_GUESS_WORD_BYTES];
    const struct fb_guess_column *c = fb_guess__column(w, FB_GUESS_STATUS);
    fb_text_add(w->out, "{column: status, is_not: [\"\"");
    for (unsigned i = 0; i < c->n_words; i++) {
        const char *ours = fb_guess_translate(FB_GUESS_STATUS, false, c->word[i].text, memory);
        if (ours == NULL || ours[0] != '\0' || fb_guess_is_person(fb_span_of(c->word[i].text)))
            continue;
        fb_text_add(w->out, ", ");
        fb_guess__quoted(w, c->word[i].text);
    }
    fb_text_add(w->out, "]}");
}

static void write_when(struct fb_guess_writer *w)
{
    bool route = fb_guess__has(w, FB_GUESS_ROUTE), status = fb_guess__has(w, FB_GUESS_STATUS);
    if (!route && !status)
        return;
    fb_text_add(w->out, "    when: [");
    if (route)
        fb_text_add(w->out, status ? "{column: route, is_not: \"\"}, " : "{column: route, is_not: \"\"}");
    if (status)
        write_not_booked(w);
    fb_guess__line(w, "]");
}

static void write_rates(struct fb_guess_writer *w)
{
    if (!fb_guess__has(w, FB_GUESS_PAY))
        return;
    fb_guess__line(w, "      rates.plain.worker_pay: pay    # ? pounds an hour, before anything is added; other categories are yours to add");
    field(w, "      ", "rates.plain.commission", FB_GUESS_COMMISSION);
    field(w, "      ", "rates.plain.employer_ni", FB_GUESS_NI);
    fb_guess__line(w, "      rates.complete: {is: \"no\", when: [{column: pay, is_not: \"\"}]}    # ? yes, when these are all parts of the price");
}

static void write_booking(struct fb_guess_writer *w, enum fb_guess_meaning ref, bool vacancy)
{
    fb_guess__line(w, "\n  - kind: booking");
    write_when(w);
    fb_text_add(w->out, "    ref: ");
    reference(w, 'B', ref);
    fb_guess__line(w, "    fields:");
    if (fb_guess__has(w, FB_GUESS_STATUS))
        field(w, "      ", "state", FB_GUESS_STATUS);
    else
        fb_guess__line(w, "      state: {is: booked}     # ? no column says it");
    if (vacancy) {
        fb_text_add(w->out, "      vacancy_ref: ");
        reference(w, 'V', ref);
    }
    if (fb_guess__has(w, FB_GUESS_ROUTE))
        field(w, "      ", "route", FB_GUESS_ROUTE);
    else
        fb_guess__line(w, "      route: {is: bank}       # ? no column says it: substantive, bank, collaborative, agency or other");
    field(w, "      ", "agency", FB_GUESS_AGENCY);
    field(w, "      ", "framework", FB_GUESS_FRAMEWORK);
    field(w, "      ", "lot", FB_GUESS_LOT);
    if (fb_guess__has(w, FB_GUESS_WORKER))
        fb_guess__line(w, "      worker: {pseudonym: [worker]}");
    field(w, "      ", "worker_kind", FB_GUESS_WORKER_KIND);
    field(w, "      ", "worker_grade", FB_GUESS_OWN_GRADE);
    field(w, "      ", "reason", FB_GUESS_REASON);
    instant(w, "booked_at", FB_GUESS_BOOKED);
    if (fb_guess__has(w, FB_GUESS_REQUEST))
        fb_guess__line(w, "      references.healthroster.request_id: request    # ? the name by which other systems know the row");
    field(w, "      ", "references.bank_provider.reference", FB_GUESS_BOOKING);
    write_rates(w);
    instant(w, "cancelled_at", FB_GUESS_CANCELLED_AT);
    field(w, "      ", "cancelled_by", FB_GUESS_CANCELLED_BY);
    field(w, "      ", "cancel_charge", FB_GUESS_CANCEL_CHARGE);
}

static void write_timesheet(struct fb_guess_writer *w, enum fb_guess_meaning ref)
{
    if (!fb_guess__has(w, FB_GUESS_ACTUAL_START) || !fb_guess__has(w, FB_GUESS_ACTUAL_END) ||
        (is_time_alone(w, FB_GUESS_ACTUAL_START) && !fb_guess__has(w, FB_GUESS_DATE)))
        return;
    fb_guess__line(w, "\n  - kind: timesheet           # list timesheets under sends: above");
    fb_guess__line(w, "    when: [{column: actual_start, is_not: \"\"}]");
    fb_text_add(w->out, "    ref: ");
    reference(w, 'T', ref);
    fb_guess__line(w, "    fields:");
    fb_text_add(w->out, "      booking_ref: ");
    reference(w, 'B', ref);
    if (fb_guess__has(w, FB_GUESS_TIMESHEET))
        field(w, "      ", "state", FB_GUESS_TIMESHEET);
    else
        fb_guess__line(w, "      state: {is: submitted}  # ? no column says it");
    moment(w, "      ", "worked.start", FB_GUESS_ACTUAL_START, false);
    moment(w, "      ", "worked.end", FB_GUESS_ACTUAL_END, true);
}

void fb_guess__write_records(struct fb_guess_writer *w)
{
    enum fb_guess_meaning ref = fb_guess__reference(w);
    bool request = fb_guess__has(w, FB_GUESS_REQUEST) || ref == FB_GUESS_UNKNOWN || !fb_guess__has(w, FB_GUESS_BOOKING);
    write_shift(w);
    fb_guess__line(w, "\nrecords:");
    if (ref != FB_GUESS_REQUEST && ref != FB_GUESS_BOOKING)
        fb_guess__line(w, "  # ? no column names a row for itself: without one, all rows that share this reference are one record");
    if (request)
        write_vacancy(w, ref);
    if (has_shift(w)) {
        write_booking(w, ref, request);
        write_timesheet(w, ref);
    }
}
