#!/usr/bin/python3
"""Publishes bookings from a file with columns (../bookings.csv) and sees that each of them is answered.

    protoc --proto_path=proto --python_out=DIR proto/fairbank/v1/*.proto
    PYTHONPATH=DIR python3 publisher.py --engine tcp://HOST:PORT --server-key engine.pub --key mine.key bookings.csv

It keeps each message until it is answered, and sends it again under the same id when it was answered `busy`, when no answer came,
and when the engine was started anew: the engine knows repeats by their id. Exit: 0 all taken; 3 some were set aside; 1 failed.
"""
import argparse
import collections
import csv
import datetime
import decimal
import json
import sys
import time

from fairbank.v1 import enums_pb2 as words
from fairbank.v1 import envelope_pb2, exchange_pb2, record_pb2
from link import ANSWERS, HELLO, PUBLISH, WELCOME, Link

REST_S = 0.05  # a message answered `busy` waits so long
PARTS = {"pay": "worker_pay_e4", "ni": "employer_ni_e4", "commission": "commission_e4"}


def instant_ms(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return round(at.timestamp()) * 1000


def e4(text):
    """Pounds to ten-thousandths. Never through a binary fraction."""
    value = decimal.Decimal(text) * 10000
    if value != value.to_integral_value():
        raise ValueError(f"{text} has more than four decimals")
    return int(value)


def booking_of(row):
    """What the file does not say is left out; it is never guessed."""
    b = record_pb2.Booking()
    for field, column in (("hirer", "trust"), ("unit", "ward"), ("grade", "grade"), ("start", "start"), ("end", "end"),
                          ("agency", "agency"), ("framework", "framework")):
        if row[column]:
            setattr(b, field, row[column].encode())
    for field, prefix in (("staff_group", "STAFF_GROUP"), ("state", "BOOKING_STATE"), ("route", "ROUTE"),
                          ("worker_kind", "WORKER_KIND"), ("engagement", "ENGAGEMENT")):
        if row[field]:
            setattr(b, field, getattr(words, f"{prefix}_{row[field].upper()}"))
    if row["break_minutes"]:
        b.break_minutes = int(row["break_minutes"])
    if row["pay"]:
        b.rate_unit = words.UNIT_HOUR
        cell = b.rates.add(category=b"plain")
        for column, field in PARTS.items():
            if row[column]:
                setattr(cell, field, e4(row[column]))
    return b


def envelope_of(source, row):
    """The id is the same whenever the same thing is said again, so it is made of what the file says, never of a clock or by chance."""
    return envelope_pb2.Envelope(
        version=1, kind=words.KIND_BOOKING, source=source.encode(),
        message_id=f"{row['booking']}.{row['revision']}".encode(), record_ref=row["booking"].encode(),
        revision=int(row["revision"]), occurred_at_ms=instant_ms(row["occurred_at"]),
        body=booking_of(row).SerializeToString(), attempt=0, adapter_version=b"example-python 1")


class Publisher:
    def __init__(self, link, options):
        self.link, self.options = link, options
        self.window = 0  # nothing may be sent before Welcome
        self.hello_due, self.hello_at = True, 0.0
        self.waiting = collections.OrderedDict()  # id -> [envelope, when to send it (again), was it sent]
        self.count = collections.Counter()

    def hello(self, now):
        message = exchange_pb2.Hello(source=self.options.source.encode(), trust=self.options.trust.encode(),
                                     system=words.SYSTEM_PORTAL, mode=words.SOURCE_MODE_LIVE,
                                     window=1024, adapter=b"example-python 1")
        if self.link.send(HELLO, message):
            self.hello_due, self.hello_at = False, now

    def send_due(self, now):
        if self.hello_due or (self.window == 0 and now - self.hello_at > self.options.resend_ms / 1000):
            self.hello(now)
        if self.window == 0:
            return
        for entry in self.waiting.values():
            envelope, due, sent = entry
            if due > now:
                continue
            envelope.attempt += 1
            envelope.sent_at_ms = round(time.time() * 1000)
            if not self.link.send(PUBLISH, envelope):
                envelope.attempt -= 1
                return
            self.count["resent"] += sent
            entry[1], entry[2] = now + self.options.resend_ms / 1000, True

    def welcome(self, payload):
        w = exchange_pb2.Welcome.FromString(payload)
        if w.reason == words.REASON_NO_PLACE:  # nothing against us: Hello goes out again after a while
            return
        if w.reason != words.REASON_NONE:
            raise SystemExit(f"refused: {words.Reason.Name(w.reason)}: {w.text.decode()}")
        self.window = w.window

    def answer(self, a, now):
        entry = self.waiting.get(a.message_id)
        if entry is None:
            return  # the second answer to a message that was sent twice
        if a.busy:
            self.count["busy"] += 1
            entry[1] = now + REST_S
        elif a.reason == words.REASON_NO_HELLO:  # the engine was started anew and does not know us yet
            entry[1], self.window, self.hello_due = now, 0, True
        else:
            self.count[words.Outcome.Name(a.outcome)[len("OUTCOME_"):].lower()] += 1
            if a.reason != words.REASON_NONE:
                print(f"{a.message_id.decode()}: {words.Reason.Name(a.reason)} {a.field.decode()}", file=sys.stderr)
            del self.waiting[a.message_id]

    def take(self, timeout_ms):
        came = self.link.receive(timeout_ms)
        while came is not None:
            kind, payload = came
            now = time.monotonic()
            if kind == WELCOME:
                self.welcome(payload)
            elif kind == ANSWERS:
                answers = exchange_pb2.Answers.FromString(payload)
                self.window = answers.window or self.window
                for a in answers.answers:
                    self.answer(a, now)
            came = self.link.receive(0)

    def room(self):
        return self.options.eager or len(self.waiting) < max(self.window, 1)

    def run(self, envelopes):
        envelopes, more = iter(envelopes), True
        deadline = time.monotonic() + self.options.patience_s
        while more or self.waiting:
            while more and self.room():
                envelope = next(envelopes, None)
                more = envelope is not None
                if more:
                    self.waiting[envelope.message_id] = [envelope, 0.0, False]
            answered = len(self.waiting)
            self.send_due(time.monotonic())
            self.take(20)
            if len(self.waiting) != answered:
                deadline = time.monotonic() + self.options.patience_s
            elif time.monotonic() > deadline:
                raise SystemExit(f"no answer for {self.options.patience_s} s; {len(self.waiting)} messages are not answered")


def main():
    p = argparse.ArgumentParser(description="Publishes bookings of a file.")
    p.add_argument("--engine", required=True)
    p.add_argument("--server-key")
    p.add_argument("--key")
    p.add_argument("--source", default="example")
    p.add_argument("--trust", default="RTH")
    p.add_argument("--resend-ms", type=int, default=5000)
    p.add_argument("--patience-s", type=int, default=60)
    p.add_argument("--eager", action="store_true", help="do not keep to the window, and so be told `busy`: to see that handled")
    p.add_argument("file")
    options = p.parse_args()
    link = Link(options.engine, options.server_key, options.key)
    publisher = Publisher(link, options)
    with open(options.file, newline="", encoding="utf-8") as rows:
        publisher.run(envelope_of(options.source, row) for row in csv.DictReader(rows))
    link.close()
    print(json.dumps(publisher.count, sort_keys=True))
    return 3 if publisher.count["refused"] + publisher.count["conflict"] else 0


if __name__ == "__main__":
    sys.exit(main())
