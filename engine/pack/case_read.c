#include "engine/pack/case.h"

static const struct fb_span nothing = {NULL, 0};

static int64_t instant(struct fb_reading *r, struct fb_node *map, const char *key)
{
    int64_t ms = FB_ABSENT;
    struct fb_node *node = fb_node_get(map, key);
    if (node != NULL && fb_instant_parse(&ms, node->text) != FB_OK)
        fb_read_error(r, node->line, key, node->text, ": write 2026-03-16T07:30, local or with Z");
    return ms;
}

static int word_or_none(struct fb_reading *r, struct fb_node *map, const char *key,
                        const struct fb_vocabulary *words)
{
    return fb_node_get(map, key) == NULL ? 0 : fb_read_word(r, map, key, words);
}

static struct fb_span text_or_none(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return fb_node_get(map, key) == NULL ? nothing : fb_read_text(r, map, key);
}

static fb_code code_or_none(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_node_get(map, key) == NULL ? NULL : fb_read_scalar(r, map, key);
    return node == NULL ? 0 : fb_read_code_at(r, node->line, key, node->text);
}

static void read_cell(struct fb_reading *r, struct fb_node *map, struct fb_rates *rates)
{
    if (rates->n == FB_RATE_CELLS_MAX || map->kind != FB_NODE_MAP) {
        fb_read_error(r, map->line, "rates: a mapping of parts for each category", nothing, "");
        return;
    }
    unsigned at = rates->n++;
    fb_code category = r->draft->category[fb_read_category_at(r, map->line, map->key)];
    for (; at > 0 && rates->cell[at - 1].category > category; at--)
        rates->cell[at] = rates->cell[at - 1];
    struct fb_rate_cell *cell = &rates->cell[at];
    cell->category = category;
    for (unsigned part = 0; part < FB_PART_END; part++)
        cell->part[part] = FB_ABSENT;
    for (struct fb_node *part = map->first; part != NULL; part = part->next) {
        int number = fb_read_word_at(r, part->line, &fb_part_words, part->key);
        part->used = true;
        cell->part[number] = fb_read_decimal_at(r, part->line, "rate", part->text, 4);
    }
}

static enum fb_said said(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_node_get(map, key);
    if (node == NULL)
        return FB_SAID_NONE;
    return fb_read_yes_no_at(r, node->line, key, node->text) ? FB_SAID_YES : FB_SAID_NO;
}

static void read_rates(struct fb_reading *r, struct fb_node *booking, struct fb_rates *rates)
{
    rates->pay_includes_holiday = said(r, booking, "pay_includes_holiday");
    rates->complete = said(r, booking, "rates_complete");
    struct fb_node *map = fb_node_get(booking, "rates") == NULL ? NULL : fb_read_map(r, booking, "rates");
    rates->unit = FB_UNIT_HOUR;
    for (struct fb_node *cell = map == NULL ? NULL : map->first; cell != NULL; cell = cell->next) {
        cell->used = true;
        read_cell(r, cell, rates);
    }
}

static void read_worker(struct fb_reading *r, struct fb_node *booking, struct fb_booking *b)
{
    struct fb_node *map = fb_node_get(booking, "worker") == NULL ? NULL : fb_read_map(r, booking, "worker");
    if (map == NULL)
        return;
    b->worker_kind = (enum fb_worker_kind)fb_read_word(r, map, "kind", &fb_worker_kind_words);
    b->worker_grade = code_or_none(r, map, "band");
    b->worker_point = (enum fb_point)word_or_none(r, map, "point", &fb_point_words);
}

static void read_sign_offs(struct fb_reading *r, struct fb_node *booking, struct fb_booking *b)
{
    struct fb_node *list =
        fb_node_get(booking, "sign_offs") == NULL ? NULL : fb_read_list(r, booking, "sign_offs");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        if (b->n_sign_offs == FB_SIGN_OFFS_MAX)
            return;
        struct fb_sign_off *s = &b->sign_off[b->n_sign_offs++];
        s->role = (enum fb_role)fb_read_word_at(r, item->line, &fb_role_words, item->text);
        s->granted_ms = FB_ABSENT;
    }
}

static void read_times(struct fb_reading *r, struct fb_node *map, struct fb_shift *shift)
{
    const char *bad = "start", *why = "";
    struct fb_node *start = fb_read_scalar(r, map, "start"), *end = fb_read_scalar(r, map, "end");
    if (start == NULL || end == NULL)
        return;
    shift->start_local = start->text;
    shift->end_local = end->text;
    if (fb_shift_resolve(&shift->time, start->text, end->text, -1, &bad, &why) != FB_OK)
        fb_read_error(r, start->line, bad, nothing, why);
    shift->break_min =
        fb_node_get(map, "break_minutes") == NULL ? FB_ABSENT : fb_read_decimal(r, map, "break_minutes", 0);
}

static void read_shift(struct fb_reading *r, struct fb_node *map, struct fb_shift *shift)
{
    shift->hirer = code_or_none(r, map, "trust");
    shift->staff_group = (enum fb_staff_group)word_or_none(r, map, "staff_group", &fb_staff_group_words);
    shift->grade = code_or_none(r, map, "band");
    read_times(r, map, shift);
}

static void read_booking(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_booking *b = &out->booking.as.booking;
    struct fb_node *map = fb_read_map(r, entry, "booking");
    if (map == NULL)
        return;
    b->state = FB_BOOKING_STATE_BOOKED;
    b->cancelled_ms = b->cancel_charge_pence = FB_ABSENT; /* raw: absent */
    read_shift(r, map, &b->shift);
    b->route = (enum fb_route)fb_read_word(r, map, "route", &fb_route_words);
    b->agency = text_or_none(r, map, "agency");
    b->framework = text_or_none(r, map, "framework");
    b->booked_ms = instant(r, map, "booked_at");
    read_worker(r, map, b);
    read_sign_offs(r, map, b);
    read_rates(r, map, &b->rates);
}

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
        record->as.cascade =
            (struct fb_cascade){.hirer = out->booking.as.booking.shift.hirer,
                                .vacancy_ref = fb_span_of("v"),
                                .tier = (enum fb_tier)fb_read_word(r, item, "tier", &fb_tier_words),
                                .tier_no = FB_ABSENT,
                                .at_ms = instant(r, item, "at")};
    }
}

static void read_vacancy(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_node *map = fb_node_get(entry, "vacancy") == NULL ? NULL : fb_read_map(r, entry, "vacancy");
    if (map == NULL)
        return;
    out->has_vacancy = true;
    out->booking.as.booking.vacancy_ref = fb_span_of("v");
    out->vacancy.env.kind = FB_KIND_VACANCY;
    out->vacancy.as.vacancy.shift = out->booking.as.booking.shift;
    out->vacancy.as.vacancy.state = FB_VACANCY_STATE_OPEN;
    out->vacancy.as.vacancy.requested_ms = instant(r, map, "requested_at");
    read_cascades(r, map, out);
}

static void read_source(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    static const struct {
        const char *word;
        uint32_t bit;
    } sends[] = {{"cascades", FB_SENDS_CASCADES},
                 {"sign_offs", FB_SENDS_SIGN_OFFS},
                 {"frameworks", FB_SENDS_FRAMEWORKS},
                 {"timesheets", FB_SENDS_TIMESHEETS}};
    struct fb_node *list =
        fb_node_get(entry, "source_sends") == NULL ? NULL : fb_read_list(r, entry, "source_sends");
    out->source = (struct fb_source){.name = fb_span_of("case"),
                                     .trust = out->booking.as.booking.shift.hirer,
                                     .system = FB_SYSTEM_ROSTER,
                                     .mode = FB_SOURCE_MODE_LIVE};
    out->source.sends = list == NULL ? FB_SENDS_CASCADES | FB_SENDS_SIGN_OFFS | FB_SENDS_FRAMEWORKS : 0;
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        uint32_t bit = 0;
        for (unsigned i = 0; i < sizeof sends / sizeof sends[0]; i++)
            bit |= fb_span_is(item->text, sends[i].word) ? sends[i].bit : 0;
        if (bit == 0)
            fb_read_error(r, item->line, "source_sends", item->text,
                          ": use one of cascades, sign_offs, frameworks, timesheets");
        out->source.sends |= bit;
    }
}

/* "344.09", or none. */
static int64_t amount(struct fb_reading *r, struct fb_node *map, const char *key)
{
    struct fb_node *node = fb_node_get(map, key);
    if (node == NULL)
        return FB_CASE_NOT_SAID;
    return fb_span_is(node->text, "none") ? FB_ABSENT : fb_read_decimal_at(r, node->line, key, node->text, 2);
}

static void read_expected_minutes(struct fb_reading *r, struct fb_node *map, struct fb_case *out)
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

static void read_expected_findings(struct fb_reading *r, struct fb_node *map, struct fb_case *out)
{
    struct fb_node *findings = fb_node_get(map, "findings") == NULL ? NULL : fb_read_map(r, map, "findings");
    out->findings_said = findings != NULL;
    for (struct fb_node *n = findings == NULL ? NULL : findings->first; n != NULL; n = n->next) {
        struct fb_expected_finding *f = fb_list_add(r->draft->pool, &out->findings, sizeof *f);
        n->used = true;
        if (f != NULL)
            *f = (struct fb_expected_finding){
                n->key, fb_read_word_at(r, n->line, &fb_severity_words, n->text), false};
    }
}

void fb_case_read(struct fb_reading *r, struct fb_node *map, struct fb_case *out)
{
    *out = (struct fb_case){.line = map->line};
    out->name = fb_read_text(r, map, "name");
    out->booking.env = (struct fb_envelope){.kind = FB_KIND_BOOKING,
                                            .source = fb_span_of("case"),
                                            .message_id = fb_span_of("m"),
                                            .record_ref = fb_span_of("b"),
                                            .revision = FB_ABSENT,
                                            .source_seq = FB_ABSENT};
    read_booking(r, map, out);
    out->vacancy.env = out->booking.env;
    read_frameworks(r, map, out);
    read_vacancy(r, map, out);
    read_source(r, map, out);
    struct fb_node *expect = fb_read_map(r, map, "expect");
    if (expect == NULL)
        return;
    out->card = amount(r, expect, "card");
    out->charge = amount(r, expect, "charge");
    out->cap = amount(r, expect, "cap");
    out->excess = amount(r, expect, "excess");
    out->basis = word_or_none(r, expect, "basis", &fb_status_words);
    read_expected_minutes(r, expect, out);
    read_expected_findings(r, expect, out);
}
