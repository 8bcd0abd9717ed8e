#ifndef FB_SHELL_CONFIG_LOOK_H
#define FB_SHELL_CONFIG_LOOK_H
/* What a configuration names and a start would need: the packs, the identities, the engine's key for the network. Looked at for
 * `fairbankd --check-config`, on this machine and as this user; nothing is made and nothing kept. */
#include "engine/shell/config.h"
#include "engine/shell/engine.h"
/* What is missing or wrong is said on standard error, each with its file. FB_EXIT_DONE: a start would find all of it; else the
 * status with which it would end. */
enum fb_exit fb_config_look(const struct fb_config *config);
#endif
