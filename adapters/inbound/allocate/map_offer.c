/* POST /vacancies/{vacancyId}/proposals as it is described has no number of its own: the answer gives it, and the answer does not come here.
 * BookingEvent then names a proposal that nobody told, and who was booked is known as far as all that was offered agrees. */
#include "adapters/inbound/allocate/map_private.h"

enum { OFFERS_MAX = 64 };
static const struct {
    const char *theirs, *ours;
} members[] = {{"engagementRoute", "route"}, {"agencyId", "agency"}, {"personId", "worker"}};
enum { MEMBERS = sizeof members / sizeof members[0] };

static bool has(const json_t *offers, const json_t *offer)
{
    bool found = false;
    for (size_t i = 0; i < json_array_size(offers); i++)
        found |= json_equal(json_array_get(offers, i), offer) == 1;
    return found;
}

enum fb_err fb_allocate__offered(struct fb_allocate__making *m, const char *vacancy)
{
    json_t *offers = fb_allocate_memory_get(m->task->memory, "offer", vacancy, NULL), *offer = json_object();
    if (!json_is_array(offers)) {
        json_decref(offers);
        offers = json_array();
    }
    for (unsigned i = 0; i < MEMBERS; i++) {
        const char *text = fb_allocate__text(m, m->event, members[i].theirs);
        if (text != NULL)
            json_object_set_new(offer, members[i].ours, json_string(text));
    }
    bool room = json_array_size(offers) < OFFERS_MAX;
    if (room && !has(offers, offer))
        json_array_append(offers, offer);
    enum fb_err e = room ? fb_allocate_memory_put(m->task->memory, "offer", vacancy, m->at_ms, offers) : FB_OK;
    json_decref(offer);
    json_decref(offers);
    return room ? e : fb_allocate__refuse(m, "more than 64 proposals without a number of their own", vacancy);
}

void fb_allocate__accept(struct fb_allocate__making *m, const char *vacancy, json_t *booking)
{
    const json_t *offers = fb_allocate__known(m, "offer", vacancy, NULL), *first = json_array_get(offers, 0);
    for (unsigned i = 0; i < MEMBERS; i++) {
        json_t *value = json_object_get(first, members[i].ours);
        bool agreed = value != NULL;
        for (size_t k = 1; k < json_array_size(offers); k++) {
            const json_t *other = json_object_get(json_array_get(offers, k), members[i].ours);
            agreed = agreed && other != NULL && json_equal(value, other) == 1;
        }
        if (agreed && json_object_get(booking, members[i].ours) == NULL)
            json_object_set(booking, members[i].ours, value);
    }
    json_t *none = json_array();
    if (json_array_size(offers) > 0 && m->failed == FB_OK)
        m->failed = fb_allocate_memory_put(m->task->memory, "offer", vacancy, m->at_ms, none);
    json_decref(none);
}
