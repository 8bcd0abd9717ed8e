#!/usr/bin/env python3
"""fairbank-scrub for a server that has only Python 3.6 or later: a scheduled extract without its persons.

  python fairbank_scrub.py --rules FILE --worker-key FILE --out FILE.csv EXTRACT.csv

Needs fairbank_scrub_rules.py beside it. The same rules, the same bytes and the same words as the program fairbank-scrub (README.md
beside this file); tests/flow/scrub.sh compares them. Nothing but the standard library is used. Everything is bytes here, so that no encoding of the machine matters.
"""
import getopt
import hashlib
import os
import re
import sys

sys.dont_write_bytecode = True  # nothing is left lying but what was asked for
from fairbank_scrub_rules import (FAILED, KEEP, KEYED, NAME_BYTES_MAX, OLD_PSEUDONYM, SET_ASIDE, USAGE, WRITTEN, Fault, Rules,
                                  is_text, lower, shape_fault)

ROW_BYTES_MAX, CELLS_MAX, ROW_LINES_MAX = 65536, 512, 200
RULES_BYTES_MAX, COMPLAINTS_SHOWN = 262144, 20
# Windows-1252 from 0x80 to 0x9F; 0: not used.
UPPER = [0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017D, 0,
         0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0, 0x017E, 0x0178]


def say(text):
    sys.stderr.buffer.write(b"fairbank-scrub: " + text + b"\n")
    sys.stderr.buffer.flush()


# ---- rows: what csv/rows.c and libcsv, strict, make of a file -------------------------------------------------------------

QUOTE_FAULT = b"a quote stands where none can: quote the whole cell, and write each quote inside it twice"
NOT_BEGUN, BEGUN, MAY_HAVE_ENDED = range(3)


class Splitter:
    """Cells of one row, line after line. feed(): None goes on, True a whole row, False a stray quote."""

    def __init__(self, delimiter):
        self.delimiter, self.cells = delimiter, []
        self.state, self.quoted, self.spaces, self.text = NOT_BEGUN, False, 0, bytearray()

    def end_cell(self, cut):
        self.cells.append(bytes(self.text[:len(self.text) - cut]))
        self.state, self.quoted, self.spaces, self.text = NOT_BEGUN, False, 0, bytearray()

    def feed(self, line):
        if self.state == NOT_BEGUN and b'"' not in line:
            self.cells = [c.strip(b" \t") for c in line.split(self.delimiter)]
            return True
        delimiter = self.delimiter[0]
        for c in line + b"\n":
            if self.state == NOT_BEGUN:
                if c in b" \t" and c != delimiter:
                    continue
                if c == 0x0A or c == delimiter:
                    self.end_cell(0)
                elif c == 0x22:
                    self.state, self.quoted = BEGUN, True
                else:
                    self.state = BEGUN
                    self.text.append(c)
            elif self.state == BEGUN:
                if c == 0x22:
                    if not self.quoted:
                        return False
                    self.text.append(c)
                    self.state = MAY_HAVE_ENDED
                elif not self.quoted and (c == delimiter or c == 0x0A):
                    self.end_cell(self.spaces)
                else:
                    self.spaces = self.spaces + 1 if not self.quoted and c in b" \t" else 0
                    self.text.append(c)
            elif c == delimiter or c == 0x0A:
                self.end_cell(self.spaces + 1)
            elif c in b" \t":
                self.text.append(c)
                self.spaces += 1
            elif c == 0x22 and self.spaces == 0:
                self.state = BEGUN
            else:
                return False
        return True if self.state == NOT_BEGUN else None


class Rows:
    """Iterates (line, cells, fault); memory does not grow with the file."""

    def __init__(self, file, delimiter):
        self.file, self.delimiter, self.line, self.kept = file, delimiter, 1, []
        start = file.read(3)
        if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise Fault(FAILED, b"the extract: is UTF-16: save it as UTF-8 first")
        if start != b"\xef\xbb\xbf":
            file.seek(0)

    def next_line(self):
        return self.kept.pop() if self.kept else self.file.readline(ROW_BYTES_MAX + 1)

    def is_blank(self, line):
        return not line.rstrip(b"\r\n " if self.delimiter == b"\t" else b"\r\n \t")

    def pass_long_line(self, line):
        while line and not line.endswith(b"\n"):
            line = self.next_line()

    def give_up(self, lines, fault):
        """Costs the first line alone: what follows may be whole rows."""
        at = self.line
        self.kept.extend(reversed(lines[1:]))
        self.line += 1
        return at, None, fault

    def read_row(self, line):
        splitter, lines, size = Splitter(self.delimiter), [], 0
        while True:
            size += len(line)
            if line:
                lines.append(line)
            if not line or size > ROW_BYTES_MAX or len(lines) > ROW_LINES_MAX:
                return self.give_up(lines, b"a quote is opened and not closed")
            body = line[:-1] if line.endswith(b"\n") else line
            done = splitter.feed(body[:-1] if body.endswith(b"\r") else body)
            if done is False:
                return self.give_up(lines, QUOTE_FAULT)
            if done:
                break
            line = self.next_line()
        if len(splitter.cells) > CELLS_MAX:
            return self.give_up(lines, b"more than 512 cells")
        at = self.line
        self.line += len(lines)
        return at, splitter.cells, None

    def __iter__(self):
        while True:
            line = self.next_line()
            if not line:
                return
            if len(line) > ROW_BYTES_MAX:
                self.pass_long_line(line)
                self.line += 1
                yield self.line - 1, None, b"the line is longer than 65,536 bytes"
            elif self.is_blank(line):
                self.line += 1
            else:
                yield self.read_row(line)


def cell_text(raw, windows_1252):
    """The cell in UTF-8, trimmed; None: no text in that encoding."""
    if all(0x20 <= c <= 0x7E for c in raw):
        return raw.strip(b" ")
    if 0 in raw:
        return None
    if windows_1252:
        points = [UPPER[c - 0x80] if 0x80 <= c <= 0x9F else c for c in raw]
        if 0 in points:
            return None
        raw = "".join(map(chr, points)).encode("utf-8")
    raw = raw.replace(b"\xc2\xa0", b" ").replace(b"\n", b" ").replace(b"\r", b" ").replace(b"\t", b" ").strip(b" ")
    return raw if is_text(raw) else None


# ---- pseudonyms: csv/cells.c ----------------------------------------------------------------------------------------------

def warn_open(path):
    try:
        is_open = os.stat(path).st_mode & 0o077 != 0
    except OSError:
        return
    if is_open:
        os.write(2, b"fairbank-scrub: warning: others than its owner may read " + os.fsencode(path)
                 + b", and tell by it from a pseudonym who a worker is: chmod 600 it\n")


def read_key(path):
    if path is None:
        return None
    warn_open(path)
    try:
        with open(path, "rb") as f:
            data = f.read(4096)
    except OSError:
        data = b""
    if len(data) < 32:
        raise Fault(USAGE, os.fsencode(path) + b" is not a key: a readable file of at least 32 bytes is wanted")
    return hashlib.blake2b(data, digest_size=32).digest()


def hashed(kind, texts, key, old_key):
    """A keyed BLAKE2b of the texts in capitals, each with its length before it, so that "ab", "c" is not "a", "bc"."""
    if kind == OLD_PSEUDONYM and old_key is None:
        return b""
    use = old_key if kind == OLD_PSEUDONYM or (kind == KEYED and old_key is not None) else key
    state = hashlib.blake2b(key=use, digest_size=16)
    if kind == KEYED:
        state.update(b"\xff\xff\xff\xff")
    for t in texts:
        state.update(len(t).to_bytes(3, "little") + b"\0" + t.upper())
    if kind == KEYED:
        return state.hexdigest().encode()
    return (hashlib.blake2b(use, digest_size=16).hexdigest()[:8] + "." + state.hexdigest()).encode()


# ---- one extract: row.c, sheet.c, scrub.c ---------------------------------------------------------------------------------

def header_name(raw, windows_1252):
    text = cell_text(raw, windows_1252)
    return lower(re.sub(rb"[ \n\r\t]+", b" ", (raw if text is None else text).lstrip(b" \n\r\t"))[:NAME_BYTES_MAX].rstrip(b" "))


def find_layout(rules, cells):
    names = [header_name(c, rules.windows_1252) for c in cells]
    at = []
    for source in rules.sources:
        n = names.count(lower(source))
        if n != 1:
            what = b"two columns of the header could be" if n else b"the header has no column"
            raise Fault(FAILED, b"the extract: " + what + b" '" + source + b"'")
        at.append(names.index(lower(source)))
    return at, len(cells)


class Scrub:
    def __init__(self, rules, key, old_key):
        self.rules, self.key, self.old_key = rules, key, old_key
        self.rows = self.written = self.skipped = self.set_aside = self.bytes = 0
        self.digest = hashlib.sha256()

    def make_row(self, cells, at, width):
        """The cells that leave; None: skipped; a pair (column or None, reason): set aside."""
        rules = self.rules
        texts = [cell_text(cells[a], rules.windows_1252) if a < len(cells) else b"" for a in at]
        if any(texts[s] is not None and lower(texts[s]) == word for s, word in rules.skips):
            return None
        if len(cells) < width or any(cells[width:]):
            return None, b"not as many cells as the header"
        out = []
        for c in rules.columns:
            pieces = [literal if s < 0 else texts[s] for s, literal in c.pieces]
            if None in pieces:
                return c.name, b"bytes that are no text in the file's encoding"
            if c.kind == KEEP:
                why = shape_fault(c.shape, pieces[0])
                if why:
                    return c.name, why
                out.append(pieces[0])
            else:
                out.append(hashed(c.kind, pieces, self.key, self.old_key) if all(pieces) else b"")
        return out

    def put(self, file, cells):
        quoted = [b'"' + c.replace(b'"', b'""') + b'"' if b"," in c or b'"' in c else c for c in cells]
        line = b",".join(quoted) if quoted != [b""] else b'""'  # a blank line would be no row
        file.write(line + b"\n")
        self.bytes += len(line) + 1
        self.digest.update(line + b"\n")

    def complain(self, line, column, reason):
        if self.set_aside <= COMPLAINTS_SHOWN:
            where = b"" if column is None else b"column '" + column + b"': "
            say(b"line %d: " % line + where + reason)

    def take_row(self, file, line, cells, fault, at, width):
        made = (None, fault) if cells is None else self.make_row(cells, at, width)
        self.rows += 1
        if made is None:
            self.skipped += 1
        elif isinstance(made, list):
            self.put(file, made)
            self.written += 1
        else:
            self.set_aside += 1
            self.complain(line, *made)

    def manifest(self, path):
        return ('{"file":"%s","rows":%d,"written":%d,"skipped":%d,"set_aside":%d,"columns":%d,"bytes":%d,"sha256":"%s",'
                '"rules_sha256":"%s"}\n' % (os.path.basename(path), self.rows, self.written, self.skipped, self.set_aside,
                                           len(self.rules.columns), self.bytes, self.digest.hexdigest(),
                                           self.rules.digest)).encode()


def find_header(rules, rows):
    cells = fault = None
    for _ in range(rules.header):
        try:
            _, cells, fault = next(rows)
        except StopIteration:
            raise Fault(FAILED, b"the extract: is empty: there is no header")
    if cells is None:
        raise Fault(FAILED, b"the extract: " + fault + b" 'the header'")
    return find_layout(rules, cells)


def create(path):
    if os.path.lexists(path):
        os.unlink(path)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb")


def settle(file):
    file.flush()
    os.fsync(file.fileno())
    file.close()


def write_sheet(scrub, rows, at, width, path):
    parts = path + ".part", path + ".manifest.part"
    try:
        with create(parts[0]) as file:
            scrub.put(file, [c.name for c in scrub.rules.columns])
            for line, cells, fault in rows:
                scrub.take_row(file, line, cells, fault, at, width)
            if scrub.set_aside > COMPLAINTS_SHOWN:
                say(b"and %d more" % (scrub.set_aside - COMPLAINTS_SHOWN))
            settle(file)
        manifest = scrub.manifest(path)
        with create(parts[1]) as file:
            file.write(manifest)
            settle(file)
        os.replace(parts[0], path)
        os.replace(parts[1], path + ".manifest")
    except BaseException:
        for part in parts:
            if os.path.lexists(part):
                os.unlink(part)
        raise
    return manifest


def scrub_file(rules, key, old_key, extract, out):
    scrub = Scrub(rules, key, old_key)
    try:
        file = open(extract, "rb")
    except OSError as e:
        raise Fault(FAILED, b"the extract: " + (e.strerror or "cannot be read").encode())
    with file:
        rows = iter(Rows(file, rules.delimiter))
        at, width = find_header(rules, rows)
        try:
            manifest = write_sheet(scrub, rows, at, width, out)
        except OSError as e:
            raise Fault(FAILED, os.fsencode(out) + b" cannot be written: " + (e.strerror or "the disk failed").encode())
    sys.stdout.buffer.write(manifest)
    sys.stdout.buffer.flush()
    return SET_ASIDE if scrub.set_aside else WRITTEN


def read_rules(path):
    try:
        with open(path, "rb") as f:
            text = f.read(RULES_BYTES_MAX + 1)
    except OSError as e:
        raise Fault(USAGE, os.fsencode(path) + b": " + e.strerror.encode())
    if len(text) > RULES_BYTES_MAX:
        raise Fault(USAGE, os.fsencode(path) + b": larger than such a file may be")
    return Rules(os.fsencode(path), text)


def may_not_replace(out, read):
    """What is written replaces what has its name: never one of the files that are read, nor a device."""
    if not os.path.exists(out):
        return None
    if not os.path.isfile(out):
        return "the name after --out is there, and is no ordinary file"
    for path in read:
        if path is not None and os.path.exists(path) and os.path.samefile(path, out):
            return "the name after --out is that of a file that is read here: give it another"
    return None


def run(argv):
    misused = " (fairbank-scrub --help)"
    try:
        options, files = getopt.gnu_getopt(argv, "h", ["rules=", "worker-key=", "old-worker-key=", "out=", "help", "version"])
    except getopt.GetoptError as e:
        raise Fault(USAGE, (str(e) + misused).encode())
    given = dict(options)
    if "-h" in given or "--help" in given or "--version" in given:
        sys.stdout.write(__doc__ if "--version" not in given else "fairbank_scrub.py\n")
        return WRITTEN
    if "--rules" not in given or "--out" not in given or len(files) != 1:
        raise Fault(USAGE, ("name --rules FILE, --out FILE and one extract" + misused).encode())
    out = given["--out"]
    if not re.match(r"[A-Za-z0-9._-]{1,120}\Z", os.path.basename(out)):
        raise Fault(USAGE, ("the name after --out has letters, digits and . _ - only" + misused).encode())
    why = may_not_replace(out, [files[0], given["--rules"], given.get("--worker-key"), given.get("--old-worker-key")])
    if why is not None:
        raise Fault(USAGE, (why + misused).encode())
    rules = read_rules(given["--rules"])
    if rules.needs_key and "--worker-key" not in given:
        raise Fault(USAGE, ("these rules make pseudonyms: give the system's key with --worker-key FILE" + misused).encode())
    return scrub_file(rules, read_key(given.get("--worker-key")), read_key(given.get("--old-worker-key")), files[0], out)


def main():
    try:
        return run(sys.argv[1:])
    except Fault as e:
        say(e.text)
        return e.status


if __name__ == "__main__":
    sys.exit(main())
