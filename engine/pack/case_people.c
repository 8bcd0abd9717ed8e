#include "engine/pack/case.h"

/* What is known of the case's worker: facts, hours in a post of their own, absences; and exceptions that were
 * granted. */

static const struct fb_span nothing = {NULL, 0};
enum { HOURS_WEEKS_MAX = 104, WEEK_MINUTES = 7 * 24 * 60 };

/* The items of a list that may be left out, each a mapping. */
static struct fb_node *items(struct fb_reading *r, struct fb_node *entry, const char *key)
{
    struct fb_node *list = fb_node_get(entry, key) == NULL ? NULL : fb_read_list(r, entry, key);
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        if (item->kind == FB_NODE_MAP)
            continue;
        fb_read_error(r, item->line, "each of these is a mapping:", fb_span_of(key), "");
        return NULL;
    }
    return list == NULL ? NULL : list->first;
}

/* Records are named by their place, so that no two share a name. */
static struct fb_span name_of(struct fb_reading *r, const char *begin, unsigned n)
{
    char memory[24];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, begin);
    fb_text_add_int(&t, n);
    return fb_pool_copy(r->draft->pool, (struct fb_span){t.p, (uint32_t)t.n});
}

static struct fb_record *add_record(struct fb_reading *r, struct fb_case *out, struct fb_list *list,
                                    enum fb_kind kind, const char *begin)
{
    struct fb_record *record = fb_list_add(r->draft->pool, list, sizeof *record);
    if (record == NULL)
        return NULL;
    record->env = out->shift.booking.env;
    record->env.kind = kind;
    record->env.record_ref = name_of(r, begin, list->n);
    return record;
}

static void refuse_backwards(struct fb_reading *r, const struct fb_node *item, fb_day from, fb_day until)
{
    if (until <= from)
        fb_read_error(r, item->line, "until is not after from: until is the first day that is out", nothing,
                      "");
}

/* ---- facts ---- */

static void read_fact(struct fb_reading *r, struct fb_node *item, struct fb_case *out)
{
    struct fb_record *record = add_record(r, out, &out->people, FB_KIND_WORKER_FACT, "fact-");
    if (record == NULL)
        return;
    struct fb_worker_fact *f = &record->as.worker_fact;
    f->worker = out->shift.booking.as.booking.worker;
    f->kind = (enum fb_fact_kind)fb_read_word(r, item, "kind", &fb_fact_kind_words);
    f->status = FB_FACT_STATUS_VALID;
    if (fb_node_get(item, "status") != NULL)
        f->status = (enum fb_fact_status)fb_read_word(r, item, "status", &fb_fact_status_words);
    f->name = fb_case_text(r, item, "name");
    f->from = fb_read_day(r, item, "from");
    f->until = fb_read_optional_day(r, item, "until", INT32_MAX);
    f->week_minutes = FB_ABSENT;
    if (fb_node_get(item, "week") != NULL)
        f->week_minutes = fb_read_length(r, item, "week", FB_LENGTH_MINUTES, 0, WEEK_MINUTES);
    f->employer = fb_case_code(r, item, "employer");
    f->grade = fb_case_code(r, item, "band");
    refuse_backwards(r, item, f->from, f->until);
}

/* ---- hours in a post of one's own ---- */

static void read_hours(struct fb_reading *r, struct fb_node *item, struct fb_case *out)
{
    fb_day week = fb_read_day(r, item, "week");
    int64_t minutes = fb_read_length(r, item, "minutes", FB_LENGTH_MINUTES, 0, WEEK_MINUTES);
    int64_t times =
        fb_node_get(item, "repeat") == NULL ? 1 : fb_read_whole(r, item, "repeat", 1, HOURS_WEEKS_MAX);
    fb_code employer = fb_case_code(r, item, "employer");
    enum fb_hours_kind kind = FB_HOURS_KIND_WORKED;
    if (fb_node_get(item, "kind") != NULL)
        kind = (enum fb_hours_kind)fb_read_word(r, item, "kind", &fb_hours_kind_words);
    if (week != fb_day_week(week))
        fb_read_error(r, item->line, "week: a Monday", nothing, "");
    for (int64_t i = 0; i < times; i++) {
        struct fb_record *record = add_record(r, out, &out->people, FB_KIND_SUBSTANTIVE_HOURS, "hours-");
        if (record != NULL)
            record->as.hours = (struct fb_substantive_hours){.worker = out->shift.booking.as.booking.worker,
                                                             .employer = employer,
                                                             .week = week + (fb_day)(7 * i),
                                                             .minutes = minutes,
                                                             .kind = kind};
    }
}

static void read_absence(struct fb_reading *r, struct fb_node *item, struct fb_case *out)
{
    struct fb_record *record = add_record(r, out, &out->people, FB_KIND_ABSENCE, "absence-");
    if (record == NULL)
        return;
    struct fb_absence *a = &record->as.absence;
    a->worker = out->shift.booking.as.booking.worker;
    a->employer = fb_case_code(r, item, "employer");
    a->kind = (enum fb_absence_kind)fb_read_word(r, item, "kind", &fb_absence_kind_words);
    a->from = fb_read_day(r, item, "from");
    a->until = fb_read_day(r, item, "until");
    refuse_backwards(r, item, a->from, a->until);
}

/* A list that is there, though empty, is a feed that says nothing of this worker. */
void fb_case_read_people(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    static const struct {
        const char *key;
        uint32_t feed;
        void (*read)(struct fb_reading *, struct fb_node *, struct fb_case *);
    } kinds[] = {{"worker_facts", FB_SENDS_WORKER_FACTS, read_fact},
                 {"hours", FB_SENDS_HOURS, read_hours},
                 {"absences", FB_SENDS_ABSENCES, read_absence}};
    for (unsigned i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        out->feeds |= fb_node_get(entry, kinds[i].key) == NULL ? 0 : kinds[i].feed;
        for (struct fb_node *n = items(r, entry, kinds[i].key); n != NULL; n = n->next)
            kinds[i].read(r, n, out);
    }
}

/* ---- approvals ---- */

static void read_rules(struct fb_reading *r, struct fb_node *item, struct fb_approval *a)
{
    struct fb_node *list = fb_read_list(r, item, "rules");
    for (struct fb_node *n = list == NULL ? NULL : list->first; n != NULL; n = n->next) {
        if (a->n_rules < FB_APPROVAL_RULES_MAX)
            a->rule[a->n_rules++] = n->text;
    }
    if (list != NULL && (list->n == 0 || list->n > FB_APPROVAL_RULES_MAX))
        fb_read_error(r, list->line, "rules: an approval names 1 to 8 of them", nothing, "");
}

/* `class`: of all shifts that are so; without it, of the case's own. */
static void read_class(struct fb_reading *r, struct fb_node *item, const struct fb_case *of,
                       struct fb_approval *a)
{
    struct fb_node *map = fb_node_get(item, "class") == NULL ? NULL : fb_read_map(r, item, "class");
    if (map == NULL) {
        a->booking_source = of->shift.booking.env.source;
        a->booking_ref = of->shift.booking.env.record_ref;
        return;
    }
    a->grade = fb_case_code(r, map, "band");
    a->staff_group = (enum fb_staff_group)fb_case_word(r, map, "staff_group", &fb_staff_group_words);
    a->route = (enum fb_route)fb_case_word(r, map, "route", &fb_route_words);
    a->unit = fb_case_text(r, map, "ward");
    a->agency = fb_case_text(r, map, "agency");
}

static struct fb_span text_or(struct fb_reading *r, struct fb_node *item, const char *key,
                              const char *otherwise)
{
    return fb_node_get(item, key) == NULL ? fb_span_of(otherwise) : fb_read_text(r, item, key);
}

static void read_grant(struct fb_reading *r, struct fb_node *item, struct fb_approval *a)
{
    a->asked_by = text_or(r, item, "asked_by", "WARD");
    a->recorded_by = text_or(r, item, "recorded_by", "OFFICE");
    a->granted_by = fb_case_text(r, item, "granted_by");
    a->granted_ms = fb_case_instant(r, item, "granted", 0);
    a->role = (enum fb_role)fb_case_word(r, item, "role", &fb_role_words);
    a->state = FB_APPROVAL_STATE_GRANTED;
    if (fb_node_get(item, "state") != NULL)
        a->state = (enum fb_approval_state)fb_read_word(r, item, "state", &fb_approval_state_words);
    a->channel = FB_CHANNEL_WRITTEN;
    if (fb_node_get(item, "channel") != NULL)
        a->channel = (enum fb_channel)fb_read_word(r, item, "channel", &fb_channel_words);
    a->confirmed_by = fb_case_text(r, item, "confirmed_by");
    a->confirmed_ms = fb_case_instant(r, item, "confirmed", 0);
    a->second_role = (enum fb_role)fb_case_word(r, item, "second_role", &fb_role_words);
    a->second_by = fb_case_text(r, item, "second_by");
    a->second_ms = fb_case_instant(r, item, "second", 0);
}

static void read_approval(struct fb_reading *r, struct fb_node *item, struct fb_case *out)
{
    const struct fb_shift *own = &out->shift.booking.as.booking.shift;
    struct fb_record *record = add_record(r, out, &out->approvals, FB_KIND_APPROVAL, "approval-");
    if (record == NULL)
        return;
    struct fb_approval *a = &record->as.approval;
    fb_day day = fb_london_day(own->time.start_min);
    a->hirer = own->hirer;
    read_rules(r, item, a);
    read_class(r, item, out, a);
    read_grant(r, item, a);
    a->from = fb_read_optional_day(r, item, "from", day);
    a->until = fb_read_optional_day(r, item, "until", day + 1);
    a->limit_pence = FB_ABSENT; /* raw: absent */
    a->reason = text_or(r, item, "reason", "patient safety");
    refuse_backwards(r, item, a->from, a->until);
}

void fb_case_read_approvals(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    for (struct fb_node *n = items(r, entry, "approvals"); n != NULL; n = n->next) {
        if (out->approvals.n == FB_APPROVALS_MAX) {
            fb_read_error(r, n->line, "more than 16 approvals of one shift", nothing, "");
            return;
        }
        read_approval(r, n, out);
    }
}

/* Bookings of the same vacancy that were cancelled. */
void fb_case_read_rivals(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    for (struct fb_node *n = items(r, entry, "rivals"); n != NULL; n = n->next) {
        struct fb_record *record = out->rivals.n == FB_GATHER_MAX
                                       ? NULL
                                       : add_record(r, out, &out->rivals, FB_KIND_BOOKING, "rival-");
        if (record == NULL)
            return;
        fb_case_read_booking(r, n, &out->shift.booking.as.booking, 0, record);
        record->as.booking.vacancy_ref = fb_span_of("v");
    }
}
