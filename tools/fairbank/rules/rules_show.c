/* fairbank rules show: the effective card and caps of one trust on one day, as a table, each cell with the row it rests on. */
#include "tools/fairbank/care/probe.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/source.h"
#include "tools/fairbank/table.h"
#include <string.h>

struct showing {
    const struct options *o;
    const struct fb_book *book;
    struct probe probe;
    char groups[300]; /* the staff groups that share what is shown */
    uint64_t bands;   /* bit per grade: those of the card that are shown */
    unsigned left_out;
    struct table table;
    json_t *rows;
};

static const char *rate_word(int64_t e4)
{
    static char memory[24][40];
    static unsigned at;
    char *word = memory[at++ % 24];
    if (e4 == FB_ABSENT || e4 < 0)
        snprintf(word, 40, "-");
    else
        pounds_format(word, 40, e4 / 100);
    return word;
}

/* ---- which bands ---- */

static uint64_t all_bands(const struct fb_book *book) { return book->n_grades >= 64 ? UINT64_MAX : ((uint64_t)1 << book->n_grades) - 1; }

/* The bands that a rule speaks of by name: its own, or those of its table. None: it says no band. */
static uint64_t bands_named(const struct fb_book *book, const struct fb_card_rule *r)
{
    uint64_t all = all_bands(book), held = 0;
    if ((r->grades & all) != all)
        return r->grades & all;
    if (r->table < book->n_tables)
        for (unsigned i = 0; i < book->table[r->table].n; i++)
            held |= (uint64_t)1 << book->table[r->table].rate[i].grade;
    return held;
}

/* A rule such as "substantive workers: own point" names no band, so that it pays a consultant on a nurses' card as well: true,
 * and not what anybody looks for there. A card is shown for the families of the bands that any of its rules names; for
 * all, where none does. */
static uint64_t bands_of(const struct fb_book *book, const struct fb_card *card)
{
    uint64_t named = 0, out = 0;
    for (unsigned i = 0; i < card->n_rules; i++)
        named |= bands_named(book, &card->rule[i]);
    for (unsigned g = 0; g < book->n_grades; g++)
        for (unsigned k = 0; k < book->n_grades; k++)
            if ((named >> k & 1) != 0 && book->grade[k].family == book->grade[g].family)
                out |= (uint64_t)1 << g;
    return named == 0 ? all_bands(book) : out;
}

/* The index of the band that --band names; -1: none, or no band of these packs. */
static int asked_band(const struct showing *s)
{
    fb_code code;
    bool one = s->o->band != NULL && fb_code_parse(&code, fb_span_of(s->o->band)) == FB_OK;
    return one ? fb_book_grade(s->book, code) : -1;
}

static void choose_bands(struct showing *s, const struct fb_card *card)
{
    s->left_out = 0;
    int band = asked_band(s);
    if (band >= 0)
        s->bands = (uint64_t)1 << band;
    else
        s->bands = s->o->band != NULL || card == NULL ? all_bands(s->book) : bands_of(s->book, card);
}

/* ---- the card ---- */

/* The categories of the card's (or cap's) calendar, in its own order of dearness. */
static unsigned order_of(const struct fb_book *book, unsigned calendar, uint8_t order[FB_CATEGORIES_MAX])
{
    const struct fb_calendar *cal = &book->calendar[calendar];
    for (unsigned i = 0; i < cal->n_order; i++)
        order[i] = cal->order[i];
    for (unsigned i = 0; cal->n_order == 0 && i < book->n_categories; i++)
        order[i] = (uint8_t)i;
    return cal->n_order > 0 ? cal->n_order : book->n_categories;
}

static const char *status_of(const struct fb_book *book, uint16_t origin)
{
    return origin < book->n_origins ? fb_status_word(book->origin[origin].status) : "-";
}

static void add_json_rates(json_t *row, const struct fb_book *book, const uint8_t *order, unsigned n, const int64_t *hour_e4)
{
    json_t *rates = json_object();
    for (unsigned i = 0; i < n; i++)
        if (hour_e4[order[i]] != FB_ABSENT && hour_e4[order[i]] >= 0)
            json_object_set_new(rates, code_word(book->category[order[i]]), json_integer(hour_e4[order[i]] / 100));
    json_object_set_new(row, "pence_hour", rates);
}

/* A person whose pay is that of the one before is not told again. */
static bool same_rates(const struct fb_price *a, const struct fb_price *b)
{
    return a->card.known == b->card.known && memcmp(a->card.hour_e4, b->card.hour_e4, sizeof a->card.hour_e4) == 0;
}

static void card_row(struct showing *s, const struct fb_price *p, const char *person, const uint8_t *order, unsigned n)
{
    char rests[900];
    const struct fb_book *book = s->book;
    uint16_t point = p->card.point_origin;
    snprintf(rests, sizeof rests, "%s, %s", probe_origin(book, p->card.rule_origin), probe_origin(book, point));
    if (s->rows != NULL) {
        json_t *row = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b}", "band", code_word(book->grade[s->probe.grade].code), "worker", person,
                                "rule", probe_origin(book, p->card.rule_origin), "rate", probe_origin(book, point), "status",
                                status_of(book, point), "limited", p->card.limited);
        add_json_rates(row, book, order, n, p->card.hour_e4);
        json_array_append_new(s->rows, row);
        return;
    }
    table_add(&s->table, code_word(book->grade[s->probe.grade].code));
    table_add(&s->table, person);
    for (unsigned i = 0; i < n; i++)
        table_add(&s->table, rate_word(p->card.hour_e4[order[i]]));
    table_add(&s->table, status_of(book, point));
    table_add(&s->table, rests);
}

static void heads_of(char *out, size_t size, const char *first, const struct fb_book *book, const uint8_t *order, unsigned n, const char *last)
{
    size_t at = (size_t)snprintf(out, size, "%s", first);
    for (unsigned i = 0; i < n && at < size; i++)
        at += (size_t)snprintf(out + at, size - at, "|>%s", code_word(book->category[order[i]]));
    if (at < size)
        snprintf(out + at, size - at, "%s", last);
}

/* Said once above the table: which card, whose, since when, adopted or not. */
static void say_card(const struct showing *s, const struct fb_card *card, const struct fb_price *p)
{
    char day[11];
    const struct fb_book *book = s->book;
    const struct fb_origin *o = card->origin < book->n_origins ? &book->origin[card->origin] : NULL;
    fb_day_format(day, s->probe.day);
    printf("\n%s on %s: card %s (%s)\n", code_word(s->probe.trust), day, word_of(card->name), probe_origin(book, card->origin));
    paragraph_print(stdout, "  for ", s->groups, (int)strlen(s->groups));
    printf("  unpaid breaks %s, whole-shift rule %s\n", fb_break_from_word(card->break_from), fb_whole_shift_word(card->whole_shift));
    if (o != NULL) {
        printf("  %s\n", fb_status_word(o->status));
        paragraph_print(stdout, "  source ", o->source.p, (int)o->source.n);
    }
    if (card->n_adoptions > 0)
        printf("  adoption at %s: %s\n", code_word(s->probe.trust), p->card.adoption == FB_ADOPTION_NONE ? "not proposed" : fb_adoption_word(p->card.adoption));
    if (card->departs) {
        fb_day_format(day, card->agreed_until);
        printf("  departs from the system's card until %s: %s\n", day, word_of(card->reason));
    }
    if (card->hcas)
        printf("  with the high cost area supplement of zone %s\n", p->zone >= 0 ? code_word(book->zone[p->zone]) : "not known: no pay can be said");
}

static void finish(struct showing *s)
{
    if (s->rows == NULL && s->table.n_cells > 0) {
        table_print(&s->table, stdout);
    } else if (s->rows == NULL) {
        table_release(&s->table);
        printf("  no rate can be said\n");
    }
}

static void show_card(struct showing *s, const struct fb_card *card)
{
    uint8_t order[FB_CATEGORIES_MAX];
    char heads[600];
    unsigned n = order_of(s->book, card->calendar, order), rows = 0;
    heads_of(heads, sizeof heads, "band|worker", s->book, order, n, "|how known|rests on");
    if (s->rows == NULL) {
        table_init(&s->table, heads);
        s->table.wrap = 1;
    }
    for (s->probe.grade = 0; s->probe.grade < s->book->n_grades; s->probe.grade++) {
        struct fb_price before = {0}, p;
        for (unsigned person = 0; person < PROBE_PERSONS; person++) {
            s->probe.person = (enum probe_person)person;
            probe_price(s->book, &s->probe, &p);
            if (rows == 0 && person == 0 && s->probe.grade == 0 && s->rows == NULL)
                say_card(s, card, &p);
            bool shown = p.card.known && !(person > 0 && same_rates(&p, &before));
            before = p;
            if ((s->bands >> s->probe.grade & 1) == 0) {
                s->left_out += shown;
                continue;
            }
            if (shown)
                card_row(s, &p, probe_person_word((enum probe_person)person), order, n);
            rows += shown;
        }
    }
    finish(s);
    if (s->rows == NULL && s->left_out > 0 && s->o->band == NULL)
        printf("Left out: %u rates of other families' bands, which no rule of this card names (--band all shows them)\n", s->left_out);
}

static void cap_row(struct showing *s, const struct fb_price *p, const uint8_t *order, unsigned n)
{
    if (s->rows != NULL) {
        json_t *row = json_pack("{s:s, s:s, s:s}", "cap_of_band", code_word(s->book->grade[s->probe.grade].code), "basis",
                                fb_status_word(p->cap.basis), "row", probe_origin(s->book, p->cap.row_origin));
        add_json_rates(row, s->book, order, n, p->cap.hour_e4);
        json_array_append_new(s->rows, row);
        return;
    }
    table_add(&s->table, code_word(s->book->grade[s->probe.grade].code));
    for (unsigned i = 0; i < n; i++)
        table_add(&s->table, rate_word(p->cap.hour_e4[order[i]]));
    table_add(&s->table, fb_status_word(p->cap.basis));
    table_add(&s->table, probe_origin(s->book, p->cap.row_origin));
}

static bool has_cap(const struct fb_price *p)
{
    for (unsigned c = 0; c < FB_CATEGORIES_MAX; c++)
        if (p->cap.hour_e4[c] != FB_ABSENT && p->cap.hour_e4[c] >= 0)
            return true;
    return false;
}

static void show_cap(struct showing *s, const struct fb_cap *cap)
{
    uint8_t order[FB_CATEGORIES_MAX];
    char heads[600];
    unsigned n = order_of(s->book, cap->calendar, order);
    heads_of(heads, sizeof heads, "band", s->book, order, n, "|basis|row");
    if (s->rows == NULL) {
        printf("\nCap on agencies: %s (%s)\n", word_of(cap->name), probe_origin(s->book, cap->origin));
        table_init(&s->table, heads);
    }
    s->probe.person = PROBE_BANK_ONLY;
    for (s->probe.grade = 0; s->probe.grade < s->book->n_grades; s->probe.grade++) {
        struct fb_price p;
        if (s->o->band != NULL && (s->bands >> s->probe.grade & 1) == 0)
            continue;
        probe_price(s->book, &s->probe, &p);
        if (has_cap(&p))
            cap_row(s, &p, order, n);
    }
    finish(s);
}

static void show_group(struct showing *s, enum fb_staff_group group, const struct fb_card *card, const struct fb_cap *cap)
{
    s->probe.group = group;
    choose_bands(s, card);
    if (card != NULL)
        show_card(s, card);
    else if (s->rows == NULL) {
        printf("\n%s: no card covers these on that day\n", code_word(s->probe.trust));
        paragraph_print(stdout, "  ", s->groups, (int)strlen(s->groups));
    }
    if (cap != NULL)
        show_cap(s, cap);
}

/* Groups that share card and cap are shown once. */
static void show_groups(struct showing *s)
{
    const struct fb_card *cards[FB_STAFF_GROUP_END] = {NULL};
    const struct fb_cap *caps[FB_STAFF_GROUP_END] = {NULL};
    for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < FB_STAFF_GROUP_END; g++) {
        struct fb_where where = {s->probe.trust, s->probe.site, (enum fb_staff_group)g, s->probe.day};
        cards[g] = fb_book_card(s->book, &where);
        caps[g] = fb_book_cap(s->book, &where);
    }
    for (unsigned g = FB_STAFF_GROUP_NONE + 1; g < FB_STAFF_GROUP_END; g++) {
        size_t at = 0;
        bool first = s->o->staff_group == FB_STAFF_GROUP_NONE || s->o->staff_group == (enum fb_staff_group)g;
        for (unsigned k = FB_STAFF_GROUP_NONE + 1; k < FB_STAFF_GROUP_END && at < sizeof s->groups; k++) {
            if (cards[k] != cards[g] || caps[k] != caps[g])
                continue;
            first = first && (k >= g || s->o->staff_group != FB_STAFF_GROUP_NONE);
            at += (size_t)snprintf(s->groups + at, sizeof s->groups - at, "%s%s", at > 0 ? ", " : "", fb_staff_group_word((enum fb_staff_group)k));
        }
        if (first)
            show_group(s, (enum fb_staff_group)g, cards[g], caps[g]);
    }
}

int command_rules_show(const struct options *o)
{
    if (o->trust == 0 || o->at_day == INT32_MIN) {
        fprintf(stderr, "fairbank rules show: say whose card of which day with --trust and --at, such as --trust RTH --at 2026-07-01\n");
        return EXIT_USAGE;
    }
    struct fb_book *book = probe_load((const char *const *)(uintptr_t)o->words, (unsigned)o->n_words, o->as_known != 0 ? o->as_known : INT32_MAX);
    if (book == NULL)
        return EXIT_DIFFERENT;
    struct showing s = {.o = o, .book = book};
    if (o->band != NULL && strcmp(o->band, "all") != 0 && asked_band(&s) < 0) {
        fprintf(stderr, "fairbank rules show: these packs have no band %.40s\n", o->band);
        fb_pack_free(&book);
        return EXIT_USAGE;
    }
    s.rows = o->json ? json_array() : NULL;
    s.probe.trust = o->trust;
    s.probe.site = o->site == NULL ? (struct fb_span){NULL, 0} : fb_span_of(o->site);
    s.probe.day = o->at_day;
    if (!o->json)
        printf("%s\n", word_of(book->name));
    show_groups(&s);
    if (s.rows != NULL)
        json_print(s.rows, JSON_INDENT(1));
    fb_pack_free(&book);
    return EXIT_DONE;
}
