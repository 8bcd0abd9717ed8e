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

static void append_row(struct fb_writer *w, const struct fb_month_row *row)
{
    Fairbank__V1__MonthRow m = FAIRBANK__V1__MONTH_ROW__INIT;
    Fairbank__V1__MonthStage stage[STAGES_MAX], *stages[STAGES_MAX];
    Fairbank__V1__MonthFinding finding[FB_FINDINGS_MAX], *findings[FB_FINDINGS_MAX];
    int64_t figures[STAGES_MAX][FB_MEASURES];
    struct fb_wire_scratch s;
    s.used = 0;
    fb_assert(row->n_stages <= STAGES_MAX && row->n_findings <= FB_FINDINGS_MAX);
    fb_wire__write(&s, FB_WIRE_SPAN_ROWS(month_rows), row, &m);
    m.has_vat_base = row->vat_base != FB_VAT_BASE_NONE;
    m.vat_base = (uint64_t)row->vat_base;
    for (unsigned i = 0; i < row->n_stages; i++) {
        fairbank__v1__month_stage__init(&stage[i]);
        stage[i].has_stage = true;
        stage[i].stage = (Fairbank__V1__Stage)row->stage[i].stage;
        memcpy(figures[i], row->stage[i].figures.v, sizeof figures[i]);
        stage[i].figures = figures[i];
        stage[i].n_figures = figures_sent(&row->stage[i].figures);
        stages[i] = &stage[i];
    }
    for (unsigned i = 0; i < row->n_findings; i++) {
        fairbank__v1__month_finding__init(&finding[i]);
        fb_wire__write(&s, FB_WIRE_SPAN_ROWS(finding_rows), &row->finding[i], &finding[i]);
        findings[i] = &finding[i];
    }
    m.n_stages = row->n_stages;
    m.stages = stages;
    m.n_findings = row->n_findings;
    m.findings = findings;
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
    }
}
