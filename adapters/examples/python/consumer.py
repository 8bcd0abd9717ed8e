#!/usr/bin/python3
"""Follows the feed and appends each event as a line of JSON to a file.

    PYTHONPATH=DIR python3 consumer.py --feed tcp://HOST:PORT --cursor finance --out events.jsonl [--follow]

The engine keeps the cursor. An event is first made safe here (written and synced), then told to be safe (FeedAck): after a crash
between the two the events come again. Each is known by its id, so whoever reads the file drops what has an id that was there before.
"""
import argparse
import json
import os
import sys

from fairbank.v1 import enums_pb2 as words
from fairbank.v1 import feed_pb2
from link import FEED_ACK, FEED_ASK, FEED_PAGE, Link

WAIT_MS = 30000


def line_of(e):
    return json.dumps({
        "id": e.id.decode(), "seq": e.seq, "type": e.type.decode(), "time": e.time.decode(), "trust": e.trust.decode(),
        "record_ref": e.record_ref.decode(), "rule": e.rule.decode(), "severity": words.Severity.Name(e.severity),
        "pence": e.pence, "delta_pence": e.delta_pence, "minutes": e.minutes}, ensure_ascii=False) + "\n"


def drop_torn_line(path):
    """A crash may leave a line half written. Its event was not said to be safe and comes again, but not at the end of that line."""
    if not os.path.exists(path):
        return
    with open(path, "r+b") as f:
        end = f.seek(0, os.SEEK_END)
        while end > 0:
            start = max(0, end - 65536)
            f.seek(start)
            at = f.read(end - start).rfind(b"\n")
            if at >= 0:
                end = start + at + 1
                break
            end = start
        f.truncate(end)


class Consumer:
    def __init__(self, link, options):
        self.link, self.options = link, options
        self.epoch, self.after = None, None  # not known before the first page: the engine has the cursor
        self.safe, self.unsaid = 0, 0

    def ask(self):
        q = feed_pb2.FeedAsk(cursor=self.options.cursor.encode(), limit=self.options.limit, wait=self.options.follow)
        if self.after is None:
            q.from_cursor = True
        else:
            q.epoch, q.after = self.epoch, self.after
        return q

    def page(self):
        """The answer to one question. One that comes too late must not be taken for the next one's: its connection goes."""
        while True:
            if self.link.send(FEED_ASK, self.ask()):
                came = self.link.receive(WAIT_MS)
                if came is not None and came[0] == FEED_PAGE:
                    return feed_pb2.FeedPage.FromString(came[1])
                self.link.connect()
            else:
                self.link.socket.poll(100)

    def acknowledge(self):
        ack = feed_pb2.FeedAck(cursor=self.options.cursor.encode(), epoch=self.epoch, seq=self.safe)
        if self.link.send(FEED_ACK, ack):  # not answered; one that is lost is made good by the next
            self.unsaid = 0

    def run(self, out):
        while True:
            page = self.page()
            if page.reason == words.REASON_FIELD_RANGE:  # another history: the store was made anew
                self.epoch, self.after = page.epoch, 0
                continue
            if page.reason != words.REASON_NONE:
                raise SystemExit(f"the feed says {words.Reason.Name(page.reason)}")
            if page.events:
                out.write("".join(line_of(e) for e in page.events))
                out.flush()
                os.fsync(out.fileno())
            self.epoch, self.after, self.safe = page.epoch, page.next, page.next
            self.unsaid += len(page.events)
            if self.unsaid >= self.options.ack_every or (not self.options.follow and page.next >= page.head):
                self.acknowledge()
            if not self.options.follow and page.next >= page.head:
                return


def main():
    p = argparse.ArgumentParser(description="Appends the feed's events to a file.")
    p.add_argument("--feed", required=True)
    p.add_argument("--server-key")
    p.add_argument("--key")
    p.add_argument("--cursor", required=True)
    p.add_argument("--out", required=True)
    p.add_argument("--limit", type=int, default=256)
    p.add_argument("--ack-every", type=int, default=1, help="events made safe before the engine is told")
    p.add_argument("--follow", action="store_true")
    options = p.parse_args()
    link = Link(options.feed, options.server_key, options.key)
    drop_torn_line(options.out)
    with open(options.out, "a", encoding="utf-8") as out:
        Consumer(link, options).run(out)
    link.close()


if __name__ == "__main__":
    sys.exit(main())
