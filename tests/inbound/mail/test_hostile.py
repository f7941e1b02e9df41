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
WITHIN = {
    "blank lines": b"\n" * MIB,
    "boundaries within a line": REPORT + b" --b" * 260_000,
    "depth just allowed": nested(19) + b"\n" + b"z" * (MIB - 2_000),
    "parameters": b"Content-Type: multipart/x" + b';a="' * 2_000 + b"\n\n",
    "padding": REPORT + STATUS.replace(b"\n\n", b"\nContent-Transfer-Encoding: base64\n\n") + b"=" * 900_000,
    "phases": REPORT + b"--b\n\n" + b"in reply to " * 80_000 + b"\n" + STATUS + GROUP + b"550\n\n--b--",
    "words": REPORT + STATUS + (GROUP + b"user domain ip sender " * 180 + b"\n\n") * 30,
}


def best_of_three(raw: bytes) -> tuple[Reading, float]:
    times = []
    for _ in range(5):
        started = time.process_time()
        reading = read_mail(raw)
        times.append(time.process_time() - started)
    return reading, min(times)


@pytest.mark.parametrize("raw", BEYOND.values(), ids=BEYOND)
def test_beyond_a_limit_a_mail_is_quarantined_at_once(raw: bytes):
    reading, seconds = best_of_three(raw)
    (part,) = reading.quarantined
    assert part.raw is raw or part.raw == raw
    assert reading.reports == ()
    assert seconds < 0.05


@pytest.mark.parametrize("raw", WITHIN.values(), ids=WITHIN)
def test_within_the_limits_nothing_is_slow(raw: bytes):
    assert best_of_three(raw)[1] < 0.15


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
