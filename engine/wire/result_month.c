#include "engine/base/check.h"
#include "engine/wire/result.h"
#include <string.h>

/* What a result tells of the shifts of a month. */
#define PB   Fairbank__V1__MonthRow
#define OURS struct fb_month_row
static const struct fb_wire_row month_rows[] = {
    U32(record, subject),
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(record_ref, record_ref, false, FB_ID_BYTES_MAX),
    CODE(hirer, hirer, false),
    CODE(payer, payer, false),
    CODE(employer, employer, false),
    TEXT(site, site, false, FB_TEXT_BYTES_MAX),
    TEXT(unit, unit, false, FB_TEXT_BYTES_MAX),
    TEXT(cost_centre, cost_centre, false, FB_TEXT_BYTES_MAX),
    TEXT(subjective, subjective, false, FB_TEXT_BYTES_MAX),
    TEXT(role, role, false, FB_TEXT_BYTES_MAX),
    TEXT(agency, agency, false, FB_TEXT_BYTES_MAX),
    TEXT(framework, framework, false, FB_TEXT_BYTES_MAX),
    TEXT(purchase_order, purchase_order, false, FB_TEXT_BYTES_MAX),
    TEXT(reason, reason, false, FB_TEXT_BYTES_MAX),
    WORD(staff_group, staff_group, false, fb_staff_group_known),
    WORD(route, route, false, fb_route_known),
    CODE(grade, grade, false),
    WORD(engagement, engagement, false, fb_engagement_known),
    WORD(state, state, false, fb_booking_state_known),
    WORD(timesheet, timesheet, false, fb_timesheet_state_known),
    DAY(day, day, false, 0),
    AMOUNT(start_min, start_min),
    AMOUNT(end_min, end_min),
    NUMBER(booked_ms, booked_ms, false, INT64_MIN + 1, INT64_MAX),
    U64(journal, journal, false),
    U32(issue, issue),
    FLAG(shadow, shadow),
    FLAG(historic, historic),
    U8(basis, basis),
    TEXT(vat, vat, false, FB_TEXT_BYTES_MAX),
    AMOUNT(vat_ppm, vat_ppm),
    FLAG(vat_unsettled, vat_unsettled),
    DAY(posted, posted, false, 0),
    FLAG(closed, closed),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__MonthStage
#define OURS struct fb_month_cap
static const struct fb_wire_row cap_rows[] = {
    NUMBER(cap_pence, pence, false, INT64_MIN + 1, INT64_MAX),
    NUMBER(charge_pence, charge_pence, false, INT64_MIN + 1, INT64_MAX),
    NUMBER(over_cap_e2, over_e2, false, INT64_MIN + 1, INT64_MAX),
    FLAG(lower_bound, lower_bound),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__MonthRef
#define OURS struct fb_month_ref
static const struct fb_wire_row ref_rows[] = {
    TEXT(source, source, false, FB_SOURCE_BYTES_MAX),
    TEXT(ref, ref, false, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__MonthReference
#define OURS struct fb_reference
static const struct fb_wire_row reference_rows[] = {
    TEXT(system, system, false, FB_SOURCE_BYTES_MAX),
    TEXT(kind, kind, false, FB_SOURCE_BYTES_MAX),
    TEXT(id, id, false, FB_ID_BYTES_MAX),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__MonthHost
#define OURS struct fb_host_part
static const struct fb_wire_row host_rows[] = {
    CODE(trust, host, false),
    AMOUNT(minutes, minutes),
    AMOUNT(pence, pence),
};
#undef PB
#undef OURS

#define PB   Fairbank__V1__MonthFinding
#define OURS struct fb_month_finding
static const struct fb_wire_row finding_rows[] = {
    TEXT(rule, rule, false, FB_TEXT_BYTES_MAX),
    WORD(severity, severity, false, fb_severity_known),
    AMOUNT(pence, pence),
    FLAG(answered, answered),
};
#undef PB
#undef OURS
enum { MONTH_FIELD = 80, STAGES_MAX = FB_STAGE_END - 1 };

static size_t figures_sent(const struct fb_figures *f)
{
    size_t n = FB_MEASURES;
    while (n > 0 && f->v[n - 1] == 0)
        n--;
    return n;
}

/* What the generated row points to, until it is packed. */
struct parts {
    Fairbank__V1__MonthStage stage[STAGES_MAX], *stages[STAGES_MAX];
    int64_t figures[STAGES_MAX][FB_MEASURES];
    Fairbank__V1__MonthFinding finding[FB_FINDINGS_MAX], *findings[FB_FINDINGS_MAX];
    Fairbank__V1__MonthReference reference[FB_REFERENCES_MAX], *references[FB_REFERENCES_MAX];
    Fairbank__V1__MonthHost host[FB_INTERVALS_MAX], *hosts[FB_INTERVALS_MAX];
    Fairbank__V1__MonthRef vacancy, confirmation, sheet;
    int64_t vat_rate_ppm[FB_VAT_RATES_MAX];
    struct fb_wire_scratch scratch;
};

static void write_stages(struct parts *p, const struct fb_month_row *row, Fairbank__V1__MonthRow *m)
{
    fb_assert(row->n_stages <= STAGES_MAX);
    for (unsigned i = 0; i < row->n_stages; i++) {
        Fairbank__V1__MonthStage *to = p->stages[i] = &p->stage[i];
        fairbank__v1__month_stage__init(to);
        to->has_stage = true;
        to->stage = (Fairbank__V1__Stage)row->stage[i].stage;
        memcpy(p->figures[i], row->stage[i].figures.v, sizeof p->figures[i]);
        to->figures = p->figures[i];
        to->n_figures = figures_sent(&row->stage[i].figures);
        to->has_cap_basis = row->stage[i].cap.basis != FB_STATUS_NONE;
        to->cap_basis = (uint64_t)row->stage[i].cap.basis;
        fb_wire__write(&p->scratch, FB_WIRE_SPAN_ROWS(cap_rows), &row->stage[i].cap, to);
    }
    m->n_stages = row->n_stages;
    m->stages = p->stages;
}

static void write_findings(struct parts *p, const struct fb_month_row *row, Fairbank__V1__MonthRow *m)
{
    fb_assert(row->n_findings <= FB_FINDINGS_MAX);
    for (unsigned i = 0; i < row->n_findings; i++) {
        p->findings[i] = &p->finding[i];
        fairbank__v1__month_finding__init(&p->finding[i]);
        fb_wire__write(&p->scratch, FB_WIRE_SPAN_ROWS(finding_rows), &row->finding[i], &p->finding[i]);
    }
    m->n_findings = row->n_findings;
    m->findings = p->findings;
}

static void write_lists(struct parts *p, const struct fb_month_row *row, Fairbank__V1__MonthRow *m)
{
    fb_assert(row->n_references <= FB_REFERENCES_MAX && row->n_hosts <= FB_INTERVALS_MAX && row->n_vat_rates <= FB_VAT_RATES_MAX);
    for (unsigned i = 0; i < row->n_references; i++) {
        p->references[i] = &p->reference[i];
        fairbank__v1__month_reference__init(&p->reference[i]);
        fb_wire__write(&p->scratch, FB_WIRE_SPAN_ROWS(reference_rows), &row->reference[i], &p->reference[i]);
    }
    for (unsigned i = 0; i < row->n_hosts; i++) {
        p->hosts[i] = &p->host[i];
        fairbank__v1__month_host__init(&p->host[i]);
        fb_wire__write(&p->scratch, FB_WIRE_SPAN_ROWS(host_rows), &row->host[i], &p->host[i]);
    }
    m->n_references = row->n_references;
    m->references = p->references;
    m->n_hosts = row->n_hosts;
    m->hosts = p->hosts;
    memcpy(p->vat_rate_ppm, row->vat_rate_ppm, sizeof p->vat_rate_ppm);
    m->n_vat_rates_ppm = row->n_vat_rates;
    m->vat_rates_ppm = p->vat_rate_ppm;
}

/* NULL: none is held. */
static Fairbank__V1__MonthRef *write_ref(struct parts *p, const struct fb_month_ref *ref, Fairbank__V1__MonthRef *to)
{
    if (ref->ref.n == 0)
        return NULL;
    fairbank__v1__month_ref__init(to);
    fb_wire__write(&p->scratch, FB_WIRE_SPAN_ROWS(ref_rows), ref, to);
    return to;
}

static void append_row(struct fb_writer *w, const struct fb_month_row *row)
{
    Fairbank__V1__MonthRow m = FAIRBANK__V1__MONTH_ROW__INIT;
    struct parts p;
    p.scratch.used = 0;
    fb_wire__write(&p.scratch, FB_WIRE_SPAN_ROWS(month_rows), row, &m);
    m.has_vat_base = row->vat_base != FB_VAT_BASE_NONE;
    m.vat_base = (uint64_t)row->vat_base;
    write_stages(&p, row, &m);
    write_findings(&p, row, &m);
    write_lists(&p, row, &m);
    m.vacancy = write_ref(&p, &row->vacancy, &p.vacancy);
    m.confirmation = write_ref(&p, &row->confirmation, &p.confirmation);
    m.sheet = write_ref(&p, &row->sheet, &p.sheet);
    fb_wire__append(w, MONTH_FIELD, &m.base);
}

void fb_wire__append_month(struct fb_writer *w, const struct fb_result *r)
{
    for (unsigned i = 0; i < r->n_month && !w->bad; i++)
        append_row(w, &r->month[i]);
}

/* Each stage stands once, and says which it is. Measures that a later engine has are not ours to keep. */
static void read_stages(struct fb_wire_reading *r, const Fairbank__V1__MonthRow *m, struct fb_month_row *out)
{
    unsigned seen = 0;
    for (size_t i = 0; i < m->n_stages; i++) {
        const Fairbank__V1__MonthStage *s = m->stages[i];
        if (!s->has_stage || !fb_stage_known(s->stage)) {
            fb_wire__blame(r, FB_REASON_FIELD_WORD, "stage");
            return;
        }
        if ((seen >> s->stage & 1) != 0) {
            fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "stages");
            return;
        }
        seen |= 1u << s->stage;
        out->stage[i].stage = (enum fb_stage)s->stage;
        size_t n = s->n_figures < FB_MEASURES ? s->n_figures : FB_MEASURES;
        if (n > 0)
            memcpy(out->stage[i].figures.v, s->figures, n * sizeof *s->figures);
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(cap_rows), s, &out->stage[i].cap);
        if (s->has_cap_basis && (s->cap_basis > INT32_MAX || !fb_status_known((int64_t)s->cap_basis)))
            fb_wire__blame(r, FB_REASON_FIELD_WORD, "cap_basis");
        else
            out->stage[i].cap.basis = (enum fb_status)s->cap_basis;
        out->n_stages++;
    }
}

static void read_findings(struct fb_wire_reading *r, const Fairbank__V1__MonthRow *m, struct fb_month_row *out)
{
    if (m->n_findings > FB_FINDINGS_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "findings");
        return;
    }
    out->finding = fb_wire__room(r, m->n_findings, sizeof *out->finding);
    out->n_findings = out->finding == NULL ? 0 : (unsigned)m->n_findings;
    for (unsigned i = 0; i < out->n_findings; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(finding_rows), m->findings[i], &out->finding[i]);
}

static void read_references(struct fb_wire_reading *r, const Fairbank__V1__MonthRow *m, struct fb_month_row *out)
{
    if (m->n_references > FB_REFERENCES_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "references");
        return;
    }
    out->reference = fb_wire__room(r, m->n_references, sizeof *out->reference);
    out->n_references = out->reference == NULL ? 0 : (unsigned)m->n_references;
    for (unsigned i = 0; i < out->n_references; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(reference_rows), m->references[i], &out->reference[i]);
}

static void read_hosts(struct fb_wire_reading *r, const Fairbank__V1__MonthRow *m, struct fb_month_row *out)
{
    if (m->n_hosts > FB_INTERVALS_MAX) {
        fb_wire__blame(r, FB_REASON_FIELD_REPEATED, "hosts");
        return;
    }
    out->host = fb_wire__room(r, m->n_hosts, sizeof *out->host);
    out->n_hosts = out->host == NULL ? 0 : (unsigned)m->n_hosts;
    for (unsigned i = 0; i < out->n_hosts; i++)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(host_rows), m->hosts[i], &out->host[i]);
}

/* Of more than are kept, the highest come first. */
static void read_vat_rates(const Fairbank__V1__MonthRow *m, struct fb_month_row *out)
{
    out->n_vat_rates = m->n_vat_rates_ppm < FB_VAT_RATES_MAX ? (unsigned)m->n_vat_rates_ppm : FB_VAT_RATES_MAX;
    for (unsigned i = 0; i < out->n_vat_rates; i++)
        out->vat_rate_ppm[i] = m->vat_rates_ppm[i];
}

static void read_ref(struct fb_wire_reading *r, const Fairbank__V1__MonthRef *m, struct fb_month_ref *out)
{
    if (m != NULL)
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(ref_rows), m, out);
}

void fb_wire__read_month(struct fb_wire_reading *r, const Fairbank__V1__Result *m, struct fb_result *out)
{
    out->month = fb_wire__room(r, m->n_month_rows, sizeof *out->month);
    out->n_month = out->month == NULL ? 0 : (unsigned)m->n_month_rows;
    for (unsigned i = 0; i < out->n_month; i++) {
        fb_wire__read(r, FB_WIRE_SPAN_ROWS(month_rows), m->month_rows[i], &out->month[i]);
        if (m->month_rows[i]->has_vat_base && m->month_rows[i]->vat_base < FB_VAT_BASE_END)
            out->month[i].vat_base = (enum fb_vat_base)m->month_rows[i]->vat_base;
        else if (m->month_rows[i]->has_vat_base)
            fb_wire__blame(r, FB_REASON_FIELD_WORD, "vat_base");
        read_stages(r, m->month_rows[i], &out->month[i]);
        read_findings(r, m->month_rows[i], &out->month[i]);
        read_references(r, m->month_rows[i], &out->month[i]);
        read_hosts(r, m->month_rows[i], &out->month[i]);
        read_vat_rates(m->month_rows[i], &out->month[i]);
        read_ref(r, m->month_rows[i]->vacancy, &out->month[i].vacancy);
        read_ref(r, m->month_rows[i]->confirmation, &out->month[i].confirmation);
        read_ref(r, m->month_rows[i]->sheet, &out->month[i].sheet);
    }
}
