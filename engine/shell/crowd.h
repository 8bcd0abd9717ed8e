#ifndef FB_SHELL_CROWD_H
#define FB_SHELL_CROWD_H
/* A connection is a file descriptor, whether its other end says anything or not, and whoever has no key can open as many as there
 * are. The library ends the process when a connection of this machine comes and none is left for it. So a share of them is never
 * given to the network: crowd.c stands before the system's accept and accept4, by which the library takes a connection, and hangs up on one
 * from the network that was given a number of that share. The system gives the lowest number that is free, so all below are in
 * use then. The library sees a connection that broke off, and tells of it (port_lock.c). */
/* Before any socket of the network is bound. connections: how many are expected; a limit too low for them is told in the log. */
void fb_crowd_open(unsigned connections);
/* How many descriptors the network's connections may take, of so many. */
unsigned fb_crowd_most(unsigned limit);
#endif
