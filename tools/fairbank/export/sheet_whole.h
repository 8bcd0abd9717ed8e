#ifndef FB_TOOLS_FAIRBANK_EXPORT_SHEET_WHOLE_H
#define FB_TOOLS_FAIRBANK_EXPORT_SHEET_WHOLE_H
/* Whether a workbook is whole. The library that writes it keeps each part in a temporary file, and takes no notice of one that does not fit
 * its disk: it then puts what fitted into a workbook that is closed well. So each part is read back: one that is whole is XML that ends with the
 * element that it begins with. The workbook is ours, and is read whole into memory. */
#include <stddef.h>
/* NULL: it is; else what is wrong. */
const char *sheet_whole_fault(const char *path);
/* The same of the bytes of a workbook. */
const char *sheet_whole_fault_of(const unsigned char *zip, size_t n);
#endif
