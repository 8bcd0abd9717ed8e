#include "engine/base/hash.h"
#include "engine/pack/case.h"
#include <string.h>

static const struct fb_span nothing = {NULL, 0};

/* The same time of day, so many days later: a copy of a shift is worked by the clock on the wall. */
static struct fb_span moved(struct fb_reading *r, struct fb_span text, int days)
{
    fb_day day;
    char *copy = days == 0 || text.n < 10 || fb_day_parse(&day, (struct fb_span){text.p, 10}) != FB_OK
                     ? NULL
                     : fb_pool_get(r->draft->pool, text.n + 1);
    if (copy == NULL)
        return text;
    fb_day_format(copy, day + days);
    memcpy(copy + 10, text.p + 10, text.n - 10);
    return (struct fb_span){copy, text.n};
}

int64_t fb_case_instant(struct fb_reading *r, struct fb_node *map, const char *key, int days)
{
    int64_t ms = FB_ABSENT;
    struct fb_node *node = fb_node_get(map, key);
    if (node != NULL && fb_instant_parse(&ms, moved(r, node->text, days)) != FB_OK)
        fb_read_error(r, node->line, key, node->text, ": write 2026-03-16T07:30, local or with Z");
    return ms;
}

int fb_case_word(struct fb_reading *r, struct fb_node *map, const char *key,
                 const struct fb_vocabulary *words)
{
    return fb_node_get(map, key) == NULL ? 0 : fb_read_word(r, map, key, words);
}

struct fb_span fb_case_text(struct fb_reading *r, struct fb_node *map, const char *key)
{
    return fb_node_get(map, key) == NULL ? nothing : fb_read_text(r, map, key);
}

fb_code fb_case_code(struct fb_reading *r, struct fb_node *map, const char *key)
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
    rates->unit = (enum fb_unit)fb_case_word(r, booking, "unit", &fb_unit_words);
    if (rates->unit == FB_UNIT_NONE)
        rates->unit = FB_UNIT_HOUR;
    for (struct fb_node *cell = map == NULL ? NULL : map->first; cell != NULL; cell = cell->next) {
        cell->used = true;
        read_cell(r, cell, rates);
    }
}

/* Whoever works the case's other shifts as well has a name to be counted by. */
static void read_worker(struct fb_reading *r, struct fb_node *booking, struct fb_booking *b)
{
    struct fb_node *map = fb_node_get(booking, "worker") == NULL ? NULL : fb_read_map(r, booking, "worker");
    if (map == NULL)
        return;
    struct fb_span token = fb_case_text(r, map, "token");
    if (fb_node_get(map, "known") != NULL && !fb_read_optional_yes(r, map, "known"))
        b->worker = 0;
    if (token.n > 0)
        b->worker = (uint32_t)fb_hash64(token.p, token.n) | 1; /* a number of its own, whatever it is */
    b->worker_kind = (enum fb_worker_kind)fb_case_word(r, map, "kind", &fb_worker_kind_words);
    b->worker_grade = fb_case_code(r, map, "band");
    b->worker_point = (enum fb_point)fb_case_word(r, map, "point", &fb_point_words);
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

/* "end: this time does not exist, …" */
static void refuse_time(struct fb_reading *r, unsigned line, const char *which, const char *why)
{
    struct fb_complaint c;
    fb_complain(&c, r->file->pack, r->file->path, line);
    fb_text_add(&c.text, which);
    fb_text_add(&c.text, ": ");
    fb_text_add(&c.text, why);
    fb_complaint_file(&c, r->draft->report);
}

static void read_times(struct fb_reading *r, struct fb_node *map, int days, struct fb_shift *shift)
{
    const char *bad = "start", *why = "";
    struct fb_node *start = fb_read_scalar(r, map, "start"), *end = fb_read_scalar(r, map, "end");
    if (start == NULL || end == NULL)
        return;
    shift->start_local = moved(r, start->text, days);
    shift->end_local = moved(r, end->text, days);
    if (fb_shift_resolve(&shift->time, shift->start_local, shift->end_local, -1, &bad, &why) != FB_OK)
        refuse_time(r, start->line, bad, why);
}

static void read_shift(struct fb_reading *r, struct fb_node *map, int days, struct fb_shift *shift)
{
    if (fb_node_get(map, "trust") != NULL)
        shift->hirer = fb_case_code(r, map, "trust");
    if (fb_node_get(map, "site") != NULL)
        shift->site = fb_case_text(r, map, "site");
    if (fb_node_get(map, "ward") != NULL)
        shift->unit = fb_case_text(r, map, "ward");
    if (fb_node_get(map, "role") != NULL)
        shift->role = fb_case_text(r, map, "role");
    if (fb_node_get(map, "staff_group") != NULL)
        shift->staff_group = (enum fb_staff_group)fb_read_word(r, map, "staff_group", &fb_staff_group_words);
    if (fb_node_get(map, "band") != NULL)
        shift->grade = fb_case_code(r, map, "band");
    if (fb_node_get(map, "break_minutes") != NULL)
        shift->break_min = fb_read_decimal(r, map, "break_minutes", 0);
    read_times(r, map, days, shift);
}

/* What two shifts of the same worker share, unless the second says otherwise: all but times, rates and what
 * became of it. */
static void start_booking(const struct fb_booking *like, struct fb_booking *b)
{
    if (like != NULL) {
        b->shift = like->shift;
        b->route = like->route;
        b->worker = like->worker;
        b->worker_kind = like->worker_kind;
        b->worker_grade = like->worker_grade;
        b->worker_point = like->worker_point;
        b->agency = like->agency;
        b->framework = like->framework;
        b->lot = like->lot;
        b->engagement = like->engagement;
    } else {
        b->shift.break_min = FB_ABSENT;
        b->worker = 2;
        b->shift.unit = fb_span_of("ward");
    }
    b->state = FB_BOOKING_STATE_BOOKED;
    b->cancel_charge_pence = FB_ABSENT; /* raw: absent */
}

static void read_end(struct fb_reading *r, struct fb_node *map, int days, struct fb_booking *b)
{
    if (fb_node_get(map, "state") != NULL)
        b->state = (enum fb_booking_state)fb_read_word(r, map, "state", &fb_booking_state_words);
    b->cancelled_ms = fb_case_instant(r, map, "cancelled_at", days);
    b->cancelled_by = (enum fb_party)fb_case_word(r, map, "cancelled_by", &fb_party_words);
    if (b->state != FB_BOOKING_STATE_CANCELLED &&
        (b->cancelled_ms != FB_ABSENT || b->cancelled_by != FB_PARTY_NONE))
        fb_read_error(r, map->line, "cancelled_at and cancelled_by: of a booking with state: cancelled",
                      nothing, "");
}

void fb_case_read_booking(struct fb_reading *r, struct fb_node *map, const struct fb_booking *like, int days,
                          struct fb_record *out)
{
    struct fb_booking *b = &out->as.booking;
    start_booking(like, b);
    read_shift(r, map, days, &b->shift);
    if (like == NULL || fb_node_get(map, "route") != NULL)
        b->route = (enum fb_route)fb_read_word(r, map, "route", &fb_route_words);
    if (fb_node_get(map, "agency") != NULL)
        b->agency = fb_case_text(r, map, "agency");
    if (fb_node_get(map, "framework") != NULL)
        b->framework = fb_case_text(r, map, "framework");
    if (fb_node_get(map, "lot") != NULL)
        b->lot = fb_case_text(r, map, "lot");
    b->reason = fb_case_text(r, map, "reason");
    b->cancel_reason = fb_case_text(r, map, "cancel_reason");
    if (fb_node_get(map, "engagement") != NULL)
        b->engagement = (enum fb_engagement)fb_read_word(r, map, "engagement", &fb_engagement_words);
    b->booked_ms = fb_case_instant(r, map, "booked_at", days);
    read_end(r, map, days, b);
    read_worker(r, map, b);
    read_sign_offs(r, map, b);
    read_rates(r, map, &b->rates);
}

/* ---- timesheets ---- */

static void add_interval(struct fb_reading *r, struct fb_node *map, int days, struct fb_timesheet *t)
{
    struct fb_shift times = {.grade = 0};
    if (map->kind != FB_NODE_MAP || t->n == FB_INTERVALS_MAX) {
        fb_read_error(r, map->line, "intervals: at most 32, each with kind, start and end", nothing, "");
        return;
    }
    enum fb_interval kind = (enum fb_interval)fb_read_word(r, map, "kind", &fb_interval_words);
    read_times(r, map, days, &times);
    unsigned at = t->n++;
    for (; at > 0 && t->interval[at - 1].start_min > times.time.start_min; at--)
        t->interval[at] = t->interval[at - 1];
    t->interval[at] = (struct fb_interval_row){kind, times.time.start_min, times.time.end_min, 0};
}

/* Left out: worked as booked. An empty list is what the wire refuses too. */
static void read_intervals(struct fb_reading *r, struct fb_node *node, int days, const struct fb_shift *booked, struct fb_timesheet *t)
{
    struct fb_node *list = fb_node_get(node, "intervals") == NULL ? NULL : fb_read_list(r, node, "intervals");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next)
        add_interval(r, item, days, t);
    if (list == NULL && t->state != FB_TIMESHEET_STATE_DID_NOT_WORK)
        t->interval[t->n++] =
            (struct fb_interval_row){FB_INTERVAL_WORKED, booked->time.start_min, booked->time.end_min, 0};
    if (list != NULL && list->first == NULL && fb_timesheet_needs_hours(t->state))
        fb_read_error(r, list->line, "intervals: an approved or adjusted timesheet has one at least; who was not there is did_not_work", nothing,
                      "");
}

void fb_case_read_sheet(struct fb_reading *r, struct fb_node *map, int days, struct fb_case_shift *shift)
{
    const struct fb_shift *booked = &shift->booking.as.booking.shift;
    struct fb_timesheet *t = &shift->sheet.as.timesheet;
    struct fb_node *node = fb_node_get(map, "timesheet") == NULL ? NULL : fb_read_map(r, map, "timesheet");
    if (node == NULL)
        return;
    shift->has_sheet = true;
    shift->sheet.env = shift->booking.env;
    shift->sheet.env.kind = FB_KIND_TIMESHEET;
    shift->sheet.env.occurred_ms =
        fb_case_instant(r, node, "settled_at", 0); /* copies settle in one pay run */
    if (shift->sheet.env.occurred_ms == FB_ABSENT)
        shift->sheet.env.occurred_ms = booked->time.end_min * 60000;
    t->hirer = booked->hirer;
    t->booking_ref = shift->booking.env.record_ref;
    const char *state = fb_node_get(node, "state") == NULL ? NULL : "state";
    struct fb_span word = state == NULL ? fb_span_of("approved") : fb_read_text(r, node, state);
    t->state = fb_timesheet_state_find(word);
    if (t->state == FB_TIMESHEET_STATE_NONE)
        fb_read_error(r, node->line, "unknown state of a timesheet", word,
                      ": use one of submitted, approved, rejected, unapproved, adjusted, did_not_work");
    read_intervals(r, node, days, booked, t);
}

/* ---- further bookings of the same worker ---- */

/* Each has a name of its own, by which shifts that start together are told apart. */
static struct fb_span name_of_other(struct fb_reading *r, unsigned n)
{
    char memory[24];
    struct fb_text t;
    fb_text_init(&t, memory, sizeof memory);
    fb_text_add(&t, "other-");
    fb_text_add_int(&t, n);
    return fb_pool_copy(r->draft->pool, (struct fb_span){t.p, (uint32_t)t.n});
}

static void add_other(struct fb_reading *r, struct fb_node *map, int days, struct fb_case *out)
{
    if (out->others.n == FB_COUNTED_MAX) {
        fb_read_error(r, map->line, "more than 512 other shifts", nothing, "");
        return;
    }
    struct fb_case_shift *other = fb_list_add(r->draft->pool, &out->others, sizeof *other);
    if (other == NULL)
        return;
    *other = (struct fb_case_shift){.booking.env = out->shift.booking.env};
    other->booking.env.record_ref = name_of_other(r, out->others.n);
    fb_case_read_booking(r, map, &out->shift.booking.as.booking, days, &other->booking);
    fb_case_read_sheet(r, map, days, other);
}

void fb_case_read_others(struct fb_reading *r, struct fb_node *entry, struct fb_case *out)
{
    struct fb_node *list = fb_node_get(entry, "others") == NULL ? NULL : fb_read_list(r, entry, "others");
    for (struct fb_node *item = list == NULL ? NULL : list->first; item != NULL; item = item->next) {
        if (item->kind != FB_NODE_MAP) {
            fb_read_error(r, item->line, "another shift is a mapping with the keys of a booking", nothing,
                          "");
            continue;
        }
        bool copies = fb_node_get(item, "repeat") != NULL;
        int64_t times = copies ? fb_read_whole(r, item, "repeat", 1, FB_COUNTED_MAX) : 1;
        int64_t every = copies ? fb_read_whole(r, item, "every_days", 1, 366) : 0;
        unsigned before = r->draft->report->errors;
        for (int64_t i = 0; i < times && r->draft->report->errors == before; i++)
            add_other(r, item, (int)(i * every), out);
    }
}
