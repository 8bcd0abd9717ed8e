#include "engine/core/record.h"
#include "tools/fairbank/price.h"
#include <stdio.h>
#include <string.h>

void price_refuse(struct price_error *bad, const char *field, const char *reason)
{
    if (bad->field[0] != '\0')
        return;
    snprintf(bad->field, sizeof(bad->field), "%s", field);
    snprintf(bad->reason, sizeof(bad->reason), "%s", reason);
}

/* The text of a field; {NULL, 0} when absent (refused when it must be there) or not text. */
static struct fb_span text_of(json_t *in, const char *key, const char *field, bool must, struct price_error *bad)
{
    json_t *v = json_object_get(in, key);
    if (v == NULL || json_is_null(v)) {
        if (must)
            price_refuse(bad, field, "is missing");
        return (struct fb_span){NULL, 0};
    }
    if (!json_is_string(v)) {
        price_refuse(bad, field, "must be text in quotes");
        return (struct fb_span){NULL, 0};
    }
    return (struct fb_span){json_string_value(v), (uint32_t)json_string_length(v)};
}

static fb_code code_of(json_t *in, const char *key, const char *field, bool must, struct price_error *bad)
{
    struct fb_span s = text_of(in, key, field, must, bad);
    fb_code code = 0;
    if (s.p != NULL && fb_code_parse(&code, s) != FB_OK)
        price_refuse(bad, field, "must be 1 to 8 letters or digits");
    return code;
}

static char lower(char c) { return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c); }

static char upper(char c) { return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); }

/* Trusts' codes are capitals: "rth" is RTH. */
static fb_code trust_of(json_t *in, struct price_error *bad)
{
    char w[FB_CODE_BYTES_MAX + 1];
    fb_code code = code_of(in, "trust", "trust", true, bad);
    uint32_t n = (uint32_t)fb_code_format(w, code);
    for (uint32_t i = 0; i < n; i++)
        w[i] = upper(w[i]);
    return n > 0 && fb_code_parse(&code, (struct fb_span){w, n}) == FB_OK ? code : 0;
}

static bool same_letters(fb_code a, fb_code b)
{
    char x[FB_CODE_BYTES_MAX + 1], y[FB_CODE_BYTES_MAX + 1];
    size_t n = fb_code_format(x, a), m = fb_code_format(y, b), i = 0;
    while (i < n && i < m && lower(x[i]) == lower(y[i]))
        i++;
    return i == n && i == m;
}

/* The book's spelling of a band: "8A" is its 8a, "fy2" its FY2. One that it does not have stays as it is. */
static fb_code band_of(json_t *in, const struct fb_book *book, const char *field, bool must, struct price_error *bad)
{
    fb_code code = code_of(in, "band", field, must, bad);
    if (fb_book_grade(book, code) >= 0)
        return code;
    for (unsigned i = 0; i < book->n_grades; i++)
        if (same_letters(book->grade[i].code, code))
            return book->grade[i].code;
    return code;
}

static void read_shift(json_t *in, const struct fb_book *book, struct fb_shift *s, struct price_error *bad)
{
    s->hirer = trust_of(in, bad);
    struct fb_span group = text_of(in, "staff_group", "staff_group", true, bad);
    s->staff_group = fb_staff_group_find(group);
    if (group.p != NULL && s->staff_group == FB_STAFF_GROUP_NONE)
        price_refuse(bad, "staff_group", "is not a staff group: use a data-dictionary word such as nursing_midwifery");
    s->grade = band_of(in, book, "band", true, bad);
    s->site = text_of(in, "site", "site", false, bad);
    struct fb_span start = text_of(in, "start", "start", true, bad), end = text_of(in, "end", "end", true, bad);
    const char *field = NULL, *why = NULL;
    if (start.p != NULL && end.p != NULL && fb_shift_resolve(&s->time, start, end, -1, &field, &why) != FB_OK)
        price_refuse(bad, field, why);
    s->start_local = start;
    s->end_local = end;
}

static void read_break(json_t *in, struct fb_shift *s, struct price_error *bad)
{
    json_t *v = json_object_get(in, "break_minutes");
    s->break_min = 0;
    if (v == NULL || json_is_null(v))
        return;
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        price_refuse(bad, "break_minutes", "must be a whole number of minutes, nought or more");
    else if (json_integer_value(v) > s->time.end_min - s->time.start_min)
        price_refuse(bad, "break_minutes", "is longer than the shift");
    else
        s->break_min = json_integer_value(v);
}

static void read_worker(json_t *in, const struct fb_book *book, struct fb_booking *b, struct price_error *bad)
{
    json_t *w = json_object_get(in, "worker");
    if (w == NULL || json_is_null(w))
        return;
    if (!json_is_object(w)) {
        price_refuse(bad, "worker", "must be an object with kind, band and point");
        return;
    }
    struct fb_span kind = text_of(w, "kind", "worker.kind", false, bad), point = text_of(w, "point", "worker.point", false, bad);
    b->worker_kind = fb_worker_kind_find(kind);
    if (kind.p != NULL && b->worker_kind == FB_WORKER_KIND_NONE)
        price_refuse(bad, "worker.kind", "must be bank_only or substantive (or agency)");
    b->worker_grade = band_of(w, book, "worker.band", false, bad);
    b->worker_point = fb_point_find(point);
    if (point.p != NULL && b->worker_point == FB_POINT_NONE)
        price_refuse(bad, "worker.point", "must be entry, mid or top");
}

static void read_part(const char *category, const char *key, json_t *v, struct fb_rate_cell *cell, struct price_error *bad)
{
    char field[80];
    snprintf(field, sizeof(field), "rates.%s.%s", category, key);
    enum fb_part part = fb_part_find(fb_span_of(key));
    if (part == FB_PART_NONE) {
        price_refuse(bad, field, "is not a part of a charge: use worker_pay, wtd_holiday, employer_ni, employer_pension, levy, commission, other_fee or vat");
        return;
    }
    int64_t rate = 0;
    struct fb_span s = {json_string_value(v), (uint32_t)json_string_length(v)};
    if (!json_is_string(v) || fb_parse_decimal(&rate, s, 4) != FB_OK)
        price_refuse(bad, field, "must be pounds an hour as text, such as \"17.69\", with at most four decimals");
    else if (rate < 0 || rate > FB_RATE_E4_MAX)
        price_refuse(bad, field, "must be between 0 and 100000 pounds");
    cell->part[part] = rate;
}

/* A rate under a name that the packs do not have would count for nothing, in silence. */
static void refuse_category(const struct fb_book *book, const char *field, struct price_error *bad)
{
    char text[200];
    struct fb_text t;
    fb_text_init(&t, text, sizeof(text) - 1);
    fb_text_add(&t, "is not a category of these packs: use");
    for (unsigned c = 0; c < book->n_categories; c++) {
        fb_text_add(&t, c == 0 ? " " : c + 1 < book->n_categories ? ", " : " or ");
        fb_text_add_code(&t, book->category[c]);
    }
    text[t.n] = '\0';
    price_refuse(bad, field, text);
}

static void read_cell(const char *category, json_t *parts, const struct fb_book *book, struct fb_rates *rates, struct price_error *bad)
{
    char field[80];
    snprintf(field, sizeof(field), "rates.%s", category);
    fb_code code = 0;
    if (fb_code_parse(&code, fb_span_of(category)) != FB_OK || fb_book_category(book, code) < 0) {
        refuse_category(book, field, bad);
        return;
    }
    if (!json_is_object(parts)) {
        price_refuse(bad, field, "must be an object of parts, such as {\"worker_pay\":\"17.69\"}");
        return;
    }
    if (rates->n == FB_RATE_CELLS_MAX) {
        price_refuse(bad, "rates", "has more categories than 16");
        return;
    }
    unsigned at = rates->n++;
    for (; at > 0 && rates->cell[at - 1].category > code; at--)
        rates->cell[at] = rates->cell[at - 1];
    struct fb_rate_cell *cell = &rates->cell[at];
    cell->category = code;
    for (unsigned p = 0; p < FB_PART_END; p++)
        cell->part[p] = FB_ABSENT;
    const char *key;
    json_t *v;
    json_object_foreach(parts, key, v) read_part(category, key, v, cell, bad);
}

static enum fb_said said_of(json_t *in, const char *key, enum fb_said left_out, struct price_error *bad)
{
    json_t *v = json_object_get(in, key);
    if (v == NULL || json_is_null(v))
        return left_out;
    if (!json_is_boolean(v))
        price_refuse(bad, key, "must be true or false");
    return json_is_true(v) ? FB_SAID_YES : FB_SAID_NO;
}

static void read_rates(json_t *in, const struct fb_book *book, struct fb_rates *rates, struct price_error *bad)
{
    rates->unit = FB_UNIT_HOUR;
    rates->pay_includes_holiday = said_of(in, "pay_includes_holiday", FB_SAID_NO, bad);
    rates->complete = said_of(in, "rates_complete", FB_SAID_NONE, bad);
    json_t *v = json_object_get(in, "rates");
    if (v == NULL || json_is_null(v))
        return;
    if (!json_is_object(v)) {
        price_refuse(bad, "rates", "must be an object of categories");
        return;
    }
    const char *category;
    json_t *parts;
    json_object_foreach(v, category, parts) read_cell(category, parts, book, rates, bad);
}

/* What decides over VAT, on-costs and fees. */
static void read_supply(json_t *in, struct fb_booking *b, struct price_error *bad)
{
    struct fb_span route = text_of(in, "route", "route", true, bad), engagement = text_of(in, "engagement", "engagement", false, bad);
    b->route = fb_route_find(route);
    if (route.p != NULL && b->route == FB_ROUTE_NONE)
        price_refuse(bad, "route", "must be bank or agency (or substantive, collaborative, other)");
    b->engagement = fb_engagement_find(engagement);
    if (engagement.p != NULL && b->engagement == FB_ENGAGEMENT_NONE)
        price_refuse(bad, "engagement", "must be paye, umbrella, own_company or direct");
    b->framework = text_of(in, "framework", "framework", false, bad);
}

/* A word written wrongly would price another shift than was meant, in silence. */
static void refuse_unknown(json_t *in, const char *const *names, const char *what, struct price_error *bad)
{
    const char *key;
    json_t *v;
    json_object_foreach(in, key, v)
    {
        unsigned i = 0;
        while (names[i] != NULL && strcmp(names[i], key) != 0)
            i++;
        if (names[i] == NULL && strlen(key) < sizeof(bad->field))
            price_refuse(bad, key, what);
        else if (names[i] == NULL) /* cut short it need not be text any more */
            price_refuse(bad, "line", "has a field whose name is too long to be one of ours");
    }
}

void price_refuse_line(struct price_error *bad, const char *line, size_t n, const json_error_t *where)
{
    static const struct {
        enum json_error_code code;
        const char *text;
    } known[] = {{json_error_duplicate_key, "names the same field twice"},
                 {json_error_end_of_input_expected, "holds something behind its JSON object"},
                 {json_error_premature_end_of_input, "ends in the middle of its JSON object"},
                 {json_error_invalid_utf8, "is not UTF-8 text"},
                 {json_error_numeric_overflow, "holds a number that is too large"}};
    char text[80];
    while (n > 0 && (line[n - 1] == '\n' || line[n - 1] == '\r' || line[n - 1] == ' '))
        n--;
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]) && n > 0; i++)
        if (json_error_code(where) == known[i].code)
            price_refuse(bad, "line", known[i].text);
    snprintf(text, sizeof(text), "is not a JSON object: reading stopped at its character %d", where->column);
    price_refuse(bad, "line", n == 0 ? "is empty" : text);
}

static const char *const fields[] = {"id", "trust", "site", "staff_group", "band", "route", "start", "end", "break_minutes", "worker",
                                     "engagement", "framework", "rates", "rates_complete", "pay_includes_holiday", NULL};
static const char *const of_worker[] = {"kind", "band", "point", NULL};

const char *price_read(json_t *in, const struct fb_book *book, struct fb_record *out, struct price_error *bad)
{
    memset(out, 0, sizeof(*out));
    if (!json_is_object(in)) {
        price_refuse(bad, "line", "must hold one JSON object");
        return NULL;
    }
    struct fb_booking *b = &out->as.booking;
    struct fb_span id = text_of(in, "id", "id", true, bad);
    out->env = (struct fb_envelope){.kind = FB_KIND_BOOKING, .source = fb_span_of("price"), .record_ref = id, .message_id = id,
                                    .revision = FB_ABSENT, .source_seq = FB_ABSENT};
    b->state = FB_BOOKING_STATE_BOOKED;
    b->booked_ms = b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    read_shift(in, book, &b->shift, bad);
    read_break(in, &b->shift, bad);
    read_supply(in, b, bad);
    read_worker(in, book, b, bad);
    read_rates(in, book, &b->rates, bad);
    refuse_unknown(in, fields, "is no field of a shift: use id, trust, site, staff_group, band, route, start, end, break_minutes, worker, engagement, framework, "
                   "rates, rates_complete and pay_includes_holiday", bad);
    refuse_unknown(json_object_get(in, "worker"), of_worker, "is no field of a worker: use kind, band and point", bad);
    return id.p;
}
