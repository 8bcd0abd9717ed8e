#ifndef FB_CSV_WORKER_KEY_H
#define FB_CSV_WORKER_KEY_H
/* The system's key to workers' pseudonyms, as every program that makes them reads it from its file. */
#include "engine/base/err.h"
enum { FB_CSV_KEY_BYTES = 32 };
/* A key of any length from 32 to 4,096 bytes is drawn together to 32. FB_IO: it cannot be read; FB_REFUSED: it is too short. */
FB_MUST_CHECK enum fb_err fb_csv_worker_key_read(const char *path, unsigned char key[FB_CSV_KEY_BYTES]);
#endif
