"""Hostile mails: refused at the limits, within milliseconds, never dropped and never an exception."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliveryledger.domain.reports import Reading
from deliveryledger.inbound.mail import read_mail
from deliveryledger.inbound.mail.scanner import Limits
from tests.inbound.mail.mails import FAILED, arf, dsn

MIB = 1024 * 1024
REPORT = b"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
STATUS = b"--b\nContent-Type: message/delivery-status\n\n"
GROUP = b"Final-Recipient: rfc822; ada@example.org\nAction: failed\nDiagnostic-Code: smtp; "


def nested(levels: int) -> bytes:
    head = b"Content-Type: multipart/mixed; boundary=x%dx\n\n--x%dx\n"
    return b"".join(head % (level, level) for level in range(levels))


BEYOND = {
    "size": b"x" * (MIB + 1),
    "headers": b"A: b\n" * 200_000,
    "one long header": b"A: " + b"b" * (MIB - 10),
    "one folded header": b"A: b\n" + b" c\n" * 300_000,
    "no line end": b"a" * MIB,
    "parts": REPORT + b"--b\n\nx\n" * 140_000,
    "empty parts": REPORT + b"--b\n" * 250_000,
    "false boundaries": REPORT + b"--bb\n" * 200_000,
    "depth": nested(1_000),
    "recipients": REPORT + STATUS + (GROUP + b"550 no\n\n") * 31,
    "long status": REPORT + STATUS + b"\n" * (MIB - 200),
}
BASE64 = REPORT + STATUS.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n")
TEXT = b"From: MAILER-DAEMON@mx.example\nSubject: failure notice\nContent-Type: text/%s\n\n"


def nested_alike(levels: int) -> bytes:
    """Every delimiter begins with all the outer ones."""
    head = b"Content-Type: multipart/mixed; boundary=%s\n\n--%s\n"
    return b"".join(head % (b"x" * level, b"x" * level) for level in range(1, levels + 1))


WITHIN = {
    "blank lines": b"\n" * MIB,
    "returns": b"\r" * MIB,
    "doubled returns": b"\r\r\n" * (MIB // 3),
    "zeros": b"\0" * MIB,
    "boundaries within a line": REPORT + b" --b" * 260_000,
    "lines like a boundary": TEXT % b"plain" + b"--x\ncontent-a\n" * 70_000,
    "depth just allowed": nested(19) + b"\n" + b"z" * (MIB - 2_000),
    "digits nested deep": nested(19) + b"\n" + b"1" * (MIB - 2_000),
    "delimiters alike": nested_alike(19) + b"\n" + b"z" * (MIB - 20_000),
    "nested without a boundary": b"Content-Type: multipart/mixed\n\n" * 20 + b"--x\ncontent-a\n" * 70_000,
    "parameters": b"Content-Type: multipart/x" + b';a="' * 2_000 + b"\n\n",
    "parameters of 99 parts": REPORT
    + (b"--b\nContent-Type: multipart/x" + b';a="' * 2_000 + b"\n\nx\n") * 99,
    "folds": REPORT + (b"--b\nContent-Type: text/plain;\n" + b" c\n" * 2_700 + b"\nx\n") * 99,
    "padding": BASE64 + b"=" * 900_000,
    "base64": BASE64 + b"QUJD" * 260_000,
    "base64 with garbage": BASE64 + b"Q!U?" * 260_000 + b"Q",
    "phases": REPORT + b"--b\n\n" + b"in reply to " * 80_000 + b"\n" + STATUS + GROUP + b"550\n\n--b--",
    "words": REPORT + STATUS + (GROUP + b"user domain ip sender " * 180 + b"\n\n") * 30,
    "brackets": TEXT % b"plain" + b"<" * (MIB - 200),
    "ats": TEXT % b"plain" + b"@" * (MIB - 200),
    "addresses": TEXT % b"plain" + b"<ada@example.org>:\n" * 50_000,
    "replies": TEXT % b"plain" + b"550 5.1.1 <ada@example.org>... User unknown\n" * 20_000,
    "blank lines in a text": TEXT % b"plain" + b"\n" * (MIB - 200),
    "quotes": TEXT % b"plain" + b'\n "' * 340_000,
    "long words": TEXT % b"plain" + (b"1" * 4_400 + b"\n") * 200,
    "long numbers of characters": TEXT % b"html" + (b"&#" + b"1" * 4_400 + b";\n") * 200,
    "elements": TEXT % b"html" + b"<p>&#65;" * 120_000,
}


def best_of_five(raw: bytes) -> tuple[Reading, float]:
    times = []
    for _ in range(5):
        started = time.process_time()
        reading = read_mail(raw)
        times.append(time.process_time() - started)
    return reading, min(times)


@pytest.mark.parametrize("raw", BEYOND.values(), ids=BEYOND)
def test_beyond_a_limit_a_mail_is_quarantined_at_once(raw: bytes):
    reading, seconds = best_of_five(raw)
    (part,) = reading.quarantined
    assert part.raw is raw or part.raw == raw
    assert reading.reports == ()
    assert seconds < 0.05


@pytest.mark.parametrize("raw", WITHIN.values(), ids=WITHIN)
def test_within_the_limits_nothing_is_slow(raw: bytes):
    assert len(raw) <= MIB
    assert best_of_five(raw)[1] < 0.05


def test_the_limits_can_be_set():
    raw = dsn(FAILED)
    assert read_mail(raw, limits=Limits(size=len(raw))).reports
    assert read_mail(raw, limits=Limits(size=len(raw) - 1)).quarantined
    assert read_mail(raw, limits=Limits(parts=2)).quarantined
    assert read_mail(raw, limits=Limits(headers=2)).quarantined


@given(st.binary(max_size=300))
def test_any_bytes_have_an_outcome(raw: bytes):
    assert isinstance(read_mail(raw), Reading)


@given(st.sampled_from([dsn(FAILED), arf("Feedback-Type: abuse\n")]), st.data())
def test_any_damaged_report_has_an_outcome_without_its_content_in_any_text(raw: bytes, data: st.DataObject):
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw)))
        raw = raw[:at] + data.draw(st.binary(max_size=8)) + raw[at + data.draw(st.integers(0, 30)) :]
    reading = read_mail(raw)
    assert reading.reports or reading.ignored or reading.quarantined
    for text in (*reading.ignored, *(part.why for part in reading.quarantined)):
        assert "@" not in text
