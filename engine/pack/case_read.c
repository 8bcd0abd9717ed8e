#include "engine/pack/case.h"

/* frameworks: [{agency: ACME, framework: RM6281, from: …, until: …}]; an empty list is a register without
 * this agency. */
static void read_frameworks(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_node *list =
        fb_node_get(entry, "frameworks") == NULL ? NULL : fb_read_list(r, entry, "frameworks");
    out->framework_register = list != NULL;
    if (list == NULL)
        return;
    out->framework = fb_pool_get(r->draft->pool, (list->n + 1) * sizeof *out->framework);
    for (struct fb_node *item = list->first;
         item != NULL && out->framework != NULL && out->n_frameworks < FB_GATHER_MAX; item = item->next) {
        struct fb_record *record = &out->framework[out->n_frameworks++];
        record->env.kind = FB_KIND_FRAMEWORK;
        record->as.framework =
            (struct fb_framework){.agency = fb_read_text(r, item, "agency"),
                                  .framework = fb_read_text(r, item, "framework"),
                                  .lot = fb_case_text(r, item, "lot"),
                                  .from = fb_read_day(r, item, "from"),
                                  .until = fb_read_optional_day(r, item, "until", INT32_MAX)};
    }
}

static void read_cascades(struct fb_reading *r, struct fb_node *map, struct fb_case *out)
{
    struct fb_node *list = fb_node_get(map, "cascades") == NULL ? NULL : fb_read_list(r, map, "cascades");
    if (list == NULL)
        return;
    out->cascade = fb_pool_get(r->draft->pool, (list->n + 1) * sizeof *out->cascade);
    for (struct fb_node *item = list->first;
         item != NULL && out->cascade != NULL && out->n_cascades < FB_GATHER_MAX; item = item->next) {
        struct fb_record *record = &out->cascade[out->n_cascades++];
        record->env.kind = FB_KIND_CASCADE;
        record->as.cascade = (struct fb_cascade){
            .hirer = out->shift.booking.as.booking.shift.hirer,
            .vacancy_ref = fb_span_of("v"),
            .tier = (enum fb_tier)fb_read_word(r, item, "tier", &fb_tier_words),
            .tier_no =
                fb_node_get(item, "tier_no") == NULL ? FB_ABSENT : fb_read_whole(r, item, "tier_no", 1, 99),
            .at_ms = fb_case_instant(r, item, "at", 0)};
    }
}

static void read_vacancy(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_node *map = fb_node_get(entry, "vacancy") == NULL ? NULL : fb_read_map(r, entry, "vacancy");
    if (map == NULL)
        return;
    out->has_vacancy = true;
    out->shift.booking.as.booking.vacancy_ref = fb_span_of("v");
    out->vacancy.env.kind = FB_KIND_VACANCY;
    out->vacancy.as.vacancy.shift = out->shift.booking.as.booking.shift;
    out->vacancy.as.vacancy.state = FB_VACANCY_STATE_OPEN;
    out->vacancy.as.vacancy.requested_ms = fb_case_instant(r, map, "requested_at", 0);
    read_cascades(r, map, out);
}

static void read_source(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } sends[] = {{"cascades", FB_SENDS_CASCADES},         {"sign_offs", FB_SENDS_SIGN_OFFS},
                 {"frameworks", FB_SENDS_FRAMEWORKS},     {"timesheets", FB_SENDS_TIMESHEETS},
                 {"worker_facts", FB_SENDS_WORKER_FACTS}, {"hours", FB_SENDS_HOURS},
                 {"absences", FB_SENDS_ABSENCES}};
    struct fb_node *list =
        fb_node_get(entry, "source_sends") == NULL ? NULL : fb_read_list(r, entry, "source_sends");
    out->source = (struct fb_source){.name = fb_span_of("case"),
                                     .trust = out->shift.booking.as.booking.shift.hirer,
                                     .system = FB_SYSTEM_ROSTER,
                                     .mode = FB_SOURCE_MODE_LIVE};
    out->source.sends = list == NULL ? FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS : 0;
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        uint32_t bit = 0;
        for (unsigned i = 0; i < sizeof sends / sizeof sends[0]; i++)
            bit |= fb_span_is(item->text, sends[i].word) ? sends[i].bit : 0;
        if (bit == 0)
            fb_read_error(
                r, item->line, "source_sends", item->text,
                ": use one of cascades, sign_offs, frameworks, timesheets, worker_facts, hours, absences");
        out->source.sends |= bit;
    }
    out->feeds |= out->source.sends;
}

/* register: [RTH, …], or {code, from, until} for one that is not in it on every day. */
static void add_organisation(struct fb_reading *r, struct fb_node *item, struct fb_case *out)
{
    struct fb_record *record = &out->organisation[out->n_organisations++];
    struct fb_organisation *o = &record->as.organisation;
    bool dated = item->kind == FB_NODE_MAP;
    record->env.kind = FB_KIND_ORGANISATION;
    o->ods = dated ? fb_case_code(r, item, "code") : fb_read_code_at(r, item->line, "register", item->text);
    o->kind = FB_ORG_KIND_TRUST;
    o->member_from = dated ? fb_read_optional_day(r, item, "from", INT32_MIN) : INT32_MIN;
    o->member_until = dated ? fb_read_optional_day(r, item, "until", INT32_MAX) : INT32_MAX;
}

static void read_register(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_node *list = fb_node_get(entry, "register") == NULL ? NULL : fb_read_list(r, entry, "register");
    out->organisation_register = list != NULL;
    if (list == NULL)
        return;
    out->organisation = fb_pool_get(r->draft->pool, (list->n + 1) * sizeof *out->organisation);
    for (struct fb_node *item = list->first; item != NULL && out->organisation != NULL; item = item->next)
        add_organisation(r, item, out);
}

/* "344.09", or none. */
static int64_t amount(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_node_get(map, key);
    if (node == NULL)
        return FB_CASE_NOT_SAID;
    return fb_span_is(node->text, "none") ? FB_ABSENT : fb_read_decimal_at(r, node->line, key, node->text, 2);
}

static void read_expected_minutes(struct fb_reading *r, struct fb_node *map, struct fb_expected *out)
{
    struct fb_node *minutes = fb_node_get(map, "minutes") == NULL ? NULL : fb_read_map(r, map, "minutes");
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        out->minutes[c] = FB_CASE_NOT_SAID;
    for (struct fb_node *n = minutes == NULL ? NULL : minutes->first; n != NULL; n = n->next) {
        n->used = true;
        out->minutes[fb_read_category_at(r, n->line, n->key)] =
            fb_read_decimal_at(r, n->line, "minutes", n->text, 0);
    }
}

/* `rule: breach`, or `rule: {severity: breach, answered: before_start}`. */
static void read_expected_finding(struct fb_reading *r, struct fb_node *n, struct fb_expected_finding *f)
{
    f->rule = n->key;
    if (n->kind != FB_NODE_MAP) {
        f->severity = fb_read_word_at(r, n->line, &fb_severity_words, n->text);
        return;
    }
    f->severity = fb_read_word(r, n, "severity", &fb_severity_words);
    f->answered = fb_case_word(r, n, "answered", &fb_answered_words);
}

/* Feeds that the case gives nothing of are not worth a line in each case; one that is about them says so. */
static void read_expected_lacks(struct fb_reading *r, struct fb_node *map, struct fb_expected *out)
{
    struct fb_node *list = fb_node_get(map, "lacks") == NULL ? NULL : fb_read_list(r, map, "lacks");
    out->lacks_said = list != NULL;
    for (struct fb_node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        struct fb_expected_finding *f = fb_list_add(r->draft->pool, &out->lacks, sizeof *f);
        if (f != NULL)
            f->rule = n->text;
    }
}

static void read_expected_findings(struct fb_reading *r, struct fb_node *map, struct fb_expected *out)
{
    struct fb_node *findings = fb_node_get(map, "findings") == NULL ? NULL : fb_read_map(r, map, "findings");
    out->findings_said = findings != NULL;
    for (struct fb_node *n = findings == NULL ? NULL : findings->first; n != NULL; n = n->next) {
        struct fb_expected_finding *f = fb_list_add(r->draft->pool, &out->findings, sizeof *f);
        n->used = true;
        if (f != NULL)
            read_expected_finding(r, n, f);
    }
}

void fb_case_read_expected(struct fb_reading *r, struct fb_node *entry, struct fb_expected *out)
{
    struct fb_node *expect = fb_read_map(r, entry, "expect");
    if (expect == NULL)
        return;
    out->card = amount(r, expect, "card");
    out->charge = amount(r, expect, "charge");
    out->cap = amount(r, expect, "cap");
    out->excess = amount(r, expect, "excess");
    out->loaded = amount(r, expect, "loaded");
    out->card_loaded = amount(r, expect, "card_loaded");
    out->supplement = amount(r, expect, "supplement");
    out->bonus = amount(r, expect, "bonus");
    out->worked = amount(r, expect, "worked");
    out->worked_minutes = fb_node_get(expect, "worked_minutes") == NULL
                              ? FB_CASE_NOT_SAID
                              : fb_read_decimal(r, expect, "worked_minutes", 0);
    out->zone = fb_case_text(r, expect, "zone");
    out->basis = fb_case_word(r, expect, "basis", &fb_status_words);
    read_expected_minutes(r, expect, out);
    read_expected_findings(r, expect, out);
    read_expected_lacks(r, expect, out);
}

void fb_case_read(struct fb_reading *r, struct fb_node *map, struct fb_case *out)
{
    *out = (struct fb_case){.line = map->line};
    out->name = fb_read_text(r, map, "name");
    out->shift.booking.env = (struct fb_envelope){.kind = FB_KIND_BOOKING,
                                                  .source = fb_span_of("case"),
                                                  .message_id = fb_span_of("m"),
                                                  .record_ref = fb_span_of("b"),
                                                  .revision = FB_ABSENT,
                                                  .source_seq = FB_ABSENT};
    struct fb_node *booking = fb_read_map(r, map, "booking");
    if (booking != NULL)
        fb_case_read_booking(r, booking, NULL, 0, &out->shift.booking);
    fb_case_read_sheet(r, map, 0, &out->shift);
    fb_case_read_others(r, map, out);
    out->vacancy.env = out->shift.booking.env;
    read_frameworks(r, map, out);
    read_vacancy(r, map, out);
    read_register(r, map, out);
    fb_case_read_people(r, map, out);
    fb_case_read_approvals(r, map, out);
    fb_case_read_rivals(r, map, out);
    read_source(r, map, out);
    out->now_ms = fb_case_instant(r, map, "now", 0);
    fb_case_read_expected(r, map, &out->expected);
}
