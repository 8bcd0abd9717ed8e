#include "engine/shell/query_people.h"
#include "engine/core/approval.h"
#include "engine/shell/clock.h"
#include "engine/shell/link.h"
#include "engine/shell/log.h"
#include "engine/shell/rights.h"
#include "engine/shell/whose.h"
#include "engine/turn/audit.h"
#include "engine/turn/report/report_approvals.h"
#include "engine/turn/report/report_record.h"
#include <string.h>

/* ---- permissions ---- */

enum fb_err fb_desk_approvals(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r)
{
    const struct fb_approval_filter filter = {.trust = query->asker.as == FB_AS_TRUST ? query->asker.trust : query->findings.trust,
                                              .month = query->month,
                                              .now_ms = fb_clock_now_ms()};
    unsigned done = 0;
    r->approval = d->approval;
    r->approval_month = d->approval_month;
    enum fb_err e = fb_report_approvals(d->store, d->books, &filter, d->number, d->n_numbers, arena, d->approval, &r->n_approvals,
                                        d->approval_month, &r->n_approval_months, &done);
    for (unsigned i = 0, at = 0; i < r->n_approvals; i++) { /* both ascend */
        while (d->number[at] != d->approval[i].record)
            at++;
        d->approval[i].spent_pence = d->spent[at];
    }
    fb_day today = fb_london_day_of_ms(filter.now_ms);
    for (unsigned i = 0; i < r->n_approval_months; i++)
        d->approval_month[i].dry_on = fb_approval_dry_on(&d->approval_month[i], today);
    r->more = done < d->n_listed || d->n_listed == FB_ITEM_NUMBERS;
    r->after = done > 0 ? d->number[done - 1] : 0;
    return e;
}

static enum fb_err refuse(struct fb_result *r, enum fb_reason reason, const char *text)
{
    r->reason = reason;
    r->text = fb_span_of(text);
    return FB_OK;
}

static enum fb_err write_link(struct fb_desk *d, const struct fb_record_now *now, uint32_t number, int64_t deadline_ms,
                              struct fb_arena *arena, struct fb_result *r)
{
    char text[FB_LINK_TEXT_BYTES], at[17], line[120];
    struct fb_text t;
    struct fb_link_claim claim = {.epoch = fb_store_epoch(d->store), .version = now->journal, .record = number, .deadline_ms = deadline_ms};
    fb_link_grantor(claim.grantor, now->record->as.approval.granted_by);
    fb_link_write(text, &claim, d->keys);
    fb_local_format(at, deadline_ms / 60000);
    fb_text_init(&t, line, sizeof line);
    fb_text_add(&t, "for ");
    fb_text_add_span(&t, now->record->as.approval.granted_by);
    fb_text_add(&t, ", until ");
    fb_text_add(&t, at);
    fb_text_add(&t, " (Europe/London)");
    r->text = fb_arena_copy(arena, fb_span_of(text));
    r->line = fb_arena_get(arena, sizeof *r->line);
    if (r->line == NULL)
        return FB_LIMIT;
    r->line[0] = fb_arena_copy(arena, (struct fb_span){line, (uint32_t)t.n});
    r->n_lines = 1;
    return FB_OK;
}

enum fb_err fb_desk_link(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r)
{
    struct fb_record_now now;
    struct fb_approval_state_at at;
    enum fb_err e = fb_report_record(d->store, d->books, query->subject, arena, &now);
    if (e == FB_NOT_FOUND || (e == FB_OK && now.record->env.kind != FB_KIND_APPROVAL))
        return refuse(r, FB_REASON_FIELD_RANGE, "no approval has that number: see fairbank approve list");
    if (e != FB_OK)
        return e;
    const struct fb_approval *a = &now.record->as.approval;
    const struct fb_book *book = fb_reader_book(d->books, 0);
    if (query->asker.as == FB_AS_TRUST && a->hirer != query->asker.trust)
        return refuse(r, FB_REASON_NOT_YOURS, "that approval is of another trust");
    if (fb_span_eq(query->asker.identity, a->recorded_by))
        return refuse(r, FB_REASON_NOT_YOURS, "who recorded a grant does not get its link: nobody confirms their own");
    if (book == NULL)
        return FB_NOT_FOUND;
    fb_approval_at(book, a, fb_clock_now_ms(), &at);
    if (at.end != FB_APPROVAL_END_PROVISIONAL)
        return refuse(r, FB_REASON_FIELD_RANGE,
                      "that approval is not provisional, so there is nothing to confirm: see what has become of it with fairbank approve list");
    return write_link(d, &now, query->subject, at.next_ms, arena, r);
}

/* ---- who read what ---- */

enum fb_err fb_desk_audit(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena, struct fb_result *r)
{
    unsigned most = query->findings.limit != 0 && query->findings.limit < FB_DESK_ROWS_MAX ? query->findings.limit : FB_DESK_ROWS_MAX;
    uint64_t next = 0;
    r->audit = d->audit;
    enum fb_err e = fb_audit_read(d->store, d->worker, query->findings.after, arena, d->audit, most, &r->n_audit, &next);
    r->more = next != 0;
    r->after = (uint32_t)next;
    return e;
}

/* ---- what people said about findings ---- */

static bool mentions(struct fb_span words, const char *word)
{
    size_t n = strlen(word);
    for (uint32_t at = 0; at + n <= words.n; at++)
        if (memcmp(words.p + at, word, n) == 0)
            return true;
    return false;
}

/* Subjects of which somebody said whose a finding is, put it off, or replied; each once. */
static unsigned replied(const struct fb_result *r, uint32_t subject[FB_ITEM_NUMBERS])
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_findings && n < FB_ITEM_NUMBERS; i++) {
        struct fb_span life = r->finding[i].life;
        bool said = mentions(life, "assigned") || mentions(life, "snoozed") || mentions(life, "replied") || mentions(life, "challenged");
        if (said && (n == 0 || subject[n - 1] != r->finding[i].subject))
            subject[n++] = r->finding[i].subject;
    }
    return n;
}

static unsigned of_people(const struct fb_result *r)
{
    unsigned n = 0;
    for (unsigned i = 0; i < r->n_findings; i++)
        n += r->finding[i].of_people;
    return n;
}

/* Nobody in particular is told that there is something, and not what it rests on. */
static void keep_back(struct fb_result *r)
{
    for (unsigned i = 0; i < r->n_findings; i++)
        if (r->finding[i].of_people)
            r->finding[i].why = fb_span_of(fb_explain_kept_back());
}

bool fb_desk_replies(struct fb_desk *d, const struct fb_peer *peer, const struct fb_query *query, struct fb_arena *arena,
                     struct fb_result *r)
{
    uint32_t subject[FB_ITEM_NUMBERS];
    if (d->replies != NULL) {
        enum fb_err e = fb_report_replies(d->books, d->replies, d->n_listed, arena, r->finding, r->n_findings);
        if (e != FB_OK)
            fb_log(FB_LOG_WARN, "replies to findings could not be read: %s", fb_err_text(e)); /* the findings can */
        if (!d->kept)
            keep_back(r);
        return false;
    }
    bool then = query->as_of != 0 || query->as_known != 0; /* of then is told what was found, and not what was said since */
    unsigned n = then ? 0 : replied(r, subject), people = query->asker.as != FB_AS_NONE ? of_people(r) : 0;
    if (n + people > 0 && d->look != NULL && d->look(d->ctx, peer, query, subject, n, people))
        return true;
    keep_back(r);
    return false;
}

/* ---- explanations ---- */

static bool has_steps(const struct fb_finding *f)
{
    bool any = false;
    for (unsigned s = 0; s < FB_STEP_END; s++)
        any = any || f->steps[s] > 0;
    return any;
}

/* Whose shift it was when what is asked for was known: somebody else's than now, when it was amended since. 0: nobody's, or nothing was known. */
static uint32_t worker_then(struct fb_desk *d, const struct fb_query *query, struct fb_arena *arena)
{
    struct fb_record_now then;
    uint64_t as_of = query->as_of;
    if (query->as_known != 0 && fb_report_known_at(d->store, query->as_known, &as_of) != FB_OK)
        return 0;
    return as_of != 0 && fb_report_record_then(d->store, d->books, query->subject, as_of, arena, &then) == FB_OK ? then.decision->stint.worker : 0;
}

void fb_desk_tells_of(struct fb_desk *d, const struct fb_query *query, struct fb_tells *out)
{
    struct fb_arena arena;
    struct fb_record_now now;
    bool then = query->as_of != 0 || query->as_known != 0; /* what was told, or said, then is not looked for */
    *out = (struct fb_tells){.subject = 0};
    if (query->subject == 0 || d->store == NULL)
        return;
    fb_arena_init(&arena, d->memory, FB_DESK_MEMORY);
    bool held = fb_report_record(d->store, d->books, query->subject, &arena, &now) == FB_OK;
    const struct fb_book *book = held ? fb_reader_book(d->books, now.decision->issue) : NULL;
    for (unsigned i = 0; book != NULL && i < now.decision->n_findings; i++) {
        const struct fb_rule *rule = fb_book_rule(book, now.decision->finding[i].rule);
        if (rule != NULL && fb_explain_of_people(rule))
            out->worker = now.decision->stint.worker;
        out->others = out->others || (rule != NULL && fb_explain_of_others(rule, &now.decision->finding[i]));
        out->replies = out->replies || (!then && has_steps(&now.decision->finding[i]));
    }
    if (held && then)
        out->worker = worker_then(d, query, &arena);
    out->subject = held ? now.subject : 0;
    out->trust = held ? fb_whose(now.record) : 0;
    fb_arena_release(&arena);
}

unsigned fb_desk_sentences(struct fb_span text, struct fb_span *line, unsigned most)
{
    unsigned n = 0;
    while (text.n > 0 && n < most) {
        const char *end = memchr(text.p, '\n', text.n);
        uint32_t length = end != NULL ? (uint32_t)(end - text.p) : text.n;
        if (length > 0)
            line[n++] = (struct fb_span){text.p, length};
        length += end != NULL;
        text = (struct fb_span){text.p + length, text.n - length};
    }
    return n;
}

void fb_desk_add_told(struct fb_desk *d, struct fb_arena *arena, struct fb_explanation *x)
{
    if (d->replies != NULL && fb_report_reply_lines(d->books, d->replies, arena, x) != FB_OK)
        fb_log(FB_LOG_WARN, "what people said about a finding could not be read"); /* the rest can be told */
    unsigned room = (unsigned)(sizeof x->line / sizeof x->line[0]) - x->n_lines;
    x->n_lines += fb_desk_sentences(d->told, x->line + x->n_lines, room);
}
