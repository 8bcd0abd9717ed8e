#ifndef FB_CORE_REASON_H
#define FB_CORE_REASON_H
/* Why a message was refused, numbered as in proto/ (never reused), in order of precedence: when several hold,
 * the first is given. Each has a text that says what to do. A refused message id is not used up: the source may mend
 * the message and send it again under the same id. Of what is refused its id, reference, reason and field are kept, its body
 * without what may be a pseudonym (of a well formed record, without its pseudonyms); what cannot be read (4), or is of a kind that is not known (8), is kept as its digest and
 * length, because it might name a person. */
#define FB_REASON_MAP(X)                                                                          \
    X(NONE, 0, "accepted")                                                                        \
    X(NOT_A_FRAME, 1, "the frame is not ours: send version byte, kind byte, then the message")    \
    X(VERSION, 2, "this engine does not speak that version of the protocol")                      \
    X(TOO_LONG, 3, "longer than the declared maximum: split it or leave optional text out")       \
    X(NOT_A_MESSAGE, 4, "the bytes are not a whole protobuf message of that kind")                \
    X(NO_HELLO, 5, "say Hello first, with the source's name")                                     \
    X(UNKNOWN_SOURCE, 6, "the source in the envelope is not the one in Hello")                    \
    X(NOT_YOURS, 7, "this source may not write records of that trust")                            \
    X(KIND, 8, "unknown kind of record, or one that this version does not take yet")              \
    X(FIELD_MISSING, 9, "a required field is missing")                                            \
    X(FIELD_LENGTH, 10, "a field is longer than its limit, or empty where it may not be")         \
    X(FIELD_TEXT, 11, "a text field is not UTF-8, or has control characters")                     \
    X(FIELD_WORD, 12, "a field holds a number or word that is not in its list")                   \
    X(FIELD_RANGE, 13, "a number is outside its range")                                           \
    X(FIELD_TIME, 14, "a time cannot be read, does not exist, or its end is not after its start") \
    X(FIELD_REPEATED, 15, "a list is longer than its limit, or repeats a member that must be unique") \
    X(CONFLICT, 16, "this message id was used before with other contents: both are kept; use a new id to amend") \
    X(QUOTA, 17, "the source's daily quota of kept refusals is used up: only digest and reason are kept")     \
    X(NO_PLACE, 18, "no place is free in the engine just now: try again in a second")
/* What became of a message, numbered as in proto/. */
enum fb_outcome {
    FB_OUTCOME_ACCEPTED = 1,  /* a new record */
    FB_OUTCOME_AMENDED = 2,   /* another version of a record that was held */
    FB_OUTCOME_DUPLICATE = 3, /* the same message came before: its journal number is given again */
    FB_OUTCOME_CONFLICT = 4,  /* its id was used for something else */
    FB_OUTCOME_REFUSED = 5
};
enum fb_reason {
#define X(id, n, text) FB_REASON_##id = n,
    FB_REASON_MAP(X)
#undef X
};
const char *fb_reason_text(enum fb_reason r);
const char *fb_reason_word(enum fb_reason r); /* lower case name, "field_missing" */
#endif
