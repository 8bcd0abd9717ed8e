/* fairbank price: prices shifts from JSON lines, without a store, by the same core that the engine runs. */
#include "tools/fairbank/price.h"
#include "engine/core/decide.h"
#include "engine/core/explain.h"
#include "engine/pack/pack.h"
#include "adapters/lib/next_line.h"
#include "tools/fairbank/command.h"
#include "tools/fairbank/json.h"
#include "tools/fairbank/rules/packs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_BYTES_MAX = 1 << 18, LINE_ROOM = 3 + LINE_BYTES_MAX + 1 }; /* no shift needs more; 3: a byte-order mark's */

/* One run's memory: a line, an arena that is reset for each, and the book. */
struct pricer {
    struct fb_book *book;
    struct fb_arena arena;
    struct fb_decision decision;
    struct fb_effects effects;
    struct fb_record record;
    char line[LINE_ROOM];
};

static json_t *pence_or_null(bool known, int64_t pence) { return known ? json_integer(pence) : json_null(); }

static json_t *origin_text(const struct fb_book *book, uint16_t origin)
{
    char memory[400];
    struct fb_text t;
    if (origin >= book->n_origins)
        return json_null();
    const struct fb_origin *o = &book->origin[origin];
    fb_text_init(&t, memory, sizeof(memory));
    fb_text_add_span(&t, o->pack);
    fb_text_add(&t, " ");
    fb_text_add_span(&t, o->file);
    fb_text_add(&t, ":");
    fb_text_add_int(&t, o->line);
    return json_stringn(t.p, t.n);
}

static json_t *layer_text(const struct fb_book *book, uint16_t origin)
{
    if (origin >= book->n_origins)
        return json_null();
    return json_stringn(book->origin[origin].layer.p, book->origin[origin].layer.n);
}

/* null when neither a card nor a cap covers the shift: then no calendar says which minutes are which. */
static json_t *minutes_json(const struct fb_book *book, const struct fb_shift *shift, const struct fb_price *price)
{
    if (price->minutes.total == 0 && shift->time.end_min - shift->time.start_min > shift->break_min)
        return json_null();
    json_t *out = json_object();
    for (unsigned c = 0; c < book->n_categories; c++) {
        char word[9];
        fb_code_format(word, book->category[c]);
        json_object_set_new(out, word, json_integer(price->minutes.in[c]));
    }
    return out;
}

static json_t *card_json(const struct fb_book *book, const struct fb_price *price)
{
    json_t *out = json_object();
    json_object_set_new(out, "pence", json_integer(price->card.pence));
    json_object_set_new(out, "layer", layer_text(book, price->card.rule_origin));
    json_object_set_new(out, "row", origin_text(book, price->card.rule_origin));
    json_object_set_new(out, "pay_row", origin_text(book, price->card.point_origin));
    return out;
}

/* Parts that are nought are left out: commission and VAT stand apart from the pay wherever there are any. */
static json_t *parts_json(const int64_t part_pence[FB_PART_END])
{
    json_t *out = json_object();
    for (unsigned part = FB_PART_NONE + 1; part < FB_PART_END; part++)
        if (part_pence[part] != 0)
            json_object_set_new(out, fb_part_word((enum fb_part)part), json_integer(part_pence[part]));
    return out;
}

/* VAT is no part of the charge that a cap limits: it stands beside it. */
static json_t *charge_json(const struct fb_price *price)
{
    json_t *out = json_object();
    int64_t part[FB_PART_END];
    memcpy(part, price->charge.part_pence, sizeof part);
    part[FB_PART_VAT] = 0;
    json_object_set_new(out, "pence", json_integer(price->charge.pence));
    json_object_set_new(out, "parts", parts_json(part));
    json_object_set_new(out, "vat_pence", json_integer(price->charge.part_pence[FB_PART_VAT]));
    return out;
}

static json_t *loaded_json(const struct fb_book *book, const struct fb_loaded *l)
{
    json_t *out = json_object();
    json_object_set_new(out, "pence", json_integer(l->pence)); /* raw: rounded in pricing */
    json_object_set_new(out, "parts", parts_json(l->part_pence));
    json_object_set_new(out, "lower_bound", json_boolean(l->lower_bound));
    json_object_set_new(out, "vat_unsettled", json_boolean(l->vat_unsettled));
    json_object_set_new(out, "vat_row", origin_text(book, l->vat_origin));
    return out;
}

static json_t *cap_json(const struct fb_book *book, const struct fb_price *price)
{
    json_t *out = json_object();
    json_object_set_new(out, "pence", json_integer(price->cap.pence));
    json_object_set_new(out, "basis", json_string(fb_status_word(price->cap.basis)));
    json_object_set_new(out, "excess_pence", pence_or_null(price->cap.excess_known, price->cap.excess_pence));
    json_object_set_new(out, "layer", layer_text(book, price->cap.row_origin));
    json_object_set_new(out, "row", origin_text(book, price->cap.row_origin));
    return out;
}

/* The rules about rates only: what assurance asks (frameworks, cascades, sign-offs) is not in these lines. */
static const struct fb_rule *rate_rule(const struct fb_book *book, uint32_t id)
{
    const struct fb_rule *r = fb_book_rule(book, id);
    return r >= book->built_in && r < book->built_in + FB_BUILT_IN_RULES ? r : NULL;
}

/* Nor who works them: a line is priced for anybody. */
static bool of_people(const struct fb_book *book, const struct fb_finding *f)
{
    return f->rule == book->built_in[FB_RULE_CANNOT_SAY].id && fb_lack_of_feed(f->detail);
}

static json_t *finding_json(const struct fb_book *book, const struct fb_trace *trace, const struct fb_finding *f)
{
    const struct fb_rule *rule = rate_rule(book, f->rule);
    if (rule == NULL || of_people(book, f))
        return NULL;
    char memory[1200];
    struct fb_text why;
    fb_text_init(&why, memory, sizeof(memory));
    fb_explain_finding(&why, book, trace, f);
    json_t *out = json_object();
    json_object_set_new(out, "rule", json_stringn(rule->name.p, rule->name.n));
    json_object_set_new(out, "severity", json_string(fb_severity_word(f->severity)));
    bool by_category = rule != &book->built_in[FB_RULE_CANNOT_SAY] && rule != &book->built_in[FB_RULE_ASSUMED_BANK_ONLY];
    if (by_category && f->detail < book->n_categories) {
        char word[9];
        fb_code_format(word, book->category[f->detail]);
        json_object_set_new(out, "category", json_string(word));
        json_object_set_new(out, "pence", json_integer(f->pence));
    }
    json_object_set_new(out, "why", json_stringn(why.p, why.n));
    return out;
}

/* Every figure that is null says why, once: the engine judges what the route asks for, a person who prices a line
 * wants to know of each. */
static void add_lacks(struct pricer *p, const struct fb_price *price)
{
    const struct {
        bool known;
        enum fb_lack lack;
    } figure[] = {{price->card.known, price->card.lack}, {price->charge.known, price->charge.lack}, {price->cap.known, price->cap.lack}};
    struct fb_decision *d = &p->decision;
    uint32_t rule = p->book->built_in[FB_RULE_CANNOT_SAY].id;
    for (unsigned i = 0; i < sizeof(figure) / sizeof(figure[0]); i++) {
        bool told = figure[i].known;
        for (unsigned f = 0; f < d->n_findings && !told; f++)
            told = d->finding[f].rule == rule && d->finding[f].detail == figure[i].lack;
        if (!told && d->n_findings < FB_FINDINGS_MAX)
            d->finding[d->n_findings++] =
                (struct fb_finding){.rule = rule, .severity = FB_SEVERITY_CANNOT_SAY, .detail = (uint8_t)figure[i].lack};
    }
}

static json_t *findings_json(struct pricer *p, const struct fb_price *price)
{
    json_t *out = json_array();
    static const struct fb_source nobody = {.mode = FB_SOURCE_MODE_LIVE};
    struct fb_view *view = fb_arena_zero(&p->arena, sizeof(*view));
    struct fb_trace *trace = fb_arena_get(&p->arena, sizeof(*trace));
    if (view == NULL || trace == NULL)
        return out;
    view->subject = 1;
    view->n_members = 1;
    view->member[0] = (struct fb_member){1, &p->record, &nobody};
    if (fb_decide_booking(p->book, view, NULL, &p->arena, &p->decision, &p->effects) != FB_OK ||
        fb_trace_unpack(trace, p->decision.trace) != FB_OK)
        return out;
    add_lacks(p, price);
    for (unsigned i = 0; i < p->decision.n_findings; i++) {
        json_t *f = finding_json(p->book, trace, &p->decision.finding[i]);
        if (f != NULL)
            json_array_append_new(out, f);
    }
    return out;
}

static json_t *answer(struct pricer *p, const char *id, const struct price_error *bad)
{
    json_t *out = json_object();
    json_object_set_new(out, "id", id != NULL ? json_string(id) : json_null());
    if (bad->field[0] != '\0') {
        json_t *e = json_object();
        json_object_set_new(e, "field", json_string(bad->field));
        json_object_set_new(e, "reason", json_string(bad->reason));
        json_object_set_new(out, "error", e);
        return out;
    }
    struct fb_price *price = fb_arena_zero(&p->arena, sizeof(*price));
    if (price == NULL)
        return out;
    fb_price_booking(p->book, &p->record.as.booking, NULL, price);
    json_object_set_new(out, "minutes", minutes_json(p->book, &p->record.as.booking.shift, price));
    json_object_set_new(out, "card", price->card.known ? card_json(p->book, price) : json_null());
    json_object_set_new(out, "charge", price->charge.known ? charge_json(price) : json_null());
    json_object_set_new(out, "loaded", price->loaded.known ? loaded_json(p->book, &price->loaded) : json_null());
    json_object_set_new(out, "cap", price->cap.known ? cap_json(p->book, price) : json_null());
    json_object_set_new(out, "findings", findings_json(p, price));
    return out;
}

static void price_line(struct pricer *p, const char *line, size_t n, unsigned long long number)
{
    struct price_error bad = {"", ""};
    json_error_t where;
    fb_arena_reset(&p->arena);
    json_t *in = n > LINE_BYTES_MAX ? NULL : json_loadb(line, n, JSON_REJECT_DUPLICATES, &where);
    const char *id = NULL;
    if (n > LINE_BYTES_MAX) {
        char text[80];
        snprintf(text, sizeof(text), "is longer than %d bytes (line %llu)", (int)LINE_BYTES_MAX, number);
        price_refuse(&bad, "line", text);
    } else if (in == NULL)
        price_refuse_line(&bad, line, n, &where);
    else
        id = price_read(in, p->book, &p->record, &bad);
    json_t *out = answer(p, id, &bad);
    json_print(out, JSON_COMPACT);
    json_decref(in);
}

/* Trials: the command line overrides what the pack says, for every card and every cap. */
static bool override(struct fb_book *book, const struct options *o)
{
    enum fb_whole_shift whole = FB_WHOLE_SHIFT_NONE;
    enum fb_break_from from = FB_BREAK_FROM_NONE;
    if (o->whole_shift != NULL && (whole = fb_whole_shift_find(fb_span_of(o->whole_shift))) == FB_WHOLE_SHIFT_NONE) {
        fprintf(stderr, "fairbank price: --whole-shift is none, more_than_half or at_least_half, not '%s'\n", o->whole_shift);
        return false;
    }
    if (o->break_from != NULL && (from = fb_break_from_find(fb_span_of(o->break_from))) == FB_BREAK_FROM_NONE) {
        fprintf(stderr, "fairbank price: --break-from is cheapest_first, dearest_first or plain_then_dearest, not '%s'\n",
                o->break_from);
        return false;
    }
    for (unsigned i = 0; i < book->n_cards; i++) {
        book->card[i].whole_shift = whole != FB_WHOLE_SHIFT_NONE ? whole : book->card[i].whole_shift;
        book->card[i].break_from = from != FB_BREAK_FROM_NONE ? from : book->card[i].break_from;
    }
    for (unsigned i = 0; i < book->n_caps; i++) {
        book->cap[i].whole_shift = whole != FB_WHOLE_SHIFT_NONE ? whole : book->cap[i].whole_shift;
        book->cap[i].break_from = from != FB_BREAK_FROM_NONE ? from : book->cap[i].break_from;
    }
    return true;
}

static struct fb_book *load(const struct options *o)
{
    struct usual_packs usual;
    const char *dirs[USUAL_PACKS];
    struct fb_pack_report report = {0};
    struct fb_book *book = NULL;
    if (o->n_packs == 0 && !usual_packs_find(&usual))
        return NULL;
    for (unsigned i = 0; i < USUAL_PACKS; i++)
        dirs[i] = usual.dir[i];
    enum fb_err e = o->n_packs > 0 ? fb_pack_load(&book, o->pack, o->n_packs, &report) : fb_pack_load(&book, dirs, USUAL_PACKS, &report);
    if (e != FB_OK) {
        fb_pack_report_print(stderr, &report);
        fprintf(stderr, "fairbank price: the packs do not load:");
        for (unsigned i = 0; i < (o->n_packs > 0 ? o->n_packs : USUAL_PACKS); i++)
            fprintf(stderr, " %s", o->n_packs > 0 ? o->pack[i] : dirs[i]);
        fprintf(stderr, "; name them with --pack DIR, most general first\n");
        book = NULL;
    }
    fb_pack_report_free(&report);
    return book;
}

static const char *text_behind_mark(const char *line, size_t *n)
{
    static const char mark[] = "\xEF\xBB\xBF"; /* what Windows puts before UTF-8 */
    if (*n < 3 || memcmp(line, mark, 3) != 0)
        return line;
    *n -= 3;
    return line + 3;
}

static int price_lines(struct pricer *p, FILE *file, const char *name)
{
    size_t n;
    for (unsigned long long number = 1; !ferror(stdout) && fb_next_line(file, p->line, LINE_ROOM, &n); number++) {
        const char *text = number == 1 ? text_behind_mark(p->line, &n) : p->line;
        price_line(p, text, n, number);
    }
    if (ferror(file))
        fprintf(stderr, "fairbank price: reading %s failed: %s\n", name, strerror(errno));
    return ferror(file) ? EXIT_FAILED : EXIT_DONE;
}

int command_price(const struct options *o)
{
    bool standard = strcmp(o->words[0], "-") == 0;
    FILE *file = standard ? stdin : fopen(o->words[0], "r");
    if (file == NULL) {
        fprintf(stderr, "fairbank price: cannot read %s: %s\n", o->words[0], strerror(errno));
        return EXIT_FAILED;
    }
    int status = EXIT_FAILED;
    struct pricer *p = calloc(1, sizeof(*p));
    void *memory = malloc(FB_ARENA_BYTES);
    if (p != NULL && memory != NULL && (p->book = load(o)) != NULL) {
        fb_arena_init(&p->arena, memory, FB_ARENA_BYTES);
        status = override(p->book, o) ? price_lines(p, file, o->words[0]) : EXIT_USAGE;
    }
    if (p != NULL)
        fb_pack_free(&p->book);
    free(p);
    free(memory);
    if (!standard)
        fclose(file);
    return status;
}
