/* fairbank approve ask, grant, refuse and withdraw: a break-glass permission is asked for, granted, and ended, each time as
 * a whole record that the engine judges. */
#include "engine/base/hash.h"
#include "engine/turn/report/report_record.h"
#include "tools/fairbank/approve_stand.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/publish.h"
#include <string.h>

enum { RULES_TEXT = 8 * (FB_TEXT_BYTES_MAX + 1), CLASS_DAYS_MAX = 92 /* as the engine takes them */ };

struct approving {
    const struct options *o;
    struct folder folder; /* .store NULL: not opened */
    struct fb_record record;
    char ref[CLI_REF_BYTES];
    char rules[RULES_TEXT];
    char source[FB_SOURCE_BYTES_MAX + 1];
    bool not_held; /* what it names is not there: the command line was right, and it fails all the same */
};

static bool refuse(const struct approving *a, const char *what)
{
    fprintf(stderr, "fairbank %s: %s\ntry: fairbank %s --help\n", a->o->command, what, a->o->command);
    return false;
}

static struct fb_span span_of(const char *text) { return text != NULL ? fb_span_of(text) : (struct fb_span){NULL, 0}; }

/* ---- what it is about ---- */

static bool set_rules(struct approving *a)
{
    struct fb_approval *p = &a->record.as.approval;
    char *at = a->rules;
    if (a->o->rules == NULL)
        return p->n_rules > 0 || refuse(a, "say which rules it answers with --rules, as findings name them: --rules agency.off_framework");
    snprintf(a->rules, sizeof(a->rules), "%s", a->o->rules);
    for (p->n_rules = 0; at != NULL;) {
        char *comma = strchr(at, ',');
        if (comma != NULL)
            *comma++ = '\0';
        if (p->n_rules == FB_APPROVAL_RULES_MAX)
            return refuse(a, "an approval answers at most eight rules");
        p->rule[p->n_rules++] = fb_span_of(at);
        at = comma;
    }
    return true;
}

/* The booking's trust and day are its own: nobody has to type them. */
static bool set_booking(struct approving *a)
{
    struct fb_record_now now;
    struct fb_approval *p = &a->record.as.approval;
    uint32_t number;
    bool opened = a->folder.store != NULL || (folder_open(&a->folder, a->o, a->o->command) && folder_is_the_engines(&a->folder, a->o));
    a->not_held = !opened || !find_judged(&a->folder, a->o, a->o->booking, &number, &now);
    if (a->not_held)
        return false;
    if (now.record->env.kind == FB_KIND_INVOICE_LINE)
        return refuse(a, "that is a line of an invoice: what is wrong with one is for its supplier to mend, and no permission answers it; "
                         "what the trust has to say goes with: fairbank finding reply");
    const struct fb_shift *s = &now.record->as.booking.shift;
    p->booking_source = now.record->env.source;
    p->booking_ref = now.record->env.record_ref;
    p->hirer = s->hirer;
    p->from = fb_london_day(s->time.start_min);
    p->until = p->from + 1;
    return true;
}

static bool is_class(const struct options *o)
{
    return o->grade != 0 || o->staff_group != FB_STAFF_GROUP_NONE || o->route != FB_ROUTE_NONE || o->unit != NULL || o->agency_code != NULL;
}

static bool set_class(struct approving *a)
{
    const struct options *o = a->o;
    struct fb_approval *p = &a->record.as.approval;
    if (o->trust == 0 || o->from_day == INT32_MIN || o->until_day == INT32_MIN)
        return refuse(a, "say which booking with --booking SOURCE/REFERENCE; or, of a class of shifts, --trust, --from and --until");
    if (o->from_day >= o->until_day)
        return refuse(a, "--until is the day after the last: it must come after --from");
    if (o->until_day - o->from_day > CLASS_DAYS_MAX)
        return refuse(a, "a class of shifts spans at most 92 days, and --until is not one of them: ask for the rest with another");
    p->hirer = o->trust;
    p->grade = o->grade;
    p->staff_group = o->staff_group;
    p->route = o->route;
    p->unit = span_of(o->unit);
    p->agency = span_of(o->agency_code);
    p->from = o->from_day;
    p->until = o->until_day;
    return true;
}

static bool set_about(struct approving *a)
{
    const struct options *o = a->o;
    if (o->booking != NULL && is_class(o))
        return refuse(a, "it is for one booking, or for a class of shifts: leave out --booking, or what says the class");
    if (o->booking != NULL && !set_booking(a))
        return false;
    if (o->booking == NULL && !set_class(a))
        return false;
    if (o->booking != NULL && o->trust != 0 && o->trust != a->record.as.approval.hirer)
        return refuse(a, "that booking is of another trust");
    return true;
}

/* ---- a new one, and one that is held ---- */

static void begin(struct approving *a, const struct options *o)
{
    *a = (struct approving){.o = o};
    a->record.as.approval = (struct fb_approval){
        .granted_ms = FB_ABSENT, .confirmed_ms = FB_ABSENT, .second_ms = FB_ABSENT, .limit_pence = FB_ABSENT};
    new_ref(a->ref, "A");
    fill_envelope(&a->record, FB_KIND_APPROVAL, a->ref, 1);
}

/* The whole of what is held, to be sent again with what is new. Under another source its next version is that source's. */
static bool take_held(struct approving *a)
{
    struct fb_record_now now;
    uint32_t number;
    if (!folder_open(&a->folder, a->o, a->o->command) || !folder_is_the_engines(&a->folder, a->o) ||
        !find_record(&a->folder, a->o, FB_KIND_APPROVAL, a->o->words[0], &number, &now))
        return false;
    const struct fb_envelope *env = &now.record->env;
    snprintf(a->source, sizeof(a->source), "%.*s", (int)env->source.n, env->source.p);
    if (strcmp(a->source, CLI_SOURCE) != 0) {
        fprintf(stderr, "fairbank %s: that approval is kept by %s: it is %s that must amend it\n", a->o->command, a->source, a->source);
        return false;
    }
    snprintf(a->ref, sizeof(a->ref), "%.*s", (int)env->record_ref.n, env->record_ref.p);
    int64_t revision = env->revision == FB_ABSENT ? 1 : env->revision + 1;
    a->record = *now.record;
    a->record.as.approval.confirmed_by = (struct fb_span){NULL, 0}; /* the engine's own word, by a link: nobody sends it, and it keeps it */
    a->record.as.approval.confirmed_ms = FB_ABSENT;
    fill_envelope(&a->record, FB_KIND_APPROVAL, a->ref, revision);
    return true;
}

static void say_json(const struct approving *a, const struct fb_wire_answer *answer, const struct standing_now *now)
{
    const char *state = fb_approval_state_word(a->record.as.approval.state);
    json_t *j = json_pack("{s:s, s:I, s:I, s:s}", "approval", a->ref, "number", (json_int_t)answer->record, "journal",
                          (json_int_t)answer->journal, "state", state);
    json_add_word(j, "became", now->end);
    json_add_word(j, "why", now->why);
    if (now->told)
        json_object_set_new(j, "counts", json_boolean(now->counts));
    json_print(j, JSON_COMPACT);
}

/* What the engine makes of it, and never only what was sent. */
static void say(const struct approving *a, const struct fb_wire_answer *answer, const struct standing_now *now)
{
    const struct fb_approval *p = &a->record.as.approval;
    unsigned long long number = answer->record;
    if (!now->told) {
        fprintf(stderr, "fairbank %s: approval %s (number %llu) was taken; what the engine makes of it tells: fairbank approve list\n",
                a->o->command, a->ref, number);
        return;
    }
    if (!now->counts) {
        char words[256]; /* a code word has no place in a sentence */
        snprintf(words, sizeof(words), "%s", now->end);
        for (char *at = words; *at != '\0'; at++)
            *at = *at == '_' ? ' ' : *at;
        fprintf(stderr, "fairbank %s: approval %s (number %llu) was taken and does not count: it stands as %s%s%s\n", a->o->command, a->ref,
                number, words, now->why[0] != '\0' ? ", because " : "", now->why);
        return;
    }
    printf("approval %s (number %llu) is %s\n", a->ref, number, now->end);
    if (strcmp(now->end, fb_approval_end_word(FB_APPROVAL_END_PROVISIONAL)) == 0)
        printf("%.*s confirms it in time, with the link that `fairbank approve link %llu` gives, or it lapses.\n",
               (int)p->granted_by.n, p->granted_by.p, number);
    if (p->state == FB_APPROVAL_STATE_ASKED)
        printf("Grant it with: fairbank approve grant %s --by IDENTITY --role WORD\n", a->ref);
}

/* The shift of its booking breaks that rule now, and nobody knows better. */
static bool is_found(const struct fb_decision *d, struct fb_span rule)
{
    for (unsigned i = 0; i < d->n_findings; i++)
        if (d->finding[i].rule == (uint32_t)fb_hash64(rule.p, rule.n) && d->finding[i].severity >= FB_SEVERITY_WARN)
            return true;
    return false;
}

/* It is taken all the same: what is granted before it is broken is what approvals are for. */
static void warn_of_nothing(struct approving *a)
{
    char name[FB_SOURCE_BYTES_MAX + FB_ID_BYTES_MAX + 2];
    const struct fb_approval *p = &a->record.as.approval;
    struct fb_record_now now;
    uint32_t number;
    snprintf(name, sizeof(name), "%.*s/%.*s", (int)p->booking_source.n, p->booking_source.p, (int)p->booking_ref.n, p->booking_ref.p);
    if (p->state != FB_APPROVAL_STATE_GRANTED || p->booking_ref.n == 0 || a->folder.store == NULL ||
        !find_record(&a->folder, a->o, FB_KIND_BOOKING, name, &number, &now))
        return;
    for (unsigned i = 0; i < p->n_rules; i++)
        if (!is_found(now.decision, p->rule[i]))
            fprintf(stderr, "fairbank %s: booking %s has no open finding of %.*s: for that rule it answers nothing now, and counts against "
                            "the month's budget all the same\n", a->o->command, name, (int)p->rule[i].n, p->rule[i].p);
}

static int send(struct approving *a)
{
    const struct fb_approval *p = &a->record.as.approval;
    struct fb_wire_answer answer = {0};
    struct standing_now now;
    bool answers = p->state == FB_APPROVAL_STATE_ASKED || p->state == FB_APPROVAL_STATE_GRANTED;
    if (answers && !approval_rules_known(a->o, p))
        return EXIT_DIFFERENT;
    warn_of_nothing(a);
    if (!publish(a->o, &a->record, &answer))
        return EXIT_FAILED;
    approval_stands(a->o, p, answer.record, &now);
    (a->o->json ? say_json : say)(a, &answer, &now);
    return now.told && now.counts ? EXIT_DONE : EXIT_DIFFERENT;
}

static int not_sent(const struct approving *a) { return a->not_held ? EXIT_FAILED : EXIT_USAGE; }

static int finish(struct approving *a, int status)
{
    folder_close(&a->folder);
    return status;
}

static void set_shared(struct approving *a)
{
    const struct options *o = a->o;
    struct fb_approval *p = &a->record.as.approval;
    if (o->limit_pence != INT64_MIN)
        p->limit_pence = o->limit_pence;
    if (o->reason != NULL)
        p->reason = fb_span_of(o->reason);
    if (o->asked_by != NULL)
        p->asked_by = fb_span_of(o->asked_by);
    if (o->grantor_role != FB_ROLE_NONE)
        p->role = o->grantor_role;
}

int command_approve_ask(const struct options *o)
{
    static struct approving a;
    begin(&a, o);
    set_shared(&a);
    struct fb_approval *p = &a.record.as.approval;
    p->state = FB_APPROVAL_STATE_ASKED;
    p->asked_by = fb_span_of(o->asked_by != NULL ? o->asked_by : login_name());
    bool ok = (p->reason.n > 0 || refuse(&a, "say why with --reason")) && set_about(&a) && set_rules(&a);
    return finish(&a, ok ? send(&a) : not_sent(&a));
}

static bool set_grant(struct approving *a)
{
    const struct options *o = a->o;
    struct fb_approval *p = &a->record.as.approval;
    if (o->by == NULL || p->role == FB_ROLE_NONE)
        return refuse(a, "say who grants it with --by IDENTITY, and in which role with --role WORD");
    if ((o->second_by == NULL) != (o->second_role == FB_ROLE_NONE))
        return refuse(a, "a second pair of eyes has --second-by and --second-role, or neither");
    static const char *const answered[FB_APPROVAL_STATE_END] = {
        [FB_APPROVAL_STATE_GRANTED] = "that approval is granted already: where it does not count, ask anew",
        [FB_APPROVAL_STATE_REFUSED] = "that request was refused: ask anew",
        [FB_APPROVAL_STATE_WITHDRAWN] = "that approval was withdrawn: ask anew",
    };
    if (answered[p->state] != NULL)
        return refuse(a, answered[p->state]);
    p->state = FB_APPROVAL_STATE_GRANTED;
    p->granted_by = fb_span_of(o->by);
    p->granted_ms = o->at_ms != INT64_MIN ? o->at_ms : now_ms();
    p->channel = o->telephone ? FB_CHANNEL_TELEPHONE : FB_CHANNEL_WRITTEN;
    p->recorded_by = fb_span_of(o->recorded_by != NULL ? o->recorded_by : login_name());
    if (o->telephone && fb_span_eq(p->recorded_by, p->granted_by))
        return refuse(a, "a grant by telephone is recorded by somebody else than its grantor, whom nobody else can confirm: say who with "
                         "--recorded-by, or let them grant it in writing, without --telephone");
    if (o->second_by != NULL) {
        p->second_by = fb_span_of(o->second_by);
        p->second_role = o->second_role;
        p->second_ms = p->granted_ms;
    }
    return true;
}

int command_approve_grant(const struct options *o)
{
    static struct approving a;
    begin(&a, o);
    bool held = o->n_words > 0;
    if (held && (o->booking != NULL || is_class(o)))
        return finish(&a, refuse(&a, "what was asked for says what it is about: grant it as it stands, or ask anew") ? EXIT_DONE : EXIT_USAGE);
    if (held && !take_held(&a))
        return finish(&a, EXIT_FAILED);
    set_shared(&a);
    bool ok = set_grant(&a) && (held || set_about(&a)) && set_rules(&a) &&
              (a.record.as.approval.reason.n > 0 || refuse(&a, "say why with --reason"));
    return finish(&a, ok ? send(&a) : not_sent(&a));
}

/* refuse and withdraw: the last word of the command says which. */
int command_approve_end(const struct options *o)
{
    static struct approving a;
    begin(&a, o);
    bool refused = strcmp(o->command, "approve refuse") == 0;
    if (o->by == NULL)
        return finish(&a, refuse(&a, "say who does it with --by IDENTITY") ? EXIT_DONE : EXIT_USAGE);
    if (!take_held(&a))
        return finish(&a, EXIT_FAILED);
    struct fb_approval *p = &a.record.as.approval;
    if (refused && p->state != FB_APPROVAL_STATE_ASKED)
        return finish(&a, refuse(&a, "it is not waiting for an answer: what was granted is withdrawn") ? EXIT_DONE : EXIT_USAGE);
    set_shared(&a);
    p->state = refused ? FB_APPROVAL_STATE_REFUSED : FB_APPROVAL_STATE_WITHDRAWN;
    p->recorded_by = fb_span_of(o->by);
    return finish(&a, send(&a));
}
