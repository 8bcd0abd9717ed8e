#ifndef FB_TOOLS_FAIRBANK_OPTIONS_IDS_H
#define FB_TOOLS_FAIRBANK_OPTIONS_IDS_H
/* What an option is, however it is written: one word may mean one thing to one command and another to the next. */
#include "tools/fairbank/command.h"
enum {
    O_DATA = 256, O_ENGINE, O_FEED, O_JSON, O_OFFLINE, O_FOLLOW, O_SHADOW, O_TRUST, O_RULE, O_BY, O_SEVERITY, O_STAGE,
    O_FROM, O_AS_OF, O_WEEKS, O_LIMIT, O_CURSOR, O_KIND, O_PACK, O_WHOLE_SHIFT, O_BREAK_FROM, O_WORST,
    O_AS_KNOWN, O_POSTED, O_LOADED, O_AT, O_ROLE, O_REASON,
    O_AGENCY, O_CONTAGION, O_DAYS, O_RISE, O_MAP, O_OUT, O_SITE, O_STAFF_GROUP, O_BAND, O_SERVER_KEY, O_KEY,
    /* options_assure.c */
    O_AS, O_ASKER, O_BOOKING, O_UNIT, O_AGENCY_CODE, O_RULES, O_ASKED_BY, O_RECORDED_BY, O_SECOND_BY, O_GRADE, O_ROUTE,
    O_GRANTOR_ROLE, O_SECOND_ROLE, O_TELEPHONE, O_EXPORT, O_UNANSWERED, O_REPORTABLE, O_LIMIT_PENCE, O_FROM_DAY, O_UNTIL_DAY,
    O_UNTIL_MS, O_MONTH, O_OWNER, O_TEXT, O_ANSWERED, O_LIFE, O_WORKER, O_VERDICT, O_IDENTITY, O_GRANTED_AT, O_ALL, O_SNOOZED,
    /* options_care.c */
    O_TO, O_FROM_FOLDER, O_WITH_KEYS, O_UPTO, O_BEFORE, O_AFTER, O_FREE,
    /* options_chain.c */
    O_CHAIN, O_AGAINST, O_JOURNAL, O_AT_CHECKPOINT, O_FROM_NOTE, O_BODY, O_OUT_FILE, O_NAME, O_SIGN_KEY,
    /* options_refused.c */
    O_SOURCE, O_REFUSED_REASON, O_DRY_RUN,
    /* options_batches.c */
    O_BATCH,
    /* options_receipt.c */
    O_RECEIPT_DAY, O_CHECK_FILE, O_SIGNER,
    /* options_route.c */
    O_ROUTES, O_EVENT, O_ROUTE_AT,
    /* options_own_books.c */
    O_LEDGER, O_RETURN, O_TOLERANCE, O_TOLERANCE_PERCENT,
    /* options_months.c */
    O_REVERSE, O_LINES, O_CSV,
    /* options_invoices.c */
    O_SUPPLIER, O_INVOICE_STATE,
    /* options_export.c */
    O_WHOLE, O_TABLES, O_ONCE, O_QUIET, O_PAGE
};
struct known {
    const char *name, *operand;
    int id;
    uint64_t commands; /* that take it */
    const char *meaning;
};
/* One file's rows, and how the values of its own ids are read: `set` says what is wrong and gives false. A row may also name an
 * id of another file, which then reads it. */
struct known_rows {
    const struct known *row;
    int n, first, last;
    bool (*set)(struct options *o, const char *command, int id, const char *value);
};
extern const struct known_rows options_assure, options_care, options_chain, options_refused, options_batches, options_receipt, options_route, options_months, options_own_books, options_invoices, options_export;
/* Says what is wrong; false, always. */
bool option_wrong(const char *command, const char *option, const char *value, const char *what);
/* Not one that only other steps about a finding take. */
bool options_assure_of_step(int id, const char *command);
#endif
