"""Writes an extract with everything in it that must not leave, and rows that readers of CSV disagree about (windows-1252).
  scrub_hostile.py FILE            the same file each time
  scrub_hostile.py FILE SEED       rows torn and put together again at random
"""
import random
import sys

HEADER = ("Extract of Quentin Planted-Name\r\n\r\n"
          "Request Id;Order;Forename;Surname;Date of Birth;E-mail;Telephone;NI Number;Shift Date;Since;  Ward \r;Pay;Reason;Staff No;Pin;"
          "Born;Comments\r\n")
PERSON = "Quentin;Planted-Name;12/03/1985;quentin.planted@example.org;07700 900123;QQ123456C"


def row(ref="R1", order="12345678901234", date="16/03/2026", since="01/09/1999", ward="Ward 5B", pay="\u00a317.13", reason="Sickness",
        staff="20001234", pin="12A3456E", born="12/03/1985", comment="Quentin asked; 07700 900123"):
    quoted = '"' + comment.replace('"', '""') + '"'
    return ";".join([ref, order, PERSON, date, since, ward, pay, reason, staff, pin, born, quoted]) + "\r\n"


ROWS = [
    row(), row(ref="R2", ward='"Ward 5B, East"'), row(ref="R3", comment="two\r\nlines \"of\" Quentin"), row(ref="  R4\t", ward="\u00a0Ward\u00a01 "),
    row(ref="Total"), row(ref="", pay="-\u00a31,234.50"), row(ref="R5", ward="Caf\u00e9 \u2013 \u20ac"), row(ref="R6", staff=""), row(ref="R7", pin=""),
    # Persons where none belong: each must be set aside.
    row(ref="07700900123"), row(ref="QQ123456C"), row(ref="12/03/1985"), row(ref="Quentin Planted-Name"), row(date="12/03/1985"),
    row(date="19850312"), row(date="12031985"), row(date="Quentin"), row(ward="quentin.planted@example.org"), row(ward="07700 900123"),
    row(ward="12/03/1985"), row(pay="07700 900123"), row(reason="quentin.planted@example.org"), row(reason="ring 07700 900123"),
    row(reason="Quentin " * 40), row(order="Quentin Planted-Name"),
    row(reason="dob 12.03.1985"), row(reason="ring (07700) 900123"), row(reason="QQ 12 34 56 C"), row(date="12-Mar-85"), row(ward="12-3-85"), row(since="Quentin"), row(ward="x\u0081".replace("\u0081", "")),
    # Rows that cannot be split, or not into as many cells.
    'R8;"a" b;c\r\n', 'R9;x"y\r\n', "R10;1\r\n", row(ref="R11")[:-2] + ";\r\n", row(ref="R12")[:-2] + ";Quentin\r\n", "\r\n", " \t \r\n", ";" * 16 + "\r\n",
    "R13;" + "Quentin " * 9000 + "\r\n", ";" * 600 + "\r\n", row(ref="R14").replace("\r\n", "\n"), row(ref='"R15" '), row(ref="R\r16"),
    row(ref="R17", comment="x" * 200), '"R18;never closed Quentin\r\n', row(ref="R19")[:-2],
]


def torn(seed):
    """Pieces of rows with bytes that mean something to readers between them."""
    r = random.Random(seed)
    out = []
    for _ in range(200):
        text = r.choice(ROWS)[:400]
        for _ in range(r.randrange(4)):
            at = r.randrange(len(text) + 1)
            text = text[:at] + r.choice(['"', '""', ";", "\r", "\n", "\t", " ", "\0", "\u00a0", "\x01", "@", "9", "=", '" ', '";']) + text[at + r.randrange(2):]
        out.append(text)
    return out


def main():
    rows = torn(int(sys.argv[2])) if len(sys.argv) > 2 else ROWS
    data = (HEADER + "".join(rows)).encode("cp1252", "replace")
    with open(sys.argv[1], "wb") as f:
        f.write(data.replace(b"Ward 1 ", b"Ward 1 \x81") if len(sys.argv) > 2 else data)


main()
