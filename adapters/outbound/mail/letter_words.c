#include "adapters/outbound/mail/letter_steps.h"
#include <inttypes.h>

void fb_letter__pounds(FILE *out, int64_t pence)
{
    uint64_t v = pence < 0 ? (uint64_t)-pence : (uint64_t)pence;
    char digits[24], with[40];
    int n = snprintf(digits, sizeof digits, "%" PRIu64, v / 100), k = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0 && (n - i) % 3 == 0)
            with[k++] = ',';
        with[k++] = digits[i];
    }
    with[k] = '\0';
    fprintf(out, "%s£%s.%02u", pence < 0 ? "-" : "", with, (unsigned)(v % 100));
}

void fb_letter__words(FILE *out, const char *word)
{
    for (; *word != '\0'; word++)
        fputc(*word == '_' ? ' ' : *word, out);
}

/* What happened, as a ward manager or a finance officer would say it. */
static const char *known_text(enum fb_event_kind kind)
{
    static const struct {
        enum fb_event_kind kind;
        const char *text;
    } rows[] = {
        {FB_EVENT_RATECAP_BREACHED, "Over the price cap"},
        {FB_EVENT_RATECAP_OVER_ESTIMATE, "Over the estimated cap"},
        {FB_EVENT_RATE_OFF_CARD, "Off the agreed rate card"},
        {FB_EVENT_ASSURANCE_FINDING, "A rule was not kept"},
        {FB_EVENT_WORKINGTIME_BREACHED, "Working time"},
        {FB_EVENT_BOOKING_OVERLAP, "One worker booked twice at the same time"},
        {FB_EVENT_BOOKING_DUPLICATE_SUSPECT, "Perhaps one shift told twice"},
        {FB_EVENT_INVOICE_OVERCHARGED, "Invoiced above what is owed"},
        {FB_EVENT_INVOICE_DUPLICATE, "Invoiced twice"},
        {FB_EVENT_INVOICE_UNMATCHED, "Invoiced, and nothing is held that it is for"},
        {FB_EVENT_INVOICE_DISPUTED, "Disputed by finance"},
        {FB_EVENT_FINDING_CHANGED, "Changed"},
        {FB_EVENT_FINDING_CLEARED, "Cleared"},
        {FB_EVENT_FINDING_REOPENED, "Open again"},
        {FB_EVENT_FINDING_UNANSWERED, "Its permission no longer counts"},
        {FB_EVENT_FINDING_SNOOZED, "Put off"},
        {FB_EVENT_FINDING_WOKEN, "No longer put off"},
        {FB_EVENT_APPROVAL_LAPSED, "A permission by telephone was not confirmed in time"},
        {FB_EVENT_APPROVAL_EXHAUSTED, "A permission is used up"},
        {FB_EVENT_APPROVAL_BUDGET, "The month's budget of permissions"},
        {FB_EVENT_CEILING_PASSED, "Agency spend over the month's ceiling"},
        {FB_EVENT_CEILING_CLEARED, "Agency spend within the month's ceiling again"},
        {FB_EVENT_SOURCE_SILENT, "A system that sends to us has fallen silent, or is back"},
        {FB_EVENT_BATCH_WITHDRAWN, "A file was taken back"},
        {FB_EVENT_RECORD_CONFLICT, "Two contents under one message id"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].kind == kind)
            return rows[i].text;
    return fb_event_word(kind);
}

/* Of an event that a newer engine tells, its own name for it and its number are all that can be said. */
const char *fb_letter__kind(char memory[FB_LETTER__KIND_BYTES], const struct fb_event_row *row)
{
    struct fb_span type = fb_event_type(row);
    if (fb_event_known(row->event.kind))
        return known_text(row->event.kind);
    snprintf(memory, FB_LETTER__KIND_BYTES, "%.*s (kind %u, newer than this program)", (int)type.n, type.p, (unsigned)row->event.kind);
    return memory;
}

const char *fb_letter__purpose(enum fb_purpose p)
{
    return p == FB_PURPOSE_ESCALATION ? "Nobody has seen to it: " : p == FB_PURPOSE_REMINDER ? "Its snooze ends soon: " : "";
}
