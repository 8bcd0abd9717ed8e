#!/usr/bin/env node
'use strict';
// Publishes bookings from a file with columns (../bookings.csv) and sees that each of them is answered.
//
//   node publisher.js --engine tcp://HOST:PORT --server-key engine.pub --key mine.key --proto ../../../proto ../bookings.csv
//
// It keeps each message until it is answered, and sends it again under the same id when it was answered `busy`, when no answer came,
// and when the engine was started anew: the engine knows repeats by their id. Exit: 0 all taken; 3 some were set aside; 1 failed.
const fs = require('fs');
const path = require('path');
const { parseArgs } = require('util');
const { ANSWERS, HELLO, Link, PUBLISH, WELCOME, messages } = require('./link.js');

const REST_MS = 50; // a message answered `busy` waits so long
const NO_HELLO = 5, NO_PLACE = 18;
const TEXTS = { hirer: 'trust', unit: 'ward', grade: 'grade', start: 'start', end: 'end', agency: 'agency', framework: 'framework' };
const WORDS = { staff_group: 'StaffGroup', state: 'BookingState', route: 'Route', worker_kind: 'WorkerKind', engagement: 'Engagement' };
const PREFIX = { staff_group: 'STAFF_GROUP', state: 'BOOKING_STATE', route: 'ROUTE', worker_kind: 'WORKER_KIND', engagement: 'ENGAGEMENT' };
const PARTS = { pay: 'worker_pay_e4', ni: 'employer_ni_e4', commission: 'commission_e4' };

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    engine: { type: 'string' }, 'server-key': { type: 'string' }, key: { type: 'string' },
    proto: { type: 'string', default: path.join(__dirname, '../../../proto') },
    source: { type: 'string', default: 'example' }, trust: { type: 'string', default: 'RTH' },
    'resend-ms': { type: 'string', default: '5000' }, 'patience-s': { type: 'string', default: '60' },
    eager: { type: 'boolean', default: false }, // do not keep to the window, and so be told `busy`: to see that handled
  },
});
const resendMs = Number(options['resend-ms']), patienceMs = Number(options['patience-s']) * 1000;
const root = messages(options.proto);
const type = (name) => root.lookupType(`fairbank.v1.${name}`);
const [Answers, Booking, Envelope, Hello, Welcome] = ['Answers', 'Booking', 'Envelope', 'Hello', 'Welcome'].map(type);
const number = (list, word) => root.lookupEnum(`fairbank.v1.${list}`).values[word];
const word = (list, n) => root.lookupEnum(`fairbank.v1.${list}`).valuesById[n];
const text = (s) => Buffer.from(s, 'utf8');

// Pounds to ten-thousandths. Never through a binary fraction.
function e4(pounds) {
  const [, whole, part = ''] = /^(\d+)(?:\.(\d{1,4}))?$/.exec(pounds) ?? [];
  if (whole === undefined) throw new Error(`'${pounds}' is no amount with at most four decimals`);
  return Number(whole + part.padEnd(4, '0'));
}

// What the file does not say is left out; it is never guessed.
function bookingOf(row) {
  const b = {};
  for (const [field, column] of Object.entries(TEXTS)) if (row[column] !== '') b[field] = text(row[column]);
  for (const [field, list] of Object.entries(WORDS))
    if (row[field] !== '') {
      b[field] = number(list, `${PREFIX[field]}_${row[field].toUpperCase()}`);
      if (b[field] === undefined) throw new Error(`'${row[field]}' is no ${field}`);
    }
  if (row.break_minutes !== '') b.break_minutes = Number(row.break_minutes);
  if (row.pay !== '') {
    const cell = { category: text('plain') };
    for (const [column, field] of Object.entries(PARTS)) if (row[column] !== '') cell[field] = e4(row[column]);
    b.rate_unit = number('Unit', 'UNIT_HOUR');
    b.rates = [cell];
  }
  return b;
}

// The id is the same whenever the same thing is said again, so it is made of what the file says, never of a clock or by chance.
function envelopeOf(row) {
  return {
    version: 1, kind: number('Kind', 'KIND_BOOKING'), source: text(options.source),
    message_id: text(`${row.booking}.${row.revision}`), record_ref: text(row.booking), revision: Number(row.revision),
    occurred_at_ms: Date.parse(row.occurred_at), body: Booking.encode(bookingOf(row)).finish(),
    attempt: 0, adapter_version: text('example-javascript 1'),
  };
}

// The example's file has no quoted cells.
function* rowsOf(file) {
  const [head, ...lines] = fs.readFileSync(file, 'utf8').split(/\r?\n/).filter((l) => l !== '');
  const names = head.split(',');
  for (const line of lines) {
    const cells = line.split(',');
    yield Object.fromEntries(names.map((name, i) => [name, cells[i] ?? '']));
  }
}

class Publisher {
  constructor(link) {
    this.link = link;
    this.window = 0; // nothing may be sent before Welcome
    this.helloDue = true;
    this.helloAt = 0;
    this.waiting = new Map(); // id -> { envelope, due: when to send it (again), sent }
    this.count = { resent: 0, busy: 0 };
  }

  async hello(now) {
    const said = {
      source: text(options.source), trust: text(options.trust), system: number('System', 'SYSTEM_PORTAL'),
      mode: number('SourceMode', 'SOURCE_MODE_LIVE'), window: 1024, adapter: text('example-javascript 1'),
    };
    if (await this.link.send(HELLO, Hello, said)) {
      this.helloDue = false;
      this.helloAt = now;
    }
  }

  async sendDue(now) {
    if (this.helloDue || (this.window === 0 && now - this.helloAt > resendMs)) await this.hello(now);
    if (this.window === 0) return;
    for (const entry of this.waiting.values()) {
      if (entry.due > now) continue;
      const envelope = { ...entry.envelope, attempt: entry.envelope.attempt + 1, sent_at_ms: Date.now() };
      if (!(await this.link.send(PUBLISH, Envelope, envelope))) return;
      entry.envelope = envelope;
      this.count.resent += entry.sent ? 1 : 0;
      entry.due = now + resendMs;
      entry.sent = true;
    }
  }

  welcome(payload) {
    const w = Welcome.decode(payload);
    if (w.reason === NO_PLACE) return; // nothing against us: Hello goes out again after a while
    if (w.reason !== 0) throw new Error(`refused: ${word('Reason', w.reason)}: ${Buffer.from(w.text)}`);
    this.window = Number(w.window);
  }

  answer(a, now) {
    const id = Buffer.from(a.message_id).toString();
    const entry = this.waiting.get(id);
    if (entry === undefined) return; // the second answer to a message that was sent twice
    if (a.busy) {
      this.count.busy += 1;
      entry.due = now + REST_MS;
    } else if (a.reason === NO_HELLO) { // the engine was started anew and does not know us yet
      entry.due = now;
      this.window = 0;
      this.helloDue = true;
    } else {
      const outcome = word('Outcome', a.outcome).slice('OUTCOME_'.length).toLowerCase();
      this.count[outcome] = (this.count[outcome] ?? 0) + 1;
      if (a.reason !== 0) console.error(`${id}: ${word('Reason', a.reason)} ${Buffer.from(a.field)}`);
      this.waiting.delete(id);
    }
  }

  async take(timeoutMs) {
    for (let came = await this.link.receive(timeoutMs); came !== null; came = await this.link.receive(0)) {
      const [kind, payload] = came;
      if (kind === WELCOME) this.welcome(payload);
      if (kind !== ANSWERS) continue;
      const answers = Answers.decode(payload);
      this.window = Number(answers.window) || this.window;
      for (const a of answers.answers) this.answer(a, performance.now());
    }
  }

  async run(envelopes) {
    let more = true, deadline = performance.now() + patienceMs;
    while (more || this.waiting.size > 0) {
      while (more && (options.eager || this.waiting.size < Math.max(this.window, 1))) {
        const { value, done } = envelopes.next();
        more = !done;
        if (more) this.waiting.set(value.message_id.toString(), { envelope: value, due: 0, sent: false });
      }
      const waiting = this.waiting.size;
      await this.sendDue(performance.now());
      await this.take(20);
      if (this.waiting.size !== waiting) deadline = performance.now() + patienceMs;
      else if (performance.now() > deadline) throw new Error(`no answer for ${options['patience-s']} s; ${waiting} messages are not answered`);
    }
  }
}

async function main() {
  if (options.engine === undefined || positionals.length !== 1) throw new Error('publisher.js --engine ENDPOINT FILE');
  const link = new Link(options.engine, options['server-key'], options.key);
  const publisher = new Publisher(link);
  await publisher.run((function* () { for (const row of rowsOf(positionals[0])) yield envelopeOf(row); })());
  link.close();
  console.log(JSON.stringify(publisher.count));
  return (publisher.count.refused ?? 0) + (publisher.count.conflict ?? 0) > 0 ? 3 : 0;
}

main().then((code) => { process.exitCode = code; }, (e) => { console.error(e.message); process.exit(1); });
