"""Mails cut into parts, whole ones and damaged ones; headers found without reading the others."""

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.inbound.mail.scanner import Mail, read_headers, scan

TEXT = "It did not work."
TWO_PARTS = f"""\
From: MAILER-DAEMON@mx.example
Subject: a subject
  in two lines
Content-Type: multipart/report; report-type=delivery-status; boundary=edge

preamble
--edge
Content-Type: text/plain

{TEXT}
--edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
--edge--
epilogue
"""


def mail(text: str) -> Mail:
    return scan(text.encode())


def parts(raw: Mail) -> list[tuple[str, bytes]]:
    return [(part.type, part.content.strip()) for part in raw.parts]


BOTH = parts(mail(TWO_PARTS))


def encoded(encoding: str, content: bytes) -> bytes:
    return scan(b"Content-Transfer-Encoding: %s\n\n%s" % (encoding.encode(), content)).parts[0].content


def test_a_mail_has_its_headers_and_its_parts():
    both = mail(TWO_PARTS)
    assert (both.type, both.parameters["report-type"]) == ("multipart/report", "delivery-status")
    assert both.headers.get("subject") == "a subject  in two lines"
    assert parts(both) == [
        ("text/plain", TEXT.encode()),
        ("message/delivery-status", b"Reporting-MTA: dns; mx.example"),
    ]


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\r\r\n", "\r\r\r\n"])
def test_any_line_ends_will_do(line_end: str):
    assert parts(mail(TWO_PARTS.replace("\n", line_end))) == BOTH


def test_line_ends_may_be_mixed():
    lines = TWO_PARTS.splitlines()
    mixed = "".join(line + ("\r\n" if number % 2 else "\n") for number, line in enumerate(lines))
    assert parts(mail(mixed)) == BOTH


@pytest.mark.parametrize(
    "before",
    [
        b"\r\n\n",
        b"From x@example.org Sat Nov 14 12:00:00 2026\n",
        b">From x@example.org\r\n",
        b"\xef\xbb\xbf",
        b"\0\0",
    ],
)
def test_what_may_stand_before_a_mail_is_passed_over(before: bytes):
    assert parts(scan(before + TWO_PARTS.encode())) == BOTH


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_mail_in_utf_16_is_read_all_the_same(encoding: str):
    assert parts(scan(TWO_PARTS.encode(encoding))) == BOTH


@pytest.mark.parametrize(
    "parameter",
    [
        "boundary*0=ed; boundary*1=ge",
        "boundary*0*=us-ascii''%65d; boundary*1=ge",
        'BOUNDARY = "edge"',
        'boundary="edge',
        'boundary="other"',
        "x=y",
        "boundary=",
        'boundary="e\\dge"',
    ],
)
def test_the_boundary_is_found_however_it_is_said_and_if_it_is_not(parameter: str):
    assert parts(mail(TWO_PARTS.replace("boundary=edge", parameter))) == BOTH


def test_a_closing_delimiter_may_be_missing():
    text = TWO_PARTS.partition("--edge--")[0]
    assert parts(mail(text)) == BOTH
    assert parts(mail(text.rstrip("\n"))) == BOTH


def test_a_multipart_without_any_delimiter_is_text_to_read():
    text = "Content-Type: multipart/report; boundary=edge\n\n" + TEXT
    assert (mail(text).type, parts(mail(text))) == ("multipart/report", [("text/plain", TEXT.encode())])


def test_an_inner_multipart_ends_with_the_outer_one():
    inner = "--edge\nContent-Type: multipart/alternative; boundary=edge2\n\n--edge2\n\none\n--edge2\n\ntwo\n"
    text = TWO_PARTS.replace("--edge\n", inner + "--edge\n", 1)
    assert parts(mail(text)) == [("text/plain", b"one"), ("text/plain", b"two"), *BOTH]


def test_a_blank_line_after_the_headers_may_be_missing():
    text = f"From: x@example.org\nSubject: no\n{TEXT}\nAnd more.\n\nThe end."
    assert mail(text).headers.get("subject") == "no"
    assert mail(text).parts[0].raw.startswith(TEXT.encode())
    (part, _) = mail(TWO_PARTS.replace("Content-Type: text/plain\n\n", "")).parts
    assert (part.type, part.content) == ("text/plain", TEXT.encode())


def test_text_without_headers_is_a_body():
    only = mail(f"{TEXT}\n\nThe end.")
    assert (only.headers.fields, only.parts[0].raw) == ((), f"{TEXT}\n\nThe end.".encode())


def test_base64_is_decoded_as_far_as_it_goes():
    whole = base64.encodebytes(TEXT.encode() * 9)
    assert encoded("base64", whole) == TEXT.encode() * 9
    assert encoded('"Base64"', whole.replace(b"\n", b"\r\n !\r\n")) == TEXT.encode() * 9
    for cut in range(1, 9):
        assert (TEXT.encode() * 9).startswith(encoded("base64", whole.rstrip(b"=\n")[:-cut]))
        assert len(encoded("base64", whole.rstrip(b"=\n")[:-cut])) > 130
    assert (
        encoded("base64", b"this is no base64 at all\nif you look")
        == b"this is no base64 at all\nif you look"
    )


def test_quoted_printable_and_uuencoded_text_is_decoded_as_far_as_it_goes():
    assert encoded("quoted-printable", b"a=C3=A5=\nb=ZZ=") == "aåb=ZZ".encode()
    lines = [binascii.b2a_uu(b"a line of text\n"), b"!!!damaged\xff\n", binascii.b2a_uu(b"another\n")]
    uuencoded = b"begin 644 note.txt\n" + b"".join(lines) + b"`\nend\nepilogue"
    assert encoded("x-uuencode", uuencoded).replace(b"\0", b"").endswith(b"another\n")
    assert encoded("x-uuencode", uuencoded).startswith(b"a line of text\n")
    assert encoded("x-uuencode", b"not uuencoded") == b"not uuencoded"


def test_an_unknown_encoding_is_left_alone():
    assert encoded("x-something", b"=41") == b"=41"


NAMES = st.sampled_from(["From", "Subject", "Sub", "X-From", "subject-x", "To"])
COLONS = st.sampled_from([":", " :", "\t: "])
VALUES = st.text(st.sampled_from("a: ö\t"), max_size=8)
FOLDS = st.lists(st.tuples(st.sampled_from(["\n ", "\r\n\t"]), VALUES), max_size=2)


@given(st.lists(st.tuples(NAMES, COLONS, VALUES, FOLDS), max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_a_field_that_is_asked_for_is_the_one_among_all_fields(lines, line_end: str):
    block = "".join(
        name + colon + value + "".join(fold + more for fold, more in folds) + line_end
        for name, colon, value, folds in lines
    ).encode()
    every = read_headers(block).fields
    assert [name for name, _ in every] == [name.lower() for name, *_ in lines]
    for wanted in ("from", "subject", "sub", "x-from", "subject-x", "to", "cc"):
        values = [value for name, value in every if name == wanted]
        assert read_headers(block).all(wanted) == values
        assert read_headers(block).get(wanted) == (values[0] if values else "")


@given(st.binary(max_size=200))
def test_no_bytes_are_too_odd_to_look_for_a_header(block: bytes):
    headers = read_headers(block)
    assert isinstance(headers.get("subject"), str)
    assert isinstance(headers.all("subject"), list)
    assert isinstance(headers.fields, tuple)


def test_blanks_before_the_header_do_not_hide_it():
    assert scan(b"  \t\r\nSubject: x\r\n\r\nbody").headers.get("subject") == "x"


def test_lone_returns_end_lines_among_line_feeds():
    mail = scan(b"From: ada@example.org\rSubject: x\n\nbody\r")
    assert mail.headers.get("subject") == "x"
