"""Mails gone wrong: fields, boundaries, charsets, encodings, line ends and bytes, changed at random."""

import base64
import random
import re
from collections.abc import Callable

from tests.torture.mutations import BYTE_LEVEL, ODD_BYTES, spliced

LARGEST = 200_000
"""Bytes of a mail; what is longer is cut."""
BLOWN_UP = 1024 * 1024
"""Bytes of the few that are made as long as a mail may be."""
Mutation = Callable[[bytes, random.Random], bytes]

CHARSETS = (
    b"utf-8", b"utf-7", b"utf-16", b"UTF-32", b"us-ascii", b"iso-2022-jp", b"shift_jis", b"euc-jp",
    b"gb18030", b"gb2312", b"big5", b"koi8-r", b"windows-1252", b"iso-8859-15", b"hz-gb-2312",
    b"cp037", b"unicode_escape", b"idna", b"punycode", b"rot13", b"base64", b"zlib", b"undefined",
    b"ks_c_5601-1987", b"x-unknown", b"8bit", b'"utf-8', b"a" * 300, b"\0", b"", b"utf-8''x",
    b"mbcs", b"raw_unicode_escape", b"uu",
)  # fmt: skip
ENCODINGS = (
    b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode", b"BASE64 (x)", b"", b"gzip",
)  # fmt: skip
TYPES = (
    b"multipart/report; report-type=delivery-status; boundary=x", b"multipart/mixed", b"message/rfc822",
    b"message/delivery-status", b"message/feedback-report", b"message/disposition-notification", b"text/html",
    b"text/plain; charset=utf-7", b"message/global-delivery-status", b"text/rfc822-headers", b";",
    b"multipart/", b"multipart/alternative; boundary=\"",
    b"multipart/report; boundary*0*=utf-8''%zz; boundary*1=x", b"a" * 3_000,
)  # fmt: skip
NUMBERS = (
    b"0",
    b"-1",
    b"9" * 20,
    b"1" * 4_400,
    b"5.1.1",
    b"999.999.999",
    b"550",
    b"1e999",
    "٣".encode(),
    b"\xb2",
)
_NUMBER = re.compile(rb"\d+")
_BOUNDARY = re.compile(rb'boundary="?([^"\s;]+)', re.IGNORECASE)
_CHARSET = re.compile(rb'(charset=)"?[\w.:-]+"?', re.IGNORECASE)
_ENCODING = re.compile(rb"(content-transfer-encoding:)[^\n]*", re.IGNORECASE)
_TYPE = re.compile(rb"(content-type:)[^\n]*(?:\n[ \t][^\n]*)*", re.IGNORECASE)


def mutated(mail: bytes, other: bytes, dice: random.Random) -> bytes:
    """The mail with one to three things wrong; ``other`` lends its parts. One in a thousand is blown up."""
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        kind = dice.random()
        if kind < 0.1:
            mail = spliced(mail, other, dice)
        elif kind < 0.2:
            mail = _with_a_line_of(mail, other, dice)
        else:
            mail = dice.choice(BYTE_LEVEL if kind < 0.5 else STRUCTURAL)(mail, dice)[:LARGEST]
    return _blown_up(mail, dice) if dice.random() < 0.001 else mail[:LARGEST]


def _blown_up(mail: bytes, dice: random.Random) -> bytes:
    """A piece repeated until the mail is as long as it may be."""
    start = dice.randint(0, len(mail))
    piece = mail[start : start + dice.choice((1, 2, 5, 20, 100, 2_000))] or dice.choice(ODD_BYTES)
    times = (BLOWN_UP - len(mail)) // len(piece)
    return mail[:start] + piece * times + mail[start:]


def _with_a_line_of(mail: bytes, other: bytes, dice: random.Random) -> bytes:
    lines = mail.split(b"\n")
    lines.insert(dice.randint(0, len(lines)), dice.choice(other.split(b"\n")))
    return b"\n".join(lines)


def _lines(mail: bytes, dice: random.Random) -> bytes:
    """A line repeated, taken away, folded, or in the place of another one."""
    lines = mail.split(b"\n")
    place = dice.randrange(len(lines))
    line = lines[place]
    lines[place : place + 1] = dice.choice(
        (
            [],
            [line, line],
            [line] * dice.choice((31, 101, 201)),
            [dice.choice(lines)],
            [line + b" \\", b" ", line],
            [b" " + line],
            [line.replace(b" ", b"\n ", 3)],
            [b"", line],
            [line.partition(b":")[0] + b": " + dice.choice(ODD_BYTES)],
        )
    )
    return b"\n".join(lines)


def _one(pattern: re.Pattern[bytes], instead: bytes, mail: bytes, dice: random.Random) -> bytes:
    """One of the places that match, with something else."""
    found = list(pattern.finditer(mail))
    if not found:
        return mail
    place = dice.choice(found)
    return mail[: place.start()] + instead + mail[place.end() :]


def _number(mail: bytes, dice: random.Random) -> bytes:
    return _one(_NUMBER, dice.choice(NUMBERS), mail, dice)


def _boundary(mail: bytes, dice: random.Random) -> bytes:
    """Another one in the header, in the body, or in both."""
    found = _BOUNDARY.search(mail)
    if not found:
        return mail
    old, new = (
        found[1],
        dice.choice((b"x", found[1][:-1], found[1] + b"1", b"-", b"a" * 300, b"--", b"(", b" ")),
    )
    if dice.random() < 0.3:
        return mail.replace(old, new)
    return mail.replace(old, new, 1) if dice.random() < 0.5 else mail.replace(b"--" + old, b"--" + new)


def _charset(mail: bytes, dice: random.Random) -> bytes:
    return _one(_CHARSET, b"charset=" + dice.choice(CHARSETS), mail, dice)


def _encoding(mail: bytes, dice: random.Random) -> bytes:
    return _one(_ENCODING, b"Content-Transfer-Encoding: " + dice.choice(ENCODINGS), mail, dice)


def _type(mail: bytes, dice: random.Random) -> bytes:
    return _one(_TYPE, b"Content-Type: " + dice.choice(TYPES), mail, dice)


def _encoded(mail: bytes, dice: random.Random) -> bytes:
    """The body in base64, which the header says or not."""
    head, _, body = mail.partition(b"\n\n")
    said = b"\nContent-Transfer-Encoding: base64" if dice.random() < 0.8 else b""
    return head + said + b"\n\n" + base64.encodebytes(body[:50_000])


def _wrapped(mail: bytes, dice: random.Random) -> bytes:
    """Inside one or many others."""
    for level in range(dice.choice((1, 1, 2, 19, 21))):
        inner = b"" if dice.random() < 0.5 else b"Content-Type: message/rfc822\n\n"
        head = b"From: MAILER-DAEMON@a.example\nContent-Type: multipart/mixed; boundary=w%d\n\n--w%d\n"
        mail = head % (level, level) + inner + mail + b"\n--w%d--\n" % level
    return mail


def _line_ends(mail: bytes, dice: random.Random) -> bytes:
    return mail.replace(b"\r\n", b"\n").replace(
        b"\n", dice.choice((b"\r\n", b"\r", b"\r\r\n", b"\n\n", b"\n ", b""))
    )


def _wide(mail: bytes, dice: random.Random) -> bytes:
    """In UTF-16, the whole mail or what follows the headers."""
    start = dice.choice((0, max(mail.find(b"\n\n"), 0)))
    return mail[:start] + mail[start:].decode("latin-1").encode(
        dice.choice(("utf-16", "utf-16-be", "utf-32"))
    )


STRUCTURAL: tuple[Mutation, ...] = (
    _lines, _lines, _lines, _number, _number, _boundary, _charset, _encoding, _type, _encoded, _wrapped,
    _line_ends, _wide,
)  # fmt: skip
