#!/usr/bin/env node
'use strict';
// Follows the feed and appends each event as a line of JSON to a file.
//
//   node consumer.js --feed tcp://HOST:PORT --cursor finance --out events.jsonl [--follow]
//
// The engine keeps the cursor. An event is first made safe here (written and synced), then told to be safe (FeedAck): after a crash
// between the two the events come again. Each is known by its id, so whoever reads the file drops what has an id that was there before.
const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const { FEED_ACK, FEED_ASK, FEED_PAGE, Link, messages } = require('./link.js');

const WAIT_MS = 30000;
const ANOTHER_HISTORY = 13; // REASON_FIELD_RANGE

const { values: options } = parseArgs({
  options: {
    feed: { type: 'string' }, 'server-key': { type: 'string' }, key: { type: 'string' },
    proto: { type: 'string', default: path.join(__dirname, '../../../proto') },
    cursor: { type: 'string' }, out: { type: 'string' }, limit: { type: 'string', default: '256' },
    'ack-every': { type: 'string', default: '1' }, // events made safe before the engine is told
    follow: { type: 'boolean', default: false },
  },
});
const root = messages(options.proto);
const [FeedAck, FeedAsk, FeedPage] = ['FeedAck', 'FeedAsk', 'FeedPage'].map((n) => root.lookupType(`fairbank.v1.${n}`));
const text = (bytes) => Buffer.from(bytes).toString('utf8');

// The epoch is a number of 64 bits, too long for one of JavaScript's own: it is kept as it was decoded.
function lineOf(e) {
  return JSON.stringify({
    id: text(e.id), seq: Number(e.seq), type: text(e.type), time: text(e.time), trust: text(e.trust), record_ref: text(e.record_ref),
    rule: text(e.rule), severity: root.lookupEnum('fairbank.v1.Severity').valuesById[e.severity],
    pence: Number(e.pence), delta_pence: Number(e.delta_pence), minutes: Number(e.minutes),
  }) + '\n';
}

// A crash may leave a line half written. Its event was not said to be safe and comes again, but not at the end of that line.
function dropTornLine(name) {
  if (!fs.existsSync(name)) return;
  const fd = fs.openSync(name, 'r+');
  const piece = Buffer.alloc(65536);
  let end = fs.fstatSync(fd).size;
  while (end > 0) {
    const start = Math.max(0, end - piece.length);
    const n = fs.readSync(fd, piece, 0, end - start, start);
    const at = piece.subarray(0, n).lastIndexOf(10);
    end = at >= 0 ? start + at + 1 : start;
    if (at >= 0) break;
  }
  fs.ftruncateSync(fd, end);
  fs.closeSync(fd);
}

class Consumer {
  constructor(link, fd) {
    this.link = link;
    this.fd = fd;
    this.place = null; // { epoch, after }; not known before the first page: the engine has the cursor
    this.unsaid = 0;
  }

  question() {
    const q = { cursor: Buffer.from(options.cursor), limit: Number(options.limit), wait: options.follow };
    return this.place === null ? { ...q, from_cursor: true } : { ...q, epoch: this.place.epoch, after: this.place.after };
  }

  // The answer to one question. One that comes too late must not be taken for the next one's: its connection goes.
  async page() {
    for (;;) {
      if (await this.link.send(FEED_ASK, FeedAsk, this.question())) {
        const came = await this.link.receive(WAIT_MS);
        if (came !== null && came[0] === FEED_PAGE) return FeedPage.decode(came[1]);
        this.link.connect();
      } else {
        await new Promise((later) => setTimeout(later, 100));
      }
    }
  }

  makeSafe(events) {
    if (events.length === 0) return;
    fs.writeFileSync(this.fd, events.map(lineOf).join(''));
    fs.fsyncSync(this.fd);
  }

  async acknowledge() {
    const ack = { cursor: Buffer.from(options.cursor), epoch: this.place.epoch, seq: this.place.after };
    if (await this.link.send(FEED_ACK, FeedAck, ack)) this.unsaid = 0; // not answered; one that is lost is made good by the next
  }

  async run() {
    for (;;) {
      const page = await this.page();
      if (page.reason === ANOTHER_HISTORY) { // the store was made anew
        this.place = { epoch: page.epoch, after: 0 };
        continue;
      }
      if (page.reason !== 0) throw new Error(`the feed says reason ${page.reason}`);
      this.makeSafe(page.events);
      this.place = { epoch: page.epoch, after: page.next };
      this.unsaid += page.events.length;
      const end = !options.follow && Number(page.next) >= Number(page.head);
      if (this.unsaid >= Number(options['ack-every']) || end) await this.acknowledge();
      if (end) return;
    }
  }
}

async function main() {
  if (!options.feed || !options.cursor || !options.out) throw new Error('consumer.js --feed ENDPOINT --cursor NAME --out FILE');
  const link = new Link(options.feed, options['server-key'], options.key);
  dropTornLine(options.out);
  const fd = fs.openSync(options.out, 'a');
  await new Consumer(link, fd).run();
  fs.closeSync(fd);
  link.close();
}

main().catch((e) => { console.error(e.message); process.exit(1); });
