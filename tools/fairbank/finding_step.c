/* fairbank finding …: what people do about a finding. Each step is a record of its own, judged with its booking, or with its line
 * of an invoice; a finding is answered, replied to and closed by what was said, and never taken away. */
#include "engine/turn/report/report_record.h"
#include "tools/fairbank/publish.h"
#include <string.h>

/* What each step cannot do without, as the record's contract says. */
static const struct {
    const char *command, *done;
    enum fb_step step;
    bool owner, until, verdict, text;
    enum fb_said for_trust; /* whose word it is, unless --as says */
} steps[] = {
    {"finding acknowledge", "acknowledged", FB_STEP_ACKNOWLEDGE, false, false, false, false, FB_SAID_NONE},
    {"finding assign", "assigned", FB_STEP_ASSIGN, true, false, false, false, FB_SAID_NONE},
    {"finding note", "noted", FB_STEP_NOTE, false, false, false, true, FB_SAID_NONE},
    {"finding snooze", "snoozed", FB_STEP_SNOOZE, true, true, false, true, FB_SAID_NONE},
    {"finding reply", "replied to", FB_STEP_REPLY, false, false, false, true, FB_SAID_YES},
    {"finding challenge", "challenged", FB_STEP_CHALLENGE, false, false, false, true, FB_SAID_NO},
    {"finding close", "closed", FB_STEP_CLOSE, false, false, true, true, FB_SAID_NONE},
};
enum { N_STEPS = sizeof(steps) / sizeof(steps[0]) };

static unsigned step_of(const struct options *o)
{
    unsigned i = 0;
    while (i + 1 < N_STEPS && strcmp(steps[i].command, o->command) != 0)
        i++;
    return i;
}

static bool need(const struct options *o, bool wanted, bool there, const char *what)
{
    if (wanted == there)
        return true;
    fprintf(stderr, "fairbank %s: %s %s\n", o->command, wanted ? "needs" : "takes no", what);
    return false;
}

/* Nobody says the last word about what was found at their own trust. */
static bool need_controls(const struct options *o, unsigned i)
{
    bool of_controls = steps[i].step == FB_STEP_CLOSE || steps[i].step == FB_STEP_CHALLENGE;
    if (!of_controls || (o->as != NULL && strcmp(o->as, "controls") == 0))
        return true;
    fprintf(stderr, "fairbank %s: only the controls team does that: say so with --as controls; a trust says its part with `fairbank finding reply`\n",
            o->command);
    return false;
}

static bool need_later(const struct options *o)
{
    static const int64_t MS_PER_DAY = 86400000;
    if (o->until_ms != INT64_MIN && o->until_ms > now_ms() + FB_SNOOZE_DAYS_MAX * MS_PER_DAY) {
        fprintf(stderr, "fairbank %s: --until is more than a year away: what nobody will look at for so long is closed with a verdict, not put off\n",
                o->command);
        return false;
    }
    if (o->until_ms == INT64_MIN || o->until_ms > now_ms())
        return true;
    fprintf(stderr, "fairbank %s: --until is over already: nothing would be put off\n", o->command);
    return false;
}

static bool check(const struct options *o, unsigned i)
{
    if (o->by == NULL) {
        fprintf(stderr, "fairbank %s: say who does it with --by IDENTITY\n", o->command);
        return false;
    }
    return need(o, steps[i].owner, o->owner != NULL, "--owner IDENTITY") && need(o, steps[i].until, o->until_ms != INT64_MIN, "--until MOMENT") &&
           need_controls(o, i) && need_later(o) && need(o, steps[i].verdict, o->verdict != FB_VERDICT_NONE, "--verdict WORD") && need(o, steps[i].text, o->text != NULL, "--text TEXT");
}

/* A finding of that rule stands there, or stood: what nobody found cannot be replied to. */
static bool is_found(const struct options *o, const struct folder *f, const struct fb_decision *d)
{
    const struct fb_book *book = fb_reader_book(f->books, d->issue);
    for (unsigned i = 0; o->n_words > 1 && book != NULL && i < d->n_findings; i++) {
        const struct fb_rule *rule = fb_book_rule(book, d->finding[i].rule);
        if (rule != NULL && fb_span_is(rule->name, o->words[1]))
            return true;
    }
    if (o->n_words < 2 && d->n_findings > 0)
        return true;
    if (o->n_words < 2)
        fprintf(stderr, "fairbank %s: nothing was found about %s\n", o->command, o->words[0]);
    else
        fprintf(stderr, "fairbank %s: no finding of rule %.80s stands at %s; see: fairbank explain %s\n", o->command, o->words[1], o->words[0], o->words[0]);
    return false;
}

static void print_word(FILE *out, const char *word)
{
    for (; *word != '\0'; word++)
        fputc(*word == '_' ? ' ' : *word, out);
}

/* One that was closed before: whoever puts it off, or closes it with another verdict, is told. */
static void warn_closed(const struct options *o, const struct folder *f, const struct fb_decision *d, unsigned step)
{
    const struct fb_book *book = fb_reader_book(f->books, d->issue);
    for (unsigned i = 0; book != NULL && i < d->n_findings; i++) {
        const struct fb_finding *found = &d->finding[i];
        const struct fb_rule *rule = fb_book_rule(book, found->rule);
        bool meant = rule != NULL && (o->n_words < 2 || fb_span_is(rule->name, o->words[1]));
        bool closing = steps[step].step == FB_STEP_CLOSE, other = closing && o->verdict != (enum fb_verdict)found->verdict;
        if (!meant || (found->life & FB_LIFE_CLOSED) == 0 || found->verdict == FB_VERDICT_NONE ||
            (!other && steps[step].step != FB_STEP_SNOOZE))
            continue;
        fprintf(stderr, "%.*s of %s was closed before as \"", (int)rule->name.n, rule->name.p, o->words[0]);
        print_word(stderr, fb_verdict_word((enum fb_verdict)found->verdict));
        fputs(other ? "\"; its verdict changes to \"" : "\"; it stays closed", stderr);
        print_word(stderr, other ? fb_verdict_word(o->verdict) : "");
        fprintf(stderr, "%s (by whom and when tells: fairbank explain %s)\n", other ? "\"" : "", o->words[0]);
    }
}

static enum fb_said whose(const struct options *o, unsigned i)
{
    if (o->as != NULL && strncmp(o->as, "trust:", 6) == 0)
        return FB_SAID_YES;
    return o->as != NULL ? FB_SAID_NO : steps[i].for_trust;
}

static void fill(struct fb_record *r, const struct options *o, unsigned i, const struct fb_record *about)
{
    bool line = about->env.kind == FB_KIND_INVOICE_LINE;
    char ref[CLI_REF_BYTES];
    new_ref(ref, "R");
    fill_envelope(r, FB_KIND_REPLY, ref, 1);
    r->as.reply = (struct fb_reply){.hirer = line ? about->as.invoice_line.hirer : about->as.booking.shift.hirer,
                                    .booking_source = about->env.source,
                                    .booking_ref = about->env.record_ref,
                                    .step = steps[i].step,
                                    .by = fb_span_of(o->by),
                                    .for_trust = whose(o, i),
                                    .until_ms = o->until_ms == INT64_MIN ? FB_ABSENT : o->until_ms,
                                    .verdict = o->verdict};
    if (o->n_words > 1)
        r->as.reply.rule = fb_span_of(o->words[1]);
    if (o->owner != NULL)
        r->as.reply.owner = fb_span_of(o->owner);
    if (o->text != NULL)
        r->as.reply.text = fb_span_of(o->text);
}

int command_finding_step(const struct options *o)
{
    static struct fb_record record;
    struct folder f = {0};
    struct fb_record_now now;
    struct fb_wire_answer answer = {0};
    uint32_t number;
    unsigned i = step_of(o);
    if (!check(o, i))
        return EXIT_USAGE;
    bool ok = folder_open(&f, o, o->command) && folder_is_the_engines(&f, o);
    ok = ok && find_judged(&f, o, o->words[0], &number, &now) && is_found(o, &f, now.decision);
    if (ok) {
        fill(&record, o, i, now.record);
        warn_closed(o, &f, now.decision, i);
        ok = publish(o, &record, &answer);
    }
    folder_close(&f);
    if (ok && o->json)
        printf("{\"journal\": %llu, \"number\": %u}\n", (unsigned long long)answer.journal, answer.record);
    else if (ok)
        printf("%s%s%s: %s by %s (journal entry %llu)\n", o->words[0], o->n_words > 1 ? " " : "", o->n_words > 1 ? o->words[1] : "",
               steps[i].done, o->by, (unsigned long long)answer.journal);
    return ok ? EXIT_DONE : EXIT_FAILED;
}
