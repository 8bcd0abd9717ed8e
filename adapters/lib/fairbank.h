#ifndef FB_ADAPTERS_FAIRBANK_H
#define FB_ADAPTERS_FAIRBANK_H
/* The client library: publish records of a staffing system to the engine of a shared bank, and consume its events, in C. Include this, link with what
 * `pkg-config --cflags --libs fairbank` says (fairbank-static: the library within the program). Linux, C11.
 *
 *   publisher.h  what most need: told and forgotten, on the disk until it is answered; waiting, callback, back-pressure, receipts
 *   consumer.h   events of the engine: what follows a place, page by page or by a callback, the place kept by the engine or by oneself
 *   client.h     the protocol alone, for who keeps messages elsewhere (a queue of their own, a file that can be read again)
 *   receipt.h    what the engine took of a source on a day, signed
 *   curve.h      keys of connections
 *   record.h     what may be said: vacancies, bookings, timesheets, … (engine/core/record.h; the words in words.h)
 *
 * The whole of it:
 *
 *   struct fb_publisher_options o = {.spool = {.folder = "/var/lib/roster/spool"}, .answered = on_answer};
 *   o.client.endpoint = "tcp://engine.example.nhs.uk:7400";
 *   o.client.hello = (struct fb_hello){.adapter = fb_span_of("my-roster 1.0"),
 *       .source = {.name = fb_span_of("rth-roster"), .trust = fb_code_of("RTH"), .system = FB_SYSTEM_ROSTER, .mode = FB_SOURCE_MODE_LIVE}};
 *   if (fb_curve_open(&keys, o.client.endpoint, "engine.pub", "rth-roster.key", &why) != FB_OK) …   (over a network only)
 *   o.client.curve = &keys;
 *   if (fb_publisher_open(&p, &o, &found, &why) != FB_OK) …
 *   while (next_record(&r)) {
 *       while ((e = fb_publisher_publish(p, &r, &number, &field)) == FB_FULL)   back-pressure: the spool is full
 *           e = fb_publisher_poll(p, 100);
 *       if (e == FB_REFUSED) …                                                  the record is wrong: set it aside, go on
 *   }
 *   e = fb_publisher_wait(p, 60000);            or fb_publisher_await(p, number, …, &said) for one, or poll in a loop of one's own
 *   e = fb_publisher_receipt(p, 0, NULL, 5000, &receipt, text, &why);
 *   fb_publisher_close(&p);
 *
 * The way out is shorter still: examples/c/consume.c, and the page of consumer.h.
 *
 * Three rules make it right. 1. A message id is made of what is said, never by chance or from a clock: the same thing said again has the
 * same id, which the engine answers as the first time, so that sending again is always safe. 2. A record that publish took may be
 * forgotten by its source; one that it did not take may not. 3. What the source does not know stays absent (a span {NULL, 0}, a code 0,
 * FB_ABSENT): nothing is guessed. Persons: a worker is a pseudonym under the system's key (README.md of adapters), and nothing else here
 * may name one.
 *
 * Errors are enum fb_err and never abort; those of whoever calls (a NULL where none may be) do, as fb_assert. Nothing is printed, no
 * signal is handled, no thread is started but those of libzmq. After fork() a publisher belongs to the parent alone.
 * Lifetimes and threads stand in each header. Every function that these headers declare is exported by the library, and nothing else is
 * (fairbank.map); until 1.0 the shapes may change with the soname. */
#include "adapters/lib/consumer.h"
#include "adapters/lib/curve.h"
#include "adapters/lib/publisher.h"
#include "adapters/lib/receipt.h"
#endif
