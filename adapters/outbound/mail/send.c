#include "adapters/outbound/mail/send.h"
#include <curl/curl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { BATCH_MAX = 2000, MAILS_AT_ONCE = 20, HEADER_BYTES = 700, PIECE = 39, GIVE_UP_MS = 3 * 86400000, WORD_BYTES = 120 };

/* What became of one mail: the relay's last line, without its number, where it said one. in: it let us in, so that what it says from then on
 * is of the mail. */
struct answer {
    CURLcode result;
    long code;
    bool in;
    char word[WORD_BYTES];
};

struct fb_mail_sender {
    const struct fb_mail_settings *settings;
    CURL *easy;
    struct fb_delivery batch[BATCH_MAX];
    struct fb_settled settled[BATCH_MAX];
    char error[160];
    struct answer answer;
    const volatile sig_atomic_t *stop;
};

enum fb_err fb_mail_sender_open(struct fb_mail_sender **out, const struct fb_mail_settings *settings)
{
    struct fb_mail_sender *s = calloc(1, sizeof *s);
    *out = s;
    if (s == NULL || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return FB_FULL;
    s->settings = settings;
    s->easy = curl_easy_init();
    return s->easy != NULL ? FB_OK : FB_FULL;
}

void fb_mail_sender_close(struct fb_mail_sender **sender)
{
    struct fb_mail_sender *s = *sender;
    *sender = NULL;
    if (s == NULL)
        return;
    curl_easy_cleanup(s->easy);
    curl_global_cleanup();
    free(s);
}

struct fb_settled fb_mail_settle(const struct fb_delivery *d, long code, bool taken, bool locked_out, const char *trouble, int64_t now_ms, char error[160])
{
    struct fb_settled out = {.id = d->id, .state = FB_DELIVERY_DELIVERED};
    if (taken)
        return out;
    if (code >= 400)
        snprintf(error, 160, "the relay answered %ld: %s", code, trouble);
    else
        snprintf(error, 160, "no answer: %s", trouble);
    bool final = (code >= 500 && !locked_out) || now_ms - d->since_ms >= GIVE_UP_MS;
    out.error = error;
    out.state = final ? FB_DELIVERY_DEAD : FB_DELIVERY_WAITING;
    out.due_ms = now_ms + fb_outlet_retry_ms(d->tries, (uint64_t)d->id * UINT64_C(0x9e3779b97f4a7c15));
    return out;
}

/* ---- headers ---- */

static bool is_plain(const char *text)
{
    while (*text >= ' ' && *text < 127)
        text++;
    return *text == '\0';
}

/* A piece ends between characters, never within one; in what is no UTF-8 anywhere, so that all of it is said. */
static size_t piece_of(const char *text)
{
    size_t all = strnlen(text, PIECE), n = all;
    while (n > 0 && text[n] != '\0' && ((unsigned char)text[n] & 0xc0) == 0x80)
        n--;
    return n > 0 ? n : all;
}

void fb_mail_header_words(char *out, size_t size, const char *text)
{
    struct fb_text t;
    fb_text_init(&t, out, size);
    if (is_plain(text)) {
        fb_text_add(&t, text);
        return;
    }
    for (size_t n; (n = piece_of(text)) > 0; text += n) {
        char piece[sodium_base64_ENCODED_LEN(PIECE, sodium_base64_VARIANT_ORIGINAL)];
        sodium_bin2base64(piece, sizeof piece, (const unsigned char *)text, n, sodium_base64_VARIANT_ORIGINAL);
        fb_text_add(&t, t.n > 0 ? " =?UTF-8?B?" : "=?UTF-8?B?");
        fb_text_add(&t, piece);
        fb_text_add(&t, "?=");
    }
}

static bool add(struct curl_slist **list, const char *line)
{
    struct curl_slist *more = curl_slist_append(*list, line);
    if (more != NULL)
        *list = more;
    return more != NULL;
}

static bool add_header(struct curl_slist **list, const char *name, const char *value)
{
    char line[HEADER_BYTES];
    return snprintf(line, sizeof line, "%s: %s", name, value) < (int)sizeof line && add(list, line);
}

/* RFC 5322: Sun, 22 Nov 2026 10:00:00 +0000. The words are English whatever the machine's language. */
static void date_of(char out[40], int64_t now_ms)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"},
                             *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    int64_t s = now_ms / 1000;
    fb_day day = (fb_day)(s / 86400);
    unsigned second = (unsigned)(s % 86400), month, date;
    int year;
    fb_day_civil(day, &year, &month, &date);
    snprintf(out, 40, "%s, %02u %s %04d %02u:%02u:%02u +0000", days[fb_day_weekday(day)], date, months[month - 1], year, second / 3600, second / 60 % 60, second % 60);
}

static bool make_headers(const struct fb_mail_settings *m, const struct fb_mail_receiver *r, const struct fb_letter_texts *t, struct curl_slist **list)
{
    char date[40], subject[HEADER_BYTES], id[FB_LETTER_ID_BYTES + FB_MAIL_TEXT_MAX + 4];
    const char *domain = strchr(m->from, '@');
    date_of(date, fb_outlet_now_ms());
    fb_mail_header_words(subject, sizeof subject, t->subject);
    snprintf(id, sizeof id, "<%s%s>", t->id, domain);
    bool ok = add_header(list, "To", r->n > 1 ? "undisclosed-recipients:;" : r->to[0]); /* many need not know of each other */
    return ok && add_header(list, "Date", date) && add_header(list, "From", m->from) && add_header(list, "Subject", subject) &&
           add_header(list, "Message-ID", id) && add_header(list, "Auto-Submitted", "auto-generated");
}

/* ---- the mail ---- */

/* A line of a mail ends with CR LF; a bare LF would be sent as a sign within the line. */
static char *with_line_ends(const char *text)
{
    size_t lines = 0, n = 0;
    for (const char *p = text; *p != '\0'; p++)
        lines += *p == '\n';
    char *out = malloc(strlen(text) + lines + 1);
    if (out == NULL)
        return NULL;
    for (; *text != '\0'; text++) {
        if (*text == '\n')
            out[n++] = '\r';
        out[n++] = *text;
    }
    out[n] = '\0';
    return out;
}

static bool add_part(curl_mime *mime, const char *text, const char *type)
{
    curl_mimepart *part = curl_mime_addpart(mime);
    char *lines = with_line_ends(text); /* libcurl copies it */
    bool ok = part != NULL && lines != NULL && curl_mime_data(part, lines, CURL_ZERO_TERMINATED) == CURLE_OK && curl_mime_type(part, type) == CURLE_OK &&
              curl_mime_encoder(part, "quoted-printable") == CURLE_OK;
    free(lines);
    return ok;
}

static curl_mime *make_mime(CURL *easy, const struct fb_letter_texts *t)
{
    curl_mime *whole = curl_mime_init(easy), *alternatives = curl_mime_init(easy);
    curl_mimepart *part = whole != NULL ? curl_mime_addpart(whole) : NULL;
    bool ok = part != NULL && alternatives != NULL && add_part(alternatives, t->plain, "text/plain; charset=utf-8") &&
              add_part(alternatives, t->html, "text/html; charset=utf-8");
    if (ok && curl_mime_subparts(part, alternatives) == CURLE_OK && curl_mime_type(part, "multipart/alternative") == CURLE_OK)
        return whole;
    curl_mime_free(alternatives);
    curl_mime_free(whole);
    return NULL;
}

static int on_progress(void *ctx, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    const struct fb_mail_sender *s = ctx;
    (void)a;
    (void)b;
    (void)c;
    (void)d;
    return *s->stop; /* ends the transfer: the mail goes again under its id */
}

/* A line that the relay said: of those that refuse something the last is kept; what it says at parting is none. Its number has three digits and
 * a blank or a dash behind. */
static size_t on_line(char *line, size_t size, size_t n, void *ctx)
{
    struct answer *a = ctx;
    size_t skip = 4, end = size * n, k = 0;
    a->in |= end >= 3 && memcmp(line, "250", 3) == 0;
    if (end == 0 || (line[0] != '4' && line[0] != '5'))
        return end;
    for (; skip < end && k + 1 < sizeof a->word; skip++)
        if (line[skip] != '\r' && line[skip] != '\n')
            a->word[k++] = (unsigned char)line[skip] < ' ' || line[skip] == 127 ? '?' : line[skip];
    a->word[k] = '\0';
    return end;
}

static void set_relay(struct fb_mail_sender *s)
{
    const struct fb_mail_settings *m = s->settings;
    curl_easy_reset(s->easy); /* the connection stays */
    curl_easy_setopt(s->easy, CURLOPT_URL, m->url);
    curl_easy_setopt(s->easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(s->easy, CURLOPT_USE_SSL, m->plain ? (long)CURLUSESSL_TRY : (long)CURLUSESSL_ALL);
    curl_easy_setopt(s->easy, CURLOPT_MAIL_FROM, m->from);
    curl_easy_setopt(s->easy, CURLOPT_TIMEOUT, m->timeout_s);
    curl_easy_setopt(s->easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(s->easy, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(s->easy, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(s->easy, CURLOPT_XFERINFODATA, s);
    curl_easy_setopt(s->easy, CURLOPT_HEADERFUNCTION, on_line);
    curl_easy_setopt(s->easy, CURLOPT_HEADERDATA, &s->answer);
    if (m->user[0] != '\0') {
        curl_easy_setopt(s->easy, CURLOPT_USERNAME, m->user);
        curl_easy_setopt(s->easy, CURLOPT_PASSWORD, m->password);
    }
    if (m->ca[0] != '\0')
        curl_easy_setopt(s->easy, CURLOPT_CAINFO, m->ca);
}

/* To n addresses of a receiver from the first on. FB_FULL: no memory. Else s->answer is the relay's. */
static enum fb_err post(struct fb_mail_sender *s, const struct fb_mail_receiver *r, unsigned first, unsigned n, const struct fb_letter_texts *t)
{
    struct curl_slist *to = NULL, *headers = NULL;
    long connects = 0;
    set_relay(s);
    s->answer = (struct answer){CURLE_OK, 0, false, ""};
    bool ok = make_headers(s->settings, r, t, &headers);
    for (unsigned i = first; ok && i < first + n; i++)
        ok = add(&to, r->to[i]);
    curl_mime *mime = ok ? make_mime(s->easy, t) : NULL;
    if (mime != NULL) {
        curl_easy_setopt(s->easy, CURLOPT_MAIL_RCPT, to);
        curl_easy_setopt(s->easy, CURLOPT_HTTPHEADER, headers);
        curl_easy_setopt(s->easy, CURLOPT_MIMEPOST, mime);
        s->answer.result = curl_easy_perform(s->easy);
        curl_easy_getinfo(s->easy, CURLINFO_RESPONSE_CODE, &s->answer.code);
        curl_easy_getinfo(s->easy, CURLINFO_NUM_CONNECTS, &connects);
        s->answer.in |= connects == 0; /* over a connection that was kept */
    }
    curl_mime_free(mime);
    curl_slist_free_all(headers);
    curl_slist_free_all(to);
    return mime != NULL ? FB_OK : FB_FULL;
}

enum { WANTS_LOGIN = 530 }; /* or encryption first */

/* A relay that is not open, or does not want us, our password or our encryption, may be and do so tomorrow: that is no word on the mail. */
static bool locked_out(const struct answer *a)
{
    bool us = a->result == CURLE_LOGIN_DENIED || a->result == CURLE_REMOTE_ACCESS_DENIED || a->result == CURLE_USE_SSL_FAILED;
    return a->result != CURLE_OK && (us || (a->code >= 400 && (!a->in || a->code == WANTS_LOGIN)));
}

static bool refused_for_good(const struct answer *a)
{
    return a->result != CURLE_OK && !locked_out(a) && a->code >= 500;
}

/* One address that the relay refuses keeps the mail from nobody else: each is sent it alone. s->answer: the first that was refused, with
 * who it was; what is only put off goes before that, and then the mail is tried again. */
static enum fb_err post_each(struct fb_mail_sender *s, const struct fb_mail_receiver *r, const struct fb_letter_texts *t)
{
    struct answer worst = {CURLE_OK, 200, true, ""};
    enum fb_err e = FB_OK;
    for (unsigned i = 0; e == FB_OK && i < r->n; i++) {
        e = post(s, r, i, 1, t);
        bool refused = refused_for_good(&s->answer);
        if (s->answer.result == CURLE_OK || (refused && worst.result != CURLE_OK))
            continue;
        worst = s->answer;
        if (!refused)
            break;
        snprintf(worst.word, sizeof worst.word, "%.50s: %.60s", r->to[i], s->answer.word);
    }
    s->answer = worst;
    return e;
}

static struct fb_settled settle(struct fb_mail_sender *s, const struct fb_delivery *d, int64_t now)
{
    const struct answer *a = &s->answer;
    const char *trouble = a->code >= 400 && a->word[0] != '\0' ? a->word : curl_easy_strerror(a->result);
    return fb_mail_settle(d, a->code, a->result == CURLE_OK, locked_out(a), trouble, now, s->error);
}

/* What cannot be read keeps nobody else's alert back: it goes behind the others, which are counted, and is given up. */
static unsigned set_aside(struct fb_mail_sender *s, unsigned n)
{
    unsigned good = 0;
    for (unsigned i = 0; i < n; i++) {
        struct fb_delivery d = s->batch[i];
        if (!fb_letter_reads(&d))
            continue;
        s->batch[i] = s->batch[good];
        s->batch[good++] = d;
    }
    for (unsigned i = good; i < n; i++)
        s->settled[i] = (struct fb_settled){s->batch[i].id, FB_DELIVERY_DEAD, 0, "an alert in the ledger that is no event"};
    return good;
}

static enum fb_err write_and_post(struct fb_mail_sender *s, const struct fb_mail_receiver *r, unsigned n, bool *unreadable)
{
    struct fb_letter_texts t;
    enum fb_err e = fb_letter_write(&t, s->batch, n);
    *unreadable = e == FB_DAMAGED;
    s->answer = (struct answer){CURLE_OK, 0, false, ""};
    if (e == FB_OK)
        e = post(s, r, 0, r->n, &t);
    if (e == FB_OK && r->n > 1 && refused_for_good(&s->answer))
        e = post_each(s, r, &t);
    fb_letter_release(&t);
    return e;
}

/* *away: the relay did not answer, or does not let us in, so that it is no use to ask it again now. */
static enum fb_err send_batch(struct fb_mail_sender *s, struct fb_outlet *o, const struct fb_mail_receiver *r, unsigned n, bool *away)
{
    bool unreadable = false;
    unsigned good = n;
    enum fb_err e = write_and_post(s, r, n, &unreadable);
    if (unreadable && (good = set_aside(s, n)) > 0)
        e = write_and_post(s, r, good, &unreadable);
    if (e != FB_OK && good > 0)
        return e;
    int64_t now = fb_outlet_now_ms();
    for (unsigned i = 0; i < good; i++)
        s->settled[i] = settle(s, &s->batch[i], now);
    *away = s->answer.result != CURLE_OK && (s->answer.code < 400 || locked_out(&s->answer));
    return fb_outlet_settle(o, s->settled, n);
}

enum fb_err fb_mail_send(struct fb_mail_sender *s, struct fb_outlet *o, const volatile sig_atomic_t *stop)
{
    enum fb_err e = FB_OK;
    bool away = false;
    s->stop = stop;
    for (unsigned i = 0; e == FB_OK && !away && i < s->settings->n; i++)
        for (unsigned sent = 0; e == FB_OK && !away && !*stop && sent < MAILS_AT_ONCE; sent++) {
            unsigned n = 0;
            e = fb_outlet_take(o, s->settings->name[i], true, BATCH_MAX, s->batch, &n);
            if (e != FB_OK || n == 0)
                break;
            e = send_batch(s, o, &s->settings->one[i], n, &away);
        }
    return e;
}
