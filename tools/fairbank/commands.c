/* What fairbank can do: a row a command, which main.c finds and options.c reads the options of. */
#include "tools/fairbank/options.h"

const struct command command_table[] = {
    {FOR_STATUS, 0, 0, "status", "", "is the engine up, what does it hold, which rules hold now",
     "Asks the running engine; with --offline, or when none answers, reads the data folder.", command_status},
    {FOR_SPEND, 0, 0, "spend", "", "what was committed, worked, invoiced or paid, by trust, staff group, route and week",
     "Money is exact and in pounds. The heading says stage, basis (sent by the source or expected from the card)\n"
     "and coverage (which trusts and weeks have sent anything). Stages are never added together.\n"
     "--as-known DATE gives what was reported then, whatever was corrected or judged again since. A shift is worked in one\n"
     "month and may be posted to the books of a later one, when its own is closed: --by month,posted,cause shows both.\n"
     "  fairbank spend --by trust,route\n  fairbank spend --trust RTH --stage worked --weeks 2026-03-16..2026-04-13 --json", command_spend},
    {FOR_FILL, 0, 0, "fill", "", "demand: vacancies, how many were filled, and the hours",
     "  fairbank fill --by trust\n  fairbank fill --trust RTH --by staff_group,week", command_fill},
    {FOR_FINDINGS, 0, 0, "findings", "", "open findings, each with its one-sentence why",
     "The worst severity stands first; with --json and no --limit they come as they are held. Those that somebody closed or put\n"
     "off are left out: --all shows them too, --snoozed those put off, --life closed only the closed. What a finding about a\n"
     "worker rests on is told to those who say who asks, with --as, and that it was read is kept (fairbank audit).\n"
     "  fairbank findings --severity breach --worst 5\n  fairbank findings --by rule\n  fairbank findings --trust RXQ --rule agency.off_framework --json\n"
     "  fairbank findings --as-known 2026-11-30     those that were open at the end of that day", command_findings},
    {FOR_ACCRUALS, 1, 1, "accruals", "MONTH", "what was worked in a month and is not invoiced yet, and what became of it",
     "Shifts with an approved timesheet stand at worked figures, those without one at their expected value, as booked; charges for\n"
     "cancelled shifts are a kind of their own. Once an invoice is matched to a shift it is accrued no more. The accrual stands\n"
     "with whoever pays: the payer that the booking names, else its hirer. VAT is apart. With --reverse the accrual of then is\n"
     "held against what is known now; the sums are checked, and exit status 3 says that they do not agree.\n"
     "  fairbank accruals 2026-10\n  fairbank accruals 2026-10 --trust RTH --lines\n"
     "  fairbank accruals 2026-10 --reverse --csv reversal.csv", command_accruals},
    {FOR_RECHARGE, 1, 1, "recharge", "MONTH", "statements between trusts for shifts whose hirer, payer and employer differ",
     "Of each such shift the payer owes the employer, and the hirer owes a payer that is another trust. Every line stands in two\n"
     "statements, once from each side; that both agree, and that what all trusts are owed and owe is nought together, is checked\n"
     "(exit status 3 when not). What the system spends counts each shift once, however many lines it has. A worker sent to another\n"
     "trust for a part of a shift: where the approved timesheet says so, that trust owes the minutes and the price of its part.\n"
     "  fairbank recharge 2026-10\n  fairbank recharge 2026-10 --trust RTH --lines", command_recharge},
    {FOR_SELF_BILL, 1, 33, "self-bill", "MONTH [RUN.csv...]", "proposes what to pay an agency for a month, and corrections of runs before",
     "Approved shifts and charges for cancelled ones are proposed, of a worker engaged directly (whom the trust pays itself) the\n"
     "agency's commission alone; others are held back, each with why: no approved timesheet, an\n"
     "open breach, no price, an invoice of the agency's own. Name the files of the runs before, in their order, and only what\n"
     "differs is proposed: all runs together are then what is owed now. The same question gives the same bytes; a file that is\n"
     "there already is never written over. Nothing is kept in the engine: the files are yours.\n"
     "  fairbank self-bill 2026-10 --supplier NS --out ns-2026-10-run-1.csv\n"
     "  fairbank self-bill 2026-10 ns-2026-10-run-1.csv --supplier NS --out ns-2026-10-run-2.csv", command_self_bill},
    {FOR_EXPLAIN, 1, 1, "explain", "BOOKING", "everything about one booking's verdict, in sentences",
     "BOOKING is the reference that its source gave it, SOURCE/REFERENCE where several sources use the same one,\n"
     "or its number here. The name of a figure of an export (it begins with cell:) is explained by the\n"
     "shifts behind it, with their sum.\n"
     "  fairbank explain B-10233\n  fairbank explain rth-roster/B-10233\n  fairbank explain 812 --as-of 90311\n"
     "  fairbank explain B-10233 --as-known 2026-11-30", command_explain},
    {FOR_EVENTS, 0, 0, "events", "", "what left the engine: spend and compliance events, in order",
     "A cursor's place is kept when its events were written out, and never moves back: with --from N what was taken\n"
     "before is given again, and the place stays. What cannot be known of an event is left out of its JSON.\n"
     "  fairbank events --from 0 --kind ratecap.breached\n  fairbank events --follow --cursor finance --json", command_events},
    {FOR_PRICE, 1, 1, "price", "FILE.jsonl", "prices shifts from JSON lines without an engine (- reads standard input)",
     "One JSON object a line in, one out, in the same order, with commission, VAT and the parts of loaded cost apart. Only\n"
     "the rules about rates are asked, and none about frameworks, cascades or sign-offs. Times are Europe/London; a\n"
     "suffix Z or +01:00 makes them exact. A line may also say site, worker, engagement (paye, umbrella, own_company, direct),\n"
     "framework, rates (parts by category), rates_complete and pay_includes_holiday (true or false); no other field is taken.\n"
     "Without --pack: rules/england and rules/thames-valley here, or where fairbank was built or installed.\n"
     "  {\"id\":\"a1\",\"trust\":\"RTH\",\"staff_group\":\"nursing_midwifery\",\"band\":\"5\",\"route\":\"bank\",\n"
     "   \"start\":\"2026-10-24T19:30\",\"end\":\"2026-10-25T08:00\",\"break_minutes\":30}", command_price},
    {FOR_RULES | FOR_CHECK, 1, 64, "rules check", "DIR...", "proves packs before they are used, and runs their cases",
     "DIR are layers, most general first. One folder alone brings the packs that its `on` names. What would be refused or is\n"
     "suspicious is told with file and line, and with an hour as its example. With --data a rule that no shift of the last year\n"
     "meets is told as well: it may be right, or it may never fire.\n"
     "  fairbank rules check rules/england rules/thames-valley\n  fairbank rules check rules/examples/social-care --json", command_rules_check},
    {FOR_RULES, 1, 64, "rules test", "DIR...", "runs the cases of packs, and nothing else",
     "  fairbank rules test rules/england rules/thames-valley\n  fairbank rules test rules/examples/luhft-medical", command_rules_test},
    {FOR_RULES, 0, 0, "rules facts", "", "lists the facts that rules of packs may read",
     "Each with what it is written in and what it tells; rules/README.md says how a rule reads them.", command_rules_facts},
    {FOR_SHOW, 1, 8, "rules show", "DIR...", "the card and caps of one trust on one day, each with its row",
     "DIR are layers, most general first; one folder alone brings the packs that its `on` names. A worker whose pay is that of the\n"
     "one above is not shown again, nor are bands of families that no rule of the card names (--band all).\n"
     "  fairbank rules show rules/england rules/thames-valley --at 2026-07-01 --trust RTH\n"
     "  fairbank rules show rules/england --at 2026-07-01 --trust RTH --as-known 2026-07-10", command_rules_show},
    {FOR_DIFF, 2, 2, "rules diff", "OLD NEW", "what another pack would change, for whom, and the money",
     "OLD and NEW are pack folders; --pack names the layers that stand above both. The money is that of the shifts in the data\n"
     "folder, priced as booked under both; without one, only what the packs say is compared.\n"
     "  fairbank rules diff rules/thames-valley draft/thames-valley --pack rules/england", command_rules_diff},
    {FOR_IMPORT, 1, 1, "rules import-caps", "FILE.xlsx|FILE.csv", "turns a published price card into a pack's table of caps",
     "The card's layout changes from year to year: --map says which column is what (rules/README.md describes it). Two files\n"
     "are written into the pack's caps folder, and never over others. Then prove and compare the pack before it is used.\n"
     "  fairbank rules import-caps price-card-26-27.xlsx --map price-card.map.yaml --out rules/england", command_import_caps},
    {FOR_BACKTEST, 1, 8, "rules backtest", "DRAFT...", "what draft rules would have raised on the shifts held, and how often rightly",
     "DRAFT is a pack folder (in place of the pack of its name), or a file of assurance rules (added to the packs). Every shift of\n"
     "a year is judged again beside the engine, and nothing is written. Told are how many findings there would be, by rule, trust,\n"
     "staff group and month, against those of the rules that hold now; twenty examples; and, of the shifts whose findings\n"
     "somebody closed, how many were upheld. That rests on as many verdicts as it says, and on no more.\n"
     "  fairbank rules backtest draft/thames-valley --data fairbank-data\n"
     "  fairbank rules backtest extra-rules.yaml --from 2026-01-01 --until 2026-07-01 --json", command_backtest},
    {FOR_ISSUE, 0, 0, "rules issue", "", "makes the engine's packs the current issue, and judges every shift again",
     "The running engine reads the folders of its configuration. Packs with an error change nothing: each is told with file\n"
     "and line. The answer comes when the issue is durable; the shifts are judged again after that, while records go on\n"
     "coming in (see how far: fairbank status). What changes is told by rate.repriced events, each with its delta. While an\n"
     "issue waits for its moment this is refused, because it would be undone then: see fairbank rules withdraw.", command_issue},
    {FOR_SCHEDULE, 0, 0, "rules schedule", "", "makes the engine's packs the current issue at a moment to come",
     "  fairbank rules schedule --at 2026-12-01T00:00      Europe/London; 2026-12-01T00:00Z is exact\n"
     "Until then the rules stay as they are; what waits outlives a restart. From which day a rate holds needs no moment: the\n"
     "packs say it. The moment is when it becomes known, such as when a pay award is agreed in July that holds from April.\n"
     "All packs are taken as they are now: one that waits replaces whatever is current at its moment. So several may wait only\n"
     "in the order in which they were scheduled, the later one last.", command_schedule},
    {FOR_WITHDRAW, 1, 1, "rules withdraw", "N", "has an issue that waits for its moment not become current",
     "fairbank status lists what waits. To change something meanwhile: withdraw N, issue the change, and schedule the other\n"
     "again from packs that hold both.\n"
     "  fairbank rules withdraw 3", command_withdraw},
    {FOR_RECONCILE, 1, 1, "reconcile", "MONTH", "a month as it is held against the trust's ledger and its own return",
     "Every pound of a difference stands in one class, and the classes sum to it: timing, outside the system, VAT, on-costs,\n"
     "unexplained. A row that names a booking is held against that shift; what names none, against the shifts of its subjective\n"
     "code (and cost centre and supplier, where all of them say one). A class is given by evidence, or because an amount equals\n"
     "to the penny; nothing that is only near is put anywhere. Ends with 3 when more is unexplained than --tolerance lets pass.\n"
     "--map says which columns and codes are which; rules/examples/ledger-map.yaml shows one, made up, with every key.\n"
     "  fairbank reconcile 2026-04 --trust RTH --ledger ledger.csv --return return.csv --map ledger-map.yaml\n"
     "  fairbank reconcile 2026-04 --ledger ledger.csv --map ledger-map.yaml --json | jq .ledger.classes.unexplained", command_reconcile},
    {FOR_PARITY, 1, 1, "parity", "SOURCE", "a shadow source against the trust's own return, before it goes live",
     "For each month, week or day of the return: shifts, hours and pounds by staff group and route, theirs and ours, and for each\n"
     "line that differs what to look at: days with fewer shifts than that weekday has, shifts that are alike or suspected to be\n"
     "told twice, hours a shift, rates. Ends with 0 when all agree within --tolerance, else with 3; then it says how to go live.\n"
     "  fairbank parity rth-roster --return return.csv --map ledger-map.yaml --tolerance 0.5", command_parity},
    {FOR_CLOSE, 1, 1, "period close", "MONTH", "closes a month: what is known of it later goes to the books of the next one",
     "Months close in order from the first that was closed on, when they are over; of one trust, or of all. The first close says\n"
     "which earlier months have figures and stay open. Figures of a closed month never change: what comes\n"
     "later is posted to the first open month, with its cause: record (it came, was corrected or was taken back after the month\n"
     "was closed), or repriced (rules that became known then).\n"
     "  fairbank period close 2026-10 --role finance_director --reason \"month end\"\n"
     "  fairbank period close 2026-10 --trust RTH --role finance_director \\\n      --reason \"reconciled with the ledger\"", command_period_close},
    {FOR_PERIODS, 0, 0, "period list", "", "closed months, and what was posted late to which month and why",
     "Because of: record (it came, was corrected or was taken back after the month was closed) or repriced (rules that became\n"
     "known then).", command_period_list},
    {FOR_HARMONY, 0, 0, "harmony", "", "what each trust pays for a band and time, against the card",
     "Medians are weighted by hours; the middle half lies between a quarter and three quarters of them; against card is the\n"
     "difference over what the card comes to for the same hours. Loaded cost is pay with\n"
     "pay for leave, employer's costs and fees (agency: the charge with VAT and fees), so that routes can be compared: with\n"
     "--agency the card is what the same shift would have cost as a bank shift.\n"
     "--contagion asks whether a trust's rise is followed by its neighbours more often than chance would have it.\n"
     "  fairbank harmony\n  fairbank harmony --agency --trust RTH\n  fairbank harmony --contagion --days 28 --rise 3 --json", command_harmony},
    {FOR_ASK, 0, 0, "approve ask", "", "asks for a permission to go beyond the rules, for a booking or a class of shifts",
     "An approval never takes a finding away: it answers it, with an owner, a reason and an end. Over the network only a class of\n"
     "shifts is asked for, by an identity with publish:CODE and sources: [fairbank-cli].\n"
     "  fairbank approve ask --booking rth-roster/B-10233 --rules agency.off_framework \\\n"
     "      --reason \"no other cover for theatre\"\n"
     "  fairbank approve ask --trust RTH --route agency --staff-group medical_dental \\\n"
     "      --rules ratecap.breached --limit 12000 --from 2026-12-01 --until 2027-01-01 \\\n"
     "      --reason \"winter rota gap\"", command_approve_ask},
    {FOR_GRANT, 0, 1, "approve grant", "[APPROVAL]", "grants what was asked for, or at once",
     "APPROVAL is its reference or number, as `approve list` shows it; without one, say what it is about as in `approve ask`. Who\n"
     "may grant what is written in the trust's scheme of delegation; the engine judges it, and says when it does not count.\n"
     "By telephone it is provisional, and lapses into a breach unless its grantor confirms in time with a link. Over the network\n"
     "only a class of shifts is granted, at once, by an identity with publish:CODE and sources: [fairbank-cli].\n"
     "  fairbank approve grant A-20261122-031005-7f3a21 --by RTH-CE --role chief_executive\n"
     "  fairbank approve grant --booking rth-roster/B-10233 --rules agency.off_framework --by RTH-ED-2 \\\n"
     "      --role executive_director --telephone --recorded-by RTH-SITE-1 \\\n"
     "      --reason \"theatre cover, asked at 3 a.m.\"", command_approve_grant},
    {FOR_TURN_DOWN, 1, 1, "approve refuse", "APPROVAL", "says no to what was asked for",
     "  fairbank approve refuse 812 --by RTH-CE --reason \"cover was found\"", command_approve_end},
    {FOR_TURN_DOWN, 1, 1, "approve withdraw", "APPROVAL", "ends a permission: from then on it answers nothing",
     "  fairbank approve withdraw 812 --by RTH-CE --reason \"granted in error\"", command_approve_end},
    {FOR_APPROVALS, 0, 0, "approve list", "", "approvals, what has become of each, and each trust's month against its budget",
     "Those before the booking, before the start and afterwards are counted apart. The forecast goes on at the month's pace so far.\n"
     "  fairbank approve list --as controls\n  fairbank approve list --as trust:RTH --month 2026-10 --json", command_approve_list},
    {FOR_LINK, 1, 1, "approve link", "NUMBER", "the signed link with which a grant by telephone is confirmed, once",
     "It names the approval as it stands, its grantor and the last moment. The grantor uses it; nobody confirms their own recording.\n"
     "  fairbank approve link 812 --as trust:RTH", command_approve_link},
    {FOR_CONFIRM, 1, 1, "approve confirm", "LINK", "confirms a grant by telephone",
     "  fairbank approve confirm AQAB... --by RTH-ED-2", command_approve_confirm},
    {FOR_STEP, 1, 2, "finding acknowledge", "BOOKING [RULE]", "says that a finding was seen (without RULE: all of the booking)",
     "BOOKING and RULE as `fairbank findings` shows them; for what was found about a line of an invoice by itself, that line's name\n"
     "stands in the place of BOOKING. Every step is kept with who took it, and told as an event.\n"
     "  fairbank finding acknowledge B-10233 agency.off_framework --by RTH-STAFFING", command_finding_step},
    {FOR_STEP, 1, 2, "finding assign", "BOOKING [RULE]", "gives a finding to somebody",
     "  fairbank finding assign B-10233 agency.off_framework --owner RTH-WARD-7 --by RTH-STAFFING", command_finding_step},
    {FOR_STEP, 1, 2, "finding note", "BOOKING [RULE]", "adds a note to a finding",
     "  fairbank finding note B-10233 agency.off_framework --by RTH-STAFFING \\\n"
     "      --text \"agency asked for its lot\"", command_finding_step},
    {FOR_STEP, 1, 2, "finding snooze", "BOOKING [RULE]", "puts a finding off until a moment, with an owner and a reason",
     "  fairbank finding snooze B-10233 agency.off_framework --until 2026-12-01T09:00 --owner RTH-WARD-7 \\\n"
     "      --text \"invoice due\" --by RTH-STAFFING",
     command_finding_step},
    {FOR_STEP, 1, 2, "finding reply", "BOOKING [RULE]", "the trust's reply, shown beside the finding wherever it is shown",
     "  fairbank finding reply B-10233 agency.off_framework --by RTH-CPO \\\n"
     "      --text \"the framework place was renewed\"", command_finding_step},
    {FOR_STEP, 1, 2, "finding challenge", "BOOKING [RULE]", "the controls team asks for more than was replied",
     "  fairbank finding challenge B-10233 agency.off_framework --text \"from which day?\" \\\n"
     "      --by CONTROLS-1 --as controls", command_finding_step},
    {FOR_STEP, 1, 2, "finding close", "BOOKING [RULE]", "ends a finding with what came of it: rules are measured by these",
     "  fairbank finding close B-10233 agency.off_framework --verdict upheld --text \"charged back\" \\\n"
     "      --by CONTROLS-1 --as controls", command_finding_step},
    {FOR_WORKER, 1, 1, "worker", "TOKEN|N", "what is held of a worker: checks with their ends, hours, bookings by trust",
     "TOKEN is the pseudonym that the system's key makes; N the engine's own number. It is written down who asked.\n"
     "  fairbank worker 4711 --as controls\n  fairbank worker 4711 --as trust:RTH      only the checks, and RTH's own bookings", command_worker},
    {FOR_FORGET, 1, 1, "forget", "TOKEN|N", "forgets a worker: says what was removed, what stays and why",
     "  fairbank forget 4711 --as admin --reason \"asked for by the worker, request 118\"", command_forget},
    {FOR_AUDIT, 0, 0, "audit", "", "who read what about a worker, the newest first",
     "  fairbank audit --as controls\n  fairbank audit --as admin --worker 4711 --json", command_audit},
    {FOR_BACKUP, 0, 0, "backup", "", "copies the store while the engine runs, proves the copy, and says what is not in it",
     "The store of one moment in a folder of its own, with a manifest; every row is read back before the folder gets its name.\n"
     "Ctrl-C leaves nothing behind. Keys are never in it. What to do with it: deploy/RESTORE.md.\n"
     "  fairbank backup --to /var/backups/fairbank/2026-12-01\n"
     "  fairbank backup --to backups/2026-12-01 --with-keys /media/safe/keys", command_backup},
    {FOR_RESTORE, 0, 0, "restore", "", "makes a data folder of a backup, and says what must follow",
     "The digest is compared first. The store gets a new epoch, because its next events are not those that the lost store gave\n"
     "the same numbers; consumers go on where both are the same. Publishers send again what they sent since. Stop fairbankd\n"
     "first. Ctrl-C leaves nothing behind; after a kill the same command again goes on.\n"
     "  fairbank restore --from backups/2026-12-01 --data fairbank-data", command_restore},
    {FOR_COMPACT, 0, 0, "compact", "", "makes the store's file as small as its rows, with the engine stopped",
     "Written anew beside the old file, compared row by row, then put in its place.\n"
     "  fairbank compact --data fairbank-data", command_compact},
    {FOR_KEYS_MAKE, 1, 1, "keys make", "NAME", "makes a pair of keys for a connection over the network",
     "NAME.key holds both and stays with whoever it is for, readable by them alone; NAME.pub holds the public one and may be\n"
     "sent to anybody. What is there already is never written over; a NAME.key without its NAME.pub gets it. The engine's\n"
     "own pair goes into its data folder, and must be its user's.\n"
     "  runuser -u fairbank -- fairbank keys make engine --out /var/lib/fairbank\n"
     "  fairbank keys make rth-roster --out /etc/fairbank", command_keys_make},
    {FOR_KEYS_SHOW, 1, 1, "keys show", "FILE", "prints the public key of a key file, and never the secret one",
     "  fairbank keys show fairbank-data/engine.key", command_keys_show},
    {FOR_KEYS_IDENTITY, 2, 12, "keys identity", "NAME ROLE...", "prints the lines of an identity to paste into the engine's file of identities",
     "Roles: publish:CODE, publish:all, trust:CODE, feed, controls, finance, admin.\n"
     "  fairbank keys identity rth-roster publish:RTH --key rth-roster.pub", command_keys_identity},
    {FOR_KEYS_CHECK, 0, 1, "keys check", "[FILE]", "reads a file of identities and says what is wrong with it, or who may do what",
     "Without FILE: identities.yaml. The engine takes it on SIGHUP; a file with an error changes nothing there.\n"
     "  fairbank keys check /etc/fairbank/identities.yaml", command_keys_check},
    {FOR_REFUSED, 0, 0, "refused list", "", "what was not taken and why, and whether it can be sent again",
     "Everything that was refused or in conflict is kept, and nothing of it was ever counted. Taken since: the entry that has its\n"
     "message id now. Read from the data folder; an engine may be running.\n"
     "  fairbank refused list --source rth-roster --reason not_yours\n  fairbank refused list --after 90311 --json", command_refused_list},
    {FOR_REFUSED, 1, 1, "refused show", "N", "one of them whole: what was wrong, what is kept of it, what became of it",
     "  fairbank refused show 90312\n  fairbank refused show 90312 --json      its bytes as well", command_refused_show},
    {FOR_REPLAY, 0, 1, "refused replay", "[N]", "sends what was refused again, after a mend: as its source, once",
     "A mend is what made it wrong being put right here: the source's trust in the configuration, a newer engine. It goes through\n"
     "the door under its own message id, so it is taken once, however often this is done, and whatever its source sends again. A\n"
     "conflict goes out under the id replay:N, as one more version of its record. What was not kept whole, because it\n"
     "named a worker, only its source can send again; each is told. Exit status 3 when some were refused again.\n"
     "  fairbank refused replay 90312\n  fairbank refused replay --source rth-roster --reason not_yours --dry-run", command_refused_replay},
    {FOR_INVOICES, 0, 0, "invoices", "", "lines of invoices and credit notes, and what they were matched with",
     "Each line is held against booking, confirmation and timesheet: hours, rate, amount, supplier, days, VAT, purchase order and\n"
     "band; a shift is paid once. Charged is net, less what was credited; what is expected comes from the agreed rates and the\n"
     "approved timesheet (until then from the booking). A trust sees its own with --as trust:CODE.\n"
     "  fairbank invoices --month 2026-10 --state part_matched\n  fairbank invoices --supplier NS --json", command_invoices},
    {FOR_BATCHES, 0, 0, "batches", "", "files and pages as their publishers named them, the latest first",
     "How many of each were taken, and whether it was taken back. A trust sees its own with --as trust:CODE.\n"
     "  fairbank batches\n  fairbank batches --batch 'bookings-2026-11-21.csv#3ef68179' --json", command_batches},
    {FOR_TAKE_BACK, 0, 0, "withdraw", "", "takes a wrong file back: all that came with it, as if it had never come",
     "What was first seen in it is withdrawn; what it amended is again what stood before; what was amended since is left, and\n"
     "listed. Money, findings, counters and working time follow by compensating deltas, told as events with the cause withdrawn; in\n"
     "spend --by cause and period list they stand under record. A closed month stays closed. Nothing is deleted. It goes on in the\n"
     "engine, step by step, also after a restart. What was sent once stays sent: the same message again has its stored answer, so\n"
     "a corrected file needs message ids of its own.\n"
     "  fairbank withdraw --batch 'bookings-2026-11-21.csv#3ef68179' --dry-run --as controls\n"
     "  fairbank withdraw --batch number:5 --dry-run --as controls\n"
     "  fairbank withdraw --batch 'bookings-2026-11-21.csv#3ef68179' --reason \"wrong month\" --as trust:RTH", command_take_back},
    {FOR_MAKE_EXPORT, 0, 1, "export", "WHAT", "a file for others: alerts, spend, or a return of the rules, as CSV, workbook or JSON",
     "WHAT: alerts (open findings with their why), spend (by trust, route, staff group, week and stage), foi-rates (what doctors of\n"
     "the bank are paid for an hour), or a return that the rules have: which columns, groups, limits and period is theirs to say (rules/README.md, returns). Without WHAT they are listed.\n"
     "Small numbers are left out (*), and as many more as it takes so that none can be worked out from totals; the foot says\n"
     "how many. --whole leaves nothing out. Each figure has a name that fairbank explain takes. CSV goes to standard output,\n"
     "or to --out FILE.csv; --out FILE.xlsx makes a workbook, --json (or --out FILE.json) is for machines: pence and minutes as whole\n"
     "numbers, each with its name, and what is left out with why. The same store and rules give the same bytes.\n"
     "  fairbank export foi-shifts --month 2026-03 --trust RTH --out foi.xlsx\n"
     "  fairbank export spend --weeks 2026-03-16..2026-04-13 > spend.csv\n"
     "  fairbank export return --month 2026-03 --json | jq -c '.rows[]'\n"
     "  fairbank explain cell:foi-shifts:2026-03:RTH:nursing_hca:bank_shifts\n"
     "  fairbank export follow --help             alerts as they come, a file a day", command_export},
    {FOR_EXPORT_FOLLOW, 0, 0, "export follow", "", "alerts as they come, appended to a CSV file a day",
     "A process on the feed that may run for ever: each event about a finding is a row, in the columns of `export alerts` with the finding's\n"
     "id and the event's, in DIR/alerts-YYYY-MM-DD.csv by its day (Europe/London). Rows are on the disk before the engine is told of\n"
     "the place, which it keeps under --cursor; what comes again after a crash, of this or of the engine, is in the file once.\n"
     "--tables makes other exports with each new day, and at the end of --once: KIND-DATE.csv and .xlsx, of the month (or week)\n"
     "of the day before. Why says how an alert is explained. The files name bookings: they are not for publication.\n"
     "  fairbank-export follow --to /srv/finance --tables spend,return\n"
     "  fairbank-export follow --to alerts --once --quiet          from a timer, say each hour", command_export_follow},
    {FOR_ROUTE_TEST, 0, 1, "route test", "[EVENT]", "where an event would go by a file of routes, and why",
     "EVENT is its number in the feed. Each route says whether it fits, or what does not; nothing is sent. Whether a silence holds\n"
     "at the moment is known to the outlets alone: what could hold it back is told.\n"
     "  fairbank route test 4711 --routes /etc/fairbank/routes.yaml\n"
     "  fairbank events --json --kind ratecap.breached --limit 1 | fairbank route test --event - --at 2026-12-01T23:30", command_route_test},
    {FOR_ROUTE_CHECK, 0, 1, "route check", "[FILE]", "reads a file of routes and says what is wrong with it",
     "Without FILE: routes.yaml. deploy/routes.yaml is an example with every key.\n"
     "  fairbank route check /etc/fairbank/routes.yaml", command_route_check},
    {FOR_ARCHIVE, 0, 0, "archive", "", "writes old journal entries into a compressed file that proves itself",
     "Beside a running engine. Nothing is taken out of the store: everything is decided from the whole journal.\n"
     "  fairbank archive --before 2026-04-01 --to journal-2025.fba\n"
     "  fairbank archive --after 120000 --upto 240000 --to journal-2.fba", command_archive},
    {FOR_ARCHIVE_VERIFY, 1, 64, "archive verify", "FILE...", "proves archives: whole, in order, and the same as the store's journal",
     "Without --data each file is proved by itself, and that one follows the other.\n"
     "  fairbank archive verify journal-1.fba journal-2.fba --data fairbank-data", command_archive_verify},
    {FOR_DOCTOR, 0, 0, "doctor", "", "looks for what goes wrong before it does, each line with what to do",
     "With the engine running or stopped. Exit status 0 well, 1 something to see to, 2 something wrong now.\n"
     "  fairbank doctor --data fairbank-data\n  fairbank doctor --json", command_doctor},
    {FOR_VERIFY, 0, 0, "verify", "", "recomputes everything from the journal: equal, or where it first differs",
     "Reads only. Works beside a running engine. Exit status 0 equal, 3 different. With --chain nothing is decided again: is every\n"
     "entry, with what was decided by it, what it was when it was taken and when checkpoints were signed?\n"
     "  fairbank verify --chain --against checkpoint-rth.txt", command_verify},
    {FOR_PROVE, 0, 1, "prove", "[BOOKING]", "a proof, for people outside, that a record is in the journal as it was",
     "BOOKING is any record's reference, or its number here; --journal N another entry. fairbank-check-proof checks the file, and\n"
     "shares nothing with the engine (deploy/PROOF.md). With --from: that nothing before an earlier checkpoint was changed since.\n"
     "  fairbank prove B-10233 --out b-10233.proof.json\n  fairbank prove --from checkpoint-october.txt --out growth.proof.json", command_prove},
    {FOR_RECEIPT, 0, 0, "receipt", "", "what was taken of a source on a day, signed: so that it sees that nothing is missing",
     "Count, sums and hash by kind, of each day (Europe/London) and of today so far. A source makes the same from what it sent and\n"
     "was answered: deploy/RECEIPTS.md says how. With --check a statement that was kept is held against its signature: exit status\n"
     "0 it holds, 3 it does not.\n"
     "  fairbank receipt\n  fairbank receipt --source rth-roster --day 2026-11-21 --out rth-2026-11-21.txt\n"
     "  fairbank receipt --check rth-2026-11-21.txt", command_receipt},
    {FOR_CHECKPOINT, 0, 0, "checkpoint list", "", "signed checkpoints of the journal, and who countersigned each", "", command_checkpoint_list},
    {FOR_CHECKPOINT, 0, 1, "checkpoint show", "[N]", "the text of a checkpoint: to mail, to keep, to countersign",
     "Without N the last one. Keep it where whoever runs the engine cannot change it: that is what makes it worth something.\n"
     "  fairbank checkpoint show > checkpoint-october.txt", command_checkpoint_show},
    {FOR_MAKE_CHECKPOINT, 0, 0, "checkpoint make", "", "has the engine sign a checkpoint now, and prints its text", "", command_checkpoint_make},
    {FOR_CHECKPOINT, 0, 0, "checkpoint key", "", "the public key with which the engine signs checkpoints",
     "That of the folder's checkpoint.key; where you may not read it, that of the last checkpoint, and it says so. Give it to\n"
     "whoever keeps checkpoints, another way than the checkpoints themselves.", command_checkpoint_key},
    {FOR_SIGN, 1, 1, "checkpoint sign", "FILE", "countersigns a checkpoint with your own key, without an engine",
     "First see that it follows from the one you kept (fairbank prove --from, fairbank-check-proof). The signed text goes to\n"
     "standard output: keep it, and send it back for fairbank checkpoint countersign.\n"
     "  fairbank checkpoint sign new.txt --name RTH --key rth-checkpoint.key > signed.txt", command_checkpoint_sign},
    {FOR_COUNTERSIGN, 1, 1, "checkpoint countersign", "FILE", "gives the engine a text that others have signed; it keeps those that hold",
     "  fairbank checkpoint countersign signed.txt", command_countersign},
    {.name = NULL},
};
