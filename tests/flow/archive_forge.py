#!/usr/bin/env python3
"""archive_forge.py FROM TO: an archive whose entries are as they were, and of which each says that nothing was decided with it; with
a digest of the whole that is right. Alone it proves itself; the store's chain has other leaves."""
import gzip
import hashlib
import sys

MAGIC, HEAD, DIGEST = b"fairbank journal 1\n", 24, 32
inside = bytearray(gzip.open(sys.argv[1]).read())
assert inside.startswith(MAGIC)
at, changed = len(MAGIC) + HEAD, 0
while int.from_bytes(inside[at:at + 8], "big") != 0:
    length = int.from_bytes(inside[at + 8:at + 12], "big")
    at += 12 + length
    changed += any(inside[at:at + DIGEST])
    inside[at:at + DIGEST] = bytes(DIGEST)
    at += DIGEST
at += 16
assert changed > 0
with open(sys.argv[2], "wb") as out:
    out.write(gzip.compress(bytes(inside[:at]) + hashlib.blake2b(inside[:at], digest_size=DIGEST).digest()))
