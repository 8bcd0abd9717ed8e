#ifndef FB_TOOLS_FAIRBANK_BACKUP_KEYS_H
#define FB_TOOLS_FAIRBANK_BACKUP_KEYS_H
/* The keys beside a backup: never in it, for whoever has both can tell who a worker is. */
#include <stdbool.h>
struct backup_keys {
    const char *command, *data;
    const char *folder; /* --with-keys; NULL: no copies are asked for */
    int fd;             /* of that folder, held from before the backup has its name; -1 */
};
/* Makes the folder, or opens the one that is there. Refused, however it is spelled: the backup's own (to, which is not there yet;
 * part, which becomes it), or one within it. */
bool backup_keys_open(struct backup_keys *k, const char *to, int part);
/* When the backup is made: each key goes there, unless the same is there. False: not all of them are. */
bool backup_keys_copy(const struct backup_keys *k, bool quiet);
/* Says which there are, where no copies are asked for. */
void backup_keys_name(const struct backup_keys *k);
#endif
