#include "engine/base/check.h"
#include "engine/store/key.h"
#include "engine/turn/row.h"
#include "tests/sim/auditor_feed.h"
#include <stdlib.h>
#include <string.h>

/* The lives of findings as a reader of the feed knows them: each step by its one event, in an order that makes sense, and
 * the same cause opened once. A shift that falls silent, is told aloud, or is counted under another number, begins anew:
 * those who were told are others then. Held against the findings of the last decisions. */
enum { LIVES_MAX = 16384, FORGETS_MAX = 16384 };
struct life {
    uint32_t subject, rule;
    uint8_t detail, severity, answered;
    bool is_open, is_silent, cleared, closed, reopened, held;
    uint64_t opened; /* journal number of the entry that opened it; 0: never */
    int64_t pence, opened_ms, changed_ms;
    unsigned steps[FB_STEP_END];
};
/* Whoever was told of this subject before this entry is not who is told from then on. */
struct forget {
    uint32_t subject;
    uint64_t journal;
};
struct aud_lives {
    struct auditor *a;
    unsigned n, n_forgets;
    struct life life[LIVES_MAX];
    struct forget forget[FORGETS_MAX];
    uint32_t subject; /* of the decision at hand, while they are read for forgets */
    bool silent, joined;
};

static void wrong(struct aud_lives *l, const char *what, const struct fb_event *e)
{
    char text[AUD_WHY_BYTES];
    struct fb_text t;
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, what);
    fb_text_add(&t, ", by ");
    fb_text_add(&t, fb_event_word(e->kind));
    fb_text_add(&t, " of subject ");
    fb_text_add_int(&t, e->subject);
    fb_text_add(&t, " at entry ");
    fb_text_add_int(&t, (int64_t)e->journal);
    fb_text_add(&t, ", rule");
    (void)auditor_differs(l->a, text, -1, e->rule);
}

/* ---- where lives begin anew ---- */

static void look(struct aud_lives *l, struct fb_span key, struct fb_span value)
{
    struct fb_decision_row row;
    struct fb_decision d;
    uint32_t subject;
    uint64_t journal;
    fb_assert(fb_key_parse_decision(key, &subject, &journal) == FB_OK && fb_decision_row_unpack(&row, value) == FB_OK &&
              fb_decision_unpack(&d, row.decision) == FB_OK);
    bool silent = d.shadow || d.historic;
    bool another = subject == l->subject && (silent != l->silent || d.joined != l->joined);
    if (another || d.joined) {
        fb_assert(l->n_forgets < FORGETS_MAX);
        l->forget[l->n_forgets++] = (struct forget){subject, journal};
    }
    l->subject = subject;
    l->silent = silent;
    l->joined = d.joined;
}

struct aud_lives *aud_lives_open(struct auditor *a, struct fb_txn *t, struct fb_arena *arena)
{
    struct aud_lives *l = calloc(1, sizeof *l);
    struct fb_scan scan;
    fb_assert(l != NULL);
    l->a = a;
    fb_scan_begin(&scan, t, FB_TABLE_DECISIONS, (struct fb_span){NULL, 0});
    while (fb_scan_next(&scan, arena)) {
        look(l, scan.key, scan.value);
        fb_arena_reset(arena);
    }
    fb_scan_end(&scan);
    return l;
}

void aud_lives_close(struct aud_lives *l)
{
    free(l);
}

/* It was opened, and nobody has forgotten it by that entry. */
static bool is_remembered(const struct aud_lives *l, const struct life *x, uint64_t journal)
{
    for (unsigned i = 0; i < l->n_forgets && x->opened != 0; i++)
        if (l->forget[i].subject == x->subject && l->forget[i].journal > x->opened && l->forget[i].journal <= journal)
            return false;
    return x->opened != 0;
}

/* ---- what the feed tells ---- */

static struct life *life_of(struct aud_lives *l, uint32_t subject, uint32_t rule, uint8_t detail)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->life[i].subject == subject && l->life[i].rule == rule && l->life[i].detail == detail)
            return &l->life[i];
    fb_assert(l->n < LIVES_MAX);
    l->life[l->n] = (struct life){.subject = subject, .rule = rule, .detail = detail};
    return &l->life[l->n++];
}

/* The detail of finding.answered is when it was answered, so it does not say which finding of the rule: the one that is open
 * and says more than that nobody can say. What loses its answer may be just what nobody can say any more: that one first. */
static struct life *open_of(struct aud_lives *l, const struct fb_event *e)
{
    struct life *found = NULL;
    for (unsigned i = 0; i < l->n; i++) {
        struct life *x = &l->life[i];
        if (x->subject != e->subject || x->rule != e->rule || !x->is_open)
            continue;
        if (x->severity < FB_SEVERITY_WARN && e->kind == FB_EVENT_FINDING_UNANSWERED && x->answered != 0)
            return x;
        if (x->severity >= FB_SEVERITY_WARN && found == NULL)
            found = x;
    }
    return found;
}

static void open_it(struct aud_lives *l, struct life *x, const struct fb_event *e)
{
    bool again = e->kind == FB_EVENT_FINDING_REOPENED, remembered = is_remembered(l, x, e->journal);
    /* What somebody closed comes back when it is another matter, or is worked on again. */
    bool closed = again && x->is_open && x->closed;
    x->closed = false;
    if ((x->is_open && !closed) || again != remembered)
        wrong(l, remembered ? "the same cause opened twice" : "finding reopened that was never opened", e);
    if (!remembered)
        *x = (struct life){.subject = x->subject, .rule = x->rule, .detail = x->detail, .opened = e->journal, .opened_ms = e->at_ms};
    else if (!closed || x->severity != e->severity || x->pence != e->pence)
        x->changed_ms = e->at_ms;
    x->reopened |= again;
    x->is_open = true;
    x->cleared = false;
    l->a->met->reopened += again;
}

void aud_hear_life(struct aud_lives *l, const struct fb_event *e)
{
    struct life *x = life_of(l, e->subject, e->rule, e->detail);
    bool opens = e->kind != FB_EVENT_FINDING_CHANGED && e->kind != FB_EVENT_FINDING_CLEARED, silent = e->shadow || e->historic;
    if (e->pence - e->delta_pence != (x->is_open ? x->pence : 0))
        wrong(l, "pence before, by a finding's delta", e);
    if (opens) {
        open_it(l, x, e);
    } else if (!x->is_open) {
        wrong(l, "finding changed or cleared that is not open", e);
    } else if (x->is_silent != silent) { /* what only the silent were told ends before the others hear of it */
        wrong(l, "whether it was told silently", e);
    } else if (e->kind == FB_EVENT_FINDING_CHANGED && x->severity == e->severity && x->pence == e->pence) {
        wrong(l, "finding that did not change", e);
    }
    if (!opens)
        x->changed_ms = e->at_ms;
    x->is_silent = silent;
    x->severity = e->severity;
    x->pence = e->pence;
    if (e->kind == FB_EVENT_FINDING_CLEARED) {
        x->is_open = false;
        x->cleared = true;
        x->answered = 0;
    }
}

void aud_hear_answer(struct aud_lives *l, const struct fb_event *e)
{
    struct life *x = open_of(l, e);
    if (x == NULL) {
        wrong(l, "answer to a finding that is not open", e);
        return;
    }
    bool answered = e->kind == FB_EVENT_FINDING_ANSWERED;
    if (answered ? e->detail == 0 || e->detail >= FB_ANSWERED_END || x->answered == e->detail : x->answered == 0)
        wrong(l, "answer that changes nothing, or none", e);
    x->answered = answered ? e->detail : 0;
    l->a->met->answered[x->answered]++;
}

void aud_hear_step(struct aud_lives *l, const struct fb_event *e, enum fb_step step)
{
    struct life *x = life_of(l, e->subject, e->rule, e->detail);
    if (!is_remembered(l, x, e->journal))
        wrong(l, "step about a finding that nobody was told of", e);
    x->steps[step]++;
    x->closed |= step == FB_STEP_CLOSE;
    l->a->met->step[step]++;
}

/* ---- what stands ---- */

static bool differs(struct aud_lives *l, uint32_t subject, const char *what, int64_t must, int64_t is)
{
    return must != is && !auditor_differs_at(l->a, &l->a->held[subject], what, must, is);
}

/* Nobody is told shift by shift that a whole feed is missing. */
static bool is_of_feed(const struct aud_lives *l, const struct fb_finding *f)
{
    const struct fb_book *book = l->a->issue[l->a->current];
    return book != NULL && f->rule == book->built_in[FB_RULE_CANNOT_SAY].id &&
           (f->detail == FB_LACK_WORKER || f->detail == FB_LACK_WORKER_FACTS || f->detail == FB_LACK_HOURS || f->detail == FB_LACK_ALL_TRUSTS);
}

void aud_hold_life(struct aud_lives *l, uint32_t subject, const struct fb_finding *f, bool silent)
{
    /* Which bit a step sets; a note sets none. A snooze that is over, or a closing of what was something else then, is not told. */
    static const uint8_t bits[FB_STEP_END] = {[FB_STEP_ACKNOWLEDGE] = FB_LIFE_ACKNOWLEDGED, [FB_STEP_ASSIGN] = FB_LIFE_ASSIGNED,
                                              [FB_STEP_SNOOZE] = FB_LIFE_SNOOZED,           [FB_STEP_REPLY] = FB_LIFE_REPLIED,
                                              [FB_STEP_CHALLENGE] = FB_LIFE_CHALLENGED,     [FB_STEP_CLOSE] = FB_LIFE_CLOSED};
    struct life *x = life_of(l, subject, f->rule, f->detail);
    bool told = f->severity >= FB_SEVERITY_CANNOT_SAY && !is_of_feed(l, f);
    if (differs(l, subject, "finding open as the feed told it", told, x->is_open))
        return;
    x->held = true;
    if (!told && (f->life & FB_LIFE_CLEARED) == 0)
        return; /* a note, or nothing that was ever told */
    bool other = differs(l, subject, "finding that cleared, by the feed", (f->life & FB_LIFE_CLEARED) != 0, x->cleared) ||
                 differs(l, subject, "finding reopened, by the feed", (f->life & FB_LIFE_REOPENED) != 0, x->reopened) ||
                 differs(l, subject, "instant at which the finding was opened", f->opened_ms, x->opened_ms) ||
                 /* a note that became more, or one that came back, is told as new */
                 ((x->changed_ms != 0 || (f->changed_ms != x->opened_ms && !x->reopened)) &&
                  differs(l, subject, "instant at which the finding changed", f->changed_ms, x->changed_ms)) ||
                 differs(l, subject, "finding told silently", silent, x->is_silent);
    if (!other && told)
        other = differs(l, subject, "severity of a finding, by the feed", f->severity, x->severity) ||
                differs(l, subject, "pence of a finding, by the feed", f->pence, x->pence) ||
                differs(l, subject, "when it was answered, by the feed", f->answered, x->answered);
    /* Each step was told, while it was cleared too. What was amended away was told all the same. */
    for (unsigned s = 1; s < FB_STEP_END && !other; s++)
        other = s != FB_STEP_SNOOZE && s != FB_STEP_CLOSE && x->steps[s] < f->steps[s] &&
                differs(l, subject, "steps of a kind about a finding, by the feed", f->steps[s], (int64_t)x->steps[s]);
    /* Of a snooze, or a closing, which one holds is told, and none while it was cleared. */
    for (unsigned s = 1; s < FB_STEP_END && told && !x->reopened && !other; s++)
        other = (f->life & bits[s]) == bits[s] && f->steps[s] > 0 && x->steps[s] == 0 && differs(l, subject, "steps about a finding, by the feed", f->steps[s], (int64_t)x->steps[s]);
}

void aud_lives_compare(struct aud_lives *l)
{
    for (unsigned i = 0; i < l->n; i++)
        if (l->life[i].is_open && !l->life[i].held)
            (void)auditor_differs_at(l->a, &l->a->held[l->life[i].subject], "finding that the feed holds open and nobody else, rule", 0,
                                     l->life[i].rule);
}

/* ---- saying it ---- */

bool aud_finding_differs(struct auditor *a, const struct aud_held *h, const struct fb_finding *f, const char *what, int64_t must, int64_t is)
{
    char text[AUD_WHY_BYTES];
    struct fb_text t;
    const struct fb_rule *rule = fb_book_rule(a->issue[a->current], f->rule);
    fb_text_init(&t, text, sizeof text);
    fb_text_add(&t, what);
    fb_text_add(&t, " ");
    if (rule != NULL)
        fb_text_add_span(&t, rule->name);
    fb_text_add(&t, " (detail ");
    fb_text_add_int(&t, f->detail);
    fb_text_add(&t, f->severity == FB_SEVERITY_CANNOT_SAY && f->detail < FB_FACT_COUNT ? ", fact " : ")");
    if (f->severity == FB_SEVERITY_CANNOT_SAY && f->detail < FB_FACT_COUNT)
        fb_text_add(&t, fb_fact_table[f->detail].word);
    return auditor_differs_at(a, h, text, must, is);
}
