#ifndef FB_SHELL_PLACES_H
#define FB_SHELL_PLACES_H
/* Where packs are looked for. Folders that the configuration names are taken as they are named; the default
 * ones are looked for in the working folder, then two folders above the program (a tree that was built and
 * not installed), then in ../share/fairbank of the program's folder (one that was), then in /usr/share/fairbank. All of them come from one place: packs of two versions are
 * never mixed. Paths are full, so that whoever reads a message knows which folder was meant. */
#include "engine/shell/config.h"
enum { FB_PLACE_BYTES = 4096 + FB_CONFIG_PATH_MAX };
/* The p-th place, as the beginning of a full path; false: there are no more. */
bool fb_places_get(const struct fb_config *config, unsigned p, char base[FB_PLACE_BYTES]);
/* The first place where one of the packs is; false: none has any. */
bool fb_places_find(const struct fb_config *config, char base[FB_PLACE_BYTES]);
/* A pack's folder from there; one that begins with / is that folder anywhere. False: the path is too long. */
bool fb_place_of(char folder[FB_PLACE_BYTES], const char *base, const char *pack);
#endif
