#ifndef FB_WIRE_WIRE_H
#define FB_WIRE_WIRE_H
/* protobuf <-> our structs; the only room that sees generated code. proto/fairbank/v1 is the contract with the world.
 *
 * A frame on a socket is one ZeroMQ part: one byte protocol version, one byte frame kind, then the protobuf message.
 * Lifetimes: decoded spans point into the arena given (the message is unpacked there, never freed one by one).
 * Decoding never asserts: bytes from outside give a reason (core/reason.h) and the name of the field. */
#include "engine/core/report.h"
#include "engine/wire/exchange.h"
#define FB_WIRE_VERSION 1u
enum fb_frame_kind {
    FB_FRAME_HELLO = 1,    /* publisher -> engine, first on each connection */
    FB_FRAME_WELCOME = 2,  /* engine -> publisher */
    FB_FRAME_PUBLISH = 3,  /* publisher -> engine: one record */
    FB_FRAME_ANSWERS = 4,  /* engine -> publisher: what became of one or more */
    FB_FRAME_QUERY = 5,    /* person's tool -> engine */
    FB_FRAME_RESULT = 6,   /* engine -> tool */
    FB_FRAME_FEED_ASK = 7, /* consumer -> engine (feed socket) */
    FB_FRAME_FEED_PAGE = 8,/* engine -> consumer */
    FB_FRAME_FEED_ACK = 9, /* consumer -> engine: this far is safe with me */
    FB_FRAME_TICK = 10     /* engine -> everyone (ticker): one event, or the heartbeat */
};
/* Splits a frame. FB_REASON_NONE, NOT_A_FRAME, VERSION or TOO_LONG. */
enum fb_reason fb_frame_open(struct fb_span frame, enum fb_frame_kind *kind, struct fb_span *payload);

/* ---- publishers: shapes in engine/wire/exchange.h ---- */
/* Each encode returns the frame's length, 0 when it does not fit; each decode returns a reason, field names the place. */
size_t fb_encode_hello(const struct fb_hello *h, void *frame, size_t size);
enum fb_reason fb_decode_hello(struct fb_span payload, struct fb_arena *arena, struct fb_hello *out, const char **field);
size_t fb_encode_welcome(const struct fb_welcome *w, void *frame, size_t size);
enum fb_reason fb_decode_welcome(struct fb_span payload, struct fb_arena *arena, struct fb_welcome *out);
/* A record as a publish frame; the body is packed inside. Reads r->env and r->as, and checks nothing: the decoder does.
 * A shift's local texts are sent as they are; without them its instants are, exact. 0 as well for an unknown kind. */
size_t fb_encode_publish(const struct fb_record *r, void *frame, size_t size);
/* The body alone; fb_encode_kept of it and r->env is then the same frame, byte for byte. False: it does not fit, or an unknown
 * kind. A record in which all is absent has a body of no bytes. */
bool fb_encode_body(const struct fb_record *r, void *memory, size_t size, size_t *n);
/* The same of a body as it was kept, byte for byte: what was refused is sent again with the digest that it had. */
size_t fb_encode_kept(const struct fb_envelope *env, struct fb_span body, void *frame, size_t size);
/* digest: BLAKE2b-128 of kind, occurred_at, record_ref, revision and the body as received.
 * Publish -> record (with digest) and the body's bytes (pointing into payload or arena). On a refusal `env` of *out holds
 * what could be read. */
enum fb_reason fb_decode_publish(struct fb_span payload, struct fb_arena *arena, struct fb_record *out, struct fb_span *body, const char **field);
/* A stored body -> record: what replay and re-judging use. Digest is left alone. Pseudonyms are absent: they were taken out
 * before it was stored (below). */
enum fb_reason fb_decode_body(const struct fb_envelope *env, struct fb_span body, struct fb_arena *arena, struct fb_record *out, const char **field);

/* ---- pseudonyms (domain model, section 7) ---- */
enum { FB_WORKER_KEY_BYTES = 32, FB_WORKER_HASH_BYTES = 16 };
/* A worker's pseudonym under the engine's own key: BLAKE2b-128 with it. Means what turn's fb_who does, which this room may
 * not see. */
struct fb_wire_who {
    bool held;
    unsigned char hash[FB_WORKER_HASH_BYTES];
};
struct fb_wire_blinded {
    struct fb_span body;             /* without pseudonyms, in the arena; the one given where there are none */
    struct fb_wire_who who, who_was; /* who_was: of a Worker */
    bool taken;                      /* there was one, if an empty one */
};
/* Takes the pseudonyms out of a body that was accepted, byte for byte the rest. Of bytes that are not a message none are
 * left, and nobody is told of; bodies of kinds without pseudonyms are left alone. Doing it again changes nothing. FB_LIMIT: the arena is too small. */
FB_MUST_CHECK enum fb_err fb_blind_body(const unsigned char key[FB_WORKER_KEY_BYTES], enum fb_kind kind,
                                        struct fb_span body, struct fb_arena *arena, struct fb_wire_blinded *out);
/* The same of one that was refused. What cannot be walked to its end, or is of a kind that is not known (FB_KIND_NONE: a whole
 * frame too), might name a person anywhere: *out is then empty. Of the rest what would be a pseudonym in any kind goes. The
 * digest is of the body as given, under the key. */
FB_MUST_CHECK enum fb_err fb_blind_refused(const unsigned char key[FB_WORKER_KEY_BYTES], enum fb_kind kind,
                                           struct fb_span body, struct fb_arena *arena,
                                           unsigned char digest[FB_WORKER_HASH_BYTES], struct fb_span *out);
/* A digest under the key: without the key nobody can try what was digested. */
void fb_blind_seal(const unsigned char key[FB_WORKER_KEY_BYTES], struct fb_span bytes,
                   unsigned char digest[FB_WORKER_HASH_BYTES]);
/* There is a pseudonym to take out. */
bool fb_blind_holds(enum fb_kind kind, struct fb_span body);

size_t fb_encode_answers(const struct fb_wire_answer *a, unsigned n, uint32_t window, void *frame, size_t size);
enum fb_reason fb_decode_answers(struct fb_span payload, struct fb_arena *arena, struct fb_wire_answer **out, unsigned *n, uint32_t *window);

/* ---- people's tools ---- */
enum fb_query_kind {
    FB_QUERY_STATUS = 1, FB_QUERY_FINDINGS = 2, FB_QUERY_EXPLAIN = 3, FB_QUERY_SOURCES = 4,
    FB_QUERY_ISSUE = 5,        /* make the configured packs an issue, now or at a moment */
    FB_QUERY_CLOSE_PERIOD = 6, /* close a month, of findings.trust or of all */
    FB_QUERY_WITHDRAW = 7,     /* an issue that waits will not become current */
    FB_QUERY_APPROVALS = 8,    /* approvals of findings.trust and month, and its budget */
    FB_QUERY_WORKER = 9,       /* what is held of a worker */
    FB_QUERY_FORGET = 10,      /* a worker's pseudonym is forgotten; role: not read, reason: required */
    FB_QUERY_AUDIT = 11,       /* who read what about a worker, or (neither worker nor number) about anybody */
    FB_QUERY_LINK = 12,        /* the signed link of the approval `subject` */
    FB_QUERY_CONFIRM = 13,     /* confirms it: link */
    FB_QUERY_CHECKPOINT = 14,  /* a signed root of the journal's chain, with its countersignatures: checkpoint, make */
    FB_QUERY_PROVE = 15,       /* a proof: of record_ref, subject or as_of under a checkpoint, or that it grew from note */
    FB_QUERY_COUNTERSIGN = 16, /* keeps the countersignatures of note */
    FB_QUERY_RECEIPT = 17,     /* the signed statement of `source` for as_known (a day; 0: today, so far) */
    FB_QUERY_WITHDRAW_BATCH = 18, /* a batch is taken back: batch_number, or batch and batch_source; reason; dry: what it would do, a stretch after findings.after */
    FB_QUERY_BATCHES = 19,     /* batches, the latest first, of numbers below findings.after (0: all); or one, by number or name */
    FB_QUERY_MONTH = 20,       /* shifts that start from `from` until `until`, of which findings.trust is hirer, payer or employer; as_of, as_known */
    FB_QUERY_INVOICES = 21,    /* lines of invoices, and what they were matched with */
    FB_QUERY_END
};
struct fb_query {
    enum fb_query_kind kind;
    struct fb_finding_filter findings;
    struct fb_span record_ref;  /* EXPLAIN by outside reference */
    uint32_t subject;           /* or by number */
    uint64_t as_of;             /* EXPLAIN, FINDINGS: journal number; 0 now. It is the one that travels: findings.as_of does not */
    fb_day as_known;            /* the same by a day, as known at its end; 0: not said. One of the two */
    int64_t due_ms;             /* ISSUE: becomes current then; FB_ABSENT: now. The decoder's; 0 is also "now" to the encoder */
    fb_day month;               /* CLOSE_PERIOD: its first day; these three are required there */
    struct fb_span role, reason;/* who closes it; why, in words */
    uint32_t issue;             /* WITHDRAW: its number; required there */
    struct fb_asker asker;
    struct fb_span worker;      /* WORKER, FORGET, AUDIT: keyed pseudonym, or */
    uint32_t worker_number;     /* the engine's number */
    struct fb_span link;        /* CONFIRM; at most FB_WIRE_LINK_BYTES_MAX, required there */
    uint64_t checkpoint;        /* CHECKPOINT, PROVE: its number; 0: the last one */
    bool make, body;            /* CHECKPOINT: a new one, when the journal grew; PROVE: with the entry as it is stored */
    struct fb_span source;      /* RECEIPT: required there */
    struct fb_span note;        /* PROVE, COUNTERSIGN: a checkpoint's text, FB_WIRE_LINE for each of its line feeds */
    struct fb_span batch, batch_source; /* WITHDRAW_BATCH, BATCHES: by its publisher's name for it, and that of the source where several have one of that name */
    uint32_t batch_number;      /* or the engine's number */
    bool dry;                   /* WITHDRAW_BATCH: nothing is done */
    fb_day from, until;         /* MONTH: required there; half-open */
    struct fb_span supplier, end; /* INVOICES, with findings.trust, findings.after and month; end: a word of fb_invoice_end */
};
#define FB_WIRE_NOTE_BYTES_MAX 8192u
#define FB_WIRE_LINK_BYTES_MAX 400u
enum fb_source_habit { FB_SOURCE_HABIT_NONE, FB_SOURCE_HABIT_CANNOT_SAY, FB_SOURCE_HABIT_KNOWN, FB_SOURCE_HABIT_SILENT, FB_SOURCE_HABIT_END };
struct fb_source_row {          /* one publishing system and what became of its messages */
    struct fb_source source;
    uint64_t accepted, amended, refused, conflicts; /* from the journal */
    uint64_t duplicates, busy;                      /* since the engine started */
    uint64_t bookings, with_worker;                 /* first versions; of these, those that say who the worker is */
    int64_t last_ms;
    uint32_t number;            /* the engine's. Does not cross the wire */
    enum fb_source_habit habit; /* NONE: the packs have no rule by which a source is silent */
    int64_t silent_ms;          /* SILENT: its last message */
};
#define FB_WIRE_LINE "\xE2\x80\xA8" /* U+2028 parts the lines of a result's text, which holds no control characters */
struct fb_result {
    enum fb_query_kind kind;
    enum fb_reason reason;
    struct fb_engine_status status; /* STATUS and ISSUE: as it is after that */
    struct fb_explanation explanation;
    struct fb_span text;        /* of a refusal: what is wrong and what to do (may have several lines); of a command: what was done */
    uint32_t issue;             /* ISSUE: its number */
    unsigned n_findings, n_sources;
    struct fb_finding_row *finding;
    struct fb_source_row *source;
    unsigned n_approvals, n_approval_months, n_audit, n_lines;
    struct fb_approval_row *approval;
    struct fb_approval_month *approval_month;
    struct fb_audit_row *audit;
    struct fb_span *line;       /* WORKER, FORGET: sentences */
    bool more;                  /* ask again, */
    uint32_t after;             /* FINDINGS, APPROVALS: after this subject, also when no row stands here. AUDIT, which begins with the newest: before this row */
    unsigned n_batches;
    struct fb_batch_row *batch; /* BATCHES; WITHDRAW_BATCH: the one, and of a dry one what the stretch would do, with after and lines: what stays as it is */
    unsigned n_month;
    struct fb_month_row *month; /* MONTH; after: ask again after this subject, also when no row stands here */
    uint64_t as_of;             /* MONTH: the entry up to which was read: with it the next page tells of the same moment. 0: nothing was known */
    unsigned n_invoices;
    struct fb_invoice_row *invoice;
};
size_t fb_encode_query(const struct fb_query *q, void *frame, size_t size);
enum fb_reason fb_decode_query(struct fb_span payload, struct fb_arena *arena, struct fb_query *out, const char **field);
size_t fb_encode_result(const struct fb_result *r, void *frame, size_t size);
enum fb_reason fb_decode_result(struct fb_span payload, struct fb_arena *arena, struct fb_result *out);

/* ---- consumers ---- */
struct fb_feed_ask {
    struct fb_span cursor;     /* the consumer's name for its stored position; absent: none kept */
    bool from_cursor;          /* continue after the stored position; else after `after` */
    uint64_t epoch, after;     /* epoch 0: any */
    struct fb_event_filter filter;
    uint32_t limit;            /* events in a page; the engine may give fewer */
    bool wait;                 /* park the request until something comes (one parked request per cursor) */
};
struct fb_feed_page {
    enum fb_reason reason;     /* NONE, or FIELD_RANGE when the epoch is another: start again from 0 */
    uint64_t epoch, next, head; /* next: ask after this, also when nothing matched */
    unsigned n;
    struct fb_event_row *row;
};
struct fb_feed_ack {
    struct fb_span cursor;
    uint64_t epoch, seq;
};
size_t fb_encode_feed_ask(const struct fb_feed_ask *a, void *frame, size_t size);
enum fb_reason fb_decode_feed_ask(struct fb_span payload, struct fb_arena *arena, struct fb_feed_ask *out, const char **field);
/* An event of a page or tick may be of a kind that is not known here (fb_event_known): it keeps its number, and row.type says what the
 * engine calls it. Any other word of an event that is not known here is absent: an older consumer goes on with a newer engine. */
size_t fb_encode_feed_page(const struct fb_feed_page *p, void *frame, size_t size);
enum fb_reason fb_decode_feed_page(struct fb_span payload, struct fb_arena *arena, struct fb_feed_page *out);
size_t fb_encode_feed_ack(const struct fb_feed_ack *a, void *frame, size_t size);
enum fb_reason fb_decode_feed_ack(struct fb_span payload, struct fb_arena *arena, struct fb_feed_ack *out, const char **field);
/* One event (row) or, with row NULL, the heartbeat. */
size_t fb_encode_tick(uint64_t epoch, uint64_t head, const struct fb_event_row *row, void *frame, size_t size);
enum fb_reason fb_decode_tick(struct fb_span payload, struct fb_arena *arena, uint64_t *epoch, uint64_t *head, struct fb_event_row *row, bool *has_row);
#endif
