/* Any bytes as what the adapters and tools are told by people's hands: a watch's plan, who gets web hooks or mails, a secret, a pattern of
 * names beside a name, a moment beside its pattern or within a name, amounts, hours and counts, words of a mail's header; the first byte
 * says which. What is taken keeps its bounds, and is the same when it is written again; two ways of matching agree. */
#include "adapters/inbound/csv/moment.h"
#include "adapters/inbound/csv/watch/plan.h"
#include "adapters/outbound/mail/receiver.h"
#include "adapters/outbound/mail/send.h"
#include "adapters/outbound/webhook/receiver.h"
#include "engine/base/check.h"
#include "tests/lib/fuzz.h"
#include "tools/fairbank/books/trust_sheet.h"
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME = 40 };
static char memory[1 << 20];

/* ---- YAML ---- */

static void check_plan(struct fb_span s)
{
    struct fb_watch_plan *plan = NULL;
    char fault[FB_WATCH_FAULT_BYTES];
    enum fb_err e = fb_watch_plan_parse(&plan, "c", s, fault);
    fb_assert((e == FB_OK) == (plan != NULL) && (e != FB_REFUSED || strncmp(fault, "c:", 2) == 0));
    for (unsigned i = 0; plan != NULL && i < plan->n; i++) {
        const struct fb_watch_place *p = &plan->place[i];
        fb_assert(p->folder[0] != '\0' && p->mapping[0] != '\0' && strcmp(p->archive, p->rejects) != 0 && strcmp(p->folder, p->archive) != 0);
        fb_assert(p->files.n <= FB_WATCH_PATTERNS_MAX && p->markers.n <= FB_WATCH_PATTERNS_MAX && p->quiet_ms >= 0 && p->whole <= FB_WATCH_RENAMED);
        for (unsigned k = 0; k < i; k++)
            fb_assert(strcmp(p->archive, plan->place[k].archive) != 0);
    }
    fb_assert(plan == NULL || (plan->n >= 1 && plan->n <= FB_WATCH_SOURCES_MAX && plan->sweep_ms >= 1000 && plan->beat_ms >= 1000));
    fb_watch_plan_close(&plan);
}

static void check_names(unsigned n, const char *const *name)
{
    for (unsigned i = 0; i < n; i++)
        for (unsigned k = 0; k < i; k++)
            fb_assert(strcmp(name[i], name[k]) != 0);
}

static void check_receivers(struct fb_span s, bool mail)
{
    static struct fb_webhook_receivers hooks;
    static struct fb_mail_settings mails;
    char fault[FB_YAML_FAULT_BYTES] = "";
    struct fb_arena arena;
    fb_arena_init(&arena, memory, sizeof memory);
    struct fb_yaml y = {.name = "c", .fault = fault, .arena = &arena};
    enum fb_err e = fb_yaml_parse(&y, s);
    memset(&hooks, 0, sizeof hooks);
    memset(&mails, 0, sizeof mails);
    if (e == FB_OK && mail)
        fb_mail_settings_read(&mails, &y, fb_yaml_root(&y));
    else if (e == FB_OK)
        fb_webhook_receivers_read(&hooks, &y, fb_yaml_root(&y));
    fb_assert(y.bad == (strncmp(fault, "c:", 2) == 0));
    for (unsigned i = 0; !y.bad && i < hooks.n; i++)
        fb_assert(fb_webhook_url_is_good(hooks.one[i].url) && hooks.one[i].secret.n >= FB_WEBHOOK_SECRET_MIN && hooks.one[i].at_once >= 1);
    for (unsigned i = 0; !y.bad && i < mails.n; i++) {
        fb_assert(mails.one[i].n >= 1 && mails.one[i].n <= FB_MAIL_TO_MAX && (mails.user[0] != '\0') == (mails.password[0] != '\0'));
        for (unsigned k = 0; k < mails.one[i].n; k++)
            fb_assert(fb_mail_address_is_good(fb_span_of(mails.one[i].to[k])) && strpbrk(mails.one[i].to[k], "\r\n ,") == NULL);
    }
    if (!y.bad && e == FB_OK)
        check_names(mail ? mails.n : hooks.n, mail ? mails.name : hooks.name);
    fb_assert(y.bad || (hooks.n <= FB_RECEIVERS_MAX && mails.n <= FB_RECEIVERS_MAX));
    if (e == FB_OK)
        fb_yaml_close(&y);
    fb_arena_release(&arena);
}

/* ---- words ---- */

static void check_secret(struct fb_span s)
{
    struct fb_webhook_secret made;
    char again[6 + sodium_base64_ENCODED_LEN(FB_WEBHOOK_SECRET_MAX, sodium_base64_VARIANT_ORIGINAL)] = "whsec_";
    if (!fb_webhook_secret_parse(&made, s))
        return;
    fb_assert(made.n >= FB_WEBHOOK_SECRET_MIN && made.n <= FB_WEBHOOK_SECRET_MAX);
    sodium_bin2base64(again + 6, sizeof again - 6, made.byte, made.n, sodium_base64_VARIANT_ORIGINAL);
    fb_assert(fb_span_is(s, again));
}

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Every way, a row a byte of the pattern. */
static bool fits(const char *pattern, const char *name)
{
    bool row[NAME + 1] = {true};
    size_t n = strlen(name);
    for (; *pattern != '\0'; pattern++) {
        bool before = row[0];
        row[0] = row[0] && *pattern == '*';
        for (size_t i = 1; i <= n; i++) {
            bool was = row[i];
            row[i] = *pattern == '*' ? row[i] || row[i - 1] : before && (*pattern == '?' || lower(*pattern) == lower(name[i - 1]));
            before = was;
        }
    }
    return row[n];
}

/* The first line and the rest, at a line's end. */
static bool cut(struct fb_span s, struct fb_span *first, struct fb_span *rest)
{
    const char *end = s.n == 0 ? NULL : memchr(s.p, '\n', s.n);
    if (end == NULL)
        return false;
    *first = (struct fb_span){s.p, (uint32_t)(end - s.p)};
    *rest = (struct fb_span){end + 1, s.n - first->n - 1};
    return true;
}

static void check_fits(struct fb_span s)
{
    char pattern[NAME + 1] = "", name[NAME + 1] = "";
    struct fb_span a, b;
    if (!cut(s, &a, &b) || a.n > NAME || b.n > NAME)
        return;
    memcpy(pattern, a.p, a.n);
    memcpy(name, b.p, b.n);
    fb_assert(fb_watch_name_fits(pattern, name) == fits(pattern, name));
    const struct fb_watch_names names = {2, {"", pattern}};
    fb_assert(fb_watch_names_fit(&names, name) == (name[0] == '\0' || fits(pattern, name)));
}

static void check_moment(struct fb_span s)
{
    struct fb_moment m, again;
    struct fb_span pattern, text;
    bool date, time;
    char out[20];
    if (!cut(s, &pattern, &text))
        return;
    if (fb_pattern_check(pattern, &date, &time) == FB_OK && fb_moment_match(&m, pattern, text) == FB_OK) {
        fb_assert(m.has_date == date && m.has_time == time && m.minute <= 1440 && m.second <= 59);
        if (date && time) {
            fb_moment_format(out, &m);
            fb_assert(fb_moment_match(&again, fb_span_of(m.second > 0 ? "yyyy-mm-ddTHH:MM:SS" : "yyyy-mm-ddTHH:MM"), fb_span_of(out)) == FB_OK);
            fb_assert(m.minute == 1440 ? again.day == m.day + 1 && again.minute == 0 : again.day == m.day && again.minute == m.minute && again.second == m.second);
        }
    }
    if (fb_name_template_check(pattern) == FB_OK && fb_moment_in_name(&m, pattern, text) == FB_OK)
        fb_assert(m.has_date && text.n <= 255 && m.minute <= 1440);
}

static void check_value(struct fb_span s)
{
    char out[40];
    int64_t v, again;
    if (trust_pence_of(s, &v)) {
        uint64_t whole = (uint64_t)(v < 0 ? -v : v);
        snprintf(out, sizeof out, "%s%" PRIu64 ".%02" PRIu64, v < 0 ? "-" : "", whole / 100, whole % 100);
        fb_assert(trust_pence_of(fb_span_of(out), &again) && again == v);
    }
    if (trust_count_of(s, &v)) {
        snprintf(out, sizeof out, "%" PRId64, v);
        fb_assert(v >= 0 && trust_count_of(fb_span_of(out), &again) && again == v);
    }
    if (trust_minutes_of(s, &v)) {
        snprintf(out, sizeof out, "%" PRId64 ":%02" PRId64, v / 60, v % 60);
        fb_assert(v >= 0 && trust_minutes_of(fb_span_of(out), &again) && again == v);
    }
}

/* One line of printable ASCII, whatever the words are, and nothing only of nothing. */
static void check_header(struct fb_span s)
{
    static char words[1001], out[8000];
    memset(words, 0, sizeof words);
    memcpy(words, s.p, s.n < 1000 ? s.n : 1000);
    fb_mail_header_words(out, sizeof out, words);
    for (const char *p = out; *p != '\0'; p++)
        fb_assert(*p >= ' ' && *p < 127);
    fb_assert((out[0] == '\0') == (words[0] == '\0') && (strncmp(out, "=?UTF-8?B?", 10) == 0 || strcmp(out, words) == 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2 || size > 20000 || sodium_init() < 0)
        return 0;
    struct fb_span s = {malloc(size - 1), (uint32_t)size - 1};
    fb_assert(s.p != NULL);
    memcpy((void *)(uintptr_t)s.p, data + 1, size - 1);
    switch (data[0] % 8) {
    case 0: check_plan(s); break;
    case 1: check_receivers(s, false); break;
    case 2: check_receivers(s, true); break;
    case 3: check_secret(s); break;
    case 4: check_fits(s); break;
    case 5: check_moment(s); break;
    case 6: check_value(s); break;
    default: check_header(s); break;
    }
    free((void *)(uintptr_t)s.p);
    return 0;
}
