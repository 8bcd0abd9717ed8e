#ifndef FB_BASE_LIMITS_H
#define FB_BASE_LIMITS_H
/* Every declared maximum, with its reason. Hitting one is a counted refusal, never a crash. */
#define FB_MESSAGE_BYTES_MAX 65536u  /* one frame on a socket; a booking with every field is under 1 KiB */
#define FB_BODY_BYTES_MAX 16384u     /* one record inside a frame; leaves room for the envelope */
#define FB_ID_BYTES_MAX 64u          /* message ids, record references, outside ids: a UUID and a prefix */
#define FB_SOURCE_BYTES_MAX 40u      /* name of a publishing system */
#define FB_QUERY_NAME_BYTES_MAX (FB_SOURCE_BYTES_MAX + 1u + FB_ID_BYTES_MAX) /* SOURCE/REFERENCE, in a question */
#define FB_TEXT_BYTES_MAX 200u       /* names, units, reasons given in words */
#define FB_CODE_BYTES_MAX 8u         /* ODS trust codes (3-5), grades, categories: packed in 64 bits */
#define FB_REFERENCES_MAX 8u         /* references[] of one booking */
#define FB_SIGN_OFFS_MAX 8u          /* sign-offs stated on one booking */
#define FB_CATEGORIES_MAX 16u        /* rate categories of one calendar (domain model, section 3) */
#define FB_RATE_CELLS_MAX 16u        /* categories priced on one booking */
#define FB_INTERVALS_MAX 32u         /* intervals of one timesheet */
#define FB_GRADES_MAX 64u            /* grades of one book: 12 AfC bands and the medical grades; a set of them is one word */
#define FB_ZONES_MAX 8u              /* high cost area zones of one book, "none" included */
#define FB_COUNTERS_MAX 8u           /* counters of one book: each is a fact, and a fact is a bit of one word */
#define FB_BONUSES_MAX 16u           /* bonuses of one book */
#define FB_RETURN_GROUPS_MAX 16u     /* groups of returns in one pack: four are known */
#define FB_RETURN_COLUMNS_MAX 24u    /* columns of one return */
#define FB_RETURNS_MAX 32u           /* returns of one book */
#define FB_COUNTED_MAX 512u            /* shifts of one counter read for one decision: more than a year of one worker */
#define FB_SHIFT_MINUTES_MAX 10080   /* one booking lasts at most a week */
#define FB_AMOUNT_PENCE_MAX 1000000000000 /* ten thousand million pounds: no budget or charge is larger */
#define FB_RULES_MAX 256u            /* rules of one book, the built-in pricing rules included */
#define FB_SNOOZE_DAYS_MAX 366        /* that a finding can be put off: a year, whatever February */
#define FB_FINDINGS_MAX 144u         /* findings that one decision can hold, those that cleared included */
#define FB_EFFECTS_MAX 1616u         /* effects of one decision: every step in the life of each finding, and its figures */
#define FB_MEMBERS_MAX 8u            /* records of different systems that are one shift */
#define FB_ORDERS_MAX (FB_MEMBERS_MAX * FB_REFERENCES_MAX + 1u) /* purchase orders of one shift: any reference of its bookings, and its vacancy's */
#define FB_LINKS_MAX 16u             /* links that one record puts into the index */
#define FB_DIARY_ROWS_MAX 1024u      /* rows of one worker's diary read for one decision: two years of it */
#define FB_APPROVALS_MAX 16u         /* approvals read for one decision */
#define FB_REPLIES_MAX 1024u         /* steps that people took, read for one decision: as many as it looks at */
#define FB_INVOICES_MAX 24u          /* lines of invoices and credit notes that name one shift, read for its decision */
#define FB_DELEGATIONS_MAX 256u      /* rows of all schemes of delegation in one book */
#define FB_GATHER_MAX 64u            /* records of one kind read for one decision */
#define FB_TOUCH_AT_ONCE_MAX 32u     /* bookings judged again inside the batch that touched them; the rest is todo */
#define FB_BATCH_MAX 4096u           /* messages of one commit: bounds latency under load */
#define FB_ARENA_BYTES (1u << 20)    /* scratch of one message */
#define FB_TRACE_BYTES_MAX 2048u     /* one trace; the median is far below */
#define FB_EVENT_SCAN_MAX 1024u      /* events looked at for one feed request */
#define FB_SOURCES_MAX 1024u         /* publishing systems of one engine */
#define FB_REFUSED_DAY_MIB 64u       /* of refusals and conflicts of one source kept whole a day, unless configured: sixty thousand of a KiB */
#define FB_BATCHES_OF_SOURCE_MAX 131072u /* batches of one source that can be named: one an hour for fifteen years */
#define FB_WAITING_MAX 64u           /* issues of the rules that wait for their moment */
#define FB_WINDOW_DEFAULT 1024u      /* messages a source may have in flight */
/* The door (engine/shell). */
#define FB_PEER_BYTES_MAX 32u        /* routing id of a connection; ZeroMQ makes ids of 5 bytes */
#define FB_SESSIONS_MAX 2048u        /* connections of publishers that said Hello: two for every source */
#define FB_SCRATCH_BYTES (128u << 10) /* what one message may unpack to; eight times the longest body */
#define FB_PARKED_MAX 256u           /* consumers waiting at the feed */
#define FB_CURSORS_MAX 1024u         /* stored positions of consumers */
#define FB_FEED_PAGE_MAX 256u        /* events of one page */
#define FB_IDENTITIES_MAX 1024u      /* identities of one engine: one for every source, and for people */
#define FB_IDENTITY_SOURCES_MAX 8u   /* sources that one identity publishes */
#define FB_CONNECTION_KEYS_MAX 8192u /* keys met since the start, those that were taken out of the file since included */
#define FB_SESSIONS_BY_KEY_MAX 64u   /* publishing connections of one key: a system has a handful */
#define FB_CURSORS_BY_KEY_MAX 16u    /* stored positions of one identity */
#define FB_PARKED_BY_KEY_MAX 16u     /* waiting requests of one identity at the feed */
#define FB_TOPICS_BYTES_MAX (64u << 10) /* topics that listeners of the network's ticker name, each once: some three thousand. Each byte costs a hundred */
#define FB_UNDER_WAY_MAX 16u         /* questions of one asker on their way round by the commit thread: a person's tool has one */
#define FB_ASKERS_MAX 256u           /* askers who have any */
#define FB_OUTGOING_BYTES_MAX (8u << 20) /* frames kept for peers that read slowly, one socket */
_Static_assert(FB_BODY_BYTES_MAX < FB_MESSAGE_BYTES_MAX, "a body fits its frame");
_Static_assert(FB_REFERENCES_MAX + 6u <= FB_LINKS_MAX, "every reference and every named record can be linked");
_Static_assert(FB_FINDINGS_MAX < FB_EFFECTS_MAX, "each finding can emit an event");
_Static_assert(2 * FB_SCRATCH_BYTES < FB_ARENA_BYTES, "a page of the queue holds several messages");
#endif
