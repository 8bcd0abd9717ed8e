#include "tests/sim/auditor_bills.h"
#include <string.h>

static bool is_bank(enum fb_route r)
{
    return r == FB_ROUTE_BANK || r == FB_ROUTE_COLLABORATIVE;
}

/* A cap that was published or agreed can be breached; one that was derived, only be estimated over. */
static bool binds(enum fb_status basis)
{
    return basis == FB_STATUS_PUBLISHED || basis == FB_STATUS_AGREED;
}

/* ---- findings ---- */

static void add(struct aud_verdict *v, uint32_t rule, enum fb_severity severity, unsigned detail,
                int64_t pence)
{
    v->finding[v->n_findings++] =
        (struct fb_finding){.rule = rule, .severity = (uint8_t)severity, .detail = (uint8_t)detail, .pence = pence};
}

static void agency_findings(const struct fb_book *book, const struct aud_price *p, struct aud_verdict *v)
{
    uint32_t cannot_say = book->built_in[FB_RULE_CANNOT_SAY].id;
    bool real = binds(p->cap_basis);
    uint32_t over = book->built_in[real ? FB_RULE_RATECAP_BREACHED : FB_RULE_RATECAP_OVER_ESTIMATE].id;
    if (!p->cap_known)
        add(v, cannot_say, FB_SEVERITY_CANNOT_SAY, p->cap_lack, 0);
    if (!p->charge_known && (p->cap_known || p->cap_lack != p->charge_lack))
        add(v, cannot_say, FB_SEVERITY_CANNOT_SAY, p->charge_lack, 0);
    bool any = false;
    for (unsigned c = 0; c < book->n_categories; c++)
        any |= p->over[c];
    if (p->cap_known && p->charge_known && p->lower_bound && !any)
        add(v, cannot_say, FB_SEVERITY_CANNOT_SAY, FB_LACK_CHARGE_PART, 0);
    for (unsigned c = 0; c < book->n_categories; c++)
        if (p->over[c])
            add(v, over, real ? FB_SEVERITY_BREACH : FB_SEVERITY_WARN, c, p->over_pence[c]);
}

static void bank_findings(const struct fb_book *book, const struct aud_price *p, struct aud_verdict *v)
{
    if (!p->card_known) {
        add(v, book->built_in[FB_RULE_CANNOT_SAY].id, FB_SEVERITY_CANNOT_SAY, p->card_lack, 0);
        return;
    }
    if (p->assumed)
        add(v, book->built_in[FB_RULE_ASSUMED_BANK_ONLY].id, FB_SEVERITY_NOTE, 0, 0);
    bool off = false;
    for (unsigned c = 0; c < book->n_categories; c++)
        off |= p->off[c];
    if (p->off_known && !p->adopted && off)
        add(v, book->built_in[FB_RULE_RATE_NOT_ADOPTED].id, FB_SEVERITY_NOTE, 0, p->difference);
    for (unsigned c = 0; c < book->n_categories && p->adopted; c++)
        if (p->off[c])
            add(v, book->built_in[FB_RULE_RATE_OFF_CARD].id, p->assumed ? FB_SEVERITY_NOTE : FB_SEVERITY_WARN,
                c, p->off_pence[c]);
}

/* ---- whole feeds that are missing ---- */

static uint32_t feeds(const struct auditor *a, bool trial)
{
    static const uint32_t of_kind[FB_KIND_END] = {[FB_KIND_WORKER_FACT] = FB_SENDS_WORKER_FACTS,
                                                  [FB_KIND_SUBSTANTIVE_HOURS] = FB_SENDS_HOURS,
                                                  [FB_KIND_ABSENCE] = FB_SENDS_ABSENCES};
    uint32_t bits = 0;
    for (unsigned i = 0; i < SIM_SOURCES; i++)
        bits |= trial || a->w->source[i].mode == FB_SOURCE_MODE_LIVE ? a->w->source[i].sends : 0;
    for (uint32_t i = 1; i <= a->n_held; i++)
        bits |= trial || aud_source(a, &a->held[i])->mode == FB_SOURCE_MODE_LIVE ? of_kind[a->held[i].kind] : 0;
    return bits;
}

static bool is_check(enum fb_fact fact)
{
    return (fact >= FB_FACT_IDENTITY_DAYS && fact <= FB_FACT_VISA_WEEK_MINUTES) || fact == FB_FACT_OPTED_OUT ||
           fact == FB_FACT_SUBSTANTIVE_POST || fact == FB_FACT_SUBSTANTIVE_HERE;
}

/* What a rule cannot say for want of a whole feed is said once for all rules. */
static enum fb_lack lacking(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s, const struct fb_facts *f,
                            enum fb_fact fact)
{
    bool check = is_check(fact) || (fact == FB_FACT_OVER_VISA_MINUTES && !fb_fact_known(f, fact));
    bool rest = fact == FB_FACT_REST_BEFORE_MINUTES || fact == FB_FACT_REST_AFTER_MINUTES;
    bool clock = fact == FB_FACT_OVER_VISA_MINUTES || (fact >= FB_FACT_REST_BEFORE_MINUTES && fact <= FB_FACT_GAP_HERE_MINUTES);
    if (!check && !clock)
        return FB_LACK_NOTHING;
    if (s->b.worker == 0)
        return FB_LACK_WORKER;
    if (check)
        return (feeds(a, aud_source(a, s->lead)->mode == FB_SOURCE_MODE_SHADOW) & FB_SENDS_WORKER_FACTS) != 0 ? FB_LACK_NOTHING : FB_LACK_WORKER_FACTS;
    if (!fb_fact_known(f, fact) && !rest)
        return FB_LACK_NOTHING;
    if (fact <= FB_FACT_CLOCK_FED && (feeds(a, aud_source(a, s->lead)->mode == FB_SOURCE_MODE_SHADOW) & FB_SENDS_HOURS) == 0)
        return FB_LACK_HOURS;
    return book->clocks.fed_from > s->day ? FB_LACK_ALL_TRUSTS : FB_LACK_NOTHING;
}

/* Where nobody worked nobody's clocks are asked, and where nobody was there nobody's checks. */
static bool is_left_out(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, enum fb_fact fact)
{
    bool diary = fact >= FB_FACT_IDENTITY_DAYS && fact <= FB_FACT_GAP_HERE_MINUTES && fact != FB_FACT_BAND_ABOVE_WORKER;
    if (!diary || s->b.worker == 0 || subject == 0)
        return false;
    enum aud_attendance here = aud_attendance(a, book, subject);
    return here == AUD_NOT_THERE || (here == AUD_IDLE && !is_check(fact));
}

/* What is less is not said to be unknown beside what is more and is unknown for want of the same fact. */
static bool is_doubled(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject,
                       const struct aud_verdict *v, const struct fb_rule *less, unsigned fact)
{
    bool doubled = false;
    for (unsigned i = 0; i < book->n_rules; i++) {
        unsigned unknown = 0;
        const struct fb_rule *other = &book->rule[i];
        doubled |= other->severity > less->severity && aud_rule(other, &v->facts, &unknown) == FB_SEVERITY_CANNOT_SAY && unknown == fact;
    }
    return doubled && !is_left_out(a, book, s, subject, (enum fb_fact)fact);
}

/* Minutes that two bookings of one person share, and records that look like one. */
static void beside(const struct fb_book *book, struct aud_verdict *v)
{
    if (fb_fact_known(&v->facts, FB_FACT_OVERLAP_MINUTES) && v->facts.value[FB_FACT_OVERLAP_MINUTES] > 0) {
        add(v, book->built_in[FB_RULE_BOOKING_OVERLAP].id, FB_SEVERITY_WARN, 0, 0);
        fb_fact_add(&v->bonus_reads, FB_FACT_OVERLAP_MINUTES);
        fb_fact_add(&v->bonus_reads, FB_FACT_OVERLAP_ELSEWHERE);
    }
    if (fb_fact_known(&v->facts, FB_FACT_TWIN_SUSPECTED) && v->facts.value[FB_FACT_TWIN_SUSPECTED] > 0) {
        add(v, book->built_in[FB_RULE_BOOKING_DUPLICATE_SUSPECT].id, FB_SEVERITY_WARN, 0, 0);
        fb_fact_add(&v->bonus_reads, FB_FACT_TWIN_SUSPECTED);
    }
}

static void pack_findings(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, struct aud_verdict *v)
{
    bool told[FB_LACK_END] = {false};
    beside(book, v);
    if (fb_fact_known(&v->facts, FB_FACT_HIRER_KNOWN) && v->facts.value[FB_FACT_HIRER_KNOWN] == 0)
        add(v, book->built_in[FB_RULE_ORGANISATION_UNKNOWN].id, FB_SEVERITY_NOTE, 0, 0);
    for (unsigned i = 0; i < book->n_rules; i++) {
        unsigned unknown = 0;
        enum fb_severity severity = aud_rule(&book->rule[i], &v->facts, &unknown);
        if (severity == FB_SEVERITY_OK_ || (severity == FB_SEVERITY_CANNOT_SAY && is_left_out(a, book, s, subject, (enum fb_fact)unknown)))
            continue;
        if (severity == FB_SEVERITY_CANNOT_SAY && is_doubled(a, book, s, subject, v, &book->rule[i], unknown))
            continue;
        enum fb_lack lack = severity == FB_SEVERITY_CANNOT_SAY ? lacking(a, book, s, &v->facts, (enum fb_fact)unknown) : FB_LACK_NOTHING;
        if (lack == FB_LACK_NOTHING)
            add(v, book->rule[i].id, severity, severity == FB_SEVERITY_CANNOT_SAY ? unknown : 0, 0);
        else if (!told[lack])
            add(v, book->built_in[FB_RULE_CANNOT_SAY].id, FB_SEVERITY_CANNOT_SAY, lack, 0);
        told[lack] = true;
    }
}

/* ---- lines ---- */

struct fb_line aud_new_line(const struct auditor *a, const struct aud_shift *s, const struct aud_verdict *v, enum fb_stage stage)
{
    struct fb_line line;
    memset(&line, 0, sizeof line);
    line.cell = (struct fb_cell){.week = s->day - (s->day + 3) % 7,
                                  .month = aud_month(s->day),
                                  .hirer = s->b.shift.hirer,
                                  .ics = aud_ics(a, s->b.shift.hirer, s->day),
                                  .staff_group = (uint8_t)s->b.shift.staff_group,
                                  .route = (uint8_t)s->b.route,
                                  .stage = (uint8_t)stage,
                                  .shadow = v->shadow};
    return line;
}

static struct fb_line *new_line(const struct auditor *a, const struct aud_shift *s, struct aud_verdict *v, enum fb_stage stage)
{
    struct fb_line *line = &v->line[v->n_lines++];
    *line = aud_new_line(a, s, v, stage);
    return line;
}

static void caps_of(const struct aud_price *p, int64_t *m)
{
    bool any = false;
    int64_t excess = 0;
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++) {
        any |= p->over[c];
        excess += p->over[c] ? p->over_pence[c] : 0;
    }
    if (!any)
        return;
    m[binds(p->cap_basis) ? FB_MEASURE_OVER_CAP : FB_MEASURE_OVER_ESTIMATE] = 1;
    m[FB_MEASURE_EXCESS] = binds(p->cap_basis) ? excess : 0;
}

/* caps: somebody can say whether it is over them. */
static enum fb_basis fill(const struct aud_price *p, enum fb_route route, bool caps, int64_t *m)
{
    static const enum fb_measure parts[FB_PART_END] = {[FB_PART_WORKER_PAY] = FB_MEASURE_WORKER_PAY,
                                                       [FB_PART_WTD_HOLIDAY] = FB_MEASURE_WTD_HOLIDAY,
                                                       [FB_PART_EMPLOYER_NI] = FB_MEASURE_EMPLOYER_NI,
                                                       [FB_PART_EMPLOYER_PENSION] =
                                                           FB_MEASURE_EMPLOYER_PENSION,
                                                       [FB_PART_LEVY] = FB_MEASURE_LEVY,
                                                       [FB_PART_COMMISSION] = FB_MEASURE_COMMISSION,
                                                       [FB_PART_OTHER_FEE] = FB_MEASURE_OTHER_FEE,
                                                       [FB_PART_VAT] = FB_MEASURE_VAT};
    m[FB_MEASURE_SHIFTS] = 1;
    m[FB_MEASURE_MINUTES] = p->minutes_known && p->total > 0 ? p->total : p->plain_length;
    m[FB_MEASURE_CARD] = p->card_known ? p->card : 0;
    m[FB_MEASURE_SUPPLEMENT] = p->card_known ? p->supplement : 0;
    m[FB_MEASURE_LOADED_SHORT] = !p->loaded_known || p->loaded_short;
    m[FB_MEASURE_LOADED] = p->loaded_known ? p->loaded : 0;
    m[FB_MEASURE_CARD_LOADED] = p->loaded_known && p->card_loaded_known ? p->card_loaded : 0;
    if (route == FB_ROUTE_AGENCY && caps)
        caps_of(p, m);
    if (p->charge_known) {
        m[FB_MEASURE_PENCE] = p->charge;
        for (unsigned i = FB_PART_WORKER_PAY; i < FB_PART_END; i++)
            m[parts[i]] = p->part[i];
        return FB_BASIS_AS_SENT;
    }
    if (p->card_known && is_bank(route)) {
        m[FB_MEASURE_PENCE] = m[FB_MEASURE_EXPECTED] = p->card;
        return FB_BASIS_EXPECTED_FROM_CARD;
    }
    m[FB_MEASURE_UNPRICED] = 1;
    return FB_BASIS_NONE;
}

static void standing_lines(const struct auditor *a, const struct aud_shift *s, const struct aud_judged *j,
                           struct aud_verdict *v)
{
    struct fb_line *line = new_line(a, s, v, FB_STAGE_COMMITTED);
    const struct aud_price *latest = j->sheet == NULL ? &v->price : &j->worked;
    v->drifts = latest->all_compared && latest->adopted;
    v->with_leave = latest->with_leave;
    v->basis = (uint8_t)fill(&v->price, s->b.route, !s->cut, line->figures.v);
    if (j->sheet == NULL) {
        (void)fill(&v->price, s->b.route, !s->cut, new_line(a, s, v, FB_STAGE_LATEST)->figures.v);
        return;
    }
    if (!j->any_worked)
        return;
    (void)fill(&j->worked, s->b.route, !s->cut, new_line(a, s, v, FB_STAGE_WORKED)->figures.v);
    (void)fill(&j->worked, s->b.route, !s->cut, new_line(a, s, v, FB_STAGE_LATEST)->figures.v);
}

static void cancelled_lines(const struct auditor *a, const struct aud_shift *s, struct aud_verdict *v)
{
    int64_t charge = s->b.cancel_charge_pence;
    if (s->b.state != FB_BOOKING_STATE_CANCELLED || charge == FB_ABSENT || charge == 0)
        return;
    new_line(a, s, v, FB_STAGE_COMMITTED)->figures.v[FB_MEASURE_CANCEL_CHARGE] = charge;
    new_line(a, s, v, FB_STAGE_LATEST)->figures.v[FB_MEASURE_CANCEL_CHARGE] = charge;
}

/* What was booked and what was worked, and what is known of both. */
void aud_judge_first(const struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     struct aud_judged *out)
{
    static struct aud_work work;
    memset(out, 0, sizeof *out);
    aud_work_booked(&s->b, &work);
    aud_price(book, &s->b, &work, &out->price);
    out->sheet = s->b.state == FB_BOOKING_STATE_BOOKED ? aud_sheet(a, s) : NULL;
    if (out->sheet != NULL) {
        const struct fb_timesheet *t = &out->sheet->winner->record.as.timesheet;
        out->any_worked = t->state != FB_TIMESHEET_STATE_DID_NOT_WORK;
        aud_work_done(&s->b, t, &work);
        aud_price(book, &s->b, &work, &out->worked);
        out->worked_minutes =
            out->worked.minutes_known && out->worked.total > 0 ? out->worked.total : out->worked.plain_length;
        out->worked_minutes = out->any_worked ? out->worked_minutes : 0;
    }
    aud_facts(a, book, s, &out->price, out->sheet, out->worked_minutes, &out->facts);
}

/* Findings and lines of a shift that stands. */
static void judge_standing(struct auditor *a, const struct fb_book *book, const struct aud_shift *s, uint32_t subject, const struct aud_judged *j,
                           struct aud_verdict *out)
{
    if (subject != 0 && !s->cut)
        aud_counted_facts(aud_counts(a, book), subject, &out->facts);
    if (subject != 0 && !s->cut)
        aud_people_facts(a, book, s, subject, &out->facts);
    if (s->cut)
        add(out, book->built_in[FB_RULE_CANNOT_SAY].id, FB_SEVERITY_CANNOT_SAY, FB_LACK_TOO_MANY, 0);
    else if (s->b.route == FB_ROUTE_AGENCY)
        agency_findings(book, &out->price, out);
    else if (is_bank(s->b.route))
        bank_findings(book, &out->price, out);
    pack_findings(a, book, s, subject, out);
    standing_lines(a, s, j, out);
    if (subject != 0 && !s->cut)
        aud_bonuses(aud_counts(a, book), subject, s, out);
}

void aud_judge_shift(struct auditor *a, const struct fb_book *book, const struct aud_shift *s,
                     uint32_t subject, struct aud_verdict *out)
{
    static struct aud_judged j;
    memset(out, 0, sizeof *out);
    out->shadow = out->historic = true;
    for (unsigned i = 0; i < s->n; i++) {
        out->shadow &= aud_source(a, s->member[i])->mode == FB_SOURCE_MODE_SHADOW;
        out->historic &= s->member[i]->winner->record.env.historic;
    }
    out->state = (uint8_t)s->b.state;
    out->route = s->b.route;
    aud_judge_first(a, book, s, &j);
    out->price = j.price;
    out->facts = j.facts;
    out->beside = j.any_worked && j.worked.beside;
    out->idle = s->b.state == FB_BOOKING_STATE_BOOKED && subject != 0 && aud_attendance(a, book, subject) == AUD_IDLE;
    if (s->b.state == FB_BOOKING_STATE_BOOKED)
        judge_standing(a, book, s, subject, &j, out);
    else
        cancelled_lines(a, s, out);
    if (subject != 0) /* else only its facts are asked */
        aud_bills_judge(a, book, s, &j, out);
    aud_answers(a, book, s, subject, out);
}

/* ---- vacancies ---- */

static bool is_answered(const struct auditor *a, const struct aud_held *vacancy)
{
    for (uint32_t i = 1; i <= a->n_held; i++) {
        const struct aud_held *h = &a->held[i];
        const struct fb_booking *b = &h->winner->record.as.booking;
        if (h->kind == FB_KIND_BOOKING && h->source == vacancy->source &&
            fb_span_eq(b->vacancy_ref, vacancy->ref) && b->state == FB_BOOKING_STATE_BOOKED)
            return true;
    }
    return false;
}

static enum fb_vacancy_end end_of(const struct auditor *a, const struct aud_held *h)
{
    const struct fb_vacancy *v = &h->winner->record.as.vacancy;
    if (v->state != FB_VACANCY_STATE_OPEN)
        return v->state == FB_VACANCY_STATE_WITHDRAWN ? FB_VACANCY_END_WITHDRAWN : FB_VACANCY_END_COVERED;
    if (is_answered(a, h))
        return FB_VACANCY_END_FILLED;
    return a->now_ms >= v->shift.time.start_min * 60000 ? FB_VACANCY_END_UNFILLED : FB_VACANCY_END_OPEN;
}

void aud_judge_vacancy(const struct auditor *a, uint32_t number, struct aud_verdict *out)
{
    static const enum fb_measure measures[FB_VACANCY_END_END] = {
        [FB_VACANCY_END_FILLED] = FB_MEASURE_FILLED,
        [FB_VACANCY_END_UNFILLED] = FB_MEASURE_UNFILLED,
        [FB_VACANCY_END_WITHDRAWN] = FB_MEASURE_WITHDRAWN,
        [FB_VACANCY_END_COVERED] = FB_MEASURE_COVERED};
    const struct aud_held *h = &a->held[number];
    const struct fb_shift *s = &h->winner->record.as.vacancy.shift;
    fb_day day = aud_local_day(s->time.start_min);
    memset(out, 0, sizeof *out);
    out->shadow = aud_source(a, h)->mode == FB_SOURCE_MODE_SHADOW;
    out->historic = h->winner->record.env.historic;
    out->vacancy_end = (uint8_t)end_of(a, h);
    out->n_lines = 1;
    out->line[0].cell = (struct fb_cell){.week = day - (day + 3) % 7,
                                         .month = aud_month(day),
                                         .hirer = s->hirer,
                                         .ics = aud_ics(a, s->hirer, day),
                                         .staff_group = (uint8_t)s->staff_group,
                                         .shadow = out->shadow};
    int64_t *v = out->line[0].figures.v, length = s->time.end_min - s->time.start_min;
    length -= s->break_min == FB_ABSENT ? 0 : s->break_min;
    v[FB_MEASURE_VACANCIES] = 1;
    v[FB_MEASURE_VACANCY_MINUTES] = length > 0 ? length : 0;
    if (out->vacancy_end != FB_VACANCY_END_OPEN)
        v[measures[out->vacancy_end]] = 1;
    if (out->vacancy_end == FB_VACANCY_END_FILLED)
        v[FB_MEASURE_FILLED_MINUTES] = v[FB_MEASURE_VACANCY_MINUTES];
}
