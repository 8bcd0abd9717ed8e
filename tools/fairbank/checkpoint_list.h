#ifndef FB_TOOLS_FAIRBANK_CHECKPOINT_LIST_H
#define FB_TOOLS_FAIRBANK_CHECKPOINT_LIST_H
/* All checkpoints of a store with who countersigned each, read in one pass: a year has 8,760 of them. */
#include "engine/turn/chain/checkpoint.h"
struct listed_checkpoint {
    uint64_t number;
    struct fb_checkpoint checkpoint;
    unsigned n_names;
    char *names; /* one space between two; NULL: nobody countersigned it */
};
struct checkpoint_list {
    unsigned n, size;
    struct listed_checkpoint *of; /* by rising number */
};
/* What is not FB_OK ended the pass; what was read before it stands in the list. Released by the caller in any case. */
FB_MUST_CHECK enum fb_err checkpoint_list_read(struct checkpoint_list *out, struct fb_store *store);
void checkpoint_list_release(struct checkpoint_list *list);
#endif
