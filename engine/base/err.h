#ifndef FB_BASE_ERR_H
#define FB_BASE_ERR_H
/* What can go wrong that the caller must handle. A refusal of somebody's record is not an error of
 * this kind: it is a reason (core/reason.h), kept and answered. A bug is an fb_assert. */
#define FB_ERR_MAP(X)                                   \
    X(OK, "ok")                                         \
    X(REFUSED, "input refused")                         \
    X(LIMIT, "a declared limit was reached")            \
    X(OVERFLOW, "number does not fit")                  \
    X(NOT_FOUND, "not found")                           \
    X(IO, "the disk or a socket failed")                \
    X(DAMAGED, "stored data is damaged")                \
    X(NEWER, "made by a newer version")                 \
    X(BUSY, "in use by another process")                \
    X(FULL, "no room is left")                          \
    X(DENIED, "not allowed to whoever asks")            \
    X(CROWDED, "all places of readers are taken: fairbank doctor says by whom")
enum fb_err {
#define X(id, text) FB_##id,
    FB_ERR_MAP(X)
#undef X
};
#define FB_MUST_CHECK __attribute__((warn_unused_result))
const char *fb_err_text(enum fb_err e);
#endif
