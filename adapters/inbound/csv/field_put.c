/* Texts into fields: each type has one function, found in a table. */
#include "adapters/inbound/csv/field.h"
#include "engine/base/check.h"
#include <string.h>

typedef enum fb_err put_fn(void *at, const struct fb_field *field, struct fb_span text, const char **why);

static enum fb_err put_text(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    *why = field->max == FB_ID_BYTES_MAX       ? "longer than 64 bytes"
           : field->max == FB_SOURCE_BYTES_MAX ? "longer than 40 bytes"
                                               : "longer than 200 bytes";
    if (text.n > field->max)
        return FB_REFUSED;
    memcpy(at, &text, sizeof text);
    return FB_OK;
}

static enum fb_err put_code(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    fb_code code;
    (void)field;
    *why = "not a code: at most 8 letters and digits without spaces";
    if (fb_code_parse(&code, text) != FB_OK)
        return FB_REFUSED;
    memcpy(at, &code, sizeof code);
    return FB_OK;
}

static enum fb_err put_word(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    unsigned v = field->find(text);
    *why = "not one of our words for this field: translate it with a table of words";
    if (v == 0)
        return FB_REFUSED;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static enum fb_err put_yes_no(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    bool yes = fb_span_is(text, "yes");
    (void)field;
    *why = "neither yes nor no";
    if (!yes && !fb_span_is(text, "no"))
        return FB_REFUSED;
    memcpy(at, &yes, sizeof yes);
    return FB_OK;
}

/* A comma is taken as a thousands comma only where one can stand: 1,234.50 yes, 1,50 no. */
static bool commas_fit(struct fb_span s)
{
    uint32_t run = 0;
    bool comma = false;
    for (uint32_t i = 0; i < s.n && s.p[i] != '.'; i++) {
        if (s.p[i] == '-' && i == 0)
            continue;
        if (s.p[i] == ',' && (run == 0 || run > 3 || (comma && run != 3)))
            return false;
        comma |= s.p[i] == ',';
        run = s.p[i] == ',' ? 0 : run + 1;
    }
    return !comma || run == 3;
}

/* "£1,234.50" -> "1234.50" in out; {NULL, 0} when it does not fit or the commas do not. */
static struct fb_span bare_number(struct fb_span s, char out[40])
{
    uint32_t n = 0;
    for (unsigned sign = 0; sign < 2 && s.n > 0; sign++) { /* "-£5" and "£-5", with or without a space */
        if (s.n >= 2 && memcmp(s.p, "\xC2\xA3", 2) == 0)
            s = (struct fb_span){s.p + 2, s.n - 2};
        if (sign == 0 && s.n > 0 && s.p[0] == '-') {
            out[n++] = '-';
            s = (struct fb_span){s.p + 1, s.n - 1};
        }
        while (s.n > 0 && s.p[0] == ' ')
            s = (struct fb_span){s.p + 1, s.n - 1};
    }
    if (!commas_fit(s))
        return (struct fb_span){NULL, 0};
    for (uint32_t i = 0; i < s.n; i++) {
        if (s.p[i] == ',')
            continue;
        if (n >= 40)
            return (struct fb_span){NULL, 0};
        out[n++] = s.p[i];
    }
    /* Systems print rates with more places than a rate has; noughts at the end change nothing. */
    const char *dot = memchr(out, '.', n);
    while (dot != NULL && n > (uint32_t)(dot - out) + 3 && out[n - 1] == '0')
        n--;
    return (struct fb_span){out, n};
}

static enum fb_err parse_money(int64_t *out, struct fb_span text, unsigned decimals)
{
    char memory[40];
    struct fb_span number = bare_number(text, memory);
    return number.p == NULL ? FB_REFUSED : fb_parse_decimal(out, number, decimals);
}

static enum fb_err put_pence(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    int64_t v;
    (void)field;
    *why = "not an amount in pounds and pence";
    if (parse_money(&v, text, 2) != FB_OK)
        return FB_REFUSED;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static enum fb_err put_minutes(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    int64_t hours = 0, v = 0;
    const char *colon = memchr(text.p, ':', text.n);
    (void)field;
    *why = "not minutes (30) or hours and minutes (00:30)";
    if (colon != NULL) {
        struct fb_span h = {text.p, (uint32_t)(colon - text.p)};
        text = (struct fb_span){colon + 1, text.n - h.n - 1};
        if (text.n != 2 || h.n > 3 || fb_parse_int(&hours, h) != FB_OK)
            return FB_REFUSED;
    }
    if (fb_parse_int(&v, text) != FB_OK || v < 0 || hours < 0 || (colon != NULL && v > 59))
        return FB_REFUSED;
    v += hours * 60;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static enum fb_err put_number(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    int64_t v;
    (void)field;
    *why = "not a whole number";
    if (fb_parse_int(&v, text) != FB_OK || v < 0)
        return FB_REFUSED;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static enum fb_err add_rule(struct fb_approval *a, const struct fb_field *field, struct fb_span rule,
                            const char **why)
{
    *why = "a rule's name is longer than 200 bytes";
    if (rule.n > field->max)
        return FB_REFUSED;
    *why = "more than 8 rules in one approval";
    if (a->n_rules == FB_APPROVAL_RULES_MAX)
        return FB_REFUSED;
    *why = "a rule that is named twice";
    for (unsigned i = 0; i < a->n_rules; i++)
        if (fb_span_eq(a->rule[i], rule))
            return FB_REFUSED;
    a->rule[a->n_rules++] = rule;
    return FB_OK;
}

static enum fb_err put_rules(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    struct fb_approval *a = at;
    enum fb_err e = FB_OK;
    a->n_rules = 0;
    for (uint32_t from = 0; from < text.n && e == FB_OK;) {
        uint32_t n = 0;
        while (from + n < text.n && text.p[from + n] != ',' && text.p[from + n] != ';')
            n++;
        struct fb_span rule = fb_span_trimmed((struct fb_span){text.p + from, n});
        if (rule.n > 0)
            e = add_rule(a, field, rule, why);
        from += n + 1;
    }
    return e;
}

static enum fb_err put_hundredths(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    int64_t v;
    (void)field;
    *why = "not a number of units with at most two decimals";
    if (parse_money(&v, text, 2) != FB_OK || v < 0)
        return FB_REFUSED;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static enum fb_err put_price(void *at, const struct fb_field *field, struct fb_span text, const char **why)
{
    fb_rate_e4 v;
    (void)field;
    *why = "not a rate in pounds, with at most four decimals, of nought to 100,000 pounds";
    if (parse_money(&v, text, 4) != FB_OK || v < 0 || v > FB_RATE_E4_MAX)
        return FB_REFUSED;
    memcpy(at, &v, sizeof v);
    return FB_OK;
}

static put_fn *const plain[] = {
    [FB_FIELD_TEXT] = put_text,     [FB_FIELD_CODE] = put_code,   [FB_FIELD_WORD] = put_word,
    [FB_FIELD_YES_NO] = put_yes_no, [FB_FIELD_PENCE] = put_pence, [FB_FIELD_MINUTES] = put_minutes,
    [FB_FIELD_NUMBER] = put_number, [FB_FIELD_TOKEN] = put_text,  [FB_FIELD_RULES] = put_rules,
    [FB_FIELD_HUNDREDTHS] = put_hundredths, [FB_FIELD_PRICE] = put_price,
};

static enum fb_err put_rate(struct fb_record *r, const struct fb_field_member *m, struct fb_span text,
                            const char **why)
{
    fb_rate_e4 v;
    struct fb_rates *rates = &r->as.booking.rates;
    *why = "not a rate in pounds, with at most four decimals";
    if (parse_money(&v, text, 4) != FB_OK)
        return FB_REFUSED;
    *why = "a rate below nought or above 100,000 pounds";
    if (v < 0 || v > FB_RATE_E4_MAX)
        return FB_REFUSED;
    rates->cell[m->slot].category = m->category;
    rates->cell[m->slot].part[m->word] = v;
    return FB_OK;
}

static enum fb_err put_member(struct fb_record *r, const struct fb_field *field,
                              const struct fb_field_member *m, struct fb_span text, const char **why)
{
    struct fb_booking *b = &r->as.booking;
    if (field->type == FB_FIELD_RATE)
        return put_rate(r, m, text, why);
    if (field->type == FB_FIELD_REFERENCE) {
        struct fb_reference *ref = r->env.kind == FB_KIND_INVOICE_LINE ? &r->as.invoice_line.reference[m->slot] : &b->reference[m->slot];
        ref->system = m->system;
        ref->kind = m->kind;
        return put_text(&ref->id, field, text, why);
    }
    if (field->type == FB_FIELD_SIGN_OFF_REFERENCE) {
        b->sign_off[m->slot].role = (enum fb_role)m->word;
        return put_text(&b->sign_off[m->slot].reference, field, text, why);
    }
    fb_assert(field->type == FB_FIELD_INTERVAL_HOST);
    return put_code(&r->as.timesheet.interval[m->slot].host, field, text, why);
}

enum fb_err fb_field_put(struct fb_record *r, const struct fb_field *field,
                         const struct fb_field_member *member, struct fb_span text, const char **why)
{
    fb_assert(!fb_field_is_time(field->type) && text.n > 0);
    if ((size_t)field->type < sizeof plain / sizeof plain[0])
        return plain[field->type]((char *)r + field->offset, field, text, why);
    return put_member(r, field, member, text, why);
}

void fb_field_put_ms(struct fb_record *r, const struct fb_field *field, const struct fb_field_member *m,
                     int64_t ms)
{
    struct fb_interval_row *row = &r->as.timesheet.interval[m->slot];
    if (field->type == FB_FIELD_SIGN_OFF_AT) {
        r->as.booking.sign_off[m->slot].role = (enum fb_role)m->word;
        r->as.booking.sign_off[m->slot].granted_ms = ms;
    } else if (field->type == FB_FIELD_INTERVAL_START) {
        row->kind = (enum fb_interval)m->word;
        row->start_min = ms / 60000;
    } else if (field->type == FB_FIELD_INTERVAL_END) {
        row->kind = (enum fb_interval)m->word;
        row->end_min = ms / 60000;
    } else {
        memcpy((char *)r + field->offset, &ms, sizeof ms);
    }
}

void fb_field_put_day(struct fb_record *r, const struct fb_field *field, fb_day day)
{
    if (field->type == FB_FIELD_MONTH) {
        int year;
        unsigned month, in_month;
        fb_day_civil(day, &year, &month, &in_month);
        day = fb_day_of(year, month, 1);
    }
    if (field->type == FB_FIELD_WEEK)
        day = fb_day_week(day);
    if (field->type == FB_FIELD_LAST_DAY)
        day++;
    memcpy((char *)r + field->offset, &day, sizeof day);
}

static void blank_booking(struct fb_booking *b)
{
    b->shift.break_min = b->booked_ms = b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT;
    b->rates.unit = FB_UNIT_HOUR;
    for (unsigned c = 0; c < FB_RATE_CELLS_MAX; c++)
        for (unsigned p = 0; p < FB_PART_END; p++)
            b->rates.cell[c].part[p] = FB_ABSENT;
    for (unsigned s = 0; s < FB_SIGN_OFFS_MAX; s++)
        b->sign_off[s].granted_ms = FB_ABSENT;
}

static void blank_approval(struct fb_approval *a)
{
    a->granted_ms = a->confirmed_ms = a->second_ms = a->limit_pence = FB_ABSENT;
}

static void blank_invoice_line(struct fb_invoice_line *l)
{
    l->line = l->credit_line = l->units_e2 = l->minutes = l->rate_e4 = l->net_pence = l->vat_pence = FB_ABSENT;
}

void fb_record_blank(struct fb_record *out, enum fb_kind kind)
{
    memset(out, 0, sizeof *out);
    out->env.kind = kind;
    out->env.revision = out->env.source_seq = out->env.occurred_ms = FB_ABSENT;
    if (kind == FB_KIND_BOOKING)
        blank_booking(&out->as.booking);
    else if (kind == FB_KIND_VACANCY)
        out->as.vacancy.shift.break_min = out->as.vacancy.requested_ms = FB_ABSENT;
    else if (kind == FB_KIND_CASCADE)
        out->as.cascade.tier_no = out->as.cascade.at_ms = FB_ABSENT;
    else if (kind == FB_KIND_ORGANISATION) {
        out->as.organisation.member_from = INT32_MIN;
        out->as.organisation.member_until = INT32_MAX;
    } else if (kind == FB_KIND_FRAMEWORK) {
        out->as.framework.from = INT32_MIN;
        out->as.framework.until = INT32_MAX;
    } else if (kind == FB_KIND_BUDGET)
        out->as.budget.amount_pence = FB_ABSENT;
    else if (kind == FB_KIND_WORKER_FACT) {
        out->as.worker_fact.until = INT32_MAX;
        out->as.worker_fact.week_minutes = FB_ABSENT;
    } else if (kind == FB_KIND_SUBSTANTIVE_HOURS)
        out->as.hours.minutes = FB_ABSENT;
    else if (kind == FB_KIND_APPROVAL)
        blank_approval(&out->as.approval);
    else if (kind == FB_KIND_INVOICE_LINE)
        blank_invoice_line(&out->as.invoice_line);
    else if (kind == FB_KIND_REPLY)
        out->as.reply.until_ms = FB_ABSENT;
}

static unsigned close_references(struct fb_reference reference[FB_REFERENCES_MAX])
{
    unsigned n = 0;
    for (unsigned i = 0; i < FB_REFERENCES_MAX; i++)
        if (reference[i].id.n > 0)
            reference[n++] = reference[i];
    return n;
}

static void close_booking_gaps(struct fb_booking *b)
{
    unsigned cells = 0, references, sign_offs = 0;
    for (unsigned i = 0; i < FB_RATE_CELLS_MAX; i++)
        if (b->rates.cell[i].category != 0)
            b->rates.cell[cells++] = b->rates.cell[i];
    references = close_references(b->reference);
    for (unsigned i = 0; i < FB_SIGN_OFFS_MAX; i++)
        if (b->sign_off[i].role != FB_ROLE_NONE)
            b->sign_off[sign_offs++] = b->sign_off[i];
    b->rates.n = cells;
    b->n_references = references;
    b->n_sign_offs = sign_offs;
    if (cells == 0)
        b->rates.unit = FB_UNIT_NONE; /* no rate, so no unit of it */
}

static void close_timesheet_gaps(struct fb_timesheet *t)
{
    unsigned n = 0;
    for (unsigned i = 0; i < FB_INTERVALS_MAX; i++) {
        struct fb_interval_row row = t->interval[i];
        if (row.kind == FB_INTERVAL_NONE)
            continue;
        unsigned at = n++;
        while (at > 0 && t->interval[at - 1].start_min > row.start_min) {
            t->interval[at] = t->interval[at - 1];
            at--;
        }
        t->interval[at] = row;
    }
    t->n = n;
}

void fb_record_close_gaps(struct fb_record *r)
{
    if (r->env.kind == FB_KIND_INVOICE_LINE)
        r->as.invoice_line.n_references = close_references(r->as.invoice_line.reference);
    if (r->env.kind == FB_KIND_BOOKING)
        close_booking_gaps(&r->as.booking);
    else if (r->env.kind == FB_KIND_TIMESHEET)
        close_timesheet_gaps(&r->as.timesheet);
}
