#ifndef FB_TOOLS_FAIRBANK_COMMAND_H
#define FB_TOOLS_FAIRBANK_COMMAND_H
/* fairbank, the tool of the people: one file a command, one table of commands (commands.c). */
#include "engine/core/reason.h"
#include "engine/core/words.h"
#include "engine/base/when.h"
#include <stdbool.h>
#include <stdio.h>
struct fb_asker;

/* Exit statuses, the same for every command. */
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DIFFERENT = 3 };

/* One bit a command: an option says with these whom it is for. */
enum {
    FOR_STATUS = 1, FOR_SPEND = 2, FOR_FILL = 4, FOR_FINDINGS = 8, FOR_EXPLAIN = 16, FOR_EVENTS = 32, FOR_PRICE = 64,
    FOR_RULES = 128, FOR_VERIFY = 256, FOR_ISSUE = 512, FOR_SCHEDULE = 1024, FOR_CLOSE = 2048, FOR_PERIODS = 4096, FOR_HARMONY = 8192,
    FOR_IMPORT = 16384, FOR_SHOW = 32768, FOR_DIFF = 65536, FOR_WITHDRAW = 131072,
    FOR_ASK = 1 << 18, FOR_GRANT = 1 << 19, FOR_TURN_DOWN = 1 << 20, FOR_APPROVALS = 1 << 21, FOR_LINK = 1 << 22,
    FOR_CONFIRM = 1 << 23, FOR_STEP = 1 << 24, FOR_WORKER = 1 << 25, FOR_FORGET = 1 << 26, FOR_AUDIT = 1 << 27,
    FOR_BACKTEST = 1 << 28, FOR_CHECK = 1 << 29
};
/* Those beyond the bits of an enum. */
#define FOR_ROUTE_TEST     (UINT64_C(1) << 30)
#define FOR_ROUTE_CHECK    (UINT64_C(1) << 31)
#define FOR_ACCRUALS       (UINT64_C(1) << 32)
#define FOR_RECHARGE       (UINT64_C(1) << 33)
#define FOR_SELF_BILL      (UINT64_C(1) << 34)
#define FOR_RECONCILE      (UINT64_C(1) << 38)
#define FOR_PARITY         (UINT64_C(1) << 39)
#define FOR_BACKUP         (UINT64_C(1) << 40)
#define FOR_RESTORE        (UINT64_C(1) << 41)
#define FOR_COMPACT        (UINT64_C(1) << 42)
#define FOR_ARCHIVE        (UINT64_C(1) << 43)
#define FOR_ARCHIVE_VERIFY (UINT64_C(1) << 44)
#define FOR_DOCTOR         (UINT64_C(1) << 45)
#define FOR_EXPORT_FOLLOW  (UINT64_C(1) << 46)
#define FOR_MAKE_EXPORT    (UINT64_C(1) << 47)
#define FOR_TAKE_BACK      (UINT64_C(1) << 48)
#define FOR_BATCHES        (UINT64_C(1) << 49)
#define FOR_KEYS_MAKE      (UINT64_C(1) << 50)
#define FOR_KEYS_SHOW      (UINT64_C(1) << 51)
#define FOR_KEYS_IDENTITY  (UINT64_C(1) << 52)
#define FOR_KEYS_CHECK     (UINT64_C(1) << 53)
#define FOR_INVOICES       (UINT64_C(1) << 54)
#define FOR_MAKE_CHECKPOINT (UINT64_C(1) << 55)
#define FOR_PROVE          (UINT64_C(1) << 56)
#define FOR_CHECKPOINT     (UINT64_C(1) << 57)
#define FOR_COUNTERSIGN    (UINT64_C(1) << 58)
#define FOR_SIGN           (UINT64_C(1) << 59)
#define FOR_REFUSED        (UINT64_C(1) << 60)
#define FOR_REPLAY         (UINT64_C(1) << 61)
#define FOR_RECEIPT        (UINT64_C(1) << 62)
/* What the command line said. A command sees only what it takes: the rest was refused before. */
struct options {
    const char *command;   /* as it was called: `approve grant` */
    const char *data;      /* the engine's data folder */
    const char *engine;    /* endpoint of its door */
    const char *feed;      /* endpoint of its feed */
    const char *server_key, *key; /* for an engine over the network; NULL: not said */
    bool data_said;
    bool json, offline, follow, shadow, loaded;
    fb_code trust;
    const char *rule, *by, *whole_shift, *break_from;
    enum fb_severity severity;
    enum fb_stage stage;
    int64_t from;          /* events: after this sequence number; -1: not said */
    int64_t as_of;         /* explain: journal number */
    fb_day as_known;       /* spend, findings, explain: as known at the end of that day; 0: now */
    fb_day posted;         /* spend: what stands in the books of that month; INT32_MIN: all */
    int64_t at_ms;         /* rules schedule: the moment; INT64_MIN: not said */
    const char *role, *reason; /* period close */
    bool agency, contagion;     /* harmony */
    unsigned days;              /* harmony --contagion: within how many; 0: not said */
    int64_t rise_percent;       /* and what counts as a rise; 0: not said */
    const char *map, *out;      /* rules import-caps */
    fb_day at_day;              /* rules show: --at with a date; INT32_MIN: not said */
    const char *site, *band;    /* rules show; a band may be "all" */
    enum fb_staff_group staff_group; /* NONE: all */
    fb_day from_week, until_week;
    unsigned limit, worst;
    /* who asks, and in which role: asserted by whoever runs this, see --as */
    const char *as, *asker;
    /* approvals, and what people do about findings */
    const char *booking, *unit, *agency_code, *rules, *asked_by, *recorded_by, *second_by;
    fb_code grade;
    enum fb_route route;
    enum fb_role grantor_role, second_role;
    bool telephone, export, unanswered, reportable, all, snoozed;
    int64_t limit_pence;        /* INT64_MIN: not said */
    fb_day from_day, until_day; /* INT32_MIN: not said */
    int64_t until_ms;           /* INT64_MIN: not said */
    fb_day month;               /* 0: not said */
    const char *owner, *text, *answered, *life, *worker;
    enum fb_verdict verdict;
    const char *cursor, *kind;
    const char *pack[8];
    unsigned n_packs;
    /* care of the store */
    const char *to, *from_folder, *with_keys;
    int64_t upto, after;        /* archive: journal numbers; 0: not said */
    fb_day before;              /* archive: entries of days before it; 0: not said */
    int64_t free_mib;           /* doctor: the floor of free space; -1: as the engine has it */
    /* the journal's chain */
    bool chain, body;
    int64_t journal, at_checkpoint; /* 0: not said */
    const char *against;        /* verify: a checkpoint kept elsewhere; prove: --from, the earlier one */
    const char *name, *sign_key; /* checkpoint sign */
    const char *signer;         /* receipt --check */
    /* dead letters */
    const char *source;
    enum fb_reason refused;     /* NONE: all */
    bool dry_run;
    /* batches */
    const char *batch;
    /* closing a month */
    bool reverse, lines;
    const char *csv;            /* a file, or - */
    /* invoices */
    const char *supplier;
    enum fb_invoice_end invoice_end; /* NONE: all */
    /* exports */
    bool whole;                 /* nothing is left out */
    const char *tables;         /* follow: names, comma between them; NULL: none */
    bool once, quiet;
    /* who gets which alert */
    const char *routes, *event;
    /* a trust's own books */
    const char *ledger, *sent;  /* sent: its return */
    int64_t tolerance;          /* reconcile: pence; parity: hundredths of a per cent */
    char **words;          /* what is left: the command's operands */
    int n_words;
};
struct command {
    uint64_t bit;
    int least, most; /* operands */
    const char *name; /* one word, or two: `period close` */
    const char *operands, *summary, *help;
    int (*run)(const struct options *o);
};
extern const struct command command_table[]; /* as --help lists them; the last one has no name */
int command_status(const struct options *o);
int command_spend(const struct options *o);
int command_fill(const struct options *o);
int command_findings(const struct options *o);
int command_explain(const struct options *o);
int command_events(const struct options *o);
int command_price(const struct options *o);
int command_rules_check(const struct options *o);
int command_rules_test(const struct options *o);
int command_rules_facts(const struct options *o);
int command_verify(const struct options *o);
int command_issue(const struct options *o);
int command_schedule(const struct options *o);
int command_withdraw(const struct options *o);
int command_period_close(const struct options *o);
int command_period_list(const struct options *o);
int command_harmony(const struct options *o);
int command_import_caps(const struct options *o);
int command_rules_show(const struct options *o);
int command_rules_diff(const struct options *o);
int command_approve_ask(const struct options *o);
int command_approve_grant(const struct options *o);
int command_approve_end(const struct options *o);
int command_approve_list(const struct options *o);
int command_approve_link(const struct options *o);
int command_approve_confirm(const struct options *o);
int command_finding_step(const struct options *o);
int command_worker(const struct options *o);
int command_forget(const struct options *o);
int command_audit(const struct options *o);
int command_backtest(const struct options *o);
int command_take_back(const struct options *o);
int command_batches(const struct options *o);
int command_accruals(const struct options *o);
int command_recharge(const struct options *o);
int command_self_bill(const struct options *o);
int command_invoices(const struct options *o);
int command_prove(const struct options *o);
int command_receipt(const struct options *o);
int command_checkpoint_list(const struct options *o);
int command_checkpoint_show(const struct options *o);
int command_checkpoint_make(const struct options *o);
int command_checkpoint_key(const struct options *o);
int command_checkpoint_sign(const struct options *o);
int command_countersign(const struct options *o);
int command_backup(const struct options *o);
int command_restore(const struct options *o);
int command_compact(const struct options *o);
int command_archive(const struct options *o);
int command_archive_verify(const struct options *o);
int command_doctor(const struct options *o);
int command_refused_list(const struct options *o);
int command_refused_show(const struct options *o);
int command_refused_replay(const struct options *o);
int command_export(const struct options *o);
int command_export_follow(const struct options *o);
int command_route_test(const struct options *o);
int command_route_check(const struct options *o);
int command_keys_make(const struct options *o);
int command_keys_show(const struct options *o);
int command_keys_identity(const struct options *o);
int command_keys_check(const struct options *o);
int command_reconcile(const struct options *o);
int command_parity(const struct options *o);
#endif
