/* A receipt as text: written and read. */
#include "engine/core/receipt.h"
#include "engine/base/when.h"
#include <string.h>

enum { EPOCH_BYTES = 8, INSTANT_BYTES = 25 };
static const char *const sum_word[FB_SUMS] = {[FB_SUM_MINUTES] = "minutes", [FB_SUM_PENCE] = "pence", [FB_SUM_RATES] = "rates"};

/* ---- writing ---- */

static void add_hex(struct fb_text *t, const char *word, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    fb_text_add(t, word);
    for (size_t i = 0; i < n; i++) {
        const char pair[3] = {digits[bytes[i] >> 4], digits[bytes[i] & 15], '\0'};
        fb_text_add(t, pair);
    }
    fb_text_add(t, "\n");
}

static void add_number(struct fb_text *t, const char *word, int64_t v)
{
    fb_text_add(t, word);
    fb_text_add(t, " ");
    fb_text_add_int(t, v);
}

static void add_head(struct fb_text *t, const struct fb_receipt *r)
{
    unsigned char epoch[EPOCH_BYTES];
    char day[11], made[INSTANT_BYTES];
    for (unsigned i = 0; i < EPOCH_BYTES; i++)
        epoch[i] = (unsigned char)(r->epoch >> (8 * (EPOCH_BYTES - 1 - i)));
    fb_day_format(day, r->day);
    fb_instant_format(made, r->made_ms);
    fb_text_add(t, "fairbank receipt 1\n");
    add_hex(t, "store ", epoch, sizeof epoch);
    fb_text_add(t, "source ");
    fb_text_add_span(t, (struct fb_span){r->source, r->n_source});
    fb_text_add(t, "\ntrust ");
    if (r->trust == 0)
        fb_text_add(t, "none");
    else
        fb_text_add_code(t, r->trust);
    fb_text_add(t, "\nday ");
    fb_text_add(t, day);
    if (r->before > 0) {
        fb_day_format(day, fb_receipt_since(r));
        fb_text_add(t, "\nsince ");
        fb_text_add(t, day);
    }
    fb_text_add(t, r->open ? "\nstate open\n" : "\nstate closed\n");
    add_number(t, "entries", (int64_t)r->entries);
    fb_text_add(t, "\nmade ");
    fb_text_add(t, made);
    fb_text_add(t, "\n");
}

static void add_line(struct fb_text *t, enum fb_kind kind, const struct fb_receipt_line *l)
{
    fb_text_add(t, fb_kind_word(kind));
    add_number(t, " first", (int64_t)l->first);
    add_number(t, " amended", (int64_t)l->amended);
    for (unsigned i = 0; i < FB_SUMS; i++) {
        fb_text_add(t, " ");
        add_number(t, sum_word[i], l->sum[i]);
    }
    add_hex(t, " hash ", l->hash, sizeof l->hash);
}

static void add_count(struct fb_text *t, const char *word, const struct fb_receipt_count *c)
{
    add_number(t, word, (int64_t)c->n);
    add_hex(t, " hash ", c->hash, sizeof c->hash);
}

static void add_sequence(struct fb_text *t, const struct fb_receipt *r)
{
    fb_text_add(t, "\nsequence");
    if (r->seq_first != FB_ABSENT) {
        add_number(t, " first", r->seq_first);
        add_number(t, " last", r->seq_last);
    }
    add_number(t, " next", (int64_t)r->seq_next);
    add_number(t, " missing", (int64_t)r->seq_missing);
    add_number(t, " again", (int64_t)r->seq_again);
    fb_text_add(t, "\n");
}

/* None where nothing is missing, or nobody kept which. */
static void add_gaps(struct fb_text *t, const struct fb_receipt *r)
{
    uint64_t listed = fb_gaps_listed(&r->gaps);
    if (r->gaps.n == 0)
        return;
    fb_text_add(t, "gaps");
    for (unsigned i = 0; i < r->gaps.n; i++) {
        add_number(t, "", (int64_t)r->gaps.gap[i].first);
        if (r->gaps.gap[i].last > r->gaps.gap[i].first) {
            fb_text_add(t, "-");
            fb_text_add_int(t, (int64_t)r->gaps.gap[i].last);
        }
    }
    if (listed < r->seq_missing) {
        add_number(t, " and", (int64_t)(r->seq_missing - listed));
        fb_text_add(t, " more");
    }
    fb_text_add(t, "\n");
}

fb_day fb_receipt_since(const struct fb_receipt *r)
{
    return r->day - (fb_day)r->before;
}

void fb_receipt_claim(struct fb_text *t, const struct fb_receipt *r)
{
    add_head(t, r);
    for (unsigned k = 1; k < FB_KIND_END; k++)
        if (r->line[k].first + r->line[k].amended > 0)
            add_line(t, (enum fb_kind)k, &r->line[k]);
    add_count(t, "refused", &r->refused);
    add_count(t, "conflict", &r->conflict);
    add_number(t, "repeats", (int64_t)r->repeats);
    add_sequence(t, r);
    add_gaps(t, r);
    add_hex(t, "key ", r->key, sizeof r->key);
}

void fb_receipt_format(struct fb_text *t, const struct fb_receipt *r)
{
    fb_receipt_claim(t, r);
    add_hex(t, "signature ", r->signature, sizeof r->signature);
}

/* ---- reading: only the values; that nothing else stands there is seen by writing it again ---- */

struct reading {
    struct fb_span rest, line; /* what is left of the text, of the line */
    unsigned number;
    bool bad;
};

static void next_line(struct reading *in)
{
    uint32_t n = 0;
    if (in->bad)
        return;
    while (n < in->rest.n && in->rest.p[n] != '\n')
        n++;
    in->number++;
    in->bad = n == in->rest.n;
    if (in->bad)
        return;
    in->line = (struct fb_span){in->rest.p, n > 0 && in->rest.p[n - 1] == '\r' ? n - 1 : n};
    in->rest = (struct fb_span){in->rest.p + n + 1, in->rest.n - n - 1};
}

/* The line goes on with that word: it is passed over. */
static bool takes(struct reading *in, const char *word)
{
    size_t n = strlen(word);
    if (in->bad || in->line.n < n || memcmp(in->line.p, word, n) != 0)
        return false;
    in->line = (struct fb_span){in->line.p + n, in->line.n - (uint32_t)n};
    return true;
}

static struct fb_span take_word(struct reading *in)
{
    uint32_t n = 0;
    while (!in->bad && n < in->line.n && in->line.p[n] != ' ')
        n++;
    struct fb_span out = {in->line.p, n};
    if (!in->bad)
        in->line = (struct fb_span){in->line.p + n, in->line.n - n};
    return in->bad ? (struct fb_span){NULL, 0} : out;
}

static int64_t take_signed(struct reading *in, const char *word)
{
    int64_t v = 0;
    bool there = takes(in, word) && fb_parse_int(&v, take_word(in)) == FB_OK;
    in->bad = in->bad || !there;
    return v;
}

static uint64_t take_count(struct reading *in, const char *word)
{
    int64_t v = take_signed(in, word);
    in->bad = in->bad || v < 0;
    return in->bad ? 0 : (uint64_t)v;
}

static unsigned digit(char c)
{
    return c >= '0' && c <= '9' ? (unsigned)(c - '0') : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static void take_hex(struct reading *in, const char *word, unsigned char *out, size_t n)
{
    bool there = takes(in, word);
    struct fb_span s = take_word(in);
    in->bad = in->bad || !there || s.n != 2 * n;
    for (size_t i = 0; i < n && !in->bad; i++) {
        unsigned high = digit(s.p[2 * i]), low = digit(s.p[2 * i + 1]);
        in->bad = high > 15 || low > 15;
        out[i] = (unsigned char)(high << 4 | low);
    }
}

/* The rest of a line that begins so. */
static struct fb_span rest_of(struct reading *in, const char *word)
{
    next_line(in);
    in->bad = in->bad || !takes(in, word);
    return in->bad ? (struct fb_span){NULL, 0} : in->line;
}

/* The day, and where there is one the line that says with which days before it. */
static void read_days(struct reading *in, struct fb_receipt *r)
{
    struct fb_span day = rest_of(in, "day ");
    fb_day since = 0;
    in->bad = in->bad || fb_day_parse(&r->day, day) != FB_OK;
    next_line(in);
    if (!takes(in, "since "))
        return;
    in->bad = in->bad || fb_day_parse(&since, in->line) != FB_OK || since >= r->day;
    if (!in->bad)
        r->before = (uint32_t)(r->day - since);
    next_line(in);
}

static void read_head(struct reading *in, struct fb_receipt *r)
{
    unsigned char epoch[EPOCH_BYTES] = {0};
    (void)rest_of(in, "fairbank receipt 1");
    next_line(in);
    take_hex(in, "store ", epoch, sizeof epoch);
    for (unsigned i = 0; i < EPOCH_BYTES; i++)
        r->epoch = r->epoch << 8 | epoch[i];
    struct fb_span source = rest_of(in, "source ");
    in->bad = in->bad || source.n == 0 || source.n > sizeof r->source || !fb_span_is_text(source);
    if (!in->bad)
        memcpy(r->source, source.p, r->n_source = source.n);
    struct fb_span trust = rest_of(in, "trust ");
    in->bad = in->bad || (!fb_span_is(trust, "none") && fb_code_parse(&r->trust, trust) != FB_OK);
    read_days(in, r);
    in->bad = in->bad || !takes(in, "state ");
    r->open = !in->bad && fb_span_is(in->line, "open");
    next_line(in);
    r->entries = take_count(in, "entries ");
    struct fb_span made = rest_of(in, "made ");
    in->bad = in->bad || fb_instant_parse(&r->made_ms, made) != FB_OK;
}

static void read_line(struct reading *in, struct fb_receipt_line *l)
{
    l->first = take_count(in, " first ");
    l->amended = take_count(in, " amended ");
    l->sum[FB_SUM_MINUTES] = take_signed(in, " minutes ");
    l->sum[FB_SUM_PENCE] = take_signed(in, " pence ");
    l->sum[FB_SUM_RATES] = take_signed(in, " rates ");
    take_hex(in, " hash ", l->hash, sizeof l->hash);
}

static void read_count(struct reading *in, const char *word, struct fb_receipt_count *c)
{
    c->n = take_count(in, word);
    take_hex(in, " hash ", c->hash, sizeof c->hash);
}

static void read_lines(struct reading *in, struct fb_receipt *r)
{
    for (next_line(in); !in->bad; next_line(in)) {
        struct fb_span whole = in->line;
        enum fb_kind kind = fb_kind_find(take_word(in));
        if (kind == FB_KIND_NONE) {
            in->line = whole;
            return;
        }
        read_line(in, &r->line[kind]);
    }
}

/* "1003-1004", or one alone. */
static void read_gap(struct reading *in, struct fb_span word, struct fb_gap *g)
{
    int64_t first = 0, last = 0;
    uint32_t n = 0;
    while (n < word.n && word.p[n] != '-')
        n++;
    bool good = fb_parse_int(&first, (struct fb_span){word.p, n}) == FB_OK;
    if (n < word.n)
        good = good && fb_parse_int(&last, (struct fb_span){word.p + n + 1, word.n - n - 1}) == FB_OK && last > first;
    else
        last = first;
    in->bad = in->bad || !good || first < 0;
    *g = (struct fb_gap){(uint64_t)first, (uint64_t)last};
}

static void read_gaps(struct reading *in, struct fb_receipt *r)
{
    while (takes(in, " ") && !in->bad) {
        struct fb_span word = take_word(in);
        if (fb_span_is(word, "and"))
            break; /* how many more follows from the rest */
        in->bad = in->bad || r->gaps.n == FB_GAPS_MAX;
        if (!in->bad)
            read_gap(in, word, &r->gaps.gap[r->gaps.n++]);
    }
    in->bad = in->bad || r->gaps.n == 0 || !fb_gaps_are_good(&r->gaps, r->seq_missing, r->seq_next);
}

static void read_tail(struct reading *in, struct fb_receipt *r)
{
    read_count(in, "refused ", &r->refused);
    next_line(in);
    read_count(in, "conflict ", &r->conflict);
    next_line(in);
    r->repeats = take_count(in, "repeats ");
    next_line(in);
    in->bad = in->bad || !takes(in, "sequence");
    r->seq_first = r->seq_last = FB_ABSENT;
    if (takes(in, " first ")) {
        r->seq_first = (int64_t)take_count(in, "");
        r->seq_last = (int64_t)take_count(in, " last ");
    }
    r->seq_next = take_count(in, " next ");
    r->seq_missing = take_count(in, " missing ");
    r->seq_again = take_count(in, " again ");
    next_line(in);
    if (takes(in, "gaps")) {
        read_gaps(in, r);
        next_line(in);
    }
    take_hex(in, "key ", r->key, sizeof r->key);
    next_line(in);
    take_hex(in, "signature ", r->signature, sizeof r->signature);
}

/* The line at which the text is not what would be written; 0: it is. */
static unsigned differs_at(struct fb_span text, const struct fb_text *again)
{
    unsigned line = 1;
    size_t at = 0;
    for (uint32_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\r' && i + 1 < text.n && text.p[i + 1] == '\n')
            continue;
        if (at == again->n || again->p[at++] != text.p[i])
            return line;
        line += text.p[i] == '\n';
    }
    return at == again->n ? 0 : line;
}

enum fb_err fb_receipt_parse(struct fb_receipt *out, struct fb_span text, unsigned *line)
{
    char memory[FB_RECEIPT_TEXT_BYTES];
    struct reading in = {.rest = text, .bad = text.p == NULL};
    struct fb_text again;
    memset(out, 0, sizeof *out);
    read_head(&in, out);
    read_lines(&in, out);
    read_tail(&in, out);
    *line = in.number;
    if (in.bad)
        return FB_REFUSED;
    fb_text_init(&again, memory, sizeof memory);
    fb_receipt_format(&again, out);
    *line = again.cut ? in.number : differs_at(text, &again);
    return *line == 0 ? FB_OK : FB_REFUSED;
}
