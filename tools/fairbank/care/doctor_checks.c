/* The doctor's table, and the checks of the store. */
#include "engine/core/decide.h"
#include "engine/store/care.h"
#include "engine/store/key.h"
#include "engine/turn/entry.h"
#include "engine/turn/receipts/receipts.h"
#include "tools/fairbank/care/doctor.h"
#include "tools/fairbank/care/holder.h"
#include "tools/fairbank/care/snapshot.h"

enum { MUCH_TODO = 10000, DAYS_TO_REVIEW = 14, DAYS_OLD = 2, MS_PER_DAY = 86400000 };

static bool has_store(const struct doctor *d, struct doctor_line *line)
{
    if (d->folder.store == NULL)
        doctor_say(line, DOCTOR_SEE, "see `store`", "cannot be told without the store");
    return d->folder.store != NULL;
}

static void look_store(const struct doctor *d, struct doctor_line *line)
{
    char words[HOLDER_WORDS];
    if (d->folder.store == NULL && holder_forbids(d->o->data, words))
        doctor_say(line, DOCTOR_SEE, "do what that says", "what is in the store cannot be told: %s", words);
    else if (d->folder.store == NULL)
        doctor_say(line, DOCTOR_WRONG, "do what that says; fairbank verify names a damaged row, deploy/RESTORE.md how to go on from a backup", "the store cannot be used: %s",
                   d->why);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "the store opens: %s, %llu journal entries", size_word(d->status.store_bytes),
                   (unsigned long long)d->status.journal);
}

/* Which judging code made the last entry; 0: there is none, or it cannot be read. */
static uint32_t last_decide(struct fb_store *s)
{
    static unsigned char memory[1 << 17];
    struct fb_arena arena;
    struct fb_txn *t = NULL;
    struct fb_span key, value;
    struct fb_entry e;
    fb_arena_init(&arena, memory, sizeof(memory));
    bool read = fb_store_read(s, &t) == FB_OK && fb_find_last(t, FB_TABLE_JOURNAL, &arena, &key, &value) == FB_OK &&
                fb_entry_unpack(&e, value) == FB_OK;
    uint32_t version = read ? e.decide_version : 0;
    fb_txn_abort(&t);
    fb_arena_release(&arena);
    return version;
}

static void look_versions(const struct doctor *d, struct doctor_line *line)
{
    uint32_t judged = d->folder.store != NULL ? last_decide(d->folder.store) : 0;
    if (!has_store(d, line))
        return;
    if (judged != 0 && judged != FB_DECIDE_VERSION)
        doctor_say(line, DOCTOR_SEE, "nothing, if the engine was just upgraded; verify then compares the chain of those entries, not their verdicts",
                   "fairbank %s judges by version %u, and the last entry was judged by version %u", FB_VERSION, FB_DECIDE_VERSION, judged);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "fairbank %s, store schema %u, judging version %u", FB_VERSION, fb_store_schema(d->folder.store), FB_DECIDE_VERSION);
}

static void look_packs(const struct doctor *d, struct doctor_line *line)
{
    char day[11];
    const struct fb_book *book = d->folder.books != NULL ? fb_reader_book(d->folder.books, 0) : NULL;
    fb_day today = fb_london_day_of_ms(d->now_ms);
    if (!has_store(d, line))
        return;
    if (book == NULL) {
        doctor_say(line, DOCTOR_SEE, "see that packs: in the configuration names folders of rules, then fairbank rules issue", "no rules that this version can read are current");
        return;
    }
    fb_day_format(day, book->review_by == INT32_MAX ? today : book->review_by);
    if (book->review_by < today)
        doctor_say(line, DOCTOR_WRONG, "look every figure up again, move review_by in pack.yaml, then fairbank rules issue", "the rules had to be reviewed by %s", day);
    else if (book->review_by != INT32_MAX && book->review_by - today <= DAYS_TO_REVIEW)
        doctor_say(line, DOCTOR_SEE, "look every figure up again, and move review_by in pack.yaml", "the rules are to be reviewed by %s", day);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "the rules need no review yet%s%s", book->review_by == INT32_MAX ? "" : ", by ", book->review_by == INT32_MAX ? "" : day);
}

static void look_todo(const struct doctor *d, struct doctor_line *line)
{
    if (!has_store(d, line))
        return;
    if (d->status.todo > MUCH_TODO)
        doctor_say(line, DOCTOR_SEE, d->live ? "wait: it is worked off between batches; if it grows, fewer may publish at once" : "start fairbankd, which works it off",
                   "%llu shifts wait to be judged again", (unsigned long long)d->status.todo);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "%llu shifts wait to be judged again", (unsigned long long)d->status.todo);
}

static void look_consumers(const struct doctor *d, struct doctor_line *line)
{
    if (!d->live)
        doctor_say(line, DOCTOR_WELL, NULL, "consumers are looked at by a running engine");
    else if (d->status.behind.n > 0)
        doctor_say(line, DOCTOR_SEE, "start what reads under that name: it is given all of them. One that is gone for good costs nothing but its place",
                   "consumers that do not read, and by how many events they are behind: %.*s", (int)d->status.behind.n, d->status.behind.p);
    else
        doctor_say(line, DOCTOR_WELL, NULL, "every consumer with a position reads");
}

static void look_backup(const struct doctor *d, struct doctor_line *line)
{
    static const char todo[] = "fairbank backup --to FOLDER, daily, to another disk (deploy/RESTORE.md)";
    int64_t at_ms = 0;
    uint64_t journal = 0;
    char at[25];
    enum fb_err e = snapshot_noted(d->o->data, &at_ms, &journal);
    fb_instant_format(at, at_ms);
    if (e == FB_NOT_FOUND)
        doctor_say(line, DOCTOR_SEE, todo, "no backup of this folder was made yet");
    else if (e == FB_IO)
        doctor_say(line, DOCTOR_SEE, "run it as the engine's own user", "when the last backup was made cannot be told: its note may not be read by you");
    else if (e != FB_OK)
        doctor_say(line, DOCTOR_SEE, todo, "when the last backup was made cannot be read");
    else if (d->now_ms - at_ms > (int64_t)DAYS_OLD * MS_PER_DAY)
        doctor_say(line, DOCTOR_SEE, todo, "the last backup is of %s, %lld days ago", at, (long long)((d->now_ms - at_ms) / MS_PER_DAY));
    else
        doctor_say(line, DOCTOR_WELL, NULL, "the last backup is of %s, up to journal entry %llu", at, (unsigned long long)journal);
}

/* One number after another: a source is there from its first record on. */
static void look_sources(const struct doctor *d, struct doctor_line *line)
{
    static unsigned char memory[1 << 16];
    struct fb_arena arena;
    struct fb_txn *t = NULL;
    const struct fb_book *book = d->folder.books != NULL ? fb_reader_book(d->folder.books, 0) : NULL;
    fb_day today = fb_london_day_of_ms(d->now_ms);
    unsigned n[FB_HABIT_SILENT + 1] = {0};
    if (!has_store(d, line))
        return;
    fb_arena_init(&arena, memory, sizeof(memory));
    enum fb_err e = fb_store_read(d->folder.store, &t);
    for (uint32_t s = 1; e == FB_OK && s <= d->status.sources; s++) {
        enum fb_habit_known known = FB_HABIT_NO_RULE;
        int64_t since_ms;
        e = fb_report_habit(t, &arena, book, s, today, &known, &since_ms);
        n[known]++;
    }
    fb_txn_abort(&t);
    if (e != FB_OK)
        doctor_say(line, DOCTOR_SEE, "fairbank verify names the row", "what is known of the sources' habits cannot be read");
    else if (n[FB_HABIT_SILENT] > 0)
        doctor_say(line, DOCTOR_SEE, "ask whoever runs it: fairbank status says which, and since when",
                   "%u of %u sources fell silent against their own habit", n[FB_HABIT_SILENT], d->status.sources);
    else if (n[FB_HABIT_KNOWN] > 0)
        doctor_say(line, DOCTOR_WELL, NULL, "no source has fallen silent; of %u the habit is not known yet", n[FB_HABIT_CANNOT_SAY]);
    else
        doctor_say(line, DOCTOR_WELL, NULL, book == NULL || book->silence.weeks == 0 ? "the rules do not say when a source counts as silent" : "whether a source has fallen silent cannot be said yet: too few weeks are known");
}

const struct doctor_check doctor_checks[] = {
    {"folder", doctor_folder},      {"keys", doctor_keys},          {"engine", doctor_ready},   {"store", look_store},
    {"versions", look_versions},    {"disk", doctor_disk},      {"clock", doctor_clock},
    {"clock kept", doctor_clock_kept}, {"readers", doctor_readers},   {"rules", look_packs},      {"to judge", look_todo},
    {"sources", look_sources},      {"consumers", look_consumers},  {"backup", look_backup},        {"leftovers", doctor_leftovers},
};
const unsigned doctor_checks_n = sizeof(doctor_checks) / sizeof(doctor_checks[0]);
