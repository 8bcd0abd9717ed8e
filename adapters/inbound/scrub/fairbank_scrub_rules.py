"""The rules of an extract, for fairbank_scrub.py, which must lie beside this file: the same as rules.c and shape.c, word for word."""
import hashlib
import re

COLUMNS_MAX, SKIPS_MAX, PIECES_MAX, NAME_BYTES_MAX = 128, 32, 8, 200
WRITTEN, FAILED, USAGE, SET_ASIDE = 0, 1, 2, 3
KEEP, PSEUDONYM, OLD_PSEUDONYM, KEYED = range(4)


class Fault(Exception):
    """Something that ends the run: what is told, and the exit status."""

    def __init__(self, status, text):
        Exception.__init__(self)
        self.status, self.text = status, text


def lower(s):
    return s.lower()  # of bytes: ASCII alone


def is_text(s):
    try:
        text = s.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(c < " " or "\x7f" <= c <= "\x9f" for c in text)


# ---- what a kept cell may look like: the tables of shape.c -------------------------------------------------------------

LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = b"0123456789"
SHAPES = {  # others (None: anything but @), letters, foreign, bytes, digits in all, digits together
    b"code": (b"._/-", True, False, 40, 40, 9),
    b"long_code": (b"._/-", True, False, 40, 40, 40),
    b"date": (b"/:. +-", True, False, 32, 17, 17),
    b"old_date": (b"/:. +-", True, False, 32, 17, 17),
    b"number": (b"%,.:+- ", False, False, 20, 9, 9),
    b"label": (b" &()/'-.,+:;", True, True, 80, 5, 5),
    b"": (None, True, True, 200, 200, 9),
}


def fits_characters(form, cell):
    others, letters, foreign = form[:3]
    if others is None:
        return b"@" not in cell
    if not letters:
        cell = cell.replace(b"\xc2\xa3", b"")
    allowed = others + DIGITS + (LETTERS if letters else b"")
    return all(c in allowed or (foreign and c >= 0x80) for c in cell)


def fits_digits(form, cell):
    marks = b" -()" if form[0] is None else b" -"
    total = together = 0
    for c in cell:
        if c in DIGITS:
            total += 1
            together += 1
        elif c not in marks:
            together = 0
        if total > form[4] or together > form[5]:
            return False
    return True


def is_personal_code(c):
    if re.match(rb"[A-Za-z]{2}[0-9]{6}[A-Za-z]\Z", c):
        return True
    digits = sum(b in DIGITS for b in c)
    if any(b in LETTERS for b in c):
        return False
    return (sum(b in b"/-." for b in c) == 2 and 4 <= digits <= 8) or (digits == 11 and c[:1] == b"0") or (digits == 12 and c[:2] == b"44")


# ---- what shows of a person by its form: person.c ------------------------------------------------------------------------

MONTH = (rb"(?:january|february|march|april|may|june|july|august|september|october|november|december|sept|"
         rb"jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec)(?![a-z])")
MARKS = rb"[ ./,'-]"
DAY_FIRST = re.compile(rb"(?<![0-9])([0-9]{1,2})(?:st|nd|rd|th)?(?: of)?" + MARKS + rb"{0,3}" + MONTH + MARKS +
                       rb"{0,3}([0-9]{4}|[0-9]{2})(?![0-9])", re.I)
MONTH_FIRST = re.compile(rb"(?<![a-z])(?<![0-9])(?<![0-9]" + MARKS + rb")" + MONTH + MARKS + rb"{0,3}([0-9]{1,2})(?:st|nd|rd|th)?" +
                         MARKS + rb"{1,3}([0-9]{4})(?![0-9])", re.I)
FIGURES = re.compile(rb"(?<![0-9])([0-9]{4}|[0-9]{1,2})( ?[/.-] ?| )([0-9]{1,2})\2([0-9]{4}|[0-9]{1,2})(?![0-9])")
IN_ONE = re.compile(rb"(?<![0-9])[0-9]{8}(?![0-9])")
NI = re.compile(rb"(?<![A-Za-z0-9])[A-Za-z]{2}(?:[ .-]?[0-9]){6}[ .-]?[A-Da-d](?![A-Za-z0-9])")
GROUPED = re.compile(rb"(?<![0-9])[0-9]{3,}(?:[./][0-9]{3,})*")
DISGUISE = re.compile(rb"\xef\xbc\xa0|\xef\xb9\xab|\xd9[\xa0-\xa9]|\xdb[\xb0-\xb9]|\xef\xbc[\x90-\x99]|[(\[] ?[Aa][Tt] ?[)\]]")


def is_old(year):
    v = int(year)
    return 1900 <= v < 2010 if len(year) == 4 else v < 10 or v > 45


def is_within(v, last):
    return 1 <= int(v) <= last


def is_old_three(a, mark, b, c):
    if mark == b" " and len(c) != 4:
        return False
    if len(a) == 4:
        return len(c) <= 2 and is_within(b, 12) and is_within(c, 31) and is_old(a)
    if len(c) == 2 and int(a) > 31:
        return is_within(b, 12) and is_within(c, 31) and is_old(a)
    date = (is_within(a, 31) and is_within(b, 12)) or (is_within(a, 12) and is_within(b, 31))
    return date and len(c) in (2, 4) and is_old(c)


def every(pattern, cell):
    """Those too that begin within another."""
    at = 0
    while True:
        found = pattern.search(cell, at)
        if not found:
            return
        yield found
        at = found.start() + 1


def has_old_date(cell):
    return (any(is_within(m.group(1), 31) and is_old(m.group(2)) for p in (DAY_FIRST, MONTH_FIRST) for m in every(p, cell)) or
            any(is_old_three(*m.groups()) for m in every(FIGURES, cell)) or
            any((is_old(r[:4]) and is_within(r[4:6], 12) and is_within(r[6:], 31)) or
                (is_old(r[4:]) and is_within(r[:2], 31) and is_within(r[2:4], 12)) for r in IN_ONE.findall(cell)))


def has_number_of_person(cell):
    return bool(NI.search(cell) or DISGUISE.search(cell)) or any(sum(c in DIGITS for c in m.group()) >= 10 for m in every(GROUPED, cell))


def is_old_six(c):
    return bool(re.match(rb"[0-9]{6}\Z", c)) and has_old_date(c[:2] + b"/" + c[2:4] + b"/" + c[4:])


def has_old_year(c):
    for run in re.findall(rb"[0-9]{4,}", c):
        first, last = int(run[:4]), int(run[-4:])
        if 1900 <= first < 2010 or (len(run) == 8 and 1900 <= last < 2010 and first < 3200):
            return True
    return False


def shape_fault(shape, cell):
    form = SHAPES[shape]
    if not cell:
        return None
    if len(cell) > form[3]:
        return b"longer than its shape allows"
    if not fits_characters(form, cell):
        return b"a character that its shape does not have"
    if not fits_digits(form, cell):
        return b"more digits than its shape allows: a number of a person, or a telephone?"
    if shape == b"code" and is_personal_code(cell):
        return b"no reference: a date, or a number of a person?"
    if shape in (b"date", b"old_date") and (cell[0] not in DIGITS or re.search(rb"[A-Za-z]{4}", cell)):
        return b"no date and no time"
    if shape in (b"label", b"") and (has_old_date(cell) or has_number_of_person(cell)):
        return b"a date of birth, an address of mail or a number of a person?"
    if shape == b"date" and (has_old_year(cell) or has_old_date(cell) or is_old_six(cell)):
        return b"a year before 2010: a date of birth? (old_date allows it)"
    return None


PERSON = (b" forename| surname | first name | last name | full name | given name| family name | middle name| known as |"
          b" worker name | staff name | employee name | candidate name | preferred name | person name | nurse name | dob | d o b | birth|"
          b" email| e mail| telephone| phone| mobile | tel | fax | address| postcode | post code | ni number | ni no | nino |"
          b" national insurance | nhs number | nhs no | passport| next of kin ").split(b"|")
ALONE = (b" name | names | worker | candidate | staff | staff member | employee | person | nurse | doctor | contact | initials |"
         b" line manager | booked by | requested by | authorised by | approved by ").split(b"|")
FREE_TEXT = b" note | notes | comment| remark| narrative| description| details | message| free text ".split(b"|")


def fold(header):
    return re.sub(rb"[^a-z0-9]+", b" ", b" " + lower(header) + b" ")


def has_any(header, phrases):
    return any(p in fold(header) for p in phrases)


# ---- the rules: rules.c ------------------------------------------------------------------------------------------------

class Column:
    def __init__(self, name, line):
        self.name, self.line, self.kind, self.shape, self.pieces = name, line, KEEP, b"", []


class Rules:
    def __init__(self, name, text):
        self.name, self.line, self.section = name, 0, None
        self.sources, self.columns, self.skips = [], [], []
        self.delimiter, self.windows_1252, self.header, self.needs_key = b",", False, 1, False
        self.digest = hashlib.sha256(text).hexdigest()
        if text.startswith(b"\xef\xbb\xbf"):
            text = text[3:]
        lines = text.split(b"\n")
        for raw in lines[:-1] if lines[-1] == b"" else lines:
            self.line += 1
            self.take_line(raw)
        if not self.columns:
            self.fault(b"no column is named: nothing would be written")
        self.check_secrets()

    def fault(self, what, detail=None):
        quoted = b"" if detail is None else b" '" + detail[:60] + b"'"
        raise Fault(USAGE, self.name + b":%d: " % self.line + what + quoted)

    @staticmethod
    def trim(s):
        return s.lstrip(b" ").rstrip(b" \r")

    def source_of(self, name):
        for i, known in enumerate(self.sources):
            if lower(known) == lower(name):
                return i
        if not 0 < len(name) <= NAME_BYTES_MAX:
            self.fault(b"a column's name has 1 to 200 bytes")
        if len(self.sources) == COLUMNS_MAX:
            self.fault(b"more than 128 columns")
        self.sources.append(name)
        return len(self.sources) - 1

    def add_column(self, name):
        if any(lower(c.name) == lower(name) for c in self.columns):
            self.fault(b"written twice:", name)
        if not 0 < len(name) <= NAME_BYTES_MAX:
            self.fault(b"a column's name has 1 to 200 bytes")
        if len(self.columns) == COLUMNS_MAX:
            self.fault(b"more than 128 columns")
        self.columns.append(Column(name, self.line))
        return self.columns[-1]

    def take_file(self, key, value):
        delimiters = {b"comma": b",", b"semicolon": b";", b"tab": b"\t", b"pipe": b"|"}
        if key == b"delimiter":
            if value not in delimiters:
                self.fault(b"delimiter is comma, semicolon, tab or pipe, not", value)
            self.delimiter = delimiters[value]
        elif key == b"encoding":
            if value not in (b"utf-8", b"windows-1252"):
                self.fault(b"encoding is utf-8 or windows-1252, not", value)
            self.windows_1252 = value == b"windows-1252"
        elif key == b"header":
            if not re.match(rb"[0-9]{1,18}\Z", value) or not 1 <= int(value) <= 99:
                self.fault(b"header is the row that holds the names, 1 to 99, not", value)
            self.header = int(value)
        else:
            self.fault(b"[file] has delimiter, encoding and header, not", key)

    def keep(self, name, shape):
        if has_any(name, PERSON) or fold(name) in ALONE:
            self.fault(b"a column of this name says who somebody is, and may not be kept:", name)
        column = self.add_column(name)
        column.shape, column.pieces = shape, [(self.source_of(name), b"")]

    def take_keep(self, key, value):
        if value == b"" or value not in SHAPES:
            self.fault(b"a kept column is a code, long_code, date, old_date, number or label, not", value)
        if has_any(key, FREE_TEXT):
            self.fault(b"people write in such a column: name it under [free text] if it must go, or leave it out:", key)
        self.keep(key, value)

    def take_template(self, column, s):
        cells = False
        while s:
            end = s.find(b"}" if s[:1] == b"{" else b"{")
            piece, n = (-1, s[:end] if end >= 0 else s), end if end >= 0 else len(s)
            if s[:1] == b"{":
                if end < 0:
                    self.fault(b"a brace is opened and not closed:", s)
                piece, n, cells = (self.source_of(self.trim(s[1:end])), b""), end + 1, True
            if piece[0] < 0 and column.kind != KEYED:
                self.fault(b"a pseudonym is made of {columns} alone:", s)
            if len(column.pieces) == PIECES_MAX:
                self.fault(b"more than eight pieces")
            column.pieces.append(piece)
            s = s[n:]
        if not cells:
            self.fault(b"say of which {columns} it is made")

    def take_made(self, key, value, kind):
        self.needs_key = True
        column = self.add_column(key)
        column.kind = kind
        self.take_template(column, value)

    def take_skip(self, key, value):
        source = self.source_of(key)
        if len(self.skips) == SKIPS_MAX:
            self.fault(b"more than 32 rules of rows to skip")
        self.skips.append((source, lower(value)))

    def take_line(self, raw):
        line = self.trim(raw)
        if not is_text(line):
            self.fault(b"no text in UTF-8 (tabs and control characters are not taken)")
        if line[:1] == b"[":
            self.section = line[1:-1]
            if line[-1:] != b"]" or self.section not in (b"file", b"keep", b"free text", b"pseudonym", b"old pseudonym", b"keyed",
                                                         b"skip"):
                self.fault(b"no such section:", line)
        elif line and line[:1] != b"#":
            self.take_entry(line)

    def take_entry(self, line):
        if self.section is None:
            self.fault(b"stands before the first [section]:", line)
        if self.section == b"free text":
            self.keep(line, b"")
            return
        key, equals, value = line.rpartition(b"=")
        if not equals:
            self.fault(b"name = value is wanted here, not", line)
        key, value = self.trim(key), self.trim(value)
        kinds = {b"pseudonym": PSEUDONYM, b"old pseudonym": OLD_PSEUDONYM, b"keyed": KEYED}
        if self.section in kinds:
            self.take_made(key, value, kinds[self.section])
        else:
            {b"file": self.take_file, b"keep": self.take_keep, b"skip": self.take_skip}[self.section](key, value)

    def check_secrets(self):
        for made in self.columns:
            if made.kind not in (PSEUDONYM, OLD_PSEUDONYM):
                continue
            for kept in self.columns:
                if kept.kind == KEEP and any(p[0] == kept.pieces[0][0] for p in made.pieces):
                    self.line = kept.line
                    self.fault(b"a pseudonym is made of this column, so it may not be kept:", kept.name)
